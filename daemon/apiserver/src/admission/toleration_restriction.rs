//! PodTolerationRestriction: a namespace's pods get its tolerations, and may have no others than
//! those on its list.

use apimachinery::Status;
use k8s_openapi::api::core::v1::{Pod, Toleration};
use serde::Deserialize;

use super::{Attributes, Operation, tolerations};

const DEFAULTS: &str = "scheduler.alpha.kubernetes.io/defaultTolerations";
const ALLOWED: &str = "scheduler.alpha.kubernetes.io/tolerationsWhitelist";

/// What holds for namespaces that say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterTolerations {
    default: Vec<Toleration>,
    whitelist: Vec<Toleration>,
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

/// Whether the two are for the same taints.
fn same(a: &Toleration, b: &Toleration) -> bool {
    let operator = |one: &Toleration| {
        if text(one.operator.as_ref()).is_empty() {
            "Equal".into()
        } else {
            text(one.operator.as_ref()).to_string()
        }
    };
    text(a.key.as_ref()) == text(b.key.as_ref())
        && text(a.effect.as_ref()) == text(b.effect.as_ref())
        && operator(a) == operator(b)
        && text(a.value.as_ref()) == text(b.value.as_ref())
}

/// Whether `wide` tolerates everything that `narrow` does.
fn covers(wide: &Toleration, narrow: &Toleration) -> bool {
    let is = |one: &Toleration, operator: &str| text(one.operator.as_ref()) == operator;
    let (key, effect) = (text(wide.key.as_ref()), text(wide.effect.as_ref()));
    if !key.is_empty() && key != text(narrow.key.as_ref()) {
        return false;
    }
    if key.is_empty() && !is(wide, "Exists") {
        return false;
    }
    if !effect.is_empty() && effect != text(narrow.effect.as_ref()) {
        return false;
    }
    // One without an end covers any, and none but such a one covers it.
    let long = match (wide.toleration_seconds, narrow.toleration_seconds) {
        (None, _) => true,
        (Some(wide), Some(narrow)) => wide >= narrow,
        (Some(_), None) => false,
    };
    long && (is(wide, "Exists")
        || (!is(narrow, "Exists") && text(wide.value.as_ref()) == text(narrow.value.as_ref())))
}

/// Those of the first list, and those of the second that it does not cover; covered ones go.
fn merge(first: Vec<Toleration>, second: Vec<Toleration>) -> Vec<Toleration> {
    let all: Vec<Toleration> = first.into_iter().chain(second).collect();
    let mut kept: Vec<Toleration> = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let covered = all.iter().enumerate().any(|(other, wide)| {
            other != index && covers(wide, one) && (other < index || !covers(one, wide))
        });
        if !covered {
            kept.push(one.clone());
        }
    }
    kept
}

/// The namespace's list in this annotation, if it has one.
fn listed(
    attributes: &Attributes<'_>,
    namespace: &serde_json::Value,
    annotation: &str,
) -> Result<Option<Vec<Toleration>>, Status> {
    let Some(text) =
        namespace["metadata"]["annotations"][annotation].as_str().filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    serde_json::from_str(text).map(Some).map_err(|error| {
        Status::internal(format!("namespace {:?}: annotation {annotation}: {error}", attributes.namespace))
    })
}

/// Completes and judges a pod.
pub async fn admit(
    attributes: &Attributes<'_>,
    cluster: &ClusterTolerations,
    pod: &mut Pod,
) -> Result<(), Status> {
    let server = attributes.server();
    let found = server.store.glance(server.store.known("namespaces"), &attributes.namespace).await?;
    let namespace: serde_json::Value =
        found.and_then(|entry| serde_json::from_slice(&entry.bytes).ok()).unwrap_or_default();
    if attributes.operation == Operation::Create {
        let defaults = listed(attributes, &namespace, DEFAULTS)?.unwrap_or_else(|| cluster.default.clone());
        if let Some(spec) = &mut pod.spec {
            let own = spec.tolerations.take().unwrap_or_default();
            let all = merge(defaults, own);
            spec.tolerations = (!all.is_empty()).then_some(all);
        }
        tolerations::pressure(pod);
    }
    let allowed = listed(attributes, &namespace, ALLOWED)?.unwrap_or_else(|| cluster.whitelist.clone());
    let own = pod.spec.iter().flat_map(|spec| spec.tolerations.iter().flatten());
    let mut own = own.filter(|one| !allowed.iter().any(|wide| same(wide, one) || covers(wide, one)));
    if !allowed.is_empty() && own.next().is_some() {
        return Err(attributes.forbidden(
            "pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(value: serde_json::Value) -> Vec<Toleration> {
        serde_json::from_value(value).expect("tolerations")
    }

    #[test]
    fn what_covers_what() {
        let one = |value: serde_json::Value| list(json!([value])).remove(0);
        let all = one(json!({"operator": "Exists"}));
        let key = one(json!({"key": "a", "operator": "Exists"}));
        let value = one(json!({"key": "a", "operator": "Equal", "value": "x", "effect": "NoSchedule"}));
        let short =
            one(json!({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}));
        let long =
            one(json!({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 50}));
        for (wide, narrow, wanted) in [
            (&all, &key, true),
            (&key, &all, false),
            (&key, &value, true),
            (&value, &key, false),
            (&long, &short, true),
            (&short, &long, false),
            (&key, &short, true),
            (&value, &value, true),
        ] {
            assert_eq!(covers(wide, narrow), wanted, "{wide:?} {narrow:?}");
        }
    }

    #[test]
    fn lists_are_merged() {
        let merged = merge(
            list(json!([{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}])),
            list(
                json!([{"key": "a", "operator": "Equal", "value": "x"}, {"key": "b", "operator": "Exists"}, {"key": "c", "operator": "Exists"}]),
            ),
        );
        let keys: Vec<&str> = merged.iter().map(|one| text(one.key.as_ref())).collect();
        assert_eq!(keys, ["a", "b", "c"]);
    }
}
