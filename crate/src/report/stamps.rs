//! Why a file's time stamps are taken for the start or the end of its requests, in words.

use super::model::StampReport;
use crate::explain::stamp::{Basis, Choice, Meaning};
use crate::log::{Breaks, FileLog};
use crate::words::{count, counted};

/// What was chosen for a file, and why.
pub(super) fn report(file: &FileLog, choice: &Choice) -> StampReport {
    StampReport {
        meaning: choice.meaning,
        certainty: choice.certainty,
        reason: reason(file, choice),
    }
}

fn reason(file: &FileLog, choice: &Choice) -> String {
    if choice.meaning == Meaning::None {
        return if file.requests == 0 {
            "There are no requests whose time could mean anything.".to_owned()
        } else {
            "The requests carry no time; their order in the file is all there is.".to_owned()
        };
    }
    let turned = match choice.neighbours.newest_first() {
        true => " The newest line stands first; the file was read as if turned round.",
        false => "",
    };
    let text = match choice.basis {
        Basis::Given => format!(
            "It was said when the file was opened: the stamp is the {}.",
            name(choice.meaning)
        ),
        Basis::Format => format!(
            "The specification of this log format says so: the stamp is the {}.",
            name(choice.meaning)
        ),
        Basis::OtherFiles => {
            format!(
                "This file alone does not tell; other files here in its format say it is the {}.",
                name(choice.meaning)
            )
        }
        Basis::Assumed if file.with_duration == 0 => format!(
            "{}. They are taken for the end; without durations there is no check.",
            capital(&own_order(choice))
        ),
        Basis::Assumed => format!(
            "Nothing in this file tells start from end, so the {} is assumed; what the other reading would change is called possible.",
            name(choice.meaning)
        ),
        Basis::File if file.with_duration == 0 => format!(
            "Lines are written when a request is complete, and {}, so they are the {}.",
            own_order(choice),
            name(choice.meaning)
        ),
        Basis::File => witnesses(choice),
    };
    format!("{text}{turned}")
}

/// What neighbouring lines and devices say, as far as they say something.
fn witnesses(choice: &Choice) -> String {
    let Choice { meaning, pairs, .. } = choice;
    let end = *meaning == Meaning::End;
    let (own, other) = if end {
        (choice.neighbours.stamp, choice.neighbours.sum)
    } else {
        (choice.neighbours.sum, choice.neighbours.stamp)
    };
    let (own, other) = (breaks(choice, own), breaks(choice, other));
    let (fit, misfit) = if end {
        (pairs.fit_end, pairs.fit_start)
    } else {
        (pairs.fit_start, pairs.fit_end)
    };
    let mut reasons = Vec::new();
    if own + other > 0 {
        reasons.push(format!(
            "lines are written when a request is complete; read as the {}, that order is broken {}, read as the {}, {}, \
             among {}",
            name(*meaning),
            times(own),
            opposite(*meaning),
            times(other),
            lines(choice)
        ));
    }
    if fit + misfit > 0 {
        reasons.push(format!(
            "of {} with the device's next line, {} meet only if the stamp is the {}, and {} only if it is the {}",
            counted(pairs.tried, "Ping", "Pings"),
            count(fit),
            name(*meaning),
            count(misfit),
            opposite(*meaning)
        ));
    }
    format!("{}.", capital(&reasons.join("; ")))
}

/// How the stamps alone run.
fn own_order(choice: &Choice) -> String {
    format!(
        "the stamps run back {} among {}",
        times(breaks(choice, choice.neighbours.stamp)),
        lines(choice)
    )
}

/// How often moments break the order in which lines were written.
fn breaks(choice: &Choice, of: Breaks) -> u64 {
    if choice.neighbours.newest_first() {
        of.on
    } else {
        of.back
    }
}

fn lines(choice: &Choice) -> String {
    counted(
        choice.neighbours.pairs,
        "pair of neighbouring lines",
        "pairs of neighbouring lines",
    )
}

fn name(meaning: Meaning) -> &'static str {
    if meaning == Meaning::Start {
        "start"
    } else {
        "end"
    }
}

fn opposite(meaning: Meaning) -> &'static str {
    if meaning == Meaning::Start {
        "end"
    } else {
        "start"
    }
}

/// `never`, `once`, `1,763 times`.
fn times(n: u64) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        n => format!("{} times", count(n)),
    }
}

/// A sentence with its first letter, an ASCII one, as a capital.
fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
