//! The log of the proxy in front of a fleet's server.

use super::record::LogFile;
use super::world::Played;
use crate::clock::Ms;
use crate::format::{Ending, Exchange, FrontFormat, Stamp};
use crate::rng::Rng;
use crate::truth::RequestId;

/// The proxy's log, if it is there, and the requests that have a line in it.
pub(super) fn write(played: &Played) -> Option<(LogFile, Vec<(RequestId, u64)>)> {
    let fleet = &played.fleet;
    let proxy = fleet.proxy?;
    let format = proxy.log?;
    let mut rng = Rng::new(fleet.seed, "front");
    let mut lines: Vec<(Ms, RequestId, Ending)> = Vec::new();
    for (id, journey) in (0..).zip(&played.journeys) {
        let (Some(_), Some(end)) = (journey.passed, &journey.end) else {
            continue;
        };
        let answered = (end.at + rng.between(1, 4), Ending::Answered);
        let (at, ending) = journey.front.unwrap_or(answered);
        if (fleet.period.0..fleet.period.1).contains(&at) {
            lines.push((at, id, ending));
        }
    }
    lines.sort_by_key(|(at, id, _)| (*at, *id));
    let mut text = String::new();
    let mut rows = Vec::new();
    for (line, (at, id, ending)) in (1..).zip(lines) {
        rows.push((id, line));
        written(played, format, at, id, ending, &mut text);
    }
    let file = LogFile {
        name: format!("{}-front.log", fleet.name),
        text,
        rows: Vec::new(),
        front: true,
        meaning: Some(match format {
            FrontFormat::HaProxy => Stamp::Start,
            FrontFormat::Nginx | FrontFormat::NginxTimed => Stamp::End,
        }),
    };
    Some((file, rows))
}

/// Appends the line of a request, by the proxy's clock.
fn written(
    played: &Played,
    format: FrontFormat,
    at: Ms,
    id: RequestId,
    ending: Ending,
    text: &mut String,
) {
    let Some(proxy) = played.fleet.proxy else {
        return;
    };
    let journey = played.journey(id);
    let account = &played.accounts[journey.account];
    let command = journey.ask.command;
    let end = journey.end.as_ref();
    let (status, bytes) = match ending {
        Ending::ClientGone => (499, 0),
        Ending::TimedOut => (504, 167),
        Ending::Answered | Ending::Unreachable => {
            end.map_or((502, 0), |end| (end.status, end.bytes))
        }
    };
    let exchange = Exchange {
        start: proxy.clock.shows(journey.passed.unwrap_or(at)),
        end: proxy.clock.shows(at),
        client: &journey.address,
        host: "-",
        user: "-",
        method: command.method(),
        target: &account.caller.target(command),
        status,
        bytes: Some(bytes),
        referer: "-",
        agent: account.agent,
        cookie: "",
        path: "",
    };
    format.line(&exchange, ending, proxy.clock.zone, text);
}
