//! Networks that clients come from, as far as their addresses tell.

use crate::explain::Explanation;
use crate::log::Log;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The network of every origin.
#[derive(Debug, Default)]
pub struct Networks {
    /// By number of the origin; 0 stands for none.
    of_origin: Vec<u32>,
    /// By number, from 1; in the order of their names, which does not depend on the order of opening.
    names: Vec<String>,
}

impl Networks {
    /// The networks of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let of_origin: Vec<Option<String>> = log
            .origins
            .values()
            .iter()
            .map(|origin| match log.networks.of(origin.remote) {
                Some(stated) => log.texts.text(stated),
                None => network(log.texts.bytes(origin.remote)?),
            })
            .collect();
        for name in of_origin.iter().flatten() {
            numbers.insert(name.clone(), 0);
        }
        for (number, of) in (1..).zip(numbers.values_mut()) {
            *of = number;
        }
        Self {
            of_origin: of_origin
                .iter()
                .map(|name| name.as_ref().map_or(0, |name| numbers[name]))
                .collect(),
            names: numbers.into_keys().collect(),
        }
    }

    /// The number of the network that a row's request came from, 0 if it is unknown. What stands in front of the server
    /// sees the client's own address.
    #[must_use]
    pub fn of_row(&self, log: &Log, explanation: &Explanation, row: u32) -> u32 {
        let seen = explanation.views.shown_as(row).unwrap_or(row);
        self.of_origin[log.origin_number(seen) as usize]
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.names.len() as u32
    }

    /// Its name, for example `203.0.113.0/24`.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        let at = (number as usize).checked_sub(1);
        at.and_then(|at| self.names.get(at))
            .map_or("", String::as_str)
    }
}

/// The network of an address: its first three bytes, or of IPv6 the first three groups, which is what a site is given.
#[must_use]
pub fn network(address: &[u8]) -> Option<String> {
    match std::str::from_utf8(address).ok()?.parse().ok()? {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Some(format!("{a}.{b}.{c}.0/24"))
        }
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => network(address.to_string().as_bytes()),
            None => {
                let [a, b, c, ..] = address.segments();
                Some(format!("{a:x}:{b:x}:{c:x}::/48"))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_site_are_one_network() {
        let of = |text: &str| network(text.as_bytes());
        assert_eq!(of("203.0.113.7").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.9"));
        assert_eq!(of("2001:db8:1:2::3").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!(of("phone.example.com"), None);
    }
}
