//! Windows Mobile: the heartbeat grows by a fixed step while answers come; one that fails is taken back, and one that fails
//! without having grown falls to the lowest.

use super::air::{Ask, Folders};
use super::push::{Learned, Push};
use crate::activesync::Command;
use crate::clock::Ms;

/// What such a device is set to, and where it is.
#[derive(Debug)]
pub struct Stepping {
    lowest: Ms,
    step: Ms,
    highest: Ms,
    heartbeat: Ms,
    grown: bool,
    folders: Folders,
}

impl Stepping {
    /// One that begins at its lowest heartbeat.
    #[must_use]
    pub fn new(lowest: Ms, step: Ms, highest: Ms, folders: Folders) -> Self {
        Self {
            lowest,
            step,
            highest,
            heartbeat: lowest,
            grown: false,
            folders,
        }
    }
}

impl Push for Stepping {
    fn held(&self) -> Option<Ask> {
        Some(Ask::held(Command::Ping, self.folders, self.heartbeat))
    }

    fn learn(&mut self, what: Learned) {
        match what {
            Learned::Expired => {
                let next = (self.heartbeat + self.step).min(self.highest);
                self.grown = next > self.heartbeat;
                self.heartbeat = next;
            }
            Learned::Failed if self.grown => {
                self.heartbeat = (self.heartbeat - self.step).max(self.lowest);
                // What has just failed is not tried again.
                self.highest = self.heartbeat;
                self.grown = false;
            }
            Learned::Failed => self.heartbeat = self.lowest,
            Learned::Limit(limit) => {
                self.heartbeat = limit;
                self.highest = limit;
                self.grown = false;
            }
            Learned::Changes => {}
        }
    }
}
