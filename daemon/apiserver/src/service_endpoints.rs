//! Which address is behind a service, for those whom objects send there: its cluster IP, or one of its endpoints with
//! `--enable-aggregator-routing`.

use std::net::SocketAddr;

use apimachinery::labels::Selector;
use k8s_openapi::api::core::v1::{Service, ServicePort};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use rand::seq::IndexedRandom;

use crate::storage::{Filter, Store};

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// To this one.
    Ip(SocketAddr),
    /// To another name's port, which the cluster's proxy looks up.
    Name(String, u16),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ip(address) => write!(f, "{address}"),
            Self::Name(name, port) => write!(f, "{name}:{port}"),
        }
    }
}

/// A service's port.
pub struct Wanted<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
    pub port: u16,
}

/// Why it leads nowhere; who asks has words of their own for it.
pub enum Nowhere {
    /// What is stored can't be read.
    Unreadable(String),
    /// There is no such service.
    NotFound,
    /// It has no such port.
    NoPort,
    /// Nothing is ready behind it.
    NoEndpoints,
    /// It is another name, and that one can't be looked up.
    Unresolved(String),
    /// It has no cluster IP, and is to have none.
    Headless,
    /// It has none yet.
    NoAddress,
}

/// The address to go to.
///
/// # Errors
/// Says what is missing.
pub async fn address(store: &Store, wanted: &Wanted<'_>) -> Result<Address, Nowhere> {
    let key = format!("{}/{}", wanted.namespace, wanted.name);
    let found = store.glance(store.known("services/specs"), &key).await;
    let found = found.map_err(|status| Nowhere::Unreadable(status.message))?;
    let service = found.and_then(|entry| entry.typed::<Service>()).ok_or(Nowhere::NotFound)?;
    let spec = service.spec.unwrap_or_default();
    let port = spec.ports.iter().flatten().find(|have| have.port == i32::from(wanted.port));
    if store.routes_to_endpoints {
        return endpoint(store, wanted, port.ok_or(Nowhere::NoPort)?).await.map(Address::Ip);
    }
    if spec.type_.as_deref() == Some("ExternalName") {
        // It need not name its ports.
        let name = spec.external_name.unwrap_or_default();
        if !store.egress.cluster.is_direct() {
            return Ok(Address::Name(name, wanted.port));
        }
        let failed = |why: String| Nowhere::Unresolved(format!("{name:?}: {why}"));
        let found = tokio::net::lookup_host((name.as_str(), wanted.port)).await;
        let mut found = found.map_err(|error| failed(error.to_string()))?;
        return found.next().map(Address::Ip).ok_or_else(|| failed("it has no address".into()));
    }
    if spec.cluster_ip.as_deref() == Some("None") {
        return Err(Nowhere::Headless);
    }
    if port.is_none() {
        return Err(Nowhere::NoPort);
    }
    let address = spec.cluster_ip.as_deref().and_then(|ip| ip.parse().ok());
    address.map(|ip| Address::Ip(SocketAddr::new(ip, wanted.port))).ok_or(Nowhere::NoAddress)
}

/// A ready endpoint of the port, any of them.
async fn endpoint(store: &Store, wanted: &Wanted<'_>, port: &ServicePort) -> Result<SocketAddr, Nowhere> {
    let labels = Selector::parse(&format!("kubernetes.io/service-name={}", wanted.name))
        .map_err(|why| Nowhere::Unreadable(why.to_string()))?;
    let filter = Filter { namespace: wanted.namespace.to_string(), labels, ..Filter::default() };
    let slices = store
        .list(store.known("endpointslices"), &filter)
        .await
        .map_err(|status| Nowhere::Unreadable(status.message))?;
    let mut found = Vec::new();
    for slice in slices.entries.iter().filter_map(|entry| entry.typed::<EndpointSlice>()) {
        let named = |name: Option<&str>| name.unwrap_or_default() == port.name.as_deref().unwrap_or_default();
        let port = slice.ports.iter().flatten().find(|port| named(port.name.as_deref()));
        let Some(port) = port.and_then(|port| u16::try_from(port.port?).ok()) else { continue };
        for endpoint in slice.endpoints.iter().flatten() {
            if endpoint.conditions.as_ref().and_then(|conditions| conditions.ready) == Some(false) {
                continue;
            }
            let first = endpoint.addresses.first().and_then(|address| address.parse().ok());
            found.extend(first.map(|address| SocketAddr::new(address, port)));
        }
    }
    found.choose(&mut rand::rng()).copied().ok_or(Nowhere::NoEndpoints)
}
