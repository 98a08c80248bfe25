use super::*;

/// A record's target and status, and whether it is a request that counts.
type Told = (String, Option<u16>, bool);

/// What each line of a text became, and its records.
fn read(text: &str) -> (Vec<Reading>, Vec<Told>) {
    let mut reader = ExtendedReader::default();
    let mut records = Vec::new();
    let mut readings = Vec::new();
    for (number, bytes) in (1..).zip(text.lines()) {
        let line = Line {
            number,
            offset: 0,
            bytes: bytes.as_bytes(),
            cut: false,
            closed: true,
        };
        readings.push(reader.line(&line, &mut |record| {
            let target = record.field("target").unwrap_or_default();
            records.push((target, record.status, record.is_request()));
        }));
    }
    (readings, records)
}

const FIELDS: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
                      cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n";

#[test]
fn lines_that_are_damaged_say_how() {
    use Reading::{Comment, Foreign, Record};
    for (line, expected) in [
        (
            "2024-01-12 08:15:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 200 0 0 1",
            Record,
        ),
        (
            "2024-01-12 08:15:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 200 0 0 1 more",
            Record,
        ),
        (
            "2024-01-12 08:15:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 200 0 0",
            Record,
        ),
        (
            "2024-01-12 08:15:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 2x0 0 0 1",
            Foreign(Reason::BadStatus),
        ),
        (
            "2024-01-12 08:15:30 192.0.2.5 GET / - 443 -",
            Foreign(Reason::CutShort),
        ),
        (
            "2024-13-12 08:15:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 200 0 0 1",
            Foreign(Reason::BadTime),
        ),
        (
            "2024-01-12 08:XX:30 192.0.2.5 GET / - 443 - 203.0.113.9 a - 200 0 0 1",
            Foreign(Reason::BadTime),
        ),
        (
            "203.0.113.9 Mozilla/5.0 - 404 0 2 1405 242 283",
            Foreign(Reason::UnknownShape),
        ),
        (
            "2024-01-12 08:15:30 192.0.2.5 [2]USER a - 443 - 203.0.113.9 a - 331 0 0 1",
            Comment,
        ),
        ("# a remark", Comment),
    ] {
        assert_eq!(read(&format!("{FIELDS}{line}")).0[1], expected, "{line}");
    }
    for line in [
        "# a remark",
        "2024-01-12 08:15:30 GET nothing",
        "2024-01-12",
        "a\tb",
    ] {
        assert_eq!(read(line).0[0], Foreign(Reason::UnknownShape), "{line}");
    }
}

#[test]
fn a_header_that_lacks_columns_counts_as_far_as_it_fits() {
    let values = "2024-01-12 08:15:30 192.0.2.5 GET /a - 443 - 203.0.113.9 x/1 200 0 0";
    for (fields, line) in [
        // A column behind the header's last.
        (
            "date time sc-status cs-method cs-uri-stem",
            "2024-01-12 08:15:30 200 GET /a more",
        ),
        // A column in its middle: the shape counts.
        (
            "date time cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus",
            values,
        ),
        // Of another server.
        ("date time s-ip cs-method cs-uri-stem cs-uri-query", values),
    ] {
        let expected = [("/a".to_owned(), Some(200), true)];
        assert_eq!(
            read(&format!("#Fields: {fields}\n{line}")).1,
            expected,
            "{fields}"
        );
    }
}

#[test]
fn columns_may_change_in_the_middle() {
    let text = "#Fields: date time cs-method cs-uri-stem sc-status\n2024-01-12 08:15:30 GET /a 200\n\
                #Fields: date time sc-status cs-uri-stem cs-method\n2024-01-12 08:15:30 404 /b GET";
    let expected = [
        ("/a".to_owned(), Some(200), true),
        ("/b".to_owned(), Some(404), true),
    ];
    assert_eq!(read(text).1, expected);
}

#[test]
fn a_request_that_both_sides_logged_counts_once() {
    let line = |path: &str, second: u32, device: &str, ms: u32| {
        format!(
            "2024-01-12 08:15:{second:02} 192.0.2.5 POST /Microsoft-Server-ActiveSync/{path}default.eas \
             Cmd=Ping&DeviceId={device} 443 a 203.0.113.9 A/1 - 200 0 0 {ms}\n"
        )
    };
    let kinds = |lines: &[String]| {
        let requests = |r: &Told| r.2;
        read(&lines.concat())
            .1
            .iter()
            .map(requests)
            .collect::<Vec<_>>()
    };
    let (front, back) = ("", "Proxy/");
    assert_eq!(
        kinds(&[
            line(back, 30, "D1", 5000),
            line(front, 30, "D1", 5016),
            line(front, 31, "D2", 900),
            line(back, 30, "d2", 890),
            line(back, 30, "D1", 5000),
        ]),
        [true, false, true, false, true]
    );
    // One side alone, another device, another moment, another length.
    assert_eq!(
        kinds(&[
            line(back, 30, "D1", 5000),
            line(back, 30, "D1", 5000),
            line(front, 30, "D2", 5000),
            line(front, 33, "D1", 5000),
            line(front, 30, "D1", 9000),
        ]),
        [true; 5]
    );
}
