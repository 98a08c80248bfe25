//! What Exchange notes in the query that it logs, and its two lines for one request.

use std::collections::VecDeque;

/// What the parameter `Log` of a query says: items between underscores, each a name with its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Noted {
    /// `Hb600` or `Hb:600`: the heartbeat that the device asked for, in seconds.
    pub(super) heartbeat_s: Option<u16>,
    /// `Error:PingCollisionDetected`: another Ping of the device took the place of this one.
    pub(super) displaced: bool,
}

impl Noted {
    pub(super) fn read(query: &[u8]) -> Self {
        let mut noted = Self::default();
        let Some(log) = parameter(query, b"Log") else {
            return noted;
        };
        for item in log.split(|&b| b == b'_') {
            if let Some(heartbeat) = item.strip_prefix(b"Hb") {
                let digits = heartbeat.strip_prefix(b":").unwrap_or(heartbeat);
                let number = crate::format::ncsa::decimal(digits);
                noted.heartbeat_s = number.and_then(|n| u16::try_from(n).ok());
            }
            noted.displaced |= item == b"Error:PingCollisionDetected";
        }
        noted
    }
}

/// The value of a parameter of a query, whatever the case of its name.
fn parameter<'a>(query: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    query.split(|&b| b == b'&').find_map(|pair| {
        let (key, value) = pair.split_at_checked(name.len())?;
        let value = value.strip_prefix(b"=")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Requests that are remembered for their other side.
const WINDOW: usize = 64;

/// Most that the ends and the lengths of the two sides differ by, in milliseconds: the log has whole seconds, and the
/// front end needs a moment to hand on the answer.
const APART_MS: i64 = 1_500;

/// Finds the second line of a request that both sides of Exchange logged.
///
/// The front end hands a request on to the back end (`/Proxy/`, on port 444), and each writes a line: as a rule into
/// files of their own, but logs of several sites are merged, and some servers have one file for all sites. A request
/// must count once. Either side may come first, as they end within the same second; so the one that comes second is
/// taken for a sighting of the first. In a file of one side alone nothing is paired.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    recent: VecDeque<Side>,
}

#[derive(Debug, Clone, Copy)]
struct Side {
    back: bool,
    /// Made from the device and the command.
    key: u64,
    end: i64,
    duration: i64,
}

impl Pairs {
    /// Whether a request was logged before, by the other side; it is remembered if not.
    pub(super) fn is_second(&mut self, stem: &[u8], query: &[u8], end: i64, duration: u32) -> bool {
        const STEM: &[u8] = b"/Microsoft-Server-ActiveSync";
        let Some((own, rest)) = stem.split_at_checked(STEM.len()) else {
            return false;
        };
        if !own.eq_ignore_ascii_case(STEM) {
            return false;
        }
        let proxy = rest.get(..7).unwrap_or_default();
        // The base64 form names device and command in one, before what Exchange adds.
        let device = parameter(query, b"DeviceId").or(query.split(|&b| b == b'&').next());
        let command = parameter(query, b"Cmd").unwrap_or_default();
        let side = Side {
            back: proxy.eq_ignore_ascii_case(b"/Proxy/"),
            key: key(&[device.unwrap_or_default(), command]),
            end,
            duration: i64::from(duration),
        };
        let matches = |other: &Side| {
            other.back != side.back
                && other.key == side.key
                && (other.end - side.end).abs() <= APART_MS
                && (other.duration - side.duration).abs() <= APART_MS
        };
        if let Some(at) = self.recent.iter().position(matches) {
            self.recent.remove(at);
            return true;
        }
        if self.recent.len() == WINDOW {
            self.recent.pop_front();
        }
        self.recent.push_back(side);
        false
    }
}

/// A number made from texts, whatever their case (FNV-1a).
fn key(texts: &[&[u8]]) -> u64 {
    let byte = |hash: u64, b: u8| (hash ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    let text = |hash, t: &&[u8]| {
        byte(
            t.iter().fold(hash, |h, b| byte(h, b.to_ascii_lowercase())),
            b'&',
        )
    };
    texts.iter().fold(0xcbf2_9ce4_8422_2325, text)
}
