//! What DNS reads of Services, their endpoints and namespaces.

use client::{Key, Meta, Object};
use serde::Deserialize;

/// A Service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Its name.
    pub metadata: Meta,
    /// Its addresses and ports.
    pub spec: ServiceSpec,
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
    pub external_name: String,
    pub ports: Vec<Port>,
    pub publish_not_ready_addresses: bool,
}

/// A port of a Service or of endpoints.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Port {
    pub name: String,
    pub port: u16,
    pub protocol: String,
}

/// An EndpointSlice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndpointSlice {
    /// Its name and labels.
    pub metadata: Meta,
    /// The endpoints.
    #[serde(deserialize_with = "client::object::null_is_default")]
    pub endpoints: Vec<Endpoint>,
    /// Their ports.
    #[serde(deserialize_with = "client::object::null_is_default")]
    pub ports: Vec<Port>,
}

/// An endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Endpoint {
    pub addresses: Vec<String>,
    pub hostname: String,
    pub conditions: Conditions,
}

/// How it does.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Conditions {
    pub ready: Option<bool>,
}

/// A Namespace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Namespace {
    /// Its name.
    pub metadata: Meta,
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

impl Object for Namespace {
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl Service {
    /// Whether its name leads to its endpoints.
    pub fn is_headless(&self) -> bool {
        self.spec.cluster_ip == "None"
    }

    /// Whether its name leads elsewhere.
    pub fn is_external(&self) -> bool {
        self.spec.r#type == "ExternalName"
    }
}

impl EndpointSlice {
    /// The Service it belongs to.
    pub fn service(&self) -> Option<Key> {
        let name = self.metadata.labels.get("kubernetes.io/service-name")?;
        Some(Key::new(&*self.metadata.namespace, name.as_str()))
    }
}
