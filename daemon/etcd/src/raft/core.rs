//! The state of one member, its clock, and what comes out of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;

use super::NONE;
use super::log::{Entry, Kind, Log};
use super::message::{HardState, Message, MessageKind, SnapshotMeta};
use super::progress::{Flow, Progress};

/// Entries in one message, in bytes.
pub(super) const MESSAGE: usize = 1 << 20;
/// Entries handed out to be applied at once, in bytes.
const APPLY: usize = 16 << 20;

/// Numbers that stay the same.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    pub id: u64,
    /// Ticks without a leader before an election, at least; at most twice as many.
    pub election: u32,
    /// Ticks between heartbeats.
    pub heartbeat: u32,
    pub pre_vote: bool,
    /// For the length of elections; members need different ones.
    pub seed: u64,
}

/// What a member is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Follower,
    /// Asks whether it would win an election. Left when a majority says so, or a leader appears.
    PreCandidate,
    Candidate,
    Leader,
}

/// A read that waits for a majority to confirm the leader.
#[derive(Debug)]
pub(super) struct Read {
    /// What heartbeats carry for it: contexts of several members may be equal.
    pub unique: u64,
    pub context: u64,
    pub from: u64,
    pub index: u64,
    pub acks: BTreeSet<u64>,
}

/// What is to be done now, in this order: persist and send may overlap.
#[derive(Debug, Default)]
pub struct Ready {
    /// To be on disk before [`Ready::after`] is sent.
    pub entries: Vec<Entry>,
    /// The same, when it changed.
    pub hard: Option<HardState>,
    /// To be sent at once.
    pub messages: Vec<Message>,
    /// To be sent when the entries and the hard state are on disk; those to this member itself
    /// go back into [`Raft::step`].
    pub after: Vec<Message>,
    /// To be applied.
    pub committed: Vec<Entry>,
    /// Reads that are safe once that index is applied.
    pub reads: Vec<(u64, u64)>,
    /// A snapshot to fetch.
    pub fetch: Option<SnapshotMeta>,
}

/// One member.
pub struct Raft {
    pub(super) config: Config,
    pub(super) term: u64,
    pub(super) vote: u64,
    pub(super) role: Role,
    pub(super) leader: u64,
    pub log: Log,
    pub(super) voters: BTreeSet<u64>,
    pub(super) learners: BTreeSet<u64>,
    pub(super) progress: BTreeMap<u64, Progress>,
    pub(super) votes: BTreeMap<u64, bool>,
    pub(super) transferee: u64,
    /// The last change of members that may not be applied yet.
    pub(super) pending_members: u64,
    pub(super) reads: VecDeque<Read>,
    pub(super) last_read: u64,
    /// Reads have come that no heartbeat was sent for yet.
    pub(super) reads_due: bool,
    /// Reads that came before the leader had committed anything of its own.
    pub(super) early_reads: Vec<(u64, u64)>,
    pub(super) election_elapsed: u32,
    heartbeat_elapsed: u32,
    timeout: u32,
    random: u64,
    saved: HardState,
    pub(super) out: Ready,
}

impl Raft {
    /// A member as it was when it ended: its log, what it must not forget, and the members as of
    /// the log's beginning.
    pub fn new(
        config: Config,
        log: Log,
        hard: HardState,
        voters: BTreeSet<u64>,
        learners: BTreeSet<u64>,
    ) -> Self {
        let mut raft = Self {
            config,
            term: hard.term,
            vote: hard.vote,
            role: Role::Follower,
            leader: NONE,
            saved: HardState { commit: log.committed, ..hard },
            log,
            voters,
            learners,
            progress: BTreeMap::new(),
            votes: BTreeMap::new(),
            transferee: NONE,
            pending_members: 0,
            reads: VecDeque::new(),
            last_read: 0,
            reads_due: false,
            early_reads: Vec::new(),
            election_elapsed: 0,
            heartbeat_elapsed: 0,
            timeout: config.election,
            random: config.seed | 1,
            out: Ready::default(),
        };
        raft.draw_timeout();
        raft
    }

    // ---- looking ----

    /// The current term.
    pub fn term(&self) -> u64 {
        self.term
    }

    /// Who leads, as far as this member knows.
    pub fn leader(&self) -> u64 {
        self.leader
    }

    /// Whom it voted for in this term.
    pub fn vote(&self) -> u64 {
        self.vote
    }

    /// Whether an entry of this term is applied, and so all of earlier ones.
    pub fn applied_own(&self) -> bool {
        self.log.term(self.log.applied) == Some(self.term)
    }

    /// What this member is.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether this member alone makes the majority and nobody else has to be told anything.
    pub fn alone(&self) -> bool {
        self.learners.is_empty() && self.voters.len() == 1 && self.voters.contains(&self.config.id)
    }

    /// The members that the log is sent to, and how far each is.
    pub fn matched(&self, id: u64) -> Option<u64> {
        self.progress.get(&id).map(|progress| progress.matched)
    }

    /// Whether the leader has heard of a member lately.
    pub fn active(&self, id: u64) -> bool {
        id == self.config.id || self.progress.get(&id).is_some_and(|progress| progress.recent)
    }

    /// Whom leadership is being handed to.
    pub fn transferee(&self) -> u64 {
        self.transferee
    }

    pub(super) fn quorum(&self) -> usize {
        self.voters.len() / 2 + 1
    }

    fn others(&self) -> Vec<u64> {
        self.voters.iter().chain(&self.learners).copied().filter(|id| *id != self.config.id).collect()
    }

    // ---- the clock ----

    fn draw_timeout(&mut self) {
        // xorshift: elections need different timeouts, not secrets.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let spread = u64::from(self.config.election.max(1));
        self.timeout = self.config.election + u32::try_from(self.random % spread).unwrap_or_default();
    }

    /// A tick of the clock.
    pub fn tick(&mut self) {
        self.election_elapsed += 1;
        if self.role == Role::Leader {
            self.heartbeat_elapsed += 1;
            if self.election_elapsed >= self.config.election {
                self.election_elapsed = 0;
                self.check_quorum();
                // Who couldn't take over by now won't.
                self.transferee = NONE;
            }
            if self.role == Role::Leader && self.heartbeat_elapsed >= self.config.heartbeat {
                self.heartbeat_elapsed = 0;
                let context = self.reads.back().map_or(0, |read| read.unique);
                self.heartbeats(context);
            }
        } else if self.election_elapsed >= self.timeout && self.voters.contains(&self.config.id) {
            // Who can't campaign goes on counting: a leader of long ago must not keep it from
            // voting for another.
            self.election_elapsed = 0;
            self.campaign(false);
        }
    }

    /// A leader that hears of no majority steps down: somebody else may lead already.
    fn check_quorum(&mut self) {
        let heard = self
            .voters
            .iter()
            .filter(|id| {
                **id == self.config.id || self.progress.get(id).is_some_and(|progress| progress.recent)
            })
            .count();
        for progress in self.progress.values_mut() {
            progress.recent = false;
        }
        if heard < self.quorum() {
            self.become_follower(self.term, NONE);
        }
    }

    // ---- roles ----

    pub(super) fn reset(&mut self, term: u64) {
        if self.term != term {
            self.term = term;
            self.vote = NONE;
        }
        self.leader = NONE;
        self.election_elapsed = 0;
        self.heartbeat_elapsed = 0;
        self.draw_timeout();
        self.transferee = NONE;
        self.votes.clear();
        self.reads.clear();
        self.reads_due = false;
        self.early_reads.clear();
        self.pending_members = 0;
        self.progress.clear();
    }

    pub(super) fn become_follower(&mut self, term: u64, leader: u64) {
        self.reset(term);
        self.role = Role::Follower;
        self.leader = leader;
    }

    /// Starts an election: a trial first, unless `certain` (a leader asked for it).
    pub fn campaign(&mut self, certain: bool) {
        let id = self.config.id;
        if self.role == Role::Leader || !self.voters.contains(&id) || self.log.members_unapplied() {
            return;
        }
        if self.config.pre_vote && !certain {
            self.role = Role::PreCandidate;
            self.leader = NONE;
            self.votes.clear();
            self.draw_timeout();
            self.ask(MessageKind::PreVote, self.term + 1, 0);
            self.count(id, true);
        } else {
            self.stand(certain);
        }
    }

    fn stand(&mut self, certain: bool) {
        let id = self.config.id;
        self.reset(self.term + 1);
        self.role = Role::Candidate;
        self.vote = id;
        self.ask(MessageKind::Vote, self.term, u64::from(certain));
        // Its own vote counts when it is on disk.
        let own = Message { term: self.term, ..Message::new(MessageKind::VoteResponse, id) };
        self.send_after(own);
    }

    fn ask(&mut self, kind: MessageKind, term: u64, context: u64) {
        for to in self.voters.clone() {
            if to != self.config.id {
                let (index, log_term) = (self.log.last(), self.log.last_term());
                let message = Message { term, index, log_term, context, ..Message::new(kind, to) };
                self.send(message);
            }
        }
    }

    /// Counts a vote and acts on the outcome.
    pub(super) fn count(&mut self, from: u64, granted: bool) {
        self.votes.entry(from).or_insert(granted);
        let of = |wanted: bool| {
            self.votes.iter().filter(|(id, vote)| **vote == wanted && self.voters.contains(id)).count()
        };
        if of(true) >= self.quorum() {
            if self.role == Role::PreCandidate { self.stand(false) } else { self.become_leader() }
        } else if of(false) > self.voters.len() - self.quorum() {
            self.become_follower(self.term, NONE);
        }
    }

    fn become_leader(&mut self) {
        self.reset(self.term);
        self.role = Role::Leader;
        self.leader = self.config.id;
        let last = self.log.last();
        for id in self.others() {
            self.progress.insert(id, Progress { recent: true, ..Progress::new(last) });
        }
        let own = Progress { matched: 0, flow: Flow::Replicate, ..Progress::new(last) };
        self.progress.insert(self.config.id, own);
        // Entries of earlier terms may change the members: none more until they are applied.
        self.pending_members = last;
        // Committing something of its own shows what else is committed.
        self.append(Kind::Normal, Bytes::new());
        self.broadcast();
    }

    // ---- the leader's log ----

    pub(super) fn append(&mut self, kind: Kind, data: Bytes) -> u64 {
        let index = self.log.push(self.term, kind, data);
        if kind == Kind::Members {
            self.pending_members = index;
        }
        index
    }

    /// Adds proposals, when this member leads; `false` when it doesn't, or hands over, or (for a
    /// change of members) when another such change is under way.
    pub fn propose(&mut self, kind: Kind, data: Bytes) -> bool {
        if self.role != Role::Leader || self.transferee != NONE {
            return false;
        }
        if kind == Kind::Members && self.pending_members > self.log.applied {
            return false;
        }
        self.append(kind, data);
        true
    }

    /// Sends what followers lack. After a group of proposals.
    pub fn broadcast(&mut self) {
        for id in self.others() {
            while self.send_append(id, false) {}
        }
    }

    /// Sends one message of entries; `false` when there is nothing to send or no room. With
    /// `empty` a message without entries goes out too: it carries what is committed.
    pub(super) fn send_append(&mut self, to: u64, empty: bool) -> bool {
        let last = self.log.last();
        let Some(progress) = self.progress.get_mut(&to) else { return false };
        if progress.paused() {
            return false;
        }
        let probing = matches!(progress.flow, Flow::Probe { .. });
        if progress.next > last && !empty && !probing {
            return false;
        }
        let before = progress.next - 1;
        match (self.log.term(before), self.log.slice(progress.next, MESSAGE)) {
            (Some(log_term), Some(entries)) => {
                progress.sent(entries.last().map_or(before, |entry| entry.index));
                let more = !probing && !entries.is_empty();
                let message = Message {
                    term: self.term,
                    index: before,
                    log_term,
                    commit: self.log.committed,
                    entries: entries.iter().map(Into::into).collect(),
                    ..Message::new(MessageKind::Append, to)
                };
                self.send(message);
                more
            }
            _ => {
                // A member that nobody hears of needs no snapshot either.
                if !progress.recent {
                    return false;
                }
                let index = self.log.applied;
                progress.snapshot(index);
                let message = Message { term: self.term, index, ..Message::new(MessageKind::Snapshot, to) };
                self.send(message);
                false
            }
        }
    }

    pub(super) fn heartbeats(&mut self, context: u64) {
        for to in self.others() {
            let matched = self.progress.get(&to).map_or(0, |progress| progress.matched);
            let commit = matched.min(self.log.committed);
            let message =
                Message { term: self.term, commit, context, ..Message::new(MessageKind::Heartbeat, to) };
            self.send(message);
        }
    }

    /// Commits what a majority has; tells whether that is more than before.
    pub(super) fn advance_commit(&mut self) -> bool {
        let mut matched: Vec<u64> = self
            .voters
            .iter()
            .map(|id| self.progress.get(id).map_or(0, |progress| progress.matched))
            .collect();
        matched.sort_unstable_by(|a, b| b.cmp(a));
        let Some(&index) = matched.get(self.quorum() - 1) else { return false };
        // Entries of earlier terms are committed with one of this term, never alone.
        if index <= self.log.committed || self.log.term(index) != Some(self.term) {
            return false;
        }
        self.log.committed = index;
        true
    }

    // ---- members and snapshots ----

    /// Entries up to `index` are applied, and these are the members since, if they changed.
    pub fn applied(&mut self, index: u64, members: Option<(BTreeSet<u64>, BTreeSet<u64>)>) {
        self.log.applied = self.log.applied.max(index);
        let Some((voters, learners)) = members else { return };
        self.voters = voters;
        self.learners = learners;
        if self.role == Role::Leader {
            let last = self.log.last();
            let others = self.others();
            let own = self.config.id;
            self.progress.retain(|id, _| *id == own || others.contains(id));
            for id in others {
                self.progress.entry(id).or_insert_with(|| Progress { recent: true, ..Progress::new(last) });
            }
            if !self.voters.contains(&own) {
                // It has led until its own removal was committed.
                self.become_follower(self.term, NONE);
                return;
            }
            // A smaller majority may have what the larger one lacked.
            if self.advance_commit() {
                self.committed();
            }
            self.broadcast();
            if self.transferee != NONE && !self.voters.contains(&self.transferee) {
                self.transferee = NONE;
            }
        } else if !self.voters.contains(&self.config.id) && self.role != Role::Follower {
            self.become_follower(self.term, NONE);
        }
    }

    /// The state was replaced by a snapshot.
    pub fn restore(&mut self, index: u64, term: u64, voters: BTreeSet<u64>, learners: BTreeSet<u64>) {
        if index <= self.log.committed {
            return;
        }
        self.log.restore(index, term);
        self.voters = voters;
        self.learners = learners;
        let leader = self.leader;
        if leader != NONE && leader != self.config.id {
            let done =
                Message { term: self.term, index, ..Message::new(MessageKind::AppendResponse, leader) };
            self.send_after(done);
        }
    }

    /// The snapshot could not be fetched: the leader is to try again.
    pub fn fetch_failed(&mut self) {
        if self.leader != NONE && self.leader != self.config.id {
            let (index, term) = (self.log.last(), self.term);
            let rejected = Message {
                term,
                index,
                hint: self.log.committed,
                reject: true,
                ..Message::new(MessageKind::AppendResponse, self.leader)
            };
            self.send(rejected);
        }
    }

    /// Messages to a member were lost: it may have missed entries.
    pub fn unreachable(&mut self, id: u64) {
        if let Some(progress) = self.progress.get_mut(&id)
            && progress.flow == Flow::Replicate
        {
            progress.probe();
        }
    }

    /// The connection to a member has ended: most likely the member has. If it leads, the others
    /// see the same, so none of them need wait out the time that a silent leader has. Where they do
    /// hear of it, they refuse, and it goes on leading.
    pub fn lost(&mut self, id: u64) {
        self.unreachable(id);
        if self.role == Role::Follower && self.leader == id {
            self.election_elapsed = self.election_elapsed.max(self.config.election);
            // One after the other, so that they do not take each other's votes.
            let before = self.voters.iter().filter(|voter| **voter < self.config.id && **voter != id).count();
            let turn = 1 + 2 * u32::try_from(before).unwrap_or_default();
            let soon = self.election_elapsed.saturating_add(turn.min(self.config.election));
            self.timeout = self.timeout.min(soon);
        }
    }

    // ---- out ----

    pub(super) fn send(&mut self, mut message: Message) {
        message.from = self.config.id;
        self.out.messages.push(message);
    }

    pub(super) fn send_after(&mut self, mut message: Message) {
        message.from = self.config.id;
        self.out.after.push(message);
    }

    /// Everything that is to be done since the last call.
    pub fn ready(&mut self) -> Ready {
        // One round of heartbeats confirms all reads that have come since the last.
        if std::mem::take(&mut self.reads_due) {
            self.heartbeats(self.last_read);
        }
        let entries = self.log.unpersisted();
        if self.role == Role::Leader
            && let Some(last) = entries.last()
        {
            let own = Message {
                term: self.term,
                index: last.index,
                ..Message::new(MessageKind::AppendResponse, self.config.id)
            };
            self.send_after(own);
        }
        let hard = HardState { term: self.term, vote: self.vote, commit: self.log.committed };
        // What is committed can be found out again; it is written along with other things.
        let durable = (hard.term, hard.vote) != (self.saved.term, self.saved.vote);
        let changed = durable || (!entries.is_empty() && hard != self.saved);
        if changed {
            self.saved = hard;
        }
        let committed = self.log.unapplied(APPLY);
        let out = std::mem::take(&mut self.out);
        Ready { entries, hard: changed.then_some(hard), committed, ..out }
    }
}
