//! The command, as a black box, on fleets that the simulator draws from seeds: how often it is right about each request.
//!
//! These are a few worlds out of all that there are; `cargo xtask bench explain` tries many, and prints what it finds.
#![cfg(not(target_arch = "wasm32"))]

use pinglens_simulator::fleet::config::Noise;
use pinglens_simulator::fleet::record::Shape;
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::format::{Format, Stamp};
use pinglens_simulator::score::{Judge, Tally, Trial, share, table, try_out};
use std::path::Path;

/// Both stamps of Domino, IIS and nginx, in turn.
const SHAPES: [Shape; 4] = [
    Shape {
        format: Format::DominoExtended,
        stamp: Stamp::End,
    },
    Shape {
        format: Format::DominoExtended,
        stamp: Stamp::Start,
    },
    Shape {
        format: Format::Iis,
        stamp: Stamp::End,
    },
    Shape {
        format: Format::NginxTimed,
        stamp: Stamp::End,
    },
];

/// What must be reached, in millionths: requests right, F1 over the outcomes, causes of 409s.
struct Least {
    requests: u64,
    f1: u64,
    causes: u64,
}

/// Tries one world of each scenario, each in another shape.
fn try_all(seed: u64, noise: Noise) -> Tally {
    let mut tally = Tally::default();
    for (i, scenario) in Scenario::ALL.into_iter().enumerate() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fleet-{seed}-{i}"));
        tally.add(try_out(&Trial {
            judge: Judge::Pinglens(env!("CARGO_BIN_EXE_pinglens").into()),
            folder,
            scenario,
            seed,
            noise,
            shapes: vec![SHAPES[(i + seed as usize) % SHAPES.len()]],
        }));
    }
    tally
}

fn check(title: &str, tally: &Tally, least: &Least) {
    let shown = table::text(title, tally, true);
    println!("{shown}");
    assert_eq!(tally.failures, Vec::<String>::new());
    assert_eq!(tally.stamps.0, tally.stamps.1, "a stamp is wrong\n{shown}");
    let (all, right) = tally.requests();
    assert!(all > 100_000, "too few requests to tell: {all}");
    for (what, reached, wanted) in [
        ("requests", share(right, all), least.requests),
        ("F1", tally.macro_f1(), least.f1),
        (
            "causes",
            share(tally.causes.1, tally.causes.0),
            least.causes,
        ),
    ] {
        assert!(
            reached >= wanted,
            "{what}: {reached} millionths, {wanted} wanted\n{shown}"
        );
    }
}

#[test]
fn logs_that_are_well_kept_are_explained() {
    let least = Least {
        requests: 999_000,
        f1: 980_000,
        causes: 998_000,
    };
    check("clean", &try_all(1, Noise::CLEAN), &least);
}

/// Lines up to two seconds late, one in 200 lost, devices that take up to twelve seconds to go on.
#[test]
fn logs_that_are_badly_kept_are_explained_nearly_as_well() {
    let least = Least {
        requests: 998_000,
        f1: 970_000,
        causes: 930_000,
    };
    check("hard", &try_all(2, Noise::HARD), &least);
}

/// A certainty is a promise: what is called certain may be wrong once in a thousand, what is likely once in a hundred.
#[test]
fn certainties_keep_what_they_promise() {
    let tally = try_all(3, Noise::HARD);
    let shown = table::text("hard", &tally, true);
    for (certainty, wanted) in [("certain", 998_000), ("likely", 990_000)] {
        let (given, right) = tally.certainties[certainty];
        assert!(
            share(right, given) >= wanted,
            "{certainty}: {right} of {given}\n{shown}"
        );
    }
}
