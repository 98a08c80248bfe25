//! A small, readable log for newcomers: half a working day, six devices of recent years, a little web traffic, and every
//! outcome that a Domino log can hold. Then the administrator restarts the HTTP task.
//!
//! What happens is written down here device by device; only the milliseconds are drawn.

mod devices;

use super::deck;
use crate::activesync::Command;
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, Zone};
use crate::event::Task;
use crate::fate::Fate;
use crate::plan::{Device, Errand, Plan, Session};
use crate::rng::Rng;
use crate::server::Refusal;
use crate::web::Visits;

pub(super) const ZONE: Zone = Zone(120);

const SEED: u64 = 0x0409_2025;
const OPENS: Ms = 8 * HOUR;
const RESTART: Ms = 12 * HOUR + 30 * MINUTE;

const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:138.0) Gecko/20100101 Firefox/138.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0",
];
const EMPLOYEES: &[&str] = &["\"Iris Berg/HR/Example\"", "CN=Web Master/O=Example"];

pub(super) fn plan(block: u32) -> Plan {
    let midnight = ZONE.midnight(2025, 5, 14) + i64::from(block) * DAY;
    let seed = SEED + u64::from(block);
    let visits = Visits {
        begin: midnight + OPENS,
        end: midnight + RESTART - 10 * MINUTE,
        midnight,
        count: 5,
        browsers: BROWSERS,
        employees: EMPLOYEES,
    };
    Plan {
        seed,
        zone: ZONE,
        cut: midnight + RESTART,
        host: "mail.example.com",
        servlet_path: "d:/domino/servlet",
        devices: devices::all(&mut Script {
            midnight,
            rng: Rng::new(seed, "script"),
        }),
        refusals: refusals(midnight),
        web: visits.hits(&mut Rng::new(seed, "web")),
        restart_at_cut: true,
    }
}

fn refusals(midnight: Ms) -> Vec<Refusal> {
    let at = |hour: i64, minute: i64| midnight + hour * HOUR + minute * MINUTE;
    let refusal = |device, from, times, command, status| Refusal {
        device,
        from,
        times,
        command,
        status,
    };
    vec![
        // A new iPad is asked for its password, then told to fetch the policy first.
        refusal(devices::IPAD, at(8, 0), 1, Some(Command::Options), 401),
        refusal(devices::IPAD, at(8, 0), 1, Some(Command::FolderSync), 449),
        // Its user forwards a message that the server cannot read.
        refusal(devices::IPAD, at(8, 0), 1, Some(Command::SmartForward), 500),
        // A password is changed in the browser; the phone goes on with the old one for three minutes.
        refusal(devices::GMAIL, at(9, 40), 3, None, 401),
        // The server has too much to do for a minute.
        refusal(devices::IPHONE, at(11, 10), 2, None, 503),
        refusal(devices::SAMSUNG, at(11, 10), 1, None, 503),
    ]
}

/// Turns what is written down into fates and errands. Seconds are given; the milliseconds are drawn.
struct Script {
    midnight: Ms,
    rng: Rng,
}

impl Script {
    fn about(&mut self, seconds: i64) -> Ms {
        seconds * SECOND + self.rng.between(0, 999)
    }

    fn session(
        &self,
        hour: i64,
        minute: i64,
        command: Command,
        heartbeat: i64,
        fates: Vec<Fate>,
    ) -> Session {
        let start = self.midnight + hour * HOUR + minute * MINUTE + 17 * SECOND;
        Session {
            start,
            command,
            heartbeat: heartbeat * SECOND,
            fates,
        }
    }

    fn errand(&self, hour: i64, minute: i64, commands: &[Command]) -> Errand {
        let at = self.midnight + hour * HOUR + minute * MINUTE;
        Errand {
            at,
            tasks: commands.iter().copied().map(Task::new).collect(),
        }
    }

    /// Nothing arrives before the heartbeat ends.
    fn quiet(&mut self) -> Fate {
        Fate::Quiet {
            overshoot: self.rng.between(12, 2_900),
        }
    }

    /// Mail arrives.
    fn mail(&mut self, after: i64, syncs: usize) -> Fate {
        Fate::Mail {
            after: self.about(after),
            syncs,
        }
    }

    /// The user opens Mail.
    fn open(&mut self, after: i64) -> Fate {
        Fate::Use {
            after: self.about(after),
            tasks: deck::reading(&mut self.rng),
        }
    }

    /// The user does something else.
    fn does(&mut self, after: i64, command: Command) -> Fate {
        Fate::Use {
            after: self.about(after),
            tasks: vec![Task::new(command), Task::new(Command::Sync)],
        }
    }

    /// The device is without coverage for `away` seconds, and comes back `after` seconds after it opened the Ping.
    fn gap(&mut self, after: i64, away: i64) -> Fate {
        let back = self.about(after);
        Fate::Gap {
            lost: back - away * SECOND,
            back,
        }
    }

    /// The server does not accept the Ping.
    fn rejected(&mut self, status: u8) -> Fate {
        Fate::Rejected {
            after: self.rng.between(2, 40),
            status,
        }
    }

    /// Mail arrives `after` seconds, while the device is out of coverage.
    fn mail_while_away(&mut self, after: i64) -> Fate {
        let mail = self.about(after);
        Fate::MailWhileAway {
            lost: mail - 40 * SECOND,
            mail,
            back: mail + 140 * SECOND,
        }
    }

    /// The fate of a card, for what is too special to be written down in a word.
    fn card(&mut self, card: deck::Card, heartbeat: i64) -> Fate {
        card.fate(heartbeat * SECOND, &mut self.rng)
    }
}
