//! Any bytes, read as one format that somebody says they are in: lines add up, pieces change nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::format::ALL;
use pinglens::settings::Settings;
use pinglens_fuzz::{lines_add_up, read, text};

fuzz_target!(|data: &[u8]| {
    let Some((&[choice, pieces], data)) = data.split_first_chunk::<2>() else {
        return;
    };
    let settings = Settings {
        format: Some(ALL[usize::from(choice) % ALL.len()].code().to_owned()),
        ..Settings::default()
    };
    let mut inspector = read(data, usize::MAX, &settings);
    lines_add_up(&inspector);
    let said = text(&inspector.report());
    let mut again = read(data, usize::from(pieces) + 1, &settings);
    assert!(text(&again.report()) == said, "pieces change the report");
});
