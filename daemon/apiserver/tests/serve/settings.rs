//! What `--admission-control-config-file` has plugins do, and servers that do not start with a wrong one.

use component::http::{Request, typed};
use http::StatusCode;
use http_body_util::BodyExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;

fn configuration(folder: &std::path::Path) -> Value {
    let hooks = json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "WebhookAdmissionConfiguration",
        "kubeConfigFile": folder.join("hooks.conf"),
    });
    json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration",
        "plugins": [
            {"name": "PodSecurity", "configuration": {
                "apiVersion": "pod-security.admission.config.k8s.io/v1", "kind": "PodSecurityConfiguration",
                "defaults": {"enforce": "baseline", "enforce-version": "v1.36"},
                "exemptions": {"usernames": ["operator"], "namespaces": ["exempt"], "runtimeClasses": []},
            }},
            {"name": "PodNodeSelector", "configuration": {"podNodeSelectorPluginConfig": {
                "clusterDefaultNodeSelector": "pool=all", "listed": "pool=all,disk=ssd",
            }}},
            {"name": "ResourceQuota", "configuration": {
                "apiVersion": "apiserver.config.k8s.io/v1", "kind": "ResourceQuotaConfiguration",
                "limitedResources": [
                    {"resource": "persistentvolumeclaims", "matchContains": ["gold.storageclass.storage.k8s.io/requests.storage"]},
                    {"resource": "pods", "matchScopes": [{"scopeName": "PriorityClass", "operator": "In", "values": ["dear"]}]},
                ],
            }},
            {"name": "ValidatingAdmissionWebhook", "configuration": hooks},
        ],
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_do_what_they_are_told() {
    let started = Cluster::start_with(|folder| {
        let users = json!({
            "apiVersion": "v1", "kind": "Config",
            "users": [{"name": "localhost", "user": {"token": "no"}}, {"name": "*", "user": {"token": "seen"}}],
        });
        std::fs::write(folder.join("hooks.conf"), users.to_string()).expect("writable");
        std::fs::write(folder.join("admission.yaml"), configuration(folder).to_string()).expect("writable");
        vec![
            format!("--admission-control-config-file={}", folder.join("admission.yaml").display()),
            "--allow-privileged".into(),
            "--enable-admission-plugins=PodNodeSelector".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let operator = cluster.user("operator", Some("system:masters"));
    for (name, labels) in [
        ("plain", json!({})),
        ("listed", json!({})),
        ("exempt", json!({})),
        ("open", json!({"pod-security.kubernetes.io/enforce": "privileged"})),
    ] {
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        assert_eq!(admin.post("/api/v1/namespaces", namespace).await.0, 201);
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
        assert_eq!(admin.post(&format!("/api/v1/namespaces/{name}/serviceaccounts"), account).await.0, 201);
    }
    let pod = |name: &str, more: Value| {
        let mut spec = json!({"containers": [{"name": "c", "image": "i"}]});
        for (key, value) in more.as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
    };
    let pods = |namespace: &str| format!("/api/v1/namespaces/{namespace}/pods");
    let host = || pod("host", json!({"hostNetwork": true}));

    // PodSecurity.
    let (code, status) = admin.post(&pods("plain"), host()).await;
    assert_eq!(code, 403);
    let wanted = "violates PodSecurity \"baseline:v1.36\": host namespaces (hostNetwork=true)";
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with(wanted)), "{status}");
    assert_eq!(operator.post(&pods("plain"), host()).await.0, 201);
    assert_eq!(admin.post(&pods("exempt"), host()).await.0, 201);
    assert_eq!(admin.post(&pods("open"), host()).await.0, 201);
    let label = |namespace: &str, value: &str| {
        let labels = json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": value}}});
        let path = format!("/api/v1/namespaces/{namespace}");
        admin
            .request(Method::PATCH, &path)
            .header("content-type", "application/merge-patch+json")
            .body(labels.to_string())
            .send()
    };
    let answer = label("open", "high").await.expect("an answer");
    assert_eq!(answer.status(), 422);
    let status: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(
        status["details"]["causes"][0]["field"],
        "metadata.labels[pod-security.kubernetes.io/enforce]"
    );
    for (namespace, expected) in [
        (
            "open",
            vec![
                "299 - \"existing pods in namespace \\\"open\\\" violate the new PodSecurity enforce level \\\"baseline:v1.36\\\"\"",
                "299 - \"host: host namespaces\"",
            ],
        ),
        ("listed", vec![]),
    ] {
        let answer = label(namespace, "baseline").await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let told: Vec<&str> =
            answer.headers().get_all("warning").iter().filter_map(|text| text.to_str().ok()).collect();
        assert_eq!(told, expected);
    }

    // PodNodeSelector.
    let (code, made) = admin.post(&pods("plain"), pod("anywhere", json!({}))).await;
    assert_eq!((code, &made["spec"]["nodeSelector"]), (201, &json!({"pool": "all"})));
    let (code, status) =
        admin.post(&pods("plain"), pod("other", json!({"nodeSelector": {"pool": "mine"}}))).await;
    assert_eq!(code, 403, "{status}");
    let (code, made) =
        admin.post(&pods("listed"), pod("fast", json!({"nodeSelector": {"disk": "ssd"}}))).await;
    assert_eq!((code, &made["spec"]["nodeSelector"]), (201, &json!({"pool": "all", "disk": "ssd"})));
    let (code, status) = admin.post(&pods("listed"), pod("gpu", json!({"nodeSelector": {"gpu": "1"}}))).await;
    assert_eq!(code, 403);
    assert!(
        status["message"]
            .as_str()
            .is_some_and(|text| text.ends_with("conflict with its namespace whitelist")),
        "{status}"
    );

    // ResourceQuota.
    let claim = |class: &str| {
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"generateName": "c-"},
            "spec": {"storageClassName": class, "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        })
    };
    let claims = "/api/v1/namespaces/plain/persistentvolumeclaims";
    assert_eq!(admin.post(claims, claim("silver")).await.0, 201);
    let (code, status) = admin.post(claims, claim("gold")).await;
    assert_eq!(code, 403);
    let wanted = "insufficient quota to consume: gold.storageclass.storage.k8s.io/requests.storage";
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with(wanted)), "{status}");
    let class = json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "dear"}, "value": 5});
    assert_eq!(admin.post("/apis/scheduling.k8s.io/v1/priorityclasses", class).await.0, 201);
    let dear = || pod("dear", json!({"priorityClassName": "dear"}));
    let (code, status) = admin.post(&pods("plain"), dear()).await;
    assert_eq!(code, 403);
    let wanted = "insufficient quota to match these scopes: [{PriorityClass In [dear]}]";
    assert!(status["message"].as_str().is_some_and(|text| text.ends_with(wanted)), "{status}");
    let quota = |name: &str, spec: Value| json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec});
    let quotas = "/api/v1/namespaces/plain/resourcequotas";
    let gold = json!({"hard": {"gold.storageclass.storage.k8s.io/requests.storage": "5Gi"}});
    assert_eq!(admin.post(quotas, quota("gold", gold)).await.0, 201);
    let scoped = json!({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["dear"]}]}});
    assert_eq!(admin.post(quotas, quota("dear", scoped)).await.0, 201);
    let (code, status) = admin.post(claims, claim("gold")).await;
    assert_eq!(code, 201, "{status}");
    let (code, status) = admin.post(&pods("plain"), dear()).await;
    assert_eq!(code, 201, "{status}");

    // Webhooks are called as the users that their hosts have.
    let end = CancellationToken::new();
    let (tell, mut seen) = mpsc::unbounded_channel();
    let port = cluster
        .serve("hook", end.clone(), move |request: Request| {
            let tell = tell.clone();
            async move {
                let header = request.headers().get("authorization").cloned();
                let _ = tell.send(header.and_then(|value| value.to_str().map(str::to_string).ok()));
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let review: Value = serde_json::from_slice(&body).expect("JSON");
                let response = json!({"uid": review["request"]["uid"], "allowed": true});
                let answer = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
                typed(StatusCode::OK, "application/json", answer.to_string())
            }
        })
        .await;
    let ca = std::fs::read_to_string(cluster.folder.path().join("ca.crt")).expect("the CA");
    let url = format!("https://localhost:{port}/check");
    let more = json!({"rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["secrets"], "operations": ["CREATE"]}]});
    let hook = super::admission::configuration("ValidatingWebhookConfiguration", &url, &ca, more);
    let hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    assert_eq!(admin.post(hooks, hook).await.0, 201);
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
    assert_eq!(admin.post("/api/v1/namespaces/plain/secrets", secret).await.0, 201);
    // The user `localhost` is for port 443 alone.
    assert_eq!(seen.recv().await, Some(Some("Bearer seen".into())));
    end.cancel();
    cluster.stop().await;
}
