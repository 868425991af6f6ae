//! One member: upstream's etcdctl against it, and kill -9 under load.

mod common;

use std::collections::HashMap;
use std::process::{Command, Output};
use std::time::Duration;

use common::{Member, free_port};
use etcdapi::Client;
use etcdapi::etcdserverpb::{CompactionRequest, DeleteRangeRequest, HashKvRequest, PutRequest, RangeRequest};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut acknowledged: HashMap<String, (u64, i64)> = HashMap::new();
    let mut newest = 1;
    for round in 0u64..6 {
        let mut member = Member::start(dir.path(), free_port());
        let client = member.client().await;
        let all = RangeRequest { key: vec![0].into(), range_end: vec![0].into(), ..Default::default() };
        let found = client.kv().range(all).await.expect("reads").into_inner();
        let held: HashMap<String, (u64, i64)> = found
            .kvs
            .iter()
            .map(|kv| {
                let number = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                (number(&kv.key), (number(&kv.value).trim_end().parse().expect("a number"), kv.mod_revision))
            })
            .collect();
        assert!(found.header.expect("a header").revision >= newest, "revisions went back");
        for (key, (value, revision)) in &acknowledged {
            let (held_value, held_revision) = held.get(key).unwrap_or_else(|| panic!("{key} is lost"));
            // A later put may have been applied without anybody hearing of it.
            assert!(
                held_revision > revision || (held_revision == revision && held_value == value),
                "{key}: {value} at {revision} acknowledged, {held_value} at {held_revision} found"
            );
        }
        let mut writers = Vec::new();
        for writer in 0u64..32 {
            let mut kv = client.kv();
            writers.push(tokio::spawn(async move {
                let mut done: HashMap<String, (u64, i64)> = HashMap::new();
                for n in 0u64.. {
                    let key = format!("k{writer}/{}", n % 50);
                    let value = round * 1_000_000 + n;
                    // Of different lengths, so that frames end anywhere.
                    let text = format!("{value:<width$}", width = 10 + (n as usize * 37) % 900);
                    let request = PutRequest {
                        key: key.clone().into(),
                        value: text.into_bytes().into(),
                        ..Default::default()
                    };
                    match kv.put(request).await {
                        Ok(put) => {
                            let revision = put.into_inner().header.expect("a header").revision;
                            done.insert(key, (value, revision));
                        }
                        Err(_) => break,
                    }
                }
                done
            }));
        }
        // At another moment of the group commit each time, once after a flush.
        let span = if round == 3 { 6000 } else { 150 + 170 * round };
        tokio::time::sleep(Duration::from_millis(span)).await;
        member.kill();
        for writer in writers {
            for (key, (value, revision)) in writer.await.expect("joins") {
                newest = newest.max(revision);
                acknowledged.insert(key, (value, revision));
            }
        }
    }
    assert!(newest > 100, "hardly anything was written: {newest}");
}

fn etcdctl(endpoint: &str, args: &[&str]) -> Output {
    Command::new("etcdctl")
        .args(args)
        .env("ETCDCTL_API", "3")
        .env("ETCDCTL_ENDPOINTS", endpoint)
        .output()
        .expect("etcdctl runs")
}

#[tokio::test]
async fn upstreams_etcdctl_cannot_tell() {
    if Command::new("etcdctl").arg("version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "etcdctl is not on PATH");
        println!("skipped: etcdctl is not on PATH");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    member.client().await;
    let check = |args: &[&str], expected: &str| {
        let output = etcdctl(&member.endpoint, args);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains(expected), "etcdctl {args:?} says {text}, not {expected}");
    };
    check(&["put", "a", "1"], "OK\n");
    check(&["put", "a", "2", "--prev-kv"], "OK\na\n1\n");
    check(&["get", "a", "-w", "json"], "\"create_revision\":2,\"mod_revision\":3,\"version\":2");
    check(&["get", "a", "--rev=2"], "a\n1\n");
    check(&["get", "a", "--rev=99"], "etcdserver: mvcc: required revision is a future revision");
    check(&["put", "", "x"], "etcdserver: key is not provided");
    check(&["put", "x", "--ignore-value"], "etcdserver: key not found");
    for n in 0..5 {
        check(&["put", &format!("p/{n}"), &format!("{}", 9 - n)], "OK");
    }
    check(&["get", "p/", "--prefix", "--limit=2", "--keys-only"], "p/0\n\np/1\n");
    check(&["get", "p/", "--prefix", "--sort-by=VALUE", "--limit=1", "--print-value-only"], "5\n");
    check(&["get", "p/", "--prefix", "--order=DESCEND", "--limit=1"], "p/4\n");
    check(&["get", "p/3", "--from-key", "--keys-only"], "p/3\n\np/4\n");
    check(&["del", "p/", "--prefix"], "5\n");
    check(&["watch", "a", "--rev=2", "--help"], "watch");
    check(&["compaction", "4"], "compacted revision 4");
    check(&["get", "a", "--rev=2"], "etcdserver: mvcc: required revision has been compacted");
    check(&["watch", "a", "--rev=2"], "etcdserver: mvcc: required revision has been compacted");
    check(&["lease", "timetolive", "77"], "lease 0000000000000077 already expired");
    check(&["lease", "revoke", "77"], "etcdserver: requested lease not found");
    check(&["endpoint", "health"], "is healthy");
    check(&["endpoint", "status", "-w", "json"], "\"version\":\"3.6");
    let address = member.endpoint.trim_start_matches("http://");
    assert!(etcdctl(address, &["endpoint", "status"]).status.success(), "without http:// too");
    check(&["member", "list"], "started, default");
    check(&["defrag"], "Finished defragmenting");
    check(&["alarm", "list"], "");
    let file = dir.path().join("snapshot");
    check(&["snapshot", "save", &file.display().to_string()], "Snapshot saved");
}

#[tokio::test]
async fn a_lease_ends_also_after_a_restart() {
    use etcdapi::etcdserverpb::LeaseGrantRequest;
    let dir = tempfile::tempdir().expect("a directory");
    let mut member = Member::start(dir.path(), free_port());
    let client = member.client().await;
    let lease =
        client.lease().lease_grant(LeaseGrantRequest { ttl: 2, id: 0 }).await.expect("grants").into_inner();
    let put = PutRequest { key: "mortal".into(), lease: lease.id, ..Default::default() };
    let put = client.kv().put(put).await.expect("puts").into_inner();
    let revision = put.header.expect("a header").revision;
    member.kill();
    let member = Member::start(dir.path(), free_port());
    let client = member.client().await;
    let request = || RangeRequest { key: "mortal".into(), ..Default::default() };
    // It is there until the lease ends. The deletion is an event, which may have come already on a
    // busy machine: wait for that from the put on.
    let before = RangeRequest { revision, ..request() };
    assert_eq!(client.kv().range(before).await.expect("reads").get_ref().count, 1);
    use etcdapi::etcdserverpb::watch_request::RequestUnion;
    use etcdapi::etcdserverpb::{WatchCreateRequest, WatchRequest};
    let create = WatchCreateRequest {
        key: "mortal".into(),
        prev_kv: true,
        start_revision: revision + 1,
        ..Default::default()
    };
    let requests = [WatchRequest { request_union: Some(RequestUnion::CreateRequest(create)) }];
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    for request in requests {
        sender.send(request).await.expect("sends");
    }
    let mut responses = client
        .watch()
        .watch(tokio_stream::wrappers::ReceiverStream::new(receiver))
        .await
        .expect("watches")
        .into_inner();
    assert!(responses.message().await.expect("answers").expect("an answer").created);
    let ended = tokio::time::timeout(Duration::from_secs(10), responses.message()).await.expect("in time");
    let event = &ended.expect("answers").expect("an answer").events[0];
    assert_eq!(event.r#type, 1);
    assert_eq!(event.prev_kv.as_ref().map(|kv| kv.lease), Some(lease.id));
    assert_eq!(client.kv().range(request()).await.expect("reads").get_ref().count, 0);
}

#[tokio::test]
async fn a_full_member_takes_writes_again_once_there_is_room() {
    use etcdapi::etcdserverpb::{AlarmRequest, CompactionRequest, DeleteRangeRequest};
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::with(dir.path(), free_port(), &["--quota-backend-bytes=400000".into()]);
    let client = member.client().await;
    let put = |n: usize| PutRequest {
        key: format!("k{n}").into(),
        value: vec![b'v'; 10_000].into(),
        ..Default::default()
    };
    let mut full = None;
    for n in 0..100 {
        if let Err(status) = client.kv().put(put(n)).await {
            full = Some(status);
            break;
        }
    }
    let full = full.expect("the quota is reached");
    assert_eq!(full.message(), "etcdserver: mvcc: database space exceeded");
    // Small ones neither, until there is room.
    assert!(client.kv().put(PutRequest { key: "small".into(), ..Default::default() }).await.is_err());
    let delete = DeleteRangeRequest { key: "k".into(), range_end: "l".into(), prev_kv: false };
    let done = client.kv().delete_range(delete).await.expect("deleting is allowed").into_inner();
    let revision = done.header.expect("a header").revision;
    client.kv().compact(CompactionRequest { revision, physical: true }).await.expect("compacts");
    let alarms = || AlarmRequest { action: 0, member_id: 0, alarm: 0 };
    let mut tries = 0;
    while !client.maintenance().alarm(alarms()).await.expect("answers").into_inner().alarms.is_empty() {
        assert!(tries < 600, "the alarm does not clear itself");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.kv().put(put(0)).await.expect("there is room");
}

#[test]
fn a_second_member_and_a_foreign_directory_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::create_dir_all(dir.path().join("member/snap")).expect("makes");
    std::fs::write(dir.path().join("member/snap/db"), [0xed; 4096]).expect("writes");
    let mut member = Member::start(dir.path(), free_port());
    assert!(member.process.wait().is_ok(), "it ends");
    // The file is as it was.
    assert_eq!(std::fs::read(dir.path().join("member/snap/db")).expect("reads"), [0xed; 4096]);
}

/// Changes a store, compacts it and changes it again; what it hashes to, now and at a few revisions.
async fn hashes(client: &Client) -> Vec<(i64, Result<u32, tonic::Code>)> {
    let put = async |key: &str, value: &str| {
        let (key, value) = (key.to_string().into(), value.to_string().into());
        client.kv().put(PutRequest { key, value, ..Default::default() }).await.expect("puts");
    };
    for (key, value) in [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("d", "1")] {
        put(key, value).await;
    }
    let delete = DeleteRangeRequest { key: "c".into(), ..Default::default() };
    client.kv().delete_range(delete).await.expect("deletes");
    client.kv().compact(CompactionRequest { revision: 5, physical: true }).await.expect("compacts");
    for (key, value) in [("b", "2"), ("e", "1"), ("a", "3")] {
        put(key, value).await;
    }
    let mut found = Vec::new();
    for revision in [0, 3, 6, 7, 8, 9, 10] {
        let hash = client.maintenance().hash_kv(HashKvRequest { revision }).await;
        found.push((revision, hash.map(|hash| hash.into_inner().hash).map_err(|error| error.code())));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compacted_history_hashes_as_upstreams() {
    let dir = tempfile::tempdir().expect("a directory");
    let Some(theirs) = common::upstream(&dir.path().join("theirs")) else { return };
    let ours = Member::start(&dir.path().join("ours"), free_port());
    assert_eq!(hashes(&ours.client().await).await, hashes(&theirs.client().await).await);
}
