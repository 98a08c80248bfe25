//! Tables with a heading, in which commas, semicolons or tabs part the columns: views of DOMLOG.NSF, and logs of other
//! servers that came through a spreadsheet or a report.
//!
//! The heading tells what the columns are, by the names of [`super::labels`]; a column that it does not name so is left
//! aside. A value in quotes may hold the separator, quotes written twice, and line ends. Rows are told from what else
//! stands in a file by their number of columns and by the status among them.

mod cells;

use super::fields::{Fields, status};
use super::labels::{Label, column};
use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample, envelope, present};
use crate::input::Line;
use cells::COLUMNS;
pub(super) use cells::{Cells, SEPARATORS, Split, is_row};
use memchr::{memchr, memchr_iter};
use std::ops::Range;

pub(super) struct Csv;

impl Format for Csv {
    fn code(&self) -> &'static str {
        "csv"
    }

    fn title(&self) -> &'static str {
        "CSV or TSV with a heading"
    }

    fn specification(&self) -> &'static str {
        "https://www.rfc-editor.org/rfc/rfc4180"
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
                text: "Date,User Address,Authenticated User,Status,Content Length,Content Type,Request,Browser Used,Error,Referring URL,Server Address,Elapsed Time,Cookie,Translated URI\n\
                       03/04/2010 02:25:00 PM,203.0.113.7,\"Jane Doe/Sales/ACME\",\"409 CONFLICT (The request, \"\"again\"\")\",13,text/html,POST /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping HTTP/1.1,Apple-iPhone/704.11,,,t.example.com,\"203,110\",,",
                expect: &[
                    ("time", "2010-03-04T14:25:00"),
                    ("doubt", "order"),
                    ("edge", "-"),
                    ("remote_ip", "203.0.113.7"),
                    ("user", "Jane Doe/Sales/ACME"),
                    ("status", "409"),
                    ("bytes", "13"),
                    ("method", "POST"),
                    (
                        "target",
                        "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("referer", "-"),
                    ("host", "t.example.com"),
                    ("duration_ms", "203110"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "\"date\";\"time\";\"s-ip\";\"cs-method\";\"cs-uri-stem\";\"cs-uri-query\";\"cs-username\";\"c-ip\";\"cs(User-Agent)\";\"sc-status\";\"sc-bytes\";\"time-taken\"\n\
                       \"2024-01-12\";\"08:15:30\";\"192.0.2.1\";\"POST\";\"/Microsoft-Server-ActiveSync/default.eas\";\"User=jane&DeviceId=A1&DeviceType=iPad&Cmd=Ping\";\"ACME\\jane\";\"2001:db8::7\";\"Apple-iPad/1901.404+(x)\";\"200\";\"1024\";\"600013\"",
                expect: &[
                    ("time", "2024-01-12T08:15:30Z"),
                    ("doubt", "-"),
                    ("host", "192.0.2.1"),
                    ("method", "POST"),
                    (
                        "target",
                        "/Microsoft-Server-ActiveSync/default.eas?User=jane&DeviceId=A1&DeviceType=iPad&Cmd=Ping",
                    ),
                    ("user", "ACME\\jane"),
                    ("remote_ip", "2001:db8::7"),
                    ("user_agent", "Apple-iPad/1901.404 (x)"),
                    ("status", "200"),
                    ("bytes", "1024"),
                    ("duration_ms", "600013"),
                ],
            },
            Sample {
                text: "time_local\tremote_addr\tremote_user\trequest\tstatus\tbody_bytes_sent\trequest_time\thttp_user_agent\thost\n\
                       12/Jan/2024:08:15:30 +0100\t192.0.2.9\t-\tPOST /Microsoft-Server-ActiveSync?Cmd=Sync HTTP/1.1\t499\t0\t60.001\tAndroid/8.1\tmail.example.com",
                expect: &[
                    ("time", "2024-01-12T08:15:30+01:00"),
                    ("remote_ip", "192.0.2.9"),
                    ("user", "-"),
                    ("target", "/Microsoft-Server-ActiveSync?Cmd=Sync"),
                    ("status", "499"),
                    ("bytes", "0"),
                    ("duration_ms", "60001"),
                    ("user_agent", "Android/8.1"),
                    ("host", "mail.example.com"),
                ],
            },
            Sample {
                text: "sep=;\ntimestamp;method;url;status;duration;user agent\n\
                       2024-01-12T08:15:30.5Z;POST;/x?Cmd=Ping;200;600;\"two\nlines\"",
                expect: &[
                    ("time", "2024-01-12T08:15:30.500Z"),
                    ("method", "POST"),
                    ("target", "/x?Cmd=Ping"),
                    ("duration_ms", "600"),
                    ("doubt", "unit"),
                    ("user_agent", "two lines"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<CsvReader>::default()
    }
}

/// Bytes and lines of a row whose quotes are still open: behind them the quote was none.
const OPEN_BYTES: usize = 64 * 1024;
const OPEN_LINES: u32 = 64;

/// What a heading says.
struct Heading {
    separator: u8,
    columns: Vec<Option<Label>>,
    /// Whether its names are those of W3C logs, whose times are UTC.
    w3c: bool,
}

impl Heading {
    /// Reads a heading, or tells that the line is none: three names at least, a request's among them.
    fn read(line: &[u8], cells: &mut Cells) -> Option<Self> {
        SEPARATORS
            .into_iter()
            .filter_map(|separator| Self::parted(line, separator, cells))
            .max_by_key(|(known, _)| *known)
            .map(|(_, heading)| heading)
    }

    /// Reads one with this separator, and counts the names that are known.
    fn parted(line: &[u8], separator: u8, cells: &mut Cells) -> Option<(usize, Self)> {
        memchr(separator, line)?;
        // What stands around the heading stands around the rows, too, and would spoil the name of a column.
        if envelope::begins(line) {
            return None;
        }
        if cells.split(line, separator) != Split::Whole {
            return None;
        }
        let mut columns: Vec<_> = cells.iter().map(column).collect();
        let w3c = cells.iter().any(|name| {
            [&b"cs-"[..], b"cs(", b"sc-"]
                .iter()
                .any(|w3c| name.starts_with(w3c))
        });
        // Of two columns of one name the first counts; the other would fill in for it where it is empty.
        for i in 1..columns.len() {
            if columns[i] != Some(Label::Other) && columns[..i].contains(&columns[i]) {
                columns[i] = None;
            }
        }
        let has = |label| columns.contains(&Some(label));
        let known = columns.iter().flatten().count();
        let request = has(Label::Request) || has(Label::Target);
        (known >= 3 && request && columns.len() <= COLUMNS).then_some((
            known,
            Self {
                separator,
                columns,
                w3c,
            },
        ))
    }
}

#[derive(Default)]
struct CsvReader {
    heading: Option<Heading>,
    cells: Cells,
    fields: Fields,
    open: Option<OpenRow>,
    /// The lines of the row whose quotes are open, a blank between them.
    text: Vec<u8>,
}

/// A row whose quotes are open.
#[derive(Clone, Copy)]
struct OpenRow {
    place: Place,
    lines: u32,
}

impl CsvReader {
    /// Takes a row, or tells why it is none.
    fn row(
        &mut self,
        row: &[u8],
        place: Place,
        closed: bool,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Result<Split, Reason> {
        let Some(heading) = &self.heading else {
            return Err(Reason::UnknownShape);
        };
        let split = self.cells.split(row, heading.separator);
        let (width, cells) = (heading.columns.len(), self.cells.ranges().len());
        // Spreadsheets fill rows up with empty cells, and leave them away.
        let empty = |cells: &[Range<usize>]| cells.iter().all(Range::is_empty);
        if split == Split::TooMany || (cells > width && !empty(&self.cells.ranges()[width..])) {
            return Err(Reason::UnknownShape);
        }
        self.fields.clear();
        self.fields.utc = heading.w3c;
        let broken = split == Split::Open || (cells < width && !closed);
        let mut told = 0;
        for (i, (cell, label)) in self.cells.iter().zip(&heading.columns).enumerate() {
            let Some(label) = *label else { continue };
            // The last value of a row that breaks off may lack letters.
            if broken && i + 1 == cells {
                break;
            }
            let none = matches!(cell, b"NULL" | b"null" | b"(null)");
            if label == Label::Status && !none && present(cell).is_some() && status(cell).is_none()
            {
                return Err(Reason::BadStatus);
            }
            told += usize::from(present(cell).is_some());
            if !none {
                self.fields.set(label, cell);
            }
        }
        let request = self.fields.holds_a_request();
        if split == Split::Open {
            // Dates stand first in most tables.
            let dated = self.fields.begins_in_digits(Label::Date);
            return if request || dated {
                Ok(split)
            } else {
                Err(Reason::UnknownShape)
            };
        }
        if !request || told < 2 {
            return Err(Reason::UnknownShape);
        }
        if cells < width && closed {
            return Err(Reason::CutShort);
        }
        emit(&self.fields.record(place, broken));
        Ok(split)
    }

    /// Takes a line behind one with open quotes, or tells that it is none of its row.
    fn go_on(
        &mut self,
        open: OpenRow,
        line: &Line<'_>,
        emit: &mut dyn FnMut(&Record<'_>),
    ) -> Option<Reading> {
        if open.lines == OPEN_LINES || self.text.len() + line.bytes.len() >= OPEN_BYTES {
            self.flush(emit);
            return None;
        }
        // Where a line is a row by itself, the quote before it was never closed.
        let mut separate = false;
        if memchr(b'"', line.bytes).is_none() {
            let mut seen = |_: &Record<'_>| separate = true;
            let _ = self.row(line.bytes, line.into(), true, &mut seen);
        }
        if separate {
            self.flush(emit);
            return None;
        }
        self.text.push(b' ');
        self.text.extend_from_slice(line.bytes);
        // Each quote opens or closes, so that only lines with an odd number of them can close the row.
        if memchr_iter(b'"', line.bytes).count() % 2 == 1 {
            let text = std::mem::take(&mut self.text);
            let split = self.row(&text, open.place, line.closed, emit);
            self.text = text;
            if split != Ok(Split::Open) {
                self.open = None;
                return Some(Reading::Continuation);
            }
        }
        self.open = Some(OpenRow {
            lines: open.lines + 1,
            ..open
        });
        Some(Reading::Continuation)
    }
}

impl Reader for CsvReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        if let Some(open) = self.open
            && let Some(reading) = self.go_on(open, line, emit)
        {
            return reading;
        }
        let reason = match self.row(line.bytes, line.into(), line.closed, emit) {
            Ok(Split::Open) => {
                self.open = Some(OpenRow {
                    place: line.into(),
                    lines: 1,
                });
                self.text.clear();
                self.text.extend_from_slice(line.bytes);
                return Reading::Record;
            }
            Ok(_) => return Reading::Record,
            Err(reason) => reason,
        };
        // Spreadsheets name the separator above the heading.
        if matches!(line.bytes, [b's', b'e', b'p', b'=', separator] if SEPARATORS.contains(separator))
        {
            return Reading::Comment;
        }
        match Heading::read(line.bytes, &mut self.cells) {
            Some(heading) => {
                self.heading = Some(heading);
                Reading::Comment
            }
            None => Reading::Foreign(reason),
        }
    }

    /// What there is of a row whose quotes never closed.
    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        let Some(open) = self.open.take() else {
            return;
        };
        let text = std::mem::take(&mut self.text);
        // Reading it again up to the open value leaves its values in `fields`.
        if self.row(&text, open.place, false, emit) == Ok(Split::Open)
            && self.fields.say_a_request()
        {
            emit(&self.fields.record(open.place, true));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::read;

    const HEADING: &str = "Date,Request,Status,Browser,Elapsed Time";

    #[test]
    fn rows_are_told_from_what_else_stands_in_a_file() {
        for (line, class) in [
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,200,a,1", "R"),
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,200,a,1,,,", "R"),
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,,a,1", "R"),
            ("2010-03-03 14:25:00,,200,,", "R"),
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,abc,a,1", "?"),
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,200,a", "?"),
            ("2010-03-03 14:25:00,GET /x HTTP/1.1,200,a,1,b", "?"),
            ("well, this, is, no, row", "?"),
            ("well, this, , is, none", "?"),
            (",,,,", "?"),
            (HEADING, "#"),
            ("sep=,", "#"),
            (
                "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /a,b,c,d,e HTTP/1.1\" 200 5",
                "R",
            ),
        ] {
            let (classes, _) = read(&format!("{HEADING}\n{line}\n"));
            assert_eq!(classes, format!("#{class}"), "{line}");
        }
    }

    #[test]
    fn a_heading_names_a_request_and_two_things_more() {
        for (line, class) in [
            ("Date,Request,Status", "#"),
            ("date\turl\tstatus", "#"),
            ("\"Date\";\"Request\";\"Status\"", "#"),
            ("Date,Request", "?"),
            ("Date,User,Status", "?"),
            ("Date Request Status", "?"),
        ] {
            assert_eq!(read(&format!("{line}\n")).0, class, "{line}");
        }
    }

    #[test]
    fn a_value_in_quotes_may_hold_anything() {
        let row = "2010-03-03 14:25:00,\"GET /x?a=1,2 HTTP/1.1\",200,\"a \"\"b\"\"\n\nc, d\" ,7";
        let (classes, records) = read(&format!("{HEADING}\n{row}\n{row}"));
        assert_eq!(classes, "#R++R++");
        for record in &records {
            assert_eq!(record.field("target").as_deref(), Some("/x?a=1,2"));
            assert_eq!(record.field("user_agent").as_deref(), Some("a \"b\"  c, d"));
            assert_eq!(record.field("duration_ms").as_deref(), Some("7"));
        }
        assert_eq!(records.len(), 2);
    }

    #[test]
    fn a_quote_that_never_closes_costs_its_own_row_at_most() {
        let good = "2010-03-03 14:25:00,GET /x HTTP/1.1,200,a,1";
        let bad = "2010-03-03 14:25:00,GET /y HTTP/1.1,200,\"a,1";
        let (classes, records) = read(&format!("{HEADING}\n{bad}\n{good}\n{good}\n"));
        assert_eq!(classes, "#RRR");
        let told: Vec<_> = records
            .iter()
            .map(|r| (r.field("target"), r.field("user_agent"), r.field("cut")))
            .collect();
        let text = |s: &str| Some(s.to_owned());
        assert_eq!(told[0], (text("/y"), None, text("cut")));
        assert_eq!(told[1], (text("/x"), text("a"), None));
        let (classes, records) = read(&format!("{HEADING}\n{bad}\n{}", "x\n".repeat(200)));
        assert_eq!(classes.matches('+').count(), OPEN_LINES as usize - 1);
        assert_eq!(records.len(), 1);
    }

    #[test]
    fn a_last_row_that_breaks_off_keeps_its_whole_values() {
        for (row, expected) in [
            (
                "2010-03-03 14:25:00,GET /x HTTP/1.1,200,a",
                Some([Some("200"), None, Some("cut")]),
            ),
            (
                "2010-03-03 14:25:00,GET /x HTTP/1.1,20",
                Some([None, None, Some("cut")]),
            ),
            (
                "2010-03-03 14:25:00,GET /x HTTP/1.1,200,\"a",
                Some([Some("200"), None, Some("cut")]),
            ),
            ("2010-03-03 14:25:00,GET /x", None),
        ] {
            let (_, records) = read(&format!("{HEADING}\n{row}"));
            let told = records
                .first()
                .map(|r| ["status", "user_agent", "cut"].map(|field| r.field(field)));
            let expected =
                expected.map(|fields| fields.map(|f: Option<&str>| f.map(str::to_owned)));
            assert_eq!(told, expected, "{row}");
        }
    }
}
