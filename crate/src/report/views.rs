//! Files that show the same traffic, and how their clocks differ.

use super::model::ViewReport;
use crate::explain::Explanation;
use crate::log::Log;
use crate::words::{count, duration};

/// Clocks that differ by less are told to agree: most logs have whole seconds.
const AGREE_MS: u64 = 500;

/// Zones differ by multiples of this.
const ZONE_MS: u64 = 15 * 60_000;

/// How far a clock may be off a difference of zones and still show one.
const WRONG_MS: u64 = 120_000;

/// One row a pair of files, in order of time.
pub(super) fn views(log: &Log, explanation: &Explanation) -> Vec<ViewReport> {
    let pairs = explanation.views.pairs().iter();
    pairs
        .map(|view| {
            let name = |file: u32| log.files[file as usize].name.as_str();
            let rank = |file: u32| explanation.timeline.rank(file);
            let mut report = ViewReport {
                file: rank(view.file),
                of: rank(view.of),
                both: view.both,
                fewer: view.fewer.max(view.both),
                ahead_ms: view.clock_ms,
                spread_ms: view.spread_ms,
                copy: view.copy,
                sentence: String::new(),
            };
            report.sentence = sentence(&report, name(view.file), name(view.of));
            report
        })
        .collect()
}

/// What two files have in common, in words.
pub(super) fn sentence(view: &ViewReport, file: &str, of: &str) -> String {
    let both = match view.both {
        n if n == view.fewer => format!("all {} ActiveSync requests", count(n)),
        n => format!("{} of {} ActiveSync requests", count(n), count(view.fewer)),
    };
    if view.copy {
        return format!(
            "{file} and {of} overlap: {both} of the period that both cover are in both, and count once."
        );
    }
    format!(
        "{file} and {of} show the same traffic: {both} of the period that both cover are in both, and count once. {} Nine of \
         ten of them lie within {} of that.",
        clocks(view.ahead_ms, file),
        duration(view.spread_ms.unsigned_abs())
    )
}

fn clocks(ahead_ms: i64, file: &str) -> String {
    // Tenths are as much as whole seconds on both sides can tell.
    let by = (ahead_ms.unsigned_abs() + 50) / 100 * 100;
    if by < AGREE_MS {
        return "Their clocks agree.".to_owned();
    }
    let side = if ahead_ms > 0 { "ahead" } else { "behind" };
    let zones = (by + WRONG_MS) / ZONE_MS * ZONE_MS;
    let wrong = by.abs_diff(zones);
    if zones == 0 || wrong > WRONG_MS {
        return format!("The clock of {file} is {} {side}.", duration(by));
    }
    let rest = if wrong < AGREE_MS {
        String::new()
    } else {
        let more = if by > zones { "more" } else { "less" };
        format!(", {} {more} than {}", duration(wrong), duration(zones))
    };
    format!(
        "The clock of {file} is {} {side}{rest}: one of the two probably writes the time of another zone.",
        duration(by)
    )
}

#[cfg(test)]
mod tests {
    use super::clocks;

    #[test]
    fn a_clock_is_wrong_or_of_another_zone() {
        let cases = [
            (449, "Their clocks agree."),
            (1_190, "The clock of a.log is 1.2 s ahead."),
            (-1_200, "The clock of a.log is 1.2 s behind."),
            (400_000, "The clock of a.log is 6 min 40 s ahead."),
            (
                -18_000_100,
                "The clock of a.log is 5 h behind: one of the two probably writes the time of another zone.",
            ),
            (
                3_601_200,
                "The clock of a.log is 1 h ahead, 1.2 s more than 1 h: one of the two probably writes the time of another \
                 zone.",
            ),
        ];
        for (ahead, words) in cases {
            assert_eq!(clocks(ahead, "a.log"), words);
        }
    }
}
