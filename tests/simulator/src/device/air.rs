//! What passes between the devices of a fleet and their world.

use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::rng::Rng;
use crate::truth::RequestId;

/// A set of a mailbox's folders: bit 0 is the inbox, bit 1 the calendar, bit 2 sent messages, bit 3 contacts.
pub type Folders = u8;

/// The inbox.
pub const INBOX: Folders = 1;
/// The calendar.
pub const CALENDAR: Folders = 2;
/// Messages the user has sent.
pub const SENT: Folders = 4;
/// Contacts.
pub const CONTACTS: Folders = 8;

/// The folders of a set, one at a time.
pub fn each(folders: Folders) -> impl Iterator<Item = Folders> {
    (0..8)
        .map(|bit| 1 << bit)
        .filter(move |folder| folders & folder != 0)
}

/// One thing a device asks the server for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// What.
    pub command: Command,
    /// How long the server may hold it when there is nothing new, in milliseconds.
    pub hold: Option<Ms>,
    /// The folders it is about.
    pub folders: Folders,
    /// Whether it says what the server may have forgotten: a Ping's folders and heartbeat.
    pub complete: bool,
    /// Whether it asks for everything, not only for what is new.
    pub whole: bool,
    /// Whether it comes with the user's name and password.
    pub signed: bool,
    /// How long after the previous answer it is sent; `None` leaves it to the device.
    pub pause: Option<Ms>,
    /// How often it was sent before.
    pub tries: u8,
}

impl Ask {
    /// An ordinary request.
    #[must_use]
    pub fn of(command: Command) -> Self {
        Self {
            command,
            hold: None,
            folders: 0,
            complete: true,
            whole: false,
            signed: true,
            pause: None,
            tries: 0,
        }
    }

    /// A Sync of `folders`.
    #[must_use]
    pub fn sync(folders: Folders) -> Self {
        Self {
            folders,
            ..Self::of(Command::Sync)
        }
    }

    /// All there is in `folders`, in `parts` answers at least: what a device asks for whose state is lost.
    #[must_use]
    pub fn everything(folders: Folders, parts: i64) -> Vec<Self> {
        let mut asks = vec![Self::of(Command::FolderSync)];
        for folder in each(folders) {
            // The first Sync with the key 0 only brings a new key.
            asks.push(Self::sync(folder));
            asks.push(Self {
                folders: folder,
                ..Self::of(Command::GetItemEstimate)
            });
            for _ in 0..parts {
                asks.push(Self {
                    whole: true,
                    ..Self::sync(folder)
                });
            }
        }
        asks
    }

    /// A request of `command` about `folders` that the server may hold.
    #[must_use]
    pub fn held(command: Command, folders: Folders, hold: Ms) -> Self {
        Self {
            hold: Some(hold),
            folders,
            ..Self::of(command)
        }
    }
}

/// What the server tells a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// 200, what was asked for.
    Done {
        /// There is more than fitted into one answer.
        more: bool,
    },
    /// 200: the server does not know the device's state, which has to fetch everything again.
    Reset,
    /// 200: something is new in these folders.
    Changes(Folders),
    /// 200: the heartbeat is over, and nothing is new.
    Expired,
    /// 200 to a Ping, at once, with this ActiveSync status; 5 comes with the nearest heartbeat the server accepts.
    Status(u8, Option<Ms>),
    /// Any other HTTP status; 503 may say when to come back.
    Http(u16, Option<Ms>),
}

/// What can happen to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stimulus {
    /// It is switched on, or the log's time begins.
    On,
    /// It is switched off.
    Off,
    /// Its user wants these requests made.
    User(Vec<Ask>),
    /// The radio connection is gone.
    Lost,
    /// The radio is back after that time; `fresh` when with a new address, so that nothing of before can go on.
    Back {
        /// How long it was gone.
        away: Ms,
        /// Whether the address is a new one.
        fresh: bool,
    },
    /// An answer has come.
    Heard(RequestId, Told),
    /// The connection of this request was closed by what is in between.
    Broken(RequestId),
    /// The timer with this number has run out.
    Wake(u64),
}

/// How fast the devices of a fleet go on after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// How many in a hundred follow-ups keep the user waiting longer.
    pub slow: usize,
    /// How many in a hundred of these are twice as slow, and of those again.
    pub slower: usize,
    /// The longest a follow-up is put off, in milliseconds.
    pub longest: Ms,
}

impl Tempo {
    /// Phones that do things when they are to be done; one in fifty has something else to do first.
    pub const BRISK: Self = Self {
        slow: 2,
        slower: 45,
        longest: 4 * SECOND,
    };

    /// How long a device takes before it goes on to the next request; `idle` when nothing is waiting but the next Ping.
    pub fn pause(&self, idle: bool, rng: &mut Rng) -> Ms {
        let (low, high) = if idle { (200, 1_400) } else { (60, 600) };
        if rng.percent(self.slow) {
            rng.tailed(high / 2, self.longest, self.slower)
        } else {
            rng.peaked(low, high)
        }
    }
}

/// What a device wants done.
#[derive(Debug)]
pub enum Order {
    /// A request is sent.
    Send {
        /// Its number.
        id: RequestId,
        /// What it asks for.
        ask: Ask,
        /// The Ping whose answer it follows.
        because_of: Option<RequestId>,
        /// Whether a connection has to be made for it.
        fresh: bool,
    },
    /// The connection of a request is closed by the device.
    Leave(RequestId),
    /// A timer is set.
    Wake(Ms, u64),
}

/// What one device can do at one moment.
#[derive(Debug)]
pub struct Air<'a> {
    /// The moment.
    pub now: Ms,
    /// The device's own randomness.
    pub rng: &'a mut Rng,
    /// How fast it goes on.
    pub tempo: Tempo,
    /// The number of the next request.
    pub next: &'a mut RequestId,
    /// What it has ordered so far.
    pub orders: Vec<Order>,
}

impl Air<'_> {
    /// Sends a request.
    pub fn send(&mut self, ask: Ask, because_of: Option<RequestId>, fresh: bool) -> RequestId {
        let id = *self.next;
        *self.next += 1;
        self.orders.push(Order::Send {
            id,
            ask,
            because_of,
            fresh,
        });
        id
    }

    /// Closes the connection of a request.
    pub fn leave(&mut self, id: RequestId) {
        self.orders.push(Order::Leave(id));
    }

    /// Sets the timer `number`, to run out after `delay` milliseconds.
    pub fn wake(&mut self, delay: Ms, number: u64) {
        self.orders.push(Order::Wake(self.now + delay, number));
    }

    /// How long the device takes before it goes on.
    pub fn pause(&mut self, idle: bool) -> Ms {
        self.tempo.pause(idle, self.rng)
    }
}
