//! Running other programs, finding them, and telling the user about it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An error is one sentence for the user that says what to do: nothing here is caught and told apart later.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// Says in one line what is about to happen.
pub(crate) fn say(line: &str) {
    println!("xtask: {line}");
}

/// Runs a program to its end, its output shown as it comes.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|e| format!("`{}` could not be started: {e}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", shown(command)))
    }
}

/// Runs a program and returns what it printed, without the line break at its end.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("`{}` could not be started: {e}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            said.trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}

/// The first line of what `program --version` prints, if there is such a program and it runs.
pub(crate) fn version(program: &Path) -> Option<String> {
    let printed = read(Command::new(program).arg("--version")).ok()?;
    printed.lines().next().map(|line| line.trim().to_owned())
}

/// A program on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    // npm is a script on Windows, everything else there an .exe.
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    env::split_paths(&env::var_os("PATH")?)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |ending| folder.join(format!("{name}{ending}")))
        })
        .find(|path| path.is_file())
}

/// The search path with some folders before all others.
pub(crate) fn path_with(first: &[PathBuf]) -> Result<std::ffi::OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.iter().cloned().chain(env::split_paths(&rest)))
        .map_err(|e| format!("a folder cannot be put on the search path: {e}"))
}

/// Whether this process runs as root, and so may install packages. Asked of `id`, as the standard library cannot tell.
pub(crate) fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Whether this is an automatic run, which must not change `Cargo.lock` on its own.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Reads a text file.
pub(crate) fn read_file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))
}

/// Writes a file and the folders above it.
pub(crate) fn write_file(path: &Path, content: impl AsRef<[u8]>) -> Result {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    std::fs::write(path, content).map_err(|e| format!("{} cannot be written: {e}", path.display()))
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result {
    std::fs::create_dir_all(path).map_err(|e| format!("{} cannot be created: {e}", path.display()))
}

/// The files in a folder in the order of their names; none if there is no such folder.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_exit() {
        let said = run(Command::new("cargo")
            .args(["no-such-command"])
            .stderr(Stdio::null()))
        .expect_err("there is no such command");
        assert!(said.starts_with("`cargo no-such-command` failed"), "{said}");
    }

    #[test]
    fn a_missing_program_is_an_error_not_a_panic() {
        assert!(
            read(&mut Command::new("no-such-program-anywhere"))
                .expect_err("no such program")
                .contains("could not be started")
        );
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
