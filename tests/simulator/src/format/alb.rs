//! The access log of AWS's application load balancer: when the answer was sent, when the request was made, and the seconds
//! in between in three parts.

use std::fmt::Write as _;

use super::{Exchange, seconds};
use crate::clock::{Ms, SECOND, Zone};

fn stamp(at: Ms, out: &mut String) {
    Zone(0).plain_stamp(at, 'T', out);
    // Writing to a String cannot fail, here and below.
    let _ = write!(out, ".{:03}214Z", at.rem_euclid(SECOND));
}

pub(super) fn line(of: &Exchange<'_>, out: &mut String) {
    let (host, status) = (of.host, of.status);
    // A millisecond goes to the balancer's own work.
    let inside = seconds((of.end - of.start - 1).max(0));
    out.push_str("https ");
    stamp(of.end, out);
    let _ = write!(
        out,
        " app/mail/50dc6c495c0c9188 {}:52817 10.20.0.4:443 0.001 {inside} 0.000 {status} {status} 412 {} \
         \"{} https://{host}:443{} HTTP/1.1\" \"{}\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 \
         arn:aws:elasticloadbalancing:example \"Root=1-5\" \"{host}\" \"-\" 0 ",
        of.client,
        of.bytes.unwrap_or(0),
        of.method,
        of.target,
        of.agent,
    );
    stamp(of.start, out);
    let _ = write!(
        out,
        " \"forward\" \"-\" \"-\" \"10.20.0.4:443\" \"{status}\" \"-\" \"-\""
    );
}
