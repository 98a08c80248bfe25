//! How devices behave. One file a behaviour.

mod single_line;

pub use single_line::SingleLine;
