//! Times as programs write them, and the pieces that they are made of.

use super::{DAY_MS, Stamp, days, month_name, number};

/// Reads the date and time of RFC 3339 and of ISO 8601: `yyyy-mm-ddThh:mm:ss` with a `T` or a blank, a fraction of any
/// length behind a point or a comma, and `Z`, `+hh:mm`, `+hhmm`, `+hh` or no zone; a blank may stand before the zone.
///
/// What is finer than a millisecond is left out, as clocks do that print whole milliseconds.
pub(in crate::format) fn rfc3339(text: &[u8]) -> Option<Stamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let (b'T' | b't' | b' ', clock) = rest.split_first()? else {
        return None;
    };
    on(date_with(b'-', date)?, clock)
}

/// Reads `dd/Mon/yyyy:hh:mm:ss` with or without a fraction and a zone: HAProxy's time, and that of the Common Log
/// Format where it stands outside of such a log.
pub(in crate::format) fn slashed(text: &[u8]) -> Option<Stamp> {
    let (date, rest) = text.split_at_checked(11)?;
    on(date_with_slashes(date)?, rest.strip_prefix(b":")?)
}

/// The moment of a day at which a clock shows a text: `hh:mm:ss`, with what may follow it, to the end.
fn on(day: i64, clock: &[u8]) -> Option<Stamp> {
    let (of_day, rest) = of_day(clock)?;
    let zone = zone(rest.strip_prefix(b" ").unwrap_or(rest))?;
    Some(at(day, of_day, zone))
}

/// The moment at which a clock in a zone shows so many milliseconds of a day.
pub(super) fn at(day: i64, of_day: i64, zone: Option<i16>) -> Stamp {
    Stamp {
        ms: day * DAY_MS + of_day - i64::from(zone.unwrap_or(0)) * 60_000,
        zone,
    }
}

/// Days from 1970-01-01 to `yyyy-mm-dd`, or to the same with another separator.
pub(super) fn date_with(separator: u8, date: &[u8]) -> Option<i64> {
    let date: &[u8; 10] = date.try_into().ok()?;
    if date[4] != separator || date[7] != separator {
        return None;
    }
    let (year, month, day) = (
        number(&date[..4])?,
        number(&date[5..7])?,
        number(&date[8..])?,
    );
    days(i64::from(year), month, day)
}

/// Days from 1970-01-01 to `dd/Mon/yyyy`.
pub(super) fn date_with_slashes(date: &[u8]) -> Option<i64> {
    let date: &[u8; 11] = date.try_into().ok()?;
    if date[2] != b'/' || date[6] != b'/' {
        return None;
    }
    let (day, month, year) = (
        number(&date[..2])?,
        month_name(&date[3..6])?,
        number(&date[7..])?,
    );
    days(i64::from(year), month, day)
}

/// Reads `hh:mm:ss` with its fraction, in milliseconds, and leaves what follows.
pub(in crate::format) fn of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let ms = i64::from(time_of_day(text.get(..8)?)?);
    let (fraction, rest) = fraction(&text[8..]);
    Some((ms + fraction, rest))
}

/// Milliseconds of `hh:mm:ss`; a leap second is taken as the second before it.
pub(in crate::format) fn time_of_day(text: &[u8]) -> Option<u32> {
    let text: &[u8; 8] = text.try_into().ok()?;
    if text[2] != b':' || text[5] != b':' {
        return None;
    }
    let (h, m, s) = (
        number(&text[..2])?,
        number(&text[3..5])?,
        number(&text[6..])?,
    );
    (h < 24 && m < 60 && s <= 60).then(|| (h * 3600 + m * 60 + s.min(59)) * 1000)
}

/// Reads a fraction of a second behind a point or a comma, in milliseconds; 0 if there is none. Finer digits are cut off.
pub(in crate::format) fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let [b'.' | b',', after @ ..] = text else {
        return (0, text);
    };
    let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return (0, text);
    }
    (thousandths(&after[..digits]), &after[digits..])
}

/// Milliseconds of the digits behind a decimal point.
pub(super) fn thousandths(digits: &[u8]) -> i64 {
    let digit = |place| digits.get(place).map_or(0, |b| i64::from(b - b'0'));
    digit(0) * 100 + digit(1) * 10 + digit(2)
}

/// Minutes east of UTC that a text is, all of it; `Some(None)` for no text. Names of zones are not read but for UTC's, as
/// several zones share each.
pub(super) fn zone(text: &[u8]) -> Option<Option<i16>> {
    match *text {
        [] => Some(None),
        [b'Z' | b'z'] | [b'U', b'T', b'C'] | [b'G', b'M', b'T'] => Some(Some(0)),
        [sign, h1, h2] => offset(&[sign, h1, h2, b'0', b'0']).map(Some),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => {
            offset(&[sign, h1, h2, m1, m2]).map(Some)
        }
        _ => None,
    }
}

/// Minutes of `+hhmm` or `-hhmm`.
pub(super) fn offset(text: &[u8]) -> Option<i16> {
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (h, m) = (number(&text[1..3])?, number(&text[3..5])?);
    (h <= 15 && m < 60).then(|| sign * (h * 60 + m) as i16)
}

/// Reads a moment counted from 1970 in seconds, milliseconds, microseconds or nanoseconds, with or without a fraction.
///
/// Which of them is told by the size of the number: in each unit, all years from 1973 to 5138 have as many digits as in
/// no other.
pub(in crate::format) fn epoch(text: &[u8]) -> Option<Stamp> {
    let point = text.iter().position(|&b| b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    if whole.len() > 19 || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let number = whole.iter().fold(0_u64, |n, b| {
        n.saturating_mul(10).saturating_add(u64::from(b - b'0'))
    });
    let ms = match number {
        0..=99_999_999 => return None,
        100_000_000..=99_999_999_999 => {
            let thousandths = fraction.iter().chain(b"000").take(3);
            thousandths.fold(number, |n, b| n * 10 + u64::from(b - b'0'))
        }
        100_000_000_000..=99_999_999_999_999 => number,
        100_000_000_000_000..=99_999_999_999_999_999 => number / 1000,
        _ => number / 1_000_000,
    };
    Some(Stamp {
        ms: i64::try_from(ms).ok()?,
        zone: Some(0),
    })
}

/// Reads seconds since 1970 with a fraction or without, or milliseconds: from 2001 to 2286, the digits say which.
pub(super) fn since_1970(text: &[u8]) -> Option<Stamp> {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let seconds =
        i64::from(number(text.get(..5)?)?) * 100_000 + i64::from(number(text.get(5..10)?)?);
    let ms = match (whole, text.get(10..)?) {
        (10, []) => 0,
        (13, digits) if digits.len() == 3 => thousandths(digits),
        (10, rest @ [b'.', _, ..]) => match fraction(rest) {
            (ms, []) => ms,
            _ => return None,
        },
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
    fn reads_what_other_programs_write() {
        let told = |stamp: Option<Stamp>| stamp.map(|s| s.to_string()).unwrap_or_default();
        for (text, expected) in [
            ("2024-01-12T08:15:30Z", "2024-01-12T08:15:30Z"),
            ("2024-01-12 08:15:30", "2024-01-12T08:15:30"),
            (
                "2024-01-12T08:15:30.1234567+02:00",
                "2024-01-12T08:15:30.123+02:00",
            ),
            (
                "2024-01-12T08:15:30,5-0330",
                "2024-01-12T08:15:30.500-03:30",
            ),
            ("2024-01-12T08:15:30.05+01", "2024-01-12T08:15:30.050+01:00"),
            ("2024-01-12 08:15:30 UTC", "2024-01-12T08:15:30Z"),
            ("2024-01-12", ""),
            ("2024-01-12T08:15", ""),
            ("2024-13-12T08:15:30", ""),
            ("2024-01-12T08:15:30.", ""),
            ("2024-01-12T08:15:30 x", ""),
            ("2024-01-12T08:15:30+2:00", ""),
        ] {
            assert_eq!(told(rfc3339(text.as_bytes())), expected, "{text}");
        }
        for (text, expected) in [
            ("12/Jan/2024:08:15:30.655", "2024-01-12T08:15:30.655"),
            ("12/Jan/2024:08:15:30 -0500", "2024-01-12T08:15:30-05:00"),
            ("12/Abc/2024:08:15:30", ""),
            ("12/Jan/2024 08:15:30", ""),
        ] {
            assert_eq!(told(slashed(text.as_bytes())), expected, "{text}");
        }
        for (text, expected) in [
            ("1705047330", "2024-01-12T08:15:30Z"),
            ("1705047330.25", "2024-01-12T08:15:30.250Z"),
            ("1705047330250", "2024-01-12T08:15:30.250Z"),
            ("1705047330250999", "2024-01-12T08:15:30.250Z"),
            ("1705047330250999123", "2024-01-12T08:15:30.250Z"),
            ("200", ""),
            ("1705047330x", ""),
            ("17050473302509991234567", ""),
        ] {
            assert_eq!(told(epoch(text.as_bytes())), expected, "{text}");
        }
    }
}
