//! Custom resources: the definitions that are established, as rows of the resource table. What
//! follows a row (storage, handlers, strategies) is the same as for built-in resources.

pub mod controller;
mod conversion;
mod costs;
pub mod definition;
mod rules;
mod schema;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use apimachinery::Status;
use apimachinery::apply::Schema;
use apimachinery::apply::schema::TypeId;
use apimachinery::custom::{self, CustomObject};
use apimachinery::invalid::Violation;
use apimachinery::jsonpath::JsonPath;
use apimachinery::kinds::Object;
use apimachinery::resources::{Custom, Resource, Subresource};
use apimachinery::structural::Structural;
use bytes::Bytes;
use futures::future::BoxFuture;
use serde_json::Value;

use crate::handlers::write::Part;
use crate::storage::Store;
use crate::strategy::Strategy;

/// One version of a definition: what its objects look like.
#[derive(Debug)]
pub struct Version {
    /// Its name.
    pub name: String,
    /// The kind of its lists.
    pub list_kind: String,
    /// The schema.
    pub schema: Structural,
    /// Its rules.
    pub programs: rules::Programs,
    /// The schema of structured merge, and the root in it.
    pub merge: (Schema, TypeId),
    /// The schema as it was given, for OpenAPI.
    pub given: Value,
    /// A hash of that.
    pub hash: String,
    /// How it is printed.
    pub columns: Vec<Column>,
    /// Where the replicas stand, for those that can be scaled.
    pub scale: Option<Scale>,
    /// Whether status is a part of its own.
    pub status: bool,
    /// What clients of this version are told.
    pub warning: Option<String>,
    /// How objects of other versions become objects of this one.
    pub conversion: Arc<Conversion>,
}

pub use conversion::Conversion;

/// A printer column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// `string`, `integer`, `number`, `boolean` or `date`.
    pub kind: String,
    /// As in OpenAPI.
    pub format: String,
    /// For people.
    pub description: String,
    /// 0: always shown.
    pub priority: i64,
    /// Where the cell's value stands.
    pub path: JsonPath,
}

/// Where the replicas stand.
#[derive(Clone, Debug)]
pub struct Scale {
    /// How many are wanted.
    pub spec: JsonPath,
    /// How many there are.
    pub status: JsonPath,
    /// By which selector they are found.
    pub selector: Option<JsonPath>,
}

/// What the row of a custom resource leads to: the current form of its version.
pub struct Slot(RwLock<Arc<Version>>);

impl Slot {
    /// The version as it is now.
    pub fn version(&self) -> Arc<Version> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The version behind the row of a custom resource.
pub fn version_of(resource: &Resource) -> Option<Arc<Version>> {
    slot_of(resource).map(Slot::version)
}

/// The kind of a resource's lists; definitions may name their own.
pub fn list_kind(resource: &Resource) -> String {
    let own = version_of(resource).map(|version| version.list_kind.clone());
    own.filter(|kind| !kind.is_empty()).unwrap_or_else(|| format!("{}List", resource.kind))
}

/// The strategy of a custom resource's row.
pub fn slot_of(resource: &Resource) -> Option<&'static Slot> {
    resource.custom.as_ref()?.definition.downcast_ref()
}

/// A definition that is established.
#[derive(Debug)]
pub struct Definition {
    /// The group.
    pub group: String,
    /// The name in paths.
    pub plural: String,
    /// The row that objects are stored as.
    pub storage: &'static Resource,
    /// The rows that are served, best version first.
    pub rows: Vec<&'static Resource>,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// A hash of its versions and of how they are converted.
    pub hash: String,
}

/// All that are served.
#[derive(Debug, Default)]
pub struct Table {
    /// By the definition's name.
    pub definitions: BTreeMap<String, Arc<Definition>>,
    /// By group, version and plural name.
    rows: HashMap<String, &'static Resource>,
    /// By group, the best version of each first.
    sorted: Vec<&'static Resource>,
}

/// The custom resources of a server.
#[derive(Default)]
pub struct Extensions {
    table: RwLock<Arc<Table>>,
    known: Mutex<Known>,
}

/// Rows live for ever, as those of built-in resources do: one for each form that a definition's
/// version ever had, however often it changes back and forth.
#[derive(Default)]
struct Known {
    rows: Vec<&'static Resource>,
    slots: HashMap<String, &'static Slot>,
    texts: std::collections::HashSet<&'static str>,
}

impl Known {
    fn text(&mut self, text: &str) -> &'static str {
        if let Some(known) = self.texts.get(text) {
            return known;
        }
        let leaked: &'static str = Box::leak(text.to_string().into_boxed_str());
        self.texts.insert(leaked);
        leaked
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> &'static [&'static str] {
        let texts: Vec<&'static str> = texts.into_iter().map(|text| self.text(text)).collect();
        Box::leak(texts.into_boxed_slice())
    }

    fn slot(&mut self, key: String, version: Version) -> &'static Slot {
        let version = Arc::new(version);
        match self.slots.get(&key) {
            Some(slot) => {
                *slot.0.write().unwrap_or_else(PoisonError::into_inner) = version;
                slot
            }
            None => {
                let slot: &'static Slot = Box::leak(Box::new(Slot(RwLock::new(version))));
                self.slots.insert(key, slot);
                slot
            }
        }
    }
}

const VERBS: &[&str] = &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
const STATUS: &[&str] = &["get", "patch", "update"];

/// What a row is made of.
pub struct Row<'a> {
    /// The group.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The names.
    pub names: &'a definition::Names,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// The selectable fields, without the dot in front.
    pub fields: Vec<String>,
    /// The row of the storage version; `None` for that row itself.
    pub storage: Option<&'static Resource>,
}

impl Extensions {
    /// The definition of a custom resource.
    fn definition(&self, resource: &Resource) -> Option<Arc<Definition>> {
        resource.custom.as_ref()?;
        self.table().definitions.get(&format!("{}.{}", resource.plural, resource.group)).cloned()
    }

    /// The served versions of a custom resource; none of others.
    pub fn versions(&self, resource: &Resource) -> Vec<&'static Resource> {
        self.definition(resource).map(|definition| definition.rows.clone()).unwrap_or_default()
    }

    /// Whether the resource is a custom one whose definition is being deleted.
    pub fn is_terminating(&self, stored: &Resource) -> bool {
        self.definition(stored).is_some_and(|definition| definition.terminating)
    }

    /// All that are served now.
    pub fn table(&self) -> Arc<Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces what is served.
    pub fn publish(&self, definitions: BTreeMap<String, Arc<Definition>>) {
        let mut rows = HashMap::new();
        for definition in definitions.values() {
            for row in &definition.rows {
                rows.insert(format!("{}/{}/{}", row.group, row.version, row.plural), *row);
            }
        }
        let mut sorted: Vec<&'static Resource> = rows.values().copied().collect();
        sorted.sort_by(|a, b| {
            let versions = definition::order(a.version, b.version);
            a.group.cmp(b.group).then(versions).then(a.plural.cmp(b.plural))
        });
        let table = Arc::new(Table { definitions, rows, sorted });
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = table;
    }

    /// The row of a served custom resource.
    pub fn find(&self, group: &str, version: &str, plural: &str) -> Option<&'static Resource> {
        if !group.contains('.') {
            return None;
        }
        self.table().rows.get(&format!("{group}/{version}/{plural}")).copied()
    }

    /// The rows that are served: by group, the best version of each first.
    pub fn rows(&self) -> Vec<&'static Resource> {
        self.table().sorted.clone()
    }

    /// The row for a version of a definition; the same one again for the same form.
    pub fn row(&self, row: &Row<'_>, version: Version) -> &'static Resource {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let prefix = format!("{}/{}", row.group, row.names.plural);
        let (status, scale) = (version.status, version.scale.is_some());
        let slot = known.slot(format!("{prefix}/{}", row.version), version);
        let fields: Vec<&str> = row.fields.iter().map(String::as_str).collect();
        let same = |have: &&&'static Resource| {
            have.group == row.group
                && have.version == row.version
                && have.plural == row.names.plural
                && have.kind == row.names.kind
                && have.singular == row.names.singular
                && have.short.iter().copied().eq(row.names.short.iter().map(String::as_str))
                && have.categories.iter().copied().eq(row.names.categories.iter().map(String::as_str))
                && have.namespaced == row.namespaced
                && have.fields.iter().copied().eq(fields.iter().copied())
                && have.subresource("status").is_some() == status
                && have.subresource("scale").is_some() == scale
                && have.custom.as_ref().is_some_and(|custom| match (custom.storage, row.storage) {
                    (None, None) => true,
                    (Some(a), Some(b)) => std::ptr::eq(a, b),
                    _ => false,
                })
        };
        if let Some(have) = known.rows.iter().find(same) {
            return have;
        }
        let mut subresources = Vec::new();
        let group = known.text(row.group);
        let version = known.text(row.version);
        let kind = known.text(&row.names.kind);
        if status {
            subresources.push(Subresource { name: "status", group: "", version: "", kind, verbs: STATUS });
        }
        if scale {
            subresources.push(Subresource {
                name: "scale",
                group: "autoscaling",
                version: "v1",
                kind: "Scale",
                verbs: STATUS,
            });
        }
        let resource = Resource {
            group,
            version,
            kind,
            plural: known.text(&row.names.plural),
            singular: known.text(&row.names.singular),
            short: known.texts(row.names.short.iter().map(String::as_str)),
            categories: known.texts(row.names.categories.iter().map(String::as_str)),
            namespaced: row.namespaced,
            verbs: VERBS,
            subresources: Box::leak(subresources.into_boxed_slice()),
            prefix: known.text(&prefix),
            fields: known.texts(fields),
            custom: Some(Custom {
                kind: Box::leak(Box::new(custom::kind(group, version, kind, status))),
                storage: row.storage,
                definition: slot,
            }),
        };
        let leaked: &'static Resource = Box::leak(Box::new(resource));
        known.rows.push(leaked);
        leaked
    }
}

/// A stored object as its definition has it now: without what the schema does not know any more,
/// and with its defaults.
pub fn as_read(resource: &Resource, stored: Bytes) -> Bytes {
    let Some(version) = version_of(resource) else { return stored };
    // What can't be read is told by whoever reads it.
    let Ok(Value::Object(mut object)) = serde_json::from_slice(&stored) else { return stored };
    let mut out = serde_json::Map::new();
    for head in ["apiVersion", "kind", "metadata"] {
        if let Some(value) = object.shift_remove(head) {
            out.insert(head.to_string(), value);
        }
    }
    let before = object.clone();
    version.schema.prune(&mut object);
    version.schema.fill(&mut object);
    if object == before {
        return stored;
    }
    out.append(&mut object);
    serde_json::to_vec(&out).map_or(stored, Bytes::from)
}

/// An object in the stored version, as it is written: without what the schema does not know.
pub fn as_written(resource: &Resource, converted: Bytes) -> Bytes {
    let Some(version) = version_of(resource) else { return converted };
    let Some(mut object) = resource.object_type().and_then(|kind| (kind.decode)(&converted).ok()) else {
        return converted;
    };
    version.prune(object.as_mut());
    object.encode().into()
}

/// Objects of other versions in the version of `to`, in the same order.
///
/// # Errors
/// Fails when the definition's webhook does, and names it.
pub fn convert<'s>(
    store: &'s Store,
    to: &'static Resource,
    objects: Vec<Value>,
) -> BoxFuture<'s, Result<Vec<Value>, Status>> {
    // Boxed: the store converts, and a webhook's service is found in the store.
    Box::pin(async move {
        let version =
            version_of(to).ok_or_else(|| Status::internal(format!("{} has no definition", to.plural)))?;
        version.conversion.convert(store, to, objects).await
    })
}

fn content(object: &mut dyn Object) -> Option<&mut CustomObject> {
    object.of_mut::<CustomObject>()
}

impl Version {
    /// What is wrong with an object; rules are only asked of objects that fit the schema.
    fn wrong(&self, object: &Value, old: Option<&Value>) -> Vec<Violation> {
        let wrong = self.schema.validate(object);
        if wrong.is_empty() { self.programs.violations(&self.schema, object, old) } else { wrong }
    }

    /// Drops the fields that the schema does not have; gives their paths.
    pub fn prune(&self, object: &mut dyn Object) -> Vec<String> {
        content(object).map(|object| self.schema.prune(&mut object.content)).unwrap_or_default()
    }
}

impl Strategy for Slot {
    fn default(&self, object: &mut dyn Object) {
        let version = self.version();
        if let Some(object) = content(object) {
            // Patches may have brought what no schema knows.
            version.schema.prune(&mut object.content);
            version.schema.fill(&mut object.content);
        }
    }

    fn validate(&self, object: &dyn Object) -> Vec<Violation> {
        self.version().wrong(&object.value(), None)
    }

    fn validate_update(&self, new: &dyn Object, old: &dyn Object, _: Part) -> Vec<Violation> {
        let version = self.version();
        let (new, old) = (new.value(), old.value());
        let wrong = version.wrong(&new, Some(&old));
        if wrong.is_empty() {
            return wrong;
        }
        // What was wrong before and did not change is let through.
        let before = version.wrong(&old, None);
        let unchanged =
            |violation: &Violation| before.contains(violation) && same_at(&new, &old, violation.field());
        wrong.into_iter().filter(|violation| !unchanged(violation)).collect()
    }

    fn warnings(&self, _: &dyn Object, _: Option<&dyn Object>) -> Vec<String> {
        self.version().warning.clone().into_iter().collect()
    }

    fn has_generation(&self) -> bool {
        true
    }

    fn clears_status(&self) -> bool {
        self.version().status
    }

    fn updates_unconditionally(&self) -> bool {
        false
    }
}

/// Whether two objects have the same value where a violation points.
fn same_at(a: &Value, b: &Value, field: &str) -> bool {
    let Ok(path) = JsonPath::parse(&format!(".{field}")) else { return false };
    path.first(a) == path.first(b)
}
