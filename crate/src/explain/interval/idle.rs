//! Idle timeouts of networks: after how long a connection on which nothing is said is no longer there.
//!
//! Where both ends are told, phones come back whenever that time is over, and their Pings are displaced by Pings at one and
//! the same length. Where nobody is told, answers arrive up to that time, and are lost from it on.

use super::network::Networks;
use crate::explain::{Explanation, Outcome};
use crate::log::Log;

/// So many Pings must show a timeout.
const ENOUGH: usize = 5;

/// And so many devices: what one alone shows may be its own habit, as Outlook renews its Pings before their time.
const DEVICES: usize = 2;

/// Shorter than any idle timeout: what ends sooner has another cause.
const SHORTEST_MS: u32 = 15_000;

/// How far apart the lengths of Pings lie that one timeout ends: some boxes look only every ten seconds.
const WIDTH_MS: u32 = 12_000;

/// How much of what lasts as long must end there: nothing outlives a timeout, but not every connection is idle.
const MOST_PERCENT: usize = 70;

/// How much may lie on the wrong side of a timeout, in percent: phones lose coverage too.
const STRAY_PERCENT: usize = 20;

/// A network that ends idle connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout {
    /// Number of the network in [`Networks`]; 0 where only all together show it.
    pub network: u32,
    /// After how long, in milliseconds: the usual length of what it ends, or the longest of what was not lost.
    pub after_ms: u32,
    /// Whether phones notice, and come back at once; if not, they wait for an answer that is lost.
    pub noticed: bool,
    /// Pings that show it.
    pub pings: u32,
}

impl Timeout {
    /// Whether it may have ended a Ping of some length.
    pub(super) fn ends(&self, ms: u32) -> bool {
        self.after_ms.abs_diff(ms) <= WIDTH_MS
    }
}

/// A Ping's length, and whose it is.
type Held = (u32, u32);

/// What became of the Pings of a network that tell something of it.
#[derive(Default)]
struct Fates {
    reconnected: Vec<Held>,
    lost: Vec<Held>,
    delivered: Vec<Held>,
    /// All that the server answered, or closed for anything but a Ping.
    others: Vec<Held>,
}

/// The timeouts that a log shows, by the number of their network.
pub(super) fn timeouts(
    log: &Log,
    explanation: &Explanation,
    networks: &Networks,
    pings: impl Iterator<Item = u32>,
) -> Vec<Timeout> {
    let mut all: Vec<Fates> = Vec::new();
    all.resize_with(networks.len() as usize + 1, Fates::default);
    for row in pings {
        let Some(ms) = log.duration(row).filter(|&ms| ms >= SHORTEST_MS) else {
            continue;
        };
        let network = networks.of_row(log, explanation, row);
        for fates in [0, network as usize]
            .into_iter()
            .take(1 + usize::from(network > 0))
        {
            let fates = &mut all[fates];
            let into = match explanation.outcome(row) {
                Outcome::SupersededByPing | Outcome::CutInBetween => &mut fates.reconnected,
                Outcome::ReplyLost => &mut fates.lost,
                Outcome::ChangesFound => &mut fates.delivered,
                Outcome::HeartbeatExpired
                | Outcome::SupersededBySync
                | Outcome::SupersededByOther => &mut fates.others,
                _ => continue,
            };
            into.push((ms, log.origin(row).device));
        }
    }
    // What is cut where most heartbeats end anyway is no timeout, or none that matters.
    let longest = explanation.heartbeats.of_server().last();
    let limit = longest.map_or(u32::MAX, |ms| ms.saturating_sub(WIDTH_MS));
    let mut judged =
        |network: usize| judge(network as u32, &mut all[network]).filter(|t| t.after_ms < limit);
    let each: Vec<Timeout> = (1..=networks.len() as usize)
        .filter_map(&mut judged)
        .collect();
    // Too few Pings of each network show nothing, all together may.
    if each.is_empty() {
        return judged(0).into_iter().collect();
    }
    each
}

fn judge(network: u32, fates: &mut Fates) -> Option<Timeout> {
    let timeout = |after_ms, noticed, pings: usize| Timeout {
        network,
        after_ms,
        noticed,
        pings: pings as u32,
    };
    fates.reconnected.sort_unstable();
    fates.lost.sort_unstable();
    fates.delivered.sort_unstable();
    let same = densest(&fates.reconnected);
    if let Some((longest, _)) = same.last() {
        let beyond = longest.saturating_add(WIDTH_MS);
        let outlived = [&fates.reconnected, &fates.delivered, &fates.others]
            .map(|of| of.iter().filter(|held| held.0 > beyond).count());
        let of = same.len() + outlived.iter().sum::<usize>();
        if shown_by(same) && same.len() * 100 >= of * MOST_PERCENT {
            return Some(timeout(same[same.len() / 2].0, true, same.len()));
        }
    }
    let (last, pings) = parting(&fates.lost, &fates.delivered)?;
    Some(timeout(last, false, pings))
}

/// Whether Pings are enough to show a timeout.
fn shown_by(pings: &[Held]) -> bool {
    let mut devices: Vec<u32> = pings.iter().map(|held| held.1).collect();
    devices.sort_unstable();
    devices.dedup();
    pings.len() >= ENOUGH && devices.len() >= DEVICES
}

/// The Pings whose lengths lie closest together, of sorted ones: the most of them within a width, the shortest such.
fn densest(pings: &[Held]) -> &[Held] {
    let within = |from: usize| {
        let limit = pings[from].0.saturating_add(WIDTH_MS);
        &pings[from..pings.partition_point(|held| held.0 <= limit)]
    };
    let best = (0..pings.len())
        .rev()
        .max_by_key(|&from| within(from).len());
    best.map_or(&[], within)
}

/// Where answers that arrived and answers that were lost part: the longest of the former, and how many were lost that were
/// longer. Both are sorted.
fn parting(lost: &[Held], delivered: &[Held]) -> Option<(u32, usize)> {
    if lost.len() < ENOUGH || delivered.len() < ENOUGH {
        return None;
    }
    let arrived_by = |ms: u32| delivered.partition_point(|held| held.0 < ms);
    let strays = |at: usize| at + delivered.len() - arrived_by(lost[at].0);
    let at = (0..lost.len()).min_by_key(|&at| strays(at))?;
    let (first, beyond) = (lost[at].0, lost.len() - at);
    let (last, _) = *delivered.get(arrived_by(first).checked_sub(1)?)?;
    let clear = strays(at) * 100 <= beyond * STRAY_PERCENT;
    // What arrived must reach near that time, or it shows nothing.
    let near = last >= first / 2 && arrived_by(first) >= ENOUGH;
    (shown_by(&lost[at..]) && clear && near).then_some((last, beyond))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pings of these lengths in seconds, of two devices in turn.
    fn ms(seconds: &[u32]) -> Vec<Held> {
        (0..).zip(seconds).map(|(i, s)| (s * 1000, i % 2)).collect()
    }

    #[test]
    fn pings_that_are_left_for_another_at_one_time_show_it_where_nothing_outlives_it() {
        let of = |reconnected: &[u32], others: &[u32]| {
            let mut fates = Fates {
                reconnected: ms(reconnected),
                others: ms(others),
                ..Fates::default()
            };
            judge(1, &mut fates).map(|t| (t.after_ms, t.noticed, t.pings))
        };
        let same = [240, 90, 241, 242, 249, 243, 30, 60];
        let found = Some((242_000, true, 5));
        assert_eq!(of(&same, &[100, 200]), found);
        assert_eq!(of(&same, &[100, 200, 900, 900, 900]), None);
        assert_eq!(of(&[240, 241, 242, 243], &[]), None);
        assert_eq!(of(&[], &[]), None);
        // One device alone may have the habit.
        let one = |mut fates: Fates| judge(1, &mut fates);
        let reconnected = ms(&same).into_iter().map(|held| (held.0, 7)).collect();
        let fates = Fates {
            reconnected,
            ..Fates::default()
        };
        assert_eq!(one(fates), None);
    }

    #[test]
    fn answers_that_arrive_only_before_a_time_show_it() {
        let arrived = ms(&[20, 70, 110, 150, 190, 230, 260, 280, 290]);
        let lost = ms(&[305, 330, 410, 560, 700, 820]);
        assert_eq!(parting(&lost, &arrived), Some((290_000, 6)));
        // Losses at all times are coverage.
        let anywhere = ms(&[40, 130, 305, 330, 410, 560]);
        let long = ms(&[20, 70, 190, 260, 310, 420, 600, 800]);
        assert_eq!(parting(&anywhere, &long), None);
        // Nothing arrived that was open for long, so nothing shows that it would have.
        assert_eq!(parting(&lost, &ms(&[1, 2, 3, 4, 5, 6])), None);
    }
}
