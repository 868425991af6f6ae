//! The arithmetic of a rolling update: which replica set gets how many pods. No I/O.

use crate::objects::{Deployment, ReplicaSet, int_or_percent};

/// The annotation with a replica set's place in the history.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// The annotation with the deployment's replicas when the set was last scaled.
pub const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// The annotation with the replicas and surge allowed then.
pub const MAX: &str = "deployment.kubernetes.io/max-replicas";
/// The label that tells the pods of a deployment's replica sets apart.
pub const HASH: &str = "pod-template-hash";

/// How many pods may be too many, and how many may be missing.
pub fn limits(deployment: &Deployment) -> (i64, i64) {
    if deployment.spec.strategy.kind == "Recreate" {
        return (0, 0);
    }
    let update = &deployment.spec.strategy.rolling_update;
    let replicas = deployment.replicas();
    let surge = int_or_percent(update.max_surge.as_ref(), replicas, true);
    let mut unavailable = int_or_percent(update.max_unavailable.as_ref(), replicas, false);
    if surge == 0 && unavailable == 0 {
        // Small numbers round down to nothing: then nothing would move.
        unavailable = 1;
    }
    (surge, unavailable.min(replicas))
}

/// The sum of the pods that sets are to have.
pub fn wanted<'a>(sets: impl IntoIterator<Item = &'a ReplicaSet>) -> i64 {
    sets.into_iter().map(ReplicaSet::replicas).sum()
}

/// What the new set should be scaled to.
pub fn new_replicas(deployment: &Deployment, new: &ReplicaSet, all: i64) -> i64 {
    if deployment.spec.strategy.kind == "Recreate" {
        return deployment.replicas();
    }
    let (surge, _) = limits(deployment);
    let most = deployment.replicas() + surge;
    if all >= most {
        return new.replicas();
    }
    let more = (most - all).min(deployment.replicas() - new.replicas());
    new.replicas() + more.max(0)
}

/// What the old sets should be scaled to, oldest first: those that are to change.
pub fn old_replicas(deployment: &Deployment, new: &ReplicaSet, old: &[&ReplicaSet]) -> Vec<(usize, i64)> {
    let (_, unavailable) = limits(deployment);
    let least = deployment.replicas() - unavailable;
    let mut sizes: Vec<i64> = old.iter().map(|set| set.replicas()).collect();
    let all = wanted(old.iter().copied()) + new.replicas();
    let new_missing = new.replicas() - new.status.available_replicas;
    let mut room = all - least - new_missing;
    if room <= 0 {
        return Vec::new();
    }
    // Pods that don't work are no loss.
    for (size, set) in sizes.iter_mut().zip(old) {
        let broken = (*size - set.status.available_replicas).max(0);
        let fewer = broken.min(room);
        *size -= fewer;
        room -= fewer;
    }
    let available: i64 =
        old.iter().map(|set| set.status.available_replicas).sum::<i64>() + new.status.available_replicas;
    let mut fewer = (available - least).max(0);
    for size in &mut sizes {
        let step = (*size).min(fewer);
        *size -= step;
        fewer -= step;
    }
    (0..old.len()).filter(|at| sizes[*at] != old[*at].replicas()).map(|at| (at, sizes[at])).collect()
}

/// Spreads a change of the deployment's size over sets that are all in use, in proportion. `sets`
/// come largest first (the newer of equals first); returns the sizes.
pub fn proportional(deployment: &Deployment, sets: &[&ReplicaSet]) -> Vec<i64> {
    let (surge, _) = limits(deployment);
    let allowed = if deployment.replicas() > 0 { deployment.replicas() + surge } else { 0 };
    let total = wanted(sets.iter().copied());
    let change = allowed - total;
    let mut left = change;
    let mut sizes: Vec<i64> = Vec::new();
    for set in sets {
        let before = set
            .metadata
            .annotations
            .get(MAX)
            .and_then(|text| text.parse::<i64>().ok())
            .filter(|max| *max > 0)
            .unwrap_or_else(|| total.max(1));
        let fair = (set.replicas() as f64 * allowed as f64 / before as f64).round() as i64 - set.replicas();
        let part = if change > 0 { fair.clamp(0, left) } else { fair.clamp(left, 0) };
        sizes.push((set.replicas() + part).max(0));
        left -= part;
    }
    // What rounding left over goes to the largest.
    if let Some(first) = sizes.first_mut() {
        *first = (*first + left).max(0);
    }
    sizes
}

/// A short, stable name for a template; `collisions` makes another one of the same template.
pub fn hash(template: &serde_json::Value, collisions: i64) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = 0x811c_9dc5u32;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    };
    feed(canonical(template).as_bytes());
    if collisions > 0 {
        feed(&collisions.to_le_bytes());
    }
    hash.to_string().bytes().map(|digit| char::from(LETTERS[usize::from(digit) % LETTERS.len()])).collect()
}

/// JSON with sorted keys: the order of fields means nothing.
fn canonical(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let parts: Vec<String> = keys
                .iter()
                .map(|key| format!("{}:{}", Value::from(key.as_str()), canonical(&map[*key])))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}

/// Whether two templates are the same but for the label that tells their pods apart.
pub fn same_template(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    let bare = |template: &serde_json::Value| {
        let mut template = template.clone();
        if let Some(labels) =
            template.pointer_mut("/metadata/labels").and_then(|labels| labels.as_object_mut())
        {
            labels.remove(HASH);
        }
        if let Some(metadata) = template.get_mut("metadata").and_then(|metadata| metadata.as_object_mut()) {
            metadata.remove("creationTimestamp");
            if metadata
                .get("labels")
                .and_then(|labels| labels.as_object())
                .is_some_and(serde_json::Map::is_empty)
            {
                metadata.remove("labels");
            }
        }
        canonical(&template)
    };
    bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn deployment(replicas: i64, surge: serde_json::Value, unavailable: serde_json::Value) -> Deployment {
        serde_json::from_value(json!({"spec": {"replicas": replicas, "strategy": {
            "type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}}))
        .expect("decodes")
    }

    fn set(replicas: i64, available: i64) -> ReplicaSet {
        serde_json::from_value(json!({"spec": {"replicas": replicas}, "status": {
            "replicas": replicas, "availableReplicas": available}}))
        .expect("decodes")
    }

    #[test]
    fn limits_round_as_upstream() {
        assert_eq!(limits(&deployment(3, json!("25%"), json!("25%"))), (1, 0));
        assert_eq!(limits(&deployment(1, json!(0), json!("25%"))), (0, 1));
        assert_eq!(limits(&deployment(10, json!("25%"), json!("25%"))), (3, 2));
    }

    proptest! {
        /// Never too many pods, never too few available ones, and it always comes to an end.
        #[test]
        fn a_rolling_update_keeps_its_bounds(replicas in 1i64..30, surge in 0i64..10, unavailable in 0i64..10) {
            let deployment = deployment(replicas, json!(surge), json!(unavailable));
            let (surge, unavailable) = limits(&deployment);
            let (mut old, mut new) = (set(replicas, replicas), set(0, 0));
            for _ in 0..200 {
                new.spec.replicas = Some(new_replicas(&deployment, &new, new.replicas() + old.replicas()));
                prop_assert!(new.replicas() + old.replicas() <= replicas + surge);
                for (_, size) in old_replicas(&deployment, &new, &[&old]) {
                    old.spec.replicas = Some(size);
                }
                old.status.available_replicas = old.replicas();
                prop_assert!(old.replicas() + new.status.available_replicas >= replicas - unavailable);
                new.status.available_replicas = new.replicas();
            }
            prop_assert_eq!((old.replicas(), new.replicas()), (0, replicas));
        }

        #[test]
        fn proportional_scaling_adds_up(sizes in prop::collection::vec(1i64..20, 1..5), replicas in 1i64..60) {
            let deployment = deployment(replicas, json!(0), json!(1));
            let mut sizes = sizes;
            sizes.sort_unstable_by(|a, b| b.cmp(a));
            let sets: Vec<ReplicaSet> = sizes.iter().map(|size| set(*size, *size)).collect();
            let scaled = proportional(&deployment, &sets.iter().collect::<Vec<_>>());
            prop_assert_eq!(scaled.iter().sum::<i64>(), replicas);
        }
    }

    #[test]
    fn hashes_are_stable_and_blind_to_order() {
        let (a, b) = (json!({"a": 1, "b": [1, 2]}), json!({"b": [1, 2], "a": 1}));
        assert_eq!(hash(&a, 0), hash(&b, 0));
        assert_ne!(hash(&a, 0), hash(&a, 1));
        let (plain, marked) = (
            json!({"metadata": {"labels": {"x": "y"}}, "spec": {}}),
            json!({"metadata": {"labels": {"x": "y", HASH: "abc"}}, "spec": {}}),
        );
        assert!(same_template(&plain, &marked));
        assert!(!same_template(&plain, &json!({"metadata": {"labels": {"x": "z"}}, "spec": {}})));
    }
}
