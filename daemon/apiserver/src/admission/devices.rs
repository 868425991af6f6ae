//! Access to devices that others use: those who may look after a device get it in namespaces that
//! are labelled for that, and nowhere else.

use apimachinery::Status;
use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::Object;
use k8s_openapi::api::resource::v1::{
    DeviceClaim, ResourceClaim, ResourceClaimStatus, ResourceClaimTemplate,
};

use super::{Attributes, Operation, matching};

/// The label of namespaces in which devices may be looked after.
const LABEL: &str = "resource.kubernetes.io/admin-access";

/// Judges new claims, their templates, and what a claim is given.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let Some(field) = asked(attributes, object) else { return Ok(()) };
    let labels = matching::namespace_labels(attributes).await?;
    if labels.get(LABEL).is_some_and(|value| value == "true") {
        return Ok(());
    }
    let why =
        format!("admin access to devices requires the `{LABEL}: true` label on the containing namespace");
    let resource = attributes.resource;
    let wrong = [Violation::forbidden(&field, &why)];
    Err(Status::invalid(resource.group, resource.kind, &attributes.name, &wrong))
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
}
