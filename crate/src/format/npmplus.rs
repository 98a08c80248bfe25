//! The access log of NPMplus: `[time] host client seconds "request" status bytes bytes-with-headers referer agent`.
//!
//! Referer and agent are not quoted; the agent is all that is left.

use super::ncsa::Answer;
use super::ncsa::tailed::seconds;
use super::time::bracket;
use super::{Alone, Carries, Edge, Format, Reader, Record, Sample, Seat, part, present};
use memchr::memchr;

pub(super) struct NpmPlus;

impl Format for NpmPlus {
    fn code(&self) -> &'static str {
        "npmplus"
    }

    fn title(&self) -> &'static str {
        "NPMplus access log"
    }

    fn specification(&self) -> &'static str {
        "https://github.com/ZoeyVid/NPMplus/blob/develop/rootfs/usr/local/nginx/conf/nginx.conf"
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
                text: r#"[10/Feb/2024:21:23:32 +0100] mail.example.com 192.0.2.7 60.227 "POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/2.0" 200 13 440 https://example.com/ Mozilla/5.0 (Windows; rv:123.0) "x""#,
                expect: &[
                    ("time", "2024-02-10T21:23:32+01:00"),
                    ("remote_ip", "192.0.2.7"),
                    ("host", "mail.example.com"),
                    ("method", "POST"),
                    ("protocol", "HTTP/2.0"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("duration_ms", "60227"),
                    ("referer", "https://example.com/"),
                    ("user_agent", "Mozilla/5.0 (Windows; rv:123.0) \"x\""),
                    ("edge", "end"),
                ],
            },
            Sample {
                text: r#"[10/Feb/2024:21:23:32 +0100] _ 192.0.2.7 0.811 "\x16\x03 \x22" 400 122 282 - -"#,
                expect: &[
                    ("method", "-"),
                    ("target", r"\x16\x03 \x22"),
                    ("status", "400"),
                    ("referer", "-"),
                    ("user_agent", "-"),
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
    let (host, rest) = part(rest.strip_prefix(b" ")?, b" ")?;
    let (remote, rest) = part(rest, b" ")?;
    let end = memchr(b' ', rest)?;
    let millis = seconds(&rest[..end])?;
    let answer = Answer::read(&rest[end..]).ok()?;
    let stamp = bracket::read(time)?;
    let (_bytes_sent, rest) = part(answer.tail.strip_prefix(b" ")?, b" ")?;
    let (referer, agent) = part(rest, b" ")?;
    Some(Record {
        stamp,
        duration_ms: Some(millis),
        remote: present(remote),
        host: present(host),
        method: answer.request.method,
        target: answer.request.target,
        protocol: answer.request.protocol,
        status: answer.status,
        bytes: answer.bytes,
        referer: present(referer),
        user_agent: present(agent),
        // $time_local of the moment at which nginx writes the line, when the request is complete:
        // https://nginx.org/en/docs/http/ngx_http_log_module.html
        edge: Some(Edge::End),
        ..Record::default()
    })
}
