//! What a report takes along of a log explains itself as the log did: every request, every finding, whatever the format.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::log::snapshot::{Damage, Snapshot};
use pinglens::report::model::{Judged, RequestRow};
use pinglens::report::request;
use std::path::PathBuf;

/// The logs of all formats, the fixtures of whole cases, and several of them together.
fn cases() -> Vec<(String, Vec<Vec<u8>>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut cases = Vec::new();
    for folder in [root.join("formats"), root] {
        for entry in std::fs::read_dir(folder).expect("the fixtures are there") {
            let path = entry.expect("a file").path();
            if path.extension().is_some_and(|e| e == "log") {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let bytes = std::fs::read(&path).expect("a fixture");
                cases.push((name.into_owned(), vec![bytes]));
            }
        }
    }
    cases.sort();
    assert!(cases.len() > 25, "{}", cases.len());
    let all = cases.iter().flat_map(|(_, logs)| logs.clone()).collect();
    cases.push(("all".to_owned(), all));
    cases
}

fn read(name: &str, logs: &[Vec<u8>]) -> Inspector {
    let mut inspector = Inspector::new();
    for (number, log) in logs.iter().enumerate() {
        inspector.open(&format!("{name}-{number}.log"));
        inspector.feed(log);
    }
    inspector.close();
    inspector
}

/// All requests, those of each file in the order of its lines, files in the order of time; without what a row is called
/// and where its line stands in bytes.
fn requests(inspector: &mut Inspector) -> Vec<RequestRow> {
    let (log, explanation) = inspector.explain();
    let ranks = 0..log.files.len() as u32;
    let files = ranks.filter_map(|rank| explanation.timeline.file_at(rank));
    let rows: Vec<u32> = files.flat_map(|file| log.rows_of(file)).collect();
    let place = |row: u32| rows.iter().position(|&r| r == row).map(|at| at as u32);
    (rows.iter())
        .map(|&row| {
            let its = request(log, explanation, row);
            RequestRow {
                row: place(row).expect("a row of the log"),
                cause: its.cause.and_then(place),
                twin: its.twin.and_then(place),
                offset: 0,
                ..its
            }
        })
        .collect()
}

/// Where a line stands in bytes is of no use without its log.
fn without_offsets(mut judged: Judged) -> Judged {
    for shown in judged.findings.iter_mut().flat_map(|f| &mut f.evidence) {
        shown.line.offset = 0;
        shown.cause.iter_mut().for_each(|line| line.offset = 0);
    }
    judged
}

#[test]
fn a_snapshot_explains_itself_as_its_log_did() {
    for (name, logs) in cases() {
        let mut inspector = read(&name, &logs);
        let snapshot = inspector.snapshot();
        let mut restored =
            Inspector::restored(&snapshot.bytes()).expect("bytes that were just written");
        let (before, after) = (requests(&mut inspector), requests(&mut restored));
        assert_eq!(before.len() as u32, snapshot.len(), "{name}");
        let other = before.iter().zip(&after).find(|(a, b)| a != b);
        assert!(other.is_none(), "{name}: {other:?}");
        if inspector.log().recognised() {
            let (before, after) = (without_offsets(inspector.judge()), restored.judge());
            assert_eq!(before.verdict, after.verdict, "{name}");
            let other = before
                .findings
                .iter()
                .zip(&after.findings)
                .find(|(a, b)| a != b);
            assert!(other.is_none(), "{name}: {other:#?}");
            assert!(before == after, "{name}: something else is judged");
        }
        // What was restored is taken along again as it is.
        assert!(
            restored.snapshot().bytes() == snapshot.bytes(),
            "{name} changes"
        );
    }
}

#[test]
fn the_order_of_opening_changes_nothing() {
    let (name, mut logs) = cases().pop().expect("all of them");
    let mut named: Vec<(usize, Vec<u8>)> = logs.drain(..).enumerate().collect();
    let mut bytes = Vec::new();
    for _ in 0..2 {
        let mut inspector = Inspector::new();
        for (number, log) in &named {
            inspector.open(&format!("{name}-{number}.log"));
            inspector.feed(log);
        }
        bytes.push(inspector.snapshot().bytes());
        named.reverse();
    }
    assert!(bytes[0] == bytes[1]);
}

#[test]
fn what_is_cut_off_or_changed_is_refused_or_harmless() {
    let (name, logs) = cases().swap_remove(0);
    let bytes = read(&name, &logs).snapshot().bytes();
    for length in 0..bytes.len() {
        let refused = Inspector::restored(&bytes[..length]).err();
        assert!(refused.is_some(), "{length} of {} bytes", bytes.len());
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(mut inspector) = Inspector::restored(&changed) {
                // Whatever it says, it says it.
                let _ = (requests(&mut inspector), inspector.judge());
            }
        }
    }
    let mut newer = bytes;
    newer[0] += 1;
    assert_eq!(Snapshot::log(&newer).err(), Some(Damage::Version));
}
