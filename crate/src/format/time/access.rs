//! The time of the Common Log Format, `dd/Mon/yyyy:hh:mm:ss +zzzz`, of which a large log holds millions.

use super::written::{date_with_slashes, offset, time_of_day};
use super::{DAY_MS, Stamp};

/// Reads the bracketed time of access logs, remembering the date of the previous line: most lines share it.
#[derive(Debug, Default)]
pub struct AccessClock {
    date: [u8; 11],
    zone_text: [u8; 5],
    /// Milliseconds of that date's midnight in that zone, and the zone; none before the first line.
    midnight: Option<(i64, i16)>,
}

/// Length of `dd/Mon/yyyy:hh:mm:ss +zzzz`.
pub const ACCESS_LEN: usize = 26;

impl AccessClock {
    /// Reads `dd/Mon/yyyy:hh:mm:ss +zzzz`, the time of the Common Log Format.
    pub fn read(&mut self, text: &[u8]) -> Option<Stamp> {
        let text: &[u8; ACCESS_LEN] = text.try_into().ok()?;
        if text[11] != b':' || text[20] != b' ' {
            return None;
        }
        let known = text[..11] == self.date && text[21..] == self.zone_text;
        let remembered = self.midnight.filter(|_| known);
        let (midnight, zone) = remembered.or_else(|| self.learn(text))?;
        let of_day = time_of_day(&text[12..20])?;
        Some(Stamp {
            ms: midnight + i64::from(of_day),
            zone: Some(zone),
        })
    }

    /// Reads a date and a zone, and remembers them.
    fn learn(&mut self, text: &[u8; ACCESS_LEN]) -> Option<(i64, i16)> {
        let date = &text[..11];
        let zone = offset(&text[21..])?;
        let midnight = date_with_slashes(date)? * DAY_MS;
        self.date.copy_from_slice(date);
        self.zone_text.copy_from_slice(&text[21..]);
        self.midnight = Some((midnight - i64::from(zone) * 60_000, zone));
        self.midnight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        AccessClock::default()
            .read(text.as_bytes())
            .map(|s| s.to_string())
    }

    #[test]
    fn reads_the_common_log_format_and_prints_rfc_3339() {
        assert_eq!(
            read("03/Mar/2010:14:25:00 -0500").as_deref(),
            Some("2010-03-03T14:25:00-05:00")
        );
        assert_eq!(
            read("29/Feb/2024:23:59:60 +0530").as_deref(),
            Some("2024-02-29T23:59:59+05:30")
        );
        assert_eq!(
            read("01/Jan/1970:00:00:00 +0000").as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "29/Feb/2023:00:00:00 +0000",
            "00/Jan/2023:00:00:00 +0000",
            "31/Abc/2023:00:00:00 +0000",
            "31/Jan/2023:24:00:00 +0000",
            "31/Jan/2023:00:60:00 +0000",
            "31/Jan/2023:00:00:00 0000 ",
            "31-Jan-2023:00:00:00 +0000",
            "31/Jan/2023 00:00:00 +0000",
            "31/Jan/2023:00:00:00 +0",
            "\0\0\0\0\0\0\0\0\0\0\0:14:25:00 \0\0\0\0\0",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_remembered_date_does_not_outlive_its_zone() {
        let mut clock = AccessClock::default();
        let mut ms = |text: &str| clock.read(text.as_bytes()).map(|s| s.ms);
        let east = ms("31/Oct/2010:00:59:59 +0200");
        let west = ms("31/Oct/2010:00:59:59 +0100");
        assert_eq!(east.zip(west).map(|(e, w)| w - e), Some(3_600_000));
        assert_eq!(ms("99/Oct/2010:00:59:59 +0100"), None);
        assert_eq!(ms("31/Oct/2010:00:59:59 +0200"), east);
    }
}
