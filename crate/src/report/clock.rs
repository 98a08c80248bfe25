//! What the lines of a file leave open of their times, what was taken and why; and what happened to its clock.

use super::model::{Certainty, ClockReport, ClockStep, SettledReport};
use crate::explain::Explanation;
use crate::explain::stamp::Meaning;
use crate::format::time::{DAY_MS, civil};
use crate::log::settle::{
    OrderWhy, STEPS_SHOWN, Span, Step, Sure, Times, UnitWhy, YearWhy, ZoneWhy,
};
use crate::log::{FileLog, Log};
use crate::settings::{DateOrder, Unit};
use crate::sort::Arrange;
use crate::words::{count, counted, duration, list};

/// Everything that was settled of a file.
pub(super) fn settled(log: &Log, explanation: &Explanation, file: &FileLog) -> Vec<SettledReport> {
    let of = &file.times.settled;
    let mut settled = Vec::new();
    let mut say = |code, value: String, certainty: Certainty, reason: String| {
        settled.push(SettledReport {
            code,
            value,
            certainty,
            reason,
            like: None,
        });
    };
    if let Some(sure) = &of.order {
        let value = match sure.value {
            DateOrder::DayFirst => "day-first",
            DateOrder::MonthFirst => "month-first",
        };
        say("date-order", value.to_owned(), sure.certainty, order(sure));
    }
    if let Some(sure) = &of.year {
        let reason = year(sure, file.times.loses_a_day());
        say("year", sure.value.to_string(), sure.certainty, reason);
    }
    if let Some(sure) = &of.unit {
        let value = match sure.value {
            Unit::Seconds => "s",
            Unit::Milliseconds => "ms",
            Unit::Microseconds => "us",
        };
        say(
            "duration-unit",
            value.to_owned(),
            sure.certainty,
            unit(sure),
        );
    }
    if let Some(sure) = &of.zone {
        let like = match sure.why {
            ZoneWhy::OtherFile(file) => Some(file),
            ZoneWhy::Given | ZoneWhy::SameFile => None,
        };
        let name = like.and_then(|file| log.files.get(file as usize));
        let name = name.map_or("", |file| file.name.as_str());
        let reason = zone(sure, name);
        let zones: Vec<String> = sure.value.iter().map(|span| zone_name(span.zone)).collect();
        say("zone", zones.join(" "), sure.certainty, reason);
        if let Some(last) = settled.last_mut() {
            last.like = like.map(|file| explanation.timeline.rank(file));
        }
    }
    settled
}

fn order(sure: &Sure<DateOrder, OrderWhy>) -> String {
    let first = match sure.value {
        DateOrder::DayFirst => "day",
        DateOrder::MonthFirst => "month",
    };
    let other = match sure.value {
        DateOrder::DayFirst => "month",
        DateOrder::MonthFirst => "day",
    };
    match sure.why {
        OrderWhy::Given => format!("In dates the {first} comes first, as was given."),
        OrderWhy::Told {
            dates,
            line,
            against,
        } => {
            let told = format!(
                "In dates the {first} comes first: {} can be read in no other way, the first at line {}.",
                counted(dates, "date", "dates"),
                count(u64::from(line))
            );
            match against {
                0 => told,
                n => format!(
                    "{told} {} the {other} first, so logs of two kinds were put together; what could be either is read \
                     with the {first} first.",
                    counted(n, "date has", "dates have")
                ),
            }
        }
        OrderWhy::Course { pairs, against } => format!(
            "In dates the {first} comes first: only so {} of neighbouring lines follow each other; with the {other} first, \
             {} would.",
            counted(pairs, "pair", "pairs"),
            count(against)
        ),
        OrderWhy::OtherFiles => format!(
            "In dates the {first} comes first, as in the other files here in this format; this file alone does not tell."
        ),
        OrderWhy::Period => format!(
            "In dates the {first} comes first: only so their days lie near those of lines whose dates are clear."
        ),
        OrderWhy::Halves => "In dates the month is assumed to come first, as it does where clocks with AM and PM are most \
                             used; every date here could be either."
            .to_owned(),
        OrderWhy::Assumed => {
            "In dates the month is assumed to come first; every date here could be either.".to_owned()
        }
    }
}

fn year(sure: &Sure<i64, YearWhy>, loses_a_day: bool) -> String {
    let year = sure.value;
    let text = match sure.why {
        YearWhy::Given => {
            format!("Lines name no year; the last of them is taken to be of {year}, as was given.")
        }
        YearWhy::SameFile => format!(
            "Some lines name no year; the last of them is taken to be of {year}, which fits best to the lines that name \
             theirs."
        ),
        YearWhy::OtherFiles => format!(
            "Lines name no year; the last of them is taken to be of {year}, which fits best to the other files."
        ),
        YearWhy::Unknown => format!(
            "The lines name no year, and nothing else here tells it; shown as {year}. Do not trust the year."
        ),
    };
    if loses_a_day {
        format!(
            "{text} There was no 29 February in that year; what is stamped so is shown as 1 March."
        )
    } else {
        text
    }
}

fn unit(sure: &Sure<Unit, UnitWhy>) -> String {
    let unit = match sure.value {
        Unit::Seconds => "seconds",
        Unit::Milliseconds => "milliseconds",
        Unit::Microseconds => "microseconds",
    };
    let taken = format!("Durations name no unit and are taken as {unit}");
    match sure.why {
        UnitWhy::Given => format!("Durations name no unit; they are {unit}, as was given."),
        UnitWhy::Pings { long, of } => format!(
            "{taken}: {} of {} then lasted from one minute to an hour, as heartbeats do.",
            count(long),
            counted(of, "Ping", "Pings")
        ),
        UnitWhy::Lines { broken, otherwise } => format!(
            "{taken}: lines are written when a request is complete, and that order is then broken {}, otherwise {} or more.",
            times(broken),
            times(otherwise)
        ),
        UnitWhy::Devices { meet, otherwise } => format!(
            "{taken}: {} then {} when the device's next request begins, with another unit {}.",
            counted(meet, "Ping", "Pings"),
            if meet == 1 { "ends" } else { "end" },
            count(otherwise)
        ),
        UnitWhy::Period => format!(
            "{taken}: in a greater unit, requests would have lasted longer than the whole file."
        ),
        UnitWhy::Sizes => {
            format!("{taken}, as requests then last as long as such requests mostly do.")
        }
        UnitWhy::OtherFiles => {
            format!(
                "{taken}, as in the other files here in this format; this file alone does not tell."
            )
        }
        UnitWhy::Assumed => format!("{taken}; nothing in this file tells."),
    }
}

fn times(n: u64) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        n => format!("{} times", count(n)),
    }
}

fn zone(sure: &Sure<Vec<Span>, ZoneWhy>, other: &str) -> String {
    let zones = |before: &str| match sure.value.as_slice() {
        [only] => format!("are taken to be {}{before}", zone_name(only.zone)),
        spans => {
            let mut names: Vec<String> = spans.iter().map(|span| zone_name(span.zone)).collect();
            names.arrange_by(Ord::cmp);
            names.dedup();
            format!(
                "are taken to be of the zone of the lines nearest in time ({}){before}",
                list(&names)
            )
        }
    };
    let but = match sure.certainty {
        Certainty::Possible if sure.value.iter().all(|span| span.zone == 0) => {
            " A server can be told to write its log in GMT, whatever its clock shows."
        }
        Certainty::Possible => {
            " Those lines are of another time, so the server may have had summer time."
        }
        _ => "",
    };
    match sure.why {
        ZoneWhy::Given => format!("Times without a zone {}, as was given.", zones("")),
        ZoneWhy::SameFile => format!(
            "Times without a zone {}, as the file's other lines state.{but}",
            zones("")
        ),
        ZoneWhy::OtherFile(_) => {
            let taken = zones(&format!(", as in {other}"));
            format!("Times without a zone {taken}.{but}")
        }
    }
}

/// `+01:00`, `UTC`.
fn zone_name(minutes: i16) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What happened to a file's clock.
pub(super) fn clock(file: &FileLog, meaning: Meaning) -> ClockReport {
    let times = &file.times;
    // Where stamps are the start and nothing tells how long requests last, several long ones in a row look like a step.
    let ordered = file.with_duration > 0 || meaning != Meaning::Start;
    let steps = times.steps().filter(|_| ordered);
    let mut first: Vec<ClockStep> = steps
        .iter()
        .flat_map(|steps| &steps.first)
        .map(|step| back(times, step))
        .collect();
    let zones = &times.zones;
    let changes = zones.list.windows(2).take(STEPS_SHOWN);
    first.extend(changes.map(|pair| zone_change(pair[0], pair[1])));
    first.arrange_by_key(|step| step.line);
    ClockReport {
        steps: steps.map_or(0, |steps| steps.count),
        zone_changes: zones.changes,
        first,
    }
}

/// What a clock is set back by at the end of summer time, at most: lines stand apart, so that less of it shows.
const HOUR_MS: u64 = 60 * 60_000;

fn back(times: &Times, step: &Step) -> ClockStep {
    let ms = u64::try_from(step.from.saturating_sub(step.to)).unwrap_or(0);
    let why = if is_end_of_summer_time(times, step, ms) {
        "the end of summer time, which falls on a Sunday of this season"
    } else if step.local && ms <= HOUR_MS {
        "the end of summer time, a clock that was set back, or files that were put together in another order"
    } else {
        "a clock that was set back, or files that were put together in another order"
    };
    ClockStep {
        code: "back",
        line: step.line,
        sentence: format!(
            "At line {} the time runs back by {}: {why}.",
            count(u64::from(step.line)),
            duration(ms)
        ),
    }
}

/// Whether a step is one of an hour, as far as lines show it, on a day on which summer time can end: a Sunday in autumn,
/// or in spring south of the equator.
fn is_end_of_summer_time(times: &Times, step: &Step, ms: u64) -> bool {
    let year_known = times.settled.year.as_ref();
    let year_known = !step.yearless || year_known.is_some_and(|y| y.why != YearWhy::Unknown);
    let day = times.step_moment(step, step.to).ms.div_euclid(DAY_MS);
    // 1970-01-01 was a Thursday.
    let sunday = (day + 4).rem_euclid(7) == 0;
    let (_, month, _) = civil(day);
    let about_an_hour = (40 * 60_000..=HOUR_MS).contains(&ms);
    step.local && year_known && about_an_hour && sunday && matches!(month, 3 | 4 | 9..=11)
}

fn zone_change(from: Span, to: Span) -> ClockStep {
    let why = if from.zone.abs_diff(to.zone) == 60 {
        "as when summer time begins or ends"
    } else {
        "so its lines are of several servers, or the zone of the server was changed"
    };
    ClockStep {
        code: "zone",
        line: to.line,
        sentence: format!(
            "At line {} the zone changes from {} to {}, {why}.",
            count(u64::from(to.line)),
            zone_name(from.zone),
            zone_name(to.zone)
        ),
    }
}
