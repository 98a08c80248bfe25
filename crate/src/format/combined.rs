//! The plain NCSA format, Common and Combined, as Apache, IBM HTTP Server, nginx, LiteSpeed and old Domino releases write
//! it, with what sites put before the client and behind the agent.
//!
//! Apache's `%t` is the moment a request arrived, nginx's `$time_local` that of its line; a plain line may be of either,
//! so which edge its stamp marks is left open. Only nginx's own names for a duration tell (`rt=`, `request_time=`).

use super::address::without_port;
use super::ncsa::{Scanned, field, scan};
use super::time::AccessClock;
use super::trailing::{self, Took};
use super::{Carries, Doubt, Edge, Format, Reader, Reading, Reason, Record, Sample, present};
use super::{domino, nginx_ingress, traefik};
use crate::input::Line;
use memchr::memmem;

/// The plain formats of the family: Common, and Combined with referer and agent.
pub(super) struct Combined;

impl Format for Combined {
    fn code(&self) -> &'static str {
        "ncsa"
    }

    fn title(&self) -> &'static str {
        "NCSA Common or Combined"
    }

    fn specification(&self) -> &'static str {
        "https://httpd.apache.org/docs/2.4/logs.html#accesslog"
    }

    fn carries(&self) -> Carries {
        // The duration is what sites append behind the agent.
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"192.0.2.10 - Anna Maria Berg [12/Jan/2004:08:15:30 +0100] "GET /names.nsf HTTP/1.0" 200 1870"#,
                expect: &[
                    ("remote_ip", "192.0.2.10"),
                    ("host", "-"),
                    ("user", "Anna Maria Berg"),
                    ("time", "2004-01-12T08:15:30+01:00"),
                    ("target", "/names.nsf"),
                    ("protocol", "HTTP/1.0"),
                    ("status", "200"),
                    ("bytes", "1870"),
                ],
            },
            Sample {
                text: r#"2001:db8::7 - - [12/Jan/2024:08:15:30 +0000] "POST /Microsoft-Server-ActiveSync?Cmd=Ping&User=a HTTP/1.1" 200 13 "-" "Android/8.1 (a \"b\")""#,
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("user", "-"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("referer", "-"),
                    ("user_agent", r#"Android/8.1 (a \"b\")"#),
                    ("duration_ms", "-"),
                    ("edge", "-"),
                ],
            },
            Sample {
                text: r#"www.example.com:443 203.0.113.9 - "Jane Doe" [12/Jan/2024:08:15:30 +0100] "GET /a\"b HTTP/2.0" 499 0 "https://example.com/" "curl/8" 203110"#,
                expect: &[
                    ("remote_ip", "203.0.113.9"),
                    ("host", "www.example.com:443"),
                    ("user", "Jane Doe"),
                    ("target", r#"/a\"b"#),
                    ("status", "499"),
                    ("user_agent", "curl/8"),
                    ("duration_ms", "203110"),
                    ("doubt", "unit"),
                    ("edge", "-"),
                ],
            },
            Sample {
                text: r#"www.example.com 192.0.2.9 - - [12/Jan/2024:08:15:30 +0100] "GET / HTTP/1.1" 301 368"#,
                expect: &[
                    ("remote_ip", "192.0.2.9"),
                    ("host", "www.example.com"),
                    ("user", "-"),
                    ("bytes", "368"),
                ],
            },
            Sample {
                text: r#"app.example.com 10.0.0.4 - 0123456789abcdef0123456789abcdef - [12/Jan/2024:08:15:30 +0000] "\x16\x03\x01 \x00" 400 157 "-" "-""#,
                expect: &[
                    ("remote_ip", "10.0.0.4"),
                    ("host", "app.example.com"),
                    ("user", "-"),
                    ("method", "-"),
                    ("target", r"\x16\x03\x01 \x00"),
                    ("status", "400"),
                ],
            },
            Sample {
                text: r#""10.5.1.2, 203.0.113.9" 10.0.0.2 - - [12/Jan/2024:08:15:30 +0000] "" 444 0 "-" "-" rt=0.050 urt="0.049""#,
                expect: &[
                    ("remote_ip", "203.0.113.9"),
                    ("target", "-"),
                    ("status", "444"),
                    ("duration_ms", "50"),
                    ("doubt", "-"),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: r#"203.0.113.xxx - jo [2024-01-12T08:15:30.250+01:00] "-" 408 - "-" "-" 0.050 "2.75""#,
                expect: &[
                    ("remote_ip", "203.0.113.xxx"),
                    ("user", "jo"),
                    ("time", "2024-01-12T08:15:30.250+01:00"),
                    ("target", "-"),
                    ("status", "408"),
                    ("duration_ms", "50"),
                    ("edge", "-"),
                ],
            },
            Sample {
                text: r#"[10:20:32 +0200] "POST /Microsoft-Server-ActiveSync?Cmd=Sync&User=sm HTTP/1.1" 200 - "-" "Android-EAS/1""#,
                expect: &[
                    ("time", "-"),
                    ("remote_ip", "-"),
                    ("method", "POST"),
                    ("status", "200"),
                    ("user_agent", "Android-EAS/1"),
                ],
            },
            Sample {
                text: r#"192.0.2.9:51234 - jo [12/Jan/2024:08:15:30 +0000]  "POST https://mail.example.com/Microsoft-Server-ActiveSync?Cmd=Ping HTTP/1.1" 200 13 "-" "curl/8" "10.0.0.1:8443" "10.0.0.2:443""#,
                expect: &[
                    ("remote_ip", "192.0.2.9"),
                    ("user", "jo"),
                    (
                        "target",
                        "https://mail.example.com/Microsoft-Server-ActiveSync?Cmd=Ping",
                    ),
                    ("duration_ms", "-"),
                ],
            },
            Sample {
                text: r#"192.0.2.9 - - [12/Jan/2024:08:15:30 +0000] "GET /x HTTP/1.1" 200 "https://example.com/" "curl/8""#,
                expect: &[
                    ("bytes", "-"),
                    ("referer", "https://example.com/"),
                    ("user_agent", "curl/8"),
                ],
            },
            Sample {
                text: r#"[12/Jan/2024:08:15:30 +0000] 192.0.2.9 - jo "GET /x HTTP/1.1" 200 13 0.050 462 0.049 "https://example.com/""#,
                expect: &[
                    ("time", "2024-01-12T08:15:30Z"),
                    ("remote_ip", "192.0.2.9"),
                    ("user", "jo"),
                    ("bytes", "13"),
                    ("duration_ms", "50"),
                    ("referer", "https://example.com/"),
                ],
            },
            Sample {
                text: r#"[12/Jan/2024:08:15:30 +0000] www.example.com 192.0.2.9 - - "GET /x HTTP/1.1" 200 13 "-" "curl/8""#,
                expect: &[
                    ("remote_ip", "192.0.2.9"),
                    ("host", "www.example.com"),
                    ("user_agent", "curl/8"),
                ],
            },
            Sample {
                text: r#"192.0.2.188, 10.0.0.1 10.0.0.2 - - [[16/Jun/2023:15:02:05 +0900]] "GET /x HTTP/1.1" 200 409 21"#,
                expect: &[
                    ("time", "2023-06-16T15:02:05+09:00"),
                    ("remote_ip", "192.0.2.188"),
                    ("bytes", "409"),
                    ("duration_ms", "21"),
                    ("doubt", "unit"),
                ],
            },
            Sample {
                text: r#"192.0.2.9 - jo [12/Jan/2024:08:15:30 +0000] "mail.example.com" "POST /x HTTP/2.0" 200 13 "-" "curl/8" 0.050"#,
                expect: &[
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("target", "/x"),
                    ("protocol", "HTTP/2.0"),
                    ("duration_ms", "50"),
                ],
            },
            Sample {
                text: r#"192.0.2.9 - - "GET /x HTTP/1.1" 200 65508 4.386"#,
                expect: &[
                    ("remote_ip", "192.0.2.9"),
                    ("time", "-"),
                    ("bytes", "65508"),
                    ("duration_ms", "4386"),
                ],
            },
            Sample {
                text: r#"192.0.2.9 - - [12/Jan/2024:08:15:30 +0000] "GET /x HTTP/1.1" 200 13 300012345 "https://example.com/" "curl/8""#,
                expect: &[
                    ("bytes", "13"),
                    ("duration_ms", "300012345"),
                    ("doubt", "unit"),
                    ("referer", "https://example.com/"),
                    ("user_agent", "curl/8"),
                ],
            },
            Sample {
                text: r#""192.0.2.9 - - [12/Jan/2024:08:15:30 +0000] "GET /x HTTP/1.1" 200 13 "-" "curl/8"""#,
                expect: &[("remote_ip", "192.0.2.9"), ("user_agent", "curl/8")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<CombinedReader>::default()
    }
}

#[derive(Default)]
struct CombinedReader {
    clock: AccessClock,
    /// Whether lines come with an agent: only then is a last line without one taken for one that was cut.
    with_agent: bool,
    /// The same for a duration behind the agent.
    with_duration: bool,
}

impl Reader for CombinedReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let tail = Tail::read(scanned.tail);
        let cut = self.with_agent && tail.agent.is_none() && !line.closed;
        if !cut && tail.is_foreign(&scanned) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let mut record = scanned.record(line);
        record.remote = record.remote.map(without_port);
        record.cut = cut;
        if cut && scanned.tail.is_empty() {
            // Nothing tells whether all of its digits are there.
            record.bytes = None;
        }
        // The second column of three is a host name only where it looks like one.
        let host = |h: &[u8]| scanned.prefix.odd || h.contains(&b'.') || h.contains(&b':');
        record.host = record.host.filter(|h| host(h)).or(scanned.named_host);
        record.referer = tail.referer.and_then(present);
        record.user_agent = tail.agent.and_then(present);
        if line.bytes.starts_with(b"\"") && scanned.prefix.odd {
            // The whole line may stand in quotes.
            record.user_agent = record
                .user_agent
                .map(|agent| agent.strip_suffix(b"\"").unwrap_or(agent));
        }
        let took = tail.took();
        record.cut |= self.with_duration && took.is_none() && !line.closed;
        self.with_duration |= took.is_some();
        if let Some(took) = took {
            record.duration_ms = Some(took.ms);
            record.doubt = Doubt {
                unit: took.unit_unknown,
                ..Doubt::default()
            };
            record.edge = took.by_nginx.then_some(Edge::End);
        }
        self.with_agent |= tail.agent.is_some();
        emit(&record);
        Reading::Record
    }
}

/// What follows the byte count.
struct Tail<'a> {
    /// What stands between the byte count and the first quote.
    before: &'a [u8],
    referer: Option<&'a [u8]>,
    agent: Option<&'a [u8]>,
    /// What follows the agent.
    after: &'a [u8],
}

impl<'a> Tail<'a> {
    fn read(tail: &'a [u8]) -> Self {
        let mut before: &[u8] = b"";
        let mut rest = tail;
        // A hyphen may stand for the referer; anything else before the first quote is not of the format.
        if !tail.is_empty() && field(tail).is_none() {
            let quote = memmem::find(tail, b" \"").unwrap_or(tail.len());
            (before, rest) = tail.split_at(quote);
        }
        let referer = field(rest);
        let agent = referer.and_then(|(_, rest)| field(rest));
        Self {
            before,
            referer: referer.map(|(referer, _)| referer),
            agent: agent.map(|(agent, _)| agent),
            after: agent.map_or(b"", |(_, after)| after),
        }
    }

    /// Whether the line is one of another format, which has more to say behind the agent.
    fn is_foreign(&self, scanned: &Scanned<'_>) -> bool {
        if self.agent.is_some() && self.after.is_empty() {
            return false;
        }
        domino::claims(scanned) || traefik::claims(self.after) || nginx_ingress::claims(self.after)
    }

    fn took(&self) -> Option<Took> {
        let read = |text: &[u8]| (!text.is_empty()).then(|| trailing::read(text)).flatten();
        read(self.after).or_else(|| read(self.before))
    }
}
