use super::*;
use crate::format::{Class, Detector};

fn time(line: &str) -> Option<String> {
    stamped(line.as_bytes()).map(|(local, _)| local.stamp.to_string())
}

#[test]
fn reads_every_date_style_of_the_console() {
    let cases = [
        (
            "11/25/2008 07:22:25 AM  HTTP Server: Started",
            "2008-11-25T07:22:25",
        ),
        (
            "11/25/2008 12:22:25 AM  HTTP Server: Started",
            "2008-11-25T00:22:25",
        ),
        (
            "11/25/2008 12:22:25 PM HTTP Server: Started",
            "2008-11-25T12:22:25",
        ),
        (
            "03.02.2019 09:31:47   JVM: Java Virtual Machine initialized.",
            "2019-02-03T09:31:47",
        ),
        (
            "[4674:000E-30C8] 09/13/2016 09:49:47.90 PM SSLProcessHandshake Exit>",
            "2016-09-13T21:49:47.900",
        ),
        (
            "25/11/2008 17:22:25   HTTP Server: Shutdown",
            "2008-11-25T17:22:25",
        ),
        (
            "3/3/10 2:25:00 pm  HTTP Server: Started",
            "2010-03-03T14:25:00",
        ),
        (
            "[83AC:0002-796C] 2026-09-18 21:15:40   Database Replicator started",
            "2026-09-18T21:15:40",
        ),
        (
            "2026/9/18 9:15:40 PM  Database Replicator started",
            "2026-09-18T21:15:40",
        ),
        (
            "25.11.2008 17.22.25   HTTP Server: Shutdown",
            "2008-11-25T17:22:25",
        ),
        (
            "[28325:00010-3735542592] 22-06-2014 09:56:12   SMTP Server: Started",
            "2014-06-22T09:56:12",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(time(line).as_deref(), Some(expected), "{line}");
    }
}

#[test]
fn leaves_the_dated_lines_of_other_programs_alone() {
    for line in [
        "18/05/2025 12:00:04 [ 7177] [ INFO] [user] cmd='Ping'",
        "2016/09/16 00:02:19 [error] 32594#0: *6637 upstream timed out",
        "2020-08-23 00:00:01 192.0.2.1 POST /x",
        "2020-08-23 00:00:01  INFO something",
        "2020-08-23 00:00:01 Server: something",
        "08/23/2020 00:00:01 fe80::1 POST /x",
        "13/13/2008 17:22:25   HTTP Server: Shutdown",
        "11/25/2008 13:22:25 PM  HTTP Server: Started",
        "11/25/2008 07:22",
        "",
    ] {
        assert_eq!(time(line), None, "{line}");
    }
}

/// What becomes of lines: their classes, and state, session and target of each record.
fn read(text: &str) -> (String, Vec<[String; 3]>) {
    let mut detector = Detector::new();
    let mut records = Vec::new();
    let mut emit = |r: &Record<'_>| {
        let field = |name| r.field(name).unwrap_or_else(|| "-".to_owned());
        if r.what != What::Remark {
            records.push([field("state"), field("session"), field("target")]);
        }
    };
    let mut classes = String::new();
    for (i, text) in text.lines().enumerate() {
        let line = Line {
            number: i as u32 + 1,
            offset: 0,
            bytes: text.as_bytes(),
            cut: false,
            closed: true,
        };
        classes.push(match detector.line(&line, &mut emit) {
            Class::Record => 'R',
            Class::Continuation => '+',
            Class::Comment => '#',
            Class::Rejected(_) => '?',
        });
    }
    detector.finish(&mut emit);
    (classes, records)
}

const WHOLE: &str = "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [6287] Thread ID [3716 (0xe84)] POST /servlet/traveler/Microsoft-Server-ActiveSync?User=michael%20brown&DeviceId=Appl880069LM3NP&DeviceType=iPhone&Cmd=Ping HTTP/1.1";

/// The founding thread's line, wrapped at each blank behind its stamp and at each byte of its URL.
#[test]
fn a_line_wrapped_anywhere_is_one_record() {
    let whole = read(WHOLE).1;
    let url = WHOLE.find("/servlet").unwrap_or(0);
    let mut tried = 0;
    for at in "03/03/2010 02:25:00 PM".len()..WHOLE.len() {
        let blank = WHOLE.as_bytes()[at] == b' ';
        if !blank && !(url + 1..WHOLE.len() - " HTTP/1.1".len()).contains(&at) {
            continue;
        }
        tried += 1;
        let (head, rest) = WHOLE.split_at(at);
        for text in [
            format!("{head}\n{}", rest.trim_start()),
            format!("{head} \n\n  {}", rest.trim_start()),
        ] {
            let (classes, records) = read(&text);
            assert_eq!(records, whole, "{text}");
            assert!(!classes.contains('?'), "{classes}: {text}");
        }
    }
    assert!(tried > 100);
    for width in [20, 40, 60, 72, 76, 80, 132] {
        let mut text = String::new();
        let mut column = 22;
        for word in WHOLE[22..].split_inclusive([' ', '&', '-']) {
            if column + word.len() > width {
                text.push('\n');
                column = 0;
            }
            text.push_str(word);
            column += word.len();
        }
        assert_eq!(
            read(&format!("{}{text}", &WHOLE[..22])).1,
            whole,
            "{width}: {text}"
        );
    }
}

#[test]
fn an_unfinished_line_takes_nothing_of_others() {
    let unfinished = [
        "03/03/2010 02:25:00 PM  HTTP Server:",
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish:",
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing",
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2]",
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST",
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /x?User=a&Cmd=Pi",
    ];
    let others = [
        (
            "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1\" 200 5",
            "R",
        ),
        (
            "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000]",
            "?",
        ),
        (
            "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1",
            "?",
        ),
        ("Cookie:\nStatus: 409 CONFLICT", "R+"),
        ("=====================\nRequest: GET /x HTTP/1.1", "#R"),
        ("03/03/2010 02:25:01 PM  HTTP Server: Shutdown", "#"),
        ("Can anybody tell me what this means?", "?"),
    ];
    for first in unfinished {
        for (then, expected) in others {
            let (classes, records) = read(&format!("{first}\n{then}"));
            assert_eq!(classes[1..], *expected, "{first} / {then}");
            let held = records.iter().filter(|[state, ..]| state != "-").count();
            assert_eq!(
                held,
                usize::from(first.contains("finish:")),
                "{first} / {then}"
            );
            assert!(
                records.iter().all(|[_, _, t]| t == "-" || t == "/x"),
                "{records:?}"
            );
        }
    }
}

#[test]
fn a_message_never_grows_beyond_its_bounds() {
    let first = "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /x?";
    let (classes, records) = read(&format!("{first}{}", "\nx".repeat(40)));
    assert_eq!(classes.matches('+').count(), WRAPPED_LINES as usize);
    assert_eq!(records.len(), 1);
    let long = format!("\n{}", "x".repeat(WRAPPED_BYTES / 2));
    let (classes, _) = read(&format!("{first}{}", long.repeat(5)));
    assert_eq!(classes, "R+????");
}

#[test]
fn a_message_is_known_without_its_stamp_and_right_behind_it() {
    let message = &WHOLE["03/03/2010 02:25:00 PM ".len()..];
    let (classes, records) = read(message);
    assert_eq!((classes.as_str(), records.len()), ("R", 1));
    let mut reader = ConsoleReader::default();
    let mut stamp = None;
    for bytes in [&b"03/03/2010 02:25:00 PM"[..], message.as_bytes()] {
        let line = Line::alone(bytes);
        reader.line(&line, &mut |r| stamp = r.field("time"));
    }
    assert_eq!(stamp.as_deref(), Some("2010-03-03T14:25:00"));
}

/// The record is there without its time, so that no session is lost to a locale.
#[test]
fn a_message_is_known_behind_a_stamp_that_is_not() {
    let message = "HTTP Server: Waiting for session to finish: Session State [Processing Request] Session ID [7] Thread ID [1 (0x1)] POST /a?Cmd=Ping HTTP/1.1";
    for stamp in [
        "2010年3月3日 14:25:00  ",
        "03/03/2010 02:25:00 nachm.  ",
        "03/03/2010 14:25:00 CET  ",
        "[0E84:0002-0F10] 3 Mar 2010 14:25:00  ",
    ] {
        let (classes, records) = crate::format::tests::read(&format!("{stamp}{message}\n"));
        assert_eq!(classes, "R", "{stamp}");
        let told = ["what", "target", "time"].map(|name| records[0].field(name));
        assert_eq!(
            told,
            [
                Some("waiting".to_owned()),
                Some("/a?Cmd=Ping".to_owned()),
                None
            ]
        );
    }
}

#[test]
fn what_a_console_prints_without_a_stamp_is_known() {
    let told = |text: &str| read(text).0;
    for (text, expected) in [
        ("> Tell HTTP Quit", "#"),
        ("> show stat traveler", "#"),
        ("> show me what this means", "?"),
        (
            "03/03/2010 02:25:00 PM  HTTP Server: Started\n> drop all\n>\n> 03/03/2010 02:25:09 PM  HTTP Server: Shutdown",
            "####",
        ),
        ("HTTP Server: Started", "?"),
        ("03/03/2010 02:25:00 PM\nHTTP Server: Started", "##"),
        (
            "http: jane [192.0.2.10] authentication failure using internet password",
            "#",
        ),
        (
            "HCL Domino (r) Server (64 Bit), Release 14.0 for Linux",
            "#",
        ),
        (
            "Unable to bind to port Port = 80 errno = 98 \"Address already in use\"",
            "#",
        ),
        ("[00057:00002-000070DE65C55740] Enter password", "#"),
        ("[00057:00002] Enter password", "?"),
        ("[info:00002-000070DE65C55740] Enter password", "?"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn events_of_the_console_are_told_with_their_time() {
    let mut events = Vec::new();
    let mut reader = ConsoleReader::default();
    for text in [
        "03/03/2010 02:25:00 PM",
        "HTTP Server: Started",
        "03/03/2010 02:25:01 PM  Traveler: Http.Workers = 40",
        "03/03/2010 02:25:02 PM  Traveler: Red Status Messages",
        "03/03/2010 02:25:02 PM  Traveler: There have been 5 failures of some kind.",
        "03/03/2010 02:25:03 PM  Router: This is no status of any kind.",
        "> restart task http",
    ] {
        let line = Line::alone(text.as_bytes());
        let reading = reader.line(&line, &mut |r| {
            let field = |name| r.field(name).unwrap_or_else(|| "-".to_owned());
            let what = field("text") + &field("name");
            if r.what != What::Remark {
                events.push(format!("{} {what} {}", field("time"), field("colour")));
            }
        });
        assert_eq!(reading, Reading::Comment, "{text}");
    }
    let expected = [
        "2010-03-03T14:25:00 HTTP Server: Started- -",
        "2010-03-03T14:25:01 -Http.Workers -",
        "2010-03-03T14:25:02 There have been 5 failures of some kind.- red",
        "- restart task http- -",
    ];
    assert_eq!(events, expected);
}
