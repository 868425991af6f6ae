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

/// Every answer names its request: by what the client called it, or by a name of ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_an_audit_id() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let nobody = cluster.user("nobody", None);
    let bad = cluster.bearer("no.such.token");
    let cases = [(&admin, "/readyz"), (&admin, MAPS), (&admin, "/nowhere"), (&nobody, MAPS), (&bad, MAPS)];
    for (user, path) in cases {
        let ask = || user.request(reqwest::Method::GET, path);
        let mut ids = Vec::new();
        for _ in 0..2 {
            let answer = ask().send().await.expect("an answer");
            let id = answer.headers().get("audit-id").unwrap_or_else(|| panic!("{path} has no id"));
            ids.push(uuid::Uuid::parse_str(id.to_str().expect("a text")).expect("a UUID"));
        }
        assert_ne!(ids[0], ids[1]);
        let long = "my-own-id".repeat(10);
        let answer = ask().header("Audit-ID", &long).send().await.expect("an answer");
        assert_eq!(answer.headers()["audit-id"], long.as_str(), "{path}");
    }
    cluster.stop().await;
}

const HOOKS: &str = "/apis/admissionregistration.k8s.io/v1";

/// The events of a log that is written by the way, once one of them is as wanted.
async fn events(cluster: &Cluster, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let path = cluster.folder.path().join("audit.log");
    for _ in 0..600 {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let events: Vec<Value> =
            whole.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        if events.iter().any(&wanted) {
            return events;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the event is never written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_say_something_in_events() {
    let started = Cluster::start_with(|folder| {
        let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- {level: Metadata, verbs: [create], resources: [{group: '', resources: [configmaps, namespaces]}]}\n";
        std::fs::write(folder.join("policy.yaml"), policy).expect("writable");
        let file = |name: &str| folder.join(name).display().to_string();
        vec![
            format!("--audit-policy-file={}", file("policy.yaml")),
            format!("--audit-log-path={}", file("audit.log")),
            "--audit-log-mode=batch".into(),
            "--audit-log-batch-max-size=10".into(),
            "--audit-log-batch-max-wait=20ms".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let rules = json!({"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["CREATE"]}]});
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "telling"},
        "spec": {
            "matchConstraints": rules,
            "validations": [
                {"expression": "true"},
                {"expression": "!has(object.data.bad)", "message": "it is bad"},
            ],
            "auditAnnotations": [
                {"key": "name", "valueExpression": "'it is ' + object.metadata.name"},
                {"key": "nothing", "valueExpression": "has(object.data.bad) ? dyn('bad') : dyn(null)"},
            ],
        },
    });
    let (code, status) = admin.post(&format!("{HOOKS}/validatingadmissionpolicies"), policy.clone()).await;
    assert_eq!(code, 201, "{status}");
    let mut wrong = policy;
    wrong["metadata"]["name"] = json!("wrong");
    wrong["spec"]["auditAnnotations"][0]["valueExpression"] = json!("1");
    wrong["spec"]["auditAnnotations"][1]["key"] = json!("no key/at all");
    let (code, status) = admin.post(&format!("{HOOKS}/validatingadmissionpolicies"), wrong).await;
    assert_eq!(code, 422);
    let causes = status["details"]["causes"].as_array().expect("causes");
    let fields: Vec<&str> = causes.iter().filter_map(|cause| cause["field"].as_str()).collect();
    assert_eq!(
        fields,
        ["spec.auditAnnotations[0].valueExpression", "spec.auditAnnotations[1].key"],
        "{status}"
    );
    for (name, actions) in [("noting", json!(["Audit"])), ("warning", json!(["Warn"]))] {
        let binding = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name}, "spec": {"policyName": "telling", "validationActions": actions},
        });
        let (code, status) = admin.post(&format!("{HOOKS}/validatingadmissionpolicybindings"), binding).await;
        assert_eq!(code, 201, "{status}");
    }
    // The policy has effect once its watch events are here.
    let seen = |event: &Value| event["annotations"].get("telling/name").is_some();
    let map = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"bad": "1"}});
    for number in 0..1000 {
        let request = admin.request(reqwest::Method::POST, MAPS).header("content-type", "application/json");
        let answer = request.body(map(&format!("m{number}")).to_string()).send().await.expect("an answer");
        assert_eq!(answer.status(), 201, "nothing is refused");
        if answer.headers().contains_key("warning") {
            break;
        }
    }
    let events = events(&cluster, seen).await;
    let event = events.iter().rfind(|event| seen(event)).expect("it is there");
    let annotations = &event["annotations"];
    let name = event["objectRef"]["name"].as_str().expect("a name");
    assert_eq!(annotations["telling/name"], format!("it is {name}"), "each value once: {event}");
    assert_eq!(annotations["telling/nothing"], "bad");
    assert_eq!(annotations["authorization.k8s.io/decision"], "allow");
    let text = annotations["validation.policy.admission.k8s.io/validation_failure"].as_str();
    let failures: Value = serde_json::from_str(text.unwrap_or_default()).expect("JSON");
    assert_eq!(
        failures,
        json!([{"message": "it is bad", "policy": "telling", "binding": "noting", "expressionIndex": 1, "validationActions": ["Audit"]}])
    );
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_cannot_be_noted_is_refused_where_that_is_wanted() {
    let started = Cluster::start_with(|folder| {
        std::fs::write(folder.join("policy.yaml"), POLICY).expect("writable");
        vec![
            format!("--audit-policy-file={}", folder.join("policy.yaml").display()),
            "--audit-log-path=/dev/full".into(),
            "--audit-log-mode=blocking-strict".into(),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let (code, status) = admin.get(MAPS).await;
    assert_eq!(code, 500, "{status}");
    assert!(status["message"].as_str().is_some_and(|text| text.contains("/dev/full")), "{status}");
    assert_eq!(admin.get("/api/v1/namespaces").await.0, 200, "what is not audited goes on");
    let told = [
        "apiserver_audit_level_total{level=\"RequestResponse\"}",
        "apiserver_audit_level_total{level=\"None\"}",
        "apiserver_audit_error_total{plugin=\"log\"}",
    ];
    admin.tells(&told).await;
    cluster.stop().await;
}
