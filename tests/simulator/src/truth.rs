//! The truth beside a log: why each ActiveSync request in it ended.
//!
//! A CSV with one row for each ActiveSync line of the log, in the log's order, and the header
//! `line,cmd,outcome,cause_line,start_ms,end_ms`. `tests/README.md` describes the columns.

use std::collections::VecDeque;
use std::io::{self, Write};

use crate::activesync::Command;
use crate::clock::Ms;

/// The number of one request in a world. Every request has one, also those that never reach the log.
pub type RequestId = u64;

/// Why a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A Ping closed with 409 because a Sync arrived.
    SupersededBySync,
    /// A Ping closed with 409 because the device's next Ping arrived.
    SupersededByPing,
    /// A Ping closed with 409 because any other command arrived.
    SupersededByOther,
    /// A Ping closed with 409 by a request that this log does not hold.
    SupersededUnseen,
    /// A Ping answered because something arrived, and the device got the answer.
    ChangesFound,
    /// A Ping answered because its heartbeat ended.
    HeartbeatExpired,
    /// A Ping answered at once: parameters, heartbeat range, folder list.
    ReturnedAtOnce,
    /// A Ping answered because something arrived, but over a connection that was dead by then.
    ReplyLost,
    /// A Sync, or another command, closed with 409 because the next request arrived.
    Overlapped,
    /// A Sync that the server held open because the device had asked for it.
    LongPoll,
    /// A request that the client left before it was answered, as a proxy saw.
    ClientGaveUp,
    /// A request that a proxy gave up.
    CutInBetween,
    /// 401, 403, 456, 457.
    AuthRefused,
    /// 449.
    Provisioning,
    /// 429, 503.
    ServerBusy,
    /// Any other 4xx or 5xx.
    Failed,
    /// An ordinary answer.
    Completed,
}

impl Outcome {
    /// The code of the outcome in the truth file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SupersededBySync => "superseded-by-sync",
            Self::SupersededByPing => "superseded-by-ping",
            Self::SupersededByOther => "superseded-by-other",
            Self::SupersededUnseen => "superseded-unseen",
            Self::ChangesFound => "changes-found",
            Self::HeartbeatExpired => "heartbeat-expired",
            Self::ReturnedAtOnce => "returned-at-once",
            Self::ReplyLost => "reply-lost",
            Self::Overlapped => "overlapped",
            Self::LongPoll => "long-poll",
            Self::ClientGaveUp => "client-gave-up",
            Self::CutInBetween => "cut-in-between",
            Self::AuthRefused => "auth-refused",
            Self::Provisioning => "provisioning",
            Self::ServerBusy => "server-busy",
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }

    /// What ended a `displaced` request when a `newcomer` of the same device arrived.
    #[must_use]
    pub fn of_conflict(displaced: Command, newcomer: Command) -> Self {
        match (displaced, newcomer) {
            (Command::Ping, Command::Sync) => Self::SupersededBySync,
            (Command::Ping, Command::Ping) => Self::SupersededByPing,
            (Command::Ping, _) => Self::SupersededByOther,
            (_, _) => Self::Overlapped,
        }
    }

    /// What a refusal with this HTTP status is.
    #[must_use]
    pub fn of_refusal(status: u16) -> Self {
        match status {
            401 | 403 | 456 | 457 => Self::AuthRefused,
            449 => Self::Provisioning,
            429 | 503 => Self::ServerBusy,
            _ => Self::Failed,
        }
    }

    /// The outcome once it is known that the request which was the cause is not in the log.
    #[must_use]
    pub fn without_cause(self) -> Self {
        match self {
            Self::SupersededBySync | Self::SupersededByPing | Self::SupersededByOther => {
                Self::SupersededUnseen
            }
            other => other,
        }
    }
}

/// What is known of a request when its line is written.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// The request's command.
    pub command: Command,
    /// Why it ended.
    pub outcome: Outcome,
    /// The request that ended it. That of `changes-found` becomes known later, see [`TruthWriter::followed`].
    pub cause: Option<RequestId>,
}

enum Cause {
    Known(Option<u64>),
    Awaited(RequestId),
    /// A Ping with changes whose Sync has not been sent yet.
    NotSent,
}

struct Row {
    id: RequestId,
    line: u64,
    verdict: Verdict,
    cause: Cause,
    start: Ms,
    end: Ms,
}

/// Writes the rows in the log's order. A row waits until the line of its cause is known, which comes later in the log, so
/// a few minutes' rows are held back and the memory needed does not grow with the log.
pub struct TruthWriter<W: Write> {
    out: W,
    waiting: VecDeque<Row>,
}

impl<W: Write> TruthWriter<W> {
    /// A truth file with its header.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn new(mut out: W) -> io::Result<Self> {
        writeln!(out, "line,cmd,outcome,cause_line,start_ms,end_ms")?;
        Ok(Self {
            out,
            waiting: VecDeque::new(),
        })
    }

    /// The request `id` got the log's line `line`.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn logged(
        &mut self,
        id: RequestId,
        line: u64,
        verdict: Verdict,
        start: Ms,
        end: Ms,
    ) -> io::Result<()> {
        self.settle(id, Some(line));
        let cause = match (verdict.cause, verdict.outcome) {
            (Some(cause), _) => Cause::Awaited(cause),
            (None, Outcome::ChangesFound) => Cause::NotSent,
            (None, _) => Cause::Known(None),
        };
        self.waiting.push_back(Row {
            id,
            line,
            verdict,
            cause,
            start,
            end,
        });
        self.flush(false)
    }

    /// The request `id` ended but never got a line.
    pub fn lost(&mut self, id: RequestId) {
        self.settle(id, None);
    }

    /// The answer to the request `ping` made the device send the request `sync`.
    pub fn followed(&mut self, ping: RequestId, sync: RequestId) {
        for row in &mut self.waiting {
            if row.id == ping && matches!(row.cause, Cause::NotSent) {
                row.cause = Cause::Awaited(sync);
            }
        }
    }

    /// The log ends here: what has not come by now is not in it.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.flush(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn settle(&mut self, id: RequestId, line: Option<u64>) {
        for row in &mut self.waiting {
            if matches!(row.cause, Cause::Awaited(awaited) if awaited == id) {
                row.cause = Cause::Known(line);
                if line.is_none() {
                    row.verdict.outcome = row.verdict.outcome.without_cause();
                }
            }
        }
    }

    fn flush(&mut self, at_the_end: bool) -> io::Result<()> {
        while let Some(row) = self.waiting.front() {
            let (cause, outcome) = match row.cause {
                Cause::Known(line) => (line, row.verdict.outcome),
                Cause::NotSent if at_the_end => (None, row.verdict.outcome),
                Cause::Awaited(_) if at_the_end => (None, row.verdict.outcome.without_cause()),
                Cause::Awaited(_) | Cause::NotSent => break,
            };
            let (cmd, code) = (row.verdict.command.name(), outcome.code());
            write!(self.out, "{},{cmd},{code},", row.line)?;
            if let Some(line) = cause {
                write!(self.out, "{line}")?;
            }
            writeln!(self.out, ",{},{}", row.start, row.end)?;
            self.waiting.pop_front();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(command: Command, outcome: Outcome, cause: Option<RequestId>) -> Verdict {
        Verdict {
            command,
            outcome,
            cause,
        }
    }

    fn rows(truth: TruthWriter<Vec<u8>>) -> String {
        let text = String::from_utf8(truth.finish().expect("memory")).expect("text");
        text.lines().skip(1).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_row_waits_for_the_line_of_its_cause() {
        let mut truth = TruthWriter::new(Vec::new()).expect("memory");
        let ping = verdict(Command::Ping, Outcome::SupersededBySync, Some(8));
        truth.logged(7, 1, ping, 0, 50).expect("memory");
        truth
            .logged(
                9,
                2,
                verdict(Command::Sync, Outcome::Completed, None),
                10,
                60,
            )
            .expect("memory");
        truth
            .logged(
                8,
                3,
                verdict(Command::Sync, Outcome::Completed, None),
                50,
                70,
            )
            .expect("memory");
        assert_eq!(
            rows(truth),
            "1,Ping,superseded-by-sync,3,0,50\n2,Sync,completed,,10,60\n3,Sync,completed,,50,70"
        );
    }

    #[test]
    fn a_cause_without_a_line_is_unseen() {
        let mut truth = TruthWriter::new(Vec::new()).expect("memory");
        let ping = verdict(Command::Ping, Outcome::SupersededByOther, Some(8));
        truth.logged(7, 1, ping, 0, 50).expect("memory");
        truth.lost(8);
        let cut = verdict(Command::Ping, Outcome::SupersededByPing, Some(11));
        truth.logged(10, 2, cut, 0, 50).expect("memory");
        assert_eq!(
            rows(truth),
            "1,Ping,superseded-unseen,,0,50\n2,Ping,superseded-unseen,,0,50"
        );
    }
}
