//! What is passed on: every form of the report, the names in it, the lines and requests that go along.

use crate::running::*;
use std::io::Write;

#[test]
fn every_form_of_the_report_is_written() {
    for (format, beginning) in [
        ("text", "668 of"),
        ("json", "{\n"),
        ("html", "<!doctype html>"),
        ("markdown", "# Pinglens"),
        ("csv", ""),
    ] {
        let out = Scratch::new(&format!("report.{format}"), b"");
        let output = pinglens(&[
            "report",
            "--format",
            format,
            "-o",
            out.path(),
            &fixture("founding-thread.log"),
        ]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
        let text = std::fs::read_to_string(&out.0).expect("the report was written");
        assert!(
            text.starts_with(beginning) && text.contains("668"),
            "{format}"
        );
    }
}

#[test]
fn a_redacted_report_names_nobody() {
    let report = |arguments: &[&str]| {
        let fixture = fixture("founding-thread.log");
        let mut all = vec!["report"];
        all.extend(arguments);
        all.push(&fixture);
        stdout(&pinglens(&all))
    };
    let (open, hidden) = (
        report(&["--format", "json", "--no-redact"]),
        report(&["--format", "json"]),
    );
    for name in ["jane doe", "Appl7992970TWH8", "founding-thread.log"] {
        assert!(open.contains(name), "{name}");
        assert!(!hidden.contains(name), "{name}");
    }
    assert!(hidden.contains("user-01") && hidden.contains("device-17"));
    // On a terminal nobody else reads along, and in what is to be passed on nobody is named.
    for (form, named) in [
        ("text", true),
        ("html", false),
        ("markdown", false),
        ("csv", false),
    ] {
        let text = report(&["--format", form]);
        assert_eq!(text.contains("jane doe"), named, "{form}");
    }
    assert!(!report(&["--format", "text", "--redact"]).contains("jane doe"));
    let both = pinglens(&["report", "--no-redact", "--redact", "x"]);
    assert_eq!(both.status.code(), Some(2));
}

/// What the page is, as far as the command looks at it.
const EMPTY_PAGE: &str =
    "<!doctype html>\n<html><head><title>Pinglens</title></head><body>\n<p>…</p></body></html>\n";

#[test]
fn a_report_is_put_into_the_page_with_its_requests() {
    let page = Scratch::new("pinglens.html", EMPTY_PAGE.as_bytes());
    let log = Scratch::new(
        "along.log",
        line(
            "-",
            "User=jane&DeviceId=D1&DeviceType=iPhone&Cmd=Ping",
            "<b>",
        )
        .as_bytes(),
    );
    let put = |more: &[&str]| {
        let mut all = vec![
            "report",
            "--format",
            "page",
            "--page",
            page.path(),
            log.path(),
        ];
        all.extend(more);
        let output = pinglens(&all);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    let saved = put(&["--no-redact"]);
    let (json, rest) = saved
        .strip_prefix("<!doctype html>\n<html><head><title>Pinglens</title></head><body>\n<script type=\"application/json\" id=\"saved\">")
        .and_then(|rest| rest.split_once("</script>\n<script type=\"text/plain\" id=\"requests-along\">"))
        .expect("the report and its requests");
    assert!(
        rest.ends_with("</script>\n<p>…</p></body></html>\n"),
        "{rest}"
    );
    assert!(!json.contains('<') && json.contains("jane") && json.contains("\\u003cb>"));
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(json["totals"]["pings"], 1);
    let hidden = put(&[]);
    assert!(!hidden.contains("jane") && hidden.contains("requests-along"));
    assert!(!put(&["--without-requests"]).contains("requests-along"));

    // A page that was saved with a report is no empty one, and another file is none at all.
    let full = Scratch::new("full.html", saved.as_bytes());
    for (page, told) in [
        (full.path(), "is not Pinglens' page"),
        (log.path(), "is not Pinglens' page"),
        ("/no/such/page", "cannot be read"),
    ] {
        let output = pinglens(&["report", "--format", "page", "--page", page, log.path()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
}

#[test]
fn lines_that_show_the_findings_are_taken_along_from_any_packing() {
    let fixture = fixture("founding-thread.log");
    let plain = std::fs::read(&fixture).expect("a fixture");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&plain).expect("packed");
    let packed = Scratch::new("founding-thread.log.gz", &packed.finish().expect("packed"));
    let lines = |arguments: &[&str], bytes: Option<&[u8]>| {
        let all = [
            &["report", "--format", "json", "--no-redact", "--lines"],
            arguments,
        ]
        .concat();
        let output = match bytes {
            Some(bytes) => piped(&all, bytes),
            None => pinglens(&all),
        };
        let report: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        report["lines"].clone()
    };
    let taken = lines(&[&fixture], None);
    let text = String::from_utf8_lossy(&plain);
    let all: Vec<&str> = text.lines().collect();
    let list = taken.as_array().expect("a list");
    assert!(list.len() > 5, "{taken}");
    for line in list {
        let at = line["line"].as_u64().expect("a number") as usize;
        assert_eq!(line["text"].as_str(), Some(all[at - 1]));
    }
    assert_eq!(lines(&[packed.path()], None), taken);
    assert_eq!(lines(&["-"], Some(&plain)), taken);
    let text = stdout(&pinglens(&["report", "--lines", &fixture]));
    assert!(
        text.contains("Lines that show it") && text.contains("User=jane"),
        "{text}"
    );
}

#[test]
fn listed_requests_keep_what_names_nobody() {
    let fixture = fixture("sample.log");
    let list = |more: &[&str]| stdout(&pinglens(&[&["requests", &fixture], more].concat()));
    let open = list(&[]);
    let hidden = list(&["--redact"]);
    assert!(open.contains("maria.keller") && !hidden.contains("maria.keller"));
    for (open, hidden) in open.lines().zip(hidden.lines()) {
        let [open, hidden]: [serde_json::Value; 2] =
            [open, hidden].map(|line| serde_json::from_str(line).expect("JSON"));
        for kept in [
            "line",
            "start",
            "duration_ms",
            "cmd",
            "status",
            "outcome",
            "cause_line",
            "method",
        ] {
            assert_eq!(open[kept], hidden[kept], "{kept}");
        }
        let target = hidden["target"].as_str().expect("a target");
        let device = hidden["device"].as_str().expect("a device");
        // What base64 spells is in the fields beside it.
        let spelt = target.contains(device) && target.contains("User=user-");
        assert!(spelt || target.ends_with("?…="), "{target}");
        assert!(
            hidden["file"] == "log-01"
                && hidden["host"]
                    .as_str()
                    .is_none_or(|host| host.starts_with("host-"))
        );
    }
    assert_eq!(open.lines().count(), hidden.lines().count());
    assert_eq!(
        list(&["--keep", "users,devices,addresses,files,sessions,texts"]),
        open
    );
}

#[test]
fn some_names_are_kept_and_a_key_leads_back() {
    let fixture = fixture("founding-thread.log");
    let key = Scratch::new("key.csv", b"");
    let arguments = [
        "report",
        "--keep",
        "devices,files",
        "--key",
        key.path(),
        &fixture,
    ];
    let text = stdout(&pinglens(&arguments));
    assert!(text.contains("Appl7992970TWH8") && text.contains("founding-thread.log"));
    assert!(!text.contains("jane doe") && text.contains("user-01"));
    let key = std::fs::read_to_string(key.path()).expect("the key is written");
    assert!(
        key.starts_with("category,alias,name\r\n") && key.contains(",jane doe\r\n"),
        "{key}"
    );
    assert!(
        !key.contains("Appl7992970TWH8"),
        "what is kept needs no key"
    );
    let whole = stdout(&pinglens(&["report", &fixture]));
    assert!(whole.contains("jane doe"), "text for oneself has names");
}

#[test]
fn a_redacted_report_holds_nothing_that_somebody_chose() {
    let log = [
        line(
            "\"Marker Login/ACME\"",
            "User=markeruser&DeviceId=markerdevice&DeviceType=markertype&Cmd=Ping",
            "markeragent",
        ),
        line(
            "\"Marker Login/ACME\"",
            "DeviceId=markerbare&DeviceType=SAMSUNGMARKER&Cmd=Ping",
            "imarkerfake, iOS 11 (build 15D100)",
        ),
        line(
            "-",
            "User=MarkerTwo&DeviceId=markerlast&DeviceType=iPhone&Cmd=Ping",
            "iPhone8,1, iOS 11 (build markerbuild)",
        ),
        line(
            "-",
            "User=markerthree&DeviceId=markerapple&DeviceType=iPhone&Cmd=Ping",
            "Apple-iPhone8C1/1504.100",
        ),
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [markerstate] Session ID \
         [markersession] Thread ID [markerthread] POST /servlet/traveler/Microsoft-Server-ActiveSync?User=markerwaits&\
         DeviceId=markerwaiting&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session \
         ID [62] Thread ID [3] GET /markerrequest.nsf HTTP/1.1\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  http: markersignin [markeraddress] authentication failure using internet password\n"
            .to_owned(),
        "03/03/2010 02:25:00 PM  Warning: HTTP Web Server: Command Not Handled Exception [/markerpath]\n"
            .to_owned(),
        "Red Status Messages\n12 errors have been logged for user CN=markersentence.\n".to_owned(),
        "Http.Markername = 5\nHttp.Workers = 40\nDeviceSync.Count.markercount = 3\n".to_owned(),
    ]
    .concat();
    let copy = Scratch::new("marker-copy.log", log.as_bytes());
    let log = Scratch::new("marker.log", log.as_bytes());
    let report = |arguments: &[&str]| {
        let mut all = vec!["report", log.path(), copy.path(), "--format"];
        all.extend(arguments);
        stdout(&pinglens(&all))
    };
    let open = report(&["json", "--no-redact"]);
    for marker in [
        "Marker Login",
        "markeruser",
        "MarkerTwo",
        "markerdevice",
        "markertype",
        "SAMSUNGMARKER",
        "markeragent",
        "imarkerfake",
        "markerbuild",
        "marker.log",
        "marker-copy.log",
        "markerstate",
        "markersession",
        "markerthread",
        "markerwaits",
        "markerwaiting",
        "markerrequest",
        "markersignin",
        "markeraddress",
        "markerpath",
        "markersentence",
    ] {
        assert!(open.contains(marker), "{marker} was not planted: {open}");
    }
    for form in FORMS {
        let hidden = report(&[form, "--redact", "--lines"]);
        assert!(
            !hidden.to_lowercase().contains("marker"),
            "{form}: {hidden}"
        );
        // What is known to be harmless stays.
        for kept in [
            "SAMSUNG",
            "iPhone8,1, iOS 11 (build 15D100)",
            "user-02",
            "address-01",
            "Http.Workers",
        ] {
            assert!(
                hidden.contains(kept),
                "{kept} is missing in {form}: {hidden}"
            );
        }
    }
}

#[test]
fn certainty_is_written_beside_what_it_is_about() {
    for (form, finding, column) in [
        ("text", "[harmless, certain] ", "How sure"),
        ("markdown", "\\[harmless, certain\\] ", "| How sure |"),
        ("html", "[harmless, certain] ", "How sure</th>"),
        ("csv", "[harmless, certain] ", "Share,How sure,"),
    ] {
        let fixture = fixture("sample.log");
        let text = stdout(&pinglens(&["report", "--format", form, &fixture]));
        for part in [finding, column, "all certain"] {
            assert!(text.contains(part), "{part} is missing in {form}: {text}");
        }
    }
}

#[test]
fn hidden_characters_are_shown_in_the_report_and_stay_in_the_data() {
    let query = "User=a%1B%5B31mb%E2%80%AEc&DeviceId=D1&DeviceType=iPhone&Cmd=Ping";
    let log = Scratch::new("escapes.log", line("-", query, "a").as_bytes());
    let hidden = |c: char| c == '\u{1b}' || c == '\u{202e}';
    for form in ["text", "html", "markdown", "csv"] {
        let text = stdout(&pinglens(&[
            "report",
            "--no-redact",
            "--format",
            form,
            log.path(),
        ]));
        assert!(!text.contains(hidden), "{form}: {text}");
        assert!(text.contains("31mb\u{fffd}c"), "{form}: {text}");
    }
    let data = stdout(&pinglens(&["requests", "--format", "csv", log.path()]));
    assert!(data.contains("a\u{1b}[31mb\u{202e}c"), "{data}");
}

#[test]
fn markdown_makes_no_links_and_mentions_of_log_text() {
    let agent = "http://evil.example/a_b WWW.evil.example (@here) #12 `@a|www.b`c";
    let query = "User=jane%40example.com&DeviceId=D1&DeviceType=iPhone&Cmd=Ping";
    let log = Scratch::new("links.log", line("-", query, agent).as_bytes());
    let text = stdout(&pinglens(&[
        "report",
        "--no-redact",
        "--format",
        "markdown",
        log.path(),
    ]));
    let cells = "| `http://evil.example/a_b` `WWW.evil.example` `(@here)` `#12` \\``@a`\\|`www.b`\\`c | `jane@example.com` |";
    assert!(text.contains(cells), "{text}");
}
