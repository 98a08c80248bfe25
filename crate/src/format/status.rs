//! Traveler's account of its status, as `tell traveler status` prints it: sentences under the colour that they give it.

use super::console::{prefix, stamped};
use super::event::{Colour, Event};
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, What};
use crate::input::Line;
use memchr::memmem;

pub(super) struct TravelerStatus;

impl Format for TravelerStatus {
    fn code(&self) -> &'static str {
        "traveler-status"
    }

    fn title(&self) -> &'static str {
        "Traveler's status"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcl-software.com/traveler/14.5.0/Tell_command.html"
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
                text: "The IBM Traveler task has been running since Tue May 06 07:59:58 CEST 2025.\n\
                       The overall status of IBM Traveler is Green.",
                expect: &[("what", "event"), ("colour", "-")],
            },
            Sample {
                text: "tell traveler status\nRed Status Messages\n\
                       There have been 12 device sync failures for reasons other than the server is too busy.",
                expect: &[
                    ("colour", "red"),
                    (
                        "text",
                        "There have been 12 device sync failures for reasons other than the server is too busy.",
                    ),
                ],
            },
            Sample {
                text: "The overall status of HCL Traveler is Yellow.",
                expect: &[("colour", "yellow")],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<StatusReader>::default()
    }
}

/// Most bytes of a sentence.
const MOST_BYTES: usize = 1000;

/// Where lines are in an account of the status: under which colour, if any.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Status {
    colour: Option<Colour>,
}

impl Status {
    /// What a line of the account says: `None` if it is no line of one, an event if it is more than a heading.
    pub(super) fn read<'a>(&mut self, text: &'a [u8]) -> Option<Option<Event<'a>>> {
        let text = text.trim_ascii();
        if let Some(colour) = heading(text) {
            self.colour = Some(colour);
            return Some(None);
        }
        let (colour, overall) = match overall(text) {
            Some(colour) => (Some(colour), true),
            None if informs(text) => (None, false),
            None if self.colour.is_some() && is_sentence(text) => (self.colour, false),
            None => {
                self.colour = None;
                return None;
            }
        };
        if overall {
            self.colour = None;
        }
        Some(Some(Event::Condition {
            colour,
            overall,
            text,
        }))
    }
}

/// Whether a text is one of an account of the status, whatever stands before it.
pub(super) fn opens(text: &[u8]) -> bool {
    heading(text).is_some() || overall(text).is_some() || informs(text)
}

/// `Red Status Messages`, the heading of the sentences that make the status so.
fn heading(text: &[u8]) -> Option<Colour> {
    Colour::named(text.strip_suffix(b" Status Messages")?)
}

/// `The overall status of HCL Traveler is Red.`
fn overall(text: &[u8]) -> Option<Colour> {
    let (_, colour) = traveler(text.strip_prefix(b"The overall status of ")?, b" is ")?;
    Colour::named(colour.strip_suffix(b".").unwrap_or(colour))
}

/// Sentences that stand before the colours, or in the summary of `tell traveler stat show`.
fn informs(text: &[u8]) -> bool {
    let devices = |text: &[u8]| memmem::find(text, b" devices ").is_some();
    let summary = |text: &[u8]| {
        let after = memmem::find(text, b" percent (").filter(|&at| at <= 3);
        after.is_some_and(|at| text[..at].iter().all(u8::is_ascii_digit)) && devices(text)
    };
    let runs = |rest| traveler(rest, b" task has been running since ").is_some();
    text.strip_prefix(b"The ").is_some_and(runs)
        || text.starts_with(b"The last successful device sync was on ")
        || (text.starts_with(b"There are ")
            && text.ends_with(b" devices registered on this server."))
        || summary(text)
}

/// Splits at the words behind the product's name: Lotus Notes, IBM, HCL or no maker, and Traveler.
fn traveler<'a>(text: &'a [u8], behind: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memmem::find(&text[..text.len().min(80)], behind)?;
    let name = &text[..at];
    name.ends_with(b"Traveler")
        .then(|| (name, &text[at + behind.len()..]))
}

/// Whether a line is a sentence of several words.
fn is_sentence(text: &[u8]) -> bool {
    let opens = text
        .first()
        .is_some_and(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let blanks = text.iter().filter(|&&b| b == b' ').count();
    opens && blanks >= 3 && text.ends_with(b".") && text.len() <= MOST_BYTES
}

#[derive(Default)]
struct StatusReader {
    status: Status,
}

impl Reader for StatusReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let text = prefix(line.bytes).unwrap_or(line.bytes).trim_ascii();
        let typed = text.strip_prefix(b"> ").unwrap_or(text);
        if typed.eq_ignore_ascii_case(b"tell traveler status") {
            return Reading::Comment;
        }
        if text.is_empty() || stamped(line.bytes).is_some() {
            return Reading::Foreign(Reason::UnknownShape);
        }
        match self.status.read(text) {
            None => return Reading::Foreign(Reason::UnknownShape),
            Some(None) => {}
            Some(Some(event)) => emit(&Record {
                place: line.into(),
                what: What::Event(event),
                ..Record::default()
            }),
        }
        Reading::Comment
    }

    fn flush(&mut self, _emit: &mut dyn FnMut(&Record<'_>)) {
        self.status = Status::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: &mut Status, text: &str) -> Option<(Option<Colour>, bool)> {
        match status.read(text.as_bytes())?? {
            Event::Condition {
                colour, overall, ..
            } => Some((colour, overall)),
            Event::Message { .. } | Event::Statistic { .. } => None,
        }
    }

    #[test]
    fn sentences_have_the_colour_that_they_stand_under() {
        let mut status = Status::default();
        let mut told = |text| read(&mut status, text);
        assert_eq!(told("There have been 5 failures of some kind."), None);
        assert_eq!(told("Yellow Status Messages"), None);
        let yellow = Some((Some(Colour::Yellow), false));
        assert_eq!(
            told("User CN=Jane Doe/O=Example on thread DS-1 has been running for 35 minutes."),
            yellow
        );
        assert_eq!(
            told("36 percent (9) of the devices are registered."),
            Some((None, false))
        );
        assert_eq!(told("Red Status Messages"), None);
        assert_eq!(
            told("12 errors have been logged for user CN=Jane Doe/O=Example."),
            Some((Some(Colour::Red), false))
        );
        assert_eq!(
            told("The overall status of Lotus Notes Traveler is Red."),
            Some((Some(Colour::Red), true))
        );
        assert_eq!(told("There have been 5 failures of some kind."), None);
    }

    #[test]
    fn prose_ends_an_account() {
        let mut status = Status::default();
        assert!(status.read(b"Red Status Messages").is_some());
        assert!(status.read(b"and that is all I get").is_none());
        assert!(
            status
                .read(b"There have been 5 failures of some kind.")
                .is_none()
        );
        assert!(!opens(b"The overall status of the project is Red."));
    }
}
