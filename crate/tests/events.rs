//! What servers say beside their requests: consoles, statistics, Traveler's status.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::model::{EventsReport, Report};
use pinglens::report::{Output, write};

fn report(files: &[(&str, &str)]) -> Report {
    let mut inspector = Inspector::new();
    for (name, text) in files {
        inspector.open(name);
        inspector.feed(text.as_bytes());
    }
    inspector.report()
}

fn failure(minute: u32, user: &str) -> String {
    format!(
        "03.03.2010 14:{minute:02}:00   http: {user} [192.0.2.10] authentication failure using internet password\n"
    )
}

#[test]
fn a_file_of_events_alone_is_a_log() {
    for (text, words) in [
        (
            "03/03/2010 02:25:00 PM  HTTP Server: Started\n",
            "only console messages",
        ),
        ("> Tell HTTP Quit\n", "only console messages"),
        ("  Http.Workers = 40\n", "only statistics"),
        ("Server.Name = mail1\n", "only statistics"),
        (
            "The overall status of HCL Traveler is Green.\n",
            "only statistics",
        ),
    ] {
        let report = report(&[("a.log", text)]);
        assert!(report.files[0].problem.is_none(), "{text}");
        let sentence = &report.verdict.sentence;
        assert!(sentence.contains(words), "{text}: {sentence}");
        assert_ne!(report.events, EventsReport::default(), "{text}");
        assert_eq!(report.totals.lines.comments, 1, "{text}");
    }
}

#[test]
fn failed_sign_ins_of_several_files_are_put_together() {
    let first = failure(5, "jane") + &failure(7, "anna");
    let second = failure(1, "jane") + &failure(9, "jane");
    let rows = report(&[("a.log", &first), ("b.log", &second)])
        .events
        .sign_ins;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let line = (row.evidence.file, row.evidence.line);
            (
                text(&row.user),
                row.count,
                text(&row.first),
                text(&row.last),
                line,
            )
        })
        .collect();
    let time = |minute: u32| format!("2010-03-03T14:{minute:02}:00");
    assert_eq!(
        told,
        [
            ("jane".to_owned(), 3, time(1), time(9), (0, 1)),
            ("anna".to_owned(), 1, time(7), time(7), (1, 2)),
        ]
    );
}

#[test]
fn the_order_of_opening_makes_no_difference_to_events() {
    let texts = [
        ("a.log", failure(5, "jane") + "  Http.Workers = 40\n"),
        ("b.log", failure(1, "anna") + "  Http.Workers = 60\n"),
        ("c.log", "Http.Workers = 80\n".to_owned()),
        ("d.log", "Http.Workers = 90\nHttp.Workers = 10\n".to_owned()),
        (
            "e.log",
            "The overall status of HCL Traveler is Red.\n".to_owned(),
        ),
        (
            "f.log",
            "The overall status of HCL Traveler is Green.\n".to_owned(),
        ),
    ];
    let json = |order: [usize; 6]| {
        let files = order.map(|i| (texts[i].0, texts[i].1.as_str()));
        let events = write(&report(&files), Output::Json);
        events
            .lines()
            .filter(|l| !l.contains("\"opened\""))
            .collect::<String>()
    };
    let expected = json([0, 1, 2, 3, 4, 5]);
    assert!(expected.contains("\"value\": \"10\""), "{expected}");
    assert!(expected.contains("\"colour\": \"green\""), "{expected}");
    for order in [[5, 4, 3, 2, 1, 0], [3, 2, 5, 0, 1, 4], [1, 0, 4, 5, 2, 3]] {
        assert_eq!(json(order), expected, "{order:?}");
    }
}

/// A console that was given twice, and one whose statistics differ in one number.
#[test]
fn copies_of_events_count_once() {
    let text = failure(5, "jane") + "Http.Workers = 40\n";
    let copy = [("a.log", text.as_str()), ("b.log", text.as_str())];
    let report_of_copies = report(&copy);
    assert_eq!(report_of_copies.events.sign_ins[0].count, 1);
    assert!(report_of_copies.files.iter().any(|f| f.problem.is_some()));
    let other = text.replace("= 40", "= 41");
    let differ = report(&[("a.log", &text), ("b.log", &other)]);
    assert_eq!(differ.events.sign_ins[0].count, 2);
    assert_eq!(differ.events.statistics.rows[0].value, "41");
}

#[test]
fn long_lists_are_cut_in_what_is_written_and_said_to_be() {
    let text: String = (0..150)
        .map(|i| failure(i % 60, &format!("user{i}")))
        .collect();
    let report = report(&[("a.log", &text)]);
    assert_eq!(report.events.sign_ins.len(), 150);
    let text = write(&report, Output::Text);
    assert!(text.contains("The first 100 of 150 are shown"), "{text}");
    assert_eq!(text.matches("  192.0.2.10  ").count(), 100);
}

/// Bodies of requests may hold passwords; nothing of them is in the report, however they are shaped.
#[test]
fn nothing_of_a_body_is_taken_from_a_thread_log() {
    let text = "*** New Request -- Parse and Check Request: Session 7, Thread 10, Clock 100\n\
                *** Process Request: Session 7, Thread 10, Clock 110\n\
                POST /Microsoft-Server-ActiveSync?User=jane&DeviceId=A1&Cmd=Sync HTTP/1.1\n\
                Authorization: Basic marker\n\
                Cookie: LtpaToken=marker\n\
                \n\
                GET /marker HTTP/1.1\nHost: marker\nUser-Agent: marker\nReferer: marker\n\nHTTP/1.1 599 marker\n\
                *** End Request Step: Session 7, Thread 10, Clock 400\n\
                *** Log Request: Session 7, Thread 10, Clock 410\n";
    let report = report(&[("a.log", text)]);
    assert_eq!((report.totals.requests, report.totals.activesync), (1, 1));
    assert_eq!(report.commands[0].durations.max, Some(300));
    assert_eq!(report.commands[0].statuses[0].status, None);
    assert!(!write(&report, Output::Json).contains("marker"));
}
