//! How devices behave. One file a behaviour.
//!
//! [`SingleLine`] plays the scripted scenarios. The others play fleets: they get a [`Stimulus`] from their world, and all
//! they can do is what [`Air`] offers. They know nothing of the server but what it tells them, and nothing of how a request
//! shows in a log.

pub mod air;
mod frantic;
pub mod habits;
mod ladder;
mod line;
mod outlook;
mod push;
mod refusal;
mod single_line;
mod stepping;
mod temper;

pub use air::{Air, Ask, Order, Stimulus, Tempo, Told};
pub use frantic::Frantic;
pub use ladder::Ladder;
pub use line::Line;
pub use outlook::{Desk, Outlook};
pub use push::{Fixed, Learned, Push, Scheduled};
pub use single_line::SingleLine;
pub use stepping::Stepping;
pub use temper::Temper;

use crate::clock::Ms;

/// A device of a fleet.
pub trait Behaviour: std::fmt::Debug + Send + Sync {
    /// Lets something happen to it.
    fn handle(&mut self, stimulus: Stimulus, air: &mut Air<'_>);

    /// The heartbeats it has asked for so far, in milliseconds, each once, in the order of their first use.
    fn heartbeats(&self) -> &[Ms];
}
