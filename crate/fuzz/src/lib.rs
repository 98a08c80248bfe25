//! What the fuzz targets share.

use pinglens::Inspector;
use pinglens::input::Limits;
use pinglens::picture::{Lifeline, Pings};
use pinglens::query::{Query, facets, select};
use pinglens::report::model::Report;
use pinglens::report::request;
use pinglens::settings::Settings;

/// Bounds that a fuzzer reaches: bombs shall not take its time.
pub const LIMITS: Limits = Limits {
    depth: 4,
    members: 100,
    window: 1 << 20,
    free: 1 << 20,
    ratio: 20,
};

/// What may be said of a file, by a number.
#[must_use]
pub fn settings(choice: u8) -> Settings {
    use pinglens::format::Edge;
    use pinglens::settings::{DateOrder, Unit};
    Settings {
        zone: (choice & 1 != 0).then_some(60),
        year: (choice & 2 != 0).then_some(2024),
        order: (choice & 4 != 0).then_some(DateOrder::DayFirst),
        unit: (choice & 8 != 0).then_some(Unit::Seconds),
        edge: (choice & 16 != 0).then_some(Edge::Start),
        ..Settings::default()
    }
}

/// Reads bytes as one file, in pieces of a length.
#[must_use]
pub fn read(bytes: &[u8], piece: usize, settings: &Settings) -> Inspector {
    let mut inspector = Inspector::new();
    inspector.open_within("fuzzed.log", settings, LIMITS);
    for chunk in bytes.chunks(piece.max(1)) {
        inspector.feed(chunk);
    }
    inspector.close();
    inspector
}

/// Every line of a file is one of the four things that lines become.
///
/// # Panics
/// If one is none of them, or two.
pub fn lines_add_up(inspector: &Inspector) {
    for file in &inspector.log().files {
        let l = file.lines;
        assert_eq!(
            l.records + l.continuations + l.comments + l.rejected,
            l.total,
            "{}",
            file.name
        );
    }
}

/// What a report says.
///
/// # Panics
/// If it cannot be written.
#[must_use]
pub fn text(report: &Report) -> String {
    serde_json::to_string(report).expect("a report is text")
}

/// Asks everything of a case that a page asks.
pub fn ask_everything(inspector: &mut Inspector) {
    let _ = inspector.judge();
    let codes: Vec<&str> = inspector.judge().findings.iter().map(|f| f.code).collect();
    for code in codes {
        let _ = inspector.requests_of(code);
    }
    let (log, explanation) = inspector.explain();
    for row in 0..log.len() {
        let _ = request(log, explanation, row);
        if row % 64 == 0 {
            let _ = Lifeline::around(log, explanation, row, 20, 20);
        }
    }
    let _ = Pings::of(log, explanation, 100);
    for query in [
        "{}",
        r#"{"conditions":[{"column":"duration","between":[1000,300000]}],"sort":{"column":"user"}}"#,
        r#"{"text":"a|b","sort":{"column":"duration","descending":true}}"#,
        r#"{"sort":{"column":"pattern"}}"#,
    ] {
        let query: Query = serde_json::from_str(query).expect("it is a question");
        let _ = select(log, explanation, &query, None);
        let _ = facets(log, explanation, &query, pinglens::query::Column::Outcome);
    }
}
