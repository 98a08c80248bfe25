//! Any bytes as the target of a request, in plain and in base64: a decoder that has read others reads as a new one does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pinglens::activesync::{Decoder, is_call};

fuzz_target!(|data: &[u8]| {
    let mut used = Decoder::default();
    let _ = used
        .read(b"/Microsoft-Server-ActiveSync?User=somebody&DeviceId=other&DeviceType=x&Cmd=Ping");
    for target in data.split(|&byte| byte == b'\n') {
        let mut new = Decoder::default();
        let (fresh, again) = (
            format!("{:?}", new.read(target)),
            format!("{:?}", used.read(target)),
        );
        assert_eq!(fresh, again);
        assert_eq!(fresh != "None", is_call(target));
    }
});
