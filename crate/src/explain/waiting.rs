//! Sessions that a stop of Domino's HTTP task waits for: console lines that name the same one, put together.

use super::order::Timeline;
use crate::activesync::Command;
use crate::format::Place;
use crate::log::{Log, Waiting};
use crate::sort::Arrange;
use std::collections::BTreeMap;

/// Lines about one session that lie further apart than this are of two stops: session ids begin anew with each start.
const APART_MS: i64 = 3_600_000;

/// One session that was waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session<'a> {
    /// The first line that names it.
    pub line: &'a Waiting,
    /// File of that line, an index in [`Log::files`].
    pub file: u32,
    /// When it was first and last named.
    pub seen: Option<(i64, i64)>,
    /// How many lines name it.
    pub sightings: u64,
}

/// What a session is working on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Ping, which ends by itself.
    Ping,
    /// Another ActiveSync request, which takes seconds.
    ActiveSync,
    /// A request that is none of ActiveSync.
    Other,
    /// The line breaks off before it can be told.
    Unknown,
}

impl Session<'_> {
    /// What it is working on.
    #[must_use]
    pub fn kind(&self, log: &Log) -> Kind {
        match self.line.row.map(|row| log.command(row)) {
            Some(Command::Ping) => Kind::Ping,
            // A URL without its command was cut somewhere.
            Some(Command::None | Command::Unknown) => Kind::Unknown,
            Some(_) => Kind::ActiveSync,
            None if self.line.whole => Kind::Other,
            None => Kind::Unknown,
        }
    }

    /// Whether it was waited for longer than any Ping can last, which is given, and is none.
    #[must_use]
    pub fn stuck(&self, log: &Log, longest_ms: i64) -> bool {
        let long = self
            .seen
            .is_some_and(|(first, last)| last - first > longest_ms);
        long && self.kind(log) != Kind::Ping
    }
}

/// All sessions that were waited for, in order of time.
#[must_use]
pub fn sessions<'a>(log: &'a Log, timeline: &Timeline) -> Vec<Session<'a>> {
    let of_file = |(file, of): (usize, &'a crate::log::FileLog)| {
        of.waiting.iter().map(move |line| (file as u32, line))
    };
    let mut lines: Vec<(u32, &Waiting)> = log.files.iter().enumerate().flat_map(of_file).collect();
    lines.arrange_by_key(|(file, line)| (line.stamp, timeline.rank(*file), line.place.line));
    let mut sessions: Vec<Session<'a>> = Vec::new();
    let mut latest: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (file, line) in lines {
        let known = latest.get(&(line.session, line.request)).copied();
        if let Some(session) = known
            .and_then(|at| sessions.get_mut(at))
            .filter(|s| s.goes_on(line))
        {
            session.sightings += 1;
            session.seen = session
                .seen
                .zip(line.stamp)
                .map(|((first, _), now)| (first, now));
            continue;
        }
        latest.insert((line.session, line.request), sessions.len());
        sessions.push(Session {
            line,
            file,
            seen: line.stamp.map(|stamp| (stamp, stamp)),
            sightings: 1,
        });
    }
    sessions
}

impl Session<'_> {
    /// Whether a further line is about the same stop.
    fn goes_on(&self, line: &Waiting) -> bool {
        let apart = self
            .seen
            .zip(line.stamp)
            .map_or(0, |((_, last), now)| now - last);
        apart <= APART_MS
    }

    /// Where its first line stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.line.place
    }
}
