//! OwnerReferencesPermissionEnforcement: who changes an object's owners decides when it is
//! deleted, and must be allowed to; who has it block its owner's deletion must be allowed to hold
//! the owner up.

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;

use super::{Attributes, Operation};
use crate::authz;

/// Judges.
///
/// # Errors
/// 403 when the permission lacks.
pub async fn validate(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let none = Vec::new();
    let of = |object: &dyn Object| object.meta().owner_references.clone().unwrap_or_default();
    let new = of(object);
    let old = attributes.old.map_or(none, of);
    if attributes.operation == Operation::Create && new.is_empty() || new == old {
        return Ok(());
    }
    let server = attributes.server();
    let user = &attributes.call.user;
    let may = async |wanted: authz::Attributes| -> Result<bool, Status> {
        Ok(matches!(authz::decide(server, user, &wanted).await?, authz::Decision::Allow(_)))
    };
    if attributes.operation == Operation::Update {
        let delete = authz::Attributes {
            verb: "delete".into(),
            is_resource: true,
            group: attributes.resource.group.into(),
            version: attributes.resource.version.into(),
            resource: attributes.resource.plural.into(),
            namespace: attributes.namespace.clone(),
            name: attributes.name.clone(),
            ..authz::Attributes::default()
        };
        if !may(delete).await? {
            return Err(attributes
                .forbidden("cannot set an ownerRef on a resource you can't delete: it is forbidden"));
        }
    }
    let blocks = |one: &OwnerReference| one.block_owner_deletion == Some(true);
    let newly =
        new.iter().filter(|one| blocks(one) && !old.iter().any(|have| have.uid == one.uid && blocks(have)));
    for owner in newly {
        let (group, version) = owner.api_version.split_once('/').unwrap_or(("", &owner.api_version));
        let resources = server.resources();
        let kind = resources.iter().find(|resource| {
            resource.group == group
                && resource.version == version
                && resource.kind == owner.kind
                && resource.is_stored()
        });
        let Some(kind) = kind else {
            return Err(attributes.forbidden(format!(
                "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion {} Kind {}",
                owner.api_version, owner.kind
            )));
        };
        let finalizers = authz::Attributes {
            verb: "update".into(),
            is_resource: true,
            group: group.into(),
            version: version.into(),
            resource: kind.plural.into(),
            subresource: "finalizers".into(),
            namespace: if kind.namespaced { attributes.namespace.clone() } else { String::new() },
            name: owner.name.clone(),
            ..authz::Attributes::default()
        };
        if !may(finalizers).await? {
            return Err(attributes.forbidden(
                "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on",
            ));
        }
    }
    Ok(())
}
