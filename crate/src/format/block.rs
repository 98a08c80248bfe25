//! Blocks of `Label: value` lines, as the founding thread shows them: documents of DOMLOG.NSF, pasted or exported.
//!
//! A line of `=` characters or an empty line ends a block, and so does a label that the block already has. Labels come
//! in any order, and each has several names: those of the database's form, those of agents that people wrote.

use super::ncsa::{RequestLine, decimal};
use super::time::number;
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
            time: false,
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
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<BlockReader>::default()
    }
}

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Agent,
    Request,
    Status,
    Remote,
    Host,
    User,
    Elapsed,
    Bytes,
    Referer,
    /// Known, and of no use here: cookies, content types, errors, translated URLs, dates in a locale's order.
    Other,
}

const LABELS: usize = Label::Other as usize;

/// Names of labels, in lower case. Sources: the form of DOMLOG.NSF in its versions, and the founding thread's block.
const NAMES: &[(&str, Label)] = &[
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
    ("date", Label::Other),
    ("translated uri", Label::Other),
    ("translated url", Label::Other),
];

/// Keeps the fields of the block that is being read; its lines are gone before the block ends.
#[derive(Default)]
struct BlockReader {
    place: Option<Place>,
    /// The values, one behind the other.
    text: Vec<u8>,
    /// Where each one stands in `text`.
    values: [Option<Range<usize>>; LABELS],
}

impl BlockReader {
    fn value(&self, label: Label) -> Option<&[u8]> {
        let range = self.values[label as usize].clone()?;
        present(&self.text[range])
    }

    fn record(&self, place: Place) -> Record<'_> {
        let request = RequestLine::split(self.value(Label::Request).unwrap_or_default());
        let status = self
            .value(Label::Status)
            .and_then(|s| number(s.split(|b| !b.is_ascii_digit()).next()?));
        Record {
            place,
            duration_ms: self
                .value(Label::Elapsed)
                .and_then(grouped)
                .and_then(|ms| u32::try_from(ms).ok()),
            remote: self.value(Label::Remote),
            host: self.value(Label::Host),
            user: self.value(Label::User),
            method: request.method,
            target: request.target,
            protocol: request.protocol,
            status: status.and_then(|s| u16::try_from(s).ok()),
            bytes: self.value(Label::Bytes).and_then(grouped),
            referer: self.value(Label::Referer),
            user_agent: self.value(Label::Agent),
            ..Record::default()
        }
    }
}

impl Reader for BlockReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        if is_ruler(line.bytes) {
            self.flush(emit);
            return Reading::Comment;
        }
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            self.flush(emit);
            return Reading::Foreign(Reason::UnknownShape);
        }
        let Some((label, value)) = labelled(line.bytes) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        let again = label != Label::Other && self.values[label as usize].is_some();
        if again {
            self.flush(emit);
        }
        let opens = self.place.is_none();
        self.place.get_or_insert(line.into());
        if label != Label::Other {
            let from = self.text.len();
            self.text.extend_from_slice(value);
            self.values[label as usize] = Some(from..self.text.len());
        }
        if opens {
            Reading::Record
        } else {
            Reading::Continuation
        }
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        if let Some(place) = self.place.take() {
            emit(&self.record(place));
            self.text.clear();
            self.values = Default::default();
        }
    }
}

/// A line of at least five `=` and nothing else.
fn is_ruler(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.len() >= 5 && line.iter().all(|&b| b == b'=')
}

/// Splits `Label: value` where the label is one of ours.
fn labelled(line: &[u8]) -> Option<(Label, &[u8])> {
    let colon = memchr(b':', line).filter(|&at| at <= 24)?;
    let name = line[..colon].trim_ascii();
    let (_, label) = NAMES
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))?;
    Some((*label, line[colon + 1..].trim_ascii()))
}

/// A number with or without separators between its thousands, and with or without a unit behind it.
fn grouped(text: &[u8]) -> Option<u64> {
    let end = text
        .iter()
        .position(|b| !b.is_ascii_digit() && !matches!(b, b',' | b'.'))
        .unwrap_or(text.len());
    let digits: Vec<u8> = text[..end]
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    decimal(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_units_do_not_hide_a_number() {
        assert_eq!(grouped(b"303,110"), Some(303_110));
        assert_eq!(grouped(b"303.110 ms"), Some(303_110));
        assert_eq!(grouped(b"none"), None);
    }

    #[test]
    fn only_known_labels_open_a_block() {
        assert!(labelled(b"Status: 200").is_some());
        assert!(labelled(b"HTTP Server: Started").is_none());
        assert!(labelled(b"a line about a status: none").is_none());
    }
}
