//! A device with one connection: while it has nothing else to do it holds a request open, and whatever it wants to ask for
//! makes it abandon that. What it holds, and for how long, is the business of its [`Push`].

use std::collections::VecDeque;

use super::Behaviour;
use super::air::{Air, Ask, CALENDAR, Folders, INBOX, Stimulus, Told, each};
use super::push::{Learned, Push};
use super::refusal::{back_off, spread};
use super::temper::Temper;
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::truth::RequestId;

/// A user who is told that the server is busy does not queue up more than this.
const MOST_TO_DO: usize = 12;

/// The state of a device with one connection.
#[derive(Debug)]
pub struct Line {
    temper: Temper,
    push: Box<dyn Push>,
    on: bool,
    offline: bool,
    waiting: Option<(RequestId, Ask)>,
    todo: VecDeque<Ask>,
    timers: u64,
    /// The timer after which it goes on.
    pause: Option<u64>,
    /// It goes on then and not before, whatever its user wants.
    backing_off: bool,
    /// The timer after which it no longer waits for the answer.
    deadline: Option<u64>,
    /// The timer of its schedule.
    look: Option<u64>,
    /// The Ping whose answer the next Sync follows.
    because_of: Option<RequestId>,
    /// The next request needs a new connection.
    fresh: bool,
    /// How often in a row it was refused.
    refusals: u32,
    /// The heartbeat that the server knows.
    stated: Option<Ms>,
    /// When its user last did something.
    used: Ms,
    heartbeats: Vec<Ms>,
}

impl Line {
    /// A device that is switched off.
    #[must_use]
    pub fn new(temper: Temper, push: Box<dyn Push>) -> Self {
        Self {
            temper,
            push,
            on: false,
            offline: false,
            waiting: None,
            todo: VecDeque::new(),
            timers: 0,
            pause: None,
            backing_off: false,
            deadline: None,
            look: None,
            because_of: None,
            fresh: true,
            refusals: 0,
            stated: None,
            used: 0,
            heartbeats: Vec::new(),
        }
    }

    fn timer(&mut self, delay: Ms, air: &mut Air<'_>) -> Option<u64> {
        self.timers += 1;
        air.wake(delay, self.timers);
        Some(self.timers)
    }

    fn rest(&mut self, delay: Ms, air: &mut Air<'_>) {
        self.pause = self.timer(delay, air);
    }

    /// Sends the next request, if the line is free for it.
    fn proceed(&mut self, air: &mut Air<'_>) {
        if self.waiting.is_some() || self.pause.is_some() || self.offline || !self.on {
            return;
        }
        let dozes = self.temper.dozes;
        let asleep = dozes.is_some_and(|after| air.now > self.used + after);
        let held = self.push.held().filter(|_| !asleep);
        let Some(mut ask) = self.todo.pop_front().or(held) else {
            return;
        };
        ask.signed = !(self.temper.challenged && self.fresh && ask.tries == 0);
        let wait = match ask.hold {
            Some(hold) => {
                if !self.heartbeats.contains(&hold) {
                    self.heartbeats.push(hold);
                }
                ask.complete = self.stated != Some(hold);
                self.stated = Some(hold);
                hold + self.temper.slack
            }
            None => self.temper.patience,
        };
        let because_of = if ask.command == Command::Sync {
            self.because_of.take()
        } else {
            None
        };
        let id = air.send(ask, because_of, self.fresh);
        self.fresh = false;
        self.waiting = Some((id, ask));
        self.deadline = self.timer(wait, air);
    }

    /// The user wants something.
    fn wanted(&mut self, asks: Vec<Ask>, air: &mut Air<'_>) {
        self.used = air.now;
        if self.offline || !self.on {
            // What was written goes out when there is a network again.
            let sent = asks.into_iter().filter(|ask| is_written(ask.command));
            self.todo.extend(sent);
            return;
        }
        let interrupts = self.waiting.as_ref().is_some_and(|(_, ask)| {
            ask.hold.is_some() || (!is_written(ask.command) && air.rng.percent(self.temper.hasty))
        });
        let mut asks = asks;
        if interrupts && let Some((id, ask)) = self.waiting.take() {
            air.leave(id);
            self.fresh = true;
            if ask.hold.is_none() && !asks.contains(&ask) {
                asks.push(ask);
            }
            for ask in asks.into_iter().rev() {
                self.todo.push_front(ask);
            }
        } else {
            self.todo.extend(asks);
        }
        self.todo.truncate(MOST_TO_DO);
        if !self.backing_off {
            self.pause = None;
        }
        self.proceed(air);
    }

    fn heard(&mut self, id: RequestId, told: Told, air: &mut Air<'_>) {
        if self.waiting.as_ref().is_none_or(|(open, _)| *open != id) {
            return;
        }
        let Some((_, ask)) = self.waiting.take() else {
            return;
        };
        let (held, mut wait) = (ask.hold.is_some(), None);
        if !matches!(told, Told::Http(..)) {
            self.refusals = 0;
        }
        match told {
            Told::Changes(folders) if ask.command == Command::Ping => {
                self.push.learn(Learned::Changes);
                self.because_of = Some(id);
                self.fetch(folders);
            }
            Told::Changes(_) => self.push.learn(Learned::Changes),
            Told::Expired => self.push.learn(Learned::Expired),
            Told::Status(5, Some(limit)) => self.push.learn(Learned::Limit(limit)),
            Told::Status(7, _) => {
                self.todo.push_front(Ask::sync(INBOX));
                self.todo.push_front(Ask::of(Command::FolderSync));
            }
            Told::Status(8, _) => wait = Some(air.rng.between(2 * SECOND, 20 * SECOND)),
            // 3 and 4: what the server has forgotten or not understood is said again.
            Told::Status(..) => self.stated = None,
            Told::Done { more: true } => self.todo.push_front(Ask {
                tries: 0,
                pause: None,
                ..ask
            }),
            Told::Done { more: false } => {}
            Told::Reset => {
                let parts = air.rng.between(2, 5);
                self.todo = Ask::everything(self.temper.folders, parts).into();
            }
            Told::Http(status, after) => {
                self.fresh = true;
                wait = Some(self.refused(status, after, ask, air));
            }
        }
        self.backing_off = wait.is_some_and(|wait| wait > 2 * SECOND);
        let idle = self.todo.is_empty();
        let wait = wait
            .or_else(|| self.todo.front().and_then(|next| next.pause))
            .unwrap_or_else(|| {
                let settle = if idle && !held { self.temper.settle } else { 0 };
                air.pause(idle) + air.rng.between(0, settle)
            });
        self.rest(wait, air);
    }

    /// What is new in these folders is to be fetched.
    fn fetch(&mut self, folders: Folders) {
        let mut one = |folders: Folders| {
            if self.temper.estimates {
                self.todo.push_back(Ask {
                    folders,
                    ..Ask::of(Command::GetItemEstimate)
                });
            }
            self.todo.push_back(Ask::sync(folders));
        };
        if self.temper.bundles {
            one(folders);
        } else {
            each(folders).for_each(one);
        }
    }

    /// Reacts to a refusal; how long to wait before anything else is asked.
    fn refused(&mut self, status: u16, after: Option<Ms>, ask: Ask, air: &mut Air<'_>) -> Ms {
        let (held, signed) = (ask.hold.is_some(), ask.signed);
        let again = Ask {
            tries: ask.tries.saturating_add(1),
            pause: None,
            ..ask
        };
        let persistent = !held && again.tries <= 3;
        self.refusals += 1;
        let wait = match status {
            401 if !signed => {
                self.refusals = 0;
                self.todo.push_front(again);
                return air.rng.between(3, 60);
            }
            // The policy is fetched, then acknowledged, then the request is made again.
            449 => {
                self.todo.push_front(again);
                self.todo.push_front(Ask::of(Command::Provision));
                self.todo.push_front(Ask::of(Command::Provision));
                return air.rng.between(100, 600);
            }
            _ => back_off(status, after, self.refusals),
        };
        if persistent {
            self.todo.push_front(again);
        }
        wait + air.rng.between(0, spread(wait, after))
    }

    /// No answer will come: the request is given up, and made again if it was not just held.
    fn give_up(&mut self, air: &mut Air<'_>) {
        let Some((id, ask)) = self.waiting.take() else {
            return;
        };
        air.leave(id);
        self.fresh = true;
        self.deadline = None;
        if ask.hold.is_none() && ask.tries < 2 {
            self.todo.push_front(Ask {
                tries: ask.tries + 1,
                pause: None,
                ..ask
            });
        }
    }

    /// The network has failed it. Whether what it waited for was a held request.
    fn fail(&mut self, air: &mut Air<'_>) -> bool {
        let held = self
            .waiting
            .as_ref()
            .is_some_and(|(_, ask)| ask.hold.is_some());
        if held {
            self.push.learn(Learned::Failed);
        }
        self.give_up(air);
        held
    }

    /// The network is back.
    fn back(&mut self, away: Ms, fresh: bool, air: &mut Air<'_>) {
        self.offline = false;
        if !fresh {
            self.proceed(air);
            return;
        }
        let waits = self.waiting.is_some();
        if waits && !air.rng.percent(self.temper.alert) {
            return;
        }
        self.give_up(air);
        self.fresh = true;
        if away >= self.temper.absence {
            self.todo.push_back(Ask::sync(INBOX));
        }
        if !self.backing_off {
            self.rest(air.rng.octaves(40, 1_500), air);
        }
    }

    fn switched_on(&mut self, air: &mut Air<'_>) {
        self.on = true;
        self.offline = false;
        self.fresh = true;
        self.stated = None;
        if air.rng.percent(40) {
            self.todo.push_back(Ask::of(Command::FolderSync));
        }
        self.todo.push_back(Ask::sync(INBOX));
        self.rest(air.rng.between(200, 4_000), air);
        if let Some(every) = self.push.every() {
            self.look = self.timer(every, air);
        }
    }

    /// The schedule says that it is time to look.
    fn look(&mut self, air: &mut Air<'_>) {
        let Some(every) = self.push.every() else {
            return;
        };
        let late = air.rng.octaves(20, 5 * SECOND);
        self.look = self.timer(every + late, air);
        if self.waiting.is_none() && !self.offline && self.pause.is_none() {
            self.fresh = true;
            self.todo.push_back(Ask::sync(INBOX));
            if air.rng.percent(30) {
                self.todo.push_back(Ask::sync(CALENDAR));
            }
            self.proceed(air);
        }
    }
}

impl Behaviour for Line {
    fn handle(&mut self, stimulus: Stimulus, air: &mut Air<'_>) {
        match stimulus {
            Stimulus::On => self.switched_on(air),
            Stimulus::Off => {
                self.on = false;
                self.give_up(air);
                self.todo.clear();
                (self.pause, self.look, self.because_of) = (None, None, None);
                self.backing_off = false;
            }
            Stimulus::User(asks) => self.wanted(asks, air),
            Stimulus::Lost => self.offline = true,
            Stimulus::Back { away, fresh } => self.back(away, fresh, air),
            Stimulus::Heard(id, told) => self.heard(id, told, air),
            Stimulus::Broken(id) => {
                if self.waiting.as_ref().is_some_and(|(open, _)| *open == id) {
                    self.fail(air);
                    self.rest(air.rng.between(5, 120), air);
                }
            }
            Stimulus::Wake(timer) => {
                if self.pause == Some(timer) {
                    self.pause = None;
                    self.backing_off = false;
                    self.proceed(air);
                } else if self.deadline == Some(timer) && self.waiting.is_some() {
                    if self.fail(air) && air.rng.percent(self.temper.looks) {
                        self.todo.push_back(Ask::sync(INBOX));
                    }
                    self.rest(air.rng.between(5, 400), air);
                } else if self.look == Some(timer) {
                    self.look(air);
                }
            }
        }
    }

    fn heartbeats(&self) -> &[Ms] {
        &self.heartbeats
    }
}

/// Whether the request carries something the user has written, which a device does not throw away.
fn is_written(command: Command) -> bool {
    matches!(
        command,
        Command::SendMail | Command::SmartReply | Command::SmartForward
    )
}
