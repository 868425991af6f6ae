//! Who is told about which keys.
//!
//! A watcher is *synced* when it has been told all that was dispatched: then it is known to the
//! [`Hub`], which puts events into its stream's queue. A watcher that begins in the past, or
//! whose stream reads too slowly, is *catching up*: its stream reads history from the store until
//! the hub takes it (back). So a slow client costs no memory, and no event is lost or doubled.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use etcdapi::mvccpb::KeyValue;
use tokio::sync::Notify;

use crate::mvcc::{Change, KeyRange};

/// Events that may wait in a stream's queue before its watchers have to catch up by themselves.
const QUEUE_EVENTS: usize = 8192;
/// And their bytes.
const QUEUE_BYTES: usize = 8 << 20;

/// What decides which events a watch gets, and what they say.
#[derive(Clone, PartialEq, Eq)]
pub struct Interest {
    pub keys: KeyRange,
    pub no_put: bool,
    pub no_delete: bool,
    pub prev_kv: bool,
}

/// What one watch asked for.
pub struct Watcher {
    /// Unique in its stream.
    pub id: i64,
    pub interest: Interest,
    pub fragment: bool,
    pub progress: bool,
    /// Earlier events are not its business.
    pub start: i64,
    pub queue: Arc<Queue>,
}

impl Watcher {
    /// Whether the watcher wants to hear of a change.
    fn wants(&self, change: &Change) -> bool {
        let Interest { keys, no_put, no_delete, .. } = &self.interest;
        change.kv.mod_revision >= self.start
            && keys.contains(&change.kv.key)
            && !(if change.deleted { *no_delete } else { *no_put })
    }

    /// The events for changes, those that it wants; `previous` looks up the key of a change as it
    /// was before.
    pub fn events(
        &self,
        changes: &[Change],
        mut previous: impl FnMut(usize) -> Option<KeyValue>,
    ) -> Option<Events> {
        let (mut framed, mut count, mut first) = (Vec::new(), 0, 0);
        for (at, change) in changes.iter().enumerate().filter(|(_, change)| self.wants(change)) {
            // A key's first version has nothing before it.
            let before = self.interest.prev_kv && (change.deleted || change.kv.version > 1);
            let before = before.then(|| previous(at)).flatten();
            etcdapi::watch::append(&mut framed, change.deleted, &change.kv, before.as_ref());
            if count == 0 {
                first = change.kv.mod_revision;
            }
            count += 1;
        }
        (count > 0).then(|| Events { framed: framed.into(), count, first })
    }

    /// Whether both get the same events for changes from `revision` on.
    fn alike(&self, other: &Self, revision: i64) -> bool {
        self.start.max(other.start) <= revision && self.interest == other.interest
    }
}

/// Events, encoded once for all who watch the same.
#[derive(Clone, Debug)]
pub struct Events {
    /// As [`etcdapi::watch::append`] puts them together.
    pub framed: Bytes,
    pub count: usize,
    /// The revision of the first one.
    first: i64,
}

/// What a stream is to send or do, in this order.
pub enum Item {
    /// Tell the watch about events; the store is at `revision`.
    Events { watch_id: i64, revision: i64, events: Vec<Events> },
    /// The watch missed events from `next` on: it must catch up.
    Lagging { watch_id: i64, next: i64 },
    /// All before this item is all up to `revision`. Watch -1 is the whole stream.
    Progress { watch_id: i64, revision: i64 },
}

/// The items of one stream.
#[derive(Default)]
pub struct Queue {
    state: Mutex<Waiting>,
    notify: Notify,
}

#[derive(Default)]
struct Waiting {
    items: VecDeque<Item>,
    events: usize,
    bytes: usize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next item, if there is one.
    pub fn pop(&self) -> Option<Item> {
        let mut state = self.lock();
        let item = state.items.pop_front()?;
        if let Item::Events { events, .. } = &item {
            state.events -= events.iter().map(|events| events.count).sum::<usize>();
            state.bytes -= events.iter().map(|events| events.framed.len()).sum::<usize>();
        }
        Some(item)
    }

    /// Waits until there may be an item.
    pub async fn ready(&self) {
        self.notify.notified().await;
    }

    fn push(&self, item: Item) {
        self.lock().items.push_back(item);
        self.notify.notify_one();
    }

    /// Takes events unless too much waits already.
    fn offer(&self, watch_id: i64, revision: i64, events: Events) -> bool {
        let mut state = self.lock();
        if state.events > QUEUE_EVENTS || state.bytes > QUEUE_BYTES {
            return false;
        }
        state.events += events.count;
        state.bytes += events.framed.len();
        match state.items.back_mut() {
            Some(Item::Events { watch_id: last, revision: at, events: waiting }) if *last == watch_id => {
                *at = revision;
                waiting.push(events);
            }
            _ => state.items.push_back(Item::Events { watch_id, revision, events: vec![events] }),
        }
        drop(state);
        self.notify.notify_one();
        true
    }
}

/// All synced watchers.
pub struct Hub {
    synced: Mutex<Synced>,
}

/// The hub, locked. Whoever applies entries holds it from before the change until the events are
/// out, so that nobody can see a revision in the store and find it missing here.
pub struct Synced {
    /// All up to here has been dispatched.
    revision: i64,
    exact: HashMap<Bytes, Vec<Arc<Watcher>>>,
    ranges: Vec<Arc<Watcher>>,
}

impl Hub {
    /// A hub for a store at `revision`.
    pub fn new(revision: i64) -> Self {
        Self { synced: Mutex::new(Synced { revision, exact: HashMap::new(), ranges: Vec::new() }) }
    }

    /// Locks the hub. The order of locks is hub, then store.
    pub fn lock(&self) -> MutexGuard<'_, Synced> {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Synced {
    /// Whether nobody watches.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.ranges.is_empty()
    }

    /// Takes a watcher that has been told everything before `next`; `false` when more has
    /// happened since, which the watcher must read first.
    pub fn register(&mut self, watcher: Arc<Watcher>, next: i64) -> bool {
        if self.revision >= next {
            return false;
        }
        match &watcher.interest.keys {
            KeyRange::One(key) => self.exact.entry(key.clone()).or_default().push(watcher),
            _ => self.ranges.push(watcher),
        }
        true
    }

    /// The state was replaced, and is at `revision`: all watchers have to read what they missed.
    pub fn replaced(&mut self, revision: i64) {
        let next = self.revision + 1;
        let all = std::mem::take(&mut self.exact).into_values().flatten();
        for watcher in all.chain(std::mem::take(&mut self.ranges)) {
            // It may begin later than this member was: what is before that may be compacted.
            let next = next.max(watcher.start);
            watcher.queue.push(Item::Lagging { watch_id: watcher.id, next });
        }
        self.revision = revision;
    }

    /// Forgets a watcher.
    pub fn unregister(&mut self, watcher: &Arc<Watcher>) {
        match &watcher.interest.keys {
            KeyRange::One(key) => {
                if let Some(all) = self.exact.get_mut(key) {
                    all.retain(|other| !Arc::ptr_eq(other, watcher));
                    if all.is_empty() {
                        self.exact.remove(key);
                    }
                }
            }
            _ => self.ranges.retain(|other| !Arc::ptr_eq(other, watcher)),
        }
    }

    /// Tells a stream how far it is.
    pub fn progress(&self, queue: &Queue, watch_id: i64) {
        queue.push(Item::Progress { watch_id, revision: self.revision });
    }

    /// Passes on what happened up to `revision`. `previous` gives a changed key as it was before.
    pub fn dispatch(
        &mut self,
        changes: &[Change],
        revision: i64,
        previous: impl Fn(&Change) -> Option<KeyValue>,
    ) {
        self.revision = revision;
        if changes.is_empty() || self.is_empty() {
            return;
        }
        let mut looked: Vec<Option<Option<KeyValue>>> = vec![None; changes.len()];
        let mut lagging = Vec::new();
        let mut look = |at: usize| looked[at].get_or_insert_with(|| previous(&changes[at])).clone();
        let mut made = Made::default();
        for watcher in &self.ranges {
            let events = made.events(watcher, changes, &mut look);
            offer(watcher, revision, events, &mut lagging);
        }
        if !self.exact.is_empty() {
            for (at, change) in changes.iter().enumerate() {
                let mut made = Made::default();
                for watcher in self.exact.get(&change.kv.key[..]).into_iter().flatten() {
                    let events = made.events(watcher, &changes[at..=at], |_| look(at));
                    offer(watcher, revision, events, &mut lagging);
                }
            }
        }
        for watcher in lagging {
            self.unregister(&watcher);
        }
    }
}

/// The last events that were made of the same changes, and for whom.
#[derive(Default)]
struct Made(VecDeque<(Arc<Watcher>, Option<Events>)>);

/// How many kinds of watchers are remembered: to compare must stay cheaper than to encode.
const KINDS: usize = 8;

impl Made {
    fn events(
        &mut self,
        watcher: &Arc<Watcher>,
        changes: &[Change],
        look: impl FnMut(usize) -> Option<KeyValue>,
    ) -> Option<Events> {
        let revision = changes.first()?.kv.mod_revision;
        if let Some((_, events)) = self.0.iter().find(|(other, _)| watcher.alike(other, revision)) {
            return events.clone();
        }
        let events = watcher.events(changes, look);
        self.0.truncate(KINDS - 1);
        self.0.push_front((watcher.clone(), events.clone()));
        events
    }
}

fn offer(watcher: &Arc<Watcher>, revision: i64, events: Option<Events>, lagging: &mut Vec<Arc<Watcher>>) {
    let Some(events) = events else { return };
    if lagging.iter().any(|other| Arc::ptr_eq(other, watcher)) {
        return;
    }
    let next = events.first;
    if !watcher.queue.offer(watcher.id, revision, events) {
        watcher.queue.push(Item::Lagging { watch_id: watcher.id, next });
        lagging.push(watcher.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn change(key: &'static str, revision: i64) -> Change {
        let kv = KeyValue { key: key.into(), mod_revision: revision, version: 1, ..Default::default() };
        Change { kv, deleted: false }
    }

    fn watcher(id: i64, key: &'static str, end: &'static str, queue: &Arc<Queue>) -> Arc<Watcher> {
        Arc::new(Watcher {
            id,
            interest: Interest {
                keys: KeyRange::new(key.into(), end.into()),
                no_put: false,
                no_delete: false,
                prev_kv: false,
            },
            fragment: false,
            progress: false,
            start: 0,
            queue: queue.clone(),
        })
    }

    #[test]
    fn only_what_is_watched_arrives_and_a_slow_stream_is_sent_to_catch_up() {
        let hub = Hub::new(1);
        let queue = Arc::new(Queue::default());
        let mut synced = hub.lock();
        assert!(!synced.register(watcher(0, "a", "", &queue), 1), "revision 1 was dispatched before");
        assert!(synced.register(watcher(1, "a", "", &queue), 2));
        assert!(synced.register(watcher(2, "b", "d", &queue), 2));
        synced.dispatch(&[change("a", 2), change("c", 3), change("d", 4)], 4, |_| None);
        let mut seen = Vec::new();
        while let Some(Item::Events { watch_id, events, .. }) = queue.pop() {
            seen.push((watch_id, events.iter().map(|events| events.count).sum::<usize>()));
        }
        seen.sort_unstable();
        assert_eq!(seen, [(1, 1), (2, 1)]);
        let many: Vec<Change> = (0..=QUEUE_EVENTS as i64).map(|n| change("c", 5 + n)).collect();
        synced.dispatch(&many, 5 + QUEUE_EVENTS as i64, |_| None);
        synced.dispatch(&[change("c", 20_000)], 20_000, |_| None);
        synced.dispatch(&[change("c", 20_001)], 20_001, |_| None);
        assert!(matches!(queue.pop(), Some(Item::Events { watch_id: 2, .. })));
        assert!(matches!(queue.pop(), Some(Item::Lagging { watch_id: 2, next: 20_000 })));
        assert!(queue.pop().is_none());
    }

    #[test]
    fn a_watch_that_begins_later_than_a_member_is_does_not_go_back_when_a_snapshot_comes() {
        let hub = Hub::new(10);
        let queue = Arc::new(Queue::default());
        let mut synced = hub.lock();
        let later = Watcher { start: 50, ..Arc::into_inner(watcher(1, "a", "", &queue)).expect("nobody's") };
        assert!(synced.register(Arc::new(later), 50));
        assert!(synced.register(watcher(2, "b", "", &queue), 11));
        synced.replaced(100);
        let mut lagging = BTreeMap::new();
        while let Some(Item::Lagging { watch_id, next }) = queue.pop() {
            lagging.insert(watch_id, next);
        }
        // What is before its start may be compacted there.
        assert_eq!(lagging, BTreeMap::from([(1, 50), (2, 11)]));
    }
}
