//! Programs executed in running containers and clients attached to them: the descriptors that
//! join the two ends.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use nix::fcntl::OFlag;
use nix::unistd::pipe2;
use tokio::io::unix::AsyncFd;

use crate::assemble;
use crate::cgroup;
use crate::runtime::Runtime;
use crate::shim::protocol::{Reply, Request};
use crate::shim_client::{Answer, Later};
use crate::state::Container;
use crate::sys;

/// The most output that a synchronous execution returns, each of stdout and stderr.
const MOST_OUTPUT: usize = 16 * 1024 * 1024;

/// A pipe's end or a terminal, read and written without blocking.
pub struct Stream(AsyncFd<OwnedFd>);

impl Stream {
    /// Takes a descriptor over.
    pub fn new(fd: OwnedFd) -> io::Result<Self> {
        use nix::fcntl::{FcntlArg, fcntl};
        let flags = OFlag::from_bits_truncate(fcntl(&fd, FcntlArg::F_GETFL)?);
        fcntl(&fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
        // SAFETY: an OwnedFd owns its descriptor and always names the same one.
        Ok(Self(unsafe { AsyncFd::register(fd) }?))
    }

    /// Reads what is there; 0 at the end. A terminal that everybody has left ends, too.
    pub async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.0.readable().await?;
            match ready.try_io(|fd| nix::unistd::read(fd.get_ref(), buffer).map_err(io::Error::from)) {
                Ok(Err(error)) if error.raw_os_error() == Some(libc::EIO) => return Ok(0),
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(result) => return result,
                Err(_) => {}
            }
        }
    }

    /// Writes everything.
    pub async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = self.0.writable().await?;
            match ready.try_io(|fd| nix::unistd::write(fd.get_ref(), bytes).map_err(io::Error::from)) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(written) => bytes = &bytes[written?..],
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Sets a terminal's size.
    pub fn resize(&self, width: u16, height: u16) -> io::Result<()> {
        use std::os::fd::AsFd;
        sys::resize_terminal(self.0.get_ref().as_fd(), width, height)
    }

    /// A second handle to the same.
    pub fn duplicate(&self) -> io::Result<Self> {
        Self::new(self.0.get_ref().try_clone()?)
    }
}

/// The client's ends of a process' streams.
#[derive(Default)]
pub struct Streams {
    /// To its stdin.
    pub stdin: Option<Stream>,
    /// From its stdout, or its terminal.
    pub stdout: Option<Stream>,
    /// From its stderr.
    pub stderr: Option<Stream>,
    /// Its terminal, for resizing.
    pub terminal: Option<Stream>,
}

/// A program that runs in a container.
pub struct Execution {
    /// Its streams.
    pub streams: Streams,
    /// On the host; also its process group.
    pub pid: i32,
    later: Later,
}

impl Execution {
    /// Waits for its end.
    pub async fn exit_code(&mut self) -> Result<i32> {
        match self.later.next().await {
            Some(Reply::Exited { code }) => Ok(code),
            _ => Err(anyhow!("the container ended while the command ran")),
        }
    }

    /// Kills it and what it started.
    pub fn kill(&self) {
        sys::kill(-self.pid, libc::SIGKILL);
        sys::kill(self.pid, libc::SIGKILL);
    }
}

fn running(runtime: &Runtime, id: &str) -> Result<Container> {
    let container = runtime.container(id)?;
    if container.state.started_at == 0 || container.state.finished_at != 0 {
        bail!("container {id} is not running");
    }
    Ok(container)
}

/// Runs a command in a container; streams that are not asked for lead to `/dev/null`.
pub async fn execute(
    runtime: &Runtime,
    id: &str,
    command: &[String],
    tty: bool,
    (stdin, stdout, stderr): (bool, bool, bool),
) -> Result<Execution> {
    let container = running(runtime, id)?;
    if command.is_empty() {
        bail!("no command to execute");
    }
    let image = runtime
        .images
        .find(&container.image_id)
        .ok_or_else(|| anyhow!("the container's image {} is gone", container.image_id))?;
    let run = runtime.images.run_config(&image)?;
    let hostname =
        runtime.state.sandbox(&container.sandbox).map(|sandbox| sandbox.config.hostname).unwrap_or_default();
    let procs = cgroup::folders(&container.cgroup)
        .into_iter()
        .map(|(_, folder)| folder.join("cgroup.procs"))
        .collect();
    let mut config = container.config.clone();
    config.command = command.to_vec();
    config.args = Vec::new();
    config.tty = tty;
    let process = assemble::process(&config, &run, &hostname, procs, runtime.lowest_oom_score())?;
    let mut streams = Streams::default();
    let mut theirs: Vec<OwnedFd> = Vec::new();
    if !tty {
        let null = || std::fs::File::options().read(true).write(true).open("/dev/null").map(OwnedFd::from);
        if stdin {
            let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
            theirs.push(read);
            streams.stdin = Some(Stream::new(write)?);
        } else {
            theirs.push(null()?);
        }
        for (wanted, slot) in [(stdout, &mut streams.stdout), (stderr, &mut streams.stderr)] {
            if wanted {
                let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
                theirs.push(write);
                *slot = Some(Stream::new(read)?);
            } else {
                theirs.push(null()?);
            }
        }
    }
    let request = Request::Exec { id: container.id.clone(), process: Box::new(process) };
    let mut answer = runtime.ask(&container.sandbox, request, theirs).await?;
    let pid = match answer.reply {
        Reply::Executing { pid } => pid,
        _ => bail!("the pod's shim gave an unexpected answer"),
    };
    if let Some(master) = answer.fds.pop() {
        streams = terminal_streams(master, stdin)?;
    }
    Ok(Execution { streams, pid, later: answer.into_later()? })
}

fn terminal_streams(master: OwnedFd, stdin: bool) -> Result<Streams> {
    let terminal = Stream::new(master)?;
    Ok(Streams {
        stdin: stdin.then(|| terminal.duplicate()).transpose()?,
        stdout: Some(terminal.duplicate()?),
        stderr: None,
        terminal: Some(terminal),
    })
}

/// Joins the streams of a container's own process.
pub async fn attach(
    runtime: &Runtime,
    id: &str,
    (stdin, stdout, stderr): (bool, bool, bool),
) -> Result<Streams> {
    let container = running(runtime, id)?;
    let mut streams = Streams::default();
    let mut theirs = Vec::new();
    let tty = container.config.tty;
    for (wanted, slot) in [(stdout, &mut streams.stdout), (stderr && !tty, &mut streams.stderr)] {
        if wanted {
            let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
            theirs.push(write);
            *slot = Some(Stream::new(read)?);
        }
    }
    let stdin = stdin && container.config.stdin;
    let request = Request::Attach { id: container.id.clone(), stdin, stdout, stderr: stderr && !tty };
    let Answer { fds, .. } = runtime.ask(&container.sandbox, request, theirs).await?;
    if let Some(fd) = fds.into_iter().next() {
        let stream = Stream::new(fd)?;
        if tty {
            streams.terminal = Some(stream.duplicate()?);
        }
        if stdin {
            streams.stdin = Some(stream);
        }
    }
    Ok(streams)
}

/// Runs a command to its end and returns its exit code, stdout and stderr.
pub async fn execute_and_wait(
    runtime: &Runtime,
    id: &str,
    command: &[String],
    timeout: Duration,
) -> Result<(i32, Vec<u8>, Vec<u8>)> {
    let mut execution = execute(runtime, id, command, false, (false, true, true)).await?;
    let (out, problem) = (execution.streams.stdout.take(), execution.streams.stderr.take());
    let pid = execution.pid;
    let whole = async {
        let collected = async { tokio::join!(collect(out), collect(problem)) };
        tokio::pin!(collected);
        tokio::select! {
            both = &mut collected => Ok::<_, anyhow::Error>((execution.exit_code().await?, both.0, both.1)),
            code = execution.exit_code() => {
                // What it left running may hold the streams open; its own output is all here.
                let code = code?;
                let both = tokio::time::timeout(Duration::from_secs(2), collected).await.unwrap_or_default();
                Ok((code, both.0, both.1))
            }
        }
    };
    if timeout.is_zero() {
        return whole.await;
    }
    match tokio::time::timeout(timeout, whole).await {
        Ok(result) => result,
        Err(_) => {
            sys::kill(-pid, libc::SIGKILL);
            sys::kill(pid, libc::SIGKILL);
            Err(TimedOut(timeout)).context("failed to exec in container")
        }
    }
}

/// A command that took too long.
#[derive(Debug, thiserror::Error)]
#[error("timeout {0:?} exceeded: context deadline exceeded")]
pub struct TimedOut(Duration);

async fn collect(stream: Option<Stream>) -> Vec<u8> {
    let mut all = Vec::new();
    let Some(stream) = stream else { return all };
    let mut buffer = [0u8; 16 * 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let room = MOST_OUTPUT - all.len();
        all.extend_from_slice(&buffer[..count.min(room)]);
    }
    all
}

/// Connects to a port inside a pod's network namespace.
pub async fn connect(runtime: &Runtime, sandbox: &str, port: u16) -> Result<tokio::net::TcpStream> {
    let sandbox = runtime.sandbox(sandbox)?;
    let netns = sandbox.own_network.then(|| runtime.state.paths().netns(&sandbox.id));
    let (send, receive) = tokio::sync::oneshot::channel();
    // A thread of its own: it never comes back from the pod's namespace.
    std::thread::Builder::new().name("port-forward".into()).stack_size(64 * 1024).spawn(move || {
        let connected = || -> io::Result<std::net::TcpStream> {
            if let Some(netns) = netns {
                let file = std::fs::File::open(netns)?;
                use std::os::fd::AsFd;
                sys::setns(file.as_fd(), libc::CLONE_NEWNET)?;
            }
            let patience = Duration::from_secs(10);
            let local = [std::net::Ipv4Addr::LOCALHOST.into(), std::net::Ipv6Addr::LOCALHOST.into()];
            let mut last = io::Error::from_raw_os_error(libc::ECONNREFUSED);
            for address in local {
                let address: std::net::IpAddr = address;
                match std::net::TcpStream::connect_timeout(&(address, port).into(), patience) {
                    Ok(stream) => return Ok(stream),
                    Err(error) if address.is_ipv4() => last = error,
                    Err(_) => {}
                }
            }
            Err(last)
        };
        let _ = send.send(connected());
    })?;
    let stream = receive
        .await?
        .with_context(|| format!("failed to connect to localhost:{port} inside the pod {}", sandbox.id))?;
    stream.set_nonblocking(true)?;
    Ok(tokio::net::TcpStream::from_std(stream)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn streams_carry_bytes() {
        let (read, write) = pipe2(OFlag::O_CLOEXEC).expect("a pipe");
        let (read, write) = (Stream::new(read).expect("reads"), Stream::new(write).expect("writes"));
        let big = vec![7u8; 300_000];
        let copy = big.clone();
        let writer = tokio::spawn(async move { write.write_all(&copy).await });
        let mut got = Vec::new();
        let mut buffer = [0u8; 4096];
        while let Ok(count @ 1..) = read.read(&mut buffer).await {
            got.extend_from_slice(&buffer[..count]);
        }
        assert!(writer.await.is_ok_and(|written| written.is_ok()));
        assert_eq!(got, big);
    }
}
