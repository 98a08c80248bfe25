//! Views of DOMLOG.NSF exported as Tabular Text: columns of fixed width below a heading.
//!
//! The heading tells what the columns are and where they begin; a table without one is not told from other text. Notes
//! cuts what is wider than its column. A request that fills its column is taken as cut, and what of it may lack letters
//! is left away.

use super::fields::Fields;
use super::labels::{Label, column};
use super::ncsa::closes_in_protocol;
use super::{Carries, Format, Reader, Reading, Reason, Record, Sample, Seat, envelope};
use crate::input::Line;
use memchr::{memchr, memrchr2};

pub(super) struct Tabular;

impl Format for Tabular {
    fn code(&self) -> &'static str {
        "domlog-table"
    }

    fn title(&self) -> &'static str {
        "DOMLOG.NSF view as Tabular Text"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcltechsw.com/domino/12.0.2/admin/admn_thedominowebserverlogdomlognsf_c.html"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "Date                    User Address    Authenticated User  Status  Elapsed Time  Request                                          Browser Used\n\
                       03/14/2010 02:25:00 PM  203.0.113.7     Jane Doe/ACME       409     203110        POST /servlet/traveler?Cmd=Ping HTTP/1.1         Apple-iPhone/704.11",
                expect: &[
                    ("time", "2010-03-14T14:25:00"),
                    ("doubt", "-"),
                    ("edge", "-"),
                    ("remote_ip", "203.0.113.7"),
                    ("user", "Jane Doe/ACME"),
                    ("status", "409"),
                    ("duration_ms", "203110"),
                    ("method", "POST"),
                    ("target", "/servlet/traveler?Cmd=Ping"),
                    ("protocol", "HTTP/1.1"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "Date                Authenticated User Status     Elapsed Request                                      Browser\n\
                       14.03.2010 14:25:00 Jané Doe/ACME      200 OK      203110 POST /servlet/traveler?Cmd=Ping&User=jane&DevApple-iPhone/704.11",
                expect: &[
                    ("time", "2010-03-14T14:25:00"),
                    ("user", "Jané Doe/ACME"),
                    ("status", "200"),
                    ("duration_ms", "203110"),
                    ("method", "POST"),
                    ("target", "/servlet/traveler?Cmd=Ping&User=jane"),
                    ("protocol", "-"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("cut", "cut"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<TabularReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

/// Where a column begins, in characters, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    from: usize,
    label: Option<Label>,
}

/// Reads a heading, or tells that the line is none: four names at least, a request's among them, and no other words.
fn heading(line: &[u8]) -> Option<Vec<Column>> {
    // A heading of every field, each twice as wide as any value, is shorter. What stands around it stands around the
    // rows, too, and would move their columns.
    let enveloped = || line.first() != Some(&b' ') && envelope::begins(line);
    if line.len() > 8 * 1024 || memchr(b'\t', line).is_some() || enveloped() {
        return None;
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut words = words(line);
    while let Some((from, first)) = words.next() {
        // The longest name that words one blank apart make; so far apart may be titles, too, that fill their columns.
        let mut label = column(&line[first.clone()]);
        let (mut end, mut taken) = (first.end, 0);
        for (more, (_, word)) in words.clone().take(3).enumerate() {
            if word.start != end + 1 {
                break;
            }
            end = word.end;
            if let Some(longer) = column(&line[first.start..end]) {
                label = Some(longer);
                taken = more + 1;
            }
        }
        for _ in 0..taken {
            words.next();
        }
        let seen = label != Some(Label::Other) && columns.iter().any(|c| c.label == label);
        columns.push(Column {
            from,
            label: label.filter(|_| !seen),
        });
    }
    let known = columns.iter().filter(|c| c.label.is_some()).count();
    let has = |label| columns.iter().any(|c| c.label == Some(label));
    let request = has(Label::Request) || has(Label::Target);
    (known >= 4 && request && 2 * known > columns.len()).then_some(columns)
}

/// The words of a line: where each begins in characters, and its bytes.
fn words(line: &[u8]) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + Clone + '_ {
    let mut at = 0;
    let mut characters = 0;
    std::iter::from_fn(move || {
        while line.get(at) == Some(&b' ') {
            at += 1;
            characters += 1;
        }
        let from = at;
        let first = characters;
        while line.get(at).is_some_and(|&b| b != b' ') {
            characters += usize::from(begins_character(line[at]));
            at += 1;
        }
        (at > from).then_some((first, from..at))
    })
}

/// Whether a byte of UTF-8 begins a character.
fn begins_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[derive(Default)]
struct TabularReader {
    columns: Vec<Column>,
    fields: Fields,
    /// Where each column of the row begins, in bytes.
    bounds: Vec<usize>,
    /// Whether a row of this table had a time.
    timed: bool,
}

impl TabularReader {
    /// Takes a row, or tells that it is none.
    fn row(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> bool {
        let row = line.bytes;
        if self.columns.is_empty() || memchr(b'\t', row).is_some() {
            return false;
        }
        self.find_bounds(row);
        self.fields.clear();
        let mut cut = false;
        for (i, column) in self.columns.iter().enumerate() {
            let (from, to) = (self.bounds[i], self.bounds[i + 1]);
            let Some(label) = column.label else { continue };
            let value = &row[from..to];
            let last = i + 1 == self.columns.len();
            let fills = !last && !value.is_empty() && !value.ends_with(b" ");
            // A last line may break off in any column; what it holds of that one may lack letters.
            let ends = !line.closed && !last && from < to && to == row.len();
            let torn = ends && fills;
            let value = value.trim_ascii();
            if label == Label::Request && (fills || ends) && !closes_in_protocol(value) {
                cut = true;
                let (label, part) = whole_part(value);
                self.fields.set(label, part);
            } else if !torn {
                self.fields.set(label, value);
            }
            cut |= torn;
        }
        let status = self.fields.value(Label::Status);
        let odd = |s| super::fields::status(s).is_none();
        if status.is_some_and(odd) || !self.fields.holds_a_request() || self.is_cut_at_random(row) {
            return false;
        }
        let dated = self.fields.value(Label::Date).is_some();
        let record = self.fields.record(line.into(), cut);
        // What stands in the place of the other rows' times is none: a line of another log.
        if self.timed && dated && record.stamp.is_none() && !cut {
            return false;
        }
        self.timed |= record.stamp.is_some();
        emit(&record);
        true
    }

    /// Whether most columns begin inside a word: then this is text that has none. A value may fill its column.
    fn is_cut_at_random(&self, row: &[u8]) -> bool {
        let inner = self.bounds[1..].iter().filter(|&&at| at < row.len());
        let inside = |&&at: &&usize| row[at] != b' ' && row[at - 1] != b' ';
        2 * inner.clone().filter(inside).count() > inner.count()
    }

    /// Finds where the columns of a row begin.
    fn find_bounds(&mut self, row: &[u8]) {
        self.bounds.clear();
        let mut columns = self.columns.iter().map(|c| c.from).peekable();
        let mut characters = 0;
        for (at, &byte) in row.iter().enumerate() {
            if !begins_character(byte) {
                continue;
            }
            if columns.next_if(|&from| from <= characters).is_some() {
                let bound = self.begin_of_number(row, at);
                self.bounds.push(bound);
            }
            characters += 1;
        }
        self.bounds.resize(self.columns.len() + 1, row.len());
    }

    /// Where a value begins whose column begins at a byte: there, or before, as numbers stand at the right of theirs.
    fn begin_of_number(&self, row: &[u8], at: usize) -> usize {
        let last = self.bounds.last().copied().unwrap_or(0);
        let before = &row[last.min(at)..at];
        let digits = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
            .count();
        let blank = before[..before.len() - digits].ends_with(b"  ");
        let goes_on = row[at].is_ascii_digit() || row[at] == b' ';
        if digits > 0 && blank && goes_on {
            at - digits
        } else {
            at
        }
    }
}

/// What of a request that was cut surely has all its letters: the part before its last parameter, or the method alone.
fn whole_part(request: &[u8]) -> (Label, &[u8]) {
    match memrchr2(b'&', b'?', request) {
        Some(end) => (Label::Request, &request[..end]),
        None => (
            Label::Method,
            &request[..memchr(b' ', request).unwrap_or(0)],
        ),
    }
}

impl Reader for TabularReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        if self.row(line, emit) {
            return Reading::Record;
        }
        // The names behind `#Fields:` are those of the W3C format.
        let directive = line.bytes.starts_with(b"#");
        if !directive && let Some(columns) = heading(line.bytes) {
            self.columns = columns;
            self.timed = false;
            return Reading::Comment;
        }
        Reading::Foreign(Reason::UnknownShape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::read;

    const HEADING: &str =
        "Date                User Address Status Request                        Browser";
    const ROW: &str =
        "14.03.2010 14:25:00 203.0.113.7  409    GET /x?a=b HTTP/1.1            Mozilla/5.0 (a b)";

    #[test]
    fn a_heading_is_names_in_columns_and_nothing_else() {
        let told = |text: &str| heading(text.as_bytes()).map(|c| c.len());
        assert_eq!(told(HEADING), Some(5));
        assert_eq!(told("Date  Time  Own  Status  Request"), Some(5));
        assert_eq!(told("Date  Time  Status  User"), None);
        assert_eq!(told("Date  Status  Request"), None);
        assert_eq!(
            told("The date, the user and the status of the request"),
            None
        );
        let columns = heading(b"Date  Time  Status  Request Time  Request").unwrap_or_default();
        let labels: Vec<_> = columns.iter().filter_map(|c| c.label).collect();
        assert_eq!(
            labels,
            [
                Label::Date,
                Label::Time,
                Label::Status,
                Label::RequestTime,
                Label::Request
            ]
        );
    }

    #[test]
    fn rows_are_told_from_what_else_stands_in_a_file() {
        for (line, class) in [
            (ROW, "R"),
            (HEADING, "#"),
            ("", "#"),
            (
                "Can anybody tell me what all of this might mean for me, please?",
                "?",
            ),
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /x HTTP/1.1\" 200 5",
                "R",
            ),
        ] {
            let (classes, _) = read(&format!("{HEADING}\n{line}\n"));
            assert_eq!(classes, format!("#{class}"), "{line}");
        }
        assert_eq!(read(ROW).0, "?");
    }

    #[test]
    fn numbers_may_begin_before_their_title() {
        let heading = "Date                   Elapsed Status Request";
        for row in [
            "14.03.2010 14:25:00    203110  409    GET /x HTTP/1.1",
            "14.03.2010 14:25:00     203110 409    GET /x HTTP/1.1",
            "14.03.2010 14:25:00   203110   409    GET /x HTTP/1.1",
            "14.03.2010 14:25:00  203110    409    GET /x HTTP/1.1",
        ] {
            let (_, records) = read(&format!("{heading}\n{row}\n"));
            let told = ["time", "duration_ms", "status", "target"].map(|f| records[0].field(f));
            let expected = ["2010-03-14T14:25:00", "203110", "409", "/x"];
            assert_eq!(told, expected.map(|f| Some(f.to_owned())), "{row}");
        }
    }

    #[test]
    fn a_last_row_that_breaks_off_keeps_its_whole_values() {
        let status = ROW.find("409").unwrap_or(0);
        for at in status + 4..ROW.len() - "Mozilla/5.0 (a b)".len() - 20 {
            let (_, records) = read(&format!("{HEADING}\n{}", &ROW[..at]));
            let Some(record) = records.first() else {
                continue;
            };
            assert_eq!(record.field("status").as_deref(), Some("409"), "{at}");
            let whole = record
                .field("target")
                .is_none_or(|t| t == "/x?a=b" || t == "/x");
            assert!(whole, "{:?} {at}", record.field("target"));
        }
        let upto = ROW.find(" HTTP/1.1").unwrap_or(0);
        let (_, records) = read(&format!("{HEADING}\n{}", &ROW[..upto]));
        assert_eq!(records[0].field("cut").as_deref(), Some("cut"));
        assert_eq!(records[0].field("target").as_deref(), Some("/x"));
        let (_, records) = read(&format!("{HEADING}\n{ROW}"));
        assert_eq!(records[0].field("cut"), None);
    }

    #[test]
    fn a_request_that_was_cut_keeps_what_is_whole() {
        for (request, method, target) in [
            (
                "POST /x?User=a&Cmd=Sync&Device",
                "POST",
                Some("/x?User=a&Cmd=Sync"),
            ),
            ("POST /servlet/traveler/Microso", "POST", None),
        ] {
            let row = format!("14.03.2010 14:25:00 203.0.113.7  409    {request:x<31}Mozilla");
            let (_, records) = read(&format!("{HEADING}\n{row}\n"));
            assert_eq!(records[0].field("method").as_deref(), Some(method), "{row}");
            assert_eq!(records[0].field("target").as_deref(), target, "{row}");
            assert_eq!(records[0].field("cut").as_deref(), Some("cut"), "{row}");
        }
    }
}
