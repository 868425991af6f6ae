//! The applier's thread: committed entries change the state, watchers hear of it, proposers get
//! their answers.
//!
//! Now and then what was applied is written to the backend by a thread of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::apply::{self, Outcome};
use crate::auth::Effect;
use crate::command::Entry;
use crate::consensus::{Work, proposal_id};
use crate::error::Error;
use crate::faults::{self, Point};
use crate::inbox::Inbox;
use crate::metrics;
use crate::mvcc::Store;
use crate::mvcc::backend::Meta;
use crate::mvcc::hash::Unhashed;
use crate::node::{Answer, Node, die};
use crate::raft::{self, Kind};

/// What may be only in the log before the backend is written.
const FLUSH_BYTES: usize = 8 << 20;
/// How long something may be only in the log.
const FLUSH_AFTER: Duration = Duration::from_secs(5);
/// At this much nothing is applied until the backend has caught up.
const FLUSH_LIMIT: usize = 64 << 20;

/// The applier, for whichever thread applies: see [`crate::disk::Shared`].
#[derive(Clone)]
pub struct Shared {
    applier: Arc<Mutex<Applier>>,
    /// Entries that the applier's thread has not applied yet.
    queued: Arc<AtomicUsize>,
}

impl Shared {
    /// Shares an applier.
    pub fn new(applier: Applier) -> Self {
        Self { applier: Arc::new(Mutex::new(applier)), queued: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Applier> {
        self.applier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the applier's thread has nothing to apply: then others may.
    pub fn idle(&self) -> bool {
        self.queued.load(Ordering::Acquire) == 0
    }

    /// More is sent to the applier's thread.
    pub fn queue(&self) {
        self.queued.fetch_add(1, Ordering::AcqRel);
    }

    /// Applies entries, as the thread would.
    pub fn apply(&self, entries: Vec<raft::Entry>) -> Option<(u64, Option<crate::members::Ids>)> {
        let mut applier = self.lock();
        let clean = applier.dirty_since.is_none();
        let applied = applier.entries(entries);
        applier.flush_if_due();
        if clean && applier.dirty_since.is_some() {
            // The thread has to wake up in time to write it.
            let _ = applier.back.send(Apply::Wake);
        }
        applied
    }

    /// The applier's thread: runs until [`Apply::Stop`] or until nobody can send work any more.
    pub fn run(self, work: Receiver<Apply>) {
        loop {
            let timeout = self.lock().timeout();
            let item = match timeout {
                Some(timeout) => work.recv_timeout(timeout),
                None => work.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let mut applier = self.lock();
            match item {
                Ok(Apply::Entries(entries)) => {
                    if let Some((index, members)) = applier.entries(entries) {
                        let _ = applier.consensus.send(Work::Applied(index, members));
                    }
                    self.queued.fetch_sub(1, Ordering::AcqRel);
                }
                Ok(Apply::Install(path, newer_than)) => {
                    applier.install(&path, newer_than);
                    self.queued.fetch_sub(1, Ordering::AcqRel);
                }
                Ok(Apply::Flushed(index)) => applier.flushed(index),
                Ok(Apply::Flush(done)) => applier.wanted.push(done),
                Ok(Apply::Wake) => {}
                Ok(Apply::Stop) => {
                    applier.finish();
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {
                    applier.flush();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
            applier.flush_if_due();
        }
    }
}

/// A thread that hashes compactions, one after the other: each reads all records.
fn hashing(node: Arc<Node>) -> Sender<Unhashed> {
    let (sender, queue) = std::sync::mpsc::channel::<Unhashed>();
    let run = move || {
        for unhashed in queue {
            match unhashed.hash() {
                Ok(hash) => node.compactions.add(hash),
                Err(error) => tracing::warn!(%error, "a compaction can't be hashed"),
            }
        }
    };
    match std::thread::Builder::new().name("hash".into()).spawn(run) {
        Ok(_) => sender,
        Err(error) => die("no thread for hashes", error),
    }
}

/// Work for the applier's thread.
pub enum Apply {
    /// Apply entries, in order.
    Entries(Vec<raft::Entry>),
    /// The backend now holds everything up to this index.
    Flushed(u64),
    /// Bring the backend up to date and tell when it is.
    Flush(oneshot::Sender<()>),
    /// Take the state from a snapshot, if that is newer than this index.
    Install(PathBuf, u64),
    /// Look when to flush.
    Wake,
    /// Flush, then end.
    Stop,
}

/// The thread's state.
pub struct Applier {
    node: Arc<Node>,
    back: Sender<Apply>,
    consensus: Inbox,
    db: PathBuf,
    /// The last entry applied.
    index: u64,
    term: u64,
    flushing: Option<std::thread::JoinHandle<()>>,
    dirty_since: Option<Instant>,
    /// Entries after which the backend is written, if the operator set it.
    snapshot_count: Option<u64>,
    since_flush: u64,
    wanted: Vec<oneshot::Sender<()>>,
    /// Where compactions are hashed, if they are.
    hashing: Option<Sender<Unhashed>>,
}

impl Applier {
    /// A thread's worth of state; `back` leads to the thread, `db` is the backend's file, which is
    /// up to entry `index` of `term`.
    pub fn new(
        node: Arc<Node>,
        back: Sender<Apply>,
        consensus: Inbox,
        db: PathBuf,
        (index, term): (u64, u64),
        snapshot_count: Option<u64>,
    ) -> Self {
        let hashing = node.limits.hash_compactions.then(|| hashing(node.clone()));
        Self {
            hashing,
            node,
            back,
            consensus,
            db,
            index,
            term,
            flushing: None,
            dirty_since: None,
            snapshot_count,
            since_flush: 0,
            wanted: Vec::new(),
        }
    }

    /// Starts a flush when it is time for one, and waits for it when too much waits.
    fn flush_if_due(&mut self) {
        let pending = self.node.store().pending_bytes();
        let many = self.snapshot_count.is_some_and(|count| self.since_flush >= count);
        if pending >= FLUSH_BYTES || many || !self.wanted.is_empty() {
            self.flush();
        }
        if pending >= FLUSH_LIMIT {
            self.await_flush();
        }
    }

    /// How long the thread may sleep.
    fn timeout(&self) -> Option<Duration> {
        let since = self.dirty_since.filter(|_| self.flushing.is_none())?;
        Some(FLUSH_AFTER.saturating_sub(since.elapsed()))
    }

    /// Applies entries and answers those who proposed them. Returns how far it is, and the
    /// members if they changed.
    fn entries(&mut self, entries: Vec<raft::Entry>) -> Option<(u64, Option<crate::members::Ids>)> {
        let last = entries.last().map(|entry| (entry.index, entry.term))?;
        if last.0 <= self.index {
            return None;
        }
        faults::hit(Point::BeforeApply);
        self.since_flush += entries.len() as u64;
        metrics::PROPOSALS.add(entries.len() as u64);
        let mut answers: Vec<(u64, Answer)> = Vec::with_capacity(entries.len());
        let mut changes = Vec::new();
        let mut members = false;
        {
            let mut hub = self.node.hub.lock();
            let revision = {
                let mut store = self.node.store_mut();
                for entry in entries {
                    // A snapshot may have brought it.
                    if entry.index <= self.index {
                        continue;
                    }
                    members |= entry.kind == Kind::Members;
                    if let Some((id, answer)) = self.one(&mut store, &entry, &mut changes) {
                        answers.push((id, answer));
                    }
                }
                store.revision()
            };
            (self.index, self.term) = last;
            self.node.revision.store(revision, Ordering::Release);
            hub.dispatch(&changes, revision, |change| {
                let store = self.node.store();
                store.get_at(&change.kv.key, change.kv.mod_revision - 1).ok().flatten()
            });
        }
        faults::hit(Point::AfterApply);
        self.node.applied.send_replace(self.index);
        let senders: Vec<_> = {
            let mut waiters = self.node.waiters();
            answers.into_iter().filter_map(|(id, answer)| Some((waiters.remove(&id)?, answer))).collect()
        };
        for (sender, answer) in senders {
            // Whoever asked may have gone.
            let _ = sender.send(answer);
        }
        if self.dirty_since.is_none() {
            self.dirty_since = Some(Instant::now());
        }
        let ids = members.then(|| self.members_changed());
        Some((self.index, ids))
    }

    /// Applies one entry; the answer goes to whoever waits under the id, if that is one of ours.
    fn one(
        &self,
        store: &mut Store,
        entry: &raft::Entry,
        changes: &mut Vec<crate::mvcc::Change>,
    ) -> Option<(u64, Answer)> {
        // A new leader's first entry is empty.
        let id = proposal_id(&entry.data)?;
        let command = match Entry::decode(entry.data.slice(8..)) {
            Ok(command) => command,
            Err(error) => die(&format!("entry {} of the log can't be read", entry.index), error),
        };
        let applied = apply::apply(store, command);
        match &applied.outcome {
            Err(Error::Backend) => die("an entry can't be applied", "the backend can't be read"),
            Ok(Outcome::Granted(id, ttl)) => {
                metrics::GRANTED.inc();
                self.node.lessor.granted(*id, *ttl);
            }
            Ok(Outcome::Revoked(id)) => {
                metrics::REVOKED.inc();
                self.node.lessor.revoked(*id);
            }
            Ok(Outcome::Checkpointed(request)) => {
                for checkpoint in &request.checkpoints {
                    self.node.lessor.checkpointed(checkpoint.id, checkpoint.remaining_ttl);
                }
            }
            Ok(Outcome::Compacted) => {
                if let (Some(hashing), Some(unhashed)) = (&self.hashing, store.unhashed()) {
                    // It ends only when the process does.
                    let _ = hashing.send(unhashed);
                }
            }
            Ok(Outcome::Auth(effect)) => {
                match effect {
                    Effect::None => {}
                    Effect::Issued { user, token } => self.node.tokens.issued(user, token),
                    Effect::Void(user) => self.node.tokens.void(Some(user)),
                    Effect::VoidAll => self.node.tokens.void(None),
                }
                self.node.auth_enabled.store(store.rules().enabled(), Ordering::Release);
            }
            _ => {}
        }
        changes.extend(applied.changes);
        let revision = applied.revision;
        Some((id, applied.outcome.map(|done| (done, revision)).map_err(|error| (error, revision))))
    }

    /// Tells the transport who there is, and Raft.
    fn members_changed(&self) -> crate::members::Ids {
        let members = self.node.store().members().clone();
        self.node.members_changed(&members);
        members.ids()
    }

    /// Starts writing to the backend what it lacks.
    fn flush(&mut self) {
        if self.flushing.is_some() {
            return;
        }
        let meta = Meta {
            index: self.index,
            term: self.term,
            cluster_id: self.node.cluster_id,
            member_id: self.node.id,
            ..Meta::default()
        };
        let batch = self.node.store_mut().begin_flush(meta);
        self.dirty_since = None;
        self.since_flush = 0;
        let wanted = std::mem::take(&mut self.wanted);
        let (node, back) = (self.node.clone(), self.back.clone());
        let write = move || {
            let backend = node.store().backend().clone();
            let started = Instant::now();
            if let Err(error) = backend.write(&batch) {
                die("the backend can't be written", error);
            }
            metrics::COMMIT.observe(started.elapsed());
            drop(batch.records);
            node.store_mut().flushed();
            for done in wanted {
                let _ = done.send(());
            }
            let _ = back.send(Apply::Flushed(batch.meta.index));
        };
        match std::thread::Builder::new().name("flush".into()).stack_size(512 << 10).spawn(write) {
            Ok(thread) => self.flushing = Some(thread),
            Err(error) => die("no thread for the backend", error),
        }
    }

    fn flushed(&mut self, index: u64) {
        self.await_flush();
        self.node.flushed.notify_one();
        let _ = self.consensus.send(Work::Flushed(index));
    }

    fn await_flush(&mut self) {
        if let Some(thread) = self.flushing.take() {
            let _ = thread.join();
        }
    }

    fn finish(&mut self) {
        self.await_flush();
        if self.dirty_since.is_some() || !self.wanted.is_empty() {
            self.flush();
            self.await_flush();
        }
    }

    /// Takes the state from a snapshot of another member.
    fn install(&mut self, path: &std::path::Path, newer_than: u64) {
        self.await_flush();
        metrics::INSTALLING.set(1);
        let installed = self.replace(path, newer_than);
        metrics::INSTALLING.set(0);
        let _ = std::fs::remove_file(path);
        let answer = match installed {
            Ok(Some(meta)) => {
                (self.index, self.term) = (meta.index, meta.term);
                self.dirty_since = None;
                self.node.applied.send_replace(self.index);
                tracing::info!(
                    index = meta.index,
                    revision = meta.revision,
                    "took the state from a snapshot"
                );
                Some((meta.index, meta.term, self.members_changed()))
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "a snapshot can't be used");
                None
            }
        };
        let _ = self.consensus.send(Work::Restored(answer));
    }

    fn replace(&self, path: &std::path::Path, newer_than: u64) -> anyhow::Result<Option<Meta>> {
        // It is read whole, with its checksums, before it takes the old one's place.
        let (fresh, meta) = Store::open(path)?;
        let Some(meta) = meta else { anyhow::bail!("it is empty") };
        if meta.cluster_id != self.node.cluster_id {
            anyhow::bail!("it is of another cluster");
        }
        if meta.index <= newer_than.max(self.index) {
            return Ok(None);
        }
        drop(fresh);
        faults::hit(Point::SnapshotArrived);
        let mut hub = self.node.hub.lock();
        let mut store = self.node.store_mut();
        std::fs::File::open(path)?.sync_all()?;
        store.backend().retire();
        std::fs::rename(path, &self.db)?;
        faults::hit(Point::SnapshotRenamed);
        if let Some(folder) = self.db.parent() {
            std::fs::File::open(folder)?.sync_all()?;
        }
        // From here on the old state is gone: what fails now ends the process.
        match Store::open(&self.db) {
            Ok((mut fresh, _)) => {
                fresh.hash_compactions(store.hashes_compactions());
                *store = fresh;
            }
            Err(error) => die("a snapshot can't be opened", error),
        }
        faults::hit(Point::SnapshotInstalled);
        self.node.revision.store(store.revision(), Ordering::Release);
        self.node.auth_enabled.store(store.rules().enabled(), Ordering::Release);
        self.node.lessor.replaced(store.leases().iter().map(|(id, lease)| (*id, lease.ttl, lease.remaining)));
        hub.replaced(store.revision());
        Ok(Some(meta))
    }
}

/// An entry as it is proposed, for the log of a new cluster.
pub fn initial(data: &Entry, index: u64) -> raft::Entry {
    let mut bytes = vec![0; 8];
    data.encode(&mut bytes);
    raft::Entry { index, term: 1, kind: Kind::Members, data: Bytes::from(bytes) }
}
