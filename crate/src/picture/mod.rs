//! What pictures are drawn of: numbers in columns, by one clock, with what is to be drawn already decided.

mod lifeline;
mod pings;

pub use lifeline::Lifeline;
pub use pings::{Mark, Pings};
