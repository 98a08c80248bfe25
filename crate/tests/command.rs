//! The command as it is used: arguments, output, exit status.
#![cfg(not(target_arch = "wasm32"))]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures");

fn pinglens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pinglens"))
        .args(arguments)
        .output()
        .expect("the command starts")
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of our own in the folder for temporary files, gone with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("pinglens-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).expect("temporary files can be written");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("the path is text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn report_prints_the_founding_threads_numbers() {
    let output = pinglens(&["report", &fixture("founding-thread.log")]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.starts_with("668 of 1,763 Pings (37.9 %) ended in 409"),
        "{text}"
    );
    for part in [
        "1,095 × 200, 668 × 409",
        "303,110",
        "Domino Extended Common",
        "12,749 lines",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn requests_are_one_json_object_each_with_the_promised_keys() {
    let output = pinglens(&["requests", &fixture("sample.log")]);
    assert_eq!(output.status.code(), Some(0));
    let keys = [
        "file",
        "line",
        "offset",
        "start",
        "end",
        "duration_ms",
        "remote_ip",
        "user",
        "device",
        "device_type",
        "client",
        "user_agent",
        "method",
        "target",
        "host",
        "referer",
        "cmd",
        "protocol",
        "status",
        "bytes",
        "outcome",
        "certainty",
        "cause_file",
        "cause_line",
    ];
    let text = stdout(&output);
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let object = value.as_object().expect("an object");
        assert_eq!(object.len(), keys.len());
        assert!(keys.iter().all(|key| object.contains_key(*key)), "{line}");
    }
    let all = stdout(&pinglens(&["requests", "--all", &fixture("sample.log")]));
    assert!(all.lines().count() > text.lines().count());
    assert!(text.lines().all(|line| all.contains(line)));
}

#[test]
fn requests_as_csv_have_the_same_columns_and_rows() {
    let json = stdout(&pinglens(&["requests", &fixture("sample.log")]));
    let csv = stdout(&pinglens(&[
        "requests",
        "--format",
        "csv",
        &fixture("sample.log"),
    ]));
    assert!(csv.starts_with("file,line,offset,start,end,duration_ms,"));
    assert_eq!(csv.lines().count(), json.lines().count() + 1);
    let columns = csv.lines().next().map_or(0, |head| head.split(',').count());
    let first: serde_json::Value =
        serde_json::from_str(json.lines().next().unwrap_or("{}")).expect("JSON");
    assert_eq!(first.as_object().map(serde_json::Map::len), Some(columns));
}

#[test]
fn standard_input_is_read_like_a_file() {
    let log = std::fs::read(fixture("sample.log")).expect("the fixture is there");
    for action in ["report", "requests"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pinglens"))
            .args([action, "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let sent = log.clone();
        let writer = std::thread::spawn(move || stdin.write_all(&sent));
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("no panic").expect("all of it is read");
        let from_file = stdout(&pinglens(&[action, &fixture("sample.log")]));
        assert_eq!(
            stdout(&output).replace("standard input", "sample.log"),
            from_file
        );
    }
}

#[test]
fn bad_input_gets_a_sentence_and_a_status() {
    let picture = Scratch::new("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    let empty = Scratch::new("empty.log", b"");
    let other = Scratch::new(
        "other.log",
        b"2016/09/16 00:02:19 [error] 32594#0: upstream timed out\n",
    );
    let cases = [
        (picture.path(), "a PNG picture"),
        (empty.path(), "The file is empty"),
        (
            other.path(),
            "None of 1 line is in the shape of a log that is read here",
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
        (&["explain", "slow"], "there is no outcome slow"),
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

#[test]
fn every_form_of_the_report_is_written() {
    for (format, beginning) in [
        ("text", "668 of"),
        ("json", "{\n"),
        ("html", "<!doctype html>"),
        ("markdown", "# Pinglens"),
        ("csv", ""),
    ] {
        let out = Scratch::new(&format!("report.{format}"), b"");
        let output = pinglens(&[
            "report",
            "--format",
            format,
            "-o",
            out.path(),
            &fixture("founding-thread.log"),
        ]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
        let text = std::fs::read_to_string(&out.0).expect("the report was written");
        assert!(
            text.starts_with(beginning) && text.contains("668"),
            "{format}"
        );
    }
}

#[test]
fn a_redacted_report_names_nobody() {
    let report = |arguments: &[&str]| {
        let fixture = fixture("founding-thread.log");
        let mut all = vec!["report", "--format", "json"];
        all.extend(arguments);
        all.push(&fixture);
        stdout(&pinglens(&all))
    };
    let (open, hidden) = (report(&[]), report(&["--redact"]));
    for name in ["jane doe", "Appl7992970TWH8", "founding-thread.log"] {
        assert!(open.contains(name), "{name}");
        assert!(!hidden.contains(name), "{name}");
    }
    assert!(hidden.contains("user-01") && hidden.contains("device-17"));
}

#[test]
fn formats_and_outcomes_are_explained() {
    let formats = stdout(&pinglens(&["formats"]));
    for code in [
        "domino-extended-common",
        "domino-common",
        "domlog-block",
        "domino-console",
        "ncsa",
    ] {
        assert!(formats.contains(code), "{code}");
    }
    let text = stdout(&pinglens(&["explain", "superseded-by-sync"]));
    assert!(text.contains("Left for a Sync"), "{text}");
}
