//! A web-server log without a single ActiveSync request.

use super::{Case, Finding, Rule};
use crate::explain::{Certainty, Severity};
use crate::words::{count, counted};

pub(super) static RULE: Rule = Rule {
    code: "activesync-absent",
    title: "No ActiveSync traffic in these logs",
    means: "Requests were read, but none of them is for Microsoft-Server-ActiveSync, so there is no Ping to explain.",
    why: "Many Domino sites keep these requests out of the log: the server document has a list of URLs to exclude. Or the \
          phones reach another server.",
    steps: &[
        "In the server document, Internet Protocols, HTTP, look at Exclude from logging: URLs for an entry such as \
         `/servlet/traveler/Microsoft-Server-ActiveSync*`.",
        "Remove it and restart the HTTP task.",
        "If there is none, phones reach another server or go through another path: take that server's log.",
    ],
    not: "It does not mean that no phone is served.",
    grades: "To be watched.",
    thresholds: &[],
    reference: Some(
        "https://help.hcltechsw.com/domino/12.0.2/admin/admn_dominowebserverloggingtotextfiles_r.html",
    ),
    find,
};

fn find(case: &Case<'_>, _: &[Finding]) -> Option<Finding> {
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
    let certainty = if traveler > 0 {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    let sentence = format!(
        "{} read, and none of them is for Microsoft-Server-ActiveSync.{also} Many Domino sites keep these requests out of the \
         log: the server document has a list of URLs to exclude from logging.",
        counted(requests, "request was", "requests were"),
    );
    let title = RULE.title.to_owned();
    let mut finding = Finding::new(&RULE, Severity::Watch, certainty, title, sentence);
    finding.count = requests;
    Some(finding)
}
