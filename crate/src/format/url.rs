//! What stands around an address or a target where a log writes more than either.

use memchr::{memchr, memmem, memrchr};

/// Splits an absolute URL into host and port, and path and query; what is none is left as it is.
pub(super) fn absolute(url: &[u8]) -> (Option<&[u8]>, &[u8]) {
    // A query may hold another URL.
    let scheme = memmem::find(&url[..url.len().min(16)], b"://");
    let Some(at) = scheme.filter(|&at| url[..at].iter().all(u8::is_ascii_alphanumeric)) else {
        return (None, url);
    };
    let rest = &url[at + 3..];
    let end = rest.iter().position(|b| matches!(b, b'/' | b'?'));
    let (host, target) = rest.split_at(end.unwrap_or(rest.len()));
    let target = if target.is_empty() { b"/" } else { target };
    ((!host.is_empty()).then_some(host), target)
}

/// The address of `address:port`, `[address]:port` or `[address]`; an address alone is left as it is.
pub(super) fn without_port(text: &[u8]) -> &[u8] {
    if let Some(inside) = text.strip_prefix(b"[") {
        return memchr(b']', inside).map_or(inside, |close| &inside[..close]);
    }
    match memchr(b':', text) {
        // Two colons are an address of version 6, to which a port cannot be told apart.
        Some(at) if memchr(b':', &text[at + 1..]).is_none() => &text[..at],
        _ => text,
    }
}

/// The address before a port that is always there, even behind an address of version 6 without brackets.
pub(super) fn before_port(text: &[u8]) -> &[u8] {
    let at = memrchr(b':', text).unwrap_or(text.len());
    let address = &text[..at];
    let inside = address
        .strip_prefix(b"[")
        .and_then(|a| a.strip_suffix(b"]"));
    inside.unwrap_or(address)
}

/// Whether a text can be an address of either version.
pub(super) fn is_address(text: &[u8]) -> bool {
    let text = without_port(text);
    let count = |c: u8| text.iter().filter(|&&b| b == c).count();
    if count(b':') >= 2 {
        let known = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b'%');
        return text.iter().all(known);
    }
    count(b'.') == 3 && text.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

/// The first of the addresses of an `X-Forwarded-For` header, which is the client's by what the proxies say.
pub(super) fn first_forwarded(list: &[u8]) -> Option<&[u8]> {
    let end = list.iter().position(|b| matches!(b, b',' | b' ' | b'+'));
    let first = without_port(&list[..end.unwrap_or(list.len())]);
    is_address(first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_ports_and_paths_are_told_apart() {
        for (url, host, target) in [
            (
                "https://example.com:443/a?b",
                Some("example.com:443"),
                "/a?b",
            ),
            ("https://example.com", Some("example.com"), "/"),
            ("http://example.com?x=1", Some("example.com"), "?x=1"),
            ("/a?b=http://example.com/", None, "/a?b=http://example.com/"),
            ("", None, ""),
        ] {
            let expected = (host.map(str::as_bytes), target.as_bytes());
            assert_eq!(absolute(url.as_bytes()), expected, "{url}");
        }
        for (text, address) in [
            ("192.0.2.1:443", "192.0.2.1"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(without_port(text.as_bytes()), address.as_bytes(), "{text}");
        }
        for (text, address) in [
            ("192.0.2.1:443", "192.0.2.1"),
            ("2001:db8::1:443", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("-:22222", "-"),
            ("-", "-"),
        ] {
            assert_eq!(before_port(text.as_bytes()), address.as_bytes(), "{text}");
        }
        for (list, first) in [
            ("203.0.113.9,+192.0.2.1", Some("203.0.113.9")),
            ("203.0.113.9:5123, 192.0.2.1", Some("203.0.113.9")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("unknown", None),
            ("-", None),
        ] {
            assert_eq!(
                first_forwarded(list.as_bytes()),
                first.map(str::as_bytes),
                "{list}"
            );
        }
    }
}
