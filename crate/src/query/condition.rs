//! What must hold of a request.

use super::{Column, Query, name_of, number_of, text_of};
use crate::explain::Explanation;
use crate::log::{Log, Origin};
use crate::pattern;
use regex::bytes::Regex;
use serde::Deserialize;

/// One thing that must hold.
#[derive(Debug, Clone, Deserialize)]
pub struct Condition {
    /// Of which column.
    pub column: Column,
    /// What.
    #[serde(flatten)]
    pub test: Test,
}

/// What must hold of a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// It is one of these, to the letter. Numbers and codes are written as the report writes them.
    Is(Vec<String>),
    /// It has this in it, in capitals or not. For texts.
    Contains(String),
    /// This regular expression matches a part of it, in capitals or not. For texts.
    Matches(String),
    /// It is no less than the first and no more than the second, where they are given. For numbers.
    Between(Option<f64>, Option<f64>),
    /// The log does not tell it, or it does.
    Unknown(bool),
}

/// The conditions of a question, ready to be tried on rows.
pub(super) struct Tests<'a> {
    log: &'a Log,
    explanation: &'a Explanation,
    /// Whether the texts of each origin are as they must be.
    origins: Vec<bool>,
    /// The conditions that origins do not decide.
    rows: Vec<Trial>,
}

/// What is tried on a row.
struct Trial {
    column: Column,
    way: Way,
}

enum Way {
    Names(Vec<String>),
    Range(Option<i64>, Option<i64>),
    Unknown(bool),
}

impl Column {
    /// Whether it is a text of the origin.
    fn is_text(self) -> bool {
        TEXTS.contains(&self)
    }

    /// Whether it is one of few names.
    fn is_name(self) -> bool {
        let names = [
            Self::Command,
            Self::Status,
            Self::Outcome,
            Self::Pattern,
            Self::Certainty,
            Self::File,
        ];
        names.contains(&self)
    }
}

/// Columns that are texts.
pub(super) const TEXTS: [Column; 5] = [
    Column::User,
    Column::Device,
    Column::DeviceType,
    Column::Agent,
    Column::Address,
];

/// What is tried on a text.
enum TextTest {
    Is(Vec<String>),
    Matches(Regex),
    Unknown(bool),
}

impl TextTest {
    fn accepts(&self, text: Option<&[u8]>) -> bool {
        match self {
            // As it is shown: what is no UTF-8 has replacement characters there, too.
            Self::Is(values) => text.is_some_and(|text| {
                let shown = String::from_utf8_lossy(text);
                values.iter().any(|value| *value == shown)
            }),
            Self::Matches(regex) => text.is_some_and(|text| regex.is_match(text)),
            Self::Unknown(unknown) => text.is_none() == *unknown,
        }
    }
}

impl<'a> Tests<'a> {
    /// Tries what can be tried on origins alone.
    pub(super) fn of(
        log: &'a Log,
        explanation: &'a Explanation,
        query: &Query,
    ) -> Result<Self, String> {
        let mut texts: Vec<(Column, TextTest)> = Vec::new();
        let mut rows = Vec::new();
        for condition in &query.conditions {
            let column = condition.column;
            if column.is_text() {
                texts.push((column, text_test(&condition.test)?));
            } else {
                rows.push(Trial {
                    column,
                    way: way(column, &condition.test)?,
                });
            }
        }
        let anywhere = query.text.as_deref().filter(|text| !text.is_empty());
        let anywhere = anywhere.map(pattern::to_search).transpose()?;
        let accepts = |&origin: &Origin| {
            let text = |column| text_of(log, origin, column);
            texts
                .iter()
                .all(|(column, test)| test.accepts(text(*column)))
                && anywhere.as_ref().is_none_or(|regex| {
                    let mut all = TEXTS.iter().filter_map(|&column| text(column));
                    all.any(|text| regex.is_match(text))
                })
        };
        let origins = if texts.is_empty() && anywhere.is_none() {
            Vec::new()
        } else {
            log.origins.values().iter().map(accepts).collect()
        };
        Ok(Self {
            log,
            explanation,
            origins,
            rows,
        })
    }

    /// Whether all conditions hold of a row.
    pub(super) fn accept(&self, row: u32) -> bool {
        let origin = self.log.origin_number(row) as usize;
        self.origins.get(origin).copied().unwrap_or(true)
            && self.rows.iter().all(|trial| self.holds(trial, row))
    }

    fn holds(&self, Trial { column, way }: &Trial, row: u32) -> bool {
        let name = || name_of(self.log, self.explanation, *column, row);
        let number = || number_of(self.log, self.explanation, *column, row);
        match way {
            Way::Names(names) => name().is_some_and(|name| names.iter().any(|n| *n == name)),
            Way::Range(from, to) => number().is_some_and(|number| {
                from.is_none_or(|from| from <= number) && to.is_none_or(|to| number <= to)
            }),
            Way::Unknown(unknown) => (name().is_none() && number().is_none()) == *unknown,
        }
    }
}

fn text_test(test: &Test) -> Result<TextTest, String> {
    Ok(match test {
        Test::Is(values) => TextTest::Is(values.clone()),
        Test::Contains(part) => TextTest::Matches(pattern::to_search(&regex::escape(part))?),
        Test::Matches(expression) => TextTest::Matches(pattern::to_search(expression)?),
        Test::Unknown(unknown) => TextTest::Unknown(*unknown),
        Test::Between(..) => return Err("A text has no range: say what it contains.".to_owned()),
    })
}

fn way(column: Column, test: &Test) -> Result<Way, String> {
    let whole = |bound: Option<f64>, up: bool| {
        bound.map(|b| {
            if up {
                b.ceil() as i64
            } else {
                b.floor() as i64
            }
        })
    };
    match test {
        Test::Is(values) if column.is_name() => Ok(Way::Names(values.clone())),
        Test::Between(from, to)
            if !matches!(
                column,
                Column::Command | Column::Outcome | Column::Pattern | Column::Certainty
            ) =>
        {
            Ok(Way::Range(whole(*from, true), whole(*to, false)))
        }
        Test::Unknown(unknown) => Ok(Way::Unknown(*unknown)),
        Test::Is(_) => Err("A number has a range: say from where to where.".to_owned()),
        Test::Between(..) => Err("This column has names: say which of them.".to_owned()),
        Test::Contains(_) | Test::Matches(_) => {
            Err("Only texts are searched: say which value, or from where to where.".to_owned())
        }
    }
}
