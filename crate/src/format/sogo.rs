//! The log of SOGo's worker processes: a line for each answer, written behind it, and messages about what they do.
//!
//! `CLIENT "POST URI HTTP/1.1" STATUS ANSWER/REQUEST SECONDS UNZIPPED ZIPPED% MEMORY`, where what was not measured is a
//! hyphen. The date and the name of the host stand before it only where syslog or a container put them; they are read
//! with that prefix, `sogod [61]: ` here. A process serves one request at a time, so that what it says of a client that
//! went away is of the answer that it logs next.

use super::ncsa::{RequestLine, decimal};
use super::time::{ACCESS_LEN, AccessClock, Stamp, number};
use super::{
    Carries, Edge, Ending, Format, Reader, Reading, Reason, Record, Sample, Seat, What, present,
};
use crate::input::Line;
use memchr::{memchr, memchr_iter, memmem};

pub(super) struct Sogo;

impl Format for Sogo {
    fn code(&self) -> &'static str {
        "sogo"
    }

    fn title(&self) -> &'static str {
        "SOGo (sogod)"
    }

    fn specification(&self) -> &'static str {
        "https://github.com/Alinto/sope/blob/master/sope-appserver/NGObjWeb/WOHttpAdaptor/WOHttpTransaction.m"
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
                text: "192.0.2.7 \"POST /SOGo/Microsoft-Server-ActiveSync?Cmd=Ping&User=jane%40example.com&DeviceId=A1&DeviceType=iPhone HTTP/1.1\" 200 13/160 315.262 - - 2M - 13",
                expect: &[
                    ("remote_ip", "192.0.2.7"),
                    ("method", "POST"),
                    (
                        "target",
                        "/SOGo/Microsoft-Server-ActiveSync?Cmd=Ping&User=jane%40example.com&DeviceId=A1&DeviceType=iPhone",
                    ),
                    ("protocol", "HTTP/1.1"),
                    ("status", "200"),
                    ("bytes", "13"),
                    ("duration_ms", "315262"),
                    ("time", "-"),
                    ("edge", "end"),
                    ("ending", "-"),
                    ("cut", "-"),
                ],
            },
            Sample {
                text: "sogod [48]: 2001:db8::7, 192.0.2.1 \"POST /SOGo/Microsoft-Server-ActiveSync?jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l HTTP/1.0\" 200 5120/399 0.936 20480 75% -28K",
                expect: &[
                    ("remote_ip", "2001:db8::7"),
                    (
                        "target",
                        "/SOGo/Microsoft-Server-ActiveSync?jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l",
                    ),
                    ("bytes", "5120"),
                    ("duration_ms", "936"),
                ],
            },
            Sample {
                text: "[61]: watchdog.example \"GET /SOGo.index/ HTTP/1.1\" 500 197/0 - - - -",
                expect: &[
                    ("remote_ip", "watchdog.example"),
                    ("target", "/SOGo.index/"),
                    ("status", "500"),
                    ("duration_ms", "-"),
                ],
            },
            Sample {
                text: "local - - [12/Jan/2024:08:15:30 GMT] \"OPTIONS /SOGo/Microsoft-Server-ActiveSync HTTP/1.1\" 200 0/0 0.004 - - 0",
                expect: &[
                    ("time", "2024-01-12T08:15:30"),
                    ("remote_ip", "local"),
                    ("method", "OPTIONS"),
                    ("status", "200"),
                ],
            },
            Sample {
                text: "sogod [37]: |SOGo| starting method 'POST' on uri '/SOGo/Microsoft-Server-ActiveSync?Cmd=Sync&DeviceId=A1'",
                expect: &[
                    ("what", "sighting"),
                    ("method", "POST"),
                    (
                        "target",
                        "/SOGo/Microsoft-Server-ActiveSync?Cmd=Sync&DeviceId=A1",
                    ),
                    ("status", "-"),
                    ("edge", "-"),
                ],
            },
            Sample {
                text: "[50]: [ERROR] <0x0x558a61c20980[WOHttpTransaction]> client disconnected during delivery of response for <WORequest[0x558a622cc3e0]: method=POST uri=/SOGo/Microsoft-Server-ActiveSync?Cmd=Ping&DeviceId=A1 app=SOGo rqKey=Microsoft-Server-ActiveSync rqPath=(null)> (len=13): the socket was shutdown",
                expect: &[
                    ("what", "sighting"),
                    ("ending", "client"),
                    ("method", "POST"),
                    (
                        "target",
                        "/SOGo/Microsoft-Server-ActiveSync?Cmd=Ping&DeviceId=A1",
                    ),
                ],
            },
        ]
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::<SogoReader>::default()
    }

    fn seat(&self) -> Seat {
        Seat::Mail
    }
}

const STARTING: &[u8] = b"|SOGo| starting method '";
const DISCONNECTED: &[u8] = b"client disconnected during delivery of response for <WORequest[";

/// Processes whose client went away that are remembered, and bytes of the target of each.
const GONE: usize = 64;
const TARGET_BYTES: usize = 8 * 1024;

#[derive(Default)]
struct SogoReader {
    /// Clients that went away, and whose answer is still to be logged, the latest last.
    gone: Vec<Gone>,
    /// Whether a line was surely SOGo's.
    known: bool,
}

struct Gone {
    process: Option<u32>,
    target: Vec<u8>,
}

impl Reader for SogoReader {
    fn line(&mut self, line: &Line<'_>, emit: &mut dyn FnMut(&Record<'_>)) -> Reading {
        let (tag, text) = Tag::split(line.bytes);
        if let Some(answer) = answer(text, line.closed) {
            self.known = true;
            let record = Record {
                place: line.into(),
                ending: self.takes(tag.process, answer.target),
                ..answer
            };
            emit(&record);
            return Reading::Record;
        }
        if let Some((method, target, ending)) = named(text) {
            self.known = true;
            if ending.is_some() {
                self.goes(tag.process, target);
            }
            emit(&Record {
                place: line.into(),
                method: Some(method),
                target: Some(target),
                ending,
                what: What::Sighting,
                ..Record::default()
            });
            return Reading::Record;
        }
        if tag.named || is_message(text) || (self.known && tag.process.is_some()) {
            self.known = true;
            return Reading::Comment;
        }
        Reading::Foreign(Reason::UnknownShape)
    }
}

impl SogoReader {
    /// Remembers that the client of a request went away.
    fn goes(&mut self, process: Option<u32>, target: &[u8]) {
        if target.len() > TARGET_BYTES {
            return;
        }
        if self.gone.len() == GONE {
            self.gone.remove(0);
        }
        self.gone.push(Gone {
            process,
            target: target.to_vec(),
        });
    }

    /// Whether the client of the request that a process answered went away.
    fn takes(&mut self, process: Option<u32>, target: Option<&[u8]>) -> Option<Ending> {
        let same = |g: &Gone| g.process == process && Some(&g.target[..]) == target;
        let gone = self.gone.iter().any(same);
        // Where the process is not told, only the request can be.
        self.gone
            .retain(|g| g.process != process || (process.is_none() && !same(g)));
        gone.then_some(Ending::Client)
    }
}

/// What stands before the text: `sogod [61]: `, or what a prefix left of it.
#[derive(Default)]
struct Tag {
    process: Option<u32>,
    /// Whether it names the program.
    named: bool,
}

impl Tag {
    fn split(line: &[u8]) -> (Self, &[u8]) {
        let rest = line.strip_prefix(b"sogod").map(<[u8]>::trim_ascii_start);
        let named = rest.is_some();
        let none = (Self::default(), line);
        let Some(inside) = rest.unwrap_or(line).strip_prefix(b"[") else {
            return none;
        };
        let digits = inside.iter().take_while(|b| b.is_ascii_digit()).count();
        let Some(process) = number(&inside[..digits]) else {
            return none;
        };
        match inside[digits..].strip_prefix(b"]: ") {
            Some(text) => (
                Self {
                    process: Some(process),
                    named,
                },
                text,
            ),
            None => none,
        }
    }
}

/// Reads the line of an answer.
fn answer(text: &[u8], closed: bool) -> Option<Record<'_>> {
    let open = memchr(b'"', text)?;
    let client = text[..open].strip_suffix(b" ")?;
    let (client, stamp) = match dated(client) {
        Some((client, stamp)) => (client, Some(stamp)),
        None => (client, None),
    };
    let quoted = &text[open + 1..];
    // A URI may hold quotes; the one that closes has the status and both lengths behind it.
    let (request, status, mut numbers) = memchr_iter(b'"', quoted).find_map(|close| {
        let after = quoted[close + 1..].strip_prefix(b" ")?;
        let status = number(after.get(..3)?)?;
        let numbers = after[3..].strip_prefix(b" ")?;
        let bytes = numbers.split(|&b| b == b' ').next()?;
        let slash = memchr(b'/', bytes)?;
        decimal(&bytes[..slash])?;
        // The request's length is the last that a line may break off in.
        (bytes[slash + 1..].iter().all(u8::is_ascii_digit)).then_some((
            &quoted[..close],
            status,
            numbers,
        ))
    })?;
    let mut next = || {
        let end = memchr(b' ', numbers).unwrap_or(numbers.len());
        let number = &numbers[..end];
        numbers = numbers[end..].strip_prefix(b" ").unwrap_or_default();
        number
    };
    let bytes = next();
    let taken = next();
    let whole = !numbers.is_empty();
    if closed && taken.is_empty() {
        return None;
    }
    let request = RequestLine::split(request);
    request.method?;
    // Of several addresses the first is the client's, the others are those of proxies.
    let first = client.split(|&b| b == b',').next().unwrap_or(client);
    let spaced = first.iter().any(u8::is_ascii_whitespace);
    (!spaced && !first.is_empty()).then_some(())?;
    let slash = memchr(b'/', bytes).unwrap_or(0);
    Some(Record {
        stamp,
        // Three digits stand behind the point; fewer of them, and the line broke off.
        duration_ms: super::fields::seconds(taken)
            .filter(|_| taken.iter().rev().nth(3) == Some(&b'.'))
            .and_then(|ms| u32::try_from(ms).ok()),
        remote: present(first),
        method: request.method,
        target: request.target,
        protocol: request.protocol,
        status: u16::try_from(status).ok(),
        bytes: decimal(&bytes[..slash]),
        edge: Some(Edge::End),
        cut: !closed && !whole,
        ..Record::default()
    })
}

/// Splits `CLIENT - - [dd/Mon/yyyy:hh:mm:ss GMT]`, which SOPE by itself writes. Its source says that the time should be
/// that of Greenwich and is not made so; so it is local.
fn dated(client: &[u8]) -> Option<(&[u8], Stamp)> {
    let open = memmem::find(client, b" - - [")?;
    let date = client[open + 6..].strip_suffix(b" GMT]")?;
    let mut text = [0; ACCESS_LEN];
    let (head, zone) = text.split_at_mut_checked(date.len())?;
    head.copy_from_slice(date);
    (zone.len() == 6).then(|| zone.copy_from_slice(b" +0000"))?;
    let stamp = AccessClock::default().read(&text)?;
    Some((
        &client[..open],
        Stamp {
            zone: None,
            ..stamp
        },
    ))
}

/// Reads a message that names a request: its method, its target, and who ended it.
fn named(text: &[u8]) -> Option<(&[u8], &[u8], Option<Ending>)> {
    if let Some(rest) = text.strip_prefix(STARTING) {
        let end = memmem::find(rest, b"' on uri '")?;
        let target = rest[end + 10..].strip_suffix(b"'")?;
        return Some((&rest[..end], target, None))
            .filter(|(m, t, _)| !m.is_empty() && !t.is_empty());
    }
    let at = memmem::find(text, DISCONNECTED)?;
    if !is_message(text) {
        return None;
    }
    let rest = &text[at + DISCONNECTED.len()..];
    let rest = &rest[memmem::find(rest, b"]: method=")? + 10..];
    let end = memmem::find(rest, b" uri=")?;
    let target = &rest[end + 5..];
    let target = &target[..memchr(b' ', target)?];
    Some((&rest[..end], target, Some(Ending::Client)))
        .filter(|(m, t, _)| !m.is_empty() && !t.is_empty())
}

/// Whether a text is signed by an object of SOPE: `[ERROR] <0x0x558a61c20980[WOHttpTransaction]> ...`, or `|SOGo| ...`.
fn is_message(text: &[u8]) -> bool {
    if text.starts_with(b"|SOGo| ") {
        return true;
    }
    let text = text
        .strip_prefix(b"[")
        .and_then(|inside| {
            let end = inside.iter().take_while(|b| b.is_ascii_uppercase()).count();
            inside[end..].strip_prefix(b"] ")
        })
        .unwrap_or(text);
    let Some(rest) = text.strip_prefix(b"<0x") else {
        return false;
    };
    let digits = rest
        .iter()
        .take_while(|b| b.is_ascii_hexdigit() || **b == b'x')
        .count();
    let Some(class) = rest[digits..].strip_prefix(b"[") else {
        return false;
    };
    let name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'(' | b')');
    let length = class.iter().take_while(name).count();
    length > 0 && class[length..].starts_with(b"]>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::read;

    const PING: &str = "/SOGo/Microsoft-Server-ActiveSync?Cmd=Ping&DeviceId=A1";

    fn gone(process: &str, target: &str) -> String {
        format!(
            "{process}[ERROR] <0x0x558a61c20980[WOHttpTransaction]> client disconnected during delivery of response for <WORequest[0x558a622cc3e0]: method=POST uri={target} app=SOGo rqKey=x rqPath=(null)> (len=13): the socket was shutdown"
        )
    }

    fn done(process: &str, target: &str) -> String {
        format!("{process}192.0.2.7 \"POST {target} HTTP/1.1\" 200 13/160 315.262 - - 2M - 13")
    }

    #[test]
    fn an_answer_whose_client_went_away_says_so() {
        let other = PING.replace("A1", "A2");
        for (lines, expected) in [
            (vec![gone("[5]: ", PING), done("[5]: ", PING)], &[true][..]),
            (
                vec![
                    gone("[5]: ", PING),
                    done("[6]: ", PING),
                    done("[5]: ", PING),
                ],
                &[false, true],
            ),
            (vec![gone("[5]: ", PING), done("[5]: ", &other)], &[false]),
            (
                vec![
                    gone("[5]: ", PING),
                    done("[5]: ", &other),
                    done("[5]: ", PING),
                ],
                &[false, false],
            ),
            (
                vec![gone("", PING), done("", PING), done("", PING)],
                &[true, false],
            ),
            (
                vec![gone("", PING), done("", &other), done("", PING)],
                &[false, true],
            ),
        ] {
            let (classes, records) = read(&lines.join("\n"));
            assert_eq!(classes, "R".repeat(lines.len()));
            let ended: Vec<_> = records
                .iter()
                .filter(|r| r.field("what").is_none())
                .map(|r| r.field("ending").is_some())
                .collect();
            assert_eq!(ended, expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_remembered_of_clients_has_an_end() {
        let mut reader = SogoReader::default();
        for process in 0..10 * GONE as u32 {
            reader.goes(Some(process), PING.as_bytes());
            reader.goes(Some(process), &[b'x'; 2 * TARGET_BYTES]);
        }
        assert_eq!(reader.gone.len(), GONE);
        assert_eq!(reader.takes(Some(0), Some(PING.as_bytes())), None);
        let last = Some(10 * GONE as u32 - 1);
        let ending = reader.takes(last, Some(PING.as_bytes()));
        assert_eq!(ending, Some(Ending::Client));
    }

    #[test]
    fn messages_are_known_by_their_signature() {
        for (line, class) in [
            (
                "sogod [48]: <0x0x558a620108f0[SOGoActiveSyncDispatcher]> Sleeping 45 seconds while detecting changes for user x in Ping...",
                '#',
            ),
            (
                "[WARN] <0x0x558a61f70e60[WOWatchDogChild]> pid 50 has been hanging in the same request for 5 minutes",
                '#',
            ),
            ("|SOGo| request took 0.123456 seconds to execute", '#'),
            (
                "sogod [69]: SOGoRootPage Login from '192.0.2.7' for user 'jane' might not have worked",
                '#',
            ),
            (
                "[69]: SOGoRootPage Login from '192.0.2.7' for user 'jane' might not have worked",
                '?',
            ),
            ("[ERROR] something else", '?'),
            ("<0x12> x", '?'),
            ("192.0.2.7 \"POST /x HTTP/1.1\" 200 13 315.262 - - 2M", '?'),
            (
                "two words \"POST /x HTTP/1.1\" 200 13/1 315.262 - - 2M",
                '?',
            ),
            ("192.0.2.7 \"POST /x HTTP/1.1\" 200 13/1", '?'),
        ] {
            assert_eq!(read(&format!("{line}\n")).0, class.to_string(), "{line}");
        }
        // Behind a line that is surely SOGo's, what a process signs is, too.
        let line =
            "[69]: SOGoRootPage Login from '192.0.2.7' for user 'jane' might not have worked";
        assert_eq!(read(&format!("{}\n{line}\n", done("[5]: ", PING))).0, "R#");
    }

    #[test]
    fn a_last_line_that_breaks_off_keeps_no_part_of_a_number() {
        for (numbers, bytes, duration, cut) in [
            ("13/160 315.262 - - 2M", Some("13"), Some("315262"), None),
            ("13/160 315.262", Some("13"), Some("315262"), Some("cut")),
            ("13/160 315.2", Some("13"), None, Some("cut")),
            ("13/160 31", Some("13"), None, Some("cut")),
            ("13/16", Some("13"), None, Some("cut")),
        ] {
            let (_, records) = read(&format!("192.0.2.7 \"GET /x HTTP/1.1\" 200 {numbers}"));
            let told = ["bytes", "duration_ms", "cut"].map(|f| records[0].field(f));
            let expected = [bytes, duration, cut].map(|f| f.map(str::to_owned));
            assert_eq!(told, expected, "{numbers}");
        }
        assert_eq!(read("192.0.2.7 \"GET /x HTTP/1.1\" 200 13").0, "?");
    }
}
