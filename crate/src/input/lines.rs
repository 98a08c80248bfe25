//! Chunks to lines.

use super::decode::CodePage;
use memchr::memchr;
use std::borrow::Cow;

/// Longest part of a line that is looked at, in bytes.
///
/// Domino's own limit for an entry of its text log is 10 kB by default; base64 queries and cookies of other servers stay
/// well below this. Of a longer line the beginning is handed on with [`Line::cut`] set, and memory stays constant.
pub const MAX_LINE: usize = 64 * 1024;

/// One line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Line number, from 1.
    pub number: u32,
    /// Byte offset of the line's first byte in the text: in the file, if that is no packed one and not in UTF-16.
    pub offset: u64,
    /// Its bytes in UTF-8 without the line end and the blanks before it, at most [`MAX_LINE`] of them.
    pub bytes: &'a [u8],
    /// Whether the line was longer than [`MAX_LINE`].
    pub cut: bool,
    /// Whether a line end closed it; only the last line of a file can lack one.
    pub closed: bool,
}

impl<'a> Line<'a> {
    /// A line that is a file by itself.
    #[must_use]
    pub fn alone(bytes: &'a [u8]) -> Self {
        Self {
            number: 1,
            offset: 0,
            bytes,
            cut: false,
            closed: true,
        }
    }
}

/// Cuts a text into lines, and gives them in UTF-8.
#[derive(Debug)]
pub struct Lines {
    splitter: Splitter,
    /// That of lines which are no UTF-8.
    page: CodePage,
    foreign: Foreign,
}

/// Lines that are no UTF-8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Foreign {
    /// How many.
    pub lines: u64,
    /// Their bytes that are not ASCII.
    pub bytes: u64,
    /// Stretches that these come in.
    pub runs: u64,
}

impl Foreign {
    /// Whether the bytes stand together, as letters of another alphabet do; those of western languages stand among ASCII.
    #[must_use]
    pub fn is_another_alphabet(self) -> bool {
        self.bytes >= 2 * self.runs
    }

    fn note(&mut self, line: &[u8]) {
        self.lines += 1;
        for run in line.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
            if !run[0].is_ascii() {
                self.runs += 1;
                self.bytes += run.len() as u64;
            }
        }
    }
}

impl Lines {
    /// A text whose first byte has this offset.
    #[must_use]
    pub fn new(offset: u64, page: CodePage) -> Self {
        let mut splitter = Splitter::new();
        splitter.skip(offset);
        Self {
            splitter,
            page,
            foreign: Foreign::default(),
        }
    }

    /// Takes the next chunk and hands every line that it completes to `sink`.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&Line<'_>)) {
        let (page, foreign) = (self.page, &mut self.foreign);
        self.splitter
            .feed(chunk, &mut |line| in_utf8(line, page, foreign, sink));
    }

    /// Ends the text: hands on the last line, if no line end closed it.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&Line<'_>)) {
        let (page, foreign) = (self.page, &mut self.foreign);
        self.splitter
            .finish(&mut |line| in_utf8(line, page, foreign, sink));
    }

    /// Whether the text ended without a line end, once it is finished.
    #[must_use]
    pub fn ended_inside_a_line(&self) -> bool {
        self.splitter.ended_inside_a_line()
    }

    /// Lines so far that were no UTF-8.
    #[must_use]
    pub fn foreign(&self) -> Foreign {
        self.foreign
    }
}

/// Hands on a line in UTF-8.
fn in_utf8(
    line: &Line<'_>,
    page: CodePage,
    foreign: &mut Foreign,
    sink: &mut dyn FnMut(&Line<'_>),
) {
    if line.bytes.is_ascii() {
        return sink(line);
    }
    let mut bytes = line.bytes;
    // What was cut inside a character is still UTF-8.
    if let (true, Err(error)) = (line.cut, std::str::from_utf8(bytes))
        && error.error_len().is_none()
    {
        bytes = &bytes[..error.valid_up_to()];
    }
    let decoded = match page.utf8(bytes) {
        Cow::Borrowed(bytes) => return sink(&Line { bytes, ..*line }),
        Cow::Owned(decoded) => decoded,
    };
    foreign.note(bytes);
    let cut = line.cut || decoded.len() > MAX_LINE;
    let bytes = &decoded[..decoded.len().min(MAX_LINE)];
    sink(&Line {
        bytes,
        cut,
        ..*line
    });
}

/// Cuts a stream of chunks into lines. Lines that lie within one chunk are handed on in place, without a copy.
#[derive(Debug)]
pub(crate) struct Splitter {
    /// Beginning of a line whose end has not come yet.
    carry: Vec<u8>,
    /// Bytes of that line so far, including those beyond [`MAX_LINE`].
    carried: u64,
    /// Offset of the next line's first byte.
    offset: u64,
    /// Lines handed on.
    count: u32,
    open_end: bool,
}

impl Splitter {
    pub(crate) fn new() -> Self {
        Self {
            carry: Vec::new(),
            carried: 0,
            offset: 0,
            count: 0,
            open_end: false,
        }
    }

    /// Leaves out the first `bytes` of the file (a byte-order mark), which still count for offsets.
    pub(crate) fn skip(&mut self, bytes: u64) {
        self.offset += bytes;
    }

    pub(crate) fn feed(&mut self, mut chunk: &[u8], sink: &mut dyn FnMut(&Line<'_>)) {
        if self.carried == 0 {
            chunk = self.skip_nuls(chunk);
        } else {
            let Some(end) = memchr(b'\n', chunk) else {
                self.hold(chunk);
                return;
            };
            self.hold(&chunk[..end]);
            self.emit_carry(true, sink);
            chunk = self.skip_nuls(&chunk[end + 1..]);
        }
        while let Some(end) = memchr(b'\n', chunk) {
            self.emit(&chunk[..end], end as u64 + 1, end > MAX_LINE, true, sink);
            chunk = self.skip_nuls(&chunk[end + 1..]);
        }
        self.hold(chunk);
    }

    /// Leaves out NULs before a line, and counts them for offsets: a log has a hole of them where it was truncated while
    /// the server had it open, or after a crash, and the line behind them is a line like others, however long they are.
    fn skip_nuls<'a>(&mut self, chunk: &'a [u8]) -> &'a [u8] {
        if chunk.first() != Some(&0) {
            return chunk;
        }
        let nuls = chunk.iter().take_while(|&&b| b == 0).count();
        self.offset += nuls as u64;
        &chunk[nuls..]
    }

    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(&Line<'_>)) {
        if self.carried > 0 {
            self.open_end = true;
            self.emit_carry(false, sink);
        }
    }

    pub(crate) fn ended_inside_a_line(&self) -> bool {
        self.open_end
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = MAX_LINE.saturating_sub(self.carry.len());
        self.carry
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.carried += bytes.len() as u64;
    }

    fn emit_carry(&mut self, closed: bool, sink: &mut dyn FnMut(&Line<'_>)) {
        let carry = std::mem::take(&mut self.carry);
        let cut = self.carried > MAX_LINE as u64;
        let step = self.carried + u64::from(closed);
        self.carried = 0;
        self.emit(&carry, step, cut, closed, sink);
        // The buffer goes back, so that a file of many chunks allocates it once.
        self.carry = carry;
        self.carry.clear();
    }

    fn emit(
        &mut self,
        bytes: &[u8],
        step: u64,
        cut: bool,
        closed: bool,
        sink: &mut dyn FnMut(&Line<'_>),
    ) {
        let bytes = if cut {
            &bytes[..MAX_LINE]
        } else {
            without_end(bytes)
        };
        self.count = self.count.saturating_add(1);
        sink(&Line {
            number: self.count,
            offset: self.offset,
            bytes,
            cut,
            closed,
        });
        self.offset += step;
    }
}

/// A line without its carriage return, and without the blanks that terminals and web pages leave behind a copied line.
fn without_end(line: &[u8]) -> &[u8] {
    let mut line = line.strip_suffix(b"\r").unwrap_or(line);
    while let Some(shorter) = line.strip_suffix(b" ") {
        line = shorter;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_utf_8() {
        let mut lines = Lines::new(3, CodePage::default());
        let mut got = Vec::new();
        lines.feed(b"M\xfcller\nM\xc3\xbcller\n", &mut |line| {
            got.push((
                line.offset,
                String::from_utf8_lossy(line.bytes).into_owned(),
            ));
        });
        assert_eq!(got, [(3, "Müller".to_owned()), (10, "Müller".to_owned())]);
    }

    #[test]
    fn a_line_cut_inside_a_character_is_utf_8() {
        for length in MAX_LINE - 3..=MAX_LINE {
            let text = format!("{}{}", "x".repeat(length), "漢".repeat(9));
            let mut lines = Lines::new(0, CodePage::default());
            let mut check = |line: &Line<'_>| {
                let whole = text.as_bytes().starts_with(line.bytes);
                assert!(line.cut && whole && line.bytes.len() >= length);
            };
            lines.feed(text.as_bytes(), &mut check);
            lines.finish(&mut check);
        }
    }

    /// Lines of `bytes` when it comes in pieces of `size`.
    fn lines(bytes: &[u8], size: usize) -> Vec<(u32, u64, Vec<u8>, bool, bool)> {
        let mut splitter = Splitter::new();
        let mut out = Vec::new();
        let mut sink =
            |l: &Line<'_>| out.push((l.number, l.offset, l.bytes.to_vec(), l.cut, l.closed));
        for chunk in bytes.chunks(size) {
            splitter.feed(chunk, &mut sink);
        }
        splitter.finish(&mut sink);
        out
    }

    #[test]
    fn places_of_lines_do_not_depend_on_chunks() {
        let text = b"one \r\n\ntwo\t  \nthree";
        let whole = lines(text, text.len());
        assert_eq!(
            whole,
            vec![
                (1, 0, b"one".to_vec(), false, true),
                (2, 6, b"".to_vec(), false, true),
                (3, 7, b"two\t".to_vec(), false, true),
                (4, 14, b"three".to_vec(), false, false),
            ]
        );
        for size in 1..text.len() {
            assert_eq!(lines(text, size), whole, "chunks of {size}");
        }
    }

    #[test]
    fn a_final_line_end_opens_no_further_line() {
        assert_eq!(lines(b"a\n", 9).len(), 1);
        assert_eq!(lines(b"", 9).len(), 0);
    }

    #[test]
    fn a_line_of_any_length_is_handed_on_once_and_cut() {
        for length in [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 5 * MAX_LINE] {
            let mut text = vec![b'x'; length];
            text.extend_from_slice(b"\nnext\n");
            for size in [1000, MAX_LINE, text.len()] {
                let got = lines(&text, size);
                assert_eq!(got.len(), 2);
                assert_eq!(got[0].2.len(), length.min(MAX_LINE));
                assert_eq!(got[0].3, length > MAX_LINE);
                assert_eq!(
                    (got[1].0, got[1].1, got[1].2.as_slice()),
                    (2, length as u64 + 1, b"next".as_slice())
                );
            }
        }
    }

    #[test]
    fn nuls_before_a_line_are_no_part_of_it() {
        let mut text = vec![0; 3 * MAX_LINE];
        text.extend_from_slice(b"one\n\0\0\n\0two\0\0\nthree\n\0\0");
        let hole = 3 * MAX_LINE as u64;
        let whole = lines(&text, text.len());
        assert_eq!(
            whole,
            vec![
                (1, hole, b"one".to_vec(), false, true),
                (2, hole + 6, b"".to_vec(), false, true),
                (3, hole + 8, b"two\0\0".to_vec(), false, true),
                (4, hole + 14, b"three".to_vec(), false, true),
            ]
        );
        for size in [1, 2, 3, 5, 7, 1000, MAX_LINE + 1] {
            assert_eq!(lines(&text, size), whole, "chunks of {size}");
        }
    }

    #[test]
    fn a_carriage_return_at_the_limit_is_part_of_the_line_end() {
        let mut text = vec![b'x'; MAX_LINE - 1];
        text.extend_from_slice(b"\r\n");
        let whole = lines(&text, text.len());
        assert_eq!(whole[0].2.len(), MAX_LINE - 1);
        assert_eq!(lines(&text, 7), whole);
    }
}
