//! What a default server shows of itself, compared with what v1.36 does.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use crate::cluster::{Api, Cluster};
use crate::published::reference;

pub fn read(path: &std::path::Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).expect("JSON")
}

/// Every place in which two values differ.
pub fn differ(path: &str, have: &Value, want: &Value, out: &mut Vec<String>) {
    match (have, want) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let null = Value::Null;
                differ(
                    &format!("{path}.{key}"),
                    a.get(key).unwrap_or(&null),
                    b.get(key).unwrap_or(&null),
                    out,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differ(&format!("{path}[{index}]"), a, b, out);
            }
        }
        (a, b) if a != b => out.push(format!("{path}: {a} instead of {b}")),
        _ => {}
    }
}

async fn aggregated(admin: &Api, path: &str) -> Value {
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    let answer = admin.request(Method::GET, path).header("accept", accept).send().await.expect("an answer");
    serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_default_server_shows_what_upstream_shows() {
    let Some(reference) = reference() else { return };
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let mut wrong = Vec::new();
    discovery(&admin, &reference, &mut wrong).await;
    objects(&admin, &reference, &mut wrong).await;
    health(&admin, &reference, &mut wrong).await;
    metrics(&admin, &reference, &mut wrong).await;
    cluster.stop().await;
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

async fn discovery(admin: &Api, reference: &std::path::Path, wrong: &mut Vec<String>) {
    for (path, file) in [("/api", "discovery-api.json"), ("/apis", "discovery-apis.json")] {
        let want = read(&reference.join("default").join(file));
        differ(path, &aggregated(admin, path).await, &want, wrong);
    }
    let (_, groups) = admin.get("/apis").await;
    let served: Vec<(String, String)> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .flat_map(|group| {
            let name = group["name"].as_str().expect("a name").to_string();
            group["versions"].as_array().expect("versions").iter().map(move |version| {
                (name.clone(), version["version"].as_str().expect("a version").to_string())
            })
        })
        .collect();
    assert!(served.len() > 20, "{served:?}");
    differ("/api/v1", &admin.get("/api/v1").await.1, &read(&reference.join("discovery/api__v1.json")), wrong);
    for (group, version) in served {
        let path = format!("/apis/{group}/{version}");
        let want = read(&reference.join(format!("discovery/apis__{group}__{version}.json")));
        differ(&path, &admin.get(&path).await.1, &want, wrong);
    }
    let paths = read(&reference.join("default/paths.json"));
    let have = admin.get("/").await.1;
    for path in have["paths"].as_array().expect("paths") {
        if !paths["paths"].as_array().expect("paths").contains(path) {
            wrong.push(format!("/ lists {path}, which upstream has not"));
        }
    }
}

/// Fields that differ from run to run, and from cluster to cluster.
fn bare(mut object: Value) -> Value {
    if let Some(meta) = object["metadata"].as_object_mut() {
        for field in
            ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink"]
        {
            meta.shift_remove(field);
        }
    }
    object.as_object_mut().map(|map| map.shift_remove("status"));
    object.as_object_mut().map(|map| map.shift_remove("kind"));
    object.as_object_mut().map(|map| map.shift_remove("apiVersion"));
    object
}

async fn objects(admin: &Api, reference: &std::path::Path, wrong: &mut Vec<String>) {
    for (path, file) in [
        ("/apis/rbac.authorization.k8s.io/v1/clusterroles", "clusterroles"),
        ("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "clusterrolebindings"),
        ("/apis/rbac.authorization.k8s.io/v1/roles", "roles"),
        ("/apis/rbac.authorization.k8s.io/v1/rolebindings", "rolebindings"),
        ("/apis/scheduling.k8s.io/v1/priorityclasses", "priorityclasses"),
        ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", "flowschemas"),
        ("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", "prioritylevelconfigurations"),
        ("/apis/networking.k8s.io/v1/servicecidrs", "servicecidrs"),
        ("/apis/apiregistration.k8s.io/v1/apiservices", "apiservices"),
        ("/api/v1/namespaces", "namespaces"),
    ] {
        let named = |list: &Value| -> BTreeMap<String, Value> {
            let items = list["items"].as_array().cloned().unwrap_or_default();
            let name = |item: &Value| {
                format!(
                    "{}/{}",
                    item["metadata"]["namespace"].as_str().unwrap_or_default(),
                    item["metadata"]["name"].as_str().unwrap_or_default()
                )
            };
            items.into_iter().map(|item| (name(&item), bare(item))).collect()
        };
        let have = named(&admin.get(path).await.1);
        let want = named(&read(&reference.join(format!("default/{file}.json"))));
        for (name, want) in &want {
            match have.get(name) {
                Some(have) => differ(&format!("{file} {name}"), have, want, wrong),
                None => wrong.push(format!("{file} {name} is missing")),
            }
        }
        for name in have.keys().filter(|name| !want.contains_key(*name)) {
            wrong.push(format!("{file} {name} is none of upstream's"));
        }
    }
}

/// The checks are upstream's, by name.
async fn health(admin: &Api, reference: &std::path::Path, wrong: &mut Vec<String>) {
    for endpoint in ["healthz", "livez", "readyz"] {
        let (code, have) = admin.get(&format!("/{endpoint}?verbose")).await;
        assert_eq!(code, 200, "{have}");
        let want =
            std::fs::read_to_string(reference.join(format!("default/{endpoint}.txt"))).expect("readable");
        let name = |line: &str| line.strip_prefix("[+]").map(|line| line.trim_end_matches(" ok").to_string());
        let known: Vec<String> = want.lines().filter_map(name).collect();
        let ours: Vec<String> = have.as_str().expect("a text").lines().filter_map(name).collect();
        for check in known.iter().filter(|check| !ours.contains(check)) {
            wrong.push(format!("/{endpoint} lacks {check}"));
        }
        // Beyond upstream's: a server that ends fails its health too, and one without its store
        // is not ready.
        let extra = |check: &str| matches!((endpoint, check), ("healthz", "shutdown") | ("readyz", "etcd"));
        for check in ours.iter().filter(|check| !known.contains(check) && !extra(check)) {
            wrong.push(format!("/{endpoint} has {check}, which upstream has not"));
        }
    }
}

/// Every metric of ours has the name and type of one of upstream's.
/// Metrics that upstream shows only after their first use, with their types.
const USED: &[&str] = &[
    "apiserver_admission_match_condition_evaluation_errors_total counter",
    "apiserver_admission_match_condition_evaluation_seconds histogram",
    "apiserver_admission_match_condition_exclusions_total counter",
    "apiserver_admission_webhook_admission_duration_seconds histogram",
    "apiserver_admission_webhook_fail_open_count counter",
    "apiserver_admission_webhook_rejection_count counter",
    "apiserver_admission_webhook_request_total counter",
    "apiserver_audit_error_total counter",
    "apiserver_audit_level_total counter",
    "apiserver_authentication_config_controller_automatic_reload_last_timestamp_seconds gauge",
    "apiserver_authentication_config_controller_automatic_reloads_total counter",
    "apiserver_authentication_config_controller_last_config_info gauge",
    "apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds gauge",
    "apiserver_authentication_jwt_authenticator_latency_seconds histogram",
    "apiserver_authorization_config_controller_automatic_reload_last_timestamp_seconds gauge",
    "apiserver_authorization_config_controller_automatic_reloads_total counter",
    "apiserver_authorization_config_controller_last_config_info gauge",
    "apiserver_authorization_decisions_total counter",
    "apiserver_authorization_webhook_duration_seconds histogram",
    "apiserver_authorization_webhook_evaluations_fail_open_total counter",
    "apiserver_authorization_webhook_evaluations_total counter",
    "apiserver_conversion_webhook_duration_seconds histogram",
    "apiserver_conversion_webhook_request_total counter",
    "apiserver_crd_conversion_webhook_duration_seconds histogram",
    "apiserver_egress_dialer_dial_duration_seconds histogram",
    "apiserver_egress_dialer_dial_failure_count counter",
    "apiserver_egress_dialer_dial_start_total counter",
    "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds gauge",
    "apiserver_encryption_config_controller_automatic_reloads_total counter",
    "apiserver_encryption_config_controller_last_config_info gauge",
    "apiserver_envelope_encryption_kms_operations_latency_seconds histogram",
    "apiserver_flowcontrol_current_inqueue_requests gauge",
    "apiserver_flowcontrol_rejected_requests_total counter",
    "apiserver_flowcontrol_request_wait_duration_seconds histogram",
    "apiserver_mutating_admission_policy_check_duration_seconds histogram",
    "apiserver_mutating_admission_policy_check_total counter",
    "apiserver_storage_decode_errors_total counter",
    "apiserver_storage_transformation_duration_seconds histogram",
    "apiserver_storage_transformation_operations_total counter",
    "apiserver_terminated_watchers_total counter",
    "apiserver_validating_admission_policy_check_duration_seconds histogram",
    "apiserver_validating_admission_policy_check_total counter",
    "etcd_request_errors_total counter",
    "kube_apiserver_clusterip_allocator_allocation_errors_total counter",
    "kube_apiserver_nodeport_allocator_allocation_errors_total counter",
    "kube_apiserver_nodeport_allocator_allocation_total counter",
];

/// Beginnings of names that tell of Go, of gRPC's client, or of loops that are none here.
const GONE: &[&str] = &["go_", "grpc_client_", "rest_client_exec_", "rest_client_transport_", "workqueue_"];

/// Metrics of upstream's that would say nothing true here, or nothing at all.
const ABSENT: &[&str] = &[
    // Other servers are not asked which resources they have.
    "aggregator_discovery_nopeer_requests_total",
    "aggregator_discovery_peer_aggregated_cache_hits_total",
    "aggregator_discovery_peer_aggregated_cache_misses_total",
    "apiextensions_apiserver_validation_ratcheting_seconds",
    // Of version 1 of the plugins for keys.
    "apiserver_envelope_encryption_dek_cache_fill_percent",
    // All kinds of requests share the seats.
    "apiserver_flowcontrol_read_vs_write_current_requests",
    // Certificates without names, or signed by SHA-1, are refused without a look at why.
    "apiserver_kube_aggregator_x509_insecure_sha1_total",
    "apiserver_kube_aggregator_x509_missing_san_total",
    "apiserver_webhooks_x509_insecure_sha1_total",
    "apiserver_webhooks_x509_missing_san_total",
    // Who is cut short does nothing afterwards.
    "apiserver_request_aborts_total",
    "apiserver_request_post_timeout_total",
    "apiserver_request_timestamp_comparison_time",
    // The server does not ask itself.
    "apiserver_selfrequest_total",
    // There is one kind of validation.
    "apiserver_validation_declarative_validation_mismatch_total",
    "apiserver_validation_declarative_validation_panic_total",
    "apiserver_validation_duplicate_validation_error_total",
    "cardinality_enforcement_unexpected_categorizations_total",
    "disabled_metrics_total",
    // One watch follows all resources: its progress is no resource's.
    "etcd_bookmark_total",
    "hidden_metrics_total",
    "registered_metrics_total",
];

async fn metrics(admin: &Api, reference: &std::path::Path, wrong: &mut Vec<String>) {
    let want = std::fs::read_to_string(reference.join("default/metrics-names.txt")).expect("readable");
    let known: Vec<&str> = want.lines().collect();
    let (code, text) = admin.get("/metrics").await;
    assert_eq!(code, 200);
    let text = text.as_str().expect("a text").to_string();
    let ours: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert!(ours.len() > 5, "{ours:?}");
    for metric in ours.iter().filter(|metric| !known.contains(metric) && !USED.contains(metric)) {
        wrong.push(format!("/metrics has {metric}, which upstream has not"));
    }
    // Each name once.
    let mut names: Vec<&str> = ours.iter().filter_map(|metric| metric.split(' ').next()).collect();
    names.sort_unstable();
    for twice in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        wrong.push(format!("/metrics has {} twice", twice[0]));
    }
    // What an idle server of upstream's shows, this one shows, but for what is named here.
    let mut absent = Vec::new();
    for metric in known.iter().filter(|metric| !ours.contains(metric)) {
        let name = metric.split(' ').next().unwrap_or_default();
        if !ABSENT.contains(&name) && !GONE.iter().any(|start| name.starts_with(start)) {
            wrong.push(format!("/metrics has no {metric}"));
        }
        absent.push(name);
    }
    for name in ABSENT.iter().filter(|name| !absent.contains(name)) {
        wrong.push(format!("/metrics has {name}, which is said to be absent"));
    }
    for series in [
        "kubernetes_feature_enabled{name=\"SidecarContainers\",stage=\"\"} 1",
        "kubernetes_feature_enabled{name=\"AllAlpha\",stage=\"ALPHA\"} 0",
        "etcd_requests_total{group=\"\",operation=\"create\",resource=\"namespaces\"}",
        "authentication_attempts{result=\"success\"}",
        "apiserver_request_sli_duration_seconds_bucket{component=\"apiserver\",group=\"\",resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\",le=\"0.05\"}",
    ] {
        assert!(text.contains(series), "{series}: {text}");
    }
    let counted = "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\"}";
    assert!(text.contains(counted), "{text}");
}
