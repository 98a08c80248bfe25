//! Lines as they stand in their file, shown again: only the place of a record is kept.

use crate::format::{self, Detector};
use crate::input::{Line, Splitter};
use crate::settings::Settings;
use serde::Serialize;

/// Bytes read again to show a record: the longest line that was looked at, and some that continue it.
pub const RECORD_BYTES: usize = 128 * 1024;

/// The text of a record as it is shown, from the part of its file's text that begins with it; `ends` tells whether the text
/// ends with that part. Tells also whether the record goes on behind it.
#[must_use]
pub fn record_text(bytes: &[u8], ends: bool, settings: &Settings) -> (String, bool) {
    let Extent { length, cut } = record_extent(bytes, ends);
    (settings.code_page().text(&bytes[..length]), cut)
}

/// How far a record reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Bytes that belong to it: its line, and those that continue it.
    pub length: usize,
    /// Whether it goes on behind those bytes.
    pub cut: bool,
}

/// How far the record reaches with which `bytes` begin, a part of a text; `ends` tells whether the text ends with them.
///
/// This is how a record is shown again: its place is known, its length is not kept.
#[must_use]
pub fn record_extent(bytes: &[u8], ends: bool) -> Extent {
    let mut detector = Detector::again(&Settings::default());
    // Bytes as they are, since it is these that are counted.
    let mut splitter = Splitter::new();
    let mut extent = Extent {
        length: 0,
        cut: false,
    };
    let mut over = false;
    let mut measure = |line: &Line<'_>| {
        let class = detector.line(line, &mut |_| {});
        // Lines that are none of it may stand between its own: blank ones, for one.
        over |= line.number > 1 && class == format::Class::Record;
        if !over && (line.number == 1 || class == format::Class::Continuation) {
            let length = line.offset as usize + line.bytes.len();
            let cut = line.cut || (!line.closed && !ends);
            extent = Extent { length, cut };
        }
    };
    splitter.feed(bytes, &mut measure);
    splitter.finish(&mut measure);
    extent
}

/// Bytes of a line that are shown beside another one.
const SHOWN: usize = 2_000;

/// Lines that stand around a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Around {
    /// Those before it.
    pub before: Vec<String>,
    /// Those behind it.
    pub after: Vec<String>,
}

/// The lines that stand before and behind a record, at most so many each. Of its text, there are some bytes before it and some
/// from its begin on, which tell also whether the text begins or ends with them.
#[must_use]
pub fn around(
    (before, begins): (&[u8], bool),
    (bytes, ends): (&[u8], bool),
    lines: usize,
    settings: &Settings,
) -> Around {
    let text = |line: &[u8]| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // A cut through a character shows as one that is none.
        settings.code_page().text(&line[..line.len().min(SHOWN)])
    };
    // What stands before the record is whole lines, but for the first one.
    let before = before.strip_suffix(b"\n").unwrap_or(before);
    let mut above: Vec<&[u8]> = before
        .rsplit(|&byte| byte == b'\n')
        .take(lines + 1)
        .collect();
    if above.len() > lines || !begins || before.is_empty() {
        above.pop();
    }
    let record = record_extent(bytes, ends).length;
    let rest = &bytes[record..];
    let next = rest.iter().position(|&byte| byte == b'\n');
    let rest = next.map_or(&[][..], |end| &rest[end + 1..]);
    let mut below: Vec<&[u8]> = rest.split(|&byte| byte == b'\n').take(lines + 1).collect();
    if below.len() > lines || !ends || below.last().is_some_and(|last| last.is_empty()) {
        below.pop();
    }
    Around {
        before: above.into_iter().rev().map(text).collect(),
        after: below.into_iter().map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reaches_to_the_end_of_its_lines() {
        let block = b"Request: GET / HTTP/1.1\nStatus: 200\n\nmore";
        assert_eq!(
            record_extent(block, true),
            Extent {
                length: 35,
                cut: false
            }
        );
        let spread = b"Request: GET\n\n/ HTTP/1.1\n\nStatus: 200\n\n=====\nStatus: 200";
        assert_eq!(
            record_extent(spread, true),
            Extent {
                length: 37,
                cut: false
            }
        );
        assert_eq!(
            record_extent(b"one\r\ntwo", true),
            Extent {
                length: 3,
                cut: false
            }
        );
        assert_eq!(
            record_extent(b"one", true),
            Extent {
                length: 3,
                cut: false
            }
        );
        assert_eq!(
            record_extent(b"one", false),
            Extent {
                length: 3,
                cut: true
            }
        );
        let long = vec![b'x'; 2 * crate::input::MAX_LINE];
        assert_eq!(
            record_extent(&long, true),
            Extent {
                length: crate::input::MAX_LINE,
                cut: true
            }
        );
        let odd = [b"x \x01".repeat(40).as_slice(), b"\nnext".as_slice()].concat();
        assert_eq!(record_extent(&odd, true).length, 120);
    }

    fn beside(before: &[u8], begins: bool, bytes: &[u8], ends: bool) -> (String, String) {
        let settings = Settings::default();
        let Around { before, after } = around((before, begins), (bytes, ends), 2, &settings);
        (before.join("|"), after.join("|"))
    }

    #[test]
    fn lines_around_a_record_are_whole_and_no_part_of_it() {
        let found = beside(b"one\r\ntwo\nthree\n", true, b"it\nfour\nfive\nsix", true);
        assert_eq!(found, ("two|three".to_owned(), "four|five".to_owned()));
        let all = beside(b"two\n", true, b"it\nfour\n", true);
        assert_eq!(all, ("two".to_owned(), "four".to_owned()));
        let cut = beside(b"wo\n", false, b"it\nfou", false);
        assert_eq!(cut, (String::new(), String::new()));
        let alone = beside(b"", true, b"it", true);
        assert_eq!(alone, (String::new(), String::new()));
        let block = beside(
            b"x\n",
            true,
            b"Request: GET / HTTP/1.1\nStatus: 200\n\nmore\n",
            true,
        );
        assert_eq!(block.0, "x");
        assert!(
            block.1.ends_with("more") && !block.1.contains("Status"),
            "{block:?}"
        );
        let empty = beside(b"\n\n", true, b"it\n\n\n", true);
        assert_eq!(empty, ("|".to_owned(), "|".to_owned()));
    }
}
