//! What giving services addresses and ports tells of itself.

use std::time::Duration;

use component::metrics::{Counter, Family, Metric};

use super::admission::Name;

static ADDRESSES: Family<2, 0, Name> = Family::counters(
    "kube_apiserver_clusterip_allocator_allocation_total",
    "Number of Cluster IPs allocations",
    ["cidr", "scope"],
);
static ADDRESS_ERRORS: Family<2, 0, Name> = Family::counters(
    "kube_apiserver_clusterip_allocator_allocation_errors_total",
    "Number of errors trying to allocate Cluster IPs",
    ["cidr", "scope"],
);
static ADDRESS_TIMES: Family<1, 11, Name> = Family::histograms(
    "kube_apiserver_clusterip_allocator_allocation_duration_seconds",
    "Duration in seconds to allocate a Cluster IP by ServiceCIDR",
    ["cidr"],
    super::COMMON,
);
static PORTS: Family<1, 0> = Family::counters(
    "kube_apiserver_nodeport_allocator_allocation_total",
    "Number of NodePort allocations",
    ["scope"],
);
static PORT_ERRORS: Family<1, 0> = Family::counters(
    "kube_apiserver_nodeport_allocator_allocation_errors_total",
    "Number of errors trying to allocate NodePort",
    ["scope"],
);

/// Comparisons of ports with the services that could not be made.
pub static REPAIR_FAILURES: Counter = Counter::new(
    "apiserver_nodeport_repair_reconcile_errors_total",
    "Number of reconciliation failures on the nodeport repair reconcile loop",
);

/// Upstream's word for who chooses.
fn scope(chosen: bool) -> &'static str {
    if chosen { "static" } else { "dynamic" }
}

/// An address of a range was given, or could not be; `chosen` by whoever asks, or by the server in so much time.
pub fn address(range: &str, chosen: bool, given: bool, time: Duration) {
    let range = || Name::Owned(range.to_string());
    let family = if given { &ADDRESSES } else { &ADDRESS_ERRORS };
    family.add([range(), scope(chosen).into()], 1);
    if given && !chosen {
        ADDRESS_TIMES.observe([range()], time.as_secs_f64());
    }
}

/// A port of the nodes was given, or could not be.
pub fn port(chosen: bool, given: bool) {
    let family = if given { &PORTS } else { &PORT_ERRORS };
    family.add([scope(chosen)], 1);
}

/// What these tell.
pub fn render(out: &mut String) {
    let always: [&dyn Metric; 3] = [&ADDRESSES, &ADDRESS_TIMES, &REPAIR_FAILURES];
    for metric in always {
        metric.render(out);
    }
    super::render_used(out, &[&ADDRESS_ERRORS, &PORTS, &PORT_ERRORS]);
}
