//! Builds, tests and serves Pinglens: `cargo xtask help` lists the commands.
//!
//! What has to be on the machine, and why, is in [`toolchain`] and nowhere else; the other modules ask it for a tool
//! and get one that works.

mod audit;
mod bench;
mod dist;
mod pack;
mod serve;
mod shell;
mod test;
mod tidy;
mod toolchain;

use shell::Result;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve [--port N]    build the page, serve it on this machine only, and print its address
  test [--only STEP]  run every check and test, or one step of them
  bench explain       how often the explanations are right on simulated fleets; [--seeds A..B] [--scenarios A,B]
                      [--formats A,B] [--noise clean|hard] as the simulator has them
  bench page          how long the page takes for 200 MB, and how long its own thread is kept busy
  bench questions     how long questions about a million requests take, beside reading their log
  bench speed         how fast logs are read, by the command and in two browsers; writes docs/performance.md; [--size MB] [--largest MB]
  dist                write dist/pinglens.html, the one file that is shipped
  setup               install what the commands above need, and stop
  doctor              say what is here and what is missing; change nothing
  help                this text

Steps of test: ";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result {
    match args {
        ["serve"] => serve::run(None),
        ["serve", "--port", port] => match port.parse() {
            Ok(port) => serve::run(Some(port)),
            Err(_) => Err(format!(
                "`{port}` is not a port: give a number from 0 to 65535 (0 takes a free one)"
            )),
        },
        ["test"] => test::run(None),
        ["test", "--only", step] => test::run(Some(step)),
        ["bench", "explain", options @ ..] => bench::explain(options),
        ["bench", "page"] => bench::page(),
        ["bench", "questions"] => bench::questions(),
        ["bench", "speed", options @ ..] => bench::speed(options),
        ["dist"] => dist::run(),
        ["setup"] => toolchain::setup(),
        ["doctor"] => toolchain::doctor(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}{}", test::step_names());
            Ok(())
        }
        [
            command @ ("serve" | "test" | "bench" | "dist" | "setup" | "doctor"),
            ..,
        ] => Err(format!(
            "`{}` is not how `{command}` is used: see `cargo xtask help`",
            args.join(" ")
        )),
        [unknown, ..] => Err(format!(
            "there is no command `{unknown}`: see `cargo xtask help`"
        )),
    }
}
