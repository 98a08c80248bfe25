//! What holds for every input: the same report for any chunks and any order of files, and an account of every line.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::model::Report;
use pinglens::report::{Output, write};
use proptest::prelude::*;

const SAMPLE: &[u8] = include_bytes!("../../tests/fixtures/sample.log");

/// Reads files, each in chunks of a size of its own.
fn report(files: &[(&str, &[u8], usize)]) -> Report {
    let mut inspector = Inspector::new();
    for (name, bytes, chunk) in files {
        inspector.open(name);
        for chunk in bytes.chunks(*chunk) {
            inspector.feed(chunk);
        }
    }
    inspector.report()
}

fn json(files: &[(&str, &[u8], usize)]) -> String {
    write(&report(files), Output::Json)
}

/// The order of opening is told in the report, and nothing else may depend on it.
fn without_opened(json: &str) -> String {
    json.lines().filter(|l| !l.contains("\"opened\"")).collect()
}

#[test]
fn chunks_of_any_size_give_the_same_report() {
    let whole = json(&[("sample.log", SAMPLE, SAMPLE.len())]);
    for size in [1, 2, 3, 7, 64, 1000, 4095, 4096, 4097, 65_536] {
        assert_eq!(
            json(&[("sample.log", SAMPLE, size)]),
            whole,
            "chunks of {size}"
        );
    }
}

#[test]
fn files_in_any_order_give_the_same_report() {
    let lines: Vec<&[u8]> = SAMPLE.split_inclusive(|&b| b == b'\n').collect();
    let third = lines.len() / 3;
    let parts = [
        lines[..third].concat(),
        lines[third..2 * third].concat(),
        lines[2 * third..].concat(),
    ];
    let file = |i: usize| (["a.log", "b.log", "c.log"][i], parts[i].as_slice(), 1000);
    let ordered = without_opened(&json(&[file(0), file(1), file(2)]));
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(
            without_opened(&json(&order.map(file))),
            ordered,
            "{order:?}"
        );
    }
}

/// Twins, files of the same name, of other zones and of no known kind: none of it makes the order of opening matter.
#[test]
fn odd_files_in_any_order_give_the_same_report() {
    let line = |zone: &str, hour: u32, device: &str| {
        format!(
            "192.0.2.1 t.example.com - [03/Mar/2010:{hour:02}:00:00 {zone}] \"POST \
             /Microsoft-Server-ActiveSync?User=j&DeviceId={device}&Cmd=Ping HTTP/1.1\" 409 0 \"-\" \"x\" 9110 \"\" \"\"\n"
        )
    };
    let texts = [
        ("b.log", line("-0500", 12, "A1")),
        ("a.log", line("-0500", 12, "A1")),
        ("c.log", line("-0500", 12, "A1")),
        ("d.log", line("+0000", 17, "B2")),
        ("e.log", "one kind of text\n".to_owned()),
        ("e.log", "two kind of text\n".to_owned()),
    ];
    let file = |i: usize| (texts[i].0, texts[i].1.as_bytes(), 50);
    let mut orders = vec![[0, 1, 2, 3, 4, 5]];
    for step in 1..6 {
        orders.push(std::array::from_fn(|i| (i * 5 + step) % 6));
        orders.push(std::array::from_fn(|i| (i + step) % 6));
    }
    let expected = without_opened(&json(&orders[0].map(file)));
    for order in orders {
        assert_eq!(
            without_opened(&json(&order.map(file))),
            expected,
            "{order:?}"
        );
    }
    assert_eq!(
        report(&[0, 1, 2, 3, 4, 5].map(file)).totals.ping_conflicts,
        2
    );
}

/// A Ping at the end of one file is ended by a request at the beginning of the next.
#[test]
fn a_cause_is_found_across_files() {
    let ping = br#"192.0.2.1 t.example.com - [03/Mar/2010:23:59:59 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 409 0 "-" "x" 90110 "" ""
"#;
    let sync = br#"192.0.2.1 t.example.com - [04/Mar/2010:00:00:00 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Sync HTTP/1.1" 200 90 "-" "x" 140 "" ""
"#;
    let report = report(&[("04.log", sync, 50), ("03.log", ping, 50)]);
    assert_eq!(report.conflicts[0].outcome, "superseded-by-sync");
    assert_eq!(report.files[0].name, "03.log");
}

/// Formats change in the middle of a file, as when somebody pastes one log behind another.
#[test]
fn formats_may_change_from_line_to_line() {
    let text = b"=====================
Request: POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1
Status: 409 CONFLICT
03/03/2010 02:25:00 PM  HTTP Server: Shutdown
03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [1] Thread ID [2 (0x2)] GET /x HTTP/1.1
192.0.2.1 t.example.com - [03/Mar/2010:23:59:59 -0500] \"GET /x HTTP/1.1\" 200 5 \"-\" \"x\" 12 \"\" \"\"
192.0.2.1 t.example.com - [03/Mar/2010:23:59:59 -0500] \"GET /x HTTP/1.1\" 200 5
what is this
192.0.2.1 - - [03/Mar/2010:23:59:59 -0500] \"GET /x HTTP/1.1\" 200 5 \"-\" \"x\"
";
    let report = report(&[("mixed.txt", text, 10)]);
    let mut formats: Vec<(&str, u64)> = report.files[0]
        .formats
        .iter()
        .map(|f| (f.code, f.lines))
        .collect();
    formats.sort_unstable();
    let expected = [
        ("domino-common", 1),
        ("domino-console", 2),
        ("domino-extended-common", 1),
        ("domlog-block", 3),
        ("ncsa", 1),
    ];
    assert_eq!(formats, expected);
    let lines = report.files[0].lines;
    assert_eq!((lines.total, lines.records, lines.continuations), (9, 5, 1));
    assert_eq!((lines.comments, lines.rejected), (2, 1));
    assert_eq!(
        (
            report.totals.requests,
            report.totals.conflicts,
            report.waiting.len()
        ),
        (4, 1, 1)
    );
}

/// What the columns and the explanation together cost for each ActiveSync request.
#[test]
fn a_request_costs_at_most_forty_bytes() {
    const { assert!(pinglens::log::ROW_BYTES + pinglens::explain::ROW_BYTES <= 40) };
}

/// The account of lines adds up, and no request is counted that no line holds.
fn adds_up(report: &Report) -> Result<(), TestCaseError> {
    for file in &report.files {
        let l = file.lines;
        prop_assert_eq!(
            l.total,
            l.records + l.continuations + l.comments + l.rejected
        );
        prop_assert_eq!(
            l.rejected,
            file.rejected.iter().map(|r| r.count).sum::<u64>()
        );
        // An array of JSON may stand in one line.
        let several = file.formats.iter().any(|f| f.code == "json");
        prop_assert!(several || file.requests <= l.records);
        prop_assert!(file.activesync <= file.requests);
    }
    let conflicts: u64 = report.conflicts.iter().map(|c| c.count).sum();
    prop_assert_eq!(conflicts, report.totals.conflicts);
    let pings: u64 = report.pings.iter().map(|p| p.count).sum();
    prop_assert_eq!(pings, report.totals.pings);
    let commands: u64 = report.commands.iter().map(|c| c.count).sum();
    prop_assert_eq!(commands, report.totals.activesync);
    Ok(())
}

/// Pieces that logs are made of, to be put together in ways that no server does.
const PIECES: [&str; 16] = [
    "\"",
    " ",
    "\n",
    "\r\n",
    "[03/Mar/2010:14:25:00 -0500]",
    "409",
    " - ",
    "=====",
    "Status: 200",
    "POST /Microsoft-Server-ActiveSync?",
    "Cmd=Ping",
    "&DeviceId=A1",
    " HTTP/1.1\" 200 5",
    "\u{0}",
    "%",
    "jAAJBAp2MTQw",
];

proptest! {
    /// Damage to a real log: bytes changed, pieces cut out.
    #[test]
    fn a_damaged_log_is_read_to_its_end(
        changes in prop::collection::vec((0..SAMPLE.len(), any::<u8>()), 0..200),
        cut in 0..SAMPLE.len(),
        length in 0_usize..5_000,
        chunk in 1_usize..10_000,
    ) {
        let mut bytes = SAMPLE.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.drain(cut..(cut + length).min(bytes.len()));
        let whole = report(&[("damaged.log", &bytes, bytes.len().max(1))]);
        adds_up(&whole)?;
        prop_assert_eq!(whole, report(&[("damaged.log", &bytes, chunk)]));
    }

    /// The same to what each format is known by.
    #[test]
    fn damaged_samples_of_any_format_are_read_to_their_end(
        format in prop::sample::select(pinglens::format::ALL),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
        length in 0_usize..40,
        chunk in 1_usize..1_000,
    ) {
        let texts: Vec<_> = format.samples().iter().map(|s| s.text).collect();
        let mut bytes = texts.join("\n").into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let cut = cut.index(bytes.len());
        bytes.drain(cut..(cut + length).min(bytes.len()));
        let whole = report(&[("damaged.log", &bytes, bytes.len().max(1))]);
        adds_up(&whole)?;
        prop_assert_eq!(whole, report(&[("damaged.log", &bytes, chunk)]));
    }

    /// Text that looks like a log here and there.
    #[test]
    fn any_text_is_read_to_its_end(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..300)) {
        let text = pieces.concat();
        let whole = report(&[("any.txt", text.as_bytes(), text.len().max(1))]);
        adds_up(&whole)?;
        prop_assert_eq!(whole, report(&[("any.txt", text.as_bytes(), 3)]));
    }

    /// Bytes that are anything.
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..6_000)) {
        let whole = report(&[("any.bin", &bytes, bytes.len().max(1))]);
        adds_up(&whole)?;
        prop_assert_eq!(whole, report(&[("any.bin", &bytes, 7)]));
    }
}
