//! Delete and deletecollection: grace periods, finalizers, preconditions, propagation.

use std::sync::Arc;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use bytes::Bytes;
use futures::future::{BoxFuture, try_join_all};
use http::StatusCode;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{DeleteOptions, Preconditions, Time};

use super::{key, options, read, stored_as, write};
use crate::admission::{self, Attributes, Operation};
use crate::output::{self, Shape};
use crate::request::{Answer, Call};
use crate::storage::{Cache, Entry, Written, splice};
use crate::{allocate, strategy};

/// What became of an object that was to be deleted.
pub enum Outcome {
    /// It is gone; this is what it was.
    Gone(Bytes, String),
    /// It is marked and goes when its grace is over and its finalizers are done.
    Marked(Bytes),
}

/// Deletes one object.
pub async fn delete(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let stored = stored_as(call.resource);
    let options = options::of_delete(call).await?;
    match remove(call, stored, &call.route.namespace, &call.route.name, &options).await? {
        Outcome::Marked(bytes) => {
            // Who asked for the dependents to go, in the old way, is told that they are not gone yet.
            let waits = options.orphan_dependents == Some(false);
            let code = if waits { StatusCode::ACCEPTED } else { StatusCode::OK };
            output::object(call, &shape, &bytes, code)
        }
        Outcome::Gone(bytes, _) if strategy::of(stored).returns_deleted() => {
            output::object(call, &shape, &bytes, StatusCode::OK)
        }
        Outcome::Gone(_, uid) => {
            let status = Status::success(stored.group, stored.plural, &call.route.name, &uid);
            let value = serde_json::to_value(&status).map_err(Status::internal)?;
            output::answer(&shape.of_others(), &value, StatusCode::OK)
        }
    }
}

/// Deletes every object that the selectors pass.
pub async fn collection(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, true)?;
    let stored = stored_as(call.resource);
    let (entries, meta) = read::entries(call).await?;
    let options = options::of_delete(call).await?;
    for some in entries.chunks(call.server.options.delete_workers.max(1)) {
        let mut removed: Vec<BoxFuture<'_, Result<(), Status>>> = Vec::with_capacity(some.len());
        for entry in some {
            removed.push(Box::pin(remove_one(call, stored, entry, &options)));
        }
        try_join_all(removed).await?;
    }
    output::list(call, &shape, entries, &meta)
}

/// Deletes one of many. If someone else was faster, it is gone all the same.
async fn remove_one(
    call: &Call,
    stored: &'static Resource,
    entry: &Entry,
    options: &DeleteOptions,
) -> Result<(), Status> {
    match remove(call, stored, entry.namespace(), entry.name(), options).await {
        Err(status) if status.code != 404 => Err(status),
        _ => Ok(()),
    }
}

fn check(
    preconditions: Option<&Preconditions>,
    stored: &Resource,
    entry: &Entry,
    object: &dyn Object,
) -> Result<(), Status> {
    let Some(wanted) = preconditions else { return Ok(()) };
    // As upstream: here the kind stands where the resource does elsewhere.
    let conflict = |why: String| Err(Status::conflict(stored.group, stored.kind, entry.name(), why));
    let uid = object.meta().uid.as_deref().unwrap_or_default();
    if let Some(wanted) = wanted.uid.as_deref().filter(|wanted| *wanted != uid) {
        return conflict(format!(
            "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
        ));
    }
    let revision = entry.revision.to_string();
    if let Some(wanted) = wanted.resource_version.as_deref().filter(|wanted| *wanted != revision) {
        return conflict(format!(
            "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({revision}). The object might have been modified"
        ));
    }
    Ok(())
}

/// Whether the object is on its way out already, and not asked to hurry.
fn is_leaving(object: &dyn Object, options: &DeleteOptions) -> bool {
    let meta = object.meta();
    let left = meta.deletion_grace_period_seconds.unwrap_or(0);
    let wanted = options.grace_period_seconds.map(|wanted| if wanted < 0 { 1 } else { wanted });
    meta.deletion_timestamp.is_some() && left > 0 && wanted.is_none_or(|wanted| wanted >= left)
}

/// Deletes an object, or marks it where something holds it back.
pub async fn remove(
    call: &Call,
    stored: &'static Resource,
    namespace: &str,
    name: &str,
    options: &DeleteOptions,
) -> Result<Outcome, Status> {
    let server = &call.server;
    let cache: &Arc<Cache> = server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    let dry_run = call.dry_run()? || options.dry_run.as_ref().is_some_and(|values| !values.is_empty());
    let key = key(stored, namespace, name);
    let not_found = || Status::not_found(stored.group, stored.plural, name);
    let mut current = server.store.glance(cache, &key).await?.ok_or_else(not_found)?;
    let mut certain = false;
    for _ in 0..64 {
        let old = current.decode(stored).map_err(Status::internal)?;
        if let Err(status) = check(options.preconditions.as_ref(), stored, &current, old.as_ref()) {
            if certain {
                return Err(status);
            }
            certain = true;
            current = server.store.read(cache, &key).await?.ok_or_else(not_found)?;
            continue;
        }
        if is_leaving(old.as_ref(), options) {
            return Ok(Outcome::Marked(current.bytes.clone()));
        }
        let attributes = Attributes {
            call,
            operation: Operation::Delete,
            resource: stored,
            subresource: "",
            namespace: namespace.to_string(),
            name: name.to_string(),
            old: Some(old.as_ref()),
            kind: None,
        };
        admission::on_delete(&attributes).await?;
        let mut object = old.copy();
        let waits = mark(stored, object.as_mut(), options, call.server.options.garbage_collector);
        let uid = object.meta().uid.clone().unwrap_or_default();
        object.meta_mut().resource_version = None;
        let bytes = Bytes::from(object.encode());
        if dry_run {
            let bytes = splice(&bytes, current.revision).unwrap_or(bytes);
            return Ok(if waits { Outcome::Marked(bytes) } else { Outcome::Gone(bytes, uid) });
        }
        let written = if waits {
            if bytes == current.stored() {
                return Ok(Outcome::Marked(current.bytes.clone()));
            }
            server.store.update(cache, &key, current.revision, bytes.clone(), None).await?
        } else {
            server.store.delete(cache, &key, current.revision).await?
        };
        match written {
            Written::At(revision) => {
                let bytes = splice(&bytes, revision).unwrap_or(bytes);
                if waits {
                    return Ok(Outcome::Marked(bytes));
                }
                allocate::released(server, stored, old.as_ref());
                return Ok(Outcome::Gone(bytes, uid));
            }
            Written::Lost(None) => return Err(not_found()),
            Written::Lost(Some(latest)) => {
                certain = true;
                current = latest;
            }
        }
    }
    Err(Status::modified(stored.group, stored.plural, name))
}

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Makes of `object` what it is on its way out. Gives whether anything holds it back.
fn mark(stored: &Resource, object: &mut dyn Object, options: &DeleteOptions, collects: bool) -> bool {
    let rules = strategy::of(stored);
    // Propagation is told to the garbage collector by a finalizer.
    let wanted = match (options.orphan_dependents, options.propagation_policy.as_deref()) {
        // Nothing depends on events, and without a collector nobody would see to it.
        _ if stored.plural == "events" || !collects => None,
        (Some(true), _) | (_, Some("Orphan")) => Some(ORPHAN),
        (_, Some("Foreground")) => Some(FOREGROUND),
        (Some(false), _) | (_, Some(_)) => None,
        (None, None) => {
            let has = |name: &str| object.meta().finalizers.iter().flatten().any(|have| have == name);
            if has(ORPHAN) || (rules.orphans_by_default() && !has(FOREGROUND)) {
                Some(ORPHAN)
            } else if has(FOREGROUND) {
                Some(FOREGROUND)
            } else {
                None
            }
        }
    };
    let meta = object.meta_mut();
    let mut finalizers = meta.finalizers.take().unwrap_or_default();
    finalizers.retain(|name| name != ORPHAN && name != FOREGROUND);
    finalizers.extend(wanted.map(str::to_string));
    meta.finalizers = (!finalizers.is_empty()).then_some(finalizers);

    let now = write::now();
    let wanted = options.grace_period_seconds.map(|wanted| if wanted < 0 { 1 } else { wanted });
    let grace = rules.grace(object, wanted);
    let meta = object.meta_mut();
    match (&meta.deletion_timestamp, grace) {
        (None, grace) => {
            let grace = grace.unwrap_or(0);
            meta.deletion_timestamp = Some(later(&now, grace));
            meta.deletion_grace_period_seconds = Some(grace);
            if let Some(generation) = &mut meta.generation {
                *generation += 1;
            }
        }
        (Some(at), Some(grace)) if grace < meta.deletion_grace_period_seconds.unwrap_or(0) => {
            // A second deletion may only hurry; its time counts from the first.
            let had = meta.deletion_grace_period_seconds.unwrap_or(0);
            meta.deletion_timestamp = Some(later(at, grace - had));
            meta.deletion_grace_period_seconds = Some(grace);
        }
        _ => {}
    }
    rules.deleted(object);
    !write::is_finished(stored, object)
}

fn later(time: &Time, seconds: i64) -> Time {
    Time(time.0.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(time.0))
}
