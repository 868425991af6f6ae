//! Three members on lossy disks, with a proxy before each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use etcdapi::etcdserverpb::StatusRequest;
use etcdapi::{Client, Config};
use nix::sys::signal::Signal;

use super::common::{self, Member, free_port};
use super::network::Network;

const NAMES: [&str; 3] = ["a", "b", "c"];
pub struct World {
    dir: tempfile::TempDir,
    ports: Vec<(u16, u16)>,
    proxies: Vec<u16>,
    pub network: Arc<Network>,
    pub members: Vec<Option<Member>>,
    /// Makes each process lose other sectors.
    starts: u64,
    seed: u64,
}

impl World {
    pub async fn start(seed: u64) -> Self {
        let ports: Vec<_> = NAMES.iter().map(|_| (free_port(), free_port())).collect();
        let targets: Vec<u16> = ports.iter().map(|(_, peer)| *peer).collect();
        let (network, proxies) = Network::start(&targets).await;
        let dir = tempfile::tempdir().expect("a directory");
        let members = NAMES.iter().map(|_| None).collect();
        let mut world = Self { dir, ports, proxies, network, members, starts: 0, seed };
        for at in 0..NAMES.len() {
            world.run(at, "");
        }
        world
    }

    /// Starts a member, with a fault beside the lossy disk.
    pub fn run(&mut self, at: usize, fault: &str) {
        let peer = |at: usize| format!("http://127.0.0.1:{}", self.proxies[at]);
        let cluster: Vec<String> = (0..NAMES.len()).map(|at| format!("{}={}", NAMES[at], peer(at))).collect();
        let endpoint = format!("http://127.0.0.1:{}", self.ports[at].0);
        let args = [
            "etcd".into(),
            format!("--data-dir={}", self.dir.path().join(NAMES[at]).display()),
            format!("--listen-client-urls={endpoint}"),
            format!("--advertise-client-urls={endpoint}"),
            format!("--name={}", NAMES[at]),
            format!("--listen-peer-urls=http://127.0.0.1:{}", self.ports[at].1),
            format!("--initial-advertise-peer-urls={}", peer(at)),
            format!("--initial-cluster={}", cluster.join(",")),
            "--log-level=error".into(),
            // Flushes often, so that crashes fall into them too, and who was away needs a snapshot.
            "--snapshot-count=300".into(),
            "--snapshot-catchup-entries=50".into(),
        ];
        self.starts += 1;
        let seed = self.seed.wrapping_add(self.starts);
        let mut environment = vec![("KADM_ETCD_FAULTS", format!("lossy,seed={seed},{fault}"))];
        if common::clocks() {
            environment.extend(common::clock(&self.clock(at)));
            if !self.clock(at).exists() {
                self.set_clock(at, 0);
            }
        }
        let member = Member::under(endpoint, &args, &environment);
        self.network.is(at, member.process.id());
        self.members[at] = Some(member);
    }

    fn clock(&self, at: usize) -> std::path::PathBuf {
        self.dir.path().join(format!("{}.clock", NAMES[at]))
    }

    /// Sets a member's time of day so many seconds off, while it runs.
    pub fn set_clock(&self, at: usize, seconds: i64) {
        common::set_clock(&self.clock(at), seconds);
    }

    pub fn kill(&mut self, at: usize) {
        if let Some(mut member) = self.members[at].take() {
            member.kill();
        }
    }

    /// Waits until a member has ended by itself; whether it has.
    pub async fn ended(&mut self, at: usize, within: Duration) -> bool {
        let started = Instant::now();
        while started.elapsed() < within {
            let Some(member) = &mut self.members[at] else { return true };
            if member.process.try_wait().expect("a child").is_some() {
                self.members[at] = None;
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    pub fn signal(&self, at: usize, signal: Signal) {
        if let Some(member) = &self.members[at] {
            let pid = nix::unistd::Pid::from_raw(i32::try_from(member.process.id()).expect("a pid"));
            let _ = nix::sys::signal::kill(pid, signal);
        }
    }

    pub fn endpoints(&self) -> Vec<String> {
        self.ports.iter().map(|(port, _)| format!("http://127.0.0.1:{port}")).collect()
    }

    /// Who leads, if anybody says so.
    pub async fn leader(&self) -> Option<usize> {
        for (at, member) in self.members.iter().enumerate() {
            let Some(member) = member else { continue };
            let client = Client::lazy(Config::new([member.endpoint.clone()])).expect("an address");
            let mut maintenance = client.maintenance();
            let asked = tokio::time::timeout(Duration::from_secs(1), maintenance.status(StatusRequest {}));
            if let Ok(Ok(status)) = asked.await {
                let status = status.into_inner();
                if status.header.is_some_and(|header| header.member_id == status.leader) {
                    return Some(at);
                }
            }
        }
        None
    }

    /// Waits until every member runs and has caught up with what is committed by now.
    pub async fn healthy(&mut self, within: Duration) -> Result<(), String> {
        for (name, member) in NAMES.iter().zip(&mut self.members) {
            let started = Instant::now();
            loop {
                let Some(member) = member else { return Err(format!("member {name} was not started")) };
                if let Some(status) = member.process.try_wait().expect("a child") {
                    return Err(format!("member {name} has ended: {status}"));
                }
                let client = Client::lazy(Config::new([member.endpoint.clone()])).expect("an address");
                // A read here sees what was acknowledged anywhere.
                let range = etcdapi::etcdserverpb::RangeRequest { key: "key/".into(), ..Default::default() };
                let mut kv = client.kv();
                if let Ok(Ok(_)) = tokio::time::timeout(Duration::from_secs(3), kv.range(range)).await {
                    break;
                }
                if started.elapsed() > within {
                    return Err(format!("member {name} does not answer"));
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }
}
