//! The site of the founding thread: a Domino 8.5.1 server with Traveler 8.5.1.1 and 17 iPhones, in March 2010.
//!
//! Its numbers are the thread's: 1,763 Pings, 1,095 with 200 and 668 with 409, from 0 to 303,110 ms, about 200,000 ms on
//! average; more than 10,000 Syncs of which one did not return 200. They are planned as cards, see [`super::deck`].
//! Its people use push for some hours a day and otherwise let their phones fetch on a schedule, as was usual to save the
//! battery: that is why there are so many more Syncs than Pings.

mod owners;

use self::owners::{OWNERS, Owner};
use super::deck::{self, Card};
use crate::activesync::{Caller, Command, Query};
use crate::clock::{DAY, HOUR, MINUTE, Ms, SECOND, Zone};
use crate::event::Task;
use crate::fate::Fate;
use crate::plan::{Device, Errand, Plan, Session};
use crate::rng::Rng;
use crate::server::Refusal;
use crate::web::Visits;

pub(super) const ZONE: Zone = Zone(-300);

const SEED: u64 = 0x0409_2010;
/// Monday to Thursday.
const DAYS: i64 = 4;

/// What happens to the 1,763 Pings. Two more cards of the 200s are played as planned events, see [`extremes`].
const CARDS: &[(usize, Card)] = &[
    (879, Card::Mail),
    (181, Card::Quiet),
    (12, Card::Rejected),
    (21, Card::MailWhileAway),
    (437, Card::OpenMail),
    (1, Card::OpenMailStalled),
    (9, Card::OpenMailUnlogged),
    (131, Card::Gap),
    (90, Card::OtherCommand),
];

/// The longest Ping of the thread ran 303,110 ms: five minutes, and the server's next look at the mail file.
const LONGEST_OVERSHOOT: Ms = 3_110;

const BROWSERS: &[&str] = &[
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
    "Mozilla/5.0 (Windows; U; Windows NT 6.1; en-US; rv:1.9.2) Gecko/20100115 Firefox/3.6",
    "Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_6_2; en-us) AppleWebKit/531.21.8 (KHTML, like Gecko) Version/4.0.4 Safari/531.21.10",
];
const EMPLOYEES: &[&str] = &[
    "\"Ellen Fischer/HR/ACME\"",
    "Mark Turner/Sales/ACME",
    "CN=Web Master/OU=IT/O=ACME",
    "\"CN=Paul Okafor/OU=Finance/O=ACME\"",
    "webadmin",
];

pub(super) fn plan(block: u32) -> Plan {
    let seed = SEED + u64::from(block);
    let begin = ZONE.midnight(2010, 3, 1) + i64::from(block) * DAYS * DAY;
    let cut = begin + DAYS * DAY;
    let mut rng = Rng::new(seed, "plan");
    let mut hands = deal(&mut rng);
    let devices: Vec<Device> = OWNERS
        .iter()
        .zip(&mut hands)
        .enumerate()
        .map(|(index, (owner, hand))| device(index, owner, hand, begin, &mut rng))
        .collect();
    // Three people's passwords have run out; they enter the new one within about a minute.
    let refusals = [(3, 9), (9, 33), (14, 57)]
        .map(|(device, hour)| Refusal {
            device,
            from: begin + hour * HOUR,
            times: 1,
            command: Some(Command::FolderSync),
            status: 401,
        })
        .to_vec();
    let visits = Visits {
        begin,
        end: cut - HOUR,
        midnight: begin,
        count: 70,
        browsers: BROWSERS,
        employees: EMPLOYEES,
    };
    Plan {
        seed,
        zone: ZONE,
        cut,
        host: "mail.example.com",
        servlet_path: "d:/domino/servlet",
        devices,
        refusals,
        web: visits.hits(&mut Rng::new(seed, "web")),
        restart_at_cut: false,
    }
}

/// Deals the deck to the owners by their shares.
fn deal(rng: &mut Rng) -> Vec<Vec<Card>> {
    let mut deck = deck::shuffled(CARDS, rng);
    let (cards, shares) = (
        deck.len(),
        OWNERS.iter().map(|owner| owner.pings).sum::<usize>(),
    );
    let mut hands: Vec<Vec<Card>> = OWNERS
        .iter()
        .map(|owner| deck.split_off(deck.len() - cards * owner.pings / shares))
        .collect();
    hands[0].append(&mut deck);
    hands
}

fn device(index: usize, owner: &Owner, hand: &mut Vec<Card>, begin: Ms, rng: &mut Rng) -> Device {
    let caller = Caller {
        path: "/servlet/traveler/Microsoft-Server-ActiveSync",
        user: owner.user.to_owned(),
        device_id: device_id(index),
        device_type: "iPhone",
        query: Query::CommandLast,
    };
    let addresses = (0..3)
        .map(|_| {
            format!(
                "{}.{}",
                rng.pick(&["203.0.113", "198.51.100"]),
                rng.between(2, 250)
            )
        })
        .chain([format!("192.0.2.{}", 10 + index)])
        .collect();
    Device {
        caller,
        log_user: owner.log_user.to_owned(),
        agent: owner.agent,
        addresses,
        sessions: sessions(index, owner, hand, begin, rng),
        errands: errands(index, owner, begin, rng),
    }
}

/// `Appl`, then a serial number of the time: factory, year and week, number, model. The same in every repetition.
fn device_id(index: usize) -> String {
    let rng = &mut Rng::new(SEED + index as u64, "serial number");
    const MODELS: [&str; 5] = ["3NP", "3NR", "Y7H", "WH8", "5K7"];
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    let mut id = format!(
        "Appl{}{}",
        *rng.pick(&["86", "87", "88", "79"]),
        rng.pick(&["8", "9", "9", "0"])
    );
    id.push_str(&format!("{:02}", rng.between(1, 52)));
    (0..3).for_each(|_| id.push(char::from(*rng.pick(LETTERS))));
    let model = *rng.pick(&MODELS);
    id.push_str(model);
    id
}

/// Cuts the hand into sessions of one to two hours, spread over the days.
fn sessions(
    index: usize,
    owner: &Owner,
    hand: &mut Vec<Card>,
    begin: Ms,
    rng: &mut Rng,
) -> Vec<Session> {
    let count = usize::try_from(DAYS * 2).unwrap_or(1).min(hand.len() / 4);
    let heartbeat = owner.heartbeat * SECOND;
    let mut sessions = Vec::new();
    for number in 0..count {
        let cards = hand.split_off(hand.len() - hand.len() / (count - number));
        let mut fates: Vec<Fate> = ordered(cards)
            .into_iter()
            .map(|card| card.fate(heartbeat, rng))
            .collect();
        if number == 0 {
            fates.splice(0..0, extremes(index));
        }
        let (day, half) = (number as i64 / 2, number as i64 % 2);
        let hour = if half == 0 {
            rng.between(7 * 60, 10 * 60)
        } else {
            rng.between(13 * 60, 19 * 60)
        };
        sessions.push(Session {
            start: begin + day * DAY + hour * MINUTE + rng.between(0, MINUTE),
            command: Command::Ping,
            heartbeat,
            fates,
        });
    }
    sessions
}

/// The planned events: the Ping answered in no time (its parameters were missing), and the longest one.
fn extremes(index: usize) -> Vec<Fate> {
    match index {
        0 => vec![Fate::Rejected {
            after: 0,
            status: 3,
        }],
        10 => vec![Fate::Quiet {
            overshoot: LONGEST_OVERSHOOT,
        }],
        _ => Vec::new(),
    }
}

/// The cards in their order, but with one at the end with which a session may end.
fn ordered(mut cards: Vec<Card>) -> Vec<Card> {
    if let Some(last) = cards.iter().rposition(|card| card.may_be_last()) {
        let end = cards.len() - 1;
        cards.swap(last, end);
    }
    cards
}

/// What the phone does while push is off: it fetches, and its user picks it up now and then.
fn errands(index: usize, owner: &Owner, begin: Ms, rng: &mut Rng) -> Vec<Errand> {
    let mut errands = Vec::new();
    let mut add = |at: Ms, tasks: Vec<Task>| errands.push(Errand { at, tasks });
    for day in 0..DAYS {
        let midnight = begin + day * DAY;
        // Two in three phones are on the charger at night, and go on fetching there.
        let (first, last) = if index.is_multiple_of(3) {
            (6 * HOUR, 23 * HOUR)
        } else {
            (0, DAY)
        };
        let mut at = midnight + first + rng.between(0, owner.fetch * MINUTE);
        add(
            at,
            vec![Task::new(Command::FolderSync), Task::new(Command::Sync)],
        );
        while at < midnight + last - 4 * MINUTE {
            add(at, fetching(rng));
            at += owner.fetch * MINUTE + rng.between(-20 * SECOND, 20 * SECOND);
        }
        for _ in 0..7 {
            let at = midnight + rng.between(7 * HOUR, 22 * HOUR);
            let tasks = if rng.one_in(3) {
                deck::handling(rng)
            } else {
                deck::reading(rng)
            };
            add(at, tasks);
        }
        if rng.one_in(4) {
            add(
                midnight + 12 * HOUR,
                vec![Task::new(Command::Options), Task::new(Command::FolderSync)],
            );
        }
    }
    errands
}

/// A scheduled fetch: the inbox, then calendar and contacts when the phone thinks it is time.
fn fetching(rng: &mut Rng) -> Vec<Task> {
    (0..rng.weighted(&[(6, 1), (3, 2), (1, 3)]))
        .map(|_| Task::new(Command::Sync))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cards_are_the_threads_numbers() {
        let planned: usize = (0..OWNERS.len()).map(|index| extremes(index).len()).sum();
        let count = |answered: bool| -> usize {
            CARDS
                .iter()
                .filter(|(_, card)| card.is_answered() == answered)
                .map(|(count, _)| count)
                .sum()
        };
        assert_eq!(count(true) + planned, 1_095);
        assert_eq!(count(false), 668);
    }

    #[test]
    fn every_phone_has_a_serial_number_of_its_own() {
        let mut ids: Vec<String> = (0..OWNERS.len()).map(device_id).collect();
        assert!(ids.iter().all(|id| id.len() == 15));
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), OWNERS.len());
    }
}
