//! One request from its sending to its end, and what is true of it.

use crate::clock::Ms;
use crate::device::{Ask, Told};
use crate::format::Ending;
use crate::truth::{Outcome, RequestId};

/// A request and what became of it.
#[derive(Debug, Clone)]
pub struct Journey {
    /// The account that sent it.
    pub account: usize,
    /// What was asked.
    pub ask: Ask,
    /// From where.
    pub address: String,
    /// The number of the network it was sent over.
    pub network: usize,
    /// How often the handset had got a new address by then.
    pub epoch: u32,
    /// The number of the server in the pool that it comes to.
    pub member: usize,
    /// Whether a connection had to be made for it.
    pub fresh: bool,
    /// The device has closed the connection.
    pub left: bool,
    /// The network has forgotten the connection.
    pub dead: bool,
    /// When it reached the server.
    pub arrived: Option<Ms>,
    /// When the server began with it: later, when it had to wait for a thread.
    pub start: Option<Ms>,
    /// Whether a thread works on it.
    pub threaded: bool,
    /// How it ended.
    pub end: Option<End>,
    /// For a Ping with news: the Sync that the device sent because of it.
    pub followed: Option<RequestId>,
    /// Whether the server held it, waiting for something new.
    pub parked: bool,
    /// Whether the device got the answer.
    pub heard: bool,
    /// It was open when the server's task was ended, so that it never got a line.
    pub vanished: bool,
    /// When it reached the proxy, if there is one.
    pub passed: Option<Ms>,
    /// When and how it ended for the proxy, if that was before the server's answer.
    pub front: Option<(Ms, Ending)>,
}

/// The end of a request at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Ms,
    /// How many requests had ended before.
    pub order: u64,
    /// The HTTP status.
    pub status: u16,
    /// The length of the answer's body.
    pub bytes: u32,
    /// What was answered; `None` for one that was displaced.
    pub told: Option<Told>,
    /// The request that displaced it.
    pub cause: Option<RequestId>,
}

impl Journey {
    /// Why the request ended; `None` while it has not. `newcomer` is what displaced it.
    #[must_use]
    pub fn outcome(&self, newcomer: Option<&Self>) -> Option<Outcome> {
        use crate::activesync::Command::Ping;
        let end = self.end.as_ref()?;
        if let Some(newcomer) = newcomer {
            return Some(Outcome::of_conflict(self.ask.command, newcomer.ask.command));
        }
        Some(match (self.ask.command, end.told.as_ref()?) {
            (_, Told::Http(status, _)) => Outcome::of_refusal(*status),
            (Ping, Told::Changes(_)) if self.heard => Outcome::ChangesFound,
            (Ping, Told::Changes(_)) => Outcome::ReplyLost,
            (Ping, Told::Expired) => Outcome::HeartbeatExpired,
            (Ping, _) => Outcome::ReturnedAtOnce,
            _ if self.parked => Outcome::LongPoll,
            _ => Outcome::Completed,
        })
    }

    /// The request that explains the end: what displaced it, or the Sync that fetched its news.
    #[must_use]
    pub fn cause(&self) -> Option<RequestId> {
        let end = self.end.as_ref()?;
        end.cause
            .or(self.followed.filter(|_| self.heard && end.cause.is_none()))
    }
}
