//! Pods: defaults, validation, what may change, graceful deletion. The templates in workloads
//! follow the same defaults and rules.

pub mod amounts;
mod containers;
mod contexts;
mod defaults;
mod mounts;
pub mod placement;
mod sources;
mod updates;
mod validation;
pub mod warnings;
mod whole;

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use apimachinery::names;
use apimachinery::quantity::Quantity;
use k8s_openapi::api::core::v1::{Pod, PodSpec};

use super::{GENERAL, General, NameRule, Rules, Strategy};
use crate::handlers::write::Part;

pub use amounts::{container as container_amounts, container_name as container_resource};
pub use containers::allow_privileged;
pub use defaults::{default_pod, default_template};
pub use placement::node_selector;
pub use validation::{tolerations, validate_spec, validate_template};

/// The strategy of pods.
pub static PODS: Pods = Pods { rules: RULES };

const RULES: Rules<Pod> = Rules {
    default: |pod| {
        if let Some(spec) = &mut pod.spec {
            default_pod(spec);
        }
    },
    prepare_create,
    prepare_update,
    validate: |pod, out| {
        let field = Field::root("spec");
        match &pod.spec {
            None => out.push(Violation::required(&field, "")),
            Some(spec) => validate_spec(spec, &field, out),
        }
    },
    validate_create: |pod, out| {
        let given = pod.spec.as_ref().and_then(|spec| spec.ephemeral_containers.as_ref());
        if given.is_some_and(|all| !all.is_empty()) {
            let place = Field::root("spec").child("ephemeralContainers");
            out.push(Violation::forbidden(&place, "cannot be set on create"));
        }
    },
    validate_update: updates::validate,
    // Pods change often, and seldom by a person's hand: updates are not commented on.
    warnings: |pod, old| if old.is_none() { warnings::of_pod(pod) } else { Vec::new() },
    ..Rules::new(General { generation: true, returns: true, ..GENERAL })
};

/// Pods are the one kind that is given time to go.
pub struct Pods {
    rules: Rules<Pod>,
}

impl Strategy for Pods {
    fn default(&self, object: &mut dyn Object) {
        self.rules.default(object);
    }
    fn prepare_create(&self, object: &mut dyn Object) {
        self.rules.prepare_create(object);
    }
    fn prepare_update(&self, new: &mut dyn Object, old: &dyn Object, part: Part) {
        self.rules.prepare_update(new, old, part);
    }
    fn validate(&self, object: &dyn Object) -> Vec<Violation> {
        self.rules.validate(object)
    }
    fn validate_update(&self, new: &dyn Object, old: &dyn Object, part: Part) -> Vec<Violation> {
        self.rules.validate_update(new, old, part)
    }
    fn warnings(&self, object: &dyn Object, old: Option<&dyn Object>) -> Vec<String> {
        self.rules.warnings(object, old)
    }
    fn name_rule(&self) -> NameRule {
        names::dns_subdomain
    }
    fn has_generation(&self) -> bool {
        true
    }
    fn returns_deleted(&self) -> bool {
        true
    }

    fn grace(&self, object: &dyn Object, asked: Option<i64>) -> Option<i64> {
        let pod = object.of::<Pod>()?;
        let spec = pod.spec.as_ref();
        // Nobody runs it: nobody needs time.
        let unbound = spec.and_then(|s| s.node_name.as_deref()).unwrap_or_default().is_empty();
        let phase = pod.status.as_ref().and_then(|s| s.phase.as_deref());
        if unbound || matches!(phase, Some("Failed" | "Succeeded")) {
            return Some(0);
        }
        let grace = asked.or(spec.and_then(|s| s.termination_grace_period_seconds)).unwrap_or(30);
        Some(if grace < 0 { 1 } else { grace })
    }
}

fn prepare_create(pod: &mut Pod) {
    let mut status =
        k8s_openapi::api::core::v1::PodStatus { phase: Some("Pending".into()), ..Default::default() };
    if let Some(spec) = &pod.spec {
        status.qos_class = Some(qos(spec).to_string());
        if spec.scheduling_gates.as_ref().is_some_and(|gates| !gates.is_empty()) {
            status.conditions = Some(vec![k8s_openapi::api::core::v1::PodCondition {
                type_: "PodScheduled".into(),
                status: "False".into(),
                reason: Some("SchedulingGated".into()),
                message: Some("Scheduling is blocked due to non-empty scheduling gates".into()),
                ..Default::default()
            }]);
        }
    }
    pod.status = Some(status);
}

fn prepare_update(new: &mut Pod, old: &Pod, part: Part) {
    if part == Part::Status {
        // The quality of service is for life.
        let qos = old.status.as_ref().and_then(|status| status.qos_class.clone());
        let status = new.status.get_or_insert_default();
        status.qos_class = qos.or_else(|| status.qos_class.take());
    }
}

/// The class by which the node decides who goes first when memory runs out. What a pod asks for as
/// a whole decides, if it asks for anything.
pub fn qos(spec: &PodSpec) -> &'static str {
    let (mut any, mut guaranteed) = (false, true);
    let containers = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    let given: Vec<_> = match &spec.resources {
        Some(whole) => vec![Some(whole)],
        None => containers.map(|one| one.resources.as_ref()).collect(),
    };
    type Amounts =
        std::collections::BTreeMap<String, k8s_openapi::apimachinery::pkg::api::resource::Quantity>;
    let amount = |amounts: Option<&Amounts>, name: &str| {
        amounts?.get(name)?.0.parse::<Quantity>().ok().filter(|amount| amount.signum() > 0)
    };
    for resources in given {
        for name in ["cpu", "memory"] {
            let request = amount(resources.and_then(|resources| resources.requests.as_ref()), name);
            let limit = amount(resources.and_then(|resources| resources.limits.as_ref()), name);
            any |= request.is_some() || limit.is_some();
            guaranteed &= limit.is_some() && request.is_none_or(|request| Some(request) == limit);
        }
    }
    if !any {
        "BestEffort"
    } else if guaranteed {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(spec: serde_json::Value) -> Pod {
        let mut pod: Pod = serde_json::from_value(json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "d"}, "spec": spec,
        }))
        .expect("a pod");
        PODS.default(&mut pod);
        pod
    }

    fn wrong(spec: serde_json::Value) -> Vec<String> {
        PODS.validate(&pod(spec)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn defaults() {
        let pod = pod(json!({"containers": [
            {"name": "a", "image": "x", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1"}}},
            {"name": "b", "image": "reg:5000/x:1"},
        ]}));
        let spec = pod.spec.expect("a spec");
        assert_eq!(spec.restart_policy.as_deref(), Some("Always"));
        assert_eq!(spec.containers[0].image_pull_policy.as_deref(), Some("Always"));
        assert_eq!(spec.containers[1].image_pull_policy.as_deref(), Some("IfNotPresent"));
        assert_eq!(
            spec.containers[0].ports.as_ref().and_then(|p| p[0].protocol.clone()).as_deref(),
            Some("TCP")
        );
        assert!(spec.containers[0].resources.as_ref().is_some_and(|r| r.requests.is_some()));
        assert_eq!(qos(&spec), "Burstable");
    }

    #[test]
    fn violations() {
        assert_eq!(wrong(json!({"containers": [{"name": "a", "image": "x"}]})), Vec::<String>::new());
        assert_eq!(wrong(json!({"containers": []})), ["spec.containers: Required value"]);
        assert_eq!(
            wrong(json!({"containers": [{"name": "a"}]})),
            ["spec.containers[0].image: Required value"]
        );
        let found = wrong(json!({
            "restartPolicy": "Sometimes",
            "containers": [
                {"name": "A_", "image": "x", "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                 "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}},
            ],
        }));
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn only_images_change() {
        let old = pod(json!({"containers": [{"name": "a", "image": "x"}]}));
        let mut new = old.clone();
        new.spec.as_mut().expect("a spec").containers[0].image = Some("y".into());
        assert!(PODS.validate_update(&new, &old, Part::Main).is_empty());
        new.spec.as_mut().expect("a spec").host_network = Some(true);
        assert_eq!(PODS.validate_update(&new, &old, Part::Main).len(), 1);
    }

    #[test]
    fn grace() {
        let mut it = pod(json!({"containers": [{"name": "a", "image": "x"}]}));
        assert_eq!(PODS.grace(&it, None), Some(0), "it is bound to no node");
        it.spec.as_mut().expect("a spec").node_name = Some("n".into());
        assert_eq!(PODS.grace(&it, None), Some(30));
        assert_eq!(PODS.grace(&it, Some(0)), Some(0));
    }
}
