//! Plays a fleet: takes one event after the other until the log's time is over.

use std::collections::{BTreeMap, VecDeque};

use super::cast::{Account, Cast, Trouble, User};
use super::config::{Fleet, Kind};
use super::event::{Change, Event, Stage};
use super::journey::{End, Journey};
use super::network::{Handset, Network};
use super::restart::Restarted;
use super::traveler::{Course, Traveler};
use crate::activesync::Command;
use crate::clock::{MINUTE, Ms};
use crate::device::{Stimulus, Told, air::Folders};
use crate::queue::Queue;
use crate::rng::Rng;
use crate::server::usual_bytes;
use crate::truth::RequestId;

/// The world is played for so long before its log begins, so that the log begins in the middle of things.
const BEFORE: Ms = 65 * MINUTE;
/// Devices are first seen within so long.
const ARRIVAL: Ms = 25 * MINUTE;

/// A world that has been played.
#[derive(Debug)]
pub struct Played {
    /// The fleet.
    pub fleet: Fleet,
    /// The users.
    pub users: Vec<User>,
    /// The accounts, each with its device as it was in the end.
    pub accounts: Vec<Account>,
    /// The networks.
    pub networks: Vec<Network>,
    /// The handsets.
    pub handsets: Vec<Handset>,
    /// All requests, by their number.
    pub journeys: Vec<Journey>,
    /// The number of each account's partnership: what the server takes for one device.
    pub partnerships: Vec<usize>,
    /// How the HTTP task was restarted.
    pub restarted: Restarted,
}

impl Played {
    /// A request, by its number.
    #[must_use]
    pub fn journey(&self, id: RequestId) -> &Journey {
        &self.journeys[index(id)]
    }
}

/// Plays a fleet to the end of its log.
#[must_use]
pub fn play(fleet: Fleet) -> Played {
    let end = fleet.period.1;
    let mut world = World::new(fleet);
    while let Some((now, event)) = world.queue.pop() {
        if now > end {
            break;
        }
        world.step(now, event);
    }
    Played {
        fleet: world.fleet,
        users: world.users,
        accounts: world.accounts,
        networks: world.networks,
        handsets: world.handsets,
        journeys: world.journeys,
        partnerships: world.partnerships,
        restarted: world.restarted,
    }
}

/// A world that is being played. What happens to handsets is in [`super::handset`].
pub(super) struct World {
    pub(super) fleet: Fleet,
    pub(super) queue: Queue<Event>,
    pub(super) users: Vec<User>,
    pub(super) accounts: Vec<Account>,
    pub(super) networks: Vec<Network>,
    pub(super) handsets: Vec<Handset>,
    /// The number of each account's partnership.
    pub(super) partnerships: Vec<usize>,
    /// When the last request of each account reaches the server: later ones do not overtake it.
    pub(super) reached: Vec<Ms>,
    pub(super) server: Traveler,
    pub(super) rng: Rng,
    pub(super) journeys: Vec<Journey>,
    /// Answers that wait for coverage.
    pub(super) deferred: BTreeMap<usize, Vec<(RequestId, Told)>>,
    /// The server that each account's last connection came to.
    pub(super) members: Vec<usize>,
    /// How many threads of each server work.
    busy: Vec<usize>,
    /// Requests that wait for a thread of each server.
    waiting: Vec<VecDeque<RequestId>>,
    /// How the HTTP task is restarted.
    pub(super) restarted: Restarted,
    pub(super) next: RequestId,
    pub(super) ended: u64,
}

impl World {
    fn new(fleet: Fleet) -> Self {
        let cast = Cast::of(&fleet);
        let mut server = Traveler::new(
            fleet.service,
            fleet.episodes.clone(),
            cast.users.len(),
            Rng::new(fleet.seed, "traveler"),
        );
        // What the server takes for one device: the same user with the same DeviceId.
        let mut known: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        let partnerships = cast
            .accounts
            .iter()
            .map(|account| {
                *known
                    .entry((account.user, &account.caller.device_id))
                    .or_insert_with(|| {
                        let many = account.kind == Kind::Outlook;
                        server.register(account.user, many, fleet.period)
                    })
            })
            .collect();
        let mut world = Self {
            queue: Queue::new(),
            partnerships,
            reached: vec![Ms::MIN; cast.accounts.len()],
            server,
            rng: Rng::new(fleet.seed, "world"),
            journeys: Vec::new(),
            deferred: BTreeMap::new(),
            members: vec![0; cast.accounts.len()],
            busy: vec![0; fleet.pool.clocks.len()],
            waiting: vec![VecDeque::new(); fleet.pool.clocks.len()],
            restarted: Restarted::default(),
            next: 0,
            ended: 0,
            users: cast.users,
            accounts: cast.accounts,
            networks: cast.networks,
            handsets: cast.handsets,
            fleet,
        };
        for (number, member) in world.members.iter_mut().enumerate() {
            let users = world.accounts[number].user;
            *member = users % world.fleet.pool.clocks.len();
        }
        for (number, account) in world.accounts.iter().enumerate() {
            if let Some(Trouble::Loop(from, to, status)) = account.trouble {
                let partnership = world.partnerships[number];
                world.server.return_pings(partnership, from, to, status);
            }
        }
        if let Some(restart) = world.fleet.troubles.restart {
            world.queue.push(restart.at, Event::Restart(Stage::Told));
        }
        world.schedule(cast.diary);
        world
    }

    /// Puts what is planned into the queue. What lies before the beginning decides where everybody is.
    fn schedule(&mut self, mut diary: Vec<(Ms, Event)>) {
        let begin = self.fleet.period.0 - BEFORE;
        diary.sort_by_key(|(at, _)| *at);
        let mut on = vec![true; self.handsets.len()];
        for (at, event) in diary {
            match event {
                Event::Handset(handset, change) if at < begin + ARRIVAL => match change {
                    Change::On => on[handset] = true,
                    Change::Off => on[handset] = false,
                    Change::Move { place, .. } => self.attach(handset, Some(place)),
                    _ => {}
                },
                _ if at < begin => {}
                event => self.queue.push(at, event),
            }
        }
        for handset in (0..self.handsets.len()).filter(|handset| on[*handset]) {
            let at = begin + self.rng.between(0, ARRIVAL);
            self.queue.push(at, Event::Handset(handset, Change::On));
        }
    }

    fn step(&mut self, now: Ms, event: Event) {
        match event {
            Event::Mail(user, folders) => {
                let noticed = self.server.mail(now, user, folders);
                self.queue.push(noticed, Event::Notice(user));
            }
            Event::Notice(user) => {
                for (id, folders) in self.server.notice(user) {
                    self.found(now, id, folders);
                }
            }
            Event::Folders(user) => self.server.folders(user),
            Event::Handset(handset, change) => self.change(now, handset, &change),
            Event::Acts(account, asks) => self.tell(now, account, Stimulus::User(asks)),
            Event::Wake(account, timer) => self.tell(now, account, Stimulus::Wake(timer)),
            Event::Arrive(id) => self.arrive(now, id),
            Event::Begin(id) => self.begin(now, id),
            Event::Answer(id, told) => self.answer(now, id, told),
            Event::Deliver(id, told) => self.deliver(now, id, told),
            Event::Idle(id) => self.idle(now, id),
            Event::Reset(account) => self.server.reset(self.partnerships[account]),
            Event::Restart(stage) => self.restart(now, stage),
            Event::Patience(id) => self.patience(now, id),
            Event::Gone(id) => self.gone(now, id),
            Event::Broken(id) => {
                if self.reaches(id) {
                    self.tell(now, self.journeys[index(id)].account, Stimulus::Broken(id));
                }
            }
        }
    }

    /// Something new is found in folders for which a request was held.
    fn found(&mut self, now: Ms, id: RequestId, folders: Folders) {
        let journey = &self.journeys[index(id)];
        let took = if journey.ask.command == Command::Ping {
            self.rng.octaves(2, 60)
        } else {
            self.server.fetching_time()
        };
        self.queue
            .push(now + took, Event::Answer(id, Told::Changes(folders)));
    }

    /// A request reaches the server.
    fn arrive(&mut self, now: Ms, id: RequestId) {
        let journey = &mut self.journeys[index(id)];
        let account = journey.account;
        let handset = &self.handsets[self.accounts[account].handset];
        // A connection that was left or lost while it was being made never carried the request.
        let gone = handset.lost || !handset.on || handset.epoch != journey.epoch;
        if gone || (journey.left && journey.fresh) {
            return;
        }
        if self.restarted.down {
            return self.turn_away(now, id);
        }
        self.pass(now, id);
        let journey = &mut self.journeys[index(id)];
        journey.arrived = Some(now);
        let member = journey.member;
        if let Some(threads) = self.fleet.service.threads
            && self.busy[member] >= threads.count
        {
            if threads.refuses {
                journey.start = Some(now);
                self.refuse(now, id, Told::Http(503, None));
            } else {
                self.waiting[member].push_back(id);
            }
            return;
        }
        self.busy[member] += 1;
        self.begin(now, id);
    }

    /// The server says no before Traveler has anything to do with the request.
    fn refuse(&mut self, now: Ms, id: RequestId, told: Told) {
        let at = now + self.rng.octaves(1, 24);
        self.queue.push(at, Event::Answer(id, told));
    }

    /// A thread of the server begins with a request.
    fn begin(&mut self, now: Ms, id: RequestId) {
        let journey = &mut self.journeys[index(id)];
        journey.start = Some(now);
        journey.threaded = true;
        let (number, ask) = (journey.account, journey.ask);
        let account = &self.accounts[number];
        // Domino asks for a password before Traveler sees the request.
        let refused = if ask.signed {
            account.refused(now)
        } else {
            Some(401)
        };
        if let Some(status) = refused {
            return self.refuse(now, id, Told::Http(status, None));
        }
        if let Some(busy) = self.server.busy(now) {
            return self.refuse(now, id, busy);
        }
        let partnership = self.partnerships[number];
        for displaced in self.server.displaced(partnership, &ask) {
            self.end(now, displaced, None, Some(id));
        }
        if self.gets_stuck(now, id, &ask) {
            return;
        }
        match self.server.accept(now, id, partnership, &ask) {
            Course::Answered(at, told) => self.queue.push(at, Event::Answer(id, told)),
            Course::Parked(until) => {
                self.journeys[index(id)].parked = true;
                self.queue.push(until, Event::Answer(id, Told::Expired));
            }
        }
    }

    /// The server answers a request, if that is still open.
    fn answer(&mut self, now: Ms, id: RequestId, told: Told) {
        let journey = &self.journeys[index(id)];
        if journey.end.is_some() || journey.vanished {
            return;
        }
        let cut = journey.front.is_some();
        self.end(now, id, Some(told), None);
        if self.reaches(id) && !cut {
            let network = self.journeys[index(id)].network;
            let delay = self.networks[network].hop(false, &mut self.rng);
            self.queue.push(now + delay, Event::Deliver(id, told));
        }
    }

    /// A request ends at the server: with an answer, or because another one displaced it.
    fn end(&mut self, now: Ms, id: RequestId, told: Option<Told>, cause: Option<RequestId>) {
        let journey = &mut self.journeys[index(id)];
        let (command, folders) = (journey.ask.command, journey.ask.folders);
        let start = journey.start.unwrap_or(now);
        // What a Sync has brought need not be fetched again; a held one brings what has arrived meanwhile.
        let (fetched, since) = match &told {
            Some(Told::Done { more: false }) if command == Command::Sync => (folders, start),
            Some(Told::Changes(folders)) if command == Command::Sync => (*folders, now),
            _ => (0, start),
        };
        let (status, bytes) = match &told {
            None => (409, 0),
            Some(Told::Http(status, _)) => (*status, 0),
            Some(Told::Expired) if command == Command::Sync => (200, 0),
            Some(Told::Changes(new)) if command == Command::Ping => {
                (200, 15 + 5 * new.count_ones())
            }
            Some(Told::Status(5, _)) => (200, 20),
            Some(_) if journey.ask.whole => {
                let kilobytes = u32::try_from(self.rng.octaves(300, 1_900)).unwrap_or(300);
                (200, 1_024 * kilobytes)
            }
            Some(_) => (200, usual_bytes(command, &mut self.rng)),
        };
        journey.end = Some(End {
            at: now,
            order: self.ended,
            status,
            bytes,
            told,
            cause,
        });
        self.ended += 1;
        self.release(now, id, fetched, since);
    }

    /// The server is done with a request: its thread goes on with what waits for one.
    pub(super) fn release(&mut self, now: Ms, id: RequestId, fetched: Folders, since: Ms) {
        let journey = &self.journeys[index(id)];
        let partnership = self.partnerships[journey.account];
        if journey.threaded {
            let member = journey.member;
            match self.waiting[member].pop_front() {
                Some(next) => self.queue.push(now, Event::Begin(next)),
                None => self.busy[member] -= 1,
            }
        }
        self.server.close(partnership, id, fetched, since);
    }

    /// Whether what is sent to the device over the connection of a request would still reach it, but for coverage.
    pub(super) fn reaches(&self, id: RequestId) -> bool {
        let journey = &self.journeys[index(id)];
        let handset = &self.handsets[self.accounts[journey.account].handset];
        !journey.left && !journey.dead && handset.on && handset.epoch == journey.epoch
    }
}

/// The place of a request among all.
pub(super) fn index(id: RequestId) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}
