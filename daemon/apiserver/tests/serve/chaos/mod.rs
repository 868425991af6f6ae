//! Clients of two servers on one store create, change, delete, read, list and watch the same few
//! objects, while the store is killed, a server is killed or restarted, and the way between a server
//! and the store is cut or goes silent. What they were told is then held against the store's history.

mod judge;
mod network;

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use serde_json::{Value, json};

use self::judge::{Asked, Event, Op, Session, Told};
pub use self::network::{Network, State};
use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/chaos/configmaps";
const KEYS: usize = 5;
const CLIENTS: u64 = 4;

#[derive(Default)]
struct History {
    ops: Mutex<Vec<Op>>,
    sessions: Mutex<Vec<Session>>,
    clock: AtomicU64,
    values: AtomicU64,
    /// The answers of each server.
    answers: [AtomicU64; 2],
    /// How far each watch has come.
    watched: [AtomicU64; 2],
    over: AtomicBool,
}

impl History {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }

    fn now(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }
}

fn revision(object: &Value) -> i64 {
    object["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok()).expect("a version")
}

fn value(object: &Value) -> u64 {
    object["data"]["n"].as_str().and_then(|text| text.parse().ok()).expect("a value")
}

fn key(name: &str) -> usize {
    name.strip_prefix('k').and_then(|text| text.parse().ok()).expect("a key")
}

fn map(key: usize, value: u64, base: Option<i64>) -> Value {
    let mut map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("k{key}")},
        "data": {"n": value.to_string()},
    });
    if let Some(base) = base {
        map["metadata"]["resourceVersion"] = json!(base.to_string());
    }
    map
}

/// All objects; page by page, with a limit.
async fn list(api: &Api, limit: Option<u32>) -> Option<(u16, Value)> {
    let mut path = MAPS.to_string();
    if let Some(limit) = limit {
        path += &format!("?limit={limit}");
    }
    let (code, mut all) = api.try_send(Method::GET, &path, None).await?;
    while let Some(next) = all["metadata"]["continue"].as_str().filter(|next| code == 200 && !next.is_empty())
    {
        let path = format!("{MAPS}?limit={}&continue={next}", limit.unwrap_or_default());
        let (200, mut more) = api.try_send(Method::GET, &path, None).await? else { return None };
        assert_eq!(revision(&all), revision(&more), "pages are of one revision");
        all["metadata"] = more["metadata"].take();
        let more = more["items"].as_array_mut().expect("items");
        all["items"].as_array_mut().expect("items").append(more);
    }
    Some((code, all))
}

/// Asks, and gives what the answer says.
async fn ask(api: &Api, key: usize, asked: &Asked, pages: bool) -> Told {
    let one = format!("{MAPS}/k{key}");
    let answer = match asked {
        Asked::Create(value) => api.try_send(Method::POST, MAPS, Some(&map(key, *value, None))).await,
        Asked::Update(value, base) => {
            api.try_send(Method::PUT, &one, Some(&map(key, *value, Some(*base)))).await
        }
        Asked::Delete(base) => {
            let options = json!({
                "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"resourceVersion": base.to_string()},
            });
            api.try_send(Method::DELETE, &one, Some(&options)).await
        }
        Asked::Get => api.try_send(Method::GET, &one, None).await,
        Asked::List => list(api, pages.then_some(2)).await,
    };
    let Some((code, body)) = answer else { return Told::Nothing };
    match (code, asked) {
        (429 | 500.., _) => Told::Nothing,
        (201, Asked::Create(_)) | (200, Asked::Update(..)) => Told::Wrote(revision(&body)),
        (200, Asked::Delete(_)) => Told::Deleted,
        (200, Asked::Get) => Told::Object(revision(&body), value(&body)),
        (200, Asked::List) => {
            let items = body["items"].as_array().expect("items").iter();
            let item = |item: &Value| (key_of(item), (revision(item), value(item)));
            Told::Items(revision(&body), items.map(item).collect::<BTreeMap<_, _>>())
        }
        (409, Asked::Create(_)) if body["reason"] == "AlreadyExists" => Told::Exists,
        (409, Asked::Update(..) | Asked::Delete(_)) if body["reason"] == "Conflict" => Told::Conflict,
        (404, Asked::Update(..) | Asked::Delete(_) | Asked::Get) => Told::Absent,
        // A page whose revision is no more.
        (410, Asked::List) => Told::Nothing,
        _ => panic!("{asked:?} gives {code}: {body}"),
    }
}

fn key_of(object: &Value) -> usize {
    key(object["metadata"]["name"].as_str().expect("a name"))
}

async fn client(servers: Vec<Api>, history: Arc<History>, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    // The last revision that this client knows of each object.
    let mut known: [Option<i64>; KEYS] = [None; KEYS];
    while history.goes_on() {
        let (which, key) = (rng.random_range(0..servers.len()), rng.random_range(0..KEYS));
        let fresh = || history.values.fetch_add(1, Ordering::SeqCst);
        let asked = match (rng.random_range(0..100), known[key]) {
            (0..15, _) => Asked::Create(fresh()),
            (15..45, Some(base)) => Asked::Update(fresh(), base),
            (45..58, Some(base)) => Asked::Delete(base),
            (58..70, _) => Asked::List,
            _ => Asked::Get,
        };
        let began = history.now();
        let told = ask(&servers[which], key, &asked, rng.random_bool(0.5)).await;
        let ended = history.now();
        match &told {
            Told::Wrote(revision) | Told::Object(revision, _) => known[key] = Some(*revision),
            Told::Nothing => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => {}
        }
        if told != Told::Nothing {
            history.answers[which].fetch_add(1, Ordering::SeqCst);
        }
        let op = Op { key, asked, told, began, ended };
        history.ops.lock().unwrap_or_else(PoisonError::into_inner).push(op);
    }
}

/// Follows everything through every break.
async fn watcher(api: Api, history: Arc<History>, which: usize, mut from: i64) {
    while history.goes_on() {
        let path = format!("{MAPS}?watch=1&resourceVersion={from}&timeoutSeconds=5");
        let mut session = Session { from, events: Vec::new() };
        let stream = api.request(Method::GET, &path).send().await;
        let Some(mut stream) = stream.ok().filter(|stream| stream.status() == 200) else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let mut text = Vec::new();
        let mut gone = false;
        while let Ok(Some(chunk)) = stream.chunk().await {
            text.extend(chunk);
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let event: Value = serde_json::from_slice(&line).expect("an event");
                let object = &event["object"];
                if event["type"] == "ERROR" {
                    // A server that starts anew has no log of what was before.
                    gone = object["code"] == 410;
                    continue;
                }
                from = revision(object);
                let value = (event["type"] != "DELETED").then(|| value(object));
                session.events.push(Event { key: key_of(object), revision: from, value });
                history.watched[which].fetch_max(from.unsigned_abs(), Ordering::SeqCst);
            }
        }
        history.sessions.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        if gone && let Some((200, list)) = list(&api, None).await {
            from = revision(&list);
        }
    }
}

/// What the store kept, from a revision on up to another one.
async fn kept(etcd: &str, from: i64, until: i64) -> Vec<Event> {
    let prefix = "/registry/configmaps/chaos/";
    let end = prefix.replace("chaos/", "chaos0");
    let request = json!({"create_request": {
        "key": STANDARD.encode(prefix), "range_end": STANDARD.encode(end), "start_revision": from.to_string(),
    }});
    let client = reqwest::Client::new();
    let answer = client.post(format!("{etcd}/v3/watch")).body(request.to_string()).send().await;
    let mut stream = answer.expect("the store answers");
    let mut text = Vec::new();
    let mut events = Vec::new();
    loop {
        let chunk = stream.chunk().await.expect("the stream goes on").expect("until it is told to end");
        text.extend(chunk);
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let line: Value = serde_json::from_slice(&line).expect("JSON");
            for event in line["result"]["events"].as_array().into_iter().flatten() {
                let decode = |field: &str| {
                    STANDARD.decode(event["kv"][field].as_str().unwrap_or_default()).expect("base64")
                };
                let name = String::from_utf8(decode("key")).expect("a name");
                let revision =
                    event["kv"]["mod_revision"].as_str().and_then(|text| text.parse().ok()).expect("one");
                let stored = || serde_json::from_slice::<Value>(&decode("value")).expect("an object");
                let value = (event["type"] != "DELETE").then(|| value(&stored()));
                events.push(Event { key: key(name.trim_start_matches(prefix)), revision, value });
                if revision >= until {
                    return events;
                }
            }
        }
    }
}

/// A server in a process of its own, which can be killed.
struct Server {
    args: Vec<String>,
    child: Child,
}

impl Server {
    fn start(args: Vec<String>) -> Self {
        let child = Self::run(&args);
        Self { args, child }
    }

    fn run(args: &[String]) -> Child {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args(["--ignored", "--exact", "chaos::as_a_process"]);
        command.env("CHAOS_SERVER", json!(args).to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("it starts")
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn again(&mut self) {
        self.kill();
        self.child = Self::run(&self.args);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

#[test]
#[ignore = "is the second server of the other tests here"]
fn as_a_process() {
    let Ok(args) = std::env::var("CHAOS_SERVER") else { return };
    let args: Vec<String> = serde_json::from_str(&args).expect("arguments");
    apiserver::run(args.into_iter().map(Into::into).collect());
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    StoreKilled,
    ServerKilled,
    ServerRestarted,
    FirstCut,
    SecondSilent,
    BothCut,
}

const FAULTS: [Fault; 6] = [
    Fault::StoreKilled,
    Fault::FirstCut,
    Fault::ServerKilled,
    Fault::SecondSilent,
    Fault::ServerRestarted,
    Fault::BothCut,
];

struct Run {
    cluster: Cluster,
    second: Server,
    networks: [Network; 2],
    history: Arc<History>,
}

impl Run {
    async fn suffers(&mut self, fault: Fault, pause: Duration) {
        let [first, second] = &self.networks;
        match fault {
            Fault::StoreKilled => self.cluster.crash_store(),
            Fault::ServerKilled => self.second.again(),
            Fault::ServerRestarted => self.cluster.restart_server().await,
            Fault::FirstCut => {
                first.set(State::Cut);
                tokio::time::sleep(pause).await;
                first.set(State::Open);
            }
            Fault::SecondSilent => {
                second.set(State::Silent);
                tokio::time::sleep(pause).await;
                second.set(State::Open);
            }
            Fault::BothCut => {
                first.set(State::Cut);
                second.set(State::Cut);
                tokio::time::sleep(pause).await;
                first.set(State::Open);
                second.set(State::Open);
            }
        }
    }

    /// Waits until both servers answer again.
    async fn recovers(&self, what: &str) {
        let now = || [0, 1].map(|which| self.history.answers[which].load(Ordering::SeqCst));
        let before = now();
        let until = Instant::now() + Duration::from_secs(120);
        while Instant::now() < until {
            if now().iter().zip(before).all(|(now, before)| *now >= before + 30) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the servers do not answer after {what}: {before:?}, now {:?}", now());
    }
}

/// Works until `goes_on` says no after a fault, and judges.
async fn run(seed: u64, mut goes_on: impl FnMut(usize) -> bool) {
    let started = Cluster::start_through(|_| vec!["--etcd-compaction-interval=0".into()]).await;
    let Some(cluster) = started else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "chaos"}});
    assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
    let start = revision(&list(&admin, None).await.expect("a list").1);

    let ways = [cluster.network.clone().expect("it has one"), Network::to(&cluster.etcd).await];
    let port = crate::cluster::free_port();
    let mut args = cluster.args.clone();
    args.retain(|arg| !arg.starts_with("--etcd-servers="));
    args.extend([
        format!("--etcd-servers={}", ways[1].url),
        "--bind-address=127.0.0.1".into(),
        format!("--secure-port={port}"),
    ]);
    let second = Server::start(args);
    let url = format!("https://127.0.0.1:{port}");
    let history = Arc::new(History::default());
    let user = |name: String| {
        // Longer than a server waits for the store.
        let first = cluster.user_by(
            cluster.builder().timeout(Duration::from_secs(30)),
            &name,
            Some("system:masters"),
        );
        let second = Api { url: url.clone(), ..first.clone() };
        [first, second]
    };
    let mut work = tokio::task::JoinSet::new();
    for index in 0..CLIENTS {
        let servers = user(format!("client{index}")).to_vec();
        work.spawn(client(servers, history.clone(), seed.wrapping_add(index)));
    }
    let mut watches = tokio::task::JoinSet::new();
    for (which, api) in user("watcher".into()).into_iter().enumerate() {
        watches.spawn(watcher(api, history.clone(), which, start));
    }
    let mut rng = StdRng::seed_from_u64(seed);
    let mut run = Run { cluster, second, networks: ways, history: history.clone() };
    run.recovers("the start").await;
    let mut count = 0;
    while goes_on(count) {
        let fault = FAULTS[(count + usize::try_from(seed % 6).unwrap_or(0)) % FAULTS.len()];
        run.suffers(fault, Duration::from_millis(rng.random_range(100..2500))).await;
        run.recovers(&format!("{fault:?}")).await;
        count += 1;
    }
    // One last write, by which the ends are known.
    let last = loop {
        let (began, asked) = (history.now(), Asked::Create(history.values.fetch_add(1, Ordering::SeqCst)));
        let told = ask(&admin, KEYS, &asked, false).await;
        let ended = history.now();
        let op = Op { key: KEYS, asked, told: told.clone(), began, ended };
        history.ops.lock().unwrap_or_else(PoisonError::into_inner).push(op);
        match told {
            Told::Wrote(revision) => break revision,
            Told::Nothing => tokio::time::sleep(Duration::from_millis(50)).await,
            // It had happened, unnoticed.
            _ => break revision(&admin.get(&format!("{MAPS}/k{KEYS}")).await.1),
        }
    };
    let until = Instant::now() + Duration::from_secs(120);
    while !history.watched.iter().all(|seen| seen.load(Ordering::SeqCst) >= last.unsigned_abs()) {
        assert!(Instant::now() < until, "a watch never shows the last write: {:?}", history.watched);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    history.over.store(true, Ordering::SeqCst);
    while let Some(ended) = work.join_next().await {
        ended.expect("no client is told nonsense");
    }
    while let Some(ended) = watches.join_next().await {
        ended.expect("no watch shows nonsense");
    }
    // Clients may have written after it.
    let until = revision(&list(&admin, None).await.expect("a list").1).max(last);
    let closing = map(KEYS + 1, history.values.fetch_add(1, Ordering::SeqCst), None);
    let (code, closing) = admin.post(MAPS, closing).await;
    assert_eq!(code, 201, "{closing}");
    let mut events = kept(&run.cluster.etcd, start + 1, revision(&closing)).await;
    events.retain(|event| event.key <= KEYS);
    assert!(events.last().is_some_and(|event| event.revision <= until.max(revision(&closing))));
    let ops = std::mem::take(&mut *history.ops.lock().unwrap_or_else(PoisonError::into_inner));
    let sessions = std::mem::take(&mut *history.sessions.lock().unwrap_or_else(PoisonError::into_inner));
    let of = |wanted: fn(&Told) -> bool| ops.iter().filter(|op| wanted(&op.told)).count();
    println!(
        "seed {seed}: {count} faults, {} questions ({} writes, {} deletions, {} objects, {} absent, {} conflicts, {} lists, {} without an answer), {} events in the store, {} in {} watches",
        ops.len(),
        of(|told| matches!(told, Told::Wrote(_))),
        of(|told| *told == Told::Deleted),
        of(|told| matches!(told, Told::Object(..))),
        of(|told| *told == Told::Absent),
        of(|told| matches!(told, Told::Exists | Told::Conflict)),
        of(|told| matches!(told, Told::Items(..))),
        of(|told| *told == Told::Nothing),
        events.len(),
        sessions.iter().map(|session| session.events.len()).sum::<usize>(),
        sessions.len(),
    );
    if let Err(why) = judge::judge(&ops, &events, &sessions) {
        panic!("seed {seed}: {why}");
    }
    run.cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_linearizable_through_every_fault() {
    run(rand::rng().random(), |done| done < FAULTS.len()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes as long as it is told to: cargo xtask chaos api"]
async fn a_long_run() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let until = Instant::now() + Duration::from_secs(60 * number("CHAOS_MINUTES").unwrap_or(1));
    let mut seed = number("CHAOS_SEED").unwrap_or_else(|| rand::rng().random());
    // One history after the other: each is judged as a whole.
    while Instant::now() < until {
        let end = Instant::now() + Duration::from_secs(60);
        run(seed, |_| Instant::now() < end.min(until)).await;
        seed = seed.wrapping_add(1);
    }
}
