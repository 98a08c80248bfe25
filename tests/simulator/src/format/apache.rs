//! Apache's `combined` with `%D` behind it: the time the request was received, and how many microseconds it took.

use std::fmt::Write as _;

use super::{Exchange, front};
use crate::clock::Zone;

pub(super) fn line(exchange: &Exchange<'_>, zone: Zone, out: &mut String) {
    front::combined(exchange, exchange.start, zone, out);
    // A log has microseconds where the world has milliseconds: these are neither random nor all zero.
    let took = (exchange.end - exchange.start) * 1_000 + exchange.start.rem_euclid(997);
    // Writing to a String cannot fail.
    let _ = write!(out, " {took}");
}
