//! The watch cache of one resource: its objects as they are now, and the latest events.
//!
//! Watchers hold a place in the log of events and read on from there; nothing is queued for
//! them. One that falls so far behind that its place is gone has to list again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use apimachinery::resources::Resource;
use bytes::Bytes;
use tokio::sync::{Mutex, watch};

use super::costs::Costs;
use super::entry::{Entry, Filter};

/// Events younger than this stay, up to [`MOST`].
const YOUNG: Duration = Duration::from_secs(75);
/// At least this many events stay.
const LEAST: usize = 100;
/// At most this many events stay.
pub const MOST: usize = 16_384;

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It is new.
    Added,
    /// It changed.
    Modified,
    /// It is gone.
    Deleted,
}

impl EventKind {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// One change, shared by all watchers.
#[derive(Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub revision: i64,
    /// The object after the change; for deletions, as it was, at the deletion's revision.
    pub entry: Arc<Entry>,
    /// The object before the change.
    pub previous: Option<Arc<Entry>>,
    frame: OnceLock<Bytes>,
    binary: OnceLock<Bytes>,
    born: Instant,
}

/// `{"type":…,"object":…}` and a newline.
pub fn frame(kind: &str, object: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(kind.len() + object.len() + 24);
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"object\":");
    out.extend_from_slice(object);
    out.extend_from_slice(b"}\n");
    out.into()
}

impl Event {
    /// The event as it is sent, framed once for all watchers.
    pub fn frame(&self) -> Bytes {
        self.frame.get_or_init(|| frame(self.kind.word(), &self.entry.bytes)).clone()
    }

    /// The event in protobuf, made once by whoever needs it first.
    pub fn binary(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        self.binary.get_or_init(make).clone()
    }
}

enum State {
    /// Nobody asked for the resource yet, or it has to be read again.
    Empty,
    /// Being read from etcd; what happens meanwhile is kept.
    Loading(Vec<Change>),
    /// Current.
    Ready,
}

/// One key's change as etcd tells it.
pub struct Change {
    /// The key below the resource's prefix.
    pub key: Box<str>,
    /// The revision of the change.
    pub revision: i64,
    /// The object; `None` when it was deleted.
    pub entry: Option<Arc<Entry>>,
}

struct Inner {
    state: State,
    items: BTreeMap<Box<str>, Arc<Entry>>,
    /// How large the items are together, in bytes of JSON.
    size: usize,
    log: VecDeque<Arc<Event>>,
    /// The number of the log's first event.
    first: u64,
    /// Events up to this revision are not in the log.
    floor: i64,
    /// The revision of the load; changes up to it are in the items already.
    loaded: i64,
    /// The revision of the latest change.
    latest: i64,
    /// Grows when the log was thrown away.
    epoch: u64,
}

/// The cache of one resource.
pub struct Cache {
    /// Which.
    pub resource: &'static Resource,
    /// Which of the store's etcds has the objects.
    pub home: usize,
    /// The cache of the version that is stored, when this is one of another version.
    pub base: Option<Arc<Self>>,
    /// Up to where the base's log has been followed: its epoch, and the number of its next event.
    pub followed: watch::Sender<(u64, u64)>,
    /// Held by whoever loads.
    pub loading: Mutex<()>,
    /// What is counted of it, where it is the cache of the stored version; see [`Cache::costs`].
    pub(super) costs: Costs,
    inner: RwLock<Inner>,
    /// The number after the log's last event.
    end: watch::Sender<u64>,
}

/// Objects at one revision.
pub struct Snapshot {
    /// The objects that passed the filter, by key.
    pub entries: Vec<Arc<Entry>>,
    /// How many objects were looked at for them.
    pub fetched: usize,
    /// A watch that starts here misses nothing: the number of the next event.
    pub next: u64,
    /// The log's epoch.
    pub epoch: u64,
    /// The revision of the latest change among them.
    pub revision: i64,
}

/// Why a place in the log is no place any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Gone;

impl Cache {
    /// An empty cache that follows another one: of the same objects in another version.
    pub fn derived(resource: &'static Resource, base: Arc<Self>) -> Self {
        Self { base: Some(base), ..Self::new(resource) }
    }

    /// An empty cache of objects that are in this one of the store's etcds.
    pub fn at(home: usize, resource: &'static Resource) -> Self {
        Self { home, ..Self::new(resource) }
    }

    /// An empty cache.
    pub fn new(resource: &'static Resource) -> Self {
        let inner = Inner {
            state: State::Empty,
            items: BTreeMap::new(),
            size: 0,
            log: VecDeque::new(),
            first: 0,
            floor: 0,
            loaded: 0,
            latest: 0,
            // Not 0: what nobody has looked at yet differs from what was loaded and never changed.
            epoch: 1,
        };
        Self {
            resource,
            home: 0,
            base: None,
            followed: watch::Sender::new((0, 0)),
            loading: Mutex::default(),
            costs: Costs::default(),
            inner: RwLock::new(inner),
            end: watch::Sender::new(0),
        }
    }

    /// What is counted of the resource, in whatever version it is asked for.
    pub fn costs(&self) -> &Costs {
        self.base.as_ref().map_or(&self.costs, |base| &base.costs)
    }

    /// Whether it has the objects of `base` in another version.
    pub fn follows(&self, base: &Arc<Self>) -> bool {
        self.base.as_ref().is_some_and(|own| Arc::ptr_eq(own, base))
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whether the objects are here.
    pub fn is_ready(&self) -> bool {
        matches!(self.read().state, State::Ready)
    }

    /// From now on changes are kept until [`Cache::loaded`].
    pub fn begin(&self) {
        self.write().state = State::Loading(Vec::new());
    }

    /// The objects at `revision`; changes since then follow from what was kept.
    pub fn loaded(&self, entries: Vec<Arc<Entry>>, revision: i64) {
        let mut inner = self.write();
        let kept = match std::mem::replace(&mut inner.state, State::Ready) {
            State::Loading(kept) => kept,
            _ => Vec::new(),
        };
        inner.size = entries.iter().map(|entry| entry.bytes.len()).sum();
        inner.items = entries.into_iter().map(|entry| (entry.key.clone(), entry)).collect();
        // Whoever looked between a reset and this has seen other objects.
        inner.epoch += 1;
        inner.loaded = revision;
        inner.floor = revision;
        inner.latest = revision;
        for change in kept {
            inner.apply(change);
        }
        let end = inner.end();
        drop(inner);
        self.costs.loaded();
        self.end.send_replace(end);
    }

    /// Has everything read again by whoever asks next; watchers have to list again. Until then those
    /// who look without asking see the objects as they were: no objects at all would be a lie.
    pub fn reset(&self) {
        self.restart(false);
    }

    /// Forgets everything, for ever.
    pub fn forget(&self) {
        self.restart(true);
    }

    fn restart(&self, forget: bool) {
        let mut inner = self.write();
        inner.state = State::Empty;
        if forget {
            inner.items.clear();
            inner.size = 0;
        }
        inner.first = inner.end();
        inner.log.clear();
        inner.epoch += 1;
        let end = inner.end();
        drop(inner);
        self.end.send_replace(end);
        // Whoever waits for it to catch up has to load it again.
        self.followed.send_modify(|_| {});
    }

    /// Takes note of what the base has told up to `place` in its log, if the contents are still those
    /// of `epoch`. Gives whether they are.
    pub fn follow(&self, epoch: u64, changes: Vec<Change>, place: (u64, u64)) -> bool {
        let mut inner = self.write();
        if inner.epoch != epoch || !matches!(inner.state, State::Ready) {
            return false;
        }
        let told = !changes.is_empty();
        for change in changes {
            inner.apply(change);
        }
        let end = inner.end();
        drop(inner);
        if told {
            self.end.send_replace(end);
        }
        self.followed.send_replace(place);
        true
    }

    /// The revision of the latest change that is in it.
    pub fn latest(&self) -> i64 {
        self.read().latest
    }

    /// Takes note of changes, in the order of their revisions.
    pub fn apply(&self, changes: impl IntoIterator<Item = Change>) {
        let mut inner = self.write();
        match &mut inner.state {
            State::Empty => return,
            State::Loading(kept) => {
                kept.extend(changes);
                return;
            }
            State::Ready => {}
        }
        let before = inner.end();
        let mut received = 0;
        for change in changes {
            inner.apply(change);
            received += 1;
        }
        let end = inner.end();
        drop(inner);
        self.costs.applied(received, end - before);
        self.end.send_replace(end);
    }

    /// Whether changes need to be decoded at all.
    pub fn is_wanted(&self) -> bool {
        !matches!(self.read().state, State::Empty)
    }

    /// The object, if there is one, and if the objects are here.
    pub fn current(&self, key: &str) -> Option<Option<Arc<Entry>>> {
        let inner = self.read();
        matches!(inner.state, State::Ready).then(|| inner.items.get(key).cloned())
    }

    /// The objects that pass, in the order of their keys, if they are here: since they were asked for,
    /// something may have happened that has them read again.
    pub fn current_list(&self, filter: &Filter) -> Option<Snapshot> {
        let inner = self.read();
        matches!(inner.state, State::Ready).then(|| self.snapshot(&inner, filter))
    }

    /// The object as it was last seen: fit for what finds out in another way that it is old.
    pub fn get(&self, key: &str) -> Option<Arc<Entry>> {
        self.read().items.get(key).cloned()
    }

    /// The objects that pass, in the order of their keys, here or not.
    #[cfg(test)]
    pub fn list(&self, filter: &Filter) -> Snapshot {
        self.snapshot(&self.read(), filter)
    }

    fn snapshot(&self, inner: &Inner, filter: &Filter) -> Snapshot {
        let mut entries = Vec::new();
        let mut fetched = inner.items.len();
        if filter.namespace.is_empty() && filter.is_everything() {
            entries.extend(inner.items.values().cloned());
        } else if filter.namespace.is_empty() {
            entries.extend(inner.items.values().filter(|e| filter.matches(self.resource, e)).cloned());
        } else {
            fetched = 0;
            let from: Box<str> = format!("{}/", filter.namespace).into();
            // '0' follows '/'.
            let to: Box<str> = format!("{}0", filter.namespace).into();
            let range = inner.items.range(from..to).map(|(_, entry)| entry).inspect(|_| fetched += 1);
            entries.extend(range.filter(|entry| filter.matches(self.resource, entry)).cloned());
        }
        Snapshot { entries, fetched, next: inner.end(), epoch: inner.epoch, revision: inner.latest }
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.read().items.len()
    }

    /// How large they are together, in bytes of JSON.
    pub fn size(&self) -> usize {
        self.read().size
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place in the log after all events up to `revision`.
    pub fn place(&self, revision: i64) -> Result<(u64, u64), Gone> {
        let inner = self.read();
        if revision < inner.floor {
            return Err(Gone);
        }
        let skip = inner.log.partition_point(|event| event.revision <= revision);
        Ok((inner.first + skip as u64, inner.epoch))
    }

    /// The events from `place` on, at most `most`.
    pub fn events(&self, place: u64, epoch: u64, most: usize) -> Result<Vec<Arc<Event>>, Gone> {
        let inner = self.read();
        if epoch != inner.epoch {
            return Err(Gone);
        }
        let skip = place.checked_sub(inner.first).ok_or(Gone)?;
        let skip = usize::try_from(skip).map_err(|_| Gone)?;
        Ok(inner.log.iter().skip(skip).take(most).cloned().collect())
    }

    /// Tells when there are events past a place.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.end.receiver_count()
    }

    /// [`Cache::version`], if the objects are here.
    pub fn current_version(&self) -> Option<(u64, u64)> {
        let inner = self.read();
        matches!(inner.state, State::Ready).then(|| (inner.epoch, inner.end()))
    }

    /// A number that changes with the cache's contents.
    pub fn version(&self) -> (u64, u64) {
        let inner = self.read();
        (inner.epoch, inner.end())
    }
}

impl Inner {
    fn end(&self) -> u64 {
        self.first + self.log.len() as u64
    }

    fn apply(&mut self, change: Change) {
        if change.revision <= self.loaded {
            return;
        }
        self.latest = change.revision;
        let (kind, entry, previous) = match change.entry {
            Some(entry) => {
                self.size += entry.bytes.len();
                let previous = self.items.insert(change.key, entry.clone());
                let kind = if previous.is_some() { EventKind::Modified } else { EventKind::Added };
                (kind, entry, previous)
            }
            None => {
                let Some(previous) = self.items.remove(&change.key) else { return };
                (EventKind::Deleted, Arc::new(previous.at(change.revision)), Some(previous))
            }
        };
        self.size -= previous.as_ref().map_or(0, |previous| previous.bytes.len());
        let born = Instant::now();
        let event = Event {
            kind,
            revision: change.revision,
            entry,
            previous,
            frame: OnceLock::new(),
            binary: OnceLock::new(),
            born,
        };
        self.log.push_back(Arc::new(event));
        while self.log.len() > LEAST {
            let Some(oldest) = self.log.front() else { break };
            if self.log.len() <= MOST && born.duration_since(oldest.born) < YOUNG {
                break;
            }
            self.floor = oldest.revision;
            self.log.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::resources;

    fn entry(key: &str, revision: i64) -> Arc<Entry> {
        let json = format!(r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{key}"}}}}"#);
        let resource = resources::find("", "v1", "configmaps").expect("in the table");
        Arc::new(Entry::new(resource, key, &json.into(), revision).expect("fits"))
    }

    fn put(key: &str, revision: i64) -> Change {
        Change { key: key.into(), revision, entry: Some(entry(key, revision)) }
    }

    #[test]
    fn events_during_the_load_are_kept_and_old_ones_skipped() {
        let cache = Cache::new(resources::find("", "v1", "configmaps").expect("in the table"));
        cache.apply([put("a/x", 1)]);
        assert!(cache.is_empty());
        cache.begin();
        cache.apply([put("a/x", 4), put("a/y", 6)]);
        cache.loaded(vec![entry("a/x", 4)], 5);
        assert_eq!(cache.len(), 2);
        let (place, epoch) = cache.place(5).expect("in the log");
        let events = cache.events(place, epoch, 10).expect("there");
        assert_eq!(events.iter().map(|e| e.revision).collect::<Vec<_>>(), [6]);
        assert_eq!(cache.place(4), Err(Gone));
        cache.apply([Change { key: "a/y".into(), revision: 9, entry: None }]);
        let events = cache.events(place, epoch, 10).expect("there");
        assert_eq!(events[1].kind, EventKind::Deleted);
        assert_eq!(events[1].entry.revision, 9);
        cache.reset();
        assert_eq!(cache.events(place, epoch, 10).map(|e| e.len()), Err(Gone));
    }

    #[test]
    fn what_is_to_be_read_again_is_never_taken_for_nothing() {
        let cache = Cache::new(resources::find("", "v1", "configmaps").expect("in the table"));
        assert!(cache.current_list(&Filter::default()).is_none());
        cache.begin();
        assert!(cache.current("a/x").is_none());
        cache.loaded(vec![entry("a/x", 1)], 3);
        assert_eq!(cache.current_list(&Filter::default()).map(|all| all.entries.len()), Some(1));
        assert!(cache.current("a/y").is_some_and(|found| found.is_none()));
        cache.reset();
        assert!(cache.current_list(&Filter::default()).is_none());
        assert!(cache.current("a/x").is_none());
        // Who looks at the objects as they were notices that they were read again.
        let (seen, version) = (cache.list(&Filter::default()).entries.len(), cache.version());
        assert_eq!(seen, 1);
        cache.begin();
        cache.loaded(vec![entry("a/x", 1), entry("a/y", 4)], 4);
        assert_ne!(cache.version(), version);
        assert_eq!(cache.current_list(&Filter::default()).map(|all| all.entries.len()), Some(2));
        cache.forget();
        assert!(cache.list(&Filter::default()).entries.is_empty());
    }

    #[test]
    fn namespaces_do_not_mix() {
        let cache = Cache::new(resources::find("", "v1", "configmaps").expect("in the table"));
        cache.begin();
        cache.loaded(vec![entry("a/x", 1), entry("a-b/x", 2), entry("ab/x", 3)], 3);
        let filter = Filter { namespace: "a".into(), ..Filter::default() };
        let keys: Vec<_> = cache.list(&filter).entries.iter().map(|e| e.key.to_string()).collect();
        assert_eq!(keys, ["a/x"]);
    }
}
