//! ResourceQuota: nothing beyond what the namespace may have. What is used stands in the quotas' statuses,
//! which each write that is admitted is charged to ([`ledger`]).

mod ledger;
mod scopes;

use std::collections::BTreeMap;
use std::sync::Arc;

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::api::core::v1::{Pod, ResourceQuota, ScopedResourceSelectorRequirement};
use tokio::sync::oneshot;

use self::ledger::Refusal;
pub use self::ledger::{Quotas, Reservation, run};
use super::usage::{self, Usage};
use super::{Attributes, Operation};
use crate::server::Server;
use crate::storage::Filter;

/// The names that a quota limits.
fn hard(quota: &ResourceQuota) -> Usage {
    usage::parsed(quota.spec.as_ref().and_then(|spec| spec.hard.as_ref()))
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
    let covering: Vec<&ResourceQuota> = quotas.iter().filter(|quota| scopes::covers(quota, object)).collect();
    let mut names = std::collections::BTreeSet::new();
    let mut wanted = Vec::new();
    for one in matching {
        let used = delta.iter().filter(|(_, amount)| amount.signum() > 0).map(|(name, _)| name);
        names.extend(used.filter(|name| one.match_contains.iter().any(|part| name.contains(part.as_str()))));
        wanted.extend(
            one.match_scopes.iter().filter(|scope| scopes::includes(object, scopes::expression(scope))),
        );
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
            !covering.iter().any(|quota| scopes::of(quota).iter().any(|(name, ..)| *name == scope.scope_name))
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

/// The quotas of a namespace.
async fn quotas(server: &Arc<Server>, namespace: &str) -> Result<Vec<ResourceQuota>, Status> {
    let cache = server.store.known("resourcequotas");
    let filter = Filter { namespace: namespace.to_string(), ..Filter::default() };
    let entries = server.store.list(cache, &filter).await?.entries;
    Ok(entries.iter().filter_map(|entry| entry.typed()).collect())
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
    let quotas = quotas(server, namespace).await?;
    if quotas.is_empty() && server.admission.settings.limited.is_empty() {
        return Ok(None);
    }
    let mut delta = usage::of(attributes.resource, object);
    if let Some(old) = attributes.old {
        usage::subtract(&mut delta, &usage::of(attributes.resource, old));
    }
    unlimited(attributes, object, &delta, &quotas)?;
    let mut wanted = Vec::new();
    for quota in quotas.iter().filter(|quota| scopes::covers(quota, object)) {
        let hard = hard(quota);
        let name = quota.metadata.name.clone().unwrap_or_default();
        require(attributes, object, &name, &hard)?;
        let takes: Usage = delta
            .iter()
            .filter(|(name, amount)| hard.contains_key(*name) && amount.signum() > 0)
            .map(|(name, amount)| (name.clone(), *amount))
            .collect();
        if !takes.is_empty() {
            wanted.push((name, takes));
        }
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    let (answer, settled) = oneshot::channel();
    let place = (attributes.resource.prefix, format!("{namespace}/{}", attributes.name));
    let dry = attributes.call.dry_run()?;
    ledger::hand_in(server, namespace, ledger::Ask { wanted, place, dry, answer });
    match settled.await {
        Ok(Ok(reservation)) => Ok(reservation),
        Ok(Err(Refusal::Over(why))) => Err(attributes.forbidden(why)),
        Ok(Err(Refusal::Failed(status))) => Err(*status),
        Err(_) => Err(Status::internal("the quotas' books were closed")),
    }
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
