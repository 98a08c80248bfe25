//! Android's own mail app: a heartbeat that climbs after every quiet Ping and falls after every failed one.

use super::air::{Ask, Folders};
use super::push::{Learned, Push};
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};

/// What one step adds or takes.
const STEP: Ms = 300 * SECOND;
/// The lowest heartbeat, with which it begins.
const LOWEST: Ms = 480 * SECOND;
/// The highest.
const HIGHEST: Ms = 1_680 * SECOND;

/// Where on the ladder a device is. Against a server that accepts no more than 900 s it tries 1,200 s after every quiet Ping
/// and is told 900 s again, for ever.
#[derive(Debug)]
pub struct Ladder {
    heartbeat: Ms,
    folders: Folders,
}

impl Ladder {
    /// At the foot of the ladder.
    #[must_use]
    pub fn new(folders: Folders) -> Self {
        Self {
            heartbeat: LOWEST,
            folders,
        }
    }
}

impl Push for Ladder {
    fn held(&self) -> Option<Ask> {
        Some(Ask::held(Command::Ping, self.folders, self.heartbeat))
    }

    fn learn(&mut self, what: Learned) {
        self.heartbeat = match what {
            Learned::Expired => (self.heartbeat + STEP).min(HIGHEST),
            Learned::Failed => (self.heartbeat - STEP).max(LOWEST),
            Learned::Limit(limit) => limit,
            Learned::Changes => self.heartbeat,
        };
    }
}
