//! The report: a model that is only drawn, and its written forms.
//!
//! [`build`](mod@build) makes the [`model::Report`] of a log and its explanation; [`redact`] turns names into
//! pseudonyms; [`sections`] lays the model out as titled tables, which [`write`](mod@write) renders as text, Markdown,
//! CSV or HTML.

mod build;
mod client;
mod clock;
mod detection;
mod event_sections;
mod events;
mod files;
mod finding_sections;
mod findings;
mod heartbeats;
mod lines;
mod lister;
mod load;
pub mod model;
mod moments;
mod packed;
mod redact;
mod requests;
mod sections;
mod sentence;
mod spread;
mod stamps;
mod views;
mod write;

pub use build::build;
pub use findings::{judge, rows as requests_of};
pub use lines::{lines_of, take_line};
pub use lister::{ListFormat, Lister};
pub use redact::{Alias, Category, Names, Redacted, key_csv, redact, redact_with};
pub use requests::{csv_of, request};
pub use sections::{Section, Table, sections};
pub use write::{Output, document, write};
