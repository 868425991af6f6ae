//! What flags say about connections, requests and log lines.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{Member, free_port};
use etcdapi::etcdserverpb::PutRequest;
use etcdapi::{Client, Config};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// The whole answer to an HTTP request.
fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    let request = request.replace('\n', "\r\n");
    write!(stream, "{request}\r\nConnection: close\r\n\r\n").expect("writes");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("reads");
    text.to_lowercase()
}

/// The settings that a server begins an HTTP/2 connection with.
fn settings(port: u16) -> Vec<(u16, u32)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("writes");
    let mut head = [0; 9];
    stream.read_exact(&mut head).expect("reads");
    assert_eq!(head[3], 4, "the first frame has the settings");
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
    stream.read_exact(&mut body).expect("reads");
    let setting = |bytes: &[u8]| {
        let value = u32::from_be_bytes([bytes[2], bytes[3], bytes[4], bytes[5]]);
        (u16::from_be_bytes([bytes[0], bytes[1]]), value)
    };
    body.chunks_exact(6).map(setting).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hosts_pages_and_streams_are_limited() {
    let dir = tempfile::tempdir().expect("a directory");
    let port = free_port();
    let log = dir.path().join("log");
    let flags = [
        "--cors=http://page.example".to_string(),
        "--host-whitelist=127.0.0.1,localhost".into(),
        "--max-concurrent-streams=7".into(),
        // Every request takes longer.
        "--warning-unary-request-duration=1ns".into(),
        "--log-format=json".into(),
        format!("--log-outputs=stderr,{}", log.display()),
    ];
    let member = Member::with(&dir.path().join("data"), port, &flags);
    let client = member.client().await;
    let get = |more: &str| ask(port, &format!("GET /version HTTP/1.1\n{more}"));
    assert!(get("Host: localhost:1").starts_with("http/1.1 200"));
    let refused = get("Host: evil.example");
    assert!(refused.starts_with("http/1.1 421") && refused.contains("--host-whitelist"), "{refused}");
    let allowed = "access-control-allow-origin: http://page.example";
    assert!(get("Host: localhost\nOrigin: http://page.example").contains(allowed));
    assert!(!get("Host: localhost\nOrigin: http://other.example").contains("access-control"));
    let options = ask(port, "OPTIONS /v3/kv/put HTTP/1.1\nHost: localhost\nOrigin: http://page.example");
    assert!(options.starts_with("http/1.1 200") && options.contains(allowed), "{options}");
    assert!(options.contains("access-control-allow-methods: post, get, options, put, delete"), "{options}");
    assert!(settings(port).contains(&(3, 7)), "{:?}", settings(port));

    let put = PutRequest { key: "k".into(), ..Default::default() };
    client.kv().put(put).await.expect("puts");
    let wanted = "a request took longer than --warning-unary-request-duration";
    let started = Instant::now();
    let line = loop {
        let text = std::fs::read_to_string(&log).expect("reads");
        let lines: Vec<serde_json::Value> = text
            .lines()
            .filter(|line| line.ends_with('}'))
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        if let Some(line) = lines.iter().find(|line| line["msg"] == wanted) {
            break line.clone();
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((&line["level"], &line["request"]), (&"warn".into(), &"/etcdserverpb.KV/Put".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_and_pages_can_have_a_port_of_their_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let (port, http) = (free_port(), free_port());
    let flags = [format!("--listen-client-http-urls=http://127.0.0.1:{http}"), "--socket-reuse-port".into()];
    let member = Member::with(dir.path(), port, &flags);
    let put = || PutRequest { key: "k".into(), ..Default::default() };
    member.client().await.kv().put(put()).await.expect("puts");
    let page = "GET /health HTTP/1.1\nHost: localhost";
    let elsewhere = ask(port, page);
    assert!(
        elsewhere.starts_with("http/1.1 415") && elsewhere.contains("--listen-client-http-urls"),
        "{elsewhere}"
    );
    assert!(ask(http, page).starts_with("http/1.1 200"));
    let range = "POST /v3/kv/range HTTP/1.1\nHost: localhost\nContent-Length: 14\n\n{\"key\":\"aw==\"}";
    let mut stream = TcpStream::connect(("127.0.0.1", http)).expect("connects");
    stream.write_all(range.replace('\n', "\r\n").as_bytes()).expect("writes");
    let mut start = [0; 12];
    stream.read_exact(&mut start).expect("reads");
    assert_eq!(&start, b"HTTP/1.1 200");
    let client = Client::lazy(Config::new([format!("http://127.0.0.1:{http}")])).expect("an address");
    client.kv().put(put()).await.expect_err("gRPC is elsewhere");
    // Another process may listen there too.
    let twin = nix::sys::socket::socket(
        nix::sys::socket::AddressFamily::Inet,
        nix::sys::socket::SockType::Stream,
        nix::sys::socket::SockFlag::empty(),
        None,
    )
    .expect("a socket");
    nix::sys::socket::setsockopt(&twin, nix::sys::socket::sockopt::ReusePort, &true).expect("sets");
    let address: std::net::SocketAddrV4 = format!("127.0.0.1:{port}").parse().expect("an address");
    let address = nix::sys::socket::SockaddrIn::from(address);
    nix::sys::socket::bind(std::os::fd::AsRawFd::as_raw_fd(&twin), &address).expect("binds");
}

#[test]
fn memory_is_locked_or_the_member_says_why_not() {
    let dir = tempfile::tempdir().expect("a directory");
    let port = free_port();
    let mut member = Member::with(dir.path(), port, &["--memory-mlock".into()]);
    let status = format!("/proc/{}/status", member.process.id());
    let started = Instant::now();
    loop {
        if let Ok(Some(ended)) = member.process.try_wait() {
            // Where a process may not lock its memory (ulimit -l) it ends with an error.
            assert!(!ended.success());
            return;
        }
        let locked = std::fs::read_to_string(&status).unwrap_or_default();
        let locked = locked.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap_or_default();
        if locked.split_whitespace().next().is_some_and(|size| size != "0") {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "nothing is locked: {locked:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_log_file_is_rotated() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = dir.path().join("etcd.log");
    let earlier = "an earlier line\n".repeat(1 << 16);
    std::fs::write(&log, &earlier).expect("writes");
    let flags = [
        "--enable-log-rotation".to_string(),
        r#"--log-rotation-config-json={"maxsize": 1}"#.into(),
        format!("--log-outputs={}", log.display()),
    ];
    let member = Member::with(&dir.path().join("data"), free_port(), &flags);
    // Once it has answered it has told who leads.
    let put = PutRequest { key: "k".into(), ..Default::default() };
    member.client().await.kv().put(put).await.expect("puts");
    let names = || std::fs::read_dir(dir.path()).expect("reads").flatten().map(|entry| entry.file_name());
    let mut old = names().filter(|name| name.to_string_lossy().starts_with("etcd-"));
    let first = old.next().expect("an old file");
    assert_eq!(old.next(), None);
    assert_eq!(std::fs::read_to_string(dir.path().join(first)).expect("reads"), earlier);
    let now = std::fs::read_to_string(&log).expect("reads");
    assert!(now.contains("the leader changed") && !now.contains("earlier"), "{now}");
}
