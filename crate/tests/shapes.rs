//! Access-log lines in the shapes in which servers and their administrators write them: which format each is told to be
//! of, and what is read from it.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::format::{Class, Detector};
use pinglens::input::Line;

/// Formats and records of lines, each with these fields.
fn read(lines: &[&[u8]], fields: &[&str]) -> Vec<(&'static str, Vec<String>)> {
    let mut detector = Detector::new();
    let mut told = Vec::new();
    for (at, &bytes) in lines.iter().enumerate() {
        let line = Line {
            number: at as u32 + 1,
            offset: 0,
            bytes,
            cut: false,
            closed: true,
        };
        let mut record = Vec::new();
        let class = detector.line(&line, &mut |r| {
            record = fields
                .iter()
                .map(|name| r.field(name).unwrap_or_else(|| "-".to_owned()))
                .collect();
        });
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(class, Class::Record, "{text}");
        told.push((detector.current().code(), record));
    }
    told
}

/// A prefix with what stands behind it in Domino's Extended Common, and in its Common.
fn domino(prefix: &[u8]) -> [Vec<u8>; 2] {
    const REQUEST: &[u8] =
        br#" [03/Mar/2010:14:25:00 -0500] "POST /servlet/traveler?Cmd=Ping HTTP/1.1" 409 812"#;
    const TAIL: &[u8] = br#" "-" "Apple-iPhone/704.11" 203110 "" "d:/lotus/domino data/x""#;
    [[prefix, REQUEST, TAIL].concat(), [prefix, REQUEST].concat()]
}

#[test]
fn domino_names_hosts_and_users_as_it_likes() {
    for (remote, host, user, name) in [
        ("192.0.2.7", "t.example.com", "-", "-"),
        (
            "192.0.2.7",
            "t.example.com:8080",
            "\"Jane Doe/Sales/ACME\"",
            "Jane Doe/Sales/ACME",
        ),
        (
            "2001:db8::7",
            "[2001:db8::5]:443",
            "CN=Jane Doe/OU=Sales/O=ACME",
            "CN=Jane Doe/OU=Sales/O=ACME",
        ),
        (
            "fe80::7%eth0",
            "2001:db8::5",
            "\"CN=Lee [Ops]/O=ACME\"",
            "CN=Lee [Ops]/O=ACME",
        ),
        (
            "phone.example.net",
            "192.0.2.1",
            "\"Jane \"JD\" Doe/ACME\"",
            "Jane \"JD\" Doe/ACME",
        ),
        (
            "192.0.2.7",
            "t.example.com",
            "\"Jane Doe/ACME",
            "\"Jane Doe/ACME",
        ),
        (
            "192.0.2.7",
            "t.example.com",
            "Jane Doe/ACME\"",
            "Jane Doe/ACME\"",
        ),
        ("192.0.2.7", "t.example.com", "[Jane] \"Doe", "[Jane] \"Doe"),
        (
            "192.0.2.7",
            "t.example.com",
            "\"\u{53f0}\u{6240} \u{7530}/ACME\"",
            "\u{53f0}\u{6240} \u{7530}/ACME",
        ),
        ("192.0.2.7", "t.example.com", "-jane", "-jane"),
        (
            "203.0.113.xxx",
            "t.example.com",
            "jane@example.com",
            "jane@example.com",
        ),
        ("-", "t.example.com", "-", "-"),
        (
            "192.0.2.7",
            "-",
            "\"Name Surname\" Service",
            "\"Name Surname\" Service",
        ),
    ] {
        let prefix = format!("{remote} {host} {user}");
        let [extended, common] = domino(prefix.as_bytes());
        let told = read(
            &[&extended, &common],
            &[
                "remote_ip",
                "host",
                "user",
                "time",
                "status",
                "bytes",
                "user_agent",
                "duration_ms",
            ],
        );
        let shared = [
            remote,
            host,
            name,
            "2010-03-03T14:25:00-05:00",
            "409",
            "812",
        ];
        let record = |tail: [&str; 2]| [&shared[..], &tail[..]].concat().join("|");
        for ((code, fields), (expected, tail)) in told.iter().zip([
            ("domino-extended-common", ["Apple-iPhone/704.11", "203110"]),
            ("domino-common", ["-", "-"]),
        ]) {
            assert_eq!(*code, expected, "{prefix}");
            assert_eq!(fields.join("|"), record(tail), "{prefix}");
        }
    }
}

/// Bytes of a code page may be any, brackets among them: the second byte of a Japanese letter can be one.
#[test]
fn names_in_code_pages_are_left_as_they_are() {
    for name in [
        &b"\"M\xfcller/ACME\""[..],
        b"\x83[\x83\x5b \x8b\xe0/ACME",
        b"\xff\xfe [\x80",
    ] {
        let prefix = [b"192.0.2.7 t.example.com ", name].concat();
        let [extended, common] = domino(&prefix);
        for (code, fields) in read(&[&extended, &common], &["user", "status"]) {
            let bare = String::from_utf8_lossy(name);
            assert!(code.starts_with("domino"), "{bare}");
            assert_eq!(fields, [bare.trim_matches('"'), "409"], "{bare}");
        }
    }
}

/// Tails of Domino's Extended Common behind a line that is whole: the agent, the milliseconds, and the format.
#[test]
fn domino_leaves_fields_out() {
    const WHOLE: &str =
        r#"192.0.2.7 t.example.com - [03/Mar/2010:14:25:00 -0500] "GET / HTTP/1.1" 200 1"#;
    for (tail, agent, millis) in [
        (r#" "-" "a" 5 "" """#, "a", "5"),
        (r#" "-" "a" 5 - -"#, "a", "5"),
        (r#" "-" "a" 5 "" "#, "a", "5"),
        (r#" "-" "a" 5 """#, "a", "5"),
        (r#" "-" "a" 5"#, "a", "5"),
        (r#" "-" "" 5 "c=d; e=f" "d:/a b/c d""#, "-", "5"),
        (r#" "" "a" 5 "c="d"" "d:/a""#, "a", "5"),
        (r#" "-" "a" 5 "" "d:/a"#, "a", "5"),
    ] {
        let whole = format!(r#"{WHOLE} "-" "a" 5 "" "d:/x""#);
        let line = format!("{WHOLE}{tail}");
        let told = read(
            &[whole.as_bytes(), line.as_bytes()],
            &["user_agent", "duration_ms", "doubt"],
        );
        assert_eq!(
            told[1],
            (
                "domino-extended-common",
                vec![agent.to_owned(), millis.to_owned(), "-".to_owned()]
            ),
            "{line}"
        );
    }
}

/// One line alone must tell: a virtual host stands before the client, Domino's host behind it.
#[test]
fn hosts_before_and_behind_the_client_are_told_apart() {
    const COMMON: &str = r#" [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#;
    const AGENT: &str = r#" "-" "curl/8""#;
    const DOMINO: &str = r#" 203110 "" "d:/x""#;
    for (prefix, tail, code, remote, host, user) in [
        (
            "www.example.com 192.0.2.7 - jo",
            "",
            "ncsa",
            "192.0.2.7",
            "www.example.com",
            "jo",
        ),
        (
            "www.example.com 192.0.2.7 - jo",
            AGENT,
            "ncsa",
            "192.0.2.7",
            "www.example.com",
            "jo",
        ),
        (
            "www.example.com:443 192.0.2.7 - -",
            AGENT,
            "ncsa",
            "192.0.2.7",
            "www.example.com:443",
            "-",
        ),
        (
            "192.0.2.7 www.example.com jo",
            "",
            "domino-common",
            "192.0.2.7",
            "www.example.com",
            "jo",
        ),
        (
            "192.0.2.7 www.example.com -",
            "",
            "domino-common",
            "192.0.2.7",
            "www.example.com",
            "-",
        ),
        (
            "phone.example.net 192.0.2.1 Jo Doe",
            "",
            "domino-common",
            "phone.example.net",
            "192.0.2.1",
            "Jo Doe",
        ),
        (
            "192.0.2.7 www.example.com jo",
            AGENT,
            "ncsa",
            "192.0.2.7",
            "www.example.com",
            "jo",
        ),
        ("127.0.0.1 bob frank", "", "ncsa", "127.0.0.1", "-", "frank"),
        (
            "127.0.0.1 bob frank",
            AGENT,
            "ncsa",
            "127.0.0.1",
            "-",
            "frank",
        ),
    ] {
        let line = format!("{prefix}{COMMON}{tail}");
        let told = read(&[line.as_bytes()], &["remote_ip", "host", "user"]);
        let expected = [remote, host, user].map(str::to_owned).to_vec();
        assert_eq!(told, [(code, expected)], "{line}");
    }
    // The milliseconds of Domino's tail have cookie and path behind them, whoever counts the columns.
    for (prefix, code) in [
        ("192.0.2.7 www.example.com jo", "domino-extended-common"),
        ("192.0.2.7 - -", "domino-extended-common"),
        ("www.example.com 192.0.2.7 - jo", "ncsa"),
    ] {
        let line = format!("{prefix}{COMMON}{AGENT}{DOMINO}");
        let (told, doubt) = if code == "ncsa" {
            ("203110", "unit")
        } else {
            ("203110", "-")
        };
        let expected = vec![told.to_owned(), doubt.to_owned()];
        assert_eq!(
            read(&[line.as_bytes()], &["duration_ms", "doubt"]),
            [(code, expected)],
            "{line}"
        );
    }
}

/// What stands behind the agent may look like Domino's milliseconds and is none without Domino's columns.
#[test]
fn a_number_behind_the_agent_is_of_many_formats() {
    const LINE: &str = r#"192.0.2.7 - - [10/Feb/2012:16:42:07 -0500] "POST /servlet/traveler HTTP/1.0" 200 13 "-" "curl/8""#;
    for (tail, code, duration, doubt, edge) in [
        (" 203110", "ncsa", "203110", "unit", "-"),
        (r#" 203110 "-""#, "ncsa", "203110", "unit", "-"),
        (" **0/350123**", "ncsa", "350", "-", "-"),
        (" 812 1350", "ncsa", "-", "-", "-"),
        (r#" "203.0.113.9, 10.0.0.1""#, "ncsa", "-", "-", "-"),
        (r#" "2.75""#, "ncsa", "-", "-", "-"),
        (r#" rt=60.002 uct="0.001""#, "ncsa", "60002", "-", "end"),
        (" rt=60002", "ncsa", "60002", "unit", "-"),
        (
            r#" 42 "mail@docker" "http://10.0.0.3:80" 25ms"#,
            "traefik",
            "25",
            "-",
            "start",
        ),
        (
            r#" - "mail@docker" "-" 25ms"#,
            "traefik",
            "25",
            "-",
            "start",
        ),
        (
            " 462 0.050 [mail-443] [] 10.0.0.3:443 13 0.049 200 0a1b",
            "nginx-ingress",
            "50",
            "-",
            "end",
        ),
        (
            r#" 42 "cookie" "d:/25ms""#,
            "domino-extended-common",
            "42",
            "-",
            "-",
        ),
    ] {
        let line = format!("{LINE}{tail}");
        let told = read(&[line.as_bytes()], &["duration_ms", "doubt", "edge"]);
        let expected = [duration, doubt, edge].map(str::to_owned).to_vec();
        assert_eq!(told, [(code, expected)], "{line}");
    }
}

/// Requests that are none, as scanners send them and as each server escapes them, and statuses of nginx alone.
#[test]
fn requests_may_be_anything() {
    for (request, status, method, target) in [
        (r#""""#, "400", "-", "-"),
        (r#""-""#, "408", "-", "-"),
        (r#""batman""#, "400", "-", "batman"),
        (r#""GET / HTTP/1.1""#, "499", "GET", "/"),
        (r#""GET / HTTP/1.1""#, "460", "GET", "/"),
        (r#""GET / HTTP/1.1""#, "444", "GET", "/"),
        (r#""GET / HTTP/1.1""#, "000", "GET", "/"),
        (r#""GET /a\"b HTTP/1.1""#, "200", "GET", r#"/a\"b"#),
        (r#""GET /a" 200 b HTTP/1.1""#, "404", "GET", r#"/a" 200 b"#),
        (
            r#""\x16\x03\x01 \x00" x""#,
            "400",
            "-",
            r#"\x16\x03\x01 \x00" x"#,
        ),
        (
            "\"\u{16}\u{3}\u{1} \u{0}[\"",
            "400",
            "-",
            "\u{16}\u{3}\u{1} \u{0}[",
        ),
    ] {
        let line =
            format!(r#"192.0.2.7 - - [10/Feb/2012:16:42:07 -0500] {request} {status} 0 "-" "-""#);
        let told = read(&[line.as_bytes()], &["method", "target", "status"]);
        let status = status.trim_start_matches("00");
        let expected = [method, target, status].map(str::to_owned).to_vec();
        assert_eq!(told, [("ncsa", expected)], "{line}");
    }
}

/// Lines of other programs that look a little like these are not taken.
#[test]
fn others_lines_are_left_alone() {
    for text in [
        r#"he said "GET /x HTTP/1.1" 200 times"#,
        r#"[today] "GET /x HTTP/1.1" 200 5"#,
        "2025/05/01 07:57:03 [2025-05-01 07:57:03.150624] [router:host-http] [origin:x] POST / 200",
        r#"[08/Jun/2020:06:49:01 +0200] 200 - POST https mail.example.com "/" [Length 13]"#,
        "[10/Feb/2024:21:23:32 +0100] mail.example.com 192.0.2.7 soon \"GET / HTTP/2.0\" 200 13 440 - -",
    ] {
        let mut detector = Detector::new();
        let line = Line::alone(text.as_bytes());
        let class = detector.line(&line, &mut |r| panic!("{r:?}"));
        assert!(matches!(class, Class::Rejected(_)), "{class:?}: {text}");
    }
}

/// HAProxy in TCP mode sees connections and no requests: they are listed, and count as none.
#[test]
fn connections_without_their_requests_are_listed_and_count_as_none() {
    let text = "May  6 10:05:00 lb haproxy[7]: 203.0.113.9:33317 [06/May/2025:10:00:00.123] mail~ traveler/srv1 1/0/300004 4212 cD 1/1/1/1/0 0/0\n\
                May  6 10:05:01 lb haproxy[7]: Connect from 203.0.113.9:33318 to 192.0.2.4:443 (mail/TCP)\n";
    let mut inspector = pinglens::Inspector::new();
    inspector.open("haproxy.log");
    inspector.feed(text.as_bytes());
    let report = inspector.report();
    assert_eq!(
        (report.totals.requests, report.files[0].lines.comments),
        (0, 2)
    );
    let missing: Vec<_> = report.files[0].missing.iter().map(|m| m.code).collect();
    assert!(missing.contains(&"connections"), "{missing:?}");

    let (log, explanation) = inspector.explain();
    assert!(log.recognised());
    for (all, expected) in [(false, 0), (true, 2)] {
        let mut out = Vec::new();
        let format = pinglens::report::ListFormat::Ndjson;
        let mut lister = pinglens::report::Lister::new(log, explanation, 0, format, all);
        lister.feed(text.as_bytes(), &mut out);
        lister.finish(&mut out);
        let listed = String::from_utf8(out).expect("JSON is UTF-8");
        assert_eq!(listed.lines().count(), expected, "{listed}");
        if all {
            assert!(listed.contains(r#""start":"2025-05-06T10:00:00.123","end":"2025-05-06T10:05:00.127","duration_ms":300004"#), "{listed}");
        }
    }
}
