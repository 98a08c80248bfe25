//! What the user says of a file because its lines do not, or says otherwise.

use crate::format::Edge;
use crate::input::CodePage;

/// Everything that is otherwise told from a file's content, or assumed. `None` leaves it to that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The log format: the code of one of [`crate::format::ALL`], or a format string of the user's own.
    pub format: Option<String>,
    /// Minutes east of UTC of stamps without a zone.
    pub zone: Option<i16>,
    /// The year of the file's last line that names none.
    pub year: Option<i32>,
    /// The order of day and month in dates such as 03/04/2010.
    pub order: Option<DateOrder>,
    /// The unit of durations that name none.
    pub unit: Option<Unit>,
    /// Which edge of a request the stamps mark.
    pub edge: Option<Edge>,
    /// The code page of lines that are no UTF-8.
    pub code_page: Option<CodePage>,
}

impl Settings {
    /// The code page of lines that are no UTF-8: the one that the user names, or else windows-1252.
    #[must_use]
    pub fn code_page(&self) -> CodePage {
        self.code_page.unwrap_or_default()
    }
}

/// The order of day and month where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 03/04/2010 is 3 April.
    DayFirst,
    /// 03/04/2010 is 4 March.
    MonthFirst,
}

/// A unit of time in which logs write durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
}
