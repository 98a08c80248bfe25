//! A report without names: the same numbers, with pseudonyms that keep "same" and "different".

use super::model::Report;
use std::collections::BTreeMap;

/// Replaces users, devices, file names and URLs of a report by stable pseudonyms (`user-07`, `device-12`), and drops
/// text that a client or a user chose freely.
#[must_use]
pub fn redact(report: &Report) -> Report {
    let mut report = report.clone();
    let mut users = Pseudonyms::new("user");
    let mut devices = Pseudonyms::new("device");
    for (i, file) in report.files.iter_mut().enumerate() {
        file.name = format!("log-{:02}", i + 1);
    }
    for row in &mut report.devices {
        row.device = devices.of(&row.device);
        for user in &mut row.users {
            *user = users.of(user);
        }
        row.device_type = row
            .device_type
            .take()
            .filter(|t| t.len() <= 24 && t.chars().all(|c| c.is_ascii_alphanumeric()));
        // Only what was decoded from Apple's scheme is free of text that the client chose.
        row.client = row
            .client
            .take()
            .filter(|c| c.starts_with('i') && c.contains("(build "));
    }
    for row in &mut report.waiting {
        row.user = row.user.as_deref().map(|u| users.of(u));
        row.device = row.device.as_deref().map(|d| devices.of(d));
        row.request = row
            .cmd
            .as_deref()
            .map_or("(URL removed)".to_owned(), |cmd| format!("Cmd={cmd}"));
        for text in [&mut row.session, &mut row.state, &mut row.thread] {
            if !text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '(' | ')'))
                || text.len() > 40
            {
                *text = "(removed)".to_owned();
            }
        }
    }
    report
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
