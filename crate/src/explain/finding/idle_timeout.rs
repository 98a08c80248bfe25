//! Something between phone and server drops connections that are idle for longer than a certain time.
//!
//! Three signs of it, from the plainest to the faintest: a proxy's log that shows Pings given up after one and the same
//! time; phones that open a new Ping whenever the old one has been open for that time; and, where the connection is
//! dropped without a word to either side, answers that reach the phone up to that time and never after it.

use super::numbers::{densest, median};
use super::scope::most;
use super::{Case, Finding, Rule, Scope, Threshold, Who, above};
use crate::activesync::Command;
use crate::explain::heartbeat::OVERSHOOT_MS;
use crate::explain::interval::Networks;
use crate::explain::level::roundest;
use crate::explain::view::broken;
use crate::explain::{Certainty, Outcome, Severity};
use crate::words::{count, counted, duration};
use std::collections::BTreeMap;

static ENOUGH: Threshold = Threshold::ours(
    "timeout-pings",
    "So many Pings must end after one and the same time, or lose their answer after it, to show an idle timeout.",
    5,
    "Pings",
    (3, 100_000),
);

static SHARE: Threshold = Threshold::ours(
    "timeout-share",
    "From this share of the Pings concerned on, an idle timeout on the way of all phones is to be acted on.",
    5,
    "%",
    (1, 100),
);

/// How far apart durations lie that a timer of a proxy ends, and those that a phone ends when it notices.
const PROXY_MS: u32 = 2_000;
const PHONE_MS: u32 = 5_000;

/// The same where a firewall looks only every ten seconds.
const SWEPT_MS: u32 = 12_000;

/// Shorter than any idle timeout: what ends sooner has another cause.
const SHORTEST_MS: u32 = 15_000;

/// How much of a group must lie at one duration, in percent; by chance it is one in a hundred.
const MOST_PERCENT: u64 = 50;

/// How much may lie on the wrong side of a timeout, in percent: phones also lose coverage.
const STRAY_PERCENT: u64 = 20;

/// How near to the longest heartbeat no timeout can be told from it.
const HEARTBEAT_MS: u32 = 8_000;

/// What comes so late is beyond the shortest timeout that is usual.
const LATE_MS: u32 = 60_000;

/// How much later answers must have arrived elsewhere to show that it is one network's timeout.
const LATER_MS: u32 = 10_000;

pub(super) static RULE: Rule = Rule {
    code: "idle-timeout",
    title: "Something in between cuts idle connections",
    means: "A firewall, a carrier or a proxy drops a connection on which nothing was said for a certain time, and Pings are \
            silent for as long as their heartbeat. Until the phone notices and asks again, no mail can be pushed to it.",
    why: "The idle timeout there is shorter than the heartbeat. Proxies have 60 s by default; firewalls and carriers have \
          anything from some minutes to half an hour.",
    steps: &[
        "Raise the idle timeout of what cuts above the longest heartbeat: nginx `proxy_read_timeout`, HAProxy `timeout \
         server` and `timeout client`, Apache `ProxyTimeout`, the idle timeout of a load balancer or a firewall.",
        "Where it cannot be raised, set Traveler's Heartbeat Algorithm Maximum Interval a little below it, and restart \
         Traveler.",
    ],
    not: "No mail is lost by it; it comes late. A log does not name the device that cuts, only the time, and whether all \
          networks show it or one.",
    grades: "To be acted on when a proxy, or what all networks have in common, cuts more than the threshold's share; else to \
             be watched.",
    thresholds: &[&ENOUGH, &SHARE],
    reference: Some("https://help.hcltechsw.com/traveler/11.0.0/Plan_setting_heartbeat.html"),
    find,
};

/// A Ping, how long it was open, and where.
#[derive(Debug, Clone, Copy)]
struct Held {
    row: u32,
    device: Option<u32>,
    ms: u32,
    network: u32,
    /// The file in which it was seen to be cut.
    file: u32,
}

/// What shows the timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A proxy gave up.
    Cut,
    /// Whatever is before the proxy closed the connection.
    Left,
    /// Phones came back.
    Reconnected,
    /// Answers were lost.
    Lost,
}

/// A timeout that was found.
struct Timeout {
    sign: Sign,
    /// Whether it lies on the way of all phones, as far as their addresses tell.
    everywhere: bool,
    /// How long answers took that arrived elsewhere, if some took longer.
    elsewhere: Option<u32>,
    /// After how long, in milliseconds: it lies between these two.
    after: (u32, u32),
    /// Pings that show it.
    rows: Vec<Held>,
    /// Of how many.
    of: u64,
}

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
    let enough = case.limit(&ENOUGH);
    let could = [
        Outcome::CutInBetween,
        Outcome::ClientGaveUp,
        Outcome::SupersededByPing,
        Outcome::ReplyLost,
    ];
    if could.iter().all(|&o| case.tally.outcome(o) < enough) {
        return None;
    }
    let pings = Pings::of(case);
    let timeout = pings
        .by_proxy(enough)
        .or_else(|| pings.by_network(enough))?;
    let certainty = match timeout.sign {
        Sign::Cut => Certainty::Certain,
        _ => Certainty::Likely,
    };
    let n = timeout.rows.len() as u64;
    // One phone alone tells nothing of the way of the others.
    let several = timeout
        .rows
        .iter()
        .any(|h| h.device != timeout.rows[0].device);
    let severity = if several && timeout.everywhere && n * 100 >= timeout.of * case.limit(&SHARE) {
        Severity::Act
    } else {
        Severity::Watch
    };
    let (from, to) = timeout.after;
    let title = format!(
        "Idle connections are cut after about {}",
        duration(u64::from(roundest(from, to)))
    );
    let late = || duration(u64::from(to));
    let what = match timeout.sign {
        Sign::Cut => format!(
            "{} by something in front of the server, always after {}.",
            counted(n, "Ping was given up", "Pings were given up"),
            late()
        ),
        Sign::Left => format!(
            "{} of {} were closed from the phones' side after {}: not the phones do that, but something before them.",
            count(n),
            counted(timeout.of, "connection", "connections"),
            late()
        ),
        Sign::Reconnected => format!(
            "{} of {} that were left for a new one had been open for {} to {}: the phones came back whenever that time was \
             over. What cuts may be set to less, as phones wait before they come back.",
            count(n),
            counted(timeout.of, "Ping", "Pings"),
            duration(u64::from(from)),
            // Rounded up, lest both be the same in words.
            duration(u64::from(to) + 999)
        ),
        Sign::Lost => format!(
            "Answers reached the phones up to {} after the Ping had begun; of those that came {} after it or later, {} of {} \
             did not.",
            duration(u64::from(from)),
            late(),
            count(n),
            count(timeout.of)
        ),
    };
    let place = pings.place(case, &timeout);
    let finding = Finding::new(&RULE, severity, certainty, title, format!("{what}{place}"));
    let mut finding = finding.over(case, Scope::of_rows(case, &rows(&timeout)));
    finding.advice = advice(case, from);
    let mut by_name: BTreeMap<String, u64> = BTreeMap::new();
    let who = if matches!(timeout.sign, Sign::Cut | Sign::Left) {
        for held in &timeout.rows {
            let name = case.log.files[held.file as usize].name.clone();
            *by_name.entry(name).or_default() += 1;
        }
        Who::File
    } else {
        for held in timeout.rows.iter().filter(|held| held.network > 0) {
            let name = pings.networks.name(held.network).to_owned();
            *by_name.entry(name).or_default() += 1;
        }
        Who::Network
    };
    finding
        .concerned
        .splice(0..0, most(who, by_name.into_iter()));
    Some(finding)
}

fn rows(timeout: &Timeout) -> Vec<u32> {
    timeout.rows.iter().map(|held| held.row).collect()
}

/// What to do about a timeout of this length.
fn advice(case: &Case<'_>, after: u32) -> Vec<String> {
    let longest = case.explanation.heartbeats.of_server().last().copied();
    let longest = longest
        .unwrap_or(case.max_heartbeat_s().0 * 1000)
        .max(after);
    let mut advice = vec![format!(
        "{} The longest heartbeat here is {}.",
        RULE.steps[0],
        duration(u64::from(longest))
    )];
    // Whole minutes, as the server document takes them, and some time to spare.
    advice.push(match after.saturating_sub(10_000) / 60_000 {
        0 => "It is too short to be met with a shorter heartbeat: it has to be raised.".to_owned(),
        minutes => format!(
            "Where it cannot be raised, set Traveler's Heartbeat Algorithm Maximum Interval to {}, and restart Traveler. It \
             costs battery: phones then ask that often.",
            counted(u64::from(minutes), "minute", "minutes")
        ),
    });
    advice
}

/// Pings by what became of them.
struct Pings {
    networks: Networks,
    cut: Vec<Held>,
    left: Vec<Held>,
    reconnected: Vec<Held>,
    lost: Vec<Held>,
    delivered: Vec<Held>,
    /// All Pings of which the duration is known.
    all: u64,
    /// The longest heartbeat that several devices were seen to complete.
    longest: Option<u32>,
}

impl Pings {
    fn of(case: &Case<'_>) -> Self {
        let mut pings = Self {
            networks: Networks::of(case.log),
            cut: Vec::new(),
            left: Vec::new(),
            reconnected: Vec::new(),
            lost: Vec::new(),
            delivered: Vec::new(),
            all: 0,
            longest: case.explanation.heartbeats.of_server().last().copied(),
        };
        let (log, views) = (case.log, &case.explanation.views);
        for row in case.explanation.counted(log) {
            if log.command(row) != Command::Ping {
                continue;
            }
            // What stands in front sees the client's address, and sees it leave.
            let front = views.shown_as(row);
            let outcome = case.outcome(row);
            let seen = front
                .filter(|&front| broken(log, front).is_some())
                .unwrap_or(row);
            let at = match outcome {
                Outcome::CutInBetween | Outcome::ClientGaveUp => seen,
                _ => row,
            };
            let Some(ms) = log.duration(at) else { continue };
            pings.all += 1;
            // A Sync behind a full heartbeat may be the phone's own doing, so it does not show that the answer arrived.
            let expired = case.explanation.heartbeats.of_server().iter();
            let mut expired = expired.map(|&of| of..=of.saturating_add(OVERSHOOT_MS));
            let into = match outcome {
                Outcome::ChangesFound if expired.any(|of| of.contains(&ms)) => continue,
                Outcome::CutInBetween => &mut pings.cut,
                Outcome::ClientGaveUp => &mut pings.left,
                Outcome::SupersededByPing => &mut pings.reconnected,
                Outcome::ReplyLost => &mut pings.lost,
                Outcome::ChangesFound => &mut pings.delivered,
                _ => continue,
            };
            into.push(Held {
                row,
                device: log.device(row),
                ms,
                network: pings.networks.of_row(log, case.explanation, row),
                file: log.file_of(at),
            });
        }
        pings
    }

    /// A timeout that a proxy's log shows.
    fn by_proxy(&self, enough: u64) -> Option<Timeout> {
        let signs = [
            (Sign::Cut, &self.cut, self.all),
            (Sign::Left, &self.left, 0),
        ];
        signs.into_iter().find_map(|(sign, held, of)| {
            let (from, to) = at_one_time(held, PROXY_MS, enough)?;
            let rows = within(held, from, to);
            let of = if of > 0 { of } else { held.len() as u64 };
            let typical = median(&mut rows.iter().map(|h| h.ms).collect::<Vec<_>>())?;
            Some(Timeout {
                sign,
                everywhere: true,
                elsewhere: None,
                after: (from, typical),
                rows,
                of,
            })
        })
    }

    /// A timeout that shows on the way of some phones or of all.
    fn by_network(&self, enough: u64) -> Option<Timeout> {
        let mut found: Vec<Timeout> = Vec::new();
        let mut shown = Vec::new();
        for network in 1..=self.networks.len() {
            if let Some(timeout) = self.judge(&[network], enough) {
                found.push(timeout);
                shown.push(network);
            }
        }
        if found.is_empty() {
            // Too few Pings of each network may show nothing: those that lose most of what comes late are put together.
            let late = |all: &[Held], network: u32| {
                let late = all
                    .iter()
                    .filter(|h| h.network == network && h.ms >= LATE_MS);
                late.count()
            };
            let loses = |&network: &u32| late(&self.lost, network) > late(&self.delivered, network);
            shown = (1..=self.networks.len()).filter(loses).collect();
            found.extend(self.judge(&shown, enough));
        }
        let Some(mut timeout) = found.pop() else {
            let all: Vec<u32> = (0..=self.networks.len()).collect();
            return self.judge(&all, enough);
        };
        for other in found {
            // Several networks may have a timeout each; the one that shows most is told, with its like.
            let alike =
                other.after.1.abs_diff(timeout.after.1) <= LATER_MS && other.sign == timeout.sign;
            if alike {
                timeout.after.0 = timeout.after.0.max(other.after.0.min(timeout.after.1));
                timeout.after.1 = timeout.after.1.min(other.after.1.max(timeout.after.0));
                timeout.of += other.of;
                timeout.rows.extend(other.rows);
            } else if other.rows.len() > timeout.rows.len() {
                timeout = other;
            }
        }
        let limit = timeout.after.1.saturating_add(LATER_MS);
        let others = self
            .delivered
            .iter()
            .filter(|h| !shown.contains(&h.network));
        let late = others.clone().filter(|h| h.ms > limit).map(|h| h.ms);
        // A few are strays: a new Ping was answered just when the old one ended.
        let (n, of) = (late.clone().count() as u64, others.count() as u64);
        if n >= enough && above(n, of, STRAY_PERCENT / 2) {
            timeout.elsewhere = late.max();
        }
        // One network among many of which nothing is known is one network, unless all together show the same.
        let all: Vec<u32> = (0..=self.networks.len()).collect();
        let alike = |all: Timeout| all.after.1.abs_diff(timeout.after.1) <= LATER_MS;
        timeout.everywhere = timeout.elsewhere.is_none()
            && (shown.len() > 1
                || self.networks.len() < 2
                || self.judge(&all, enough).is_some_and(alike));
        Some(timeout)
    }

    /// What the Pings of these networks show.
    fn judge(&self, networks: &[u32], enough: u64) -> Option<Timeout> {
        let of = |all: &[Held]| -> Vec<Held> {
            let all = all.iter().filter(|h| networks.contains(&h.network));
            all.copied().collect()
        };
        let (lost, delivered) = (of(&self.lost), of(&self.delivered));
        judge(
            &of(&self.reconnected),
            &lost,
            &delivered,
            self.longest,
            enough,
        )
    }

    /// Whose timeout it is, as far as the addresses tell.
    fn place(&self, case: &Case<'_>, timeout: &Timeout) -> String {
        if matches!(timeout.sign, Sign::Cut | Sign::Left) {
            return String::new();
        }
        let mut concerned: Vec<u32> = timeout.rows.iter().map(|h| h.network).collect();
        concerned.sort_unstable();
        concerned.dedup();
        let known = concerned.iter().filter(|&&n| n > 0).count() as u64;
        let addresses = case.log.origins.values().iter().map(|o| o.remote);
        let one = addresses.clone().max() == addresses.min();
        match timeout.elsewhere {
            Some(longest) => format!(
                " Only {}: elsewhere answers arrived after up to {}.",
                counted(known, "network shows it", "networks show it"),
                duration(u64::from(longest))
            ),
            None if one || known == 0 => {
                " All requests here come from one address, so this log cannot tell whether it is one network or all."
                    .to_owned()
            }
            None => format!(
                " No network here contradicts it ({} it), so it may be in front of the server.",
                counted(known, "shows", "show")
            ),
        }
    }
}

/// What Pings show.
fn judge(
    reconnected: &[Held],
    lost: &[Held],
    delivered: &[Held],
    longest: Option<u32>,
    enough: u64,
) -> Option<Timeout> {
    let at = |width| {
        let range = at_one_time(reconnected, width, enough)?;
        shows(reconnected, range, enough).then_some(range)
    };
    // A phone that gives a Ping up when its heartbeat is over comes back then, too.
    let sooner =
        |&(_, to): &(u32, u32)| longest.is_none_or(|h| to.saturating_add(HEARTBEAT_MS) < h);
    if let Some((from, to)) = at(PHONE_MS).or_else(|| at(SWEPT_MS)).filter(sooner) {
        let later = delivered
            .iter()
            .filter(|h| h.ms > to.saturating_add(PHONE_MS));
        if !above(later.count() as u64, delivered.len() as u64, STRAY_PERCENT) {
            return Some(Timeout {
                sign: Sign::Reconnected,
                everywhere: true,
                elsewhere: None,
                after: (from, to),
                rows: within(reconnected, from, to),
                of: reconnected.len() as u64,
            });
        }
    }
    let (last, first) = parting(lost, delivered, enough)?;
    let rows = within(lost, first, u32::MAX);
    let later = delivered.iter().filter(|h| h.ms >= first).count();
    Some(Timeout {
        sign: Sign::Lost,
        everywhere: true,
        elsewhere: None,
        after: (last, first),
        of: (rows.len() + later) as u64,
        rows,
    })
}

/// Whether Pings of one length are more than the habit of one device.
fn shows(all: &[Held], (from, to): (u32, u32), enough: u64) -> bool {
    let same = within(all, from, to);
    let n = same.len() as u64;
    let several = same.iter().any(|h| h.device != same[0].device);
    several || (n >= 2 * enough && n * 100 >= all.len() as u64 * (100 - STRAY_PERCENT))
}

/// From where to where durations lie that are nearly all the same.
fn at_one_time(held: &[Held], width: u32, enough: u64) -> Option<(u32, u32)> {
    let mut all: Vec<u32> = held
        .iter()
        .map(|h| h.ms)
        .filter(|&ms| ms >= SHORTEST_MS)
        .collect();
    let of = all.len() as u64;
    let same = densest(&mut all, width);
    let n = same.len() as u64;
    let range = (*same.first()?, *same.last()?);
    (n >= enough && n * 100 >= of * MOST_PERCENT).then_some(range)
}

fn within(held: &[Held], from: u32, to: u32) -> Vec<Held> {
    held.iter()
        .filter(|h| (from..=to).contains(&h.ms))
        .copied()
        .collect()
}

/// The longest that an answer took which arrived, and the shortest that one took which was lost, where the two part.
fn parting(lost: &[Held], delivered: &[Held], enough: u64) -> Option<(u32, u32)> {
    if (lost.len() as u64) < enough || (delivered.len() as u64) < enough {
        return None;
    }
    let sorted = |of: &[Held]| {
        let mut all: Vec<u32> = of.iter().map(|h| h.ms).collect();
        all.sort_unstable();
        all
    };
    let (lost, delivered) = (sorted(lost), sorted(delivered));
    let arrived_by = |ms: u32| delivered.partition_point(|&d| d < ms);
    let strays = |at: usize| at + delivered.len() - arrived_by(lost[at]);
    let at = (0..lost.len()).min_by_key(|&at| strays(at))?;
    let (first, beyond) = (lost[at], (lost.len() - at) as u64);
    let last = *delivered.get(arrived_by(first).checked_sub(1)?)?;
    // Behind it nearly nothing arrives, before it most does: phones also lose coverage, at any time.
    let arrived = arrived_by(first) as u64;
    let late = delivered.len() as u64 - arrived;
    let clear = !above(late, beyond + late, STRAY_PERCENT / 2)
        && !above(at as u64, at as u64 + arrived, STRAY_PERCENT);
    // What arrived must reach near that time, or it shows nothing.
    let near = u64::from(last) * 3 >= u64::from(first) && arrived >= enough;
    (beyond >= 2 * enough && clear && near && first >= SHORTEST_MS).then_some((last, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(all: &[u32]) -> Vec<Held> {
        let of = |&seconds: &u32| Held {
            row: 0,
            device: None,
            ms: seconds * 1000,
            network: 1,
            file: 0,
        };
        all.iter().map(of).collect()
    }

    #[test]
    fn answers_that_arrive_only_before_a_time_show_it() {
        let arrived = held(&[20, 70, 110, 150, 190, 230, 260, 280, 290]);
        let lost = held(&[305, 330, 340, 410, 430, 500, 560, 600, 700, 820]);
        assert_eq!(parting(&lost, &arrived, 5), Some((290_000, 305_000)));
        // Losses at all times are coverage.
        let anywhere = held(&[40, 130, 305, 330, 410, 560]);
        let long = held(&[20, 70, 190, 260, 310, 420, 600, 800]);
        assert_eq!(parting(&anywhere, &long, 5), None);
        // Nothing arrived that was open for long, so nothing shows that it would have.
        assert_eq!(parting(&lost, &held(&[1, 2, 3, 4, 5, 6]), 5), None);
    }

    #[test]
    fn most_must_end_at_one_time() {
        let same = held(&[240, 241, 242, 240, 243, 90, 500]);
        assert_eq!(at_one_time(&same, PHONE_MS, 5), Some((240_000, 243_000)));
        let some = held(&[240, 241, 242, 240, 243, 90, 500, 10, 20, 30]);
        assert_eq!(at_one_time(&some, PHONE_MS, 5), Some((240_000, 243_000)));
        let more = held(&[240, 241, 242, 240, 243, 90, 500, 20, 30, 100, 200]);
        assert_eq!(at_one_time(&more, PHONE_MS, 5), None);
    }
}
