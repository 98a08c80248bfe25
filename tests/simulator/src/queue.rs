//! The event queue: what happens next, and when.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;

use crate::clock::Ms;

/// Events in the order of their time; those of the same millisecond in the order in which they were scheduled.
#[derive(Debug)]
pub struct Queue<E> {
    order: BinaryHeap<Reverse<(Ms, u64)>>,
    // Events are kept beside the heap, as they need no ordering of their own.
    events: BTreeMap<u64, E>,
    scheduled: u64,
}

impl<E> Queue<E> {
    /// A queue in which nothing is scheduled.
    #[must_use]
    pub fn new() -> Self {
        Self {
            order: BinaryHeap::new(),
            events: BTreeMap::new(),
            scheduled: 0,
        }
    }

    /// Schedules `event` for the moment `at`.
    pub fn push(&mut self, at: Ms, event: E) {
        self.order.push(Reverse((at, self.scheduled)));
        self.events.insert(self.scheduled, event);
        self.scheduled += 1;
    }

    /// The next event and its moment.
    pub fn pop(&mut self) -> Option<(Ms, E)> {
        let Reverse((at, number)) = self.order.pop()?;
        let event = self.events.remove(&number)?;
        Some((at, event))
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn time_comes_first_and_scheduling_order_second() {
        let mut queue = Queue::new();
        queue.push(20, "c");
        queue.push(10, "a");
        queue.push(20, "d");
        queue.push(10, "b");
        let popped: Vec<_> = std::iter::from_fn(|| queue.pop())
            .map(|(_, event)| event)
            .collect();
        assert_eq!(popped, ["a", "b", "c", "d"]);
    }
}
