//! What `/metrics` tells, under upstream's names and labels: of requests as wholes here, of their steps in [`parts`],
//! of who signs tokens in [`signer`].

pub mod admission;
pub mod calls;
pub mod configs;
pub mod conversions;
pub mod encryption;
pub mod filters;
pub mod judging;
mod network;
pub mod parts;
pub mod services;
pub mod signer;
pub mod tokens;

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use apimachinery::resources::Resource;
use component::metrics::Metric;
use http::StatusCode;

use crate::server::Server;
use crate::unbuilt;

/// What is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Labels {
    verb: &'static str,
    group: &'static str,
    version: &'static str,
    resource: &'static str,
    subresource: &'static str,
    scope: &'static str,
    dry_run: bool,
}

impl Labels {
    /// Of a request for a resource; `verb` as in authorization.
    pub fn of(
        resource: &'static Resource,
        verb: &str,
        subresource: &str,
        name: &str,
        namespace: &str,
    ) -> Self {
        let found = resource.subresource(subresource);
        let verb = match verb {
            "get" if matches!(subresource, "proxy" | "exec" | "attach" | "portforward") => "CONNECT",
            "get" => "GET",
            "list" => "LIST",
            "watch" => "WATCH",
            "create" => "POST",
            "update" => "PUT",
            "patch" => "PATCH",
            "delete" => "DELETE",
            "deletecollection" => "DELETECOLLECTION",
            _ => "other",
        };
        let scope = match (name.is_empty(), namespace.is_empty() || !resource.namespaced) {
            (false, _) => "resource",
            (true, false) => "namespace",
            (true, true) => "cluster",
        };
        Self {
            verb,
            group: resource.group,
            version: resource.version,
            resource: resource.plural,
            subresource: found.map_or("", |sub| sub.name),
            scope,
            dry_run: false,
        }
    }

    /// Of a request for no resource.
    pub fn other(method: &http::Method) -> Self {
        let verb = match method.as_str() {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "POST" => "POST",
            "PUT" => "PUT",
            "PATCH" => "PATCH",
            "DELETE" => "DELETE",
            _ => "other",
        };
        Self { verb, ..Self::default() }
    }

    /// With whether nothing is to be stored.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// What the request spans: one object, a namespace, the cluster.
    pub fn scope(&self) -> &'static str {
        self.scope
    }

    fn text(&self) -> String {
        format!(
            "component=\"apiserver\",dry_run=\"{}\",group=\"{}\",resource=\"{}\",scope=\"{}\",subresource=\"{}\",verb=\"{}\",version=\"{}\"",
            if self.dry_run { "All" } else { "" },
            self.group,
            self.resource,
            self.scope,
            self.subresource,
            self.verb,
            self.version
        )
    }
}

/// Upstream's bounds.
const BOUNDS: [f64; 23] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0,
    20.0, 30.0, 45.0, 60.0,
];
/// Those that Prometheus' clients have where nothing is said of them.
const COMMON: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// From here on they are those of what the server itself takes.
const OWN: usize = 2;
/// Of answers' bodies.
const SIZES: [u64; 7] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

#[derive(Default)]
struct Seen {
    codes: HashMap<u16, u64>,
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
    /// Without the time that the request waited for its turn, or others were asked.
    own: [u64; BOUNDS.len()],
    own_sum: f64,
    sizes: [u64; SIZES.len()],
    sized: u64,
    bytes: u64,
    /// By code: how many were ended before they were done, or had begun.
    ended: HashMap<u16, u64>,
}

#[derive(Default)]
struct Counts {
    requests: HashMap<Labels, Seen>,
    running: HashMap<Labels, i64>,
}

static COUNTS: LazyLock<Mutex<Counts>> = LazyLock::new(Mutex::default);
static READING: AtomicI64 = AtomicI64::new(0);
static MUTATING: AtomicI64 = AtomicI64::new(0);
/// Those that wait for their turn.
static QUEUED_READING: AtomicI64 = AtomicI64::new(0);
static QUEUED_MUTATING: AtomicI64 = AtomicI64::new(0);

/// What is known of a request that was answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered {
    /// How long it took.
    pub elapsed: Duration,
    /// How much of that it waited for its turn, or for others that were asked.
    pub elsewhere: Duration,
    /// The size of the answer's body, where it is known.
    pub size: Option<u64>,
    /// It was turned away, or cut short.
    pub ended: bool,
}

/// Counts one answer. How long watches last is not among the durations.
pub fn observe(labels: Labels, code: StatusCode, answered: Answered) {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = counts.requests.entry(labels).or_default();
    *seen.codes.entry(code.as_u16()).or_default() += 1;
    if answered.ended {
        *seen.ended.entry(code.as_u16()).or_default() += 1;
    }
    if labels.verb == "WATCH" || labels.verb == "CONNECT" {
        return;
    }
    let bucket = |seconds: f64| BOUNDS.iter().position(|bound| seconds <= *bound);
    let seconds = answered.elapsed.as_secs_f64();
    if let Some(index) = bucket(seconds) {
        seen.buckets[index] += 1;
    }
    let own = answered.elapsed.saturating_sub(answered.elsewhere).as_secs_f64();
    if let Some(index) = bucket(own) {
        seen.own[index.max(OWN)] += 1;
    }
    seen.count += 1;
    seen.sum += seconds;
    seen.own_sum += own;
    if let Some(size) = answered.size {
        if let Some(index) = SIZES.iter().position(|bound| size <= *bound) {
            seen.sizes[index] += 1;
        }
        seen.sized += 1;
        seen.bytes += size;
    }
}

fn is_reading(verb: &str) -> bool {
    matches!(verb, "get" | "list" | "watch")
}

/// A request that is being worked on, or waits.
pub struct InFlight(&'static AtomicI64);

impl InFlight {
    /// Counts it until it is dropped.
    pub fn new(verb: &str) -> Self {
        let gauge = if is_reading(verb) { &READING } else { &MUTATING };
        gauge.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }

    /// The same of a request that waits for its turn.
    pub fn queued(verb: &str) -> Self {
        let gauge = if is_reading(verb) { &QUEUED_READING } else { &QUEUED_MUTATING };
        gauge.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A watch that goes on.
pub struct Running(Labels);

impl Running {
    /// Counts it until it is dropped.
    pub fn new(labels: Labels) -> Self {
        *COUNTS.lock().unwrap_or_else(PoisonError::into_inner).running.entry(labels).or_default() += 1;
        Self(labels)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.running.get_mut(&self.0) {
            *count -= 1;
        }
    }
}

/// What begins a metric.
pub fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Those that have something to tell: upstream shows no more of a metric with labels before its first use.
fn render_used(out: &mut String, metrics: &[&dyn Metric]) {
    for metric in metrics {
        let mut text = String::new();
        metric.render(&mut text);
        if text.lines().any(|line| !line.starts_with('#')) {
            out.push_str(&text);
        }
    }
}

/// Labels without the one of dry runs, which few metrics have, but for those of dry runs.
fn told(labels: &str) -> String {
    labels.replace("dry_run=\"\",", "")
}

/// All metrics as text, as the server's flags limit them.
pub async fn render(server: &Arc<Server>) -> String {
    let mut out = page(server);
    parts::render(&mut out);
    if server.options.signing_endpoint.is_some() {
        signer::render(&mut out);
    }
    for more in [
        admission::render,
        calls::render,
        configs::render,
        conversions::render,
        encryption::render,
        filters::render,
        judging::render,
        services::render,
        tokens::render,
    ] {
        more(&mut out);
    }
    // What is to be asked for is left out where there is no answer, not waited for: whoever looks wants to know why.
    if server.store.is_connected() {
        let patience = server.options.etcd_patience.0;
        let _ = tokio::time::timeout(patience, parts::look_up(server, &mut out)).await;
    }
    server.options.metrics.apply(out)
}

fn page(server: &Server) -> String {
    let mut out = String::new();
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut requests: Vec<(String, &Seen)> =
        counts.requests.iter().map(|(labels, seen)| (labels.text(), seen)).collect();
    requests.sort_by(|a, b| a.0.cmp(&b.0));
    head(
        &mut out,
        "apiserver_request_total",
        "Requests that were answered, by what they asked for and the code.",
        "counter",
    );
    for (labels, seen) in &requests {
        let mut codes: Vec<_> = seen.codes.iter().collect();
        codes.sort();
        for (code, count) in codes {
            let _ = writeln!(out, "apiserver_request_total{{code=\"{code}\",{labels}}} {count}");
        }
    }
    let timed = |out: &mut String,
                 name: &str,
                 labels: &str,
                 from: usize,
                 buckets: &[u64],
                 seen: &Seen,
                 total: f64| {
        let mut sum = 0;
        for (bound, count) in BOUNDS.iter().zip(buckets).skip(from) {
            sum += count;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {sum}");
        }
        let count = seen.count;
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n{name}_sum{{{labels}}} {total}\n{name}_count{{{labels}}} {count}"
        );
    };
    let name = "apiserver_request_duration_seconds";
    head(&mut out, name, "How long requests took, without watches and connections.", "histogram");
    for (labels, seen) in requests.iter().filter(|(_, seen)| seen.count > 0) {
        timed(&mut out, name, labels, 0, &seen.buckets, seen, seen.sum);
    }
    let name = "apiserver_request_sli_duration_seconds";
    let help = "How long requests took, without the time that they waited or others were asked.";
    head(&mut out, name, help, "histogram");
    for (labels, seen) in requests.iter().filter(|(_, seen)| seen.count > 0) {
        // It is not told whether something was stored.
        timed(&mut out, name, &told(labels), OWN, &seen.own, seen, seen.own_sum);
    }
    let name = "apiserver_response_sizes";
    head(&mut out, name, "How large answers were, in bytes, where they came in one piece.", "histogram");
    for (labels, seen) in requests.iter().filter(|(_, seen)| seen.sized > 0) {
        let labels = told(labels);
        let mut sum = 0;
        for (bound, count) in SIZES.iter().zip(&seen.sizes) {
            sum += count;
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{bound}\"}} {sum}");
        }
        let (count, bytes) = (seen.sized, seen.bytes);
        let _ = writeln!(
            out,
            "{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n{name}_sum{{{labels}}} {bytes}\n{name}_count{{{labels}}} {count}"
        );
    }
    let name = "apiserver_request_terminations_total";
    head(&mut out, name, "Requests that were turned away or cut short to protect the server.", "counter");
    for (labels, seen) in &requests {
        for (code, count) in &seen.ended {
            let _ = writeln!(out, "{name}{{code=\"{code}\",{}}} {count}", told(labels));
        }
    }
    head(&mut out, "apiserver_longrunning_requests", "Watches that go on.", "gauge");
    for (labels, count) in &counts.running {
        let _ = writeln!(out, "apiserver_longrunning_requests{{{}}} {count}", labels.text());
    }
    drop(counts);
    for (name, help, mutating, reading) in [
        ("inflight", "Requests that are being worked on.", &MUTATING, &READING),
        ("inqueue", "Requests that wait for their turn.", &QUEUED_MUTATING, &QUEUED_READING),
    ] {
        let name = format!("apiserver_current_{name}_requests");
        head(&mut out, &name, help, "gauge");
        for (kind, gauge) in [("mutating", mutating), ("readOnly", reading)] {
            let value = gauge.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}{{request_kind=\"{kind}\"}} {value}");
        }
    }
    if server.options.store_metrics.0 {
        server.store.render_objects(&mut out);
    }
    server.store.render_costs(&mut out);
    if let Some(control) = &server.flow_control {
        control.render(&mut out);
    }
    head(&mut out, "kubernetes_build_info", "What is running.", "gauge");
    let version = component::KUBERNETES_VERSION;
    let _ = writeln!(out, "kubernetes_build_info{{git_version=\"{version}\",platform=\"linux\"}} 1");
    let (name, minor, oldest) = ("version_info", unbuilt::MINOR, server.options.oldest_version);
    head(&mut out, name, "Which version is running, and which it behaves as.", "gauge");
    let _ = writeln!(
        out,
        "{name}{{binary=\"{minor}\",component=\"kube\",emulation=\"{minor}\",min_compat=\"{oldest}\"}} 1"
    );
    network::render(&mut out);
    out.push_str(&component::metrics::render(&[]));
    out
}
