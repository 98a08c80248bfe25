//! What sites append to an access-log line, behind the agent: how long the request took, among other things.
//!
//! Nothing names the columns there, so that only what can be told is read: a name (`rt=0.050`), a unit (`25ms`), the
//! three decimals of nginx's `$request_time`, seconds and microseconds of one request side by side. A single whole number
//! is read with its unit in doubt. A ratio such as nginx's `"2.75"`, and bytes in and out, are none of it.

mod names;

use super::ncsa::decimal;
use memchr::{memchr, memchr2};
use names::{Label, Rank, Unit, named, unit};

/// How long a request took, as the end of its line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Took {
    /// Milliseconds; the number as it stands where the unit is not known.
    pub(super) ms: u32,
    /// Whether the unit is not known.
    pub(super) unit_unknown: bool,
    /// Whether nginx's name for it says that nginx measured it.
    pub(super) by_nginx: bool,
}

impl Took {
    fn known(ms: u64) -> Option<Self> {
        Some(Self {
            ms: u32::try_from(ms).ok().filter(|&ms| ms != u32::MAX)?,
            unit_unknown: false,
            by_nginx: false,
        })
    }

    fn raw(number: u64) -> Option<Self> {
        Self::known(number).map(|took| Self {
            unit_unknown: true,
            ..took
        })
    }
}

/// Reads the duration out of what follows the agent.
pub(super) fn read(tail: &[u8]) -> Option<Took> {
    let mut finder = Finder::default();
    finder.take(tail);
    finder.best.map(|(_, took)| took).or_else(|| finder.whole())
}

#[derive(Default)]
struct Finder {
    best: Option<(Rank, Took)>,
    /// Whole numbers without name and unit: the first two, and how many there are.
    whole: [u64; 2],
    count: usize,
}

impl Finder {
    fn take(&mut self, text: &[u8]) {
        let mut rest = text;
        let mut label = None;
        while let Some(token) = next(&mut rest) {
            match token {
                Token::Quoted(inside) => {
                    label = None;
                    let first = &inside[..memchr(b' ', inside).unwrap_or(inside.len())];
                    if named(first).is_some_and(|(label, _)| label.is_some()) {
                        self.words(inside);
                    } else if let Some(amount) = Amount::read(inside) {
                        self.decimals(amount);
                    }
                }
                Token::Word(word) => label = self.word(word, &mut rest, label),
            }
        }
    }

    /// Takes words that stand in quotes together.
    fn words(&mut self, text: &[u8]) {
        let mut rest = text;
        let mut label = None;
        while let Some(token) = next(&mut rest) {
            label = match token {
                Token::Word(word) => self.word(word, &mut rest, label),
                Token::Quoted(_) => None,
            };
        }
    }

    /// Takes a word, and the unit behind it if it is a number. Answers with the label that it is, if it is one.
    fn word(&mut self, word: &[u8], rest: &mut &[u8], label: Option<Label>) -> Option<Label> {
        let word = trim(word);
        if let Some((label, value)) = named(word) {
            let (Some(label), false) = (label, value.is_empty()) else {
                return label;
            };
            self.number(value, Some(label), rest);
            return None;
        }
        if let Some(slash) = memchr(b'/', word)
            && let (Some(left), Some(right)) =
                (decimal(&word[..slash]), decimal(&word[slash + 1..]))
        {
            self.note(Rank::Decimals, pair(left, right));
            return None;
        }
        self.number(word, label, rest);
        None
    }

    fn number(&mut self, text: &[u8], label: Option<Label>, rest: &mut &[u8]) {
        let Some(mut amount) = Amount::read(text) else {
            return;
        };
        if amount.unit.is_none() {
            let mut ahead = *rest;
            if let Some(Token::Word(word)) = next(&mut ahead)
                && let Some(unit) = unit(trim(word))
            {
                amount.unit = Some(unit);
                *rest = ahead;
            }
        }
        let Some(label) = label else {
            if amount.unit.is_some() {
                self.note(Rank::Unit, amount.took());
            } else if amount.decimals > 0 {
                self.decimals(amount);
            } else {
                if let Some(place) = self.whole.get_mut(self.count) {
                    *place = amount.number();
                }
                self.count += 1;
            }
            return;
        };
        let seconds = amount.decimals == 3 || amount.decimals > 0 && label.of_nginx;
        amount.unit = (amount.unit.or(label.unit)).or(seconds.then_some(Unit::Seconds));
        let took = match amount.unit {
            Some(_) => amount.took(),
            None if amount.decimals == 0 => Took::raw(amount.number()),
            None => None,
        };
        let by_nginx = label.rank == Rank::Named && label.of_nginx && amount.decimals > 0;
        self.note(label.rank, took.map(|took| Took { by_nginx, ..took }));
    }

    /// Takes a number without name and unit for seconds if it has the decimals of nginx's clock, or of one in
    /// microseconds. Of several the longest counts, as the time of a request holds that of the server behind. A moment
    /// in seconds since 1970 is none.
    fn decimals(&mut self, amount: Amount) {
        if amount.unit.is_none() && matches!(amount.decimals, 3 | 6) && amount.number() < 1_000_000
        {
            let unit = Some(Unit::Seconds);
            self.note(Rank::Decimals, Amount { unit, ..amount }.took());
        }
    }

    fn note(&mut self, rank: Rank, took: Option<Took>) {
        let Some(took) = took else { return };
        let better = match self.best {
            None => true,
            Some((best, _)) if best != rank => rank > best,
            Some((_, best)) => rank == Rank::Decimals && took.ms > best.ms,
        };
        if better {
            self.best = Some((rank, took));
        }
    }

    /// What whole numbers alone say.
    fn whole(&self) -> Option<Took> {
        match self.count {
            1 => Took::raw(self.whole[0]),
            2 => pair(self.whole[0], self.whole[1]),
            _ => None,
        }
    }
}

/// Two whole numbers for one time, in the order of Apache's `%T/%D` or the other: seconds and microseconds, if the one is
/// the other's. If they are a thousandfold of each other, both `%T %{ms}T` and `%{ms}T %D` are possible, so that the unit
/// of the finer is in doubt. Anything else, such as bytes in and out (`%I %O`), is no duration.
fn pair(left: u64, right: u64) -> Option<Took> {
    let (coarse, fine) = (left.min(right), left.max(right));
    // A count of bytes can be 0 in the second place, for an answer that was not sent.
    if coarse == fine / 1_000_000 && (coarse > 0 || left == 0) {
        return Took::known(fine / 1000);
    }
    (coarse > 0 && coarse == fine / 1000)
        .then(|| Took::raw(fine))
        .flatten()
}

/// A number with its unit, if that is written behind it.
#[derive(Debug, Clone, Copy)]
struct Amount {
    /// In millionths.
    millionths: u64,
    /// Digits behind the point.
    decimals: usize,
    unit: Option<Unit>,
}

impl Amount {
    fn read(text: &[u8]) -> Option<Self> {
        let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
        let end = digits(text);
        let whole = decimal(&text[..end]).filter(|&n| n < 1_000_000_000_000)?;
        let mut rest = &text[end..];
        let (mut fraction, mut decimals) = (0, 0);
        if let Some(behind) = rest.strip_prefix(b".") {
            decimals = digits(behind);
            let used = decimals.min(6);
            fraction = decimal(&behind[..used])? * 10u64.pow(6 - used as u32);
            rest = &behind[decimals..];
        }
        let unit = match rest {
            b"" => None,
            rest => Some(unit(rest)?),
        };
        Some(Self {
            millionths: whole * 1_000_000 + fraction,
            decimals,
            unit,
        })
    }

    /// The number without what stands behind the point.
    fn number(self) -> u64 {
        self.millionths / 1_000_000
    }

    fn took(self) -> Option<Took> {
        Took::known(match self.unit? {
            Unit::Seconds => self.millionths / 1000,
            Unit::Milliseconds => self.millionths / 1_000_000,
            Unit::Microseconds => self.millionths / 1_000_000_000,
        })
    }
}

/// A word without what people put around it: `**0/350**`, `rt=0.050,`.
fn trim(word: &[u8]) -> &[u8] {
    let around = |b: &u8| matches!(b, b'*' | b',' | b';' | b'|' | b'(' | b')' | b'<' | b'>');
    let start = word.iter().take_while(|b| around(b)).count();
    let end = word.iter().rev().take_while(|b| around(b)).count();
    word.get(start..word.len() - end).unwrap_or_default()
}

enum Token<'a> {
    Quoted(&'a [u8]),
    Word(&'a [u8]),
}

/// Takes the next word off the front, or what stands in quotes or brackets.
fn next<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    let text = rest.trim_ascii_start();
    let closing = match text.first()? {
        b'"' => b'"',
        b'[' => b']',
        _ => 0,
    };
    if closing != 0 {
        let inside = &text[1..];
        let end = memchr(closing, inside).unwrap_or(inside.len());
        *rest = inside.get(end + 1..).unwrap_or_default();
        return Some(Token::Quoted(&inside[..end]));
    }
    let mut end = memchr2(b' ', b'"', text).unwrap_or(text.len());
    if text.get(end) == Some(&b'"') {
        // `rt="0.050"`: the word goes on to the closing quote.
        let inside = &text[end + 1..];
        end += 1 + memchr(b'"', inside).map_or(inside.len(), |close| close + 1);
    }
    *rest = &text[end..];
    Some(Token::Word(&text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(tail: &str) -> String {
        read(tail.as_bytes()).map_or("-".to_owned(), |took| {
            let unit = if took.unit_unknown { "?" } else { "" };
            let nginx = if took.by_nginx { " nginx" } else { "" };
            format!("{}{unit}{nginx}", took.ms)
        })
    }

    #[test]
    fn names_and_units_tell() {
        for (tail, expected) in [
            (
                " rt=0.050 uct=\"0.000\" uht=\"0.049\" urt=\"0.049\"",
                "50 nginx",
            ),
            (" uct=\"0.001\" urt=\"0.049\" rt=\"60.002\"", "60002 nginx"),
            (" \"rt=0.050\"", "50 nginx"),
            (" \"rt=0.050 urt=0.049\"", "50 nginx"),
            (" request_time=60.002,", "60002 nginx"),
            (" request_time:60.002 upstream:192.0.2.1:80", "60002 nginx"),
            (" urt=0.049", "49"),
            (" upstream_response_time=0.1", "100"),
            (" duration: 12ms", "12"),
            (" duration: 12", "12?"),
            (" duration=12.345", "12345"),
            (" duration=58.33", "-"),
            (" duration_us=12345", "12"),
            (" Duration-Ms:12345", "12345"),
            (" took 12 ms", "12"),
            (" took 1.5 seconds", "1500"),
            (" took 300", "300?"),
            (" time=303110 \u{b5}s", "303"),
            (" 25ms", "25"),
            (" 443 25ms", "25"),
            (" - 0.5s", "500"),
            (" cache=0.050 id=77", "-"),
        ] {
            assert_eq!(told(tail), expected, "{tail}");
        }
    }

    #[test]
    fn decimals_tell_seconds() {
        for (tail, expected) in [
            (" 0.050", "50"),
            (" \"-\" 60.002", "60002"),
            (" 0.049 0.050", "50"),
            (" \"203.0.113.7, 10.0.0.1\" \"0.050\" \"0.049\"", "50"),
            (" 300.012345", "300012"),
            (" \"2.75\"", "-"),
            (" 2.75", "-"),
            (" \"-\" 2.75 0.050", "50"),
            (" 1700000000.125", "-"),
            (" \"1.1.1.1\"", "-"),
            (" [up.stream] 462 0.050", "50"),
            (" [0.050]", "50"),
            (" [rt=0.050] [2.75]", "50 nginx"),
            (" <0.050>", "50"),
        ] {
            assert_eq!(told(tail), expected, "{tail}");
        }
    }

    #[test]
    fn whole_numbers_tell_what_they_can() {
        for (tail, expected) in [
            (" 203110", "203110?"),
            (" \"-\" 203110", "203110?"),
            (" 203110 \"-\"", "203110?"),
            (" **0/350123**", "350"),
            (" 300/300012345", "300012"),
            (" 300 300012345", "300012"),
            (" 300012345 300", "300012"),
            (" 0 350", "0"),
            // Bytes in and out.
            (" 350 0", "-"),
            (" 812 1350", "-"),
            (" 300 300012", "300012?"),
            (" 13/0", "-"),
            (" 1 2 3", "-"),
            (" 99999999999", "-"),
            (" \"a\" \"b\"", "-"),
            (" \"unclosed", "-"),
            (" rt=", "-"),
            (" rt=\"", "-"),
            (" [", "-"),
            (" ", "-"),
        ] {
            assert_eq!(told(tail), expected, "{tail}");
        }
    }
}
