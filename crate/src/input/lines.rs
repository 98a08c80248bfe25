//! Chunks to lines.

use memchr::memchr;

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
    /// Byte offset of the line's first byte in the file.
    pub offset: u64,
    /// Its bytes without the line end, at most [`MAX_LINE`] of them.
    pub bytes: &'a [u8],
    /// Whether the line was longer than [`MAX_LINE`].
    pub cut: bool,
    /// Whether a line end closed it; only the last line of a file can lack one.
    pub closed: bool,
}

/// Cuts a stream of chunks into lines. Lines that lie within one chunk are handed on in place, without a copy.
#[derive(Debug)]
pub(super) struct Splitter {
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
    pub(super) fn new() -> Self {
        Self {
            carry: Vec::new(),
            carried: 0,
            offset: 0,
            count: 0,
            open_end: false,
        }
    }

    /// Leaves out the first `bytes` of the file (a byte-order mark), which still count for offsets.
    pub(super) fn skip(&mut self, bytes: u64) {
        self.offset += bytes;
    }

    pub(super) fn feed(&mut self, mut chunk: &[u8], sink: &mut dyn FnMut(&Line<'_>)) {
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

    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(&Line<'_>)) {
        if self.carried > 0 {
            self.open_end = true;
            self.emit_carry(false, sink);
        }
    }

    pub(super) fn ended_inside_a_line(&self) -> bool {
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
            bytes.strip_suffix(b"\r").unwrap_or(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let text = b"one\r\n\ntwo\nthree";
        let whole = lines(text, text.len());
        assert_eq!(
            whole,
            vec![
                (1, 0, b"one".to_vec(), false, true),
                (2, 5, b"".to_vec(), false, true),
                (3, 6, b"two".to_vec(), false, true),
                (4, 10, b"three".to_vec(), false, false),
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
