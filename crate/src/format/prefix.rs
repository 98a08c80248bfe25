//! The columns before the time of an access-log line: who asked, whom, and in whose name.
//!
//! Three columns are the rule: client, identity (Domino: host), user. Sites put a virtual host or forwarded addresses
//! before them, proxies write request ids between them, and some leave them out. What is not the rule costs a second
//! look, the rule none.

use super::address::{client_of, is_address, is_public};
use super::present;
use memchr::{memchr, memmem};

/// The columns before the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prefix<'a> {
    pub(super) remote: &'a [u8],
    /// Domino: the Host header. Elsewhere: the virtual host where there is one, else the identity of RFC 1413, a hyphen
    /// in practice.
    pub(super) second: &'a [u8],
    pub(super) user: Option<&'a [u8]>,
    /// Whether these are not the three columns of the rule, which alone Domino writes.
    pub(super) odd: bool,
}

impl<'a> Prefix<'a> {
    /// Splits off the first two columns; the user is all the rest, as Domino up to release 5 wrote names with blanks
    /// and without quotes (AWStats' FAQ shows both generations).
    #[inline]
    pub(super) fn split(prefix: &'a [u8]) -> Option<Self> {
        Self::three_columns(prefix).or_else(|| Self::other_columns(prefix))
    }

    /// The rule. A user that begins with a hyphen and a blank is none, but the sign of a further column.
    #[inline]
    fn three_columns(prefix: &'a [u8]) -> Option<Self> {
        let first = memchr(b' ', prefix)?;
        let (remote, rest) = (&prefix[..first], &prefix[first + 1..]);
        let (&opens, &closes) = (remote.first()?, remote.last()?);
        let second = memchr(b' ', rest)?;
        let (second, user) = (&rest[..second], &rest[second + 1..]);
        let listed = matches!(opens, b'"' | b'(') || closes == b',' || second.starts_with(b"\"");
        let bracketed = || user.starts_with(b"[") && memmem::find(user, b"] - ").is_some();
        let more = user.starts_with(b"- ") || second == b"-" && bracketed();
        (!second.is_empty() && !listed && !more).then(|| Self {
            remote,
            second,
            user: present(unquoted(user.trim_ascii())),
            odd: false,
        })
    }

    /// Everything else, down to no columns at all.
    fn other_columns(prefix: &'a [u8]) -> Option<Self> {
        let mut rest = prefix.trim_ascii();
        let forwarded = leading_list(&mut rest);
        // LiteSpeed may put the whole line in quotes.
        if forwarded.is_none()
            && let Some(inside) = rest.strip_prefix(b"\"")
        {
            if let Some(columns) = Self::three_columns(inside) {
                let odd = true;
                return Some(Self { odd, ..columns });
            }
            rest = inside;
        }
        if let Some(list) = forwarded {
            return Some(Self::behind_list(list, b"", rest));
        }
        let (first, mut after) = column(rest);
        if after.starts_with(b"\"")
            && let Some(list) = leading_list(&mut after)
            && (present(list).is_none() || client_of(list).is_some_and(is_address))
        {
            return Some(Self::behind_list(list, first, after));
        }
        Some(Self::without_list(first, after))
    }

    /// The list stands before the client's address or in its place, and may have a host or the address before it.
    fn behind_list(list: &'a [u8], before: &'a [u8], rest: &'a [u8]) -> Self {
        let (first, after) = column(rest);
        let (connected, after) = match first {
            b"-" => (&[][..], rest),
            _ => (first, after),
        };
        let (host, connected) = if is_address(before) {
            (&[][..], before)
        } else {
            (before, connected)
        };
        let (_, user) = column(after);
        Self {
            remote: client_of(list).or(present(connected)).unwrap_or_default(),
            second: host,
            user: present(unquoted(user)),
            odd: true,
        }
    }

    /// `first` is the first column, `rest` what follows.
    fn without_list(first: &'a [u8], rest: &'a [u8]) -> Self {
        let (second, after) = column(rest);
        let (third, last) = column(after);
        let plain = |remote, host, user| Self {
            remote,
            second: host,
            user: present(unquoted(user)),
            odd: true,
        };
        if second == b"-" {
            // Kubernetes' ingress up to 0.25: `client - [forwarded] - user`.
            if let Some(inside) = after.strip_prefix(b"[")
                && let Some(close) = memmem::find(inside, b"] - ")
            {
                let remote = client_of(&inside[..close]).unwrap_or(first);
                return plain(remote, b"", &inside[close + 4..]);
            }
            // A second hyphen may stand before the user.
            return plain(first, b"", if third == b"-" { last } else { after });
        }
        if third != b"-" || last.is_empty() {
            // Fewer columns than three: the client, and a user.
            return plain(first, b"", second);
        }
        let user = behind_request_id(last);
        let (left, right) = (is_address(first), is_address(second));
        match first {
            b"-" => plain(second, b"", user),
            _ if left && right && is_public(first) && !is_public(second) => plain(first, b"", user),
            _ if left && !right => plain(first, second, user),
            _ => plain(second, first, user),
        }
    }
}

/// BunkerWeb writes `request-id user` behind the hyphen: the id is what stands before a hyphen, or 32 hex digits.
fn behind_request_id(last: &[u8]) -> &[u8] {
    let (id, user) = column(last);
    let hex = id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit);
    if user == b"-" || hex && !user.is_empty() {
        user
    } else {
        last
    }
}

/// A user's name without the quotes around it.
fn unquoted(user: &[u8]) -> &[u8] {
    user.strip_prefix(b"\"")
        .and_then(|u| u.strip_suffix(b"\""))
        .unwrap_or(user)
}

/// The first word, and what follows the blanks behind it.
fn column(text: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(b' ', text).unwrap_or(text.len());
    (&text[..end], text[end..].trim_ascii_start())
}

/// Takes a list of forwarded addresses off the front: in quotes, in parentheses, or bare with commas.
fn leading_list<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    let closing = match text.first()? {
        b'"' => b'"',
        b'(' => b')',
        _ => 0,
    };
    let (list, rest) = if closing == 0 {
        let mut end = 0;
        loop {
            end += memchr(b' ', &text[end..])?;
            if text[end - 1] != b',' {
                break;
            }
            end += text[end..].iter().take_while(|&&b| b == b' ').count();
        }
        memchr(b',', &text[..end])?;
        (&text[..end], &text[end..])
    } else {
        let inside = &text[1..];
        let close = memchr(closing, inside)?;
        (&inside[..close], inside[close + 1..].strip_prefix(b" ")?)
    };
    // Blanks stand behind commas only, or it was a quote of another kind.
    let mut blanks = memchr::memchr_iter(b' ', list);
    if blanks.any(|at| at == 0 || !matches!(list[at - 1], b',' | b' ')) {
        return None;
    }
    *text = rest.trim_ascii_start();
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_apart() {
        // Columns, then client, host or identity, user, and whether they are odd.
        for (text, remote, second, user, odd) in [
            ("192.0.2.1 - -", "192.0.2.1", "-", "", false),
            ("192.0.2.1 bob frank", "192.0.2.1", "bob", "frank", false),
            (
                "192.0.2.1 - Anna Berg",
                "192.0.2.1",
                "-",
                "Anna Berg",
                false,
            ),
            (
                "192.0.2.1 t.example.com \"Jo Doe/ACME\"",
                "192.0.2.1",
                "t.example.com",
                "Jo Doe/ACME",
                false,
            ),
            (
                "192.0.2.1 [2001:db8::9]:443 CN=Jo Doe/OU=Sales/O=ACME",
                "192.0.2.1",
                "[2001:db8::9]:443",
                "CN=Jo Doe/OU=Sales/O=ACME",
                false,
            ),
            (
                "- t.example.com:8080 \"Jo",
                "-",
                "t.example.com:8080",
                "\"Jo",
                false,
            ),
            ("[2001:db8::1] - -", "[2001:db8::1]", "-", "", false),
            ("fe80::1%eth0 - jo", "fe80::1%eth0", "-", "jo", false),
            ("192.0.2.1 -  -", "192.0.2.1", "-", "", false),
            ("192.0.2.1 - [Jo] Doe", "192.0.2.1", "-", "[Jo] Doe", false),
            ("203.0.113.xxx - jo", "203.0.113.xxx", "-", "jo", false),
            // A virtual host before the client.
            (
                "www.example.com 192.0.2.1 - -",
                "192.0.2.1",
                "www.example.com",
                "",
                true,
            ),
            (
                "www.example.com:443 192.0.2.1 - jo",
                "192.0.2.1",
                "www.example.com:443",
                "jo",
                true,
            ),
            (
                "www.example.com xxx.xxx.xxx.xxx - Jo Doe",
                "xxx.xxx.xxx.xxx",
                "www.example.com",
                "Jo Doe",
                true,
            ),
            (
                "www.example.com phone.example.net - jo",
                "phone.example.net",
                "www.example.com",
                "jo",
                true,
            ),
            (
                "bwapi 10.0.0.4 - 0123456789abcdef0123456789abcdef -",
                "10.0.0.4",
                "bwapi",
                "",
                true,
            ),
            (
                "bwapi 10.0.0.4 - 0123456789abcdef0123456789abcdef jo",
                "10.0.0.4",
                "bwapi",
                "jo",
                true,
            ),
            (
                "www.example.com 10.0.0.4 - req7 -",
                "10.0.0.4",
                "www.example.com",
                "",
                true,
            ),
            (
                "127.0.0.1 127.0.0.1 - -",
                "127.0.0.1",
                "127.0.0.1",
                "",
                true,
            ),
            // The other way round.
            (
                "192.0.2.1 www.example.com - jo",
                "192.0.2.1",
                "www.example.com",
                "jo",
                true,
            ),
            // Forwarded addresses before the client, or in its place.
            ("203.0.113.9 10.0.0.2 - jo", "203.0.113.9", "", "jo", true),
            ("- 10.0.0.2 - jo", "10.0.0.2", "", "jo", true),
            (
                "10.0.0.2, 10.0.0.1, 127.0.0.1 - -",
                "10.0.0.2",
                "",
                "",
                true,
            ),
            (
                "10.0.0.2, 10.0.0.1,  203.0.113.9 - jo",
                "203.0.113.9",
                "",
                "jo",
                true,
            ),
            (
                "2001:db8::7, 10.0.0.1 10.0.0.2 - -",
                "2001:db8::7",
                "",
                "",
                true,
            ),
            (
                "\"10.5.1.2, 203.0.113.9\" 10.0.0.2 - jo",
                "203.0.113.9",
                "",
                "jo",
                true,
            ),
            ("\"-\" 10.0.0.2 - jo", "10.0.0.2", "", "jo", true),
            (
                "(203.0.113.9) 10.0.0.2 - \"Jo Doe\"",
                "203.0.113.9",
                "",
                "Jo Doe",
                true,
            ),
            (
                "www.example.com \"203.0.113.9, 10.0.0.1\" 10.0.0.2 - jo",
                "203.0.113.9",
                "www.example.com",
                "jo",
                true,
            ),
            (
                "www.example.com \"-\" 10.0.0.2 - jo",
                "10.0.0.2",
                "www.example.com",
                "jo",
                true,
            ),
            (
                "www.example.com \"10.0.0.9\" - -",
                "10.0.0.9",
                "www.example.com",
                "",
                true,
            ),
            (
                "10.0.0.2 \"203.0.113.9\" - jo",
                "203.0.113.9",
                "",
                "jo",
                true,
            ),
            ("10.0.0.2 \"-\" - jo", "10.0.0.2", "", "jo", true),
            (
                "fd00::7, fe80::1, ::1, 2001:db8::7 - -",
                "2001:db8::7",
                "",
                "",
                true,
            ),
            ("unknown, 10.0.0.9 10.0.0.2 - -", "10.0.0.9", "", "", true),
            (
                "192.0.2.1 - [203.0.113.9, 10.0.0.1] - jo",
                "203.0.113.9",
                "",
                "jo",
                true,
            ),
            // The whole line in quotes.
            ("\"192.0.2.1 - jo", "192.0.2.1", "-", "jo", true),
            ("\"192.0.2.1 - \"Jo Doe\"", "192.0.2.1", "-", "Jo Doe", true),
            // Columns left out.
            ("192.0.2.1 -", "192.0.2.1", "", "", true),
            ("192.0.2.1 jo", "192.0.2.1", "", "jo", true),
            ("192.0.2.1", "192.0.2.1", "", "", true),
            ("192.0.2.1 - - jo", "192.0.2.1", "", "jo", true),
            ("", "", "", "", true),
        ] {
            let expected = Prefix {
                remote: remote.as_bytes(),
                second: second.as_bytes(),
                user: present(user.as_bytes()),
                odd,
            };
            let got = Prefix::split(text.as_bytes());
            assert_eq!(got, Some(expected), "{text}");
        }
    }
}
