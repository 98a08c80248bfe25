//! How many lines of a file each format would know: asked of a few lines, so that it costs nothing.
//!
//! Lines are taken at equal distances, and whenever there are too many, every other one is dropped and the distance
//! doubled. So the sample is spread through the file, whatever its length turns out to be, and depends on nothing else.

use super::super::{Chosen, Reader, Reading};
use crate::input::Line;

/// Most lines in the sample.
const MOST: usize = 64;

/// Asks readers of its own, which see the lines of the sample and nothing else.
pub(super) struct Sampler {
    /// None before the first line.
    readers: Vec<Box<dyn Reader>>,
    /// For each line the formats that know it, one bit each.
    known: Vec<u64>,
    stride: u32,
    /// Number of the next line to take.
    next: u32,
}

impl Sampler {
    pub(super) fn new() -> Self {
        Self {
            readers: Vec::new(),
            known: Vec::new(),
            stride: 1,
            next: 1,
        }
    }

    /// A sampler that takes no line.
    pub(super) fn none() -> Self {
        Self {
            next: u32::MAX,
            ..Self::new()
        }
    }

    /// Whether a line is to be taken, if there is anything on it.
    pub(super) fn wants(&self, line: &Line<'_>) -> bool {
        line.number >= self.next
    }

    /// Takes a line, and asks all formats about it; they are the same each time.
    pub(super) fn take(&mut self, formats: &[Chosen], line: &Line<'_>) {
        if self.readers.is_empty() {
            // One bit for each; there are fewer formats than that.
            let formats = formats.iter().take(u64::BITS as usize);
            self.readers = formats.map(|f| f.reader()).collect();
        }
        if self.known.len() == MOST {
            let mut index = 0;
            self.known.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.stride = self.stride.saturating_mul(2);
        }
        let mut known = 0;
        for (bit, reader) in self.readers.iter_mut().enumerate() {
            let knows = !matches!(reader.line(line, &mut |_| {}), Reading::Foreign(_));
            known |= u64::from(knows) << bit;
        }
        self.known.push(known);
        self.next = line.number.saturating_add(self.stride);
    }

    /// Lines in the sample.
    pub(super) fn len(&self) -> u32 {
        self.known.len() as u32
    }

    /// Lines of the sample that each format would know.
    pub(super) fn counts(&self) -> Vec<u32> {
        (0..self.readers.len())
            .map(|bit| self.known.iter().map(|k| (k >> bit & 1) as u32).sum())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ALL;

    #[test]
    fn the_sample_is_spread_through_the_whole_file() {
        assert!(ALL.len() <= u64::BITS as usize);
        let formats: Vec<Chosen> = ALL.iter().map(|&f| Chosen::Known(f)).collect();
        let mut sampler = Sampler::new();
        let known: &[u8] =
            b"192.0.2.1 - - [12/Jan/2024:08:15:30 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"";
        let lines = 10_000;
        for number in 1..=lines {
            let line = Line {
                number,
                offset: 0,
                // The second half is nothing that anybody knows.
                bytes: if number <= lines / 2 {
                    known
                } else {
                    b"lorem ipsum"
                },
                cut: false,
                closed: true,
            };
            if sampler.wants(&line) {
                sampler.take(&formats, &line);
            }
        }
        assert!((32..=64).contains(&sampler.len()), "{}", sampler.len());
        let ncsa = formats.iter().position(|f| f.code() == "ncsa");
        let count = ncsa.map_or(0, |at| sampler.counts()[at]);
        assert!(
            count.abs_diff(sampler.len() / 2) <= 1,
            "{count} of {}",
            sampler.len()
        );
    }
}
