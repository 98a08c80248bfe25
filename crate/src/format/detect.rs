//! Which format a line is in: told line by line, from its content.
//!
//! The format that read the previous line is asked first, so that a file in one format costs one reader a line. When it
//! does not know the line, the others are asked, and the first that does becomes current. Logs that were pasted
//! together, or that change in the middle, are thus read in stretches, and no beginning of a file is special.
//!
//! What no format knows as it stands may be in an [`envelope`]: those that its shape allows are opened one after the
//! other until some format knows what is inside, and the next line is opened in the same way first.

mod opening;
mod sample;
mod times;

use super::envelope::{self, Wrap};
use super::{ALL, Chosen, Reader, Reading, Reason, Record, own};
use crate::input::Line;
use crate::settings::Settings;
use crate::sort::Arrange;
use opening::{Search, Taken, open};
use sample::Sampler;
use times::Times;

/// What a line turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A record, or the first line of one.
    Record,
    /// A further line of a record.
    Continuation,
    /// Understood, and no request.
    Comment,
    /// Not understood.
    Rejected(Reason),
}

impl From<Reading> for Class {
    fn from(reading: Reading) -> Self {
        match reading {
            Reading::Record => Self::Record,
            Reading::Continuation => Self::Continuation,
            Reading::Comment | Reading::Message => Self::Comment,
            Reading::Foreign(reason) => Self::Rejected(reason),
        }
    }
}

/// How the formats of a file were told.
#[derive(Debug, Clone, Default)]
pub struct Detection {
    /// Lines of the sample: some that lie at equal distances in the whole file.
    pub sampled: u32,
    /// How many of them each format would know, the most first; those that would know none are left out.
    pub would_know: Vec<(Chosen, u32)>,
    /// How many stretches of lines there are, each in one format.
    pub stretches: u64,
    /// The first of them: format, and number of the first line.
    pub first_stretches: Vec<(Chosen, u32)>,
    /// Lines that were in envelopes.
    pub enveloped: u64,
    /// What those envelopes are called.
    pub envelopes: Vec<&'static str>,
}

/// Stretches whose beginnings are kept.
const STRETCHES: usize = 12;

/// Lines at the beginning of a file in which HTML's escapes are looked for before any format is asked: some formats know
/// an escaped line, too, and would read it wrong. A paste of a web page shows them there or nowhere, and then they may be
/// in any line.
const PASTE: u32 = 64;

/// Reads a file whose formats are told from its content, or whose one format is given.
pub struct Detector {
    readers: Readers,
    /// The envelopes around the latest line that some format knew.
    path: Vec<Wrap>,
    buffers: [Vec<u8>; envelope::DEPTH],
    times: Times,
    /// Whether one of the first lines was surely copied out of the source of a web page.
    paste: bool,
    sampler: Sampler,
    stretches: u64,
    first_stretches: Vec<(usize, u32)>,
    enveloped: u64,
    envelopes: Vec<&'static str>,
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// A file of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        let all: Vec<Chosen> = ALL.iter().map(|&format| Chosen::Known(format)).collect();
        Self::of(all, false)
    }

    /// A file of which the user says something. A format that cannot be understood, see [`own::choose`], is left out.
    #[must_use]
    pub fn with(settings: &Settings) -> Self {
        match settings.format.as_deref().map(own::choose) {
            Some(Ok(format)) => Self::of(vec![format], true),
            Some(Err(_)) | None => Self::new(),
        }
    }

    /// The same for a file that is read again: what is told of its formats is known by then.
    #[must_use]
    pub fn again(settings: &Settings) -> Self {
        Self {
            sampler: Sampler::none(),
            ..Self::with(settings)
        }
    }

    fn of(formats: Vec<Chosen>, given: bool) -> Self {
        Self {
            sampler: Sampler::new(),
            readers: Readers {
                readers: formats.iter().map(|f| f.reader()).collect(),
                lines: vec![0; formats.len()],
                formats,
                current: 0,
                given,
            },
            path: Vec::new(),
            buffers: Default::default(),
            times: Times::default(),
            paste: false,
            stretches: 0,
            first_stretches: Vec::new(),
            enveloped: 0,
            envelopes: Vec::new(),
        }
    }

    /// Takes a line, hands the records that it completes to `emit`, and says what it is.
    pub fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Class {
        let mut asked = None;
        let plain = self.path.is_empty() && self.times.is_empty() && self.stretches > 0;
        let paste = self.paste || line.number <= PASTE;
        if plain && !paste && !self.sampler.wants(line) {
            // The way of nearly all lines.
            match self.readers.ask_current(line, emit) {
                reading if is_settled(reading) => return reading.into(),
                reading => asked = Some(reading),
            }
        }
        let class = self.look(line, asked, emit);
        if self.sampler.wants(line) && !line.bytes.trim_ascii().is_empty() {
            let inside = open(&self.path, line.bytes, &mut self.buffers, None);
            let bytes = inside.map_or(line.bytes, |(inside, _)| inside);
            self.sampler
                .take(&self.readers.formats, &Line { bytes, ..*line });
        }
        class
    }

    /// Takes a line of which nothing is sure; `asked` is what the format that knew the previous line says of it, if it
    /// was asked.
    fn look(
        &mut self,
        line: &Line<'_>,
        asked: Option<Reading>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Class {
        let before = (self.stretches > 0).then_some(self.readers.current);
        let class = self.known(line, asked, emit);
        let knows = !matches!(class, Class::Rejected(_));
        let blank = || line.bytes.trim_ascii().is_empty();
        if knows && before != Some(self.readers.current) && (before.is_some() || !blank()) {
            self.stretches += 1;
            if self.first_stretches.len() < STRETCHES {
                self.first_stretches
                    .push((self.readers.current, line.number));
            }
        }
        class
    }

    fn known(
        &mut self,
        line: &Line<'_>,
        asked: Option<Reading>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Class {
        let Self {
            readers,
            path,
            buffers,
            times,
            paste,
            ..
        } = self;
        *paste |= line.number <= PASTE && envelope::is_escaped(line.bytes);
        if let Some((bytes, when)) =
            open(path, line.bytes, buffers, None).filter(|_| !path.is_empty())
        {
            times.note(line.number, when);
            let inside = Line { bytes, ..*line };
            match readers.ask_current(&inside, &mut |record| emit(&times.filled(record))) {
                Reading::Foreign(_) if bytes.trim_ascii().is_empty() => return Class::Comment,
                reading if is_settled(reading) => {
                    self.enveloped += 1;
                    return reading.into();
                }
                _ => {}
            }
        }
        if line.bytes.trim_ascii().is_empty() {
            // Blank lines belong to what they stand in, and open nothing.
            let mut ask = || readers.ask_current(line, &mut |record| emit(&times.filled(record)));
            return match asked.unwrap_or_else(&mut ask) {
                Reading::Foreign(_) => Class::Comment,
                reading => reading.into(),
            };
        }
        times.forget(line.number);
        let mut search = Search::of(line, readers, times);
        let unescaped = paste.then(|| search.inside(Wrap::Html, buffers, emit));
        let reading = unescaped
            .flatten()
            .or_else(|| search.at(line.bytes, asked, None, buffers, emit));
        let (opened, message, closest) = search.end();
        match (reading, message) {
            (Some(reading), _) => {
                self.enter(opened);
                reading.into()
            }
            (None, Some(Taken { format, path })) => {
                self.readers.take(format);
                self.enter(path);
                Class::Comment
            }
            (None, None) if line.cut => Class::Rejected(Reason::TooLong),
            (None, None) if self.readers.given => Class::Rejected(Reason::NotAsGiven),
            (None, None) => Class::Rejected(closest),
        }
    }

    /// Notes the envelopes that a line was in, to open the next line's first.
    fn enter(&mut self, path: Vec<Wrap>) {
        self.enveloped += u64::from(!path.is_empty());
        for title in path.iter().map(|wrap| wrap.title()) {
            if !self.envelopes.contains(&title) {
                self.envelopes.push(title);
            }
        }
        self.path = path;
    }

    /// Ends the file.
    pub fn finish(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let Self { readers, times, .. } = self;
        readers.readers[readers.current].flush(&mut |record| emit(&times.filled(record)));
    }

    /// The format of the latest line that any format knew.
    #[must_use]
    pub fn current(&self) -> Chosen {
        self.readers.formats[self.readers.current].clone()
    }

    /// The formats that knew lines of this file, most lines first.
    #[must_use]
    pub fn shares(&self) -> Vec<(Chosen, u64)> {
        let Readers { formats, lines, .. } = &self.readers;
        let mut shares: Vec<_> = formats
            .iter()
            .cloned()
            .zip(lines.iter().copied())
            .filter(|s| s.1 > 0)
            .collect();
        shares.arrange_by_key(|s| std::cmp::Reverse(s.1));
        shares
    }

    /// How the formats of this file were told.
    #[must_use]
    pub fn detection(&self) -> Detection {
        let format = |index: usize| self.readers.formats[index].clone();
        let mut would_know: Vec<_> = self
            .sampler
            .counts()
            .into_iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
            .map(|(index, count)| (format(index), count))
            .collect();
        would_know.arrange_by_key(|(_, count)| std::cmp::Reverse(*count));
        Detection {
            sampled: self.sampler.len(),
            would_know,
            stretches: self.stretches,
            first_stretches: self
                .first_stretches
                .iter()
                .map(|(index, line)| (format(*index), *line))
                .collect(),
            enveloped: self.enveloped,
            envelopes: self.envelopes.clone(),
        }
    }
}

/// The readers of all formats that are asked.
struct Readers {
    formats: Vec<Chosen>,
    readers: Vec<Box<dyn Reader>>,
    /// Lines that each format knew.
    lines: Vec<u64>,
    current: usize,
    /// Whether the user gave the one format that there is.
    given: bool,
}

impl Readers {
    /// Asks the format that knew the previous line.
    fn ask_current(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let reading = self.readers[self.current].line(line, emit);
        self.lines[self.current] += u64::from(is_settled(reading));
        reading
    }

    /// Makes a format the current one, as a line is of it.
    fn take(&mut self, format: usize) {
        self.current = format;
        self.lines[format] += 1;
    }

    /// Asks every format, the one that knew the previous line first, unless it was `asked` already. For a message, tells
    /// the first format that takes it for one.
    fn ask(
        &mut self,
        line: &Line<'_>,
        asked: Option<Reading>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> (Reading, Option<usize>) {
        let mut closest = Reason::UnknownShape;
        let mut message = None;
        match asked.unwrap_or_else(|| self.ask_current(line, emit)) {
            Reading::Foreign(reason) => closest = reason,
            Reading::Message => message = Some(self.current),
            reading => return (reading, None),
        }
        for other in 0..self.readers.len() {
            let Ok([current, next]) = self.readers.get_disjoint_mut([self.current, other]) else {
                continue;
            };
            // What the current format holds back stands before this line, so it goes out first.
            let mut flushed = false;
            let mut in_order = |record: &Record<'_>| {
                if !std::mem::replace(&mut flushed, true) {
                    current.flush(emit);
                }
                emit(record);
            };
            match next.line(line, &mut in_order) {
                Reading::Foreign(reason) => closest = closest.max(reason),
                Reading::Message => message = message.or(Some(other)),
                reading => {
                    if !flushed {
                        current.flush(emit);
                    }
                    self.take(other);
                    return (reading, None);
                }
            }
        }
        match message {
            Some(_) => (Reading::Message, message),
            None => (Reading::Foreign(closest), None),
        }
    }
}

/// Whether nothing else can be made of a line that is read so.
fn is_settled(reading: Reading) -> bool {
    !matches!(reading, Reading::Foreign(_) | Reading::Message)
}

#[cfg(test)]
mod tests;
