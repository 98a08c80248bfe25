//! The core as the page's worker sees it: a thin adapter, and the only place that knows of JavaScript.
#![allow(unsafe_code, reason = "the code that wasm-bindgen's macros expand to")]

use crate::explain::Explanation;
use crate::explain::finding::Tuning;
use crate::format::{self, Edge};
use crate::guide::Guide;
use crate::input::{CodePage, Excerpt, Limits};
use crate::log::{FileLog, Log};
use crate::raw::{RECORD_BYTES, around, record_text};
use crate::settings::{DateOrder, Settings, Unit};
use crate::{Inspector as Core, report};
use js_sys::{Function, Reflect, Uint8Array, Uint32Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};

mod export;
mod pictures;
mod query;
mod search;

/// Least number of bytes between two calls of a progress function: what is packed may unpack to fifty times as many, so that
/// these are few. Whoever is called leaves out what comes too soon.
const PROGRESS_BYTES: u64 = 256 << 10;

/// A case: files go in, a report comes out.
#[wasm_bindgen]
#[derive(Default)]
pub struct Inspector {
    core: Core,
    /// Chunks are copied into this, so that a file of many chunks allocates it once.
    buffer: Vec<u8>,
}

/// What the user says of a file, as the page holds it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    format: Option<String>,
    /// As in `+01:00`.
    zone: Option<String>,
    year: Option<i32>,
    /// `day-first` or `month-first`.
    order: Option<String>,
    /// `s`, `ms` or `us`.
    unit: Option<String>,
    /// `start` or `end`.
    stamp: Option<String>,
    /// Name of a code page, as in `windows-1251`.
    code_page: Option<String>,
}

impl Said {
    /// As the core takes it; what is none of the words above is left open.
    fn settings(self) -> Settings {
        Settings {
            format: self.format,
            zone: self.zone.as_deref().and_then(format::time::zone),
            year: self.year,
            order: self.order.as_deref().and_then(|order| match order {
                "day-first" => Some(DateOrder::DayFirst),
                "month-first" => Some(DateOrder::MonthFirst),
                _ => None,
            }),
            unit: self.unit.as_deref().and_then(|unit| match unit {
                "s" => Some(Unit::Seconds),
                "ms" => Some(Unit::Milliseconds),
                "us" => Some(Unit::Microseconds),
                _ => None,
            }),
            edge: self.stamp.as_deref().and_then(|stamp| match stamp {
                "start" => Some(Edge::Start),
                "end" => Some(Edge::End),
                _ => None,
            }),
            code_page: self.code_page.as_deref().and_then(CodePage::named),
        }
    }
}

/// A log format, to be chosen from.
#[derive(Serialize)]
struct Known {
    code: &'static str,
    title: &'static str,
}

/// The raw text of a record.
#[derive(Serialize)]
struct Raw {
    line: Option<u32>,
    text: String,
    truncated: bool,
}

#[wasm_bindgen]
impl Inspector {
    /// A case without files.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The log formats that come with the program.
    ///
    /// # Errors
    /// Never, as they are text.
    pub fn formats() -> Result<JsValue, JsValue> {
        let known = |format: &&'static dyn format::Format| Known {
            code: format.code(),
            title: format.title(),
        };
        plain(&format::ALL.iter().map(known).collect::<Vec<_>>())
    }

    /// What an outcome or a finding means, whatever the log; `undefined` if there is none of this code.
    ///
    /// # Errors
    /// Never, as it is text.
    pub fn guide(code: &str) -> Result<JsValue, JsValue> {
        Guide::to(code).map_or(Ok(JsValue::UNDEFINED), |guide| plain(&guide))
    }

    /// Why a log format cannot be read, if it cannot.
    #[must_use]
    pub fn check(format: &str) -> Option<String> {
        format::own::choose(format).err()
    }

    /// Reads a file through its stream, and calls `progress(bytes, lines, activesync)` from time to time. `said` is what
    /// the user says of the file, or `undefined`.
    ///
    /// # Errors
    /// The browser's error if the file cannot be read: it is a folder, or it changed or vanished.
    pub async fn read(
        &mut self,
        file: File,
        name: String,
        said: JsValue,
        progress: Function,
    ) -> Result<(), JsValue> {
        let said: Option<Said> = serde_wasm_bindgen::from_value(said)?;
        self.core
            .open_with(&name, &said.unwrap_or_default().settings());
        let reader = reader(&file)?;
        let mut told = 0;
        let mut bytes = 0;
        while next(&reader, &mut self.buffer).await? {
            self.core.feed(&self.buffer);
            bytes += self.buffer.len() as u64;
            if bytes - told >= PROGRESS_BYTES {
                told = bytes;
                self.tell(&progress, bytes)?;
            }
        }
        self.core.close();
        self.tell(&progress, bytes)
    }

    /// Says, after [`Inspector::read`] has failed, why in words for the report. What was read before stays.
    pub fn abandon(&mut self, reason: &str) {
        self.core.abandon(reason);
    }

    fn tell(&self, progress: &Function, bytes: u64) -> Result<(), JsValue> {
        let log = self.core.log();
        let last = log.files.last().map_or(0, |f| f.opened);
        let own = log.files.partition_point(|f| f.opened < last);
        let lines: u64 = log.files[own..].iter().map(|f| f.lines.total).sum();
        let rows = log.len() - log.files.get(own).map_or(0, |f| f.first_row);
        progress
            .call3(
                &JsValue::NULL,
                &(bytes as f64).into(),
                &(lines as f64).into(),
                &rows.into(),
            )
            .map(drop)
    }

    /// Everything found, as plain objects.
    ///
    /// # Errors
    /// Never, as the model holds nothing that JavaScript cannot.
    pub fn report(&mut self) -> Result<JsValue, JsValue> {
        plain(&self.core.report())
    }

    /// The part of the report that follows from thresholds: from these, each written `CODE=VALUE`, and else from their
    /// defaults.
    ///
    /// # Errors
    /// A sentence, if one of them is none; nothing has changed then.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a list of texts comes by value"
    )]
    pub fn judge(&mut self, thresholds: Vec<String>) -> Result<JsValue, JsValue> {
        let mut tuning = Tuning::default();
        for given in &thresholds {
            let taken = tuning.set(given);
            taken.map_err(|refusal| JsError::new(&refusal.to_string()))?;
        }
        self.core.tune(tuning);
        plain(&self.core.judge())
    }

    /// Rows that the finding of this code speaks of, in order of time.
    #[wasm_bindgen(js_name = requestsOf)]
    pub fn requests_of(&mut self, finding: &str) -> Uint32Array {
        Uint32Array::from(self.core.requests_of(finding).as_slice())
    }

    /// Rows as plain objects, for the part of a table that is seen.
    ///
    /// # Errors
    /// If there is no such row.
    pub fn requests(&mut self, rows: Vec<u32>) -> Result<JsValue, JsValue> {
        let (log, explanation) = self.core.explain();
        known(log, &rows)?;
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| report::request(log, explanation, row))
            .collect();
        plain(&rows)
    }

    /// The raw text of a row's record, read again from its file.
    ///
    /// # Errors
    /// If there is no such row, or the browser cannot read the file any more.
    pub async fn raw(&self, row: u32, file: File) -> Result<JsValue, JsValue> {
        let log = self.core.log();
        known(log, &[row])?;
        let row = log.row(row);
        let its = &log.files[row.file as usize];
        plain(&raw(&file, its, row.place.offset, Some(row.place.line)).await?)
    }

    /// The raw text at an offset of the text of a file, by its index in the report; `file` is what was opened.
    ///
    /// # Errors
    /// If there is no such file, or the browser cannot read it any more.
    #[wasm_bindgen(js_name = rawAt)]
    pub async fn raw_at(
        &mut self,
        index: u32,
        file: File,
        offset: f64,
    ) -> Result<JsValue, JsValue> {
        let (log, explanation) = self.core.explain();
        let its = &log.files[file_at(explanation, index)? as usize];
        plain(&raw(&file, its, offset as u64, None).await?)
    }

    /// The lines before and behind the record at an offset, at most so many each; as [`Inspector::raw_at`].
    ///
    /// # Errors
    /// As [`Inspector::raw_at`].
    #[wasm_bindgen(js_name = rawAround)]
    pub async fn raw_around(
        &mut self,
        index: u32,
        file: File,
        offset: f64,
        lines: u32,
    ) -> Result<JsValue, JsValue> {
        let (log, explanation) = self.core.explain();
        let its = &log.files[file_at(explanation, index)? as usize];
        let offset = offset as u64;
        let from = offset.saturating_sub(RECORD_BYTES as u64);
        let at = (offset - from) as usize;
        let (bytes, ends) = part(&file, its, from, at + RECORD_BYTES).await?;
        let (before, record) = bytes.split_at(at.min(bytes.len()));
        plain(&around(
            (before, from == 0),
            (record, ends),
            lines as usize,
            &its.settings,
        ))
    }
}

/// The file with an index in the report.
fn file_at(explanation: &Explanation, index: u32) -> Result<u32, JsValue> {
    let file = explanation.timeline.file_at(index);
    file.ok_or_else(|| JsError::new(&format!("There is no file number {index}.")).into())
}

async fn raw(file: &File, its: &FileLog, offset: u64, line: Option<u32>) -> Result<Raw, JsValue> {
    let (bytes, ends) = part(file, its, offset, RECORD_BYTES).await?;
    let (text, truncated) = record_text(&bytes, ends, &its.settings);
    Ok(Raw {
        line,
        text,
        truncated,
    })
}

/// A part of a text, and whether the text ends with it.
async fn part(
    file: &File,
    its: &FileLog,
    from: u64,
    length: usize,
) -> Result<(Vec<u8>, bool), JsValue> {
    if its.plain {
        let (from, to) = (from as f64, (from + length as u64) as f64);
        let slice = file.slice_with_f64_and_f64(from, to)?;
        let bytes = Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?).to_vec();
        let ends = from + bytes.len() as f64 >= file.size();
        Ok((bytes, ends))
    } else {
        let mut excerpt = Excerpt::new(its.text, from, length, Limits::default());
        let reader = reader(file)?;
        let mut buffer = Vec::new();
        while next(&reader, &mut buffer).await? {
            if !excerpt.feed(&buffer) {
                // Nobody waits for the rest.
                let _ = reader.cancel();
                break;
            }
        }
        Ok(excerpt.finish())
    }
}

/// A reader of a file's stream.
fn reader(file: &File) -> Result<ReadableStreamDefaultReader, JsValue> {
    Ok(file.stream().get_reader().dyn_into()?)
}

/// Reads the next chunk of a stream into a buffer, and tells whether there was one.
async fn next(reader: &ReadableStreamDefaultReader, buffer: &mut Vec<u8>) -> Result<bool, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    if Reflect::get(&result, &"done".into())?.is_truthy() {
        return Ok(false);
    }
    let chunk: Uint8Array = Reflect::get(&result, &"value".into())?.dyn_into()?;
    buffer.resize(chunk.length() as usize, 0);
    chunk.copy_to(buffer);
    Ok(true)
}

fn known(log: &Log, rows: &[u32]) -> Result<(), JsValue> {
    match rows.iter().find(|&&row| row >= log.len()) {
        Some(row) => Err(JsError::new(&format!("There is no request number {row}.")).into()),
        None => Ok(()),
    }
}

/// Plain objects, with `null` for what is unknown, as in JSON.
fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}
