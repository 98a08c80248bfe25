//! What a report takes along of the logs, and the page that it is put into.

use super::Failure;
use super::arguments::Along;
use super::source::Source;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pinglens::Inspector;
use pinglens::input::{Excerpt, Limits};
use pinglens::raw::{RECORD_BYTES, record_text};
use pinglens::report::lines_of;
use pinglens::report::model::{Evidence, Report};
use std::path::PathBuf;

/// Takes the lines along that show the findings, read once more from their files.
pub(super) fn take_lines(
    inspector: &mut Inspector,
    report: &mut Report,
    sources: &mut [Source],
) -> Result<(), Failure> {
    let lines = lines_of(report);
    let mut texts: Vec<Option<String>> = vec![None; lines.len()];
    for (opened, source) in sources.iter_mut().enumerate() {
        // Every line of the file is looked for at once.
        let (log, explanation) = inspector.explain();
        let file_of = |line: &Evidence| {
            let file = explanation.timeline.file_at(line.file)?;
            log.files
                .get(file as usize)
                .filter(|file| file.opened as usize == opened)
        };
        let mut wanted: Vec<(usize, Excerpt)> = (lines.iter().enumerate())
            .filter_map(|(at, line)| {
                let text = file_of(line)?.text;
                let limits = Limits::default();
                Some((at, Excerpt::new(text, line.offset, RECORD_BYTES, limits)))
            })
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let mut found: Vec<(usize, Excerpt)> = Vec::new();
        source.wind_back()?;
        source.read(|chunk| {
            let mut open = Vec::new();
            for (at, mut excerpt) in wanted.drain(..) {
                let list = if excerpt.feed(chunk) {
                    &mut open
                } else {
                    &mut found
                };
                list.push((at, excerpt));
            }
            wanted = open;
            Ok(())
        })?;
        for (at, excerpt) in found.into_iter().chain(wanted) {
            let (bytes, ends) = excerpt.finish();
            texts[at] = file_of(&lines[at]).map(|file| record_text(&bytes, ends, &file.settings).0);
        }
    }
    for (line, text) in lines.into_iter().zip(texts) {
        if let Some(text) = text {
            inspector.take_line(report, line, &text);
        }
    }
    Ok(())
}

/// Pinglens' page, split where a report is put into it.
pub(super) struct Page {
    before: String,
    behind: String,
}

/// The page that is named, or the one beside the program.
pub(super) fn page(along: &Along) -> Result<Page, Failure> {
    let beside = || {
        let own = std::env::current_exe().unwrap_or_default();
        own.with_file_name("pinglens.html")
    };
    let path: PathBuf = along.page.clone().unwrap_or_else(beside);
    let text =
        std::fs::read_to_string(&path).map_err(|error| Failure::Page(path.clone(), Some(error)))?;
    let none = || Failure::Page(path.clone(), None);
    let at = text.find("<body>").ok_or_else(none)? + "<body>".len();
    let (before, behind) = text.split_at(at);
    // One that was saved with a report has it there.
    if !text.contains("<title>Pinglens</title>") || behind.trim_start().starts_with("<script") {
        return Err(none());
    }
    Ok(Page {
        before: before.to_owned(),
        behind: behind.to_owned(),
    })
}

impl Page {
    /// The page with a report in it, as the page itself writes it.
    pub(super) fn with(&self, json: &str, requests: Option<&[u8]>) -> String {
        // Nothing that stands in a log can end the element; to what reads JSON it is the same.
        let json = json.replace('<', "\\u003c");
        let Self { before, behind } = self;
        let requests = requests.map_or_else(String::new, |bytes| {
            let letters = STANDARD.encode(bytes);
            format!("\n<script type=\"text/plain\" id=\"requests-along\">{letters}</script>")
        });
        format!(
            "{before}\n<script type=\"application/json\" id=\"saved\">{json}</script>{requests}{behind}"
        )
    }
}
