//! Chromium and its driver, for the tests in a real browser.

use super::{apt, target};
use crate::shell::{self, Result};
use std::path::PathBuf;

/// The flags it is run with.
pub(crate) const FLAGS: [&str; 7] = [
    // No window: the machine may have no screen.
    "--headless=new",
    // Chromium refuses to start as root with its sandbox, and a container rarely lets it have one.
    "--no-sandbox",
    // Without a graphics card it spends seconds in finding that out.
    "--disable-gpu",
    // It goes out on its own to look for updates, components and accounts. Where there is no way out that costs time,
    // and a test which says "not one request" must not see the browser's own.
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser and the driver of the same release.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

fn locate() -> Result<Browser> {
    let named = |variable: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_file())
    };
    let first = |names: &[&str]| names.iter().find_map(|name| shell::find(name));
    let usual = |paths: &[&str]| paths.iter().map(PathBuf::from).find(|path| path.is_file());
    let program = named("PINGLENS_CHROMIUM")
        .or_else(|| {
            first(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "chrome",
            ])
        })
        .or_else(|| {
            usual(&[
                "/usr/bin/chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ])
        });
    let driver = named("PINGLENS_CHROMEDRIVER")
        .or_else(|| first(&["chromedriver", "chromium.chromedriver"]))
        .or_else(|| usual(&["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver"]));
    match (program, driver) {
        (Some(program), Some(driver)) => Ok(Browser { program, driver }),
        (None, _) => {
            Err("neither Chromium nor Chrome was found (PINGLENS_CHROMIUM may name it)".to_owned())
        }
        (_, None) => {
            Err("ChromeDriver was not found (PINGLENS_CHROMEDRIVER may name it)".to_owned())
        }
    }
}

/// Says which browser and driver there are, and whether they fit each other.
pub(crate) fn look() -> Result<String> {
    let browser = locate()?;
    let of =
        |program| shell::version(program).ok_or(format!("{} does not start", program.display()));
    let (program, driver) = (of(&browser.program)?, of(&browser.driver)?);
    match (major(&program), major(&driver)) {
        (Some(a), Some(b)) if a != b => Err(format!(
            "{program} and {driver} are of different releases: install one pair"
        )),
        _ => Ok(format!("{program}, {}", browser.program.display())),
    }
}

/// `156` of `Chromium 156.0.8078.79 built on Debian`.
fn major(version: &str) -> Option<u32> {
    version
        .split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

/// Finds both or installs Debian's pair.
pub(crate) fn ensure() -> Result<Browser> {
    locate().or_else(|reason| {
        apt::install(&["chromium", "chromium-driver"], "Chromium with its driver")
            .map_err(|how| format!("{reason}: {how}"))?;
        locate()
    })
}

/// Writes what wasm-bindgen's test runner passes on to the driver, and returns the file.
pub(crate) fn webdriver_json(browser: &Browser) -> Result<PathBuf> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let flags = FLAGS.map(quoted).join(", ");
    let program = quoted(&browser.program.to_string_lossy());
    let file = target()?.join("webdriver.json");
    shell::write_file(
        &file,
        format!("{{\"goog:chromeOptions\": {{\"binary\": {program}, \"args\": [{flags}]}}}}\n"),
    )?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_read_from_either_program() {
        assert_eq!(
            major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"),
            Some(156)
        );
        assert_eq!(
            major("ChromeDriver 156.0.8078.79 (abcdef-refs/branch)"),
            Some(156)
        );
        assert_eq!(major("nothing of the kind"), None);
    }
}
