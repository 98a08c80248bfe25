//! JSON, an object a line: as nginx is usually told to write it, and as Caddy writes it.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::Zone;

/// nginx: the local time of the end, in whole seconds, and `$request_time`.
pub(super) fn nginx(of: &Exchange<'_>, zone: Zone, out: &mut String) {
    out.push_str("{\"time_iso8601\":\"");
    zone.plain_stamp(of.end, 'T', out);
    let east = zone.0.abs();
    // Writing to a String cannot fail, here and below.
    let _ = write!(
        out,
        "{}{:02}:{:02}\",\"remote_addr\":\"{}\",\"remote_user\":\"{}\",\"request\":\"{} {} HTTP/1.1\",\
         \"status\":\"{}\",\"body_bytes_sent\":\"{}\",\"request_time\":\"{}\",\"http_user_agent\":\"{}\"}}",
        if zone.0 < 0 { '-' } else { '+' },
        east / 60,
        east % 60,
        of.client,
        escaped(of.user),
        of.method,
        escaped(of.target),
        of.status,
        of.bytes.unwrap_or(0),
        of.seconds(),
        escaped(of.agent),
    );
}

/// Caddy: the moment of the end with its fraction, and the duration in seconds.
pub(super) fn caddy(of: &Exchange<'_>, out: &mut String) {
    let _ = write!(
        out,
        "{{\"level\":\"info\",\"ts\":{}.{:03}4121,\"logger\":\"http.log.access\",\"msg\":\"handled request\",\
         \"request\":{{\"remote_ip\":\"{}\",\"remote_port\":\"52817\",\"proto\":\"HTTP/1.1\",\"method\":\"{}\",\
         \"host\":\"{}\",\"uri\":\"{}\",\"headers\":{{\"User-Agent\":[\"{}\"]}}}},\"user_id\":\"{}\",\
         \"duration\":{}208,\"size\":{},\"status\":{}}}",
        of.end / 1_000,
        of.end % 1_000,
        of.client,
        of.method,
        of.host,
        escaped(of.target),
        escaped(of.agent),
        escaped(of.user),
        of.seconds(),
        of.bytes.unwrap_or(0),
        of.status,
    );
}

/// What stands inside a string; `&` as many writers have it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('&', "\\u0026")
}
