//! Disks that stall, and disks that hold something else than was written.

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::cluster::{Cluster, retry};
use common::{Member, free_port};
use etcdapi::etcdserverpb::alarm_request::AlarmAction;
use etcdapi::etcdserverpb::{
    AlarmMember, AlarmRequest, AlarmType, CompactionRequest, DefragmentRequest, HashKvRequest, HashRequest,
    PutRequest, RangeRequest, StatusRequest,
};
use redb::{ReadableDatabase, ReadableTable};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// How long something that must come is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "it takes too long until {what}");
}

const NAMES: [&str; 3] = ["a", "b", "c"];

/// The term in which all members follow the same leader.
async fn term(cluster: &Cluster) -> Option<u64> {
    let mut found = Vec::new();
    for name in NAMES {
        let status =
            cluster.client(name).await.maintenance().status(StatusRequest {}).await.ok()?.into_inner();
        found.push((status.raft_term, status.leader));
    }
    (found[0].1 != 0 && found.iter().all(|one| *one == found[0])).then_some(found[0].0)
}

/// Whether members read together while no disk comes back from a sync. `false`: the leader was deposed
/// meanwhile, as happens on a busy machine; no other can follow, since votes are written down.
async fn reads_pass_stalled_disks(cluster: &Cluster) -> bool {
    let file = |name: &str, extension: &str| cluster.dir.path().join(name).with_extension(extension);
    cluster.put("k", "before").await;
    for name in NAMES {
        cluster.has(name, "k", "before").await;
        let _ = std::fs::remove_file(file(name, "waits"));
    }
    let before = term(cluster).await;
    for name in NAMES {
        std::fs::write(file(name, "stall"), "").expect("writes");
    }
    let leader = cluster.client(&cluster.leader().await).await;
    let put = PutRequest { key: "k".into(), value: "after".into(), ..Default::default() };
    let put = tokio::spawn(async move { leader.kv().put(put).await });
    until("all disks stall", async || NAMES.iter().all(|name| file(name, "waits").exists())).await;
    // A read that may not be old is answered when a majority has answered a heartbeat since: whoever leads
    // and whoever follows does that while its disk does not come back.
    let mut passed = true;
    for name in NAMES {
        let client = cluster.client(name).await;
        let read = RangeRequest { key: "k".into(), ..Default::default() };
        match client.kv().range(read).await {
            Ok(found) => {
                let found = found.into_inner();
                assert_eq!(found.kvs[0].value, "before", "{name}: what is on no disk is not there");
            }
            Err(status) => {
                assert!(before.is_none() || term(cluster).await != before, "{name}: {status}");
                passed = false;
            }
        }
    }
    assert!(!passed || !put.is_finished(), "what is on no disk is not acknowledged");
    for name in NAMES {
        std::fs::remove_file(file(name, "stall")).expect("removes");
    }
    // Acknowledged now, or lost with a leader that was deposed.
    let _ = tokio::time::timeout(PATIENCE, put).await.expect("an answer");
    cluster.put("k", "last").await;
    for name in NAMES {
        cluster.has(name, "k", "last").await;
    }
    passed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heartbeats_wait_for_no_disk() {
    let cluster = Cluster::with_faults(&NAMES, |dir, name| {
        format!("stall={}", dir.join(name).with_extension("stall").display())
    });
    for _ in 0..10 {
        if reads_pass_stalled_disks(&cluster).await {
            return;
        }
    }
    panic!("no leader stays one while disks stall");
}

/// Writes something else into one of a member's records, with checksums that fit.
fn falsify(cluster: &Cluster, name: &str) {
    let path = cluster.data(name).join("member/snap/db");
    let database = redb::Database::open(&path).expect("opens");
    let (key, mut record) = {
        let read = database.begin_read().expect("begins");
        let table = read.open_table(etcdfile::KEY).expect("opens");
        let mut records = table.iter().expect("reads").flatten();
        let found = records.find(|(_, record)| record.value().windows(5).any(|bytes| bytes == b"truth"));
        let (key, record) = found.expect("the record is in the file");
        (key.value().to_vec(), record.value().to_vec())
    };
    let at = record.windows(5).position(|bytes| bytes == b"truth").expect("it is there");
    record[at..at + 5].copy_from_slice(b"false");
    let write = database.begin_write().expect("begins");
    write.open_table(etcdfile::KEY).expect("opens").insert(&key[..], &record[..]).expect("writes");
    write.commit().expect("commits");
}

/// Three members of which the last one has ended and holds something else than the others.
async fn falsified() -> (Cluster, BTreeMap<String, u64>) {
    let mut cluster = Cluster::start(&["a", "b", "c"]);
    cluster.put("k", "truth").await;
    cluster.has("c", "k", "truth").await;
    let ids = cluster.ids().await;
    // An orderly end writes the state.
    let mut member = cluster.members.remove("c").expect("runs");
    let pid = nix::unistd::Pid::from_raw(i32::try_from(member.process.id()).expect("a pid"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("signals");
    member.process.wait().expect("ends");
    falsify(&cluster, "c");
    (cluster, ids)
}

/// The CORRUPT alarms.
async fn corrupt(cluster: &Cluster) -> Vec<AlarmMember> {
    let list = AlarmRequest { action: AlarmAction::Get as i32, ..Default::default() };
    let answer = cluster.any().await.maintenance().alarm(list).await;
    let alarms = answer.map(|answer| answer.into_inner().alarms).unwrap_or_default();
    alarms.into_iter().filter(|found| found.alarm == AlarmType::Corrupt as i32).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_that_hold_something_else_are_found() {
    let (mut cluster, ids) = falsified().await;
    // At its start it finds that out, and serves nobody.
    cluster.run("c", "new");
    let mut member = cluster.members.remove("c").expect("was started");
    until("it ends", async || member.process.try_wait().expect("asks").is_some()).await;
    assert!(!member.process.wait().expect("ended").success());

    // While it runs, whoever leads does.
    let checks = ["--feature-gates=InitialCorruptCheck=false", "--corrupt-check-time=100ms"];
    for name in ["a", "b"] {
        cluster.kill(name);
    }
    for name in ["a", "b", "c"] {
        cluster.run_with(name, "new", &checks);
    }
    let corrupt = async || corrupt(&cluster).await;
    until("the alarm is raised", async || !corrupt().await.is_empty()).await;
    // Who leads compares the others with itself: it names whoever differs from it.
    let leader = cluster.leader().await;
    let named: Vec<u64> = corrupt().await.iter().map(|alarm| alarm.member_id).collect();
    if leader == "c" {
        assert!(named.iter().all(|id| ids.values().any(|known| known == id)), "{named:?}");
    } else {
        assert!(named.contains(&ids["c"]), "{named:?} of {ids:?}");
    }
    // Nobody writes into such a cluster, and everybody says so.
    let put = PutRequest { key: "k".into(), ..Default::default() };
    let refused = cluster.any().await.kv().put(put).await.expect_err("refuses");
    assert_eq!(refused.message(), "etcdserver: corrupt cluster");
    let status = retry(async || cluster.client("a").await.maintenance().status(StatusRequest {}).await).await;
    assert!(status.into_inner().errors.iter().any(|error| error.contains("CORRUPT")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_whose_compaction_found_something_else_is_named() {
    let (mut cluster, ids) = falsified().await;
    for name in ["a", "b"] {
        cluster.kill(name);
    }
    let checks = [
        "--feature-gates=CompactHashCheck=true,InitialCorruptCheck=false",
        "--compact-hash-check-time=100ms",
    ];
    for name in ["a", "b", "c"] {
        cluster.run_with(name, "new", &checks);
    }
    // Nothing is compared before there is a compaction.
    cluster.put("k2", "v").await;
    for name in ["a", "b", "c"] {
        cluster.has(name, "k2", "v").await;
    }
    assert_eq!(corrupt(&cluster).await, []);
    let compact = CompactionRequest { revision: 3, physical: false };
    retry(async || cluster.any().await.kv().compact(compact).await).await;
    // Whoever leads: the two others agree.
    until("the alarm is raised", async || !corrupt(&cluster).await.is_empty()).await;
    assert_eq!(corrupt(&cluster).await.iter().map(|alarm| alarm.member_id).collect::<Vec<_>>(), [ids["c"]]);
    // Each member remembers what its compaction found.
    let hash = async |name: &str| {
        let request = HashKvRequest { revision: 3 };
        let hashed = retry(async || cluster.client(name).await.maintenance().hash_kv(request).await).await;
        let hashed = hashed.into_inner();
        assert_eq!((hashed.compact_revision, hashed.hash_revision), (-1, 3), "{name}");
        hashed.hash
    };
    let (a, b, c) = (hash("a").await, hash("b").await, hash("c").await);
    assert!(a == b && b != c, "{a:x} {b:x} {c:x}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_wait_for_no_hash() {
    let dir = tempfile::tempdir().expect("a directory");
    let stall = dir.path().join("hash.stall");
    let faults = [("KADM_ETCD_FAULTS", format!("hash-stall={}", stall.display()))];
    let member = Member::faulty(&dir.path().join("data"), free_port(), &[], &faults);
    let client = member.client().await;
    let put = async |number: u32| {
        let put = PutRequest { key: "k".into(), value: number.to_string().into(), ..Default::default() };
        let done = tokio::time::timeout(PATIENCE, client.kv().put(put)).await.expect("it does not wait");
        done.expect("puts").into_inner().header.expect("a header").revision
    };
    let before = put(0).await;
    std::fs::File::create(&stall).expect("creates");
    let (mut maintenance, mut whole) = (client.maintenance(), client.maintenance());
    let hashing = tokio::spawn(async move { maintenance.hash_kv(HashKvRequest { revision: 0 }).await });
    until("a hash holds the records", async || stall.with_extension("waits").exists()).await;
    let hashing_all = tokio::spawn(async move { whole.hash(HashRequest {}).await });
    for number in 1..=100 {
        put(number).await;
    }
    // What is read, written to the file, compacted and given back goes on, too.
    let get = RangeRequest { key: "k".into(), ..Default::default() };
    assert_eq!(client.kv().range(get).await.expect("reads").into_inner().kvs[0].value, "100");
    let compact = CompactionRequest { revision: before + 50, physical: true };
    client.kv().compact(compact).await.expect("compacts");
    client.maintenance().defragment(DefragmentRequest {}).await.expect("gives back");
    assert!(!hashing.is_finished() && !hashing_all.is_finished(), "the hashes are held");
    std::fs::remove_file(&stall).expect("removes");
    // It is that of the moment when it was asked for.
    let hashed = hashing.await.expect("runs").expect("hashes").into_inner();
    assert_eq!((hashed.hash_revision, hashed.compact_revision), (before, -1));
    hashing_all.await.expect("runs").expect("hashes");
}
