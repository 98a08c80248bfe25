//! What single devices do: loops, refusals, resyncs, ids that are shared.

use crate::script::{HOUR, MINUTE, Phone, SECOND, fleet, found, named, of_phones, the};
use pinglens::explain::Severity;

/// The codes of whatever is not harmless.
fn grave(report: &pinglens::report::model::Report) -> Vec<&'static str> {
    let grave = report
        .findings
        .iter()
        .filter(|f| f.severity > Severity::Harmless);
    grave.map(|f| f.code).collect()
}

#[test]
fn phones_in_ordinary_use_yield_nothing_that_matters() {
    let report = of_phones(&fleet(12));
    assert_eq!(grave(&report), [""; 0], "{}", report.verdict.sentence);
    assert_eq!(report.verdict.severity, Severity::Harmless);
    let harmless = the(&report, "conflicts-harmless");
    assert_eq!(report.findings[0].code, "conflicts-harmless");
    assert_eq!(harmless.count, report.totals.ping_conflicts);
    let ceiling = the(&report, "heartbeat-ceiling");
    assert_eq!(ceiling.title, "No Ping is held for longer than 15 min");
}

/// A loop of one Sync every six seconds, and of a Sync and a Ping in turn.
#[test]
fn a_device_in_a_loop_is_found_and_a_busy_user_is_not() {
    let mut phones = fleet(6);
    let mut looping = Phone::new(77);
    for _ in 0..80 {
        looping.ask("Sync", 200, 140, 312).rest(5_860);
    }
    looping.rest(HOUR);
    for _ in 0..90 {
        looping
            .ask("Sync", 200, 120, 312)
            .rest(100)
            .ask("Ping", 200, 3_100, 13)
            .rest(900);
    }
    // Reads and deletes mail for half an hour, as fast as people do.
    let mut busy = Phone::new(78);
    for _ in 0..170 {
        busy.sync();
        let pause = 800 + busy.chance(9) * busy.chance(3_000);
        busy.rest(200).ping(409, pause);
    }
    phones.extend([looping, busy]);
    let report = of_phones(&phones);
    let finding = the(&report, "device-loop");
    assert_eq!(finding.severity, Severity::Act);
    assert_eq!(named(finding, "device"), [("DEVICE0077", 260)]);
    assert_eq!(report.findings[0].code, "device-loop");
    assert!(
        finding.sentence.contains("260 requests"),
        "{}",
        finding.sentence
    );
    assert!(
        finding
            .first
            .as_deref()
            .is_some_and(|first| first.starts_with("2025-05-14T08:59:59")),
        "{:?}",
        finding.first
    );
}

#[test]
fn conflicts_in_a_row_are_a_storm() {
    let storms = |times: i64| {
        let mut phones = fleet(4);
        let mut flapping = Phone::new(77);
        for _ in 0..times {
            flapping
                .ping(409, 4_000)
                .ping(409, 3_000)
                .ping(409, 2_000)
                .ping(200, 900_200);
        }
        phones.push(flapping);
        let report = of_phones(&phones);
        let finding = the(&report, "device-loop");
        (finding.severity, finding.count)
    };
    assert_eq!(storms(1), (Severity::Harmless, 3));
    assert_eq!(storms(5), (Severity::Watch, 15));
    // One that comes back twice is no storm.
    let mut phones = fleet(4);
    let mut once = Phone::new(77);
    once.ping(409, 4_000).ping(409, 3_000).ping(200, 900_200);
    phones.push(once);
    assert!(found(&of_phones(&phones), "device-loop").is_none());
}

#[test]
fn pings_answered_at_once_are_told_by_what_follows() {
    let mut phone = Phone::new(1);
    // A phone that tries 20 minutes after each 15 that went well.
    for _ in 0..6 {
        phone.ping(200, 900_400).ping(200, 15);
    }
    phone
        .ping(200, 900_300)
        .ping(200, 12)
        .ask("FolderSync", 200, 120, 400)
        .ping(200, 900_100);
    let report = of_phones(&[phone.clone()]);
    let finding = the(&report, "pings-at-once");
    assert_eq!((finding.severity, finding.count), (Severity::Harmless, 7));
    assert_eq!(
        finding.sentence,
        "7 Pings were answered within two seconds, without being held: 6 between two that were held, as when a phone tries a \
         longer heartbeat than the server allows and 1 followed by a FolderSync, as the folder list had changed."
    );
    // A loop of 30.
    for _ in 0..30 {
        phone.ping(200, 14).rest(2 * SECOND);
    }
    phone.ping(200, 900_300);
    let report = of_phones(&[phone]);
    let finding = the(&report, "pings-at-once");
    assert_eq!((finding.severity, finding.count), (Severity::Act, 30));
    assert_eq!(
        finding.title,
        "1 device is in a loop of Pings answered at once"
    );
    assert!(
        found(&report, "device-loop").is_none(),
        "one finding tells it"
    );
}

#[test]
fn changes_that_are_announced_without_end_are_a_loop() {
    let mut phone = Phone::new(1);
    phone.live(10 * HOUR);
    for _ in 0..25 {
        phone
            .ping(200, 400)
            .rest(300)
            .ask("Sync", 200, 110, 90)
            .rest(20 * SECOND);
    }
    let report = of_phones(&[phone]);
    let finding = the(&report, "pings-at-once");
    assert_eq!(finding.severity, Severity::Act);
    assert!(finding.count >= 25, "{}", finding.sentence);
}

#[test]
fn a_device_with_an_old_password_is_shut_out() {
    let mut phones = fleet(9);
    let mut old = Phone::new(77);
    old.live(11 * HOUR);
    for _ in 0..24 {
        old.ask("Sync", 401, 12, 0).rest(5 * MINUTE);
    }
    phones.push(old.clone());
    let report = of_phones(&phones);
    let finding = the(&report, "sign-in-loop");
    assert_eq!(
        (finding.severity, finding.count, finding.devices),
        (Severity::Watch, 24, 1)
    );
    assert_eq!(report.findings[0].code, "sign-in-loop");
    assert_eq!(named(finding, "user"), [("user77", 24)]);
    assert!(
        finding.sentence.contains("24 × 401") && finding.sentence.contains("one every 5 min"),
        "{}",
        finding.sentence
    );

    // With the new password it is over.
    old.live(15 * HOUR);
    phones.pop();
    phones.push(old);
    let report = of_phones(&phones);
    let finding = the(&report, "sign-in-loop");
    assert_eq!((finding.severity, finding.count), (Severity::Harmless, 24));

    // Connections that begin with a 401 are no loop.
    let mut polite = Phone::new(78);
    for _ in 0..20 {
        polite.ask("Sync", 401, 9, 0).sync().ping(200, 900_200);
    }
    assert!(found(&of_phones(&[polite]), "sign-in-loop").is_none());
}

/// A phone sends one DeviceId for all its accounts.
#[test]
fn one_account_is_shut_out_while_another_is_served() {
    let mut phone = Phone::new(1);
    for _ in 0..12 {
        phone.user = "jane".to_owned();
        phone.sync().ping(409, 60 * SECOND);
        phone.user = "jane-old".to_owned();
        phone.ask("Sync", 401, 9, 0);
    }
    let report = of_phones(&[phone]);
    let finding = the(&report, "sign-in-loop");
    assert_eq!((finding.severity, finding.count), (Severity::Watch, 12));
    assert_eq!(named(finding, "user"), [("jane-old", 12)]);
}

#[test]
fn many_devices_that_are_shut_out_are_the_directorys_fault() {
    let mut phones = fleet(9);
    for phone in phones.iter_mut().take(4) {
        for _ in 0..6 {
            phone.ask("Sync", 401, 12, 0).rest(MINUTE);
        }
    }
    let report = of_phones(&phones);
    let finding = the(&report, "sign-in-loop");
    assert_eq!((finding.severity, finding.devices), (Severity::Act, 4));
}

#[test]
fn a_policy_that_is_never_accepted_is_a_loop() {
    let mut phones = fleet(3);
    let mut phone = Phone::new(77);
    for _ in 0..5 {
        phone
            .ask("Provision", 200, 90, 340)
            .rest(SECOND)
            .ask("Sync", 449, 12, 0)
            .rest(MINUTE);
    }
    phones.push(phone);
    let report = of_phones(&phones);
    let finding = the(&report, "policy-loop");
    assert_eq!((finding.severity, finding.count), (Severity::Watch, 10));
    // Every phone begins like this.
    let mut new = Phone::new(1);
    new.ask("Sync", 449, 12, 0)
        .ask("Provision", 200, 90, 340)
        .ask("Provision", 200, 90, 340)
        .live(10 * HOUR);
    assert!(found(&of_phones(&[new]), "policy-loop").is_none());
}

fn resync(phone: &mut Phone) {
    phone.ask("FolderSync", 200, 180, 4_096);
    for _ in 0..8 {
        phone.rest(400).ask("Sync", 200, 2_400, 240_000);
    }
}

#[test]
fn devices_that_fetch_everything_anew_are_told_apart() {
    // A new phone.
    let mut phones = fleet(9);
    let mut new = Phone::new(77);
    resync(&mut new);
    new.live(15 * HOUR);
    phones.push(new.clone());
    let report = of_phones(&phones);
    let finding = the(&report, "full-resync");
    assert_eq!((finding.severity, finding.count), (Severity::Harmless, 9));
    assert_eq!(
        finding.sentence,
        "1 device fetched everything anew: 1 when the device first appears here."
    );

    // Again, and after errors.
    for _ in 0..4 {
        new.ask("Sync", 500, 30, 0).rest(SECOND);
    }
    resync(&mut new);
    new.live(16 * HOUR);
    phones.pop();
    phones.push(new);
    let finding = of_phones(&phones);
    let finding = the(&finding, "full-resync");
    assert_eq!((finding.severity, finding.count), (Severity::Watch, 18));
    assert!(
        finding.sentence.contains("1 after several errors in a row"),
        "{}",
        finding.sentence
    );

    // Many known devices at once.
    let mut phones = fleet(9);
    for phone in phones.iter_mut().take(3) {
        resync(phone);
        phone.live(18 * HOUR);
    }
    assert_eq!(
        the(&of_phones(&phones), "full-resync").severity,
        Severity::Act
    );

    // One mail with a large attachment.
    let mut phones = fleet(3);
    phones[0]
        .ask("FolderSync", 200, 180, 4_096)
        .ask("Sync", 200, 9_000, 9_400_000)
        .live(18 * HOUR);
    assert!(found(&of_phones(&phones), "full-resync").is_none());
}

#[test]
fn two_phones_with_one_id_are_found() {
    let mut phones = fleet(5);
    let mut shared = Phone::new(77);
    let (one, two) = ("Apple-iPhone11C6/1905.258", "Apple-iPhone14C7/2011.33");
    for agent in [one, two].into_iter().cycle().take(16) {
        agent.clone_into(&mut shared.agent);
        shared.sync().ping(409, 40 * SECOND);
    }
    phones.push(shared);
    let report = of_phones(&phones);
    let finding = the(&report, "device-shared");
    assert_eq!((finding.severity, finding.devices), (Severity::Watch, 1));
    assert_eq!(named(finding, "device")[0].0, "DEVICE0077");

    // An update of the system is no second phone.
    let mut updated = Phone::new(78);
    updated.live(12 * HOUR);
    two.clone_into(&mut updated.agent);
    updated.live(17 * HOUR);
    assert!(found(&of_phones(&[updated]), "device-shared").is_none());
}

#[test]
fn push_that_is_dead_for_a_device_is_found() {
    let mut phones = fleet(7);
    let mut dead = Phone::new(77);
    dead.live(10 * HOUR);
    for _ in 0..24 {
        dead.sync().rest(15 * MINUTE);
    }
    phones.push(dead);
    let report = of_phones(&phones);
    let finding = the(&report, "push-dead");
    assert_eq!((finding.severity, finding.devices), (Severity::Watch, 1));
    assert_eq!(report.findings[0].code, "push-dead");

    // A phone that is off for half a day asks for nothing.
    let mut off = Phone::new(77);
    off.live(10 * HOUR).rest(5 * HOUR).live(16 * HOUR);
    phones.pop();
    phones.push(off);
    assert!(found(&of_phones(&phones), "push-dead").is_none());

    // One that fetches by a schedule never had push.
    let mut fetching = Phone::new(77);
    for _ in 0..30 {
        fetching.sync().rest(15 * MINUTE);
    }
    phones.pop();
    phones.push(fetching);
    assert!(found(&of_phones(&phones), "push-dead").is_none());
}
