//! Bindings: a pod is given its node, once.

use apimachinery::Status;
use apimachinery::invalid::{Field, Violation};
use k8s_openapi::api::core::v1::{Binding, Pod, PodCondition};

use super::options::unexplained;
use super::subresources::{attributes, body, success};
use super::write;
use crate::admission;
use crate::bootstrap::resource;
use crate::request::{Answer, Call};
use crate::storage::Written;

/// Another try is made this often when someone else keeps being faster.
const TRIES: usize = 64;

/// Binds a pod to a node: `POST bindings`, or a pod's `binding`.
///
/// # Errors
/// Fails when the pod is missing, may not be bound, or is another one than the binding's.
pub async fn bind(call: &Call) -> Answer {
    let mut object = body(call, "", "v1", "Binding").await?;
    let part = !call.route.subresource.is_empty();
    if !part {
        // Only the binding of a pod is about one pod for sure.
        object.meta_mut().uid = None;
    }
    let name = if part { call.route.name.clone() } else { object.name().to_string() };
    let attributes = attributes(call, &name, ("", "v1", "Binding"));
    admission::part(&attributes, &mut object).await?;
    let mut binding = object.of::<Binding>().cloned().unwrap_or_default();
    if binding.metadata.name.as_deref().unwrap_or_default() != name {
        return Err(Status::bad_request("name in URL does not match name in Binding object"));
    }
    check(&binding)?;
    if name.is_empty() {
        return Err(Status::bad_request("Name parameter required."));
    }
    let node = binding.target.name.clone().unwrap_or_default();
    if call.server.options.plugin("PodTopologyLabels") {
        admission::switched::topology(&attributes, &node, &mut binding.metadata).await?;
    }
    let pods = resource("", "pods");
    let dry_run = call.dry_run()?;
    let cache = call.server.store.known("pods");
    let key = format!("{}/{name}", call.route.namespace);
    let not_found = || Status::not_found("", "pods", &name);
    let mut current = call.server.store.glance(cache, &key).await?.ok_or_else(not_found)?;
    let mut certain = false;
    for _ in 0..TRIES {
        let mut object = current.decode(pods).map_err(Status::internal)?;
        let Some(pod) = object.of_mut::<Pod>() else {
            return Err(Status::internal("no pod is stored there"));
        };
        let version = current.revision.to_string();
        let outcome =
            meets(&binding, pod, &version).map_err(|why| write::unmet(call, pods, &name, &why)).and_then(
                |()| assign(pod, &node).map_err(|why| Status::conflict("", "pods/binding", &name, why)),
            );
        if let Err(status) = outcome {
            // What is seen may be a moment old: look again before the client is told.
            let latest = call.server.store.read(cache, &key).await?.ok_or_else(not_found)?;
            if certain || latest.revision == current.revision {
                return Err(status);
            }
            certain = true;
            current = latest;
            continue;
        }
        let annotations = binding.metadata.annotations.clone().unwrap_or_default();
        if !annotations.is_empty() {
            pod.metadata.annotations.get_or_insert_default().extend(annotations);
        }
        let labels = binding.metadata.labels.clone().unwrap_or_default();
        if !labels.is_empty() {
            pod.metadata.labels.get_or_insert_default().extend(labels);
        }
        pod.metadata.resource_version = None;
        if dry_run {
            return success(call);
        }
        let bytes = bytes::Bytes::from(object.encode());
        match call.server.store.update(cache, &key, current.revision, bytes, None).await? {
            Written::At(_) => return success(call),
            Written::Lost(None) => return Err(not_found()),
            Written::Lost(Some(latest)) => {
                certain = true;
                current = latest;
            }
        }
    }
    Err(Status::modified("", "pods", &name))
}

/// A binding must name a node. As upstream, it is refused without a reason.
fn check(binding: &Binding) -> Result<(), Status> {
    let field = Field::root("target");
    let mut wrong = Vec::new();
    let kind = binding.target.kind.as_deref().unwrap_or_default();
    if !matches!(kind, "" | "Node") {
        wrong.push(Violation::unsupported(&field.child("kind"), kind, &["Node", "<empty>"]));
    }
    if binding.target.name.as_deref().unwrap_or_default().is_empty() {
        wrong.push(Violation::required(&field.child("name"), ""));
    }
    match wrong.as_slice() {
        [] => Ok(()),
        [one] => Err(unexplained(one.to_string())),
        many => {
            let all: Vec<String> = many.iter().map(ToString::to_string).collect();
            Err(unexplained(format!("[{}]", all.join(", "))))
        }
    }
}

/// Whether the pod is the one, and in the version, that the binding is for; the error says what differs.
fn meets(binding: &Binding, pod: &Pod, version: &str) -> Result<(), String> {
    let wanted = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let uid = pod.metadata.uid.as_deref().unwrap_or_default();
    if let Some(wanted) = wanted(&binding.metadata.uid).filter(|wanted| wanted != uid) {
        return Err(format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"));
    }
    if let Some(wanted) = wanted(&binding.metadata.resource_version).filter(|wanted| wanted != version) {
        return Err(format!(
            "Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}"
        ));
    }
    Ok(())
}

/// Gives the pod its node, if it may have one; the error says why not.
fn assign(pod: &mut Pod, node: &str) -> Result<(), String> {
    let name = pod.metadata.name.clone().unwrap_or_default();
    if pod.metadata.deletion_timestamp.is_some() {
        return Err(format!("pod {name} is being deleted, cannot be assigned to a host"));
    }
    let spec = pod.spec.get_or_insert_default();
    if let Some(have) = spec.node_name.as_deref().filter(|have| !have.is_empty()) {
        return Err(format!("pod {name} is already assigned to node {have:?}"));
    }
    if spec.scheduling_gates.as_ref().is_some_and(|gates| !gates.is_empty()) {
        return Err(format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    spec.node_name = Some(node.to_string());
    let status = pod.status.get_or_insert_default();
    // The node was only hoped for until now.
    status.nominated_node_name = None;
    let mut scheduled = PodCondition {
        type_: "PodScheduled".into(),
        status: "True".into(),
        last_transition_time: Some(write::now()),
        ..PodCondition::default()
    };
    let conditions = status.conditions.get_or_insert_default();
    match conditions.iter_mut().find(|condition| condition.type_ == scheduled.type_) {
        None => conditions.push(scheduled),
        Some(found) => {
            if found.status == scheduled.status {
                scheduled.last_transition_time = found.last_transition_time.take();
            }
            *found = scheduled;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod(spec: Value, meta: Value) -> Pod {
        let mut pod = json!({"metadata": {"name": "p"}, "spec": spec});
        pod["status"] = json!({"nominatedNodeName": "m", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"},
            {"type": "Ready", "status": "False"},
        ]});
        for (name, value) in meta.as_object().into_iter().flatten() {
            pod["metadata"][name] = value.clone();
        }
        serde_json::from_value(pod).expect("a pod")
    }

    #[test]
    fn pods_get_a_node_once() {
        let plain = json!({"containers": []});
        for (spec, meta, why) in [
            (
                plain.clone(),
                json!({"deletionTimestamp": "2026-01-01T00:00:00Z"}),
                "pod p is being deleted, cannot be assigned to a host",
            ),
            (
                json!({"containers": [], "nodeName": "m"}),
                json!({}),
                "pod p is already assigned to node \"m\"",
            ),
            (
                json!({"containers": [], "schedulingGates": [{"name": "g"}]}),
                json!({}),
                "pod p has non-empty .spec.schedulingGates",
            ),
        ] {
            assert_eq!(assign(&mut pod(spec, meta), "n"), Err(why.to_string()));
        }
        let mut pod = pod(plain, json!({}));
        assert_eq!(assign(&mut pod, "n"), Ok(()));
        let status = pod.status.unwrap_or_default();
        assert_eq!(status.nominated_node_name, None);
        let conditions = status.conditions.unwrap_or_default();
        assert_eq!((conditions[0].type_.as_str(), conditions[0].status.as_str()), ("PodScheduled", "True"));
        assert_eq!((&conditions[0].reason, conditions.len()), (&None, 2));
    }

    #[test]
    fn bindings_name_a_node() {
        let check = |target: Value| {
            let binding = json!({"metadata": {"name": "p"}, "target": target});
            check(&serde_json::from_value(binding).expect("a binding")).map_err(|status| status.message)
        };
        assert_eq!(check(json!({"name": "n"})), Ok(()));
        assert_eq!(check(json!({"kind": "Node"})), Err("target.name: Required value".into()));
        let why = "[target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\", target.name: Required value]";
        assert_eq!(check(json!({"kind": "Pod"})), Err(why.into()));
    }
}
