//! What is said of packed files: what is wrong with a packing, and what an archive holds that is no log.

use super::model::{Contents, Members, Problem};
use crate::input::{Content, Fault, Flaw, Limits};
use crate::log::{Archive, FileLog};
use crate::sort::Arrange;
use crate::words::{count, counted};

/// What is wrong with what a file was packed in.
pub(super) fn flaw(flaw: Flaw) -> Problem {
    // "a gzip file", "an xz file"
    let (_, name) = flaw.packing.title().split_once(' ').unwrap_or_default();
    let at = count(flaw.offset);
    let limits = Limits::default();
    let (code, sentence) = match flaw.fault {
        Fault::Cut => (
            "packed-cut",
            format!(
                "The {name} breaks off behind byte {at}; what could be unpacked of it was read. Copy or download it \
                 again for the rest."
            ),
        ),
        Fault::Damaged => (
            "packed-damaged",
            format!(
                "The {name} is damaged near byte {at}; what could be unpacked of it was read. Copy or download it \
                 again for the rest."
            ),
        ),
        Fault::Checksum => (
            "packed-checksum",
            format!(
                "The checksum of what the {name} holds does not fit: it changed since it was packed. All of it was \
                 read, and some of it may be wrong."
            ),
        ),
        Fault::Trailing => (
            "packed-trailing",
            format!(
                "Behind byte {at} of the {name} stands something else, which was left out; what is before it was read."
            ),
        ),
        Fault::Window => (
            "packed-memory",
            format!(
                "The {name} takes more than {} MiB of memory to unpack. Unpack it and open what is in it.",
                limits.window >> 20
            ),
        ),
        Fault::Dictionary => (
            "packed-dictionary",
            format!(
                "The {name} needs the dictionary that it was packed with. Unpack it with that and open what is in it."
            ),
        ),
        Fault::Ratio => (
            "packed-ratio",
            format!(
                "Reading stopped at byte {at} of the {name}: it unpacks to more than {} times its size, as no log does. \
                 If there is a log in it, unpack it and open that.",
                count(limits.ratio)
            ),
        ),
        Fault::Members => (
            "packed-members",
            format!(
                "Reading stopped at byte {at} of the {name}: it has more than {} members. Unpack it and open the logs \
                 that are in it.",
                count(limits.members)
            ),
        ),
    };
    Problem { code, sentence }
}

/// What an archive holds.
pub(super) fn contents(archive: &Archive) -> Contents {
    let mut others: Vec<Members> = archive
        .others
        .iter()
        .map(|others| Members {
            what: kind(others.content).to_owned(),
            count: others.count,
            examples: others.examples.clone(),
        })
        .collect();
    others.arrange_by_key(|row| std::cmp::Reverse(row.count));
    Contents {
        texts: archive.texts,
        others,
    }
}

/// What an archive holds, in words: `2 texts; left out: 3 × a PNG picture (a.zip › 1.png, …)`.
pub(super) fn words(contents: &Contents) -> String {
    let mut words = counted(contents.texts, "text", "texts");
    for (i, others) in contents.others.iter().enumerate() {
        let lead = if i == 0 { "; left out: " } else { ", " };
        words += &format!("{lead}{} × {}", count(others.count), others.what);
        if !others.examples.is_empty() {
            let more = others.count > others.examples.len() as u64;
            let names = others.examples.join(", ");
            words += &format!(" ({names}{})", if more { ", …" } else { "" });
        }
    }
    words
}

/// What is wrong with an opened archive as such, and with archives in it.
pub(super) fn problem(file: &FileLog, archive: &Archive) -> Option<Problem> {
    let holds = |wanted: fn(&Content) -> bool| archive.others.iter().any(|o| wanted(&o.content));
    if let Some((name, first)) = archive.flaws.first() {
        let mut problem = flaw(*first);
        if *name != file.name {
            problem.sentence = format!("Of an archive inside it: {}", problem.sentence);
        }
        if archive.flawed > 1 {
            let more = count(archive.flawed - 1);
            problem.sentence += &format!(" It has {more} more such places.");
        }
        return Some(problem);
    }
    let (code, sentence) = if holds(|c| *c == Content::Encrypted) {
        (
            "encrypted",
            "Members of it are encrypted, and were left out. Unpack it with its password and open the logs that are in it.",
        )
    } else if holds(|c| {
        matches!(
            c,
            Content::Method(_) | Content::Archive(_) | Content::TooDeep
        )
    }) {
        (
            "left-out",
            "Members of it are packed in ways that are not read here, and were left out. Unpack them and open the logs \
             that are in them.",
        )
    } else if archive.texts == 0 {
        ("no-text", "There is no text in it, so there is no log.")
    } else {
        return None;
    };
    Some(Problem {
        code,
        sentence: sentence.to_owned(),
    })
}

/// What members are called that are the same kind of no text.
fn kind(content: Content) -> &'static str {
    match content {
        Content::Text(_) => "a text in no format that is known here",
        Content::Packed(packing) => packing.title(),
        Content::Empty => "an empty file",
        Content::Lost => "a file of which nothing could be unpacked",
        Content::Folder => "a folder or link",
        Content::Utf32 => "text in UTF-32",
        Content::Encrypted => "an encrypted file",
        Content::Method(what) => what,
        Content::TooDeep => "an archive too deep inside others",
        Content::Media(what) | Content::Archive(what) => what,
        Content::NotesDatabase => "a Notes database",
        Content::Binary => "a file without text",
    }
}
