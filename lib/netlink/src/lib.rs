//! Netlink as the node's programs need it: links, addresses and routes ([`route`]) and atomic
//! nftables transactions ([`nft`]). Synchronous: a CNI plugin lives for milliseconds and must
//! not start a runtime first; a transaction is one system call each way.

pub mod conntrack;
pub mod nft;
pub mod route;

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send, setsockopt,
    socket, sockopt,
};

/// Why the kernel refused something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It said so.
    #[error("{what}: {source}{}", if .detail.is_empty() { String::new() } else { format!(" ({})", .detail) })]
    Refused {
        /// What was asked.
        what: String,
        /// The kernel's number.
        source: io::Error,
        /// The kernel's words, where it has some.
        detail: String,
    },
    /// The socket failed.
    #[error("netlink: {0}")]
    Socket(#[from] io::Error),
    /// Something of that name is not there.
    #[error("no such {0}")]
    Missing(String),
}

impl From<nix::errno::Errno> for Error {
    fn from(errno: nix::errno::Errno) -> Self {
        Self::Socket(errno.into())
    }
}

impl Error {
    /// The kernel's number, if it gave one.
    pub fn errno(&self) -> Option<i32> {
        match self {
            Self::Refused { source, .. } | Self::Socket(source) => source.raw_os_error(),
            Self::Missing(_) => None,
        }
    }
}

/// Whether an error is of this number, for calls that may have been done before.
pub fn unless<T: Default>(result: Result<T, Error>, errno: i32) -> Result<T, Error> {
    match result {
        Err(error) if error.errno() == Some(errno) => Ok(T::default()),
        result => result,
    }
}

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const HEADER: usize = 16;
const NESTED: u16 = 1 << 15;

pub(crate) const REQUEST: u16 = 1;
pub(crate) const ACK: u16 = 4;
pub(crate) const DUMP: u16 = 0x300;
pub(crate) const CREATE: u16 = 0x400;
pub(crate) const EXCLUSIVE: u16 = 0x200;
pub(crate) const REPLACE: u16 = 0x100;
pub(crate) const APPEND: u16 = 0x800;

/// One message: a header, a fixed part, attributes.
#[derive(Clone, Debug)]
pub struct Message {
    bytes: Vec<u8>,
    what: String,
}

impl Message {
    /// `what` tells a person what the message does.
    pub fn new(kind: u16, flags: u16, what: impl Into<String>) -> Self {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend_from_slice(&0u32.to_ne_bytes());
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(&(flags | REQUEST).to_ne_bytes());
        bytes.extend_from_slice(&[0; 8]);
        Self { bytes, what: what.into() }
    }

    /// Appends a fixed part.
    pub fn fixed(mut self, part: &[u8]) -> Self {
        self.bytes.extend_from_slice(part);
        self.pad();
        self
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// Appends an attribute.
    pub fn put(&mut self, kind: u16, value: &[u8]) {
        self.bytes.extend_from_slice(&((value.len() + 4) as u16).to_ne_bytes());
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(value);
        self.pad();
    }

    /// A number in the host's order.
    pub fn put_u32(&mut self, kind: u16, value: u32) {
        self.put(kind, &value.to_ne_bytes());
    }

    /// A number in the network's order.
    pub fn put_be32(&mut self, kind: u16, value: u32) {
        self.put(kind, &value.to_be_bytes());
    }

    /// A terminated string.
    pub fn put_text(&mut self, kind: u16, value: &str) {
        let mut bytes = value.as_bytes().to_vec();
        bytes.push(0);
        self.put(kind, &bytes);
    }

    /// An attribute that holds attributes.
    pub fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&0u16.to_ne_bytes());
        self.bytes.extend_from_slice(&(kind | NESTED).to_ne_bytes());
        fill(self);
        let length = (self.bytes.len() - start) as u16;
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
    }

    fn seal(&mut self, sequence: u32, more_flags: u16) {
        let length = self.bytes.len() as u32;
        self.bytes[0..4].copy_from_slice(&length.to_ne_bytes());
        let flags = u16::from_ne_bytes([self.bytes[6], self.bytes[7]]) | more_flags;
        self.bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
    }
}

/// A received message's attributes.
pub(crate) fn attributes(mut bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let mut found = Vec::new();
    while bytes.len() >= 4 {
        let length = u16::from_ne_bytes([bytes[0], bytes[1]]) as usize;
        let kind = u16::from_ne_bytes([bytes[2], bytes[3]]) & 0x3fff;
        if length < 4 || length > bytes.len() {
            break;
        }
        found.push((kind, &bytes[4..length]));
        bytes = &bytes[length.next_multiple_of(4).min(bytes.len())..];
    }
    found
}

/// A netlink socket in the network namespace it was opened in.
pub struct Socket {
    fd: OwnedFd,
    sequence: u32,
}

impl Socket {
    /// For links, addresses and routes.
    pub fn route() -> Result<Self, Error> {
        Self::open(SockProtocol::NetlinkRoute)
    }

    /// For nftables.
    pub fn netfilter() -> Result<Self, Error> {
        Self::open(SockProtocol::NetlinkNetFilter)
    }

    fn open(protocol: SockProtocol) -> Result<Self, Error> {
        let fd = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol)?;
        bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 0))?;
        // Large rule sets go in one transaction; without the privilege the default has to do.
        let _ = setsockopt(&fd, sockopt::SndBufForce, &(8 << 20));
        let _ = setsockopt(&fd, sockopt::RcvBufForce, &(8 << 20));
        let on: libc::c_int = 1;
        for option in [libc::NETLINK_EXT_ACK, libc::NETLINK_CAP_ACK] {
            // SAFETY: both options read an int, which outlives the call.
            unsafe {
                libc::setsockopt(
                    fd.as_raw_fd(),
                    libc::SOL_NETLINK,
                    option,
                    (&raw const on).cast(),
                    size_of::<libc::c_int>() as u32,
                )
            };
        }
        Ok(Self { fd, sequence: 1 })
    }

    /// Asks for one thing and waits for the acknowledgement. Returns what came before it.
    pub fn request(&mut self, mut message: Message) -> Result<Vec<Vec<u8>>, Error> {
        self.sequence += 1;
        message.seal(self.sequence, ACK);
        send(self.fd.as_raw_fd(), &message.bytes, MsgFlags::empty())?;
        self.collect(self.sequence, self.sequence, |_| message.what.clone())
    }

    /// Asks for a list.
    pub fn dump(&mut self, mut message: Message) -> Result<Vec<Vec<u8>>, Error> {
        self.sequence += 1;
        message.seal(self.sequence, DUMP);
        send(self.fd.as_raw_fd(), &message.bytes, MsgFlags::empty())?;
        self.collect(self.sequence, self.sequence, |_| message.what.clone())
    }

    /// Sends several messages as one; the last is acknowledged.
    pub(crate) fn send_all(
        &mut self,
        begin: Message,
        messages: Vec<Message>,
        end: Message,
    ) -> Result<(), Error> {
        let first = self.sequence + 2;
        let count = messages.len();
        if count == 0 {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let names: Vec<String> = messages.iter().map(|message| message.what.clone()).collect();
        let all = std::iter::once(begin).chain(messages).chain(std::iter::once(end));
        for (index, mut message) in all.enumerate() {
            self.sequence += 1;
            message.seal(self.sequence, if index == count { ACK } else { 0 });
            bytes.extend_from_slice(&message.bytes);
        }
        let last = first + count as u32 - 1;
        send(self.fd.as_raw_fd(), &bytes, MsgFlags::empty())?;
        self.collect(first, last, |sequence| names[(sequence - first) as usize].clone()).map(|_| ())
    }

    fn collect(
        &mut self,
        first: u32,
        last: u32,
        what: impl Fn(u32) -> String,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let mut replies = Vec::new();
        let mut problem = None;
        let mut buffer = vec![0u8; 64 * 1024];
        loop {
            let count = match recv(self.fd.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
                Err(nix::errno::Errno::EINTR) => continue,
                count => count?,
            };
            let mut rest = &buffer[..count];
            while rest.len() >= HEADER {
                let word =
                    |at: usize| u32::from_ne_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
                let (length, sequence) = (word(0) as usize, word(8));
                let kind = u16::from_ne_bytes([rest[4], rest[5]]);
                if length < HEADER || length > rest.len() {
                    break;
                }
                let body = &rest[HEADER..length];
                rest = &rest[length.next_multiple_of(4).min(rest.len())..];
                // Answers to an earlier question that nobody waited for.
                if sequence < first || sequence > last {
                    continue;
                }
                match kind {
                    NLMSG_ERROR if body.len() >= 4 => {
                        let code = i32::from_ne_bytes([body[0], body[1], body[2], body[3]]);
                        if code != 0 && problem.is_none() {
                            problem = Some(Error::Refused {
                                what: what(sequence),
                                source: io::Error::from_raw_os_error(-code),
                                detail: detail(body),
                            });
                        }
                        if sequence == last {
                            return problem.map_or(Ok(replies), Err);
                        }
                    }
                    NLMSG_DONE => return problem.map_or(Ok(replies), Err),
                    _ => replies.push(body.to_vec()),
                }
            }
        }
    }
}

/// The kernel's own words on an error.
fn detail(body: &[u8]) -> String {
    // After the code and the refused message's header (the message itself is left out).
    let Some(rest) = body.get(4 + HEADER..) else { return String::new() };
    attributes(rest)
        .into_iter()
        .find(|(kind, _)| *kind == 1)
        .map(|(_, text)| String::from_utf8_lossy(text).trim_end_matches('\0').to_string())
        .unwrap_or_default()
}
