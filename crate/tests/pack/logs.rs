//! The packed logs of the tests, and what is read of them.

use super::{Member, gzip, tar, zip};
use pinglens::Inspector;
use pinglens::report::model::{FileReport, Report};
use pinglens::report::{Output, write};

pub(crate) const SAMPLE: &[u8] = include_bytes!("../../../tests/fixtures/sample.log");
pub(crate) const GZ: &[u8] = include_bytes!("../../../tests/fixtures/packed/sample.log.gz");
pub(crate) const ZST: &[u8] = include_bytes!("../../../tests/fixtures/packed/sample.log.zst");
pub(crate) const BZ2: &[u8] = include_bytes!("../../../tests/fixtures/packed/sample.log.bz2");
pub(crate) const XZ: &[u8] = include_bytes!("../../../tests/fixtures/packed/sample.log.xz");
pub(crate) const BUNDLE: &[u8] = include_bytes!("../../../tests/fixtures/packed/bundle.zip");
pub(crate) const ENCRYPTED: &[u8] = include_bytes!("../../../tests/fixtures/packed/encrypted.zip");
pub(crate) const PIPED: &[u8] = include_bytes!("../../../tests/fixtures/packed/piped.zip");
pub(crate) const TAR_GZ: &[u8] = include_bytes!("../../../tests/fixtures/packed/logs.tar.gz");

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0";

pub(crate) const CHUNKS: [usize; 6] = [1, 2, 3, 7, 1000, usize::MAX];

pub(crate) fn inspect(name: &str, bytes: &[u8], chunk: usize) -> Inspector {
    let mut inspector = Inspector::new();
    inspector.open(name);
    for chunk in bytes.chunks(chunk.min(bytes.len().max(1))) {
        inspector.feed(chunk);
    }
    inspector.close();
    inspector
}

pub(crate) fn report(bytes: &[u8], chunk: usize) -> Report {
    inspect("it", bytes, chunk).report()
}

pub(crate) fn json(bytes: &[u8], chunk: usize) -> String {
    write(&report(bytes, chunk), Output::Json)
}

/// Some lines of the sample.
pub(crate) fn lines(from: usize, to: usize) -> Vec<u8> {
    SAMPLE
        .split_inclusive(|&b| b == b'\n')
        .skip(from)
        .take(to - from)
        .flatten()
        .copied()
        .collect()
}

pub(crate) fn names(report: &Report) -> Vec<&str> {
    let mut names: Vec<&str> = report.files.iter().map(|f| f.name.as_str()).collect();
    names.sort_unstable();
    names
}

pub(crate) fn file<'a>(report: &'a Report, name: &str) -> &'a FileReport {
    let found = report.files.iter().find(|f| f.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {:?}", names(report)))
}

pub(crate) fn code(file: &FileReport) -> Option<&'static str> {
    file.problem.as_ref().map(|p| p.code)
}

/// A bundle as a support tool makes it: archives in archives, and much that is no log.
pub(crate) fn bundle() -> Vec<u8> {
    let (first, second, third) = (lines(0, 30), lines(30, 60), lines(60, 90));
    let rotated = gzip(&second);
    let inner = gzip(&tar(&[
        ("traveler/access.log", &third),
        ("traveler/photo.png", PNG),
    ]));
    let nested = zip(&[Member::deflated("old/access.log", &first)]);
    zip(&[
        Member::stored("bundle/", b""),
        Member::stored("bundle/access.log.1.gz", &rotated),
        Member::stored("bundle/inner.tar.gz", &inner),
        Member::deflated("bundle/nested.zip", &nested),
        Member::stored("bundle/screen.png", PNG),
        Member::stored("bundle/empty.log", b""),
        Member::stored("bundle/names.nsf", b"\x1a\0\0\x04\0\0names"),
        Member::stored("bundle/other.7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
    ])
}
