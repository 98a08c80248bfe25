//! A web-server log without a single ActiveSync request.

use super::{Case, Finding};
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};

pub(super) fn find(case: &Case<'_>) -> Option<Finding> {
    let requests: u64 = case.log.files.iter().map(|f| f.requests).sum();
    if requests == 0 || case.tally.all() > 0 {
        return None;
    }
    let traveler: u64 = case.log.files.iter().map(|f| f.traveler).sum();
    let also = match traveler {
        0 => String::new(),
        n => format!(
            " {} of them are for other pages of Traveler, so the server does serve phones.",
            count(n)
        ),
    };
    Some(Finding {
        code: "activesync-absent",
        severity: Severity::Watch,
        certainty: if traveler > 0 {
            Certainty::Likely
        } else {
            Certainty::Possible
        },
        title: "No ActiveSync traffic in these logs".to_owned(),
        sentence: format!(
            "{} read, and none of them is for Microsoft-Server-ActiveSync.{also} Many Domino sites keep these requests \
             out of the log: the server document has a list of URLs to exclude from logging.",
            counted(requests, "request was", "requests were"),
        ),
        advice: "In the server document, Internet Protocols, HTTP, look at Exclude from logging: URLs for an entry such as \
                 /servlet/traveler/Microsoft-Server-ActiveSync*, remove it and restart the HTTP task. If there is none, \
                 phones reach another server or go through another path: take that server's log.",
        count: requests,
        devices: 0,
        evidence: Vec::new(),
    })
}
