//! A device that never Pings: it asks the server to hold its Sync until something is new (`Wait`, `HeartbeatInterval`).

use super::air::{Ask, Folders};
use super::push::{Learned, Push};
use crate::activesync::Command;
use crate::clock::Ms;

/// The held Sync.
#[derive(Debug)]
pub struct Hanging {
    /// How long the server may hold it.
    pub wait: Ms,
    /// The folders it synchronises.
    pub folders: Folders,
}

impl Push for Hanging {
    fn held(&self) -> Option<Ask> {
        Some(Ask::held(Command::Sync, self.folders, self.wait))
    }

    fn learn(&mut self, what: Learned) {
        if let Learned::Limit(limit) = what {
            self.wait = limit;
        }
    }
}
