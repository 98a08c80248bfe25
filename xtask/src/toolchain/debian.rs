//! Debian's Rust as a compiler for wasm32, for machines that cannot reach rustup's server.
//!
//! Debian has a current compiler (the `-web` packages, kept up for its browsers) but no standard library for
//! wasm32. Its source is packaged, so the library is built once and put beside the compiler's own, which makes wasm32
//! an ordinary target: wasm-pack and everything else then work as they do elsewhere.

use super::wasm_target::{TARGET, WasmRust};
use super::{apt, tools};
use crate::shell::{self, Result, say};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// rustfmt and clippy for this compiler.
pub(super) const CHECKERS: [&str; 2] = ["rustfmt-web", "rust-web-clippy"];

/// Where its programs are; first on the search path, as a rustup of the user's may be there too.
const BIN: &str = "/usr/bin";

/// Changed whenever the way below of building the library changes, so that libraries built before are replaced.
const RECIPE: &str = "recipe 1";

/// Whether the user's own `rustc` is this one.
pub(super) fn is_on_path() -> bool {
    shell::find("rustc").is_some_and(|rustc| rustc.parent() == Some(Path::new(BIN))) && !is_rustup()
}

/// Debian packages rustup too, and its `/usr/bin/rustc` is not a compiler.
fn is_rustup() -> bool {
    fs::canonicalize(Path::new(BIN).join("rustc")).is_ok_and(|file| file.ends_with("rustup"))
}

/// The compiler and the library that was built for it, if both are here.
pub(super) fn locate() -> Result<WasmRust> {
    let compiler = Compiler::locate()?;
    let linker = compiler.linker();
    shell::find(&linker).ok_or_else(|| format!("its linker, {linker}, is missing"))?;
    if fs::read_to_string(compiler.stamp()).ok().as_ref() != Some(&compiler.identity()) {
        return Err(format!(
            "Debian's Rust has no standard library for {TARGET} yet"
        ));
    }
    Ok(compiler.rust())
}

/// Finds or installs the compiler, and finds or builds the library.
pub(super) fn ensure() -> Result<WasmRust> {
    // clippy comes along: the wasm32 code can be checked only by a clippy of the compiler that has the target.
    let packages = [
        "rustc-web",
        "cargo-web",
        "rust-web-src",
        CHECKERS[0],
        CHECKERS[1],
    ];
    if Compiler::locate().is_err() || !Path::new(BIN).join("cargo-clippy").is_file() {
        apt::install(&packages, "Debian's Rust")?;
    }
    let compiler = Compiler::locate()?;
    // rustc's own linker for wasm32, rust-lld, is not in the packages. Another LLVM's may not read its object files.
    if shell::find(&compiler.linker()).is_none() {
        apt::install(
            &[&format!("lld-{}", compiler.llvm)],
            "the linker for WebAssembly",
        )?;
    }
    locate().or_else(|_| {
        compiler.build_library()?;
        locate()
    })
}

/// What is in `/usr/bin`.
struct Compiler {
    /// All that `rustc -vV` prints: two libraries for the same are the same.
    verbose: String,
    release: String,
    llvm: String,
    sysroot: PathBuf,
}

impl Compiler {
    fn locate() -> Result<Self> {
        let rustc = Path::new(BIN).join("rustc");
        if is_rustup() {
            return Err("/usr/bin/rustc is rustup's, not Debian's compiler".to_owned());
        }
        let verbose = shell::read(Command::new(&rustc).arg("-vV"))?;
        let field = |name: &str| {
            verbose
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::to_owned)
        };
        let unclear = "`/usr/bin/rustc -vV` does not say which release and LLVM it is";
        let release = field("release: ").ok_or(unclear)?;
        let llvm = field("LLVM version: ")
            .and_then(|v| v.split('.').next().map(str::to_owned))
            .ok_or(unclear)?;
        let sysroot = PathBuf::from(shell::read(
            Command::new(&rustc).args(["--print", "sysroot"]),
        )?);
        let compiler = Self {
            verbose,
            release,
            llvm,
            sysroot,
        };
        if !Path::new(BIN).join("cargo").is_file()
            || !compiler.source().join("library/Cargo.toml").is_file()
        {
            return Err(
                "Debian's cargo or the source of its standard library is missing".to_owned(),
            );
        }
        Ok(compiler)
    }

    fn linker(&self) -> String {
        format!("wasm-ld-{}", self.llvm)
    }

    fn source(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust")
    }

    fn target_folder(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib").join(TARGET)
    }

    fn stamp(&self) -> PathBuf {
        self.target_folder().join("built-for-pinglens")
    }

    fn identity(&self) -> String {
        format!("{RECIPE}\n{}\n", self.verbose)
    }

    fn rust(&self) -> WasmRust {
        WasmRust {
            first_on_path: Some(PathBuf::from(BIN)),
            linker: Some(self.linker()),
            // By release: what was compiled against another library must not be linked with this one.
            folder: format!("wasm-debian-{}", self.release),
            // Generic code of the library is compiled where it is used, so its paths come along. The source is a link.
            std_source: [Some(self.source()), fs::canonicalize(self.source()).ok()]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    /// Builds the standard library as a dependency of an empty crate, which cargo can, and moves it to where the
    /// compiler looks for it.
    fn build_library(&self) -> Result {
        if !shell::is_root() {
            let folder = self.target_folder();
            return Err(format!(
                "the standard library for {TARGET} has to be put into {} once: run `cargo xtask setup` as root",
                folder.display()
            ));
        }
        say(&format!(
            "building Rust {}'s standard library for {TARGET} (a minute or so, once)",
            self.release
        ));
        let work = tools()?.join(format!("std-{}", self.release));
        let manifest = "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n";
        shell::write_file(&work.join("Cargo.toml"), manifest)?;
        shell::write_file(&work.join("src/lib.rs"), "")?;
        let mut command = self.rust().command("cargo", &[])?;
        command
            .current_dir(&work)
            .env("CARGO_TARGET_DIR", work.join("target"));
        // Building the library is not stable yet; the variable lets a stable compiler do it.
        command.env("RUSTC_BOOTSTRAP", "1");
        // `test` for the test harness; a panic on wasm32 ends the program, hence panic_abort.
        command.args([
            "build",
            "--quiet",
            "--release",
            "-Zbuild-std=std,panic_abort,test",
            "--target",
            TARGET,
        ]);
        shell::run(&mut command)?;
        self.install_library(&work.join("target").join(TARGET).join("release/deps"))?;
        fs::remove_dir_all(&work).map_err(|e| format!("{} cannot be removed: {e}", work.display()))
    }

    fn install_library(&self, built: &Path) -> Result {
        let folder = self.target_folder();
        let failed =
            |what: &Path, e: std::io::Error| format!("{} cannot be replaced: {e}", what.display());
        // Two libraries side by side are an error to the compiler, and so is what was compiled against the old one.
        for old in [&folder, &self.rust().target_dir()?] {
            if old.exists() {
                fs::remove_dir_all(old).map_err(|e| failed(old, e))?;
            }
        }
        shell::make_folder(&folder.join("lib"))?;
        for file in shell::files_in(built) {
            let name = file
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.ends_with(".rlib") && !name.starts_with("libempty-") {
                fs::copy(&file, folder.join("lib").join(name)).map_err(|e| failed(&file, e))?;
            }
        }
        // Last, so that a copy that was cut off is not taken for a whole one.
        shell::write_file(&self.stamp(), self.identity())
    }
}
