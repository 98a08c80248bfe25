//! Open Pings take the threads of the HTTP task, one each, until none is left for anybody.

use super::numbers::median;
use super::server::{HTTP_THREADS, statistic};
use super::threshold::Source;
use super::{Case, Finding, Rule, SHOWN, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::load::{Load, Peak};
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, duration};

/// The vendor asks for 1.2 threads a device.
static SPARE: Threshold = Threshold {
    code: "threads-spare",
    meaning: "So many threads for a hundred devices, or for a hundred open requests, are enough (HCL asks for 1.2 times the \
              registered devices, and for more where they are BlackBerry 10 or Outlook).",
    unit: "%",
    default: Some(120),
    range: (100, 400),
    source: Source::Vendor,
};

static SLOWER: Threshold = Threshold::ours(
    "threads-slower",
    "Syncs that take so many times as long as usual while most threads are taken show that they wait for one.",
    5,
    "times",
    (2, 1_000),
);

/// Threads of the HTTP task as Domino is installed; where fewer requests are open, nothing needs to be asked.
const INSTALLED: u64 = 40;

/// Fewer Syncs than this show nothing.
const FEW: usize = 5;

pub(super) static RULE: Rule = Rule {
    code: "threads-exhausted",
    title: "Threads of the HTTP task run out",
    means: "Each open request takes one thread of Domino's HTTP task, and each Ping is open for minutes. When all threads are \
            taken, nobody is served until a Ping ends: phones cannot connect, Syncs are slow, other users of the server wait.",
    why: "More devices wait than the HTTP task has threads. Orphaned Pings count too, until the phone's next request ends them.",
    steps: &[
        "Give the HTTP task 1.2 threads for each registered device (server document, Internet Protocols, HTTP, Number active \
         threads), and restart it.",
        "Until then, a shorter maximum heartbeat does not help: phones ask again at once.",
        "If there are far more open requests than devices, look for devices in a loop or for clients with several \
         connections.",
    ],
    not: "The log shows ActiveSync requests only as far as it holds them, and other users of the server take threads too: the \
          number of open requests is a least one.",
    grades: "To be acted on when as many requests were open as there are threads; to be watched when it was close, when there \
             are fewer threads than the vendor asks for, or when requests suffered; else harmless.",
    thresholds: &[&HTTP_THREADS, &SPARE, &SLOWER],
    reference: Some(
        "https://help.hcltechsw.com/traveler/12.0.2/tuningactivehttpthreadsforlotusnotestraveler.html",
    ),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let spare = case.limit(&SPARE);
    let load = Load::of(case.log, case.explanation);
    // Each server has threads of its own: the one that had most open decides.
    let servers = load
        .servers
        .iter()
        .filter_map(|s| Some((s.open.as_ref()?.peak, s)));
    let (peak, server) =
        servers.max_by_key(|(peak, _)| (peak.at_least, std::cmp::Reverse(peak.at)))?;
    // Of what is said to be too many, each must have been there.
    let at_once = u64::from(peak.at_least);
    let devices = u64::from(server.devices.in_a_day);
    let needed = (u64::from(server.devices.threads) * spare).div_ceil(120);
    let threads = case.http_threads();
    let (suffered, refused) = suffered(case, &peak).unwrap_or_default();
    let open = counted(at_once, "request was open", "requests were open");
    let (severity, title, what) = match threads {
        Some(threads) if at_once >= threads => (
            Severity::Act,
            format!("All {} HTTP threads were taken", count(threads)),
            format!(
                "{open} at once, and the HTTP task has {}.",
                counted(threads, "thread", "threads")
            ),
        ),
        Some(threads) if at_once * spare >= threads * 100 => (
            Severity::Watch,
            format!(
                "{} of {} HTTP threads were taken",
                count(at_once),
                count(threads)
            ),
            format!(
                "{open} at once, and the HTTP task has {}.",
                counted(threads, "thread", "threads")
            ),
        ),
        Some(threads) if threads < needed => (
            Severity::Watch,
            format!(
                "{} HTTP threads are few for {}",
                count(threads),
                counted(devices, "device", "devices")
            ),
            format!(
                "{open} at once. The HTTP task has {}.",
                counted(threads, "thread", "threads")
            ),
        ),
        Some(_) => return None,
        None if at_once < INSTALLED => return None,
        None => (
            if refused > 0 {
                Severity::Watch
            } else {
                Severity::Harmless
            },
            format!("{open} at once"),
            format!(
                "{open} at once. How many threads the HTTP task has is in none of these logs: give it as http-threads, or add \
                 what `show stat http` prints."
            ),
        ),
    };
    let sentence = format!(
        "{what} The vendor asks for {} for the {} seen here.{}",
        counted(needed, "thread", "threads"),
        counted(devices, "device", "devices"),
        suffered
    );
    let certainty = if threads.is_some() {
        Certainty::Certain
    } else {
        Certainty::Possible
    };
    let files = &server.files;
    let scope = Scope::of(case, |row| {
        let span = case.explanation.timeline.span(case.log, row);
        span.is_some_and(|s| s.timed && s.start <= peak.at && s.end > peak.at)
            && files.contains(&case.log.file_of(row))
    });
    let finding = Finding::new(&RULE, severity, certainty, title, sentence);
    let mut finding = finding.over(case, scope);
    finding.count = at_once;
    if let Some((_, spot)) = statistic(case, "Http.Workers") {
        finding.evidence.truncate(SHOWN - 1);
        finding.evidence.push(spot.into());
    }
    Some(finding)
}

/// What requests that began near the peak suffered, and how many were turned away.
fn suffered(case: &Case<'_>, peak: &Peak) -> Option<(String, u64)> {
    const MINUTE_MS: i64 = 60_000;
    let near = |row: u32| {
        let span = case.explanation.timeline.span(case.log, row);
        span.is_some_and(|s| (s.start - peak.at).abs() <= MINUTE_MS)
    };
    let mut usual = Vec::new();
    let mut then = Vec::new();
    let mut refused = 0;
    for row in case.explanation.counted(case.log) {
        if case.outcome(row) == Outcome::ServerBusy {
            refused += u64::from(near(row));
        } else if case.log.command(row) == Command::Sync && case.outcome(row) == Outcome::Completed
        {
            let Some(ms) = case.log.duration(row) else {
                continue;
            };
            usual.push(ms);
            if near(row) {
                then.push(ms);
            }
        }
    }
    let enough = then.len() >= FEW;
    let (usual, then) = (median(&mut usual)?, median(&mut then).unwrap_or_default());
    let slower = enough && u64::from(then) >= u64::from(usual) * case.limit(&SLOWER);
    let mut words = String::new();
    if slower {
        words.push_str(&format!(
            " Within a minute of it, Syncs took {}, as a rule {}.",
            duration(u64::from(then)),
            duration(u64::from(usual))
        ));
    }
    if refused > 0 {
        words.push_str(&format!(
            " Within a minute of it, {} turned away.",
            counted(refused, "request was", "requests were")
        ));
    }
    Some((words, refused))
}
