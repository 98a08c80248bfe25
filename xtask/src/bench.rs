//! `cargo xtask bench`: measurements that take minutes and answer with a table.

use crate::dist;
use crate::shell::{self, Result};
use crate::toolchain::{self, browser, cargo, others};
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

/// How often the explanations are right on fleets that nobody has tuned to: `options` go to the simulator's `score`.
pub(crate) fn explain(options: &[&str]) -> Result {
    let mut command = std::process::Command::new(built("pinglens-simulator")?);
    command
        .arg("score")
        .arg("--pinglens")
        .arg(built("pinglens")?);
    shell::run(command.args(options))
}

/// How many days of the founding thread make a log of about 200 MB.
const SCALE: &str = "56";

/// How long the page takes for a large log, beside what the browser takes to stream it, and how long its thread is busy.
pub(crate) fn page() -> Result {
    let folder = toolchain::target()?.join("bench");
    shell::make_folder(&folder)?;
    let mut command = std::process::Command::new(built("pinglens-simulator")?);
    command.args(["founding-thread", "--scale", SCALE, "--out"]);
    shell::run(command.arg(&folder))?;
    let chromium = browser::ensure()?;
    let mut command = std::process::Command::new("node");
    command
        .current_dir(toolchain::root()?)
        .arg("tests/browser/measure.mjs")
        // The simulator names a log after what differs from the fixture.
        .arg(folder.join(format!("founding-thread-x{SCALE}.log")))
        .env("PINGLENS_DIST", dist::build()?)
        .env("PINGLENS_CHROMIUM", chromium.program);
    shell::run(&mut command)
}

/// How long questions about a million requests take, beside reading and explaining their log.
pub(crate) fn questions() -> Result {
    let package = ["--package", "pinglens", "--bench", "questions"];
    shell::run(cargo()?.args(["bench", "--quiet"]).args(package))
}

/// How fast logs are read, by the command and by the page in two browsers, beside their floors: `options` are `--size` and
/// `--largest` with numbers of megabytes. The numbers go into `docs/performance.md`.
pub(crate) fn speed(options: &[&str]) -> Result {
    let (chromium, others) = (browser::ensure()?, others::ensure()?);
    let mut command = std::process::Command::new("node");
    command
        .current_dir(toolchain::root()?)
        .arg("tests/bench/speed.mjs")
        .args(options)
        .args(["--out", "docs/performance.md"])
        .env("PINGLENS_COMMAND", built("pinglens")?)
        .env("PINGLENS_SIMULATOR", built("pinglens-simulator")?)
        .env("PINGLENS_DIST", dist::build()?)
        .env("PINGLENS_CHROMIUM", chromium.program)
        .env("PINGLENS_FIREFOX", others.firefox);
    shell::run(&mut command)
}

/// The program of this package as it is released, built if it is not there.
fn built(package: &str) -> Result<PathBuf> {
    shell::run(cargo()?.args([
        "build",
        "--quiet",
        "--release",
        "--bins",
        "--package",
        package,
    ]))?;
    let folder = toolchain::target()?.join("release");
    Ok(folder.join(format!("{package}{EXE_SUFFIX}")))
}
