//! Deflate, and the Deflate64 of zip archives: both without a frame of their own.

use super::Fault;
use super::stream::{Codec, Progress, Step};
use deflate64::InflaterManaged;
use flate2::{Decompress, FlushDecompress, Status};

/// <https://www.rfc-editor.org/rfc/rfc1951>. Its window is 32 KiB.
pub(super) struct Deflate(Decompress);

impl Deflate {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Codec for Deflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (read, written) = (self.0.total_in(), self.0.total_out());
        let state = match self.0.decompress(input, output, FlushDecompress::None) {
            Ok(Status::StreamEnd) => Progress::Over,
            Ok(Status::Ok | Status::BufError) => Progress::Going,
            Err(_) => Progress::Failed(Fault::Damaged),
        };
        Step {
            read: (self.0.total_in() - read) as usize,
            written: (self.0.total_out() - written) as usize,
            state,
        }
    }
}

/// Method 9 of zip archives, which Windows Explorer uses above 2 GB. Its window is 64 KiB.
pub(super) struct Deflate64 {
    inflater: Box<InflaterManaged>,
    /// Bytes that it is given at once.
    most: usize,
}

impl Deflate64 {
    /// `bounded` tells whether somebody else knows where it ends. The inflater takes some bytes more than it needs, if it
    /// gets them; it is slow where it must not.
    pub(super) fn new(bounded: bool) -> Self {
        Self {
            inflater: Box::new(InflaterManaged::new()),
            most: if bounded { usize::MAX } else { 1 },
        }
    }
}

impl Codec for Deflate64 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let given = &input[..input.len().min(self.most)];
        let result = self.inflater.inflate(given, output);
        let state = if result.data_error || self.inflater.errored() {
            Progress::Failed(Fault::Damaged)
        } else if self.inflater.finished() {
            Progress::Over
        } else {
            Progress::Going
        };
        Step {
            read: result.bytes_consumed,
            written: result.bytes_written,
            state,
        }
    }
}
