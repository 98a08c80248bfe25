//! How long something in front of the server waits for an answer before it gives up.

use crate::log::Log;
use crate::sort::Arrange;

/// 504s of one file that must agree on a time for it to be one that is set.
const AGREE_CUT: usize = 3;

/// How long something in front of the server waits for an answer, by its 504s: files, each with the whole seconds that
/// several of them took.
#[derive(Debug, Default)]
pub struct Cuts(Vec<(u32, u32)>);

impl Cuts {
    /// Reads them off a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let mut all: Vec<(u32, u32)> = (0..log.len())
            .filter(|&row| log.status(row) == Some(504) && !log.is_open(row))
            .filter_map(|row| Some((log.file_of(row), log.duration(row)? / 1000)))
            .filter(|&(_, seconds)| seconds > 0)
            .collect();
        all.arrange_by(Ord::cmp);
        let often = all.chunk_by(|a, b| a == b).filter(|c| c.len() >= AGREE_CUT);
        Self(often.map(|c| c[0]).collect())
    }

    /// Whether a row took such a time.
    #[must_use]
    pub fn holds(&self, log: &Log, row: u32) -> bool {
        let Some(duration) = log.duration(row) else {
            return false;
        };
        self.0
            .binary_search(&(log.file_of(row), duration / 1000))
            .is_ok()
    }
}
