//! What lies between phones and server: idle timeouts, lost answers, clocks.

use crate::script::{
    HOUR, MINUTE, Phone, SECOND, fleet, found, log, named, of_phones, report, the,
};
use pinglens::explain::{Certainty, Severity};

/// A firewall that resets what was idle for four minutes: the phone comes back at once.
fn reset(number: u32, address: &str) -> Phone {
    let mut phone = Phone::new(number).from(address);
    while phone.now < 16 * HOUR {
        match phone.chance(3) {
            0 => {
                let ms = 10 * SECOND + phone.chance(225 * SECOND);
                phone.ping(200, ms).rest(400).sync();
            }
            _ => {
                let late = 200 + phone.chance(2_600);
                phone.ping(409, 240 * SECOND + late);
            }
        }
        if phone.chance(4) == 0 {
            phone.sync();
        }
    }
    phone
}

/// One that drops it without a word: what arrives later is lost, and the phone asks again when its heartbeat is over.
fn silent(number: u32, address: &str) -> Phone {
    let mut phone = Phone::new(number).from(address);
    while phone.now < 17 * HOUR {
        let found = 5 * SECOND + phone.chance(14 * MINUTE);
        if phone.chance(3) == 0 {
            phone.ping(200, 900_400).rest(8 * SECOND);
        } else if found < 300 * SECOND {
            phone.ping(200, found).rest(700).sync();
        } else {
            phone.ping(200, found).rest(910 * SECOND - found).sync();
        }
    }
    phone
}

#[test]
fn a_firewall_that_resets_is_found_by_the_length_of_its_pings() {
    let phones: Vec<Phone> = (1..8).map(|n| reset(n, &format!("198.51.{n}.7"))).collect();
    let report = of_phones(&phones);
    let finding = the(&report, "idle-timeout");
    assert_eq!(
        report.findings[0].code, "idle-timeout",
        "{}",
        report.verdict.sentence
    );
    assert_eq!(finding.title, "Idle connections are cut after about 4 min");
    assert_eq!(
        (finding.severity, finding.certainty),
        (Severity::Act, Certainty::Likely)
    );
    assert_eq!(finding.devices, 7);
    assert!(
        finding.advice[1].contains("to 3 minutes"),
        "{:?}",
        finding.advice
    );
    assert!(
        found(&report, "reconnects-often").is_none(),
        "one finding tells it"
    );
}

#[test]
fn one_network_that_resets_is_told_from_the_others() {
    let mut phones = fleet(10);
    phones.extend((21..24).map(|n| reset(n, "192.0.2.9")));
    let report = of_phones(&phones);
    let finding = the(&report, "idle-timeout");
    assert_eq!(finding.severity, Severity::Watch);
    assert_eq!(named(finding, "network")[0].0, "192.0.2.0/24");
    assert_eq!(named(finding, "network").len(), 1);
    assert!(
        finding
            .sentence
            .contains("Only 1 network shows it: elsewhere answers arrived after up to 14 min"),
        "{}",
        finding.sentence
    );
}

#[test]
fn a_firewall_that_forgets_is_found_by_what_never_arrives() {
    let phones: Vec<Phone> = (1..10)
        .map(|n| silent(n, &format!("198.51.{}.7", n % 2)))
        .collect();
    let report = of_phones(&phones);
    let finding = the(&report, "idle-timeout");
    assert_eq!(
        finding.title, "Idle connections are cut after about 5 min",
        "{}",
        finding.sentence
    );
    assert_eq!(finding.severity, Severity::Act, "{}", finding.sentence);
    assert_eq!(named(finding, "network").len(), 2);
}

#[test]
fn coverage_that_is_lost_at_any_time_is_no_timeout() {
    let mut phones = fleet(6);
    for phone in &mut phones {
        for _ in 0..8 {
            let held = 20 * SECOND + phone.chance(13 * MINUTE);
            phone.ping(200, held).rest(4 * MINUTE).sync();
            let held = 20 * SECOND + phone.chance(13 * MINUTE);
            phone.ping(409, held);
        }
        phone.live(20 * HOUR);
    }
    let report = of_phones(&phones);
    assert!(found(&report, "idle-timeout").is_none());
    assert_eq!(the(&report, "replies-lost").count, 48);
}

#[test]
fn phones_that_reconnect_often_at_any_time_are_watched() {
    let mut phones = fleet(3);
    let mut moving = Phone::new(77);
    for _ in 0..120 {
        let held = 20 * SECOND + moving.chance(10 * MINUTE);
        moving.ping(409, held);
    }
    phones.push(moving);
    let report = of_phones(&phones);
    let finding = the(&report, "reconnects-often");
    assert_eq!(
        (finding.severity, finding.count),
        (Severity::Watch, 119 + 1 - 1)
    );
    assert!(found(&of_phones(&fleet(3)), "reconnects-often").is_none());
}

/// nginx in front, with its 60 s.
#[test]
fn a_proxy_that_gives_up_is_certain() {
    let mut phones = fleet(4);
    for number in 11..15 {
        let mut phone = Phone::new(number);
        for _ in 0..12 {
            phone
                .ask("Ping", 504, 60_000 + i64::from(number), 0)
                .rest(SECOND);
            phone.sync();
        }
        phones.push(phone);
    }
    let report = of_phones(&phones);
    let finding = the(&report, "idle-timeout");
    assert_eq!(
        (finding.severity, finding.certainty, finding.count),
        (Severity::Act, Certainty::Certain, 48)
    );
    assert_eq!(finding.title, "Idle connections are cut after about 1 min");
    assert_eq!(named(finding, "file"), [("access.log", 48)]);
    assert!(finding.advice[0].contains("15 min"), "{:?}", finding.advice);
    assert!(
        finding.advice[1].contains("has to be raised"),
        "{:?}",
        finding.advice
    );
    assert!(
        found(&report, "requests-failed").is_none(),
        "one finding tells it"
    );
}

#[test]
fn clocks_that_do_not_fit_are_told() {
    let mut phones = fleet(3);
    let text = log(&phones);
    let calm = report(&[("a.log", &text)], &[]);
    assert!(found(&calm, "clock-skew").is_none());
    // The same traffic by a clock that is twenty minutes ahead.
    for phone in &mut phones {
        *phone = phone.clone().shifted(20 * MINUTE + 7 * SECOND);
    }
    let ahead = log(&phones).replace("+0000] \"POST /servlet/traveler", "+0000] \"POST ");
    let both = report(&[("a.log", &text), ("proxy.log", &ahead)], &[]);
    let finding = the(&both, "clock-skew");
    assert_eq!((finding.severity, finding.count), (Severity::Watch, 1));
    assert!(
        finding.sentence.contains("20 min 7 s"),
        "{}",
        finding.sentence
    );
    assert_eq!(named(finding, "file").len(), 1);
    // Two parts of a log put together the wrong way round.
    let middle = text
        .match_indices('\n')
        .nth(text.lines().count() / 2)
        .expect("a line")
        .0
        + 1;
    let turned = format!("{}{}", &text[middle..], &text[..middle]);
    let turned = report(&[("a.log", &turned)], &[]);
    let finding = the(&turned, "clock-skew");
    assert!(
        finding.sentence.contains("time runs back 1 time"),
        "{}",
        finding.sentence
    );
    assert_eq!(finding.evidence.len(), 1);
}
