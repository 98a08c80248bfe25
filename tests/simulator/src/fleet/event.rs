//! What can happen in a fleet's world.

use crate::clock::Ms;
use crate::device::{Ask, Told, air::Folders};
use crate::truth::RequestId;

/// What happens to a handset as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is switched on.
    On,
    /// It is switched off.
    Off,
    /// It is without a network for a while; `fresh` when it comes back with a new address.
    Gap {
        /// For how long.
        away: Ms,
        /// Whether the address is a new one.
        fresh: bool,
    },
    /// It goes to another network, and is without one for a moment.
    Move {
        /// The number of the network among the handset's own.
        place: usize,
        /// For how long it has none.
        away: Ms,
    },
    /// It is back on the network.
    Back {
        /// After that time.
        away: Ms,
        /// Whether the address is a new one.
        fresh: bool,
        /// How often it had changed its network when it was lost: what came between wins.
        moves: u32,
    },
}

/// The steps of a restart of the HTTP task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is told to: no new requests are taken.
    Told,
    /// It looks what it waits for.
    Round,
    /// Somebody ends the task.
    Ended,
    /// It is back.
    Started,
}

/// What can happen.
#[derive(Debug, Clone)]
pub enum Event {
    /// Something arrives in folders of a user.
    Mail(usize, Folders),
    /// The server looks what is new for a user.
    Notice(usize),
    /// A user's list of folders changes.
    Folders(usize),
    /// The server loses the state of an account's device.
    Reset(usize),
    /// The HTTP task is told to restart, looks what it waits for, or is ended.
    Restart(Stage),
    /// A handset is switched on or off, moves, or loses coverage.
    Handset(usize, Change),
    /// The user of an account wants something of it.
    Acts(usize, Vec<Ask>),
    /// A device's timer runs out.
    Wake(usize, u64),
    /// A request reaches the server.
    Arrive(RequestId),
    /// A thread of the server begins with a request that has waited for one.
    Begin(RequestId),
    /// The server has an answer to a request, if that is still open.
    Answer(RequestId, Told),
    /// An answer reaches the place where the device was.
    Deliver(RequestId, Told),
    /// Nothing was sent over the connection of a request for as long as the network allows.
    Idle(RequestId),
    /// The proxy has waited for a request as long as it does.
    Patience(RequestId),
    /// The proxy sees that a device has closed the connection of a request.
    Gone(RequestId),
    /// A device learns that the connection of a request is closed.
    Broken(RequestId),
}
