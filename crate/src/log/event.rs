//! What servers say of themselves and of their users, in bounded memory: counts of everything, and of each kind as many
//! with their text and place as somebody would look at.

use super::settle::Unsettled;
use crate::format::time::Stamp;
use crate::format::{Colour, Event, Message, Place, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Messages of a kind that are kept with text and place, the first ones; the others are counted.
pub const MOST_PLACES: usize = 20;
/// Pairs of user and address whose failed sign-ins are counted apart; the others are counted together.
pub const MOST_SIGN_INS: usize = 5_000;
/// Statistics of which the value is kept; the others are counted.
pub const MOST_STATISTICS: usize = 20_000;
/// Sentences of Traveler's status that are kept, the first ones; the others are counted.
pub const MOST_CONDITIONS: usize = 500;
/// Bytes of a text that are kept, and of a user and an address.
const MOST_TEXT: usize = 300;

/// The time of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The time, as it is settled.
    pub stamp: Stamp,
    /// The time as its line has it, and what the line leaves open of it.
    pub(super) read: Stamp,
    pub(super) open: Unsettled,
    /// The line's number.
    pub(super) line: u32,
}

impl Moment {
    fn of(record: &Record<'_>) -> Option<Self> {
        let stamp = record.stamp?;
        Some(Self {
            stamp,
            read: stamp,
            open: Unsettled::of_stamp(record),
            line: record.place.line,
        })
    }
}

/// Lines that say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sightings {
    /// How many.
    pub count: u64,
    /// Time of the first of them that has one.
    pub first: Option<Moment>,
    /// Time of the last of them that has one.
    pub last: Option<Moment>,
    /// Where the first of them stands.
    pub place: Place,
}

impl Sightings {
    fn note(&mut self, record: &Record<'_>) {
        if self.count == 0 {
            self.place = record.place;
        }
        self.count += 1;
        let moment = Moment::of(record);
        self.first = self.first.or(moment);
        self.last = moment.or(self.last);
    }

    /// Takes in those of others that turn out to say the same.
    pub(super) fn add(&mut self, other: &Self) {
        if self.count == 0 {
            *self = other.clone();
            return;
        }
        let ms = |moment: &Moment| moment.stamp.ms;
        self.count += other.count;
        self.first = self.first.into_iter().chain(other.first).min_by_key(ms);
        self.last = self.last.into_iter().chain(other.last).max_by_key(ms);
    }
}

/// A line that is kept with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Where it stands.
    pub place: Place,
    /// Its time.
    pub moment: Option<Moment>,
    /// What it says, for display.
    pub text: String,
}

impl Said {
    fn of(record: &Record<'_>, text: &[u8]) -> Self {
        Self {
            place: record.place,
            moment: Moment::of(record),
            text: shown(text),
        }
    }
}

/// Messages of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// All of them.
    pub sightings: Sightings,
    /// The first ones.
    pub said: Vec<Said>,
}

/// The last value of a statistic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistic {
    /// The number as it is written.
    pub value: String,
    /// Where it stands.
    pub place: Place,
}

/// A sentence of Traveler's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its colour; `None` for a sentence that only informs.
    pub colour: Option<Colour>,
    /// Whether it is the overall status.
    pub overall: bool,
    /// What it says and where.
    pub said: Said,
}

/// Everything of the kind in one file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Events {
    messages: [Messages; Message::ALL.len()],
    /// Failed sign-ins, by user and address.
    pub sign_ins: BTreeMap<(String, String), Sightings>,
    /// Failed sign-ins that are in no group.
    pub sign_ins_left_out: u64,
    /// The last value of each statistic, by its name.
    pub statistics: BTreeMap<String, Statistic>,
    /// Lines of a statistic that was told before.
    pub statistics_repeated: u64,
    /// Statistics that are no number.
    pub statistics_in_words: u64,
    /// Lines of statistics that had no room.
    pub statistics_left_out: u64,
    /// Sentences of Traveler's status, as they come.
    pub conditions: Vec<Condition>,
    /// Sentences that had no room.
    pub conditions_left_out: u64,
}

impl Events {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let counts = [
            self.statistics_in_words,
            self.statistics_left_out,
            self.conditions_left_out,
        ];
        !self.has_messages()
            && self.statistics.is_empty()
            && self.conditions.is_empty()
            && counts == [0; 3]
    }

    /// Whether there are messages of a console.
    #[must_use]
    pub fn has_messages(&self) -> bool {
        self.messages.iter().any(|m| m.sightings.count > 0)
    }

    /// Messages of one kind.
    #[must_use]
    pub fn messages(&self, kind: Message) -> &Messages {
        &self.messages[kind as usize]
    }

    /// Every text in here that is no name.
    pub(super) fn said_mut(&mut self) -> impl Iterator<Item = &mut Said> {
        let of_messages = self.messages.iter_mut().flat_map(|m| m.said.iter_mut());
        of_messages.chain(self.conditions.iter_mut().map(|c| &mut c.said))
    }

    /// Whether every time in here is one that a log can mean.
    pub(super) fn are_sound(&mut self) -> bool {
        self.moments_mut().all(|moment| moment.stamp.is_sound())
    }

    /// Every time in here, to be settled.
    pub(super) fn moments_mut(&mut self) -> impl Iterator<Item = &mut Moment> {
        let of_messages = self.messages.iter_mut().flat_map(|m| {
            let said = m.said.iter_mut().filter_map(|s| s.moment.as_mut());
            said.chain(m.sightings.first.as_mut())
                .chain(m.sightings.last.as_mut())
        });
        let of_sign_ins = self
            .sign_ins
            .values_mut()
            .flat_map(|s| s.first.iter_mut().chain(s.last.as_mut()));
        let of_conditions = self
            .conditions
            .iter_mut()
            .filter_map(|c| c.said.moment.as_mut());
        of_messages.chain(of_sign_ins).chain(of_conditions)
    }

    /// Takes in an event with its record.
    pub(super) fn note(&mut self, record: &Record<'_>, event: Event<'_>) {
        match event {
            Event::Message { kind, text } => self.message(record, kind, text),
            Event::Statistic { name, value } => self.statistic(record.place, name, value),
            Event::Condition {
                colour,
                overall,
                text,
            } => {
                if self.conditions.len() == MOST_CONDITIONS {
                    self.conditions_left_out += 1;
                    return;
                }
                self.conditions.push(Condition {
                    colour,
                    overall,
                    said: Said::of(record, text),
                });
            }
        }
    }

    fn message(&mut self, record: &Record<'_>, kind: Message, text: &[u8]) {
        let messages = &mut self.messages[kind as usize];
        messages.sightings.note(record);
        if kind == Message::SignInFailed {
            self.sign_in(record);
        } else if messages.said.len() < MOST_PLACES {
            messages.said.push(Said::of(record, text));
        }
    }

    fn sign_in(&mut self, record: &Record<'_>) {
        let part = |text: Option<&[u8]>| text.map(shown).unwrap_or_default();
        let key = (part(record.user), part(record.remote));
        if self.sign_ins.len() >= MOST_SIGN_INS && !self.sign_ins.contains_key(&key) {
            self.sign_ins_left_out += 1;
            return;
        }
        self.sign_ins.entry(key).or_default().note(record);
    }

    fn statistic(&mut self, place: Place, name: &[u8], value: &[u8]) {
        if !is_number(value) {
            self.statistics_in_words += 1;
            return;
        }
        let name = shown(name);
        let statistic = Statistic {
            value: shown(value),
            place,
        };
        if let Some(known) = self.statistics.get_mut(&name) {
            *known = statistic;
            self.statistics_repeated += 1;
        } else if self.statistics.len() < MOST_STATISTICS {
            self.statistics.insert(name, statistic);
        } else {
            self.statistics_left_out += 1;
        }
    }
}

/// A text for display, of which no more is kept than somebody reads.
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(MOST_TEXT)]).into_owned()
}

/// Whether a value is a number: digits, with separators and a sign, and no time or date.
fn is_number(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").unwrap_or(value);
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    let points = value.iter().filter(|&&b| b == b'.').count();
    digit(value.first())
        && digit(value.last())
        && points <= 1
        && value.len() <= 40
        && value
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::What;

    fn note(events: &mut Events, user: &str, line: u32, event: Event<'_>) {
        let record = Record {
            place: Place { line, offset: 0 },
            stamp: (line > 1).then_some(Stamp {
                ms: i64::from(line),
                zone: None,
            }),
            user: Some(user.as_bytes()),
            what: What::Event(event),
            ..Record::default()
        };
        events.note(&record, event);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let mut events = Events::default();
        assert!(events.is_empty());
        let numbers = 1..=MOST_STATISTICS as u32 + 7;
        for line in numbers.clone() {
            let sign_in = Event::Message {
                kind: Message::SignInFailed,
                text: b"",
            };
            note(&mut events, &format!("user {line}"), line, sign_in);
            let started = Event::Message {
                kind: Message::HttpStarted,
                text: b"x",
            };
            note(&mut events, "", line, started);
            let name = format!("Http.{line}");
            let (name, value) = (name.as_bytes(), &b"5"[..]);
            note(&mut events, "", line, Event::Statistic { name, value });
            let condition = Event::Condition {
                colour: None,
                overall: false,
                text: &[b'x'; 2 * MOST_TEXT],
            };
            note(&mut events, "", line, condition);
        }
        let all = numbers.count() as u64;
        assert_eq!(events.sign_ins.len(), MOST_SIGN_INS);
        assert_eq!(events.sign_ins_left_out, all - MOST_SIGN_INS as u64);
        assert_eq!(events.statistics.len(), MOST_STATISTICS);
        assert_eq!(events.statistics_left_out, 7);
        assert_eq!(events.conditions.len(), MOST_CONDITIONS);
        assert_eq!(events.conditions_left_out, all - MOST_CONDITIONS as u64);
        assert_eq!(events.conditions[0].said.text.len(), MOST_TEXT);
        let started = events.messages(Message::HttpStarted);
        assert_eq!(started.said.len(), MOST_PLACES);
        let sightings = &started.sightings;
        let ms = |moment: Option<Moment>| moment.map(|m| m.stamp.ms);
        assert_eq!((sightings.count, sightings.place.line), (all, 1));
        assert_eq!(ms(sightings.first), Some(2));
        assert_eq!(ms(sightings.last), Some(all as i64));
        let kept = 2 + (MOST_PLACES - 1) + 2 * (MOST_SIGN_INS - 1) + (MOST_CONDITIONS - 1) + 2;
        assert_eq!(events.moments_mut().count(), kept);
    }

    #[test]
    fn the_last_number_of_a_statistic_counts() {
        let mut events = Events::default();
        for (line, value) in [(1, "5"), (2, "1,200.5"), (3, "10:24:00"), (4, "Idle")] {
            let (name, value) = (&b"Http.Workers"[..], value.as_bytes());
            note(&mut events, "", line, Event::Statistic { name, value });
        }
        let statistic = &events.statistics["Http.Workers"];
        assert_eq!(
            (statistic.value.as_str(), statistic.place.line),
            ("1,200.5", 2)
        );
        assert_eq!(
            (events.statistics_repeated, events.statistics_in_words),
            (1, 2)
        );
    }
}
