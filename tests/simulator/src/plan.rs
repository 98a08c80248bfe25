//! What a scenario prescribes for a world: who is in it, when they do what, and what happens to them.

use crate::activesync::{Caller, Command};
use crate::clock::{Ms, Zone};
use crate::event::Task;
use crate::fate::Fate;
use crate::server::Refusal;
use crate::web::Hit;

/// Everything a world is played from.
#[derive(Debug)]
pub struct Plan {
    /// The seed of all its randomness.
    pub seed: u64,
    /// The zone of the server's clock.
    pub zone: Zone,
    /// The moment at which the log is cut: what has not ended by then is not in it.
    pub cut: Ms,
    /// The Host header of the devices' requests.
    pub host: &'static str,
    /// What the ActiveSync URL is translated to.
    pub servlet_path: &'static str,
    /// The devices.
    pub devices: Vec<Device>,
    /// What the server is going to refuse.
    pub refusals: Vec<Refusal>,
    /// Ordinary web traffic, served beside the devices' requests.
    pub web: Vec<Hit>,
    /// Whether the HTTP task is restarted at the cut, and the console lines about the requests it waits for are pasted
    /// below the log.
    pub restart_at_cut: bool,
}

/// A device and what is planned for it.
#[derive(Debug)]
pub struct Device {
    /// The parts of its URLs.
    pub caller: Caller,
    /// Its user as the access log shows it once authenticated, quotes included.
    pub log_user: String,
    /// Its User-Agent header.
    pub agent: &'static str,
    /// The addresses the network gives it, one after the other; not empty.
    pub addresses: Vec<String>,
    /// When push is on.
    pub sessions: Vec<Session>,
    /// What it does while push is off.
    pub errands: Vec<Errand>,
}

/// A time during which a device has push on. It ends with the last of its fates.
#[derive(Debug)]
pub struct Session {
    /// When push is switched on. Later when the previous session is not over by then.
    pub start: Ms,
    /// What the device holds open: a Ping, or a Sync.
    pub command: Command,
    /// How long the server may hold it, in milliseconds.
    pub heartbeat: Ms,
    /// What happens to one held request after the other.
    pub fates: Vec<Fate>,
}

/// Requests that a device makes on its schedule, or because its user picks it up. Skipped when push is on, as there is
/// nothing to fetch then, and when the device was in touch with the server shortly before.
#[derive(Debug)]
pub struct Errand {
    /// When.
    pub at: Ms,
    /// The requests, one after the other.
    pub tasks: Vec<Task>,
}
