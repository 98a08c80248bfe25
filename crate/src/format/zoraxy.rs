//! Zoraxy's log: `[time] [router:..] [origin:..] [client: ..] [useragent: ..] METHOD target status`.
//!
//! Since version 3.1 the line begins with the time a second time, as Go's logger writes it. There is no zone: it is the
//! server's local time.

use super::time::{bracket, number};
use super::{
    AloneOrNot, Carries, Edge, Format, Reader, Reason, Record, Sample, Seat, part, present,
};
use memchr::{memchr, memmem, memrchr};

pub(super) struct Zoraxy;

impl Format for Zoraxy {
    fn code(&self) -> &'static str {
        "zoraxy"
    }

    fn title(&self) -> &'static str {
        "Zoraxy log"
    }

    fn specification(&self) -> &'static str {
        "https://github.com/tobychui/zoraxy/blob/main/src/mod/info/logger/trafficlog.go"
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
                text: "2025/05/01 07:57:03 [2025-05-01 07:57:03.150624] [router:host-http] [origin:mail.example.com] [client: 192.0.2.7] [useragent: Apple-iPhone/704.11 [en]] POST /Microsoft-Server-ActiveSync?Cmd=Ping 200",
                expect: &[
                    ("time", "2025-05-01T07:57:03.150"),
                    ("remote_ip", "192.0.2.7"),
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
                    ("status", "200"),
                    ("user_agent", "Apple-iPhone/704.11 [en]"),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: "[2024-05-01 07:57:03.150624] [router:root-no_resp] [origin:[2001:db8::5]:443] [client: 2001:db8::7] [useragent: ] GET / 444",
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("host", "[2001:db8::5]:443"),
                    ("user_agent", "-"),
                    ("status", "444"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(AloneOrNot(|line| {
            let told = read(line.bytes).ok_or(Reason::UnknownShape)?;
            let place = line.into();
            Ok(told.map(|record| Record { place, ..record }))
        }))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

/// Reads a line; `Some(None)` is one of another kind: `[time] [part] [level] message`.
fn read(line: &[u8]) -> Option<Option<Record<'_>>> {
    // Behind the time of Go's logger, if it is there.
    let open = memchr(b'[', &line[..line.len().min(30)])?;
    let before = line[..open].trim_ascii();
    if !before.is_empty() {
        bracket::read(before)?;
    }
    let (time, rest) = bracket::open(&line[open..])?;
    let rest = rest.strip_prefix(b" [")?;
    let stamp = bracket::read(time)?;
    let Some(rest) = rest.strip_prefix(b"router:") else {
        let known = [
            b"] [system:info] ",
            b"] [system:error]",
            b"] [system:fatal]",
        ];
        return known
            .iter()
            .any(|mark| memmem::find(rest, &mark[..]).is_some())
            .then_some(None);
    };
    let (_router, rest) = part(rest, b"] [origin:")?;
    let (host, rest) = part(rest, b"] [client: ")?;
    let (remote, rest) = part(rest, b"] [useragent: ")?;
    let last = memrchr(b' ', rest)?;
    let status = number(&rest[last + 1..]).filter(|_| rest.len() - last == 4)?;
    let rest = &rest[..last];
    let at = memrchr(b' ', rest)?;
    let (rest, target) = (&rest[..at], &rest[at + 1..]);
    let at = memrchr(b' ', rest)?;
    let (agent, method) = (rest[..at].strip_suffix(b"]")?, &rest[at + 1..]);
    Some(Some(Record {
        stamp,
        remote: present(remote),
        host: present(host),
        method: present(method),
        target: present(target),
        status: Some(status as u16),
        user_agent: present(agent),
        // The line is made with the clock of the moment, when the answer is out.
        edge: Some(Edge::End),
        ..Record::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_other_parts_are_understood() {
        let told = |text: &str| read(text.as_bytes()).map(|record| record.is_some());
        for (text, expected) in [
            (
                "[2024-05-01 07:57:03.150624] [uptime-monitor] [system:info] started",
                Some(false),
            ),
            (
                "2025/05/01 07:57:03 [2025-05-01 07:57:03.150624] [dprouter] [system:error] failed: x",
                Some(false),
            ),
            ("[2024-05-01 07:57:03.150624] [other] [info] started", None),
            (
                "[2024-05-01 07:57:03.150624] [router:x] [origin:y] [client: z] [useragent: u] GET / 20",
                None,
            ),
            (
                "soon [2024-05-01 07:57:03.150624] [x] [system:info] y",
                None,
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
