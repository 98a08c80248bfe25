//! gzip: a header, deflate, and a checksum. <https://www.rfc-editor.org/rfc/rfc1952>

use super::Fault;
use super::deflate::Deflate;
use super::stream::{Codec, Progress, Step};
use flate2::Crc;

/// How a stream begins, with the only method there is.
pub(super) const MAGIC: &[u8] = b"\x1f\x8b\x08";

/// Length of the header's fixed part, and of the trailer.
const FIXED: usize = 10;
const TRAILER: usize = 8;

const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

pub(super) struct Gzip {
    part: Part,
    /// Bytes of the part so far, where it has to be seen whole.
    held: Vec<u8>,
    flags: u8,
    deflate: Deflate,
    crc: Crc,
    length: u32,
}

/// What comes next.
enum Part {
    Fixed,
    ExtraLength,
    /// So many bytes of no interest.
    Skip(usize),
    /// A text of no interest, up to its NUL.
    Text,
    Body,
    Trailer,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self {
            part: Part::Fixed,
            held: Vec::new(),
            flags: 0,
            deflate: Deflate::new(),
            crc: Crc::new(),
            length: 0,
        }
    }

    /// Takes bytes until so many are held; tells how many it took, and whether they are all there.
    fn hold(&mut self, input: &[u8], length: usize) -> (usize, bool) {
        let taken = input.len().min(length - self.held.len());
        self.held.extend_from_slice(&input[..taken]);
        (taken, self.held.len() == length)
    }

    /// The next part of the header that its flags announce.
    fn next(&mut self) -> Part {
        self.held.clear();
        let mut announced = |flag: u8| {
            let set = self.flags & flag != 0;
            self.flags &= !flag;
            set
        };
        if announced(EXTRA) {
            Part::ExtraLength
        } else if announced(NAME) || announced(COMMENT) {
            Part::Text
        } else if announced(HEADER_CRC) {
            Part::Skip(2)
        } else {
            Part::Body
        }
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut step = Step {
            read: 0,
            written: 0,
            state: Progress::Going,
        };
        match self.part {
            Part::Fixed => {
                let (read, whole) = self.hold(input, FIXED);
                step.read = read;
                if whole && !self.held.starts_with(MAGIC) {
                    step.state = Progress::Failed(Fault::Damaged);
                } else if whole {
                    self.flags = self.held[3];
                    self.part = self.next();
                }
            }
            Part::ExtraLength => {
                let (read, whole) = self.hold(input, 2);
                step.read = read;
                if whole {
                    let length = u16::from_le_bytes([self.held[0], self.held[1]]);
                    self.part = Part::Skip(usize::from(length));
                }
            }
            Part::Skip(left) => {
                step.read = left.min(input.len());
                self.part = if step.read == left {
                    self.next()
                } else {
                    Part::Skip(left - step.read)
                };
            }
            Part::Text => match memchr::memchr(0, input) {
                Some(end) => {
                    step.read = end + 1;
                    self.part = self.next();
                }
                None => step.read = input.len(),
            },
            Part::Body => {
                step = self.deflate.step(input, output);
                self.crc.update(&output[..step.written]);
                self.length = self.length.wrapping_add(step.written as u32);
                if step.state == Progress::Over {
                    step.state = Progress::Going;
                    self.part = Part::Trailer;
                }
            }
            Part::Trailer => {
                let (read, whole) = self.hold(input, TRAILER);
                step.read = read;
                if whole {
                    let sums = [self.crc.sum().to_le_bytes(), self.length.to_le_bytes()];
                    step.state = if self.held == sums.concat() {
                        Progress::Over
                    } else {
                        Progress::Mismatch
                    };
                }
            }
        }
        step
    }
}
