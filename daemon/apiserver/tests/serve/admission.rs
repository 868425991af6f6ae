//! Admission as clients see it: webhooks, policies, limits, quotas, pod security.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use component::http::{Body, Request, typed};
use http_body_util::BodyExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::{Api, Cluster};
use crate::measured::Page;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const MERGE: &str = "application/merge-patch+json";
const HOOKS: &str = "/apis/admissionregistration.k8s.io/v1";

fn map(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

/// What the webhook was asked, in order.
type Asked = Arc<Mutex<Vec<Value>>>;

/// A webhook: `/mutate` adds a key, `/validate` refuses maps with a key `bad`.
async fn webhook(cluster: &Cluster, shutdown: CancellationToken, asked: Asked) -> String {
    let handler = move |request: Request| {
        let asked = asked.clone();
        async move { answer(request, &asked).await }
    };
    format!("https://127.0.0.1:{}", cluster.serve("hook", shutdown, handler).await)
}

async fn answer(request: Request, asked: &Asked) -> http::Response<Body> {
    let path = request.uri().path().to_string();
    let body = request.into_body().collect().await.expect("a body").to_bytes();
    let review: Value = serde_json::from_slice(&body).expect("JSON");
    asked.lock().expect("not poisoned").push(review["request"].clone());
    let object = &review["request"]["object"];
    if path == "/broken" {
        return typed(StatusCode::NOT_IMPLEMENTED, "text/plain", "not today");
    }
    let mut response = json!({"uid": review["request"]["uid"], "allowed": true});
    if path == "/mutate" {
        let patch = json!([{"op": "add", "path": "/data/added", "value": "by the hook"}]);
        response["patchType"] = json!("JSONPatch");
        response["patch"] = json!(STANDARD.encode(patch.to_string()));
        response["warnings"] = json!(["mind the hook"]);
    } else if object["data"]["bad"].is_string() || review["request"]["operation"] == "DELETE" {
        response["allowed"] = json!(false);
        response["status"] = json!({"code": 403, "reason": "Forbidden", "message": "no bad ones"});
    }
    let answer =
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
    typed(StatusCode::OK, "application/json", answer.to_string())
}

/// Webhooks' configuration with one of them, which takes `more` fields in place of its own.
pub fn configuration(kind: &str, url: &str, ca: &str, more: Value) -> Value {
    let mut hook = json!({
        "name": "hook.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {"url": url, "caBundle": STANDARD.encode(ca)},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE", "UPDATE", "DELETE"]}],
        "objectSelector": {"matchExpressions": [{"key": "free", "operator": "DoesNotExist"}]},
        "matchConditions": [{"name": "not-the-root", "expression": "!request.name.startsWith('kube-root')"}],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        hook[key] = value.clone();
    }
    json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": "hook"}, "webhooks": [hook]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_change_and_judge() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    let asked = Asked::default();
    let url = webhook(&cluster, shutdown.clone(), asked.clone()).await;
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");

    // A configuration has effect once its watch event is here: the first write that sees it tells.
    let mutating = configuration("MutatingWebhookConfiguration", &format!("{url}/mutate"), &ca, json!({}));
    let (code, body) = admin.post(&format!("{HOOKS}/mutatingwebhookconfigurations"), mutating).await;
    assert_eq!(code, 201, "{body}");
    let mut tries = 0;
    let created = loop {
        let (code, created) = admin.post(MAPS, map(&format!("m{tries}"), json!({"a": "b"}))).await;
        assert_eq!(code, 201, "{created}");
        if created["data"]["added"] == "by the hook" {
            break created;
        }
        tries += 1;
        assert!(tries < 1000, "the webhook is never asked: {created}");
    };
    let request = asked.lock().expect("not poisoned").last().cloned().expect("asked");
    assert_eq!(request["operation"], "CREATE");
    assert_eq!(request["resource"], json!({"group": "", "version": "v1", "resource": "configmaps"}));
    assert_eq!(request["userInfo"]["username"], "admin");
    assert_eq!(request["object"]["data"], json!({"a": "b"}));
    assert_eq!(request["namespace"], "default");
    assert!(created["metadata"]["managedFields"].is_array());
    let before = asked.lock().expect("not poisoned").len();
    let mut free = map("free", json!({}));
    free["metadata"]["labels"] = json!({"free": "yes"});
    assert_eq!(admin.post(MAPS, free).await.1["data"]["added"], Value::Null, "selected away");
    assert_eq!(admin.post(MAPS, map("kube-root-x", json!({}))).await.0, 201, "a condition is not met");
    assert_eq!(asked.lock().expect("not poisoned").len(), before);
    let request = admin.request(Method::POST, MAPS).header("content-type", "application/json");
    let answer = request.body(map("warned", json!({"a": "b"})).to_string()).send().await.expect("an answer");
    assert!(answer.headers()["warning"].to_str().expect("a text").contains("mind the hook"));

    let validating =
        configuration("ValidatingWebhookConfiguration", &format!("{url}/validate"), &ca, json!({}));
    let path = format!("{HOOKS}/validatingwebhookconfigurations");
    assert_eq!(admin.post(&path, validating).await.0, 201);
    let mut tries = 0;
    let status = loop {
        let (code, status) = admin.post(MAPS, map(&format!("v{tries}"), json!({"bad": "x"}))).await;
        if code != 201 {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the webhook is never asked");
    };
    assert_eq!(
        (&status["message"], &status["code"], &status["reason"]),
        (
            &json!("admission webhook \"hook.example.com\" denied the request: no bad ones"),
            &json!(403),
            &json!("Forbidden")
        )
    );
    let (code, _) = admin.patch(&format!("{MAPS}/warned"), MERGE, json!({"data": {"bad": "y"}})).await;
    assert_eq!(code, 403);
    let (code, status) = admin.send(Method::DELETE, &format!("{MAPS}/warned"), None).await;
    assert_eq!(code, 403, "{status}");
    let request = asked.lock().expect("not poisoned").last().cloned().expect("asked");
    assert_eq!((&request["operation"], &request["object"]), (&json!("DELETE"), &Value::Null));
    assert_eq!(request["oldObject"]["metadata"]["name"], "warned");

    broken(&admin, &url).await;
    failures(&admin, &shutdown).await;
    asked_of_webhooks(&admin, &url).await;
    cluster.stop().await;
}

/// What the metrics tell of all that.
async fn asked_of_webhooks(admin: &Api, url: &str) {
    let page = Page::of(admin).await;
    let (hook, create) = ("name=\"hook.example.com\"", "operation=\"CREATE\"");
    let (no, yes) = ("rejected=\"false\"", "rejected=\"true\"");
    let (admit, validating) = ("type=\"admit\"", "type=\"validating\"");
    for (code, rejected, kind) in [
        ("200", no, admit),
        ("403", yes, validating),
        ("501", yes, validating),
        ("503", yes, validating),
        ("503", no, validating),
    ] {
        let code = format!("code=\"{code}\"");
        page.counts("apiserver_admission_webhook_request_total", &[&code, hook, create, rejected, kind]);
        let name = "apiserver_admission_webhook_admission_duration_seconds_count";
        page.counts(name, &[hook, create, rejected, kind]);
    }
    for (error, code) in [("no_error", "403"), ("calling_webhook_error", "503")] {
        let (error, code) = (format!("error_type=\"{error}\""), format!("rejection_code=\"{code}\""));
        let labels = [&*error, hook, create, &*code, validating];
        page.counts("apiserver_admission_webhook_rejection_count", &labels);
    }
    page.counts("apiserver_admission_webhook_fail_open_count", &[hook, validating]);
    let condition = ["kind=\"webhook\"", hook, create, admit];
    page.counts("apiserver_admission_match_condition_evaluation_seconds_count", &condition);
    page.counts("apiserver_admission_match_condition_exclusions_total", &condition);
    let host = format!("host=\"{}\"", url.trim_start_matches("https://"));
    page.counts("rest_client_requests_total", &["code=\"200\"", &host, "method=\"POST\""]);
    for name in ["request_duration_seconds", "request_size_bytes", "response_size_bytes"] {
        page.counts(&format!("rest_client_{name}_count"), &[&host, "verb=\"POST\""]);
    }
    assert!(page.value("rest_client_requests_total", &["code=\"<error>\""]) > 0.0);
}

/// A webhook that answers with an error.
async fn broken(admin: &Api, url: &str) {
    let path = format!("{HOOKS}/validatingwebhookconfigurations/hook");
    let change =
        json!([{"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": format!("{url}/broken")}]);
    assert_eq!(admin.patch(&path, "application/json-patch+json", change).await.0, 200);
    let mut tries = 0;
    let message = loop {
        let (code, status) = admin.post(MAPS, map(&format!("b{tries}"), json!({"a": "b"}))).await;
        match status["message"].as_str().filter(|_| code == 500) {
            Some(message) => break message.to_string(),
            None => tries += 1,
        }
        assert!(tries < 1000, "the webhook is never asked: {status}");
    };
    assert!(message.contains("an error on the server (\"not today\")"), "{message}");
}

/// A webhook that does not answer follows its failure policy.
async fn failures(admin: &Api, shutdown: &CancellationToken) {
    shutdown.cancel();
    let path = format!("{HOOKS}/mutatingwebhookconfigurations/hook");
    assert_eq!(admin.send(Method::DELETE, &path, None).await.0, 200);
    // Connections that are open may still be served; new ones are not.
    let refused =
        |url: &str| json!([{"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": url}]);
    let path = format!("{HOOKS}/validatingwebhookconfigurations/hook");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("an address");
    let (code, _) =
        admin.patch(&path, "application/json-patch+json", refused(&format!("https://{closed}/x"))).await;
    assert_eq!(code, 200);
    let mut tries = 0;
    let status = loop {
        let (code, status) = admin.post(MAPS, map(&format!("f{tries}"), json!({}))).await;
        if code == 500 && status["message"].as_str().is_some_and(|m| m.contains(&closed.to_string())) {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the webhook is never asked: {status}");
    };
    let message = status["message"].as_str().expect("a message");
    assert!(
        message.starts_with("Internal error occurred: failed calling webhook \"hook.example.com\": failed to call webhook: Post"),
        "{message}"
    );
    slow(admin, &path).await;
    let ignore = json!([{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]);
    assert_eq!(admin.patch(&path, "application/json-patch+json", ignore).await.0, 200);
    let mut tries = 0;
    while admin.post(MAPS, map(&format!("i{tries}"), json!({}))).await.0 != 201 {
        tries += 1;
        assert!(tries < 1000, "the failure is never ignored");
    }
}

/// A webhook that says nothing is waited for as long as it wants.
async fn slow(admin: &Api, path: &str) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}/x", silent.local_addr().expect("an address"));
    let changes = json!([
        {"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": url},
        {"op": "add", "path": "/webhooks/0/timeoutSeconds", "value": 1},
    ]);
    assert_eq!(admin.patch(path, "application/json-patch+json", changes).await.0, 200);
    let mut tries = 0;
    let message = loop {
        let (_, status) = admin.post(MAPS, map(&format!("s{tries}"), json!({}))).await;
        match status["message"].as_str().filter(|message| message.contains(&url)) {
            Some(message) => break message.to_string(),
            None => tries += 1,
        }
        assert!(tries < 1000, "the webhook is never asked: {status}");
    };
    assert!(message.ends_with(&format!("Post \"{url}?timeout=1s\": context deadline exceeded")), "{message}");
}

const POLICIES: &str = "/api/v1/namespaces/limited";

fn pod(name: &str, resources: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"containers": [{"name": "c", "image": "x:1", "resources": resources}]},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn namespaces_have_limits() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "limited"}});
    assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    assert_eq!(admin.post(&format!("{POLICIES}/serviceaccounts"), account).await.0, 201);
    classes(&admin).await;
    limits(&admin).await;
    quotas(&admin).await;
    security(&admin).await;
    cluster.stop().await;
}

async fn classes(admin: &Api) {
    let class = |name: &str, default: bool| {
        json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "x.io/y",
            "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": default.to_string()}},
        })
    };
    let path = "/apis/storage.k8s.io/v1/storageclasses";
    assert_eq!(admin.post(path, class("plain", false)).await.0, 201);
    assert_eq!(admin.post(path, class("standard", true)).await.0, 201);
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    let claims = format!("{POLICIES}/persistentvolumeclaims");
    let mut tries = 0;
    loop {
        let (code, created) = admin.post(&format!("{claims}?dryRun=All"), claim.clone()).await;
        assert_eq!(code, 201, "{created}");
        if created["spec"]["storageClassName"] == "standard" {
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the class is never seen");
    }
    assert_eq!(admin.post(&claims, claim).await.0, 201);
    // Only a claim that has its volume may ask for more; whether it gets more is the class' say.
    let bound = json!({"status": {"phase": "Bound"}});
    assert_eq!(admin.patch(&format!("{claims}/c/status"), MERGE, bound).await.0, 200);
    let grown = json!({"spec": {"resources": {"requests": {"storage": "2Gi"}}}});
    let (code, status) = admin.patch(&format!("{claims}/c"), MERGE, grown).await;
    assert_eq!(code, 403, "{status}");
    let mut odd = pod("p", json!({}));
    odd["spec"]["runtimeClassName"] = json!("none");
    let (code, status) = admin.post(&format!("{POLICIES}/pods?dryRun=All"), odd.clone()).await;
    assert_eq!(
        (code, &status["message"]),
        (403, &json!("pods \"p\" is forbidden: pod rejected: RuntimeClass \"none\" not found"))
    );
    let runtime = json!({
        "apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "none"}, "handler": "x",
        "overhead": {"podFixed": {"memory": "10Mi"}}, "scheduling": {"nodeSelector": {"a": "b"}},
    });
    assert_eq!(admin.post("/apis/node.k8s.io/v1/runtimeclasses", runtime).await.0, 201);
    let (code, created) = admin.post(&format!("{POLICIES}/pods?dryRun=All"), odd).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["spec"]["overhead"], json!({"memory": "10Mi"}));
    assert_eq!(created["spec"]["nodeSelector"], json!({"a": "b"}));
}

async fn limits(admin: &Api) {
    let range = json!({
        "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "limits"},
        "spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}, "min": {"cpu": "100m"}, "default": {"cpu": "500m"}}]},
    });
    let (code, range) = admin.post(&format!("{POLICIES}/limitranges"), range).await;
    assert_eq!(
        (code, &range["spec"]["limits"][0]["defaultRequest"]),
        (201, &json!({"cpu": "500m"})),
        "{range}"
    );
    // The limits have effect once their watch event is here.
    let path = format!("{POLICIES}/pods?dryRun=All");
    let mut tries = 0;
    let status = loop {
        let (code, status) =
            admin.post(&path, pod("p", json!({"requests": {"cpu": "50m"}, "limits": {"cpu": "2"}}))).await;
        if code != 201 {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the limits are never seen");
    };
    assert_eq!(
        status["message"],
        "pods \"p\" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2]"
    );
    let (code, filled) = admin.post(&path, pod("p", json!({}))).await;
    assert_eq!(code, 201, "{filled}");
    assert_eq!(
        filled["spec"]["containers"][0]["resources"],
        json!({"limits": {"cpu": "500m"}, "requests": {"cpu": "500m"}})
    );
    assert_eq!(
        filled["metadata"]["annotations"]["kubernetes.io/limit-ranger"],
        "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    );
}

async fn quotas(admin: &Api) {
    let quota = json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "quota"},
        "spec": {"hard": {"pods": "3", "requests.cpu": "1200m", "limits.memory": "1Gi", "count/configmaps": "5"}},
    });
    let path = format!("{POLICIES}/resourcequotas");
    assert_eq!(admin.post(&path, quota).await.0, 201);
    admin.until(&path, |_, object| object["status"]["used"]["pods"] == "0").await;
    let pods = format!("{POLICIES}/pods");
    let (code, status) = admin.post(&pods, pod("p", json!({}))).await;
    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "pods \"p\" is forbidden: failed quota: quota: must specify limits.memory for: c"
    );
    let resources = json!({"limits": {"memory": "100Mi"}});
    assert_eq!(admin.post(&pods, pod("a", resources.clone())).await.0, 201);
    // Of many at the same time only as many get in as there is room for.
    let work = (0..6).map(|index| {
        let (pods, resources) = (pods.clone(), resources.clone());
        async move { admin.post(&pods, pod(&format!("b{index}"), resources)).await }
    });
    let outcomes = futures::future::join_all(work).await;
    assert_eq!(outcomes.iter().filter(|(code, _)| *code == 201).count(), 1, "{outcomes:?}");
    let (_, refused) = outcomes.iter().find(|(code, _)| *code == 403).expect("a refusal");
    let message = refused["message"].as_str().expect("a message");
    assert!(
        message.ends_with("exceeded quota: quota, requested: requests.cpu=500m, used: requests.cpu=1, limited: requests.cpu=1200m"),
        "{message}"
    );
    admin.until(&path, |_, object| object["status"]["used"]["requests.cpu"] == "1").await;
    let now = json!({"gracePeriodSeconds": 0});
    assert_eq!(admin.send(Method::DELETE, &format!("{pods}/a"), Some(now)).await.0, 200);
    assert_eq!(admin.post(&pods, pod("again", resources)).await.0, 201);
    for index in 0..5 {
        assert_eq!(
            admin.post(&format!("{POLICIES}/configmaps"), map(&format!("m{index}"), json!({}))).await.0,
            201
        );
    }
    let (code, status) = admin.post(&format!("{POLICIES}/configmaps"), map("m5", json!({}))).await;
    assert_eq!(code, 403, "{status}");
    assert_eq!(admin.send(Method::DELETE, &format!("{path}/quota"), None).await.0, 200);
}

async fn security(admin: &Api) {
    let labels = json!({"metadata": {"labels": {
        "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/warn": "restricted",
    }}});
    assert_eq!(admin.patch(POLICIES, MERGE, labels).await.0, 200);
    let path = format!("{POLICIES}/pods?dryRun=All");
    let mut bad = pod("p", json!({}));
    bad["spec"]["hostNetwork"] = json!(true);
    let mut tries = 0;
    let status = loop {
        let (code, status) = admin.post(&path, bad.clone()).await;
        if code != 201 {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the labels are never seen");
    };
    assert_eq!(
        status["message"],
        "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)"
    );
    let request = admin.request(Method::POST, &path).header("content-type", "application/json");
    let answer = request.body(pod("p", json!({})).to_string()).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let warning = answer.headers()["warning"].to_str().expect("a text");
    assert!(
        warning.contains(
            "would violate PodSecurity \\\"restricted:latest\\\": allowPrivilegeEscalation != false"
        ),
        "{warning}"
    );
    let page = Page::of(admin).await;
    for (decision, mode, level) in
        [("deny", "enforce", "baseline"), ("allow", "enforce", "baseline"), ("deny", "warn", "restricted")]
    {
        let labels = [
            format!("decision=\"{decision}\""),
            format!("mode=\"{mode}\""),
            format!("policy_level=\"{level}\""),
            "policy_version=\"latest\"".to_string(),
            "request_operation=\"create\"".to_string(),
            "resource=\"pod\"".to_string(),
            "subresource=\"\"".to_string(),
        ];
        page.counts("pod_security_evaluations_total", &labels.each_ref().map(String::as_str));
    }
    let exempt = ["request_operation=\"create\"", "resource=\"controller\"", "subresource=\"\""];
    assert!(page.has("pod_security_exemptions_total", &exempt));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_judge_and_change() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let rules = json!({"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE", "UPDATE"]}]});
    let mut policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "few"},
        "spec": {
            "matchConstraints": rules, "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
            "matchConditions": [{"name": "not-params", "expression": "object.metadata.name != 'params'"}],
            "variables": [{"name": "most", "expression": "int(params.data.most)"}],
            "validations": [
                {"expression": "size(object.?data.orValue({})) <= variables.most", "messageExpression": "'at most ' + string(variables.most) + ' in ' + namespaceObject.metadata.name"},
                {"expression": "oldObject == null || object.data == oldObject.data", "message": "data can't change", "reason": "Forbidden"},
            ],
        },
    });
    policy["spec"]["validations"][0]["expression"] = json!("size(object.data) <= authorizer.most");
    let path = format!("{HOOKS}/validatingadmissionpolicies");
    let (code, status) = admin.post(&path, policy.clone()).await;
    assert_eq!(code, 422);
    assert_eq!(status["details"]["causes"][0]["field"], "spec.validations[0].expression", "{status}");
    policy["spec"]["validations"][0]["expression"] =
        json!("size(object.?data.orValue({})) <= variables.most");
    assert_eq!(admin.post(&path, policy).await.0, 201);
    assert_eq!(admin.post(MAPS, map("params", json!({"most": "2"}))).await.0, 201);
    let mut binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "everywhere"},
        "spec": {"policyName": "few", "validationActions": ["Deny"], "paramRef": {"name": "params", "parameterNotFoundAction": "Deny"}},
    });
    let path = format!("{HOOKS}/validatingadmissionpolicybindings");
    assert_eq!(admin.post(&path, binding.clone()).await.0, 201);
    let three = json!({"a": "1", "b": "2", "c": "3"});
    // The policy has effect once its watch events are here.
    let mut tries = 0;
    let status = loop {
        let (code, status) = admin.post(&format!("{MAPS}?dryRun=All"), map("m", three.clone())).await;
        if code != 201 {
            break status;
        }
        tries += 1;
        assert!(tries < 1000, "the policy is never seen");
    };
    assert_eq!(
        (&status["message"], &status["code"], &status["reason"]),
        (
            &json!(
                "configmaps \"m\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'everywhere' denied request: at most 2 in default"
            ),
            &json!(422),
            &json!("Invalid")
        )
    );
    assert_eq!(admin.post(MAPS, map("m", json!({"a": "1"}))).await.0, 201);
    let (code, status) = admin.patch(&format!("{MAPS}/m"), MERGE, json!({"data": {"a": "2"}})).await;
    assert_eq!((code, &status["reason"]), (403, &json!("Forbidden")), "{status}");
    // What only warns lets through.
    let (_, stored) = admin.get(&format!("{path}/everywhere")).await;
    binding["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"].clone();
    binding["spec"]["validationActions"] = json!(["Warn"]);
    assert_eq!(admin.send(Method::PUT, &format!("{path}/everywhere"), Some(binding)).await.0, 200);
    let mut tries = 0;
    loop {
        let request = admin
            .request(Method::POST, &format!("{MAPS}?dryRun=All"))
            .header("content-type", "application/json");
        let answer = request.body(map("w", three.clone()).to_string()).send().await.expect("an answer");
        if answer.status() == 201 {
            assert!(answer.headers()["warning"].to_str().expect("a text").contains("at most 2"));
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the binding is never seen");
    }

    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "label"},
        "spec": {
            "matchConstraints": rules, "reinvocationPolicy": "Never",
            "mutations": [
                {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{metadata: Object.metadata{labels: {'by': request.userInfo.username}}}"}},
                {"patchType": "JSONPatch", "jsonPatch": {"expression": "[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a.b'), value: object.metadata.labels.by}]"}},
            ],
        },
    });
    assert_eq!(admin.post(&format!("{HOOKS}/mutatingadmissionpolicies"), policy).await.0, 201);
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "label"},
        "spec": {"policyName": "label"},
    });
    assert_eq!(admin.post(&format!("{HOOKS}/mutatingadmissionpolicybindings"), binding).await.0, 201);
    let mut tries = 0;
    loop {
        let (code, created) = admin.post(&format!("{MAPS}?dryRun=All"), map("l", json!({"a": "1"}))).await;
        assert_eq!(code, 201, "{created}");
        if created["metadata"]["labels"]["by"] == "admin" {
            assert_eq!(created["data"], json!({"a": "1", "a.b": "admin"}));
            break;
        }
        tries += 1;
        assert!(tries < 1000, "the policy is never seen");
    }
    let page = Page::of(&admin).await;
    let (policy, binding) = ("policy=\"few\"", "policy_binding=\"everywhere\"");
    for action in ["deny", "warn"] {
        let labels =
            [&*format!("enforcement_action=\"{action}\""), "error_type=\"no_error\"", policy, binding];
        page.counts("apiserver_validating_admission_policy_check_total", &labels);
        page.counts("apiserver_validating_admission_policy_check_duration_seconds_count", &labels);
    }
    let labels = ["error_type=\"no_error\"", "policy=\"label\"", "policy_binding=\"label\""];
    page.counts("apiserver_mutating_admission_policy_check_total", &labels);
    page.counts("apiserver_mutating_admission_policy_check_duration_seconds_count", &labels);
    let condition = ["kind=\"policy\"", "name=\"few\"", "operation=\"CREATE\"", "type=\"validate\""];
    page.counts("apiserver_admission_match_condition_evaluation_seconds_count", &condition);
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_ask_for_permissions() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let grant = |name: &str, verb: &str, group: &str, resource: &str| {
        let role = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name},
            "rules": [{"apiGroups": [group], "resources": [resource], "verbs": [verb]}],
        });
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
            "subjects": [{"kind": "User", "name": "bob"}],
        });
        let admin = admin.clone();
        async move {
            let path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
            assert_eq!(admin.post(&format!("{path}/roles"), role).await.0, 201);
            assert_eq!(admin.post(&format!("{path}/rolebindings"), binding).await.0, 201);
        }
    };
    grant("maps", "create", "", "configmaps").await;
    let rules = json!({"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}]});
    let paint = "authorizer.group('example.com').resource('paints').namespace(request.namespace).name(object.data.color).check('use').allowed()";
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "paints"},
        "spec": {
            "matchConstraints": rules,
            "matchConditions": [{"name": "not-the-masters", "expression": "!authorizer.requestResource.check('delete').allowed()"}],
            "variables": [{"name": "may", "expression": paint}],
            "validations": [{"expression": "variables.may || authorizer.path('/paints').check('get').allowed()", "message": "not your color"}],
        },
    });
    let (code, status) = admin.post(&format!("{HOOKS}/validatingadmissionpolicies"), policy).await;
    assert_eq!(code, 201, "{status}");
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "paints"},
        "spec": {"policyName": "paints", "validationActions": ["Deny"]},
    });
    assert_eq!(admin.post(&format!("{HOOKS}/validatingadmissionpolicybindings"), binding).await.0, 201);
    let bob = cluster.user("bob", None);
    let red = |name: String| map(&name, json!({"color": "red"}));
    // Roles and the policy have effect once their watch events are here.
    let mut tries = 0;
    let status = loop {
        let (code, status) = bob.post(&format!("{MAPS}?dryRun=All"), red("r".into())).await;
        if code == 422 {
            break status;
        }
        tries += 1;
        assert!(tries < 2000, "the policy is never seen: {status}");
    };
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with("not your color")), "{status}");
    assert_eq!(admin.post(MAPS, red("a".into())).await.0, 201, "who may delete is not asked");
    grant("paints", "use", "example.com", "paints").await;
    let mut tries = 0;
    while bob.post(MAPS, red(format!("r{tries}"))).await.0 != 201 {
        tries += 1;
        assert!(tries < 2000, "the role is never seen");
    }
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_are_found_by_their_service() {
    // Addresses of services that this machine has.
    let started = Cluster::start_with(|_| vec!["--service-cluster-ip-range=127.77.0.0/16".into()]);
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let shutdown = CancellationToken::new();
    let asked = Asked::default();
    let mut ports = Vec::new();
    for (name, address) in [("hook", "127.77.0.50:0"), ("named", "127.0.0.1:0")] {
        let listener = std::net::TcpListener::bind(address).expect("a port");
        ports.push(listener.local_addr().expect("an address").port());
        let asked = asked.clone();
        let handler = move |request: Request| {
            let asked = asked.clone();
            async move { answer(request, &asked).await }
        };
        cluster.serve_on(listener, &format!("{name}.default.svc"), shutdown.clone(), handler);
    }
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");
    let reference = |name: &str, port: u16, path: &str| {
        json!({"clientConfig": {
            "service": {"namespace": "default", "name": name, "port": port, "path": path},
            "caBundle": STANDARD.encode(&ca),
        }})
    };
    let path = format!("{HOOKS}/mutatingwebhookconfigurations");
    let kind = "MutatingWebhookConfiguration";
    let hook = configuration(kind, "", &ca, reference("hook", ports[0], "/mutate"));
    let (code, status) = admin.post(&path, hook).await;
    assert_eq!(code, 201, "{status}");
    // Writes fail with this reason once the configuration, and what it names, has been seen.
    let refused = async |why: &str| {
        let mut last = json!(null);
        for _ in 0..3000 {
            let (code, status) = admin.post(&format!("{MAPS}?dryRun=All"), map("m", json!({"a": "b"}))).await;
            if code == 500 && status["message"].as_str().is_some_and(|text| text.contains(why)) {
                return;
            }
            last = status;
        }
        panic!("never refused for {why}: {last}");
    };
    let taken = async || {
        let mut last = json!(null);
        for _ in 0..3000 {
            let (code, made) = admin.post(&format!("{MAPS}?dryRun=All"), map("m", json!({"a": "b"}))).await;
            if code == 201 && made["data"]["added"] == "by the hook" {
                return;
            }
            last = made;
        }
        panic!("the webhook is never asked: {last}");
    };
    refused("service \"hook\" not found").await;
    let service = |name: &str, spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec});
    let services = "/api/v1/namespaces/default/services";
    let spec = json!({"clusterIP": "127.77.0.50", "ports": [{"port": ports[0]}]});
    let (code, status) = admin.post(services, service("hook", spec)).await;
    assert_eq!(code, 201, "{status}");
    taken().await;
    // Another port than the service has.
    let target = |reference: Value| json!([{"op": "replace", "path": "/webhooks/0/clientConfig", "value": reference["clientConfig"]}]);
    let one = format!("{path}/hook");
    let to = target(reference("hook", 1, "/mutate"));
    assert_eq!(admin.patch(&one, "application/json-patch+json", to).await.0, 200);
    refused("no service port 1 found for service \"hook\"").await;
    // A service that is a name elsewhere, and one without an address.
    let spec = json!({"type": "ExternalName", "externalName": "127.0.0.1"});
    let (code, status) = admin.post(services, service("named", spec)).await;
    assert_eq!(code, 201, "{status}");
    let to = target(reference("named", ports[1], "/mutate"));
    assert_eq!(admin.patch(&one, "application/json-patch+json", to).await.0, 200);
    taken().await;
    let spec = json!({"clusterIP": "None", "ports": [{"port": 443}]});
    assert_eq!(admin.post(services, service("bodiless", spec)).await.0, 201);
    let to = target(reference("bodiless", 443, "/mutate"));
    assert_eq!(admin.patch(&one, "application/json-patch+json", to).await.0, 200);
    refused("with ClusterIP \"None\"").await;
    shutdown.cancel();
    cluster.stop().await;
}
