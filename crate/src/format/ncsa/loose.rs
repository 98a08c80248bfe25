//! Access-log lines in unusual shapes: another time in the brackets, the time first, no columns, or no time at all.

use super::{Scanned, scan_request};
use crate::format::address::is_address;
use crate::format::envoy;
use crate::format::time::bracket;
use crate::format::time::{ACCESS_LEN, Stamp};
use crate::input::Line;
use memchr::{memchr, memchr_iter, memmem};

/// Reads a line that has not the time of the Common Log Format in its brackets.
pub(super) fn scan<'a>(line: &Line<'a>) -> Option<Scanned<'a>> {
    let bytes = line.bytes;
    for open in memchr_iter(b'[', bytes) {
        if open > 0 && bytes[open - 1] != b' ' {
            continue;
        }
        let inside = &bytes[open + 1..];
        let near = &inside[..inside.len().min(2 * ACCESS_LEN)];
        let Some(close) = memchr(b']', near) else {
            continue;
        };
        // Some put brackets around the brackets.
        let (time, rest) = (&inside[..close], &inside[close + 1..]);
        let (time, rest) = match (time.strip_prefix(b"["), rest.strip_prefix(b"]")) {
            (Some(time), Some(rest)) => (time, rest),
            _ => (time, rest),
        };
        let quoted = rest.starts_with(b" \"");
        if !quoted && open > 0 {
            continue;
        }
        let Some(stamp) = bracket::read(time) else {
            continue;
        };
        if !quoted {
            return time_first(bytes, stamp, rest);
        }
        let prefix = bytes[..open].trim_ascii_end();
        let scanned = scan_request(bytes, prefix, stamp, rest).ok()?;
        // Envoy writes numbers behind its flags, which stand in the place of the bytes.
        let numbers = scanned.tail.get(1).is_some_and(u8::is_ascii_digit);
        let envoy = open == 0 && (numbers || envoy::claims(line));
        return (!envoy).then_some(scanned);
    }
    without_time(bytes)
}

/// Reads what follows a time that stands first: the columns, of which the client must be an address, and the request.
fn time_first<'a>(line: &[u8], stamp: Option<Stamp>, rest: &'a [u8]) -> Option<Scanned<'a>> {
    let open = memmem::find(rest, b" \"")?;
    let columns = rest[..open].trim_ascii();
    // Another time behind the columns is the line's own.
    if columns.ends_with(b"]") {
        return None;
    }
    let scanned = scan_request(line, columns, stamp, &rest[open..]).ok()?;
    let prefix = scanned.prefix;
    // Without a hyphen the columns are those of another format.
    let hyphen = || memmem::find(&rest[..open], b" - ").is_some();
    let columns = prefix.second == b"-" || prefix.odd && (prefix.user.is_none() || hyphen());
    (columns && is_address(prefix.remote)).then_some(scanned)
}

/// Reads `client - user "METHOD TARGET PROTOCOL" STATUS`, as it stands in logs that name the time before it.
fn without_time(bytes: &[u8]) -> Option<Scanned<'_>> {
    let open = memmem::find(bytes, b" \"")?;
    let scanned = scan_request(bytes, &bytes[..open], None, &bytes[open..]).ok()?;
    let prefix = scanned.prefix;
    let columns = !prefix.odd && prefix.second == b"-" && is_address(prefix.remote);
    (columns && scanned.request.protocol.is_some()).then_some(scanned)
}
