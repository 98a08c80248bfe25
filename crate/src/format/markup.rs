//! Tags, attributes and entities of XML and HTML.

use memchr::memchr;

/// Where the tag ends whose first part was read before.
pub(super) fn end_of_tag(before: &[u8], rest: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut look = |text: &[u8]| {
        text.iter().position(|&b| {
            match quote {
                None if b == b'\'' || b == b'"' => quote = Some(b),
                Some(open) if open == b => quote = None,
                _ => {}
            }
            b == b'>' && quote.is_none()
        })
    };
    look(before);
    look(rest)
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = attributes;
    loop {
        let equals = memchr(b'=', rest)?;
        let found = rest[..equals].trim_ascii();
        let after = rest[equals + 1..].trim_ascii_start();
        let quote = *after.first().filter(|b| matches!(b, b'\'' | b'"'))?;
        let end = memchr(quote, &after[1..])?;
        if found == name {
            return Some(&after[1..=end]);
        }
        rest = &after[end + 2..];
    }
}

/// Hands on a text with its entities replaced; what is none stays.
pub(super) fn unescape(text: &[u8], keep: &mut dyn FnMut(&[u8])) {
    let mut rest = text;
    while let Some(ampersand) = memchr(b'&', rest) {
        keep(&rest[..ampersand]);
        rest = &rest[ampersand..];
        match entity(rest) {
            Some((character, length)) => {
                keep(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
            None => {
                keep(b"&");
                rest = &rest[1..];
            }
        }
    }
    keep(rest);
}

/// The character that an entity stands for with which a text begins, and the length of the entity: those that XML and
/// HTML share, and HTML's blank that nothing may break at.
pub(super) fn entity(text: &[u8]) -> Option<(char, usize)> {
    /// Of the longest one, `&#x10FFFF;`.
    const LONGEST: usize = 12;
    let end = memchr(b';', &text[..text.len().min(LONGEST)])?;
    let number = |digits: &[u8], radix| {
        let digits = std::str::from_utf8(digits).ok()?;
        char::from_u32(u32::from_str_radix(digits, radix).ok()?)
    };
    let character = match text[..end].strip_prefix(b"&")? {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => ' ',
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        _ => return None,
    };
    Some((character, end + 1))
}
