//! Each finding where it must appear and where it must not, with its numbers.
#![cfg(not(target_arch = "wasm32"))]

mod devices;
mod faults;
mod fleets;
mod latency;
mod network;
mod script;
mod server;
mod snapshots;
mod thresholds;
mod world;
