//! The fleets with a name. Each is drawn anew from its seed: who is in it, how much mail there is, what the networks and the
//! server are like.

use super::config::{Fleet, Idle, Kind, Noise, Owner, Roads, Service, Size};
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, Zone};
use crate::rng::Rng;

/// A fleet with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// iPhones and iPads.
    Phones,
    /// Android's heartbeat ladder, and Windows Mobile's steps.
    Android,
    /// Phones on roads with bad coverage.
    Coverage,
    /// A firewall that resets idle connections.
    NatReset,
    /// A firewall that forgets idle connections.
    NatSilent,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Phones,
        Self::Android,
        Self::Coverage,
        Self::NatReset,
        Self::NatSilent,
    ];

    /// The name, on the command line and of the files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phones => "phones",
            Self::Android => "android",
            Self::Coverage => "coverage",
            Self::NatReset => "nat-reset",
            Self::NatSilent => "nat-silent",
        }
    }

    /// The fleet of this name with this seed.
    #[must_use]
    pub fn fleet(self, seed: u64, noise: Noise) -> Fleet {
        let mut rng = Rng::new(seed, self.name());
        let mut fleet = usual(self.name(), seed, noise, &mut rng);
        let count = fleet.owners.len();
        match self {
            Self::Phones => fleet.owners = owners(count, &[(1, Kind::Phone)], &mut rng),
            Self::Android => {
                let longest = *rng.pick(&[15, 15, 15, 20, 28, 59]) * MINUTE;
                fleet.service.heartbeats.1 = longest;
                fleet.owners = owners(count, &[(4, Kind::Ladder), (1, Kind::Stepping)], &mut rng);
            }
            Self::Coverage => {
                fleet.roads.losses = usize::try_from(rng.between(150, 600)).unwrap_or(200);
                fleet.roads.travellers = 60;
                fleet.roads.longest = rng.between(4, 40) * MINUTE;
            }
            Self::NatReset => nat(&mut fleet.roads, true, &mut rng),
            Self::NatSilent => nat(&mut fleet.roads, false, &mut rng),
        }
        fleet
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
    let tempo = super::config::Noise { ..noise }.tempo;
    let mut noise = noise;
    if noise.late > 0 {
        // Phones are not everywhere equally busy.
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
