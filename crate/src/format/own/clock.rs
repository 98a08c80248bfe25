//! Times that a format of the user's own writes, in one piece or in several.

use super::super::ncsa::decimal;
use super::super::time::leading::{epoch, iso, rfc3164};
use super::super::time::moment::moment;
use super::super::time::{
    ACCESS_LEN, AccessClock, DAY_MS, Stamp, days, month_name, number, slashed,
};
use super::super::{Doubt, Edge};

/// How a piece of time is written, and which edge of the request it marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) piece: Piece,
    pub(super) edge: Option<Edge>,
}

/// A time, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// `dd/Mon/yyyy:hh:mm:ss +zzzz`.
    Access,
    /// `dd/Mon/yyyy:hh:mm:ss.mmm`, without a zone.
    AccessLocal,
    /// ISO 8601.
    Iso,
    /// Seconds since 1970, with their fraction if there is one.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// Any of those, RFC 3164's and those of exports, told by the text.
    Any,
    Year,
    /// The last two digits of a year: of this century up to 68, as POSIX has it.
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    /// Of twelve hours.
    HalfHour,
    /// AM or PM.
    Half,
    Minute,
    Second,
    /// `+zzzz`.
    Zone,
    /// Thousandths of a second.
    FractionMs,
    /// Millionths of a second.
    FractionUs,
}

impl Piece {
    /// A regular expression of it.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::Access => r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}",
            Self::AccessLocal => r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?",
            Self::Iso => r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?",
            Self::Seconds => r"\d+(?:\.\d+)?",
            Self::Milliseconds | Self::Microseconds => r"\d+",
            Self::Any => ".*?",
            Self::Year => r"\d{4}",
            Self::ShortYear | Self::Month | Self::Minute | Self::Second => r"\d\d",
            Self::MonthName => "[A-Za-z]{3}[a-z]*",
            Self::Day | Self::Hour | Self::HalfHour => r"[ \d]?\d",
            Self::Half => "[AaPp][Mm]",
            Self::Zone => r"[+-]\d\d:?\d\d",
            Self::FractionMs => r"\d{3}",
            Self::FractionUs => r"\d{6}",
        }
    }
}

impl Form {
    /// Whether it names the zone.
    pub(super) fn has_zone(self) -> bool {
        matches!(
            self.piece,
            Piece::Access
                | Piece::Iso
                | Piece::Seconds
                | Piece::Milliseconds
                | Piece::Microseconds
                | Piece::Zone
        )
    }
}

/// What the pieces together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) stamp: Stamp,
    pub(super) edge: Option<Edge>,
    /// What of it the line does not tell.
    pub(super) doubt: Doubt,
}

/// Puts the pieces of a line's time together. Where a format writes two times, the first counts, and another one may tell
/// its fraction of a second.
#[derive(Default)]
pub(super) struct Clock {
    access: AccessClock,
    whole: Option<Time>,
    edge: Option<Edge>,
    year: Option<i64>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    afternoon: Option<bool>,
    minute: Option<u32>,
    second: Option<u32>,
    fraction: Option<u32>,
    zone: Option<i16>,
}

impl Clock {
    /// Forgets the line before.
    pub(super) fn begin(&mut self) {
        *self = Self {
            access: std::mem::take(&mut self.access),
            ..Self::default()
        };
    }

    /// Takes in a piece.
    pub(super) fn take(&mut self, form: Form, text: &[u8]) {
        let digits = || number(text.trim_ascii_start());
        self.edge = self.edge.or(form.edge);
        match form.piece {
            Piece::Year => self.year = self.year.or(digits().map(i64::from)),
            Piece::ShortYear => {
                let year = digits().map(|y| i64::from(y) + if y < 69 { 2000 } else { 1900 });
                self.year = self.year.or(year);
            }
            Piece::Month => self.month = self.month.or(digits()),
            Piece::MonthName => {
                self.month = self.month.or(text.get(..3).and_then(month_name));
            }
            Piece::Day => self.day = self.day.or(digits()),
            Piece::Hour | Piece::HalfHour => self.hour = self.hour.or(digits()),
            Piece::Half => self.afternoon = Some(text[0].eq_ignore_ascii_case(&b'p')),
            Piece::Minute => self.minute = self.minute.or(digits()),
            Piece::Second => self.second = self.second.or(digits()),
            Piece::FractionMs => self.fraction = self.fraction.or(digits()),
            Piece::FractionUs => self.fraction = self.fraction.or(digits().map(|us| us / 1000)),
            Piece::Zone => {
                let zone = || iso(&[b"1970-01-01T00:00:00", text].concat())?.0.zone;
                self.zone = self.zone.or_else(zone);
            }
            piece => {
                let read = self.whole(piece, text);
                let edge = form.edge;
                match (&mut self.whole, read) {
                    (Some(time), Some((finer, _))) => {
                        let fraction = finer.ms - time.stamp.ms;
                        let same = time.edge == edge && (0..1000).contains(&fraction);
                        if same && time.stamp.ms % 1000 == 0 {
                            time.stamp.ms += fraction;
                        }
                    }
                    (whole, Some((stamp, doubt))) => *whole = Some(Time { stamp, edge, doubt }),
                    (_, None) => {}
                }
            }
        }
    }

    /// What the pieces say together.
    pub(super) fn end(&self) -> Option<Time> {
        let fraction = i64::from(self.fraction.unwrap_or(0));
        if let Some(mut time) = self.whole {
            if time.stamp.ms % 1000 == 0 {
                time.stamp.ms += fraction;
            }
            return Some(time);
        }
        let doubt = Doubt {
            year: self.year.is_none(),
            ..Doubt::default()
        };
        let date = days(self.year.unwrap_or(2000), self.month?, self.day?)?;
        let hour = match (self.hour?, self.afternoon) {
            (hour, None) => hour,
            (hour, Some(afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
        };
        let (minute, second) = (self.minute.unwrap_or(0), self.second.unwrap_or(0).min(59));
        if hour > 23 || minute > 59 {
            return None;
        }
        let of_day = i64::from((hour * 60 + minute) * 60 + second) * 1000 + fraction;
        let ms = date * DAY_MS + of_day - i64::from(self.zone.unwrap_or(0)) * 60_000;
        Some(Time {
            stamp: Stamp {
                ms,
                zone: self.zone,
            },
            edge: self.edge,
            doubt,
        })
    }

    /// A time in one piece, and what it does not tell.
    fn whole(&mut self, piece: Piece, text: &[u8]) -> Option<(Stamp, Doubt)> {
        let since_1970 = |per_ms: u64| {
            let ms = i64::try_from(decimal(text)? / per_ms).ok()?;
            Some(Stamp { ms, zone: Some(0) })
        };
        let stamp = match piece {
            Piece::Access => self.access.read(text)?,
            Piece::AccessLocal => slashed(text)?,
            Piece::Iso => iso(text)?.0,
            Piece::Seconds => epoch(text)?.0,
            Piece::Milliseconds => since_1970(1)?,
            Piece::Microseconds => since_1970(1000)?,
            _ => return self.any(text),
        };
        Some((stamp, Doubt::default()))
    }

    fn any(&mut self, text: &[u8]) -> Option<(Stamp, Doubt)> {
        let inside = text.strip_prefix(b"[").and_then(|t| t.strip_suffix(b"]"));
        let text = inside.unwrap_or(text).trim_ascii();
        let only_digits = text.iter().all(u8::is_ascii_digit);
        let piece = match text.len() {
            13 if only_digits => Piece::Milliseconds,
            16 if only_digits => Piece::Microseconds,
            ACCESS_LEN if text[2] == b'/' && text[20] == b' ' => Piece::Access,
            20.. if text[2] == b'/' && text[11] == b':' => Piece::AccessLocal,
            11.. if text[4] == b'-' => Piece::Iso,
            _ => match rfc3164(text) {
                Some((stamp, _)) => {
                    let year = true;
                    return Some((
                        stamp,
                        Doubt {
                            year,
                            ..Doubt::default()
                        },
                    ));
                }
                None => Piece::Seconds,
            },
        };
        if let Some(read) = self.whole(piece, text) {
            return Some(read);
        }
        // As exports write dates, in the order of day and month that they suggest.
        let moment = moment(text)?;
        Some((moment.stamp, moment.doubt))
    }
}
