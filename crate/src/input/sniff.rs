//! What a file is, from its first bytes: text that may be a log, something that is to be unpacked, or no log at all.

use super::decode::Encoding;
use super::unpack::Packing;

/// What the first bytes of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(Encoding),
    /// What is unpacked here.
    Packed(Packing),
    /// No bytes at all.
    Empty,
    /// What its packing lost before its first byte: it breaks off there or is damaged.
    Lost,
    /// A folder of an archive, or a link in it.
    Folder,
    /// Text in UTF-32, in which no program writes logs.
    Utf32,
    /// What its archive keeps with a password.
    Encrypted,
    /// What its archive packs in a way that is not unpacked here; the word says which.
    Method(&'static str),
    /// An archive inside more archives than are looked into.
    TooDeep,
    /// A picture, sound, film or office document; the word says which.
    Media(&'static str),
    /// A compressed file or an archive that is not unpacked here; the word says which.
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
    (b"7z\xbc\xaf\x27\x1c", Content::Archive("a 7z archive")),
    (b"Rar!\x1a\x07", Content::Archive("a rar archive")),
    (
        b"\x1f\x9d",
        Content::Archive("a file of the old Unix compress"),
    ),
    (b"\x04\x22\x4d\x18", Content::Archive("an lz4 file")),
    (b"LZIP\x01", Content::Archive("an lzip file")),
    (b"MSCF\0\0\0\0", Content::Archive("a cabinet file")),
    // The size of its header stands behind the first two bytes: 1024, or 2048 in newer ones.
    (b"\x1a\0\0\x04\0\0", Content::NotesDatabase),
    (b"\x1a\0\0\x08\0\0", Content::NotesDatabase),
];

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

impl Content {
    /// Tells the content from the head of a file.
    pub(super) fn of(head: &[u8]) -> Self {
        if head.is_empty() {
            return Self::Empty;
        }
        if head.starts_with(UTF8_MARK) {
            return Self::Text(Encoding::Bytes { mark: true });
        }
        if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
            return Self::Utf32;
        }
        for (mark, big) in [(b"\xff\xfe", false), (b"\xfe\xff", true)] {
            if head.starts_with(mark) {
                return Self::Text(Encoding::Utf16 { big, mark: true });
            }
        }
        // A zip archive by its bytes, and opened by nobody as one: Word, Excel and PowerPoint since 2007.
        if head.starts_with(b"PK\x03\x04") && head.get(30..49) == Some(b"[Content_Types].xml") {
            return Self::Media("an Office document");
        }
        for packing in Packing::ALL {
            if packing.begins(head) == Some(true) {
                return Self::Packed(packing);
            }
        }
        // A short printable signature ("BM", "BZh") may open a log line; the share of control bytes settles it. Pictures
        // and sound may be NULs for the most part, so here these count.
        let (controls, nuls) = (controls(head), nuls(head));
        let texty = (controls + nuls) * 20 <= head.len();
        for &(signature, content) in SIGNATURES {
            let printable = signature.iter().all(u8::is_ascii_graphic);
            if head.starts_with(signature) && !(printable && signature.len() < 5 && texty) {
                return content;
            }
        }
        if nuls * 10 >= head.len() * 7 && utf_32(head) {
            return Self::Utf32;
        }
        if let Some(big) = alternating_nuls(head) {
            Self::Text(Encoding::Utf16 { big, mark: false })
        // NULs alone do not make a binary file: a log has a hole of them after a crash, or at its beginning when it was
        // truncated while the server had it open.
        } else if controls * 20 <= head.len() - nuls {
            Self::Text(Encoding::Bytes { mark: false })
        } else {
            Self::Binary
        }
    }
}

/// NULs.
fn nuls(head: &[u8]) -> usize {
    head.iter().filter(|&&b| b == 0).count()
}

/// Other bytes that no log line holds, terminal escapes aside.
fn controls(head: &[u8]) -> usize {
    head.iter()
        .filter(|b| matches!(b, 1..=8 | 14..=26 | 28..=31 | 127))
        .count()
}

/// Whether nearly every other byte is NUL: Latin text in UTF-16 without a byte-order mark. Tells whether these bytes come
/// first.
fn alternating_nuls(head: &[u8]) -> Option<bool> {
    let nuls = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let half = head.len() / 2;
    let only = |parity: usize| nuls(parity) * 10 >= half * 8 && nuls(1 - parity) * 10 < half;
    if half <= 8 {
        None
    } else if only(0) {
        Some(true)
    } else {
        only(1).then_some(false)
    }
}

/// Whether of each four bytes only the first, or only the last, is any, and a character of ASCII: text in UTF-32 without a
/// byte-order mark.
fn utf_32(head: &[u8]) -> bool {
    let (units, _) = head.as_chunks::<4>();
    let texty = |b: u8| b.is_ascii_graphic() || b.is_ascii_whitespace();
    let latin = |place: usize| {
        let fits = |unit: &&[u8; 4]| {
            let mut bytes = unit.iter().enumerate();
            bytes.all(|(i, &b)| if i == place { texty(b) } else { b == 0 })
        };
        units.iter().filter(fits).count() * 10 >= units.len() * 9
    };
    units.len() > 8 && (latin(0) || latin(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITTLE: Encoding = Encoding::Utf16 {
        big: false,
        mark: false,
    };

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
            (
                b"\x1a\0\0\x08\0\0\x37\0\0\0\x25\x8e\x44\0",
                Content::NotesDatabase,
            ),
            (b"\x1f\x8b\x08\0\0\0\0\0", Content::Packed(Packing::Gzip)),
            (b"PK\x03\x04\x14\0\0\0", Content::Packed(Packing::Zip)),
            (
                b"\xef\xbb\xbf192.0.2.1 - -",
                Content::Text(Encoding::Bytes { mark: true }),
            ),
            (
                b"BM-server 192.0.2.1 is up\n",
                Content::Text(Encoding::Bytes { mark: false }),
            ),
            (
                b"192.0.2.1 - M\xfcller [03/Mar",
                Content::Text(Encoding::Bytes { mark: false }),
            ),
            (&utf16, Content::Text(LITTLE)),
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

    const LINE: &[u8] = b"192.0.2.1 - - [03/Mar/2010:14:25:00 +0000] \"GET / HTTP/1.1\" 200 5\n";

    #[test]
    fn holes_of_nuls_do_not_make_a_log_binary() {
        let text = Content::Text(Encoding::Bytes { mark: false });
        for (lines_before, nuls, lines_behind) in [
            (0, 4096, 0),
            (0, 1, 0),
            (0, 4000, 1),
            (1, 4000, 0),
            (10, 512, 10),
            (1, 7, 1),
        ] {
            let head = [
                LINE.repeat(lines_before),
                vec![0; nuls],
                LINE.repeat(lines_behind),
            ]
            .concat();
            assert_eq!(
                Content::of(&head),
                text,
                "{lines_before} {nuls} {lines_behind}"
            );
        }
    }

    /// Bytes without a pattern, as encrypted and compressed files have them.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    /// The head of a program for Linux: its header, a table of segments, a table of symbols, code.
    fn elf() -> Vec<u8> {
        let mut head = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
        let word = |n: u64| n.to_le_bytes();
        for n in [0x6ab0, 0x40, 0x0002_20f8] {
            head.extend_from_slice(&word(n));
        }
        for segment in 0..12_u64 {
            for n in [
                0x0004_0000_0006 + segment,
                0x40,
                0x318 + segment,
                0x1000,
                0x8,
            ] {
                head.extend_from_slice(&word(n));
            }
        }
        head.extend_from_slice(b"/lib64/ld-linux-x86-64.so.2\0");
        for symbol in 0..60_u64 {
            head.extend_from_slice(&word(0x0012_0000_0000 + symbol * 11));
            head.extend_from_slice(&[0; 16]);
        }
        head.resize(2048, 0);
        for call in 0..128_u8 {
            head.extend_from_slice(&[
                0x48, 0x83, 0xec, 0x08, 0xe8, call, 0x01, 0, 0, 0x48, 0x8b, 0x05,
            ]);
        }
        head
    }

    #[test]
    fn binary_files_are_told_although_nuls_do_not_count() {
        let mut zip = noise(4096);
        zip[..4].copy_from_slice(b"PK\x03\x04");
        assert_eq!(Content::of(&zip), Content::Packed(Packing::Zip));
        // The same without its signature: the middle of an archive, or an encrypted file.
        assert_eq!(Content::of(&noise(4096)), Content::Binary);
        assert_eq!(Content::of(&noise(1000)), Content::Binary);
        assert_eq!(Content::of(&elf()), Content::Binary);
        // A black picture has hardly anything but NULs.
        let mut picture = b"BM\x36\x10\x0e\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        picture.resize(4096, 0);
        picture[60] = b'x';
        assert_eq!(Content::of(&picture), Content::Media("a BMP picture"));
        // A table of small numbers.
        let table: Vec<u8> = (0..1024_u32)
            .flat_map(|n| (n % 200).to_le_bytes())
            .collect();
        assert_eq!(Content::of(&table), Content::Binary);
    }

    #[test]
    fn utf_16_without_a_mark_is_told_from_holes() {
        let text = String::from_utf8_lossy(LINE).repeat(20);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Content::of(&little), Content::Text(LITTLE));
        assert_eq!(
            Content::of(&big),
            Content::Text(Encoding::Utf16 {
                big: true,
                mark: false
            })
        );
        let wide: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        assert_eq!(Content::of(&wide), Content::Utf32);
        let wide: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        assert_eq!(Content::of(&wide), Content::Utf32);
    }
}
