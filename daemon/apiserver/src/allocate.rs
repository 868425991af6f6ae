//! Cluster IPs and node ports. Each that is in use is a key in etcd that only one service can
//! create: an IPAddress object, as upstream has it, or a claim on a port. Two services, and two
//! servers, can't end up with the same. Addresses come from the ranges of all ServiceCIDRs (KEP-1880).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apimachinery::Status;
use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use bytes::Bytes;
use k8s_openapi::api::core::v1::{Service, ServiceSpec};
use k8s_openapi::api::networking::v1::ServiceCIDR;
use rand::Rng;
use serde_json::json;

use crate::bootstrap::resource;
use crate::handlers::write;
use crate::metrics::services as told;
use crate::net::Range;
use crate::request::Call;
use crate::server::Server;
use crate::storage::Written;

/// Below it lie the claims on node ports.
const PORTS: &str = "ranges/nodeports/";

/// What was allocated for an object that is not stored yet; given back unless kept.
pub struct Allocated {
    server: Arc<Server>,
    addresses: Vec<IpAddr>,
    ports: Vec<(i32, String)>,
    kept: std::sync::atomic::AtomicBool,
}

impl Allocated {
    fn new(server: &Arc<Server>) -> Self {
        Self { server: server.clone(), addresses: Vec::new(), ports: Vec::new(), kept: false.into() }
    }

    /// The object is stored: what it has is its own.
    pub fn keep(&self) {
        self.kept.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Drop for Allocated {
    fn drop(&mut self) {
        if *self.kept.get_mut() || (self.addresses.is_empty() && self.ports.is_empty()) {
            return;
        }
        let server = self.server.clone();
        let (addresses, ports) = (std::mem::take(&mut self.addresses), std::mem::take(&mut self.ports));
        tokio::spawn(async move { give_back(&server, addresses, ports).await });
    }
}

async fn give_back(server: &Arc<Server>, addresses: Vec<IpAddr>, ports: Vec<(i32, String)>) {
    let cache = server.store.known("ipaddresses");
    for address in addresses {
        let key = address.to_string();
        if let Ok(Some(entry)) = server.store.read(cache, &key).await
            && let Err(status) = server.store.delete(cache, &key, entry.revision).await
        {
            tracing::warn!(%address, error = status.message, "cannot give a cluster IP back");
        }
    }
    for (port, protocol) in ports {
        if let Err(status) = server.store.forget(&port_key(&port_name(port, &protocol))).await {
            tracing::warn!(port, error = status.message, "cannot give a node port back");
        }
    }
}

/// How a claim on a port is named.
fn port_name(port: i32, protocol: &str) -> String {
    format!("{port}-{protocol}")
}

/// Where a claim lies, by its name.
fn port_key(name: &str) -> String {
    format!("{PORTS}{name}")
}

/// Takes an address for a service. Gives whether it was free.
async fn take(server: &Arc<Server>, address: IpAddr, namespace: &str, name: &str) -> Result<bool, Status> {
    let kind = resource("networking.k8s.io", "ipaddresses");
    let object = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "IPAddress",
        "metadata": {
            "name": address.to_string(), "uid": uuid::Uuid::new_v4().to_string(),
            "creationTimestamp": write::now(), "generation": 1,
            "labels": {
                "ipaddress.kubernetes.io/ip-family": if address.is_ipv4() { "IPv4" } else { "IPv6" },
                "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
            },
        },
        "spec": {"parentRef": {"group": "", "resource": "services", "namespace": namespace, "name": name}},
    });
    let cache = server.store.cache(kind).ok_or_else(Status::no_such_path)?;
    let written =
        server.store.create(cache, &address.to_string(), Bytes::from(object.to_string()), None).await?;
    Ok(matches!(written, Written::At(_)))
}

/// Makes sure that the address is this service's.
pub async fn reserve(
    server: &Arc<Server>,
    address: IpAddr,
    namespace: &str,
    name: &str,
) -> Result<(), Status> {
    take(server, address, namespace, name).await.map(|_| ())
}

/// Makes sure that the port is this service's.
pub async fn reserve_port(server: &Arc<Server>, port: i32, owner: &str) -> Result<(), Status> {
    claim(server, port, "TCP", owner).await.map(|_| ())
}

/// The ranges that the server was started with: they tell the families of addresses that services may have.
fn own_ranges(server: &Server) -> Result<Vec<Range>, Status> {
    let parse = |text: &str| Range::parse(text.trim()).map_err(Status::internal);
    server.options.service_range.split(',').map(parse).collect()
}

/// The ranges of all ServiceCIDRs, and whether addresses are given from them: not from those that are going or
/// not ready. One that nobody has said anything of is ready, as upstream has it. The server's own come first.
async fn ranges(server: &Arc<Server>) -> Result<Vec<(Range, bool)>, Status> {
    let everything = crate::storage::Filter::default();
    let cache = server.store.known("servicecidrs");
    server.store.fresh(cache).await?;
    let entries = server.store.list(cache, &everything).await?.entries;
    let own = own_ranges(server)?;
    let mut found: Vec<(Range, bool)> = Vec::new();
    for cidr in entries.iter().filter_map(|entry| entry.typed::<ServiceCIDR>()) {
        let conditions = cidr.status.and_then(|status| status.conditions).unwrap_or_default();
        let ready = conditions.iter().find(|condition| condition.type_ == "Ready");
        let is_ready = cidr.metadata.deletion_timestamp.is_none()
            && ready.is_none_or(|condition| condition.status == "True");
        for text in cidr.spec.and_then(|spec| spec.cidrs).unwrap_or_default() {
            let Ok(range) = Range::parse(&text) else { continue };
            match found.iter_mut().find(|(other, _)| *other == range) {
                Some((_, ready)) => *ready |= is_ready,
                None => found.push((range, is_ready)),
            }
        }
    }
    if found.is_empty() {
        // It is still being made.
        found.extend(own.iter().map(|range| (*range, true)));
    }
    found.sort_by_key(|(range, _)| !own.contains(range));
    Ok(found)
}

/// Of every range: how many of its addresses are taken, and how many are not.
///
/// # Errors
/// Fails when the store does.
pub async fn usage(server: &Arc<Server>) -> Result<Vec<(Range, usize, usize)>, Status> {
    let everything = crate::storage::Filter::default();
    let taken = server.store.list(server.store.known("ipaddresses"), &everything).await?.entries;
    let taken: Vec<IpAddr> = taken.iter().filter_map(|entry| entry.name().parse().ok()).collect();
    let ranges = ranges(server).await?.into_iter().map(|(range, _)| {
        let used = taken.iter().filter(|address| range.contains(**address)).count();
        (range, used, (range.size() as usize).saturating_sub(used))
    });
    Ok(ranges.collect())
}

/// A free address of the range, if it has one. The lowest part is left to those who choose for themselves.
async fn any_address(
    server: &Arc<Server>,
    range: &Range,
    namespace: &str,
    name: &str,
) -> Result<Option<IpAddr>, Status> {
    let size = range.size();
    if size == 0 {
        return Ok(None);
    }
    let kept = (size / 16).clamp(16, 256).min(size / 2);
    let cache = server.store.known("ipaddresses");
    for _ in 0..32 {
        let address = range.address(rand::rng().random_range(kept..size) + 1);
        if server.store.get(cache, &address.to_string()).await?.is_none()
            && take(server, address, namespace, name).await?
        {
            return Ok(Some(address));
        }
    }
    for index in (kept..size).chain(0..kept) {
        let address = range.address(index + 1);
        if server.store.get(cache, &address.to_string()).await?.is_none()
            && take(server, address, namespace, name).await?
        {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

fn invalid(name: &str, field: &Field, value: &str, why: &str) -> Status {
    Status::invalid("", "Service", name, &[Violation::invalid(field, value, why)])
}

fn wants_address(spec: &ServiceSpec) -> bool {
    spec.type_.as_deref() != Some("ExternalName") && spec.cluster_ip.as_deref() != Some("None")
}

fn wants_ports(spec: &ServiceSpec) -> bool {
    match spec.type_.as_deref() {
        Some("NodePort") => true,
        Some("LoadBalancer") => spec.allocate_load_balancer_node_ports != Some(false),
        _ => false,
    }
}

async fn addresses(
    server: &Arc<Server>,
    service: &mut Service,
    allocated: &mut Allocated,
    dry_run: bool,
) -> Result<(), Status> {
    let name = service.metadata.name.clone().unwrap_or_default();
    let namespace = service.metadata.namespace.clone().unwrap_or_default();
    let Some(spec) = &mut service.spec else { return Ok(()) };
    let all = own_ranges(server)?;
    let field = Field::root("spec");
    if spec.type_.as_deref() == Some("ExternalName") {
        spec.ip_families = None;
        spec.ip_family_policy = None;
        return Ok(());
    }
    let family = |range: &Range| if range.is_ipv4() { "IPv4" } else { "IPv6" };
    // Which families: as asked, else by the address asked for, else the cluster's first.
    let policy = spec.ip_family_policy.clone().unwrap_or_else(|| "SingleStack".into());
    let mut families = spec.ip_families.clone().unwrap_or_default();
    let asked: Vec<String> = match (&spec.cluster_ips, spec.cluster_ip.as_deref()) {
        (Some(list), _) if !list.is_empty() => list.clone(),
        (_, Some(one)) if !one.is_empty() => vec![one.to_string()],
        _ => Vec::new(),
    };
    if families.is_empty() {
        families = asked
            .iter()
            .filter_map(|ip| ip.parse::<IpAddr>().ok())
            .map(|ip| if ip.is_ipv4() { "IPv4".to_string() } else { "IPv6".into() })
            .collect();
    }
    if families.is_empty() {
        families = all.iter().take(1).map(|range| family(range).to_string()).collect();
    }
    if policy != "SingleStack" && families.len() < 2 {
        families.extend(all.iter().map(|r| family(r).to_string()).find(|f| !families.contains(f)));
    }
    if policy == "RequireDualStack" && families.len() < 2 {
        return Err(invalid(
            &name,
            &field.child("ipFamilyPolicy"),
            &policy,
            "this cluster is not configured for dual-stack services",
        ));
    }
    for (index, wanted) in families.iter().enumerate() {
        if !all.iter().any(|range| family(range) == wanted) {
            return Err(invalid(
                &name,
                &field.child("ipFamilies").index(index),
                wanted,
                "not configured on this cluster",
            ));
        }
    }
    spec.ip_family_policy = Some(policy);
    spec.ip_families = Some(families.clone());
    if spec.cluster_ip.as_deref() == Some("None") {
        spec.cluster_ips = Some(vec!["None".into()]);
        return Ok(());
    }
    let mut given = Vec::new();
    let ready: Vec<Range> =
        ranges(server).await?.into_iter().filter(|(_, is_ready)| *is_ready).map(|(range, _)| range).collect();
    for (index, wanted) in families.iter().enumerate() {
        let address = match asked.get(index) {
            Some(text) => {
                let here = field.child("clusterIPs").index(index);
                let address: IpAddr = text.parse().map_err(|_| {
                    invalid(
                        &name,
                        &here,
                        text,
                        "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                    )
                })?;
                let outside = match ready.iter().find(|range| range.contains(address)) {
                    None => Some("the provided network does not match the current range".to_string()),
                    Some(range) if !range.gives(address) => Some(format!(
                        "the provided IP ({address}) is not in the valid range. The range of valid IPs is {range}"
                    )),
                    Some(_) => None,
                };
                let told = |given| {
                    let range = ready.iter().find(|range| range.contains(address));
                    if let Some(range) = range.filter(|_| !dry_run) {
                        told::address(&range.to_string(), true, given, Duration::ZERO);
                    }
                };
                if let Some(why) = outside {
                    told(false);
                    let why = format!("failed to allocate IP {address}: {why}");
                    return Err(invalid(&name, &here, text, &why));
                }
                let given = dry_run || take(server, address, &namespace, &name).await?;
                told(given);
                if !given {
                    let why = format!("failed to allocate IP {address}: provided IP is already allocated");
                    return Err(invalid(&name, &here, text, &why));
                }
                address
            }
            None if dry_run => continue,
            None => {
                let mut found = None;
                for range in ready.iter().filter(|range| family(range) == wanted) {
                    let begun = Instant::now();
                    found = any_address(server, range, &namespace, &name).await?;
                    told::address(&range.to_string(), false, found.is_some(), begun.elapsed());
                    if found.is_some() {
                        break;
                    }
                }
                found.ok_or_else(|| Status::internal("failed to allocate a serviceIP: range is full"))?
            }
        };
        if !dry_run {
            allocated.addresses.push(address);
        }
        given.push(address.to_string());
    }
    spec.cluster_ip = given.first().cloned();
    spec.cluster_ips = (!given.is_empty()).then_some(given);
    Ok(())
}

async fn claim(server: &Arc<Server>, port: i32, protocol: &str, owner: &str) -> Result<bool, Status> {
    server.store.claim(&port_key(&port_name(port, protocol)), owner).await
}

async fn ports(
    server: &Arc<Server>,
    service: &mut Service,
    old: Option<&Service>,
    allocated: &mut Allocated,
    dry_run: bool,
) -> Result<(), Status> {
    let name = service.metadata.name.clone().unwrap_or_default();
    let owner = format!("{}/{name}", service.metadata.namespace.as_deref().unwrap_or_default());
    let Some(spec) = &mut service.spec else { return Ok(()) };
    let before: Vec<(i32, String)> = old.map(node_ports).unwrap_or_default();
    if !wants_ports(spec) {
        if spec.type_.as_deref() != Some("LoadBalancer") {
            for port in spec.ports.iter_mut().flatten() {
                port.node_port = None;
            }
        }
        return Ok(());
    }
    let (low, high) = server.options.node_ports;
    let field = Field::root("spec").child("ports");
    let mut taken: Vec<(i32, String)> = Vec::new();
    let old_ports: Vec<_> =
        old.and_then(|old| old.spec.as_ref()).and_then(|s| s.ports.clone()).unwrap_or_default();
    for (index, port) in spec.ports.iter_mut().flatten().enumerate() {
        let protocol = port.protocol.clone().unwrap_or_else(|| "TCP".into());
        // An update that says nothing keeps the port that was given.
        if port.node_port.unwrap_or(0) == 0
            && let Some(same) = old_ports.iter().find(|o| o.port == port.port && o.protocol == port.protocol)
        {
            port.node_port = same.node_port;
        }
        if let Some(wanted) = port.node_port.filter(|wanted| *wanted != 0) {
            let here = field.index(index).child("nodePort");
            let pair = (wanted, protocol.clone());
            if before.contains(&pair) || taken.contains(&pair) {
                taken.push(pair);
                continue;
            }
            if !(i32::from(low)..=i32::from(high)).contains(&wanted) {
                let why = format!(
                    "provided port is not in the valid range. The range of valid ports is {low}-{high}"
                );
                return Err(Status::invalid(
                    "",
                    "Service",
                    &name,
                    &[Violation::invalid_value(&here, &wanted, &why)],
                ));
            }
            let given = dry_run || claim(server, wanted, &protocol, &owner).await?;
            if !dry_run {
                told::port(true, given);
            }
            if !given {
                let why = "provided port is already allocated";
                return Err(Status::invalid(
                    "",
                    "Service",
                    &name,
                    &[Violation::invalid_value(&here, &wanted, why)],
                ));
            }
            if !dry_run {
                allocated.ports.push(pair.clone());
            }
            taken.push(pair);
            continue;
        }
        if dry_run {
            continue;
        }
        // The same number for the other protocol of the same port, where that can be had.
        let twin = taken.iter().find(|(_, other)| *other != protocol).map(|(number, _)| *number);
        let mut found = None;
        let range = i32::from(low)..=i32::from(high);
        let random = std::iter::repeat_with(|| rand::rng().random_range(range.clone())).take(64);
        let tries: Vec<i32> = twin.into_iter().chain(random).chain(range.clone()).collect();
        for candidate in tries {
            if claim(server, candidate, &protocol, &owner).await? {
                found = Some(candidate);
                break;
            }
        }
        told::port(false, found.is_some());
        let Some(found) = found else {
            return Err(Status::internal("failed to allocate a nodePort: range is full"));
        };
        allocated.ports.push((found, protocol.clone()));
        taken.push((found, protocol));
        port.node_port = Some(found);
    }
    Ok(())
}

/// The node ports that a service has, with their protocols.
pub fn node_ports(service: &Service) -> Vec<(i32, String)> {
    let ports = service.spec.as_ref().and_then(|spec| spec.ports.as_ref());
    ports
        .into_iter()
        .flatten()
        .filter_map(|port| {
            let number = port.node_port.filter(|number| *number != 0)?;
            Some((number, port.protocol.clone().unwrap_or_else(|| "TCP".into())))
        })
        .collect()
}

fn cluster_ips(service: &Service) -> Vec<IpAddr> {
    let Some(spec) = &service.spec else { return Vec::new() };
    spec.cluster_ips.iter().flatten().filter_map(|ip| ip.parse().ok()).collect()
}

/// Allocates for a new object.
pub async fn for_create(
    call: &Call,
    _: &Resource,
    object: &mut dyn Object,
    dry_run: bool,
) -> Result<Allocated, Status> {
    let mut allocated = Allocated::new(&call.server);
    if let Some(service) = object.of_mut::<Service>() {
        addresses(&call.server, service, &mut allocated, dry_run).await?;
        ports(&call.server, service, None, &mut allocated, dry_run).await?;
    }
    Ok(allocated)
}

/// Allocates for a changed object. What the change sets free is given back by the sweep: the old
/// object stands until the new one is stored.
pub async fn for_update(
    call: &Call,
    _: &Resource,
    object: &mut dyn Object,
    old: &dyn Object,
) -> Result<(), Status> {
    let (Some(service), Some(old)) = (object.of_mut::<Service>(), old.of::<Service>()) else { return Ok(()) };
    let dry_run = call.dry_run()?;
    let mut allocated = Allocated::new(&call.server);
    let is_named = |spec: &ServiceSpec| spec.type_.as_deref() == Some("ExternalName");
    let before = old.spec.clone().unwrap_or_default();
    if let Some(spec) = &mut service.spec {
        if !is_named(&before) && !is_named(spec) && before.cluster_ip.is_some() {
            // Families and addresses are for life: another address was refused before.
            let old = before;
            spec.cluster_ip = old.cluster_ip;
            spec.cluster_ips = old.cluster_ips;
            spec.ip_families = spec.ip_families.take().or(old.ip_families);
            spec.ip_family_policy = spec.ip_family_policy.take().or(old.ip_family_policy);
        } else if wants_address(spec) || spec.type_.as_deref() == Some("ExternalName") {
            if spec.type_.as_deref() == Some("ExternalName") {
                spec.cluster_ip = None;
                spec.cluster_ips = None;
            }
            addresses(&call.server, service, &mut allocated, dry_run).await?;
        }
    }
    ports(&call.server, service, Some(old), &mut allocated, dry_run).await?;
    allocated.keep();
    Ok(())
}

/// Gives back what a deleted object had.
pub fn released(server: &Arc<Server>, _: &Resource, object: &dyn Object) {
    let Some(service) = object.of::<Service>() else { return };
    let (addresses, ports) = (cluster_ips(service), node_ports(service));
    let server = server.clone();
    tokio::spawn(async move { give_back(&server, addresses, ports).await });
}

/// Compares what is taken with what services have. What a service has though it is not taken, as in a store that
/// another server filled, is taken now; what is taken though no service has it is given: addresses, and ports
/// as `port-protocol`.
///
/// # Errors
/// Fails when the store does.
pub async fn compare(server: &Arc<Server>) -> Result<Vec<String>, Status> {
    let services = server.store.known("services/specs");
    let addresses = server.store.known("ipaddresses");
    server.store.fresh(services).await?;
    let ports = server.store.names(PORTS).await?;
    let everything = crate::storage::Filter::default();
    let mut used = std::collections::HashMap::new();
    let services = server.store.list(services, &everything).await?.entries;
    for entry in &services {
        let Some(service) = entry.typed::<Service>() else { continue };
        used.extend(cluster_ips(&service).iter().map(|address| (address.to_string(), entry)));
        let ports = node_ports(&service);
        used.extend(ports.iter().map(|(port, protocol)| (port_name(*port, protocol), entry)));
    }
    let ours = |entry: &crate::storage::Entry| {
        let by = "ipaddress.kubernetes.io/managed-by";
        entry.labels.iter().any(|(key, value)| &**key == by && &**value == "ipallocator.k8s.io")
    };
    let addresses = server.store.list(addresses, &everything).await?.entries;
    let mut orphans = Vec::new();
    for (name, is_ours) in addresses
        .iter()
        .map(|entry| (entry.name(), ours(entry)))
        .chain(ports.iter().map(|name| (name.as_str(), true)))
    {
        if used.remove(name).is_none() && is_ours {
            orphans.push(name.to_string());
        }
    }
    let ranges = ranges(server).await?;
    for (name, service) in used {
        let taken = match name.parse::<IpAddr>() {
            Ok(address) if !ranges.iter().any(|(range, _)| range.contains(address)) => {
                tracing::warn!(%address, service = %service.key, "a cluster IP is not within any service CIDR; recreate the service");
                false
            }
            Ok(address) => take(server, address, service.namespace(), service.name()).await?,
            Err(_) => server.store.claim(&port_key(&name), &service.key).await?,
        };
        if taken {
            tracing::info!(name, service = %service.key, "what a service had is taken now");
        }
    }
    Ok(orphans)
}

/// Gives back what [`compare`] named.
pub async fn give_back_name(server: &Arc<Server>, name: &str) -> Result<(), Status> {
    match name.parse::<IpAddr>() {
        Ok(address) => {
            give_back(server, vec![address], Vec::new()).await;
            Ok(())
        }
        Err(_) => server.store.forget(&port_key(name)).await,
    }
}
