//! Scenarios: the worlds that can be played. One file a scenario.

mod deck;
mod founding_thread;
mod sample;

use std::io::{self, Write};

use crate::clock::Zone;
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::world::play;

/// A world that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Several days of the site of the founding thread, with exactly its numbers.
    FoundingThread,
    /// Half a working day with six devices, in which every outcome occurs.
    Sample,
}

impl Scenario {
    /// All scenarios.
    pub const ALL: [Self; 2] = [Self::FoundingThread, Self::Sample];

    /// The name, on the command line and of the files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FoundingThread => "founding-thread",
            Self::Sample => "sample",
        }
    }

    /// The zone of the server's clock.
    #[must_use]
    pub fn zone(self) -> Zone {
        match self {
            Self::FoundingThread => founding_thread::ZONE,
            Self::Sample => sample::ZONE,
        }
    }

    /// The plan of the world, or of its `block`-th repetition, which begins where the one before ended.
    #[must_use]
    pub fn plan(self, block: u32) -> Plan {
        match self {
            Self::FoundingThread => founding_thread::plan(block),
            Self::Sample => sample::plan(block),
        }
    }

    /// Plays the world `scale` times, one after the other. The memory needed does not depend on `scale`.
    ///
    /// # Errors
    /// When the log or the truth cannot be written, or when a plan does not fit into its time.
    pub fn play<L: Write, T: Write>(
        self,
        scale: u32,
        recorder: &mut Recorder<L, T>,
    ) -> io::Result<()> {
        let mut last_request = 0;
        (0..scale).try_for_each(|block| play(&self.plan(block), &mut last_request, recorder))
    }
}
