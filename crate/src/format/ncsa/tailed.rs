//! Formats that are the Combined one with a tail of their own, by which their lines are told: those of Traefik and of
//! Kubernetes' ingress.

use super::{Scanned, field, scan};
use crate::format::time::{AccessClock, number};
use crate::format::{Edge, Reader, Reading, Reason, Record, present};
use crate::input::Line;
use memchr::memchr;

/// What follows the agent.
pub(in crate::format) struct Tail {
    /// Milliseconds, where it holds any that can be meant.
    pub(in crate::format) duration_ms: Option<u32>,
}

/// Reads lines with such a tail.
pub(in crate::format) struct Tailed {
    /// Reads what follows the agent, if it is of the format.
    tail: fn(&[u8]) -> Option<Tail>,
    /// What the stamp marks.
    edge: Edge,
    clock: AccessClock,
    /// Whether a whole line has been read: only then is a last line without its tail taken for one that was cut.
    settled: bool,
}

impl Tailed {
    pub(in crate::format) fn new(tail: fn(&[u8]) -> Option<Tail>, edge: Edge) -> Self {
        Self {
            tail,
            edge,
            clock: AccessClock::default(),
            settled: false,
        }
    }

    fn record<'a>(&mut self, line: &Line<'_>, scanned: &Scanned<'a>) -> Option<Record<'a>> {
        let referer = field(scanned.tail);
        let agent = referer.and_then(|(_, rest)| field(rest));
        let tail = agent.and_then(|(_, rest)| (self.tail)(rest));
        if tail.is_none() && (line.closed || !self.settled) {
            return None;
        }
        self.settled |= tail.is_some();
        let mut record = scanned.record(line);
        record.cut = tail.is_none();
        if record.cut && scanned.tail.is_empty() {
            // Nothing tells whether all of its digits are there.
            record.bytes = None;
        }
        // The second column is always a hyphen.
        record.host = None;
        record.referer = referer.and_then(|(referer, _)| present(referer));
        record.user_agent = agent.and_then(|(agent, _)| present(agent));
        record.duration_ms = tail.and_then(|tail| tail.duration_ms);
        record.edge = Some(self.edge);
        Some(record)
    }
}

impl Reader for Tailed {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let scanned = match scan(line, &mut self.clock) {
            Ok(scanned) => scanned,
            Err(reason) => return Reading::Foreign(reason),
        };
        let Some(record) = self.record(line, &scanned) else {
            return Reading::Foreign(Reason::UnknownShape);
        };
        emit(&record);
        Reading::Record
    }
}

/// Milliseconds of seconds as nginx writes them, with three decimals.
pub(in crate::format) fn seconds(text: &[u8]) -> Option<u32> {
    let point = memchr(b'.', text)?;
    let (whole, decimals) = (number(&text[..point])?, number(&text[point + 1..])?);
    (text.len() == point + 4).then_some(())?;
    whole.checked_mul(1000)?.checked_add(decimals)
}
