//! Packs the WebAssembly module, which is most of the page, as xz.

use crate::shell::Result;
use lzma_rust2::{CheckType, XzOptions, XzWriter};
use std::io::Write as _;

/// From which length on a repetition is taken without looking for a longer one. Which suits best changes with every change of
/// the module, by half a percent of the page.
const NICE_LENGTHS: [u32; 4] = [64, 96, 128, 200];

/// Packs bytes, as small as it gets. The same bytes give the same ones on every machine.
pub(crate) fn xz(bytes: &[u8]) -> Result<Vec<u8>> {
    let tries = NICE_LENGTHS.iter().map(|&length| pack(bytes, length));
    let packed: std::io::Result<Vec<Vec<u8>>> = tries.collect();
    let packed = packed.map_err(|e| format!("the module cannot be packed: {e}"))?;
    let smallest = packed.into_iter().min_by_key(Vec::len);
    smallest.ok_or_else(|| "nothing was tried".to_owned())
}

fn pack(bytes: &[u8], nice_len: u32) -> std::io::Result<Vec<u8>> {
    let mut options = XzOptions::with_preset(9);
    options.lzma_options.nice_len = nice_len;
    // Instructions have no place that they begin at, as the preset assumes of a file's numbers.
    options.lzma_options.pb = 0;
    // What unpacks it takes as much memory.
    options.lzma_options.dict_size = 2 << 20;
    // The one that what unpacks it in the page can check.
    options.set_check_sum_type(CheckType::Crc32);
    let mut writer = XzWriter::new(Vec::new(), options)?;
    writer.write_all(bytes)?;
    writer.finish()
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
