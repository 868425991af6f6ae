//! Group-versions that another server answers for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use component::http::{Body, Request, typed};
use http_body_util::BodyExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster};

const SERVICES: &str = "/apis/apiregistration.k8s.io/v1/apiservices";
const PODS: &str = "/apis/metrics.example.io/v1/namespaces/default/pods";

/// A stand-in: the bytes have to arrive, whoever unpacks them.
const ZIPPED: &[u8] = b"\x1f\x8b compressed";

/// Says back what it is told, in another protocol.
fn echo(mut request: Request) -> http::Response<Body> {
    let header = |name: &str| request.headers().get(name).cloned().expect("a header");
    assert_eq!(
        (header("upgrade"), header("x-remote-user")),
        ("echo".parse().expect("a text"), "admin".parse().expect("a text"))
    );
    assert!(request.headers().get("authorization").is_none());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let io = hyper_util::rt::TokioIo::new(upgrade.await.expect("upgraded"));
        let (mut read, mut write) = tokio::io::split(io);
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    let mut answer = http::Response::new(component::http::empty());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    answer.headers_mut().insert("upgrade", "echo".parse().expect("a text"));
    answer.headers_mut().insert("connection", "Upgrade".parse().expect("a text"));
    answer
}

/// Answers discovery, and whatever else with what it was asked.
async fn answer(request: Request) -> http::Response<Body> {
    if request.headers().contains_key("upgrade") {
        return echo(request);
    }
    if request.headers().get("accept-encoding").is_some_and(|takes| takes == "gzip") {
        let mut answer = typed(StatusCode::OK, "application/json", ZIPPED.to_vec());
        answer.headers_mut().insert("content-encoding", "gzip".parse().expect("a text"));
        return answer;
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let values = |name: &str| -> Vec<String> {
        let all = parts.headers.get_all(name).iter();
        all.map(|value| value.to_str().expect("a text").to_string()).collect()
    };
    let answer = match parts.uri.path() {
        "/apis/metrics.example.io/v1" => json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.example.io/v1",
            "resources": [{"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics", "verbs": ["get", "list"]}],
        }),
        "/openapi/v3/apis/metrics.example.io/v1" => json!({"openapi": "3.0.0"}),
        path => json!({
            "method": parts.method.as_str(), "path": path, "query": parts.uri.query(), "user": values("x-remote-user"),
            "groups": values("x-remote-group"), "authorization": values("authorization"),
            "body": String::from_utf8_lossy(&body),
        }),
    };
    typed(StatusCode::OK, "application/json", answer.to_string())
}

async fn available(admin: &Api, status: &str) -> Value {
    let path = format!("{SERVICES}?fieldSelector=metadata.name%3Dv1.metrics.example.io");
    admin.until(&path, |_, object| object["status"]["conditions"][0]["status"] == status).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_servers_answer_for_their_groups() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    let port = cluster.serve("metrics.default.svc", shutdown.clone(), answer).await;
    let ca = std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA");
    let service = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.metrics.example.io"},
        "spec": {
            "group": "metrics.example.io", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
            "caBundle": STANDARD.encode(ca), "service": {"namespace": "default", "name": "metrics", "port": port},
        },
    });
    let (code, body) = admin.post(SERVICES, service).await;
    assert_eq!(code, 201, "{body}");
    let missing = available(&admin, "False").await;
    assert_eq!(missing["status"]["conditions"][0]["reason"], "ServiceNotFound");
    let (code, status) = admin.get(PODS).await;
    assert_eq!((code, &status["reason"]), (503, &json!("ServiceUnavailable")), "{status}");
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    });
    let (code, body) = admin.post("/api/v1/namespaces/default/services", service).await;
    assert_eq!(code, 201, "{body}");
    available(&admin, "True").await;

    let (_, group) = admin.get("/apis/metrics.example.io").await;
    assert_eq!(group["preferredVersion"]["groupVersion"], "metrics.example.io/v1");
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let answer =
        admin.request(Method::GET, "/apis").header("accept", accept).send().await.expect("an answer");
    let list: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    let found = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["metadata"]["name"] == "metrics.example.io");
    let resource = &found.expect("the group")["versions"][0]["resources"][0];
    assert_eq!(
        (&resource["resource"], &resource["scope"], &resource["responseKind"]["kind"]),
        (&json!("pods"), &json!("Namespaced"), &json!("PodMetrics"))
    );
    assert_eq!(admin.get("/openapi/v3/apis/metrics.example.io/v1").await.1["openapi"], "3.0.0");

    // The user goes along, what the user showed does not; nobody may claim to be someone else.
    let request = admin.request(Method::POST, &format!("{PODS}?a=b")).header("x-remote-user", "root");
    let answer = request.body("hello").send().await.expect("an answer");
    let seen: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(
        seen,
        json!({
            "method": "POST", "path": PODS, "query": "a=b", "user": ["admin"],
            "groups": ["system:masters", "system:authenticated"], "authorization": [], "body": "hello",
        })
    );
    // What is compressed stays so.
    let request = admin.request(Method::GET, PODS).header("accept-encoding", "gzip");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.bytes().await.expect("a body"), ZIPPED);
    // Another protocol goes through as it is.
    let old = cluster.user_by(cluster.builder().http1_only(), "admin", Some("system:masters"));
    let request = old.request(Method::GET, PODS).header("connection", "Upgrade").header("upgrade", "echo");
    let answer = request.send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["upgrade"].to_str().ok()), (101, Some("echo")));
    let mut stream = answer.upgrade().await.expect("upgraded");
    let said = vec![7u8; 100_000];
    let (mut read, mut write) = tokio::io::split(&mut stream);
    let mut back = vec![0u8; said.len()];
    let (sent, got) = tokio::join!(
        tokio::io::AsyncWriteExt::write_all(&mut write, &said),
        tokio::io::AsyncReadExt::read_exact(&mut read, &mut back)
    );
    sent.expect("sent");
    got.expect("read");
    assert!(back == said);
    drop(stream);
    let nobody = cluster.user("nobody", None);
    assert_eq!(nobody.get(PODS).await.0, 403, "authorization comes first");
    assert_eq!(admin.send(Method::DELETE, &format!("{SERVICES}/v1.metrics.example.io"), None).await.0, 200);
    while admin.get("/apis/metrics.example.io").await.0 != 404 {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    cluster.stop().await;
}

/// A service's status is its own and others': what they say in it stays (`should manage the lifecycle of an APIService` of
/// test/e2e/apimachinery/aggregator.go).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_services_status_has_room_for_others() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let name = "v1alpha1.e2e.example.com";
    let service = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
        "metadata": {"name": name, "labels": {"e2e": "x"}},
        "spec": {
            "group": "e2e.example.com", "version": "v1alpha1", "groupPriorityMinimum": 2000, "versionPriority": 200,
            "caBundle": STANDARD.encode(std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA")),
            "service": {"namespace": "default", "name": "e2e-api", "port": 7443},
        },
    });
    let (code, body) = admin.post(SERVICES, service).await;
    assert_eq!(code, 201, "{body}");
    let path = format!("{SERVICES}/{name}");
    let status = format!("{path}/status");
    let list = format!("{SERVICES}?fieldSelector=metadata.name%3D{name}");
    let kinds = |object: &Value| -> Vec<String> {
        let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
        conditions.filter_map(|one| Some(one["type"].as_str()?.to_string())).collect()
    };
    let has = |object: &Value, wanted: &[&str]| kinds(object) == wanted;
    admin.until(&list, |_, object| has(object, &["Available"])).await;

    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": null, "reason": "E2E", "message": "Set from e2e test"});
    let (code, updated) = loop {
        let (_, mut object) = admin.get(&status).await;
        object["status"]["conditions"].as_array_mut().expect("conditions").push(condition("StatusUpdate"));
        let answer = admin.send(Method::PUT, &status, Some(object)).await;
        if answer.0 != 409 {
            break answer;
        }
    };
    assert_eq!(
        (code, kinds(&updated)),
        (200, vec!["Available".to_string(), "StatusUpdate".to_string()]),
        "{updated}"
    );

    // What another one took away is said again, and the rest stays.
    let patch = json!({"status": {"conditions": [condition("StatusPatched")]}});
    let (code, patched) = admin.patch(&status, "application/merge-patch+json", patch).await;
    assert_eq!((code, kinds(&patched)), (200, vec!["StatusPatched".to_string()]), "{patched}");
    admin.until(&list, |_, object| has(object, &["StatusPatched", "Available"])).await;
    let other = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "e2e-api"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    });
    assert_eq!(admin.post("/api/v1/namespaces/default/services", other).await.0, 201);
    let told = admin
        .until(&list, |_, object| object["status"]["conditions"][1]["reason"] == "FailedDiscoveryCheck")
        .await;
    assert_eq!(kinds(&told), ["StatusPatched", "Available"]);

    let (code, labelled) = loop {
        let (_, mut object) = admin.get(&path).await;
        object["metadata"]["labels"] = json!({"e2e.example.com": "updated"});
        object["status"] = json!({});
        let answer = admin.send(Method::PUT, &path, Some(object)).await;
        if answer.0 != 409 {
            break answer;
        }
    };
    assert_eq!(
        (code, &labelled["metadata"]["labels"]["e2e.example.com"]),
        (200, &json!("updated")),
        "{labelled}"
    );
    assert_eq!(
        kinds(&labelled),
        ["StatusPatched", "Available"],
        "an update of the object is none of its status"
    );
    let count = async |query: &str| {
        admin.get(&format!("{SERVICES}?labelSelector={query}")).await.1["items"].as_array().map(Vec::len)
    };
    let delete = async |query: &str| {
        let options = json!({"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 1});
        admin.send(Method::DELETE, &format!("{SERVICES}?labelSelector={query}"), Some(options)).await.0
    };
    assert_eq!((delete("e2e%3Dx").await, count("e2e.example.com%3Dupdated").await), (200, Some(1)));
    assert_eq!(
        (delete("e2e.example.com%3Dupdated").await, count("e2e.example.com%3Dupdated").await),
        (200, Some(0))
    );
    assert_eq!(admin.get(&path).await.0, 404);
    cluster.stop().await;
}

/// Past the cluster IP, which leads nowhere here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_are_reached_by_their_endpoints() {
    let Some(cluster) = Cluster::start_with(|_| vec!["--enable-aggregator-routing".into()]).await else {
        return;
    };
    let admin = cluster.user("admin", Some("system:masters"));
    let port = cluster
        .serve("metrics.default.svc", CancellationToken::new(), |request: Request| async move {
            if !request.uri().path().ends_with("/moved") {
                return answer(request).await;
            }
            let mut away = http::Response::new(component::http::empty());
            *away.status_mut() = StatusCode::FOUND;
            away.headers_mut().insert("location", "https://example.com/".parse().expect("a text"));
            away
        })
        .await;
    let ca = std::fs::read(cluster.folder.path().join("ca.crt")).expect("the CA");
    let backend = json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.metrics.example.io"},
        "spec": {
            "group": "metrics.example.io", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
            "caBundle": STANDARD.encode(ca), "service": {"namespace": "default", "name": "metrics"},
        },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics"},
        "spec": {"ports": [{"name": "api", "port": 443}, {"name": "other", "port": 80}]},
    });
    let (code, body) = admin.post("/api/v1/namespaces/default/services", service).await;
    assert_eq!(code, 201, "{body}");
    let (code, body) = admin.post(SERVICES, backend).await;
    assert_eq!(code, 201, "{body}");
    let missing = available(&admin, "False").await;
    let said = missing["status"]["conditions"][0]["message"].as_str().expect("a message");
    assert!(said.contains("no endpoints available"), "{said}");
    // The API takes no addresses of a loopback interface: it comes by another way.
    let slice = json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"name": "metrics-1", "namespace": "default", "labels": {"kubernetes.io/service-name": "metrics"}},
        "addressType": "IPv4",
        "endpoints": [
            {"addresses": ["127.0.0.2"], "conditions": {"ready": false}},
            {"addresses": ["127.0.0.1"], "conditions": {"ready": true}},
        ],
        "ports": [{"name": "other", "port": 1}, {"name": "api", "port": port}],
    });
    let store = crate::upstream::Store::of(&cluster).await;
    store.put("endpointslices/default/metrics-1", slice.to_string().into()).await;
    available(&admin, "True").await;
    let (code, told) = admin.get(PODS).await;
    assert_eq!((code, &told["path"]), (200, &json!(PODS)), "{told}");
    // It does not get to send clients elsewhere.
    let (code, told) = admin.get(&format!("{PODS}/moved")).await;
    assert_eq!(code, 502, "{told}");
    assert!(told.as_str().is_some_and(|text| text.contains("attempted to redirect")), "{told}");
    cluster.stop().await;
}
