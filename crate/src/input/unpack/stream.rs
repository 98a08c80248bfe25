//! A compressed file: one stream after the other, each of which a [`Codec`] unpacks.

use super::{BLOCK, Fault, Flaw, Layer, Limits, Node, Packing, Walk};
use super::{bzip2, gzip, xz, zstd};
use flate2::Crc;

/// Unpacks one stream, by as much as there is of it and room for.
pub(super) trait Codec {
    /// Takes from the front of `input` and writes to the front of `output`. It keeps what it took and cannot use yet.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Ends a stream that breaks off: from now on, steps without input give what was held back.
    fn break_off(&mut self) {}
}

/// What a step took and gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) read: usize,
    pub(super) written: usize,
    pub(super) state: Progress,
}

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It goes on; more input or another step is needed.
    Going,
    /// It is over.
    Over,
    /// It is over, with a checksum that does not fit.
    Mismatch,
    /// It cannot be unpacked further.
    Failed(Fault),
}

/// A codec with its buffer and what went through it.
pub(super) struct Pump {
    codec: Box<dyn Codec>,
    buffer: Vec<u8>,
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) crc: Crc,
    /// Whether the codec has come to an end; what it would do from there on is nowhere said.
    over: bool,
}

impl Pump {
    pub(super) fn new(codec: Box<dyn Codec>) -> Self {
        Self {
            codec,
            buffer: vec![0; BLOCK / 2],
            read: 0,
            written: 0,
            crc: Crc::new(),
            over: false,
        }
    }

    /// Unpacks what the codec held back of a stream that breaks off.
    pub(super) fn break_off(&mut self, child: &mut Node, walk: &mut Walk<'_>) {
        self.codec.break_off();
        self.run(&mut [].as_slice(), child, walk);
    }

    /// Unpacks from the front of `input` into a node until one of them is done.
    pub(super) fn run(
        &mut self,
        input: &mut &[u8],
        child: &mut Node,
        walk: &mut Walk<'_>,
    ) -> Progress {
        if self.over {
            return Progress::Going;
        }
        loop {
            let step = self.codec.step(input, &mut self.buffer);
            *input = &input[step.read..];
            self.read += step.read as u64;
            self.written += step.written as u64;
            if step.written > 0 {
                let unpacked = &self.buffer[..step.written];
                self.crc.update(unpacked);
                walk.unpacked(unpacked.len());
                child.feed(unpacked, walk);
                if walk.stopped() {
                    return Progress::Going;
                }
            }
            self.over = step.state != Progress::Going;
            if self.over || (step.read, step.written) == (0, 0) {
                return step.state;
            }
        }
    }
}

/// A compressed file.
pub(super) struct Stream {
    packing: Packing,
    limits: Limits,
    at: At,
    /// Bytes taken.
    read: u64,
    flaw: Option<Flaw>,
    child: Node,
}

enum At {
    Inside(Box<Pump>),
    /// Behind a stream, with what may be the first bytes of the next.
    Between(Vec<u8>),
    Done,
}

impl Stream {
    /// A file that begins with this packing's first bytes.
    pub(super) fn new(packing: Packing, child: Node, limits: &Limits) -> Self {
        Self {
            packing,
            limits: *limits,
            at: At::Inside(pump(packing, limits)),
            read: 0,
            flaw: None,
            child,
        }
    }

    fn note(&mut self, fault: Fault) {
        self.flaw.get_or_insert(Flaw {
            fault,
            packing: self.packing,
            offset: self.read,
        });
    }
}

fn pump(packing: Packing, limits: &Limits) -> Box<Pump> {
    let codec: Box<dyn Codec> = match packing {
        Packing::Zstd => Box::new(zstd::Zstd::new(limits.window)),
        Packing::Bzip2 => Box::new(bzip2::Bzip2::new()),
        Packing::Xz => Box::new(xz::Xz::new(limits.window)),
        Packing::Gzip | Packing::Zip | Packing::Tar => Box::new(gzip::Gzip::new()),
    };
    Box::new(Pump::new(codec))
}

impl Layer for Stream {
    fn feed(&mut self, mut bytes: &[u8], walk: &mut Walk<'_>) {
        while !bytes.is_empty() && !walk.stopped() {
            match &mut self.at {
                At::Inside(pump) => {
                    let before = bytes.len();
                    let progress = pump.run(&mut bytes, &mut self.child, walk);
                    self.read += (before - bytes.len()) as u64;
                    match progress {
                        Progress::Going => return,
                        Progress::Over => self.at = At::Between(Vec::new()),
                        Progress::Mismatch => {
                            self.note(Fault::Checksum);
                            self.at = At::Between(Vec::new());
                        }
                        Progress::Failed(fault) => {
                            self.note(fault);
                            self.at = At::Done;
                        }
                    }
                }
                At::Between(held) => {
                    let (first, rest) = (bytes[0], &bytes[1..]);
                    // Tapes and block devices pad with NULs, and so do some tools.
                    if !(held.is_empty() && first == 0) {
                        held.push(first);
                    }
                    match self.packing.begins(held) {
                        Some(true) => {
                            let mut next = pump(self.packing, &self.limits);
                            // The first bytes of a stream alone unpack to nothing.
                            next.run(&mut held.as_slice(), &mut self.child, walk);
                            self.at = At::Inside(next);
                        }
                        Some(false) => {
                            self.note(Fault::Trailing);
                            self.at = At::Done;
                        }
                        None => {}
                    }
                    self.read += 1;
                    bytes = rest;
                }
                At::Done => return,
            }
        }
    }

    fn finish(&mut self, flaw: Option<Flaw>, walk: &mut Walk<'_>) {
        match (walk.shared.stop, &mut self.at) {
            (Some(fault), _) => self.note(fault),
            (None, At::Inside(pump)) => {
                pump.break_off(&mut self.child, walk);
                self.note(Fault::Cut);
            }
            (None, At::Between(held)) if !held.is_empty() => self.note(Fault::Trailing),
            _ => {}
        }
        self.at = At::Done;
        self.child.finish(self.flaw.or(flaw), walk);
    }
}
