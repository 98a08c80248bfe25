//! What was read of each file, what was not, and what its kind of log cannot tell.

use super::model::{FileReport, FormatShare, Missing, Period, Problem, Rejection, StampReport};
use crate::explain::Explanation;
use crate::explain::stamp::{Choice, Meaning};
use crate::format::{self, Reason};
use crate::input::Content;
use crate::log::{FileLog, Log, Neighbours, Reach};
use crate::words::{count, counted, list};

/// One report a file, in order of time.
pub(super) fn files(log: &Log, explanation: &Explanation) -> Vec<FileReport> {
    let mut order: Vec<u32> = (0..log.files.len() as u32).collect();
    order.sort_by_key(|&file| explanation.timeline.rank(file));
    order
        .into_iter()
        .map(|file| report(log, explanation, file))
        .collect()
}

fn report(log: &Log, explanation: &Explanation, file: u32) -> FileReport {
    let of = &log.files[file as usize];
    let rows = log.rows_of(file);
    let activesync = rows.filter(|&row| !log.is_open(row)).count() as u64;
    FileReport {
        name: of.name.clone(),
        opened: file,
        bytes: of.bytes,
        lines: of.lines,
        rejected: rejected(of),
        formats: of
            .formats
            .iter()
            .map(|(format, lines)| FormatShare {
                code: format.code(),
                title: format.title(),
                lines: *lines,
            })
            .collect(),
        requests: of.requests,
        activesync,
        period: period(&of.period),
        stamp: stamp(of, &explanation.stamps[file as usize]),
        missing: missing(of, activesync),
        problem: problem(of),
    }
}

/// A span of time, with the zone of its ends.
pub(super) fn period(reach: &Reach) -> Option<Period> {
    let (first, last) = reach.ends()?;
    let span_ms = u64::try_from(last.ms - first.ms).unwrap_or(0);
    Some(Period {
        first: first.to_string(),
        last: last.to_string(),
        span_ms,
    })
}

fn rejected(file: &FileLog) -> Vec<Rejection> {
    let mut rows: Vec<Rejection> = Reason::ALL
        .into_iter()
        .zip(file.rejected)
        .filter(|(_, r)| r.count > 0)
        .map(|(reason, r)| Rejection {
            code: reason.code(),
            reason: reason.words(),
            count: r.count,
            first_line: r.first.line,
            first_offset: r.first.offset,
        })
        .collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.count));
    rows
}

fn stamp(file: &FileLog, choice: &Choice) -> StampReport {
    let neighbours = choice.neighbours;
    let pairs = choice.pairs;
    let reason = match (choice.meaning, choice.certainty) {
        (Meaning::None, _) if file.requests == 0 => {
            "There are no requests whose time could mean anything.".to_owned()
        }
        (Meaning::None, _) => {
            "The requests carry no time; their order in the file is all there is.".to_owned()
        }
        (_, None) => String::new(),
        (meaning, Some(_)) if file.with_duration == 0 => untimed(meaning, neighbours),
        (meaning, Some(_)) => {
            let (name, other) = if meaning == Meaning::End {
                ("end", "start")
            } else {
                ("start", "end")
            };
            let end = meaning == Meaning::End;
            let back = if end {
                neighbours.sum_back
            } else {
                neighbours.stamp_back
            };
            let own = if end {
                neighbours.stamp_back
            } else {
                neighbours.sum_back
            };
            let fit = if end { pairs.fit_end } else { pairs.fit_start };
            let misfit = if end { pairs.fit_start } else { pairs.fit_end };
            let mut reasons = Vec::new();
            if back + own > 0 {
                reasons.push(format!(
                    "lines are written when a request is complete; read as the {name}, that order is broken {}, read as \
                     the {other}, {}, among {}",
                    times(own),
                    times(back),
                    counted(neighbours.pairs, "pair of neighbouring lines", "pairs of neighbouring lines"),
                ));
            }
            if fit + misfit > 0 {
                reasons.push(format!(
                    "of {} with the device's next line, {} meet if the stamp is the {name}, and {} if it is the {other}",
                    counted(pairs.tried, "409 Ping", "409 Pings"),
                    count(fit),
                    count(misfit),
                ));
            }
            if reasons.is_empty() {
                format!(
                    "Nothing in this file tells start from end: no request took long enough. The {name} is assumed."
                )
            } else {
                let text = reasons.join("; ");
                let (head, tail) = text.split_at(1);
                format!("{}{tail}.", head.to_uppercase())
            }
        }
    };
    StampReport {
        meaning: choice.meaning,
        certainty: choice.certainty,
        reason,
    }
}

/// Why stamps without durations are taken for what they are taken.
fn untimed(meaning: Meaning, neighbours: Neighbours) -> String {
    let pairs = counted(
        neighbours.pairs,
        "pair of neighbouring lines",
        "pairs of neighbouring lines",
    );
    match meaning {
        Meaning::Start => format!(
            "Lines are written when a request is complete, and the stamps run back {} among {pairs}, so they are the start.",
            times(neighbours.stamp_back)
        ),
        _ => format!(
            "The stamps run back {} among {pairs}, so they are taken for the end; without durations there is no check.",
            times(neighbours.stamp_back)
        ),
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

fn missing(file: &FileLog, activesync: u64) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut lacks = |code, sentence: &str| {
        missing.push(Missing {
            code,
            sentence: sentence.to_owned(),
        });
    };
    if file.requests > 0 {
        if file.with_duration == 0 {
            lacks(
                "duration",
                "No request has a duration, so how long a Ping was held cannot be told, and which request displaced it \
                 only guessed from the order. Domino writes durations in the log format Extended Common (server document, \
                 Internet Protocols, HTTP, Log Files) and in DOMLOG.NSF as Elapsed Time.",
            );
        }
        if file.with_stamp == 0 {
            lacks(
                "time",
                "No request has a time, so requests cannot be ordered, and nothing can be said of what ran at once. Export \
                 the Date field too, or use the text log.",
            );
        }
        if activesync == 0 {
            lacks(
                "activesync",
                "No request is for ActiveSync. Domino's list of URLs to exclude from logging often names \
                 /servlet/traveler/Microsoft-Server-ActiveSync*, or the phones' traffic goes to another server.",
            );
        }
    }
    if file.period.lacks_zone() {
        lacks(
            "zone",
            "Some times carry no zone; they are the server's local time.",
        );
    }
    if !file.waiting.is_empty() && file.requests == 0 {
        lacks(
            "status",
            "Console lines name sessions while they are open; how they ended, and when they began, stands in the web-server \
             log only.",
        );
    }
    missing
}

/// Why nothing, or not everything, was read.
pub(super) fn problem(file: &FileLog) -> Option<Problem> {
    if let Some(reason) = &file.broken {
        let kept = match file.bytes {
            0 => String::new(),
            bytes => format!(
                " The first {} of it were read.",
                counted(bytes, "byte", "bytes")
            ),
        };
        return Some(Problem {
            code: "unreadable",
            sentence: format!("{reason}{kept}"),
        });
    }
    let unpack = |what: &str| format!("This is {what}. Unpack it and open the log files in it.");
    let (code, sentence) = match file.content {
        Content::Empty => ("empty", "The file is empty. If the log was being written, copy it and open the copy.".to_owned()),
        Content::Utf16 => (
            "utf-16",
            "This is text in UTF-16. Save it as UTF-8 (in Notepad: Save as, Encoding) and open it again.".to_owned(),
        ),
        Content::Media(what) => ("media", format!("This is {what}, not a log. Open the web-server log itself.")),
        Content::Archive(what) => ("archive", unpack(what)),
        Content::NotesDatabase => (
            "notes-database",
            "This is a Notes database. Open it in Notes, export its documents (File, Export, Structured Text) and open the \
             export."
                .to_owned(),
        ),
        Content::Binary => ("binary", "These bytes are no text, so this is no log. Open the web-server log itself.".to_owned()),
        Content::Text { .. } if file.lines.records == 0 && file.lines.rejected == 0 => (
            "no-requests",
            "The file holds no requests: every line of it is empty, a separator or a message about something else.".to_owned(),
        ),
        Content::Text { .. } if file.lines.records == 0 => ("unknown-format", unknown(file)),
        Content::Text { .. } => return cut_end(file),
    };
    Some(Problem { code, sentence })
}

fn unknown(file: &FileLog) -> String {
    let known: Vec<String> = format::ALL.iter().map(|f| f.title().to_owned()).collect();
    format!(
        "None of {} is in the shape of a log that is read here: {}. If this is a web-server log, look at its first line: is \
         it cut, or is it another server's format?",
        counted(file.lines.total, "line", "lines"),
        list(&known),
    )
}

/// A file that breaks off inside a line: it was copied while it was being written.
fn cut_end(file: &FileLog) -> Option<Problem> {
    (file.open_end && file.last_rejected).then(|| Problem {
        code: "cut",
        sentence: "The file breaks off inside its last line; that line is left out. It was probably copied while it was \
                   being written."
            .to_owned(),
    })
}
