//! Lines to records: the formats, and telling them apart by content.
//!
//! A [`Format`] is a description and a way to make a [`Reader`]; a reader looks at one line at a time and says what it
//! is. Adding a format is one file with its samples and one entry in [`ALL`]. This room knows nothing of devices.

mod address;
mod alb;
mod apache_error;
mod block;
mod combined;
mod console;
mod csv;
mod detect;
mod domino;
mod dxl;
mod envelope;
mod envoy;
mod event;
mod fields;
mod haproxy;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod hostile;
mod json;
mod labels;
mod markup;
mod ncsa;
mod nginx_error;
mod nginx_ingress;
mod nginx_proxy_manager;
mod nginx_upstream;
mod npmplus;
pub mod own;
mod prefix;
mod reading;
mod record;
mod session;
mod sogo;
mod span;
mod statistics;
mod status;
mod tabular;
mod thread;
pub mod time;
mod traefik;
mod trailing;
mod url;
mod w3c;
mod zoraxy;
mod zpush;

pub use detect::{Class, Detection, Detector};
pub use event::{Colour, Event, Message};
pub use own::stand_in;
pub(crate) use reading::{Alone, AloneOrNot, part};
pub use reading::{Reader, Reading, Reason};
pub(crate) use record::present;
pub use record::{Doubt, Edge, Ending, Place, Record, Session, What};

/// Every format, in the order in which they are tried on a line that the current one does not know.
pub const ALL: &[&dyn Format] = &[
    &domino::ExtendedCommon,
    &domino::Common,
    &sogo::Sogo,
    &combined::Combined,
    &traefik::Traefik,
    &nginx_ingress::NginxIngress,
    &nginx_proxy_manager::NginxProxyManager,
    &nginx_upstream::NginxUpstream,
    &npmplus::NpmPlus,
    &zoraxy::Zoraxy,
    &nginx_error::NginxError,
    &apache_error::ApacheError,
    &zpush::ZPush,
    &w3c::Extended,
    &json::Json,
    &haproxy::Http,
    &alb::Application,
    &alb::Classic,
    &envoy::Envoy,
    &block::Block,
    &console::Console,
    &csv::Csv,
    &tabular::Tabular,
    &dxl::Dxl,
    &thread::Thread,
    &status::TravelerStatus,
    &statistics::Statistics,
];

/// A log format: what it is called, what it can tell, and how to read it.
pub trait Format: Sync {
    /// Stable name, the same in JSON, on the command line and in the documentation.
    fn code(&self) -> &'static str;
    /// The name people know it by.
    fn title(&self) -> &'static str;
    /// Where it is specified or, where no specification exists, described.
    fn specification(&self) -> &'static str;
    /// What its lines can tell.
    fn carries(&self) -> Carries;
    /// Whether its times are in UTC by specification, so that they say nothing of the server's own clock.
    fn is_utc(&self) -> bool {
        false
    }
    /// Lines of this format with what is to be read from them; they run as tests.
    fn samples(&self) -> &'static [Sample];
    /// A reader at the beginning of a file.
    fn reader(&self) -> Box<dyn Reader>;
    /// Where on a request's way the program stands that writes it.
    fn seat(&self) -> Seat {
        Seat::Unknown
    }
}

/// A place on the way of a request, the farthest from the mail server first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// In front of a server: a proxy, a load balancer.
    Proxy,
    /// The format does not tell.
    Unknown,
    /// A web server that others than its own applications may stand behind: IIS.
    Server,
    /// The web server that Traveler runs in, or the mail server's own log of its requests.
    Mail,
}

/// A format that reads lines of a file: one of [`ALL`], or one of the user's own.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// One that comes with the program.
    Known(&'static dyn Format),
    /// One that the user wrote down.
    Own(std::sync::Arc<own::Own>),
}

impl std::ops::Deref for Chosen {
    type Target = dyn Format;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Known(format) => *format,
            Self::Own(format) => &**format,
        }
    }
}

impl std::fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// What the lines of a format can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carries {
    /// Whether requests carry their duration.
    pub duration: bool,
    /// Whether lines carry a time.
    pub time: bool,
    /// Whether the time comes with its zone.
    pub zone: bool,
}

/// A piece of a log that a format must read, and the values it must read from it.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// One or several lines.
    pub text: &'static str,
    /// `field=value` pairs of the first record, as [`Record::field`] prints them.
    pub expect: &'static [(&'static str, &'static str)],
}

#[cfg(test)]
mod tests;
