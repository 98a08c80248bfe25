//! `pinglens-simulator fleet`: writes the log of a fleet, with its truth.

use std::fs;
use std::path::Path;

use super::{Options, noise, scenarios, shapes};
use pinglens_simulator::fleet::{play, record};

const OPTIONS: [&str; 6] = [
    "--seed",
    "--scenario",
    "--format",
    "--stamp",
    "--noise",
    "--out",
];

/// Runs the command; the error says what is wrong with its words, or what could not be written.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let options = Options::read(words, &OPTIONS)?;
    let seed = options.get("--seed").unwrap_or("1");
    let seed = seed
        .parse()
        .map_err(|_| format!("{seed} is not a seed: give a whole number"))?;
    let noise = noise(options.get("--noise").unwrap_or("clean"))?;
    let format = options.get("--format").unwrap_or("domino-extended");
    let format = match options.get("--stamp") {
        Some(stamp) => format!("{format}-{stamp}"),
        None => format.to_owned(),
    };
    let folder = Path::new(options.get("--out").ok_or("--out: which folder?")?);
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for scenario in scenarios(options.get("--scenario").unwrap_or("phones"))? {
        let played = play(scenario.fleet(seed, noise));
        for shape in shapes(&format)? {
            let files = record::write(&played, shape);
            for (number, file) in files.iter().enumerate() {
                let truth = played.truth(&files, number);
                let stem = file.name.trim_end_matches(".log");
                for (name, text) in [
                    (file.name.clone(), &file.text),
                    (format!("{stem}.truth.csv"), &truth),
                ] {
                    let path = folder.join(name);
                    fs::write(&path, text).map_err(|error| {
                        format!("{} cannot be written: {error}", path.display())
                    })?;
                    println!("{}", path.display());
                }
            }
        }
    }
    Ok(())
}
