//! Plays phones, a radio network and a Traveler server, and writes the web server's log with the truth beside it.
//!
//! Nothing here knows how a log is explained. A [`plan`] says who is in a world and which stimuli come from outside: mail
//! arrives, the user opens Mail, coverage is lost. Everything else follows: [`device`] behaviours react to the stimuli, the
//! [`server`] to their requests, and each request that ends becomes a line of the log ([`format`]) and a row of the
//! [`truth`]. [`world`] is the loop that plays it, one event after the other.
//!
//! The same command writes the same bytes on every platform: all arithmetic is on integers, all randomness comes from
//! [`rng`], and no order depends on hashing.

pub mod activesync;
pub mod clock;
pub mod device;
pub mod event;
pub mod fate;
pub mod fleet;
pub mod format;
pub mod front;
pub mod json;
pub mod network;
pub mod plan;
pub mod queue;
pub mod recorder;
pub mod rng;
pub mod scenario;
pub mod score;
pub mod server;
pub mod truth;
pub mod web;
pub mod world;

use std::io;

use format::{Format, Stamp};
use front::{Front, Gate};
use recorder::Recorder;
use scenario::Scenario;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// The world.
    pub scenario: Scenario,
    /// The format of the log.
    pub format: Format,
    /// The moment its stamps show.
    pub stamp: Stamp,
    /// How often the world is repeated, one after the other.
    pub scale: u32,
    /// What stands in front of the server, if anything does.
    pub front: Option<Front>,
}

/// What a job with a proxy in front of the server writes.
#[derive(Debug)]
pub struct Both {
    /// The server's log, and the truth about it with what the proxy saw.
    pub server: (Vec<u8>, Vec<u8>),
    /// The proxy's log, and the truth about it.
    pub front: (Vec<u8>, Vec<u8>),
}

impl Job {
    /// The job that writes the committed fixture of `scenario`.
    #[must_use]
    pub fn fixture(scenario: Scenario) -> Self {
        Self {
            scenario,
            format: Format::DominoExtended,
            stamp: Stamp::End,
            scale: 1,
            front: None,
        }
    }

    /// The name of the files: the scenario's, followed by what differs from the fixture.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = self.scenario.name().to_owned();
        if self.format == Format::DominoCommon {
            name.push_str("-common");
        }
        if self.stamp == Stamp::Start {
            name.push_str("-start-stamp");
        }
        if self.scale != 1 {
            name.push_str(&format!("-x{}", self.scale));
        }
        if self.front.is_some() {
            name.push_str("-behind");
        }
        name
    }

    /// Writes the log, and the truth if it is wanted.
    ///
    /// # Errors
    /// When one of them cannot be written, or when the scenario's plan does not fit into its time.
    pub fn write<L: io::Write, T: io::Write>(&self, log: L, truth: Option<T>) -> io::Result<()> {
        self.play(log, truth)?;
        Ok(())
    }

    fn play<L: io::Write, T: io::Write>(
        &self,
        log: L,
        truth: Option<T>,
    ) -> io::Result<Option<Gate>> {
        let mut recorder =
            Recorder::new(log, truth, self.format, self.stamp, self.scenario.zone())?;
        recorder.gate = self.front.map(Gate::new);
        self.scenario.play(self.scale, &mut recorder)?;
        let gate = recorder.gate.take();
        recorder.finish()?;
        Ok(gate)
    }

    /// The logs and truths of the server and of the proxy in front of it, in memory; `None` if there is no proxy.
    ///
    /// # Errors
    /// When the scenario's plan does not fit into its time.
    pub fn both(&self) -> io::Result<Option<Both>> {
        let (mut log, mut truth) = (Vec::new(), Vec::new());
        let gate = self.play(&mut log, Some(&mut truth))?;
        Ok(gate.map(|gate| {
            let (front, front_truth) = gate.finish();
            Both {
                server: (log, truth),
                front: (front.into_bytes(), front_truth.into_bytes()),
            }
        }))
    }

    /// The log and the truth, in memory.
    ///
    /// # Errors
    /// When the scenario's plan does not fit into its time.
    pub fn in_memory(&self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let (mut log, mut truth) = (Vec::new(), Vec::new());
        self.write(&mut log, Some(&mut truth))?;
        Ok((log, truth))
    }
}
