//! Opening the envelopes that a line is in, as deep as it takes.

use super::super::envelope::{self, When, Wrap};
use super::super::{Reading, Reason, Record};
use super::{Readers, Times};
use crate::input::Line;

/// Envelopes of one line that are opened at most: what nests deeper or in more ways is no log.
const OPENED: u32 = 24;

/// Opens envelopes one in the other.
pub(super) fn open<'a>(
    path: &[Wrap],
    text: &'a [u8],
    buffers: &'a mut [Vec<u8>],
    outer: Option<When>,
) -> Option<(&'a [u8], Option<When>)> {
    let Some((wrap, inner)) = path.split_first() else {
        return Some((text, outer));
    };
    let (buffer, buffers) = buffers.split_first_mut()?;
    let opened = wrap.open(text, buffer)?;
    open(
        inner,
        opened.inside,
        buffers,
        When::better(outer, opened.when),
    )
}

/// A format that takes a line for a message, and the envelopes around it.
pub(super) struct Taken {
    pub(super) format: usize,
    pub(super) path: Vec<Wrap>,
}

/// The search for envelopes that a line may be in.
pub(super) struct Search<'a, 'l> {
    readers: &'a mut Readers,
    times: &'a mut Times,
    line: &'a Line<'l>,
    /// Those that are open.
    path: Vec<Wrap>,
    /// How many more may be opened.
    left: u32,
    /// The first format that takes the line for a message.
    message: Option<Taken>,
    closest: Reason,
}

impl<'a, 'l> Search<'a, 'l> {
    pub(super) fn of(line: &'a Line<'l>, readers: &'a mut Readers, times: &'a mut Times) -> Self {
        Self {
            readers,
            times,
            line,
            path: Vec::new(),
            left: OPENED,
            message: None,
            closest: Reason::UnknownShape,
        }
    }

    /// The envelopes that were opened, if a format knew what was inside; else the format that takes the line for a
    /// message, and why none knew it.
    pub(super) fn end(self) -> (Vec<Wrap>, Option<Taken>, Reason) {
        (self.path, self.message, self.closest)
    }

    /// Asks all formats about what is inside one envelope, before what the line says as it stands.
    pub(super) fn inside(
        &mut self,
        wrap: Wrap,
        buffers: &mut [Vec<u8>],
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Option<Reading> {
        let (buffer, buffers) = buffers.split_first_mut()?;
        let opened = wrap.open(self.line.bytes, buffer)?;
        self.path.push(wrap);
        let reading = self.at(opened.inside, None, opened.when, buffers, emit);
        if reading.is_none() {
            self.path.pop();
        }
        reading
    }

    /// Asks all formats about a text, and then about what is inside each envelope that the text can be.
    pub(super) fn at(
        &mut self,
        text: &[u8],
        asked: Option<Reading>,
        when: Option<When>,
        buffers: &mut [Vec<u8>],
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Option<Reading> {
        if !self.path.is_empty() {
            self.times.note(self.line.number, when);
        }
        let line = Line {
            bytes: text,
            ..*self.line
        };
        let times = &*self.times;
        let mut filled = |record: &Record<'_>| emit(&times.filled(record));
        match self.readers.ask(&line, asked, &mut filled) {
            (Reading::Foreign(reason), _) => self.closest = self.closest.max(reason),
            (Reading::Message, format) => {
                let path = self.path.clone();
                let taken = format.map(|format| Taken { format, path });
                self.message = self.message.take().or(taken);
            }
            (reading, _) => return Some(reading),
        }
        let (buffer, buffers) = buffers.split_first_mut()?;
        // Two kinds may leave the same, and what was asked about is nothing new.
        let mut asked = [text.len(); envelope::ORDER.len()];
        for (index, wrap) in envelope::ORDER.into_iter().enumerate() {
            let Some(opened) = wrap.open(text, buffer) else {
                continue;
            };
            let length = opened.inside.len();
            if length == 0 || asked.contains(&length) {
                continue;
            }
            asked[index] = length;
            self.left = self.left.checked_sub(1)?;
            self.path.push(wrap);
            let when = When::better(when, opened.when);
            let reading = self.at(opened.inside, None, when, buffers, emit);
            // Colours are nothing that a line can be read with, so there is no other way then.
            if reading.is_some() || wrap == Wrap::Colours {
                return reading;
            }
            self.path.pop();
        }
        None
    }
}
