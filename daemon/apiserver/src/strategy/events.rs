//! Events: they stand in the namespace of what they tell of.

use apimachinery::invalid::{Field, Violation};
use apimachinery::resources;
use k8s_openapi::api::core::v1::Event;

use super::{GENERAL, General, Rules};

/// Events, in the form of the core group.
pub static EVENTS: Rules<Event> = Rules {
    validate: |event, wrong| {
        let field = Field::root("involvedObject").child("namespace");
        let about = &event.involved_object;
        let namespace = about.namespace.as_deref().unwrap_or_default();
        let own = event.metadata.namespace.as_deref().unwrap_or_default();
        // What has no namespace is told of in the default one.
        let fits = if namespace.is_empty() { matches!(own, "" | "default") } else { own == namespace };
        if !fits {
            wrong.push(Violation::invalid(&field, namespace, "does not match event.namespace"));
        }
        let kind = about.kind.as_deref().unwrap_or_default();
        let version = about.api_version.as_deref().unwrap_or_default();
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let Some(resource) = resources::of_kind(group, version, kind) else { return };
        if resource.namespaced && namespace.is_empty() {
            wrong.push(Violation::required(&field, &format!("required for kind {kind}")));
        } else if !resource.namespaced && !namespace.is_empty() {
            wrong.push(Violation::invalid(&field, namespace, &format!("not allowed for kind {kind}")));
        }
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};
