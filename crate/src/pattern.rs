//! Regular expressions that users give.

use regex::bytes::{Regex, RegexBuilder};

/// Most that a compiled expression may take, in bytes: enough for what anybody types, and no more than a tab can spare.
const SIZE: usize = 4 << 20;

/// An expression to search with: upper and lower case are one, and what it matches are bytes.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn to_search(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .case_insensitive(true)
        .unicode(false)
        .size_limit(SIZE)
        .build()
        .map_err(|error| unusable(&error))
}

/// Why an expression cannot be used, in one line.
pub(crate) fn unusable(error: &regex::Error) -> String {
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default();
    let reason = reason.strip_prefix("error: ").unwrap_or(reason);
    format!("This is no regular expression that can be used here: {reason}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_in_a_sentence() {
        assert!(to_search("cmd=ping.*409").is_ok_and(|r| r.is_match(b"Cmd=Ping HTTP/1.1\" 409 ")));
        assert!(to_search("m\u{fc}ller").is_ok_and(|r| r.is_match("m\u{fc}ller".as_bytes())));
        let bad = to_search("(a").expect_err("it has no end");
        assert!(bad.contains("unclosed group"), "{bad}");
        let large = to_search("(a{1000}){1000}").expect_err("it is too large");
        assert!(
            large.ends_with('.') && large.lines().count() == 1,
            "{large}"
        );
    }
}
