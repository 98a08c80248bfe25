//! What syslog, containers, terminals, searches, mails and web pages put around a line of a log.
//!
//! An envelope is told by its shape and taken off; formats see the line inside. Envelopes nest: a container's output that
//! went through Docker Compose has the name of the service, then perhaps a time, then what a logger in the container
//! wrote. [`super::Detector`] takes them off only where no format knows the line as it stands.
//!
//! Sources: RFC 3164 and RFC 5424 (syslog); `journalctl`'s manual, `--output`; Docker's documentation of
//! `docker compose logs`, `docker logs --timestamps` and the `json-file` driver; Kubernetes' description of the CRI log
//! format (`stdout F`) and of `kubectl logs --prefix`; rsyslog's `$EscapeControlCharactersOnReceive` (`#033`).

mod decode;
mod found;
mod header;
mod values;

pub(super) use decode::is_escaped;
pub(super) use header::{Keep, written};
pub(super) use values::unescape;

use super::time::Stamp;
use super::time::leading::iso;
use header::{bracketed_time, kept, syslog, tag, time};
use memchr::{memchr, memmem};

/// How deep envelopes may nest. Deeper ones were made on purpose.
pub(super) const DEPTH: usize = 6;

/// A kind of envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrap {
    /// Colours of a terminal.
    Colours,
    /// Blanks or tabs before the line, as in a paste.
    Indent,
    /// `> `, as mail programs quote; `* ` of a list, `| ` of a table.
    Quote,
    /// `access.log:`, `access.log:12:`, `12:` or a number in a column of its own.
    Found,
    /// `service-1  | `, as Docker Compose names the container.
    Compose,
    /// `[pod/name/container] `.
    Pod,
    /// An object of JSON with the line in it.
    Json,
    /// A row of a table that a log search exported, with the line in one of its values.
    Cell,
    /// `2024-01-02T03:04:05.678901234Z stdout F `.
    Cri,
    /// RFC 5424, with the name of the program as a tag before the line, or without it.
    Syslog { tag: bool },
    /// A time, and perhaps a host and a tag.
    Header(Keep),
    /// What a web page makes of quotes, angle brackets and ampersands.
    Html,
}

/// The order in which they are tried. What changes the text itself comes last, colours aside: they are never part of it.
pub(super) const ORDER: [Wrap; 16] = [
    Wrap::Colours,
    Wrap::Indent,
    Wrap::Quote,
    Wrap::Found,
    Wrap::Compose,
    Wrap::Pod,
    Wrap::Json,
    Wrap::Cri,
    Wrap::Syslog { tag: true },
    Wrap::Syslog { tag: false },
    Wrap::Header(Keep::Tag),
    Wrap::Header(Keep::Nothing),
    Wrap::Header(Keep::AllButTime),
    Wrap::Header(Keep::AllButHost),
    Wrap::Cell,
    Wrap::Html,
];

/// When an envelope was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    pub(super) stamp: Stamp,
    /// Whether it names no year; the stamp is in the year 2000 then.
    pub(super) no_year: bool,
}

impl When {
    /// Of two times of one line, the outer and the inner: the inner is closer to the event, but one that names zone and
    /// year says more.
    pub(super) fn better(outer: Option<Self>, inner: Option<Self>) -> Option<Self> {
        let whole = |when: &Self| when.stamp.zone.is_some() && !when.no_year;
        match (outer, inner) {
            (Some(outer), Some(inner)) if whole(&outer) && !whole(&inner) => Some(outer),
            (outer, inner) => inner.or(outer),
        }
    }
}

/// What was in an envelope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened<'a> {
    pub(super) inside: &'a [u8],
    pub(super) when: Option<When>,
}

impl<'a> From<&'a [u8]> for Opened<'a> {
    fn from(inside: &'a [u8]) -> Self {
        Self { inside, when: None }
    }
}

impl Wrap {
    /// What it is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Colours => "terminal colours",
            Self::Indent => "indentation",
            Self::Quote => "marks of quotations and lists",
            Self::Found => "file names and line numbers of a search",
            Self::Compose => "Docker Compose's names of services",
            Self::Pod => "Kubernetes' names of pods",
            Self::Json => "JSON of a log driver",
            Self::Cell => "tables of a log search",
            Self::Cri => "a container runtime's prefix",
            Self::Syslog { .. } | Self::Header(Keep::Tag | Keep::Nothing | Keep::AllButHost) => {
                "syslog headers"
            }
            Self::Header(Keep::AllButTime) => "times that a container's log adds",
            Self::Html => "HTML escapes",
        }
    }

    /// Opens an envelope of this kind, if the text is one. What has to be decoded is decoded into `buffer`.
    pub(super) fn open<'a>(self, text: &'a [u8], buffer: &'a mut Vec<u8>) -> Option<Opened<'a>> {
        match self {
            Self::Colours => decode::colours(text, buffer).then_some((&buffer[..]).into()),
            Self::Indent => indented(text).map(Opened::from),
            Self::Quote => quoted(text).map(Opened::from),
            Self::Found => found::found(text).map(Opened::from),
            Self::Compose => compose(text).map(Opened::from),
            Self::Pod => pod(text).map(Opened::from),
            Self::Json => values::json(text, buffer).map(|when| Opened {
                inside: buffer,
                when,
            }),
            Self::Cell => values::cell(text, buffer).map(|when| Opened {
                inside: buffer,
                when,
            }),
            Self::Cri => cri(text),
            Self::Syslog { tag } => syslog(text, tag, buffer),
            Self::Header(keep) => {
                let (when, rest) = time(text).or_else(|| bracketed_time(text))?;
                // A time without a year is syslog's own, with a host behind it and no line.
                let host = when.is_some_and(|when| when.no_year);
                Some(Opened {
                    inside: kept(rest, keep, host)?,
                    when,
                })
            }
            Self::Html => decode::html(text, buffer).then_some((&buffer[..]).into()),
        }
    }
}

/// Whether a line begins like an envelope. Formats whose first columns may be anything must not take one for their own.
pub(super) fn begins(line: &[u8]) -> bool {
    let header = match line.first() {
        // An address that a line begins with has no hyphen there; this is asked of every line of an access log.
        Some(b'0'..=b'9') => line.get(4) == Some(&b'-') && time(line).is_some(),
        Some(b'<' | b'\x1b' | b' ' | b'\t' | b'{') => true,
        Some(b'>' | b'*' | b'|') => quoted(line).is_some(),
        // Quotes around a column hold no further ones; two values have a separator between theirs.
        Some(b'"') => memmem::find(line, b"\",\"").is_some(),
        _ => time(line).is_some() || pod(line).is_some(),
    };
    header || tag(line, 0).is_some() || compose(line).is_some() || found::found(line).is_some()
}

/// Takes off the blanks before a line.
fn indented(text: &[u8]) -> Option<&[u8]> {
    let inside = text.trim_ascii_start();
    (inside.len() < text.len()).then_some(inside)
}

/// Takes off one mark. A hyphen is none: it stands for a client without a name.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'>', inside @ ..] => Some(inside.strip_prefix(b" ").unwrap_or(inside)),
        [b'*' | b'|', b' ', inside @ ..] => Some(inside),
        _ => None,
    }
}

/// Longest name of a container or a program that is looked for.
const NAME: usize = 128;

/// Takes off `service-1  | `.
fn compose(text: &[u8]) -> Option<&[u8]> {
    let near = &text[..text.len().min(NAME)];
    let bar = memchr(b'|', near)?;
    let name = near[..bar].strip_suffix(b" ")?.trim_ascii_end();
    let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@');
    let is_name = name.first().is_some_and(u8::is_ascii_alphanumeric) && name.iter().all(named);
    let inside = &text[bar + 1..];
    is_name.then(|| inside.strip_prefix(b" ").unwrap_or(inside))
}

/// Takes off `[pod/name/container] `.
fn pod(text: &[u8]) -> Option<&[u8]> {
    let near = &text[..text.len().min(2 * NAME)];
    if !near.starts_with(b"[pod/") {
        return None;
    }
    let close = memchr(b']', near)?;
    behind_blank(&text[close + 1..])
}

/// What follows a blank; a line that was empty has lost its blank.
fn behind_blank(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b" ")
        .or_else(|| text.is_empty().then_some(text))
}

/// Takes off what a container runtime writes for Kubernetes.
fn cri(text: &[u8]) -> Option<Opened<'_>> {
    let (stamp, rest) = iso(text)?;
    let rest = rest
        .strip_prefix(b" stdout ")
        .or_else(|| rest.strip_prefix(b" stderr "))?;
    let inside = rest
        .strip_prefix(b"F")
        .or_else(|| rest.strip_prefix(b"P"))
        .and_then(behind_blank)?;
    Some(Opened {
        inside,
        when: Some(When {
            stamp,
            no_year: false,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is inside, and the time, of an envelope of one kind.
    fn open(wrap: Wrap, text: &str) -> Option<(String, Option<String>)> {
        let mut buffer = Vec::new();
        wrap.open(text.as_bytes(), &mut buffer).map(|opened| {
            (
                String::from_utf8_lossy(opened.inside).into_owned(),
                opened.when.map(|w| w.stamp.to_string()),
            )
        })
    }

    #[test]
    fn prefixes_are_taken_off_with_their_times() {
        let cases: &[(Wrap, &str, &str, Option<&str>)] = &[
            (Wrap::Compose, "sogo-mailcow-1  | x | y", "x | y", None),
            (Wrap::Compose, "web.1.x7@node |", "", None),
            (Wrap::Pod, "[pod/web-0/nginx] x", "x", None),
            (
                Wrap::Cri,
                "2024-01-02T03:04:05.678901234Z stdout F x",
                "x",
                Some("2024-01-02T03:04:05.678Z"),
            ),
            (
                Wrap::Syslog { tag: false },
                "<165>1 2024-01-02T03:04:05+01:00 web nginx 12 - [a b=\"c]\\\"\"][d] x",
                "x",
                Some("2024-01-02T03:04:05+01:00"),
            ),
            (
                Wrap::Syslog { tag: true },
                "<165>1 - web sogod 12 - - x",
                "sogod[12]: x",
                None,
            ),
        ];
        for (wrap, text, inside, when) in cases {
            let expected = Some(((*inside).to_owned(), when.map(str::to_owned)));
            assert_eq!(open(*wrap, text), expected, "{text}");
        }
        for text in ["a b | x", "| x", "192.0.2.1 - - x", "[pod/x] ", ""] {
            assert_eq!(open(Wrap::Cri, text), None, "{text}");
            assert_eq!(open(Wrap::Compose, text), None, "{text}");
        }
    }

    #[test]
    fn headers_leave_their_tag_or_nothing() {
        let cases: &[(&str, Keep, Option<&str>)] = &[
            ("web sogod [12]: x", Keep::Tag, Some("sogod [12]: x")),
            ("web sogod [12]: x", Keep::Nothing, Some("x")),
            (
                "web sogod [12]: x",
                Keep::AllButTime,
                Some("web sogod [12]: x"),
            ),
            ("web sogod [12]: x", Keep::AllButHost, None),
            ("sogod[12]: x", Keep::Tag, Some("sogod[12]: x")),
            ("sogod[12]: x", Keep::Nothing, Some("x")),
            ("sogod[12]: x", Keep::AllButTime, Some("sogod[12]: x")),
            ("web nginx: x", Keep::Nothing, Some("x")),
            ("192.0.2.1 - - x", Keep::Tag, None),
            ("192.0.2.1 - - x", Keep::AllButTime, Some("192.0.2.1 - - x")),
            ("192.0.2.1 - - x", Keep::AllButHost, Some("- - x")),
        ];
        let times = [
            ("Jan  2 03:04:05", Some("2000-01-02T03:04:05")),
            ("<190>Jan 12 03:04:05", Some("2000-01-12T03:04:05")),
            (
                "2024-01-02T03:04:05.678901+01:00",
                Some("2024-01-02T03:04:05.678+01:00"),
            ),
            (
                "2024-01-02T03:04:05+0100",
                Some("2024-01-02T03:04:05+01:00"),
            ),
            ("Tue 2024-01-02 03:04:05 CET", Some("2024-01-02T03:04:05")),
            ("Tue 2024-01-02 03:04:05 UTC", Some("2024-01-02T03:04:05Z")),
            ("1704164645.678901", Some("2024-01-02T03:04:05.678Z")),
            ("[   12.345678]", None),
        ];
        for (time, when) in times {
            for (rest, keep, inside) in cases {
                let of_syslog = *keep == Keep::AllButTime && rest.starts_with("web");
                let of_syslog = of_syslog && when.is_some_and(|w| w.starts_with("2000"));
                let inside = inside.filter(|_| !of_syslog);
                let expected = inside.map(|i| (i.to_owned(), when.map(str::to_owned)));
                let text = format!("{time} {rest}");
                assert_eq!(
                    open(Wrap::Header(*keep), &text),
                    expected,
                    "{text} {keep:?}"
                );
                assert!(begins(text.as_bytes()) || time.starts_with("17"), "{text}");
            }
        }
    }

    #[test]
    fn lines_of_access_logs_do_not_begin_like_an_envelope() {
        for line in [
            "192.0.2.1 t.example.com - [12/Jan/2024:08:15:30 +0000] \"GET / HTTP/1.1\" 200 1",
            "2001:db8::7 - - [12/Jan/2024:08:15:30 +0000] \"GET /?a=b|c HTTP/1.1\" 200 1",
            "mail.example.com - a | b [12/Jan/2024:08:15:30 +0000] \"GET / HTTP/1.1\" 200 1",
            "May - - [12/Jan/2024:08:15:30 +0000] \"GET / HTTP/1.1\" 200 1",
            "",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
        assert!(begins(b"httpd[12]: 192.0.2.1 - -"));
        assert!(begins(b"web | 192.0.2.1 - -"));
        assert!(begins(b"[pod/a/b] 192.0.2.1 - -"));
    }

    #[test]
    fn of_two_times_the_inner_counts_unless_it_says_less() {
        let when = |zone, no_year| When {
            stamp: Stamp { ms: 1, zone },
            no_year,
        };
        let (whole, poor) = (when(Some(0), false), when(None, true));
        assert_eq!(When::better(Some(whole), Some(poor)), Some(whole));
        assert_eq!(When::better(Some(poor), Some(whole)), Some(whole));
        assert_eq!(When::better(Some(poor), None), Some(poor));
        assert_eq!(When::better(None, None), None);
    }
}
