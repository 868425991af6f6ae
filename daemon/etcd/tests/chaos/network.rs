//! The network between members: a proxy before each, which knows who speaks to whom, so that any
//! pair can be cut, in both directions or one, delayed or disconnected.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// What happens to bytes from one member to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// They stay where they are until this ends, as packets are sent again until they arrive.
    pub cut: bool,
    /// They arrive this much later.
    pub delay: Duration,
    /// Connections that were made before this changed are gone.
    pub age: u64,
}

const FAIR: Weather = Weather { cut: false, delay: Duration::ZERO, age: 0 };

/// All pairs.
pub struct Network {
    /// By who sends and who gets.
    links: HashMap<(usize, usize), watch::Sender<Weather>>,
    /// Each member's process, to tell whose a connection is.
    pids: Mutex<Vec<u32>>,
}

impl Network {
    /// A proxy before each of the `targets`; returns their ports.
    pub async fn start(targets: &[u16]) -> (Arc<Self>, Vec<u16>) {
        let pairs = (0..targets.len()).flat_map(|from| (0..targets.len()).map(move |to| (from, to)));
        let links = pairs.map(|pair| (pair, watch::Sender::new(FAIR))).collect();
        let network = Arc::new(Self { links, pids: Mutex::new(vec![0; targets.len()]) });
        let mut ports = Vec::new();
        for (to, target) in targets.iter().copied().enumerate() {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            ports.push(listener.local_addr().expect("an address").port());
            let network = network.clone();
            tokio::spawn(async move {
                while let Ok((stream, from)) = listener.accept().await {
                    tokio::spawn(network.clone().carry(stream, from, to, target));
                }
            });
        }
        (network, ports)
    }

    /// A member runs as this process now.
    pub fn is(&self, member: usize, pid: u32) {
        self.pids.lock().expect("not poisoned")[member] = pid;
    }

    /// Changes what happens from one member to another.
    pub fn set(&self, from: usize, to: usize, change: impl Fn(&mut Weather)) {
        self.links[&(from, to)].send_modify(change);
    }

    /// Everything arrives at once again.
    pub fn heal(&self) {
        for link in self.links.values() {
            link.send_modify(|weather| *weather = Weather { age: weather.age, ..FAIR });
        }
    }

    async fn carry(self: Arc<Self>, stream: TcpStream, from: SocketAddr, to: usize, target: u16) {
        // The process may have been started a moment ago.
        let mut found = None;
        for _ in 0..50 {
            found = owner(from, &self.pids.lock().expect("not poisoned"));
            if found.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let Some(from) = found else { return };
        let there = self.links[&(from, to)].subscribe();
        let back = self.links[&(to, from)].subscribe();
        // A connection can't be made through a cut.
        let mut open = there.clone();
        if open.wait_for(|weather| !weather.cut).await.is_err() {
            return;
        }
        let Ok(target) = TcpStream::connect(("127.0.0.1", target)).await else { return };
        let _ = stream.set_nodelay(true);
        let _ = target.set_nodelay(true);
        let (near_read, near_write) = stream.into_split();
        let (far_read, far_write) = target.into_split();
        tokio::select! {
            () = pump(near_read, far_write, there) => {}
            () = pump(far_read, near_write, back) => {}
        }
    }
}

/// Carries bytes until either end closes or the connection is reset.
async fn pump(
    mut read: tokio::net::tcp::OwnedReadHalf,
    mut write: tokio::net::tcp::OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
) {
    let (sender, mut queue) = mpsc::channel::<(Instant, Vec<u8>)>(256);
    let born = weather.borrow().age;
    let reset = weather.clone();
    let reader = async {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(len @ 1..) = read.read(&mut buffer).await {
            let due = Instant::now() + reset.borrow().delay;
            if sender.send((due, buffer[..len].to_vec())).await.is_err() {
                return;
            }
        }
    };
    let mut aged = weather.clone();
    let writer = async {
        while let Some((due, bytes)) = queue.recv().await {
            tokio::time::sleep_until(due).await;
            if weather.wait_for(|weather| !weather.cut).await.is_err()
                || write.write_all(&bytes).await.is_err()
            {
                return;
            }
        }
    };
    tokio::select! {
        () = reader => {}
        () = writer => {}
        _ = aged.wait_for(|weather| weather.age != born) => {}
    }
}

/// Which of these processes has the socket with this address: by the kernel's table of
/// connections, and the processes' open files.
fn owner(address: SocketAddr, pids: &[u32]) -> Option<usize> {
    let SocketAddr::V4(address) = address else { return None };
    let local = format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port());
    let table = std::fs::read_to_string("/proc/net/tcp").ok()?;
    let inode = table.lines().find_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        (fields.next()? == local).then(|| fields.nth(7).map(str::to_string))?
    })?;
    let wanted = format!("socket:[{inode}]");
    pids.iter().position(|pid| {
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        files
            .map(|file| file.path())
            .any(|file| std::fs::read_link(file).is_ok_and(|target| target.as_os_str() == wanted.as_str()))
    })
}
