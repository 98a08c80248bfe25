//! wasm-pack and wasm-bindgen, built from crates.io.

use super::{cargo, root, tools};
use crate::shell::{self, Result, say};
use std::path::PathBuf;

/// wasm-pack's version. Any would do that has `--mode no-install` and `--no-opt`; one is named so that all have the same.
const WASM_PACK: &str = "0.15.1";

/// A program that is installed with `cargo install`.
pub(crate) struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
}

pub(crate) fn wasm_pack() -> Tool {
    Tool {
        package: "wasm-pack",
        program: "wasm-pack",
        version: WASM_PACK.to_owned(),
    }
}

/// The command-line half of wasm-bindgen. The two halves speak a format of their own that changes from release to
/// release, so its version is that of the library, read from `Cargo.lock`.
pub(crate) fn wasm_bindgen() -> Result<Tool> {
    let lock = shell::read_file(&root()?.join("Cargo.lock"))?;
    let version = locked(&lock, "wasm-bindgen")
        .ok_or("Cargo.lock has no wasm-bindgen: run `cargo generate-lockfile` and try again")?;
    Ok(Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: version.to_owned(),
    })
}

/// The version of a package in a `Cargo.lock`.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

/// Where a tool is, as its folder; an error if it has to be built.
fn folder(tool: &Tool) -> Result<PathBuf> {
    let kept = home(tool)?.join("bin");
    let file = format!("{}{}", tool.program, std::env::consts::EXE_SUFFIX);
    // Only the version that is named counts, wherever the tool is: "wasm-pack 0.15.1".
    let right = |program: &PathBuf| {
        shell::version(program)
            .is_some_and(|line| line.split_whitespace().nth(1) == Some(&tool.version))
    };
    let found = [Some(kept.join(file)), shell::find(tool.program)]
        .into_iter()
        .flatten()
        .find(right);
    found
        .and_then(|program| program.parent().map(PathBuf::from))
        .ok_or_else(|| format!("{} {} is not built yet", tool.package, tool.version))
}

/// A folder for each version: checkouts with different locks then do not take turns in building.
fn home(tool: &Tool) -> Result<PathBuf> {
    Ok(tools()?.join(format!("{}-{}", tool.program, tool.version)))
}

/// Says where a tool is.
pub(crate) fn look(tool: &Tool) -> Result<String> {
    Ok(format!("{}, {}", tool.version, folder(tool)?.display()))
}

/// Finds both tools or builds them; returns the folders they are in, to be put on the search path, where wasm-pack
/// looks for wasm-bindgen before it would download one.
pub(crate) fn ensure() -> Result<Vec<PathBuf>> {
    let (wasm_pack, wasm_bindgen) = (wasm_pack(), wasm_bindgen()?);
    let folders = vec![
        folder(&wasm_pack).or_else(|_| build(&wasm_pack))?,
        folder(&wasm_bindgen).or_else(|_| build(&wasm_bindgen))?,
    ];
    // Once a day wasm-pack asks crates.io for a newer release of itself, unless the file in which it keeps the time of
    // the last look has none in it. One of the user's own is left as it is.
    let last_look = home(&wasm_pack)?.join("bin/wasm-pack.stamp");
    const NEVER: &str = "created never\n";
    if folders.first() == last_look.parent().map(PathBuf::from).as_ref()
        && std::fs::read_to_string(&last_look).ok().as_deref() != Some(NEVER)
    {
        shell::write_file(&last_look, NEVER)?;
    }
    Ok(folders)
}

fn build(tool: &Tool) -> Result<PathBuf> {
    say(&format!(
        "building {} {} from crates.io (two minutes or so, once)",
        tool.package, tool.version
    ));
    let home = home(tool)?;
    let mut command = cargo()?;
    // Without --locked: the package's own lock may name versions that its registry does not have (any more).
    command
        .args([
            "install",
            "--quiet",
            tool.package,
            "--version",
            &tool.version,
            "--root",
        ])
        .arg(&home);
    // A temporary target folder, or the checkout's would fill with crates it does not use.
    command.env_remove("CARGO_TARGET_DIR");
    // They run for seconds: compiling them for speed costs more than it will ever save.
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off");
    shell::run(&mut command).map_err(|e| {
        format!(
            "{e}; {} needs a C compiler and crates.io within reach",
            tool.package
        )
    })?;
    folder(tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_of_that_package_alone() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked(lock, "js-sys"), None);
    }
}
