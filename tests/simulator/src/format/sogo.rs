//! SOGo's own log: a line when a request is done, with the seconds it took.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::Zone;

pub(super) fn line(exchange: &Exchange<'_>, zone: Zone, out: &mut String) {
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
    zone.syslog_stamp(*end, out);
    let took = end - start;
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        " sogod [61]: {client} \"{method} {target} HTTP/1.1\" {status} {}/97 {}.{:03} - - 0 - 13",
        bytes.unwrap_or(0),
        took / 1_000,
        took % 1_000
    );
}
