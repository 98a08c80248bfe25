//! Dates and times in the order of a place, as Notes and Domino write them in their consoles, mails and exports.
//!
//! The server's locale chooses the order, the separator and the clock; which it was is not in the line. There is no
//! zone: it is the server's local time, or that of the client which exported it.

use super::{DAY_MS, Stamp, days, number};
use crate::format::Doubt;
use crate::settings::DateOrder;

/// A moment by a clock of which the place is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) struct Local {
    pub(in crate::format) stamp: Stamp,
    /// What of it the line alone does not tell.
    pub(in crate::format) doubt: Doubt,
    /// Whether the year stands first, as many other programs write it.
    pub(in crate::format) year_first: bool,
}

/// Reads a date and a time, and leaves what follows.
///
/// `mm/dd/yyyy`, `dd/mm/yyyy`, `dd.mm.yyyy`, `dd-mm-yyyy`, `yyyy-mm-dd` or `yyyy/mm/dd`; day, month and hour may lack
/// their leading zero, and years before `/` and `.` their century. Behind a blank `hh:mm:ss` or `hh.mm.ss`, in debug output with
/// hundredths of a second, and AM or PM in any letters.
pub(in crate::format) fn read(text: &[u8]) -> Option<(Local, &[u8])> {
    let (date, rest) = Date::read(text)?;
    let (of_day, twelve_hours, rest) = time_of_day(rest.strip_prefix(b" ")?)?;
    let (days, mut doubt) = date.days()?;
    doubt.halves = twelve_hours;
    let local = Local {
        stamp: Stamp {
            ms: days * DAY_MS + of_day,
            zone: None,
        },
        doubt,
        year_first: date.year_first(),
    };
    Some((local, rest))
}

/// Three numbers with one separator between them.
pub(super) struct Date {
    separator: u8,
    numbers: [u32; 3],
    /// Digits of each.
    lengths: [usize; 3],
}

impl Date {
    /// Reads one, and leaves what follows.
    pub(super) fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let (first, rest) = digits(text, 4)?;
        let (&separator, rest) = rest.split_first()?;
        let (second, rest) = digits(rest, 2)?;
        let rest = rest.strip_prefix(&[separator])?;
        let (third, rest) = digits(rest, 4)?;
        let date = Self {
            separator,
            numbers: [number(first)?, number(second)?, number(third)?],
            lengths: [first.len(), second.len(), third.len()],
        };
        Some((date, rest))
    }

    fn year_first(&self) -> bool {
        self.lengths[0] == 4
    }

    /// Days since 1970, and what the date shows of the order of day and month: where both could be a month, the first
    /// number is read as one.
    pub(super) fn days(&self) -> Option<(i64, Doubt)> {
        let [first, second, third] = self.numbers;
        if self.year_first() {
            let known = matches!(self.separator, b'/' | b'-') && self.lengths[2] <= 2;
            let days = known.then(|| days(i64::from(first), second, third))?;
            return Some((days?, Doubt::default()));
        }
        let year = match (self.lengths[2], self.separator) {
            (4, _) => i64::from(third),
            // The century as Notes completes it: 50 to 99 are of the last one.
            (2, b'/' | b'.') => i64::from(third) + if third < 50 { 2000 } else { 1900 },
            _ => return None,
        };
        if self.lengths[0] > 2 {
            return None;
        }
        let (month, day, order, told) = match (self.separator, first > 12, second > 12) {
            (b'.', ..) => (second, first, false, None),
            (b'/' | b'-', true, _) => (second, first, false, Some(DateOrder::DayFirst)),
            (b'/' | b'-', false, true) => (first, second, false, Some(DateOrder::MonthFirst)),
            (b'/' | b'-', false, false) => (first, second, true, None),
            _ => return None,
        };
        let doubt = Doubt {
            order,
            told,
            ..Doubt::default()
        };
        Some((days(year, month, day)?, doubt))
    }
}

/// Milliseconds of `hh:mm:ss` with what Domino puts behind it, whether it is of a clock of twelve hours, and the rest.
fn time_of_day(text: &[u8]) -> Option<(i64, bool, &[u8])> {
    let (hours, rest) = digits(text, 2)?;
    let separator = rest.first().filter(|b| matches!(b, b':' | b'.'))?;
    let (minutes, rest) = digits(&rest[1..], 2)?;
    let (seconds, rest) = digits(rest.strip_prefix(&[*separator])?, 2)?;
    if minutes.len() != 2 || seconds.len() != 2 {
        return None;
    }
    let (mut hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    let (hundredths, rest) = match rest {
        [b'.', a, b, after @ ..] => (number(&[*a, *b])?, after),
        _ => (0, rest),
    };
    let (half, rest) = half(rest);
    if let Some(afternoon) = half {
        if !(1..=12).contains(&hours) {
            return None;
        }
        hours = hours % 12 + if afternoon { 12 } else { 0 };
    }
    // A leap second is taken as the second before it.
    (hours < 24 && minutes < 60 && seconds <= 60).then_some(())?;
    let seconds = hours * 3600 + minutes * 60 + seconds.min(59);
    let ms = i64::from(seconds * 1000 + hundredths * 10);
    Some((ms, half.is_some(), rest))
}

/// Takes ` AM` or ` PM` off the front, and tells whether it is the afternoon.
fn half(text: &[u8]) -> (Option<bool>, &[u8]) {
    let afternoon = match text.get(..3) {
        Some(t) if t.eq_ignore_ascii_case(b" AM") => false,
        Some(t) if t.eq_ignore_ascii_case(b" PM") => true,
        _ => return (None, text),
    };
    let rest = &text[3..];
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
        return (None, text);
    }
    (Some(afternoon), rest)
}

/// Takes digits off the front: at least one, and not more than so many.
fn digits(text: &[u8], most: usize) -> Option<(&[u8], &[u8])> {
    let length = text.iter().take_while(|b| b.is_ascii_digit()).count();
    (1..=most).contains(&length).then(|| text.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, bool, String)> {
        let (local, rest) = read(text.as_bytes())?;
        let rest = String::from_utf8_lossy(rest).into_owned();
        Some((local.stamp.to_string(), local.doubt.order, rest))
    }

    #[test]
    fn reads_the_order_of_every_place() {
        for (text, expected, doubt, rest) in [
            ("03/04/2010 12:25:00 AM", "2010-03-04T00:25:00", true, ""),
            ("03/04/2010 14:25:00.5", "2010-03-04T14:25:00", true, ".5"),
            ("3/3/2010 2:25:00 PM x", "2010-03-03T14:25:00", true, " x"),
            ("3/4/10 2:25:00 pm", "2010-03-04T14:25:00", true, ""),
            ("12/31/99 23:59:60", "1999-12-31T23:59:59", false, ""),
            ("25/11/2008 17:22:25 x", "2008-11-25T17:22:25", false, " x"),
            ("25/11/2008 07:22:25 AM", "2008-11-25T07:22:25", false, ""),
            (
                "03.04.2010 14:25:00.90 ",
                "2010-04-03T14:25:00.900",
                false,
                " ",
            ),
            ("3.4.10 9:05:00", "2010-04-03T09:05:00", false, ""),
            ("22-06-2014 09:56:12", "2014-06-22T09:56:12", false, ""),
            ("2024-03-04 09:05:00", "2024-03-04T09:05:00", false, ""),
            ("2024/3/4 9:05:00 PMx", "2024-03-04T09:05:00", false, " PMx"),
        ] {
            let expected = Some((expected.to_owned(), doubt, rest.to_owned()));
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_date_shows_its_order_where_only_one_number_is_a_month() {
        let of = |text: &str| read(text.as_bytes()).map(|(l, _)| (l.doubt.told, l.doubt.halves));
        let (day, month) = (Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst));
        for (text, told, halves) in [
            ("13/04/2010 14:25:00", day, false),
            ("13-04-2010 14:25:00", day, false),
            ("4/13/2010 2:25:00 PM", month, true),
            ("03/04/2010 02:25:00 am", None, true),
            ("13.04.2010 14:25:00", None, false),
            ("2010-04-13 14:25:00", None, false),
        ] {
            assert_eq!(of(text), Some((told, halves)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "today",
            "03/03/2010",
            "03/03/2010 2:25 PM",
            "03/03.2010 02:25:00",
            "03 03 2010 02:25:00",
            "31/11/2008 17:22:25",
            "13/13/2008 17:22:25",
            "03/03/2010 00:25:00 PM",
            "03/03/2010 24:00:00",
            "03/03/2010 02:5:00",
            "03/03/201 02:05:00",
            "22-06-14 09:56:12",
            "2024.03.04 09:05:00",
            "2024-03-2024 09:05:00",
            "103/03/2010 02:05:00",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
