//! `cargo xtask bench`: measurements that take minutes and answer with a table.

use crate::shell::{self, Result};
use crate::toolchain::{self, cargo};
use std::env::consts::EXE_SUFFIX;

/// How often the explanations are right on fleets that nobody has tuned to: `options` go to the simulator's `score`.
pub(crate) fn explain(options: &[&str]) -> Result {
    let packages = ["--package", "pinglens", "--package", "pinglens-simulator"];
    shell::run(
        cargo()?
            .args(["build", "--quiet", "--release", "--bins"])
            .args(packages),
    )?;
    let built = toolchain::target()?.join("release");
    let simulator = built.join(format!("pinglens-simulator{EXE_SUFFIX}"));
    let pinglens = built.join(format!("pinglens{EXE_SUFFIX}"));
    let mut command = std::process::Command::new(simulator);
    command.arg("score").arg("--pinglens").arg(pinglens);
    shell::run(command.args(options))
}
