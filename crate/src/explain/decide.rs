//! Why one request ended: how it is decided.

use super::cuts::Cuts;
use super::heartbeat::{self, Heartbeats};
use super::kind::Kind;
use super::lane::Item;
use super::level::{OVERSHOOT_MS, SYNC_WAIT_MS};
use super::link::{Cause, Links};
use super::reaction::{AT_ONCE_MS, Reactions};
use super::stamp::FOLLOW_MS;
use super::view::{Views, broken};
use super::{Certainty, Outcome, Verdict};
use crate::activesync::Command;
use crate::format::Ending;
use crate::log::Log;

/// A device that asks for nothing for so long after an answer has not got it. Our own choice; the vendor names none.
pub const SILENT_MS: i64 = 60_000;

/// A device that asks again so soon has done nothing in between.
const DIRECTLY_MS: i64 = 1_500;

/// A Ping of whole minutes and so much is taken for a heartbeat where nothing else is known of its device.
const ROUND_MS: i64 = 1_000;

/// Where so many requests are in no log, a Sync that is missing was more likely not logged than not made.
const MANY_UNSEEN: f64 = 0.17;

/// Where so many are, a missing Sync is likelier than a heartbeat that is seen once.
const SOME_UNSEEN: f64 = 0.05;

/// Where so few are, none is taken to be missing.
const FEW_UNSEEN: f64 = 0.002;

/// A Sync's answer without changes is empty; some logs count its headers.
const SYNC_EMPTY_BYTES: u32 = 300;

/// So much likelier the size of an answer must be for one reason than for the other before it decides.
const TELLING: f64 = 4.0;

/// From this length on, the Sync of a device that waits with its Syncs was a wait that ended with changes: if it follows
/// another Sync, if it does not, and if it has the size of one that waited.
const WAITED_MS: i64 = 1_500;
const WANTED_MS: i64 = 12_000;
const PROMPT_MS: i64 = 300;

/// What is known of the whole case.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) log: &'a Log,
    pub(super) views: &'a Views,
    pub(super) cuts: &'a Cuts,
    pub(super) heartbeats: &'a Heartbeats,
    pub(super) reactions: &'a Reactions,
    /// Share of requests that are in no log.
    pub(super) unseen: f64,
}

impl Known<'_> {
    /// Decides for a request that names no device.
    pub(super) fn decide_without_device(&self, row: u32) -> Verdict {
        self.with_view(row, self.decide_alone(row))
    }

    /// A verdict from the server's log, with what a log in front of the server saw of the same request. The server is not
    /// told when a phone leaves or a proxy gives up; what is in front sees it happen.
    fn with_view(&self, row: u32, verdict: Verdict) -> Verdict {
        let log = self.log;
        let Some(seen) = self.views.shown_as(row).and_then(|view| broken(log, view)) else {
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
            // What ran its full heartbeat told nothing, whether or not somebody was there to hear it.
            Ending::Client if verdict.outcome == Outcome::HeartbeatExpired => verdict,
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
    fn decide_alone(&self, row: u32) -> Verdict {
        let log = self.log;
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
        if log.status(row) == Some(504) && self.cuts.holds(log, row) {
            return Verdict::of(Outcome::CutInBetween, Certainty::Certain);
        }
        let held = log.duration(row).is_none_or(|d| i64::from(d) > AT_ONCE_MS);
        let (outcome, certainty) = match log.status(row) {
            // 000 and 0 are what proxies write where they sent no status.
            None | Some(0) => (Outcome::Undecided, Certainty::Possible),
            Some(401 | 403 | 456 | 457) => (Outcome::AuthRefused, Certainty::Certain),
            Some(449) => (Outcome::Provisioning, Certainty::Certain),
            Some(429 | 503) => (Outcome::ServerBusy, Certainty::Certain),
            Some(499 | 460) => (Outcome::ClientGaveUp, Certainty::Certain),
            Some(408 | 502 | 504) if command == Command::Ping && held => {
                (Outcome::CutInBetween, Certainty::Likely)
            }
            Some(409) if command == Command::Ping => {
                (Outcome::SupersededUnseen, Certainty::Possible)
            }
            Some(409) => (Outcome::Overlapped, Certainty::Possible),
            Some(400..) => (Outcome::Failed, Certainty::Certain),
            Some(200) if command == Command::Ping => (Outcome::Undecided, Certainty::Possible),
            Some(_) => (Outcome::Completed, Certainty::Certain),
        };
        Verdict::of(outcome, certainty)
    }
}

/// Decides for the requests of one device.
pub(super) struct Judge<'a> {
    pub(super) known: Known<'a>,
    pub(super) links: Links<'a>,
    pub(super) device: u32,
}

impl Judge<'_> {
    /// Decides for the request at `at`.
    pub(super) fn decide(&self, at: usize) -> Verdict {
        let item = &self.links.lane.items[at];
        let row = item.row;
        let verdict = match (item.command, item.status) {
            (Command::Ping, _) if item.displaced() => self.superseded(at),
            (_, Some(409)) => self.overlapped(at),
            (Command::Ping, _) if item.answered_ping() => self.answered(at),
            (Command::Sync, Some(200)) if item.ending.is_none() => match self.held(at) {
                Some(certainty) => Verdict::of(Outcome::LongPoll, certainty),
                None => self.known.decide_alone(row),
            },
            _ => self.known.decide_alone(row),
        };
        self.known.with_view(row, verdict)
    }

    fn caused(&self, outcome: Outcome, certainty: Certainty, cause: usize) -> Verdict {
        Verdict {
            outcome,
            certainty,
            cause: Some(self.links.lane.items[cause].row),
        }
    }

    /// A Ping that the server closed for a newer request.
    fn superseded(&self, at: usize) -> Verdict {
        match self.links.displacing(at) {
            Ok(cause) => {
                let outcome = match Kind::of(self.links.lane.items[cause.at].command) {
                    Kind::Sync => Outcome::SupersededBySync,
                    Kind::Ping => Outcome::SupersededByPing,
                    Kind::Other => Outcome::SupersededByOther,
                };
                self.caused(outcome, cause.certainty, cause.at)
            }
            Err(certainty) => Verdict::of(Outcome::SupersededUnseen, certainty),
        }
    }

    /// A request other than a Ping that ended in 409.
    fn overlapped(&self, at: usize) -> Verdict {
        match self.links.overlapping(at) {
            Some(cause) => self.caused(Outcome::Overlapped, cause.certainty, cause.at),
            None => Verdict::of(Outcome::Overlapped, Certainty::Possible),
        }
    }

    /// Whether a Sync took as long as only a wait for changes does.
    ///
    /// An answer without changes is empty, and a device that was seen to get such answers waits with its Syncs: those that
    /// found something are waits too. Elsewhere, where the bytes are unknown or may be those of the request (Domino does
    /// not say), only a length that can be asked for, whole minutes, speaks for a wait; a slow mail file rarely takes just
    /// that.
    fn held(&self, at: usize) -> Option<Certainty> {
        let items = self.links.lane.items;
        let item = &items[at];
        let waits = self.known.heartbeats.waits(self.device);
        let long = item.length >= i64::from(SYNC_WAIT_MS);
        // Nearly every Sync is short, so the rest of its row is looked up for few.
        if !item.timed || !(waits || long) {
            return None;
        }
        if !long {
            // It found something before its time was over.
            let by_size = self.known.reactions.waited_by_size(self.known.log, item);
            // A device waits again when a wait is over. What it wants beside that, it wants at once.
            let before = at.checked_sub(1).map(|before| &items[before]);
            let goes_on = before.is_some_and(Item::served_sync);
            let shortest = match (goes_on, by_size > TELLING) {
                (_, true) => PROMPT_MS,
                (true, _) => WAITED_MS,
                (false, _) => WANTED_MS,
            };
            let waited = item.length >= shortest && by_size * TELLING > 1.0;
            return waited.then_some(Certainty::Possible);
        }
        let bytes = self.known.log.bytes(item.row);
        let little = bytes.is_none_or(|b| b <= SYNC_EMPTY_BYTES);
        if bytes == Some(0) || (waits && little) {
            return Some(Certainty::Likely);
        }
        let minutes = item.length % 60_000 <= i64::from(OVERSHOOT_MS);
        (waits || (minutes && little)).then_some(Certainty::Possible)
    }

    /// A Ping that was answered.
    fn answered(&self, at: usize) -> Verdict {
        let Known {
            log,
            heartbeats,
            reactions,
            ..
        } = self.known;
        let items = self.links.lane.items;
        let this = &items[at];
        // A heartbeat that the log names is none to be inferred.
        if heartbeat::reached(log, this.row) {
            return Verdict::of(Outcome::HeartbeatExpired, Certainty::Certain);
        }
        let next = self.links.next(at);
        if !this.timed {
            return match next.filter(|next| items[next.at].command == Command::Sync) {
                Some(next) => self.caused(Outcome::ChangesFound, Certainty::Possible, next.at),
                None => Verdict::of(Outcome::Undecided, Certainty::Possible),
            };
        }
        let named = heartbeat::named(log, this.row).is_some();
        let completes = !named && heartbeats.completes(self.device, this.length as u32);
        let by_size = reactions.ran_out_by_size(log, this);
        let reach = this.end() + reactions.follow_ms() + this.loose;
        let soon = next.filter(|next| items[next.at].start <= reach);
        if this.length <= AT_ONCE_MS {
            return self.at_once(at, next, soon);
        }
        let sync = if self.links.habit.parallel {
            self.links.sync_beside(at, reach)
        } else {
            soon.and_then(|next| self.sync_from(next, reach))
        };
        let moved = sync.is_some_and(|sync| reactions.moved(self.device, this, &items[sync.at]));
        // Where Syncs are made at any time, one behind a full heartbeat tells nothing.
        let by_chance = self.links.habit.parallel || heartbeats.syncs_always(self.device);
        let ran_out = completes && (by_chance || moved || by_size > TELLING)
            || by_size > 10.0 * TELLING && heartbeat::step(this.length as u32).is_some();
        if let Some(sync) = sync.filter(|_| !ran_out && !moved) {
            let certainty = if completes {
                Certainty::Possible
            } else {
                Certainty::Likely
            };
            let certainty = certainty.min(sync.certainty.raised());
            return self.caused(Outcome::ChangesFound, certainty, sync.at);
        }
        let ends = next.is_none();
        let quiet_until = next.map_or(self.links.lane.last, |next| items[next.at].start);
        let silent = quiet_until.saturating_sub(this.end()) > SILENT_MS;
        // The phone may be off by now: that it was silent afterwards takes nothing from a full heartbeat.
        if completes || ran_out {
            let certainty = if silent || !completes {
                Certainty::Possible
            } else {
                Certainty::Likely
            };
            return Verdict::of(Outcome::HeartbeatExpired, certainty);
        }
        // It came back from another network: the answer had gone to the one that it had left.
        if moved {
            return Verdict::of(Outcome::ReplyLost, Certainty::Likely);
        }
        self.unlike_its_heartbeat(this, soon, silent, ends, named)
    }

    /// A Ping that was answered at once.
    fn at_once(&self, at: usize, next: Option<Cause>, soon: Option<Cause>) -> Verdict {
        let items = self.links.lane.items;
        let this = &items[at];
        // One that sends the device for its folders first found them changed, and is none that found mail.
        let folders = soon.is_some_and(|next| items[next.at].command == Command::FolderSync);
        let sync = if self.links.habit.parallel {
            self.links.sync_beside(at, this.end() + FOLLOW_MS)
        } else {
            let next = soon.filter(|_| !folders);
            next.and_then(|next| self.sync_from(next, items[next.at].end() + FOLLOW_MS))
        };
        // An answer of the size that says that nothing arrived may as well say that something is wrong with the question.
        let by_size = self.known.reactions.ran_out_by_size(self.known.log, this);
        let nothing = by_size > 10.0 * TELLING;
        if let Some(sync) = sync.filter(|_| !nothing) {
            let certainty = sync.certainty.min(Certainty::Likely);
            return self.caused(Outcome::ChangesFound, certainty, sync.at);
        }
        if next.is_none() && self.links.lane.last - this.end() <= FOLLOW_MS {
            return Verdict::of(Outcome::Undecided, Certainty::Possible);
        }
        let Some((sync, odds)) = self.links.sync_that_may_follow(at) else {
            return Verdict::of(Outcome::ReturnedAtOnce, Certainty::Certain);
        };
        let odds = odds * self.known.reactions.syncs_at_once(self.device);
        if odds > 1.0 && !nothing {
            self.caused(Outcome::ChangesFound, Certainty::Possible, sync)
        } else if odds > 0.05 {
            Verdict::of(Outcome::ReturnedAtOnce, Certainty::Likely)
        } else {
            Verdict::of(Outcome::ReturnedAtOnce, Certainty::Certain)
        }
    }

    /// A Ping that was answered at a length that is no heartbeat known of its device, without a Sync behind it.
    fn unlike_its_heartbeat(
        &self,
        this: &Item,
        soon: Option<Cause>,
        silent: bool,
        ends: bool,
        named: bool,
    ) -> Verdict {
        let Known {
            heartbeats,
            reactions,
            ..
        } = self.known;
        let items = self.links.lane.items;
        let length = this.length as u32;
        let by_size = reactions.ran_out_by_size(self.known.log, this);
        let step = heartbeat::step(length).filter(|_| !named);
        if !silent && !named && heartbeats.completes_any(length) && by_size * TELLING > 1.0 {
            return Verdict::of(Outcome::HeartbeatExpired, Certainty::Likely);
        }
        let own = heartbeats.of_device(self.device);
        let longest = own.last().copied().unwrap_or(0);
        if let Some(next) = soon {
            let next = &items[next.at];
            let gap = next.start - this.end();
            // It asked again at once, so it had got the answer, and there was nothing to fetch; or the Sync that it made
            // in between is in no log.
            let all_seen = self.known.unseen < FEW_UNSEEN;
            let some_unseen = self.known.unseen > SOME_UNSEEN;
            let again = next.command == Command::Ping
                && if by_size > TELLING || by_size * TELLING < 1.0 {
                    by_size > 1.0
                } else if gap <= DIRECTLY_MS {
                    all_seen || (!some_unseen && (step.is_some() || gap <= DIRECTLY_MS / 3))
                } else {
                    step.is_some_and(|step| step > longest)
                };
            // It came back from another network, or so soon that it can have done nothing before.
            let lost = reactions.moved(self.device, this, next)
                || (next.command == Command::Ping
                    && all_seen
                    && !reactions.stayed(self.device, this, next));
            let outcome = if again {
                Outcome::HeartbeatExpired
            } else if lost {
                Outcome::ReplyLost
            } else {
                Outcome::ChangesFound
            };
            return Verdict::of(outcome, Certainty::Possible);
        }
        // The log ends before it can be told whether the device reacts.
        if ends && !silent {
            return Verdict::of(Outcome::Undecided, Certainty::Possible);
        }
        // One of sixty lengths is so close to whole minutes by chance; most heartbeats are.
        let round = longest == 0 && !named && this.length % 60_000 <= ROUND_MS;
        if (round && by_size * TELLING > 1.0) || (step.is_some() && by_size > 10.0 * TELLING) {
            return Verdict::of(Outcome::HeartbeatExpired, Certainty::Possible);
        }
        if self.known.unseen > MANY_UNSEEN {
            return Verdict::of(Outcome::ChangesFound, Certainty::Possible);
        }
        // Longer than every heartbeat known of the device, and as long as one could be: it may be its next.
        let certainty = match step {
            _ if !silent => Certainty::Possible,
            Some(step) if step > longest => Certainty::Possible,
            _ => Certainty::Likely,
        };
        Verdict::of(Outcome::ReplyLost, certainty)
    }

    /// The Sync that a device began because of an answer: its next request, or one behind others that it made first.
    fn sync_from(&self, next: Cause, until: i64) -> Option<Cause> {
        let items = self.links.lane.items;
        let mut next = next;
        for _ in 0..3 {
            match Kind::of(items[next.at].command) {
                Kind::Sync => return Some(next),
                Kind::Ping => return None,
                Kind::Other => {}
            }
            next = self
                .links
                .next(next.at)
                .filter(|next| items[next.at].start <= until)?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::Explanation;
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

    /// The Ping of 217 s is like no heartbeat of the device; what tells is how soon it asked again.
    #[test]
    fn a_device_that_asks_again_at_once_had_nothing_to_fetch() {
        let ping = |end, length| ("Ping", Some(200), end, length, None, None);
        let then = |later: i64| {
            let found = verdicts(&[
                ping(1_000, 300),
                ping(1_300, 300),
                ping(1_600, 300),
                ping(1_817, 217),
                ping(1_817 + later + 300, 300),
                ping(1_817 + later + 600, 300),
            ]);
            (found[3].0, found[3].1)
        };
        assert_eq!(then(0), (Outcome::HeartbeatExpired, Certainty::Possible));
        assert_eq!(then(20), (Outcome::ReplyLost, Certainty::Possible));
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
}
