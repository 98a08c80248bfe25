//! Why one request ended: the codes, and what they mean.

use super::Severity;

/// Why one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "`sentence` says what each one means")]
pub enum Outcome {
    SupersededBySync,
    SupersededByPing,
    SupersededByOther,
    SupersededUnseen,
    ChangesFound,
    HeartbeatExpired,
    ReturnedAtOnce,
    ReplyLost,
    Overlapped,
    LongPoll,
    ClientGaveUp,
    CutInBetween,
    AuthRefused,
    Provisioning,
    ServerBusy,
    Failed,
    Completed,
    Undecided,
}

impl Outcome {
    /// Every outcome, at the index that is its number.
    pub const ALL: [Self; 18] = [
        Self::SupersededBySync,
        Self::SupersededByPing,
        Self::SupersededByOther,
        Self::SupersededUnseen,
        Self::ChangesFound,
        Self::HeartbeatExpired,
        Self::ReturnedAtOnce,
        Self::ReplyLost,
        Self::Overlapped,
        Self::LongPoll,
        Self::ClientGaveUp,
        Self::CutInBetween,
        Self::AuthRefused,
        Self::Provisioning,
        Self::ServerBusy,
        Self::Failed,
        Self::Completed,
        Self::Undecided,
    ];

    /// A 409 Ping whose displacing request is known.
    pub const SUPERSEDED: [Self; 3] = [
        Self::SupersededBySync,
        Self::SupersededByPing,
        Self::SupersededByOther,
    ];

    /// Whether it follows from how long a request lasted and when the device's next one began, and not from the status.
    #[must_use]
    pub fn rests_on_length(self) -> bool {
        matches!(
            self,
            Self::SupersededBySync
                | Self::SupersededByPing
                | Self::SupersededByOther
                | Self::SupersededUnseen
                | Self::ChangesFound
                | Self::HeartbeatExpired
                | Self::ReturnedAtOnce
                | Self::ReplyLost
                | Self::Overlapped
                | Self::LongPoll
        )
    }

    /// Stable name, the same in JSON, CSV, the documentation and the page.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SupersededBySync => "superseded-by-sync",
            Self::SupersededByPing => "superseded-by-ping",
            Self::SupersededByOther => "superseded-by-other",
            Self::SupersededUnseen => "superseded-unseen",
            Self::ChangesFound => "changes-found",
            Self::HeartbeatExpired => "heartbeat-expired",
            Self::ReturnedAtOnce => "returned-at-once",
            Self::ReplyLost => "reply-lost",
            Self::Overlapped => "overlapped",
            Self::LongPoll => "long-poll",
            Self::ClientGaveUp => "client-gave-up",
            Self::CutInBetween => "cut-in-between",
            Self::AuthRefused => "auth-refused",
            Self::Provisioning => "provisioning",
            Self::ServerBusy => "server-busy",
            Self::Failed => "failed",
            Self::Completed => "completed",
            Self::Undecided => "undecided",
        }
    }

    /// The outcome of a code.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// A few words for tables.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SupersededBySync => "Left for a Sync",
            Self::SupersededByPing => "Left for a new Ping",
            Self::SupersededByOther => "Left for another command",
            Self::SupersededUnseen => "Left for a request not in these logs",
            Self::ChangesFound => "Answered: something new arrived",
            Self::HeartbeatExpired => "Ran its full heartbeat",
            Self::ReturnedAtOnce => "Answered at once",
            Self::ReplyLost => "Answered, but the phone did not react",
            Self::Overlapped => "Overtaken by the device's next request",
            Self::LongPoll => "Held open on request",
            Self::ClientGaveUp => "The client closed first",
            Self::CutInBetween => "Cut by something in between",
            Self::AuthRefused => "Sign-in refused",
            Self::Provisioning => "Policy required first",
            Self::ServerBusy => "Server busy",
            Self::Failed => "Failed",
            Self::Completed => "Completed",
            Self::Undecided => "Cannot be told from this log",
        }
    }

    /// What happened, and whether it matters, in one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SupersededBySync => {
                "The phone left its waiting Ping to Sync; the server then closed the orphaned Ping, Traveler with 409, \
                 which the phone never sees. Harmless."
            }
            Self::SupersededByPing => {
                "The phone opened a new Ping while the server still held the old one: it had reconnected. Harmless \
                 alone; many at one and the same duration point to an idle timeout in the network."
            }
            Self::SupersededByOther => {
                "The phone left its waiting Ping to send another command (mail, search, folder list …); the server \
                 closed the orphan, Traveler with 409. Harmless."
            }
            Self::SupersededUnseen => {
                "The server closed a Ping, Traveler with 409, but no later request of the device in these logs can have \
                 caused it: the request may stand in the next log file or on another server of the pool."
            }
            Self::ChangesFound => {
                "Something new arrived, so the server answered the Ping early and the device began a Sync within \
                 seconds. This is push working."
            }
            Self::HeartbeatExpired => {
                "Nothing new arrived for the whole heartbeat interval, so the server answered and the device asked \
                 again. Long by design, not slow."
            }
            Self::ReturnedAtOnce => {
                "The Ping was answered within two seconds and no Sync followed: usually its parameters, folder list or \
                 interval were refused, and the device asks again in another way."
            }
            Self::ReplyLost => {
                "The Ping was answered early, but the device showed no sign of having got the answer: the connection \
                 was probably gone, and the mail came late."
            }
            Self::Overlapped => {
                "The device began its next request before the server had finished this one, and the server gave up the \
                 older of the two."
            }
            Self::LongPoll => {
                "A Sync that the server held open because the device had asked it to wait for changes; not a slow one."
            }
            Self::ClientGaveUp => {
                "The log itself shows that the client closed the connection first."
            }
            Self::CutInBetween => {
                "A proxy, load balancer or firewall ended the request before the server answered."
            }
            Self::AuthRefused => "The server refused the user's sign-in or the device's access.",
            Self::Provisioning => {
                "The server asked the device to fetch its security policy before anything else."
            }
            Self::ServerBusy => {
                "The server turned the request away because it was overloaded or throttling."
            }
            Self::Failed => {
                "The server answered with an error that has none of the other explanations."
            }
            Self::Completed => "An ordinary answer to an ordinary request.",
            Self::Undecided => {
                "What this log holds fits no one reason: it ends, lacks a field, or shows something unusual."
            }
        }
    }

    /// Whether one such request is a fault.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::SupersededBySync
            | Self::SupersededByPing
            | Self::SupersededByOther
            | Self::ChangesFound
            | Self::HeartbeatExpired
            | Self::LongPoll
            | Self::Completed => Severity::Harmless,
            Self::SupersededUnseen
            | Self::ReturnedAtOnce
            | Self::ReplyLost
            | Self::Overlapped
            | Self::ClientGaveUp
            | Self::AuthRefused
            | Self::Provisioning
            | Self::Undecided => Severity::Watch,
            Self::CutInBetween | Self::ServerBusy | Self::Failed => Severity::Act,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back() {
        for (i, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, i);
            assert_eq!(Outcome::named(outcome.code()), Some(outcome));
        }
        assert_eq!(Outcome::named("slow"), None);
    }
}
