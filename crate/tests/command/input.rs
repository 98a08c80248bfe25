//! What can be handed over, and what is said of what cannot.

use crate::running::*;
use std::process::Command;

#[test]
fn standard_input_is_read_like_a_file() {
    let log = std::fs::read(fixture("sample.log")).expect("the fixture is there");
    for action in ["report", "requests"] {
        let from_file = stdout(&pinglens(&[action, &fixture("sample.log")]));
        let output = piped(&[action, "-"], &log);
        assert_eq!(
            stdout(&output).replace("standard input", "sample.log"),
            from_file
        );
    }
}

#[cfg(unix)]
#[test]
fn pipes_are_read_like_files() {
    let log = std::fs::read(fixture("sample.log")).expect("the fixture is there");
    let pipe = Scratch::new("pipe", b"");
    std::fs::remove_file(&pipe.0).expect("it was there");
    let made = Command::new("mkfifo").arg(&pipe.0).status();
    assert!(made.expect("mkfifo starts").success());
    for action in ["report", "requests"] {
        let from_file = stdout(&pinglens(&[action, &fixture("sample.log")]));
        let output = piped(&[action, "/dev/stdin"], &log);
        assert_eq!(
            stdout(&output).replace("stdin", "sample.log"),
            from_file,
            "{}",
            stderr(&output)
        );
        let (path, sent) = (pipe.0.clone(), log.clone());
        let writer = std::thread::spawn(move || std::fs::write(path, sent));
        let output = pinglens(&[action, pipe.path()]);
        writer.join().expect("no panic").expect("all of it is read");
        let name = pipe.0.file_name().and_then(|n| n.to_str()).unwrap_or("");
        assert_eq!(
            stdout(&output).replace(name, "sample.log"),
            from_file,
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn what_can_be_read_once_is_not_read_twice() {
    let refused = |files: &[&str], sentence: &str| {
        for action in ["report", "requests"] {
            let mut arguments = vec![action];
            arguments.extend(files);
            let output = piped(&arguments, b"");
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(stderr(&output).contains(sentence), "{}", stderr(&output));
            assert!(output.stdout.is_empty(), "{arguments:?}");
        }
    };
    refused(&["-", "-"], "- is given twice, and standard input can be");
    if cfg!(unix) {
        refused(
            &["/dev/stdin", "/dev/stdin"],
            "/dev/stdin is given twice, and a pipe can be read only once",
        );
        refused(
            &["-", "/dev/stdin"],
            "- and /dev/stdin are the same pipe, which can be",
        );
    }
}

#[test]
fn files_of_one_name_are_told_apart_by_their_paths() {
    let log = std::fs::read(fixture("sample.log")).expect("the fixture is there");
    // Not the same content: what is in several files is listed once.
    let third = log.len() / 3;
    let a = Scratch::new("a/access.log", &log[..third]);
    let b = Scratch::new("b/access.log", &log[third..2 * third]);
    let other = Scratch::new("b/other.log", &log[2 * third..]);
    let output = stdout(&pinglens(&["requests", a.path(), other.path(), b.path()]));
    let names: std::collections::BTreeSet<String> = output
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|entry| entry["file"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(
        names.iter().map(String::as_str).collect::<Vec<_>>(),
        [a.path(), b.path(), "other.log"]
    );
    let report = stdout(&pinglens(&["report", a.path(), b.path()]));
    assert!(
        report.contains(a.path()) && report.contains(b.path()),
        "{report}"
    );
}

#[test]
fn bad_input_gets_a_sentence_and_a_status() {
    let picture = Scratch::new("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    let empty = Scratch::new("empty.log", b"");
    let other = Scratch::new(
        "other.log",
        b"2016/09/16 00:02:19 backup finished, 3 files\n",
    );
    let cases = [
        (picture.path(), "a PNG picture"),
        (empty.path(), "The file is empty"),
        (
            other.path(),
            "None of 1 line is a request in the shape of a log that is read here",
        ),
    ];
    for (path, sentence) in cases {
        let output = pinglens(&["report", path]);
        assert_eq!(output.status.code(), Some(1), "{path}");
        assert!(stdout(&output).contains(sentence), "{}", stdout(&output));
        let output = pinglens(&["requests", path]);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(1), 0),
            "{path}"
        );
        assert!(stderr(&output).contains("nothing in these files was recognised"));
    }
    for (arguments, sentence) in [
        (&["report", "/no/such/file"][..], "does not exist"),
        (&["report", FIXTURES], "is a folder"),
        (&["report"], "required"),
        (
            &["explain", "slow"],
            "there is no outcome and no finding slow",
        ),
        (
            &["report", "--threshold", "sync-conflict-share", "x"],
            "--threshold: sync-conflict-share is no CODE=VALUE",
        ),
        (
            &["report", "--threshold", "slow=1", "x"],
            "--threshold: there is no threshold slow. The codes are: ",
        ),
        (
            &["report", "--http-threads", "many", "x"],
            "--http-threads: http-threads takes a whole number from 1 to 100000 (threads), not many",
        ),
    ] {
        let output = pinglens(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(sentence), "{}", stderr(&output));
    }
}

#[test]
fn a_file_cut_inside_its_last_line_is_read_up_to_there() {
    let log = std::fs::read(fixture("sample.log")).expect("the fixture is there");
    let second_line = log
        .iter()
        .position(|&b| b == b'\n')
        .map_or(0, |end| end + 1);
    let cut = Scratch::new("cut.log", &log[..second_line + 40]);
    let output = pinglens(&["report", cut.path()]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.contains("The file breaks off inside its last line"),
        "{text}"
    );
    assert!(text.contains("2 lines = 1 records"), "{text}");
}

/// A log that Apache wrote with durations in microseconds, and a line that it did not write.
const TIMED: &str = r#"192.0.2.1 - jane [03/Mar/2010:14:25:00 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 200 13 9110250
Mar  3 14:25:01 web logrotate[7]: done
"#;
const TIMED_FORMAT: &str = r#"%h %l %u %t "%r" %>s %b %D"#;

#[test]
fn a_log_in_a_format_of_the_users_own_is_read_and_checked() {
    let log = Scratch::new("timed.log", TIMED.as_bytes());
    let directive = format!(
        "LogFormat \"{}\" timed\n",
        TIMED_FORMAT.replace('"', "\\\"")
    );
    let file = Scratch::new("format.conf", directive.as_bytes());
    for given in [TIMED_FORMAT, &format!("@{}", file.path())] {
        let output = pinglens(&["requests", "--log-format", given, log.path()]);
        let list = stdout(&output);
        assert!(
            list.contains(r#""end":"2010-03-03T14:25:09.110-05:00","duration_ms":9110"#),
            "{list}"
        );
        let told = stderr(&output);
        let expected = "timed.log: 1 of 2 lines is not in the log format that was given; the first is line 2: Mar  3 14:25:01 web logrotate[7]: done\n";
        assert!(told.ends_with(expected), "{told}");
        assert_eq!(output.status.code(), Some(0));
    }
    let report = stdout(&pinglens(&[
        "report",
        "--log-format",
        TIMED_FORMAT,
        log.path(),
    ]));
    assert!(
        report.contains(
            "Read as Apache LogFormat, which was given; 1 of 2 lines were understood (50"
        ),
        "{report}"
    );
}

#[test]
fn a_log_format_that_is_none_is_bad_use() {
    let log = Scratch::new("any.log", TIMED.as_bytes());
    for (format, words) in [
        ("%h %Y", "%Y... is no directive of Apache's"),
        ("nginx-timed", "There is no log format nginx-timed."),
        ("@/nowhere/format", "/nowhere/format does not exist"),
    ] {
        let output = pinglens(&["report", "--log-format", format, log.path()]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    for bad in [
        ["--zone", "west"],
        ["--year", "99"],
        ["--stamp", "middle"],
        ["--duration-unit", "h"],
    ] {
        let output = pinglens(&["report", bad[0], bad[1], log.path()]);
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
    }
}

#[test]
fn the_users_word_about_stamps_counts() {
    let log = Scratch::new("stamps.log", TIMED.as_bytes());
    for (edge, moments) in [
        (
            "start",
            r#""start":"2010-03-03T14:25:00-05:00","end":"2010-03-03T14:25:09.110-05:00""#,
        ),
        (
            "end",
            r#""start":"2010-03-03T14:24:50.890-05:00","end":"2010-03-03T14:25:00-05:00""#,
        ),
    ] {
        let given = [
            "requests",
            "--stamp",
            edge,
            "--log-format",
            TIMED_FORMAT,
            log.path(),
        ];
        let list = stdout(&pinglens(&given));
        assert!(list.contains(moments), "{edge}: {list}");
        let report = stdout(&pinglens(&["report", "--stamp", edge, log.path()]));
        let words = format!("It was said when the file was opened: the stamp is the {edge}.");
        assert!(report.contains(&words), "{report}");
    }
}

#[test]
fn packed_logs_are_read_by_both_commands() {
    let packed = fixture("packed/bundle.zip");
    let report = pinglens(&["report", &packed]);
    assert_eq!(report.status.code(), Some(0));
    assert!(stdout(&report).contains("bundle.zip › logs/access.log.1: Domino Extended Common"));
    let requests = stdout(&pinglens(&["requests", "--all", &packed]));
    assert_eq!(requests.lines().count(), 80);
    let bytes = std::fs::read(&packed).expect("the fixture is there");
    let through_a_pipe = piped(&["requests", "--all", "-"], &bytes);
    let renamed = stdout(&through_a_pipe).replace("standard input", "bundle.zip");
    assert_eq!(renamed, requests);
}

#[test]
fn a_code_page_is_taken_by_name() {
    let bytes = line("IVAN", "DeviceId=A1&Cmd=Ping", "x").into_bytes();
    let at = bytes
        .windows(4)
        .position(|w| w == b"IVAN")
        .expect("the name");
    let bytes = [&bytes[..at], b"\xc8\xe2\xe0\xed", &bytes[at + 4..]].concat();
    for (page, user) in [("windows-1251", "Иван"), ("windows-1252", "Èâàí")] {
        let output = piped(&["requests", "-", "--code-page", page], &bytes);
        assert!(stdout(&output).contains(user), "{}", stdout(&output));
    }
    let unknown = piped(&["requests", "-", "--code-page", "klingon"], &bytes);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no such code page"));
}
