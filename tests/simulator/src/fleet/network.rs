//! Networks, and where a handset is in them.

use super::config::{Idle, Roads};
use crate::clock::Ms;
use crate::rng::Rng;

/// What kind of network it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Somebody's own wireless network, with one address.
    Home,
    /// The office.
    Office,
    /// A mobile network, with another address each time.
    Cell,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Network {
    /// What kind it is.
    pub ground: Ground,
    /// What it does to idle connections.
    pub idle: Option<Idle>,
    prefix: String,
    shared: bool,
    hop: (Ms, Ms),
}

impl Network {
    /// The networks that everybody shares: the office, then mobile networks.
    #[must_use]
    pub fn shared(roads: &Roads, rng: &mut Rng) -> Vec<Self> {
        let outside = rng.percent(50);
        let mut all = vec![Self {
            ground: Ground::Office,
            idle: roads.office,
            prefix: if outside { "192.0.2." } else { "10.20.8." }.to_owned(),
            shared: outside,
            hop: (3, 40),
        }];
        let fewest = if roads.one_carrier { 2 } else { 1 };
        for carrier in 0..rng.between(fewest, 3) {
            all.push(Self {
                ground: Ground::Cell,
                idle: roads.cell.filter(|_| carrier == 0 || !roads.one_carrier),
                prefix: format!("198.18.{}.", 16 + 9 * carrier),
                shared: false,
                hop: (25, 320),
            });
        }
        all
    }

    /// The home of the person with this number.
    #[must_use]
    pub fn home(person: usize) -> Self {
        Self {
            ground: Ground::Home,
            idle: None,
            prefix: format!("198.19.{}.", person % 250),
            shared: true,
            hop: (8, 70),
        }
    }

    /// The first three numbers of its addresses, each with its dot.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// An address it gives to a handset that comes.
    pub fn address(&self, rng: &mut Rng) -> String {
        let last = if self.shared { 10 } else { rng.between(2, 253) };
        format!("{}{last}", self.prefix)
    }

    /// How long one way to the server takes; over a new connection, three more ways come before.
    pub fn hop(&self, fresh: bool, rng: &mut Rng) -> Ms {
        let (low, high) = self.hop;
        let one = rng.peaked(low, high);
        let late = if rng.one_in(150) {
            rng.octaves(high, 8 * high)
        } else {
            0
        };
        if fresh { 4 * one + late } else { one + late }
    }
}

/// A handset: what the accounts on it share.
#[derive(Debug, Clone)]
pub struct Handset {
    /// The networks it can be in, by number: home, office, mobile.
    pub places: [usize; 3],
    /// The number of the network it is in.
    pub network: usize,
    /// Its address there.
    pub address: String,
    /// Whether it is switched on.
    pub on: bool,
    /// Whether it has no network at the moment.
    pub lost: bool,
    /// How often it has got a new address: connections of before are dead.
    pub epoch: u32,
    /// How often it has been lost.
    pub moves: u32,
    /// The accounts on it.
    pub accounts: Vec<usize>,
}
