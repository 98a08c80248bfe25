//! The text of files once more, for a search through it.

use super::{Inspector, next, reader};
use crate::input::{Content, Flaw, Limits, Opening, Sink, Unpacker};
use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::File;

/// Hands each piece of text on, with the number of its text.
struct Pieces<'a> {
    piece: &'a Function,
    text: u32,
    /// What the function threw, which ends the reading.
    thrown: Option<JsValue>,
}

impl Sink for Pieces<'_> {
    fn begin(&mut self, _: &Opening<'_>) {}

    fn text(&mut self, bytes: &[u8]) {
        if self.thrown.is_some() {
            return;
        }
        let bytes = Uint8Array::from(bytes);
        let told = self
            .piece
            .call2(&JsValue::NULL, &self.text.into(), &bytes.into());
        self.thrown = told.err();
    }

    fn end(&mut self, _: u64, _: Option<Flaw>) {
        self.text += 1;
    }

    fn other(&mut self, _: &str, _: Content, _: bool, _: u64, _: Option<Flaw>) {}

    fn flawed(&mut self, _: &str, _: Flaw) {}
}

#[wasm_bindgen]
impl Inspector {
    /// Reads a file through its stream, unpacks and decodes it, and calls `piece(text, bytes)` for each piece of each text
    /// in it; texts are numbered as in the report.
    ///
    /// # Errors
    /// The browser's error if the file cannot be read, or what `piece` threw.
    pub async fn texts(file: File, piece: Function) -> Result<(), JsValue> {
        let mut unpacker = Unpacker::new("", Limits::default());
        let mut pieces = Pieces {
            piece: &piece,
            text: 0,
            thrown: None,
        };
        let reader = reader(&file)?;
        let mut buffer = Vec::new();
        while next(&reader, &mut buffer).await? {
            unpacker.feed(&buffer, &mut pieces);
            if let Some(thrown) = pieces.thrown.take() {
                // Nobody waits for the rest.
                let _ = reader.cancel();
                return Err(thrown);
            }
        }
        unpacker.finish(&mut pieces);
        pieces.thrown.map_or(Ok(()), Err)
    }
}
