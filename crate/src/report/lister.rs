//! Every request as a line of JSON or CSV, for `pinglens requests`.
//!
//! What the report needs of a request is in the log's columns; the rest (its URL, referer, method) is read from the file
//! a second time, so that it never has to be kept.

use super::moments::moments;
use super::redact::Names;
use super::write::csv_cell;
use crate::activesync;
use crate::explain::Explanation;
use crate::explain::stamp::Meaning;
use crate::format::time::Stamp;
use crate::format::{Detector, Record, What};
use crate::input::{Content, Flaw, Limits, Lines, Opening, Sink, Unpacker};
use crate::log::Log;
use serde::Serialize;

/// How requests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFormat {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated values with a head line (RFC 4180); cells that a spreadsheet would take for a formula are
    /// defused.
    Csv,
}

/// Reads a file again and writes its requests.
pub struct Lister<'a> {
    unpacker: Unpacker,
    texts: Texts<'a>,
}

/// The texts of a file, one after the other.
struct Texts<'a> {
    writer: Writer<'a>,
    current: Option<(Lines, Detector)>,
    opened: u32,
    /// How many were there before.
    before: u32,
    /// The next that is a file of the log.
    next: u32,
    out: Vec<u8>,
}

/// One request; the order of fields is the order of columns.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) offset: u64,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) duration_ms: Option<u32>,
    pub(super) remote_ip: Option<String>,
    /// The user column of the log; where it is empty, the user that the URL names.
    pub(super) user: Option<String>,
    pub(super) device: Option<String>,
    pub(super) device_type: Option<String>,
    pub(super) client: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) method: Option<String>,
    pub(super) target: Option<String>,
    pub(super) host: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) cmd: Option<&'static str>,
    /// Version of ActiveSync, where the request's URL states it.
    pub(super) protocol: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) bytes: Option<u64>,
    pub(super) outcome: Option<&'static str>,
    pub(super) certainty: Option<&'static str>,
    pub(super) cause_file: Option<String>,
    pub(super) cause_line: Option<u32>,
    /// Where the same request stands in another log.
    pub(super) also_file: Option<String>,
    pub(super) also_line: Option<u32>,
}

impl<'a> Lister<'a> {
    /// A lister of the requests of one opened file, which is to be fed again; `all` includes those that are not ActiveSync.
    #[must_use]
    pub fn new(
        log: &'a Log,
        explanation: &'a Explanation,
        opened: u32,
        format: ListFormat,
        all: bool,
    ) -> Self {
        // What came out of one opened file stands together.
        let next = log.files.partition_point(|f| f.opened < opened) as u32;
        Self {
            unpacker: Unpacker::new("", Limits::default()),
            texts: Texts {
                writer: Writer {
                    log,
                    explanation,
                    format,
                    all,
                    names: None,
                    file: next,
                    next_row: 0,
                },
                current: None,
                opened,
                before: 0,
                next,
                out: Vec::new(),
            },
        }
    }

    /// The same with pseudonyms for names.
    #[must_use]
    pub fn without_names(mut self, names: &'a mut Names) -> Self {
        self.texts.writer.names = Some(names);
        self
    }

    /// The head line of a format, empty if it has none.
    #[must_use]
    pub fn head(format: ListFormat) -> &'static str {
        match format {
            ListFormat::Ndjson => "",
            ListFormat::Csv => COLUMNS,
        }
    }

    /// Takes the next chunk of the file and appends the lines of its requests to `out`.
    pub fn feed(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        self.unpacker.feed(chunk, &mut self.texts);
        out.append(&mut self.texts.out);
    }

    /// Ends the file.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.unpacker.finish(&mut self.texts);
        out.append(&mut self.texts.out);
    }
}

impl Sink for Texts<'_> {
    fn begin(&mut self, opening: &Opening<'_>) {
        let (log, file) = (self.writer.log, self.next);
        let text = self.before;
        self.before += 1;
        // Texts that say nothing may be no files of the log, and a file that changed since it was read may have more.
        let known = log.files.get(file as usize);
        let Some(known) = known.filter(|f| (f.opened, f.text) == (self.opened, text)) else {
            return;
        };
        self.next += 1;
        self.writer.file = file;
        self.writer.next_row = log.rows_of(file).start;
        let lines = Lines::new(opening.offset, known.settings.code_page());
        self.current = Some((lines, Detector::again(&known.settings)));
    }

    fn text(&mut self, bytes: &[u8]) {
        let (Some((lines, detector)), writer) = (&mut self.current, &mut self.writer) else {
            return;
        };
        let out = &mut self.out;
        lines.feed(bytes, &mut |line| {
            detector.line(line, &mut |record| writer.write(record, out));
        });
    }

    fn end(&mut self, _: u64, _: Option<Flaw>) {
        let Some((mut lines, mut detector)) = self.current.take() else {
            return;
        };
        let (writer, out) = (&mut self.writer, &mut self.out);
        lines.finish(&mut |line| {
            detector.line(line, &mut |record| writer.write(record, out));
        });
        detector.finish(&mut |record| writer.write(record, out));
    }

    fn other(&mut self, _: &str, _: Content, _: bool, _: u64, _: Option<Flaw>) {}

    fn flawed(&mut self, _: &str, _: Flaw) {}
}

/// Writes the records of one file.
struct Writer<'a> {
    log: &'a Log,
    explanation: &'a Explanation,
    format: ListFormat,
    all: bool,
    /// What stands for names, where they go.
    names: Option<&'a mut Names>,
    file: u32,
    /// Row of the next ActiveSync request.
    next_row: u32,
}

impl Writer<'_> {
    fn write(&mut self, record: &Record<'_>, out: &mut Vec<u8>) {
        let record = &self.log.files[self.file as usize].settled(record);
        // What a server says of itself is no request.
        if record.event().is_some() || record.what == What::Remark {
            return;
        }
        // The requests of a file that was given twice are listed once.
        if self.log.files[self.file as usize].same_as.is_some() {
            return;
        }
        let views = &self.explanation.views;
        let call = record.target.is_some_and(activesync::is_call);
        let row = call.then(|| {
            self.next_row += 1;
            self.next_row - 1
        });
        if row.is_none() && !self.all {
            return;
        }
        // A file that changed since it was read has more requests than rows.
        let mut entry = match row.filter(|row| self.log.rows_of(self.file).contains(row)) {
            // What several logs hold is listed once, with the place where it also stands.
            Some(row) if views.counts_elsewhere(row) => return,
            Some(row) => self.entry(record, Some(row)),
            None => self.entry(record, None),
        };
        if let Some(names) = &mut self.names {
            names.entry(&mut entry);
        }
        entry.write(self.format, out);
    }

    fn entry(&self, record: &Record<'_>, row: Option<u32>) -> Entry {
        let Self {
            log, explanation, ..
        } = self;
        let text = |bytes: Option<&[u8]>| bytes.map(|b| String::from_utf8_lossy(b).into_owned());
        let origin = row.map(|row| log.origin(row));
        let verdict = row.map(|row| explanation.verdict(row));
        let place = |row: u32| {
            (
                log.files[log.file_of(row) as usize].name.clone(),
                log.line(row),
            )
        };
        let (cause_file, cause_line) = verdict.and_then(|v| v.cause).map(place).unzip();
        let also = row.and_then(|row| explanation.views.twin(row));
        let (also_file, also_line) = also.map(place).unzip();
        let (start, end) = match row {
            Some(row) => moments(log, explanation, row),
            None => self.moments(record),
        };
        let user_agent = text(record.user_agent);
        Entry {
            file: log.files[self.file as usize].name.clone(),
            line: record.place.line,
            offset: record.place.offset,
            start,
            end,
            duration_ms: record.duration_ms,
            remote_ip: text(record.remote),
            user: text(record.user).or_else(|| log.texts.text(origin?.user)),
            device: row
                .and_then(|row| log.device(row))
                .and_then(|d| log.texts.text(log.devices.get(d))),
            device_type: origin.and_then(|o| log.texts.text(o.device_type)),
            client: row.and(user_agent.as_deref()).map(super::client::client),
            user_agent,
            method: text(record.method),
            target: text(record.target),
            host: text(record.host),
            referer: text(record.referer),
            cmd: row
                .map(|row| log.command(row))
                .filter(|&c| c != activesync::Command::None)
                .map(activesync::Command::name),
            protocol: origin
                .filter(|o| o.version != 0)
                .map(|o| format!("{}.{}", o.version / 10, o.version % 10)),
            status: record.status,
            bytes: record.bytes,
            outcome: verdict.map(|v| v.outcome.code()),
            certainty: verdict.map(|v| v.certainty.word()),
            cause_file,
            cause_line,
            also_file,
            also_line,
        }
    }

    /// Start and end of a request that has no row, by the same rules, or of a connection.
    fn moments(&self, record: &Record<'_>) -> (Option<String>, Option<String>) {
        let connection = record.what == What::Connection;
        let lasts = record.is_request() || connection;
        let Some(stamp) = record.stamp.filter(|_| lasts) else {
            return (None, None);
        };
        let shifted = |ms: i64| {
            Some(
                Stamp {
                    ms: stamp.ms.saturating_add(ms),
                    ..stamp
                }
                .to_string(),
            )
        };
        let meaning = self.explanation.stamps[self.file as usize].meaning;
        let starts = connection || meaning == Meaning::Start;
        match (record.duration_ms.map(i64::from), starts) {
            (Some(ms), true) => (shifted(0), shifted(ms)),
            (Some(ms), false) => (shifted(-ms), shifted(0)),
            (None, true) => (shifted(0), None),
            (None, false) => (None, shifted(0)),
        }
    }
}

/// Names of the columns, in the order of [`Entry`]'s fields.
const COLUMNS: &str = "file,line,offset,start,end,duration_ms,remote_ip,user,device,device_type,client,user_agent,method,\
                       target,host,referer,cmd,protocol,status,bytes,outcome,certainty,cause_file,cause_line,also_file,\
                       also_line\r\n";

impl Entry {
    fn write(&self, format: ListFormat, out: &mut Vec<u8>) {
        match format {
            ListFormat::Ndjson => {
                // Text and numbers, written to memory: it cannot fail.
                let _ = serde_json::to_writer(&mut *out, self);
                out.push(b'\n');
            }
            ListFormat::Csv => {
                out.extend_from_slice(self.cells().join(",").as_bytes());
                out.extend_from_slice(b"\r\n");
            }
        }
    }

    /// The fields as cells of CSV, unknown ones empty.
    fn cells(&self) -> [String; 26] {
        fn text(value: Option<impl AsRef<str>>) -> String {
            value.map(|v| csv_cell(v.as_ref())).unwrap_or_default()
        }
        fn number(value: Option<impl ToString>) -> String {
            value.map(|v| v.to_string()).unwrap_or_default()
        }
        [
            csv_cell(&self.file),
            self.line.to_string(),
            self.offset.to_string(),
            text(self.start.as_ref()),
            text(self.end.as_ref()),
            number(self.duration_ms),
            text(self.remote_ip.as_ref()),
            text(self.user.as_ref()),
            text(self.device.as_ref()),
            text(self.device_type.as_ref()),
            text(self.client.as_ref()),
            text(self.user_agent.as_ref()),
            text(self.method.as_ref()),
            text(self.target.as_ref()),
            text(self.host.as_ref()),
            text(self.referer.as_ref()),
            text(self.cmd),
            text(self.protocol.as_ref()),
            number(self.status),
            number(self.bytes),
            text(self.outcome),
            text(self.certainty),
            text(self.cause_file.as_ref()),
            number(self.cause_line),
            text(self.also_file.as_ref()),
            number(self.also_line),
        ]
    }
}
