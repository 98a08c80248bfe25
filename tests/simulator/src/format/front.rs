//! Access log formats of what stands in front of the server: nginx and HAProxy.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::{Ms, Zone};

/// How an exchange ended as the proxy saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The server answered.
    Answered,
    /// The client closed its connection first.
    ClientGone,
    /// The proxy waited for the server no longer.
    TimedOut,
    /// The server could not be reached.
    Unreachable,
}

/// A format of the proxy's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontFormat {
    /// nginx's `combined`, which has no duration.
    Nginx,
    /// The same, followed by `$request_time`.
    NginxTimed,
    /// HAProxy's `option httplog`.
    HaProxy,
}

impl FrontFormat {
    /// Appends the line for `exchange`, with its line break, to `out`.
    pub(crate) fn line(
        self,
        exchange: &Exchange<'_>,
        ending: Ending,
        zone: Zone,
        out: &mut String,
    ) {
        match self {
            Self::Nginx => combined(exchange, exchange.end, zone, out),
            Self::NginxTimed => timed(exchange, zone, out),
            Self::HaProxy => httplog(exchange, ending, zone, out),
        }
        out.push('\n');
    }
}

/// `IP - USER [stamp] "METHOD URI PROTO" STATUS SIZE "REFERER" "AGENT"`
pub(super) fn combined(exchange: &Exchange<'_>, at: Ms, zone: Zone, out: &mut String) {
    let Exchange {
        client,
        user,
        method,
        target,
        status,
        bytes,
        referer,
        agent,
        ..
    } = exchange;
    // Writing to a String cannot fail, here and below.
    let _ = write!(out, "{client} - {user} [");
    zone.access_stamp(at, out);
    let bytes = bytes.unwrap_or(0);
    let _ = write!(
        out,
        "] \"{method} {target} HTTP/1.1\" {status} {bytes} \"{referer}\" \"{agent}\""
    );
}

/// The same with the duration in seconds, `$request_time`.
pub(super) fn timed(exchange: &Exchange<'_>, zone: Zone, out: &mut String) {
    combined(exchange, exchange.end, zone, out);
    let _ = write!(out, " {}", exchange.seconds());
}

/// The line that syslog carries: stamped by the local clock, without a zone, when the request arrives.
pub(super) fn httplog(exchange: &Exchange<'_>, ending: Ending, zone: Zone, out: &mut String) {
    let Exchange {
        start,
        end,
        client,
        method,
        target,
        status,
        bytes,
        ..
    } = exchange;
    let took = end - start;
    // Time to the first byte of the answer: none came where the exchange ended before.
    let (first_byte, state) = match ending {
        Ending::Answered => (took, "----"),
        Ending::ClientGone => (-1, "CH--"),
        Ending::TimedOut => (-1, "sH--"),
        Ending::Unreachable => (-1, "SC--"),
    };
    let connect = if ending == Ending::Unreachable { -1 } else { 1 };
    let status: i32 = if ending == Ending::ClientGone {
        -1
    } else {
        i32::from(*status)
    };
    zone.syslog_stamp(*end, out);
    let _ = write!(out, " proxy haproxy[1200]: {client}:50114 [");
    zone.haproxy_stamp(*start, out);
    let bytes = bytes.unwrap_or(0);
    let _ = write!(
        out,
        "] https~ domino/traveler 0/0/{connect}/{first_byte}/{took} {status} {bytes} - - {state} 9/9/4/4/0 0/0 \
         \"{method} {target} HTTP/1.1\""
    );
}
