//! Domino's own text logs: Extended Common and Common.
//!
//! Field orders are from HCL's documentation; quoting and the shapes of user and host are from programs that read such
//! files and from published lines. What neither settles is read tolerantly.

use super::ncsa::{Prefix, Scanned, decimal, quoted, scan};
use super::time::AccessClock;
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
}

impl Reader for ExtendedReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let Some(prefix) = Prefix::split(scanned.prefix) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        let mut record = scanned.record(line, prefix);
        match Tail::read(scanned.tail) {
            Tail::Whole {
                referer,
                agent,
                millis,
            } => {
                self.settled = true;
                record.referer = present(referer);
                record.user_agent = present(agent);
                record.duration_ms = u32::try_from(millis).ok().filter(|&ms| ms != u32::MAX);
            }
            Tail::Cut { referer } if self.settled => record.referer = referer.and_then(present),
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
        // milliseconds are looked for first: the first number between a closing quote and the cookie.
        for close in memchr_iter(b'"', inside) {
            let Some(rest) = inside[close + 1..].strip_prefix(b" ") else {
                continue;
            };
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let after = &rest[digits..];
            // A number with nothing behind it ends the Combined format of other servers, in a unit unknown.
            if digits > 0 && (after.starts_with(b" \"") || after.starts_with(b" -")) {
                let Some(millis) = decimal(&rest[..digits]) else {
                    continue;
                };
                let (referer, agent) = halves(&inside[..close]);
                return Self::Whole {
                    referer,
                    agent,
                    millis,
                };
            }
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
        let Some(prefix) = Prefix::split(scanned.prefix) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        if !scanned.tail.iter().all(|&b| b == b' ') || !of_domino(&scanned, prefix) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        emit(&scanned.record(line, prefix));
        Reading::Record
    }
}

/// Whether a line is one of Domino's two formats, which the plain formats of the family must leave alone.
pub(super) fn claims(scanned: &Scanned<'_>, prefix: Prefix<'_>) -> bool {
    match Tail::read(scanned.tail) {
        Tail::Whole { .. } => true,
        _ => scanned.tail.iter().all(|&b| b == b' ') && of_domino(scanned, prefix),
    }
}

/// Whether a line without a tail is Domino's: a host name stands in the column that other servers leave a hyphen in, or
/// the request is for something that only Domino serves.
fn of_domino(scanned: &Scanned<'_>, prefix: Prefix<'_>) -> bool {
    let host = prefix.second != b"-" && prefix.second.iter().any(|b| matches!(b, b'.' | b':'));
    let traveler = |t: &[u8]| memchr::memmem::find(t, b"/traveler").is_some();
    host || scanned.request.target.is_some_and(traveler)
}
