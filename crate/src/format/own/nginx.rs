//! nginx's `log_format`.

use super::clock::Piece;
use super::template::{Template, behind, quoted};
use super::{Field, Own};
use crate::format::Edge;
use crate::settings::Unit;

/// A format string of nginx: alone, or as the directive that holds it, over as many lines as it has.
pub(super) fn compile(text: &str) -> Result<Own, String> {
    let directive = behind(text, "log_format");
    let json = directive
        .unwrap_or(text)
        .split(['\'', '"'])
        .next()
        .is_some_and(|head| head.contains("escape=json"));
    let string = match directive {
        // The name of the format, perhaps `escape=...`, and the string in pieces.
        Some(rest) => quoted(rest).unwrap_or_else(|| {
            let name = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest[name..].trim().trim_end_matches(';').to_owned()
        }),
        None if text.starts_with('\'') => quoted(text).unwrap_or_default(),
        None => text.trim_end_matches(';').to_owned(),
    };
    let mut template = Template::default();
    let mut rest = string.as_str();
    while let Some(dollar) = rest.find('$') {
        template.literal(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        let (name, after) = variable(rest).ok_or_else(|| {
            "A $ in this format is followed by no name of a variable. Look whether it is complete.".to_owned()
        })?;
        rest = after;
        add(&mut template, name);
    }
    template.literal(rest);
    template.finish(
        "own-nginx",
        "nginx log_format",
        "https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
        json || string.trim_start().starts_with('{'),
    )
}

/// The name of a variable, `name` or `{name}`, and what follows it.
fn variable(text: &str) -> Option<(&str, &str)> {
    if let Some(inside) = text.strip_prefix('{') {
        let close = inside.find('}')?;
        return Some((&inside[..close], &inside[close + 1..]));
    }
    let named = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !named(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A variable. Those of other modules, and those that a configuration defines itself, mean nothing here. The log is
/// written at the end of a request, and its times are those of that moment.
fn add(template: &mut Template, name: &str) {
    let end = Some(Edge::End);
    let field = match name {
        "time_local" => return template.time(Piece::Access, end),
        "time_iso8601" => return template.time(Piece::Iso, end),
        "msec" => return template.time(Piece::Seconds, end),
        "remote_addr" => Field::Remote,
        "http_x_forwarded_for" | "http_x_real_ip" => Field::Forwarded,
        "remote_user" => Field::User,
        "request" => Field::Request,
        "request_method" => Field::Method,
        "request_uri" => Field::Target,
        "uri" | "document_uri" => Field::Path,
        "args" | "query_string" => Field::Query,
        "is_args" => return template.optional(r"\?"),
        "server_protocol" => Field::Protocol,
        "status" => Field::Status,
        "body_bytes_sent" | "bytes_sent" => Field::Bytes,
        "http_referer" => Field::Referer,
        "http_user_agent" => Field::Agent,
        "host" | "http_host" | "server_name" => Field::Host,
        "request_time" => Field::Duration(Some(Unit::Seconds)),
        "server_port"
        | "remote_port"
        | "proxy_port"
        | "connection"
        | "connection_requests"
        | "pid" => {
            return template.skip_number();
        }
        _ => return template.skip(),
    };
    template.field(field);
}
