//! Debian's packages, for what neither cargo nor npm has.

use crate::shell::{self, Result, say};
use std::process::Command;

/// Installs packages if this is a Debian and the user is root; says what to type if not.
pub(super) fn install(packages: &[&str], what: &str) -> Result {
    let list = packages.join(" ");
    if shell::find("apt-get").is_none() {
        return Err(format!(
            "{what} is missing, and there is no apt-get to install it with: install it yourself"
        ));
    }
    if !shell::is_root() {
        return Err(format!(
            "{what} is missing: type `sudo apt-get update && sudo apt-get install {list}`"
        ));
    }
    say(&format!("installing {list} with apt-get"));
    // A new machine or image has no package lists, and every name is unknown until it has.
    shell::run(apt_get().args(["update", "-qq"]))?;
    // Recommended packages of Chromium alone are hundreds of megabytes that nothing here uses.
    shell::run(
        apt_get()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // It must never stop to ask, nobody may be there to answer.
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(std::process::Stdio::null());
    command
}
