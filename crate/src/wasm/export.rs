//! Reports to pass on.

use super::{Core, Inspector, plain};
use crate::report::model::{Evidence, Report};
use crate::report::{self, Alias, Category, Output};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
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
    /// The requests, where they are taken along.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    requests: JsValue,
}

/// A line to take along.
#[derive(Deserialize)]
struct Line {
    line: Evidence,
    text: String,
}

#[derive(Serialize)]
struct Found {
    category: &'static str,
    count: u64,
}

#[wasm_bindgen]
impl Inspector {
    /// The report in a written form (`html`, `markdown`, `csv`, `json` or `text`), with pseudonyms for all names but those
    /// of the categories to keep; with its requests, if they are to be taken along, as bytes for [`Inspector::restored`];
    /// and with these lines, of [`Inspector::lines`], each with its text.
    ///
    /// # Errors
    /// If there is no such form or category.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list of strings comes by value"
    )]
    pub fn export(
        &mut self,
        form: &str,
        keep: Vec<String>,
        along: bool,
        lines: JsValue,
    ) -> Result<JsValue, JsValue> {
        let output = Output::named(form).ok_or_else(|| unknown(form))?;
        let keep: Vec<Category> = keep
            .iter()
            .map(|code| Category::named(code).ok_or_else(|| unknown(code)))
            .collect::<Result<_, _>>()?;
        let mut report = self.core.report();
        for Line { line, text } in serde_wasm_bindgen::from_value::<Vec<Line>>(lines)? {
            self.core.take_line(&mut report, line, &text);
        }
        let mut requests = JsValue::NULL;
        let redacted = if along {
            let mut snapshot = self.core.snapshot();
            let redacted = report::redact_with(report, &mut snapshot, &keep);
            requests = Uint8Array::from(snapshot.bytes().as_slice()).into();
            redacted
        } else {
            report::redact(report, &keep)
        };
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
            requests,
        })
    }

    /// The lines that a report can take along: those that show its findings.
    ///
    /// # Errors
    /// Never, as they are numbers.
    pub fn lines(&mut self) -> Result<JsValue, JsValue> {
        plain(&report::lines_of(&self.core.report()))
    }

    /// A case of which the requests were taken along, without its logs.
    ///
    /// # Errors
    /// A sentence, if the bytes are none that this program can read.
    pub fn restored(requests: &[u8]) -> Result<Self, JsError> {
        let core = Core::restored(requests).map_err(|damage| JsError::new(damage.sentence()))?;
        Ok(Self {
            core,
            ..Self::default()
        })
    }
}

fn unknown(code: &str) -> JsError {
    JsError::new(&format!("There is no {code} to write."))
}
