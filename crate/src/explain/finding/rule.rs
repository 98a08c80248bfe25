//! What is said of a kind of finding whatever the log: the source of the documentation, the command's and the page's help.

use super::threshold::Threshold;
use super::{Case, Finding};

/// A kind of finding.
pub struct Rule {
    /// Stable name.
    pub code: &'static str,
    /// A headline.
    pub title: &'static str,
    /// What the pattern is and what it means.
    pub means: &'static str,
    /// Why it happens.
    pub why: &'static str,
    /// What to do, in this order.
    pub steps: &'static [&'static str],
    /// What it does not mean, and what no log can tell.
    pub not: &'static str,
    /// When it is harmless, to be watched, to be acted on.
    pub grades: &'static str,
    /// Numbers that decide about it.
    pub thresholds: &'static [&'static Threshold],
    /// Where somebody who must know has written about it.
    pub reference: Option<&'static str>,
    /// Looks for it, given what was found before.
    pub(super) find: fn(&Case<'_>, &[Finding]) -> Option<Finding>,
}

impl Rule {
    /// The rule of a code.
    #[must_use]
    pub fn named(code: &str) -> Option<&'static Self> {
        super::RULES.iter().copied().find(|r| r.code == code)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}
