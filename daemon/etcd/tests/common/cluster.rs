//! Several members as processes, which know each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use etcdapi::etcdserverpb::{MemberListRequest, PutRequest, RangeRequest, StatusRequest};
use etcdapi::{Client, Config};

use super::{Member, free_port};

/// What has things go wrong.
const FAULTS: &str = "KADM_ETCD_FAULTS";

/// Members that know each other.
pub struct Cluster {
    pub dir: tempfile::TempDir,
    /// Client and peer ports.
    pub ports: BTreeMap<String, (u16, u16)>,
    pub members: BTreeMap<String, Member>,
    /// What goes wrong with a member from its next start on, as `KADM_ETCD_FAULTS` has it.
    pub faults: BTreeMap<String, String>,
}

impl Cluster {
    pub fn start(names: &[&str]) -> Self {
        Self::with_faults(names, |_, _| String::new())
    }

    /// Starts members, each with the faults that are made of the common folder and its name.
    pub fn with_faults(names: &[&str], faults: impl Fn(&Path, &str) -> String) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let ports = names.iter().map(|name| ((*name).to_string(), (free_port(), free_port()))).collect();
        let faults = names.iter().map(|name| ((*name).to_string(), faults(dir.path(), name))).collect();
        let mut cluster = Self { dir, ports, members: BTreeMap::new(), faults };
        for name in names {
            cluster.run(name, "new");
        }
        cluster
    }

    pub fn peer_url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}", self.ports[name].1)
    }

    pub fn data(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    pub fn run(&mut self, name: &str, state: &str) {
        self.run_with(name, state, &[]);
    }

    pub fn run_with(&mut self, name: &str, state: &str, more: &[&str]) {
        let cluster: Vec<String> =
            self.ports.keys().map(|name| format!("{name}={}", self.peer_url(name))).collect();
        let mut flags = vec![
            format!("--name={name}"),
            format!("--listen-peer-urls={}", self.peer_url(name)),
            format!("--initial-advertise-peer-urls={}", self.peer_url(name)),
            format!("--initial-cluster={}", cluster.join(",")),
            format!("--initial-cluster-state={state}"),
            // Enough for a loaded machine.
            "--heartbeat-interval=100".into(),
            "--election-timeout=1500".into(),
            "--feature-gates=InitialCorruptCheck=true".into(),
        ];
        flags.extend(more.iter().map(ToString::to_string));
        let (variable, value) = (FAULTS, self.faults.get(name).cloned().unwrap_or_default());
        let member = Member::faulty(&self.data(name), self.ports[name].0, &flags, &[(variable, value)]);
        self.members.insert(name.into(), member);
    }

    pub fn kill(&mut self, name: &str) {
        self.members.remove(name).expect("runs").kill();
    }

    pub async fn client(&self, name: &str) -> Client {
        self.members[name].client().await
    }

    /// A client of all members that run.
    pub async fn any(&self) -> Client {
        let endpoints = self.members.values().map(|member| member.endpoint.clone());
        Client::lazy(Config::new(endpoints)).expect("addresses")
    }

    /// The id of each member by name.
    pub async fn ids(&self) -> BTreeMap<String, u64> {
        let list = retry(async || {
            self.any().await.cluster().member_list(MemberListRequest { linearizable: true }).await
        })
        .await;
        list.into_inner().members.into_iter().map(|member| (member.name, member.id)).collect()
    }

    /// Who leads.
    pub async fn leader(&self) -> String {
        let ids = self.ids().await;
        loop {
            for name in self.members.keys() {
                let status = self.client(name).await.maintenance().status(StatusRequest {}).await;
                if let Ok(status) = status {
                    let leader = status.into_inner().leader;
                    if let Some((name, _)) = ids.iter().find(|(_, id)| **id == leader)
                        && self.members.contains_key(name)
                    {
                        return name.clone();
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn put(&self, key: &str, value: &str) {
        retry(async || {
            let request = PutRequest {
                key: key.to_string().into(),
                value: value.to_string().into(),
                ..Default::default()
            };
            self.any().await.kv().put(request).await
        })
        .await;
    }

    /// Waits until a member has the key by itself.
    pub async fn has(&self, name: &str, key: &str, value: &str) {
        let request =
            || RangeRequest { key: key.to_string().into(), serializable: true, ..Default::default() };
        let found = async {
            loop {
                let found = self.client(name).await.kv().range(request()).await;
                if found
                    .is_ok_and(|found| found.into_inner().kvs.iter().any(|kv| kv.value == value.as_bytes()))
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), found).await;
        assert!(waited.is_ok(), "{name} does not get {key}");
    }
}

/// Tries again until it works: elections take their time.
pub async fn retry<T>(mut call: impl AsyncFnMut() -> Result<T, tonic::Status>) -> T {
    let mut last = None;
    for _ in 0..600 {
        match call().await {
            Ok(done) => return done,
            Err(status) => last = Some(status),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{last:?}");
}
