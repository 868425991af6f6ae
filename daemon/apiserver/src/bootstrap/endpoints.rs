//! The service `kubernetes` in the namespace `default`, and its endpoints: the API servers that
//! are alive, which they show by a key in etcd that expires.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use serde_json::{Value, json};

use super::{ensure as ensure_object, replace, resource};
use crate::allocate;
use crate::net::Range;
use crate::server::Server;

/// How often a server shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long it is believed.
const BELIEVED: Duration = Duration::from_secs(15);

/// The address that others reach this server at.
pub fn own_address(server: &Server) -> IpAddr {
    if let Some(address) = server.options.advertise_address {
        return address;
    }
    let bound = server.address.ip();
    if !bound.is_unspecified() {
        return bound;
    }
    // The address that packets to elsewhere leave from; nothing is sent.
    std::net::UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| {
            socket.connect("192.0.2.1:9")?;
            socket.local_addr()
        })
        .map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

/// Makes the service, its endpoints and the range that cluster IPs come from.
async fn ensure_service(server: &Arc<Server>) -> Result<(), Status> {
    let ranges: Vec<&str> = server.options.service_range.split(',').collect();
    let cidr = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": ranges},
    });
    ensure_object(server, resource("networking.k8s.io", "servicecidrs"), &cidr).await?;
    let first = ranges.first().copied().unwrap_or_default();
    let range = Range::parse(first).map_err(Status::internal)?;
    let ip = range.address(1);
    allocate::reserve(server, ip, "default", "kubernetes").await?;
    let family = if range.is_ipv4() { "IPv4" } else { "IPv6" };
    let mut service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "type": "ClusterIP", "clusterIP": ip.to_string(), "clusterIPs": [ip.to_string()],
            "ipFamilies": [family], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": server.options.port}],
        },
    });
    let port = server.options.service_node_port;
    if port > 0 {
        service["spec"]["type"] = "NodePort".into();
        service["spec"]["externalTrafficPolicy"] = "Cluster".into();
        service["spec"]["ports"][0]["nodePort"] = port.into();
        allocate::reserve_port(server, i32::from(port), "default/kubernetes").await?;
    }
    ensure_object(server, resource("", "services"), &service).await?;
    Ok(())
}

/// The start-up hook.
pub async fn ensure(server: &Arc<Server>) -> Result<(), Status> {
    ensure_service(server).await?;
    if server.options.endpoint_reconciler == "none" {
        return Ok(());
    }
    reconcile(server).await
}

/// Whether other servers may be at work on the same store.
pub async fn others(server: &Arc<Server>) -> Result<bool, Status> {
    if server.options.endpoint_reconciler == "none" {
        return Ok(true);
    }
    let own = own_address(server).to_string();
    Ok(server.store.names("masterleases/").await?.iter().any(|name| *name != own))
}

async fn reconcile(server: &Arc<Server>) -> Result<(), Status> {
    let own = own_address(server);
    let beat = json!({
        "kind": "Endpoints", "apiVersion": "v1", "metadata": {},
        "subsets": [{"addresses": [{"ip": own.to_string()}]}],
    });
    server.store.beat(&format!("masterleases/{own}"), &beat.to_string(), BELIEVED).await?;
    let mut alive: BTreeSet<String> = server.store.names("masterleases/").await?.into_iter().collect();
    alive.insert(own.to_string());
    publish(server, &alive).await
}

async fn publish(server: &Arc<Server>, alive: &BTreeSet<String>) -> Result<(), Status> {
    let port = json!({"name": "https", "port": server.options.port, "protocol": "TCP"});
    let addresses: Vec<Value> = alive.iter().map(|ip| json!({"ip": ip})).collect();
    let subsets = json!([{"addresses": addresses, "ports": [port]}]);
    let endpoints = json!({
        "apiVersion": "v1", "kind": "Endpoints",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"},
        },
        "subsets": subsets,
    });
    let kind = resource("", "endpoints");
    if !ensure_object(server, kind, &endpoints).await? {
        replace(server, kind, "default/kubernetes", |object| change(object, "subsets", &subsets)).await?;
    }
    let family = if alive.iter().any(|ip| ip.contains(':')) { "IPv6" } else { "IPv4" };
    let list: Vec<Value> =
        alive.iter().map(|ip| json!({"addresses": [ip], "conditions": {"ready": true}})).collect();
    let list = json!(list);
    let slice = json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": family, "endpoints": list, "ports": [port],
    });
    let kind = resource("discovery.k8s.io", "endpointslices");
    if !ensure_object(server, kind, &slice).await? {
        replace(server, kind, "default/kubernetes", |object| {
            let endpoints = change(object, "endpoints", &list);
            change(object, "ports", &json!([port])) || endpoints
        })
        .await?;
    }
    Ok(())
}

fn change(object: &mut Value, field: &str, wanted: &Value) -> bool {
    let changed = object[field] != *wanted;
    object[field] = wanted.clone();
    changed
}

/// Shows that this server is alive, and takes away those that are not, until the end.
pub async fn keep(server: Arc<Server>) {
    if server.options.endpoint_reconciler == "none" {
        return;
    }
    loop {
        tokio::select! {
            () = tokio::time::sleep(HEARTBEAT) => {}
            () = server.shutdown.cancelled() => return,
        }
        if let Err(status) = reconcile(&server).await {
            tracing::warn!(error = status.message, "cannot update the endpoints of the kubernetes service");
        }
    }
}

/// Takes this server out of the endpoints, so that no one is sent to it any more.
pub async fn farewell(server: &Arc<Server>) {
    if server.options.endpoint_reconciler == "none" {
        return;
    }
    let own = own_address(server).to_string();
    let leave = async {
        server.store.forget(&format!("masterleases/{own}")).await?;
        let alive: BTreeSet<String> =
            server.store.names("masterleases/").await?.into_iter().filter(|ip| *ip != own).collect();
        // The last one leaves its address: there is no one better to name.
        if alive.is_empty() { Ok(()) } else { publish(server, &alive).await }
    };
    if let Ok(Err(status)) = tokio::time::timeout(Duration::from_secs(2), leave).await {
        tracing::warn!(error = status.message, "cannot leave the endpoints of the kubernetes service");
    }
}
