//! Custom resources in several versions, with a webhook that converts between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use component::http::{Body, Request, typed};
use http_body_util::BodyExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster};

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const DEFINITION: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gears.example.com";
const V1: &str = "/apis/example.com/v1/namespaces/default/gears";
const V2: &str = "/apis/example.com/v2/namespaces/default/gears";
const MERGE: &str = "application/merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// The webhook: what it was asked, and what it does wrong, if anything.
#[derive(Default)]
struct Hook {
    asked: Mutex<Vec<Value>>,
    mistake: Mutex<&'static str>,
}

impl Hook {
    fn asked(&self) -> Vec<Value> {
        self.asked.lock().expect("not poisoned").clone()
    }

    fn does(&self, mistake: &'static str) {
        *self.mistake.lock().expect("not poisoned") = mistake;
    }
}

/// `host` and `port` of v1 are `address` in v2; `note` of v2 is an annotation in v1.
fn converted(mut object: Value, wanted: &str) -> Value {
    object["apiVersion"] = json!(wanted);
    let spec = object["spec"].clone();
    if wanted.ends_with("/v2") {
        let host = spec["host"].as_str().unwrap_or_default();
        object["spec"] = json!({"address": format!("{host}:{}", spec["port"].as_i64().unwrap_or(80))});
        if let Some(notes) = object["metadata"]["annotations"].as_object_mut()
            && let Some(note) = notes.remove("example.com/note")
        {
            object["spec"]["note"] = note;
        }
    } else {
        let address = spec["address"].as_str().unwrap_or_default();
        let (host, port) = address.split_once(':').unwrap_or((address, "80"));
        object["spec"] = json!({"host": host, "port": port.parse::<i64>().unwrap_or(0)});
        if let Some(note) = spec["note"].as_str() {
            object["metadata"]["annotations"]["example.com/note"] = json!(note);
        }
    }
    object
}

async fn answer(request: Request, hook: &Hook) -> http::Response<Body> {
    let body = request.into_body().collect().await.expect("a body").to_bytes();
    let review: Value = serde_json::from_slice(&body).expect("JSON");
    hook.asked.lock().expect("not poisoned").push(review.clone());
    let mistake = *hook.mistake.lock().expect("not poisoned");
    let wanted = review["request"]["desiredAPIVersion"].as_str().expect("a version");
    let given = review["request"]["objects"].as_array().expect("objects").clone();
    let mut objects: Vec<Value> = given.into_iter().map(|object| converted(object, wanted)).collect();
    let mut result = json!({"status": "Success"});
    match mistake {
        "refuse" => result = json!({"status": "Failed", "message": "no gears today"}),
        "rename" => objects[0]["metadata"]["name"] = json!("another"),
        "lose" => drop(objects.pop()),
        "crash" => return typed(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "crashed"),
        _ => {}
    }
    let answer = json!({
        "apiVersion": review["apiVersion"], "kind": "ConversionReview",
        "response": {"uid": review["request"]["uid"], "result": result, "convertedObjects": objects},
    });
    typed(StatusCode::OK, "application/json", answer.to_string())
}

fn version(name: &str, storage: bool, spec: Value, fields: Value) -> Value {
    json!({
        "name": name, "served": true, "storage": storage, "selectableFields": fields,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": spec}}}},
    })
}

fn definition(url: &str, ca: &str) -> Value {
    let v1 = json!({"host": {"type": "string"}, "port": {"type": "integer"}});
    let v2 = json!({
        "address": {"type": "string", "pattern": "^[a-z]+:[0-9]+$"}, "note": {"type": "string"},
        "size": {"type": "integer", "default": 3},
    });
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "gears.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "gears", "kind": "Gear"},
            "versions": [
                version("v1", true, v1, json!([])),
                version("v2", false, v2, json!([{"jsonPath": ".spec.address"}])),
            ],
            "conversion": {"strategy": "Webhook", "webhook": {
                "conversionReviewVersions": ["v1", "v1beta1"],
                "clientConfig": {"url": url, "caBundle": STANDARD.encode(ca)},
            }},
        },
    })
}

fn gear(version: &str, name: &str, spec: Value) -> Value {
    json!({"apiVersion": format!("example.com/{version}"), "kind": "Gear", "metadata": {"name": name}, "spec": spec})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_convert() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    let hook = Arc::new(Hook::default());
    let handler = {
        let hook = hook.clone();
        move |request: Request| {
            let hook = hook.clone();
            async move { answer(request, &hook).await }
        }
    };
    let port = cluster.serve("hook", shutdown.clone(), handler).await;
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");
    let mut bad = definition("https://127.0.0.1:1/", &ca);
    bad["spec"]["conversion"]["webhook"]["clientConfig"] = json!({});
    let (code, status) = admin.post(DEFINITIONS, bad).await;
    assert_eq!(code, 422, "{status}");
    let (code, created) =
        admin.post(DEFINITIONS, definition(&format!("https://127.0.0.1:{port}/convert"), &ca)).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["status"]["storedVersions"], json!(["v1"]));
    while admin.get(V2).await.0 != 200 {
        tokio::task::yield_now().await;
    }
    objects(&admin, &hook).await;
    watched(&admin).await;
    applied(&admin).await;
    failures(&admin, &hook).await;
    migrated(&admin, &hook).await;
    admin
        .tells(&[
            "apiserver_conversion_webhook_request_total{failure_type=\"\",result=\"success\"}",
            "apiserver_conversion_webhook_request_total{failure_type=\"conversion_webhook_malformed_response_failure\",result=\"failure\"}",
            "apiserver_conversion_webhook_request_total{failure_type=\"conversion_webhook_invalid_converted_object_failure\",result=\"failure\"}",
            "apiserver_conversion_webhook_request_total{failure_type=\"conversion_webhook_partial_response_failure\",result=\"failure\"}",
            "apiserver_conversion_webhook_duration_seconds_count{failure_type=\"conversion_webhook_call_failure\",result=\"failure\"}",
            "apiserver_crd_conversion_webhook_duration_seconds_count{crd_name=\"gears.example.com\",from_version=\"v1\",succeeded=\"true\",to_version=\"v2\"}",
        ])
        .await;
    shutdown.cancel();
    cluster.stop().await;
}

async fn objects(admin: &Api, hook: &Hook) {
    let (code, created) = admin.post(V2, gear("v2", "a", json!({"address": "here:80", "note": "n"}))).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["spec"], json!({"address": "here:80", "note": "n", "size": 3}));
    // Caches that follow ask, too: the question of this request is among others.
    let asked = hook.asked();
    let review = asked.iter().find(|review| review["request"]["desiredAPIVersion"] == "example.com/v1");
    assert_eq!(review.expect("asked")["apiVersion"], "apiextensions.k8s.io/v1");
    // As it is stored: without what v1 has no field for.
    let (code, stored) = admin.get(&format!("{V1}/a")).await;
    assert_eq!((code, &stored["spec"]), (200, &json!({"host": "here", "port": 80})), "{stored}");
    assert_eq!(stored["metadata"]["annotations"], json!({"example.com/note": "n"}));
    assert_eq!(stored["metadata"]["uid"], created["metadata"]["uid"]);
    assert_eq!(stored["metadata"]["resourceVersion"], created["metadata"]["resourceVersion"]);
    // Each version by its own schema.
    assert_eq!(admin.post(V2, gear("v2", "b", json!({"address": "UP"}))).await.0, 422);
    for name in ["b", "c", "d"] {
        let (code, created) = admin.post(V1, gear("v1", name, json!({"host": name, "port": 1}))).await;
        assert_eq!(code, 201, "{created}");
    }
    let (code, list) = admin.get(V2).await;
    assert_eq!(code, 200, "{list}");
    let addresses: Vec<&str> = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["spec"]["address"].as_str().expect("an address"))
        .collect();
    assert_eq!(addresses, ["here:80", "b:1", "c:1", "d:1"]);
    assert_eq!(list["apiVersion"], "example.com/v2");
    let (_, selected) = admin.get(&format!("{V2}?fieldSelector=spec.address%3Dc:1")).await;
    assert_eq!(selected["items"][0]["metadata"]["name"], "c", "{selected}");
    // A page of the past is converted in one question.
    let (_, page) = admin.get(&format!("{V2}?limit=1")).await;
    let revision = page["metadata"]["resourceVersion"].as_str().expect("a revision");
    let exact = format!("{V2}?limit=3&resourceVersion={revision}&resourceVersionMatch=Exact");
    let (code, rest) = admin.get(&exact).await;
    assert_eq!((code, rest["items"].as_array().map(Vec::len)), (200, Some(3)), "{rest}");
    let sizes = hook.asked().into_iter().map(|review| review["request"]["objects"].as_array().map(Vec::len));
    assert!(sizes.into_iter().any(|size| size == Some(3)), "one question for all");
    // Patches and updates in the version that is asked for.
    let (code, patched) =
        admin.patch(&format!("{V2}/b"), MERGE, json!({"spec": {"address": "other:9"}})).await;
    assert_eq!((code, &patched["spec"]["address"]), (200, &json!("other:9")), "{patched}");
    assert_eq!(patched["metadata"]["generation"], 2);
    let (_, mut stored) = admin.get(&format!("{V1}/b")).await;
    assert_eq!(stored["spec"], json!({"host": "other", "port": 9}));
    stored["spec"]["port"] = json!(10);
    assert_eq!(admin.send(Method::PUT, &format!("{V1}/b"), Some(stored)).await.0, 200);
    let (_, seen) = admin.get(&format!("{V2}/b")).await;
    assert_eq!(seen["spec"]["address"], "other:10");
    let (code, _) = admin.send(Method::DELETE, &format!("{V2}/d"), None).await;
    assert_eq!((code, admin.get(&format!("{V1}/d")).await.0), (200, 404));
}

async fn watched(admin: &Api) {
    let (_, list) = admin.get(V2).await;
    let from = list["metadata"]["resourceVersion"].as_str().expect("a version");
    let path = format!("{V2}?resourceVersion={from}");
    let write = async {
        admin.post(V1, gear("v1", "w", json!({"host": "w", "port": 5}))).await;
        admin.patch(&format!("{V2}/w"), MERGE, json!({"spec": {"address": "w:6"}})).await;
        admin.send(Method::DELETE, &format!("{V1}/w"), None).await;
    };
    let seen = Mutex::new(Vec::new());
    let read = admin.until(&path, |kind, object| {
        let address = object["spec"]["address"].as_str().unwrap_or_default();
        seen.lock().expect("not poisoned").push(format!("{kind} {address}"));
        kind == "DELETED"
    });
    tokio::join!(write, read);
    assert_eq!(*seen.lock().expect("not poisoned"), ["ADDED w:5", "MODIFIED w:6", "DELETED w:6"]);
}

async fn applied(admin: &Api) {
    let path = |place: &str, manager: &str| format!("{place}/s?fieldManager={manager}");
    let one = gear("v1", "s", json!({"host": "s", "port": 1}));
    let (code, made) = admin.patch(&path(V1, "one"), APPLY, one.clone()).await;
    assert_eq!(code, 201, "{made}");
    // What one owns in v1 is the address in v2.
    let two = gear("v2", "s", json!({"address": "s:2"}));
    let (code, conflict) = admin.patch(&path(V2, "two"), APPLY, two.clone()).await;
    assert_eq!(code, 409, "{conflict}");
    let (code, same) = admin.patch(&path(V2, "two"), APPLY, gear("v2", "s", json!({"address": "s:1"}))).await;
    assert_eq!(code, 200, "what is the same is shared: {same}");
    let (code, forced) = admin.patch(&format!("{}&force=true", path(V2, "two")), APPLY, two).await;
    assert_eq!((code, &forced["spec"]["address"]), (200, &json!("s:2")), "{forced}");
    let managers = forced["metadata"]["managedFields"].as_array().expect("managers");
    let one_left = managers.iter().find(|entry| entry["manager"] == "one").expect("still there");
    assert_eq!(one_left["apiVersion"], "example.com/v1");
    assert_eq!(one_left["fieldsV1"], json!({"f:spec": {"f:host": {}}}), "the host did not change");
    let (_, stored) = admin.get(&format!("{V1}/s")).await;
    assert_eq!(stored["spec"], json!({"host": "s", "port": 2}));
}

async fn failures(admin: &Api, hook: &Hook) {
    for (mistake, expected) in [
        ("refuse", "conversion webhook for example.com/v2, Kind=Gear failed: no gears today"),
        ("rename", "returned invalid converted object at index 0: must have the same name: f != another"),
        ("lose", "conversion webhook for example.com/v2, Kind=Gear returned 0 objects, expected 1"),
        ("crash", "an error on the server (\"crashed\") has prevented the request from succeeding"),
    ] {
        hook.does(mistake);
        let (code, status) = admin.post(V2, gear("v2", "f", json!({"address": "f:1"}))).await;
        assert_eq!(code, 500, "{status}");
        assert!(status["message"].as_str().is_some_and(|text| text.contains(expected)), "{status}");
        assert_eq!(admin.get(&format!("{V1}/f")).await.0, 404, "nothing is half written");
    }
    // The stored version does not need the webhook; lists of the other one tell what is wrong.
    hook.does("refuse");
    assert_eq!(admin.post(V1, gear("v1", "f", json!({"host": "f", "port": 1}))).await.0, 201);
    let (code, status) = admin.get(V2).await;
    assert_eq!(code, 500, "{status}");
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with("no gears today")), "{status}");
    hook.does("");
    let (code, list) = admin.get(V2).await;
    assert_eq!(code, 200, "{list}");
    assert!(list["items"].as_array().expect("items").iter().any(|item| item["spec"]["address"] == "f:1"));
}

/// The other version becomes the stored one.
async fn migrated(admin: &Api, hook: &Hook) {
    let change = json!([
        {"op": "replace", "path": "/spec/versions/0/storage", "value": false},
        {"op": "replace", "path": "/spec/versions/1/storage", "value": true},
        {"op": "replace", "path": "/spec/conversion/webhook/conversionReviewVersions", "value": ["v9", "v1beta1"]},
    ]);
    let (code, changed) = admin.patch(DEFINITION, "application/json-patch+json", change).await;
    assert_eq!(code, 200, "{changed}");
    assert_eq!(changed["status"]["storedVersions"], json!(["v1", "v2"]));
    // Once the server works by the new definition, writes of v2 ask no one.
    for index in 0.. {
        let before = hook.asked().len();
        let object = gear("v2", &format!("m{index}"), json!({"address": "m:1"}));
        let (code, created) = admin.post(V2, object).await;
        assert_eq!(code, 201, "{created}");
        if hook.asked().len() == before {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (_, old) = admin.get(&format!("{V2}/a")).await;
    assert_eq!(old["spec"], json!({"address": "here:80", "note": "n", "size": 3}));
    assert!(hook.asked().iter().any(|review| review["apiVersion"] == "apiextensions.k8s.io/v1beta1"));
    // An update that changes nothing writes it in the new version; a second one does nothing.
    let put = |object: &Value| {
        admin.send(Method::PUT, "/apis/example.com/v2/namespaces/default/gears/a", Some(object.clone()))
    };
    let (code, moved) = put(&old).await;
    assert_eq!(code, 200, "{moved}");
    assert_ne!(moved["metadata"]["resourceVersion"], old["metadata"]["resourceVersion"]);
    let (_, still) = put(&moved).await;
    assert_eq!(still["metadata"]["resourceVersion"], moved["metadata"]["resourceVersion"]);
    let (_, seen) = admin.get(&format!("{V1}/a")).await;
    assert_eq!(seen["spec"], json!({"host": "here", "port": 80}), "{seen}");
    // A version that may still be stored can't be taken away.
    let without = json!([{"op": "remove", "path": "/spec/versions/0"}]);
    let (code, status) = admin.patch(DEFINITION, "application/json-patch+json", without.clone()).await;
    assert_eq!(code, 422, "{status}");
    let done = json!({"status": {"storedVersions": ["v2"]}});
    let (code, status) = admin.patch(&format!("{DEFINITION}/status"), MERGE, done).await;
    assert_eq!(code, 200, "{status}");
    let (code, status) = admin.patch(DEFINITION, "application/json-patch+json", without).await;
    assert_eq!(code, 200, "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_converter_is_found_by_its_service() {
    // Addresses of services that this machine has.
    let started = Cluster::start_with(|_| vec!["--service-cluster-ip-range=127.78.0.0/16".into()]);
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    let hook = Arc::new(Hook::default());
    let paths: Arc<Mutex<Vec<String>>> = Arc::default();
    let handler = {
        let (hook, paths) = (hook.clone(), paths.clone());
        move |request: Request| {
            let (hook, paths) = (hook.clone(), paths.clone());
            async move {
                paths.lock().expect("not poisoned").push(request.uri().path().to_string());
                answer(request, &hook).await
            }
        }
    };
    let listener = std::net::TcpListener::bind("127.78.0.50:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    // Its certificate is for the service's name alone: that is what it is asked as.
    cluster.serve_on(listener, "gears.default.svc", shutdown.clone(), handler);
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");
    let mut made = definition("", &ca);
    made["spec"]["conversion"]["webhook"]["clientConfig"] = json!({
        "service": {"namespace": "default", "name": "gears", "port": port, "path": "/convert"},
        "caBundle": STANDARD.encode(&ca),
    });
    let (code, created) = admin.post(DEFINITIONS, made).await;
    assert_eq!(code, 201, "{created}");
    let deadline = Duration::from_secs(120);
    let until = async |path: &str, wanted: u16, told: &str| {
        let mut last = json!(null);
        let seen = async {
            loop {
                let (code, answer) = admin.get(path).await;
                if code == wanted && answer.to_string().contains(told) {
                    return;
                }
                last = answer;
            }
        };
        let seen = tokio::time::timeout(deadline, seen).await;
        assert!(seen.is_ok(), "{path} never answers with {wanted} and {told:?}: {last}");
    };
    until(V1, 200, "GearList").await;
    // What is stored as it comes needs no converter.
    let (code, created) = admin.post(V1, gear("v1", "a", json!({"host": "here", "port": 80}))).await;
    assert_eq!(code, 201, "{created}");
    until(&format!("{V2}/a"), 500, "service \\\"gears\\\" not found").await;
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "gears"},
        "spec": {"clusterIP": "127.78.0.50", "ports": [{"port": port}]},
    });
    let (code, created) = admin.post("/api/v1/namespaces/default/services", service).await;
    assert_eq!(code, 201, "{created}");
    until(&format!("{V2}/a"), 200, "here:80").await;
    let paths = paths.lock().expect("not poisoned").clone();
    assert!(paths.iter().all(|path| path == "/convert") && !paths.is_empty(), "{paths:?}");
    shutdown.cancel();
    cluster.stop().await;
}
