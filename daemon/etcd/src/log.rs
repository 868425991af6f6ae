//! The log's thread: proposals become entries, entries are synced in groups and applied in order.
//!
//! Now and then what was applied is written to the backend by a thread of its own, and the part
//! of the log that the backend makes superfluous is dropped.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::apply::{self, Outcome};
use crate::auth::Effect;
use crate::command::Entry;
use crate::error::Error;
use crate::metrics;
use crate::mvcc::backend::Meta;
use crate::node::{Answer, Node, Work};
use crate::wal::Wal;

/// Proposals that share one sync at most.
const GROUP: usize = 4096;
/// And their bytes, roughly.
const GROUP_BYTES: usize = 4 << 20;
/// What may be only in the log before the backend is written.
const FLUSH_BYTES: usize = 8 << 20;
/// How long something may be only in the log.
const FLUSH_AFTER: Duration = Duration::from_secs(5);
/// At this much nothing is accepted until the backend has caught up.
const FLUSH_LIMIT: usize = 64 << 20;

/// Waits for work and does it until told to stop.
pub struct Log {
    node: Arc<Node>,
    wal: Wal,
    work: Receiver<Work>,
    back: Sender<Work>,
    term: u64,
    flushing: Option<std::thread::JoinHandle<()>>,
    dirty_since: Option<Instant>,
    /// Entries after which the backend is written, if the operator set it.
    snapshot_count: Option<u64>,
    since_flush: u64,
    wanted: Vec<oneshot::Sender<()>>,
}

/// Ends the process: what is on disk is unknown, or known to be wrong. Nothing was promised that
/// the disk doesn't hold.
fn die(what: &str, error: impl std::fmt::Display) -> ! {
    tracing::error!(%error, "{what}; ending at once, so that nothing is acknowledged that may be lost");
    std::process::exit(1);
}

impl Log {
    /// A thread's worth of state; `back` leads to `work`.
    pub fn new(
        node: Arc<Node>,
        wal: Wal,
        work: Receiver<Work>,
        back: Sender<Work>,
        dirty: bool,
        snapshot_count: Option<u64>,
    ) -> Self {
        let term = node.term.load(Ordering::Relaxed);
        let dirty_since = dirty.then(Instant::now);
        Self {
            node,
            wal,
            work,
            back,
            term,
            flushing: None,
            dirty_since,
            snapshot_count,
            since_flush: 0,
            wanted: Vec::new(),
        }
    }

    /// Runs until [`Work::Stop`] or until nobody can send work any more.
    pub fn run(mut self) {
        let mut group: Vec<(Entry, oneshot::Sender<Answer>)> = Vec::new();
        loop {
            let mut next = match self.wait() {
                Ok(work) => Some(work),
                Err(RecvTimeoutError::Timeout) => {
                    self.flush();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut bytes = 0;
            let mut stop = false;
            while let Some(work) = next {
                match work {
                    Work::Propose(entry, answer) => {
                        let len = entry.encoded_len();
                        self.wal.push(len, |buf| entry.encode(buf));
                        bytes += len;
                        group.push((entry, answer));
                    }
                    Work::Flushed(index) => self.flushed(index),
                    Work::Flush(done) => self.wanted.push(done),
                    Work::Stop => stop = true,
                }
                next = if group.len() < GROUP && bytes < GROUP_BYTES && !stop {
                    self.work.try_recv().ok()
                } else {
                    None
                };
            }
            if !group.is_empty() {
                self.commit(&mut group);
            }
            if stop {
                self.finish();
                return;
            }
            let pending = self.node.store().pending_bytes();
            let many = self.snapshot_count.is_some_and(|count| self.since_flush >= count);
            if pending >= FLUSH_BYTES || many || !self.wanted.is_empty() {
                self.flush();
            }
            if pending >= FLUSH_LIMIT {
                self.await_flush();
            }
        }
    }

    fn wait(&self) -> Result<Work, RecvTimeoutError> {
        match self.dirty_since {
            Some(since) if self.flushing.is_none() => {
                self.work.recv_timeout(FLUSH_AFTER.saturating_sub(since.elapsed()))
            }
            _ => self.work.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Syncs, applies and answers a group.
    fn commit(&mut self, group: &mut Vec<(Entry, oneshot::Sender<Answer>)>) {
        let started = Instant::now();
        if let Err(error) = self.wal.sync(self.term) {
            die("the write-ahead log can't be written", error);
        }
        metrics::WAL_SYNC.observe(started.elapsed());
        self.since_flush += group.len() as u64;
        metrics::PROPOSALS.add(group.len() as u64);
        let mut answers = Vec::with_capacity(group.len());
        let mut changes = Vec::new();
        {
            let mut hub = self.node.hub.lock();
            let revision = {
                let mut store = self.node.store_mut();
                for (entry, sender) in group.drain(..) {
                    let applied = apply::apply(&mut store, entry);
                    if applied.outcome == Err(Error::Backend) {
                        die("an entry can't be applied", "the backend can't be read");
                    }
                    match &applied.outcome {
                        Ok(Outcome::Granted(id, ttl)) => self.node.lessor.granted(*id, *ttl),
                        Ok(Outcome::Revoked(id)) => self.node.lessor.revoked(*id),
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
                    answers.push((
                        sender,
                        applied.outcome.map(|done| (done, revision)).map_err(|error| (error, revision)),
                    ));
                }
                store.revision()
            };
            self.node.applied.store(self.wal.next_index() - 1, Ordering::Release);
            self.node.revision.store(revision, Ordering::Release);
            hub.dispatch(&changes, revision, |change| {
                let store = self.node.store();
                store.get_at(&change.kv.key, change.kv.mod_revision - 1).ok().flatten()
            });
        }
        for (sender, answer) in answers {
            // Whoever asked may have gone.
            let _ = sender.send(answer);
        }
        if self.dirty_since.is_none() {
            self.dirty_since = Some(Instant::now());
        }
    }

    /// Starts writing to the backend what it lacks.
    fn flush(&mut self) {
        if self.flushing.is_some() {
            return;
        }
        let meta = Meta {
            index: self.wal.next_index() - 1,
            term: self.term,
            cluster_id: self.node.cluster_id,
            member_id: self.node.member.id,
            ..Meta::default()
        };
        let batch = self.node.store_mut().begin_flush(meta);
        self.dirty_since = None;
        self.since_flush = 0;
        let wanted = std::mem::take(&mut self.wanted);
        let (node, back) = (self.node.clone(), self.back.clone());
        let write = move || {
            let backend = node.store().backend().clone();
            if let Err(error) = backend.write(&batch) {
                die("the backend can't be written", error);
            }
            drop(batch.records);
            node.store_mut().flushed();
            for done in wanted {
                let _ = done.send(());
            }
            let _ = back.send(Work::Flushed(batch.meta.index));
        };
        match std::thread::Builder::new().name("flush".into()).stack_size(512 << 10).spawn(write) {
            Ok(thread) => self.flushing = Some(thread),
            Err(error) => die("no thread for the backend", error),
        }
    }

    fn flushed(&mut self, index: u64) {
        if let Some(thread) = self.flushing.take() {
            let _ = thread.join();
        }
        if let Err(error) = self.wal.release(index) {
            // The segments stay; the next round tries again.
            tracing::warn!(%error, "cannot remove old log segments");
        }
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
}
