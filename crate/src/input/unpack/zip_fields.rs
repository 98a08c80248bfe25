//! Fields of a zip archive's headers and descriptors.

/// What stands behind a member whose header lacks its sizes; its signature may be missing.
pub(super) const DESCRIPTOR: &[u8] = b"PK\x07\x08";

pub(super) const SIGNATURE: usize = 4;
/// Fixed part of a member's header.
pub(super) const HEADER: usize = 30;
/// Longest descriptor: signature, checksum, two sizes of 8 bytes. The shortest end of an archive has 22 bytes, so that so
/// many follow on every member.
pub(super) const DESCRIBED: usize = 24;

/// A size that stands in the field of [`LONG_SIZES`].
pub(super) const ELSEWHERE: u32 = u32::MAX;
const LONG_SIZES: u16 = 1;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Length of a member's header with its name and its extra fields.
pub(super) fn header_length(bytes: &[u8]) -> Option<usize> {
    let names = bytes.get(..HEADER)?;
    Some(HEADER + usize::from(u16_at(names, 26)) + usize::from(u16_at(names, 28)))
}

/// The packed size in the extra field for sizes beyond 4 GB: it stands there behind the unpacked one, if that is in there
/// too.
pub(super) fn long_size(header: &[u8], fields: usize) -> u64 {
    let mut rest = &header[fields..];
    while rest.len() >= 4 {
        let (id, length) = (u16_at(rest, 0), usize::from(u16_at(rest, 2)));
        let field = rest.get(4..4 + length).unwrap_or_default();
        if id == LONG_SIZES {
            let at = if u32_at(header, 22) == ELSEWHERE {
                8
            } else {
                0
            };
            return field.get(at..at + 8).map_or(0, |size| u64_at(size, 0));
        }
        rest = rest.get(4 + length..).unwrap_or_default();
    }
    u64::from(ELSEWHERE)
}

/// The checksum of a member of so many packed bytes in the descriptor behind it, and the descriptor's length: with or
/// without signature, with sizes of 4 bytes or 8, whichever fits.
pub(super) fn descriptor(bytes: &[u8], packed: u64) -> Option<(u32, usize)> {
    let signed = usize::from(bytes.starts_with(DESCRIPTOR)) * SIGNATURE;
    let fields = &bytes[signed..];
    // With 4 bytes a size, the upper half of the first 8 is the unpacked size, which only an empty member has as 0. Behind
    // that, the next signature tells.
    let long = u64_at(fields, 4) == packed;
    if long && (packed > 0 || !fields[12..].starts_with(b"PK")) {
        return Some((u32_at(fields, 0), signed + 20));
    }
    (u32_at(fields, 4) == packed as u32).then(|| (u32_at(fields, 0), signed + 12))
}

/// A member's name: UTF-8 if it says so or is, otherwise in the code page of the first PC, which is the format's default.
pub(super) fn name(bytes: &[u8], is_utf8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) if is_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|&b| of_first_pc(b)).collect(),
    }
}

/// A character of code page 437.
fn of_first_pc(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
                         αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        Some(upper) => UPPER
            .chars()
            .nth(usize::from(upper))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        None => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::unpack::zip::CENTRAL;

    #[test]
    fn names_of_old_archives_are_in_the_code_page_of_their_time() {
        assert_eq!(name(b"B\x81ro\\M\x94bel.log", false), "Büro\\Möbel.log");
        assert_eq!(name("Büro".as_bytes(), false), "Büro");
        assert_eq!(name(b"\xe1\xff", false), "ß\u{a0}");
    }

    #[test]
    fn a_descriptor_has_four_forms() {
        let forms: [(&[u8], u64); 4] = [(b"", 4), (DESCRIPTOR, 4), (b"", 8), (DESCRIPTOR, 8)];
        for (signature, size) in forms {
            for packed in [0_u64, 300] {
                let number = |n: u64| n.to_le_bytes()[..size as usize].to_vec();
                let described = [signature, b"sums", &number(packed), &number(packed * 2)].concat();
                let behind = [described.as_slice(), CENTRAL, &[20; 40]].concat();
                let sum = u32::from_le_bytes(*b"sums");
                assert_eq!(
                    descriptor(&behind, packed),
                    Some((sum, described.len())),
                    "{size} {packed}"
                );
                assert_eq!(descriptor(&behind, packed + 1), None);
            }
        }
    }
}
