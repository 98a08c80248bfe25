//! A report without names: the same numbers, with pseudonyms that keep "same" and "different".

use super::client::is_decoded;
use super::model::Report;
use super::views;
use std::collections::BTreeMap;

/// Device types that say what a device is, and nothing of whose it is.
const DEVICE_TYPES: [&str; 20] = [
    "iPhone",
    "iPad",
    "iPod",
    "Android",
    "BlackBerry",
    "MacOutlook",
    "NokiaEmail",
    "Outlook",
    "Palm",
    "PocketPC",
    "PPC",
    "SmartPhone",
    "SP",
    "TouchDown",
    "UniversalOutlook",
    "WindowsMail",
    "WindowsOutlook",
    "WindowsOutlook15",
    "WP",
    "WP8",
];

/// The only state of a session that Domino is known to print.
const STATE: &str = "Processing Request";

const REMOVED: &str = "(removed)";

/// Replaces users, devices, sessions, threads, file names and URLs of a report by stable pseudonyms (`user-07`,
/// `device-12`), and drops text that a client or a user chose freely.
///
/// What stays is what is known to be harmless: a text is kept because a list or a pattern names it, never because it
/// looks like nobody's.
#[must_use]
pub fn redact(report: &Report) -> Report {
    let mut report = report.clone();
    let mut users = Pseudonyms::new("user");
    let mut devices = Pseudonyms::new("device");
    let mut sessions = Pseudonyms::new("session");
    let mut threads = Pseudonyms::new("thread");
    let names: Vec<String> = report.files.iter().map(|file| file.name.clone()).collect();
    for (i, file) in report.files.iter_mut().enumerate() {
        let pseudonym = |i: usize| format!("log-{:02}", i + 1);
        file.name = pseudonym(i);
        for settled in &mut file.settled {
            if let Some(like) = settled.like.map(|like| like as usize) {
                let name = names.get(like).map_or("", String::as_str);
                let told = format!("as in {name}.");
                let hidden = format!("as in {}.", pseudonym(like));
                settled.reason = settled.reason.replace(&told, &hidden);
            }
        }
        for members in file.archive.iter_mut().flat_map(|a| &mut a.others) {
            members.examples.clear();
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
            "duplicate" => "This file holds the same requests as another; they are counted once.",
            _ => continue,
        };
        let told = std::mem::replace(&mut problem.sentence, sentence.to_owned());
        report.verdict.sentence = report.verdict.sentence.replace(&told, sentence);
    }
    for view in &mut report.views {
        let name = |file: u32| report.files[file as usize].name.as_str();
        view.sentence = views::sentence(view, name(view.file), name(view.of));
    }
    for row in &mut report.devices {
        row.device = devices.of(&row.device);
        for user in &mut row.users {
            *user = users.of(user);
        }
        row.device_type = row.device_type.as_deref().and_then(device_type);
        row.client = row.client.take().filter(|text| is_decoded(text));
    }
    for row in &mut report.heartbeats.devices {
        row.device = devices.of(&row.device);
    }
    let mut networks = Pseudonyms::new("network");
    for row in &mut report.heartbeats.timeouts {
        row.network = row.network.as_deref().map(|n| networks.of(n));
    }
    for row in &mut report.waiting {
        row.user = row.user.as_deref().map(|u| users.of(u));
        row.device = row.device.as_deref().map(|d| devices.of(d));
        row.request = row
            .cmd
            .as_deref()
            .map_or("(URL removed)".to_owned(), |cmd| format!("Cmd={cmd}"));
        row.session = sessions.of(&row.session);
        row.thread = threads.of(&row.thread);
        if row.state != STATE {
            REMOVED.clone_into(&mut row.state);
        }
    }
    let events = &mut report.events;
    let mut addresses = Pseudonyms::new("address");
    for row in &mut events.sign_ins {
        row.user = row.user.as_deref().map(|u| users.of(u));
        row.address = row.address.as_deref().map(|a| addresses.of(a));
    }
    // Messages and sentences name servers, users and paths. What a message says, its row tells; the numbers that are
    // shown have names of a list.
    let texts = events.messages.iter_mut().flat_map(|row| &mut row.lines);
    for line in texts {
        REMOVED.clone_into(&mut line.text);
    }
    for line in &mut events.status.lines {
        REMOVED.clone_into(&mut line.text);
    }
    report
}

/// A device type that may be shown, in the spelling of the list.
fn device_type(text: &str) -> Option<String> {
    // Samsung appends the model, which a device is free to make up.
    let samsung = text.strip_prefix("SAMSUNG").filter(|model| {
        model
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    });
    if samsung.is_some() {
        return Some("SAMSUNG".to_owned());
    }
    DEVICE_TYPES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(text))
        .map(str::to_owned)
}

/// Names given in the order of first use, which is that of the report.
struct Pseudonyms {
    kind: &'static str,
    known: BTreeMap<String, String>,
}

impl Pseudonyms {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            known: BTreeMap::new(),
        }
    }

    fn of(&mut self, name: &str) -> String {
        let next = self.known.len() + 1;
        self.known
            .entry(name.to_owned())
            .or_insert_with(|| format!("{}-{next:02}", self.kind))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Inspector;

    #[test]
    fn only_known_device_types_are_shown() {
        for (text, shown) in [
            ("iPhone", Some("iPhone")),
            ("IPHONE", Some("iPhone")),
            ("WindowsOutlook15", Some("WindowsOutlook15")),
            ("SAMSUNGGTI9515", Some("SAMSUNG")),
            ("SAMSUNG", Some("SAMSUNG")),
            ("SAMSUNG of Jane", None),
            ("JaneDoe", None),
            ("iPhoneJane", None),
            ("", None),
        ] {
            assert_eq!(device_type(text).as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn what_a_system_says_of_an_unreadable_file_is_dropped() {
        let mut inspector = Inspector::new();
        inspector.open("a.log");
        inspector.abandon("C:\\Users\\jane\\a.log is locked.");
        let report = inspector.report();
        let told = |report: &Report| format!("{report:?}");
        assert!(told(&report).contains("jane"));
        assert!(!told(&redact(&report)).contains("jane"));
    }
}
