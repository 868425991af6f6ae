//! DefaultTolerationSeconds: for how long a pod stays on a node that is lost;
//! ExtendedResourceToleration: pods that ask for special hardware tolerate its nodes' taints. And
//! for PodTolerationRestriction, memory pressure.

use k8s_openapi::api::core::v1::{Pod, Toleration};

use crate::options::Options;

const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const PRESSURE: &str = "node.kubernetes.io/memory-pressure";

/// Completes a new pod.
pub fn admit(options: &Options, pod: &mut Pod) {
    let Some(spec) = &mut pod.spec else { return };
    let all = spec.tolerations.get_or_insert_default();
    for (key, seconds) in [(NOT_READY, options.not_ready_seconds), (UNREACHABLE, options.unreachable_seconds)]
    {
        let tolerated = all.iter().any(|toleration| {
            let same = toleration.key.as_deref().is_none_or(|have| have.is_empty() || have == key);
            let effect = toleration.effect.as_deref().unwrap_or_default();
            same && (effect.is_empty() || effect == "NoExecute")
        });
        if !tolerated {
            all.push(Toleration {
                key: Some(key.into()),
                operator: Some("Exists".into()),
                effect: Some("NoExecute".into()),
                toleration_seconds: Some(seconds),
                ..Toleration::default()
            });
        }
    }
}

/// Tolerance of memory pressure, for those that have a claim on memory.
pub fn pressure(pod: &mut Pod) {
    let Some(spec) = &mut pod.spec else { return };
    if crate::strategy::pods::qos(spec) == "BestEffort" {
        return;
    }
    let all = spec.tolerations.get_or_insert_default();
    if all.iter().all(|toleration| toleration.key.as_deref() != Some(PRESSURE)) {
        all.push(Toleration {
            key: Some(PRESSURE.into()),
            operator: Some("Exists".into()),
            effect: Some("NoSchedule".into()),
            ..Toleration::default()
        });
    }
}

/// Tolerance of the taints that keep nodes with special hardware for those who ask for it.
pub fn extended(pod: &mut Pod) {
    let Some(spec) = &mut pod.spec else { return };
    let containers = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let requests = containers.filter_map(|one| one.resources.as_ref()?.requests.as_ref());
    let special = |name: &&String| {
        name.contains('/') && !name.contains("kubernetes.io/") && !name.starts_with("requests.")
    };
    let names: std::collections::BTreeSet<String> =
        requests.flat_map(|all| all.keys()).filter(special).cloned().collect();
    for name in names {
        let all = spec.tolerations.get_or_insert_default();
        if !all.iter().any(|one| one.key.as_ref() == Some(&name)) {
            all.push(Toleration {
                key: Some(name),
                operator: Some("Exists".into()),
                effect: Some("NoSchedule".into()),
                ..Toleration::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn special_hardware() {
        let mut pod: Pod = serde_json::from_value(json!({"spec": {"containers": [
            {"name": "a", "resources": {"requests": {"cpu": "1", "example.com/gpu": "1", "kubernetes.io/batteries": "1"}}},
            {"name": "b", "resources": {"requests": {"example.com/gpu": "2"}}},
        ]}}))
        .expect("a pod");
        extended(&mut pod);
        let all = pod.spec.and_then(|spec| spec.tolerations).expect("tolerations");
        assert_eq!(all.iter().map(|one| one.key.as_deref()).collect::<Vec<_>>(), [Some("example.com/gpu")]);
    }
}
