//! Logs as they arrive: copied while they were written, with holes, wrapped by mail and forum software.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::Inspector;
use pinglens::report::model::Report;

const LINE: &str = r#"192.0.2.1 t.example.com - [03/Mar/2010:23:59:59 -0500] "POST /Microsoft-Server-ActiveSync?User=j&DeviceId=A1&Cmd=Ping HTTP/1.1" 409 812 "https://example.com/" "Apple-iPhone/704.11" 90110 "" "d:/x""#;

fn report(bytes: &[u8]) -> Report {
    let mut inspector = Inspector::new();
    inspector.open("access.log");
    inspector.feed(bytes);
    inspector.report()
}

/// Code and sentence of what is wrong with the only file, and its ActiveSync requests.
fn told(bytes: &[u8]) -> (Option<(&'static str, String)>, u64) {
    let report = report(bytes);
    let file = &report.files[0];
    let problem = file.problem.as_ref();
    (
        problem.map(|p| (p.code, p.sentence.clone())),
        file.activesync,
    )
}

#[test]
fn a_file_that_breaks_off_inside_its_last_line_says_so_wherever_that_is() {
    let whole = format!("{LINE}\n{LINE}\n");
    for at in 1..LINE.len() {
        let log = format!("{whole}{}", &LINE[..at]);
        let (problem, requests) = told(log.as_bytes());
        let (code, sentence) = problem.unwrap_or_else(|| panic!("nothing said of {}", &LINE[..at]));
        assert_eq!(code, "cut", "{}", &LINE[..at]);
        let kept = at >= LINE.find(" 409").map_or(0, |status| status + 4);
        assert_eq!(requests, 2 + u64::from(kept), "{}", &LINE[..at]);
        let words = if kept { "incomplete" } else { "left out" };
        assert!(sentence.contains(words), "{sentence}: {}", &LINE[..at]);
    }
}

#[test]
fn a_file_that_ends_with_a_whole_line_is_not_called_broken() {
    let common = &LINE[..LINE.find(" \"https").unwrap_or(0)];
    let combined = &LINE[..LINE.find(" 90110").unwrap_or(0)];
    let odd = LINE.replace("\"\"", "\"a\"b\"");
    let console = "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session State [x] Session ID [1] Thread ID [2] POST /Microsoft-Server-ActiveSync?DeviceId=A1&Cmd=Ping HTTP/1.1";
    for lines in [
        vec![LINE, LINE],
        vec![common, common, common],
        vec![combined, combined],
        vec![&odd, &odd],
        vec![LINE, &odd],
        vec![LINE, LINE, console],
        vec![common, common, "Status: 409"],
        vec![LINE, LINE, common, common],
    ] {
        let text = lines.join("\n");
        assert_eq!(told(text.as_bytes()).0, None, "{text}");
        assert_eq!(told(format!("{text}\n").as_bytes()).0, None, "{text}");
    }
}

/// The bytes of a line that was cut inside their number are not told.
#[test]
fn a_number_that_may_lack_digits_is_no_number() {
    let at = LINE.find("409 81").map_or(0, |at| at + "409 81".len());
    let log = format!("{LINE}\n{}", &LINE[..at]);
    let mut inspector = Inspector::new();
    inspector.open("access.log");
    inspector.feed(log.as_bytes());
    inspector.close();
    let bytes: Vec<_> = (0..2).map(|row| inspector.log().row(row).bytes).collect();
    assert_eq!(bytes, [Some(812), None]);
}

#[test]
fn a_log_with_holes_is_read_around_them() {
    let mut holes = vec![0; 300_000];
    holes.extend_from_slice(format!("{LINE}\n").as_bytes());
    holes.extend_from_slice(&[0; 5_000]);
    holes.extend_from_slice(format!("\n{LINE}\n").as_bytes());
    let report = report(&holes);
    let file = &report.files[0];
    assert_eq!((file.activesync, file.lines.rejected), (2, 0));
    assert_eq!(report.totals.devices, 1);
    assert!(file.problem.is_none(), "{:?}", file.problem);
}

/// A console line in a mail: wrapped, and followed by what somebody says of it and by a piece of the access log.
#[test]
fn a_wrapped_console_line_names_its_device() {
    let text = format!(
        "03/03/2010 02:25:00 PM HTTP Server: Waiting for session to finish: Session\n\
         State [Processing Request] Session ID [6287] Thread ID [3716 (0xe84)] POST\n\
         /servlet/traveler/Microsoft-Server-ActiveSync?User=michael%20brown&\n\
         DeviceId=Appl880069LM3NP&DeviceType=iPhone&Cmd=Ping HTTP/1.1\n\
         That is all I see.\n\
         03/03/2010 02:25:10 PM HTTP Server: Waiting for session to finish: Session State [Processing Request] Session\n\
         {LINE}\n"
    );
    let report = report(text.as_bytes());
    let lines = report.files[0].lines;
    assert_eq!(
        (lines.records, lines.continuations, lines.rejected),
        (3, 3, 1)
    );
    let waiting = &report.waiting[0];
    assert_eq!(waiting.device.as_deref(), Some("Appl880069LM3NP"));
    assert_eq!(waiting.user.as_deref(), Some("michael brown"));
    assert_eq!(waiting.cmd.as_deref(), Some("Ping"));
    assert_eq!(report.waiting.len(), 2);
    assert_eq!(report.totals.activesync, 1);
}
