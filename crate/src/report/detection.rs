//! How the formats of a file were told, in words.

use super::model::{DetectionReport, RunnerUp, Stretch};
use crate::explain::Certainty;
use crate::explain::stamp::{Basis, Choice};
use crate::log::FileLog;
use crate::words::{count, counted, list, share};

/// One line in so many may be unknown in a log that is certain to be read right: start-up messages, lines that two
/// writers tore.
const STRAY: u64 = 100;

/// How the formats of a file were told.
pub(super) fn report(file: &FileLog, stamps: &Choice) -> DetectionReport {
    let detection = &file.detection;
    let runner_up = runner_up(file);
    DetectionReport {
        certainty: certainty(file, runner_up.as_ref()),
        sentence: sentence(file, runner_up.as_ref()),
        given: given(file),
        sampled: detection.sampled,
        runner_up,
        stretches: detection.stretches,
        first_stretches: detection
            .first_stretches
            .iter()
            .map(|(format, line)| Stretch {
                code: format.code(),
                title: format.title(),
                first_line: *line,
            })
            .collect(),
        enveloped: detection.enveloped,
        envelopes: detection.envelopes.clone(),
        asks: asks(file, stamps),
    }
}

/// Whether the user gave the format, and it could be used.
fn given(file: &FileLog) -> bool {
    file.settings.format.is_some() && file.bad_format.is_none()
}

/// Lines that were understood.
fn known(file: &FileLog) -> u64 {
    file.lines.total - file.lines.rejected
}

/// Whether less than half of the lines were understood.
pub(super) fn less_than_half(file: &FileLog) -> bool {
    known(file) * 2 < file.lines.total
}

fn runner_up(file: &FileLog) -> Option<RunnerUp> {
    let (first, _) = file.formats.first()?;
    // Formats that did read lines of the file are no rivals of the one that read most.
    let read = |code: &str| file.formats.iter().any(|(format, _)| format.code() == code);
    let (format, lines) = file
        .detection
        .would_know
        .iter()
        .find(|(format, _)| format.code() != first.code() && !read(format.code()))?;
    Some(RunnerUp {
        code: format.code(),
        title: format.title(),
        lines: *lines,
    })
}

/// How sure it is that a file was read right.
fn certainty(file: &FileLog, runner_up: Option<&RunnerUp>) -> Option<Certainty> {
    if file.formats.is_empty() || !file.recognised() {
        return None;
    }
    let rivalled = runner_up.is_some_and(|r| r.lines * 2 >= file.detection.sampled);
    Some(match file.lines.rejected {
        _ if less_than_half(file) => Certainty::Possible,
        few if few * STRAY <= file.lines.total && !rivalled => Certainty::Certain,
        _ => Certainty::Likely,
    })
}

fn sentence(file: &FileLog, runner_up: Option<&RunnerUp>) -> String {
    let Some((first, _)) = file.formats.first() else {
        return "No line is in a format that is known here.".to_owned();
    };
    let lines = counted(file.lines.total, "line", "lines");
    let told = match given(file) {
        true => format!("Read as {}, which was given", first.title()),
        false => "The format was told from the content".to_owned(),
    };
    let understood = match file.lines.rejected {
        0 => "every line was understood".to_owned(),
        _ => format!(
            "{} of {lines} were understood ({})",
            count(known(file)),
            share(known(file), file.lines.total)
        ),
    };
    let mut text = format!("{told}; {understood}.");
    if !given(file) {
        text.push_str(&match runner_up {
            Some(other) => format!(
                " The next is {}, which would know {} of {} sampled.",
                other.title,
                count(u64::from(other.lines)),
                counted(u64::from(file.detection.sampled), "line", "lines"),
            ),
            None => String::new(),
        });
    }
    let detection = &file.detection;
    if detection.stretches > 1 {
        let first: Vec<String> = detection
            .first_stretches
            .iter()
            .take(4)
            .map(|(format, line)| {
                format!("{} from line {}", format.title(), count(u64::from(*line)))
            })
            .collect();
        let more = if detection.stretches > 4 {
            " and so on"
        } else {
            ""
        };
        text.push_str(&format!(
            " The format changes {}: {}{more}.",
            counted(detection.stretches - 1, "time", "times"),
            list(&first),
        ));
    }
    if detection.enveloped > 0 {
        let envelopes: Vec<String> = detection
            .envelopes
            .iter()
            .map(|e| (*e).to_owned())
            .collect();
        text.push_str(&format!(
            " Taken off {}: {}.",
            counted(detection.enveloped, "line", "lines"),
            list(&envelopes)
        ));
    }
    text
}

/// That most lines of a file were not understood.
pub(super) fn half(file: &FileLog) -> String {
    let first = file
        .rejected
        .iter()
        .filter(|r| r.count > 0)
        .map(|r| r.first.line)
        .min()
        .unwrap_or(0);
    let advice = if given(file) {
        "Look whether the log format that was given is the one of this file."
    } else {
        "Look at that line: if the file is in a format of your server's own, give its format string."
    };
    format!(
        "Only {} of {} were understood, so all that is told of this file rests on less than half of it. The first line \
         that was not understood is line {}. {advice}",
        count(known(file)),
        counted(file.lines.total, "line", "lines"),
        count(u64::from(first)),
    )
}

/// What the user had better say.
fn asks(file: &FileLog, stamps: &Choice) -> Vec<&'static str> {
    let settings = &file.settings;
    let open = file.unsaid;
    let in_doubt = file.lines.rejected * STRAY > file.lines.total;
    let stamp = file.requests > 0
        && (stamps.basis == Basis::Given
            || stamps.certainty.is_some_and(|c| c < Certainty::Certain));
    [
        ("format", settings.format.is_some() || in_doubt),
        ("zone", settings.zone.is_some() || open.zone),
        ("year", settings.year.is_some() || open.year),
        ("order", settings.order.is_some() || open.order),
        ("unit", settings.unit.is_some() || open.unit),
        ("stamp", stamp),
        (
            "code_page",
            settings.code_page.is_some() || file.foreign.lines > 0,
        ),
    ]
    .into_iter()
    .filter_map(|(name, asked)| asked.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::Inspector;
    use crate::explain::Certainty;
    use crate::report::model::FileReport;
    use crate::settings::Settings;

    const LINE: &str = r#"192.0.2.1 t.example.com - [03/Mar/2010:14:25:00 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 409 0 "-" "x" 9110 "" """#;

    fn file(text: &str, format: Option<&str>) -> FileReport {
        let mut inspector = Inspector::new();
        let settings = Settings {
            format: format.map(str::to_owned),
            ..Settings::default()
        };
        inspector.open_with("access.log", &settings);
        inspector.feed(text.as_bytes());
        inspector.report().files.remove(0)
    }

    #[test]
    fn how_sure_it_is_depends_on_the_share_that_was_understood() {
        let told = |known: usize, unknown: usize| {
            let text = format!("{LINE}\n").repeat(known) + &"foo bar\n".repeat(unknown);
            let file = file(&text, None);
            let certainty = file.detection.certainty.map(Certainty::word);
            (certainty, file.problem.map(|p| p.code))
        };
        assert_eq!(told(100, 0), (Some("certain"), None));
        assert_eq!(told(99, 1), (Some("certain"), None));
        assert_eq!(told(5, 5), (Some("likely"), None));
        assert_eq!(told(4, 5), (Some("possible"), Some("half-unknown")));
        assert_eq!(told(0, 5), (None, Some("unknown-format")));
    }

    #[test]
    fn what_was_told_is_said_in_words() {
        let common = &LINE[..LINE.find(" \"-\"").unwrap_or(0)];
        let text = format!("{LINE}\nweb-1  | {LINE}\n{common}\nfoo\n");
        let sentence = file(&text, None).detection.sentence;
        for words in [
            "3 of 4 lines were understood (75.0 %).",
            "The format changes 1 time: ",
            "from line 1 and ",
            "from line 3.",
            "Taken off 1 line: Docker Compose's names of services.",
        ] {
            assert!(sentence.contains(words), "{words}: {sentence}");
        }
    }

    #[test]
    fn a_format_of_the_users_own_is_checked_against_the_file() {
        let format = r#"%h %v %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{ms}T "" """#;
        let text = format!("{LINE}\nfoo\n{LINE}\nbar\nbaz\nfoo\n");
        let file = file(&text, Some(format));
        assert!(file.detection.given);
        assert_eq!(
            (file.formats[0].code, file.formats[0].lines),
            ("own-apache", 2)
        );
        assert_eq!(file.rejected[0].code, "not-as-given");
        assert_eq!(
            (file.rejected[0].count, file.rejected[0].first_line),
            (4, 2)
        );
        assert_eq!(
            file.stamp.reason,
            "The specification of this log format says so: the stamp is the start."
        );
        let problem = file.problem.map(|p| p.sentence).unwrap_or_default();
        assert!(
            problem.contains("is line 2. Look whether the log format that was given"),
            "{problem}"
        );
    }

    #[test]
    fn a_format_that_is_none_is_told_and_not_used() {
        let file = file(&format!("{LINE}\n"), Some("%h %Y"));
        assert!(!file.detection.given);
        assert_eq!(file.requests, 1);
        let problem = file
            .problem
            .map(|p| (p.code, p.sentence))
            .unwrap_or_default();
        assert!(
            problem.0 == "bad-format" && problem.1.contains("%Y"),
            "{problem:?}"
        );
    }

    #[test]
    fn the_user_is_asked_what_the_lines_leave_open() {
        assert_eq!(file(&format!("{LINE}\n"), None).detection.asks, ["stamp"]);
        let console = "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /Microsoft-Server-ActiveSync?DeviceId=A1&Cmd=Ping HTTP/1.1\nfoo\n";
        assert_eq!(file(console, None).detection.asks[..2], ["format", "zone"]);
    }
}
