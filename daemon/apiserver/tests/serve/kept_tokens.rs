//! Tokens that are kept in secrets: they hold until the secret goes, and their use is seen.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::measured::Page;

const SECRETS: &str = "/api/v1/namespaces/default/secrets";
const POLICY: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Metadata, users: ['system:serviceaccount:default:robot']}
- {level: None}
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_secrets() {
    let started = Cluster::start_with(|folder| {
        std::fs::write(folder.join("policy.yaml"), POLICY).expect("writable");
        vec![
            format!("--audit-policy-file={}", folder.join("policy.yaml").display()),
            format!("--audit-log-path={}", folder.join("audit.log").display()),
        ]
    });
    let Some(cluster) = started.await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let (code, account) = admin
        .post("/api/v1/namespaces/default/serviceaccounts", json!({"metadata": {"name": "robot"}}))
        .await;
    assert_eq!(code, 201, "{account}");
    let key = std::fs::read_to_string(cluster.folder.path().join("sa.key")).expect("the key");
    let signer = pki::jwt::Signer::from_pem(&key).expect("a signer");
    let token = |secret: &str, change: Value| {
        let mut claims = json!({
            "iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:default:robot",
            "kubernetes.io/serviceaccount/namespace": "default",
            "kubernetes.io/serviceaccount/secret.name": secret,
            "kubernetes.io/serviceaccount/service-account.name": "robot",
            "kubernetes.io/serviceaccount/service-account.uid": account["metadata"]["uid"],
        });
        apimachinery::patch::merge(&mut claims, change);
        signer.sign(&claims).expect("signs")
    };
    let keep = async |name: &str, token: &str, labels: Value| {
        let secret = json!({
            "metadata": {"name": name, "labels": labels, "annotations": {"kubernetes.io/service-account.name": "robot"}},
            "type": "kubernetes.io/service-account-token", "data": {"token": STANDARD.encode(token)},
        });
        let (code, made) = admin.post(SECRETS, secret).await;
        assert_eq!(code, 201, "{made}");
    };
    let today = || jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    // A day may end while the test runs.
    let before = today();
    let used = async |name: &str| {
        let secret = admin.get(&format!("{SECRETS}/{name}")).await.1;
        let label = secret["metadata"]["labels"]["kubernetes.io/legacy-token-last-used"].clone();
        assert!(label.is_null() || label == before.as_str() || label == today().as_str(), "{label}");
        !label.is_null()
    };
    let manual = token("manual", json!({}));
    keep("manual", &manual, json!({})).await;
    let whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    assert!(!used("manual").await, "nobody has used it");
    let (code, user) = cluster.bearer(&manual).post(whoami, review.clone()).await;
    assert_eq!(code, 201, "{user}");
    assert_eq!(user["status"]["userInfo"]["username"], "system:serviceaccount:default:robot");
    assert!(used("manual").await);

    // One that the account lists was made for it; its clients are warned.
    let listed = token("listed", json!({}));
    keep("listed", &listed, json!({})).await;
    let robot = "/api/v1/namespaces/default/serviceaccounts/robot";
    let (code, _) =
        admin.patch(robot, "application/merge-patch+json", json!({"secrets": [{"name": "listed"}]})).await;
    assert_eq!(code, 200);
    let answer = cluster
        .bearer(&listed)
        .request(Method::POST, whoami)
        .header("content-type", "application/json")
        .body(review.to_string())
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 201);
    let warned = answer.headers()["warning"].to_str().expect("text").to_string();
    assert!(warned.contains("instead of auto-generated secret-based tokens."), "{warned}");
    let forbidden = cluster.bearer(&listed).request(Method::GET, SECRETS).send().await.expect("an answer");
    assert_eq!(forbidden.status(), 403);

    // What does not hold.
    let invalid = token("invalid", json!({}));
    keep("invalid", &invalid, json!({"kubernetes.io/legacy-token-invalid-since": "2026-01-01"})).await;
    keep("other", &manual, json!({})).await;
    for (wrong, why) in [
        (&invalid, "it is marked"),
        (&token("gone", json!({})), "there is no secret"),
        (&token("other", json!({})), "the secret has another token"),
        (&token("manual", json!({"sub": "system:serviceaccount:default:other"})), "it contradicts itself"),
        (
            &token("manual", json!({"kubernetes.io/serviceaccount/service-account.uid": "u"})),
            "the account is another",
        ),
    ] {
        assert_eq!(cluster.bearer(wrong).post(whoami, review.clone()).await.0, 401, "{why}");
    }
    assert!(used("invalid").await, "who tried is seen");
    let reviewed = async |audiences: Value| {
        let spec = json!({"token": manual, "audiences": audiences});
        let (_, review) =
            admin.post("/apis/authentication.k8s.io/v1/tokenreviews", json!({"spec": spec})).await;
        review["status"]["authenticated"] == true
    };
    assert!(reviewed(Value::Null).await);
    assert!(reviewed(json!(["https://kubernetes.default.svc.cluster.local"])).await);
    assert!(!reviewed(json!(["vault"])).await);

    let log = cluster.folder.path().join("audit.log");
    let noted = |key: &str, value: &str| {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).any(|event| {
            event["annotations"][format!("authentication.k8s.io/legacy-token-{key}-secret")] == value
        })
    };
    // The log is written before the answer.
    assert!(noted("manual", "manual") && noted("autogenerated", "listed"));
    let page = Page::of(&admin).await;
    for name in [
        "legacy_tokens",
        "legacy_auto_token_uses",
        "legacy_manual_token_uses",
        "invalid_legacy_auto_token_uses",
    ] {
        page.counts(&format!("serviceaccount_{name}_total"), &[]);
    }
    for status in ["hit", "miss"] {
        let label = format!("status=\"{status}\"");
        page.counts("authentication_token_cache_request_total", &[&label]);
        page.counts("authentication_token_cache_request_duration_seconds_count", &[&label]);
    }
    page.counts("authentication_token_cache_fetch_total", &["status=\"ok\""]);
    assert!(page.has("authentication_token_cache_active_fetch_count", &["status=\"in_flight\""]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn since_when() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let map =
        "/api/v1/namespaces/kube-system/configmaps/kube-apiserver-legacy-service-account-token-tracking";
    let admin = cluster.user("admin", Some("system:masters"));
    let (code, made) = admin.get(map).await;
    assert_eq!(code, 200);
    let since = made["data"]["since"].as_str().expect("a day");
    assert!(since.parse::<jiff::civil::Date>().is_ok(), "{since}");
    // A day that was told stays; what is none is mended.
    for (told, stays) in [("2026-01-02", true), ("never", false)] {
        let change = json!({"data": {"since": told}});
        assert_eq!(admin.patch(map, "application/merge-patch+json", change).await.0, 200);
        cluster.restart_server().await;
        cluster.ready().await;
        let admin = cluster.user("admin", Some("system:masters"));
        assert_eq!(admin.get(map).await.1["data"]["since"] == told, stays);
    }
}
