//! From fork to exec: what the child does to become a container's first process, and how the
//! shim hears of it.
//!
//! The child reports over a sequenced socket that closes itself on exec: a terminal's master (as
//! a descriptor), then who the process runs as, then either silence (exec worked) or an error.
//! Between "ready" and exec it waits for one byte, the start.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use anyhow::{Context, Result, anyhow, bail};
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType, recvmsg, sendmsg,
    socketpair,
};

use super::process;
use super::rootfs;
use crate::spec::{ContainerSpec, PidMode, ProcessSpec, ResolvedUser};
use crate::sys;

/// The shim's end of a child that is ready to exec.
pub struct Launched {
    /// On the host.
    pub pid: i32,
    /// Who it will run as.
    pub user: ResolvedUser,
    /// The terminal, when one was asked for.
    pub terminal: Option<OwnedFd>,
    channel: OwnedFd,
}

/// The three standard streams a process is given; ignored with a terminal.
pub struct Stdio {
    /// Standard input.
    pub stdin: OwnedFd,
    /// Standard output.
    pub stdout: OwnedFd,
    /// Standard error.
    pub stderr: OwnedFd,
}

/// Which pid namespace a child is born into.
pub enum PidNamespace<'a> {
    /// The shim's.
    Same,
    /// A new one.
    New,
    /// That of this process.
    Of(BorrowedFd<'a>),
}

impl Launched {
    /// Lets it go on to exec. The error is what exec said, in words for `kubectl describe`.
    pub fn start(self) -> Result<()> {
        nix::sys::socket::send(self.channel.as_raw_fd(), b"s", MsgFlags::MSG_NOSIGNAL)
            .context("the container's process ended before it was started")?;
        match receive(self.channel.as_fd())? {
            None => Ok(()),
            Some((message, _)) => Err(decode_error(&message)),
        }
    }
}

/// Forks a container's first process, as far as the moment before exec.
pub fn container(spec: &ContainerSpec, stdio: Stdio, pid: PidNamespace<'_>) -> Result<Launched> {
    let mut namespaces = libc::CLONE_NEWNS;
    if spec.own_cgroup_namespace {
        // The child unshares it after it has joined its cgroup, which then is its root.
    }
    if matches!(pid, PidNamespace::New) {
        namespaces |= libc::CLONE_NEWPID;
    }
    fork(namespaces as u64, pid, |channel| {
        process::join_cgroups(&spec.process)?;
        process::apply_oom_score(&spec.process);
        if spec.own_cgroup_namespace {
            nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWCGROUP).context("cgroup namespace")?;
        }
        nix::unistd::setsid().context("setsid")?;
        nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o022));
        let root = rootfs::build(spec)?;
        finish(&spec.process, stdio, channel, || rootfs::enter(spec, root), true)
    })
}

/// Forks a further process into a running container, whose first process is `init`.
pub fn exec(spec: &ProcessSpec, stdio: Stdio, init: BorrowedFd<'_>, mode: &PidMode) -> Result<Launched> {
    let pid = if *mode == PidMode::Host { PidNamespace::Same } else { PidNamespace::Of(init) };
    fork(0, pid, |channel| {
        process::join_cgroups(spec)?;
        process::apply_oom_score(spec);
        nix::unistd::setsid().context("setsid")?;
        sys::setns(init, libc::CLONE_NEWNS | libc::CLONE_NEWCGROUP)
            .context("cannot join the container's namespaces; has it just ended?")?;
        finish(spec, stdio, channel, || Ok(()), false)
    })
}

/// The steps both kinds share: terminal, root, user, wait, exec. Returns only with an error.
fn finish(
    spec: &ProcessSpec,
    stdio: Stdio,
    channel: BorrowedFd<'_>,
    enter_root: impl FnOnce() -> Result<()>,
    first: bool,
) -> Result<()> {
    enter_root()?;
    if spec.tty {
        let (master, slave) = process::open_terminal(first)?;
        send(channel, b"t", Some(master.as_raw_fd()))?;
        drop(master);
        sys::set_controlling_terminal(slave.as_fd()).context("cannot take the terminal")?;
        for target in 0..3 {
            sys::duplicate_onto(slave.as_fd(), target)?;
        }
    } else {
        sys::duplicate_onto(stdio.stdin.as_fd(), 0)?;
        sys::duplicate_onto(stdio.stdout.as_fd(), 1)?;
        sys::duplicate_onto(stdio.stderr.as_fd(), 2)?;
    }
    let user = process::resolve_user(&spec.user)?;
    send(channel, &[b"r", serde_json::to_string(&user)?.as_bytes()].concat(), None)?;
    let mut go = [0u8; 1];
    if !matches!(nix::sys::socket::recv(channel.as_raw_fd(), &mut go, MsgFlags::empty()), Ok(1)) {
        // The shim gave this container up (removed before its start) or is gone.
        sys::exit_now(0);
    }
    process::become_and_exec(spec, &user)
}

/// Forks and runs `child`, then waits until it reports to be ready.
fn fork(
    namespaces: u64,
    pid_namespace: PidNamespace<'_>,
    child: impl FnOnce(BorrowedFd<'_>) -> Result<()>,
) -> Result<Launched> {
    let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
    let own_pid_namespace = match &pid_namespace {
        PidNamespace::Of(process) => {
            let own = std::fs::File::open("/proc/self/ns/pid")?;
            sys::setns(*process, libc::CLONE_NEWPID).context("cannot enter the pid namespace")?;
            Some(own)
        }
        _ => None,
    };
    // SAFETY: the shim has one thread.
    let forked = unsafe { sys::clone_process(namespaces) };
    if let Ok(None) = forked {
        drop(ours);
        // The shim blocks signals to read them from a descriptor; programs expect none blocked.
        let _ = nix::sys::signal::SigSet::empty().thread_set_mask();
        if let Err(error) = child(theirs.as_fd()) {
            let _ = send(theirs.as_fd(), format!("e{error:#}").as_bytes(), None);
        }
        sys::exit_now(127);
    }
    if let Some(own) = own_pid_namespace {
        sys::setns(own.as_fd(), libc::CLONE_NEWPID).context("cannot leave the pid namespace again")?;
    }
    let Some(pid) = forked.context("cannot fork")? else { bail!("unreachable: the child has left") };
    drop(theirs);
    let mut terminal = None;
    loop {
        match receive(ours.as_fd())? {
            Some((message, fd)) if message.first() == Some(&b't') => terminal = fd,
            Some((message, _)) if message.first() == Some(&b'r') => {
                let user = serde_json::from_slice(&message[1..])?;
                return Ok(Launched { pid, user, terminal, channel: ours });
            }
            Some((message, _)) => {
                let _ = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid), None);
                return Err(decode_error(&message));
            }
            None => {
                let _ = nix::sys::wait::waitpid(nix::unistd::Pid::from_raw(pid), None);
                bail!("the container's process ended while it was set up (out of memory, perhaps)");
            }
        }
    }
}

fn decode_error(message: &[u8]) -> anyhow::Error {
    anyhow!("{}", String::from_utf8_lossy(message.get(1..).unwrap_or_default()))
}

fn send(channel: BorrowedFd<'_>, message: &[u8], fd: Option<RawFd>) -> Result<()> {
    let fds: Vec<RawFd> = fd.into_iter().collect();
    let control = [ControlMessage::ScmRights(&fds)];
    let control = if fds.is_empty() { &[][..] } else { &control[..] };
    sendmsg::<()>(channel.as_raw_fd(), &[IoSlice::new(message)], control, MsgFlags::MSG_NOSIGNAL, None)?;
    Ok(())
}

fn receive(channel: BorrowedFd<'_>) -> Result<Option<(Vec<u8>, Option<OwnedFd>)>> {
    let mut buffer = vec![0u8; 8192];
    let mut control = nix::cmsg_space!([RawFd; 1]);
    let mut slices = [IoSliceMut::new(&mut buffer)];
    let (length, fd) = loop {
        match recvmsg::<()>(channel.as_raw_fd(), &mut slices, Some(&mut control), MsgFlags::MSG_CMSG_CLOEXEC)
        {
            Ok(message) => {
                let mut fd = None;
                for control in message.cmsgs()? {
                    if let ControlMessageOwned::ScmRights(fds) = control {
                        // SAFETY: the kernel just installed these descriptors for us.
                        fd = fds.first().map(|fd| unsafe { OwnedFd::from_raw_fd(*fd) });
                    }
                }
                break (message.bytes, fd);
            }
            Err(nix::errno::Errno::EINTR) => continue,
            // The child was killed with our byte unread.
            Err(nix::errno::Errno::ECONNRESET) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    };
    if length == 0 {
        return Ok(None);
    }
    buffer.truncate(length);
    Ok(Some((buffer, fd)))
}
