//! SOGo's own log: a line when a request is done, with the seconds it took.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::Zone;

pub(super) fn line(of: &Exchange<'_>, zone: Zone, out: &mut String) {
    zone.syslog_stamp(of.end, out);
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        " sogod [61]: {} \"{} {} HTTP/1.1\" {} {}/97 {} - - 0 - 13",
        of.client,
        of.method,
        of.target,
        of.status,
        of.bytes.unwrap_or(0),
        of.seconds(),
    );
}
