//! A device with several connections, as Outlook has them: its Ping stays open while Syncs run beside it, several at a time.
//! Only a new Ping takes the place of the old one, and a Sync that of an older Sync of the same folder.

use std::collections::{BTreeMap, VecDeque};

use super::Behaviour;
use super::air::{Air, Ask, Folders, INBOX, Stimulus, Told, each};
use super::refusal::{back_off, spread};
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::truth::RequestId;

/// How one differs from others.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The heartbeat of its Pings.
    pub heartbeat: Ms,
    /// The folders it watches.
    pub folders: Folders,
    /// How long it waits for the answer to a Ping beyond the heartbeat.
    pub slack: Ms,
    /// How long it waits for any other answer.
    pub patience: Ms,
    /// How many requests it has open beside the Ping.
    pub lanes: usize,
    /// How often it looks at all folders, whatever the Ping says.
    pub every: Ms,
    /// Whether it opens the next Ping before what the last one found is fetched.
    pub eager: bool,
    /// How many in a hundred looks make it replace its Ping.
    pub renews: usize,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timer {
    /// The next request of a lane is sent.
    Lane(usize),
    /// The next Ping is sent.
    Ping,
    /// The answer to a request is no longer waited for.
    Deadline(RequestId),
    /// All folders are looked at.
    Look,
}

/// One connection: what is to be asked over it, one after the other.
#[derive(Debug, Default)]
struct Lane {
    waiting: Option<(RequestId, Ask)>,
    todo: VecDeque<Ask>,
}

/// The state of a device with several connections.
#[derive(Debug)]
pub struct Outlook {
    desk: Desk,
    on: bool,
    offline: bool,
    ping: Option<RequestId>,
    /// A Ping is to be sent as soon as the lanes are empty.
    ping_due: bool,
    lanes: Vec<Lane>,
    timers: BTreeMap<u64, Timer>,
    last_timer: u64,
    because_of: Option<RequestId>,
    refusals: u32,
    stated: bool,
    heartbeats: Vec<Ms>,
}

impl Outlook {
    /// A device that is switched off.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self {
            lanes: (0..desk.lanes.max(1)).map(|_| Lane::default()).collect(),
            heartbeats: vec![desk.heartbeat],
            desk,
            on: false,
            offline: false,
            ping: None,
            ping_due: false,
            timers: BTreeMap::new(),
            last_timer: 0,
            because_of: None,
            refusals: 0,
            stated: false,
        }
    }

    fn set(&mut self, timer: Timer, delay: Ms, air: &mut Air<'_>) {
        self.last_timer += 1;
        self.timers.insert(self.last_timer, timer);
        air.wake(delay, self.last_timer);
    }

    /// These requests are to be made one after the other, over the lane with the least to do.
    fn add(&mut self, asks: Vec<Ask>, delay: Ms, air: &mut Air<'_>) {
        let load = |lane: &Lane| lane.todo.len() + usize::from(lane.waiting.is_some());
        let lightest = (0..self.lanes.len()).min_by_key(|lane| load(&self.lanes[*lane]));
        if let Some(number) = lightest {
            self.lanes[number].todo.extend(asks);
            self.set(Timer::Lane(number), delay, air);
        }
    }

    /// Syncs of these folders begin, one shortly after the other.
    fn fetch(&mut self, folders: Folders, air: &mut Air<'_>) {
        let mut delay = air.pause(false);
        for folder in each(folders) {
            self.add(vec![Ask::sync(folder)], delay, air);
            delay += air.rng.between(2, 90);
        }
    }

    fn drive(&mut self, number: usize, air: &mut Air<'_>) {
        let lane = &mut self.lanes[number];
        if lane.waiting.is_some() || self.offline || !self.on {
            return;
        }
        let Some(ask) = lane.todo.pop_front() else {
            self.settle(air);
            return;
        };
        let because_of = if ask.command == Command::Sync {
            self.because_of.take()
        } else {
            None
        };
        let id = air.send(ask, because_of, false);
        self.lanes[number].waiting = Some((id, ask));
        self.set(Timer::Deadline(id), self.desk.patience, air);
    }

    /// Sends the Ping that is due, once nothing else is to be done.
    fn settle(&mut self, air: &mut Air<'_>) {
        let idle = self
            .lanes
            .iter()
            .all(|lane| lane.waiting.is_none() && lane.todo.is_empty());
        if self.ping_due && idle {
            self.ping_due = false;
            let pause = air.pause(true);
            self.set(Timer::Ping, pause, air);
        }
    }

    fn send_ping(&mut self, air: &mut Air<'_>) {
        if self.offline || !self.on {
            return;
        }
        if let Some(old) = self.ping.take() {
            air.leave(old);
        }
        let mut ask = Ask::held(Command::Ping, self.desk.folders, self.desk.heartbeat);
        ask.complete = !self.stated;
        self.stated = true;
        let id = air.send(ask, None, true);
        self.ping = Some(id);
        let wait = self.desk.heartbeat + self.desk.slack;
        self.set(Timer::Deadline(id), wait, air);
    }

    fn pinged(&mut self, id: RequestId, told: Told, air: &mut Air<'_>) {
        self.ping = None;
        let mut wait = air.pause(true);
        match told {
            Told::Changes(folders) => {
                self.because_of = Some(id);
                self.fetch(folders, air);
                self.ping_due = !self.desk.eager;
            }
            Told::Status(5, Some(limit)) => {
                self.desk.heartbeat = limit;
                self.heartbeats.push(limit);
                self.stated = false;
            }
            Told::Status(7, _) => {
                let asks = vec![Ask::of(Command::FolderSync), Ask::sync(INBOX)];
                self.add(asks, wait, air);
                self.ping_due = true;
            }
            Told::Status(8, _) => wait = air.rng.between(2 * SECOND, 20 * SECOND),
            Told::Status(..) => self.stated = false,
            Told::Http(status, after) => {
                self.refusals += 1;
                wait = back_off(status, after, self.refusals);
                wait += air.rng.between(0, spread(wait, after));
                if status == 449 {
                    wait = air.rng.between(100, 600);
                    let twice = vec![Ask::of(Command::Provision); 2];
                    self.add(twice, wait, air);
                    self.ping_due = true;
                }
            }
            Told::Expired | Told::Done { .. } | Told::Reset => self.refusals = 0,
        }
        if !self.ping_due {
            self.set(Timer::Ping, wait, air);
        }
    }

    fn heard(&mut self, id: RequestId, told: Told, air: &mut Air<'_>) {
        if self.ping == Some(id) {
            self.pinged(id, told, air);
            return;
        }
        let Some((number, ask)) = self.lane_of(id) else {
            return;
        };
        let lane = &mut self.lanes[number];
        lane.waiting = None;
        let mut wait = air.pause(false) / 3;
        match told {
            Told::Done { more: true } => lane.todo.push_front(ask),
            Told::Reset => lane.todo = Ask::everything(self.desk.folders, 4).into(),
            // Its own newer Sync of the same folder does the work.
            Told::Http(409, _) => {}
            Told::Http(status, after) => {
                self.refusals += 1;
                wait = back_off(status, after, self.refusals);
                if ask.tries < 3 {
                    lane.todo.push_front(Ask {
                        tries: ask.tries + 1,
                        ..ask
                    });
                }
                if status == 449 {
                    wait = air.rng.between(100, 600);
                    lane.todo.push_front(Ask::of(Command::Provision));
                    lane.todo.push_front(Ask::of(Command::Provision));
                }
            }
            _ => self.refusals = 0,
        }
        self.set(Timer::Lane(number), wait, air);
    }

    /// The lane over which a request was sent, and what it asked.
    fn lane_of(&self, id: RequestId) -> Option<(usize, Ask)> {
        self.lanes.iter().enumerate().find_map(|(number, lane)| {
            lane.waiting
                .filter(|(open, _)| *open == id)
                .map(|(_, ask)| (number, ask))
        })
    }

    /// The connection of a request is of no use any more.
    fn drop_request(&mut self, id: RequestId, air: &mut Air<'_>) {
        air.leave(id);
        if self.ping == Some(id) {
            self.ping = None;
            self.set(Timer::Ping, air.rng.between(5, 300), air);
        } else if let Some((number, ask)) = self.lane_of(id) {
            let lane = &mut self.lanes[number];
            lane.waiting = None;
            if ask.tries < 2 {
                lane.todo.push_front(Ask {
                    tries: ask.tries + 1,
                    ..ask
                });
            }
            self.set(Timer::Lane(number), air.rng.between(5, 400), air);
        }
    }

    fn open_requests(&self) -> Vec<RequestId> {
        let lanes = self.lanes.iter().filter_map(|lane| lane.waiting);
        lanes.map(|(id, _)| id).chain(self.ping).collect()
    }

    fn look(&mut self, air: &mut Air<'_>) {
        self.set(
            Timer::Look,
            self.desk.every + air.rng.octaves(50, 9_000),
            air,
        );
        if self.offline || !self.on {
            return;
        }
        self.fetch(self.desk.folders, air);
        if air.rng.percent(self.desk.renews) {
            self.set(Timer::Ping, air.rng.octaves(200, 6_000), air);
        }
    }

    fn wake(&mut self, number: u64, air: &mut Air<'_>) {
        match self.timers.remove(&number) {
            Some(Timer::Lane(lane)) => self.drive(lane, air),
            Some(Timer::Ping) => self.send_ping(air),
            Some(Timer::Deadline(id)) if self.open_requests().contains(&id) => {
                self.drop_request(id, air);
            }
            Some(Timer::Look) => self.look(air),
            Some(Timer::Deadline(_)) | None => {}
        }
    }
}

impl Behaviour for Outlook {
    fn handle(&mut self, stimulus: Stimulus, air: &mut Air<'_>) {
        match stimulus {
            Stimulus::On => {
                (self.on, self.offline, self.stated) = (true, false, false);
                self.add(vec![Ask::of(Command::FolderSync)], 300, air);
                self.fetch(self.desk.folders, air);
                self.ping_due = true;
                let first = air.rng.between(self.desk.every / 4, self.desk.every);
                self.set(Timer::Look, first, air);
            }
            Stimulus::Off => {
                self.on = false;
                for id in self.open_requests() {
                    air.leave(id);
                }
                self.ping = None;
                self.lanes
                    .iter_mut()
                    .for_each(|lane| *lane = Lane::default());
                self.timers.clear();
                (self.because_of, self.ping_due) = (None, false);
            }
            Stimulus::User(asks) if self.on && !self.offline => self.add(asks, 0, air),
            Stimulus::User(_) => {}
            Stimulus::Lost => self.offline = true,
            Stimulus::Back { fresh, .. } => {
                self.offline = false;
                if fresh {
                    for id in self.open_requests() {
                        self.drop_request(id, air);
                    }
                    if self.ping.is_none() {
                        self.set(Timer::Ping, air.rng.octaves(100, 3_000), air);
                    }
                }
                for lane in 0..self.lanes.len() {
                    self.drive(lane, air);
                }
            }
            Stimulus::Heard(id, told) => self.heard(id, told, air),
            Stimulus::Broken(id) => self.drop_request(id, air),
            Stimulus::Wake(timer) => self.wake(timer, air),
        }
    }

    fn heartbeats(&self) -> &[Ms] {
        &self.heartbeats
    }
}
