//! A format that many sites give an nginx that stands before other servers: no quotes, names before numbers.
//!
//! `[time] client - user - server to: upstream: METHOD target PROTOCOL status upstream_response_time .. msec ..
//! request_time ..`; some write the host behind the server, and some leave out the status.

use super::ncsa::tailed::seconds;
use super::ncsa::{RequestLine, closes_in_protocol};
use super::time::{bracket, number};
use super::{Alone, Carries, Edge, Format, Reader, Record, Sample, Seat, part, present};
use memchr::{memchr, memrchr};

pub(super) struct NginxUpstream;

impl Format for NginxUpstream {
    fn code(&self) -> &'static str {
        "nginx-upstream"
    }

    fn title(&self) -> &'static str {
        "nginx with upstream times"
    }

    fn specification(&self) -> &'static str {
        "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format"
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
                text: "[06/May/2025:08:03:26 +0200] 192.0.2.7 - jo - mail.example.com to: 10.0.0.3:443: POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/1.1 200 upstream_response_time 60.000 msec 1746511406.125 request_time 60.012",
                expect: &[
                    ("time", "2025-05-06T08:03:26+02:00"),
                    ("remote_ip", "192.0.2.7"),
                    ("user", "jo"),
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "200"),
                    ("duration_ms", "60012"),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: "[06/May/2025:08:03:26 +0200] 2001:db8::7 - - - _ mail.example.com to: -: GET / HTTP/2.0 upstream_response_time - msec 1746511406.125 request_time 0.003",
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    ("user", "-"),
                    ("host", "mail.example.com"),
                    ("status", "-"),
                    ("target", "/"),
                    ("duration_ms", "3"),
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
    let (time, rest) = bracket::open(line)?;
    let (columns, rest) = part(rest.strip_prefix(b" ")?, b" to: ")?;
    let (remote, columns) = part(columns, b" - ")?;
    let (user, server) = part(columns, b" - ")?;
    let host = &server[memrchr(b' ', server).map_or(0, |blank| blank + 1)..];
    let (_upstream, rest) = part(rest, b": ")?;
    let (request, times) = part(rest, b" upstream_response_time ")?;
    let (_, millis) = part(times, b"request_time ")?;
    let millis = &millis[..memchr(b' ', millis).unwrap_or(millis.len())];
    let (request, status) = match memrchr(b' ', request) {
        Some(blank) if !closes_in_protocol(request) => {
            let status = number(&request[blank + 1..]).filter(|_| request.len() - blank == 4);
            (&request[..blank], Some(status?))
        }
        _ => (request, None),
    };
    let request = RequestLine::split(request);
    Some(Record {
        stamp: bracket::read(time)?,
        duration_ms: Some(seconds(millis)?),
        remote: present(remote),
        host: present(host),
        user: present(user),
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        status: status.map(|status| status as u16),
        // $time_local of the moment at which nginx writes the line, when the request is complete:
        // https://nginx.org/en/docs/http/ngx_http_log_module.html
        edge: Some(Edge::End),
        ..Record::default()
    })
}
