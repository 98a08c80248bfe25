//! What is written while a world is played: the log, and the truth beside it.

use std::io::{self, Write};

use crate::clock::Zone;
use crate::format::{Exchange, Format, Stamp};
use crate::front::Gate;
use crate::truth::{RequestId, TruthWriter, Verdict};

/// Numbers the lines of one log and writes them, and the truth if it is wanted.
pub struct Recorder<L: Write, T: Write> {
    log: L,
    truth: Option<TruthWriter<T>>,
    format: Format,
    stamp: Stamp,
    zone: Zone,
    lines: u64,
    buffer: String,
    /// The proxy in front of the server, which writes a log of its own.
    pub(crate) gate: Option<Gate>,
}

impl<L: Write, T: Write> Recorder<L, T> {
    /// A recorder that has not written anything but the truth's header.
    ///
    /// # Errors
    /// When the truth file cannot be written to.
    pub fn new(
        log: L,
        truth: Option<T>,
        format: Format,
        stamp: Stamp,
        zone: Zone,
    ) -> io::Result<Self> {
        let truth = truth.map(TruthWriter::new).transpose()?;
        Ok(Self {
            log,
            truth,
            format,
            stamp,
            zone,
            lines: 0,
            buffer: String::new(),
            gate: None,
        })
    }

    /// Appends the line of a finished exchange. An ActiveSync request comes with its number and its verdict.
    ///
    /// # Errors
    /// When a file cannot be written to.
    pub fn exchange(
        &mut self,
        exchange: &Exchange<'_>,
        request: Option<(RequestId, Verdict)>,
    ) -> io::Result<()> {
        self.buffer.clear();
        self.format
            .line(exchange, self.stamp, self.zone, &mut self.buffer);
        self.log.write_all(self.buffer.as_bytes())?;
        self.lines += 1;
        if let (Some(gate), Some((id, verdict))) = (&mut self.gate, &request) {
            gate.logged(*id, self.lines, verdict.outcome);
        }
        if let (Some(truth), Some((id, verdict))) = (&mut self.truth, request) {
            truth.logged(id, self.lines, verdict, exchange.start, exchange.end)?;
        }
        Ok(())
    }

    /// Appends a line that is not of the log's format.
    ///
    /// # Errors
    /// When the log cannot be written to.
    pub fn foreign_line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.log, "{line}")?;
        self.lines += 1;
        Ok(())
    }

    /// The request `id` ended, but the log's queue was full, so that it got no line.
    pub fn lost(&mut self, id: RequestId) {
        if let Some(truth) = &mut self.truth {
            truth.lost(id);
        }
    }

    /// The answer to the request `ping` made the device send the request `sync`.
    pub fn followed(&mut self, ping: RequestId, sync: RequestId) {
        if let Some(truth) = &mut self.truth {
            truth.followed(ping, sync);
        }
    }

    /// Ends both files and gives them back.
    ///
    /// # Errors
    /// When a file cannot be written to.
    pub fn finish(mut self) -> io::Result<(L, Option<T>)> {
        self.log.flush()?;
        let truth = self.truth.map(TruthWriter::finish).transpose()?;
        Ok((self.log, truth))
    }
}
