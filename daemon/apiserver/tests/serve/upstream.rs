//! A store that upstream's API server has filled: protobuf, and definitions in the version that it stores.

use apimachinery::protobuf;
use apimachinery::resources::RESOURCES;
use etcdapi::etcdserverpb as pb;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::{Api, Cluster};

/// The store behind the server's back.
pub struct Store(etcdapi::Client);

impl Store {
    pub async fn of(cluster: &Cluster) -> Self {
        let config = etcdapi::Config::new(vec![cluster.etcd.clone()]);
        Self(etcdapi::Client::connect(config).await.expect("etcd"))
    }

    pub async fn put(&self, key: &str, value: Vec<u8>) {
        let request = pb::PutRequest {
            key: format!("/registry/{key}").into(),
            value: value.into(),
            ..pb::PutRequest::default()
        };
        self.0.kv().put(request).await.expect("an answer");
    }

    async fn put_object(&self, key: &str, object: &Value) {
        let version = object["apiVersion"].as_str().expect("a version");
        let (group, version) = version.split_once('/').unwrap_or(("", version));
        let kind = object["kind"].as_str().expect("a kind");
        let bytes = protobuf::encode(object, (group, version, kind)).expect("its fields are known");
        self.put(key, bytes).await;
    }

    async fn get(&self, key: &str) -> Vec<u8> {
        let request =
            pb::RangeRequest { key: format!("/registry/{key}").into(), ..pb::RangeRequest::default() };
        let answer = self.0.kv().range(request).await.expect("an answer").into_inner();
        answer.kvs.first().expect("the key").value.to_vec()
    }
}

fn service(name: &str, ip: &str, port: u16) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": "default", "uid": format!("uid-of-{name}"), "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {
            "type": "NodePort", "clusterIP": ip, "clusterIPs": [ip], "sessionAffinity": "None",
            "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster",
            "externalTrafficPolicy": "Cluster",
            "ports": [{"port": 80, "targetPort": 80, "nodePort": port, "protocol": "TCP"}],
        },
    })
}

async fn is_taken(admin: &Api, wanted: &Value) -> bool {
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"generateName": "probe-"}, "spec": wanted,
    });
    let (code, answer) = admin.post("/api/v1/namespaces/default/services", service).await;
    assert!(matches!(code, 201 | 422), "{answer}");
    code == 422 && answer["message"].as_str().is_some_and(|text| text.contains("already allocated"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_upstream_stored_is_served_and_becomes_json() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let store = Store::of(&cluster).await;

    // It comes while somebody is listening.
    let maps = "/api/v1/namespaces/default/configmaps";
    let map = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"k": "v"},
        "metadata": {"name": "theirs", "namespace": "default", "uid": "u", "labels": {"by": "upstream"}},
    });
    let selected = format!("{maps}?labelSelector=by%3Dupstream");
    let (found, ()) = tokio::join!(
        admin.until(&selected, |kind, object| kind == "ADDED" && object["metadata"]["name"] == "theirs"),
        store.put_object("configmaps/default/theirs", &map)
    );
    assert_eq!(found["data"]["k"], "v");

    // A write that changes nothing leaves it as JSON, and the next one is none.
    let theirs = format!("{maps}/theirs");
    let version = |object: &Value| object["metadata"]["resourceVersion"].as_str().map(str::to_string);
    let before = version(&admin.get(&theirs).await.1);
    let (code, same) =
        admin.patch(&theirs, "application/merge-patch+json", json!({"data": {"k": "v"}})).await;
    assert_eq!(code, 200, "{same}");
    assert_ne!(version(&same), before);
    assert!(store.get("configmaps/default/theirs").await.starts_with(b"{\"apiVersion\":\"v1\",\"kind\""));
    let (_, again) = admin.patch(&theirs, "application/merge-patch+json", json!({"data": {"k": "v"}})).await;
    assert_eq!(version(&again), version(&same));

    // It was there before the server.
    let definition = json!({
        "kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1beta1",
        "metadata": {"name": "things.example.com", "uid": "d", "generation": 1},
        "spec": {
            "group": "example.com", "version": "v1", "scope": "Namespaced", "preserveUnknownFields": false,
            "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
            "validation": {"openAPIV3Schema": {
                "type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
            }},
            "additionalPrinterColumns": [{"name": "Size", "type": "integer", "JSONPath": ".spec.size"}],
            "versions": [{"name": "v1", "served": true, "storage": true}],
            "conversion": {"strategy": "None"},
        },
        "status": {
            "conditions": [
                {"type": "NamesAccepted", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z", "reason": "NoConflicts", "message": "no conflicts found"},
                {"type": "Established", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z", "reason": "InitialNamesAccepted", "message": "the initial names have been accepted"},
            ],
            "acceptedNames": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
            "storedVersions": ["v1"],
        },
    });
    store
        .put(
            "apiextensions.k8s.io/customresourcedefinitions/things.example.com",
            definition.to_string().into(),
        )
        .await;
    let thing = json!({
        "apiVersion": "example.com/v1", "kind": "Thing", "spec": {"size": 3},
        "metadata": {"name": "one", "namespace": "default", "uid": "t"},
    });
    store.put("example.com/things/default/one", thing.to_string().into()).await;
    store.put_object("services/specs/default/old", &service("old", "10.96.0.77", 30777)).await;
    cluster.restart_server().await;
    cluster.ready().await;

    let (code, listed) = admin.get("/apis/example.com/v1/namespaces/default/things").await;
    assert_eq!((code, &listed["items"][0]["spec"]["size"]), (200, &json!(3)), "{listed}");
    let (code, refused) = admin
        .post(
            "/apis/example.com/v1/namespaces/default/things",
            json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "two"}, "spec": {"size": "x"}}),
        )
        .await;
    assert_eq!(code, 422, "{refused}");
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com";
    let (_, read) = admin.get(path).await;
    assert_eq!(
        read["spec"]["versions"][0]["additionalPrinterColumns"][0]["jsonPath"], ".spec.size",
        "{read}"
    );

    // Definitions speak protobuf, too.
    let accept = (http::header::ACCEPT, "application/vnd.kubernetes.protobuf");
    let answer = admin.request(Method::GET, path).header(accept.0, accept.1).send().await.expect("an answer");
    let bytes = answer.bytes().await.expect("a body");
    let kind = ("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
    let binary = protobuf::decode(&bytes, kind).expect("an object");
    assert_eq!(binary["spec"], read["spec"]);

    // What a service had stays its own.
    assert!(is_taken(&admin, &json!({"clusterIP": "10.96.0.77", "ports": [{"port": 80}]})).await);
    let port = json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30777}]});
    assert!(is_taken(&admin, &port).await);
    let (code, address) = admin.get("/apis/networking.k8s.io/v1/ipaddresses/10.96.0.77").await;
    assert_eq!((code, &address["spec"]["parentRef"]["name"]), (200, &json!("old")), "{address}");
    assert_eq!(admin.send(Method::DELETE, "/api/v1/namespaces/default/services/old", None).await.0, 200);
    cluster.stop().await;
}

/// Upstream's own bytes of every kind, each under its key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_read_from_protobuf() {
    let Some(folder) = crate::published::reference().map(|folder| folder.join("golden")) else { return };
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let store = Store::of(&cluster).await;
    let (mut read, mut other) = (0, Vec::new());
    // Its sample has a pod that was disrupted at no time at all, which Go's types can say and no server writes.
    let is_real = |kind: &str| kind != "PodDisruptionBudget";
    for resource in RESOURCES.iter().filter(|resource| resource.is_stored() && is_real(resource.kind)) {
        let group = if resource.group.is_empty() { "core" } else { resource.group };
        let file = format!("{group}.{}.{}", resource.version, resource.kind);
        let (Ok(bytes), Ok(text)) = (
            std::fs::read(folder.join(format!("{file}.pb"))),
            std::fs::read(folder.join(format!("{file}.json"))),
        ) else {
            continue;
        };
        let wanted: Value = serde_json::from_slice(&text).expect("JSON");
        let place = if resource.namespaced { "default/golden" } else { "golden" };
        store.put(&format!("{}/{place}", resource.prefix), bytes).await;
        let base = if resource.group.is_empty() { "api" } else { "apis" };
        let space = if resource.namespaced { "namespaces/default/" } else { "" };
        let version = resource.api_version();
        let path = format!("/{base}/{version}/{space}{}/golden", resource.plural);
        let (code, found) = admin.get(&path).await;
        assert_eq!(code, 200, "{file}: {found}");
        assert_eq!(found["metadata"]["uid"], wanted["metadata"]["uid"], "{file}");
        for part in ["apiVersion", "kind"] {
            assert_eq!(found[part], wanted[part], "{file}");
        }
        assert_eq!(found["metadata"]["labels"]["labelsKey"], "labelsValue", "{file}");
        let spec = wanted["spec"].as_object().into_iter().flatten();
        for (name, value) in spec.filter(|(_, value)| value.is_string() || value.is_boolean()) {
            // The old name of what `serviceAccountName` is follows that, also upstream.
            if name != "serviceAccount" && &found["spec"][name] != value {
                other.push(format!("{file}: spec.{name} is {}", found["spec"][name]));
            }
        }
        read += 1;
    }
    assert!(other.is_empty(), "{other:#?}");
    assert!(read > 50, "only {read} kinds were read");
    cluster.stop().await;
}

/// KEP-1880: ranges are added while the server runs, and taken away again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_have_addresses_of_every_ready_range() {
    let started = Cluster::start_with(|_| vec!["--service-cluster-ip-range=10.90.0.0/29".into()]);
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let services = "/api/v1/namespaces/default/services";
    let cidrs = "/apis/networking.k8s.io/v1/servicecidrs";
    let make = async |spec: Value| {
        let body = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"generateName": "s-"}, "spec": spec,
        });
        admin.post(services, body).await
    };
    let any = || json!({"ports": [{"port": 80}]});
    let this = |ip: &str| json!({"clusterIP": ip, "ports": [{"port": 80}]});
    // Six addresses, of which the service kubernetes has one.
    for _ in 0..5 {
        let (code, service) = make(any()).await;
        assert_eq!(code, 201, "{service}");
    }
    let (code, full) = make(any()).await;
    assert_eq!(code, 500, "{full}");
    assert!(full["message"].as_str().is_some_and(|text| text.contains("range is full")), "{full}");
    let (code, foreign) = make(this("10.91.0.3")).await;
    assert_eq!(code, 422, "{foreign}");

    let cidr = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": "more"},
        "spec": {"cidrs": ["10.91.0.0/29"]},
    });
    assert_eq!(admin.post(cidrs, cidr).await.0, 201);
    let (code, service) = make(any()).await;
    assert_eq!(code, 201, "{service}");
    assert!(service["spec"]["clusterIP"].as_str().is_some_and(|ip| ip.starts_with("10.91.0.")), "{service}");
    let (code, answer) = make(this("10.91.0.0")).await;
    let said =
        "the provided IP (10.91.0.0) is not in the valid range. The range of valid IPs is 10.91.0.0/29";
    assert_eq!(code, 422, "{answer}");
    assert!(answer["message"].as_str().is_some_and(|text| text.contains(said)), "{answer}");

    let status = |ready: &str| {
        json!({"status": {"conditions": [{
            "type": "Ready", "status": ready, "reason": "Test", "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }]}})
    };
    let merge = "application/merge-patch+json";
    assert_eq!(admin.patch(&format!("{cidrs}/more/status"), merge, status("False")).await.0, 200);
    assert_eq!(make(any()).await.0, 500);
    assert_eq!(admin.patch(&format!("{cidrs}/more/status"), merge, status("True")).await.0, 200);
    assert_eq!(make(any()).await.0, 201);
    assert_eq!(admin.send(Method::DELETE, &format!("{cidrs}/more"), None).await.0, 200);
    assert_eq!(make(any()).await.0, 500);
    cluster.stop().await;
}
