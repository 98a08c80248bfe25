//! What a server says beside its requests, and what each message of its console means.

use super::present;
use memchr::memmem;
use serde::{Deserialize, Serialize};

/// Something that a server says of itself or of its users, and that is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A message of its console; the user and the address that it names are those of the record.
    Message {
        /// What it says.
        kind: Message,
        /// The message as it is written, without its stamp.
        text: &'a [u8],
    },
    /// A number that it keeps of itself: a line `Name = value` of `show stat` and the like.
    Statistic {
        /// Its name, as it is written.
        name: &'a [u8],
        /// Its value, as it is written.
        value: &'a [u8],
    },
    /// A sentence of Traveler's status.
    Condition {
        /// How bad it is called; of the overall status, what that is. `None` for a sentence that only informs.
        colour: Option<Colour>,
        /// Whether it is the overall status.
        overall: bool,
        /// The sentence as it is written.
        text: &'a [u8],
    },
}

impl<'a> Event<'a> {
    /// Everything that it says.
    #[must_use]
    pub fn texts(&self) -> [&'a [u8]; 2] {
        match *self {
            Self::Message { text, .. } | Self::Condition { text, .. } => [text, b""],
            Self::Statistic { name, value } => [name, value],
        }
    }

    /// A part by its name, printed; for samples and tests.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let bytes = match (*self, name) {
            (Self::Statistic { name, .. }, "name") => name,
            (Self::Statistic { value, .. }, "value") => value,
            (Self::Message { text, .. } | Self::Condition { text, .. }, "text") => text,
            (Self::Condition { colour, .. }, "colour") => {
                return colour.map(|c| c.word().to_owned());
            }
            _ => return None,
        };
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// What a message of a Domino console says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Message {
    /// The HTTP task runs.
    HttpStarted,
    /// The HTTP task begins to stop.
    HttpStopping,
    /// The HTTP task has stopped.
    HttpStopped,
    /// The HTTP task stops and starts again.
    HttpRestarting,
    /// Traveler runs.
    TravelerStarted,
    /// Traveler begins to stop.
    TravelerStopping,
    /// Traveler has stopped.
    TravelerStopped,
    /// Somebody typed a command for one of the two, or for the whole server.
    Command,
    /// Somebody could not sign in.
    SignInFailed,
    /// The HTTP task could not make anything of a request.
    NotHandled,
}

impl Message {
    /// Every message.
    pub const ALL: [Self; 10] = [
        Self::HttpStarted,
        Self::HttpStopping,
        Self::HttpStopped,
        Self::HttpRestarting,
        Self::TravelerStarted,
        Self::TravelerStopping,
        Self::TravelerStopped,
        Self::Command,
        Self::SignInFailed,
        Self::NotHandled,
    ];

    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::HttpStarted => "http-started",
            Self::HttpStopping => "http-stopping",
            Self::HttpStopped => "http-stopped",
            Self::HttpRestarting => "http-restarting",
            Self::TravelerStarted => "traveler-started",
            Self::TravelerStopping => "traveler-stopping",
            Self::TravelerStopped => "traveler-stopped",
            Self::Command => "command",
            Self::SignInFailed => "sign-in-failed",
            Self::NotHandled => "not-handled",
        }
    }
}

/// A colour of Traveler's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Colour {
    /// All is well.
    Green,
    /// Something is worth a look.
    Yellow,
    /// Something is wrong.
    Red,
}

impl Colour {
    /// Every colour.
    pub const ALL: [Self; 3] = [Self::Green, Self::Yellow, Self::Red];

    /// Its name, which is also its stable name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The colour of a name in any letters.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let is = |colour: &Self| name.eq_ignore_ascii_case(colour.word().as_bytes());
        Self::ALL.into_iter().find(is)
    }
}

/// A message that means something here, with whom and what address it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) kind: Message,
    pub(super) user: Option<&'a [u8]>,
    pub(super) remote: Option<&'a [u8]>,
}

impl Found<'_> {
    fn of(kind: Message) -> Self {
        Self {
            kind,
            user: None,
            remote: None,
        }
    }
}

/// What a message of the console, without its stamp, says; most say nothing of interest here.
///
/// Attested are `HTTP Server: Started`, `HTTP Server: Shutdown`, which is the last line of a stop, and
/// `Traveler: Server started.`; the other changes are told by the word that they begin with.
pub(super) fn message(text: &[u8]) -> Option<Found<'_>> {
    match text.first()? {
        b'H' => text
            .strip_prefix(b"HTTP Server: ")
            .and_then(http)
            .or_else(|| not_handled(text)),
        b'T' => traveler(text.strip_prefix(b"Traveler: ")?),
        b'W' => not_handled(text.strip_prefix(b"Warning: ")?),
        b'h' | b's' | b'i' | b'p' | b'l' => sign_in(text),
        _ => None,
    }
}

/// What a text begins with, in any letters.
fn begins(text: &[u8], with: &str) -> bool {
    text.get(..with.len())
        .is_some_and(|t| t.eq_ignore_ascii_case(with.as_bytes()))
}

fn http(text: &[u8]) -> Option<Found<'static>> {
    let kind = if begins(text, "started") {
        Message::HttpStarted
    } else if begins(text, "restart") {
        Message::HttpRestarting
    } else if stopping(text) || begins(text, "shutdown requested") {
        Message::HttpStopping
    } else if begins(text, "shutdown") || stopped(text) {
        Message::HttpStopped
    } else {
        return None;
    };
    Some(Found::of(kind))
}

fn traveler(text: &[u8]) -> Option<Found<'static>> {
    let text = text.strip_prefix(b"Server ").unwrap_or(text);
    let kind = if begins(text, "started") {
        Message::TravelerStarted
    } else if begins(text, "shutdown complete") || stopped(text) {
        Message::TravelerStopped
    } else if begins(text, "shutdown") || stopping(text) {
        Message::TravelerStopping
    } else {
        return None;
    };
    Some(Found::of(kind))
}

fn stopping(text: &[u8]) -> bool {
    begins(text, "shutting down") || begins(text, "stopping") || begins(text, "terminating")
}

fn stopped(text: &[u8]) -> bool {
    begins(text, "stopped") || begins(text, "terminated")
}

fn not_handled(text: &[u8]) -> Option<Found<'static>> {
    text.starts_with(b"HTTP Web Server: Command Not Handled Exception")
        .then(|| Found::of(Message::NotHandled))
}

/// `http: jane doe [192.0.2.10] authentication failure using internet password`, and the same of other protocols. In
/// place of the user stands `IP Address` when the address itself is locked out.
fn sign_in(text: &[u8]) -> Option<Found<'_>> {
    const SERVICES: [&[u8]; 5] = [b"http: ", b"smtp: ", b"imap: ", b"pop3: ", b"ldap: "];
    let named = SERVICES.iter().find_map(|s| text.strip_prefix(*s))?;
    let end = memmem::find(named, b"] authentication failure using ")?;
    let open = memchr::memrchr(b'[', &named[..end])?;
    let user = named[..open].trim_ascii();
    let remote = named[open + 1..end].trim_ascii();
    Some(Found {
        kind: Message::SignInFailed,
        user: present(user).filter(|u| *u != b"IP Address"),
        remote: present(remote),
    })
}

/// What somebody typed at the console's prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typed {
    /// One that stops or starts the HTTP task, Traveler or the whole server.
    Telling,
    /// One that only asks for something; like the former, nobody writes such words by chance.
    Asking,
    /// Another word that the console knows, and that begins other sentences, too.
    Other,
    /// No command.
    None,
}

/// Whether a text is a command of the console, and whether it is one of those that matter here.
pub(super) fn typed(text: &[u8]) -> Typed {
    const COMMANDS: [&str; 18] = [
        "broadcast",
        "dbcache",
        "drop",
        "exit",
        "help",
        "load",
        "platform",
        "pull",
        "push",
        "quit",
        "replicate",
        "restart",
        "route",
        "set",
        "sh",
        "show",
        "start",
        "tell",
    ];
    let mut words = text.split(|&b| b == b' ').filter(|w| !w.is_empty());
    let Some(first) = words.next() else {
        return Typed::None;
    };
    let is = |word: Option<&[u8]>, known: &[&str]| {
        let same = |k: &&str| word.is_some_and(|w| w.eq_ignore_ascii_case(k.as_bytes()));
        known.iter().any(same)
    };
    let (second, third) = (words.next(), words.next());
    let tasks = ["http", "traveler"];
    let changes = ["quit", "exit", "restart", "shutdown", "stop"];
    match first.to_ascii_lowercase().as_slice() {
        b"tell" if is(second, &tasks) && is(third, &changes) => Typed::Telling,
        b"tell" if is(second, &tasks) && third.is_some() => Typed::Asking,
        b"load" if is(second, &tasks) => Typed::Telling,
        b"restart" if is(second, &["server"]) => Typed::Telling,
        b"restart" if is(second, &["task"]) && is(third, &tasks) => Typed::Telling,
        b"quit" | b"exit" if second.is_none() => Typed::Telling,
        b"show" | b"sh" if is(second, &["stat", "statistics", "tasks", "server"]) => Typed::Asking,
        _ if is(Some(first), &COMMANDS) => Typed::Other,
        _ => Typed::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_words() {
        let code = |text: &str| message(text.as_bytes()).map(|found| found.kind.code());
        for (text, expected) in [
            ("HTTP Server: Started", Some("http-started")),
            ("HTTP Server: Shutdown", Some("http-stopped")),
            (
                "HTTP Server: Shutdown requested by console",
                Some("http-stopping"),
            ),
            ("HTTP Server: Restarting", Some("http-restarting")),
            ("HTTP Server: Using Web Configuration View", None),
            ("HTTP Server: Java Virtual Machine loaded", None),
            ("Traveler: Server started.", Some("traveler-started")),
            ("Traveler: Server starting...", None),
            (
                "Traveler: Server shutting down...",
                Some("traveler-stopping"),
            ),
            ("Traveler: Server stopped.", Some("traveler-stopped")),
            (
                "Warning: HTTP Web Server: Command Not Handled Exception [/x]",
                Some("not-handled"),
            ),
            ("Router: Mail Router started for domain EXAMPLE", None),
            ("", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_failed_sign_in_names_user_and_address() {
        let told = |text: &str| {
            let text_of =
                |b: Option<&[u8]>| String::from_utf8_lossy(b.unwrap_or(b"-")).into_owned();
            message(text.as_bytes()).map(|f| [text_of(f.user), text_of(f.remote)])
        };
        for (text, user, remote) in [
            (
                "http: Jane Doe/ACME [192.0.2.10] authentication failure using internet password",
                "Jane Doe/ACME",
                "192.0.2.10",
            ),
            (
                "smtp: a [b] [2001:db8::7] authentication failure using internet password: User is locked out",
                "a [b]",
                "2001:db8::7",
            ),
            (
                "http: IP Address [192.0.2.10] authentication failure using internet password: User is locked out",
                "-",
                "192.0.2.10",
            ),
            (
                "http: [] authentication failure using internet password",
                "-",
                "-",
            ),
        ] {
            let expected = Some([user.to_owned(), remote.to_owned()]);
            assert_eq!(told(text), expected, "{text}");
        }
        for text in [
            "http: jane] authentication failure using internet password",
            "ftp: jane [192.0.2.10] authentication failure using internet password",
            "http: jane [192.0.2.10] authentication success",
            "http: ",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn commands_are_told_from_sentences() {
        for (text, expected) in [
            ("Tell HTTP Quit", Typed::Telling),
            ("tell traveler shutdown", Typed::Telling),
            ("restart task http", Typed::Telling),
            ("LOAD http", Typed::Telling),
            ("quit", Typed::Telling),
            ("tell router show", Typed::Other),
            ("tell traveler status", Typed::Asking),
            ("show stat traveler", Typed::Asking),
            ("Quit asking", Typed::Other),
            ("I see this:", Typed::None),
            ("  ", Typed::None),
        ] {
            assert_eq!(typed(text.as_bytes()), expected, "{text}");
        }
    }
}
