//! rustfmt and clippy, for the machine's own code and, with clippy, for wasm32.

use super::{apt, debian};
use crate::shell::{self, Result, say};
use std::process::Command;

/// Whether both are here.
pub(crate) fn look() -> Result<String> {
    let mut found = Vec::new();
    for tool in ["rustfmt", "clippy"] {
        // By way of cargo: rustup has a rustfmt on the path even when the component is not installed.
        let subcommand = if tool == "rustfmt" { "fmt" } else { "clippy" };
        let version = shell::read(Command::new("cargo").args([subcommand, "--version"]));
        found.push(version.map_err(|_| format!("{tool} is not installed"))?);
    }
    Ok(found.join(", "))
}

/// Finds both or installs them.
pub(crate) fn ensure() -> Result {
    if look().is_ok() {
        return Ok(());
    }
    if shell::find("rustup").is_some() {
        say("installing rustfmt and clippy with rustup");
        return shell::run(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]));
    }
    apt::install(&debian::CHECKERS, "rustfmt or clippy")
}
