//! Guides to outcomes: what an outcome is called and means is said beside it, what else there is to say is said here.

use super::Guide;
use crate::explain::{Outcome, Severity};

const CONFLICTS: Option<&str> =
    Some("https://help.hcltechsw.com/traveler/12.0.0/HTTP409Responses.html");
const HEARTBEAT: Option<&str> =
    Some("https://help.hcltechsw.com/traveler/11.0.0/Plan_setting_heartbeat.html");

const NOTHING: &[&str] = &["Nothing."];

pub(super) fn guide(outcome: Outcome) -> Guide {
    let (why, steps, not, reference) = texts(outcome);
    Guide {
        kind: "outcome",
        code: outcome.code(),
        title: outcome.title(),
        means: outcome.sentence(),
        why,
        steps,
        not,
        grades: match outcome.severity() {
            Severity::Harmless => "Harmless.",
            Severity::Watch => "One alone is rarely a matter; many are a finding of their own.",
            Severity::Act => "A fault, though a few may be chance.",
        },
        thresholds: Vec::new(),
        reference,
    }
}

type Texts = (
    &'static str,
    &'static [&'static str],
    &'static str,
    Option<&'static str>,
);

/// How an outcome is told, what to do, what it does not mean, and a page.
fn texts(outcome: Outcome) -> Texts {
    match outcome {
        Outcome::SupersededBySync => (
            "The Ping has status 409, and of the requests of the same device and account that may have begun when it ended, a \
             Sync leaves the others most room: each began within its tick of the clock, lasted as long as its line says, and \
             a phone makes one request at a time. The order of lines and what usually displaces a Ping in these logs count as \
             well; how far the first is ahead of the next becomes the certainty.",
            NOTHING,
            "Its duration is how long it stood until the phone came back, not how long the server took.",
            CONFLICTS,
        ),
        Outcome::SupersededByPing => (
            "As for a Sync, but what fits best is a new Ping of the same device and account.",
            &[
                "Nothing, for one.",
                "For many, see whether they had been open for one and the same time: that is an idle timeout.",
            ],
            "The log does not tell when the phone lost the connection, only when it came back.",
            CONFLICTS,
        ),
        Outcome::SupersededByOther => (
            "As for a Sync, but what fits best is a request that is neither a Ping nor a Sync.",
            NOTHING,
            "Its duration is how long it stood until the phone came back, not how long the server took.",
            CONFLICTS,
        ),
        Outcome::SupersededUnseen => (
            "The Ping has status 409, and among the requests of its device in these logs none began when it ended; or one \
             could just have, but in these logs so many others are missing that a missing one is likelier.",
            &["Add the logs before and after, and those of every other server of the pool."],
            "It is no other kind of 409; only the request that did it is not here.",
            CONFLICTS,
        ),
        Outcome::ChangesFound => (
            "The Ping has status 200 and the device began a Sync soon after its end, at once or behind what it sent first. How \
             late that can be is learnt from the log, and is five seconds where the log does not tell. Where a full heartbeat \
             was over as well, the size of the answer or the other Pings of the device decide.",
            NOTHING,
            "A long one is not slow: nothing had arrived before.",
            HEARTBEAT,
        ),
        Outcome::HeartbeatExpired => (
            "The Ping has status 200, lasted a heartbeat that the device or the server was seen to keep (or that the log \
             names), and no Sync followed; or one did that the device makes anyway.",
            NOTHING,
            "The interval is in a body that no log shows; it is read off the Pings behind which the device asked again at \
             once.",
            HEARTBEAT,
        ),
        Outcome::ReturnedAtOnce => (
            "The Ping has status 200, lasted at most two seconds, and no Sync followed.",
            &["Look at what the device did next; the same again, many times in a row, is a loop."],
            "It is no sign of a fast server.",
            None,
        ),
        Outcome::ReplyLost => (
            "The Ping has status 200, lasted less than a heartbeat, and the device asked for nothing for more than a minute \
             (a number of ours) or came back from another network with a new Ping; or a proxy's log shows that the phone had \
             left before.",
            &["Nothing, for one. For many, see whether the devices share a network."],
            "No mail is lost: the phone gets it when it asks again.",
            HEARTBEAT,
        ),
        Outcome::Overlapped => (
            "A request other than a Ping has status 409 and the device began another before it had ended.",
            &[
                "Nothing, for one. For many, look for slow mail files, for a proxy that sends again, and for a shared DeviceId.",
            ],
            "It has nothing to do with the 409s of Pings.",
            Some("https://help.hcl-software.com/traveler/9.0.1/statistics.html"),
        ),
        Outcome::LongPoll => (
            "The Sync has status 200, took a minute or more and had little or nothing to say; or, where its device was seen to \
             wait with Syncs, it took longer than its other Syncs do.",
            NOTHING,
            "It is no slow Sync; but where bytes are unknown, a slow one of whole minutes looks the same.",
            None,
        ),
        Outcome::ClientGaveUp => (
            "The log says so itself: nginx 499, HAProxy C, a load balancer's 460.",
            &[
                "Nothing, for Pings: it is how a phone leaves one. For other requests, see whether they were slow.",
            ],
            "It does not tell why the client closed.",
            None,
        ),
        Outcome::CutInBetween => (
            "A proxy's log says that it gave up, the status is 502, 504 or 408 on a Ping, or many requests were given up \
             after one and the same time.",
            &["Raise the timeout of the proxy above the longest heartbeat."],
            "The server may have gone on with it, and may even have logged it as a success.",
            HEARTBEAT,
        ),
        Outcome::AuthRefused => (
            "The status is 401, 403, 456 or 457.",
            &[
                "Nothing, for a single 401. For many in a row, have the user enter the new password.",
            ],
            "A log does not show what was wrong with the password.",
            None,
        ),
        Outcome::Provisioning => (
            "The status is 449.",
            &["Nothing, if a Provision follows and then the request again."],
            "It is no refusal of the user.",
            None,
        ),
        Outcome::ServerBusy => (
            "The status is 503 or 429.",
            &[
                "See whether it met many devices at once: then the server is overloaded; or one: then it is throttled.",
            ],
            "A proxy that cannot reach the server says 503 too.",
            Some(
                "https://help.hcltechsw.com/traveler/12.0.2/tuningactivehttpthreadsforlotusnotestraveler.html",
            ),
        ),
        Outcome::Failed => (
            "The status is 400 or more and none of the others.",
            &["Read the server's own log of the same minute."],
            "A single one is normal: a mail too large, a restart.",
            None,
        ),
        Outcome::Completed => (
            "The status is below 400.",
            NOTHING,
            "ActiveSync has statuses of its own in the body, which no log shows.",
            None,
        ),
        Outcome::Undecided => (
            "None of the rules for the other outcomes holds.",
            &["Add the log that follows, or one that has durations."],
            "It is no fault; there is only too little to tell.",
            None,
        ),
    }
}
