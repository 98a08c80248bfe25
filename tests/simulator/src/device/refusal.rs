//! How long devices stay away from a server that has refused them.

use crate::clock::{MINUTE, Ms, SECOND};

/// How long a device waits after the `refusals`-th refusal in a row, with this HTTP status. The server may have said when to
/// come back; without that, each time is twice as long as the one before.
pub(super) fn back_off(status: u16, after: Option<Ms>, refusals: u32) -> Ms {
    let doubled = |first: Ms, most: Ms| (first << refusals.saturating_sub(1).min(8)).min(most);
    match status {
        409 => doubled(4 * SECOND, 4 * MINUTE),
        401 => doubled(45 * SECOND, 15 * MINUTE),
        403 | 456 | 457 => doubled(5 * MINUTE, 30 * MINUTE),
        504 => doubled(SECOND, 32 * SECOND),
        503 => after.unwrap_or_else(|| doubled(30 * SECOND, 16 * MINUTE)),
        _ => doubled(6 * SECOND, 10 * MINUTE),
    }
}

/// How much longer than that it may be: who was told when to come back is punctual.
pub(super) fn spread(wait: Ms, after: Option<Ms>) -> Ms {
    after.map_or(wait / 8, |after| (after / 8).min(20 * SECOND))
}
