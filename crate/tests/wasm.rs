//! The module as the page's worker uses it, in a browser: a real File, read through its stream.
#![cfg(target_arch = "wasm32")]

use js_sys::{
    Array, Float64Array, Function, Int32Array, JSON, Object, Reflect, Uint8Array, Uint32Array,
};
use pinglens::wasm::Inspector;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::File;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const FOUNDING_THREAD: &[u8] = include_bytes!("../../tests/fixtures/founding-thread.log");
const FOUNDING_THREAD_REPORT: &str =
    include_str!("../../tests/fixtures/founding-thread.report.json");
const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/sample.log");
/// The sample, in each compression that has code of its own.
const PACKED: [&[u8]; 4] = [
    include_bytes!("../../tests/fixtures/packed/sample.log.gz"),
    include_bytes!("../../tests/fixtures/packed/sample.log.zst"),
    include_bytes!("../../tests/fixtures/packed/sample.log.bz2"),
    include_bytes!("../../tests/fixtures/packed/sample.log.xz"),
];
const SAMPLE_REPORT: &str = include_str!("../../tests/fixtures/sample.report.json");

fn file(name: &str, bytes: &[u8]) -> File {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, name).expect("a file")
}

async fn read(name: &str, bytes: &[u8]) -> (Inspector, File) {
    let mut inspector = Inspector::new();
    let file = file(name, bytes);
    let progress = Function::new_no_args("");
    inspector
        .read(file.clone(), name.to_owned(), JsValue::UNDEFINED, progress)
        .await
        .expect("it is read");
    (inspector, file)
}

/// Indented JSON of a value, as `pinglens report --format json` prints it.
fn json(value: &JsValue) -> String {
    let text = JSON::stringify_with_replacer_and_space(value, &JsValue::NULL, &2.into())
        .expect("plain data");
    format!("{}\n", String::from(text))
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).expect("an object")
}

fn question(json: &str) -> JsValue {
    JSON::parse(json).expect("it is JSON")
}

fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in pairs {
        Reflect::set(&object, &(*key).into(), value).expect("an object");
    }
    object.into()
}

/// Native code wrote the expected files, so this shows that both give the same bytes.
#[wasm_bindgen_test]
async fn reports_are_those_of_native_code() {
    for (name, bytes, expected) in [
        (
            "founding-thread.log",
            FOUNDING_THREAD,
            FOUNDING_THREAD_REPORT,
        ),
        ("sample.log", SAMPLE, SAMPLE_REPORT),
    ] {
        let (mut inspector, _) = read(name, bytes).await;
        let report = json(&inspector.report().expect("a report"));
        assert!(
            report == expected,
            "the report of {name} differs from the native one"
        );
    }
}

#[wasm_bindgen_test]
async fn packed_logs_are_unpacked_as_by_native_code() {
    for packed in PACKED {
        let (mut inspector, file) = read("sample.log", packed).await;
        let report = json(&inspector.report().expect("a report"));
        assert!(
            report == SAMPLE_REPORT,
            "the report of a packed log differs"
        );
        let raw = inspector.raw(5, file).await.expect("the line");
        let text = get(&raw, "text").as_string().expect("text");
        let plain = std::str::from_utf8(SAMPLE).expect("text");
        let line = get(&raw, "line").as_f64().expect("a number") as usize;
        assert_eq!(plain.lines().nth(line - 1), Some(text.as_str()));
    }
}

#[wasm_bindgen_test]
async fn rows_are_selected_described_and_read_again() {
    let (mut inspector, file) = read("founding-thread.log", FOUNDING_THREAD).await;
    let conflicts = question(
        r#"{"conditions":[{"column":"command","is":["Ping"]},{"column":"status","is":["409"]}]}"#,
    );
    let rows: Uint32Array = inspector.select(conflicts, None).expect("rows");
    assert_eq!(rows.length(), 668);
    let by_sync = || {
        question(
            r#"{"conditions":[{"column":"outcome","is":["superseded-by-sync"]}],"sort":{"column":"duration"}}"#,
        )
    };
    let among = Some(rows.to_vec());
    let rows = inspector.select(by_sync(), among).expect("rows").to_vec();
    assert_eq!(rows.len(), 438);

    let requests: Array = inspector
        .requests(rows[..2].to_vec())
        .expect("requests")
        .into();
    let first = requests.get(0);
    assert_eq!(
        get(&first, "outcome").as_string().as_deref(),
        Some("superseded-by-sync")
    );
    let cause = get(&first, "cause").as_f64().expect("a cause") as u32;
    for (row, command) in [(rows[0], "Cmd=Ping"), (cause, "Cmd=Sync")] {
        let raw = inspector.raw(row, file.clone()).await.expect("the line");
        let text = get(&raw, "text").as_string().expect("text");
        assert!(text.contains(command) && !text.contains('\n'), "{text}");
        let offset = get(&inspector.requests(vec![row]).expect("a request"), "0");
        let offset = get(&offset, "offset").as_f64().expect("an offset");
        let again = inspector
            .raw_at(0, file.clone(), offset)
            .await
            .expect("the line");
        assert_eq!(get(&again, "text").as_string(), Some(text));
    }
    assert!(inspector.requests(vec![u32::MAX]).is_err());
    assert!(
        inspector
            .select(question(r#"{"text":"(a"}"#), None)
            .is_err()
    );
    assert!(inspector.select(by_sync(), Some(vec![u32::MAX])).is_err());
}

#[wasm_bindgen_test]
async fn pictures_come_as_typed_arrays() {
    let (mut inspector, _) = read("founding-thread.log", FOUNDING_THREAD).await;
    let pings = inspector.pings(100_000).expect("points");
    let starts: Float64Array = get(&pings, "starts").into();
    let lengths: Uint32Array = get(&pings, "lengths").into();
    assert_eq!((starts.length(), lengths.length()), (1_763, 1_763));
    assert_eq!(lengths.to_vec().into_iter().max(), Some(303_110));

    let by_sync = question(r#"{"conditions":[{"column":"outcome","is":["superseded-by-sync"]}]}"#);
    let row = inspector.select(by_sync, None).expect("rows").get_index(0);
    let line = inspector.lifeline(row, 3, 3).expect("a lifeline");
    let rows: Uint32Array = get(&line, "rows").into();
    let at = rows.index_of(row, 0);
    let causes: Int32Array = get(&line, "causes").into();
    let cause = causes.get_index(at as u32);
    assert!(cause > at, "what displaced it began later");
    let commands = Array::from(&get(&line, "commands"));
    assert_eq!(
        commands.get(cause as u32).as_string().as_deref(),
        Some("Sync")
    );
    assert!(inspector.lifeline(u32::MAX, 1, 1).is_err());
}

#[wasm_bindgen_test]
async fn thresholds_are_taken_or_refused_in_words() {
    let (mut inspector, _) = read("founding-thread.log", FOUNDING_THREAD).await;
    let codes = |judged: &JsValue| -> Vec<String> {
        let findings = Array::from(&get(judged, "findings"));
        let code = |finding| get(&finding, "code").as_string().expect("text");
        findings.iter().map(code).collect()
    };
    let usual = codes(&inspector.judge(Vec::new()).expect("it is judged"));
    let given = vec!["reconnect-share=1".to_owned()];
    let other = codes(&inspector.judge(given).expect("it is judged"));
    assert!(!usual.contains(&"reconnects-often".to_owned()));
    assert!(other.contains(&"reconnects-often".to_owned()));
    assert!(
        inspector
            .judge(vec!["reconnect-share=1000".to_owned()])
            .is_err()
    );
}

#[wasm_bindgen_test]
async fn progress_is_told_and_a_second_file_joins_the_case() {
    let (mut inspector, _) = read("sample.log", SAMPLE).await;
    let told = Array::new();
    let keep = told.clone();
    let progress =
        Closure::<dyn FnMut(f64, f64, f64)>::new(move |bytes: f64, lines: f64, rows: f64| {
            keep.push(&Array::of3(&bytes.into(), &lines.into(), &rows.into()));
        });
    let second = file("founding-thread.log", FOUNDING_THREAD);
    let function = progress.as_ref().unchecked_ref::<Function>().clone();
    inspector
        .read(
            second,
            "founding-thread.log".to_owned(),
            JsValue::UNDEFINED,
            function,
        )
        .await
        .expect("it is read");
    let last: Array = told.get(told.length() - 1).into();
    assert_eq!(last.get(0).as_f64(), Some(FOUNDING_THREAD.len() as f64));
    assert_eq!(last.get(1).as_f64(), Some(12_749.0));
    let report = inspector.report().expect("a report");
    assert_eq!(Array::from(&get(&report, "files")).length(), 2);
}

/// What the page says of a file reaches the core.
#[wasm_bindgen_test]
async fn what_is_said_of_a_file_counts() {
    let line = b"/a?x=1 [12/Jan/2024:08:15:30] 250\nfoo\n";
    let said = object(&[
        ("format", r#"%U%q [%{%d/%b/%Y:%T}t] %{ms}T"#.into()),
        ("stamp", "end".into()),
    ]);
    let mut inspector = Inspector::new();
    let progress = Function::new_no_args("");
    inspector
        .read(file("own.log", line), "own.log".to_owned(), said, progress)
        .await
        .expect("it is read");
    let report = inspector.report().expect("a report");
    let file = Array::from(&get(&report, "files")).get(0);
    assert_eq!(get(&file, "requests").as_f64(), Some(1.0));
    assert_eq!(get(&get(&file, "detection"), "given"), JsValue::TRUE);
    assert_eq!(
        get(&get(&file, "stamp"), "meaning").as_string().as_deref(),
        Some("end")
    );
    assert_eq!(Inspector::check("%h %r"), None);
    assert!(Inspector::check("%h %Y").is_some_and(|sentence| sentence.contains("%Y")));
    assert!(Array::from(&Inspector::formats().expect("a list")).length() > 4);
}
