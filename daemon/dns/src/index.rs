//! Two ways into the informers' stores that keys don't give: the slices of a Service, and who
//! has an address. Kept in step by the informers' own events.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, RwLock};

use client::informer::Event;
use client::{Informer, Key};

use crate::views::{EndpointSlice, Namespace, Service};

/// The cluster, as DNS sees it. Clones share it.
#[derive(Clone)]
pub struct Cluster {
    /// Services.
    pub services: Informer<Service>,
    /// Endpoints.
    pub slices: Informer<EndpointSlice>,
    /// Namespaces.
    pub namespaces: Informer<Namespace>,
    index: Arc<RwLock<Index>>,
}

#[derive(Default)]
struct Index {
    slices: HashMap<Key, BTreeSet<String>>,
    services_by_ip: HashMap<IpAddr, Key>,
    endpoints_by_ip: HashMap<IpAddr, BTreeSet<Key>>,
}

impl Index {
    fn service(&mut self, service: &Service, there: bool) {
        for ip in cluster_ips(service) {
            if there {
                self.services_by_ip.insert(ip, service.metadata.key());
            } else if self.services_by_ip.get(&ip) == Some(&service.metadata.key()) {
                self.services_by_ip.remove(&ip);
            }
        }
    }

    fn slice(&mut self, slice: &EndpointSlice, there: bool) {
        let Some(service) = slice.service() else { return };
        let names = self.slices.entry(service.clone()).or_default();
        if there {
            names.insert(slice.metadata.name.clone());
        } else {
            names.remove(&slice.metadata.name);
            if names.is_empty() {
                self.slices.remove(&service);
            }
        }
        // Only endpoints with names of their own have a way back.
        let addresses = slice.endpoints.iter().filter(|endpoint| !endpoint.hostname.is_empty());
        for ip in addresses.flat_map(|endpoint| &endpoint.addresses).filter_map(|text| text.parse().ok()) {
            if there {
                self.endpoints_by_ip.entry(ip).or_default().insert(service.clone());
            } else if let Some(services) = self.endpoints_by_ip.get_mut(&ip) {
                services.remove(&service);
                if services.is_empty() {
                    self.endpoints_by_ip.remove(&ip);
                }
            }
        }
    }
}

/// A Service's own addresses.
pub fn cluster_ips(service: &Service) -> Vec<IpAddr> {
    let spec = &service.spec;
    let listed =
        if spec.cluster_ips.is_empty() { std::slice::from_ref(&spec.cluster_ip) } else { &spec.cluster_ips };
    listed.iter().filter_map(|text| text.parse().ok()).collect()
}

impl Cluster {
    /// Begins to follow the informers; call it inside the runtime, before they are synced.
    pub fn new(
        services: Informer<Service>,
        slices: Informer<EndpointSlice>,
        namespaces: Informer<Namespace>,
    ) -> Self {
        let index = Arc::new(RwLock::new(Index::default()));
        let (mut service_events, mut slice_events) = (services.subscribe(), slices.subscribe());
        {
            // What is there already; events that tell of it again change nothing.
            let mut index = index.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            services.store().list().iter().for_each(|service| index.service(service, true));
            slices.store().list().iter().for_each(|slice| index.slice(slice, true));
        }
        let target = index.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    event = service_events.recv() => {
                        let Some(event) = event else { return };
                        let mut index = target.write().unwrap_or_else(std::sync::PoisonError::into_inner);
                        apply(event, |service, there| index.service(service, there));
                    }
                    event = slice_events.recv() => {
                        let Some(event) = event else { return };
                        let mut index = target.write().unwrap_or_else(std::sync::PoisonError::into_inner);
                        apply(event, |slice, there| index.slice(slice, there));
                    }
                }
            }
        });
        Self { services, slices, namespaces, index }
    }

    fn index(&self) -> std::sync::RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A Service.
    pub fn service(&self, namespace: &str, name: &str) -> Option<Arc<Service>> {
        self.services.store().get(&Key::new(namespace, name))
    }

    /// Its slices.
    pub fn slices_of(&self, service: &Key) -> Vec<Arc<EndpointSlice>> {
        let names = self.index().slices.get(service).cloned().unwrap_or_default();
        let key = |name: String| Key::new(&*service.namespace, name);
        names.into_iter().filter_map(|name| self.slices.store().get(&key(name))).collect()
    }

    /// Whether a namespace is there.
    pub fn has_namespace(&self, name: &str) -> bool {
        self.namespaces.store().get(&Key::new("", name)).is_some()
    }

    /// Whose cluster IP an address is.
    pub fn service_with(&self, ip: IpAddr) -> Option<Key> {
        self.index().services_by_ip.get(&ip).cloned()
    }

    /// The Services that have a named endpoint with the address.
    pub fn services_of_endpoint(&self, ip: IpAddr) -> Vec<Key> {
        self.index().endpoints_by_ip.get(&ip).map(|keys| keys.iter().cloned().collect()).unwrap_or_default()
    }

    /// Whether every informer has its first list.
    pub fn is_synced(&self) -> bool {
        self.services.is_synced() && self.slices.is_synced() && self.namespaces.is_synced()
    }
}

fn apply<T>(event: Event<T>, mut change: impl FnMut(&T, bool)) {
    match event {
        Event::Added(new) => change(&new, true),
        Event::Modified { old, new } => {
            change(&old, false);
            change(&new, true);
        }
        Event::Deleted(old) => change(&old, false),
    }
}
