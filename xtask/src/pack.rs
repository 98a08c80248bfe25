//! Packs the WebAssembly module, which is most of the page, as xz.

use crate::shell::Result;
use lzma_rust2::{CheckType, XzOptions, XzWriter};
use std::io::Write as _;

/// Packs bytes. The same bytes give the same ones on every machine.
pub(crate) fn xz(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = XzOptions::with_preset(9);
    // Longer ones find nothing more in instructions.
    options.lzma_options.nice_len = 64;
    // Instructions have no place that they begin at, as the preset assumes of a file's numbers.
    options.lzma_options.pb = 0;
    // What unpacks it takes as much memory.
    options.lzma_options.dict_size = 2 << 20;
    // The one that what unpacks it in the page can check.
    options.set_check_sum_type(CheckType::Crc32);
    let broken = |e| format!("the module cannot be packed: {e}");
    let mut writer = XzWriter::new(Vec::new(), options).map_err(broken)?;
    writer.write_all(bytes).map_err(broken)?;
    writer.finish().map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_packed_is_packed_alike_every_time_and_comes_out_as_it_was() {
        let module: Vec<u8> = (0..50_000_u32).map(|n| (n * n % 251) as u8).collect();
        let packed = xz(&module).expect("packed");
        assert_eq!(packed, xz(&module).expect("packed"));
        assert!(packed.len() < module.len() / 10);
        let mut unpacked = Vec::new();
        let mut reader = lzma_rust2::XzReader::new(packed.as_slice(), false);
        reader.read_to_end(&mut unpacked).expect("unpacked");
        assert_eq!(unpacked, module);
    }
}
