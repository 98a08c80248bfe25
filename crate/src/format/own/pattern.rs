//! A regular expression with named groups.

use super::clock::{Form, Piece};
use super::template::build;
use super::{Field, Own};
use crate::pattern::unusable;
use crate::settings::Unit;
use regex::bytes::RegexBuilder;
use std::sync::Arc;

/// The groups that mean something.
const GROUPS: [(&str, Field); 17] = [
    ("remote_ip", Field::Remote),
    ("user", Field::User),
    (
        "time",
        Field::Time(Form {
            piece: Piece::Any,
            edge: None,
        }),
    ),
    ("method", Field::Method),
    ("target", Field::Target),
    ("request", Field::Request),
    ("protocol", Field::Protocol),
    ("status", Field::Status),
    ("bytes", Field::Bytes),
    ("duration_s", Field::Duration(Some(Unit::Seconds))),
    ("duration_ms", Field::Duration(Some(Unit::Milliseconds))),
    ("duration_us", Field::Duration(Some(Unit::Microseconds))),
    ("duration", Field::Duration(None)),
    ("referer", Field::Referer),
    ("user_agent", Field::Agent),
    ("host", Field::Host),
    ("forwarded_for", Field::Forwarded),
];

/// A regular expression of the `regex` crate's, which is Perl's without what would need to look back.
pub(super) fn compile(text: &str) -> Result<Own, String> {
    let names = RegexBuilder::new(text)
        .unicode(false)
        .build()
        .map_err(|error| unusable(text, &error))?;
    let mut fields = Vec::new();
    for (index, name) in names.capture_names().enumerate() {
        let Some(name) = name else { continue };
        let Some((_, field)) = GROUPS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "The group {name} means nothing here. Name it as one of {}, or leave out its name.",
                known.join(", ")
            ));
        };
        fields.push((index, *field));
    }
    // Where the expression begins with is for its writer to say.
    let read = build(text, fields, false, false)?;
    Ok(Own {
        code: "own-pattern",
        title: "regular expression",
        specification: "https://docs.rs/regex/latest/regex/#syntax",
        read: Arc::new(read),
    })
}
