//! Raft without any I/O: messages, ticks and proposals go in; messages, entries to persist and
//! entries to apply come out ([`Ready`]). Whoever drives it owns the clock, the disk and the net.
//!
//! As in etcd: PreVote and CheckQuorum, ReadIndex, learners, leader transfer, one change of
//! members at a time, and a leader that appends to its own disk while it sends to followers.
//!
//! Why our own: `raft` (raft-rs) needs protoc or the unmaintained `protobuf` 2 with an open
//! advisory; `openraft` has neither PreVote nor a released leader transfer, and wants to own the
//! runtime. Without I/O this is small and can be tested in a simulated network ([`tests`]).

mod core;
mod log;
mod message;
mod progress;
mod step;
#[cfg(test)]
mod tests;

pub use core::{Config, Raft, Role};
pub use log::{Entry, Kind, Log};
pub use message::{HardState, Message, MessageKind, SnapshotMeta};

/// No member.
pub const NONE: u64 = 0;
