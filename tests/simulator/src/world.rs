//! Plays a plan: takes one event after the other, and writes what ends.

use std::collections::VecDeque;
use std::io::{self, Write};

use crate::clock::{MINUTE, Ms, SECOND};
use crate::device::SingleLine;
use crate::event::{Answer, DeviceId, Event, Input, Passing, Request};
use crate::fate::Fate;
use crate::format::{Exchange, waiting_line};
use crate::network::{Radio, latency};
use crate::plan::Plan;
use crate::queue::Queue;
use crate::recorder::Recorder;
use crate::rng::Rng;
use crate::server::Server;
use crate::truth::{Outcome, RequestId, Verdict};

/// A device does not go on an errand so soon after it was last in touch with the server.
const SETTLED: Ms = 2 * MINUTE;

/// Plays `plan` to its cut. `last_request` is the number of the last request so far, of this world or an earlier one.
///
/// # Errors
/// When the log or the truth cannot be written, or when the plan was not played to its end before the cut.
pub fn play<L: Write, T: Write>(
    plan: &Plan,
    last_request: &mut RequestId,
    recorder: &mut Recorder<L, T>,
) -> io::Result<()> {
    let mut world = World::new(plan, last_request, recorder);
    while let Some((now, event)) = world.queue.pop() {
        if now >= plan.cut {
            break;
        }
        world.step(now, event)?;
    }
    world.end()
}

/// A device and the part of its plan that is being played.
struct Actor {
    state: SingleLine,
    fates: VecDeque<Fate>,
    rng: Rng,
    /// When the server last saw a request of it arrive or end.
    last_contact: Ms,
}

struct World<'a, L: Write, T: Write> {
    plan: &'a Plan,
    queue: Queue<Event>,
    actors: Vec<Actor>,
    server: Server,
    rng: Rng,
    last_request: &'a mut RequestId,
    recorder: &'a mut Recorder<L, T>,
}

impl<'a, L: Write, T: Write> World<'a, L, T> {
    fn new(
        plan: &'a Plan,
        last_request: &'a mut RequestId,
        recorder: &'a mut Recorder<L, T>,
    ) -> Self {
        let mut queue = Queue::new();
        let mut actors = Vec::new();
        for (id, device) in plan.devices.iter().enumerate() {
            for (index, session) in device.sessions.iter().enumerate() {
                queue.push(session.start, Event::Session(id, index));
            }
            for (index, errand) in device.errands.iter().enumerate() {
                queue.push(errand.at, Event::Errand(id, index));
            }
            let rng = Rng::new(plan.seed, &device.caller.device_id);
            actors.push(Actor {
                state: SingleLine::default(),
                fates: VecDeque::new(),
                rng,
                last_contact: Ms::MIN / 2,
            });
        }
        for (index, hit) in plan.web.iter().enumerate() {
            queue.push(hit.end, Event::Web(index));
        }
        let server = Server::new(plan.refusals.clone(), Rng::new(plan.seed, "server"));
        let rng = Rng::new(plan.seed, "world");
        Self {
            plan,
            queue,
            actors,
            server,
            rng,
            last_request,
            recorder,
        }
    }

    fn step(&mut self, now: Ms, event: Event) -> io::Result<()> {
        match event {
            Event::Device(id, input) => self.tell(now, id, input),
            Event::Arrive(request) => self.arrive(now, request)?,
            Event::Answer(device, id, answer) => {
                if let Some(request) = self.server.close(device, id) {
                    self.answer(now, &request, answer)?;
                }
            }
            Event::Session(id, index) => self.begin_session(now, id, index),
            Event::Errand(id, index) => self.errand(now, id, index),
            Event::Web(index) => {
                let exchange = self.plan.web[index].exchange();
                self.recorder.exchange(&exchange, None)?;
                if let Some(gate) = &mut self.recorder.gate {
                    gate.web(&exchange);
                }
            }
            Event::Gate(device, id, what) => self.pass(now, device, id, what),
        }
        Ok(())
    }

    /// Something happens to a request at the proxy.
    fn pass(&mut self, now: Ms, device: DeviceId, id: RequestId, what: Passing) {
        let Some(gate) = &mut self.recorder.gate else {
            return;
        };
        let answer = match what {
            Passing::Done => {
                gate.done(now, id);
                None
            }
            Passing::Left => {
                gate.left(now, id);
                None
            }
            Passing::GivenUp => gate.give_up(now, id).then_some(504),
            Passing::Refused => {
                gate.refuse(now, id);
                Some(503)
            }
        };
        if let Some(status) = answer
            && self.actors[device].state.listens_to(id)
        {
            let delay = latency(&mut self.actors[device].rng);
            let reply = Input::Reply(id, Answer::Http(status));
            self.queue.push(now + delay, Event::Device(device, reply));
        }
    }

    /// A request passes the proxy. Whether it reaches the server.
    fn enter(&mut self, now: Ms, request: &Request) -> bool {
        let Some(gate) = &mut self.recorder.gate else {
            return true;
        };
        let device = &self.plan.devices[request.device];
        gate.enter(
            now,
            request,
            &device.addresses[request.address % device.addresses.len()],
            &device.caller.user,
            device.caller.target(request.task.command),
            device.agent,
        );
        let mut later = |after: Ms, what: Passing| {
            let event = Event::Gate(request.device, request.id, what);
            self.queue.push(now + after, event);
        };
        if !gate.reaches(now) {
            later(gate.hop(), Passing::Refused);
            return false;
        }
        if let Some(patience) = gate.patience() {
            later(patience, Passing::GivenUp);
        }
        true
    }

    /// Lets something happen to a device.
    fn tell(&mut self, now: Ms, id: DeviceId, input: Input) {
        let actor = &mut self.actors[id];
        let before = actor.state.waits_for();
        let acts = matches!(input, Input::Act(_));
        let last_request = &mut *self.last_request;
        let mut radio = Radio {
            now,
            device: id,
            queue: &mut self.queue,
            last_request,
            rng: &mut actor.rng,
        };
        actor.state.handle(input, &mut radio);
        // A device that goes on to something else closes its connection; one that was out of coverage has none to close.
        if let (Some(left), Some(gate), true) = (before, &mut self.recorder.gate, acts)
            && actor.state.waits_for() != before
        {
            let delay = 40 + gate.hop();
            let event = Event::Gate(id, left, Passing::Left);
            self.queue.push(now + delay, event);
        }
    }

    fn begin_session(&mut self, now: Ms, id: DeviceId, index: usize) {
        if self.actors[id].state.is_busy() {
            self.queue.push(now + 5 * MINUTE, Event::Session(id, index));
            return;
        }
        let session = &self.plan.devices[id].sessions[index];
        self.actors[id].fates = session.fates.iter().cloned().collect();
        self.tell(now, id, Input::PushOn(session.command, session.heartbeat));
    }

    fn errand(&mut self, now: Ms, id: DeviceId, index: usize) {
        let errand = &self.plan.devices[id].errands[index];
        let actor = &self.actors[id];
        let settled = now - actor.last_contact >= SETTLED && !actor.state.is_busy();
        if settled {
            self.tell(now, id, Input::Act(errand.tasks.clone()));
        }
    }

    /// A request reaches the server.
    fn arrive(&mut self, now: Ms, mut request: Request) -> io::Result<()> {
        request.arrived = now;
        self.actors[request.device].last_contact = now;
        if !self.enter(now, &request) {
            self.recorder.lost(request.id);
            return Ok(());
        }
        if let Some(ping) = request.because_of {
            self.recorder.followed(ping, request.id);
        }
        if let Some(displaced) = self.server.accept(request.clone()) {
            let outcome = Outcome::of_conflict(displaced.task.command, request.task.command);
            self.write(now, &displaced, 409, Some(0), outcome, Some(request.id))?;
        }
        let answer_after = |delay: Ms, answer: Answer| {
            (
                now + delay,
                Event::Answer(request.device, request.id, answer),
            )
        };
        if let Some(status) = self.server.refuses(&request) {
            let (at, event) = answer_after(self.server.refusal_time(), Answer::Http(status));
            self.queue.push(at, event);
        } else if let Some(heartbeat) = request.task.hold {
            let actor = &mut self.actors[request.device];
            let fate = actor
                .fates
                .pop_front()
                .unwrap_or(Fate::Quiet { overshoot: SECOND });
            if actor.fates.is_empty() {
                actor.state.push_off();
            }
            for (at, event) in fate.unfold(&request, heartbeat) {
                self.queue.push(at, event);
            }
        } else {
            let (at, event) = answer_after(self.server.service_time(&request), Answer::Done);
            self.queue.push(at, event);
        }
        Ok(())
    }

    /// The server answers a request. Whether the device hears it is another matter.
    fn answer(&mut self, now: Ms, request: &Request, answer: Answer) -> io::Result<()> {
        let id = request.device;
        self.actors[id].last_contact = now;
        let heard = self.actors[id].state.listens_to(request.id);
        let status = if let Answer::Http(status) = answer {
            status
        } else {
            200
        };
        let bytes = self.server.answer_bytes(request.task.command, answer);
        self.write(
            now,
            request,
            status,
            bytes,
            Server::outcome(request, answer, heard),
            None,
        )?;
        if heard {
            let delay = latency(&mut self.actors[id].rng);
            self.queue.push(
                now + delay,
                Event::Device(id, Input::Reply(request.id, answer)),
            );
        }
        Ok(())
    }

    fn write(
        &mut self,
        now: Ms,
        request: &Request,
        status: u16,
        bytes: Option<u32>,
        outcome: Outcome,
        cause: Option<RequestId>,
    ) -> io::Result<()> {
        let mut verdict = Verdict {
            command: request.task.command,
            outcome,
            cause,
        };
        if let Some(gate) = &mut self.recorder.gate {
            let (seen, waits) = gate.answered(request.id, status, bytes, verdict);
            verdict = seen;
            if waits {
                let event = Event::Gate(request.device, request.id, Passing::Done);
                self.queue.push(now + gate.hop(), event);
            }
        }
        if !request.task.logged {
            self.recorder.lost(request.id);
            return Ok(());
        }
        let device = &self.plan.devices[request.device];
        let command = request.task.command;
        let exchange = Exchange {
            start: request.arrived,
            end: now,
            client: &device.addresses[request.address % device.addresses.len()],
            host: self.plan.host,
            // Somebody whose password was not accepted is nobody.
            user: if status == 401 { "-" } else { &device.log_user },
            method: command.method(),
            target: &device.caller.target(command),
            status,
            bytes,
            referer: "-",
            agent: device.agent,
            cookie: "",
            path: self.plan.servlet_path,
        };
        self.recorder
            .exchange(&exchange, Some((request.id, verdict)))
    }

    /// The log is cut.
    fn end(mut self) -> io::Result<()> {
        let unplayed: usize = self.actors.iter().map(|actor| actor.fates.len()).sum();
        if unplayed > 0 && !self.plan.restart_at_cut {
            let message =
                format!("{unplayed} planned Pings did not fit in before the end of the log");
            return Err(io::Error::other(message));
        }
        if self.plan.restart_at_cut {
            let stamp = self.plan.zone.console_stamp(self.plan.cut + 3 * SECOND);
            for request in self.server.open() {
                let (session, thread) = (
                    self.rng.between(1_000, 9_999),
                    self.rng.between(3_000, 9_000),
                );
                let device = &self.plan.devices[request.device];
                let (method, target) = (
                    request.task.command.method(),
                    device.caller.target(request.task.command),
                );
                let line = waiting_line(session, thread, method, &target);
                self.recorder.foreign_line(&format!("{stamp} {line}"))?;
            }
        }
        Ok(())
    }
}
