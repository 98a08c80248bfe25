//! HAProxy's HTTP log (`option httplog`, `option httpslog`), with or without the syslog header before it, and the
//! connections of its TCP mode, which are no requests.

use super::address::before_port;
use super::ncsa::{RequestLine, decimal};
use super::time::{Stamp, number, slashed};
use super::{
    Carries, Doubt, Edge, Ending, Format, Reader, Reading, Reason, Record, Sample, Seat, What,
    envelope, present,
};
use crate::input::Line;
use memchr::{memchr, memmem, memrchr};

/// HAProxy in HTTP mode.
pub(super) struct Http;

impl Format for Http {
    fn code(&self) -> &'static str {
        "haproxy"
    }

    fn title(&self) -> &'static str {
        "HAProxy HTTP"
    }

    fn specification(&self) -> &'static str {
        "https://docs.haproxy.org/3.0/configuration.html#8.2.3"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"Jan 12 08:15:31 localhost haproxy[14389]: 203.0.113.9:33317 [12/Jan/2024:08:15:30.655] http-in~ traveler/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {mail.example.com|x} {} "POST /Microsoft-Server-ActiveSync?Cmd=Ping&User=a HTTP/1.1""#,
                expect: &[
                    ("time", "2024-01-12T08:15:30.655"),
                    ("edge", "start"),
                    ("duration_ms", "109"),
                    ("remote_ip", "203.0.113.9"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "200"),
                    ("bytes", "2750"),
                    ("ending", "-"),
                ],
            },
            // Without the header, as files and forum posts have it; the phone gave up waiting for the answer.
            Sample {
                text: r#"2001:db8::7:33317 [12/Jan/2024:08:15:30.655] http-in~ traveler/srv1 10/0/30/-1/300109 -1 0 - - CH-- 1/1/1/1/0 0/0 "POST /a HTTP/1.1""#,
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("duration_ms", "300109"),
                    ("status", "-"),
                    ("ending", "client"),
                ],
            },
            // The server did not answer within the proxy's time; HTTPS log, which adds to the end.
            Sample {
                text: r#"203.0.113.9:33317 [12/Jan/2024:08:15:30.655] https-in~ traveler/srv1 10/0/30/-1/60000 504 194 - - sH-- 1/1/1/1/0 0/0 "POST /a HTTP/1.1" 0/0000000000000000/0/0/0 mail.example.com/TLSv1.3/TLS_AES_256_GCM_SHA384"#,
                expect: &[
                    ("status", "504"),
                    ("ending", "between"),
                    ("target", "/a"),
                    ("protocol", "HTTP/1.1"),
                ],
            },
            Sample {
                text: r#"203.0.113.9:33317 [12/Jan/2024:08:15:30.655] http-in traveler/srv1 10/0/30/-1/60 502 194 - - SH-- 1/1/1/1/0 0/0 "POST /a HTTP/1.1""#,
                expect: &[("ending", "server")],
            },
            // With logasap the line is written before the answer is over.
            Sample {
                text: r#"203.0.113.9:33317 [12/Jan/2024:08:15:30.655] http-in traveler/srv1 9/0/7/14/+30 200 +243 - - ---- 3/3/3/1/0 0/0 "GET /a HTTP/1.1""#,
                expect: &[("duration_ms", "-"), ("bytes", "-"), ("status", "200")],
            },
            // Version 1.1 had four timers; a request that is none; a client without a name; a column of the site's own.
            Sample {
                text: r#"-:22222 [12/Jan/2024:08:15:30.655] http-in http-in/<NOSRV> mail.example.com -1/-1/-1/7 400 187 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>""#,
                expect: &[
                    ("remote_ip", "-"),
                    ("target", "-"),
                    ("status", "400"),
                    ("duration_ms", "7"),
                    ("ending", "-"),
                ],
            },
            // TCP mode: a Ping may be somewhere in it, and the phone's side was silent for too long.
            Sample {
                text: r#"Jan 12 08:15:31 lb haproxy[7]: 203.0.113.9:33317 [12/Jan/2024:08:10:31.655] mail~ traveler/srv1 1/0/300004 4212 cD 1/1/1/1/0 0/0"#,
                expect: &[
                    ("what", "connection"),
                    ("time", "2024-01-12T08:10:31.655"),
                    ("edge", "start"),
                    ("duration_ms", "300004"),
                    ("remote_ip", "203.0.113.9"),
                    ("bytes", "4212"),
                    ("ending", "between"),
                    ("target", "-"),
                    ("status", "-"),
                ],
            },
            Sample {
                text: "Jan 12 08:15:31 lb haproxy[7]: Connect from 203.0.113.9:33317 to 192.0.2.4:443 (mail/TCP)",
                expect: &[
                    ("what", "connection"),
                    ("time", "2000-01-12T08:15:31"),
                    ("doubt", "year"),
                    ("remote_ip", "203.0.113.9"),
                    ("duration_ms", "-"),
                ],
            },
            // Longer than the log's lines may be.
            Sample {
                text: r#"203.0.113.9:33317 [12/Jan/2024:08:15:30.655] http-in traveler/srv1 9/0/7/14/30 200 243 - - ---- 3/3/3/1/0 0/0 "GET /a?aaaaaaaa"#,
                expect: &[("target", "/a?aaaaaaaa"), ("cut", "cut")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(HttpReader)
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

struct HttpReader;

/// Length of `[dd/Mon/yyyy:hh:mm:ss.mmm]`.
const DATE_LEN: usize = 26;

impl Reader for HttpReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let bytes = line.bytes;
        let Some((client, date, rest)) = begin(bytes) else {
            let Some(message) = tagged(bytes) else {
                return Reading::Foreign(Reason::UnknownShape);
            };
            if let Some(record) = connected(line, message) {
                emit(&record);
            }
            return Reading::Comment;
        };
        let Some(stamp) = slashed(date) else {
            return Reading::Foreign(Reason::BadTime);
        };
        match read(line, client, stamp, rest) {
            Ok(Some(record)) => {
                emit(&record);
                if record.is_request() {
                    Reading::Record
                } else {
                    Reading::Comment
                }
            }
            Ok(None) => Reading::Comment,
            Err(reason) => Reading::Foreign(reason),
        }
    }
}

/// Finds `client:port [date] ` at the beginning of a line or behind a syslog header, and leaves the rest.
fn begin(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    // A syslog header, an address and a port are far shorter.
    let near = &line[..line.len().min(400)];
    let open = memmem::find_iter(near, b" [").find(|&open| {
        let end = open + 1 + DATE_LEN;
        line.get(open + 4) == Some(&b'/')
            && line.get(end - 1) == Some(&b']')
            && line.get(end).is_none_or(|&b| b == b' ')
    })?;
    let before = &line[..open];
    let client_at = memrchr(b' ', before).map_or(0, |blank| blank + 1);
    let header = &before[..client_at];
    let client = &before[client_at..];
    let port = memrchr(b':', client).map(|at| &client[at + 1..]);
    // A driver of logs puts the whole line into quotes.
    let whole = match header {
        b"" => !envelope::begins(line),
        header => header.ends_with(b": ") && memchr(b'"', header).is_none(),
    };
    let end = open + 1 + DATE_LEN;
    (whole && port.and_then(number).is_some())
        .then(|| (client, &line[open + 2..end - 1], &line[end..]))
}

/// What follows a syslog header that names HAProxy.
fn tagged(line: &[u8]) -> Option<&[u8]> {
    let near = &line[..line.len().min(200)];
    let tag = memmem::find(near, b"haproxy[")?;
    let header = &near[..tag];
    let heads = header.is_empty() || header.ends_with(b" ") && memchr(b'"', header).is_none();
    let closed = memmem::find(&near[tag..], b"]: ").filter(|_| heads)?;
    Some(&line[tag + closed + 3..])
}

/// The connection of `Connect from ADDRESS:PORT to ADDRESS:PORT (frontend/MODE)`, which HAProxy writes where no format of
/// a log is chosen: of what follows on it nothing is told.
fn connected<'a>(line: &Line<'a>, message: &'a [u8]) -> Option<Record<'a>> {
    let rest = message.strip_prefix(b"Connect from ")?;
    let client = &rest[..memchr(b' ', rest)?];
    // Its time is that of the header alone.
    let when = envelope::written(line.bytes);
    Some(Record {
        place: line.into(),
        stamp: when.map(|when| when.stamp),
        doubt: Doubt {
            year: when.is_some_and(|when| when.no_year),
            ..Doubt::default()
        },
        remote: present(before_port(client)),
        edge: Some(Edge::Start),
        what: What::Connection,
        ..Record::default()
    })
}

/// Reads what follows the date; `None` for a session that came to nothing.
fn read<'a>(
    line: &Line<'a>,
    client: &'a [u8],
    stamp: Stamp,
    rest: &'a [u8],
) -> Result<Option<Record<'a>>, Reason> {
    let mut rest = rest;
    let mut word = || {
        let inside = rest.strip_prefix(b" ")?;
        let end = memchr(b' ', inside).unwrap_or(inside.len());
        rest = &inside[end..];
        (end > 0).then_some(&inside[..end])
    };
    let _frontend = word().ok_or(Reason::CutShort)?;
    let server = word().ok_or(Reason::CutShort)?;
    if !server.contains(&b'/') {
        // "SSL handshake failure" and the like.
        return Ok(None);
    }
    // Sites put columns of their own behind the server.
    let mut timers = word().ok_or(Reason::CutShort)?;
    let mut skipped = 0;
    while !is_timers(timers) {
        timers = word().ok_or(Reason::CutShort)?;
        skipped += 1;
        if skipped > 4 {
            return Err(Reason::UnknownShape);
        }
    }
    let total = timers.rsplit(|&b| b == b'/').next().and_then(decimal);
    // With `option logasap` the total has a plus sign: it is no total.
    let duration_ms = total.and_then(|ms| u32::try_from(ms).ok());
    if timers.split(|&b| b == b'/').count() < 4 {
        // The log of TCP mode has three, and no requests.
        let (bytes, flags) = (word(), word());
        return Ok(Some(Record {
            place: line.into(),
            stamp: Some(stamp),
            duration_ms,
            remote: present(before_port(client)),
            bytes: bytes.and_then(decimal),
            ending: flags.and_then(ending),
            edge: Some(Edge::Start),
            what: What::Connection,
            ..Record::default()
        }));
    }
    let status = word().ok_or(Reason::CutShort)?;
    let status = match status.strip_prefix(b"-") {
        // -1: nothing was answered.
        Some(_) => None,
        None => Some(
            number(status)
                .filter(|&s| s < 1000)
                .ok_or(Reason::BadStatus)? as u16,
        ),
    };
    let bytes = word().ok_or(Reason::CutShort)?;
    let (_request_cookie, _response_cookie) = (word(), word());
    let flags = word().ok_or(Reason::CutShort)?;
    let (_connections, _queues) = (word(), word());
    // Captured headers stand in braces, their own braces and quotes encoded; then comes the request, which is raw.
    let request = memmem::find(rest, b" \"").map(|at| &rest[at + 2..]);
    let request = request.ok_or(Reason::CutShort)?;
    let (request, cut) = match memrchr(b'"', request) {
        Some(close) => (&request[..close], false),
        None => (request, true),
    };
    let request = if request == b"<BADREQ>" {
        RequestLine::default()
    } else {
        RequestLine::split(request)
    };
    Ok(Some(Record {
        place: line.into(),
        stamp: Some(stamp),
        duration_ms,
        remote: present(before_port(client)),
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        status,
        bytes: decimal(bytes),
        ending: ending(flags),
        // Accept date, or with newer versions that of the request's first byte.
        edge: Some(Edge::Start),
        cut,
        ..Record::default()
    }))
}

/// Who ended a session, by the first letter of its state: HAProxy itself, too, where one side was silent for too long.
pub(super) fn ending(flags: &[u8]) -> Option<Ending> {
    match flags.first()? {
        b'C' => Some(Ending::Client),
        b'c' | b's' => Some(Ending::Between),
        b'S' => Some(Ending::Server),
        _ => None,
    }
}

/// Whether a word is of numbers between slashes: the timers, -1 for what was not reached, the last with a plus sign
/// where it goes on.
fn is_timers(word: &[u8]) -> bool {
    let mut parts = word.split(|&b| b == b'/');
    let is_number = |part: &[u8]| {
        let digits = part.strip_prefix(b"+").or(part.strip_prefix(b"-"));
        decimal(digits.unwrap_or(part)).is_some()
    };
    (3..=5).contains(&parts.clone().count()) && parts.all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> Reading {
        let line = Line::alone(text.as_bytes());
        HttpReader.line(&line, &mut |_| {})
    }

    #[test]
    fn what_is_no_request_is_a_comment_and_what_is_damaged_says_how() {
        let whole = r#"203.0.113.9:1 [12/Jan/2024:08:15:30.655] in bk/srv 9/0/7/14/30 200 243 - - ---- 3/3/3/1/0 0/0 "GET /a HTTP/1.1""#;
        let tag = "Jan 12 08:15:31 192.0.2.4 haproxy[7]: ";
        assert_eq!(reading(whole), Reading::Record);
        for comment in [
            format!("{tag}Proxy in started."),
            format!("{tag}Connect from 203.0.113.9:40780 to 192.0.2.4:5000 (main/HTTP)"),
            format!("{tag}203.0.113.9:1 [12/Jan/2024:08:15:30.655] in/bind: SSL handshake failure"),
            "203.0.113.9:1 [12/Jan/2024:08:15:30.655] main app/<NOSRV> -1/-1/0 212 SC 1/1/0/0/0 0/0".to_owned(),
        ] {
            assert_eq!(reading(&comment), Reading::Comment, "{comment}");
        }
        for (damaged, reason) in [
            (&whole[..60], Reason::CutShort),
            (&whole[..85], Reason::CutShort),
            (&whole.replace("/Jan/", "/Abc/"), Reason::BadTime),
            (&whole.replace(" 200 ", " x "), Reason::BadStatus),
            (&whole.replace(":1 [", ":x ["), Reason::UnknownShape),
            ("Proxy in started.", Reason::UnknownShape),
            (&whole.replace("203", "a 203"), Reason::UnknownShape),
        ] {
            assert_eq!(reading(damaged), Reading::Foreign(reason), "{damaged}");
        }
    }
}
