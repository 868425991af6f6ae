//! Three members under load while they are killed, paused and restarted; then the recorded history
//! is checked: every operation is linearizable, and a watch tells everything once and in order.
//!
//! etcd gives each write a revision, which orders all of them. So nothing has to be searched for:
//! the history is linearizable if the order of revisions agrees with real time and every read
//! returns the last write before its own revision. That is checked for every operation.
//!
//! `cargo xtask chaos etcd --minutes N` runs the long form; the seed that it prints repeats the
//! same faults.

mod common;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{Member, free_port};
use etcdapi::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use etcdapi::etcdserverpb::request_op::Request as Op;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{
    Compare, PutRequest, RangeRequest, RequestOp, StatusRequest, TxnRequest, WatchCreateRequest, WatchRequest,
};
use etcdapi::mvccpb::KeyValue;
use etcdapi::{Client, Config};

/// Keys that all clients fight over.
const KEYS: u64 = 5;
const CLIENTS: u64 = 6;
const NAMES: [&str; 3] = ["a", "b", "c"];

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// What an operation did, as far as its client knows.
#[derive(Clone, Debug)]
enum Outcome {
    /// A write happened at this revision.
    Wrote { key: u64, value: u64, revision: i64 },
    /// A write may have happened, or may still.
    Unknown { value: u64 },
    /// A conditional write did not happen, or a read: what the key held, and the store's revision.
    Read { key: u64, found: Option<(u64, i64)>, revision: i64 },
}

#[derive(Clone, Debug)]
struct Record {
    began: Instant,
    ended: Instant,
    outcome: Outcome,
}

/// A generator of the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

struct World {
    dir: tempfile::TempDir,
    ports: Vec<(u16, u16)>,
    members: Vec<Option<Member>>,
}

impl World {
    fn start() -> Self {
        let ports: Vec<_> = NAMES.iter().map(|_| (free_port(), free_port())).collect();
        let dir = tempfile::tempdir().expect("a directory");
        let mut world = Self { dir, ports, members: Vec::new() };
        for at in 0..NAMES.len() {
            world.members.push(None);
            world.run(at);
        }
        world
    }

    fn run(&mut self, at: usize) {
        let peer = |at: usize| format!("http://127.0.0.1:{}", self.ports[at].1);
        let cluster: Vec<String> = (0..NAMES.len()).map(|at| format!("{}={}", NAMES[at], peer(at))).collect();
        let flags = [
            format!("--name={}", NAMES[at]),
            format!("--listen-peer-urls={}", peer(at)),
            format!("--initial-advertise-peer-urls={}", peer(at)),
            format!("--initial-cluster={}", cluster.join(",")),
            "--log-level=error".into(),
            // Flushes often, so that crashes fall into them too, and snapshots are needed.
            "--snapshot-count=500".into(),
        ];
        self.members[at] = Some(Member::with(&self.dir.path().join(NAMES[at]), self.ports[at].0, &flags));
    }

    fn kill(&mut self, at: usize) {
        if let Some(mut member) = self.members[at].take() {
            member.kill();
        }
    }

    fn signal(&self, at: usize, signal: nix::sys::signal::Signal) {
        if let Some(member) = &self.members[at] {
            let pid = nix::unistd::Pid::from_raw(i32::try_from(member.process.id()).expect("a pid"));
            let _ = nix::sys::signal::kill(pid, signal);
        }
    }

    fn endpoints(&self) -> Vec<String> {
        self.ports.iter().map(|(port, _)| format!("http://127.0.0.1:{port}")).collect()
    }
}

fn key_name(key: u64) -> bytes::Bytes {
    format!("key/{key}").into()
}

fn value_of(kv: &KeyValue) -> u64 {
    std::str::from_utf8(&kv.value).ok().and_then(|text| text.parse().ok()).expect("a number")
}

/// One client: writes, conditional writes and reads until told to stop.
async fn client(
    endpoints: Vec<String>,
    number: u64,
    seed: u64,
    stop: Arc<AtomicBool>,
    values: Arc<AtomicU64>,
    history: Arc<Mutex<Vec<Record>>>,
) {
    let mut random = Random(seed.wrapping_mul(2 * number + 3) | 1);
    let first = usize::try_from(number).unwrap_or_default() % endpoints.len();
    let mut at = first;
    while !stop.load(Ordering::Relaxed) {
        // A connection to one member, until it fails.
        let config =
            Config { dial_timeout: Duration::from_millis(500), ..Config::new([endpoints[at].clone()]) };
        at = (at + 1) % endpoints.len();
        let Ok(client) = Client::connect(config).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let mut kv = client.kv();
        loop {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let key = random.next(KEYS);
            let value = values.fetch_add(1, Ordering::Relaxed);
            let put =
                PutRequest { key: key_name(key), value: value.to_string().into(), ..Default::default() };
            let range = RangeRequest { key: key_name(key), ..Default::default() };
            let began = Instant::now();
            let limit = Duration::from_secs(3);
            let outcome = match random.next(10) {
                0..4 => match tokio::time::timeout(limit, kv.put(put)).await {
                    Ok(Ok(done)) => {
                        let revision = done.into_inner().header.expect("a header").revision;
                        Outcome::Wrote { key, value, revision }
                    }
                    _ => Outcome::Unknown { value },
                },
                4..6 => {
                    // Only if the key is as it was just read.
                    let Ok(Ok(found)) = tokio::time::timeout(limit, kv.range(range.clone())).await else {
                        break;
                    };
                    let seen = found.into_inner().kvs.first().map_or(0, |kv| kv.mod_revision);
                    let compare = Compare {
                        result: CompareResult::Equal as i32,
                        target: CompareTarget::Mod as i32,
                        key: key_name(key),
                        target_union: Some(TargetUnion::ModRevision(seen)),
                        ..Default::default()
                    };
                    let op = |request| RequestOp { request: Some(request) };
                    let txn = TxnRequest {
                        compare: vec![compare],
                        success: vec![op(Op::RequestPut(put))],
                        failure: vec![op(Op::RequestRange(range))],
                    };
                    match tokio::time::timeout(limit, kv.txn(txn)).await {
                        Ok(Ok(done)) => {
                            let done = done.into_inner();
                            let revision = done.header.expect("a header").revision;
                            if done.succeeded {
                                Outcome::Wrote { key, value, revision }
                            } else {
                                let found = done.responses.into_iter().next().and_then(|op| op.response);
                                let Some(etcdapi::etcdserverpb::response_op::Response::ResponseRange(found)) =
                                    found
                                else {
                                    panic!("no range in {found:?}");
                                };
                                let found = found.kvs.first().map(|kv| (value_of(kv), kv.mod_revision));
                                Outcome::Read { key, found, revision }
                            }
                        }
                        _ => Outcome::Unknown { value },
                    }
                }
                _ => match tokio::time::timeout(limit, kv.range(range)).await {
                    Ok(Ok(found)) => {
                        let found = found.into_inner();
                        let revision = found.header.expect("a header").revision;
                        let found = found.kvs.first().map(|kv| (value_of(kv), kv.mod_revision));
                        Outcome::Read { key, found, revision }
                    }
                    // A read that failed has done nothing.
                    _ => break,
                },
            };
            let failed = matches!(outcome, Outcome::Unknown { .. });
            history.lock().expect("not poisoned").push(Record { began, ended: Instant::now(), outcome });
            if failed {
                break;
            }
        }
    }
}

/// Reads all events from the first revision on, over whatever connections it takes.
async fn watcher(endpoints: Vec<String>, until: Arc<Mutex<Option<i64>>>) -> Vec<(u64, u64, i64)> {
    let mut seen: Vec<(u64, u64, i64)> = Vec::new();
    let mut next = 1;
    let mut at = 0;
    loop {
        let config =
            Config { dial_timeout: Duration::from_millis(500), ..Config::new([endpoints[at].clone()]) };
        at = (at + 1) % endpoints.len();
        let Ok(client) = Client::connect(config).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let create = WatchCreateRequest {
            key: "key/".into(),
            range_end: "key0".into(),
            start_revision: next,
            ..Default::default()
        };
        let _ = sender.send(WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) }).await;
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let Ok(Ok(responses)) =
            tokio::time::timeout(Duration::from_secs(3), client.watch().watch(stream)).await
        else {
            continue;
        };
        let mut responses = responses.into_inner();
        loop {
            if until.lock().expect("not poisoned").is_some_and(|last| next > last) {
                return seen;
            }
            match tokio::time::timeout(Duration::from_secs(3), responses.message()).await {
                Ok(Ok(Some(response))) => {
                    assert!(!response.canceled, "{response:?}");
                    for event in response.events {
                        let kv = event.kv.expect("a key-value");
                        let name = std::str::from_utf8(&kv.key).expect("text");
                        let key = name.trim_start_matches("key/").parse().expect("a number");
                        seen.push((key, value_of(&kv), kv.mod_revision));
                        next = next.max(kv.mod_revision + 1);
                    }
                }
                _ => break,
            }
        }
    }
}

/// What is wrong with the history; nothing, if it is linearizable and the watch told the truth.
fn judge(history: &[Record], watched: &[(u64, u64, i64)]) -> Vec<String> {
    let mut wrong = Vec::new();
    // The watch: in order, each revision once. It is the list of all writes that happened.
    for pair in watched.windows(2) {
        if pair[1].2 <= pair[0].2 {
            wrong.push(format!("the watch went from revision {} to {}", pair[0].2, pair[1].2));
        }
    }
    let by_value: HashMap<u64, (u64, i64)> =
        watched.iter().map(|(key, value, revision)| (*value, (*key, *revision))).collect();
    if by_value.len() != watched.len() {
        wrong.push("a write happened twice".into());
    }
    let mut writes: BTreeMap<u64, BTreeMap<i64, u64>> = BTreeMap::new();
    for (key, value, revision) in watched {
        writes.entry(*key).or_default().insert(*revision, *value);
    }
    for record in history {
        match record.outcome {
            Outcome::Wrote { key, value, revision } => {
                if by_value.get(&value) != Some(&(key, revision)) {
                    wrong.push(format!(
                        "{value} was acknowledged at {revision}, but {:?}",
                        by_value.get(&value)
                    ));
                }
            }
            Outcome::Read { key, found, revision } => {
                let last = writes
                    .get(&key)
                    .and_then(|writes| writes.range(..=revision).next_back())
                    .map(|(revision, value)| (*value, *revision));
                if found != last {
                    wrong.push(format!("key {key} read at {revision}: {found:?}, but {last:?} was written"));
                }
            }
            Outcome::Unknown { .. } => {}
        }
    }
    // Real time: whatever ends before another begins has no later revision, and a write an earlier
    // one than what follows it.
    let revision_of = |record: &Record| match record.outcome {
        Outcome::Wrote { revision, .. } => Some((revision, true)),
        Outcome::Read { revision, .. } => Some((revision, false)),
        // Where it happened, if it did.
        Outcome::Unknown { value, .. } => by_value.get(&value).map(|(_, revision)| (*revision, true)),
    };
    let mut by_start: Vec<&Record> = history.iter().collect();
    by_start.sort_by_key(|record| record.began);
    // What nobody knows the end of has not ended before anything.
    let mut by_end: Vec<&Record> =
        history.iter().filter(|record| !matches!(record.outcome, Outcome::Unknown { .. })).collect();
    by_end.sort_by_key(|record| record.ended);
    let (mut ended, mut newest) = (0, 0);
    for record in by_start {
        while ended < by_end.len() && by_end[ended].ended < record.began {
            newest = newest.max(revision_of(by_end[ended]).map_or(0, |(revision, _)| revision));
            ended += 1;
        }
        if let Some((revision, write)) = revision_of(record)
            && (revision < newest || (write && revision == newest))
        {
            wrong.push(format!("{:?} began after revision {newest} was known", record.outcome));
        }
    }
    wrong
}

/// Runs the whole thing.
async fn chaos(span: Duration, seed: u64) {
    println!("chaos: seed {seed}, {span:?}");
    let mut world = World::start();
    let endpoints = world.endpoints();
    let (stop, values) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(1)));
    let history = Arc::new(Mutex::new(Vec::new()));
    let until = Arc::new(Mutex::new(None));
    let watching = tokio::spawn(watcher(endpoints.clone(), until.clone()));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            tokio::spawn(client(
                endpoints.clone(),
                number,
                seed,
                stop.clone(),
                values.clone(),
                history.clone(),
            ))
        })
        .collect();
    let acknowledged = || history.lock().expect("not poisoned").len();
    // Faults hit a cluster that works.
    while acknowledged() < 100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut random = Random(seed | 1);
    let mut faults: BTreeMap<&str, u64> = BTreeMap::new();
    let started = Instant::now();
    while started.elapsed() < span {
        let at = usize::try_from(random.next(3)).unwrap_or_default();
        let pause = Duration::from_millis(300 + random.next(1500));
        let fault = match random.next(4) {
            0 => {
                world.kill(at);
                tokio::time::sleep(pause).await;
                world.run(at);
                "kill"
            }
            1 => {
                // Whoever leads.
                let mut leader = at;
                for other in 0..3 {
                    let Some(member) = &world.members[other] else { continue };
                    let client = Client::lazy(Config::new([member.endpoint.clone()])).expect("an address");
                    let status = client.maintenance();
                    let asked = async move { { status }.status(StatusRequest {}).await };
                    if let Ok(Ok(status)) = tokio::time::timeout(Duration::from_secs(1), asked).await {
                        let status = status.into_inner();
                        if status.header.is_some_and(|header| header.member_id == status.leader) {
                            leader = other;
                        }
                    }
                }
                world.kill(leader);
                tokio::time::sleep(pause).await;
                world.run(leader);
                "kill the leader"
            }
            2 => {
                world.signal(at, nix::sys::signal::Signal::SIGSTOP);
                tokio::time::sleep(pause + Duration::from_secs(1)).await;
                world.signal(at, nix::sys::signal::Signal::SIGCONT);
                "pause"
            }
            _ => {
                let other = (at + 1) % 3;
                world.kill(at);
                world.kill(other);
                tokio::time::sleep(pause).await;
                world.run(at);
                world.run(other);
                "kill a majority"
            }
        };
        *faults.entry(fault).or_default() += 1;
        // It has to work again before the next.
        let before = acknowledged();
        let waiting = Instant::now();
        while acknowledged() < before + 50 {
            assert!(waiting.elapsed() < Duration::from_secs(90), "no progress after: {fault} (seed {seed})");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("joins");
    }
    // The end of the history, for the watcher: one more write.
    let last = loop {
        let client = Client::lazy(Config::new(endpoints.clone())).expect("addresses");
        let value = values.fetch_add(1, Ordering::Relaxed);
        let put = PutRequest { key: key_name(0), value: value.to_string().into(), ..Default::default() };
        let began = Instant::now();
        let done = client.kv().put(put).await;
        let outcome = match &done {
            Ok(done) => {
                let revision = done.get_ref().header.expect("a header").revision;
                Outcome::Wrote { key: 0, value, revision }
            }
            Err(_) => Outcome::Unknown { value },
        };
        history.lock().expect("not poisoned").push(Record { began, ended: Instant::now(), outcome });
        match done {
            Ok(done) => break done.into_inner().header.expect("a header").revision,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    *until.lock().expect("not poisoned") = Some(last);
    let watched =
        tokio::time::timeout(Duration::from_secs(60), watching).await.expect("in time").expect("joins");
    let history = history.lock().expect("not poisoned");
    let unknown = history.iter().filter(|record| matches!(record.outcome, Outcome::Unknown { .. })).count();
    let wrong = judge(&history, &watched);
    println!(
        "chaos: {} operations ({unknown} of unknown outcome), {} writes seen by the watch, faults: {faults:?}, violations: {}",
        history.len(),
        watched.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "seed {seed}: {:#?}", &wrong[..wrong.len().min(20)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_run() {
    chaos(Duration::from_secs(12), rand::random()).await;
}

/// See `cargo xtask chaos`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs for as long as CHAOS_MINUTES says"]
async fn a_long_run() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let span = Duration::from_secs(60 * number("CHAOS_MINUTES").unwrap_or(30));
    chaos(span, number("CHAOS_SEED").unwrap_or_else(rand::random)).await;
}

#[test]
fn the_judge_can_say_no() {
    let start = Instant::now();
    let at = |ms: u64| start + Duration::from_millis(ms);
    let record = |began, ended, outcome| Record { began: at(began), ended: at(ended), outcome };
    let wrote = |value, revision| Outcome::Wrote { key: 0, value, revision };
    let read = |found, revision| Outcome::Read { key: 0, found, revision };
    let watched = [(0, 1, 2), (0, 2, 3)];
    let good = [
        record(0, 1, wrote(1, 2)),
        record(2, 9, wrote(2, 3)),
        record(3, 4, read(Some((1, 2)), 2)),
        record(5, 6, read(Some((2, 3)), 3)),
    ];
    assert!(judge(&good, &watched).is_empty());
    let stale = [good[0].clone(), record(2, 3, wrote(2, 3)), record(4, 5, read(Some((1, 2)), 2))];
    assert!(!judge(&stale, &watched).is_empty(), "a read that misses an acknowledged write");
    let lost = [good[0].clone(), record(2, 3, wrote(7, 4))];
    assert!(!judge(&lost, &watched).is_empty(), "an acknowledged write that never happened");
    let phantom = [good[0].clone(), record(2, 3, read(Some((9, 2)), 2))];
    assert!(!judge(&phantom, &watched).is_empty(), "a value that nobody wrote");
    assert!(!judge(&good, &[watched[1], watched[0]]).is_empty(), "a watch that goes back");
    let back = [good[0].clone(), record(2, 3, wrote(2, 3)), record(4, 5, wrote(1, 2))];
    assert!(!judge(&back, &watched).is_empty(), "a write before one that was acknowledged");
}
