//! Changes of the resources of a pod that runs: its node must be able to follow. PodResizeValidator
//! looks at what the node has, NodeDeclaredFeatureValidator at what its kubelet says it can do.

use apimachinery::Status;
use apimachinery::quantity::Quantity as Amount;
use apimachinery::status::Cause;
use k8s_openapi::api::core::v1::{Node, Pod, PodSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{Attributes, Operation, usage};

/// The label with a node's operating system.
const SYSTEM: &str = "kubernetes.io/os";
/// What a kubelet declares that changes the CPU of pods with guaranteed resources.
const GUARANTEED: &str = "GuaranteedQoSPodCPUResize";
/// What a kubelet declares that changes the resources of pods as a whole.
const WHOLE: &str = "InPlacePodLevelResourcesVerticalScaling";

/// Judges a change.
pub async fn validate(attributes: &Attributes<'_>, pod: &Pod) -> Result<(), Status> {
    let options = &attributes.server().options;
    let old = attributes.old.and_then(|old| old.of::<Pod>());
    let (Some(spec), Some(old)) = (&pod.spec, old) else { return Ok(()) };
    let Some(before) = &old.spec else { return Ok(()) };
    let name = spec.node_name.clone().unwrap_or_default();
    let concerns = attributes.operation == Operation::Update && attributes.subresource == "resize";
    if !concerns || name.is_empty() || spec == before {
        return Ok(());
    }
    let [capacity, declared] =
        ["PodResizeValidator", "NodeDeclaredFeatureValidator"].map(|plugin| options.plugin(plugin));
    if !capacity && !declared {
        return Ok(());
    }
    let server = attributes.server();
    let found = server.store.glance(server.store.known("minions"), &name).await?;
    let Some(node) = found.and_then(|entry| entry.typed::<Node>()) else {
        return Err(attributes.forbidden(format!("node {name:?} not found")));
    };
    if declared {
        let guaranteed =
            old.status.as_ref().and_then(|status| status.qos_class.as_deref()) == Some("Guaranteed");
        let missing = missing(before, spec, guaranteed, &node);
        if !missing.is_empty() {
            return Err(attributes.forbidden(format!(
                "pod update requires features {} which are not available on node {name:?}",
                missing.join(", ")
            )));
        }
    }
    if capacity && let Err((reason, why)) = fits(spec, &node) {
        let mut status = attributes.forbidden(why);
        let cause = Cause { reason: reason.into(), ..Cause::default() };
        status.details.get_or_insert_default().causes.push(cause);
        return Err(status);
    }
    Ok(())
}

fn amount(quantity: Option<&Quantity>) -> Amount {
    quantity.and_then(|quantity| quantity.0.parse().ok()).unwrap_or(Amount::ZERO)
}

/// What the node would have to declare and does not.
fn missing(before: &PodSpec, after: &PodSpec, guaranteed: bool, node: &Node) -> Vec<&'static str> {
    let cpu = |spec: &PodSpec| -> Vec<Amount> {
        let requests =
            spec.containers.iter().map(|one| one.resources.as_ref()?.requests.as_ref()?.get("cpu"));
        requests.map(amount).collect()
    };
    let has = node.status.as_ref().and_then(|status| status.declared_features.as_ref());
    let wanted =
        [(GUARANTEED, guaranteed && cpu(before) != cpu(after)), (WHOLE, before.resources != after.resources)];
    let lacks = |name: &str| !has.is_some_and(|all| all.iter().any(|one| one == name));
    wanted.iter().filter(|(name, wanted)| *wanted && lacks(name)).map(|(name, _)| *name).collect()
}

/// Whether the node has as much as is asked for. If not, the cause's reason and why.
fn fits(spec: &PodSpec, node: &Node) -> Result<(), (&'static str, String)> {
    if let Some(system) = node.metadata.labels.as_ref().and_then(|labels| labels.get(SYSTEM))
        && system != "linux"
    {
        let name = node.metadata.name.as_deref().unwrap_or_default();
        let why = format!("pod resize is only supported on linux nodes, node {name:?} is {system:?}");
        return Err(("UnsupportedPlatform", why));
    }
    let has = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
    let asks = usage::requests(spec);
    let mut wrong = Vec::new();
    for (name, shown) in [("cpu", Amount::millis as fn(&Amount) -> i64), ("memory", Amount::units)] {
        let (wanted, most) = (amount(asks.get(name)), amount(has.and_then(|has| has.get(name))));
        if wanted > most {
            wrong.push(format!("{name}, requested: {}, allocatable: {}", shown(&wanted), shown(&most)));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let why = format!("node didn't have enough allocatable resources: {}", wrong.join("; "));
    Err(("NodeCapacity", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of<T: serde::de::DeserializeOwned>(json: Value) -> T {
        serde_json::from_value(json).expect("an object")
    }

    fn spec(cpu: &str, whole: Option<&str>) -> PodSpec {
        let container = json!({"name": "c", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}});
        let whole = whole.map_or(Value::Null, |cpu| json!({"requests": {"cpu": cpu}}));
        of(json!({"containers": [container], "resources": whole}))
    }

    #[test]
    fn what_a_node_has() {
        let node = |cpu: &str, memory: &str, system: &str| -> Node {
            of(
                json!({"metadata": {"name": "n", "labels": {SYSTEM: system}}, "status": {"allocatable": {"cpu": cpu, "memory": memory}}}),
            )
        };
        let spec = spec("1500m", None);
        assert_eq!(fits(&spec, &node("1500m", "1Gi", "linux")), Ok(()));
        for (node, reason, why) in [
            (
                node("1", "1Gi", "linux"),
                "NodeCapacity",
                "node didn't have enough allocatable resources: cpu, requested: 1500, allocatable: 1000",
            ),
            (
                node("1", "1Mi", "linux"),
                "NodeCapacity",
                "node didn't have enough allocatable resources: cpu, requested: 1500, allocatable: 1000; memory, requested: 1073741824, allocatable: 1048576",
            ),
            (
                node("9", "9Gi", "windows"),
                "UnsupportedPlatform",
                "pod resize is only supported on linux nodes, node \"n\" is \"windows\"",
            ),
            (
                Node::default(),
                "NodeCapacity",
                "node didn't have enough allocatable resources: cpu, requested: 1500, allocatable: 0; memory, requested: 1073741824, allocatable: 0",
            ),
        ] {
            assert_eq!(fits(&spec, &node), Err((reason, why.to_string())));
        }
    }

    #[test]
    fn what_a_kubelet_declares() {
        let node = |features: Value| -> Node { of(json!({"status": {"declaredFeatures": features}})) };
        let none = Node::default();
        for (before, after, guaranteed, node, want) in [
            (spec("1", None), spec("2", None), true, &none, vec![GUARANTEED]),
            (spec("1", None), spec("1000m", None), true, &none, vec![]),
            (spec("1", None), spec("2", None), false, &none, vec![]),
            (spec("1", None), spec("2", None), true, &node(json!([GUARANTEED])), vec![]),
            (spec("1", Some("1")), spec("2", Some("2")), true, &node(json!([GUARANTEED])), vec![WHOLE]),
            (spec("1", Some("1")), spec("2", Some("2")), true, &none, vec![GUARANTEED, WHOLE]),
            (spec("1", Some("1")), spec("1", Some("2")), false, &node(json!([WHOLE])), vec![]),
        ] {
            assert_eq!(missing(&before, &after, guaranteed, node), want, "{before:?} {after:?}");
        }
    }
}
