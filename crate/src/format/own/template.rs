//! From a format string to a regular expression, piece by piece.

use super::clock::{Form, Piece};
use super::{Compiled, Field, Own};
use crate::format::Edge;
use crate::pattern::unusable;
use regex::bytes::RegexBuilder;
use std::sync::Arc;

/// A format string on its way to a regular expression.
#[derive(Default)]
pub(super) struct Template {
    expression: String,
    fields: Vec<(usize, Field)>,
    groups: usize,
    /// Whether it is between double quotes, where a value may hold anything but an unescaped one.
    quoted: bool,
    begins_freely: bool,
}

/// What a value may look like.
#[derive(Clone, Copy)]
enum Shape {
    Word,
    Text,
    Number,
    /// A host, with a port or without.
    Host,
    /// A path without its query.
    Path,
    /// Addresses with commas between them.
    Addresses,
}

impl Template {
    /// Text that stands in every line. Its blanks may be any others, as they change where a log is copied.
    pub(super) fn literal(&mut self, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let blank = first.is_whitespace();
            let end = rest
                .find(|c: char| c.is_whitespace() != blank)
                .unwrap_or(rest.len());
            if blank {
                self.expression.push_str(r"\s+");
            } else {
                self.expression.push_str(&regex::escape(&rest[..end]));
            }
            rest = &rest[end..];
        }
        if text.matches('"').count() % 2 == 1 {
            self.quoted = !self.quoted;
        }
    }

    /// A value with a meaning.
    pub(super) fn field(&mut self, field: Field) {
        let shape = match field {
            Field::Status | Field::Bytes | Field::Duration(_) | Field::LongDuration => {
                Shape::Number
            }
            Field::User | Field::Request | Field::Agent | Field::Referer => Shape::Text,
            Field::Host => Shape::Host,
            Field::Path => Shape::Path,
            Field::Forwarded => Shape::Addresses,
            Field::Time(form) => return self.time(form.piece, form.edge),
            _ => Shape::Word,
        };
        let expression = self.shape(shape);
        self.begins_freely |= self.expression.is_empty() && !matches!(shape, Shape::Number);
        self.group(field, expression);
    }

    /// A time, or a piece of one.
    pub(super) fn time(&mut self, piece: Piece, edge: Option<Edge>) {
        self.group(Field::Time(Form { piece, edge }), piece.expression());
    }

    /// A value that means nothing here.
    pub(super) fn skip(&mut self) {
        let expression = self.shape(Shape::Text);
        self.expression.push_str(expression);
    }

    /// A word that means nothing here.
    pub(super) fn skip_word(&mut self) {
        let expression = self.shape(Shape::Word);
        self.expression.push_str(expression);
    }

    /// A number that means nothing here.
    pub(super) fn skip_number(&mut self) {
        let expression = self.shape(Shape::Number);
        self.expression.push_str("(?:");
        self.expression.push_str(expression);
        self.expression.push(')');
    }

    /// Something that is left out with the blank before it where there is nothing to write.
    pub(super) fn optional(&mut self, expression: &str) {
        if self.expression.ends_with(r"\s+") {
            self.expression.truncate(self.expression.len() - 3);
            self.expression.push_str(r"(?:\s+");
        } else {
            self.expression.push_str("(?:");
        }
        self.expression.push_str(expression);
        self.expression.push_str(")?");
    }

    fn group(&mut self, field: Field, expression: &str) {
        self.groups += 1;
        self.fields.push((self.groups, field));
        self.expression.push('(');
        self.expression.push_str(expression);
        self.expression.push(')');
    }

    fn shape(&self, shape: Shape) -> &'static str {
        match shape {
            // Durations before they were measured are negative, and one of a session that goes on has a plus.
            Shape::Number => r"[+-]?\d+(?:\.\d+)?|-|",
            Shape::Host => r#"[^\s/"]*"#,
            Shape::Path if self.quoted => r#"[^"?]*"#,
            Shape::Path => r"[^\s?]*",
            _ if self.quoted => r#"(?:[^"\\]|\\.)*"#,
            Shape::Addresses => r"(?:[^\s,]*,\s*)*[^\s,]*",
            Shape::Word => r"\S*",
            Shape::Text => ".*?",
        }
    }

    /// The format, if it reads anything.
    pub(super) fn finish(
        self,
        code: &'static str,
        title: &'static str,
        specification: &'static str,
        json: bool,
    ) -> Result<Own, String> {
        let Self {
            expression,
            fields,
            begins_freely,
            ..
        } = self;
        let expression = format!(r"^\s*{expression}\s*$");
        build(&expression, fields, json, begins_freely).map(|read| Own {
            code,
            title,
            specification,
            read: Arc::new(read),
        })
    }
}

/// A regular expression with the meanings of its groups.
pub(super) fn build(
    expression: &str,
    fields: Vec<(usize, Field)>,
    json: bool,
    begins_freely: bool,
) -> Result<Compiled, String> {
    let request =
        |(_, field): &(usize, Field)| matches!(field, Field::Request | Field::Target | Field::Path);
    if !fields.iter().any(request) {
        return Err(
            "This format writes no request, so nothing can be told of its lines. Look whether it is the format of an \
             access log, and whether it is complete."
                .to_owned(),
        );
    }
    let regex = RegexBuilder::new(expression)
        .unicode(false)
        .dot_matches_new_line(true)
        .build()
        .map_err(|error| unusable(expression, &error))?;
    Ok(Compiled {
        regex,
        fields,
        json,
        begins_freely,
    })
}

/// The quoted texts of a directive, joined, and without their escapes: `"..."` or `'...'`, one or several. `None` if
/// there are none.
pub(super) fn quoted(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut any = false;
    let mut chars = text.chars();
    while let Some(quote) = chars.by_ref().find(|c| matches!(c, '"' | '\'')) {
        any = true;
        loop {
            match chars.next() {
                None => return Some(out),
                Some('\\') => match chars.next() {
                    Some('t') => out.push('\t'),
                    Some('n') => out.push('\n'),
                    Some(c) => out.push(c),
                    None => return Some(out),
                },
                Some(c) if c == quote => break,
                Some(c) => out.push(c),
            }
        }
    }
    any.then_some(out)
}

/// What follows a word at the beginning of a text, whatever its case.
pub(super) fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    (head.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace))
        .then(|| rest.trim_start())
}
