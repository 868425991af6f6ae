//! What is done with a request that may be: one handler for each verb, for all resources; the
//! few subresources that are no object of their own have theirs beside.

mod bindings;
pub mod connect;
mod delete;
mod evictions;
pub mod options;
pub mod ownership;
mod paced;
mod patches;
mod read;
mod reviews;
mod streams;
mod subresources;
mod watch;
pub mod write;

use apimachinery::Status;
use apimachinery::resources::Resource;

use crate::request::{Answer, Call};
use crate::storage;

/// The row in whose version the resource's objects are worked on: for the two built-in resources with
/// two versions, the stored one; the store gives and takes a custom resource in every version.
pub fn stored_as(resource: &'static Resource) -> &'static Resource {
    if storage::is_storage(resource) || !resource.is_stored() || resource.custom.is_some() {
        return resource;
    }
    apimachinery::resources::RESOURCES
        .iter()
        .find(|other| other.prefix == resource.prefix && storage::is_storage(other))
        .unwrap_or(resource)
}

/// `namespace/name`, or the name.
pub fn key(resource: &Resource, namespace: &str, name: &str) -> String {
    if resource.namespaced { format!("{namespace}/{name}") } else { name.to_string() }
}

/// Does what is asked.
pub async fn handle(call: &Call) -> Answer {
    let resource = call.resource;
    let route = &call.route;
    let not_allowed = || Err(Status::method_not_allowed(resource.group, resource.plural, route.verb));
    // A namespace in the path of a cluster-wide resource is no path of ours.
    if !resource.namespaced && !route.namespace.is_empty() && resource.plural != "namespaces" {
        return Err(Status::no_such_path());
    }
    if !route.subresource.is_empty() {
        let Some(sub) = resource.subresource(&route.subresource) else {
            return Err(Status::no_such_path());
        };
        if !sub.verbs.contains(&route.verb) {
            return not_allowed();
        }
        if resource.namespaced && route.namespace.is_empty() {
            return Err(Status::no_such_path());
        }
        if route.lasts() && route.subresource != "log" {
            if call.query.has("dryRun") {
                return Err(Status::bad_request("dryRun is not supported"));
            }
        } else {
            options::of_write(call)?;
        }
        return Box::pin(subresources::handle(call)).await;
    }
    if !resource.verbs.contains(&route.verb) {
        return not_allowed();
    }
    let needs_namespace =
        resource.namespaced && route.namespace.is_empty() && !matches!(route.verb, "list" | "watch");
    if needs_namespace {
        return not_allowed();
    }
    options::of_write(call)?;
    if !resource.is_stored() {
        return Box::pin(reviews::handle(call)).await;
    }
    // Each is on the heap by itself: otherwise a get would carry the room that a patch needs.
    match route.verb {
        "get" => Box::pin(read::get(call)).await,
        "list" => Box::pin(read::list(call)).await,
        "watch" => Box::pin(watch::watch(call)).await,
        "create" => Box::pin(write::create(call)).await,
        "update" => Box::pin(write::update(call, write::Part::Main)).await,
        "patch" => Box::pin(write::patch(call, write::Part::Main)).await,
        "delete" => Box::pin(delete::delete(call)).await,
        "deletecollection" => Box::pin(delete::collection(call)).await,
        _ => not_allowed(),
    }
}
