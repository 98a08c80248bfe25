//! Access logs in JSON: an object a line, elements of an array, or objects spread over several lines.

mod keys;
mod pick;
mod samples;
mod token;

use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample};
use crate::input::{Line, MAX_LINE};
use pick::{Kind, Picked};
use token::{End, balance, values};

/// JSON of any program.
pub(super) struct Json;

impl Format for Json {
    fn code(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "JSON access log"
    }

    fn specification(&self) -> &'static str {
        "https://www.rfc-editor.org/rfc/rfc8259"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        samples::ALL
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<JsonReader>::default()
    }
}

/// Reads objects.
#[derive(Default)]
struct JsonReader {
    /// An object whose lines have not all come.
    open: Option<Open>,
    /// Whether there was any JSON: from then on, a bracket alone is one of an array.
    begun: bool,
    /// Texts without their escapes.
    buffer: Vec<u8>,
}

/// An object spread over several lines.
struct Open {
    place: Place,
    text: Vec<u8>,
    depth: usize,
}

impl Reader for JsonReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let text = line.bytes.trim_ascii();
        if let Some(reading) = self.go_on(text, line, emit) {
            return reading;
        }
        let reading = self.begin(text, line, emit);
        self.begun |= !matches!(reading, Reading::Foreign(_));
        reading
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.give_up(emit);
    }
}

impl JsonReader {
    /// Takes a line that begins something.
    fn begin(
        &mut self,
        text: &[u8],
        line: &Line<'_>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Reading {
        let bare = matches!(text, b"]" | b"]," | b"];" | b",");
        if text == b"[" || text == b"[]" || (bare && self.begun) {
            return Reading::Comment;
        }
        // The elements of an array may have their brackets and commas on their own line.
        let text = text.strip_prefix(b"[").unwrap_or(text);
        let text = text.strip_prefix(b",").unwrap_or(text).trim_ascii_start();
        if text.first() != Some(&b'{') {
            return Reading::Foreign(Reason::UnknownShape);
        }
        let mut reading = Reading::Foreign(Reason::UnknownShape);
        let mut rest = text;
        while rest.first() == Some(&b'{') {
            let mut picked = Picked::default();
            let end = values(rest, &mut |keys, value| picked.take(keys, value));
            let kind = match end {
                End::At(_) => picked.kind(),
                End::Cut if self.spread(rest, line) => return Reading::Record,
                // What came before the break is whole.
                End::Cut if picked.kind() == Kind::Access => Kind::Access,
                End::Cut if rest.starts_with(b"{\"") => return worse(reading, Reason::CutShort),
                End::Cut | End::Never => return worse(reading, Reason::UnknownShape),
            };
            match kind {
                Kind::Access => {
                    let cut = end == End::Cut;
                    emit(&picked.record(line.into(), cut, &mut self.buffer));
                    reading = Reading::Record;
                }
                Kind::Message if reading != Reading::Record => reading = Reading::Comment,
                // Of several objects in a line no envelope is made.
                Kind::Text if matches!(reading, Reading::Foreign(_)) => reading = Reading::Message,
                Kind::Message | Kind::Text | Kind::Wrapper => {}
            }
            let End::At(at) = end else {
                break;
            };
            rest = rest[at..].trim_ascii_start();
            rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
        }
        reading
    }

    /// Keeps the beginning of an object whose other lines are to come, if it looks like one.
    fn spread(&mut self, text: &[u8], line: &Line<'_>) -> bool {
        let mut depth = 0;
        let breaks = matches!(text.last(), Some(b'{' | b'[' | b','));
        let whole = line.closed && !line.cut;
        if !breaks || !whole || balance(text, &mut depth).is_none() || depth == 0 {
            return false;
        }
        self.open = Some(Open {
            place: line.into(),
            text: text.to_vec(),
            depth,
        });
        true
    }

    /// Takes a further line of an object; `None` if it is none.
    fn go_on(
        &mut self,
        text: &[u8],
        line: &Line<'_>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Option<Reading> {
        let open = self.open.as_mut()?;
        let fits = open.text.len() + text.len() < MAX_LINE;
        let closed = balance(text, &mut open.depth).filter(|_| fits);
        let Some(closed) = closed else {
            self.give_up(emit);
            return None;
        };
        open.text.push(b'\n');
        open.text.extend_from_slice(&text[..closed]);
        if open.depth > 0 {
            return Some(Reading::Continuation);
        }
        self.give_up(emit);
        // The next object may begin where this one ends.
        let rest = text[closed..].trim_ascii_start();
        let rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
        let begins = rest.first() == Some(&b'{') && self.spread(rest, line);
        Some(if begins {
            Reading::Record
        } else {
            Reading::Continuation
        })
    }

    /// Ends the object that is open, and hands it on if it is a record as far as it goes.
    fn give_up(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let Some(open) = self.open.take() else {
            return;
        };
        let mut picked = Picked::default();
        let end = values(&open.text, &mut |keys, value| picked.take(keys, value));
        if end != End::Never && picked.kind() == Kind::Access {
            emit(&picked.record(open.place, end == End::Cut, &mut self.buffer));
        }
    }
}

/// What a line is whose last object cannot be read: what it was before, or foreign.
fn worse(reading: Reading, reason: Reason) -> Reading {
    match reading {
        Reading::Foreign(_) => Reading::Foreign(reason),
        reading => reading,
    }
}

#[cfg(test)]
mod tests;
