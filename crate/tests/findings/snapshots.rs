//! What a report takes along of the requests leads to the same findings as the logs did, with and without names.

use crate::script::tuning;
use crate::world::World;
use pinglens::Inspector;
use pinglens::report::model::{Finding, Judged};
use pinglens::report::{Category, redact_with};
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::scenario::Scenario;

/// Findings without what names decide about, which are others: who stands first of several that are concerned alike. And
/// without the places of lines in bytes, which are of no use without the logs.
fn findings(judged: Judged) -> Vec<Finding> {
    let mut findings = judged.findings;
    for concerned in findings.iter_mut().flat_map(|f| &mut f.concerned) {
        concerned.name.clear();
    }
    for shown in findings.iter_mut().flat_map(|f| &mut f.evidence) {
        shown.line.offset = 0;
        shown.cause.iter_mut().for_each(|line| line.offset = 0);
    }
    findings
}

fn holds(world: &World, keep: &[Category]) {
    let mut inspector = Inspector::new();
    for file in &world.files {
        inspector.open(&file.name);
        inspector.feed(file.text.as_bytes());
    }
    inspector.tune(tuning(world.given().iter().map(String::as_str)));
    let mut requests = inspector.snapshot();
    let report = redact_with(inspector.report(), &mut requests, keep).report;
    let shown = Judged {
        verdict: report.verdict,
        findings: report.findings,
        thresholds: report.thresholds,
    };
    let mut restored =
        Inspector::restored(&requests.bytes()).expect("requests that were just written");
    restored.tune(tuning(world.given().iter().map(String::as_str)));
    let judged = restored.judge();
    assert_eq!(judged.verdict, shown.verdict, "{}", world.name);
    for (again, shown) in findings(judged).iter().zip(findings(shown)) {
        assert_eq!(again, &shown, "{}", world.name);
    }
}

#[test]
fn findings_are_the_same_without_the_logs() {
    for fault in Fault::ALL {
        for world in World::all(Scenario::Healthy, Some(fault), "domino-end").take(2) {
            holds(&world, &[]);
            holds(&world, &Category::ALL);
        }
    }
}

#[test]
fn pools_and_proxies_are_told_apart_without_the_logs() {
    for scenario in Scenario::ALL {
        for world in World::all(scenario, None, "domino-end").take(2) {
            holds(&world, &[]);
        }
    }
}
