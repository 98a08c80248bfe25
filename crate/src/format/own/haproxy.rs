//! HAProxy's `log-format`.

use super::clock::Piece;
use super::template::{Template, behind, quoted};
use super::{Field, Own};
use crate::format::Edge;
use crate::settings::Unit;

/// Names of variables that no directive of Apache's could be taken for, two letters or more and none of Apache's own.
const TELLING: [&str; 12] = [
    "%ci", "%cp", "%ST", "%HM", "%HU", "%HP", "%TR", "%Ta", "%Tt", "%tsc", "%[", "%{+",
];

/// Whether a format string is one of HAProxy's rather than one of Apache's.
pub(super) fn is_one(text: &str) -> bool {
    behind(text, "log-format").is_some() || TELLING.iter().any(|name| text.contains(name))
}

/// A format string of HAProxy: alone, or as the directive that holds it.
pub(super) fn compile(text: &str) -> Result<Own, String> {
    let string = behind(text, "log-format").unwrap_or(text);
    let string = match string.chars().next() {
        Some('"' | '\'') if behind(text, "log-format").is_some() => {
            quoted(string).unwrap_or_default()
        }
        _ => string.replace("\\ ", " ").replace("\\\"", "\""),
    };
    let mut template = Template::default();
    let mut all_quoted = false;
    let mut rest = string.as_str();
    while let Some(percent) = rest.find('%') {
        template.literal(&rest[..percent]);
        rest = &rest[percent + 1..];
        let variable = Variable::split(rest).ok_or_else(|| unknown(rest))?;
        rest = &rest[variable.length..];
        let quoted = match variable.flags {
            Some(flags) if flags.contains("+Q") => true,
            Some(flags) if flags.contains("-Q") => false,
            _ => all_quoted,
        };
        if variable.name == "o" {
            all_quoted = quoted;
            // It writes nothing, and of two separators HAProxy makes one.
            rest = rest.trim_start();
            continue;
        }
        // Only texts are quoted, and of those not the groups of captured headers.
        let quoted = quoted && !matches!(variable.name, "%" | "hr" | "hs") && variable.is_text();
        if quoted {
            template.literal("\"");
        }
        variable.add(&mut template)?;
        if quoted {
            template.literal("\"");
        }
    }
    template.literal(rest);
    template.finish(
        "own-haproxy",
        "HAProxy log-format",
        "https://docs.haproxy.org/3.0/configuration.html#8.2.6",
        false,
    )
}

/// One variable without its percent sign.
struct Variable<'a> {
    flags: Option<&'a str>,
    name: &'a str,
    /// Whether it is an expression in brackets.
    expression: bool,
    length: usize,
}

impl<'a> Variable<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let mut rest = text;
        let mut flags = None;
        // `(name:type)` names a variable, for encodings that need a name.
        if let Some(inside) = rest.strip_prefix('(') {
            rest = &inside[inside.find(')')? + 1..];
        }
        if let Some(inside) = rest.strip_prefix('{') {
            let close = inside.find('}')?;
            flags = Some(&inside[..close]);
            rest = &inside[close + 1..];
        }
        let expression = rest.starts_with('[');
        let (name, end) = if expression {
            let close = rest.find(']')?;
            (&rest[1..close], close + 1)
        } else if rest.starts_with('%') {
            ("%", 1)
        } else {
            let end = rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(rest.len());
            (&rest[..end], end)
        };
        (end > 0).then_some(Self {
            flags,
            name,
            expression,
            length: text.len() - rest.len() + end,
        })
    }

    /// Whether its value is a text rather than a number, an address or a date.
    fn is_text(&self) -> bool {
        self.expression
            || matches!(
                self.name,
                "r" | "HM"
                    | "HP"
                    | "HPO"
                    | "HQ"
                    | "HU"
                    | "HV"
                    | "CC"
                    | "CS"
                    | "ID"
                    | "H"
                    | "b"
                    | "f"
                    | "ft"
                    | "s"
                    | "ts"
                    | "tsc"
                    | "hrl"
                    | "hsl"
                    | "sslc"
                    | "sslv"
            )
    }

    fn add(&self, template: &mut Template) -> Result<(), String> {
        if self.expression {
            match fetched(self.name) {
                Some(field) => template.field(field),
                None => template.skip(),
            }
            return Ok(());
        }
        // The request's arrival, or that of its connection.
        let start = Some(Edge::Start);
        let field = match self.name {
            "%" => {
                template.literal("%");
                return Ok(());
            }
            "t" | "tr" => {
                template.time(Piece::AccessLocal, start);
                return Ok(());
            }
            "T" | "Tl" | "trg" | "trl" => {
                template.time(Piece::Access, start);
                return Ok(());
            }
            "Ts" => {
                template.time(Piece::Seconds, start);
                return Ok(());
            }
            "ms" => {
                template.time(Piece::FractionMs, start);
                return Ok(());
            }
            "hr" | "hs" => {
                template.optional(r"\{[^}]*\}");
                return Ok(());
            }
            "ci" => Field::Remote,
            "r" => Field::Request,
            "HM" => Field::Method,
            "HU" => Field::Target,
            "HP" | "HPO" => Field::Path,
            "HQ" => Field::Query,
            "HV" => Field::Protocol,
            "ST" => Field::Status,
            "B" => Field::Bytes,
            // From the first byte of the request; the total begins with the connection.
            "Ta" => Field::Duration(Some(Unit::Milliseconds)),
            "Tt" | "Tu" => Field::LongDuration,
            "ts" | "tsc" => Field::Termination,
            "cp" | "f" | "ft" | "b" | "s" | "si" | "sp" | "bi" | "bp" | "fi" | "fp" | "ac"
            | "fc" | "bc" | "sc" | "rc" | "sq" | "bq" | "Tq" | "Tw" | "Tc" | "Tr" | "TR" | "Td"
            | "Th" | "Ti" | "lc" | "pid" | "rt" | "H" | "U" | "CC" | "CS" | "ID" | "E" | "sslc"
            | "sslv" => {
                template.skip_word();
                return Ok(());
            }
            "hrl" | "hsl" => {
                template.skip();
                return Ok(());
            }
            name => return Err(unknown(name)),
        };
        template.field(field);
        Ok(())
    }
}

/// What an expression fetches, if that is a field of a record.
fn fetched(expression: &str) -> Option<Field> {
    let plain = expression.to_ascii_lowercase();
    let header = |name: &str| plain.contains(&format!("hdr({name})"));
    Some(match plain.as_str() {
        "src" => Field::Remote,
        "method" => Field::Method,
        "path" => Field::Path,
        "url" | "pathq" => Field::Target,
        "query" => Field::Query,
        "status" => Field::Status,
        _ if header("user-agent") => Field::Agent,
        _ if header("host") => Field::Host,
        _ if header("referer") => Field::Referer,
        _ if header("x-forwarded-for") => Field::Forwarded,
        _ => return None,
    })
}

fn unknown(rest: &str) -> String {
    let token: String = rest.chars().take(12).collect();
    format!(
        "%{token} is no variable of HAProxy's log-format that is known here. Look whether the format is complete, and \
         whether it is as in HAProxy's configuration."
    )
}
