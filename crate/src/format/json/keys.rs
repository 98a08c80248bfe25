//! What keys mean. There is no standard; these are the names that servers, proxies, clouds and collectors use, and what
//! people call nginx's and Apache's variables in formats of their own.

use crate::format::span::Unit;

/// What a value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Slot {
    /// A time of which nothing says what edge of the request it marks.
    Time,
    /// The time at which the request arrived.
    Start,
    /// The time at which it was over.
    End,
    Taken,
    Remote,
    /// Addresses that proxies forward.
    Forwarded,
    Host,
    User,
    Method,
    Target,
    Query,
    /// Method, target and protocol in one.
    Request,
    Protocol,
    Status,
    Bytes,
    Referer,
    Agent,
    /// Envoy's response flags.
    Flags,
    /// Windows' status of the connection.
    Win32,
    /// Google's words for how it ended.
    Details,
    /// The name of the logger.
    Logger,
    /// A line of another log, or a text that may be one.
    Line,
}

impl Slot {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Line as usize + 1;
}

/// Which program's log a key is of: it settles what other keys leave open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    #[default]
    Unknown,
    Caddy,
    Traefik,
    Envoy,
    /// Loggers for Node.js with pino's serialisers.
    Pino,
}

/// What a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) slot: Slot,
    /// Of several keys for one slot, the lowest number counts.
    pub(super) rank: u8,
    /// The unit of a duration, if the key tells it.
    pub(super) unit: Option<Unit>,
    pub(super) dialect: Dialect,
}

/// Keys that only hold others: `http.status_code` and `status_code` are the same.
const WRAPPERS: [&[u8]; 19] = [
    b"http",
    b"httprequest",
    b"jsonpayload",
    b"properties",
    b"access",
    b"accesslog",
    b"nginx",
    b"apache",
    b"apache2",
    b"traefik",
    b"iis",
    b"fields",
    b"data",
    b"json",
    b"payload",
    b"source",
    b"message",
    b"attributes",
    b"body",
];

/// Longest name that any rule has, its unit included.
const LONGEST: usize = 40;

/// What the keys that lead to a value say of it.
pub(super) fn rule(keys: &[&[u8]]) -> Option<Rule> {
    let mut name = [0; LONGEST];
    let mut length = 0;
    let mut inner = false;
    // A key with points says the same as keys inside one another.
    let mut parts = keys
        .iter()
        .flat_map(|key| key.split(|&b| b == b'.'))
        .peekable();
    while let Some(part) = parts.next() {
        let from = length;
        append(part, &mut name, &mut length)?;
        if inner || parts.peek().is_none() || !WRAPPERS.contains(&&name[from..length]) {
            inner = true;
        } else {
            length = from;
        }
    }
    let name = &name[..length];
    named(name).or_else(|| with_unit(name))
}

/// Appends the letters and digits of a key in lower case, so that `User-Agent`, `user_agent` and `userAgent` are one.
fn append(key: &[u8], name: &mut [u8; LONGEST], length: &mut usize) -> Option<()> {
    for byte in key.iter().filter(|b| b.is_ascii_alphanumeric()) {
        *name.get_mut(*length)? = byte.to_ascii_lowercase();
        *length += 1;
    }
    Some(())
}

/// The rule of a duration whose name ends in its unit.
fn with_unit(name: &[u8]) -> Option<Rule> {
    const UNITS: [(&[u8], Unit); 15] = [
        (b"milliseconds", Unit::Milliseconds),
        (b"millis", Unit::Milliseconds),
        (b"milli", Unit::Milliseconds),
        (b"msec", Unit::Milliseconds),
        (b"ms", Unit::Milliseconds),
        (b"microseconds", Unit::Microseconds),
        (b"micros", Unit::Microseconds),
        (b"usec", Unit::Microseconds),
        (b"us", Unit::Microseconds),
        (b"nanoseconds", Unit::Nanoseconds),
        (b"nanos", Unit::Nanoseconds),
        (b"ns", Unit::Nanoseconds),
        (b"seconds", Unit::Seconds),
        (b"sec", Unit::Seconds),
        (b"s", Unit::Seconds),
    ];
    let duration = |(suffix, unit): &(&[u8], Unit)| {
        let rule = named(name.strip_suffix(*suffix)?)?;
        (rule.slot == Slot::Taken && rule.unit.is_none()).then_some(Rule {
            unit: Some(*unit),
            ..rule
        })
    };
    UNITS.iter().find_map(duration)
}

/// The rule of a name.
fn named(name: &[u8]) -> Option<Rule> {
    let (slot, rank) = match name {
        // nginx: local time, ISO time and seconds when the log is written. ECS and Cloudflare say it in the name.
        b"timelocal" | b"timeiso8601" | b"msec" | b"eventend" | b"edgeendtimestamp"
        | b"endtime" => (Slot::End, 0),
        b"startutc" | b"starttime" | b"eventstart" | b"edgestarttimestamp" => (Slot::Start, 0),
        b"startlocal" => (Slot::Start, 1),
        b"requesttimeepoch" => (Slot::Time, 0),
        b"timestamp" | b"ts" | b"datetime" | b"eventtime" => (Slot::Time, 1),
        b"time" | b"logtime" | b"accesstime" => (Slot::Time, 2),
        b"date" => (Slot::Time, 3),
        b"receivetimestamp" => (Slot::Time, 4),

        b"requesttime" | b"duration" | b"elapsed" | b"elapsedtime" | b"responsetime"
        | b"latency" | b"timetaken" | b"took" | b"processingtime" | b"generationtime"
        | b"totaltime" | b"requestduration" | b"requestlatency" | b"executiontime"
        | b"responselatency" | b"eventduration" => (Slot::Taken, 0),
        b"upstreamresponsetime" => (Slot::Taken, 2),

        b"clientip" | b"clienthost" | b"requestclientip" | b"realip" | b"xrealip"
        | b"httpxrealip" => (Slot::Remote, 0),
        b"remoteip"
        | b"remoteaddr"
        | b"remoteaddress"
        | b"remotehost"
        | b"requestremoteip"
        | b"requestremoteaddr"
        | b"downstreamremoteaddress"
        | b"cip"
        | b"ip"
        | b"client"
        | b"clientaddress"
        | b"clientipaddress"
        | b"srcip"
        | b"sourceip"
        | b"sourceipaddress"
        | b"address"
        | b"reqremoteaddress"
        | b"networkclientip"
        | b"identitysourceip" => (Slot::Remote, 1),
        b"clientaddr" => (Slot::Remote, 2),
        b"xforwardedfor"
        | b"httpxforwardedfor"
        | b"forwardedfor"
        | b"requestheadersxforwardedfor" => (Slot::Forwarded, 0),

        b"httphost"
        | b"requesthost"
        | b"authority"
        | b"cshost"
        | b"vhost"
        | b"virtualhost"
        | b"clientrequesthost"
        | b"originalhost"
        | b"requestheadershost"
        | b"reqheadershost"
        | b"urldomain" => (Slot::Host, 0),
        b"host" | b"domain" | b"domainname" => (Slot::Host, 1),
        b"servername" | b"sip" => (Slot::Host, 2),

        b"remoteuser" | b"clientusername" | b"csusername" | b"authuser" => (Slot::User, 0),
        b"user" | b"username" | b"userid" => (Slot::User, 1),

        b"method"
        | b"requestmethod"
        | b"httpmethod"
        | b"verb"
        | b"csmethod"
        | b"reqmethod"
        | b"clientrequestmethod" => (Slot::Method, 0),
        // The path as the client asked for it comes before the one that the server made of it.
        b"xenvoyoriginpath"
        | b"xenvoyoriginalpath"
        | b"requesturi"
        | b"requestpath"
        | b"clientrequesturi"
        | b"csuristem"
        | b"originalurl"
        | b"reqoriginalurl"
        | b"urloriginal" => (Slot::Target, 0),
        b"uri" | b"url" | b"requesturl" | b"httpurl" | b"requrl" | b"path" | b"urlpath"
        | b"csuri" | b"urifull" => (Slot::Target, 1),
        b"urlfull" | b"uripath" | b"documenturi" | b"rawpath" | b"endpoint" => (Slot::Target, 2),
        b"args" | b"query" | b"querystring" | b"csuriquery" | b"requestquery" | b"requestargs"
        | b"urlquery" => (Slot::Query, 0),
        b"request" | b"requestline" | b"rawrequest" => (Slot::Request, 0),
        b"protocol"
        | b"proto"
        | b"serverprotocol"
        | b"requestproto"
        | b"requestprotocol"
        | b"httpversion"
        | b"csversion"
        | b"clientrequestprotocol" => (Slot::Protocol, 0),
        b"version" => (Slot::Protocol, 1),

        b"status"
        | b"statuscode"
        | b"responsecode"
        | b"responsestatus"
        | b"responsestatuscode"
        | b"scstatus"
        | b"downstreamstatus"
        | b"httpstatus"
        | b"httpstatuscode"
        | b"elbstatuscode"
        | b"edgeresponsestatus"
        | b"resstatuscode"
        | b"resstatus" => (Slot::Status, 0),
        b"response" | b"code" => (Slot::Status, 1),

        b"bodybytessent" | b"downstreamcontentsize" | b"responsebodybytes" | b"responsesize" => {
            (Slot::Bytes, 0)
        }
        b"bytessent" | b"scbytes" | b"sentbytes" | b"edgeresponsebytes" | b"responsebytes"
        | b"responselength" => (Slot::Bytes, 1),
        b"size" | b"bytes" | b"length" | b"bytesout" => (Slot::Bytes, 2),

        b"httpreferer"
        | b"httpreferrer"
        | b"referer"
        | b"referrer"
        | b"requestreferer"
        | b"requestreferrer"
        | b"csreferer"
        | b"requestheadersreferer"
        | b"reqheadersreferer"
        | b"headersreferer"
        | b"clientrequestreferer" => (Slot::Referer, 0),
        b"httpuseragent"
        | b"useragent"
        | b"requestuseragent"
        | b"requestheadersuseragent"
        | b"reqheadersuseragent"
        | b"headersuseragent"
        | b"useragentoriginal"
        | b"csuseragent"
        | b"clientrequestuseragent" => (Slot::Agent, 0),
        b"agent" | b"ua" => (Slot::Agent, 1),

        b"responseflags" => (Slot::Flags, 0),
        b"scwin32status" => (Slot::Win32, 0),
        b"statusdetails" => (Slot::Details, 0),
        b"logger" => (Slot::Logger, 0),
        b"log" => (Slot::Line, 0),
        b"message" | b"msg" | b"line" | b"raw" | b"eventoriginal" | b"textpayload" => {
            (Slot::Line, 1)
        }
        _ => return None,
    };
    Some(Rule {
        slot,
        rank,
        unit: match name {
            // Defined in these units by ECS and by Amazon's API Gateway.
            b"eventduration" => Some(Unit::Nanoseconds),
            b"responselatency" => Some(Unit::Milliseconds),
            _ => None,
        },
        dialect: match name {
            b"downstreamstatus" | b"startutc" => Dialect::Traefik,
            b"responseflags" | b"downstreamremoteaddress" => Dialect::Envoy,
            b"resstatuscode" => Dialect::Pino,
            b"requestclientip" | b"requestremoteip" => Dialect::Caddy,
            _ => Dialect::Unknown,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keys: &str) -> Option<(Slot, Option<Unit>)> {
        let keys: Vec<_> = keys.split('/').map(str::as_bytes).collect();
        rule(&keys).map(|r| (r.slot, r.unit))
    }

    #[test]
    fn spelling_and_wrappers_do_not_matter() {
        for (keys, expected) in [
            ("user_agent/original", Some((Slot::Agent, None))),
            ("http.request.method", Some((Slot::Method, None))),
            ("http/response/status_code", Some((Slot::Status, None))),
            ("request/headers/User-Agent", Some((Slot::Agent, None))),
            ("request_User-Agent", Some((Slot::Agent, None))),
            (":authority", Some((Slot::Host, None))),
            ("cs(User-Agent)", Some((Slot::Agent, None))),
            ("@timestamp", Some((Slot::Time, None))),
            ("nginx/access/remote_addr", Some((Slot::Remote, None))),
            ("duration_ms", Some((Slot::Taken, Some(Unit::Milliseconds)))),
            (
                "generation_time_milli",
                Some((Slot::Taken, Some(Unit::Milliseconds))),
            ),
            ("TimeTakenSeconds", Some((Slot::Taken, Some(Unit::Seconds)))),
            (
                "event/duration",
                Some((Slot::Taken, Some(Unit::Nanoseconds))),
            ),
            ("hosts", None),
            ("resp_headers/Server", None),
            ("a_key_that_is_longer_than_any_of_those_with_a_rule", None),
            ("", None),
        ] {
            assert_eq!(read(keys), expected, "{keys}");
        }
    }
}
