//! What the fields of a logged request are called: by DOMLOG.NSF in its versions, by agents that people wrote, by the
//! headings of tables that other logs were made into.
//!
//! The names of DOMLOG.NSF's items are not documented, the labels of its form are. So names are compared by their
//! letters and digits alone: `User Address`, `USERADDRESS` and `user_address` are one name.

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A date with its time, or a date alone that a [`Label::Time`] completes.
    Date,
    /// A time alone, or with its date.
    Time,
    /// A time, or (nginx's `request_time`) seconds that the request took; the value tells.
    RequestTime,
    /// The User-Agent.
    Agent,
    /// The User-Agent with `+` for each blank, as W3C logs write it.
    AgentPlus,
    /// The request line, or its target alone.
    Request,
    /// The method.
    Method,
    /// The target, or the path of it.
    Target,
    /// The query.
    Query,
    /// The HTTP version.
    Protocol,
    /// The status, with or without words behind it.
    Status,
    /// The client.
    Remote,
    /// The Host header.
    Host,
    /// The server's address, which stands in for a Host header.
    Server,
    /// The authenticated user.
    User,
    /// Milliseconds that the request took.
    Elapsed,
    /// Seconds that it took.
    Seconds,
    /// Microseconds that it took.
    Micros,
    /// What it took, in a unit that the name does not tell.
    Duration,
    /// Bytes of the answer.
    Bytes,
    /// The Referer.
    Referer,
    /// Known, and of no use here: cookies, content types, errors, translated URLs.
    Other,
}

/// Number of labels whose values are kept.
pub(super) const LABELS: usize = Label::Other as usize;

/// A name as it is compared, and what it stands for.
pub(super) type Name = (&'static str, Label);

/// Names of DOMLOG.NSF's fields. Sources: its form, the founding thread's block, and what exports write around them.
pub(super) const DOMLOG: &[Name] = &[
    ("date", Label::Date),
    ("datetime", Label::Date),
    ("dateandtime", Label::Date),
    ("requestdate", Label::Date),
    ("requesttime", Label::RequestTime),
    ("time", Label::Time),
    ("useragent", Label::Agent),
    ("browserused", Label::Agent),
    ("browser", Label::Agent),
    ("request", Label::Request),
    ("status", Label::Status),
    ("useraddress", Label::Remote),
    ("remotehost", Label::Remote),
    ("client", Label::Remote),
    ("clientaddress", Label::Remote),
    ("serveraddress", Label::Server),
    ("authenticateduser", Label::User),
    ("username", Label::User),
    ("user", Label::User),
    ("elapsedtime", Label::Elapsed),
    ("elapsed", Label::Elapsed),
    ("elapsedms", Label::Elapsed),
    ("elapsedtimems", Label::Elapsed),
    ("timetaken", Label::Elapsed),
    ("contentlength", Label::Bytes),
    ("referringurl", Label::Referer),
    ("referer", Label::Referer),
    ("referrer", Label::Referer),
    ("cookie", Label::Other),
    ("cookies", Label::Other),
    ("contenttype", Label::Other),
    ("error", Label::Other),
    ("errors", Label::Other),
    ("translateduri", Label::Other),
    ("translatedurl", Label::Other),
    ("form", Label::Other),
];

/// Names of columns in tables of other logs: fields of W3C logs, variables of nginx, and what people write above them.
pub(super) const COLUMNS: &[Name] = &[
    ("timestamp", Label::Date),
    ("timegenerated", Label::Date),
    ("timelocal", Label::Date),
    ("timeiso8601", Label::Date),
    ("msec", Label::Date),
    ("cip", Label::Remote),
    ("clientip", Label::Remote),
    ("remoteaddr", Label::Remote),
    ("remoteaddress", Label::Remote),
    ("remoteip", Label::Remote),
    ("sip", Label::Server),
    ("serverip", Label::Server),
    ("cshost", Label::Host),
    ("host", Label::Host),
    ("httphost", Label::Host),
    ("servername", Label::Host),
    ("csusername", Label::User),
    ("remoteuser", Label::User),
    ("csmethod", Label::Method),
    ("method", Label::Method),
    ("requestmethod", Label::Method),
    ("httpmethod", Label::Method),
    ("csuristem", Label::Target),
    ("csuri", Label::Target),
    ("uri", Label::Target),
    ("requesturi", Label::Target),
    ("requesturl", Label::Target),
    ("uristem", Label::Target),
    ("url", Label::Target),
    ("path", Label::Target),
    ("target", Label::Target),
    ("csuriquery", Label::Query),
    ("uriquery", Label::Query),
    ("query", Label::Query),
    ("querystring", Label::Query),
    ("args", Label::Query),
    ("csversion", Label::Protocol),
    ("protocol", Label::Protocol),
    ("serverprotocol", Label::Protocol),
    ("scstatus", Label::Status),
    ("statuscode", Label::Status),
    ("httpstatus", Label::Status),
    ("responsecode", Label::Status),
    ("scbytes", Label::Bytes),
    ("bodybytessent", Label::Bytes),
    ("bytessent", Label::Bytes),
    ("bytes", Label::Bytes),
    ("csuseragent", Label::AgentPlus),
    ("httpuseragent", Label::Agent),
    ("csreferer", Label::Referer),
    ("httpreferer", Label::Referer),
    ("timetakenms", Label::Elapsed),
    ("durationms", Label::Elapsed),
    ("responsetimems", Label::Elapsed),
    ("requesttimems", Label::Elapsed),
    ("durations", Label::Seconds),
    ("durationus", Label::Micros),
    ("responsetimeus", Label::Micros),
    ("duration", Label::Duration),
    ("responsetime", Label::Duration),
    ("latency", Label::Duration),
];

/// The index of the name in a table, if it is one of it.
pub(super) fn find(table: &[Name], name: &[u8]) -> Option<usize> {
    // Longer than any name with a blank behind each letter.
    if name.len() > 48 {
        return None;
    }
    let letters = || {
        name.iter()
            .filter(|b| b.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase)
    };
    // Other letters, and what stands for no blank, make another word of it.
    let odd = |b: &u8| !(b.is_ascii_alphanumeric() || b" _-/()@\"$".contains(b));
    if name.iter().any(odd) {
        return None;
    }
    table
        .iter()
        .position(|(known, _)| letters().eq(known.bytes()))
}

/// What a heading names, by the names of either table; what a document calls its fields goes first.
pub(super) fn column(name: &[u8]) -> Option<Label> {
    let in_table = |table: &[Name]| find(table, name).map(|at| table[at].1);
    in_table(DOMLOG).or_else(|| in_table(COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_letters_and_digits() {
        for (name, label) in [
            ("User Address", Some(Label::Remote)),
            ("USER_ADDRESS", Some(Label::Remote)),
            ("UserAddress", Some(Label::Remote)),
            ("cs(User-Agent)", Some(Label::AgentPlus)),
            ("User-Agent", Some(Label::Agent)),
            ("$request_time", Some(Label::RequestTime)),
            ("@timestamp", Some(Label::Date)),
            ("time-taken", Some(Label::Elapsed)),
            ("Elapsed Time (ms)", Some(Label::Elapsed)),
            ("status?", None),
            ("Statüs", None),
            ("statuses", None),
            ("", None),
        ] {
            assert_eq!(column(name.as_bytes()), label, "{name}");
        }
    }

    #[test]
    fn no_name_stands_in_the_tables_twice_or_in_a_form_that_nothing_equals() {
        let mut names: Vec<_> = DOMLOG.iter().chain(COLUMNS).map(|n| n.0).collect();
        assert!(names.iter().all(|n| {
            n.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        }));
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
