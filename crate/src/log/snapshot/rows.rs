//! Rows as numbers that are small: differences where neighbours are alike, and one more than the number where there may be
//! none.

use crate::activesync::Command;
use crate::format::time::Stamp;
use crate::log::{NO_BYTES, NO_DURATION, NO_STAMP, Rows, SEEN_OPEN};
use serde::{Deserialize, Serialize};

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredRow {
    pub(super) stamp: Option<i64>,
    pub(super) duration: Option<u32>,
    pub(super) line: u32,
    pub(super) origin: u32,
    pub(super) bytes: Option<u32>,
    /// As the log's column has it.
    pub(super) status: u16,
    /// As the log's column has it.
    pub(super) command: u8,
}

/// The columns; what is written of a number takes as many bytes as it needs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Columns {
    stamps: Vec<i64>,
    durations: Vec<u32>,
    lines: Vec<i32>,
    origins: Vec<u32>,
    bytes: Vec<u32>,
    status: Vec<u16>,
    commands: Vec<u8>,
    /// Stamp and line of the latest row, from which the next ones are counted.
    #[serde(skip)]
    latest: (i64, u32),
}

impl Columns {
    pub(super) fn len(&self) -> u32 {
        self.commands.len() as u32
    }

    pub(super) fn push(&mut self, row: &StoredRow) {
        let stamp = row.stamp.unwrap_or(NO_STAMP);
        let (before, line) = std::mem::replace(&mut self.latest, (stamp, row.line));
        self.stamps.push(stamp.wrapping_sub(before));
        self.lines.push(row.line.wrapping_sub(line) as i32);
        self.durations
            .push(row.duration.unwrap_or(NO_DURATION).wrapping_add(1));
        self.bytes
            .push(row.bytes.unwrap_or(NO_BYTES).wrapping_add(1));
        self.origins.push(row.origin);
        self.status.push(row.status);
        self.commands.push(row.command);
    }

    /// Gives each row the origin that its own has become.
    pub(super) fn move_origins(&mut self, moved: &[u32]) {
        for origin in &mut self.origins {
            *origin = moved[*origin as usize];
        }
    }

    /// Whether all columns have as many rows, and every number is one of something.
    pub(super) fn are_sound(&self, origins: u32) -> bool {
        let lengths = [
            self.stamps.len(),
            self.durations.len(),
            self.lines.len(),
            self.origins.len(),
            self.bytes.len(),
            self.status.len(),
        ];
        lengths.iter().all(|&length| length == self.commands.len())
            && u32::try_from(self.commands.len()).is_ok()
            && self.origins.iter().all(|&origin| origin < origins)
            && (self.commands.iter()).all(|&c| usize::from(c) < Command::ALL.len())
    }

    /// Which rows are finished requests with a time.
    pub(super) fn stamped(&self) -> Vec<bool> {
        let rows = self.stamps.iter().zip(&self.status);
        let sum = |stamp: &mut i64, (difference, status): (&i64, &u16)| {
            *stamp = stamp.wrapping_add(*difference);
            Some(is_sound(*stamp) && status & SEEN_OPEN == 0)
        };
        rows.scan(0, sum).collect()
    }

    /// Appends the rows to those of a log. Stamps that no log can mean are left out, as they are when a log is read.
    pub(super) fn into_rows(self, rows: &mut Rows) {
        let (mut stamp, mut line) = (0_i64, 0_u32);
        for at in 0..self.commands.len() {
            stamp = stamp.wrapping_add(self.stamps[at]);
            line = line.wrapping_add(self.lines[at] as u32);
            rows.stamp
                .push(if is_sound(stamp) { stamp } else { NO_STAMP });
            rows.duration.push(self.durations[at].wrapping_sub(1));
            // Of what is no longer there, no place is known.
            rows.offset.push(0);
            rows.line.push(u64::from(line));
            rows.origin.push(self.origins[at]);
            rows.bytes.push(self.bytes[at].wrapping_sub(1));
            rows.status.push(self.status[at]);
            rows.command.push(self.commands[at]);
        }
    }
}

/// Whether a stamp is one that a log can mean.
fn is_sound(ms: i64) -> bool {
    Stamp { ms, zone: None }.is_sound()
}
