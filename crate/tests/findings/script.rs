//! Logs that are written request by request, phone by phone.

use pinglens::Inspector;
use pinglens::explain::finding::Tuning;
use pinglens::report::model::{Finding, Report};
use std::fmt::Write as _;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A phone with one connection; each request begins when the one before has ended, unless it rests.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) device: String,
    pub(crate) user: String,
    pub(crate) agent: String,
    pub(crate) address: String,
    /// Milliseconds since midnight.
    pub(crate) now: i64,
    /// When each request ended, and its line.
    lines: Vec<(i64, String)>,
    chance: u64,
}

impl Phone {
    /// The phone of this number, at nine o'clock.
    pub(crate) fn new(number: u32) -> Self {
        Self {
            device: format!("DEVICE{number:04}"),
            user: format!("user{number}"),
            agent: "Apple-iPhone11C6/1905.258".to_owned(),
            address: format!("203.0.113.{}", number % 250),
            now: 9 * HOUR,
            lines: Vec::new(),
            chance: u64::from(number) + 1,
        }
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// A number from 0 to below `most`, always the same ones for a phone.
    pub(crate) fn chance(&mut self, most: i64) -> i64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) as i64 % most
    }

    /// Makes a request that takes so long, with so many bytes.
    pub(crate) fn ask(&mut self, cmd: &str, status: u16, ms: i64, bytes: u32) -> &mut Self {
        self.now += ms;
        let line = line(self, cmd, status, ms, bytes);
        self.lines.push((self.now, line));
        self
    }

    pub(crate) fn ping(&mut self, status: u16, ms: i64) -> &mut Self {
        self.ask("Ping", status, ms, if status == 200 { 13 } else { 0 })
    }

    pub(crate) fn sync(&mut self) -> &mut Self {
        let bytes = 300 + self.chance(900) as u32;
        let ms = 90 + self.chance(300);
        self.ask("Sync", 200, ms, bytes)
    }

    pub(crate) fn rest(&mut self, ms: i64) -> &mut Self {
        self.now += ms;
        self
    }

    /// Uses the phone as people do until a time of day: mail arrives, somebody opens Mail, a heartbeat runs out.
    pub(crate) fn live(&mut self, until: i64) -> &mut Self {
        while self.now < until {
            match self.chance(5) {
                0 | 1 => {
                    let ms = 20 * SECOND + self.chance(14 * MINUTE);
                    self.ping(200, ms).rest(SECOND).sync();
                }
                2 => {
                    let ms = 20 * SECOND + self.chance(14 * MINUTE);
                    self.ping(409, ms).sync();
                    for _ in 0..self.chance(4) {
                        let read = 3 * SECOND + self.chance(40 * SECOND);
                        self.rest(read).sync();
                    }
                }
                _ => {
                    let late = 200 + self.chance(2_500);
                    self.ping(200, 15 * MINUTE + late);
                }
            }
            self.rest(150);
        }
        self
    }
}

/// A line of Domino's Extended Common format.
fn line(phone: &Phone, cmd: &str, status: u16, ms: i64, bytes: u32) -> String {
    let Phone {
        device,
        user,
        agent,
        address,
        now,
        ..
    } = phone;
    format!(
        "{address} mail.example.com - [{} +0000] \"POST \
         /servlet/traveler/Microsoft-Server-ActiveSync?User={user}&DeviceId={device}&DeviceType=iPhone&Cmd={cmd} HTTP/1.1\" \
         {status} {bytes} \"-\" \"{agent}\" {ms} \"\" \"\"\n",
        stamp(*now)
    )
}

fn stamp(at: i64) -> String {
    let (day, time) = (14 + at / (24 * HOUR), at % (24 * HOUR) / SECOND);
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    format!("{day:02}/May/2025:{hours:02}:{minutes:02}:{seconds:02}")
}

/// The log of all these phones, in the order in which requests ended.
pub(crate) fn log(phones: &[Phone]) -> String {
    let mut lines: Vec<&(i64, String)> = phones.iter().flat_map(|phone| &phone.lines).collect();
    lines.sort_by_key(|line| line.0);
    let mut text = String::new();
    for (_, line) in lines {
        let _ = write!(text, "{line}");
    }
    text
}

/// So many phones that are used from nine to five.
pub(crate) fn fleet(phones: u32) -> Vec<Phone> {
    (1..=phones)
        .map(|number| {
            let mut phone = Phone::new(number).from(&format!("198.51.{}.7", number % 5));
            phone.rest(i64::from(number) * 7 * SECOND).live(17 * HOUR);
            phone
        })
        .collect()
}

pub(crate) fn report(files: &[(&str, &str)], thresholds: &[&str]) -> Report {
    let mut inspector = Inspector::new();
    for (name, text) in files {
        inspector.open(name);
        inspector.feed(text.as_bytes());
    }
    inspector.tune(tuning(thresholds.iter().copied()));
    inspector.report()
}

pub(crate) fn tuning<'a>(thresholds: impl Iterator<Item = &'a str>) -> Tuning {
    let mut tuning = Tuning::default();
    for threshold in thresholds {
        tuning.set(threshold).expect("it is a threshold");
    }
    tuning
}

pub(crate) fn of_phones(phones: &[Phone]) -> Report {
    report(&[("access.log", &log(phones))], &[])
}

pub(crate) fn found<'a>(report: &'a Report, code: &str) -> Option<&'a Finding> {
    report.findings.iter().find(|f| f.code == code)
}

/// A finding that must be there.
pub(crate) fn the<'a>(report: &'a Report, code: &str) -> &'a Finding {
    let codes: Vec<_> = report.findings.iter().map(|f| f.code).collect();
    found(report, code).unwrap_or_else(|| panic!("{code} is not among {codes:?}"))
}

/// Names of one kind that a finding concerns, each with its count.
pub(crate) fn named<'a>(finding: &'a Finding, what: &str) -> Vec<(&'a str, u64)> {
    let of = finding.concerned.iter().filter(|c| c.what == what);
    of.map(|c| (c.name.as_str(), c.count)).collect()
}

impl Phone {
    /// The same phone by a clock that is so far ahead.
    pub(crate) fn shifted(self, ahead: i64) -> Self {
        let mut shifted = Self {
            lines: Vec::new(),
            ..self.clone()
        };
        for (end, line) in &self.lines {
            shifted.now = end + ahead;
            let from = stamp(*end);
            shifted
                .lines
                .push((shifted.now, line.replace(&from, &stamp(shifted.now))));
        }
        shifted
    }
}
