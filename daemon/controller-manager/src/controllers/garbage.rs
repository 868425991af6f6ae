//! The garbage collector: what is owned goes with its owners, in the way that was asked for.
//!
//! A graph of owners and dependents is kept from metadata-only watches on everything that can be
//! deleted. Nothing is deleted on the graph's word alone: an owner that is missing there is
//! looked for at the server first.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use client::informer::{Event, Informer};
use client::object::MetadataOnly;
use client::queue::WorkQueue;
use client::rest::METADATA_ONLY_LIST;
use client::{Client, ListParams, Meta, OwnerReference, PatchType};
use serde_json::{Value, json};

use tokio_util::sync::CancellationToken;

use crate::context::{Context, gone_is_fine};
use crate::discovery::{self, ApiResource};

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";
/// Resources that own nothing, are owned by nothing, and change all the time.
const IGNORED: &[(&str, &str)] = &[("", "events"), ("events.k8s.io", "events")];

/// An object of the graph.
#[derive(Clone)]
struct Item {
    resource: Arc<ApiResource>,
    namespace: String,
    name: String,
    owners: Vec<OwnerReference>,
    finalizers: Vec<String>,
    deleting: bool,
}

#[derive(Default)]
struct Graph {
    items: HashMap<String, Item>,
    dependents: HashMap<String, HashSet<String>>,
    /// Owners that the server said do not exist.
    absent: HashSet<String>,
}

impl Graph {
    fn set(&mut self, uid: &str, item: Item) {
        self.unlink(uid);
        for owner in &item.owners {
            self.dependents.entry(owner.uid.clone()).or_default().insert(uid.to_string());
        }
        self.absent.remove(uid);
        self.items.insert(uid.to_string(), item);
    }

    fn unlink(&mut self, uid: &str) {
        let Some(item) = self.items.remove(uid) else { return };
        for owner in item.owners {
            if let Some(all) = self.dependents.get_mut(&owner.uid) {
                all.remove(uid);
                if all.is_empty() {
                    self.dependents.remove(&owner.uid);
                }
            }
        }
    }

    fn dependents(&self, uid: &str) -> Vec<(String, Item)> {
        let all = self.dependents.get(uid).into_iter().flatten();
        all.filter_map(|uid| Some((uid.clone(), self.items.get(uid)?.clone()))).collect()
    }

    /// Whether something that waits for its dependents depends on this one.
    fn is_waited_on_from_below(&self, uid: &str) -> bool {
        self.dependents(uid)
            .iter()
            .any(|(_, item)| item.deleting && item.finalizers.iter().any(|name| name == FOREGROUND))
    }
}

/// A definition or a service of resources came or went.
struct Change {
    /// The group and the plural name of the resource that a definition served.
    gone: Option<(String, String)>,
}

impl Change {
    fn of(event: &Event<MetadataOnly>) -> Self {
        let named = match event {
            Event::Deleted(object) => object.metadata.name.split_once('.'),
            _ => None,
        };
        Self { gone: named.map(|(plural, group)| (group.to_string(), plural.to_string())) }
    }
}

struct Collector {
    graph: Mutex<Graph>,
    client: Client,
    queue: WorkQueue<String>,
    kinds: Mutex<HashMap<(String, String), Arc<ApiResource>>>,
}

/// Runs the controller.
pub async fn run(context: Arc<Context>) {
    let client = context.client_of("generic-garbage-collector").await;
    let collector = Arc::new(Collector {
        graph: Mutex::default(),
        client: client.clone(),
        queue: WorkQueue::new(),
        kinds: Mutex::default(),
    });
    let following = {
        let (collector, context) = (collector.clone(), context.clone());
        async move { collector.follow(&context).await }
    };
    let queue = collector.queue.clone();
    let workers = context.config.gc_at_once;
    let work = queue.run(workers, &context.shutdown, move |uid: String| {
        let collector = collector.clone();
        async move { collector.sync(&uid).await }
    });
    tokio::join!(following, work);
}

impl Collector {
    fn graph(&self) -> MutexGuard<'_, Graph> {
        self.graph.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches everything, also what comes with new custom resource definitions.
    async fn follow(self: Arc<Self>, context: &Arc<Context>) {
        let mut watched: HashMap<(String, String), CancellationToken> = HashMap::new();
        let (sender, mut changed) = tokio::sync::mpsc::unbounded_channel::<Change>();
        let mut known = usize::MAX;
        loop {
            match discovery::resources(&context.client).await {
                Err(error) => tracing::debug!(%error, "cannot discover resources; trying again"),
                Ok(resources) => {
                    known = resources.len();
                    for resource in resources {
                        let resource = Arc::new(resource);
                        let api_version = if resource.group.is_empty() {
                            resource.version.clone()
                        } else {
                            format!("{}/{}", resource.group, resource.version)
                        };
                        self.kinds
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .insert((api_version, resource.kind.clone()), resource.clone());
                        let id = (resource.group.clone(), resource.plural.clone());
                        let usable = ["list", "watch", "delete"].iter().all(|verb| resource.can(verb));
                        if usable && !IGNORED.contains(&(&*id.0, &*id.1)) && !watched.contains_key(&id) {
                            let stop = context.shutdown.child_token();
                            self.clone().watch(context, resource, sender.clone(), stop.clone());
                            watched.insert(id, stop);
                        }
                    }
                }
            }
            let again = async {
                if known == usize::MAX {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                } else {
                    let mut some = vec![changed.recv().await];
                    // A new kind is served a moment after its definition is there.
                    tokio::time::sleep(Duration::from_secs(2)).await;
                    while let Ok(more) = changed.try_recv() {
                        some.push(Some(more));
                    }
                    for gone in some.into_iter().flatten().filter_map(|change| change.gone) {
                        if let Some(stop) = watched.remove(&gone) {
                            stop.cancel();
                        }
                    }
                }
            };
            tokio::select! {
                () = again => {}
                () = context.shutdown.cancelled() => return,
            }
        }
    }

    fn watch(
        self: Arc<Self>,
        context: &Arc<Context>,
        resource: Arc<ApiResource>,
        changed: tokio::sync::mpsc::UnboundedSender<Change>,
        stop: CancellationToken,
    ) {
        let params = ListParams { accept: Some(METADATA_ONLY_LIST), ..ListParams::default() };
        let path = client::path(&resource.group, &resource.version, &resource.plural, None, None, None);
        let informer: Informer<MetadataOnly> =
            Informer::start(context.client.clone(), path, params, stop.clone());
        let mut events = informer.subscribe();
        let definitions = ["customresourcedefinitions", "apiservices"].contains(&&*resource.plural);
        tokio::spawn(async move {
            loop {
                let event = tokio::select! {
                    event = events.recv() => event,
                    () = stop.cancelled() => return,
                };
                let Some(event) = event else { return };
                if definitions && !matches!(event, Event::Modified { .. }) {
                    let _ = changed.send(Change::of(&event));
                }
                self.take(&resource, event);
            }
        });
    }

    fn take(&self, resource: &Arc<ApiResource>, event: Event<MetadataOnly>) {
        match event {
            Event::Added(object) | Event::Modified { new: object, .. } => {
                let meta = &object.metadata;
                let item = item(resource, meta);
                let interesting = !item.owners.is_empty() || item.deleting;
                self.graph().set(&meta.uid, item);
                if interesting {
                    self.queue.add(meta.uid.clone());
                }
                // An owner that waits for its dependents looks again.
                for owner in &meta.owner_references {
                    let waiting = self.graph().items.get(&owner.uid).is_some_and(|owner| owner.deleting);
                    if waiting {
                        self.queue.add(owner.uid.clone());
                    }
                }
            }
            Event::Deleted(object) => {
                let uid = &object.metadata.uid;
                let mut graph = self.graph();
                let owners: Vec<String> =
                    object.metadata.owner_references.iter().map(|owner| owner.uid.clone()).collect();
                graph.unlink(uid);
                graph.absent.insert(uid.clone());
                let dependents: Vec<String> =
                    graph.dependents.get(uid).into_iter().flatten().cloned().collect();
                // Nobody will ask for an owner without dependents again.
                if dependents.is_empty() {
                    graph.absent.remove(uid);
                }
                drop(graph);
                for dependent in dependents {
                    self.queue.add(dependent);
                }
                for owner in owners {
                    let waiting = self.graph().items.get(&owner).is_some_and(|owner| owner.deleting);
                    if waiting {
                        self.queue.add(owner);
                    }
                }
            }
        }
    }

    async fn sync(&self, uid: &str) -> Result<Option<Duration>> {
        let Some(item) = self.graph().items.get(uid).cloned() else { return Ok(None) };
        if item.deleting {
            if item.finalizers.iter().any(|name| name == ORPHAN) {
                self.orphan(uid, &item).await?;
            } else if item.finalizers.iter().any(|name| name == FOREGROUND) {
                self.foreground(uid, &item).await?;
            }
            return Ok(None);
        }
        if item.owners.is_empty() {
            return Ok(None);
        }
        self.collect(uid, &item).await?;
        Ok(None)
    }

    fn path(item: &Item) -> String {
        item.resource.path(&item.namespace, Some(&item.name))
    }

    /// Whether an owner is there; asks the server when the graph doesn't know it.
    async fn exists(&self, item: &Item, owner: &OwnerReference) -> Result<bool> {
        {
            let graph = self.graph();
            if let Some(known) = graph.items.get(&owner.uid) {
                // An owner in another namespace is none.
                return Ok(known.namespace.is_empty() || known.namespace == item.namespace);
            }
            if graph.absent.contains(&owner.uid) {
                return Ok(false);
            }
        }
        let kind = (owner.api_version.clone(), owner.kind.clone());
        let resource = self.kinds.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        let resource = match resource {
            Some(resource) => resource,
            None => {
                // A version that is not the preferred one: the group and kind tell.
                let group = owner.api_version.rsplit_once('/').map_or("", |(group, _)| group);
                let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
                let other = kinds.values().find(|known| known.group == group && known.kind == owner.kind);
                match other.cloned() {
                    Some(resource) => resource,
                    // A kind that isn't served (now): nothing is known of its objects.
                    None => return Ok(true),
                }
            }
        };
        if resource.namespaced && item.namespace.is_empty() {
            return Ok(false);
        }
        let path = resource.path(&item.namespace, Some(&owner.name));
        match self.client.get::<MetadataOnly>(&path).await {
            Ok(found) if found.metadata.uid == owner.uid => Ok(true),
            Ok(_) => {
                self.graph().absent.insert(owner.uid.clone());
                Ok(false)
            }
            Err(error) if error.is_not_found() => {
                self.graph().absent.insert(owner.uid.clone());
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an object whose owners are all gone; takes those off that are.
    async fn collect(&self, uid: &str, item: &Item) -> Result<()> {
        let (mut solid, mut gone, mut waiting) = (0, Vec::new(), Vec::new());
        for owner in &item.owners {
            if !self.exists(item, owner).await? {
                gone.push(owner.uid.clone());
                continue;
            }
            let leaving = self.graph().items.get(&owner.uid).is_some_and(|known| {
                known.deleting && known.finalizers.iter().any(|name| name == FOREGROUND)
            });
            if leaving {
                waiting.push(owner.uid.clone());
            } else {
                solid += 1;
            }
        }
        if gone.is_empty() && waiting.is_empty() {
            return Ok(());
        }
        if solid > 0 {
            let references: Vec<Value> =
                gone.iter().chain(&waiting).map(|uid| json!({ "$patch": "delete", "uid": uid })).collect();
            let patch = json!({ "metadata": { "uid": uid, "ownerReferences": references } });
            return self.change_owners(item, &patch, &[gone, waiting].concat()).await;
        }
        let policy = if !waiting.is_empty() && !self.graph().dependents(uid).is_empty() {
            "Foreground"
        } else if item.finalizers.iter().any(|name| name == ORPHAN) {
            "Orphan"
        } else if item.finalizers.iter().any(|name| name == FOREGROUND) {
            "Foreground"
        } else {
            "Background"
        };
        // In a circle all would wait for each other.
        let circle = !waiting.is_empty() && self.graph().is_waited_on_from_below(uid);
        if circle {
            self.unblock(uid, item).await?;
        }
        let options = json!({ "propagationPolicy": policy, "preconditions": { "uid": uid } });
        match gone_is_fine(self.client.delete(&Self::path(item), Some(&options)).await) {
            Err(error) if error.is_conflict() => Ok(()),
            other => Ok(other?),
        }
    }

    /// Its owners need not wait for an object any more.
    async fn unblock(&self, uid: &str, item: &Item) -> Result<()> {
        let mut owners = item.owners.clone();
        for owner in &mut owners {
            owner.block_owner_deletion = owner.block_owner_deletion.map(|_| false);
        }
        if owners == item.owners {
            return Ok(());
        }
        let patch = json!({ "metadata": { "uid": uid, "ownerReferences": owners } });
        Ok(gone_is_fine(self.client.patch::<_, Value>(&Self::path(item), PatchType::Merge, &patch).await)?)
    }

    /// Custom resources have no strategic patches: their owners are written out.
    async fn change_owners(&self, item: &Item, patch: &Value, off: &[String]) -> Result<()> {
        match self.client.patch::<_, Value>(&Self::path(item), PatchType::Strategic, patch).await {
            Err(error) if error.status().is_some_and(|status| status.code == 415) => {
                let rest: Vec<_> = item.owners.iter().filter(|owner| !off.contains(&owner.uid)).collect();
                let patch =
                    json!({ "metadata": { "uid": patch["metadata"]["uid"], "ownerReferences": rest } });
                Ok(gone_is_fine(
                    self.client.patch::<_, Value>(&Self::path(item), PatchType::Merge, &patch).await,
                )?)
            }
            other => Ok(gone_is_fine(other)?),
        }
    }

    /// The owner waits until the dependents that block it are gone.
    async fn foreground(&self, uid: &str, item: &Item) -> Result<()> {
        let dependents = self.graph().dependents(uid);
        let mut blocked = false;
        for (dependent, other) in dependents {
            let blocks =
                other.owners.iter().any(|owner| owner.uid == uid && owner.block_owner_deletion == Some(true));
            blocked |= blocks;
            if !other.deleting {
                self.collect(&dependent, &other).await?;
            }
        }
        if !blocked {
            self.drop_finalizer(item, FOREGROUND).await?;
        }
        Ok(())
    }

    /// The dependents stay, without this owner.
    async fn orphan(&self, uid: &str, item: &Item) -> Result<()> {
        let dependents = self.graph().dependents(uid);
        for (dependent, other) in dependents {
            let reference = json!([{ "$patch": "delete", "uid": uid }]);
            let patch = json!({ "metadata": { "uid": dependent, "ownerReferences": reference } });
            self.change_owners(&other, &patch, &[uid.to_string()]).await?;
        }
        self.drop_finalizer(item, ORPHAN).await
    }

    async fn drop_finalizer(&self, item: &Item, finalizer: &str) -> Result<()> {
        let change = |object: &mut Value| {
            let Some(all) = object["metadata"]["finalizers"].as_array_mut() else { return false };
            let before = all.len();
            all.retain(|name| name != finalizer);
            all.len() != before
        };
        Ok(gone_is_fine(self.client.modify(&Self::path(item), change).await)?)
    }
}

fn item(resource: &Arc<ApiResource>, meta: &Meta) -> Item {
    Item {
        resource: resource.clone(),
        namespace: meta.namespace.clone(),
        name: meta.name.clone(),
        owners: meta.owner_references.clone(),
        finalizers: meta.finalizers.clone(),
        deleting: meta.deletion_timestamp.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_graph_follows_owners() {
        let resource = Arc::new(ApiResource {
            group: String::new(),
            version: "v1".into(),
            plural: "pods".into(),
            singular: String::new(),
            kind: "Pod".into(),
            namespaced: true,
            verbs: Vec::new(),
        });
        let meta = |uid: &str, owner: Option<&str>| Meta {
            uid: uid.into(),
            name: uid.into(),
            owner_references: owner
                .map(|uid| OwnerReference { uid: uid.into(), ..OwnerReference::default() })
                .into_iter()
                .collect(),
            ..Meta::default()
        };
        let mut graph = Graph::default();
        graph.set("a", item(&resource, &meta("a", None)));
        graph.set("b", item(&resource, &meta("b", Some("a"))));
        assert_eq!(graph.dependents("a").len(), 1);
        graph.set("b", item(&resource, &meta("b", Some("c"))));
        assert_eq!((graph.dependents("a").len(), graph.dependents("c").len()), (0, 1));
        assert!(!graph.is_waited_on_from_below("c"));
        let leaving = Item {
            deleting: true,
            finalizers: vec![FOREGROUND.into()],
            ..item(&resource, &meta("b", Some("c")))
        };
        graph.set("b", leaving);
        assert!(graph.is_waited_on_from_below("c"));
        graph.unlink("b");
        assert!(graph.dependents.is_empty());
    }
}
