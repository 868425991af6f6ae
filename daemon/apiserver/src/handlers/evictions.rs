//! Evictions: pods go if their disruption budget has room for that.

use apimachinery::Status;
use apimachinery::labels::Selector;
use apimachinery::status::{Cause, Details};
use k8s_openapi::api::core::v1::{Pod, PodCondition};
use k8s_openapi::api::policy::v1::{Eviction, PodDisruptionBudget};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, DeleteOptions};

use super::subresources::{attributes, body, success};
use super::{delete, write};
use crate::admission;
use crate::bootstrap::resource;
use crate::request::{Answer, Call};
use crate::storage::{Entry, Filter, Written};

/// How often someone else may be faster.
const TRIES: usize = 16;
/// How many pods a budget may be told of before its controller has seen that they went.
const MOST: usize = 2000;

/// Evicts a pod.
///
/// # Errors
/// Fails when the pod is missing or its budget has no room.
pub async fn evict(call: &Call) -> Answer {
    let mut object = body(call, "policy", "v1", "Eviction").await?;
    let name = call.route.name.as_str();
    if object.name() != name {
        return Err(Status::bad_request("name in URL does not match name in Eviction object"));
    }
    admission::part(&attributes(call, name, ("policy", "v1", "Eviction")), &mut object).await?;
    let eviction = object.of::<Eviction>().cloned().unwrap_or_default();
    let mut options: DeleteOptions = eviction.delete_options.unwrap_or_default();
    if options.dry_run.as_ref().is_none_or(Vec::is_empty) && call.dry_run()? {
        options.dry_run = Some(vec!["All".into()]);
    }
    let any_version = options.preconditions.as_ref().is_none_or(|wanted| wanted.resource_version.is_none());
    let mut tries = TRIES;
    let (entry, pod) = loop {
        let (entry, pod) = find(call).await?;
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default();
        let goes = pod.metadata.deletion_timestamp.is_some();
        if !goes && !matches!(phase, "Succeeded" | "Failed" | "Pending") {
            break (entry, pod);
        }
        // A pending pod may become one that counts.
        let exactly = phase == "Pending" && !goes && any_version;
        tries -= 1;
        match remove(call, &entry, options.clone(), exactly).await {
            Err(status) if status.code == 409 && any_version && tries > 0 => {}
            outcome => return outcome.and_then(|()| success(call)),
        }
    };
    let dry_run = options.dry_run.as_ref().is_some_and(|values| !values.is_empty());
    let passed = spend(call, &pod, dry_run).await?;
    match remove(call, &entry, options, passed.is_some()).await {
        // It may have become ready, and count.
        Err(status) if status.code == 409 && any_version => {
            Err(passed.map_or(status, |budget| unseen(&budget)))
        }
        outcome => outcome.and_then(|()| success(call)),
    }
}

async fn find(call: &Call) -> Result<(std::sync::Arc<Entry>, Pod), Status> {
    let key = format!("{}/{}", call.route.namespace, call.route.name);
    let found = call.server.store.read(call.server.store.known("pods"), &key).await?;
    let found = found.and_then(|entry| entry.typed::<Pod>().map(|pod| (entry, pod)));
    found.ok_or_else(|| Status::not_found("", "pods", &call.route.name))
}

/// Tells on the pod why it goes, and deletes it; `exactly` the one that was seen, if that matters.
async fn remove(call: &Call, seen: &Entry, mut options: DeleteOptions, exactly: bool) -> Result<(), Status> {
    if exactly {
        let wanted = options.preconditions.get_or_insert_default();
        wanted.resource_version = Some(seen.revision.to_string());
    }
    if options.dry_run.as_ref().is_none_or(Vec::is_empty) {
        tell(call, &mut options).await?;
    }
    let (namespace, name) = (&call.route.namespace, &call.route.name);
    delete::remove(call, resource("", "pods"), namespace, name, &options).await.map(drop)
}

/// Sets the condition that tells why the pod goes. A pod that isn't the wanted one stays as it is, and is
/// refused when it is to be deleted.
async fn tell(call: &Call, options: &mut DeleteOptions) -> Result<(), Status> {
    let store = &call.server.store;
    let cache = store.known("pods");
    for _ in 0..TRIES {
        let (entry, mut pod) = find(call).await?;
        let mut no_version = None;
        let (uid, version) = match &mut options.preconditions {
            Some(wanted) => (wanted.uid.as_ref(), &mut wanted.resource_version),
            None => (None, &mut no_version),
        };
        if uid.is_some_and(|uid| pod.metadata.uid.as_ref() != Some(uid))
            || version.as_ref().is_some_and(|version| *version != entry.revision.to_string())
        {
            return Ok(());
        }
        disrupt(&mut pod);
        pod.metadata.resource_version = None;
        let bytes = apimachinery::kinds::Object::encode(&pod).into();
        match store.update(cache, &entry.key, entry.revision, bytes, None).await? {
            Written::At(revision) => {
                if let Some(version) = version {
                    *version = revision.to_string();
                }
                return Ok(());
            }
            Written::Lost(_) => {}
        }
    }
    Err(Status::modified("", "pods", &call.route.name))
}

fn disrupt(pod: &mut Pod) {
    const TARGET: &str = "DisruptionTarget";
    let observed_generation = pod.metadata.generation;
    let conditions = pod.status.get_or_insert_default().conditions.get_or_insert_default();
    let since = conditions.iter().find(|have| have.type_ == TARGET && have.status == "True");
    let since = since.and_then(|have| have.last_transition_time.clone()).unwrap_or_else(write::now);
    let condition = PodCondition {
        type_: TARGET.into(),
        status: "True".into(),
        reason: Some("EvictionByEvictionAPI".into()),
        message: Some("Eviction API: evicting".into()),
        last_transition_time: Some(since),
        observed_generation,
        ..PodCondition::default()
    };
    match conditions.iter_mut().find(|have| have.type_ == TARGET) {
        Some(have) => *have = condition,
        None => conditions.push(condition),
    }
}

/// Takes one disruption from the budget that covers the pod, if one does. Gives the budget's name when the
/// pod passes without, as it doesn't count.
async fn spend(call: &Call, pod: &Pod, dry_run: bool) -> Result<Option<String>, Status> {
    let store = &call.server.store;
    let cache = store.known("poddisruptionbudgets");
    store.fresh(cache).await?;
    let filter = Filter { namespace: call.route.namespace.clone(), ..Filter::default() };
    let mut covering = store.list(cache, &filter).await?.entries;
    covering.retain(|entry| {
        let budget = entry.typed::<PodDisruptionBudget>();
        let selector = budget.and_then(|budget| budget.spec).and_then(|spec| spec.selector);
        // A missing selector selects nothing.
        selector.and_then(|s| Selector::try_from(&s).ok()).is_some_and(|s| s.matches(&pod.metadata.labels))
    });
    let [entry] = covering.as_slice() else {
        if covering.is_empty() {
            return Ok(None);
        }
        let why = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
        return Err(Status::failure(500, "", why));
    };
    let mut current = entry.clone();
    for turn in 0..TRIES {
        let Some(mut budget) = current.typed::<PodDisruptionBudget>() else { return Ok(None) };
        if turn == 0 && passes(&budget, pod) {
            return Ok(Some(current.name().to_string()));
        }
        take(&mut budget, pod.metadata.name.as_deref().unwrap_or_default())?;
        budget.metadata.resource_version = None;
        if dry_run {
            return Ok(None);
        }
        let bytes = apimachinery::kinds::Object::encode(&budget).into();
        match store.update(cache, &current.key, current.revision, bytes, None).await? {
            Written::At(_) | Written::Lost(None) => return Ok(None),
            Written::Lost(Some(latest)) => current = latest,
        }
    }
    Err(Status::modified("policy", "poddisruptionbudgets", entry.name()))
}

/// Whether the pod is none of the healthy ones that the budget keeps, and may go.
fn passes(budget: &PodDisruptionBudget, pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    if conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True") {
        return false;
    }
    let policy = budget.spec.as_ref().and_then(|spec| spec.unhealthy_pod_eviction_policy.as_deref());
    let status = budget.status.clone().unwrap_or_default();
    let wanted = status.desired_healthy.unwrap_or(0);
    policy == Some("AlwaysAllow") || wanted > 0 && status.current_healthy.unwrap_or(0) >= wanted
}

fn too_many(retry_after: Option<u32>, message: String) -> Status {
    let mut status = Status::too_many_requests(
        "Cannot evict pod as it would violate the pod's disruption budget.",
        retry_after.unwrap_or(0),
    );
    status.details = Some(Details {
        retry_after_seconds: retry_after,
        causes: vec![Cause { reason: "DisruptionBudget".into(), message, field: String::new() }],
        ..Details::default()
    });
    status
}

/// The budget's controller is behind.
fn unseen(budget: &str) -> Status {
    too_many(Some(10), format!("The disruption budget {budget} is still being processed by the server."))
}

/// Takes a disruption.
fn take(budget: &mut PodDisruptionBudget, pod: &str) -> Result<(), Status> {
    const ALLOWED: &str = "DisruptionAllowed";
    let name = budget.metadata.name.clone().unwrap_or_default();
    let status = budget.status.get_or_insert_default();
    let observed = status.observed_generation;
    if observed.unwrap_or(0) < budget.metadata.generation.unwrap_or(0) {
        return Err(unseen(&name));
    }
    let allowed = status.disruptions_allowed.unwrap_or(0);
    let forbidden = |why| Err(Status::forbidden("policy", "poddisruptionbudget", &name, why));
    if allowed < 0 {
        return forbidden("pdb disruptions allowed is negative");
    }
    if status.disrupted_pods.as_ref().is_some_and(|pods| pods.len() > MOST) {
        return forbidden("DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    let conditions = status.conditions.get_or_insert_default();
    if allowed == 0 {
        let told = conditions.iter().find(|condition| condition.type_ == ALLOWED);
        let told = told.filter(|condition| condition.status == "False" && !condition.message.is_empty());
        let (want, have) = (status.desired_healthy.unwrap_or(0), status.current_healthy.unwrap_or(0));
        let why = match told {
            // The numbers are old then.
            Some(told) if told.reason == "SyncFailed" => {
                format!("does not allow evicting pods currently because it failed sync: {}", told.message)
            }
            _ if have <= want => format!("needs {want} healthy pods and has {have} currently"),
            Some(told) => {
                format!("does not allow evicting pods currently ({}): {}", told.reason, told.message)
            }
            None => "does not allow evicting pods currently".into(),
        };
        return Err(too_many(None, format!("The disruption budget {name} {why}")));
    }
    status.disruptions_allowed = Some(allowed - 1);
    if allowed == 1 {
        let since = conditions.iter().find(|have| have.type_ == ALLOWED && have.status == "False");
        let since = since.map_or_else(write::now, |have| have.last_transition_time.clone());
        conditions.retain(|have| have.type_ != ALLOWED);
        conditions.push(Condition {
            type_: ALLOWED.into(),
            status: "False".into(),
            reason: "InsufficientPods".into(),
            message: String::new(),
            last_transition_time: since,
            observed_generation: observed,
        });
    }
    status.disrupted_pods.get_or_insert_default().insert(pod.to_string(), write::now());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn budget(policy: Value, status: Value) -> PodDisruptionBudget {
        serde_json::from_value(json!({
            "metadata": {"name": "b", "generation": 2},
            "spec": {"unhealthyPodEvictionPolicy": policy}, "status": status,
        }))
        .expect("a budget")
    }

    #[test]
    fn the_unready_pass_as_their_budget_says() {
        for (ready, policy, healthy, expected) in [
            ("True", json!("AlwaysAllow"), (2, 1), false),
            ("False", json!("AlwaysAllow"), (0, 1), true),
            ("False", json!(null), (1, 1), true),
            ("False", json!("IfHealthyBudget"), (0, 1), false),
            ("False", json!(null), (0, 0), false),
        ] {
            let pod = json!({"status": {"conditions": [{"type": "Ready", "status": ready}]}});
            let pod = serde_json::from_value(pod).expect("a pod");
            let (have, want) = healthy;
            let one = budget(policy.clone(), json!({"currentHealthy": have, "desiredHealthy": want}));
            assert_eq!(passes(&one, &pod), expected, "{ready} {policy} {healthy:?}");
        }
    }

    #[test]
    fn budgets_without_room_say_why() {
        let condition = |reason| json!([{"type": "DisruptionAllowed", "status": "False", "reason": reason, "message": "because", "lastTransitionTime": "2026-01-01T00:00:00Z"}]);
        let crowd: serde_json::Map<String, Value> =
            (0..=MOST).map(|n| (n.to_string(), json!("2026-01-01T00:00:00Z"))).collect();
        for (status, code, expected) in [
            (
                json!({"observedGeneration": 1}),
                429,
                "The disruption budget b is still being processed by the server.",
            ),
            (
                json!({"disruptionsAllowed": -1}),
                403,
                "poddisruptionbudget.policy \"b\" is forbidden: pdb disruptions allowed is negative",
            ),
            (
                json!({"disruptionsAllowed": 1, "disruptedPods": crowd}),
                403,
                "poddisruptionbudget.policy \"b\" is forbidden: DisruptedPods map too big - too many evictions not confirmed by PDB controller",
            ),
            (
                json!({"desiredHealthy": 2, "currentHealthy": 1}),
                429,
                "The disruption budget b needs 2 healthy pods and has 1 currently",
            ),
            (
                json!({"conditions": condition("SyncFailed")}),
                429,
                "The disruption budget b does not allow evicting pods currently because it failed sync: because",
            ),
            (
                json!({"currentHealthy": 1, "conditions": condition("Other")}),
                429,
                "The disruption budget b does not allow evicting pods currently (Other): because",
            ),
            (
                json!({"currentHealthy": 1}),
                429,
                "The disruption budget b does not allow evicting pods currently",
            ),
        ] {
            let mut whole = json!({"observedGeneration": 2});
            apimachinery::patch::merge(&mut whole, status);
            let refused = take(&mut budget(Value::Null, whole), "p").expect_err("there is no room");
            let cause = refused.details.as_ref().and_then(|details| details.causes.first());
            let told = cause.map_or(refused.message.as_str(), |cause| cause.message.as_str());
            assert_eq!((refused.code, told), (code, expected));
        }
        let mut one = budget(Value::Null, json!({"observedGeneration": 2, "disruptionsAllowed": 1}));
        take(&mut one, "p").expect("there is room");
        let status = one.status.expect("one");
        assert_eq!(status.disruptions_allowed, Some(0));
        assert!(status.disrupted_pods.is_some_and(|pods| pods.contains_key("p")));
        let conditions = status.conditions.expect("one");
        assert_eq!((conditions.len(), conditions[0].reason.as_str()), (1, "InsufficientPods"));
    }

    #[test]
    fn evicted_pods_are_told_so_once() {
        let mut pod = Pod::default();
        pod.metadata.generation = Some(3);
        disrupt(&mut pod);
        let first = pod.clone();
        disrupt(&mut pod);
        assert_eq!(pod, first);
        let conditions = pod.status.and_then(|status| status.conditions).expect("one");
        assert_eq!((conditions.len(), conditions[0].observed_generation), (1, Some(3)));
    }
}
