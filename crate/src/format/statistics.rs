//! Statistics of a Domino server and of Traveler: `Name = value`, as `show stat` and `tell traveler stat show` print them.
//!
//! `show stat traveler` writes `Traveler.` before each name, the command of the task does not. Any configuration file
//! has lines of this shape; a stretch of them is read from the first one whose name is of a known family.

use super::console::prefix;
use super::event::{Event, Typed, typed};
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, What};
use crate::input::Line;
use memchr::memmem;

pub(super) struct Statistics;

impl Format for Statistics {
    fn code(&self) -> &'static str {
        "domino-statistics"
    }

    fn title(&self) -> &'static str {
        "Statistics of Domino and Traveler"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcl-software.com/traveler/14.5.0/statfields.html"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: false,
            time: false,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "  Traveler.DeviceSync.Count.409 = 7\n  3 statistics found",
                expect: &[
                    ("what", "event"),
                    ("name", "Traveler.DeviceSync.Count.409"),
                    ("value", "7"),
                ],
            },
            Sample {
                text: "DCA.DB_OPEN.Time.Histogram.CN=Mail 1/O=Example.000-001 = 10",
                expect: &[
                    (
                        "name",
                        "DCA.DB_OPEN.Time.Histogram.CN=Mail 1/O=Example.000-001",
                    ),
                    ("value", "10"),
                ],
            },
            Sample {
                text: "> show stat http\n[4674:000E-30C8]   Http.Workers = 1,200\n[4674:000E-30C8]   1 statistics found",
                expect: &[("name", "Http.Workers"), ("value", "1,200")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<StatisticsReader>::default()
    }
}

/// Families of names, as the servers spell them: what Domino's tasks and Traveler publish.
const FAMILIES: [&[u8]; 34] = [
    b"AddressCache.",
    b"Agent.",
    b"Availability.",
    b"CPU.",
    b"Calendar.",
    b"ClusterCache.",
    b"ConnectionManager.",
    b"Constrained.",
    b"DAOS.",
    b"DB.",
    b"DCA.",
    b"Database.",
    b"DeviceSync.",
    b"Disk.",
    b"Domino.",
    b"HTTP.",
    b"Http.",
    b"IMAP.",
    b"LDAP.",
    b"MAIL.",
    b"Mail.",
    b"Mem.",
    b"Memory.",
    b"Monitor.",
    b"NET.",
    b"POP3.",
    b"Platform.",
    b"PrimeSync.",
    b"Push.",
    b"Replica.",
    b"SMTP.",
    b"Server.",
    b"Traveler.",
    b"Update.",
];

/// Most bytes of a name, and of a value: names hold those of servers, values at most a path.
const MOST_BYTES: usize = 300;

/// Splits `Name = value`, if the name is of a known family.
pub(super) fn known(text: &[u8]) -> Option<(&[u8], &[u8])> {
    pair(text).filter(|(name, _)| FAMILIES.iter().any(|f| name.starts_with(f)))
}

/// Splits `Name = value`, where the name has parts with points between them.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii();
    let at = memmem::find(&text[..text.len().min(MOST_BYTES)], b" = ")?;
    let (name, value) = (&text[..at], text[at + 3..].trim_ascii());
    let plain = |b: &u8| matches!(b, 0x21..=0x7e | 0x80..);
    // A blank is part of a server's name only, which follows its `CN=`.
    let server = name.contains(&b'=');
    let whole = name.iter().all(|b| plain(b) || (*b == b' ' && server));
    let parts = name.first().is_some_and(u8::is_ascii_alphabetic) && name.contains(&b'.');
    (whole && parts && !value.is_empty() && value.len() <= MOST_BYTES).then_some((name, value))
}

#[derive(Default)]
struct StatisticsReader {
    /// Whether the previous line was a statistic.
    inside: bool,
}

impl Reader for StatisticsReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let text = prefix(line.bytes).unwrap_or(line.bytes).trim_ascii();
        if text.is_empty() {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let pair = if self.inside { pair(text) } else { known(text) };
        if let Some((name, value)) = pair {
            self.inside = true;
            emit(&Record {
                place: line.into(),
                what: What::Event(Event::Statistic { name, value }),
                ..Record::default()
            });
            return Reading::Comment;
        }
        let ends = std::mem::take(&mut self.inside) && counts(text);
        if ends || asks(text) {
            Reading::Comment
        } else {
            Reading::Foreign(Reason::UnknownShape)
        }
    }

    fn flush(&mut self, _emit: &mut dyn FnMut(&Record<'_>)) {
        self.inside = false;
    }
}

/// Whether a text is the last line of a list: `183 statistics found`.
fn counts(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && text[digits..].starts_with(b" statistic") && text.ends_with(b" found")
}

/// Whether a text is the command that asks for statistics, copied without its prompt.
fn asks(text: &[u8]) -> bool {
    let words = text.trim_ascii_start().get(..4);
    let asks =
        words.is_some_and(|w| w.eq_ignore_ascii_case(b"show") || w.eq_ignore_ascii_case(b"tell"));
    asks && memmem::find(&text.to_ascii_lowercase(), b" stat").is_some()
        && typed(text) == Typed::Asking
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Class, Detector};

    fn classes(text: &str) -> (String, usize) {
        let mut detector = Detector::new();
        let mut events = 0;
        let mut classes = String::new();
        for (i, text) in text.lines().enumerate() {
            let line = Line {
                number: i as u32 + 1,
                offset: 0,
                bytes: text.as_bytes(),
                cut: false,
                closed: true,
            };
            classes.push(match detector.line(&line, &mut |_| events += 1) {
                Class::Comment => '#',
                Class::Rejected(_) => '?',
                Class::Record | Class::Continuation => 'R',
            });
        }
        (classes, events)
    }

    #[test]
    fn a_list_is_told_from_other_settings() {
        for (text, expected, events) in [
            (
                "Http.Workers = 40\nOdd.Name = 5\n\nOther.Name = 6",
                "####",
                3,
            ),
            ("Odd.Name = 5\nHttp.Workers = 40", "?#", 1),
            ("Http.Workers = 40\nwords\nOdd.Name = 5", "#??", 1),
            (
                "Http.Workers = 40\n  12 statistics found\nOdd.Name = 5",
                "##?",
                1,
            ),
            ("http.proxy = x\nserver.port = 80\nHttp.Workers=1", "???", 0),
            ("Http Server. is = x\nHttp.Workers = ", "??", 0),
            ("show stat traveler\nTraveler.Version = 14.5", "##", 1),
            ("show me the stat = 5", "?", 0),
        ] {
            assert_eq!(classes(text), (expected.to_owned(), events), "{text}");
        }
    }
}
