//! Numbers in English sentences: counts, shares, durations, lists.

/// A count with separators between thousands: `1,763`.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 Ping`, `1,763 Pings`.
#[must_use]
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A share with one decimal: `37.9 %`; by whole numbers, so that every platform rounds alike.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let tenths = (part * 2000 + whole) / (2 * whole);
    // A rounded 0.0 or 100.0 would claim that there is none, or no other.
    match tenths {
        0 if part > 0 => "less than 0.1 %".to_owned(),
        1000.. if part < whole => "more than 99.9 %".to_owned(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// A number given in hundredths, with one decimal: `4.7`; by whole numbers, as a share is.
#[must_use]
pub fn tenths(hundredths: u64) -> String {
    let tenths = (hundredths + 5) / 10;
    match tenths {
        0 if hundredths > 0 => "less than 0.1".to_owned(),
        _ => format!("{}.{}", count(tenths / 10), tenths % 10),
    }
}

/// A duration as people say it: `0 ms`, `203 ms`, `4.2 s`, `3 min 23 s`, `2 h 5 min`, `3 d 4 h`.
#[must_use]
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    let pair = |a: u64, unit: &str, b: u64, small: &str| match b {
        0 => format!("{a} {unit}"),
        _ => format!("{a} {unit} {b} {small}"),
    };
    match seconds {
        0 => format!("{ms} ms"),
        1..10 => format!("{}.{} s", seconds, ms % 1000 / 100),
        10..60 => format!("{seconds} s"),
        60..3600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3600..86_400 => pair(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators() {
        assert_eq!(
            [count(0), count(999), count(1_763), count(1_234_567)],
            ["0", "999", "1,763", "1,234,567"]
        );
        assert_eq!(counted(1, "Ping", "Pings"), "1 Ping");
    }

    #[test]
    fn shares_round_but_never_lie_about_none_and_all() {
        assert_eq!(share(668, 1763), "37.9 %");
        assert_eq!(share(1, 10_000), "less than 0.1 %");
        assert_eq!(share(9_999, 10_000), "more than 99.9 %");
        assert_eq!(share(5, 5), "100.0 %");
        assert_eq!(share(0, 0), "0 %");
    }

    #[test]
    fn tenths_round_but_never_to_nothing() {
        assert_eq!(
            [tenths(467), tenths(0), tenths(123_456)],
            ["4.7", "0.0", "1,234.6"]
        );
        assert_eq!(tenths(4), "less than 0.1");
    }

    #[test]
    fn durations_read_like_speech() {
        let cases = [
            (0, "0 ms"),
            (4_280, "4.2 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (203_110, "3 min 23 s"),
        ];
        for (ms, words) in cases {
            assert_eq!(duration(ms), words);
        }
        assert_eq!(duration(7_500_000), "2 h 5 min");
        assert_eq!(duration(273_600_000), "3 d 4 h");
    }

    #[test]
    fn lists_end_in_and() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(
            [list(&items[..1]), list(&items[..2]), list(&items)],
            ["a", "a and b", "a, b and c"]
        );
    }
}
