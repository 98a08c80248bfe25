//! What people do with their mail: which requests a look at it leads to, and how long they think in between.

use super::air::{Ask, CALENDAR, CONTACTS, INBOX, SENT};
use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::rng::Rng;

/// What somebody wants at one moment of a look, counted in milliseconds from its beginning.
pub type Burst = (Ms, Vec<Ask>);

/// A look at the mail: one burst of requests after the other, at the distances at which people think.
pub fn look(rng: &mut Rng) -> Vec<Burst> {
    let mut bursts = vec![(0, opening(rng))];
    let mut at = 0;
    for _ in 0..rng.weighted(&[(7, 0), (5, 1), (3, 2), (1, 4), (1, 7)]) {
        at += rng.octaves(1_200, 100 * SECOND);
        if rng.percent(12) {
            // A search is narrowed down, or one message after the other is opened.
            let command = *rng.pick(&[Command::Search, Command::ItemOperations]);
            for _ in 0..rng.between(2, 5) {
                bursts.push((at, vec![Ask::of(command)]));
                at += rng.octaves(350, 4_000);
            }
        } else {
            bursts.push((at, action(rng)));
        }
    }
    bursts
}

/// The user opens the app; now and then it is opened to do one thing only.
fn opening(rng: &mut Rng) -> Vec<Ask> {
    if rng.percent(14) {
        return action(rng);
    }
    let mut asks = Vec::new();
    if rng.percent(12) {
        asks.push(Ask::of(Command::FolderSync));
    }
    asks.push(Ask::sync(INBOX));
    if rng.percent(25) {
        asks.push(Ask::sync(CALENDAR));
    }
    if rng.percent(6) {
        asks.push(Ask::sync(CONTACTS));
    }
    asks
}

/// One thing that people do.
fn action(rng: &mut Rng) -> Vec<Ask> {
    let command = rng.weighted(&[
        (9, Command::ItemOperations),
        (5, Command::MoveItems),
        (4, Command::SendMail),
        (4, Command::SmartReply),
        (2, Command::SmartForward),
        (3, Command::Sync),
        (2, Command::Search),
        (1, Command::MeetingResponse),
        (1, Command::GetAttachment),
        (1, Command::GetItemEstimate),
        (1, Command::FolderSync),
        (1, Command::Settings),
    ]);
    let first = match command {
        Command::Sync => return vec![Ask::sync(INBOX)],
        other => Ask::of(other),
    };
    match command {
        // What was read is marked as read.
        Command::ItemOperations if rng.percent(45) => vec![first, Ask::sync(INBOX)],
        Command::MoveItems => vec![first, Ask::sync(INBOX)],
        Command::SendMail | Command::SmartReply | Command::SmartForward if rng.percent(70) => {
            vec![first, Ask::sync(SENT)]
        }
        Command::MeetingResponse => vec![first, Ask::sync(CALENDAR)],
        Command::FolderSync => vec![first, Ask::sync(INBOX)],
        _ => vec![first],
    }
}
