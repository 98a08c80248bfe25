//! Envelopes that hold a line among other values: objects of JSON and rows of tables.

use super::When;
use crate::format::csv::{Cells, SEPARATORS, Split, is_row};
use crate::format::ncsa::decimal;
use crate::format::time::Stamp;
use crate::format::time::leading::{iso, rfc3164};
use crate::format::time::moment::moment;
use memchr::{memchr, memchr_iter};

/// Names under which log drivers and collectors keep the line: Docker's `json-file`, `journalctl -o json`, Logstash's
/// input, loggers of programs, exports of Loki, Splunk, Elastic and Google.
const LINES: [&[u8]; 8] = [
    b"log",
    b"MESSAGE",
    b"message",
    b"msg",
    b"line",
    b"_raw",
    b"event.original",
    b"textPayload",
];
/// Names under which the same write the time.
const TIMES: [&[u8]; 5] = [
    b"time",
    b"__REALTIME_TIMESTAMP",
    b"@timestamp",
    b"timestamp",
    b"_time",
];

/// Writes the line that an object of JSON holds, without the line end that belongs to it, and returns its time.
pub(super) fn json(text: &[u8], out: &mut Vec<u8>) -> Option<Option<When>> {
    let mut rest = text.trim_ascii().strip_prefix(b"{")?;
    let mut line = None;
    let mut when = None;
    loop {
        rest = rest.trim_ascii_start();
        let (name, after) = string(rest)?;
        rest = after
            .trim_ascii_start()
            .strip_prefix(b":")?
            .trim_ascii_start();
        let (value, after) = match string(rest) {
            Some((value, after)) => (Some(value), after),
            None => (None, after_value(rest)?),
        };
        if let Some(value) = value {
            if line.is_none() && LINES.contains(&name) {
                line = Some(value);
            } else if TIMES.contains(&name) {
                when = time(value).or(when);
            }
        }
        rest = after.trim_ascii_start();
        match rest.first()? {
            b',' => rest = &rest[1..],
            b'}' => break,
            _ => return None,
        }
    }
    unescape(line?, out);
    while out.last().is_some_and(|&b| b == b'\n' || b == b'\r') {
        out.pop();
    }
    Some(when)
}

/// Shortest value of a table that can be a line of a log.
const LINE: usize = 40;

/// Writes the longest value of a table's row, without its quotes, and returns the time that stands in another: so Splunk,
/// Kibana and Graylog export what they found.
pub(super) fn cell(text: &[u8], out: &mut Vec<u8>) -> Option<Option<When>> {
    // A value that is a line has quotes around it, as it has quotes or separators in it.
    memchr(b'"', text)?;
    let separator = SEPARATORS
        .into_iter()
        .find(|&separator| memchr(separator, text).is_some() && is_row(text, separator))?;
    let mut cells = Cells::default();
    if cells.split(text, separator) != Split::Whole {
        return None;
    }
    let line = cells.iter().max_by_key(|cell| cell.len())?;
    if line.len() < LINE {
        return None;
    }
    out.clear();
    out.extend_from_slice(line);
    let when = cells.iter().find_map(|cell| {
        let moment = moment(cell).filter(|moment| !moment.doubt.any())?;
        Some(When {
            stamp: moment.stamp,
            no_year: false,
        })
    });
    Some(when)
}

/// The time of a log driver: text, or microseconds since 1970.
fn time(value: &[u8]) -> Option<When> {
    if let Some(micros) = decimal(value).filter(|_| value.len() == 16) {
        let ms = i64::try_from(micros / 1000).ok()?;
        let stamp = Stamp { ms, zone: Some(0) };
        return Some(When {
            stamp,
            no_year: false,
        });
    }
    let (stamp, no_year) = match iso(value) {
        Some((stamp, _)) => (stamp, false),
        None => (rfc3164(value)?.0, true),
    };
    Some(When { stamp, no_year })
}

/// What a text of JSON holds between its quotes, still escaped, and what follows it.
fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"\"")?;
    let mut from = 0;
    for close in memchr_iter(b'"', inside) {
        let backslashes = inside[from..close]
            .iter()
            .rev()
            .take_while(|&&b| b == b'\\')
            .count();
        if backslashes % 2 == 0 {
            return Some((&inside[..close], &inside[close + 1..]));
        }
        from = close;
    }
    None
}

/// What follows a value that is no text: a number, a word, or something nested.
fn after_value(text: &[u8]) -> Option<&[u8]> {
    let mut depth = 0_u32;
    let mut rest = text;
    loop {
        match rest.first()? {
            b'"' => {
                rest = string(rest)?.1;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b',' if depth == 0 => return Some(rest),
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        rest = &rest[1..];
    }
}

/// Undoes JSON's escapes; what is none stays as it is.
pub(in crate::format) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let escape = &rest[at + 1..];
        let (taken, meant) = match escape.first() {
            Some(b'n') => (1, '\n'),
            Some(b'r') => (1, '\r'),
            Some(b't') => (1, '\t'),
            Some(b'b') => (1, '\u{8}'),
            Some(b'f') => (1, '\u{c}'),
            Some(&c @ (b'"' | b'\\' | b'/')) => (1, char::from(c)),
            Some(b'u') => unit(escape).unwrap_or((0, '\\')),
            _ => (0, '\\'),
        };
        let mut utf8 = [0; 4];
        out.extend_from_slice(meant.encode_utf8(&mut utf8).as_bytes());
        rest = &escape[taken..];
    }
    out.extend_from_slice(rest);
}

/// Length and meaning of `uXXXX`, or of the two that make one character together.
fn unit(text: &[u8]) -> Option<(usize, char)> {
    let hex = |at: usize| {
        let digits = text.get(at..at + 4)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let high = hex(1)?;
    if (0xd800..0xdc00).contains(&high)
        && text.get(5..7) == Some(b"\\u")
        && let Some(low) = hex(7).filter(|low| (0xdc00..0xe000).contains(low))
    {
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        return Some((11, char::from_u32(code)?));
    }
    Some((5, char::from_u32(high).unwrap_or('\u{fffd}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_export_lines_as_values() {
        let read = |text: &str| {
            let mut out = Vec::new();
            cell(text.as_bytes(), &mut out).map(|when| {
                (
                    String::from_utf8_lossy(&out).into_owned(),
                    when.map(|w| w.stamp.to_string()),
                )
            })
        };
        let line = "203.0.113.9 - - [06/May/2025:10:00:06 +0200] \"GET / HTTP/1.1\" 200 13";
        let quoted = format!("\"{}\"", line.replace('"', "\"\""));
        let utc = Some("2025-05-06T08:00:06Z");
        for (row, when) in [
            (format!("{quoted},\"2025-05-06T08:00:06.000Z\",web"), utc),
            (format!("2025-05-06T08:00:06Z;{quoted}"), utc),
            (
                format!("\"May 6, 2025 @ 08:00:06.000\",{quoted}"),
                Some("2025-05-06T08:00:06"),
            ),
            (format!("web,{quoted}"), None),
        ] {
            let expected = Some((line.to_owned(), when.map(str::to_owned)));
            assert_eq!(read(&row), expected, "{row}");
        }
        for row in [line, &quoted, "\"a\",\"b\"", "\"a, and b", ""] {
            assert_eq!(read(row), None, "{row}");
        }
    }

    #[test]
    fn log_drivers_hold_the_line_as_text() {
        let read = |text: &str| {
            let mut out = Vec::new();
            json(text.as_bytes(), &mut out).map(|when| {
                (
                    String::from_utf8_lossy(&out).into_owned(),
                    when.map(|w| w.stamp.to_string()),
                )
            })
        };
        for (text, line, when) in [
            (
                r#"{"log":"a \"b\" \\ \u00e4\ud83d\ude00\u001b\n","stream":"stdout","time":"2024-01-02T03:04:05.678901234Z"}"#,
                "a \"b\" \\ ä😀\u{1b}",
                Some("2024-01-02T03:04:05.678Z"),
            ),
            (
                r#"{ "__REALTIME_TIMESTAMP" : "1704164645678901", "N": {"a": ["}", 1]}, "MESSAGE" : "x" }"#,
                "x",
                Some("2024-01-02T03:04:05.678Z"),
            ),
            (r#"{"message":"x\r\n","offset":12}"#, "x", None),
            (
                r#"{"line":"x","timestamp":"2024-01-02T03:04:05.678Z","fields":{"job":"y"}}"#,
                "x",
                Some("2024-01-02T03:04:05.678Z"),
            ),
            (
                r#"{"_raw":"x","_time":"2024-01-02T03:04:05.678+01:00"}"#,
                "x",
                Some("2024-01-02T03:04:05.678+01:00"),
            ),
        ] {
            let expected = Some((line.to_owned(), when.map(str::to_owned)));
            assert_eq!(read(text), expected, "{text}");
        }
        for text in [
            r#"{"log":"cut"#,
            r#"{"status":200}"#,
            r#"{"log":5}"#,
            "{}",
            "[1]",
            r#"{"log" "x"}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
