//! The message of Domino's HTTP task that it waits for a session to finish, which mail and forum software wraps.
//!
//! The software wraps the line at any blank or inside the URL. A message without the end of its request is held back by
//! the console's reader, and lines that can be the rest of it are joined to it here.

use super::block;
use super::ncsa::{RequestLine, WRAPPED_BYTES, closes_in_protocol, joint};
use super::time::local::Local;
use super::{Place, Record, Session, What};
use memchr::memmem;

/// How the message begins.
pub(super) const MESSAGE: &[u8] = b"HTTP Server: Waiting for session to finish:";
const WAITING: &[u8] = b"Waiting for session to finish:";

/// Joins a line to the message that it continues, or tells that it does not.
pub(super) fn join(message: &mut Vec<u8>, line: &[u8]) -> bool {
    if message.len() + line.len() >= WRAPPED_BYTES || block::knows(line) {
        return false;
    }
    let before = message.len();
    let joint = match Message::read(message).upto {
        Upto::Request(request) => match joint(request, line) {
            Some(joint) => joint,
            None => return false,
        },
        // What stands in brackets are a few words, which no software breaks more than once.
        Upto::Session if inside_brackets(message) && !line.contains(&b']') => return false,
        Upto::Message | Upto::Session => b" ",
        Upto::Nowhere | Upto::End(_) => return false,
    };
    message.extend_from_slice(joint);
    message.extend_from_slice(line);
    let fits = Message::read(message).upto != Upto::Nowhere;
    if !fits {
        message.truncate(before);
    }
    fits
}

/// Whether a bracket was opened last.
fn inside_brackets(text: &[u8]) -> bool {
    memchr::memrchr2(b'[', b']', text).is_some_and(|at| text[at] == b'[')
}

/// The record of a message; what there is of a request that is not whole is not told, as it may lack any part.
pub(super) fn record<'a>(place: Place, time: Option<Local>, message: &Message<'a>) -> Record<'a> {
    let request = match message.upto {
        Upto::End(request) => RequestLine::split(request),
        _ => RequestLine::default(),
    };
    Record {
        place,
        stamp: time.map(|t| t.stamp),
        doubt: time.map(|t| t.doubt).unwrap_or_default(),
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        what: What::Waiting(message.session),
        cut: !matches!(message.upto, Upto::End(_)),
        ..Record::default()
    }
}

/// What there is of `Waiting for session to finish: Session State [..] Session ID [..] Thread ID [..] POST .. HTTP/1.1`.
pub(super) struct Message<'a> {
    session: Session<'a>,
    pub(super) upto: Upto<'a>,
}

/// How far a message reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Upto<'a> {
    /// It is another message.
    Nowhere,
    /// Into the words that tell which message it is.
    Message,
    /// Into what is said of the session.
    Session,
    /// Into the request, or right before it.
    Request(&'a [u8]),
    /// To the end of its request.
    End(&'a [u8]),
}

impl<'a> Message<'a> {
    pub(super) fn read(text: &'a [u8]) -> Self {
        let mut session = Session::default();
        let upto = match memmem::find(text, WAITING) {
            Some(at) => fields(text[at + WAITING.len()..].trim_ascii(), &mut session),
            None if opens_message(text) => Upto::Message,
            None => Upto::Nowhere,
        };
        Self { session, upto }
    }
}

/// Reads `Session State [..] Session ID [..] Thread ID [..]` and the request behind it.
fn fields<'a>(text: &'a [u8], session: &mut Session<'a>) -> Upto<'a> {
    let mut rest = text;
    for (label, value) in [
        (&b"Session State ["[..], &mut session.state),
        (b"Session ID [", &mut session.id),
        (b"Thread ID [", &mut session.thread),
    ] {
        let Some(inside) = rest.strip_prefix(label) else {
            return if label.starts_with(rest) {
                Upto::Session
            } else {
                Upto::Nowhere
            };
        };
        let end = memchr::memchr(b']', inside);
        let text = &inside[..end.unwrap_or(inside.len())];
        // Anything may stand in brackets, but no brackets, and no more than a few words.
        if text.len() > 64 || text.contains(&b'[') {
            return Upto::Nowhere;
        }
        let Some(end) = end else {
            return Upto::Session;
        };
        *value = text.trim_ascii();
        rest = inside[end + 1..].trim_ascii_start();
    }
    if closes_in_protocol(rest) && RequestLine::split(rest).method.is_some() {
        Upto::End(rest)
    } else {
        Upto::Request(rest)
    }
}

/// Whether a text is the first words of the message, and no more.
pub(super) fn opens_message(text: &[u8]) -> bool {
    !text.is_empty()
        && MESSAGE
            .strip_prefix(text)
            .is_some_and(|rest| rest.starts_with(b" "))
}
