//! What stands around an address or a target where a log writes more than either.

use super::address::{is_address, is_public};
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

/// The client among the addresses of an `X-Forwarded-For` header: the first that is reachable from outside, else the
/// first. IIS writes a plus sign for the blank behind the comma; some proxies write ports.
pub(super) fn client_of(list: &[u8]) -> Option<&[u8]> {
    let trim = |b: &u8| matches!(b, b' ' | b'+');
    let addresses = || {
        list.split(|&b| b == b',').map(|item| {
            let blank = item.iter().take_while(|b| trim(b)).count();
            without_port(item[blank..].trim_ascii_end())
        })
    };
    let public = addresses().find(|address| is_public(address));
    public.or_else(|| addresses().next().filter(|first| is_address(first)))
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
            ("10.0.0.1, 203.0.113.9", Some("203.0.113.9")),
            ("10.0.0.1, 192.168.0.1", Some("10.0.0.1")),
            ("unknown", None),
            ("-", None),
        ] {
            assert_eq!(
                client_of(list.as_bytes()),
                first.map(str::as_bytes),
                "{list}"
            );
        }
    }
}
