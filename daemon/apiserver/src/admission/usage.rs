//! What objects use of what can be counted: a pod's requests and limits as the scheduler sees
//! them, and the rest as quotas name it.

use std::collections::BTreeMap;

use apimachinery::kinds::Object;
use apimachinery::quantity::Quantity as Amount;
use apimachinery::resources::Resource;
use k8s_openapi::api::core::v1::{Container, PersistentVolumeClaim, Pod, PodSpec, Service};
use k8s_openapi::api::resource::v1::ResourceClaim;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

type Amounts = BTreeMap<String, Quantity>;
/// Amounts by the names that quotas have for them.
pub type Usage = BTreeMap<String, Amount>;

/// What follows a device class in the name that quotas have for its devices.
pub const DEVICES: &str = ".deviceclass.resource.k8s.io/devices";
/// The most devices that a claim can be given, which is what asking for all of them counts as.
const ALL_DEVICES: i64 = 32;

/// Amounts as they are counted; what can't be read is none.
pub fn parsed(amounts: Option<&Amounts>) -> Usage {
    let amounts = amounts.into_iter().flatten();
    amounts.filter_map(|(name, amount)| Some((name.clone(), amount.0.parse().ok()?))).collect()
}

/// Adds `more` to `sum`.
pub fn add(sum: &mut Usage, more: &Usage) {
    for (name, amount) in more {
        let total = sum.get(name).map_or_else(|| *amount, |have| have.plus(amount));
        sum.insert(name.clone(), total);
    }
}

/// Takes `less` from `sum`.
pub fn subtract(sum: &mut Usage, less: &Usage) {
    for (name, amount) in less {
        let total = sum.get(name).copied().unwrap_or_else(|| Amount::from_units(0)).minus(amount);
        sum.insert(name.clone(), total);
    }
}

fn most(a: &mut Usage, b: &Usage) {
    for (name, amount) in b {
        if a.get(name).is_none_or(|have| have < amount) {
            a.insert(name.clone(), *amount);
        }
    }
}

/// All containers together, or the hungriest moment of the start if that is more.
fn together(spec: &PodSpec, of: impl Fn(&Container) -> Usage) -> Usage {
    let mut sum = Usage::new();
    for container in &spec.containers {
        add(&mut sum, &of(container));
    }
    // Init containers run one after the other, beside the sidecars that were started before.
    let (mut sidecars, mut start) = (Usage::new(), Usage::new());
    for container in spec.init_containers.iter().flatten() {
        let mut now = of(container);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sidecars, &now);
            now.clone_from(&sidecars);
        } else {
            add(&mut now, &sidecars);
        }
        most(&mut start, &now);
    }
    add(&mut sum, &sidecars);
    most(&mut sum, &start);
    add(&mut sum, &parsed(spec.overhead.as_ref()));
    sum
}

fn pod_requests(spec: &PodSpec) -> Usage {
    let mut sum = together(spec, |c| parsed(c.resources.as_ref().and_then(|r| r.requests.as_ref())));
    sum.extend(parsed(spec.resources.as_ref().and_then(|r| r.requests.as_ref())));
    sum
}

fn pod_limits(spec: &PodSpec) -> Usage {
    let mut sum = together(spec, |c| parsed(c.resources.as_ref().and_then(|r| r.limits.as_ref())));
    sum.extend(parsed(spec.resources.as_ref().and_then(|r| r.limits.as_ref())));
    sum
}

/// Amounts as the API writes them.
pub fn quantities(usage: &Usage) -> Amounts {
    usage.iter().map(|(name, amount)| (name.clone(), Quantity(amount.to_string()))).collect()
}

/// What a pod requests.
pub fn requests(spec: &PodSpec) -> Amounts {
    quantities(&pod_requests(spec))
}

/// What a pod is limited to.
pub fn limits(spec: &PodSpec) -> Amounts {
    quantities(&pod_limits(spec))
}

/// Whether a pod still counts.
pub fn runs(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    !matches!(phase, Some("Succeeded" | "Failed"))
}

/// What an object uses, by the names that quotas have for it.
pub fn of(resource: &Resource, object: &dyn Object) -> Usage {
    let one = Amount::from_units(1);
    let mut usage = Usage::new();
    let counted = if resource.group.is_empty() {
        format!("count/{}", resource.plural)
    } else {
        format!("count/{}.{}", resource.plural, resource.group)
    };
    usage.insert(counted, one);
    let short = [
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
    ];
    let is_short = resource.group.is_empty() && short.contains(&resource.plural);
    if let Some(pod) = object.of::<Pod>() {
        if runs(pod)
            && let Some(spec) = &pod.spec
        {
            usage.insert("pods".into(), one);
            for (name, amount) in pod_requests(spec) {
                if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage")
                    || name.starts_with("hugepages-")
                {
                    usage.insert(name.clone(), amount);
                }
                usage.insert(format!("requests.{name}"), amount);
            }
            for (name, amount) in pod_limits(spec) {
                if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") {
                    usage.insert(format!("limits.{name}"), amount);
                }
            }
        }
        return usage;
    }
    if is_short {
        usage.insert(resource.plural.into(), one);
    }
    if let Some(service) = object.of::<Service>() {
        let spec = service.spec.clone().unwrap_or_default();
        let ports = i64::try_from(spec.ports.as_ref().map_or(0, Vec::len)).unwrap_or(i64::MAX);
        let balanced = spec.type_.as_deref() == Some("LoadBalancer");
        if balanced {
            usage.insert("services.loadbalancers".into(), one);
        }
        if spec.type_.as_deref() == Some("NodePort")
            || (balanced && spec.allocate_load_balancer_node_ports != Some(false))
        {
            usage.insert("services.nodeports".into(), Amount::from_units(ports));
        }
    } else if let Some(claim) = object.of::<PersistentVolumeClaim>() {
        let spec = claim.spec.clone().unwrap_or_default();
        let requests = parsed(spec.resources.as_ref().and_then(|resources| resources.requests.as_ref()));
        let size = requests.get("storage").copied();
        if let Some(class) = spec.storage_class_name.filter(|class| !class.is_empty()) {
            usage.insert(format!("{class}.storageclass.storage.k8s.io/persistentvolumeclaims"), one);
            if let Some(size) = &size {
                usage.insert(format!("{class}.storageclass.storage.k8s.io/requests.storage"), *size);
            }
        }
        if let Some(size) = size {
            usage.insert("requests.storage".into(), size);
        }
    } else if let Some(claim) = object.of::<ResourceClaim>() {
        add(&mut usage, &devices(claim));
    }
    usage
}

/// The devices of each class that a claim may get: of alternatives, the most.
fn devices(claim: &ResourceClaim) -> Usage {
    let amount = |class: &str, mode: Option<&str>, count: Option<i64>| {
        let most = match mode {
            Some("All") => ALL_DEVICES,
            None | Some("ExactCount") => count.unwrap_or(1),
            Some(_) => 0,
        };
        Usage::from([(format!("{class}{DEVICES}"), Amount::from_units(most))])
    };
    let mut sum = Usage::new();
    for request in claim.spec.devices.iter().flat_map(|devices| devices.requests.iter().flatten()) {
        if let Some(one) = &request.exactly {
            add(&mut sum, &amount(&one.device_class_name, one.allocation_mode.as_deref(), one.count));
        }
        let mut worst = Usage::new();
        for one in request.first_available.iter().flatten() {
            most(&mut worst, &amount(&one.device_class_name, one.allocation_mode.as_deref(), one.count));
        }
        add(&mut sum, &worst);
    }
    sum
}
