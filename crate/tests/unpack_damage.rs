//! Packed logs that break off, are damaged, or unpack to more than any log: what there is before that is read, and what is
//! wrong is told.
#![cfg(not(target_arch = "wasm32"))]

mod pack;

use pack::logs::*;
use pack::{Member, Sizes, gzip, tar, zip};
use pinglens::Inspector;
use pinglens::input::Limits;
use pinglens::report::model::Report;
use pinglens::settings::Settings;
use proptest::prelude::*;

#[test]
fn a_member_that_breaks_off_before_its_first_byte_is_not_called_empty() {
    let packed = zip(&[
        Member::deflated("a.log", SAMPLE),
        Member::deflated("b.log", SAMPLE),
    ]);
    let header = packed
        .windows(4)
        .rposition(|w| w == b"PK\x03\x04")
        .expect("a member");
    // Its name is there, and some bytes that nothing can be unpacked of yet.
    let report = report(&packed[..header + 30 + "b.log".len() + 4], 1000);
    let text = pinglens::report::write(&report, pinglens::report::Output::Text);
    assert!(
        text.contains("1 × a file of which nothing could be unpacked (it › b.log)"),
        "{text}"
    );
    assert!(!text.contains("an empty file"), "{text}");
}

#[test]
fn what_is_before_a_flaw_is_kept_and_the_flaw_is_told() {
    let told = |packed: &[u8]| {
        let report = report(packed, 1000);
        let flawed = report
            .files
            .iter()
            .find(|f| code(f).is_some_and(|c| c.starts_with("packed")));
        let problem = flawed.and_then(|f| f.problem.clone()).expect("a flaw");
        (problem.code, problem.sentence, report.totals.lines.total)
    };
    // zstd has blocks of 128 KiB, and gives away what its window holds only at the end.
    let zstd = ruzstd::encoding::compress_to_vec(
        SAMPLE.repeat(20).as_slice(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    for (kind, packed) in [("gzip", GZ), ("zstd", &zstd), ("xz", XZ)] {
        let half = packed.len() * 3 / 4;
        let (code, sentence, lines) = told(&packed[..half]);
        assert_eq!(code, "packed-cut", "{kind}");
        assert!(
            sentence.contains(&format!("The {kind} file breaks off behind byte")),
            "{sentence}"
        );
        assert!(lines > 20, "{kind}: {lines} lines");
    }
    // bzip2 works on blocks of 900 kB, of which there is one here.
    assert_eq!(told(&BZ2[..BZ2.len() / 2]).0, "packed-cut");

    let mut changed = GZ.to_vec();
    let trailer = changed.len() - 8;
    changed[trailer] ^= 1;
    assert_eq!(
        (told(&changed).0, told(&changed).2),
        ("packed-checksum", 291)
    );
    let mut changed = ZST.to_vec();
    let trailer = changed.len() - 1;
    changed[trailer] ^= 1;
    assert_eq!(
        (told(&changed).0, told(&changed).2),
        ("packed-checksum", 291)
    );
    let mut changed = BUNDLE.to_vec();
    let crc = BUNDLE
        .windows(4)
        .rposition(|w| w == b"PK\x03\x04")
        .expect("a member")
        + 14;
    changed[crc] ^= 1;
    assert_eq!(
        (told(&changed).0, told(&changed).2),
        ("packed-checksum", 80)
    );

    let (code, sentence, lines) = told(&[GZ, b"and a word"].concat());
    assert_eq!((code, lines), ("packed-trailing", 291));
    assert!(
        sentence.contains(&format!(
            "Behind byte {}",
            pinglens::words::count(GZ.len() as u64)
        )),
        "{sentence}"
    );
}

#[test]
fn a_damaged_member_takes_no_other_with_it() {
    let (first, second) = (lines(0, 40), lines(40, 80));
    for sizes in [
        Sizes::Before,
        Sizes::Behind {
            signed: true,
            long: false,
        },
    ] {
        let mut member = Member::deflated("a.log", &first);
        member.sizes = sizes;
        let middle = member.packed.len() / 2;
        member.packed[middle..middle + 40].fill(0xff);
        let packed = zip(&[member, Member::deflated("b.log", &second)]);
        let report = report(&packed, 100);
        let a = file(&report, "it › a.log");
        assert!(a.lines.total > 5 && a.lines.total < 40, "{:?}", a.lines);
        // What is decoded out of noise may happen to have an end.
        let flaw = code(a).unwrap_or_default();
        assert!(
            ["packed-damaged", "packed-checksum"].contains(&flaw),
            "{flaw}"
        );
        let b = file(&report, "it › b.log");
        assert_eq!((b.problem.as_ref(), b.lines.total), (None, 40));
    }
    let mut packed = tar(&[("a.log", &first), ("b.log", &second)]);
    packed[100] ^= 1;
    let behind = [
        tar(&[("0.log", &first)])[..512 + first.len().next_multiple_of(512)].to_vec(),
        packed,
    ];
    let report = report(&behind.concat(), 100);
    assert_eq!(code(file(&report, "it")), Some("packed-damaged"));
    assert_eq!(file(&report, "it › b.log").lines.total, 40);
}

/// Requests that are read of an archive which breaks off, by where it does.
fn requests_of_a_cut(packed: &[u8], step: usize) {
    let mut before = 0;
    for end in (0..packed.len()).step_by(step) {
        let report = report(&packed[..end], 64);
        let requests = report.totals.requests;
        assert!(
            requests >= before,
            "{requests} requests of {end} bytes, {before} of fewer"
        );
        before = requests;
        assert!(!report.files.is_empty());
    }
    assert!(report(packed, 64).totals.requests >= before);
}

#[test]
fn more_of_an_archive_is_never_less_of_a_log() {
    // Different ones, or a whole copy would count for less than half of one.
    let (first, second, third) = (lines(0, 4), lines(4, 8), lines(8, 12));
    let (compressed, other) = (gzip(&first), gzip(&second));
    requests_of_a_cut(
        &zip(&[
            Member::deflated("a.log", &first),
            Member::stored("b.log.gz", &other),
            Member {
                sizes: Sizes::Behind {
                    signed: true,
                    long: false,
                },
                ..Member::stored("c.log", &third)
            },
        ]),
        1,
    );
    requests_of_a_cut(&gzip(&tar(&[("a.log", &first), ("b.log", &second)])), 1);
    requests_of_a_cut(&compressed, 1);
    for packed in [GZ, ZST, BZ2, XZ, BUNDLE, TAR_GZ] {
        requests_of_a_cut(packed, 499);
    }
}

fn within(limits: Limits, packed: &[u8]) -> Report {
    let mut inspector = Inspector::new();
    inspector.open_within("it", &Settings::default(), limits);
    for chunk in packed.chunks(10_000) {
        inspector.feed(chunk);
    }
    inspector.report()
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let limits = Limits {
        free: 1 << 20,
        ratio: 100,
        ..Limits::default()
    };
    let text = b"x".repeat(32 << 20);
    let bomb = gzip(&text);
    let report = within(limits, &bomb);
    assert_eq!(code(&report.files[0]), Some("packed-ratio"));
    assert!(report.files[0].bytes < 2 << 20, "{}", report.files[0].bytes);

    // A bomb inside another unpacks its outer packing first.
    let packed = zip(&[
        Member::deflated("first.log", SAMPLE),
        Member::deflated("bomb.gz", &bomb),
        Member::deflated("never.log", SAMPLE),
    ]);
    let report = within(limits, &packed);
    assert_eq!(names(&report), ["it", "it › bomb.gz", "it › first.log"]);
    assert_eq!(code(file(&report, "it")), Some("packed-ratio"));
    assert_eq!(report.totals.activesync, 231);

    // As repetitive as a log gets.
    let log = lines(0, 1).repeat(20_000);
    let report = within(Limits::default(), &gzip(&log));
    assert_eq!(report.files[0].lines.total, 20_000);
}

#[test]
fn depth_and_members_are_bounded() {
    let mut packed = lines(0, 5);
    let limits = Limits {
        depth: 3,
        members: 10,
        ..Limits::default()
    };
    for depth in 1..=3 {
        packed = gzip(&packed);
        assert_eq!(within(limits, &packed).totals.requests, 5, "{depth}");
    }
    packed = gzip(&packed);
    let report = within(limits, &packed);
    assert_eq!(
        (code(&report.files[0]), report.totals.requests),
        (Some("archive"), 0)
    );

    let texts: Vec<(String, Vec<u8>)> = (0..20)
        .map(|n| (format!("{n}.log"), lines(n, n + 1)))
        .collect();
    let members: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_slice()))
        .collect();
    let report = within(limits, &tar(&members));
    assert_eq!(code(file(&report, "it")), Some("packed-members"));
    assert_eq!(report.totals.lines.total, 10);
}

#[test]
fn a_window_that_takes_too_much_memory_is_refused() {
    let limits = Limits {
        window: 32 << 10,
        ..Limits::default()
    };
    for packed in [ZST, XZ] {
        let report = within(limits, packed);
        assert_eq!(code(&report.files[0]), Some("packed-memory"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Damage to packed files of every kind: no panic, and no chunk shows.
    #[test]
    fn damaged_archives_are_read_to_their_end(
        which in 0..7_usize,
        changes in prop::collection::vec((0..20_000_usize, any::<u8>()), 0..8),
        cut in 0..20_000_usize,
        length in 0..300_usize,
        chunk in 1..5_000_usize,
    ) {
        let mut bytes = match which {
            0 => GZ.to_vec(),
            1 => ZST.to_vec(),
            2 => BZ2.to_vec(),
            3 => XZ.to_vec(),
            4 => BUNDLE.to_vec(),
            5 => TAR_GZ.to_vec(),
            _ => bundle(),
        };
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        let cut = cut % bytes.len();
        bytes.drain(cut..(cut + length).min(bytes.len()));
        prop_assert_eq!(json(&bytes, chunk), json(&bytes, usize::MAX));
    }
}
