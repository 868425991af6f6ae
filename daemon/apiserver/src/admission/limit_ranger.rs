//! LimitRanger: what containers get when they ask for nothing, and the least and most that they,
//! pods and claims may ask for.

use std::collections::BTreeMap;

use apimachinery::Status;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{
    Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod, ResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{Attributes, Operation, usage};
use crate::storage::Filter;

const NOTE: &str = "kubernetes.io/limit-ranger";

type Amounts = BTreeMap<String, Quantity>;

/// The limits of the request's namespace.
async fn ranges(attributes: &Attributes<'_>) -> Result<Vec<LimitRange>, Status> {
    let server = attributes.server();
    let cache = server.store.known("limitranges");
    let filter = Filter { namespace: attributes.namespace.clone(), ..Filter::default() };
    let entries = server.store.list(cache, &filter).await?.entries;
    Ok(entries.iter().filter_map(|entry| entry.typed()).collect())
}

fn items(range: &LimitRange) -> impl Iterator<Item = &LimitRangeItem> {
    range.spec.iter().flat_map(|spec| &spec.limits)
}

/// Fills in what a new pod's containers do not ask for.
pub async fn admit(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    for range in ranges(attributes).await? {
        let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
        for item in items(&range).filter(|item| item.type_ == "Container") {
            requests.extend(item.default_request.clone().unwrap_or_default());
            limits.extend(item.default.clone().unwrap_or_default());
        }
        if requests.is_empty() && limits.is_empty() {
            continue;
        }
        let mut notes = Vec::new();
        let Some(spec) = &mut pod.spec else { return Ok(()) };
        for container in &mut spec.containers {
            fill(container, "container", &requests, &limits, &mut notes);
        }
        for container in spec.init_containers.iter_mut().flatten() {
            fill(container, "init container", &requests, &limits, &mut notes);
        }
        if !notes.is_empty() {
            let text = format!("LimitRanger plugin set: {}", notes.join("; "));
            pod.metadata.annotations.get_or_insert_default().insert(NOTE.into(), text);
        }
    }
    Ok(())
}

fn fill(
    container: &mut Container,
    what: &str,
    requests: &Amounts,
    limits: &Amounts,
    notes: &mut Vec<String>,
) {
    let name = container.name.clone();
    let resources = container.resources.get_or_insert_default();
    let mut one = |slot: &mut Option<Amounts>, defaults: &Amounts, word: &str| {
        let mut set = Vec::new();
        for (resource, amount) in defaults {
            let have = slot.get_or_insert_default();
            if !have.contains_key(resource) {
                have.insert(resource.clone(), amount.clone());
                set.push(resource.clone());
            }
        }
        if !set.is_empty() {
            notes.push(format!("{} {word} for {what} {name}", set.join(", ")));
        }
    };
    one(&mut resources.requests, requests, "request");
    one(&mut resources.limits, limits, "limit");
}

fn amount(amounts: &Amounts, resource: &str) -> Option<Amount> {
    amounts.get(resource).and_then(|quantity| quantity.0.parse().ok())
}

/// Holds one thing against one row of limits.
fn hold(item: &LimitRangeItem, requests: &Amounts, limits: &Amounts, wrong: &mut Vec<String>) {
    let kind = &item.type_;
    for (resource, least) in item.min.iter().flatten() {
        let Ok(bound) = least.0.parse::<Amount>() else { continue };
        let head = format!("minimum {resource} usage per {kind} is {}", least.0);
        match (amount(requests, resource), amount(limits, resource)) {
            (None, _) => wrong.push(format!("{head}.  No request is specified")),
            (Some(request), _) if request < bound => wrong.push(format!("{head}, but request is {request}")),
            (_, Some(limit)) if limit < bound => wrong.push(format!("{head}, but limit is {limit}")),
            _ => {}
        }
    }
    for (resource, most) in item.max.iter().flatten() {
        let Ok(bound) = most.0.parse::<Amount>() else { continue };
        let head = format!("maximum {resource} usage per {kind} is {}", most.0);
        match (amount(requests, resource), amount(limits, resource)) {
            // Claims have requests alone.
            (Some(request), None) if kind == "PersistentVolumeClaim" && request > bound => {
                wrong.push(format!("{head}, but request is {request}"));
            }
            (Some(_), None) if kind == "PersistentVolumeClaim" => {}
            (_, None) => wrong.push(format!("{head}.  No limit is specified")),
            (_, Some(limit)) if limit > bound => wrong.push(format!("{head}, but limit is {limit}")),
            (Some(request), _) if request > bound => wrong.push(format!("{head}, but request is {request}")),
            _ => {}
        }
    }
    for (resource, most) in item.max_limit_request_ratio.iter().flatten() {
        let Ok(bound) = most.0.parse::<Amount>() else { continue };
        let head = format!("{resource} max limit to request ratio per {kind} is {}", most.0);
        let some = |amounts: &Amounts| amount(amounts, resource).filter(|amount| amount.signum() > 0);
        match (some(requests), some(limits)) {
            (None, _) => wrong.push(format!("{head}, but no request is specified or request is 0")),
            (_, None) => wrong.push(format!("{head}, but no limit is specified or limit is 0")),
            (Some(request), Some(limit)) => {
                let ratio = limit.millis() as f64 / request.millis() as f64;
                if ratio > bound.millis() as f64 / 1000.0 {
                    wrong.push(format!("{head}, but provided ratio is {ratio:.6}"));
                }
            }
        }
    }
}

fn of(resources: Option<&ResourceRequirements>) -> (Amounts, Amounts) {
    let resources = resources.cloned().unwrap_or_default();
    (resources.requests.unwrap_or_default(), resources.limits.unwrap_or_default())
}

/// Judges pods and claims.
pub async fn validate(
    attributes: &Attributes<'_>,
    object: &dyn apimachinery::kinds::Object,
) -> Result<(), Status> {
    let creates = attributes.operation == Operation::Create;
    let pod = object.of::<Pod>().filter(|_| creates || attributes.subresource == "resize");
    let claim = object.of::<PersistentVolumeClaim>().filter(|_| attributes.subresource.is_empty());
    if pod.is_none() && claim.is_none() {
        return Ok(());
    }
    for range in ranges(attributes).await? {
        let mut wrong = Vec::new();
        for item in items(&range) {
            if let Some(claim) = claim.filter(|_| item.type_ == "PersistentVolumeClaim") {
                let requests = claim.spec.as_ref().and_then(|spec| spec.resources.as_ref());
                let requests = requests.and_then(|resources| resources.requests.clone()).unwrap_or_default();
                hold(item, &requests, &Amounts::new(), &mut wrong);
            }
            let Some(spec) = pod.and_then(|pod| pod.spec.as_ref()) else { continue };
            match item.type_.as_str() {
                "Container" => {
                    for container in spec.containers.iter().chain(spec.init_containers.iter().flatten()) {
                        let (requests, limits) = of(container.resources.as_ref());
                        hold(item, &requests, &limits, &mut wrong);
                    }
                }
                "Pod" => hold(item, &usage::requests(spec), &usage::limits(spec), &mut wrong),
                _ => {}
            }
        }
        match wrong.as_slice() {
            [] => {}
            [one] => return Err(attributes.forbidden(one)),
            many => return Err(attributes.forbidden(format!("[{}]", many.join(", ")))),
        }
    }
    Ok(())
}
