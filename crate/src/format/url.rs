//! Targets that a log writes as whole URLs.

use memchr::memmem;

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
    }
}
