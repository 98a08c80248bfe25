//! A device with a fault: for a while it does not wait for its Ping to be answered, but begins another one every few seconds.
//! The server closes one after the other with 409.

use super::air::{Air, Ask, INBOX, Stimulus};
use super::{Behaviour, Line};
use crate::activesync::Command;
use crate::clock::Ms;
use crate::truth::RequestId;

/// The first of its own timers: those of the device inside count from 1.
const TIMERS: u64 = 1 << 40;

/// A device that is well before and after its bad time.
#[derive(Debug)]
pub struct Frantic {
    inner: Line,
    /// When the bad time is.
    period: (Ms, Ms),
    /// The shortest and the longest time between two Pings.
    every: (Ms, Ms),
    heartbeat: Ms,
    open: Option<RequestId>,
    timer: u64,
}

impl Frantic {
    /// A device whose bad time is `period`.
    #[must_use]
    pub fn new(inner: Line, period: (Ms, Ms), every: (Ms, Ms), heartbeat: Ms) -> Self {
        Self {
            inner,
            period,
            every,
            heartbeat,
            open: None,
            timer: TIMERS,
        }
    }

    fn ping(&mut self, air: &mut Air<'_>) {
        if let Some(open) = self.open.take() {
            air.leave(open);
        }
        if air.now >= self.period.1 {
            // Somebody has restarted it.
            self.inner.handle(Stimulus::On, air);
            return;
        }
        let ask = if air.rng.percent(4) {
            Ask::sync(INBOX)
        } else {
            Ask::held(Command::Ping, INBOX, self.heartbeat)
        };
        self.open = Some(air.send(ask, None, true));
        self.wait(air.rng.between(self.every.0, self.every.1), air);
    }

    fn wait(&mut self, delay: Ms, air: &mut Air<'_>) {
        self.timer += 1;
        air.wake(delay, self.timer);
    }
}

impl Behaviour for Frantic {
    fn handle(&mut self, stimulus: Stimulus, air: &mut Air<'_>) {
        let bad = (self.period.0..self.period.1).contains(&air.now);
        match stimulus {
            Stimulus::Wake(timer) if timer == self.timer => {
                if self.open.is_none() {
                    self.inner.handle(Stimulus::Off, air);
                }
                self.ping(air);
            }
            Stimulus::Wake(timer) if timer > TIMERS => {}
            _ if bad => {}
            Stimulus::On => {
                if air.now < self.period.0 {
                    self.wait(self.period.0 - air.now, air);
                }
                self.inner.handle(stimulus, air);
            }
            _ => self.inner.handle(stimulus, air),
        }
    }

    fn heartbeats(&self) -> &[Ms] {
        self.inner.heartbeats()
    }
}
