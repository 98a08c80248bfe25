//! What no compiler checks, in every file of the checkout that git does not ignore.

use crate::shell::{self, Result, say};
use crate::toolchain::root;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files whose lines are data: white space in them may be what they are there for.
const DATA: [&str; 2] = ["tests/fixtures/", "crate/tests/data/"];

/// Checks all files and lists every fault.
pub(crate) fn run() -> Result {
    let root = root()?;
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&root)
        .output()
        .map_err(|e| format!("git cannot be started to list the files: {e}"))?;
    if !listed.status.success() {
        // A copy of the sources without git's folder: nothing says which files are the project's.
        say("not a git checkout, so there is nothing to list");
        return Ok(());
    }
    let private = private_texts(&root);
    let mut faults = Vec::new();
    for name in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        // Deleted but still known to git, not text, or text in UTF-16 on purpose: not ours to judge.
        let Ok(text) = std::fs::read_to_string(root.join(name)) else {
            continue;
        };
        faults.extend(faults_of(name, &text, &private));
    }
    for fault in &faults {
        println!("{fault}");
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("{} untidy lines", faults.len()))
    }
}

/// Faults of one file, each as `file:line: what`.
fn faults_of(name: &str, text: &str, private: &[String]) -> Vec<String> {
    let is_data = DATA.iter().any(|folder| name.starts_with(folder)) || text.contains('\0');
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let mut fault = |what: &str| faults.push(format!("{name}:{number}: {what}"));
        if !is_data && line.ends_with([' ', '\t', '\r']) {
            fault("white space at the end of the line");
        }
        if let Some(found) = private.iter().find(|path| line.contains(path.as_str())) {
            fault(&format!("`{found}` is of this machine alone"));
        }
        // An address would send everybody to the registry of whoever wrote the lock.
        if name.ends_with("package-lock.json") && line.trim_start().starts_with("\"resolved\"") {
            fault(
                "a lock without addresses is wanted: `npm config set omit-lockfile-registry-resolved true`",
            );
        }
        if name.ends_with("Cargo.lock")
            && line.starts_with("source = ")
            && !line.contains("rust-lang/crates.io-index")
        {
            fault("crates come from crates.io alone");
        }
    }
    if !is_data && !text.is_empty() && !text.ends_with('\n') {
        faults.push(format!("{name}: no line break at the end"));
    }
    faults
}

/// What must not be in any file: this machine's folders, and the host of a registry that its user has set up.
fn private_texts(root: &Path) -> Vec<String> {
    let home = env::home_dir();
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(home.clone()?.join(".cargo")));
    let mut texts: Vec<String> = [Some(root.to_path_buf()), home, cargo_home.clone()]
        .into_iter()
        .flatten()
        // Somebody's home may be `/`, and that is everywhere.
        .filter(|folder| folder.components().count() > 1)
        .map(|folder| format!("{}/", folder.display()))
        .collect();
    let npm = shell::find("npm")
        .and_then(|npm| shell::read(Command::new(npm).args(["config", "get", "registry"])).ok());
    let cargo = cargo_home.and_then(|home| std::fs::read_to_string(home.join("config.toml")).ok());
    texts.extend([npm, cargo].iter().flatten().flat_map(|text| hosts(text)));
    texts
}

/// The hosts of the addresses in a text, but for those that everybody has.
fn hosts(text: &str) -> Vec<String> {
    let public = |host: &str| {
        ["npmjs.org", "crates.io", "github.com"]
            .iter()
            .any(|name| host == *name || host.ends_with(&format!(".{name}")))
    };
    let hosts = text.split("://").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-')
            .unwrap_or(rest.len());
        &rest[..end]
    });
    hosts
        .filter(|host| !host.is_empty() && !public(host))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_told_with_its_place() {
        let private = ["/somewhere/private/".to_owned()];
        let faults = faults_of("a.rs", "fine\nblank \nsee /somewhere/private/x", &private);
        assert_eq!(
            faults,
            [
                "a.rs:2: white space at the end of the line",
                "a.rs:3: `/somewhere/private/` is of this machine alone",
                "a.rs: no line break at the end",
            ]
        );
        assert_eq!(
            faults_of("tests/fixtures/a.log", "blank ", &private),
            [""; 0]
        );
        assert_eq!(
            faults_of("www/package-lock.json", "  \"resolved\": \"x\"\n", &private).len(),
            1
        );
        assert_eq!(
            faults_of(
                "Cargo.lock",
                "source = \"registry+https://example.com\"\n",
                &private
            )
            .len(),
            1
        );
    }

    #[test]
    fn hosts_are_those_that_are_not_everybodys() {
        assert_eq!(hosts("https://registry.npmjs.org/"), [""; 0]);
        assert_eq!(
            hosts("a = \"http://mirror.example:81/x\"\nb = \"sparse+https://index.crates.io/\""),
            ["mirror.example"]
        );
    }
}
