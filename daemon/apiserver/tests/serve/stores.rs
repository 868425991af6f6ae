//! Resources that are stored in another etcd than the rest: `--etcd-servers-overrides`.

use etcdapi::etcdserverpb as pb;
use reqwest::Method;
use serde_json::json;

use crate::cluster::{Api, Cluster, Other};

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const SECRETS: &str = "/api/v1/namespaces/default/secrets";
const LEASES: &str = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const EVENTS: &str = "/api/v1/namespaces/default/events";

/// The keys of objects in namespace `default` that an etcd has, and whether they have a lease.
async fn keys(url: &str) -> Vec<(String, bool)> {
    let client = etcdapi::Client::connect(etcdapi::Config::new([url])).await.expect("etcd");
    let request = pb::RangeRequest {
        key: "/registry/".into(),
        range_end: etcdapi::prefix_end(b"/registry/").into(),
        ..pb::RangeRequest::default()
    };
    let answer = client.kv().range(request).await.expect("a range").into_inner();
    let keys = answer.kvs.iter().map(|kv| (String::from_utf8_lossy(&kv.key).into_owned(), kv.lease != 0));
    keys.filter(|(key, _)| key.contains("/default/")).collect()
}

/// Waits until a page of health has this line; that has no event.
async fn shows(api: &Api, page: &str, line: &str) {
    let mut text = String::new();
    for _ in 0..600 {
        text = api.get(page).await.1.as_str().expect("a text").to_string();
        if text.contains(line) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{page} never has {line}: {text}");
}

async fn create(api: &Api, path: &str, version: &str, kind: &str, name: &str) {
    let object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name},
        "involvedObject": (kind == "Event").then(|| json!({"namespace": "default"}))});
    let (code, answer) = api.post(path, object).await;
    assert_eq!(code, 201, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resources_have_stores_of_their_own() {
    let Some(mut other) = Other::start() else { return };
    let url = other.url.clone();
    let flag =
        format!("--etcd-servers-overrides=/configmaps#{url},/events#{url},coordination.k8s.io/*#{url}");
    let Some(cluster) = Cluster::start_with(|_| vec![flag]).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));

    create(&admin, MAPS, "v1", "ConfigMap", "here").await;
    create(&admin, SECRETS, "v1", "Secret", "there").await;
    create(&admin, LEASES, "coordination.k8s.io/v1", "Lease", "here").await;
    create(&admin, EVENTS, "v1", "Event", "here").await;
    let (main, elsewhere) = (keys(&cluster.etcd).await, keys(&url).await);
    let has = |keys: &[(String, bool)], key: &str| keys.iter().any(|(have, _)| have == key);
    assert!(has(&main, "/registry/secrets/default/there"), "{main:?}");
    for key in ["configmaps", "leases", "events"] {
        let key = format!("/registry/{key}/default/here");
        assert!(has(&elsewhere, &key) && !has(&main, &key), "{key}: {elsewhere:?} {main:?}");
    }
    // An event goes by itself: its lease is one of the etcd that has it.
    assert!(elsewhere.contains(&("/registry/events/default/here".into(), true)), "{elsewhere:?}");

    // Each list and watch goes by the revisions of its own etcd, which are far apart.
    let (_, maps) = admin.get(MAPS).await;
    let (_, secrets) = admin.get(SECRETS).await;
    let version = |list: &serde_json::Value| -> i64 {
        list["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok()).expect("a version")
    };
    assert_ne!(version(&maps), version(&secrets));
    let watch = format!("{MAPS}?watch=1&resourceVersion={}&timeoutSeconds=60", version(&maps));
    let mut stream = admin.request(Method::GET, &watch).send().await.expect("a watch");
    create(&admin, MAPS, "v1", "ConfigMap", "later").await;
    let event = stream.chunk().await.expect("a chunk").expect("an event");
    let event: serde_json::Value = serde_json::from_slice(&event).expect("JSON");
    assert_eq!((&event["type"], &event["object"]["metadata"]["name"]), (&json!("ADDED"), &json!("later")));
    let (code, list) = admin.get(&format!("{MAPS}?limit=1")).await;
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (200, Some(1)));
    let next = list["metadata"]["continue"].as_str().expect("more").to_string();
    let (code, list) = admin.get(&format!("{MAPS}?limit=5&continue={next}")).await;
    assert_eq!((code, list["metadata"]["continue"].as_str()), (200, None), "{list}");

    // Both are looked after, each by its name.
    let (_, page) = admin.get("/readyz?verbose").await;
    let page = page.as_str().expect("a text").to_string();
    for check in ["[+]etcd-override-0 ok", "[+]etcd-override-readiness-0 ok"] {
        assert!(page.contains(check), "{page}");
    }
    let (_, metrics) = admin.get("/metrics").await;
    let metrics = metrics.as_str().expect("a text").to_string();
    for store in ["etcd-0", "etcd-1"] {
        assert!(metrics.contains(&format!("apiserver_storage_size_bytes{{storage_cluster_id=\"{store}\"}}")));
    }

    // Without the one, what is in the other goes on.
    other.kill();
    shows(&admin, "/healthz?verbose", "[-]etcd-override-0 failed").await;
    let (code, page) = admin.get("/healthz?verbose&exclude=etcd").await;
    assert_eq!(code, 200, "{page}");
    assert!(page.as_str().is_some_and(|page| page.contains("[+]etcd-override-0 excluded: ok")), "{page}");
    create(&admin, SECRETS, "v1", "Secret", "meanwhile").await;
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "lost"}});
    let (code, answer) = admin.post(MAPS, map).await;
    assert_eq!((code, &answer["reason"]), (504, &json!("Timeout")), "{answer}");
    other.again();
    shows(&admin, "/readyz?verbose", "[+]etcd-override-readiness-0 ok").await;
    create(&admin, MAPS, "v1", "ConfigMap", "back").await;
    let (code, list) = admin.get(MAPS).await;
    let names: Vec<&str> = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect();
    assert_eq!(code, 200);
    for name in ["here", "later", "back"] {
        assert!(names.contains(&name), "{names:?}");
    }
    cluster.stop().await;
}
