//! `pinglens-simulator fleet`: writes the log of a fleet, with its truth.

use std::fs;
use std::path::Path;

use super::{Options, fault, noise, scenarios, shapes};
use pinglens_simulator::fleet::{play, record, summary};

const OPTIONS: [&str; 7] = [
    "--seed",
    "--scenario",
    "--format",
    "--stamp",
    "--noise",
    "--fault",
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
        let mut fleet = scenario.fleet(seed, noise);
        for name in options
            .get("--fault")
            .iter()
            .flat_map(|names| names.split(','))
        {
            fault(name)?.apply(&mut fleet);
        }
        let played = play(fleet);
        for shape in shapes(&format)? {
            let files = record::write(&played, shape);
            for (number, file) in files.iter().enumerate() {
                put(&folder.join(&file.name), &file.text)?;
                if file.meaning.is_some() {
                    let stem = file.name.trim_end_matches(".log");
                    let truth = played.truth(&files, number);
                    put(&folder.join(format!("{stem}.truth.csv")), &truth)?;
                }
            }
            let summary = format!("{:#}\n", summary::of(&played, &files));
            put(
                &folder.join(format!("{}.world.json", scenario.name())),
                &summary,
            )?;
        }
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}
