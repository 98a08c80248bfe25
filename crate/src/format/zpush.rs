//! The logs of Z-Push and of grommunio-sync, which grew from it: messages of PHP processes, the last of each request
//! telling what it was.
//!
//! `dd/mm/yyyy HH:MM:SS [  pid] [ INFO] [user] cmd='Ping' memory='..' time='45.31s' devType='iPhone' devId='..' ...
//! method='POST' httpcode='200'`. Day and month stand in this order whatever the locale. The line is written when the
//! answer is out, so that its stamp is the end. It holds no URL: the target is put together from the command, user and
//! device that it names, as [`crate::activesync`] reads them. Through syslog the date and the process are in the prefix
//! and the text begins with the level.
//!
//! A process works on one request at a time. What it says of waiting in between (the lifetime that the device asked
//! for, and that another request of the device took this one's place) belongs to the request that its next such line
//! tells.

use super::fields::{amount, seconds};
use super::time::{DAY_MS, Stamp, days, number, time_of_day};
use super::{
    Carries, Edge, Ending, Format, Place, Reader, Reading, Reason, Record, Sample, present,
};
use crate::input::Line;
use memchr::{memchr, memmem, memrchr};

pub(super) struct ZPush;

impl Format for ZPush {
    fn code(&self) -> &'static str {
        "z-push"
    }

    fn title(&self) -> &'static str {
        "Z-Push or grommunio-sync"
    }

    fn specification(&self) -> &'static str {
        "https://github.com/Z-Hub/Z-Push/blob/develop/src/index.php"
    }

    fn carries(&self) -> Carries {
        Carries {
            duration: true,
            time: true,
            zone: false,
        }
    }

    fn samples(&self) -> &'static [Sample] {
        &[
            Sample {
                text: "03/04/2025 12:00:04 [ 7177] [ INFO] [jane@example.com] cmd='Ping' memory='1.82 MiB/2.00 MiB' time='1,645.31s' devType='iPhone' devId='A1' getUser='jane@example.com' from='192.0.2.37' idle='45s' version='2.7.5' method='POST' httpcode='200'",
                expect: &[
                    ("time", "2025-04-03T12:00:04"),
                    ("doubt", "-"),
                    ("edge", "end"),
                    ("duration_ms", "1645310"),
                    ("remote_ip", "192.0.2.37"),
                    ("user", "jane@example.com"),
                    ("method", "POST"),
                    (
                        "target",
                        "/Microsoft-Server-ActiveSync?Cmd=Ping&User=jane%40example.com&DeviceId=A1&DeviceType=iPhone",
                    ),
                    ("status", "200"),
                    ("heartbeat_s", "-"),
                    ("ending", "-"),
                    ("cut", "-"),
                ],
            },
            // Of before 2.3, without method and status.
            Sample {
                text: "09/01/2014 10:54:51 [20559] [ INFO] [jane o'neil] [a1b2] cmd='Settings' memory='9.97 MiB/10.25 MiB' time='0.14s' devType='SAMSUNG' devId='a1b2' getUser='jane o'neil' from='2001:db8::7' idle='0s' version='GIT'",
                expect: &[
                    ("time", "2014-01-09T10:54:51"),
                    (
                        "target",
                        "/Microsoft-Server-ActiveSync?Cmd=Settings&User=jane%20o%27neil&DeviceId=a1b2&DeviceType=SAMSUNG",
                    ),
                    ("user", "jane o'neil"),
                    ("remote_ip", "2001:db8::7"),
                    ("method", "-"),
                    ("status", "-"),
                    ("cut", "-"),
                ],
            },
            // The version comes from a file and may end in a line end.
            Sample {
                text: "18/05/2025 12:00:04 [ 7177] [ INFO] [] cmd='' memory='1.82 MiB/2.00 MiB' time='0.03s' devType='' devId='' getUser='' from='192.0.2.37' idle='0s' version='2.7.5\n' method='OPTIONS' httpcode='401'",
                expect: &[
                    ("target", "/Microsoft-Server-ActiveSync"),
                    ("user", "-"),
                    ("method", "OPTIONS"),
                    ("status", "401"),
                    ("duration_ms", "30"),
                ],
            },
            Sample {
                text: "[INFO] [jane] cmd='Sync' memory='1.82 MiB/2.00 MiB' time='0.50s' devType='Android' devId='a1' getUser='jane' from='192.0.2.37' idle='0s' version='2.3' method='POST' httpcode='200'",
                expect: &[
                    ("time", "-"),
                    ("edge", "end"),
                    ("user", "jane"),
                    ("duration_ms", "500"),
                ],
            },
            Sample {
                text: "18/05/2025 11:00:00 [ 7177] [ INFO] [jane] SyncCollections->CheckForChanges(): Waiting for store changes... (lifetime 600 seconds)\n\
                       18/05/2025 11:01:00 [ 7178] [ INFO] [jane] SyncCollections->CheckForChanges(): Waiting for store changes... (lifetime 900 seconds)\n\
                       18/05/2025 11:02:00 [ 7177] [ WARN] [jane] StatusException: SyncCollections->CheckForChanges(): Timeout forced after 120s from 600s due to other process - code: 5 - file: x\n\
                       18/05/2025 11:02:00 [ 7177] [ INFO] [jane] cmd='Ping' memory='1 MiB/2 MiB' time='120.31s' devType='iPhone' devId='A1' getUser='jane' from='192.0.2.37' idle='120s' version='2.7.5' method='POST' httpcode='200'",
                expect: &[
                    ("time", "2025-05-18T11:02:00"),
                    ("duration_ms", "120310"),
                    ("heartbeat_s", "600"),
                    ("ending", "displaced"),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<ZPushReader>::default()
    }
}

/// What the line of a request tells, in this order. Later versions tell more; no value is quoted, so that a value ends
/// where the next of these names stands.
const NAMES: [&[u8]; 11] = [
    b"cmd='",
    b" memory='",
    b" time='",
    b" devType='",
    b" devId='",
    b" getUser='",
    b" from='",
    b" idle='",
    b" version='",
    b" method='",
    b" httpcode='",
];

const CMD: usize = 0;
const MEMORY: usize = 1;
const TIME: usize = 2;
const DEVICE_TYPE: usize = 3;
const DEVICE_ID: usize = 4;
const USER: usize = 5;
const FROM: usize = 6;
const VERSION: usize = 8;
const METHOD: usize = 9;
const CODE: usize = 10;

/// Processes that are remembered at a time. More of them wait on a large server only if most say nothing in between.
const PROCESSES: usize = 1024;

/// Lines and bytes that a request's line may have; a version is a word.
const LINES: u32 = 3;
const BYTES: usize = 8 * 1024;

#[derive(Default)]
struct ZPushReader {
    /// What processes said of the request they work on, the latest last.
    processes: std::collections::VecDeque<Process>,
    held: Option<Held>,
    /// The text of `held` with the lines that were joined to it, the user before it.
    text: Vec<u8>,
    target: Vec<u8>,
    /// Whether lines without a date are Z-Push's, as one surely was.
    undated: bool,
}

/// What a process said of its request before the line that tells it.
struct Process {
    id: u32,
    heartbeat_s: Option<u16>,
    displaced: bool,
}

/// A request whose line is not whole.
#[derive(Clone, Copy)]
struct Held {
    place: Place,
    stamp: Option<Stamp>,
    process: Option<u32>,
    /// Bytes of `text` that are the user.
    user: usize,
    lines: u32,
}

impl Reader for ZPushReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let Some(message) = Message::split(line.bytes) else {
            return self.go_on(line, emit);
        };
        if message.stamp.is_none() && !self.undated && !is_request(message.text) {
            return Reading::Foreign(Reason::UnknownShape);
        }
        self.flush(emit);
        self.undated |= message.stamp.is_none();
        if !is_request(message.text) {
            self.note(message.process, message.text);
            return Reading::Comment;
        }
        self.text.clear();
        self.text.extend_from_slice(message.user);
        self.text.extend_from_slice(message.text);
        let held = Held {
            place: line.into(),
            stamp: message.stamp,
            process: message.process,
            user: message.user.len(),
            lines: 1,
        };
        if Request::read(message.text).whole || self.text.len() >= BYTES {
            self.emit(held, emit);
        } else {
            self.held = Some(held);
        }
        Reading::Record
    }

    fn flush(&mut self, emit: &mut dyn FnMut(&Record<'_>)) {
        if let Some(held) = self.held.take() {
            self.emit(held, emit);
        }
    }
}

impl ZPushReader {
    /// Takes a line without the shape of a message: the rest of a request's line, if any.
    fn go_on(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let foreign = Reading::Foreign(Reason::UnknownShape);
        let Some(held) = self.held else {
            return foreign;
        };
        let request = Request::read(&self.text[held.user..]);
        let fits = line.bytes.starts_with(b"'") || line.bytes.trim_ascii().is_empty();
        if held.lines == LINES
            || !fits
            || request.last != VERSION
            || self.text.len() + line.bytes.len() >= BYTES
        {
            self.flush(emit);
            return foreign;
        }
        self.text.extend_from_slice(line.bytes);
        let held = Held {
            lines: held.lines + 1,
            ..held
        };
        self.held = Some(held);
        if Request::read(&self.text[held.user..]).whole {
            self.flush(emit);
        }
        Reading::Continuation
    }

    /// Notes what a message says of the request that its process works on.
    fn note(&mut self, process: Option<u32>, text: &[u8]) {
        let Some(id) = process else { return };
        if text.starts_with(b"-------- Start") {
            self.take(id);
        } else if let Some(heartbeat) = lifetime(text) {
            self.of(id).heartbeat_s = u16::try_from(heartbeat).ok();
        } else if memmem::find(text, b"Timeout forced after ").is_some()
            && memmem::find(text, b" due to other process").is_some()
        {
            self.of(id).displaced = true;
        }
    }

    /// What is known of a process, which is the latest one then.
    fn of(&mut self, id: u32) -> &mut Process {
        let process = self.take(id).unwrap_or(Process {
            id,
            heartbeat_s: None,
            displaced: false,
        });
        if self.processes.len() == PROCESSES {
            self.processes.pop_front();
        }
        self.processes.push_back(process);
        let last = self.processes.len() - 1;
        &mut self.processes[last]
    }

    fn take(&mut self, id: u32) -> Option<Process> {
        let at = self.processes.iter().rposition(|p| p.id == id)?;
        self.processes.remove(at)
    }

    fn emit(&mut self, held: Held, emit: &mut dyn FnMut(&Record<'_>)) {
        let process = held.process.and_then(|id| self.take(id));
        let (user, text) = self.text.split_at(held.user);
        let request = Request::read(text);
        let value = |name: usize| request.values[name].map(<[u8]>::trim_ascii);
        put_together(&mut self.target, &value);
        emit(&Record {
            place: held.place,
            stamp: held.stamp,
            duration_ms: value(TIME).and_then(taken),
            remote: value(FROM).and_then(present),
            user: present(user),
            method: value(METHOD).and_then(present),
            target: Some(&self.target),
            status: value(CODE)
                .and_then(number)
                .and_then(|code| u16::try_from(code).ok()),
            heartbeat_s: process.as_ref().and_then(|p| p.heartbeat_s),
            ending: process.filter(|p| p.displaced).map(|_| Ending::Displaced),
            edge: Some(Edge::End),
            cut: !request.whole,
            ..Record::default()
        });
    }
}

/// The parts of a line.
struct Message<'a> {
    stamp: Option<Stamp>,
    process: Option<u32>,
    user: &'a [u8],
    text: &'a [u8],
}

impl<'a> Message<'a> {
    /// Splits `dd/mm/yyyy HH:MM:SS [  pid] [LEVEL] [user] [device] text`, of which the user may be missing in the logs
    /// of single users, the device in all but the most talkative ones, and the date and the process in syslog.
    fn split(line: &'a [u8]) -> Option<Self> {
        let mut rest = line;
        let mut stamp = None;
        let mut process = None;
        if let Some((time, after)) = line.split_at_checked(19)
            && time[2] == b'/'
        {
            stamp = Some(dated(time)?);
            let (id, after) = bracketed(after.strip_prefix(b" ")?)?;
            process = Some(number(id.trim_ascii_start())?);
            rest = after.strip_prefix(b" ")?;
        }
        let (level, mut rest) = bracketed(rest)?;
        is_level(level.trim_ascii_start()).then_some(())?;
        let mut user: &[u8] = b"";
        for part in [&mut user, &mut &b""[..]] {
            // The user's name may hold brackets; nothing tells them apart then.
            let Some((inside, after)) = rest.strip_prefix(b" ").and_then(bracketed) else {
                break;
            };
            (*part, rest) = (inside, after);
        }
        Some(Self {
            stamp,
            process,
            user,
            text: rest.trim_ascii_start(),
        })
    }
}

/// Splits `dd/mm/yyyy HH:MM:SS`.
fn dated(text: &[u8]) -> Option<Stamp> {
    let (date, time) = (text.get(..10)?, text.get(11..19)?);
    (date[2] == b'/' && date[5] == b'/' && text[10] == b' ').then_some(())?;
    let day = days(
        i64::from(number(&date[6..])?),
        number(&date[3..5])?,
        number(&date[..2])?,
    )?;
    let ms = day * DAY_MS + i64::from(time_of_day(time)?);
    Some(Stamp { ms, zone: None })
}

/// Takes `[...]` off the front.
fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"[")?;
    let end = memchr(b']', &inside[..inside.len().min(320)])?;
    Some((&inside[..end], &inside[end + 1..]))
}

fn is_level(text: &[u8]) -> bool {
    const LEVELS: [&[u8]; 8] = [
        b"FATAL",
        b"ERROR",
        b"WARN",
        b"INFO",
        b"DEBUG",
        b"WBXML",
        b"DEVICEID",
        b"WBXMLSTACK",
    ];
    LEVELS.contains(&text)
}

/// Whether a text tells a request when it is over; the line at its beginning names no memory.
fn is_request(text: &[u8]) -> bool {
    text.starts_with(NAMES[CMD]) && memmem::find(text, NAMES[MEMORY]).is_some()
}

/// What the line of a request says.
struct Request<'a> {
    values: [Option<&'a [u8]>; NAMES.len()],
    /// The last name in it.
    last: usize,
    /// Whether it reaches to the version at least, and its last value is closed.
    whole: bool,
}

impl<'a> Request<'a> {
    fn read(text: &'a [u8]) -> Self {
        let mut values = [None; NAMES.len()];
        let mut rest = text.strip_prefix(NAMES[CMD]).unwrap_or(text);
        let mut name = CMD;
        loop {
            // A name that a version leaves out is passed over.
            let next = (name + 1..NAMES.len())
                .find_map(|next| Some((next, memmem::find(rest, NAMES[next])?)));
            let Some((next, at)) = next else { break };
            values[name] = rest[..at].strip_suffix(b"'").or(Some(&rest[..at]));
            rest = &rest[at + NAMES[next].len()..];
            name = next;
        }
        // Of a value that is not closed, letters may be missing, and what stands at the end of a line that breaks off may
        // be an apostrophe in it. Behind the version a line may be over.
        let (value, tail) = memrchr(b'\'', rest).map_or((rest, rest), |at| rest.split_at(at));
        let tail = tail.strip_prefix(b"'");
        let whole = name >= VERSION
            && tail.is_some_and(|t| t.is_empty() || (name == CODE && t.trim_ascii().is_empty()));
        let goes_on = tail.is_some_and(|tail| {
            let begins = |next: &&[u8]| next.starts_with(tail);
            !tail.is_empty() && NAMES[name + 1..].iter().any(begins)
        });
        values[name] = (whole || goes_on).then_some(value);
        Self {
            values,
            last: name,
            whole,
        }
    }
}

/// Puts the target of a request together from what its line names.
fn put_together<'a>(target: &mut Vec<u8>, value: &dyn Fn(usize) -> Option<&'a [u8]>) {
    target.clear();
    target.extend_from_slice(b"/Microsoft-Server-ActiveSync");
    let mut joint = b'?';
    for (parameter, name) in [
        (&b"Cmd="[..], CMD),
        (b"User=", USER),
        (b"DeviceId=", DEVICE_ID),
        (b"DeviceType=", DEVICE_TYPE),
    ] {
        let Some(value) = value(name).filter(|v| !v.is_empty()) else {
            continue;
        };
        target.push(joint);
        target.extend_from_slice(parameter);
        escape(value, target);
        joint = b'&';
    }
}

/// Percent-encodes all but the characters that RFC 3986 leaves unreserved.
fn escape(text: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &b in text {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(b);
        } else {
            let digit = |d: u8| DIGITS[usize::from(d)];
            out.extend([b'%', digit(b >> 4), digit(b & 15)]);
        }
    }
}

/// Milliseconds of `1,645.31s`: PHP's `number_format` puts commas between thousands.
fn taken(text: &[u8]) -> Option<u32> {
    let text = text.strip_suffix(b"s")?;
    let point = memchr(b'.', text).unwrap_or(text.len());
    let whole = amount(&text[..point], &[])?.checked_mul(1000)?;
    // The digits behind the point, with a zero before it.
    let fraction = match &text[point..] {
        [] => 0,
        fraction => seconds(&[b"0", fraction].concat())?,
    };
    u32::try_from(whole.checked_add(fraction)?).ok()
}

/// Seconds of `(lifetime 600 seconds)`, of the message that a process waits for changes.
fn lifetime(text: &[u8]) -> Option<u32> {
    let at = memmem::find(text, b"Waiting for ")?;
    let rest = &text[at..];
    let from = memmem::find(rest, b" changes... (lifetime ")? + 22;
    let digits = &rest[from..];
    number(&digits[..memmem::find(digits, b" seconds)")?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activesync::Decoder;
    use crate::format::tests::read;

    fn done(time: &str, process: u32, command: &str) -> String {
        format!(
            "18/05/2025 {time} [{process:5}] [ INFO] [jane] cmd='{command}' memory='1 MiB/2 MiB' time='1.50s' devType='iPhone' devId='A1' getUser='jane' from='192.0.2.37' idle='0s' version='2.7.5' method='POST' httpcode='200'"
        )
    }

    fn said(time: &str, process: u32, text: &str) -> String {
        format!("18/05/2025 {time} [{process:5}] [DEBUG] [jane] {text}")
    }

    #[test]
    fn what_a_process_says_belongs_to_its_next_request_alone() {
        let waiting = "SyncCollections->CheckForChanges(): Waiting for policy changes... (lifetime 880 seconds)";
        let forced = "SyncCollections->CheckForChanges(): Timeout forced after 120s from 880s due to other process";
        let lines = [
            said("11:00:00", 1, waiting),
            said("11:00:01", 2, waiting),
            said("11:00:02", 2, forced),
            done("11:00:03", 1, "Ping"),
            done("11:00:03", 3, "Sync"),
            done("11:00:04", 2, "Ping"),
            done("11:00:05", 2, "Sync"),
            said("11:00:06", 1, waiting),
            said("11:00:07", 1, "-------- Start"),
            done("11:00:08", 1, "Sync"),
        ];
        let (classes, records) = read(&lines.join("\n"));
        assert_eq!(classes, "###RRRR##R");
        let told: Vec<_> = records
            .iter()
            .map(|r| (r.field("heartbeat_s"), r.field("ending")))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                (some("880"), None),
                (None, None),
                (some("880"), some("displaced")),
                (None, None),
                (None, None),
            ]
        );
    }

    #[test]
    fn what_is_remembered_of_processes_has_an_end() {
        let mut reader = ZPushReader::default();
        for id in 0..2 * PROCESSES as u32 {
            reader.note(
                Some(id),
                b"x: Waiting for store changes... (lifetime 600 seconds)",
            );
        }
        assert_eq!(reader.processes.len(), PROCESSES);
        assert!(reader.take(0).is_none());
        let last = reader.take(2 * PROCESSES as u32 - 1);
        assert_eq!(last.and_then(|p| p.heartbeat_s), Some(600));
    }

    #[test]
    fn the_target_reads_back_as_what_the_line_names() {
        let line = done("11:00:00", 1, "Ping")
            .replace("getUser='jane'", "getUser='ACME\\jane & joe+1'")
            .replace("devId='A1'", "devId='a/b=c%41'");
        let (_, records) = read(&line);
        let target = records[0].field("target").unwrap_or_default();
        let mut decoder = Decoder::default();
        let call = decoder.read(target.as_bytes()).expect("ActiveSync");
        assert_eq!(call.command.name(), "Ping");
        assert_eq!(call.user, Some(&b"ACME\\jane & joe+1"[..]));
        assert_eq!(call.device, Some(&b"a/b=c%41"[..]));
        assert_eq!(call.device_type, Some(&b"iPhone"[..]));
    }

    #[test]
    fn a_line_that_breaks_off_keeps_its_whole_values() {
        let line = done("11:00:00", 1, "Ping");
        let from = line.find(" memory='").unwrap_or(0) + 9;
        for at in from..line.len() {
            let (classes, records) = read(&line[..at]);
            assert_eq!(classes, "R", "{}", &line[..at]);
            let field = |name| records[0].field(name);
            let part = |name: &str| line[..at].contains(name);
            let whole = part("version='2.7.5'") && line[..at].ends_with('\'');
            let whole = whole && !line[..at].ends_with("='");
            assert_eq!(field("cut").is_none(), whole, "{}", &line[..at]);
            let duration = part("1.50s' ").then(|| "1500".to_owned());
            assert_eq!(field("duration_ms"), duration, "{}", &line[..at]);
            let remote = part("192.0.2.37' ").then(|| "192.0.2.37".to_owned());
            assert_eq!(field("remote_ip"), remote, "{}", &line[..at]);
            let status = part("httpcode='200'").then(|| "200".to_owned());
            assert_eq!(field("status"), status, "{}", &line[..at]);
        }
    }

    #[test]
    fn a_broken_version_takes_nothing_of_what_follows() {
        let line = done("11:00:00", 1, "Ping");
        let at = line.find("' method=").unwrap_or(0);
        let (head, rest) = line.split_at(at);
        let next = done("11:00:01", 1, "Sync");
        for (text, expected, whole) in [
            (format!("{head}\n{rest}\n{next}"), "R+R", true),
            (format!("{head}\n\n{rest}\n{next}"), "R++R", true),
            (format!("{head}\n{next}"), "RR", false),
            (format!("{head}\nStack trace:\n{next}"), "R?R", false),
            (format!("{head}\n\n\n\n\n{next}"), "R++##R", false),
        ] {
            let (classes, records) = read(&text);
            assert_eq!(classes, expected, "{text}");
            assert_eq!(records.len(), 2);
            assert_eq!(records[0].field("cut").is_none(), whole, "{text}");
            assert_eq!(records[0].field("method").is_some(), whole, "{text}");
        }
    }

    #[test]
    fn only_messages_of_its_own_shape_are_known() {
        for (line, class) in [
            ("18/05/2025 12:00:04 [ 7177] [ INFO] [jane] anything", '#'),
            ("18/05/2025 12:00:04 [ 7177] [WBXML] anything", '#'),
            (
                "18/05/2025 12:00:04 [ 7177] [DEBUG] [jane] [A1] anything",
                '#',
            ),
            (
                "18/05/2025 12:00:04 [ 7177] [DEBUG] [jane] cmd='Ping' devType='iPhone' devId='A1' getUser='jane' from='192.0.2.37' version='2.7.5' method='POST'",
                '#',
            ),
            ("18/13/2025 12:00:04 [ 7177] [ INFO] [jane] anything", '?'),
            ("18/05/2025 12:00:04 [main] [ INFO] [jane] anything", '?'),
            ("18/05/2025 12:00:04 [ 7177] [TRACE] [jane] anything", '?'),
            ("[INFO] [jane] anything", '?'),
            ("[INFO] anything", '?'),
        ] {
            assert_eq!(read(line).0, class.to_string(), "{line}");
        }
        let undated = &done("11:00:00", 1, "Ping")["18/05/2025 11:00:00 [    1] ".len()..];
        assert_eq!(read(&format!("{undated}\n[INFO] [jane] anything")).0, "R#");
    }

    #[test]
    fn thousands_of_seconds_are_read() {
        for (text, expected) in [
            ("0.14s", Some(140)),
            ("45.31s", Some(45_310)),
            ("3,540.02s", Some(3_540_020)),
            ("5s", Some(5000)),
            ("5", None),
            ("x.1s", None),
            ("1.xs", None),
        ] {
            assert_eq!(taken(text.as_bytes()), expected, "{text}");
        }
    }
}
