//! Which format a line is in: told line by line, from its content.
//!
//! The format that read the previous line is asked first, so that a file in one format costs one reader a line. When it
//! does not know the line, the others are asked, and the first that does becomes current. Logs that were pasted
//! together, or that change in the middle, are thus read in stretches, and no beginning of a file is special.

use super::{ALL, Format, Reading, Reason, Record};
use crate::input::Line;

/// What a line turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A record, or the first line of one.
    Record,
    /// A further line of a record.
    Continuation,
    /// Understood, and no request.
    Comment,
    /// Not understood.
    Rejected(Reason),
}

/// Reads a file whose formats are told from its content.
pub struct Detector {
    readers: Vec<Box<dyn super::Reader>>,
    /// Lines that each format knew.
    lines: Vec<u64>,
    current: usize,
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// A file of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self {
            readers: ALL.iter().map(|f| f.reader()).collect(),
            lines: vec![0; ALL.len()],
            current: 0,
        }
    }

    /// Takes a line, hands the records that it completes to `emit`, and says what it is.
    pub fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Class {
        let mut closest = match self.readers[self.current].line(line, emit) {
            Reading::Foreign(reason) => reason,
            reading => return self.count(reading),
        };
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            return Class::Comment;
        }
        for other in 0..self.readers.len() {
            if other == self.current {
                continue;
            }
            let Ok([current, next]) = self.readers.get_disjoint_mut([self.current, other]) else {
                continue;
            };
            // What the current format holds back stands before this line, so it goes out first.
            let mut flushed = false;
            let mut in_order = |record: &Record<'_>| {
                if !std::mem::replace(&mut flushed, true) {
                    current.flush(emit);
                }
                emit(record);
            };
            match next.line(line, &mut in_order) {
                Reading::Foreign(reason) => closest = closest.max(reason),
                reading => {
                    if !flushed {
                        current.flush(emit);
                    }
                    self.current = other;
                    return self.count(reading);
                }
            }
        }
        Class::Rejected(if line.cut { Reason::TooLong } else { closest })
    }

    /// Ends the file.
    pub fn finish(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.readers[self.current].flush(emit);
    }

    /// The format of the latest line that any format knew.
    #[must_use]
    pub fn current(&self) -> &'static dyn Format {
        ALL[self.current]
    }

    /// The formats that knew lines of this file, most lines first.
    #[must_use]
    pub fn shares(&self) -> Vec<(&'static dyn Format, u64)> {
        let mut shares: Vec<_> = ALL
            .iter()
            .copied()
            .zip(self.lines.iter().copied())
            .filter(|s| s.1 > 0)
            .collect();
        shares.sort_by_key(|s| std::cmp::Reverse(s.1));
        shares
    }

    fn count(&mut self, reading: Reading) -> Class {
        self.lines[self.current] += 1;
        match reading {
            Reading::Record => Class::Record,
            Reading::Continuation => Class::Continuation,
            Reading::Comment => Class::Comment,
            Reading::Foreign(reason) => Class::Rejected(reason),
        }
    }
}
