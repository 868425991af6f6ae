//! An etcd of a measurement's own, ours or anyone's: the flags are the same.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use etcdapi::Client;
use etcdapi::etcdserverpb::StatusRequest;

use crate::idle;

/// How long a member may take to answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A member that runs until this is dropped.
pub struct Server {
    program: PathBuf,
    flags: Vec<String>,
    /// Where clients find it.
    pub endpoint: String,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_url() -> Result<String> {
    Ok(format!("http://{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?))
}

fn spawn(program: &Path, flags: &[String]) -> Result<Child> {
    Command::new(program)
        .args(flags)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))
}

impl Server {
    /// Starts `count` members of one cluster with their data under `folder`.
    ///
    /// # Errors
    /// Fails when the program can't be started or a member doesn't answer.
    pub async fn start(program: &Path, folder: &Path, count: usize) -> Result<Vec<Self>> {
        let peers = (0..count).map(|_| free_url()).collect::<Result<Vec<_>>>()?;
        let cluster: Vec<String> = peers.iter().enumerate().map(|(at, url)| format!("m{at}={url}")).collect();
        let mut servers = Vec::new();
        for (at, peer) in peers.iter().enumerate() {
            let endpoint = free_url()?;
            let data = folder.join(format!("m{at}"));
            let flags: Vec<String> = [
                ("name", format!("m{at}")),
                ("data-dir", data.display().to_string()),
                ("listen-client-urls", endpoint.clone()),
                ("advertise-client-urls", endpoint.clone()),
                ("listen-peer-urls", peer.clone()),
                ("initial-advertise-peer-urls", peer.clone()),
                ("initial-cluster", cluster.join(",")),
                ("log-level", "error".into()),
                ("quota-backend-bytes", (8u64 << 30).to_string()),
            ]
            .into_iter()
            .map(|(name, value)| format!("--{name}={value}"))
            .collect();
            let child = spawn(program, &flags)?;
            servers.push(Self { program: program.into(), flags, endpoint, child });
        }
        for server in &mut servers {
            server.ready().await?;
        }
        Ok(servers)
    }

    /// Waits until it knows a leader; returns the leader's member id and its own.
    ///
    /// # Errors
    /// Fails when that takes too long or the process ends.
    pub async fn ready(&mut self) -> Result<(u64, u64)> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended: {status}", self.program.display());
            }
            if let Ok(client) = Client::connect(etcdapi::Config::new([self.endpoint.clone()])).await
                && let Ok(status) = client.maintenance().status(StatusRequest {}).await
            {
                let status = status.into_inner();
                if status.leader != 0 {
                    return Ok((status.leader, status.header.unwrap_or_default().member_id));
                }
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} does not answer on {}", self.program.display(), self.endpoint);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// kill -9.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again; returns how long it took until it answered.
    ///
    /// # Errors
    /// As [`Self::ready`].
    pub async fn restart(&mut self) -> Result<Duration> {
        self.kill();
        let begun = Instant::now();
        self.child = spawn(&self.program, &self.flags)?;
        self.ready().await?;
        Ok(begun.elapsed())
    }

    /// The processor time that it has used.
    pub fn cpu(&self) -> Duration {
        Duration::from_millis(idle::ticks(&self.child.id().to_string()) * 10)
    }

    /// Its memory: what it alone has and its share of what is shared, and what is in use of what
    /// it can't give back (without the pages of mapped files), in KiB.
    pub fn memory(&self) -> (u64, u64) {
        let text = idle::memory(&self.child.id().to_string());
        (idle::field(&text, "Pss:"), idle::field(&text, "Pss_Anon:"))
    }
}
