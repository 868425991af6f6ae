//! What a leader knows of another member's log.

use std::collections::VecDeque;

/// How entries are sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// One message, then wait for the answer: where the logs match is not known. Left when it
    /// answers with a match.
    Probe { waiting: bool },
    /// A stream of messages. Left when one is rejected, or can't be delivered.
    Replicate,
    /// It fetches a snapshot. Left when it has it.
    Snapshot { index: u64, heartbeats: u32 },
}

/// Messages that may be under way to one member.
const IN_FLIGHT: usize = 256;
/// Heartbeats after which a snapshot is offered again.
const OFFER_AGAIN: u32 = 20;

/// One member, as the leader sees it.
#[derive(Clone, Debug)]
pub struct Progress {
    /// On its disk.
    pub matched: u64,
    /// The next to send.
    pub next: u64,
    pub flow: Flow,
    /// Heard of since the last check of the quorum.
    pub recent: bool,
    /// Last indexes of messages under way.
    pub(super) in_flight: VecDeque<u64>,
}

impl Progress {
    /// Nothing known but the leader's own last index.
    pub fn new(last: u64) -> Self {
        Self {
            matched: 0,
            next: last + 1,
            flow: Flow::Probe { waiting: false },
            recent: false,
            in_flight: VecDeque::new(),
        }
    }

    /// Whether nothing may be sent now.
    pub fn paused(&self) -> bool {
        match self.flow {
            Flow::Probe { waiting } => waiting,
            Flow::Replicate => self.in_flight.len() >= IN_FLIGHT,
            Flow::Snapshot { .. } => true,
        }
    }

    /// Entries up to `last` are under way (or none, when `last` is before `next`).
    pub fn sent(&mut self, last: u64) {
        match self.flow {
            Flow::Probe { .. } => self.flow = Flow::Probe { waiting: true },
            Flow::Replicate if last >= self.next => {
                self.next = last + 1;
                self.in_flight.push_back(last);
            }
            _ => {}
        }
    }

    /// It has everything up to `index`; tells whether that is news.
    pub fn acknowledged(&mut self, index: u64) -> bool {
        let news = index > self.matched;
        self.matched = self.matched.max(index);
        self.next = self.next.max(index + 1);
        while self.in_flight.front().is_some_and(|last| *last <= index) {
            self.in_flight.pop_front();
        }
        match self.flow {
            Flow::Probe { .. } => self.replicate(),
            Flow::Snapshot { index: wanted, .. } if self.matched >= wanted => self.replicate(),
            _ => {}
        }
        news
    }

    fn replicate(&mut self) {
        self.flow = Flow::Replicate;
        self.in_flight.clear();
        self.next = self.matched + 1;
    }

    /// It rejected entries after `index`; its own log may match at `hint`. Tells whether that
    /// is news.
    pub fn rejected(&mut self, index: u64, hint: u64) -> bool {
        match self.flow {
            // An answer to something older.
            Flow::Replicate if index <= self.matched => false,
            Flow::Replicate => {
                self.probe();
                true
            }
            _ if self.next != index + 1 => false,
            _ => {
                self.next = (hint + 1).min(index).max(self.matched + 1);
                self.flow = Flow::Probe { waiting: false };
                true
            }
        }
    }

    /// Starts over from what is known to match.
    pub fn probe(&mut self) {
        self.in_flight.clear();
        self.next = match self.flow {
            Flow::Snapshot { index, .. } => self.matched.max(index) + 1,
            _ => self.matched + 1,
        };
        self.flow = Flow::Probe { waiting: false };
    }

    /// It needs a snapshot.
    pub fn snapshot(&mut self, index: u64) {
        self.in_flight.clear();
        self.flow = Flow::Snapshot { index, heartbeats: 0 };
    }

    /// It answered a heartbeat: there is room for one more message, or another probe. Tells
    /// whether it is time to offer the snapshot again.
    pub fn heard(&mut self) -> bool {
        self.recent = true;
        match &mut self.flow {
            Flow::Probe { waiting } => *waiting = false,
            Flow::Replicate if self.in_flight.len() >= IN_FLIGHT => {
                self.in_flight.pop_front();
            }
            Flow::Snapshot { heartbeats, .. } => {
                *heartbeats += 1;
                return *heartbeats >= OFFER_AGAIN;
            }
            _ => {}
        }
        false
    }
}
