//! Names and units of durations, as sites write them into their log formats.

use memchr::{memchr2, memrchr2};

/// What a duration was told by, the better later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A name of nginx's for the time that the server behind it took, which is a part of the whole.
    Upstream,
    /// The unit behind it.
    Unit,
    /// Its three decimals, or six.
    Decimals,
    /// A name for the time of the request.
    Named,
}

/// Names for the time that a request took. Those with `true` are nginx's own.
const NAMES: &[(&str, bool)] = &[
    ("rt", true),
    ("request_time", true),
    ("req_time", false),
    ("reqtime", false),
    ("requesttime", false),
    ("duration", false),
    ("dur", false),
    ("took", false),
    ("elapsed", false),
    ("elapsed_time", false),
    ("time_taken", false),
    ("timetaken", false),
    ("response_time", false),
    ("responsetime", false),
    ("resp_time", false),
    ("processing_time", false),
    ("total_time", false),
    ("latency", false),
    ("cost", false),
    ("time", false),
];

/// Names for the time that the server behind a proxy took.
const UPSTREAM: &[&str] = &["urt", "ut", "upstream_response_time", "upstream_time"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
}

const UNITS: &[(&str, Unit)] = &[
    ("ms", Unit::Milliseconds),
    ("msec", Unit::Milliseconds),
    ("msecs", Unit::Milliseconds),
    ("millis", Unit::Milliseconds),
    ("milliseconds", Unit::Milliseconds),
    ("us", Unit::Microseconds),
    ("\u{b5}s", Unit::Microseconds),
    ("\u{3bc}s", Unit::Microseconds),
    ("usec", Unit::Microseconds),
    ("usecs", Unit::Microseconds),
    ("micros", Unit::Microseconds),
    ("microseconds", Unit::Microseconds),
    ("s", Unit::Seconds),
    ("sec", Unit::Seconds),
    ("secs", Unit::Seconds),
    ("seconds", Unit::Seconds),
];

/// A name that says what the next number is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    pub(super) rank: Rank,
    pub(super) of_nginx: bool,
    pub(super) unit: Option<Unit>,
}

/// The unit of a name.
pub(super) fn unit(text: &[u8]) -> Option<Unit> {
    let known = |(name, _): &&(&str, Unit)| text.eq_ignore_ascii_case(name.as_bytes());
    UNITS.iter().find(known).map(|&(_, unit)| unit)
}

/// Splits `name=value` and `name:value`, and knows a name alone. The label is `None` for a name that says nothing here.
pub(super) fn named(word: &[u8]) -> Option<(Option<Label>, &[u8])> {
    word.first().filter(|b| b.is_ascii_alphabetic())?;
    let end = memchr2(b'=', b':', word).unwrap_or(word.len());
    let value = word.get(end + 1..).unwrap_or_default();
    let value = value
        .strip_prefix(b"\"")
        .map_or(value, |v| v.strip_suffix(b"\"").unwrap_or(v));
    Some((label(&word[..end]), value))
}

/// What a name says, whose end may name the unit: `duration_ms`.
fn label(name: &[u8]) -> Option<Label> {
    let same = |known: &str, name: &[u8]| {
        let mut pairs = known.bytes().zip(name);
        let alike = |(k, n): (u8, &u8)| k == n.to_ascii_lowercase() || k == b'_' && *n == b'-';
        known.len() == name.len() && pairs.all(alike)
    };
    let of = |name: &[u8], unit| {
        let own = NAMES.iter().find(|(known, _)| same(known, name));
        let upstream = || UPSTREAM.iter().any(|known| same(known, name));
        match own {
            Some(&(_, of_nginx)) => Some((Rank::Named, of_nginx)),
            None => upstream().then_some((Rank::Upstream, true)),
        }
        .map(|(rank, of_nginx)| Label {
            rank,
            of_nginx,
            unit,
        })
    };
    of(name, None).or_else(|| {
        let at = memrchr2(b'_', b'-', name)?;
        of(&name[..at], Some(unit(&name[at + 1..])?))
    })
}
