//! Envelopes that change the text itself: colours, JSON, HTML.

use super::When;
use crate::format::csv::{Cells, SEPARATORS, Split, is_row};
use crate::format::ncsa::decimal;
use crate::format::time::Stamp;
use crate::format::time::leading::{iso, rfc3164};
use crate::format::time::moment::moment;
use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// Writes the text without its terminal escapes (ECMA-48), and tells whether it had any. rsyslog writes the escape
/// character as `#033`.
pub(super) fn colours(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut rest = text;
    while let Some(at) = memchr2(0x1b, b'#', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let skip = match rest {
            [b'#', b'0', b'3', b'3', b'[', ..] => 4,
            [b'#', ..] => {
                out.push(b'#');
                rest = &rest[1..];
                continue;
            }
            _ => 1,
        };
        rest = &rest[skip..];
        rest = &rest[escape_len(rest)..];
    }
    out.extend_from_slice(rest);
    out.len() < text.len()
}

/// Length of a terminal escape behind its escape character.
fn escape_len(rest: &[u8]) -> usize {
    match rest.first() {
        None => 0,
        // A control sequence: parameters, and a letter.
        Some(b'[') => {
            let parameters = |b: &&u8| (0x20..=0x3f).contains(*b);
            let length = 1 + rest[1..].iter().take_while(parameters).count();
            (length + 1).min(rest.len())
        }
        // A command of the operating system: a title or a link, up to a bell or a terminator.
        Some(b']') => match rest.iter().position(|&b| b == 0x07 || b == 0x1b) {
            Some(at) if rest[at] == 0x07 => at + 1,
            Some(at) => (at + 2).min(rest.len()),
            None => 1,
        },
        Some(_) => 1,
    }
}

/// Writes the text without HTML's escapes, line breaks and no-break spaces, and tells whether it had any.
pub(super) fn html(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = memchr3(b'&', b'<', NO_BREAK[0], rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (taken, meant) = match rest[0] {
            b'&' => entity(rest),
            b'<' => line_break(rest),
            _ if rest.starts_with(NO_BREAK) => (NO_BREAK.len(), Some(' ')),
            _ => (0, None),
        };
        match taken {
            0 => {
                out.push(rest[0]);
                rest = &rest[1..];
            }
            taken => {
                changed = true;
                let mut utf8 = [0; 4];
                if let Some(meant) = meant {
                    out.extend_from_slice(meant.encode_utf8(&mut utf8).as_bytes());
                }
                rest = &rest[taken..];
            }
        }
    }
    out.extend_from_slice(rest);
    changed
}

/// Whether a line was surely copied out of the source of a web page: its ampersands or quotes are written as HTML writes
/// them where an ActiveSync request has them, or JSON, or Z-Push's log. A URL may hold such writing by itself, elsewhere.
pub(in crate::format) fn is_escaped(text: &[u8]) -> bool {
    const PARAMETERS: [&[u8]; 4] = [b"cmd=", b"user=", b"deviceid=", b"devicetype="];
    const QUOTES: [&[u8]; 3] = [b"&quot;", b"&#34;", b"&#x22;"];
    const APOSTROPHES: [&[u8]; 4] = [b"&#39;", b"&#039;", b"&#x27;", b"&apos;"];
    memchr_iter(b'&', text).any(|at| {
        let (before, rest) = text.split_at(at);
        let behind = |marks: &[&[u8]]| marks.iter().find_map(|mark| rest.strip_prefix(*mark));
        if let Some(after) = rest.strip_prefix(b"&amp;") {
            let named = |name: &&[u8]| {
                after
                    .get(..name.len())
                    .is_some_and(|n| n.eq_ignore_ascii_case(name))
            };
            return PARAMETERS.iter().any(named);
        }
        if let Some(after) = behind(&QUOTES) {
            let word = after.iter().take_while(|b| b.is_ascii_uppercase()).count();
            return before.ends_with(b"{") || word > 2 && after.get(word) == Some(&b' ');
        }
        before.ends_with(b"cmd=") && behind(&APOSTROPHES).is_some()
    })
}

/// A no-break space, as pages have it between words that belong together.
const NO_BREAK: &[u8] = "\u{a0}".as_bytes();

/// Length and meaning of the character reference that a text begins with; length 0 if it begins with none.
fn entity(text: &[u8]) -> (usize, Option<char>) {
    /// Longest one known here, with its ampersand and semicolon.
    const LONGEST: usize = 10;
    let Some(end) = memchr(b';', &text[..text.len().min(LONGEST)]) else {
        return (0, None);
    };
    let digits = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32)
    };
    let meant = match &text[1..end] {
        b"quot" => Some('"'),
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"apos" => Some('\''),
        b"nbsp" => Some(' '),
        [b'#', b'x' | b'X', hex @ ..] => digits(hex, 16),
        [b'#', decimal @ ..] => digits(decimal, 10),
        _ => None,
    };
    match meant {
        // What would end the line or be no text any more is left as it is.
        Some(c) if !c.is_control() => (end + 1, Some(c)),
        _ => (0, None),
    }
}

/// Length of the mark of a line or paragraph that a text begins with, 0 if it begins with none. Between words it stands
/// for a blank.
fn line_break(text: &[u8]) -> (usize, Option<char>) {
    const MARKS: [&[u8]; 8] = [
        b"<br>", b"<br/>", b"<br />", b"<p>", b"</p>", b"<pre>", b"</pre>", b"</li>",
    ];
    let begins = |mark: &&&[u8]| {
        text.get(..mark.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(mark))
    };
    match MARKS.iter().find(begins) {
        Some(mark) if mark.starts_with(b"<br") && mark.len() < text.len() => {
            (mark.len(), Some(' '))
        }
        Some(mark) => (mark.len(), None),
        None => (0, None),
    }
}

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

    fn with(decode: impl Fn(&[u8], &mut Vec<u8>) -> bool, text: &str) -> Option<String> {
        let mut out = b"from before".to_vec();
        decode(text.as_bytes(), &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn colours_go() {
        for (text, expected) in [
            ("\x1b[0m\x1b[1;31mred\x1b[0m text", "red text"),
            ("\x1b]8;;https://example.com\x07link\x1b]8;;\x1b\\", "link"),
            ("#033[32mgreen#033[0m", "green"),
            ("a\x1b", "a"),
            ("a\x1b[1", "a"),
        ] {
            assert_eq!(with(colours, text).as_deref(), Some(expected), "{text:?}");
        }
        assert_eq!(with(colours, "plain [0m text"), None);
    }

    #[test]
    fn escapes_of_html_are_undone() {
        for (text, expected) in [
            (
                "&quot;GET /?a=b&amp;c=d HTTP/1.1&#34; &lt;1&gt;<br>",
                "\"GET /?a=b&c=d HTTP/1.1\" <1>",
            ),
            ("a<br/>b&#x2F;c&nbsp;d</p>", "a b/c d"),
            ("&amp;quot;", "&quot;"),
            ("a\u{a0}b\u{c9}", "a b\u{c9}"),
        ] {
            assert_eq!(with(html, text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "/?a=b&c=d;e",
            "&#10;",
            "&unknown;",
            "<b",
            "a & b; c",
            "&#xFFFFFFFF;",
        ] {
            assert_eq!(with(html, text), None, "{text}");
        }
    }

    #[test]
    fn pastes_of_a_web_page_are_told_from_urls_that_look_the_same() {
        for text in [
            "/Microsoft-Server-ActiveSync?Cmd=Ping&amp;User=a",
            "&quot;POST /Microsoft-Server-ActiveSync HTTP/1.1&quot; 200",
            "{&quot;status&quot;:200}",
            "cmd=&#039;Ping&#039; memory=",
        ] {
            assert!(is_escaped(text.as_bytes()), "{text}");
        }
        for text in [
            "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a",
            "/shop?a=1&amp;b=2",
            "/search?q=&quot;x&quot;",
            "/search?q=&#39;",
        ] {
            assert!(!is_escaped(text.as_bytes()), "{text}");
        }
    }

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
