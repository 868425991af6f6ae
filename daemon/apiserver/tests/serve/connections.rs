//! Flags that say how the server holds on to others: its port, its clients' streams, kubelets and etcd's leases.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apiserver::options::{Options, command};
use etcdapi::etcdserverpb as pb;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster, free_port};

/// The cluster's flags, and some more.
fn options(cluster: &Cluster, more: &[String]) -> Options {
    let matches = command().try_get_matches_from(cluster.args.iter().chain(more)).expect("flags");
    Options::from_matches(&matches).expect("options")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_is_shared_by_those_who_want_to() {
    let Some(cluster) = Cluster::start().await else { return };
    let port = free_port();
    let own = ["--bind-address=127.0.0.1".to_string(), format!("--secure-port={port}")];
    let shared = [&own[..], &["--permit-port-sharing".to_string()]].concat();
    let start = || {
        let end = CancellationToken::new();
        (tokio::spawn(apiserver::server::run(options(&cluster, &shared), end.clone())), end)
    };
    let admin =
        Api { url: format!("https://127.0.0.1:{port}"), ..cluster.user("admin", Some("system:masters")) };
    let (first, end_first) = start();
    admin.ready().await;
    let (second, end_second) = start();
    // Who does not want to is told how it comes.
    let alone = apiserver::server::run(options(&cluster, &own), CancellationToken::new()).await;
    let why = format!("{:#}", alone.expect_err("the port is taken"));
    assert!(why.contains(&port.to_string()) && why.contains("--secure-port"), "{why}");
    // The second one is there when the first has ended.
    end_first.cancel();
    first.await.expect("does not panic").expect("ends well");
    let later =
        Api { url: admin.url.clone(), ..cluster.user_by(cluster.builder(), "admin", Some("system:masters")) };
    later.ready().await;
    assert!(!second.is_finished());
    end_second.cancel();
    second.await.expect("does not panic").expect("ends well");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_ones_are_waited_for_as_long_as_the_flag_says() {
    // Longer than others are given, which is 10 s.
    let flag = "--shutdown-watch-termination-grace-period=11s";
    let Some(mut cluster) = Cluster::start_with(|_| vec![flag.into()]).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    // A request that is never whole.
    let stream = futures::stream::pending::<Result<String, std::io::Error>>();
    let path = "/api/v1/namespaces/default/configmaps";
    let endless = admin.request(reqwest::Method::POST, path).header("content-type", "application/json");
    let endless = tokio::spawn(endless.body(reqwest::Body::wrap_stream(stream)).send());
    // Requests of a connection are begun in their order: it is in when later ones are answered.
    for _ in 0..10 {
        assert_eq!(admin.get("/api").await.0, 200);
    }
    let begun = Instant::now();
    cluster.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(25), &mut cluster.server).await;
    ended.expect("ends in time").expect("does not panic").expect("ends well");
    assert!(begun.elapsed() >= Duration::from_secs(11), "{:?}", begun.elapsed());
    endless.abort();
}

/// The settings, by their numbers, that the server begins an HTTP/2 connection with.
async fn settings(cluster: &Cluster) -> Vec<(u16, u32)> {
    let roots = component::tls::read_roots(&cluster.folder.path().join("ca.crt")).expect("a CA");
    let mut config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(cluster.url.trim_start_matches("https://")).await.expect("a connection");
    let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
    // The preface, and settings of our own: none.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("it goes");
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.expect("a frame");
    assert_eq!(head[3], 4, "settings come first");
    let mut frame = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
    stream.read_exact(&mut frame).await.expect("a frame");
    let read = |six: &[u8]| {
        (u16::from_be_bytes([six[0], six[1]]), u32::from_be_bytes([six[2], six[3], six[4], six[5]]))
    };
    frame.chunks_exact(6).map(read).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_are_told_how_many_requests_may_be_open() {
    // The number of that setting.
    const MOST: u16 = 3;
    for (flag, most) in
        [("--http2-max-streams-per-connection=7", 7), ("--http2-max-streams-per-connection=0", 250)]
    {
        let Some(cluster) = Cluster::start_with(|_| vec![flag.into()]).await else { return };
        assert!(settings(&cluster).await.contains(&(MOST, most)), "{flag}");
        cluster.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kubelets_are_waited_for_as_long_as_the_flag_says() {
    let Some(cluster) = Cluster::start_with(|_| vec!["--kubelet-timeout=300ms".into()]).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    // It takes connections, and says nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let SocketAddr::V4(address) = listener.local_addr().expect("an address") else { panic!("no IPv4") };
    assert_eq!(admin.post("/api/v1/nodes", json!({"metadata": {"name": "mute"}})).await.0, 201);
    let status = json!({"status": {
        "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": address.port()}},
    }});
    let merge = "application/merge-patch+json";
    assert_eq!(admin.patch("/api/v1/nodes/mute/status", merge, status).await.0, 200);
    let begun = Instant::now();
    let (code, answer) = admin.get("/api/v1/nodes/mute/proxy/healthz").await;
    assert_eq!(code, 503, "{answer}");
    assert!(
        answer["message"].as_str().is_some_and(|text| text.contains("TLS handshake timeout")),
        "{answer}"
    );
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(4), "{took:?}");
    cluster.stop().await;
}

/// The leases of two events, one after the other.
async fn leases(cluster: &Cluster) -> [i64; 2] {
    let admin = cluster.user("admin", Some("system:masters"));
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let mut found = [0; 2];
    for (index, lease) in found.iter_mut().enumerate() {
        let event = json!({
            "metadata": {"name": format!("e{index}")}, "involvedObject": {"namespace": "default", "name": "x"},
            "reason": "Test", "type": "Normal", "source": {"component": "test"},
        });
        let (code, made) = admin.post("/api/v1/namespaces/default/events", event).await;
        assert_eq!(code, 201, "{made}");
        let key = format!("/registry/events/default/e{index}");
        let request = pb::RangeRequest { key: key.into(), ..pb::RangeRequest::default() };
        let answer = etcd.kv().range(request).await.expect("an answer").into_inner();
        *lease = answer.kvs.first().expect("the event").lease;
        assert_ne!(*lease, 0);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leases_are_used_again_for_as_long_as_the_flag_says() {
    for (flag, again) in
        [("--lease-reuse-duration-seconds=60", true), ("--lease-reuse-duration-seconds=0", false)]
    {
        let Some(cluster) = Cluster::start_with(|_| vec![flag.into()]).await else { return };
        let [first, second] = leases(&cluster).await;
        assert_eq!(first == second, again, "{flag}");
        cluster.stop().await;
    }
}
