//! The load: clients that fight over a few keys, watchers that resume, and compactions behind them.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use etcdapi::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use etcdapi::etcdserverpb::request_op::Request as Op;
use etcdapi::etcdserverpb::response_op::Response as Done;
use etcdapi::etcdserverpb::watch_request::RequestUnion;
use etcdapi::etcdserverpb::{
    CompactionRequest, Compare, DefragmentRequest, DeleteRangeRequest, PutRequest, RangeRequest,
    RangeResponse, RequestOp, TxnRequest, WatchCreateRequest, WatchProgressRequest, WatchRequest,
};
use etcdapi::mvccpb::{KeyValue, event::EventType};
use etcdapi::{Client, Config};
use tonic::transport::Channel;

use super::history::{Event, Outcome, Record};

/// Keys that all clients fight over.
pub const KEYS: u64 = 5;
/// How long a client waits for an answer.
const LIMIT: Duration = Duration::from_secs(3);

type Kv = etcdapi::etcdserverpb::kv_client::KvClient<Channel>;

/// A generator of the same numbers for the same seed.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 5) % below
    }
}

/// What all of them share.
pub struct Shared {
    pub endpoints: Vec<String>,
    pub stop: AtomicBool,
    pub values: AtomicU64,
    pub history: Mutex<Vec<Record>>,
    /// The revision at which watchers are done, when it is known.
    pub until: Mutex<Option<i64>>,
    /// The revision from which each watcher would resume.
    pub positions: Vec<AtomicI64>,
    pub compactions: AtomicU64,
    pub defragmentations: AtomicU64,
}

impl Shared {
    pub fn acknowledged(&self) -> usize {
        self.history.lock().expect("not poisoned").len()
    }

    pub fn record(&self, began: Instant, outcome: Outcome) {
        self.history.lock().expect("not poisoned").push(Record { began, ended: Instant::now(), outcome });
    }

    async fn connect(&self, at: usize) -> Option<Client> {
        let endpoint = self.endpoints[at % self.endpoints.len()].clone();
        let config = Config { dial_timeout: Duration::from_millis(500), ..Config::new([endpoint]) };
        let client = Client::connect(config).await.ok();
        if client.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        client
    }
}

pub fn key_name(key: u64) -> bytes::Bytes {
    format!("key/{key}").into()
}

fn value_of(kv: &KeyValue) -> u64 {
    std::str::from_utf8(&kv.value).ok().and_then(|text| text.parse().ok()).expect("a number")
}

fn found_in(key: u64, response: RangeResponse) -> Outcome {
    let revision = response.header.expect("a header").revision;
    let found = response.kvs.first().map(|kv| (value_of(kv), kv.mod_revision));
    Outcome::Read { key, found, revision }
}

/// One client: writes, deletions, conditional writes and reads until told to stop.
pub async fn client(shared: Arc<Shared>, number: u64, seed: u64) {
    let mut random = Random(seed.wrapping_mul(2 * number + 3) | 1);
    let mut at = usize::try_from(number).unwrap_or_default();
    while !shared.stop.load(Ordering::Relaxed) {
        // A connection to one member, until it fails.
        let connected = shared.connect(at).await;
        at += 1;
        let Some(client) = connected else { continue };
        let mut kv = client.kv();
        while !shared.stop.load(Ordering::Relaxed) {
            let key = random.next(KEYS);
            let value = shared.values.fetch_add(1, Ordering::Relaxed);
            let what = random.next(20);
            let began = Instant::now();
            let outcome = match what {
                0..7 => put(&mut kv, key, value).await,
                7 => delete(&mut kv, key).await,
                8..12 => {
                    let Some(seen) = read(&mut kv, key).await else { break };
                    swap(&mut kv, key, value, &seen).await
                }
                _ => match read(&mut kv, key).await {
                    Some(read) => read,
                    // A read that failed has done nothing.
                    None => break,
                },
            };
            let failed = outcome.unknown();
            shared.record(began, outcome);
            if failed {
                break;
            }
        }
    }
}

/// Writes a value.
pub async fn put(kv: &mut Kv, key: u64, value: u64) -> Outcome {
    let put = PutRequest { key: key_name(key), value: value.to_string().into(), ..Default::default() };
    match tokio::time::timeout(LIMIT, kv.put(put)).await {
        Ok(Ok(done)) => {
            let revision = done.into_inner().header.expect("a header").revision;
            Outcome::Wrote { key, value, revision }
        }
        _ => Outcome::Unknown { value },
    }
}

async fn delete(kv: &mut Kv, key: u64) -> Outcome {
    let delete = DeleteRangeRequest { key: key_name(key), ..Default::default() };
    match tokio::time::timeout(LIMIT, kv.delete_range(delete)).await {
        Ok(Ok(done)) => {
            let done = done.into_inner();
            let revision = done.header.expect("a header").revision;
            match done.deleted {
                // There was none.
                0 => Outcome::Read { key, found: None, revision },
                _ => Outcome::Deleted { key, revision },
            }
        }
        _ => Outcome::UnknownDelete { key },
    }
}

async fn read(kv: &mut Kv, key: u64) -> Option<Outcome> {
    let range = RangeRequest { key: key_name(key), ..Default::default() };
    match tokio::time::timeout(LIMIT, kv.range(range)).await {
        Ok(Ok(found)) => Some(found_in(key, found.into_inner())),
        _ => None,
    }
}

/// Writes if the key is as it was just read, and reads if not.
async fn swap(kv: &mut Kv, key: u64, value: u64, seen: &Outcome) -> Outcome {
    let Outcome::Read { found, .. } = seen else { unreachable!("only read") };
    let compare = Compare {
        result: CompareResult::Equal as i32,
        target: CompareTarget::Mod as i32,
        key: key_name(key),
        target_union: Some(TargetUnion::ModRevision(found.map_or(0, |(_, revision)| revision))),
        ..Default::default()
    };
    let op = |request| RequestOp { request: Some(request) };
    let put = PutRequest { key: key_name(key), value: value.to_string().into(), ..Default::default() };
    let range = RangeRequest { key: key_name(key), ..Default::default() };
    let txn = TxnRequest {
        compare: vec![compare],
        success: vec![op(Op::RequestPut(put))],
        failure: vec![op(Op::RequestRange(range))],
    };
    let Ok(Ok(done)) = tokio::time::timeout(LIMIT, kv.txn(txn)).await else {
        return Outcome::Unknown { value };
    };
    let done = done.into_inner();
    let revision = done.header.expect("a header").revision;
    if done.succeeded {
        return Outcome::Wrote { key, value, revision };
    }
    match done.responses.into_iter().next().and_then(|op| op.response) {
        // The revision is that of the whole transaction.
        Some(Done::ResponseRange(found)) => {
            match found_in(key, RangeResponse { header: done.header, ..found }) {
                Outcome::Read { found, .. } => Outcome::Read { key, found, revision },
                other => other,
            }
        }
        other => panic!("no range in {other:?}"),
    }
}

/// Reads all events from the first revision on, over whatever connections it takes; of one key, or
/// of all.
pub async fn watcher(shared: Arc<Shared>, number: usize, only: Option<u64>) -> Vec<Event> {
    let mut seen = Vec::new();
    let mut next = 1;
    let mut at = number;
    'connections: loop {
        let connected = shared.connect(at).await;
        at += 1;
        let Some(client) = connected else { continue };
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        let (key, range_end) = match only {
            Some(key) => (key_name(key), bytes::Bytes::new()),
            None => ("key/".into(), "key0".into()),
        };
        let create = WatchCreateRequest { key, range_end, start_revision: next, ..Default::default() };
        let _ = sender.send(WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) }).await;
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let Ok(Ok(responses)) = tokio::time::timeout(LIMIT, client.watch().watch(stream)).await else {
            continue;
        };
        let mut responses = responses.into_inner();
        let (mut count, mut silent) = (0, 0);
        loop {
            if shared.until.lock().expect("not poisoned").is_some_and(|last| next > last) {
                return seen;
            }
            let response = match tokio::time::timeout(LIMIT / 6, responses.message()).await {
                Ok(Ok(Some(response))) => response,
                // How far is it? A key may be left alone for long.
                Err(_) if silent < 6 => {
                    silent += 1;
                    let ask = RequestUnion::ProgressRequest(WatchProgressRequest {});
                    let _ = sender.try_send(WatchRequest { request_union: Some(ask) });
                    continue;
                }
                _ => continue 'connections,
            };
            silent = 0;
            count += 1;
            assert!(!response.canceled, "watch {number} at {next}: {response:?}");
            if response.events.is_empty() && !response.created {
                // Everything up to there has been told: whoever resumes begins behind it.
                next = next.max(response.header.expect("a header").revision + 1);
            }
            for event in response.events {
                let deleted = event.r#type == EventType::Delete as i32;
                let kv = event.kv.expect("a key-value");
                let name = std::str::from_utf8(&kv.key).expect("text");
                let key = name.trim_start_matches("key/").parse().expect("a number");
                let value = (!deleted).then(|| value_of(&kv));
                seen.push(Event { key, value, revision: kv.mod_revision });
                next = next.max(kv.mod_revision + 1);
            }
            shared.positions[number].store(next, Ordering::Relaxed);
            if count % 64 == 0 {
                let ask = RequestUnion::ProgressRequest(WatchProgressRequest {});
                let _ = sender.try_send(WatchRequest { request_union: Some(ask) });
            }
            // Others are elsewhere.
            if rand::random::<u64>().is_multiple_of(5000) {
                continue 'connections;
            }
        }
    }
}

/// Compacts behind the watchers now and then, and has members defragment their files.
pub async fn compactor(shared: Arc<Shared>, seed: u64) {
    let mut random = Random(seed | 1);
    while !shared.stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(500 + random.next(1000))).await;
        let at = usize::try_from(random.next(3)).unwrap_or_default();
        let Some(client) = shared.connect(at).await else { continue };
        let seen = shared.positions.iter().map(|position| position.load(Ordering::Relaxed)).min();
        // What a watcher saw last may be needed once more, and readers are a little behind.
        let revision = seen.unwrap_or_default() - 20;
        if revision > 1 {
            let request = CompactionRequest { revision, physical: random.next(2) == 0 };
            let mut kv = client.kv();
            if let Ok(Ok(_)) = tokio::time::timeout(LIMIT, kv.compact(request)).await {
                shared.compactions.fetch_add(1, Ordering::Relaxed);
            }
        }
        if random.next(2) == 0 {
            let mut maintenance = client.maintenance();
            let asked = maintenance.defragment(DefragmentRequest {});
            if let Ok(Ok(_)) = tokio::time::timeout(LIMIT, asked).await {
                shared.defragmentations.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
