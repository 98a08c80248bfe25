//! What happened to one request, in plain words with its own times.

use super::moments::{clock, length};
use crate::activesync::Command;
use crate::explain::heartbeat;
use crate::explain::view::broken;
use crate::explain::{Certainty, Explanation, Outcome};
use crate::format::Ending;
use crate::log::Log;
use crate::words::duration;

/// The sentence of a row.
pub(super) fn of(log: &Log, explanation: &Explanation, row: u32) -> String {
    let counted = explanation.views.counted(row);
    if counted != row {
        return format!(
            "The same request stands in {}, line {}: {}",
            log.files[log.file_of(counted) as usize].name,
            log.line(counted),
            of(log, explanation, counted)
        );
    }
    let verdict = explanation.verdict(row);
    let facts = Facts::of(log, explanation, row);
    let seen = Seen::of(log, explanation, row);
    let mut text = match (verdict.outcome, &seen) {
        (Outcome::ReplyLost | Outcome::ClientGaveUp, Some(seen))
            if seen.ending == Ending::Client =>
        {
            format!(
                "The server answered this {} after {} at {}, but nobody was there to hear it.",
                name(facts.command),
                facts.held(),
                facts.ended()
            )
        }
        (Outcome::CutInBetween, Some(_)) => echo(&facts),
        (other, _) => plainly(log, explanation, row, &facts, other),
    };
    if let Some(seen) = &seen {
        text.push_str(&seen.words());
    }
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

/// What one log alone tells of a request.
fn plainly(
    log: &Log,
    explanation: &Explanation,
    row: u32,
    facts: &Facts,
    outcome: Outcome,
) -> String {
    match outcome {
        Outcome::SupersededBySync | Outcome::SupersededByPing | Outcome::SupersededByOther => superseded(facts),
        Outcome::SupersededUnseen => unseen(facts),
        Outcome::ChangesFound => changes(facts),
        Outcome::HeartbeatExpired => expired(facts),
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
        Outcome::Overlapped => overlapped(facts),
        Outcome::LongPoll => format!(
            "This Sync was held open for {} because the device had asked the server to wait for changes.",
            facts.held()
        ),
        Outcome::Undecided if log.is_open(row) => {
            "The console names this request while it is still open; how it ended is not in the line.".to_owned()
        }
        other => {
            let status = log.status(row).map_or_else(String::new, |s| format!(" The status is {s}."));
            let what = match (other, log.ending(row)) {
                (Outcome::Failed, Some(Ending::Server)) => "The server broke the connection off.",
                // A proxy alone has the line, and it does not say that it was the client.
                (Outcome::CutInBetween, _) if explanation.cuts.holds(log, row) => {
                    return format!(
                        "Something in front of the server gave this {} up after {}, the time that others here were given \
                         up after too: an idle timeout that is set there.{status}",
                        name(facts.command),
                        facts.held()
                    );
                }
                _ => other.sentence(),
            };
            format!("{what}{status}")
        }
    }
}

/// What another log saw of a request that broke off before its answer had reached the device.
struct Seen {
    file: String,
    ending: Ending,
    status: Option<u16>,
    /// When it broke, by the clock of the log that the request counts in.
    at: Option<String>,
    /// How long it had been open by then, if that log tells.
    held: Option<u64>,
    /// How long the server did not know.
    before: Option<u64>,
}

impl Seen {
    fn of(log: &Log, explanation: &Explanation, row: u32) -> Option<Self> {
        let twin = explanation.views.shown_as(row)?;
        let ending = broken(log, twin)?;
        let span = explanation.timeline.span(log, twin);
        let end = explanation.timeline.span(log, row).filter(|s| s.timed);
        let before = end.zip(span).map(|(end, seen)| end.end - seen.end);
        Some(Self {
            file: log.files[log.file_of(twin) as usize].name.clone(),
            ending,
            status: log.status(twin),
            at: span.map(|s| clock(log, explanation, row, s.end)),
            held: span.filter(|s| s.timed).map(length),
            before: before
                .and_then(|ms| u64::try_from(ms).ok())
                .filter(|&ms| ms >= LATER_MS),
        })
    }

    /// ` nginx.log saw the phone close the connection at 14:23:10, 1 min 50 s before.`
    fn words(&self) -> String {
        let at = self
            .at
            .as_ref()
            .map_or_else(String::new, |at| format!(" at {at}"));
        let before = self
            .before
            .map_or_else(String::new, |ms| format!(", {} before", duration(ms)));
        let after = self
            .held
            .map_or_else(String::new, |ms| format!(" after {}", duration(ms)));
        let told = self
            .status
            .map_or_else(String::new, |s| format!(", and the phone was told {s}"));
        let file = &self.file;
        match self.ending {
            Ending::Client => format!(" {file} saw the phone close the connection{at}{before}."),
            Ending::Between => {
                format!(
                    " By {file}, the proxy gave up waiting for the server{at}{after}{before}{told}."
                )
            }
            Ending::Server => {
                format!(" By {file}, the connection to the server broke off{at}{before}{told}.")
            }
            Ending::Displaced => String::new(),
        }
    }
}

/// Moments of two logs that lie closer are the same: clocks of whole seconds.
const LATER_MS: u64 = 2_000;

/// A request that something in between had cut off, as the server wrote it down.
fn echo(facts: &Facts) -> String {
    let name = name(facts.command);
    match &facts.cause {
        Some(_) => format!(
            "Something in front of the server had cut this {name} off; the server held it on for {} in all, and closed it \
             when the device began {}.",
            facts.held(),
            facts.cause()
        ),
        None => format!(
            "Something in front of the server had cut this {name} off; what the server answered after {} at {} reached \
             nobody.",
            facts.held(),
            facts.ended()
        ),
    }
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
    /// Heartbeat that the log names.
    named: Option<u32>,
    /// Whether the server answered 409.
    conflict: bool,
}

impl Facts {
    fn of(log: &Log, explanation: &Explanation, row: u32) -> Self {
        let span = explanation.timeline.span(log, row);
        let cause = explanation.verdict(row).cause.map(|cause| {
            let start = explanation
                .timeline
                .span(log, cause)
                .filter(|s| s.timed)
                .map(|s| clock(log, explanation, cause, s.start));
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
            end: span.map(|s| clock(log, explanation, row, s.end)),
            cause,
            step: log.duration(row).and_then(heartbeat::step),
            named: heartbeat::named(log, row),
            conflict: log.status(row) == Some(409),
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

/// A command's name in a sentence.
fn name(command: Command) -> &'static str {
    match command {
        Command::None | Command::Unknown => "request",
        command => command.name(),
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
    if !facts.conflict {
        format!(
            "This Ping had been open for {} when the phone began {}; the log itself says that the server closed it for a \
             newer request.{why} Harmless.",
            facts.held(),
            facts.cause()
        )
    } else if facts.timed {
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
    if !facts.conflict {
        return "The log says that the server closed this Ping for a newer request of the device; that request is not in \
                what was read."
            .to_owned();
    }
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
    if let Some(named) = facts.named {
        return format!(
            "Nothing new arrived for the whole heartbeat of {} that the log names, so the server answered at {}.",
            duration(u64::from(named)),
            facts.ended()
        );
    }
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
    let name = name(facts.command);
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
