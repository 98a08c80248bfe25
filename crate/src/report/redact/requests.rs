//! The names of the requests that a report takes along.

use super::{Category, Names, REMOVED, STATE, known};
use crate::explain::interval::network;
use crate::log::snapshot::{Name, Rename};
use crate::report::events::is_shown;

impl Rename for Names {
    fn name(&mut self, name: Name, text: &str) -> Option<String> {
        Some(match name {
            Name::User => self.users.of(text),
            Name::Device => self.devices.of(text),
            Name::Address => self.addresses.of(text),
            Name::Network => self.networks.of(text),
            Name::Session => self.sessions.of(text),
            Name::Thread => self.threads.of(text),
            // They come in the order of the report, and two may be called the same.
            Name::File => return self.file_aliases.next(),
            Name::DeviceType => return self.device_type(text.to_owned()),
            Name::Agent => match known::agent(text) {
                Some(known) if known == text => known,
                known if self.drops() => return known,
                _ => text.to_owned(),
            },
            // A URL names the user and the device.
            Name::Request => {
                let names = [Category::Users, Category::Devices];
                if names.iter().all(|category| self.keep.contains(category)) {
                    self.urls.of(text)
                } else {
                    self.urls.hidden(text)
                }
            }
            Name::State if text == STATE => text.to_owned(),
            Name::Statistic => return is_shown(text).then(|| text.to_owned()),
            Name::State | Name::Text => {
                if self.drops() {
                    REMOVED.to_owned()
                } else {
                    text.to_owned()
                }
            }
        })
    }

    fn network(&self, address: &str) -> Option<String> {
        network(address.as_bytes())
    }
}
