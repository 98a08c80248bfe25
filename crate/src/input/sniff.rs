//! What a file is, from its first bytes: text that may be a log, or something that is none.

/// What the first bytes of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text in an encoding that leaves ASCII as it is.
    Text {
        /// Whether it opens with the UTF-8 byte-order mark.
        mark: bool,
    },
    /// No bytes at all.
    Empty,
    /// Text in UTF-16.
    Utf16,
    /// A picture, sound, film or office document; the word says which.
    Media(&'static str),
    /// A compressed file or an archive; the word says which.
    Archive(&'static str),
    /// A Notes database.
    NotesDatabase,
    /// Bytes that are neither text nor anything known.
    Binary,
}

/// Signatures at offset 0. Sources: the formats' own specifications.
const SIGNATURES: &[(&[u8], Content)] = &[
    (b"\x89PNG\r\n\x1a\n", Content::Media("a PNG picture")),
    (b"\xff\xd8\xff", Content::Media("a JPEG picture")),
    (b"GIF8", Content::Media("a GIF picture")),
    (b"%PDF-", Content::Media("a PDF document")),
    (b"BM", Content::Media("a BMP picture")),
    (b"RIFF", Content::Media("a picture, sound or film (RIFF)")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Content::Media("an old Office document"),
    ),
    (b"PK\x03\x04", Content::Archive("a zip archive")),
    (b"PK\x05\x06", Content::Archive("an empty zip archive")),
    (b"\x1f\x8b", Content::Archive("a gzip file")),
    (b"\x28\xb5\x2f\xfd", Content::Archive("a zstd file")),
    (b"BZh", Content::Archive("a bzip2 file")),
    (b"\xfd7zXZ\0", Content::Archive("an xz file")),
    (b"7z\xbc\xaf\x27\x1c", Content::Archive("a 7z archive")),
    (b"Rar!\x1a\x07", Content::Archive("a rar archive")),
    (b"\x1a\x00\x00\x04\x00\x00", Content::NotesDatabase),
];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

impl Content {
    /// Tells the content from the head of a file.
    pub(super) fn of(head: &[u8]) -> Self {
        if head.is_empty() {
            return Self::Empty;
        }
        if head.starts_with(UTF8_MARK) {
            return Self::Text { mark: true };
        }
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Self::Utf16;
        }
        // A short printable signature ("BM", "BZh") may open a log line; the share of control bytes settles it.
        let texty = controls(head) * 20 <= head.len();
        for &(signature, content) in SIGNATURES {
            let printable = signature.iter().all(u8::is_ascii_graphic);
            if head.starts_with(signature) && !(printable && signature.len() < 5 && texty) {
                return content;
            }
        }
        if texty {
            Self::Text { mark: false }
        } else if alternating_nuls(head) {
            Self::Utf16
        } else {
            Self::Binary
        }
    }

    /// Bytes at the beginning of the file that are no text.
    pub(super) fn mark_len(self) -> usize {
        if self == (Self::Text { mark: true }) {
            UTF8_MARK.len()
        } else {
            0
        }
    }
}

/// Bytes that no log line holds, terminal escapes aside.
fn controls(head: &[u8]) -> usize {
    head.iter()
        .filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127))
        .count()
}

/// Whether nearly every other byte is NUL: Latin text in UTF-16 without a byte-order mark.
fn alternating_nuls(head: &[u8]) -> bool {
    let nuls = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let half = head.len() / 2;
    half > 8
        && (nuls(0) * 10 >= half * 8 && nuls(1) * 10 < half
            || nuls(1) * 10 >= half * 8 && nuls(0) * 10 < half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_people_drop_by_mistake() {
        let utf16: Vec<u8> = "192.0.2.1 - - [03/Mar/2010"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let cases: &[(&[u8], Content)] = &[
            (b"", Content::Empty),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
                Content::Media("a PNG picture"),
            ),
            (b"\x1f\x8b\x08\0\0\0\0\0", Content::Archive("a gzip file")),
            (b"PK\x03\x04\x14\0\0\0", Content::Archive("a zip archive")),
            (b"\xef\xbb\xbf192.0.2.1 - -", Content::Text { mark: true }),
            (
                b"BM-server 192.0.2.1 is up\n",
                Content::Text { mark: false },
            ),
            (
                b"192.0.2.1 - M\xfcller [03/Mar",
                Content::Text { mark: false },
            ),
            (&utf16, Content::Utf16),
            (b"\0\x01\x02\x03\x04\x05\x06\x07", Content::Binary),
        ];
        for (head, content) in cases {
            assert_eq!(
                Content::of(head),
                *content,
                "{}",
                String::from_utf8_lossy(head)
            );
        }
    }
}
