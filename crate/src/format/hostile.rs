//! Every reader on lines of any kind: none of them panics, and what it emits stands where it was read.

use super::*;
use crate::input::Line;
use proptest::prelude::*;

/// The lines of all samples, of all formats.
fn lines() -> Vec<&'static [u8]> {
    ALL.iter()
        .flat_map(|format| format.samples())
        .flat_map(|sample| sample.text.lines())
        .map(str::as_bytes)
        .collect()
}

/// Hands lines to a reader, and looks at what it makes of them.
fn feed(format: &dyn Format, lines: &[Vec<u8>], closed: bool) -> Result<(), TestCaseError> {
    let mut reader = format.reader();
    let mut places = Vec::new();
    let mut emit = |record: &Record<'_>| {
        places.push(record.place);
        for name in ["time", "target", "status", "user_agent", "bytes", "doubt"] {
            let _ = record.field(name);
        }
    };
    let mut offset = 0;
    for (i, bytes) in lines.iter().enumerate() {
        let line = Line {
            number: i as u32 + 1,
            offset,
            bytes,
            cut: false,
            closed: closed || i + 1 < lines.len(),
        };
        offset += bytes.len() as u64 + 1;
        // Whoever asks a reader tells it when another one took a line.
        if matches!(reader.line(&line, &mut emit), Reading::Foreign(_)) && i % 3 == 0 {
            reader.flush(&mut emit);
        }
    }
    reader.flush(&mut emit);
    let real = |place: &Place| (1..=lines.len()).contains(&(place.line as usize));
    prop_assert!(places.iter().all(real), "{}: {places:?}", format.code());
    let ordered = places.is_sorted_by_key(|place| place.line);
    prop_assert!(ordered, "{}: {places:?}", format.code());
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..30), closed: bool) {
        for format in ALL {
            feed(*format, &lines, closed)?;
        }
    }

    /// Whole lines, and lines of which one half is another's.
    #[test]
    fn pieces_of_all_formats(
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 0..40),
        closed: bool,
    ) {
        let all = lines();
        let lines: Vec<Vec<u8>> = picks
            .iter()
            .map(|(first, second, kind, at)| {
                let (first, second) = (*first.get(&all), *second.get(&all));
                match kind % 4 {
                    0 => first.to_vec(),
                    1 => first[..first.len() * usize::from(*at) / 256].to_vec(),
                    2 => first[first.len() * usize::from(*at) / 256..].to_vec(),
                    _ => {
                        let head = &first[..first.len() * usize::from(*at) / 256];
                        let tail = &second[second.len() * usize::from(*at) / 256..];
                        [head, tail].concat()
                    }
                }
            })
            .collect();
        for format in ALL {
            feed(*format, &lines, closed)?;
        }
    }

    /// Samples with bytes changed, so that lines stay near to what a reader knows.
    #[test]
    fn damaged_samples(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        for format in ALL {
            for sample in format.samples() {
                let mut text = sample.text.as_bytes().to_vec();
                for (at, byte) in &changes {
                    let at = at.index(text.len());
                    text[at] = *byte;
                }
                let lines: Vec<_> = text.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
                feed(*format, &lines, true)?;
            }
        }
    }
}
