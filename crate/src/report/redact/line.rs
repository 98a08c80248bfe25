//! A line of a log without names: what is known to name nobody stays, names that are known become pseudonyms, all else is
//! one and the same sign.
//!
//! The other way round, by looking for names in the line, whatever nobody thought of would stay: a cookie, a subject, an
//! address that a proxy passed on.

use super::Names;
use super::known::{agent, device_type};
use crate::activesync::{Command, percent_decoded};
use crate::report::model::TakenLine;

/// How logs say that there is nothing.
pub(super) const NONE: &str = "-";

/// What stands for everything that is not known.
const HIDDEN: char = '…';

/// Words of log formats, of HTTP and of Domino's console.
const WORDS: [&str; 49] = [
    "-",
    "/",
    "*",
    "POST",
    "GET",
    "OPTIONS",
    "HEAD",
    "HTTP",
    "HTTP/1.0",
    "HTTP/1.1",
    "HTTP/2",
    "HTTP/2.0",
    "HTTP/3.0",
    "https",
    "http",
    "User",
    "DeviceId",
    "DeviceType",
    "Cmd",
    "Microsoft-Server-ActiveSync",
    "/Microsoft-Server-ActiveSync",
    "/Microsoft-Server-ActiveSync/default.eas",
    "/traveler/Microsoft-Server-ActiveSync",
    "/servlet/traveler/Microsoft-Server-ActiveSync",
    "/servlet/traveler",
    "Server",
    "Server:",
    "Waiting",
    "for",
    "session",
    "to",
    "finish",
    "State",
    "Session",
    "ID",
    "Thread",
    "Processing",
    "Request",
    "AM",
    "PM",
    "UTC",
    "Z",
    "status",
    "time",
    "duration",
    "method",
    "uri",
    "request",
    "ms",
];

impl Names {
    /// Replaces what a line says of anybody.
    pub(super) fn line(&mut self, line: &mut TakenLine) {
        let text = self.words(&line.text, &line.numbers);
        line.text = text;
    }

    /// A text with what is known to name nobody, and pseudonyms; with those numbers.
    pub(super) fn words(&mut self, text: &str, numbers: &[String]) -> String {
        let keeps_all = self.keeps_all();
        let mut out = String::new();
        for word in text.split_inclusive(is_between) {
            let end = word.find(is_between).unwrap_or(word.len());
            let (body, between) = word.split_at(end);
            if !body.is_empty() {
                match self.word(body, numbers) {
                    Some(text) => out.push_str(&text),
                    // Several that are hidden in a row are told as one: their number could tell them.
                    None if out.ends_with(HIDDEN) || out.ends_with("… ") => {
                        out.truncate(out.trim_end().len());
                    }
                    None => {
                        self.texts += 1;
                        out.push(HIDDEN);
                    }
                }
            }
            out.push_str(between);
        }
        // Whoever keeps every kind of name keeps the line.
        if keeps_all { text.to_owned() } else { out }
    }

    /// What may be told of a word.
    fn word(&self, word: &str, numbers: &[String]) -> Option<String> {
        let plain = percent_decoded(word.as_bytes());
        let plain = String::from_utf8_lossy(&plain);
        let known = [
            &self.users,
            &self.devices,
            &self.addresses,
            &self.sessions,
            &self.threads,
        ];
        let alias = known
            .into_iter()
            .find_map(|names| names.known(word).or_else(|| names.known(&plain)));
        if let Some(alias) = alias {
            // One that stays stays as it is spelt here.
            return Some(if alias == plain { word } else { alias }.to_owned());
        }
        let command = || Command::ALL.iter().any(|command| command.name() == word);
        let harmless = WORDS.contains(&word)
            || numbers.iter().any(|number| number == word)
            || is_time(word)
            || command()
            || agent(word).as_deref() == Some(word);
        if harmless {
            return Some(word.to_owned());
        }
        device_type(word)
    }
}

/// Whether a character stands between words.
fn is_between(c: char) -> bool {
    c.is_whitespace() || "\"'`[](){}<>=&?;,|#".contains(c)
}

/// Whether a word is a time, a date or a zone, or a number of two digits, which days and hours are.
fn is_time(word: &str) -> bool {
    const SHAPES: [&str; 15] = [
        "9",
        "99",
        "99:99",
        "9:99:99",
        "99:99:99",
        "99:99:99.999",
        "99/99/9999",
        "99/MMM/9999",
        "99/MMM/9999:99:99:99",
        "99.99.9999",
        "9999-99-99",
        "9999-99-99T99:99:99",
        "9999-99-99T99:99:99.999",
        "MMM",
        "MMMZ",
    ];
    let zone = |zone: &str| {
        let digits: String = zone.chars().filter(|&c| c != ':').collect();
        digits.len() == 4 && digits.parse::<u16>().is_ok_and(|zone| zone <= 1400)
    };
    if let Some(rest) = word.strip_prefix(['+', '-']) {
        return zone(rest);
    }
    // A zone behind a time of day.
    let timed = word.contains('T');
    let word = match word.rsplit_once(['+', '-']) {
        Some((time, last)) if timed && zone(last) => time,
        _ => word.strip_suffix('Z').filter(|_| timed).unwrap_or(word),
    };
    let is_month = |text: &str| MONTHS.contains(&text);
    let mut shape = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if let Some(month) = rest.get(..3).filter(|text| is_month(text)) {
            shape.push_str("MMM");
            rest = &rest[month.len()..];
        } else {
            shape.push(if c.is_ascii_digit() { '9' } else { c });
            rest = &rest[c.len_utf8()..];
        }
    }
    SHAPES.contains(&shape.as_str())
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str, numbers: &[&str]) -> String {
        let mut names = Names::new(&[]);
        names.users.of("jane doe");
        names.devices.of("Appl7992970TWH8");
        names.addresses.of("192.0.2.7");
        let mut line = TakenLine {
            file: 0,
            line: 1,
            text: text.to_owned(),
            numbers: numbers.iter().map(|&n| n.to_owned()).collect(),
        };
        names.line(&mut line);
        line.text
    }

    #[test]
    fn a_line_keeps_what_names_nobody() {
        let line = "192.0.2.7 mail.example.com \"CN=Jane Doe/O=Acme\" [03/Mar/2010:14:25:00 -0500] \"POST \
                    /servlet/traveler/Microsoft-Server-ActiveSync?User=jane%20doe&DeviceId=Appl7992970TWH8&\
                    DeviceType=iPhone&Cmd=Ping&SaveInSent=T HTTP/1.1\" 409 0 \"https://intranet.example/jane\" \
                    \"Apple-iPhone/704.11\" 203110 \"LtpaToken=4711\" \"/local/notesdata\"";
        assert_eq!(
            hidden(line, &["409", "0", "203110"]),
            "address-01 … \"…=…=…\" [03/Mar/2010:14:25:00 -0500] \"POST \
             /servlet/traveler/Microsoft-Server-ActiveSync?User=user-01&DeviceId=device-01&DeviceType=iPhone&Cmd=Ping&…=… \
             HTTP/1.1\" 409 0 \"…\" \"Apple-iPhone/704.11\" 203110 \"…=…\" \"…\""
        );
    }

    #[test]
    fn numbers_stay_only_where_they_are_known() {
        assert_eq!(hidden("4711 409 0815", &["409"]), "… 409 …");
        assert_eq!(hidden("2001:10:20::1 10.1.2.3 00-11-22", &[]), "…");
        assert_eq!(hidden("May  6 08:14:00 gw1", &[]), "May  6 08:14:00 …");
        assert_eq!(
            hidden("2025-05-06T08:14:00.123+02:00 2025-05-06T08:14:00Z", &[]),
            "2025-05-06T08:14:00.123+02:00 2025-05-06T08:14:00Z"
        );
        assert_eq!(hidden("+4711 +0200 -0500", &[]), "… +0200 -0500");
    }

    #[test]
    fn a_base64_query_is_hidden() {
        assert_eq!(
            hidden("/Microsoft-Server-ActiveSync?jAkJBBDr2vLq", &[]),
            "/Microsoft-Server-ActiveSync?…"
        );
    }
}
