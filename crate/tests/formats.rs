//! A log of every format, what is read from it, and that nothing but its text matters: not how it was packed, encoded or
//! cut on its way here.
//!
//! `tests/fixtures/formats/NAME.log` are the logs, `NAME.expected.json` what was read from them when somebody last looked
//! at it; `UPDATE_EXPECT=1 cargo test -p pinglens --test formats` writes those again.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::report::model::EventsReport;
mod pack;

use pinglens::report::{ListFormat, Lister};
use pinglens::{Inspector, format};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/formats")
}

/// The logs, by name.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut fixtures: Vec<_> = std::fs::read_dir(folder())
        .expect("the fixtures are there")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let log = path.extension().is_some_and(|e| e == "log");
            let name = path.file_stem()?.to_str()?.to_owned();
            log.then(|| (name, std::fs::read(&path).unwrap_or_default()))
        })
        .collect();
    fixtures.sort();
    assert!(!fixtures.is_empty());
    fixtures
}

/// What is read from a file that comes in chunks of one size.
fn read(bytes: &[u8], chunk: usize) -> Value {
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    for piece in bytes.chunks(chunk) {
        inspector.feed(piece);
    }
    let report = inspector.report();
    let file = report.files.first();
    let (log, explanation) = inspector.explain();
    let mut out = Vec::new();
    let mut lister = Lister::new(log, explanation, 0, ListFormat::Ndjson, true);
    for piece in bytes.chunks(chunk) {
        lister.feed(piece, &mut out);
    }
    lister.finish(&mut out);
    let requests: Vec<Value> = String::from_utf8(out)
        .expect("JSON is UTF-8")
        .lines()
        .map(|line| said(serde_json::from_str(line).expect("one object a line")))
        .collect();
    let mut found = json!({
        "lines": file.map(|f| f.lines),
        "rejected": file.map(|f| &f.rejected),
        "formats": file.map(|f| &f.formats),
        "period": file.map(|f| &f.period),
        "waiting": report.waiting,
        "requests": requests,
    });
    // Most logs hold requests and nothing else.
    if report.events != EventsReport::default() {
        found["events"] = json!(report.events);
    }
    found
}

/// A request without what it does not say.
fn said(request: Value) -> Value {
    match request {
        Value::Object(fields) => fields.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        other => other,
    }
}

/// The same without places in bytes, which differ with the encoding.
fn without_offsets(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| !key.ends_with("offset"));
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

#[test]
fn every_format_has_a_log_and_is_read_as_it_was() {
    let mut seen = BTreeSet::new();
    let mut changed = Vec::new();
    for (name, bytes) in fixtures() {
        let found = read(&bytes, bytes.len());
        for format in found["formats"].as_array().into_iter().flatten() {
            seen.extend(format["code"].as_str().map(str::to_owned));
        }
        let text = format!("{found:#}\n");
        let path = folder().join(format!("{name}.expected.json"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).expect("the fixtures can be written");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            changed.push(name);
        }
    }
    assert!(
        changed.is_empty(),
        "{changed:?} differ; see the head of this test"
    );
    let without: Vec<_> = format::ALL
        .iter()
        .map(|f| f.code())
        .filter(|c| !seen.contains(*c))
        .collect();
    assert!(
        without.is_empty(),
        "{without:?} have no log in {}",
        shown(&folder())
    );
}

fn shown(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[test]
fn every_chunk_size_gives_the_same() {
    each(|name, bytes| {
        let whole = read(bytes, bytes.len());
        for size in 1..bytes.len() {
            assert_eq!(read(bytes, size), whole, "{name} in chunks of {size}");
        }
    });
}

/// Does something with each log, on as many processors as there are.
fn each(check: impl Fn(&str, &[u8]) + Sync) {
    let fixtures = fixtures();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((name, bytes)) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(name, bytes);
                }
            });
        }
    });
}

#[test]
fn carriage_returns_give_the_same() {
    for (name, bytes) in fixtures() {
        let text = String::from_utf8(bytes).expect("these logs are UTF-8");
        let unix = text.replace("\r\n", "\n");
        let dos = unix.replace('\n', "\r\n");
        let plain = without_offsets(read(unix.as_bytes(), unix.len()));
        assert_eq!(
            without_offsets(read(dos.as_bytes(), dos.len())),
            plain,
            "{name}"
        );
        // Those of old Macs; a file of one line has none that could tell.
        let mac = unix.replace('\n', "\r");
        if unix.lines().count() > 1 {
            for size in [1, 1000, mac.len()] {
                let found = without_offsets(read(mac.as_bytes(), size));
                assert_eq!(found, plain, "{name} of a Mac, chunks of {size}");
            }
        }
    }
}

/// Puts something around a line with this number.
type Around = fn(usize, &str) -> String;

/// What stands around lines on their way here: servers of logs, containers, terminals, searches, mails, web pages.
const AROUND: [(&str, Around); 18] = [
    ("syslog", |_, l| format!("May  6 10:00:00 web app[12]: {l}")),
    ("new syslog", |_, l| {
        format!("<165>1 2025-05-06T10:00:00+02:00 web app 12 - - {l}")
    }),
    ("rsyslog", |_, l| {
        format!("2025-05-06T10:00:00.123456+02:00 web app[12]: {l}")
    }),
    ("compose", |_, l| format!("web-1  | {l}")),
    ("docker logs -t", |_, l| {
        format!("2025-05-06T10:00:00.123456789Z {l}")
    }),
    ("a container runtime", |_, l| {
        format!("2025-05-06T10:00:00.123456789Z stdout F {l}")
    }),
    ("kubectl logs --prefix", |_, l| {
        format!("[pod/web-0/app] {l}")
    }),
    ("json-file", |_, l| {
        json!({"log": format!("{l}\n"), "stream": "stdout", "time": "2025-05-06T10:00:00Z"})
            .to_string()
    }),
    ("journalctl -o json", |_, l| {
        format!("{{ \"MESSAGE\" : {}, \"_PID\" : \"1\" }}", json!(l))
    }),
    ("colours", |_, l| format!("\x1b[32m{l}\x1b[0m")),
    ("a coloured name", |_, l| {
        format!("\x1b[36mweb-1  |\x1b[0m {l}")
    }),
    ("HTML", |_, l| {
        let escaped = l.replace('&', "&amp;").replace('"', "&quot;");
        escaped.replace('<', "&lt;").replace('\'', "&#39;")
    }),
    ("a quoting mail", |_, l| format!("> {l}")),
    ("a paste", |_, l| format!("    {l}")),
    ("blanks behind", |_, l| format!("{l}  ")),
    ("grep -n", |n, l| format!("{n}:{l}")),
    ("grep -Hn", |n, l| format!("logs/access.log.1:{n}:{l}")),
    ("cat -n", |n, l| format!("{n:6}\t{l}")),
];

#[test]
fn what_stands_around_lines_changes_nothing_of_what_they_say() {
    let fields = |found: &Value, timed: bool| -> Vec<Value> {
        let requests = found["requests"].as_array().into_iter().flatten();
        let fields = requests.map(|request| {
            let mut kept = serde_json::Map::new();
            for (name, value) in request.as_object().into_iter().flatten() {
                let time = matches!(name.as_str(), "start" | "end");
                let told = matches!(name.as_str(), "outcome" | "certainty" | "offset")
                    || name.starts_with("cause");
                if !told && (timed || !time) {
                    kept.insert(name.clone(), value.clone());
                }
            }
            Value::Object(kept)
        });
        fields.collect()
    };
    each(|name, bytes| {
        let text = String::from_utf8(bytes.to_vec()).expect("these logs are UTF-8");
        let plain = read(bytes, bytes.len());
        // Times of what is around fill in where lines name none.
        let requests = plain["requests"].as_array().into_iter().flatten();
        let timed = requests.clone().all(|r| r.get("end").is_some());
        for (kind, around) in AROUND {
            // Escaped twice is not unescaped twice.
            if (name, kind) == ("envelopes", "HTML") {
                continue;
            }
            let lines = text.lines().enumerate();
            let wrapped: String = lines.map(|(i, line)| around(i + 1, line) + "\n").collect();
            let found = read(wrapped.as_bytes(), wrapped.len());
            assert_eq!(
                fields(&found, timed),
                fields(&plain, timed),
                "{name} in {kind}"
            );
        }
    });
}

/// One log may follow another in a file, whatever the two are: nothing of either is lost to the other.
#[test]
fn logs_behind_one_another_are_read_as_each_alone() {
    let fixtures = fixtures();
    let alone: Vec<usize> = fixtures.iter().map(|(_, bytes)| count(bytes)).collect();
    each(|name, bytes| {
        let before = fixtures.iter().position(|(other, _)| other == name);
        for (after, (other, more)) in fixtures.iter().enumerate() {
            let joined = [bytes, b"\n", more].concat();
            let expected = before.map_or(0, |before| alone[before]) + alone[after];
            assert_eq!(count(&joined), expected, "{name}, then {other}");
        }
    });
}

/// How many requests are read from a file.
fn count(bytes: &[u8]) -> usize {
    read(bytes, bytes.len())["requests"]
        .as_array()
        .map_or(0, Vec::len)
}

#[test]
fn every_encoding_gives_the_same() {
    for (name, bytes) in fixtures() {
        let text = String::from_utf8(bytes).expect("these logs are UTF-8");
        let plain = without_offsets(read(text.as_bytes(), text.len()));
        let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
        for (kind, mark, encode) in [
            ("UTF-16 LE", "", little as fn(u16) -> [u8; 2]),
            ("UTF-16 BE", "", big),
            ("marked UTF-16 LE", "\u{feff}", little),
            ("marked UTF-16 BE", "\u{feff}", big),
        ] {
            let units = mark.encode_utf16().chain(text.encode_utf16());
            let wide: Vec<u8> = units.flat_map(encode).collect();
            for size in [1, 2, 3, 1000, wide.len()] {
                let found = without_offsets(read(&wide, size));
                assert_eq!(found, plain, "{name} in {kind}, chunks of {size}");
            }
        }
        let marked = format!("\u{feff}{text}");
        let found = without_offsets(read(marked.as_bytes(), 7));
        assert_eq!(found, plain, "{name} in UTF-8 with a mark");
    }
}

#[test]
fn every_packing_gives_the_same() {
    each(|name, bytes| {
        let plain = read(bytes, bytes.len());
        let gz = pack::gzip(bytes);
        for (kind, packed) in [
            ("zstd", zstd(bytes)),
            ("bzip2", bzip2(bytes)),
            ("xz", xz(bytes)),
            ("zip", pack::zip(&[pack::Member::deflated("a.log", bytes)])),
            ("tar", pack::tar(&[("a.log", bytes)])),
            ("tar.gz", pack::gzip(&pack::tar(&[("a.log", bytes)]))),
            (
                "zip of gzip",
                pack::zip(&[pack::Member::stored("a.log.gz", &gz)]),
            ),
            ("gzip", gz),
        ] {
            for size in [1, 2, 3, 1000, packed.len()] {
                let found = without_names(read(&packed, size));
                assert_eq!(
                    found,
                    without_names(plain.clone()),
                    "{name} in {kind}, chunks of {size}"
                );
            }
        }
    });
}

/// The same without the name of the file, which is longer in an archive.
fn without_names(mut value: Value) -> Value {
    for request in value["requests"].as_array_mut().into_iter().flatten() {
        for key in ["file", "cause_file"] {
            request.as_object_mut().map(|fields| fields.remove(key));
        }
    }
    value
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    writer.write_all(bytes).expect("memory takes it");
    writer.finish().expect("memory takes it")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("options that fit");
    writer.write_all(bytes).expect("memory takes it");
    writer.finish().expect("memory takes it")
}
