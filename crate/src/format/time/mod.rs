//! Times as logs write them.
//!
//! The shapes are few and fixed, so they are read by hand; a date library would cost the module more than all of the
//! scanner. The tests hold this folder against such a library.
//!
//! [`access`] is the time of the Common Log Format, [`written`] those that other programs write and the pieces that all
//! share, [`leading`] those at the beginning of a text, [`bracket`] those in brackets, [`local`] the dates of a place,
//! and [`moment`] what exports write.

mod access;
pub(super) mod bracket;
pub(super) mod leading;
pub(super) mod local;
pub(super) mod moment;
pub(super) mod written;

pub use access::{ACCESS_LEN, AccessClock};
pub(super) use written::{epoch, rfc3339, slashed};

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;

/// A moment with the zone it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01T00:00:00Z; where the zone is unknown, of the local clock as if it were UTC.
    pub ms: i64,
    /// Minutes east of UTC, or `None` where the log states no zone.
    pub zone: Option<i16>,
}

impl Stamp {
    /// Milliseconds of its own clock, as if that were UTC.
    #[must_use]
    pub fn local(&self) -> i64 {
        self.ms
            .saturating_add(i64::from(self.zone.unwrap_or(0)) * 60_000)
    }

    /// Whether it is a moment that a log can mean: of the years 0 to 9999, in a zone of this earth or nearly. All others
    /// are damage, and sums of them would overflow.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (EARLIEST_MS..LATEST_MS).contains(&self.ms)
            && self.zone.is_none_or(|zone| zone.unsigned_abs() <= 16 * 60)
    }
}

/// The beginning of the year 0, and that of the year 10000.
const EARLIEST_MS: i64 = -719_528 * DAY_MS;
const LATEST_MS: i64 = 2_932_897 * DAY_MS;

/// Milliseconds of a clock with day and month of its date changed round, or the same where the day is no month.
#[must_use]
pub fn day_and_month_swapped(local_ms: i64) -> i64 {
    let (date, of_day) = (local_ms.div_euclid(DAY_MS), local_ms.rem_euclid(DAY_MS));
    let (year, month, day) = civil(date);
    days(year, day, month).unwrap_or(date) * DAY_MS + of_day
}

/// Milliseconds of a clock with its date moved to another year; 29 February of a year that has none becomes 1 March.
#[must_use]
pub fn in_year(local_ms: i64, year: i64) -> i64 {
    let (date, of_day) = (local_ms.div_euclid(DAY_MS), local_ms.rem_euclid(DAY_MS));
    let (_, month, day) = civil(date);
    let moved = days(year, month, day).or_else(|| days(year, 3, 1));
    moved.unwrap_or(date) * DAY_MS + of_day
}

/// Whether a year has a 29 February.
#[must_use]
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

impl fmt::Display for Stamp {
    /// RFC 3339, with milliseconds only where they are not 0, and without an offset where the zone is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local();
        let (days, of_day) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
        let (year, month, day) = civil(days);
        let (h, m, s, ms) = (
            of_day / 3_600_000,
            of_day / 60_000 % 60,
            of_day / 1000 % 60,
            of_day % 1000,
        );
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}")?;
        if ms != 0 {
            write!(f, ".{ms:03}")?;
        }
        match self.zone {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                write!(
                    f,
                    "{sign}{:02}:{:02}",
                    zone.unsigned_abs() / 60,
                    zone.unsigned_abs() % 60
                )
            }
        }
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, or `None` if there is no such date.
#[must_use]
pub fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > length {
        return None;
    }
    // Counted from 1 March, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year =
        (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day that lie `days` after 1970-01-01.
#[must_use]
pub fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    } as u32;
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// Minutes east of UTC that a text names, all of it: `+01:00`, `-0500`, `+2`, `Z` or `UTC`.
#[must_use]
pub fn zone(text: &str) -> Option<i16> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        5 => rest.split_once(':')?,
        4 => rest.split_at_checked(2)?,
        _ => (rest, "0"),
    };
    let (hours, minutes) = (number(hours.as_bytes())?, number(minutes.as_bytes())?);
    (hours <= 15 && minutes < 60).then(|| sign * (hours * 60 + minutes) as i16)
}

/// English month names, as access logs write them whatever the server's language is.
pub(super) fn month_name(name: &[u8]) -> Option<u32> {
    const NAMES: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let lower: [u8; 3] = name.to_ascii_lowercase().try_into().ok()?;
    NAMES
        .chunks_exact(3)
        .position(|n| n == lower)
        .map(|i| i as u32 + 1)
}

/// A decimal number of digits only, up to nine of them.
pub(crate) fn number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0'))
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn years_are_changed_and_the_leap_day_stays_a_date() {
        let of = |year, month, day| days(year, month, day).expect("a date") * DAY_MS + 7;
        assert_eq!(in_year(of(2000, 12, 31), 2019), of(2019, 12, 31));
        assert_eq!(in_year(of(2000, 2, 29), 2024), of(2024, 2, 29));
        assert_eq!(in_year(of(2000, 2, 29), 2023), of(2023, 3, 1));
    }

    #[test]
    fn moments_of_no_calendar_are_not_sound() {
        let sound = |ms| Stamp { ms, zone: None }.is_sound();
        assert_eq!(Some(EARLIEST_MS), days(0, 1, 1).map(|d| d * DAY_MS));
        assert_eq!(Some(LATEST_MS), days(10_000, 1, 1).map(|d| d * DAY_MS));
        assert!(sound(EARLIEST_MS) && sound(LATEST_MS - 1));
        assert!(!sound(EARLIEST_MS - 1) && !sound(LATEST_MS) && !sound(i64::MIN));
        let extreme = Stamp {
            ms: i64::MAX,
            zone: Some(900),
        };
        assert!(!extreme.is_sound() && !extreme.to_string().is_empty());
    }

    #[test]
    fn zones_are_distances_from_utc() {
        for (text, minutes) in [
            ("+01:00", Some(60)),
            ("-0530", Some(-330)),
            ("+2", Some(120)),
            ("Z", Some(0)),
            ("UTC", Some(0)),
            ("01:00", None),
            ("+16:00", None),
            ("+01:60", None),
            ("+", None),
            ("", None),
            ("\u{2212}05:00", None),
        ] {
            assert_eq!(zone(text), minutes, "{text}");
        }
    }

    proptest! {
        #[test]
        fn changing_day_and_month_twice_changes_nothing(ms in EARLIEST_MS..LATEST_MS) {
            let swapped = day_and_month_swapped(ms);
            prop_assert_eq!(day_and_month_swapped(swapped), ms);
            let (of, to) = (civil(ms.div_euclid(DAY_MS)), civil(swapped.div_euclid(DAY_MS)));
            let expected = if of.2 <= 12 { (of.0, of.2, of.1) } else { of };
            prop_assert_eq!(to, expected);
        }

        #[test]
        fn agrees_with_a_date_library(seconds in -62_135_596_800_i64..253_402_214_400, zone in -15 * 60_i16..=15 * 60) {
            let offset = jiff::tz::Offset::from_seconds(i32::from(zone) * 60).expect("in range");
            let zoned = jiff::Timestamp::from_second(seconds).expect("in range").to_zoned(offset.to_time_zone());
            let text = zoned.strftime("%d/%b/%Y:%H:%M:%S %z").to_string();
            let stamp = AccessClock::default().read(text.as_bytes());
            prop_assume!(zoned.year() >= 1);
            prop_assert_eq!(stamp, Some(Stamp { ms: seconds * 1000, zone: Some(zone) }), "{}", text);
            let parsed: jiff::Timestamp = stamp.map(|s| s.to_string()).unwrap_or_default().parse().expect("RFC 3339");
            prop_assert_eq!(parsed.as_second(), seconds);
            let ms = seconds.rem_euclid(1000);
            let text = format!("{}.{ms:03}{}", zoned.strftime("%Y-%m-%dT%H:%M:%S"), zoned.strftime("%:z"));
            let expected = Some(Stamp { ms: seconds * 1000 + ms, zone: Some(zone) });
            prop_assert_eq!(rfc3339(text.as_bytes()), expected, "{}", text);
            let text = format!("{}.{ms:03}", zoned.strftime("%d/%b/%Y:%H:%M:%S"));
            let local = Some(Stamp { ms: seconds * 1000 + ms + i64::from(zone) * 60_000, zone: None });
            prop_assert_eq!(slashed(text.as_bytes()), local, "{}", text);
        }
    }
}
