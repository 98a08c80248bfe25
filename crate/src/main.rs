//! The command `pinglens`: the same core, on files and standard input.

#[cfg(not(target_arch = "wasm32"))]
mod command;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    command::main()
}

/// The module for the page is built from the library alone; this keeps `cargo build --target wasm32-unknown-unknown`
/// of the whole package from failing.
#[cfg(target_arch = "wasm32")]
fn main() {}
