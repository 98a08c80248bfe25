//! Any text as a log format of somebody's own; if it is one, the rest is read in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::format::own;
use pinglens::settings::Settings;
use pinglens_fuzz::{lines_add_up, read, text};

fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|&b| b == b'\n').unwrap_or(data.len());
    let (format, log) = data.split_at(at);
    let Ok(format) = std::str::from_utf8(format) else {
        return;
    };
    match own::choose(format) {
        Ok(_) => {
            let settings = Settings {
                format: Some(format.to_owned()),
                ..Settings::default()
            };
            let mut inspector = read(log, usize::MAX, &settings);
            lines_add_up(&inspector);
            let said = text(&inspector.report());
            assert!(
                text(&read(log, 7, &settings).report()) == said,
                "pieces change the report"
            );
        }
        Err(sentence) => assert!(!sentence.is_empty()),
    }
});
