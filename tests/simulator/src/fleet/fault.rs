//! Faults: what one switch makes of a fleet in which nothing is wrong.

use super::config::{Clock, Episode, Fleet, Idle, Kind, Owner, Pool, Proxy, Restart, Threads};
use crate::clock::{HOUR, MINUTE, Ms, SECOND, Zone};
use crate::format::FrontFormat;
use crate::rng::Rng;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// One network forgets idle connections, or resets them.
    NetworkIdle,
    /// The reverse proxy waits less long than heartbeats last.
    ProxyIdle,
    /// The server accepts short heartbeats only.
    HeartbeatCeiling,
    /// The Pings of a few devices are returned at once, for hours.
    PingLoop,
    /// A device begins a new Ping every few seconds.
    Storm,
    /// Syncs take so long that devices do not wait for them.
    SyncConflicts,
    /// The HTTP task has too few threads.
    Threads,
    /// The server refuses everybody for a while, and everybody comes back at once.
    Busy,
    /// The server loses the state of some devices.
    KeyReset,
    /// Some devices come with an old password all day.
    AuthLoop,
    /// A restart of the HTTP task hangs.
    Restart,
    /// The clocks of two servers differ.
    ClockSkew,
    /// Push is dead for some devices.
    PushDead,
    /// The log leaves ActiveSync out.
    Excluded,
    /// The log of a server of the pool is missing.
    Unseen,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::NetworkIdle,
        Self::ProxyIdle,
        Self::HeartbeatCeiling,
        Self::PingLoop,
        Self::Storm,
        Self::SyncConflicts,
        Self::Threads,
        Self::Busy,
        Self::KeyReset,
        Self::AuthLoop,
        Self::Restart,
        Self::ClockSkew,
        Self::PushDead,
        Self::Excluded,
        Self::Unseen,
    ];

    /// The name, on the command line and in the world's summary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NetworkIdle => "network-idle",
            Self::ProxyIdle => "proxy-idle",
            Self::HeartbeatCeiling => "heartbeat-ceiling",
            Self::PingLoop => "ping-loop",
            Self::Storm => "storm",
            Self::SyncConflicts => "sync-conflicts",
            Self::Threads => "threads",
            Self::Busy => "busy",
            Self::KeyReset => "key-reset",
            Self::AuthLoop => "auth-loop",
            Self::Restart => "restart",
            Self::ClockSkew => "clock-skew",
            Self::PushDead => "push-dead",
            Self::Excluded => "excluded",
            Self::Unseen => "unseen",
        }
    }

    /// Switches the fault on.
    pub fn apply(self, fleet: &mut Fleet) {
        let rng = &mut Rng::new(fleet.seed, self.name());
        fleet.faults.push(self);
        match self {
            Self::NetworkIdle => {
                fleet.roads.cell = Some(idle(rng));
                fleet.roads.one_carrier = true;
                fleet.roads.travellers = 55;
            }
            Self::ProxyIdle => {
                fleet.proxy = Some(Proxy {
                    patience: Some(*rng.pick(&[60, 120, 180, 240]) * SECOND),
                    log: *rng.pick(&[
                        None,
                        Some(FrontFormat::NginxTimed),
                        Some(FrontFormat::HaProxy),
                    ]),
                    clock: Clock {
                        ahead: rng.between(-900, 900),
                        ..Clock::right(fleet.zone)
                    },
                });
            }
            Self::HeartbeatCeiling => {
                fleet.service.heartbeats.1 = *rng.pick(&[120, 180, 300]) * SECOND;
            }
            Self::PingLoop => fleet.troubles.loops = rng.below(2) + 1,
            Self::Storm => fleet.troubles.storms = rng.below(2) + 1,
            Self::SyncConflicts => {
                fleet.service.slow = 30_000;
                fleet.service.slowest = 220 * SECOND;
                fleet.haste = 70;
            }
            Self::Threads => {
                // Nearly everybody has a request open at any time.
                let share = rng.below(20) + 76;
                let count = fleet.owners.len() * share / 100;
                let refuses = rng.percent(50);
                fleet.service.threads = Some(Threads { count, refuses });
                fleet.console = true;
            }
            Self::Busy => {
                let from = moment(fleet, 9, 15, rng);
                fleet.episodes.push(Episode {
                    period: (from, from + rng.between(12, 40) * MINUTE),
                    refused: 96,
                    after: None,
                    until_end: rng.percent(70),
                    pace: 400,
                });
            }
            Self::KeyReset => fleet.troubles.resets = rng.below(4) + 2,
            Self::AuthLoop => {
                fleet.troubles.old_passwords = rng.below(2) + 1;
                fleet.console = true;
            }
            Self::Restart => {
                fleet.troubles.restart = Some(Restart {
                    at: moment(fleet, 10, 16, rng),
                    round: *rng.pick(&[15, 30, 60]) * SECOND,
                    stuck: rng.below(2) + 1,
                    patience: rng.between(25, 70) * MINUTE,
                });
                fleet.console = true;
            }
            Self::ClockSkew => {
                let skewed = Clock {
                    ahead: *rng.pick(&[0, 75, 190, -400]) * SECOND,
                    ..Clock::right(fleet.zone)
                };
                let other = if skewed.ahead == 0 {
                    // A server that writes its own zone's name before another zone's time.
                    Clock {
                        ahead: HOUR,
                        ..Clock::right(Zone(fleet.zone.0))
                    }
                } else {
                    skewed
                };
                fleet.pool = Pool {
                    clocks: vec![Clock::right(fleet.zone), other],
                    given: vec![0, 1],
                    sticky: false,
                };
            }
            Self::PushDead => fleet.troubles.dozing = rng.below(4) + 2,
            Self::Excluded => {
                fleet.troubles.excluded = true;
                fleet.visits = 80;
            }
            Self::Unseen => {
                fleet.pool = Pool {
                    clocks: vec![Clock::right(fleet.zone); 3],
                    given: vec![0, 2],
                    sticky: false,
                };
            }
        }
        if matches!(
            self,
            Self::PingLoop | Self::Storm | Self::PushDead | Self::AuthLoop
        ) {
            // Those who can have it.
            fleet.owners.extend([Owner::One(Kind::Phone); 4]);
        }
    }
}

fn idle(rng: &mut Rng) -> Idle {
    Idle {
        after: *rng.pick(&[60, 120, 180, 240, 300]) * SECOND,
        sweep: *rng.pick(&[0, 900, 2_000]),
        reset: rng.percent(60),
    }
}

/// A moment between these hours of a day of the log.
fn moment(fleet: &Fleet, from: i64, to: i64, rng: &mut Rng) -> Ms {
    let (begin, end) = fleet.period;
    let midnight = fleet.zone.midnight_before(begin);
    let at = midnight + rng.between(from * HOUR, to * HOUR);
    let at = if at < begin + HOUR {
        at + 24 * HOUR
    } else {
        at
    };
    at.min(end - 2 * HOUR).max(begin + HOUR)
}
