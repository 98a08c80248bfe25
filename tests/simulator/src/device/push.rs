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

/// A Ping whose heartbeat never changes, as iOS does: but for what the server does not accept.
#[derive(Debug)]
pub struct Fixed {
    /// The heartbeat.
    pub heartbeat: Ms,
    /// The folders watched.
    pub folders: Folders,
}

impl Push for Fixed {
    fn held(&self) -> Option<Ask> {
        Some(Ask::held(Command::Ping, self.folders, self.heartbeat))
    }

    fn learn(&mut self, what: Learned) {
        if let Learned::Limit(limit) = what {
            self.heartbeat = limit;
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
