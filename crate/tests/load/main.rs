//! How many requests are open at once, and how long devices wait: held against the simulator's fleets, and against small
//! logs that can be counted by hand.
#![cfg(not(target_arch = "wasm32"))]

mod fleets;
mod intervals;
mod script;
mod servers;
