//! bzip2, one stream. It works on blocks of at most 900 kB, for which it needs up to 8 MB.

use super::Fault;
use super::stream::{Codec, Progress, Step};
use bzip2::{Decompress, Status};

/// What stands behind `BZh` and the level: the first block, or the end of a stream that holds nothing.
pub(super) const BLOCK: &[u8; 6] = b"1AY&SY";
pub(super) const END: &[u8; 6] = b"\x17\x72\x45\x38\x50\x90";

pub(super) struct Bzip2(Decompress);

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Codec for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let state = match self.0.decompress(input, output) {
            Ok(Status::StreamEnd) => Progress::Over,
            Ok(Status::MemNeeded) => Progress::Failed(Fault::Window),
            Ok(_) => Progress::Going,
            Err(_) => Progress::Failed(Fault::Damaged),
        };
        Step {
            read: (self.0.total_in() - read) as usize,
            written: (self.0.total_out() - written) as usize,
            state,
        }
    }
}
