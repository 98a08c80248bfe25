//! What makes one device with one connection another than the next.

use super::air::Folders;
use crate::clock::Ms;

/// How one device differs from others of its kind.
#[derive(Debug, Clone)]
pub struct Temper {
    /// How long it waits for the answer to a held request beyond the heartbeat.
    pub slack: Ms,
    /// How long it waits for any other answer.
    pub patience: Ms,
    /// How many in a hundred of its user's actions do not wait for what is running.
    pub hasty: usize,
    /// After an absence longer than this it first looks what is new.
    pub absence: Ms,
    /// How many in a hundred new addresses make it notice that its connection is dead.
    pub alert: usize,
    /// The first request of each connection comes without a password, and again after the 401.
    pub challenged: bool,
    /// It asks how much a Sync would bring before it fetches.
    pub estimates: bool,
    /// The folders it has.
    pub folders: Folders,
    /// It fetches all folders with one Sync.
    pub bundles: bool,
    /// For how long at most it waits for its user's next action before it holds a request open again.
    pub settle: Ms,
    /// How many in a hundred answers that never came make it look for news before it holds a request again.
    pub looks: usize,
    /// How long after its user's last action it holds requests open; `None` is for ever.
    pub dozes: Option<Ms>,
}
