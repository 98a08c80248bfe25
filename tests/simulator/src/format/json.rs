//! JSON, an object a line: as nginx is usually told to write it, and as Caddy writes it.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::Zone;

/// nginx: the local time of the end, in whole seconds, and `$request_time`.
pub(super) fn nginx(exchange: &Exchange<'_>, zone: Zone, out: &mut String) {
    let Exchange {
        start,
        end,
        client,
        user,
        method,
        target,
        status,
        bytes,
        agent,
        ..
    } = exchange;
    let took = end - start;
    // Writing to a String cannot fail, here and below.
    out.push_str("{\"time_iso8601\":\"");
    zone.plain_stamp(*end, 'T', out);
    let east = zone.0.abs();
    let _ = write!(
        out,
        "{}{:02}:{:02}\",\"remote_addr\":\"{client}\",\"remote_user\":\"{}\",\"request\":\"{method} {} HTTP/1.1\",\
         \"status\":\"{status}\",\"body_bytes_sent\":\"{}\",\"request_time\":\"{}.{:03}\",\"http_user_agent\":\"{}\"}}",
        if zone.0 < 0 { '-' } else { '+' },
        east / 60,
        east % 60,
        escaped(user),
        escaped(target),
        bytes.unwrap_or(0),
        took / 1_000,
        took % 1_000,
        escaped(agent),
    );
}

/// Caddy: the moment of the end with its fraction, and the duration in seconds.
pub(super) fn caddy(exchange: &Exchange<'_>, out: &mut String) {
    let Exchange {
        start,
        end,
        client,
        host,
        user,
        method,
        target,
        status,
        bytes,
        agent,
        ..
    } = exchange;
    let took = end - start;
    let _ = write!(
        out,
        "{{\"level\":\"info\",\"ts\":{}.{:03}4121,\"logger\":\"http.log.access\",\"msg\":\"handled request\",\
         \"request\":{{\"remote_ip\":\"{client}\",\"remote_port\":\"52817\",\"proto\":\"HTTP/1.1\",\"method\":\"{method}\",\
         \"host\":\"{host}\",\"uri\":\"{}\",\"headers\":{{\"User-Agent\":[\"{}\"]}}}},\"user_id\":\"{}\",\
         \"duration\":{}.{:03}208,\"size\":{},\"status\":{status}}}",
        end / 1_000,
        end % 1_000,
        escaped(target),
        escaped(agent),
        escaped(user),
        took / 1_000,
        took % 1_000,
        bytes.unwrap_or(0),
    );
}

/// What stands inside a string; `&` as many writers have it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('&', "\\u0026")
}
