//! Many objects, many watches and no rest: every watch must show every change, and the memory must
//! not grow. A short run is among the tests; `cargo xtask soak api` runs a long one.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
/// Objects and watches are divided into so many parts.
const PARTS: usize = 10;
const WRITERS: usize = 4;

/// How much, and for how long.
struct Load {
    objects: usize,
    watches: usize,
    writes: u64,
    time: Duration,
    /// How long a writer rests between two writes.
    rest: Duration,
}

#[derive(Default)]
struct Counts {
    writes: AtomicU64,
    events: AtomicU64,
    over: AtomicBool,
}

fn map(index: usize, n: u64) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": format!("m{index}"), "labels": {"part": format!("p{}", index % PARTS)}},
        "data": {"n": n.to_string(), "filler": "x".repeat(200)},
    })
}

fn value(object: &Value) -> u64 {
    object["data"]["n"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The process' memory in kilobytes: server, clients and all.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Adds one to each of its objects in turn; every tenth time it deletes one and makes it anew.
async fn churn(api: Api, writer: usize, load: Arc<Load>, counts: Arc<Counts>) -> HashMap<usize, u64> {
    let own: Vec<usize> = (0..load.objects).filter(|index| index % WRITERS == writer).collect();
    let mut values: HashMap<usize, u64> = own.iter().map(|index| (*index, 0)).collect();
    for (turn, index) in own.iter().cycle().enumerate() {
        if counts.over.load(Ordering::SeqCst) {
            break;
        }
        if !load.rest.is_zero() {
            tokio::time::sleep(load.rest).await;
        }
        let n = values.get_mut(index).expect("its own");
        *n += 1;
        let path = format!("{MAPS}/m{index}");
        let (code, answer) = if turn % 10 == 9 {
            assert_eq!(api.send(Method::DELETE, &path, None).await.0, 200);
            counts.writes.fetch_add(1, Ordering::SeqCst);
            api.post(MAPS, map(*index, *n)).await
        } else {
            api.send(Method::PUT, &path, Some(map(*index, *n))).await
        };
        assert!(matches!(code, 200 | 201), "{code}: {answer}");
        counts.writes.fetch_add(1, Ordering::SeqCst);
    }
    values
}

/// Follows a part until each of its objects has the value that it has in the end.
async fn watch(
    api: Api,
    part: usize,
    from: String,
    counts: Arc<Counts>,
    mut end: tokio::sync::watch::Receiver<Option<Arc<HashMap<usize, u64>>>>,
) {
    let mut seen: HashMap<usize, u64> = HashMap::new();
    let mut gone: HashMap<usize, bool> = HashMap::new();
    let mut from = from;
    loop {
        let path =
            format!("{MAPS}?watch=1&resourceVersion={from}&labelSelector=part%3Dp{part}&timeoutSeconds=3600");
        let request = api.request(Method::GET, &path).timeout(Duration::from_secs(7200));
        let mut stream = request.send().await.expect("a stream");
        let mut text = Vec::new();
        loop {
            let last = end.borrow().clone();
            if let Some(last) = &last
                && last
                    .iter()
                    .all(|(index, n)| index % PARTS != part || seen.get(index).copied().unwrap_or(0) == *n)
            {
                return;
            }
            let chunk = tokio::select! {
                chunk = stream.chunk() => chunk.expect("a chunk"),
                changed = end.changed() => { changed.expect("the end comes"); continue }
            };
            // Streams end when their time is up, and are taken up again.
            let Some(chunk) = chunk else { break };
            text.extend_from_slice(&chunk);
            while let Some(at) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=at).collect();
                let event: Value = serde_json::from_slice(&line).expect("an event");
                let object = &event["object"];
                from = object["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                let index: usize = name.trim_start_matches('m').parse().expect("a number");
                counts.events.fetch_add(1, Ordering::SeqCst);
                let before = seen.get(&index).copied().unwrap_or(0);
                let was_gone = gone.insert(index, event["type"] == "DELETED").unwrap_or(false);
                match event["type"].as_str() {
                    Some("DELETED") => assert_eq!(value(object), before, "{name} is deleted in another form"),
                    Some("ADDED") => {
                        assert!(was_gone && value(object) == before + 1, "{name} is added: {before} {object}")
                    }
                    Some("MODIFIED") => assert_eq!(value(object), before + 1, "{name}: an event is missing"),
                    other => panic!("{other:?}: {event}"),
                }
                if event["type"] != "DELETED" {
                    seen.insert(index, value(object));
                }
            }
        }
    }
}

async fn run(load: Load) {
    let Some(cluster) = Cluster::start().await else { return };
    let load = Arc::new(load);
    let admin = cluster.user("admin", Some("system:masters"));
    let fill = (0..WRITERS).map(|writer| {
        let (admin, load) = (admin.clone(), load.clone());
        async move {
            for index in (0..load.objects).filter(|index| index % WRITERS == writer) {
                assert_eq!(admin.post(MAPS, map(index, 0)).await.0, 201);
            }
        }
    });
    futures::future::join_all(fill).await;
    let (_, list) = admin.get(&format!("{MAPS}?limit=1")).await;
    let from = list["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
    let counts = Arc::new(Counts::default());
    let (tell, told) = tokio::sync::watch::channel(None);
    let mut watches = tokio::task::JoinSet::new();
    // Some connections, each with many streams.
    let clients: Vec<Api> = (0..8).map(|_| cluster.user("watcher", Some("system:masters"))).collect();
    for number in 0..load.watches {
        let api = clients[number % clients.len()].clone();
        watches.spawn(watch(api, number % PARTS, from.clone(), counts.clone(), told.clone()));
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let api = cluster.user(&format!("writer{writer}"), Some("system:masters"));
        writers.spawn(churn(api, writer, load.clone(), counts.clone()));
    }
    let began = Instant::now();
    let mut warm = None;
    let mut last = 0;
    while began.elapsed() < load.time || counts.writes.load(Ordering::SeqCst) < load.writes {
        tokio::time::sleep(Duration::from_millis(200)).await;
        // Caches and pools fill at first.
        if warm.is_none() && began.elapsed() > load.time / 4 {
            warm = Some(memory());
        }
        let minute = began.elapsed().as_secs() / 60;
        if minute > last {
            last = minute;
            println!(
                "{minute} min: {} writes, {} events, {} MB",
                counts.writes.load(Ordering::SeqCst),
                counts.events.load(Ordering::SeqCst),
                memory() / 1024
            );
        }
        assert!(writers.try_join_next().is_none(), "a writer has ended");
    }
    let (warm, end) = (warm.unwrap_or(0), memory());
    counts.over.store(true, Ordering::SeqCst);
    let mut values = HashMap::new();
    while let Some(done) = writers.join_next().await {
        values.extend(done.expect("every write succeeds"));
    }
    tell.send_replace(Some(Arc::new(values)));
    let all = async {
        while let Some(done) = watches.join_next().await {
            done.expect("no watch misses an event");
        }
    };
    tokio::time::timeout(Duration::from_secs(120), all).await.expect("every watch shows the last values");
    println!(
        "{} objects, {} watches, {} writes, {} events in {:.0} s; memory {} MB after a quarter, {} MB in the end",
        load.objects,
        load.watches,
        counts.writes.load(Ordering::SeqCst),
        counts.events.load(Ordering::SeqCst),
        began.elapsed().as_secs_f64(),
        warm / 1024,
        end / 1024
    );
    if load.time >= Duration::from_secs(600) {
        assert!(end < warm + warm / 4, "memory grows: {} MB to {} MB", warm / 1024, end / 1024);
    }
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_watch_misses_an_event() {
    run(Load { objects: 200, watches: 40, writes: 600, time: Duration::ZERO, rest: Duration::ZERO }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes as long as it is told to: cargo xtask soak api"]
async fn a_long_run() {
    let minutes: u64 = std::env::var("SOAK_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    // It is the length that tells, not the rate: other work on the machine goes on beside it.
    let rest = Duration::from_millis(20);
    let time = Duration::from_secs(minutes * 60);
    run(Load { objects: 10_000, watches: 500, writes: 0, time, rest }).await;
}
