//! zstd, one frame. <https://www.rfc-editor.org/rfc/rfc8878>
//!
//! The decoder takes whole blocks, one at a time, or it would unpack all there are into memory at once. So they are
//! gathered here: a block's header of 3 bytes tells its length, which is 128 KiB at most.

use super::Fault;
use super::stream::{Codec, Progress, Step};
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::Read;
use std::ops::RangeInclusive;

/// How a frame begins.
pub(super) const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";
/// How a frame begins that holds no data for us.
pub(super) const SKIPPED_FIRST: RangeInclusive<u8> = 0x50..=0x5f;
pub(super) const SKIPPED_REST: &[u8] = b"\x2a\x4d\x18";

/// The magic number, and the byte that tells how long the header is.
const BEGINNING: usize = 5;
/// The magic number and the length of a frame without data.
const SKIPPED: usize = 8;
const BLOCK_HEADER: usize = 3;
const CHECKSUM: usize = 4;
/// Longest block.
const MAX_BLOCK: usize = 128 * 1024;

/// A last block without content, and whatever checksum: makes the decoder give away all it has.
const LAST: &[u8] = &[1, 0, 0, 0, 0, 0, 0];

pub(super) struct Zstd {
    decoder: FrameDecoder,
    part: Part,
    /// Bytes of the part so far.
    held: Vec<u8>,
    /// Whether the frame ends with a checksum.
    checksum: bool,
}

/// What comes next.
#[derive(Clone, Copy)]
enum Part {
    Beginning,
    SkippedHeader,
    /// So many bytes of no interest.
    Skipped(u32),
    /// The frame's header, of so many bytes with its beginning.
    Header(usize),
    BlockHeader,
    /// A block of so many bytes with its header, and with the checksum where that follows.
    Block {
        length: usize,
        last: bool,
    },
    /// Nothing; what is still in the window goes out, and then this is told.
    End(Progress),
}

impl Zstd {
    /// A frame whose window may have so many bytes.
    pub(super) fn new(window: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window);
        Self {
            decoder,
            part: Part::Beginning,
            held: Vec::new(),
            checksum: false,
        }
    }

    /// Length of the part that comes next, where it has to be there as a whole.
    fn length(&self) -> usize {
        match self.part {
            Part::Beginning => BEGINNING,
            Part::SkippedHeader => SKIPPED,
            Part::Header(length) | Part::Block { length, .. } => length,
            Part::BlockHeader => BLOCK_HEADER,
            Part::Skipped(_) | Part::End(_) => 0,
        }
    }

    /// Takes the part that is held as a whole, and tells the next.
    fn take(&mut self) -> Result<Part, Fault> {
        let held = &self.held;
        Ok(match self.part {
            Part::Beginning if held.starts_with(MAGIC) => {
                self.checksum = held[4] & 4 != 0;
                Part::Header(header_length(held[4]))
            }
            Part::Beginning => Part::SkippedHeader,
            Part::SkippedHeader => {
                Part::Skipped(u32::from_le_bytes([held[4], held[5], held[6], held[7]]))
            }
            Part::Header(_) => {
                self.decoder
                    .reset(held.as_slice())
                    .map_err(|error| match error {
                        FrameDecoderError::WindowSizeTooBig { .. } => Fault::Window,
                        FrameDecoderError::DictNotProvided { .. } => Fault::Dictionary,
                        _ => Fault::Damaged,
                    })?;
                self.held.clear();
                Part::BlockHeader
            }
            Part::BlockHeader => {
                let word = u32::from_le_bytes([held[0], held[1], held[2], 0]);
                let (last, kind, size) = (word & 1 == 1, word >> 1 & 3, (word >> 3) as usize);
                if size > MAX_BLOCK {
                    return Err(Fault::Damaged);
                }
                // One byte that repeats stands there once.
                let body = if kind == 1 { 1 } else { size };
                let checksum = if last && self.checksum { CHECKSUM } else { 0 };
                Part::Block {
                    length: BLOCK_HEADER + body + checksum,
                    last,
                }
            }
            Part::Block { last, .. } => {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder
                    .decode_blocks(held.as_slice(), one)
                    .map_err(|_| Fault::Damaged)?;
                self.held.clear();
                if last {
                    Part::End(Progress::Over)
                } else {
                    Part::BlockHeader
                }
            }
            part @ (Part::Skipped(_) | Part::End(_)) => part,
        })
    }

    /// Ends the frame before its end.
    fn stop(&mut self, progress: Progress) {
        // What the window holds has not been given away yet. Of a frame that has not begun, there is none.
        let _ = self.decoder.decode_blocks(LAST, BlockDecodingStrategy::All);
        self.part = Part::End(progress);
    }

    fn sum_differs(&self) -> bool {
        let written = self.decoder.get_checksum_from_data();
        self.checksum && written != self.decoder.get_calculated_checksum()
    }
}

/// Length of a frame's header with its magic number, by the descriptor in it (section 3.1.1.1.1).
fn header_length(descriptor: u8) -> usize {
    let single = descriptor >> 5 & 1;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content = match descriptor >> 6 {
        0 => usize::from(single),
        flag => 1 << flag,
    };
    BEGINNING + usize::from(1 - single) + dictionary + content
}

impl Codec for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut step = Step {
            read: 0,
            written: self.decoder.read(output).unwrap_or(0),
            state: Progress::Going,
        };
        if step.written > 0 {
            return step;
        }
        match self.part {
            Part::End(Progress::Over) if self.sum_differs() => step.state = Progress::Mismatch,
            Part::End(progress) => step.state = progress,
            Part::Skipped(0) => step.state = Progress::Over,
            Part::Skipped(left) => {
                step.read = input.len().min(left as usize);
                self.part = Part::Skipped(left - step.read as u32);
                if step.read == left as usize {
                    step.state = Progress::Over;
                }
            }
            _ => {
                let length = self.length();
                step.read = input.len().min(length - self.held.len());
                self.held.extend_from_slice(&input[..step.read]);
                if self.held.len() == length {
                    match self.take() {
                        Ok(part) => self.part = part,
                        Err(fault) => self.stop(Progress::Failed(fault)),
                    }
                    // A part that needs nothing more, and took nothing now, must not look like one that waits.
                    if step.read == 0 {
                        return self.step(input, output);
                    }
                }
            }
        }
        step
    }

    fn break_off(&mut self) {
        self.stop(Progress::Going);
    }
}
