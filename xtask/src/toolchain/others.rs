//! Firefox and WebKit, for the journey through the page in every browser.

use super::apt;
use crate::shell::{self, Result};
use std::path::PathBuf;

/// The programs.
pub(crate) struct Others {
    pub(crate) firefox: PathBuf,
    /// The driver starts its own browser, `MiniBrowser`.
    pub(crate) webkit_driver: PathBuf,
}

/// What finds each, and the package that has it.
const PROGRAMS: [(&str, &[&str], &str); 3] = [
    (
        "PINGLENS_FIREFOX",
        &["firefox-esr", "firefox"],
        "firefox-esr",
    ),
    (
        "PINGLENS_WEBKIT_DRIVER",
        &["WebKitWebDriver"],
        "webkit2gtk-driver",
    ),
    // WebKit has no mode without a screen.
    ("PINGLENS_XVFB_RUN", &["xvfb-run"], "xvfb xauth"),
];

fn locate() -> std::result::Result<Others, &'static str> {
    let found = PROGRAMS.map(|(variable, names, package)| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        named
            .filter(|path| path.is_file())
            .or_else(|| names.iter().find_map(|name| shell::find(name)))
            .ok_or(package)
    });
    let [firefox, webkit_driver, screen] = found;
    screen?;
    Ok(Others {
        firefox: firefox?,
        webkit_driver: webkit_driver?,
    })
}

/// Says which there are.
pub(crate) fn look() -> Result<String> {
    let others = locate().map_err(|package| format!("the program of {package} was not found"))?;
    let version =
        shell::version(&others.firefox).unwrap_or_else(|| "Firefox of some release".to_owned());
    Ok(format!("{version}, {}", others.webkit_driver.display()))
}

/// Finds them or installs Debian's.
pub(crate) fn ensure() -> Result<Others> {
    if let Ok(others) = locate() {
        return Ok(others);
    }
    let packages: Vec<&str> = PROGRAMS.iter().flat_map(|p| p.2.split(' ')).collect();
    apt::install(&packages, "Firefox, or WebKit's driver with its screen,")?;
    locate().map_err(|package| format!("the program of {package} is still not found"))
}
