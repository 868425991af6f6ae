//! Secrets at rest: what etcd holds of them while the configuration changes under the server.

use std::path::Path;

use etcdapi::etcdserverpb as pb;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};
use crate::measured::Page;

const SECRETS: &str = "/api/v1/namespaces/default/secrets";
const A: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const B: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn configure(folder: &Path, providers: &Value) {
    let configuration = json!({
        "apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets", "pandas.bears.example"], "providers": providers}],
    });
    let (path, draft) = (folder.join("encryption.yaml"), folder.join("encryption.draft"));
    std::fs::write(&draft, configuration.to_string()).expect("writable");
    std::fs::rename(draft, path).expect("renamed");
}

async fn stored(cluster: &Cluster, name: &str) -> Vec<u8> {
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let key = format!("/registry/secrets/default/{name}");
    let request = pb::RangeRequest { key: key.into(), ..pb::RangeRequest::default() };
    let answer = etcd.kv().range(request).await.expect("an answer").into_inner();
    answer.kvs.first().expect("the key").value.to_vec()
}

async fn create(admin: &Api, name: &str) {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {"k": "hidden"},
    });
    let (code, created) = admin.post(SECRETS, secret).await;
    assert_eq!(code, 201, "{created}");
}

/// What `kubectl get secret NAME -o json | kubectl replace -f -` does.
async fn rewrite(admin: &Api, name: &str) {
    let (code, secret) = admin.get(&format!("{SECRETS}/{name}")).await;
    assert_eq!((code, &secret["data"]["k"]), (200, &json!("aGlkZGVu")), "{secret}");
    let (code, answer) = admin.send(Method::PUT, &format!("{SECRETS}/{name}"), Some(secret)).await;
    assert_eq!(code, 200, "{answer}");
}

/// Rewrites until etcd holds the secret as `prefix` says: the file is read a moment after it changes.
async fn until(cluster: &Cluster, admin: &Api, name: &str, prefix: &str) {
    for _ in 0..2000 {
        rewrite(admin, name).await;
        if stored(cluster, name).await.starts_with(prefix.as_bytes()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{name} is never stored as {prefix}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_are_rewritten_as_keys_change() {
    let started = Cluster::start_with(|folder| {
        configure(folder, &json!([{"identity": {}}]));
        vec![
            format!("--encryption-provider-config={}", folder.join("encryption.yaml").display()),
            "--encryption-provider-config-automatic-reload".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let folder = cluster.folder.path();
    create(&admin, "plain").await;
    assert!(stored(&cluster, "plain").await.starts_with(b"{\"apiVersion\""));
    // Switched on: what is there is still read; a rewrite encrypts it.
    configure(folder, &json!([{"aescbc": {"keys": [{"name": "a", "secret": A}]}}, {"identity": {}}]));
    until(&cluster, &admin, "plain", "k8s:enc:aescbc:v1:a:").await;
    create(&admin, "one").await;
    let value = stored(&cluster, "one").await;
    assert!(value.starts_with(b"k8s:enc:aescbc:v1:a:") && !value.windows(8).any(|part| part == b"aGlkZGVu"));
    let version = admin.get(&format!("{SECRETS}/one")).await.1["metadata"]["resourceVersion"].clone();
    rewrite(&admin, "one").await;
    let after = admin.get(&format!("{SECRETS}/one")).await.1["metadata"]["resourceVersion"].clone();
    assert_eq!(version, after, "an object under the current key is not written again");
    // Rotated, with another provider in front.
    configure(
        folder,
        &json!([{"secretbox": {"keys": [{"name": "b", "secret": B}]}}, {"aescbc": {"keys": [{"name": "a", "secret": A}]}}]),
    );
    until(&cluster, &admin, "one", "k8s:enc:secretbox:v1:b:").await;
    // A mistake leaves everything as it is.
    configure(folder, &json!([{"aescbc": {"keys": []}}]));
    create(&admin, "two").await;
    assert!(stored(&cluster, "two").await.starts_with(b"k8s:enc:secretbox:v1:b:"));
    // Watches and lists have them too, and other resources stay readable in etcd.
    let seen = admin.until(SECRETS, |_, object| object["metadata"]["name"] == "two").await;
    assert_eq!(seen["data"]["k"], "aGlkZGVu");
    let (code, list) = admin.get(SECRETS).await;
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (200, Some(3)), "{list}");
    // A custom resource by its full name.
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "pandas.bears.example"},
        "spec": {
            "group": "bears.example", "scope": "Namespaced", "names": {"plural": "pandas", "kind": "Panda"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}],
        },
    });
    assert_eq!(admin.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd).await.0, 201);
    let panda = json!({"apiVersion": "bears.example/v1", "kind": "Panda", "metadata": {"name": "p"}, "spec": {"eats": "bamboo"}});
    let path = "/apis/bears.example/v1/namespaces/default/pandas";
    let mut tries = 0;
    while admin.post(path, panda.clone()).await.0 != 201 {
        tries += 1;
        assert!(tries < 1000, "the resource is never served");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let etcd =
        etcdapi::Client::connect(etcdapi::Config::new(vec![cluster.etcd.clone()])).await.expect("etcd");
    let key = "/registry/bears.example/pandas/default/p";
    let request = pb::RangeRequest { key: key.into(), ..pb::RangeRequest::default() };
    let answer = etcd.kv().range(request).await.expect("an answer").into_inner();
    assert!(answer.kvs[0].value.starts_with(b"k8s:enc:secretbox:v1:b:"));
    assert_eq!(admin.get(&format!("{path}/p")).await.1["spec"]["eats"], "bamboo");

    // What no key opens is an error, never a list that lacks it.
    let request = pb::PutRequest {
        key: "/registry/secrets/default/two".into(),
        value: b"k8s:enc:aescbc:v1:gone:0123456789abcdef0123456789abcdef".to_vec().into(),
        ..pb::PutRequest::default()
    };
    etcd.kv().put(request).await.expect("an answer");
    let (code, status) = admin.get(SECRETS).await;
    assert_eq!(code, 500, "{status}");
    let message = status["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("/registry/secrets/default/two") && message.contains("no matching prefix"),
        "{message}"
    );
    assert_eq!(admin.get(&format!("{SECRETS}/two")).await.0, 500);
    rewrite(&admin, "one").await;
    assert_eq!(admin.get("/api/v1/namespaces/default/configmaps").await.0, 200);
    let page = Page::of(&admin).await;
    for (way, prefix) in [
        ("to_storage", "identity"),
        ("from_storage", "identity"),
        ("to_storage", "k8s:enc:aescbc:v1:"),
        ("from_storage", "k8s:enc:aescbc:v1:"),
        ("to_storage", "k8s:enc:secretbox:v1:"),
    ] {
        let labels = [format!("transformation_type=\"{way}\""), format!("transformer_prefix=\"{prefix}\"")];
        let [way, prefix] = labels.each_ref().map(String::as_str);
        page.counts("apiserver_storage_transformation_operations_total", &["status=\"OK\"", way, prefix]);
        page.counts("apiserver_storage_transformation_duration_seconds_count", &[way, prefix]);
    }
    let unknown = [
        "status=\"unknown-non-grpc\"",
        "transformation_type=\"from_storage\"",
        "transformer_prefix=\"unknown\"",
    ];
    page.counts("apiserver_storage_transformation_operations_total", &unknown);
    cluster.stop().await;
}
