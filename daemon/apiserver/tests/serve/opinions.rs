//! Other servers that are asked: who a token's bearer is, what may be done, and where events of
//! audit go; and configurations that change while the server runs.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const SECRETS: &str = "/api/v1/namespaces/default/secrets";

/// Everything that was asked, by path.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

fn kubeconfig(folder: &Path, name: &str, port: u16) -> String {
    let file = folder.join(name);
    let text = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": format!("https://localhost:{port}/{name}"),
            "certificate-authority": folder.join("ca.crt"),
        }}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "users": [{"name": "c", "user": {}}],
    });
    std::fs::write(&file, text.to_string()).expect("writable");
    file.display().to_string()
}

fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// The server that has opinions.
fn opinions(cluster: &Cluster, listener: TcpListener, end: CancellationToken) -> Asked {
    let asked = Asked::default();
    let noted = asked.clone();
    cluster.serve_on(listener, "opinions", end, move |request: Request| {
        let noted = noted.clone();
        async move {
            let path = request.uri().path().to_string();
            let body = request.into_body().collect().await.expect("a body").to_bytes();
            let question: Value = serde_json::from_slice(&body).expect("JSON");
            let spec = &question["spec"];
            let status = match path.as_str() {
                "/authorize" => match spec["resourceAttributes"]["resource"].as_str() {
                    Some("configmaps") => json!({"allowed": true}),
                    Some("secrets") => {
                        json!({"allowed": false, "denied": true, "reason": "secrets are secret"})
                    }
                    _ => json!({"allowed": false, "reason": "it is all the same to me"}),
                },
                "/token" if spec["token"] == "good" => {
                    json!({"authenticated": true, "user": {"username": "ann", "groups": ["dev"]}})
                }
                "/token" => json!({"authenticated": false}),
                _ => Value::Null,
            };
            let answer =
                json!({"apiVersion": question["apiVersion"], "kind": question["kind"], "status": status});
            noted.lock().expect("not poisoned").push((path, question));
            typed(StatusCode::OK, "application/json", answer.to_string())
        }
    });
    asked
}

fn replace(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, text).expect("writable");
    std::fs::rename(draft, path).expect("renamed");
}

/// Tries until it is so: a changed file is read a moment later.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..2000 {
        if so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}

fn authorizers(hook: &str, condition: &str, policy: &str) -> String {
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthorizationConfiguration",
        "authorizers": [
            {"type": "Webhook", "name": "opinions.example", "webhook": {
                "timeout": "10s", "subjectAccessReviewVersion": "v1", "matchConditionSubjectAccessReviewVersion": "v1",
                "failurePolicy": policy, "connectionInfo": {"type": "KubeConfigFile", "kubeConfigFile": hook},
                "matchConditions": [{"expression": "has(request.resourceAttributes)"}, {"expression": condition}],
            }},
            {"type": "Node", "name": "node"},
            {"type": "RBAC", "name": "rbac"},
        ],
    })
    .to_string()
}

/// A condition on what a request is narrowed to.
const NARROW: &str = "request.user == 'bob' && (!has(request.resourceAttributes.labelSelector) || request.resourceAttributes.labelSelector.requirements.all(one, one.key == 'app'))";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authorizers_are_configured_and_change() {
    let (socket, port) = listener();
    let started = Cluster::start_with(|folder| {
        let hook = kubeconfig(folder, "authorize", port);
        let path = folder.join("authorization.yaml");
        replace(&path, &authorizers(&hook, "request.user == 'ann'", "NoOpinion"));
        vec![format!("--authorization-config={}", path.display())]
    });
    let Some(cluster) = started.await else { return };
    let end = CancellationToken::new();
    let asked = opinions(&cluster, socket, end.clone());
    let (ann, bob) = (cluster.user("ann", Some("dev")), cluster.user("bob", None));
    assert_eq!(ann.get(MAPS).await.0, 200);
    assert_eq!(ann.get(MAPS).await.0, 200);
    let first = asked.lock().expect("not poisoned").clone();
    assert_eq!(first.len(), 1, "the second time the answer still holds");
    let want = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": {},
        "spec": {
            "user": "ann", "groups": ["dev", "system:authenticated"],
            "resourceAttributes": {"namespace": "default", "verb": "list", "version": "v1", "resource": "configmaps"},
        },
    });
    assert_eq!(first[0].1, want);
    let (code, status) = ann.get(SECRETS).await;
    assert_eq!(code, 403);
    assert!(
        status["message"]
            .as_str()
            .is_some_and(|text| text.ends_with("in the namespace \"default\": secrets are secret")),
        "{status}"
    );
    // No opinion: the next authorizers have theirs.
    assert_eq!(ann.get("/api/v1/namespaces/default/pods").await.0, 403);
    assert_eq!(ann.get("/version").await.0, 200);
    assert_eq!(bob.get(MAPS).await.0, 403);
    assert_eq!(asked.lock().expect("not poisoned").len(), 3, "bob and paths are none of its business");

    // What a request is narrowed to is shown.
    let narrowed = format!("{MAPS}?labelSelector=app%20in%20(a,b),!gone&fieldSelector=metadata.name%3Dm");
    assert_eq!(ann.get(&narrowed).await.0, 200);
    let last = asked.lock().expect("not poisoned").last().cloned().expect("asked");
    assert_eq!(
        last.1["spec"]["resourceAttributes"],
        json!({
            "namespace": "default", "verb": "list", "version": "v1", "resource": "configmaps", "name": "m",
            "fieldSelector": {"requirements": [{"key": "metadata.name", "operator": "In", "values": ["m"]}]},
            "labelSelector": {"requirements": [
                {"key": "app", "operator": "In", "values": ["a", "b"]}, {"key": "gone", "operator": "DoesNotExist"},
            ]},
        })
    );

    // Another condition, live.
    let path = cluster.folder.path().join("authorization.yaml");
    let hook = cluster.folder.path().join("authorize").display().to_string();
    replace(&path, &authorizers(&hook, NARROW, "NoOpinion"));
    until("bob is allowed", async || bob.get(MAPS).await.0 == 200).await;
    assert_eq!(ann.get(MAPS).await.0, 403);
    assert_eq!(bob.get(&format!("{MAPS}?labelSelector=app%3Da")).await.0, 200);
    assert_eq!(bob.get(&format!("{MAPS}?labelSelector=tier%3Da")).await.0, 403, "it is not asked for that");
    // Mistakes, and a chain without RBAC, change nothing.
    replace(
        &path,
        "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: [{type: AlwaysAllow, name: all}]",
    );
    assert_eq!(ann.get(MAPS).await.0, 403);
    // A server that is gone says no where silence is a no: even to what RBAC allows.
    let dead = kubeconfig(cluster.folder.path(), "dead", listener().1);
    replace(&path, &authorizers(&dead, "request.user == 'ann'", "Deny").replace("10s", "1s"));
    let reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}});
    assert_eq!(bob.post(reviews, review.clone()).await.0, 201);
    until("ann is refused what all may do", async || ann.post(reviews, review.clone()).await.0 == 403).await;
    let admin = cluster.user("admin", Some("system:masters"));
    admin
        .tells(&[
            "apiserver_authorization_decisions_total{decision=\"allowed\",name=\"opinions.example\",type=\"Webhook\"}",
            "apiserver_authorization_decisions_total{decision=\"denied\",name=\"opinions.example\",type=\"Webhook\"}",
            "apiserver_authorization_decisions_total{decision=\"allowed\",name=\"rbac\",type=\"RBAC\"}",
            "apiserver_authorization_webhook_evaluations_total{name=\"opinions.example\",result=\"success\"}",
            "apiserver_authorization_webhook_duration_seconds_count{name=\"opinions.example\",result=\"error\"}",
            "apiserver_authorization_config_controller_automatic_reloads_total{apiserver_id_hash=\"sha256:",
            "apiserver_authorization_config_controller_automatic_reload_last_timestamp_seconds{apiserver_id_hash=\"sha256:",
            "apiserver_authorization_config_controller_last_config_info{apiserver_id_hash=\"sha256:",
            "status=\"failure\"} ",
        ])
        .await;
    end.cancel();
    cluster.stop().await;
}

const POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- {level: Metadata, resources: [{group: '', resources: [configmaps]}]}
- {level: None}
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_policies_and_events() {
    let (socket, port) = listener();
    let started = Cluster::start_with(|folder| {
        std::fs::write(folder.join("policy.yaml"), POLICY).expect("writable");
        let lines = [
            json!({"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": "dev", "namespace": "default", "resource": "configmaps", "readonly": true}}),
            json!({"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"group": "system:authenticated", "readonly": true, "nonResourcePath": "/version"}}),
        ];
        std::fs::write(folder.join("abac"), lines.map(|line| line.to_string()).join("\n")).expect("writable");
        std::fs::write(folder.join("authentication.yaml"), "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: true, conditions: [{path: /readyz}]}").expect("writable");
        vec![
            "--authorization-mode=ABAC".into(),
            format!("--authorization-policy-file={}", folder.join("abac").display()),
            format!("--authentication-token-webhook-config-file={}", kubeconfig(folder, "token", port)),
            "--authentication-token-webhook-version=v1".into(),
            format!("--authentication-config={}", folder.join("authentication.yaml").display()),
            format!("--audit-policy-file={}", folder.join("policy.yaml").display()),
            format!("--audit-webhook-config-file={}", kubeconfig(folder, "audit", port)),
            "--audit-webhook-batch-max-wait=50ms".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let end = CancellationToken::new();
    let asked = opinions(&cluster, socket, end.clone());
    let count =
        |wanted: &str| asked.lock().expect("not poisoned").iter().filter(|(path, _)| path == wanted).count();
    let ann = cluster.bearer("good");
    assert_eq!(ann.get(MAPS).await.0, 200);
    assert_eq!(ann.get(MAPS).await.0, 200);
    assert_eq!(count("/token"), 1, "the second time the answer still holds");
    let question = asked
        .lock()
        .expect("not poisoned")
        .iter()
        .find(|(path, _)| path == "/token")
        .expect("a question")
        .1
        .clone();
    assert_eq!(question["apiVersion"], "authentication.k8s.io/v1");
    assert_eq!(question["spec"], json!({"token": "good"}));
    assert_eq!(cluster.bearer("bad").get(MAPS).await.0, 401);
    // Only what the policies say.
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
    let (code, status) = ann.post(MAPS, map.clone()).await;
    assert_eq!(code, 403);
    assert!(status["message"].as_str().is_some_and(|text| text.contains("No policy matched.")), "{status}");
    assert_eq!(ann.get("/version").await.0, 200);
    assert_eq!(ann.get("/metrics").await.0, 403);
    let admin = cluster.user("admin", Some("system:masters"));
    assert_eq!(admin.post(MAPS, map).await.0, 201);

    // The events come by the way, together.
    let created = || {
        let asked = asked.lock().expect("not poisoned");
        let lists = asked.iter().filter(|(path, _)| path == "/audit").map(|(_, list)| list);
        let events: Vec<Value> = lists
            .inspect(|list| {
                assert_eq!(
                    (&list["kind"], &list["apiVersion"]),
                    (&json!("EventList"), &json!("audit.k8s.io/v1"))
                )
            })
            .flat_map(|list| list["items"].as_array().cloned().unwrap_or_default())
            .collect();
        events
    };
    until("the creation is noted", async || {
        created().iter().any(|event| {
            event["verb"] == "create"
                && event["user"]["username"] == "admin"
                && event["stage"] == "ResponseComplete"
        })
    })
    .await;
    assert!(created().iter().all(|event| event["objectRef"]["resource"] == "configmaps"));
    assert!(
        created()
            .iter()
            .any(|event| event["user"]["username"] == "ann" && event["responseStatus"]["code"] == 403)
    );

    // Who may come without credentials changes live.
    let anyone = cluster.builder().build().expect("a client");
    let ask = async |path: &str| {
        let answer = anyone.get(format!("{}{path}", cluster.url)).send().await.expect("an answer");
        answer.status().as_u16()
    };
    assert_eq!((ask("/readyz").await, ask("/version").await), (403, 401));
    let path = cluster.folder.path().join("authentication.yaml");
    replace(
        &path,
        "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: true}",
    );
    until("anyone may come", async || ask("/version").await == 403).await;
    replace(
        &path,
        "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: maybe}",
    );
    assert_eq!(ask("/version").await, 403);

    // Another CA of clients, live; and away again, also for connections that are open.
    let other = pki::cert::Authority::new("other").expect("a CA");
    let pair = other.issue(&pki::cert::Leaf::client("eve", Some("dev"))).expect("a certificate");
    pair.write(&cluster.folder.path().join("eve")).expect("writable");
    other.write(&cluster.folder.path().join("other")).expect("writable");
    let read = |name: &str| std::fs::read_to_string(cluster.folder.path().join(name)).expect("readable");
    let identity = reqwest::Identity::from_pem(format!("{}{}", read("eve.crt"), read("eve.key")).as_bytes());
    let eve = cluster.builder().identity(identity.expect("an identity")).build().expect("a client");
    let ask = async || {
        let answer = eve.get(format!("{}{MAPS}", cluster.url)).send().await.expect("an answer");
        answer.status().as_u16()
    };
    assert_eq!(ask().await, 401);
    let (ours, both) = (read("ca.crt"), format!("{}{}", read("ca.crt"), read("other.crt")));
    replace(&cluster.folder.path().join("ca.crt"), &both);
    until("eve is known", async || ask().await == 200).await;
    replace(&cluster.folder.path().join("ca.crt"), "no certificate");
    assert_eq!(ask().await, 200);
    replace(&cluster.folder.path().join("ca.crt"), &ours);
    until("eve is unknown", async || ask().await == 401).await;
    // What waits is sent at the end.
    let before = count("/audit");
    assert_eq!(admin.get(&format!("{MAPS}/a")).await.0, 200);
    cluster.stop().await;
    assert!(count("/audit") > before);
    end.cancel();
}
