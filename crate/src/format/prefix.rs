//! The columns before the time of an access-log line: who asked, whom, and in whose name.
//!
//! Three columns are the rule: client, identity (Domino: host), user. Sites put a virtual host or forwarded addresses
//! before them, proxies write request ids between them, and some leave them out. What is not the rule costs a second
//! look, the rule none.

use super::present;
use memchr::{memchr, memmem};
use std::net::Ipv4Addr;

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
    pub(super) fn split(prefix: &'a [u8]) -> Option<Self> {
        Self::three_columns(prefix).or_else(|| Self::other_columns(prefix))
    }

    /// The rule. A user that begins with a hyphen and a blank is none, but the sign of a further column.
    fn three_columns(prefix: &'a [u8]) -> Option<Self> {
        let first = memchr(b' ', prefix)?;
        let (remote, rest) = (&prefix[..first], &prefix[first + 1..]);
        let (&opens, &closes) = (remote.first()?, remote.last()?);
        let second = memchr(b' ', rest)?;
        let (second, user) = (&rest[..second], &rest[second + 1..]);
        let listed = matches!(opens, b'"' | b'(') || closes == b',';
        let more = user.starts_with(b"- ") || user.starts_with(b"[") && second == b"-";
        (!second.is_empty() && !listed && !more).then(|| Self {
            remote,
            second,
            user: present(unquoted(user)),
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
        let (first, after) = column(rest);
        let Some(list) = forwarded else {
            return Some(Self::without_list(first, after));
        };
        // The list stands before the client's address, or in its place.
        let (connected, after) = match first {
            b"-" => (&[][..], rest),
            _ => (first, after),
        };
        let (_, user) = column(after);
        Some(Self {
            remote: client_of(list).or(present(connected)).unwrap_or_default(),
            user: present(unquoted(user)),
            odd: true,
            ..Self::default()
        })
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

/// The client among forwarded addresses: the first that is reachable from outside, else the first. Proxies append, so
/// the first is the farthest; addresses of a private network say nothing to anybody outside of it.
fn client_of(list: &[u8]) -> Option<&[u8]> {
    let items = || list.split(|&b| b == b',').map(<[u8]>::trim_ascii);
    items()
        .find(|item| is_public(item))
        .or_else(|| items().find(|item| present(item).is_some() && *item != b"unknown"))
}

/// Whether this has the shape of an address, masked ones (`203.0.113.xxx`) among them, with a port or without.
pub(super) fn is_address(text: &[u8]) -> bool {
    let digit = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X' | b'*');
    let bare = text.strip_prefix(b"[").unwrap_or(text);
    let colons = bare.iter().filter(|&&b| b == b':').count();
    if colons >= 2 {
        // Behind a percent sign stands the name of a network card.
        let end = bare
            .iter()
            .position(|&b| matches!(b, b'%' | b']'))
            .unwrap_or(bare.len());
        return bare[..end]
            .iter()
            .all(|b| digit(b) || matches!(b, b':' | b'.'));
    }
    let host = &bare[..memchr(b':', bare).unwrap_or(bare.len())];
    let mut parts = 0;
    host.split(|&b| b == b'.').all(|part| {
        parts += 1;
        (1..=3).contains(&part.len())
            && part
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'*'))
    }) && parts == 4
}

/// Whether this is an address that is reachable from outside.
pub(super) fn is_public(text: &[u8]) -> bool {
    if !is_address(text) {
        return false;
    }
    let bare = text.strip_prefix(b"[").unwrap_or(text);
    if bare.iter().filter(|&&b| b == b':').count() >= 2 {
        let start = bare.get(..2).unwrap_or_default().to_ascii_lowercase();
        return !matches!(&start[..], b"fc" | b"fd" | b"fe" | b"::");
    }
    // Of a masked part nothing is known, so that it is taken for 0.
    let mut octets = [0u8; 4];
    for (octet, part) in octets.iter_mut().zip(bare.split(|b| b".:".contains(b))) {
        *octet = std::str::from_utf8(part)
            .ok()
            .and_then(|p| p.parse().ok())
            .unwrap_or(0);
    }
    let address = Ipv4Addr::from(octets);
    !(address.is_private() || address.is_loopback() || address.is_link_local())
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
