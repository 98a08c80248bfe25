//! Documents of DOMLOG.NSF exported as DXL, the XML of Domino.
//!
//! A document is one record, on one line or on many; the items that name a request are read by the labels of the
//! database's form, and everything else of the document is passed over. The scanner knows as much of XML as DXL uses.
//! It reads line by line, and whatever is broken costs the document that it stands in.

use super::fields::Fields;
use super::labels::{DOMLOG, Label, find};
use super::markup::{attribute, end_of_tag, unescape};
use super::ncsa::WRAPPED_LINES;
use super::{Carries, Format, Place, Reader, Reading, Reason, Record, Sample, Seat};
use crate::input::Line;
use memchr::{memchr, memmem};

pub(super) struct Dxl;

impl Format for Dxl {
    fn code(&self) -> &'static str {
        "domlog-dxl"
    }

    fn title(&self) -> &'static str {
        "DOMLOG.NSF documents as DXL (XML)"
    }

    fn specification(&self) -> &'static str {
        "https://help.hcltechsw.com/dom_designer/9.0.1/appdev/H_EXAMPLE_DOCUMENT_NOTEINFO_AND_ITEM_ELEMENTS_XML.html"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: true,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "<?xml version='1.0' encoding='utf-8'?>\n\
                       <!DOCTYPE database SYSTEM 'xmlschemas/domino_9_0_1.dtd'>\n\
                       <database xmlns='http://www.lotus.com/dxl' version='9.0' maintenanceversion='1.0' title='Log'>\n\
                       <document form='HTTPLog'>\n\
                       <noteinfo noteid='942' unid='00000000000000000000000000000001' sequence='1'>\n\
                       <created><datetime>20100303T142501,00-05</datetime></created></noteinfo>\n\
                       <item name='Date'><datetime dst='true'>20100303T142500,25-05</datetime></item>\n\
                       <item name='UserAddress'><text>203.0.113.7</text></item>\n\
                       <item name='AuthenticatedUser'><textlist><text>Jane Doe/ACME</text><text>x</text></textlist></item>\n\
                       <item name='Request'><text>POST /servlet/traveler?User=jane&amp;Cmd=Ping&#x26;a=&#39;b&apos; HTTP/1.1</text></item>\n\
                       <item name='Status'><text>409 CONFLICT (The request\n\
                       could not be completed)</text></item>\n\
                       <item name='ContentLength'><number>13</number></item>\n\
                       <item name='ElapsedTime'><number>203110</number></item>\n\
                       <item name='Browser'><text>Apple-iPhone/704.11</text></item>\n\
                       <item name='Referer'><text/></item>\n\
                       <item name='Own'><text>1</text></item>\n\
                       </document>\n\
                       </database>",
                expect: &[
                    ("time", "2010-03-03T14:25:00.250-05:00"),
                    ("edge", "-"),
                    ("remote_ip", "203.0.113.7"),
                    ("user", "Jane Doe/ACME"),
                    ("method", "POST"),
                    ("target", "/servlet/traveler?User=jane&Cmd=Ping&a='b'"),
                    ("protocol", "HTTP/1.1"),
                    ("status", "409"),
                    ("bytes", "13"),
                    ("duration_ms", "203110"),
                    ("user_agent", "Apple-iPhone/704.11"),
                    ("referer", "-"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "<note class=\"document\" xmlns=\"http://www.lotus.com/dxl\"\n form=\"HTTPLog\"><item\nname=\"Request\"><text><![CDATA[GET /x?a&b HTTP/1.0]]></text></item><!-- <item name='Status'><text>500</text></item>\n--><item name=\"Status\"><number>200</number></item><item name=\"Elapsed\"><number>20",
                expect: &[
                    ("target", "/x?a&b"),
                    ("status", "200"),
                    ("duration_ms", "-"),
                    ("time", "-"),
                    ("cut", "cut"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<DxlReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

/// Bytes of a value that are kept, and of a tag that is read; what is longer is none that matters here.
const VALUE_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 8 * 1024;

/// Lines that a tag or a comment may go on for: behind them it was broken.
const BROKEN_LINES: u32 = 64;

/// What the scanner is inside of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Text,
    Tag,
    Comment,
    CData,
}

#[derive(Default)]
struct DxlReader {
    /// Whether the database's element is open.
    database: bool,
    /// Where the open document begins.
    document: Option<Place>,
    inside: Inside,
    /// The tag that is being read, without its brackets, and where it begins.
    tag: Vec<u8>,
    tag_place: Place,
    /// Whether an item is open, and what it holds if that matters.
    item: Option<Label>,
    /// Whether a value is open.
    open_value: bool,
    value: Vec<u8>,
    fields: Fields,
    /// Lines since the latest one that began outside of a tag, a comment and the like and had a tag in it.
    bare: u32,
}

impl DxlReader {
    /// Whether a line can be one of DXL where the last one left off.
    fn expects(&self, line: &[u8]) -> bool {
        let text = line.trim_ascii();
        if self.inside != Inside::Text {
            return true;
        }
        if self.document.is_some() {
            let tags = memchr(b'<', text).is_some();
            // Between items there is nothing but tags. Of what items hold, only binary data goes on for many lines.
            let binary = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
            return tags
                || text.is_empty()
                || (self.item.is_some() && (self.bare < WRAPPED_LINES || text.iter().all(binary)));
        }
        if self.database {
            return text.starts_with(b"<");
        }
        let begins = |tag: &[u8]| text.starts_with(tag);
        let element = |tag: &[u8]| {
            text.strip_prefix(tag)
                .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
        };
        let has = |part: &[u8]| memmem::find(text, part).is_some();
        let ours = || has(b"lotus.com/dxl") || has(b"form=") || memchr(b'>', text).is_none();
        begins(b"<?xml ")
            || begins(b"<!DOCTYPE database")
            || begins(b"<!DOCTYPE document")
            || begins(b"<!DOCTYPE note")
            || ([&b"<database"[..], b"<document", b"<note"]
                .into_iter()
                .any(element)
                && ours())
    }

    /// Reads a line, and tells whether a document begins on it.
    fn scan(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> bool {
        let mut began = false;
        // The end of the line before stands for a blank, and what is indented has more of them.
        let mut rest = line.bytes.trim_ascii_start();
        while !rest.is_empty() {
            rest = match self.inside {
                Inside::Text => self.text(rest, line.into()),
                Inside::Tag => {
                    // A bracket may stand in the quotes of an attribute.
                    let end = end_of_tag(&self.tag, rest);
                    let part = &rest[..end.unwrap_or(rest.len())];
                    if self.tag.len() + part.len() <= TAG_BYTES {
                        self.tag.extend_from_slice(part);
                    }
                    let Some(end) = end else { break };
                    self.inside = Inside::Text;
                    let tag = std::mem::take(&mut self.tag);
                    began |= self.element(&tag, emit);
                    self.tag = tag;
                    &rest[end + 1..]
                }
                Inside::Comment => self.up_to(rest, b"-->"),
                Inside::CData => {
                    let end = memmem::find(rest, b"]]>").unwrap_or(rest.len());
                    self.keep(&rest[..end]);
                    self.up_to(rest, b"]]>")
                }
            };
        }
        match self.inside {
            Inside::Tag => self.tag.push(b' '),
            Inside::Text | Inside::CData => self.keep(b" "),
            Inside::Comment => {}
        }
        began
    }

    /// Passes over what ends with these bytes.
    fn up_to<'a>(&mut self, rest: &'a [u8], end: &[u8]) -> &'a [u8] {
        let Some(at) = memmem::find(rest, end) else {
            return b"";
        };
        self.inside = Inside::Text;
        &rest[at + end.len()..]
    }

    /// Takes text up to the next tag.
    fn text<'a>(&mut self, rest: &'a [u8], place: Place) -> &'a [u8] {
        let end = memchr(b'<', rest).unwrap_or(rest.len());
        if self.open_value {
            unescape(&rest[..end], &mut |part| {
                keep(&mut self.value, part);
            });
        }
        let rest = &rest[end..];
        for (begin, inside) in [
            (&b"<!--"[..], Inside::Comment),
            (b"<![CDATA[", Inside::CData),
            (b"<", Inside::Tag),
        ] {
            if let Some(rest) = rest.strip_prefix(begin) {
                self.inside = inside;
                self.tag.clear();
                self.tag_place = place;
                return rest;
            }
        }
        rest
    }

    fn keep(&mut self, text: &[u8]) {
        if self.open_value {
            keep(&mut self.value, text);
        }
    }

    /// Takes a tag, and tells whether a document begins with it.
    fn element(&mut self, tag: &[u8], emit: &mut dyn FnMut(&Record<'_>)) -> bool {
        let empty = tag.ends_with(b"/");
        let end = tag
            .iter()
            .position(|b| b.is_ascii_whitespace() || *b == b'/')
            .filter(|&at| at > 0)
            .unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        match name {
            b"database" => self.database = !empty,
            b"document" => {
                self.begin(emit);
                return true;
            }
            b"note" if attribute(attributes, b"class").is_none_or(|c| c == b"document") => {
                self.begin(emit);
                return true;
            }
            b"item" if self.document.is_some() && !empty => {
                let label = attribute(attributes, b"name").and_then(|name| find(DOMLOG, name));
                self.item = Some(label.map_or(Label::Other, |at| DOMLOG[at].1));
            }
            b"text" | b"number" | b"datetime" | b"name" if !empty => {
                self.open_value = self.item.is_some_and(|label| label != Label::Other);
                self.value.clear();
            }
            b"break" => self.keep(b" "),
            _ => {}
        }
        // The name of a closing tag begins with the slash, behind which it was not looked for above.
        match tag.trim_ascii_end() {
            b"/database" => self.database = false,
            b"/document" | b"/note" => self.end(false, emit),
            b"/item" => self.item = None,
            b"/text" | b"/number" | b"/datetime" | b"/name" => {
                if let Some(label) = self.item.filter(|_| self.open_value) {
                    self.fields.set(label, &self.value);
                }
                self.open_value = false;
            }
            _ => {}
        }
        false
    }

    fn begin(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.end(true, emit);
        self.document = Some(self.tag_place);
    }

    /// Ends the open document, if there is one.
    fn end(&mut self, cut: bool, emit: &mut dyn FnMut(&Record<'_>)) {
        if let Some(place) = self.document.take()
            && self.fields.say_a_request()
        {
            emit(&self.fields.record(place, cut));
        }
        self.fields.clear();
        self.item = None;
        self.open_value = false;
    }
}

impl Reader for DxlReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        if self.inside != Inside::Text && self.bare >= BROKEN_LINES {
            self.inside = Inside::Text;
        }
        if !self.expects(line.bytes) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        if self.inside == Inside::Text && memchr(b'<', line.bytes).is_some() {
            self.bare = 0;
        } else {
            self.bare += 1;
        }
        let before = self.document.is_some();
        // The tag of a document may go on behind the end of its line.
        let opens = |this: &Self| {
            this.inside == Inside::Tag
                && (this.tag.starts_with(b"document ") || this.tag.starts_with(b"note "))
        };
        let opened = opens(self);
        let began = self.scan(line, emit);
        if (began && !opened) || opens(self) {
            Reading::Record
        } else if before || opened {
            Reading::Continuation
        } else {
            Reading::Comment
        }
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        self.end(true, emit);
        self.inside = Inside::Text;
        self.tag.clear();
    }
}

/// Appends to a value as much as is kept of one.
fn keep(value: &mut Vec<u8>, text: &[u8]) {
    let room = VALUE_BYTES - value.len().min(VALUE_BYTES);
    value.extend_from_slice(&text[..text.len().min(room)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::read;

    const DOCUMENT: &str = "<document xmlns='http://www.lotus.com/dxl' form='HTTPLog'><item name='Request'><text>GET /x?a=1&amp;b=2 HTTP/1.1</text></item><item name='Status'><text>409 CONFLICT</text></item><item name='ElapsedTime'><number>203110</number></item></document>";

    fn told(text: &str) -> Vec<[Option<String>; 4]> {
        let field = |r: &crate::format::tests::Kept| {
            ["target", "status", "duration_ms", "cut"].map(|name| r.field(name))
        };
        read(text).1.iter().map(field).collect()
    }

    #[test]
    fn a_document_is_one_record_however_it_is_broken_into_lines() {
        let whole = told(DOCUMENT);
        assert_eq!(
            whole,
            [
                [Some("/x?a=1&b=2"), Some("409"), Some("203110"), None]
                    .map(|f| f.map(str::to_owned))
            ]
        );
        for (at, _) in DOCUMENT.match_indices(['<', ' ']).skip(1) {
            let text = format!("{}\n{}\n", &DOCUMENT[..at], &DOCUMENT[at..]);
            let (classes, records) = read(&text);
            assert_eq!(classes, "R+", "{text}");
            assert_eq!(told(&text), whole, "{text}");
            assert_eq!(records.len(), 1);
        }
    }

    #[test]
    fn a_document_that_breaks_off_keeps_its_whole_values() {
        for at in 1..DOCUMENT.len() {
            for told in told(&DOCUMENT[..at]) {
                let [target, status, duration, cut] = told;
                assert_eq!(cut.as_deref(), Some("cut"), "{}", &DOCUMENT[..at]);
                assert!(target.is_none_or(|t| t == "/x?a=1&b=2"));
                assert!(status.is_none_or(|s| s == "409"));
                assert!(duration.is_none_or(|d| d == "203110"));
            }
        }
    }

    #[test]
    fn documents_stand_one_behind_the_other_on_a_line_or_in_a_database() {
        assert_eq!(told(&DOCUMENT.repeat(3)).len(), 3);
        let inner = DOCUMENT.replace(" xmlns='http://www.lotus.com/dxl'", "");
        let text = format!(
            "<?xml version='1.0'?>\n<database xmlns='http://www.lotus.com/dxl'>\n<databaseinfo/>\n{inner}\n\n{inner}\n</database>\n"
        );
        let (classes, records) = read(&text);
        assert_eq!((classes.as_str(), records.len()), ("###R#R#", 2));
    }

    #[test]
    fn a_broken_document_takes_nothing_of_what_follows() {
        let log =
            "192.0.2.9 t.example.com - [03/Mar/2010:14:25:00 +0000] \"GET /y HTTP/1.1\" 200 5";
        for at in [
            DOCUMENT.find("<item name='Status'").unwrap_or(0),
            DOCUMENT.find("</document>").unwrap_or(0),
        ] {
            let (classes, records) = read(&format!("{}\n{log}\n{log}\n", &DOCUMENT[..at]));
            assert_eq!((classes.as_str(), records.len()), ("RRR", 3));
        }
        // Inside a value or a tag it takes a while until it is clear.
        for at in 60..DOCUMENT.len() {
            let log = format!("{log}\n").repeat(BROKEN_LINES as usize + 10);
            let (_, records) = read(&format!("{}\n{log}", &DOCUMENT[..at]));
            assert!(records.len() > 9, "{}", &DOCUMENT[..at]);
        }
    }

    #[test]
    fn other_xml_is_none_of_ours() {
        for line in [
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>",
            "<html><body>",
            "<document><title>x</title></document>",
            "<item name='Request'><text>GET / HTTP/1.1</text></item>",
        ] {
            assert_eq!(read(line).0, "?", "{line}");
        }
    }

    #[test]
    fn entities_are_replaced_and_ampersands_stay() {
        for (text, expected) in [
            ("a&amp;b", "a&b"),
            ("&lt;&gt;&quot;&apos;", "<>\"'"),
            ("&#65;&#x42;&#xe9;", "ABé"),
            ("a&b;c", "a&b;c"),
            ("&#xD800;&#99999999;&", "&#xD800;&#99999999;&"),
            ("&amp;amp;", "&amp;"),
        ] {
            let mut out = Vec::new();
            unescape(text.as_bytes(), &mut |part| out.extend_from_slice(part));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{text}");
        }
    }
}
