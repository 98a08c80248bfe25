//! tar archives: blocks of 512 bytes, a header before each member.
//! <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html>,
//! <https://www.gnu.org/software/tar/manual/html_node/Standard.html>

use super::{Fault, Flaw, Layer, Next, Node, Packing, Walk, inside, step_through, take};
use crate::input::{CodePage, Content};

pub(super) const BLOCK: usize = 512;

/// Longest name or list of attributes that is read, in bytes.
const MAX_EXTENSION: u64 = 1 << 20;

pub(super) struct Tar {
    name: String,
    depth: u32,
    at: At,
    /// Bytes of which more are needed.
    held: Vec<u8>,
    /// Bytes that came.
    came: u64,
    flaw: Option<Flaw>,
    /// What stands before a header and is about it.
    long_name: Option<String>,
    long_size: Option<u64>,
    sparse: bool,
    /// Whether the blocks that end an archive were there.
    ended: bool,
}

enum At {
    Header,
    /// Its bytes to come, and those that fill up its last block.
    Member(Box<Node>, u64, u64),
    /// A longer name for the member behind it.
    LongName(u64),
    /// Attributes of the member behind it.
    Attributes(u64),
    /// Bytes of no interest.
    Skip(u64),
    /// Further blocks about a file with holes.
    Holes(Box<Node>, u64),
}

impl Tar {
    pub(super) fn new(name: &str, depth: u32) -> Self {
        Self {
            name: name.to_owned(),
            depth,
            at: At::Header,
            held: Vec::new(),
            came: 0,
            flaw: None,
            long_name: None,
            long_size: None,
            sparse: false,
            ended: false,
        }
    }

    fn flaw(&self, fault: Fault, rest: &[u8]) -> Flaw {
        Flaw {
            fault,
            packing: Packing::Tar,
            offset: self.came - rest.len() as u64,
        }
    }

    fn step(&mut self, rest: &mut &[u8], walk: &mut Walk<'_>) -> Next {
        match std::mem::replace(&mut self.at, At::Header) {
            At::Header => {
                let Some((block, behind)) = rest.split_at_checked(BLOCK) else {
                    return Next::More;
                };
                if block.iter().all(|&b| b == 0) {
                    self.ended = true;
                } else if is_header(block) {
                    self.ended = false;
                    self.at = self.header(block, walk);
                } else if !self.ended {
                    // The next block that is a header goes on. Behind the end of an archive, anything may stand.
                    let flaw = self.flaw(Fault::Damaged, rest);
                    self.flaw.get_or_insert(flaw);
                }
                *rest = behind;
            }
            At::Member(mut node, left, fill) => {
                let bytes = take(rest, left);
                node.feed(bytes, walk);
                let left = left - bytes.len() as u64;
                if left > 0 || walk.stopped() {
                    self.at = At::Member(node, left, fill);
                    return Next::More;
                }
                node.finish(None, walk);
                self.at = At::Skip(fill);
            }
            At::Skip(left) => {
                let left = left - take(rest, left).len() as u64;
                if left > 0 {
                    self.at = At::Skip(left);
                    return Next::More;
                }
            }
            At::LongName(length) => {
                let Some(bytes) = whole(rest, length) else {
                    self.at = At::LongName(length);
                    return Next::More;
                };
                self.long_name = Some(text(bytes));
                self.at = At::Skip(fill(length));
            }
            At::Attributes(length) => {
                let Some(bytes) = whole(rest, length) else {
                    self.at = At::Attributes(length);
                    return Next::More;
                };
                self.attributes(bytes);
                self.at = At::Skip(fill(length));
            }
            At::Holes(mut node, size) => {
                let Some((block, behind)) = rest.split_at_checked(BLOCK) else {
                    self.at = At::Holes(node, size);
                    return Next::More;
                };
                *rest = behind;
                self.at = if block[504] != 0 {
                    At::Holes(node, size)
                } else {
                    node.finish(None, walk);
                    At::Skip(size + fill(size))
                };
            }
        }
        Next::Again
    }

    /// What a header announces.
    fn header(&mut self, block: &[u8], walk: &mut Walk<'_>) -> At {
        let kind = block[156];
        let size = number(&block[124..136]);
        match kind {
            b'L' if size <= MAX_EXTENSION => return At::LongName(size),
            b'x' if size <= MAX_EXTENSION => return At::Attributes(size),
            b'L' | b'K' | b'x' | b'g' | b'V' => return At::Skip(size.saturating_add(fill(size))),
            _ => {}
        }
        let name = self.long_name.take().unwrap_or_else(|| {
            let prefix = if &block[257..263] == b"ustar\0" {
                text(&block[345..500])
            } else {
                String::new()
            };
            let name = text(&block[..100]);
            if prefix.is_empty() {
                name
            } else {
                format!("{prefix}/{name}")
            }
        });
        let size = self.long_size.take().unwrap_or(size);
        let sparse = std::mem::take(&mut self.sparse);
        let mut node = Node::new(inside(&self.name, &name), self.depth + 1, true);
        walk.member();
        match kind {
            b'0' | 0 | b'7' if name.ends_with('/') => node.leave_out(Content::Folder),
            b'0' | 0 | b'7' if !sparse => {
                return At::Member(Box::new(node), size, fill(size));
            }
            b'S' if block[482] != 0 => {
                node.leave_out(Content::Method("a file with holes"));
                return At::Holes(Box::new(node), size);
            }
            b'S' | b'0' | 0 | b'7' => node.leave_out(Content::Method("a file with holes")),
            _ => node.leave_out(Content::Folder),
        }
        node.finish(None, walk);
        // Links, devices and folders have no content, whatever size they state; what has one has it as its size says.
        match kind {
            b'1'..=b'6' => At::Header,
            _ => At::Skip(size.saturating_add(fill(size))),
        }
    }

    /// Attributes are lines of `length key=value`; the length is that of the whole line.
    fn attributes(&mut self, mut bytes: &[u8]) {
        while let Some(blank) = memchr::memchr(b' ', bytes) {
            let length = std::str::from_utf8(&bytes[..blank])
                .ok()
                .and_then(|n| n.parse().ok());
            let line = length.filter(|&n| n > blank && n <= bytes.len());
            let Some(length) = line else { return };
            let pair = &bytes[blank + 1..length];
            let pair = pair.strip_suffix(b"\n").unwrap_or(pair);
            bytes = &bytes[length..];
            let Some(equals) = memchr::memchr(b'=', pair) else {
                continue;
            };
            let (key, value) = (&pair[..equals], &pair[equals + 1..]);
            match key {
                b"path" | b"GNU.sparse.name" => self.long_name = Some(text(value)),
                b"size" => self.long_size = text(value).parse().ok(),
                _ if key.starts_with(b"GNU.sparse.") => self.sparse = true,
                _ => {}
            }
            self.sparse |= key == b"GNU.sparse.name";
        }
    }
}

impl Layer for Tar {
    fn feed(&mut self, bytes: &[u8], walk: &mut Walk<'_>) {
        self.came += bytes.len() as u64;
        let held = std::mem::take(&mut self.held);
        self.held = step_through(held, bytes, |rest| {
            !walk.stopped() && self.step(rest, walk) == Next::Again
        });
    }

    fn finish(&mut self, flaw: Option<Flaw>, walk: &mut Walk<'_>) {
        let cut = self.flaw(walk.shared.stop.unwrap_or(Fault::Cut), &[]);
        if let At::Member(node, ..) | At::Holes(node, _) = &mut self.at {
            node.finish(Some(cut), walk);
        }
        // Without the blocks that end it, an archive that is over behind a member may be all there is: some tools leave
        // them out.
        let over = matches!(self.at, At::Header) && self.held.is_empty();
        if (!over && !self.ended) || walk.stopped() {
            self.flaw.get_or_insert(cut);
        }
        if let Some(flaw) = self.flaw.or(flaw) {
            walk.sink.flawed(&self.name, flaw);
        }
    }
}

/// Whether a block is a header: its bytes, with blanks in place of the checksum, add up to that.
pub(super) fn is_header(block: &[u8]) -> bool {
    let sum: u64 = block.iter().map(|&b| u64::from(b)).sum();
    let own: u64 = block[148..156].iter().map(|&b| u64::from(b)).sum();
    block[0] != 0 && number(&block[148..156]) == sum - own + 8 * u64::from(b' ')
}

/// A number: octal digits, or binary with the highest bit set where these do not suffice.
fn number(field: &[u8]) -> u64 {
    if field[0] & 0x80 != 0 {
        let low = field.iter().skip(field.len().saturating_sub(8));
        return low.fold(0, |n, &b| n << 8 | u64::from(b));
    }
    field
        .iter()
        .skip_while(|&&b| b == b' ')
        .take_while(|b| (b'0'..=b'7').contains(b))
        .fold(0, |n, &b| n << 3 | u64::from(b - b'0'))
}

/// Bytes that fill up the last block.
fn fill(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

/// Takes so many bytes from the front, if they are there.
fn whole<'a>(rest: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    (rest.len() as u64 >= length).then(|| take(rest, length))
}

/// A text up to its NUL.
fn text(field: &[u8]) -> String {
    let end = memchr::memchr(0, field).unwrap_or(field.len());
    CodePage::default().text(&field[..end])
}
