//! What can happen in a world, and the requests and answers that travel in it.

use crate::activesync::Command;
use crate::clock::Ms;
use crate::truth::RequestId;

/// The number of a device in its world's plan.
pub type DeviceId = usize;

/// One thing a device is to ask the server for.
#[derive(Debug, Clone)]
pub struct Task {
    /// What to ask.
    pub command: Command,
    /// For a Ping, and for a Sync that is to be held open: how long the server may hold it, in milliseconds.
    pub hold: Option<Ms>,
    /// How long after the previous answer it is sent, in milliseconds; `None` leaves it to the device.
    pub pause: Option<Ms>,
    /// False when the web server's log queue is full at the time, so that the request gets no line.
    pub logged: bool,
    /// True when the server is slow and the device loses its connection meanwhile, so that it asks again.
    pub stalls: bool,
}

impl Task {
    /// An ordinary request, sent when the device sees fit.
    #[must_use]
    pub fn new(command: Command) -> Self {
        Self {
            command,
            hold: None,
            pause: None,
            logged: true,
            stalls: false,
        }
    }

    /// The same, `pause` milliseconds after the previous answer.
    #[must_use]
    pub fn after(command: Command, pause: Ms) -> Self {
        Self {
            pause: Some(pause),
            ..Self::new(command)
        }
    }

    /// A request the server may hold open for `heartbeat` milliseconds.
    #[must_use]
    pub fn held(command: Command, heartbeat: Ms) -> Self {
        Self {
            hold: Some(heartbeat),
            ..Self::new(command)
        }
    }
}

/// A request on its way to the server or open there.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Who sent it.
    pub device: DeviceId,
    /// What was asked.
    pub task: Task,
    /// Which of the device's addresses it came from.
    pub address: usize,
    /// When it reached the server; meaningless before.
    pub arrived: Ms,
    /// For the Sync that follows a Ping's answer: that Ping.
    pub because_of: Option<RequestId>,
}

/// What the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 200, what was asked for.
    Done,
    /// 200 to a held request: something arrived. The device will need this many Syncs to fetch it.
    Changes(usize),
    /// 200 to a held request: its time is over and nothing arrived.
    Expired,
    /// 200 to a Ping, at once, with this ActiveSync status: 3 parameters, 5 heartbeat range, 7 folder list.
    PingStatus(u8),
    /// Any other HTTP status.
    Http(u16),
}

/// What can happen to a device.
#[derive(Debug)]
pub enum Input {
    /// Push is switched on: hold a request of this command open, with this heartbeat in milliseconds.
    PushOn(Command, Ms),
    /// The user, or the device's own schedule, wants these requests made.
    Act(Vec<Task>),
    /// The radio connection is gone. The device does not notice.
    CoverageLost,
    /// The radio is back, with a new connection.
    CoverageBack,
    /// An answer has come.
    Reply(RequestId, Answer),
    /// The timer with this number has run out.
    Wake(u64),
}

/// What can happen to a request at the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// The answer of the server has been passed on.
    Done,
    /// The client has closed the connection.
    Left,
    /// The proxy's patience is over.
    GivenUp,
    /// The server could not be reached.
    Refused,
}

/// What can happen in the world.
#[derive(Debug)]
pub enum Event {
    /// Something happens to a device.
    Device(DeviceId, Input),
    /// A request reaches the server.
    Arrive(Request),
    /// The server has an answer to a request, if that is still open.
    Answer(DeviceId, RequestId, Answer),
    /// The device's planned push session with this index begins.
    Session(DeviceId, usize),
    /// The device's planned errand with this index is due: requests it makes while push is off.
    Errand(DeviceId, usize),
    /// The web hit with this index has been served.
    Web(usize),
    /// Something happens to a request at the proxy.
    Gate(DeviceId, RequestId, Passing),
}
