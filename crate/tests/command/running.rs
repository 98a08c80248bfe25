//! The command, run, and what it is given.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub(crate) const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures");

pub(crate) fn pinglens(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pinglens"))
        .args(arguments)
        .output()
        .expect("the command starts")
}

pub(crate) fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of our own in the folder for temporary files, gone with the value.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("pinglens-{}-{name}", std::process::id()));
        let folder = path.parent().expect("it lies in a folder");
        std::fs::create_dir_all(folder).expect("temporary folders can be made");
        std::fs::write(&path, bytes).expect("temporary files can be written");
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().expect("the path is text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        // The folder that a name like `a/access.log` brought along.
        if let Some(folder) = self.0.parent().filter(|f| *f != std::env::temp_dir()) {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Runs the command with these bytes on a pipe as standard input.
pub(crate) fn piped(arguments: &[&str], bytes: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pinglens"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let sent = bytes.to_vec();
    // Whether all of it is read shows in the output; a command that refuses reads nothing of it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&sent)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic");
    output
}

/// A line of Domino's log in the format Extended Common.
pub(crate) fn line(login: &str, query: &str, agent: &str) -> String {
    format!(
        "203.0.113.7 t.example.com {login} [03/Mar/2010:14:25:00 -0500] \"POST \
         /servlet/traveler/Microsoft-Server-ActiveSync?{query} HTTP/1.1\" 409 0 \"-\" \"{agent}\" 203110 \"\" \"\"\n"
    )
}

pub(crate) const FORMS: [&str; 5] = ["text", "json", "html", "markdown", "csv"];
