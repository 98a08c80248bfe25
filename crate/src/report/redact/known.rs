//! What is known to say what a device is, and nothing of whose it is.

use crate::report::client::{client, is_decoded};

/// Device types that say what a device is, and nothing of whose it is.
const DEVICE_TYPES: [&str; 20] = [
    "iPhone",
    "iPad",
    "iPod",
    "Android",
    "BlackBerry",
    "MacOutlook",
    "NokiaEmail",
    "Outlook",
    "Palm",
    "PocketPC",
    "PPC",
    "SmartPhone",
    "SP",
    "TouchDown",
    "UniversalOutlook",
    "WindowsMail",
    "WindowsOutlook",
    "WindowsOutlook15",
    "WP",
    "WP8",
];

/// A device type that may be shown, in the spelling of the list.
pub(super) fn device_type(text: &str) -> Option<String> {
    // Samsung appends the model, which a device is free to make up.
    let samsung = text.strip_prefix("SAMSUNG").filter(|model| {
        model
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    });
    if samsung.is_some() {
        return Some("SAMSUNG".to_owned());
    }
    let known = DEVICE_TYPES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(text));
    let begins = |family: &&str| {
        let beginning = text.get(..family.len());
        beginning.is_some_and(|b| b.eq_ignore_ascii_case(family))
    };
    known
        .or_else(|| FAMILIES.into_iter().find(begins))
        .map(str::to_owned)
}

/// Families of device types with a model behind them, which a device is free to make up.
const FAMILIES: [&str; 2] = ["BlackBerry", "WindowsOutlook"];

/// Whether a text is Apple's hardware and software in words, or a User-Agent with nothing but versions in it.
pub(super) fn is_harmless(client: &str) -> bool {
    is_decoded(client) || is_of_versions(client)
}

/// A User-Agent as far as it may be told: one of Apple's scheme, or with nothing but versions in it, as it is.
pub(super) fn agent(text: &str) -> Option<String> {
    if is_decoded(&client(text)) || is_of_versions(text) {
        return Some(text.to_owned());
    }
    // What tells a BlackBerry, which takes more of the server's threads than others.
    text.starts_with("RIM-").then(|| "RIM-".to_owned())
}

/// `Android/8.1.0-EAS-2.0`, `Outlook-iOS-Android/1.0`.
fn is_of_versions(text: &str) -> bool {
    let android = || {
        let (system, client) = text.strip_prefix("Android/")?.split_once("-EAS-")?;
        Some(is_version(system) && is_version(client))
    };
    let outlook = || Some(is_version(text.strip_prefix("Outlook-iOS-Android/")?));
    android().or_else(outlook).unwrap_or(false)
}

/// Up to four numbers of up to two digits each, with dots between them: no room for somebody's number.
fn is_version(text: &str) -> bool {
    let mut parts = text.split('.');
    let number =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.clone().count() <= 4 && parts.all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_device_types_are_shown() {
        for (text, shown) in [
            ("iPhone", Some("iPhone")),
            ("IPHONE", Some("iPhone")),
            ("WindowsOutlook15", Some("WindowsOutlook15")),
            ("SAMSUNGGTI9515", Some("SAMSUNG")),
            ("SAMSUNG", Some("SAMSUNG")),
            ("SAMSUNG of Jane", None),
            ("JaneDoe", None),
            ("iPhoneJane", None),
            ("BlackBerry9900", Some("BlackBerry")),
            ("WindowsOutlook of Jane", Some("WindowsOutlook")),
            ("", None),
        ] {
            assert_eq!(device_type(text).as_deref(), shown, "{text}");
        }
    }

    #[test]
    fn agents_with_nothing_but_versions_are_shown() {
        for (text, shown) in [
            ("Apple-iPhone8C1/1504.100", Some("Apple-iPhone8C1/1504.100")),
            ("Android/8.1.0-EAS-2.0", Some("Android/8.1.0-EAS-2.0")),
            ("Outlook-iOS-Android/1.0", Some("Outlook-iOS-Android/1.0")),
            ("RIM-Jane/1", Some("RIM-")),
            ("Android/8.1.0-EAS-jane", None),
            ("Android/8.1.0-EAS-2.0 jane", None),
            ("Android/1.2.3.4.5-EAS-2.0", None),
            ("Android/4711-EAS-2.0", None),
            ("Outlook-iOS-Android/1.jane", None),
            ("Apple-iPhone8C1/jane", None),
            ("", None),
        ] {
            assert_eq!(agent(text).as_deref(), shown, "{text}");
            if text != "RIM-Jane/1" {
                assert_eq!(is_harmless(&client(text)), shown.is_some(), "{text}");
            }
        }
    }
}
