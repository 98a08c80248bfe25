//! What a world was like, for findings to be held against: JSON, all times in milliseconds since 1970-01-01 UTC, all durations
//! in milliseconds.

use std::collections::{BTreeMap, BTreeSet};

use super::cast::{Account, Trouble};
use super::config::{Clock, Episode};
use super::journey::Journey;
use super::load::{STEP, gaps, over_time, peak};
use super::network::Network;
use super::record::LogFile;
use super::world::Played;
use crate::activesync::Command;
use crate::clock::{MINUTE, Ms};
use crate::json::{Json, list, maybe, number, object, text};

/// A device without an open request for longer than this has a gap.
const GAP: Ms = MINUTE;

/// The summary of a world whose log is in these files.
#[must_use]
pub fn of(played: &Played, files: &[LogFile]) -> Json {
    let fleet = &played.fleet;
    let numbers: Vec<usize> = (0..fleet.pool.clocks.len()).collect();
    let missing = numbers
        .iter()
        .filter(|member| !fleet.pool.given.contains(member));
    object([
        ("scenario", text(fleet.name)),
        ("seed", number(fleet.seed)),
        (
            "faults",
            list(fleet.faults.iter().map(|fault| text(fault.name()))),
        ),
        ("from", number(fleet.period.0)),
        ("to", number(fleet.period.1)),
        ("files", list(files.iter().map(file))),
        ("missing_servers", list(missing.map(number))),
        ("clocks", list(fleet.pool.clocks.iter().map(clock))),
        ("server", server(played)),
        ("proxy", proxy(played)),
        ("outcomes", outcomes(files)),
        ("open_requests", open(played, files)),
        ("networks", networks(played)),
        ("kinds", kinds(played)),
        ("devices", list(devices(played, files))),
        (
            "episodes",
            list(fleet.episodes.iter().map(|one| episode(played, one))),
        ),
        ("restart", restart(played)),
    ])
}

fn file(file: &LogFile) -> Json {
    object([
        ("name", text(&file.name)),
        ("lines", number(file.text.lines().count())),
        ("activesync", number(file.rows.len())),
    ])
}

fn clock(clock: &Clock) -> Json {
    object([
        ("zone_minutes", number(clock.zone.0)),
        ("ahead_ms", number(clock.ahead)),
        (
            "step",
            maybe(clock.step, |(at, by)| list([number(at), number(by)])),
        ),
    ])
}

fn server(played: &Played) -> Json {
    let service = &played.fleet.service;
    let waits: Vec<Ms> = played
        .journeys
        .iter()
        .filter_map(|journey| Some(journey.start? - journey.arrived?))
        .filter(|wait| *wait > 0)
        .collect();
    object([
        ("poll_ms", number(service.poll)),
        ("heartbeat_min_ms", number(service.heartbeats.0)),
        ("heartbeat_max_ms", number(service.heartbeats.1)),
        (
            "threads",
            maybe(service.threads, |threads| number(threads.count)),
        ),
        (
            "refuses_beyond",
            Json::Bool(service.threads.is_some_and(|threads| threads.refuses)),
        ),
        ("waited_for_a_thread", number(waits.len())),
        ("longest_wait_ms", number(waits.iter().max().unwrap_or(&0))),
    ])
}

fn proxy(played: &Played) -> Json {
    maybe(played.fleet.proxy, |proxy| {
        object([
            ("patience_ms", maybe(proxy.patience, number)),
            ("logged", Json::Bool(proxy.log.is_some())),
            ("clock", clock(&proxy.clock)),
        ])
    })
}

fn outcomes(files: &[LogFile]) -> Json {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in files.iter().flat_map(|file| &file.rows) {
        *counts.entry(row.outcome.code()).or_default() += 1;
    }
    let fields = counts.into_iter();
    Json::Object(
        fields
            .map(|(code, count)| (code.to_owned(), number(count)))
            .collect(),
    )
}

/// Open requests: of the whole world, and of what the logs hold.
fn open(played: &Played, files: &[LogFile]) -> Json {
    let period = played.fleet.period;
    let of = |spans: &[(Ms, Ms)]| {
        let peak = peak(spans);
        list([number(peak.count), number(peak.at)])
    };
    let all: Vec<(Ms, Ms)> = played
        .journeys
        .iter()
        .filter_map(|journey| played.span(journey))
        .filter(|(_, to)| *to > period.0)
        .collect();
    let (logged, pings) = (
        played.logged(files, None),
        played.logged(files, Some(Command::Ping)),
    );
    object([
        ("peak", of(&all)),
        ("peak_logged", of(&logged)),
        ("peak_logged_pings", of(&pings)),
        ("step_ms", number(STEP)),
        (
            "over_time",
            list(over_time(&all, period, STEP).into_iter().map(number)),
        ),
        (
            "pings_over_time",
            list(over_time(&pings, period, STEP).into_iter().map(number)),
        ),
    ])
}

/// Networks that end idle connections, and who has been in them.
fn networks(played: &Played) -> Json {
    let mut visitors: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for journey in &played.journeys {
        let device = played.accounts[journey.account].caller.device_id.as_str();
        visitors.entry(journey.network).or_default().insert(device);
    }
    let ends = |(_, network): &(usize, &Network)| network.idle.is_some();
    let all = played.networks.iter().enumerate().filter(ends);
    list(all.map(|(index, network)| {
        let devices = visitors.get(&index).into_iter().flatten();
        object([
            ("prefix", text(network.prefix())),
            ("idle_ms", maybe(network.idle, |idle| number(idle.after))),
            ("sweep_ms", maybe(network.idle, |idle| number(idle.sweep))),
            (
                "resets",
                Json::Bool(network.idle.is_some_and(|idle| idle.reset)),
            ),
            ("devices", list(devices.map(text))),
        ])
    }))
}

fn kinds(played: &Played) -> Json {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for account in &played.accounts {
        *counts.entry(account.kind.name()).or_default() += 1;
    }
    let fields = counts.into_iter();
    Json::Object(
        fields
            .map(|(kind, count)| (kind.to_owned(), number(count)))
            .collect(),
    )
}

fn devices(played: &Played, files: &[LogFile]) -> Vec<Json> {
    let mut own: BTreeMap<usize, Vec<&Journey>> = BTreeMap::new();
    for journey in played
        .journeys
        .iter()
        .filter(|journey| journey.start.is_some())
    {
        own.entry(journey.account).or_default().push(journey);
    }
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for row in files.iter().flat_map(|file| &file.rows) {
        *lines.entry(played.journey(row.id).account).or_default() += 1;
    }
    let spans = played.by_partnership();
    let accounts = played.accounts.iter().enumerate();
    accounts
        .map(|(number, account)| {
            let gaps = spans
                .get(&played.partnerships[number])
                .map_or_else(Vec::new, |spans| gaps(spans, played.fleet.period, GAP));
            let none = Vec::new();
            let journeys = own.get(&number).unwrap_or(&none);
            device(
                played,
                account,
                journeys,
                &gaps,
                lines.get(&number).unwrap_or(&0),
            )
        })
        .collect()
}

fn device(
    played: &Played,
    account: &Account,
    journeys: &[&Journey],
    gaps: &[(Ms, Ms)],
    lines: &usize,
) -> Json {
    let count = |wanted: &dyn Fn(&Journey) -> bool| {
        number(journeys.iter().filter(|journey| wanted(journey)).count())
    };
    let status = |journey: &Journey| journey.end.as_ref().map_or(0, |end| end.status);
    let refused = |journey: &Journey| journey.ask.signed && status(journey) == 401;
    let moments = |wanted: &dyn Fn(&Journey) -> bool| {
        let mut all = journeys.iter().filter(|journey| wanted(journey));
        let ended = |journey: &&Journey| journey.end.as_ref().map(|end| end.at);
        let first = all.next().and_then(ended);
        let last = all.next_back().and_then(ended).or(first);
        list([maybe(first, number), maybe(last, number)])
    };
    let silent: Ms = gaps.iter().map(|(from, to)| to - from).sum();
    object([
        ("user", text(&played.users[account.user].login)),
        ("device", text(&account.caller.device_id)),
        ("kind", text(account.kind.name())),
        ("handset", number(account.handset)),
        ("lines", number(lines)),
        (
            "heartbeats_ms",
            list(account.device.heartbeats().iter().map(number)),
        ),
        ("trouble", maybe(account.trouble, trouble)),
        ("lapses", list(account.lapses.iter().map(lapse))),
        ("refused_from_to", moments(&refused)),
        ("passwords_refused", count(&refused)),
        ("busy_answers", count(&|journey| status(journey) == 503)),
        ("resync_parts", count(&|journey| journey.ask.whole)),
        ("silent_ms", number(silent)),
        (
            "gaps",
            list(
                gaps.iter()
                    .map(|(from, to)| list([number(from), number(to)])),
            ),
        ),
    ])
}

fn trouble(trouble: Trouble) -> Json {
    let (what, from, to) = match trouble {
        Trouble::Loop(from, to, _) => ("pings-returned-at-once", Some(from), Some(to)),
        Trouble::Storm(from, to) => ("storm", Some(from), Some(to)),
        Trouble::Reset(at) => ("key-reset", Some(at), None),
        Trouble::Dozing => ("push-dead", None, None),
        Trouble::OldPassword(from, to) => ("old-password", Some(from), Some(to)),
    };
    object([
        ("what", text(what)),
        ("from", maybe(from, number)),
        ("to", maybe(to, number)),
    ])
}

/// From when to when an account is refused, and with which status.
fn lapse((from, to, status): &(Ms, Ms, u16)) -> Json {
    list([number(from), number(to), number(status)])
}

/// A time at which the server refused: how many it refused, and how many devices came within a minute after it.
fn episode(played: &Played, episode: &Episode) -> Json {
    let (from, to) = episode.period;
    let during = |journey: &&Journey| {
        let end = journey.end.as_ref().filter(|end| end.status == 503);
        end.is_some_and(|end| (from..to).contains(&end.at))
    };
    let refused: Vec<&Journey> = played.journeys.iter().filter(during).collect();
    let devices: BTreeSet<usize> = refused.iter().map(|journey| journey.account).collect();
    let back: BTreeSet<usize> = played
        .journeys
        .iter()
        .filter(|journey| {
            let start = journey.start.unwrap_or(0);
            (to..to + MINUTE).contains(&start) && devices.contains(&journey.account)
        })
        .map(|journey| journey.account)
        .collect();
    object([
        ("from", number(from)),
        ("to", number(to)),
        ("refused", number(refused.len())),
        ("devices_refused", number(devices.len())),
        ("devices_back_within_a_minute", number(back.len())),
        ("retry_after_ms", maybe(episode.after, number)),
        ("retry_at_end", Json::Bool(episode.until_end)),
    ])
}

fn restart(played: &Played) -> Json {
    let gone = &played.restarted;
    let restart = played.fleet.troubles.restart;
    let session = |id: &u64| {
        let journey = played.journey(*id);
        let account = &played.accounts[journey.account];
        object([
            ("user", text(&played.users[account.user].login)),
            ("device", text(&account.caller.device_id)),
            ("cmd", text(journey.ask.command.name())),
            ("start", maybe(journey.start, number)),
        ])
    };
    let distinct: BTreeSet<u64> = gone
        .rounds
        .iter()
        .flat_map(|round| round.waits_for.iter().copied())
        .collect();
    maybe(restart, |restart| {
        object([
            ("at", number(restart.at)),
            (
                "rounds",
                list(
                    gone.rounds
                        .iter()
                        .map(|round| list([number(round.at), number(round.waits_for.len())])),
                ),
            ),
            ("sessions", list(distinct.iter().map(session))),
            ("stuck", list(gone.stuck.iter().map(session))),
            ("ended_by_force", maybe(gone.ended, number)),
            ("started", maybe(gone.started, number)),
        ])
    })
}
