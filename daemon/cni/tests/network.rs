//! The plugin on a real kernel: a "node" and pods as network namespaces of this test's own, with
//! traffic between them. Needs root.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use netlink::Socket;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    if std::env::var_os("CNI_COMMAND").is_some() {
        return cni::run(vec!["kube-cni".into()]);
    }
    if args.iter().any(|arg| arg == "--list") {
        println!("network: test");
        return ExitCode::SUCCESS;
    }
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: needs root");
        return ExitCode::SUCCESS;
    }
    let passed = std::thread::spawn(whole).join().is_ok();
    let (word, good, bad) = if passed { ("ok", 1, 0) } else { ("FAILED", 0, 1) };
    println!("\ntest result: {word}. {good} passed; {bad} failed");
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Namespace {
    path: PathBuf,
}

impl Namespace {
    fn new(path: PathBuf) -> Self {
        File::create(&path).expect("creates");
        let copy = path.clone();
        std::thread::spawn(move || {
            unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
            let bind = MsFlags::MS_BIND;
            mount(Some("/proc/thread-self/ns/net"), &copy, None::<&str>, bind, None::<&str>).expect("mounts");
        })
        .join()
        .expect("runs");
        Self { path }
    }

    /// Runs something inside, on a thread of its own.
    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let file = File::open(&self.path).expect("opens");
        std::thread::spawn(move || {
            setns(file.as_fd(), CloneFlags::CLONE_NEWNET).expect("enters");
            work()
        })
        .join()
        .expect("runs")
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = umount2(&self.path, MntFlags::MNT_DETACH);
    }
}

struct Plugin {
    node: PathBuf,
    config: Value,
}

impl Plugin {
    fn call(&self, command: &str, container: &str, netns: &Path, ports: &Value) -> Result<Value, Value> {
        let mut config = self.config.clone();
        config["runtimeConfig"] = json!({ "portMappings": ports });
        let (node, netns) = (self.node.clone(), netns.display().to_string());
        let (command, container) = (command.to_string(), container.to_string());
        let output = std::thread::spawn(move || {
            let file = File::open(node).expect("opens");
            setns(file.as_fd(), CloneFlags::CLONE_NEWNET).expect("enters");
            let mut child = Command::new("/proc/self/exe")
                .env("CNI_COMMAND", command)
                .env("CNI_CONTAINERID", container)
                .env("CNI_NETNS", netns)
                .env("CNI_IFNAME", "eth0")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("starts");
            child.stdin.take().expect("a pipe").write_all(config.to_string().as_bytes()).expect("writes");
            child.wait_with_output().expect("ends")
        })
        .join()
        .expect("runs");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if output.status.success() { Ok(value) } else { Err(value) }
    }
}

/// Serves one greeting to each connection, telling the client's address.
fn serve(listener: TcpListener) {
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let peer = stream.peer_addr().expect("a peer").ip();
            let _ = write!(stream, "{peer}");
        }
    });
}

fn ask(to: SocketAddr) -> Result<String, String> {
    let mut stream =
        TcpStream::connect_timeout(&to, Duration::from_secs(2)).map_err(|error| format!("{to}: {error}"))?;
    let mut text = String::new();
    stream.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn address(result: &Value, index: usize) -> IpAddr {
    let text = result["ips"][index]["address"].as_str().expect("an address");
    text.split('/').next().expect("an address").parse().expect("an address")
}

fn whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let node = Namespace::new(at("node"));
    let outside = Namespace::new(at("outside"));
    // A cable from the node to the outside world, which knows no route to pods.
    let outside_file = File::open(&outside.path).expect("opens");
    node.run(move || {
        let mut socket = Socket::route().expect("a socket");
        let lo = socket.link("lo").expect("loopback");
        socket.set_up(lo.index).expect("up");
        let link = socket.add_veth("up0", "down0", outside_file.as_fd(), None).expect("a cable");
        socket.add_address(link.index, [192, 0, 2, 1].into(), 24).expect("an address");
        socket.set_up(link.index).expect("up");
    });
    serve(outside.run(|| {
        let mut socket = Socket::route().expect("a socket");
        let link = socket.link("down0").expect("the cable");
        socket.add_address(link.index, [192, 0, 2, 2].into(), 24).expect("an address");
        socket.set_up(link.index).expect("up");
        TcpListener::bind("192.0.2.2:80").expect("listens")
    }));

    let plugin = Plugin {
        node: node.path.clone(),
        config: json!({
            "cniVersion": "1.0.0", "name": "pods", "type": "kube-cni", "bridge": "cni0",
            "isGateway": true, "hairpinMode": true, "ipMasq": true, "masqueradeExcept": ["10.77.0.0/16"],
            "ipam": {
                "type": "host-local",
                "dataDir": at("networks"),
                "ranges": [[{ "subnet": "10.77.3.0/24" }], [{ "subnet": "fd00:77::/64" }]],
            },
        }),
    };
    let none = json!([]);
    let pods: Vec<Namespace> = ["a", "b"].iter().map(|name| Namespace::new(at(name))).collect();
    let ports = json!([{ "hostPort": 8080, "containerPort": 80, "protocol": "tcp" }]);
    let first = plugin.call("ADD", "first", &pods[0].path, &ports).expect("adds");
    let second = plugin.call("ADD", "second", &pods[1].path, &none).expect("adds");
    let (one, two) = (address(&first, 0), address(&second, 0));
    assert_eq!((one.to_string(), two.to_string()), ("10.77.3.2".into(), "10.77.3.3".into()));
    assert_eq!(first["interfaces"][2]["sandbox"], pods[0].path.display().to_string());
    assert_eq!(first["ips"][0]["gateway"], "10.77.3.1");
    assert_eq!(first["interfaces"][0]["mac"], "0a:58:0a:4d:03:01");
    assert_eq!(second["interfaces"][0]["mac"], "0a:58:0a:4d:03:01");
    plugin.call("CHECK", "first", &pods[0].path, &none).expect("is well");

    for (pod, ip) in [(&pods[0], one), (&pods[1], two)] {
        serve(pod.run(move || TcpListener::bind((ip, 80)).expect("listens")));
    }
    let six = address(&first, 1);
    serve(pods[0].run(move || TcpListener::bind((six, 80)).expect("listens")));
    // Pod to pod, node to pod, both families.
    assert_eq!(pods[0].run(move || ask((two, 80).into())), Ok(one.to_string()));
    assert_eq!(node.run(move || ask((one, 80).into())), Ok("10.77.3.1".into()));
    assert_eq!(pods[1].run(move || ask((six, 80).into())), Ok(address(&second, 1).to_string()));
    // Pod to the outside, with the node's address.
    assert_eq!(pods[0].run(|| ask(([192, 0, 2, 2], 80).into())), Ok("192.0.2.1".into()));
    // The host port: from outside, from the other pod, from the pod itself, from the node.
    let port: SocketAddr = ([192, 0, 2, 1], 8080).into();
    assert_eq!(outside.run(move || ask(port)), Ok("192.0.2.2".into()));
    assert_eq!(pods[1].run(move || ask(port)), Ok(two.to_string()));
    assert!(pods[0].run(move || ask(port)).is_ok());
    assert!(node.run(move || ask(port)).is_ok());
    let clash = json!([{ "hostPort": 8080, "containerPort": 81, "protocol": "tcp" }]);
    let third = Namespace::new(at("c"));
    let taken = plugin.call("ADD", "third", &third.path, &clash);
    assert!(taken.as_ref().is_err_and(|error| error.to_string().contains("host port")), "{taken:?}");
    // containerd asks for loopback apart.
    let loopback = Plugin {
        node: node.path.clone(),
        config: json!({ "cniVersion": "0.3.1", "name": "cni-loopback", "type": "loopback" }),
    };
    let fourth = Namespace::new(at("d"));
    assert!(loopback.call("CHECK", "fourth", &fourth.path, &none).is_err(), "a new namespace's lo is down");
    let added = loopback.call("ADD", "fourth", &fourth.path, &none).expect("adds");
    assert_eq!(added["interfaces"][0]["name"], "lo");
    assert_eq!(added["ips"][0]["address"], "127.0.0.1/8");
    assert_eq!(added["ips"][0]["version"], "4");
    loopback.call("CHECK", "fourth", &fourth.path, &none).expect("is well");
    loopback.call("DEL", "fourth", &fourth.path, &none).expect("goes");
    // UDP reaches as well.
    let receiver = pods[1].run(move || UdpSocket::bind((two, 53)).expect("binds"));
    receiver.set_read_timeout(Some(Duration::from_secs(2))).expect("sets");
    pods[0].run(move || UdpSocket::bind((one, 0)).expect("binds").send_to(b"x", (two, 53)).expect("sends"));
    let mut buffer = [0u8; 8];
    assert_eq!(receiver.recv_from(&mut buffer).map(|(_, from)| from.ip()).ok(), Some(one));

    // Garbage collection takes the second, DEL the first; both twice; without a namespace, too.
    let mut collecting = Plugin { node: node.path.clone(), config: plugin.config.clone() };
    collecting.config["cni.dev/valid-attachments"] = json!([{ "containerID": "first", "ifname": "eth0" }]);
    collecting.call("GC", "", Path::new(""), &none).expect("collects");
    assert!(plugin.call("CHECK", "second", &pods[1].path, &none).is_err());
    for _ in 0..2 {
        plugin.call("DEL", "first", &pods[0].path, &none).expect("deletes");
        plugin.call("DEL", "second", Path::new(""), &none).expect("deletes");
    }
    assert!(outside.run(move || ask(port)).is_err());
    let left: Vec<_> = fs::read_dir(at("networks").join("pods"))
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.parse::<IpAddr>().is_ok() || name.contains("fd00"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    node.run(|| {
        cni::cleanup("cni0", "pods").expect("cleans up");
        let mut socket = Socket::netfilter().expect("a socket");
        let there = netlink::nft::table_exists(&mut socket, netlink::nft::Family::Ip, "kadm-cni");
        assert_eq!(there.ok(), Some(false));
        assert!(Socket::route().expect("a socket").link("cni0").is_err());
    });
}
