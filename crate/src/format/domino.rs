//! Domino's own text logs: Extended Common and Common.
//!
//! Field orders are from HCL's documentation; quoting and the shapes of user and host are from programs that read such
//! files and from published lines. What neither settles is read tolerantly.

use super::ncsa::{Scanned, decimal, quoted, scan};
use super::time::AccessClock;
use super::traefik;
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, present};
use crate::input::Line;
use memchr::memchr_iter;

const SPECIFICATION: &str =
    "https://help.hcltechsw.com/domino/12.0.2/admin/admn_dominowebserverloggingtotextfiles_r.html";

/// Twelve fields: those of Common, then referer, agent, milliseconds, cookie and translated URL.
pub(super) struct ExtendedCommon;

impl Format for ExtendedCommon {
    fn code(&self) -> &'static str {
        "domino-extended-common"
    }

    fn title(&self) -> &'static str {
        "Domino Extended Common"
    }

    fn specification(&self) -> &'static str {
        SPECIFICATION
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"203.0.113.7 traveler.example.com "Jane Doe/Sales/ACME" [03/Mar/2010:14:25:00 -0500] "POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane%20doe&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping HTTP/1.1" 409 0 "-" "Apple-iPhone/704.11" 203110 "" "d:/lotus/domino/data/domino/html/servlet/traveler""#,
                expect: &[
                    ("remote_ip", "203.0.113.7"),
                    ("host", "traveler.example.com"),
                    ("user", "Jane Doe/Sales/ACME"),
                    ("time", "2010-03-03T14:25:00-05:00"),
                    ("method", "POST"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "409"),
                    ("bytes", "0"),
                    ("referer", "-"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("duration_ms", "203110"),
                ],
            },
            Sample {
                text: r#"host7.example.com - CN=Lee [Ops]/O=ACME [03/Mar/2010:14:25:00 +0000] "GET /a"b.nsf?Open&q=" 200 HTTP/1.1" 200 - "https://example.com/?q="x"" "odd "agent" 5" 12 "LtpaToken=a"b" "d:/a b""#,
                expect: &[
                    ("remote_ip", "host7.example.com"),
                    ("host", "-"),
                    ("user", "CN=Lee [Ops]/O=ACME"),
                    ("target", r#"/a"b.nsf?Open&q=" 200"#),
                    ("status", "200"),
                    ("bytes", "-"),
                    ("duration_ms", "12"),
                    ("user_agent", r#"odd "agent" 5"#),
                ],
            },
            Sample {
                text: r#"192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] "GET /x HTTP/1.1" 200 5 "-" "x" 5 "y" 203110 "" "d:/x""#,
                expect: &[
                    ("duration_ms", "203110"),
                    ("user_agent", r#"x" 5 "y"#),
                    ("cut", "-"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<ExtendedReader>::default()
    }
}

#[derive(Default)]
struct ExtendedReader {
    clock: AccessClock,
    /// Whether a whole line has been read: only then is a line without its tail taken for one that was cut.
    settled: bool,
    /// Whether the latest whole line had cookie and path as documented: only then is one without them cut.
    complete: bool,
}

impl Reader for ExtendedReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        if !columns(&scanned) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let mut record = scanned.record(line);
        match Tail::read(scanned.tail) {
            // One field behind the milliseconds may be anybody's, behind a duration.
            Tail::Whole {
                complete: false, ..
            } if !(self.settled || of_domino(&scanned)) => {
                return Reading::Foreign(Reason::UnknownShape);
            }
            Tail::Whole {
                referer,
                agent,
                millis,
                complete,
            } => {
                record.cut = !line.closed && self.complete && !complete;
                self.settled = true;
                self.complete = complete;
                record.referer = present(referer);
                record.user_agent = present(agent);
                record.duration_ms = u32::try_from(millis).ok().filter(|&ms| ms != u32::MAX);
            }
            Tail::Cut { referer } if self.settled => {
                record.cut = true;
                record.referer = referer.and_then(present);
            }
            // A line of another format may look the same, but here the file ends with it, and without a line end.
            Tail::Foreign if self.settled && !line.closed && breaks_off(scanned.tail) => {
                record.cut = true;
                if scanned.tail.is_empty() {
                    // Nothing tells whether all of its digits are there.
                    record.bytes = None;
                }
                if let Some((referer, rest)) = quoted(scanned.tail) {
                    record.referer = present(referer);
                    record.user_agent = quoted(rest).and_then(|(agent, _)| present(agent));
                }
            }
            _ => return Reading::Foreign(Reason::CutShort),
        }
        emit(&record);
        Reading::Record
    }
}

/// What follows the byte count of an Extended Common line.
enum Tail<'a> {
    /// All of it, up to the milliseconds at least; cookie and path are of no use here, and are not kept.
    Whole {
        referer: &'a [u8],
        agent: &'a [u8],
        millis: u64,
        /// Whether cookie and path are there.
        complete: bool,
    },
    /// It breaks off before the milliseconds: Domino cuts entries at a length that is configured (10 kB by default).
    Cut { referer: Option<&'a [u8]> },
    /// Another format's tail.
    Foreign,
}

impl<'a> Tail<'a> {
    fn read(tail: &'a [u8]) -> Self {
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
        match quoted(tail) {
            Some((referer, rest)) if quoted(rest).is_none() => Self::Cut {
                referer: Some(referer),
            },
            None => Self::Cut { referer: None },
            Some(_) => Self::Foreign,
        }
    }
}

/// Whether a tail can be the beginning of a whole one: nothing, or fields in quotes.
fn breaks_off(tail: &[u8]) -> bool {
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
        let close = memchr::memchr(b'"', inside);
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

/// Seven fields (six in the documentation, without the bytes): no duration, no agent.
pub(super) struct Common;

impl Format for Common {
    fn code(&self) -> &'static str {
        "domino-common"
    }

    fn title(&self) -> &'static str {
        "Domino Common"
    }

    fn specification(&self) -> &'static str {
        SPECIFICATION
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: false,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"192.0.2.44 www.example.com - [05/Nov/2006:00:46:56 -0500] "GET /web.nsf/Home?OpenForm HTTP/1.1" 302 -"#,
                expect: &[
                    ("remote_ip", "192.0.2.44"),
                    ("host", "www.example.com"),
                    ("user", "-"),
                    ("target", "/web.nsf/Home?OpenForm"),
                    ("status", "302"),
                    ("bytes", "-"),
                ],
            },
            Sample {
                text: r#"2001:db8::1 www.example.com "Jane Doe/ACME" [05/Nov/2006:00:46:56 -0500] "GET / HTTP/1.1" 200"#,
                expect: &[
                    ("remote_ip", "2001:db8::1"),
                    ("user", "Jane Doe/ACME"),
                    ("status", "200"),
                    ("bytes", "-"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<CommonReader>::default()
    }
}

#[derive(Default)]
struct CommonReader {
    clock: AccessClock,
}

impl Reader for CommonReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let whole = scanned.tail.iter().all(|&b| b == b' ');
        if !whole || !columns(&scanned) || !of_domino(&scanned) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        emit(&scanned.record(line));
        Reading::Record
    }
}

/// Whether a line is one of Domino's two formats, which the plain formats of the family must leave alone.
pub(super) fn claims(scanned: &Scanned<'_>) -> bool {
    columns(scanned)
        && match Tail::read(scanned.tail) {
            Tail::Whole { complete, .. } => complete || of_domino(scanned),
            _ => scanned.tail.iter().all(|&b| b == b' ') && of_domino(scanned),
        }
}

/// Whether a line has the columns of Domino: three before the time, and behind it not those of Traefik, which has a
/// number in the place of the milliseconds, too.
fn columns(scanned: &Scanned<'_>) -> bool {
    !scanned.prefix.odd && scanned.status.is_some() && !traefik::ends(scanned.tail)
}

/// Whether a line without a tail is Domino's: a host name stands in the column that other servers leave a hyphen in, or
/// the request is for something that only Domino serves.
fn of_domino(scanned: &Scanned<'_>) -> bool {
    let prefix = scanned.prefix;
    let host = prefix.second != b"-" && prefix.second.iter().any(|b| matches!(b, b'.' | b':'));
    let traveler = |t: &[u8]| memchr::memmem::find(t, b"/traveler").is_some();
    host || scanned.request.target.is_some_and(traveler)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Detector;

    const WHOLE: &str = r#"192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] "GET /x?y HTTP/1.1" 200 812 "https://example.com/" "Apple-iPhone/704.11" 203110 "" "d:/x""#;

    /// Format of the last line and some fields of its record, if it is one, when a whole line stands before it.
    fn last(text: &str, closed: bool) -> Option<(&'static str, [Option<String>; 5])> {
        let mut detector = Detector::new();
        let mut record = None;
        for (number, text, closed) in [(1, WHOLE, true), (2, text, closed)] {
            let line = Line {
                number,
                offset: 0,
                bytes: text.as_bytes(),
                cut: false,
                closed,
            };
            record = None;
            detector.line(&line, &mut |r| {
                let fields = ["bytes", "referer", "user_agent", "duration_ms", "cut"];
                record = Some(fields.map(|name| r.field(name)));
            });
        }
        record.map(|fields| (detector.current().code(), fields))
    }

    #[test]
    fn a_last_line_that_breaks_off_is_kept_without_what_may_lack_letters() {
        let end = |text: &str| WHOLE.find(text).map_or(0, |at| at + text.len());
        let (bytes, referer) = (Some("812"), Some("https://example.com/"));
        let (agent, ms) = (Some("Apple-iPhone/704.11"), Some("203110"));
        for (upto, fields) in [
            ("\" 200", [None, None, None, None]),
            ("\" 200 ", [None, None, None, None]),
            ("\" 200 8", [None, None, None, None]),
            ("\" 200 812", [None, None, None, None]),
            ("\" 200 812 ", [bytes, None, None, None]),
            ("\" 200 812 \"https", [bytes, None, None, None]),
            ("example.com/\"", [bytes, referer, None, None]),
            ("example.com/\" \"App", [bytes, referer, None, None]),
            ("704.11\"", [bytes, referer, agent, None]),
            ("704.11\" 2031", [bytes, referer, agent, None]),
            ("704.11\" 203110", [bytes, referer, agent, None]),
            ("203110 \"", [bytes, referer, agent, ms]),
            ("203110 \"\" \"d:/x", [bytes, referer, agent, ms]),
        ] {
            let text = &WHOLE[..end(upto)];
            let (format, got) = last(text, false).unwrap_or_else(|| panic!("no record in {text}"));
            assert_eq!(format, "domino-extended-common", "{text}");
            assert_eq!(got[4].as_deref(), Some("cut"), "{text}");
            assert_eq!([0, 1, 2, 3].map(|i| got[i].as_deref()), fields, "{text}");
        }
        for upto in ["+0000]", "GET /x", "HTTP/1.1\"", "\" 20"] {
            assert_eq!(last(&WHOLE[..end(upto)], false), None, "{upto}");
        }
    }

    #[test]
    fn whole_lines_of_any_format_are_not_cut() {
        for (text, closed, format) in [
            (WHOLE, false, "domino-extended-common"),
            (
                r#"192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] "GET /x HTTP/1.1" 200 81"#,
                true,
                "domino-common",
            ),
            (
                r#"192.0.2.9 - - [03/Mar/2010:14:25:00 +0000] "GET /x HTTP/1.1" 200 81 "-" "x""#,
                true,
                "ncsa",
            ),
        ] {
            let (got, fields) = last(text, closed).unwrap_or_else(|| panic!("no record in {text}"));
            assert_eq!((got, fields[4].as_deref()), (format, None), "{text}");
        }
    }

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
