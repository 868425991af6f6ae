//! The two built-in resources that exist in two versions: events (`v1` and `events.k8s.io/v1`) and
//! autoscalers (`autoscaling/v1` and `v2`). They are stored in one, and converted at the door. The
//! versions of a custom resource are converted by the store ([`crate::storage`]).

use apimachinery::Status;
use apimachinery::resources::Resource;
use serde_json::{Map, Value, json};

use crate::extensions;
use crate::storage::{Store, is_storage};

/// Whether objects are converted at the door.
pub fn needed(resource: &Resource) -> bool {
    resource.custom.is_none() && resource.is_stored() && !is_storage(resource)
}

/// An object of one version of a resource in another version.
///
/// # Errors
/// Fails when the webhook of a custom resource does.
pub async fn between(
    store: &Store,
    from: &'static Resource,
    to: &'static Resource,
    object: Value,
) -> Result<Value, Status> {
    if std::ptr::eq(from, to) {
        return Ok(object);
    }
    if to.custom.is_none() {
        return Ok(outward(to, inward(from, object)));
    }
    let converted = extensions::convert(store, to, vec![object]).await?;
    converted.into_iter().next().ok_or_else(|| Status::internal("a conversion lost its object"))
}

/// The pairs of fields of events: in the core group, in events.k8s.io.
const EVENT: &[(&str, &str)] = &[
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
];

/// Where upstream keeps the metrics that the old version has no field for.
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";

/// A field selector's field, as the stored version names it.
pub fn field(resource: &Resource, field: &mut String) {
    if !needed(resource) || resource.kind != "Event" {
        return;
    }
    for (core, new) in EVENT {
        if let Some(rest) = field.strip_prefix(new)
            && (rest.is_empty() || rest.starts_with('.'))
        {
            *field = format!("{core}{rest}");
            return;
        }
    }
}

fn rename(map: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = map.shift_remove(from) {
        map.insert(to.to_string(), value);
    }
}

/// From the stored version to the requested one.
pub fn outward(resource: &Resource, mut value: Value) -> Value {
    if !needed(resource) {
        return value;
    }
    let Some(map) = value.as_object_mut() else { return value };
    map.insert("apiVersion".into(), json!(resource.api_version()));
    if resource.kind == "Event" {
        for (core, new) in EVENT {
            rename(map, core, new);
        }
        return value;
    }
    let mut cpu = None;
    let mut others = Vec::new();
    if let Some(Value::Array(metrics)) =
        map.get_mut("spec").and_then(Value::as_object_mut).and_then(|s| s.shift_remove("metrics"))
    {
        for metric in metrics {
            let target = &metric["resource"]["target"]["averageUtilization"];
            if metric["resource"]["name"] == "cpu" && target.is_i64() && cpu.is_none() {
                cpu = Some(target.clone());
            } else {
                others.push(metric);
            }
        }
    }
    if let Some(cpu) = cpu {
        map["spec"]["targetCPUUtilizationPercentage"] = cpu;
    }
    if !others.is_empty() {
        map["metadata"]["annotations"][METRICS] = json!(Value::Array(others).to_string());
    }
    if let Some(status) = map.get_mut("status").and_then(Value::as_object_mut) {
        status.shift_remove("conditions");
        if let Some(Value::Array(current)) = status.shift_remove("currentMetrics")
            && let Some(cpu) = current.iter().find(|metric| metric["resource"]["name"] == "cpu")
            && let Some(percent) = cpu["resource"]["current"]["averageUtilization"].as_i64()
        {
            status.insert("currentCPUUtilizationPercentage".into(), json!(percent));
        }
    }
    value
}

/// From the requested version to the stored one.
pub fn inward(resource: &Resource, mut value: Value) -> Value {
    if !needed(resource) {
        return value;
    }
    let Some(map) = value.as_object_mut() else { return value };
    let stored = if resource.kind == "Event" { "v1" } else { "autoscaling/v2" };
    map.insert("apiVersion".into(), json!(stored));
    if resource.kind == "Event" {
        for (core, new) in EVENT {
            rename(map, new, core);
        }
        return value;
    }
    let mut metrics = Vec::new();
    if let Some(spec) = map.get_mut("spec").and_then(Value::as_object_mut)
        && let Some(cpu) = spec.shift_remove("targetCPUUtilizationPercentage")
    {
        metrics.push(json!({
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": cpu}},
        }));
    }
    if let Some(annotations) =
        map.get_mut("metadata").and_then(|m| m.get_mut("annotations")).and_then(Value::as_object_mut)
        && let Some(Value::String(text)) = annotations.shift_remove(METRICS)
        && let Ok(Value::Array(others)) = serde_json::from_str(&text)
    {
        metrics.extend(others);
    }
    if !metrics.is_empty() && map.get("spec").is_some_and(Value::is_object) {
        map["spec"]["metrics"] = Value::Array(metrics);
    }
    if let Some(status) = map.get_mut("status").and_then(Value::as_object_mut)
        && let Some(percent) = status.shift_remove("currentCPUUtilizationPercentage")
    {
        status.insert(
            "currentMetrics".into(),
            json!([{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": percent, "averageValue": "0"}}}]),
        );
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use apimachinery::resources;

    #[test]
    fn events_go_there_and_back() {
        let new = resources::find("events.k8s.io", "v1", "events").expect("in the table");
        let event = json!({"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": {}, "note": "x", "regarding": {"name": "p"}});
        let stored = inward(new, event.clone());
        assert_eq!(stored["involvedObject"]["name"], "p");
        assert_eq!(stored["message"], "x");
        assert_eq!(outward(new, stored), event);
        let mut name = "regarding.name".to_string();
        field(new, &mut name);
        assert_eq!(name, "involvedObject.name");
    }

    #[test]
    fn autoscalers_go_there_and_back() {
        let old = resources::find("autoscaling", "v1", "horizontalpodautoscalers").expect("in the table");
        let scaler = json!({
            "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {},
            "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 50},
        });
        let stored = inward(old, scaler.clone());
        assert_eq!(stored["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 50);
        assert_eq!(outward(old, stored), scaler);
    }
}
