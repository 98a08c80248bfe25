//! What devices of each kind are like: how they name themselves, what they hold open, how patient they are.

use super::cast::Trouble;
use super::config::{Fleet, Kind, Service};
use crate::activesync::{Command, Query};
use crate::clock::{MINUTE, SECOND};
use crate::device::air::{CALENDAR, CONTACTS, Folders, INBOX, SENT};
use crate::device::{
    Behaviour, Desk, Fixed, Frantic, Ladder, Line, Outlook, Push, Scheduled, Stepping, Temper,
};
use crate::rng::Rng;

/// Where sites have Traveler.
pub const PATHS: [&str; 3] = [
    "/servlet/traveler/Microsoft-Server-ActiveSync",
    "/traveler/Microsoft-Server-ActiveSync",
    "/Microsoft-Server-ActiveSync",
];

/// A DeviceType with the agents that come with it.
type Model = (&'static str, &'static [&'static str]);

const PHONES: [Model; 2] = [
    (
        "iPhone",
        &[
            "Apple-iPhone4C1/1002.329",
            "Apple-iPhone8C1/1504.100",
            "Apple-iPhone11C6/1905.258",
            "Apple-iPhone13C2/2007.71",
            "Apple-iPhone14C5/2205.252",
            "Apple-iPhone15C4/2204.72",
        ],
    ),
    ("iPad", &["Apple-iPad4C5/1206.69", "Apple-iPad13C4/2107.93"]),
];
const LADDERS: [Model; 3] = [
    (
        "Android",
        &["Android/4.4.2-EAS-1.3", "Android/5.1.1-EAS-2.0"],
    ),
    ("SAMSUNGGTI9515", &["Android-SAMSUNG-GT-I9515/101.50001"]),
    ("SAMSUNGSMS921B", &["Android-SAMSUNG-SM-S921B/101.140"]),
];
const STEPPERS: [Model; 2] = [
    ("PocketPC", &["MSFT-PPC/5.2.5088", "MSFT-PPC/5.1.2301"]),
    ("SmartPhone", &["MSFT-SPhone/5.2.401"]),
];
const OUTLOOKS: [Model; 2] = [
    (
        "WindowsOutlook15",
        &[
            "Microsoft.Outlook.15",
            "Outlook/15.0 (15.0.4569.1503; MSI; x86)",
        ],
    ),
    (
        "WindowsOutlook",
        &["Outlook/16.0 (16.0.5017.1000; C2R; x64)"],
    ),
];
const HANGERS: [Model; 2] = [
    ("WP8", &["MSFT-WP/8.10.14219", "MSFT-WP/8.0.9903"]),
    (
        "WindowsMail",
        &["MSFT-WIN-4/10.0.19045", "MSFT-WIN-3/6.2.9200"],
    ),
];
const SCHEDULED: [Model; 2] = [
    (
        "Android",
        &["TouchDown(MSRPC)/7.1.0005", "TouchDown(MSRPC)/8.4.00086"],
    ),
    (
        "iPhone",
        &["Apple-iPhone8C1/1504.100", "Apple-iPhone12C1/1905.258"],
    ),
];

/// One device as it was made and set up.
#[derive(Debug, Clone)]
pub struct Make {
    /// Its kind.
    pub kind: Kind,
    /// Its DeviceId.
    pub device_id: String,
    /// Its DeviceType.
    pub device_type: &'static str,
    /// Its User-Agent header.
    pub agent: &'static str,
    /// How it writes its query.
    pub query: Query,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
    folders: Folders,
}

impl Make {
    /// Draws a device.
    #[must_use]
    pub fn draw(kind: Kind, trouble: Option<Trouble>, rng: &mut Rng) -> Self {
        let models: &[Model] = match kind {
            Kind::Phone => &PHONES,
            Kind::Ladder => &LADDERS,
            Kind::Stepping => &STEPPERS,
            Kind::Outlook => &OUTLOOKS,
            Kind::Hanging => &HANGERS,
            Kind::Scheduled => &SCHEDULED,
        };
        let (device_type, agents) = *rng.pick(models);
        let device_id = match kind {
            _ if device_type.starts_with('i') && rng.percent(25) => {
                format!("Appl{}", word(rng, 12, UPPER))
            }
            _ if device_type.starts_with('i') => word(rng, 26, UPPER),
            Kind::Ladder if device_type.starts_with("SAMSUNG") => {
                format!("SEC{}", word(rng, 13, HEX))
            }
            Kind::Ladder => format!("androidc{}", word(rng, 10, DIGITS)),
            _ => word(rng, 32, HEX),
        };
        let query = match kind {
            Kind::Hanging if rng.percent(40) => Query::Base64(*rng.pick(&[140, 141])),
            Kind::Ladder | Kind::Stepping => Query::CommandFirst,
            _ => Query::CommandLast,
        };
        Self {
            kind,
            device_id,
            device_type,
            agent: *rng.pick::<&str>(agents),
            query,
            trouble,
            folders: rng.weighted(&[
                (5, INBOX | CALENDAR | CONTACTS),
                (3, INBOX | CALENDAR | CONTACTS | SENT),
                (2, INBOX | CALENDAR),
            ]),
        }
    }

    /// What it does.
    #[must_use]
    pub fn device(&self, fleet: &Fleet, rng: &mut Rng) -> Box<dyn Behaviour> {
        if self.kind == Kind::Outlook {
            return Box::new(Outlook::new(self.desk(fleet, rng)));
        }
        let push = self.push(&fleet.service, rng);
        let line = Line::new(self.temper(fleet, rng), push);
        if let Some(Trouble::Storm(from, to)) = self.trouble {
            let every = (rng.between(400, 1_500), rng.between(2_500, 5_000));
            return Box::new(Frantic::new(line, (from, to), every, 600 * SECOND));
        }
        Box::new(line)
    }

    fn desk(&self, fleet: &Fleet, rng: &mut Rng) -> Desk {
        Desk {
            heartbeat: (*rng.pick(&[300, 480, 540, 900]) * SECOND).min(fleet.service.heartbeats.1),
            folders: self.folders,
            slack: rng.between(10, 40) * SECOND,
            patience: *rng.pick(&[60, 100, 180]) * SECOND,
            lanes: *rng.pick(&[2, 3, 4]),
            every: *rng.pick(&[10, 15, 30, 30]) * MINUTE,
            eager: rng.percent(40),
            renews: *rng.pick(&[0, 15, 60]),
        }
    }

    fn temper(&self, fleet: &Fleet, rng: &mut Rng) -> Temper {
        let one_of = |seconds: &[i64], rng: &mut Rng| *rng.pick(seconds) * SECOND;
        let temper = Temper {
            slack: rng.between(10, 60) * SECOND,
            patience: one_of(&[60, 60, 90, 120], rng),
            hasty: if rng.percent(50) {
                fleet.haste
            } else {
                fleet.haste / 4
            },
            absence: rng.between(30, 400) * SECOND,
            alert: *rng.pick(&[70, 90, 100]),
            challenged: false,
            estimates: false,
            bundles: rng.percent(30),
            settle: one_of(&[0, 0, 0, 6, 20], rng),
            looks: 25,
            dozes: (self.trouble == Some(Trouble::Dozing)).then(|| rng.between(2, 20) * MINUTE),
            folders: self.folders,
        };
        match self.kind {
            // One operation at a time: its own Syncs wait for one another.
            Kind::Ladder => Temper {
                slack: 5 * SECOND,
                patience: one_of(&[30, 45, 60], rng),
                hasty: 0,
                ..temper
            },
            Kind::Stepping => Temper {
                challenged: rng.percent(60),
                estimates: rng.percent(40),
                ..temper
            },
            Kind::Hanging => Temper {
                challenged: rng.percent(25),
                bundles: true,
                ..temper
            },
            Kind::Scheduled => Temper {
                estimates: rng.percent(30),
                settle: 0,
                ..temper
            },
            Kind::Phone | Kind::Outlook => temper,
        }
    }

    fn push(&self, service: &Service, rng: &mut Rng) -> Box<dyn Push> {
        let folders = self.folders;
        match self.kind {
            Kind::Phone | Kind::Outlook => {
                let usual = rng.weighted(&[
                    (3, 300),
                    (4, 470),
                    (3, 540),
                    (8, 600),
                    (6, 900),
                    (1, 1_200),
                    (1, 1_800),
                ]);
                let odd = rng.between(200, 900);
                let seconds = if rng.percent(15) { odd } else { usual };
                Box::new(Fixed {
                    command: Command::Ping,
                    // What the server does not accept was found out long ago.
                    hold: (seconds * SECOND).min(service.heartbeats.1),
                    folders,
                })
            }
            Kind::Ladder => Box::new(Ladder::new(folders)),
            Kind::Stepping => {
                let lowest = *rng.pick(&[60, 120, 300, 480]) * SECOND;
                let step = *rng.pick(&[60, 120, 300]) * SECOND;
                Box::new(Stepping::new(lowest, step, 45 * MINUTE, folders))
            }
            Kind::Hanging => {
                let wait = *rng.pick(&[60, 300, 480, 540, 600, 900, 1_740, 3_540]) * SECOND;
                Box::new(Fixed {
                    command: Command::Sync,
                    hold: wait,
                    folders,
                })
            }
            Kind::Scheduled => Box::new(Scheduled {
                every: *rng.pick(&[15, 15, 30, 60]) * MINUTE,
            }),
        }
    }
}

const UPPER: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const HEX: &[u8] = b"0123456789ABCDEF";
const DIGITS: &[u8] = b"0123456789";

/// A word of `length` letters of `alphabet`.
fn word(rng: &mut Rng, length: usize, alphabet: &[u8]) -> String {
    (0..length)
        .map(|_| char::from(*rng.pick(alphabet)))
        .collect()
}
