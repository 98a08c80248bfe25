//! How fast the core's stages are, one after the other, on logs that are named: bytes of the log by the second, and each
//! stage's share of the whole. Prints a table.
//!
//!     cargo bench --bench stages -- LOG...
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use std::time::{Duration, Instant};

/// As a browser hands a file on.
const CHUNK: usize = 2 << 20;

/// Rounds, of which the fastest counts.
const ROUNDS: usize = 3;

fn main() {
    // Cargo adds a flag of its own.
    let logs: Vec<String> = (std::env::args().skip(1))
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    println!(
        "| log | read, MB/s | explain, MB/s | findings and tables, MB/s | all, MB/s | shares |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | --- |");
    for log in &logs {
        let bytes = std::fs::read(log).unwrap_or_else(|error| panic!("{log}: {error}"));
        let name = std::path::Path::new(log)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        print(&name.unwrap_or_default(), &bytes);
    }
}

fn print(name: &str, bytes: &[u8]) {
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let mut inspector = Inspector::new();
        let begun = Instant::now();
        inspector.open(name);
        bytes.chunks(CHUNK).for_each(|chunk| inspector.feed(chunk));
        inspector.close();
        let read = begun.elapsed();
        let begun = Instant::now();
        inspector.explain();
        let explain = begun.elapsed();
        let begun = Instant::now();
        std::hint::black_box(inspector.report());
        for (best, now) in best.iter_mut().zip([read, explain, begun.elapsed()]) {
            *best = now.min(*best);
        }
    }
    let all: Duration = best.iter().sum();
    let speed = |time: Duration| {
        format!(
            "{:.0}",
            bytes.len() as f64 / 1e6 / time.as_secs_f64().max(1e-9)
        )
    };
    let share = |time: &Duration| format!("{:.0}", time.as_secs_f64() / all.as_secs_f64() * 100.0);
    let speeds: Vec<String> = best.iter().map(|&time| speed(time)).collect();
    let shares: Vec<String> = best.iter().map(share).collect();
    println!(
        "| {name} | {} | {} | {} % |",
        speeds.join(" | "),
        speed(all),
        shares.join(" / ")
    );
}
