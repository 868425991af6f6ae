//! The log's thread: what Raft wants on disk is written in groups, one sync for many.
//!
//! A thread of its own, so that elections and heartbeats never wait for a disk. A member alone has
//! neither: as long as little is to be written, Raft's thread does that itself ([`Shared`]), which
//! saves two changes of threads for every write.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::consensus::Work;
use crate::inbox::Inbox;
use crate::metrics;
use crate::node::die;
use crate::raft::{Entry, HardState, Message};
use crate::wal::Wal;

/// Bytes that share one sync at most.
const GROUP_BYTES: usize = 8 << 20;

/// A write that takes less than this, in µs, is sooner done than handed to another thread.
const BRISK: u64 = 1000;

/// What the log's thread can do.
pub enum Disk {
    /// Save these, then hand back the messages that had to wait for it.
    Save { entries: Vec<Entry>, hard: Option<HardState>, after: Vec<Message> },
    /// Entries up to here are in the backend.
    Release(u64),
    /// The state was replaced by a snapshot up to here.
    Restart(u64, HardState),
    /// Nothing more comes.
    Stop,
}

/// The log, for whichever thread writes it.
#[derive(Clone)]
pub struct Shared {
    wal: Arc<Mutex<Wal>>,
    /// Work that the log's thread has not done yet.
    queued: Arc<AtomicUsize>,
    /// What a write took lately, in µs.
    pace: Arc<AtomicU64>,
}

impl Shared {
    /// Shares a log.
    pub fn new(wal: Wal) -> Self {
        Self { wal: Arc::new(Mutex::new(wal)), queued: Arc::default(), pace: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Wal> {
        self.wal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the log's thread has nothing to do: then others may write.
    pub fn idle(&self) -> bool {
        self.queued.load(Ordering::Acquire) == 0
    }

    /// Whether a write takes so little that others may wait for it.
    pub fn brisk(&self) -> bool {
        self.pace.load(Ordering::Relaxed) < BRISK
    }

    /// More work is sent to the log's thread.
    pub fn queue(&self) {
        self.queued.fetch_add(1, Ordering::AcqRel);
    }

    /// Writes and syncs.
    pub fn write(&self, entries: &[Entry], hard: Option<HardState>) {
        let started = Instant::now();
        if let Err(error) = self.lock().write(entries, hard) {
            die("the write-ahead log can't be written", error);
        }
        let took = started.elapsed();
        metrics::WAL_SYNC.observe(took);
        // Most of what it took before counts on: one slow write is no slow disk.
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let before = self.pace.load(Ordering::Relaxed);
        self.pace.store(before - before / 8 + took / 8, Ordering::Relaxed);
    }
}

/// Runs until [`Disk::Stop`].
pub fn run(shared: Shared, work: Receiver<Disk>, back: Inbox) {
    let mut next = None;
    while let Some(item) = next.take().or_else(|| work.recv().ok()) {
        let mut done = 1;
        match item {
            Disk::Save { mut entries, mut hard, mut after } => {
                let mut bytes: usize = entries.iter().map(|entry| entry.data.len()).sum();
                while bytes < GROUP_BYTES {
                    match work.try_recv() {
                        Ok(Disk::Save { entries: more, hard: newer, after: later }) => {
                            if let Some(first) = more.first() {
                                let keep = entries.partition_point(|entry| entry.index < first.index);
                                entries.truncate(keep);
                                bytes += more.iter().map(|entry| entry.data.len()).sum::<usize>();
                                entries.extend(more);
                            }
                            done += 1;
                            hard = newer.or(hard);
                            after.extend(later);
                        }
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                shared.write(&entries, hard);
                if !after.is_empty() && back.send(Work::Saved(after)).is_err() {
                    return;
                }
            }
            Disk::Release(index) => {
                if let Err(error) = shared.lock().release(index) {
                    // The segments stay; the next round tries again.
                    tracing::warn!(%error, "cannot remove old log segments");
                }
            }
            Disk::Restart(index, hard) => {
                if let Err(error) = shared.lock().restart(index, hard) {
                    die("the write-ahead log can't be begun anew", error);
                }
            }
            Disk::Stop => return,
        }
        shared.queued.fetch_sub(done, Ordering::AcqRel);
    }
}
