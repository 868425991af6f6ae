//! Create, update and patch: steps 3 to 6 of a request, for objects of every kind.

use std::sync::Arc;
use std::time::Duration;

use apimachinery::invalid::{Field, Violation};
use apimachinery::kinds::{Kind, Object};
use apimachinery::patch::PatchType;
use apimachinery::resources::Resource;
use apimachinery::{Status, names};
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::Value;

use super::patches::Patch;
use super::{key, options, ownership, stored_as};
use crate::admission::{self, Attributes, Operation};
use crate::output::{self, Shape};
use crate::request::{Answer, Call};
use crate::storage::{Cache, Entry, Written, splice};
use crate::{allocate, convert, decode, strategy};

/// Which part of an object a request may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything but the status.
    Main,
    /// The status, and nothing of the spec.
    Status,
    /// A signing request's approval conditions.
    Approval,
    /// A namespace's spec.finalizers.
    Finalize,
    /// A pod's ephemeral containers.
    EphemeralContainers,
    /// A pod's container resources.
    Resize,
}

/// Another try is made this often when someone else keeps being faster.
const TRIES: usize = 64;

/// The cache and the type that a resource is stored as.
pub fn storage(call: &Call) -> Result<(&'static Resource, &Arc<Cache>, &'static Kind), Status> {
    let stored = stored_as(call.resource);
    let cache = call.server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    Ok((stored, cache, decode::kind_of(stored)?))
}

/// Turns a body of the requested version into an object of the stored one.
fn read(call: &Call, kind: &Kind, body: &decode::Body) -> Result<Box<dyn Object>, Status> {
    if !convert::needed(call.resource) {
        return decode::object(call, kind, body);
    }
    let asked = decode::kind_of(call.resource)?;
    let object = decode::object(call, asked, body)?;
    let value: Value = serde_json::from_slice(&object.encode()).map_err(Status::internal)?;
    let text = serde_json::to_vec(&convert::inward(call.resource, value)).map_err(Status::internal)?;
    (kind.decode)(&text).map_err(Status::internal)
}

fn ttl(call: &Call, stored: &Resource) -> Option<Duration> {
    (stored.plural == "events" && !call.server.options.event_ttl.is_zero())
        .then_some(call.server.options.event_ttl)
}

/// Creates an object from the request's body.
pub async fn create(call: &Call) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let (stored, _, kind) = storage(call)?;
    // 3. Decode.
    let body = decode::json(call, call.body().await?)?;
    let object = read(call, kind, &body)?;
    let bytes = create_object(call, stored, object, Owners::Track).await?;
    output::object(call, &shape, &bytes, StatusCode::CREATED)
}

/// Whether the owners of an object's fields are still to be told, or stand in it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owners {
    /// What this write changes belongs to its writer.
    Track,
    /// An apply has told.
    Told,
}

/// Creates an object that is decoded already; gives its bytes with their revision.
pub async fn create_object(
    call: &Call,
    stored: &'static Resource,
    mut object: Box<dyn Object>,
    owners: Owners,
) -> Result<Bytes, Status> {
    let server = &call.server;
    let cache = server.store.cache(stored).ok_or_else(Status::no_such_path)?;
    let kind = decode::kind_of(stored)?;
    let rules = strategy::asked_as(call.resource, stored);
    if server.extensions.is_terminating(stored) {
        return Err(Status::failure(
            405,
            "MethodNotAllowed",
            "create not allowed while custom resource definition is terminating",
        ));
    }
    let dry_run = call.dry_run()?;
    place(&call.route.namespace, stored, object.as_mut())?;
    if call.route.verb != "patch" {
        dedup_owners(call, object.as_mut(), "");
    }
    let meta = object.meta_mut();
    let versioned = meta.resource_version.take().and_then(|version| version.parse::<u64>().ok());
    let versioned = versioned.is_some_and(|version| version != 0);
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    let given = meta.managed_fields.clone();
    meta.self_link = None;
    meta.uid = Some(uuid::Uuid::new_v4().to_string());
    meta.creation_timestamp = Some(now());
    meta.generation = if rules.has_generation() { Some(1) } else { None };
    let generated = meta.name.as_deref().unwrap_or_default().is_empty();
    let base = meta.generate_name.clone().unwrap_or_default();
    if generated && !base.is_empty() {
        meta.name = Some(names::generate(&base));
    }
    call.found_name(object.name());
    // 3. Default, and clear what only the system may set.
    if stored.subresource("status").is_some() && rules.clears_status() {
        (kind.clear_status)(object.as_mut());
    }
    rules.default(object.as_mut());
    if owners == Owners::Track {
        ownership::track(call, Part::Main, None, object.as_mut(), given).await;
    }
    rules.prepare_create(object.as_mut());
    // 4. Admit.
    let attributes = Attributes {
        call,
        operation: Operation::Create,
        resource: stored,
        subresource: "",
        namespace: object.namespace().to_string(),
        name: object.name().to_string(),
        old: None,
        kind: None,
    };
    admission::mutate(&attributes, &mut object).await?;
    dedup_owners(call, object.as_mut(), ADMITTED);
    // 5. Validate.
    let mut violations = strategy::metadata(stored, rules, object.as_ref());
    violations.extend(rules.validate(object.as_ref()));
    if !violations.is_empty() {
        return Err(Status::invalid(stored.group, stored.kind, object.name(), &violations));
    }
    for warning in rules.warnings(object.as_ref(), None) {
        call.warn(warning);
    }
    let reservation = admission::validate(&attributes, object.as_ref()).await?;
    // 6. Store.
    let allocated = allocate::for_create(call, stored, object.as_mut(), dry_run).await?;
    for attempt in 0.. {
        let bytes = Bytes::from(object.encode());
        let name = object.name().to_string();
        let key = key(stored, object.namespace(), &name);
        if dry_run {
            if let Some(found) = server.store.get(cache, &key).await? {
                return Err(taken(stored, &name, &base, Some(&found)));
            }
            return splice(&bytes, 0).ok_or_else(|| Status::internal("the object has no metadata"));
        }
        if versioned {
            // As upstream: it is found this late, and gets no reason.
            return Err(options::unexplained("resourceVersion should not be set on objects to be created"));
        }
        match server.store.create(cache, &key, bytes.clone(), ttl(call, stored)).await {
            Ok(Written::At(revision)) => {
                allocated.keep();
                reservation.iter().for_each(admission::quota::Reservation::keep);
                return splice(&bytes, revision)
                    .ok_or_else(|| Status::internal("the object has no metadata"));
            }
            Ok(Written::Lost(_)) if generated && !base.is_empty() && attempt < 8 => {
                object.meta_mut().name = Some(names::generate(&base));
            }
            Ok(Written::Lost(found)) => return Err(taken(stored, &name, &base, found.as_deref())),
            Err(status) => return Err(status),
        }
    }
    Err(Status::internal("no free name was found"))
}

/// When owners were found to stand in an object twice, if not at once.
const ADMITTED: &str = " after mutating admission happens";

/// Has each owner stand in the object once, and warns if one did not.
fn dedup_owners(call: &Call, object: &mut dyn Object, when: &str) {
    let doubles = strategy::without_doubles(object);
    if !doubles.is_empty() {
        call.warn(format!(
            ".metadata.ownerReferences contains duplicate entries{when}; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
            doubles.join(", ")
        ));
    }
}

/// The refusal of a name that another object has.
fn taken(stored: &Resource, name: &str, base: &str, found: Option<&Entry>) -> Status {
    let mut status = Status::already_exists(stored.group, stored.plural, name);
    if !base.is_empty() {
        status.message += ", the server was not able to generate a unique name for the object";
        status.details.get_or_insert_default().retry_after_seconds = Some(1);
    }
    let object = found.and_then(|found| found.decode(stored).ok());
    if object.is_some_and(|object| object.meta().deletion_timestamp.is_some()) {
        status.message.insert_str(0, "object is being deleted: ");
    }
    status
}

/// The object's namespace is the path's. What lies in none loses the one that it names, as manifests often
/// name one for all that they hold.
///
/// # Errors
/// Fails when the object names another namespace.
pub fn place(wanted: &str, resource: &Resource, object: &mut dyn Object) -> Result<(), Status> {
    let meta = object.meta_mut();
    if !resource.namespaced {
        meta.namespace = None;
        return Ok(());
    }
    match meta.namespace.as_deref() {
        None | Some("") => meta.namespace = Some(wanted.to_string()),
        Some(found) if found == wanted => {}
        Some(_) => {
            return Err(Status::bad_request(
                "the namespace of the provided object does not match the namespace sent on the request",
            ));
        }
    }
    Ok(())
}

/// The object's name must be the path's.
///
/// # Errors
/// Fails when it has none or another.
pub fn is_named(wanted: &str, object: &dyn Object) -> Result<(), Status> {
    match object.name() {
        "" => Err(Status::bad_request(format!(
            "the name of the object ({wanted} based on URL) was undeterminable: name must be provided"
        ))),
        name if name != wanted => Err(Status::bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({wanted})"
        ))),
        _ => Ok(()),
    }
}

/// This moment, in whole seconds as the API has it.
pub fn now() -> k8s_openapi::apimachinery::pkg::apis::meta::v1::Time {
    let now = jiff::Timestamp::now();
    k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(
        jiff::Timestamp::from_second(now.as_second()).unwrap_or(now),
    )
}

/// Replaces an object, or a part of it, by the request's body.
pub async fn update(call: &Call, part: Part) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let (stored, _, kind) = storage(call)?;
    let body = decode::json(call, call.body().await?)?;
    let mut object = read(call, kind, &body)?;
    place(&call.route.namespace, stored, object.as_mut())?;
    is_named(&call.route.name, object.as_ref())?;
    let outcome = change(call, part, Owners::Track, |_| {
        is_versioned(call, stored, object.meta().resource_version.as_deref())?;
        Ok(object.copy())
    })
    .await;
    match outcome {
        Err(status)
            if status.code == 404 && part == Part::Main && strategy::of(stored).creates_on_update() =>
        {
            if let Some(uid) = object.meta().uid.as_deref().filter(|uid| !uid.is_empty()) {
                return Err(other_uid(call, uid, ""));
            }
            object.meta_mut().resource_version = None;
            let bytes = create_object(call, stored, object, Owners::Track).await?;
            output::object(call, &shape, &bytes, StatusCode::CREATED)
        }
        outcome => output::object(call, &shape, &outcome?, StatusCode::OK),
    }
}

/// Objects of some kinds are only changed by who tells which version they saw.
fn is_versioned(call: &Call, stored: &Resource, version: Option<&str>) -> Result<(), Status> {
    if !matches!(version, None | Some("" | "0")) || strategy::of(stored).updates_unconditionally() {
        return Ok(());
    }
    let field = Field::root("metadata").child("resourceVersion");
    let violation = Violation::invalid_value(&field, &0, "must be specified for an update");
    // As upstream: the resource stands where the kind does elsewhere.
    Err(Status::invalid(stored.group, stored.plural, &call.route.name, &[violation]))
}

/// The refusal of an object that is another one of the same name.
fn other_uid(call: &Call, wanted: &str, found: &str) -> Status {
    let why = format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}");
    unmet(call, stored_as(call.resource), &call.route.name, &why)
}

/// The refusal of a write whose conditions the stored object does not meet, as upstream's storage words it.
pub fn unmet(call: &Call, stored: &Resource, name: &str, why: &str) -> Status {
    let key = call.server.store.name_of(stored, &key(stored, &call.route.namespace, name));
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {why}"
    );
    Status::conflict(stored.group, stored.plural, name, why)
}

/// Patches an object or a part of it.
pub async fn patch(call: &Call, part: Part) -> Answer {
    let shape = Shape::negotiate(call, false)?;
    let media = decode::media_type(call.header(header::CONTENT_TYPE));
    let custom = call.resource.custom.is_some();
    let kind_of_patch = PatchType::from_media_type(&media)
        .filter(|kind| !custom || *kind != PatchType::Strategic)
        .ok_or_else(|| {
            // Only built-in kinds tell how their lists are merged.
            let strategic = if custom { "" } else { "application/strategic-merge-patch+json, " };
            Status::unsupported_media_type(format!(
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, {strategic}application/apply-patch+yaml"
            ))
        })?;
    if kind_of_patch == PatchType::Apply {
        return apply(call, part, &shape).await;
    }
    let (stored, _, kind) = storage(call)?;
    // What is wrong with the patch is told only when there is something to patch.
    let patch = Patch::read(call, kind_of_patch, &call.body().await?);
    let resource = call.resource;
    let bytes = change(call, part, Owners::Track, |old| {
        let patch = patch.as_ref().map_err(Status::clone)?;
        let value: Value = serde_json::from_slice(&old.bytes).map_err(Status::internal)?;
        let mut value = convert::outward(resource, value);
        patch.apply(&mut value, (resource.group, resource.version, resource.kind))?;
        let whole = value.clone();
        let version = value["metadata"]["resourceVersion"].as_str();
        is_versioned(call, stored, version)?;
        // The version that was read is no wish of the client's: someone faster does not matter.
        if value["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok())
            == Some(old.revision)
            && let Some(Value::Object(meta)) = value.get_mut("metadata")
        {
            meta.shift_remove("resourceVersion");
        }
        from_value(call, kind, &value, &|_| patch.shown(&whole), &patch.wrong)
    })
    .await?;
    output::object(call, &shape, &bytes, StatusCode::OK)
}

/// An object of the stored version from a value of the requested one.
fn from_value(
    call: &Call,
    kind: &Kind,
    value: &Value,
    shown: &dyn Fn(&Value) -> String,
    found: &[String],
) -> Result<Box<dyn Object>, Status> {
    let resource = call.resource;
    if !convert::needed(resource) {
        return decode::patched(call, kind, value, shown, found);
    }
    let asked = decode::kind_of(resource)?;
    let object = decode::patched(call, asked, value, shown, found)?;
    let text = serde_json::to_vec(&convert::inward(resource, object.value())).map_err(Status::internal)?;
    (kind.decode)(&text).map_err(Status::internal)
}

/// Applies a configuration to an object or a part of it; creates the object if it is missing.
async fn apply(call: &Call, part: Part, shape: &Shape) -> Answer {
    let (stored, _, kind) = storage(call)?;
    let apply = ownership::Apply::read(call, &call.body().await?)?;
    let make = |live: Option<&dyn Object>| -> Result<Box<dyn Object>, Status> {
        let (value, owners) = apply.onto(call, part, live)?;
        apply.is_unambiguous(call)?;
        let mut object = from_value(call, kind, &value, &Value::to_string, &[])?;
        object.meta_mut().managed_fields = owners;
        Ok(object)
    };
    let outcome = loop {
        let outcome = change(call, part, Owners::Told, |old| {
            make(Some(old.decode(stored).map_err(Status::internal)?.as_ref()))
        })
        .await;
        if !apply.is_to_be_repeated(call).await? {
            break outcome;
        }
    };
    match outcome {
        Err(status) if status.code == 404 && part == Part::Main => {
            if let Some(uid) = apply.config["metadata"]["uid"].as_str().filter(|uid| !uid.is_empty()) {
                let why = format!(
                    "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
                );
                return Err(Status::conflict(stored.group, stored.plural, &call.route.name, why));
            }
            let bytes = create_object(call, stored, make(None)?, Owners::Told).await?;
            output::object(call, shape, &bytes, StatusCode::CREATED)
        }
        outcome => output::object(call, shape, &outcome?, StatusCode::OK),
    }
}

/// Reads the object that the path names, makes of it what `make` says, and stores that if no one
/// was faster; else begins again. Gives the bytes that stand now.
pub async fn change(
    call: &Call,
    part: Part,
    owners: Owners,
    make: impl Fn(&Entry) -> Result<Box<dyn Object>, Status> + Send + Sync,
) -> Result<Bytes, Status> {
    let (stored, cache, kind) = storage(call)?;
    let server = &call.server;
    let rules = strategy::asked_as(call.resource, stored);
    let dry_run = call.dry_run()?;
    let name = &call.route.name;
    let key = key(stored, &call.route.namespace, name);
    let not_found = || Status::not_found(stored.group, stored.plural, name);
    let mut current = server.store.glance(cache, &key).await?.ok_or_else(not_found)?;
    let mut certain = false;
    for _ in 0..TRIES {
        // A mistake on the ground of a cached object may be the cache's: look again before
        // the client is told.
        let attempt = prepare(call, stored, kind, rules, (part, owners), &current, &make).await;
        let (object, wanted, reservation) = match attempt {
            Ok(prepared) => prepared,
            Err(status) if !certain => {
                certain = true;
                let latest = server.store.read(cache, &key).await?.ok_or_else(not_found)?;
                if latest.revision == current.revision {
                    return Err(status);
                }
                current = latest;
                continue;
            }
            Err(status) => return Err(status),
        };
        if let Some(wanted) = wanted
            && wanted != current.revision
        {
            if !certain {
                certain = true;
                let latest = server.store.read(cache, &key).await?.ok_or_else(not_found)?;
                if latest.revision != current.revision {
                    current = latest;
                    continue;
                }
            }
            return Err(Status::modified(stored.group, stored.plural, name));
        }
        let bytes = Bytes::from(object.encode());
        let finished = is_finished(stored, object.as_ref());
        if !finished && bytes == current.stored() && !server.store.is_stale(stored, &current) {
            // Nothing changes; but only an object that is still so may be called unchanged.
            if certain || wanted.is_some() {
                return Ok(current.bytes.clone());
            }
            let latest = server.store.read(cache, &key).await?.ok_or_else(not_found)?;
            certain = true;
            if latest.revision == current.revision {
                return Ok(current.bytes.clone());
            }
            current = latest;
            continue;
        }
        if dry_run {
            return splice(&bytes, current.revision)
                .ok_or_else(|| Status::internal("the object has no metadata"));
        }
        let written = if finished {
            server.store.delete(cache, &key, current.revision).await?
        } else {
            server.store.update(cache, &key, current.revision, bytes.clone(), ttl(call, stored)).await?
        };
        match written {
            Written::At(revision) => {
                reservation.iter().for_each(admission::quota::Reservation::keep);
                return splice(&bytes, revision)
                    .ok_or_else(|| Status::internal("the object has no metadata"));
            }
            Written::Lost(None) => return Err(not_found()),
            Written::Lost(Some(latest)) => {
                if wanted.is_some() {
                    return Err(Status::modified(stored.group, stored.plural, name));
                }
                certain = true;
                current = latest;
            }
        }
    }
    Err(Status::modified(stored.group, stored.plural, name))
}

/// Whether nothing holds the object back from going: it is being deleted, its grace is over and
/// its last finalizer is gone.
pub fn is_finished(stored: &Resource, object: &dyn Object) -> bool {
    let meta = object.meta();
    meta.deletion_timestamp.is_some()
        && meta.deletion_grace_period_seconds.unwrap_or(0) == 0
        && meta.finalizers.as_ref().is_none_or(Vec::is_empty)
        && (stored.plural != "namespaces" || strategy::namespace_is_empty(object))
}

/// Steps 3 to 5 of an update. Gives the object and the revision that the client insists on.
async fn prepare(
    call: &Call,
    stored: &'static Resource,
    kind: &'static Kind,
    rules: &'static dyn strategy::Strategy,
    (part, owners): (Part, Owners),
    current: &Entry,
    make: &(impl Fn(&Entry) -> Result<Box<dyn Object>, Status> + Send + Sync),
) -> Result<(Box<dyn Object>, Option<i64>, Option<admission::quota::Reservation>), Status> {
    let old = current.decode(stored).map_err(Status::internal)?;
    let mut object = make(current)?;
    place(&call.route.namespace, stored, object.as_mut())?;
    is_named(&call.route.name, object.as_ref())?;
    if call.route.verb == "update" {
        dedup_owners(call, object.as_mut(), "");
    }
    let wanted = match object.meta().resource_version.as_deref() {
        None | Some("" | "0") => None,
        Some(text) => Some(text.parse().map_err(|_| {
            options::unexplained(format!("strconv.ParseUint: parsing {text:?}: invalid syntax"))
        })?),
    };
    let before = old.meta().uid.as_deref().unwrap_or_default();
    if call.route.verb == "update"
        && let Some(uid) = object.meta().uid.as_deref().filter(|uid| !uid.is_empty() && *uid != before)
    {
        return Err(other_uid(call, uid, before));
    }
    inherit(object.as_mut(), old.as_ref(), part);
    let given = object.meta().managed_fields.clone();
    // 3. Only the part that was addressed changes; default.
    match part {
        Part::Main => {
            if stored.subresource("status").is_some() {
                (kind.copy_status)(object.as_mut(), old.as_ref());
            }
        }
        Part::Status => {
            if kind.has_spec {
                (kind.copy_spec)(object.as_mut(), old.as_ref());
            }
            let meta = object.meta_mut();
            meta.finalizers.clone_from(&old.meta().finalizers);
            meta.owner_references.clone_from(&old.meta().owner_references);
        }
        Part::Approval | Part::Finalize => {
            // Whoever judges may leave a note in the metadata.
            let meta = object.meta().clone();
            strategy::only(part, object.as_mut(), old.as_ref())?;
            *object.meta_mut() = meta;
        }
        part => strategy::only(part, object.as_mut(), old.as_ref())?,
    }
    rules.default(object.as_mut());
    match owners {
        Owners::Track => {
            ownership::track(call, part, Some(old.as_ref()), object.as_mut(), given).await;
        }
        Owners::Told => object.meta_mut().managed_fields = given,
    }
    rules.prepare_update(object.as_mut(), old.as_ref(), part);
    let generation = old.meta().generation;
    let changed = rules.has_generation()
        && matches!(part, Part::Main | Part::EphemeralContainers | Part::Resize)
        && !(kind.same_spec)(object.as_ref(), old.as_ref());
    object.meta_mut().generation = if changed { Some(generation.unwrap_or(0) + 1) } else { generation };
    // 4. Admit.
    let attributes = Attributes {
        call,
        operation: Operation::Update,
        resource: stored,
        subresource: &call.route.subresource,
        namespace: object.namespace().to_string(),
        name: object.name().to_string(),
        old: Some(old.as_ref()),
        kind: None,
    };
    let scales = call.route.subresource == "scale";
    if scales {
        super::subresources::admit_scale(call, &mut object, old.as_ref()).await?;
    } else {
        admission::mutate(&attributes, &mut object).await?;
        dedup_owners(call, object.as_mut(), ADMITTED);
    }
    // 5. Validate.
    let mut violations = strategy::metadata_update(stored, rules, object.as_ref(), old.as_ref());
    violations.extend(rules.validate_update(object.as_ref(), old.as_ref(), part));
    if !violations.is_empty() {
        return Err(Status::invalid(stored.group, stored.kind, object.name(), &violations));
    }
    if part == Part::Main {
        for warning in rules.warnings(object.as_ref(), Some(old.as_ref())) {
            call.warn(warning);
        }
        allocate::for_update(call, stored, object.as_mut(), old.as_ref()).await?;
    }
    let reservation = if scales { None } else { admission::validate(&attributes, object.as_ref()).await? };
    object.meta_mut().resource_version = None;
    Ok((object, wanted, reservation))
}

/// What an update can't change is taken from the old object, as far as the client may leave it out.
fn inherit(object: &mut dyn Object, old: &dyn Object, part: Part) {
    let before = old.meta();
    let meta = object.meta_mut();
    if meta.uid.as_deref().unwrap_or_default().is_empty() {
        meta.uid.clone_from(&before.uid);
    }
    meta.creation_timestamp.clone_from(&before.creation_timestamp);
    if before.deletion_timestamp.is_some() || part != Part::Main {
        meta.deletion_timestamp.clone_from(&before.deletion_timestamp);
    }
    if meta.deletion_grace_period_seconds.is_none() || part != Part::Main {
        meta.deletion_grace_period_seconds = before.deletion_grace_period_seconds;
    }
    meta.self_link = None;
}

#[cfg(test)]
mod tests {
    use apimachinery::resources;
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_lie_where_the_path_says() {
        for (group, plural, given, expected) in [
            ("", "configmaps", "", Ok("here")),
            ("", "configmaps", "here", Ok("here")),
            ("", "configmaps", "there", Err(())),
            ("", "namespaces", "there", Ok("")),
            ("rbac.authorization.k8s.io", "clusterroles", "there", Ok("")),
        ] {
            let resource = resources::find(group, "v1", plural).expect("in the table");
            let text = json!({"metadata": {"name": "a", "namespace": given}}).to_string();
            let kind = decode::kind_of(resource).expect("known");
            let mut object = (kind.decode)(text.as_bytes()).expect("an object");
            let placed = place("here", resource, object.as_mut());
            assert_eq!(placed.map(|()| object.namespace()).map_err(drop), expected, "{plural} in {given:?}");
            assert!(is_named("a", object.as_ref()).is_ok() && is_named("b", object.as_ref()).is_err());
            object.meta_mut().name = None;
            let status = is_named("a", object.as_ref()).expect_err("it has no name");
            assert!(status.message.ends_with("was undeterminable: name must be provided"), "{status:?}");
        }
    }
}
