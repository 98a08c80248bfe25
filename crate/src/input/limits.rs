//! How far unpacking goes: what keeps a small file from becoming an endless one.

/// Bounds on what one opened file may unpack to. No honest log comes near them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Packings inside one another: `bundle.zip` with a `logs.tar.gz` in it has three.
    pub depth: u32,
    /// Members of all archives in one opened file, folders included.
    pub members: u64,
    /// Largest window (zstd) or dictionary (xz), in bytes: what one packing needs of memory. zstd has 8 MiB at most
    /// without `--ultra` or `--long`, and 128 MiB with `--long`; xz has 64 MiB at most.
    pub window: u64,
    /// Unpacked bytes up to which any ratio is fine.
    pub free: u64,
    /// Unpacked bytes for each packed one, beyond [`Limits::free`]. Logs come to 10 to 50, repetitive ones to 200; gzip
    /// cannot exceed 1032.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            members: 100_000,
            window: 128 << 20,
            free: 1 << 30,
            ratio: 1000,
        }
    }
}
