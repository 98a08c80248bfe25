//! Small logs, written request by request.

use pinglens::Inspector;
use pinglens::report::model::Report;

/// One request: when it ended (in seconds behind the beginning), how long it took, of whom and what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) end: i64,
    pub(crate) took_ms: i64,
    pub(crate) device: &'static str,
    pub(crate) cmd: &'static str,
    pub(crate) status: u16,
    pub(crate) address: &'static str,
    pub(crate) kind: &'static str,
}

/// A Ping that was answered.
pub(crate) fn ping(device: &'static str, end: i64, took_ms: i64) -> Line {
    Line {
        end,
        took_ms,
        device,
        cmd: "Ping",
        status: 200,
        address: "203.0.113.7",
        kind: "iPhone",
    }
}

/// A Sync that was answered.
pub(crate) fn sync(device: &'static str, end: i64) -> Line {
    Line {
        cmd: "Sync",
        took_ms: 200,
        ..ping(device, end, 0)
    }
}

/// Domino's log of these requests, in the order of their ends.
pub(crate) fn log(lines: &[Line]) -> String {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| line.end);
    lines.iter().map(written).collect()
}

fn written(line: &Line) -> String {
    let (day, clock) = (3 + line.end.div_euclid(86_400), line.end.rem_euclid(86_400));
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!(
        "{} t.example.com \"j\" [{day:02}/Mar/2010:{hour:02}:{minute:02}:{second:02} +0000] \"POST \
         /Microsoft-Server-ActiveSync?User=j&DeviceId={}&DeviceType={}&Cmd={} HTTP/1.1\" {} 15 \"-\" \"x\" {} \"\" \"\"\n",
        line.address, line.device, line.kind, line.cmd, line.status, line.took_ms
    )
}

/// The report of some files.
pub(crate) fn report(files: &[(&str, &str)]) -> Report {
    let mut inspector = Inspector::new();
    for (name, text) in files {
        inspector.open(name);
        inspector.feed(text.as_bytes());
    }
    inspector.report()
}
