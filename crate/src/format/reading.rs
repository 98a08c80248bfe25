//! What readers of formats say of lines.

use super::Record;
use crate::input::Line;
use memchr::memmem;

/// Reads the lines of one file in one format.
pub trait Reader {
    /// Says what a line is. Records that it completes go to `emit`; a record of several lines is emitted with the
    /// place of its first line, when a line that no longer belongs to it comes, or at the end.
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading;

    /// Emits what is pending: another format takes over, or the file ends.
    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let _ = emit;
    }
}

/// Reads a format whose lines stand for themselves: each is a record or none of the format's.
pub(crate) struct Alone(pub(crate) for<'a> fn(&'a [u8]) -> Option<Record<'a>>);

impl Reader for Alone {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let told = self.0(line.bytes).map(|record| Record {
            place: line.into(),
            ..record
        });
        told_alone(told.map(Some).ok_or(Reason::UnknownShape), emit)
    }
}

/// The same for a format of which other lines are known, too, `Ok(None)`, or whose damaged lines say what they lack.
pub(crate) struct AloneOrNot(
    pub(crate) for<'a> fn(&Line<'a>) -> Result<Option<Record<'a>>, Reason>,
);

impl Reader for AloneOrNot {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        told_alone(self.0(line), emit)
    }
}

fn told_alone(
    told: Result<Option<Record<'_>>, Reason>,
    emit: &mut dyn FnMut(&Record<'_>),
) -> Reading {
    match told {
        Ok(Some(record)) => {
            emit(&record);
            Reading::Record
        }
        Ok(None) => Reading::Comment,
        Err(reason) => Reading::Foreign(reason),
    }
}

/// What a line is to a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A record, or the first line of one.
    Record,
    /// A further line of a record.
    Continuation,
    /// Understood, and no request: a header, a separator, another message.
    Comment,
    /// A message that holds some text. A comment, unless that text is a line of another log.
    Message,
    /// Not a line of this format.
    Foreign(Reason),
}

/// Why a line is not one of a format; the later ones came closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It has no shape that any format has.
    UnknownShape,
    /// It begins like a line of a log, but what should be its date and time is none.
    BadTime,
    /// It ends before its request or its status.
    CutShort,
    /// What should be a status is none.
    BadStatus,
    /// It is longer than [`crate::input::MAX_LINE`].
    TooLong,
    /// It is not in the format that the user gave.
    NotAsGiven,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::UnknownShape,
        Self::BadTime,
        Self::CutShort,
        Self::BadStatus,
        Self::TooLong,
        Self::NotAsGiven,
    ];

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownShape => "unknown-shape",
            Self::BadTime => "bad-time",
            Self::CutShort => "cut-short",
            Self::BadStatus => "bad-status",
            Self::TooLong => "too-long",
            Self::NotAsGiven => "not-as-given",
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::UnknownShape => "not in the shape of any log format known here",
            Self::BadTime => "where a date and time should be, there is none",
            Self::CutShort => "the line ends before its request or its status",
            Self::BadStatus => "no HTTP status where one should be",
            Self::TooLong => "longer than 64 KiB",
            Self::NotAsGiven => "not in the log format that was given",
        }
    }
}

/// The parts of a text before and behind the first place at which a mark stands.
pub(crate) fn part<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memmem::find(text, mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}
