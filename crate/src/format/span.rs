//! Lengths of time as logs write them: a number, with or without its unit.

use memchr::memchr;

/// A unit in which a number counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Unit {
    const fn nanoseconds(self) -> u128 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1,
        }
    }
}

/// A length of time, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Milliseconds, rounded; if the unit is in doubt, the number as it stands.
    pub(super) ms: u32,
    /// Whether the unit is in doubt.
    pub(super) unit_open: bool,
}

impl Span {
    /// A span that is known.
    fn known(nanoseconds: u128) -> Option<Self> {
        let ms = (nanoseconds + 500_000) / 1_000_000;
        Some(Self {
            ms: u32::try_from(ms).ok()?,
            unit_open: false,
        })
    }

    /// Reads a number that may carry its own unit, as Go prints durations (`1m30.5s`, `12ms`); else it is in `unit`.
    /// Where that is not known, a number with a point is in seconds, as all that write seconds write parts of them; of
    /// a whole one the unit stays open, unless it is 0.
    pub(super) fn read(text: &[u8], unit: Option<Unit>) -> Option<Self> {
        if !text.last()?.is_ascii_digit() {
            return go(text);
        }
        let scaled = memchr(b'.', text).is_some() || text.iter().any(|b| matches!(b, b'e' | b'E'));
        match unit {
            Some(unit) => Self::known(scale(text, unit.nanoseconds())?),
            None if scaled => Self::known(scale(text, Unit::Seconds.nanoseconds())?),
            None => match u32::try_from(scale(text, 1)?) {
                Ok(number) => Some(Self {
                    ms: number,
                    unit_open: number != 0,
                }),
                // In any coarser unit it would be longer than an hour, which no request is held for.
                Err(_) => Self::known(scale(text, Unit::Nanoseconds.nanoseconds())?),
            },
        }
    }
}

/// A Go duration: numbers with units, largest first, without blanks; a single blank before a unit is let pass.
fn go(text: &[u8]) -> Option<Span> {
    let mut rest = text;
    let mut sum = 0_u128;
    while !rest.is_empty() {
        let is_number = |b: &u8| b.is_ascii_digit() || *b == b'.';
        let digits = rest.iter().take_while(|b| is_number(b)).count();
        let (number, after) = rest.split_at(digits);
        let after = after.strip_prefix(b" ").unwrap_or(after);
        let letters = after.iter().take_while(|b| !is_number(b)).count();
        let (unit, next) = after.split_at(letters);
        let nanoseconds = match unit {
            b"h" => 3_600_000_000_000,
            b"m" => 60_000_000_000,
            b"s" | b"sec" | b"seconds" => Unit::Seconds.nanoseconds(),
            b"ms" => Unit::Milliseconds.nanoseconds(),
            // The micro sign, the Greek letter, and what those write who have neither.
            b"\xc2\xb5s" | b"\xce\xbcs" | b"us" => Unit::Microseconds.nanoseconds(),
            b"ns" => Unit::Nanoseconds.nanoseconds(),
            _ => return None,
        };
        sum = sum.checked_add(scale(number, nanoseconds)?)?;
        rest = next;
    }
    Span::known(sum)
}

/// A decimal number times a factor, without the detour through binary fractions; an exponent is taken into account.
fn scale(text: &[u8], factor: u128) -> Option<u128> {
    let exponent_at = text.iter().position(|b| matches!(b, b'e' | b'E'));
    let (mantissa, exponent) = match exponent_at {
        Some(at) => {
            let exponent = std::str::from_utf8(&text[at + 1..]).ok()?;
            (&text[..at], exponent.parse::<i32>().ok()?)
        }
        None => (text, 0),
    };
    let point = memchr(b'.', mantissa);
    let (whole, fraction) = match point {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    // No log needs more digits: 15 before the point are 31 years in nanoseconds, and 15 behind it are far below one.
    let fraction = &fraction[..fraction.len().min(15)];
    if whole.len() > 19 || whole.len() + fraction.len() == 0 {
        return None;
    }
    let digits = whole.iter().chain(fraction).try_fold(0_u128, |n, b| {
        b.is_ascii_digit().then(|| n * 10 + u128::from(b - b'0'))
    })?;
    let power = exponent.checked_sub(fraction.len() as i32)?;
    let product = digits.checked_mul(factor)?;
    match power {
        0 => Some(product),
        1..=20 => product.checked_mul(10_u128.pow(power.unsigned_abs())),
        -38..=-1 => {
            let divisor = 10_u128.pow(power.unsigned_abs());
            Some(product.saturating_add(divisor / 2) / divisor)
        }
        _ => (product == 0).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, unit: Option<Unit>) -> Option<(u32, bool)> {
        Span::read(text.as_bytes(), unit).map(|s| (s.ms, s.unit_open))
    }

    #[test]
    fn the_unit_is_in_the_key_in_the_text_or_open() {
        for (text, unit, expected) in [
            ("600.012", None, Some((600_012, false))),
            ("0.0004", None, Some((0, false))),
            ("2.5e-3", None, Some((3, false))),
            ("600", None, Some((600, true))),
            ("0", None, Some((0, false))),
            ("600012345678", None, Some((600_012, false))),
            ("600", Some(Unit::Seconds), Some((600_000, false))),
            ("600.6", Some(Unit::Milliseconds), Some((601, false))),
            (
                "10002425284",
                Some(Unit::Nanoseconds),
                Some((10_002, false)),
            ),
            ("1500", Some(Unit::Microseconds), Some((2, false))),
            ("12ms", None, Some((12, false))),
            ("12 ms", None, Some((12, false))),
            ("1m30.5s", None, Some((90_500, false))),
            ("1h2m3s", None, Some((3_723_000, false))),
            ("740.2\u{b5}s", None, Some((1, false))),
            ("740.2\u{3bc}s", None, Some((1, false))),
            ("0.058s", Some(Unit::Nanoseconds), Some((58, false))),
            ("-1", None, None),
            ("-", None, None),
            ("", None, None),
            (".", None, None),
            ("1x", None, None),
            ("99999999999", Some(Unit::Seconds), None),
            ("1e99", Some(Unit::Seconds), None),
            ("1e-2147483648", Some(Unit::Seconds), None),
        ] {
            assert_eq!(read(text, unit), expected, "{text} {unit:?}");
        }
    }
}
