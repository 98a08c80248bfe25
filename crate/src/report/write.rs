//! The written forms of a report.

use super::model::Report;
use super::sections::{Section, Table, sections};
use std::fmt::Write;

/// A written form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For a terminal.
    Text,
    /// The model itself.
    Json,
    /// A document without scripts that opens anywhere.
    Html,
    /// For a ticket.
    Markdown,
    /// The tables, one after the other, each under its title.
    Csv,
}

impl Output {
    /// The form of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "text" => Self::Text,
            "json" => Self::Json,
            "html" => Self::Html,
            "markdown" => Self::Markdown,
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

/// Writes a report.
#[must_use]
pub fn write(report: &Report, output: Output) -> String {
    document(report, output).unwrap_or_else(|| {
        let mut out = serde_json::to_string_pretty(report).unwrap_or_default();
        out.push('\n');
        out
    })
}

/// Writes a report as a document; `None` for JSON, which is the model as it is. A page writes that by itself, as it has the
/// model already.
#[must_use]
pub fn document(report: &Report, output: Output) -> Option<String> {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = match output {
        Output::Json => return None,
        Output::Text => text(&mut out, report),
        Output::Markdown => markdown(&mut out, report),
        Output::Html => html(&mut out, report),
        Output::Csv => csv(&mut out, report),
    };
    Some(out)
}

fn text(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "{}", sentence(&report.verdict.sentence))?;
    for section in sections(report) {
        writeln!(
            out,
            "\n{}\n{}",
            section.title,
            "-".repeat(section.title.chars().count())
        )?;
        for line in &section.lines {
            writeln!(out, "{}", sentence(line))?;
        }
        if let Some(table) = &section.table {
            text_table(out, table)?;
        }
    }
    Ok(())
}

/// Most characters of a cell in the text form: every row is padded to the widest, and one endless cell would lengthen
/// them all.
const CELL: usize = 60;
/// Most characters of the last cell of a row, to which nothing is padded: the longest sentence that explains an outcome.
const LAST_CELL: usize = 300;

fn text_table(out: &mut String, table: &Table) -> std::fmt::Result {
    let last = table.columns.len().saturating_sub(1);
    let heads = table.columns.iter().map(|c| c.0.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(&heads)
        .chain(&table.rows)
        .map(|row| {
            let cells = row.iter().enumerate();
            cells
                .map(|(i, cell)| fitted(cell, if i < last { CELL } else { LAST_CELL }))
                .collect()
        })
        .collect();
    let widths: Vec<usize> = (0..=last)
        .map(|i| {
            let lengths = rows.iter().filter_map(|r| r.get(i));
            lengths.map(|c| c.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in &rows {
        let mut line = String::new();
        for (i, ((cell, width), (_, number))) in
            row.iter().zip(&widths).zip(&table.columns).enumerate()
        {
            let missing = width.saturating_sub(cell.chars().count());
            match (*number, i == last) {
                (true, _) => write!(line, "{:missing$}{cell}  ", "")?,
                (false, false) => write!(line, "{cell}{:missing$}  ", "")?,
                (false, true) => line.push_str(cell),
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A cell of at most so many characters.
fn fitted(cell: &str, most: usize) -> String {
    let mut shown: String = plain(cell).take(most).collect();
    if cell.chars().nth(most).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// Log text may hold terminal escapes; control characters and those that turn writing round are shown as boxes.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c })
}

/// A sentence with [`plain`] characters only.
fn sentence(text: &str) -> String {
    plain(text).collect()
}

fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn markdown(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "# Pinglens report\n\n**{}**",
        escaped(&report.verdict.sentence)
    )?;
    for section in sections(report) {
        writeln!(out, "\n## {}\n", section.title)?;
        for line in &section.lines {
            writeln!(out, "- {}", escaped(line))?;
        }
        let Some(Table { columns, rows }) = section.table else {
            continue;
        };
        // Behind a list, a table would be taken for its last item.
        if !section.lines.is_empty() {
            writeln!(out)?;
        }
        let heads: Vec<&str> = columns.iter().map(|c| c.0).collect();
        let rules: Vec<&str> = columns
            .iter()
            .map(|c| if c.1 { "---:" } else { "---" })
            .collect();
        writeln!(out, "| {} |\n| {} |", heads.join(" | "), rules.join(" | "))?;
        for row in rows {
            let cells: Vec<String> = row.iter().map(|c| escaped(c)).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
    }
    Ok(())
}

/// Text that Markdown shows as it is, whatever a log wrote into it.
///
/// Words that GitHub, GitLab and others make links or mentions of become code. Neither a backslash nor an entity stops
/// those: they look for them in what is left after both are resolved.
fn escaped(text: &str) -> String {
    let text = sentence(text);
    let mut out = String::with_capacity(text.len());
    // A span of code would end at a backtick, and a cell of a table at a bar.
    for word in text.split_inclusive([' ', '`', '|']) {
        let body = word.trim_end_matches([' ', '`', '|']);
        if is_linked(body) {
            out.push('`');
            out.push_str(body);
            out.push('`');
            escape(&mut out, &word[body.len()..]);
        } else {
            escape(&mut out, word);
        }
    }
    out
}

/// Whether a word could become a link, a mention or the number of a ticket.
fn is_linked(word: &str) -> bool {
    let www = |at: &[u8]| at.eq_ignore_ascii_case(b"www.");
    word.contains(['@', '#']) || word.contains("://") || word.as_bytes().windows(4).any(www)
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
}

/// Forbids everything but the document's own style.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;\
color:#1c2430;background:#fff}h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;border-bottom:1px solid #d9dee5;\
text-align:left;vertical-align:top;overflow-wrap:anywhere}.n{text-align:right;font-variant-numeric:tabular-nums}\
@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}th,td{border-color:#333b47}}";

fn html(out: &mut String, report: &Report) -> std::fmt::Result {
    let sentence = markup(&report.verdict.sentence);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Pinglens report</title>\n\
         <style>{STYLE}</style>\n<h1>{sentence}</h1>\n"
    )?;
    for Section {
        title,
        lines,
        table,
    } in sections(report)
    {
        writeln!(out, "<h2>{}</h2>", markup(title))?;
        for line in &lines {
            writeln!(out, "<p>{}</p>", markup(line))?;
        }
        let Some(Table { columns, rows }) = table else {
            continue;
        };
        let class = |number: bool| if number { " class=\"n\"" } else { "" };
        write!(out, "<table>\n<thead><tr>")?;
        for (name, number) in &columns {
            write!(
                out,
                "<th scope=\"col\"{}>{}</th>",
                class(*number),
                markup(name)
            )?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for row in &rows {
            write!(out, "<tr>")?;
            for (cell, (_, number)) in row.iter().zip(&columns) {
                write!(out, "<td{}>{}</td>", class(*number), markup(cell))?;
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(out, "</tbody></table>")?;
    }
    Ok(())
}

/// Text that HTML shows as it is, in an element or in a quoted attribute.
fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn csv(out: &mut String, report: &Report) -> std::fmt::Result {
    write!(out, "{}\r\n", cell(&report.verdict.sentence))?;
    for section in sections(report) {
        write!(out, "\r\n{}\r\n", cell(section.title))?;
        for line in &section.lines {
            write!(out, "{}\r\n", cell(line))?;
        }
        let Some(Table { columns, rows }) = section.table else {
            continue;
        };
        let heads: Vec<String> = columns.iter().map(|c| cell(c.0)).collect();
        write!(out, "{}\r\n", heads.join(","))?;
        for row in rows {
            let cells: Vec<String> = row.iter().map(|c| cell(c)).collect();
            write!(out, "{}\r\n", cells.join(","))?;
        }
    }
    Ok(())
}

/// A cell of the report, which is for reading: unlike the cells of `requests`, it shows boxes for what is hidden.
fn cell(text: &str) -> String {
    csv_cell(&sentence(text))
}

/// A cell of CSV (RFC 4180). A spreadsheet takes what begins with `= + - @`, a tab or a carriage return for a formula;
/// an apostrophe in front makes it text.
pub(super) fn csv_cell(text: &str) -> String {
    let defused = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if defused.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", defused.replace('"', "\"\""))
    } else {
        defused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_only_text_in_every_form() {
        let hostile = "<script>alert(1)</script>|`x`\u{1b}[31m\u{202e}";
        assert_eq!(
            markup(hostile),
            "&lt;script&gt;alert(1)&lt;/script&gt;|`x`\u{fffd}[31m\u{fffd}"
        );
        assert_eq!(escaped("a|b<c>[d](e)"), "a\\|b&lt;c&gt;\\[d\\](e)");
        assert_eq!(sentence(hostile).matches('\u{fffd}').count(), 2);
        assert_eq!(
            cell("a\u{1b}[31m,\nb\u{202e}"),
            "\"a\u{fffd}[31m,\u{fffd}b\u{fffd}\""
        );
        assert_eq!(cell("\t=1"), "\u{fffd}=1");
    }

    #[test]
    fn cells_are_no_formulas_and_stay_one_cell() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("\t=1", "'\t=1"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("=a,b", "\"'=a,b\""),
            ("plain", "plain"),
        ] {
            assert_eq!(csv_cell(cell), expected);
        }
    }
}
