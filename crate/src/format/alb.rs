//! The access logs of AWS load balancers: Application Load Balancer, and the Classic one before it.

use super::address::before_port;
use super::ncsa::{RequestLine, decimal};
use super::span::{Span, Unit};
use super::time::{Stamp, number, rfc3339};
use super::url::absolute;
use super::{
    AloneOrNot, Carries, Edge, Ending, Format, Reader, Reason, Record, Sample, Seat, present,
};
use crate::input::Line;
use memchr::{memchr_iter, memrchr};

/// AWS Application Load Balancer.
pub(super) struct Application;

/// AWS Classic Load Balancer. A format of its own, as its time is the other edge of the request.
pub(super) struct Classic;

impl Format for Application {
    fn code(&self) -> &'static str {
        "aws-alb"
    }

    fn title(&self) -> &'static str {
        "AWS Application Load Balancer"
    }

    fn specification(&self) -> &'static str {
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"
    }

    fn carries(&self) -> Carries {
        CARRIES
    }

    fn is_utc(&self) -> bool {
        true
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"https 2024-01-12T08:15:30.463821Z app/mail/490d68edf04676fe 203.0.113.9:44740 10.0.0.1:443 0.001 59.998 0.000 200 200 634 366 "POST https://mail.example.com:443/Microsoft-Server-ActiveSync?Cmd=Ping&User=a HTTP/1.1" "Apple-iPhone/704.11" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:example "Root=1-58337262" "mail.example.com" "-" 0 2024-01-12T08:14:30.364000Z "forward" "-" "-" "10.0.0.1:443" "200" "-" "-" TID_1 "-" "-" "-""#,
                expect: &[
                    ("time", "2024-01-12T08:15:30.463Z"),
                    ("edge", "end"),
                    ("duration_ms", "60099"),
                    ("remote_ip", "203.0.113.9"),
                    ("host", "mail.example.com:443"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "200"),
                    ("bytes", "366"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("ending", "-"),
                ],
            },
            // The target did not answer in time; the client has an address of version 6.
            Sample {
                text: r#"h2 2024-01-12T08:15:30.463821Z app/mail/490d68edf04676fe [2001:db8::7]:44740 10.0.0.1:443 0.000 -1 -1 504 - 634 0 "POST https://mail.example.com:443/a HTTP/2.0" "x \x22y\" z" - - arn:aws "Root=1-5" "-" "-" 0 2024-01-12T08:14:30.463821Z "forward""#,
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("status", "504"),
                    ("ending", "between"),
                    ("duration_ms", "60000"),
                    ("user_agent", r#"x \x22y\" z"#),
                ],
            },
            // The client closed first. Without a time of creation, the three parts of the time are summed up.
            Sample {
                text: r#"http 2024-01-12T08:15:30.463821Z app/mail/490d68edf04676fe 203.0.113.9:44740 10.0.0.1:80 0.001 20.002 -1 460 - 634 0 "POST http://mail.example.com:80/a HTTP/1.1" "-" - -"#,
                expect: &[
                    ("ending", "client"),
                    ("duration_ms", "20003"),
                    ("user_agent", "-"),
                ],
            },
            // A request that could not be read.
            Sample {
                text: r#"http 2024-01-12T08:15:30.463821Z app/mail/490d68edf04676fe 203.0.113.9:44740 - -1 -1 -1 400 - 0 272 "- http://mail.example.com:80- -" "-" - - - "-" "-" "-" - 2024-01-12T08:15:30.452000Z "-""#,
                expect: &[("status", "400"), ("duration_ms", "11"), ("method", "-")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AloneOrNot(|line| read(line, false).map(Some)))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

impl Format for Classic {
    fn code(&self) -> &'static str {
        "aws-elb"
    }

    fn title(&self) -> &'static str {
        "AWS Classic Load Balancer"
    }

    fn specification(&self) -> &'static str {
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html"
    }

    fn carries(&self) -> Carries {
        CARRIES
    }

    fn is_utc(&self) -> bool {
        true
    }

    fn samples(&self) -> &'static [Sample] {
        &[Sample {
            text: r#"2024-01-12T08:15:30.463821Z mail-lb 203.0.113.9:44740 10.0.0.1:80 0.000073 1.001048 0.000057 200 200 0 29 "GET http://mail.example.com:80/a?b HTTP/1.1" "curl/7.38.0" - -"#,
            expect: &[
                ("time", "2024-01-12T08:15:30.463Z"),
                ("edge", "start"),
                ("duration_ms", "1001"),
                ("remote_ip", "203.0.113.9"),
                ("target", "/a?b"),
                ("status", "200"),
                ("bytes", "29"),
                ("user_agent", "curl/7.38.0"),
            ],
        }]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AloneOrNot(|line| read(line, true).map(Some)))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

const CARRIES: Carries = Carries {
    duration: true,
    time: true,
    zone: true,
};

/// Kinds of listeners whose lines are of requests; `ws` and `wss` are requests that became WebSockets.
const KINDS: [&[u8]; 6] = [b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];

/// Longest time between creation and answer that is believed: lines of examples have a time of creation from elsewhere.
const BELIEVED_MS: i64 = 24 * 3_600_000;

fn read<'a>(line: &Line<'a>, classic: bool) -> Result<Record<'a>, Reason> {
    let mut words = Words(line.bytes);
    let mut word = |closest| words.next().ok_or(closest);
    if !classic && !KINDS.contains(&word(Reason::UnknownShape)?) {
        return Err(Reason::UnknownShape);
    }
    let time = word(Reason::UnknownShape)?;
    if time.len() < 20 || time[10] != b'T' || time.last() != Some(&b'Z') {
        return Err(Reason::UnknownShape);
    }
    let stamp = rfc3339(time).ok_or(Reason::BadTime)?;
    let _balancer = word(Reason::CutShort)?;
    let client = word(Reason::CutShort)?;
    let _target = word(Reason::CutShort)?;
    let mut parts = [b"".as_slice(); 3];
    for part in &mut parts {
        *part = word(Reason::CutShort)?;
    }
    // What begins with such a time may be anything in a container's log.
    let digit = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'-');
    let is_part = |p: &&[u8]| !p.is_empty() && p.iter().all(digit);
    let has_port = memrchr(b':', client).is_some_and(|at| number(&client[at + 1..]).is_some());
    if !parts.iter().all(is_part) || !has_port {
        return Err(Reason::UnknownShape);
    }
    let (status, of_target) = (word(Reason::CutShort)?, word(Reason::CutShort)?);
    let status = match present(status) {
        Some(status) => Some(
            number(status)
                .filter(|&s| s < 1000)
                .ok_or(Reason::BadStatus)? as u16,
        ),
        None => None,
    };
    let (_received, sent) = (word(Reason::CutShort)?, word(Reason::CutShort)?);
    if words.0.first().is_some_and(|&b| b != b'"') {
        return Err(Reason::UnknownShape);
    }
    let request = RequestLine::split(words.next().ok_or(Reason::CutShort)?);
    let agent = words.next();
    // Of a request that it could not read, the balancer writes its own address with hyphens around it.
    let method = request.method.and_then(present);
    let (host, target) = match request.target.filter(|_| method.is_some()).map(absolute) {
        Some((host, target)) => (host, Some(target)),
        None => (None, None),
    };
    // Behind the agent: cipher, protocol, target group, trace, domain, certificate, rule.
    let created = words.by_ref().nth(7).filter(|_| !classic).and_then(rfc3339);
    let total = created.and_then(|created| between(created, stamp));
    Ok(Record {
        place: line.into(),
        stamp: Some(stamp),
        duration_ms: total.or_else(|| sum(parts)),
        remote: present(before_port(client)),
        host,
        method,
        target,
        protocol: request.protocol,
        status,
        bytes: decimal(sent),
        user_agent: agent.and_then(present),
        ending: match status {
            Some(460) => Some(Ending::Client),
            // The target's own 504 stands in both columns.
            Some(504) if of_target == b"-" => Some(Ending::Between),
            _ => None,
        },
        // "When the load balancer generated a response" against "received the request".
        edge: Some(if classic { Edge::Start } else { Edge::End }),
        cut: agent.is_none(),
        ..Record::default()
    })
}

/// Milliseconds from one moment to another, if a request can have taken so long.
fn between(start: Stamp, end: Stamp) -> Option<u32> {
    let ms = end.ms - start.ms;
    (0..=BELIEVED_MS).contains(&ms).then_some(ms as u32)
}

/// Milliseconds of the times of request, target and response, in seconds; -1 stands for a part that was not reached. If
/// none was, the length of the request is unknown.
fn sum(parts: [&[u8]; 3]) -> Option<u32> {
    let reached = parts
        .iter()
        .filter_map(|part| Span::read(part, Some(Unit::Seconds)));
    reached.map(|span| span.ms).reduce(u32::saturating_add)
}

/// The values of a line, between blanks; those in quotes without them.
struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0;
        if rest.is_empty() {
            return None;
        }
        let (word, after) = match rest.strip_prefix(b"\"") {
            // A quote inside is escaped; one that is not has no blank behind it.
            Some(inside) => {
                let closes = |&at: &usize| {
                    inside.get(at + 1).is_none_or(|&b| b == b' ')
                        && (at == 0 || inside[at - 1] != b'\\')
                };
                match memchr_iter(b'"', inside).find(closes) {
                    Some(at) => (&inside[..at], &inside[at + 1..]),
                    None => {
                        self.0 = &[];
                        return None;
                    }
                }
            }
            None => {
                let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        self.0 = after.strip_prefix(b" ").unwrap_or(after);
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Reading;

    fn reading(text: &str) -> Reading {
        let line = Line::alone(text.as_bytes());
        Application.reader().line(&line, &mut |_| {})
    }

    #[test]
    fn what_is_damaged_says_how() {
        let whole = r#"http 2024-01-12T08:15:30.463821Z app/a/1 203.0.113.9:4 10.0.0.1:80 0.001 20.002 0.0 200 200 634 0 "GET http://a:80/ HTTP/1.1" "-" - -"#;
        assert_eq!(reading(whole), Reading::Record);
        for (damaged, reason) in [
            (&whole[..60], Reason::CutShort),
            (&whole[..120], Reason::CutShort),
            (&whole.replace("-01-12T", "-13-12T"), Reason::BadTime),
            (&whole.replace(" 200 200 ", " 2x0 200 "), Reason::BadStatus),
            (
                &whole.replace("http 2024", "tcp 2024"),
                Reason::UnknownShape,
            ),
            (&whole.replace("0.001", "x"), Reason::UnknownShape),
            (&whole.replace("0.001 ", "  "), Reason::UnknownShape),
            (&whole.replace("113.9:4 ", "113.9 "), Reason::UnknownShape),
            (&whole.replace("\"GET", "GET"), Reason::UnknownShape),
        ] {
            assert_eq!(reading(damaged), Reading::Foreign(reason), "{damaged}");
        }
    }
}
