//! Clients that count, while the store is killed and the server restarted under them. Each counter
//! only grows, so that every history can be judged as it happens: a read must show at least what
//! was acknowledged, or read by anyone, before it began, and at most what was tried before it
//! ended. A watch must show each counter growing, and in the end its last value.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const COUNTERS: usize = 4;
const CLIENTS: usize = 2;

/// One counter, as those who use it know it.
#[derive(Default)]
struct Counter {
    /// The largest value that anyone tried to write.
    tried: AtomicU64,
    /// The largest value that was acknowledged or read.
    known: AtomicU64,
}

#[derive(Default)]
struct History {
    counters: [Counter; COUNTERS],
    /// Writes that were acknowledged, and reads that were answered.
    writes: AtomicU64,
    reads: AtomicU64,
    /// Requests without an answer.
    failures: AtomicU64,
    over: AtomicBool,
}

impl History {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::SeqCst)
    }
}

fn value(object: &Value) -> u64 {
    object["data"]["n"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads a counter, and holds what comes against what is known.
async fn read(api: &Api, history: &History, index: usize) -> Option<Value> {
    let counter = &history.counters[index];
    let least = counter.known.load(Ordering::SeqCst);
    let Some((200, object)) = api.try_send(Method::GET, &format!("{MAPS}/counter{index}"), None).await else {
        history.failures.fetch_add(1, Ordering::SeqCst);
        return None;
    };
    let found = value(&object);
    let most = counter.tried.load(Ordering::SeqCst);
    assert!(found >= least, "counter {index} goes back: {found} is read after {least} was known");
    assert!(found <= most, "counter {index} runs ahead: {found} is read while {most} was tried");
    counter.known.fetch_max(found, Ordering::SeqCst);
    history.reads.fetch_add(1, Ordering::SeqCst);
    Some(object)
}

async fn count(api: Api, history: Arc<History>, mut index: usize) {
    while history.goes_on() {
        index = (index + 1) % COUNTERS;
        let Some(mut object) = read(&api, &history, index).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let next = value(&object) + 1;
        object["data"]["n"] = json!(next.to_string());
        let counter = &history.counters[index];
        counter.tried.fetch_max(next, Ordering::SeqCst);
        match api.try_send(Method::PUT, &format!("{MAPS}/counter{index}"), Some(&object)).await {
            Some((200, written)) => {
                assert_eq!(value(&written), next);
                counter.known.fetch_max(next, Ordering::SeqCst);
                history.writes.fetch_add(1, Ordering::SeqCst);
            }
            // Someone was faster.
            Some((409, _)) => {}
            // It may have happened or not.
            _ => {
                history.failures.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

/// Lists hold all counters at one time: none may be older than what was known before.
async fn list(api: Api, history: Arc<History>) {
    while history.goes_on() {
        let least: Vec<u64> =
            history.counters.iter().map(|counter| counter.known.load(Ordering::SeqCst)).collect();
        let Some((200, list)) = api.try_send(Method::GET, MAPS, None).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        for object in list["items"].as_array().expect("items") {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let Some(index) = name.strip_prefix("counter").and_then(|text| text.parse::<usize>().ok()) else {
                continue;
            };
            assert!(value(object) >= least[index], "{name} is older in a list than it was known to be");
        }
        history.reads.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Follows all counters through every break, until each shows its last value.
async fn watch(api: Api, history: Arc<History>, mut from: String) -> u64 {
    let mut seen = [0u64; COUNTERS];
    let mut events = 0;
    loop {
        let done = !history.goes_on()
            && history.counters.iter().zip(seen).all(|(one, seen)| seen >= one.known.load(Ordering::SeqCst));
        if done {
            return events;
        }
        let path = format!("{MAPS}?watch=1&resourceVersion={from}&timeoutSeconds=5");
        let Ok(mut stream) = api.request(Method::GET, &path).send().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if stream.status() != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let mut text = Vec::new();
        while let Ok(Some(chunk)) = stream.chunk().await {
            text.extend(chunk);
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let event: Value = serde_json::from_slice(&line).expect("an event");
                if event["type"] == "ERROR" {
                    // The server that starts anew has no log of what was before it: list, and go on.
                    assert_eq!(event["object"]["code"], 410, "{event}");
                    if let Some((200, list)) = api.try_send(Method::GET, MAPS, None).await {
                        for object in list["items"].as_array().expect("items") {
                            let name = object["metadata"]["name"].as_str().unwrap_or_default();
                            if let Some(index) =
                                name.strip_prefix("counter").and_then(|text| text.parse::<usize>().ok())
                            {
                                assert!(
                                    value(object) >= seen[index],
                                    "{name} goes back in a list after a watch"
                                );
                                seen[index] = value(object);
                            }
                        }
                        from = list["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
                    }
                    break;
                }
                let meta = &event["object"]["metadata"];
                from = meta["resourceVersion"].as_str().expect("a version").to_string();
                let name = meta["name"].as_str().unwrap_or_default();
                let Some(index) = name.strip_prefix("counter").and_then(|text| text.parse::<usize>().ok())
                else {
                    continue;
                };
                let found = value(&event["object"]);
                // Every write is an event, and each adds one: a gap is a lost event.
                assert_eq!(found, seen[index] + 1, "{name} jumps in a watch");
                seen[index] = found;
                events += 1;
            }
        }
    }
}

/// Waits until work goes on after a fault.
async fn recovers(history: &History, what: &str) {
    let (writes, reads) = (history.writes.load(Ordering::SeqCst), history.reads.load(Ordering::SeqCst));
    for _ in 0..6000 {
        let more = history.writes.load(Ordering::SeqCst) >= writes + 20;
        if more && history.reads.load(Ordering::SeqCst) >= reads + 20 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing is written after {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_grow_while_the_store_is_killed_and_the_server_restarted() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let history = Arc::new(History::default());
    for index in 0..COUNTERS {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("counter{index}")}, "data": {"n": "0"}});
        assert_eq!(admin.post(MAPS, map).await.0, 201);
    }
    let from =
        admin.get(MAPS).await.1["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
    let mut work = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let api = cluster.user(&format!("client{client}"), Some("system:masters"));
        work.spawn(count(api, history.clone(), client));
    }
    work.spawn(list(admin.clone(), history.clone()));
    let watcher = tokio::spawn(watch(admin.clone(), history.clone(), from));
    recovers(&history, "the start").await;
    for round in 0..3 {
        cluster.crash_store();
        recovers(&history, &format!("crash {round} of the store")).await;
        cluster.restart_server().await;
        recovers(&history, &format!("restart {round} of the server")).await;
    }
    // Both at once.
    cluster.crash_store();
    cluster.restart_server().await;
    recovers(&history, "crash and restart").await;
    history.over.store(true, Ordering::SeqCst);
    while let Some(ended) = work.join_next().await {
        ended.expect("no client finds a contradiction");
    }
    let events = tokio::time::timeout(Duration::from_secs(60), watcher).await;
    let events = events.expect("the watch shows the last values").expect("the watch shows no contradiction");
    println!(
        "{} writes, {} reads, {events} events, {} requests without an answer",
        history.writes.load(Ordering::SeqCst),
        history.reads.load(Ordering::SeqCst),
        history.failures.load(Ordering::SeqCst)
    );
    cluster.stop().await;
}
