//! The kernel's table of connections, as far as forgetting some of them takes.

use std::net::IpAddr;

use crate::{Error, Message, Socket, attributes, unless};

const SUBSYSTEM: u16 = 1 << 8;
const GET: u16 = 1;
const DELETE: u16 = 2;
const ORIGINAL: u16 = 1;
const REPLY: u16 = 2;

/// One direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// From.
    pub source: (IpAddr, u16),
    /// To.
    pub destination: (IpAddr, u16),
}

/// A connection: as the client sees it, and as the answers come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// TCP 6, UDP 17.
    pub protocol: u8,
    /// The client's packets, before translation.
    pub original: Direction,
    /// The answers, before translation: their source is who really serves.
    pub reply: Direction,
    raw: Vec<u8>,
    family: u8,
}

fn direction(bytes: &[u8]) -> Option<(Direction, u8)> {
    let (mut source, mut destination) = (None, None);
    let (mut protocol, mut from, mut to) = (0, 0, 0);
    let port = |value: &[u8]| value.try_into().map(u16::from_be_bytes).unwrap_or_default();
    let ip = |value: &[u8]| match value.len() {
        4 => <[u8; 4]>::try_from(value).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(value).ok().map(IpAddr::from),
        _ => None,
    };
    for (kind, value) in attributes(bytes) {
        for (inner, value) in attributes(value) {
            match (kind, inner) {
                (1, 1 | 3) => source = ip(value),
                (1, 2 | 4) => destination = ip(value),
                (2, 1) => protocol = value.first().copied().unwrap_or_default(),
                (2, 2) => from = port(value),
                (2, 3) => to = port(value),
                _ => {}
            }
        }
    }
    Some((Direction { source: (source?, from), destination: (destination?, to) }, protocol))
}

impl Socket {
    /// Every connection of a family. Needs a netfilter socket.
    pub fn connections(&mut self, ipv6: bool) -> Result<Vec<Connection>, Error> {
        let family = if ipv6 { libc::AF_INET6 } else { libc::AF_INET } as u8;
        let message = Message::new(SUBSYSTEM | GET, 0, "list connections").fixed(&[family, 0, 0, 0]);
        let replies = self.dump(message)?;
        Ok(replies
            .iter()
            .filter_map(|body| {
                let all = attributes(body.get(4..)?);
                let raw = all.iter().find(|(kind, _)| *kind == ORIGINAL)?.1;
                let (original, protocol) = direction(raw)?;
                let (reply, _) = direction(all.iter().find(|(kind, _)| *kind == REPLY)?.1)?;
                Some(Connection { protocol, original, reply, raw: raw.to_vec(), family })
            })
            .collect())
    }

    /// Forgets one; one that is gone is fine.
    pub fn forget(&mut self, connection: &Connection) -> Result<(), Error> {
        let mut message =
            Message::new(SUBSYSTEM | DELETE, 0, "forget a connection").fixed(&[connection.family, 0, 0, 0]);
        message.nest(ORIGINAL, |message| message.bytes.extend_from_slice(&connection.raw));
        unless(self.request(message), libc::ENOENT).map(|_| ())
    }
}
