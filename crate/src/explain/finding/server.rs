//! What no access log tells of a server: its threads and its maximum heartbeat.

use super::threshold::Source;
use super::{Case, Spot, Threshold};
use crate::sort::Arrange;

/// How many threads the HTTP task has.
pub(super) static HTTP_THREADS: Threshold = Threshold {
    code: "http-threads",
    meaning: "The number of threads of Domino's HTTP task, each of which an open Ping takes; statistics call it Http.Workers.",
    unit: "threads",
    default: None,
    range: (1, 100_000),
    source: Source::Server,
};

/// How long Traveler lets a Ping wait.
pub(super) static MAX_HEARTBEAT: Threshold = Threshold {
    code: "max-heartbeat",
    meaning: "Traveler's Heartbeat Algorithm Maximum Interval, which is 900 s unless somebody changed it.",
    unit: "s",
    default: None,
    range: (30, 3_600),
    source: Source::Server,
};

/// Traveler's maximum heartbeat interval as it is installed (HCL's documentation of the Auto Sync settings).
const INSTALLED_S: u32 = 900;

/// The last value of a statistic, and where it stands.
pub(super) fn statistic(case: &Case<'_>, wanted: &str) -> Option<(u64, Spot)> {
    let mut files: Vec<usize> = (0..case.log.files.len()).collect();
    files.arrange_by_key(|&file| case.explanation.timeline.rank(file as u32));
    let mut last = None;
    for file in files {
        for (name, statistic) in &case.log.files[file].events.statistics {
            let name = name.strip_prefix("Traveler.").unwrap_or(name);
            let digits: String = statistic.value.chars().filter(|&c| c != ',').collect();
            // Bounded, so that a few of them add up.
            let value = digits.parse().ok().filter(|&n: &u64| n < 1 << 48);
            if let Some(value) = value.filter(|_| name.eq_ignore_ascii_case(wanted)) {
                let spot = Spot {
                    file: file as u32,
                    place: statistic.place,
                };
                last = Some((value, spot));
            }
        }
    }
    last
}

impl Case<'_> {
    /// The value of a threshold, as far as it is known.
    #[must_use]
    pub fn known(&self, threshold: &Threshold) -> Option<u32> {
        if *threshold == HTTP_THREADS {
            return self.http_threads().and_then(|n| u32::try_from(n).ok());
        }
        self.tuning.given(threshold).or(threshold.default)
    }

    /// How many threads the HTTP task has: as given, or as statistics say.
    pub(super) fn http_threads(&self) -> Option<u64> {
        let given = self.tuning.given(&HTTP_THREADS).map(u64::from);
        given.or_else(|| Some(statistic(self, "Http.Workers")?.0))
    }

    /// The maximum heartbeat, in seconds: as given, or as Traveler is installed; and whether it was given.
    pub(super) fn max_heartbeat_s(&self) -> (u32, bool) {
        let given = self.tuning.given(&MAX_HEARTBEAT);
        (given.unwrap_or(INSTALLED_S), given.is_some())
    }

    /// How long a Ping can last at the most: its heartbeat, and a minute for what runs late.
    #[must_use]
    pub fn longest_ping_ms(&self) -> i64 {
        i64::from(self.max_heartbeat_s().0) * 1000 + 60_000
    }
}
