//! Why one request ended: the codes, what they mean, and how they are decided.

use super::heartbeat::{self, Heartbeats, OVERSHOOT_MS, SYNC_WAIT_MS};
use super::link::{Kind, Lane};
use super::stamp::FOLLOW_MS;
use super::view::broken;
use super::{Certainty, Explanation, Severity, Verdict};
use crate::activesync::Command;
use crate::format::Ending;
use crate::log::Log;

/// Why one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "`sentence` says what each one means")]
pub enum Outcome {
    SupersededBySync,
    SupersededByPing,
    SupersededByOther,
    SupersededUnseen,
    ChangesFound,
    HeartbeatExpired,
    ReturnedAtOnce,
    ReplyLost,
    Overlapped,
    LongPoll,
    ClientGaveUp,
    CutInBetween,
    AuthRefused,
    Provisioning,
    ServerBusy,
    Failed,
    Completed,
    Undecided,
}

impl Outcome {
    /// Every outcome, at the index that is its number.
    pub const ALL: [Self; 18] = [
        Self::SupersededBySync,
        Self::SupersededByPing,
        Self::SupersededByOther,
        Self::SupersededUnseen,
        Self::ChangesFound,
        Self::HeartbeatExpired,
        Self::ReturnedAtOnce,
        Self::ReplyLost,
        Self::Overlapped,
        Self::LongPoll,
        Self::ClientGaveUp,
        Self::CutInBetween,
        Self::AuthRefused,
        Self::Provisioning,
        Self::ServerBusy,
        Self::Failed,
        Self::Completed,
        Self::Undecided,
    ];

    /// A 409 Ping whose displacing request is known.
    pub const SUPERSEDED: [Self; 3] = [
        Self::SupersededBySync,
        Self::SupersededByPing,
        Self::SupersededByOther,
    ];

    /// Whether it follows from how long a request lasted and when the device's next one began, and not from the status.
    #[must_use]
    pub fn rests_on_length(self) -> bool {
        matches!(
            self,
            Self::SupersededBySync
                | Self::SupersededByPing
                | Self::SupersededByOther
                | Self::SupersededUnseen
                | Self::ChangesFound
                | Self::HeartbeatExpired
                | Self::ReturnedAtOnce
                | Self::ReplyLost
                | Self::Overlapped
                | Self::LongPoll
        )
    }

    /// Stable name, the same in JSON, CSV, the documentation and the page.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SupersededBySync => "superseded-by-sync",
            Self::SupersededByPing => "superseded-by-ping",
            Self::SupersededByOther => "superseded-by-other",
            Self::SupersededUnseen => "superseded-unseen",
            Self::ChangesFound => "changes-found",
            Self::HeartbeatExpired => "heartbeat-expired",
            Self::ReturnedAtOnce => "returned-at-once",
            Self::ReplyLost => "reply-lost",
            Self::Overlapped => "overlapped",
            Self::LongPoll => "long-poll",
            Self::ClientGaveUp => "client-gave-up",
            Self::CutInBetween => "cut-in-between",
            Self::AuthRefused => "auth-refused",
            Self::Provisioning => "provisioning",
            Self::ServerBusy => "server-busy",
            Self::Failed => "failed",
            Self::Completed => "completed",
            Self::Undecided => "undecided",
        }
    }

    /// The outcome of a code.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// A few words for tables.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SupersededBySync => "Left for a Sync",
            Self::SupersededByPing => "Left for a new Ping",
            Self::SupersededByOther => "Left for another command",
            Self::SupersededUnseen => "Left for a request not in these logs",
            Self::ChangesFound => "Answered: something new arrived",
            Self::HeartbeatExpired => "Ran its full heartbeat",
            Self::ReturnedAtOnce => "Answered at once",
            Self::ReplyLost => "Answered, but the phone did not react",
            Self::Overlapped => "Overtaken by the device's next request",
            Self::LongPoll => "Held open on request",
            Self::ClientGaveUp => "The client closed first",
            Self::CutInBetween => "Cut by something in between",
            Self::AuthRefused => "Sign-in refused",
            Self::Provisioning => "Policy required first",
            Self::ServerBusy => "Server busy",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
            Self::Undecided => "Cannot be told from this log",
        }
    }

    /// What happened, and whether it matters, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SupersededBySync => {
                "The phone left its waiting Ping to Sync; the server then closed the orphaned Ping, Traveler with 409, \
                 which the phone never sees. Harmless."
            }
            Self::SupersededByPing => {
                "The phone opened a new Ping while the server still held the old one: it had reconnected. Harmless \
                 alone; many at one and the same duration point to an idle timeout in the network."
            }
            Self::SupersededByOther => {
                "The phone left its waiting Ping to send another command (mail, search, folder list …); the server \
                 closed the orphan, Traveler with 409. Harmless."
            }
            Self::SupersededUnseen => {
                "The server closed a Ping, Traveler with 409, but no later request of the device in these logs can have \
                 caused it: the request may stand in the next log file or on another server of the pool."
            }
            Self::ChangesFound => {
                "Something new arrived, so the server answered the Ping early and the device began a Sync within \
                 seconds. This is push working."
            }
            Self::HeartbeatExpired => {
                "Nothing new arrived for the whole heartbeat interval, so the server answered and the device asked \
                 again. Long by design, not slow."
            }
            Self::ReturnedAtOnce => {
                "The Ping was answered within two seconds and no Sync followed: usually its parameters, folder list or \
                 interval were refused, and the device asks again in another way."
            }
            Self::ReplyLost => {
                "The Ping was answered early, but the device showed no sign of having got the answer: the connection \
                 was probably gone, and the mail came late."
            }
            Self::Overlapped => {
                "The device began its next request before the server had finished this one, and the server gave up the \
                 older of the two."
            }
            Self::LongPoll => {
                "A Sync that the server held open because the device had asked it to wait for changes; not a slow one."
            }
            Self::ClientGaveUp => {
                "The log itself shows that the client closed the connection first."
            }
            Self::CutInBetween => {
                "A proxy, load balancer or firewall ended the request before the server answered."
            }
            Self::AuthRefused => "The server refused the user's sign-in or the device's access.",
            Self::Provisioning => {
                "The server asked the device to fetch its security policy before anything else."
            }
            Self::ServerBusy => {
                "The server turned the request away because it was overloaded or throttling."
            }
            Self::Failed => {
                "The server answered with an error that has none of the other explanations."
            }
            Self::Completed => "An ordinary answer to an ordinary request.",
            Self::Undecided => {
                "What this log holds fits no one reason: it ends, lacks a field, or shows something unusual."
            }
        }
    }

    /// Whether one such request is a fault.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::SupersededBySync
            | Self::SupersededByPing
            | Self::SupersededByOther
            | Self::ChangesFound
            | Self::HeartbeatExpired
            | Self::LongPoll
            | Self::Completed => Severity::Harmless,
            Self::SupersededUnseen
            | Self::ReturnedAtOnce
            | Self::ReplyLost
            | Self::Overlapped
            | Self::ClientGaveUp
            | Self::AuthRefused
            | Self::Provisioning
            | Self::Undecided => Severity::Watch,
            Self::CutInBetween | Self::ServerBusy | Self::Failed => Severity::Act,
        }
    }
}

/// A Ping answered sooner than this was not held at all.
pub const AT_ONCE_MS: u32 = 2_000;

/// A device that asks for nothing for so long after an answer has not got it. Our own choice; the vendor names none.
pub const SILENT_MS: i64 = 60_000;

/// A Sync's answer without changes is empty; some logs count its headers.
const SYNC_EMPTY_BYTES: u32 = 300;

/// 504s of one file that must agree on a time for it to be one that is set.
const AGREE_CUT: usize = 3;

/// How long something in front of the server waits for an answer, by its 504s: files, each with the whole seconds that
/// several of them took.
#[derive(Debug, Default)]
pub struct Cuts(Vec<(u32, u32)>);

impl Cuts {
    /// Reads them off a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let mut all: Vec<(u32, u32)> = (0..log.len())
            .filter(|&row| log.status(row) == Some(504) && !log.is_open(row))
            .filter_map(|row| Some((log.file_of(row), log.duration(row)? / 1000)))
            .filter(|&(_, seconds)| seconds > 0)
            .collect();
        all.sort_unstable();
        let often = all.chunk_by(|a, b| a == b).filter(|c| c.len() >= AGREE_CUT);
        Self(often.map(|c| c[0]).collect())
    }

    /// Whether a row took such a time.
    #[must_use]
    pub fn holds(&self, log: &Log, row: u32) -> bool {
        let Some(duration) = log.duration(row) else {
            return false;
        };
        self.0
            .binary_search(&(log.file_of(row), duration / 1000))
            .is_ok()
    }
}

/// Decides for the request at `at` of a device.
pub(super) fn decide(log: &Log, explanation: &Explanation, device: u32, at: usize) -> Verdict {
    let lane = Lane::new(log, &explanation.timeline, device);
    let row = lane.rows[at];
    let verdict = match (log.command(row), log.status(row), log.ending(row)) {
        (Command::Ping, Some(409), _) | (Command::Ping, _, Some(Ending::Displaced)) => {
            superseded(lane, at)
        }
        (_, Some(409), _) => overlapped(lane, at),
        (Command::Ping, Some(200), None) => answered(lane, &explanation.heartbeats, device, at),
        (Command::Sync, Some(200), None) => {
            match held(log, row, explanation.heartbeats.waits(device)) {
                Some(certainty) => Verdict::of(Outcome::LongPoll, certainty),
                None => decide_alone(log, explanation, row),
            }
        }
        _ => decide_alone(log, explanation, row),
    };
    with_view(log, explanation, row, verdict)
}

/// Decides for a request that names no device.
pub(super) fn decide_without_device(log: &Log, explanation: &Explanation, row: u32) -> Verdict {
    with_view(log, explanation, row, decide_alone(log, explanation, row))
}

/// A verdict from the server's log, with what a log in front of the server saw of the same request. The server is not
/// told when a phone leaves or a proxy gives up; what is in front sees it happen.
fn with_view(log: &Log, explanation: &Explanation, row: u32, verdict: Verdict) -> Verdict {
    let Some(seen) = explanation
        .views
        .shown_as(row)
        .and_then(|view| broken(log, view))
    else {
        return verdict;
    };
    let status = log.status(row);
    let displaced = status == Some(409) || log.ending(row) == Some(Ending::Displaced);
    let served = status.is_some_and(|s| (200..300).contains(&s));
    match seen {
        // That the phone had left is no inference any more; which request it left for still is one.
        Ending::Client if displaced => Verdict {
            certainty: verdict.certainty.raised(),
            ..verdict
        },
        Ending::Client if served && log.command(row) == Command::Ping => {
            Verdict::of(Outcome::ReplyLost, Certainty::Certain)
        }
        Ending::Client if served => Verdict::of(Outcome::ClientGaveUp, Certainty::Certain),
        // The phone was told that there is no answer, and began anew; what the server did then is an echo of it.
        Ending::Between | Ending::Server if displaced || served => Verdict {
            outcome: Outcome::CutInBetween,
            certainty: Certainty::Certain,
            cause: verdict.cause.filter(|_| displaced),
        },
        _ => verdict,
    }
}

/// Decides for a request by what its own line says.
fn decide_alone(log: &Log, explanation: &Explanation, row: u32) -> Verdict {
    let command = log.command(row);
    let ended = match log.ending(row) {
        Some(Ending::Client) => Some(Outcome::ClientGaveUp),
        Some(Ending::Between) => Some(Outcome::CutInBetween),
        // What a proxy says to the client for a server that it does not reach is what counts.
        Some(Ending::Server) if !matches!(log.status(row), Some(429 | 503)) => {
            Some(Outcome::Failed)
        }
        Some(Ending::Server | Ending::Displaced) | None => None,
    };
    if let Some(outcome) = ended {
        return Verdict::of(outcome, Certainty::Certain);
    }
    if log.status(row) == Some(504) && explanation.cuts.holds(log, row) {
        return Verdict::of(Outcome::CutInBetween, Certainty::Certain);
    }
    let (outcome, certainty) = match log.status(row) {
        // 000 and 0 are what proxies write where they sent no status.
        None | Some(0) => (Outcome::Undecided, Certainty::Possible),
        Some(401 | 403 | 456 | 457) => (Outcome::AuthRefused, Certainty::Certain),
        Some(449) => (Outcome::Provisioning, Certainty::Certain),
        Some(429 | 503) => (Outcome::ServerBusy, Certainty::Certain),
        Some(499 | 460) => (Outcome::ClientGaveUp, Certainty::Certain),
        Some(408 | 502 | 504) if command == Command::Ping => {
            (Outcome::CutInBetween, Certainty::Likely)
        }
        Some(409) if command == Command::Ping => (Outcome::SupersededUnseen, Certainty::Possible),
        Some(409) => (Outcome::Overlapped, Certainty::Possible),
        Some(400..) => (Outcome::Failed, Certainty::Certain),
        Some(200) if command == Command::Ping => (Outcome::Undecided, Certainty::Possible),
        Some(_) => (Outcome::Completed, Certainty::Certain),
    };
    Verdict::of(outcome, certainty)
}

/// Whether a Sync took as long as only a wait for changes does.
///
/// An answer without changes is empty, and a device that was seen to get such answers waits with its Syncs: those that
/// found something are waits too. Elsewhere, where the bytes are unknown or may be those of the request (Domino does not
/// say), only a length that can be asked for, whole minutes, speaks for a wait; a slow mail file rarely takes just that.
fn held(log: &Log, row: u32, waits: bool) -> Option<Certainty> {
    // Nearly every Sync is short, so the rest of its row is looked up for few.
    let duration = log.duration(row).filter(|&d| d >= SYNC_WAIT_MS)?;
    let bytes = log.row(row).bytes;
    let little = bytes.is_none_or(|b| b <= SYNC_EMPTY_BYTES);
    if bytes == Some(0) || (waits && little) {
        return Some(Certainty::Likely);
    }
    let minutes = duration % 60_000 <= OVERSHOOT_MS;
    (waits || (minutes && little)).then_some(Certainty::Possible)
}

/// A Ping that ended in 409.
fn superseded(lane: Lane<'_>, at: usize) -> Verdict {
    let Some(cause) = lane.displacing(at) else {
        let row = lane.rows[at];
        let timed = lane.log.duration(row).is_some() && lane.log.stamp(row).is_some();
        let certainty = if timed {
            Certainty::Certain
        } else {
            Certainty::Possible
        };
        return Verdict::of(Outcome::SupersededUnseen, certainty);
    };
    let outcome = match Kind::of(lane.log.command(cause.row)) {
        Kind::Sync => Outcome::SupersededBySync,
        Kind::Ping => Outcome::SupersededByPing,
        Kind::Other => Outcome::SupersededByOther,
    };
    Verdict {
        outcome,
        certainty: cause.certainty,
        cause: Some(cause.row),
    }
}

/// A Ping that was answered.
fn answered(lane: Lane<'_>, heartbeats: &Heartbeats, device: u32, at: usize) -> Verdict {
    let log = lane.log;
    let row = lane.rows[at];
    let timed = lane.timeline.span(log, row).filter(|s| s.timed);
    // A heartbeat that the log names is none to be inferred.
    if heartbeat::reached(log, row) {
        return Verdict::of(Outcome::HeartbeatExpired, Certainty::Certain);
    }
    if let Some(sync) = lane.sync_after(at) {
        let certainty = if timed.is_some() {
            Certainty::Likely
        } else {
            Certainty::Possible
        };
        return Verdict {
            outcome: Outcome::ChangesFound,
            certainty,
            cause: Some(sync),
        };
    }
    let (Some(span), Some(duration)) = (timed, log.duration(row)) else {
        return Verdict::of(Outcome::Undecided, Certainty::Possible);
    };
    let next = lane.next_after(at);
    if duration <= AT_ONCE_MS && (next.is_some() || lane.timeline.last() - span.end > FOLLOW_MS) {
        return Verdict::of(Outcome::ReturnedAtOnce, Certainty::Certain);
    }
    let quiet_until = next.map_or(lane.timeline.last(), |(_, its)| its.start);
    let silent = quiet_until.saturating_sub(span.end) > SILENT_MS;
    let own = heartbeats.of_device(device);
    let named = heartbeat::named(log, row);
    let step = heartbeat::step(duration).filter(|_| named.is_none());
    match step {
        // The phone may be off by now: that it was silent afterwards takes nothing from a full heartbeat.
        Some(step) if own.contains(&step) => {
            let certainty = if silent {
                Certainty::Possible
            } else {
                Certainty::Likely
            };
            return Verdict::of(Outcome::HeartbeatExpired, certainty);
        }
        Some(step) if !silent && heartbeats.of_server().contains(&step) => {
            return Verdict::of(Outcome::HeartbeatExpired, Certainty::Likely);
        }
        _ => {}
    }
    if silent {
        // Longer than every heartbeat known of the device, and as long as one could be: it may be its next.
        let longest = own.last().copied().unwrap_or(0);
        let certainty = match step {
            Some(step) if step > longest => Certainty::Possible,
            _ => Certainty::Likely,
        };
        return Verdict::of(Outcome::ReplyLost, certainty);
    }
    match next {
        // It asked again at once, so it had got the answer, and there was nothing to fetch.
        Some((next, its))
            if log.command(next) == Command::Ping && its.start - span.end <= FOLLOW_MS =>
        {
            Verdict::of(Outcome::HeartbeatExpired, Certainty::Possible)
        }
        Some((next, _)) if log.command(next) == Command::Sync => Verdict {
            outcome: Outcome::ChangesFound,
            certainty: Certainty::Possible,
            cause: Some(next),
        },
        _ => Verdict::of(Outcome::Undecided, Certainty::Possible),
    }
}

/// A request other than a Ping that ended in 409.
fn overlapped(lane: Lane<'_>, at: usize) -> Verdict {
    match lane.overlapping(at) {
        Some(cause) => Verdict {
            outcome: Outcome::Overlapped,
            certainty: cause.certainty,
            cause: Some(cause.row),
        },
        None => Verdict::of(Outcome::Overlapped, Certainty::Possible),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::time::Stamp;
    use crate::format::{Edge, Place, Record};
    use crate::settings::Settings;

    /// Requests of one device, each with its command, status, end in seconds, length in seconds, heartbeat and ending.
    type Short = (
        &'static str,
        Option<u16>,
        i64,
        u32,
        Option<u16>,
        Option<Ending>,
    );

    /// Outcome, certainty and row of the cause of each.
    fn verdicts(requests: &[Short]) -> Vec<(Outcome, Certainty, Option<u32>)> {
        let mut log = Log::default();
        log.open("a.log", &Settings::default());
        for (line, &(cmd, status, end, length, heartbeat_s, ending)) in requests.iter().enumerate()
        {
            let target = format!(
                "/Microsoft-Server-ActiveSync?User=jane&DeviceId=A1&DeviceType=iPhone&Cmd={cmd}"
            );
            log.record(&Record {
                place: Place {
                    line: line as u32 + 1,
                    offset: line as u64,
                },
                stamp: Some(Stamp {
                    ms: end * 1000,
                    zone: Some(0),
                }),
                duration_ms: Some(length * 1000),
                target: Some(target.as_bytes()),
                status,
                heartbeat_s,
                ending,
                edge: Some(Edge::End),
                ..Record::default()
            });
        }
        let explanation = Explanation::of(&log);
        (0..log.len())
            .map(|row| explanation.verdict(row))
            .map(|v| (v.outcome, v.certainty, v.cause))
            .collect()
    }

    #[test]
    fn who_ended_an_exchange_is_taken_from_the_log_that_says_so() {
        let found = verdicts(&[
            ("Sync", Some(200), 10, 1, None, Some(Ending::Client)),
            ("Ping", None, 100, 60, None, Some(Ending::Between)),
            ("Sync", Some(200), 110, 1, None, Some(Ending::Server)),
        ]);
        let outcomes: Vec<_> = found.iter().map(|v| (v.0, v.1)).collect();
        assert_eq!(
            outcomes,
            [
                (Outcome::ClientGaveUp, Certainty::Certain),
                (Outcome::CutInBetween, Certainty::Certain),
                (Outcome::Failed, Certainty::Certain),
            ]
        );
    }

    /// Exchange and Z-Push answer a displaced Ping with 200, and say so elsewhere in the line.
    #[test]
    fn a_displaced_ping_needs_no_409() {
        let displaced = Some(Ending::Displaced);
        let found = verdicts(&[
            ("Ping", Some(200), 500, 400, Some(900), displaced),
            ("Sync", Some(200), 501, 1, None, None),
            ("Ping", Some(200), 900, 300, Some(900), displaced),
        ]);
        assert_eq!(
            found[0],
            (Outcome::SupersededBySync, Certainty::Certain, Some(1))
        );
        assert_eq!(found[2].0, Outcome::SupersededUnseen);
    }

    #[test]
    fn a_heartbeat_that_the_log_names_is_not_inferred() {
        let found = verdicts(&[
            ("Ping", Some(200), 600, 595, Some(595), None),
            ("Sync", Some(200), 603, 1, None, None),
            ("Ping", Some(200), 904, 300, Some(595), None),
            ("Ping", Some(200), 1500, 595, Some(595), None),
        ]);
        assert_eq!(
            (found[0].0, found[0].1),
            (Outcome::HeartbeatExpired, Certainty::Certain)
        );
        // 300 s look like a heartbeat, and are none: the device asked for more.
        assert!(found[2].1 == Certainty::Possible, "{:?}", found[2]);
        assert_eq!(found[3].0, Outcome::HeartbeatExpired);
    }

    #[test]
    fn gateways_that_give_up_at_one_time_have_it_set() {
        let cut = |end| ("Sync", Some(504), end, 60, None, None);
        let often = verdicts(&[cut(100), cut(200), cut(300)]);
        assert!(
            often
                .iter()
                .all(|v| (v.0, v.1) == (Outcome::CutInBetween, Certainty::Certain))
        );
        assert_eq!(verdicts(&[cut(100), cut(200)])[0].0, Outcome::Failed);
    }

    #[test]
    fn codes_are_unique_and_lead_back() {
        for (i, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, i);
            assert_eq!(Outcome::named(outcome.code()), Some(outcome));
        }
        assert_eq!(Outcome::named("slow"), None);
    }
}
