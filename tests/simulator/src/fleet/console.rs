//! What the console said: sign-ins that failed, and what a restart of the HTTP task waited for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::journey::Journey;
use super::load::peak;
use super::record::LogFile;
use super::world::Played;
use crate::activesync::Command;
use crate::clock::Ms;
use crate::format::waiting_line;
use crate::rng::Rng;
use crate::truth::RequestId;

/// The console's text beside the log, if the fleet has it.
pub(super) fn write(played: &Played) -> Option<LogFile> {
    let fleet = &played.fleet;
    if !fleet.console {
        return None;
    }
    let zone = fleet.pool.clocks[0].zone;
    let mut lines: Vec<(Ms, String)> = Vec::new();
    for journey in &played.journeys {
        if let Some(at) = failed_sign_in(journey) {
            let account = &played.accounts[journey.account];
            let user = &played.users[account.user].plain;
            let text = format!(
                "http: {user} [{}] authentication failure using internet password",
                journey.address
            );
            lines.push((at, text));
        }
    }
    for round in &played.restarted.rounds {
        for id in &round.waits_for {
            lines.push((round.at, session(played, *id)));
        }
    }
    if let Some(at) = played.restarted.started {
        lines.push((at - 4_000, "HTTP Server: Shutdown".to_owned()));
        lines.push((at, "HTTP Server: Started".to_owned()));
    }
    lines.retain(|(at, _)| (fleet.period.0..fleet.period.1).contains(at));
    lines.sort_by_key(|(at, _)| *at);
    let mut text = String::new();
    for (at, line) in lines {
        let _ = writeln!(text, "{}  {line}", zone.console_stamp(at));
    }
    text.push_str(&statistics(played));
    Some(LogFile {
        name: format!("{}-console.log", fleet.name),
        text,
        rows: Vec::new(),
        front: false,
        meaning: None,
    })
}

/// What `show stat` says in the end: connections, threads, and how Syncs ended since the server was started.
fn statistics(played: &Played) -> String {
    let spans: Vec<(Ms, Ms)> = played
        .journeys
        .iter()
        .filter_map(|journey| played.span(journey))
        .collect();
    let end = played.fleet.period.1;
    let open = spans
        .iter()
        .filter(|(from, to)| (*from..*to).contains(&(end - 1)));
    let threads = played.fleet.service.threads;
    let mut syncs: BTreeMap<u16, usize> = BTreeMap::new();
    for journey in &played.journeys {
        if let (Command::Sync, Some(end)) = (journey.ask.command, &journey.end) {
            *syncs.entry(end.status).or_default() += 1;
        }
    }
    let mut lines = vec![
        ("Http.CurrentConnections".to_owned(), open.count()),
        ("Http.PeakConnections".to_owned(), peak(&spans).count),
        (
            "Http.Workers".to_owned(),
            threads.map_or(100, |threads| threads.count),
        ),
    ];
    for (status, count) in syncs {
        lines.push((format!("Traveler.DeviceSync.Count.{status}"), count));
    }
    let mut text = "> show stat\n".to_owned();
    for (name, value) in &lines {
        // Writing to a String cannot fail, here and above.
        let _ = writeln!(text, "  {name} = {value}");
    }
    let _ = writeln!(text, "  {} statistics found", lines.len());
    text
}

/// When a password was refused.
fn failed_sign_in(journey: &Journey) -> Option<Ms> {
    let end = journey.end.as_ref()?;
    (end.status == 401 && journey.ask.signed).then_some(end.at)
}

/// The line about a request that the restart waits for. The numbers of its session and thread stay the same.
fn session(played: &Played, id: RequestId) -> String {
    let journey = played.journey(id);
    let account = &played.accounts[journey.account];
    let mut rng = Rng::new(played.fleet.seed, &format!("session {id}"));
    let command = journey.ask.command;
    waiting_line(
        rng.between(1_000, 9_999),
        rng.between(3_000, 9_000),
        command.method(),
        &account.caller.target(command),
    )
}
