//! What upstream's conformance suite asks for and no other test here does.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_promises_are_kept() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    tables(&admin).await;
    strict(&admin).await;
    notes(&admin).await;
    published(&admin).await;
    cluster.stop().await;
}

/// What is only created is kept nowhere, and is no table.
async fn tables(admin: &Api) {
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let review = json!({"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}});
    for (accept, code) in [(TABLE, 406), (&*format!("{TABLE},application/json"), 201)] {
        let request = admin.request(Method::POST, path).header("accept", accept);
        let request = request.header("content-type", "application/json").body(review.to_string());
        assert_eq!(request.send().await.expect("an answer").status(), code, "{accept}");
    }
}

/// Unknown and duplicate fields are told in the order in which they stand there.
async fn strict(admin: &Api) {
    let path = "/api/v1/namespaces/default/configmaps?fieldValidation=Strict";
    let text = r#"{"metadata":{"name":"strict"},"first":1,"data":{"a":"1","a":"2"},"last":1}"#;
    let request = admin.request(Method::POST, path).header("content-type", "application/json").body(text);
    let answer = request.send().await.expect("an answer").text().await.expect("a body");
    let status: Value = serde_json::from_str(&answer).expect("JSON");
    let wanted =
        r#"strict decoding error: unknown field "first", duplicate field "data.a", unknown field "last""#;
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with(wanted)), "{status}");
}

/// Whoever changes a part of its own, like finalizers or approvals, may leave a note.
async fn notes(admin: &Api) {
    let path = "/api/v1/namespaces/noted";
    let namespace = json!({"metadata": {"name": "noted"}});
    assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
    let (_, mut namespace) = admin.get(path).await;
    namespace["metadata"]["annotations"] = json!({"note": "held"});
    namespace["spec"]["finalizers"] = json!(["kubernetes", "example.com/held"]);
    let (code, held) = admin.send(Method::PUT, &format!("{path}/finalize"), Some(namespace)).await;
    assert_eq!((code, &held["metadata"]["annotations"]["note"]), (200, &json!("held")), "{held}");
    assert_eq!(held["spec"]["finalizers"], json!(["kubernetes", "example.com/held"]));
}

fn definition(kind: &str, schema: Value) -> Value {
    let plural = format!("{}s", kind.to_lowercase());
    json!({
        "metadata": {"name": format!("{plural}.published.example.com")},
        "spec": {
            "group": "published.example.com", "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind, "listKind": format!("{kind}ItemList")},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    })
}

/// Definitions are published as kubectl needs them, and lists have the kind that they ask for.
async fn published(admin: &Api) {
    let open = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let spec = json!({"type": "object", "description": "What is wanted", "properties": {"size": {"type": "integer"}}});
    let closed = json!({"type": "object", "description": "A closed one", "properties": {"spec": spec}});
    for (kind, schema) in [("Open", open), ("Closed", closed)] {
        let (code, created) = admin.post(DEFINITIONS, definition(kind, schema)).await;
        assert_eq!(code, 201, "{created}");
    }
    for plural in ["opens", "closeds"] {
        let path = format!("/apis/published.example.com/v1/{plural}");
        while admin.get(&path).await.0 != 200 {
            tokio::task::yield_now().await;
        }
    }
    for path in
        ["/apis/published.example.com/v1/closeds", "/apis/published.example.com/v1/namespaces/x/closeds"]
    {
        assert_eq!(admin.get(path).await.1["kind"], "ClosedItemList", "{path}");
    }

    let answer = admin.request(Method::GET, "/openapi/v2").send().await.expect("an answer");
    let tag = answer.headers()["etag"].to_str().expect("a text").to_string();
    let document: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    let gvk = |kind: &str| json!([{"group": "published.example.com", "version": "v1", "kind": kind}]);
    let name = |kind: &str| format!("com.example.published.v1.{kind}");
    let of = |kind: &str| document["definitions"][name(kind)].clone();
    assert_eq!(of("Open"), json!({"type": "object", "x-kubernetes-group-version-kind": gvk("Open")}));
    let closed = of("Closed");
    let told =
        |field: &str| closed["properties"][field]["description"].as_str().unwrap_or_default().to_string();
    assert!(told("apiVersion").starts_with("APIVersion defines the versioned schema"), "{closed}");
    assert!(told("metadata").starts_with("Standard object's metadata."), "{closed}");
    assert_eq!(closed["properties"]["spec"]["properties"]["size"]["type"], "integer");
    assert_eq!(of("ClosedItemList")["x-kubernetes-group-version-kind"], gvk("ClosedItemList"));

    let again = || admin.request(Method::GET, "/openapi/v2").header("if-none-match", &tag);
    assert_eq!(again().send().await.expect("an answer").status(), 304);
    let path = format!("{DEFINITIONS}/closeds.published.example.com");
    assert_eq!(admin.send(Method::DELETE, &path, None).await.0, 200);
    while again().send().await.expect("an answer").status() != 200 {
        tokio::task::yield_now().await;
    }
}
