//! Packed and otherwise encoded logs read as the plain ones do, and what is wrong with them is told.
#![cfg(not(target_arch = "wasm32"))]

mod pack;

use pack::logs::*;
use pack::{Member, Sizes, gzip, tar, tar_member, zip};
use pinglens::Inspector;
use pinglens::explain::Explanation;
use pinglens::input::{CodePage, Excerpt, Limits};
use pinglens::log::Log;
use pinglens::report::{ListFormat, Lister, Output, redact, write};
use pinglens::settings::Settings;

#[test]
fn a_compressed_log_reads_as_the_plain_one() {
    let plain = json(SAMPLE, usize::MAX);
    for (kind, packed) in [("gz", GZ), ("zst", ZST), ("bz2", BZ2), ("xz", XZ)] {
        for chunk in CHUNKS {
            assert!(json(packed, chunk) == plain, "{kind} in chunks of {chunk}");
        }
    }
}

#[test]
fn streams_one_behind_the_other_are_one_log() {
    let plain = json(&SAMPLE.repeat(2), usize::MAX);
    let skipped = [b"\x5a\x2a\x4d\x18\x05\0\0\0".as_slice(), b"notes"].concat();
    let pad = [0; 8];
    for (kind, packed) in [
        ("gz", [GZ, GZ].concat()),
        ("padded gz", [GZ, &pad, GZ, &pad].concat()),
        ("zst", [&skipped, ZST, &skipped, ZST, &skipped].concat()),
        ("bz2", [BZ2, BZ2].concat()),
        ("xz", [XZ, &pad, XZ, &pad].concat()),
    ] {
        for chunk in [1, 1000, usize::MAX] {
            assert!(json(&packed, chunk) == plain, "{kind} in chunks of {chunk}");
        }
    }
}

#[test]
fn a_gzip_header_may_hold_anything() {
    let mut packed = GZ[..10].to_vec();
    packed[3] = 0b1_1110;
    packed.extend_from_slice(b"\x03\0abcaccess.log\0a comment\0\0\0");
    packed.extend_from_slice(&GZ[10..]);
    let plain = json(SAMPLE, usize::MAX);
    for chunk in CHUNKS {
        assert!(json(&packed, chunk) == plain, "chunks of {chunk}");
    }
}

#[test]
fn utf_16_reads_as_utf_8() {
    let without_size = |json: &str| -> String {
        let lines = json.lines().filter(|l| !l.contains("\"bytes\""));
        lines.collect()
    };
    let crlf = String::from_utf8_lossy(SAMPLE).replace('\n', "\r\n");
    for text in [String::from_utf8_lossy(SAMPLE).into_owned(), crlf] {
        let plain = without_size(&json(text.as_bytes(), usize::MAX));
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for (kind, mark, bytes) in [
            ("little", b"\xff\xfe".as_slice(), &little),
            ("little without a mark", b"", &little),
            ("big", b"\xfe\xff", &big),
            ("big without a mark", b"", &big),
        ] {
            let bytes = [mark, bytes].concat();
            for chunk in CHUNKS {
                let got = without_size(&json(&bytes, chunk));
                assert!(got == plain, "{kind} in chunks of {chunk}");
            }
            let zipped = zip(&[Member::deflated("a.log", &bytes)]);
            assert_eq!(
                report(&zipped, 1000).totals.activesync,
                231,
                "{kind}, packed"
            );
        }
    }
}

#[test]
fn every_member_of_an_archive_is_a_log_of_its_own() {
    for (archive, packed) in [("zip", BUNDLE), ("tar.gz", TAR_GZ)] {
        let whole = report(packed, usize::MAX);
        let expected = ["it › logs/access.log", "it › logs/access.log.1"];
        assert_eq!(names(&whole), expected, "{archive}");
        for (name, text) in expected.iter().zip([lines(0, 40), lines(40, 80)]) {
            let mut alone = report(&text, usize::MAX).files.remove(0);
            let packed = file(&whole, name);
            alone.name = (*name).to_owned();
            alone.text = packed.text;
            assert_eq!(*packed, alone, "{archive}");
        }
        let mut texts: Vec<u32> = whole.files.iter().map(|file| file.text).collect();
        texts.sort_unstable();
        assert_eq!(texts, [0, 1], "{archive}");
        for chunk in CHUNKS {
            assert_eq!(
                report(packed, chunk),
                whole,
                "{archive} in chunks of {chunk}"
            );
        }
    }
    assert_eq!(report(PIPED, 7).files[0].lines.total, 40);
}

/// All ways of packing a member, and all places where its sizes may stand.
fn zip_forms(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    let packed = |method| match method {
        pack::STORED => text.to_vec(),
        // The two differ in matches longer and farther than what a text without repetitions has.
        pack::DEFLATE | pack::DEFLATE64 => pack::deflate(text),
        pack::BZIP2 => BZ2.to_vec(),
        pack::ZSTD => ZST.to_vec(),
        _ => XZ.to_vec(),
    };
    let behind = |signed, long| Sizes::Behind { signed, long };
    let mut forms = Vec::new();
    for method in [
        pack::STORED,
        pack::DEFLATE,
        pack::DEFLATE64,
        pack::BZIP2,
        pack::ZSTD,
        pack::XZ,
    ] {
        for (i, sizes) in [
            Sizes::Before,
            Sizes::BeforeLong,
            behind(true, false),
            behind(true, true),
            behind(false, false),
            behind(false, true),
        ]
        .into_iter()
        .enumerate()
        {
            // Without a signature, nothing tells where a stored member ends.
            if method == pack::STORED && i >= 4 {
                continue;
            }
            let member = Member {
                method,
                packed: packed(method),
                sizes,
                ..Member::stored("a.log", text)
            };
            let last = Member::deflated("last.log", b"one more line\n");
            forms.push((format!("method {method}, sizes {i}"), zip(&[member, last])));
        }
    }
    forms
}

#[test]
fn zip_members_are_read_however_they_are_packed() {
    // Deflate64 reads what deflate wrote as long as no match has its longest length.
    let short: Vec<u8> = (0..200)
        .flat_map(|n| format!("{:x} {n}\n", n * n * 977).into_bytes())
        .collect();
    for (text, deflate64) in [(SAMPLE, false), (short.as_slice(), true)] {
        let lines = text.split_inclusive(|&b| b == b'\n').count() as u64;
        for (form, packed) in zip_forms(text) {
            let fixture = ["12,", "93,", "95,"].iter().any(|m| form.contains(m));
            if form.contains("method 9,") != deflate64 || fixture && deflate64 {
                continue;
            }
            let whole = report(&packed, usize::MAX);
            assert_eq!(names(&whole), ["it › a.log", "it › last.log"], "{form}");
            let a = file(&whole, "it › a.log");
            assert_eq!(
                (a.bytes, a.lines.total),
                (text.len() as u64, lines),
                "{form}"
            );
            assert!(
                !code(a).is_some_and(|c| c.starts_with("packed")),
                "{form}: {:?}",
                a.problem
            );
            for chunk in [1, 7, 1000] {
                assert_eq!(report(&packed, chunk), whole, "{form} in chunks of {chunk}");
            }
        }
    }
}

#[test]
fn a_bundle_is_read_through_all_its_packings() {
    let packed = bundle();
    let whole = report(&packed, usize::MAX);
    assert_eq!(
        names(&whole),
        [
            "it",
            "it › bundle/access.log.1.gz",
            "it › bundle/inner.tar.gz › traveler/access.log",
            "it › bundle/nested.zip › old/access.log",
        ]
    );
    let counts: Vec<u64> = whole.files.iter().map(|f| f.lines.total).collect();
    assert_eq!(counts, [30, 30, 30, 0]);
    let archive = file(&whole, "it").archive.as_ref().expect("an archive");
    let others: Vec<(&str, u64, &str)> = archive
        .others
        .iter()
        .map(|m| (m.what.as_str(), m.count, m.examples[0].as_str()))
        .collect();
    assert_eq!(archive.texts, 3);
    assert_eq!(
        others[0],
        (
            "a PNG picture",
            2,
            "it › bundle/inner.tar.gz › traveler/photo.png"
        )
    );
    for expected in [
        ("a folder or link", 1, "it › bundle/"),
        ("an empty file", 1, "it › bundle/empty.log"),
        ("a Notes database", 1, "it › bundle/names.nsf"),
        ("a 7z archive", 1, "it › bundle/other.7z"),
    ] {
        assert!(others.contains(&expected), "{expected:?} in {others:?}");
    }
    assert_eq!(code(file(&whole, "it")), Some("left-out"));
    for chunk in CHUNKS {
        assert_eq!(report(&packed, chunk), whole, "chunks of {chunk}");
    }
    // Pseudonyms hide the names of members like all others.
    let hidden = write(&redact(whole.clone(), &[]).report, Output::Json);
    assert!(!hidden.contains("bundle") && !hidden.contains("nsf"));
    let text = write(&whole, Output::Text);
    assert!(text.contains("2 × a PNG picture"), "{text}");
}

/// Lists the requests of a packed file, and of its texts one by one.
fn listed(inspector: &mut Inspector, bytes: &[u8], chunk: usize) -> String {
    let (log, explanation): (&Log, &Explanation) = inspector.explain();
    let mut lister = Lister::new(log, explanation, 0, ListFormat::Ndjson, true);
    let mut out = Vec::new();
    for chunk in bytes.chunks(chunk) {
        lister.feed(chunk, &mut out);
    }
    lister.finish(&mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_second_reading_finds_every_request_of_every_member() {
    let packed = bundle();
    let mut inspector = inspect("it", &packed, usize::MAX);
    let listed = listed(&mut inspector, &packed, 100);
    assert_eq!(listed.lines().count(), 90);
    let log = inspector.log();
    for row in 0..log.len() {
        let place = log.row(row).place;
        let name = &log.files[log.file_of(row) as usize].name;
        let known = format!(
            "\"file\":\"{name}\",\"line\":{},\"offset\":{},",
            place.line, place.offset
        );
        assert!(listed.contains(&known), "{known}");
    }
}

#[test]
fn a_record_is_found_again_in_what_is_packed() {
    let utf16: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(String::from_utf8_lossy(&lines(0, 30)).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let third = lines(60, 90);
    let marked = [b"\xef\xbb\xbf".as_slice(), &third].concat();
    let packed = gzip(&zip(&[
        Member::stored("a.png", PNG),
        Member::deflated("utf-16.log", &utf16),
        Member::deflated("marked.log", &marked),
    ]));
    let mut inspector = inspect("it", &packed, 1000);
    let (log, _) = inspector.explain();
    assert_eq!(log.files.len(), 3);
    for row in 0..log.len() {
        let row = log.row(row);
        let its = &log.files[row.file as usize];
        assert!(!its.plain);
        let from = if its.name.ends_with("utf-16.log") {
            0
        } else {
            60
        };
        let mut excerpt = Excerpt::new(its.text, row.place.offset, 4096, Limits::default());
        for chunk in packed.chunks(50) {
            if !excerpt.feed(chunk) {
                break;
            }
        }
        let (bytes, ends) = excerpt.finish();
        let (text, cut) = pinglens::raw::record_text(&bytes, ends, &its.settings);
        let at = from + row.place.line as usize;
        assert_eq!(text.as_bytes(), lines(at - 1, at).trim_ascii_end());
        assert!(!cut);
    }
}

#[test]
fn of_very_many_texts_that_are_no_logs_some_are_only_named() {
    let texts: Vec<(String, Vec<u8>)> = (0..100)
        .map(|n| {
            let text = if n % 10 == 9 {
                lines(n, n + 1)
            } else {
                b"key = value\n".to_vec()
            };
            (format!("{n}.txt"), text)
        })
        .collect();
    let members: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_slice()))
        .collect();
    let packed = tar(&members);
    let mut inspector = inspect("it", &packed, 1000);
    let whole = inspector.report();
    assert_eq!(
        (whole.files.len(), whole.totals.requests),
        (20 + 10 + 1, 10)
    );
    let archive = file(&whole, "it").archive.clone().expect("an archive");
    assert_eq!((archive.texts, archive.others[0].count), (30, 70));
    // What is only named does not shift what is read again.
    let listed = listed(&mut inspector, &packed, 512);
    assert_eq!(listed.lines().count(), 10);
    for n in (9..100).step_by(10) {
        assert!(listed.contains(&format!("it › {n}.txt")));
    }
}

#[test]
fn encrypted_members_are_named_and_left_out() {
    let report = report(ENCRYPTED, 100);
    let archive = file(&report, "it");
    assert_eq!(code(archive), Some("encrypted"));
    let held = archive.archive.as_ref().expect("an archive");
    let encrypted = held.others.iter().find(|o| o.what.contains("encrypted"));
    assert_eq!(encrypted.map(|o| o.count), Some(2));
    assert_eq!(report.totals.lines.total, 0);
}

#[test]
fn tar_archives_have_long_names_and_attributes() {
    let text = lines(0, 10);
    let long = "deep/".repeat(50) + "access.log";
    let attributes = "17 path=büro.log\n27 comment=of no interest.\n";
    let holes = "22 GNU.sparse.major=1\n29 GNU.sparse.name=holes.log\n";
    let mut packed = [
        tar_member(b"././@LongLink", b'L', format!("{long}\0").as_bytes()),
        tar_member(&long.as_bytes()[..99], b'0', &text),
        tar_member(b"PaxHeaders/x", b'x', attributes.as_bytes()),
        tar_member(b"short", b'0', &text),
        tar_member(b"PaxHeaders/y", b'x', holes.as_bytes()),
        tar_member(b"GNUSparseFile/holes.log", b'0', &text),
        tar_member(b"folder/", b'5', b""),
        tar_member(b"link", b'2', b""),
    ]
    .concat();
    packed.resize(packed.len() + 1024, 0);
    let whole = report(&packed, usize::MAX);
    assert_eq!(
        names(&whole),
        ["it", "it › büro.log", &format!("it › {long}")]
    );
    let others = &file(&whole, "it")
        .archive
        .as_ref()
        .expect("an archive")
        .others;
    let others: Vec<(&str, u64)> = others.iter().map(|o| (o.what.as_str(), o.count)).collect();
    assert_eq!(others, [("a folder or link", 2), ("a file with holes", 1)]);
    assert_eq!(code(file(&whole, "it")), Some("left-out"));
    for chunk in CHUNKS {
        assert_eq!(report(&packed, chunk), whole, "chunks of {chunk}");
    }
}

#[test]
fn names_of_members_are_shown_and_lead_nowhere() {
    let (first, second) = (lines(0, 5), lines(5, 10));
    let long = "x".repeat(5000);
    let packed = zip(&[
        Member::stored("../../etc/\u{202e}gol.sseca\u{1b}[2J", &first),
        Member::stored(&long, &second),
    ]);
    let report = report(&packed, 7);
    let text = write(&report, Output::Text);
    assert!(text.contains("it › ../../etc/\u{fffd}gol.sseca\u{fffd}[2J"));
    assert!(report.files.iter().all(|f| f.name.len() < 1100));
}

#[test]
fn copies_count_once_whatever_they_are_packed_in() {
    let mut inspector = Inspector::new();
    let zipped = zip(&[Member::deflated("sample.log", SAMPLE)]);
    for (name, bytes) in [
        ("sample.log", SAMPLE),
        ("sample.log.xz", XZ),
        ("a.zip", &zipped),
    ] {
        inspector.open(name);
        inspector.feed(bytes);
    }
    let report = inspector.report();
    assert_eq!(report.totals.activesync, 231);
    let copies = report.files.iter().filter(|f| code(f) == Some("duplicate"));
    assert_eq!(copies.count(), 2);
}

#[test]
fn names_in_old_code_pages_are_read_as_they_were_written() {
    let user = |bytes: &[u8], page: CodePage| {
        let line = [
            b"192.0.2.1 - ".as_slice(),
            bytes,
            b" [03/Mar/2010:23:59:59 -0500] \"POST /Microsoft-Server-ActiveSync?DeviceId=A1&Cmd=Ping HTTP/1.1\" 200 5\n",
        ]
        .concat();
        let mut inspector = Inspector::new();
        let settings = Settings {
            code_page: Some(page),
            ..Settings::default()
        };
        inspector.open_with("it", &settings);
        inspector.feed(&line);
        inspector.report().devices[0].users[0].clone()
    };
    let page = |name| CodePage::named(name).expect("it is known");
    assert_eq!(user(b"M\xfcller", CodePage::default()), "Müller");
    assert_eq!(user("Müller".as_bytes(), page("windows-1251")), "Müller");
    assert_eq!(user(b"\xc8\xe2\xe0\xed", page("windows-1251")), "Иван");
    assert_eq!(user(b"\x93c\x92\x86", page("shift_jis")), "田中");
}

#[test]
fn an_assumed_code_page_is_told_with_what_speaks_against_it() {
    let told = |names: &[&[u8]], page: Option<&str>| {
        let mut inspector = Inspector::new();
        let settings = Settings {
            code_page: page.and_then(CodePage::named),
            ..Settings::default()
        };
        inspector.open_with("it", &settings);
        for name in names {
            inspector.feed(
                &[
                    b"192.0.2.1 - ",
                    *name,
                    b" [03/Mar/2010:23:59:59 -0500] \"GET / HTTP/1.1\" 200 5\n",
                ]
                .concat(),
            );
        }
        let missing = inspector.report().files.remove(0).missing;
        let found = missing.into_iter().find(|m| m.code == "code-page");
        found.map(|m| m.sentence)
    };
    let western = told(&[b"M\xfcller", b"Jos\xe9", b"plain"], None).expect("a word");
    assert!(
        western.starts_with("2 lines are not in UTF-8") && !western.contains("wrong:"),
        "{western}"
    );
    let cyrillic = told(&[b"\xc8\xe2\xe0\xed"], None).expect("a word");
    assert!(
        cyrillic.starts_with("1 line is not") && cyrillic.contains("probably wrong"),
        "{cyrillic}"
    );
    assert_eq!(told(&[b"\xc8\xe2\xe0\xed"], Some("windows-1251")), None);
    assert_eq!(told(&["Иван".as_bytes()], None), None);
}

#[test]
fn a_name_spelled_in_a_url_is_in_the_code_page_too() {
    let line = b"192.0.2.1 - - [03/Mar/2010:23:59:59 -0500] \"POST /Microsoft-Server-ActiveSync?User=M%FCller&DeviceId=A1&Cmd=Ping HTTP/1.1\" 200 5\n";
    assert_eq!(report(line, 10).devices[0].users, ["Müller"]);
}
