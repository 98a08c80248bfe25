//! The fleets with a name. Each is drawn anew from its seed: who is in it, how much mail there is, what the networks and the
//! server are like.

use super::config::{
    Clock, Episode, Fleet, Idle, Kind, Noise, Owner, Pool, Proxy, Roads, Service, Size, Troubles,
};
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, Zone};
use crate::format::FrontFormat;
use crate::rng::Rng;

/// A fleet with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// iPhones and iPads.
    Phones,
    /// Android's heartbeat ladder, and Windows Mobile's steps.
    Android,
    /// Outlook with several connections, and some phones.
    Outlook,
    /// Devices that let their Syncs be held, and some phones.
    LongPoll,
    /// Everything together, with ordinary web traffic.
    Mixed,
    /// Phones on roads with bad coverage.
    Coverage,
    /// A firewall that resets idle connections.
    NatReset,
    /// A firewall that forgets idle connections.
    NatSilent,
    /// A server with slow Syncs, and impatient users.
    SlowSync,
    /// A pool of servers, of which one log may be missing.
    Pool,
    /// Much mail, a server that has too much to do at times, and people with old passwords.
    Busy,
    /// Two accounts on one phone, and two phones with one DeviceId.
    Accounts,
    /// A quiet Saturday and Sunday.
    Weekend,
    /// One to three devices for an hour or two.
    Tiny,
    /// A proxy in front of the server, with its log beside the server's.
    Proxy,
    /// Phones, Androids and a few others in a good world. With a fault, it is what the findings are held against.
    Healthy,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Phones,
        Self::Android,
        Self::Outlook,
        Self::LongPoll,
        Self::Mixed,
        Self::Coverage,
        Self::NatReset,
        Self::NatSilent,
        Self::SlowSync,
        Self::Pool,
        Self::Busy,
        Self::Accounts,
        Self::Weekend,
        Self::Tiny,
        Self::Proxy,
        Self::Healthy,
    ];

    /// The name, on the command line and of the files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phones => "phones",
            Self::Android => "android",
            Self::Outlook => "outlook",
            Self::LongPoll => "long-poll",
            Self::Mixed => "mixed",
            Self::Coverage => "coverage",
            Self::NatReset => "nat-reset",
            Self::NatSilent => "nat-silent",
            Self::SlowSync => "slow-sync",
            Self::Pool => "pool",
            Self::Busy => "busy",
            Self::Accounts => "accounts",
            Self::Weekend => "weekend",
            Self::Tiny => "tiny",
            Self::Proxy => "proxy",
            Self::Healthy => "healthy",
        }
    }

    /// The fleet of this name with this seed.
    #[must_use]
    pub fn fleet(self, seed: u64, noise: Noise) -> Fleet {
        let mut rng = Rng::new(seed, self.name());
        let mut fleet = usual(self.name(), seed, noise, &mut rng);
        self.alter(&mut fleet, &mut rng);
        fleet.set_clocks();
        fleet
    }

    /// Makes of a usual fleet what the name says.
    fn alter(self, fleet: &mut Fleet, rng: &mut Rng) {
        let count = fleet.owners.len();
        let crowd: &[(usize, Kind)] = match self {
            Self::Phones => &[(1, Kind::Phone)],
            Self::Android => &[(4, Kind::Ladder), (1, Kind::Stepping)],
            Self::Outlook => &[(3, Kind::Outlook), (1, Kind::Phone)],
            Self::LongPoll => &[(3, Kind::Hanging), (1, Kind::Phone)],
            Self::Mixed => &[
                (6, Kind::Phone),
                (3, Kind::Ladder),
                (1, Kind::Stepping),
                (2, Kind::Outlook),
                (2, Kind::Hanging),
                (2, Kind::Scheduled),
            ],
            Self::Healthy => &[
                (8, Kind::Phone),
                (4, Kind::Ladder),
                (1, Kind::Outlook),
                (1, Kind::Hanging),
                (1, Kind::Scheduled),
            ],
            _ => &[],
        };
        if !crowd.is_empty() {
            fleet.owners = owners(count, crowd, rng);
        }
        match self {
            Self::Android => {
                fleet.service.heartbeats.1 = *rng.pick(&[15, 15, 15, 20, 28, 59]) * MINUTE;
            }
            Self::Mixed => {
                fleet.owners.extend([
                    Owner::TwoAccounts(Kind::Phone),
                    Owner::TwoAccounts(Kind::Ladder),
                ]);
                fleet.visits = 40;
            }
            Self::Coverage => {
                fleet.roads.losses = draw(rng, 150, 600);
                fleet.roads.travellers = 60;
                fleet.roads.longest = rng.between(4, 40) * MINUTE;
            }
            Self::NatReset => nat(&mut fleet.roads, true, rng),
            Self::NatSilent => nat(&mut fleet.roads, false, rng),
            Self::SlowSync => {
                fleet.service.slow = draw(rng, 1_500, 7_000);
                fleet.service.slowest = rng.between(60, 240) * SECOND;
                fleet.haste = draw(rng, 20, 60);
            }
            Self::Pool => pool(fleet, rng),
            Self::Busy => busy(fleet, rng),
            Self::Accounts => {
                fleet.owners.truncate(count / 2);
                for owner in &mut fleet.owners {
                    let kind = kind_of(*owner);
                    *owner = match rng.below(8) {
                        0 => Owner::Clones(kind),
                        1..=5 => Owner::TwoAccounts(kind),
                        _ => Owner::One(kind),
                    };
                }
            }
            Self::Weekend => {
                let saturday = fleet.zone.midnight(2024, 1, 6) + rng.between(0, 100) * 7 * DAY;
                fleet.period = (saturday, saturday + 2 * DAY);
                fleet.mails = (4, 40);
                fleet.looks = (2, 16);
                fleet.owners.truncate(24);
            }
            Self::Tiny => {
                let midnight = fleet.zone.midnight_before(fleet.period.0);
                let begin = midnight + rng.between(7, 19) * HOUR;
                fleet.period = (begin, begin + rng.between(50, 130) * MINUTE);
                fleet.owners.truncate(draw(rng, 1, 3));
                fleet.roads.off_at_night = 0;
            }
            Self::Proxy => {
                let patience = *rng.pick(&[None, Some(65), Some(120), Some(300), Some(600)]);
                fleet.proxy = Some(Proxy {
                    patience: patience.map(|seconds| seconds * SECOND),
                    log: Some(*rng.pick(&[FrontFormat::NginxTimed, FrontFormat::HaProxy])),
                    clock: Clock {
                        ahead: rng.between(-3_000, 3_000),
                        ..Clock::right(fleet.zone)
                    },
                });
            }
            Self::Healthy => {
                // Two days that are worked on.
                let day = |midnight: Ms| (midnight + fleet.zone.0 * MINUTE).div_euclid(DAY);
                let midnight = fleet.zone.midnight_before(fleet.period.0);
                let monday = midnight - (day(midnight) + 3).rem_euclid(7) * DAY;
                let begin = monday + rng.between(0, 3) * DAY;
                fleet.period = (begin, begin + rng.between(30, 46) * HOUR);
                fleet.haste = 3;
                fleet.roads.losses = 15;
                fleet.service.poll = 3 * SECOND;
                fleet.visits = 20;
            }
            Self::Phones | Self::Outlook | Self::LongPoll => {}
        }
    }
}

fn draw(rng: &mut Rng, low: i64, high: i64) -> usize {
    usize::try_from(rng.between(low, high)).unwrap_or(0)
}

fn kind_of(owner: Owner) -> Kind {
    match owner {
        Owner::One(kind) | Owner::TwoAccounts(kind) | Owner::Clones(kind) => kind,
    }
}

/// Two to four servers; one log is missing more often than not.
fn pool(fleet: &mut Fleet, rng: &mut Rng) {
    let members = draw(rng, 2, 4);
    let missing = rng.below(members);
    let complete = rng.percent(35);
    fleet.pool = Pool {
        clocks: vec![Clock::right(fleet.zone); members],
        given: (0..members)
            .filter(|member| complete || *member != missing)
            .collect(),
        sticky: rng.percent(40),
    };
}

/// Much to do for everybody.
fn busy(fleet: &mut Fleet, rng: &mut Rng) {
    fleet.mails = (40, 300);
    fleet.looks = (10, 90);
    fleet.haste += 10;
    fleet.service.slow = 400;
    fleet.service.failures = draw(rng, 50, 400);
    fleet.service.policies = draw(rng, 10, 60);
    fleet.lapses = draw(rng, 2, 8);
    fleet.period.1 = fleet.period.1.min(fleet.period.0 + 26 * HOUR);
    for _ in 0..rng.between(1, 3) {
        let from = fleet.period.0 + rng.between(1, 20) * HOUR + rng.between(0, HOUR);
        fleet.episodes.push(Episode {
            period: (from, from + rng.octaves(4 * MINUTE, 90 * MINUTE)),
            refused: draw(rng, 10, 80),
            after: if rng.percent(50) {
                Some(rng.between(10, 300) * SECOND)
            } else {
                None
            },
            until_end: false,
            pace: rng.between(100, 1_200),
        });
    }
}

/// A fleet without a fault: about forty devices over a day or two.
fn usual(name: &'static str, seed: u64, noise: Noise, rng: &mut Rng) -> Fleet {
    let zone = Zone(*rng.pick(&[-480, -300, 0, 60, 120, 330, 540]));
    let first = zone.midnight(2024, 1, 8) + rng.between(0, 700) * DAY;
    let begin = first + *rng.pick(&[0, 0, 6, 9]) * HOUR;
    let length = rng.between(20, 44) * HOUR;
    let crowd: Vec<(usize, Kind)> = [
        (rng.below(5) + 3, Kind::Phone),
        (rng.below(4), Kind::Ladder),
        (rng.below(2), Kind::Stepping),
    ]
    .to_vec();
    let count = usize::try_from(rng.between(28, 52)).unwrap_or(40);
    let tempo = noise.tempo;
    let mut noise = noise;
    if noise.late > 0 {
        // Phones are not everywhere equally busy. Drawn apart, so that clean and hard logs are of the same fleet.
        let rng = &mut Rng::new(seed, "tempo");
        noise.tempo = crate::device::Tempo {
            slow: tempo.slow - 15 + rng.below(30),
            slower: tempo.slower - 8 + rng.below(16),
            ..tempo
        };
    }
    Fleet {
        name,
        seed,
        zone,
        period: (begin, begin + length),
        owners: owners(count, &crowd, rng),
        mails: (rng.between(8, 20), rng.between(60, 200)),
        looks: (rng.between(3, 8), rng.between(24, 60)),
        haste: rng.below(20),
        roads: Roads {
            losses: rng.below(60) + 10,
            travellers: rng.below(30),
            off_at_night: rng.below(30),
            ..Roads::GOOD
        },
        service: Service {
            poll: rng.weighted(&[(6, 3 * SECOND), (1, SECOND), (1, 5 * SECOND), (2, 40)]),
            ..Service::USUAL
        },
        pool: Pool {
            clocks: vec![Clock::right(zone)],
            given: vec![0],
            sticky: true,
        },
        episodes: Vec::new(),
        lapses: 0,
        faults: Vec::new(),
        troubles: Troubles::default(),
        proxy: None,
        console: false,
        size: rng.weighted(&[
            (4, Size::Answer),
            (2, Size::Wire),
            (2, Size::Request),
            (1, Size::Nothing),
        ]),
        noise,
        visits: *rng.pick(&[0, 0, 8, 30]),
    }
}

/// A middle box that ends idle connections, in the office or on the road.
fn nat(roads: &mut Roads, reset: bool, rng: &mut Rng) {
    let after: Ms = *rng.pick(&[60, 120, 180, 240, 300, 350, 420, 480]) * SECOND;
    let idle = Idle {
        after,
        sweep: *rng.pick(&[0, 900, 2_000, 10_000]),
        reset,
    };
    match rng.below(3) {
        0 => roads.cell = Some(idle),
        1 => roads.office = Some(idle),
        _ => (roads.cell, roads.office) = (Some(idle), Some(idle)),
    }
    roads.travellers = 40;
}

/// People with devices of these kinds, each as likely as its weight.
fn owners(count: usize, crowd: &[(usize, Kind)], rng: &mut Rng) -> Vec<Owner> {
    (0..count)
        .map(|_| Owner::One(rng.weighted(crowd)))
        .collect()
}
