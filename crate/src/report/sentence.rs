//! What happened to one request, in plain words with its own times.

use super::moments::{clock, length};
use crate::activesync::Command;
use crate::explain::heartbeat;
use crate::explain::{Certainty, Explanation, Outcome};
use crate::log::Log;
use crate::words::duration;

/// The sentence of a row.
pub(super) fn of(log: &Log, explanation: &Explanation, row: u32) -> String {
    let verdict = explanation.verdict(row);
    let facts = Facts::of(log, explanation, row);
    let mut text = match verdict.outcome {
        Outcome::SupersededBySync | Outcome::SupersededByPing | Outcome::SupersededByOther => superseded(&facts),
        Outcome::SupersededUnseen => unseen(&facts),
        Outcome::ChangesFound => changes(&facts),
        Outcome::HeartbeatExpired => expired(&facts),
        Outcome::ReplyLost => format!(
            "The server answered this Ping after {} at {}, as it does when mail arrives, but the device asked for nothing \
             for a minute or more: the answer was probably lost.",
            facts.held(),
            facts.ended()
        ),
        Outcome::ReturnedAtOnce => format!(
            "The server answered this Ping at once, after {}, and no Sync followed: it was not held at all.",
            facts.held()
        ),
        Outcome::Overlapped => overlapped(&facts),
        Outcome::LongPoll => format!(
            "This Sync was held open for {} because the device had asked the server to wait for changes.",
            facts.held()
        ),
        Outcome::Undecided if log.is_open(row) => {
            "The console names this request while it is still open; how it ended is not in the line.".to_owned()
        }
        other => {
            let status = log.status(row).map_or_else(String::new, |s| format!(" The status is {s}."));
            format!("{}{status}", other.sentence())
        }
    };
    match verdict.certainty {
        Certainty::Possible if verdict.outcome != Outcome::Undecided => {
            text.push_str(" Possible, not certain: ");
            text.push_str(if facts.timed {
                "the log fits other explanations too."
            } else {
                facts.lack()
            });
        }
        _ => {}
    }
    text
}

/// What sentences speak of, in words.
struct Facts {
    command: Command,
    timed: bool,
    stamped: bool,
    length: u64,
    end: Option<String>,
    cause: Option<(Command, Option<String>, String)>,
    step: Option<u32>,
}

impl Facts {
    fn of(log: &Log, explanation: &Explanation, row: u32) -> Self {
        let span = explanation.timeline.span(log, row);
        let cause = explanation.verdict(row).cause.map(|cause| {
            let start = explanation
                .timeline
                .span(log, cause)
                .filter(|s| s.timed)
                .map(|s| clock(log, cause, s.start));
            let file = log.file_of(cause);
            let of = if file == log.file_of(row) {
                String::new()
            } else {
                format!(" of {}", log.files[file as usize].name)
            };
            (
                log.command(cause),
                start,
                format!("line {}{of}", log.line(cause)),
            )
        });
        Self {
            command: log.command(row),
            timed: span.is_some_and(|s| s.timed),
            stamped: span.is_some(),
            length: span.map_or(0, length),
            end: span.map(|s| clock(log, row, s.end)),
            cause,
            step: log.duration(row).and_then(heartbeat::step),
        }
    }

    fn held(&self) -> String {
        if self.timed {
            duration(self.length)
        } else {
            "a time this log does not tell".to_owned()
        }
    }

    fn ended(&self) -> &str {
        self.end
            .as_deref()
            .unwrap_or("a time this log does not tell")
    }

    /// What the log would need for certainty.
    fn lack(&self) -> &'static str {
        if self.stamped {
            "this log has no durations."
        } else {
            "this log has neither times nor durations."
        }
    }

    /// `a Sync at 14:25:00 (line 7)`.
    fn cause(&self) -> String {
        match &self.cause {
            Some((command, Some(start), line)) => {
                format!("{} at {start} ({line})", article(*command))
            }
            Some((command, None, line)) => format!("{} ({line})", article(*command)),
            None => "its next request".to_owned(),
        }
    }
}

/// A command with its article.
fn article(command: Command) -> String {
    match command {
        Command::Ping => "a new Ping".to_owned(),
        Command::ItemOperations | Command::Autodiscover => format!("an {}", command.name()),
        Command::None => "a request without a command".to_owned(),
        Command::Unknown => "a request with an unknown command".to_owned(),
        other => format!("a {}", other.name()),
    }
}

fn superseded(facts: &Facts) -> String {
    let reconnected = matches!(facts.cause, Some((Command::Ping, ..)));
    let why = if reconnected {
        " It had reconnected."
    } else {
        ""
    };
    if facts.timed {
        format!(
            "This Ping had been open for {} when the phone began {}; the server closed it with 409 to free the \
             thread.{why} The phone never saw the 409. Harmless.",
            facts.held(),
            facts.cause()
        )
    } else {
        format!(
            "The next request of the phone is {}; the server closed this Ping with 409 to free the thread.{why} The \
             phone never saw the 409. Harmless.",
            facts.cause()
        )
    }
}

fn unseen(facts: &Facts) -> String {
    if !facts.stamped {
        return "The server closed this Ping with 409, as it does when the device has begun another request; that \
                request is not in what was read."
            .to_owned();
    }
    format!(
        "This Ping had been open for {} when the server closed it with 409 at {}. No request of the device in these logs \
         began then: it may stand in the next log file or on another server of the pool.",
        facts.held(),
        facts.ended()
    )
}

fn changes(facts: &Facts) -> String {
    format!(
        "The server held this Ping for {}, until something new arrived; the device then began {}. Push at work.",
        facts.held(),
        facts.cause()
    )
}

fn expired(facts: &Facts) -> String {
    match facts.step {
        Some(step) => format!(
            "Nothing new arrived for the whole heartbeat of {}, so the server answered at {}. The heartbeat is inferred \
             from the length.",
            duration(u64::from(step)),
            facts.ended()
        ),
        None => format!(
            "The server answered after {} with nothing new, and the device asked again at once: the end of a heartbeat.",
            facts.held()
        ),
    }
}

fn overlapped(facts: &Facts) -> String {
    let name = match facts.command {
        Command::None | Command::Unknown => "request",
        command => command.name(),
    };
    if facts.cause.is_none() {
        return format!(
            "The server gave up this {name} with 409, as it does when the device begins its next request too soon; no \
             request of the device in these logs began meanwhile."
        );
    }
    format!(
        "The device began {} before the server had finished this {name}, which had run for {}; the server gave it up with \
         409.",
        facts.cause(),
        facts.held()
    )
}
