//! Host ports and masquerading, in nftables tables of our own (`kadm-cni`, IPv4 and IPv6).

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use netlink::Socket;
use netlink::nft::{
    Data, Family, Field, Hook, Part, Set, Step, Transaction, Value, Verdict, key, table_exists,
};
use serde::{Deserialize, Serialize};

use crate::config::{Config, Network, PortMapping};
use crate::error::{Error, code};

const TABLE: &str = "kadm-cni";
const FAMILIES: [Family; 2] = [Family::Ip, Family::Ip6];

/// What is in the maps for one interface, kept for taking it out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Mapped {
    ports: Vec<Port>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Port {
    protocol: u8,
    host_ip: Option<IpAddr>,
    host_port: u16,
    ip: IpAddr,
    port: u16,
}

fn record(folder: &Path, container: &str, interface: &str) -> PathBuf {
    folder.join(format!("{container}-{interface}.json"))
}

fn protocol(name: &str) -> Result<u8, Error> {
    match name.to_ascii_lowercase().as_str() {
        "" | "tcp" => Ok(6),
        "udp" => Ok(17),
        "sctp" => Ok(132),
        other => Err(Error::new(code::CONFIG, format!("the port mapping's protocol {other:?} is unknown"))),
    }
}

fn sets() -> [Set; 3] {
    let set = |name: &str, key: Vec<Field>, data| Set {
        name: name.into(),
        key,
        data,
        timeout: None,
        interval: false,
    };
    [
        set("host-ports", vec![Field::Protocol, Field::Port], Data::Endpoint),
        set("host-ip-ports", vec![Field::Destination, Field::Protocol, Field::Port], Data::Endpoint),
        set("hairpins", vec![Field::Source, Field::Destination], Data::None),
    ]
}

/// The table with its chains, as every pod needs it. Repeating it changes nothing.
fn prepare(transaction: &mut Transaction, family: Family) {
    transaction.add_table();
    for set in sets() {
        transaction.add_set(&set);
    }
    let loopback = if family == Family::Ip {
        ([127, 0, 0, 0].into(), 8)
    } else {
        (IpAddr::from([0u16, 0, 0, 0, 0, 0, 0, 1]), 128)
    };
    let rules = [
        vec![Step::DnatMap(vec![Field::Destination, Field::Protocol, Field::Port], "host-ip-ports".into())],
        vec![
            Step::Local(true),
            // Loopback stays on the host: pods can't answer to it.
            Step::DestinationIn(loopback.0, loopback.1, true),
            Step::DnatMap(vec![Field::Protocol, Field::Port], "host-ports".into()),
        ],
    ];
    for (chain, number) in [("prerouting", 0), ("output", 3)] {
        transaction.add_chain(chain, Some(Hook { kind: "nat", number, priority: -100 }));
        transaction.flush_chain(chain);
        for rule in &rules {
            transaction.add_rule(chain, rule);
        }
    }
    transaction.add_chain("hairpin", Some(Hook { kind: "nat", number: 4, priority: 100 }));
    transaction.flush_chain("hairpin");
    // A pod that reaches itself through the host must not see its own address as the client's.
    let pair = vec![Field::Source, Field::Destination];
    transaction.add_rule("hairpin", &vec![Step::InSet(pair, "hairpins".into(), false), Step::Masquerade]);
}

/// Sends the network's traffic to the outside world with the node's address.
pub fn masquerade(socket: &mut Socket, config: &Config, networks: &[Network]) -> Result<(), Error> {
    for family in FAMILIES {
        let own: Vec<&Network> = networks.iter().filter(|network| family.has(network.ip)).collect();
        if own.is_empty() {
            continue;
        }
        let mut transaction = Transaction::new(family, TABLE);
        transaction.add_table();
        let chain = format!("masquerade-{}", config.name);
        transaction.add_chain(&chain, Some(Hook { kind: "nat", number: 4, priority: 100 }));
        transaction.flush_chain(&chain);
        let multicast = if family == Family::Ip {
            ([224, 0, 0, 0].into(), 4)
        } else {
            (IpAddr::from([0xff00u16, 0, 0, 0, 0, 0, 0, 0]), 8)
        };
        for network in &own {
            let stay = own.iter().map(|network| (network.ip, network.prefix));
            let except = config.masquerade_except.iter().filter(|network| family.has(network.ip));
            for (ip, prefix) in
                stay.chain(except.map(|network| (network.ip, network.prefix))).chain([multicast])
            {
                transaction.add_rule(
                    &chain,
                    &vec![
                        Step::SourceIn(network.ip, network.prefix, false),
                        Step::DestinationIn(ip, prefix, false),
                        Step::Verdict(Verdict::Return),
                    ],
                );
            }
            transaction
                .add_rule(&chain, &vec![Step::SourceIn(network.ip, network.prefix, false), Step::Masquerade]);
        }
        transaction.commit(socket)?;
    }
    Ok(())
}

/// Opens host ports.
pub fn add(
    socket: &mut Socket,
    folder: &Path,
    container: &str,
    interface: &str,
    mappings: &[PortMapping],
    ips: &[IpAddr],
) -> Result<(), Error> {
    let mut mapped = Mapped::default();
    for mapping in mappings.iter().filter(|mapping| mapping.host_port > 0) {
        let host_ip = match mapping.host_ip.as_str() {
            "" | "0.0.0.0" | "::" => None,
            text => Some(text.parse::<IpAddr>().map_err(|_| {
                Error::new(code::CONFIG, format!("the port mapping's hostIP {text:?} is no address"))
            })?),
        };
        for ip in ips.iter().filter(|ip| host_ip.is_none_or(|host| host.is_ipv4() == ip.is_ipv4())) {
            mapped.ports.push(Port {
                protocol: protocol(&mapping.protocol)?,
                host_ip,
                host_port: mapping.host_port,
                ip: *ip,
                port: mapping.container_port,
            });
        }
    }
    if mapped.ports.is_empty() {
        return Ok(());
    }
    let path = record(folder, container, interface);
    let write = || fs::create_dir_all(folder).and_then(|()| fs::write(&path, serde_json::to_vec(&mapped)?));
    write().map_err(|error| Error::file(format!("cannot write {}", path.display()), &error))?;
    for family in FAMILIES {
        let mut transaction = Transaction::new(family, TABLE);
        let ports: Vec<&Port> = mapped.ports.iter().filter(|port| family.has(port.ip)).collect();
        if ports.is_empty() {
            continue;
        }
        prepare(&mut transaction, family);
        for port in ports {
            for (set, key, value) in elements(port) {
                transaction.add_elements(set, &[(key, value)]);
            }
        }
        if let Err(error) = transaction.commit(socket) {
            let _ = fs::remove_file(&path);
            let taken = error.errno() == Some(libc::EEXIST);
            let mut error = Error::from(error);
            if taken {
                error.msg = "a host port of the pod is taken by another pod".into();
            }
            return Err(error);
        }
    }
    Ok(())
}

fn elements(port: &Port) -> [(&'static str, Vec<u8>, Value); 2] {
    let endpoint = Value::Endpoint(port.ip, port.port);
    let (protocol, host_port) = (Part::Protocol(port.protocol), Part::Port(port.host_port));
    let mapping = match port.host_ip {
        None => ("host-ports", key(&[protocol, host_port]), endpoint),
        Some(ip) => ("host-ip-ports", key(&[Part::Ip(ip), protocol, host_port]), endpoint),
    };
    [mapping, ("hairpins", key(&[Part::Ip(port.ip), Part::Ip(port.ip)]), Value::None)]
}

/// Closes host ports; none being open is fine.
pub fn remove(socket: &mut Socket, folder: &Path, container: &str, interface: &str) -> Result<(), Error> {
    let path = record(folder, container, interface);
    let Ok(bytes) = fs::read(&path) else { return Ok(()) };
    let mapped: Mapped = serde_json::from_slice(&bytes).unwrap_or_default();
    for port in &mapped.ports {
        let family = if port.ip.is_ipv4() { Family::Ip } else { Family::Ip6 };
        for (set, key, value) in elements(port) {
            let mut transaction = Transaction::new(family, TABLE);
            transaction.delete_elements(set, &[(key, value)]);
            netlink::unless(transaction.commit(socket), libc::ENOENT)?;
        }
    }
    fs::remove_file(&path).map_err(|error| Error::file(format!("cannot remove {}", path.display()), &error))
}

/// Removes everything this plugin ever put into nftables.
pub fn clear(socket: &mut Socket) -> Result<(), Error> {
    for family in FAMILIES {
        if table_exists(socket, family, TABLE)? {
            let mut transaction = Transaction::new(family, TABLE);
            transaction.delete_table();
            transaction.commit(socket)?;
        }
    }
    Ok(())
}
