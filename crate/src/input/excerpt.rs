//! A part of a text that was read before, read again.

use super::{Content, Flaw, Limits, Opening, Sink, Unpacker};

/// Looks for a part of one text of an opened file, which is to be fed again from its beginning.
pub struct Excerpt {
    unpacker: Unpacker,
    finder: Finder,
}

struct Finder {
    /// Texts to pass by, then the one.
    texts: u32,
    /// Offset of the next byte of that text.
    at: u64,
    from: u64,
    length: usize,
    bytes: Vec<u8>,
    /// Whether the text is over.
    over: bool,
}

impl Excerpt {
    /// Looks for the bytes from an offset on, at most so many, in the text that so many others stand before.
    #[must_use]
    pub fn new(text: u32, from: u64, length: usize, limits: Limits) -> Self {
        Self {
            unpacker: Unpacker::new("", limits),
            finder: Finder {
                texts: text + 1,
                at: 0,
                from,
                length,
                bytes: Vec::new(),
                over: false,
            },
        }
    }

    /// Takes the next chunk; tells whether more are needed.
    pub fn feed(&mut self, chunk: &[u8]) -> bool {
        self.unpacker.feed(chunk, &mut self.finder);
        !self.finder.is_done()
    }

    /// Ends the file, unless it was left before: the part that was looked for, and whether its text ends with it.
    #[must_use]
    pub fn finish(mut self) -> (Vec<u8>, bool) {
        if !self.finder.is_done() {
            self.unpacker.finish(&mut self.finder);
        }
        let Finder {
            at,
            from,
            bytes,
            over,
            ..
        } = self.finder;
        let ends = over && at <= from + bytes.len() as u64;
        (bytes, ends)
    }
}

impl Finder {
    fn is_done(&self) -> bool {
        self.over || self.bytes.len() == self.length
    }
}

impl Sink for Finder {
    fn begin(&mut self, opening: &Opening<'_>) {
        self.texts = self.texts.saturating_sub(1);
        self.at = opening.offset;
    }

    fn text(&mut self, bytes: &[u8]) {
        if self.texts > 0 || self.is_done() {
            return;
        }
        let before = usize::try_from(self.from.saturating_sub(self.at)).unwrap_or(usize::MAX);
        self.at += bytes.len() as u64;
        let wanted = bytes.get(before..).unwrap_or_default();
        let room = self.length - self.bytes.len();
        self.bytes
            .extend_from_slice(&wanted[..wanted.len().min(room)]);
    }

    fn end(&mut self, _: u64, _: Option<Flaw>) {
        self.over |= self.texts == 0;
    }

    fn other(&mut self, _: &str, _: Content, _: bool, _: u64, _: Option<Flaw>) {}

    fn flawed(&mut self, _: &str, _: Flaw) {}
}
