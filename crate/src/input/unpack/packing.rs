//! The ways of packing, and how each of them begins.

use super::{bzip2, gzip, tar, xz, zip, zstd};

/// A way of packing that is unpacked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// <https://www.rfc-editor.org/rfc/rfc1952>
    Gzip,
    /// <https://www.rfc-editor.org/rfc/rfc8878>
    Zstd,
    /// The Burrows-Wheeler compressor of Julian Seward.
    Bzip2,
    /// <https://tukaani.org/xz/xz-file-format.txt>
    Xz,
    /// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
    Zip,
    /// <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html>
    Tar,
}

impl Packing {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Gzip,
        Self::Zstd,
        Self::Bzip2,
        Self::Xz,
        Self::Zip,
        Self::Tar,
    ];

    /// What people call it, with its article.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Gzip => "a gzip file",
            Self::Zstd => "a zstd file",
            Self::Bzip2 => "a bzip2 file",
            Self::Xz => "an xz file",
            Self::Zip => "a zip archive",
            Self::Tar => "a tar archive",
        }
    }

    /// Whether what begins with `head` is packed like this; `None` where that takes more bytes.
    pub(in crate::input) fn begins(self, head: &[u8]) -> Option<bool> {
        let starts = |magic: &[u8]| begins(head, magic);
        let either = |a: Option<bool>, b: Option<bool>| match (a, b) {
            (Some(a), Some(b)) => Some(a || b),
            (Some(true), None) | (None, Some(true)) => Some(true),
            _ => None,
        };
        match self {
            Self::Gzip => starts(gzip::MAGIC),
            // Frames that hold no data may stand before those that do.
            Self::Zstd => either(
                starts(zstd::MAGIC),
                match head {
                    [] => None,
                    [first, rest @ ..] if zstd::SKIPPED_FIRST.contains(first) => {
                        begins(rest, zstd::SKIPPED_REST)
                    }
                    _ => Some(false),
                },
            ),
            Self::Bzip2 => match head {
                [b'B', b'Z', b'h', b'1'..=b'9', body @ ..] => {
                    either(begins(body, bzip2::BLOCK), begins(body, bzip2::END))
                }
                [b'B', b'Z', b'h', _, ..] => Some(false),
                _ => begins(head, b"BZh").filter(|known| !known),
            },
            Self::Xz => starts(xz::MAGIC),
            Self::Zip => either(starts(zip::LOCAL), starts(zip::END)),
            Self::Tar => head.get(..tar::BLOCK).map(tar::is_header),
        }
    }
}

/// Whether bytes begin with these; `None` where there are too few of them to tell.
fn begins(bytes: &[u8], magic: &[u8]) -> Option<bool> {
    let known = bytes.len().min(magic.len());
    let fits = bytes[..known] == magic[..known];
    (known == magic.len() || !fits).then_some(fits)
}
