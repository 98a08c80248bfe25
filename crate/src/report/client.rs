//! What a User-Agent says of a device, in words.

/// Hardware and software of a client, as far as its User-Agent tells; the User-Agent itself where it is not Apple's.
///
/// Apple writes `Apple-iPhone8C1/1905.258`: the model with `C` for the comma, and the build with the number of its
/// letter (Apple Platform Deployment, "Identify devices using Exchange"). The build's first number is four more than
/// the release of iOS it belongs to, from build 8 to build 22; the table of releases ends there.
#[must_use]
pub(super) fn client(agent: &str) -> String {
    apple(agent).unwrap_or_else(|| agent.to_owned())
}

/// Whether a client's text holds nothing but what [`client`] makes of Apple's scheme. A User-Agent is free text, and one
/// that only looks decoded must not pass for it, so the text is taken apart and has to come out the same again.
#[must_use]
pub(super) fn is_decoded(text: &str) -> bool {
    let parts = || {
        let (model, rest) = text.split_once(", ")?;
        let build = rest.rsplit_once("build ")?.1.trim_end_matches(')');
        (is_model(model, ',') && is_build(build)).then(|| words(model, build))?
    };
    parts().is_some_and(|words| words == text)
}

fn apple(agent: &str) -> Option<String> {
    let (model, version) = agent.strip_prefix("Apple-")?.split_once('/')?;
    let build = build(version)?;
    if !is_model(model, 'C') {
        return None;
    }
    words(&model.replace('C', ","), &build)
}

/// A model and a build with the release it belongs to.
fn words(model: &str, build: &str) -> Option<String> {
    let major: u32 = build[..build.find(|c: char| !c.is_ascii_digit())?]
        .parse()
        .ok()?;
    let release = match major {
        8..=22 => format!("iOS {}", major - 4),
        7 => "iPhone OS 3".to_owned(),
        _ => return Some(format!("{model}, build {build}")),
    };
    Some(format!("{model}, {release} (build {build})"))
}

/// `iPhone`, or `iPhone8,1` with a separator between the numbers.
fn is_model(model: &str, separator: char) -> bool {
    let Some(numbers) = ["iPhone", "iPad", "iPod"]
        .into_iter()
        .find_map(|name| model.strip_prefix(name))
    else {
        return false;
    };
    // Apple has not got beyond two digits; more of them would be room for somebody's number.
    numbers.is_empty()
        || match numbers.split_once(separator) {
            Some((major, minor)) => are_digits(major, 2) && are_digits(minor, 2),
            None => are_digits(numbers, 2),
        }
}

/// `15D100`, `8C148a`.
fn is_build(build: &str) -> bool {
    let Some((major, rest)) = build
        .find(|c: char| c.is_ascii_uppercase())
        .map(|at| (&build[..at], &build[at + 1..]))
    else {
        return false;
    };
    let number = rest
        .strip_suffix(|c: char| c.is_ascii_lowercase())
        .unwrap_or(rest);
    are_digits(major, 2) && are_digits(number, 5)
}

/// Whether a text is a number of at most so many digits.
fn are_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `704.11` to `7D11`, `803.14800001` to `8C148a`.
fn build(version: &str) -> Option<String> {
    let (left, right) = version.split_once('.')?;
    // Zeros in front of the number differ from log to log; ten digits are five and those of a letter behind them.
    if !are_digits(left, 4) || !are_digits(right, 10) || left.len() < 3 {
        return None;
    }
    let (major, letter) = left.split_at(left.len() - 2);
    let letter = nth_letter(letter, b'A')?;
    // Five more digits stand for a letter behind the number.
    let (number, suffix) = match right.len() {
        6.. => {
            let (number, suffix) = right.split_at(right.len() - 5);
            (number, nth_letter(suffix, b'a').map(String::from)?)
        }
        _ => (right, String::new()),
    };
    let number = number.trim_start_matches('0');
    let build = format!("{major}{letter}{number}{suffix}");
    is_build(&build).then_some(build)
}

/// The letter that a number counts: 1 is the first.
fn nth_letter(number: &str, first: u8) -> Option<char> {
    let n: u8 = number.parse().ok()?;
    (1..=26).contains(&n).then(|| char::from(first + n - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_apples_builds() {
        let cases = [
            ("Apple-iPhone/704.11", "iPhone, iPhone OS 3 (build 7D11)"),
            ("Apple-iPhone/705.018", "iPhone, iPhone OS 3 (build 7E18)"),
            (
                "Apple-iPhone8C1/1504.100",
                "iPhone8,1, iOS 11 (build 15D100)",
            ),
            (
                "Apple-iPhone11C6/1905.258",
                "iPhone11,6, iOS 15 (build 19E258)",
            ),
            (
                "Apple-iPad4C5/803.14800001",
                "iPad4,5, iOS 4 (build 8C148a)",
            ),
            ("Apple-iPhone17C1/2301.350", "iPhone17,1, build 23A350"),
        ];
        for (agent, words) in cases {
            assert_eq!(client(agent), words);
        }
    }

    #[test]
    fn leaves_other_agents_as_they_are() {
        for agent in [
            "Android/8.1.0-EAS-2.0",
            "Apple-iPhone",
            "Apple-iPhone/x.y",
            "Apple-iPhone/9999.1",
            "Apple-iPhone/704.000",
            "Apple-iPhone/704.1234567890123",
            "Apple-iPhone/704.1199999",
            "Apple-iPhone8C1C1/1504.100",
            "Apple-iPhone123C1/1504.100",
            "Apple-iPhone8Cjane/1504.100",
            "Apple-jane/1504.100",
            "Apple-iPhoneXjane/1504.100",
            "",
        ] {
            assert_eq!(client(agent), agent);
        }
    }

    #[test]
    fn only_what_was_decoded_passes_for_it() {
        for agent in [
            "Apple-iPhone/704.11",
            "Apple-iPhone8C1/1504.100",
            "Apple-iPad4C5/803.14800001",
            "Apple-iPad4C5/2301.350",
            "Apple-iPod/2301.527600006",
        ] {
            assert_ne!(client(agent), agent);
            assert!(is_decoded(&client(agent)), "{agent}");
        }
        for text in [
            "",
            "iPhone8,1",
            "jane (build 15D100)",
            "iPhone jane, iOS 11 (build 15D100)",
            "iPhone8,1, jane (build 15D100)",
            "iPhone8,1, iOS 11 (build jane)",
            "iPhone8,1, iOS 11 (build 15D100) jane",
            "iPhone8,1, iOS 11 (build 15D100))",
            "iPhone8,1, iOS 12 (build 15D100)",
            "iPhone8,1, build jane, build 23A350",
            "iPhone8,1, build 15D100",
            "iPhone8,1, build 23Aé",
            "iPhone8,1234567, build 23A350",
            "iPhone8,1, build 23A3501234",
            "imarker, build 23A350",
        ] {
            assert!(!is_decoded(text), "{text}");
        }
    }
}
