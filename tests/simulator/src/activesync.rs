//! ActiveSync as it shows in a URL: commands, and the plain and the base64 form of the query.

/// A command of the ActiveSync protocol, or the `OPTIONS` request that carries none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// The HTTP method OPTIONS: asks which versions and commands the server knows.
    Options,
    /// Synchronises one folder or several.
    Sync,
    /// The long poll: held by the server until something changes or the heartbeat ends.
    Ping,
    /// Synchronises the folder hierarchy.
    FolderSync,
    /// Sends a message.
    SendMail,
    /// Answers a message.
    SmartReply,
    /// Forwards a message.
    SmartForward,
    /// Fetches a message body or an attachment.
    ItemOperations,
    /// Fetches an attachment, the older way.
    GetAttachment,
    /// Counts what a Sync would bring.
    GetItemEstimate,
    /// Moves messages, for instance to the trash.
    MoveItems,
    /// Accepts or declines an invitation.
    MeetingResponse,
    /// Searches the address book or the mailbox.
    Search,
    /// Out-of-office message, device information.
    Settings,
    /// Fetches and acknowledges the security policy.
    Provision,
}

impl Command {
    /// The value of `Cmd=`; `OPTIONS` for the request without one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Options => "OPTIONS",
            Self::Sync => "Sync",
            Self::Ping => "Ping",
            Self::FolderSync => "FolderSync",
            Self::SendMail => "SendMail",
            Self::SmartReply => "SmartReply",
            Self::SmartForward => "SmartForward",
            Self::ItemOperations => "ItemOperations",
            Self::GetAttachment => "GetAttachment",
            Self::GetItemEstimate => "GetItemEstimate",
            Self::MoveItems => "MoveItems",
            Self::MeetingResponse => "MeetingResponse",
            Self::Search => "Search",
            Self::Settings => "Settings",
            Self::Provision => "Provision",
        }
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> &'static str {
        if self == Self::Options {
            "OPTIONS"
        } else {
            "POST"
        }
    }

    /// The command's byte in a base64 query. OPTIONS has none.
    fn code(self) -> Option<u8> {
        Some(match self {
            Self::Options => return None,
            Self::Sync => 0,
            Self::SendMail => 1,
            Self::SmartForward => 2,
            Self::SmartReply => 3,
            Self::GetAttachment => 4,
            Self::FolderSync => 9,
            Self::MoveItems => 13,
            Self::GetItemEstimate => 14,
            Self::MeetingResponse => 15,
            Self::Search => 16,
            Self::Settings => 17,
            Self::Ping => 18,
            Self::ItemOperations => 19,
            Self::Provision => 20,
        })
    }
}

/// How a device writes its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// `User=…&DeviceId=…&DeviceType=…&Cmd=…`, as Apple does.
    CommandLast,
    /// `Cmd=…&User=…&DeviceId=…&DeviceType=…`, as Android does.
    CommandFirst,
    /// One base64 word, with the protocol version as its first byte (141 is 14.1).
    Base64(u8),
}

/// Who is asking: the parts of the URL that stay the same for a device.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The path in front of the query.
    pub path: &'static str,
    /// The user as the device knows it, not encoded.
    pub user: String,
    /// The ActiveSync DeviceId.
    pub device_id: String,
    /// The ActiveSync DeviceType.
    pub device_type: &'static str,
    /// The form of the query.
    pub query: Query,
}

impl Caller {
    /// The request target for `command`.
    #[must_use]
    pub fn target(&self, command: Command) -> String {
        let Self {
            path,
            device_id,
            device_type,
            ..
        } = self;
        if let (Query::Base64(version), Some(code)) = (self.query, command.code()) {
            return format!("{path}?{}", self.packed(version, code));
        }
        let who = format!(
            "User={}&DeviceId={device_id}&DeviceType={device_type}",
            percent_encode(&self.user)
        );
        match (command, self.query) {
            (Command::Options, _) => format!("{path}?{who}"),
            (_, Query::CommandFirst) => format!("{path}?Cmd={}&{who}", command.name()),
            (_, _) => format!("{path}?{who}&Cmd={}", command.name()),
        }
    }

    /// The query as MS-ASHTTP 2.2.1.1.1.1 packs it: version, command, locale, then length-prefixed values.
    fn packed(&self, version: u8, code: u8) -> String {
        const LOCALE_EN_US: u16 = 0x0409;
        const TAG_USER: u8 = 8;
        let mut bytes = vec![version, code];
        bytes.extend(LOCALE_EN_US.to_le_bytes());
        let mut counted = |text: &str| {
            // Nothing here is longer than 255 bytes; if it were, the rest would be cut rather than the length be wrong.
            let part = &text.as_bytes()[..text.len().min(255)];
            bytes.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
            bytes.extend(part);
        };
        counted(&self.device_id);
        counted(""); // no policy key
        counted(self.device_type);
        bytes.push(TAG_USER);
        let user = &self.user.as_bytes()[..self.user.len().min(255)];
        bytes.push(u8::try_from(user.len()).unwrap_or(u8::MAX));
        bytes.extend(user);
        base64(&bytes)
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986.
fn percent_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let six = (word >> (18 - 6 * place)) & 63;
            out.push(if place <= group.len() {
                char::from(ALPHABET[six as usize])
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_as_rfc_4648_does() {
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64(b"fooba"), "Zm9vYmE=");
        assert_eq!(base64(b"foob"), "Zm9vYg==");
    }

    #[test]
    fn packs_the_query_as_the_specification_does() {
        let caller = Caller {
            path: "/Microsoft-Server-ActiveSync",
            user: "jd".into(),
            device_id: "v140Device".into(),
            device_type: "SmartPhone",
            query: Query::Base64(140),
        };
        // The specification's own vector, followed by the user's tag, its length and the user.
        let vector = b"\x8c\x00\x09\x04\x0av140Device\x00\x0aSmartPhone\x08\x02jd";
        assert_eq!(caller.packed(140, 0), base64(vector));
        assert!(
            caller
                .target(Command::Sync)
                .starts_with("/Microsoft-Server-ActiveSync?jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l")
        );
    }

    #[test]
    fn encodes_users() {
        assert_eq!(percent_encode("ACME\\j doe"), "ACME%5Cj%20doe");
        assert_eq!(percent_encode("josé"), "jos%C3%A9");
    }
}
