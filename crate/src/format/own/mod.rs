//! Formats of the user's own: what a server was told to write is the best description of what it wrote.
//!
//! A format string of Apache, nginx or HAProxy, or a regular expression with named groups, becomes one regular expression
//! and the meaning of each of its groups. The variables bring their documented units, and the edge of the request that
//! they mark. No other format is read with regular expressions.

mod apache;
mod clock;
mod haproxy;
mod nginx;
mod pattern;
mod template;

use super::address::client_of;
use super::envelope;
use super::ncsa::{RequestLine, decimal};
use super::present;
use super::span::{self, Span};
use super::time::number;
use super::{ALL, Carries, Chosen, Doubt, Format, Reader, Reading, Reason, Record, Sample};
use crate::input::Line;
use crate::settings::Unit;
use clock::{Clock, Form};
use memchr::memchr;
use regex::bytes::{CaptureLocations, Regex};
use std::sync::Arc;

/// A format that the user wrote down.
#[derive(Debug)]
pub struct Own {
    code: &'static str,
    title: &'static str,
    specification: &'static str,
    read: Arc<Compiled>,
}

/// A regular expression with the meaning of its groups.
#[derive(Debug)]
struct Compiled {
    regex: Regex,
    /// The groups that mean something, by their number.
    fields: Vec<(usize, Field)>,
    /// Whether texts are escaped as in JSON.
    json: bool,
    /// Whether lines begin with a word that may be anything, so that it would take what stands around a line for itself.
    begins_freely: bool,
}

/// What a group of the regular expression holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Remote,
    /// Addresses that proxies pass on.
    Forwarded,
    Host,
    User,
    Method,
    /// Path and query.
    Target,
    Path,
    Query,
    Protocol,
    /// The whole request line.
    Request,
    Status,
    Bytes,
    Referer,
    Agent,
    /// A duration and its unit, `None` if that is not known.
    Duration(Option<Unit>),
    /// A duration in milliseconds that counts only if there is no better one.
    LongDuration,
    /// HAProxy's two letters of how a session ended.
    Termination,
    Time(Form),
}

/// The format of a code, where only its kind matters; of one that the user wrote down, any of its kind.
#[must_use]
pub fn stand_in(code: &str) -> Option<Chosen> {
    let text = match code {
        "own-apache" => "%r",
        "own-nginx" => "$request",
        "own-haproxy" => "%HM %HU %ST",
        "own-pattern" => "(?<target>.+)",
        known => {
            let format = ALL.iter().find(|format| format.code() == known);
            return format.map(|&format| Chosen::Known(format));
        }
    };
    choose(text).ok()
}

/// The format of a code, or one that the user wrote down.
///
/// # Errors
/// A sentence that says what of it is not understood, and what to do.
pub fn choose(text: &str) -> Result<Chosen, String> {
    let text = text.trim();
    if let Some(format) = ALL.iter().find(|f| f.code() == text) {
        return Ok(Chosen::Known(*format));
    }
    let unnamed = || {
        let marks = ["\\d", "\\S", "\\w", "(?:"];
        text.starts_with('^') || marks.iter().any(|mark| text.contains(mark))
    };
    let own = if text.contains("(?P<") || text.contains("(?<") {
        pattern::compile(text)
    } else if unnamed() {
        Err(
            "This regular expression names none of its groups, so nothing tells what they hold. Name them, for example \
             (?<target>\\S+) and (?<status>\\d+)."
                .to_owned(),
        )
    } else if !text.contains('%') && text.contains('$') {
        nginx::compile(text)
    } else if haproxy::is_one(text) {
        haproxy::compile(text)
    } else if text.contains('%') {
        apache::compile(text)
    } else if text.is_empty() {
        Err("The log format is empty. Name one of those that `pinglens formats` lists, or write one down.".to_owned())
    } else {
        Err(format!(
            "There is no log format {text}. `pinglens formats` lists those that are known; a format of your own is \
             Apache's LogFormat (with %h), nginx's log_format (with $remote_addr), HAProxy's log-format (with %ci) or a \
             regular expression with groups such as (?<target>...)."
        ))
    }?;
    Ok(Chosen::Own(Arc::new(own)))
}

impl Format for Own {
    fn code(&self) -> &'static str {
        self.code
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn specification(&self) -> &'static str {
        self.specification
    }

    fn carries(&self) -> Carries {
        let any = |test: fn(&Field) -> bool| self.read.fields.iter().any(|(_, field)| test(field));
        Carries {
            duration: any(|f| matches!(f, Field::Duration(_) | Field::LongDuration)),
            time: any(|f| matches!(f, Field::Time(_))),
            zone: any(|f| matches!(f, Field::Time(form) if form.has_zone())),
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(OwnReader {
            read: Arc::clone(&self.read),
            places: self.read.regex.capture_locations(),
            decoded: vec![Vec::new(); self.read.fields.len()],
            target: Vec::new(),
            clock: Clock::default(),
        })
    }
}

struct OwnReader {
    read: Arc<Compiled>,
    places: CaptureLocations,
    /// What fields say that are escaped; empty for those that are not.
    decoded: Vec<Vec<u8>>,
    /// Path and query together.
    target: Vec<u8>,
    clock: Clock,
}

impl Reader for OwnReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let read = &*self.read;
        let enveloped = read.begins_freely && envelope::begins(line.bytes);
        if enveloped
            || read
                .regex
                .captures_read(&mut self.places, line.bytes)
                .is_none()
        {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let written = |group: usize| {
            let (from, to) = self.places.get(group)?;
            present(&line.bytes[from..to])
        };
        for ((group, _), decoded) in read.fields.iter().zip(&mut self.decoded) {
            decoded.clear();
            if let Some(text) = written(*group).filter(|t| read.json && memchr(b'\\', t).is_some())
            {
                envelope::unescape(text, decoded);
            }
        }
        let mut parts = Parts::default();
        self.clock.begin();
        for ((group, field), decoded) in read.fields.iter().zip(&self.decoded) {
            let Some(text) = written(*group) else {
                continue;
            };
            let text = if decoded.is_empty() { text } else { decoded };
            match field {
                Field::Time(form) => self.clock.take(*form, text),
                field => parts.take(*field, text),
            }
        }
        let mut record = parts.record;
        if let (None, Some(path)) = (record.target, parts.path) {
            self.target.clear();
            self.target.extend_from_slice(path);
            if let Some(query) = parts.query {
                if !query.starts_with(b"?") {
                    self.target.push(b'?');
                }
                self.target.extend_from_slice(query);
            }
            record.target = Some(&self.target);
        }
        record.place = line.into();
        if let Some(time) = self.clock.end() {
            record.stamp = Some(time.stamp);
            record.edge = time.edge;
            let unit = record.doubt.unit;
            record.doubt = Doubt { unit, ..time.doubt };
        }
        emit(&record);
        Reading::Record
    }
}

/// A record that is being put together.
#[derive(Default)]
struct Parts<'a> {
    record: Record<'a>,
    path: Option<&'a [u8]>,
    query: Option<&'a [u8]>,
    /// How exact its duration is, more for more.
    exact: u8,
}

impl<'a> Parts<'a> {
    /// Takes in a field. Of two that say the same, the first counts, of durations the most exact.
    fn take(&mut self, field: Field, text: &'a [u8]) {
        let record = &mut self.record;
        match field {
            Field::Remote => record.remote = record.remote.or(Some(text)),
            Field::Forwarded => {
                record.remote = client_of(text).or(record.remote);
            }
            Field::Host => record.host = record.host.or(Some(text)),
            Field::User => record.user = record.user.or(unquoted(text)),
            Field::Method => record.method = record.method.or(Some(text)),
            Field::Target => record.target = record.target.or(Some(text)),
            Field::Path => self.path = self.path.or(Some(text)),
            Field::Query => self.query = self.query.or(Some(text)),
            Field::Protocol => record.protocol = record.protocol.or(Some(text)),
            Field::Request => {
                let request = RequestLine::split(text);
                record.method = record.method.or(request.method);
                record.target = record.target.or(request.target);
                record.protocol = record.protocol.or(request.protocol);
            }
            Field::Status => {
                let status = number(text).filter(|_| text.len() == 3);
                record.status = status.map(|s| s as u16).or(record.status);
            }
            Field::Bytes => record.bytes = record.bytes.or(decimal(text)),
            Field::Referer => record.referer = record.referer.or(Some(text)),
            Field::Agent => record.user_agent = record.user_agent.or(Some(text)),
            Field::Duration(unit) => self.duration(text, unit),
            Field::LongDuration if self.exact == 0 => {
                self.record.duration_ms = span(text, Some(Unit::Milliseconds)).map(|span| span.ms);
            }
            Field::Termination => record.ending = super::haproxy::ending(text),
            Field::LongDuration | Field::Time(_) => {}
        }
    }

    fn duration(&mut self, text: &[u8], unit: Option<Unit>) {
        let exact = match unit {
            None => 1,
            Some(Unit::Seconds) => 2,
            Some(Unit::Milliseconds) => 3,
            Some(Unit::Microseconds) => 4,
        };
        if let Some(span) = span(text, unit).filter(|_| exact > self.exact) {
            self.exact = exact;
            self.record.duration_ms = Some(span.ms);
            self.record.doubt.unit = span.unit_open;
        }
    }
}

/// A user's name without the quotes that some servers put around it.
fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"\"").and_then(|t| t.strip_suffix(b"\""));
    present(inside.unwrap_or(text))
}

/// A duration. HAProxy writes a plus before one that was still running.
fn span(text: &[u8], unit: Option<Unit>) -> Option<Span> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let unit = unit.map(|unit| match unit {
        Unit::Seconds => span::Unit::Seconds,
        Unit::Milliseconds => span::Unit::Milliseconds,
        Unit::Microseconds => span::Unit::Microseconds,
    });
    // The largest number stands for unknown.
    Span::read(text, unit).filter(|span| span.ms != u32::MAX)
}

#[cfg(test)]
mod tests;
