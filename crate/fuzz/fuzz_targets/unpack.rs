//! Any bytes as something packed: what comes out is bounded, and the same whatever the size of pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::input::{Content, Flaw, Opening, Sink, Unpacker};
use pinglens_fuzz::LIMITS;

/// What came out, and no more of it than can be held.
#[derive(Debug, Default, PartialEq)]
struct Found {
    said: Vec<String>,
    bytes: u64,
    /// A number made from all texts.
    sum: u64,
}

impl Sink for Found {
    fn begin(&mut self, opening: &Opening<'_>) {
        self.said
            .push(format!("begins {} {:?}", opening.name, opening.encoding));
    }

    fn text(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        for &byte in bytes {
            self.sum =
                (self.sum.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn end(&mut self, bytes: u64, flaw: Option<Flaw>) {
        self.said.push(format!("ends {bytes} {flaw:?}"));
    }

    fn other(
        &mut self,
        name: &str,
        content: Content,
        member: bool,
        bytes: u64,
        flaw: Option<Flaw>,
    ) {
        self.said.push(format!(
            "other {name} {content:?} {member} {bytes} {flaw:?}"
        ));
    }

    fn flawed(&mut self, name: &str, flaw: Flaw) {
        self.said.push(format!("flawed {name} {flaw:?}"));
    }
}

fn unpacked(data: &[u8], piece: usize) -> Found {
    let mut found = Found::default();
    let mut unpacker = Unpacker::new("fuzzed", LIMITS);
    for chunk in data.chunks(piece) {
        unpacker.feed(chunk, &mut found);
    }
    unpacker.finish(&mut found);
    found
}

fuzz_target!(|data: &[u8]| {
    let Some((&pieces, data)) = data.split_first() else {
        return;
    };
    let whole = unpacked(data, usize::MAX);
    let most = LIMITS.free.max(data.len() as u64 * LIMITS.ratio) + (4 << 20);
    assert!(
        whole.bytes <= most,
        "{} bytes of {}",
        whole.bytes,
        data.len()
    );
    assert_eq!(unpacked(data, usize::from(pieces) + 1), whole);
});
