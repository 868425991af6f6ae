//! NamespaceLifecycle: nothing new in a namespace that is missing or going, and the namespaces
//! that the cluster lives in stay.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use apimachinery::Status;
use apimachinery::status::Cause;

use tokio::time::Instant;

use super::{Attributes, Operation};
use crate::bootstrap::resource;

/// How long a deletion is remembered: by then the cache has seen it.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The namespaces whose deletion was asked for here a moment ago. The cache may not know yet, but
/// whoever asked does.
#[derive(Default)]
pub struct Leaving(Mutex<HashMap<String, Instant>>);

impl Leaving {
    fn add(&self, name: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, since| since.elapsed() < REMEMBERED);
        all.insert(name.to_string(), Instant::now());
    }

    fn holds(&self, name: &str) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(name).is_some_and(|since| since.elapsed() < REMEMBERED)
    }
}

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
    let found = if server.admission.leaving.holds(name) {
        server.store.read(cache, name).await?
    } else {
        server.store.glance(cache, name).await?
    };
    let Some(namespace) = found else {
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
    if attributes.is("", "namespaces") {
        attributes.server().admission.leaving.add(&attributes.name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deletion_is_remembered_until_the_cache_has_seen_it() {
        let leaving = Leaving::default();
        leaving.add("a");
        assert!(leaving.holds("a") && !leaving.holds("b"));
        tokio::time::advance(REMEMBERED).await;
        assert!(!leaving.holds("a"));
        leaving.add("b");
        assert_eq!(leaving.0.lock().unwrap_or_else(PoisonError::into_inner).len(), 1, "old ones go");
    }
}
