//! Pinglens explains every 409 and every Ping in the web-server logs of Traveler and other ActiveSync servers.
//!
//! Data goes one way, and each module knows only those before it:
//!
//! ```text
//! bytes of a file -> input -> format -> log -> explain -> report -> page, command line
//! ```
//!
//! The core does no input or output, reads no clock and holds no JavaScript types; what is the same bytes is the same
//! report, whatever the chunks, the order of files and the platform.
//!
//! ```
//! use pinglens::Inspector;
//!
//! let log = br#"203.0.113.7 t.example.com - [03/Mar/2010:14:25:00 -0500] "POST /servlet/traveler/Microsoft-Server-ActiveSync?User=j&DeviceId=A1&DeviceType=iPhone&Cmd=Ping HTTP/1.1" 409 0 "-" "Apple-iPhone/704.11" 203110 "" ""
//! 203.0.113.7 t.example.com - [03/Mar/2010:14:25:00 -0500] "POST /servlet/traveler/Microsoft-Server-ActiveSync?User=j&DeviceId=A1&DeviceType=iPhone&Cmd=Sync HTTP/1.1" 200 812 "-" "Apple-iPhone/704.11" 140 "" ""
//! "#;
//! let mut inspector = Inspector::new();
//! inspector.open("access.log");
//! inspector.feed(log);
//! inspector.close();
//! let report = inspector.report();
//! assert_eq!(report.conflicts[0].outcome, "superseded-by-sync");
//! ```

pub mod activesync;
pub mod certainty;
pub mod explain;
mod few;
pub mod format;
pub mod guide;
pub mod input;
pub mod log;
mod pattern;
pub mod picture;
pub mod query;
pub mod raw;
pub mod report;
pub mod settings;
mod sort;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub mod wasm;

use explain::Explanation;
use explain::finding::Tuning;
use format::Detector;
use input::{Content, Flaw, Limits, Line, Lines, Opening, Sink, Unpacker};
use log::snapshot::{Damage, Snapshot};
use log::{Archive, Log};
use report::model::{Evidence, Judged, Report};
use settings::Settings;

/// The whole pipeline: files go in as chunks of bytes, a report comes out.
#[derive(Default)]
pub struct Inspector {
    log: Log,
    open: Option<(Unpacker, OpenFile)>,
    /// Files opened so far.
    opened: u32,
    explanation: Option<Explanation>,
    /// What the user says of the whole case.
    tuning: Tuning,
}

impl Inspector {
    /// A case without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A case of which the requests were taken along, without its logs: everything can be asked of it but its lines and
    /// what the report says of its files.
    ///
    /// # Errors
    /// If the bytes are no [`Snapshot`].
    pub fn restored(snapshot: &[u8]) -> Result<Self, Damage> {
        Ok(Self {
            log: Snapshot::log(snapshot)?,
            ..Self::default()
        })
    }

    /// What a report takes along of the case, so that its requests can be asked again. Closes the open file.
    pub fn snapshot(&mut self) -> Snapshot {
        let (log, explanation) = self.explain();
        let files =
            (0..log.files.len() as u32).filter_map(|rank| explanation.timeline.file_at(rank));
        Snapshot::of(log, &files.collect::<Vec<_>>())
    }

    /// Keeps no more than so many ActiveSync requests, [`log::MOST_ROWS`] if nothing is said. What comes behind them is
    /// counted, and the report says so; which requests those are depends on the order of the files.
    pub fn keep_at_most(&mut self, requests: u32) {
        self.log.keep_at_most(requests);
    }

    /// Begins a file; one that is still open is closed.
    pub fn open(&mut self, name: &str) {
        self.open_with(name, &Settings::default());
    }

    /// Begins a file of which the user says something; one that is still open is closed.
    pub fn open_with(&mut self, name: &str, settings: &Settings) {
        self.open_within(name, settings, Limits::default());
    }

    /// Begins a file with bounds of its own on what it may unpack to; one that is still open is closed.
    pub fn open_within(&mut self, name: &str, settings: &Settings, limits: Limits) {
        self.close();
        self.explanation = None;
        let file = OpenFile {
            name: name.to_owned(),
            settings: settings.clone(),
            opened: self.opened,
            bytes: 0,
            archive: Archive::default(),
            texts: 0,
            current: None,
        };
        self.opened += 1;
        self.open = Some((Unpacker::new(name, limits), file));
    }

    /// Takes the next bytes of the open file, as many or as few as there are.
    pub fn feed(&mut self, chunk: &[u8]) {
        let Some((unpacker, file)) = &mut self.open else {
            return;
        };
        file.bytes += chunk.len() as u64;
        let log = &mut self.log;
        unpacker.feed(chunk, &mut Reading { file, log });
    }

    /// Ends the open file, if there is one.
    pub fn close(&mut self) {
        self.end(None);
    }

    /// Ends the open file before its end, because no more of it can be read; the report says so in these words.
    pub fn abandon(&mut self, reason: &str) {
        self.end(Some(reason));
    }

    fn end(&mut self, broken: Option<&str>) {
        let Some((mut unpacker, mut file)) = self.open.take() else {
            return;
        };
        let log = &mut self.log;
        unpacker.finish(&mut Reading {
            file: &mut file,
            log,
        });
        // What an archive holds beside texts, and what is wrong with it, is told in a place of its own.
        if let Some(packing) = unpacker.archive()
            && (file.archive.is_worth_a_word() || broken.is_some())
        {
            log.open(&file.name, &file.settings);
            if let Some(own) = log.files.last_mut() {
                own.opened = file.opened;
                own.bytes = file.bytes;
                own.content = Content::Packed(packing);
                own.archive = Some(file.archive);
            }
        }
        if let (Some(reason), Some(last)) = (broken, log.files.last_mut()) {
            last.broken = Some(reason.to_owned());
        }
    }

    /// What was read so far.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Why each request ended. Closes the open file.
    pub fn explain(&mut self) -> (&Log, &Explanation) {
        self.close();
        if self.explanation.is_none() {
            self.log.settle();
        }
        let log = &self.log;
        (
            log,
            self.explanation.get_or_insert_with(|| Explanation::of(log)),
        )
    }

    /// Everything found. Closes the open file.
    pub fn report(&mut self) -> Report {
        let tuning = self.tuning.clone();
        let (log, explanation) = self.explain();
        report::build(log, explanation, &tuning)
    }

    /// Takes a line along in the report that was just made, one of [`report::lines_of`], of which this is the text.
    pub fn take_line(&mut self, report: &mut Report, line: Evidence, text: &str) {
        let (log, explanation) = self.explain();
        report::take_line(log, explanation, report, line, text);
    }

    /// Sets what the user says of the whole case: thresholds, and facts about the server. It takes no second reading.
    pub fn tune(&mut self, tuning: Tuning) {
        self.tuning = tuning;
    }

    /// The requests that the finding of this code speaks of, as rows of the log, in order of time.
    pub fn requests_of(&mut self, finding: &str) -> Vec<u32> {
        let tuning = self.tuning.clone();
        let (log, explanation) = self.explain();
        report::requests_of(log, explanation, &tuning, finding)
    }

    /// The part of the report that follows from [`Inspector::tune`].
    pub fn judge(&mut self) -> Judged {
        let tuning = self.tuning.clone();
        let (log, explanation) = self.explain();
        report::judge(log, explanation, &tuning)
    }
}

/// What is known of the open file as such.
struct OpenFile {
    name: String,
    settings: Settings,
    opened: u32,
    bytes: u64,
    archive: Archive,
    /// Texts that came out of it.
    texts: u32,
    /// The text that is being read: the open file, or a member of it.
    current: Option<(Lines, Detector)>,
}

/// The open file on its way to the log, text by text.
struct Reading<'a> {
    file: &'a mut OpenFile,
    log: &'a mut Log,
}

impl Reading<'_> {
    /// Begins a file of the log.
    fn open(&mut self, name: &str, content: Content, plain: bool) {
        let settings = &self.file.settings;
        self.log.open(name, settings);
        if let Some(file) = self.log.files.last_mut() {
            let given = settings.format.as_deref();
            file.bad_format = given.and_then(|text| format::own::choose(text).err());
            file.opened = self.file.opened;
            file.text = self.file.texts;
            file.content = content;
            file.plain = plain;
        }
    }

    fn close(&mut self, bytes: u64, flaw: Option<Flaw>) {
        if let Some(file) = self.log.files.last_mut() {
            file.bytes = bytes;
            file.flaw = flaw;
        }
        self.log.close();
    }
}

impl Sink for Reading<'_> {
    fn begin(&mut self, opening: &Opening<'_>) {
        let content = Content::Text(opening.encoding);
        self.open(opening.name, content, opening.plain);
        let lines = Lines::new(opening.offset, self.file.settings.code_page());
        self.file.current = Some((lines, Detector::with(&self.file.settings)));
    }

    fn text(&mut self, bytes: &[u8]) {
        let (Some((lines, detector)), log) = (&mut self.file.current, &mut *self.log) else {
            return;
        };
        lines.feed(bytes, &mut |line| take(log, detector, line));
    }

    fn end(&mut self, bytes: u64, flaw: Option<Flaw>) {
        let Some((mut lines, mut detector)) = self.file.current.take() else {
            return;
        };
        let log = &mut *self.log;
        lines.finish(&mut |line| take(log, &mut detector, line));
        detector.finish(&mut |record| log.record(record));
        if let Some(file) = log.files.last_mut() {
            file.formats = detector.shares();
            file.detection = detector.detection();
            file.open_end = lines.ended_inside_a_line();
            file.foreign = lines.foreign();
            file.last_format = Some(detector.current());
        }
        self.file.texts += 1;
        self.close(bytes, flaw);
        let (archive, Some(file)) = (&mut self.file.archive, self.log.files.last()) else {
            return;
        };
        if !file.is_only_text() {
            archive.texts += 1;
        } else if archive.unknown < Archive::UNKNOWN {
            archive.texts += 1;
            archive.unknown += 1;
        } else {
            archive.leave_out(&file.name, file.content);
            self.log.take_back();
        }
    }

    fn other(
        &mut self,
        name: &str,
        content: Content,
        member: bool,
        bytes: u64,
        flaw: Option<Flaw>,
    ) {
        if member {
            self.file.archive.leave_out(name, content);
        } else {
            self.open(name, content, true);
            self.close(bytes, flaw);
        }
    }

    fn flawed(&mut self, name: &str, flaw: Flaw) {
        self.file.archive.flaw(name, flaw);
    }
}

/// One line on its way from the input to the log.
fn take(log: &mut Log, detector: &mut Detector, line: &Line<'_>) {
    let class = detector.line(line, &mut |record| log.record(record));
    if let Some(file) = log.files.last_mut() {
        file.count(class, line);
    }
}
