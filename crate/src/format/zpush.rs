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

mod line;

use super::time::{Stamp, number};
use super::{
    Carries, Edge, Ending, Format, Place, Reader, Reading, Reason, Record, Sample, Seat, present,
};
use crate::input::Line;
use line::{
    CODE, FROM, METHOD, Message, Request, TIME, VERSION, is_request, lifetime, put_together, taken,
};
use memchr::memmem;

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

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

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
}
