//! `kube-cni`: a CNI plugin. A bridge on the node, an address for each pod, host ports and
//! masquerading, without a runtime or a helper process.
//!
//! Pods are routed, not switched: a pod's only neighbour is the gateway, so that every packet of
//! a pod passes the node's own packet filter, Services work between pods of one node, and no
//! bridge-netfilter module is needed.

pub mod agent;
pub mod config;
pub mod error;
pub mod ipam;
mod loopback;
pub mod ports;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::net::IpAddr;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use netlink::Socket;
use nix::sched::{CloneFlags, setns};
use serde_json::json;

use crate::config::{Address, Call, Config, Network, Outcome, Route, VERSIONS};
use crate::error::{Error, code};
use crate::ipam::{Lease, Pool};

/// The program's flags: none. CNI plugins read their environment and standard input.
pub fn command() -> clap::Command {
    clap::Command::new("kube-cni")
        .about("The CNI plugin: bridge, host-local addresses, port mapping")
        .after_help(
            "Called by a container runtime with CNI_COMMAND and a network configuration on standard input.",
        )
        .subcommand(
            clap::Command::new("agent")
                .about("Keep routes to the other nodes' pods")
                .arg(
                    clap::Arg::new("kubeconfig")
                        .long("kubeconfig")
                        .value_parser(clap::value_parser!(PathBuf))
                        .help("the API server; the pod's own account without it"),
                )
                .arg(
                    clap::Arg::new("node-name")
                        .long("node-name")
                        .required(true)
                        .help("the node this agent runs on"),
                )
                .arg(component::flags::verbosity()),
        )
        .subcommand(
            clap::Command::new("reset")
                .about("Remove the bridge, nftables tables and files it made")
                .arg(component::flags::value("bridge", "cni0", "the bridge"))
                .arg(component::flags::value(
                    "name",
                    "",
                    "the network; every one that this plugin served when empty",
                )),
        )
}

fn run_agent(matches: &clap::ArgMatches) -> ExitCode {
    component::logging::init(matches.get_one::<u8>("v").copied().unwrap_or_default());
    component::tls::install_crypto();
    let kubeconfig = matches.get_one::<PathBuf>("kubeconfig").cloned();
    let node = matches.get_one::<String>("node-name").cloned().unwrap_or_default();
    let ran = component::runtime::block_on(1, async {
        let shutdown = component::signals::shutdown().map_err(|error| error.to_string())?;
        agent::run(kubeconfig, node, shutdown).await
    });
    match ran.map_err(|error| error.to_string()).and_then(|ran| ran) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the program; `args` begin with its name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    if args.len() > 1 || std::env::var_os("CNI_COMMAND").is_none() {
        let matches = match component::flags::parse(command(), args) {
            Ok(matches) => matches,
            Err(code) => return code,
        };
        if let Some(("reset", matches)) = matches.subcommand() {
            let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
            return match cleanup(&text("bridge"), &text("name")) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("kube-cni: {}: {}", error.msg, error.details);
                    ExitCode::FAILURE
                }
            };
        }
        if let Some(("agent", matches)) = matches.subcommand() {
            return run_agent(matches);
        }
        println!("kube-cni speaks CNI {}; a container runtime calls it", VERSIONS.join(", "));
        return ExitCode::SUCCESS;
    }
    let mut input = Vec::new();
    let _ = std::io::stdin().read_to_end(&mut input);
    let version = serde_json::from_slice::<serde_json::Value>(&input)
        .ok()
        .and_then(|value| Some(value.get("cniVersion")?.as_str()?.to_string()))
        .unwrap_or_else(|| "1.0.0".into());
    match perform(&input, |name| std::env::var(name).ok()) {
        Ok(output) => {
            if !output.is_null() {
                println!("{output}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let report = json!({
                "cniVersion": version,
                "code": error.code,
                "msg": error.msg,
                "details": error.details,
            });
            println!("{report}");
            ExitCode::FAILURE
        }
    }
}

fn perform(input: &[u8], get: impl Fn(&str) -> Option<String>) -> Result<serde_json::Value, Error> {
    let call = Call::from_environment(get)?;
    if call.command == "VERSION" {
        return Ok(json!({ "cniVersion": "1.1.0", "supportedVersions": VERSIONS }));
    }
    if let Ok(input) = serde_json::from_slice(input)
        && loopback::is_meant(&input)
    {
        return loopback::perform(&input, &call);
    }
    let config = Config::parse(input)?;
    match call.command.as_str() {
        "ADD" => {
            let outcome = add(&config, &call).inspect_err(|_| {
                // Half a network is worse than none; what failed is told, not the cleaning up.
                let _ = delete(&config, &call);
            })?;
            serde_json::to_value(outcome).map_err(|error| Error::new(code::DECODING, error.to_string()))
        }
        "DEL" => delete(&config, &call).map(|()| serde_json::Value::Null),
        "CHECK" => check(&config, &call).map(|()| serde_json::Value::Null),
        "GC" => collect(&config).map(|()| serde_json::Value::Null),
        _ => config.ranges().map(|_| serde_json::Value::Null),
    }
}

fn folder(config: &Config) -> PathBuf {
    let base = config.ipam.data_dir.clone().unwrap_or_else(|| "/var/lib/cni/networks".into());
    base.join(&config.name)
}

/// Beside the addresses' folder, where no plugin looks for addresses.
fn ports_folder(config: &Config) -> PathBuf {
    folder(config).join("ports")
}

/// The host's end of a pod's cable: the same name for the same interface of the same container.
fn host_end(call: &Call) -> String {
    // FNV-1a: short, stable, and collisions only cost an error.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in call.container.bytes().chain([0]).chain(call.interface.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    format!("veth{:010x}", hash & 0xff_ffff_ffff)
}

fn write_setting(path: &str, value: &str) -> Result<(), Error> {
    if fs::read_to_string(path).is_ok_and(|current| current.trim() == value) {
        return Ok(());
    }
    fs::write(path, value).map_err(|error| Error::file(format!("cannot set {path}"), &error))
}

fn hardware(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

/// The gateway's hardware address: always the same for the same gateway.
fn gateway_hardware(gateway: IpAddr) -> [u8; 6] {
    let octets = match gateway {
        IpAddr::V4(ip) => ip.octets(),
        IpAddr::V6(ip) => {
            let [.., a, b, c, d] = ip.octets();
            [a, b, c, d]
        }
    };
    [0x0a, 0x58, octets[0], octets[1], octets[2], octets[3]]
}

fn open_netns(call: &Call) -> Result<File, Error> {
    File::open(&call.netns)
        .map_err(|error| Error::file(format!("cannot open the network namespace {}", call.netns), &error))
}

/// Runs `work` inside a network namespace and comes back.
fn inside<T>(netns: &File, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let failed = |what: &str, error: std::io::Error| Error::file(what.to_string(), &error);
    let own =
        File::open("/proc/thread-self/ns/net").map_err(|error| failed("cannot open our namespace", error))?;
    setns(netns.as_fd(), CloneFlags::CLONE_NEWNET)
        .map_err(|errno| failed("cannot enter the pod's network namespace", errno.into()))?;
    let result = work();
    setns(own.as_fd(), CloneFlags::CLONE_NEWNET)
        .map_err(|errno| failed("cannot leave the pod's network namespace", errno.into()))?;
    result
}

fn routes(config: &Config, leases: &[Lease]) -> Vec<Route> {
    if !config.ipam.routes.is_empty() {
        return config.ipam.routes.clone();
    }
    leases
        .iter()
        .map(|lease| {
            let ip: IpAddr = if lease.gateway.is_ipv4() { [0u8; 4].into() } else { [0u8; 16].into() };
            Route { dst: Network { ip, prefix: 0 }, gw: Some(lease.gateway) }
        })
        .collect()
}

fn add(config: &Config, call: &Call) -> Result<Outcome, Error> {
    let netns = open_netns(call)?;
    let ranges = config.ranges()?;
    let leases = {
        let pool = Pool::open(&folder(config))?;
        // Marks the folder as ours, for `cleanup`.
        let mark = folder(config).join("kube-cni");
        fs::write(&mark, "")
            .map_err(|error| Error::file(format!("cannot write {}", mark.display()), &error))?;
        ranges
            .iter()
            .enumerate()
            .map(|(index, set)| pool.allocate(index, set, &call.container, &call.interface))
            .collect::<Result<Vec<_>, _>>()?
    };
    let mut socket = Socket::route()?;
    let bridge = socket.add_bridge(&config.bridge, config.mtu)?;
    // Left to itself a bridge takes its lowest port's address, and pods would lose the gateway
    // with each pod that comes or goes.
    if let Some(address) = leases.first().map(|lease| gateway_hardware(lease.gateway))
        && bridge.address != address
    {
        socket.set_hardware(bridge.index, address)?;
    }
    if config.is_gateway {
        let present = socket.addresses(bridge.index)?;
        for lease in &leases {
            if !present.contains(&(lease.gateway, lease.address.prefix)) {
                socket.add_address(bridge.index, lease.gateway, lease.address.prefix)?;
            }
            let forwarding = if lease.gateway.is_ipv4() {
                "/proc/sys/net/ipv4/ip_forward"
            } else {
                "/proc/sys/net/ipv6/conf/all/forwarding"
            };
            write_setting(forwarding, "1")?;
        }
    }
    if leases.iter().any(|lease| lease.gateway.is_ipv6()) {
        use_addresses_at_once(&config.bridge)?;
    }
    socket.set_up(bridge.index)?;
    if config.promisc_mode {
        socket.set_promiscuous(bridge.index)?;
    }
    let outer = host_end(call);
    // What a killed plugin left of the same interface.
    socket.delete_link(&outer)?;
    let host = socket.add_veth(&outer, &call.interface, netns.as_fd(), config.mtu)?;
    socket.set_master(host.index, bridge.index)?;
    if config.hairpin_mode {
        socket.set_hairpin(host.index)?;
    }
    socket.set_up(host.index)?;
    let routes = routes(config, &leases);
    let pod = inside(&netns, || set_up_pod(call, &leases, &routes))?;
    let networks: Vec<Network> = ranges.iter().flatten().map(|range| range.subnet).collect();
    let ips: Vec<IpAddr> = leases.iter().map(|lease| lease.address.ip).collect();
    let mut filter = Socket::netfilter()?;
    if config.ip_masq {
        ports::masquerade(&mut filter, config, &networks)?;
    }
    ports::add(
        &mut filter,
        &ports_folder(config),
        &call.container,
        &call.interface,
        &config.runtime_config.port_mappings,
        &ips,
    )?;
    let bridge = socket.link(&config.bridge)?;
    let interface = |name: &str, address: &[u8], sandbox: Option<&str>| {
        let mut entry = BTreeMap::from([("name", name.to_string()), ("mac", hardware(address))]);
        if let Some(sandbox) = sandbox {
            entry.insert("sandbox", sandbox.to_string());
        }
        entry
    };
    let old = config.cni_version.starts_with("0.");
    Ok(Outcome {
        cni_version: if config.cni_version.is_empty() { "1.0.0".into() } else { config.cni_version.clone() },
        interfaces: vec![
            interface(&config.bridge, &bridge.address, None),
            interface(&outer, &host.address, None),
            interface(&call.interface, &pod, Some(&call.netns)),
        ],
        ips: leases
            .iter()
            .map(|lease| Address {
                version: old.then_some(if lease.gateway.is_ipv4() { "4" } else { "6" }),
                address: lease.address,
                gateway: lease.gateway,
                interface: 2,
            })
            .collect(),
        routes,
        dns: BTreeMap::new(),
    })
}

/// IPv6 would look for duplicates of a link's own address for a second, and drop packets
/// meanwhile; nobody else is on these links.
fn use_addresses_at_once(link: &str) -> Result<(), Error> {
    write_setting(&format!("/proc/sys/net/ipv6/conf/{link}/accept_dad"), "0")
}

/// The pod's side; returns its interface's hardware address.
fn set_up_pod(call: &Call, leases: &[Lease], routes: &[Route]) -> Result<Vec<u8>, Error> {
    let mut socket = Socket::route()?;
    let loopback = socket.link("lo")?;
    socket.set_up(loopback.index)?;
    let link = socket.link(&call.interface)?;
    // The gateway sees that two pods share a link and would tell them to talk directly.
    for scope in ["all", call.interface.as_str()] {
        write_setting(&format!("/proc/sys/net/ipv4/conf/{scope}/accept_redirects"), "0")?;
    }
    if leases.iter().any(|lease| lease.address.ip.is_ipv6()) {
        write_setting(&format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", call.interface), "0")?;
        write_setting(&format!("/proc/sys/net/ipv6/conf/{}/accept_redirects", call.interface), "0")?;
        use_addresses_at_once(&call.interface)?;
    }
    for lease in leases {
        let whole = if lease.address.ip.is_ipv4() { 32 } else { 128 };
        socket.add_address(link.index, lease.address.ip, whole)?;
    }
    socket.set_up(link.index)?;
    for lease in leases {
        let whole = if lease.gateway.is_ipv4() { 32 } else { 128 };
        socket.add_route((lease.gateway, whole), None, link.index)?;
    }
    for route in routes {
        let gateway = route.gw.or_else(|| {
            leases
                .iter()
                .find(|lease| lease.gateway.is_ipv4() == route.dst.ip.is_ipv4())
                .map(|lease| lease.gateway)
        });
        socket.add_route((route.dst.ip, route.dst.prefix), gateway, link.index)?;
    }
    Ok(link.address)
}

fn delete(config: &Config, call: &Call) -> Result<(), Error> {
    // The addresses last: nobody may get them while ports still lead to them.
    ports::remove(&mut Socket::netfilter()?, &ports_folder(config), &call.container, &call.interface)?;
    // The pod's end goes with the host's, whether its namespace still is there or not.
    Socket::route()?.delete_link(&host_end(call))?;
    Pool::open(&folder(config))?.release(&call.container, &call.interface)?;
    Ok(())
}

fn check(config: &Config, call: &Call) -> Result<(), Error> {
    let missing = |what: String| Error::new(code::CHECK, what);
    let held = Pool::open(&folder(config))?.held(&call.container, &call.interface);
    if held.is_empty() {
        return Err(missing(format!("{} has no address", call.container)));
    }
    let outer = host_end(call);
    Socket::route()?.link(&outer).map_err(|_| missing(format!("the link {outer} is missing")))?;
    let netns = open_netns(call)?;
    inside(&netns, || {
        let mut socket = Socket::route()?;
        let link = socket
            .link(&call.interface)
            .map_err(|_| missing(format!("the pod's link {} is missing", call.interface)))?;
        let present = socket.addresses(link.index)?;
        match held.iter().find(|ip| !present.iter().any(|(there, _)| there == *ip)) {
            Some(ip) => Err(missing(format!("the pod's link {} lacks the address {ip}", call.interface))),
            None => Ok(()),
        }
    })
}

/// Takes back what belongs to containers that are gone.
fn collect(config: &Config) -> Result<(), Error> {
    let Some(valid) = &config.valid_attachments else {
        return Err(Error::new(code::CONFIG, "GC needs cni.dev/valid-attachments"));
    };
    let owners = Pool::open(&folder(config))?.owners();
    for (container, interface) in owners {
        if !valid.iter().any(|known| known.container == container && known.ifname == interface) {
            let call = Call { command: "DEL".into(), container, netns: String::new(), interface };
            delete(config, &call)?;
        }
    }
    Ok(())
}

/// Removes what the plugin leaves between pods: the bridge, the nftables tables, its files.
pub fn cleanup(bridge: &str, network: &str) -> Result<(), Error> {
    agent::clear(&mut Socket::route()?);
    ports::clear(&mut Socket::netfilter()?)?;
    Socket::route()?.delete_link(bridge)?;
    let networks = Path::new("/var/lib/cni/networks");
    for entry in fs::read_dir(networks).into_iter().flatten().flatten() {
        let path = entry.path();
        // Other plugins' networks are not ours to remove.
        let wanted = network.is_empty() || path.file_name().is_some_and(|name| name == network);
        if wanted && path.join("kube-cni").exists() {
            fs::remove_dir_all(&path)
                .map_err(|error| Error::file(format!("cannot remove {}", path.display()), &error))?;
        }
    }
    Ok(())
}
