//! Domino's own text logs: Extended Common and Common.
//!
//! Field orders are from HCL's documentation; quoting and the shapes of user and host are from programs that read such
//! files and from published lines. What neither settles is read tolerantly.

mod tail;

use super::ncsa::{Scanned, quoted, scan};
use super::time::AccessClock;
use super::traefik;
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, Seat, present};
use crate::input::Line;
use tail::{Tail, breaks_off};

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

    fn seat(&self) -> Seat {
        Seat::Mail
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
            } if !(self.settled || names_host(&scanned)) => {
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
                record.duration_ms = duration(millis);
            }
            // Lines that end behind the milliseconds are of any server; in a file of Domino's they are Domino's.
            Tail::Short {
                referer,
                agent,
                millis,
            } if self.settled && line.closed => {
                record.cut = line.bytes.len() >= LONG;
                record.referer = present(referer);
                record.user_agent = present(agent);
                record.duration_ms = millis.filter(|_| !record.cut).and_then(duration);
            }
            Tail::Cut { referer } if self.settled => {
                record.cut = true;
                record.referer = referer.and_then(present);
            }
            // A line of another format may look the same, but here the file ends with it, and without a line end.
            Tail::Short { .. } | Tail::Foreign
                if self.settled && !line.closed && breaks_off(scanned.tail) =>
            {
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

/// From here on an entry may have been cut at the greatest length that is configured, inside its last number.
const LONG: usize = 1000;

fn duration(millis: u64) -> Option<u32> {
    u32::try_from(millis).ok().filter(|&ms| ms != u32::MAX)
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

    fn seat(&self) -> Seat {
        Seat::Mail
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
            Tail::Whole { complete, .. } => complete || names_host(scanned),
            _ => scanned.tail.iter().all(|&b| b == b' ') && of_domino(scanned),
        }
}

/// Whether a line has the columns of Domino: three before the time, which has a date, and behind it not those of Traefik,
/// which has a number in the place of the milliseconds, too.
fn columns(scanned: &Scanned<'_>) -> bool {
    !scanned.prefix.odd
        && scanned.stamp.is_some()
        && scanned.status.is_some()
        && !traefik::ends(scanned.tail)
}

/// Whether a host name stands in the column that other servers leave a hyphen in.
fn names_host(scanned: &Scanned<'_>) -> bool {
    let second = scanned.prefix.second;
    second != b"-" && second.iter().any(|b| matches!(b, b'.' | b':'))
}

/// Whether a line without a tail is Domino's: a host name stands in the column that other servers leave a hyphen in, or
/// the request is for something that only Domino serves.
fn of_domino(scanned: &Scanned<'_>) -> bool {
    let traveler =
        |t: &[u8]| memchr::memchr_iter(b'/', t).any(|at| t[at..].starts_with(b"/traveler"));
    names_host(scanned) || scanned.request.target.is_some_and(traveler)
}

#[cfg(test)]
mod tests {
    use crate::format::Detector;
    use crate::input::Line;

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
}
