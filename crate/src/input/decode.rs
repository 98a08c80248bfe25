//! Bytes of a text to UTF-8: UTF-16 as it comes, and lines in a code page of old.
//!
//! A line that is UTF-8 is taken as such. Any other is in the code page that the user names, or else in windows-1252,
//! which has a character for every byte: a name with an umlaut then reads as it was written, in most of the logs that
//! have one.

use encoding_rs::{Encoding as Table, WINDOWS_1252};
use memchr::{memchr, memchr_iter};
use std::borrow::Cow;

/// How a text is encoded as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// ASCII stays as it is: UTF-8, or a code page line by line.
    Bytes {
        /// Whether the text opens with the UTF-8 byte-order mark.
        mark: bool,
    },
    /// UTF-16.
    Utf16 {
        /// Whether the more significant byte comes first.
        big: bool,
        /// Whether the text opens with the byte-order mark.
        mark: bool,
    },
}

impl Encoding {
    /// Length of the byte-order mark.
    pub(super) fn mark_len(self) -> usize {
        match self {
            Self::Bytes { mark } => 3 * usize::from(mark),
            Self::Utf16 { mark, .. } => 2 * usize::from(mark),
        }
    }
}

/// A code page: what bytes mean that are no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePage(&'static Table);

impl Default for CodePage {
    fn default() -> Self {
        Self(WINDOWS_1252)
    }
}

impl CodePage {
    /// The code page of a name, as the web knows it: `windows-1251`, `shift_jis`, `gbk`, `latin1` …
    /// <https://encoding.spec.whatwg.org/#names-and-labels>
    #[must_use]
    pub fn named(label: &str) -> Option<Self> {
        // Those in which ASCII is not ASCII are found by the file's own bytes, and the last stands for no text at all.
        Table::for_label_no_replacement(label.as_bytes())
            .filter(|table| table.is_ascii_compatible())
            .map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// A text as UTF-8: the same bytes, if they are that already.
    #[must_use]
    pub fn utf8(self, text: &[u8]) -> Cow<'_, [u8]> {
        if text.is_ascii() || std::str::from_utf8(text).is_ok() {
            return Cow::Borrowed(text);
        }
        // What the page has no character for becomes a replacement character; so does damage in UTF-8 itself.
        match self.0.decode_without_bom_handling(text).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    /// Several lines as text, each by itself.
    #[must_use]
    pub fn text(self, lines: &[u8]) -> String {
        let lines = lines.split_inclusive(|&b| b == b'\n');
        let decoded: Vec<u8> = lines
            .flat_map(|line| self.utf8(line).into_owned())
            .collect();
        String::from_utf8_lossy(&decoded).into_owned()
    }
}

/// What makes lines of UTF-8, or of a code page, of a text.
#[derive(Debug)]
pub(super) struct Decoder {
    utf16: Option<Utf16>,
    /// Whether carriage returns alone end its lines, as on old Macs and in some exports.
    returns: bool,
}

impl Decoder {
    /// That of a text with this head.
    pub(super) fn new(encoding: Encoding, head: &[u8]) -> Self {
        let utf16 = match encoding {
            Encoding::Bytes { .. } => None,
            Encoding::Utf16 { big, .. } => Some(Utf16::new(big)),
        };
        // Letters and line ends of ASCII have the same byte in UTF-16, beside a NUL.
        let returns = memchr(b'\n', head).is_none() && memchr_iter(b'\r', head).count() > 1;
        Self { utf16, returns }
    }

    /// Whether the bytes can stay as they are.
    pub(super) fn is_idle(&self) -> bool {
        self.utf16.is_none() && !self.returns
    }

    /// Appends the text of the next bytes to `out`.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        match &mut self.utf16 {
            Some(utf16) => utf16.feed(bytes, out),
            None => out.extend_from_slice(bytes),
        }
        if self.returns {
            for byte in out[from..].iter_mut().filter(|b| **b == b'\r') {
                *byte = b'\n';
            }
        }
    }

    /// Appends what is left at the end.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if let Some(utf16) = &mut self.utf16 {
            utf16.finish(out);
        }
    }
}

/// UTF-16 on its way to UTF-8, in pieces of any size. Lone surrogates become replacement characters.
#[derive(Debug)]
struct Utf16 {
    big: bool,
    /// First byte of a unit whose second has not come yet.
    half: Option<u8>,
    /// A high surrogate that waits for its low one.
    high: Option<u16>,
}

impl Utf16 {
    fn new(big: bool) -> Self {
        Self {
            big,
            half: None,
            high: None,
        }
    }

    /// Appends the text of the next bytes to `out`.
    fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        if let (Some(first), [second, rest @ ..]) = (self.half, bytes) {
            self.half = None;
            self.unit([first, *second], out);
            bytes = rest;
        }
        let (units, rest) = bytes.as_chunks::<2>();
        for &unit in units {
            self.unit(unit, out);
        }
        self.half = rest.first().copied().or(self.half);
    }

    /// Ends the text: what is half a character stands for one that is lost.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if self.high.take().is_some() | self.half.take().is_some() {
            push(char::REPLACEMENT_CHARACTER, out);
        }
    }

    fn unit(&mut self, bytes: [u8; 2], out: &mut Vec<u8>) {
        let unit = if self.big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        };
        if let (None, 0..=0x7f) = (self.high, unit) {
            out.push(unit as u8);
            return;
        }
        if let Some(high) = self.high.take() {
            if let Some(Ok(pair)) = char::decode_utf16([high, unit]).next() {
                push(pair, out);
                return;
            }
            push(char::REPLACEMENT_CHARACTER, out);
        }
        match char::from_u32(u32::from(unit)) {
            Some(single) => push(single, out),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => push(char::REPLACEMENT_CHARACTER, out),
        }
    }
}

fn push(c: char, out: &mut Vec<u8>) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(units: &[u16], big: bool, chunk: usize) -> String {
        let bytes: Vec<u8> = units
            .iter()
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect();
        let mut out = Vec::new();
        let mut decoder = Utf16::new(big);
        for piece in bytes.chunks(chunk) {
            decoder.feed(piece, &mut out);
        }
        decoder.finish(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn utf_16_is_decoded_in_pieces_of_any_size() {
        let text = "a ü 漢 😀\r\nb";
        let units: Vec<u16> = text.encode_utf16().collect();
        for chunk in 1..=units.len() * 2 {
            assert_eq!(decoded(&units, false, chunk), text);
            assert_eq!(decoded(&units, true, chunk), text);
        }
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        let a = u16::from(b'a');
        for (units, text) in [
            (&[0xd83d, a][..], "\u{fffd}a"),
            (&[0xdc00, a], "\u{fffd}a"),
            (&[0xd83d, 0xd83d, 0xde00], "\u{fffd}😀"),
            (&[a, 0xd83d], "a\u{fffd}"),
        ] {
            for chunk in 1..5 {
                assert_eq!(decoded(units, false, chunk), text);
            }
        }
        let mut out = Vec::new();
        let mut odd = Utf16::new(false);
        odd.feed(b"a\0b", &mut out);
        odd.finish(&mut out);
        assert_eq!(out, "a\u{fffd}".as_bytes());
    }

    #[test]
    fn lines_that_are_no_utf_8_are_in_the_code_page() {
        let western = CodePage::default();
        assert_eq!(&*western.utf8(b"M\xfcller \x80"), "Müller €".as_bytes());
        assert_eq!(&*western.utf8("Müller".as_bytes()), "Müller".as_bytes());

        assert_eq!(western.text(b"\xc3\xbc\n\xfc\n"), "ü\nü\n");
        for (name, bytes, text) in [
            ("windows-1251", &b"\xc8\xe2\xe0\xed"[..], "Иван"),
            ("shift_jis", b"\x93c\x92\x86", "田中"),
            ("gbk", b"\xd5\xc5", "张"),
            ("euc-kr", b"\xb1\xe8", "김"),
            ("big5", b"\xa7\xf5", "李"),
        ] {
            let page = CodePage::named(name).expect("it is known");
            assert_eq!(page.utf8(bytes), text.as_bytes(), "{name}");
        }
        for name in [
            "utf-16",
            "utf-16be",
            "iso-2022-jp",
            "replacement",
            "nonsense",
        ] {
            assert_eq!(CodePage::named(name), None, "{name}");
        }
    }
}
