//! The queues of one priority level, without I/O: shuffle sharding picks a request's queue, fair
//! queuing by virtual time picks whose turn it is. A request takes seats; a level has so many.
//!
//! Source: KEP-1040. Virtual time passes at the rate at which each queue with work would be
//! served if all were served at once; the queue goes first whose next request would end first.

use std::collections::VecDeque;

use super::utilization::{Load, Utilization};

/// What a request is thought to take, in seconds, until its end tells.
const ESTIMATE: f64 = 0.003;

/// Queues, if requests may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queuing {
    /// How many queues there are.
    pub queues: usize,
    /// How many of them one flow may use.
    pub hand: usize,
    /// How many requests may wait in one.
    pub length: usize,
}

/// Why a request is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// No seat, and no queue to wait in.
    ConcurrencyLimit,
    /// The queue is full.
    QueueFull,
    /// It waited for too long.
    TimeOut,
    /// The client has gone.
    Cancelled,
}

impl Refusal {
    /// As metrics say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ConcurrencyLimit => "concurrency-limit",
            Self::QueueFull => "queue-full",
            Self::TimeOut => "time-out",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A request that waits.
#[derive(Debug)]
struct Waiting<T> {
    id: u64,
    seats: usize,
    since: f64,
    request: T,
}

#[derive(Debug)]
struct Queue<T> {
    waiting: VecDeque<Waiting<T>>,
    /// Seats of its requests that run.
    seats: usize,
    running: usize,
    /// The virtual time at which its next request begins.
    next: f64,
}

impl<T> Queue<T> {
    fn waiting_seats(&self) -> usize {
        self.waiting.iter().map(|one| one.seats).sum()
    }

    fn is_active(&self) -> bool {
        !self.waiting.is_empty() || self.running > 0
    }
}

/// The right to run; given back by [`QueueSet::finish`].
#[derive(Debug)]
pub struct Ticket {
    queue: Option<usize>,
    seats: usize,
    began: f64,
}

/// How a request is taken in.
#[derive(Debug)]
pub enum Arrival {
    /// It may run when it comes out of [`QueueSet::dispatch`]; until then it is known by a number.
    Queued(u64),
    /// It must go.
    Refused(Refusal),
}

/// A request that may run now.
#[derive(Debug)]
pub struct Dispatched<T> {
    /// The request.
    pub request: T,
    /// Its right to run.
    pub ticket: Ticket,
}

/// How much was wanted since the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Demand {
    /// The most seats at a time.
    pub high: f64,
    /// Seats on average.
    pub average: f64,
    /// How far they went from that.
    pub deviation: f64,
}

/// The integral of what is wanted.
#[derive(Debug, Default)]
struct Meter {
    since: f64,
    at: f64,
    level: f64,
    high: f64,
    sum: f64,
    squares: f64,
}

impl Meter {
    fn set(&mut self, now: f64, level: f64) {
        let passed = (now - self.at).max(0.0);
        self.sum += self.level * passed;
        self.squares += self.level * self.level * passed;
        self.at = now;
        self.level = level;
        self.high = self.high.max(level);
    }

    fn take(&mut self, now: f64) -> Demand {
        self.set(now, self.level);
        let passed = (now - self.since).max(f64::MIN_POSITIVE);
        let average = self.sum / passed;
        let variance = (self.squares / passed - average * average).max(0.0);
        let demand = Demand { high: self.high, average, deviation: variance.sqrt() };
        *self = Self { since: now, at: now, level: self.level, high: self.level, ..Self::default() };
        demand
    }
}

/// The queues and seats of one priority level.
#[derive(Debug)]
pub struct QueueSet<T> {
    queuing: Option<Queuing>,
    /// How many seats there are; `None`: any number.
    limit: Option<usize>,
    queues: Vec<Queue<T>>,
    seats: usize,
    running: usize,
    waiting: usize,
    /// Virtual time, and when it was that.
    virtual_time: f64,
    at: f64,
    ids: u64,
    turn: usize,
    meter: Meter,
    /// How many seats parts are told of: its own, or as many as it might borrow when it has none.
    whole: usize,
    used: Utilization,
}

/// The queues that a flow may use: `hand` different ones of `queues`, by its hash.
fn deal(mut hash: u64, queues: usize, hand: usize) -> Vec<usize> {
    let mut dealt: Vec<usize> = Vec::with_capacity(hand);
    for index in 0..hand.min(queues) {
        let left = (queues - index) as u64;
        let mut card = (hash % left) as usize;
        hash /= left;
        // The card's number is among those that are left.
        let mut sorted = dealt.clone();
        sorted.sort_unstable();
        for taken in sorted {
            if card >= taken {
                card += 1;
            }
        }
        dealt.push(card);
    }
    dealt
}

impl<T> QueueSet<T> {
    /// With so many seats; without `queuing` a request that finds none is turned away.
    pub fn new(queuing: Option<Queuing>, limit: Option<usize>, now: f64) -> Self {
        let mut set = Self {
            queuing: None,
            limit,
            queues: Vec::new(),
            seats: 0,
            running: 0,
            waiting: 0,
            virtual_time: 0.0,
            at: now,
            ids: 0,
            turn: 0,
            meter: Meter { since: now, at: now, ..Meter::default() },
            whole: limit.unwrap_or(1),
            used: Utilization::default(),
        };
        set.configure(queuing);
        set
    }

    /// Changes the queues. Those that are too many stay until they are empty.
    pub fn configure(&mut self, queuing: Option<Queuing>) {
        self.queuing = queuing;
        let wanted = queuing.map_or(1, |queuing| queuing.queues.max(1));
        while self.queues.len() < wanted {
            self.queues.push(Queue { waiting: VecDeque::new(), seats: 0, running: 0, next: 0.0 });
        }
        while self.queues.len() > wanted && self.queues.last().is_some_and(|last| !last.is_active()) {
            self.queues.pop();
        }
    }

    /// Changes how many seats there are; [`Self::dispatch`] then.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = self.limit.map(|_| limit);
    }

    /// Changes the number of seats that parts are told of.
    pub fn set_whole(&mut self, seats: usize) {
        self.whole = seats;
    }

    /// How busy it was until `now`.
    pub fn utilization(&mut self, now: f64) -> Utilization {
        self.pass(now);
        self.used.clone()
    }

    /// Seats that are taken.
    #[cfg(test)]
    pub fn seats(&self) -> usize {
        self.seats
    }

    /// Requests that run.
    pub fn running(&self) -> usize {
        self.running
    }

    /// Requests that wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Virtual time, for who looks at the queues.
    pub fn virtual_time(&self) -> f64 {
        self.virtual_time
    }

    /// Each queue with work: its number, waiting requests, running ones, seats and next start.
    pub fn active(&self) -> impl Iterator<Item = (usize, usize, usize, usize, f64)> {
        let queues = self.queues.iter().enumerate().filter(|(_, queue)| queue.is_active());
        queues.map(|(index, queue)| (index, queue.waiting.len(), queue.running, queue.seats, queue.next))
    }

    /// Each waiting request: its queue, its place in it, its seats and since when.
    pub fn requests(&self) -> impl Iterator<Item = (usize, usize, usize, f64, &T)> {
        self.queues.iter().enumerate().flat_map(|(index, queue)| {
            let all = queue.waiting.iter().enumerate();
            all.map(move |(place, one)| (index, place, one.seats, one.since, &one.request))
        })
    }

    /// How much was wanted since the last call.
    pub fn demand(&mut self, now: f64) -> Demand {
        self.meter.take(now)
    }

    fn wanted_seats(&self) -> usize {
        self.seats + self.queues.iter().map(Queue::waiting_seats).sum::<usize>()
    }

    fn measure(&mut self, now: f64) {
        let wanted = self.wanted_seats();
        self.meter.set(now, wanted as f64);
    }

    /// Lets virtual time pass until `now`.
    fn pass(&mut self, now: f64) {
        let queuing = self.queuing.map_or(0, |queuing| queuing.queues * queuing.length);
        let load = Load {
            seats: self.seats,
            running: self.running,
            waiting: self.waiting,
            // As it was measured after the last change: the queues need not be gone through.
            wanted: self.meter.level as usize,
            of_seats: self.whole,
            of_waiting: queuing,
        };
        self.used.passed(now - self.at, load);
        let active = self.queues.iter().filter(|queue| queue.is_active()).count();
        if active > 0 {
            let wanted = self.wanted_seats().min(self.limit.unwrap_or(usize::MAX));
            self.virtual_time += (now - self.at).max(0.0) * wanted as f64 / active as f64;
        }
        self.at = now;
    }

    fn fits(&self, seats: usize) -> bool {
        match self.limit {
            None => true,
            // What is wider than the level runs alone.
            Some(limit) if seats > limit => self.seats == 0,
            Some(limit) => self.seats + seats <= limit,
        }
    }

    /// Takes a request of a flow in. Call [`Self::dispatch`] then.
    pub fn arrive(&mut self, now: f64, flow: u64, seats: usize, request: T) -> Arrival {
        self.pass(now);
        let index = match self.queuing {
            None if self.limit.is_some() && !self.fits(seats) => {
                return Arrival::Refused(Refusal::ConcurrencyLimit);
            }
            None => 0,
            Some(queuing) => {
                let work = |queue: &Queue<T>| queue.waiting_seats() + queue.seats;
                let hand = deal(flow, queuing.queues.max(1), queuing.hand.max(1));
                let index = hand.into_iter().min_by_key(|index| work(&self.queues[*index])).unwrap_or(0);
                let full = self.queues[index].waiting.len() >= queuing.length;
                if full && !(self.queues[index].waiting.is_empty() && self.fits(seats)) {
                    return Arrival::Refused(Refusal::QueueFull);
                }
                index
            }
        };
        let queue = &mut self.queues[index];
        if !queue.is_active() {
            // What was left unused before is lost.
            queue.next = self.virtual_time;
        }
        self.ids += 1;
        let id = self.ids;
        queue.waiting.push_back(Waiting { id, seats, since: now, request });
        self.waiting += 1;
        self.measure(now);
        Arrival::Queued(id)
    }

    /// The next requests that may run, in their order.
    pub fn dispatch(&mut self, now: f64) -> Vec<Dispatched<T>> {
        self.pass(now);
        let mut out = Vec::new();
        while let Some(index) = self.choose() {
            if !self.fits(self.queues[index].waiting.front().map_or(0, |one| one.seats)) {
                break;
            }
            let queue = &mut self.queues[index];
            let Some(one) = queue.waiting.pop_front() else { break };
            queue.next += one.seats as f64 * ESTIMATE;
            queue.seats += one.seats;
            queue.running += 1;
            self.seats += one.seats;
            self.running += 1;
            self.waiting -= 1;
            self.turn = (index + 1) % self.queues.len();
            let ticket = Ticket { queue: Some(index), seats: one.seats, began: now };
            out.push(Dispatched { request: one.request, ticket });
        }
        out
    }

    /// The queue whose next request would end first, round robin among equals.
    fn choose(&self) -> Option<usize> {
        let count = self.queues.len();
        let order = (0..count).map(|offset| (self.turn + offset) % count);
        let ends = order.filter_map(|index| {
            let queue = &self.queues[index];
            queue.waiting.front().map(|one| (index, queue.next + one.seats as f64 * ESTIMATE))
        });
        ends.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }

    /// Takes a request out that no longer waits; `None` when it runs already.
    pub fn cancel(&mut self, now: f64, id: u64) -> Option<T> {
        self.pass(now);
        for queue in &mut self.queues {
            if let Some(place) = queue.waiting.iter().position(|one| one.id == id) {
                let one = queue.waiting.remove(place);
                self.waiting -= usize::from(one.is_some());
                self.measure(now);
                return one.map(|one| one.request);
            }
        }
        None
    }

    /// Takes seats back. Call [`Self::dispatch`] then.
    pub fn finish(&mut self, now: f64, ticket: &Ticket) {
        self.pass(now);
        self.seats = self.seats.saturating_sub(ticket.seats);
        self.running = self.running.saturating_sub(1);
        if let Some(queue) = ticket.queue.and_then(|index| self.queues.get_mut(index)) {
            queue.seats = queue.seats.saturating_sub(ticket.seats);
            queue.running = queue.running.saturating_sub(1);
            // What it really took takes the place of what it was thought to take.
            let really = (now - ticket.began).max(0.0);
            queue.next += ticket.seats as f64 * (really - ESTIMATE);
        }
        self.measure(now);
        self.configure(self.queuing);
    }
}

#[cfg(test)]
#[path = "queues_tests.rs"]
mod tests;
