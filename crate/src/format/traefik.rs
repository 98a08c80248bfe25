//! Traefik's access log in its Common Log Format: Combined, then a count of requests, router, server and duration.
//!
//! Router and server are quoted without any escaping, so the duration is read from the end.

use super::ncsa::decimal;
use super::ncsa::tailed::{Tail, Tailed};
use super::{Carries, Edge, Format, Reader, Sample, Seat};
use memchr::memrchr;

pub(super) struct Traefik;

impl Format for Traefik {
    fn code(&self) -> &'static str {
        "traefik"
    }

    fn title(&self) -> &'static str {
        "Traefik access log"
    }

    fn specification(&self) -> &'static str {
        "https://doc.traefik.io/traefik/observability/access-logs/"
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
                text: r#"192.0.2.7 - jo [24/Nov/2024:13:38:04 +0000] "POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/2" 200 13 "-" "Apple-iPhone/704.11" 244 "mail@docker -> leaf@docker" "http://10.0.0.3:80" 300042ms"#,
                expect: &[
                    ("remote_ip", "192.0.2.7"),
                    ("user", "jo"),
                    ("time", "2024-11-24T13:38:04Z"),
                    ("protocol", "HTTP/2"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("duration_ms", "300042"),
                    ("edge", "start"),
                ],
            },
            Sample {
                text: r#"192.0.2.7 - - [28/Sep/2022:13:38:04 +0000] "GET /x HTTP/1.1" - - "-" "curl/8" 45640 "-" "-" 0ms"#,
                expect: &[
                    ("status", "-"),
                    ("bytes", "-"),
                    ("user_agent", "curl/8"),
                    ("duration_ms", "0"),
                ],
            },
            Sample {
                text: r#"192.0.2.7 - - [02/Oct/2017:20:22:08 +0000] "GET /x HTTP/1.1" 304 0 "-" "curl/8" 271 "Host-x "http://10.0.0.3:80" 3ms"#,
                expect: &[("status", "304"), ("duration_ms", "3")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        // The stamp is the field StartUTC or StartLocal, "the time at which request processing started".
        Box::new(Tailed::new(tail, Edge::Start))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

fn tail(rest: &[u8]) -> Option<Tail> {
    claims(rest).then(|| Tail {
        duration_ms: millis(rest).and_then(|ms| u32::try_from(ms).ok()),
    })
}

/// Whether what follows the agent is a number, two fields in quotes or hyphens, and milliseconds.
pub(super) fn claims(rest: &[u8]) -> bool {
    let counted = |rest: &[u8]| {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let after = match digits {
            0 => rest.strip_prefix(b"-"),
            _ => Some(&rest[digits..]),
        };
        after.is_some_and(|after| after.starts_with(b" \""))
    };
    ends(rest) && rest.strip_prefix(b" ").is_some_and(counted)
}

/// Whether a line ends in milliseconds behind a quote.
pub(super) fn ends(tail: &[u8]) -> bool {
    tail.trim_ascii_end().ends_with(b"ms") && millis(tail).is_some()
}

fn millis(tail: &[u8]) -> Option<u64> {
    let text = tail.trim_ascii_end().strip_suffix(b"ms")?;
    let blank = memrchr(b' ', text)?;
    text[..blank].ends_with(b"\"").then_some(())?;
    decimal(&text[blank + 1..])
}
