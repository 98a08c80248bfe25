//! Node.js, and the packages that build, check and test the page.

use super::root;
use crate::shell::{self, Result, say};
use std::path::PathBuf;
use std::process::Command;

/// The oldest release that runs esbuild, TypeScript and the test runner that the tests are written for.
const OLDEST_NODE: u32 = 20;

/// Node.js, if it is here and new enough.
pub(crate) fn look() -> Result<String> {
    let advice = format!(
        "install Node.js {OLDEST_NODE} or later with npm (Debian's packages `nodejs npm`, or nodejs.org)"
    );
    let program = shell::find("node").ok_or(format!("there is no Node.js: {advice}"))?;
    let version = shell::version(&program).ok_or(format!("Node.js does not start: {advice}"))?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("Node.js is {version}: {advice}"));
    }
    shell::find("npm").ok_or(format!("Node.js is here, npm is not: {advice}"))?;
    Ok(format!("{version}, {}", program.display()))
}

/// Whether the packages are those of the lock.
pub(crate) fn look_packages() -> Result<String> {
    // Compared by content: a checkout gives files new times without changing them.
    let wanted = shell::read_file(&root()?.join("www/package-lock.json"))?;
    match std::fs::read_to_string(stamp()?) {
        Ok(installed) if installed == wanted => Ok("as locked, www/node_modules".to_owned()),
        Ok(_) => Err("www/node_modules is older than www/package-lock.json".to_owned()),
        Err(_) => Err("www/node_modules is not installed".to_owned()),
    }
}

/// Finds Node.js, and finds or installs the packages.
pub(crate) fn ensure() -> Result {
    look()?;
    if look_packages().is_ok() {
        return Ok(());
    }
    say("installing the npm packages of www/package-lock.json");
    let npm = shell::find("npm").unwrap_or_else(|| "npm".into());
    // No scripts: none of the packages needs one, esbuild's and TypeScript's programs are packages of their own.
    let flags = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ];
    shell::run(
        Command::new(npm)
            .args(flags)
            .current_dir(root()?.join("www")),
    )?;
    // Last, so that an installation that was cut off is not taken for a whole one.
    let lock = shell::read_file(&root()?.join("www/package-lock.json"))?;
    shell::write_file(&stamp()?, lock)
}

/// A copy of the lock that was installed; npm removes it together with the packages.
fn stamp() -> Result<PathBuf> {
    Ok(root()?.join("www/node_modules/.pinglens-installed-lock.json"))
}

/// A script run by Node.js, from the checkout's folder. Given by its path rather than through `npx` or `.bin`, whose
/// links are scripts of another kind on each system.
pub(crate) fn script(path: &str) -> Result<Command> {
    let mut command = Command::new("node");
    command.current_dir(root()?).arg(root()?.join(path));
    Ok(command)
}
