//! How requests are refused, and what their options do, in upstream's codes and words.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};
use crate::{MAPS, PODS, config_map, pod};

const MERGE: &str = "application/merge-patch+json";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_refused_as_upstream_refuses_them() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    assert_eq!(admin.post("/api/v1/namespaces/default/serviceaccounts", account).await.0, 201);
    assert_eq!(admin.post(MAPS, config_map("a", "1")).await.0, 201);
    writes(&admin).await;
    lists(&admin).await;
    deletions(&admin).await;
    updates(&admin).await;
    patches(&admin).await;
    bindings(&admin).await;
    cluster.stop().await;
}

/// The code, the reason, the message and how many causes there are.
fn told((code, status): (u16, Value)) -> (u16, String, String, usize) {
    let text = |name: &str| status[name].as_str().unwrap_or_default().to_string();
    let causes = status["details"]["causes"].as_array().map_or(0, Vec::len);
    (code, text("reason"), text("message"), causes)
}

#[track_caller]
fn check(answer: (u16, Value), code: u16, reason: &str, message: &str, causes: usize) {
    assert_eq!(told(answer), (code, reason.to_string(), message.to_string(), causes));
}

fn invalid(kind: &str, why: &str) -> String {
    format!("{kind}.meta.k8s.io \"\" is invalid: {why}")
}

async fn writes(admin: &Api) {
    let bad = "dryRun=some&fieldValidation=Loud&fieldManager=a%07b";
    let why = "[fieldManager: Invalid value: \"a\\u{7}b\": invalid character U+0007 (at position 1), dryRun: Unsupported value: [\"some\"]: supported values: \"All\", fieldValidation: Unsupported value: \"Loud\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"]";
    let answer = admin.post(&format!("{MAPS}?{bad}"), config_map("b", "1")).await;
    check(answer, 422, "Invalid", &invalid("CreateOptions", why), 3);
    let long = format!("{MAPS}/a?fieldManager={}", "x".repeat(129));
    let why = "fieldManager: Too long: may not be more than 128 bytes";
    let answer = admin.send(Method::PUT, &long, Some(config_map("a", "1"))).await;
    check(answer, 422, "Invalid", &invalid("UpdateOptions", why), 1);
    let answer = admin.patch(&format!("{MAPS}/a?force=true"), MERGE, json!({})).await;
    let why = "force: Forbidden: may not be specified for non-apply patch";
    check(answer, 422, "Invalid", &invalid("PatchOptions", why), 1);
    let answer = admin.patch(&format!("{MAPS}/a"), "application/apply-patch+yaml", json!({})).await;
    let why = "fieldManager: Required value: is required for apply patch";
    check(answer, 422, "Invalid", &invalid("PatchOptions", why), 1);

    let mut again = config_map("b", "1");
    again["metadata"]["resourceVersion"] = json!("7");
    let why = "resourceVersion should not be set on objects to be created";
    check(admin.post(MAPS, again).await, 500, "", why, 0);
}

async fn lists(admin: &Api) {
    for (query, why, causes) in [
        (
            "resourceVersionMatch=Exact",
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
            1,
        ),
        (
            "resourceVersionMatch=Exact&resourceVersion=0",
            "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
            1,
        ),
        (
            "resourceVersionMatch=x&resourceVersion=1&continue=y",
            "[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided, resourceVersionMatch: Unsupported value: \"x\": supported values: \"Exact\", \"NotOlderThan\", \"\"]",
            2,
        ),
        (
            "sendInitialEvents=false",
            "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
            1,
        ),
        (
            "watch=1&resourceVersionMatch=Exact",
            "[resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided, resourceVersionMatch: Unsupported value: \"Exact\": supported values: \"NotOlderThan\"]",
            2,
        ),
        (
            "watch=1&sendInitialEvents=true",
            "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            1,
        ),
    ] {
        let answer = admin.get(&format!("{MAPS}?{query}")).await;
        check(answer, 422, "Invalid", &invalid("ListOptions", why), causes);
    }
    let version = "resourceVersion: Invalid value: \"x\": strconv.ParseUint: parsing \"x\": invalid syntax";
    for (query, why) in [
        ("limit=x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
        (
            "watch=1&timeoutSeconds=99999999999999999999",
            "strconv.ParseInt: parsing \"99999999999999999999\": value out of range",
        ),
        ("resourceVersion=x", &format!("invalid resource version: {version}")),
        (
            "continue=%21",
            "invalid continue token: continue key is not valid: illegal base64 data at input byte 0",
        ),
        (
            "fieldSelector=data%3Dx",
            "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
        ),
    ] {
        check(admin.get(&format!("{MAPS}?{query}")).await, 400, "BadRequest", why, 0);
    }
    let answer = admin.get(&format!("{PODS}?fieldSelector=spec.foo%3Dx")).await;
    check(answer, 400, "BadRequest", "field label not supported: spec.foo", 0);
    let answer = admin.get("/apis/batch/v1/jobs?fieldSelector=spec.foo%3Dx").await;
    check(answer, 400, "BadRequest", "field label \"spec.foo\" not supported for batchv1.Job", 0);
    check(admin.get(&format!("{MAPS}/a?resourceVersion=x")).await, 500, "", version, 0);
    check(admin.get(&format!("{MAPS}?watch=1&resourceVersion=x")).await, 500, "", version, 0);
    assert_eq!(admin.get(&format!("{MAPS}?limit=-1")).await.0, 200);

    // In the old way, too, a watch tells when it has told what was there.
    let path = format!("{MAPS}?watch=1&resourceVersion=0&allowWatchBookmarks=1&timeoutSeconds=1");
    let text = admin.request(Method::GET, &path).send().await.expect("a stream").text().await;
    assert!(text.expect("a body").contains("k8s.io/initial-events-end"));
}

async fn delete(admin: &Api, path: &str, media: &'static str, body: &str) -> (u16, Value) {
    let request = admin.request(Method::DELETE, path).header("content-type", media);
    let answer = request.body(body.to_string()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn deletions(admin: &Api) {
    const JSON: &str = "application/json";
    let a = format!("{MAPS}/a");
    let why = "[propagationPolicy: Invalid value: \"Maybe\": orphanDependents and deletionPropagation cannot be both set, propagationPolicy: Unsupported value: \"Maybe\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\", dryRun: Unsupported value: [\"some\"]: supported values: \"All\"]";
    let why = invalid("DeleteOptions", why);
    let query = format!("{a}?propagationPolicy=Maybe&orphanDependents=true&dryRun=some");
    check(admin.send(Method::DELETE, &query, None).await, 422, "Invalid", &why, 3);
    let body = r#"{"propagationPolicy": "Maybe", "orphanDependents": true, "dryRun": ["some"]}"#;
    check(delete(admin, &a, JSON, body).await, 422, "Invalid", &why, 3);
    let yaml = "kind: DeleteOptions\napiVersion: apps/v1\npropagationPolicy: Maybe\norphanDependents: true\ndryRun: [some]\n";
    check(delete(admin, &a, "application/yaml", yaml).await, 422, "Invalid", &why, 3);
    let many = format!("{MAPS}?labelSelector=none%3Dx");
    check(delete(admin, &many, JSON, body).await, 422, "Invalid", &why, 3);
    let unsafely = "ignoreStoreReadErrorWithClusterBreakingPotential";
    let why = format!("{unsafely}: Invalid value: true: cannot be set together with .dryRun");
    let answer = admin.send(Method::DELETE, &format!("{a}?{unsafely}=true&dryRun=All"), None).await;
    check(answer, 422, "Invalid", &invalid("DeleteOptions", &why), 1);
    let why = format!(
        "{unsafely}: Invalid value: true: is not allowed with DELETECOLLECTION, try again after removing the option"
    );
    let answer = admin.send(Method::DELETE, &format!("{many}&{unsafely}=true"), None).await;
    check(answer, 422, "Invalid", &invalid("DeleteOptions", &why), 1);

    let answer = admin.send(Method::DELETE, &format!("{a}?gracePeriodSeconds=x"), None).await;
    check(answer, 400, "BadRequest", "strconv.ParseInt: parsing \"x\": invalid syntax", 0);
    let why =
        "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64";
    check(delete(admin, &a, JSON, r#"{"gracePeriodSeconds": "x"}"#).await, 500, "", why, 0);
    let why = "no kind \"Pod\" is registered for version \"v1\" in scheme \"pkg/apis/meta/internalversion/scheme/register.go:27\"";
    let foreign = r#"{"kind": "Pod", "apiVersion": "v1"}"#;
    check(delete(admin, &a, JSON, foreign).await, 500, "", why, 0);
    let why = "converting (v1.Pod) to (v1.DeleteOptions): unknown conversion";
    check(delete(admin, &many, JSON, foreign).await, 500, "", why, 0);
    let why = "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf";
    check(delete(admin, &a, "text/plain", "{}").await, 415, "UnsupportedMediaType", why, 0);

    let (_, map) = admin.get(&a).await;
    let uid = map["metadata"]["uid"].as_str().unwrap_or_default();
    let why = format!(
        "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (x) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
    );
    let answer = delete(admin, &a, JSON, r#"{"preconditions": {"uid": "x"}}"#).await;
    check(answer, 409, "Conflict", &why, 0);
    check(admin.send(Method::DELETE, &format!("{a}?uid=x"), None).await, 409, "Conflict", &why, 0);
    let version = map["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    let why = format!(
        "Operation cannot be fulfilled on ConfigMap \"a\": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({version}). The object might have been modified"
    );
    let answer = delete(admin, &a, JSON, r#"{"preconditions": {"resourceVersion": "1"}}"#).await;
    check(answer, 409, "Conflict", &why, 0);

    // What holds it back is told by the code in one case; a body outweighs the query.
    let mut held = config_map("held", "1");
    held["metadata"]["finalizers"] = json!(["example.com/f"]);
    assert_eq!(admin.post(MAPS, held.clone()).await.0, 201);
    let path = format!("{MAPS}/held");
    assert_eq!(delete(admin, &format!("{path}?dryRun=All"), JSON, r#"{"dryRun": []}"#).await.0, 200);
    assert!(admin.get(&path).await.1["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(delete(admin, &path, JSON, r#"{"orphanDependents": false}"#).await.0, 202);
    let why = "object is being deleted: configmaps \"held\" already exists";
    check(admin.post(MAPS, held).await, 409, "AlreadyExists", why, 0);
    assert_eq!(admin.patch(&path, MERGE, json!({"metadata": {"finalizers": null}})).await.0, 200);

    // As many as the limit says, in order.
    for name in ["l1", "l2", "l3"] {
        let mut map = config_map(name, "1");
        map["metadata"]["labels"] = json!({"l": "x"});
        assert_eq!(admin.post(MAPS, map).await.0, 201);
    }
    let path = format!("{MAPS}?labelSelector=l%3Dx");
    let (code, list) = admin.send(Method::DELETE, &format!("{path}&limit=2"), None).await;
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (200, Some(2)), "{list}");
    assert!(list["metadata"]["continue"].is_string());
    let (_, list) = admin.get(&path).await;
    assert_eq!((&list["items"][0]["metadata"]["name"], &list["items"][1]), (&json!("l3"), &Value::Null));
    let answer = admin.send(Method::DELETE, &format!("{MAPS}?fieldSelector=data%3Dx"), None).await;
    let why = "\"data\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"";
    check(answer, 400, "BadRequest", why, 0);
}

async fn updates(admin: &Api) {
    let a = format!("{MAPS}/a");
    let put = |map: Value| admin.send(Method::PUT, &a, Some(map));
    let with = |name: &str, value: Value| {
        let mut map = config_map("a", "1");
        map["metadata"][name] = value;
        map
    };
    let (_, map) = admin.get(&a).await;
    let uid = map["metadata"]["uid"].as_str().unwrap_or_default();
    let why = format!(
        "Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: {uid}"
    );
    check(put(with("uid", json!("x"))).await, 409, "Conflict", &why, 0);
    let why = "strconv.ParseUint: parsing \"x\": invalid syntax";
    check(put(with("resourceVersion", json!("x"))).await, 500, "", why, 0);
    let why = "ConfigMap \"a\" is invalid: metadata.deletionTimestamp: Invalid value: \"2026-01-01T00:00:00Z\": field is immutable";
    check(put(with("deletionTimestamp", json!("2026-01-01T00:00:00Z"))).await, 422, "Invalid", why, 1);
    let answer = admin.patch(&a, MERGE, json!({"metadata": {"uid": "x"}})).await;
    let why = "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable";
    check(answer, 422, "Invalid", why, 1);
    let answer = admin.patch(&a, MERGE, json!({"metadata": {"name": "b"}})).await;
    let why = "the name of the object (b) does not match the name on the URL (a)";
    check(answer, 400, "BadRequest", why, 0);

    // An owner stands in an object once.
    let owner = json!({"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"});
    let mut owned = config_map("owned", "1");
    owned["metadata"]["ownerReferences"] = json!([owner, owner]);
    let request = admin.request(Method::POST, MAPS).header("content-type", "application/json");
    let answer = request.body(owned.to_string()).send().await.expect("an answer");
    let warning = answer.headers()["warning"].to_str().expect("a text").to_string();
    assert!(warning.contains("contains duplicate entries; API server dedups"), "{warning}");
    let created: Value = answer.json().await.expect("JSON");
    assert_eq!(created["metadata"]["ownerReferences"], json!([owner]));

    // Some kinds are only changed by version, in whatever way; a service may come by an update.
    let drivers = "/apis/storage.k8s.io/v1/csidrivers";
    let driver = json!({"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "d"}, "spec": {}});
    assert_eq!(admin.post(drivers, driver.clone()).await.0, 201);
    let why = "csidrivers.storage.k8s.io \"d\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update";
    let path = format!("{drivers}/d");
    check(admin.send(Method::PUT, &path, Some(driver)).await, 422, "Invalid", why, 1);
    let answer = admin.patch(&path, MERGE, json!({"metadata": {"resourceVersion": null}})).await;
    check(answer, 422, "Invalid", why, 1);
    assert_eq!(admin.patch(&path, MERGE, json!({"metadata": {"labels": {"a": "b"}}})).await.0, 200);
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}});
    let path = "/api/v1/namespaces/default/services/s";
    let (code, service) = admin.send(Method::PUT, path, Some(service)).await;
    assert_eq!(code, 201, "{service}");
}

async fn patches(admin: &Api) {
    const JSON: &str = "application/json-patch+json";
    const STRATEGIC: &str = "application/strategic-merge-patch+json";
    let a = format!("{MAPS}/a");
    let none = format!("{MAPS}/none");
    let missing = "configmaps \"none\" not found";
    check(admin.patch(&none, JSON, json!({})).await, 404, "NotFound", missing, 0);
    let many = vec![json!({"op": "test", "path": "/kind", "value": "ConfigMap"}); 10_001];
    let why = "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001";
    check(admin.patch(&a, JSON, json!(many)).await, 413, "RequestEntityTooLarge", why, 0);
    let why =
        "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp";
    check(admin.patch(&a, JSON, json!({})).await, 400, "BadRequest", why, 0);
    let why =
        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}";
    check(admin.patch(&a, MERGE, json!([])).await, 400, "BadRequest", why, 0);
    let answer = admin.patch(&format!("{a}?fieldValidation=Ignore"), MERGE, json!([])).await;
    check(answer, 400, "BadRequest", "Invalid JSON Patch", 0);
    let why = "json: cannot unmarshal array into Go value of type map[string]interface {}";
    check(admin.patch(&a, STRATEGIC, json!([])).await, 400, "BadRequest", why, 0);
    let why = "the server rejected our request due to an error in our request";
    let absent = json!([{"op": "remove", "path": "/data/none"}]);
    check(admin.patch(&a, JSON, absent).await, 422, "Invalid", why, 0);
    let odd = json!([{"op": "odd", "path": "/data/none"}]);
    check(admin.patch(&a, JSON, odd).await, 422, "Invalid", why, 0);
    let answer =
        admin.patch(&format!("{a}?fieldValidation=Strict"), STRATEGIC, json!({"dta": {"b": 1}})).await;
    let why = " \"\" is invalid: patch: Invalid value: \"map[dta:map[b:1]]\": strict decoding error: unknown field \"dta\"";
    check(answer, 422, "Invalid", why, 1);
    let wrong = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "none", "uid": "x"}});
    let answer = admin.patch(&format!("{none}?fieldManager=m"), "application/apply-patch+yaml", wrong).await;
    let why = "Operation cannot be fulfilled on configmaps \"none\": uid mismatch: the provided object specified uid x, and no existing object was found";
    check(answer, 409, "Conflict", why, 0);
}

async fn bindings(admin: &Api) {
    let (_, created) = admin.post(PODS, pod("p")).await;
    let path = format!("{PODS}/p/binding");
    let binding = |meta: Value, target: Value| json!({"apiVersion": "v1", "kind": "Binding", "metadata": meta, "target": target});
    let node = json!({"kind": "Node", "name": "n"});
    let why = "name in URL does not match name in Binding object";
    check(admin.post(&path, binding(json!({}), node.clone())).await, 400, "BadRequest", why, 0);
    let named = json!({"name": "p"});
    let why = "target.name: Required value";
    check(admin.post(&path, binding(named.clone(), json!({"kind": "Node"}))).await, 500, "", why, 0);
    let uid = created["metadata"]["uid"].as_str().unwrap_or_default();
    let why = format!(
        "Operation cannot be fulfilled on pods \"p\": StorageError: invalid object, Code: 4, Key: /registry/pods/default/p, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: {uid}"
    );
    let other = binding(json!({"name": "p", "uid": "x"}), node.clone());
    check(admin.post(&path, other).await, 409, "Conflict", &why, 0);
    let version = created["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    let why = format!(
        "Operation cannot be fulfilled on pods \"p\": StorageError: invalid object, Code: 4, Key: /registry/pods/default/p, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: {version}"
    );
    let old = binding(json!({"name": "p", "resourceVersion": "1"}), node.clone());
    check(admin.post(&path, old).await, 409, "Conflict", &why, 0);
    let meta = json!({"name": "p", "annotations": {"a": "b"}, "labels": {"app": "other"}});
    assert_eq!(admin.post(&path, binding(meta, node.clone())).await.0, 201);
    let (_, bound) = admin.get(&format!("{PODS}/p")).await;
    assert_eq!(
        (&bound["metadata"]["annotations"]["a"], &bound["metadata"]["labels"]["app"]),
        (&json!("b"), &json!("other"))
    );
    let why = "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n\"";
    check(admin.post(&path, binding(named, node)).await, 409, "Conflict", why, 0);
    let answer = admin.post(&format!("{PODS}/p/exec?dryRun=All"), json!({})).await;
    check(answer, 400, "BadRequest", "dryRun is not supported", 0);
}
