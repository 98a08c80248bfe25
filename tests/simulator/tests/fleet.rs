//! Fleets must be possible worlds: what the truth says of each line must agree with the line, and with the other requests of
//! the same device.

mod common;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use common::stamp;
use pinglens_simulator::fleet::config::{Kind, Noise, Owner};
use pinglens_simulator::fleet::scenario::Scenario;
use pinglens_simulator::fleet::{LogFile, Played, Shape, play, record};
use pinglens_simulator::format::{Format, Stamp};

/// One row of a truth file, with the line it is about.
#[derive(Debug, Clone)]
struct Row {
    file: usize,
    line: usize,
    text: String,
    status: u16,
    cmd: String,
    outcome: String,
    cause: Option<(usize, usize)>,
    start: i64,
    end: i64,
    owner: (String, String),
}

struct World {
    played: Played,
    files: Vec<LogFile>,
    rows: Vec<Row>,
    /// The index of a row by its file and line.
    places: BTreeMap<(usize, usize), usize>,
}

fn shape(stamp: Stamp) -> Shape {
    Shape {
        format: Format::DominoExtended,
        stamp,
    }
}

impl World {
    fn of(scenario: Scenario, seed: u64, noise: Noise) -> Self {
        let played = play(scenario.fleet(seed, noise));
        let files = record::write(&played, shape(Stamp::End));
        let mut rows = Vec::new();
        let servers = |number: &usize| !files[*number].front;
        for number in (0..files.len()).filter(servers) {
            let truth = played.truth(&files, number);
            let lines: Vec<&str> = files[number].text.lines().collect();
            let mut all = truth.lines();
            assert_eq!(
                all.next(),
                Some(concat!(
                    "line,cmd,outcome,cause_line,start_ms,end_ms,",
                    "user,device,cause_file,also_file,also_line"
                ))
            );
            rows.extend(all.map(|row| read(row, number, &lines, &files)));
        }
        let places = rows.iter().enumerate();
        Self {
            places: places
                .map(|(index, row)| ((row.file, row.line), index))
                .collect(),
            played,
            files,
            rows,
        }
    }

    fn at(&self, place: (usize, usize)) -> &Row {
        &self.rows[self.places[&place]]
    }

    /// The rows of each device, in the order in which its requests began.
    fn by_owner(&self) -> BTreeMap<&(String, String), Vec<&Row>> {
        let mut all: BTreeMap<_, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            all.entry(&row.owner).or_default().push(row);
        }
        for rows in all.values_mut() {
            rows.sort_by_key(|row| (row.start, row.end));
        }
        all
    }
}

fn read(row: &str, file: usize, lines: &[&str], files: &[LogFile]) -> Row {
    let fields: Vec<&str> = row.split(',').collect();
    let line: usize = fields[0].parse().expect("a line number");
    let text = lines[line - 1].to_owned();
    let (_, after) = text.split_once(" HTTP/1.1\" ").expect("a request");
    let status = after[..3].parse().expect("a status");
    let cause = (!fields[3].is_empty()).then(|| {
        let other = files.iter().position(|file| file.name == fields[8]);
        let line = fields[3].parse().expect("a line number");
        (other.unwrap_or(file), line)
    });
    Row {
        file,
        line,
        status,
        cmd: fields[1].to_owned(),
        outcome: fields[2].to_owned(),
        cause,
        start: fields[4].parse().expect("a moment"),
        end: fields[5].parse().expect("a moment"),
        owner: (fields[6].to_owned(), fields[7].to_owned()),
        text,
    }
}

/// A world of each scenario, kept cleanly and badly; they are played once for all tests.
fn worlds() -> &'static [(Scenario, World)] {
    static WORLDS: OnceLock<Vec<(Scenario, World)>> = OnceLock::new();
    WORLDS.get_or_init(|| {
        let numbered = (11..).zip(Scenario::ALL);
        let of = |(seed, scenario)| {
            [Noise::CLEAN, Noise::HARD].map(|noise| (scenario, World::of(scenario, seed, noise)))
        };
        numbered.flat_map(of).collect()
    })
}

fn for_each_world(check: impl Fn(Scenario, &World)) {
    for (scenario, world) in worlds() {
        assert!(!world.rows.is_empty(), "{}", scenario.name());
        check(*scenario, world);
    }
}

fn millis(text: &str) -> i64 {
    let (_, tail) = text.split_once("\" \"").expect("referer and agent");
    let (_, tail) = tail.split_once("\" ").expect("milliseconds");
    let field = tail.split(' ').next().expect("a field");
    field.parse().expect("digits")
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for scenario in [Scenario::Mixed, Scenario::Pool, Scenario::Busy] {
        for noise in [Noise::CLEAN, Noise::HARD] {
            let text = |seed| World::of(scenario, seed, noise).files.remove(0).text;
            assert!(text(3) == text(3), "{}", scenario.name());
            assert!(text(3) != text(4), "{}", scenario.name());
        }
    }
}

#[test]
fn every_activesync_line_has_a_row_that_fits_it() {
    for_each_world(|scenario, world| {
        for (number, file) in world.files.iter().enumerate() {
            if file.front {
                continue;
            }
            let asks = |line: &&str| line.contains("Microsoft-Server-ActiveSync?");
            let rows = world.rows.iter().filter(|row| row.file == number);
            assert_eq!(
                file.text.lines().filter(asks).count(),
                rows.count(),
                "{}",
                scenario.name()
            );
        }
        for row in &world.rows {
            assert_eq!(stamp(&row.text), row.end / 1_000 * 1_000, "{}", row.text);
            assert_eq!(millis(&row.text), row.end - row.start, "{}", row.text);
            if row.text.contains("Cmd=") {
                assert!(
                    row.text.contains(&format!("Cmd={}", row.cmd)),
                    "{}",
                    row.text
                );
                assert!(row.text.contains(&row.owner.1), "{}", row.text);
            }
        }
    });
}

#[test]
fn a_409_ends_the_millisecond_its_cause_arrives() {
    for_each_world(|_, world| {
        for row in &world.rows {
            let Some(place) = row.cause.filter(|_| row.status == 409) else {
                let unseen = ["superseded-unseen", "overlapped", "cut-in-between"];
                assert!(
                    row.status != 409 || unseen.contains(&row.outcome.as_str()),
                    "{}",
                    row.text
                );
                continue;
            };
            let cause = world.at(place);
            assert_eq!(cause.start, row.end, "{}", row.text);
            assert_eq!(cause.owner, row.owner, "{}", row.text);
            if row.outcome == "cut-in-between" {
                continue;
            }
            let expected = match (row.cmd.as_str(), cause.cmd.as_str()) {
                ("Ping", "Sync") => "superseded-by-sync",
                ("Ping", "Ping") => "superseded-by-ping",
                ("Ping", _) => "superseded-by-other",
                (_, _) => "overlapped",
            };
            assert_eq!(row.outcome, expected, "{}", row.text);
        }
    });
}

#[test]
fn a_device_with_one_connection_has_one_request_at_a_time() {
    for_each_world(|_, world| {
        let several: Vec<(&str, &str)> = world
            .played
            .accounts
            .iter()
            .filter(|account| account.kind == Kind::Outlook)
            .map(|account| {
                (
                    account.caller.user.as_str(),
                    account.caller.device_id.as_str(),
                )
            })
            .collect();
        for (owner, rows) in world.by_owner() {
            if several.contains(&(owner.0.as_str(), owner.1.as_str())) {
                continue;
            }
            // What was refused at the door left what was open as it was.
            let taken: Vec<_> = rows
                .iter()
                .filter(|row| ![401, 403, 456, 457, 503].contains(&row.status))
                .collect();
            for pair in taken.windows(2) {
                assert!(
                    pair[0].end <= pair[1].start,
                    "{}\n{}",
                    pair[0].text,
                    pair[1].text
                );
            }
        }
    });
}

#[test]
fn an_outlook_keeps_its_ping_beside_its_syncs() {
    let world = World::of(Scenario::Outlook, 5, Noise::CLEAN);
    let (mut beside, mut parallel) = (0, 0);
    for rows in world.by_owner().values() {
        for pair in rows.windows(2) {
            let overlap = pair[1].start < pair[0].end;
            let commands = (pair[0].cmd.as_str(), pair[1].cmd.as_str());
            beside += u32::from(overlap && commands == ("Ping", "Sync"));
            parallel += u32::from(overlap && commands == ("Sync", "Sync"));
        }
    }
    assert!(beside > 200 && parallel > 200, "{beside} {parallel}");
    let count = |outcome: &str| {
        world
            .rows
            .iter()
            .filter(|row| row.outcome == outcome)
            .count()
    };
    assert!(count("superseded-by-ping") > 50);
}

#[test]
fn found_changes_are_fetched_by_a_sync_of_the_same_device() {
    for_each_world(|_, world| {
        for row in world
            .rows
            .iter()
            .filter(|row| row.outcome == "changes-found")
        {
            assert_eq!((row.status, row.cmd.as_str()), (200, "Ping"));
            if let Some(place) = row.cause {
                let sync = world.at(place);
                assert_eq!((&sync.owner, sync.cmd.as_str()), (&row.owner, "Sync"));
                assert!(sync.start > row.end, "{}", row.text);
            }
        }
    });
}

#[test]
fn a_heartbeat_is_one_that_the_device_asked_for() {
    for_each_world(|_, world| {
        let poll = world.played.fleet.service.poll;
        let heartbeats = |owner: &(String, String)| -> Vec<i64> {
            let of = |account: &&pinglens_simulator::fleet::cast::Account| {
                (&account.caller.user, &account.caller.device_id) == (&owner.0, &owner.1)
            };
            let accounts = world.played.accounts.iter().filter(of);
            accounts
                .flat_map(|account| account.device.heartbeats().to_vec())
                .collect()
        };
        for row in world
            .rows
            .iter()
            .filter(|row| row.outcome == "heartbeat-expired")
        {
            let over =
                |heartbeat: &i64| (0..=poll + 100).contains(&(row.end - row.start - heartbeat));
            assert!(heartbeats(&row.owner).iter().any(over), "{}", row.text);
        }
    });
}

#[test]
fn an_unseen_cause_is_in_none_of_the_logs() {
    let mut unseen = 0;
    for_each_world(|_, world| {
        for row in world
            .rows
            .iter()
            .filter(|row| row.outcome == "superseded-unseen")
        {
            assert_eq!((row.cause, row.status), (None, 409));
            // A refused request displaces nothing, so the one that did would have begun at that very moment.
            let began = |other: &&Row| other.owner == row.owner && other.start == row.end;
            assert_eq!(world.rows.iter().find(began).map(|row| &row.text), None);
        }
    });
    let pool = (1..6).map(|seed| World::of(Scenario::Pool, seed, Noise::CLEAN));
    for world in pool {
        unseen += world
            .rows
            .iter()
            .filter(|row| row.outcome == "superseded-unseen")
            .count();
    }
    assert!(unseen > 50, "{unseen}");
}

#[test]
fn clean_lines_come_in_the_order_of_completion_and_hard_ones_up_to_two_seconds_late() {
    for scenario in [Scenario::Phones, Scenario::Mixed] {
        let clean = World::of(scenario, 2, Noise::CLEAN);
        assert!(clean.rows.is_sorted_by_key(|row| row.end));
        let hard = World::of(scenario, 2, Noise::HARD);
        let mut latest = 0;
        let mut backwards = 0;
        for row in &hard.rows {
            assert!(latest - row.end <= 2_000, "{}", row.text);
            backwards += usize::from(row.end < latest);
            latest = latest.max(row.end);
        }
        assert!(backwards * 5 > hard.rows.len() / 4, "{backwards}");
    }
}

#[test]
fn one_line_in_two_hundred_is_lost_in_a_hard_log() {
    let world = World::of(Scenario::Phones, 9, Noise::HARD);
    let (begin, end) = world.played.fleet.period;
    let ended = world.played.journeys.iter().filter(|journey| {
        let end_at = journey.end.as_ref().map(|end| end.at);
        end_at.is_some_and(|at| (begin..end - 2_000).contains(&at))
    });
    let ended = ended.count();
    let lost = ended.saturating_sub(world.rows.len());
    assert!(
        (ended / 400..ended / 100).contains(&lost),
        "{lost} of {ended}"
    );
}

#[test]
fn a_log_begins_in_the_middle_of_things() {
    let world = World::of(Scenario::Phones, 4, Noise::CLEAN);
    let begin = world.played.fleet.period.0;
    assert!(world.rows.iter().filter(|row| row.start < begin).count() > 5);
    assert!(world.rows.iter().all(|row| row.end >= begin));
}

#[test]
fn start_stamps_show_the_start() {
    let played = play(Scenario::Phones.fleet(6, Noise::HARD));
    let files = record::write(&played, shape(Stamp::Start));
    let lines: Vec<&str> = files[0].text.lines().collect();
    for row in &files[0].rows {
        let journey = &played.journeys[usize::try_from(row.id).expect("an index")];
        let start = journey.start.expect("it began");
        let line = lines[usize::try_from(row.line - 1).expect("an index")];
        assert_eq!(stamp(line), start / 1_000 * 1_000, "{line}");
    }
}

#[test]
fn ids_are_shared_where_they_are_meant_to_be() {
    let world = World::of(Scenario::Accounts, 3, Noise::CLEAN);
    let owners = &world.played.fleet.owners;
    let two = owners
        .iter()
        .filter(|owner| matches!(owner, Owner::TwoAccounts(_)));
    let clones = owners
        .iter()
        .filter(|owner| matches!(owner, Owner::Clones(_)));
    let mut users: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for account in &world.played.accounts {
        let known = users.entry(&account.caller.device_id).or_default();
        known.push(account.user);
    }
    let pairs = |same: bool| {
        let of = |users: &&Vec<usize>| users.len() == 2 && (users[0] == users[1]) == same;
        users.values().filter(of).count()
    };
    assert_eq!((pairs(false), pairs(true)), (two.count(), clones.count()));
}
