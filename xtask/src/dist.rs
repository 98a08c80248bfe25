//! `cargo xtask dist`: the shipped file, `dist/pinglens.html`.
//!
//! Rust is compiled by wasm-pack, which also lets wasm-bindgen make the JavaScript around it; binaryen's wasm-opt
//! makes the module smaller and faster, and it is packed as xz; `www/build.mjs` puts it, the scripts and the styles into
//! one HTML file. The same commit gives the same bytes wherever it is built with the same compiler.

use crate::pack;
use crate::shell::{self, Result, say};
use crate::toolchain::{self, WasmTools, node};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// wasm-pack names its files after the crate.
const MODULE: &str = "pinglens_bg.wasm";
/// The same as the page has it in itself.
const PACKED: &str = "pinglens_bg.wasm.xz";

/// How wasm-opt is called. It must know each feature that rustc turns on for wasm32 or that we do (simd), and no more:
/// a feature that it is told of, it may use.
const WASM_OPT: [&str; 14] = [
    // Not -O4, which reads no log faster and packs worse; in the order of their use, functions pack better.
    "-O3",
    "--reorder-functions",
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    // What only tools read. This late, as wasm-bindgen and wasm-opt are two of them.
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// How rustc optimises for the page: a tenth smaller than at its highest level, and a log is read a tenth slower. More
/// people send the page by mail than have logs of many gigabytes; who has uses the command.
const OPT_LEVEL: &str = "s";

/// Builds the file and says how large it is.
pub(crate) fn run() -> Result {
    let page = build()?;
    let package = package()?;
    print_sizes(&[package.join(MODULE), package.join(PACKED), page])
}

/// Builds the file and returns where it is.
pub(crate) fn build() -> Result<PathBuf> {
    let package = wasm()?;
    node::ensure()?;
    let root = toolchain::root()?;
    if !root.join("www/build.mjs").is_file() {
        return Err("www/build.mjs, which makes the page, is not in the checkout".to_owned());
    }
    let page = root.join("dist/pinglens.html");
    shell::make_folder(&root.join("dist"))?;
    say("bundling the page");
    shell::run(
        node::script("www/build.mjs")?
            .arg("--pkg")
            .arg(&package)
            .arg("--out")
            .arg(&page),
    )?;
    refuse_paths(&page)?;
    Ok(page)
}

/// Compiles the core; returns the folder with `pinglens.js`, its types, and the module as it is and packed.
pub(crate) fn wasm() -> Result<PathBuf> {
    // Several steps of a test run need it: it is tried once, and says once why it does not compile.
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let mut failure = None;
    let built = BUILT.get_or_init(|| compile().map_err(|reason| failure = Some(reason)).ok());
    let again = || "the core does not compile to WebAssembly, as said above".to_owned();
    built.clone().ok_or_else(|| failure.unwrap_or_else(again))
}

fn compile() -> Result<PathBuf> {
    let tools = WasmTools::ensure()?;
    node::ensure()?;
    let raw = tools.target_dir()?.join("pkg");
    say("compiling the core to WebAssembly");
    let mut command = tools.command("wasm-pack")?;
    command.args([
        "--log-level",
        "warn",
        "build",
        "crate",
        "--release",
        "--target",
        "web",
    ]);
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", OPT_LEVEL);
    // It must not install anything, nor run a wasm-opt that it would download, nor write a package.json.
    command
        .args(["--mode", "no-install", "--no-opt", "--no-pack", "--out-dir"])
        .arg(&raw);
    if shell::in_ci() {
        command.args(["--", "--locked"]);
    }
    shell::run(&mut command)?;
    let package = package()?;
    for file in ["pinglens.js", "pinglens.d.ts", "pinglens_bg.wasm.d.ts"] {
        copy(&raw.join(file), &package.join(file))?;
    }
    optimise(&raw.join(MODULE), &package.join(MODULE))?;
    refuse_paths(&package.join(MODULE))?;
    Ok(package)
}

/// Where the compiled core is for the page: beside its source, so that the page's types can name it.
fn package() -> Result<PathBuf> {
    Ok(toolchain::root()?.join("crate/pkg"))
}

/// Runs wasm-opt and packs what it makes, unless that was made of this input before: both take long.
fn optimise(raw: &Path, done: &Path) -> Result {
    let mut hash = DefaultHasher::new();
    read(raw)?.hash(&mut hash);
    WASM_OPT.hash(&mut hash);
    shell::read_file(&toolchain::root()?.join("www/package-lock.json"))?.hash(&mut hash);
    include_str!("pack.rs").hash(&mut hash);
    let packed = done.with_file_name(PACKED);
    let made_from = hash.finish();
    let made = || -> Result<String> {
        let mut hash = DefaultHasher::new();
        read(done)?.hash(&mut hash);
        read(&packed)?.hash(&mut hash);
        Ok(format!("{made_from:016x} {:016x}\n", hash.finish()))
    };
    let stamp = raw.with_extension("wasm-opt");
    if done.is_file()
        && std::fs::read_to_string(&stamp).is_ok_and(|before| made().is_ok_and(|now| before == now))
    {
        return Ok(());
    }
    say("optimising the module");
    let mut command = node::script("www/node_modules/binaryen/bin/wasm-opt")?;
    shell::run(command.args(WASM_OPT).arg(raw).arg("-o").arg(done))?;
    say("packing the module");
    shell::write_file(&packed, pack::xz(&read(done)?)?)?;
    shell::write_file(&stamp, made()?)
}

/// Fails if a file that is given to others carries a path of this machine.
fn refuse_paths(file: &Path) -> Result {
    let content = read(file)?;
    let mut folders = vec![toolchain::root()?];
    folders.extend(std::env::home_dir());
    folders.extend(std::env::var_os("CARGO_HOME").map(PathBuf::from));
    for folder in folders
        .iter()
        .map(|folder| folder.to_string_lossy())
        .filter(|folder| folder.len() > 1)
    {
        let path = format!("{}/", folder.trim_end_matches('/'));
        if content
            .windows(path.len())
            .any(|bytes| bytes == path.as_bytes())
        {
            return Err(format!(
                "{} has the path {path} of this machine in it: see `flags` in xtask/src/toolchain/wasm_target.rs",
                file.display()
            ));
        }
    }
    Ok(())
}

/// Prints each file's size, plain and as a web server would send it, and of the last one the sum to publish with it.
fn print_sizes(files: &[PathBuf]) -> Result {
    // Node.js is here anyway and can gzip.
    const SIZE: &str = "const b = require('node:fs').readFileSync(process.argv[1]); \
                        console.log(b.length, require('node:zlib').gzipSync(b, { level: 9 }).length)";
    for file in files {
        let sizes = shell::read(
            std::process::Command::new("node")
                .args(["-e", SIZE])
                .arg(file),
        )?;
        let (plain, zipped) = sizes.split_once(' ').unwrap_or((&sizes, "?"));
        let name = file.strip_prefix(toolchain::root()?).unwrap_or(file);
        println!(
            "{:<36} {plain:>9} bytes {zipped:>9} gzipped",
            name.display()
        );
    }
    if let Some(page) = files.last() {
        const SUM: &str = "const b = require('node:fs').readFileSync(process.argv[1]); \
                           console.log(require('node:crypto').createHash('sha256').update(b).digest('hex'))";
        let sum = shell::read(
            std::process::Command::new("node")
                .args(["-e", SUM])
                .arg(page),
        )?;
        println!("SHA-256 {sum}");
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))
}

/// Copies a file unless it is there already, so that what watches the copy sees changes alone.
fn copy(from: &Path, to: &Path) -> Result {
    let content = read(from)?;
    if std::fs::read(to).is_ok_and(|there| there == content) {
        Ok(())
    } else {
        shell::write_file(to, content)
    }
}
