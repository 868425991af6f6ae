//! The server in this process, an etcd beside it, and a client that talks HTTPS to it.

mod admission;
mod aggregation;
mod apply;
mod audit;
mod chaos;
mod cluster;
mod conformance;
mod connections;
mod conversion;
mod custom;
mod egress;
mod encryption;
mod fairness;
mod faults;
mod forms;
mod hostile;
mod kept_tokens;
mod logs;
mod matrix;
mod measured;
mod oidc;
mod openapi;
mod opinions;
mod plugins;
#[path = "../published/mod.rs"]
mod published;
mod quota;
mod reference;
mod running;
mod settings;
mod signer;
mod soak;
mod stores;
mod traces;
mod upstream;
mod verbs;

use std::time::Duration;

use cluster::{Api, Cluster};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn config_map(name: &str, data: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": data}})
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": "x:1"}]},
    })
}

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const PODS: &str = "/api/v1/namespaces/default/pods";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_way_of_a_request() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    objects(&admin).await;
    pods(&admin).await;
    watches(&admin).await;
    pages(&admin).await;
    services(&admin).await;
    permissions(&cluster, &admin).await;
    nodes(&cluster, &admin).await;
    deletions(&admin).await;
    cluster.stop().await;
}

async fn objects(admin: &Api) {
    let (code, created) = admin.post(MAPS, config_map("a", "1")).await;
    assert_eq!(code, 201, "{created}");
    assert!(created["metadata"]["uid"].is_string());
    let (code, status) = admin.post(MAPS, config_map("a", "1")).await;
    assert_eq!((code, &status["reason"]), (409, &json!("AlreadyExists")));
    assert_eq!(status["message"], "configmaps \"a\" already exists");

    let (code, got) = admin.get(&format!("{MAPS}/a")).await;
    assert_eq!((code, &got), (200, &created));

    // An update with an old version is refused, one without goes through.
    let mut changed = got.clone();
    changed["data"]["key"] = json!("2");
    let (code, updated) = admin.send(Method::PUT, &format!("{MAPS}/a"), Some(changed.clone())).await;
    assert_eq!(code, 200, "{updated}");
    assert_ne!(updated["metadata"]["resourceVersion"], got["metadata"]["resourceVersion"]);
    changed["data"]["key"] = json!("3");
    let (code, status) = admin.send(Method::PUT, &format!("{MAPS}/a"), Some(changed)).await;
    assert_eq!((code, &status["reason"]), (409, &json!("Conflict")), "{status}");

    let strategic = "application/strategic-merge-patch+json";
    let (code, patched) = admin.patch(&format!("{MAPS}/a"), strategic, json!({"data": {"other": "x"}})).await;
    assert_eq!((code, &patched["data"]), (200, &json!({"key": "2", "other": "x"})));
    let operations = json!([{"op": "remove", "path": "/data/other"}]);
    let (code, patched) = admin.patch(&format!("{MAPS}/a"), "application/json-patch+json", operations).await;
    assert_eq!((code, &patched["data"]), (200, &json!({"key": "2"})));
    let (_, same) = admin.patch(&format!("{MAPS}/a"), "application/merge-patch+json", json!({})).await;
    assert_eq!(same, patched, "a change of nothing writes nothing");
    let (code, status) = admin.patch(&format!("{MAPS}/a"), "application/x-patch", json!({})).await;
    assert_eq!((code, &status["reason"]), (415, &json!("UnsupportedMediaType")));

    // What the client misspelt.
    let mut odd = config_map("odd", "1");
    odd["dta"] = json!({});
    let (code, status) = admin.post(&format!("{MAPS}?fieldValidation=Strict"), odd.clone()).await;
    assert_eq!(code, 400, "{status}");
    assert!(status["message"].as_str().is_some_and(|m| m.contains("unknown field \"dta\"")), "{status}");
    let request =
        admin.request(Method::POST, &format!("{MAPS}?dryRun=All")).header("content-type", "application/json");
    let answer = request.body(odd.to_string()).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert!(answer.headers().contains_key("warning"));
    // What will go is said with every answer about it.
    for (path, said) in [
        (
            "/api/v1/endpoints?limit=1",
            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        ),
        ("/api/v1/namespaces/default/endpoints/none", "v1 Endpoints is deprecated in v1.33+"),
        ("/api/v1/componentstatuses", "v1 ComponentStatus is deprecated in v1.19+"),
    ] {
        let answer = admin.request(Method::GET, path).send().await.expect("an answer");
        let warning = answer.headers()["warning"].to_str().expect("a text");
        assert!(warning.contains(said), "{path}: {warning}");
    }
    assert_eq!(admin.get(&format!("{MAPS}/odd")).await.0, 404, "a dry run stores nothing");
    let (code, _) = admin.post(MAPS, json!("no object")).await;
    assert_eq!(code, 400);
    let huge = admin
        .request(Method::POST, MAPS)
        .header("content-type", "application/json")
        .body(vec![b' '; 4 << 20]);
    assert_eq!(huge.send().await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);

    let generated = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "gen-"}});
    let (code, created) = admin.post(MAPS, generated).await;
    assert_eq!(code, 201);
    assert_eq!(created["metadata"]["name"].as_str().map(str::len), Some(9));

    // Made for the answer, they have no version: there is none, not a null.
    let table = "application/json;as=Table;v=v1;g=meta.k8s.io";
    let request = admin.request(Method::GET, "/api/v1/componentstatuses").header("accept", table);
    let table: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(
        (&table["metadata"], table["rows"][0]["cells"][0].as_str()),
        (&json!({}), Some("etcd-0")),
        "{table}"
    );
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let answer = admin.request(Method::GET, MAPS).header("accept", accept).send().await.expect("an answer");
    let table: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(table["kind"], "Table");
    assert_eq!(table["columnDefinitions"][1]["name"], "Data");
    assert!(table["rows"].as_array().is_some_and(|rows| rows.len() >= 2));
}

async fn pods(admin: &Api) {
    let (code, status) = admin.post(PODS, pod("early")).await;
    assert_eq!(code, 403, "there is no service account yet: {status}");
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
    assert_eq!(admin.post("/api/v1/namespaces/default/serviceaccounts", account).await.0, 201);
    let (code, created) = admin.post(PODS, pod("p")).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["status"]["phase"], "Pending");
    assert_eq!(created["spec"]["serviceAccountName"], "default");
    assert_eq!(created["spec"]["priority"], 0);
    let (code, status) =
        admin.post(PODS, json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad"}, "spec": {"containers": [{"name": "c"}]}})).await;
    assert_eq!(code, 422);
    assert_eq!(status["message"], "Pod \"bad\" is invalid: spec.containers[0].image: Required value");
    assert_eq!(status["details"]["causes"][0]["field"], "spec.containers[0].image");

    // Amounts are kept in the form in which upstream gives them back, whatever way they come.
    let mut amounts = pod("amounts");
    amounts["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "1000m", "memory": 1000.0}, "limits": {"cpu": "0500m", "memory": "1024Mi"}});
    let mut template = json!({"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "amounts"}});
    template["template"]["spec"] = amounts["spec"].clone();
    let templates = "/api/v1/namespaces/default/podtemplates";
    let (code, created) = admin.post(templates, template).await;
    assert_eq!(code, 422, "the request is more than the limit: {created}");
    amounts["spec"]["containers"][0]["resources"]["limits"]["cpu"] = json!("02000m");
    let (code, created) = admin.post(PODS, amounts).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(
        created["spec"]["containers"][0]["resources"],
        json!({"requests": {"cpu": "1", "memory": "1k"}, "limits": {"cpu": "2", "memory": "1Gi"}})
    );
    let quotas = "/api/v1/namespaces/default/resourcequotas";
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "amounts"}, "spec": {"hard": {"pods": "1e3"}}});
    assert_eq!(admin.post(quotas, quota).await.0, 201);
    let change = json!({"spec": {"hard": {"requests.cpu": "1.5", "pods": "0500"}}});
    for media in ["application/merge-patch+json", "application/strategic-merge-patch+json"] {
        let (code, changed) = admin.patch(&format!("{quotas}/amounts"), media, change.clone()).await;
        assert_eq!(code, 200, "{changed}");
        assert_eq!(changed["spec"]["hard"], json!({"pods": "0500", "requests.cpu": "1500m"}));
    }
    assert_eq!(admin.send(Method::DELETE, &format!("{quotas}/amounts"), None).await.0, 200);

    let binding = json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n1"}});
    assert_eq!(admin.post(&format!("{PODS}/p/binding"), binding.clone()).await.0, 201);
    let (code, status) = admin.post(&format!("{PODS}/p/binding"), binding).await;
    assert_eq!(code, 409, "{status}");
    let (_, list) =
        admin.get(&format!("{PODS}?fieldSelector=spec.nodeName%3Dn1&labelSelector=app%3Dp")).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(admin.get(&format!("{PODS}?fieldSelector=spec.foo%3D1")).await.0, 400);

    // A status changes the status and nothing else.
    let status = json!({"status": {"phase": "Running"}, "spec": {"hostNetwork": true}});
    let (code, changed) =
        admin.patch(&format!("{PODS}/p/status"), "application/merge-patch+json", status).await;
    assert_eq!((code, &changed["status"]["phase"]), (200, &json!("Running")), "{changed}");
    assert!(changed["spec"]["hostNetwork"].is_null());
}

async fn watches(admin: &Api) {
    let (_, list) = admin.get(MAPS).await;
    let from = list["metadata"]["resourceVersion"].as_str().expect("a version").to_string();
    let path = format!("{MAPS}?watch=1&resourceVersion={from}&labelSelector=x%3Dy&timeoutSeconds=30");
    let mut stream = admin.request(Method::GET, &path).send().await.expect("a stream");
    let mut labelled = config_map("w", "1");
    labelled["metadata"]["labels"] = json!({"x": "y"});
    admin.post(MAPS, labelled).await;
    admin.post(MAPS, config_map("unseen", "1")).await;
    let merge = "application/merge-patch+json";
    admin.patch(&format!("{MAPS}/w"), merge, json!({"data": {"key": "2"}})).await;
    // Out of view, into view, gone.
    admin.patch(&format!("{MAPS}/w"), merge, json!({"metadata": {"labels": {"x": "z"}}})).await;
    admin.patch(&format!("{MAPS}/w"), merge, json!({"metadata": {"labels": {"x": "y"}}})).await;
    admin.send(Method::DELETE, &format!("{MAPS}/w"), None).await;
    let mut text = String::new();
    while text.lines().count() < 5 || !text.ends_with('\n') {
        let chunk =
            tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.expect("events in time");
        text.push_str(&String::from_utf8_lossy(&chunk.expect("a chunk").expect("no end yet")));
    }
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(kinds, ["ADDED", "MODIFIED", "DELETED", "ADDED", "DELETED"]);

    let path = format!(
        "{MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1"
    );
    let text =
        admin.request(Method::GET, &path).send().await.expect("a stream").text().await.expect("it ends");
    let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("an event");
    assert_eq!(last["type"], "BOOKMARK");
    assert_eq!(last["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");

    // Nobody asked for this resource before: its log begins now.
    let unseen = "/apis/apps/v1/namespaces/default/daemonsets?watch=1&resourceVersion=1";
    let old = admin.request(Method::GET, unseen).send().await.expect("a stream");
    let event: Value = serde_json::from_str(old.text().await.expect("a body").trim()).expect("an event");
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
}

async fn pages(admin: &Api) {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pages"}});
    assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
    let path = "/api/v1/namespaces/pages/configmaps";
    for index in 0..5 {
        admin.post(path, config_map(&format!("m{index}"), "x")).await;
    }
    let mut names = Vec::new();
    let mut next = String::new();
    loop {
        let (code, page) = admin.get(&format!("{path}?limit=2{next}")).await;
        assert_eq!(code, 200, "{page}");
        for item in page["items"].as_array().expect("items") {
            names.push(item["metadata"]["name"].as_str().expect("a name").to_string());
        }
        // What comes later is not part of a list that was begun.
        admin.post(path, config_map(&format!("z{}", names.len()), "x")).await;
        match page["metadata"]["continue"].as_str() {
            Some(token) => next = format!("&continue={token}"),
            None => break,
        }
    }
    assert_eq!(names, ["m0", "m1", "m2", "m3", "m4"]);

    // A page whose list the server keeps, and the same once it keeps it no more.
    let (_, first) = admin.get(&format!("{path}?limit=3&labelSelector=!none")).await;
    let token = first["metadata"]["continue"].as_str().expect("more").to_string();
    let page = |limit: u64| {
        let path = format!("{path}?labelSelector=!none&continue={token}&limit={limit}");
        async move { admin.get(&path).await }
    };
    let revision = first["metadata"]["resourceVersion"].as_str().expect("a revision").to_string();
    let deleted = admin.send(Method::DELETE, &format!("{path}/m3"), None).await;
    assert_eq!(deleted.0, 200);
    let (kept, last) = (page(2).await, page(0).await);
    let (read, all) = (page(2).await, page(0).await);
    assert_eq!((kept.0, &kept.1), (read.0, &read.1));
    assert_eq!((last.0, &last.1), (all.0, &all.1));
    assert_eq!(last.1["metadata"], json!({"resourceVersion": revision}));
    assert_eq!(last.1["items"][0]["metadata"]["name"], "m3");
}

/// A list whose revision etcd keeps no more goes on with what there is, if the client wants that: the refusal says how
/// (test/e2e/apimachinery/chunking.go).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_go_on_after_their_revision() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    for index in 0..6 {
        admin.post(MAPS, config_map(&format!("m{index}"), "x")).await;
    }
    let named = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().into_iter().flatten();
        items.filter_map(|item| Some(item["metadata"]["name"].as_str()?.to_string())).collect()
    };
    let (_, first) = admin.get(&format!("{MAPS}?limit=2")).await;
    let token = first["metadata"]["continue"].as_str().expect("more").to_string();
    let revision = first["metadata"]["resourceVersion"].as_str().expect("a revision").to_string();
    // Whoever reads to the end has the server keep the list no longer.
    assert_eq!(named(&admin.get(&format!("{MAPS}?continue={token}")).await.1), ["m2", "m3", "m4", "m5"]);
    admin.send(Method::DELETE, &format!("{MAPS}/m3"), None).await;
    let (_, last) = admin.post(MAPS, config_map("m9", "x")).await;
    let now =
        last["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok()).expect("a revision");
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let request = etcdapi::etcdserverpb::CompactionRequest { revision: now, physical: true };
    etcd.kv().compact(request).await.expect("compacted");

    let (code, status) = admin.get(&format!("{MAPS}?limit=2&continue={token}")).await;
    assert_eq!((code, &status["reason"]), (410, &json!("Expired")), "{status}");
    let why = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
    assert_eq!(status["message"], why);
    let onward = status["metadata"]["continue"].as_str().expect("a token").to_string();
    let (code, second) = admin.get(&format!("{MAPS}?limit=2&continue={onward}")).await;
    assert_eq!((code, named(&second)), (200, vec!["m2".to_string(), "m4".to_string()]), "{second}");
    assert_ne!(second["metadata"]["resourceVersion"], revision);
    assert_eq!(second["metadata"]["remainingItemCount"], 2);
    let onward = second["metadata"]["continue"].as_str().expect("more");
    let (_, third) = admin.get(&format!("{MAPS}?limit=2&continue={onward}")).await;
    assert_eq!(named(&third), ["m5", "m9"]);
    assert_eq!(third["metadata"], json!({"resourceVersion": second["metadata"]["resourceVersion"]}));

    for (query, why) in [
        (format!("continue={token}"), "The resourceVersion for the provided list is too old."),
        (
            format!("resourceVersion={revision}&resourceVersionMatch=Exact"),
            "The resourceVersion for the provided list is too old.",
        ),
        (
            format!("resourceVersion={revision}&resourceVersionMatch=Exact&limit=2"),
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
        ),
    ] {
        let (code, status) = admin.get(&format!("{MAPS}?{query}")).await;
        assert_eq!((code, &status["message"]), (410, &json!(why)), "{query}");
        assert_eq!(status["metadata"], json!({}), "{query}");
    }
    cluster.stop().await;
}

async fn services(admin: &Api) {
    let path = "/api/v1/namespaces/default/services";
    let service = |name: &str, spec: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec});
    let (_, kubernetes) = admin.get(&format!("{path}/kubernetes")).await;
    assert_eq!(kubernetes["spec"]["clusterIP"], "10.96.0.1");
    let (code, first) =
        admin.post(path, service("a", json!({"type": "NodePort", "ports": [{"port": 80}]}))).await;
    assert_eq!(code, 201, "{first}");
    let ip = first["spec"]["clusterIP"].clone();
    let port = first["spec"]["ports"][0]["nodePort"].clone();
    assert!(port.as_i64().is_some_and(|port| (30000..=32767).contains(&port)));
    let (code, status) =
        admin.post(path, service("b", json!({"clusterIP": ip, "ports": [{"port": 80}]}))).await;
    assert_eq!(code, 422, "{status}");
    let taken = json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": port}]});
    assert_eq!(admin.post(path, service("b", taken)).await.0, 422);
    let (_, headless) =
        admin.post(path, service("h", json!({"clusterIP": "None", "ports": [{"port": 80}]}))).await;
    assert_eq!(headless["spec"]["clusterIPs"], json!(["None"]));
    // A changed type brings and takes the port.
    let merge = "application/merge-patch+json";
    let (code, changed) =
        admin.patch(&format!("{path}/a"), merge, json!({"spec": {"type": "ClusterIP"}})).await;
    assert_eq!(code, 200, "{changed}");
    assert!(changed["spec"]["ports"][0]["nodePort"].is_null());
    assert_eq!(changed["spec"]["clusterIP"], first["spec"]["clusterIP"]);
    // The address is for life, and so is having none; leaving it out keeps it.
    for (name, address) in [("a", "10.96.77.77"), ("a", "None"), ("h", "10.96.77.77")] {
        let change = json!({"spec": {"clusterIP": address}});
        let (code, status) = admin.patch(&format!("{path}/{name}"), merge, change).await;
        let why = format!(
            "Service \"{name}\" is invalid: spec.clusterIPs[0]: Invalid value: [\"{address}\"]: may not change once set"
        );
        assert_eq!((code, &status["message"]), (422, &json!(why)));
    }
    let change = json!({"spec": {"clusterIP": null, "clusterIPs": null}});
    let (code, same) = admin.patch(&format!("{path}/a"), merge, change).await;
    assert_eq!((code, &same["spec"]["clusterIP"]), (200, &first["spec"]["clusterIP"]), "{same}");
    assert_eq!(admin.send(Method::DELETE, &format!("{path}/a"), None).await.0, 200);
}

async fn permissions(cluster: &Cluster, admin: &Api) {
    let bob = cluster.user("bob", None);
    let (code, status) = bob.get(PODS).await;
    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""
    );
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "bob"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "User", "name": "bob"}],
    });
    let bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
    assert_eq!(admin.post(bindings, binding.clone()).await.0, 201);
    // The server's own cache is a moment behind its answer.
    let mut code = 403;
    for _ in 0..200 {
        code = bob.get(PODS).await.0;
        if code == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(code, 200, "the role admin is the sum of others");
    let mut more = binding;
    more["metadata"]["name"] = json!("more");
    more["roleRef"]["name"] = json!("cluster-admin");
    let (code, status) = bob.post(bindings, more).await;
    assert_eq!(code, 403, "no one grants what they do not have: {status}");

    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "delete", "resource": "nodes"}},
    });
    let (_, answer) = bob.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).await;
    assert_eq!(answer["status"]["allowed"], false);

    // Tokens: as long as the account is there, for the audience they are for.
    let accounts = "/api/v1/namespaces/default/serviceaccounts";
    let request = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}});
    let (code, answer) = admin.post(&format!("{accounts}/default/token"), request).await;
    assert_eq!(code, 201, "{answer}");
    let token = answer["status"]["token"].as_str().expect("a token").to_string();
    let (code, status) = cluster.bearer(&token).get(PODS).await;
    assert_eq!(code, 403);
    assert!(status["message"].as_str().is_some_and(|m| m.contains("system:serviceaccount:default:default")));
    let review =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}});
    let (_, answer) = admin.post("/apis/authentication.k8s.io/v1/tokenreviews", review).await;
    assert_eq!(answer["status"]["user"]["username"], "system:serviceaccount:default:default");
    assert_eq!(cluster.bearer("nonsense").get(PODS).await.0, 401);
    let mut forged = token.clone();
    forged.replace_range(forged.len() - 6.., "AAAAAA");
    assert_eq!(cluster.bearer(&forged).get(PODS).await.0, 401);

    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "bootstrap.kubernetes.io/token",
        "metadata": {"name": "bootstrap-token-abcdef"},
        "stringData": {
            "token-id": "abcdef", "token-secret": "0123456789abcdef", "usage-bootstrap-authentication": "true",
            "auth-extra-groups": "system:bootstrappers:test",
        },
    });
    assert_eq!(admin.post("/api/v1/namespaces/kube-system/secrets", secret).await.0, 201);
    let (code, status) = cluster.bearer("abcdef.0123456789abcdef").get("/api/v1/nodes").await;
    assert_eq!(code, 403);
    assert!(status["message"].as_str().is_some_and(|m| m.contains("system:bootstrap:abcdef")), "{status}");
    assert_eq!(cluster.bearer("abcdef.0123456789abcdee").get("/api/v1/nodes").await.0, 401);

    let anyone =
        Api { client: cluster.builder().build().expect("a client"), url: cluster.url.clone(), token: None };
    assert_eq!(anyone.get("/version").await.0, 200);
    assert_eq!(anyone.get("/api/v1/namespaces").await.0, 403);
}

async fn nodes(cluster: &Cluster, admin: &Api) {
    let kubelet = cluster.user("system:node:n1", Some("system:nodes"));
    let node = |name: &str| json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}, "status": {"nodeInfo": {"kubeletVersion": "v1.36.2"}}});
    let (code, created) = kubelet.post("/api/v1/nodes", node("n1")).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["status"]["nodeInfo"]["kubeletVersion"], "v1.36.2");
    assert_eq!(created["spec"]["taints"][0]["key"], "node.kubernetes.io/not-ready");
    assert_eq!(kubelet.post("/api/v1/nodes", node("n2")).await.0, 403);
    let role = json!({"metadata": {"labels": {"node-role.kubernetes.io/control-plane": ""}}});
    let merge = "application/merge-patch+json";
    assert_eq!(kubelet.patch("/api/v1/nodes/n1", merge, role.clone()).await.0, 403);
    assert_eq!(admin.patch("/api/v1/nodes/n1", merge, role).await.0, 200);
    assert_eq!(kubelet.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1").await.0, 200);
    assert_eq!(kubelet.get("/api/v1/pods").await.0, 403);
    // A secret is read by the node whose pod uses it.
    let secrets = "/api/v1/namespaces/default/secrets";
    let secret =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}});
    assert_eq!(admin.post(secrets, secret).await.0, 201);
    assert_eq!(kubelet.get(&format!("{secrets}/s")).await.0, 403);
    let mut user = pod("user");
    user["spec"]["nodeName"] = json!("n1");
    user["spec"]["volumes"] = json!([{"name": "v", "secret": {"secretName": "s"}}]);
    assert_eq!(admin.post(PODS, user).await.0, 201);
    assert_eq!(kubelet.get(&format!("{secrets}/s")).await.0, 200);
    let lease = json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "n1"}, "spec": {"holderIdentity": "n1"}});
    let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    assert_eq!(kubelet.post(leases, lease).await.0, 201);
}

async fn deletions(admin: &Api) {
    // A bound pod is given time, and goes when the kubelet says so.
    let (code, marked) = admin.send(Method::DELETE, &format!("{PODS}/user"), None).await;
    assert_eq!(code, 200);
    assert_eq!(marked["metadata"]["deletionGracePeriodSeconds"], 30, "{marked}");
    assert_eq!(admin.get(&format!("{PODS}/user")).await.0, 200);
    let now = json!({"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0});
    assert_eq!(admin.send(Method::DELETE, &format!("{PODS}/user"), Some(now)).await.0, 200);
    assert_eq!(admin.get(&format!("{PODS}/user")).await.0, 404);
    // Finalizers hold an object back.
    let mut held = config_map("held", "1");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    admin.post(MAPS, held).await;
    let (_, marked) = admin.send(Method::DELETE, &format!("{MAPS}/held"), None).await;
    assert!(marked["metadata"]["deletionTimestamp"].is_string());
    let merge = "application/merge-patch+json";
    admin.patch(&format!("{MAPS}/held"), merge, json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(admin.get(&format!("{MAPS}/held")).await.0, 404);
    let uid = json!({"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "other"}});
    assert_eq!(admin.send(Method::DELETE, &format!("{MAPS}/a"), Some(uid)).await.0, 409);
    // A namespace is marked, takes nothing new, and goes when it is finalized.
    let (code, namespace) = admin.send(Method::DELETE, "/api/v1/namespaces/pages", None).await;
    assert_eq!((code, &namespace["status"]["phase"]), (200, &json!("Terminating")));
    let (code, status) = admin.post("/api/v1/namespaces/pages/configmaps", config_map("late", "1")).await;
    assert_eq!(code, 403, "{status}");
    assert_eq!(admin.send(Method::DELETE, "/api/v1/namespaces/pages/configmaps", None).await.0, 200);
    let mut finalized = namespace;
    finalized["spec"]["finalizers"] = json!([]);
    let (code, done) = admin.send(Method::PUT, "/api/v1/namespaces/pages/finalize", Some(finalized)).await;
    assert_eq!(code, 200, "{done}");
    assert_eq!(admin.get("/api/v1/namespaces/pages").await.0, 404);
    assert_eq!(admin.send(Method::DELETE, "/api/v1/namespaces/default", None).await.0, 403);
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
        },
    });
    let deployments = "/apis/apps/v1/namespaces/default/deployments";
    let (code, created) = admin.post(deployments, deployment).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["metadata"]["generation"], 1);
    let scale = json!({"spec": {"replicas": 3}});
    let (code, scaled) = admin.patch(&format!("{deployments}/d/scale"), merge, scale).await;
    assert_eq!((code, &scaled["spec"]["replicas"]), (200, &json!(3)), "{scaled}");
    let (_, deployment) = admin.get(&format!("{deployments}/d")).await;
    assert_eq!(
        (&deployment["spec"]["replicas"], &deployment["metadata"]["generation"]),
        (&json!(3), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_for_people() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let page = async |path: &str, accept: &'static str| {
        let answer =
            admin.request(Method::GET, path).header("accept", accept).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    };
    let (code, text) = page("/flagz", "text/plain").await;
    assert_eq!(code, 200);
    assert!(text.starts_with("\nkube-apiserver flagz\nWarning: "), "{text}");
    assert!(text.contains("\nauthorization-mode=Node,RBAC\n") && text.contains("\nevent-ttl=1h"), "{text}");
    let (_, text) = page("/flagz", "application/json;v=v1beta1;g=config.k8s.io;as=Flagz").await;
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(object["apiVersion"], "config.k8s.io/v1beta1");
    assert_eq!(object["flags"]["service-cluster-ip-range"], "10.96.0.0/16");
    let (_, text) = page("/statusz", "*/*").await;
    assert!(text.contains("\nBinary version: 1.36") && text.contains("\nUp: 0 hr "), "{text}");
    assert!(text.contains(" /healthz ") && text.contains(" /statusz "), "{text}");
    let (_, text) = page("/statusz", "application/json;v=v1beta1;g=config.k8s.io;as=Statusz").await;
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&object["kind"], &object["emulationVersion"]), (&json!("Statusz"), &json!("1.36")));
    assert_eq!(page("/flagz", "application/xml").await.0, 406);
    let (code, _) = cluster.user("bob", None).get("/flagz").await;
    assert_eq!(code, 403, "flags are for those who may");
    let (code, text) = page("/debug/pprof/", "*/*").await;
    assert!(code == 200 && text.contains("cmdline") && text.contains("goroutine"), "{text}");
    let (code, text) = page("/debug/pprof/heap", "*/*").await;
    assert!(code == 501 && text.contains("perf(1)"), "{text}");
    let (code, _) = cluster.user("bob", None).get("/debug/pprof/cmdline").await;
    assert_eq!(code, 403, "profiles are for those who may");
    cluster.stop().await;
}
