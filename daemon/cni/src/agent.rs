//! `kube-cni agent`: routes to the other nodes' pods. One runs on each node; it follows the nodes
//! and routes each one's share of the pods' network through that node's address (host-gw), which
//! wants the nodes on one network segment.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::informer::Informer;
use client::{Client, Config, ListParams, Meta, Object};
use netlink::Socket;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

/// What this agent has routed, so that a later one (or `reset`) can take it back.
const STATE: &str = "/var/lib/cni/kube-cni-routes.json";

/// A node, as much of it as routes need.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Node {
    metadata: Meta,
    spec: Spec,
    status: Status,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    #[serde(rename = "podCIDR")]
    pod_cidr: String,
    #[serde(rename = "podCIDRs")]
    pod_cidrs: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    addresses: Vec<Address>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Address {
    #[serde(rename = "type")]
    kind: String,
    address: String,
}

impl Object for Node {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// Destinations (`address/prefix`) and the gateways they are reached through.
type Routes = BTreeMap<String, IpAddr>;

/// The routes that node `own` needs.
fn wanted<'a>(own: &str, nodes: impl Iterator<Item = &'a Node>) -> Routes {
    let mut routes = Routes::new();
    for node in nodes.filter(|node| node.metadata.name != own) {
        let shares = if node.spec.pod_cidrs.is_empty() {
            std::slice::from_ref(&node.spec.pod_cidr)
        } else {
            node.spec.pod_cidrs.as_slice()
        };
        let addresses: Vec<IpAddr> = node
            .status
            .addresses
            .iter()
            .filter(|address| address.kind == "InternalIP")
            .filter_map(|address| address.address.parse().ok())
            .collect();
        for share in shares {
            let Some((base, _)) = parse(share) else { continue };
            if let Some(gateway) = addresses.iter().find(|address| address.is_ipv4() == base.is_ipv4()) {
                routes.insert(share.clone(), *gateway);
            }
        }
    }
    routes
}

fn parse(share: &str) -> Option<(IpAddr, u8)> {
    let (base, prefix) = share.split_once('/')?;
    Some((base.parse().ok()?, prefix.parse().ok()?))
}

fn load(file: &Path) -> Routes {
    std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn save(file: &Path, routes: &Routes) -> std::io::Result<()> {
    let temporary = file.with_extension("tmp");
    std::fs::write(&temporary, serde_json::to_vec(routes)?)?;
    std::fs::rename(temporary, file)
}

/// Brings the kernel from `held` to `wanted`; gives what it holds then.
fn change(socket: &mut Socket, held: &Routes, wanted: &Routes) -> Routes {
    let mut now = held.clone();
    for (share, gateway) in held.iter().filter(|(share, _)| !wanted.contains_key(*share)) {
        let Some(destination) = parse(share) else { continue };
        match socket.delete_route(destination, Some(*gateway), 0) {
            Ok(()) => _ = now.remove(share),
            Err(error) => tracing::warn!(%share, %gateway, %error, "cannot remove a route"),
        }
    }
    for (share, gateway) in wanted {
        let Some(destination) = parse(share) else { continue };
        match socket.add_route(destination, Some(*gateway), 0) {
            Ok(()) => {
                if now.insert(share.clone(), *gateway) != Some(*gateway) {
                    tracing::info!(%share, %gateway, "routing another node's pods");
                }
            }
            Err(error) => tracing::warn!(
                %share, %gateway, %error,
                "cannot route another node's pods; nodes must share a network segment, VXLAN is not built yet"
            ),
        }
    }
    now
}

/// Follows the nodes until `shutdown`.
///
/// # Errors
/// Fails when the API server's address or credentials are unusable.
pub async fn run(
    kubeconfig: Option<PathBuf>,
    own: String,
    shutdown: CancellationToken,
) -> Result<(), String> {
    let config = Config::from_flags(kubeconfig.as_deref()).map_err(|error| error.to_string())?;
    let client = Client::new(config).map_err(|error| error.to_string())?;
    let nodes = Informer::<Node>::start(
        client,
        client::path("", "v1", "nodes", None, None, None),
        ListParams::default(),
        shutdown.clone(),
    );
    let file = Path::new(STATE);
    if !nodes.wait_synced().await {
        return Ok(());
    }
    let mut held = load(file);
    let mut last = None;
    let mut events = nodes.subscribe();
    let mut failures = 0u32;
    loop {
        let list = nodes.store().list();
        let target = wanted(&own, list.iter().map(AsRef::as_ref));
        // Heartbeats change nodes all the time; routes seldom.
        if last.as_ref() != Some(&target) {
            let mut socket = Socket::route().map_err(|error| error.to_string())?;
            held = change(&mut socket, &held, &target);
            save(file, &held).map_err(|error| format!("cannot write {STATE}: {error}"))?;
            failures = if held == target { 0 } else { failures.saturating_add(1) };
            last = (held == target).then_some(target);
        }
        let again = async {
            match failures {
                0 => std::future::pending().await,
                count => tokio::time::sleep(Duration::from_secs(u64::from(count.min(60)))).await,
            }
        };
        tokio::select! {
            event = events.recv() => {
                if event.is_none() {
                    return Ok(());
                }
                while events.try_recv().is_ok() {}
            }
            () = again => {}
            () = shutdown.cancelled() => return Ok(()),
        }
    }
}

/// Takes back every route that an agent has made on this machine.
pub fn clear(socket: &mut Socket) {
    let file = Path::new(STATE);
    let held = load(file);
    if !held.is_empty() {
        change(socket, &held, &Routes::new());
    }
    let _ = std::fs::remove_file(file);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_other_nodes_share_goes_through_its_address() {
        let node = |name: &str, share: &str, address: &str| -> Node {
            serde_json::from_value(serde_json::json!({
                "metadata": {"name": name}, "spec": {"podCIDR": share, "podCIDRs": [share]},
                "status": {"addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": address}]},
            }))
            .expect("a node")
        };
        let nodes = [
            node("a", "10.244.0.0/24", "192.0.2.1"),
            node("b", "10.244.1.0/24", "192.0.2.2"),
            node("c", "", "192.0.2.3"),
        ];
        let routes = wanted("a", nodes.iter());
        let gateway: IpAddr = "192.0.2.2".parse().expect("an address");
        assert_eq!(routes, Routes::from([("10.244.1.0/24".to_string(), gateway)]));
    }
}
