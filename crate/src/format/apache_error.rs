//! Apache's error log, of versions 2.2 and 2.4: `[time] [module:level] [pid ..] [client ..] message`.
//!
//! Of its messages one names a request, and only by its path: mod_proxy's "Error reading from remote server returned by
//! /path". The line of that request in the access log says the rest, so it is a sighting. There is no zone: it is the
//! server's local time.

use super::address::without_port;
use super::time::{Stamp, bracket};
use super::{
    AloneOrNot, Carries, Format, Reader, Reason, Record, Sample, Seat, What, part, present,
};
use crate::input::Line;
use memchr::{memchr, memmem};

pub(super) struct ApacheError;

impl Format for ApacheError {
    fn code(&self) -> &'static str {
        "apache-error"
    }

    fn title(&self) -> &'static str {
        "Apache error log"
    }

    fn specification(&self) -> &'static str {
        "https://httpd.apache.org/docs/2.4/logs.html#errorlog"
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
                text: "[Wed Oct 11 14:32:52.123456 2023] [proxy:error] [pid 1712:tid 1394] [client 192.0.2.7:51234] AH00898: Error reading from remote server returned by /Microsoft-Server-ActiveSync, referer: https://example.com/",
                expect: &[
                    ("time", "2023-10-11T14:32:52.123"),
                    ("remote_ip", "192.0.2.7"),
                    ("target", "/Microsoft-Server-ActiveSync"),
                    ("status", "-"),
                    ("what", "sighting"),
                ],
            },
            Sample {
                text: "[Wed Oct 11 14:32:52 2023] [error] [client 2001:db8::7] proxy: Error reading from remote server returned by /x",
                expect: &[("remote_ip", "2001:db8::7"), ("target", "/x")],
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

/// How a message names a request.
const RETURNED: &[u8] = b"Error reading from remote server returned by ";

fn read<'a>(line: &Line<'a>) -> Result<Option<Record<'a>>, Reason> {
    let (stamp, message) = split(line.bytes).ok_or(Reason::UnknownShape)?;
    let Some((before, target)) = part(message, RETURNED) else {
        return Ok(None);
    };
    let end = memmem::find(target, b", referer: ").unwrap_or(target.len());
    Ok(Some(Record {
        place: line.into(),
        stamp,
        remote: client(before),
        target: present(target[..end].trim_ascii_end()),
        what: What::Sighting,
        ..Record::default()
    }))
}

/// Levels of severity; behind them stand the numbers of `trace1` to `trace8`.
const LEVELS: [&[u8]; 9] = [
    b"emerg", b"alert", b"crit", b"error", b"warn", b"notice", b"info", b"debug", b"trace",
];

/// Splits `[time] [module:level]` off.
fn split(line: &[u8]) -> Option<(Option<Stamp>, &[u8])> {
    let (time, rest) = bracket::open(line)?;
    let rest = rest.strip_prefix(b" [")?;
    let end = memchr(b']', &rest[..rest.len().min(40)])?;
    let level = &rest[memchr(b':', &rest[..end]).map_or(0, |colon| colon + 1)..end];
    let level = match level {
        [level @ .., b'1'..=b'8'] => level,
        level => level,
    };
    LEVELS.contains(&level).then_some(())?;
    // A time as access logs have it, or with the day of the week.
    let stamp = match time.get(3) {
        Some(b' ') => Some(bracket::ctime(time)?),
        _ => bracket::read(time)?,
    };
    Some((stamp, &rest[end + 1..]))
}

/// The address in `[client 192.0.2.7:51234]`, without the port that version 2.4 adds.
fn client(text: &[u8]) -> Option<&[u8]> {
    let (_, inside) = part(text, b"[client ")?;
    let end = memmem::find(inside, b"] ").unwrap_or(inside.len());
    present(without_port(&inside[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Class, Detector};

    #[test]
    fn messages_without_a_request_are_understood() {
        for text in [
            "[Wed Oct 11 14:32:52.123456 2023] [proxy_http:error] [pid 1712] (70007)The timeout specified has expired: [client 192.0.2.7:51234] AH01102: error reading status line from remote server 10.0.0.5:443",
            "[Sun Oct 01 14:32:52 2023] [notice] caught SIGTERM, shutting down",
            "[01/Mar/2021:12:00:19 +0000] [core:alert] [pid 48:tid 38] [client 192.0.2.7:24259] x",
            "[Wed Oct 11 14:32:52.123456 2023] [ssl:trace4] [pid 7] x",
        ] {
            let line = Line::alone(text.as_bytes());
            let got = Detector::new().line(&line, &mut |_| panic!("a record in {text}"));
            assert_eq!(got, Class::Comment, "{text}");
        }
    }
}
