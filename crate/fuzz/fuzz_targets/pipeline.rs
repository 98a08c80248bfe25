//! Any bytes as one to three files: nothing panics, lines add up, the size of pieces and the order of files change nothing,
//! what goes along with a report explains itself alike, and whoever keeps all names has the report as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::Inspector;
use pinglens::report::{Category, Output, redact, redact_with, write};
use pinglens_fuzz::{LIMITS, ask_everything, lines_add_up, settings, text};

fuzz_target!(|data: &[u8]| {
    let Some((&[choice, pieces], data)) = data.split_first_chunk::<2>() else {
        return;
    };
    let count = usize::from(choice >> 6).clamp(1, 3);
    let part = data.len().div_ceil(count).max(1);
    let files: Vec<&[u8]> = data.chunks(part).collect();
    let read = |piece: usize, turned: bool| {
        let mut inspector = Inspector::new();
        let numbers: Vec<usize> = if turned {
            (0..files.len()).rev().collect()
        } else {
            (0..files.len()).collect()
        };
        for number in numbers {
            inspector.open_within(&format!("{number}.log"), &settings(choice), LIMITS);
            files[number]
                .chunks(piece)
                .for_each(|chunk| inspector.feed(chunk));
        }
        inspector.close();
        inspector
    };
    let mut inspector = read(usize::MAX, false);
    lines_add_up(&inspector);
    let report = inspector.report();
    let said = text(&report);
    assert!(
        text(&read(usize::from(pieces) + 1, false).report()) == said,
        "pieces change the report"
    );
    if files.len() > 1 {
        // Which of the files was opened first is told, and nothing else may follow from it.
        let turned = text(&read(usize::MAX, true).report());
        let bare = |text: &str| {
            text.split("\"opened\":")
                .map(|part| {
                    part.trim_start_matches(|c: char| c.is_ascii_digit())
                        .to_owned()
                })
                .collect::<String>()
        };
        assert!(
            bare(&turned) == bare(&said),
            "the order of files changes the report"
        );
    }
    ask_everything(&mut inspector);

    let mut requests = inspector.snapshot();
    let mut restored =
        Inspector::restored(&requests.bytes()).expect("bytes that were just written");
    {
        let verdicts = |inspector: &mut Inspector| {
            let (log, explanation) = inspector.explain();
            let files =
                (0..log.files.len() as u32).filter_map(|rank| explanation.timeline.file_at(rank));
            let rows: Vec<u32> = files.flat_map(|file| log.rows_of(file)).collect();
            rows.iter()
                .map(|&row| {
                    (
                        explanation.verdict(row).outcome,
                        explanation.verdict(row).certainty,
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(verdicts(&mut inspector), verdicts(&mut restored));
    }
    assert!(
        text(&redact(report.clone(), &Category::ALL).report) == said,
        "keeping all names changes the report"
    );
    let hidden = redact_with(report, &mut requests, &[]).report;
    for form in [Output::Text, Output::Html, Output::Markdown, Output::Csv] {
        let _ = write(&hidden, form);
    }
    ask_everything(
        &mut Inspector::restored(&requests.bytes()).expect("bytes that were just written"),
    );
});
