//! A deck of fates: how exact totals come out of a world that is played rather than printed.
//!
//! The totals are fixed by how many cards of each kind there are; shuffling and dealing decides who meets which fate when,
//! and the devices and the server decide what follows from it.

use crate::activesync::Command;
use crate::clock::{Ms, SECOND};
use crate::event::Task;
use crate::fate::Fate;
use crate::rng::Rng;

/// A kind of fate; the times of it are drawn when it is dealt, as they depend on the device's heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Card {
    Mail,
    Quiet,
    Rejected,
    MailWhileAway,
    OpenMail,
    OpenMailStalled,
    OpenMailUnlogged,
    Gap,
    OtherCommand,
}

/// `counts` as a shuffled deck.
pub(super) fn shuffled(counts: &[(usize, Card)], rng: &mut Rng) -> Vec<Card> {
    let mut deck = Vec::new();
    for (count, card) in counts {
        deck.extend(std::iter::repeat_n(*card, *count));
    }
    rng.shuffle(&mut deck);
    deck
}

impl Card {
    /// Whether a session may end with this card: not when the device would go on to a Ping of its own accord.
    pub(super) fn may_be_last(self) -> bool {
        !matches!(self, Self::Gap | Self::Rejected)
    }

    /// Whether this card leads to a 200.
    #[cfg(test)]
    pub(super) fn is_answered(self) -> bool {
        matches!(
            self,
            Self::Mail | Self::Quiet | Self::Rejected | Self::MailWhileAway
        )
    }

    /// The fate of one Ping with the given heartbeat, in milliseconds.
    pub(super) fn fate(self, heartbeat: Ms, rng: &mut Rng) -> Fate {
        // Some seconds before the heartbeat ends, so that the newer request arrives before it does.
        let latest = heartbeat - 5 * SECOND;
        let interrupted = |rng: &mut Rng| match rng.below(100) {
            0..=3 => rng.between(300, 80 * SECOND),
            _ => rng.between(113 * SECOND, latest),
        };
        match self {
            Self::Mail => {
                let after = match rng.below(100) {
                    0..=2 => rng.between(2_500, 80 * SECOND),
                    _ => rng.peaked(92 * SECOND, latest + 2 * SECOND),
                };
                Fate::Mail {
                    after,
                    syncs: rng.weighted(&[(6, 1), (3, 2), (1, 3)]),
                }
            }
            Self::Quiet => Fate::Quiet {
                overshoot: rng.between(12, 3_050),
            },
            Self::Rejected => Fate::Rejected {
                after: rng.between(1, 900),
                status: *rng.pick(&[3, 5, 7]),
            },
            Self::MailWhileAway => {
                let lost = rng.between(60 * SECOND, 100 * SECOND);
                let mail = lost + rng.between(10 * SECOND, 100 * SECOND);
                Fate::MailWhileAway {
                    lost,
                    mail,
                    back: mail + rng.between(95 * SECOND, 900 * SECOND),
                }
            }
            Self::OpenMail => Fate::Use {
                after: interrupted(rng),
                tasks: reading(rng),
            },
            Self::OpenMailStalled => {
                let stalled = Task {
                    stalls: true,
                    ..Task::new(Command::Sync)
                };
                Fate::Use {
                    after: interrupted(rng),
                    tasks: vec![stalled, Task::new(Command::Sync)],
                }
            }
            Self::OpenMailUnlogged => {
                let mut tasks = vec![Task::new(Command::Sync)];
                for _ in 0..3 {
                    tasks.push(Task::after(
                        Command::ItemOperations,
                        rng.between(6 * SECOND, 14 * SECOND),
                    ));
                }
                tasks.push(Task::after(
                    Command::Sync,
                    rng.between(6 * SECOND, 14 * SECOND),
                ));
                for task in &mut tasks {
                    task.logged = false;
                }
                Fate::Use {
                    after: interrupted(rng),
                    tasks,
                }
            }
            Self::Gap => {
                let back = interrupted(rng).max(9 * SECOND);
                Fate::Gap {
                    lost: back - rng.between(3 * SECOND, (back - SECOND).min(60 * SECOND)),
                    back,
                }
            }
            Self::OtherCommand => Fate::Use {
                after: interrupted(rng),
                tasks: handling(rng),
            },
        }
    }
}

/// The user opens Mail: it syncs, and what is read is fetched.
pub(super) fn reading(rng: &mut Rng) -> Vec<Task> {
    let mut tasks = vec![Task::new(Command::Sync)];
    for _ in 0..rng.below(3) {
        tasks.push(Task::new(Command::Sync));
    }
    if rng.one_in(6) {
        tasks.push(Task::after(
            Command::ItemOperations,
            rng.between(700, 4_000),
        ));
    }
    tasks
}

/// The user does something else than looking, and the device syncs what came of it.
pub(super) fn handling(rng: &mut Rng) -> Vec<Task> {
    let command = rng.weighted(&[
        (8, Command::SendMail),
        (4, Command::SmartReply),
        (2, Command::SmartForward),
        (5, Command::MoveItems),
        (4, Command::ItemOperations),
        (3, Command::Search),
        (3, Command::FolderSync),
        (2, Command::MeetingResponse),
        (1, Command::GetAttachment),
        (1, Command::GetItemEstimate),
        (1, Command::Settings),
    ]);
    vec![Task::new(command), Task::new(Command::Sync)]
}
