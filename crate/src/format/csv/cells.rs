//! The values of a row, between separators and perhaps in quotes.

use memchr::memchr;
use std::ops::Range;

/// What parts columns.
pub(in crate::format) const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Columns that a table may have at most; there are no fields for half as many.
pub(in crate::format) const COLUMNS: usize = 256;

/// How the quotes of a row end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) enum Split {
    /// Closed.
    Whole,
    /// Inside a value, which the next line may go on with.
    Open,
    /// There are more columns than any table has.
    TooMany,
}

/// The values of one row, without their quotes.
#[derive(Default)]
pub(in crate::format) struct Cells {
    text: Vec<u8>,
    cells: Vec<Range<usize>>,
}

impl Cells {
    /// The values without the blanks around them.
    pub(in crate::format) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.cells
            .iter()
            .map(|range| self.text[range.clone()].trim_ascii())
    }

    /// Where the values stand, with the blanks around them.
    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.cells
    }

    /// Takes a row apart.
    pub(in crate::format) fn split(&mut self, row: &[u8], separator: u8) -> Split {
        self.text.clear();
        self.cells.clear();
        let mut rest = row;
        loop {
            let from = self.text.len();
            // Blanks before a quote are passed over; a tab may part columns.
            let blanks = rest.iter().take_while(|b| **b == b' ').count();
            let quoted = &rest[blanks..];
            let after = if let Some(inside) = quoted.strip_prefix(b"\"") {
                match self.unquote(inside) {
                    Some(after) => after,
                    None => {
                        self.cells.push(from..self.text.len());
                        return Split::Open;
                    }
                }
            } else {
                rest
            };
            // Behind a closed quote there are at most blanks; what stands there in spite of that is kept.
            let end = memchr(separator, after).unwrap_or(after.len());
            self.text.extend_from_slice(&after[..end]);
            self.cells.push(from..self.text.len());
            if end == after.len() {
                return Split::Whole;
            }
            if self.cells.len() == COLUMNS {
                return Split::TooMany;
            }
            rest = &after[end + 1..];
        }
    }

    /// Takes a value up to the quote that closes it, and leaves what follows; `None` if none does.
    fn unquote<'a>(&mut self, inside: &'a [u8]) -> Option<&'a [u8]> {
        let mut rest = inside;
        loop {
            let Some(quote) = memchr(b'"', rest) else {
                self.text.extend_from_slice(rest);
                return None;
            };
            self.text.extend_from_slice(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.strip_prefix(b"\"") {
                Some(after) => {
                    self.text.push(b'"');
                    rest = after;
                }
                None => return Some(rest),
            }
        }
    }
}

/// Whether quotes stand in a text where RFC 4180 has them and nowhere else: around whole values, and twice within those.
pub(in crate::format) fn is_row(text: &[u8], separator: u8) -> bool {
    let mut rest = text;
    loop {
        let after = if let Some(inside) = rest.strip_prefix(b"\"") {
            let mut inside = inside;
            loop {
                let Some(quote) = memchr(b'"', inside) else {
                    return false;
                };
                inside = &inside[quote + 1..];
                match inside.strip_prefix(b"\"") {
                    Some(after) => inside = after,
                    None => break inside,
                }
            }
        } else {
            let end = memchr(separator, rest).unwrap_or(rest.len());
            if memchr(b'"', &rest[..end]).is_some() {
                return false;
            }
            &rest[end..]
        };
        match after.split_first() {
            None => return true,
            Some((&next, behind)) if next == separator => rest = behind,
            Some(_) => return false,
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_have_their_quotes_in_their_places() {
        for (row, is) in [
            ("a,b", true),
            ("", true),
            ("\"a,\"\"b\"\"\",,c", true),
            ("\"a\" ,b", false),
            ("a \"b\",c", false),
            ("\"a,b", false),
        ] {
            assert_eq!(is_row(row.as_bytes(), b','), is, "{row}");
        }
    }

    proptest! {
        #[test]
        fn what_a_writer_quotes_is_read_again(values in prop::collection::vec("[a-z,;\" ]{0,12}", 1..6)) {
            let row: Vec<_> = values.iter().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect();
            let mut cells = Cells::default();
            prop_assert!(is_row(row.join(",").as_bytes(), b','));
            prop_assert_eq!(cells.split(row.join(",").as_bytes(), b','), Split::Whole);
            let read: Vec<_> = cells.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
            let values: Vec<_> = values.iter().map(|v| v.trim().to_owned()).collect();
            prop_assert_eq!(read, values);
        }
    }
}
