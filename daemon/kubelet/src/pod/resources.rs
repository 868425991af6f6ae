//! Requests and limits: QoS classes and what the runtime is told.

use std::collections::BTreeMap;

use criapi::LinuxContainerResources;
use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

type List = BTreeMap<String, Quantity>;

/// The kernel's lowest CPU weight.
const MIN_SHARES: i64 = 2;
/// The kernel's highest CPU weight.
const MAX_SHARES: i64 = 262_144;
/// The length of a CFS period in microseconds.
const PERIOD: i64 = 100_000;

/// A pod's quality-of-service class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    Guaranteed,
    Burstable,
    BestEffort,
}

impl Qos {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guaranteed => "Guaranteed",
            Self::Burstable => "Burstable",
            Self::BestEffort => "BestEffort",
        }
    }
}

/// A quantity in whole units, rounded up. What does not parse counts as zero: the API server
/// has validated it, and a static pod's is checked when it is read.
pub fn units(quantity: &Quantity) -> i64 {
    quantity.0.parse::<apimachinery::quantity::Quantity>().map(|parsed| parsed.units()).unwrap_or_default()
}

/// A quantity in thousandths, rounded up.
pub fn millis(quantity: &Quantity) -> i64 {
    quantity.0.parse::<apimachinery::quantity::Quantity>().map(|parsed| parsed.millis()).unwrap_or_default()
}

fn requests(container: &Container) -> Option<&List> {
    container.resources.as_ref()?.requests.as_ref()
}

fn limits(container: &Container) -> Option<&List> {
    container.resources.as_ref()?.limits.as_ref()
}

/// A container's request for a resource; the limit where no request is given.
pub fn request<'a>(container: &'a Container, name: &str) -> Option<&'a Quantity> {
    requests(container).and_then(|list| list.get(name)).or_else(|| limit(container, name))
}

/// A container's limit of a resource.
pub fn limit<'a>(container: &'a Container, name: &str) -> Option<&'a Quantity> {
    limits(container).and_then(|list| list.get(name))
}

/// What the pod as a whole asks for, of one resource; else what it is limited to.
fn whole_request<'a>(spec: &'a PodSpec, name: &str) -> Option<&'a Quantity> {
    let asked = spec.resources.as_ref().and_then(|whole| whole.requests.as_ref()?.get(name));
    asked.or_else(|| whole_limit(spec, name))
}

/// What the pod as a whole is limited to, of one resource.
fn whole_limit<'a>(spec: &'a PodSpec, name: &str) -> Option<&'a Quantity> {
    spec.resources.as_ref()?.limits.as_ref()?.get(name)
}

/// The class that the requests and limits of all containers amount to; those of the pod as a whole, if it has
/// any (KEP-2837).
pub fn qos(spec: &PodSpec) -> Qos {
    let whole = Container { resources: spec.resources.clone(), ..Container::default() };
    let all: Vec<&Container> = match spec.resources {
        Some(_) => vec![&whole],
        None => spec.containers.iter().chain(spec.init_containers.iter().flatten()).collect(),
    };
    let names = ["cpu", "memory"];
    let some = |list: Option<&List>| {
        list.is_some_and(|list| {
            names.iter().any(|name| list.get(*name).is_some_and(|quantity| millis(quantity) > 0))
        })
    };
    if !all.iter().any(|container| some(requests(container)) || some(limits(container))) {
        return Qos::BestEffort;
    }
    let guaranteed = all.iter().all(|container| {
        names.iter().all(|name| match limit(container, name) {
            Some(most) => request(container, name).is_some_and(|least| millis(least) == millis(most)),
            None => false,
        })
    });
    if guaranteed { Qos::Guaranteed } else { Qos::Burstable }
}

/// CPU thousandths as the kernel's weight.
pub fn shares(milli: i64) -> i64 {
    if milli <= 0 { MIN_SHARES } else { (milli * 1024 / 1000).clamp(MIN_SHARES, MAX_SHARES) }
}

/// CPU thousandths as microseconds of a period; at least a millisecond, as the kernel wants.
pub fn quota(milli: i64) -> i64 {
    if milli <= 0 { 0 } else { (milli * PERIOD / 1000).max(1000) }
}

/// What a whole pod may use: the larger of the sum of its containers (with its sidecars) and of
/// any init container on its own. What the pod says of itself goes before that. `None` for a limit that not
/// every container has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PodTotals {
    pub cpu_request: i64,
    pub memory_request: i64,
    pub cpu_limit: Option<i64>,
    pub memory_limit: Option<i64>,
}

/// The totals of a pod.
pub fn totals(spec: &PodSpec) -> PodTotals {
    let sidecar = |container: &&Container| container.restart_policy.as_deref() == Some("Always");
    let stay: Vec<&Container> =
        spec.containers.iter().chain(spec.init_containers.iter().flatten().filter(sidecar)).collect();
    let pass: Vec<&Container> = spec.init_containers.iter().flatten().filter(|c| !sidecar(c)).collect();
    let sum = |amount: &dyn Fn(&Container) -> Option<i64>| -> Option<i64> {
        let sum = stay.iter().map(|c| amount(c)).sum::<Option<i64>>()?;
        pass.iter().map(|c| amount(c)).try_fold(sum, |most, one| Some(most.max(one?)))
    };
    let asked = |name: &str, amount: fn(&Quantity) -> i64| {
        let own = whole_request(spec, name).map(amount);
        own.or_else(|| sum(&|c| Some(request(c, name).map(amount).unwrap_or_default())))
    };
    PodTotals {
        cpu_request: asked("cpu", millis).unwrap_or_default(),
        memory_request: asked("memory", units).unwrap_or_default(),
        cpu_limit: whole_limit(spec, "cpu").map(millis).or_else(|| sum(&|c| limit(c, "cpu").map(millis))),
        memory_limit: whole_limit(spec, "memory")
            .map(units)
            .or_else(|| sum(&|c| limit(c, "memory").map(units))),
    }
}

/// The memory that a pod as a whole asks for beyond its containers, for each of them.
pub fn spare_memory(spec: &PodSpec) -> i64 {
    let Some(whole) = whole_request(spec, "memory").map(units) else { return 0 };
    let containers = PodSpec { resources: None, ..spec.clone() };
    let count = spec.containers.len() + spec.init_containers.as_ref().map_or(0, Vec::len);
    (whole - totals(&containers).memory_request) / i64::try_from(count.max(1)).unwrap_or(1)
}

/// How readily the kernel kills a container when memory is short; `spare` is [`spare_memory`].
fn oom_score(class: Qos, critical: bool, container: &Container, spare: i64, node_memory: i64) -> i64 {
    if critical {
        return -997;
    }
    match class {
        Qos::Guaranteed => -997,
        Qos::BestEffort => 1000,
        Qos::Burstable => {
            let asked = request(container, "memory").map(units).unwrap_or_default() + spare;
            let score = 1000 - (1000 * asked) / node_memory.max(1);
            score.clamp(3, 999)
        }
    }
}

/// What the runtime is told of a container.
pub fn linux(
    class: Qos,
    critical: bool,
    container: &Container,
    spare: i64,
    node_memory: i64,
    cfs_quota: bool,
) -> LinuxContainerResources {
    let cpu_limit = limit(container, "cpu").map(millis).unwrap_or_default();
    let cpu = request(container, "cpu").map(millis).unwrap_or_default();
    LinuxContainerResources {
        cpu_period: if cfs_quota && cpu_limit > 0 { PERIOD } else { 0 },
        cpu_quota: if cfs_quota { quota(cpu_limit) } else { 0 },
        cpu_shares: shares(cpu),
        memory_limit_in_bytes: limit(container, "memory").map(units).unwrap_or_default(),
        oom_score_adj: oom_score(class, critical, container, spare, node_memory),
        ..LinuxContainerResources::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::ResourceRequirements;

    fn container(requests: &[(&str, &str)], limits: &[(&str, &str)]) -> Container {
        let list = |pairs: &[(&str, &str)]| {
            Some(
                pairs
                    .iter()
                    .map(|(name, amount)| ((*name).to_string(), Quantity((*amount).into())))
                    .collect(),
            )
        };
        let resources =
            ResourceRequirements { requests: list(requests), limits: list(limits), ..Default::default() };
        Container { resources: Some(resources), ..Container::default() }
    }

    fn spec(containers: Vec<Container>) -> PodSpec {
        PodSpec { containers, ..PodSpec::default() }
    }

    #[test]
    fn classes() {
        let all = [("cpu", "1"), ("memory", "1Gi")];
        assert_eq!(qos(&spec(vec![container(&[], &[])])), Qos::BestEffort);
        assert_eq!(qos(&spec(vec![container(&[], &all)])), Qos::Guaranteed);
        assert_eq!(qos(&spec(vec![container(&all, &all), container(&[], &[])])), Qos::Burstable);
        assert_eq!(qos(&spec(vec![container(&[("cpu", "100m")], &[])])), Qos::Burstable);
    }

    #[test]
    fn what_a_pod_says_of_itself_goes_first() {
        let whole = |requests: &[(&str, &str)], limits: &[(&str, &str)], containers: Vec<Container>| {
            PodSpec { resources: container(requests, limits).resources, ..spec(containers) }
        };
        let all = [("cpu", "1"), ("memory", "1Gi")];
        let pod = whole(&[], &all, vec![container(&[("cpu", "100m")], &[]), container(&[], &[])]);
        assert_eq!(qos(&pod), Qos::Guaranteed);
        let (cpu, memory) = (1000, 1 << 30);
        let told = PodTotals {
            cpu_request: cpu,
            memory_request: memory,
            cpu_limit: Some(cpu),
            memory_limit: Some(memory),
        };
        assert_eq!(totals(&pod), told);
        let asks = [("memory", "100Mi")];
        let pod = whole(&[("memory", "300Mi")], &[], vec![container(&asks, &[]), container(&[], &[])]);
        assert_eq!((qos(&pod), spare_memory(&pod)), (Qos::Burstable, 100 << 20));
        assert_eq!((totals(&pod).cpu_limit, totals(&pod).memory_limit), (None, None));
        let one = &pod.containers[1];
        assert_eq!(oom_score(Qos::Burstable, false, one, spare_memory(&pod), 1000 << 20), 900);
        assert_eq!(spare_memory(&spec(vec![container(&asks, &[])])), 0);
    }

    #[test]
    fn kernel_values() {
        assert_eq!((shares(0), shares(1), shares(100), shares(1000)), (2, 2, 102, 1024));
        assert_eq!((quota(0), quota(5), quota(500)), (0, 1000, 50_000));
    }

    #[test]
    fn a_limit_counts_only_if_all_have_one() {
        let both = spec(vec![container(&[], &[("memory", "1Mi")]), container(&[], &[("memory", "2Mi")])]);
        assert_eq!(totals(&both).memory_limit, Some(3 << 20));
        let one = spec(vec![container(&[], &[("memory", "1Mi")]), container(&[], &[])]);
        assert_eq!(totals(&one).memory_limit, None);
    }
}
