//! Follows the definitions: accepts their names, serves what is established, and takes away the
//! objects of those that go.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use apimachinery::resources::Resource;
use bytes::Bytes;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use serde_json::json;

use super::definition::{self, FINALIZER, Names};
use super::{Conversion, Definition, Row};
use crate::bootstrap::{Hook, replace, resource, set_condition};
use crate::handlers::write;
use crate::server::Server;
use crate::storage::{Cache, Entry, Filter, Written};

/// How long a failed step waits before it is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// What is known of a definition.
struct Seen {
    /// Which revision of it was looked at.
    revision: i64,
    group: String,
    /// The names that are its own.
    accepted: Option<Names>,
    terminating: bool,
    /// What is served of it, if it is established.
    definition: Option<Arc<Definition>>,
}

/// All of them, by name: a change of one does not mean to look at the others again.
type Made = HashMap<String, Seen>;

/// Runs until the end.
pub async fn run(server: Arc<Server>) {
    let definitions = resource("apiextensions.k8s.io", "customresourcedefinitions");
    let Some(cache) = server.store.cache(definitions) else { return };
    let mut events = cache.subscribe();
    let mut made = Made::new();
    loop {
        events.borrow_and_update();
        let done = step(&server, cache, &mut made).await;
        if done.is_ok() {
            server.hooks.mark(Hook::Definitions);
        }
        let pause = match &done {
            Ok(false) => Duration::from_secs(3600),
            // Objects that are held back by finalizers are looked for again.
            Ok(true) => AGAIN,
            Err(status) => {
                tracing::warn!(error = status.message, "cannot follow the custom resource definitions");
                AGAIN
            }
        };
        tokio::select! {
            changed = events.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(pause) => {}
            () = server.shutdown.cancelled() => return,
        }
    }
}

/// Looks at all definitions once. Gives whether some are waiting for their objects to go.
async fn step(server: &Arc<Server>, cache: &Arc<Cache>, made: &mut Made) -> Result<bool, Status> {
    let entries = server.store.list(cache, &Filter::default()).await?.entries;
    let mut waiting = false;
    let names: HashSet<&str> = entries.iter().map(|entry| entry.name()).collect();
    for name in made.keys().filter(|name| !names.contains(name.as_str())).cloned().collect::<Vec<_>>() {
        let Some(gone) = made.remove(&name) else { continue };
        if let Some(definition) = gone.definition {
            server.store.drop_custom(definition.storage);
        }
        // Whoever was refused may have been refused for its names.
        made.retain(|_, seen| seen.accepted.is_some() || seen.group != gone.group);
    }
    let mut typed: Vec<(Arc<Entry>, CustomResourceDefinition)> = Vec::new();
    for entry in &entries {
        if made.get(entry.name()).is_none_or(|seen| seen.revision != entry.revision)
            && let Some(definition) = entry.typed::<CustomResourceDefinition>()
        {
            typed.push((entry.clone(), definition));
        }
    }
    // Names are accepted in the order in which they were asked for.
    typed.sort_by_key(|(_, definition)| definition.metadata.creation_timestamp.as_ref().map(|time| time.0));
    let mut replaced = Vec::new();
    for (entry, given) in &typed {
        let accepted = accept(server, made, entry, given).await?;
        let old = made.get(entry.name()).and_then(|seen| seen.definition.clone());
        let before = old.as_ref().map(|old| old.hash.clone());
        let definition = make(server, given);
        if let (Some(old), None) = (old, &definition) {
            server.store.drop_custom(old.storage);
        }
        if let Some(new) = &definition {
            let derived: Vec<_> =
                new.rows.iter().copied().filter(|row| !std::ptr::eq(*row, new.storage)).collect();
            server.store.add_custom(new.storage, &derived);
            replaced.push((new.storage, derived));
            // Objects are read by their schema: by a new one they look different. So they do when they
            // are converted otherwise.
            if before.is_some_and(|before| before != new.hash) {
                server.store.reread(new.storage);
            }
        }
        let seen = Seen {
            revision: entry.revision,
            group: given.spec.group.clone(),
            accepted,
            terminating: given.metadata.deletion_timestamp.is_some(),
            definition,
        };
        made.insert(entry.name().to_string(), seen);
    }
    let table: BTreeMap<String, Arc<Definition>> =
        made.iter().filter_map(|(name, seen)| Some((name.clone(), seen.definition.clone()?))).collect();
    server.extensions.publish(table);
    for (stored, rows) in replaced {
        server.store.retire_custom(stored, &rows);
    }
    for entry in &entries {
        let Some(seen) = made.get(entry.name()).filter(|seen| seen.terminating) else { continue };
        waiting |= !clean(server, cache, entry, seen.definition.as_deref()).await?;
    }
    Ok(waiting)
}

fn condition<'d>(definition: &'d CustomResourceDefinition, kind: &str) -> Option<&'d str> {
    let conditions = definition.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|condition| condition.type_ == kind).map(|condition| condition.status.as_str())
}

/// What the server serves of a definition, if it is established.
fn make(server: &Server, given: &CustomResourceDefinition) -> Option<Arc<Definition>> {
    if condition(given, "Established") != Some("True") {
        return None;
    }
    let names = Names::of(&given.status.as_ref()?.accepted_names.clone()?);
    let conversion = Arc::new(Conversion::of(given));
    let row = |version: &k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinitionVersion,
               storage: Option<&'static Resource>| {
        let mut parsed = definition::version(version, "")
            .map_err(|wrong| tracing::error!(?wrong, name = given.metadata.name, "a stored definition cannot be served"))
            .ok()?;
        parsed.warning = definition::warning(given, version);
        parsed.list_kind.clone_from(&names.list_kind);
        parsed.conversion = conversion.clone();
        let fields = version.selectable_fields.iter().flatten();
        let row = Row {
            group: &given.spec.group,
            version: &version.name,
            names: &names,
            namespaced: given.spec.scope == "Namespaced",
            fields: fields.map(|field| field.json_path.trim_start_matches('.').to_string()).collect(),
            storage,
        };
        Some(server.extensions.row(&row, parsed))
    };
    let storage = row(given.spec.versions.iter().find(|version| version.storage)?, None)?;
    let mut rows = Vec::new();
    for version in given.spec.versions.iter().filter(|version| version.served) {
        rows.push(if version.storage { storage } else { row(version, Some(storage))? });
    }
    rows.sort_by(|a, b| definition::order(a.version, b.version));
    Some(Arc::new(Definition {
        group: given.spec.group.clone(),
        plural: names.plural.clone(),
        storage,
        rows,
        terminating: given.metadata.deletion_timestamp.is_some(),
        hash: definition::hash(given),
    }))
}

/// Accepts a definition's names unless others have them, and says so in its status. Gives the
/// names that are its own.
async fn accept(
    server: &Arc<Server>,
    made: &Made,
    entry: &Entry,
    given: &CustomResourceDefinition,
) -> Result<Option<Names>, Status> {
    let wanted = Names::of(&given.spec.names);
    let conflict = made
        .iter()
        .filter(|(name, seen)| *name != entry.name() && seen.group == given.spec.group)
        .filter_map(|(_, seen)| seen.accepted.as_ref())
        .find_map(|names| taken(&wanted, names));
    let now = json!(write::now());
    let accepted = conflict.is_none();
    let established = condition(given, "Established") == Some("True") || accepted;
    if accepted
        && condition(given, "NamesAccepted") == Some("True")
        && condition(given, "Established") == Some("True")
        && given.status.as_ref().and_then(|status| status.accepted_names.as_ref()) == Some(&given.spec.names)
    {
        return Ok(Some(wanted));
    }
    let (names, served) = match &conflict {
        None => (
            definition::condition("NamesAccepted", true, "NoConflicts", "no conflicts found", &now),
            definition::condition(
                "Established",
                true,
                "InitialNamesAccepted",
                "the initial names have been accepted",
                &now,
            ),
        ),
        Some((reason, name)) => (
            definition::condition(
                "NamesAccepted",
                false,
                reason,
                &format!("{name:?} is already in use"),
                &now,
            ),
            definition::condition(
                "Established",
                established,
                "NotAccepted",
                "not all names are accepted",
                &now,
            ),
        ),
    };
    let definitions = resource("apiextensions.k8s.io", "customresourcedefinitions");
    let spec = serde_json::to_value(&given.spec.names).map_err(Status::internal)?;
    replace(server, definitions, entry.name(), |object| {
        let before = object.clone();
        if let Some(map) = object.as_object_mut() {
            map.entry("status").or_insert_with(|| json!({}));
        }
        if accepted {
            object["status"]["acceptedNames"] = spec.clone();
        } else if object["status"]["acceptedNames"].is_null() {
            object["status"]["acceptedNames"] = json!({"plural": "", "kind": ""});
        }
        set_condition(&mut object["status"], names.clone());
        if accepted || before["status"]["conditions"].as_array().is_none_or(|list| list.len() < 2) {
            set_condition(&mut object["status"], served.clone());
        }
        *object != before
    })
    .await?;
    let before = given.status.as_ref().and_then(|status| status.accepted_names.as_ref()).map(Names::of);
    Ok(if accepted { Some(wanted) } else { before.filter(|names| !names.plural.is_empty()) })
}

/// The last of the wanted names that another definition has: the one that upstream reports.
fn taken(wanted: &Names, other: &Names) -> Option<(&'static str, String)> {
    let is_name =
        |name: &String| name == &other.plural || name == &other.singular || other.short.contains(name);
    let is_kind = |name: &String| name == &other.kind || name == &other.list_kind;
    let checks = [("PluralConflict", &wanted.plural), ("SingularConflict", &wanted.singular)];
    let names = checks.into_iter().chain(wanted.short.iter().map(|name| ("ShortNamesConflict", name)));
    let names = names.filter(|(_, name)| !name.is_empty() && is_name(name));
    let kinds = [("KindConflict", &wanted.kind), ("ListKindConflict", &wanted.list_kind)];
    let kinds = kinds.into_iter().filter(|(_, name)| is_kind(name));
    names.chain(kinds).map(|(reason, name)| (reason, name.clone())).next_back()
}

/// Takes away the objects of a definition that goes, then the definition. Gives whether it is done.
async fn clean(
    server: &Arc<Server>,
    cache: &Arc<Cache>,
    entry: &Entry,
    made: Option<&Definition>,
) -> Result<bool, Status> {
    let Some(given) = entry.typed::<CustomResourceDefinition>() else { return Ok(true) };
    let finalizers = given.metadata.finalizers.clone().unwrap_or_default();
    if given.metadata.deletion_timestamp.is_none() || !finalizers.iter().any(|name| name == FINALIZER) {
        return Ok(true);
    }
    if let Some(made) = made
        && !empty(server, made.storage).await?
    {
        return Ok(false);
    }
    let definitions = cache.resource;
    if finalizers.len() == 1 {
        server.store.delete(cache, entry.name(), entry.revision).await?;
        return Ok(true);
    }
    replace(server, definitions, entry.name(), |object| {
        let list = object["metadata"]["finalizers"].as_array_mut();
        let Some(list) = list else { return false };
        let before = list.len();
        list.retain(|name| name != FINALIZER);
        list.len() != before
    })
    .await?;
    Ok(true)
}

/// Deletes all objects of a resource. Gives whether none are left.
async fn empty(server: &Arc<Server>, storage: &'static Resource) -> Result<bool, Status> {
    let Some(cache) = server.store.cache(storage) else { return Ok(true) };
    server.store.fresh(cache).await?;
    let mut left = false;
    for entry in server.store.list(cache, &Filter::default()).await?.entries {
        let Ok(mut object) = entry.decode(storage) else { continue };
        if object.meta().finalizers.as_ref().is_none_or(Vec::is_empty) {
            let written = server.store.delete(cache, &entry.key, entry.revision).await?;
            left |= !matches!(written, Written::At(_) | Written::Lost(None));
            continue;
        }
        left = true;
        if object.meta().deletion_timestamp.is_none() {
            let meta = object.meta_mut();
            meta.deletion_timestamp = Some(write::now());
            meta.deletion_grace_period_seconds = Some(0);
            meta.resource_version = None;
            let bytes = Bytes::from(object.encode());
            server.store.update(cache, &entry.key, entry.revision, bytes, None).await?;
        }
    }
    Ok(!left)
}
