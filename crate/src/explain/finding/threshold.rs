//! Numbers that decide about findings, and that a user may change.

use crate::few::Few;

/// A number that decides about findings.
#[derive(Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Stable name, as in `--threshold CODE=VALUE`.
    pub code: &'static str,
    /// What happens from it on, in one sentence.
    pub meaning: &'static str,
    /// What it counts: `%`, `requests`, `s` …
    pub unit: &'static str,
    /// Its value where nobody says otherwise; `None` for what only the user, or a log of statistics, can know.
    pub default: Option<u32>,
    /// The least and the greatest value that make sense.
    pub range: (u32, u32),
    /// Whose number it is.
    pub source: Source,
}

/// Whose number a threshold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our own choice; no vendor names one.
    Ours,
    /// A vendor or a specification names it.
    Vendor,
    /// It is a fact about the server, which no default can stand in for.
    Server,
}

impl Source {
    /// Stable name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Vendor => "vendor",
            Self::Server => "server",
        }
    }

    /// Whose number it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ours => "our own choice, no vendor names one",
            Self::Vendor => "a vendor's number",
            Self::Server => "a fact about your server",
        }
    }
}

impl Threshold {
    /// A threshold of our own.
    pub(super) const fn ours(
        code: &'static str,
        meaning: &'static str,
        default: u32,
        unit: &'static str,
        range: (u32, u32),
    ) -> Self {
        Self {
            code,
            meaning,
            unit,
            default: Some(default),
            range,
            source: Source::Ours,
        }
    }

    /// The threshold of a code.
    #[must_use]
    pub fn named(code: &str) -> Option<&'static Self> {
        all().find(|t| t.code == code)
    }
}

/// Every threshold once, in the order of the findings that use them.
pub fn all() -> impl Iterator<Item = &'static Threshold> {
    let mut seen: Vec<&str> = Vec::new();
    let used = super::RULES.iter().flat_map(|rule| rule.thresholds);
    used.copied().filter(move |threshold| {
        let new = !seen.contains(&threshold.code);
        if new {
            seen.push(threshold.code);
        }
        new
    })
}

/// What the user says of a whole case: thresholds of another value than their default, and facts about the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tuning(Few<&'static str, u32>);

/// Why a threshold was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not written `CODE=VALUE`.
    Shape(String),
    /// There is no such threshold.
    Unknown(String),
    /// Its value is no whole number.
    Number(&'static Threshold, String),
    /// Its value makes no sense.
    Range(&'static Threshold, String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let from_to = |t: &Threshold| format!("{} to {} ({})", t.range.0, t.range.1, t.unit);
        match self {
            Self::Shape(text) => write!(
                f,
                "{text} is no CODE=VALUE; write for example sync-conflict-share=10."
            ),
            Self::Unknown(code) => {
                let codes: Vec<&str> = all().map(|t| t.code).collect();
                write!(
                    f,
                    "there is no threshold {code}. The codes are: {}.",
                    codes.join(", ")
                )
            }
            Self::Number(t, value) => write!(
                f,
                "{} takes a whole number from {}, not {value}.",
                t.code,
                from_to(t)
            ),
            Self::Range(t, value) => write!(
                f,
                "{} takes a number from {}; {value} lies outside.",
                t.code,
                from_to(t)
            ),
        }
    }
}

impl Tuning {
    /// Takes `CODE=VALUE`.
    ///
    /// # Errors
    /// If there is no such threshold, or it takes no such value.
    pub fn set(&mut self, text: &str) -> Result<(), Refusal> {
        let Some((code, value)) = text.split_once('=') else {
            return Err(Refusal::Shape(text.to_owned()));
        };
        let (code, value) = (code.trim(), value.trim());
        let threshold = Threshold::named(code).ok_or_else(|| Refusal::Unknown(code.to_owned()))?;
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(Refusal::Number(threshold, value.to_owned()));
        }
        let (least, most) = threshold.range;
        match value.parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => {
                *self.0.at(threshold.code) = number;
                Ok(())
            }
            _ => Err(Refusal::Range(threshold, value.to_owned())),
        }
    }

    /// What the user gave for a threshold.
    #[must_use]
    pub fn given(&self, threshold: &Threshold) -> Option<u32> {
        self.0.get(threshold.code).copied()
    }

    /// Whether a threshold has another value than its default.
    #[must_use]
    pub fn changed(&self, threshold: &Threshold) -> bool {
        self.given(threshold)
            .is_some_and(|value| Some(value) != threshold.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_sound() {
        for threshold in all() {
            let (least, most) = threshold.range;
            assert!(least < most, "{}", threshold.code);
            assert_eq!(
                threshold.default.is_none(),
                threshold.source == Source::Server
            );
            let default = threshold.default.unwrap_or(least);
            assert!((least..=most).contains(&default), "{}", threshold.code);
            assert_eq!(Threshold::named(threshold.code), Some(threshold));
            assert!(threshold.meaning.ends_with('.'), "{}", threshold.code);
        }
    }

    #[test]
    fn a_slip_is_told_with_what_would_be_right() {
        let told = |text: &str| match Tuning::default().set(text) {
            Ok(()) => String::new(),
            Err(refusal) => refusal.to_string(),
        };
        assert_eq!(told("sync-conflict-share=10"), "");
        assert!(told("sync-conflict-share").starts_with("sync-conflict-share is no CODE=VALUE"));
        assert!(told("sync=1").starts_with("there is no threshold sync. The codes are: "));
        assert_eq!(
            told("sync-conflict-share=many"),
            "sync-conflict-share takes a whole number from 1 to 100 (%), not many."
        );
        assert_eq!(
            told("sync-conflict-share=101"),
            "sync-conflict-share takes a number from 1 to 100 (%); 101 lies outside."
        );
        assert!(told("sync-conflict-share=99999999999").contains("lies outside"));
    }

    #[test]
    fn a_default_that_is_given_is_no_change() {
        let mut tuning = Tuning::default();
        let share = Threshold::named("sync-conflict-share").expect("it is there");
        tuning.set("sync-conflict-share=5").expect("it is taken");
        assert!(!tuning.changed(share));
        tuning
            .set(" sync-conflict-share = 6 ")
            .expect("it is taken");
        assert!(tuning.changed(share));
    }
}
