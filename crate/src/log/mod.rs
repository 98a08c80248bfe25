//! What was read, as columns.
//!
//! Only ActiveSync requests get rows, and no text is kept twice: what a device sends with every request (its id, user,
//! agent, address) is one [`Origin`] that its rows share. Lines are not kept; a row knows its place, from which the line
//! can be read again. All other requests are counted, and cost nothing that grows with them.

mod archive;
mod column;
mod event;
mod file;
mod networks;
mod pool;
pub mod settle;
pub mod snapshot;

pub use archive::{Archive, Others};
pub use column::{Column, Rising};
pub use event::{
    Condition, Events, MOST_CONDITIONS, MOST_PLACES, MOST_SIGN_INS, MOST_STATISTICS, Messages,
    Moment, Said, Sightings, Statistic,
};
pub use file::{Beside, Breaks, FileLog, Lines, Neighbours, Reach, Rejected, SLACK_MS, Unsaid};
pub use networks::Networks;
pub use pool::{Pool, Texts};

use crate::activesync::{Command, Decoder};
use crate::format::time::Stamp;
use crate::format::{Ending, Place, Record, What};
use crate::settings::Settings;
use file::Print;
use serde::{Deserialize, Serialize};
use settle::Unsettled;
use std::collections::BTreeMap;

/// What the requests of a device share; the numbers are those of [`Log::texts`], 0 where the log does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Number of the device in [`Log::devices`], from 1; 0 for a request that names none.
    pub device: u32,
    /// User named in the URL.
    pub user: u32,
    /// User whom the server authenticated.
    pub login: u32,
    /// User-Agent.
    pub agent: u32,
    /// Address of the client, as far as the log tells: a phone keeps one for a while, so that this costs an origin for
    /// each of them, and no column.
    pub remote: u32,
    /// DeviceType.
    pub device_type: u32,
    /// Minutes east of UTC, or [`NO_ZONE`].
    pub zone: i16,
    /// ActiveSync version times ten, 0 if unknown.
    pub version: u8,
    /// Heartbeat asked for, in seconds, 0 if the log does not name it. A device asks for few different ones, so that
    /// this costs an origin each, and no column.
    pub heartbeat_s: u16,
}

impl Origin {
    /// The user: the one that the URL names, else (base64 queries often name none) the one whom the server authenticated.
    #[must_use]
    pub fn account(&self) -> u32 {
        if self.user == 0 {
            self.login
        } else {
            self.user
        }
    }
}

/// Stands for an unknown zone in [`Origin::zone`].
pub const NO_ZONE: i16 = i16::MIN;

/// How many requests are kept. In a browser's tab the module has 4 GB at most; each of these takes 38 bytes, and up to 65 while
/// the report is made (`docs/performance.md` has what was measured).
pub const MOST_ROWS: u32 = 40_000_000;

/// How many rows there may be.
#[derive(Debug, Clone, Copy)]
struct Most(u32);

impl Default for Most {
    fn default() -> Self {
        Self(MOST_ROWS)
    }
}

const NO_STAMP: i64 = i64::MIN;
const NO_DURATION: u32 = u32::MAX;
/// The longest duration that can be kept.
const LONGEST: u32 = NO_DURATION - 1;
const NO_BYTES: u32 = u32::MAX;
/// The status column holds the status in its low ten bits, above them who ended the exchange, and in the highest bit
/// whether the row is no finished request.
const STATUS: u16 = 0x03ff;
const NO_STATUS: u16 = STATUS;
const ENDING_SHIFT: u32 = 10;
const ENDING: u16 = 0x7;
const SEEN_OPEN: u16 = 0x8000;

/// What the status column holds for a record.
fn status_word(record: &Record<'_>) -> u16 {
    let status = record
        .status
        .filter(|&s| s < NO_STATUS)
        .unwrap_or(NO_STATUS);
    let ending = record.ending.map_or(0, |e| e as u16 + 1);
    let open = if record.is_request() { 0 } else { SEEN_OPEN };
    status | ending << ENDING_SHIFT | open
}

/// One ActiveSync request, put together from its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Index of its file in [`Log::files`].
    pub file: u32,
    /// Where its record stands.
    pub place: Place,
    /// Milliseconds since 1970, as the log stamps it.
    pub stamp: Option<i64>,
    /// Milliseconds it took.
    pub duration: Option<u32>,
    /// Number of its [`Origin`].
    pub origin: u32,
    /// Bytes; of a count beyond 4 GB, the largest that fits.
    pub bytes: Option<u32>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Who ended the exchange, where the log itself says so.
    pub ending: Option<Ending>,
    /// Command.
    pub command: Command,
    /// Whether this is no finished request, but a session that the server's console names while it is open.
    pub open: bool,
}

/// The columns.
#[derive(Debug, Default)]
struct Rows {
    stamp: Column<i64>,
    duration: Column<u32>,
    offset: Rising<u32>,
    line: Rising<u16>,
    origin: Column<u32>,
    bytes: Column<u32>,
    status: Column<u16>,
    command: Column<u8>,
}

impl Rows {
    /// Drops the rows from `len` on.
    fn truncate(&mut self, len: usize) {
        self.stamp.truncate(len);
        self.duration.truncate(len);
        self.offset.truncate(len);
        self.line.truncate(len);
        self.origin.truncate(len);
        self.bytes.truncate(len);
        self.status.truncate(len);
        self.command.truncate(len);
    }
}

/// Bytes that a row costs in this log's columns.
pub const ROW_BYTES: usize =
    size_of::<i64>() + 4 * size_of::<u32>() + 2 * size_of::<u16>() + size_of::<u8>();

/// A session that Domino's HTTP task waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Where it stands.
    pub place: Place,
    /// When, in milliseconds since 1970; of the local clock as if it were UTC where the zone is unknown.
    pub stamp: Option<i64>,
    /// Minutes east of UTC, where the zone is known or settled.
    pub zone: Option<i16>,
    /// The stamp as it was read, and what of it is open.
    read: Option<Stamp>,
    open: Unsettled,
    /// Numbers in [`Log::texts`]: state, session, thread.
    pub state: u32,
    /// Session ID.
    pub session: u32,
    /// Thread ID.
    pub thread: u32,
    /// The request's method and target, as one text.
    pub request: u32,
    /// Whether the line holds its request to the end.
    pub whole: bool,
    /// Its row, if it is an ActiveSync request.
    pub row: Option<u32>,
}

/// Everything read so far.
#[derive(Debug, Default)]
pub struct Log {
    /// Files, in the order in which they were opened.
    pub files: Vec<FileLog>,
    /// Text of every kind.
    pub texts: Texts,
    /// What requests share.
    pub origins: Pool<Origin>,
    /// Devices: the numbers of their ids in `texts`.
    pub devices: Pool<u32>,
    /// Networks of addresses that do not tell them themselves, as those that stand for others do.
    pub networks: Networks,
    /// Whether it was made of a [`snapshot::Snapshot`], so that its times are settled for good.
    restored: bool,
    rows: Rows,
    most: Most,
    /// Whether any row leaves something open of its times.
    open_rows: bool,
    /// What tells files that hold the same records, with the first of each for whatever the user says
    /// of it. An archive may hold very many.
    prints: BTreeMap<Print, Vec<u32>>,
    decoder: Decoder,
    /// Reused for what joins several fields.
    scratch: Vec<u8>,
}

impl Log {
    /// Keeps no more than so many requests, [`MOST_ROWS`] if nothing is said: those behind them are counted, each in its
    /// file, and nothing else is known of them.
    pub fn keep_at_most(&mut self, rows: u32) {
        self.most = Most(rows);
    }

    /// Begins a file.
    pub fn open(&mut self, name: &str, settings: &Settings) {
        self.files.push(FileLog::new(name, settings, self.len()));
    }

    /// Ends the file opened last. One that holds the same records as an earlier one is forgotten, its account of lines
    /// aside: people drop a file twice, or a copy of it.
    pub fn close(&mut self) {
        let Some((file, earlier)) = self.files.split_last_mut() else {
            return;
        };
        let Some(print) = file.print() else { return };
        let own = earlier.len() as u32;
        let originals = self.prints.entry(print).or_default();
        let alike = |&&i: &&u32| earlier[i as usize].settings == file.settings;
        let Some(index) = originals.iter().find(alike).copied() else {
            originals.push(own);
            return;
        };
        let twin = &mut earlier[index as usize];
        // Which of the two keeps its records must not depend on the order of opening.
        if file.name < twin.name {
            std::mem::swap(&mut file.name, &mut twin.name);
            std::mem::swap(&mut file.kin, &mut twin.kin);
            std::mem::swap(&mut file.flaw, &mut twin.flaw);
        }
        file.forget(index);
        let keep = file.first_row;
        self.rows.truncate(keep as usize);
    }

    /// Takes the file opened last back; it must have no rows.
    pub fn take_back(&mut self) {
        self.files.pop();
    }

    /// Whether there is anything to explain in any file.
    #[must_use]
    pub fn recognised(&self) -> bool {
        self.files.iter().any(FileLog::recognised)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.rows.command.len() as u32
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes a record of the file opened last.
    pub fn record(&mut self, record: &Record<'_>) {
        let Some(file) = self.files.last_mut() else {
            return;
        };
        let (record, open) = &file.kept(record);
        if record.what == What::Remark {
            file.times.note(record, *open, None, false);
            return;
        }
        let row = record.target.and_then(|target| self.push(record, target));
        let Some(file) = self.files.last_mut() else {
            return;
        };
        let ping = row.is_some_and(|row| self.rows.command.get(row) == Command::Ping as u8);
        file.note(record, *open, row, ping);
        self.open_rows |= file.times.opens_rows();
        if let Some(event) = record.event() {
            file.events.note(record, event);
        }
        let Some(session) = record.waiting() else {
            return;
        };
        self.scratch.clear();
        self.scratch
            .extend_from_slice(record.method.unwrap_or_default());
        self.scratch.push(b' ');
        self.scratch
            .extend_from_slice(record.target.unwrap_or_default());
        file.waiting.push(Waiting {
            place: record.place,
            stamp: record.stamp.map(|s| s.ms),
            zone: record.stamp.and_then(|s| s.zone),
            read: record.stamp,
            open: *open,
            state: self.texts.number(Some(session.state)),
            session: self.texts.number(Some(session.id)),
            thread: self.texts.number(Some(session.thread)),
            request: self.texts.number(Some(&self.scratch)),
            whole: record.target.is_some() && record.protocol.is_some(),
            row,
        });
    }

    /// Appends a row, if the record is an ActiveSync request.
    fn push(&mut self, record: &Record<'_>, target: &[u8]) -> Option<u32> {
        let room = self.len() < self.most.0;
        let call = self.decoder.read(target)?;
        if !room {
            if let Some(file) = self.files.last_mut() {
                file.unkept += 1;
            }
            return None;
        }
        // What a URL spells in percent signs was not seen when its line was decoded.
        let page = self.files.last().map(|f| f.settings.code_page());
        let page = page.unwrap_or_default();
        let device = call.device.map(|text| page.utf8(text));
        let user = call.user.map(|text| page.utf8(text));
        let device_type = call.device_type.map(|text| page.utf8(text));
        let texts = &mut self.texts;
        let device = texts.number(device.as_deref());
        let origin = Origin {
            device: if device == 0 {
                0
            } else {
                self.devices.number(device) + 1
            },
            user: texts.number(user.as_deref()),
            login: texts.number(record.user),
            agent: texts.number(record.user_agent),
            remote: texts.number(record.remote),
            device_type: texts.number(device_type.as_deref()),
            zone: record.stamp.and_then(|s| s.zone).unwrap_or(NO_ZONE),
            version: call.version.unwrap_or(0),
            heartbeat_s: record.heartbeat_s.unwrap_or(0),
        };
        let rows = &mut self.rows;
        let row = rows.command.len() as u32;
        rows.stamp.push(record.stamp.map_or(NO_STAMP, |s| s.ms));
        rows.duration
            .push(record.duration_ms.unwrap_or(NO_DURATION));
        rows.offset.push(record.place.offset);
        rows.line.push(u64::from(record.place.line));
        rows.origin.push(self.origins.number(origin));
        rows.bytes.push(
            record
                .bytes
                .map_or(NO_BYTES, |b| b.min(u64::from(NO_BYTES - 1)) as u32),
        );
        rows.status.push(status_word(record));
        rows.command.push(call.command as u8);
        Some(row)
    }

    /// A row, put together.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: u32) -> Row {
        let rows = &self.rows;
        Row {
            file: self.file_of(row),
            place: Place {
                line: self.line(row),
                offset: rows.offset.get(row),
            },
            stamp: self.stamp(row),
            duration: self.duration(row),
            origin: self.origin_number(row),
            bytes: self.bytes(row),
            status: self.status(row),
            ending: self.ending(row),
            command: self.command(row),
            open: self.is_open(row),
        }
    }

    /// The command of a row.
    #[must_use]
    pub fn command(&self, row: u32) -> Command {
        Command::ALL[usize::from(self.rows.command.get(row))]
    }

    /// The HTTP status of a row.
    #[must_use]
    pub fn status(&self, row: u32) -> Option<u16> {
        Some(self.rows.status.get(row) & STATUS).filter(|&s| s != NO_STATUS)
    }

    /// Who ended a row's exchange, where the log itself says so.
    #[must_use]
    pub fn ending(&self, row: u32) -> Option<Ending> {
        let number = self.rows.status.get(row) >> ENDING_SHIFT & ENDING;
        Ending::ALL
            .get(usize::from(number).checked_sub(1)?)
            .copied()
    }

    /// Whether a row is no finished request, but a session that the server's console names while it is open.
    #[must_use]
    pub fn is_open(&self, row: u32) -> bool {
        self.rows.status.get(row) & SEEN_OPEN != 0
    }

    /// The bytes of a row; of a count beyond 4 GB, the largest that fits.
    #[must_use]
    pub fn bytes(&self, row: u32) -> Option<u32> {
        Some(self.rows.bytes.get(row)).filter(|&b| b != NO_BYTES)
    }

    /// The line number of a row's record.
    #[must_use]
    pub fn line(&self, row: u32) -> u32 {
        self.rows.line.get(row) as u32
    }

    /// What a row shares with others of its device.
    #[must_use]
    pub fn origin(&self, row: u32) -> Origin {
        self.origins.get(self.origin_number(row))
    }

    /// Number of a row's [`Origin`].
    #[must_use]
    pub fn origin_number(&self, row: u32) -> u32 {
        self.rows.origin.get(row)
    }

    /// The device of a row: its index in [`Log::devices`].
    #[must_use]
    pub fn device(&self, row: u32) -> Option<u32> {
        self.origin(row).device.checked_sub(1)
    }

    /// The file of a row: its index in [`Log::files`].
    #[must_use]
    #[inline]
    pub fn file_of(&self, row: u32) -> u32 {
        // Asked for each row many times, and most cases are one file.
        if self.files.len() == 1 {
            return 0;
        }
        (self.files.partition_point(|f| f.first_row <= row) as u32).saturating_sub(1)
    }

    /// The row whose record begins at a line of a file, if that is an ActiveSync request.
    #[must_use]
    pub fn row_at(&self, file: u32, line: u32) -> Option<u32> {
        // Where lines of several requests stand among one another, records come in the order of their ends.
        self.rows_of(file).find(|&row| self.line(row) == line)
    }

    /// The rows of a file.
    #[must_use]
    pub fn rows_of(&self, file: u32) -> std::ops::Range<u32> {
        let from = self.files[file as usize].first_row;
        let to = self
            .files
            .get(file as usize + 1)
            .map_or(self.len(), |f| f.first_row);
        from..to
    }
}
