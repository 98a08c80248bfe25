use super::*;

const DOMINO: &str = r#"192.0.2.1 t.example.com - [03/Mar/2010:14:25:00 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 409 0 "-" "x" 9110 "" """#;

/// What the lines of a text are, and the fields of its records.
fn read(
    mut detector: Detector,
    text: &str,
    fields: &[&str],
) -> (Vec<Class>, Vec<String>, Detection) {
    let mut records = Vec::new();
    let mut emit = |record: &Record<'_>| {
        let fields = fields.iter().map(|f| record.field(f).unwrap_or_default());
        records.push(fields.collect::<Vec<_>>().join(" "));
    };
    let mut classes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = Line {
            number: index as u32 + 1,
            offset: 0,
            bytes: line.as_bytes(),
            cut: false,
            closed: true,
        };
        classes.push(detector.line(&line, &mut emit));
    }
    detector.finish(&mut emit);
    (classes, records, detector.detection())
}

/// Puts the same around every line of a text.
fn wrapped(text: &str, wrap: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| wrap(line) + "\n").collect()
}

fn json(line: &str) -> String {
    let line = line.replace('\\', r"\\").replace('"', r#"\""#);
    format!(r#"{{"log":"{line}\n","stream":"stdout","time":"2024-01-02T03:04:05.5Z"}}"#)
}

fn html(line: &str) -> String {
    let line = line.replace('&', "&amp;").replace('"', "&quot;");
    format!("{line}<br>")
}

/// Every kind of envelope, and some of them in each other.
const WRAPS: [fn(&str) -> String; 22] = [
    |line| format!("Jan  2 03:04:05 web httpd[12]: {line}"),
    |line| format!("Jan 12 03:04:05 httpd [12]: {line}"),
    |line| format!("<190>Jan 12 03:04:05 web httpd: {line}"),
    |line| format!("<165>1 2024-01-02T03:04:05Z web httpd 12 - - {line}"),
    |line| format!("2024-01-02T03:04:05+0100 web httpd[12]: {line}"),
    |line| format!("2024-01-02T03:04:05.123456789Z {line}"),
    |line| format!("2024-01-02T03:04:05.123456789Z stdout F {line}"),
    |line| format!("web-1  | {line}"),
    |line| format!("web | {line}"),
    |line| format!("\x1b[36mweb-1  |\x1b[0m Jan 12 03:04:05 web httpd[12]: \x1b[1m{line}"),
    |line| format!("web-1  | 2024-01-02T03:04:05.123456789Z Jan 12 03:04:05 web httpd[12]: {line}"),
    json,
    html,
    |line| html(&format!("web-1  | {}", json(line))),
    |line| format!("> > {line}"),
    |line| format!("    {line}"),
    |line| format!("access.log:12:{line}"),
    |line| format!("   12  {line}"),
    |line| format!("| {line}"),
    |line| format!("2024-01-02 03:04:05.678 {line}"),
    |line| format!("[2024-01-02 03:04:05] {line}"),
    |line| format!("1704164645678000000\t{line}"),
];

/// Those that hold whole lines of access logs alone.
const WHOLE: [fn(&str) -> String; 2] = [
    |line| line.replace(' ', "\u{a0}"),
    |line| {
        format!(
            "\"Jan 2, 2024 @ 03:04:05.678\",\"{}\",-",
            line.replace('"', "\"\"")
        )
    },
];

#[test]
fn lines_in_envelopes_are_read_like_lines_alone() {
    let text = format!("{DOMINO}\n{DOMINO}\n");
    let fields = [
        "time",
        "remote_ip",
        "host",
        "target",
        "duration_ms",
        "edge",
        "doubt",
    ];
    let (classes, alone, _) = read(Detector::new(), &text, &fields);
    assert_eq!(alone.len(), 2);
    for wrap in WRAPS.into_iter().chain(WHOLE) {
        let text = wrapped(&text, wrap);
        let (told, records, detection) = read(Detector::new(), &text, &fields);
        assert_eq!((told, &records), (classes.clone(), &alone), "{text}");
        assert_eq!(detection.enveloped, 2, "{text}");
        assert!(!detection.envelopes.is_empty(), "{text}");
    }
}

#[test]
fn records_of_several_lines_are_read_in_envelopes() {
    let block = "=====\nUser Agent: x\nRequest: POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/1.1\n\nStatus: 409 CONFLICT\n=====\nRequest: GET / HTTP/1.1\nStatus: 200";
    let fields = ["target", "status", "user_agent"];
    let (classes, alone, _) = read(Detector::new(), block, &fields);
    assert_eq!(alone.len(), 2);
    for wrap in WRAPS {
        let text = wrapped(block, wrap);
        let (told, records, _) = read(Detector::new(), &text, &fields);
        assert_eq!((told, &records), (classes.clone(), &alone), "{text}");
    }
}

#[test]
fn a_record_without_a_time_has_that_of_the_envelope_of_its_first_line() {
    let text = "\
        Jan  2 03:04:05 web x: Request: GET /a HTTP/1.1\n\
        Jan  2 03:04:06 web x: Status: 200\n\
        Jan  2 03:04:07 web x: =====\n\
        Jan  2 03:04:08 web x: Request: GET /b HTTP/1.1\n\
        Jan  2 03:04:09 web x: Status: 200\n";
    let (_, records, _) = read(Detector::new(), text, &["target", "time", "doubt", "edge"]);
    assert_eq!(
        records,
        [
            "/a 2000-01-02T03:04:05 year ",
            "/b 2000-01-02T03:04:08 year "
        ]
    );
    let zoned = text
        .replace("Jan  2 ", "2024-01-02T")
        .replace(" web", "+01:00 web");
    let (_, records, _) = read(Detector::new(), &zoned, &["time", "doubt"]);
    assert_eq!(records[0], "2024-01-02T03:04:05+01:00 ");
}

#[test]
fn envelopes_with_nothing_known_inside_are_rejected() {
    let text = format!(
        "web-1  | {DOMINO}\nweb-1  | something else\n{DOMINO}\nJan  2 03:04:05 web cron[1]: x\n{}\nweb-1  |\n",
        json(DOMINO)
    );
    let (classes, _, detection) = read(Detector::new(), &text, &[]);
    let unknown = Class::Rejected(Reason::UnknownShape);
    assert_eq!(
        classes,
        [
            Class::Record,
            unknown,
            Class::Record,
            unknown,
            Class::Record,
            unknown
        ]
    );
    assert_eq!(detection.enveloped, 2);
}

/// Collectors keep lines of any log as the text of a message; many of those have no `HTTP/` in them.
#[test]
fn a_message_is_a_comment_unless_it_holds_a_line_of_another_log() {
    let message =
        |text: &str| format!(r#"{{"message":"{text}","@timestamp":"2024-01-02T03:04:05Z"}}"#);
    let iis = "2024-01-02 03:04:05 192.0.2.5 POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=a 443 ACME\\\\a 203.0.113.9 x 200 0 0 600013";
    let (classes, records, detection) = read(
        Detector::new(),
        &[
            r#"{"path":"/a","status":200}"#.to_owned(),
            message("started"),
            message(iis),
            message("stopped"),
            message(iis),
            r#"{"path":"/b","status":200}"#.to_owned(),
            message("started"),
        ]
        .join("\n"),
        &["target", "user", "duration_ms"],
    );
    let (record, comment) = (Class::Record, Class::Comment);
    let expected = [record, comment, record, comment, record, record, comment];
    assert_eq!(classes, expected);
    let ping = r"/Microsoft-Server-ActiveSync/default.eas?Cmd=Ping&User=a ACME\a 600013";
    assert_eq!(records, ["/a  ", ping, ping, "/b  "]);
    assert_eq!(detection.enveloped, 2);
    // Alone, messages are of a log that has no requests.
    let (classes, _, _) = read(Detector::new(), &message("started"), &[]);
    assert_eq!(classes, [Class::Comment]);
}

/// A web page writes ampersands and quotes in its own way; formats that know the line all the same would read it wrong.
#[test]
fn a_paste_of_a_web_page_is_unescaped_before_anything_else() {
    let zpush = "15/03/2010 14:02:00 [ 7180] [ INFO] [a] cmd=&#039;Sync&#039; memory=&#039;1/2&#039; time=&#039;0.42s&#039; devType=&#039;iPhone&#039; devId=&#039;A1&#039; getUser=&#039;a&#039; from=&#039;203.0.113.7&#039; idle=&#039;0s&#039; version=&#039;2&#039; method=&#039;POST&#039; httpcode=&#039;200&#039;";
    let nginx = "2025/05/06 08:03:26 [error] 31#31: *1 upstream timed out (110: Connection timed out), client: 203.0.113.7, server: m, request: &quot;POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/1.1&quot;, host: &quot;m.example.com&quot;";
    for (line, expected) in [
        (zpush, "POST 203.0.113.7 "),
        (nginx, "POST 203.0.113.7 m.example.com"),
    ] {
        let (_, records, detection) = read(Detector::new(), line, &["method", "remote_ip", "host"]);
        assert_eq!(records, [expected]);
        assert_eq!(detection.envelopes, ["HTML escapes"]);
    }
    // Far down in a file such writing is what somebody asked for.
    let plain = r#"203.0.113.7 - - [12/Jan/2024:08:15:30 +0000] "GET /?a=&quot;GET&amp;user=x HTTP/1.1" 200 1 "-" "x""#;
    let file = format!("{}\n", plain.replace("&quot;GET&amp;", "")).repeat(70) + plain;
    let (_, records, _) = read(Detector::new(), &file, &["target"]);
    assert_eq!(
        records.last().map(String::as_str),
        Some("/?a=&quot;GET&amp;user=x")
    );
}

#[test]
fn a_line_of_nothing_but_envelopes_costs_little() {
    let line = "Jan  2 03:04:05 a b: ".repeat(3000);
    let text = format!("{line}\n").repeat(50);
    let (classes, ..) = read(Detector::new(), &text, &[]);
    assert!(classes.iter().all(|c| matches!(c, Class::Rejected(_))));
}

#[test]
fn a_given_format_is_the_only_one() {
    let settings = |format: &str| Settings {
        format: Some(format.to_owned()),
        ..Settings::default()
    };
    let text = format!("{DOMINO}\nStatus: 200\nweb-1  | {DOMINO}\n");
    for (format, records) in [
        ("domino-extended-common", 2),
        ("domlog-block", 1),
        (
            r#"%h %v %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %{ms}T "" """#,
            2,
        ),
    ] {
        let (classes, told, detection) =
            read(Detector::with(&settings(format)), &text, &["status"]);
        assert_eq!(told.len(), records, "{format}");
        let rejected = |c: &&Class| **c == Class::Rejected(Reason::NotAsGiven);
        assert_eq!(
            classes.iter().filter(rejected).count(),
            3 - records,
            "{format}"
        );
        assert_eq!(detection.stretches, 1, "{format}");
    }
    let (classes, ..) = read(Detector::with(&settings("no such format")), &text, &[]);
    assert_eq!(classes, [Class::Record; 3]);
}

#[test]
fn stretches_and_the_sample_tell_how_formats_were_told() {
    let common = &DOMINO[..DOMINO.find(" \"-\"").unwrap_or(0)];
    let text = format!("{DOMINO}\n{DOMINO}\n\n{common}\n{DOMINO}\nfoo\n");
    let (_, _, detection) = read(Detector::new(), &text, &[]);
    let told: Vec<(&str, u32)> = detection
        .first_stretches
        .iter()
        .map(|(format, line)| (format.code(), *line))
        .collect();
    let (extended, common) = ("domino-extended-common", "domino-common");
    assert_eq!(told, [(extended, 1), (common, 4), (extended, 5)]);
    assert_eq!((detection.stretches, detection.sampled), (3, 5));
    let would: Vec<(&str, u32)> = detection
        .would_know
        .iter()
        .map(|(format, lines)| (format.code(), *lines))
        .collect();
    assert_eq!(would[0], (extended, 3));
    assert!(would.contains(&(common, 1)), "{would:?}");
}

#[cfg(not(target_arch = "wasm32"))]
mod any_input {
    use super::*;
    use proptest::prelude::*;

    /// Pieces that envelopes are made of, and what may stand between them.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let known = prop::sample::select(vec![
            "Jan  2 03:04:05 ",
            "<190>",
            "<165>1 ",
            "2024-01-02T03:04:05Z ",
            "stdout F ",
            "web-1  | ",
            "[pod/a/b] ",
            "web ",
            "httpd[12]: ",
            "x [1]: ",
            "- ",
            "[a b=\"]\"] ",
            "{\"log\":\"",
            "\\\"",
            "\\u12",
            "\"}",
            "\x1b[1m",
            "\x1b]0;",
            "#033[0m",
            "&quot;",
            "&#x",
            "&amp;",
            "<br>",
            "[ 1.234567] ",
            "1704164645.678 ",
            "Tue ",
            DOMINO,
            "Request: GET / HTTP/1.1",
            "\"",
            "[",
            "]",
            "\\",
            " ",
        ]);
        prop_oneof![
            4 => known.prop_map(|text| text.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..6),
        ]
    }

    proptest! {
            #[test]
            fn is_read_without_a_panic(lines in prop::collection::vec(prop::collection::vec(piece(), 0..8), 1..6)) {
                let own = Settings {
                    format: Some(r#"%h %t "%r" %{%b %d %H:%M:%S}t %D %{User-Agent}i"#.to_owned()),
                    ..Settings::default()
                };
                for mut detector in [Detector::new(), Detector::with(&own)] {
                    for (index, pieces) in lines.iter().enumerate() {
                        let bytes = pieces.concat();
                        let line = Line { number: index as u32 + 1, offset: 0, bytes: &bytes, cut: false, closed: true };
                        detector.line(&line, &mut |_| {});
                    }
                    detector.finish(&mut |_| {});
                    prop_assert!(detector.detection().sampled as usize <= lines.len());
                }
            }

            #[test]
            fn every_part_of_a_line_in_envelopes_is_read_without_a_panic(wrap in 0..WRAPS.len(), at in 0.0..1.0) {
                let text = WRAPS[wrap](DOMINO).into_bytes();
                let cut = &text[..(text.len() as f64 * at) as usize];
                let mut detector = Detector::new();
                for (number, bytes) in [(1, text.as_slice()), (2, cut), (3, text.as_slice())] {
                    let line = Line { number, offset: 0, bytes, cut: false, closed: true };
                    let class = detector.line(&line, &mut |_| {});
    // What follows a part may belong to it: a lone bracket opens an object of JSON.
                    prop_assert!(number > 1 || class == Class::Record, "{:?}", class);
                }
            }
        }
}
