//! Times that stand at the beginning of a text, as syslog, containers and JSON write them.

use super::written::{at, date_with, fraction, of_day};
use super::{Stamp, days, month_name, number};
use crate::format::ncsa::decimal;

/// The year of a stamp that names none: a leap year, so that every date of a year is one of it.
const NO_YEAR: i64 = 2000;

/// Reads ISO 8601 in its long form (RFC 3339 and its relatives) and leaves what follows:
/// `yyyy-mm-ddThh:mm:ss`, a blank in the place of the T, a fraction behind a point or comma, and `Z`, `+hh`, `+hhmm` or
/// `+hh:mm`.
pub(in crate::format) fn iso(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let (date, rest) = text.split_at_checked(10)?;
    let (b'T' | b't' | b' ', clock) = rest.split_first()? else {
        return None;
    };
    let day = date_with(b'-', date)?;
    let (of_day, rest) = of_day(clock)?;
    let (zone, rest) = zone(rest);
    Some((at(day, of_day, zone), rest))
}

/// Reads `Mmm dd hh:mm:ss`, the time of RFC 3164, with a fraction where journald writes one, and leaves what follows. It
/// has no zone, and no year: the stamp is in the year 2000.
pub(in crate::format) fn rfc3164(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let (date, rest) = text.split_at_checked(7)?;
    if date[3] != b' ' || date[6] != b' ' {
        return None;
    }
    let month = month_name(&date[..3])?;
    let day = number(date[4..6].trim_ascii_start())?;
    let day = days(NO_YEAR, month, day)?;
    let (of_day, rest) = of_day(rest)?;
    Some((at(day, of_day, None), rest))
}

/// Reads a zone, in minutes east of UTC, if there is one.
fn zone(text: &[u8]) -> (Option<i16>, &[u8]) {
    let sign = match text {
        [b'Z' | b'z', rest @ ..] => return (Some(0), rest),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return (None, text),
    };
    let two = |from: usize| text.get(from..from + 2).and_then(number);
    let Some(hours) = two(1).filter(|&h| h <= 15) else {
        return (None, text);
    };
    let (minutes, end) = match text.get(3) {
        Some(b':') => (two(4), 6),
        _ => (two(3), 5),
    };
    let (minutes, end) = match minutes {
        Some(minutes) if minutes < 60 => (minutes, end),
        _ => (0, 3),
    };
    (Some(sign * (hours * 60 + minutes) as i16), &text[end..])
}

/// Reads seconds since 1970 with their fraction, ten digits before it as for all times since 2001, and leaves what
/// follows.
pub(in crate::format) fn epoch(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits != 10 {
        return None;
    }
    let seconds = decimal(&text[..10])?;
    let (fraction, rest) = fraction(&text[10..]);
    let ms = i64::try_from(seconds).ok()? * 1000 + fraction;
    Some((Stamp { ms, zone: Some(0) }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_what_follows_is_left() {
        type Read = fn(&[u8]) -> Option<(Stamp, &[u8])>;
        let cases: &[(Read, &str, &str, &str)] = &[
            (iso, "2024-01-02T03:04:05Z x", "2024-01-02T03:04:05Z", " x"),
            (
                iso,
                "2024-01-02T03:04:05.678901234Z",
                "2024-01-02T03:04:05.678Z",
                "",
            ),
            (
                iso,
                "2024-01-02 03:04:05,6+01:30",
                "2024-01-02T03:04:05.600+01:30",
                "",
            ),
            (
                iso,
                "2024-01-02T03:04:05+0100 h",
                "2024-01-02T03:04:05+01:00",
                " h",
            ),
            (
                iso,
                "2024-01-02T03:04:05-05 h",
                "2024-01-02T03:04:05-05:00",
                " h",
            ),
            (iso, "2024-01-02T03:04:05 h", "2024-01-02T03:04:05", " h"),
            (rfc3164, "Feb 29 11:58:54 h", "2000-02-29T11:58:54", " h"),
            (
                rfc3164,
                "Dec  3 11:58:54.120034 h",
                "2000-12-03T11:58:54.120",
                " h",
            ),
            (epoch, "1700000000.25 h", "2023-11-14T22:13:20.250Z", " h"),
        ];
        for (read, text, expected, rest) in cases {
            let told = read(text.as_bytes()).map(|(s, r)| (s.to_string(), r.to_vec()));
            let expected = Some(((*expected).to_owned(), rest.as_bytes().to_vec()));
            assert_eq!(told, expected, "{text}");
        }
        for text in [
            "2024-13-02T03:04:05Z",
            "2024-01-02",
            "2024-01-02X03:04:05",
            "",
            "2024/01/02 03:04:05",
        ] {
            assert_eq!(iso(text.as_bytes()), None, "{text}");
        }
        for text in [
            "Foo 23 11:58:54",
            "Dec 32 11:58:54",
            "Dec 23",
            "December 3 11:58:54",
        ] {
            assert_eq!(rfc3164(text.as_bytes()), None, "{text}");
        }
        assert_eq!(epoch(b"170000000"), None);
    }
}
