//! Server-side apply and the owners of fields, as clients see them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const APPLY: &str = "application/apply-patch+yaml";
const MERGE: &str = "application/merge-patch+json";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";

fn deployment(spec: Value) -> Value {
    let mut template = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "x:1"}]},
            },
        },
    });
    for (key, value) in spec.as_object().into_iter().flatten() {
        template["spec"][key] = value.clone();
    }
    template
}

fn owner<'v>(object: &'v Value, manager: &str, operation: &str, subresource: &str) -> Option<&'v Value> {
    object["metadata"]["managedFields"].as_array()?.iter().find(|entry| {
        entry["manager"] == manager
            && entry["operation"] == operation
            && entry["subresource"].as_str().unwrap_or_default() == subresource
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configurations_are_applied_and_fields_owned() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    apply(&admin).await;
    writes(&admin).await;
    other_versions(&admin).await;
    races(&admin).await;
    cluster.stop().await;
}

async fn apply(admin: &Api) {
    let path = format!("{DEPLOYMENTS}/web");
    let (code, status) = admin.patch(&path, APPLY, deployment(json!({}))).await;
    assert_eq!((code, &status["reason"]), (422, &json!("Invalid")));
    assert_eq!(
        status["message"],
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
    );
    let (code, status) = admin.patch(&format!("{path}?force=true"), MERGE, json!({})).await;
    assert_eq!(code, 422, "{status}");
    let (code, created) =
        admin.patch(&format!("{path}?fieldManager=a"), APPLY, deployment(json!({"replicas": 1}))).await;
    assert_eq!(code, 201, "{created}");
    assert_eq!(created["spec"]["revisionHistoryLimit"], 10);
    let entry = owner(&created, "a", "Apply", "").expect("an entry");
    assert_eq!(
        entry["fieldsV1"]["f:spec"],
        json!({
            "f:replicas": {}, "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {"f:containers": {"k:{\"name\":\"c\"}": {".": {}, "f:image": {}, "f:name": {}}}},
            },
        })
    );
    let (code, again) =
        admin.patch(&format!("{path}?fieldManager=a"), APPLY, deployment(json!({"replicas": 1}))).await;
    assert_eq!((code, &again), (200, &created), "to apply the same is to write nothing");

    let (code, status) =
        admin.patch(&format!("{path}?fieldManager=b"), APPLY, deployment(json!({"replicas": 2}))).await;
    assert_eq!((code, &status["reason"]), (409, &json!("Conflict")));
    assert_eq!(status["message"], "Apply failed with 1 conflict: conflict with \"a\": .spec.replicas");
    assert_eq!(
        status["details"]["causes"],
        json!([{"reason": "FieldManagerConflict", "message": "conflict with \"a\"", "field": ".spec.replicas"}])
    );
    let (code, forced) = admin
        .patch(&format!("{path}?fieldManager=b&force=true"), APPLY, deployment(json!({"replicas": 2})))
        .await;
    assert_eq!((code, &forced["spec"]["replicas"]), (200, &json!(2)), "{forced}");
    assert!(
        owner(&forced, "a", "Apply", "").expect("the rest")["fieldsV1"]["f:spec"].get("f:replicas").is_none()
    );

    // YAML, as kubectl sends it; and a field that does not exist.
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {tier: front}\n";
    let request = admin.request(Method::PATCH, &format!("{path}?fieldManager=yaml"));
    let answer = request.header("content-type", APPLY).body(text).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let (code, status) =
        admin.patch(&format!("{path}?fieldManager=b"), APPLY, deployment(json!({"replicaz": 2}))).await;
    assert_eq!(code, 500);
    assert_eq!(
        status["message"],
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replicaz: field not declared in schema"
    );
    let (code, dry) = admin
        .patch(
            &format!("{path}?fieldManager=b&force=true&dryRun=All"),
            APPLY,
            deployment(json!({"replicas": 9})),
        )
        .await;
    assert_eq!((code, &dry["spec"]["replicas"]), (200, &json!(9)));
    assert_eq!(admin.get(&path).await.1["spec"]["replicas"], 2);
}

async fn writes(admin: &Api) {
    let path = format!("{DEPLOYMENTS}/web");
    let status = json!({"status": {"replicas": 2, "observedGeneration": 1}});
    let (_, object) = admin.patch(&format!("{path}/status?fieldManager=controller"), MERGE, status).await;
    assert_eq!(
        owner(&object, "controller", "Update", "status").expect("an entry")["fieldsV1"],
        json!({"f:status": {"f:observedGeneration": {}, "f:replicas": {}}})
    );
    let (_, object) = admin
        .patch(&format!("{path}/scale?fieldManager=scaler"), MERGE, json!({"spec": {"replicas": 4}}))
        .await;
    assert_eq!(object["spec"]["replicas"], 4, "{object}");
    let (_, object) = admin.get(&path).await;
    assert_eq!(
        owner(&object, "scaler", "Update", "scale").expect("an entry")["fieldsV1"],
        json!({"f:spec": {"f:replicas": {}}})
    );
    assert!(
        owner(&object, "b", "Apply", "").expect("the rest")["fieldsV1"]["f:spec"].get("f:replicas").is_none()
    );
    let scale = json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"}, "spec": {"replicas": 5}});
    let (code, status) = admin.patch(&format!("{path}/scale?fieldManager=s"), APPLY, scale.clone()).await;
    assert_eq!(code, 409, "{status}");
    assert_eq!(
        status["message"],
        "Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\" using apps/v1: .spec.replicas"
    );
    let (code, scaled) = admin.patch(&format!("{path}/scale?fieldManager=s&force=1"), APPLY, scale).await;
    assert_eq!((code, &scaled["spec"]["replicas"]), (200, &json!(5)), "{scaled}");

    // The user agent is the manager where none is named; a list of one empty entry resets.
    let request = admin.request(Method::PATCH, &path).header("user-agent", "kubectl-x/v1 (linux)");
    let body = json!({"metadata": {"annotations": {"note": "1"}}}).to_string();
    let answer = request.header("content-type", MERGE).body(body).send().await.expect("an answer");
    let object: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert!(owner(&object, "kubectl-x", "Update", "").is_some(), "{object}");
    let (code, object) = admin.patch(&path, MERGE, json!({"metadata": {"managedFields": [{}]}})).await;
    assert_eq!((code, &object["metadata"]["managedFields"]), (200, &Value::Null), "{object}");
    let (code, status) =
        admin.patch(&format!("{path}?fieldManager=late"), APPLY, deployment(json!({"replicas": 7}))).await;
    assert_eq!(code, 409);
    assert!(
        status["message"].as_str().is_some_and(|m| m.contains("\"before-first-apply\" using apps/v1")),
        "{status}"
    );
}

/// Owners keep the version that they wrote in.
async fn other_versions(admin: &Api) {
    let old = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/h";
    let new = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/h";
    let config = |version: &str, max: i32| {
        json!({
            "apiVersion": format!("autoscaling/{version}"), "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "h"},
            "spec": {"maxReplicas": max, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
        })
    };
    let (code, object) = admin.patch(&format!("{old}?fieldManager=a"), APPLY, config("v1", 3)).await;
    assert_eq!(code, 201, "{object}");
    let (code, status) = admin.patch(&format!("{new}?fieldManager=b"), APPLY, config("v2", 4)).await;
    assert_eq!(code, 409, "{status}");
    assert_eq!(status["message"], "Apply failed with 1 conflict: conflict with \"a\": .spec.maxReplicas");
    let (code, object) = admin.patch(&format!("{new}?fieldManager=a"), APPLY, config("v2", 4)).await;
    assert_eq!(code, 200, "{object}");
    assert_eq!(owner(&object, "a", "Apply", "").expect("an entry")["apiVersion"], "autoscaling/v2");
}

/// Patches that do not name a version never lose against each other.
async fn races(admin: &Api) {
    let path = "/api/v1/namespaces/default/configmaps/shared";
    let config = |key: usize| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared"}, "data": {format!("k{key}"): "x"}});
    let work = (0..8usize).map(|index| async move {
        let path = format!("{path}?fieldManager=m{index}");
        admin.patch(&path, APPLY, config(index)).await
    });
    let outcomes = futures::future::join_all(work).await;
    // Creations at the same time may meet; whoever loses applies again.
    for (index, (code, body)) in outcomes.into_iter().enumerate() {
        assert!(matches!(code, 200 | 201 | 409), "{body}");
        if code == 409 {
            let (code, body) =
                admin.patch(&format!("{path}?fieldManager=m{index}"), APPLY, config(index)).await;
            assert_eq!(code, 200, "{body}");
        }
    }
    let merges = (0..8usize).map(|index| async move {
        admin.patch(path, MERGE, json!({"data": {format!("m{index}"): "y"}})).await
    });
    for (code, body) in futures::future::join_all(merges).await {
        assert_eq!(code, 200, "{body}");
    }
    let (_, object) = admin.get(path).await;
    assert_eq!(object["data"].as_object().map(serde_json::Map::len), Some(16), "{object}");
}
