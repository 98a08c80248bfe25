//! What pictures are drawn of, as typed arrays.

use super::{Inspector, known, plain};
use crate::explain::Outcome;
use crate::picture::{Lifeline, Pings};
use js_sys::{
    Array, Float64Array, Int32Array, Object, Reflect, Uint8Array, Uint16Array, Uint32Array,
};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What the page draws a request of: its codes are indices into [`Inspector::outcomes`] and into names of commands.
#[wasm_bindgen]
impl Inspector {
    /// Outcomes by their numbers, with what they are called.
    ///
    /// # Errors
    /// Never, as they are text.
    pub fn outcomes() -> Result<JsValue, JsValue> {
        #[derive(Serialize)]
        struct Known {
            code: &'static str,
            title: &'static str,
            severity: crate::explain::Severity,
        }
        let known = Outcome::ALL.map(|outcome| Known {
            code: outcome.code(),
            title: outcome.title(),
            severity: outcome.severity(),
        });
        plain(&known.as_slice())
    }

    /// The requests of a row's device around it, at most so many before and after.
    ///
    /// # Errors
    /// If there is no such row.
    pub fn lifeline(&mut self, row: u32, before: u32, after: u32) -> Result<JsValue, JsValue> {
        let (log, explanation) = self.core.explain();
        known(log, &[row])?;
        let line = Lifeline::around(log, explanation, row, before, after);
        let names: Array = line
            .commands
            .iter()
            .map(|c| JsValue::from(c.name()))
            .collect();
        let causes: Vec<i32> = line
            .causes
            .iter()
            .map(|cause| cause.map_or(-1, |at| at as i32))
            .collect();
        let timed: Vec<u8> = line.timed.iter().map(|&timed| timed.into()).collect();
        object(&[
            ("rows", Uint32Array::from(line.rows.as_slice()).into()),
            ("starts", moments(&line.starts)),
            ("ends", moments(&line.ends)),
            ("timed", Uint8Array::from(timed.as_slice()).into()),
            ("lanes", Uint16Array::from(line.lanes.as_slice()).into()),
            ("commands", names.into()),
            (
                "statuses",
                Uint16Array::from(line.statuses.as_slice()).into(),
            ),
            ("outcomes", codes(&line.outcomes)),
            ("causes", Int32Array::from(causes.as_slice()).into()),
            ("heldLanes", line.held_lanes.into()),
            ("allLanes", line.all_lanes.into()),
            ("before", line.before.into()),
            ("after", line.after.into()),
            ("zone", line.zone.map_or(JsValue::NULL, JsValue::from)),
        ])
    }

    /// Pings as points, at most about so many.
    ///
    /// # Errors
    /// Never, as they are numbers.
    pub fn pings(&mut self, most: u32) -> Result<JsValue, JsValue> {
        #[derive(Serialize)]
        struct Mark {
            ms: u32,
            kind: &'static str,
            label: String,
        }
        let (log, explanation) = self.core.explain();
        let pings = Pings::of(log, explanation, most);
        let marks: Vec<Mark> = pings
            .marks
            .into_iter()
            .map(|m| Mark {
                ms: m.ms,
                kind: m.kind,
                label: m.label,
            })
            .collect();
        object(&[
            ("rows", Uint32Array::from(pings.rows.as_slice()).into()),
            ("starts", moments(&pings.starts)),
            (
                "lengths",
                Uint32Array::from(pings.lengths.as_slice()).into(),
            ),
            ("outcomes", codes(&pings.outcomes)),
            ("all", pings.all.into()),
            ("without", pings.without.into()),
            ("zone", pings.zone.map_or(JsValue::NULL, JsValue::from)),
            ("marks", plain(&marks)?),
        ])
    }
}

/// Moments as numbers that JavaScript has; milliseconds are whole up to the year 285,000.
fn moments(ms: &[i64]) -> JsValue {
    let ms: Vec<f64> = ms.iter().map(|&ms| ms as f64).collect();
    Float64Array::from(ms.as_slice()).into()
}

fn codes(outcomes: &[Outcome]) -> JsValue {
    let codes: Vec<u8> = outcomes.iter().map(|&outcome| outcome as u8).collect();
    Uint8Array::from(codes.as_slice()).into()
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from(*name), value)?;
    }
    Ok(object.into())
}
