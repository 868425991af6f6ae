//! A container's output: read from its pipes or terminal, logged, and passed on to whoever is
//! attached. A client that reads slowly slows the container down rather than losing output.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};

use super::log::{Lines, Log};

/// One output stream of a container.
pub struct Output {
    /// `stdout` or `stderr`; a terminal is `stdout`.
    pub name: &'static str,
    source: OwnedFd,
    lines: Lines,
    sinks: Vec<Sink>,
    /// What was said before anybody was attached, kept for the first client of a container that
    /// waits for one (`stdinOnce`): a command that is quicker than its user loses no output.
    early: Option<Vec<u8>>,
}

/// How much of the early output is kept.
const EARLY: usize = 64 * 1024;

struct Sink {
    to: OwnedFd,
    pending: Vec<u8>,
}

/// Makes reads and writes of a descriptor return at once.
pub fn set_nonblocking(fd: BorrowedFd<'_>) {
    if let Ok(flags) = fcntl(fd, FcntlArg::F_GETFL) {
        let _ = fcntl(fd, FcntlArg::F_SETFL(OFlag::from_bits_truncate(flags) | OFlag::O_NONBLOCK));
    }
}

impl Output {
    /// A stream of that name, read from `source`.
    pub fn new(name: &'static str, source: OwnedFd) -> Self {
        set_nonblocking(source.as_fd());
        Self { name, source, lines: Lines::new(name), sinks: Vec::new(), early: None }
    }

    /// Keeps what is said before the first client attaches, for it.
    pub fn keep_early(mut self, keep: bool) -> Self {
        self.early = keep.then(Vec::new);
        self
    }

    /// Also writes to `to`, until it closes.
    pub fn attach(&mut self, to: OwnedFd) {
        set_nonblocking(to.as_fd());
        self.sinks.push(Sink { to, pending: self.early.take().unwrap_or_default() });
        self.flush();
    }

    /// The descriptor to read from, unless a client has to catch up first.
    pub fn wants_read(&self) -> Option<i32> {
        self.sinks.iter().all(|sink| sink.pending.is_empty()).then(|| self.source.as_raw_fd())
    }

    /// The clients' descriptors; true for those that wait to be written to.
    pub fn sinks(&self) -> impl Iterator<Item = (i32, bool)> + '_ {
        self.sinks.iter().map(|sink| (sink.to.as_raw_fd(), !sink.pending.is_empty()))
    }

    /// Reads what is there. False at the end of the stream.
    pub fn pump(&mut self, log: &mut Option<Log>) -> bool {
        let mut buffer = [0u8; 16 * 1024];
        loop {
            self.flush();
            if self.wants_read().is_none() {
                return true;
            }
            match nix::unistd::read(&self.source, &mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    let bytes = &buffer[..count];
                    if let Some(log) = log {
                        self.lines.feed(log, bytes);
                    }
                    if let Some(early) = &mut self.early {
                        let room = EARLY.saturating_sub(early.len());
                        early.extend_from_slice(&bytes[..count.min(room)]);
                    }
                    for sink in &mut self.sinks {
                        sink.pending.extend_from_slice(bytes);
                    }
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return true,
                // A terminal whose last user has left reads as EIO.
                Err(_) => break,
            }
        }
        self.flush();
        if let Some(log) = log {
            self.lines.finish(log);
        }
        false
    }

    /// Writes what clients have not got yet; those that are gone are forgotten.
    pub fn flush(&mut self) {
        self.sinks.retain_mut(|sink| {
            while !sink.pending.is_empty() {
                match nix::unistd::write(&sink.to, &sink.pending) {
                    Ok(count) => {
                        sink.pending.drain(..count);
                    }
                    Err(Errno::EINTR) => {}
                    Err(Errno::EAGAIN) => return true,
                    Err(_) => return false,
                }
            }
            sink.pending = Vec::new();
            true
        });
    }

    /// Forgets the client behind a descriptor that hung up.
    pub fn detach(&mut self, fd: i32) {
        self.sinks.retain(|sink| sink.to.as_raw_fd() != fd);
    }
}
