//! Apache's `LogFormat`.

use super::clock::Piece;
use super::template::{Template, behind, quoted};
use super::{Field, Own};
use crate::format::Edge;
use crate::settings::Unit;

/// A format string of Apache: alone, or as the directive that holds it.
pub(super) fn compile(text: &str) -> Result<Own, String> {
    let directive = behind(text, "LogFormat").or_else(|| behind(text, "CustomLog"));
    let string = match directive {
        Some(rest) => quoted(rest).unwrap_or_else(|| rest.to_owned()),
        // As the directive writes it, and without its name.
        None if text.contains("\\\"") && text.starts_with('"') => quoted(text).unwrap_or_default(),
        None => text.replace("\\\"", "\"").replace("\\t", "\t"),
    };
    let mut template = Template::default();
    let mut rest = string.as_str();
    while let Some(percent) = rest.find('%') {
        template.literal(&rest[..percent]);
        rest = &rest[percent + 1..];
        let directive = Directive::split(rest).ok_or_else(|| unknown(rest))?;
        rest = &rest[directive.length..];
        directive.add(&mut template)?;
    }
    template.literal(rest);
    template.finish(
        "own-apache",
        "Apache LogFormat",
        "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats",
        false,
    )
}

/// One `%` directive without its percent sign.
struct Directive<'a> {
    argument: Option<&'a str>,
    letter: &'a str,
    length: usize,
}

impl<'a> Directive<'a> {
    fn split(text: &'a str) -> Option<Self> {
        // Conditions (`!200,304`) and `<` or `>` stand before the argument or behind it.
        let modifier = |c: char| c.is_ascii_digit() || matches!(c, '!' | ',' | '<' | '>');
        let mut rest = text.trim_start_matches(modifier);
        let mut argument = None;
        if let Some(inside) = rest.strip_prefix('{') {
            let close = inside.find('}')?;
            argument = Some(&inside[..close]);
            rest = inside[close + 1..].trim_start_matches(modifier);
        }
        let length = match rest.strip_prefix('^') {
            // `^FU`, `^FB`, `^ti`, `^to`.
            Some(_) => 3,
            None => rest.chars().next()?.len_utf8(),
        };
        let letter = rest.get(..length)?;
        Some(Self {
            argument,
            letter,
            length: text.len() - rest.len() + length,
        })
    }

    fn add(&self, template: &mut Template) -> Result<(), String> {
        let named = |name: &str| self.argument.is_some_and(|a| a.eq_ignore_ascii_case(name));
        let field = match self.letter {
            "%" => {
                template.literal("%");
                return Ok(());
            }
            "t" => return time(template, self.argument),
            "h" | "a" => Field::Remote,
            "u" => Field::User,
            "r" => Field::Request,
            "s" => Field::Status,
            "b" | "B" | "O" => Field::Bytes,
            "D" => Field::Duration(Some(Unit::Microseconds)),
            "T" => Field::Duration(Some(match self.argument {
                Some("ms") => Unit::Milliseconds,
                Some("us") => Unit::Microseconds,
                _ => Unit::Seconds,
            })),
            "v" | "V" => Field::Host,
            "m" => Field::Method,
            "U" => Field::Path,
            "q" => Field::Query,
            "H" => Field::Protocol,
            "i" if named("Referer") => Field::Referer,
            "i" if named("User-Agent") => Field::Agent,
            "i" if named("Host") => Field::Host,
            "i" if named("X-Forwarded-For") || named("X-Real-IP") => Field::Forwarded,
            "l" | "p" | "P" | "k" | "X" | "A" | "I" | "S" | "L" | "^FU" | "^FB" => {
                template.skip_word();
                return Ok(());
            }
            "C" | "e" | "f" | "i" | "n" | "o" | "R" | "x" | "c" | "^ti" | "^to" => {
                template.skip();
                return Ok(());
            }
            _ => return Err(unknown(&format!("{}...", self.letter))),
        };
        template.field(field);
        Ok(())
    }
}

/// `%t` and `%{...}t`: the moment the request was received, unless it says `end:`.
fn time(template: &mut Template, argument: Option<&str>) -> Result<(), String> {
    let Some(argument) = argument else {
        template.literal("[");
        template.time(Piece::Access, Some(Edge::Start));
        template.literal("]");
        return Ok(());
    };
    let (edge, format) = match argument.strip_prefix("end:") {
        Some(format) => (Some(Edge::End), format),
        None => (
            Some(Edge::Start),
            argument.strip_prefix("begin:").unwrap_or(argument),
        ),
    };
    let piece = match format {
        "sec" => Piece::Seconds,
        "msec" => Piece::Milliseconds,
        "usec" => Piece::Microseconds,
        "msec_frac" => Piece::FractionMs,
        "usec_frac" => Piece::FractionUs,
        _ => return strftime(template, format, edge),
    };
    template.time(piece, edge);
    Ok(())
}

/// A format of `strftime`.
fn strftime(template: &mut Template, format: &str, edge: Option<Edge>) -> Result<(), String> {
    let mut rest = format;
    while let Some(percent) = rest.find('%') {
        template.literal(&rest[..percent]);
        let mut after = rest[percent + 1..].chars();
        let letter = after.next().unwrap_or(' ');
        rest = after.as_str();
        let piece = match letter {
            'Y' => Piece::Year,
            'y' => Piece::ShortYear,
            'm' => Piece::Month,
            'b' | 'B' | 'h' => Piece::MonthName,
            'd' | 'e' => Piece::Day,
            'H' | 'k' => Piece::Hour,
            'I' | 'l' => Piece::HalfHour,
            'p' | 'P' => Piece::Half,
            'M' => Piece::Minute,
            'S' => Piece::Second,
            'z' => Piece::Zone,
            's' => Piece::Seconds,
            'a' | 'A' | 'Z' | 'j' => {
                template.skip_word();
                continue;
            }
            '%' => {
                template.literal("%");
                continue;
            }
            composed => {
                let parts = match composed {
                    'T' => "%H:%M:%S",
                    'R' => "%H:%M",
                    'r' => "%I:%M:%S %p",
                    'D' => "%m/%d/%y",
                    'F' => "%Y-%m-%d",
                    'c' => "%a %b %e %H:%M:%S %Y",
                    't' | 'n' => " ",
                    _ => {
                        return Err(format!(
                            "%{letter} in the time {{{format}}} of this format is not known here. Write what it stands \
                             for with %Y, %m, %d, %H, %M, %S and %z."
                        ));
                    }
                };
                strftime(template, parts, edge)?;
                continue;
            }
        };
        template.time(piece, edge);
    }
    template.literal(rest);
    Ok(())
}

fn unknown(rest: &str) -> String {
    let token: String = rest.chars().take(12).collect();
    format!(
        "%{token} is no directive of Apache's LogFormat that is known here. Look whether the format is complete and its \
         quotes are as in the server's configuration."
    )
}
