//! Which objects of a file can be applied at the same time.

use std::collections::HashSet;

use serde_json::Value;

use crate::manifest::Item;

/// Objects that are applied at the same time, and how many there must be for it to be worth it:
/// fewer go one after the other, as in kubectl.
pub const AT_ONCE: usize = 32;
const WORTH: usize = 8;

/// Kinds whose objects the server takes in any order: none is needed to admit another of them.
/// (A pod needs its service account, custom resources their definition, everything its namespace.)
const INDEPENDENT: &[(&str, &str)] = &[
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "Endpoints"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "PersistentVolume"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "ReplicaSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
];

/// Neighbours that can be applied at the same time; each of the others is alone.
pub fn batches(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut batches: Vec<Vec<Item>> = Vec::new();
    // The names in the last batch, as long as it may grow.
    let mut names: Option<HashSet<String>> = None;
    for item in items {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let (version, kind) = (text(&item.object["apiVersion"]), text(&item.object["kind"]));
        let metadata = &item.object["metadata"];
        let name = format!("{version}/{kind}/{}/{}", text(&metadata["namespace"]), text(&metadata["name"]));
        if !INDEPENDENT.contains(&(version.as_str(), kind.as_str())) {
            batches.push(vec![item]);
            names = None;
            continue;
        }
        // The same object twice in the files: the later one counts.
        let fits = names.as_mut().is_some_and(|names| names.insert(name.clone()));
        match batches.last_mut().filter(|_| fits) {
            Some(last) => last.push(item),
            None => {
                batches.push(vec![item]);
                names = Some(HashSet::from([name]));
            }
        }
    }
    let small = |batch: Vec<Item>| -> Vec<Vec<Item>> {
        if batch.len() >= WORTH { vec![batch] } else { batch.into_iter().map(|item| vec![item]).collect() }
    };
    batches.into_iter().flat_map(small).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_needs_no_order_goes_together() {
        let item = |kind: &str, name: usize| Item {
            source: "x".into(),
            object: json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name.to_string()}}),
        };
        let mut items: Vec<Item> = (0..10).map(|n| item("ConfigMap", n)).collect();
        items.push(item("Namespace", 0));
        items.extend((0..9).map(|n| item("Secret", n)));
        // The same name again begins a batch of its own, and few go one by one.
        items.extend((8..10).map(|n| item("Secret", n)));
        let sizes: Vec<usize> = batches(items).iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 1, 9, 1, 1]);
    }
}
