//! The times of envelopes.

use super::super::Record;
use super::super::envelope::When;
use super::super::time::Stamp;

/// The times of envelopes, for the records in them that have none. A record of several lines is handed out later than
/// its first line, whose time is its own; so those of the last lines are kept.
#[derive(Default)]
pub(super) struct Times {
    latest: Vec<(u32, When)>,
}

/// Lines of which they are kept, a power of two: more than a block of a log database has.
const KEPT: usize = 64;

impl Times {
    /// Whether no line had one.
    pub(super) fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }

    pub(super) fn note(&mut self, line: u32, when: Option<When>) {
        let Some(when) = when else {
            return self.forget(line);
        };
        if self.latest.is_empty() {
            let none = When {
                stamp: Stamp { ms: 0, zone: None },
                no_year: false,
            };
            // No line has the number 0.
            self.latest.resize(KEPT, (0, none));
        }
        self.latest[line as usize % KEPT] = (line, when);
    }

    pub(super) fn forget(&mut self, line: u32) {
        if let Some(slot) = self.latest.get_mut(line as usize % KEPT) {
            slot.0 = 0;
        }
    }

    /// The record, with the time of the envelope that its first line was in if it has none of its own.
    pub(super) fn filled<'a>(&self, record: &Record<'a>) -> Record<'a> {
        let mut record = *record;
        if record.stamp.is_some() {
            return record;
        }
        if let Some((line, when)) = self.latest.get(record.place.line as usize % KEPT)
            && *line == record.place.line
        {
            record.stamp = Some(when.stamp);
            record.doubt.year = when.no_year;
        }
        record
    }
}
