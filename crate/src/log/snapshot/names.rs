//! Every name and every free text that a snapshot holds, to be replaced.

use super::Snapshot;
use crate::log::{Networks, Origin, Pool, Sightings, Texts};

/// What a text of a snapshot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A user, named in a URL or signed in.
    User,
    /// A DeviceId.
    Device,
    /// A DeviceType.
    DeviceType,
    /// A User-Agent.
    Agent,
    /// The address of a client.
    Address,
    /// The network of an address.
    Network,
    /// A log file.
    File,
    /// State of a session that a server waits for.
    State,
    /// ID of such a session.
    Session,
    /// ID of its thread.
    Thread,
    /// Its method and URL.
    Request,
    /// A statistic.
    Statistic,
    /// A message of a server or a sentence of its status.
    Text,
}

/// How many kinds of names there are.
const NAMES: usize = Name::Text as usize + 1;

/// A text that has no new number yet.
const NEW: u32 = u32::MAX;

/// Other texts for those that a snapshot holds.
pub trait Rename {
    /// What stands for a text; nothing if it goes.
    fn name(&mut self, name: Name, text: &str) -> Option<String>;

    /// The network that an address tells, under its own name.
    fn network(&self, address: &str) -> Option<String>;
}

impl Snapshot {
    /// Replaces every name and every free text in it. What was different and becomes equal is one from then on.
    pub fn rename(&mut self, rename: &mut dyn Rename) {
        let mut names = Names {
            old: std::mem::take(&mut self.texts),
            new: Texts::default(),
            known: Default::default(),
            rename,
        };
        let devices = std::mem::take(&mut self.devices);
        let mut pool = Pool::default();
        let devices: Vec<u32> = (devices.iter())
            .map(|&device| match names.number(Name::Device, device) {
                // A device without any name is one all the same.
                0 => pool.number(names.new.number(Some(b"-"))) + 1,
                device => pool.number(device) + 1,
            })
            .collect();
        self.devices = pool.values().to_vec();
        let stated = std::mem::take(&mut self.networks);
        let mut origins = Pool::default();
        let moved: Vec<u32> = std::mem::take(&mut self.origins)
            .into_iter()
            .map(|origin| {
                let remote = names.number(Name::Address, origin.remote);
                if let Some(network) = names.network(origin.remote, remote, &stated) {
                    self.networks.insert(remote, network);
                }
                origins.number(Origin {
                    device: match origin.device.checked_sub(1) {
                        Some(device) => devices[device as usize],
                        None => 0,
                    },
                    user: names.number(Name::User, origin.user),
                    login: names.number(Name::User, origin.login),
                    agent: names.number(Name::Agent, origin.agent),
                    device_type: names.number(Name::DeviceType, origin.device_type),
                    remote,
                    ..origin
                })
            })
            .collect();
        self.origins = origins.values().to_vec();
        self.rows.move_origins(&moved);
        let mut kin: Vec<String> = Vec::new();
        for file in &mut self.files {
            let own = std::mem::take(&mut file.kin);
            let known = kin.iter().position(|kin| *kin == own);
            file.kin = known.unwrap_or(kin.len()).to_string();
            if known.is_none() {
                kin.push(own);
            }
            file.name = names
                .rename
                .name(Name::File, &file.name)
                .unwrap_or_default();
            for line in &mut file.waiting {
                line.state = names.number(Name::State, line.state);
                line.session = names.number(Name::Session, line.session);
                line.thread = names.number(Name::Thread, line.thread);
                line.request = names.number(Name::Request, line.request);
            }
            let rename = &mut *names.rename;
            let mut text = |name, text: &str| rename.name(name, text).unwrap_or_default();
            let events = &mut file.events;
            for said in events.said_mut() {
                said.text = text(Name::Text, &said.text);
            }
            let sign_ins = std::mem::take(&mut events.sign_ins);
            for ((user, address), sightings) in sign_ins {
                let user = if user.is_empty() {
                    user
                } else {
                    text(Name::User, &user)
                };
                let address = if address.is_empty() {
                    address
                } else {
                    text(Name::Address, &address)
                };
                let known: &mut Sightings = events.sign_ins.entry((user, address)).or_default();
                known.add(&sightings);
            }
            for (name, value) in std::mem::take(&mut events.statistics) {
                if let Some(name) = rename.name(Name::Statistic, &name) {
                    events.statistics.insert(name, value);
                }
            }
        }
        let count = (1..).take_while(|&number| number <= names.new.len());
        self.texts = count
            .filter_map(|number| names.new.bytes(number).map(<[u8]>::to_vec))
            .collect();
    }
}

/// Texts by their old and their new numbers.
struct Names<'a> {
    old: Vec<Vec<u8>>,
    new: Texts,
    /// New numbers, by what a text is and its old number; [`NEW`] where it was not asked for.
    known: [Vec<u32>; NAMES],
    rename: &'a mut dyn Rename,
}

impl Names<'_> {
    /// The new number of a text.
    fn number(&mut self, name: Name, number: u32) -> u32 {
        let Some(text) = (number as usize).checked_sub(1).map(|at| &self.old[at]) else {
            return 0;
        };
        let at = number as usize;
        match self.known[name as usize].get(at) {
            Some(&known) if known != NEW => return known,
            Some(_) => {}
            None => self.known[name as usize].resize(self.old.len() + 1, NEW),
        }
        let text = self.rename.name(name, &String::from_utf8_lossy(text));
        let new = self.new.number(text.as_ref().map(String::as_bytes));
        self.known[name as usize][at] = new;
        new
    }

    /// The network of an address, where its new name does not tell it: as it is stated, or else as the address tells it.
    fn network(&mut self, old: u32, new: u32, stated: &Networks) -> Option<u32> {
        let at = (old as usize).checked_sub(1)?;
        if let Some(network) = stated.of(old) {
            return Some(self.number(Name::Network, network));
        }
        let address = String::from_utf8_lossy(&self.old[at]).into_owned();
        if self.new.bytes(new) == Some(&self.old[at]) {
            return None;
        }
        let network = self.rename.network(&address)?;
        let network = self.rename.name(Name::Network, &network)?;
        Some(self.new.number(Some(network.as_bytes())))
    }
}
