//! What an opened archive holds beside logs.

use crate::input::{Content, Flaw};

/// An opened archive, apart from the texts that came out of it, each of which is a file of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archive {
    /// Texts that came out of it and are files of the log.
    pub texts: u64,
    /// Those among them in which no format knew a line.
    pub unknown: u64,
    /// Members that are no texts, by what they are, in the order of their coming.
    pub others: Vec<Others>,
    /// Flaws of it and of archives in it, with their names; the first [`Archive::EXAMPLES`].
    pub flaws: Vec<(String, Flaw)>,
    /// How many flaws there are.
    pub flawed: u64,
}

/// Members of an archive that are the same kind of no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others {
    /// What they are.
    pub content: Content,
    /// How many.
    pub count: u64,
    /// Names of the first [`Archive::EXAMPLES`].
    pub examples: Vec<String>,
}

impl Archive {
    /// Names that are kept of many.
    pub const EXAMPLES: usize = 5;

    /// Texts in which no format knew a line that become files of the log; further ones are only named. An archive may hold
    /// a server's whole folder, and a file of the log costs some 20 KB.
    pub const UNKNOWN: u64 = 20;

    /// Takes in a member that is no text.
    pub fn leave_out(&mut self, name: &str, content: Content) {
        let known = self.others.iter().position(|o| o.content == content);
        let at = known.unwrap_or_else(|| {
            self.others.push(Others {
                content,
                count: 0,
                examples: Vec::new(),
            });
            self.others.len() - 1
        });
        let others = &mut self.others[at];
        others.count += 1;
        if others.examples.len() < Self::EXAMPLES {
            others.examples.push(name.to_owned());
        }
    }

    /// Takes in a flaw.
    pub fn flaw(&mut self, name: &str, flaw: Flaw) {
        self.flawed += 1;
        if self.flaws.len() < Self::EXAMPLES {
            self.flaws.push((name.to_owned(), flaw));
        }
    }

    /// Whether there is anything to say of it, beside the texts that came out of it.
    #[must_use]
    pub fn is_worth_a_word(&self) -> bool {
        let other = |o: &Others| o.content != Content::Folder;
        self.texts == 0 || !self.flaws.is_empty() || self.others.iter().any(other)
    }
}
