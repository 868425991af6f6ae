//! Links, addresses and routes of one network namespace.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use crate::{CREATE, EXCLUSIVE, Error, Message, REPLACE, Socket, attributes, unless};

const NEWLINK: u16 = 16;
const DELLINK: u16 = 17;
const GETLINK: u16 = 18;
const SETLINK: u16 = 19;
const NEWADDR: u16 = 20;
const GETADDR: u16 = 22;
const NEWROUTE: u16 = 24;
const DELROUTE: u16 = 25;

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_NET_NS_FD: u16 = 28;
const IFLA_PROTINFO: u16 = 12;
const VETH_INFO_PEER: u16 = 1;
const IFLA_BRPORT_MODE: u16 = 4;

/// A link, as far as it is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub index: u32,
    /// Its hardware address.
    pub address: Vec<u8>,
    /// Its largest packet.
    pub mtu: u32,
    /// The other end of a veth pair, or the number of a lower link.
    pub peer: u32,
}

fn family(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { libc::AF_INET as u8 } else { libc::AF_INET6 as u8 }
}

fn octets(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

fn info(index: u32, flags: u32, change: u32) -> Vec<u8> {
    let mut part = vec![0u8; 4];
    part.extend_from_slice(&index.to_ne_bytes());
    part.extend_from_slice(&flags.to_ne_bytes());
    part.extend_from_slice(&change.to_ne_bytes());
    part
}

impl Socket {
    /// A link by name.
    pub fn link(&mut self, name: &str) -> Result<Link, Error> {
        let mut message = Message::new(GETLINK, 0, format!("link {name}")).fixed(&info(0, 0, 0));
        message.put_text(IFLA_IFNAME, name);
        match self.request(message) {
            Ok(replies) => parse_link(replies.first().map_or(&[][..], Vec::as_slice))
                .ok_or_else(|| Error::Missing(format!("link {name}"))),
            Err(error) if error.errno() == Some(libc::ENODEV) => Err(Error::Missing(format!("link {name}"))),
            Err(error) => Err(error),
        }
    }

    /// Makes a bridge; one that is there is fine.
    pub fn add_bridge(&mut self, name: &str, mtu: Option<u32>) -> Result<Link, Error> {
        let mut message =
            Message::new(NEWLINK, CREATE | EXCLUSIVE, format!("create bridge {name}")).fixed(&info(0, 0, 0));
        message.put_text(IFLA_IFNAME, name);
        if let Some(mtu) = mtu {
            message.put_u32(IFLA_MTU, mtu);
        }
        message.nest(IFLA_LINKINFO, |message| message.put_text(1, "bridge"));
        unless(self.request(message), libc::EEXIST)?;
        self.link(name)
    }

    /// Makes a veth pair: `inner` in the namespace `netns`, its other end `outer` here.
    pub fn add_veth(
        &mut self,
        outer: &str,
        inner: &str,
        netns: BorrowedFd<'_>,
        mtu: Option<u32>,
    ) -> Result<Link, Error> {
        let mut message =
            Message::new(NEWLINK, CREATE | EXCLUSIVE, format!("create veth {outer} with peer {inner}"))
                .fixed(&info(0, 0, 0));
        message.put_text(IFLA_IFNAME, outer);
        if let Some(mtu) = mtu {
            message.put_u32(IFLA_MTU, mtu);
        }
        message.nest(IFLA_LINKINFO, |message| {
            message.put_text(1, "veth");
            message.nest(2, |message| {
                message.nest(VETH_INFO_PEER, |message| {
                    message.bytes.extend_from_slice(&info(0, 0, 0));
                    message.put_text(IFLA_IFNAME, inner);
                    message.put_u32(IFLA_NET_NS_FD, netns.as_raw_fd() as u32);
                    if let Some(mtu) = mtu {
                        message.put_u32(IFLA_MTU, mtu);
                    }
                });
            });
        });
        self.request(message)?;
        self.link(outer)
    }

    /// Removes a link; one that is gone is fine.
    pub fn delete_link(&mut self, name: &str) -> Result<(), Error> {
        let mut message = Message::new(DELLINK, 0, format!("delete link {name}")).fixed(&info(0, 0, 0));
        message.put_text(IFLA_IFNAME, name);
        unless(self.request(message), libc::ENODEV).map(|_| ())
    }

    /// Brings a link up.
    pub fn set_up(&mut self, index: u32) -> Result<(), Error> {
        let up = libc::IFF_UP as u32;
        self.request(Message::new(NEWLINK, 0, format!("bring link {index} up")).fixed(&info(index, up, up)))
            .map(|_| ())
    }

    /// Gives a link a hardware address.
    pub fn set_hardware(&mut self, index: u32, address: [u8; 6]) -> Result<(), Error> {
        let mut message =
            Message::new(NEWLINK, 0, format!("hardware address of link {index}")).fixed(&info(index, 0, 0));
        message.put(IFLA_ADDRESS, &address);
        self.request(message).map(|_| ())
    }

    /// Makes a link take every packet it sees.
    pub fn set_promiscuous(&mut self, index: u32) -> Result<(), Error> {
        let on = libc::IFF_PROMISC as u32;
        self.request(
            Message::new(NEWLINK, 0, format!("promiscuous link {index}")).fixed(&info(index, on, on)),
        )
        .map(|_| ())
    }

    /// Makes a link a port of a bridge.
    pub fn set_master(&mut self, index: u32, master: u32) -> Result<(), Error> {
        let mut message = Message::new(NEWLINK, 0, format!("put link {index} into bridge {master}"))
            .fixed(&info(index, 0, 0));
        message.put_u32(IFLA_MASTER, master);
        self.request(message).map(|_| ())
    }

    /// Lets a bridge send packets back out of the port they came in by.
    pub fn set_hairpin(&mut self, index: u32) -> Result<(), Error> {
        let mut part = info(index, 0, 0);
        part[0] = libc::AF_BRIDGE as u8;
        let mut message = Message::new(SETLINK, 0, format!("hairpin of port {index}")).fixed(&part);
        message.nest(IFLA_PROTINFO, |message| message.put(IFLA_BRPORT_MODE, &[1]));
        self.request(message).map(|_| ())
    }

    /// Gives a link an address; one that it has is fine.
    pub fn add_address(&mut self, index: u32, ip: IpAddr, prefix: u8) -> Result<(), Error> {
        // No duplicate address detection: addresses are ours to give, and it takes a second.
        let flags = if ip.is_ipv6() { 0x02 } else { 0 };
        let mut part = vec![family(ip), prefix, flags, 0];
        part.extend_from_slice(&index.to_ne_bytes());
        let mut message =
            Message::new(NEWADDR, CREATE | REPLACE, format!("address {ip}/{prefix}")).fixed(&part);
        message.put(2, &octets(ip));
        message.put(1, &octets(ip));
        unless(self.request(message), libc::EEXIST).map(|_| ())
    }

    /// The addresses of a link, with their prefix lengths.
    pub fn addresses(&mut self, index: u32) -> Result<Vec<(IpAddr, u8)>, Error> {
        let replies = self.dump(Message::new(GETADDR, 0, "list addresses").fixed(&[0; 8]))?;
        Ok(replies
            .iter()
            .filter(|body| body.len() >= 8 && body[4..8] == index.to_ne_bytes())
            .filter_map(|body| {
                let ip = attributes(&body[8..]).into_iter().find(|(kind, _)| *kind == 1)?.1;
                let ip = match ip.len() {
                    4 => IpAddr::from(<[u8; 4]>::try_from(ip).ok()?),
                    _ => IpAddr::from(<[u8; 16]>::try_from(ip).ok()?),
                };
                Some((ip, body[1]))
            })
            .collect())
    }

    /// Adds or replaces a route, through `gateway` or on the link itself.
    pub fn add_route(
        &mut self,
        destination: (IpAddr, u8),
        gateway: Option<IpAddr>,
        index: u32,
    ) -> Result<(), Error> {
        self.request(route(NEWROUTE, CREATE | REPLACE, destination, gateway, index)).map(|_| ())
    }

    /// Removes a route; one that is gone is fine.
    pub fn delete_route(
        &mut self,
        destination: (IpAddr, u8),
        gateway: Option<IpAddr>,
        index: u32,
    ) -> Result<(), Error> {
        unless(self.request(route(DELROUTE, 0, destination, gateway, index)), libc::ESRCH).map(|_| ())
    }
}

fn route(kind: u16, flags: u16, to: (IpAddr, u8), gateway: Option<IpAddr>, index: u32) -> Message {
    const MAIN: u8 = 254;
    const STATIC: u8 = 4;
    const LINK_SCOPE: u8 = 253;
    let scope = if gateway.is_none() && to.0.is_ipv4() { LINK_SCOPE } else { 0 };
    let part = [family(to.0), to.1, 0, 0, MAIN, STATIC, scope, 1, 0, 0, 0, 0];
    let via = gateway.map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let mut message = Message::new(kind, flags, format!("route {}/{}{via}", to.0, to.1)).fixed(&part);
    if to.1 > 0 {
        message.put(1, &octets(to.0));
    }
    if let Some(gateway) = gateway {
        message.put(5, &octets(gateway));
    }
    message.put_u32(4, index);
    message
}

fn parse_link(body: &[u8]) -> Option<Link> {
    let index = u32::from_ne_bytes(body.get(4..8)?.try_into().ok()?);
    let mut link = Link { index, ..Default::default() };
    for (kind, value) in attributes(body.get(16..)?) {
        let number = || value.try_into().map(u32::from_ne_bytes).unwrap_or_default();
        match kind {
            IFLA_ADDRESS => link.address = value.to_vec(),
            IFLA_MTU => link.mtu = number(),
            5 => link.peer = number(),
            _ => {}
        }
    }
    Some(link)
}
