//! The plain NCSA format, Common and Combined, which old Domino releases and IBM HTTP Server write.

use super::domino;
use super::ncsa::{quoted, scan};
use super::time::AccessClock;
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, present};
use crate::input::Line;

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
        // What sites append after the agent is often a duration, but its unit is not in the line.
        Carries {
            duration: false,
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
                ],
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
}

impl Reader for CombinedReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let referer = quoted(scanned.tail);
        let agent = referer.and_then(|(_, rest)| quoted(rest));
        let cut = self.with_agent && agent.is_none() && !line.closed;
        if !cut && domino::claims(&scanned) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let mut record = scanned.record(line);
        record.cut = cut;
        if cut && scanned.tail.is_empty() {
            // Nothing tells whether all of its digits are there.
            record.bytes = None;
        }
        // The second column is a host name only where it looks like one.
        record.host = record
            .host
            .filter(|h| h.contains(&b'.') || h.contains(&b':'));
        record.referer = referer.and_then(|(referer, _)| present(referer));
        record.user_agent = agent.and_then(|(agent, _)| present(agent));
        self.with_agent |= agent.is_some();
        emit(&record);
        Reading::Record
    }
}
