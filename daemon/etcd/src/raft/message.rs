//! What members say to each other.

use bytes::Bytes;
use prost::{Enumeration, Message as ProstMessage};

/// One entry on the wire.
#[derive(Clone, PartialEq, ProstMessage)]
pub struct WireEntry {
    #[prost(uint64, tag = "1")]
    pub term: u64,
    #[prost(uint64, tag = "2")]
    pub index: u64,
    #[prost(uint32, tag = "3")]
    pub kind: u32,
    #[prost(bytes = "bytes", tag = "4")]
    pub data: Bytes,
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Enumeration)]
#[repr(i32)]
pub enum MessageKind {
    Unknown = 0,
    /// Entries after `index`, whose term is `log_term`.
    Append = 1,
    /// Everything up to `index` is on the sender's disk; or, rejected: `index` does not match,
    /// try `hint`, whose term here is `log_term`.
    AppendResponse = 2,
    Vote = 3,
    VoteResponse = 4,
    PreVote = 5,
    PreVoteResponse = 6,
    Heartbeat = 7,
    HeartbeatResponse = 8,
    /// The log no longer reaches back: fetch the state as of `index`.
    Snapshot = 9,
    /// Campaign now: the leader hands over.
    TimeoutNow = 10,
    /// A follower asks for an index that is safe to read at.
    ReadIndex = 11,
    ReadIndexResponse = 12,
    /// A follower passes on proposals.
    Propose = 13,
    /// The operator wants `context` to lead.
    Transfer = 14,
}

/// One message.
#[derive(Clone, PartialEq, ProstMessage)]
pub struct Message {
    #[prost(enumeration = "MessageKind", tag = "1")]
    pub kind: i32,
    #[prost(uint64, tag = "2")]
    pub from: u64,
    #[prost(uint64, tag = "3")]
    pub to: u64,
    /// 0 in messages that only pass something on.
    #[prost(uint64, tag = "4")]
    pub term: u64,
    #[prost(uint64, tag = "5")]
    pub log_term: u64,
    #[prost(uint64, tag = "6")]
    pub index: u64,
    #[prost(uint64, tag = "7")]
    pub commit: u64,
    #[prost(bool, tag = "8")]
    pub reject: bool,
    #[prost(uint64, tag = "9")]
    pub hint: u64,
    /// Which read, or whom to transfer to. In a vote, 1: the leader wants this election.
    #[prost(uint64, tag = "10")]
    pub context: u64,
    #[prost(message, repeated, tag = "11")]
    pub entries: Vec<WireEntry>,
}

impl Message {
    /// A message of a kind, otherwise empty.
    pub fn new(kind: MessageKind, to: u64) -> Self {
        Self { kind: kind as i32, to, ..Self::default() }
    }
}

/// What a member must not forget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardState {
    pub term: u64,
    /// Whom it voted for in this term.
    pub vote: u64,
    pub commit: u64,
}

/// Where a snapshot is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotMeta {
    pub index: u64,
    pub term: u64,
    /// Who has it.
    pub from: u64,
}
