//! What others write that the project is made of: known faults in it, licences, and where it comes from.
//!
//! Databases of known faults are asked over the network. A machine that cannot reach them says so and goes on: that is no
//! fault of the project's, and whoever can reach them is told.

use crate::shell::{self, Result, say};
use crate::toolchain::{cargo, node, root};
use std::path::Path;
use std::process::{Command, Stdio};

/// Asks cargo-deny, where it is installed, and npm.
pub(crate) fn run() -> Result {
    crates()?;
    packages()
}

/// `deny.toml` says what is wanted of crates.
fn crates() -> Result {
    if shell::find("cargo-deny").is_none() {
        say(
            "cargo-deny is not here (`cargo install --locked cargo-deny`): crates were not looked at",
        );
        return Ok(());
    }
    let deny = |checks: &[&str]| -> Result<Command> {
        let mut command = cargo()?;
        command.args(["deny", "--log-level", "error", "check"]);
        command.args(checks);
        Ok(command)
    };
    shell::run(&mut deny(&["bans", "licenses", "sources"])?)?;
    // Whether its database can be had is a question of its own.
    let fetched = cargo()?
        .args(["deny", "--log-level", "off", "fetch", "db"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !fetched.is_ok_and(|status| status.success()) {
        say("the database of advisories on crates cannot be reached: it was not asked");
        return Ok(());
    }
    shell::run(&mut deny(&["advisories", "--disable-fetch"])?)
}

fn packages() -> Result {
    node::ensure()?;
    let output = Command::new("npm")
        .args(["audit", "--json", "--audit-level=high"])
        .current_dir(root()?.join("www"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|e| format!("npm could not be started: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match verdict(&said, output.status.success()) {
        Verdict::Sound => Ok(()),
        Verdict::NotAsked => {
            say("the database of advisories on npm packages cannot be reached: it was not asked");
            Ok(())
        }
        Verdict::Faulty => {
            println!("{said}");
            Err(format!(
                "npm knows of faults in packages of {}: `npm audit` there says which",
                Path::new("www").display()
            ))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Sound,
    NotAsked,
    Faulty,
}

/// What `npm audit --json` means: an answer of the database has its counts, an error has none.
fn verdict(said: &str, success: bool) -> Verdict {
    match (success, said.contains("\"auditReportVersion\"")) {
        (true, true) => Verdict::Sound,
        (false, true) => Verdict::Faulty,
        (_, false) => Verdict::NotAsked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_network_is_told_from_a_fault_of_a_package() {
        let answer = r#"{ "auditReportVersion": 2, "vulnerabilities": {} }"#;
        assert_eq!(verdict(answer, true), Verdict::Sound);
        assert_eq!(verdict(answer, false), Verdict::Faulty);
        let refused = r#"{ "message": "405 Method Not Allowed", "statusCode": 405 }"#;
        assert_eq!(verdict(refused, false), Verdict::NotAsked);
        assert_eq!(verdict("", false), Verdict::NotAsked);
    }
}
