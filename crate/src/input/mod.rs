//! Bytes of a file, in chunks of any size, to lines with their places.
//!
//! This room knows nothing of formats. It looks at the first bytes once, to tell text from what is no log at all, and
//! then hands on lines. The result depends on the bytes alone, never on how they were cut into chunks.

mod lines;
mod sniff;

pub use lines::{Line, MAX_LINE};
pub use sniff::Content;

use lines::Splitter;

/// Bytes looked at before the content is told. Enough for every signature and for a stable share of control bytes.
const HEAD: usize = 4096;

/// One file on its way from bytes to lines.
#[derive(Debug)]
pub struct Input {
    /// The first bytes, until there are enough of them to tell what they are.
    head: Vec<u8>,
    content: Option<Content>,
    splitter: Splitter,
    bytes: u64,
}

impl Default for Input {
    fn default() -> Self {
        Self::new()
    }
}

impl Input {
    /// A file of which nothing has been read yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            head: Vec::new(),
            content: None,
            splitter: Splitter::new(),
            bytes: 0,
        }
    }

    /// A part of a file that is known to be text, whatever its own first bytes look like.
    #[must_use]
    pub fn inside_text() -> Self {
        Self {
            content: Some(Content::Text { mark: false }),
            ..Self::new()
        }
    }

    /// Takes the next chunk and hands every line that it completes to `sink`.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut dyn FnMut(&Line<'_>)) {
        self.bytes += chunk.len() as u64;
        if self.content.is_some() {
            self.pass(chunk, sink);
            return;
        }
        let taken = chunk.len().min(HEAD - self.head.len());
        self.head.extend_from_slice(&chunk[..taken]);
        if self.head.len() == HEAD {
            self.tell(sink);
            self.pass(&chunk[taken..], sink);
        }
    }

    /// Ends the file: hands on the last line, if no line end closed it, and tells what the file was.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&Line<'_>)) -> Content {
        if self.content.is_none() {
            self.tell(sink);
        }
        self.splitter.finish(sink);
        self.content.unwrap_or(Content::Empty)
    }

    /// Bytes taken so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the file ended without a line end, once it is finished.
    #[must_use]
    pub fn ended_inside_a_line(&self) -> bool {
        self.splitter.ended_inside_a_line()
    }

    /// Decides what the file is from its head, and passes the head on if it is text.
    fn tell(&mut self, sink: &mut dyn FnMut(&Line<'_>)) {
        let content = Content::of(&self.head);
        self.content = Some(content);
        let head = std::mem::take(&mut self.head);
        let skip = content.mark_len();
        self.splitter.skip(skip as u64);
        self.pass(&head[skip..], sink);
    }

    fn pass(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&Line<'_>)) {
        if matches!(self.content, Some(Content::Text { .. })) {
            self.splitter.feed(bytes, sink);
        }
    }
}
