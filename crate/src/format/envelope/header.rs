//! Headers of syslog in both its kinds, and times that stand before a line by themselves.

use super::{NAME, Opened, When};
use crate::format::time::leading::{epoch, iso, rfc3164};
use crate::format::time::{Stamp, bracket, number};
use memchr::memchr;

/// How much of a header of syslog's older kind is left on the line inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) enum Keep {
    /// The tag, as some formats are told by it.
    Tag,
    /// Nothing.
    Nothing,
    /// All behind the time.
    AllButTime,
    /// All behind the time and one word, the host.
    AllButHost,
}

/// Takes off `<PRI>`, which says how grave a message of syslog is.
fn priority(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"<")?;
    let close = memchr(b'>', &inside[..inside.len().min(4)])?;
    number(&inside[..close]).map(|_| &inside[close + 1..])
}

/// Takes off a header of RFC 5424: `<PRI>1 TIME HOST APP PROCID MSGID DATA `.
pub(super) fn syslog<'a>(text: &'a [u8], tag: bool, buffer: &'a mut Vec<u8>) -> Option<Opened<'a>> {
    let mut rest = priority(text)?.strip_prefix(b"1 ")?;
    let mut word = || {
        let blank = memchr(b' ', rest)?;
        let word = &rest[..blank];
        rest = &rest[blank + 1..];
        Some(word)
    };
    let (time, _host, app, process, _id) = (word()?, word()?, word()?, word()?, word()?);
    let when = match time {
        b"-" => None,
        time => Some(When {
            stamp: iso(time).filter(|(_, rest)| rest.is_empty())?.0,
            no_year: false,
        }),
    };
    let inside = match rest.strip_prefix(b"-") {
        Some(rest) => rest,
        None => structured(rest)?,
    };
    let inside = inside.strip_prefix(b" ").unwrap_or(inside);
    let inside = inside.strip_prefix(b"\xef\xbb\xbf").unwrap_or(inside);
    if !tag {
        return Some(Opened { inside, when });
    }
    buffer.clear();
    buffer.extend_from_slice(app);
    if process != b"-" {
        buffer.extend_from_slice(b"[");
        buffer.extend_from_slice(process);
        buffer.extend_from_slice(b"]");
    }
    buffer.extend_from_slice(b": ");
    buffer.extend_from_slice(inside);
    Some(Opened {
        inside: buffer,
        when,
    })
}

/// What follows the structured data of RFC 5424, `[id name="value"]` once or several times.
fn structured(mut text: &[u8]) -> Option<&[u8]> {
    if text.first() != Some(&b'[') {
        return None;
    }
    while text.first() == Some(&b'[') {
        let mut quoted = false;
        let mut escaped = false;
        let close = text.iter().position(|&b| {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                _ => {}
            }
            b == b']' && !quoted
        })?;
        text = &text[close + 1..];
    }
    Some(text)
}

/// The time of the header that a line begins with.
pub(in crate::format) fn written(line: &[u8]) -> Option<When> {
    time(line)?.0
}

/// Reads the time that a header begins with, and leaves what follows it and its blanks. The time itself is unknown where
/// it counts from the start of the machine.
pub(super) fn time(text: &[u8]) -> Option<(Option<When>, &[u8])> {
    let text = priority(text).unwrap_or(text);
    let (when, rest) = match text.first()? {
        b'[' => (None, since_boot(text)?),
        b'0'..=b'9' if text.get(4) == Some(&b'-') => {
            let (stamp, rest) = iso(text)?;
            (
                Some((stamp, false)),
                rest.strip_prefix(b":").unwrap_or(rest),
            )
        }
        b'0'..=b'9' => {
            let (stamp, rest) = epoch(text)?;
            (Some((stamp, false)), rest)
        }
        _ => match rfc3164(text) {
            Some((stamp, rest)) => (Some((stamp, true)), rest),
            None => {
                let (stamp, rest) = with_weekday(text)?;
                (Some((stamp, false)), rest)
            }
        },
    };
    let inside = rest.trim_ascii_start();
    let when = when.map(|(stamp, no_year)| When { stamp, no_year });
    (inside.len() < rest.len() || rest.is_empty()).then_some((when, inside))
}

/// Reads a time in brackets, as programs put it before what they pass on. Formats may begin with such a time themselves.
pub(super) fn bracketed_time(text: &[u8]) -> Option<(Option<When>, &[u8])> {
    let (time, rest) = bracket::open(text)?;
    let stamp = bracket::read(time)??;
    let no_year = false;
    let rest = rest.strip_prefix(b" ")?;
    Some((Some(When { stamp, no_year }), rest.trim_ascii_start()))
}

/// Leaves what follows `[ 1234.567890]`, the seconds since the machine was started.
fn since_boot(text: &[u8]) -> Option<&[u8]> {
    let near = &text[..text.len().min(24)];
    let close = memchr(b']', near)?;
    let seconds = near[1..close].trim_ascii_start();
    let point = memchr(b'.', seconds)?;
    let (whole, fraction) = (&seconds[..point], &seconds[point + 1..]);
    (number(whole).is_some() && fraction.len() == 6 && number(fraction).is_some())
        .then_some(&text[close + 1..])
}

/// Reads `Tue 2024-01-02 03:04:05 CET`; of the names of zones only UTC is clear.
fn with_weekday(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let (day, rest) = text.split_at_checked(4)?;
    if day[3] != b' ' || !day[..3].iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let (stamp, rest) = iso(rest)?;
    let zone_and_rest = rest.strip_prefix(b" ")?;
    let end = memchr(b' ', &zone_and_rest[..zone_and_rest.len().min(8)])?;
    let zone = match &zone_and_rest[..end] {
        b"UTC" | b"GMT" => Some(0),
        _ => stamp.zone,
    };
    Some((Stamp { zone, ..stamp }, &zone_and_rest[end..]))
}

/// What is left of the text behind a header's time. Where a header has a tag, what to leave of it is told by the tag
/// alone; where it has none, the first word may be a host or a part of the line.
pub(super) fn kept(text: &[u8], keep: Keep, host: bool) -> Option<&[u8]> {
    let tag = tag(text, 0).or_else(|| tag(text, word_end(text)? + 1));
    match (keep, tag) {
        (Keep::Tag, Some((from, _))) => Some(&text[from..]),
        (Keep::Nothing, Some((_, to))) => Some(&text[to..]),
        (Keep::AllButTime, Some((from, _))) if from > 0 && host => None,
        (Keep::AllButTime, _) => Some(text),
        (Keep::AllButHost, None) => Some(&text[word_end(text)? + 1..]),
        _ => None,
    }
}

/// Where the first word of a text ends.
fn word_end(text: &[u8]) -> Option<usize> {
    memchr(b' ', &text[..text.len().min(2 * NAME)])
}

/// Where a tag that begins at `from` begins and where the text behind it does: `name: `, `name[123]: `, `name [123]: `.
pub(super) fn tag(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let near = text.get(from..)?;
    let near = &near[..near.len().min(NAME)];
    let named =
        |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@');
    let name = near.iter().take_while(named).count();
    let mut rest = near.get(name..).filter(|_| name > 0)?;
    let bracket = rest.strip_prefix(b" ").unwrap_or(rest);
    if let Some(inside) = bracket.strip_prefix(b"[") {
        let close = memchr(b']', inside)?;
        number(&inside[..close])?;
        rest = &inside[close + 1..];
    }
    let rest = rest.strip_prefix(b":")?;
    let rest = rest
        .strip_prefix(b" ")
        .or_else(|| rest.is_empty().then_some(rest))?;
    Some((from, from + near.len() - rest.len()))
}
