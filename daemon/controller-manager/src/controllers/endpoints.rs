//! Endpoints and endpoint slices: where a service's pods are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use apimachinery::labels::Selector;
use client::informer::{Event, Informer};
use client::queue::WorkQueue;
use client::{Client, Key, ListParams};
use serde_json::{Value, json};

use crate::context::{Context, controller_of, gone_is_fine};
use crate::objects::{EndpointSlice, Endpoints, Node, Pod, Resource, Service, ServicePort};

/// Endpoints in one slice, or in one endpoints object, at most.
const SLICE: usize = 100;
const ENDPOINTS: usize = 1000;
const MANAGER: &str = "endpointslice-controller.k8s.io";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const HEADLESS: &str = "service.kubernetes.io/headless";

/// A pod's port for a service's: by number, or by name among the pod's own.
fn target(pod: &Pod, port: &ServicePort) -> Option<i32> {
    match &port.target_port {
        Value::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()),
        Value::String(name) => {
            let protocol = |text: &str| if text.is_empty() { "TCP".to_string() } else { text.to_string() };
            let ports = pod.spec.containers.iter().flat_map(|container| &container.ports);
            ports
                .into_iter()
                .find(|own| own.name == *name && protocol(&own.protocol) == protocol(&port.protocol))
                .map(|own| own.container_port)
        }
        _ => Some(port.port),
    }
}

fn protocol(port: &ServicePort) -> &str {
    if port.protocol.is_empty() { "TCP" } else { &port.protocol }
}

/// The pods that a service sends to, in a stable order.
fn chosen(service: &Service, pods: &Informer<Pod>) -> Vec<Arc<Pod>> {
    let selector = Selector::from_map(&service.spec.selector);
    let mut found: Vec<Arc<Pod>> = pods
        .store()
        .list_namespace(&service.metadata.namespace)
        .into_iter()
        .filter(|pod| {
            !pod.status.pod_ip.is_empty() && !pod.has_ended() && selector.matches(&pod.metadata.labels)
        })
        .collect();
    found.sort_by(|a, b| (&a.status.pod_ip, &a.metadata.name).cmp(&(&b.status.pod_ip, &b.metadata.name)));
    found
}

fn target_ref(pod: &Pod) -> Value {
    let meta = &pod.metadata;
    json!({ "kind": "Pod", "namespace": meta.namespace, "name": meta.name, "uid": meta.uid })
}

/// The host name by which a headless service knows the pod.
fn host_name<'a>(service: &Service, pod: &'a Pod) -> Option<&'a str> {
    (!pod.spec.hostname.is_empty() && pod.spec.subdomain == service.metadata.name)
        .then_some(&pod.spec.hostname)
}

/// The slices that there should be: ports and endpoints.
pub fn slices(
    service: &Service,
    pods: &[Arc<Pod>],
    zone: &dyn Fn(&str) -> Option<String>,
) -> Vec<(Value, Vec<Value>)> {
    // Pods may resolve a named port to different numbers: a slice for each set of ports.
    let mut groups: BTreeMap<String, (Value, Vec<Value>)> = BTreeMap::new();
    for pod in pods {
        let ports: Vec<Value> = service
            .spec
            .ports
            .iter()
            .filter_map(|port| {
                let mut entry =
                    json!({ "name": port.name, "port": target(pod, port)?, "protocol": protocol(port) });
                if let Some(app) = &port.app_protocol {
                    entry["appProtocol"] = app.clone().into();
                }
                Some(entry)
            })
            .collect();
        if ports.is_empty() && !service.spec.ports.is_empty() {
            continue;
        }
        let ports = Value::from(ports);
        let terminating = pod.metadata.deletion_timestamp.is_some();
        let serving = pod.is_ready();
        let ready = service.spec.publish_not_ready_addresses || (serving && !terminating);
        let mut endpoint = json!({
            "addresses": [pod.status.pod_ip],
            "conditions": { "ready": ready, "serving": serving || service.spec.publish_not_ready_addresses, "terminating": terminating },
            "targetRef": target_ref(pod),
        });
        if !pod.spec.node_name.is_empty() {
            endpoint["nodeName"] = pod.spec.node_name.clone().into();
            if let Some(zone) = zone(&pod.spec.node_name) {
                endpoint["zone"] = zone.into();
            }
        }
        if let Some(name) = host_name(service, pod) {
            endpoint["hostname"] = name.into();
        }
        groups.entry(ports.to_string()).or_insert_with(|| (ports, Vec::new())).1.push(endpoint);
    }
    if groups.is_empty() {
        // A service without endpoints has one slice that says so.
        return vec![(Value::Null, Vec::new())];
    }
    groups
        .into_values()
        .flat_map(|(ports, endpoints)| {
            endpoints.chunks(SLICE).map(|part| (ports.clone(), part.to_vec())).collect::<Vec<_>>()
        })
        .collect()
}

/// The subsets of the endpoints object.
pub fn subsets(service: &Service, pods: &[Arc<Pod>]) -> Vec<Value> {
    let mut groups: BTreeMap<String, (Value, Vec<Value>, Vec<Value>)> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| pod.metadata.deletion_timestamp.is_none()).take(ENDPOINTS) {
        let ports: Vec<Value> = service
            .spec
            .ports
            .iter()
            .filter_map(|port| {
                let mut entry = json!({ "port": target(pod, port)?, "protocol": protocol(port) });
                if !port.name.is_empty() {
                    entry["name"] = port.name.clone().into();
                }
                if let Some(app) = &port.app_protocol {
                    entry["appProtocol"] = app.clone().into();
                }
                Some(entry)
            })
            .collect();
        if ports.is_empty() && !service.spec.ports.is_empty() {
            continue;
        }
        let mut address = json!({ "ip": pod.status.pod_ip, "targetRef": target_ref(pod) });
        if !pod.spec.node_name.is_empty() {
            address["nodeName"] = pod.spec.node_name.clone().into();
        }
        if let Some(name) = host_name(service, pod) {
            address["hostname"] = name.into();
        }
        let ports = Value::from(ports);
        let group = groups.entry(ports.to_string()).or_insert_with(|| (ports, Vec::new(), Vec::new()));
        if pod.is_ready() || service.spec.publish_not_ready_addresses {
            group.1.push(address);
        } else {
            group.2.push(address);
        }
    }
    groups
        .into_values()
        .map(|(ports, ready, waiting)| {
            let mut subset = serde_json::Map::new();
            for (name, list) in [("addresses", ready), ("notReadyAddresses", waiting)] {
                if !list.is_empty() {
                    subset.insert(name.into(), list.into());
                }
            }
            if ports.as_array().is_some_and(|ports| !ports.is_empty()) {
                subset.insert("ports".into(), ports);
            }
            subset.into()
        })
        .collect()
}

/// Queues services when they or their pods change.
fn feed(context: &Context, queue: &WorkQueue<Key>) {
    context.enqueue::<Service>(queue);
    let (services, queue) = (context.informer::<Service>(), queue.clone());
    context.on::<Pod>(move |event| {
        let affected = |pod: &Pod| {
            for service in services.store().list_namespace(&pod.metadata.namespace) {
                let selector = &service.spec.selector;
                if !selector.is_empty() && Selector::from_map(selector).matches(&pod.metadata.labels) {
                    // A moment's wait gathers what happens together.
                    queue.add_after(service.metadata.key(), Duration::from_millis(20));
                }
            }
        };
        match &event {
            Event::Modified { old, new } => {
                let same = old.status.pod_ip == new.status.pod_ip
                    && old.is_ready() == new.is_ready()
                    && old.has_ended() == new.has_ended()
                    && old.metadata.labels == new.metadata.labels
                    && old.metadata.deletion_timestamp.is_some() == new.metadata.deletion_timestamp.is_some();
                if !same {
                    affected(old);
                    affected(new);
                }
            }
            Event::Added(pod) | Event::Deleted(pod) => affected(pod),
        }
    });
}

/// Keeps the endpoints object of every service that selects pods.
pub async fn run_endpoints(context: Arc<Context>) {
    let client = context.client_of("endpoint-controller").await;
    let (services, pods) = (context.informer::<Service>(), context.informer::<Pod>());
    let all: Informer<Endpoints> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    feed(&context, &queue);
    services.wait_synced().await;
    pods.wait_synced().await;
    all.wait_synced().await;
    context
        .work(&queue, 5, move |key| {
            let (client, services, pods, all) = (client.clone(), services.clone(), pods.clone(), all.clone());
            async move {
                let path = Endpoints::path(Some(&key.namespace), Some(&key.name), None);
                let current = all.store().get(&key);
                let Some(service) = services.store().get(&key) else {
                    // Objects that others keep for services without selectors go with them too.
                    if current.is_some() {
                        gone_is_fine(client.delete(&path, None).await)?;
                    }
                    return Ok(None);
                };
                if service.spec.selector.is_empty() || service.spec.kind == "ExternalName" {
                    return Ok(None);
                }
                let subsets = Value::from(subsets(&service, &chosen(&service, &pods)));
                let mut labels = service.metadata.labels.clone();
                if service.spec.cluster_ip == "None" {
                    labels.insert(HEADLESS.into(), String::new());
                }
                labels.insert("endpoints.kubernetes.io/managed-by".into(), "endpoint-controller".into());
                let mut body = json!({
                    "apiVersion": "v1", "kind": "Endpoints",
                    "metadata": { "name": key.name, "namespace": key.namespace, "labels": labels },
                    "subsets": subsets,
                });
                match current {
                    None => {
                        let path = Endpoints::path(Some(&key.namespace), None, None);
                        match client.create::<_, Value>(&path, &body).await {
                            Err(error) if error.is_forbidden() || error.is_not_found() => {}
                            other => {
                                other?;
                            }
                        }
                    }
                    Some(old) => {
                        let none = old.subsets.is_null() && subsets.as_array().is_some_and(Vec::is_empty);
                        if (old.subsets != subsets && !none) || old.metadata.labels != labels {
                            body["metadata"]["resourceVersion"] =
                                old.metadata.resource_version.clone().into();
                            body["metadata"]["annotations"] = json!(old.metadata.annotations);
                            gone_is_fine(client.update::<_, Value>(&path, &body).await)?;
                        }
                    }
                }
                Ok(None)
            }
        })
        .await;
}

/// Keeps the endpoint slices of every service that selects pods.
pub async fn run_slices(context: Arc<Context>) {
    let client = context.client_of("endpointslice-controller").await;
    let (services, pods) = (context.informer::<Service>(), context.informer::<Pod>());
    let nodes: Informer<Node> = context.informer();
    let all: Informer<EndpointSlice> = Informer::start(
        context.client.clone(),
        EndpointSlice::path(None, None, None),
        ListParams::labels(format!("{MANAGED_BY}={MANAGER}")),
        context.shutdown.clone(),
    );
    let queue: WorkQueue<Key> = WorkQueue::new();
    feed(&context, &queue);
    // Somebody else's hand on our slices is undone.
    let (sender, mut events) = (queue.clone(), all.subscribe());
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            let meta = &event.object().metadata;
            if let Some(service) = meta.labels.get(SERVICE_NAME) {
                sender.add_after(Key::new(&*meta.namespace, &**service), Duration::from_millis(20));
            }
        }
    });
    services.wait_synced().await;
    pods.wait_synced().await;
    nodes.wait_synced().await;
    all.wait_synced().await;
    context
        .work(&queue, 5, move |key| {
            let (client, services, pods) = (client.clone(), services.clone(), pods.clone());
            let (nodes, all) = (nodes.clone(), all.clone());
            async move {
                // The collector removes the slices of a service that is gone.
                let Some(service) = services.store().get(&key) else { return Ok(None) };
                if service.spec.selector.is_empty()
                    || service.spec.kind == "ExternalName"
                    || service.metadata.deletion_timestamp.is_some()
                {
                    return Ok(None);
                }
                let zone = |name: &str| {
                    let node = nodes.store().get(&Key::new("", name))?;
                    node.metadata.labels.get("topology.kubernetes.io/zone").cloned()
                };
                let wanted = slices(&service, &chosen(&service, &pods), &zone);
                let mut current: Vec<Arc<EndpointSlice>> = all
                    .store()
                    .list_namespace(&key.namespace)
                    .into_iter()
                    .filter(|slice| slice.metadata.labels.get(SERVICE_NAME) == Some(&key.name))
                    .collect();
                current.sort_by(|a, b| a.metadata.name.cmp(&b.metadata.name));
                reconcile(&client, &service, wanted, current).await?;
                Ok(None)
            }
        })
        .await;
}

async fn reconcile(
    client: &Client,
    service: &Service,
    wanted: Vec<(Value, Vec<Value>)>,
    mut current: Vec<Arc<EndpointSlice>>,
) -> Result<()> {
    let meta = &service.metadata;
    let mut labels = meta.labels.clone();
    labels.insert(SERVICE_NAME.into(), meta.name.clone());
    labels.insert(MANAGED_BY.into(), MANAGER.into());
    if service.spec.cluster_ip == "None" {
        labels.insert(HEADLESS.into(), String::new());
    }
    let same = |slice: &EndpointSlice, ports: &Value, endpoints: &[Value]| {
        let bare = |value: &Value| {
            if value.as_array().is_some_and(Vec::is_empty) { Value::Null } else { value.clone() }
        };
        bare(&slice.ports) == bare(ports)
            && bare(&slice.endpoints) == bare(&Value::from(endpoints.to_vec()))
            && slice.metadata.labels == labels
    };
    // What is right stays; the rest is used for what is missing.
    let mut missing = Vec::new();
    for (ports, endpoints) in wanted {
        match current.iter().position(|slice| same(slice, &ports, &endpoints)) {
            Some(at) => {
                current.remove(at);
            }
            None => missing.push((ports, endpoints)),
        }
    }
    for (ports, endpoints) in missing {
        let v6 = endpoints.first().is_some_and(|endpoint| {
            endpoint["addresses"][0].as_str().is_some_and(|address| address.contains(':'))
        });
        let family = if v6 { "IPv6" } else { "IPv4" };
        let mut body = json!({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {
                "namespace": meta.namespace, "labels": labels,
                "ownerReferences": [controller_of::<Service>(meta)],
            },
            "addressType": family, "endpoints": endpoints, "ports": ports,
        });
        let reusable = current.iter().position(|slice| slice.address_type == family);
        match reusable.map(|at| current.remove(at)) {
            Some(old) => {
                body["metadata"]["name"] = old.metadata.name.clone().into();
                body["metadata"]["resourceVersion"] = old.metadata.resource_version.clone().into();
                let path = EndpointSlice::path(Some(&meta.namespace), Some(&old.metadata.name), None);
                client.update::<_, Value>(&path, &body).await?;
            }
            None => {
                body["metadata"]["generateName"] = format!("{}-", meta.name).into();
                let path = EndpointSlice::path(Some(&meta.namespace), None, None);
                match client.create::<_, Value>(&path, &body).await {
                    // The namespace is on its way out.
                    Err(error) if error.is_forbidden() || error.is_not_found() => {}
                    other => {
                        other?;
                    }
                }
            }
        }
    }
    for old in current {
        let path = EndpointSlice::path(Some(&meta.namespace), Some(&old.metadata.name), None);
        gone_is_fine(client.delete(&path, None).await)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_ports_and_readiness() {
        let pod = |name: &str, ip: &str, port: i32, ready: &str| -> Arc<Pod> {
            Arc::new(
                serde_json::from_value(json!({
                    "metadata": {"name": name, "namespace": "d"},
                    "spec": {"nodeName": "n", "containers": [{"ports": [{"name": "web", "containerPort": port}]}]},
                    "status": {"podIP": ip, "conditions": [{"type": "Ready", "status": ready}]},
                }))
                .expect("decodes"),
            )
        };
        let service: Service = serde_json::from_value(json!({
            "metadata": {"name": "s", "namespace": "d"},
            "spec": {"selector": {"a": "b"}, "ports": [{"name": "http", "port": 80, "targetPort": "web"}]},
        }))
        .expect("decodes");
        let pods = [
            pod("a", "10.0.0.1", 8080, "True"),
            pod("b", "10.0.0.2", 8080, "False"),
            pod("c", "10.0.0.3", 9090, "True"),
        ];
        let slices = slices(&service, &pods, &|_| Some("z".into()));
        assert_eq!(slices.len(), 2);
        assert_eq!(slices[0].0[0]["port"], 8080);
        assert_eq!(slices[0].1[1]["conditions"]["ready"], false);
        assert_eq!(slices[0].1[0]["zone"], "z");
        let subsets = subsets(&service, &pods);
        assert_eq!(subsets[0]["addresses"][0]["ip"], "10.0.0.1");
        assert_eq!(subsets[0]["notReadyAddresses"][0]["ip"], "10.0.0.2");
        assert_eq!(subsets[1]["ports"][0]["port"], 9090);
    }
}
