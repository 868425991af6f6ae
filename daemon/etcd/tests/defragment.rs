//! Space is given back while a member serves, and a member that ends in the middle of it, at any
//! point, loses nothing.

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{Member, free_port};
use etcdapi::Client;
use etcdapi::etcdserverpb::{
    CompactionRequest, DefragmentRequest, PutRequest, RangeRequest, SnapshotRequest, StatusRequest,
    StatusResponse,
};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

async fn put(client: &Client, key: String, value: String) -> Result<i64, tonic::Status> {
    let request = PutRequest { key: key.into(), value: value.into(), ..Default::default() };
    Ok(client.kv().put(request).await?.into_inner().header.expect("a header").revision)
}

/// All keys and values.
async fn all(client: &Client) -> Vec<(String, String)> {
    let all = RangeRequest { key: vec![0].into(), range_end: vec![0].into(), ..Default::default() };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_string();
    let found = client.kv().range(all).await.expect("reads").into_inner();
    found.kvs.iter().map(|kv| (text(&kv.key), text(&kv.value))).collect()
}

async fn status(client: &Client) -> StatusResponse {
    client.maintenance().status(StatusRequest {}).await.expect("answers").into_inner()
}

const KEYS: usize = 1500;

/// Has the member write what it has applied into its file: a snapshot is made of that.
async fn flush(client: &Client) {
    let mut parts = client.maintenance().snapshot(SnapshotRequest {}).await.expect("a snapshot").into_inner();
    while parts.message().await.expect("reads").is_some() {}
}

/// Writes 6 MB of which a quarter lives, so that the file is mostly free space.
async fn mostly_free(client: &Client) {
    let mut newest = 0;
    for round in 0..4 {
        let puts = (0..KEYS).map(|n| put(client, format!("k{n:04}"), format!("{round:<1000}")));
        for done in futures::future::join_all(puts).await {
            newest = newest.max(done.expect("puts"));
        }
        flush(client).await;
    }
    let request = CompactionRequest { revision: newest, physical: true };
    client.kv().compact(request).await.expect("compacts");
    flush(client).await;
}

fn unfinished(dir: &Path) -> Vec<String> {
    let files = std::fs::read_dir(dir.join("member/snap")).expect("reads").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".tmp")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_read_and_write_while_the_file_shrinks() {
    let dir = tempfile::tempdir().expect("a directory");
    let member = Member::start(dir.path(), free_port());
    let client = member.client().await;
    mostly_free(&client).await;
    let before = status(&client).await;
    let stop = Arc::new(AtomicBool::new(false));
    let load = {
        let (client, stop) = (client.clone(), stop.clone());
        tokio::spawn(async move {
            let mut done = 0;
            while !stop.load(Ordering::Relaxed) {
                put(&client, "busy".into(), done.to_string()).await.expect("puts");
                let request = RangeRequest { key: "k0007".into(), ..Default::default() };
                let found = client.kv().range(request).await.expect("reads").into_inner();
                assert_eq!(found.kvs.len(), 1);
                done += 1;
            }
            done
        })
    };
    for _ in 0..3 {
        client.maintenance().defragment(DefragmentRequest {}).await.expect("succeeds");
    }
    stop.store(true, Ordering::Relaxed);
    let done: u64 = load.await.expect("joins");
    let after = status(&client).await;
    assert!(after.db_size < before.db_size / 2, "{} bytes became {}", before.db_size, after.db_size);
    assert!(after.db_size_in_use <= after.db_size);
    assert_eq!(unfinished(dir.path()), Vec::<String>::new());
    let all = all(&client).await;
    assert_eq!(all.len(), KEYS + 1);
    assert_eq!(all[0], ("busy".into(), (done - 1).to_string()));
    assert!(all[1..].iter().all(|(_, value)| value == "3"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_at_any_point_loses_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut filled = Member::start(dir.path(), free_port());
    mostly_free(&filled.client().await).await;
    filled.kill();
    for (round, point) in
        ["defragment-step@1", "defragment-step@2", "defragment-made@1", "defragment-renamed@1"]
            .into_iter()
            .enumerate()
    {
        let faults = [("KADM_ETCD_FAULTS", format!("lossy,seed={},kill={point}", 40 + round))];
        let endpoint = format!("http://127.0.0.1:{}", free_port());
        let args = [
            "etcd".into(),
            format!("--data-dir={}", dir.path().display()),
            format!("--listen-client-urls={endpoint}"),
            format!("--advertise-client-urls={endpoint}"),
        ];
        let mut member = Member::under(endpoint, &args, &faults);
        let client = member.client().await;
        let marker = format!("marker{round}");
        put(&client, marker.clone(), "acknowledged".into()).await.expect("puts");
        let ended = client.maintenance().defragment(DefragmentRequest {}).await;
        assert!(ended.is_err(), "{point} was not reached");
        member.process.wait().expect("ends");
        let mut member = Member::start(dir.path(), free_port());
        let client = member.client().await;
        let found = all(&client).await;
        assert_eq!(unfinished(dir.path()), Vec::<String>::new(), "after {point}");
        assert_eq!(found.len(), KEYS + round + 1, "after {point}");
        assert_eq!(found.last(), Some(&(marker, "acknowledged".into())), "after {point}");
        assert!(found.iter().filter(|(key, _)| key.starts_with('k')).all(|(_, value)| value == "3"));
        member.kill();
    }
}
