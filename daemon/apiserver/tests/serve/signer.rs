//! Service-account tokens that a program beside the server signs.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use externaljwt::external_jwt_signer_server::{ExternalJwtSigner, ExternalJwtSignerServer};
use externaljwt::{
    FetchKeysRequest, FetchKeysResponse, Key, MetadataRequest, MetadataResponse, SignJwtRequest,
    SignJwtResponse, Timestamp,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Method;
use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use crate::cluster::{Api, Cluster};

const ACCOUNT: &str = "/api/v1/namespaces/default/serviceaccounts/robot";
const WHOAMI: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// What the signer does; a test changes it as it goes on.
#[derive(Default)]
struct Rules {
    /// The private keys in PEM, by their IDs, and whether they are kept from others.
    keys: Vec<(String, String, bool)>,
    /// Which of them signs, whether it is told of or not.
    signs: (String, String),
    /// What the header says instead.
    header: Option<Value>,
    /// For how many seconds tokens may live, and keys may be kept.
    longest: i64,
    hint: i64,
    /// How often keys were fetched.
    fetched: usize,
    /// It signs nothing, and says so.
    refuses: bool,
}

impl Rules {
    fn add(&mut self, id: &str, hidden: bool) {
        let key = pki::cert::new_key().expect("a key");
        self.signs = (id.to_string(), key.clone());
        self.keys.push((id.to_string(), key, hidden));
    }
}

#[derive(Clone, Default)]
struct Signer(Arc<Mutex<Rules>>);

#[tonic::async_trait]
impl ExternalJwtSigner for Signer {
    async fn sign(&self, request: Request<SignJwtRequest>) -> Result<Response<SignJwtResponse>, Status> {
        let rules = self.0.lock().expect("not poisoned");
        if rules.refuses {
            return Err(Status::resource_exhausted("the vault is sealed"));
        }
        let (id, key) = &rules.signs;
        let header = rules.header.clone().unwrap_or_else(|| json!({"alg": "ES256", "kid": id, "typ": "JWT"}));
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let signed = format!("{header}.{}", request.into_inner().claims);
        let key = EncodingKey::from_ec_pem(key.as_bytes()).expect("a key");
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, Algorithm::ES256).expect("signs");
        Ok(Response::new(SignJwtResponse { header, signature }))
    }

    async fn fetch_keys(&self, _: Request<FetchKeysRequest>) -> Result<Response<FetchKeysResponse>, Status> {
        let mut rules = self.0.lock().expect("not poisoned");
        rules.fetched += 1;
        let key = |(id, pem, hidden): &(String, String, bool)| {
            let public = pki::cert::public_key(pem).expect("a public key");
            let text: String = public.lines().filter(|line| !line.starts_with('-')).collect();
            let key = STANDARD.decode(text).expect("base64");
            Key { key_id: id.clone(), key, exclude_from_oidc_discovery: *hidden }
        };
        Ok(Response::new(FetchKeysResponse {
            keys: rules.keys.iter().map(key).collect(),
            data_timestamp: Some(Timestamp { seconds: 1_700_000_000, nanos: 0 }),
            refresh_hint_seconds: rules.hint,
        }))
    }

    async fn metadata(&self, _: Request<MetadataRequest>) -> Result<Response<MetadataResponse>, Status> {
        let max_token_expiration_seconds = self.0.lock().expect("not poisoned").longest;
        Ok(Response::new(MetadataResponse { max_token_expiration_seconds }))
    }
}

impl Signer {
    fn new(longest: i64, hint: i64) -> Self {
        let signer = Self::default();
        signer.change(|rules| {
            rules.add("first", false);
            (rules.longest, rules.hint) = (longest, hint);
        });
        signer
    }

    fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.0.lock().expect("not poisoned"));
    }

    fn fetched(&self) -> usize {
        self.0.lock().expect("not poisoned").fetched
    }

    /// Serves until what is given is cancelled.
    fn serve(&self, path: &Path) -> tokio_util::sync::CancellationToken {
        let _ = std::fs::remove_file(path);
        let socket = tokio::net::UnixListener::bind(path).expect("a socket");
        let service = ExternalJwtSignerServer::new(self.clone());
        let end = tokio_util::sync::CancellationToken::new();
        let (ended, path) = (end.clone(), path.to_path_buf());
        tokio::spawn(async move {
            let incoming = tokio_stream::wrappers::UnixListenerStream::new(socket);
            let server = tonic::transport::Server::builder().add_service(service);
            server.serve_with_incoming_shutdown(incoming, ended.cancelled()).await.expect("serves");
            let _ = std::fs::remove_file(path);
        });
        end
    }
}

/// Asks for a token that lives for so many seconds.
async fn ask(admin: &Api, seconds: i64) -> (u16, Value) {
    admin.post(&format!("{ACCOUNT}/token"), json!({"spec": {"expirationSeconds": seconds}})).await
}

async fn token(admin: &Api) -> String {
    let (code, answer) = ask(admin, 3600).await;
    assert_eq!(code, 201, "{answer}");
    answer["status"]["token"].as_str().expect("a token").to_string()
}

/// The user of a token, if it holds.
async fn user(cluster: &Cluster, token: &str) -> Option<String> {
    let (code, review) = cluster.bearer(token).post(WHOAMI, json!({})).await;
    assert!(matches!(code, 201 | 401), "{review}");
    (code == 201).then(|| review["status"]["userInfo"]["username"].as_str().unwrap_or_default().to_string())
}

async fn jwks(admin: &Api) -> (Vec<String>, String) {
    let answer = admin.request(Method::GET, "/openid/v1/jwks").send().await.expect("an answer");
    let kept = answer.headers()["cache-control"].to_str().expect("a text").to_string();
    let keys: Value = serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let ids = keys["keys"].as_array().expect("keys").iter();
    (ids.map(|key| key["kid"].as_str().unwrap_or_default().to_string()).collect(), kept)
}

async fn start(
    signer: &Signer,
    more: &[&str],
    patience: Duration,
) -> Option<(Cluster, tokio_util::sync::CancellationToken)> {
    let mut end = None;
    let started = Cluster::start_changed(
        |folder| {
            let path = folder.join("signer.sock");
            end = Some(signer.serve(&path));
            let endpoint = format!("--service-account-signing-endpoint={}", path.display());
            std::iter::once(endpoint).chain(more.iter().map(ToString::to_string)).collect()
        },
        |options| options.signer_patience = patience,
    );
    let cluster = started.await?;
    let admin = cluster.user("admin", Some("system:masters"));
    let (code, made) =
        admin.post(ACCOUNT.trim_end_matches("/robot"), json!({"metadata": {"name": "robot"}})).await;
    assert_eq!(code, 201, "{made}");
    Some((cluster, end.expect("serves")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_signed_elsewhere() {
    let signer = Signer::new(7200, 3600);
    let Some((cluster, end)) = start(&signer, &[], Duration::from_secs(1)).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let robot = Some("system:serviceaccount:default:robot".to_string());

    let first = token(&admin).await;
    assert_eq!(pki::jwt::key_id(&first).as_deref(), Some("first"));
    let claims = pki::jwt::peek(&first).expect("claims");
    assert_eq!(claims["iss"], "https://kubernetes.default.svc.cluster.local");
    assert_eq!(claims["sub"], "system:serviceaccount:default:robot");
    assert_eq!(user(&cluster, &first).await, robot);
    assert_eq!(signer.fetched(), 1, "the start alone");
    let (ids, kept) = jwks(&admin).await;
    assert_eq!(ids, ["first"]);
    let age: u64 = kept.strip_prefix("public, max-age=").and_then(|age| age.parse().ok()).expect("an age");
    assert!((3000..=3600).contains(&age), "{kept}");
    let (_, document) = admin.get("/.well-known/openid-configuration").await;
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["ES256"]));

    // No longer than the signer allows, and no error either, as upstream.
    let (code, answer) = ask(&admin, 100_000).await;
    assert_eq!((code, &answer["spec"]["expirationSeconds"]), (201, &json!(7200)), "{answer}");

    // Those of pods live for as long as they may, not for a year.
    let mut pod = crate::pod("bound");
    pod["spec"]["serviceAccountName"] = json!("robot");
    let (code, made) = admin.post("/api/v1/namespaces/default/pods", pod).await;
    assert_eq!(code, 201, "{made}");
    let bound = json!({"kind": "Pod", "apiVersion": "v1", "name": "bound"});
    let asked = json!({"spec": {"expirationSeconds": 3607, "boundObjectRef": bound}});
    let (code, answer) = admin.post(&format!("{ACCOUNT}/token"), asked).await;
    assert_eq!(code, 201, "{answer}");
    let claims = pki::jwt::peek(answer["status"]["token"].as_str().expect("a token")).expect("claims");
    let number = |value: &Value| value.as_i64().expect("a number");
    let after = |value: &Value| number(value) - number(&claims["iat"]);
    assert_eq!((after(&claims["exp"]), after(&claims["kubernetes.io"]["warnafter"])), (7200, 3607));

    // A new key is unknown until a token comes that it signed.
    signer.change(|rules| rules.add("second", false));
    let second = token(&admin).await;
    assert_eq!(signer.fetched(), 2, "whether the new key may sign is asked");
    assert_eq!((user(&cluster, &second).await, jwks(&admin).await.0.len()), (robot.clone(), 2));
    // Another server has never heard of the third key when the token comes.
    signer.change(|rules| rules.add("third", false));
    let other = cluster.beside([127, 0, 0, 2], &admin).await;
    signer.change(|rules| rules.add("fourth", false));
    let fourth = token(&admin).await;
    let before = signer.fetched();
    let bearer =
        Api { token: Some(fourth.clone()), client: cluster.builder().build().expect("a client"), ..other };
    assert_eq!(bearer.post(WHOAMI, json!({})).await.0, 201);
    assert_eq!(signer.fetched(), before + 1, "an unknown key is fetched");
    assert_eq!(bearer.post(WHOAMI, json!({})).await.0, 201);
    assert_eq!(signer.fetched(), before + 1, "and is known from then on");

    // Keys that are for old tokens alone: they verify, others are not told, and nothing new is signed with them.
    signer.change(|rules| rules.keys.iter_mut().for_each(|(id, _, hidden)| *hidden = id == "fourth"));
    // Which is learned with the next fetch: here, for a key that nobody has.
    let unknown = fourth.replacen(
        fourth.split('.').next().expect("a header"),
        &URL_SAFE_NO_PAD.encode(json!({"alg": "ES256", "kid": "nobody's", "typ": "JWT"}).to_string()),
        1,
    );
    assert_eq!(user(&cluster, &unknown).await, None);
    assert_eq!(jwks(&admin).await.0, ["first", "second", "third"]);
    assert_eq!(user(&cluster, &fourth).await, robot);
    let (code, status) = ask(&admin, 3600).await;
    let message = status["message"].as_str().unwrap_or_default();
    assert!(
        code == 500 && message.contains("(kid: fourth) is excluded from OIDC discovery docs"),
        "{status}"
    );

    // A header that says too little, or too much.
    signer.change(|rules| rules.signs = (rules.keys[0].0.clone(), rules.keys[0].1.clone()));
    for (header, why) in [
        (json!({"alg": "none", "kid": "first", "typ": "JWT"}), "bad signing algorithm \"none\""),
        (json!({"alg": "ES512", "kid": "first", "typ": "JWT"}), "this server can't verify it"),
        (json!({"alg": "ES256", "kid": "first"}), "bad type"),
        (json!({"alg": "ES256", "typ": "JWT"}), "key id missing"),
        (json!({"alg": "ES256", "kid": "first", "typ": "JWT", "x": 1}), "while parsing header JSON"),
    ] {
        signer.change(|rules| rules.header = Some(header));
        let (code, status) = ask(&admin, 3600).await;
        let message = status["message"].as_str().unwrap_or_default();
        assert!(code == 500 && message.contains(why) && message.contains("signer.sock"), "{status}");
    }
    signer.change(|rules| rules.header = None);

    // A signer that refuses, and one that is gone.
    signer.change(|rules| rules.refuses = true);
    let (code, status) = ask(&admin, 3600).await;
    let message = status["message"].as_str().unwrap_or_default();
    let said = "rpc error: code = ResourceExhausted desc = the vault is sealed";
    assert!(code == 500 && message.ends_with(said), "{status}");
    signer.change(|rules| rules.refuses = false);
    end.cancel();
    let path = cluster.folder.path().join("signer.sock");
    while path.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (code, status) = ask(&admin, 3600).await;
    let message = status["message"].as_str().unwrap_or_default();
    assert!(code == 500 && message.contains("failed to generate token: while signing jwt: "), "{status}");
    assert!(
        message.contains("signer.sock: rpc error: code = DeadlineExceeded")
            && message.contains("No such file"),
        "{status}"
    );
    assert_eq!(user(&cluster, &first).await, robot, "known keys verify without it");
    assert_eq!(admin.get("/readyz").await.0, 200);
    // It comes back under the eyes of a request.
    let later = signer.clone();
    let served = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        later.serve(&path)
    });
    token(&admin).await;
    served.await.expect("serves");

    let (_, page) = admin.get("/metrics").await;
    let page = page.as_str().expect("a text");
    for line in [
        "apiserver_externaljwt_fetch_keys_data_timestamp 1700000000",
        "apiserver_externaljwt_fetch_keys_success_timestamp ",
        "apiserver_externaljwt_fetch_keys_request_total{code=\"OK\"} ",
        "apiserver_externaljwt_sign_request_total{code=\"OK\"} ",
        "apiserver_externaljwt_sign_request_total{code=\"DeadlineExceeded\"} 1",
        "apiserver_externaljwt_sign_request_total{code=\"ResourceExhausted\"} 1",
        "apiserver_externaljwt_sign_request_total{code=\"unknown-non-grpc\"} 6",
        "apiserver_externaljwt_request_duration_seconds_count{code=\"OK\",method=\"/v1.ExternalJWTSigner/Metadata\"} ",
        "apiserver_externaljwt_request_duration_seconds_count{code=\"OK\",method=\"/v1.ExternalJWTSigner/Sign\"} ",
    ] {
        assert!(page.lines().any(|one| one.starts_with(line)), "{line}");
    }
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_fetched_as_often_as_the_signer_wants() {
    let signer = Signer::new(600, 1);
    let Some((cluster, _end)) = start(&signer, &[], Duration::from_secs(10)).await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    let first = token(&admin).await;
    assert!(user(&cluster, &first).await.is_some());
    // The key goes: its tokens go too, once the fetch and what is remembered of tokens are over.
    signer.change(|rules| {
        rules.keys.clear();
        rules.add("next", false);
    });
    let begun = std::time::Instant::now();
    while jwks(&admin).await.0 != ["next"] {
        assert!(begun.elapsed() < Duration::from_secs(20), "the keys are never fetched");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while user(&cluster, &first).await.is_some() {
        assert!(begun.elapsed() < Duration::from_secs(40), "the token never ceases to hold");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(user(&cluster, &token(&admin).await).await.is_some());
    cluster.stop().await;
}

/// How a server ends whose signer does not allow what its flags say.
async fn refused(signer: &Signer, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("signer.sock");
    let _end = signer.serve(&path).drop_guard();
    let own = [
        "kube-apiserver".to_string(),
        "--etcd-servers=http://127.0.0.1:1".into(),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        format!("--cert-dir={}", folder.path().display()),
        format!("--service-account-signing-endpoint={}", path.display()),
    ];
    let args = own.into_iter().chain(more.iter().map(ToString::to_string));
    let matches = apiserver::options::command().try_get_matches_from(args).expect("flags");
    let options = apiserver::options::Options::from_matches(&matches).expect("options");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let shutdown = tokio_util::sync::CancellationToken::new();
    let ended = apiserver::server::serve(options, listener, shutdown).await;
    format!("{:#}", ended.expect_err("does not start"))
}

#[tokio::test]
async fn signers_that_a_server_does_not_start_with() {
    let why = refused(&Signer::new(300, 60), &[]).await;
    assert!(
        why.contains(
            "max token life supported by external-jwt-signer (300s) is less than acceptable (min 600s)"
        ),
        "{why}"
    );
    let why = refused(&Signer::new(3600, 60), &["--service-account-max-token-expiration=2h"]).await;
    assert!(why.contains("service-account-max-token-expiration cannot be set longer than the token expiration supported by service-account-signing-endpoint: 7200s > 3600s"), "{why}");
    let why = refused(&Signer::new(3600, 0), &[]).await;
    assert!(why.contains("signer.sock") && why.contains("found invalid refresh hint (0s)"), "{why}");
    let none = Signer::new(3600, 60);
    none.change(|rules| rules.keys.clear());
    let why = refused(&none, &[]).await;
    assert!(why.contains("while setting up external-jwt-signer: ") && why.contains("found no keys"), "{why}");
}
