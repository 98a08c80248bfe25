//! A proxy between the devices and the server, as far as it changes what happens: it sees a device close its connection, it
//! waits no longer than its patience, and the server is told of neither.

use super::event::Event;
use super::world::{World, index};
use crate::clock::Ms;
use crate::device::Told;
use crate::format::Ending;
use crate::truth::RequestId;

impl World {
    /// A request passes the proxy on its way to the server.
    pub(super) fn pass(&mut self, now: Ms, id: RequestId) {
        let Some(proxy) = self.fleet.proxy else {
            return;
        };
        self.journeys[index(id)].passed = Some(now - self.rng.between(1, 4));
        if let Some(patience) = proxy.patience {
            self.queue.push(now + patience, Event::Patience(id));
        }
    }

    /// The proxy has waited as long as it does, and answers itself.
    pub(super) fn patience(&mut self, now: Ms, id: RequestId) {
        if !self.waits_at_proxy(id) {
            return;
        }
        self.journeys[index(id)].front = Some((now, Ending::TimedOut));
        let network = self.journeys[index(id)].network;
        let delay = self.networks[network].hop(false, &mut self.rng);
        self.queue
            .push(now + delay, Event::Deliver(id, Told::Http(504, None)));
    }

    /// A device closes the connection of a request. The proxy sees that, if there is a network between them.
    pub(super) fn leave(&mut self, now: Ms, id: RequestId) {
        let reached = self.reaches(id);
        let journey = &mut self.journeys[index(id)];
        journey.left = true;
        let handset = &self.handsets[self.accounts[journey.account].handset];
        if self.fleet.proxy.is_some() && reached && !handset.lost {
            let delay = self.networks[journey.network].hop(false, &mut self.rng);
            self.queue.push(now + delay, Event::Gone(id));
        }
    }

    /// The proxy sees that a device has closed the connection of a request.
    pub(super) fn gone(&mut self, now: Ms, id: RequestId) {
        if self.waits_at_proxy(id) {
            self.journeys[index(id)].front = Some((now, Ending::ClientGone));
        }
    }

    /// Whether the proxy waits for the answer to a request.
    fn waits_at_proxy(&self, id: RequestId) -> bool {
        let journey = &self.journeys[index(id)];
        journey.passed.is_some() && journey.front.is_none() && journey.end.is_none()
    }
}
