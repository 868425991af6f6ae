//! `/metrics` against that of upstream's etcd: the same names, but for what has no meaning here.

mod common;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{Member, free_port};
use etcdapi::etcdserverpb::{LeaseGrantRequest, LeaseKeepAliveRequest, PutRequest, RangeRequest};
use prost::Message;

/// Beginnings of names that upstream has and we do not, and why.
const ABSENT: &[(&str, &str)] = &[
    ("go_", "the Go runtime"),
    ("promhttp_", "the Go library"),
    ("process_", "open files, start time and virtual memory are the operating system's to tell"),
    ("etcd_server_go_version", "the Go runtime"),
    ("etcd_debugging_store_", "the v2 store, which 3.6 no longer has"),
    ("etcd_grpc_proxy_", "the proxy, which is another program"),
    ("etcd_debugging_disk_backend_commit_", "phases of bbolt's commit"),
    ("etcd_debugging_mvcc_", "timings and sizes of upstream's own compaction and index"),
    ("etcd_debugging_snap_", "snapshots of the v2 store"),
    ("etcd_debugging_lease_ttl_total", "a histogram of TTLs"),
    ("etcd_snap_", "snapshots of the v2 store"),
    ("etcd_mvcc_hash_", "timings of hashes"),
    ("etcd_mvcc_db_open_read_transactions", "bbolt's read transactions"),
    ("etcd_disk_backend_snapshot_duration_seconds", "not measured yet"),
    ("etcd_disk_wal_write_bytes_total", "not measured yet"),
    ("etcd_network_active_peers", "peers' protocol is our own"),
    ("etcd_network_known_peers", "peers' protocol is our own"),
    ("etcd_network_disconnected_peers", "peers' protocol is our own"),
    ("etcd_network_peer_", "peers' protocol is our own"),
    ("etcd_network_server_", "peers' protocol is our own"),
    ("etcd_network_snapshot_", "peers' protocol is our own"),
    ("etcd_server_slow_", "slow requests are not told apart yet"),
    ("etcd_server_apply_duration_seconds", "not measured yet"),
    ("etcd_server_client_requests_total", "clients' versions are not counted yet"),
];

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    text.starts_with("HTTP/1.").then_some(text)
}

fn names(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

struct Upstream(Child);

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn load(member: &Member) -> LeaseKeepAliveRequest {
    let client = member.client().await;
    for n in 0..3 {
        let put = PutRequest { key: format!("k{n}").into(), ..Default::default() };
        client.kv().put(put).await.expect("puts");
    }
    client.kv().range(RangeRequest { key: "k0".into(), ..Default::default() }).await.expect("reads");
    client.kv().range(RangeRequest::default()).await.expect_err("no key");
    let granted = client.lease().lease_grant(LeaseGrantRequest { ttl: 600, id: 0 }).await.expect("grants");
    let keep = LeaseKeepAliveRequest { id: granted.into_inner().id };
    let mut kept =
        client.lease().lease_keep_alive(tokio_stream::iter([keep; 2])).await.expect("keeps").into_inner();
    while kept.message().await.expect("reads").is_some() {}
    keep
}

/// `--metrics=extensive` has times of every call, of those that were never made too; as with etcd they
/// are not there otherwise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn times_of_calls_are_kept_when_asked_for() {
    let name = "grpc_server_handling_seconds";
    for (extensive, flags) in [(false, vec![]), (true, vec!["--metrics=extensive".to_string()])] {
        let dir = tempfile::tempdir().expect("a directory");
        let port = free_port();
        let member = Member::with(dir.path(), port, &flags);
        load(&member).await;
        let text = get(port, "/metrics").expect("answers");
        assert_eq!(names(&text).contains(name), extensive);
        for (call, kind, count) in [("Put", "unary", 3), ("Range", "unary", 2), ("Compact", "unary", 0)] {
            let labels =
                format!("grpc_method=\"{call}\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"{kind}\"");
            for line in [
                format!("{name}_bucket{{{labels},le=\"+Inf\"}} {count}"),
                format!("{name}_count{{{labels}}} {count}"),
            ] {
                assert_eq!(text.lines().any(|found| found == line), extensive, "{line} in {text}");
            }
            let bound = format!("{name}_bucket{{{labels},le=\"0.005\"}}");
            assert_eq!(text.contains(&bound), extensive, "{bound}");
        }
    }
}

/// A range is one whether it came as gRPC or as JSON.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ranges_in_json_are_counted_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let port = free_port();
    let member = Member::start(dir.path(), port);
    load(&member).await;
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    let body = r#"{"key":"azA="}"#;
    let length = body.len();
    write!(stream, "POST /v3/kv/range HTTP/1.0\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    assert!(answer.contains(r#""count":"1""#), "{answer}");
    let text = get(port, "/metrics").expect("answers");
    assert!(text.lines().any(|line| line == "etcd_mvcc_range_total 3"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_is_counted() {
    let dir = tempfile::tempdir().expect("a directory");
    let port = free_port();
    let member = Member::start(dir.path(), port);
    let keep = load(&member).await;
    let health = get(port, "/health").expect("answers");
    assert!(health.ends_with(r#"{"health":"true","reason":""}"#), "{health}");
    let text = get(port, "/metrics").expect("answers");
    for line in [
        "etcd_mvcc_put_total 3",
        "etcd_mvcc_range_total 2",
        "etcd_debugging_mvcc_keys_total 3",
        "etcd_debugging_lease_granted_total 1",
        "etcd_server_health_success 1",
        "etcd_server_id{server_id=\"8e9e05c52164694d\"} 1",
        "etcd_server_quota_backend_bytes 2147483648",
        "grpc_server_started_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 3",
        "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 3",
        "grpc_server_handled_total{grpc_code=\"InvalidArgument\",grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 1",
        "grpc_server_msg_received_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 3",
        "grpc_server_msg_received_total{grpc_method=\"LeaseKeepAlive\",grpc_service=\"etcdserverpb.Lease\",grpc_type=\"bidi_stream\"} 2",
        "grpc_server_msg_sent_total{grpc_method=\"LeaseKeepAlive\",grpc_service=\"etcdserverpb.Lease\",grpc_type=\"bidi_stream\"} 2",
        "grpc_server_msg_sent_total{grpc_method=\"Range\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in {text}");
    }
    // Whoever connects to a member asks nothing by itself, so all the bytes are those of `load`.
    let number = |name: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{name} in {text}"))
    };
    let put = |n: usize| PutRequest { key: format!("k{n}").into(), ..Default::default() }.encoded_len();
    let sent: usize = (0..3).map(put).sum::<usize>()
        + RangeRequest { key: "k0".into(), ..Default::default() }.encoded_len()
        + LeaseGrantRequest { ttl: 600, id: 0 }.encoded_len()
        + 2 * keep.encoded_len();
    assert_eq!(number("etcd_network_client_grpc_received_bytes_total"), sent as u64);
    assert!(number("etcd_network_client_grpc_sent_bytes_total") > 100);

    if Command::new("/usr/bin/etcd").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no /usr/bin/etcd (Debian's etcd-server)");
        println!("skipped: no /usr/bin/etcd to compare with");
        return;
    }
    let (port, peer) = (free_port(), free_port());
    let url = |port| format!("http://127.0.0.1:{port}");
    let upstream = Command::new("/usr/bin/etcd")
        .arg(format!("--data-dir={}", dir.path().join("upstream").display()))
        .args([
            format!("--listen-client-urls={}", url(port)),
            format!("--advertise-client-urls={}", url(port)),
        ])
        .args([
            format!("--listen-peer-urls={}", url(peer)),
            format!("--initial-advertise-peer-urls={}", url(peer)),
            format!("--initial-cluster=default={}", url(peer)),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let _upstream = Upstream(upstream);
    let theirs = loop {
        match get(port, "/metrics") {
            Some(text) => break text,
            None => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    let ours = names(&text);
    let missing: Vec<&str> = names(&theirs)
        .into_iter()
        .filter(|name| !ours.contains(name) && !ABSENT.iter().any(|(absent, _)| name.starts_with(absent)))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
