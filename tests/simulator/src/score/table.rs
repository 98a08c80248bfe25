//! A tally in words and columns.

use std::fmt::Write as _;

use super::{Tally, share};

/// Everything that was counted, with the confusion table, and examples if they are wanted.
#[must_use]
pub fn text(title: &str, tally: &Tally, examples: bool) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(out, "{title}\n");
    summary(tally, &mut out);
    outcomes(tally, &mut out);
    confusion(tally, &mut out);
    certainties(tally, &mut out);
    for failure in tally.failures.iter().take(20) {
        let _ = writeln!(out, "  ! {failure}");
    }
    if examples {
        for example in &tally.examples {
            let _ = writeln!(
                out,
                "  {} taken for {} ({}): {}",
                example.outcome, example.said, example.certainty, example.place
            );
        }
    }
    out
}

fn summary(tally: &Tally, out: &mut String) {
    let (requests, right) = tally.requests();
    let rows = [
        ("requests judged right", right, requests),
        ("causes of 409s right", tally.causes.1, tally.causes.0),
        (
            "Syncs after changes right",
            tally.follow_ups.1,
            tally.follow_ups.0,
        ),
        ("stamps right", tally.stamps.1, tally.stamps.0),
    ];
    for (what, part, whole) in rows {
        let _ = writeln!(
            out,
            "  {what:<28}{:>10}   {part} of {whole}",
            decimal(share(part, whole))
        );
    }
    let _ = writeln!(
        out,
        "  {:<28}{:>10}",
        "macro-averaged F1",
        decimal(tally.macro_f1())
    );
}

fn outcomes(tally: &Tally, out: &mut String) {
    let _ = writeln!(
        out,
        "\n  {:<22}{:>10}{:>12}{:>10}{:>10}",
        "outcome", "requests", "precision", "recall", "F1"
    );
    for (outcome, (is, said, both)) in tally.outcomes() {
        let _ = writeln!(
            out,
            "  {outcome:<22}{is:>10}{:>12}{:>10}{:>10}",
            decimal(share(both, said)),
            decimal(share(both, is)),
            decimal(share(2 * both, is + said))
        );
    }
}

/// Only what was mistaken: what is right fills the diagonal, and the table above.
fn confusion(tally: &Tally, out: &mut String) {
    let _ = writeln!(out, "\n  {:<22}{:<22}{:>10}", "it is", "said", "requests");
    let mut wrong: Vec<_> = tally
        .confusion
        .iter()
        .filter(|((is, said), _)| is != said)
        .collect();
    wrong.sort_by_key(|(pair, count)| (std::cmp::Reverse(**count), *pair));
    for ((is, said), count) in wrong {
        let _ = writeln!(out, "  {is:<22}{said:<22}{count:>10}");
    }
}

fn certainties(tally: &Tally, out: &mut String) {
    let _ = writeln!(
        out,
        "\n  {:<22}{:>10}{:>12}",
        "certainty", "requests", "right"
    );
    for (certainty, (given, right)) in &tally.certainties {
        let _ = writeln!(
            out,
            "  {certainty:<22}{given:>10}{:>12}",
            decimal(share(*right, *given))
        );
    }
    out.push('\n');
}

/// Millionths as a decimal with four places, rounded down: what is not all right does not look so.
fn decimal(millionths: u64) -> String {
    format!(
        "{}.{:04}",
        millionths / 1_000_000,
        millionths % 1_000_000 / 100
    )
}

#[cfg(test)]
mod tests {
    use super::super::Tally;
    use super::{decimal, text};

    #[test]
    fn says_what_was_counted() {
        let mut tally = Tally::default();
        for (is, said, count) in [
            ("completed", "completed", 98),
            ("completed", "long-poll", 1),
            ("failed", "failed", 1),
        ] {
            tally.confusion.insert((is, said.to_owned()), count);
        }
        assert_eq!(tally.requests(), (100, 99));
        // Of completed 2 * 98 / (99 + 98), of failed 1.
        assert_eq!(tally.macro_f1(), (994_923 + 1_000_000) / 2);
        let said = text("clean", &tally, false);
        assert!(said.contains("0.9900   99 of 100"), "{said}");
        assert_eq!(decimal(999_999), "0.9999");
    }
}
