//! What was read of each file, what was not, and what its kind of log cannot tell.

use super::model::{FileReport, FormatShare, Missing, Period, Problem, Rejection};
use super::{clock, detection, packed, stamps};
use crate::explain::Explanation;
use crate::format::{Chosen, Reason};
use crate::input::{Content, Limits};
use crate::log::{FileLog, Log, Reach};
use crate::sort::Arrange;
use crate::words::{count, counted};

/// One report a file, in order of time.
pub(super) fn files(log: &Log, explanation: &Explanation) -> Vec<FileReport> {
    let mut order: Vec<u32> = (0..log.files.len() as u32).collect();
    order.arrange_by_key(|&file| explanation.timeline.rank(file));
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
        opened: of.opened,
        text: of.text,
        bytes: of.bytes,
        archive: of.archive.as_ref().map(packed::contents),
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
        detection: detection::report(of, &explanation.stamps[file as usize]),
        requests: of.requests,
        activesync,
        period: period(&of.period),
        stamp: stamps::report(of, &explanation.stamps[file as usize]),
        settled: clock::settled(log, explanation, of),
        clock: clock::clock(of, explanation.stamps[file as usize].meaning),
        missing: missing(of, activesync),
        problem: problem(log, of),
    }
}

/// A span of time, with the zone of its ends.
pub(super) fn period(reach: &Reach) -> Option<Period> {
    let (first, last) = reach.ends()?;
    let span_ms = u64::try_from(last.ms.saturating_sub(first.ms)).unwrap_or(0);
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
    rows.arrange_by_key(|r| std::cmp::Reverse(r.count));
    rows
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
            "Times without a zone are the local time of the server, zone unknown; beside times with a zone they are taken \
             as if they were UTC.",
        );
    }
    if !file.waiting.is_empty() && file.requests == 0 {
        lacks(
            "status",
            "Console lines name sessions while they are open; how they ended, and when they began, stands in the web-server \
             log only.",
        );
    }
    if file.connections > 0 {
        missing.push(Missing {
            code: "connections",
            sentence: format!(
                "{} logged without their requests, as HAProxy does in TCP mode; `pinglens requests --all` lists them. For \
                 requests give HAProxy `mode http` and `option httplog`, or add Domino's own log.",
                counted(file.connections, "connection is", "connections are")
            ),
        });
    }
    if file.foreign.lines > 0 && file.settings.code_page.is_none() {
        let lines = counted(file.foreign.lines, "line is", "lines are");
        let guess = if file.foreign.is_another_alphabet() {
            "The bytes in question stand together as in Cyrillic, Greek, Chinese, Japanese or Korean, so that is probably \
             wrong: name the server's code page, for example windows-1251, shift_jis, gbk, euc-kr or big5."
        } else {
            "If names look wrong, name the server's code page."
        };
        missing.push(Missing {
            code: "code-page",
            sentence: format!(
                "{lines} not in UTF-8, and in which code page is not told; windows-1252, the western one, is assumed. {guess}"
            ),
        });
    }
    missing
}

/// Why nothing, or not everything, was read.
pub(super) fn problem(log: &Log, file: &FileLog) -> Option<Problem> {
    if let Some(twin) = file.same_as.and_then(|twin| log.files.get(twin as usize)) {
        return Some(Problem {
            code: "duplicate",
            sentence: format!(
                "This file holds the same requests as {}; they are counted once.",
                twin.name
            ),
        });
    }
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
    if let Some(reason) = &file.bad_format {
        return Some(Problem {
            code: "bad-format",
            sentence: format!(
                "The log format that was given was not used; the format was told from the content instead. {reason}"
            ),
        });
    }
    if let Some(archive) = &file.archive {
        return packed::problem(file, archive);
    }
    if let Some(flaw) = file.flaw {
        return Some(packed::flaw(flaw));
    }
    let (code, sentence) = match file.content {
        Content::Empty => ("empty", "The file is empty. If the log was being written, copy it and open the copy.".to_owned()),
        Content::Lost => ("lost", "Nothing of this file could be unpacked. Copy or download it again.".to_owned()),
        Content::Utf32 => (
            "utf-32",
            "This is text in UTF-32. Save it as UTF-8 and open it again.".to_owned(),
        ),
        Content::Media(what) => ("media", format!("This is {what}, not a log. Open the web-server log itself.")),
        Content::Archive(what) => (
            "archive",
            format!("This is {what}. Unpack it and open the log files in it."),
        ),
        Content::TooDeep => (
            "archive",
            format!(
                "This is packed more than {} times over. Unpack it and open the log files in it.",
                Limits::default().depth
            ),
        ),
        Content::NotesDatabase => (
            "notes-database",
            "This is a Notes database. Open it in Notes, export its documents (File, Export, Structured Text) and open the \
             export."
                .to_owned(),
        ),
        Content::Binary | Content::Packed(_) | Content::Folder | Content::Encrypted | Content::Method(_) => ("binary", "These bytes are no text, so this is no log. Open the web-server log itself.".to_owned()),
        Content::Text(_) if !file.recognised() && file.lines.rejected == 0 => (
            "no-requests",
            "The file holds no requests: every line of it is empty, a separator or a message about something else.".to_owned(),
        ),
        Content::Text(_) if !file.recognised() => ("unknown-format", unknown(file)),
        Content::Text(_) if detection::less_than_half(file) => {
            ("half-unknown", detection::half(file))
        }
        Content::Text(_) if file.unkept > 0 => ("too-many", too_many(file, log.len())),
        Content::Text(_) => return cut_end(file),
    };
    Some(Problem { code, sentence })
}

fn unknown(file: &FileLog) -> String {
    format!(
        "None of {} is a request in the shape of a log that is read here. If this is a web-server log, look at its first \
         line: is it cut, or is it in a format of the server's own? Such a log is read if its format string is given.",
        counted(file.lines.total, "line", "lines"),
    )
}

fn too_many(file: &FileLog, kept: u32) -> String {
    format!(
        "{} of this file {} counted and not explained: there is room for {} in all. Read fewer files, or part of them, for a \
         shorter time.",
        counted(file.unkept, "ActiveSync request", "ActiveSync requests"),
        if file.unkept == 1 { "is" } else { "are" },
        count(u64::from(kept)),
    )
}

/// A file that breaks off inside a line: it was copied while it was being written.
fn cut_end(file: &FileLog) -> Option<Problem> {
    if !file.open_end {
        return None;
    }
    let what = if file.last_rejected {
        "that line is left out"
    } else if file.last_cut || in_no_other_lines_format(file) {
        "what there is of that line is kept, and incomplete"
    } else {
        return None;
    };
    Some(Problem {
        code: "cut",
        sentence: format!(
            "The file breaks off inside its last line; {what}. It was probably copied while it was being written."
        ),
    })
}

/// Whether the last line alone is in its format, and most are in another that begins the same: lines of access logs,
/// which name their zone, are each a beginning of a longer format's.
fn in_no_other_lines_format(file: &FileLog) -> bool {
    let (Some(last), Some((most, lines))) = (&file.last_format, file.formats.first()) else {
        return false;
    };
    let alone = |(format, lines): &(Chosen, u64)| format.code() == last.code() && *lines == 1;
    let access_logs = last.carries().zone && most.carries().zone;
    access_logs && *lines > 1 && most.code() != last.code() && file.formats.iter().any(alone)
}
