//! A report without names: the same numbers, with pseudonyms that keep "same" and "different".

mod entry;
mod known;
mod line;
mod pseudonyms;
mod requests;

use super::model::Report;
use super::views;
use super::write::csv_cell;
use crate::log::snapshot::Snapshot;
use known::{device_type, is_harmless};
use pseudonyms::Pseudonyms;
use serde::Serialize;

/// The only state of a session that Domino is known to print.
const STATE: &str = "Processing Request";

const REMOVED: &str = "(removed)";

/// What a report names, and whose names can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Users.
    Users,
    /// Devices, by their DeviceId.
    Devices,
    /// Addresses and networks.
    Addresses,
    /// Names of log files.
    Files,
    /// Sessions and threads of a server, by their numbers.
    Sessions,
    /// Texts that a client, a user or a system chose freely: unknown device types and clients, messages, paths.
    Texts,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] = [
        Self::Users,
        Self::Devices,
        Self::Addresses,
        Self::Files,
        Self::Sessions,
        Self::Texts,
    ];

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Devices => "devices",
            Self::Addresses => "addresses",
            Self::Files => "files",
            Self::Sessions => "sessions",
            Self::Texts => "texts",
        }
    }

    /// The category of a name.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.code() == code)
    }
}

/// A pseudonym, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alias {
    /// Code of the category.
    pub category: &'static str,
    /// What stands in the report: `user-07`.
    pub alias: String,
    /// What stood there.
    pub name: String,
}

/// A report without names.
#[derive(Debug, Clone)]
pub struct Redacted {
    /// The report.
    pub report: Report,
    /// Whose each pseudonym is: for who keeps it, never for the report.
    pub key: Vec<Alias>,
    /// How many names and texts there were of each category, at its place in [`Category::ALL`], replaced or kept.
    pub found: [u64; Category::ALL.len()],
}

/// Replaces users, devices, sessions, threads, file names and URLs of a report by stable pseudonyms (`user-07`,
/// `device-12`), and drops text that a client or a user chose freely; all of that but for the categories to keep.
///
/// What stays is what is known to be harmless: a text is kept because a list or a pattern names it, never because it
/// looks like nobody's.
#[must_use]
pub fn redact(mut report: Report, keep: &[Category]) -> Redacted {
    let names = Names::of(&mut report, keep);
    names.finish(report)
}

/// The same with the requests that the report takes along: a name has one pseudonym in both.
pub fn redact_with(mut report: Report, requests: &mut Snapshot, keep: &[Category]) -> Redacted {
    let mut names = Names::of(&mut report, keep);
    requests.rename(&mut names);
    names.finish(report)
}

/// A key as comma-separated values (RFC 4180) with a head line.
#[must_use]
pub fn key_csv(key: &[Alias]) -> String {
    let mut out = "category,alias,name\r\n".to_owned();
    for Alias {
        category,
        alias,
        name,
    } in key
    {
        out.push_str(&format!("{category},{alias},{}\r\n", csv_cell(name)));
    }
    out
}

/// The names that were met, and what they became.
pub struct Names {
    keep: Vec<Category>,
    users: Pseudonyms,
    devices: Pseudonyms,
    networks: Pseudonyms,
    addresses: Pseudonyms,
    files: Pseudonyms,
    sessions: Pseudonyms,
    threads: Pseudonyms,
    /// URLs that a server is working on.
    urls: Pseudonyms,
    /// Hosts that requests were sent to.
    hosts: Pseudonyms,
    /// What each file is called, by its name.
    file_names: Vec<(String, String)>,
    /// What each file is called, in the order of the report.
    file_aliases: std::vec::IntoIter<String>,
    /// Texts that were dropped, or would have been.
    texts: u64,
}

impl Names {
    fn new(keep: &[Category]) -> Self {
        let new = |kind, category| Pseudonyms::new(kind, category, keep.contains(&category));
        Self {
            keep: keep.to_vec(),
            users: new("user", Category::Users),
            devices: new("device", Category::Devices),
            networks: new("network", Category::Addresses),
            addresses: new("address", Category::Addresses),
            files: new("log", Category::Files),
            sessions: new("session", Category::Sessions),
            threads: new("thread", Category::Sessions),
            urls: new("request", Category::Texts),
            hosts: new("host", Category::Addresses),
            file_names: Vec::new(),
            file_aliases: Vec::new().into_iter(),
            texts: 0,
        }
    }

    /// The names of a report, for what else is said of its logs.
    #[must_use]
    pub fn of_report(mut report: Report, keep: &[Category]) -> Self {
        Self::of(&mut report, keep)
    }

    /// Whose each pseudonym is that was given.
    #[must_use]
    pub fn key(&self) -> Vec<Alias> {
        let all = self.all().into_iter();
        all.flat_map(|names| names.key.iter().cloned()).collect()
    }

    /// Replaces the names of a report.
    fn of(report: &mut Report, keep: &[Category]) -> Self {
        let mut names = Self::new(keep);
        names.files(report);
        names.findings(report);
        names.devices(report);
        names.sessions(report);
        names.events(report);
        names
    }

    /// Whether everything is to stay that there is: texts of somebody's choice, and every name.
    fn keeps_all(&self) -> bool {
        let named = self.all().into_iter().filter(|names| names.count > 0);
        self.keep.contains(&Category::Texts) && named.into_iter().all(|names| names.keep)
    }

    /// The names of every kind.
    fn all(&self) -> [&Pseudonyms; 9] {
        [
            &self.users,
            &self.devices,
            &self.networks,
            &self.addresses,
            &self.files,
            &self.sessions,
            &self.threads,
            &self.urls,
            &self.hosts,
        ]
    }

    /// Whether a text of somebody's choice goes.
    fn drops(&mut self) -> bool {
        self.texts += 1;
        !self.keep.contains(&Category::Texts)
    }

    /// What may be told of a device type.
    fn device_type(&mut self, text: String) -> Option<String> {
        match device_type(&text) {
            Some(known) if known == text => Some(text),
            // A model that a device is free to make up is cut off.
            known if self.drops() => known,
            _ => Some(text),
        }
    }

    fn drop_text(&mut self, text: &mut String) {
        if self.drops() {
            REMOVED.clone_into(text);
        }
    }

    fn files(&mut self, report: &mut Report) {
        let names: Vec<String> = report.files.iter().map(|file| file.name.clone()).collect();
        // In the order in which they stand, each of its own, as two may be called the same.
        let aliases: Vec<String> = names.iter().map(|name| self.files.next(name)).collect();
        for (file, alias) in report.files.iter_mut().zip(&aliases) {
            file.name.clone_from(alias);
            for settled in &mut file.settled {
                if let Some(like) = settled.like.map(|like| like as usize) {
                    let name = names.get(like).map_or("", String::as_str);
                    let hidden = aliases.get(like).map_or("", String::as_str);
                    let told = format!("as in {name}.");
                    settled.reason = settled.reason.replace(&told, &format!("as in {hidden}."));
                }
            }
            for members in file.archive.iter_mut().flat_map(|a| &mut a.others) {
                self.texts += members.examples.len() as u64;
                if !self.keep.contains(&Category::Texts) {
                    members.examples.clear();
                }
            }
            let Some(problem) = &mut file.problem else {
                continue;
            };
            let sentence = match problem.code {
                // What a system says of a file it cannot read may name it.
                "unreadable" => "The file could not be read to its end.",
                "bad-format" => {
                    "The log format that was given was not used; the format was told from the content instead."
                }
                "duplicate" => {
                    "This file holds the same requests as another; they are counted once."
                }
                _ => continue,
            };
            if self.drops() {
                let told = std::mem::replace(&mut problem.sentence, sentence.to_owned());
                report.verdict.sentence = report.verdict.sentence.replace(&told, sentence);
            }
        }
        self.file_names = names.iter().cloned().zip(aliases.iter().cloned()).collect();
        self.file_aliases = aliases.clone().into_iter();
        for view in &mut report.views {
            let name = |file: u32| report.files[file as usize].name.as_str();
            view.sentence = views::sentence(view, name(view.file), name(view.of));
        }
        for concerned in report.findings.iter_mut().flat_map(|f| &mut f.concerned) {
            if concerned.what == "file" {
                let at = names.iter().position(|name| *name == concerned.name);
                concerned.name = at.map_or(REMOVED.to_owned(), |at| aliases[at].clone());
            }
        }
    }

    fn findings(&mut self, report: &mut Report) {
        for concerned in report.findings.iter_mut().flat_map(|f| &mut f.concerned) {
            concerned.name = match concerned.what {
                "device" => self.devices.of(&concerned.name),
                "user" => self.users.of(&concerned.name),
                "network" => self.networks.of(&concerned.name),
                "file" => continue,
                _ => REMOVED.to_owned(),
            };
        }
        for row in &mut report.heartbeats.timeouts {
            row.network = row.network.as_deref().map(|n| self.networks.of(n));
        }
    }

    fn devices(&mut self, report: &mut Report) {
        for row in &mut report.devices {
            row.device = self.devices.of(&row.device);
            for user in &mut row.users {
                *user = self.users.of(user);
            }
            row.device_type = row
                .device_type
                .take()
                .and_then(|text| self.device_type(text));
            if let Some(text) = row.client.take() {
                row.client = (is_harmless(&text) || !self.drops()).then_some(text);
            }
        }
        for row in &mut report.heartbeats.devices {
            row.device = self.devices.of(&row.device);
        }
    }

    fn sessions(&mut self, report: &mut Report) {
        for row in &mut report.waiting {
            row.user = row.user.as_deref().map(|u| self.users.of(u));
            row.device = row.device.as_deref().map(|d| self.devices.of(d));
            // Its URL names the user and the device.
            let names = [Category::Users, Category::Devices];
            let hidden = names.iter().any(|category| !self.keep.contains(category));
            if self.drops() || hidden {
                row.request = row
                    .cmd
                    .as_deref()
                    .map_or("(URL removed)".to_owned(), |cmd| format!("Cmd={cmd}"));
            }
            row.session = self.sessions.of(&row.session);
            row.thread = self.threads.of(&row.thread);
            if row.state != STATE {
                self.drop_text(&mut row.state);
            }
        }
    }

    fn events(&mut self, report: &mut Report) {
        let events = &mut report.events;
        for row in &mut events.sign_ins {
            row.user = row.user.as_deref().map(|u| self.users.of(u));
            row.address = row.address.as_deref().map(|a| self.addresses.of(a));
        }
        // Messages and sentences name servers, users and paths. What a message says, its row tells; the numbers that are
        // shown have names of a list.
        for line in events.messages.iter_mut().flat_map(|row| &mut row.lines) {
            self.drop_text(&mut line.text);
        }
        for line in &mut events.status.lines {
            self.drop_text(&mut line.text);
        }
    }

    /// The report, once the names in its lines are known from everywhere else, with the key to it.
    fn finish(mut self, mut report: Report) -> Redacted {
        for line in &mut report.lines {
            self.line(line);
        }
        let mut found = [0; Category::ALL.len()];
        found[Category::Texts as usize] = self.texts;
        for names in self.all() {
            found[names.category as usize] += u64::from(names.count);
        }
        let key = self.key();
        Redacted { report, key, found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Inspector;

    #[test]
    fn what_a_system_says_of_an_unreadable_file_is_dropped() {
        let mut inspector = Inspector::new();
        inspector.open("a.log");
        inspector.abandon("C:\\Users\\jane\\a.log is locked.");
        let report = inspector.report();
        let told = |report: &Report| format!("{report:?}");
        assert!(told(&report).contains("jane"));
        assert!(!told(&redact(report.clone(), &[]).report).contains("jane"));
    }

    #[test]
    fn a_key_leads_back_and_what_is_kept_is_not_in_it() {
        let mut inspector = Inspector::new();
        inspector.open("a.log");
        inspector.feed(
            b"192.0.2.7 h - [03/Mar/2010:14:25:00 -0500] \"POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&\
              DeviceId=A1&DeviceType=iPhone&Cmd=Ping HTTP/1.1\" 409 0 \"-\" \"x\" 203110 \"\" \"\"\n",
        );
        let report = inspector.report();
        let hidden = redact(report.clone(), &[]);
        let key: Vec<(&str, &str)> = hidden
            .key
            .iter()
            .map(|alias| (alias.alias.as_str(), alias.name.as_str()))
            .collect();
        assert_eq!(
            key,
            [
                ("user-01", "jane"),
                ("device-01", "A1"),
                ("log-01", "a.log")
            ]
        );
        assert_eq!(hidden.found[Category::Users as usize], 1);
        assert_eq!(hidden.report.devices[0].users, ["user-01"]);
        let some = redact(report.clone(), &[Category::Users]);
        assert_eq!(some.report.devices[0].users, ["jane"]);
        assert_eq!(some.report.devices[0].device, "device-01");
        assert_eq!(some.found, hidden.found);
        assert!(some.key.iter().all(|alias| alias.name != "jane"));
        let all = redact(report.clone(), &Category::ALL);
        assert_eq!(all.report, report);
        assert!(all.key.is_empty());
        for category in Category::ALL {
            assert_eq!(Category::named(category.code()), Some(category));
            assert_eq!(Category::ALL[category as usize], category);
        }
    }
}
