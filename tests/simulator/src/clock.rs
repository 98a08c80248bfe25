//! Time: milliseconds since the Unix epoch, and the ways logs write it.

use std::fmt::Write as _;

/// Milliseconds: since 1970-01-01 UTC for a moment, plain for a duration.
pub type Ms = i64;

/// One second, in milliseconds.
pub const SECOND: Ms = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: Ms = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: Ms = 60 * MINUTE;
/// One day, in milliseconds.
pub const DAY: Ms = 24 * HOUR;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A fixed offset from UTC, in minutes east.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(pub i64);

impl Zone {
    /// The moment at which a clock of this zone shows midnight at the beginning of the given day.
    #[must_use]
    pub fn midnight(self, year: i64, month: i64, day: i64) -> Ms {
        days_from_civil(year, month, day) * DAY - self.0 * MINUTE
    }

    /// The last midnight of this zone up to `at`.
    #[must_use]
    pub fn midnight_before(self, at: Ms) -> Ms {
        at - (at + self.0 * MINUTE).rem_euclid(DAY)
    }

    /// Writes `03/Mar/2010:14:25:00 -0500`, the stamp of the access logs; the fraction of the second is cut off.
    pub fn access_stamp(self, at: Ms, out: &mut String) {
        let c = self.civil(at);
        let (sign, east) = if self.0 < 0 {
            ('-', -self.0)
        } else {
            ('+', self.0)
        };
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{:02}/{}/{:04}:{:02}:{:02}:{:02} {sign}{:02}{:02}",
            c.day,
            c.month_name(),
            c.year,
            c.hour,
            c.minute,
            c.second,
            east / 60,
            east % 60
        );
    }

    /// Writes `Mar  3 14:25:00`, the stamp of syslog.
    pub fn syslog_stamp(self, at: Ms, out: &mut String) {
        let c = self.civil(at);
        // Writing to a String cannot fail, here and below.
        let _ = write!(
            out,
            "{} {:2} {:02}:{:02}:{:02}",
            c.month_name(),
            c.day,
            c.hour,
            c.minute,
            c.second
        );
    }

    /// Writes `03/Mar/2010:14:25:00.999`, HAProxy's stamp.
    pub fn haproxy_stamp(self, at: Ms, out: &mut String) {
        let c = self.civil(at);
        let _ = write!(
            out,
            "{:02}/{}/{:04}:{:02}:{:02}:{:02}.{:03}",
            c.day,
            c.month_name(),
            c.year,
            c.hour,
            c.minute,
            c.second,
            at.rem_euclid(SECOND)
        );
    }

    /// `03/03/2010 02:25:00 PM`, the stamp of an American Domino console.
    #[must_use]
    pub fn console_stamp(self, at: Ms) -> String {
        let c = self.civil(at);
        let half = if c.hour < 12 { "AM" } else { "PM" };
        let hour = (c.hour + 11) % 12 + 1;
        format!(
            "{:02}/{:02}/{:04} {hour:02}:{:02}:{:02} {half}",
            c.month, c.day, c.year, c.minute, c.second
        )
    }

    /// Writes `2010-03-03 14:25:00`, the stamp of IIS; `between` stands between date and time.
    pub fn plain_stamp(self, at: Ms, between: char, out: &mut String) {
        let c = self.civil(at);
        let _ = write!(
            out,
            "{:04}-{:02}-{:02}{between}{:02}:{:02}:{:02}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        );
    }

    fn civil(self, at: Ms) -> Civil {
        let local = at + self.0 * MINUTE;
        let (year, month, day) = civil_from_days(local.div_euclid(DAY));
        let in_day = local.rem_euclid(DAY);
        Civil {
            year,
            month,
            day,
            hour: in_day / HOUR,
            minute: in_day % HOUR / MINUTE,
            second: in_day % MINUTE / SECOND,
        }
    }
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    fn month_name(&self) -> &'static str {
        usize::try_from(self.month - 1)
            .ok()
            .and_then(|index| MONTHS.get(index))
            .unwrap_or(&"???")
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. The year is taken to begin in March, so that the leap day
/// is its last; an era is 400 years, after which the calendar repeats.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_stamps() {
        let zone = Zone(-300);
        let at = zone.midnight(2010, 3, 3) + 14 * HOUR + 25 * MINUTE + 999;
        assert_eq!(at, 1_267_644_300_999);
        let mut stamp = String::new();
        zone.access_stamp(at, &mut stamp);
        assert_eq!(stamp, "03/Mar/2010:14:25:00 -0500");
        assert_eq!(zone.console_stamp(at), "03/03/2010 02:25:00 PM");
        assert_eq!(zone.console_stamp(at - 14 * HOUR), "03/03/2010 12:25:00 AM");
    }

    #[test]
    fn dates_survive_the_round_trip() {
        for days in (-200_000..200_000).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
        assert_eq!(civil_from_days(days_from_civil(2024, 2, 29)), (2024, 2, 29));
    }
}
