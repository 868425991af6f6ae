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
async fn metrics(admin: &Api, reference: &std::path::Path, wrong: &mut Vec<String>) {
    let want = std::fs::read_to_string(reference.join("default/metrics-names.txt")).expect("readable");
    let known: Vec<&str> = want.lines().collect();
    let (code, text) = admin.get("/metrics").await;
    assert_eq!(code, 200);
    let text = text.as_str().expect("a text").to_string();
    let ours: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert!(ours.len() > 5, "{ours:?}");
    // What upstream shows once there is something to tell.
    let used = [
        "apiserver_egress_dialer_dial_duration_seconds histogram",
        "apiserver_egress_dialer_dial_failure_count counter",
        "apiserver_egress_dialer_dial_start_total counter",
    ];
    for metric in ours.iter().filter(|metric| !known.contains(metric) && !used.contains(metric)) {
        wrong.push(format!("/metrics has {metric}, which upstream has not"));
    }
    // What the usual dashboards and alerts ask for.
    for name in [
        "aggregator_unavailable_apiservice gauge",
        "apiserver_admission_step_admission_duration_seconds histogram",
        "apiserver_audit_event_total counter",
        "apiserver_client_certificate_expiration_seconds histogram",
        "apiserver_current_inflight_requests gauge",
        "apiserver_request_body_size_bytes histogram",
        "apiserver_request_duration_seconds histogram",
        "apiserver_request_sli_duration_seconds histogram",
        "apiserver_request_terminations_total counter",
        "apiserver_response_sizes histogram",
        "apiserver_storage_size_bytes gauge",
        "apiserver_tls_handshake_errors_total counter",
        "apiserver_watch_events_total counter",
        "authenticated_user_requests counter",
        "authentication_attempts counter",
        "authorization_attempts_total counter",
        "etcd_request_duration_seconds histogram",
        "etcd_requests_total counter",
        "kube_apiserver_clusterip_allocator_available_ips gauge",
        "process_open_fds gauge",
        "process_start_time_seconds gauge",
    ] {
        if !ours.contains(&name) {
            wrong.push(format!("/metrics has no {name}"));
        }
    }
    for series in [
        "etcd_requests_total{group=\"\",operation=\"create\",resource=\"namespaces\"}",
        "authentication_attempts{result=\"success\"}",
        "apiserver_request_sli_duration_seconds_bucket{component=\"apiserver\",group=\"\",resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\",le=\"0.05\"}",
    ] {
        assert!(text.contains(series), "{series}: {text}");
    }
    let counted = "apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\"}";
    assert!(text.contains(counted), "{text}");
}
