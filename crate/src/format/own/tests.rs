use super::*;

/// Reads one line in a format; the fields as `name=value`.
fn read(format: &str, line: &str, names: &[&str]) -> Vec<String> {
    let format = choose(format).expect(format);
    let line = Line::alone(line.as_bytes());
    let mut told = Vec::new();
    let reading = format.reader().line(&line, &mut |record| {
        told = names
            .iter()
            .map(|n| format!("{n}={}", record.field(n).unwrap_or_default()))
            .collect();
    });
    if reading == Reading::Record {
        told
    } else {
        vec![format!("{reading:?}")]
    }
}

/// Reads a line and compares the fields of `expected`, `name=value` each.
fn reads(format: &str, line: &str, expected: &[&str]) {
    let names: Vec<&str> = expected
        .iter()
        .filter_map(|e| e.split_once('=').map(|(name, _)| name))
        .collect();
    assert_eq!(read(format, line, &names), expected, "{format}\n{line}");
}

#[test]
fn apaches_combined_with_a_duration() {
    let line = r#"192.0.2.10 - Anna Maria Berg [12/Jan/2024:08:15:30 +0100] "POST /Microsoft-Server-ActiveSync?Cmd=Ping HTTP/1.1" 200 13 "-" "Android/8.1 (a \"b\")" 600012345 mail.example.com"#;
    let expected = [
        "remote_ip=192.0.2.10",
        "user=Anna Maria Berg",
        "time=2024-01-12T08:15:30+01:00",
        "edge=start",
        "method=POST",
        "target=/Microsoft-Server-ActiveSync?Cmd=Ping",
        "protocol=HTTP/1.1",
        "status=200",
        "bytes=13",
        "referer=",
        r#"user_agent=Android/8.1 (a \"b\")"#,
        "duration_ms=600012",
        "host=mail.example.com",
    ];
    for format in [
        r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D %v"#,
        r#"LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D %v" timed"#,
        r#"CustomLog logs/access.log "%h %l %u %t \"%r\" %>s %b \"%!200{Referer}i\" \"%{User-agent}i\" %{us}T %V""#,
        r#""%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D %v" timed"#,
    ] {
        reads(format, line, &expected);
    }
}

#[test]
fn apaches_times_and_durations() {
    for (format, line, expected) in [
        (
            r#"%{%Y-%m-%d %T}t.%{msec_frac}t %{%z}t %{ms}T %T %m %U%q %H"#,
            "2024-01-12 08:15:30.250 +0100 1500 1 GET /a ?b=c HTTP/1.1",
            ["Foreign(UnknownShape)"].as_slice(),
        ),
        (
            r#"%{%Y-%m-%d %T}t.%{msec_frac}t %{%z}t %{ms}T %T %m %U%q %H"#,
            "2024-01-12 08:15:30.250 +0100 1500 1 GET /a?b=c HTTP/1.1",
            &[
                "time=2024-01-12T08:15:30.250+01:00",
                "duration_ms=1500",
                "method=GET",
                "target=/a?b=c",
                "edge=start",
            ],
        ),
        (
            r#"[%{end:%d/%b/%Y:%I:%M:%S %p}t] %{c}a "%{X-Forwarded-For}i" "%r" %s %O"#,
            r#"[12/Jan/2024:12:15:30 AM] 192.0.2.1 "203.0.113.9, 192.0.2.7" "GET / HTTP/1.0" 404 7"#,
            &[
                "time=2024-01-12T00:15:30",
                "edge=end",
                "remote_ip=203.0.113.9",
                "status=404",
                "bytes=7",
            ],
        ),
        (
            r#"%{sec}t %{msec_frac}t %U %>s"#,
            "1704164645 678 /a 200",
            &["time=2024-01-02T03:04:05.678Z", "target=/a", "status=200"],
        ),
        (
            r#"%{%b %d %T}t "%r" %>s %T"#,
            r#"Jan 12 08:15:30 "GET / HTTP/1.0" 200 3"#,
            &["time=2000-01-12T08:15:30", "doubt=year", "duration_ms=3000"],
        ),
    ] {
        if let [foreign] = expected
            && foreign.starts_with("Foreign")
        {
            // A blank inside of what belongs together.
            assert_ne!(read(format, line, &["target"]), ["target=/a?b=c"]);
            continue;
        }
        reads(format, line, expected);
    }
}

#[test]
fn nginx_directives_pasted_whole() {
    let directive = "log_format timed '$remote_addr - $remote_user [$time_local] \"$request\" '\n                 '$status $body_bytes_sent \"$http_referer\" '\n                 '\"$http_user_agent\" $request_time ($upstream_response_time) $foo';";
    let plain = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time ($upstream_response_time) $foo"#;
    let line = r#"192.0.2.10 - - [12/Jan/2024:08:15:30 +0100] "POST /a?Cmd=Ping HTTP/1.1" 499 0 "-" "x y" 299.998 (-, 12.1) bar baz"#;
    for format in [directive, plain] {
        reads(
            format,
            line,
            &[
                "remote_ip=192.0.2.10",
                "user=",
                "time=2024-01-12T08:15:30+01:00",
                "edge=end",
                "target=/a?Cmd=Ping",
                "status=499",
                "user_agent=x y",
                "duration_ms=299998",
            ],
        );
    }
}

#[test]
fn nginx_json_is_decoded() {
    reads(
        r#"log_format json escape=json '{"t":"$msec","u":"$remote_user","m":"$request_method","p":"$uri$is_args$args",'
           '"s":$status,"a":"$http_user_agent","d":"${request_time}"}';"#,
        r#"{"t":"1704164645.678","u":"EXAMPLE\\jane","m":"GET","p":"/a?b=\"c\"","s":200,"a":"x \"y\" \u00e4","d":"0.5"}"#,
        &["target=/a?b=\"c\"", "user=EXAMPLE\\jane", "status=200"],
    );
    reads(
        r#"log_format json escape=json '{"t":"$msec","u":"$remote_user","m":"$request_method","p":"$request_uri","s":$status,"a":"$http_user_agent","d":"${request_time}"}';"#,
        r#"{"t":"1704164645.678","u":"EXAMPLE\\jane","m":"GET","p":"/a?b=\"c\"","s":200,"a":"x \"y\" \u00e4","d":"0.5"}"#,
        &[
            "time=2024-01-02T03:04:05.678Z",
            "user=EXAMPLE\\jane",
            "method=GET",
            "target=/a?b=\"c\"",
            "user_agent=x \"y\" ä",
            "duration_ms=500",
        ],
    );
}

#[test]
fn haproxys_default_and_its_relatives() {
    let default = r#"log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r""#;
    let fields = [
        "remote_ip=2001:db8::7",
        "time=2024-01-12T08:15:30.250",
        "edge=start",
        "duration_ms=60001",
        "status=504",
        "bytes=92",
        "ending=between",
        "method=POST",
        "target=/a?Cmd=Ping",
    ];
    for captured in ["", "{a|b} ", "{a|b} {c} "] {
        let line = format!(
            r#"2001:db8::7:40001 [12/Jan/2024:08:15:30.250] web~ mail/m1 0/0/1/-1/60001 504 92 - - sH-- 1/1/0/0/0 0/0 {captured}"POST /a?Cmd=Ping HTTP/1.1""#
        );
        reads(default, &line, &fields);
    }
    reads(
        r"log-format %{+Q}o\ %{-Q}ci\ [%trl]\ %HM\ %HP%HQ\ %ST\ %Tt\ %[capture.req.hdr(0)]\ %{+Q}[req.hdr(User-Agent)]",
        r#"192.0.2.7 [12/Jan/2024:08:15:30 +0100] "GET" "/a""?b" 200 12 "x" "y z""#,
        &[
            "method=GET",
            "target=/a?b",
            "status=200",
            "duration_ms=12",
            "user_agent=y z",
            "time=2024-01-12T08:15:30+01:00",
        ],
    );
}

#[test]
fn regular_expressions_with_names() {
    reads(
        r#"^(?<time>\S+) (?<remote_ip>\S+) (?P<user>\S+) "(?<request>[^"]*)" (?<status>\d+) (?<duration_s>[\d.]+)s"#,
        r#"2024-01-12T08:15:30.5Z 192.0.2.7 jane "GET /a HTTP/1.1" 200 0.25s and more"#,
        &[
            "time=2024-01-12T08:15:30.500Z",
            "edge=",
            "user=jane",
            "target=/a",
            "duration_ms=250",
            "doubt=",
        ],
    );
    reads(
        r"(?<time>\[.*?\]) (?<target>\S+) (?<duration>\d+)",
        "[12/Jan/2024:08:15:30.250] /a 12",
        &[
            "time=2024-01-12T08:15:30.250",
            "duration_ms=12",
            "doubt=unit",
        ],
    );
    reads(
        r"(?<time>\d+) (?<target>\S+)",
        "1704164645678 /a",
        &["time=2024-01-02T03:04:05.678Z"],
    );
    reads(
        r"^(?<time>.*?) (?<target>/.*)",
        "03/04/2010 02:25:00 PM /a",
        &["time=2010-03-04T14:25:00", "doubt=order"],
    );
    reads(
        r"(?<time>.{15}) (?<target>/.*)",
        "Jan 12 08:15:30 /a b",
        &["time=2000-01-12T08:15:30", "target=/a b"],
    );
}

#[test]
fn what_is_not_understood_is_named() {
    for (format, words) in [
        ("", "empty"),
        ("ncsaa", "no log format ncsaa"),
        ("%h %Z %r", "%Z..."),
        ("%{%Y %Q}t %r", "%Q in the time"),
        ("%{User-Agent", "%{User-Agent"),
        ("%ci %zz %r", "%zz"),
        ("%h %t %>s", "no request"),
        ("$remote_addr $status", "no request"),
        ("$remote_addr $ $request", "no name"),
        (r"(?<target>\S+) (?<foo>\S+)", "The group foo"),
        (r"(?<target>\S+", "unclosed"),
        (r"(?<status>\S+)", "no request"),
    ] {
        let error = choose(format).err().unwrap_or_default();
        assert!(error.contains(words), "{format}: {error}");
    }
}

#[test]
fn codes_lead_to_the_formats_that_come_with_the_program() {
    for format in ALL {
        assert_eq!(choose(format.code()).map(|f| f.code()), Ok(format.code()));
    }
}

#[test]
fn what_a_format_carries_is_told_from_its_variables() {
    let carries = |text: &str| choose(text).map(|f| f.carries()).ok();
    let told = |duration, time, zone| {
        Some(Carries {
            duration,
            time,
            zone,
        })
    };
    assert_eq!(carries("%h %r"), told(false, false, false));
    assert_eq!(carries("%ci [%tr] %Ta %r"), told(true, true, false));
    assert_eq!(carries("$time_iso8601 $request"), told(false, true, true));
}

#[test]
fn syslog_headers_are_no_first_column() {
    let line = "Jan 12 08:15:30 web httpd: 192.0.2.7 /a";
    assert_eq!(read("%h %U", line, &["target"]), ["Foreign(UnknownShape)"]);
}

/// The guide for users: each format of it reads the line below it.
#[test]
fn the_examples_of_the_guide_are_read() {
    let guide = include_str!("../../../../docs/formats.md");
    let blocks: Vec<&str> = guide.split("```\n").skip(1).step_by(2).collect();
    assert_eq!(blocks.len(), 8);
    for (example, duration) in blocks
        .chunks(2)
        .zip(["203110", "203110", "60001", "203110"])
    {
        let line = example[1].trim_end();
        let read = read(example[0], line, &["duration_ms", "remote_ip", "method"]);
        let expected = [
            format!("duration_ms={duration}"),
            "remote_ip=203.0.113.24".to_owned(),
            "method=POST".to_owned(),
        ];
        assert_eq!(read, expected, "{}", example[0]);
    }
}

#[test]
fn lists_of_addresses_and_urls_in_pieces_end_where_they_should() {
    reads(
        "%{X-Forwarded-For}i %u %t \"%r\" %>s",
        "203.0.113.24, 10.0.0.1 anna berg [12/Jan/2024:08:15:30 +0100] \"GET /a HTTP/1.1\" 200",
        &["remote_ip=203.0.113.24", "user=anna berg", "target=/a"],
    );
    reads(
        "%{X-Forwarded-For}i %h %t \"%r\" %>s",
        "- 10.0.0.1 [12/Jan/2024:08:15:30 +0100] \"GET /a HTTP/1.1\" 200",
        &["remote_ip=10.0.0.1", "target=/a"],
    );
    for (format, url) in [
        (
            "$remote_addr $scheme://$host$uri?$args $status",
            "https://mail.example.com/a?b=c",
        ),
        (
            "$remote_addr \"$scheme://$host$uri?$args\" $status",
            "\"https://mail.example.com/a?b=c\"",
        ),
        (
            "$remote_addr $host:$server_port$uri$is_args$args $status",
            "mail.example.com:443/a?b=c",
        ),
    ] {
        let line = format!("203.0.113.24 {url} 499");
        let expected = ["host=mail.example.com", "target=/a?b=c", "status=499"];
        reads(format, &line, &expected);
    }
}

#[test]
fn of_two_times_one_may_tell_the_others_fraction() {
    reads(
        "$time_iso8601|$msec|$request",
        "2024-01-12T08:15:30+01:00|1705043730.678|GET /a HTTP/1.1",
        &["time=2024-01-12T08:15:30.678+01:00", "target=/a"],
    );
    // Another moment says nothing of it.
    reads(
        "%t %{end:msec}t \"%r\"",
        "[12/Jan/2024:08:15:30 +0100] 1705043730678 \"GET /a HTTP/1.1\"",
        &["time=2024-01-12T08:15:30+01:00", "edge=start"],
    );
}

#[test]
fn a_first_number_is_no_number_of_a_line() {
    let line = "4711 203.0.113.24 \"GET /a HTTP/1.1\" 200";
    let expected = ["remote_ip=203.0.113.24", "target=/a"];
    reads("%P %h \"%r\" %>s", line, &expected);
    reads(
        "$connection $remote_addr \"$request\" $status",
        line,
        &expected,
    );
    let found = "access.log:203.0.113.24 \"GET /a HTTP/1.1\" 200";
    assert_eq!(read("%h \"%r\" %>s", found, &[]), ["Foreign(UnknownShape)"]);
}

#[test]
fn an_expression_without_names_is_told_what_it_lacks() {
    for text in ["^\\d+ (\\S+)$", "(\\w+) (\\d+)"] {
        let sentence = choose(text).err().unwrap_or_default();
        assert!(
            sentence.contains("names none of its groups"),
            "{text}: {sentence}"
        );
    }
}

#[test]
fn every_format_has_one_that_stands_for_its_kind() {
    let own = ["own-apache", "own-nginx", "own-haproxy", "own-pattern"];
    for code in ALL.iter().map(|format| format.code()).chain(own) {
        let found = stand_in(code).map(|format| format.code());
        assert_eq!(found, Some(code));
    }
    assert!(stand_in("$remote_addr $request").is_none() && stand_in("").is_none());
}
