//! kube-cri's side of a shim: starting one, asking it, listening to it.

use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use tokio::io::AsyncReadExt;

use crate::shim::protocol::{self, Reply, Request};

/// How long a shim may take to answer: containers with many mounts on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts a pod's shim and returns its pid once it serves.
pub fn start(pod_file: &Path) -> Result<i32> {
    let mut child = Command::new("/proc/self/exe")
        .arg0("kube-shim")
        .arg(pod_file)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start the pod's shim")?;
    let (mut out, mut problem) = (String::new(), String::new());
    // The shim closes both once it serves, or ends.
    child.stdout.take().context("no pipe")?.read_to_string(&mut out)?;
    child.stderr.take().context("no pipe")?.read_to_string(&mut problem)?;
    child.wait()?;
    match out.trim().parse() {
        Ok(pid) => Ok(pid),
        Err(_) if problem.is_empty() => bail!("the pod's shim ended while it was set up"),
        Err(_) => bail!("{}", problem.trim()),
    }
}

fn connect(socket: &Path) -> Result<UnixStream> {
    let stream = UnixStream::connect(socket).context("the pod's shim does not answer")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Sends a request and waits for its (first) answer.
pub async fn ask(socket: PathBuf, request: Request, fds: Vec<OwnedFd>) -> Result<Answer> {
    tokio::task::spawn_blocking(move || {
        let stream = connect(&socket)?;
        let raw: Vec<i32> = fds.iter().map(AsRawFd::as_raw_fd).collect();
        protocol::send(&stream, &request, &raw).context("the pod's shim does not listen")?;
        drop(fds);
        match protocol::receive::<Reply>(&stream).context("the pod's shim does not answer")? {
            Some((Reply::Failed(reason), _)) => Err(anyhow!(reason)),
            Some((reply, fds)) => Ok(Answer { reply, fds, stream }),
            None => bail!("the pod's shim ended while it was asked"),
        }
    })
    .await?
}

/// What a shim said.
pub struct Answer {
    /// The answer.
    pub reply: Reply,
    /// Descriptors that came with it.
    pub fds: Vec<OwnedFd>,
    stream: UnixStream,
}

impl Answer {
    /// What comes later on the same connection.
    pub fn into_later(self) -> Result<Later> {
        self.stream.set_nonblocking(true)?;
        Ok(Later { stream: tokio::net::UnixStream::from_std(self.stream)? })
    }
}

/// A connection that tells of things as they happen.
pub struct Later {
    stream: tokio::net::UnixStream,
}

impl Later {
    /// Watches every container of a shim.
    pub async fn watch(socket: &Path) -> Result<Self> {
        let stream = UnixStream::connect(socket).context("the pod's shim does not answer")?;
        protocol::send(&stream, &Request::Watch, &[])?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream: tokio::net::UnixStream::from_std(stream)? })
    }

    /// The next message; `None` once the shim is gone.
    pub async fn next(&mut self) -> Option<Reply> {
        let length = self.stream.read_u32().await.ok()?;
        let mut body = vec![0u8; length as usize];
        self.stream.read_exact(&mut body).await.ok()?;
        serde_json::from_slice(&body).ok()
    }
}
