//! zip archives, read from their beginning: each member has a header of its own before it, and the directory at the end
//! says nothing of it that is needed here. <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
//!
//! An archive that was written to a pipe has sizes and checksum of a member behind it. Compressed members know their end
//! themselves; of others it is searched for.

use super::deflate::{Deflate, Deflate64};
use super::stream::{Codec, Progress, Pump};
use super::zip_fields::{
    DESCRIBED, DESCRIPTOR, HEADER, SIGNATURE, descriptor, header_length, long_size, name,
};
use super::zip_fields::{ELSEWHERE, u16_at, u32_at};
use super::{
    Fault, Flaw, Layer, Next, Node, Packing, Walk, bzip2, inside, step_through, take, xz, zstd,
};
use crate::input::Content;
use flate2::Crc;
use memchr::memmem;

/// The header of a member.
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
/// The end of the archive.
pub(super) const END: &[u8] = b"PK\x05\x06";
/// The directory.
pub(super) const CENTRAL: &[u8] = b"PK\x01\x02";
/// Flags of a member.
const ENCRYPTED: u16 = 1;
const SIZES_BEHIND: u16 = 1 << 3;
const NAME_IS_UTF8: u16 = 1 << 11;

pub(super) struct Zip {
    name: String,
    depth: u32,
    at: At,
    /// Bytes of which more are needed.
    held: Vec<u8>,
    /// Bytes that came.
    came: u64,
    flaw: Option<Flaw>,
}

enum At {
    Header,
    Member(Box<Member>),
    /// Behind damage: the next header is looked for.
    Lost,
    /// In the directory, of which only the end matters.
    Directory,
    End,
}

/// A member that is being read.
struct Member {
    child: Node,
    way: Way,
    part: Part,
    /// Packed bytes that are still to come, where that is known.
    left: Option<u64>,
    /// Packed bytes that were taken.
    read: u64,
    /// Whether sizes and checksum stand behind it.
    described: bool,
    /// The checksum that its header states.
    crc: u32,
    flaw: Option<Fault>,
}

enum Way {
    Stored(Crc),
    Unpacked(Box<Pump>),
    LeftOut,
}

enum Part {
    Data,
    /// It is over before its packed bytes are.
    Rest,
    Descriptor,
}

impl Zip {
    pub(super) fn new(name: &str, depth: u32) -> Self {
        Self {
            name: name.to_owned(),
            depth,
            at: At::Header,
            held: Vec::new(),
            came: 0,
            flaw: None,
        }
    }

    fn flaw(&self, fault: Fault, rest: &[u8]) -> Flaw {
        Flaw {
            fault,
            packing: Packing::Zip,
            offset: self.came - rest.len() as u64,
        }
    }

    fn lost(&mut self, rest: &[u8]) -> At {
        let flaw = self.flaw(Fault::Damaged, rest);
        self.flaw.get_or_insert(flaw);
        At::Lost
    }

    fn step(&mut self, rest: &mut &[u8], walk: &mut Walk<'_>) -> Next {
        match std::mem::replace(&mut self.at, At::Header) {
            At::Header => {
                if rest.len() < SIGNATURE {
                    return Next::More;
                }
                // Behind a folder, which needs none.
                if rest.starts_with(DESCRIPTOR) {
                    if rest.len() < DESCRIBED {
                        return Next::More;
                    }
                    let length = descriptor(rest, 0).map_or(SIGNATURE, |(_, length)| length);
                    *rest = &rest[length..];
                    return Next::Again;
                }
                if !rest.starts_with(LOCAL) {
                    self.at = if rest.starts_with(b"PK") {
                        At::Directory
                    } else {
                        self.lost(rest)
                    };
                    return Next::Again;
                }
                let Some(length) = header_length(rest).filter(|&length| length <= rest.len())
                else {
                    return Next::More;
                };
                let member = self.member(&rest[..length], walk);
                *rest = &rest[length..];
                self.at = At::Member(Box::new(member));
                Next::Again
            }
            At::Member(mut member) => {
                let next = self.inside(&mut member, rest, walk);
                if let Some(at) = next {
                    let flaw = member.flaw.map(|fault| self.flaw(fault, rest));
                    member.child.finish(flaw, walk);
                    self.at = at;
                    Next::Again
                } else {
                    self.at = At::Member(member);
                    Next::More
                }
            }
            At::Lost => {
                let headers = memmem::find_iter(rest, b"PK").find(|&at| {
                    [LOCAL, CENTRAL, END]
                        .iter()
                        .any(|s| rest[at..].starts_with(s))
                });
                *rest = &rest[headers.unwrap_or(rest.len().saturating_sub(SIGNATURE - 1))..];
                let found = headers.is_some();
                self.at = if found { At::Header } else { At::Lost };
                if found { Next::Again } else { Next::More }
            }
            At::Directory => {
                let end = memmem::find(rest, END);
                *rest = &rest[end.unwrap_or(rest.len().saturating_sub(SIGNATURE - 1))..];
                self.at = if end.is_some() {
                    At::End
                } else {
                    At::Directory
                };
                if end.is_some() {
                    Next::Again
                } else {
                    Next::More
                }
            }
            At::End => {
                *rest = &[];
                self.at = At::End;
                Next::More
            }
        }
    }

    /// The member that a header announces.
    fn member(&self, header: &[u8], walk: &mut Walk<'_>) -> Member {
        let (flags, method) = (u16_at(header, 6), u16_at(header, 8));
        let name_end = HEADER + usize::from(u16_at(header, 26));
        let name = name(&header[HEADER..name_end], flags & NAME_IS_UTF8 != 0);
        let size = match u32_at(header, 18) {
            ELSEWHERE => long_size(header, name_end),
            size => u64::from(size),
        };
        let described = flags & SIZES_BEHIND != 0;
        let window = walk.shared.limits.window;
        let unpacked = |codec: Box<dyn Codec>| Ok(Way::Unpacked(Box::new(Pump::new(codec))));
        let folder = name.ends_with(['/', '\\']);
        let way = if folder && !(described && size == 0 && method == 8) {
            Err(Content::Folder)
        } else if flags & ENCRYPTED != 0 {
            Err(Content::Encrypted)
        } else {
            match method {
                _ if size == 0 && !described => Ok(Way::Stored(Crc::new())),
                0 => Ok(Way::Stored(Crc::new())),
                8 => unpacked(Box::new(Deflate::new())),
                9 => unpacked(Box::new(Deflate64::new(size > 0))),
                12 => unpacked(Box::new(bzip2::Bzip2::new())),
                93 => unpacked(Box::new(zstd::Zstd::new(window))),
                95 => unpacked(Box::new(xz::Xz::new(window))),
                14 => Err(Content::Method("a file packed in LZMA")),
                98 => Err(Content::Method("a file packed in PPMd")),
                _ => Err(Content::Method("a file packed in a rare way")),
            }
        };
        walk.member();
        let mut child = Node::new(inside(&self.name, &name), self.depth + 1, true);
        if folder {
            child.leave_out(Content::Folder);
        }
        // A folder has no bytes, so none is searched for an end. (Java packs them: that knows its end.)
        let bare = matches!(way, Err(Content::Folder)) && size == 0;
        let way = way.unwrap_or_else(|content| {
            child.leave_out(content);
            Way::LeftOut
        });
        Member {
            child,
            way,
            part: Part::Data,
            left: (size > 0 || bare || !described).then_some(size),
            read: 0,
            described: described && !bare,
            crc: u32_at(header, 14),
            flaw: None,
        }
    }

    /// Reads on in a member, and tells what comes behind it once it is over.
    fn inside(&mut self, member: &mut Member, rest: &mut &[u8], walk: &mut Walk<'_>) -> Option<At> {
        if let Part::Data = member.part {
            let over = match member.left {
                Some(left) => member.known(left, rest, walk),
                None => member.unknown(rest, walk),
            };
            if walk.stopped() || !over {
                return None;
            }
            let lost =
                member.left.is_none() && member.flaw.is_some_and(|fault| fault != Fault::Checksum);
            if lost {
                return Some(self.lost(rest));
            }
            member.part = Part::Rest;
        }
        if let Part::Rest = member.part {
            let taken = take(rest, member.left.unwrap_or(0)).len() as u64;
            member.read += taken;
            member.left = member.left.map(|left| left - taken);
            if member.left.is_some_and(|left| left > 0) {
                return None;
            }
            member.part = Part::Descriptor;
        }
        if member.described {
            if rest.len() < DESCRIBED {
                return None;
            }
            let Some((crc, length)) = descriptor(rest, member.read) else {
                member.flaw = Some(Fault::Damaged);
                return Some(self.lost(rest));
            };
            *rest = &rest[length..];
            member.crc = crc;
        }
        if member.sum().is_some_and(|sum| sum != member.crc) {
            member.flaw.get_or_insert(Fault::Checksum);
        }
        Some(At::Header)
    }
}

impl Member {
    /// Reads on where the number of packed bytes is known; tells whether it is over.
    fn known(&mut self, left: u64, rest: &mut &[u8], walk: &mut Walk<'_>) -> bool {
        let part = take(rest, left);
        self.left = Some(left - part.len() as u64);
        let Way::Unpacked(pump) = &mut self.way else {
            self.store(part, walk);
            return self.left == Some(0);
        };
        self.read += part.len() as u64;
        // What is behind the end of what is packed, or behind damage in it, is passed over.
        let progress = pump.run(&mut { part }, &mut self.child, walk);
        if progress == Progress::Going && self.left == Some(0) && !walk.stopped() {
            pump.break_off(&mut self.child, walk);
            return self.note(Progress::Failed(Fault::Damaged));
        }
        self.note(progress)
    }

    /// Reads on where only what is behind the member tells where it ends.
    fn unknown(&mut self, rest: &mut &[u8], walk: &mut Walk<'_>) -> bool {
        if let Way::Unpacked(pump) = &mut self.way {
            let before = rest.len();
            let progress = pump.run(rest, &mut self.child, walk);
            self.read += (before - rest.len()) as u64;
            return self.note(progress);
        }
        loop {
            let found = memmem::find(rest, DESCRIPTOR);
            // The signature may begin with the last bytes there are.
            let before = found.unwrap_or(rest.len().saturating_sub(SIGNATURE - 1));
            self.store(take(rest, before as u64), walk);
            if found.is_none() || rest.len() < DESCRIBED {
                return false;
            }
            let fits = descriptor(rest, self.read)
                .is_some_and(|(crc, _)| self.sum().is_none_or(|sum| sum == crc));
            if fits {
                return true;
            }
            self.store(take(rest, SIGNATURE as u64), walk);
        }
    }

    fn store(&mut self, bytes: &[u8], walk: &mut Walk<'_>) {
        self.read += bytes.len() as u64;
        if let Way::Stored(crc) = &mut self.way {
            crc.update(bytes);
            self.child.feed(bytes, walk);
        }
    }

    /// The checksum of what was unpacked.
    fn sum(&self) -> Option<u32> {
        match &self.way {
            Way::Stored(crc) => Some(crc.sum()),
            Way::Unpacked(pump) => Some(pump.crc.sum()),
            Way::LeftOut => None,
        }
    }

    /// Keeps what went wrong, and tells whether the member is over.
    fn note(&mut self, progress: Progress) -> bool {
        match progress {
            Progress::Going => return false,
            Progress::Over => {}
            Progress::Mismatch => self.flaw = Some(Fault::Checksum),
            Progress::Failed(fault) => self.flaw = Some(fault),
        }
        true
    }
}

impl Layer for Zip {
    fn feed(&mut self, bytes: &[u8], walk: &mut Walk<'_>) {
        self.came += bytes.len() as u64;
        let held = std::mem::take(&mut self.held);
        self.held = step_through(held, bytes, |rest| {
            !walk.stopped() && self.step(rest, walk) == Next::Again
        });
    }

    fn finish(&mut self, flaw: Option<Flaw>, walk: &mut Walk<'_>) {
        let held = std::mem::take(&mut self.held);
        let cut = self.flaw(walk.shared.stop.unwrap_or(Fault::Cut), &[]);
        let complete = matches!(self.at, At::End);
        if let At::Member(member) = &mut self.at {
            let data = matches!(member.part, Part::Data);
            match &mut member.way {
                _ if !data || walk.stopped() => {}
                Way::Unpacked(pump) => pump.break_off(&mut member.child, walk),
                Way::Stored(_) | Way::LeftOut => member.store(&held, walk),
            }
            let own = member.flaw.map(|fault| Flaw { fault, ..cut });
            member.child.finish(own.or(data.then_some(cut)), walk);
        }
        if !complete {
            self.flaw.get_or_insert(cut);
        }
        if let Some(flaw) = self.flaw.or(flaw) {
            walk.sink.flawed(&self.name, flaw);
        }
    }
}
