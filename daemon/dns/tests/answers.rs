//! Questions over real UDP and TCP, against a cluster that the test fills, and an upstream
//! server that the test plays.

use std::net::SocketAddr;
use std::time::Duration;

use client::Informer;
use client::informer::Store;
use dns::forward::Forwarder;
use dns::index::Cluster;
use dns::server::Server;
use dns::views::{EndpointSlice, Namespace, Service};
use dns::zone::Zone;
use hickory_proto::op::{Edns, Message, Query, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{Name, RData, Record, RecordType};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio_util::sync::CancellationToken;

fn from<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an object")
}

fn question(name: &str, kind: RecordType, edns: Option<u16>) -> Message {
    let mut message = Message::query();
    message.metadata.id = 7;
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
    if let Some(size) = edns {
        let mut edns = Edns::new();
        edns.set_max_payload(size);
        message.set_edns(edns);
    }
    message
}

async fn send(server: SocketAddr, bytes: &[u8]) -> Option<Message> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    socket.send_to(bytes, server).await.expect("sends");
    let mut buffer = vec![0u8; 65535];
    let got = tokio::time::timeout(Duration::from_secs(5), socket.recv_from(&mut buffer)).await.ok()?;
    Message::from_vec(&buffer[..got.expect("receives").0]).ok()
}

async fn ask(server: SocketAddr, name: &str, kind: RecordType) -> Message {
    let message = question(name, kind, None);
    let answer = send(server, &message.to_vec().expect("encodes")).await.expect("an answer");
    assert_eq!((answer.metadata.id, &answer.queries), (7, &message.queries));
    answer
}

fn data(records: &[Record]) -> Vec<String> {
    let mut all: Vec<String> = records.iter().map(|record| record.data.to_string()).collect();
    all.sort();
    all
}

/// An upstream server: everything but `missing.` has an address; counts questions.
async fn upstream() -> (SocketAddr, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let address = socket.local_addr().expect("an address");
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        let mut buffer = vec![0u8; 4096];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.expect("receives");
            counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let request = Message::from_vec(&buffer[..length]).expect("a request");
            let mut answer = Message::response(request.metadata.id, request.metadata.op_code);
            answer.queries = request.queries.clone();
            let name = request.queries[0].name.clone();
            if name.to_ascii() == "missing." {
                answer.metadata.response_code = ResponseCode::NXDomain;
            } else {
                answer.add_answer(Record::from_rdata(name, 60, RData::A(A([192, 0, 2, 9].into()))));
            }
            socket.send_to(&answer.to_vec().expect("encodes"), from).await.expect("sends");
        }
    });
    (address, count)
}

#[tokio::test]
async fn questions_are_answered() {
    let (services, slices, namespaces) =
        (Store::<Service>::default(), Store::<EndpointSlice>::default(), Store::<Namespace>::default());
    for name in ["default", "kube-system"] {
        namespaces.put(from(json!({ "metadata": { "name": name } })));
    }
    services.put(from(json!({
        "metadata": { "namespace": "default", "name": "web" },
        "spec": { "clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.5", "fd00::5"],
                  "ports": [{ "name": "http", "port": 80, "protocol": "TCP" }, { "name": "dns", "port": 53, "protocol": "UDP" }] },
    })));
    services.put(from(json!({
        "metadata": { "namespace": "default", "name": "db" },
        "spec": { "clusterIP": "None", "ports": [{ "name": "sql", "port": 5432 }] },
    })));
    services.put(from(json!({
        "metadata": { "namespace": "default", "name": "out" },
        "spec": { "type": "ExternalName", "externalName": "example.org" },
    })));
    services.put(from(json!({
        "metadata": { "namespace": "default", "name": "big" }, "spec": { "clusterIP": "None" },
    })));
    let slice = |name: &str, endpoints: Value| -> EndpointSlice {
        from(json!({
            "metadata": { "namespace": "default", "name": format!("{name}-1"), "labels": { "kubernetes.io/service-name": name } },
            "endpoints": endpoints,
            "ports": [{ "name": "sql", "port": 5432, "protocol": "TCP" }],
        }))
    };
    slices.put(slice(
        "db",
        json!([
            { "addresses": ["10.1.0.2"], "hostname": "db-0", "conditions": { "ready": true } },
            { "addresses": ["10.1.0.3"], "conditions": {} },
            { "addresses": ["10.1.0.4"], "conditions": { "ready": false } },
        ]),
    ));
    let many: Vec<Value> =
        (0..120).map(|index| json!({ "addresses": [format!("10.2.0.{index}")] })).collect();
    slices.put(slice("big", json!(many)));
    let cluster = Cluster::new(
        Informer::fixed(services.clone()),
        Informer::fixed(slices.clone()),
        Informer::fixed(namespaces.clone()),
    );
    let (upstream, asked) = upstream().await;
    let zone = Zone::new("cluster.local").expect("a zone");
    let server = Server::new(zone, cluster, Forwarder::new(vec![upstream]));
    let shutdown = CancellationToken::new();
    let at =
        server.listen("127.0.0.1:0".parse().expect("an address"), shutdown.clone()).await.expect("listens");

    // Services.
    let answer = ask(at, "WEB.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["10.96.0.5"]);
    assert!(answer.metadata.authoritative && answer.metadata.recursion_available);
    let answer = ask(at, "web.default.svc.cluster.local.", RecordType::AAAA).await;
    assert_eq!(data(&answer.answers), ["fd00::5"]);
    let answer = ask(at, "_http._tcp.web.default.svc.cluster.local.", RecordType::SRV).await;
    assert_eq!(data(&answer.answers), ["0 100 80 web.default.svc.cluster.local."]);
    assert_eq!(data(&answer.additionals), ["10.96.0.5", "fd00::5"]);
    let answer = ask(at, "5.0.96.10.in-addr.arpa.", RecordType::PTR).await;
    assert_eq!(data(&answer.answers), ["web.default.svc.cluster.local."]);

    // There, but not of that type; not there at all.
    let answer = ask(at, "web.default.svc.cluster.local.", RecordType::MX).await;
    assert_eq!((answer.metadata.response_code, answer.answers.len()), (ResponseCode::NoError, 0));
    assert_eq!(answer.authorities.len(), 1);
    for name in [
        "none.default.svc.cluster.local.",
        "x.web.default.svc.cluster.local.",
        "nowhere.svc.cluster.local.",
        "_no._tcp.web.default.svc.cluster.local.",
        "a.b.c.d.e.cluster.local.",
    ] {
        let answer = ask(at, name, RecordType::A).await;
        assert_eq!(answer.metadata.response_code, ResponseCode::NXDomain, "{name}");
        assert_eq!(answer.authorities[0].record_type(), RecordType::SOA, "{name}");
    }
    let answer = ask(at, "default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::NoError);

    // Headless Services and their endpoints.
    let answer = ask(at, "db.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["10.1.0.2", "10.1.0.3"]);
    let answer = ask(at, "db-0.db.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["10.1.0.2"]);
    let answer = ask(at, "10-1-0-3.db.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["10.1.0.3"]);
    let answer = ask(at, "_sql._tcp.db.default.svc.cluster.local.", RecordType::SRV).await;
    assert_eq!(
        data(&answer.answers),
        ["0 50 5432 10-1-0-3.db.default.svc.cluster.local.", "0 50 5432 db-0.db.default.svc.cluster.local."]
    );
    let answer = ask(at, "2.0.1.10.in-addr.arpa.", RecordType::PTR).await;
    assert_eq!(data(&answer.answers), ["db-0.db.default.svc.cluster.local."]);

    // Pods, the version, the apex.
    let answer = ask(at, "10-1-0-9.default.pod.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["10.1.0.9"]);
    let answer = ask(at, "10-1-0-9.nowhere.pod.cluster.local.", RecordType::A).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::NXDomain);
    let answer = ask(at, "dns-version.cluster.local.", RecordType::TXT).await;
    assert_eq!(data(&answer.answers), ["1.1.0"]);
    assert_eq!(ask(at, "cluster.local.", RecordType::SOA).await.answers.len(), 1);

    // The rest of the world, asked once.
    for _ in 0..3 {
        let answer = ask(at, "example.com.", RecordType::A).await;
        assert_eq!(data(&answer.answers), ["192.0.2.9"]);
        assert!(answer.answers[0].ttl <= 60);
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(ask(at, "missing.", RecordType::A).await.metadata.response_code, ResponseCode::NXDomain);
    let answer = ask(at, "out.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(data(&answer.answers), ["192.0.2.9", "example.org."]);

    // Large answers: cut over UDP, whole with EDNS's leave or over TCP.
    let big = "big.default.svc.cluster.local.";
    let answer = ask(at, big, RecordType::A).await;
    assert!(answer.metadata.truncation);
    let wide = question(big, RecordType::A, Some(4096)).to_vec().expect("encodes");
    let answer = send(at, &wide).await.expect("an answer");
    assert_eq!((answer.metadata.truncation, answer.answers.len()), (false, 120));
    assert!(answer.edns.is_some());
    let bytes = question(big, RecordType::A, None).to_vec().expect("encodes");
    let mut stream = TcpStream::connect(at).await.expect("connects");
    for _ in 0..2 {
        stream.write_u16(bytes.len() as u16).await.expect("writes");
        stream.write_all(&bytes).await.expect("writes");
        let length = stream.read_u16().await.expect("reads");
        let mut buffer = vec![0u8; length.into()];
        stream.read_exact(&mut buffer).await.expect("reads");
        assert_eq!(Message::from_vec(&buffer).map(|answer| answer.answers.len()).ok(), Some(120));
    }

    // Nonsense is told so, and answers are not answered.
    let answer = send(at, &[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff]).await.expect("an answer");
    assert_eq!(answer.metadata.response_code, ResponseCode::FormErr);
    let answer = ask(at, "cluster.local.", RecordType::AXFR).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::Refused);

    // What changes is answered anew.
    services.remove(&client::Key::new("default", "web"));
    let answer = ask(at, "web.default.svc.cluster.local.", RecordType::A).await;
    assert_eq!(answer.metadata.response_code, ResponseCode::NXDomain);
    shutdown.cancel();
}
