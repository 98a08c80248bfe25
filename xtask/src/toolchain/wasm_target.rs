//! A Rust that compiles for wasm32, and how it is called.
//!
//! There are two: rustup's, wherever its server is within reach, and Debian's ([`debian`]) where it is not.
//! `PINGLENS_TOOLCHAIN=rustup` or `=debian` chooses; unset, what is there is used, and rustup is tried first.

use super::{cargo, debian, root, target};
use crate::shell::{self, Result, say};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler for the target.
pub(crate) struct WasmRust {
    /// What `cargo` and `rustc` are found in, if those on the user's path are not the ones.
    pub(super) first_on_path: Option<PathBuf>,
    /// The linker, if it is not the one that comes with the compiler.
    pub(super) linker: Option<String>,
    /// The folder in cargo's target folder. It is one of its own, as the flags are not those of the machine's own
    /// code, and one for each compiler.
    pub(super) folder: String,
    /// Where the standard library's source is on this machine, if its paths get into what is compiled.
    pub(super) std_source: Vec<PathBuf>,
}

impl WasmRust {
    /// A program that is, or runs, cargo for the target; `tools` are further folders for the search path.
    pub(crate) fn command(&self, program: &str, tools: &[PathBuf]) -> Result<Command> {
        let first: Vec<PathBuf> = tools.iter().chain(&self.first_on_path).cloned().collect();
        let path = shell::path_with(&first)?;
        // The system looks a program up on this process's own path, so it is looked up here.
        let program = env::split_paths(&path)
            .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
            .ok_or_else(|| format!("`{program}` is not on the search path"))?;
        let mut command = Command::new(program);
        super::without_flags(&mut command);
        command
            .current_dir(root()?)
            .env("PATH", path)
            .env("CARGO_TARGET_DIR", self.target_dir()?);
        // Set by the cargo that runs this program, and maybe not the one that is to be run.
        command
            .env_remove("CARGO")
            .env_remove("RUSTC")
            .env_remove("RUSTDOC");
        // In this form a flag may have spaces in it, as a path does.
        command.env(
            "CARGO_ENCODED_RUSTFLAGS",
            flags(&self.std_source)?.join("\u{1f}"),
        );
        if let Some(linker) = &self.linker {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        Ok(command)
    }

    /// Where it builds.
    pub(crate) fn target_dir(&self) -> Result<PathBuf> {
        Ok(target()?.join(&self.folder))
    }
}

/// The compiler's flags for the target.
fn flags(std_source: &[PathBuf]) -> Result<Vec<String>> {
    // memchr, on which the scanner stands, has its vector code only when this is on at compile time. Every browser of
    // the last years has it.
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    // Panic messages carry paths of source files. No path of this machine may get out, and two machines must build the
    // same bytes. Of two that fit, the compiler takes the one named last.
    let mut remap =
        |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    remap(&root()?, "pinglens");
    remap(&target()?, "target");
    for source in std_source {
        remap(source, "rust");
    }
    for registry in registries()? {
        remap(&registry, "deps");
    }
    Ok(flags)
}

/// Where cargo unpacks crates: a folder for each registry, its name made from the registry's address.
fn registries() -> Result<Vec<PathBuf>> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home
        .ok_or("there is no home folder for cargo: set CARGO_HOME")?
        .join("registry")
        .join("src");
    if shell::files_in(&sources).is_empty() {
        // The folder's name is not known before something is in it.
        say("downloading the crates of Cargo.lock");
        shell::run(cargo()?.args(["fetch", "--quiet"]))?;
    }
    Ok(shell::files_in(&sources))
}

/// What the user wants.
fn choice() -> Result<Option<String>> {
    match env::var("PINGLENS_TOOLCHAIN") {
        Ok(name) if name == "rustup" || name == "debian" => Ok(Some(name)),
        Ok(name) if !name.is_empty() => Err(format!(
            "PINGLENS_TOOLCHAIN is `{name}`: it may be `rustup` or `debian`"
        )),
        _ => Ok(None),
    }
}

/// The compiler on the user's path, if it has the target.
fn on_path() -> Result<WasmRust> {
    let sysroot = shell::read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let libraries = Path::new(&sysroot)
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib");
    if shell::files_in(&libraries).is_empty() {
        return Err(format!("the Rust in {sysroot} has no {TARGET}"));
    }
    Ok(WasmRust {
        first_on_path: None,
        linker: None,
        folder: "wasm".to_owned(),
        std_source: Vec::new(),
    })
}

/// What is there, with nothing changed.
fn locate() -> Result<WasmRust> {
    match choice()?.as_deref() {
        Some("debian") => debian::locate(),
        Some(_) => on_path(),
        // Debian's first where it is the one on the path: it needs a linker that the other brings along.
        None if debian::is_on_path() => debian::locate(),
        None => on_path().or_else(|reason| debian::locate().map_err(|_| reason)),
    }
}

/// Says which compiler is used.
pub(crate) fn look() -> Result<String> {
    let rust = locate()?;
    let version = shell::read(rust.command("rustc", &[])?.arg("--version"))?;
    Ok(format!(
        "{version}{}",
        rust.linker
            .map(|linker| format!(", {linker}"))
            .unwrap_or_default()
    ))
}

/// Finds a compiler with the target, or gives one the target.
pub(crate) fn ensure() -> Result<WasmRust> {
    if let Ok(rust) = locate() {
        return Ok(rust);
    }
    let choice = choice()?;
    if choice.as_deref() == Some("debian") || debian::is_on_path() {
        return debian::ensure();
    }
    match add_with_rustup() {
        Ok(()) => on_path(),
        Err(reason) if choice.is_some() => Err(reason),
        Err(reason) => {
            say(&format!("{reason}; using Debian's Rust for it"));
            debian::ensure().map_err(|e| format!("{e} (and before that: {reason})"))
        }
    }
}

fn add_with_rustup() -> Result {
    if shell::find("rustup").is_none() {
        return Err(format!("there is no rustup to add {TARGET} with"));
    }
    say(&format!("adding {TARGET} with rustup"));
    shell::run(
        Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(root()?),
    )
}
