//! The parts of the command that have arguments of their own.

pub(crate) mod fleet;
pub(crate) mod score;

use pinglens_simulator::fleet::Shape;
use pinglens_simulator::fleet::config::Noise;
use pinglens_simulator::fleet::fault::Fault;
use pinglens_simulator::fleet::scenario::Scenario;

/// Options with their values, `--name value` each.
pub(crate) struct Options<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Options<'a> {
    /// Reads the words behind a command; only options of these names are allowed.
    pub(crate) fn read(words: &'a [String], known: &[&str]) -> Result<Self, String> {
        let mut pairs = Vec::new();
        let mut words = words.iter();
        while let Some(name) = words.next() {
            if !known.contains(&name.as_str()) {
                return Err(format!("no option is called {name}"));
            }
            let value = words
                .next()
                .ok_or_else(|| format!("{name} needs a value"))?;
            pairs.push((name.as_str(), value.as_str()));
        }
        Ok(Self(pairs))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().rev().find(|(given, _)| *given == name);
        found.map(|(_, value)| *value)
    }
}

/// Scenarios by their names, separated by commas, or all.
pub(crate) fn scenarios(names: &str) -> Result<Vec<Scenario>, String> {
    if names == "all" {
        return Ok(Scenario::ALL.to_vec());
    }
    names
        .split(',')
        .map(|name| {
            let known = || Scenario::ALL.map(Scenario::name).join(", ");
            Scenario::ALL
                .into_iter()
                .find(|scenario| scenario.name() == name)
                .ok_or_else(|| format!("no fleet is called {name}: there are {}", known()))
        })
        .collect()
}

/// Formats by their names, separated by commas.
pub(crate) fn shapes(names: &str) -> Result<Vec<Shape>, String> {
    names
        .split(',')
        .map(|name| Shape::named(name).ok_or_else(|| format!("no format is called {name}")))
        .collect()
}

/// How logs are kept: clean or hard, with what else is odd about them behind a plus sign each.
pub(crate) fn noise(name: &str) -> Result<Noise, String> {
    let mut words = name.split('+');
    let mut noise = match words.next() {
        Some("clean") => Noise::CLEAN,
        Some("hard") => Noise::HARD,
        _ => {
            return Err(format!(
                "no noise is called {name}: there are clean and hard"
            ));
        }
    };
    for word in words {
        match word {
            "written" => noise.when_written = true,
            "rotated" => noise.rotated = true,
            "utc" => noise.utc = true,
            "set" => noise.set = true,
            other => {
                let known = "written, rotated, utc, set";
                return Err(format!("no noise is called {other}: there are {known}"));
            }
        }
    }
    Ok(noise)
}

/// A fault, by its name.
pub(crate) fn fault(name: &str) -> Result<Fault, String> {
    let known = || Fault::ALL.map(Fault::name).join(", ");
    Fault::ALL
        .into_iter()
        .find(|fault| fault.name() == name)
        .ok_or_else(|| format!("no fault is called {name}: there are {}", known()))
}
