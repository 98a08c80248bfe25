//! Guides as text and as pages of the documentation.

use super::Guide;
use crate::explain::finding::Threshold;

/// Width of a line of text.
const WIDTH: usize = 100;

pub(super) fn text(guide: &Guide) -> String {
    let mut out = format!("{}: {}\n", guide.code, guide.title);
    for (title, body) in guide.parts().iter().filter(|(_, body)| !body.is_empty()) {
        out.push_str(&format!("\n{title}\n"));
        for line in body.lines() {
            out.push_str(&wrapped(line));
        }
    }
    if !guide.thresholds.is_empty() {
        out.push_str("\nThresholds (--threshold CODE=VALUE)\n");
        for threshold in thresholds(guide) {
            out.push_str(&wrapped(&format!(
                "{} = {}: {}",
                threshold.code,
                value(threshold),
                threshold.meaning
            )));
        }
    }
    out.push_str(&format!("\nExample\n{}", guide.example()));
    if let Some(page) = guide.reference {
        out.push_str(&format!("\nSee {page}\n"));
    }
    out
}

pub(super) fn page(guide: &Guide) -> String {
    let mut out = format!(
        "# {}\n\nThe {} `{}`.\n",
        guide.title, guide.kind, guide.code
    );
    for (title, body) in guide.parts().iter().filter(|(_, body)| !body.is_empty()) {
        out.push_str(&format!("\n## {title}\n\n{body}\n"));
    }
    if !guide.thresholds.is_empty() {
        out.push_str("\n## Thresholds\n\n| code | value | range | meaning | whose number |\n|---|---|---|---|---|\n");
        for t in thresholds(guide) {
            let (least, most) = t.range;
            out.push_str(&format!(
                "| `{}` | {} | {least} to {most} | {} | {} |\n",
                t.code,
                value(t),
                t.meaning,
                t.source.words()
            ));
        }
    }
    out.push_str(&format!("\n## Example\n\n{}", indented(&guide.example())));
    if let Some(page) = guide.reference {
        out.push_str(&format!("\n## See\n\n<{page}>\n"));
    }
    out
}

fn thresholds(guide: &Guide) -> impl Iterator<Item = &'static Threshold> {
    guide
        .thresholds
        .iter()
        .filter_map(|code| Threshold::named(code))
}

fn value(threshold: &Threshold) -> String {
    match threshold.default {
        Some(value) => format!("{value} {}", threshold.unit),
        None => format!("unknown unless given, {}", threshold.unit),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// A paragraph in lines of some width, each indented.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&format!("  {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(&format!("  {line}\n"));
    out
}
