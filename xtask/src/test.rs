//! `cargo xtask test`: every check and test, in the order of how soon each can say no.

use crate::shell::{self, Result, say};
use crate::toolchain::wasm_target::TARGET;
use crate::toolchain::{self, WasmTools, browser, cargo, components, node, others};
use crate::{audit, dist, tidy};
use std::path::Path;
use std::time::Instant;

/// A step's name, what it does, and how.
type Step = (&'static str, &'static str, fn() -> Result);

const STEPS: [Step; 11] = [
    (
        "tidy",
        "what a compiler does not see: white space, paths, locks",
        tidy::run,
    ),
    ("fmt", "rustfmt", fmt),
    (
        "audit",
        "known faults, licences and sources of what others wrote",
        audit::run,
    ),
    ("clippy", "clippy on the machine's own code", clippy),
    ("clippy-wasm", "clippy on the WebAssembly code", clippy_wasm),
    ("rust", "Rust tests", rust),
    ("wasm", "WebAssembly tests in the browser", wasm),
    ("dist", "the shipped file", dist::run),
    (
        "types",
        "tsc on the page's scripts, and reports against their types",
        types,
    ),
    ("browser", "the page in the browser", page),
    (
        "browsers",
        "one journey through the page in Chromium, Firefox and WebKit",
        journey,
    ),
];

/// The names of the steps, for help.
pub(crate) fn step_names() -> String {
    STEPS.map(|(name, ..)| name).join(", ")
}

/// Runs all steps, or one. A step that fails does not keep the next from running: one run tells all that is wrong.
pub(crate) fn run(only: Option<&str>) -> Result {
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|(name, ..)| only.is_none_or(|only| only == *name))
        .collect();
    if chosen.is_empty() {
        return Err(format!(
            "there is no step `{}`: there are {}",
            only.unwrap_or_default(),
            step_names()
        ));
    }
    if only.is_none() {
        toolchain::setup()?;
    }
    let mut failed = Vec::new();
    for (name, what, step) in chosen {
        say(&format!("== {name}: {what}"));
        let start = Instant::now();
        match step() {
            Ok(()) => say(&format!(
                "== {name}: passed in {:.1} s",
                start.elapsed().as_secs_f64()
            )),
            Err(reason) => {
                say(&format!("== {name}: FAILED: {reason}"));
                failed.push(*name);
            }
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        names => Err(format!(
            "failed: {} (one alone: `cargo xtask test --only {}`)",
            names.join(", "),
            names[0]
        )),
    }
}

fn fmt() -> Result {
    components::ensure()?;
    shell::run(cargo()?.args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result {
    components::ensure()?;
    let args = ["clippy", "--quiet", "--workspace", "--all-targets"];
    shell::run(
        cargo()?
            .args(args)
            .args(locked())
            .args(["--", "-D", "warnings"]),
    )
}

fn clippy_wasm() -> Result {
    let tools = WasmTools::ensure()?;
    components::ensure()?;
    let mut command = tools.command("cargo")?;
    command.args([
        "clippy",
        "--quiet",
        "--package",
        "pinglens",
        "--target",
        TARGET,
        "--lib",
    ]);
    command.args(wasm_tests()?.iter().filter(|arg| *arg != "--lib"));
    shell::run(command.args(locked()).args(["--", "-D", "warnings"]))
}

fn rust() -> Result {
    shell::run(cargo()?.args(["test", "--workspace"]).args(locked()))
}

fn wasm() -> Result {
    let tests = wasm_tests()?;
    if tests.is_empty() {
        return Err("there is no #[wasm_bindgen_test] in crate/".to_owned());
    }
    let tools = WasmTools::ensure()?;
    let browser = browser::ensure()?;
    let mut command = tools.command("wasm-pack")?;
    command.args([
        "--log-level",
        "warn",
        "test",
        "--headless",
        "--chrome",
        "--mode",
        "no-install",
        "--chromedriver",
    ]);
    command
        .arg(&browser.driver)
        .arg("crate")
        .args(tests)
        .args(locked());
    // The runner would look for it in the crate's folder; as it names a path of this machine, it is not kept there.
    command.env(
        "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
        browser::webdriver_json(&browser)?,
    );
    shell::run(&mut command)
}

fn types() -> Result {
    if !toolchain::root()?.join("www/tsconfig.json").is_file() {
        return Err("there is no www/tsconfig.json".to_owned());
    }
    // It makes the types of the core's JavaScript, which those of the page refer to.
    dist::wasm()?;
    tsc("www")?;
    tsc(&reports()?)
}

fn tsc(project: &str) -> Result {
    let mut tsc = node::script("www/node_modules/typescript/bin/tsc")?;
    shell::run(tsc.args(["--project", project, "--noEmit"]))
}

/// Writes the expected reports down as values of the page's type for them, so that a field that one side has and the
/// other has not is an error, and returns the project to check.
fn reports() -> Result<String> {
    let root = toolchain::root()?;
    let folder = root.join("target/types");
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).map_err(|e| format!("cannot write {name}: {e}"))
    };
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make target/types: {e}"))?;
    write(
        "tsconfig.json",
        r#"{ "extends": "../../www/tsconfig.json", "include": ["*.report.ts"] }"#.to_owned(),
    )?;
    let mut count = 0;
    for file in shell::files_in(&root.join("tests/fixtures")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let Some(name) = name.strip_suffix(".report.json") else {
            continue;
        };
        let json =
            std::fs::read_to_string(&file).map_err(|e| format!("cannot read {name}: {e}"))?;
        let import = "import type { Report } from '../../www/types';";
        write(
            &format!("{name}.report.ts"),
            format!("{import}\nexport const report: Report = {json};\n"),
        )?;
        count += 1;
    }
    if count == 0 {
        return Err("there is no tests/fixtures/*.report.json".to_owned());
    }
    Ok(folder.to_string_lossy().into_owned())
}

fn page() -> Result {
    let root = toolchain::root()?;
    let folders = ["tests/page", "tests/browser"];
    let files = folders.map(|folder| shell::files_in(&root.join(folder)));
    // One by one, as the oldest Node.js that will do knows no patterns; short, as they are shown when one fails.
    let tests: Vec<&Path> = files
        .iter()
        .flatten()
        .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
        .filter_map(|file| file.strip_prefix(&root).ok())
        .collect();
    if tests.is_empty() {
        return Err("there is no tests/browser/*.test.mjs".to_owned());
    }
    let browser = browser::ensure()?;
    let page = dist::build()?;
    let mut command = std::process::Command::new("node");
    command.current_dir(&root).arg("--test").args(tests);
    // What the page saves is held against what the command writes.
    shell::run(
        cargo()?
            .args(["build", "--package", "pinglens"])
            .args(locked()),
    )?;
    let program = format!("debug/pinglens{}", std::env::consts::EXE_SUFFIX);
    command
        .env("PINGLENS_DIST", page)
        .env("PINGLENS_COMMAND", toolchain::target()?.join(program))
        .env("PINGLENS_PICTURES", root.join("target/pictures"))
        .env("PINGLENS_CHROMIUM", browser.program);
    command.env("PINGLENS_CHROMIUM_FLAGS", browser::FLAGS.join(" "));
    shell::run(&mut command)
}

fn journey() -> Result {
    let root = toolchain::root()?;
    let (chromium, others) = (browser::ensure()?, others::ensure()?);
    let mut command = std::process::Command::new("node");
    command
        .current_dir(&root)
        .args(["--test", "tests/browsers/journey.test.mjs"])
        .env("PINGLENS_DIST", dist::build()?)
        .env("PINGLENS_CHROMIUM", chromium.program)
        .env("PINGLENS_FIREFOX", others.firefox)
        .env("PINGLENS_WEBKIT_DRIVER", others.webkit_driver)
        .env("PINGLENS_PICTURES", root.join("target/pictures"));
    shell::run(&mut command)
}

/// In an automatic run a `Cargo.lock` that does not fit the manifests is an error, at a desk it is brought up to date.
fn locked() -> &'static [&'static str] {
    if shell::in_ci() { &["--locked"] } else { &[] }
}

/// What names the test targets that run in the browser to cargo: those with a `#[wasm_bindgen_test]` in their source.
/// The others need not even have a test to run there, and an empty one costs a browser's start.
fn wasm_tests() -> Result<Vec<String>> {
    let package = toolchain::root()?.join("crate");
    let mut args = Vec::new();
    if has_wasm_test(&package.join("src")) {
        args.push("--lib".to_owned());
    }
    for file in shell::files_in(&package.join("tests")) {
        let name = file
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if file.is_file() && has_wasm_test(&file) {
            args.extend(["--test".to_owned(), name]);
        }
    }
    Ok(args)
}

fn has_wasm_test(path: &Path) -> bool {
    if path.is_dir() {
        return shell::files_in(path).iter().any(|path| has_wasm_test(path));
    }
    path.extension().is_some_and(|ending| ending == "rs")
        && std::fs::read_to_string(path).is_ok_and(|text| text.contains("#[wasm_bindgen_test"))
}
