//! Regular expressions that users give.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::{Error, ParserBuilder};

/// Most that a compiled expression may take, in bytes: enough for what anybody types, and no more than a tab can spare.
const SIZE: usize = 4 << 20;

/// An expression to search with: upper and lower case are one, and what it matches are bytes.
///
/// # Errors
/// A sentence that says what is wrong with it, and where.
pub(crate) fn to_search(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .case_insensitive(true)
        .unicode(false)
        .size_limit(SIZE)
        .build()
        .map_err(|error| unusable(text, &error))
}

/// Why an expression cannot be used, in one line.
pub(crate) fn unusable(text: &str, error: &regex::Error) -> String {
    if let regex::Error::CompiledTooBig(_) = error {
        return "This regular expression is too large, as it repeats too much. Shorten it, or lower the numbers in its \
                braces."
            .to_owned();
    }
    // The error itself draws a picture of several lines.
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let (what, place) = match parser.parse(text) {
        Err(Error::Parse(error)) => (error.kind().to_string(), Some(*error.span())),
        Err(Error::Translate(error)) => (error.kind().to_string(), Some(*error.span())),
        _ => (error.to_string(), None),
    };
    let place = place.map(|span| {
        let before = text.get(..span.start.offset).unwrap_or_default();
        format!(", at character {}", before.chars().count() + 1)
    });
    format!(
        "This is no regular expression that can be used here: {what}{}.",
        place.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_in_a_sentence() {
        assert!(to_search("cmd=ping.*409").is_ok_and(|r| r.is_match(b"Cmd=Ping HTTP/1.1\" 409 ")));
        assert!(to_search("m\u{fc}ller").is_ok_and(|r| r.is_match("m\u{fc}ller".as_bytes())));
        let lead = "This is no regular expression that can be used here";
        for (text, expected) in [
            ("ü(a", format!("{lead}: unclosed group, at character 2.")),
            (
                "[z-a]",
                format!(
                    "{lead}: invalid character class range, the start must be <= the end, at character 2."
                ),
            ),
            (
                r"\pL",
                format!("{lead}: Unicode not allowed here, at character 1."),
            ),
        ] {
            assert_eq!(to_search(text).expect_err("it cannot be used"), expected);
        }
        let large = to_search("(a{1000}){1000}").expect_err("it is too large");
        assert!(large.contains("too large"), "{large}");
    }
}
