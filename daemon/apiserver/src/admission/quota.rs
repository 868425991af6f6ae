//! ResourceQuota: nothing beyond what the namespace may have. What is used is counted from the
//! objects themselves, with the writes that are under way added, so that two at the same time
//! can't both take the last of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use apimachinery::Status;
use apimachinery::kinds::Object;
use apimachinery::quantity::Quantity as Amount;
use apimachinery::resources::Resource;
use k8s_openapi::api::core::v1::{Pod, ResourceQuota, ScopedResourceSelectorRequirement};
use serde_json::json;

use super::usage::{self, Usage};
use super::{Attributes, Operation};
use crate::bootstrap::{replace, resource};
use crate::server::Server;
use crate::storage::Filter;

/// Writes that were admitted and are not stored yet.
#[derive(Default)]
pub struct Quotas {
    /// One at a time in each namespace.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    reserved: Mutex<Vec<Reserved>>,
}

struct Reserved {
    number: u64,
    key: String,
    namespace: String,
    prefix: &'static str,
    quota: String,
    usage: Usage,
}

/// Holds what an admitted write takes until it is stored or failed.
pub struct Reservation {
    server: Arc<Server>,
    number: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut reserved =
            self.server.admission.quotas.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        reserved.retain(|one| one.number != self.number);
    }
}

/// The names that a quota limits.
fn hard(quota: &ResourceQuota) -> Usage {
    let hard = quota.spec.as_ref().and_then(|spec| spec.hard.as_ref());
    hard.into_iter()
        .flatten()
        .filter_map(|(name, amount)| Some((name.clone(), amount.0.parse().ok()?)))
        .collect()
}

/// A resource that may only be used where a quota says how much of it.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Limited {
    api_group: String,
    /// The plural name.
    pub resource: String,
    /// What is used is limited if its name has one of these in it.
    match_contains: Vec<String>,
    match_scopes: Vec<ScopedResourceSelectorRequirement>,
}

/// The scopes of a quota.
fn scopes(quota: &ResourceQuota) -> Vec<(&str, &str, &[String])> {
    let Some(spec) = &quota.spec else { return Vec::new() };
    let plain = spec.scopes.iter().flatten().map(|scope| (scope.as_str(), "Exists", &[][..]));
    let chosen = spec.scope_selector.iter().flat_map(|selector| selector.match_expressions.iter().flatten());
    plain.chain(chosen.map(expression)).collect()
}

fn expression(one: &ScopedResourceSelectorRequirement) -> (&str, &str, &[String]) {
    (&one.scope_name, &one.operator, one.values.as_deref().unwrap_or_default())
}

/// Whether a quota's scopes include the object.
fn covers(quota: &ResourceQuota, object: &dyn Object) -> bool {
    if quota.spec.is_none() {
        return false;
    }
    let scopes = scopes(quota);
    // Scopes are about pods (and volume classes, which this server does not tell apart).
    scopes.is_empty()
        || object.of::<Pod>().is_some_and(|pod| scopes.into_iter().all(|scope| is_within(pod, scope)))
}

/// Whether a pod is within a scope.
fn is_within(pod: &Pod, (scope, operator, values): (&str, &str, &[String])) -> bool {
    let Some(spec) = &pod.spec else { return false };
    let best_effort = usage::requests(spec).is_empty() && usage::limits(spec).is_empty();
    let has = match scope {
        "Terminating" => spec.active_deadline_seconds.is_some_and(|seconds| seconds >= 0),
        "NotTerminating" => spec.active_deadline_seconds.is_none(),
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        "CrossNamespacePodAffinity" => crosses(spec),
        "PriorityClass" => {
            let class = spec.priority_class_name.clone().unwrap_or_default();
            return match operator {
                "In" => values.contains(&class),
                "NotIn" => !values.contains(&class),
                "DoesNotExist" => class.is_empty(),
                _ => !class.is_empty(),
            };
        }
        _ => false,
    };
    if operator == "DoesNotExist" { !has } else { has }
}

/// What a write uses that is limited, and nobody allows.
fn unlimited(
    attributes: &Attributes<'_>,
    object: &dyn Object,
    delta: &Usage,
    quotas: &[ResourceQuota],
) -> Result<(), Status> {
    let limited = &attributes.server().admission.settings.limited;
    let own = attributes.resource;
    let matching = limited.iter().filter(|one| one.api_group == own.group && one.resource == own.plural);
    let covering: Vec<&ResourceQuota> = quotas.iter().filter(|quota| covers(quota, object)).collect();
    let mut names = std::collections::BTreeSet::new();
    let mut wanted = Vec::new();
    for one in matching {
        let used = delta.iter().filter(|(_, amount)| amount.signum() > 0).map(|(name, _)| name);
        names.extend(used.filter(|name| one.match_contains.iter().any(|part| name.contains(part.as_str()))));
        let pod = object.of::<Pod>();
        let within =
            one.match_scopes.iter().filter(|scope| pod.is_some_and(|pod| is_within(pod, expression(scope))));
        wanted.extend(within);
    }
    let open: Vec<&str> = names
        .into_iter()
        .filter(|name| !covering.iter().any(|quota| hard(quota).contains_key(*name)))
        .map(String::as_str)
        .collect();
    if !open.is_empty() {
        return Err(attributes.forbidden(format!("insufficient quota to consume: {}", open.join(","))));
    }
    let uncovered: Vec<String> = wanted
        .into_iter()
        .filter(|scope| {
            !covering.iter().any(|quota| scopes(quota).iter().any(|(name, ..)| *name == scope.scope_name))
        })
        .map(|scope| {
            let values = scope.values.as_deref().unwrap_or_default().join(" ");
            format!("{{{} {} [{values}]}}", scope.scope_name, scope.operator)
        })
        .collect();
    if uncovered.is_empty() {
        return Ok(());
    }
    Err(attributes.forbidden(format!("insufficient quota to match these scopes: [{}]", uncovered.join(" "))))
}

fn crosses(spec: &k8s_openapi::api::core::v1::PodSpec) -> bool {
    let json = serde_json::to_value(&spec.affinity).unwrap_or_default();
    let text = json.to_string();
    text.contains("\"namespaces\":[\"") || text.contains("\"namespaceSelector\":{")
}

fn list(usage: &Usage, names: &[&String]) -> String {
    let zero = Amount::from_units(0);
    let parts: Vec<String> =
        names.iter().map(|name| format!("{name}={}", usage.get(*name).unwrap_or(&zero))).collect();
    parts.join(",")
}

/// The quotas of a namespace.
async fn quotas(server: &Arc<Server>, namespace: &str) -> Result<Vec<ResourceQuota>, Status> {
    let cache = server.store.known("resourcequotas");
    let filter = Filter { namespace: namespace.to_string(), ..Filter::default() };
    let entries = server.store.list(cache, &filter).await?.entries;
    Ok(entries.iter().filter_map(|entry| entry.typed()).collect())
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
    let mut there: HashMap<&'static str, Vec<String>> = HashMap::new();
    for resource in counted(server, &hard) {
        let Some(cache) = server.store.cache(resource) else { continue };
        server.store.fresh(cache).await?;
        let filter = Filter { namespace: namespace.to_string(), ..Filter::default() };
        for entry in server.store.list(cache, &filter).await?.entries {
            let Ok(object) = entry.decode(resource) else { continue };
            if covers(quota, object.as_ref()) {
                usage::add(&mut sum, &usage::of(resource, object.as_ref()));
            }
            there.entry(resource.prefix).or_default().push(entry.key.to_string());
        }
    }
    sum.retain(|name, _| hard.contains_key(name));
    let name = quota.metadata.name.as_deref().unwrap_or_default();
    let reserved = server.admission.quotas.reserved.lock().unwrap_or_else(PoisonError::into_inner);
    for one in reserved.iter().filter(|one| one.namespace == namespace && one.quota == name) {
        // What is stored by now has been counted.
        if !there.get(one.prefix).is_some_and(|keys| keys.contains(&one.key)) {
            usage::add(&mut sum, &one.usage);
        }
    }
    sum.retain(|name, _| hard.contains_key(name));
    Ok(sum)
}

/// Admits a write if every quota that it counts against has room, and holds its share until the
/// reservation is dropped.
pub async fn admit(attributes: &Attributes<'_>, object: &dyn Object) -> Result<Option<Reservation>, Status> {
    let counts = match attributes.operation {
        Operation::Create => attributes.subresource.is_empty(),
        Operation::Update => {
            attributes.is("", "services") && attributes.subresource.is_empty()
                || attributes.is("", "persistentvolumeclaims") && attributes.subresource.is_empty()
                || attributes.is("", "pods") && attributes.subresource == "resize"
        }
        Operation::Delete | Operation::Connect => false,
    };
    if !counts || !attributes.resource.namespaced {
        return Ok(None);
    }
    let server = attributes.server();
    let namespace = attributes.namespace.as_str();
    if quotas(server, namespace).await?.is_empty() && server.admission.settings.limited.is_empty() {
        return Ok(None);
    }
    let turn = {
        let mut turns = server.admission.quotas.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(namespace.to_string()).or_default().clone()
    };
    let _turn = turn.lock().await;
    let mut delta = usage::of(attributes.resource, object);
    if let Some(old) = attributes.old {
        usage::subtract(&mut delta, &usage::of(attributes.resource, old));
    }
    let mut taken = Vec::new();
    let quotas = quotas(server, namespace).await?;
    unlimited(attributes, object, &delta, &quotas)?;
    for quota in quotas {
        if !covers(&quota, object) {
            continue;
        }
        let hard = hard(&quota);
        let name = quota.metadata.name.clone().unwrap_or_default();
        require(attributes, object, &name, &hard)?;
        let wanted: Usage = delta
            .iter()
            .filter(|(name, amount)| hard.contains_key(*name) && amount.signum() > 0)
            .map(|(name, amount)| (name.clone(), *amount))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let used = used(server, &quota, namespace).await?;
        let mut after = used.clone();
        usage::add(&mut after, &wanted);
        let over: Vec<&String> = wanted.keys().filter(|name| after[*name] > hard[*name]).collect();
        if !over.is_empty() {
            return Err(attributes.forbidden(format!(
                "exceeded quota: {name}, requested: {}, used: {}, limited: {}",
                list(&wanted, &over),
                list(&used, &over),
                list(&hard, &over)
            )));
        }
        taken.push((name, wanted));
    }
    if taken.is_empty() {
        return Ok(None);
    }
    let number = rand::random();
    if !attributes.call.dry_run()? {
        let mut reserved = server.admission.quotas.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        for (quota, usage) in taken {
            reserved.push(Reserved {
                number,
                key: format!("{namespace}/{}", attributes.name),
                namespace: namespace.to_string(),
                prefix: attributes.resource.prefix,
                quota,
                usage,
            });
        }
    }
    Ok(Some(Reservation { server: server.clone(), number }))
}

/// Who is limited in what, must say how much of it is wanted.
fn require(
    attributes: &Attributes<'_>,
    object: &dyn Object,
    quota: &str,
    hard: &Usage,
) -> Result<(), Status> {
    let Some(spec) = object.of::<Pod>().and_then(|pod| pod.spec.as_ref()) else { return Ok(()) };
    let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
        let resources = container.resources.clone().unwrap_or_default();
        for name in hard.keys() {
            let (limits, resource) = match name.as_str() {
                "cpu" | "memory" => (false, name.as_str()),
                "requests.cpu" | "requests.memory" => (false, &name["requests.".len()..]),
                "limits.cpu" | "limits.memory" => (true, &name["limits.".len()..]),
                _ => continue,
            };
            let amounts = if limits { &resources.limits } else { &resources.requests };
            let pod = spec
                .resources
                .as_ref()
                .and_then(|r| if limits { r.limits.as_ref() } else { r.requests.as_ref() });
            let told = amounts.iter().chain(pod).any(|amounts| amounts.contains_key(resource));
            if !told {
                missing.entry(name).or_default().push(&container.name);
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let parts: Vec<String> =
        missing.iter().map(|(name, who)| format!("{name} for: {}", who.join(","))).collect();
    Err(attributes.forbidden(format!("failed quota: {quota}: must specify {}", parts.join("; "))))
}

/// Keeps the status of every quota true, as long as the server runs.
pub async fn run(server: Arc<Server>) {
    let cache = server.store.known("resourcequotas");
    let mut quotas = cache.subscribe();
    loop {
        quotas.borrow_and_update();
        let outcome = account(&server).await;
        if let Err(status) = &outcome {
            tracing::debug!(error = status.message, "cannot account for quotas");
        }
        // Where there is a quota, every change may be one of what it counts.
        let changed = async {
            match &outcome {
                Ok(false) => {
                    let _ = quotas.changed().await;
                }
                Ok(true) => {
                    server.store.changed().await;
                    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
                }
                Err(_) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
            }
        };
        tokio::select! {
            () = changed => {}
            () = server.shutdown.cancelled() => return,
        }
    }
}

/// Writes what is used into the status of each quota. Gives whether there are any.
async fn account(server: &Arc<Server>) -> Result<bool, Status> {
    let cache = server.store.known("resourcequotas");
    let entries = server.store.list(cache, &Filter::default()).await?.entries;
    for entry in &entries {
        let Some(quota) = entry.typed::<ResourceQuota>() else { continue };
        let used = used(server, &quota, entry.namespace()).await?;
        let text = |usage: &Usage| -> BTreeMap<String, String> {
            usage.iter().map(|(name, amount)| (name.clone(), amount.to_string())).collect()
        };
        let hard = quota.spec.as_ref().and_then(|spec| spec.hard.clone()).unwrap_or_default();
        let status = json!({"hard": hard, "used": text(&used)});
        replace(server, resource("", "resourcequotas"), &entry.key, |object| {
            let differs = object["status"] != status;
            object["status"] = status.clone();
            differs
        })
        .await?;
    }
    Ok(!entries.is_empty())
}
