//! Fleets: worlds that are drawn from a seed and a configuration, and played event by event.
//!
//! A [`config::Fleet`] says who is in a world and what the world is like; [`scenario`] has those with a name. [`cast`] draws
//! people, networks and devices from it and plans what reaches them from outside: mail, looks at the phone, ways to the
//! office, losses of coverage. [`world`] plays that. How a request ends is decided nowhere but there, by what device, network
//! and server do; [`record`] writes down what the server saw, with the truth beside it.

pub mod cast;
pub mod config;
mod console;
pub mod event;
pub mod fault;
mod front;
mod handset;
pub mod journey;
pub mod load;
pub mod make;
pub mod network;
pub mod people;
mod proxy;
pub mod record;
pub mod restart;
pub mod scenario;
pub mod summary;
pub mod traveler;
mod verdict;
pub mod world;

pub use config::Fleet;
pub use record::{LogFile, Shape};
pub use world::{Played, play};
