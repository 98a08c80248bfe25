//! The requests of one device, put together for those who ask what followed what.

use super::clock::Clock;
use super::kind::Group;
use super::order::Timeline;
use super::view::Views;
use crate::activesync::Command;
use crate::format::Ending;
use crate::log::Log;

/// Requests looked at around a moment. A device with more of them within a few seconds is in a loop, where no pairing is
/// certain; and its cost must not grow with the square of its requests.
pub(super) const MANY: usize = 24;

/// Requests looked at to find them.
const FAR: usize = 16 * MANY;

/// A place among the lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) file: u32,
    /// Rises in the order in which the lines of the file were written.
    pub(super) turn: u32,
}

/// One request of a lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) row: u32,
    /// The earliest moment at which it may have begun; `i64::MIN` where the log has no time for it.
    pub(super) start: i64,
    /// How much later that may have been, at least 1.
    pub(super) loose: i64,
    /// From its beginning to its end.
    pub(super) length: i64,
    /// Whether the log tells how long it took; if not, start and end are its stamp.
    pub(super) timed: bool,
    pub(super) command: Command,
    pub(super) status: Option<u16>,
    pub(super) ending: Option<Ending>,
    /// User named in the URL, 0 if none is: a phone with two accounts sends one DeviceId for both.
    pub(super) user: u32,
    /// Address of the client, 0 if the log has none.
    pub(super) remote: u32,
    pub(super) line: Line,
    /// The line of the same request in another log.
    pub(super) twin: Option<Line>,
    /// Whether the servlet heard of it, unlike of the 401 with which a connection begins, and of what only a proxy wrote
    /// down because it turned it away.
    pub(super) accepted: bool,
}

impl Item {
    /// The earliest moment at which it may have ended.
    pub(super) fn end(&self) -> i64 {
        self.start.saturating_add(self.length)
    }

    /// What it is used for.
    pub(super) fn group(&self) -> Group {
        Group::of(self.command)
    }

    /// Whether the log has a time for it.
    pub(super) fn stamped(&self) -> bool {
        self.start != i64::MIN
    }

    /// Whether the server closed it for a newer one.
    pub(super) fn displaced(&self) -> bool {
        self.status == Some(409) || self.ending == Some(Ending::Displaced)
    }

    /// Whether it is a Sync that the server answered.
    pub(super) fn served_sync(&self) -> bool {
        let served = self.status == Some(200) && self.ending.is_none();
        self.command == Command::Sync && served && self.timed
    }

    /// Whether it is a Ping that the server answered.
    pub(super) fn answered_ping(&self) -> bool {
        self.command == Command::Ping && self.status == Some(200) && self.ending.is_none()
    }
}

/// The requests of one device, the earliest start first; those without a time before all others.
#[derive(Debug)]
pub(super) struct Lane<'a> {
    pub(super) items: &'a [Item],
    /// Clocks by file.
    pub(super) clocks: &'a [Clock],
    /// The latest moment in any log.
    pub(super) last: i64,
    /// By how much the beginning of a request may be later than its earliest moment, at most.
    pub(super) loosest: i64,
}

impl Lane<'_> {
    /// Fills `items` with the requests of a device.
    pub(super) fn fill(
        items: &mut Vec<Item>,
        log: &Log,
        timeline: &Timeline,
        views: &Views,
        clocks: &[Clock],
        device: u32,
    ) {
        items.clear();
        let line = |row| Line {
            file: log.file_of(row),
            turn: timeline.turn(log.file_of(row), row),
        };
        items.extend(timeline.device(device).iter().map(|&row| Item {
            twin: views.twin(row).map(line),
            ..item(log, timeline, clocks, row, line(row))
        }));
    }

    /// Whether `b` can have anything to do with `a`: it is of the same account.
    pub(super) fn may_follow(&self, a: &Item, b: &Item) -> bool {
        b.row != a.row && (a.user == b.user || a.user == 0 || b.user == 0)
    }

    /// Requests that may follow the one at `at` and may have begun within a span of time, by their index: [`MANY`] at
    /// most, out of [`FAR`] that are looked at.
    pub(super) fn began_within(
        &self,
        at: usize,
        from: i64,
        to: i64,
    ) -> impl Iterator<Item = usize> {
        let first = self.items.partition_point(|item| item.start < from);
        let this = &self.items[at];
        self.items[first..]
            .iter()
            .take(FAR)
            .take_while(move |item| item.start <= to)
            .enumerate()
            .filter(move |(_, item)| self.may_follow(this, item))
            .map(move |(i, _)| first + i)
            .take(MANY)
    }
}

fn item(log: &Log, timeline: &Timeline, clocks: &[Clock], row: u32, line: Line) -> Item {
    let clock = clocks[line.file as usize];
    let origin = log.origin(row);
    let status = log.status(row);
    let turned_away =
        || timeline.in_front(log, row) && !status.is_some_and(|s| s < 400 || s == 409);
    let span = timeline.span(log, row);
    let timed = span.is_some_and(|s| s.timed);
    // A duration that is cut to whole seconds makes the end of a stamped start later, and the start of a stamped end
    // earlier; half of it either way is what it comes to on average.
    let slack = if timed { clock.slack() } else { 0 };
    Item {
        row,
        start: span.map_or(i64::MIN, |s| s.start - slack / 2 - clock.behind),
        loose: if timed {
            clock.loose()
        } else {
            clock.tick + clock.behind
        },
        length: span.map_or(0, |s| s.end - s.start),
        timed,
        command: log.command(row),
        status,
        ending: log.ending(row),
        user: origin.user,
        remote: origin.remote,
        line,
        twin: None,
        accepted: status != Some(401) && !turned_away(),
    }
}
