//! What each outcome and each finding means, whatever the log: one text for the documentation, the command and the page.
//!
//! Texts of findings stand in their [`Rule`]s; those of outcomes are put together here.

mod example;
mod outcome;
mod write;

use crate::explain::Outcome;
use crate::explain::finding::{RULES, Rule, Threshold};
use serde::Serialize;

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guide {
    /// `outcome` or `finding`.
    pub kind: &'static str,
    /// The code.
    pub code: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it means.
    pub means: &'static str,
    /// Of a finding, why it happens; of an outcome, how it is told.
    pub why: &'static str,
    /// What to do, in this order.
    pub steps: &'static [&'static str],
    /// What it does not mean, and what no log can tell.
    pub not: &'static str,
    /// When it matters how much.
    pub grades: &'static str,
    /// Codes of the numbers that decide about it.
    pub thresholds: Vec<&'static str>,
    /// A page of somebody who must know.
    pub reference: Option<&'static str>,
}

impl Guide {
    /// The guide to a code of an outcome, a finding, or a threshold of one.
    #[must_use]
    pub fn to(code: &str) -> Option<Self> {
        let outcome = Outcome::named(code).map(outcome::guide);
        let of_threshold = || {
            let threshold = Threshold::named(code)?;
            RULES
                .into_iter()
                .find(|r| r.thresholds.contains(&threshold))
        };
        outcome.or_else(|| Some(of_rule(Rule::named(code).or_else(of_threshold)?)))
    }

    /// Every guide: outcomes, then findings.
    pub fn all() -> impl Iterator<Item = Self> {
        let outcomes = Outcome::ALL.into_iter().map(outcome::guide);
        outcomes.chain(RULES.into_iter().map(of_rule))
    }

    /// Two lines of a log that show it, as Domino writes them.
    #[must_use]
    pub fn example(&self) -> String {
        example::of(self.code)
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        write::text(self)
    }

    /// A page of the documentation.
    #[must_use]
    pub fn page(&self) -> String {
        write::page(self)
    }

    /// What the texts above its parts say of it.
    fn parts(&self) -> [(&'static str, String); 5] {
        let why = if self.kind == "outcome" {
            "How it is told"
        } else {
            "Why it happens"
        };
        [
            ("What it means", self.means.to_owned()),
            (why, self.why.to_owned()),
            ("What to do", steps(self.steps)),
            ("What it does not mean", self.not.to_owned()),
            ("How much it matters", self.grades.to_owned()),
        ]
    }
}

/// One step as a sentence, several as a numbered list.
fn steps(steps: &[&str]) -> String {
    match steps {
        [only] => (*only).to_owned(),
        several => {
            let lines = (1..).zip(several).map(|(n, step)| format!("{n}. {step}"));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

fn of_rule(rule: &'static Rule) -> Guide {
    Guide {
        kind: "finding",
        code: rule.code,
        title: rule.title,
        means: rule.means,
        why: rule.why,
        steps: rule.steps,
        not: rule.not,
        grades: rule.grades,
        thresholds: rule.thresholds.iter().map(|t| t.code).collect(),
        reference: rule.reference,
    }
}
