//! The rules on a real kernel: a "node" with pods behind it and a client outside, each a network
//! namespace of this test's own, with connections between them. Needs root.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::time::Duration;

use client::Informer;
use client::informer::Store;
use netlink::Socket;
use nix::sched::{CloneFlags, setns, unshare};
use proxy::plan::Settings;
use proxy::table::{Base, Table};
use proxy::views::{EndpointSlice, Service};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A network namespace, kept by an open file.
struct Namespace(File);

impl Namespace {
    fn new() -> Self {
        let file = std::thread::spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
            File::open("/proc/thread-self/ns/net").expect("opens")
        });
        Self(file.join().expect("runs"))
    }

    fn enter(&self) {
        setns(self.0.as_fd(), CloneFlags::CLONE_NEWNET).expect("enters");
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let file = self.0.try_clone().expect("copies");
        std::thread::spawn(move || {
            setns(file.as_fd(), CloneFlags::CLONE_NEWNET).expect("enters");
            work()
        })
        .join()
        .expect("runs")
    }

    /// Joins another namespace by a cable: this side gets `ours`, the other `theirs` and a
    /// default route through us.
    fn cable(&self, other: &Self, name: &'static str, ours: [u8; 4], theirs: [u8; 4]) {
        let file = other.0.try_clone().expect("copies");
        self.run(move || {
            let mut socket = Socket::route().expect("a socket");
            let link = socket.add_veth(name, "eth0", file.as_fd(), None).expect("a cable");
            socket.add_address(link.index, ours.into(), 24).expect("an address");
            socket.set_up(link.index).expect("up");
        });
        other.run(move || {
            let mut socket = Socket::route().expect("a socket");
            for (name, address) in [("lo", None), ("eth0", Some(theirs))] {
                let link = socket.link(name).expect("a link");
                if let Some(address) = address {
                    socket.add_address(link.index, address.into(), 24).expect("an address");
                }
                socket.set_up(link.index).expect("up");
                if address.is_some() {
                    socket.add_route(([0; 4].into(), 0), Some(ours.into()), link.index).expect("a route");
                }
            }
        });
    }

    /// Serves its name and the client's address.
    fn serve(&self, name: &'static str, port: u16) {
        let listener = self.run(move || TcpListener::bind(("0.0.0.0", port)).expect("listens"));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let peer = stream.peer_addr().expect("a peer").ip();
                let _ = write!(stream, "{name} {peer}");
            }
        });
    }

    fn ask(&self, to: &str) -> Result<String, std::io::ErrorKind> {
        let to: SocketAddr = to.parse().expect("an address");
        self.run(move || {
            let mut stream =
                TcpStream::connect_timeout(&to, Duration::from_millis(1500)).map_err(|error| error.kind())?;
            let mut text = String::new();
            stream.read_to_string(&mut text).map_err(|error| error.kind())?;
            Ok(text)
        })
    }
}

fn service(name: &str, ip: &str, spec: Value) -> Service {
    let mut value = json!({
        "metadata": { "namespace": "default", "name": name },
        "spec": { "type": "ClusterIP", "clusterIP": ip, "clusterIPs": [ip], "ports": [{ "port": 80, "protocol": "TCP" }] },
    });
    if let (Some(into), Some(from)) = (value["spec"].as_object_mut(), spec.as_object()) {
        into.extend(from.clone());
    }
    serde_json::from_value(value).expect("a service")
}

fn slice(name: &str, endpoints: &[(&str, &str)]) -> EndpointSlice {
    let endpoints: Vec<Value> =
        endpoints.iter().map(|(ip, node)| json!({ "addresses": [ip], "nodeName": node })).collect();
    serde_json::from_value(json!({
        "metadata": { "namespace": "default", "name": format!("{name}-1"),
                      "labels": { "kubernetes.io/service-name": name } },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": [{ "port": 8080, "protocol": "TCP" }],
    }))
    .expect("a slice")
}

/// Asks until the answer is what is wanted: rules follow changes a moment later.
fn eventually(mut check: impl FnMut() -> Result<(), String>) {
    let since = std::time::Instant::now();
    loop {
        match check() {
            Ok(()) => return,
            Err(problem) if since.elapsed() > Duration::from_secs(10) => panic!("{problem}"),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn wants(node: &Namespace, to: &str, wanted: impl Fn(&Result<String, std::io::ErrorKind>) -> bool) {
    eventually(|| {
        let got = node.ask(to);
        if wanted(&got) { Ok(()) } else { Err(format!("{to}: {got:?}")) }
    });
}

#[test]
fn connections_find_their_endpoints() {
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: needs root");
        return;
    }
    let (node, one, two, outside) = (Namespace::new(), Namespace::new(), Namespace::new(), Namespace::new());
    node.cable(&one, "pod1", [10, 1, 1, 1], [10, 1, 1, 2]);
    node.cable(&two, "pod2", [10, 1, 2, 1], [10, 1, 2, 2]);
    node.cable(&outside, "up", [192, 0, 2, 1], [192, 0, 2, 2]);
    node.run(|| {
        std::fs::write("/proc/sys/net/ipv4/ip_forward", "1").expect("forwards");
        let mut socket = Socket::route().expect("a socket");
        let link = socket.link("lo").expect("loopback");
        socket.set_up(link.index).expect("up");
        // Clients on the node need a route for cluster IPs.
        let up = socket.link("up").expect("a link");
        socket.add_route(([0; 4].into(), 0), Some([192, 0, 2, 2].into()), up.index).expect("a route");
    });
    one.serve("one", 8080);
    two.serve("two", 8080);

    let (services, slices) = (Store::<Service>::default(), Store::<EndpointSlice>::default());
    services.put(service(
        "web",
        "10.96.0.1",
        json!({ "ports": [{ "port": 80, "nodePort": 30080 }], "type": "NodePort" }),
    ));
    slices.put(slice("web", &[("10.1.1.2", "here"), ("10.1.2.2", "there")]));
    services.put(service("empty", "10.96.0.2", json!({})));
    services.put(service("sticky", "10.96.0.3", json!({ "sessionAffinity": "ClientIP" })));
    slices.put(slice("sticky", &[("10.1.1.2", "here"), ("10.1.2.2", "there")]));
    services.put(service(
        "local",
        "10.96.0.4",
        json!({
        "ports": [{ "port": 80, "nodePort": 30081 }], "type": "NodePort", "externalTrafficPolicy": "Local" }),
    ));
    slices.put(slice("local", &[("10.1.1.2", "here"), ("10.1.2.2", "there")]));

    let shutdown = CancellationToken::new();
    let (stop, inside) = (shutdown.clone(), Namespace(node.0.try_clone().expect("copies")));
    let informers = (Informer::fixed(services.clone()), Informer::fixed(slices.clone()));
    let proxy = std::thread::spawn(move || {
        inside.enter();
        let settings = Settings {
            node: "here".into(),
            cluster_cidrs: vec![([10, 1, 0, 0].into(), 16)],
            masquerade_all: false,
        };
        let table = Table::new(Base { mark: 1 << 14, node_port_networks: Vec::new() }).expect("a socket");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let period = Duration::from_secs(900);
        runtime
            .block_on(proxy::follow(informers.0, informers.1, settings, table, period, stop))
            .expect("runs");
    });

    // Both endpoints get traffic, and see the pod's own address.
    wants(&one, "10.96.0.1:80", |got| got.is_ok());
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        seen.insert(two.ask("10.96.0.1:80").expect("answers"));
    }
    // From pod two: pod one sees pod two; pod two, reaching itself, sees the node.
    assert_eq!(seen, BTreeSet::from(["one 10.1.2.2".into(), "two 10.1.2.1".into()]));
    // From the node, and from outside by the node port, with the node's address.
    assert!(node.ask("10.96.0.1:80").is_ok());
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        seen.insert(outside.ask("192.0.2.1:30080").expect("answers"));
    }
    assert_eq!(seen, BTreeSet::from(["one 10.1.1.1".into(), "two 10.1.2.1".into()]));
    // Nobody serves: told at once, not after a time-out.
    assert_eq!(one.ask("10.96.0.2:80"), Err(std::io::ErrorKind::ConnectionRefused));
    assert_eq!(node.ask("10.96.0.2:80"), Err(std::io::ErrorKind::ConnectionRefused));
    // A client stays with its endpoint.
    let first = outside.ask("10.96.0.3:80").expect("answers");
    let first = first.split(' ').next().unwrap_or_default().to_string();
    for _ in 0..20 {
        assert!(outside.ask("10.96.0.3:80").is_ok_and(|got| got.starts_with(&first)));
    }
    // Only the local endpoint, and it sees who really calls.
    for _ in 0..10 {
        assert_eq!(outside.ask("192.0.2.1:30081"), Ok("one 192.0.2.2".into()));
    }

    // Changes: an endpoint leaves, all leave, they come back; a Service goes.
    slices.put(slice("web", &[("10.1.2.2", "there")]));
    eventually(|| {
        let all: BTreeSet<String> = (0..10).filter_map(|_| outside.ask("192.0.2.1:30080").ok()).collect();
        if all == BTreeSet::from(["two 10.1.2.1".to_string()]) { Ok(()) } else { Err(format!("{all:?}")) }
    });
    slices.put(slice("web", &[]));
    wants(&one, "10.96.0.1:80", |got| *got == Err(std::io::ErrorKind::ConnectionRefused));
    wants(&outside, "192.0.2.1:30080", |got| *got == Err(std::io::ErrorKind::ConnectionRefused));
    slices.put(slice("web", &[("10.1.1.2", "here")]));
    wants(&two, "10.96.0.1:80", |got| *got == Ok("one 10.1.2.2".into()));
    // Somebody else's claim of the same address does no harm, and succeeds when it is free.
    services.put(service("thief", "10.96.0.1", json!({})));
    slices.put(slice("thief", &[("10.1.2.2", "there")]));
    assert_eq!(two.ask("10.96.0.1:80"), Ok("one 10.1.2.2".into()));
    services.remove(&client::Key::new("default", "web"));
    wants(&one, "10.96.0.1:80", |got| *got == Ok("two 10.1.1.2".into()));
    assert!(outside.ask("192.0.2.1:30080").is_err());

    // UDP.
    services.put(service("dns", "10.96.0.10", json!({ "ports": [{ "port": 53, "protocol": "UDP" }] })));
    let mut udp = slice("dns", &[("10.1.1.2", "here")]);
    for port in &mut udp.ports {
        port.protocol = "UDP".into();
        port.port = Some(5353);
    }
    slices.put(udp.clone());
    for (pod, name) in [(&one, "one"), (&two, "two")] {
        let server = pod.run(|| UdpSocket::bind("0.0.0.0:5353").expect("binds"));
        std::thread::spawn(move || {
            let mut buffer = [0u8; 16];
            while let Ok((_, from)) = server.recv_from(&mut buffer) {
                let _ = server.send_to(name.as_bytes(), from);
            }
        });
    }
    let client = outside.run(|| UdpSocket::bind("0.0.0.0:0").expect("binds"));
    client.set_read_timeout(Some(Duration::from_millis(300))).expect("sets");
    let served_by = |wanted: &str| {
        eventually(|| {
            let to: SocketAddr = ([10, 96, 0, 10], 53).into();
            client.send_to(b"hi", to).map_err(|error| error.to_string())?;
            let mut buffer = [0u8; 16];
            let (count, from) = client.recv_from(&mut buffer).map_err(|error| error.to_string())?;
            let name = String::from_utf8_lossy(&buffer[..count]);
            if from == to && name == wanted { Ok(()) } else { Err(format!("{name} from {from}")) }
        });
    };
    served_by("one");
    // The same client, the same port: it must not stay with an endpoint that is gone.
    for endpoint in &mut udp.endpoints {
        endpoint.addresses = vec!["10.1.2.2".into()];
    }
    slices.put(udp);
    served_by("two");

    // The proxy goes; what it wrote stays until it is cleaned up.
    shutdown.cancel();
    proxy.join().expect("ends");
    assert_eq!(one.ask("10.96.0.1:80"), Ok("two 10.1.1.2".into()));
    node.run(|| {
        proxy::table::cleanup().expect("cleans up");
        proxy::table::cleanup().expect("cleans up twice");
        let mut socket = Socket::netfilter().expect("a socket");
        let there = netlink::nft::table_exists(&mut socket, netlink::nft::Family::Ip, proxy::table::TABLE);
        assert_eq!(there.ok(), Some(false));
    });
}
