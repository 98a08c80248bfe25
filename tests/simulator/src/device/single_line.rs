//! A device that keeps at most one request open: the iPhone, and Android's own mail app.
//!
//! While push is on and nothing else is to be done, it holds a Ping open. Whatever it wants to ask for meanwhile makes it
//! abandon the Ping: it closes the connection, of which the server learns nothing, and opens a new one for the new request.

use std::collections::VecDeque;

use crate::activesync::Command;
use crate::clock::{MINUTE, Ms, SECOND};
use crate::event::{Answer, Input, Task};
use crate::network::Radio;
use crate::truth::RequestId;

/// A device that was out of coverage for longer than this first fetches what it may have missed, then opens a Ping.
const LONG_ABSENCE: Ms = 80 * SECOND;

/// The state of a device with one connection.
#[derive(Debug, Default)]
pub struct SingleLine {
    /// The held request it keeps open while push is on.
    push: Option<Task>,
    /// What it has sent and not had an answer to.
    waiting_for: Option<(RequestId, Task)>,
    todo: VecDeque<Task>,
    /// When coverage was lost, while it is.
    without_coverage_since: Option<Ms>,
    /// The number of the timer that counts; older ones are ignored.
    timer: u64,
    timer_runs: bool,
    /// The Ping whose answer the next Sync follows.
    because_of: Option<RequestId>,
    /// How often in a row the server has said it is busy.
    refusals: u32,
    /// How often it has come back to the network, which may give it another address each time.
    address: usize,
}

impl SingleLine {
    /// Whether push is on, or anything is open, to be done, or lost.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.push.is_some()
            || self.waiting_for.is_some()
            || self.timer_runs
            || !self.todo.is_empty()
            || self.without_coverage_since.is_some()
    }

    /// The request that it waits for an answer to.
    #[must_use]
    pub fn waits_for(&self) -> Option<RequestId> {
        self.waiting_for.as_ref().map(|(id, _)| *id)
    }

    /// Whether an answer to the request `id` would reach the device.
    #[must_use]
    pub fn listens_to(&self, id: RequestId) -> bool {
        self.without_coverage_since.is_none()
            && self
                .waiting_for
                .as_ref()
                .is_some_and(|(open, _)| *open == id)
    }

    /// Switches push off: the Ping that is open now is the last one.
    pub fn push_off(&mut self) {
        self.push = None;
    }

    /// Lets `input` happen.
    pub fn handle(&mut self, input: Input, radio: &mut Radio<'_>) {
        match input {
            Input::PushOn(command, heartbeat) => {
                self.push = Some(Task::held(command, heartbeat));
                self.proceed(radio);
            }
            Input::Act(tasks) => {
                self.todo.extend(tasks);
                if self
                    .waiting_for
                    .as_ref()
                    .is_some_and(|(_, task)| task.hold.is_some())
                {
                    self.waiting_for = None;
                }
                self.proceed(radio);
            }
            Input::CoverageLost => self.without_coverage_since = Some(radio.now),
            Input::CoverageBack => self.reconnect(radio),
            Input::Reply(id, answer) => {
                if self.listens_to(id) {
                    self.read(id, answer, radio);
                }
            }
            Input::Wake(timer) => {
                if timer == self.timer {
                    self.timer_runs = false;
                    self.proceed(radio);
                }
            }
        }
    }

    /// Sends the next request, if the line is free for it.
    fn proceed(&mut self, radio: &mut Radio<'_>) {
        if self.waiting_for.is_some() || self.timer_runs || self.without_coverage_since.is_some() {
            return;
        }
        let Some(task) = self.todo.pop_front().or_else(|| self.push.clone()) else {
            return;
        };
        let because_of = if task.command == Command::Sync {
            self.because_of.take()
        } else {
            None
        };
        let id = radio.send(task.clone(), self.address, because_of);
        self.waiting_for = Some((id, task));
    }

    fn read(&mut self, id: RequestId, answer: Answer, radio: &mut Radio<'_>) {
        let Some((_, asked)) = self.waiting_for.take() else {
            return;
        };
        if !matches!(answer, Answer::Http(503)) {
            self.refusals = 0;
        }
        let mut wait = None;
        match answer {
            Answer::Changes(syncs) if asked.command == Command::Ping => {
                self.because_of = Some(id);
                for _ in 0..syncs {
                    self.todo.push_back(Task::new(Command::Sync));
                }
            }
            Answer::PingStatus(7) => self.todo.push_front(Task::new(Command::FolderSync)),
            Answer::Done | Answer::Changes(_) | Answer::Expired | Answer::PingStatus(_) => {}
            Answer::Http(status) => wait = Some(self.refused(status, asked, radio)),
        }
        // The user's own pace, or the device's: it sends what it has quickly, and opens the next Ping a little later.
        let pause = match (wait, self.todo.front()) {
            (Some(wait), _) => wait,
            (None, Some(task)) => task.pause.unwrap_or_else(|| radio.rng.peaked(80, 700)),
            (None, None) => radio.rng.peaked(250, 1_400),
        };
        self.timer += 1;
        self.timer_runs = true;
        radio.after(pause, Input::Wake(self.timer));
    }

    /// Reacts to a refusal; how long to wait before doing anything else, in milliseconds.
    fn refused(&mut self, status: u16, asked: Task, radio: &mut Radio<'_>) -> Ms {
        let again = asked.hold.is_none();
        let mut wait = radio.rng.between(4 * SECOND, 12 * SECOND);
        match status {
            // The policy is fetched, then acknowledged, then the request is made again.
            449 => {
                if again {
                    self.todo.push_front(asked);
                }
                self.todo.push_front(Task::new(Command::Provision));
                self.todo.push_front(Task::new(Command::Provision));
                wait = radio.rng.between(100, 600);
            }
            401 => {
                if again {
                    self.todo.push_front(asked);
                }
                wait = radio.rng.between(40 * SECOND, 75 * SECOND);
            }
            503 => {
                if again {
                    self.todo.push_front(asked);
                }
                wait = ((30 * SECOND) << self.refusals.min(5)) + radio.rng.between(0, 4 * SECOND);
                self.refusals += 1;
            }
            _ => {}
        }
        wait.min(15 * MINUTE)
    }

    fn reconnect(&mut self, radio: &mut Radio<'_>) {
        let Some(since) = self.without_coverage_since.take() else {
            return;
        };
        self.address += 1;
        match self.waiting_for.take() {
            Some((_, task)) if task.hold.is_none() => self.todo.push_front(Task {
                stalls: false,
                ..task
            }),
            _ if radio.now - since >= LONG_ABSENCE => {
                self.todo.push_front(Task::new(Command::Sync));
            }
            _ => {}
        }
        self.proceed(radio);
    }
}
