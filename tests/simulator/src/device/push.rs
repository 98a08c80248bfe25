//! What a device with one connection holds open while it has nothing else to do, and what it learns from how that ends.

use std::fmt::Debug;

use super::air::{Ask, Folders};
use crate::activesync::Command;
use crate::clock::Ms;

/// How a held request ended, as the device sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// Its heartbeat ran out.
    Expired,
    /// Something was new.
    Changes,
    /// The server accepts no heartbeat beyond this one.
    Limit(Ms),
    /// No answer came, or the connection broke.
    Failed,
}

/// A device's way of being told of news.
pub trait Push: Debug + Send + Sync {
    /// The request it holds open; `None` when it looks on a schedule only.
    fn held(&self) -> Option<Ask>;

    /// Takes in how one ended.
    fn learn(&mut self, what: Learned);

    /// How long it waits between looks, if it looks on a schedule.
    fn every(&self) -> Option<Ms> {
        None
    }
}

/// A held request whose time never changes but for what the server does not accept: a Ping, as iOS has it, or a Sync, as
/// devices have it that never Ping (`Wait`, `HeartbeatInterval`).
#[derive(Debug)]
pub struct Fixed {
    /// What is held.
    pub command: Command,
    /// For how long.
    pub hold: Ms,
    /// The folders it is about.
    pub folders: Folders,
}

impl Push for Fixed {
    fn held(&self) -> Option<Ask> {
        Some(Ask::held(self.command, self.folders, self.hold))
    }

    fn learn(&mut self, what: Learned) {
        if let Learned::Limit(limit) = what {
            self.hold = limit;
        }
    }
}

/// No push: the device looks every so often.
#[derive(Debug)]
pub struct Scheduled {
    /// How often.
    pub every: Ms,
}

impl Push for Scheduled {
    fn held(&self) -> Option<Ask> {
        None
    }

    fn learn(&mut self, _: Learned) {}

    fn every(&self) -> Option<Ms> {
        Some(self.every)
    }
}
