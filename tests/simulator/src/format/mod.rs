//! Log formats: how a finished HTTP exchange becomes a line. One file a format.

mod alb;
mod apache;
mod domino;
mod front;
mod iis;
mod json;
mod sogo;

pub use domino::waiting_line;
pub use front::{Ending, FrontFormat};

use crate::clock::{Ms, Zone};

/// Which moment of a request its stamp shows. Domino's documentation does not say which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// The arrival of the request.
    Start,
    /// The end of the answer, which is also when the line is appended.
    End,
}

/// A format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Domino's "Extended Common": 12 fields, with the duration in milliseconds.
    DominoExtended,
    /// Domino's "Common": the first 7 of them, without a duration.
    DominoCommon,
    /// IIS in the W3C format: by UTC, with the duration in milliseconds.
    Iis,
    /// nginx's `combined`, followed by `$request_time`.
    NginxTimed,
    /// Apache's `combined`, followed by `%D`, and stamped at the beginning.
    ApacheTimed,
    /// HAProxy's `option httplog`, stamped at the beginning.
    HaProxy,
    /// AWS's application load balancer.
    Alb,
    /// SOGo's own log.
    Sogo,
    /// nginx's fields as JSON.
    Json,
    /// Caddy's JSON.
    Caddy,
}

/// One finished HTTP exchange, as the web server knows it.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// When the request arrived.
    pub start: Ms,
    /// When the answer had been sent.
    pub end: Ms,
    /// The client's address or name.
    pub client: &'a str,
    /// The Host header.
    pub host: &'a str,
    /// The authenticated user exactly as the server writes it, quotes included; `-` for nobody.
    pub user: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The length column, in bytes; `None` is written as `-`.
    pub bytes: Option<u32>,
    /// The Referer header, or `-`.
    pub referer: &'a str,
    /// The User-Agent header, or `-`.
    pub agent: &'a str,
    /// The Cookie header; empty when there was none.
    pub cookie: &'a str,
    /// The file-system path the URL was translated to.
    pub path: &'a str,
}

impl Exchange<'_> {
    /// How long it took, in seconds with three decimals.
    fn seconds(&self) -> String {
        seconds(self.end - self.start)
    }
}

/// A duration in seconds with three decimals.
fn seconds(took: Ms) -> String {
    format!("{}.{:03}", took / 1_000, took % 1_000)
}

impl Format {
    /// All formats that a server of a fleet may keep its log in.
    pub const ALL: [Self; 10] = [
        Self::DominoExtended,
        Self::DominoCommon,
        Self::Iis,
        Self::NginxTimed,
        Self::ApacheTimed,
        Self::HaProxy,
        Self::Alb,
        Self::Sogo,
        Self::Json,
        Self::Caddy,
    ];

    /// The name, on the command line and of files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DominoExtended => "domino-extended",
            Self::DominoCommon => "domino-common",
            Self::Iis => "iis",
            Self::NginxTimed => "nginx",
            Self::ApacheTimed => "apache",
            Self::HaProxy => "haproxy",
            Self::Alb => "alb",
            Self::Sogo => "sogo",
            Self::Json => "json",
            Self::Caddy => "caddy",
        }
    }

    /// Whether the format leaves open which moment its stamp shows, so that [`Stamp`] decides.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::DominoExtended | Self::DominoCommon)
    }

    /// Appends what stands at the beginning of a file that begins at `at`.
    pub fn header(self, at: Ms, out: &mut String) {
        if self == Self::Iis {
            iis::header(at, out);
        }
    }

    /// Appends the line for `exchange`, with its line break, to `out`.
    pub fn line(self, exchange: &Exchange<'_>, stamp: Stamp, zone: Zone, out: &mut String) {
        let at = match stamp {
            Stamp::Start => exchange.start,
            Stamp::End => exchange.end,
        };
        match self {
            Self::DominoExtended => domino::extended(exchange, at, zone, out),
            Self::DominoCommon => domino::common(exchange, at, zone, out),
            Self::Iis => iis::line(exchange, out),
            Self::NginxTimed => front::timed(exchange, zone, out),
            Self::ApacheTimed => apache::line(exchange, zone, out),
            Self::HaProxy => front::httplog(exchange, Ending::Answered, zone, out),
            Self::Alb => alb::line(exchange, out),
            Self::Sogo => sogo::line(exchange, zone, out),
            Self::Json => json::nginx(exchange, zone, out),
            Self::Caddy => json::caddy(exchange, out),
        }
        out.push('\n');
    }
}
