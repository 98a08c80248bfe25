//! The whole report of each fixture, as it was when somebody last looked at it. The test in the browser compares with
//! the same files, so that the two together show that native code and WebAssembly give the same bytes.
//!
//! `UPDATE_EXPECT=1 cargo test --test golden` writes them again; look at the difference before you commit it.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::{Output, redact, write};
use std::path::PathBuf;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
}

fn compare(name: &str, text: &str) {
    let path = fixtures().join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, text).expect("the fixtures can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let same = expected == text;
    assert!(
        same,
        "{name} differs from what is found now; see the head of this test"
    );
}

fn inspect(name: &str) -> Inspector {
    let mut inspector = Inspector::new();
    inspector.open(name);
    inspector.feed(&std::fs::read(fixtures().join(name)).expect("the fixture is there"));
    inspector
}

#[test]
fn reports_of_the_fixtures_are_as_they_were() {
    for name in ["founding-thread", "sample"] {
        let report = inspect(&format!("{name}.log")).report();
        compare(
            &format!("{name}.report.json"),
            &write(&report, Output::Json),
        );
    }
}

#[test]
fn written_forms_of_the_sample_are_as_they_were() {
    let report = inspect("sample.log").report();
    compare("sample.report.txt", &write(&report, Output::Text));
    compare(
        "sample.report.md",
        &write(&redact(report.clone(), &[]).report, Output::Markdown),
    );
}
