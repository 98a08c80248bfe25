//! What the server counts of its syncs, held against the log.

use super::server::statistic;
use super::{Case, Finding, Rule, SHOWN, Threshold, above};
use crate::activesync::Command;
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted, share};

static DIFFER: Threshold = Threshold::ours(
    "statistics-difference",
    "Counts that differ by more are of another period, or of other servers.",
    10,
    "%",
    (1, 100),
);

pub(super) static RULE: Rule = Rule {
    code: "statistics-compared",
    title: "Statistics beside the log",
    means: "The server counts its syncs by their status (DeviceSync.Count). Held against the log, they show whether both speak \
            of the same time; the share of 409 among them is the one that the vendor's documentation looks at.",
    why: "Statistics run from the start of the server to the moment when somebody asked; a log holds the days that it holds, \
          and of a pool only one server.",
    steps: &[
        "Judge the share of 409 among syncs by the log, where there is one: it shows when they came and of whom.",
        "To compare the two, ask for statistics at the beginning and at the end of one log.",
    ],
    not: "By their name these counts leave Pings out, so that they say nothing of 409s on Pings; the documentation does not \
          say so outright.",
    grades: "To be watched when the share of 409 among the server's own syncs is above the threshold for Syncs; else harmless.",
    thresholds: &[
        &DIFFER,
        &super::sync_conflicts::SHARE,
        &super::sync_conflicts::ENOUGH,
    ],
    reference: Some("https://help.hcl-software.com/traveler/9.0.1/statistics.html"),
    find,
};

/// Statuses of which a count is known.
const STATUSES: [u16; 6] = [200, 408, 409, 412, 500, 503];

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let counts: Vec<_> = STATUSES
        .iter()
        .filter_map(|status| {
            Some((
                *status,
                statistic(case, &format!("DeviceSync.Count.{status}"))?,
            ))
        })
        .collect();
    let of = |wanted: u16| counts.iter().find(|c| c.0 == wanted).map_or(0, |c| c.1.0);
    let all: u64 = counts.iter().map(|c| c.1.0).sum();
    let conflicts = of(409);
    if all == 0 {
        return None;
    }
    let many = all >= case.limit(&super::sync_conflicts::ENOUGH)
        && above(conflicts, all, case.limit(&super::sync_conflicts::SHARE));
    let mut sentence = format!(
        "The server counts {}, {} of them ended by 409 ({}).",
        counted(all, "sync", "syncs"),
        count(conflicts),
        share(conflicts, all),
    );
    let syncs = case.tally.command(Command::Sync);
    if syncs > 0 {
        let (more, less) = (all.max(syncs), all.min(syncs));
        let fits = !above(more - less, more, case.limit(&DIFFER));
        sentence.push_str(&format!(
            " The logs hold {}, {} of them ended by 409: {}.",
            counted(syncs, "Sync", "Syncs"),
            count(case.tally.conflicts(Command::Sync)),
            if fits {
                "both speak of the same time"
            } else {
                "the two speak of different periods or servers"
            }
        ));
        let pings = case.tally.conflicts(Command::Ping);
        if fits && pings > conflicts {
            sentence.push_str(&format!(
                " The {} of Pings in the logs are not among the server's, so it does not count Pings there.",
                counted(pings, "409", "409s")
            ));
        }
    }
    let severity = if many {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let title = format!(
        "The server counts {} of its syncs as ended by 409",
        share(conflicts, all)
    );
    let mut finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
    finding.count = all;
    finding.evidence = counts
        .iter()
        .filter(|c| matches!(c.0, 200 | 409))
        .map(|c| c.1.1.into())
        .take(SHOWN)
        .collect();
    Some(finding)
}
