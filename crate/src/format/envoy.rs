//! Envoy's text access log: its default format, and Istio's, which adds to it.

use super::address::{client_of, is_address, without_port};
use super::ncsa::{RequestLine, decimal, quoted};
use super::time::{number, rfc3339};
use super::{
    AloneOrNot, Carries, Edge, Ending, Format, Reader, Reason, Record, Sample, Seat, present,
};
use crate::input::Line;
use memchr::memchr;

/// Envoy and Istio, as text; their JSON is read where all JSON is.
pub(super) struct Envoy;

impl Format for Envoy {
    fn code(&self) -> &'static str {
        "envoy"
    }

    fn title(&self) -> &'static str {
        "Envoy or Istio"
    }

    fn specification(&self) -> &'static str {
        "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn is_utc(&self) -> bool {
        true
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"[2024-01-12T08:15:30.310Z] "POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/2" 200 - 154 13 600226 600100 "203.0.113.9, 10.0.0.1" "Apple-iPhone/704.11" "cc21d9b0-cf5c" "mail.example.com" "10.0.2.1:80""#,
                expect: &[
                    ("time", "2024-01-12T08:15:30.310Z"),
                    ("edge", "start"),
                    ("duration_ms", "600226"),
                    ("remote_ip", "203.0.113.9"),
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
                    ("protocol", "HTTP/2"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("ending", "-"),
                ],
            },
            // The client went away before there was an answer.
            Sample {
                text: r#"[2024-01-12T08:15:30.310Z] "POST /a HTTP/1.1" 0 DC 154 0 20226 - "[2001:db8::7]" "-" "-" "mail.example.com" "-""#,
                expect: &[
                    ("status", "0"),
                    ("ending", "client"),
                    ("remote_ip", "2001:db8::7"),
                    ("user_agent", "-"),
                    ("duration_ms", "20226"),
                ],
            },
            // Istio: more about the end before the numbers, and the addresses behind all.
            Sample {
                text: r#"[2024-01-12T08:15:30.310Z] "POST /a HTTP/1.1" 504 UT response_timeout - "-" 154 24 60000 - "-" "x/1" "84961386-6d84" "mail.example.com" "10.0.2.1:80" inbound|8000|| 127.0.0.6:60 10.44.1.23:80 203.0.113.9:37652 outbound_.8000 default"#,
                expect: &[
                    ("status", "504"),
                    ("ending", "between"),
                    ("bytes", "24"),
                    ("duration_ms", "60000"),
                    ("remote_ip", "203.0.113.9"),
                    ("user_agent", "x/1"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AloneOrNot(|line| read(line).map(Some)))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

/// Whether a line is Envoy's; Istio's begin as access logs of the NCSA family may.
pub(super) fn claims(line: &Line<'_>) -> bool {
    read(line).is_ok()
}

fn read<'a>(line: &Line<'a>) -> Result<Record<'a>, Reason> {
    let inside = line.bytes.strip_prefix(b"[").ok_or(Reason::UnknownShape)?;
    // No start of a request is longer than a time to the nanosecond with its zone.
    let close = memchr(b']', &inside[..inside.len().min(40)]).ok_or(Reason::UnknownShape)?;
    let (time, rest) = (&inside[..close], &inside[close + 1..]);
    if time.get(10) != Some(&b'T') {
        return Err(Reason::UnknownShape);
    }
    let stamp = rfc3339(time).ok_or(Reason::BadTime)?;
    let (request, rest) = quoted(rest).ok_or(Reason::CutShort)?;
    let request = RequestLine::split(request);
    let (status, rest) = word(rest).ok_or(Reason::CutShort)?;
    let status = number(status)
        .filter(|&s| s < 1000)
        .ok_or(Reason::BadStatus)? as u16;
    let (flags, mut rest) = word(rest).ok_or(Reason::CutShort)?;
    // Istio's cause, and in quotes why the connection to the server failed, stand before the numbers.
    let mut skipped = 0;
    let (bytes, duration) = loop {
        if let Some((_, sent, duration, after)) = numbers(rest) {
            rest = after;
            break (sent, duration);
        }
        let (_, after) = quoted(rest)
            .or_else(|| word(rest))
            .ok_or(Reason::CutShort)?;
        skipped += 1;
        if skipped > 8 {
            return Err(Reason::UnknownShape);
        }
        rest = after;
    };
    let (_upstream, rest) = word(rest).ok_or(Reason::CutShort)?;
    let mut texts = [None; 5];
    let mut tail = rest;
    for text in &mut texts {
        let Some((value, after)) = quoted(tail) else {
            break;
        };
        *text = present(value);
        tail = after;
    }
    let [forwarded, agent, _id, authority, _server] = texts;
    // The cluster, the proxy's own address on the server's side and on the client's, and the client's.
    let peer = tail.split(|&b| b == b' ').filter(|w| !w.is_empty()).nth(3);
    let peer = peer.map(without_port).filter(|peer| is_address(peer));
    Ok(Record {
        place: line.into(),
        stamp: Some(stamp),
        duration_ms: u32::try_from(duration).ok(),
        remote: forwarded.and_then(client_of).or(peer),
        host: authority,
        method: request.method.and_then(present),
        target: request.target,
        protocol: request.protocol,
        status: Some(status),
        bytes: Some(bytes),
        user_agent: agent,
        ending: ending(flags),
        edge: Some(Edge::Start),
        cut: texts[4].is_none() && tail.is_empty() && !line.closed,
        ..Record::default()
    })
}

/// Takes a blank and a word off the front.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = text.strip_prefix(b" ")?;
    let end = memchr(b' ', rest).unwrap_or(rest.len());
    (end > 0).then(|| rest.split_at(end))
}

/// Takes the bytes received and sent and the milliseconds off the front.
fn numbers(text: &[u8]) -> Option<(u64, u64, u64, &[u8])> {
    let (received, rest) = word(text)?;
    let (sent, rest) = word(rest)?;
    let (duration, rest) = word(rest)?;
    Some((decimal(received)?, decimal(sent)?, decimal(duration)?, rest))
}

/// Who ended the exchange, by Envoy's response flags: the client closed (DC) or reset its stream (DR); a time limit of
/// the proxy ran out (UT for the server's answer, SI for a silent stream, DT and UMSDR for the whole of it); the server
/// closed (UC) or reset (UR).
pub(super) fn ending(flags: &[u8]) -> Option<Ending> {
    flags.split(|&b| b == b',').find_map(|flag| match flag {
        b"DC" | b"DR" => Some(Ending::Client),
        b"UT" | b"SI" | b"DT" | b"UMSDR" => Some(Ending::Between),
        b"UC" | b"UR" => Some(Ending::Server),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_says_how() {
        let whole =
            r#"[2024-01-12T08:15:30.310Z] "GET /a HTTP/2" 200 - 154 13 226 - "-" "a" "b" "c" "d""#;
        let damaged = |text: &str| {
            let line = Line::alone(text.as_bytes());
            read(&line).err()
        };
        assert_eq!(damaged(whole), None);
        for (text, reason) in [
            (&whole[..40], Reason::CutShort),
            (&whole[..52], Reason::CutShort),
            (&whole.replace("-01-12T", "-13-12T"), Reason::BadTime),
            (&whole.replace("200", "x"), Reason::BadStatus),
            (&whole.replace("154", "x"), Reason::UnknownShape),
            (&whole.replace("T08", " 08"), Reason::UnknownShape),
        ] {
            assert_eq!(damaged(text), Some(reason), "{text}");
        }
    }
}
