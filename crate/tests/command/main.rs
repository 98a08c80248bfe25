//! The command as it is used: arguments, output, exit status.
#![cfg(not(target_arch = "wasm32"))]

mod answers;
mod input;
mod passing_on;
mod running;
