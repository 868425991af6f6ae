//! Objects of built-in kinds that another hand wrote into etcd: upstream's API server, which stores protobuf, and
//! a few kinds in another version than the one that is served. They are read as if this server had written them,
//! and become its own JSON with their next write, which need not change anything.
//!
//! Which versions upstream stores is told by the `storageVersionHash` of its discovery.

use apimachinery::protobuf::{self, MAGIC};
use apimachinery::resources::{self, Resource};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{convert, strategy};

/// Versions that upstream stores though they are not served by default, and that differ from the stored one in
/// nothing but their name.
const SAME: &[(&str, &str, &str)] = &[
    ("admissionregistration.k8s.io", "v1beta1", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "v1beta1", "MutatingAdmissionPolicyBinding"),
];

/// Whether the object begins as this server writes it.
fn is_own(resource: &Resource, stored: &[u8]) -> bool {
    let separator = if resource.group.is_empty() { "" } else { "/" };
    let parts = [
        "{\"apiVersion\":\"",
        resource.group,
        separator,
        resource.version,
        "\",\"kind\":\"",
        resource.kind,
        "\",\"metadata\":{",
    ];
    parts.into_iter().try_fold(stored, |left, part| left.strip_prefix(part.as_bytes())).is_some()
}

/// The object as this server would have written it; `None` when it has.
///
/// # Errors
/// Says why it is no object of the resource.
pub fn read(resource: &'static Resource, stored: &[u8]) -> Result<Option<Bytes>, String> {
    if resource.custom.is_some() || is_own(resource, stored) {
        return Ok(None);
    }
    let value = if stored.starts_with(MAGIC) {
        protobuf::decode(stored, (resource.group, resource.version, resource.kind))
            .map_err(|error| error.to_string())?
    } else {
        serde_json::from_slice(stored).map_err(|error| error.to_string())?
    };
    let value = as_stored(resource, value)?;
    let text = serde_json::to_vec(&value).map_err(|error| error.to_string())?;
    let kind = resource.object_type().ok_or("its kind has no type")?;
    let mut object = (kind.decode)(&text).map_err(|error| error.to_string())?;
    object.meta_mut().resource_version = None;
    strategy::of(resource).default(object.as_mut());
    Ok(Some(object.encode().into()))
}

/// An object in the version that this server stores.
fn as_stored(resource: &'static Resource, value: Value) -> Result<Value, String> {
    let version = value["apiVersion"].as_str().unwrap_or_default().to_string();
    let kind = value["kind"].as_str().unwrap_or_default().to_string();
    if kind == resource.kind {
        if version == resource.api_version() {
            return Ok(value);
        }
        let (group, name) = version.split_once('/').unwrap_or(("", &version));
        if SAME.contains(&(group, name, &kind)) {
            return Ok(renamed(resource, value));
        }
        if (group, name, &*kind) == ("apiextensions.k8s.io", "v1beta1", "CustomResourceDefinition") {
            return Ok(definition(renamed(resource, value)));
        }
        let other = resources::find(group, name, resource.plural);
        if let Some(other) = other.filter(|other| other.prefix == resource.prefix && convert::needed(other)) {
            return Ok(convert::inward(other, value));
        }
    }
    Err(format!("it is a {kind} of {version}, and not a {} of {}", resource.kind, resource.api_version()))
}

fn renamed(resource: &Resource, mut value: Value) -> Value {
    value["apiVersion"] = resource.api_version().into();
    value
}

/// A definition of `v1beta1`, which has for all versions together what `v1` has for each of them.
fn definition(mut value: Value) -> Value {
    let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) else { return value };
    let columns = |columns: &mut Value| {
        for column in columns.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            if let Some(path) = column.shift_remove("JSONPath") {
                column.insert("jsonPath".into(), path);
            }
        }
    };
    let name = spec.shift_remove("version");
    if spec.get("versions").and_then(Value::as_array).is_none_or(Vec::is_empty)
        && let Some(name) = name
    {
        spec.insert("versions".into(), json!([{"name": name, "served": true, "storage": true}]));
    }
    let common: Vec<(&str, Value)> = [
        ("validation", "schema"),
        ("subresources", "subresources"),
        ("additionalPrinterColumns", "additionalPrinterColumns"),
        ("selectableFields", "selectableFields"),
    ]
    .into_iter()
    .filter_map(|(old, new)| Some((new, spec.shift_remove(old)?)))
    .collect();
    let versions = spec.get_mut("versions").and_then(Value::as_array_mut).into_iter().flatten();
    for version in versions.filter_map(Value::as_object_mut) {
        for (name, value) in &common {
            version.insert((*name).into(), value.clone());
        }
        if let Some(list) = version.get_mut("additionalPrinterColumns") {
            columns(list);
        }
    }
    if let Some(conversion) = spec.get_mut("conversion").and_then(Value::as_object_mut) {
        let mut webhook = Map::new();
        if let Some(client) = conversion.shift_remove("webhookClientConfig") {
            webhook.insert("clientConfig".into(), client);
        }
        // As that version's default was.
        let is_webhook = conversion.get("strategy").is_some_and(|strategy| strategy == "Webhook");
        let versions = conversion.shift_remove("conversionReviewVersions");
        if let Some(versions) = versions.or_else(|| is_webhook.then(|| json!(["v1beta1"]))) {
            webhook.insert("conversionReviewVersions".into(), versions);
        }
        if !webhook.is_empty() {
            conversion.insert("webhook".into(), webhook.into());
        }
    }
    spec.entry("scope").or_insert_with(|| "Namespaced".into());
    spec.entry("preserveUnknownFields").or_insert(Value::Bool(true));
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(group: &str, version: &str, plural: &str) -> &'static Resource {
        resources::find(group, version, plural).expect("in the table")
    }

    fn read_value(resource: &'static Resource, stored: &[u8]) -> Value {
        let text = read(resource, stored).expect("it can be read").expect("it is another's");
        assert!(is_own(resource, &text));
        assert!(read(resource, &text).expect("it can be read").is_none(), "it is this server's own now");
        serde_json::from_slice(&text).expect("JSON")
    }

    #[test]
    fn protobuf_is_read_and_has_its_defaults() {
        let pods = resource("", "v1", "pods");
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n", "labels": {"a": "b"}},
            "spec": {"nodeName": "m", "containers": [{"name": "c", "image": "i"}]},
        });
        let stored = protobuf::encode(&pod, ("", "v1", "Pod")).expect("its fields are known");
        let found = read_value(pods, &stored);
        assert_eq!(found["metadata"], pod["metadata"]);
        assert_eq!(found["spec"]["nodeName"], "m");
        assert_eq!(found["spec"]["restartPolicy"], "Always");
    }

    #[test]
    fn json_in_upstreams_order_is_read() {
        let services = resource("apiregistration.k8s.io", "v1", "apiservices");
        let stored = br#"{"kind":"APIService","apiVersion":"apiregistration.k8s.io/v1","metadata":{"name":"v1.a","resourceVersion":"3"},"spec":{"group":"a","version":"v1","groupPriorityMinimum":1,"versionPriority":2}}"#;
        let found = read_value(services, stored);
        assert_eq!(found["metadata"], json!({"name": "v1.a"}));
        assert_eq!(found["spec"]["versionPriority"], 2);
    }

    #[test]
    fn other_versions_are_converted() {
        let policies = resource("admissionregistration.k8s.io", "v1", "mutatingadmissionpolicybindings");
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1beta1", "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": "b"}, "spec": {"policyName": "p"},
        });
        let kind = ("admissionregistration.k8s.io", "v1beta1", "MutatingAdmissionPolicyBinding");
        let stored = protobuf::encode(&binding, kind).expect("its fields are known");
        let found = read_value(policies, &stored);
        assert_eq!(found["apiVersion"], "admissionregistration.k8s.io/v1");
        assert_eq!(found["spec"]["policyName"], "p");

        let scalers = resource("autoscaling", "v2", "horizontalpodautoscalers");
        let old = json!({
            "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v1", "metadata": {"name": "a"},
            "spec": {"maxReplicas": 3, "scaleTargetRef": {"kind": "D", "name": "d"}, "targetCPUUtilizationPercentage": 50},
        });
        let found = read_value(scalers, old.to_string().as_bytes());
        assert_eq!(found["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 50);
    }

    #[test]
    fn definitions_as_upstream_stores_them() {
        let definitions = resource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        let stored = json!({
            "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1beta1",
            "metadata": {"name": "things.example.com"},
            "spec": {
                "group": "example.com", "version": "v1", "scope": "Cluster", "preserveUnknownFields": false,
                "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
                "validation": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "string"}}}},
                "subresources": {"status": {}},
                "additionalPrinterColumns": [{"name": "Spec", "type": "string", "JSONPath": ".spec"}],
                "versions": [
                    {"name": "v1", "served": true, "storage": true},
                    {"name": "v2", "served": false, "storage": false},
                ],
                "conversion": {
                    "strategy": "Webhook", "conversionReviewVersions": ["v1"],
                    "webhookClientConfig": {"url": "https://example.com/"},
                },
            },
            "status": {"conditions": [], "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": ["v1"]},
        });
        let found = read_value(definitions, stored.to_string().as_bytes());
        let spec = &found["spec"];
        assert_eq!(found["apiVersion"], "apiextensions.k8s.io/v1");
        for version in spec["versions"].as_array().expect("a list") {
            assert_eq!(version["schema"]["openAPIV3Schema"]["properties"]["spec"]["type"], "string");
            assert_eq!(version["subresources"], json!({"status": {}}));
            assert_eq!(version["additionalPrinterColumns"][0]["jsonPath"], ".spec");
        }
        assert_eq!(
            spec["conversion"]["webhook"],
            json!({"clientConfig": {"url": "https://example.com/"}, "conversionReviewVersions": ["v1"]})
        );
        assert!(spec.get("preserveUnknownFields").is_none());
        assert!(spec.get("version").is_none());

        // A webhook that was never told which versions it speaks, nor where it is.
        let mut poor = stored.clone();
        poor["spec"]["conversion"] = json!({"strategy": "Webhook"});
        let found = read_value(definitions, poor.to_string().as_bytes());
        let versions = json!({"conversionReviewVersions": ["v1beta1"]});
        assert_eq!(found["spec"]["conversion"]["webhook"], versions);

        // The oldest form: one version, and nothing said of unknown fields.
        let mut oldest = stored;
        let spec = oldest["spec"].as_object_mut().expect("an object");
        spec.retain(|name, _| matches!(&**name, "group" | "version" | "names" | "validation"));
        let found = read_value(definitions, oldest.to_string().as_bytes());
        assert_eq!(found["spec"]["versions"][0]["name"], "v1");
        assert_eq!(found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["type"], "object");
        assert_eq!(found["spec"]["scope"], "Namespaced");
        assert_eq!(found["spec"]["preserveUnknownFields"], true);
    }

    #[test]
    fn what_is_no_such_object_is_refused() {
        let pods = resource("", "v1", "pods");
        for stored in [&b"k8s\0\xff"[..], b"{", b"", br#"{"kind":"Pod","apiVersion":"v0"}"#, b"[]"] {
            assert!(read(pods, stored).is_err(), "{stored:?}");
        }
        let other = json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": {}});
        let stored = protobuf::encode(&other, ("", "v1", "Service")).expect("its fields are known");
        let why = read(pods, &stored).expect_err("it is no pod");
        assert_eq!(why, "it is a Service of v1, and not a Pod of v1");
    }
}
