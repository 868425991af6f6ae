//! Quotas: exact through any number of servers on one store, true after what fails, counted by scope.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const QUOTAS: &str = "/api/v1/namespaces/default/resourcequotas";

fn quota(name: &str, spec: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec})
}

fn map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
}

async fn used(admin: &Api, name: &str, of: &str) -> String {
    let (_, quota) = admin.get(&format!("{QUOTAS}/{name}")).await;
    quota["status"]["used"][of].as_str().unwrap_or_default().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_writers_to_two_servers_as_many_get_in_as_there_is_room_for() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let other = cluster.beside([127, 0, 0, 2], &admin).await;
    assert_eq!(admin.post(QUOTAS, quota("q", json!({"hard": {"count/configmaps": "20"}}))).await.0, 201);
    assert_eq!(admin.post(QUOTAS, quota("r", json!({"hard": {"configmaps": "100"}}))).await.0, 201);
    // Who lists them has seen them: a server learns of a new quota as of anything new.
    let (_, quotas) = other.get(QUOTAS).await;
    assert_eq!(quotas["items"].as_array().map(Vec::len), Some(2));
    let create = |index: usize| {
        let api = if index.is_multiple_of(2) { admin.clone() } else { other.clone() };
        async move { api.post(MAPS, map(&format!("m{index}"))).await }
    };
    let outcomes = futures::future::join_all((0..60).map(create)).await;
    let created = outcomes.iter().filter(|(code, _)| *code == 201).count();
    assert_eq!(created, 20, "{outcomes:?}");
    let (_, list) = other.get(MAPS).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(20));
    // The books are true at once, and what both refused is given back by the other quota.
    assert_eq!(used(&admin, "q", "count/configmaps").await, "20");
    admin
        .until(QUOTAS, |_, object| {
            object["metadata"]["name"] == "r" && object["status"]["used"]["configmaps"] == "20"
        })
        .await;
    // What is deleted through one makes room through the other.
    let name = list["items"][0]["metadata"]["name"].as_str().expect("a name").to_string();
    assert_eq!(admin.send(Method::DELETE, &format!("{MAPS}/{name}"), None).await.0, 200);
    assert_eq!(other.post(MAPS, map("next")).await.0, 201);
    assert_eq!(admin.post(MAPS, map("over")).await.0, 403);
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_stored_takes_nothing() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    assert_eq!(admin.post(QUOTAS, quota("q", json!({"hard": {"configmaps": "3"}}))).await.0, 201);
    assert_eq!(admin.post(MAPS, map("a")).await.0, 201);
    for _ in 0..3 {
        assert_eq!(admin.post(MAPS, map("a")).await.0, 409);
        assert_eq!(admin.post(&format!("{MAPS}?dryRun=All"), map("dry")).await.0, 201);
    }
    assert_eq!(admin.post(MAPS, map("b")).await.0, 201);
    assert_eq!(admin.post(MAPS, map("c")).await.0, 201);
    assert_eq!(used(&admin, "q", "configmaps").await, "3");
    let (code, refused) = admin.post(MAPS, map("d")).await;
    assert_eq!(
        (code, refused["message"].as_str()),
        (
            403,
            Some(
                "configmaps \"d\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=3"
            )
        )
    );
    // A quota that grows, or counts more than before, is counted again.
    let more = json!({"spec": {"hard": {"configmaps": "4", "count/secrets": "1"}}});
    assert_eq!(admin.patch(&format!("{QUOTAS}/q"), "application/merge-patch+json", more).await.0, 200);
    assert_eq!(admin.post(MAPS, map("d")).await.0, 201);
    assert_eq!(used(&admin, "q", "count/secrets").await, "0");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_count_by_their_classes() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let scoped = json!({
        "hard": {"persistentvolumeclaims": "1"},
        "scopeSelector": {"matchExpressions": [
            {"scopeName": "VolumeAttributesClass", "operator": "In", "values": ["gold"]},
        ]},
    });
    assert_eq!(admin.post(QUOTAS, quota("gold", scoped)).await.0, 201);
    let devices = json!({"hard": {"gpu.deviceclass.resource.k8s.io/devices": "6"}});
    assert_eq!(admin.post(QUOTAS, quota("devices", devices)).await.0, 201);
    let volumes = "/api/v1/namespaces/default/persistentvolumeclaims";
    let volume = |name: &str, class: &str| {
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
            "spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
                "volumeAttributesClassName": class,
            },
        })
    };
    assert_eq!(admin.post(volumes, volume("a", "gold")).await.0, 201);
    assert_eq!(admin.post(volumes, volume("b", "gold")).await.0, 403);
    assert_eq!(admin.post(volumes, volume("c", "silver")).await.0, 201);
    assert_eq!(used(&admin, "gold", "persistentvolumeclaims").await, "1");
    let claims = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";
    let claim = |name: &str, count: u32| {
        let of = |class: &str, count: u32| json!({"name": class, "deviceClassName": class, "count": count});
        json!({
            "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": {"name": name},
            "spec": {"devices": {"requests": [
                {"name": "one", "exactly": {"deviceClassName": "gpu", "count": count}},
                {"name": "other", "firstAvailable": [of("nic", 9), of("gpu", 1)]},
            ]}},
        })
    };
    assert_eq!(admin.post(claims, claim("a", 3)).await.0, 201);
    let (code, refused) = admin.post(claims, claim("b", 2)).await;
    assert_eq!(code, 403, "{refused}");
    assert_eq!(admin.post(claims, claim("c", 1)).await.0, 201);
    assert_eq!(used(&admin, "devices", "gpu.deviceclass.resource.k8s.io/devices").await, "6");
    cluster.stop().await;
}

/// What others write into a quota's status is seen, and what is limited there is what the specification says in the end
/// (`should apply changes to a resourcequota status` of test/e2e/apimachinery/resource_quota.go).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quotas_status_comes_back_to_its_limits() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let limits = |cpu: &str, memory: &str| json!({"cpu": cpu, "memory": memory});
    let is = |object: &Value, hard: &Value| object["status"]["hard"] == *hard;
    assert_eq!(admin.post(QUOTAS, quota("q", json!({"hard": limits("500m", "500Mi")}))).await.0, 201);
    let (path, strategic) = (format!("{QUOTAS}/q"), "application/strategic-merge-patch+json");
    let status = format!("{path}/status");
    admin.until(QUOTAS, |_, object| is(object, &limits("500m", "500Mi"))).await;
    let patch = json!({"spec": {"hard": limits("1", "1Gi")}});
    let (code, patched) = admin.patch(&path, strategic, patch).await;
    assert_eq!((code, &patched["spec"]["hard"]), (200, &limits("1", "1Gi")), "{patched}");
    let (code, patched) =
        admin.patch(&status, strategic, json!({"status": {"hard": limits("1", "1Gi")}})).await;
    assert_eq!((code, &patched["status"]["hard"]), (200, &limits("1", "1Gi")), "{patched}");
    assert_eq!(admin.get(&status).await.1["status"]["hard"], limits("1", "1Gi"));

    let (_, before) = admin.get(QUOTAS).await;
    let (code, repatched) =
        admin.patch(&status, strategic, json!({"status": {"hard": limits("2", "2Gi")}})).await;
    assert_eq!((code, &repatched["status"]["hard"]), (200, &limits("2", "2Gi")), "{repatched}");
    assert_eq!(repatched["spec"]["hard"], limits("1", "1Gi"));
    admin.until(QUOTAS, |_, object| is(object, &limits("1", "1Gi"))).await;
    // A watch from before tells of both.
    let revision = before["metadata"]["resourceVersion"].as_str().expect("a revision");
    let watch = format!("{QUOTAS}?watch=1&timeoutSeconds=1&resourceVersion={revision}");
    let text =
        admin.request(Method::GET, &watch).send().await.expect("a stream").text().await.expect("its end");
    let told: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("an event")["object"]["status"]["hard"].take())
        .collect();
    assert!(told.contains(&limits("2", "2Gi")), "{told:?}");
    assert_eq!(told.last(), Some(&limits("1", "1Gi")));
    cluster.stop().await;
}

/// Custom resources are counted like others, and quotas themselves (`capture the life of a custom resource` of
/// test/e2e/apimachinery/resource_quota.go, with its other limits).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custom_resources_and_quotas_are_counted() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "foos.quota.example.com"},
        "spec": {"group": "quota.example.com", "scope": "Namespaced", "names": {"plural": "foos", "kind": "Foo"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}]},
    });
    crate::custom::establish(&admin, definition).await;
    let count = "count/foos.quota.example.com";
    let mut hard = json!({
        "pods": "5", "services": "10", "services.nodeports": "1", "services.loadbalancers": "1",
        "replicationcontrollers": "10", "resourcequotas": "1", "configmaps": "10", "secrets": "10",
        "persistentvolumeclaims": "10", "requests.storage": "10Gi",
        "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "10",
        "gold.storageclass.storage.k8s.io/requests.storage": "10Gi",
        "count/replicasets.apps": "5", "count/resourceclaims.resource.k8s.io": "1",
    });
    hard[count] = json!("1");
    let spec = json!({"hard": hard});
    assert_eq!(admin.post(QUOTAS, quota("q", spec)).await.0, 201);
    let is = |object: &Value, name: &str, amount: &str| object["status"]["used"][name] == amount;
    let told =
        admin.until(QUOTAS, |_, object| is(object, "resourcequotas", "1") && is(object, count, "0")).await;
    assert_eq!(
        told["status"]["used"].as_object().map(serde_json::Map::len),
        hard.as_object().map(serde_json::Map::len)
    );
    assert_eq!(told["status"]["hard"], hard);

    let foos = "/apis/quota.example.com/v1/namespaces/default/foos";
    let foo =
        |name: &str| json!({"apiVersion": "quota.example.com/v1", "kind": "Foo", "metadata": {"name": name}});
    assert_eq!(admin.post(foos, foo("a")).await.0, 201);
    assert_eq!(used(&admin, "q", count).await, "1");
    let (code, status) = admin.post(foos, foo("b")).await;
    let why = format!(
        "foos.quota.example.com \"b\" is forbidden: exceeded quota: q, requested: {count}=1, used: {count}=1, limited: {count}=1"
    );
    assert_eq!((code, &status["message"]), (403, &json!(why)));
    // No second quota, either.
    let (code, status) = admin.post(QUOTAS, quota("r", json!({"hard": {"pods": "1"}}))).await;
    assert_eq!(code, 403, "{status}");
    assert_eq!(admin.send(Method::DELETE, &format!("{foos}/a"), None).await.0, 200);
    admin.until(QUOTAS, |_, object| is(object, count, "0")).await;

    let claim = json!({
        "metadata": {"name": "test-claim"},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "gold", "resources": {"requests": {"storage": "1Gi"}}},
    });
    let claims = "/api/v1/namespaces/default/persistentvolumeclaims";
    assert_eq!(admin.post(claims, claim).await.0, 201);
    for name in ["requests.storage", "gold.storageclass.storage.k8s.io/requests.storage"] {
        assert_eq!(used(&admin, "q", name).await, "1Gi", "{name}");
    }
    assert_eq!(used(&admin, "q", "gold.storageclass.storage.k8s.io/persistentvolumeclaims").await, "1");
    cluster.stop().await;
}
