//! The server of a fleet: Traveler behind Domino's HTTP task.
//!
//! It is never told that a device has abandoned a request. When the device's next one arrives it closes the older one with
//! 409, to free the thread. It looks every few seconds what is new, so that answers come a little late.

use std::collections::BTreeMap;

use super::config::{Episode, Service};
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::device::air::{Folders, each};
use crate::device::{Ask, Told};
use crate::rng::Rng;
use crate::server::usual_time;
use crate::truth::RequestId;

/// What the server knows of one device of one user.
#[derive(Debug, Default)]
pub struct Partnership {
    /// Whose mailbox.
    pub user: usize,
    /// Whether the device keeps requests open when it makes others, as the server has learnt.
    many: bool,
    /// Requests that are open, each with its command and folders.
    open: Vec<(RequestId, Command, Folders)>,
    /// Those of them that wait for something new in these folders.
    parked: Vec<(RequestId, Folders)>,
    /// Folders with something the device has not fetched, and since when.
    pending: BTreeMap<Folders, Ms>,
    /// The device's list of folders is not the server's.
    stale: bool,
    /// Moments from which on the policy has to be fetched again.
    policies: Vec<Ms>,
    /// When its Pings are returned at once, with this status.
    returned: Option<(Ms, Ms, u8)>,
    /// The device's state is lost.
    reset: bool,
    /// How slow the mailbox is, in a hundredth of the usual time.
    weight: i64,
}

/// What becomes of a request that the server has taken in.
#[derive(Debug, PartialEq, Eq)]
pub enum Course {
    /// It is answered at this moment.
    Answered(Ms, Told),
    /// It waits for something new, until this moment at most.
    Parked(Ms),
}

/// The server.
#[derive(Debug)]
pub struct Traveler {
    service: Service,
    rng: Rng,
    /// When within the polling interval each user's mailbox is looked at.
    phases: Vec<Ms>,
    partnerships: Vec<Partnership>,
    episodes: Vec<Episode>,
}

impl Traveler {
    /// A server that nobody has asked anything.
    #[must_use]
    pub fn new(service: Service, episodes: Vec<Episode>, users: usize, rng: Rng) -> Self {
        let mut rng = rng;
        let phases = (0..users).map(|_| rng.between(0, service.poll)).collect();
        Self {
            service,
            rng,
            phases,
            partnerships: Vec::new(),
            episodes,
        }
    }

    /// A device of `user` is registered; the number of the partnership. `period` is that of the log.
    pub fn register(&mut self, user: usize, many: bool, period: (Ms, Ms)) -> usize {
        let rng = &mut self.rng;
        let mut policies = Vec::new();
        let days = (period.1 - period.0) / crate::clock::DAY + 1;
        for _ in 0..days {
            if rng.percent(self.service.policies) {
                policies.push(rng.between(period.0, period.1));
            }
        }
        self.partnerships.push(Partnership {
            user,
            many,
            policies,
            weight: rng.octaves(50, 400),
            ..Partnership::default()
        });
        self.partnerships.len() - 1
    }

    /// The moment at which the server next looks at a user's mailbox.
    fn tick(&mut self, user: usize, from: Ms) -> Ms {
        let poll = self.service.poll.max(1);
        let since = (from - self.phases[user]).rem_euclid(poll);
        let wait = if since == 0 { 0 } else { poll - since };
        from + wait + self.rng.octaves(3, 90)
    }

    /// Something arrives for a user; when the server notices.
    pub fn mail(&mut self, now: Ms, user: usize, folders: Folders) -> Ms {
        for partnership in self.partnerships.iter_mut().filter(|p| p.user == user) {
            for folder in each(folders) {
                partnership.pending.insert(folder, now);
            }
        }
        self.tick(user, now)
    }

    /// A user's list of folders changes.
    pub fn folders(&mut self, user: usize) {
        for partnership in self.partnerships.iter_mut().filter(|p| p.user == user) {
            partnership.stale = true;
        }
    }

    /// The Pings of a device are returned at once for a while, with a status.
    pub fn return_pings(&mut self, partnership: usize, from: Ms, to: Ms, status: u8) {
        self.partnerships[partnership].returned = Some((from, to, status));
    }

    /// The state of a device is lost.
    pub fn reset(&mut self, partnership: usize) {
        self.partnerships[partnership].reset = true;
    }

    /// The server looks what is new for a user: the requests that were waiting for it, each with the folders.
    pub fn notice(&mut self, user: usize) -> Vec<(RequestId, Folders)> {
        let mut found = Vec::new();
        for partnership in self.partnerships.iter_mut().filter(|p| p.user == user) {
            let pending = partnership.pending();
            for (id, folders) in &partnership.parked {
                if pending & folders != 0 {
                    found.push((*id, pending & folders));
                }
            }
        }
        found
    }

    /// The requests of a partnership that are closed with 409 when this one arrives: all that are open. Of a device that keeps
    /// requests open, only the older Ping for a new one, and the older Sync of the same folder.
    #[must_use]
    pub fn displaced(&self, partnership: usize, ask: &Ask) -> Vec<RequestId> {
        let known = &self.partnerships[partnership];
        let ends = |(_, command, folders): &&(RequestId, Command, Folders)| {
            let alike = *command == ask.command;
            !known.many
                || alike && *command == Command::Ping
                || alike && *command == Command::Sync && folders & ask.folders != 0
        };
        known.open.iter().filter(ends).map(|(id, ..)| *id).collect()
    }

    /// Whether the server fails, or has conditions. Such an answer comes at once.
    fn refuses(&mut self, now: Ms, partnership: usize, ask: &Ask) -> Option<u16> {
        let known = &mut self.partnerships[partnership];
        if ask.command == Command::Provision {
            return None;
        }
        if let Some(index) = known.policies.iter().position(|due| *due <= now) {
            known.policies.remove(index);
            return Some(449);
        }
        (self.rng.below(100_000) < self.service.failures)
            .then(|| self.rng.weighted(&[(12, 500), (1, 502), (1, 507)]))
    }

    /// Whether the server has too much to do to take a request in.
    pub fn busy(&mut self, now: Ms) -> Option<Told> {
        let episode = self.episode(now)?;
        let refused = self.rng.percent(episode.refused);
        let after = if episode.until_end {
            Some(episode.period.1 - now)
        } else {
            episode.after
        };
        refused.then_some(Told::Http(503, after))
    }

    fn episode(&self, now: Ms) -> Option<Episode> {
        let mut all = self.episodes.iter();
        all.find(|episode| (episode.period.0..episode.period.1).contains(&now))
            .copied()
    }

    /// Takes a request in.
    pub fn accept(&mut self, now: Ms, id: RequestId, partnership: usize, ask: &Ask) -> Course {
        let entry = (id, ask.command, ask.folders);
        self.partnerships[partnership].open.push(entry);
        if let Some(status) = self.refuses(now, partnership, ask) {
            let took = self.rng.octaves(2, 160);
            return Course::Answered(now + took, Told::Http(status, None));
        }
        if ask.command == Command::Sync && std::mem::take(&mut self.partnerships[partnership].reset)
        {
            return Course::Answered(now + self.rng.octaves(20, 300), Told::Reset);
        }
        match (ask.command, ask.hold) {
            _ if ask.whole => {
                let took = self.rng.octaves(700, 9 * SECOND);
                Course::Answered(
                    now + took,
                    Told::Done {
                        more: self.rng.percent(20),
                    },
                )
            }
            (Command::Ping, Some(hold)) => self.ping(now, id, partnership, ask, hold),
            (_, Some(hold)) => self.hang(now, id, partnership, ask, hold),
            _ => {
                let took = self.working_time(now, partnership, ask.command);
                Course::Answered(now + took, self.done(partnership, ask))
            }
        }
    }

    fn ping(&mut self, now: Ms, id: RequestId, number: usize, ask: &Ask, hold: Ms) -> Course {
        let (lowest, highest) = self.service.heartbeats;
        let soon = now + self.rng.octaves(2, 120);
        let odd = self.rng.below(100_000);
        let returned = self.partnerships[number].returned;
        if let Some((_, _, status)) = returned.filter(|(from, to, _)| (*from..*to).contains(&now)) {
            return Course::Answered(soon, Told::Status(status, None));
        }
        if !ask.complete && odd < self.service.forgetful {
            return Course::Answered(soon, Told::Status(3, None));
        }
        if odd >= 100_000 - 15 {
            let status = *self.rng.pick(&[4, 8, 8]);
            return Course::Answered(soon, Told::Status(status, None));
        }
        if hold > highest || hold < lowest {
            let nearest = hold.clamp(lowest, highest);
            return Course::Answered(soon, Told::Status(5, Some(nearest)));
        }
        let known = &mut self.partnerships[number];
        if known.stale {
            known.stale = false;
            return Course::Answered(soon, Told::Status(7, None));
        }
        let new = known.pending() & ask.folders;
        if new != 0 {
            let found = soon + self.rng.octaves(10, 700);
            return Course::Answered(found, Told::Changes(new));
        }
        self.park(now, id, number, ask, hold)
    }

    /// A Sync that may be held.
    fn hang(&mut self, now: Ms, id: RequestId, number: usize, ask: &Ask, hold: Ms) -> Course {
        if hold > 3_540 * SECOND {
            let limit = Told::Status(5, Some(3_540 * SECOND));
            return Course::Answered(now + self.rng.octaves(4, 120), limit);
        }
        if self.partnerships[number].pending() & ask.folders != 0 {
            let took = self.working_time(now, number, ask.command);
            return Course::Answered(now + took, self.done(number, ask));
        }
        self.park(now, id, number, ask, hold)
    }

    fn park(&mut self, now: Ms, id: RequestId, number: usize, ask: &Ask, hold: Ms) -> Course {
        self.partnerships[number].parked.push((id, ask.folders));
        Course::Parked(self.tick(self.partnerships[number].user, now + hold))
    }

    /// The answer to an ordinary request: now and then there is more than fits into one.
    fn done(&mut self, number: usize, ask: &Ask) -> Told {
        let much = self.partnerships[number].pending() & ask.folders != 0;
        let more = ask.command == Command::Sync && much && self.rng.percent(16);
        Told::Done { more }
    }

    /// How long the server works on an ordinary request.
    fn working_time(&mut self, now: Ms, number: usize, command: Command) -> Ms {
        let pace = self.episode(now).map_or(100, |episode| episode.pace);
        let rng = &mut self.rng;
        if command == Command::Sync && rng.below(100_000) < self.service.slow {
            return rng.octaves(4 * SECOND, self.service.slowest);
        }
        (usual_time(command, rng) * self.partnerships[number].weight * pace / 10_000).max(2)
    }

    /// How long it takes to fetch what a held Sync has been waiting for.
    pub fn fetching_time(&mut self) -> Ms {
        self.rng.peaked(40, 900)
    }

    /// A request is no longer open. `fetched` are the folders of which everything from before `since` has been fetched.
    pub fn close(&mut self, number: usize, id: RequestId, fetched: Folders, since: Ms) {
        let known = &mut self.partnerships[number];
        known.open.retain(|(open, ..)| *open != id);
        known.parked.retain(|(parked, _)| *parked != id);
        for folder in each(fetched) {
            if known.pending.get(&folder).is_some_and(|new| *new <= since) {
                known.pending.remove(&folder);
            }
        }
    }
}

impl Partnership {
    fn pending(&self) -> Folders {
        self.pending.keys().fold(0, |all, folder| all | folder)
    }
}
