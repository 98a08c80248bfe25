//! The access log of Kubernetes' ingress on nginx, `upstreaminfo`: Combined, then length and time of the request, the
//! names of the upstream, and what each server that was tried took.

use super::ncsa::tailed::{Tail, Tailed, seconds};
use super::time::number;
use super::{Carries, Edge, Format, Reader, Sample, Seat};
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
        // nginx writes a line, and its $time_local, when the request is complete:
        // https://nginx.org/en/docs/http/ngx_http_log_module.html
        Box::new(Tailed::new(tail, Edge::End))
    }

    fn seat(&self) -> Seat {
        Seat::Proxy
    }
}

/// Whether what follows the agent is of this format.
pub(super) fn claims(rest: &[u8]) -> bool {
    request_time(rest).is_some()
}

fn tail(rest: &[u8]) -> Option<Tail> {
    let duration_ms = Some(request_time(rest)?);
    Some(Tail { duration_ms })
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
