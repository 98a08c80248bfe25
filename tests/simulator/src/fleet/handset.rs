//! The world's other half: what happens to handsets, and what their devices do about it.

use super::config::Kind;
use super::event::{Change, Event};
use super::journey::Journey;
use super::world::{World, index};
use crate::clock::Ms;
use crate::device::{Air, Ask, Order, Stimulus, Told};
use crate::truth::RequestId;

impl World {
    /// A handset gets a new address, in another network if one is given: connections of before are dead.
    pub(super) fn attach(&mut self, handset: usize, place: Option<usize>) {
        let handset = &mut self.handsets[handset];
        if let Some(place) = place {
            handset.network = handset.places[place];
        }
        let network = &self.networks[handset.network];
        handset.address = network.address(&mut self.accounts[handset.accounts[0]].rng);
        handset.epoch += 1;
    }

    /// A handset is switched on or off, moves, or loses coverage.
    pub(super) fn change(&mut self, now: Ms, number: usize, change: &Change) {
        let handset = &mut self.handsets[number];
        match *change {
            Change::On if !handset.on => {
                (handset.on, handset.lost) = (true, false);
                self.attach(number, None);
                self.tell_all(now, number, &Stimulus::On);
            }
            Change::Off if handset.on => {
                handset.on = false;
                handset.moves += 1;
                self.tell_all(now, number, &Stimulus::Off);
            }
            Change::Gap { away, fresh } if handset.on && !handset.lost => {
                self.lose(now, number, away, fresh);
            }
            Change::Move { place, away } => {
                // The network it is in from now on; the address comes with it.
                self.attach(number, Some(place));
                if self.handsets[number].on {
                    self.lose(now, number, away, true);
                }
            }
            Change::Back { away, fresh, moves } if handset.moves == moves => {
                handset.lost = false;
                if fresh {
                    self.attach(number, None);
                }
                self.resume(now, number, fresh);
                self.tell_all(now, number, &Stimulus::Back { away, fresh });
            }
            _ => {}
        }
    }

    fn lose(&mut self, now: Ms, number: usize, away: Ms, fresh: bool) {
        let handset = &mut self.handsets[number];
        handset.lost = true;
        handset.moves += 1;
        let back = Change::Back {
            away,
            fresh,
            moves: handset.moves,
        };
        self.tell_all(now, number, &Stimulus::Lost);
        self.queue.push(now + away, Event::Handset(number, back));
    }

    /// What was sent to a handset while it was out of coverage comes now, if it still has its address.
    fn resume(&mut self, now: Ms, number: usize, fresh: bool) {
        for (id, told) in self.deferred.remove(&number).unwrap_or_default() {
            if !fresh {
                let at = now + self.rng.octaves(150, 3_000);
                self.queue.push(at, Event::Deliver(id, told));
            }
        }
    }

    fn tell_all(&mut self, now: Ms, number: usize, stimulus: &Stimulus) {
        for account in self.handsets[number].accounts.clone() {
            self.tell(now, account, stimulus.clone());
        }
    }

    /// An answer reaches the place where the device was when it asked.
    pub(super) fn deliver(&mut self, now: Ms, id: RequestId, told: Told) {
        if !self.reaches(id) {
            return;
        }
        let account = self.journeys[index(id)].account;
        let handset = self.accounts[account].handset;
        if self.handsets[handset].lost {
            self.deferred.entry(handset).or_default().push((id, told));
        } else {
            // What the proxy says in the server's place is not the server's answer.
            let journey = &mut self.journeys[index(id)];
            journey.heard = journey.end.is_some() && journey.front.is_none();
            self.tell(now, account, Stimulus::Heard(id, told));
        }
    }

    /// Nothing was sent over the connection of a request for as long as its network allows.
    pub(super) fn idle(&mut self, now: Ms, id: RequestId) {
        let network = self.journeys[index(id)].network;
        let journey = &self.journeys[index(id)];
        if journey.end.is_some() || journey.front.is_some() || !self.reaches(id) {
            return;
        }
        let network = &self.networks[network];
        if network.idle.is_some_and(|idle| idle.reset) {
            let delay = network.hop(false, &mut self.rng);
            // The network sends the reset and forgets; what the server sends until it arrives comes to nothing.
            self.queue.push(now + delay, Event::Broken(id));
        } else {
            self.journeys[index(id)].dead = true;
        }
    }

    /// Lets something happen to a device, and does what it wants done.
    pub(super) fn tell(&mut self, now: Ms, number: usize, stimulus: Stimulus) {
        let account = &mut self.accounts[number];
        let mut air = Air {
            now,
            rng: &mut account.rng,
            tempo: self.fleet.noise.tempo,
            next: &mut self.next,
            orders: Vec::new(),
        };
        account.device.handle(stimulus, &mut air);
        for order in air.orders {
            match order {
                Order::Leave(id) => self.leave(now, id),
                Order::Wake(at, timer) => self.queue.push(at, Event::Wake(number, timer)),
                Order::Send {
                    id,
                    ask,
                    because_of,
                    fresh,
                } => self.send(now, number, id, ask, because_of, fresh),
            }
        }
    }

    fn send(
        &mut self,
        now: Ms,
        number: usize,
        id: RequestId,
        ask: Ask,
        because_of: Option<RequestId>,
        fresh: bool,
    ) {
        let account = &mut self.accounts[number];
        let handset = &self.handsets[account.handset];
        let network = &self.networks[handset.network];
        let arrival = (now + network.hop(fresh, &mut account.rng)).max(self.reached[number] + 1);
        self.reached[number] = arrival;
        if let (Some(hold), Some(idle)) = (ask.hold, network.idle)
            && idle.after < hold + 60_000
        {
            let at = arrival + idle.after + account.rng.between(0, idle.sweep);
            self.queue.push(at, Event::Idle(id));
        }
        let pool = &self.fleet.pool;
        if !pool.sticky && (fresh || account.kind == Kind::Outlook) {
            self.members[number] = account.rng.below(pool.clocks.len());
        }
        if let Some(ping) = because_of {
            self.journeys[index(ping)].followed = Some(id);
        }
        self.journeys.push(Journey {
            account: number,
            ask,
            address: handset.address.clone(),
            network: handset.network,
            epoch: handset.epoch,
            member: self.members[number],
            fresh,
            left: false,
            dead: false,
            arrived: None,
            start: None,
            threaded: false,
            end: None,
            followed: None,
            parked: false,
            heard: false,
            vanished: false,
            passed: None,
            front: None,
        });
        self.queue.push(arrival, Event::Arrive(id));
    }
}
