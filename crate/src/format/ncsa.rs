//! The access-log line that NCSA httpd began and that Domino, Apache, nginx and many others extend.
//!
//! [`scan`] reads what they share, from the client's address to the byte count; each format reads its own tail.

mod loose;
pub(super) mod tailed;

use super::prefix::Prefix;
use super::time::{ACCESS_LEN, AccessClock, Stamp, bracket, number};
use super::{Reason, Record, envelope, present};
use crate::input::Line;
use memchr::{memchr, memchr_iter, memmem, memrchr};

/// What the lines of the family share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanned<'a> {
    pub(super) prefix: Prefix<'a>,
    /// What stands in quotes between time and request, where sites put the host.
    pub(super) named_host: Option<&'a [u8]>,
    /// None where the line has a time of day without a date.
    pub(super) stamp: Option<Stamp>,
    pub(super) request: RequestLine<'a>,
    /// None where a hyphen stands for it.
    pub(super) status: Option<u16>,
    pub(super) bytes: Option<u64>,
    /// Everything after the byte count, its leading blank included.
    pub(super) tail: &'a [u8],
}

impl<'a> Scanned<'a> {
    /// The record of these parts.
    pub(super) fn record(&self, line: &Line<'_>) -> Record<'a> {
        let prefix = self.prefix;
        Record {
            place: line.into(),
            stamp: self.stamp,
            remote: present(prefix.remote),
            host: present(prefix.second),
            user: prefix.user,
            method: self.request.method,
            target: self.request.target,
            protocol: self.request.protocol,
            status: self.status,
            bytes: self.bytes,
            ..Record::default()
        }
    }
}

/// Reads the part of a line that the family shares.
pub(super) fn scan<'a>(line: &Line<'a>, clock: &mut AccessClock) -> Result<Scanned<'a>, Reason> {
    scan_usual(line.bytes, clock).or_else(|reason| loose::scan(line).ok_or(reason))
}

/// Reads lines with the time of the Common Log Format: nearly all.
fn scan_usual<'a>(bytes: &'a [u8], clock: &mut AccessClock) -> Result<Scanned<'a>, Reason> {
    let mut closest = Reason::UnknownShape;
    // A user name may hold brackets, so the bracket that counts is the first one with a time in it.
    for open in memchr_iter(b'[', bytes) {
        if open == 0 || bytes[open - 1] != b' ' {
            continue;
        }
        let inside = &bytes[open + 1..];
        if inside.get(ACCESS_LEN) != Some(&b']') {
            // No line of another kind has a quoted request right behind its brackets. What is no date is looked at as
            // far as a date could reach, or a line of brackets would cost the square of its length.
            let near = &inside[..inside.len().min(2 * ACCESS_LEN)];
            if memchr(b']', near).is_some_and(|close| inside[close + 1..].starts_with(b" \"")) {
                closest = Reason::BadTime;
            } else if line_ends_in_time(inside) {
                closest = closest.max(Reason::CutShort);
            }
            continue;
        }
        let Some(stamp) = clock.read(&inside[..ACCESS_LEN]) else {
            closest = Reason::BadTime;
            continue;
        };
        // A time before the columns is that of whoever passed the line on.
        if let Some((first, _)) = bracket::open(bytes)
            && bracket::read(first).is_some()
        {
            return Err(Reason::UnknownShape);
        }
        return scan_request(
            bytes,
            &bytes[..open - 1],
            Some(stamp),
            &inside[ACCESS_LEN + 1..],
        );
    }
    Err(closest)
}

/// Whether what is left of a line is the beginning of a bracketed time.
fn line_ends_in_time(rest: &[u8]) -> bool {
    rest.len() < ACCESS_LEN
        && rest.len() > 2
        && rest[..2].iter().all(u8::is_ascii_digit)
        && rest[2] == b'/'
        && !rest.contains(&b'"')
}

/// Reads what stands behind the time of a line, with the columns before it.
#[inline]
fn scan_request<'a>(
    line: &[u8],
    prefix: &'a [u8],
    stamp: Option<Stamp>,
    rest: &'a [u8],
) -> Result<Scanned<'a>, Reason> {
    let answer = Answer::read(rest)?;
    // The first columns may be anything, so that a syslog header would be taken for them.
    if envelope::begins(line) {
        return Err(Reason::UnknownShape);
    }
    Ok(Scanned {
        prefix: Prefix::split(prefix).ok_or(Reason::UnknownShape)?,
        named_host: answer.before,
        stamp,
        request: answer.request,
        status: answer.status,
        bytes: answer.bytes,
        tail: answer.tail,
    })
}

/// A request and what came of it.
pub(super) struct Answer<'a> {
    /// What stands in quotes before the request.
    pub(super) before: Option<&'a [u8]>,
    pub(super) request: RequestLine<'a>,
    pub(super) status: Option<u16>,
    pub(super) bytes: Option<u64>,
    pub(super) tail: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Reads ` "METHOD TARGET PROTOCOL" STATUS BYTES` and leaves the tail.
    #[inline]
    pub(super) fn read(rest: &'a [u8]) -> Result<Self, Reason> {
        // Zimbra writes two blanks.
        let spaced = || rest.trim_ascii_start().strip_prefix(b"\"");
        let quoted = rest.strip_prefix(b" \"").or_else(spaced);
        let quoted = quoted.ok_or(if rest.len() < 2 {
            Reason::CutShort
        } else {
            Reason::UnknownShape
        })?;
        let (request, after) = close_request(quoted)?;
        let (status, after) = match after.strip_prefix(b"-") {
            Some(after) => (None, after),
            None => {
                let status = number(&after[..3]).ok_or(Reason::BadStatus)?;
                (Some(status as u16), &after[3..])
            }
        };
        let (bytes, tail) = match after.strip_prefix(b" ") {
            // Some leave the bytes out.
            Some(rest) if !rest.starts_with(b"\"") => {
                let end = memchr(b' ', rest).unwrap_or(rest.len());
                (&rest[..end], &rest[end..])
            }
            _ => (&b""[..], after),
        };
        // SOGo counts those of the answer and those of the request.
        if memchr(b'/', bytes).is_some() {
            return Err(Reason::UnknownShape);
        }
        let mut before = None;
        let mut line = RequestLine::split(request);
        if line.method.is_none()
            && let Some(at) = memmem::rfind(request, b"\" \"")
        {
            let last = RequestLine::split(&request[at + 3..]);
            if last.method.is_some() && last.protocol.is_some() {
                (before, line) = (present(&request[..at]), last);
            }
        }
        Ok(Self {
            before,
            request: line,
            status,
            bytes: decimal(bytes),
            tail,
        })
    }
}

/// Splits at the quote that closes the request: one with a status behind it, and with the protocol before it if there
/// is such a one, since a URL may hold quotes, blanks and numbers.
fn close_request(quoted: &[u8]) -> Result<(&[u8], &[u8]), Reason> {
    let mut some_quote = false;
    let mut without_protocol = None;
    for close in memchr_iter(b'"', quoted) {
        some_quote = true;
        let (request, rest) = (&quoted[..close], &quoted[close + 1..]);
        let Some(after) = rest.strip_prefix(b" ") else {
            continue;
        };
        let ends = after.get(3).is_none_or(|&b| b == b' ');
        if after.len() >= 3 && after[..3].iter().all(u8::is_ascii_digit) && ends {
            if ends_in_protocol(request) {
                return Ok((request, after));
            }
            without_protocol.get_or_insert((request, after));
        } else if after.starts_with(b"- ") && ends_in_protocol(request) {
            // Traefik has no status of a request that it broke off.
            return Ok((request, after));
        }
    }
    let ends_in_quote = quoted.last() == Some(&b'"') || quoted.len() < 3;
    without_protocol.ok_or(if some_quote && !ends_in_quote {
        Reason::BadStatus
    } else {
        Reason::CutShort
    })
}

/// Whether a request line closes with ` HTTP/1.1` or the like.
fn ends_in_protocol(request: &[u8]) -> bool {
    let last = memrchr(b' ', request).map_or(request, |blank| &request[blank + 1..]);
    last.starts_with(b"HTTP/")
}

/// The parts of a request line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RequestLine<'a> {
    pub(super) method: Option<&'a [u8]>,
    pub(super) target: Option<&'a [u8]>,
    pub(super) protocol: Option<&'a [u8]>,
}

impl<'a> RequestLine<'a> {
    /// Splits a request line; what is none is all target.
    pub(super) fn split(request: &'a [u8]) -> Self {
        let target = |target| Self {
            target: present(target),
            ..Self::default()
        };
        let Some(blank) = memchr(b' ', request) else {
            return target(request);
        };
        let (method, rest) = (&request[..blank], &request[blank + 1..]);
        let named = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_');
        if method.is_empty() || !method.iter().all(named) {
            return target(request);
        }
        let (target, protocol) = match memrchr(b' ', rest) {
            Some(last) if ends_in_protocol(rest) => (&rest[..last], Some(&rest[last + 1..])),
            _ => (rest, None),
        };
        Self {
            method: Some(method),
            target: present(target),
            protocol,
        }
    }
}

/// Most bytes and lines of a record that mail or forum software wrapped, blank lines among them: a request with all its
/// parameters stays well below, and what is longer is something else that happened to follow.
pub(super) const WRAPPED_BYTES: usize = 8 * 1024;
pub(super) const WRAPPED_LINES: u32 = 12;

/// What joins a request line that broke off to a line that can be the rest of it: a blank, or nothing where it broke
/// inside the URL. `None` if the request is whole, or the line is nothing of it.
///
/// A URL holds no blanks. So of a line of several words only one that closes with the protocol can belong to it.
pub(super) fn joint(request: &[u8], line: &[u8]) -> Option<&'static [u8]> {
    let one_word = memchr(b' ', line).is_none();
    if closes_in_protocol(request) || line.is_empty() || !(one_word || closes_in_protocol(line)) {
        return None;
    }
    // An access-log line and a console line may break off right behind the protocol, too.
    if memmem::find(line, b" [").is_some() {
        return None;
    }
    let opens_target = line.starts_with(b"/") || memmem::find(line, b"://").is_some();
    match memchr(b' ', request) {
        None if request.is_empty() => {
            let word = &line[..memchr(b' ', line).unwrap_or(line.len())];
            word.iter().all(u8::is_ascii_uppercase).then_some(b" ")
        }
        None => (request.iter().all(u8::is_ascii_alphabetic) && opens_target).then_some(b" "),
        Some(_) if line.starts_with(b"HTTP/") => Some(b" "),
        Some(_) => Some(b""),
    }
}

/// Whether a request line is whole: it closes with ` HTTP/1.1` or the like, version included.
pub(super) fn closes_in_protocol(request: &[u8]) -> bool {
    let Some(version) = memrchr(b' ', request)
        .map_or(request, |blank| &request[blank + 1..])
        .strip_prefix(b"HTTP/")
    else {
        return false;
    };
    match version {
        [major] => major.is_ascii_digit(),
        [major, b'.', minor] => major.is_ascii_digit() && minor.is_ascii_digit(),
        _ => false,
    }
}

/// A decimal number of up to 19 digits.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0'))
    })
}

/// Takes ` "text"` off the front. Of several quotes the first one counts that a blank or the end follows.
pub(super) fn quoted(tail: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = tail.strip_prefix(b" \"")?;
    memchr_iter(b'"', inside)
        .find(|&close| inside.get(close + 1).is_none_or(|&b| b == b' ') && !escaped(inside, close))
        .map(|close| (&inside[..close], &inside[close + 1..]))
}

/// The same, or a hyphen without quotes.
pub(super) fn field(tail: &[u8]) -> Option<(&[u8], &[u8])> {
    quoted(tail).or_else(|| {
        let rest = tail.strip_prefix(b" -")?;
        (rest.is_empty() || rest.starts_with(b" ")).then(|| (&tail[1..2], rest))
    })
}

/// Whether the quote at `at` has an odd number of backslashes before it, Apache's way of writing one.
fn escaped(text: &[u8], at: usize) -> bool {
    text[..at].iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_request_is_joined_to_its_rest_and_to_nothing_else() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            ("", "POST", Some(" ")),
            ("", "GET /x HTTP/1.1", Some(" ")),
            ("", "thanks", None),
            ("POST", "/servlet/traveler?User=a", Some(" ")),
            ("POST", "https://example.com/x HTTP/1.1", Some(" ")),
            ("POST", "thanks", None),
            ("POST /x?User=a", "&Cmd=Ping", Some("")),
            ("POST /x?User=a", "&Cmd=Ping HTTP/1.1", Some("")),
            ("POST /x?User=a&Cmd=Ping", "HTTP/1.1", Some(" ")),
            ("POST /x?User=a HTTP/", "1.1", Some("")),
            ("POST /x?User=a HTTP/1.1", "thanks", None),
            ("POST /x?User=a", "", None),
            ("POST /x?User=a", "what does it mean", None),
            (
                "POST /x?User=a",
                r#"192.0.2.1 - - [12/Jan/2024:08:15:30 +0000] "GET / HTTP/1.1"#,
                None,
            ),
        ];
        for (request, line, expected) in cases {
            assert_eq!(
                joint(request.as_bytes(), line.as_bytes()),
                expected.map(str::as_bytes),
                "{request} + {line}"
            );
        }
    }
}
