//! Thresholds that are changed, the report that tells of them, and names that must not be told.

use crate::script::{Phone, SECOND, fleet, found, log, report, the};
use pinglens::Inspector;
use pinglens::activesync::Command;
use pinglens::explain::Severity;
use pinglens::explain::finding::{RULES, Tuning};
use pinglens::guide::Guide;
use pinglens::report::{Output, redact, write};

/// One Sync in twenty or thirty of all ends in 409.
fn some_conflicts() -> String {
    let mut phones = fleet(4);
    let mut phone = Phone::new(77);
    for i in 0..100 {
        if i % 10 == 0 {
            phone.ask("Sync", 409, 2 * SECOND, 0);
        }
        phone.sync().ping(200, 90 * SECOND);
    }
    phones.push(phone);
    log(&phones)
}

#[test]
fn findings_follow_thresholds_without_a_second_reading() {
    let text = some_conflicts();
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(text.as_bytes());
    let whole = inspector.report();
    let severity = |judged: &pinglens::report::model::Judged| {
        judged
            .findings
            .iter()
            .find(|f| f.code == "sync-conflicts")
            .expect("it is there")
            .severity
    };
    let judged = inspector.judge();
    assert_eq!(severity(&judged), Severity::Harmless);
    assert_eq!(
        (&judged.findings, &judged.verdict),
        (&whole.findings, &whole.verdict)
    );
    assert!(judged.thresholds.iter().all(|t| !t.changed));

    let mut tuning = Tuning::default();
    tuning.set("sync-conflict-share=1").expect("it is taken");
    inspector.tune(tuning);
    let judged = inspector.judge();
    assert_eq!(severity(&judged), Severity::Watch);
    assert!(
        judged
            .verdict
            .sentence
            .contains("Worth a look: 10 Syncs ended in 409")
    );
    let changed: Vec<_> = judged.thresholds.iter().filter(|t| t.changed).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        (changed[0].code, changed[0].value, changed[0].default),
        ("sync-conflict-share", Some(1), Some(5))
    );
    assert_eq!(
        changed[0].findings,
        ["sync-conflicts", "statistics-compared"]
    );
    assert_eq!(inspector.report().thresholds, judged.thresholds);
    inspector.tune(Tuning::default());
    assert_eq!(severity(&inspector.judge()), Severity::Harmless);
}

#[test]
fn written_reports_name_what_was_changed() {
    let text = some_conflicts();
    let plain = write(&report(&[("a.log", &text)], &[]), Output::Text);
    assert!(!plain.contains("Thresholds that were changed"));
    let tuned = report(
        &[("a.log", &text)],
        &["sync-conflict-share=1", "unseen-share=5"],
    );
    for output in [Output::Text, Output::Markdown, Output::Html, Output::Csv] {
        let written = write(&tuned, output);
        assert!(
            written.contains("Thresholds that were changed"),
            "{output:?}"
        );
        assert!(written.contains("sync-conflict-share"), "{output:?}");
    }
    assert!(
        !write(&tuned, Output::Text).contains("unseen-share"),
        "a default that is given is no change"
    );
}

#[test]
fn what_a_server_has_is_unknown_until_it_is_given_or_told() {
    let text = some_conflicts();
    let value = |files: &[(&str, &str)], given: &[&str]| {
        let report = report(files, given);
        report
            .thresholds
            .iter()
            .find(|t| t.code == "http-threads")
            .expect("it is there")
            .value
    };
    let log = ("a.log", text.as_str());
    let statistics = ("stat.txt", "  Http.Workers = 400\n");
    assert_eq!(value(&[log], &[]), None);
    assert_eq!(value(&[log, statistics], &[]), Some(400));
    assert_eq!(value(&[log, statistics], &["http-threads=100"]), Some(100));
}

/// Whoever a finding concerns stands in fields of their own, never in its sentences.
#[test]
fn findings_name_nobody_once_redacted() {
    let mut phones = fleet(6);
    for i in 0..40 {
        let phone = &mut phones[i % 3];
        phone.ask("Sync", 401, 9, 0).rest(60 * SECOND);
    }
    let text = log(&phones);
    let report = report(&[("secret.log", &text)], &[]);
    assert!(found(&report, "sign-in-loop").is_some());
    let hidden = redact(report.clone(), &[]).report;
    let text = write(&hidden, Output::Json);
    for name in ["DEVICE", "user1\"", "user2\"", "198.51", "secret.log"] {
        assert!(!text.contains(name), "{name}");
    }
    let loops = the(&hidden, "sign-in-loop");
    assert!(
        loops.concerned.iter().any(|c| c.name == "user-01"),
        "{:?}",
        loops.concerned
    );
    assert_eq!(
        loops.concerned.len(),
        the(&report, "sign-in-loop").concerned.len()
    );
}

#[test]
fn every_code_has_a_guide_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for guide in Guide::all() {
        assert!(
            seen.insert(guide.code),
            "{} stands for two things",
            guide.code
        );
        assert_eq!(Guide::to(guide.code).as_ref(), Some(&guide));
        assert!(
            !guide.steps.is_empty() && !guide.not.is_empty(),
            "{}",
            guide.code
        );
        assert_eq!(guide.example().lines().count(), 2, "{}", guide.code);
        assert!(
            guide
                .reference
                .is_none_or(|page| page.starts_with("https://")),
            "{}",
            guide.code
        );
        assert!(guide.text().contains(guide.title));
    }
    for rule in RULES {
        for threshold in rule.thresholds {
            assert!(Guide::to(threshold.code).is_some());
        }
    }
    assert_eq!(Guide::to("slow"), None);
}

/// The lines that a page shows for an outcome have that outcome.
#[test]
fn examples_of_outcomes_are_what_they_show() {
    for guide in Guide::all().filter(|guide| guide.kind == "outcome") {
        let mut inspector = Inspector::new();
        inspector.open("example.log");
        inspector.feed(guide.example().as_bytes());
        let (log, explanation) = inspector.explain();
        let outcomes: Vec<&str> = (0..log.len())
            .map(|row| explanation.verdict(row).outcome.code())
            .collect();
        assert!(
            outcomes.contains(&guide.code),
            "{}: {outcomes:?}",
            guide.code
        );
    }
}

/// The requests behind a finding are as many as it says, and what it says of its devices holds for them.
#[test]
fn a_finding_leads_to_its_requests() {
    let mut inspector = Inspector::new();
    inspector.open("a.log");
    inspector.feed(some_conflicts().as_bytes());
    let report = inspector.report();
    let mut led = 0;
    for finding in &report.findings {
        let rows = inspector.requests_of(finding.code);
        assert_eq!(rows.len() as u64, finding.requests, "{}", finding.code);
        let (log, explanation) = inspector.explain();
        assert!(
            rows.is_sorted_by(|&a, &b| explanation.timeline.compare(log, a, b).is_lt()),
            "{}",
            finding.code
        );
        let devices: std::collections::BTreeSet<_> =
            rows.iter().filter_map(|&row| log.device(row)).collect();
        if !rows.is_empty() {
            assert_eq!(devices.len() as u64, finding.devices, "{}", finding.code);
            led += 1;
        }
    }
    assert!(led > 0);
    assert!(inspector.requests_of("no-such-finding").is_empty());
    let mut conflicts = inspector.requests_of("sync-conflicts");
    conflicts.sort_unstable();
    let (log, _) = inspector.explain();
    let answered_409: Vec<u32> = (0..log.len())
        .filter(|&row| log.status(row) == Some(409) && log.command(row) == Command::Sync)
        .collect();
    assert_eq!(conflicts, answered_409);
}
