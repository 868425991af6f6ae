//! Priority and fairness from outside: levels and schemas that are made while the server runs.

use std::sync::Arc;

use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;
use crate::measured::Page;

const FLOW: &str = "/apis/flowcontrol.apiserver.k8s.io/v1";
const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn flow(kind: &str, name: &str, spec: Value) -> Value {
    json!({"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_level_of_one_seat() {
    let limits = vec!["--max-requests-inflight=20".into(), "--max-mutating-requests-inflight=20".into()];
    let Some(cluster) = Cluster::start_with(|_| limits).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let ann = cluster.user("ann", None);
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "ann"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "User", "name": "ann"}],
    });
    assert_eq!(admin.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding).await.0, 201);
    // A webhook that says nothing until it is told to keeps a request busy.
    let (tell, told) = (Arc::new(tokio::sync::Semaphore::new(0)), Arc::new(tokio::sync::Semaphore::new(0)));
    let end = CancellationToken::new();
    let (asked, may) = (told.clone(), tell.clone());
    let port = cluster
        .serve("slow", end.clone(), move |request: Request| {
            let (asked, may) = (asked.clone(), may.clone());
            async move {
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let review: Value = serde_json::from_slice(&body).expect("JSON");
                asked.add_permits(1);
                may.acquire().await.expect("open").forget();
                let answer = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": review["request"]["uid"], "allowed": true}});
                typed(StatusCode::OK, "application/json", answer.to_string())
            }
        })
        .await;
    let ca = std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA");
    let hook = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "slow"},
        "webhooks": [{
            "name": "slow.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 30,
            "clientConfig": {"url": format!("https://localhost:{port}/"), "caBundle": base64(&ca)},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}],
            "matchConditions": [{"name": "slow", "expression": "object.metadata.name.startsWith('slow')"}],
        }],
    });
    assert_eq!(
        admin.post("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", hook).await.0,
        201
    );
    let level = flow(
        "PriorityLevelConfiguration",
        "tiny",
        json!({
            "type": "Limited", "limited": {"nominalConcurrencyShares": 1, "borrowingLimitPercent": 0, "limitResponse": {"type": "Reject"}},
        }),
    );
    let (code, level) = admin.post(&format!("{FLOW}/prioritylevelconfigurations"), level).await;
    assert_eq!(code, 201, "{level}");
    let schema = flow(
        "FlowSchema",
        "ann",
        json!({
            "matchingPrecedence": 50, "priorityLevelConfiguration": {"name": "tiny"}, "distinguisherMethod": {"type": "ByUser"},
            "rules": [{"subjects": [{"kind": "User", "user": {"name": "ann"}}], "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["configmaps"], "namespaces": ["*"]}]}],
        }),
    );
    let (code, schema) = admin.post(&format!("{FLOW}/flowschemas"), schema).await;
    assert_eq!(code, 201, "{schema}");
    // Every answer says which flow it belongs to; the new one has effect once its events are here.
    let uid = |object: &Value| object["metadata"]["uid"].as_str().expect("a UID").to_string();
    let mut tries = 0;
    loop {
        let answer = ann.request(Method::GET, MAPS).send().await.expect("an answer");
        let header = |name: &str| {
            answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string()
        };
        assert!(!header("x-kubernetes-pf-flowschema-uid").is_empty());
        if header("x-kubernetes-pf-flowschema-uid") == uid(&schema) {
            assert_eq!(header("x-kubernetes-pf-prioritylevel-uid"), uid(&level));
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the schema is never seen");
    }
    let map = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    let mut tries = 0;
    let busy = loop {
        let (client, url) = (ann.client.clone(), format!("{}{MAPS}", ann.url));
        let body = map(&format!("slow{tries}")).to_string();
        let request = client.post(url).header("content-type", "application/json").body(body);
        let busy = tokio::spawn(async move { request.send().await.expect("an answer").status() });
        // The webhook, too, has effect a moment later.
        let asked = tokio::time::timeout(std::time::Duration::from_secs(5), told.acquire()).await;
        if let Ok(permit) = asked {
            permit.expect("open").forget();
            break busy;
        }
        tries += 1;
        assert!(tries < 20, "the webhook is never asked");
    };
    let answer = ann.request(Method::GET, MAPS).send().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(answer.headers()["x-kubernetes-pf-flowschema-uid"], uid(&schema).as_str());
    let status: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(
        (&status["reason"], &status["message"]),
        (&json!("TooManyRequests"), &json!("Too many requests, please try again later."))
    );
    // Others are none the worse for it.
    assert_eq!(admin.get(MAPS).await.0, 200);
    assert_eq!(ann.get("/api/v1/namespaces").await.0, 200);
    let (_, table) = admin.get("/debug/api_priority_and_fairness/dump_priority_levels").await;
    let table = table.as_str().expect("a text").to_string();
    assert!(table.contains("\ntiny, 1, false, false, 0, 1, "), "{table}");
    let (_, metrics) = admin.get("/metrics").await;
    let metrics = metrics.as_str().expect("a text").to_string();
    for line in [
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"ann\",priority_level=\"tiny\",reason=\"concurrency-limit\"} 1",
        "apiserver_flowcontrol_current_executing_requests{flow_schema=\"ann\",priority_level=\"tiny\"} 1",
        "apiserver_flowcontrol_nominal_limit_seats{priority_level=\"tiny\"} 1",
    ] {
        assert!(metrics.contains(line), "{line}");
    }
    // The one seat was taken for some time, and nobody could wait for it.
    let page = Page::of(&admin).await;
    let of = |name: &str, phase: &[&str], bound: &str| {
        let bound = format!("le=\"{bound}\"");
        let labels = [phase, &["priority_level=\"tiny\"", &bound]].concat();
        page.value(&format!("apiserver_flowcontrol_{name}_bucket"), &labels)
    };
    let (runs, waits) = (["phase=\"executing\""], ["phase=\"waiting\""]);
    for (name, phase) in [
        ("priority_level_seat_utilization", &runs[..]),
        ("priority_level_request_utilization", &runs),
        ("demand_seats", &[]),
    ] {
        let below = if name == "demand_seats" { "0.8" } else { "0.5" };
        assert!(of(name, phase, "+Inf") > of(name, phase, below), "{name}");
        assert!((of(name, phase, "1") - of(name, phase, "+Inf")).abs() < 0.1, "{name}");
    }
    let name = "priority_level_request_utilization";
    assert!(of(name, &waits, "0") > 0.0 && (of(name, &waits, "0") - of(name, &waits, "+Inf")).abs() < 0.1);
    tell.add_permits(1);
    assert_eq!(busy.await.expect("does not panic"), StatusCode::CREATED.as_u16());
    let mut tries = 0;
    while ann.get(MAPS).await.0 != 200 {
        tries += 1;
        assert!(tries < 1000, "the seat never comes back");
    }
    assert_eq!(ann.get("/debug/api_priority_and_fairness/dump_nothing").await.0, 404);
    end.cancel();
    cluster.stop().await;
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemas_without_their_level_dangle() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let schema = flow(
        "FlowSchema",
        "lost",
        json!({"priorityLevelConfiguration": {"name": "later"}, "matchingPrecedence": 500, "rules": []}),
    );
    assert_eq!(admin.post(&format!("{FLOW}/flowschemas"), schema).await.0, 201);
    let path = format!("{FLOW}/flowschemas?fieldSelector=metadata.name%3Dlost");
    let dangles = |status: &'static str| {
        move |_: &str, object: &Value| {
            let all = object["status"]["conditions"].as_array();
            all.into_iter().flatten().any(|one| one["type"] == "Dangling" && one["status"] == status)
        }
    };
    let seen = admin.until(&path, dangles("True")).await;
    assert_eq!(seen["status"]["conditions"][0]["reason"], "NotFound", "{seen}");
    let level = flow(
        "PriorityLevelConfiguration",
        "later",
        json!({"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}),
    );
    let levels = format!("{FLOW}/prioritylevelconfigurations");
    assert_eq!(admin.post(&levels, level).await.0, 201);
    admin.until(&path, dangles("False")).await;
    assert_eq!(admin.send(Method::DELETE, &format!("{levels}/later"), None).await.0, 200);
    admin.until(&path, dangles("True")).await;
    // What every server must have stays as it is.
    let catch_all = format!("{FLOW}/flowschemas/catch-all");
    let merge = "application/merge-patch+json";
    let (code, status) = admin.patch(&catch_all, merge, json!({"spec": {"matchingPrecedence": 9999}})).await;
    assert_eq!(code, 422, "{status}");
    assert!(
        status["message"]
            .as_str()
            .is_some_and(|text| text.contains("spec of 'catch-all' must equal the fixed value")),
        "{status}"
    );
    cluster.stop().await;
}
