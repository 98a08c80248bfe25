//! The numbers of the founding thread.

mod common;

use common::{Request, World};
use pinglens_simulator::Job;
use pinglens_simulator::format::Format;
use pinglens_simulator::scenario::Scenario;

fn world() -> World {
    World::of(&Job::fixture(Scenario::FoundingThread))
}

fn mean(requests: &[&Request]) -> i64 {
    let total: i64 = requests.iter().map(|request| request.duration()).sum();
    total / requests.len() as i64
}

#[test]
fn pings_are_those_of_the_thread() {
    let world = world();
    let pings = world.of_command("Ping");
    let with = |status: u16| -> Vec<&Request> {
        pings
            .iter()
            .filter(|ping| ping.status == status)
            .copied()
            .collect()
    };
    let (answered, conflicts) = (with(200), with(409));
    assert_eq!(
        (pings.len(), answered.len(), conflicts.len()),
        (1_763, 1_095, 668)
    );
    assert_eq!(pings.iter().map(|ping| ping.duration()).min(), Some(0));
    assert_eq!(
        pings.iter().map(|ping| ping.duration()).max(),
        Some(303_110)
    );
    assert!(
        (198_000..202_000).contains(&mean(&pings)),
        "{}",
        mean(&pings)
    );
    assert!(mean(&answered) >= mean(&conflicts));
    let usual = pings
        .iter()
        .filter(|ping| (80_000..=303_110).contains(&ping.duration()))
        .count();
    assert!(usual * 100 >= pings.len() * 95, "{usual}");
}

#[test]
fn syncs_are_those_of_the_thread() {
    let world = world();
    let syncs = world.of_command("Sync");
    assert!(syncs.len() > 10_000);
    let odd: Vec<_> = syncs.iter().filter(|sync| sync.status != 200).collect();
    assert_eq!(odd.len(), 1);
    assert_eq!(
        (odd[0].status, odd[0].outcome.as_str()),
        (409, "overlapped")
    );
    let usual = syncs
        .iter()
        .filter(|sync| (75..=300).contains(&sync.duration()))
        .count();
    assert!(usual * 100 >= syncs.len() * 85, "{usual}");
}

#[test]
fn causes_are_mixed() {
    let world = world();
    assert_eq!(world.count("Ping", "superseded-by-sync"), 438);
    assert_eq!(world.count("Ping", "superseded-by-ping"), 131);
    assert_eq!(world.count("Ping", "superseded-by-other"), 90);
    assert_eq!(world.count("Ping", "superseded-unseen"), 9);
    assert_eq!(world.by_device().len(), 17);
}

#[test]
fn users_and_sizes_come_in_all_their_shapes() {
    let world = world();
    let has = |part: &str| assert!(world.lines.iter().any(|line| line.contains(part)), "{part}");
    has(" \"Jane Doe/Sales/ACME\" [");
    has(" Omar Haddad/IT/ACME [");
    has(" CN=Igor Petrov/OU=Engineering/O=ACME [");
    has(" \"CN=Hannah Weiss/OU=Management/O=ACME\" [");
    has(" gmbeki [");
    has(" - [");
    has("User=jane%20doe&");
    has("User=ACME%5Cdkim&");
    has(" 304 0 ");
    has(" 304 - ");
    has(" 302 - ");
    has(" \"DomAuthSessId=");
    has(" \"\" \"d:/");
}

#[test]
fn the_short_format_is_the_beginning_of_the_long_one() {
    let long = world();
    let short = World::of(&Job {
        format: Format::DominoCommon,
        ..Job::fixture(Scenario::FoundingThread)
    });
    assert_eq!(long.lines.len(), short.lines.len());
    for (long, short) in long.lines.iter().zip(&short.lines) {
        assert!(long.starts_with(&format!("{short} \"")), "{long}");
    }
}

#[test]
fn a_longer_log_repeats_the_numbers() {
    let world = World::of(&Job {
        scale: 3,
        ..Job::fixture(Scenario::FoundingThread)
    });
    let pings = world.of_command("Ping");
    assert_eq!(pings.len(), 3 * 1_763);
    assert_eq!(
        pings.iter().filter(|ping| ping.status == 409).count(),
        3 * 668
    );
    assert_eq!(world.by_device().len(), 17);
    assert!(world.requests.is_sorted_by_key(|request| request.end));
}
