//! Names that stand for others: the same for the same, another for another.

use super::{Alias, Category};
use std::collections::BTreeMap;

/// Names given in the order of first use, which is that of the report.
pub(super) struct Pseudonyms {
    kind: &'static str,
    pub(super) category: Category,
    pub(super) keep: bool,
    known: BTreeMap<String, String>,
    pub(super) count: u32,
    pub(super) key: Vec<Alias>,
}

impl Pseudonyms {
    pub(super) fn new(kind: &'static str, category: Category, keep: bool) -> Self {
        Self {
            kind,
            category,
            keep,
            known: BTreeMap::new(),
            count: 0,
            key: Vec::new(),
        }
    }

    /// The pseudonym of a name that was met.
    pub(super) fn known(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(String::as_str)
    }

    /// The pseudonym of a name, the same each time.
    pub(super) fn of(&mut self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let alias = self.next(name);
        self.known.insert(name.to_owned(), alias.clone());
        alias
    }

    /// The pseudonym of a name that goes even if names of its kind are kept, as it holds others.
    pub(super) fn hidden(&mut self, name: &str) -> String {
        let keep = std::mem::replace(&mut self.keep, false);
        let alias = self.of(name);
        self.keep = keep;
        alias
    }

    /// A pseudonym of its own.
    pub(super) fn next(&mut self, name: &str) -> String {
        self.count += 1;
        if self.keep {
            return name.to_owned();
        }
        let alias = format!("{}-{:02}", self.kind, self.count);
        self.key.push(Alias {
            category: self.category.code(),
            alias: alias.clone(),
            name: name.to_owned(),
        });
        alias
    }
}
