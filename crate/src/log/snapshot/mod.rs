//! A log without its lines: what a report takes along, so that its requests can be asked again where the log is not.
//!
//! Times are written as they are settled, files in the order of time, texts in the order of their first use: the same case
//! is the same bytes, whatever the order of opening. What is made of these bytes explains itself as the log did. They come
//! from a file that anybody may have changed, so that nothing in them is taken unseen.

mod file;
mod names;
mod rows;

pub use names::{Name, Rename};

use super::settle::Unsettled;
use super::{Log, NO_ZONE, Networks, Origin, Pool, Row, Texts, Waiting};
use crate::sort::Arrange;
use file::File;
use rows::{Columns, StoredRow};
use serde::{Deserialize, Serialize};

/// What the bytes begin with; other numbers are of other versions of the program.
const VERSION: u32 = 1;

/// Everything of a log but its lines.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    /// Texts by their numbers, from 1.
    texts: Vec<Vec<u8>>,
    origins: Vec<Origin>,
    /// Numbers of texts.
    devices: Vec<u32>,
    networks: Networks,
    files: Vec<File>,
    rows: Columns,
}

/// Why bytes are no snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Another version of the program wrote them.
    Version,
    /// They are cut off or changed.
    Broken,
}

impl Damage {
    /// What it means to whoever opens the report.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Version => {
                "The requests in this report are of another version of Pinglens; its numbers are all here."
            }
            Self::Broken => {
                "The requests in this report are damaged; its numbers are all here. Have it sent again."
            }
        }
    }
}

impl Snapshot {
    /// That of a log that is settled; its files in the order given.
    #[must_use]
    pub fn of(log: &Log, files: &[u32]) -> Self {
        let mut snapshot = Self {
            version: VERSION,
            ..Self::default()
        };
        let mut numbers = Numbers::of(log);
        let place = |file: u32| files.iter().position(|&f| f == file).map(|at| at as u32);
        for &file in files {
            let of = &log.files[file as usize];
            let first = snapshot.rows.len();
            for row in log.rows_of(file) {
                let origin = numbers.origin(log, row);
                snapshot.rows.push(&stored(log, row, origin));
            }
            let mut kept = File::of(of, first);
            let same_as = of.same_as.and_then(place);
            kept.same_as = same_as;
            kept.waiting = (of.waiting.iter())
                .map(|line| numbers.waiting(log, line, of.first_row, first))
                .collect();
            snapshot.files.push(kept);
        }
        // Of what no request was taken along, nothing is. In the order of the new numbers, as theirs follow from it.
        let mut networks: Vec<(u32, u32)> = (log.networks.iter())
            .map(|(address, network)| (numbers.of_text[address as usize], network))
            .filter(|&(address, _)| address != 0)
            .collect();
        networks.arrange_by_key(|&(address, _)| address);
        for (address, network) in networks {
            let network = numbers.text(&log.texts, network);
            snapshot.networks.insert(address, network);
        }
        snapshot.texts = numbers.texts;
        snapshot.origins = numbers.origins.values().to_vec();
        snapshot.devices = numbers.devices.values().to_vec();
        snapshot
    }

    /// Number of requests.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        // It writes to memory, and nothing in here refuses to be written.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// The log that such bytes are of.
    ///
    /// # Errors
    /// If they are none.
    pub fn log(bytes: &[u8]) -> Result<Log, Damage> {
        match postcard::take_from_bytes::<u32>(bytes) {
            Ok((VERSION, _)) => {}
            Ok(_) => return Err(Damage::Version),
            Err(_) => return Err(Damage::Broken),
        }
        let snapshot: Self = postcard::from_bytes(bytes).map_err(|_| Damage::Broken)?;
        snapshot.into_log().ok_or(Damage::Broken)
    }

    /// The log, if each number in here is one of something.
    fn into_log(self) -> Option<Log> {
        let texts = self.texts.len() as u32;
        let is_text = |number: u32| number <= texts;
        let devices = self.devices.len() as u32;
        let sound = |origin: &Origin| {
            let numbers = [
                origin.user,
                origin.login,
                origin.agent,
                origin.remote,
                origin.device_type,
            ];
            let zone = origin.zone == NO_ZONE || origin.zone.unsigned_abs() <= 16 * 60;
            origin.device <= devices && numbers.into_iter().all(is_text) && zone
        };
        let rows = self.rows.len();
        let origins = self.origins.len() as u32;
        let in_order = self
            .files
            .windows(2)
            .all(|f| f[0].first_row <= f[1].first_row);
        let whole = in_order
            && self.files.first().is_none_or(|f| f.first_row == 0)
            && self.files.iter().all(|f| f.first_row <= rows)
            && (rows == 0 || !self.files.is_empty())
            && self.origins.iter().all(sound)
            && self.devices.iter().all(|&d| d != 0 && is_text(d))
            && self.networks.are_sound(texts)
            && self.rows.are_sound(origins);
        if !whole {
            return None;
        }
        let mut log = Log {
            restored: true,
            networks: self.networks,
            ..Log::default()
        };
        for (text, number) in self.texts.iter().zip(1..) {
            // A text that is there twice would move the numbers of all behind it.
            (log.texts.number(Some(text)) == number).then_some(())?;
        }
        for (origin, number) in self.origins.iter().zip(0..) {
            (log.origins.number(*origin) == number).then_some(())?;
        }
        for (device, number) in self.devices.iter().zip(0..) {
            (log.devices.number(*device) == number).then_some(())?;
        }
        let ends: Vec<u32> = (self.files.iter().skip(1))
            .map(|f| f.first_row)
            .chain([rows])
            .collect();
        let files = self.files.len() as u32;
        let stamped = self.rows.stamped();
        for (file, end) in self.files.into_iter().zip(ends) {
            // A file whose requests have times says from when to when they came.
            let rows = file.first_row as usize..end as usize;
            let timed = stamped[rows].iter().any(|&stamped| stamped);
            (!timed || file.has_period()).then_some(())?;
            let file = file.into_file(end, files, texts)?;
            log.open_rows |= file.times.opens_rows();
            log.files.push(file);
        }
        self.rows.into_rows(&mut log.rows);
        Some(log)
    }
}

/// Numbers of what is taken along, in the order of first use.
#[derive(Debug)]
struct Numbers {
    texts: Vec<Vec<u8>>,
    /// New numbers by those of the log, 0 for what has none yet.
    of_text: Vec<u32>,
    /// New numbers by those of the log, one for each zone.
    of_origin: Vec<Vec<(i16, u32)>>,
    origins: Pool<Origin>,
    devices: Pool<u32>,
}

impl Numbers {
    fn of(log: &Log) -> Self {
        Self {
            texts: Vec::new(),
            of_text: vec![0; log.texts.len() as usize + 1],
            of_origin: vec![Vec::new(); log.origins.values().len()],
            origins: Pool::default(),
            devices: Pool::default(),
        }
    }

    fn text(&mut self, texts: &Texts, number: u32) -> u32 {
        let Some(text) = texts.bytes(number) else {
            return 0;
        };
        let new = &mut self.of_text[number as usize];
        if *new == 0 {
            self.texts.push(text.to_vec());
            *new = self.texts.len() as u32;
        }
        *new
    }

    fn origin(&mut self, log: &Log, row: u32) -> u32 {
        let number = log.origin_number(row);
        let zone = log.zone(row).unwrap_or(NO_ZONE);
        let known = &self.of_origin[number as usize];
        if let Some(&(_, known)) = known.iter().find(|(z, _)| *z == zone) {
            return known;
        }
        let origin = log.origins.get(number);
        let texts = &log.texts;
        let device = match origin.device.checked_sub(1) {
            Some(device) => {
                let text = self.text(texts, log.devices.get(device));
                self.devices.number(text) + 1
            }
            None => 0,
        };
        let new = Origin {
            device,
            user: self.text(texts, origin.user),
            login: self.text(texts, origin.login),
            agent: self.text(texts, origin.agent),
            remote: self.text(texts, origin.remote),
            device_type: self.text(texts, origin.device_type),
            zone,
            ..origin
        };
        let new = self.origins.number(new);
        self.of_origin[number as usize].push((zone, new));
        new
    }

    /// A line about a session, of a file that begins at another row now.
    fn waiting(&mut self, log: &Log, line: &Waiting, from: u32, to: u32) -> Waiting {
        let texts = &log.texts;
        Waiting {
            read: None,
            open: Unsettled::default(),
            state: self.text(texts, line.state),
            session: self.text(texts, line.session),
            thread: self.text(texts, line.thread),
            request: self.text(texts, line.request),
            row: line.row.map(|row| row - from + to),
            ..line.clone()
        }
    }
}

/// A row as it is settled.
fn stored(log: &Log, row: u32, origin: u32) -> StoredRow {
    let Row { place, .. } = log.row(row);
    StoredRow {
        stamp: log.stamp(row),
        duration: log.duration(row),
        line: place.line,
        origin,
        bytes: log.bytes(row),
        status: log.rows.status.get(row),
        command: log.rows.command.get(row),
    }
}
