//! The values of one logged request, gathered field by field until its record is whole: a document of DOMLOG.NSF, a
//! row of a table.

use super::labels::{LABELS, Label};
use super::ncsa::{RequestLine, decimal};
use super::time::moment::moment;
use super::time::number;
use super::time::written::fraction;
use super::{Doubt, Place, Record, present};
use std::ops::Range;

/// Keeps values; the lines that they stood in are gone before the record is whole.
#[derive(Default)]
pub(super) struct Fields {
    /// The values, one behind the other.
    text: Vec<u8>,
    /// Where each one stands in `text`.
    values: [Option<Range<usize>>; LABELS],
    /// Whether times without a zone are UTC, as the format of the fields says.
    pub(super) utc: bool,
}

impl Fields {
    /// Forgets all values.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.values = Default::default();
    }

    /// A value that says something.
    pub(super) fn value(&self, label: Label) -> Option<&[u8]> {
        let range = self.values.get(label as usize)?.clone()?;
        present(self.text[range].trim_ascii())
    }

    /// Takes a value and tells whether it counts: of two for one thing, it is the first that says something.
    pub(super) fn set(&mut self, label: Label, value: &[u8]) -> bool {
        if label == Label::Other || self.value(label).is_some() {
            return false;
        }
        let from = self.text.len();
        self.text.extend_from_slice(value);
        if label == Label::AgentPlus {
            for plus in self.text[from..].iter_mut().filter(|b| **b == b'+') {
                *plus = b' ';
            }
        }
        self.values[label as usize] = Some(from..self.text.len());
        true
    }

    /// Bytes of a value, blanks around it included.
    pub(super) fn length(&self, label: Label) -> usize {
        self.raw(label).len()
    }

    /// A value with the blanks around it, empty or not.
    pub(super) fn raw(&self, label: Label) -> &[u8] {
        let range = self.values.get(label as usize).cloned().flatten();
        range.map_or(b"", |range| &self.text[range])
    }

    /// Joins more text to the value that was taken last.
    pub(super) fn join(&mut self, label: Label, joint: &[u8], more: &[u8]) {
        if let Some(Some(range)) = self.values.get_mut(label as usize)
            && range.end == self.text.len()
        {
            self.text.extend_from_slice(joint);
            self.text.extend_from_slice(more);
            range.end = self.text.len();
        }
    }

    /// Whether these are of a request at all: labels such as these stand in other texts too.
    pub(super) fn say_a_request(&self) -> bool {
        [Label::Request, Label::Target, Label::Status]
            .into_iter()
            .any(|label| self.value(label).is_some())
    }

    /// Whether a status or what looks like a request is among them.
    pub(super) fn holds_a_request(&self) -> bool {
        let request = RequestLine::split(self.value(Label::Request).unwrap_or_default());
        let target = self.value(Label::Target).or(request.target);
        let url = |t: &[u8]| t.starts_with(b"/") || memchr::memmem::find(t, b"://").is_some();
        self.value(Label::Status).and_then(status).is_some()
            || request.protocol.is_some()
            || target.is_some_and(url)
    }

    /// Whether a value begins with a digit.
    pub(super) fn begins_in_digits(&self, label: Label) -> bool {
        let digit = |v: &[u8]| v.first().is_some_and(u8::is_ascii_digit);
        self.value(label).is_some_and(digit)
    }

    /// The record of these values.
    pub(super) fn record(&mut self, place: Place, cut: bool) -> Record<'_> {
        let target = self.target();
        let this = &*self;
        let request = RequestLine::split(this.value(Label::Request).unwrap_or_default());
        let (stamp, doubt) = this.stamp();
        let (duration_ms, unit) = this.duration();
        Record {
            place,
            stamp,
            duration_ms,
            remote: this.value(Label::Remote),
            host: this
                .value(Label::Host)
                .or_else(|| this.value(Label::Server)),
            user: this.value(Label::User),
            method: request.method.or_else(|| this.value(Label::Method)),
            target: target.map(|range| &this.text[range]).or(request.target),
            protocol: request.protocol.or_else(|| this.value(Label::Protocol)),
            status: this.value(Label::Status).and_then(status),
            bytes: this.value(Label::Bytes).and_then(|s| amount(s, &["bytes"])),
            referer: this.value(Label::Referer),
            user_agent: this
                .value(Label::Agent)
                .or_else(|| this.value(Label::AgentPlus)),
            doubt: Doubt { unit, ..doubt },
            cut,
            ..Record::default()
        }
    }

    /// The target put together from its parts, where it has fields of its own.
    fn target(&mut self) -> Option<Range<usize>> {
        let path = self.value(Label::Target)?.to_vec();
        let query = self.value(Label::Query).unwrap_or_default();
        let query = query.strip_prefix(b"?").unwrap_or(query).to_vec();
        let from = self.text.len();
        self.text.extend_from_slice(&path);
        if !query.is_empty() && !path.contains(&b'?') {
            self.text.push(b'?');
            self.text.extend_from_slice(&query);
        }
        Some(from..self.text.len())
    }

    /// The time, in one field or in two, and what of it is not told.
    fn stamp(&self) -> (Option<super::time::Stamp>, Doubt) {
        let date = self.value(Label::Date);
        let time = self
            .value(Label::Time)
            .or_else(|| self.value(Label::RequestTime));
        let joined = || moment(&[date?, b" ", time?].concat());
        let found = date
            .and_then(moment)
            .or_else(|| time.and_then(moment))
            .or_else(joined);
        let Some(mut found) = found else {
            return (None, Doubt::default());
        };
        if self.utc {
            found.stamp.zone = found.stamp.zone.or(Some(0));
        }
        (Some(found.stamp), found.doubt)
    }

    /// Milliseconds that the request took, and whether it is only a number in a unit that nothing tells.
    fn duration(&self) -> (Option<u32>, bool) {
        let fits = |ms: Option<u64>| {
            ms.and_then(|ms| u32::try_from(ms).ok())
                .filter(|&ms| ms != u32::MAX)
        };
        let known = self
            .value(Label::Elapsed)
            .and_then(|s| amount(s, &["ms", "msec", "milliseconds"]))
            .or_else(|| self.value(Label::Seconds).and_then(seconds))
            .or_else(|| self.value(Label::RequestTime).and_then(seconds))
            .or_else(|| Some(self.value(Label::Micros).and_then(decimal)? / 1000));
        if known.is_some() {
            return (fits(known), false);
        }
        let Some(text) = self.value(Label::Duration) else {
            return (None, false);
        };
        if let Some(number) = decimal(text) {
            return (fits(Some(number)), number != 0);
        }
        let named = |unit: &[u8]| text.strip_suffix(unit).map(<[u8]>::trim_ascii_end);
        let ms = match (named(b"ms"), named(b"s")) {
            (Some(text), _) => amount(text, &[]),
            (_, Some(text)) => seconds(text),
            // A fraction of a millisecond is nothing that tables keep; a fraction of a second is.
            _ => seconds(text),
        };
        (fits(ms), false)
    }
}

/// The status with which a text begins.
pub(super) fn status(text: &[u8]) -> Option<u16> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let status = number(&text[..digits]).filter(|_| digits == 3)?;
    u16::try_from(status).ok()
}

/// Milliseconds of seconds with or without a fraction, behind a point or a comma.
pub(super) fn seconds(text: &[u8]) -> Option<u64> {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (fraction, rest) = fraction(&text[whole..]);
    rest.is_empty().then_some(())?;
    decimal(&text[..whole])?
        .checked_mul(1000)?
        .checked_add(fraction.unsigned_abs())
}

/// A number, of digits alone or with one kind of separator between its thousands, and with or without one of these
/// units behind it. Anything else (minutes and seconds, a fraction, another unit) is no number here, rather than a
/// wrong one.
pub(super) fn amount(text: &[u8], units: &[&str]) -> Option<u64> {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let first = digits(text);
    let mut end = first;
    let mut plain: Vec<u8> = text[..first].to_vec();
    if let Some(&separator @ (b',' | b'.' | b' ')) = text.get(first)
        && (1..=3).contains(&first)
        && !text.starts_with(b"0")
    {
        while text.get(end) == Some(&separator) && digits(&text[end + 1..]) == 3 {
            plain.extend_from_slice(&text[end + 1..end + 4]);
            end += 4;
        }
    }
    let unit = text[end..].trim_ascii();
    let known = |known: &&str| unit.eq_ignore_ascii_case(known.as_bytes());
    (unit.is_empty() || units.iter().any(known)).then_some(())?;
    decimal(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_of_the_right_unit_are_read() {
        for (text, expected) in [
            ("0", Some(0)),
            ("303110", Some(303_110)),
            ("303,110", Some(303_110)),
            ("303.110 ms", Some(303_110)),
            ("303 110ms", Some(303_110)),
            ("1.303.110 Milliseconds", Some(1_303_110)),
            ("75 msec", Some(75)),
            ("none", None),
            ("", None),
            ("ms", None),
            ("0:05:03", None),
            ("00:03:23.110", None),
            ("203.5 s", None),
            ("0.120", None),
            ("120500.0", None),
            ("1203,500", None),
            ("120,50", None),
            ("120,5000", None),
            ("1.303,110", None),
            ("3 min", None),
            ("120 s", None),
            ("-5", None),
            ("13 bytes", None),
        ] {
            assert_eq!(
                amount(text.as_bytes(), &["ms", "msec", "milliseconds"]),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_duration_is_read_in_the_unit_that_its_name_or_its_text_tells() {
        for (label, text, expected) in [
            (Label::Elapsed, "203110", (Some(203_110), false)),
            (Label::Seconds, "203.11", (Some(203_110), false)),
            (Label::Seconds, "5", (Some(5000), false)),
            (Label::RequestTime, "0.120", (Some(120), false)),
            (Label::RequestTime, "14:25:00", (None, false)),
            (Label::Micros, "203110999", (Some(203_110), false)),
            (Label::Duration, "203110", (Some(203_110), true)),
            (Label::Duration, "0", (Some(0), false)),
            (Label::Duration, "203.110", (Some(203_110), false)),
            (Label::Duration, "203 ms", (Some(203), false)),
            (Label::Duration, "1.5s", (Some(1500), false)),
            (Label::Duration, "a while", (None, false)),
            (Label::Elapsed, "4294967295", (None, false)),
        ] {
            let mut fields = Fields::default();
            fields.set(label, text.as_bytes());
            let record = fields.record(Place::default(), false);
            assert_eq!(
                (record.duration_ms, record.doubt.unit),
                expected,
                "{label:?} {text}"
            );
        }
    }

    #[test]
    fn a_target_in_parts_is_put_together() {
        for (path, query, expected) in [
            ("/x", "a=b", "/x?a=b"),
            ("/x", "?a=b", "/x?a=b"),
            ("/x", "-", "/x"),
            ("/x?c=d", "a=b", "/x?c=d"),
        ] {
            let mut fields = Fields::default();
            fields.set(Label::Query, query.as_bytes());
            fields.set(Label::Target, path.as_bytes());
            let record = fields.record(Place::default(), false);
            assert_eq!(record.target, Some(expected.as_bytes()), "{path} {query}");
        }
    }
}
