//! The values of a line, and the names of columns.

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter};

/// Most values that a line may have; Exchange with all columns has 24, content delivery networks below 50.
const WORDS: usize = 96;

/// The values of a line, split at blanks and tabs.
pub(super) struct Words<'a> {
    words: [&'a [u8]; WORDS],
    count: usize,
}

impl<'a> Words<'a> {
    /// No values yet.
    pub(super) fn none() -> Self {
        Self {
            words: [&[]; WORDS],
            count: 0,
        }
    }

    /// Splits a line; `None` if it has more values than any log.
    pub(super) fn split(&mut self, line: &'a [u8]) -> Option<&[&'a [u8]]> {
        let line = line.trim_ascii();
        self.count = 0;
        // IIS quotes nothing, and its lines are split in one go.
        match memchr(b'"', line) {
            None => self.split_plain(line)?,
            Some(_) => self.split_quoted(line)?,
        }
        Some(&self.words[..self.count])
    }

    fn push(&mut self, word: &'a [u8]) -> Option<()> {
        *self.words.get_mut(self.count)? = word;
        self.count += 1;
        Some(())
    }

    fn split_plain(&mut self, line: &'a [u8]) -> Option<()> {
        let mut from = 0;
        let ends = memchr2_iter(b' ', b'\t', line).chain([line.len()]);
        for at in ends {
            let word = line[from..at].trim_ascii_start();
            if !word.is_empty() {
                self.push(word)?;
            }
            from = at + 1;
        }
        Some(())
    }

    fn split_quoted(&mut self, line: &'a [u8]) -> Option<()> {
        let mut quotes = true;
        let mut rest = line;
        while !rest.is_empty() {
            let quoted = if quotes { take_quoted(rest) } else { None };
            // Where no quote closes, none will for a later value: such a quote is a letter of its value.
            quotes &= quoted.is_some() || rest[0] != b'"';
            let (word, after) = quoted.unwrap_or_else(|| {
                let end = memchr2(b' ', b'\t', rest).unwrap_or(rest.len());
                rest.split_at(end)
            });
            self.push(word)?;
            rest = after.trim_ascii_start();
        }
        Some(())
    }
}

/// Takes `"a value"` off the front; a quote inside of it is doubled.
fn take_quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"\"")?;
    let mut doubled = None;
    for at in memchr_iter(b'"', inside) {
        if doubled == Some(at) {
            continue;
        }
        match inside.get(at + 1) {
            Some(b'"') => doubled = Some(at + 1),
            None | Some(b' ' | b'\t') => return Some((&inside[..at], &inside[at + 1..])),
            Some(_) => {}
        }
    }
    None
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    Time,
    LocalDate,
    LocalTime,
    Server,
    Method,
    Stem,
    Query,
    User,
    Client,
    Forwarded,
    Version,
    Agent,
    Referer,
    Host,
    Status,
    Win32,
    Bytes,
    Taken,
    TakenMs,
    Reason,
    Other,
}

impl Column {
    fn named(name: &[u8]) -> Self {
        match name.to_ascii_lowercase().as_slice() {
            b"date" => Self::Date,
            b"time" => Self::Time,
            b"date-local" => Self::LocalDate,
            b"time-local" => Self::LocalTime,
            b"s-ip" => Self::Server,
            b"cs-method" => Self::Method,
            b"cs-uri-stem" | b"cs-uri" => Self::Stem,
            b"cs-uri-query" => Self::Query,
            b"cs-username" | b"c-auth-id" => Self::User,
            b"c-ip" => Self::Client,
            b"x-forwarded-for" | b"cs(x-forwarded-for)" => Self::Forwarded,
            b"cs-version" | b"cs-protocol-version" => Self::Version,
            b"cs(user-agent)" => Self::Agent,
            b"cs(referer)" | b"cs(referrer)" => Self::Referer,
            b"cs-host" | b"cs(host)" => Self::Host,
            b"sc-status" => Self::Status,
            b"sc-win32-status" => Self::Win32,
            b"sc-bytes" | b"bytes" => Self::Bytes,
            b"time-taken" => Self::Taken,
            b"timetakenms" => Self::TakenMs,
            b"s-reason" => Self::Reason,
            _ => Self::Other,
        }
    }
}

/// The columns that a `#Fields:` line names.
pub(super) fn header(names: &[u8]) -> Vec<Column> {
    names
        .split(u8::is_ascii_whitespace)
        .filter(|name| !name.is_empty())
        .map(Column::named)
        .collect()
}

/// The values of one line by what they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a> {
    pub(super) date: Option<&'a [u8]>,
    pub(super) time: Option<&'a [u8]>,
    /// Whether they are of the server's local clock.
    pub(super) local: bool,
    pub(super) server: Option<&'a [u8]>,
    pub(super) method: Option<&'a [u8]>,
    pub(super) stem: Option<&'a [u8]>,
    pub(super) query: Option<&'a [u8]>,
    pub(super) user: Option<&'a [u8]>,
    pub(super) client: Option<&'a [u8]>,
    pub(super) forwarded: Option<&'a [u8]>,
    pub(super) version: Option<&'a [u8]>,
    pub(super) agent: Option<&'a [u8]>,
    pub(super) referer: Option<&'a [u8]>,
    pub(super) host: Option<&'a [u8]>,
    pub(super) status: Option<&'a [u8]>,
    pub(super) win32: Option<&'a [u8]>,
    pub(super) bytes: Option<&'a [u8]>,
    pub(super) taken: Option<&'a [u8]>,
    /// Whether the column's name says that it counts milliseconds.
    pub(super) taken_ms: bool,
    pub(super) reason: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// The values under their header, as many as there are.
    pub(super) fn named(columns: &[Column], words: &[&'a [u8]]) -> Self {
        let mut fields = Self::default();
        for (column, word) in columns.iter().zip(words) {
            let place = match column {
                Column::Date => &mut fields.date,
                Column::Time => &mut fields.time,
                Column::LocalDate if fields.date.is_none() => &mut fields.date,
                Column::LocalTime if fields.time.is_none() => {
                    fields.local = true;
                    &mut fields.time
                }
                Column::Server => &mut fields.server,
                Column::Method => &mut fields.method,
                Column::Stem => &mut fields.stem,
                Column::Query => &mut fields.query,
                Column::User => &mut fields.user,
                Column::Client => &mut fields.client,
                Column::Forwarded => &mut fields.forwarded,
                Column::Version => &mut fields.version,
                Column::Agent => &mut fields.agent,
                Column::Referer => &mut fields.referer,
                Column::Host => &mut fields.host,
                Column::Status => &mut fields.status,
                Column::Win32 => &mut fields.win32,
                Column::Bytes => &mut fields.bytes,
                Column::Taken => &mut fields.taken,
                Column::TakenMs => {
                    fields.taken_ms = true;
                    &mut fields.taken
                }
                Column::Reason => &mut fields.reason,
                Column::LocalDate | Column::LocalTime | Column::Other => continue,
            };
            *place = Some(word);
        }
        fields
    }

    /// Whether they are of a request over HTTP: its method is a word, and it has a method or a target.
    pub(super) fn is_request(&self) -> bool {
        let word = |m: &[u8]| {
            m.iter()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'))
        };
        let said = |value: Option<&'a [u8]>| value.and_then(super::present).is_some();
        self.method.is_none_or(word)
            && self.stem.is_some()
            && (said(self.method) || said(self.stem))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_without_quotes_has_the_same_values_either_way(line in "[a-c \t\r\u{c}-]{0,60}") {
            let line = line.as_bytes().trim_ascii();
            let (mut plain, mut quoted) = (Words::none(), Words::none());
            prop_assert_eq!(plain.split_plain(line), quoted.split_quoted(line));
            prop_assert_eq!(&plain.words[..plain.count], &quoted.words[..quoted.count]);
        }
    }
}
