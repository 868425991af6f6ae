//! UDP has no end of a connection: the kernel goes on sending a client's packets to an endpoint
//! that is gone, for as long as the client sends. Such connections are forgotten when endpoints
//! of a UDP Service change.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use netlink::Socket;
use netlink::conntrack::Connection;

use crate::views::{EndpointSlice, Service};

/// A UDP port of a Service and who serves it now.
#[derive(Debug)]
pub struct Served {
    addresses: BTreeSet<IpAddr>,
    port: u16,
    node_port: u16,
    endpoints: BTreeSet<(IpAddr, u16)>,
}

/// The UDP ports of a Service.
pub fn served(service: &Service, slices: &[Arc<EndpointSlice>]) -> Vec<Served> {
    let spec = &service.spec;
    let balancers = service.status.load_balancer.ingress.iter().map(|ingress| &ingress.ip);
    let addresses: BTreeSet<IpAddr> = std::iter::once(&spec.cluster_ip)
        .chain(&spec.cluster_ips)
        .chain(&spec.external_ips)
        .chain(balancers)
        .filter_map(|text| text.parse().ok())
        .collect();
    spec.ports
        .iter()
        .filter(|port| port.protocol == "UDP")
        .map(|port| {
            let mut endpoints = BTreeSet::new();
            for slice in slices {
                let own = slice.ports.iter().filter(|own| own.name == port.name && own.protocol == "UDP");
                for number in own.filter_map(|own| own.port) {
                    let all = slice.endpoints.iter().filter(|endpoint| {
                        endpoint.conditions.ready.unwrap_or(true) || endpoint.conditions.serving == Some(true)
                    });
                    endpoints.extend(
                        all.flat_map(|endpoint| &endpoint.addresses)
                            .filter_map(|text| text.parse().ok())
                            .map(|ip: IpAddr| (ip, number)),
                    );
                }
            }
            Served { addresses: addresses.clone(), port: port.port, node_port: port.node_port, endpoints }
        })
        .collect()
}

fn is_stale(connection: &Connection, served: &Served) -> bool {
    const UDP: u8 = 17;
    let (to, answerer) = (connection.original.destination, connection.reply.source);
    let is_ours = (served.addresses.contains(&to.0) && to.1 == served.port)
        // By a node port only what was translated: the node may use the number itself.
        || (served.node_port != 0 && to.1 == served.node_port && answerer != to);
    connection.protocol == UDP && is_ours && !served.endpoints.contains(&answerer)
}

/// Forgets the connections to endpoints that are gone. Returns how many there were.
pub fn forget(served: &[Served]) -> Result<usize, netlink::Error> {
    if served.is_empty() {
        return Ok(0);
    }
    let mut socket = Socket::netfilter()?;
    let mut count = 0;
    for ipv6 in [false, true] {
        if !served.iter().any(|served| served.addresses.iter().any(|ip| ip.is_ipv6() == ipv6)) {
            continue;
        }
        for connection in socket.connections(ipv6)? {
            if served.iter().any(|served| is_stale(&connection, served)) {
                socket.forget(&connection)?;
                count += 1;
            }
        }
    }
    Ok(count)
}
