//! What kube-cri and a shim say to each other over the shim's unix socket: one request a
//! connection, JSON behind a 4-byte length, descriptors beside the request's first bytes. After
//! [`Request::Watch`] and [`Request::Exec`] the connection stays open for what happens later.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::spec::{ContainerSpec, ContainerState, ProcessSpec, ResolvedUser};

/// The largest message: a container's environment may hold many services.
const MAX: usize = 16 * 1024 * 1024;
/// The most descriptors that go with a message.
const MAX_FDS: usize = 3;

/// What kube-cri asks for.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Set a container up, as far as the moment before its program runs.
    Create(Box<ContainerSpec>),
    /// Run its program.
    Start { id: String },
    /// Send a signal to the first process, or to every process of its cgroup.
    Signal { id: String, signal: i32, all: bool },
    /// Run a program in a container; descriptors: stdin, stdout, stderr, unless on a terminal.
    Exec { id: String, process: Box<ProcessSpec> },
    /// Join a container's streams; descriptors: one for each of stdout and stderr, in this order.
    Attach { id: String, stdin: bool, stdout: bool, stderr: bool },
    /// Open the log file anew, after rotation.
    ReopenLog { id: String },
    /// Forget a container, killing it if it still runs.
    Delete { id: String },
    /// Hear of every container now, and of each change from then on.
    Watch,
    /// Kill what still runs and end.
    Shutdown,
}

/// What the shim answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// Done.
    Done,
    /// The container is set up.
    Created { user: ResolvedUser, pid: i32 },
    /// The program of an exec runs; with a terminal its master comes along.
    Executing { pid: i32 },
    /// It ended.
    Exited { code: i32 },
    /// Joined; with stdin, a descriptor to write to (or the terminal) comes along.
    Attached,
    /// How a container is doing.
    State(ContainerState),
    /// Every container has been told once.
    Synced,
    /// It did not work; in words for a person.
    Failed(String),
}

/// Sends one message.
pub fn send<T: Serialize>(stream: &UnixStream, message: &T, fds: &[RawFd]) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let mut bytes = Vec::with_capacity(4 + body.len());
    bytes.extend_from_slice(&(body.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&body);
    let control = [ControlMessage::ScmRights(fds)];
    let control = if fds.is_empty() { &[][..] } else { &control[..] };
    let slices = [IoSlice::new(&bytes)];
    let sent = loop {
        match sendmsg::<()>(stream.as_raw_fd(), &slices, control, MsgFlags::MSG_NOSIGNAL, None) {
            Ok(sent) => break sent,
            Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    let mut stream = stream;
    stream.write_all(&bytes[sent..])
}

/// Receives one message; `None` when the other side has closed.
pub fn receive<T: DeserializeOwned>(stream: &UnixStream) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut header = [0u8; 4];
    let mut control = nix::cmsg_space!([RawFd; MAX_FDS]);
    let mut fds = Vec::new();
    let got = loop {
        let mut slices = [IoSliceMut::new(&mut header)];
        let message =
            recvmsg::<()>(stream.as_raw_fd(), &mut slices, Some(&mut control), MsgFlags::MSG_CMSG_CLOEXEC);
        match message {
            Ok(message) => {
                for control in message.cmsgs()? {
                    if let ControlMessageOwned::ScmRights(received) = control {
                        // SAFETY: the kernel just installed these descriptors for us.
                        fds.extend(received.into_iter().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }));
                    }
                }
                break message.bytes;
            }
            Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    if got == 0 {
        return Ok(None);
    }
    let mut stream = stream;
    stream.read_exact(&mut header[got..])?;
    let length = u32::from_be_bytes(header) as usize;
    if length > MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "message too long"));
    }
    let mut body = vec![0u8; length];
    stream.read_exact(&mut body)?;
    Ok(Some((serde_json::from_slice(&body)?, fds)))
}
