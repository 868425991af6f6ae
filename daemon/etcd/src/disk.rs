//! The log's thread: what Raft wants on disk is written in groups, one sync for many.
//!
//! A thread of its own, so that elections and heartbeats never wait for a disk.

use std::sync::mpsc::{Receiver, Sender};
use std::time::Instant;

use crate::consensus::Work;
use crate::metrics;
use crate::node::die;
use crate::raft::{Entry, HardState, Message};
use crate::wal::Wal;

/// Bytes that share one sync at most.
const GROUP_BYTES: usize = 8 << 20;

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

/// Runs until [`Disk::Stop`].
pub fn run(mut wal: Wal, work: Receiver<Disk>, back: Sender<Work>) {
    let mut next = None;
    while let Some(item) = next.take().or_else(|| work.recv().ok()) {
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
                let started = Instant::now();
                if let Err(error) = wal.write(&entries, hard) {
                    die("the write-ahead log can't be written", error);
                }
                metrics::WAL_SYNC.observe(started.elapsed());
                if !after.is_empty() && back.send(Work::Saved(after)).is_err() {
                    return;
                }
            }
            Disk::Release(index) => {
                if let Err(error) = wal.release(index) {
                    // The segments stay; the next round tries again.
                    tracing::warn!(%error, "cannot remove old log segments");
                }
            }
            Disk::Restart(index, hard) => {
                if let Err(error) = wal.restart(index, hard) {
                    die("the write-ahead log can't be begun anew", error);
                }
            }
            Disk::Stop => return,
        }
    }
}
