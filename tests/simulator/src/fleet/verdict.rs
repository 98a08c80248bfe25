//! The truth about the lines of a log, and how it is written down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::journey::Journey;
use super::record::{LogFile, Row};
use super::world::Played;
use crate::activesync::Command;
use crate::clock::Ms;
use crate::format::Ending;
use crate::truth::{Outcome, RequestId};

/// Where each request has its line: the number of the file, and of the line in it.
pub(super) type Places = BTreeMap<RequestId, (usize, u64)>;

/// The truth about a line of the server's log. `seen` are the requests of which a proxy's log shows who ended them.
pub(super) fn row(
    played: &Played,
    id: RequestId,
    line: u64,
    places: &Places,
    seen: &BTreeSet<RequestId>,
) -> Option<Row> {
    let journey = played.journey(id);
    let displaced_by = journey.end.as_ref()?.cause;
    let newcomer = displaced_by.map(|id| played.journey(id));
    let outcome = journey.outcome(newcomer)?;
    let cause = journey.cause().and_then(|id| places.get(&id).copied());
    let outcome = match cause {
        None => outcome.without_cause(),
        Some(_) => outcome,
    };
    let (outcome, cause) = match journey.front.filter(|_| seen.contains(&id)) {
        Some((_, ending)) => (
            behind(journey, ending, outcome),
            cause.filter(|_| displaced_by.is_some()),
        ),
        None => (outcome, cause),
    };
    Some(Row {
        line,
        id,
        outcome,
        cause,
        also: None,
    })
}

/// What a request is whose exchange had ended for the proxy before the server answered.
fn behind(journey: &Journey, ending: Ending, outcome: Outcome) -> Outcome {
    match (ending, outcome) {
        (Ending::TimedOut, _) => Outcome::CutInBetween,
        (Ending::ClientGone, Outcome::Completed | Outcome::LongPoll)
            if journey.ask.command != Command::Ping =>
        {
            Outcome::ClientGaveUp
        }
        (_, outcome) => outcome,
    }
}

/// The truth about a line of the proxy's log. Of a request that the server's log has, too, only what the proxy saw counts.
pub(super) fn front_row(played: &Played, id: RequestId, line: u64, places: &Places) -> Option<Row> {
    let row = row(played, id, line, places, &BTreeSet::from([id]))?;
    let also = places.get(&id).copied();
    let outcome = match played.journey(id).front {
        Some((_, Ending::TimedOut)) => Outcome::CutInBetween,
        Some((_, Ending::ClientGone)) => Outcome::ClientGaveUp,
        _ => row.outcome,
    };
    Some(Row {
        outcome,
        cause: row.cause.filter(|_| also.is_none()),
        also,
        ..row
    })
}

impl Played {
    /// When a request began and ended, for the server or for the proxy.
    fn times(&self, journey: &Journey, front: bool) -> (Ms, Ms) {
        let ended = journey.end.as_ref().map(|end| end.at);
        let cut = journey.front.filter(|_| front).map(|(at, _)| at);
        let passed = journey.passed.filter(|_| front);
        let start = passed.or(journey.start).unwrap_or(0);
        (start, cut.or(ended).unwrap_or(0))
    }

    /// The truth file of a log file: a CSV with the header
    /// `line,cmd,outcome,cause_line,start_ms,end_ms,user,device,cause_file,also_file,also_line`. A cause without a file is in
    /// the same one; the last two say where the server's log has a line of the proxy's.
    #[must_use]
    pub fn truth(&self, files: &[LogFile], number: usize) -> String {
        let mut out = "line,cmd,outcome,cause_line,start_ms,end_ms,user,device,cause_file,also_file,also_line\n"
            .to_owned();
        for row in &files[number].rows {
            let journey = self.journey(row.id);
            let account = &self.accounts[journey.account];
            let (start, end) = self.times(journey, files[number].front);
            let also = row.also.map_or(",".to_owned(), |(file, line)| {
                format!("{},{line}", files[file].name)
            });
            let (cause, file) = match row.cause {
                None => (String::new(), ""),
                Some((file, line)) if file == number => (line.to_string(), ""),
                Some((file, line)) => (line.to_string(), files[file].name.as_str()),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{},{},{},{cause},{start},{end},{},{},{file},{also}",
                row.line,
                journey.ask.command.name(),
                row.outcome.code(),
                self.users[account.user].login,
                account.caller.device_id,
            );
        }
        out
    }
}
