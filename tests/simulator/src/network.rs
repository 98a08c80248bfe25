//! The radio network between the devices and the server: how long things take, and what a device can do with it.

use crate::clock::{Ms, SECOND};
use crate::event::{DeviceId, Event, Input, Request, Task};
use crate::queue::Queue;
use crate::rng::Rng;
use crate::truth::RequestId;

/// What one device can do at one moment: send, and set its timer.
pub struct Radio<'a> {
    /// The moment.
    pub now: Ms,
    /// The device.
    pub device: DeviceId,
    /// The world's events.
    pub queue: &'a mut Queue<Event>,
    /// The number of the world's last request.
    pub last_request: &'a mut RequestId,
    /// The device's own randomness.
    pub rng: &'a mut Rng,
}

impl Radio<'_> {
    /// Sends a request from the device's address number `address`. It reaches the server some time later.
    pub fn send(&mut self, task: Task, address: usize, because_of: Option<RequestId>) -> RequestId {
        *self.last_request += 1;
        let id = *self.last_request;
        if task.stalls {
            self.after(1_600, Input::CoverageLost);
            self.after(4 * SECOND + 700, Input::CoverageBack);
        }
        let request = Request {
            id,
            device: self.device,
            task,
            address,
            arrived: 0,
            because_of,
        };
        self.queue
            .push(self.now + latency(self.rng), Event::Arrive(request));
        id
    }

    /// Lets something happen to this device after `delay` milliseconds.
    pub fn after(&mut self, delay: Ms, input: Input) {
        self.queue
            .push(self.now + delay, Event::Device(self.device, input));
    }
}

/// How long one way between a device and the server takes, in milliseconds.
pub fn latency(rng: &mut Rng) -> Ms {
    rng.peaked(40, 260)
}
