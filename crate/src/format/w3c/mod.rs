//! The W3C extended log format, as IIS and with it Exchange write it, and others.
//!
//! A line `#Fields:` names the columns of the lines behind it. People who ask for help paste lines without it, so the
//! columns are also told from the values ([`shape`]). Exchange adds a log of its own to the query ([`exchange`]).

mod columns;
mod exchange;
mod samples;
mod shape;

use super::address::client_of;
use super::time::{DAY_MS, Stamp, number, rfc3339};
use super::{
    Carries, Edge, Ending, Format, Reader, Reading, Reason, Record, Sample, Seat, What, present,
};
use crate::input::Line;
use columns::{Column, Fields, Words};
use exchange::Pairs;

/// W3C extended: IIS, Exchange, Azure, CloudFront.
pub(super) struct Extended;

impl Format for Extended {
    fn code(&self) -> &'static str {
        "w3c"
    }

    fn title(&self) -> &'static str {
        "W3C extended (IIS, Exchange)"
    }

    fn specification(&self) -> &'static str {
        "https://learn.microsoft.com/windows/win32/http/w3c-logging"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn is_utc(&self) -> bool {
        true
    }

    fn samples(&self) -> &'static [Sample] {
        samples::ALL
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<ExtendedReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Server
    }
}

/// Reads W3C lines by the header before them, or by their shape.
#[derive(Default)]
struct ExtendedReader {
    /// The columns that the latest `#Fields:` names, if there was one.
    columns: Vec<Column>,
    /// Whether there was any directive: from then on, `#` begins a comment.
    begun: bool,
    /// Whether `#Software:` names a writer that is not Microsoft's.
    other_writer: bool,
    /// Whether the times are not in UTC, as `#GMT-Offset:` says.
    offset: bool,
    /// Midnight of the day that `#Date:` names, and the latest time of day, for lines without a date.
    day: Option<(i64, i64)>,
    /// The two sides of one request, where both are in the file.
    pairs: Pairs,
    target: Vec<u8>,
    agent: Vec<u8>,
}

impl Reader for ExtendedReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let bytes = line.bytes;
        if bytes.first() == Some(&b'#') {
            return self.directive(bytes);
        }
        // Every line has a date or a time in its first columns, or its header says where else.
        if self.columns.is_empty() && bytes.get(4) != Some(&b'-') && bytes.get(5) != Some(&b'-') {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let mut words = Words::none();
        let Some(words) = words.split(bytes) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        match self.read(words) {
            Ok(read) => self.emit(&read, line, emit),
            Err(reason) => Reading::Foreign(reason),
        }
    }
}

/// The values of a line, and what they were found by.
struct Read<'a> {
    fields: Fields<'a>,
    stamp: Stamp,
    status: Option<u16>,
    cut: bool,
}

impl ExtendedReader {
    /// Takes a line that begins with `#`.
    fn directive(&mut self, bytes: &[u8]) -> Reading {
        let end = bytes.iter().position(|&b| b == b':').unwrap_or(0);
        let (name, value) = bytes.split_at(end);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        match name.to_ascii_lowercase().as_slice() {
            b"#fields" => self.columns = columns::header(value),
            b"#software" => {
                let microsoft = |name: &[u8]| {
                    name.starts_with(b"Microsoft") || name.starts_with(b"IIS Advanced Logging")
                };
                self.other_writer = !microsoft(value);
            }
            b"#gmt-offset" => self.offset = true,
            b"#date" => {
                let date = value.get(..10).and_then(|date| moment(date, b"00:00:00"));
                self.day = date.map(|midnight| (midnight.ms, 0)).or(self.day);
            }
            b"#version" => self.offset = false,
            b"#start-date" | b"#end-date" | b"#remark" | b"#system-id" => {}
            _ if self.begun => {}
            _ => return Reading::Foreign(Reason::UnknownShape),
        }
        self.begun = true;
        Reading::Comment
    }

    /// Reads the values of a line: by the header if it fits, by their shape if not. A header that lost columns, or that
    /// stands above lines of another server, is common in what people paste together.
    fn read<'a>(&mut self, words: &[&'a [u8]]) -> Result<Read<'a>, Reason> {
        let named = self.columns.len();
        if named == words.len() {
            return self.check(Fields::named(&self.columns, words), false);
        }
        // Values too many at the end are columns that the header lacks. Of a line that breaks off, the last value may
        // lack a part.
        let cut = words.len() < named;
        let kept = &words[..words.len().saturating_sub(usize::from(cut))];
        let fields = Fields::named(&self.columns, kept);
        if fields.status.is_some()
            && fields.is_request()
            && let Ok(read) = self.check(fields, cut)
            && read.status.is_some()
        {
            return Ok(read);
        }
        match shape::read(words) {
            Some(fields) => self.check(fields, false),
            None if !cut => Err(Reason::UnknownShape),
            None => match self.check(Fields::named(&self.columns, words), true) {
                Err(Reason::BadTime) => Err(Reason::BadTime),
                Err(Reason::UnknownShape) => Err(Reason::UnknownShape),
                _ => Err(Reason::CutShort),
            },
        }
    }

    /// Reads what every line must have.
    fn check<'a>(&mut self, fields: Fields<'a>, cut: bool) -> Result<Read<'a>, Reason> {
        let stamp = match (fields.date, fields.time) {
            (Some(date), Some(time)) => moment(date, time).ok_or_else(|| {
                let dashed = |d: &[u8]| d.len() == 10 && d[4] == b'-' && d[7] == b'-';
                if dashed(date) {
                    Reason::BadTime
                } else {
                    Reason::UnknownShape
                }
            })?,
            (None, Some(time)) => self.on_the_day(time).ok_or(Reason::UnknownShape)?,
            _ => return Err(Reason::UnknownShape),
        };
        let status = match fields.status.and_then(present) {
            None => None,
            Some(status) => Some(
                number(status)
                    .filter(|_| status.len() <= 3)
                    .ok_or(Reason::BadStatus)? as u16,
            ),
        };
        Ok(Read {
            stamp: Stamp {
                zone: (!fields.local && !self.offset).then_some(0),
                ..stamp
            },
            fields,
            status,
            cut,
        })
    }

    /// The moment of a line that has a time of day only.
    fn on_the_day(&mut self, time: &[u8]) -> Option<Stamp> {
        let of_day = moment(b"1970-01-01", time)?.ms;
        let (midnight, before) = self.day.as_mut()?;
        // Lines are a little out of order; what runs back by half a day has passed midnight.
        if of_day + DAY_MS / 2 < *before {
            *midnight += DAY_MS;
        }
        *before = of_day;
        Some(Stamp {
            ms: *midnight + of_day,
            zone: None,
        })
    }

    /// Hands on the record, if the line is one of a request.
    fn emit(
        &mut self,
        read: &Read<'_>,
        line: &Line<'_>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let fields = &read.fields;
        // FTP and SMTP servers use the same format.
        if !fields.is_request() {
            return Reading::Comment;
        }
        let query = fields.query.and_then(present);
        let log = query.map(exchange::Noted::read).unwrap_or_default();
        let (duration_ms, unit_open) = self.duration(fields);
        let stem = fields.stem.and_then(present);
        let is_second = match (stem, query, duration_ms) {
            (Some(stem), Some(query), Some(ms)) => {
                self.pairs.is_second(stem, query, read.stamp.ms, ms)
            }
            _ => false,
        };
        let target = match (stem, query) {
            (Some(stem), Some(query)) => {
                self.target.clear();
                self.target.extend_from_slice(stem);
                self.target.push(b'?');
                self.target.extend_from_slice(query);
                Some(self.target.as_slice())
            }
            _ => stem,
        };
        let forwarded = fields.forwarded.and_then(client_of);
        let mut record = Record {
            place: line.into(),
            stamp: Some(read.stamp),
            duration_ms,
            remote: forwarded.or(fields.client.and_then(present)),
            host: fields
                .host
                .and_then(present)
                .or(fields.server.and_then(present)),
            user: fields.user.and_then(present),
            method: fields.method.and_then(present),
            target,
            protocol: fields.version.and_then(present),
            status: read.status,
            bytes: fields.bytes.and_then(super::ncsa::decimal),
            referer: fields.referer.and_then(present),
            user_agent: fields
                .agent
                .and_then(present)
                .map(|agent| unplus(agent, &mut self.agent)),
            heartbeat_s: log.heartbeat_s,
            ending: ending(fields, log.displaced),
            // KB944884: time-taken is known when the last send completes, and the line is written then. CloudFront's
            // date and time are those of the end as well. Nothing is known of other writers.
            edge: (!self.other_writer).then_some(Edge::End),
            cut: read.cut,
            ..Record::default()
        };
        record.doubt.unit = unit_open;
        if is_second {
            record.what = What::Sighting;
        }
        emit(&record);
        Reading::Record
    }

    /// Milliseconds that a request took, and whether their unit is open: IIS counts milliseconds, CloudFront writes
    /// seconds with a point as the format's draft has it, and of other writers nothing is known.
    fn duration(&self, fields: &Fields<'_>) -> (Option<u32>, bool) {
        use super::span::{Span, Unit};
        let Some(text) = fields.taken.and_then(present) else {
            return (None, false);
        };
        let whole = !text.contains(&b'.');
        let known = fields.taken_ms || (whole && !self.other_writer);
        let unit = known.then_some(Unit::Milliseconds);
        match Span::read(text, unit) {
            Some(span) => (Some(span.ms), span.unit_open),
            None => (None, false),
        }
    }
}

/// Who ended the exchange.
///
/// win32 status 64, ERROR_NETNAME_DELETED, is documented for a peer that went away. 121 (the semaphore timed out), 995
/// (the operation was aborted) and 1236 (the connection was aborted) are read the same way by common experience only.
/// `Client_Reset` is what HTTP.sys writes into its error log of a client that closed before its request was served.
fn ending(fields: &Fields<'_>, displaced: bool) -> Option<Ending> {
    if displaced {
        return Some(Ending::Displaced);
    }
    let gone = matches!(fields.win32, Some(b"64" | b"121" | b"995" | b"1236"))
        || fields.reason == Some(b"Client_Reset");
    gone.then_some(Ending::Client)
}

/// The moment of a date and a time of day.
fn moment(date: &[u8], time: &[u8]) -> Option<Stamp> {
    let mut text = [b' '; 48];
    let length = date.len() + 1 + time.len();
    if date.len() != 10 || length > text.len() {
        return None;
    }
    text[..10].copy_from_slice(date);
    text[11..length].copy_from_slice(time);
    rfc3339(&text[..length])
}

/// An agent with its blanks, for which IIS writes `+`; one that stood in quotes has them.
fn unplus<'b>(agent: &[u8], buffer: &'b mut Vec<u8>) -> &'b [u8] {
    buffer.clear();
    let encoded = !agent.contains(&b' ');
    let blank = |&b: &u8| if b == b'+' && encoded { b' ' } else { b };
    buffer.extend(agent.iter().map(blank));
    buffer
}

#[cfg(test)]
mod tests;
