//! The access log of Kubernetes' ingress on nginx, `upstreaminfo`: Combined, then length and time of the request, the
//! names of the upstream, and what each server that was tried took.

use super::ncsa::{field, scan};
use super::time::{AccessClock, number};
use super::{Carries, Edge, Format, Reader, Reading, Reason, Record, Sample, Seat, present};
use crate::input::Line;
use memchr::memchr;

pub(super) struct NginxIngress;

impl Format for NginxIngress {
    fn code(&self) -> &'static str {
        "nginx-ingress"
    }

    fn title(&self) -> &'static str {
        "Kubernetes ingress (nginx)"
    }

    fn specification(&self) -> &'static str {
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/"
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
                text: r#"192.0.2.7 - jo [18/Mar/2023:15:00:00 +0000] "POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/2.0" 200 13 "-" "Apple-iPhone/704.11" 462 60.050 [mail-traveler-443] [] 10.0.50.80:443 13 60.049 200 752178adb17130b291aefd8c386279e7"#,
                expect: &[
                    ("remote_ip", "192.0.2.7"),
                    ("user", "jo"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("duration_ms", "60050"),
                    ("doubt", "-"),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: r#"192.0.2.7 - [203.0.113.9] - - [18/Mar/2019:15:00:00 +0000] "GET /x HTTP/1.1" 504 167 "-" "curl/8" 148 5.001 [mail-traveler-443] 10.0.50.80:443, 10.0.50.81:443 0, 167 5.000, 0.001 504, 504 752178adb17130b291aefd8c386279e7"#,
                expect: &[
                    ("remote_ip", "203.0.113.9"),
                    ("user", "-"),
                    ("duration_ms", "5001"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<IngressReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

#[derive(Default)]
struct IngressReader {
    clock: AccessClock,
    /// Whether a whole line has been read: only then is a last line without its tail taken for one that was cut.
    settled: bool,
}

impl Reader for IngressReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let referer = field(scanned.tail);
        let agent = referer.and_then(|(_, rest)| field(rest));
        let millis = agent.and_then(|(_, rest)| request_time(rest));
        if millis.is_none() && (line.closed || !self.settled) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        self.settled |= millis.is_some();
        let mut record = scanned.record(line);
        record.cut = millis.is_none();
        if record.cut && scanned.tail.is_empty() {
            // Nothing tells whether all of its digits are there.
            record.bytes = None;
        }
        // The second column is always a hyphen.
        record.host = None;
        record.referer = referer.and_then(|(referer, _)| present(referer));
        record.user_agent = agent.and_then(|(agent, _)| present(agent));
        record.duration_ms = millis;
        // nginx writes a line, and its $time_local, when the request is complete:
        // https://nginx.org/en/docs/http/ngx_http_log_module.html
        record.edge = Some(Edge::End);
        emit(&record);
        Reading::Record
    }
}

/// Whether what follows the agent is of this format.
pub(super) fn claims(rest: &[u8]) -> bool {
    request_time(rest).is_some()
}

/// Milliseconds of `$request_time` in `$request_length $request_time [$proxy_upstream_name]`.
fn request_time(rest: &[u8]) -> Option<u32> {
    let rest = rest.strip_prefix(b" ")?;
    let length = memchr(b' ', rest)?;
    number(&rest[..length])?;
    let rest = &rest[length + 1..];
    let end = memchr(b' ', rest)?;
    rest[end..].starts_with(b" [").then_some(())?;
    seconds(&rest[..end])
}

/// Milliseconds of seconds as nginx writes them, with three decimals.
pub(super) fn seconds(text: &[u8]) -> Option<u32> {
    let point = memchr(b'.', text)?;
    let (whole, decimals) = (number(&text[..point])?, number(&text[point + 1..])?);
    (text.len() == point + 4).then_some(())?;
    whole.checked_mul(1000)?.checked_add(decimals)
}
