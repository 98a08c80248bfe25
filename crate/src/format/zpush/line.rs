//! The lines of Z-Push: what every message begins with, and what the last one of a request tells.

use crate::format::fields::{amount, seconds};
use crate::format::time::written::time_of_day;
use crate::format::time::{DAY_MS, Stamp, days, number};
use memchr::{memchr, memmem, memrchr};

/// What the line of a request tells, in this order. Later versions tell more. No quote inside a value is escaped, so
/// that a value ends where the next of these names stands.
const NAMES: [&[u8]; 11] = [
    b"cmd='",
    b" memory='",
    b" time='",
    b" devType='",
    b" devId='",
    b" getUser='",
    b" from='",
    b" idle='",
    b" version='",
    b" method='",
    b" httpcode='",
];

const CMD: usize = 0;
const MEMORY: usize = 1;
pub(super) const TIME: usize = 2;
const DEVICE_TYPE: usize = 3;
const DEVICE_ID: usize = 4;
const USER: usize = 5;
pub(super) const FROM: usize = 6;
pub(super) const VERSION: usize = 8;
pub(super) const METHOD: usize = 9;
pub(super) const CODE: usize = 10;

/// The parts of a line.
pub(super) struct Message<'a> {
    pub(super) stamp: Option<Stamp>,
    pub(super) process: Option<u32>,
    pub(super) user: &'a [u8],
    pub(super) text: &'a [u8],
}

impl<'a> Message<'a> {
    /// Splits `dd/mm/yyyy HH:MM:SS [  pid] [LEVEL] [user] [device] text`, of which the user may be missing in the logs
    /// of single users, the device in all but the most talkative ones, and the date and the process in syslog.
    pub(super) fn split(line: &'a [u8]) -> Option<Self> {
        let mut rest = line;
        let mut stamp = None;
        let mut process = None;
        if let Some((time, after)) = line.split_at_checked(19)
            && time[2] == b'/'
        {
            stamp = Some(dated(time)?);
            let (id, after) = bracketed(after.strip_prefix(b" ")?)?;
            process = Some(number(id.trim_ascii_start())?);
            rest = after.strip_prefix(b" ")?;
        }
        let (level, mut rest) = bracketed(rest)?;
        is_level(level.trim_ascii_start()).then_some(())?;
        let mut user: &[u8] = b"";
        for part in [&mut user, &mut &b""[..]] {
            // The user's name may hold brackets; nothing tells them apart then.
            let Some((inside, after)) = rest.strip_prefix(b" ").and_then(bracketed) else {
                break;
            };
            (*part, rest) = (inside, after);
        }
        Some(Self {
            stamp,
            process,
            user,
            text: rest.trim_ascii_start(),
        })
    }
}

/// Splits `dd/mm/yyyy HH:MM:SS`.
fn dated(text: &[u8]) -> Option<Stamp> {
    let (date, time) = (text.get(..10)?, text.get(11..19)?);
    (date[2] == b'/' && date[5] == b'/' && text[10] == b' ').then_some(())?;
    let day = days(
        i64::from(number(&date[6..])?),
        number(&date[3..5])?,
        number(&date[..2])?,
    )?;
    let ms = day * DAY_MS + i64::from(time_of_day(time)?);
    Some(Stamp { ms, zone: None })
}

/// Takes `[...]` off the front.
fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"[")?;
    let end = memchr(b']', &inside[..inside.len().min(320)])?;
    Some((&inside[..end], &inside[end + 1..]))
}

fn is_level(text: &[u8]) -> bool {
    const LEVELS: [&[u8]; 8] = [
        b"FATAL",
        b"ERROR",
        b"WARN",
        b"INFO",
        b"DEBUG",
        b"WBXML",
        b"DEVICEID",
        b"WBXMLSTACK",
    ];
    LEVELS.contains(&text)
}

/// Whether a text tells a request when it is over; the line at its beginning names no memory.
pub(super) fn is_request(text: &[u8]) -> bool {
    text.starts_with(NAMES[CMD]) && memmem::find(text, NAMES[MEMORY]).is_some()
}

/// What the line of a request says.
pub(super) struct Request<'a> {
    pub(super) values: [Option<&'a [u8]>; NAMES.len()],
    /// The last name in it.
    pub(super) last: usize,
    /// Whether it reaches to the version at least, and its last value is closed.
    pub(super) whole: bool,
}

impl<'a> Request<'a> {
    pub(super) fn read(text: &'a [u8]) -> Self {
        let mut values = [None; NAMES.len()];
        let mut rest = text.strip_prefix(NAMES[CMD]).unwrap_or(text);
        let mut name = CMD;
        loop {
            // A name that a version leaves out is passed over.
            let next = (name + 1..NAMES.len())
                .find_map(|next| Some((next, memmem::find(rest, NAMES[next])?)));
            let Some((next, at)) = next else { break };
            values[name] = rest[..at].strip_suffix(b"'").or(Some(&rest[..at]));
            rest = &rest[at + NAMES[next].len()..];
            name = next;
        }
        // Of a value that is not closed, letters may be missing, and what stands at the end of a line that breaks off may
        // be an apostrophe in it. Behind the version a line may be over.
        let (value, tail) = memrchr(b'\'', rest).map_or((rest, rest), |at| rest.split_at(at));
        let tail = tail.strip_prefix(b"'");
        let whole = name >= VERSION
            && tail.is_some_and(|t| t.is_empty() || (name == CODE && t.trim_ascii().is_empty()));
        let goes_on = tail.is_some_and(|tail| {
            let begins = |next: &&[u8]| next.starts_with(tail);
            !tail.is_empty() && NAMES[name + 1..].iter().any(begins)
        });
        values[name] = (whole || goes_on).then_some(value);
        Self {
            values,
            last: name,
            whole,
        }
    }
}

/// Puts the target of a request together from what its line names.
pub(super) fn put_together<'a>(target: &mut Vec<u8>, value: &dyn Fn(usize) -> Option<&'a [u8]>) {
    target.clear();
    target.extend_from_slice(b"/Microsoft-Server-ActiveSync");
    let mut joint = b'?';
    for (parameter, name) in [
        (&b"Cmd="[..], CMD),
        (b"User=", USER),
        (b"DeviceId=", DEVICE_ID),
        (b"DeviceType=", DEVICE_TYPE),
    ] {
        let Some(value) = value(name).filter(|v| !v.is_empty()) else {
            continue;
        };
        target.push(joint);
        target.extend_from_slice(parameter);
        escape(value, target);
        joint = b'&';
    }
}

/// Percent-encodes all but the characters that RFC 3986 leaves unreserved.
fn escape(text: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &b in text {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(b);
        } else {
            let digit = |d: u8| DIGITS[usize::from(d)];
            out.extend([b'%', digit(b >> 4), digit(b & 15)]);
        }
    }
}

/// Milliseconds of `1,645.31s`: PHP's `number_format` puts commas between thousands.
pub(super) fn taken(text: &[u8]) -> Option<u32> {
    let text = text.strip_suffix(b"s")?;
    let point = memchr(b'.', text).unwrap_or(text.len());
    let whole = amount(&text[..point], &[])?.checked_mul(1000)?;
    // The digits behind the point, with a zero before it.
    let fraction = match &text[point..] {
        [] => 0,
        fraction => seconds(&[b"0", fraction].concat())?,
    };
    u32::try_from(whole.checked_add(fraction)?).ok()
}

/// Seconds of `(lifetime 600 seconds)`, of the message that a process waits for changes.
pub(super) fn lifetime(text: &[u8]) -> Option<u32> {
    let at = memmem::find(text, b"Waiting for ")?;
    let rest = &text[at..];
    let from = memmem::find(rest, b" changes... (lifetime ")? + 22;
    let digits = &rest[from..];
    number(&digits[..memmem::find(digits, b" seconds)")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_seconds_are_read() {
        for (text, expected) in [
            ("0.14s", Some(140)),
            ("45.31s", Some(45_310)),
            ("3,540.02s", Some(3_540_020)),
            ("5s", Some(5000)),
            ("5", None),
            ("x.1s", None),
            ("1.xs", None),
        ] {
            assert_eq!(taken(text.as_bytes()), expected, "{text}");
        }
    }
}
