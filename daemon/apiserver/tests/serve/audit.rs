//! What the audit log notes.

use serde_json::{Value, json};

use crate::cluster::Cluster;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";
const POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitManagedFields: true
rules:
- {level: RequestResponse, resources: [{group: '', resources: [configmaps]}]}
- {level: Metadata, omitStages: [RequestReceived], resources: [{group: '', resources: [secrets]}]}
- {level: None}
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_noted_as_the_policy_says() {
    let started = Cluster::start_with(|folder| {
        std::fs::write(folder.join("policy.yaml"), POLICY).expect("writable");
        let file = |name: &str| folder.join(name).display().to_string();
        vec![
            format!("--audit-policy-file={}", file("policy.yaml")),
            format!("--audit-log-path={}", file("audit.log")),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}});
    assert_eq!(admin.post(MAPS, map.clone()).await.0, 201);
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": "hidden"}});
    assert_eq!(admin.post("/api/v1/namespaces/default/secrets", secret).await.0, 201);
    let nobody = cluster.user("nobody", None);
    assert_eq!(nobody.get(&format!("{MAPS}/a")).await.0, 403);
    assert_eq!(admin.get("/api/v1/namespaces").await.0, 200);
    admin.until(MAPS, |_, object| object["metadata"]["name"] == "a").await;
    let text = std::fs::read_to_string(cluster.folder.path().join("audit.log")).expect("a log");
    assert!(!text.contains("hidden") && !text.contains(&"hidden".chars().rev().collect::<String>()));
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |name: &str, verb: &str, who: &str| -> Vec<&Value> {
        let all = events.iter().filter(|event| event["objectRef"]["resource"] == name);
        all.filter(|event| event["verb"] == verb && event["user"]["username"] == who).collect()
    };
    let created = of("configmaps", "create", "admin");
    assert_eq!(
        created.iter().map(|event| &event["stage"]).collect::<Vec<_>>(),
        ["RequestReceived", "ResponseComplete"]
    );
    assert_eq!(created[0]["auditID"], created[1]["auditID"]);
    let last = created[1];
    assert_eq!(last["requestObject"], map);
    assert_eq!(last["responseObject"]["data"], json!({"k": "v"}));
    assert!(last["responseObject"]["metadata"].get("managedFields").is_none());
    assert_eq!(last["responseStatus"]["code"], 201);
    assert_eq!(last["sourceIPs"], json!(["127.0.0.1"]));
    assert_eq!(last["annotations"]["authorization.k8s.io/decision"], "allow");
    let secrets = of("secrets", "create", "admin");
    assert_eq!(secrets.len(), 1);
    assert_eq!((&secrets[0]["level"], &secrets[0]["requestObject"]), (&json!("Metadata"), &Value::Null));
    let refused = of("configmaps", "get", "nobody");
    assert_eq!(refused[1]["responseStatus"]["code"], 403);
    assert_eq!(refused[1]["annotations"]["authorization.k8s.io/decision"], "forbid");
    assert_eq!(of("namespaces", "list", "admin").len(), 0);
    let watched = of("configmaps", "watch", "admin");
    assert!(watched.iter().any(|event| event["stage"] == "ResponseStarted"), "{watched:?}");
    cluster.stop().await;
}
