//! Metrics of nodes and pods as the metrics API sends them: protobuf or JSON.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use prost::Message;
use serde_json::{Value, json};

/// Protobuf, or JSON of servers that have no other.
pub const ACCEPT: &str = "application/vnd.kubernetes.protobuf,application/json";
/// What a message in protobuf begins with.
const MAGIC: &[u8] = b"k8s\0";

/// The envelope of every message.
#[derive(Clone, PartialEq, Message)]
struct Unknown {
    #[prost(message, optional, tag = "1")]
    kind: Option<TypeMeta>,
    #[prost(bytes = "vec", tag = "2")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct TypeMeta {
    #[prost(string, tag = "2")]
    kind: String,
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "3")]
    namespace: String,
}

#[derive(Clone, PartialEq, Message)]
struct Quantity {
    #[prost(string, tag = "1")]
    string: String,
}

#[derive(Clone, PartialEq, Message)]
struct Container {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(btree_map = "string, message", tag = "2")]
    usage: BTreeMap<String, Quantity>,
}

#[derive(Clone, PartialEq, Message)]
struct Node {
    #[prost(message, optional, tag = "1")]
    metadata: Option<Metadata>,
    #[prost(btree_map = "string, message", tag = "4")]
    usage: BTreeMap<String, Quantity>,
}

#[derive(Clone, PartialEq, Message)]
struct Pod {
    #[prost(message, optional, tag = "1")]
    metadata: Option<Metadata>,
    #[prost(message, repeated, tag = "4")]
    containers: Vec<Container>,
}

#[derive(Clone, PartialEq, Message)]
struct Nodes {
    #[prost(message, repeated, tag = "2")]
    items: Vec<Node>,
}

#[derive(Clone, PartialEq, Message)]
struct Pods {
    #[prost(message, repeated, tag = "2")]
    items: Vec<Pod>,
}

fn metadata(found: Option<Metadata>) -> Value {
    let found = found.unwrap_or_default();
    json!({"name": found.name, "namespace": found.namespace})
}

fn usage(found: BTreeMap<String, Quantity>) -> Value {
    found.into_iter().map(|(name, quantity)| (name, Value::from(quantity.string))).collect()
}

fn node(found: Node) -> Value {
    json!({"metadata": metadata(found.metadata), "usage": usage(found.usage)})
}

fn pod(found: Pod) -> Value {
    let container = |found: Container| json!({"name": found.name, "usage": usage(found.usage)});
    let containers: Vec<Value> = found.containers.into_iter().map(container).collect();
    json!({"metadata": metadata(found.metadata), "containers": containers})
}

/// The metrics in an answer: one object's, or a list's.
///
/// # Errors
/// Fails when the answer can't be decoded, or is about something else.
pub fn decode(bytes: &[u8]) -> Result<Vec<Value>> {
    let Some(envelope) = bytes.strip_prefix(MAGIC) else {
        let mut found: Value = serde_json::from_slice(bytes).context("the answer is not JSON")?;
        return Ok(match found.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            Some(_) => Vec::new(),
            None => vec![found],
        });
    };
    let Unknown { kind, raw } = Unknown::decode(envelope).context("the answer is no protobuf")?;
    let raw = &raw[..];
    Ok(match kind.unwrap_or_default().kind.as_str() {
        "NodeMetrics" => vec![node(Node::decode(raw)?)],
        "NodeMetricsList" => Nodes::decode(raw)?.items.into_iter().map(node).collect(),
        "PodMetrics" => vec![pod(Pod::decode(raw)?)],
        "PodMetricsList" => Pods::decode(raw)?.items.into_iter().map(pod).collect(),
        other => anyhow::bail!("the server sends {other:?} instead of metrics"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protobuf_and_json_are_alike() {
        let usage = || BTreeMap::from([("cpu".to_string(), Quantity { string: "5m".into() })]);
        let metadata = Metadata { name: "p".into(), namespace: "ns".into() };
        let containers = vec![Container { name: "c".into(), usage: usage() }];
        let list = Pods { items: vec![Pod { metadata: Some(metadata), containers }] };
        let kind = Some(TypeMeta { kind: "PodMetricsList".into() });
        let envelope = Unknown { kind, raw: list.encode_to_vec() };
        let bytes = [MAGIC, &envelope.encode_to_vec()].concat();
        let json = br#"{"kind":"PodMetricsList","items":[{"metadata":{"name":"p","namespace":"ns"},"containers":[{"name":"c","usage":{"cpu":"5m"}}]}]}"#;
        assert_eq!(decode(&bytes).expect("decodes"), decode(json).expect("decodes"));
        assert_eq!(decode(br#"{"usage":{}}"#).expect("decodes"), [json!({"usage": {}})]);
        assert!(decode(b"k8s\0\xff").is_err() && decode(b"<html>").is_err());
    }
}
