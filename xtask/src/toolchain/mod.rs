//! Everything that has to be on the machine, and every fact about it.
//!
//! | what                     | where it comes from                             | module          |
//! |--------------------------|-------------------------------------------------|-----------------|
//! | Rust's wasm32 target     | rustup, else Debian's packages                  | [`wasm_target`] |
//! | rustfmt, clippy          | the same                                        | [`components`]  |
//! | wasm-pack, wasm-bindgen  | crates.io, kept per user                        | [`cargo_tools`] |
//! | esbuild, tsc, wasm-opt … | npm, in `www/node_modules`                      | [`node`]        |
//! | Chromium and its driver  | the machine's, else Debian's packages           | [`browser`]     |
//!
//! Each module has a function that looks (cheap: `doctor` calls it) and one that looks and installs what is missing.
//! Nothing is downloaded but by `rustup`, `cargo`, `npm` and `apt-get`, each with the settings its user gave it.

mod apt;
pub(crate) mod browser;
mod cargo_tools;
pub(crate) mod components;
mod debian;
pub(crate) mod node;
pub(crate) mod others;
pub(crate) mod wasm_target;

use crate::shell::{self, Result};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The folder of the checkout.
pub(crate) fn root() -> Result<PathBuf> {
    // cargo says where this package is when it runs it; what was compiled in would be wrong after a move.
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let root = package.as_deref().and_then(|folder| folder.parent());
    root.map(PathBuf::from)
        .ok_or_else(|| "run this as `cargo xtask`, inside the checkout".to_owned())
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf> {
    let root = root()?;
    Ok(env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder)))
}

/// Where tools built from source are kept: per user, so that a second checkout does not build them again.
fn tools() -> Result<PathBuf> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("PINGLENS_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("pinglens")))
        .or_else(|| env::home_dir().map(|home| home.join(".cache").join("pinglens")))
        .ok_or_else(|| {
            "there is no home folder to keep tools in: set PINGLENS_TOOLS to a folder for them"
                .to_owned()
        })
}

/// The user's cargo, free of flags that would reach what is built: those would also build everything twice.
pub(crate) fn cargo() -> Result<Command> {
    let mut command = Command::new("cargo");
    command.current_dir(root()?);
    without_flags(&mut command);
    Ok(command)
}

/// Takes compiler flags out of a command's environment.
fn without_flags(command: &mut Command) {
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
    ] {
        command.env_remove(name);
    }
}

/// What compiles the core for WebAssembly and makes its JavaScript.
pub(crate) struct WasmTools {
    rust: wasm_target::WasmRust,
    folders: Vec<PathBuf>,
}

impl WasmTools {
    /// Finds or installs it.
    pub(crate) fn ensure() -> Result<Self> {
        Ok(Self {
            rust: wasm_target::ensure()?,
            folders: cargo_tools::ensure()?,
        })
    }

    /// A program that is one of these tools, or cargo for wasm32.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        self.rust.command(program, &self.folders)
    }

    /// Where they build.
    pub(crate) fn target_dir(&self) -> Result<PathBuf> {
        self.rust.target_dir()
    }
}

/// `cargo xtask setup`: everything, so that the other commands find it.
pub(crate) fn setup() -> Result {
    WasmTools::ensure()?;
    node::ensure()?;
    components::ensure()?;
    browser::ensure()?;
    others::ensure()?;
    shell::say("everything that is needed is here");
    Ok(())
}

/// `cargo xtask doctor`: what is here and what is not, with nothing changed.
pub(crate) fn doctor() -> Result {
    let lines = [
        ("wasm32 target", wasm_target::look()),
        ("rustfmt, clippy", components::look()),
        ("wasm-pack", cargo_tools::look(&cargo_tools::wasm_pack())),
        (
            "wasm-bindgen",
            cargo_tools::wasm_bindgen().and_then(|tool| cargo_tools::look(&tool)),
        ),
        ("Node.js", node::look()),
        ("npm packages", node::look_packages()),
        ("browser", browser::look()),
        ("other browsers", others::look()),
    ];
    let mut missing = 0;
    for (what, state) in lines {
        match state {
            Ok(found) => println!("{what:<16} {found}"),
            Err(reason) => {
                missing += 1;
                println!("{what:<16} MISSING: {reason}");
            }
        }
    }
    match missing {
        0 => Ok(()),
        _ => Err(format!(
            "{missing} missing; `cargo xtask setup` installs what it can and says how to get the rest"
        )),
    }
}
