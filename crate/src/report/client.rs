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

fn apple(agent: &str) -> Option<String> {
    let (model, version) = agent.strip_prefix("Apple-")?.split_once('/')?;
    let build = build(version)?;
    let (name, digits) = model.split_at(
        model
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(model.len()),
    );
    let model = match digits.split_once('C') {
        Some((major, minor)) => format!("{name}{major},{minor}"),
        None => model.to_owned(),
    };
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

/// `704.11` to `7D11`, `803.14800001` to `8C148a`.
fn build(version: &str) -> Option<String> {
    let (left, right) = version.split_once('.')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(left) || !digits(right) || !(3..=4).contains(&left.len()) {
        return None;
    }
    let (major, letter) = left.split_at(left.len() - 2);
    let letter = nth_letter(letter, b'A')?;
    // Five more digits stand for a letter behind the number.
    let (number, suffix) = match right.len() {
        6.. => {
            let (number, suffix) = right.split_at(right.len() - 5);
            (
                number,
                nth_letter(suffix, b'a')
                    .map(String::from)
                    .unwrap_or_default(),
            )
        }
        _ => (right, String::new()),
    };
    let number = number.trim_start_matches('0');
    Some(format!("{major}{letter}{number}{suffix}"))
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
            "",
        ] {
            assert_eq!(client(agent), agent);
        }
    }
}
