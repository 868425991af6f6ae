//! What `/metrics` tells after traffic that is known. Servers of other tests run in this process: of what is counted for
//! all of them, no more can be said than that it grows.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/measured/configmaps";

/// The metrics at one moment.
pub struct Page(String);

impl Page {
    pub async fn of(api: &Api) -> Self {
        let (code, text) = api.get("/metrics").await;
        assert_eq!(code, 200);
        Self(text.as_str().expect("a text").to_string())
    }

    /// The sum of the series of a name that have all these labels (`name="value"`); 0 for none.
    pub fn value(&self, name: &str, labels: &[&str]) -> f64 {
        let mut sum = 0.0;
        for line in self.0.lines() {
            let Some((series, value)) = line.rsplit_once(' ') else { continue };
            let (own, rest) = series.split_once('{').unwrap_or((series, "}"));
            let rest = rest.trim_end_matches('}');
            if own == name && labels.iter().all(|label| rest.split(',').any(|have| have == *label)) {
                sum += value.parse::<f64>().expect("a number");
            }
        }
        sum
    }

    /// Whether a name has a series with all these labels, and no others.
    pub fn has(&self, name: &str, labels: &[&str]) -> bool {
        let series =
            if labels.is_empty() { format!("{name} ") } else { format!("{name}{{{}}} ", labels.join(",")) };
        self.0.lines().any(|line| line.starts_with(&series))
    }

    /// Has it be told that there is such a series, and that it has counted.
    pub fn counts(&self, name: &str, labels: &[&str]) {
        assert!(self.has(name, labels) && self.value(name, labels) > 0.0, "{name}{labels:?}\n{}", self.0);
    }
}

fn map(name: &str, color: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "labels": {"color": color}}, "data": {"a": "b"},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_and_writes_are_counted() {
    let started = Cluster::start_with(|_| vec!["--lease-reuse-duration-seconds=1".into()]);
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "measured"}});
    assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
    // The cache is there from here on.
    assert_eq!(admin.get(MAPS).await.0, 200);
    let before = Page::of(&admin).await;
    for (name, color) in [("a", "red"), ("b", "red"), ("c", "blue")] {
        assert_eq!(admin.post(MAPS, map(name, color)).await.0, 201);
    }
    lists(&admin, &before).await;
    objects(&admin).await;
    requests(&admin).await;
    services(&admin).await;
    leases(&admin).await;
    nonsense(&cluster, &admin).await;
    cluster.stop().await;
}

/// What lies in etcd and is no object.
async fn nonsense(cluster: &Cluster, admin: &Api) {
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let request = etcdapi::etcdserverpb::PutRequest {
        key: "/registry/configmaps/measured/nonsense".into(),
        value: b"nonsense".to_vec().into(),
        ..Default::default()
    };
    etcd.kv().put(request).await.expect("an answer");
    assert_eq!(admin.get(MAPS).await.0, 200);
    let own = ["group=\"\"", "resource=\"configmaps\""];
    Page::of(admin).await.counts("apiserver_storage_decode_errors_total", &own);
}

/// Costs of one server's caches: each number is exact.
async fn lists(admin: &Api, before: &Page) {
    let (_, listed) = admin.get(MAPS).await;
    let version = listed["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
    assert_eq!(admin.get(&format!("{MAPS}?labelSelector=color%3Dblue")).await.0, 200);
    let (_, page) = admin.get(&format!("{MAPS}?limit=2")).await;
    let next = page["metadata"]["continue"].as_str().expect("more").to_string();
    assert_eq!(admin.get(&format!("{MAPS}?limit=2&continue={next}")).await.0, 200);
    // What was, is in etcd alone.
    let exact =
        format!("{MAPS}?resourceVersion={version}&resourceVersionMatch=Exact&labelSelector=color%3Dred");
    assert_eq!(admin.get(&exact).await.1["items"].as_array().map(Vec::len), Some(2));
    let after = Page::of(admin).await;
    let own = ["group=\"\"", "resource=\"configmaps\""];
    let indexed = ["group=\"\"", "index=\"\"", "resource=\"configmaps\""];
    let grew = |name: &str, labels: &[&str]| {
        assert!(after.has(name, labels), "{name}{labels:?}\n{}", after.0);
        after.value(name, labels) - before.value(name, labels)
    };
    assert!((grew("apiserver_cache_list_total", &indexed) - 4.0).abs() < 0.1);
    assert!(
        (grew("apiserver_cache_list_fetched_objects_total", &indexed) - (3.0 + 3.0 + 3.0 + 1.0)).abs() < 0.1
    );
    assert!(
        (grew("apiserver_cache_list_returned_objects_total", &own) - (3.0 + 1.0 + 2.0 + 1.0)).abs() < 0.1
    );
    assert!((grew("apiserver_storage_list_total", &own) - 1.0).abs() < 0.1);
    assert!((grew("apiserver_storage_list_fetched_objects_total", &own) - 3.0).abs() < 0.1);
    assert!((grew("apiserver_storage_list_evaluated_objects_total", &own) - 3.0).abs() < 0.1);
    assert!((grew("apiserver_storage_list_returned_objects_total", &own) - 2.0).abs() < 0.1);
    for name in [
        "apiserver_storage_events_received_total",
        "apiserver_watch_cache_events_received_total",
        "apiserver_watch_cache_events_dispatched_total",
    ] {
        assert!(grew(name, &own) >= 3.0, "{name}");
    }
    let fresh = ["fallback=\"false\"", own[0], own[1], "success=\"true\""];
    assert!(grew("apiserver_watch_cache_consistent_read_total", &fresh) >= 3.0);
    assert!(grew("apiserver_watch_cache_read_wait_seconds_count", &own) >= 3.0);
    after.counts("apiserver_watch_cache_initializations_total", &own);
    let version: f64 = version.parse().expect("a number");
    assert!(after.value("apiserver_watch_cache_resource_version", &own) >= version);
    assert!(after.value("watch_cache_capacity", &own) >= 100.0);
    after.counts("etcd_requests_total", &["group=\"\"", "operation=\"list\"", "resource=\"configmaps\""]);
    after.counts(
        "etcd_request_duration_seconds_count",
        &["group=\"\"", "operation=\"list\"", "resource=\"configmaps\""],
    );
}

/// How many objects there are, and how large they are.
async fn objects(admin: &Api) {
    let (_, listed) = admin.get("/api/v1/configmaps").await;
    let count = listed["items"].as_array().expect("items").len();
    let sizes = async || {
        let page = Page::of(admin).await;
        let own = ["group=\"\"", "resource=\"configmaps\""];
        assert!((page.value("apiserver_resource_objects", &own) - count as f64).abs() < 0.1);
        assert!(
            (page.value("apiserver_storage_objects", &["resource=\"configmaps\""]) - count as f64).abs()
                < 0.1
        );
        page.counts("apiserver_storage_objects", &["resource=\"clusterroles.rbac.authorization.k8s.io\""]);
        page.value("apiserver_resource_size_estimate_bytes", &own)
    };
    let first = sizes().await;
    assert!(first > 300.0 * count as f64 / 2.0, "{first}");
    let change = json!({"data": {"a": "x".repeat(1001)}});
    assert_eq!(admin.patch(&format!("{MAPS}/a"), "application/merge-patch+json", change).await.0, 200);
    assert_eq!(admin.get(&format!("{MAPS}/a")).await.0, 200);
    let grown = sizes().await - first;
    assert!((1000.0..1300.0).contains(&grown), "{grown}");
}

async fn requests(admin: &Api) {
    let before = Page::of(admin).await;
    for validation in ["Strict", "Warn", "nonsense"] {
        admin.post(&format!("{MAPS}?dryRun=All&fieldValidation={validation}"), map("v", "red")).await;
    }
    let end =
        |_: &str, object: &Value| object["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true";
    let watch =
        format!("{MAPS}?sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
    admin.until(&watch, end).await;
    let accept = "application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList";
    let discovery =
        admin.request(Method::GET, "/apis").header("accept", accept).send().await.expect("an answer");
    assert_eq!(discovery.status(), 200);
    let after = Page::of(admin).await;
    let grew = |name: &str, labels: &[&str]| {
        assert!(after.has(name, labels), "{name}{labels:?}\n{}", after.0);
        assert!(after.value(name, labels) > before.value(name, labels), "{name}{labels:?}");
    };
    for filter in ["authentication", "authorization", "impersonation", "priorityandfairness"] {
        let label = format!("filter=\"{filter}\"");
        grew("apiserver_request_filter_duration_seconds_count", &[&label]);
    }
    for validation in ["", "Strict", "Warn", "invalid"] {
        let label = format!("field_validation=\"{validation}\"");
        after.counts("field_validation_request_duration_seconds_count", &[&label]);
    }
    let watched = ["group=\"\"", "resource=\"configmaps\"", "scope=\"namespace\"", "version=\"v1\""];
    grew("apiserver_watch_list_duration_seconds_count", &watched);
    grew("aggregator_discovery_aggregation_count_total", &[]);
    let flow = ["flow_schema=\"exempt\"", "priority_level=\"exempt\""];
    grew("apiserver_flowcontrol_work_estimated_seats_count", &flow);
    grew("apiserver_flowcontrol_watch_count_samples_count", &flow);
    for kind in ["mutating", "readOnly"] {
        assert!(after.has("apiserver_current_inqueue_requests", &[&format!("request_kind=\"{kind}\"")]));
    }
    for (plugin, operation, step) in [
        ("NamespaceLifecycle", "CREATE", "admit"),
        ("NamespaceLifecycle", "DELETE", "admit"),
        ("LimitRanger", "UPDATE", "validate"),
        ("MutatingAdmissionPolicy", "CREATE", "admit"),
        ("MutatingAdmissionWebhook", "CREATE", "admit"),
        ("ValidatingAdmissionPolicy", "CREATE", "validate"),
        ("ValidatingAdmissionWebhook", "DELETE", "validate"),
        ("ResourceQuota", "CREATE", "validate"),
    ] {
        if operation == "DELETE" {
            admin.send(Method::DELETE, &format!("{MAPS}/b"), None).await;
        }
        let labels = [
            format!("name=\"{plugin}\""),
            format!("operation=\"{operation}\""),
            "rejected=\"false\"".to_string(),
            format!("type=\"{step}\""),
        ];
        let labels = labels.each_ref().map(String::as_str);
        Page::of(admin)
            .await
            .counts("apiserver_admission_controller_admission_duration_seconds_count", &labels);
    }
    let (code, _) = admin.post("/api/v1/namespaces/nowhere/configmaps", map("m", "red")).await;
    assert_eq!(code, 404);
    let page = Page::of(admin).await;
    let refused =
        ["name=\"NamespaceLifecycle\"", "operation=\"CREATE\"", "rejected=\"true\"", "type=\"admit\""];
    page.counts("apiserver_admission_controller_admission_duration_seconds_count", &refused);
    let name = "apiserver_admission_step_admission_duration_seconds_summary";
    for quantile in ["0.5", "0.9", "0.99"] {
        let label = format!("quantile=\"{quantile}\"");
        page.counts(name, &["operation=\"CREATE\"", "rejected=\"false\"", "type=\"admit\"", &label]);
    }
    page.counts(
        &format!("{name}_count"),
        &["operation=\"DELETE\"", "rejected=\"false\"", "type=\"validate\""],
    );
    let version = ["binary=\"1.36\"", "component=\"kube\"", "emulation=\"1.36\"", "min_compat=\"1.35\""];
    page.counts("version_info", &version);
    page.counts("process_network_receive_bytes_total", &[]);
    page.counts("process_network_transmit_bytes_total", &[]);
}

async fn services(admin: &Api) {
    let path = "/api/v1/namespaces/measured/services";
    let service = |name: &str, more: Value| {
        let mut spec = json!({"ports": [{"port": 80}]});
        apimachinery::patch::merge(&mut spec, more);
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})
    };
    let (code, made) = admin.post(path, service("given", json!({"type": "NodePort"}))).await;
    assert_eq!(code, 201, "{made}");
    let taken = &made["spec"]["clusterIP"];
    let (code, status) = admin.post(path, service("same", json!({"clusterIP": taken}))).await;
    assert_eq!(code, 422, "{status}");
    let port = json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": made["spec"]["ports"][0]["nodePort"]}]});
    assert_eq!(admin.post(path, service("port", port)).await.0, 422);
    let page = Page::of(admin).await;
    // Only services choose; which range the server has is told by what it gave.
    for (name, scope) in [
        ("kube_apiserver_clusterip_allocator_allocation_total", "scope=\"dynamic\""),
        ("kube_apiserver_clusterip_allocator_allocation_errors_total", "scope=\"static\""),
        ("kube_apiserver_nodeport_allocator_allocation_total", "scope=\"dynamic\""),
        ("kube_apiserver_nodeport_allocator_allocation_errors_total", "scope=\"static\""),
    ] {
        assert!(page.value(name, &[scope]) >= 1.0, "{name}\n{}", page.0);
    }
    assert!(page.value("kube_apiserver_clusterip_allocator_allocation_duration_seconds_count", &[]) >= 1.0);
    let range =
        page.0.lines().find(|line| line.starts_with("kube_apiserver_clusterip_allocator_allocation_total"));
    assert!(range.is_some_and(|line| line.contains("{cidr=\"") && line.contains("/")), "{range:?}");
}

/// Two times to live need two leases: the first one's objects are told when the second is granted.
async fn leases(admin: &Api) {
    let before = Page::of(admin).await.value("etcd_lease_object_counts_count", &[]);
    let event = |name: &str| {
        json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": "measured"},
            "involvedObject": {"kind": "ConfigMap", "name": "a", "namespace": "measured"}, "reason": "Seen", "type": "Normal",
        })
    };
    assert_eq!(admin.post("/api/v1/namespaces/measured/events", event("one")).await.0, 201);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(admin.post("/api/v1/namespaces/measured/events", event("two")).await.0, 201);
    assert!(Page::of(admin).await.value("etcd_lease_object_counts_count", &[]) > before);
}
