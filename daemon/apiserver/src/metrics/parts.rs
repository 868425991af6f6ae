//! What the steps of a request tell of themselves, under upstream's names, labels and bounds.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use apimachinery::Status;
use component::metrics::{Counter, Family, Histogram, Metric};
use component::serve::HANDSHAKE_ERRORS;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;

use super::head;
use crate::server::Server;
use crate::storage::Filter;
use crate::{allocate, egress};

/// 1 ms, doubled 14 times.
pub const DOUBLED: [f64; 15] = [
    0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384,
];
/// As those of requests.
const CALLS: [f64; 23] = super::BOUNDS;
/// From half an hour to a year, and what is over.
const LIVES: [f64; 14] = [
    0.0,
    1_800.0,
    3_600.0,
    7_200.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    345_600.0,
    604_800.0,
    2_592_000.0,
    7_776_000.0,
    15_552_000.0,
    31_104_000.0,
];
/// Of steps of admission.
pub const STEPS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5];
const EVENTS: [f64; 8] = [1_024.0, 2_048.0, 4_096.0, 8_192.0, 16_384.0, 32_768.0, 65_536.0, 131_072.0];
const BODIES: [f64; 31] = {
    let mut bounds = [50_000.0; 31];
    let mut at = 1;
    while at < bounds.len() {
        bounds[at] = bounds[at - 1] + 100_000.0;
        at += 1;
    }
    bounds
};

/// How many requests told who asks, and how many could not.
pub static AUTHENTICATIONS: Family<1, 0> =
    Family::counters("authentication_attempts", "Counter of authenticated attempts.", ["result"]);
/// How long that took.
pub static AUTHENTICATION_TIMES: Family<1, 15> = Family::histograms(
    "authentication_duration_seconds",
    "Authentication duration in seconds broken out by result.",
    ["result"],
    DOUBLED,
);
/// Who asked, as far as it is one of few.
pub static USERS: Family<1, 0> = Family::counters(
    "authenticated_user_requests",
    "Counter of authenticated requests broken out by username.",
    ["username"],
);
/// How long client certificates were still good for.
pub static CERTIFICATE_LIVES: Family<0, 14> = Family::histograms(
    "apiserver_client_certificate_expiration_seconds",
    "Distribution of the remaining lifetime on the certificate used to authenticate a request.",
    [],
    LIVES,
);
/// What was allowed, and what was not.
pub static AUTHORIZATIONS: Family<1, 0> = Family::counters(
    "authorization_attempts_total",
    "Counter of authorization attempts broken down by result.",
    ["result"],
);
/// How long that took.
pub static AUTHORIZATION_TIMES: Family<1, 15> = Family::histograms(
    "authorization_duration_seconds",
    "Authorization duration in seconds broken out by result.",
    ["result"],
    DOUBLED,
);
/// Events of the audit log.
pub static AUDITED: Family<0, 0> = Family::counters(
    "apiserver_audit_event_total",
    "Counter of audit events generated and sent to the audit backend.",
    [],
);
/// Requests by the level that the policy has for them.
pub static AUDIT_LEVELS: Family<1, 0> = Family::counters(
    "apiserver_audit_level_total",
    "Counter of policy levels for audit events (1 per request).",
    ["level"],
);
/// Events that a backend lost.
pub static AUDIT_ERRORS: Family<1, 0> = Family::counters(
    "apiserver_audit_error_total",
    "Counter of audit events that failed to be audited properly. Plugin identifies the plugin affected by the error.",
    ["plugin"],
);
/// Requests that failed as they could not be noted.
pub static AUDIT_REFUSED: Family<0, 0> = Family::counters(
    "apiserver_audit_requests_rejected_total",
    "Counter of apiserver requests rejected due to an error in audit logging backend.",
    [],
);
/// How long etcd took.
pub static ETCD_TIMES: Family<3, 23> = Family::histograms(
    "etcd_request_duration_seconds",
    "Etcd request latency in seconds for each operation and object type.",
    ["group", "operation", "resource"],
    CALLS,
);
/// How often it was asked.
pub static ETCD_CALLS: Family<3, 0> = Family::counters(
    "etcd_requests_total",
    "Etcd request counts for each operation and object type.",
    ["group", "operation", "resource"],
);
/// How often it did not help.
pub static ETCD_ERRORS: Family<3, 0> = Family::counters(
    "etcd_request_errors_total",
    "Etcd failed request counts for each operation and object type.",
    ["group", "operation", "resource"],
);
/// How many objects a lease was given to, once it is not given any more.
pub static LEASE_OBJECTS: Family<0, 7> = Family::histograms(
    "etcd_lease_object_counts",
    "Number of objects attached to a single etcd lease.",
    [],
    [10.0, 50.0, 100.0, 500.0, 1_000.0, 2_500.0, 5_000.0],
);
/// How long watches took to send what there was when they began.
pub static WATCH_LISTS: Family<4, 17> = Family::histograms(
    "apiserver_watch_list_duration_seconds",
    "Response latency distribution in seconds for watch list requests broken by group, version, resource and scope.",
    ["group", "resource", "scope", "version"],
    [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0],
);
/// How long the rules of a part of a custom resource's schema took to compile.
pub static CEL_COMPILATIONS: Histogram<11> = Histogram::new(
    "apiserver_cel_compilation_duration_seconds",
    "How long it took to compile the rules of one place in a schema of custom resources.",
    super::COMMON,
);
/// How long an object was held against such rules.
pub static CEL_EVALUATIONS: Histogram<11> = Histogram::new(
    "apiserver_cel_evaluation_duration_seconds",
    "How long it took to hold one custom object against the rules of its schema.",
    super::COMMON,
);
/// How often all groups were put together for discovery.
pub static DISCOVERIES: Counter = Counter::new(
    "aggregator_discovery_aggregation_count_total",
    "Counter of number of times discovery was aggregated",
);
/// Events that watchers were sent.
pub static WATCH_EVENTS: Family<3, 0> = Family::counters(
    "apiserver_watch_events_total",
    "Number of events sent in watch clients",
    ["group", "resource", "version"],
);
/// Their sizes.
pub static WATCH_EVENT_SIZES: Family<3, 8> = Family::histograms(
    "apiserver_watch_events_sizes",
    "Watch event size distribution in bytes",
    ["group", "resource", "version"],
    EVENTS,
);
/// The sizes of requests' bodies.
pub static BODY_SIZES: Family<3, 31> = Family::histograms(
    "apiserver_request_body_size_bytes",
    "Apiserver request body size in bytes broken out by resource and verb.",
    ["group", "resource", "verb"],
    BODIES,
);
/// Old versions that were asked for.
pub static DEPRECATED: Family<5, 0> = Family::gauges(
    "apiserver_requested_deprecated_apis",
    "Gauge of deprecated APIs that have been requested, broken out by API group, version, resource, subresource, and removed_release.",
    ["group", "removed_release", "resource", "subresource", "version"],
);

/// Users that are told by their names.
pub fn known_user(name: &str) -> &'static str {
    match name {
        "admin" => "admin",
        "client" => "client",
        "kube_proxy" => "kube_proxy",
        "kubelet" => "kubelet",
        "system:serviceaccount:kube-system:default" => "system:serviceaccount:kube-system:default",
        _ => "other",
    }
}

/// What these families tell.
pub fn render(out: &mut String) {
    let all: [&dyn Metric; 26] = [
        &AUDITED,
        &AUDIT_LEVELS,
        &AUDIT_ERRORS,
        &AUDIT_REFUSED,
        &CERTIFICATE_LIVES,
        &BODY_SIZES,
        &DEPRECATED,
        &WATCH_EVENTS,
        &WATCH_EVENT_SIZES,
        &USERS,
        &AUTHENTICATIONS,
        &AUTHENTICATION_TIMES,
        &AUTHORIZATIONS,
        &AUTHORIZATION_TIMES,
        &ETCD_TIMES,
        &ETCD_CALLS,
        &egress::STARTS,
        &egress::TOOK,
        &egress::FAILED,
        &CEL_COMPILATIONS,
        &CEL_EVALUATIONS,
        &DISCOVERIES,
        &LEASE_OBJECTS,
        &WATCH_LISTS,
        &component::features::Enabled,
        &Handshakes,
    ];
    for metric in all {
        metric.render(out);
    }
    super::render_used(out, &[&ETCD_ERRORS]);
}

/// What is counted, or asked for, only where somebody looks.
pub async fn look_up(server: &Arc<Server>, out: &mut String) {
    if let Err(status) = count(server, out).await {
        tracing::debug!(error = status.message, "some metrics cannot be told");
    }
    if !server.options.store_metrics.1 {
        return;
    }
    let name = "apiserver_storage_size_bytes";
    head(out, name, "How large etcd's database is.", "gauge");
    for (at, backend) in server.store.backends().iter().enumerate() {
        if let Some(size) = backend.size().await {
            let _ = writeln!(out, "{name}{{storage_cluster_id=\"etcd-{at}\"}} {size}");
        }
    }
}

/// TLS handshakes that failed.
struct Handshakes;

impl Metric for Handshakes {
    fn render(&self, out: &mut String) {
        let name = "apiserver_tls_handshake_errors_total";
        head(out, name, "Number of requests dropped with 'TLS handshake error from' error", "counter");
        let _ = writeln!(out, "{name} {}", HANDSHAKE_ERRORS.load(Ordering::Relaxed));
    }
}

async fn count(server: &Arc<Server>, out: &mut String) -> Result<(), Status> {
    let everything = Filter::default();
    let services =
        server.store.list(server.store.known("apiregistration.k8s.io/apiservices"), &everything).await?;
    let name = "aggregator_unavailable_apiservice";
    head(
        out,
        name,
        "Gauge of APIServices which are marked as unavailable broken down by APIService name.",
        "gauge",
    );
    for service in services.entries.iter().filter_map(|entry| entry.typed::<APIService>()) {
        if service.spec.as_ref().is_none_or(|spec| spec.service.is_none()) {
            continue;
        }
        let conditions = service.status.and_then(|status| status.conditions).unwrap_or_default();
        let is_there = conditions.iter().any(|one| one.type_ == "Available" && one.status == "True");
        let name_of = service.metadata.name.unwrap_or_default();
        let _ = writeln!(out, "{name}{{name=\"{name_of}\"}} {}", u8::from(!is_there));
    }
    let ranges = allocate::usage(server).await?;
    for (name, help) in [
        (
            "kube_apiserver_clusterip_allocator_allocated_ips",
            "Gauge measuring the number of allocated IPs for Services",
        ),
        (
            "kube_apiserver_clusterip_allocator_available_ips",
            "Gauge measuring the number of available IPs for Services",
        ),
    ] {
        head(out, name, help, "gauge");
        for (range, used, free) in &ranges {
            let value = if name.ends_with("allocated_ips") { used } else { free };
            let _ = writeln!(out, "{name}{{cidr=\"{range}\"}} {value}");
        }
    }
    let services = server.store.list(server.store.known("services/specs"), &everything).await?;
    let services = services.entries.iter().filter_map(|entry| entry.typed::<Service>());
    let used: std::collections::HashSet<i32> =
        services.flat_map(|service| allocate::node_ports(&service)).map(|(port, _)| port).collect();
    let (low, high) = server.options.node_ports;
    let all = usize::from(high - low) + 1;
    for (name, help, value) in [
        (
            "kube_apiserver_nodeport_allocator_allocated_ports",
            "Gauge measuring the number of allocated NodePorts for Services",
            used.len(),
        ),
        (
            "kube_apiserver_nodeport_allocator_available_ports",
            "Gauge measuring the number of available NodePorts for Services",
            all.saturating_sub(used.len()),
        ),
    ] {
        head(out, name, help, "gauge");
        let _ = writeln!(out, "{name} {value}");
    }
    Ok(())
}
