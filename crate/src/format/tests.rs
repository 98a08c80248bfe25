//! What holds for every format.

use super::*;
use crate::input::Line;

/// Every sample of every format is told to be of that format by its content, and read as it says.
#[test]
fn samples_are_detected_and_read() {
    for format in ALL {
        assert!(
            !format.samples().is_empty(),
            "{} has no samples",
            format.code()
        );
        for sample in format.samples() {
            let mut detector = Detector::new();
            let mut first: Option<Vec<(String, Option<String>)>> = None;
            let mut emit = |record: &Record<'_>| {
                first.get_or_insert_with(|| {
                    sample
                        .expect
                        .iter()
                        .map(|(k, _)| ((*k).to_owned(), record.field(k)))
                        .collect()
                });
            };
            let mut offset = 0;
            for (i, text) in sample.text.lines().enumerate() {
                let number = i as u32 + 1;
                let line = Line {
                    number,
                    offset,
                    bytes: text.as_bytes(),
                    cut: false,
                    closed: true,
                };
                offset += text.len() as u64 + 1;
                detector.line(&line, &mut emit);
            }
            detector.finish(&mut emit);
            let got = first
                .unwrap_or_else(|| panic!("{}: no record in {:?}", format.code(), sample.text));
            for ((name, value), (_, expected)) in got.iter().zip(sample.expect) {
                let expected = (*expected != "-").then(|| (*expected).to_owned());
                assert_eq!(
                    *value,
                    expected,
                    "{}: {name} of {:?}",
                    format.code(),
                    sample.text
                );
            }
            let share = detector.shares();
            assert_eq!(share[0].0.code(), format.code(), "{:?}", sample.text);
        }
    }
}

/// A record's fields, kept beyond its line.
pub(super) struct Kept(Vec<(&'static str, Option<String>)>);

impl Kept {
    const NAMES: [&'static str; 18] = [
        "time",
        "duration_ms",
        "remote_ip",
        "host",
        "user",
        "method",
        "target",
        "protocol",
        "status",
        "bytes",
        "referer",
        "user_agent",
        "heartbeat_s",
        "ending",
        "edge",
        "what",
        "doubt",
        "cut",
    ];

    pub(super) fn field(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no field {name}")).1.clone()
    }
}

/// What becomes of a file: a letter for the class of each line, and its records.
pub(super) fn read(text: &str) -> (String, Vec<Kept>) {
    let mut detector = Detector::new();
    let mut records = Vec::new();
    let mut emit = |record: &Record<'_>| {
        records.push(Kept(Kept::NAMES.map(|n| (n, record.field(n))).to_vec()));
    };
    let mut classes = String::new();
    let mut offset = 0;
    for (i, part) in text.split_inclusive('\n').enumerate() {
        let line = Line {
            number: i as u32 + 1,
            offset,
            bytes: part.trim_end_matches('\n').as_bytes(),
            cut: false,
            closed: part.ends_with('\n'),
        };
        offset += part.len() as u64;
        classes.push(match detector.line(&line, &mut emit) {
            Class::Record => 'R',
            Class::Continuation => '+',
            Class::Comment => '#',
            Class::Rejected(_) => '?',
        });
    }
    detector.finish(&mut emit);
    (classes, records)
}

#[test]
fn codes_are_unique() {
    let mut codes: Vec<_> = ALL.iter().map(|f| f.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ALL.len());
}
