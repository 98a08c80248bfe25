//! A listed request without names.

use super::known::{agent, is_harmless};
use super::{Category, Names, line};
use crate::report::lister::Entry;

/// Methods that are somebody's choice of a few.
const METHODS: [&str; 9] = [
    "POST", "GET", "OPTIONS", "HEAD", "PUT", "DELETE", "PROPFIND", "REPORT", "CONNECT",
];

impl Names {
    /// Replaces what a listed request says of anybody.
    pub(in crate::report) fn entry(&mut self, entry: &mut Entry) {
        entry.file = self.file_alias(&entry.file);
        for file in [&mut entry.cause_file, &mut entry.also_file] {
            *file = file.as_deref().map(|name| self.file_alias(name));
        }
        entry.user = entry.user.as_deref().map(|user| self.users.of(user));
        entry.device = entry
            .device
            .as_deref()
            .map(|device| self.devices.of(device));
        entry.remote_ip = entry
            .remote_ip
            .as_deref()
            .map(|address| self.addresses.of(address));
        entry.host = entry.host.as_deref().map(|host| self.hosts.of(host));
        entry.device_type = entry
            .device_type
            .take()
            .and_then(|text| self.device_type(text));
        // By then the names that a URL spells are known.
        let target = entry.target.take();
        entry.target = target.map(|target| self.words(&target, &[]));
        let keep = self.keep.contains(&Category::Texts);
        let mut known = |text: &mut Option<String>, is: &dyn Fn(&str) -> Option<String>| {
            if let Some(own) = text.take() {
                let shown = is(&own);
                self.texts += u64::from(shown.as_deref() != Some(&own));
                *text = if keep { Some(own) } else { shown };
            }
        };
        let if_true = |is: bool, text: &str| is.then(|| text.to_owned());
        known(&mut entry.user_agent, &agent);
        known(&mut entry.client, &|text| if_true(is_harmless(text), text));
        known(&mut entry.method, &|text| {
            if_true(METHODS.contains(&text), text)
        });
        known(&mut entry.referer, &|text| {
            if_true(text == line::NONE, text)
        });
    }

    fn file_alias(&self, name: &str) -> String {
        let known = self.file_names.iter().find(|(own, _)| own == name);
        known.map_or_else(String::new, |(_, alias)| alias.clone())
    }
}
