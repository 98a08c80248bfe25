//! Envelopes that change the text itself: colours and HTML.

use crate::format::markup;
use memchr::{memchr_iter, memchr2, memchr3};

/// Writes the text without its terminal escapes (ECMA-48), and tells whether it had any. rsyslog writes the escape
/// character as `#033`.
pub(super) fn colours(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut rest = text;
    while let Some(at) = memchr2(0x1b, b'#', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let skip = match rest {
            [b'#', b'0', b'3', b'3', b'[', ..] => 4,
            [b'#', ..] => {
                out.push(b'#');
                rest = &rest[1..];
                continue;
            }
            _ => 1,
        };
        rest = &rest[skip..];
        rest = &rest[escape_len(rest)..];
    }
    out.extend_from_slice(rest);
    out.len() < text.len()
}

/// Length of a terminal escape behind its escape character.
fn escape_len(rest: &[u8]) -> usize {
    match rest.first() {
        None => 0,
        // A control sequence: parameters, and a letter.
        Some(b'[') => {
            let parameters = |b: &&u8| (0x20..=0x3f).contains(*b);
            let length = 1 + rest[1..].iter().take_while(parameters).count();
            (length + 1).min(rest.len())
        }
        // A command of the operating system: a title or a link, up to a bell or a terminator.
        Some(b']') => match rest.iter().position(|&b| b == 0x07 || b == 0x1b) {
            Some(at) if rest[at] == 0x07 => at + 1,
            Some(at) => (at + 2).min(rest.len()),
            None => 1,
        },
        Some(_) => 1,
    }
}

/// Writes the text without HTML's escapes, line breaks and no-break spaces, and tells whether it had any.
pub(super) fn html(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = memchr3(b'&', b'<', NO_BREAK[0], rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (taken, meant) = match rest[0] {
            b'&' => entity(rest),
            b'<' => line_break(rest),
            _ if rest.starts_with(NO_BREAK) => (NO_BREAK.len(), Some(' ')),
            _ => (0, None),
        };
        match taken {
            0 => {
                out.push(rest[0]);
                rest = &rest[1..];
            }
            taken => {
                changed = true;
                let mut utf8 = [0; 4];
                if let Some(meant) = meant {
                    out.extend_from_slice(meant.encode_utf8(&mut utf8).as_bytes());
                }
                rest = &rest[taken..];
            }
        }
    }
    out.extend_from_slice(rest);
    changed
}

/// Whether a line was surely copied out of the source of a web page: its ampersands or quotes are written as HTML writes
/// them where an ActiveSync request has them, or JSON, or Z-Push's log. A URL may hold such writing by itself, elsewhere.
pub(in crate::format) fn is_escaped(text: &[u8]) -> bool {
    const PARAMETERS: [&[u8]; 4] = [b"cmd=", b"user=", b"deviceid=", b"devicetype="];
    const QUOTES: [&[u8]; 3] = [b"&quot;", b"&#34;", b"&#x22;"];
    const APOSTROPHES: [&[u8]; 4] = [b"&#39;", b"&#039;", b"&#x27;", b"&apos;"];
    memchr_iter(b'&', text).any(|at| {
        let (before, rest) = text.split_at(at);
        let behind = |marks: &[&[u8]]| marks.iter().find_map(|mark| rest.strip_prefix(*mark));
        if let Some(after) = rest.strip_prefix(b"&amp;") {
            let named = |name: &&[u8]| {
                after
                    .get(..name.len())
                    .is_some_and(|n| n.eq_ignore_ascii_case(name))
            };
            return PARAMETERS.iter().any(named);
        }
        if let Some(after) = behind(&QUOTES) {
            let word = after.iter().take_while(|b| b.is_ascii_uppercase()).count();
            return before.ends_with(b"{") || word > 2 && after.get(word) == Some(&b' ');
        }
        before.ends_with(b"cmd=") && behind(&APOSTROPHES).is_some()
    })
}

/// A no-break space, as pages have it between words that belong together.
const NO_BREAK: &[u8] = "\u{a0}".as_bytes();

/// Length and meaning of the entity that a text begins with; length 0 if it begins with none. What would end the line or
/// be no text any more is left as it is.
fn entity(text: &[u8]) -> (usize, Option<char>) {
    match markup::entity(text) {
        Some((character, length)) if !character.is_control() => (length, Some(character)),
        _ => (0, None),
    }
}

/// Length of the mark of a line or paragraph that a text begins with, 0 if it begins with none. Between words it stands
/// for a blank.
fn line_break(text: &[u8]) -> (usize, Option<char>) {
    const MARKS: [&[u8]; 8] = [
        b"<br>", b"<br/>", b"<br />", b"<p>", b"</p>", b"<pre>", b"</pre>", b"</li>",
    ];
    let begins = |mark: &&&[u8]| {
        text.get(..mark.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(mark))
    };
    match MARKS.iter().find(begins) {
        Some(mark) if mark.starts_with(b"<br") && mark.len() < text.len() => {
            (mark.len(), Some(' '))
        }
        Some(mark) => (mark.len(), None),
        None => (0, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(decode: impl Fn(&[u8], &mut Vec<u8>) -> bool, text: &str) -> Option<String> {
        let mut out = b"from before".to_vec();
        decode(text.as_bytes(), &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn colours_go() {
        for (text, expected) in [
            ("\x1b[0m\x1b[1;31mred\x1b[0m text", "red text"),
            ("\x1b]8;;https://example.com\x07link\x1b]8;;\x1b\\", "link"),
            ("#033[32mgreen#033[0m", "green"),
            ("a\x1b", "a"),
            ("a\x1b[1", "a"),
        ] {
            assert_eq!(with(colours, text).as_deref(), Some(expected), "{text:?}");
        }
        assert_eq!(with(colours, "plain [0m text"), None);
    }

    #[test]
    fn escapes_of_html_are_undone() {
        for (text, expected) in [
            (
                "&quot;GET /?a=b&amp;c=d HTTP/1.1&#34; &lt;1&gt;<br>",
                "\"GET /?a=b&c=d HTTP/1.1\" <1>",
            ),
            ("a<br/>b&#x2F;c&nbsp;d</p>", "a b/c d"),
            ("&amp;quot;", "&quot;"),
            ("a\u{a0}b\u{c9}", "a b\u{c9}"),
        ] {
            assert_eq!(with(html, text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "/?a=b&c=d;e",
            "&#10;",
            "&unknown;",
            "<b",
            "a & b; c",
            "&#xFFFFFFFF;",
        ] {
            assert_eq!(with(html, text), None, "{text}");
        }
    }

    #[test]
    fn pastes_of_a_web_page_are_told_from_urls_that_look_the_same() {
        for text in [
            "/Microsoft-Server-ActiveSync?Cmd=Ping&amp;User=a",
            "&quot;POST /Microsoft-Server-ActiveSync HTTP/1.1&quot; 200",
            "{&quot;status&quot;:200}",
            "cmd=&#039;Ping&#039; memory=",
        ] {
            assert!(is_escaped(text.as_bytes()), "{text}");
        }
        for text in [
            "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a",
            "/shop?a=1&amp;b=2",
            "/search?q=&quot;x&quot;",
            "/search?q=&#39;",
        ] {
            assert!(!is_escaped(text.as_bytes()), "{text}");
        }
    }
}
