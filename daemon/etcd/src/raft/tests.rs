//! Members in a simulated network: messages are lost, doubled and overtake each other, disks lose
//! what was not synced, members crash, are cut off, join and leave. Whatever happens, there is
//! one leader a term, and all apply the same entries; when it stops happening, they go on.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use proptest::prelude::*;

use super::*;

type Members = (BTreeSet<u64>, BTreeSet<u64>);

/// A member's disk.
#[derive(Clone, Default)]
struct Disk {
    hard: HardState,
    /// The entry before the first, and the members as of it.
    base: (u64, u64),
    members: Members,
    entries: Vec<Entry>,
}

impl Disk {
    fn save(&mut self, entries: Vec<Entry>, hard: Option<HardState>) {
        if let Some(first) = entries.first() {
            self.entries.retain(|entry| entry.index < first.index);
            self.entries.extend(entries);
        }
        self.hard = hard.unwrap_or(self.hard);
    }
}

struct Node {
    raft: Raft,
    disk: Disk,
    /// Not yet synced.
    queue: Vec<(Vec<Entry>, Option<HardState>, Vec<Message>)>,
    /// Applied entries from the beginning, also through snapshots.
    applied: Vec<(u64, Bytes)>,
    members: Members,
    /// How many of the applied entries were compared with the others'.
    checked: usize,
}

struct World {
    nodes: BTreeMap<u64, Node>,
    down: BTreeSet<u64>,
    cut: BTreeSet<u64>,
    net: Vec<Message>,
    random: u64,
    leaders: BTreeMap<u64, u64>,
    proposed: u64,
    /// What was applied anywhere.
    history: Vec<(u64, Bytes)>,
    reads: BTreeMap<(u64, u64), usize>,
    reads_done: usize,
    restarts: u64,
}

fn config(id: u64, seed: u64) -> Config {
    Config { id, election: 10, heartbeat: 1, pre_vote: true, seed: seed.wrapping_mul(7919) ^ (id * 104_729) }
}

fn encode(members: &Members) -> Bytes {
    let part = |ids: &BTreeSet<u64>| ids.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
    format!("{};{}", part(&members.0), part(&members.1)).into()
}

fn decode(bytes: &[u8]) -> Members {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (voters, learners) = text.split_once(';').expect("two parts");
    let part = |text: &str| text.split(',').filter_map(|id| id.parse().ok()).collect();
    (part(voters), part(learners))
}

impl World {
    fn new(count: u64, seed: u64) -> Self {
        let members: Members = ((1..=count).collect(), BTreeSet::new());
        let nodes = (1..=count)
            .map(|id| (id, Self::node(id, seed, Disk { members: members.clone(), ..Disk::default() })));
        Self {
            nodes: nodes.collect(),
            down: BTreeSet::new(),
            cut: BTreeSet::new(),
            net: Vec::new(),
            random: seed | 1,
            leaders: BTreeMap::new(),
            proposed: 0,
            history: Vec::new(),
            reads: BTreeMap::new(),
            reads_done: 0,
            restarts: 0,
        }
    }

    fn node(id: u64, seed: u64, disk: Disk) -> Node {
        let log = Log::new(disk.base.0, disk.base.1, disk.entries.clone(), disk.hard.commit);
        let (voters, learners) = disk.members.clone();
        let raft = Raft::new(config(id, seed), log, disk.hard, voters, learners);
        Node { raft, members: disk.members.clone(), disk, queue: Vec::new(), applied: Vec::new(), checked: 0 }
    }

    fn draw(&mut self, below: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % below.max(1) as u64).expect("small")
    }

    fn leader(&self) -> Option<u64> {
        let leading =
            |(id, node): &(&u64, &Node)| node.raft.role() == Role::Leader && !self.down.contains(id);
        self.nodes.iter().filter(leading).max_by_key(|(_, node)| node.raft.term()).map(|(id, _)| *id)
    }

    /// Takes what a member has to do.
    fn work(&mut self, id: u64) {
        loop {
            let node = self.nodes.get_mut(&id).expect("there");
            let ready = node.raft.ready();
            if node.raft.role() == Role::Leader {
                let leader = *self.leaders.entry(node.raft.term()).or_insert(id);
                assert_eq!(leader, id, "two leaders in term {}", node.raft.term());
            }
            let idle = ready.committed.is_empty()
                && ready.entries.is_empty()
                && ready.hard.is_none()
                && ready.messages.is_empty()
                && ready.after.is_empty()
                && ready.reads.is_empty()
                && ready.fetch.is_none();
            self.net.extend(ready.messages);
            if !ready.entries.is_empty() || ready.hard.is_some() || !ready.after.is_empty() {
                node.queue.push((ready.entries, ready.hard, ready.after));
            }
            if let Some(last) = ready.committed.last().map(|entry| entry.index) {
                let mut changed = None;
                for entry in ready.committed {
                    if entry.kind == Kind::Members {
                        node.members = decode(&entry.data);
                        changed = Some(node.members.clone());
                    }
                    node.applied.push((entry.index, entry.data));
                }
                node.raft.applied(last, changed);
            }
            for (context, index) in ready.reads {
                if let Some(seen) = self.reads.remove(&(id, context)) {
                    assert!(index as usize >= seen, "a read at {index} misses what was applied up to {seen}");
                    self.reads_done += 1;
                }
            }
            // What it has applied before was compared before.
            for at in node.checked..node.applied.len() {
                let entry = &node.applied[at];
                match self.history.get(at) {
                    Some(known) => assert_eq!(known, entry, "member {id} applied something else at {at}"),
                    None => self.history.push(entry.clone()),
                }
            }
            node.checked = node.applied.len();
            if let Some(fetch) = ready.fetch {
                self.snapshot(id, fetch);
            }
            if idle {
                return;
            }
        }
    }

    /// A member fetches a snapshot from another, if it can.
    fn snapshot(&mut self, id: u64, fetch: SnapshotMeta) {
        let source = &self.nodes[&fetch.from];
        let reachable =
            !self.down.contains(&fetch.from) && !self.cut.contains(&fetch.from) && !self.cut.contains(&id);
        let index = source.applied.last().map_or(0, |(index, _)| *index);
        let (applied, members) = (source.applied.clone(), source.members.clone());
        let term = source.raft.log.term(index);
        let node = self.nodes.get_mut(&id).expect("there");
        match term {
            Some(term) if reachable && index >= fetch.index && index > node.raft.log.committed => {
                node.queue.clear();
                node.applied = applied;
                node.members = members.clone();
                node.disk = Disk {
                    hard: node.disk.hard,
                    base: (index, term),
                    members: members.clone(),
                    entries: Vec::new(),
                };
                node.disk.hard =
                    HardState { term: node.raft.term(), vote: node.disk.hard.vote, commit: index };
                node.raft.restore(index, term, members.0, members.1);
            }
            _ => node.raft.fetch_failed(),
        }
    }

    fn sync(&mut self, id: u64, how_many: usize) {
        for _ in 0..how_many {
            let node = self.nodes.get_mut(&id).expect("there");
            if node.queue.is_empty() {
                return;
            }
            let (entries, hard, after) = node.queue.remove(0);
            node.disk.save(entries, hard);
            for message in after {
                if message.to == id { node.raft.step(message) } else { self.net.push(message) }
            }
            self.work(id);
        }
    }

    fn deliver(&mut self, at: usize, keep: bool) {
        let message = if keep { self.net[at].clone() } else { self.net.swap_remove(at) };
        let (from, to) = (message.from, message.to);
        let lost = self.down.contains(&to) || self.cut.contains(&to) || self.cut.contains(&from);
        if !lost && let Some(node) = self.nodes.get_mut(&to) {
            node.raft.step(message);
            self.work(to);
        }
    }

    fn crash(&mut self, id: u64) {
        self.restarts += 1;
        let seed = self.random ^ self.restarts;
        let old = &self.nodes[&id];
        let base = usize::try_from(old.disk.base.0).expect("small");
        let kept: Vec<_> = old.applied.iter().filter(|(index, _)| *index as usize <= base).cloned().collect();
        let mut node = Self::node(id, seed, old.disk.clone());
        node.applied = kept;
        self.nodes.insert(id, node);
        self.reads.retain(|(member, _), _| *member != id);
        self.work(id);
    }

    fn act(&mut self, action: &Action) {
        let ids: Vec<u64> = self.nodes.keys().copied().collect();
        let pick = |n: u8| ids[n as usize % ids.len()];
        match *action {
            Action::Tick(n) => {
                let id = pick(n);
                if !self.down.contains(&id) {
                    self.nodes.get_mut(&id).expect("there").raft.tick();
                    self.work(id);
                }
            }
            Action::Deliver(n) => {
                for _ in 0..n {
                    if !self.net.is_empty() {
                        let at = self.draw(self.net.len());
                        self.deliver(at, false);
                    }
                }
            }
            Action::Double => {
                if !self.net.is_empty() {
                    let at = self.draw(self.net.len());
                    self.deliver(at, true);
                }
            }
            Action::Lose(n) => {
                for _ in 0..n {
                    if !self.net.is_empty() {
                        let at = self.draw(self.net.len());
                        self.net.swap_remove(at);
                    }
                }
            }
            Action::Sync(n) => {
                let id = pick(n);
                if !self.down.contains(&id) {
                    self.sync(id, 3);
                }
            }
            Action::Propose => self.propose(),
            Action::Read(n) => {
                let id = pick(n);
                self.proposed += 1;
                let (context, seen) = (self.proposed, self.history.len());
                if !self.down.contains(&id)
                    && self.nodes.get_mut(&id).expect("there").raft.read_index(context)
                {
                    self.reads.insert((id, context), seen);
                    self.work(id);
                }
            }
            Action::Crash(n) => {
                let id = pick(n);
                self.crash(id);
                self.down.insert(id);
            }
            Action::Start(n) => {
                self.down.remove(&pick(n));
            }
            Action::Cut(n) => {
                self.cut.insert(pick(n));
            }
            Action::Heal => self.cut.clear(),
            Action::Transfer(n) => {
                if let Some(leader) = self.leader() {
                    self.nodes.get_mut(&leader).expect("there").raft.transfer(pick(n));
                    self.work(leader);
                }
            }
            Action::Compact(n) => {
                let id = pick(n);
                let node = self.nodes.get_mut(&id).expect("there");
                // What the disk's snapshot holds need not be in memory.
                let index = node.applied.last().map_or(0, |(index, _)| *index).saturating_sub(2);
                let synced = node.disk.entries.last().map_or(node.disk.base.0, |entry| entry.index);
                if index > node.disk.base.0
                    && index <= synced
                    && node.disk.hard.commit >= index
                    && let Some(term) = node.raft.log.term(index)
                {
                    let mut members = node.disk.members.clone();
                    for entry in node
                        .disk
                        .entries
                        .iter()
                        .filter(|entry| entry.index <= index && entry.kind == Kind::Members)
                    {
                        members = decode(&entry.data);
                    }
                    node.disk.members = members;
                    node.disk.base = (index, term);
                    node.disk.entries.retain(|entry| entry.index > index);
                    node.raft.log.compact(index);
                }
            }
            Action::Members(n) => {
                let Some(leader) = self.leader() else { return };
                let id = u64::from(n) % 6 + 1;
                let node = &self.nodes[&leader];
                let mut members = node.members.clone();
                if members.0.contains(&id) {
                    if members.0.len() < 3 {
                        return;
                    }
                    members.0.remove(&id);
                } else if members.1.remove(&id) {
                    members.0.insert(id);
                } else {
                    members.1.insert(id);
                    if !self.nodes.contains_key(&id) {
                        // It knows nothing but where the others are.
                        self.nodes.insert(id, Self::node(id, self.random, Disk::default()));
                    }
                }
                self.nodes.get_mut(&leader).expect("there").raft.propose(Kind::Members, encode(&members));
                self.nodes.get_mut(&leader).expect("there").raft.broadcast();
                self.work(leader);
            }
        }
    }

    fn propose(&mut self) {
        if let Some(leader) = self.leader() {
            self.proposed += 1;
            let data = Bytes::from(format!("p{}", self.proposed));
            let raft = &mut self.nodes.get_mut(&leader).expect("there").raft;
            raft.propose(Kind::Normal, data);
            raft.broadcast();
            self.work(leader);
        }
    }

    /// The members that the newest applied change names.
    fn current(&self) -> BTreeSet<u64> {
        let newest = self.nodes.values().max_by_key(|node| node.applied.len()).expect("some");
        newest.members.0.union(&newest.members.1).copied().collect()
    }

    /// Lets everything run well until all members have applied the same.
    fn settle(&mut self) {
        self.down.clear();
        self.cut.clear();
        for round in 0..3000 {
            let ids: Vec<u64> = self.nodes.keys().copied().collect();
            for id in &ids {
                self.nodes.get_mut(id).expect("there").raft.tick();
                self.work(*id);
            }
            for _ in 0..6 {
                for id in &ids {
                    self.sync(*id, usize::MAX);
                }
                for _ in 0..self.net.len() {
                    self.deliver(0, false);
                }
            }
            if round % 50 == 49 {
                self.propose();
            }
            let all: Vec<usize> = self.current().iter().map(|id| self.nodes[id].applied.len()).collect();
            if round > 60
                && round % 50 > 40
                && self.leader().is_some()
                && all.iter().all(|len| *len == self.history.len())
            {
                return;
            }
        }
        let state: Vec<_> = self
            .nodes
            .iter()
            .map(|(id, node)| {
                (
                    id,
                    node.raft.role(),
                    node.raft.term(),
                    node.raft.leader(),
                    node.applied.len(),
                    node.members.clone(),
                    node.raft.log.committed,
                )
            })
            .collect();
        panic!("the members do not come to an agreement: {state:?}");
    }
}

#[derive(Clone, Debug)]
enum Action {
    Tick(u8),
    Deliver(u8),
    Double,
    Lose(u8),
    Sync(u8),
    Propose,
    Read(u8),
    Crash(u8),
    Start(u8),
    Cut(u8),
    Heal,
    Transfer(u8),
    Compact(u8),
    Members(u8),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        24 => any::<u8>().prop_map(Action::Tick),
        30 => (1u8..12).prop_map(Action::Deliver),
        2 => Just(Action::Double),
        2 => (1u8..6).prop_map(Action::Lose),
        20 => any::<u8>().prop_map(Action::Sync),
        8 => Just(Action::Propose),
        4 => any::<u8>().prop_map(Action::Read),
        1 => any::<u8>().prop_map(Action::Crash),
        3 => any::<u8>().prop_map(Action::Start),
        1 => any::<u8>().prop_map(Action::Cut),
        2 => Just(Action::Heal),
        1 => any::<u8>().prop_map(Action::Transfer),
        2 => any::<u8>().prop_map(Action::Compact),
        1 => any::<u8>().prop_map(Action::Members),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn members_agree_whatever_happens(
        seed in 1u64.., count in prop::sample::select(vec![1u64, 3, 5]),
        actions in prop::collection::vec(action(), 100..1500),
    ) {
        let mut world = World::new(count, seed);
        for action in &actions {
            world.act(action);
        }
        world.settle();
        let before = world.history.len();
        world.propose();
        world.settle();
        prop_assert!(world.history.len() > before);
    }
}

fn nonsense() -> impl Strategy<Value = Message> {
    let number = prop_oneof![16 => 0u64..12, 1 => any::<u64>(), 1 => Just(u64::MAX)];
    let entries = prop::collection::vec((0u64..4, 0u64..12, any::<bool>()), 0..3);
    ((-1i32..16, 0u64..5, any::<bool>()), prop::collection::vec(number, 6), entries).prop_map(
        |((kind, from, reject), numbers, entries)| Message {
            kind,
            from,
            to: 1,
            term: numbers[0],
            log_term: numbers[1],
            index: numbers[2],
            commit: numbers[3],
            reject,
            hint: numbers[4],
            context: numbers[5],
            entries: entries
                .into_iter()
                .map(|(term, index, members)| message::WireEntry {
                    term,
                    index,
                    kind: u32::from(members),
                    data: Bytes::from_static(b"1,2,3;"),
                })
                .collect(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever a member is told, it goes on: wrong messages are dropped or refused.
    #[test]
    fn no_message_stops_a_member(messages in prop::collection::vec((nonsense(), 0u8..30), 1..60)) {
        let disk = Disk { members: ((1..=3).collect(), BTreeSet::new()), ..Disk::default() };
        let mut node = World::node(1, 7, disk);
        for (message, ticks) in messages {
            node.raft.step(message);
            for _ in 0..ticks {
                node.raft.tick();
            }
            let ready = node.raft.ready();
            for after in ready.after.into_iter().filter(|message| message.to == 1) {
                node.raft.step(after);
            }
            if let Some(last) = ready.committed.last() {
                node.raft.applied(last.index, None);
            }
        }
    }
}

fn elected(count: u64) -> (World, u64) {
    let mut world = World::new(count, 42);
    world.settle();
    let leader = world.leader().expect("elected");
    (world, leader)
}

#[test]
fn one_member_leads_at_once() {
    let mut world = World::new(1, 1);
    world.nodes.get_mut(&1).expect("there").raft.campaign(false);
    world.work(1);
    world.sync(1, 10);
    let raft = &mut world.nodes.get_mut(&1).expect("there").raft;
    assert!(raft.role() == Role::Leader && raft.alone());
    assert!(raft.read_index(9));
    assert_eq!(raft.ready().reads, [(9, 1)]);
}

#[test]
fn a_member_that_was_cut_off_does_not_depose_the_leader() {
    let (mut world, leader) = elected(3);
    let term = world.nodes[&leader].raft.term();
    let other = if leader == 1 { 2 } else { 1 };
    world.cut.insert(other);
    for _ in 0..200 {
        world.act(&Action::Tick(u8::try_from(other - 1).expect("small")));
        world.sync(other, 10);
        world.net.clear();
    }
    world.settle();
    assert_eq!((world.leader(), world.nodes[&leader].raft.term()), (Some(leader), term));
}

/// Found by the random schedules: the only voter commits that a learner votes now, and ends before
/// the learner hears of it. Both are needed for the next election.
#[test]
fn a_learner_that_does_not_know_of_its_promotion_votes() {
    for seed in 1..20 {
        let members: Members = ([1].into(), [2].into());
        let mut node = World::node(2, seed, Disk { members, ..Disk::default() });
        let heartbeat = Message { from: 1, term: 3, ..Message::new(MessageKind::Heartbeat, 2) };
        node.raft.step(heartbeat);
        let ask = || Message { from: 1, term: 4, ..Message::new(MessageKind::PreVote, 2) };
        node.raft.step(ask());
        node.raft.ready();
        for _ in 0..45 {
            node.raft.tick();
        }
        node.raft.step(ask());
        let answers = node.raft.ready().messages;
        let granted = |message: &Message| message.kind() == MessageKind::PreVoteResponse && !message.reject;
        assert!(answers.iter().any(granted), "seed {seed}: {answers:?}");
    }
}

#[test]
fn a_leader_without_a_majority_steps_down_and_answers_no_reads() {
    let (mut world, leader) = elected(3);
    world.cut.insert(leader);
    let at = u8::try_from(leader - 1).expect("small");
    world.act(&Action::Read(at));
    for _ in 0..25 {
        world.act(&Action::Tick(at));
        world.act(&Action::Deliver(11));
    }
    assert_ne!(world.nodes[&leader].raft.role(), Role::Leader);
    assert_eq!(world.reads_done, 0);
}

#[test]
fn reads_that_come_together_share_a_round() {
    let (mut world, leader) = elected(3);
    let raft = &mut world.nodes.get_mut(&leader).expect("there").raft;
    raft.ready();
    assert!(raft.read_index(7) && raft.read_index(8));
    let asked = raft.ready().messages;
    assert_eq!(asked.len(), 2, "one heartbeat for each of the others: {asked:?}");
    let answer = Message {
        from: asked[0].to,
        term: raft.term(),
        context: asked[0].context,
        ..Message::new(MessageKind::HeartbeatResponse, leader)
    };
    raft.step(answer);
    let contexts: Vec<u64> = raft.ready().reads.into_iter().map(|(context, _)| context).collect();
    assert_eq!(contexts, [7, 8]);
}

#[test]
fn leadership_is_handed_over_without_waiting_for_a_timeout() {
    let (mut world, leader) = elected(3);
    let to = leader % 3 + 1;
    world.nodes.get_mut(&leader).expect("there").raft.transfer(to);
    world.work(leader);
    for _ in 0..10 {
        for id in 1..=3 {
            world.sync(id, 10);
        }
        for _ in 0..world.net.len() {
            world.deliver(0, false);
        }
    }
    assert_eq!(world.leader(), Some(to));
}

#[test]
fn a_leader_whose_connections_end_is_followed_soon() {
    let (mut world, leader) = elected(3);
    let others: Vec<u64> = (1..=3).filter(|id| *id != leader).collect();
    world.down.insert(leader);
    for id in &others {
        world.nodes.get_mut(id).expect("there").raft.lost(leader);
    }
    let mut ticks = 0;
    while world.leader().is_none() {
        ticks += 1;
        for id in &others {
            world.nodes.get_mut(id).expect("there").raft.tick();
            world.work(*id);
        }
        for _ in 0..6 {
            for id in &others {
                world.sync(*id, 10);
            }
            for _ in 0..world.net.len() {
                world.deliver(0, false);
            }
        }
        // By silence alone it would be known after 10 at the earliest.
        assert!(ticks < 10);
    }
}

#[test]
fn a_leader_that_one_member_loses_goes_on_leading() {
    let (mut world, leader) = elected(3);
    let term = world.nodes[&leader].raft.term();
    let one = leader % 3 + 1;
    for _ in 0..30 {
        world.nodes.get_mut(&one).expect("there").raft.lost(leader);
        for id in 1..=3 {
            world.nodes.get_mut(&id).expect("there").raft.tick();
            world.work(id);
            world.sync(id, 10);
        }
        for _ in 0..world.net.len() {
            world.deliver(0, false);
        }
    }
    assert_eq!((world.leader(), world.nodes[&leader].raft.term()), (Some(leader), term));
}

#[test]
fn a_member_far_behind_gets_a_snapshot() {
    let (mut world, leader) = elected(3);
    let behind = leader % 3 + 1;
    world.down.insert(behind);
    for _ in 0..20 {
        world.propose();
        for _ in 0..4 {
            for id in 1..=3 {
                if id != behind {
                    world.sync(id, 10);
                }
            }
            for _ in 0..world.net.len() {
                world.deliver(0, false);
            }
        }
    }
    world.act(&Action::Compact(u8::try_from(leader - 1).expect("small")));
    assert!(world.nodes[&leader].raft.log.first() > 10);
    world.settle();
    assert!(world.nodes[&behind].disk.base.0 > 10, "it came by a snapshot");
}
