//! The URL of an ActiveSync request: who asks, with which device, for what.
//!
//! Two forms exist. The plain one has `Cmd`, `User`, `DeviceId` and `DeviceType` in any order. The other, since protocol
//! version 12.1, packs the same into base64 (MS-ASHTTP 2.2.1.1.1.1). The path differs by server and by what stands in
//! front of it; its last part does not.

use memchr::{memchr, memchr2};

/// A command of the protocol. The numbers of the base64 form are in MS-ASHTTP 2.2.1.1.1.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(
    missing_docs,
    reason = "the variants are the protocol's own command names"
)]
pub enum Command {
    Sync,
    SendMail,
    SmartForward,
    SmartReply,
    GetAttachment,
    GetHierarchy,
    CreateCollection,
    DeleteCollection,
    MoveCollection,
    FolderSync,
    FolderCreate,
    FolderDelete,
    FolderUpdate,
    MoveItems,
    GetItemEstimate,
    MeetingResponse,
    Search,
    Settings,
    Ping,
    ItemOperations,
    Provision,
    ResolveRecipients,
    ValidateCert,
    Find,
    /// Not a command of the protocol, but of its discovery service, which some servers log the same way.
    Autodiscover,
    /// The request names no command: `OPTIONS`, for one.
    None,
    /// The request names a command that the protocol does not have.
    Unknown,
}

impl Command {
    /// Every command; those of the base64 form come first, at the index that is their number.
    pub const ALL: [Self; 27] = [
        Self::Sync,
        Self::SendMail,
        Self::SmartForward,
        Self::SmartReply,
        Self::GetAttachment,
        Self::GetHierarchy,
        Self::CreateCollection,
        Self::DeleteCollection,
        Self::MoveCollection,
        Self::FolderSync,
        Self::FolderCreate,
        Self::FolderDelete,
        Self::FolderUpdate,
        Self::MoveItems,
        Self::GetItemEstimate,
        Self::MeetingResponse,
        Self::Search,
        Self::Settings,
        Self::Ping,
        Self::ItemOperations,
        Self::Provision,
        Self::ResolveRecipients,
        Self::ValidateCert,
        Self::Find,
        Self::Autodiscover,
        Self::None,
        Self::Unknown,
    ];

    /// How many of [`Command::ALL`] have a number in the base64 form.
    const NUMBERED: usize = 24;

    /// The command's name; `(none)` and `(unknown)` where there is none.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sync => "Sync",
            Self::SendMail => "SendMail",
            Self::SmartForward => "SmartForward",
            Self::SmartReply => "SmartReply",
            Self::GetAttachment => "GetAttachment",
            Self::GetHierarchy => "GetHierarchy",
            Self::CreateCollection => "CreateCollection",
            Self::DeleteCollection => "DeleteCollection",
            Self::MoveCollection => "MoveCollection",
            Self::FolderSync => "FolderSync",
            Self::FolderCreate => "FolderCreate",
            Self::FolderDelete => "FolderDelete",
            Self::FolderUpdate => "FolderUpdate",
            Self::MoveItems => "MoveItems",
            Self::GetItemEstimate => "GetItemEstimate",
            Self::MeetingResponse => "MeetingResponse",
            Self::Search => "Search",
            Self::Settings => "Settings",
            Self::Ping => "Ping",
            Self::ItemOperations => "ItemOperations",
            Self::Provision => "Provision",
            Self::ResolveRecipients => "ResolveRecipients",
            Self::ValidateCert => "ValidateCert",
            Self::Find => "Find",
            Self::Autodiscover => "Autodiscover",
            Self::None => "(none)",
            Self::Unknown => "(unknown)",
        }
    }

    /// The command of a name, whatever its case.
    #[must_use]
    pub fn named(name: &[u8]) -> Self {
        let known = |c: &&Self| name.eq_ignore_ascii_case(c.name().as_bytes());
        Self::ALL
            .iter()
            .find(known)
            .copied()
            .unwrap_or(if name.is_empty() {
                Self::None
            } else {
                Self::Unknown
            })
    }

    /// The command of a number of the base64 form.
    #[must_use]
    pub fn numbered(number: u8) -> Self {
        let numbered = &Self::ALL[..Self::NUMBERED];
        numbered
            .get(usize::from(number))
            .copied()
            .unwrap_or(Self::Unknown)
    }
}

/// What the URL of an ActiveSync request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// The command.
    pub command: Command,
    /// User as sent, decoded: `jane doe`, `DOMAIN\jane`, an address.
    pub user: Option<&'a [u8]>,
    /// DeviceId; one of 16 bytes that are no text, which some clients send in the base64 form, as lower-case hex.
    pub device: Option<&'a [u8]>,
    /// DeviceType, for example `iPhone`.
    pub device_type: Option<&'a [u8]>,
    /// Protocol version times ten; only the base64 form states it in the URL.
    pub version: Option<u8>,
}

/// Parameters of the plain form.
const CMD: &[u8] = b"cmd";
const USER: &[u8] = b"user";
const DEVICE_ID: &[u8] = b"deviceid";
const DEVICE_TYPE: &[u8] = b"devicetype";
const PARAMETERS: [&[u8]; 4] = [CMD, USER, DEVICE_ID, DEVICE_TYPE];

/// What every path of the protocol holds, whatever stands before and behind it.
const PATH: &[u8] = b"microsoft-server-activesync";

/// Whether the target of a request is one of ActiveSync, in any case: Exchange and proxies disagree about it.
#[must_use]
pub fn is_call(target: &[u8]) -> bool {
    let mut rest = split(target).0;
    while rest.len() >= PATH.len() {
        let last = rest.len() - PATH.len();
        let Some(at) = memchr2(b'm', b'M', &rest[..=last]) else {
            return false;
        };
        if rest[at..at + PATH.len()].eq_ignore_ascii_case(PATH) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

/// Path and query.
fn split(target: &[u8]) -> (&[u8], &[u8]) {
    match memchr(b'?', target) {
        Some(at) => (&target[..at], &target[at + 1..]),
        None => (target, b""),
    }
}

/// Reads targets one after the other, and keeps the room for what it decodes: reading one allocates nothing.
#[derive(Debug, Default)]
pub struct Decoder {
    user: Vec<u8>,
    device: Vec<u8>,
    device_type: Vec<u8>,
    /// A query of the base64 form, first as text, then as bytes.
    packed: [Vec<u8>; 2],
}

impl Decoder {
    /// Reads the target of a request, or tells that it is not one of ActiveSync.
    pub fn read(&mut self, target: &[u8]) -> Option<Call<'_>> {
        if !is_call(target) {
            return None;
        }
        let query = split(target).1;
        for field in [&mut self.user, &mut self.device, &mut self.device_type] {
            field.clear();
        }
        let (command, version) = match self.packed(query) {
            Some((command, version)) => (command, Some(version)),
            None if query.is_empty() || names_parameters(query) => (self.plain(query), None),
            // It must name one, as all that is in it is packed, but what it names cannot be read.
            None => (Command::Unknown, None),
        };
        Some(Call {
            command,
            version,
            user: filled(&self.user),
            device: filled(&self.device),
            device_type: filled(&self.device_type),
        })
    }

    fn plain(&mut self, query: &[u8]) -> Command {
        let mut command = Command::None;
        for pair in query.split(|&b| b == b'&') {
            let Some(equals) = memchr(b'=', pair) else {
                continue;
            };
            let (name, value) = (parameter(&pair[..equals]), &pair[equals + 1..]);
            if name.eq_ignore_ascii_case(CMD) {
                command = Command::named(value);
            } else if name.eq_ignore_ascii_case(USER) {
                unescape(value, &mut self.user);
            } else if name.eq_ignore_ascii_case(DEVICE_ID) {
                unescape(value, &mut self.device);
            } else if name.eq_ignore_ascii_case(DEVICE_TYPE) {
                unescape(value, &mut self.device_type);
            }
        }
        command
    }

    /// Reads a query in the base64 form, or tells that it is none.
    fn packed(&mut self, query: &[u8]) -> Option<(Command, u8)> {
        // Parameters appended by a proxy or by Exchange's own logging follow an ampersand.
        let query = &query[..memchr(b'&', query).unwrap_or(query.len())];
        // In the other form the first parameter has its equals sign in the middle; here it can only be padding.
        let padding = memchr(b'=', query).map_or(0, |at| query.len() - at);
        if query.is_empty() || padding > 2 {
            return None;
        }
        let [text, bytes] = &mut self.packed;
        unescape(query, text);
        unbase64(text, bytes)?;
        let mut fields = Fields(bytes);
        let [version, command, _, _] = *fields.take(4)? else {
            return None;
        };
        if !VERSIONS.contains(&version) {
            return None;
        }
        let device = fields.sized()?;
        let policy_key = fields.sized();
        if device.is_empty() || !policy_key.is_none_or(|key| matches!(key.len(), 0 | 4)) {
            return None;
        }
        spell(device, &mut self.device);
        // A log may have cut the query, or somebody masked its end: what was read before still counts.
        let Some(device_type) = policy_key.and_then(|_| fields.sized()) else {
            return Some((Command::numbered(command), version));
        };
        self.device_type.extend_from_slice(device_type);
        while let Some(tag) = fields.take(1) {
            let Some(value) = fields.sized() else { break };
            if tag == [USER_TAG] {
                self.user.clear();
                self.user.extend_from_slice(value);
            }
        }
        Some((Command::numbered(command), version))
    }
}

/// The name of a parameter. A web page makes `&amp;` of the ampersand before it, and a log that is copied from there
/// keeps it.
fn parameter(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"amp;").unwrap_or(name)
}

/// Whether a query holds `name=value`; what stands behind the equals signs of base64 is no value.
fn names_parameters(query: &[u8]) -> bool {
    query.split(|&b| b == b'&').any(|pair| {
        memchr(b'=', pair).is_some_and(|at| {
            let (name, value) = (parameter(&pair[..at]), &pair[at..]);
            let known = |n: &&[u8]| name.eq_ignore_ascii_case(n);
            value.iter().any(|&b| b != b'=') || PARAMETERS.iter().any(known)
        })
    })
}

fn filled(field: &[u8]) -> Option<&[u8]> {
    (!field.is_empty()).then_some(field)
}

/// A value without its percent-encoding.
pub(crate) fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    unescape(value, &mut out);
    out
}

/// Undoes percent-encoding. A `+` stays: clients write it for itself in addresses, and a blank as `%20`.
fn unescape(value: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut rest = value;
    while let Some(percent) = memchr(b'%', rest) {
        out.extend_from_slice(&rest[..percent]);
        rest = match &rest[percent + 1..] {
            [high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                after
            }
            after => {
                out.push(b'%');
                after
            }
        };
    }
    out.extend_from_slice(rest);
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

/// Protocol versions that the base64 form can state (MS-ASHTTP).
const VERSIONS: &[u8] = &[121, 140, 141, 160, 161];

/// Tag of the user's name among the optional fields of the base64 form.
const USER_TAG: u8 = 8;

/// A device's id as text: as it is if it is text, else in hex, which is how servers print it.
fn spell(id: &[u8], out: &mut Vec<u8>) {
    if id.iter().all(u8::is_ascii_graphic) {
        out.extend_from_slice(id);
        return;
    }
    let digit = |d: u8| char::from_digit(u32::from(d), 16).unwrap_or('0') as u8;
    out.extend(id.iter().flat_map(|&b| [digit(b >> 4), digit(b & 15)]));
}

/// The bytes that have not been read yet.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A field with its length in front.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = *self.take(1)?.first()?;
        self.take(usize::from(length))
    }
}

/// Decodes base64 with or without its padding, as far as it is any, or tells that it is none.
fn unbase64(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.clear();
    let text = text
        .strip_suffix(b"==")
        .or_else(|| text.strip_suffix(b"="))
        .unwrap_or(text);
    // The shortest query holds nine bytes.
    if text.len() < 12 {
        return None;
    }
    let (mut bits, mut held) = (0_u32, 0);
    for &b in text {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            // What stands in place of the rest that somebody took out.
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    (out.len() >= 9).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A call with its fields as text.
    #[derive(Debug, PartialEq)]
    struct Told {
        command: Command,
        user: Option<String>,
        device: Option<String>,
        device_type: Option<String>,
        version: Option<u8>,
    }

    fn parse(target: &[u8]) -> Option<Told> {
        let text = |field: Option<&[u8]>| field.map(|f| String::from_utf8_lossy(f).into_owned());
        let mut decoder = Decoder::default();
        // What an earlier call left behind must not show.
        decoder.read(b"/Microsoft-Server-ActiveSync?User=x&DeviceId=x&DeviceType=x&Cmd=Sync");
        decoder.read(target).map(|call| Told {
            command: call.command,
            user: text(call.user),
            device: text(call.device),
            device_type: text(call.device_type),
            version: call.version,
        })
    }

    #[test]
    fn reads_the_plain_form_in_any_order_case_and_path() {
        for target in [
            "/servlet/traveler/Microsoft-Server-ActiveSync?User=jane%20doe&DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping",
            "/Microsoft-Server-ActiveSync/default.eas?cmd=ping&USER=jane%20doe&deviceid=Appl1&devicetype=iPhone&Log=V1",
            "/Microsoft-Server-ActiveSync?Cmd=Ping&amp;User=jane%20doe&amp;DeviceId=Appl1&amp;DeviceType=iPhone",
            "https://mail.example.com:443/microsoft-server-activesync?DeviceId=Appl1&DeviceType=iPhone&Cmd=Ping&User=jane%20doe",
        ] {
            let call = parse(target.as_bytes()).expect(target);
            assert_eq!(call.command, Command::Ping, "{target}");
            assert_eq!(call.user.as_deref(), Some("jane doe"), "{target}");
            assert_eq!(call.device.as_deref(), Some("Appl1"), "{target}");
            assert_eq!(call.device_type.as_deref(), Some("iPhone"), "{target}");
        }
    }

    #[test]
    fn leaves_other_requests_alone() {
        assert_eq!(
            parse(b"/names.nsf?Open&q=Microsoft-Server-ActiveSync"),
            None
        );
        assert_eq!(parse(b"/microsoft"), None);
        assert_eq!(parse(b""), None);
    }

    #[test]
    fn reads_requests_without_a_command() {
        let call = parse(b"/Microsoft-Server-ActiveSync").expect("ActiveSync");
        assert_eq!((call.command, call.device), (Command::None, None));
        let call = parse(b"/Microsoft-Server-ActiveSync?Cmd=Dance&DeviceId=").expect("ActiveSync");
        assert_eq!((call.command, call.device), (Command::Unknown, None));
    }

    /// The specification's own vector, and one built from its layout with every optional part.
    #[test]
    fn reads_the_base64_form() {
        let call = parse(b"/Microsoft-Server-ActiveSync?jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l")
            .expect("ActiveSync");
        assert_eq!((call.command, call.version), (Command::Sync, Some(140)));
        assert_eq!(call.device.as_deref(), Some("v140Device"));
        assert_eq!(call.device_type.as_deref(), Some("SmartPhone"));
        assert_eq!(call.user, None);

        let long =
            "/Microsoft-Server-ActiveSync?jRIJBBABI0VniavN7wEjRWeJq83vBB2cSnsCV1AICGphbmUuZG9l";
        for target in [
            long.to_owned(),
            format!("{long}%3D%3D"),
            format!("{long}&x=1"),
        ] {
            let call = parse(target.as_bytes()).expect("ActiveSync");
            assert_eq!(
                (call.command, call.version),
                (Command::Ping, Some(141)),
                "{target}"
            );
            assert_eq!(
                call.device.as_deref(),
                Some("0123456789abcdef0123456789abcdef")
            );
            assert_eq!(call.user.as_deref(), Some("jane.doe"));
        }
    }

    #[test]
    fn what_stands_before_the_cut_in_base64_counts() {
        let id = "79e5ab0c9822bb3c18d373282f6d55ec";
        for (query, command) in [
            // Masked behind the device, with letters of base64 and without.
            (
                "jREHBBB55asMmCK7PBjTcygvbVXsBAAAAAxxxxxx",
                Command::Settings,
            ),
            ("jQkHBBB55asMmCK7PBjTcygvbVXsBAAAAA***", Command::FolderSync),
            ("jQkHBBB55asMmCK7PBjTcygvbVXs", Command::FolderSync),
            ("jQkHBBB55asMmCK7PBjTcygvbVXs...", Command::FolderSync),
        ] {
            let target = format!("/Microsoft-Server-ActiveSync?{query}");
            let call = parse(target.as_bytes()).expect("ActiveSync");
            assert_eq!(
                (call.command, call.version),
                (command, Some(141)),
                "{query}"
            );
            assert_eq!(call.device.as_deref(), Some(id), "{query}");
            assert_eq!((call.device_type, call.user), (None, None), "{query}");
        }
    }

    #[test]
    fn base64_that_is_cut_before_that_or_is_none_is_no_call_of_that_form() {
        for query in [
            "jAAJBAp2MTQw",
            "////////////////",
            "aaaaaaaaaaaa=",
            "jAAJBAA",
        ] {
            let target = format!("/Microsoft-Server-ActiveSync?{query}");
            assert_eq!(
                parse(target.as_bytes()).and_then(|c| c.version),
                None,
                "{query}"
            );
        }
    }

    #[test]
    fn a_query_that_cannot_be_read_names_an_unknown_command() {
        for (query, command) in [
            ("jAAJBAp2MTQw", Command::Unknown),
            ("jAAJBAp2MTQw==", Command::Unknown),
            ("jAAJBAp2MTQw%3D&", Command::Unknown),
            ("x", Command::Unknown),
            ("", Command::None),
            ("a=b", Command::None),
            ("DeviceId=", Command::None),
            ("Cmd=", Command::None),
            ("jAAJBAp2MTQw&Cmd=Ping", Command::Ping),
        ] {
            let target = format!("/Microsoft-Server-ActiveSync?{query}");
            let read = parse(target.as_bytes()).map(|c| c.command);
            assert_eq!(read, Some(command), "{query}");
        }
    }

    #[test]
    fn every_name_and_number_leads_back_to_its_command() {
        for (i, command) in Command::ALL.into_iter().enumerate() {
            assert_eq!(command as usize, i);
            if i < Command::NUMBERED {
                assert_eq!(Command::numbered(i as u8), command);
                assert_eq!(
                    Command::named(command.name().to_uppercase().as_bytes()),
                    command
                );
            }
        }
        assert_eq!(Command::numbered(200), Command::Unknown);
    }

    #[test]
    fn percent_signs_that_encode_nothing_stay() {
        let mut out = Vec::new();
        unescape(b"50%25%zz%4%", &mut out);
        assert_eq!(out, b"50%%zz%4%");
    }
}
