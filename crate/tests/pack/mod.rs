//! Packs what tests unpack, byte by byte as the formats are specified, so that every odd form can be had.

#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod logs;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use std::io::Write;

/// How a member of a zip archive is packed, by the number of the method.
pub(crate) const STORED: u16 = 0;
pub(crate) const DEFLATE: u16 = 8;
pub(crate) const DEFLATE64: u16 = 9;
pub(crate) const BZIP2: u16 = 12;
pub(crate) const ZSTD: u16 = 93;
pub(crate) const XZ: u16 = 95;

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Where a zip archive has sizes and checksum of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sizes {
    Before,
    /// In fields of 8 bytes.
    BeforeLong,
    /// In a descriptor, with or without its signature, of 4 bytes each or of 8.
    Behind {
        signed: bool,
        long: bool,
    },
}

/// A member of a zip archive.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) method: u16,
    /// What it is packed to.
    pub(crate) packed: Vec<u8>,
    pub(crate) unpacked: &'a [u8],
    pub(crate) sizes: Sizes,
}

impl<'a> Member<'a> {
    pub(crate) fn stored(name: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            name: name.as_bytes(),
            method: STORED,
            packed: bytes.to_vec(),
            unpacked: bytes,
            sizes: Sizes::Before,
        }
    }

    pub(crate) fn deflated(name: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            method: DEFLATE,
            packed: deflate(bytes),
            ..Self::stored(name, bytes)
        }
    }
}

/// A zip archive. Its directory is not read, so there is none but its end.
pub(crate) fn zip(members: &[Member<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for member in members {
        let mut crc = Crc::new();
        crc.update(member.unpacked);
        let crc = crc.sum().to_le_bytes();
        let behind = matches!(member.sizes, Sizes::Behind { .. });
        let long = member.sizes == Sizes::BeforeLong;
        let size =
            |n: usize, long: bool| (n as u64).to_le_bytes()[..if long { 8 } else { 4 }].to_vec();
        let sizes = |long| {
            [
                size(member.packed.len(), long),
                size(member.unpacked.len(), long),
            ]
        };
        out.extend_from_slice(b"PK\x03\x04\x2d\0");
        out.extend_from_slice(&[if behind { 8 } else { 0 }, 0]);
        out.extend_from_slice(&member.method.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        let fields = match member.sizes {
            Sizes::Before => [crc.to_vec(), sizes(false).concat()].concat(),
            Sizes::BeforeLong => [crc.to_vec(), vec![0xff; 8]].concat(),
            Sizes::Behind { .. } => vec![0; 12],
        };
        out.extend_from_slice(&fields);
        out.extend_from_slice(&(member.name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[if long { 20 } else { 0 }, 0]);
        out.extend_from_slice(member.name);
        if long {
            let [packed, unpacked] = sizes(true);
            out.extend_from_slice(&[b"\x01\0\x10\0".to_vec(), unpacked, packed].concat());
        }
        out.extend_from_slice(&member.packed);
        if let Sizes::Behind { signed, long } = member.sizes {
            let signature: &[u8] = if signed { b"PK\x07\x08" } else { b"" };
            out.extend_from_slice(&[signature, &crc, &sizes(long).concat()].concat());
        }
    }
    out.extend_from_slice(b"PK\x05\x06");
    out.extend_from_slice(&[0; 18]);
    out
}

/// A member of a tar archive with its header, of a kind such as `0`, a file, or `x`, attributes.
pub(crate) fn tar_member(name: &[u8], kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = header.iter().map(|&b| u32::from(b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header.extend_from_slice(bytes);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

/// A tar archive of files.
pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out: Vec<u8> = members
        .iter()
        .flat_map(|(name, bytes)| tar_member(name.as_bytes(), b'0', bytes))
        .collect();
    out.resize(out.len() + 1024, 0);
    out
}
