//! Claims on devices. Access to devices that others use is for those who look after them, in
//! namespaces that are labelled for that. In a claim's status, those who bind and those who drive
//! devices may each write their own part only.

use std::collections::{BTreeMap, BTreeSet};

use apimachinery::Status;
use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use k8s_openapi::api::resource::v1::{
    AllocatedDeviceStatus, AllocationResult, DeviceClaim, ResourceClaim, ResourceClaimStatus,
    ResourceClaimTemplate,
};

use super::{Attributes, Operation, matching};
use crate::authn::User;
use crate::authz;

/// The label of namespaces in which devices may be looked after.
const LABEL: &str = "resource.kubernetes.io/admin-access";

/// Judges new claims, their templates, and what a claim is given.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let mut wrong = Vec::new();
    if let Some(field) = asked(attributes, object) {
        let labels = matching::namespace_labels(attributes).await?;
        if labels.get(LABEL).is_none_or(|value| value != "true") {
            let why = format!(
                "admin access to devices requires the `{LABEL}: true` label on the containing namespace"
            );
            wrong.push(Violation::forbidden(&field, &why));
        }
    }
    if let Some(claim) = object.of::<ResourceClaim>()
        && let Some(old) = attributes.old.and_then(|old| old.of::<ResourceClaim>())
        && attributes.subresource == "status"
    {
        let new = claim.status.clone().unwrap_or_default();
        let old = old.status.clone().unwrap_or_default();
        bound(attributes, &new, &old, &mut wrong).await?;
        driven(attributes, &new, &old, &mut wrong).await?;
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let resource = attributes.resource;
    Err(Status::invalid(resource.group, resource.kind, &attributes.name, &wrong))
}

/// What is allocated, and for whom, is for those who may bind claims anywhere.
async fn bound(
    attributes: &Attributes<'_>,
    new: &ResourceClaimStatus,
    old: &ResourceClaimStatus,
    wrong: &mut Vec<Violation>,
) -> Result<(), Status> {
    let reserved = |status: &ResourceClaimStatus| status.reserved_for.clone().unwrap_or_default();
    if new.allocation == old.allocation && reserved(new) == reserved(old) {
        return Ok(());
    }
    let verb = attributes.call.route.verb;
    if let Some(refusal) = refused(attributes, verb, "binding", "", "").await? {
        let why = format!(
            "changing status.allocation or status.reservedFor requires \
             resource=\"resourceclaims/binding\", verb=\"{verb}\" permission: {refusal}"
        );
        wrong.push(Violation::forbidden(&Field::root("status"), &why));
    }
    Ok(())
}

/// What is said of a device is for those who may speak for its driver: on the node of the claim, or
/// on any.
async fn driven(
    attributes: &Attributes<'_>,
    new: &ResourceClaimStatus,
    old: &ResourceClaimStatus,
    wrong: &mut Vec<Violation>,
) -> Result<(), Status> {
    // With the allocation goes what was said of its devices, whoever takes it away.
    let Some(allocation) = &new.allocation else { return Ok(()) };
    let verb = attributes.call.route.verb;
    let mut verbs = vec![format!("arbitrary-node:{verb}")];
    if is_on(&attributes.call.user, node(allocation)) {
        verbs.insert(0, format!("associated-node:{verb}"));
    }
    for driver in drivers(new, old) {
        let mut first = None;
        for verb in &verbs {
            let Some(refusal) = refused(attributes, verb, "driver", &attributes.namespace, driver).await?
            else {
                first = None;
                break;
            };
            first.get_or_insert(refusal);
        }
        if let Some(refusal) = first {
            let why = format!(
                "changing status.devices requires resource=\"resourceclaims/driver\", \
                 verb=\"[{}]\" permission: {refusal}",
                verbs.join(" ")
            );
            wrong.push(Violation::forbidden(&Field::root("status").child("devices"), &why));
        }
    }
    Ok(())
}

/// Why the user may not do that to a part of claims that only stands for a permission.
async fn refused(
    attributes: &Attributes<'_>,
    verb: &str,
    part: &str,
    namespace: &str,
    name: &str,
) -> Result<Option<String>, Status> {
    let wanted = authz::Attributes {
        verb: verb.into(),
        subresource: part.into(),
        namespace: namespace.into(),
        name: name.into(),
        ..authz::Attributes::from(&attributes.call.route)
    };
    let user = &attributes.call.user;
    Ok(match authz::decide(attributes.server(), user, &wanted).await? {
        authz::Decision::Allow(_) => None,
        authz::Decision::Deny(why) | authz::Decision::NoOpinion(why) => {
            Some(authz::forbidden(user, &wanted, &why).message)
        }
    })
}

/// The drivers of the devices of which something else is said than before.
fn drivers<'a>(new: &'a ResourceClaimStatus, old: &'a ResourceClaimStatus) -> BTreeSet<&'a str> {
    let (new, old) = (said(new), said(old));
    let differ = |(key, one)| old.get(&key) != Some(&one);
    let changed = new.iter().filter(|&(&key, &one)| differ((key, one))).map(|(key, _)| key.0);
    let gone = old.keys().filter(|&key| !new.contains_key(key)).map(|key| key.0);
    changed.chain(gone).collect()
}

type Device<'a> = (&'a str, &'a str, &'a str, &'a str);

fn said(status: &ResourceClaimStatus) -> BTreeMap<Device<'_>, &AllocatedDeviceStatus> {
    let mut all = BTreeMap::new();
    for one in status.devices.iter().flatten() {
        let share = one.share_id.as_deref().unwrap_or_default();
        all.insert((&*one.driver, &*one.pool, &*one.device, share), one);
    }
    all
}

/// The one node on which the devices are.
fn node(allocation: &AllocationResult) -> Option<&str> {
    let [term] = &*allocation.node_selector.as_ref()?.node_selector_terms else { return None };
    if term.match_expressions.as_ref().is_some_and(|list| !list.is_empty()) {
        return None;
    }
    let [field] = term.match_fields.as_deref()? else { return None };
    let [name] = field.values.as_deref()? else { return None };
    (field.key == "metadata.name" && field.operator == "In").then_some(name)
}

/// Whether the user is a service account whose token is bound to the node.
fn is_on(user: &User, node: Option<&str>) -> bool {
    let bound = user.extra.get("authentication.kubernetes.io/node-name").map(Vec::as_slice);
    let account = user.name.strip_prefix("system:serviceaccount:").is_some_and(|name| name.contains(':'));
    account && node.is_some_and(|node| matches!(bound, Some([one]) if one == node))
}

/// The field that newly asks for access to a device that others use.
fn asked(attributes: &Attributes<'_>, object: &dyn Object) -> Option<Field> {
    match (attributes.operation, attributes.subresource) {
        (Operation::Create, "") => {
            let claim = object.of::<ResourceClaim>().map(|claim| &claim.spec);
            let spec = claim.or_else(|| Some(&object.of::<ResourceClaimTemplate>()?.spec.spec))?;
            requested(spec.devices.as_ref()?)
        }
        (Operation::Update, "status") => {
            let before = attributes.old?.of::<ResourceClaim>()?.status.as_ref().and_then(granted);
            granted(object.of::<ResourceClaim>()?.status.as_ref()?).filter(|_| before.is_none())
        }
        _ => None,
    }
}

fn requested(claim: &DeviceClaim) -> Option<Field> {
    let requests = claim.requests.as_deref()?;
    let access = |one: &k8s_openapi::api::resource::v1::DeviceRequest| {
        one.exactly.as_ref().is_some_and(|one| one.admin_access == Some(true))
    };
    let index = requests.iter().position(access)?;
    Some(Field::root("spec").child("devices").child("requests").index(index).child("adminAccess"))
}

fn granted(status: &ResourceClaimStatus) -> Option<Field> {
    let field = Field::root("status").child("allocation").child("devices").child("results");
    let results = status.allocation.as_ref()?.devices.as_ref()?.results.as_deref()?;
    let index = results.iter().position(|one| one.admin_access == Some(true))?;
    Some(field.index(index).child("adminAccess"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_asks_for_it() {
        let asked = |admin: Value| {
            let requests = json!([{"name": "a"}, {"name": "b", "exactly": {"deviceClassName": "c", "adminAccess": admin}}]);
            let claim: DeviceClaim = serde_json::from_value(json!({"requests": requests})).expect("a claim");
            requested(&claim).map(|field| field.to_string())
        };
        assert_eq!(asked(json!(true)).as_deref(), Some("spec.devices.requests[1].adminAccess"));
        assert_eq!(asked(json!(false)), None);
        let given = |admin: Value| {
            let result =
                json!({"request": "b", "driver": "d", "pool": "p", "device": "e", "adminAccess": admin});
            let status = json!({"allocation": {"devices": {"results": [result]}}});
            let status: ResourceClaimStatus = serde_json::from_value(status).expect("a status");
            granted(&status).map(|field| field.to_string())
        };
        assert_eq!(given(json!(true)).as_deref(), Some("status.allocation.devices.results[0].adminAccess"));
        assert_eq!(given(Value::Null), None);
    }

    #[test]
    fn who_may_say_what_of_devices() {
        let status =
            |value: Value| -> ResourceClaimStatus { serde_json::from_value(value).expect("a status") };
        let device =
            |driver: &str, data: u8| json!({"driver": driver, "pool": "p", "device": "x", "data": data});
        let old = status(json!({"devices": [device("a", 0), device("b", 0), device("c", 0)]}));
        let new = status(json!({"devices": [device("d", 0), device("c", 0), device("b", 1)]}));
        assert_eq!(drivers(&new, &old).into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert!(drivers(&old, &old).is_empty());

        let on = |field: Value, expressions: Value| {
            let term = json!({"matchFields": [field], "matchExpressions": expressions});
            let allocation = json!({"nodeSelector": {"nodeSelectorTerms": [term]}});
            let allocation: AllocationResult = serde_json::from_value(allocation).expect("an allocation");
            node(&allocation).map(str::to_string)
        };
        let name = |values: Value| json!({"key": "metadata.name", "operator": "In", "values": values});
        assert_eq!(on(name(json!(["n"])), json!([])).as_deref(), Some("n"));
        assert_eq!(on(name(json!(["n", "m"])), json!([])), None);
        assert_eq!(on(name(json!(["n"])), json!([{"key": "k", "operator": "Exists"}])), None);

        let user = |name: &str, nodes: &[&str]| {
            let nodes = nodes.iter().map(ToString::to_string).collect();
            let extra = [("authentication.kubernetes.io/node-name".to_string(), nodes)].into();
            User { name: name.into(), extra, ..User::default() }
        };
        assert!(is_on(&user("system:serviceaccount:s:a", &["n"]), Some("n")));
        assert!(!is_on(&user("system:serviceaccount:s:a", &["n"]), Some("m")));
        assert!(!is_on(&user("system:serviceaccount:s:a", &["n", "n"]), Some("n")));
        assert!(!is_on(&user("system:node:n", &["n"]), Some("n")));
        assert!(!is_on(&user("system:serviceaccount:s:a", &["n"]), None));
    }
}
