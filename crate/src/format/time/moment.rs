//! Dates with times as exports write them: in the style of whoever exported, not of the server.
//!
//! The dates of [`super::local`], English months by name, ISO 8601 in its long and in its short form, the Common Log
//! Format, seconds since 1970; times with more behind them than consoles write. A time without seconds is none here: a
//! request ends within a second of another, and half a minute of doubt would turn verdicts round.

use super::local::Date;
use super::written::{at, fraction, since_1970, zone};
use super::{ACCESS_LEN, AccessClock, Stamp, days, month_name, number};
use crate::format::Doubt;

/// A moment, and what its text alone does not tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) struct Moment {
    pub(in crate::format) stamp: Stamp,
    pub(in crate::format) doubt: Doubt,
}

/// Reads a text that is a date and a time, and nothing else.
pub(in crate::format) fn moment(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    let text = text
        .strip_prefix(b"[")
        .and_then(|t| t.strip_suffix(b"]"))
        .unwrap_or(text);
    let certain = |stamp| Moment {
        stamp,
        doubt: Doubt::default(),
    };
    if text.len() == ACCESS_LEN
        && let Some(stamp) = AccessClock::default().read(text)
    {
        return Some(certain(stamp));
    }
    if let Some(stamp) = since_1970(text) {
        return Some(certain(stamp));
    }
    let mut rest = Rest(text);
    let (day, doubt) = rest.date()?;
    rest.gap()?;
    let (of_day, halves) = rest.time()?;
    let zone = zone(rest.0.trim_ascii())?;
    Some(Moment {
        stamp: at(day, of_day, zone),
        doubt: Doubt { halves, ..doubt },
    })
}

/// What is left of a text.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// Takes a run of bytes of a kind, if it has at least one.
    fn run(&mut self, kind: fn(&u8) -> bool) -> Option<&'a [u8]> {
        let length = self.0.iter().take_while(|b| kind(b)).count();
        let (run, rest) = self.0.split_at(length);
        self.0 = rest;
        (length > 0).then_some(run)
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        bytes.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }

    /// Reads a date: its days since 1970, and what it shows of the order of day and month.
    fn date(&mut self) -> Option<(i64, Doubt)> {
        // The short form of ISO 8601, which DXL writes.
        if let Some((short, rest)) = self.0.split_at_checked(8)
            && let Some(date) = number(short)
            && matches!(rest.first(), None | Some(b'T' | b' '))
        {
            self.0 = rest;
            let day = days(i64::from(date / 10_000), date / 100 % 100, date % 100)?;
            return Some((day, Doubt::default()));
        }
        if let Some((date, rest)) = Date::read(self.0) {
            self.0 = rest;
            return date.days();
        }
        let first = self.run(u8::is_ascii_alphanumeric)?;
        let separator = self.one_of(b"/- ")?;
        let second = self.run(u8::is_ascii_alphanumeric)?;
        if separator == b' ' {
            self.one_of(b",");
        }
        self.one_of(&[separator])?;
        let year = self.run(u8::is_ascii_digit).filter(|y| y.len() == 4)?;
        // `Mar 3, 2010` or `3 Mar 2010`
        let (month, day) = match month_name(first) {
            Some(month) => (month, second),
            None => (month_name(second)?, first),
        };
        let day = days(i64::from(number(year)?), month, short(day)?)?;
        Some((day, Doubt::default()))
    }

    /// What stands between a date and its time: a blank, a `T`, a comma and a blank, an at sign between blanks.
    fn gap(&mut self) -> Option<()> {
        self.one_of(b",");
        self.one_of(b"T ")?;
        while self.one_of(b" ").is_some() {}
        if self.one_of(b"@").is_some() {
            self.one_of(b" ")?;
        }
        // A date and a time of the short form, joined from two fields.
        self.one_of(b"T");
        Some(())
    }

    /// Reads the time of day, in milliseconds, and whether it is of a clock of twelve hours.
    fn time(&mut self) -> Option<(i64, bool)> {
        let hours = self.run(u8::is_ascii_digit)?;
        let (h, m, s) = if let [h1, h2, m1, m2, s1, s2] = hours {
            (
                number(&[*h1, *h2])?,
                number(&[*m1, *m2])?,
                number(&[*s1, *s2])?,
            )
        } else {
            let separator = self.one_of(b":.")?;
            let minutes = self.run(u8::is_ascii_digit)?;
            self.one_of(&[separator])?;
            let seconds = self.run(u8::is_ascii_digit)?;
            if minutes.len() != 2 || seconds.len() != 2 {
                return None;
            }
            (short(hours)?, number(minutes)?, number(seconds)?)
        };
        let (fraction, rest) = fraction(self.0);
        self.0 = rest;
        let half = self.half()?;
        let h = match half {
            Some(_) if !(1..=12).contains(&h) => return None,
            Some(half) => half + h % 12,
            None => h,
        };
        // A leap second is taken as the second before it.
        let ms = i64::from(h * 3600 + m * 60 + s.min(59)) * 1000 + fraction;
        (h < 24 && m < 60 && s <= 60).then_some((ms, half.is_some()))
    }

    /// Hours that `AM` or `PM` adds; the outer `None` where other words stand in its place.
    fn half(&mut self) -> Option<Option<u32>> {
        let text = self.0.trim_ascii_start();
        let half = match text.get(..2) {
            Some(half) if half.eq_ignore_ascii_case(b"AM") => 0,
            Some(half) if half.eq_ignore_ascii_case(b"PM") => 12,
            _ => return Some(None),
        };
        self.0 = &text[2..];
        self.0
            .first()
            .is_none_or(|b| !b.is_ascii_alphanumeric())
            .then_some(Some(half))
    }
}

fn short(text: &[u8]) -> Option<u32> {
    number(text).filter(|_| text.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, bool)> {
        moment(text.as_bytes()).map(|m| (m.stamp.to_string(), m.doubt.order))
    }

    #[test]
    fn reads_the_styles_of_exports() {
        for (text, expected, either) in [
            ("03/04/2010 02:25:00 PM", "2010-03-04T14:25:00", true),
            ("3/4/2010 2:25:00 pm", "2010-03-04T14:25:00", true),
            ("03/03/2010 12:25:00 AM", "2010-03-03T00:25:00", true),
            ("13/04/2010 02:25:00 PM", "2010-04-13T14:25:00", false),
            ("04/13/2010 14:25:00", "2010-04-13T14:25:00", false),
            ("03-04-2010 14:25:00", "2010-03-04T14:25:00", true),
            ("03.04.2010 14:25:00", "2010-04-03T14:25:00", false),
            ("03.04.10 14.25.00", "2010-04-03T14:25:00", false),
            ("03.04.98 14:25:00", "1998-04-03T14:25:00", false),
            ("25/03/2010 14:25:00.50", "2010-03-25T14:25:00.500", false),
            ("2010-04-03 14:25:00", "2010-04-03T14:25:00", false),
            ("2010/04/03 14:25:00", "2010-04-03T14:25:00", false),
            (
                "2010-04-03T14:25:00.123456Z",
                "2010-04-03T14:25:00.123Z",
                false,
            ),
            (
                "2010-04-03T14:25:00+02:00",
                "2010-04-03T14:25:00+02:00",
                false,
            ),
            ("2010-04-03 14:25:00 GMT", "2010-04-03T14:25:00Z", false),
            (
                "20100403T142500,07-05",
                "2010-04-03T14:25:00.070-05:00",
                false,
            ),
            ("20100403T142500", "2010-04-03T14:25:00", false),
            (
                "20100403 T142500,00-0330",
                "2010-04-03T14:25:00-03:30",
                false,
            ),
            ("03-Apr-2010 14:25:00", "2010-04-03T14:25:00", false),
            ("3 Apr 2010 14:25:00", "2010-04-03T14:25:00", false),
            ("Apr 3, 2010 @ 14:25:00.000", "2010-04-03T14:25:00", false),
            (
                "[03/Apr/2010:14:25:00 -0500]",
                "2010-04-03T14:25:00-05:00",
                false,
            ),
            ("1270304700", "2010-04-03T14:25:00Z", false),
            ("1270304700.250", "2010-04-03T14:25:00.250Z", false),
            ("1270304700250", "2010-04-03T14:25:00.250Z", false),
        ] {
            assert_eq!(read(text), Some((expected.to_owned(), either)), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_moment_is_none() {
        for text in [
            "",
            "today",
            "03/04/2010",
            "02:25:00 PM",
            "03/04/2010 14:25",
            "03/04/2010 14:25:00 CET",
            "03/04/2010 13:25:00 PM",
            "03/04/2010 02:25:00 PMx",
            "31/04/2010 14:25:00",
            "13/13/2010 14:25:00",
            "03/04-2010 14:25:00",
            "03 04 2010 14:25:00",
            "03/04/201 14:25:00",
            "2010-04-03T24:25:00",
            "20100403T1425",
            "20100403",
            "999999999",
            "1270304700.x",
            "2010-04-03 14:25:00+99",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
