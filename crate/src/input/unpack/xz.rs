//! xz, one stream. <https://tukaani.org/xz/xz-file-format.txt>

use super::Fault;
use super::stream::{Codec, Progress, Step};
use lzma_rust2::{Action, Status, XzStream};
use std::io::ErrorKind;

/// How a stream begins.
pub(super) const MAGIC: &[u8] = b"\xfd7zXZ\0";

/// What the decoder needs beside the dictionary, in KiB.
const BESIDE: u64 = 1024;

pub(super) struct Xz(XzStream);

impl Xz {
    /// A stream whose dictionary may have so many bytes.
    pub(super) fn new(window: u64) -> Self {
        let kib = u32::try_from(window / 1024 + BESIDE).unwrap_or(u32::MAX);
        Self(XzStream::new_mem_limit(false, kib))
    }
}

impl Codec for Xz {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let state = match self.0.process(input, output, Action::Run) {
            Ok(result) if result.status == Status::StreamEnd => Progress::Over,
            Ok(_) => Progress::Going,
            Err(error) if error.kind() == ErrorKind::OutOfMemory => Progress::Failed(Fault::Window),
            Err(_) => Progress::Failed(Fault::Damaged),
        };
        Step {
            read: (self.0.total_in() - read) as usize,
            written: (self.0.total_out() - written) as usize,
            state,
        }
    }
}
