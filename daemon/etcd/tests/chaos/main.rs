//! Three members under load and faults; then the recorded history is checked: every operation is
//! linearizable, and each watch tells everything once and in order.
//!
//! The disks lose what was not synced whenever a process ends. Members end at named points, by
//! torn writes, on full disks, alone or all at once; they are paused; their network is cut, slow
//! or reset; their time of day jumps.
//!
//! `cargo xtask chaos etcd --minutes N` runs the long form; the seed that it prints repeats the
//! same faults.

mod clients;
#[path = "../common/mod.rs"]
mod common;
mod history;
mod network;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clients::{KEYS, Random, Shared};
use etcdapi::{Client, Config};
use history::Outcome;
use nix::sys::signal::Signal;
use world::World;

const CLIENTS: u64 = 6;
/// What each watcher watches.
const WATCHES: [Option<u64>; 5] = [None, None, None, Some(0), Some(KEYS - 1)];
/// See the daemon's `faults.rs`; how often a point may be passed before the end.
const POINTS: [(&str, u64); 18] = [
    ("log-before-write", 200),
    ("log-before-sync", 200),
    ("log-after-sync", 200),
    ("log-segment", 1),
    ("log-restart", 1),
    ("before-apply", 200),
    ("after-apply", 200),
    ("before-commit", 3),
    ("commit-sync", 6),
    ("after-commit", 3),
    ("before-compact", 2),
    ("after-compact", 2),
    ("snapshot-arrived", 1),
    ("snapshot-renamed", 1),
    ("snapshot-installed", 1),
    ("defragment-step", 3),
    ("defragment-made", 2),
    ("defragment-renamed", 2),
];

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// Makes one fault and mends it; says which.
async fn fault(world: &mut World, random: &mut Random, shared: &Shared) -> String {
    let at = usize::try_from(random.next(3)).unwrap_or_default();
    let others = [(at + 1) % 3, (at + 2) % 3];
    let pause = Duration::from_millis(300 + random.next(1500));
    let kind = random.next(16);
    let point = usize::try_from(random.next(POINTS.len() as u64)).unwrap_or_default();
    let count = 1 + random.next(300);
    let led = world.leader().await.unwrap_or(at);
    match kind {
        0 => {
            world.kill(at);
            tokio::time::sleep(pause).await;
            world.run(at, "");
            "kill".into()
        }
        1 => {
            world.kill(led);
            tokio::time::sleep(pause).await;
            world.run(led, "");
            "kill the leader".into()
        }
        2 => {
            world.signal(at, Signal::SIGSTOP);
            tokio::time::sleep(pause + Duration::from_secs(1)).await;
            world.signal(at, Signal::SIGCONT);
            "pause".into()
        }
        3 => {
            world.kill(at);
            world.kill(others[0]);
            tokio::time::sleep(pause).await;
            world.run(at, "");
            world.run(others[0], "");
            "kill a majority".into()
        }
        4 => {
            for at in 0..3 {
                world.kill(at);
            }
            for at in 0..3 {
                world.run(at, "");
            }
            "power loss of all".into()
        }
        5..9 => {
            let (name, times) = POINTS[point];
            end_at(world, at, &format!("kill={name}@{}", 1 + count % times), shared)
                .await
                .map_or_else(|| format!("kill ({name} was not reached)"), |()| format!("kill at {name}"))
        }
        9 => match end_at(world, at, &format!("torn@{count}"), shared).await {
            Some(()) => "torn write".into(),
            None => "kill".into(),
        },
        10 => match end_at(world, at, &format!("full@{count}"), shared).await {
            Some(()) => "full disk".into(),
            None => "kill".into(),
        },
        11 | 12 => {
            let (alone, what) = if kind == 11 { (at, "partition") } else { (led, "partition of the leader") };
            for other in (0..3).filter(|other| *other != alone) {
                world.network.set(alone, other, |weather| weather.cut = true);
                world.network.set(other, alone, |weather| weather.cut = true);
            }
            tokio::time::sleep(pause + Duration::from_secs(2)).await;
            world.network.heal();
            what.into()
        }
        13 => {
            world.network.set(at, others[0], |weather| weather.cut = true);
            tokio::time::sleep(pause + Duration::from_secs(2)).await;
            world.network.heal();
            "cut in one direction".into()
        }
        14 => {
            for from in 0..3 {
                for to in 0..3 {
                    let delay = Duration::from_millis(random.next(120));
                    world.network.set(from, to, |weather| weather.delay = delay);
                }
            }
            tokio::time::sleep(pause).await;
            for other in others {
                world.network.set(at, other, |weather| weather.age += 1);
                world.network.set(other, at, |weather| weather.age += 1);
            }
            tokio::time::sleep(pause).await;
            world.network.heal();
            "delays and resets".into()
        }
        _ if common::clocks() => {
            let seconds = i64::try_from(random.next(200_000)).unwrap_or_default() - 100_000;
            world.set_clock(at, seconds);
            tokio::time::sleep(pause).await;
            "clock jump".into()
        }
        _ => "clock jump (no libfaketime: not made)".into(),
    }
}

/// Restarts a member so that a fault ends it, after the others went on without it for a while;
/// then starts it as it should be. `None` when the fault did not come in time.
async fn end_at(world: &mut World, at: usize, fault: &str, shared: &Shared) -> Option<()> {
    world.kill(at);
    // So much that it needs a snapshot.
    let before = shared.acknowledged();
    let started = Instant::now();
    while shared.acknowledged() < before + 1200 && started.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.run(at, fault);
    let ended = world.ended(at, Duration::from_secs(8)).await;
    if !ended {
        world.kill(at);
    }
    world.run(at, "");
    ended.then_some(())
}

/// Runs the whole thing.
async fn chaos(span: Duration, seed: u64) {
    println!("chaos: seed {seed}, {span:?}");
    let mut world = World::start(seed).await;
    let shared = Arc::new(Shared {
        endpoints: world.endpoints(),
        stop: AtomicBool::new(false),
        values: AtomicU64::new(1),
        history: Mutex::default(),
        until: Mutex::default(),
        positions: WATCHES.iter().map(|_| AtomicI64::new(1)).collect(),
        compactions: AtomicU64::new(0),
        defragmentations: AtomicU64::new(0),
    });
    let watching: Vec<_> = WATCHES
        .iter()
        .enumerate()
        .map(|(number, only)| tokio::spawn(clients::watcher(shared.clone(), number, *only)))
        .collect();
    let mut clients: Vec<_> =
        (0..CLIENTS).map(|number| tokio::spawn(clients::client(shared.clone(), number, seed))).collect();
    clients.push(tokio::spawn(clients::compactor(shared.clone(), seed)));
    // Faults hit a cluster that works.
    while shared.acknowledged() < 100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut random = Random(seed | 1);
    let mut faults: BTreeMap<String, u64> = BTreeMap::new();
    let started = Instant::now();
    while started.elapsed() < span {
        let fault = fault(&mut world, &mut random, &shared).await;
        // One that was told something wrong ends.
        assert!(!watching.iter().any(tokio::task::JoinHandle::is_finished), "after: {fault} (seed {seed})");
        // It has to work again before the next: all of it.
        let before = shared.acknowledged();
        let waiting = Instant::now();
        while shared.acknowledged() < before + 50 {
            assert!(waiting.elapsed() < Duration::from_secs(90), "no progress after: {fault} (seed {seed})");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if let Err(reason) = world.healthy(Duration::from_secs(90)).await {
            panic!("{reason} after: {fault} (seed {seed})");
        }
        *faults.entry(fault).or_default() += 1;
    }
    shared.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("joins");
    }
    // The end of the history, for the watchers: one more write.
    let last = loop {
        let client = Client::lazy(Config::new(world.endpoints())).expect("addresses");
        let value = shared.values.fetch_add(1, Ordering::Relaxed);
        let began = Instant::now();
        let outcome = clients::put(&mut client.kv(), 0, value).await;
        shared.record(began, outcome.clone());
        match outcome {
            Outcome::Wrote { revision, .. } => break revision,
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    *shared.until.lock().expect("not poisoned") = Some(last);
    let mut watches = Vec::new();
    for (only, watch) in WATCHES.iter().zip(watching) {
        let events = tokio::time::timeout(Duration::from_secs(90), watch).await.expect("in time");
        watches.push((*only, events.expect("joins")));
    }
    let history = shared.history.lock().expect("not poisoned");
    let unknown = history.iter().filter(|record| record.outcome.unknown()).count();
    let wrong = history::judge(&history, &watches);
    println!(
        "chaos: {} operations ({unknown} of unknown outcome), {} compactions, {} defragmentations, {} writes seen by {} watches, \
         {} faults, violations: {}",
        history.len(),
        shared.compactions.load(Ordering::Relaxed),
        shared.defragmentations.load(Ordering::Relaxed),
        watches[0].1.len(),
        watches.len(),
        faults.values().sum::<u64>(),
        wrong.len()
    );
    for (fault, count) in &faults {
        println!("chaos: {count:5} {fault}");
    }
    assert!(wrong.is_empty(), "seed {seed}: {:#?}", &wrong[..wrong.len().min(20)]);
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_run() {
    chaos(Duration::from_secs(15), number("CHAOS_SEED").unwrap_or_else(rand::random)).await;
}

/// See `cargo xtask chaos`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs for as long as CHAOS_MINUTES says"]
async fn a_long_run() {
    let span = Duration::from_secs(60 * number("CHAOS_MINUTES").unwrap_or(30));
    chaos(span, number("CHAOS_SEED").unwrap_or_else(rand::random)).await;
}
