//! The access log of AWS's application load balancer: when the answer was sent, when the request was made, and the seconds
//! in between in three parts.

use std::fmt::Write as _;

use super::Exchange;
use crate::clock::{Ms, SECOND, Zone};

fn stamp(at: Ms, out: &mut String) {
    Zone(0).plain_stamp(at, 'T', out);
    let _ = write!(out, ".{:03}214Z", at.rem_euclid(SECOND));
}

pub(super) fn line(exchange: &Exchange<'_>, out: &mut String) {
    let Exchange {
        start,
        end,
        client,
        host,
        method,
        target,
        status,
        bytes,
        agent,
        ..
    } = exchange;
    let (took, bytes) = (end - start, bytes.unwrap_or(0));
    let inside = took.max(1) - 1;
    // Writing to a String cannot fail, here and above.
    out.push_str("https ");
    stamp(*end, out);
    let _ = write!(
        out,
        " app/mail/50dc6c495c0c9188 {client}:52817 10.20.0.4:443 0.001 {}.{:03} 0.000 {status} {status} 412 {bytes} \
         \"{method} https://{host}:443{target} HTTP/1.1\" \"{agent}\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 \
         arn:aws:elasticloadbalancing:example \"Root=1-5\" \"{host}\" \"-\" 0 ",
        inside / 1_000,
        inside % 1_000,
    );
    stamp(*start, out);
    let _ = write!(
        out,
        " \"forward\" \"-\" \"-\" \"10.20.0.4:443\" \"{status}\" \"-\" \"-\""
    );
}
