//! Configurations, good and bad, and a plugin that wraps by turning bytes around.

use std::sync::Mutex;

use apimachinery::resources;
use kmsapi::key_management_service_server::{KeyManagementService, KeyManagementServiceServer};
use tonic::{Request, Response};

use super::*;

const KEY_A: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const KEY_B: &str = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const PATH: &[u8] = b"/registry/secrets/default/s";

fn file(resources: &str) -> String {
    format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  {}",
        resources.replace('\n', "\n  ")
    )
}

fn rules(text: &str) -> Rules {
    config::parse(file(text).as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn secrets() -> &'static Resource {
    resources::find("", "v1", "secrets").expect("in the table")
}

#[tokio::test]
async fn rotation() {
    let plain = Bytes::from_static(b"{}");
    let old = rules(&format!(
        "- {{resources: [secrets], providers: [aescbc: {{keys: [{{name: a, secret: {KEY_A}}}]}}, identity: {{}}]}}"
    ));
    let sealed = old.seal(secrets(), PATH, plain.clone()).await.expect("seals");
    assert!(sealed.starts_with(b"k8s:enc:aescbc:v1:a:"));
    let (opened, seal) = old.open(secrets(), PATH, &sealed).expect("opens");
    assert_eq!((&opened, old.is_stale(secrets(), &seal)), (&plain, false));
    let (opened, seal) = old.open(secrets(), PATH, &plain).expect("opens");
    assert_eq!((&opened, old.is_stale(secrets(), &seal)), (&plain, true));
    // A new key in front: the old one still reads.
    let new = rules(&format!(
        "- {{resources: [secrets], providers: [secretbox: {{keys: [{{name: b, secret: {KEY_B}}}]}}, aescbc: {{keys: [{{name: a, secret: {KEY_A}}}]}}]}}"
    ));
    let (opened, seal) = new.open(secrets(), PATH, &sealed).expect("opens");
    assert_eq!((&opened, new.is_stale(secrets(), &seal)), (&plain, true));
    assert!(new.open(secrets(), PATH, &plain).is_err(), "no provider reads what is not encrypted");
    // The name fits, the key does not. CBC has no seal: one time in 256 what comes out looks padded, though
    // it is not what went in.
    let other = rules(&format!(
        "- {{resources: [secrets], providers: [aescbc: {{keys: [{{name: a, secret: {KEY_B}}}]}}]}}"
    ));
    let mut refused = 0;
    for _ in 0..16 {
        let sealed = old.seal(secrets(), PATH, plain.clone()).await.expect("seals");
        match other.open(secrets(), PATH, &sealed) {
            Ok((opened, _)) => assert_ne!(opened, plain),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 8, "{refused}");
    let none = Rules::default();
    assert!(none.open(secrets(), PATH, &sealed).is_err());
    assert!(none.open(secrets(), PATH, &plain).is_ok());
    // Away from encryption.
    let away = rules(&format!(
        "- {{resources: [secrets], providers: [identity: {{}}, aescbc: {{keys: [{{name: a, secret: {KEY_A}}}]}}]}}"
    ));
    let (_, seal) = away.open(secrets(), PATH, &sealed).expect("opens");
    assert!(away.is_stale(secrets(), &seal));
    assert_eq!(away.seal(secrets(), PATH, plain.clone()).await.expect("seals"), plain);
}

#[test]
fn the_first_match_counts() {
    let rules = rules(&format!(
        "- {{resources: [secrets], providers: [identity: {{}}]}}\n\
         - {{resources: ['*.apps', pandas.bears.example], providers: [aesgcm: {{keys: [{{name: a, secret: {KEY_A}}}]}}]}}\n\
         - {{resources: ['*.'], providers: [aescbc: {{keys: [{{name: b, secret: {KEY_A}}}]}}]}}\n\
         - {{resources: ['*.*'], providers: [secretbox: {{keys: [{{name: c, secret: {KEY_A}}}]}}]}}\n"
    ));
    let of = |group: &str, version: &str, plural: &str| {
        let resource = resources::find(group, version, plural).expect("in the table");
        match rules.of(resource).and_then(|group| group.providers.first()) {
            Some(Provider::Local { prefix, .. }) => prefix.to_string(),
            _ => String::new(),
        }
    };
    assert_eq!(of("", "v1", "secrets"), "");
    assert_eq!(of("apps", "v1", "deployments"), "k8s:enc:aesgcm:v1:a:");
    assert_eq!(of("", "v1", "configmaps"), "k8s:enc:aescbc:v1:b:");
    assert_eq!(of("batch", "v1", "jobs"), "k8s:enc:secretbox:v1:c:");
}

#[test]
fn mistakes_are_told() {
    let good = "providers: [identity: {}]";
    for (text, field) in [
        ("[]".to_string(), "resources: Required"),
        (format!("- {{resources: [], {good}}}"), "resources[0].resources: Required"),
        ("- {resources: [secrets], providers: []}".into(), "resources[0].providers: Required"),
        ("- {resources: [secrets], providers: [{}]}".into(), "providers[0]: Required"),
        (format!("- {{resources: [secrets], providers: [{{identity: {{}}, aescbc: {{keys: [{{name: a, secret: {KEY_A}}}]}}}}]}}"), "more than one"),
        ("- {resources: [secrets], providers: [aescbc: {keys: []}]}".into(), "aescbc.keys: Required"),
        ("- {resources: [secrets], providers: [aescbc: {keys: [{name: a}]}]}".into(), "keys[0].secret: Required"),
        (format!("- {{resources: [secrets], providers: [aescbc: {{keys: [{{secret: {KEY_A}}}]}}]}}"), "keys[0].name: Required"),
        ("- {resources: [secrets], providers: [aesgcm: {keys: [{name: a, secret: AAAA}]}]}".into(), "16, 24 or 32 bytes"),
        ("- {resources: [secrets], providers: [secretbox: {keys: [{name: a, secret: '%%'}]}]}".into(), "base64"),
        (format!("- {{resources: ['*'], {good}}}"), "Invalid value: \"*\""),
        (format!("- {{resources: [secrets, secrets], {good}}}"), "Duplicate value"),
        (format!("- {{resources: [secrets, '*.'], {good}}}"), "overlaps"),
        (format!("- {{resources: ['*.*', pods], {good}}}"), "overlaps"),
        (format!("- {{resources: [events.events.k8s.io], {good}}}"), "core group"),
        (format!("- {{resources: [Secrets], {good}}}"), "lower case"),
        ("- {resources: [secrets], providers: [kms: {name: a, endpoint: 'unix:///x'}]}".into(), "KMSv1"),
        ("- {resources: [secrets], providers: [kms: {apiVersion: v2, name: a, endpoint: 'tcp://x'}]}".into(), "kms.endpoint"),
        ("- {resources: [secrets], providers: [kms: {apiVersion: v2, name: 'a:b', endpoint: 'unix:///x'}]}".into(), "colon"),
        ("- {resources: [secrets], providers: [kms: {apiVersion: v2, name: a, cachesize: 5, endpoint: 'unix:///x'}]}".into(), "cachesize"),
        ("- {resources: [secrets], providers: [kms: {apiVersion: v2, name: a, timeout: 0s, endpoint: 'unix:///x'}]}".into(), "timeout"),
        ("- {resources: [secrets], provders: []}".into(), "unknown field"),
    ] {
        let Err(error) = config::parse(file(&text).as_bytes()) else { panic!("{text} is accepted") };
        assert!(error.contains(field), "{text}: {error}");
        assert!(!error.contains(KEY_A), "a key is told: {error}");
    }
    assert!(config::parse(b"apiVersion: v1\nkind: EncryptionConfiguration").is_err());
}

/// Wraps by turning the bytes around; changes its key when told.
struct Plugin(Arc<Mutex<String>>);

#[tonic::async_trait]
impl KeyManagementService for Plugin {
    async fn status(
        &self,
        _: Request<kmsapi::StatusRequest>,
    ) -> Result<Response<kmsapi::StatusResponse>, tonic::Status> {
        let key_id = self.0.lock().expect("not poisoned").clone();
        let healthz = if key_id == "sick" { "the vault is sealed" } else { "ok" };
        Ok(Response::new(kmsapi::StatusResponse { version: "v2".into(), healthz: healthz.into(), key_id }))
    }

    async fn decrypt(
        &self,
        request: Request<kmsapi::DecryptRequest>,
    ) -> Result<Response<kmsapi::DecryptResponse>, tonic::Status> {
        let request = request.into_inner();
        if request.annotations.get("turned.example.com").map(Vec::as_slice) != Some(b"yes") {
            return Err(tonic::Status::invalid_argument("an annotation was lost"));
        }
        Ok(Response::new(kmsapi::DecryptResponse {
            plaintext: request.ciphertext.into_iter().rev().collect(),
        }))
    }

    async fn encrypt(
        &self,
        request: Request<kmsapi::EncryptRequest>,
    ) -> Result<Response<kmsapi::EncryptResponse>, tonic::Status> {
        Ok(Response::new(kmsapi::EncryptResponse {
            ciphertext: request.into_inner().plaintext.into_iter().rev().collect(),
            key_id: self.0.lock().expect("not poisoned").clone(),
            annotations: [("turned.example.com".to_string(), b"yes".to_vec())].into(),
        }))
    }
}

fn plugin(folder: &Path) -> (Arc<Mutex<String>>, tokio::task::JoinHandle<()>) {
    let key = Arc::new(Mutex::new("one".to_string()));
    let path = folder.join("kms.sock");
    let _ = std::fs::remove_file(&path);
    let socket = tokio::net::UnixListener::bind(path).expect("a socket");
    let service = KeyManagementServiceServer::new(Plugin(key.clone()));
    let task = tokio::spawn(async move {
        let incoming = tokio_stream::wrappers::UnixListenerStream::new(socket);
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(incoming)
            .await
            .expect("serves");
    });
    (key, task)
}

#[tokio::test]
async fn envelopes() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "- {{resources: [secrets], providers: [kms: {{apiVersion: v2, name: vault, timeout: 20s, endpoint: 'unix://{}/kms.sock'}}]}}",
        folder.path().display()
    );
    let first = rules(&text);
    let plain = Bytes::from_static(b"{}");
    let error = first.seal(secrets(), PATH, plain.clone()).await.expect_err("no plugin yet");
    assert_eq!(error.code, 500);
    let (key, task) = plugin(folder.path());
    let sealed = first.seal(secrets(), PATH, plain.clone()).await.expect("seals");
    assert!(sealed.starts_with(b"k8s:enc:kms:v2:vault:"));
    let (opened, seal) = first.open(secrets(), PATH, &sealed).expect("opens");
    assert_eq!((&opened, first.is_stale(secrets(), &seal)), (&plain, false));
    assert!(first.open(secrets(), b"/registry/secrets/default/other", &sealed).is_err(), "it was moved");
    // Another server must have the seed unwrapped before it can read.
    let second = rules(&text);
    assert!(second.open(secrets(), PATH, &sealed).is_err());
    second.prepare(secrets(), &sealed).await.expect("unwraps");
    assert_eq!(second.open(secrets(), PATH, &sealed).expect("opens").0, plain);
    // The plugin's key changes: what the old one wrapped is stale, and still readable.
    *key.lock().expect("not poisoned") = "two".into();
    for plugin in first.plugins() {
        plugin.probe().await.expect("well");
    }
    assert!(first.is_stale(secrets(), &seal));
    let again = first.seal(secrets(), PATH, plain.clone()).await.expect("seals");
    let (_, seal) = first.open(secrets(), PATH, &again).expect("opens");
    assert!(!first.is_stale(secrets(), &seal));
    assert!(first.open(secrets(), PATH, &sealed).is_ok());
    // One that is not well says so, and is written with for as long as its seed holds.
    *key.lock().expect("not poisoned") = "sick".into();
    for plugin in first.plugins() {
        plugin.probe().await.expect_err("not well");
        assert!(plugin.problem().is_some_and(|problem| problem.contains("the vault is sealed")));
    }
    first.seal(secrets(), PATH, plain).await.expect("the seed still holds");
    task.abort();
    let mut told = String::new();
    crate::metrics::encryption::render(&mut told);
    let call = |code: &str, method: &str| {
        format!(
            "grpc_status_code=\"{code}\",method_name=\"/v2.KeyManagementService/{method}\",provider_name=\"vault\""
        )
    };
    for method in ["Status", "Encrypt", "Decrypt"] {
        let series = format!(
            "apiserver_envelope_encryption_kms_operations_latency_seconds_count{{{}}}",
            call("OK", method)
        );
        assert!(told.contains(&series), "{series} is not in {told}");
    }
    assert!(told.contains(&call("Unavailable", "Status")), "the plugin was not there at first: {told}");
    for prefix in ["from_storage", "to_storage"] {
        let labels = format!(
            "status=\"OK\",transformation_type=\"{prefix}\",transformer_prefix=\"k8s:enc:kms:v2:vault:\""
        );
        assert!(told.contains(&labels), "{labels} is not in {told}");
    }
    for none in [
        "apiserver_storage_envelope_transformation_cache_misses_total 0",
        "apiserver_storage_data_key_generation_duration_seconds_count 0",
    ] {
        assert!(!told.lines().any(|line| line == none), "{told}");
    }
    // Nonsense is refused.
    for text in
        [&b"k8s:enc:kms:v2:vault:"[..], b"k8s:enc:kms:v2:vault:\xff\xff", b"k8s:enc:kms:v2:vault:\x28\x07"]
    {
        let text = Bytes::copy_from_slice(text);
        assert!(first.prepare(secrets(), &text).await.is_err());
        assert!(first.open(secrets(), PATH, &text).is_err());
    }
}
