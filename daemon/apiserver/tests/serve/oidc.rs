//! Tokens of another issuer.

use component::http::{Body, Request, typed};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cluster::Cluster;

const REVIEW: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// The issuer: its discovery document and its keys.
async fn answer(request: Request, issuer: String, keys: Value) -> http::Response<Body> {
    let answer = match request.uri().path() {
        "/.well-known/openid-configuration" => {
            json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")})
        }
        _ => json!({"keys": [keys]}),
    };
    typed(StatusCode::OK, "application/json", answer.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_a_known_issuer_hold() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let issuer = format!("https://localhost:{}", listener.local_addr().expect("an address").port());
    let url = issuer.clone();
    let started = Cluster::start_with(|folder| {
        let ca = std::fs::read_to_string(folder.join("ca.crt")).expect("the CA");
        let configuration = json!({
            "apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration",
            "jwt": [{
                "issuer": {"url": url, "audiences": ["cluster"], "certificateAuthority": ca},
                "claimValidationRules": [{"claim": "org", "requiredValue": "acme"}, {"expression": "claims.level > 1", "message": "the level is too low"}],
                "claimMappings": {
                    "username": {"expression": "'oidc:' + claims.sub"}, "groups": {"claim": "groups", "prefix": "oidc:"},
                    "extra": [{"key": "acme.io/level", "valueExpression": "string(claims.level)"}],
                },
                "userValidationRules": [{"expression": "!user.username.startsWith('oidc:system')", "message": "reserved"}],
            }],
            "anonymous": {"enabled": true, "conditions": [{"path": "/readyz"}, {"path": "/livez"}]},
        });
        std::fs::write(folder.join("authn.yaml"), configuration.to_string()).expect("writable");
        vec![format!("--authentication-config={}", folder.join("authn.yaml").display())]
    });
    let Some(cluster) = started.await else { return };
    let pem = pki::cert::new_key().expect("a key");
    let signer = pki::jwt::Signer::from_pem(&pem).expect("a signer");
    let public = pki::cert::public_key(&pem).expect("a key");
    let keys = pki::jwt::Verifier::from_pem(&public).expect("a key").jwk().clone();
    let shutdown = CancellationToken::new();
    let own = issuer.clone();
    cluster.serve_on(listener, "issuer", shutdown.clone(), move |request| {
        answer(request, own.clone(), keys.clone())
    });

    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let claims = |changes: Value| {
        let mut claims = json!({
            "iss": issuer, "aud": ["other", "cluster"], "sub": "jane", "org": "acme", "level": 2, "groups": ["devs"],
            "iat": now, "exp": now + 600,
        });
        for (key, value) in changes.as_object().into_iter().flatten() {
            claims[key] = value.clone();
        }
        signer.sign(&claims).expect("a token")
    };
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let ask = async |token: String| cluster.bearer(&token).post(REVIEW, review.clone()).await;
    let (code, who) = ask(claims(json!({}))).await;
    assert_eq!(code, 201, "{who}");
    assert_eq!(
        who["status"]["userInfo"],
        json!({
            "username": "oidc:jane", "groups": ["oidc:devs", "system:authenticated"], "extra": {"acme.io/level": ["2"]},
        })
    );
    for (changes, what) in [
        (json!({"aud": "other"}), "another audience"),
        (json!({"exp": now - 600}), "expired"),
        (json!({"nbf": now + 600}), "not valid yet"),
        (json!({"org": "other"}), "a claim with another value"),
        (json!({"level": 1}), "a rule that does not hold"),
        (json!({"sub": "system"}), "a user that is not allowed"),
        (json!({"sub": ""}), "an issuer's mapping without a name"),
    ] {
        let (code, who) = ask(claims(changes)).await;
        let empty = what == "an issuer's mapping without a name";
        assert!(
            code == 401 || (empty && who["status"]["userInfo"]["username"] == "oidc:"),
            "{what}: {code} {who}"
        );
    }
    // Another key, in the issuer's name.
    let forged = pki::jwt::Signer::from_pem(&pki::cert::new_key().expect("a key")).expect("a signer");
    let forged = forged.sign(
        &json!({"iss": issuer, "aud": "cluster", "sub": "x", "org": "acme", "level": 9, "exp": now + 600}),
    );
    assert_eq!(ask(forged.expect("a token")).await.0, 401);
    // Without credentials only the paths that are named.
    let anyone = crate::cluster::Api {
        client: cluster.builder().build().expect("a client"),
        url: cluster.url.clone(),
        token: None,
    };
    assert_eq!(anyone.get("/readyz").await.0, 200);
    assert_eq!(anyone.get("/version").await.0, 401);
    shutdown.cancel();
    let admin = cluster.user("admin", Some("system:masters"));
    admin
        .tells(&[
            "apiserver_authentication_jwt_authenticator_latency_seconds_count{jwt_issuer_hash=\"sha256:",
            "result=\"success\"} ",
            "apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds{apiserver_id_hash=\"sha256:",
        ])
        .await;
    cluster.stop().await;
}
