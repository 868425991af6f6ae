//! What quotas' statuses say is used: charged by each write that is admitted, and counted anew from the
//! objects where something was given back.
//!
//! A charge is a write of the status at the revision that it was read at, so that of several servers on one
//! store no two take the same share. Counting is the exception: it looks at every object of the namespace.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apimachinery::Status;
use apimachinery::kinds::Object as _;
use apimachinery::quantity::Quantity as Amount;
use apimachinery::resources::Resource;
use bytes::Bytes;
use k8s_openapi::api::core::v1::{Pod, ResourceQuota};
use tokio::sync::oneshot;

use super::{hard, scopes};
use crate::admission::usage::{self, Usage};
use crate::bootstrap;
use crate::server::Server;
use crate::storage::{Entry, Event, EventKind, Filter, Written};

/// How often a charge begins again when someone else is faster.
const TRIES: usize = 32;
/// How long a write that another server has admitted may take until it is stored.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// How long changes are gathered before quotas are counted again.
const GATHER: Duration = Duration::from_millis(250);
/// How often all quotas are counted again, whatever has happened.
const RESYNC: Duration = Duration::from_secs(300);
/// The most events of a resource that are looked at one by one.
const EVENTS: usize = 4096;

/// The quotas' books.
#[derive(Default)]
pub struct Quotas {
    desks: Mutex<HashMap<String, Arc<Desk>>>,
    reserved: Mutex<Vec<Reserved>>,
    /// Quotas (`namespace/name`) of which something may have been given back since they were counted.
    stale: Mutex<HashSet<String>>,
    /// Up to where each resource's events were looked at: epoch and place.
    seen: Mutex<HashMap<&'static str, (u64, u64)>>,
    /// Something has become stale without an event.
    stirred: tokio::sync::Notify,
}

/// Where a namespace's charges are made: one at a time, for all that wait.
#[derive(Default)]
pub struct Desk {
    asks: Mutex<Vec<Ask>>,
    turn: tokio::sync::Mutex<()>,
}

/// What a write wants.
pub struct Ask {
    /// What it takes of each quota.
    pub wanted: Vec<(String, Usage)>,
    /// The resource and the key of what is written.
    pub place: (&'static str, String),
    /// Nothing is to be charged.
    pub dry: bool,
    pub answer: oneshot::Sender<Result<Option<Reservation>, Refusal>>,
}

/// Why a write gets nothing.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// A quota has no room, in words.
    Over(String),
    /// Its books can't be read or written.
    Failed(Box<Status>),
}

/// A write that was charged for and is not stored yet.
struct Reserved {
    number: u64,
    namespace: String,
    place: (&'static str, String),
    wanted: Vec<(String, Usage)>,
}

/// Stands for a charge until what it is for is stored. Dropped before that, it has the quotas counted again.
pub struct Reservation {
    server: Arc<Server>,
    quotas: Vec<String>,
    number: u64,
    stored: AtomicBool,
}

impl Reservation {
    /// What was charged for is stored.
    pub fn keep(&self) {
        self.stored.store(true, Ordering::Relaxed);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let quotas = &self.server.admission.quotas;
        lock(&quotas.reserved).retain(|one| one.number != self.number);
        if !self.stored.load(Ordering::Relaxed) {
            quotas.doubt(self.quotas.drain(..));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Quotas {
    fn desk(&self, namespace: &str) -> Arc<Desk> {
        lock(&self.desks).entry(namespace.to_string()).or_default().clone()
    }

    fn is_stale(&self, key: &str) -> bool {
        lock(&self.stale).contains(key)
    }

    /// Has quotas counted again.
    fn doubt(&self, keys: impl Iterator<Item = String>) {
        lock(&self.stale).extend(keys);
        self.stirred.notify_one();
    }
}

/// Hands in what a write wants; its answer comes when it was charged, with all others that wait.
pub fn hand_in(server: &Arc<Server>, namespace: &str, ask: Ask) {
    let desk = server.admission.quotas.desk(namespace);
    lock(&desk.asks).push(ask);
    let (server, namespace) = (server.clone(), namespace.to_string());
    // A task of its own: it is for others too, and goes on when this one's client leaves.
    tokio::spawn(async move {
        let _turn = desk.turn.lock().await;
        let asks = std::mem::take(&mut *lock(&desk.asks));
        if !asks.is_empty() {
            settle(&server, &namespace, asks).await;
        }
    });
}

async fn settle(server: &Arc<Server>, namespace: &str, asks: Vec<Ask>) {
    let mut refusals: Vec<Option<Refusal>> = vec![None; asks.len()];
    let names: BTreeSet<&String> =
        asks.iter().flat_map(|ask| ask.wanted.iter().map(|(name, _)| name)).collect();
    let mut prepared = Ok(());
    for name in &names {
        // First of all of them: what is charged is soon stored then, and counted by others.
        prepared = prepared.and(prepare(server, namespace, name, &asks).await);
    }
    for name in names {
        let charged = match &prepared {
            Ok(()) => charge(server, namespace, name, &asks, &mut refusals).await,
            Err(status) => Err(status.clone()),
        };
        if let Err(status) = charged {
            let wants = |ask: &Ask| ask.wanted.iter().any(|(wanted, _)| wanted == name);
            for (refusal, _) in refusals.iter_mut().zip(&asks).filter(|(_, ask)| wants(ask)) {
                refusal.get_or_insert_with(|| Refusal::Failed(Box::new(status.clone())));
            }
        }
    }
    let quotas = &server.admission.quotas;
    for (ask, refusal) in asks.into_iter().zip(refusals) {
        let keys = ask.wanted.iter().map(|(name, _)| format!("{namespace}/{name}"));
        let answer = match refusal {
            Some(refusal) => {
                // What one quota refuses may have been charged to another one.
                if ask.wanted.len() > 1 && !ask.dry {
                    quotas.doubt(keys);
                }
                Err(refusal)
            }
            None if ask.dry => Ok(None),
            None => {
                let (number, keys) = (rand::random(), keys.collect());
                lock(&quotas.reserved).push(Reserved {
                    number,
                    namespace: namespace.to_string(),
                    place: ask.place,
                    wanted: ask.wanted,
                });
                Ok(Some(Reservation {
                    server: server.clone(),
                    quotas: keys,
                    number,
                    stored: AtomicBool::new(false),
                }))
            }
        };
        // Who has left drops its reservation here.
        let _ = ask.answer.send(answer);
    }
}

fn list(usage: &Usage, names: &[&String]) -> String {
    let zero = Amount::from_units(0);
    let parts: Vec<String> =
        names.iter().map(|name| format!("{name}={}", usage.get(*name).unwrap_or(&zero))).collect();
    parts.join(",")
}

/// What an ask takes of a quota, of what that limits.
fn takes(ask: &Ask, name: &str, hard: &Usage) -> Usage {
    let wanted = ask.wanted.iter().filter(|(of, _)| of == name).flat_map(|(_, wanted)| wanted);
    let limited = wanted.filter(|(name, _)| hard.contains_key(*name));
    limited.map(|(name, amount)| (name.clone(), *amount)).collect()
}

/// Has a quota's status tell what is used; before anybody is refused, it sees what was given back.
async fn prepare(server: &Arc<Server>, namespace: &str, name: &str, asks: &[Ask]) -> Result<(), Status> {
    let key = format!("{namespace}/{name}");
    for _ in 0..TRIES {
        let Some((entry, quota)) = read(server, &key).await? else { return Ok(()) };
        let hard = hard(&quota);
        if let Some(mut after) = accounted(&quota, &hard) {
            let mut wanted = Usage::new();
            asks.iter().for_each(|ask| usage::add(&mut wanted, &takes(ask, name, &hard)));
            usage::add(&mut after, &wanted);
            // What nobody wants more of may be over: that refuses nobody.
            if wanted.keys().all(|name| after[name] <= hard[name]) {
                return Ok(());
            }
            look(server, Some(namespace)).await?;
            if !server.admission.quotas.is_stale(&key) {
                return Ok(());
            }
        }
        if count(server, &entry, quota).await? {
            return Ok(());
        }
    }
    Err(Status::modified("", "resourcequotas", name))
}

/// Charges one quota for all that want of it and were not refused; who finds no room is refused.
async fn charge(
    server: &Arc<Server>,
    namespace: &str,
    name: &str,
    asks: &[Ask],
    refusals: &mut [Option<Refusal>],
) -> Result<(), Status> {
    let key = format!("{namespace}/{name}");
    for _ in 0..TRIES {
        // A quota that is gone limits nothing.
        let Some((entry, mut quota)) = read(server, &key).await? else { return Ok(()) };
        let hard = hard(&quota);
        let Some(used) = accounted(&quota, &hard) else {
            count(server, &entry, quota).await?;
            continue;
        };
        let (mut after, mut over) = (used.clone(), Vec::new());
        for (at, ask) in asks.iter().enumerate().filter(|(at, _)| refusals[*at].is_none()) {
            let wanted = takes(ask, name, &hard);
            let mut sum = after.clone();
            usage::add(&mut sum, &wanted);
            let names: Vec<&String> = wanted.keys().filter(|name| sum[*name] > hard[*name]).collect();
            if !names.is_empty() {
                let why = format!(
                    "exceeded quota: {name}, requested: {}, used: {}, limited: {}",
                    list(&wanted, &names),
                    list(&after, &names),
                    list(&hard, &names)
                );
                over.push((at, why));
            } else if !ask.dry {
                after = sum;
            }
        }
        if after != used {
            state(&mut quota, &after);
            if !write(server, &entry, quota).await? {
                continue;
            }
        }
        for (at, why) in over {
            refusals[at] = Some(Refusal::Over(why));
        }
        return Ok(());
    }
    Err(Status::modified("", "resourcequotas", name))
}

/// A quota as the store has it.
async fn read(server: &Arc<Server>, key: &str) -> Result<Option<(Arc<Entry>, ResourceQuota)>, Status> {
    let cache = server.store.known("resourcequotas");
    let entry = server.store.read(cache, key).await?;
    Ok(entry.and_then(|entry| Some((entry.clone(), entry.typed()?))))
}

/// Writes a quota if nobody has since it was read; whether it was.
async fn write(server: &Arc<Server>, entry: &Entry, mut quota: ResourceQuota) -> Result<bool, Status> {
    let cache = server.store.known("resourcequotas");
    quota.metadata.resource_version = None;
    let bytes = Bytes::from(quota.encode());
    let written = server.store.update(cache, &entry.key, entry.revision, bytes, None).await?;
    Ok(matches!(written, Written::At(_)))
}

/// Has a quota's status say what is used.
fn state(quota: &mut ResourceQuota, used: &Usage) {
    let status = quota.status.get_or_insert_default();
    status.hard = quota.spec.as_ref().and_then(|spec| spec.hard.clone());
    status.used = Some(usage::quantities(used));
}

/// What is used, as the status says it; `None` when it does not tell of what the quota limits now. Who else
/// counts may leave out what it does not know.
fn accounted(quota: &ResourceQuota, hard: &Usage) -> Option<Usage> {
    let status = quota.status.as_ref()?;
    let used = usage::parsed(Some(status.used.as_ref()?));
    let of = |name: &String| used.get(name).copied().unwrap_or_else(|| Amount::from_units(0));
    (usage::parsed(status.hard.as_ref()) == *hard)
        .then(|| hard.keys().map(|name| (name.clone(), of(name))).collect())
}

/// Counts what a quota's namespace uses and writes it into the status, unless somebody was faster. The
/// namespace's turn is held.
async fn count(server: &Arc<Server>, entry: &Entry, quota: ResourceQuota) -> Result<bool, Status> {
    // Before it is counted: what is given back meanwhile has it counted again.
    lock(&server.admission.quotas.stale).remove(&*entry.key);
    let written = recount(server, entry, quota).await;
    if !matches!(written, Ok(true)) {
        lock(&server.admission.quotas.stale).insert(entry.key.to_string());
    }
    written
}

async fn recount(server: &Arc<Server>, entry: &Entry, mut quota: ResourceQuota) -> Result<bool, Status> {
    // What others have charged for before the quota was read has to be there to be counted.
    let charged = quota.status.as_ref().is_some_and(|status| status.used.is_some());
    if charged && bootstrap::others(server).await? {
        tokio::time::sleep(UNDER_WAY).await;
    }
    let used = used(server, &quota, entry.namespace()).await?;
    let before = quota.status.clone();
    state(&mut quota, &used);
    Ok(quota.status == before || write(server, entry, quota).await?)
}

/// The stored resources whose objects one of the names counts.
fn counted(server: &Server, names: &Usage) -> Vec<&'static Resource> {
    let all = server.resources().into_iter().filter(|r| r.namespaced && crate::storage::is_storage(r));
    all.filter(|resource| {
        let core = resource.group.is_empty();
        let count = if core {
            format!("count/{}", resource.plural)
        } else {
            format!("count/{}.{}", resource.plural, resource.group)
        };
        names.keys().any(|name| {
            *name == count
                || (resource.plural == "resourceclaims" && name.ends_with(usage::DEVICES))
                || (core
                    && match resource.plural {
                        "pods" => {
                            name == "pods"
                                || matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage")
                                || name.starts_with("hugepages-")
                                || name.starts_with("limits.")
                                || (name.starts_with("requests.") && name != "requests.storage")
                        }
                        "services" => name == "services" || name.starts_with("services."),
                        "persistentvolumeclaims" => {
                            name == "persistentvolumeclaims"
                                || name == "requests.storage"
                                || name.contains(".storageclass.storage.k8s.io/")
                        }
                        plural => name == plural,
                    })
        })
    })
    .collect()
}

/// What the namespace uses of what a quota limits.
async fn used(server: &Arc<Server>, quota: &ResourceQuota, namespace: &str) -> Result<Usage, Status> {
    let hard = hard(quota);
    let mut sum: Usage = hard.keys().map(|name| (name.clone(), Amount::from_units(0))).collect();
    let mut there: HashMap<&'static str, HashSet<String>> = HashMap::new();
    for resource in counted(server, &hard) {
        let Some(cache) = server.store.cache(resource) else { continue };
        server.store.fresh(cache).await?;
        let filter = Filter { namespace: namespace.to_string(), ..Filter::default() };
        for entry in server.store.list(cache, &filter).await?.entries {
            let Ok(object) = entry.decode(resource) else { continue };
            if scopes::covers(quota, object.as_ref()) {
                usage::add(&mut sum, &usage::of(resource, object.as_ref()));
            }
            there.entry(resource.prefix).or_default().insert(entry.key.to_string());
        }
    }
    sum.retain(|name, _| hard.contains_key(name));
    let name = quota.metadata.name.as_deref().unwrap_or_default();
    for one in lock(&server.admission.quotas.reserved).iter().filter(|one| one.namespace == namespace) {
        // What is stored by now has been counted.
        let (prefix, key) = &one.place;
        if !there.get(prefix).is_some_and(|keys| keys.contains(key)) {
            one.wanted.iter().filter(|(of, _)| of == name).for_each(|(_, usage)| usage::add(&mut sum, usage));
        }
    }
    sum.retain(|name, _| hard.contains_key(name));
    Ok(sum)
}

/// For each resource that quotas count objects of: the quotas of each namespace.
type Watched = HashMap<&'static str, HashMap<String, Vec<String>>>;

async fn watched(server: &Arc<Server>) -> Result<Watched, Status> {
    let cache = server.store.known("resourcequotas");
    let mut watched = Watched::new();
    for entry in server.store.list(cache, &Filter::default()).await?.entries {
        let Some(quota) = entry.typed::<ResourceQuota>() else { continue };
        for resource in counted(server, &hard(&quota)) {
            let namespaces = watched.entry(resource.prefix).or_default();
            namespaces.entry(entry.namespace().to_string()).or_default().push(entry.key.to_string());
        }
    }
    Ok(watched)
}

/// Looks at what has happened since the last time, and notes which quotas were given something back. With a
/// namespace given, everything acknowledged there before is seen.
async fn look(server: &Arc<Server>, certain_of: Option<&str>) -> Result<(), Status> {
    let quotas = &server.admission.quotas;
    let mut watched = watched(server).await?;
    for resource in server.resources() {
        let Some(namespaces) = watched.remove(resource.prefix) else { continue };
        let Some(cache) = server.store.cache(resource) else { continue };
        if certain_of.is_some_and(|namespace| namespaces.contains_key(namespace)) {
            server.store.fresh(cache).await?;
        }
        let (epoch, end) = server.store.version(cache).await?;
        // Held until what was seen is noted: who finds nothing new finds that, too.
        let mut stale = lock(&quotas.stale);
        let seen = lock(&quotas.seen).insert(resource.prefix, (epoch, end));
        if seen == Some((epoch, end)) {
            continue;
        }
        let events = seen.and_then(|(epoch, place)| cache.events(place, epoch, EVENTS).ok());
        match events.filter(|events| events.len() < EVENTS) {
            Some(events) => {
                for event in &events {
                    if let Some(keys) = namespaces.get(event.entry.namespace())
                        && gives_back(resource, event)
                    {
                        stale.extend(keys.iter().cloned());
                    }
                }
            }
            None => stale.extend(namespaces.into_values().flatten()),
        }
    }
    Ok(())
}

/// Whether something that quotas count may have become less, or another quota's.
fn gives_back(resource: &Resource, event: &Event) -> bool {
    match event.kind {
        EventKind::Added => false,
        EventKind::Deleted => true,
        // Pods change often, and rarely in what they use.
        EventKind::Modified if resource.plural == "pods" && resource.group.is_empty() => {
            let pod = |entry: &Arc<Entry>| entry.typed::<Pod>();
            let (Some(new), Some(old)) = (pod(&event.entry), event.previous.as_ref().and_then(pod)) else {
                return true;
            };
            new.spec != old.spec || usage::runs(&new) != usage::runs(&old)
        }
        EventKind::Modified => matches!(resource.plural, "services" | "persistentvolumeclaims"),
    }
}

/// Keeps the status of every quota true, as long as the server runs.
pub async fn run(server: Arc<Server>) {
    let cache = server.store.known("resourcequotas");
    let mut changes = cache.subscribe();
    let mut resync = tokio::time::Instant::now() + RESYNC;
    loop {
        changes.borrow_and_update();
        let all = tokio::time::Instant::now() >= resync;
        if all {
            resync = tokio::time::Instant::now() + RESYNC;
        }
        let outcome = account(&server, all).await;
        if let Err(status) = &outcome {
            tracing::debug!(error = status.message, "cannot account for quotas");
        }
        // Where there is a quota, every change may be one of what it counts.
        let changed = async {
            match &outcome {
                Ok(false) => {
                    let _ = changes.changed().await;
                }
                Ok(true) => {
                    tokio::select! {
                        () = server.store.changed() => {}
                        () = server.admission.quotas.stirred.notified() => {}
                        () = tokio::time::sleep_until(resync) => {}
                    }
                    tokio::time::sleep(GATHER).await;
                }
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        };
        tokio::select! {
            () = changed => {}
            () = server.shutdown.cancelled() => return,
        }
    }
}

/// Counts what has to be counted again. Gives whether there are quotas.
async fn account(server: &Arc<Server>, all: bool) -> Result<bool, Status> {
    look(server, None).await?;
    let quotas = &server.admission.quotas;
    let entries = server.store.list(server.store.known("resourcequotas"), &Filter::default()).await?.entries;
    let stale = lock(&quotas.stale).clone();
    for entry in &entries {
        let due = |quota: &ResourceQuota| {
            all || stale.contains(&*entry.key) || accounted(quota, &hard(quota)).is_none()
        };
        if !entry.typed().is_some_and(|quota| due(&quota)) {
            continue;
        }
        let desk = quotas.desk(entry.namespace());
        let _turn = desk.turn.lock().await;
        // Another server may have counted, and charged, since then.
        if let Some((entry, quota)) = read(server, &entry.key).await?
            && due(&quota)
        {
            count(server, &entry, quota).await?;
        }
    }
    Ok(!entries.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_tells_of_the_limits_that_it_was_counted_for() {
        let told = |status: serde_json::Value| {
            let quota = json!({"metadata": {}, "spec": {"hard": {"pods": "3", "x": "1"}}, "status": status});
            let quota: ResourceQuota = serde_json::from_value(quota).expect("a quota");
            let used = accounted(&quota, &hard(&quota))?;
            Some(used.iter().map(|(name, amount)| format!("{name}={amount}")).collect::<Vec<_>>().join(","))
        };
        let hard = json!({"pods": "3", "x": "1"});
        assert_eq!(
            told(json!({"hard": hard, "used": {"pods": "2", "gone": "9"}})).as_deref(),
            Some("pods=2,x=0")
        );
        assert_eq!(told(json!({"hard": {"pods": "3"}, "used": {"pods": "2"}})), None);
        assert_eq!(told(json!({"hard": {"pods": "4", "x": "1"}, "used": {"pods": "2", "x": "0"}})), None);
        assert_eq!(told(json!({"hard": hard})), None);
        assert_eq!(told(json!({})), None);
    }
}
