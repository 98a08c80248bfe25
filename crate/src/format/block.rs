//! Blocks of `Label: value` lines, as the founding thread shows them: documents of DOMLOG.NSF, pasted or exported.
//!
//! A line of `=` characters or a form feed ends a block, and so does the name of a label that the block already has; an
//! empty line does not, as some exports write one behind each field. Labels come in any order, and each has several
//! names: those of the database's form, those of agents that people wrote. Mail and forum software wraps long values;
//! those of the request and the status are joined again.

use super::console;
use super::ncsa::{RequestLine, WRAPPED_BYTES, WRAPPED_LINES, closes_in_protocol, decimal, joint};
use super::time::{Stamp, local, number};
use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample, present};
use crate::input::Line;
use memchr::memchr;
use std::ops::Range;

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
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<BlockReader>::default()
    }
}

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// A date with its time.
    Date,
    /// A time alone, or with its date.
    Time,
    Agent,
    Request,
    Status,
    Remote,
    Host,
    User,
    Elapsed,
    Bytes,
    Referer,
    /// Known, and of no use here: cookies, content types, errors, translated URLs.
    Other,
}

const LABELS: usize = Label::Other as usize;

/// Names of labels, in lower case. Sources: the form of DOMLOG.NSF in its versions, and the founding thread's block.
const NAMES: &[(&str, Label)] = &[
    ("date", Label::Date),
    ("date/time", Label::Date),
    ("date and time", Label::Date),
    ("request date", Label::Date),
    ("request time", Label::Time),
    ("time", Label::Time),
    ("user agent", Label::Agent),
    ("user-agent", Label::Agent),
    ("browser used", Label::Agent),
    ("browser", Label::Agent),
    ("request", Label::Request),
    ("status", Label::Status),
    ("user address", Label::Remote),
    ("remote host", Label::Remote),
    ("client", Label::Remote),
    ("server address", Label::Host),
    ("authenticated user", Label::User),
    ("user name", Label::User),
    ("user", Label::User),
    ("elapsed time", Label::Elapsed),
    ("elapsed", Label::Elapsed),
    ("time taken", Label::Elapsed),
    ("content length", Label::Bytes),
    ("referring url", Label::Referer),
    ("referer", Label::Referer),
    ("cookie", Label::Other),
    ("cookies", Label::Other),
    ("content type", Label::Other),
    ("error", Label::Other),
    ("translated uri", Label::Other),
    ("translated url", Label::Other),
];

/// Names that half of all texts have at the beginning of some line: they go on with a block, but open none.
const GENERIC: [&str; 5] = ["error", "user", "user name", "client", "time"];

// One bit for each of them, see `BlockReader::names`.
const _: () = assert!(NAMES.len() <= u64::BITS as usize);

/// Keeps the fields of the block that is being read; its lines are gone before the block ends.
#[derive(Default)]
struct BlockReader {
    place: Option<Place>,
    /// The values, one behind the other.
    text: Vec<u8>,
    /// Where each one stands in `text`.
    values: [Option<Range<usize>>; LABELS],
    /// Names seen in this block, by their index in `NAMES`.
    names: u64,
    /// What the latest line is part of, if more of it may follow, and how many lines of it.
    wrapped: Option<(Label, u32)>,
    /// Whether the block's last line ends the file without a line end.
    open_end: bool,
}

impl BlockReader {
    fn value(&self, label: Label) -> Option<&[u8]> {
        let range = self.values[label as usize].clone()?;
        present(self.text[range].trim_ascii())
    }

    fn record(&self, place: Place) -> Record<'_> {
        let request = RequestLine::split(self.value(Label::Request).unwrap_or_default());
        let digits = |s: &[u8]| s.iter().take_while(|b| b.is_ascii_digit()).count();
        let status = self
            .value(Label::Status)
            .and_then(|s| number(&s[..digits(s)]).filter(|_| digits(s) == 3));
        Record {
            place,
            stamp: self.stamp(),
            duration_ms: self
                .value(Label::Elapsed)
                .and_then(|s| amount(s, &["ms", "msec", "milliseconds"]))
                .and_then(|ms| u32::try_from(ms).ok().filter(|&ms| ms != u32::MAX)),
            remote: self.value(Label::Remote),
            host: self.value(Label::Host),
            user: self.value(Label::User),
            method: request.method,
            target: request.target,
            protocol: request.protocol,
            status: status.and_then(|s| u16::try_from(s).ok()),
            bytes: self.value(Label::Bytes).and_then(|s| amount(s, &["bytes"])),
            referer: self.value(Label::Referer),
            user_agent: self.value(Label::Agent),
            cut: self.open_end && self.breaks_off(),
            ..Record::default()
        }
    }

    /// The time, in one field or in two.
    fn stamp(&self) -> Option<Stamp> {
        let whole = |text: &[u8]| {
            let (stamp, rest) = local(text)?;
            rest.trim_ascii().is_empty().then_some(stamp)
        };
        let (date, time) = (self.value(Label::Date), self.value(Label::Time));
        let joined = || whole(&[date?, b" ", time?].concat());
        date.and_then(whole)
            .or_else(|| time.and_then(whole))
            .or_else(joined)
    }

    /// Whether the latest value is a request or a status that is not whole.
    fn breaks_off(&self) -> bool {
        let value = |label| self.value(label).unwrap_or_default();
        match self.wrapped {
            Some((Label::Request, _)) => !closes_in_protocol(value(Label::Request)),
            Some((Label::Status, _)) => {
                value(Label::Status).len() < 3 || unclosed(value(Label::Status))
            }
            _ => false,
        }
    }

    /// Takes a line with a label.
    fn field(&mut self, name: usize, value: &[u8]) {
        let label = NAMES[name].1;
        self.names |= 1 << name;
        self.wrapped = None;
        // Of two names for one thing, the first that says something counts.
        if label == Label::Other || self.value(label).is_some() {
            return;
        }
        let from = self.text.len();
        self.text.extend_from_slice(value);
        self.values[label as usize] = Some(from..self.text.len());
        self.wrapped = matches!(label, Label::Request | Label::Status).then_some((label, 0));
    }

    /// Joins a line to the value before it, or tells that it is no part of it.
    fn join(&mut self, line: &[u8]) -> bool {
        let Some((label, lines)) = self.wrapped.take() else {
            return false;
        };
        let Some(range) = self.values[label as usize].clone() else {
            return false;
        };
        let value = &self.text[range.clone()];
        if lines == WRAPPED_LINES || value.len() + line.len() >= WRAPPED_BYTES {
            return false;
        }
        let joint = match label {
            Label::Request => joint(value, line),
            // An explanation is prose, so anything can be part of it that is not a line of its own.
            _ => ((unclosed(value) || (line.starts_with(b"(") && !value.contains(&b'(')))
                && memchr::memmem::find(line, b" [").is_none()
                && console::stamped(line).is_none())
            .then_some(&b" "[..]),
        };
        let Some(joint) = joint else {
            return false;
        };
        self.text.extend_from_slice(joint);
        self.text.extend_from_slice(line);
        self.values[label as usize] = Some(range.start..self.text.len());
        self.wrapped = Some((label, lines + 1));
        true
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
        if is_ruler(bytes) || (feed && bytes.is_empty()) {
            self.flush(emit);
            return Reading::Comment;
        }
        let text = bytes.trim_ascii();
        let Some((name, value)) = labelled(bytes) else {
            if !text.is_empty() && self.place.is_some() && self.join(text) {
                self.open_end = !line.closed;
                return Reading::Continuation;
            }
            return Reading::Foreign(Reason::UnknownShape);
        };
        if self.names & 1 << name != 0 {
            self.flush(emit);
        }
        if self.place.is_none() && GENERIC.contains(&NAMES[name].0) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let opens = self.place.is_none();
        self.place.get_or_insert(line.into());
        self.field(name, value);
        self.open_end = !line.closed;
        if bytes.ends_with(b"\x0c") {
            self.flush(emit);
        }
        if opens {
            Reading::Record
        } else {
            Reading::Continuation
        }
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        if let Some(place) = self.place.take() {
            // Labels such as these stand in other texts too; without a request or a status it was none of ours.
            if self.value(Label::Request).is_some() || self.value(Label::Status).is_some() {
                emit(&self.record(place));
            }
            self.text.clear();
            self.values = Default::default();
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

/// Splits `Label: value` where the label is one of ours, and tells the index of its name.
fn labelled(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = memchr(b':', &line[..line.len().min(25)])?;
    let name = line[..colon].trim_ascii();
    let index = NAMES
        .iter()
        .position(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))?;
    Some((index, line[colon + 1..].trim_ascii()))
}

/// A number, of digits alone or with one kind of separator between its thousands, and with or without one of these
/// units behind it. Anything else (minutes and seconds, a fraction, another unit) is no number here, rather than a
/// wrong one.
fn amount(text: &[u8], units: &[&str]) -> Option<u64> {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let first = digits(text);
    let mut end = first;
    let mut plain: Vec<u8> = text[..first].to_vec();
    if let Some(&separator @ (b',' | b'.' | b' ')) = text.get(first)
        && (1..=3).contains(&first)
        && !text.starts_with(b"0")
    {
        while text.get(end) == Some(&separator) && digits(&text[end + 1..]) == 3 {
            plain.extend_from_slice(&text[end + 1..end + 4]);
            end += 4;
        }
    }
    let unit = text[end..].trim_ascii();
    let known = |known: &&str| unit.eq_ignore_ascii_case(known.as_bytes());
    (unit.is_empty() || units.iter().any(known)).then_some(())?;
    decimal(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Class, Detector};

    /// What becomes of lines: their classes, and time, target, status and agent of each record.
    fn read(text: &str) -> (String, Vec<[String; 5]>) {
        let mut detector = Detector::new();
        let mut records = Vec::new();
        let mut emit = |r: &Record<'_>| {
            let field = |name| r.field(name).unwrap_or_else(|| "-".to_owned());
            records.push(["time", "target", "status", "user_agent", "cut"].map(field));
        };
        let mut classes = String::new();
        for (i, part) in text.split_inclusive('\n').enumerate() {
            let line = Line {
                number: i as u32 + 1,
                offset: 0,
                bytes: part.trim_end_matches('\n').as_bytes(),
                cut: false,
                closed: part.ends_with('\n'),
            };
            classes.push(match detector.line(&line, &mut emit) {
                Class::Record => 'R',
                Class::Continuation => '+',
                Class::Comment => '#',
                Class::Rejected(_) => '?',
            });
        }
        detector.finish(&mut emit);
        (classes, records)
    }

    fn record(fields: [&str; 5]) -> [String; 5] {
        fields.map(str::to_owned)
    }

    #[test]
    fn only_whole_numbers_of_the_right_unit_are_read() {
        for (text, expected) in [
            ("0", Some(0)),
            ("303110", Some(303_110)),
            ("303,110", Some(303_110)),
            ("303.110 ms", Some(303_110)),
            ("303 110ms", Some(303_110)),
            ("1.303.110 Milliseconds", Some(1_303_110)),
            ("75 msec", Some(75)),
            ("none", None),
            ("", None),
            ("ms", None),
            ("0:05:03", None),
            ("00:03:23.110", None),
            ("203.5 s", None),
            ("0.120", None),
            ("120500.0", None),
            ("1203,500", None),
            ("120,50", None),
            ("120,5000", None),
            ("1.303,110", None),
            ("3 min", None),
            ("120 s", None),
            ("-5", None),
            ("13 bytes", None),
        ] {
            assert_eq!(
                amount(text.as_bytes(), &["ms", "msec", "milliseconds"]),
                expected,
                "{text}"
            );
        }
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
