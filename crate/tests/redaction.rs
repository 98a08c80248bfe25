//! Nothing that a log says of anybody is in a redacted report: every value of every record of every format, in every form.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::guide::Guide;
use pinglens::raw::record_text;
use pinglens::report::{
    Category, ListFormat, Lister, Names, Output, csv_of, lines_of, redact, redact_with, write,
};
use pinglens::settings::Settings;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

const FORMS: [Output; 5] = [
    Output::Text,
    Output::Json,
    Output::Html,
    Output::Markdown,
    Output::Csv,
];

/// Fields of a record that name nobody: what it is, when it was, how it ended; and what a list knows to be a kind of device.
const HARMLESS: [&str; 13] = [
    "file",
    "line",
    "start",
    "end",
    "cmd",
    "method",
    "protocol",
    "outcome",
    "certainty",
    "client",
    "device_type",
    "cause_file",
    "also_file",
];

/// Shorter values are in any text.
const SHORTEST: usize = 4;

/// The program's own texts: a value that is a word of theirs, such as a host called "local", tells nothing of a log.
fn own_texts() -> String {
    let guides: Vec<String> = Guide::all()
        .map(|guide| serde_json::to_string(&guide).expect("a guide is text"))
        .collect();
    guides.concat().to_lowercase()
}

/// The logs of all formats, and the fixtures of whole cases.
fn logs() -> Vec<(String, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut logs = Vec::new();
    for folder in [root.join("formats"), root] {
        for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|e| e == "log") {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                logs.push((name.into_owned(), std::fs::read(&path).expect("a fixture")));
            }
        }
    }
    logs.sort();
    assert!(logs.len() > 25, "{}", logs.len());
    logs
}

/// What the records of a log name.
fn names(inspector: &mut Inspector, bytes: &[u8], own: &str) -> BTreeSet<String> {
    let (log, explanation) = inspector.explain();
    let mut out = Vec::new();
    let mut lister = Lister::new(log, explanation, 0, ListFormat::Ndjson, true);
    lister.feed(bytes, &mut out);
    lister.finish(&mut out);
    let text = String::from_utf8(out).expect("JSON is UTF-8");
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).expect("an object");
        for (field, value) in record.as_object().into_iter().flatten() {
            let Some(value) = value.as_str() else {
                continue;
            };
            let value = value.to_lowercase();
            // Kinds of devices and versions of systems stay, and what else may stay of an agent has tests of its own.
            let kind = ["apple-", "android/"]
                .iter()
                .any(|kind| value.starts_with(kind));
            if field == "user_agent" && kind {
                continue;
            }
            let long = value.chars().count() >= SHORTEST;
            if long && !HARMLESS.contains(&field.as_str()) && !own.contains(&value) {
                names.insert(value);
            }
        }
    }
    names
}

#[test]
fn no_value_of_any_record_is_in_a_redacted_report() {
    let mut planted = 0;
    let own = own_texts();
    for (name, bytes) in logs() {
        let mut inspector = Inspector::new();
        inspector.open(&name);
        inspector.feed(&bytes);
        let report = inspector.report();
        let mut names = names(&mut inspector, &bytes, &own);
        names.insert(name.to_lowercase());
        let open = write(&report, Output::Json).to_lowercase();
        planted += names.iter().filter(|n| open.contains(*n)).count();
        let hidden = redact(report.clone(), &[]).report;
        for form in FORMS {
            let text = write(&hidden, form).to_lowercase();
            let told: Vec<&String> = names.iter().filter(|n| text.contains(*n)).collect();
            assert!(told.is_empty(), "{name} as {form:?} tells {told:?}");
        }
        // The requests that a report takes along, and what is made of them again.
        let mut requests = inspector.snapshot();
        let with_requests = redact_with(report.clone(), &mut requests, &[]);
        assert!(with_requests.report == hidden, "{name}");
        let bytes = requests.bytes();
        let mut restored = Inspector::restored(&bytes).expect("requests that were just written");
        let judged = serde_json::to_string(&restored.judge()).expect("a model is text");
        let rows: Vec<u32> = (0..restored.log().len()).collect();
        let (log, explanation) = restored.explain();
        let table = csv_of(log, explanation, &rows);
        for text in [String::from_utf8_lossy(&bytes).into_owned(), judged, table] {
            let text = text.to_lowercase();
            let told: Vec<&String> = names.iter().filter(|n| text.contains(*n)).collect();
            assert!(told.is_empty(), "{name}: its requests tell {told:?}");
        }
    }
    assert!(planted > 150, "too little was there to be told: {planted}");
}

/// A word that no log and no program writes.
const MARKER: &str = "markerqz";

/// Every form of a report of this log: the written ones with the lines that show the findings, the requests that go along,
/// and the list of all requests. Without names but those to keep.
fn forms(log: &[u8], keep: &[Category]) -> Vec<String> {
    let mut inspector = Inspector::new();
    inspector.open(&format!("{MARKER}.log"));
    inspector.feed(log);
    let mut report = inspector.report();
    for line in lines_of(&report) {
        let from = (line.offset as usize).min(log.len());
        let (text, _) = record_text(&log[from..], true, &Settings::default());
        inspector.take_line(&mut report, line, &text);
    }
    let mut requests = inspector.snapshot();
    let hidden = redact_with(report, &mut requests, keep).report;
    let mut forms: Vec<String> = FORMS.map(|form| write(&hidden, form)).into();
    forms.push(String::from_utf8_lossy(&requests.bytes()).into_owned());
    let mut names = Names::of_report(inspector.report(), keep);
    for format in [ListFormat::Ndjson, ListFormat::Csv] {
        let (log_read, explanation) = inspector.explain();
        let mut out = Vec::new();
        let lister = Lister::new(log_read, explanation, 0, format, true);
        let mut lister = lister.without_names(&mut names);
        lister.feed(log, &mut out);
        lister.finish(&mut out);
        forms.push(String::from_utf8_lossy(&out).into_owned());
    }
    forms
}

/// Words of a log that could name somebody, each once: letters and digits in a row.
fn words(log: &[u8]) -> BTreeSet<&[u8]> {
    log.split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|word| word.len() >= SHORTEST)
        .collect()
}

/// A log in which another word stands for one, wherever that stands.
fn planted(log: &[u8], word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(log.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(log, word) {
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if at >= from && ends(log.get(at + word.len())) && ends(log[..at].last()) {
            out.extend_from_slice(&log[from..at]);
            out.extend_from_slice(MARKER.as_bytes());
            from = at + word.len();
        }
    }
    out.extend_from_slice(&log[from..]);
    out
}

/// Lines of a fixture that are planted: those of each kind come early.
const PLANTED_LINES: usize = 40;

#[test]
fn a_marker_in_place_of_any_word_of_any_format_is_in_no_form() {
    let (mut tried, mut there) = (0, 0);
    for (name, bytes) in logs() {
        let log: Vec<&[u8]> = bytes
            .split_inclusive(|&b| b == b'\n')
            .take(PLANTED_LINES)
            .collect();
        let log = log.concat();
        for word in words(&log) {
            let log = planted(&log, word);
            for text in forms(&log, &[]) {
                let told = text.to_lowercase().find(MARKER);
                assert!(
                    told.is_none(),
                    "{name}: what stands for {:?} is told: {:?}",
                    String::from_utf8_lossy(word),
                    told.map(|at| text.get(at.saturating_sub(60)..at + 20))
                );
            }
            let open = forms(&log, &Category::ALL);
            let own_name = format!("{MARKER}.log");
            there += usize::from(
                open.iter()
                    .any(|text| text.replace(&own_name, "").contains(MARKER)),
            );
            tried += 1;
        }
    }
    assert!(tried > 1_500, "too few words were tried: {tried}");
    assert!(
        there > 500,
        "too few of them were there to be told: {there}"
    );
}

#[test]
fn a_redacted_report_counts_as_the_open_one() {
    for (name, bytes) in logs() {
        let mut inspector = Inspector::new();
        inspector.open(&name);
        inspector.feed(&bytes);
        let report = inspector.report();
        let hidden = redact(report.clone(), &[]).report;
        assert_eq!(hidden.totals, report.totals, "{name}");
        assert_eq!(hidden.conflicts, report.conflicts, "{name}");
        assert_eq!(hidden.ping_patterns, report.ping_patterns, "{name}");
        let counts = |r: &pinglens::report::model::Report| {
            let rows = r.devices.iter();
            rows.map(|d| (d.requests, d.ping_conflicts))
                .collect::<Vec<_>>()
        };
        assert_eq!(counts(&hidden), counts(&report), "{name}");
        // Whoever keeps everything has the open one.
        let kept = redact(report.clone(), &Category::ALL).report;
        assert!(
            kept == report,
            "{name}: something is lost though all is to be kept"
        );
    }
}
