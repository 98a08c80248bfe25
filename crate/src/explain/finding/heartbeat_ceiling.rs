//! The longest heartbeat, where many devices share it: the maximum that the server allows.

use super::{Case, Finding, Rule, Scope, Threshold};
use crate::activesync::Command;
use crate::explain::heartbeat::OVERSHOOT_MS;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, duration};

static DEVICES: Threshold = Threshold::ours(
    "ceiling-devices",
    "So many devices must share the longest heartbeat to make it the server's.",
    3,
    "devices",
    (2, 10_000),
);

static SHORT: Threshold = Threshold::ours(
    "ceiling-short",
    "A longest heartbeat below this wakes phones so often that it costs them battery.",
    240,
    "s",
    (10, 3_600),
);

pub(super) static RULE: Rule = Rule {
    code: "heartbeat-ceiling",
    title: "A heartbeat that devices share",
    means: "Several devices hold their Pings for the same longest time and no device holds one for longer. That is the maximum \
            heartbeat interval of the server, or a timeout that all of them found.",
    why: "A phone asks for as long a heartbeat as it dares; the server cuts it down to its maximum. On Traveler that is 15 \
          minutes unless somebody changed it.",
    steps: &[
        "Nothing, if it is the value that you set. A longer maximum saves battery, if every firewall and proxy on the way \
         allows it; a shorter one costs battery.",
        "Raising the minimum changes nothing for a device that already asks for more.",
    ],
    not: "Long Pings are not slow ones. What a phone asked for is in a body that no log shows; the heartbeat is read off the \
          Pings that ended with nothing new.",
    grades: "Harmless; to be watched when it is below the threshold.",
    thresholds: &[&DEVICES, &SHORT, &super::server::MAX_HEARTBEAT],
    reference: Some("https://help.hcltechsw.com/traveler/11.0.0/Plan_setting_heartbeat.html"),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let heartbeats = &case.explanation.heartbeats;
    let longest: Vec<u32> = case
        .devices()
        .filter_map(|device| heartbeats.of_device(device).last().copied())
        .collect();
    let ceiling = longest.iter().copied().max()?;
    let share = longest.iter().filter(|&&h| h == ceiling).count() as u64;
    let known = longest.len() as u64;
    if share < case.limit(&DEVICES) || share * 2 < known {
        return None;
    }
    let (maximum, given) = case.max_heartbeat_s();
    let held = duration(u64::from(ceiling));
    let which = match (given, ceiling.cmp(&(maximum * 1000))) {
        (true, std::cmp::Ordering::Equal) => {
            " It is the maximum heartbeat interval that was given.".to_owned()
        }
        (true, std::cmp::Ordering::Less) => format!(
            " The maximum heartbeat interval that was given is {}, so something else limits it: the phones, or a timeout.",
            duration(u64::from(maximum) * 1000)
        ),
        _ => String::new(),
    };
    let title = format!("No Ping is held for longer than {held}");
    let sentence = format!(
        "{} of {} whose heartbeat is known share the longest one, {held}; a phone without mail asks {} an hour.{which}",
        count(share),
        counted(known, "device", "devices"),
        counted(u64::from(3_600_000 / ceiling.max(1)), "time", "times"),
    );
    let short = u64::from(ceiling) < case.limit(&SHORT) * 1000;
    let full = ceiling..=ceiling + OVERSHOOT_MS;
    let scope = Scope::of(case, |row| {
        case.log.command(row) == Command::Ping
            && case.outcome(row) == Outcome::HeartbeatExpired
            && case.log.duration(row).is_some_and(|d| full.contains(&d))
    });
    let severity = if short {
        Severity::Watch
    } else {
        Severity::Harmless
    };
    let mut finding = Finding::new(&RULE, severity, Certainty::Likely, title, sentence);
    if short {
        finding = finding.advise(&[
            "See whether somebody set Traveler's Heartbeat Algorithm Maximum Interval so low, and why; it is 15 minutes when \
             installed.",
            "If every firewall and proxy on the way allows it, raise it, and restart Traveler.",
        ]);
    }
    Some(finding.over(case, scope))
}
