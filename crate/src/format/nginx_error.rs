//! nginx's error log: what it says of single requests, and who ended them.
//!
//! `2016/09/16 00:02:19 [error] 32594#0: *6637 message, client: .., server: .., request: "..", upstream: "..", host: ".."`.
//! A message that ends an exchange is a request of which the server behind nginx saw more than the client; any other
//! message with a request stands beside that request's line in the access log, and is a sighting of it. nginx cuts a
//! message at 2048 bytes. There is no zone: it is the server's local time.

use super::ncsa::RequestLine;
use super::time::{bracket, number};
use super::{
    AloneOrNot, Carries, Edge, Ending, Format, Reader, Reason, Record, Sample, Seat, What, present,
};
use crate::input::Line;
use memchr::{memchr, memmem};

pub(super) struct NginxError;

impl Format for NginxError {
    fn code(&self) -> &'static str {
        "nginx-error"
    }

    fn title(&self) -> &'static str {
        "nginx error log"
    }

    fn specification(&self) -> &'static str {
        "https://nginx.org/en/docs/ngx_core_module.html#error_log"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: false,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"2016/09/16 00:02:19 [error] 32594#0: *6637 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 192.0.2.7, server: mail.example.com, request: "POST /Microsoft-Server-ActiveSync?Cmd=Ping&User=a,b HTTP/1.1", upstream: "fastcgi://unix:/run/php.sock", host: "mail.example.com:443", referrer: "https://example.com/""#,
                expect: &[
                    ("time", "2016-09-16T00:02:19"),
                    ("remote_ip", "192.0.2.7"),
                    ("host", "mail.example.com:443"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a,b"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "-"),
                    ("referer", "https://example.com/"),
                    ("ending", "between"),
                    ("edge", "end"),
                    ("what", "-"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: r#"2016/09/16 00:02:19 [error] 7#7: *1 upstream prematurely closed connection while reading response header from upstream, client: 2001:db8::7, server: , request: "POST /x HTTP/2.0", upstream: "http://10.0.0.3:80/x", host: "mail.example.com""#,
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("ending", "server"),
                    ("what", "-"),
                ],
            },
            Sample {
                text: r#"2016/09/16 00:02:19 [info] 7#7: *1 epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while sending request to upstream, client: 192.0.2.7, server: mail.example.com, request: "POST /x HTTP/1.1", upstream: "http://10.0.0.3:80/x", host: "mail.example.com""#,
                expect: &[("ending", "client"), ("what", "-")],
            },
            Sample {
                text: r#"2016/09/16 00:02:19 [error] 7#7: *1 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 192.0.2.7, server: mail.example.com, request: "POST /x HTTP/1.1", upstream: "http://10.0.0.3:80/x""#,
                expect: &[("ending", "server"), ("host", "mail.example.com")],
            },
            Sample {
                text: r#"2019/02/18 15:16:24 [warn] 33#33: *533 upstream server temporarily disabled while reading response header from upstream, client: 192.0.2.7, server: mail.example.com, request: "POST /x HTTP/2.0", upstream: "http://10.0.0.3:80/x", host: "mail.example.com""#,
                expect: &[("target", "/x"), ("ending", "-"), ("what", "sighting")],
            },
            Sample {
                text: r#"2021/04/01 13:02:31 [error] 31#31: *1 open() "/usr/share/nginx/html/no" failed (2: No such file or directory), client: 192.0.2.7, server: localhost, request: "GET /no HTTP/1.1", host: "localhost:8081""#,
                expect: &[("target", "/no"), ("what", "sighting")],
            },
            Sample {
                text: r#"2016/09/16 00:02:19 [error] 7#7: *1 upstream timed out (110: Connection timed out) while reading upstream, client: 192.0.2.7, server: mail.example.com, request: "POST /Microsoft-Server-Act"#,
                expect: &[
                    ("method", "POST"),
                    ("target", "-"),
                    ("ending", "between"),
                    ("cut", "cut"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AloneOrNot(read))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

fn read<'a>(line: &Line<'a>) -> Result<Option<Record<'a>>, Reason> {
    let (stamp, message) = split(line.bytes).ok_or(Reason::UnknownShape)?;
    Ok(request(message).map(|record| Record {
        place: line.into(),
        stamp: Some(stamp),
        ..record
    }))
}

/// Levels of severity, as they stand in brackets.
const LEVELS: [&[u8]; 8] = [
    b"debug", b"info", b"notice", b"warn", b"error", b"crit", b"alert", b"emerg",
];

/// Splits `time [level] pid#tid: ` off.
fn split(line: &[u8]) -> Option<(super::time::Stamp, &[u8])> {
    let (time, rest) = (line.get(..19)?, line[19..].strip_prefix(b" [")?);
    let close = memchr(b']', &rest[..rest.len().min(8)])?;
    LEVELS.contains(&&rest[..close]).then_some(())?;
    let rest = rest[close + 1..].strip_prefix(b" ")?;
    let colon = memchr(b':', &rest[..rest.len().min(24)])?;
    let hash = memchr(b'#', &rest[..colon])?;
    number(&rest[..hash])?;
    number(&rest[hash + 1..colon])?;
    // A day cannot be taken for a month here: the year stands first.
    let stamp = bracket::read(time)??;
    Some((stamp, rest[colon + 1..].trim_ascii_start()))
}

/// How a message begins, or what it says, and who ended the exchange then:
/// <https://github.com/nginx/nginx/blob/master/src/http/ngx_http_upstream.c>.
const ENDINGS: [(&[u8], Ending); 4] = [
    (b"upstream timed out", Ending::Between),
    (b"upstream prematurely closed connection", Ending::Server),
    (b"client prematurely closed connection", Ending::Client),
    (b"recv() failed (104: ", Ending::Server),
];

/// Reads a message that names a request.
fn request(message: &[u8]) -> Option<Record<'_>> {
    let at = memmem::find(message, b", client: ")?;
    let (text, mut rest) = message.split_at(at);
    let mut record = Record {
        what: What::Sighting,
        ..Record::default()
    };
    let mut named = false;
    while let Some(field) = rest.strip_prefix(b", ") {
        let Some(colon) = memmem::find(field, b": ") else {
            break;
        };
        let (name, value) = (&field[..colon], &field[colon + 2..]);
        let (value, after, whole) = take(value);
        match name {
            b"client" => record.remote = present(value),
            b"server" => record.host = present(value),
            b"host" => record.host = present(value).or(record.host),
            b"referrer" => record.referer = present(value),
            b"request" => {
                named = true;
                record.cut = !whole;
                let request = RequestLine::split(value);
                record.method = request.method;
                if whole {
                    (record.target, record.protocol) = (request.target, request.protocol);
                }
            }
            _ => {}
        }
        rest = after;
    }
    named.then_some(())?;
    // "recv() failed" is said of the client's connection, too.
    let of_upstream = memmem::find(text, b"upstream").is_some();
    let ending = ENDINGS
        .iter()
        .find(|(words, _)| of_upstream && memmem::find(text, words).is_some());
    if let Some(&(_, ending)) = ending {
        record.what = What::Request;
        record.ending = Some(ending);
        record.edge = Some(Edge::End);
    }
    Some(record)
}

/// Takes a value off the front, in quotes or not, and tells whether it is whole. A quote closes where the next field or
/// nothing follows, as a request may hold quotes.
fn take(text: &[u8]) -> (&[u8], &[u8], bool) {
    let Some(inside) = text.strip_prefix(b"\"") else {
        let end = memmem::find(text, b", ").unwrap_or(text.len());
        return (&text[..end], &text[end..], true);
    };
    match memmem::find(inside, b"\", ") {
        Some(close) => (&inside[..close], &inside[close + 1..], true),
        None => {
            let text = inside.trim_ascii_end();
            match text.strip_suffix(b"\"") {
                Some(value) => (value, &inside[inside.len()..], true),
                None => (text, &inside[inside.len()..], false),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Class, Detector};

    #[test]
    fn other_messages_are_understood_and_torn_ones_are_not() {
        for (text, expected) in [
            (
                "2019/02/18 15:16:24 [notice] 1#1: start worker processes",
                Class::Comment,
            ),
            (
                "2019/02/18 15:16:24 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address in use)",
                Class::Comment,
            ),
            (
                "2019/02/18 15:16:24 [info] 7#7: *3 client closed connection while waiting for request, client: 192.0.2.7, server: 0.0.0.0:443",
                Class::Comment,
            ),
            (
                "&Cmd=Ping\", host: \"mail.example.com\"",
                Class::Rejected(Reason::UnknownShape),
            ),
            (
                "2019/02/18 15:16:24 [loud] 1#1: x",
                Class::Rejected(Reason::UnknownShape),
            ),
            (
                "2019/13/18 15:16:24 [error] 1#1: x",
                Class::Rejected(Reason::UnknownShape),
            ),
        ] {
            let line = Line::alone(text.as_bytes());
            let got = Detector::new().line(&line, &mut |_| panic!("a record in {text}"));
            assert_eq!(got, expected, "{text}");
        }
    }
}
