//! Services and their endpoints, as much of them as the proxy reads.

use client::{Key, Meta, Object};
use serde::Deserialize;

/// A Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Name and labels.
    pub metadata: Meta,
    /// What is wanted.
    pub spec: ServiceSpec,
    /// What a load balancer gave.
    pub status: ServiceStatus,
}

/// See upstream's API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    pub r#type: String,
    #[serde(rename = "clusterIP")]
    pub cluster_ip: String,
    #[serde(rename = "clusterIPs")]
    pub cluster_ips: Vec<String>,
    #[serde(rename = "externalIPs")]
    pub external_ips: Vec<String>,
    pub ports: Vec<ServicePort>,
    pub session_affinity: String,
    pub session_affinity_config: Option<AffinityConfig>,
    pub external_traffic_policy: String,
    pub internal_traffic_policy: String,
    pub load_balancer_source_ranges: Vec<String>,
}

/// A port of a Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    pub name: String,
    pub protocol: String,
    pub port: u16,
    pub node_port: u16,
}

/// How long clients stay with an endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AffinityConfig {
    #[serde(rename = "clientIP")]
    pub client_ip: Option<ClientIp>,
}

/// See [`AffinityConfig`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClientIp {
    pub timeout_seconds: Option<u64>,
}

/// See upstream's API.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceStatus {
    pub load_balancer: LoadBalancer,
}

/// A load balancer's addresses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LoadBalancer {
    pub ingress: Vec<Ingress>,
}

/// One address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ingress {
    pub ip: String,
    pub ip_mode: String,
}

/// An EndpointSlice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointSlice {
    /// Name and labels.
    pub metadata: Meta,
    /// The endpoints.
    #[serde(deserialize_with = "client::object::null_is_default")]
    pub endpoints: Vec<Endpoint>,
    /// Their ports.
    #[serde(deserialize_with = "client::object::null_is_default")]
    pub ports: Vec<EndpointPort>,
}

/// An endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    pub addresses: Vec<String>,
    pub conditions: Conditions,
    pub node_name: String,
}

/// How an endpoint does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Conditions {
    pub ready: Option<bool>,
    pub serving: Option<bool>,
    pub terminating: Option<bool>,
}

/// A port of endpoints.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointPort {
    pub name: String,
    pub protocol: String,
    pub port: Option<u16>,
}

impl Object for Service {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl Object for EndpointSlice {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl EndpointSlice {
    /// The Service it belongs to.
    pub fn service(&self) -> Option<Key> {
        let name = self.metadata.labels.get("kubernetes.io/service-name")?;
        Some(Key::new(&*self.metadata.namespace, name.as_str()))
    }
}

impl Service {
    /// Whether packets to it are ours to translate.
    pub fn is_proxied(&self) -> bool {
        let labels = &self.metadata.labels;
        self.spec.r#type != "ExternalName"
            && !matches!(self.spec.cluster_ip.as_str(), "" | "None")
            && !labels.contains_key("service.kubernetes.io/service-proxy-name")
            && !labels.contains_key("service.kubernetes.io/headless")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_may_have_nothing() {
        let slice: EndpointSlice =
            serde_json::from_str(r#"{"metadata":{"name":"a"},"endpoints":null,"ports":null}"#)
                .expect("a slice");
        assert!(slice.endpoints.is_empty() && slice.ports.is_empty());
    }
}
