//! NamespaceLifecycle: nothing new in a namespace that is missing or going, and the namespaces
//! that the cluster lives in stay.

use apimachinery::Status;
use apimachinery::status::Cause;

use super::{Attributes, Operation};
use crate::bootstrap::resource;

const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// Judges creations.
pub async fn admit(attributes: &Attributes<'_>) -> Result<(), Status> {
    if attributes.operation != Operation::Create || !attributes.resource.namespaced {
        return Ok(());
    }
    let server = attributes.server();
    let namespaces = resource("", "namespaces");
    let cache = server.store.known("namespaces");
    let name = attributes.namespace.as_str();
    let Some(namespace) = server.store.glance(cache, name).await? else {
        return Err(Status::not_found("", "namespaces", name));
    };
    if namespace.field(namespaces, "status.phase") != "Terminating" {
        return Ok(());
    }
    let mut status = attributes.forbidden(format!(
        "unable to create new content in namespace {name} because it is being terminated"
    ));
    if let Some(details) = &mut status.details {
        details.causes.push(Cause {
            reason: "NamespaceTerminating".into(),
            message: format!("namespace {name} is being terminated"),
            field: "metadata.namespace".into(),
        });
    }
    Err(status)
}

/// Judges deletions.
pub fn on_delete(attributes: &Attributes<'_>) -> Result<(), Status> {
    if attributes.is("", "namespaces") && IMMORTAL.contains(&attributes.name.as_str()) {
        return Err(attributes.forbidden("this namespace may not be deleted"));
    }
    Ok(())
}
