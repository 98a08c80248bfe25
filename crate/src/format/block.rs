//! Blocks of `Label: value` lines, as the founding thread shows them: documents of DOMLOG.NSF, pasted, or exported as
//! Structured Text.
//!
//! A line of `=` characters, a form feed or the character that somebody chose for the export ends a block, and so does
//! the name of a label that the block already has; an empty line does not, as some exports write one behind each field.
//! Labels come in any order, and each has several names: those of the database's form, those of agents that people
//! wrote. Structured Text writes every item, so that between those known here stand others: a word, a colon and a
//! blank. Mail, forum software and the export wrap long values; they are joined again.

use super::console;
use super::fields::Fields;
use super::labels::{DOMLOG, Label, find};
use super::ncsa::{WRAPPED_BYTES, WRAPPED_LINES, closes_in_protocol, joint};
use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample, Seat};
use crate::input::Line;
use memchr::memchr;

pub(super) struct Block;

impl Format for Block {
    fn code(&self) -> &'static str {
        "domlog-block"
    }

    fn title(&self) -> &'static str {
        "DOMLOG.NSF documents as Label: value blocks"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcltechsw.com/domino/12.0.2/admin/admn_thedominowebserverlogdomlognsf_c.html"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "=====================\n\
                       User Agent: Apple-iPhone/704.11\n\
                       Cookie:\n\
                       Request: POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n\
                       Status: 409 CONFLICT (The request could not be completed)",
                expect: &[
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("method", "POST"),
                    (
                        "target",
                        "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("status", "409"),
                    ("duration_ms", "-"),
                    ("time", "-"),
                ],
            },
            Sample {
                text: "Status:  200 OK\nUser Address: 192.0.2.9\nElapsed Time: 120,500 ms\nContent Length: 13\n\
                       Authenticated User: Jane Doe/ACME\nRequest: GET /x HTTP/1.0\nStatus: 404",
                expect: &[
                    ("status", "200"),
                    ("remote_ip", "192.0.2.9"),
                    ("duration_ms", "120500"),
                    ("bytes", "13"),
                    ("user", "Jane Doe/ACME"),
                    ("target", "/x"),
                ],
            },
            Sample {
                text: "Date: 03/03/2010 02:25:00 PM\n\nUser Agent: -\n\nBrowser Used: Apple-iPhone/704.11\n\n\
                       Request: POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&\n\
                       DeviceType=iPhone&Cmd=Ping\nHTTP/1.1\nElapsed Time: 0:03:23\n\
                       Status: 409 CONFLICT (The request could not be completed due to\na conflict)\n\
                       Content Length: 1.024 bytes\n\u{c}\nStatus: 200",
                expect: &[
                    ("time", "2010-03-03T14:25:00"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    (
                        "target",
                        "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("status", "409"),
                    ("duration_ms", "-"),
                    ("bytes", "1024"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "$UpdatedBy:  CN=t.example.com/O=ACME\nDate:  03/04/2010 02:25:00 PM\nUserAddress:  203.0.113.7\n\
                       AuthenticatedUser:  Jane Doe/ACME\nServerAddress:  t.example.com\nContentLength:  13\n\
                       BrowserUsed:  Mozilla/5.0 (iPhone; CPU iPhone OS 15_4_1 like Mac OS X)\nAppleWebKit/605.1.15\n\
                       ReferringURL:  \nElapsedTime:  203110\nRequest:  POST /servlet/traveler?Cmd=Ping HTTP/1.1\n\
                       Status:  409 CONFLICT\n\u{c}\n$UpdatedBy:  CN=t.example.com/O=ACME\nStatus:  200 OK",
                expect: &[
                    ("time", "2010-03-04T14:25:00"),
                    ("doubt", "order"),
                    ("edge", "-"),
                    ("remote_ip", "203.0.113.7"),
                    ("user", "Jane Doe/ACME"),
                    ("host", "t.example.com"),
                    ("bytes", "13"),
                    (
                        "user_agent",
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_4_1 like Mac OS X) AppleWebKit/605.1.15",
                    ),
                    ("referer", "-"),
                    ("duration_ms", "203110"),
                    ("method", "POST"),
                    ("target", "/servlet/traveler?Cmd=Ping"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "409"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<BlockReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

/// Names that half of all texts have at the beginning of some line: they go on with a block, but open none.
const GENERIC: [&str; 7] = [
    "error", "errors", "user", "username", "client", "time", "form",
];

// One bit for each of them, see `BlockReader::names`.
const _: () = assert!(DOMLOG.len() <= u64::BITS as usize);

/// Columns from which on a line is one that an export may have wrapped; the narrowest that mail is wrapped at.
const WRAPPED_COLUMNS: usize = 60;

/// Keeps the fields of the block that is being read.
#[derive(Default)]
struct BlockReader {
    place: Option<Place>,
    fields: Fields,
    /// Names seen in this block, by their index in `DOMLOG`.
    names: u64,
    /// What the latest line is part of, if more of it may follow.
    wrapped: Option<Wrapped>,
    /// Whether the block's last line ends the file without a line end.
    open_end: bool,
    /// Whether an empty line stands behind the block's last line.
    gap: bool,
}

/// A value that may go on in the next line.
#[derive(Clone, Copy)]
struct Wrapped {
    label: Label,
    /// Whether its value counts; one that does not goes on all the same.
    kept: bool,
    /// Lines that went on with it.
    lines: u32,
    /// Whether its latest line is as long as those that an export wraps.
    long: bool,
}

impl BlockReader {
    /// Whether the latest value is a request or a status that is not whole.
    fn breaks_off(&self) -> bool {
        let value = |label| self.fields.value(label).unwrap_or_default();
        match self.wrapped.map(|w| w.label) {
            Some(Label::Request) => !closes_in_protocol(value(Label::Request)),
            Some(Label::Status) => value(Label::Status).len() < 3 || unclosed(value(Label::Status)),
            _ => false,
        }
    }

    /// Takes a line with a label.
    fn field(&mut self, name: usize, value: &[u8]) {
        let label = DOMLOG[name].1;
        self.names |= 1 << name;
        let kept = self.fields.set(label, value);
        // What a second name says of the request or the status is another value, not the rest of the first.
        let whole = !kept && matches!(label, Label::Request | Label::Status);
        self.wrapped = (!whole).then_some(Wrapped {
            label,
            kept,
            lines: 0,
            long: value.len() + DOMLOG[name].0.len() >= WRAPPED_COLUMNS,
        });
    }

    /// Joins a line to the value before it, or tells that it is no part of it.
    fn join(&mut self, line: &[u8]) -> bool {
        let Some(wrapped) = self.wrapped.take() else {
            return false;
        };
        let label = wrapped.label;
        let value = self.fields.raw(label);
        if wrapped.lines == WRAPPED_LINES
            || self.fields.length(label) + line.len() >= WRAPPED_BYTES
            || memchr::memmem::find(line, b" [").is_some()
            || console::stamped(line).is_some()
        {
            return false;
        }
        let joint = match label {
            Label::Request => joint(value, line),
            // An explanation is prose, so anything can be part of it that is not a line of its own.
            Label::Status => (unclosed(value)
                || (line.starts_with(b"(") && !value.contains(&b'(')))
            .then_some(&b" "[..]),
            // A URL holds no blanks.
            // Behind an empty line, what follows any other value is prose.
            _ if self.gap || !wrapped.long => None,
            // A URL holds no blanks.
            Label::Referer => (!line.contains(&b' ')).then_some(&b""[..]),
            _ => Some(&b" "[..]),
        };
        let Some(joint) = joint else {
            return false;
        };
        if wrapped.kept {
            self.fields.join(label, joint, line);
        }
        self.wrapped = Some(Wrapped {
            lines: wrapped.lines + 1,
            long: line.len() >= WRAPPED_COLUMNS,
            ..wrapped
        });
        true
    }

    /// Notes a line of the block, which may be its first one.
    fn took(&mut self, line: &Line<'_>, opens: bool) -> Reading {
        self.place.get_or_insert(line.into());
        self.open_end = !line.closed;
        self.gap = false;
        if opens {
            Reading::Record
        } else {
            Reading::Continuation
        }
    }

    /// Goes on with the open block by a line without a label known here, or tells that it is none of it.
    fn go_on(&mut self, line: &[u8]) -> bool {
        if self.join(line) {
            return true;
        }
        // Structured Text has no empty lines inside a document; behind one, a word and a colon are prose.
        let item = !self.gap && is_item(line);
        if item {
            self.wrapped = Some(Wrapped {
                label: Label::Other,
                kept: false,
                lines: 0,
                long: line.len() >= WRAPPED_COLUMNS,
            });
        }
        item
    }
}

impl Reader for BlockReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let mut bytes = line.bytes;
        let feed = bytes.starts_with(b"\x0c");
        if feed {
            self.flush(emit);
            bytes = bytes.trim_ascii_start();
        }
        let text = bytes.trim_ascii();
        let chosen = self.place.is_some() && is_chosen(text);
        if is_ruler(bytes) || chosen || (feed && bytes.is_empty()) {
            self.flush(emit);
            return Reading::Comment;
        }
        if text.is_empty() {
            self.gap = true;
            return Reading::Foreign(Reason::UnknownShape);
        }
        let Some((name, value)) = labelled(bytes) else {
            if self.place.is_none() && !opens_document(bytes) {
                return Reading::Foreign(Reason::UnknownShape);
            }
            let opens = self.place.is_none();
            if !opens && !self.go_on(text) {
                return Reading::Foreign(Reason::UnknownShape);
            }
            return self.took(line, opens);
        };
        if self.names & 1 << name != 0 {
            self.flush(emit);
        }
        if self.place.is_none() && GENERIC.contains(&DOMLOG[name].0) && !opens_document(bytes) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let opens = self.place.is_none();
        self.field(name, value);
        let reading = self.took(line, opens);
        if bytes.ends_with(b"\x0c") {
            self.flush(emit);
        }
        reading
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        if let Some(place) = self.place.take() {
            // Labels such as these stand in other texts too; without a request or a status it was none of ours.
            if self.fields.say_a_request() {
                let cut = self.open_end && self.breaks_off();
                emit(&self.fields.record(place, cut));
            }
            self.fields.clear();
            self.names = 0;
            self.wrapped = None;
        }
    }
}

/// Whether a line is one of a block, whatever stands around it.
pub(super) fn knows(line: &[u8]) -> bool {
    is_ruler(line) || labelled(line).is_some()
}

/// Whether a parenthesis was opened last.
fn unclosed(text: &[u8]) -> bool {
    memchr::memrchr2(b'(', b')', text).is_some_and(|at| text[at] == b'(')
}

/// A line of at least five `=` and nothing else.
fn is_ruler(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.len() >= 5 && line.iter().all(|&b| b == b'=')
}

/// A line of one character that people choose to stand between the documents of an export, and nothing else.
fn is_chosen(line: &[u8]) -> bool {
    matches!(line, [b] if b.is_ascii_punctuation() || b.is_ascii_control())
}

/// Splits `Label: value` where the label is one of ours, and tells the index of its name.
fn labelled(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = memchr(b':', &line[..line.len().min(25)])?;
    let index = find(DOMLOG, line[..colon].trim_ascii())?;
    Some((index, line[colon + 1..].trim_ascii()))
}

/// Whether a line is one with which documents begin in Structured Text: their form, or an item that Notes itself made.
fn opens_document(line: &[u8]) -> bool {
    is_item(line) && (line.starts_with(b"$") || line.starts_with(b"Form:  "))
}

/// Whether a line is `Item: value` in the form of Structured Text, where the item can be any of a document's.
fn is_item(line: &[u8]) -> bool {
    // Names of items have at most 32 bytes.
    let Some(colon) = memchr(b':', &line[..line.len().min(33)]) else {
        return false;
    };
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let first = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'$' | b'_');
    name.first().is_some_and(first)
        && name[1..]
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'_'))
        && (value.is_empty() || value.starts_with(b" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests;

    /// What becomes of lines: their classes, and time, target, status and agent of each record.
    fn read(text: &str) -> (String, Vec<[String; 5]>) {
        let (classes, records) = tests::read(text);
        let names = ["time", "target", "status", "user_agent", "cut"];
        let told = |r: &tests::Kept| names.map(|n| r.field(n).unwrap_or_else(|| "-".to_owned()));
        (classes, records.iter().map(told).collect())
    }

    fn record(fields: [&str; 5]) -> [String; 5] {
        fields.map(str::to_owned)
    }

    #[test]
    fn texts_of_other_kinds_hold_no_blocks() {
        for text in [
            "Error: disk full\nError: out of memory\nUser: bob logged in\n",
            "Date: Wed, 3 Mar 2010 14:25:00 -0500\nUser-Agent: Thunderbird\nUser: bob\n",
        ] {
            assert!(read(text).1.is_empty(), "{text}");
        }
    }

    #[test]
    fn every_line_of_structured_text_belongs_to_its_document() {
        let one = "Form:  HTTPLog\nRequest:  GET /x HTTP/1.1\nStatus:  409 CONFLICT\nIsRobot:  0\nBrowser:  a\n$Revisions:  ";
        let two = one.replace("409", "200");
        let expected = [
            record(["-", "/x", "409", "a", "-"]),
            record(["-", "/x", "200", "a", "-"]),
        ];
        for (separator, seen) in [
            ("\n\x0c", "R+++++R+++++"),
            ("\n\x0c\n", "R+++++#R+++++"),
            ("\n~\n", "R+++++#R+++++"),
            ("\n\x1e\n", "R+++++#R+++++"),
            ("\n\n", "R+++++#R+++++"),
        ] {
            let (classes, records) = read(&format!("{one}{separator}{two}"));
            assert_eq!(records, expected, "{separator:?}");
            assert_eq!(classes, seen, "{separator:?}");
        }
    }

    #[test]
    fn prose_behind_a_block_is_no_part_of_it() {
        let agent = format!("User Agent: {}", "a".repeat(80));
        for prose in ["Can anybody tell me?", "Thanks:"] {
            let (classes, _) = read(&format!("Status: 200\n{agent}\n\n{prose}\n"));
            assert_eq!(classes, "R+#?", "{prose}");
        }
        let (classes, _) = read("Status: 200\nUser Agent: a\nthanks\n");
        assert_eq!(classes, "R+?");
    }

    #[test]
    fn only_known_labels_open_a_block() {
        assert!(labelled(b"Status: 200").is_some());
        assert!(labelled(b"HTTP Server: Started").is_none());
        assert!(labelled(b"a line about a status: none").is_none());
    }

    #[test]
    fn the_name_of_a_label_separates_blocks_and_blank_lines_do_not() {
        let one = record(["-", "/x", "409", "a", "-"]);
        let two = record(["-", "/y", "200", "b", "-"]);
        for text in [
            "User Agent: a\nRequest: GET /x HTTP/1.1\nStatus: 409\n\nUser Agent: b\nRequest: GET /y HTTP/1.1\nStatus: 200\n",
            "User Agent: a\n\nRequest: GET /x HTTP/1.1\n\n\nStatus: 409\n\nUser Agent: b\n\nRequest: GET /y HTTP/1.1\n\nStatus: 200\n",
            "Browser Used: a\nUser Agent: c\nRequest: GET /x HTTP/1.1\nStatus: 409\n=====\nBrowser: \nUser Agent: b\nRequest: GET /y HTTP/1.1\nStatus: 200",
            "Status: 409\nUser Agent: a\nRequest: GET /x HTTP/1.1\n\x0cStatus: 200\nUser Agent: b\nRequest: GET /y HTTP/1.1",
            "Cookie:\nStatus: 409\nUser Agent: a\nRequest: GET /x HTTP/1.1\nCookie: c\nStatus: 200\nUser Agent: b\nRequest: GET /y HTTP/1.1",
            "Status: 409\nUser Agent: a\nRequest: GET /x HTTP/1.1\x0c\nBrowser: b\nStatus: 200\nRequest: GET /y HTTP/1.1",
        ] {
            let (classes, records) = read(text);
            assert_eq!(records, [one.clone(), two.clone()], "{text}");
            assert_eq!(classes.matches('R').count(), 2, "{classes}: {text}");
            assert!(!classes.contains('?'), "{classes}: {text}");
        }
    }

    /// The founding thread's request and status, wrapped at each blank, and the request at each byte of its URL.
    #[test]
    fn wrapped_values_are_joined() {
        const REQUEST: &str = "Request: POST /servlet/traveler/Microsoft-Server-ActiveSync?User=a&DeviceId=Appl1&Cmd=Ping HTTP/1.1";
        const STATUS: &str = "Status: 409 CONFLICT (The request could not be completed due to a conflict with the current state)";
        let whole = read(&format!("{REQUEST}\n{STATUS}")).1;
        let url = REQUEST.find("/servlet").unwrap_or(0) + 1..REQUEST.len() - " HTTP/1.1".len();
        for (text, inside) in [(REQUEST, url), (STATUS, 0..0)] {
            for at in "Request:".len()..text.len() {
                let blank = text.as_bytes()[at] == b' ';
                // Behind "409" a line in capitals may be anything.
                if !(blank || inside.contains(&at))
                    || text[at..].starts_with(" CONFLICT")
                    || text[at..].starts_with(" 409")
                {
                    continue;
                }
                let (head, rest) = text.split_at(at);
                let other = if text == REQUEST { STATUS } else { REQUEST };
                for text in [
                    format!("{head}\n{}\n{other}", rest.trim_start()),
                    format!("{other}\n{head} \n\n  {}", rest.trim_start()),
                ] {
                    let (classes, records) = read(&text);
                    assert_eq!(records, whole, "{text}");
                    assert!(!classes.contains('?'), "{classes}: {text}");
                }
            }
        }
    }

    #[test]
    fn an_unfinished_value_takes_nothing_of_others() {
        for first in [
            "Request: POST /x?User=a",
            "Request:",
            "Status: 409 CONFLICT (The",
        ] {
            for (then, expected) in [
                (
                    "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1\" 200 5",
                    "R",
                ),
                (
                    "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1",
                    "?",
                ),
                ("03/03/2010 02:25:01 PM  HTTP Server: Shutdown", "#"),
                (
                    "03/03/2010 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /x HTTP/1.1",
                    "R",
                ),
                ("=====", "#"),
                ("Cookie: a", "+"),
            ] {
                let (classes, _) = read(&format!("{first}\n{then}"));
                assert_eq!(classes[1..], *expected, "{first} / {then}");
            }
        }
        let (classes, _) = read(&format!("Request: POST /x?{}", "\nx".repeat(40)));
        assert_eq!(classes.matches('+').count(), WRAPPED_LINES as usize);
        let (classes, _) = read(&format!("Status: 409 (x{}", "\nx y".repeat(40)));
        assert_eq!(classes.matches('+').count(), WRAPPED_LINES as usize);
    }

    #[test]
    fn dates_are_read_in_one_field_or_two_or_not_at_all() {
        for (text, expected) in [
            ("Date: 03/04/2010 02:25:00 PM", "2010-03-04T14:25:00"),
            ("date/time: 03.04.2010 14:25:00", "2010-04-03T14:25:00"),
            (
                "Request Time: 25/03/2010 14:25:00.50",
                "2010-03-25T14:25:00.500",
            ),
            ("Date: 03/04/2010\nTime: 02:25:00 PM", "2010-03-04T14:25:00"),
            ("Date: 03/04/2010", "-"),
            ("Date: 03/04/2010 02:25:00 PM CET", "-"),
            ("Date: today", "-"),
        ] {
            let (_, records) = read(&format!("{text}\nStatus: 200\n"));
            assert_eq!(
                records,
                [record([expected, "-", "200", "-", "-"])],
                "{text}"
            );
        }
    }

    #[test]
    fn a_file_that_breaks_off_inside_a_block_says_so() {
        for (text, cut) in [
            ("Status: 409\nRequest: GET /x", "cut"),
            ("Status: 409\nRequest: GET /x\n", "-"),
            ("Status: 409\nRequest: GET /x HTTP/1.1", "-"),
            ("Request: GET /x HTTP/1.1\nStatus: 4", "cut"),
            ("Request: GET /x HTTP/1.1\nStatus: 409 CONFLICT (The", "cut"),
            ("Request: GET /x HTTP/1.1\nStatus: 409", "-"),
        ] {
            let (_, records) = read(text);
            assert_eq!(records[0][4], cut, "{text}");
        }
    }
}
