//! How sure something is that no log says outright.

use serde::{Deserialize, Serialize};

/// How sure an explanation is, or what a file's times are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Certainty {
    /// Fits, but the log lacks what would confirm it (no durations, no clock).
    Possible,
    /// The best of several explanations that fit.
    Likely,
    /// The log leaves no other explanation.
    Certain,
}

impl Certainty {
    /// Every certainty, the least first.
    pub const ALL: [Self; 3] = [Self::Possible, Self::Likely, Self::Certain];

    /// The next higher one, if there is one.
    pub(crate) fn raised(self) -> Self {
        match self {
            Self::Possible => Self::Likely,
            Self::Likely | Self::Certain => Self::Certain,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}
