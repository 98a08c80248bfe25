//! What a person's days are like: when mail comes, when they look at it, where they are, and when their phone is off.

use std::collections::BTreeSet;

use super::config::Fleet;
use super::event::{Change, Event};
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND};
use crate::device::air::{CALENDAR, CONTACTS, Folders, INBOX};
use crate::device::habits;
use crate::rng::Rng;

/// How the mail of a working day spreads over its hours, and the looks at it.
const MAIL_BY_HOUR: [i64; 24] = [
    2, 1, 1, 1, 1, 2, 5, 10, 18, 22, 20, 18, 14, 18, 20, 19, 17, 14, 10, 8, 7, 6, 4, 3,
];
const LOOKS_BY_HOUR: [i64; 24] = [
    1, 0, 0, 0, 0, 1, 4, 8, 9, 8, 8, 7, 8, 7, 7, 7, 8, 9, 8, 7, 7, 6, 4, 2,
];

/// The numbers of a handset's places.
const HOME: usize = 0;
const OFFICE: usize = 1;
const ROAD: usize = 2;

/// How somebody lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Office,
    Home,
    Road,
}

/// Whose days are planned.
#[derive(Debug)]
pub struct Person<'a> {
    /// The world.
    pub fleet: &'a Fleet,
    /// The number of the mailbox.
    pub user: usize,
    /// The numbers of the accounts they look at, each with its handset.
    pub accounts: &'a [(usize, usize)],
    /// Whether they are on one handset, and are looked at together.
    pub together: bool,
}

/// The days of a log, each with its local midnight.
fn days(fleet: &Fleet) -> Vec<Ms> {
    let first = fleet.zone.midnight_before(fleet.period.0 - 2 * HOUR);
    (0..)
        .map(|day| first + day * DAY)
        .take_while(|midnight| *midnight < fleet.period.1)
        .collect()
}

/// Whether a day with this local midnight is a Saturday or a Sunday.
fn is_weekend(fleet: &Fleet, midnight: Ms) -> bool {
    // 1970-01-01 was a Thursday.
    let day = (midnight + fleet.zone.0 * MINUTE).div_euclid(DAY);
    matches!((day + 4).rem_euclid(7), 6 | 0)
}

/// Moments of a day, `count` of them on average, spread as `by_hour` says.
fn moments(midnight: Ms, count: i64, by_hour: &[i64; 24], rng: &mut Rng) -> Vec<Ms> {
    let sum: i64 = by_hour.iter().sum();
    let mut all = Vec::new();
    for (hour, weight) in (0..).zip(by_hour) {
        for minute in 0..60 {
            if rng.between(0, sum * 60 - 1) < count * weight {
                all.push(midnight + hour * HOUR + minute * MINUTE + rng.between(0, MINUTE - 1));
            }
        }
    }
    all
}

impl Person<'_> {
    /// Everything that happens to this person, in no particular order.
    #[must_use]
    pub fn diary(&self, rng: &mut Rng) -> Vec<(Ms, Event)> {
        let fleet = self.fleet;
        let mails = rng.octaves(fleet.mails.0, fleet.mails.1);
        let looks = rng.octaves(fleet.looks.0, fleet.looks.1);
        let life = match rng.below(100) {
            share if share < fleet.roads.travellers => Life::Road,
            share if share < 85 => Life::Office,
            _ => Life::Home,
        };
        let off_at_night = rng.percent(fleet.roads.off_at_night);
        let mut events = Vec::new();
        for midnight in days(fleet) {
            let weekend = is_weekend(fleet, midnight);
            let (mails, looks) = if weekend {
                (mails / 4, looks / 2)
            } else {
                (mails, looks)
            };
            self.mails(midnight, mails, rng, &mut events);
            self.looks(midnight, looks, rng, &mut events);
            let handsets: BTreeSet<usize> = self.accounts.iter().map(|(_, on)| *on).collect();
            for handset in &handsets {
                self.moves(midnight, life, weekend, *handset, rng, &mut events);
                if off_at_night {
                    let off = midnight + rng.between(22 * HOUR, 24 * HOUR);
                    let on = midnight + DAY + rng.between(6 * HOUR, 8 * HOUR);
                    events.push((off, Event::Handset(*handset, Change::Off)));
                    events.push((on, Event::Handset(*handset, Change::On)));
                }
            }
        }
        events
    }

    fn mails(&self, midnight: Ms, count: i64, rng: &mut Rng, events: &mut Vec<(Ms, Event)>) {
        for at in moments(midnight, count, &MAIL_BY_HOUR, rng) {
            let folders: Folders = rng.weighted(&[
                (84, INBOX),
                (8, CALENDAR),
                (6, INBOX | CALENDAR),
                (2, CONTACTS),
            ]);
            events.push((at, Event::Mail(self.user, folders)));
            // Messages come in threads: an answer to it, a second one to all.
            if rng.percent(18) {
                let next = at + rng.octaves(2 * SECOND, 3 * MINUTE);
                events.push((next, Event::Mail(self.user, INBOX)));
            }
        }
        if rng.percent(20) {
            let at = midnight + rng.between(8 * HOUR, 20 * HOUR);
            events.push((at, Event::Folders(self.user)));
        }
    }

    fn looks(&self, midnight: Ms, count: i64, rng: &mut Rng, events: &mut Vec<(Ms, Event)>) {
        if self.accounts.is_empty() {
            return;
        }
        for at in moments(midnight, count, &LOOKS_BY_HOUR, rng) {
            let (first, _) = *rng.pick(self.accounts);
            for (after, asks) in habits::look(rng) {
                // Opening the app shows all accounts of a phone.
                if after == 0 && self.together {
                    for (account, _) in self.accounts.iter().filter(|(other, _)| *other != first) {
                        let asks = asks.clone();
                        events.push((at + rng.between(0, 40), Event::Acts(*account, asks)));
                    }
                }
                events.push((at + after, Event::Acts(first, asks)));
            }
        }
    }

    fn moves(
        &self,
        midnight: Ms,
        life: Life,
        weekend: bool,
        handset: usize,
        rng: &mut Rng,
        events: &mut Vec<(Ms, Event)>,
    ) {
        // From when on the handset is where.
        let mut stays: Vec<(Ms, usize)> = Vec::new();
        let mut at = |low: Ms, high: Ms, place: usize| {
            stays.push((midnight + rng.peaked(low, high), place));
        };
        match (life, weekend) {
            (Life::Road, false) => {
                at(6 * HOUR, 8 * HOUR, ROAD);
                at(18 * HOUR, 21 * HOUR, HOME);
            }
            (Life::Office, false) => {
                at(7 * HOUR, 8 * HOUR, ROAD);
                at(8 * HOUR, 9 * HOUR, OFFICE);
                at(12 * HOUR, 12 * HOUR + 30 * MINUTE, ROAD);
                at(12 * HOUR + 35 * MINUTE, 13 * HOUR + 30 * MINUTE, OFFICE);
                at(16 * HOUR, 18 * HOUR, ROAD);
                at(18 * HOUR, 20 * HOUR, HOME);
            }
            _ => {
                at(10 * HOUR, 13 * HOUR, ROAD);
                at(13 * HOUR, 17 * HOUR, HOME);
            }
        }
        for (index, (begin, place)) in stays.iter().enumerate() {
            let away = rng.octaves(400, 9 * SECOND);
            let change = Change::Move {
                place: *place,
                away,
            };
            events.push((*begin, Event::Handset(handset, change)));
            if *place == ROAD {
                let end = stays
                    .get(index + 1)
                    .map_or(midnight + DAY, |(next, _)| *next);
                self.gaps(*begin, end, handset, rng, events);
            }
        }
    }

    /// Losses of coverage on the road.
    fn gaps(
        &self,
        begin: Ms,
        end: Ms,
        handset: usize,
        rng: &mut Rng,
        events: &mut Vec<(Ms, Event)>,
    ) {
        let roads = &self.fleet.roads;
        let mut minute = begin;
        while minute < end {
            if rng.below(100 * 60) < roads.losses {
                let away = rng.octaves(2 * SECOND, roads.longest);
                // A short one is over before the network has taken the address back.
                let fresh = away > 12 * SECOND || rng.percent(25);
                let change = Change::Gap { away, fresh };
                let at = minute + rng.between(0, MINUTE - 1);
                events.push((at, Event::Handset(handset, change)));
            }
            minute += MINUTE;
        }
    }
}
