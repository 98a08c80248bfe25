//! Addresses of clients, as access logs write them.

use super::present;
use memchr::{memchr, memrchr};
use std::net::Ipv4Addr;

/// The address of `address:port`, `[address]:port` or `[address]`; anything else as it is. Behind an address of version 6
/// without brackets a port cannot be told.
pub(super) fn without_port(text: &[u8]) -> &[u8] {
    let (address, port) = match text.strip_prefix(b"[") {
        Some(inside) => match memchr(b']', inside) {
            Some(close) => (&inside[..close], &inside[close + 1..]),
            None => return text,
        },
        None => match memchr(b':', text) {
            Some(colon) => (&text[..colon], &text[colon..]),
            None => return text,
        },
    };
    let is_port = match port {
        [] => true,
        [b':', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if is_port && is_address(address) {
        address
    } else {
        text
    }
}

/// The address before a port that is always there, even behind an address of version 6 without brackets.
pub(super) fn before_port(text: &[u8]) -> &[u8] {
    let address = &text[..memrchr(b':', text).unwrap_or(text.len())];
    let inside = address
        .strip_prefix(b"[")
        .and_then(|a| a.strip_suffix(b"]"));
    inside.unwrap_or(address)
}

/// The client among forwarded addresses, without its port: the first that is reachable from outside, else the first.
/// Proxies append, so the first is the farthest; addresses of a private network say nothing to anybody outside of it.
/// IIS writes a plus sign for the blank behind a comma.
pub(super) fn client_of(list: &[u8]) -> Option<&[u8]> {
    let items = || {
        list.split(|&b| b == b',').map(|item| {
            let blanks = item.iter().take_while(|b| matches!(b, b' ' | b'+')).count();
            without_port(item[blanks..].trim_ascii())
        })
    };
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
    fn ports_are_told_from_addresses() {
        for (text, expected) in [
            ("192.0.2.7:51234", "192.0.2.7"),
            ("192.0.2.7", "192.0.2.7"),
            ("203.0.113.xxx:80", "203.0.113.xxx"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]:51234", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7", "[2001:db8::7"),
            ("[2001:db8::7]x", "[2001:db8::7]x"),
            ("phone.example.net:80", "phone.example.net:80"),
            ("192.0.2.7:", "192.0.2.7:"),
            ("", ""),
        ] {
            assert_eq!(without_port(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn a_port_that_is_always_there_goes_from_any_address() {
        for (text, expected) in [
            ("192.0.2.1:443", "192.0.2.1"),
            ("2001:db8::1:443", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("-:22222", "-"),
            ("-", "-"),
        ] {
            assert_eq!(before_port(text.as_bytes()), expected.as_bytes(), "{text}");
        }
    }

    #[test]
    fn the_client_is_the_first_that_is_reachable_from_outside() {
        for (list, expected) in [
            ("10.0.0.1, 203.0.113.9, 203.0.113.5", Some("203.0.113.9")),
            ("172.16.0.1,192.168.0.1:80,169.254.0.1", Some("172.16.0.1")),
            ("172.32.0.1:80, 203.0.113.9", Some("172.32.0.1")),
            ("fd00::7, [2001:db8::7]:80", Some("2001:db8::7")),
            ("10.0.0.1,+203.0.113.9", Some("203.0.113.9")),
            ("::1, fe80::1%eth0", Some("::1")),
            ("unknown, -, phone", Some("phone")),
            ("unknown", None),
            ("-", None),
            ("", None),
        ] {
            let expected = expected.map(str::as_bytes);
            assert_eq!(client_of(list.as_bytes()), expected, "{list}");
        }
    }
}
