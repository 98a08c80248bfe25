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
        let folder = path.parent().expect("it lies in a folder");
        std::fs::create_dir_all(folder).expect("temporary folders can be made");
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
        // The folder that a name like `a/access.log` brought along.
        if let Some(folder) = self.0.parent().filter(|f| *f != std::env::temp_dir()) {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Runs the command with these bytes on a pipe as standard input.
fn piped(arguments: &[&str], bytes: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pinglens"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let sent = bytes.to_vec();
    // Whether all of it is read shows in the output; a command that refuses reads nothing of it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&sent)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic");
    output
}

/// A line of Domino's log in the format Extended Common.
fn line(login: &str, query: &str, agent: &str) -> String {
    format!(
        "203.0.113.7 t.example.com {login} [03/Mar/2010:14:25:00 -0500] \"POST \
         /servlet/traveler/Microsoft-Server-ActiveSync?{query} HTTP/1.1\" 409 0 \"-\" \"{agent}\" 203110 \"\" \"\"\n"
    )
}

const FORMS: [&str; 5] = ["text", "json", "html", "markdown", "csv"];

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
        "also_file",
        "also_line",
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

/// What two logs hold is listed once, with the place in the other; and it tells what that one saw.
#[test]
fn requests_of_two_logs_are_listed_once_with_both_places() {
    let line = |minute: u32, cmd: &str, status: u16, millis: u32| {
        format!(
            "192.0.2.1 t.example.com - [03/Mar/2010:12:{minute:02}:00 -0500] \"POST /Microsoft-Server-ActiveSync?User=j&\
             DeviceId=A1&Cmd={cmd} HTTP/1.1\" {status} 90 \"-\" \"x\" {millis} \"\" \"\"\n"
        )
    };
    let proxy = |minute: u32, cmd: &str, status: u16| {
        format!(
            "198.51.100.1 - - [03/Mar/2010:12:{minute:02}:02 -0500] \"POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&\
             Cmd={cmd} HTTP/1.1\" {status} 90 \"-\" \"x\"\n"
        )
    };
    let mut server: String = (0..6).map(|i| line(i * 5, "Sync", 200, 140)).collect();
    let mut front: String = (0..6).map(|i| proxy(i * 5, "Sync", 200)).collect();
    server += &line(39, "Ping", 409, 540_000);
    server += &line(39, "Sync", 200, 0);
    front += &proxy(33, "Ping", 499);
    front += &proxy(39, "Sync", 200);
    front += &proxy(50, "Sync", 503);
    let server = Scratch::new("server/access.log", server.as_bytes());
    let front = Scratch::new("front/nginx.log", front.as_bytes());
    let output = stdout(&pinglens(&["requests", front.path(), server.path()]));
    let entries: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(entries.len(), 9, "{output}");
    let ping = entries
        .iter()
        .find(|entry| entry["cmd"] == "Ping")
        .expect("the Ping");
    assert_eq!(
        [&ping["file"], &ping["also_file"]],
        ["access.log", "nginx.log"]
    );
    assert_eq!((&ping["line"], &ping["also_line"]), (&7.into(), &7.into()));
    assert_eq!(ping["outcome"], "superseded-by-sync");
    let alone = entries
        .iter()
        .find(|entry| entry["also_file"].is_null())
        .expect("what the proxy answered itself");
    assert_eq!(
        [&alone["file"], &alone["outcome"]],
        ["nginx.log", "server-busy"]
    );
    let report = stdout(&pinglens(&["report", front.path(), server.path()]));
    assert!(
        report.contains("nginx.log and access.log show the same traffic: all 8 ActiveSync"),
        "{report}"
    );
    let redacted = stdout(&pinglens(&[
        "report",
        "--redact",
        front.path(),
        server.path(),
    ]));
    assert!(!redacted.contains("nginx.log") && redacted.contains("show the same traffic"));
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
    // Column by column: the head names the keys of the objects in their order, and a row holds their values. One
    // without quotes can be split at its commas.
    let mut rows = json.lines().zip(csv.lines().skip(1));
    let (json_row, csv_row) = rows
        .find(|(_, row)| !row.contains('"'))
        .expect("a row without quotes");
    let mut rest = json_row;
    for (name, cell) in csv
        .lines()
        .next()
        .unwrap_or("")
        .split(',')
        .zip(csv_row.split(','))
    {
        let key = format!("\"{name}\":");
        let at = rest
            .find(&key)
            .unwrap_or_else(|| panic!("{name} is not next in {rest}"));
        rest = &rest[at + key.len()..];
        let value = match cell {
            "" => "null".to_owned(),
            cell if cell.bytes().all(|b| b.is_ascii_digit()) => cell.to_owned(),
            cell => format!("\"{cell}\""),
        };
        assert!(rest.starts_with(&value), "{name}: {cell} is not {rest}");
    }
}

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
        let mut all = vec!["report"];
        all.extend(arguments);
        all.push(&fixture);
        stdout(&pinglens(&all))
    };
    let (open, hidden) = (
        report(&["--format", "json", "--no-redact"]),
        report(&["--format", "json"]),
    );
    for name in ["jane doe", "Appl7992970TWH8", "founding-thread.log"] {
        assert!(open.contains(name), "{name}");
        assert!(!hidden.contains(name), "{name}");
    }
    assert!(hidden.contains("user-01") && hidden.contains("device-17"));
    // On a terminal nobody else reads along, and in what is to be passed on nobody is named.
    for (form, named) in [
        ("text", true),
        ("html", false),
        ("markdown", false),
        ("csv", false),
    ] {
        let text = report(&["--format", form]);
        assert_eq!(text.contains("jane doe"), named, "{form}");
    }
    assert!(!report(&["--format", "text", "--redact"]).contains("jane doe"));
    let both = pinglens(&["report", "--no-redact", "--redact", "x"]);
    assert_eq!(both.status.code(), Some(2));
}

/// What the page is, as far as the command looks at it.
const EMPTY_PAGE: &str =
    "<!doctype html>\n<html><head><title>Pinglens</title></head><body>\n<p>…</p></body></html>\n";

#[test]
fn a_report_is_put_into_the_page_with_its_requests() {
    let page = Scratch::new("pinglens.html", EMPTY_PAGE.as_bytes());
    let log = Scratch::new(
        "along.log",
        line(
            "-",
            "User=jane&DeviceId=D1&DeviceType=iPhone&Cmd=Ping",
            "<b>",
        )
        .as_bytes(),
    );
    let put = |more: &[&str]| {
        let mut all = vec![
            "report",
            "--format",
            "page",
            "--page",
            page.path(),
            log.path(),
        ];
        all.extend(more);
        let output = pinglens(&all);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let saved = put(&["--no-redact"]);
    let (json, rest) = saved
        .strip_prefix("<!doctype html>\n<html><head><title>Pinglens</title></head><body>\n<script type=\"application/json\" id=\"saved\">")
        .and_then(|rest| rest.split_once("</script>\n<script type=\"text/plain\" id=\"requests-along\">"))
        .expect("the report and its requests");
    assert!(
        rest.ends_with("</script>\n<p>…</p></body></html>\n"),
        "{rest}"
    );
    assert!(!json.contains('<') && json.contains("jane") && json.contains("\\u003cb>"));
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(json["totals"]["pings"], 1);
    let hidden = put(&[]);
    assert!(!hidden.contains("jane") && hidden.contains("requests-along"));
    assert!(!put(&["--without-requests"]).contains("requests-along"));

    // A page that was saved with a report is no empty one, and another file is none at all.
    let full = Scratch::new("full.html", saved.as_bytes());
    for (page, told) in [
        (full.path(), "is not Pinglens' page"),
        (log.path(), "is not Pinglens' page"),
        ("/no/such/page", "cannot be read"),
    ] {
        let output = pinglens(&["report", "--format", "page", "--page", page, log.path()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
}

#[test]
fn lines_that_show_the_findings_are_taken_along_from_any_packing() {
    let fixture = fixture("founding-thread.log");
    let plain = std::fs::read(&fixture).expect("a fixture");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&plain).expect("packed");
    let packed = Scratch::new("founding-thread.log.gz", &packed.finish().expect("packed"));
    let lines = |arguments: &[&str], bytes: Option<&[u8]>| {
        let all = [
            &["report", "--format", "json", "--no-redact", "--lines"],
            arguments,
        ]
        .concat();
        let output = match bytes {
            Some(bytes) => piped(&all, bytes),
            None => pinglens(&all),
        };
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        report["lines"].clone()
    };
    let taken = lines(&[&fixture], None);
    let text = String::from_utf8_lossy(&plain);
    let all: Vec<&str> = text.lines().collect();
    let list = taken.as_array().expect("a list");
    assert!(list.len() > 5, "{taken}");
    for line in list {
        let at = line["line"].as_u64().expect("a number") as usize;
        assert_eq!(line["text"].as_str(), Some(all[at - 1]));
    }
    assert_eq!(lines(&[packed.path()], None), taken);
    assert_eq!(lines(&["-"], Some(&plain)), taken);
    let text = stdout(&pinglens(&["report", "--lines", &fixture]));
    assert!(
        text.contains("Lines that show it") && text.contains("User=jane"),
        "{text}"
    );
}

#[test]
fn listed_requests_keep_what_names_nobody() {
    let fixture = fixture("sample.log");
    let list = |more: &[&str]| stdout(&pinglens(&[&["requests", &fixture], more].concat()));
    let open = list(&[]);
    let hidden = list(&["--redact"]);
    assert!(open.contains("maria.keller") && !hidden.contains("maria.keller"));
    for (open, hidden) in open.lines().zip(hidden.lines()) {
        let [open, hidden]: [serde_json::Value; 2] =
            [open, hidden].map(|line| serde_json::from_str(line).expect("JSON"));
        for kept in [
            "line",
            "start",
            "duration_ms",
            "cmd",
            "status",
            "outcome",
            "cause_line",
            "method",
        ] {
            assert_eq!(open[kept], hidden[kept], "{kept}");
        }
        let target = hidden["target"].as_str().expect("a target");
        let device = hidden["device"].as_str().expect("a device");
        // What base64 spells is in the fields beside it.
        let spelt = target.contains(device) && target.contains("User=user-");
        assert!(spelt || target.ends_with("?…="), "{target}");
        assert!(
            hidden["file"] == "log-01"
                && hidden["host"]
                    .as_str()
                    .is_none_or(|host| host.starts_with("host-"))
        );
    }
    assert_eq!(open.lines().count(), hidden.lines().count());
    assert_eq!(
        list(&["--keep", "users,devices,addresses,files,sessions,texts"]),
        open
    );
}

#[test]
fn some_names_are_kept_and_a_key_leads_back() {
    let fixture = fixture("founding-thread.log");
    let key = Scratch::new("key.csv", b"");
    let arguments = [
        "report",
        "--keep",
        "devices,files",
        "--key",
        key.path(),
        &fixture,
    ];
    let text = stdout(&pinglens(&arguments));
    assert!(text.contains("Appl7992970TWH8") && text.contains("founding-thread.log"));
    assert!(!text.contains("jane doe") && text.contains("user-01"));
    let key = std::fs::read_to_string(key.path()).expect("the key is written");
    assert!(
        key.starts_with("category,alias,name\r\n") && key.contains(",jane doe\r\n"),
        "{key}"
    );
    assert!(
        !key.contains("Appl7992970TWH8"),
        "what is kept needs no key"
    );
    let whole = stdout(&pinglens(&["report", &fixture]));
    assert!(whole.contains("jane doe"), "text for oneself has names");
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
    assert!(
        formats.contains("durations, times with their zone"),
        "{formats}"
    );
    let text = stdout(&pinglens(&["explain", "superseded-by-sync"]));
    assert!(text.contains("Left for a Sync"), "{text}");
    for code in ["idle-timeout", "timeout-pings"] {
        let text = stdout(&pinglens(&["explain", code]));
        assert!(
            text.starts_with("idle-timeout: Something in between"),
            "{text}"
        );
        assert!(text.contains("timeout-pings = 5 Pings: "), "{text}");
    }
    let list = stdout(&pinglens(&["explain"]));
    assert!(
        list.contains("outcome  overlapped") && list.contains("finding  device-loop"),
        "{list}"
    );
}

#[test]
fn thresholds_are_set_on_the_command_line() {
    let log = fixture("sample.log");
    let report = |more: &[&str]| stdout(&pinglens(&[&["report", &log], more].concat()));
    assert!(!report(&[]).contains("Thresholds that were changed"));
    let tuned = report(&[
        "--threshold",
        "lost-share=2",
        "--threshold",
        "unseen-share=50",
        "--max-heartbeat",
        "600",
    ]);
    for told in ["lost-share", "unseen-share", "max-heartbeat", "10 min here"] {
        assert!(tuned.contains(told), "{told}: {tuned}");
    }
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
fn a_redacted_report_holds_nothing_that_somebody_chose() {
    let log = [
        line(
            "\"Marker Login/ACME\"",
            "User=markeruser&DeviceId=markerdevice&DeviceType=markertype&Cmd=Ping",
            "markeragent",
        ),
        line(
            "\"Marker Login/ACME\"",
            "DeviceId=markerbare&DeviceType=SAMSUNGMARKER&Cmd=Ping",
            "imarkerfake, iOS 11 (build 15D100)",
        ),
        line(
            "-",
            "User=MarkerTwo&DeviceId=markerlast&DeviceType=iPhone&Cmd=Ping",
            "iPhone8,1, iOS 11 (build markerbuild)",
        ),
        line(
            "-",
            "User=markerthree&DeviceId=markerapple&DeviceType=iPhone&Cmd=Ping",
            "Apple-iPhone8C1/1504.100",
        ),
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [markerstate] Session ID \
         [markersession] Thread ID [markerthread] POST /servlet/traveler/Microsoft-Server-ActiveSync?User=markerwaits&\
         DeviceId=markerwaiting&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session \
         ID [62] Thread ID [3] GET /markerrequest.nsf HTTP/1.1\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  http: markersignin [markeraddress] authentication failure using internet password\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  Warning: HTTP Web Server: Command Not Handled Exception [/markerpath]\n"
            .to_owned(),
        "Red Status Messages\n12 errors have been logged for user CN=markersentence.\n".to_owned(),
        "Http.Markername = 5\nHttp.Workers = 40\nDeviceSync.Count.markercount = 3\n".to_owned(),
    ]
    .concat();
    let copy = Scratch::new("marker-copy.log", log.as_bytes());
    let log = Scratch::new("marker.log", log.as_bytes());
    let report = |arguments: &[&str]| {
        let mut all = vec!["report", log.path(), copy.path(), "--format"];
        all.extend(arguments);
        stdout(&pinglens(&all))
    };
    let open = report(&["json", "--no-redact"]);
    for marker in [
        "Marker Login",
        "markeruser",
        "MarkerTwo",
        "markerdevice",
        "markertype",
        "SAMSUNGMARKER",
        "markeragent",
        "imarkerfake",
        "markerbuild",
        "marker.log",
        "marker-copy.log",
        "markerstate",
        "markersession",
        "markerthread",
        "markerwaits",
        "markerwaiting",
        "markerrequest",
        "markersignin",
        "markeraddress",
        "markerpath",
        "markersentence",
    ] {
        assert!(open.contains(marker), "{marker} was not planted: {open}");
    }
    for form in FORMS {
        let hidden = report(&[form, "--redact", "--lines"]);
        assert!(
            !hidden.to_lowercase().contains("marker"),
            "{form}: {hidden}"
        );
        // What is known to be harmless stays.
        for kept in [
            "SAMSUNG",
            "iPhone8,1, iOS 11 (build 15D100)",
            "user-02",
            "address-01",
            "Http.Workers",
        ] {
            assert!(
                hidden.contains(kept),
                "{kept} is missing in {form}: {hidden}"
            );
        }
    }
}

#[test]
fn one_endless_cell_does_not_lengthen_the_other_rows() {
    let devices = 500;
    let mut log: String = (0..devices)
        .map(|i| {
            let query = format!("User=u{i}&DeviceId=D{i}&DeviceType=iPhone&Cmd=Ping");
            line("-", &query, "Android/8")
        })
        .collect();
    let query = "User=u&DeviceId=D&DeviceType=iPhone&Cmd=Ping";
    log.push_str(&line("-", query, &format!("A{}", "x".repeat(50_000))));
    let log = Scratch::new("endless.log", log.as_bytes());
    let text = stdout(&pinglens(&["report", log.path()]));
    assert!(
        text.contains(&format!("A{}…  u ", "x".repeat(58))),
        "{text}"
    );
    let longest = text.lines().filter(|l| l.starts_with('D'));
    let longest = longest.map(|l| l.chars().count()).max();
    assert!(longest.is_some_and(|l| l < 200), "{longest:?}");
}

#[test]
fn certainty_is_written_beside_what_it_is_about() {
    for (form, finding, column) in [
        ("text", "[harmless, certain] ", "How sure"),
        ("markdown", "\\[harmless, certain\\] ", "| How sure |"),
        ("html", "[harmless, certain] ", "How sure</th>"),
        ("csv", "[harmless, certain] ", "Share,How sure,"),
    ] {
        let fixture = fixture("sample.log");
        let text = stdout(&pinglens(&["report", "--format", form, &fixture]));
        for part in [finding, column, "all certain"] {
            assert!(text.contains(part), "{part} is missing in {form}: {text}");
        }
    }
}

#[test]
fn a_device_whose_urls_name_no_user_is_its_logins() {
    let log = [
        line(
            "\"Jane Doe/Sales/ACME\"",
            "jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l",
            "a",
        ),
        line(
            "\"John Roe/Sales/ACME\"",
            "User=roe&DeviceId=D2&DeviceType=iPhone&Cmd=Ping",
            "a",
        ),
    ]
    .concat();
    let log = Scratch::new("logins.log", log.as_bytes());
    let report = stdout(&pinglens(&[
        "report",
        "--format",
        "json",
        "--no-redact",
        log.path(),
    ]));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let users = |device: &str| {
        let rows = report["devices"].as_array().into_iter().flatten();
        rows.filter(|row| row["device"] == device)
            .map(|row| row["users"].clone())
            .next()
    };
    let expected = |name: &str| Some(serde_json::json!([name]));
    assert_eq!(users("D2"), expected("roe"));
    assert_eq!(users("v140Device"), expected("Jane Doe/Sales/ACME"));
}

#[test]
fn hidden_characters_are_shown_in_the_report_and_stay_in_the_data() {
    let query = "User=a%1B%5B31mb%E2%80%AEc&DeviceId=D1&DeviceType=iPhone&Cmd=Ping";
    let log = Scratch::new("escapes.log", line("-", query, "a").as_bytes());
    let hidden = |c: char| c == '\u{1b}' || c == '\u{202e}';
    for form in ["text", "html", "markdown", "csv"] {
        let text = stdout(&pinglens(&[
            "report",
            "--no-redact",
            "--format",
            form,
            log.path(),
        ]));
        assert!(!text.contains(hidden), "{form}: {text}");
        assert!(text.contains("31mb\u{fffd}c"), "{form}: {text}");
    }
    let data = stdout(&pinglens(&["requests", "--format", "csv", log.path()]));
    assert!(data.contains("a\u{1b}[31mb\u{202e}c"), "{data}");
}

#[test]
fn markdown_makes_no_links_and_mentions_of_log_text() {
    let agent = "http://evil.example/a_b WWW.evil.example (@here) #12 `@a|www.b`c";
    let query = "User=jane%40example.com&DeviceId=D1&DeviceType=iPhone&Cmd=Ping";
    let log = Scratch::new("links.log", line("-", query, agent).as_bytes());
    let text = stdout(&pinglens(&[
        "report",
        "--no-redact",
        "--format",
        "markdown",
        log.path(),
    ]));
    let cells = "| `http://evil.example/a_b` `WWW.evil.example` `(@here)` `#12` \\``@a`\\|`www.b`\\`c | `jane@example.com` |";
    assert!(text.contains(cells), "{text}");
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
