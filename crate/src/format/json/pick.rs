//! Values to the fields of a record.

use super::keys::{Dialect, Slot, rule};
use super::token::{Value, unescape};
use crate::format::address::{client_of, without_port};
use crate::format::ncsa::{RequestLine, decimal};
use crate::format::span::{Span, Unit};
use crate::format::time::moment::{self, Moment};
use crate::format::time::{epoch, number, rfc3339, slashed};
use crate::format::url::absolute;
use crate::format::{Doubt, Edge, Ending, Place, Record, envoy, present};

/// What was picked of one object.
#[derive(Debug, Default)]
pub(super) struct Picked<'a> {
    /// The best value for each slot, and its rank.
    slots: [Option<(u8, Value<'a>)>; Slot::COUNT],
    time: Option<(u8, Moment)>,
    start: Option<(u8, Moment)>,
    end: Option<(u8, Moment)>,
    /// Date and time of day where they are values of their own.
    date: Option<&'a [u8]>,
    clock: Option<&'a [u8]>,
    taken: Option<(u8, &'a [u8], Option<Unit>)>,
    dialect: Dialect,
    /// Whether it has a place for a request, even if there was none to log.
    requests: bool,
    /// Whether it is of systemd's journal.
    journal: bool,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Access,
    /// A message of another kind.
    Message,
    /// A message with some text in it.
    Text,
    /// It holds a line of another log.
    Wrapper,
}

impl<'a> Picked<'a> {
    /// Takes a value.
    pub(super) fn take(&mut self, keys: &[&'a [u8]], value: Value<'a>) {
        let Some(rule) = rule(keys) else {
            self.journal |= keys == [b"__REALTIME_TIMESTAMP"];
            return;
        };
        if self.dialect == Dialect::Unknown {
            self.dialect = rule.dialect;
        }
        self.requests |= matches!(rule.slot, Slot::Request | Slot::Target | Slot::Method);
        let text = match value {
            Value::Text(text, _) => present(text),
            Value::Number(text) => Some(text),
            Value::Word => None,
        };
        let Some(text) = text else {
            return;
        };
        let rank = rule.rank;
        // Some loggers escape the slashes of a date.
        let mut plain = Vec::new();
        if let Value::Text(text, true) = value
            && matches!(
                rule.slot,
                Slot::Time | Slot::Start | Slot::End | Slot::Taken
            )
        {
            unescape(text, &mut plain);
            let place = match rule.slot {
                Slot::Start => &mut self.start,
                Slot::End => &mut self.end,
                _ => &mut self.time,
            };
            better(place, rank, moment(&plain));
            return;
        }
        match rule.slot {
            Slot::Time => self.take_time(rank, text),
            Slot::Start => better(&mut self.start, rank, moment(text)),
            Slot::End => better(&mut self.end, rank, moment(text)),
            Slot::Taken => {
                let known = self.taken.is_some_and(|(r, ..)| r <= rank);
                // In nanoseconds nothing is too long.
                let unit = rule.unit.or(Some(Unit::Nanoseconds));
                if Span::read(text, unit).is_some() && !known {
                    self.taken = Some((rank, text, rule.unit));
                } else {
                    // Amazon's API Gateway calls the time of the request so.
                    self.take_time(rank, text);
                }
            }
            slot => {
                let fits = match slot {
                    Slot::Status => status(text).is_some(),
                    Slot::User => matches!(value, Value::Text(..)),
                    Slot::Protocol => is_protocol(text),
                    Slot::Line => matches!(value, Value::Text(..)) && keys.len() == 1,
                    _ => true,
                };
                let place = &mut self.slots[slot as usize];
                if fits && place.is_none_or(|(best, _)| rank < best) {
                    *place = Some((rank, value));
                }
            }
        }
    }

    fn take_time(&mut self, rank: u8, text: &'a [u8]) {
        match moment(text) {
            Some(moment) => better(&mut self.time, rank, Some(moment)),
            None if text.len() >= 8 && text[2] == b':' => self.clock = Some(text),
            None if (8..=11).contains(&text.len()) => self.date = Some(text),
            None => {}
        }
    }

    fn text(&self, slot: Slot) -> Option<&'a [u8]> {
        match self.slots[slot as usize]?.1 {
            Value::Text(text, _) | Value::Number(text) => Some(text),
            Value::Word => None,
        }
    }

    /// What the object is.
    pub(super) fn kind(&self) -> Kind {
        // Caddy logs an error of a handler beside the request's own record, with the same request in it.
        let logger = self.text(Slot::Logger).unwrap_or_default();
        let beside = logger.starts_with(b"http.") && !logger.starts_with(b"http.log.access");
        if self.requests && self.text(Slot::Status).is_some() && !beside {
            return Kind::Access;
        }
        let line = self.slots[Slot::Line as usize];
        match (line, self.text(Slot::Line)) {
            // Docker's driver calls the line so; collectors call it the message.
            (Some((0, _)), _) => Kind::Wrapper,
            _ if self.journal => Kind::Wrapper,
            (_, Some(message)) if memchr::memmem::find(message, b"HTTP/").is_some() => {
                Kind::Wrapper
            }
            (_, Some(_)) => Kind::Text,
            (_, None) => Kind::Message,
        }
    }

    /// Makes the record; `buffer` holds what had escapes, or is joined.
    pub(super) fn record<'b>(&self, place: Place, cut: bool, buffer: &'b mut Vec<u8>) -> Record<'b>
    where
        'a: 'b,
    {
        buffer.clear();
        let mut piece = |slot| Piece::of(self.slots[slot as usize]?.1, buffer);
        let remote = piece(Slot::Remote);
        let forwarded = piece(Slot::Forwarded);
        let host = piece(Slot::Host);
        let user = piece(Slot::User);
        let method = piece(Slot::Method);
        let target = piece(Slot::Target);
        let query = piece(Slot::Query);
        let request = piece(Slot::Request);
        let protocol = piece(Slot::Protocol);
        let referer = piece(Slot::Referer);
        let agent = piece(Slot::Agent);
        let joined = self.joined(target.or(request), query, buffer);
        let buffer = &*buffer;
        let get = |piece: Option<Piece<'b>>| piece.and_then(|p| present(p.get(buffer)));
        let line = get(request).map(RequestLine::split).unwrap_or_default();
        let url = match (get(target), line.method) {
            (None, Some(_)) => line.target,
            (target, _) => joined
                .and_then(|piece| get(Some(piece)))
                .or(target)
                .or(line.target),
        };
        let (url_host, target) = match url.map(absolute) {
            Some((host, target)) => (host, Some(target)),
            None => (None, None),
        };
        let status = self.text(Slot::Status).and_then(status);
        let (moment, edge, between) = self.stamp();
        let span = self.span();
        let mut record = Record {
            place,
            stamp: moment.map(|m| m.stamp),
            duration_ms: span.map(|s| s.ms).or(between),
            remote: get(remote)
                .and_then(|remote| present(self.address(remote)))
                .or(get(forwarded).and_then(client_of)),
            host: get(host).or(url_host),
            user: get(user),
            method: get(method).or(line.method).and_then(present),
            target,
            protocol: get(protocol).or(line.protocol),
            status,
            bytes: self.text(Slot::Bytes).and_then(decimal),
            referer: get(referer),
            user_agent: get(agent),
            ending: self.ending(status),
            edge,
            cut,
            ..Record::default()
        };
        record.doubt = Doubt {
            unit: span.is_some_and(|s| s.unit_open),
            ..moment.map(|m| m.doubt).unwrap_or_default()
        };
        record
    }

    /// Path and query, where they are values of their own.
    fn joined(
        &self,
        path: Option<Piece<'a>>,
        query: Option<Piece<'a>>,
        buffer: &mut Vec<u8>,
    ) -> Option<Piece<'a>> {
        let (path, query) = (path?, query?);
        let mark = |piece: Piece<'a>, buffer: &[u8]| piece.get(buffer).contains(&b'?');
        let bare = |piece: Piece<'a>, buffer: &[u8]| piece.get(buffer).contains(&b' ');
        if mark(path, buffer) || bare(path, buffer) {
            return None;
        }
        let from = buffer.len();
        path.append(buffer);
        buffer.push(b'?');
        let after = buffer.len();
        query.append(buffer);
        // Apache's %q comes with its question mark.
        if buffer.get(after) == Some(&b'?') {
            buffer.remove(after);
        }
        (buffer.len() > after).then_some(Piece::Kept(from, buffer.len()))
    }

    /// The client's address. Traefik writes what it was forwarded, as it came; the last of several is what the proxy in
    /// front of it saw, and the only one that a client cannot make up.
    fn address<'b>(&self, text: &'b [u8]) -> &'b [u8] {
        if self.dialect == Dialect::Traefik {
            let last = text.rsplit(|&b| b == b',').next().unwrap_or(text);
            return without_port(last.trim_ascii());
        }
        client_of(text).unwrap_or(text)
    }

    /// The moment, what it marks, and the time between start and end where both are there.
    fn stamp(&self) -> (Option<Moment>, Option<Edge>, Option<u32>) {
        let whole = self.time.map(|(_, moment)| moment).or_else(|| {
            let (date, clock) = (self.date?, self.clock?);
            moment(&[date, b" ", clock].concat())
        });
        match (self.start, self.end) {
            (Some((_, start)), Some((_, end))) => {
                let ms = end.stamp.ms.saturating_sub(start.stamp.ms);
                (Some(end), Some(Edge::End), u32::try_from(ms).ok())
            }
            (Some((_, start)), None) => (Some(start), Some(Edge::Start), None),
            (None, Some((_, end))) => (Some(end), Some(Edge::End), None),
            // Caddy logs a request when it is handled.
            (None, None) if self.dialect == Dialect::Caddy => (whole, Some(Edge::End), None),
            (None, None) => (whole, None, None),
        }
    }

    /// The duration, in the unit that its key, its text or the program tells.
    fn span(&self) -> Option<Span> {
        let (_, text, unit) = self.taken?;
        let unit = unit.or(match self.dialect {
            Dialect::Traefik => Some(Unit::Nanoseconds),
            Dialect::Envoy | Dialect::Pino => Some(Unit::Milliseconds),
            // Seconds, but its administrator may have chosen nanoseconds or milliseconds, as whole numbers.
            Dialect::Caddy | Dialect::Unknown => None,
        });
        Span::read(text, unit)
    }

    /// Who ended the exchange. 499 is written for a client that closed first by nginx, Traefik and Google alike.
    fn ending(&self, status: Option<u16>) -> Option<Ending> {
        let flags = self.text(Slot::Flags).and_then(envoy::ending);
        let details = match self.text(Slot::Details) {
            Some(
                b"client_disconnected_before_any_response"
                | b"client_disconnected_after_partial_response",
            ) => Some(Ending::Client),
            Some(b"backend_timeout") => Some(Ending::Between),
            Some(b"backend_connection_closed_before_data_sent_to_client") => Some(Ending::Server),
            _ => None,
        };
        let win32 = matches!(self.text(Slot::Win32), Some(b"64")).then_some(Ending::Client);
        let closed = (status == Some(499)).then_some(Ending::Client);
        flags.or(details).or(win32).or(closed)
    }
}

/// A text of the line, or one that was kept in the buffer.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Plain(&'a [u8]),
    Kept(usize, usize),
}

impl<'a> Piece<'a> {
    fn of(value: Value<'a>, buffer: &mut Vec<u8>) -> Option<Self> {
        match value {
            Value::Text(text, true) => {
                let from = buffer.len();
                unescape(text, buffer);
                Some(Self::Kept(from, buffer.len()))
            }
            Value::Text(text, false) | Value::Number(text) => Some(Self::Plain(text)),
            Value::Word => None,
        }
    }

    fn get<'b>(self, buffer: &'b [u8]) -> &'b [u8]
    where
        'a: 'b,
    {
        match self {
            Self::Plain(text) => text,
            Self::Kept(from, to) => &buffer[from..to],
        }
    }

    fn append(self, buffer: &mut Vec<u8>) {
        match self {
            Self::Plain(text) => buffer.extend_from_slice(text),
            Self::Kept(from, to) => buffer.extend_from_within(from..to),
        }
    }
}

/// Keeps the moment of the lower rank.
fn better(place: &mut Option<(u8, Moment)>, rank: u8, moment: Option<Moment>) {
    if let Some(moment) = moment.filter(|_| place.is_none_or(|(best, _)| rank < best)) {
        *place = Some((rank, moment));
    }
}

/// A moment in any of the ways in which they are written; those of loggers, which are the most frequent, first.
fn moment(text: &[u8]) -> Option<Moment> {
    let inside = text.strip_prefix(b"[").and_then(|t| t.strip_suffix(b"]"));
    let text = inside.unwrap_or(text);
    let stamp = rfc3339(text)
        .or_else(|| slashed(text))
        .or_else(|| epoch(text));
    let certain = stamp.map(|stamp| Moment {
        stamp,
        doubt: Doubt::default(),
    });
    certain.or_else(|| moment::moment(text))
}

/// Whether a text is a version of HTTP, which is often called as versions of anything else are.
fn is_protocol(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"HTTP/").unwrap_or(text);
    matches!(
        text,
        b"0.9" | b"1.0" | b"1.1" | b"2" | b"2.0" | b"3" | b"3.0" | b"h2" | b"h3"
    )
}

/// A status, with or without its reason behind it.
fn status(text: &[u8]) -> Option<u16> {
    let end = text.iter().position(|&b| b == b' ').unwrap_or(text.len());
    let status = number(&text[..end]).filter(|_| end == 3 || text == b"0");
    status.map(|s| s as u16)
}
