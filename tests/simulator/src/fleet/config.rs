//! What a fleet is played from. Every value here is drawn or set by a scenario; nothing in the world is tuned elsewhere.

use super::fault::Fault;
use crate::clock::{MINUTE, Ms, SECOND, Zone};
use crate::device::Tempo;
use crate::format::FrontFormat;

/// A kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An iPhone or iPad: one connection, one heartbeat.
    Phone,
    /// Android's own mail app: one connection, a heartbeat that climbs and falls.
    Ladder,
    /// Windows Mobile: one connection, a heartbeat that grows in steps.
    Stepping,
    /// Outlook: several connections, a Ping that stays open beside Syncs.
    Outlook,
    /// One connection, and Syncs that are held open in place of Pings.
    Hanging,
    /// One connection, used on a schedule.
    Scheduled,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Phone,
        Self::Ladder,
        Self::Stepping,
        Self::Outlook,
        Self::Hanging,
        Self::Scheduled,
    ];

    /// What the world's summary calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Ladder => "ladder",
            Self::Stepping => "stepping",
            Self::Outlook => "outlook",
            Self::Hanging => "long-poll",
            Self::Scheduled => "scheduled",
        }
    }
}

/// Who owns what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// One device.
    One(Kind),
    /// One handset with two accounts: the same DeviceId for two users.
    TwoAccounts(Kind),
    /// Two handsets that were set up from one backup: the same DeviceId for one user at two places.
    Clones(Kind),
}

/// What a network does to a connection over which nothing was sent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    /// For how long.
    pub after: Ms,
    /// How much later than that it may look, in milliseconds.
    pub sweep: Ms,
    /// Whether both ends are told. If not, what they send is lost from then on.
    pub reset: bool,
}

/// How people move, and what that does to their connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roads {
    /// Losses of coverage in a hundred hours on the road.
    pub losses: usize,
    /// The longest of them.
    pub longest: Ms,
    /// How many in a hundred people are on the road all day.
    pub travellers: usize,
    /// How many in a hundred switch their phone off at night.
    pub off_at_night: usize,
    /// What mobile networks do to idle connections.
    pub cell: Option<Idle>,
    /// Whether only the first of them does.
    pub one_carrier: bool,
    /// What the office's firewall does to them.
    pub office: Option<Idle>,
}

/// The server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// How often it looks what is new and whether a heartbeat is over.
    pub poll: Ms,
    /// The shortest and the longest heartbeat it accepts.
    pub heartbeats: (Ms, Ms),
    /// How many in a hundred thousand Syncs take long.
    pub slow: usize,
    /// The longest of them.
    pub slowest: Ms,
    /// How many in a hundred thousand requests it fails to answer.
    pub failures: usize,
    /// How many in a hundred thousand Pings it wants to have said again.
    pub forgetful: usize,
    /// How many in a hundred devices have to fetch the policy again on a day.
    pub policies: usize,
    /// How many requests it works on at a time, where that matters.
    pub threads: Option<Threads>,
}

/// How many requests the HTTP task works on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads {
    /// So many.
    pub count: usize,
    /// Whether what comes beyond is refused with 503; if not, it waits.
    pub refuses: bool,
}

/// A time at which the server has too much to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// When.
    pub period: (Ms, Ms),
    /// How many in a hundred requests are refused with 503.
    pub refused: usize,
    /// When the refused are told to come back.
    pub after: Option<Ms>,
    /// Whether they are told to come back when it is over.
    pub until_end: bool,
    /// How long ordinary work takes, in a hundredth of the usual time.
    pub pace: i64,
}

/// What is wrong with single devices, and with the server as it is run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Troubles {
    /// Devices whose Pings are returned at once for hours.
    pub loops: usize,
    /// Devices that begin a new Ping every few seconds for a while.
    pub storms: usize,
    /// Devices whose state the server loses, so that they fetch everything again.
    pub resets: usize,
    /// Devices that hold nothing open unless they are being used.
    pub dozing: usize,
    /// Devices that come with an old password all day.
    pub old_passwords: usize,
    /// The HTTP task is told to restart.
    pub restart: Option<Restart>,
    /// Whether the log leaves ActiveSync out.
    pub excluded: bool,
}

/// A restart of the HTTP task, which first waits for the requests that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restart {
    /// When it is told to.
    pub at: Ms,
    /// How often the console says what it waits for.
    pub round: Ms,
    /// How many requests of those minutes never end.
    pub stuck: usize,
    /// After which time somebody ends the task, if it still waits.
    pub patience: Ms,
}

/// A proxy between the devices and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxy {
    /// How long it waits for an answer.
    pub patience: Option<Ms>,
    /// The format of its log, if that is there.
    pub log: Option<FrontFormat>,
    /// Its clock.
    pub clock: Clock,
}

/// A pool of servers that look like one to the devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The servers' clocks; there is one at least.
    pub clocks: Vec<Clock>,
    /// The numbers of the servers whose logs are there.
    pub given: Vec<usize>,
    /// Whether a device stays with one server.
    pub sticky: bool,
}

/// The clock of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Its zone.
    pub zone: Zone,
    /// How far it is ahead.
    pub ahead: Ms,
    /// A moment at which it is set, and by how much it goes on then.
    pub step: Option<(Ms, Ms)>,
}

impl Clock {
    /// A clock that is right.
    #[must_use]
    pub fn right(zone: Zone) -> Self {
        Self {
            zone,
            ahead: 0,
            step: None,
        }
    }

    /// What it shows at a moment.
    #[must_use]
    pub fn shows(&self, at: Ms) -> Ms {
        let step = self.step.filter(|(from, _)| at >= *from);
        at + self.ahead + step.map_or(0, |(_, by)| by)
    }
}

/// What the length column of the log counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// The body of the answer.
    Answer,
    /// The answer with its headers.
    Wire,
    /// The body of the request.
    Request,
    /// Nothing: the column is empty.
    Nothing,
}

/// How the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noise {
    /// The longest time after which a line is written.
    pub late: Ms,
    /// One line in so many is lost; 0 is none.
    pub lost: usize,
    /// How fast devices go on.
    pub tempo: Tempo,
    /// Whether stamps show when the line was written, in place of the event.
    pub when_written: bool,
    /// Whether a new file is begun each midnight.
    pub rotated: bool,
    /// Whether the server's clock shows UTC, wherever it is.
    pub utc: bool,
    /// Whether somebody sets the clock in the middle of the log.
    pub set: bool,
}

impl Noise {
    /// Lines in the order in which requests end, all of them.
    pub const CLEAN: Self = Self {
        late: 0,
        lost: 0,
        tempo: Tempo::BRISK,
        when_written: false,
        rotated: false,
        utc: false,
        set: false,
    };

    /// Lines up to two seconds late, one in 200 lost, and devices that take up to twelve seconds to go on.
    pub const HARD: Self = Self {
        late: 2 * SECOND,
        lost: 200,
        tempo: Tempo {
            slow: 50,
            slower: 48,
            longest: 12 * SECOND,
        },
        when_written: false,
        rotated: false,
        utc: false,
        set: false,
    };
}

/// A fleet: who is in it, and what world it is in.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// The scenario's name.
    pub name: &'static str,
    /// The seed of all randomness.
    pub seed: u64,
    /// The zone of the server's clock.
    pub zone: Zone,
    /// The first and the last moment of the log.
    pub period: (Ms, Ms),
    /// Who owns what.
    pub owners: Vec<Owner>,
    /// Messages for one person on a working day: the fewest and the most.
    pub mails: (i64, i64),
    /// Looks of one person at the mail on a working day: the fewest and the most.
    pub looks: (i64, i64),
    /// How many in a hundred actions of impatient users do not wait for what is running.
    pub haste: usize,
    /// How people move.
    pub roads: Roads,
    /// The server.
    pub service: Service,
    /// The pool it is.
    pub pool: Pool,
    /// When it has too much to do.
    pub episodes: Vec<Episode>,
    /// How many people are refused for a while: an old password, a blocked device.
    pub lapses: usize,
    /// The faults that were switched on.
    pub faults: Vec<Fault>,
    /// What is wrong with single devices, and with the server as it is run.
    pub troubles: Troubles,
    /// What is between the devices and the server.
    pub proxy: Option<Proxy>,
    /// Whether the console's text is there, too.
    pub console: bool,
    /// What the length column counts.
    pub size: Size,
    /// How the log is kept.
    pub noise: Noise,
    /// Ordinary web visits a day.
    pub visits: usize,
}

impl Fleet {
    /// Lets the servers' clocks show what the noise says.
    pub fn set_clocks(&mut self) {
        let middle = i64::midpoint(self.period.0, self.period.1);
        for clock in &mut self.pool.clocks {
            if self.noise.utc {
                clock.zone = Zone(0);
            }
            if self.noise.set {
                let by = if self.seed.is_multiple_of(2) { -41 } else { 67 };
                clock.step = Some((middle, by * SECOND));
            }
        }
    }
}

impl Roads {
    /// Roads on which little is lost.
    pub const GOOD: Self = Self {
        losses: 30,
        longest: 6 * MINUTE,
        travellers: 15,
        off_at_night: 15,
        cell: None,
        one_carrier: false,
        office: None,
    };
}

impl Service {
    /// Traveler as it is installed, with the polling interval and the heartbeats of its settings.
    pub const USUAL: Self = Self {
        poll: 3 * SECOND,
        heartbeats: (30 * SECOND, 15 * MINUTE),
        slow: 60,
        slowest: 40 * SECOND,
        failures: 12,
        forgetful: 300,
        policies: 8,
        threads: None,
    };
}
