//! Domino's two access log formats, and one line of its console.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::{Ms, Zone};

/// `IP HOST USER [stamp] "METHOD URI PROTO" STATUS SIZE`
pub(super) fn common(exchange: &Exchange<'_>, at: Ms, zone: Zone, out: &mut String) {
    let Exchange {
        client,
        host,
        user,
        method,
        target,
        status,
        bytes,
        ..
    } = exchange;
    // Writing to a String cannot fail, here and below.
    let _ = write!(out, "{client} {host} {user} [");
    zone.access_stamp(at, out);
    let _ = write!(out, "] \"{method} {target} HTTP/1.1\" {status} ");
    let _ = match bytes {
        Some(bytes) => write!(out, "{bytes}"),
        None => write!(out, "-"),
    };
}

/// The common fields, then `"REFERER" "AGENT" MILLIS "COOKIE" "SERVER PATH"`.
pub(super) fn extended(exchange: &Exchange<'_>, at: Ms, zone: Zone, out: &mut String) {
    common(exchange, at, zone, out);
    let Exchange {
        referer,
        agent,
        cookie,
        path,
        start,
        end,
        ..
    } = exchange;
    let _ = write!(
        out,
        " \"{referer}\" \"{agent}\" {} \"{cookie}\" \"{path}\"",
        end - start
    );
}

/// What the console says, behind its stamp, about a request that a restart of the HTTP task waits for.
#[must_use]
pub fn waiting_line(session: i64, thread: i64, method: &str, target: &str) -> String {
    format!(
        "HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [{session}] \
         Thread ID [{thread} ({thread:#x})] {method} {target} HTTP/1.1"
    )
}
