//! Any bytes as the requests of a saved report: they are refused, or everything can be asked of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::Inspector;
use pinglens_fuzz::ask_everything;

fuzz_target!(|data: &[u8]| {
    if let Ok(mut inspector) = Inspector::restored(data) {
        ask_everything(&mut inspector);
        let again = inspector.snapshot().bytes();
        let mut restored = Inspector::restored(&again).expect("bytes that were just written");
        assert!(restored.snapshot().bytes() == again);
    }
});
