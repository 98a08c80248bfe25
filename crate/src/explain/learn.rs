//! What requests of a device do to each other, counted where it is plain.

use super::Certainty;
use super::habit::{All, Habit, Own};
use super::lane::{Item, Lane};
use super::link::Links;
use crate::activesync::Command;

/// What displaced a Ping so shortly before the end of all logs may stand in the next.
const NEXT_LOG_MS: i64 = 60_000;

/// What is known of all devices.
#[derive(Debug, Default)]
pub(super) struct Habits {
    devices: Vec<Own>,
    all: All,
}

impl Habits {
    /// Learns from the next device, and gives what is known of it before anything is known of others.
    pub(super) fn learn(&mut self, lane: &Lane<'_>) -> Habit {
        let mut own = overlaps(lane);
        let habit = Habit::neutral(&own);
        let links = Links {
            lane,
            habit: &habit,
        };
        let all = &mut self.all;
        for (at, item) in lane.items.iter().enumerate() {
            if item.command != Command::Ping || !item.displaced() || !item.timed {
                continue;
            }
            match links.displacing(at) {
                Ok(cause) if cause.certainty == Certainty::Certain => {
                    let group = lane.items[cause.at].group();
                    let count = &mut own.displaced[group as usize];
                    *count = count.saturating_add(1);
                    all.displaced[group as usize] += 1;
                    if let Some(next) = links.next(cause.at) {
                        let next = &lane.items[next.at];
                        all.note(group, next.group(), next.start - item.end());
                    }
                }
                // What displaced the last ones may stand in the next log.
                Err(Certainty::Certain) if item.end() + NEXT_LOG_MS < lane.last => {
                    all.unseen += 1;
                }
                _ => {}
            }
        }
        self.devices.push(own);
        habit
    }

    /// What is known of a device, from it and from all others.
    pub(super) fn of(&self, device: u32) -> Habit {
        let own = self.devices.get(device as usize).copied();
        Habit::of(&own.unwrap_or_default(), &self.all)
    }

    /// Share of requests that are in no log.
    pub(super) fn unseen(&self) -> f64 {
        self.all.unseen()
    }
}

/// Counts the requests that began while another of the account was open and went on being so.
fn overlaps(lane: &Lane<'_>) -> Own {
    let mut counts = Own {
        requests: lane.items.len() as u32,
        ..Own::default()
    };
    // The request that ends last of those that began so far, by account: a phone has few.
    let mut open: Vec<Item> = Vec::new();
    for item in lane.items.iter().filter(|i| i.timed && i.accepted) {
        let Some(before) = open.iter_mut().find(|o| o.user == item.user) else {
            open.push(*item);
            continue;
        };
        let beside =
            item.start > before.start + before.loose && item.end() + item.loose < before.end();
        // A displaced request whose end nobody waits for says nothing of what the device does.
        if beside && !before.displaced() {
            counts.overlaps += 1;
        }
        if beside && before.command == Command::Ping {
            let count = &mut counts.beside[item.group() as usize];
            *count = count.saturating_add(1);
        }
        if item.end() > before.end() {
            *before = *item;
        }
    }
    counts
}
