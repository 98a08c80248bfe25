//! IIS in the W3C format, with the fields it logs when nobody has chosen others.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::{Ms, Zone};

/// What IIS writes at the beginning of a file.
pub(super) fn header(at: Ms, out: &mut String) {
    out.push_str("#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: ");
    Zone(0).plain_stamp(at, ' ', out);
    out.push_str(
        "\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
         cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
    );
}

/// The fields named there: stamped by UTC when the answer has been sent, with the duration in milliseconds.
pub(super) fn line(of: &Exchange<'_>, out: &mut String) {
    Zone(0).plain_stamp(of.end, ' ', out);
    let (stem, query) = of.target.split_once('?').unwrap_or((of.target, "-"));
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        " 10.20.0.4 {} {stem} {query} 443 {} {} {} {} {} 0 0 {}",
        of.method,
        of.user.replace(' ', "+"),
        of.client,
        of.agent.replace(' ', "+"),
        of.referer,
        of.status,
        of.end - of.start,
    );
}
