//! What the server does: refusals, errors, conflicts of Syncs, stops, and what it says of itself.

use crate::script::{
    HOUR, MINUTE, Phone, SECOND, fleet, found, log, named, of_phones, report, the,
};
use pinglens::explain::{Certainty, Severity};

#[test]
fn a_server_that_turns_everybody_away_is_to_be_acted_on() {
    let mut phones = fleet(10);
    for phone in &mut phones {
        phone.now = 18 * HOUR;
        // Each gap twice the last.
        for gap in [5, 10, 20, 40, 80] {
            phone.ask("Ping", 503, 15, 0).rest(gap * SECOND);
        }
        phone.sync().ping(200, 900_300);
    }
    let report = of_phones(&phones);
    let finding = the(&report, "turned-away");
    assert_eq!(report.findings[0].code, "turned-away");
    assert_eq!(
        (finding.severity, finding.count, finding.devices),
        (Severity::Act, 50, 10)
    );
    assert!(
        finding.sentence.contains(
            "50 requests were turned away with 503 or 429, of 10 devices, within 1 min 15 s."
        ),
        "{}",
        finding.sentence
    );
    assert!(
        finding.sentence.contains("10 backed off with growing gaps"),
        "{}",
        finding.sentence
    );
    // One that is refused once is a hiccup.
    let mut phones = fleet(10);
    phones[0].ask("Ping", 503, 15, 0).sync();
    assert_eq!(
        the(&of_phones(&phones), "turned-away").severity,
        Severity::Harmless
    );
}

#[test]
fn a_rush_after_refusals_is_told() {
    let mut phones = fleet(10);
    for phone in &mut phones {
        phone.now = 18 * HOUR;
        for _ in 0..6 {
            phone.ask("Ping", 503, 15, 0).rest(30 * SECOND);
        }
        phone.sync();
    }
    let report = of_phones(&phones);
    let finding = the(&report, "turned-away");
    assert!(
        finding
            .sentence
            .contains("Within a minute of the last refusal, 10 of 10 devices came back at once."),
        "{}",
        finding.sentence
    );
    assert!(
        finding.sentence.contains("0 backed off"),
        "{}",
        finding.sentence
    );
}

#[test]
fn failed_requests_matter_by_their_share() {
    let fail = |times: u32| {
        let mut phones = fleet(4);
        for i in 0..times {
            let phone = &mut phones[i as usize % 4];
            phone.ask("SmartForward", 500, 57, 0).rest(MINUTE).sync();
        }
        of_phones(&phones)
    };
    assert!(found(&fail(0), "requests-failed").is_none());
    let one = fail(1);
    assert_eq!(the(&one, "requests-failed").severity, Severity::Harmless);
    let many = fail(60);
    let finding = the(&many, "requests-failed");
    assert_eq!((finding.severity, finding.count), (Severity::Act, 60));
    assert!(
        finding.sentence.contains("60 × 500"),
        "{}",
        finding.sentence
    );
}

#[test]
fn syncs_that_are_overtaken_often_are_watched_with_their_suspects() {
    let mut phones = fleet(20);
    let mut slow = Phone::new(77);
    for _ in 0..30 {
        slow.ask("Sync", 409, 42 * SECOND, 0)
            .sync()
            .ping(200, 900_200);
    }
    phones.push(slow);
    let report = of_phones(&phones);
    let finding = the(&report, "sync-conflicts");
    assert_eq!(
        (finding.severity, finding.count, finding.devices),
        (Severity::Watch, 30, 1)
    );
    assert!(
        finding.sentence.contains("30 had taken 30 s or more"),
        "{}",
        finding.sentence
    );
    assert!(
        finding.sentence.contains("Of 1 device, more than 20 % did"),
        "{}",
        finding.sentence
    );

    let mut phones = fleet(8);
    phones[0].ask("Sync", 409, 900, 0).sync();
    assert_eq!(
        the(&of_phones(&phones), "sync-conflicts").severity,
        Severity::Harmless
    );
}

/// A console line of a stop, at a time of day.
fn waiting(phone: &Phone, at: i64, session: u32) -> String {
    let (hour, minute, second) = (at / HOUR, at / MINUTE % 60, at / SECOND % 60);
    format!(
        "05/14/2025 {hour:02}:{minute:02}:{second:02}   HTTP Server: Waiting for session to finish: Session State [Processing \
         Request] Session ID [{session}] Thread ID [3716 (0xe84)] POST \
         /servlet/traveler/Microsoft-Server-ActiveSync?User={}&DeviceId={}&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n",
        phone.user, phone.device
    )
}

#[test]
fn a_stop_that_pings_hold_up_is_matched_with_the_access_log() {
    let mut phones = fleet(6);
    let mut console = String::new();
    for (i, phone) in phones.iter_mut().enumerate() {
        phone.now = 18 * HOUR + i as i64 * MINUTE;
        phone.ping(200, 900_200);
        console.push_str(&waiting(phone, 18 * HOUR + 10 * MINUTE, 6_287 + i as u32));
    }
    let text = log(&phones);
    let both = report(&[("access.log", &text), ("console.log", &console)], &[]);
    let finding = the(&both, "sessions-waiting");
    assert_eq!(
        (finding.severity, finding.count, finding.devices),
        (Severity::Watch, 6, 6)
    );
    assert!(
        finding.sentence.contains("The access log shows all of these Pings: the last ended 10 min after the console had first named it."),
        "{}",
        finding.sentence
    );
    assert_eq!(named(finding, "user").len(), 5);
    assert!(finding.advice[1].contains("tell traveler shutdown"));

    // Alone, the console cannot tell how long.
    let alone = report(&[("console.log", &console)], &["max-heartbeat=300"]);
    let finding = the(&alone, "sessions-waiting");
    assert!(
        finding.sentence.contains("5 min here"),
        "{}",
        finding.sentence
    );
    assert!(
        !finding.sentence.contains("access log shows"),
        "{}",
        finding.sentence
    );
    assert!(found(&of_phones(&phones), "sessions-waiting").is_none());
}

#[test]
fn a_session_that_is_stuck_is_to_be_acted_on_and_how_long_that_is_can_be_said() {
    let line = |minute: u32| {
        format!(
            "05/14/2025 18:{minute:02}:00   HTTP Server: Waiting for session to finish: Session State [Processing Request] \
             Session ID [71] Thread ID [3716 (0xe84)] GET /app.nsf/report HTTP/1.1\n"
        )
    };
    let console: String = [0, 4, 8].map(line).concat();
    let severity = |thresholds: &[&str]| {
        the(
            &report(&[("console.log", &console)], thresholds),
            "sessions-waiting",
        )
        .severity
    };
    assert_eq!(severity(&[]), Severity::Watch);
    assert_eq!(severity(&["max-heartbeat=300"]), Severity::Act);
}

#[test]
fn statistics_are_held_against_the_log() {
    let phones = fleet(6);
    let text = log(&phones);
    let syncs = of_phones(&phones).totals.syncs;
    let told = |ok: u64, conflicts: u64| {
        let statistics = format!(
            "  Traveler.DeviceSync.Count.200 = {ok}\n  Traveler.DeviceSync.Count.409 = {conflicts}\n"
        );
        report(&[("access.log", &text), ("stat.txt", &statistics)], &[])
    };
    let fits = told(syncs, 0);
    let finding = the(&fits, "statistics-compared");
    assert_eq!(
        (finding.severity, finding.count),
        (Severity::Harmless, syncs)
    );
    assert!(
        finding.sentence.contains("both speak of the same time"),
        "{}",
        finding.sentence
    );
    assert!(
        finding.sentence.contains("does not count Pings there"),
        "{}",
        finding.sentence
    );
    let other = told(2_268, 15);
    let finding = the(&other, "statistics-compared");
    assert_eq!(finding.severity, Severity::Harmless);
    assert!(
        finding.sentence.contains("15 of them ended by 409 (0.7 %)"),
        "{}",
        finding.sentence
    );
    assert!(
        finding.sentence.contains("different periods"),
        "{}",
        finding.sentence
    );
    assert_eq!(
        the(&told(900, 100), "statistics-compared").severity,
        Severity::Watch
    );
    assert!(found(&of_phones(&phones), "statistics-compared").is_none());
}

#[test]
fn causes_that_are_not_here_are_told_by_their_share() {
    let mut phones = fleet(3);
    for phone in &mut phones {
        for _ in 0..8 {
            phone.ping(409, 90 * SECOND).rest(4 * MINUTE).sync();
        }
    }
    let report = of_phones(&phones);
    let finding = the(&report, "conflicts-unseen");
    assert_eq!((finding.severity, finding.count), (Severity::Watch, 24));
    assert_eq!(finding.certainty, Certainty::Certain);
    assert!(found(&of_phones(&fleet(3)), "conflicts-unseen").is_none());
}

#[test]
fn a_log_without_activesync_says_so() {
    let line = "203.0.113.7 mail.example.com - [14/May/2025:14:25:00 +0200] \"GET /traveler HTTP/1.1\" 200 812 \"-\" \"-\" 2 \"\" \"\"\n";
    let report = report(&[("a.log", line)], &[]);
    assert_eq!(the(&report, "activesync-absent").severity, Severity::Watch);
    assert!(found(&of_phones(&fleet(1)), "activesync-absent").is_none());
}

/// So many phones that wait at the same time.
fn waiting_phones(n: u32) -> Vec<Phone> {
    let waiting = |number| {
        let mut phone = Phone::new(number);
        phone
            .rest(i64::from(number) * SECOND)
            .sync()
            .rest(SECOND)
            .ping(200, 900_200);
        phone
    };
    (1..=n).map(waiting).collect()
}

#[test]
fn threads_that_run_out_are_told_where_their_number_is_known() {
    let text = log(&waiting_phones(60));
    let told = |thresholds: &[&str]| report(&[("a.log", &text)], thresholds);
    let finding =
        |report: &pinglens::report::model::Report| the(report, "threads-exhausted").clone();

    let all = finding(&told(&["http-threads=60"]));
    assert_eq!(
        (all.severity, all.certainty, all.count),
        (Severity::Act, Certainty::Certain, 60)
    );
    assert_eq!(all.title, "All 60 HTTP threads were taken");
    assert!(
        all.sentence
            .contains("The vendor asks for 72 threads for the 60 devices"),
        "{}",
        all.sentence
    );
    let close = finding(&told(&["http-threads=70"]));
    assert_eq!(
        (close.severity, close.title.as_str()),
        (Severity::Watch, "60 of 70 HTTP threads were taken")
    );
    assert!(found(&told(&["http-threads=100"]), "threads-exhausted").is_none());
    // Statistics tell it, too.
    let statistics = report(
        &[("a.log", &text), ("stat.txt", "  Http.Workers = 40\n")],
        &[],
    );
    assert_eq!(finding(&statistics).title, "All 40 HTTP threads were taken");
    // Unknown is unknown.
    let unknown = finding(&told(&[]));
    assert_eq!(
        (unknown.severity, unknown.certainty),
        (Severity::Harmless, Certainty::Possible)
    );
    assert!(
        unknown.sentence.contains("in none of these logs"),
        "{}",
        unknown.sentence
    );
    let few = log(&waiting_phones(30));
    assert!(found(&report(&[("a.log", &few)], &[]), "threads-exhausted").is_none());
    let few = report(&[("a.log", &few)], &["http-threads=35"]);
    assert_eq!(finding(&few).severity, Severity::Watch);
}
