//! Who is in a fleet: drawn from its seed, one stream of randomness for each person.

use std::collections::BTreeMap;

use super::config::{Fleet, Kind, Owner};
use super::event::Event;
use super::make::{self, Make};
use super::network::{Handset, Network};
use super::people::Person;
use crate::activesync::Caller;
use crate::clock::{HOUR, MINUTE, Ms};
use crate::device::Behaviour;
use crate::rng::Rng;

const FIRST_NAMES: [&str; 24] = [
    "Anna", "Ben", "Chiara", "Daniel", "Elif", "Frank", "Grace", "Hugo", "Ines", "Jonas", "Kofi",
    "Lena", "Marco", "Nadia", "Oskar", "Paula", "Quentin", "Rosa", "Samir", "Tessa", "Umar",
    "Vera", "Wim", "Yuki",
];
const LAST_NAMES: [&str; 20] = [
    "Adler",
    "Brandt",
    "Costa",
    "Dahl",
    "Engel",
    "Ferrari",
    "Garcia",
    "Hansen",
    "Ibrahim",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quinn",
    "Rossi",
    "Schmidt",
    "Takeda",
];
const UNITS: [&str; 5] = ["Sales", "Support", "IT", "Finance", "Engineering"];

/// A user as the different servers write them down.
#[derive(Debug, Clone)]
pub struct User {
    /// As in the URL.
    pub login: String,
    /// As Domino writes a name, quotes included.
    pub domino: String,
    /// As IIS does.
    pub windows: String,
    /// As the others do.
    pub plain: String,
}

/// One account on one handset.
#[derive(Debug)]
pub struct Account {
    /// Whose it is.
    pub user: usize,
    /// Which handset it is on.
    pub handset: usize,
    /// Its kind of device.
    pub kind: Kind,
    /// The parts of its URLs.
    pub caller: Caller,
    /// Its User-Agent header.
    pub agent: &'static str,
    /// What it does.
    pub device: Box<dyn Behaviour>,
    /// Its own randomness.
    pub rng: Rng,
    /// When it is refused, and with which status.
    pub lapses: Vec<(Ms, Ms, u16)>,
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
}

/// What is wrong with a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// From when to when its Pings are returned at once, with which status.
    Loop(Ms, Ms, u8),
    /// From when to when it begins a Ping every few seconds.
    Storm(Ms, Ms),
    /// When the server loses its state.
    Reset(Ms),
    /// It holds nothing open unless it is being used.
    Dozing,
    /// From when to when its password is an old one.
    OldPassword(Ms, Ms),
}

impl Account {
    /// Whether it is refused at a moment, and with which status.
    #[must_use]
    pub fn refused(&self, at: Ms) -> Option<u16> {
        let mut lapses = self.lapses.iter();
        lapses
            .find(|(from, to, _)| (*from..*to).contains(&at))
            .map(|(.., status)| *status)
    }
}

/// Everybody and everything in a world, and what is going to happen to them from outside.
#[derive(Debug)]
pub struct Cast {
    /// All networks.
    pub networks: Vec<Network>,
    /// All users.
    pub users: Vec<User>,
    /// All handsets.
    pub handsets: Vec<Handset>,
    /// All accounts.
    pub accounts: Vec<Account>,
    /// What happens, in no particular order.
    pub diary: Vec<(Ms, Event)>,
}

impl Cast {
    /// Draws the cast of a fleet.
    #[must_use]
    pub fn of(fleet: &Fleet) -> Self {
        let mut rng = Rng::new(fleet.seed, "networks");
        let mut cast = Self {
            networks: Network::shared(&fleet.roads, &mut rng),
            users: Vec::new(),
            handsets: Vec::new(),
            accounts: Vec::new(),
            diary: Vec::new(),
        };
        let style = Style::draw(&mut Rng::new(fleet.seed, "site"));
        let mut troubles = troubles(fleet);
        for (number, owner) in fleet.owners.iter().enumerate() {
            let mut rng = Rng::new(fleet.seed, &format!("person {number}"));
            let trouble = troubles.remove(&number);
            cast.own(fleet, &style, *owner, trouble, &mut rng);
        }
        cast.lapse(fleet);
        cast
    }

    fn own(
        &mut self,
        fleet: &Fleet,
        style: &Style,
        owner: Owner,
        trouble: Option<Trouble>,
        rng: &mut Rng,
    ) {
        let user = self.user(style, rng);
        let handset = self.handset(rng);
        let (kind, copies) = match owner {
            Owner::One(kind) => (kind, 1),
            Owner::TwoAccounts(kind) | Owner::Clones(kind) => (kind, 2),
        };
        let make = Make::draw(kind, trouble, rng);
        let mut accounts = vec![(
            self.account(fleet, style, user, handset, &make, rng),
            handset,
        )];
        let person = |user: usize, accounts: &[(usize, usize)], rng: &mut Rng| {
            let person = Person {
                fleet,
                user,
                accounts,
                together: owner == Owner::TwoAccounts(kind),
            };
            person.diary(rng)
        };
        let mut diary = Vec::new();
        if copies == 2 && owner == Owner::Clones(kind) {
            let other = self.handset(rng);
            accounts.push((self.account(fleet, style, user, other, &make, rng), other));
        } else if copies == 2 {
            let second = self.user(style, rng);
            accounts.push((
                self.account(fleet, style, second, handset, &make, rng),
                handset,
            ));
            // The other mailbox gets mail of its own; the handset is looked at and moves once.
            let mails = person(second, &[], rng);
            diary.extend(mails);
        }
        diary.extend(person(user, &accounts, rng));
        self.diary.extend(diary);
    }

    /// Some people are refused for a while: the password is an old one, the device is blocked, the password has run out.
    fn lapse(&mut self, fleet: &Fleet) {
        let mut rng = Rng::new(fleet.seed, "lapses");
        for _ in 0..fleet.lapses.min(self.accounts.len()) {
            let number = rng.below(self.accounts.len());
            let from = rng.between(fleet.period.0, fleet.period.1);
            let to = from + rng.octaves(10 * MINUTE, 9 * HOUR);
            let status = rng.weighted(&[(8, 401), (2, 403), (1, 456), (1, 457)]);
            self.accounts[number].lapses.push((from, to, status));
        }
    }

    fn user(&mut self, style: &Style, rng: &mut Rng) -> usize {
        let number = self.users.len();
        // Each pair of names once: the first 480 people have different ones.
        let first = FIRST_NAMES[(number + style.shift) % FIRST_NAMES.len()];
        let last = LAST_NAMES[(number * 7 + number / 120 + style.shift) % LAST_NAMES.len()];
        self.users.push(style.user(first, last, rng));
        number
    }

    fn handset(&mut self, rng: &mut Rng) -> usize {
        let number = self.handsets.len();
        let cells = self.networks.len();
        let carriers: Vec<usize> = (0..cells)
            .filter(|index| self.networks[*index].ground == super::network::Ground::Cell)
            .collect();
        self.networks.push(Network::home(number));
        let home = self.networks.len() - 1;
        self.handsets.push(Handset {
            places: [home, 0, *rng.pick(&carriers)],
            network: home,
            address: self.networks[home].address(rng),
            on: false,
            lost: false,
            epoch: 0,
            moves: 0,
            accounts: Vec::new(),
        });
        number
    }

    fn account(
        &mut self,
        fleet: &Fleet,
        style: &Style,
        user: usize,
        handset: usize,
        make: &Make,
        rng: &mut Rng,
    ) -> usize {
        let number = self.accounts.len();
        let device = make.device(fleet, rng);
        self.accounts.push(Account {
            user,
            handset,
            kind: make.kind,
            caller: Caller {
                path: style.path,
                user: self.users[user].login.clone(),
                device_id: make.device_id.clone(),
                device_type: make.device_type,
                query: make.query,
            },
            agent: make.agent,
            device,
            rng: Rng::new(fleet.seed, &format!("account {number}")),
            lapses: match make.trouble {
                Some(Trouble::OldPassword(from, to)) => vec![(from, to, 401)],
                _ => Vec::new(),
            },
            trouble: make.trouble,
        });
        if let Some(Trouble::Reset(at)) = make.trouble {
            self.diary.push((at, Event::Reset(number)));
        }
        self.handsets[handset].accounts.push(number);
        number
    }
}

/// What is wrong with whom, by the number of the owner: each has one trouble at most.
fn troubles(fleet: &Fleet) -> BTreeMap<usize, Trouble> {
    let mut rng = Rng::new(fleet.seed, "troubles");
    let (begin, end) = fleet.period;
    let wanted = fleet.troubles;
    let mut people: Vec<usize> = (0..fleet.owners.len())
        .filter(|number| {
            matches!(
                fleet.owners[*number],
                Owner::One(Kind::Phone | Kind::Ladder)
            )
        })
        .collect();
    rng.shuffle(&mut people);
    let some = |shortest: Ms, longest: Ms, rng: &mut Rng| {
        let from = rng.between(begin + HOUR, (end - longest).max(begin + HOUR));
        (from, from + rng.between(shortest, longest))
    };
    let mut all: Vec<Trouble> = Vec::new();
    for _ in 0..wanted.loops {
        let (from, to) = some(30 * MINUTE, 3 * HOUR, &mut rng);
        all.push(Trouble::Loop(from, to, *rng.pick(&[3, 4, 8])));
    }
    for _ in 0..wanted.storms {
        let (from, to) = some(20 * MINUTE, 2 * HOUR, &mut rng);
        all.push(Trouble::Storm(from, to));
    }
    for _ in 0..wanted.resets {
        all.push(Trouble::Reset(some(0, HOUR, &mut rng).0));
    }
    for _ in 0..wanted.dozing {
        all.push(Trouble::Dozing);
    }
    for _ in 0..wanted.old_passwords {
        all.push(Trouble::OldPassword(begin + rng.between(0, 2 * HOUR), end));
    }
    people.into_iter().zip(all).collect()
}

/// How a site writes its names.
#[derive(Debug)]
struct Style {
    shift: usize,
    path: &'static str,
    login: usize,
    domino: usize,
}

impl Style {
    fn draw(rng: &mut Rng) -> Self {
        Self {
            shift: rng.below(480),
            path: *rng.pick(&make::PATHS),
            login: rng.below(4),
            domino: rng.below(3),
        }
    }

    fn user(&self, first: &str, last: &str, rng: &mut Rng) -> User {
        let unit = *rng.pick(&UNITS);
        let short = format!("{}{last}", &first[..1]).to_lowercase();
        let dotted = format!("{first}.{last}").to_lowercase();
        let login = match self.login {
            0 => format!("{first} {last}").to_lowercase(),
            1 => format!("ACME\\{short}"),
            2 => format!("{dotted}@example.com"),
            _ => dotted.clone(),
        };
        let domino = match self.domino {
            0 => format!("\"{first} {last}/{unit}/ACME\""),
            1 => format!("\"CN={first} {last}/OU={unit}/O=ACME\""),
            _ => format!("\"{first} {last}\""),
        };
        User {
            login,
            domino,
            windows: format!("ACME\\{short}"),
            plain: dotted,
        }
    }
}
