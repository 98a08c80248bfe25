//! What is packed, unpacked: compressed files, archives, and any of them inside one another, as the bytes come.
//!
//! An opened file is a tree of [`Node`]s, of which one path is alive: each node looks at its first bytes, is text, or is
//! handed to a [`Layer`] that unpacks it into nodes of its own. Everything is pushed, nothing is read ahead, so that
//! memory does not grow with a file: 32 KiB for each packing, and what its method needs beyond, which is 8 MB for bzip2,
//! and for zstd and xz what the file asks for, up to [`Limits::window`].
//!
//! Whatever is wrong with a packing, what was unpacked before stays, and a [`Flaw`] says what it is and where.

mod bzip2;
mod deflate;
mod gzip;
mod packing;
mod stream;
mod tar;
mod xz;
mod zip;
mod zip_fields;
mod zstd;

use super::decode::{Decoder, Encoding};
use super::{Content, HEAD, Limits};
pub use packing::Packing;
use stream::Stream;

/// Stands between the name of an archive and that of its member.
pub const INSIDE: &str = " › ";

/// Longest name of a member that is kept, in bytes.
const NAME: usize = 1024;

/// Packed bytes are taken in blocks of this size, whatever the size of the chunks they come in: how far a decoder reads
/// ahead, and where it notices damage, depends on that.
const BLOCK: usize = 64 * 1024;

/// What is wrong with something packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It breaks off.
    Cut,
    /// It holds what its way of packing does not allow.
    Damaged,
    /// All of it was unpacked, and is not what was packed, as its checksum tells.
    Checksum,
    /// Something else stands behind it.
    Trailing,
    /// It needs more memory than is given to it.
    Window,
    /// It needs a dictionary that it was packed with.
    Dictionary,
    /// It unpacks to so much more than its size that something is wrong with it.
    Ratio,
    /// It has more members than any archive of logs.
    Members,
}

/// A fault, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// What is wrong.
    pub fault: Fault,
    /// With what.
    pub packing: Packing,
    /// About where in it, counted in bytes from its beginning; decoders notice damage somewhat behind its place.
    pub offset: u64,
}

/// A text that begins.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The opened file's name, and for a member of an archive its own behind it; only the latter is this room's.
    pub name: &'a str,
    /// How it is encoded.
    pub encoding: Encoding,
    /// Offset of the first byte that is handed on: a byte-order mark of UTF-8 counts, one of UTF-16 is gone with it.
    pub offset: u64,
    /// Whether its bytes are those of the opened file, from the first to the last.
    pub plain: bool,
}

/// What becomes of an opened file, in the order of its bytes. Between `begin` and `end` there is one text.
pub trait Sink {
    /// A text begins.
    fn begin(&mut self, opening: &Opening<'_>);
    /// Its next bytes, as UTF-8 or in a code page of single lines.
    fn text(&mut self, bytes: &[u8]);
    /// It ends, after so many bytes before decoding.
    fn end(&mut self, bytes: u64, flaw: Option<Flaw>);
    /// The opened file, or a member of an archive in it, is no text.
    fn other(&mut self, name: &str, content: Content, member: bool, bytes: u64, flaw: Option<Flaw>);
    /// An archive has a flaw of its own.
    fn flawed(&mut self, name: &str, flaw: Flaw);
}

/// An opened file on its way to texts.
pub struct Unpacker {
    root: Node,
    shared: Shared,
    /// Packed bytes that are no whole block yet.
    block: Vec<u8>,
}

/// What is counted over all of an opened file.
#[derive(Default)]
struct Shared {
    limits: Limits,
    packed: u64,
    unpacked: u64,
    members: u64,
    archive: Option<Packing>,
    /// Why nothing more is unpacked.
    stop: Option<Fault>,
}

/// What goes down the tree with the bytes.
struct Walk<'a> {
    shared: &'a mut Shared,
    sink: &'a mut dyn Sink,
}

impl Unpacker {
    /// A file of which nothing has been read yet.
    #[must_use]
    pub fn new(name: &str, limits: Limits) -> Self {
        Self {
            root: Node::new(name.to_owned(), 0, false),
            shared: Shared {
                limits,
                ..Shared::default()
            },
            block: Vec::new(),
        }
    }

    /// Takes the next chunk.
    pub fn feed(&mut self, mut chunk: &[u8], sink: &mut dyn Sink) {
        while !chunk.is_empty() {
            let Self {
                root,
                shared,
                block,
            } = self;
            let mut walk = Walk { shared, sink };
            chunk = match &root.state {
                State::Head(head) => {
                    let (taken, rest) = chunk.split_at(chunk.len().min(HEAD - head.len()));
                    walk.shared.packed += taken.len() as u64;
                    root.feed(taken, &mut walk);
                    rest
                }
                State::Packed(_) => {
                    let (taken, rest) = chunk.split_at(chunk.len().min(BLOCK - block.len()));
                    block.extend_from_slice(taken);
                    if block.len() == BLOCK {
                        self.pass_block(sink);
                    }
                    rest
                }
                State::Text(_) | State::Other(_) => {
                    root.feed(chunk, &mut walk);
                    &[]
                }
            };
        }
    }

    /// Ends the file.
    pub fn finish(&mut self, sink: &mut dyn Sink) {
        self.pass_block(sink);
        let mut walk = Walk {
            shared: &mut self.shared,
            sink,
        };
        self.root.finish(None, &mut walk);
    }

    /// What kind of archive the opened file is, below what it is compressed with; `None` if it is none.
    #[must_use]
    pub fn archive(&self) -> Option<Packing> {
        self.shared.archive
    }

    fn pass_block(&mut self, sink: &mut dyn Sink) {
        self.shared.packed += self.block.len() as u64;
        let mut walk = Walk {
            shared: &mut self.shared,
            sink,
        };
        self.root.feed(&self.block, &mut walk);
        self.block.clear();
    }
}

impl Walk<'_> {
    /// Counts bytes that were unpacked, and stops at the limit.
    fn unpacked(&mut self, bytes: usize) {
        let Shared {
            limits,
            packed,
            unpacked,
            stop,
            ..
        } = self.shared;
        *unpacked += bytes as u64;
        if *unpacked > limits.free && *unpacked / limits.ratio > *packed {
            stop.get_or_insert(Fault::Ratio);
        }
    }

    /// Counts a member of an archive, and stops at the limit.
    fn member(&mut self) {
        self.shared.members += 1;
        if self.shared.members > self.shared.limits.members {
            self.shared.stop.get_or_insert(Fault::Members);
        }
    }

    fn stopped(&self) -> bool {
        self.shared.stop.is_some()
    }
}

/// A way of unpacking into nodes.
trait Layer {
    fn feed(&mut self, bytes: &[u8], walk: &mut Walk<'_>);
    /// Ends it; `flaw` is that of what it stands in.
    fn finish(&mut self, flaw: Option<Flaw>, walk: &mut Walk<'_>);
}

/// The opened file, a member of an archive, or what something compressed holds.
struct Node {
    name: String,
    /// How many packings it stands in.
    depth: u32,
    /// Whether it stands in an archive.
    member: bool,
    bytes: u64,
    state: State,
}

enum State {
    /// The first bytes, until there are enough of them to tell what they are.
    Head(Vec<u8>),
    Text(Decoder),
    Packed(Box<dyn Layer>),
    Other(Content),
}

impl Node {
    fn new(name: String, depth: u32, member: bool) -> Self {
        Self {
            name,
            depth,
            member,
            bytes: 0,
            state: State::Head(Vec::new()),
        }
    }

    /// What something compressed holds; it goes by the same name.
    fn within(&self) -> Self {
        Self::new(self.name.clone(), self.depth + 1, self.member)
    }

    /// Names it and its content, and takes none of it.
    fn leave_out(&mut self, content: Content) {
        self.state = State::Other(content);
    }

    fn feed(&mut self, mut bytes: &[u8], walk: &mut Walk<'_>) {
        self.bytes += bytes.len() as u64;
        if let State::Head(head) = &mut self.state {
            let (taken, rest) = bytes.split_at(bytes.len().min(HEAD - head.len()));
            head.extend_from_slice(taken);
            if head.len() < HEAD {
                return;
            }
            self.tell(walk);
            bytes = rest;
        }
        self.pass(bytes, walk);
    }

    fn pass(&mut self, bytes: &[u8], walk: &mut Walk<'_>) {
        if bytes.is_empty() {
            return;
        }
        match &mut self.state {
            State::Text(decoder) if decoder.is_idle() => walk.sink.text(bytes),
            State::Text(decoder) => {
                for piece in bytes.chunks(BLOCK) {
                    let mut text = Vec::with_capacity(BLOCK);
                    decoder.feed(piece, &mut text);
                    walk.sink.text(&text);
                }
            }
            State::Packed(layer) => layer.feed(bytes, walk),
            State::Head(_) | State::Other(_) => {}
        }
    }

    /// Decides what it is from its head, and passes the head on.
    fn tell(&mut self, walk: &mut Walk<'_>) {
        let State::Head(head) = std::mem::replace(&mut self.state, State::Head(Vec::new())) else {
            return;
        };
        let content = Content::of(&head);
        let mut skip = 0;
        self.state = match content {
            Content::Text(encoding) => {
                skip = encoding.mark_len();
                let decoder = Decoder::new(encoding, &head);
                let bytes = matches!(encoding, Encoding::Bytes { .. });
                walk.sink.begin(&Opening {
                    name: &self.name,
                    encoding,
                    offset: if bytes { skip as u64 } else { 0 },
                    plain: self.depth == 0 && decoder.is_idle(),
                });
                State::Text(decoder)
            }
            Content::Packed(_) if self.depth >= walk.shared.limits.depth => {
                State::Other(Content::TooDeep)
            }
            Content::Packed(packing) => {
                if !self.member && matches!(packing, Packing::Zip | Packing::Tar) {
                    walk.shared.archive = Some(packing);
                }
                State::Packed(match packing {
                    Packing::Zip => Box::new(zip::Zip::new(&self.name, self.depth)),
                    Packing::Tar => Box::new(tar::Tar::new(&self.name, self.depth)),
                    stream => Box::new(Stream::new(stream, self.within(), &walk.shared.limits)),
                })
            }
            content => State::Other(content),
        };
        self.pass(&head[skip..], walk);
    }

    fn finish(&mut self, flaw: Option<Flaw>, walk: &mut Walk<'_>) {
        match &self.state {
            // Nothing came out of it, which does not make it empty.
            State::Head(head) if head.is_empty() && flaw.is_some() => {
                self.leave_out(Content::Lost);
            }
            State::Head(_) => self.tell(walk),
            _ => {}
        }
        match &mut self.state {
            State::Text(decoder) => {
                let mut text = Vec::new();
                decoder.finish(&mut text);
                if !text.is_empty() {
                    walk.sink.text(&text);
                }
                walk.sink.end(self.bytes, flaw);
            }
            State::Packed(layer) => layer.finish(flaw, walk),
            State::Other(content) => {
                walk.sink
                    .other(&self.name, *content, self.member, self.bytes, flaw);
            }
            State::Head(_) => {}
        }
    }
}

/// The name of a member behind that of its archive. It may be anything; it leads nowhere, and is shown with care.
fn inside(archive: &str, member: &str) -> String {
    let mut end = member.len().min(NAME);
    while !member.is_char_boundary(end) {
        end -= 1;
    }
    let short = if end < member.len() { "…" } else { "" };
    format!("{archive}{INSIDE}{}{short}", &member[..end])
}

/// Takes at most so many bytes from the front.
fn take<'a>(rest: &mut &'a [u8], most: u64) -> &'a [u8] {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (taken, behind) = rest.split_at(rest.len().min(most));
    *rest = behind;
    taken
}

/// Steps through what was held back and what came behind it, as long as `step` gets on; what it leaves is to be held back.
fn step_through(
    mut held: Vec<u8>,
    bytes: &[u8],
    mut step: impl FnMut(&mut &[u8]) -> bool,
) -> Vec<u8> {
    let mut rest = bytes;
    if !held.is_empty() {
        held.extend_from_slice(bytes);
        rest = &held;
    }
    while step(&mut rest) {}
    rest.to_vec()
}

/// Whether a layer that looked at the bytes at hand is done with them.
#[derive(PartialEq, Eq)]
enum Next {
    Again,
    More,
}
