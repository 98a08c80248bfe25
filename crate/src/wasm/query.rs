//! Questions about the requests of a case.

use super::{Inspector, file_at, known, plain};
use crate::query::{self, Column, Query};
use crate::report;
use js_sys::Uint32Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Inspector {
    /// Rows that a question asks for, in its order; of `among` alone, if that is given.
    ///
    /// # Errors
    /// If it is no question, or a regular expression in it cannot be used.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list that may be missing comes by value"
    )]
    pub fn select(
        &mut self,
        query: JsValue,
        among: Option<Vec<u32>>,
    ) -> Result<Uint32Array, JsValue> {
        let query: Query = serde_wasm_bindgen::from_value(query)?;
        let (log, explanation) = self.core.explain();
        if let Some(rows) = &among {
            known(log, rows)?;
        }
        let rows = query::select(log, explanation, &query, among.as_deref()).map_err(refused)?;
        Ok(Uint32Array::from(rows.as_slice()))
    }

    /// Which values a column has among the rows that a question asks for.
    ///
    /// # Errors
    /// As [`Inspector::select`].
    pub fn facets(&mut self, query: JsValue, column: JsValue) -> Result<JsValue, JsValue> {
        let query: Query = serde_wasm_bindgen::from_value(query)?;
        let column: Column = serde_wasm_bindgen::from_value(column)?;
        let (log, explanation) = self.core.explain();
        plain(&query::facets(log, explanation, &query, column).map_err(refused)?)
    }

    /// The row of the request whose record begins at a line of a file, by its index in the report; that in which the
    /// request counts, if several logs show it. `undefined` if none begins there.
    ///
    /// # Errors
    /// If there is no such file.
    #[wasm_bindgen(js_name = rowAt)]
    pub fn row_at(&mut self, index: u32, line: u32) -> Result<Option<u32>, JsValue> {
        let (log, explanation) = self.core.explain();
        let row = log.row_at(file_at(explanation, index)?, line);
        Ok(row.map(|row| explanation.views.counted(row)))
    }

    /// Rows as comma-separated values, with a head line.
    ///
    /// # Errors
    /// If there is no such row.
    pub fn csv(&mut self, rows: &[u32]) -> Result<String, JsValue> {
        let (log, explanation) = self.core.explain();
        known(log, rows)?;
        Ok(report::csv_of(log, explanation, rows))
    }
}

fn refused(sentence: impl AsRef<str>) -> JsValue {
    JsError::new(sentence.as_ref()).into()
}
