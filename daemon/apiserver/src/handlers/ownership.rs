//! Who owns which field: `metadata.managedFields` kept true with every write, and server-side
//! apply.

use std::cell::OnceCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apimachinery::Status;
use apimachinery::apply::managed::{Converted, Managers};
use apimachinery::apply::{ApplyError, Context, Node, Set, Writer, schema};
use apimachinery::kinds::Object;
use apimachinery::resources::{RESOURCES, Resource};
use apimachinery::status::{Cause, Details};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use serde_json::{Map, Value};

use super::options::{self, LONGEST};
use super::write::{self, Part};
use crate::convert;
use crate::decode::{self, Validation};
use crate::extensions::{self, Version};
use crate::request::Call;

/// What a status request says of the rest, and the other way round, is not written.
fn unwritten(call: &Call, part: Part) -> &'static [&'static str] {
    match part {
        Part::Main if call.resource.subresource("status").is_some() => &["status"],
        Part::Status => &["spec"],
        _ => &[],
    }
}

fn ignored(call: &Call, part: Part) -> Set {
    Set::of_fields(unwritten(call, part))
}

/// The manager that the client names; else the first word of its `User-Agent`.
pub fn manager(call: &Call) -> String {
    let named = call.query.get("fieldManager");
    if !named.is_empty() {
        return named.to_string();
    }
    let agent = call.header(http::header::USER_AGENT);
    let first = agent.split('/').next().unwrap_or_default();
    first.chars().filter(|letter| options::is_printable(*letter)).take(LONGEST).collect()
}

/// A version of a resource; its definition, if it has one.
type Versioned = (&'static Resource, Option<Arc<Version>>);

/// The schemas of a resource's versions.
struct Schemas<'c> {
    call: &'c Call,
    own: Option<Arc<Version>>,
    /// The others', once they are asked for.
    others: OnceCell<Vec<Versioned>>,
}

/// A version's type: from its definition, or generated.
fn node<'v>(resource: &Resource, version: Option<&'v Arc<Version>>) -> Node<'v> {
    match version {
        Some(version) => version.merge.0.node(version.merge.1),
        None => {
            schema::builtin(resource.group, resource.version, resource.kind).unwrap_or_else(schema::unknown)
        }
    }
}

/// Calls `work` with the type of a resource's objects.
pub fn with_node<T>(resource: &Resource, work: impl FnOnce(Node<'_>) -> T) -> T {
    let version = extensions::version_of(resource);
    work(node(resource, version.as_ref()))
}

impl<'c> Schemas<'c> {
    fn of(call: &'c Call) -> Self {
        Self { call, own: extensions::version_of(call.resource), others: OnceCell::new() }
    }

    /// The type of the requested version's objects.
    fn node(&self) -> Node<'_> {
        node(self.call.resource, self.own.as_ref())
    }

    fn others(&self) -> &[Versioned] {
        self.others.get_or_init(|| {
            let resource = self.call.resource;
            let others: Vec<&'static Resource> = if resource.custom.is_some() {
                self.call.server.extensions.versions(resource)
            } else {
                RESOURCES
                    .iter()
                    .filter(|other| other.is_stored() && other.prefix == resource.prefix)
                    .collect()
            };
            others.into_iter().map(|other| (other, extensions::version_of(other))).collect()
        })
    }

    /// An object of the requested version in another one.
    fn convert(&self, known: &Conversions, version: &str, value: &Value) -> Converted<'_> {
        let (other, schema) = self.others().iter().find(|(other, _)| other.api_version() == version)?;
        let value = match other.custom {
            Some(_) => known.find(other, value)?,
            None => convert::outward(other, convert::inward(self.call.resource, value.clone())),
        };
        Some((value, node(other, schema.as_ref())))
    }
}

/// One conversion: to which version, of what, with which outcome.
struct Conversion {
    to: &'static Resource,
    from: Value,
    outcome: Option<Value>,
}

/// Objects in other versions of their custom resource, which a webhook may have to be asked for.
/// Comparing versions is work without I/O: it is done with what is known, and once more when what
/// was missing is there.
#[derive(Default)]
struct Conversions(Mutex<Vec<Conversion>>);

impl Conversions {
    fn lock(&self) -> MutexGuard<'_, Vec<Conversion>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object in the other version; noted as missing otherwise.
    fn find(&self, to: &'static Resource, from: &Value) -> Option<Value> {
        let mut all = self.lock();
        match all.iter().find(|one| std::ptr::eq(one.to, to) && one.from == *from) {
            Some(known) => known.outcome.clone(),
            None => {
                all.push(Conversion { to, from: from.clone(), outcome: None });
                None
            }
        }
    }

    /// Whether something is missing.
    fn is_missing(&self) -> bool {
        self.lock().iter().any(|one| one.outcome.is_none())
    }

    /// Fetches what is missing. Gives whether something was.
    async fn fetch(&self, call: &Call) -> Result<bool, Status> {
        let wanted: Vec<_> = {
            let all = self.lock();
            all.iter()
                .enumerate()
                .filter(|(_, one)| one.outcome.is_none())
                .map(|(index, one)| (index, one.to, one.from.clone()))
                .collect()
        };
        for (index, to, from) in &wanted {
            let object = convert::between(&call.server.store, call.resource, to, from.clone()).await?;
            if let Some(one) = self.lock().get_mut(*index) {
                one.outcome = Some(object);
            }
        }
        Ok(!wanted.is_empty())
    }
}

fn without_managers(mut value: Value) -> Value {
    if let Some(Value::Object(meta)) = value.get_mut("metadata") {
        meta.shift_remove("managedFields");
    }
    value
}

/// An object of which nothing is there yet.
fn nothing(resource: &Resource) -> Value {
    let mut map = Map::new();
    map.insert("apiVersion".into(), resource.api_version().into());
    map.insert("kind".into(), resource.kind.into());
    map.insert("metadata".into(), Value::Object(Map::new()));
    Value::Object(map)
}

/// Notes in `object`, decoded and defaulted, who owns what of it after this write. `live` is what
/// was there before; `given`, what the client says about owners.
pub async fn track(
    call: &Call,
    part: Part,
    live: Option<&dyn Object>,
    object: &mut dyn Object,
    given: Option<Vec<ManagedFieldsEntry>>,
) {
    let name = manager(call);
    let resource = call.resource;
    let known = live.and_then(|live| live.meta().managed_fields.as_deref());
    let before = if call.route.subresource.is_empty() {
        Managers::of_request(known, given.as_deref())
    } else {
        Managers::of_request(known, None)
    };
    let api_version = resource.api_version();
    let writer = Writer {
        manager: &name,
        api_version: &api_version,
        subresource: &call.route.subresource,
        now: write::now(),
    };
    object.meta_mut().managed_fields = None;
    if live.is_none() && before.is_empty() && !convert::needed(resource) {
        let text = object.encode();
        let fields =
            with_node(resource, |node| Managers::of_new(node, unwritten(call, part), &writer, &text));
        object.meta_mut().managed_fields = fields;
        return;
    }
    let mut managers;
    let new = convert::outward(resource, object.value());
    let old = match live {
        Some(live) => convert::outward(resource, without_managers(live.value())),
        None => nothing(resource),
    };
    let ignored = ignored(call, part);
    let conversions = Conversions::default();
    loop {
        {
            let schemas = Schemas::of(call);
            let convert = |version: &str, value: &Value| schemas.convert(&conversions, version, value);
            let context = Context { node: schemas.node(), ignored: &ignored, convert: &convert };
            managers = before.clone();
            managers.update(&context, &writer, &old, &new);
        }
        match conversions.fetch(call).await {
            Ok(true) => {}
            Ok(false) => break,
            // As upstream: a write does not fail because the owners of its fields can't be told.
            Err(status) => {
                tracing::warn!(error = status.message, "the owners of an object's fields stay as they were");
                managers = before.clone();
                break;
            }
        }
    }
    object.meta_mut().managed_fields = match known {
        // Nothing new: not in the order of entries either.
        Some(known) if managers == before && Managers::decode(known).as_ref() == Some(&before) => {
            Some(known.to_vec())
        }
        _ => managers.encode(),
    };
}

/// What an apply request asks for.
pub struct Apply {
    /// The configuration, in the requested version.
    pub config: Value,
    manager: String,
    force: bool,
    /// The keys that stand twice in it, where the client wants to know.
    twice: Vec<String>,
    wish: Validation,
    conversions: Conversions,
}

impl Apply {
    /// From the request's body and options.
    ///
    /// # Errors
    /// Refuses what is no configuration of the named object.
    pub fn read(call: &Call, body: &[u8]) -> Result<Self, Status> {
        let manager = manager(call);
        let wish = decode::validation(call)?;
        let (mut config, twice) = decode::yaml(body)
            .map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))?;
        let resource = call.resource;
        let Some(map) = config.as_object_mut() else {
            return Err(Status::bad_request("error decoding YAML: the configuration is no object"));
        };
        for field in ["apiVersion", "kind"] {
            if map.get(field).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(Status::bad_request(format!("error decoding YAML: Object '{field}' is missing")));
            }
        }
        let (version, kind) =
            (map["apiVersion"].as_str().unwrap_or_default(), map["kind"].as_str().unwrap_or_default());
        let expected = resource.api_version();
        if version != expected {
            return Err(Status::bad_request(format!(
                "Incorrect version specified in apply patch. Specified patch version: {version}, expected: {expected}"
            )));
        }
        if kind != resource.kind {
            return Err(Status::bad_request(format!(
                "the kind in the data ({kind}) does not match the expected kind ({})",
                resource.kind
            )));
        }
        let meta = map.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(meta) = meta else {
            return Err(Status::bad_request("error decoding YAML: metadata is no object"));
        };
        if meta.get("managedFields").is_some_and(|fields| !fields.is_null()) {
            return Err(Status::bad_request("metadata.managedFields must be nil"));
        }
        meta.shift_remove("managedFields");
        let name = meta.entry("name").or_insert_with(|| call.route.name.clone().into());
        if *name != call.route.name {
            return Err(Status::bad_request(format!(
                "the name of the object ({}) does not match the name on the URL ({})",
                name.as_str().unwrap_or_default(),
                call.route.name
            )));
        }
        let conversions = Conversions::default();
        Ok(Self { config, manager, force: call.query.flag("force"), twice, wish, conversions })
    }

    /// The same, made of a text in which these keys stand twice.
    pub fn with_twice(self, twice: Vec<String>) -> Self {
        Self { twice, ..self }
    }

    /// Tells of keys that stand twice in the configuration: when all else is well, as upstream.
    ///
    /// # Errors
    /// Refuses them when the client is strict.
    pub fn is_unambiguous(&self, call: &Call) -> Result<(), Status> {
        match self.wish {
            Validation::Strict if !self.twice.is_empty() => Err(Status::bad_request(format!(
                "error strict decoding YAML: error converting YAML to JSON: {}",
                decode::told_twice(&self.twice)
            ))),
            Validation::Warn => {
                self.twice.iter().for_each(|twice| call.warn(twice.clone()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether an object in another version was missing when the configuration was applied; it is
    /// there now.
    ///
    /// # Errors
    /// Fails when it can't be converted.
    pub async fn is_to_be_repeated(&self, call: &Call) -> Result<bool, Status> {
        self.conversions.fetch(call).await
    }

    /// What the configuration makes of the live object, given as stored; and who owns it then. It may
    /// have to be repeated ([`Apply::is_to_be_repeated`]).
    ///
    /// # Errors
    /// Fails on conflicts, and where the configuration does not fit the kind's schema.
    pub fn onto(
        &self,
        call: &Call,
        part: Part,
        live: Option<&dyn Object>,
    ) -> Result<(Value, Option<Vec<ManagedFieldsEntry>>), Status> {
        let resource = call.resource;
        let known = live.and_then(|live| live.meta().managed_fields.as_deref());
        let mut managers = Managers::of_request(known, None);
        let before = managers.clone();
        let old = match live {
            Some(live) => convert::outward(resource, without_managers(live.value())),
            None => nothing(resource),
        };
        let api_version = resource.api_version();
        let writer = Writer {
            manager: &self.manager,
            api_version: &api_version,
            subresource: &call.route.subresource,
            now: write::now(),
        };
        let ignored = ignored(call, part);
        let schemas = Schemas::of(call);
        let convert = |version: &str, value: &Value| schemas.convert(&self.conversions, version, value);
        let context = Context { node: schemas.node(), ignored: &ignored, convert: &convert };
        let outcome = managers.apply(&context, &writer, &old, &self.config, self.force);
        if self.conversions.is_missing() {
            return Err(Status::internal("an object in another version is still missing"));
        }
        let mut object = outcome.map_err(|error| refused(call, error))?;
        // The version that was read is no wish of the client's.
        if self.config["metadata"].get("resourceVersion").is_none()
            && let Some(Value::Object(meta)) = object.get_mut("metadata")
        {
            meta.shift_remove("resourceVersion");
        }
        let entries = match known {
            Some(known) if managers == before => Some(known.to_vec()),
            _ => managers.encode(),
        };
        Ok((object, entries))
    }
}

fn refused(call: &Call, error: ApplyError) -> Status {
    let message = error.to_string();
    match error {
        ApplyError::Conflicts(conflicts) => {
            let mut status = Status::failure(409, "Conflict", message);
            let causes = conflicts
                .into_iter()
                .map(|conflict| Cause {
                    reason: "FieldManagerConflict".into(),
                    message: format!("conflict with {}", conflict.manager),
                    field: conflict.path,
                })
                .collect();
            status.details = Some(Details { causes, ..Details::default() });
            status
        }
        ApplyError::DoesNotFit(_) => {
            let route = &call.route;
            let name = if route.namespace.is_empty() {
                format!("/{}", route.name)
            } else {
                format!("{}/{}", route.namespace, route.name)
            };
            // Upstream gives no reason here, and this code.
            Status::failure(
                500,
                "",
                format!(
                    "failed to create typed patch object ({name}; {}, Kind={}): {message}",
                    call.resource.api_version(),
                    call.resource.kind
                ),
            )
        }
    }
}
