//! Reads a simulated log and its truth back, by a reader that shares nothing with the writer.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use pinglens_simulator::Job;

/// One ActiveSync request: its line, read back, and its row of the truth.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// 1-based.
    pub(crate) line: usize,
    pub(crate) text: String,
    /// DeviceId, or the whole query when that is base64.
    pub(crate) device: String,
    pub(crate) status: u16,
    pub(crate) cmd: String,
    pub(crate) outcome: String,
    pub(crate) cause: Option<usize>,
    /// Milliseconds since the Unix epoch.
    pub(crate) start: i64,
    /// Milliseconds since the Unix epoch.
    pub(crate) end: i64,
}

impl Request {
    pub(crate) fn duration(&self) -> i64 {
        self.end - self.start
    }
}

/// A log with the ActiveSync requests in it.
pub(crate) struct World {
    pub(crate) lines: Vec<String>,
    pub(crate) requests: Vec<Request>,
}

impl World {
    pub(crate) fn of(job: &Job) -> Self {
        let (log, truth) = job.in_memory().expect("the plan fits into its time");
        let lines: Vec<String> = String::from_utf8(log)
            .expect("UTF-8")
            .lines()
            .map(str::to_owned)
            .collect();
        let truth = String::from_utf8(truth).expect("UTF-8");
        let mut rows = truth.lines();
        assert_eq!(
            rows.next(),
            Some("line,cmd,outcome,cause_line,start_ms,end_ms")
        );
        let requests = rows.map(|row| request(row, &lines)).collect();
        Self { lines, requests }
    }

    /// The requests of one line number.
    pub(crate) fn at(&self, line: usize) -> &Request {
        self.requests
            .iter()
            .find(|request| request.line == line)
            .expect("an ActiveSync line")
    }

    /// The requests of each device, in the order of their arrival.
    pub(crate) fn by_device(&self) -> BTreeMap<&str, Vec<&Request>> {
        let mut devices: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
        for request in &self.requests {
            devices.entry(&request.device).or_default().push(request);
        }
        for requests in devices.values_mut() {
            requests.sort_by_key(|request| (request.start, request.line));
        }
        devices
    }

    pub(crate) fn count(&self, cmd: &str, outcome: &str) -> usize {
        self.requests
            .iter()
            .filter(|r| r.cmd == cmd && r.outcome == outcome)
            .count()
    }

    pub(crate) fn of_command(&self, cmd: &str) -> Vec<&Request> {
        self.requests.iter().filter(|r| r.cmd == cmd).collect()
    }
}

/// The time between the brackets of an access log line, in milliseconds since the Unix epoch.
pub(crate) fn stamp(line: &str) -> i64 {
    let (_, rest) = line.split_once(" [").expect("a bracket");
    let at = |from: usize, to: usize| -> i64 { rest[from..to].parse().expect("digits") };
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec"
        .find(&rest[3..6])
        .expect("a month")
        / 3;
    // Days before the month; behind February one more in a leap year.
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month];
    let years = at(7, 11) - 1970;
    let leap = i64::from(at(7, 11) % 4 == 0 && month > 1);
    let days = years * 365 + (years + 1) / 4 + before + leap + at(0, 2) - 1;
    let local = ((days * 24 + at(12, 14)) * 60 + at(15, 17)) * 60 + at(18, 20);
    let east = at(22, 24) * 60 + at(24, 26);
    let east = if &rest[21..22] == "-" { -east } else { east };
    (local - east * 60) * 1000
}

fn request(row: &str, lines: &[String]) -> Request {
    let fields: Vec<&str> = row.split(',').collect();
    let number = |field: &str| -> i64 { field.parse().expect("a number") };
    let line: usize = fields[0].parse().expect("a line number");
    let text = lines[line - 1].clone();
    let (_, target) = text
        .split_once("Microsoft-Server-ActiveSync?")
        .expect("an ActiveSync URL");
    let (query, after) = target.split_once(" HTTP/1.1\" ").expect("a request");
    let device = match query.split_once("DeviceId=") {
        Some((_, id)) => id.split('&').next().expect("an id").to_owned(),
        // Everything but the version and the command, which is the same for one device.
        None => query[4..].to_owned(),
    };
    let status = after[..3].parse().expect("a status");
    Request {
        line,
        device,
        status,
        cmd: fields[1].to_owned(),
        outcome: fields[2].to_owned(),
        cause: (!fields[3].is_empty()).then(|| fields[3].parse().expect("a line number")),
        start: number(fields[4]),
        end: number(fields[5]),
        text,
    }
}
