//! What is known of one file as a whole.

use super::settle::{Times, Unsettled};
use super::{Archive, Events, Waiting};
use crate::format::time::Stamp;
use crate::format::{Chosen, Class, Detection, Edge, Event, Place, Reason, Record, What};
use crate::input::{Content, Flaw, Foreign, Line};
use crate::settings::Settings;
use serde::{Deserialize, Serialize};

/// One file of the case.
#[derive(Debug)]
pub struct FileLog {
    /// Name as given.
    pub name: String,
    /// Its name without digits, which count days or servers: what it has in common with others of its server.
    pub kin: String,
    /// What the user says of it.
    pub settings: Settings,
    /// Row that its first ActiveSync request has, or would have.
    pub first_row: u32,
    /// Which of the opened files it is, or came out of, counted from 0.
    pub opened: u32,
    /// Texts that came out of the same opened file before it.
    pub text: u32,
    /// Whether its bytes are those of the opened file, from the first to the last: neither packed nor in UTF-16.
    pub plain: bool,
    /// Bytes read, unpacked; of an archive as such, packed.
    pub bytes: u64,
    /// What is wrong with what it was packed in.
    pub flaw: Option<Flaw>,
    /// Lines of it that are no UTF-8.
    pub foreign: Foreign,
    /// What an archive holds that is no text of its own; `None` for what is no archive.
    pub archive: Option<Archive>,
    /// What its first bytes show, once it is closed.
    pub content: Content,
    /// Every line, by what it became.
    pub lines: Lines,
    /// Lines not understood, by [`Reason`].
    pub rejected: [Rejected; Reason::ALL.len()],
    /// Formats that knew its lines, most lines first.
    pub formats: Vec<(Chosen, u64)>,
    /// How they were told.
    pub detection: Detection,
    /// What its lines leave open of their times.
    pub unsaid: Unsaid,
    /// Why the format that the user gave cannot be read, if it cannot.
    pub bad_format: Option<String>,
    /// The beginning of the first line that is not in the format that the user gave, and its number.
    pub first_unlike: Option<(u32, String)>,
    /// HTTP requests of any kind, sessions seen open aside.
    pub requests: u64,
    /// Connections whose requests it does not name.
    pub connections: u64,
    /// Requests with a duration among them.
    pub with_duration: u64,
    /// Requests with a time among them.
    pub with_stamp: u64,
    /// Requests with a time of which the format's specification says which edge of the request it marks.
    pub with_edge: u64,
    /// That edge: the first one met, as the others are brought to it.
    pub edge: Option<Edge>,
    /// Requests for Traveler's other pages, which a phone asks for when it is set up.
    pub traveler: u64,
    /// Requests that are none of ActiveSync.
    pub beside: Beside,
    /// First and last time named; as it is settled.
    pub period: Reach,
    /// First and last time that a request names; as it is settled.
    pub requests_period: Reach,
    /// How times and durations run from line to line; as they are settled.
    pub neighbours: Neighbours,
    /// What its lines leave open of their times, and what is settled of it.
    pub times: Times,
    /// A number made from what the records and the lines not understood say: equal for files that say the same.
    pub fingerprint: u64,
    /// Index of the file that held the same records before, if one did; this one counts for nothing then.
    pub same_as: Option<u32>,
    /// ActiveSync requests for which there was no row left: they are counted among all requests, and not explained.
    pub unkept: u64,
    /// Sessions that the HTTP task waited for.
    pub waiting: Vec<Waiting>,
    /// What its server says of itself and of its users.
    pub events: Events,
    /// Whether the last line lacks its end.
    pub open_end: bool,
    /// Whether the last line was not understood.
    pub last_rejected: bool,
    /// Whether the last line belongs to a record that breaks off before all that its format has.
    pub last_cut: bool,
    /// Format of the last line that was understood.
    pub last_format: Option<Chosen>,
    /// Why reading it broke off before its end, if it did.
    pub broken: Option<String>,
}

/// What the lines of a file leave open of their times, so that the user may say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsaid {
    /// The zone of some.
    pub zone: bool,
    /// The year of some.
    pub year: bool,
    /// The order of day and month of some.
    pub order: bool,
    /// The unit of some durations.
    pub unit: bool,
}

impl Unsaid {
    fn note(&mut self, record: &Record<'_>) {
        self.zone |= record.stamp.is_some_and(|stamp| stamp.zone.is_none());
        self.year |= record.doubt.year;
        self.order |= record.doubt.order;
        self.unit |= record.doubt.unit;
    }
}

/// Requests that have no rows: how long they were open is known only of all together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// How many.
    pub count: u64,
    /// How many of them have a duration of which the unit is known.
    pub timed: u64,
    /// How long those were open together, in milliseconds.
    pub held_ms: u64,
}

impl Beside {
    /// Adds those of another file.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.timed += other.timed;
        self.held_ms += other.held_ms;
    }
}

/// Bytes, account of lines and fingerprint of a file.
pub(super) type Print = (u64, Lines, u64);

/// From the earliest to the latest of some moments.
///
/// Moments with and without a zone cannot be compared; those with one count where there are any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    zoned: Option<(Stamp, Stamp)>,
    local: Option<(Stamp, Stamp)>,
}

impl Reach {
    /// Takes in a moment.
    pub fn note(&mut self, stamp: Stamp) {
        let reach = if stamp.zone.is_some() {
            &mut self.zoned
        } else {
            &mut self.local
        };
        match reach {
            None => *reach = Some((stamp, stamp)),
            // One moment may be written in several zones; which of them is told must not depend on which came first.
            Some((first, last)) => {
                let key = |s: &Stamp| (s.ms, s.zone);
                if key(&stamp) < key(first) {
                    *first = stamp;
                }
                if key(&stamp) > key(last) {
                    *last = stamp;
                }
            }
        }
    }

    /// That of several together.
    #[must_use]
    pub fn of(reaches: impl Iterator<Item = Self>) -> Self {
        let mut reach = Self::default();
        let stamps = reaches.flat_map(Self::stamps);
        stamps.for_each(|stamp| reach.note(stamp));
        reach
    }

    /// The earliest and the latest moment.
    #[must_use]
    pub fn ends(&self) -> Option<(Stamp, Stamp)> {
        self.zoned.or(self.local)
    }

    /// The earliest and the latest moment without a zone.
    #[must_use]
    pub fn local_ends(&self) -> Option<(Stamp, Stamp)> {
        self.local
    }

    /// Its ends, those with and those without a zone.
    pub(super) fn stamps(self) -> impl Iterator<Item = Stamp> {
        let ends = self.zoned.into_iter().chain(self.local);
        ends.flat_map(|(first, last)| [first, last])
    }

    /// Whether its ends are moments that a log can mean.
    pub(super) fn is_sound(&self) -> bool {
        self.stamps().all(|stamp| stamp.is_sound())
    }

    /// Whether there are moments without a zone.
    #[must_use]
    pub fn lacks_zone(&self) -> bool {
        self.local.is_some()
    }
}

/// Lines rejected for one reason.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rejected {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Place,
}

/// Evidence for what a file's time stamps mean, gathered from every pair of neighbouring requests.
///
/// Servers append a line when a request is complete. If stamps are the end, they never run backwards from line to line,
/// but stamp plus duration does, behind every long request; if they are the start, it is the other way round. In a file
/// that somebody turned round, newest line first, what runs on breaks the order instead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// Pairs compared.
    pub pairs: u64,
    /// How often stamps break the order, whichever it is.
    pub stamp: Breaks,
    /// How often sums of stamp and duration do; the same as stamps where durations are unknown.
    pub sum: Breaks,
}

/// Pairs of neighbouring lines whose moments lie further apart than [`SLACK_MS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaks {
    /// The later line has the earlier moment.
    pub back: u64,
    /// The later line has the later moment.
    pub on: u64,
}

impl Breaks {
    fn compare(&mut self, before: i64, after: i64) {
        self.back += u64::from(after < before.saturating_sub(SLACK_MS));
        self.on += u64::from(after > before.saturating_add(SLACK_MS));
    }
}

/// How far neighbouring lines may be out of order: a clock of whole seconds, and a server that writes its log through a
/// queue.
pub const SLACK_MS: i64 = 2_000;

impl Neighbours {
    /// Compares two moments, each a stamp and its sum with the duration.
    pub(super) fn compare(&mut self, before: (i64, i64), after: (i64, i64)) {
        self.pairs += 1;
        self.stamp.compare(before.0, after.0);
        self.sum.compare(before.1, after.1);
    }

    /// Whether the newest line stands first: under either reading of the stamps, time then mostly runs back.
    #[must_use]
    pub fn newest_first(&self) -> bool {
        let back = self.stamp.back.min(self.sum.back);
        let on = self.stamp.on.min(self.sum.on);
        back >= 2 && back > 4 * on
    }
}

/// A name without its digits.
fn letters(name: &str) -> String {
    name.chars().filter(|c| !c.is_ascii_digit()).collect()
}

impl FileLog {
    pub(super) fn new(name: &str, settings: &Settings, first_row: u32) -> Self {
        Self {
            name: name.to_owned(),
            kin: letters(name),
            settings: settings.clone(),
            first_row,
            opened: 0,
            text: 0,
            plain: true,
            bytes: 0,
            flaw: None,
            foreign: Foreign::default(),
            archive: None,
            content: Content::Empty,
            lines: Lines::default(),
            rejected: Default::default(),
            formats: Vec::new(),
            detection: Detection::default(),
            unsaid: Unsaid::default(),
            bad_format: None,
            first_unlike: None,
            requests: 0,
            connections: 0,
            with_duration: 0,
            with_stamp: 0,
            with_edge: 0,
            edge: None,
            traveler: 0,
            beside: Beside::default(),
            unkept: 0,
            period: Reach::default(),
            requests_period: Reach::default(),
            neighbours: Neighbours::default(),
            times: Times::default(),
            fingerprint: 0,
            same_as: None,
            waiting: Vec::new(),
            events: Events::default(),
            open_end: false,
            last_rejected: false,
            last_cut: false,
            last_format: None,
            broken: None,
        }
    }

    /// Counts a line as what it turned out to be.
    pub fn count(&mut self, class: Class, line: &Line<'_>) {
        self.lines.total += 1;
        self.last_rejected = matches!(class, Class::Rejected(_));
        // Records come before the line that completes them is counted: such a line is none of theirs.
        self.last_cut &= !matches!(class, Class::Comment | Class::Rejected(_));
        match class {
            Class::Record => self.lines.records += 1,
            Class::Continuation => self.lines.continuations += 1,
            Class::Comment => self.lines.comments += 1,
            Class::Rejected(reason) => self.reject(reason, line),
        }
    }

    /// Takes a value into the fingerprint.
    fn mix(&mut self, value: u64) {
        // An odd constant without pattern (the golden ratio's), so that every bit of the value spreads.
        self.fingerprint =
            (self.fingerprint.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// Whether it holds anything to show: a request or a connection, a session that the server waits for, something that
    /// it says.
    #[must_use]
    pub fn recognised(&self) -> bool {
        self.requests > 0
            || self.connections > 0
            || !self.waiting.is_empty()
            || !self.events.is_empty()
    }

    /// Keeps the account of lines alone, as another file holds the same records.
    pub(super) fn forget(&mut self, same_as: u32) {
        self.requests = 0;
        self.unkept = 0;
        self.connections = 0;
        self.with_duration = 0;
        self.with_stamp = 0;
        self.with_edge = 0;
        self.traveler = 0;
        self.beside = Beside::default();
        self.waiting.clear();
        self.events = Events::default();
        self.times.forget_rows();
        self.same_as = Some(same_as);
    }

    fn mix_text(&mut self, text: &[u8]) {
        for eight in text.chunks(8) {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            self.mix(u64::from_le_bytes(word));
        }
        self.mix(text.len() as u64);
    }

    /// What is the same of files that have the same length and say the same, if this one says anything.
    pub(super) fn print(&self) -> Option<Print> {
        self.says_anything()
            .then_some((self.bytes, self.lines, self.fingerprint))
    }

    /// Whether anything in it was understood to be more than a comment.
    fn says_anything(&self) -> bool {
        self.lines.records > 0 || !self.events.is_empty()
    }

    /// Whether nothing is lost when it is only named: nothing in it was understood, and nothing is wrong with its packing.
    #[must_use]
    pub fn is_only_text(&self) -> bool {
        !self.says_anything() && self.flaw.is_none()
    }

    fn reject(&mut self, reason: Reason, line: &Line<'_>) {
        self.lines.rejected += 1;
        self.mix_text(line.bytes);
        let rejected = &mut self.rejected[reason as usize];
        if rejected.count == 0 {
            rejected.first = line.into();
            if reason == Reason::NotAsGiven {
                let near = &line.bytes[..line.bytes.len().min(UNLIKE)];
                self.first_unlike = Some((line.number, String::from_utf8_lossy(near).into_owned()));
            }
        }
        rejected.count += 1;
    }

    pub(super) fn note(
        &mut self,
        record: &Record<'_>,
        open: Unsettled,
        row: Option<u32>,
        ping: bool,
    ) {
        self.last_cut = record.cut;
        self.unsaid.note(record);
        self.mix(record.stamp.map_or(0, |s| s.ms.unsigned_abs()));
        self.mix(record.duration_ms.map_or(0, u64::from));
        self.mix(record.status.map_or(0, u64::from));
        let texts = [record.target, record.remote, record.user, record.user_agent];
        for text in texts.into_iter().flatten() {
            self.mix_text(text);
        }
        for text in record.event().iter().flat_map(Event::texts) {
            self.mix_text(text);
        }
        if record.is_request() {
            self.requests += 1;
            self.with_duration += u64::from(record.duration_ms.is_some());
            self.with_stamp += u64::from(record.stamp.is_some());
            self.with_edge += u64::from(record.stamp.is_some() && record.edge.is_some());
            let traveler =
                |t: &[u8]| memchr::memchr_iter(b'/', t).any(|at| t[at..].starts_with(b"/traveler"));
            if row.is_none() {
                self.beside.count += 1;
                let timed = record.duration_ms.filter(|_| !open.unit);
                self.beside.timed += u64::from(timed.is_some());
                self.beside.held_ms += u64::from(timed.unwrap_or(0));
            }
            self.traveler += u64::from(row.is_none() && record.target.is_some_and(traveler));
        }
        self.connections += u64::from(record.what == What::Connection);
        self.times.note(record, open, row, ping);
    }
}

/// How much is kept of the first line that is not in the format that the user gave.
const UNLIKE: usize = 240;

/// Every line of a file becomes one of these; the four add up to `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lines {
    /// All lines.
    pub total: u64,
    /// Lines that are a record or begin one.
    pub records: u64,
    /// Further lines of a record.
    pub continuations: u64,
    /// Lines understood to carry no request: empty, separators, headers, other messages.
    pub comments: u64,
    /// Lines not understood.
    pub rejected: u64,
}

impl Lines {
    /// Adds those of another file.
    pub fn add(&mut self, other: Self) {
        self.total += other.total;
        self.records += other.records;
        self.continuations += other.continuations;
        self.comments += other.comments;
        self.rejected += other.rejected;
    }
}
