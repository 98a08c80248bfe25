//! What explanations need of a file, beside its rows.

use crate::certainty::Certainty;
use crate::format::{Edge, stand_in};
use crate::log::file::{Beside, Lines, Neighbours, Reach};
use crate::log::settle::Span;
use crate::log::settle::{Step, Times};
use crate::log::{Events, FileLog, Waiting};
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

/// One file; fields as in [`FileLog`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) kin: String,
    pub(super) first_row: u32,
    pub(super) waiting: Vec<Waiting>,
    pub(super) events: Events,
    /// Index of the file that it is a copy of.
    pub(super) same_as: Option<u32>,
    archive: bool,
    /// What the user says the stamps mark.
    given: Option<Edge>,
    bytes: u64,
    fingerprint: u64,
    lines: Lines,
    /// Codes, with how many lines are in each.
    formats: Vec<(String, u64)>,
    requests: u64,
    connections: u64,
    with_duration: u64,
    with_stamp: u64,
    with_edge: u64,
    edge: Option<Edge>,
    traveler: u64,
    beside: Beside,
    period: Reach,
    requests_period: Reach,
    neighbours: Neighbours,
    zones: Vec<Span>,
    /// How often its clock runs back, and the first places.
    steps: (u64, Vec<Step>),
    /// How sure the unit of its durations is, where lines do not name it, and from which row on that is so or not, counted
    /// from its first.
    unit: Option<Certainty>,
    without_unit: Vec<(u32, bool)>,
}

impl File {
    /// A file whose rows begin at another one than in its log; sessions are left to the caller, as they have texts.
    pub(super) fn of(file: &FileLog, first_row: u32) -> Self {
        let steps = file.times.steps();
        Self {
            name: file.name.clone(),
            kin: file.kin.clone(),
            first_row,
            waiting: Vec::new(),
            events: file.events.clone(),
            same_as: None,
            archive: file.archive.is_some(),
            given: file.settings.edge,
            bytes: file.bytes,
            fingerprint: file.fingerprint,
            lines: file.lines,
            formats: (file.formats.iter())
                .map(|(format, lines)| (format.code().to_owned(), *lines))
                .collect(),
            requests: file.requests,
            connections: file.connections,
            with_duration: file.with_duration,
            with_stamp: file.with_stamp,
            with_edge: file.with_edge,
            edge: file.edge,
            traveler: file.traveler,
            beside: file.beside,
            period: file.period,
            requests_period: file.requests_period,
            neighbours: file.neighbours,
            zones: file.times.zones.list.clone(),
            steps: steps.map_or((0, Vec::new()), |s| (s.count, s.first.clone())),
            unit: file.unit_certainty(),
            without_unit: file.times.rows_without_unit(file.first_row),
        }
    }

    /// Whether it says from when to when its requests came.
    pub(super) fn has_period(&self) -> bool {
        self.requests_period.ends().is_some()
    }

    /// The file again, if what it says can be; `end` is the row behind its last, of `files` and `texts` there are so many.
    pub(super) fn into_file(mut self, end: u32, files: u32, texts: u32) -> Option<FileLog> {
        let row = |&row: &u32| (self.first_row..end).contains(&row);
        let sound = |line: &Waiting| {
            let numbers = [line.state, line.session, line.thread, line.request];
            numbers.iter().all(|&number| number <= texts) && line.row.iter().all(row)
        };
        let periods = [&self.period, &self.requests_period];
        let whole = self.waiting.iter().all(sound)
            && self.same_as.is_none_or(|file| file < files)
            && periods.iter().all(|reach| reach.is_sound())
            && self.events.are_sound();
        if !whole {
            return None;
        }
        let settings = Settings {
            edge: self.given,
            ..Settings::default()
        };
        let mut file = FileLog::new(&self.name, &settings, self.first_row);
        file.formats = (self.formats.iter())
            .filter_map(|(code, lines)| Some((stand_in(code)?, *lines)))
            .collect();
        file.times = Times::settled(
            self.neighbours,
            self.zones,
            self.steps,
            self.unit,
            (self.without_unit.iter())
                .map(|&(row, open)| (self.first_row.saturating_add(row), open)),
        );
        file.archive = self.archive.then(Default::default);
        file.kin = self.kin;
        file.waiting = self.waiting;
        file.events = self.events;
        file.same_as = self.same_as;
        file.bytes = self.bytes;
        file.fingerprint = self.fingerprint;
        file.lines = self.lines;
        file.requests = self.requests;
        file.connections = self.connections;
        file.with_duration = self.with_duration;
        file.with_stamp = self.with_stamp;
        file.with_edge = self.with_edge;
        file.edge = self.edge;
        file.traveler = self.traveler;
        file.beside = self.beside;
        file.period = self.period;
        file.requests_period = self.requests_period;
        file.neighbours = self.neighbours;
        Some(file)
    }
}
