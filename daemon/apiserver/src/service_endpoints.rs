//! Which address is behind a service: what `--enable-aggregator-routing` goes to, past the cluster IP.

use std::net::SocketAddr;

use apimachinery::labels::Selector;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use rand::seq::IndexedRandom;

use crate::storage::{Filter, Store};

/// A ready endpoint of a service's port, any of them.
///
/// # Errors
/// Says what is missing: the port, or endpoints.
pub async fn any(store: &Store, namespace: &str, service: &Service, port: u16) -> Result<SocketAddr, String> {
    let name = service.metadata.name.as_deref().unwrap_or_default();
    let ports = service.spec.as_ref().and_then(|spec| spec.ports.as_ref());
    let wanted = ports.into_iter().flatten().find(|found| found.port == i32::from(port));
    let wanted = wanted.ok_or_else(|| format!("no service port {port} found for service {name:?}"))?;
    let labels =
        Selector::parse(&format!("kubernetes.io/service-name={name}")).map_err(|why| why.to_string())?;
    let filter = Filter { namespace: namespace.to_string(), labels, ..Filter::default() };
    let slices = store.list(store.known("endpointslices"), &filter).await.map_err(|status| status.message)?;
    let mut found = Vec::new();
    for slice in slices.entries.iter().filter_map(|entry| entry.typed::<EndpointSlice>()) {
        let named =
            |name: Option<&str>| name.unwrap_or_default() == wanted.name.as_deref().unwrap_or_default();
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
    found
        .choose(&mut rand::rng())
        .copied()
        .ok_or_else(|| format!("no endpoints available for service {name:?}"))
}
