//! Reports to pass on.

use super::{Inspector, plain};
use crate::report::model::Report;
use crate::report::{self, Alias, Category, Output};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// A written report, and what was done to its names.
#[derive(Serialize)]
struct Export {
    /// Missing where the form is the model itself.
    text: Option<String>,
    report: Option<Report>,
    key: Vec<Alias>,
    /// The key as a table.
    key_csv: String,
    /// How many names there were of each category, replaced or kept.
    found: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    category: &'static str,
    count: u64,
}

#[wasm_bindgen]
impl Inspector {
    /// The report in a written form (`html`, `markdown`, `csv`, `json` or `text`), with pseudonyms for all names but those
    /// of the categories to keep.
    ///
    /// # Errors
    /// If there is no such form or category.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list of strings comes by value"
    )]
    pub fn export(&mut self, form: &str, keep: Vec<String>) -> Result<JsValue, JsValue> {
        let output = Output::named(form).ok_or_else(|| unknown(form))?;
        let keep: Vec<Category> = keep
            .iter()
            .map(|code| Category::named(code).ok_or_else(|| unknown(code)))
            .collect::<Result<_, _>>()?;
        let redacted = report::redact(&self.core.report(), &keep);
        let found = Category::ALL.iter().zip(redacted.found);
        let text = report::document(&redacted.report, output);
        let report = text.is_none().then_some(redacted.report);
        plain(&Export {
            text,
            report,
            key_csv: report::key_csv(&redacted.key),
            key: redacted.key,
            found: found
                .map(|(category, count)| Found {
                    category: category.code(),
                    count,
                })
                .collect(),
        })
    }
}

fn unknown(code: &str) -> JsError {
    JsError::new(&format!("There is no {code} to write."))
}
