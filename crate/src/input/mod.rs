//! Bytes of a file, in chunks of any size, to lines with their places.
//!
//! This room knows nothing of formats. It looks at first bytes, to tell text from what is to be unpacked and from what is
//! no log at all; it unpacks and decodes; and it hands on lines. The result depends on the bytes alone, never on how they
//! were cut into chunks.

mod decode;
mod excerpt;
mod limits;
mod lines;
mod sniff;
mod unpack;

pub use decode::{CodePage, Encoding};
pub use excerpt::Excerpt;
pub use limits::Limits;
pub use lines::{Foreign, Line, Lines, MAX_LINE};
pub use sniff::Content;
pub use unpack::{Fault, Flaw, INSIDE, Opening, Packing, Sink, Unpacker};

pub(crate) use lines::Splitter;

/// Bytes looked at before the content is told. Enough for every signature and for a stable share of control bytes.
const HEAD: usize = 4096;
