//! Times in the brackets of access logs that are not written as the Common Log Format has them.
//!
//! Apache's `%{format}t`, nginx's `$time_iso8601` and `$msec`, and programs that rewrite logs put there what they like;
//! these are the shapes that are met: the usual one with a fraction of a second or without a zone, ISO 8601, seconds
//! since 1970, and a time of day alone.

use super::written::{at, date_with, date_with_slashes, of_day, since_1970, zone};
use super::{Stamp, days, month_name, number};
use memchr::{memchr, memrchr};

/// Longest time in brackets that is looked for.
const LONGEST: usize = 40;

/// Takes `[time]` off the front of a line: what stands in the brackets, and what follows them.
pub(in crate::format) fn open(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = line.strip_prefix(b"[")?;
    let close = memchr(b']', &inside[..inside.len().min(LONGEST)])?;
    Some((&inside[..close], &inside[close + 1..]))
}

/// Reads what stands in the brackets: `None` if it is no time, `Some(None)` if it is one without a date.
pub(in crate::format) fn read(text: &[u8]) -> Option<Option<Stamp>> {
    let text = text.trim_ascii();
    let (day, clock) = match (*text.get(2)?, *text.get(4)?) {
        (b'/', _) => {
            let (date, rest) = text.split_at_checked(11)?;
            let (b':' | b' ', clock) = rest.split_first()? else {
                return None;
            };
            (date_with_slashes(date)?, clock)
        }
        (_, separator @ (b'-' | b'/')) => {
            let (date, rest) = text.split_at_checked(10)?;
            let (b'T' | b't' | b' ', clock) = rest.split_first()? else {
                return None;
            };
            (date_with(separator, date)?, clock)
        }
        (b':', _) => return local(text).map(|_| None),
        _ => return since_1970(text).map(Some),
    };
    let (of_day, zone) = local(clock)?;
    Some(Some(at(day, of_day, zone)))
}

/// Reads `Wed Oct 11 14:32:52.123456 2023`, the time of C's library.
pub(in crate::format) fn ctime(text: &[u8]) -> Option<Stamp> {
    let (month, day) = (text.get(4..7)?, text.get(8..10)?.trim_ascii_start());
    let rest = text.get(11..)?;
    let (clock, year) = rest.split_at(memrchr(b' ', rest)?);
    let year = i64::from(number(year.trim_ascii_start())?);
    let (of_day, zone) = local(clock)?;
    let day = days(year, month_name(month)?, number(day)?)?;
    zone.is_none().then(|| at(day, of_day, None))
}

/// Milliseconds of the day, and the zone, of `hh:mm:ss`, with a fraction and a zone or without; a name such as CET is
/// none, as several zones share it.
fn local(text: &[u8]) -> Option<(i64, Option<i16>)> {
    let (of_day, rest) = of_day(text)?;
    let rest = rest.trim_ascii_start();
    let name = rest.len() <= 5 && rest.iter().all(u8::is_ascii_alphabetic);
    Some((of_day, zone(rest).or(name.then_some(None))?))
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
