//! Times in the brackets of access logs that are not written as the Common Log Format has them.
//!
//! Apache's `%{format}t`, nginx's `$time_iso8601` and `$msec`, and programs that rewrite logs put there what they like;
//! these are the shapes that are met: the usual one with a fraction of a second or without a zone, ISO 8601, seconds
//! since 1970, and a time of day alone.

use super::time::{DAY_MS, Stamp, days, month_name, number, offset, time_of_day};

/// Reads what stands in the brackets: `None` if it is no time, `Some(None)` if it is one without a date.
pub(super) fn read(text: &[u8]) -> Option<Option<Stamp>> {
    let text = text.trim_ascii();
    let date = |year: &[u8], month, day: &[u8]| {
        days(i64::from(number(year)?), month, number(day)?).map(|days| days * DAY_MS)
    };
    let (midnight, clock) = match (*text.get(2)?, *text.get(4)?) {
        (b'/', _) => {
            let (day, month, year) = (text.get(..2)?, text.get(3..6)?, text.get(7..11)?);
            let joint = matches!(text.get(11), Some(b':' | b' ')) && text[6] == b'/';
            joint.then_some(())?;
            (date(year, month_name(month)?, day)?, &text[12..])
        }
        (_, b'-' | b'/') => {
            let joint = matches!(text.get(10), Some(b'T' | b't' | b' '));
            (joint && text[7] == text[4]).then_some(())?;
            (
                date(&text[..4], number(&text[5..7])?, &text[8..10])?,
                &text[11..],
            )
        }
        (b':', _) => return local(text).map(|_| None),
        _ => return epoch(text).map(Some),
    };
    let (of_day, zone) = local(clock)?;
    Some(Some(Stamp {
        ms: midnight + of_day - i64::from(zone.unwrap_or(0)) * 60_000,
        zone,
    }))
}

/// Milliseconds of the day in `hh:mm:ss`, with a fraction or without.
pub(super) fn of_day(text: &[u8]) -> Option<i64> {
    local(text).map(|(ms, _)| ms)
}

/// Milliseconds of the day, and the zone, of `hh:mm:ss`, with a fraction and a zone or without.
fn local(text: &[u8]) -> Option<(i64, Option<i16>)> {
    let of_day = i64::from(time_of_day(text.get(..8)?)?);
    let (fraction, rest) = match text.get(8) {
        Some(b'.' | b',') => fraction(&text[9..])?,
        _ => (0, &text[8..]),
    };
    Some((of_day + fraction, zone(rest.trim_ascii_start())?))
}

/// Milliseconds of the digits behind a decimal point, and what follows them; finer ones are cut off.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let used = digits.min(3);
    let value = number(&text[..used])?;
    let ms = value * [1, 100, 10, 1][used];
    Some((i64::from(ms), &text[digits..]))
}

/// A zone, or `Some(None)` for none and for a name such as CET, which several zones share.
fn zone(text: &[u8]) -> Option<Option<i16>> {
    match text {
        [] => Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => Some(Some(0)),
        &[sign @ (b'+' | b'-'), h1, h2] => offset(&[sign, h1, h2, b'0', b'0']).map(Some),
        &[sign @ (b'+' | b'-'), h1, h2, m1, m2] | &[sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            offset(&[sign, h1, h2, m1, m2]).map(Some)
        }
        _ => (text.len() <= 5 && text.iter().all(u8::is_ascii_alphabetic)).then_some(None),
    }
}

/// Seconds since 1970 with a fraction or without, or milliseconds: between 2001 and 2286, the ten digits say which.
fn epoch(text: &[u8]) -> Option<Stamp> {
    let seconds = i64::from(number(text.get(..9)?)?) * 10 + i64::from(number(text.get(9..10)?)?);
    let ms = match *text.get(10..)? {
        [] => 0,
        [b'.', ref rest @ ..] => match fraction(rest)? {
            (ms, []) => ms,
            _ => return None,
        },
        [a, b, c] => i64::from(number(&[a, b, c])?),
        _ => return None,
    };
    Some(Stamp {
        ms: seconds * 1000 + ms,
        zone: Some(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_every_shape_are_read() {
        for (text, expected) in [
            (
                "10/Oct/2000:13:55:36.125 -0700",
                Some("2000-10-10T13:55:36.125-07:00"),
            ),
            ("10/Oct/2000:13:55:36", Some("2000-10-10T13:55:36")),
            (
                "10/Oct/2000 13:55:36 +05:30",
                Some("2000-10-10T13:55:36+05:30"),
            ),
            ("10/Oct/2000:13:55:36 CEST", Some("2000-10-10T13:55:36")),
            ("2000-10-10T20:55:36Z", Some("2000-10-10T20:55:36Z")),
            (
                "2000-10-10T20:55:36+02:00",
                Some("2000-10-10T20:55:36+02:00"),
            ),
            (
                "2000-10-10 20:55:36,5 -0330",
                Some("2000-10-10T20:55:36.500-03:30"),
            ),
            (
                "2000/10/10 20:55:36.123456",
                Some("2000-10-10T20:55:36.123"),
            ),
            (
                "2000-10-10T20:55:36.05+02",
                Some("2000-10-10T20:55:36.050+02:00"),
            ),
            ("971211336.12", None),
            ("1700000000", Some("2023-11-14T22:13:20Z")),
            ("1700000000.125", Some("2023-11-14T22:13:20.125Z")),
            ("1700000000125", Some("2023-11-14T22:13:20.125Z")),
            ("10:20:32 +0200", Some("-")),
            ("10:20:32", Some("-")),
            ("2000-13-10T20:55:36Z", None),
            ("2000-10-10T24:55:36Z", None),
            ("2000-10-10T20:55:36.Z", None),
            ("2000-10-10T20:55", None),
            ("2000-10-10", None),
            ("10/Oct/2000", None),
            ("10/Okt/2000:13:55:36", None),
            ("10:20:32 +9999", None),
            ("proxy:error", None),
            ("", None),
        ] {
            let got = read(text.as_bytes());
            let got = got.map(|stamp| stamp.map_or("-".to_owned(), |s| s.to_string()));
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }
}
