//! The server: Traveler behind Domino's HTTP task.
//!
//! It is never told that a device has abandoned a request. It finds out when the device's next request arrives, and then
//! closes the older one with 409, to free the thread.

use std::collections::BTreeMap;

use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::event::{Answer, DeviceId, Request};
use crate::rng::Rng;
use crate::truth::{Outcome, RequestId};

/// A refusal that is to come.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Whom the server refuses.
    pub device: DeviceId,
    /// From which moment on.
    pub from: Ms,
    /// How many requests it refuses.
    pub times: u32,
    /// Only requests of this command, if given.
    pub command: Option<Command>,
    /// The HTTP status it answers with.
    pub status: u16,
}

/// The server's state: what it has open, and whom it is going to refuse.
#[derive(Debug)]
pub struct Server {
    open: BTreeMap<DeviceId, Request>,
    refusals: Vec<Refusal>,
    rng: Rng,
}

impl Server {
    /// A server with nothing open.
    #[must_use]
    pub fn new(refusals: Vec<Refusal>, rng: Rng) -> Self {
        Self {
            open: BTreeMap::new(),
            refusals,
            rng,
        }
    }

    /// Takes a request in. Gives back the older request of the device that is closed for it.
    pub fn accept(&mut self, request: Request) -> Option<Request> {
        self.open.insert(request.device, request)
    }

    /// Takes the request `id` out to answer it, if it is still open.
    pub fn close(&mut self, device: DeviceId, id: RequestId) -> Option<Request> {
        self.open.get(&device).filter(|request| request.id == id)?;
        self.open.remove(&device)
    }

    /// What is open, by device.
    pub fn open(&self) -> impl Iterator<Item = &Request> {
        self.open.values()
    }

    /// Whether `request` is refused, and with which status.
    pub fn refuses(&mut self, request: &Request) -> Option<u16> {
        let refusal = self.refusals.iter_mut().find(|refusal| {
            refusal.device == request.device
                && refusal.from <= request.arrived
                && refusal.times > 0
                && refusal
                    .command
                    .is_none_or(|command| command == request.task.command)
        })?;
        refusal.times -= 1;
        Some(refusal.status)
    }

    /// How long a request that is neither held nor refused takes, in milliseconds.
    pub fn service_time(&mut self, request: &Request) -> Ms {
        let rng = &mut self.rng;
        if request.task.stalls {
            return rng.between(9 * SECOND, 14 * SECOND);
        }
        usual_time(request.task.command, rng)
    }

    /// How long a refusal takes, in milliseconds.
    pub fn refusal_time(&mut self) -> Ms {
        self.rng.between(2, 60)
    }

    /// The length column of an answer, in bytes.
    pub fn answer_bytes(&mut self, command: Command, answer: Answer) -> Option<u32> {
        let rng = &mut self.rng;
        let bytes = match (command, answer) {
            // A Ping's answer is a few bytes of WBXML: 13 for a bare status, more when it names a folder or a limit.
            (Command::Ping, Answer::Changes(_)) => *rng.pick(&[20, 20, 21, 22, 26]),
            (Command::Ping, Answer::PingStatus(5)) => 20,
            (Command::Ping, _) => 13,
            (_, Answer::Expired) => 0,
            (_, Answer::Http(_)) => return rng.one_in(3).then_some(0),
            (command, _) => return Some(usual_bytes(command, rng)),
        };
        u32::try_from(bytes).ok()
    }

    /// The outcome of a request the server has answered. `heard` tells whether the answer reached the device.
    #[must_use]
    pub fn outcome(request: &Request, answer: Answer, heard: bool) -> Outcome {
        match (request.task.command, answer) {
            (_, Answer::Http(status)) => Outcome::of_refusal(status),
            (Command::Ping, Answer::Changes(_)) if heard => Outcome::ChangesFound,
            (Command::Ping, Answer::Changes(_)) => Outcome::ReplyLost,
            (Command::Ping, Answer::PingStatus(_)) => Outcome::ReturnedAtOnce,
            (Command::Ping, Answer::Expired) => Outcome::HeartbeatExpired,
            _ if request.task.hold.is_some() => Outcome::LongPoll,
            _ => Outcome::Completed,
        }
    }
}

/// How long the server usually works on a request of this kind that it does not hold, in milliseconds.
#[must_use]
pub fn usual_time(command: Command, rng: &mut Rng) -> Ms {
    match command {
        Command::Sync => match rng.below(100) {
            0..=2 => rng.between(31, 74),
            3..=91 => rng.peaked(75, 300),
            92..=98 => rng.between(301, 1_900),
            _ => rng.between(1_901, 6_500),
        },
        Command::Options => rng.between(2, 30),
        Command::FolderSync | Command::Provision | Command::Settings => rng.peaked(60, 320),
        Command::GetItemEstimate | Command::MoveItems | Command::MeetingResponse => {
            rng.peaked(70, 420)
        }
        Command::ItemOperations | Command::GetAttachment => rng.peaked(90, 1_600),
        Command::SendMail | Command::SmartReply | Command::SmartForward => rng.peaked(150, 1_300),
        Command::Search => rng.peaked(200, 2_600),
        Command::Ping => rng.between(1, 40),
    }
}

/// How many bytes the answer to a request of this kind usually has.
#[must_use]
pub fn usual_bytes(command: Command, rng: &mut Rng) -> u32 {
    let bytes = match command {
        Command::Ping => 13,
        Command::Sync => match rng.below(10) {
            0..=3 => rng.between(84, 320),
            4..=7 => rng.between(900, 9_000),
            _ => rng.between(9_000, 64_000),
        },
        Command::Options | Command::SendMail | Command::SmartReply | Command::SmartForward => 0,
        Command::ItemOperations | Command::GetAttachment => rng.between(1_200, 180_000),
        Command::Search => rng.between(60, 7_000),
        _ => rng.between(24, 900),
    };
    u32::try_from(bytes).unwrap_or(0)
}
