//! Ping latency patterns: Pings that ended for the same reason, and of those the ones that ended after the same time.
//!
//! How long a Ping was open is no speed: it is the phone's heartbeat, or how long nothing arrived, or when somebody took
//! the phone into the hand. A length that many share is worth a name of its own; it is a timer, of the phone, the server or
//! something in between.

use super::heartbeat::named;
use super::level::{Level, levels, roundest};
use super::{Explanation, Outcome, Severity};
use crate::activesync::Command;
use crate::log::Log;
use crate::sort::Arrange;
use crate::words::duration;
use std::collections::BTreeMap;

/// What Pings of one pattern have in common, beside a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "`sentence` says what each one means")]
pub enum Kind {
    Heartbeat,
    News,
    LeftSoon,
    Left,
    Reconnected,
    AtOnce,
    Lost,
    GaveUp,
    Cut,
    Refused,
    Other,
}

/// A Ping that was left sooner than this had hardly begun to wait. Ours; a person who opens the mail program needs that
/// long.
const SOON_MS: u32 = 10_000;

/// The shortest length that is looked at for being shared: below, all lengths lie close together.
const SHORTEST_MS: u32 = 15_000;

/// The longest: a day.
const LONGEST_MS: u32 = 86_400_000;

/// How many Pings must share a length, at least, and which share of their kind, in percent.
const ENOUGH: u32 = 8;
const ENOUGH_PERCENT: u32 = 5;

/// Heartbeats that fewer Pings than two, or than one in so many, ran to are told as others.
const RARE: usize = 100;

/// How many times as many Pings must share a length as lengths around it have, and how many more than that: of few, some lie
/// together by chance.
const TIMES: u32 = 4;
const MORE: u32 = 4;

/// How many steps of one percent around a length are looked at.
const AROUND: usize = 6;

/// How many lengths of one kind have a pattern of their own.
const MOST: usize = 3;

impl Kind {
    /// Every kind, at the index that is its number.
    pub const ALL: [Self; 11] = [
        Self::Heartbeat,
        Self::News,
        Self::LeftSoon,
        Self::Left,
        Self::Reconnected,
        Self::AtOnce,
        Self::Lost,
        Self::GaveUp,
        Self::Cut,
        Self::Refused,
        Self::Other,
    ];

    /// The kind of a Ping that ended in a certain way, after a length in milliseconds if that is known.
    #[must_use]
    pub fn of(outcome: Outcome, length: Option<u32>) -> Self {
        match outcome {
            Outcome::HeartbeatExpired => Self::Heartbeat,
            Outcome::ChangesFound => Self::News,
            Outcome::SupersededBySync | Outcome::SupersededByOther | Outcome::SupersededUnseen => {
                if length.is_some_and(|ms| ms < SOON_MS) {
                    Self::LeftSoon
                } else {
                    Self::Left
                }
            }
            Outcome::SupersededByPing => Self::Reconnected,
            Outcome::ReturnedAtOnce => Self::AtOnce,
            Outcome::ReplyLost => Self::Lost,
            Outcome::ClientGaveUp => Self::GaveUp,
            Outcome::CutInBetween => Self::Cut,
            Outcome::AuthRefused
            | Outcome::Provisioning
            | Outcome::ServerBusy
            | Outcome::Failed => Self::Refused,
            Outcome::Overlapped | Outcome::LongPoll | Outcome::Completed | Outcome::Undecided => {
                Self::Other
            }
        }
    }

    /// Stable name, the first part of a pattern's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Heartbeat => "heartbeat",
            Self::News => "news",
            Self::LeftSoon => "left-soon",
            Self::Left => "left",
            Self::Reconnected => "reconnected",
            Self::AtOnce => "at-once",
            Self::Lost => "lost",
            Self::GaveUp => "gave-up",
            Self::Cut => "cut",
            Self::Refused => "refused",
            Self::Other => "other",
        }
    }

    /// Whether Pings of this kind that share a length are told apart from the others.
    fn has_lengths(self) -> bool {
        matches!(
            self,
            Self::News | Self::Left | Self::Reconnected | Self::Lost | Self::GaveUp | Self::Cut
        )
    }
}

/// Pings that ended for the same reason, and after the same time where they share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// The reason.
    pub kind: Kind,
    /// The time that they share, in milliseconds: whole seconds.
    pub at: Option<u32>,
}

impl Pattern {
    /// Stable name, the same in JSON and the page: `left`, `heartbeat-300s`.
    #[must_use]
    pub fn code(self) -> String {
        let kind = self.kind.code();
        self.at
            .map_or_else(|| kind.to_owned(), |at| format!("{kind}-{}s", at / 1000))
    }

    /// A few words for tables.
    #[must_use]
    pub fn title(self) -> String {
        let Some(at) = self.at else {
            return match self.kind {
                Kind::Heartbeat => "Heartbeats of other lengths",
                Kind::News => "Ended by something new",
                Kind::LeftSoon => "Left after a few seconds",
                Kind::Left => "Left while it waited",
                Kind::Reconnected => "Replaced by a new Ping",
                Kind::AtOnce => "Answered at once",
                Kind::Lost => "Answered, but the phone did not react",
                Kind::GaveUp => "The client closed first",
                Kind::Cut => "Cut by something in between",
                Kind::Refused => "Refused or failed",
                Kind::Other => "Not told apart",
            }
            .to_owned();
        };
        let at = duration(at.into());
        match self.kind {
            Kind::Heartbeat => format!("Heartbeat of {at}"),
            Kind::News => format!("Something new after {at}, again and again"),
            Kind::Reconnected => format!("Replaced by a new Ping after {at}, again and again"),
            Kind::Lost => format!("No reaction to answers after {at}, again and again"),
            Kind::GaveUp => format!("Closed by the client after {at}, again and again"),
            Kind::Cut => format!("Cut after {at}, again and again"),
            _ => format!("Left after {at}, again and again"),
        }
    }

    /// What it means, and whether it matters, in one or two sentences.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match (self.kind, self.at.is_some()) {
            (Kind::Heartbeat, _) => {
                "Nothing new arrived for as long as the phone had asked to wait, so the server answered, and the phone asked \
                 again. The length is the phone's choice; it says nothing of how fast the server is."
            }
            (Kind::News, false) => {
                "Something new arrived, and the server answered. The Ping was open for as long as nothing had arrived: push \
                 at work."
            }
            (Kind::News, true) => {
                "Something new arrives after the same time again and again: mail or entries that a timer makes. Each of them \
                 wakes the phone."
            }
            (Kind::LeftSoon, _) => {
                "The phone left the Ping within ten seconds to ask for something else, as it does when somebody uses it. A \
                 409 here is harmless."
            }
            (Kind::Left, false) => {
                "The phone left the Ping to ask for something else: somebody used it, or it was time for a Sync. A 409 here \
                 is harmless."
            }
            (Kind::Left, true) => {
                "The phone left the Ping after the same time again and again: a timer in the phone, such as a Sync every so \
                 many minutes. A 409 here is harmless."
            }
            (Kind::Reconnected, false) => {
                "The phone opened a new Ping while the server still held this one: it had lost the connection, or changed \
                 the network. Harmless where it is seldom."
            }
            (Kind::Reconnected, true) => {
                "The phone opened a new Ping after the same time again and again: something in between cuts connections that \
                 are idle for that long, or the phone's heartbeat ends a moment before the server's."
            }
            (Kind::AtOnce, _) => {
                "The server answered without holding the Ping, and no Sync followed: usually its interval or its list of \
                 folders was refused, and the phone asks again in another way."
            }
            (Kind::Lost, false) => {
                "The server answered as it does when something arrives, but the phone asked for nothing: the answer was \
                 probably lost on the way, and the mail came late."
            }
            (Kind::Lost, true) => {
                "Answers after this time reached no phone again and again: something in between may have cut the connection \
                 before."
            }
            (Kind::GaveUp, false) => {
                "The phone, or the network behind it, closed the connection before the server answered."
            }
            (Kind::GaveUp, true) => {
                "The connection was closed from the phones' side after the same time again and again: a timer of the phones, \
                 or something before them that cuts idle connections."
            }
            (Kind::Cut, false) => {
                "A proxy, load balancer or firewall ended the Ping before the server answered."
            }
            (Kind::Cut, true) => {
                "A proxy, load balancer or firewall ended the Ping after the same time again and again: its timeout for \
                 answers, which has to be longer than the heartbeat."
            }
            (Kind::Refused, _) => {
                "The server refused the sign-in, asked for its policy first, turned the phone away or failed. What it \
                 answered stands with each."
            }
            (Kind::Other, _) => "What this log holds tells no reason for these.",
        }
    }

    /// Whether it is a fault.
    #[must_use]
    pub fn severity(self) -> Severity {
        match (self.kind, self.at.is_some()) {
            (Kind::Heartbeat | Kind::News | Kind::LeftSoon | Kind::Left, _)
            | (Kind::Reconnected, false) => Severity::Harmless,
            (Kind::Cut, _) => Severity::Act,
            _ => Severity::Watch,
        }
    }
}

/// Pings of one kind that share a length, from the shortest to the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shared {
    kind: Kind,
    low: u32,
    high: u32,
    at: u32,
}

/// The patterns of a log.
#[derive(Debug, Default)]
pub struct Patterns {
    /// Heartbeats that are read off the lengths.
    heartbeats: Vec<Level>,
    /// Heartbeats that the log names.
    named: Vec<u32>,
    shared: Vec<Shared>,
}

impl Patterns {
    /// Finds the lengths that Pings share.
    #[must_use]
    pub fn of(log: &Log, explanation: &Explanation) -> Self {
        let bounds = bounds();
        let mut counts: [Vec<u32>; Kind::ALL.len()] = Default::default();
        let mut expired = Vec::new();
        let mut names: BTreeMap<u32, u64> = BTreeMap::new();
        let pings = explanation
            .counted(log)
            .filter(|&row| log.command(row) == Command::Ping);
        for row in pings {
            let length = log.duration(row);
            let kind = Kind::of(explanation.outcome(row), length);
            if kind == Kind::Heartbeat {
                match named(log, row) {
                    Some(ms) => *names.entry(ms).or_default() += 1,
                    None => expired.extend(length),
                }
            } else if kind.has_lengths() {
                let counts = &mut counts[kind as usize];
                counts.resize(bounds.len() - 1, 0);
                if let Some(step) = length.and_then(|length| step(&bounds, length)) {
                    counts[step] += 1;
                }
            }
        }
        let enough = |of: usize| (of / RARE).max(2).min(of);
        let all = enough(names.values().sum::<u64>() as usize) as u64;
        let shared = Kind::ALL.into_iter().flat_map(|kind| {
            peaks(&counts[kind as usize])
                .into_iter()
                .map(move |(from, to)| (kind, from, to))
        });
        Self {
            named: names
                .into_iter()
                .filter(|&(_, n)| n >= all)
                .map(|(ms, _)| ms)
                .collect(),
            heartbeats: levels(&mut expired.clone(), enough(expired.len())),
            shared: shared
                .map(|(kind, from, to)| {
                    let (low, high) = (bounds[from], bounds[to] - 1);
                    Shared {
                        kind,
                        low,
                        high,
                        at: roundest(low, high) / 1000 * 1000,
                    }
                })
                .collect(),
        }
    }

    /// The pattern of a request, if it is a Ping.
    #[must_use]
    pub fn pattern(&self, log: &Log, explanation: &Explanation, row: u32) -> Option<Pattern> {
        if log.command(row) != Command::Ping {
            return None;
        }
        let length = log.duration(row);
        let kind = Kind::of(explanation.outcome(row), length);
        let at = match (kind, named(log, row)) {
            (Kind::Heartbeat, Some(ms)) => Some(ms).filter(|ms| self.named.contains(ms)),
            (Kind::Heartbeat, None) => length.and_then(|length| {
                // Where two overlap, the longer: the shorter one's Pings end a little behind it, not so long.
                let level = self
                    .heartbeats
                    .iter()
                    .rev()
                    .find(|level| level.holds(length));
                level.map(|level| level.value)
            }),
            _ => length.and_then(|length| {
                let holds = |s: &&Shared| s.kind == kind && (s.low..=s.high).contains(&length);
                self.shared.iter().find(holds).map(|s| s.at)
            }),
        };
        Some(Pattern { kind, at })
    }
}

/// Where steps of lengths begin, each one percent wide, and where the last one ends. By whole numbers, so that every
/// platform has the same.
fn bounds() -> Vec<u32> {
    let next = |&ms: &u32| Some(ms + ms / 100).filter(|&ms| ms <= LONGEST_MS);
    std::iter::successors(Some(SHORTEST_MS), next).collect()
}

/// The step that a length is in.
fn step(bounds: &[u32], length: u32) -> Option<usize> {
    let at = bounds.partition_point(|&bound| bound <= length);
    (1..bounds.len()).contains(&at).then(|| at - 1)
}

/// Where counts stand far above those around them: from which step to before which.
fn peaks(counts: &[u32]) -> Vec<(usize, usize)> {
    let mut counts = counts.to_vec();
    let all: u32 = counts.iter().sum();
    let enough = ENOUGH.max(all / 100 * ENOUGH_PERCENT);
    let mut peaks = Vec::new();
    while peaks.len() < MOST {
        let sum = |from: usize, to: usize| counts[from..to.min(counts.len())].iter().sum::<u32>();
        // Two steps, as what belongs together may lie across a bound.
        let best = (0..counts.len().saturating_sub(1))
            .map(|at| (sum(at, at + 2), at))
            .filter(|&(here, at)| {
                let before = sum(at.saturating_sub(AROUND), at);
                let behind = sum(at + 2, at + 2 + AROUND);
                // By the fuller side: where what is longer is cut off, the last of what remains is no peak.
                let usual = before.max(behind) * 2 / AROUND as u32;
                here >= enough && here >= TIMES * (usual + 1) + MORE
            })
            .max_by_key(|&(here, at)| (here, std::cmp::Reverse(at)));
        let Some((here, at)) = best else {
            break;
        };
        let belongs = |&step: &usize| counts.get(step).is_some_and(|&n| n * 8 >= here);
        let from = at.checked_sub(1).filter(belongs).unwrap_or(at);
        let to = at + 2 + usize::from(belongs(&(at + 2)));
        let mut inner = from..to;
        // A step at the edge that is empty would only make the range wider.
        while inner.len() > 1 && counts[inner.start] == 0 {
            inner.start += 1;
        }
        while inner.len() > 1 && counts[inner.end - 1] == 0 {
            inner.end -= 1;
        }
        counts[inner.clone()].fill(0);
        peaks.push((inner.start, inner.end));
    }
    peaks.arrange_by(Ord::cmp);
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranges of lengths that some share, in milliseconds.
    fn shared(lengths: &[u32]) -> Vec<(u32, u32)> {
        let bounds = bounds();
        let mut counts = vec![0; bounds.len() - 1];
        for &length in lengths {
            if let Some(step) = step(&bounds, length) {
                counts[step] += 1;
            }
        }
        let ranges = peaks(&counts).into_iter();
        ranges
            .map(|(from, to)| (bounds[from], bounds[to] - 1))
            .collect()
    }

    #[test]
    fn a_length_that_many_share_is_found_among_others() {
        let scattered = (1..60).map(|n| n * 37_000 % 1_700_000 + 20_000);
        let mut lengths: Vec<u32> = scattered.clone().collect();
        assert_eq!(shared(&lengths), []);
        lengths.extend([
            240_100, 240_900, 241_500, 242_000, 239_900, 243_000, 240_000, 241_000, 240_400,
        ]);
        let found = shared(&lengths);
        assert_eq!(found.len(), 1);
        let (low, high) = found[0];
        assert!(
            low <= 239_900 && 242_000 <= high && high - low < 10_000,
            "{found:?}"
        );
        assert_eq!(roundest(low, high), 240_000);
    }

    #[test]
    fn lengths_that_thin_out_share_none() {
        // Twice as many in the first minute as in the second, and so on.
        let lengths: Vec<u32> = (0..4_000_u32)
            .map(|n| 15_000 + (n % 63) * (n % 61) * 997)
            .collect();
        assert_eq!(shared(&lengths), []);
    }

    #[test]
    fn what_is_too_short_or_too_long_is_in_no_step() {
        let bounds = bounds();
        assert_eq!(step(&bounds, SHORTEST_MS - 1), None);
        assert_eq!(step(&bounds, SHORTEST_MS), Some(0));
        assert_eq!(step(&bounds, u32::MAX), None);
    }

    #[test]
    fn patterns_have_codes_titles_and_sentences_of_their_own() {
        let patterns: Vec<Pattern> = Kind::ALL
            .into_iter()
            .flat_map(|kind| [None, Some(240_000)].map(|at| Pattern { kind, at }))
            .filter(|p| p.at.is_none() || p.kind.has_lengths() || p.kind == Kind::Heartbeat)
            .collect();
        for (at, one) in patterns.iter().enumerate() {
            assert_eq!(Kind::ALL[one.kind as usize], one.kind);
            for other in &patterns[at + 1..] {
                assert_ne!(one.code(), other.code());
                assert_ne!(one.title(), other.title());
            }
        }
        assert_eq!(patterns[1].code(), "heartbeat-240s");
        assert_eq!(patterns[1].title(), "Heartbeat of 4 min");
    }
}
