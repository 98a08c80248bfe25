//! Questions about the requests of a case: which of them, and in which order.
//!
//! A question is data, as the page sends it; the answer is rows of the log. What a text must be is tried once for each
//! distinct origin (who asked from where with what), not for each row, so that a question costs little more than a look at
//! every row.

mod condition;
mod facet;
mod order;

pub use condition::{Condition, Test};
pub use facet::{Facet, Facets};

use crate::explain::Explanation;
use crate::log::{Log, Origin};
use condition::Tests;
use serde::Deserialize;
use std::borrow::Cow;

/// What is known of a request, and can be asked for, sorted by and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// When it arrived, in milliseconds since 1970; where its line tells only when it was answered, that: a period holds
    /// every request that is known to be in it.
    Start,
    /// When it was answered, in milliseconds since 1970; where its line tells only when it arrived, that.
    End,
    /// From one to the other, in milliseconds.
    Duration,
    /// User, as the device or else the server names it.
    User,
    /// DeviceId.
    Device,
    /// DeviceType.
    DeviceType,
    /// User-Agent.
    Agent,
    /// Address that it came from.
    Address,
    /// Command, by its name.
    Command,
    /// HTTP status.
    Status,
    /// Outcome, by its code.
    Outcome,
    /// Latency pattern of a Ping, by its code.
    Pattern,
    /// How sure that is: `possible`, `likely`, `certain`.
    Certainty,
    /// Length of the answer in bytes, or of the request where that is what the server logs.
    Bytes,
    /// File, by its place in the report.
    File,
    /// Line, from 1.
    Line,
}

/// Which requests, and in which order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// A regular expression that one of the texts of a request (user, device, type, agent, address) must match; case does
    /// not matter.
    pub text: Option<String>,
    /// What comes first; without it, the order of time.
    pub sort: Option<Sort>,
}

/// An order. What is unknown comes last, whichever way; of equal ones, what began first comes first.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// From the greatest down.
    #[serde(default)]
    pub descending: bool,
}

/// The rows that a question asks for, in its order.
///
/// Only requests that count are looked at, each once; `among` narrows them further.
///
/// # Errors
/// A sentence, if a regular expression cannot be used, or if a condition asks what its column cannot answer.
pub fn select(
    log: &Log,
    explanation: &Explanation,
    query: &Query,
    among: Option<&[u32]>,
) -> Result<Vec<u32>, String> {
    let tests = Tests::of(log, explanation, query)?;
    let fits = |row: &u32| tests.accept(*row);
    let counted = || explanation.counted(log);
    let rows = match among {
        Some(rows) => rows.iter().copied().filter(fits).collect(),
        None => counted().filter(fits).collect(),
    };
    Ok(order::sorted(log, explanation, rows, query.sort))
}

/// Which values a column has among the rows that a question asks for, and how often, the most frequent first.
///
/// # Errors
/// As [`select`].
pub fn facets(
    log: &Log,
    explanation: &Explanation,
    query: &Query,
    column: Column,
) -> Result<Facets, String> {
    let tests = Tests::of(log, explanation, query)?;
    let rows = explanation.counted(log).filter(|&row| tests.accept(row));
    Ok(facet::count(log, explanation, column, rows))
}

/// The text that an origin has in a column, for columns that are texts.
fn text_of(log: &Log, origin: Origin, column: Column) -> Option<&[u8]> {
    let number = match column {
        Column::User => origin.account(),
        Column::Device => log.devices.get(origin.device.checked_sub(1)?),
        Column::DeviceType => origin.device_type,
        Column::Agent => origin.agent,
        Column::Address => origin.remote,
        _ => return None,
    };
    log.texts.bytes(number)
}

/// The name that a row has in a column, for columns with few values.
fn name_of<'a>(
    log: &Log,
    explanation: &Explanation,
    column: Column,
    row: u32,
) -> Option<Cow<'a, str>> {
    Some(match column {
        Column::Command => Cow::Borrowed(log.command(row).name()),
        Column::Status => Cow::Owned(log.status(row)?.to_string()),
        Column::Outcome => Cow::Borrowed(explanation.outcome(row).code()),
        Column::Pattern => Cow::Owned(explanation.pattern(log, row)?.code()),
        Column::Certainty => Cow::Borrowed(explanation.verdict(row).certainty.word()),
        Column::File => Cow::Owned(explanation.timeline.rank(log.file_of(row)).to_string()),
        _ => return None,
    })
}

/// The number that a row has in a column, for columns that are numbers.
fn number_of(log: &Log, explanation: &Explanation, column: Column, row: u32) -> Option<i64> {
    let span = || explanation.timeline.span(log, row);
    match column {
        Column::Start => span().map(|s| s.start),
        Column::End => span().map(|s| s.end),
        Column::Duration => log.duration(row).map(i64::from),
        Column::Status => log.status(row).map(i64::from),
        Column::Bytes => log.bytes(row).map(i64::from),
        Column::File => Some(i64::from(explanation.timeline.rank(log.file_of(row)))),
        Column::Line => Some(i64::from(log.line(row))),
        _ => None,
    }
}
