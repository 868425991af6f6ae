//! The pages beside gRPC, as etcd 3.6 has them: status, headers and bodies.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{Member, free_port};
use etcdapi::etcdserverpb::alarm_request::AlarmAction;
use etcdapi::etcdserverpb::{AlarmRequest, AlarmType};

/// Not a test of its own: see [`common::serve`].
#[test]
fn server() {
    common::serve();
}

/// The status, the headers in small letters, and the body.
fn ask(port: u16, request: &str) -> (u16, String, String) {
    let started = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(started.elapsed() < Duration::from_secs(60), "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    write!(stream, "{request} HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("writes");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("reads");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, head.to_lowercase(), body.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_and_statuses_are_those_of_3_6() {
    let dir = tempfile::tempdir().expect("a directory");
    let (port, metrics) = (free_port(), free_port());
    let member =
        Member::with(dir.path(), port, &[format!("--listen-metrics-urls=http://127.0.0.1:{metrics}")]);
    let client = member.client().await;
    let check = |path: &str, status: u16, body: &str| {
        for port in [port, metrics] {
            let (found, head, text) = ask(port, &format!("GET {path}"));
            assert_eq!((found, text.as_str()), (status, body), "{path}: {head}");
        }
    };
    let good = "{\"health\":\"true\",\"reason\":\"\"}";
    check("/health", 200, good);
    check("/health?serializable=true", 200, good);
    check("/livez", 200, "ok\n");
    check("/livez?verbose", 200, "[+]serializable_read ok\nok\n");
    check("/livez/serializable_read?verbose=false", 200, "[+]serializable_read ok\nok\n");
    check("/livez/data_corruption", 404, "404 page not found\n");
    check("/livez/", 404, "404 page not found\n");
    check("/livezz", 404, "404 page not found\n");
    check("/readyz", 200, "ok\n");
    check(
        "/readyz?verbose",
        200,
        "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n",
    );
    check("/readyz/linearizable_read", 200, "ok\n");
    check("/readyz?exclude=linearizable_read&verbose&exclude=non_learner&exclude=nothing", 200, {
        "[+]data_corruption ok\n[+]serializable_read ok\nok\n"
    });
    check("/v2/keys", 404, "404 page not found\n");
    let (status, head, body) = ask(port, "GET /version");
    assert_eq!((status, head.contains("content-type: application/json")), (200, true), "{head}");
    assert_eq!(body, "{\"etcdserver\":\"3.6.13\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}");
    assert_eq!(ask(metrics, "GET /version").0, 404, "etcd has it on client URLs alone");
    for path in ["/health", "/livez", "/readyz/non_learner", "/version"] {
        for method in ["POST", "HEAD"] {
            let (status, head, _) = ask(port, &format!("{method} {path}"));
            assert_eq!((status, head.contains("allow: get")), (405, true), "{method} {path}: {head}");
        }
    }

    let alarm = |action: AlarmAction, alarm: AlarmType| {
        let request = AlarmRequest { action: action as i32, member_id: 0, alarm: alarm as i32 };
        let mut maintenance = client.maintenance();
        async move { maintenance.alarm(request).await.expect("sets the alarm") }
    };
    alarm(AlarmAction::Activate, AlarmType::Nospace).await;
    check("/health", 503, "{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n");
    check("/health?exclude=NOSPACE", 200, good);
    check("/health?exclude=CORRUPT", 503, "{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n");
    check("/readyz", 200, "ok\n");
    alarm(AlarmAction::Activate, AlarmType::Corrupt).await;
    check(
        "/readyz",
        503,
        "[-]data_corruption failed: alarm activated: CORRUPT\n[+]serializable_read ok\n[+]linearizable_read ok\n\
         [+]non_learner ok\n\n",
    );
    check("/readyz?exclude=data_corruption", 200, "ok\n");
    check("/readyz/data_corruption", 503, "[-]data_corruption failed: alarm activated: CORRUPT\n\n");
    check("/livez", 200, "ok\n");
    let (_, head, _) = ask(port, "GET /readyz");
    assert!(head.contains("content-type: text/plain; charset=utf-8"), "{head}");
    assert!(head.contains("x-content-type-options: nosniff"), "{head}");
    let (_, _, text) = ask(port, "GET /metrics");
    for line in [
        "etcd_server_healthcheck{name=\"data_corruption\",type=\"readyz\"} 0",
        "etcd_server_healthcheck{name=\"serializable_read\",type=\"livez\"} 1",
        "etcd_server_healthchecks_total{name=\"data_corruption\",status=\"error\",type=\"readyz\"} 5",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in {text}");
    }
}

/// A member that no other answers.
#[test]
fn who_has_no_leader_says_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let (metrics, peer, nobody) = (free_port(), free_port(), free_port());
    let url = |port| format!("http://127.0.0.1:{port}");
    let _member = Member::with(
        dir.path(),
        free_port(),
        &[
            "--name=a".into(),
            format!("--listen-metrics-urls={}", url(metrics)),
            format!("--listen-peer-urls={}", url(peer)),
            format!("--initial-advertise-peer-urls={}", url(peer)),
            format!("--initial-cluster=a={},b={}", url(peer), url(nobody)),
        ],
    );
    let reason = "{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n";
    assert_eq!(ask(metrics, "GET /health").2, reason);
    assert_eq!(ask(metrics, "GET /health?serializable=true").2, "{\"health\":\"true\",\"reason\":\"\"}");
    assert_eq!(ask(metrics, "GET /livez").0, 200);
    let read = "[-]linearizable_read failed: etcdserver: request timed out\n\n";
    assert_eq!(ask(metrics, "GET /readyz/linearizable_read").2, read);
}
