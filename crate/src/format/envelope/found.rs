//! What a search puts before the lines that it finds: `grep -H`, `grep -n`, `findstr /n`, `Select-String`, and the numbers
//! of `cat -n` and of editors.

use super::NAME;
use crate::format::time::number;
use memchr::{memchr, memchr2, memmem};

/// Takes off `access.log:`, `access.log:12:`, `12:`, or a number with blanks behind it.
///
/// Columns of access logs have colons, too: an address of version 6, a host with its port, a time of day. So a number
/// alone before a colon counts only where no such address can be meant; `12:2001:db8::1` is taken for an address. What is
/// left may be empty, as the line was.
pub(super) fn found(text: &[u8]) -> Option<&[u8]> {
    let near = &text[..text.len().min(2 * NAME)];
    let end = memchr2(b' ', b'\t', near).unwrap_or(near.len());
    let word = &near[..end];
    // Loki's times in nanoseconds have a tab behind them.
    let digits = text.get(end) == Some(&b'\t') && word.iter().all(u8::is_ascii_digit);
    if end > 0 && (is_number(word) || digits) {
        return Some(text[end..].trim_ascii_start());
    }
    // A drive is part of the name.
    let drive = match word {
        [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic() => 2,
        _ => 0,
    };
    let colon = drive + memchr(b':', &word[drive..])?;
    let (name, rest) = (&word[..colon], &word[colon + 1..]);
    let numbered = is_number(name);
    if numbered && is_number_of_an_address(word) || !numbered && !is_file_name(name) {
        return None;
    }
    let from = match memchr(b':', rest) {
        Some(second)
            if !numbered && is_number(&rest[..second]) && !is_number_of_an_address(rest) =>
        {
            colon + 2 + second
        }
        _ => colon + 1,
    };
    let inside = &word[from..];
    if inside.is_empty() {
        // A name with a blank behind it is a tag.
        let lone = numbered || from > colon + 1 || from == text.len();
        return lone.then_some(&text[from..]);
    }
    // A port ends the column, or an item of a list.
    let port = inside.strip_suffix(b",").unwrap_or(inside);
    (number(port).is_none() && !is_clock(inside)).then(|| &text[from..])
}

/// Number of a line; a longer one is a time.
fn is_number(word: &[u8]) -> bool {
    word.len() < 10 && number(word).is_some()
}

/// Whether the number before a colon is the first one of an address, masked or not.
fn is_number_of_an_address(word: &[u8]) -> bool {
    let colons = word.iter().filter(|&&b| b == b':').count();
    let digit = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'x' | b'X' | b'*');
    memmem::find(word, b"::").is_some() || colons >= 3 && word.iter().all(digit)
}

/// Whether a word can be the name of a file, and is neither a number of an address nor the date of a time.
fn is_file_name(name: &[u8]) -> bool {
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"-_./\\@+~#:%".contains(b) || !b.is_ascii();
    let hex = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X' | b'*');
    let dated = match name.len() {
        11 => name[2] == b'/' && name[6] == b'/',
        13 => name[4] == b'-' && name[7] == b'-' && name[10] == b'T',
        _ => false,
    };
    !name.is_empty() && !dated && name.iter().all(named) && !name.iter().all(hex)
}

/// Whether a text begins like minutes and seconds.
fn is_clock(text: &[u8]) -> bool {
    matches!(text, [a, b, b':', ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_before_a_line_go() {
        let line = "203.0.113.24 - anna [06/May/2025:10:00:06 +0200]";
        for before in [
            "access.log:",
            "access.log:12:",
            "12:",
            "123456 ",
            "12\t",
            "/var/log/apache2/access.log.1:",
            "C:\\logs\\u_ex250506.log:7:",
            "C:/logs/access:7:",
            "logs/access_log.2025-05-06.gz:",
            "access:",
        ] {
            let text = format!("{before}{line}");
            let inside = found(text.as_bytes()).map(String::from_utf8_lossy);
            assert_eq!(inside.as_deref(), Some(line), "{before}");
        }
        for (text, expected) in [
            (
                "12:[06/May/2025:10:00:06 +0200] x",
                "[06/May/2025:10:00:06 +0200] x",
            ),
            ("a.log:2025-05-06T10:00:06Z x", "2025-05-06T10:00:06Z x"),
            ("a.log:3:{\"status\":200}", "{\"status\":200}"),
            ("a.log:2001:db8::1 - -", "2001:db8::1 - -"),
            ("12:203.0.113.9:51234 [", "203.0.113.9:51234 ["),
            ("12:10.0.0.1 - -", "10.0.0.1 - -"),
            ("a.log:12:10.0.0.1 - -", "10.0.0.1 - -"),
            ("a.log:12:", ""),
            ("12:", ""),
            ("12\t", ""),
            ("12", ""),
            ("1746518406123456789\tx", "x"),
            ("a.log:", ""),
            ("12:    indented", "    indented"),
            ("12:\t\"status\": 200", "\t\"status\": 200"),
        ] {
            let inside = found(text.as_bytes()).map(String::from_utf8_lossy);
            assert_eq!(inside.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn columns_with_colons_stay() {
        for text in [
            "203.0.113.24 - -",
            "203.0.113.24:51234 - -",
            "203.0.113.24:51234, 10.0.0.1 - -",
            "www.example.com:443 203.0.113.24 - -",
            "2001:db8::1 - -",
            "2003:f9:570d:d700:15ad:6490:xxxxa - -",
            "fe80::1%eth0 - -",
            "::1 - -",
            "::ffff:203.0.113.9 - -",
            "[2001:db8::1]:443 - -",
            "unix: - -",
            "-:22222 [",
            "10:20:32 x",
            "2025-05-06T10:00:06.250Z x",
            "06/May/2025:10:00:06 +0200",
            "1746518406 x",
            "{\"a\":1}",
            "",
        ] {
            assert_eq!(found(text.as_bytes()), None, "{text}");
        }
    }
}
