//! DefaultTolerationSeconds: for how long a pod stays on a node that is lost. And, as upstream's
//! pod admission, tolerance of memory pressure for those that have a claim on memory.

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

/// Tolerance of memory pressure.
pub fn extended(pod: &mut Pod) {
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
