//! What the world does to a device while the server holds its request: the stimuli, not the lines they lead to.

use crate::clock::Ms;
use crate::event::{Answer, Event, Input, Request, Task};

/// What happens after a held request has reached the server. All times are in milliseconds after its arrival.
#[derive(Debug, Clone)]
pub enum Fate {
    /// Nothing. The server notices the end of the heartbeat `overshoot` milliseconds late, as it looks every few seconds.
    Quiet {
        /// How late the server is.
        overshoot: Ms,
    },
    /// Something arrives for the user.
    Mail {
        /// When the server notices it.
        after: Ms,
        /// How many Syncs the device needs to fetch it.
        syncs: usize,
    },
    /// The user opens Mail, sends, searches …: the device abandons the request for these.
    Use {
        /// When.
        after: Ms,
        /// What the device asks for instead.
        tasks: Vec<Task>,
    },
    /// The device loses coverage and comes back, with nothing new meanwhile.
    Gap {
        /// When coverage is lost.
        lost: Ms,
        /// When it is back.
        back: Ms,
    },
    /// The server does not accept the request and says so at once.
    Rejected {
        /// When it answers.
        after: Ms,
        /// The ActiveSync status of its answer: 3, 5 or 7.
        status: u8,
    },
    /// The device loses coverage, something arrives, the server answers into the dead connection, the device comes back.
    MailWhileAway {
        /// When coverage is lost.
        lost: Ms,
        /// When the server answers.
        mail: Ms,
        /// When coverage is back.
        back: Ms,
    },
}

impl Fate {
    /// The events this fate consists of, each with its moment, for a request that has just arrived.
    #[must_use]
    pub fn unfold(self, request: &Request, heartbeat: Ms) -> Vec<(Ms, Event)> {
        let arrived = request.arrived;
        let device =
            |after: Ms, input: Input| (arrived + after, Event::Device(request.device, input));
        let answer = |after: Ms, answer: Answer| {
            (
                arrived + after,
                Event::Answer(request.device, request.id, answer),
            )
        };
        // Whatever else happens, the heartbeat runs; a request that is closed before is not answered again.
        let mut events = match self {
            Self::Quiet { overshoot } => {
                return vec![answer(heartbeat + overshoot, Answer::Expired)];
            }
            Self::Mail { after, syncs } => vec![answer(after, Answer::Changes(syncs))],
            Self::Use { after, tasks } => vec![device(after, Input::Act(tasks))],
            Self::Gap { lost, back } => vec![
                device(lost, Input::CoverageLost),
                device(back, Input::CoverageBack),
            ],
            Self::Rejected { after, status } => vec![answer(after, Answer::PingStatus(status))],
            Self::MailWhileAway { lost, mail, back } => vec![
                device(lost, Input::CoverageLost),
                answer(mail, Answer::Changes(1)),
                device(back, Input::CoverageBack),
            ],
        };
        events.push(answer(heartbeat + 1_500, Answer::Expired));
        events
    }
}
