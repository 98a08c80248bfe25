//! A restart of the HTTP task. It takes no new requests and waits for those that are open; open Pings end when their
//! heartbeats do, as nobody can displace them, and what is stuck never ends.

use super::event::{Event, Stage};
use super::world::{World, index};
use crate::clock::{MINUTE, Ms, SECOND};
use crate::device::{Ask, Told};
use crate::truth::RequestId;

/// What the console said while the HTTP task was restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// When.
    pub at: Ms,
    /// The requests it waited for.
    pub waits_for: Vec<RequestId>,
}

/// A restart as it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restarted {
    /// Whether it waits for requests to end.
    pub running: bool,
    /// Whether nothing is taken in.
    pub down: bool,
    /// What it waited for, each time it looked.
    pub rounds: Vec<Round>,
    /// Requests that never end.
    pub stuck: Vec<RequestId>,
    /// When the task was ended by somebody, if it was.
    pub ended: Option<Ms>,
    /// When it had started again.
    pub started: Option<Ms>,
}

/// How long before the restart a request may get stuck.
const BEFORE: Ms = 30 * MINUTE;

impl World {
    /// Whether a request that begins now never ends: the thread hangs in it.
    pub(super) fn gets_stuck(&mut self, now: Ms, id: RequestId, ask: &Ask) -> bool {
        let Some(restart) = self.fleet.troubles.restart else {
            return false;
        };
        let stuck = ask.hold.is_none()
            && (restart.at - BEFORE..restart.at).contains(&now)
            && self.restarted.stuck.len() < restart.stuck
            && self.rng.one_in(8);
        if stuck {
            self.restarted.stuck.push(id);
        }
        stuck
    }

    /// A new connection is refused while the task stops. The device takes that for a server that is busy.
    pub(super) fn turn_away(&mut self, now: Ms, id: RequestId) {
        let delay = self.rng.between(20, 200);
        let told = Told::Http(503, None);
        self.queue.push(now + delay, Event::Deliver(id, told));
    }

    /// A step of the restart.
    pub(super) fn restart(&mut self, now: Ms, stage: Stage) {
        let Some(restart) = self.fleet.troubles.restart else {
            return;
        };
        match stage {
            Stage::Told => {
                (self.restarted.running, self.restarted.down) = (true, true);
                self.queue
                    .push(now + 3 * SECOND, Event::Restart(Stage::Round));
                let ended = now + restart.patience;
                self.queue.push(ended, Event::Restart(Stage::Ended));
            }
            Stage::Round if self.restarted.running => {
                let waits_for = self.working();
                if waits_for.is_empty() {
                    self.restarted.running = false;
                    let back = now + self.rng.between(6, 20) * SECOND;
                    self.queue.push(back, Event::Restart(Stage::Started));
                    return;
                }
                self.restarted.rounds.push(Round { at: now, waits_for });
                let next = now + restart.round;
                self.queue.push(next, Event::Restart(Stage::Round));
            }
            Stage::Ended if self.restarted.running => {
                self.restarted.running = false;
                self.restarted.ended = Some(now);
                // What was open is gone with the task, and gets no line.
                for id in self.working() {
                    self.journeys[index(id)].vanished = true;
                    self.release(now, id, 0, now);
                    let delay = self.rng.between(5, 90);
                    self.queue.push(now + delay, Event::Broken(id));
                }
                let back = now + self.rng.between(40, 200) * SECOND;
                self.queue.push(back, Event::Restart(Stage::Started));
            }
            Stage::Started => {
                self.restarted.down = false;
                self.restarted.started = Some(now);
            }
            Stage::Round | Stage::Ended => {}
        }
    }

    /// The requests that threads work on.
    fn working(&self) -> Vec<RequestId> {
        let works = |id: &RequestId| {
            let journey = &self.journeys[index(*id)];
            journey.threaded && journey.end.is_none() && !journey.vanished
        };
        (0..self.next)
            .filter(|id| index(*id) < self.journeys.len())
            .filter(works)
            .collect()
    }
}
