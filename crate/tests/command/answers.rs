//! What the command answers.

use crate::running::*;

#[test]
fn report_prints_the_founding_threads_numbers() {
    let output = pinglens(&["report", &fixture("founding-thread.log")]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    assert!(
        text.starts_with("668 of 1,763 Pings (37.9 %) ended in 409"),
        "{text}"
    );
    for part in [
        "1,095 × 200, 668 × 409",
        "303,110",
        "Domino Extended Common",
        "12,749 lines",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn requests_are_one_json_object_each_with_the_promised_keys() {
    let output = pinglens(&["requests", &fixture("sample.log")]);
    assert_eq!(output.status.code(), Some(0));
    let keys = [
        "file",
        "line",
        "offset",
        "start",
        "end",
        "duration_ms",
        "remote_ip",
        "user",
        "device",
        "device_type",
        "client",
        "user_agent",
        "method",
        "target",
        "host",
        "referer",
        "cmd",
        "protocol",
        "status",
        "bytes",
        "outcome",
        "certainty",
        "cause_file",
        "cause_line",
        "also_file",
        "also_line",
    ];
    let text = stdout(&output);
    for line in text.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let object = value.as_object().expect("an object");
        assert_eq!(object.len(), keys.len());
        assert!(keys.iter().all(|key| object.contains_key(*key)), "{line}");
    }
    let all = stdout(&pinglens(&["requests", "--all", &fixture("sample.log")]));
    assert!(all.lines().count() > text.lines().count());
    assert!(text.lines().all(|line| all.contains(line)));
}

/// What two logs hold is listed once, with the place in the other; and it tells what that one saw.
#[test]
fn requests_of_two_logs_are_listed_once_with_both_places() {
    let line = |minute: u32, cmd: &str, status: u16, millis: u32| {
        format!(
            "192.0.2.1 t.example.com - [03/Mar/2010:12:{minute:02}:00 -0500] \"POST /Microsoft-Server-ActiveSync?User=j&\
             DeviceId=A1&Cmd={cmd} HTTP/1.1\" {status} 90 \"-\" \"x\" {millis} \"\" \"\"\n"
        )
    };
    let proxy = |minute: u32, cmd: &str, status: u16| {
        format!(
            "198.51.100.1 - - [03/Mar/2010:12:{minute:02}:02 -0500] \"POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&\
             Cmd={cmd} HTTP/1.1\" {status} 90 \"-\" \"x\"\n"
        )
    };
    let mut server: String = (0..6).map(|i| line(i * 5, "Sync", 200, 140)).collect();
    let mut front: String = (0..6).map(|i| proxy(i * 5, "Sync", 200)).collect();
    server += &line(39, "Ping", 409, 540_000);
    server += &line(39, "Sync", 200, 0);
    front += &proxy(33, "Ping", 499);
    front += &proxy(39, "Sync", 200);
    front += &proxy(50, "Sync", 503);
    let server = Scratch::new("server/access.log", server.as_bytes());
    let front = Scratch::new("front/nginx.log", front.as_bytes());
    let output = stdout(&pinglens(&["requests", front.path(), server.path()]));
    let entries: Vec<serde_json::Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(entries.len(), 9, "{output}");
    let ping = entries
        .iter()
        .find(|entry| entry["cmd"] == "Ping")
        .expect("the Ping");
    assert_eq!(
        [&ping["file"], &ping["also_file"]],
        ["access.log", "nginx.log"]
    );
    assert_eq!((&ping["line"], &ping["also_line"]), (&7.into(), &7.into()));
    assert_eq!(ping["outcome"], "superseded-by-sync");
    let alone = entries
        .iter()
        .find(|entry| entry["also_file"].is_null())
        .expect("what the proxy answered itself");
    assert_eq!(
        [&alone["file"], &alone["outcome"]],
        ["nginx.log", "server-busy"]
    );
    let report = stdout(&pinglens(&["report", front.path(), server.path()]));
    assert!(
        report.contains("nginx.log and access.log show the same traffic: all 8 ActiveSync"),
        "{report}"
    );
    let redacted = stdout(&pinglens(&[
        "report",
        "--redact",
        front.path(),
        server.path(),
    ]));
    assert!(!redacted.contains("nginx.log") && redacted.contains("show the same traffic"));
}

#[test]
fn requests_as_csv_have_the_same_columns_and_rows() {
    let json = stdout(&pinglens(&["requests", &fixture("sample.log")]));
    let csv = stdout(&pinglens(&[
        "requests",
        "--format",
        "csv",
        &fixture("sample.log"),
    ]));
    assert!(csv.starts_with("file,line,offset,start,end,duration_ms,"));
    assert_eq!(csv.lines().count(), json.lines().count() + 1);
    let columns = csv.lines().next().map_or(0, |head| head.split(',').count());
    let first: serde_json::Value =
        serde_json::from_str(json.lines().next().unwrap_or("{}")).expect("JSON");
    assert_eq!(first.as_object().map(serde_json::Map::len), Some(columns));
    // Column by column: the head names the keys of the objects in their order, and a row holds their values. One
    // without quotes can be split at its commas.
    let mut rows = json.lines().zip(csv.lines().skip(1));
    let (json_row, csv_row) = rows
        .find(|(_, row)| !row.contains('"'))
        .expect("a row without quotes");
    let mut rest = json_row;
    for (name, cell) in csv
        .lines()
        .next()
        .unwrap_or("")
        .split(',')
        .zip(csv_row.split(','))
    {
        let key = format!("\"{name}\":");
        let at = rest
            .find(&key)
            .unwrap_or_else(|| panic!("{name} is not next in {rest}"));
        rest = &rest[at + key.len()..];
        let value = match cell {
            "" => "null".to_owned(),
            cell if cell.bytes().all(|b| b.is_ascii_digit()) => cell.to_owned(),
            cell => format!("\"{cell}\""),
        };
        assert!(rest.starts_with(&value), "{name}: {cell} is not {rest}");
    }
}

#[test]
fn formats_and_outcomes_are_explained() {
    let formats = stdout(&pinglens(&["formats"]));
    for code in [
        "domino-extended-common",
        "domino-common",
        "domlog-block",
        "domino-console",
        "ncsa",
    ] {
        assert!(formats.contains(code), "{code}");
    }
    assert!(
        formats.contains("durations, times with their zone"),
        "{formats}"
    );
    let text = stdout(&pinglens(&["explain", "superseded-by-sync"]));
    assert!(text.contains("Left for a Sync"), "{text}");
    for code in ["idle-timeout", "timeout-pings"] {
        let text = stdout(&pinglens(&["explain", code]));
        assert!(
            text.starts_with("idle-timeout: Something in between"),
            "{text}"
        );
        assert!(text.contains("timeout-pings = 5 Pings: "), "{text}");
    }
    let list = stdout(&pinglens(&["explain"]));
    assert!(
        list.contains("outcome  overlapped") && list.contains("finding  device-loop"),
        "{list}"
    );
}

#[test]
fn thresholds_are_set_on_the_command_line() {
    let log = fixture("sample.log");
    let report = |more: &[&str]| stdout(&pinglens(&[&["report", &log], more].concat()));
    assert!(!report(&[]).contains("Thresholds that were changed"));
    let tuned = report(&[
        "--threshold",
        "lost-share=2",
        "--threshold",
        "unseen-share=50",
        "--max-heartbeat",
        "600",
    ]);
    for told in ["lost-share", "unseen-share", "max-heartbeat", "10 min here"] {
        assert!(tuned.contains(told), "{told}: {tuned}");
    }
}

#[test]
fn one_endless_cell_does_not_lengthen_the_other_rows() {
    let devices = 500;
    let mut log: String = (0..devices)
        .map(|i| {
            let query = format!("User=u{i}&DeviceId=D{i}&DeviceType=iPhone&Cmd=Ping");
            line("-", &query, "Android/8")
        })
        .collect();
    let query = "User=u&DeviceId=D&DeviceType=iPhone&Cmd=Ping";
    log.push_str(&line("-", query, &format!("A{}", "x".repeat(50_000))));
    let log = Scratch::new("endless.log", log.as_bytes());
    let text = stdout(&pinglens(&["report", log.path()]));
    assert!(
        text.contains(&format!("A{}…  u ", "x".repeat(58))),
        "{text}"
    );
    let longest = text.lines().filter(|l| l.starts_with('D'));
    let longest = longest.map(|l| l.chars().count()).max();
    assert!(longest.is_some_and(|l| l < 200), "{longest:?}");
}

#[test]
fn a_device_whose_urls_name_no_user_is_its_logins() {
    let log = [
        line(
            "\"Jane Doe/Sales/ACME\"",
            "jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l",
            "a",
        ),
        line(
            "\"John Roe/Sales/ACME\"",
            "User=roe&DeviceId=D2&DeviceType=iPhone&Cmd=Ping",
            "a",
        ),
    ]
    .concat();
    let log = Scratch::new("logins.log", log.as_bytes());
    let report = stdout(&pinglens(&[
        "report",
        "--format",
        "json",
        "--no-redact",
        log.path(),
    ]));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let users = |device: &str| {
        let rows = report["devices"].as_array().into_iter().flatten();
        rows.filter(|row| row["device"] == device)
            .map(|row| row["users"].clone())
            .next()
    };
    let expected = |name: &str| Some(serde_json::json!([name]));
    assert_eq!(users("D2"), expected("roe"));
    assert_eq!(users("v140Device"), expected("Jane Doe/Sales/ACME"));
}
