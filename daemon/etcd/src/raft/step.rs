//! What a member does with a message.

use super::NONE;
use super::core::{Raft, Read, Role};
use super::log::Entry;
use super::message::{Message, MessageKind, SnapshotMeta, WireEntry};
use super::progress::Flow;

/// Terms and indexes beyond this are none: counting could not have got there.
const LIMIT: u64 = u64::MAX / 2;

/// Whether a member could have sent this.
fn plausible(message: &Message) -> bool {
    let numbers = [message.term, message.log_term, message.index, message.commit, message.hint];
    let follows = |(at, entry): (u64, &WireEntry)| entry.index == at && entry.term <= message.term;
    numbers.iter().all(|number| *number < LIMIT)
        && (message.kind() != MessageKind::Append || (message.index + 1..).zip(&message.entries).all(follows))
}

impl Raft {
    /// Takes a message. One that no member would send is dropped.
    pub fn step(&mut self, message: Message) {
        let kind = message.kind();
        if !plausible(&message) {
            return;
        }
        match message.term {
            // Passed on by a member that doesn't lead: no term.
            0 => {}
            term if term > self.term => {
                if matches!(kind, MessageKind::Vote | MessageKind::PreVote) {
                    // Nobody needs an election while a leader is heard of, unless it wants one.
                    let led = self.leader != NONE && self.election_elapsed < self.config.election;
                    if led && message.context == 0 {
                        return;
                    }
                }
                match kind {
                    // A trial changes nothing.
                    MessageKind::PreVote => {}
                    MessageKind::PreVoteResponse if !message.reject => {}
                    MessageKind::Append | MessageKind::Heartbeat | MessageKind::Snapshot => {
                        self.become_follower(term, message.from);
                    }
                    _ => self.become_follower(term, NONE),
                }
            }
            term if term < self.term => {
                match kind {
                    // Whoever leads in an old term learns of the new one from the answer.
                    MessageKind::Append | MessageKind::Heartbeat | MessageKind::Snapshot => {
                        let answer = Message {
                            term: self.term,
                            ..Message::new(MessageKind::AppendResponse, message.from)
                        };
                        self.send(answer);
                    }
                    MessageKind::PreVote => {
                        let answer = Message {
                            term: self.term,
                            reject: true,
                            ..Message::new(MessageKind::PreVoteResponse, message.from)
                        };
                        self.send(answer);
                    }
                    _ => {}
                }
                return;
            }
            _ => {}
        }
        match kind {
            MessageKind::Vote | MessageKind::PreVote => self.on_vote(&message, kind),
            MessageKind::VoteResponse if self.role == Role::Candidate => {
                self.count(message.from, !message.reject);
            }
            MessageKind::PreVoteResponse if self.role == Role::PreCandidate => {
                self.count(message.from, !message.reject);
            }
            MessageKind::Append => self.on_append(message),
            MessageKind::Heartbeat => self.on_heartbeat(&message),
            MessageKind::Snapshot => self.on_snapshot(&message),
            MessageKind::AppendResponse if self.role == Role::Leader => self.on_append_response(&message),
            MessageKind::HeartbeatResponse if self.role == Role::Leader => {
                self.on_heartbeat_response(&message);
            }
            MessageKind::TimeoutNow if self.role == Role::Follower => self.campaign(true),
            MessageKind::ReadIndex => self.read(message.context, message.from),
            MessageKind::ReadIndexResponse => self.out.reads.push((message.context, message.index)),
            MessageKind::Propose => {
                for entry in message.entries {
                    let entry = Entry::from(entry);
                    self.propose(entry.kind, entry.data);
                }
                self.broadcast();
            }
            MessageKind::Transfer => self.transfer(message.context),
            _ => {}
        }
    }

    fn on_vote(&mut self, message: &Message, kind: MessageKind) {
        let from = message.from;
        let free = self.vote == from
            || (self.vote == NONE && self.leader == NONE)
            || (kind == MessageKind::PreVote && message.term > self.term);
        let granted = free && self.log.up_to_date(message.index, message.log_term);
        if kind == MessageKind::PreVote {
            // The answer has the term that was asked about: it is about the future.
            let term = if granted { message.term } else { self.term };
            let answer =
                Message { term, reject: !granted, ..Message::new(MessageKind::PreVoteResponse, from) };
            self.send(answer);
            return;
        }
        let answer =
            Message { term: self.term, reject: !granted, ..Message::new(MessageKind::VoteResponse, from) };
        if granted {
            self.vote = from;
            self.election_elapsed = 0;
            self.send_after(answer);
        } else {
            self.send(answer);
        }
    }

    /// A leader of this term is there.
    fn follow(&mut self, leader: u64) {
        if self.role != Role::Follower || self.leader != leader {
            self.become_follower(self.term, leader);
        }
        self.election_elapsed = 0;
    }

    fn on_append(&mut self, message: Message) {
        self.follow(message.from);
        let from = message.from;
        let answer = |index| Message { index, ..Message::new(MessageKind::AppendResponse, from) };
        if message.index < self.log.committed {
            let committed = self.log.committed;
            self.send_after(Message { term: self.term, ..answer(committed) });
            return;
        }
        let entries = message.entries.into_iter().map(Entry::from).collect();
        match self.log.append(message.index, message.log_term, entries) {
            Ok(end) => {
                self.log.committed = self.log.committed.max(message.commit.min(end));
                self.send_after(Message { term: self.term, ..answer(end) });
            }
            Err((hint, log_term)) => {
                let term = self.term;
                self.send(Message { term, reject: true, hint, log_term, ..answer(message.index) });
            }
        }
    }

    fn on_heartbeat(&mut self, message: &Message) {
        self.follow(message.from);
        self.log.committed = self.log.committed.max(message.commit.min(self.log.last()));
        let answer = Message {
            term: self.term,
            context: message.context,
            ..Message::new(MessageKind::HeartbeatResponse, message.from)
        };
        self.send(answer);
    }

    fn on_snapshot(&mut self, message: &Message) {
        self.follow(message.from);
        if message.index <= self.log.committed {
            let index = self.log.committed;
            let answer =
                Message { term: self.term, index, ..Message::new(MessageKind::AppendResponse, message.from) };
            self.send_after(answer);
        } else {
            self.out.fetch =
                Some(SnapshotMeta { index: message.index, term: message.log_term, from: message.from });
        }
    }

    fn on_append_response(&mut self, message: &Message) {
        let from = message.from;
        let Some(progress) = self.progress.get_mut(&from) else { return };
        progress.recent = true;
        if message.reject {
            // Where its term is older than ours there can be no match before that either.
            let hint = self.log.conflict(message.hint.min(self.log.last()), message.log_term).0;
            let hint = if message.log_term > 0 { hint } else { message.hint };
            let fetching = matches!(progress.flow, Flow::Snapshot { .. });
            if fetching {
                progress.probe();
                progress.next = progress.matched + 1;
                self.send_append(from, true);
            } else if progress.rejected(message.index, hint) {
                self.send_append(from, true);
            }
            return;
        }
        let was_paused = progress.paused();
        if !progress.acknowledged(message.index) && !was_paused {
            return;
        }
        if from == self.config.id {
            if self.advance_commit() {
                self.committed();
            }
            return;
        }
        let advanced = self.advance_commit();
        if advanced {
            self.committed();
        } else if was_paused {
            self.send_append(from, true);
        }
        while self.send_append(from, false) {}
        if from == self.transferee {
            self.hand_over();
        }
    }

    /// More is committed: followers are told at once, and early reads can be answered.
    pub(super) fn committed(&mut self) {
        let others: Vec<u64> = self.progress.keys().copied().filter(|id| *id != self.config.id).collect();
        for id in others {
            self.send_append(id, true);
        }
        if self.log.term(self.log.committed) == Some(self.term) {
            for (context, from) in std::mem::take(&mut self.early_reads) {
                self.read(context, from);
            }
        }
    }

    fn on_heartbeat_response(&mut self, message: &Message) {
        let from = message.from;
        let last = self.log.last();
        let Some(progress) = self.progress.get_mut(&from) else { return };
        if progress.heard() {
            // It may never have heard of the snapshot, or have started anew since.
            let index = self.log.applied;
            progress.snapshot(index);
            let message = Message { term: self.term, index, ..Message::new(MessageKind::Snapshot, from) };
            self.send(message);
        } else if progress.matched < last {
            self.send_append(from, true);
        }
        if message.context == 0 {
            return;
        }
        let Some(at) = self.reads.iter().position(|read| read.unique == message.context) else { return };
        self.reads[at].acks.insert(from);
        let acks = self.reads[at].acks.iter().filter(|id| self.voters.contains(id)).count();
        // The leader itself is one.
        if acks + usize::from(self.voters.contains(&self.config.id)) >= self.quorum() {
            let done: Vec<Read> = self.reads.drain(..=at).collect();
            for read in done {
                self.readable(read.context, read.from, read.index);
            }
        }
    }

    // ---- reads ----

    /// Asks for an index that is safe to read at. `context` is not 0, and grows.
    pub fn read_index(&mut self, context: u64) -> bool {
        if self.role == Role::Leader {
            self.read(context, self.config.id);
        } else if self.leader != NONE {
            let message = Message { context, ..Message::new(MessageKind::ReadIndex, self.leader) };
            self.send(message);
        } else {
            return false;
        }
        true
    }

    fn read(&mut self, context: u64, from: u64) {
        if self.role != Role::Leader {
            return;
        }
        if self.log.term(self.log.committed) != Some(self.term) {
            self.early_reads.push((context, from));
            return;
        }
        let index = self.log.committed;
        if self.quorum() == 1 && self.voters.contains(&self.config.id) {
            self.readable(context, from, index);
            return;
        }
        self.last_read += 1;
        let unique = self.last_read;
        self.reads.push_back(Read { unique, context, from, index, acks: Default::default() });
        self.reads_due = true;
    }

    fn readable(&mut self, context: u64, from: u64, index: u64) {
        if from == self.config.id {
            self.out.reads.push((context, index));
        } else {
            let answer = Message {
                term: self.term,
                context,
                index,
                ..Message::new(MessageKind::ReadIndexResponse, from)
            };
            self.send(answer);
        }
    }

    // ---- transfer ----

    /// Hands leadership to another voter.
    pub fn transfer(&mut self, to: u64) {
        if self.role != Role::Leader {
            if self.leader != NONE {
                let message = Message { context: to, ..Message::new(MessageKind::Transfer, self.leader) };
                self.send(message);
            }
            return;
        }
        if to == self.config.id || !self.voters.contains(&to) || self.transferee == to {
            return;
        }
        self.election_elapsed = 0;
        self.transferee = to;
        if !self.hand_over() {
            self.send_append(to, true);
        }
    }

    /// Lets the transferee campaign, if it has everything.
    fn hand_over(&mut self) -> bool {
        let to = self.transferee;
        let has_all = self.progress.get(&to).is_some_and(|progress| progress.matched == self.log.last());
        if has_all {
            let message = Message { term: self.term, ..Message::new(MessageKind::TimeoutNow, to) };
            self.send(message);
        }
        has_all
    }
}
