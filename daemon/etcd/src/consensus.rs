//! Raft's thread: it never waits for a disk or for an entry to be applied, unless the member is
//! alone and nobody waits for its heartbeats.
//!
//! Proposals, messages and ticks go into [`Raft`]; what comes out goes to the log's thread
//! ([`crate::disk`]), to the applier's ([`crate::applier`]) and to the other members
//! ([`crate::peer`]).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes};
use tokio::sync::oneshot;

use crate::applier::{self, Apply};
use crate::command::Entry;
use crate::disk::{self, Disk};
use crate::error::Error;
use crate::inbox::Inbox;
use crate::members::Ids;
use crate::metrics;
use crate::node::{Answer, Node};
use crate::peer::Peers;
use crate::raft::{HardState, Kind, Message, MessageKind, NONE, Raft, Role, SnapshotMeta};

/// Pieces of work that are looked at before Raft's output is.
const GROUP: usize = 4096;
/// Bytes of entries that are kept in memory for members that are a little behind.
const KEEP_BYTES: usize = 32 << 20;
/// Entries that Raft's thread writes and applies itself when the member is alone, at most.
const OWN: usize = 16;
/// The same for who tends to a connection: nobody else is at work for it.
const TENDED: usize = 4096;
/// Ticks after which a read is asked for again.
const READ_AGAIN: u32 = 5;

/// Work for Raft's thread.
pub enum Work {
    /// Put an entry into the log and answer when it is applied.
    Propose { entry: Entry, kind: Kind, answer: oneshot::Sender<Answer> },
    /// Tell an index that is safe to read at.
    Read(oneshot::Sender<u64>),
    /// A message of another member.
    Message(Message),
    /// What these waited for is on disk.
    Saved(Vec<Message>),
    /// Entries up to this index are applied; the members, if they changed.
    Applied(u64, Option<Ids>),
    /// The backend holds everything up to this index.
    Flushed(u64),
    /// Proposals that never left this member.
    Unsent(Message),
    /// The connection to a member has ended; messages to it were lost.
    Unreachable(u64),
    /// A snapshot has arrived, or not.
    Fetched(Option<PathBuf>),
    /// The state is that of a snapshot now, or (`None`) it could not be used.
    Restored(Option<(u64, u64, Ids)>),
    /// Hand leadership over.
    Transfer(u64),
    /// How far each member is.
    Progress(oneshot::Sender<Standing>),
    /// This member was removed while it was away.
    Removed,
    /// End.
    Stop,
}

/// What a leader knows of the members.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub last: u64,
    /// Members, what they have, and whether they were heard of lately.
    pub members: HashMap<u64, (u64, bool)>,
}

/// The thread's state.
pub struct Consensus {
    pub node: Arc<Node>,
    pub raft: Raft,
    pub work: Inbox,
    pub disk: Sender<Disk>,
    pub apply: Sender<Apply>,
    /// What a member alone does itself.
    pub own: (disk::Shared, applier::Shared),
    pub peers: Arc<Peers>,
    pub tick: Duration,
    /// When the next tick is due.
    due: Instant,
    /// Entries that are written and applied here, at most.
    most: usize,
    /// Proposals that wait for a leader.
    parked: Vec<(Kind, Bytes)>,
    /// Reads that wait to be asked for.
    readers: Vec<oneshot::Sender<u64>>,
    /// Reads that were asked for: by context, with their age in ticks.
    reading: HashMap<u64, (Vec<oneshot::Sender<u64>>, u32)>,
    context: u64,
    next_id: u64,
    fetching: bool,
}

impl Consensus {
    /// A thread's worth of state.
    pub fn new(
        node: Arc<Node>,
        raft: Raft,
        work: Inbox,
        disk: Sender<Disk>,
        apply: Sender<Apply>,
        own: (disk::Shared, applier::Shared),
        tick: Duration,
    ) -> Self {
        let peers = node.peers.clone();
        Self {
            node,
            raft,
            work,
            disk,
            apply,
            own,
            peers,
            tick,
            due: Instant::now() + tick,
            most: OWN,
            parked: Vec::new(),
            readers: Vec::new(),
            reading: HashMap::new(),
            context: 0,
            next_id: rand::random(),
            fetching: false,
        }
    }

    /// Works off what waits, once. `false` at the end.
    fn turn(&mut self) -> bool {
        for work in self.work.take(GROUP) {
            if !self.take(work) {
                let _ = self.apply.send(Apply::Stop);
                let _ = self.disk.send(Disk::Stop);
                self.work.close();
                return false;
            }
        }
        if Instant::now() >= self.due {
            // After a pause there is one tick, not many: nobody else's clock has stood still.
            self.due = Instant::now() + self.tick;
            self.raft.tick();
            self.age_reads();
        }
        self.drive();
        true
    }

    /// When to look again though nobody sends anything.
    fn until(&self) -> Option<Instant> {
        // Alone there is nobody to send heartbeats to, and nothing to wake up for.
        let waiting = !self.readers.is_empty() || !self.reading.is_empty() || !self.parked.is_empty();
        let resting = self.raft.alone() && self.raft.role() == Role::Leader && !waiting;
        (!resting).then_some(self.due)
    }

    /// `false` at the end.
    fn take(&mut self, work: Work) -> bool {
        match work {
            Work::Propose { entry, kind, answer } => self.propose(&entry, kind, answer),
            Work::Read(reader) => self.readers.push(reader),
            Work::Message(message) => self.raft.step(message),
            Work::Saved(messages) => {
                for message in messages {
                    if message.to == self.node.id {
                        self.raft.step(message);
                    } else {
                        self.send(message);
                    }
                }
            }
            Work::Applied(index, members) => {
                self.raft.applied(index, members);
                // Nobody else could win an election.
                if self.raft.alone() && self.raft.role() == Role::Follower {
                    self.raft.campaign(false);
                }
            }
            Work::Flushed(index) => {
                self.to_disk(Disk::Release(index));
                let keep = self.node.limits.catchup_entries;
                let mut keep_from = if self.raft.alone() { index } else { index.saturating_sub(keep) };
                let total = self.raft.log.weight(index).1;
                while keep_from < index && total - self.raft.log.weight(keep_from).1 > KEEP_BYTES {
                    keep_from = (keep_from + keep / 10 + 1).min(index);
                }
                self.raft.log.compact(keep_from);
            }
            Work::Unsent(message) => {
                for entry in message.entries {
                    let entry = crate::raft::Entry::from(entry);
                    self.parked.push((entry.kind, entry.data));
                }
            }
            Work::Unreachable(id) => self.raft.lost(id),
            Work::Fetched(Some(path)) => {
                self.to_applier(Apply::Install(path, self.raft.log.committed));
            }
            Work::Fetched(None) | Work::Restored(None) => {
                self.fetching = false;
                self.raft.fetch_failed();
            }
            Work::Restored(Some((index, term, (voters, learners)))) => {
                self.fetching = false;
                if index > self.raft.log.committed {
                    let hard = HardState { term: self.raft.term(), vote: self.raft.vote(), commit: index };
                    self.to_disk(Disk::Restart(index, hard));
                    self.raft.restore(index, term, voters, learners);
                }
            }
            Work::Transfer(to) => self.raft.transfer(to),
            Work::Progress(answer) => {
                let members = self.node.store().members().list();
                let known = members.iter().filter_map(|member| {
                    Some((member.id, (self.raft.matched(member.id)?, self.raft.active(member.id))))
                });
                let standing = Standing { last: self.raft.log.last(), members: known.collect() };
                let _ = answer.send(standing);
            }
            Work::Removed => self.node.shutdown.cancel(),
            Work::Stop => return false,
        }
        true
    }

    fn propose(&mut self, entry: &Entry, kind: Kind, answer: oneshot::Sender<Answer>) {
        self.next_id = self.next_id.wrapping_add(1);
        let mut data = Vec::with_capacity(8 + entry.encoded_len());
        data.put_u64_le(self.next_id);
        entry.encode(&mut data);
        self.node.waiters().insert(self.next_id, answer);
        self.submit(kind, data.into());
    }

    fn submit(&mut self, kind: Kind, data: Bytes) {
        if self.raft.role() == Role::Leader {
            let id = proposal_id(&data);
            if !self.raft.propose(kind, data.clone()) {
                if kind == Kind::Members {
                    // Another change of members is under way: the caller may try again.
                    if let Some(answer) = id.and_then(|id| self.node.waiters().remove(&id)) {
                        let _ = answer.send(Err((Error::Unhealthy, 0)));
                    }
                } else {
                    self.parked.push((kind, data));
                }
            }
        } else if self.raft.leader() != NONE {
            let entry = crate::raft::Entry { kind, data, ..Default::default() };
            let message = Message {
                from: self.node.id,
                entries: vec![(&entry).into()],
                ..Message::new(MessageKind::Propose, self.raft.leader())
            };
            self.send(message);
        } else {
            self.parked.push((kind, data));
        }
    }

    fn to_disk(&self, work: Disk) {
        self.own.0.queue();
        let _ = self.disk.send(work);
    }

    fn to_applier(&self, work: Apply) {
        self.own.1.queue();
        let _ = self.apply.send(work);
    }

    fn send(&mut self, message: Message) {
        let to = message.to;
        let heartbeat = message.kind() == MessageKind::Heartbeat;
        if !self.peers.send(message) {
            if heartbeat {
                metrics::LOST_HEARTBEATS.inc();
            }
            self.raft.unreachable(to);
        }
    }

    /// Does what Raft wants done.
    fn drive(&mut self) {
        self.step();
        // A round of reads may have been answered just now, or the first entry of a member's own term
        // applied, which is alone: those who wait can ask, and nothing else would wake us for them.
        if !self.readers.is_empty() && (self.reading.is_empty() || self.raft.alone()) {
            self.step();
        }
    }

    /// One round of it.
    fn step(&mut self) {
        if !self.parked.is_empty() && self.raft.leader() != NONE && self.raft.transferee() == NONE {
            let waiters = self.node.waiters();
            // Whoever gave up need not be proposed for.
            let wanted = |data: &Bytes| {
                proposal_id(data).and_then(|id| waiters.get(&id)).is_some_and(|answer| !answer.is_closed())
            };
            let parked: Vec<_> =
                std::mem::take(&mut self.parked).into_iter().filter(|(_, data)| wanted(data)).collect();
            drop(waiters);
            for (kind, data) in parked {
                self.submit(kind, data);
            }
        }
        // As in etcd one round at a time: those who come meanwhile share the next, and a round costs
        // four messages however many it is for.
        if !self.readers.is_empty() && self.reading.is_empty() {
            self.context += 1;
            if self.raft.read_index(self.context) {
                self.reading.insert(self.context, (std::mem::take(&mut self.readers), 0));
            }
        }
        if self.raft.role() == Role::Leader {
            self.raft.broadcast();
        }
        loop {
            let ready = self.raft.ready();
            self.publish();
            for message in ready.messages {
                self.send(message);
            }
            let saving = !ready.entries.is_empty() || ready.hard.is_some();
            // With more to do, writing and applying at once is faster.
            let own =
                self.raft.alone() && ready.entries.len() <= self.most && ready.committed.len() <= self.most;
            let mut went_on = false;
            if (saving || !ready.after.is_empty()) && own && self.own.0.idle() {
                self.own.0.write(&ready.entries, ready.hard);
                self.take(Work::Saved(ready.after));
                went_on = true;
            } else if saving || !ready.after.is_empty() {
                self.to_disk(Disk::Save { entries: ready.entries, hard: ready.hard, after: ready.after });
            }
            for (context, index) in ready.reads {
                for reader in self.reading.remove(&context).map(|(readers, _)| readers).unwrap_or_default() {
                    let _ = reader.send(index);
                }
            }
            if let Some(fetch) = ready.fetch {
                self.fetch(fetch);
            }
            if ready.committed.is_empty() && !went_on {
                return;
            }
            if !ready.committed.is_empty() && own && self.own.1.idle() {
                if let Some((index, members)) = self.own.1.apply(ready.committed) {
                    self.take(Work::Applied(index, members));
                }
            } else if !ready.committed.is_empty() {
                self.to_applier(Apply::Entries(ready.committed));
            }
        }
    }

    /// Lets others see who leads.
    fn publish(&mut self) {
        let (leader, term) = (self.raft.leader(), self.raft.term());
        let node = &self.node;
        node.term.store(term, Ordering::Release);
        node.committed.store(self.raft.log.committed, Ordering::Release);
        if node.leader.swap(leader, Ordering::AcqRel) != leader {
            if leader != NONE {
                metrics::LEADER_CHANGES.inc();
            }
            tracing::info!(leader = format!("{leader:x}"), term, "the leader changed");
            if leader == node.id {
                node.lessor.promoted();
            }
            node.led.notify_waiters();
            // The old leader's answer may never come.
            let lost = std::mem::take(&mut self.reading).into_values().flat_map(|(readers, _)| readers);
            self.readers.extend(lost);
        }
        // Reads need no confirmation when nobody else could lead, and everything of earlier
        // terms is applied.
        let alone = self.raft.alone() && self.raft.role() == Role::Leader && self.raft.applied_own();
        node.alone.store(alone, Ordering::Release);
    }

    fn age_reads(&mut self) {
        let mut again = Vec::new();
        for (context, (readers, age)) in &mut self.reading {
            *age += 1;
            readers.retain(|reader| !reader.is_closed());
            if *age >= READ_AGAIN || readers.is_empty() {
                again.push(*context);
            }
        }
        for context in again {
            let readers = self.reading.remove(&context).map(|(readers, _)| readers);
            self.readers.extend(readers.unwrap_or_default());
        }
        self.readers.retain(|reader| !reader.is_closed());
    }

    fn fetch(&mut self, fetch: SnapshotMeta) {
        if !self.fetching {
            self.fetching = true;
            tracing::info!(from = format!("{:x}", fetch.from), index = fetch.index, "fetching a snapshot");
            self.peers.fetch(fetch.from);
        }
    }
}

/// Raft for its own thread, which has it, and for those who tend to its work.
#[derive(Clone)]
pub struct Shared {
    raft: Weak<Mutex<Consensus>>,
    disk: disk::Shared,
}

/// Raft's thread: runs until [`Work::Stop`].
pub fn run(consensus: Consensus) {
    let inbox = consensus.work.clone();
    let node = consensus.node.clone();
    let disk = consensus.own.0.clone();
    let consensus = Arc::new(Mutex::new(consensus));
    node.shares(Shared { raft: Arc::downgrade(&consensus), disk });
    drop(node);
    loop {
        let until = {
            let mut consensus = consensus.lock().unwrap_or_else(PoisonError::into_inner);
            consensus.most = OWN;
            if !consensus.turn() {
                return;
            }
            consensus.until()
        };
        if inbox.is_empty() && !inbox.wait(until) {
            return;
        }
    }
}

impl Shared {
    /// Works off what waits, if nobody is at it and the disk is fast; whether it did.
    pub fn tend(&self) -> bool {
        let Some(consensus) = self.raft.upgrade().filter(|_| self.disk.brisk()) else { return false };
        let Ok(mut consensus) = consensus.try_lock() else { return false };
        consensus.most = TENDED;
        if consensus.turn() && consensus.until().is_some() {
            // Raft's thread does not know yet that there is something to wake up for.
            consensus.work.wake();
        }
        true
    }
}

/// The id that a proposal's answer waits under.
pub fn proposal_id(data: &[u8]) -> Option<u64> {
    data.get(..8)?.try_into().map(u64::from_le_bytes).ok()
}
