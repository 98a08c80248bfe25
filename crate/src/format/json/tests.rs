use super::*;

/// What each line became, and target and line number of each record.
fn read(text: &str) -> (Vec<Reading>, Vec<(String, u32, bool)>) {
    let mut reader = JsonReader::default();
    let mut records = Vec::new();
    let mut readings = Vec::new();
    let mut emit = |record: &Record<'_>| {
        let target = record.field("target").unwrap_or_default();
        records.push((target, record.place.line, record.cut));
    };
    for (number, bytes) in (1..).zip(text.lines()) {
        let line = Line {
            number,
            offset: 0,
            bytes: bytes.as_bytes(),
            cut: false,
            closed: true,
        };
        readings.push(reader.line(&line, &mut emit));
    }
    reader.flush(&mut emit);
    (readings, records)
}

#[test]
fn what_is_no_access_record_is_a_comment_and_what_is_no_json_is_foreign() {
    use Reading::{Comment, Foreign, Message, Record};
    for (line, expected) in [
        (r#"{"event":"started","status":"ok"}"#, Comment),
        (r#"{"msg":"started","status":"ok"}"#, Message),
        (r#"{"msg":"x","status":200}"#, Message),
        (r#"{"path":"/a","msg":"x"}"#, Message),
        (r#"{"path":"/a","status":0}"#, Record),
        (
            r#"{"log":"192.0.2.1 - - \n","stream":"stdout","time":"2024-01-12T08:15:30Z"}"#,
            Foreign(Reason::UnknownShape),
        ),
        (
            r#"{"message":"a \"GET / HTTP/1.1\" 200","@timestamp":"x"}"#,
            Foreign(Reason::UnknownShape),
        ),
        (
            r#"{"MESSAGE":"x","__REALTIME_TIMESTAMP":"1"}"#,
            Foreign(Reason::UnknownShape),
        ),
        (
            r#"{"path":"/a","method":"GET","sta"#,
            Foreign(Reason::CutShort),
        ),
        ("{a", Foreign(Reason::UnknownShape)),
        ("]", Foreign(Reason::UnknownShape)),
        ("[86261:2-7] text", Foreign(Reason::UnknownShape)),
        ("[2024-01-12T08:15:30Z] x", Foreign(Reason::UnknownShape)),
        ("[", Comment),
        ("", Foreign(Reason::UnknownShape)),
        ("\"x\"", Foreign(Reason::UnknownShape)),
    ] {
        assert_eq!(
            read(line).0,
            if line.is_empty() {
                vec![]
            } else {
                vec![expected]
            },
            "{line}"
        );
    }
}

#[test]
fn several_objects_of_a_line_are_several_records() {
    let text = r#"[{"path":"/a","status":200}, {"x":1},{"path":"/b","status":200}]"#;
    let records = [("/a".to_owned(), 1, false), ("/b".to_owned(), 1, false)];
    assert_eq!(read(text), (vec![Reading::Record], records.to_vec()));
}

#[test]
fn spread_objects_end_where_they_close_or_break_off() {
    use Reading::{Comment, Continuation, Foreign, Record};
    let text =
        "{\n\"path\": \"/a\",\n\n\"status\": 200\n}, {\n\"path\": \"/b\",\n\"status\":\n200\n}\n]";
    let mut kinds = [[Record].as_slice(), &[Continuation; 8], &[Comment]].concat();
    kinds[4] = Record;
    let records = [("/a".to_owned(), 1, false), ("/b".to_owned(), 5, false)];
    assert_eq!(read(text), (kinds, records.to_vec()));

    let text = "{\n\"path\": \"/a\",\n\"status\": 200,\n203.0.113.9 - - [12/Jan/2024:08:15:30 +0000] \"GET /\" 200 1\n";
    let kinds = [
        Record,
        Continuation,
        Continuation,
        Foreign(Reason::UnknownShape),
    ];
    assert_eq!(
        read(text),
        (kinds.to_vec(), vec![("/a".to_owned(), 1, true)])
    );

    let text = format!("{{\n{}", "\"a\": [1, 2],\n".repeat(20_000));
    let (readings, records) = read(&text);
    assert_eq!(records, []);
    assert!(readings.contains(&Foreign(Reason::UnknownShape)));
}
