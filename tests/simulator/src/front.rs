//! A proxy in front of the server, and its log: it sees what the server is never told, that a phone closed its connection,
//! and it has a patience of its own.

use std::collections::BTreeMap;

use crate::activesync::Command;
use crate::clock::{Ms, Zone};
use crate::event::Request;
use crate::format::{Ending, Exchange, FrontFormat};
use crate::rng::Rng;
use crate::truth::{Outcome, RequestId, Verdict};

/// What the proxy is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Front {
    /// The format of its log.
    pub format: FrontFormat,
    /// The zone of its clock.
    pub zone: Zone,
    /// How far that clock is ahead of the server's, in milliseconds.
    pub ahead: Ms,
    /// How long it waits for an answer, in milliseconds.
    pub patience: Option<Ms>,
    /// From when to when it cannot reach the server, counted from the first request, in milliseconds.
    pub outage: Option<(Ms, Ms)>,
}

impl Front {
    /// One that writes in `format` by a clock of `zone` that is right, waits for ever and always reaches the server.
    #[must_use]
    pub fn new(format: FrontFormat, zone: Zone) -> Self {
        Self {
            format,
            zone,
            ahead: 0,
            patience: None,
            outage: None,
        }
    }
}

/// A request that the proxy has passed on, or is about to answer itself.
#[derive(Debug)]
struct Passage {
    start: Ms,
    client: String,
    user: String,
    method: &'static str,
    target: String,
    agent: &'static str,
    /// The server's answer is on its way to the client.
    answered: Option<(u16, Option<u32>)>,
}

/// An ActiveSync line of the proxy's log.
#[derive(Debug)]
struct Row {
    id: RequestId,
    line: u64,
    outcome: Outcome,
}

/// The proxy at work.
#[derive(Debug)]
pub struct Gate {
    front: Front,
    rng: Rng,
    begun: Option<Ms>,
    open: BTreeMap<RequestId, Passage>,
    /// How requests that are still open at the server ended for the proxy.
    broken: BTreeMap<RequestId, Ending>,
    log: String,
    lines: u64,
    rows: Vec<Row>,
    /// Lines of the server's log.
    logged: BTreeMap<RequestId, (u64, Outcome)>,
}

impl Gate {
    /// A proxy that has passed nothing on.
    #[must_use]
    pub fn new(front: Front) -> Self {
        Self {
            front,
            rng: Rng::new(499, "proxy"),
            begun: None,
            open: BTreeMap::new(),
            broken: BTreeMap::new(),
            log: String::new(),
            lines: 0,
            rows: Vec::new(),
            logged: BTreeMap::new(),
        }
    }

    /// How long it waits for an answer.
    #[must_use]
    pub fn patience(&self) -> Option<Ms> {
        self.front.patience
    }

    /// How long a way of the proxy's takes: in the house, or on the phone's side.
    pub fn hop(&mut self) -> Ms {
        self.rng.between(1, 4)
    }

    /// Whether the server can be reached.
    pub fn reaches(&mut self, now: Ms) -> bool {
        let begun = *self.begun.get_or_insert(now);
        let out = |(from, to): (Ms, Ms)| (from..to).contains(&(now - begun));
        !self.front.outage.is_some_and(out)
    }

    /// A request arrives from `client`, which says it is `user`.
    pub fn enter(
        &mut self,
        now: Ms,
        request: &Request,
        client: &str,
        user: &str,
        target: String,
        agent: &'static str,
    ) {
        let start = now - self.hop();
        let passage = Passage {
            start,
            client: client.to_owned(),
            user: user.to_owned(),
            method: request.task.command.method(),
            target,
            agent,
            answered: None,
        };
        self.open.insert(request.id, passage);
    }

    /// The server has answered the request, and has written it down for `verdict`. What that is, with what the proxy saw;
    /// and whether the proxy has yet to pass the answer on.
    pub fn answered(
        &mut self,
        id: RequestId,
        status: u16,
        bytes: Option<u32>,
        verdict: Verdict,
    ) -> (Verdict, bool) {
        if let Some(passage) = self.open.get_mut(&id) {
            passage.answered = Some((status, bytes));
            return (verdict, true);
        }
        let outcome = match self.broken.remove(&id) {
            Some(Ending::TimedOut) => Outcome::CutInBetween,
            Some(Ending::ClientGone) if status == 200 => match verdict.command {
                Command::Ping => Outcome::ReplyLost,
                _ => Outcome::ClientGaveUp,
            },
            _ => verdict.outcome,
        };
        // What a cut request was answered in the end is nobody's cause and nobody's doing.
        let cause = verdict.cause.filter(|_| status == 409);
        (
            Verdict {
                outcome,
                cause,
                ..verdict
            },
            false,
        )
    }

    /// The server's log has a line for the request.
    pub fn logged(&mut self, id: RequestId, line: u64, outcome: Outcome) {
        self.logged.insert(id, (line, outcome));
    }

    /// The answer of the server has been passed on.
    pub fn done(&mut self, now: Ms, id: RequestId) {
        let answer = self.open.get(&id).and_then(|passage| passage.answered);
        if let Some((status, bytes)) = answer {
            self.end(now, id, status, bytes, Ending::Answered, Outcome::Completed);
        }
    }

    /// The client has closed its connection; whether the proxy noticed, as it had no answer yet.
    pub fn left(&mut self, now: Ms, id: RequestId) {
        if self.waits(id) {
            self.end(
                now,
                id,
                499,
                Some(0),
                Ending::ClientGone,
                Outcome::ClientGaveUp,
            );
        }
    }

    /// The proxy's patience with a request is over. Whether it then answered itself.
    pub fn give_up(&mut self, now: Ms, id: RequestId) -> bool {
        let waits = self.waits(id);
        if waits {
            self.end(
                now,
                id,
                504,
                Some(167),
                Ending::TimedOut,
                Outcome::CutInBetween,
            );
        }
        waits
    }

    /// The server cannot be reached, so the proxy answers.
    pub fn refuse(&mut self, now: Ms, id: RequestId) {
        self.end(
            now,
            id,
            503,
            Some(107),
            Ending::Unreachable,
            Outcome::ServerBusy,
        );
    }

    /// A web request has been served.
    pub fn web(&mut self, exchange: &Exchange<'_>) {
        self.write(exchange, Ending::Answered);
    }

    fn waits(&self, id: RequestId) -> bool {
        self.open
            .get(&id)
            .is_some_and(|passage| passage.answered.is_none())
    }

    fn end(
        &mut self,
        now: Ms,
        id: RequestId,
        status: u16,
        bytes: Option<u32>,
        ending: Ending,
        outcome: Outcome,
    ) {
        let Some(passage) = self.open.remove(&id) else {
            return;
        };
        let exchange = Exchange {
            start: passage.start,
            end: now,
            client: &passage.client,
            host: "-",
            user: &passage.user,
            method: passage.method,
            target: &passage.target,
            status,
            bytes,
            referer: "-",
            agent: passage.agent,
            cookie: "",
            path: "",
        };
        self.write(&exchange, ending);
        self.rows.push(Row {
            id,
            line: self.lines,
            outcome,
        });
        if matches!(ending, Ending::ClientGone | Ending::TimedOut) {
            self.broken.insert(id, ending);
        }
    }

    fn write(&mut self, exchange: &Exchange<'_>, ending: Ending) {
        let ahead = self.front.ahead;
        let exchange = Exchange {
            start: exchange.start + ahead,
            end: exchange.end + ahead,
            ..*exchange
        };
        self.front
            .format
            .line(&exchange, ending, self.front.zone, &mut self.log);
        self.lines += 1;
    }

    /// Its log, and the truth beside it: a CSV with one row for each ActiveSync line, in the log's order, and the header
    /// `line,also_line,outcome`. `also_line` is that of the server's log, empty where that does not hold the request.
    #[must_use]
    pub fn finish(self) -> (String, String) {
        let mut truth = "line,also_line,outcome\n".to_owned();
        for Row { id, line, outcome } in &self.rows {
            let row = match self.logged.get(id) {
                Some((also, outcome)) => format!("{line},{also},{}\n", outcome.code()),
                None => format!("{line},,{}\n", outcome.code()),
            };
            truth.push_str(&row);
        }
        (self.log, truth)
    }
}
