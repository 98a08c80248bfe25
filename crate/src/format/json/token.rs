//! JSON text to its values, each with the keys that lead to it.
//!
//! Nothing is built: a log line has dozens of values, of which a record keeps a dozen. Keys that stand twice are both
//! handed on. What loggers write that is not quite JSON is read too: control characters, `\x22` in strings.

use memchr::{memchr, memchr2};

/// A value that is no object and no array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A string as it stands between its quotes, and whether it has escapes.
    Text(&'a [u8], bool),
    /// A number as it stands.
    Number(&'a [u8]),
    /// `true`, `false` or `null`.
    Word,
}

/// How the text of an object ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Before this byte.
    At(usize),
    /// Not at all: the text breaks off.
    Cut,
    /// It is no object.
    Never,
}

/// Objects and arrays inside one another; loggers need fewer than ten.
const DEPTH: usize = 48;

/// Reads one object and hands on its values: the keys from the outermost to the value's own, arrays having none.
pub(super) fn values<'a>(text: &'a [u8], take: &mut dyn FnMut(&[&'a [u8]], Value<'a>)) -> End {
    let mut keys = [b"".as_slice(); DEPTH];
    // For each level whether it is an object, and with how many keys it was entered.
    let mut levels = [(false, 0); DEPTH];
    let mut depth = 0;
    let mut named = 0;
    let mut at = 0;
    let mut after_value = false;
    loop {
        at += text[at..]
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        let Some(&byte) = text.get(at) else {
            return End::Cut;
        };
        let in_object = depth > 0 && levels[depth - 1].0;
        if matches!(byte, b'}' | b']') {
            if depth == 0 || in_object != (byte == b'}') {
                return End::Never;
            }
            depth -= 1;
            named = levels[depth].1;
            at += 1;
            if depth == 0 {
                return End::At(at);
            }
            after_value = true;
            continue;
        }
        if depth > 0 && byte == b',' {
            if !after_value {
                return End::Never;
            }
            at += 1;
            after_value = false;
            continue;
        }
        if after_value {
            return End::Never;
        }
        if in_object {
            if byte != b'"' {
                return End::Never;
            }
            let Some((key, _, next)) = string(text, at) else {
                return End::Cut;
            };
            at = next
                + text[next..]
                    .iter()
                    .take_while(|b| b.is_ascii_whitespace())
                    .count();
            match text.get(at) {
                Some(b':') => at += 1,
                Some(_) => return End::Never,
                None => return End::Cut,
            }
            named = levels[depth - 1].1;
            keys[named] = key;
            named += 1;
            at += text[at..]
                .iter()
                .take_while(|b| b.is_ascii_whitespace())
                .count();
        }
        let value = match text.get(at) {
            None => return End::Cut,
            Some(b'{' | b'[') => {
                if depth == DEPTH {
                    return End::Never;
                }
                levels[depth] = (text[at] == b'{', named);
                depth += 1;
                at += 1;
                continue;
            }
            Some(_) if depth == 0 => return End::Never,
            Some(b'"') => {
                let Some((inside, escaped, next)) = string(text, at) else {
                    return End::Cut;
                };
                at = next;
                Value::Text(inside, escaped)
            }
            Some(_) => {
                let is_scalar =
                    |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.');
                let length = text[at..].iter().take_while(|b| is_scalar(b)).count();
                let scalar = &text[at..at + length];
                at += length;
                if at == text.len() {
                    // It may lack digits.
                    return End::Cut;
                }
                match scalar {
                    b"true" | b"false" | b"null" => Value::Word,
                    [b'-' | b'0'..=b'9', ..] => Value::Number(scalar),
                    _ => return End::Never,
                }
            }
        };
        take(&keys[..named], value);
        after_value = true;
    }
}

/// Takes the string whose opening quote is at `open`: its inside, whether it has escapes, and where the text goes on.
fn string(text: &[u8], open: usize) -> Option<(&[u8], bool, usize)> {
    let mut at = open + 1;
    let mut escaped = false;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some((&text[open + 1..at], escaped, at + 1));
        }
        escaped = true;
        at += 2;
    }
}

/// Appends a string without its escapes; what is none is appended as it stands.
pub(super) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let (plain, length) = match rest.get(at + 1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'b') => (8, 2),
            Some(b'f') => (12, 2),
            Some(&byte @ (b'"' | b'\\' | b'/')) => (byte, 2),
            // nginx writes bytes like this unless told to escape as JSON does.
            Some(b'x') => match hexadecimal(rest.get(at + 2..at + 4)) {
                Some(byte) => (byte as u8, 4),
                None => (b'\\', 1),
            },
            Some(b'u') => {
                let (letter, length) = letter(&rest[at..]);
                let mut utf8 = [0; 4];
                out.extend_from_slice(letter.encode_utf8(&mut utf8).as_bytes());
                rest = &rest[at + length..];
                continue;
            }
            _ => (b'\\', 1),
        };
        out.push(plain);
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest);
}

/// The letter of `\uXXXX`, or of two of them that are a surrogate pair, and its length.
fn letter(text: &[u8]) -> (char, usize) {
    let Some(first) = hexadecimal(text.get(2..6)) else {
        return ('\\', 1);
    };
    if let Some(letter) = char::from_u32(first) {
        return (letter, 6);
    }
    let second = text
        .get(6..8)
        .filter(|u| u == b"\\u")
        .and(hexadecimal(text.get(8..12)));
    let joined = second.filter(|second| first < 0xdc00 && (0xdc00..0xe000).contains(second));
    joined
        .and_then(|second| char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)))
        .map_or((char::REPLACEMENT_CHARACTER, 6), |letter| (letter, 12))
}

/// The number of hexadecimal digits.
fn hexadecimal(digits: Option<&[u8]>) -> Option<u32> {
    digits?
        .iter()
        .try_fold(0, |n, &b| Some(n * 16 + char::from(b).to_digit(16)?))
}

/// Counts the brackets of one line of an object that is spread over several, on from `depth`, up to where the object
/// closes or to the line's end: there it stops. `None` if no line of such an object looks like this: strings never go
/// over a line's end, and outside of them there are only numbers and a few words.
pub(super) fn balance(line: &[u8], depth: &mut usize) -> Option<usize> {
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        at += 1;
        match byte {
            b'"' => at = string(line, at - 1)?.2,
            b'{' | b'[' => *depth += 1,
            b'}' | b']' => {
                *depth = depth.checked_sub(1)?;
                if *depth == 0 {
                    break;
                }
            }
            b',' | b':' | b'-' | b'+' | b'.' => {}
            _ if byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() => {}
            _ => return None,
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, End) {
        let mut all = Vec::new();
        let end = values(text.as_bytes(), &mut |keys, value| {
            let keys: Vec<_> = keys.iter().map(|k| String::from_utf8_lossy(k)).collect();
            let value = match value {
                Value::Text(text, _) | Value::Number(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
                Value::Word => "?".to_owned(),
            };
            all.push(format!("{}={value}", keys.join(".")));
        });
        (all, end)
    }

    #[test]
    fn values_come_with_their_keys() {
        let text = r#"{"a":1 , "b":{"c":["x",{"d":null}],"e":"\"}"},"a":-2.5e3} more"#;
        let expected = ["a=1", "b.c=x", "b.c.d=?", r#"b.e=\"}"#, "a=-2.5e3"].map(str::to_owned);
        assert_eq!(read(text), (expected.to_vec(), End::At(text.len() - 5)));
        assert_eq!(read("{}").1, End::At(2));
        assert_eq!(read(r#"{"a":[]}"#), (vec![], End::At(8)));
    }

    #[test]
    fn what_breaks_off_or_is_none_is_told() {
        for cut in [
            "{",
            r#"{"a"#,
            r#"{"a""#,
            r#"{"a":"#,
            r#"{"a":1"#,
            r#"{"a":"x"#,
            r#"{"a":"x\"#,
            r#"{"a":[1,"#,
        ] {
            assert_eq!(read(cut).1, End::Cut, "{cut}");
        }
        for never in [
            "x",
            "1",
            "{a}",
            r#"{"a" 1}"#,
            r#"{"a":x}"#,
            r#"{"a":1]"#,
            r#"{"a":1 "b":2}"#,
            "{,}",
        ] {
            assert_eq!(read(never).1, End::Never, "{never}");
        }
        assert_eq!(read(&r#"{"a":"#.repeat(1000)).1, End::Never);
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        for (text, expected) in [
            (r"a\u0026b\/\\\n\t", "a&b/\\\n\t"),
            (r"\ud83d\ude00 \ud83d x", "\u{1f600} \u{fffd} x"),
            (r"\x22\xzz\u12", "\"\\xzz\\u12"),
            (r"\q\", r"\q\"),
        ] {
            let mut out = Vec::new();
            unescape(text.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text}");
        }
    }
}
