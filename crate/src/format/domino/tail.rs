//! What follows the byte count in Domino's Extended Common: quotes around what is not escaped.

use crate::format::ncsa::{decimal, quoted};
use memchr::{memchr, memchr_iter};

/// What follows the byte count of an Extended Common line.
pub(super) enum Tail<'a> {
    /// All of it, up to the milliseconds at least; cookie and path are of no use here, and are not kept.
    Whole {
        referer: &'a [u8],
        agent: &'a [u8],
        millis: u64,
        /// Whether cookie and path are there.
        complete: bool,
    },
    /// It ends with the milliseconds.
    Short {
        referer: &'a [u8],
        agent: &'a [u8],
        millis: Option<u64>,
    },
    /// It breaks off before the milliseconds: Domino cuts entries at a length that is configured (10 kB by default).
    Cut { referer: Option<&'a [u8]> },
    /// Another format's tail.
    Foreign,
}

impl<'a> Tail<'a> {
    pub(super) fn read(tail: &'a [u8]) -> Self {
        let Some(inside) = tail.strip_prefix(b" \"") else {
            return if tail == b" " {
                Self::Cut { referer: None }
            } else {
                Self::Foreign
            };
        };
        // Referer and agent come from clients, and Domino escapes nothing: both may hold quotes and blanks. So the
        // milliseconds are looked for first: the first number behind a closing quote that has cookie and path behind it
        // and nothing else; if there is none, as cookies may hold quotes too, the first that something follows.
        let mut whole = None;
        for close in memchr_iter(b'"', inside) {
            let Some(rest) = inside[close + 1..].strip_prefix(b" ") else {
                continue;
            };
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let after = &rest[digits..];
            // A number with nothing behind it ends the Combined format of other servers, in a unit unknown.
            if digits > 0 && (after.starts_with(b" \"") || after.starts_with(b" -")) {
                let exact = two_fields(after);
                if !exact && whole.is_some() {
                    continue;
                }
                let Some(millis) = decimal(&rest[..digits]) else {
                    continue;
                };
                let (referer, agent) = halves(&inside[..close]);
                whole = Some(Self::Whole {
                    referer,
                    agent,
                    millis,
                    complete: exact || ends_in_path(after),
                });
                if exact {
                    break;
                }
            }
        }
        if let Some(whole) = whole {
            return whole;
        }
        let Some((referer, rest)) = quoted(tail) else {
            return Self::Cut { referer: None };
        };
        let Some((agent, rest)) = quoted(rest) else {
            return Self::Cut {
                referer: Some(referer),
            };
        };
        let rest = rest.trim_ascii();
        if !rest.is_empty() && rest.iter().all(u8::is_ascii_digit) {
            let millis = decimal(rest);
            return Self::Short {
                referer,
                agent,
                millis,
            };
        }
        Self::Foreign
    }
}

/// Whether a tail can be the beginning of a whole one: nothing, or fields in quotes.
pub(super) fn breaks_off(tail: &[u8]) -> bool {
    tail.is_empty() || tail.starts_with(b" \"")
}

/// Whether all that is left are two fields in quotes, or a hyphen for them. Looks no further than four quotes, so that
/// asking at every quote of a line costs no more than the line is long.
fn two_fields(tail: &[u8]) -> bool {
    let field = |tail: &mut &[u8]| {
        let Some(inside) = tail.strip_prefix(b" \"") else {
            let rest = tail.strip_prefix(b" -");
            return rest.map(|rest| *tail = rest).is_some();
        };
        let close = memchr(b'"', inside);
        close.map(|at| *tail = &inside[at + 1..]).is_some()
    };
    let mut tail = tail;
    field(&mut tail) && field(&mut tail) && tail.iter().all(|&b| b == b' ')
}

/// Whether what is left ends like cookie and path, although quotes inside them hide which is which.
fn ends_in_path(tail: &[u8]) -> bool {
    let tail = tail.trim_ascii_end().strip_suffix(b"\"");
    tail.is_some_and(|tail| memchr::memmem::find(tail, b"\" \"").is_some())
}

/// Splits `referer" "agent`. A referer is a URL, which holds no `" "`, unless somebody made it up.
fn halves(both: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(both, b"\" \"") {
        Some(at) => (&both[..at], &both[at + 3..]),
        None => (both, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotes in cookies: no number has exactly two fields behind it, so the first counts.
    #[test]
    fn milliseconds_are_found_among_quotes_of_clients() {
        let millis = |tail: &str| match Tail::read(tail.as_bytes()) {
            Tail::Whole {
                millis, complete, ..
            } => Some((millis, complete)),
            _ => None,
        };
        for (tail, expected) in [
            (r#" "-" "x" 12 "" "d:/x""#, Some((12, true))),
            (r#" "-" "x" 5 "y" 12 "" "d:/x""#, Some((12, true))),
            (r#" "-" "x" 5 -y" 12 - -"#, Some((12, true))),
            (r#" "-" "x" 12 "a" 7 "b" "c" "d:/x""#, Some((12, true))),
            (r#" "-" "x" 12 "a"b" "d:/x""#, Some((12, true))),
            (r#" "-" "x" 12 "a"b" "d:/"#, Some((12, false))),
            (r#" "-" "x" 12 "" ""#, Some((12, false))),
            (r#" "-" "x" 12"#, None),
        ] {
            assert_eq!(millis(tail), expected, "{tail}");
        }
    }
}
