//! Delete and deletecollection: grace periods, finalizers, preconditions, propagation.

use std::sync::Arc;

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::resources::Resource;
use bytes::Bytes;
use http::StatusCode;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{DeleteOptions, Preconditions, Time};

use super::{key, read, stored_as, write};
use crate::admission::{self, Attributes, Operation};
use crate::output::{self, ListMeta, Shape};
use crate::request::{Answer, Call};
use crate::storage::{Cache, Entry, Written, splice};
use crate::{allocate, decode, strategy};

/// What became of an object that was to be deleted.
pub enum Outcome {
    /// It is gone; this is what it was.
    Gone(Bytes, String),
    /// It is marked and goes when its grace is over and its finalizers are done.
    Marked(Bytes),
}

/// The options of a deletion, from the body and the query.
async fn options(call: &Call) -> Result<DeleteOptions, Status> {
    let body = call.body().await?;
    let mut options = DeleteOptions::default();
    if !body.is_empty() {
        let text = decode::json(call, body)?;
        options = serde_json::from_slice(&text)
            .map_err(|error| Status::bad_request(format!("DeleteOptions cannot be read: {error}")))?;
    }
    if let Some(grace) = call.query.number("gracePeriodSeconds") {
        options.grace_period_seconds = Some(grace);
    }
    if call.query.has("orphanDependents") {
        options.orphan_dependents = Some(call.query.flag("orphanDependents"));
    }
    let policy = call.query.get("propagationPolicy");
    if !policy.is_empty() {
        options.propagation_policy = Some(policy.to_string());
    }
    if options.orphan_dependents.is_some() && options.propagation_policy.is_some() {
        return Err(Status::bad_request(
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: orphanDependents and deletionPropagation cannot be both set",
        ));
    }
    if let Some(policy) = options.propagation_policy.as_deref()
        && !matches!(policy, "Foreground" | "Background" | "Orphan")
    {
        return Err(Status::bad_request(format!(
            "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: {policy:?}: supported values: \"Foreground\", \"Background\", \"Orphan\""
        )));
    }
    if options.grace_period_seconds.is_some_and(|grace| grace < 0) {
        options.grace_period_seconds = Some(1);
    }
    match options.dry_run.as_deref() {
        None | Some([]) => {}
        Some(values) if values.iter().all(|value| value == "All") => {}
        Some(_) => return Err(Status::bad_request("dryRun: Unsupported value: supported values: \"All\"")),
    }
    Ok(options)
}

/// Deletes one object.
pub async fn delete(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let stored = stored_as(call.resource);
    let options = options(call).await?;
    match remove(call, stored, &call.route.namespace, &call.route.name, &options).await? {
        Outcome::Marked(bytes) => output::object(call, &shape, &bytes, StatusCode::OK),
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
    let options = options(call).await?;
    let filter = read::filter(call)?;
    let cache = call.server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    call.server.store.fresh(cache).await?;
    let snapshot = call.server.store.list(cache, &filter).await?;
    let mut deleted: Vec<Arc<Entry>> = Vec::new();
    for entry in snapshot.entries {
        match remove(call, stored, entry.namespace(), entry.name(), &options).await {
            Ok(_) => deleted.push(entry),
            // Someone else was faster: it is gone all the same.
            Err(status) if status.code == 404 => {}
            Err(status) => return Err(status),
        }
    }
    let meta = ListMeta {
        revision: snapshot.revision.max(call.server.store.observed_by(cache)),
        ..ListMeta::default()
    };
    output::list(call, &shape, deleted, &meta)
}

fn check(
    preconditions: Option<&Preconditions>,
    stored: &Resource,
    entry: &Entry,
    object: &dyn Object,
) -> Result<(), Status> {
    let Some(wanted) = preconditions else { return Ok(()) };
    let uid = object.meta().uid.as_deref().unwrap_or_default();
    if let Some(wanted) = wanted.uid.as_deref().filter(|wanted| *wanted != uid) {
        return Err(Status::conflict(
            stored.group,
            stored.plural,
            entry.name(),
            format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"),
        ));
    }
    let revision = entry.revision.to_string();
    if let Some(wanted) = wanted.resource_version.as_deref().filter(|wanted| *wanted != revision) {
        return Err(Status::conflict(
            stored.group,
            stored.plural,
            entry.name(),
            format!(
                "Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {revision}"
            ),
        ));
    }
    Ok(())
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
        let waits = mark(stored, object.as_mut(), options);
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
fn mark(stored: &Resource, object: &mut dyn Object, options: &DeleteOptions) -> bool {
    let rules = strategy::of(stored);
    // Propagation is told to the garbage collector by a finalizer.
    let wanted = match (options.orphan_dependents, options.propagation_policy.as_deref()) {
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
    let grace = rules.grace(object, options.grace_period_seconds);
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
        (Some(_), Some(grace)) if grace < meta.deletion_grace_period_seconds.unwrap_or(0) => {
            // A second deletion may only hurry.
            meta.deletion_timestamp = Some(later(&now, grace));
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
