//! The access logs of Nginx Proxy Manager: `proxy`, of hosts that it stands before, and `standard`, of its own pages.
//!
//! `[time] cache upstream-status status - METHOD scheme host "target" [Client ..] [Length ..] [Gzip ..] [Sent-to ..]
//! "agent" "referer"`; the first two and the server sent to are those of `proxy` alone.

use super::ncsa::{decimal, quoted};
use super::time::bracket;
use super::time::number;
use super::{Alone, Carries, Edge, Format, Reader, Record, Sample, Seat, present};
use memchr::{memchr, memmem, memrchr};

pub(super) struct NginxProxyManager;

impl Format for NginxProxyManager {
    fn code(&self) -> &'static str {
        "nginx-proxy-manager"
    }

    fn title(&self) -> &'static str {
        "Nginx Proxy Manager access log"
    }

    fn specification(&self) -> &'static str {
        "https://github.com/NginxProxyManager/nginx-proxy-manager/blob/develop/docker/rootfs/etc/nginx/conf.d/include/log-proxy.conf"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: false,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: r#"[08/Jun/2020:06:49:01 +0200] - 504 502, 409 - POST https mail.example.com "/Microsoft-Server-ActiveSync?Cmd=Ping" [Client 192.0.2.7] [Length 13] [Gzip 3.10] [Sent-to 10.0.0.15] "Apple-iPhone/704.11" "-""#,
                expect: &[
                    ("time", "2020-06-08T06:49:01+02:00"),
                    ("remote_ip", "192.0.2.7"),
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
                    ("status", "409"),
                    ("bytes", "13"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("referer", "-"),
                    ("duration_ms", "-"),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: r#"[08/Jun/2020:06:49:01 +0000] 444 - GET http 203.0.113.5 "/.env" [Client 2001:db8::7] [Length 0] [Gzip -] "curl/8" "https://example.com/""#,
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("status", "444"),
                    ("referer", "https://example.com/"),
                ],
            },
            Sample {
                text: r#"[08/Jun/2020:06:49:01 +0000] - - 400 - - http _ "-" [Client 192.0.2.7] [Length 154] [Gzip -] [Sent-to mail] "-" "-""#,
                expect: &[
                    ("method", "-"),
                    ("target", "-"),
                    ("host", "_"),
                    ("status", "400"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Alone(read))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

fn read(line: &[u8]) -> Option<Record<'_>> {
    let inside = line.strip_prefix(b"[")?;
    // Before the time is read, which is asked of every line in brackets.
    let client = memmem::find(inside, b"\" [Client ")?;
    let close = memchr(b']', &inside[..client])?;
    let stamp = bracket::read(&inside[..close])?;
    let head = &inside[close + 1..client];
    let (status, request) = memmem::find_iter(head, b" - ").find_map(|at| {
        let before = &head[..at];
        let word = &before[memrchr(b' ', before).map_or(0, |blank| blank + 1)..];
        let status = number(word).filter(|_| word.len() == 3)?;
        Some((status as u16, &head[at + 3..]))
    })?;
    let quote = memmem::find(request, b" \"")?;
    let mut words = request[..quote].split(|&b| b == b' ');
    let (method, _scheme, host) = (words.next()?, words.next()?, words.next()?);
    let mut rest = &inside[client + 1..];
    let (mut remote, mut bytes) = (None, None);
    while let Some(field) = rest.strip_prefix(b" [") {
        let end = memchr(b']', field)?;
        let (field, after) = (&field[..end], &field[end + 1..]);
        if let Some(address) = field.strip_prefix(b"Client ") {
            remote = present(address);
        } else if let Some(length) = field.strip_prefix(b"Length ") {
            bytes = decimal(length);
        }
        rest = after;
    }
    let agent = quoted(rest);
    let referer = agent.and_then(|(_, rest)| quoted(rest));
    Some(Record {
        stamp,
        remote,
        host: present(host),
        method: present(method),
        target: present(&request[quote + 2..]),
        status: Some(status),
        bytes,
        referer: referer.and_then(|(referer, _)| present(referer)),
        user_agent: agent.and_then(|(agent, _)| present(agent)),
        // $time_local of the moment at which nginx writes the line, when the request is complete:
        // https://nginx.org/en/docs/http/ngx_http_log_module.html
        edge: Some(Edge::End),
        ..Record::default()
    })
}
