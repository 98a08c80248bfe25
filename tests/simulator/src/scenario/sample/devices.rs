//! The six devices of the sample and what happens to them.

use super::{Device, Script};
use crate::activesync::{Caller, Command, Query};
use crate::event::DeviceId;
use crate::scenario::deck::Card;

pub(super) const IPHONE: DeviceId = 0;
pub(super) const IPAD: DeviceId = 2;
pub(super) const SAMSUNG: DeviceId = 3;
pub(super) const GMAIL: DeviceId = 4;

/// The devices, in the order of the numbers above.
pub(super) fn all(script: &mut Script) -> Vec<Device> {
    vec![
        iphone(script),
        traveller(script),
        ipad(script),
        samsung(script),
        gmail(script),
        windows(script),
    ]
}

/// A busy iPhone: mail arrives, its user looks, answers, searches.
fn iphone(s: &mut Script) -> Device {
    let fates = vec![
        s.mail(312, 1),
        s.open(95),
        s.quiet(),
        s.mail(41, 2),
        s.does(188, Command::SendMail),
        s.mail(530, 1),
        s.open(264),
        s.gap(447, 30),
        s.mail(75, 1),
        s.quiet(),
        s.does(620, Command::Search),
        s.mail(240, 1),
        s.open(33),
        s.mail(610, 3),
        s.quiet(),
        s.open(505),
        s.mail(157, 1),
        s.does(71, Command::MoveItems),
        s.mail(820, 1),
        s.quiet(),
        s.open(360),
        s.quiet(),
        s.mail(700, 1),
        s.does(150, Command::SmartReply),
        s.quiet(),
        s.mail(455, 2),
        s.open(300),
        s.mail_while_away(390),
        s.quiet(),
        s.open(702),
        s.quiet(),
        s.quiet(),
    ];
    Device {
        caller: apple("maria.keller", "K7VQ2M9D1H5RB3T8XW0CJ6N4PA", "iPhone"),
        log_user: "\"Maria Keller/Sales/Example\"".into(),
        agent: "Apple-iPhone14C5/2205.252",
        addresses: addresses(&["192.0.2.31", "203.0.113.140", "203.0.113.77"]),
        sessions: vec![s.session(8, 2, Command::Ping, 900, fates)],
        errands: vec![],
    }
}

/// An iPhone on a train: it loses coverage again and again, and half of its conflicts are Pings displacing Pings.
fn traveller(s: &mut Script) -> Device {
    let morning = vec![
        s.gap(204, 18),
        s.gap(388, 41),
        s.mail(126, 1),
        s.gap(97, 9),
        s.mail_while_away(231),
        s.gap(512, 55),
        s.open(143),
        s.gap(266, 22),
        s.mail(348, 1),
    ];
    let office = vec![
        s.card(Card::OpenMailUnlogged, 900),
        s.mail(415, 1),
        s.quiet(),
        s.open(222),
        s.mail(640, 2),
        s.does(84, Command::MeetingResponse),
        s.quiet(),
        s.mail(509, 1),
        s.quiet(),
        s.open(610),
        s.quiet(),
        s.mail(270, 1),
        s.quiet(),
        s.quiet(),
        s.quiet(),
        s.quiet(),
        s.quiet(),
        s.quiet(),
    ];
    Device {
        caller: apple("EXAMPLE\\bcarter", "3F0XG8ZD62QN1UYE5SH9LR7VMK", "iPhone"),
        log_user: "\"Ben Carter/Support/Example\"".into(),
        agent: "Apple-iPhone15C4/2204.72",
        addresses: addresses(&[
            "198.51.100.9",
            "198.51.100.64",
            "203.0.113.201",
            "198.51.100.122",
        ]),
        sessions: vec![
            s.session(8, 11, Command::Ping, 900, morning),
            s.session(9, 20, Command::Ping, 900, office),
        ],
        errands: vec![],
    }
}

/// A new iPad: it is set up in the morning, and its folder list changes later.
fn ipad(s: &mut Script) -> Device {
    let fates = vec![
        s.rejected(3),
        s.mail(205, 2),
        s.open(348),
        s.quiet(),
        s.rejected(7),
        s.mail(412, 1),
        s.does(96, Command::SmartForward),
        s.quiet(),
        s.quiet(),
        s.open(730),
        s.does(44, Command::ItemOperations),
        s.quiet(),
        s.mail(188, 1),
    ];
    let set_up = s.errand(
        8,
        5,
        &[
            Command::Options,
            Command::FolderSync,
            Command::Settings,
            Command::Sync,
            Command::Sync,
            Command::Sync,
        ],
    );
    let glance = s.errand(11, 45, &[Command::Sync, Command::ItemOperations]);
    Device {
        caller: apple(
            "amina.diallo@example.com",
            "9B4TQW7JX2C6MZ1DK8HP5VR0SE",
            "iPad",
        ),
        log_user: "\"Amina Diallo/Management/Example\"".into(),
        agent: "Apple-iPad13C4/2107.93",
        addresses: addresses(&["192.0.2.58"]),
        sessions: vec![s.session(8, 9, Command::Ping, 600, fates)],
        errands: vec![set_up, glance],
    }
}

/// An Android phone that tries a longer heartbeat after every quiet one, and is told each time that 900 s is the limit.
fn samsung(s: &mut Script) -> Device {
    let fates = vec![
        s.quiet(),
        s.rejected(5),
        s.quiet(),
        s.rejected(5),
        s.mail(377, 1),
        s.quiet(),
        s.rejected(5),
        s.card(Card::OpenMailStalled, 900),
        s.quiet(),
        s.rejected(5),
        s.mail(290, 1),
        s.open(158),
        s.quiet(),
        s.rejected(5),
        s.quiet(),
        s.rejected(5),
        s.open(420),
        s.quiet(),
        s.rejected(5),
        s.mail(541, 1),
        s.quiet(),
        s.rejected(5),
        s.quiet(),
        s.quiet(),
    ];
    Device {
        caller: Caller {
            query: Query::CommandFirst,
            ..apple("noah silva", "SEC2F4A81C09D7E3", "SAMSUNGSMS921B")
        },
        log_user: "\"Noah Silva/Sales/Example\"".into(),
        agent: "Android-SAMSUNG-SM-S921B/101.140",
        addresses: addresses(&["203.0.113.18", "192.0.2.44"]),
        sessions: vec![s.session(8, 14, Command::Ping, 900, fates)],
        errands: vec![],
    }
}

/// The Gmail app of somebody who changes the password in the course of the morning.
fn gmail(s: &mut Script) -> Device {
    let before = vec![
        s.mail(260, 1),
        s.quiet(),
        s.open(510),
        s.mail(433, 1),
        s.quiet(),
    ];
    let after = vec![
        s.quiet(),
        s.does(301, Command::SendMail),
        s.mail(122, 1),
        s.quiet(),
        s.gap(240, 35),
        s.open(87),
    ];
    Device {
        caller: Caller {
            query: Query::CommandFirst,
            ..apple("lena.novak@example.com", "androidc1830267514", "Android")
        },
        log_user: "Lena Novak/Finance/Example".into(),
        agent: "Android-Mail/2025.04.27.752301837.Release",
        addresses: addresses(&["198.51.100.83", "203.0.113.9"]),
        sessions: vec![
            s.session(8, 31, Command::Ping, 720, before),
            s.session(9, 41, Command::Ping, 720, after),
        ],
        errands: vec![s.errand(8, 28, &[Command::FolderSync, Command::Sync])],
    }
}

/// Windows Mail: it packs its query into base64, and after a while holds a Sync open instead of a Ping.
fn windows(s: &mut Script) -> Device {
    let pings = vec![
        s.quiet(),
        s.mail(333, 1),
        s.open(118),
        s.quiet(),
        s.does(206, Command::GetItemEstimate),
    ];
    let held = vec![
        s.quiet(),
        s.mail(274, 1),
        s.quiet(),
        s.quiet(),
        s.mail(90, 1),
        s.quiet(),
        s.quiet(),
        s.quiet(),
    ];
    Device {
        caller: Caller {
            query: Query::Base64(141),
            ..apple(
                "oskar.lund",
                "5D0C9A7E41B26F8830E1C4D7962AB5F3",
                "WindowsMail",
            )
        },
        log_user: "\"CN=Oskar Lund/OU=Engineering/O=Example\"".into(),
        agent: "MSFT-WIN-4/10.0.19045",
        addresses: addresses(&["192.0.2.112"]),
        sessions: vec![
            s.session(8, 22, Command::Ping, 600, pings),
            s.session(10, 31, Command::Sync, 900, held),
        ],
        errands: vec![
            s.errand(8, 19, &[Command::FolderSync, Command::Sync]),
            s.errand(10, 26, &[Command::Settings, Command::Sync]),
        ],
    }
}

/// A caller who writes the query as Apple does.
fn apple(user: &str, device_id: &str, device_type: &'static str) -> Caller {
    Caller {
        path: "/traveler/Microsoft-Server-ActiveSync",
        user: user.to_owned(),
        device_id: device_id.to_owned(),
        device_type,
        query: Query::CommandLast,
    }
}

fn addresses(list: &[&str]) -> Vec<String> {
    list.iter().map(|address| (*address).to_owned()).collect()
}
