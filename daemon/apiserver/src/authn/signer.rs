//! A program on this host that signs service-account tokens in the server's place (KEP-740): it is handed the claims,
//! gives back header and signature, and tells which keys verify what it has signed.

mod answers;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use externaljwt::{FetchKeysRequest, MetadataRequest, SignJwtRequest, SignJwtResponse};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use answers::{Key, Keys, key_of, read};

use super::tokens::Claims;
use crate::metrics::signer as metrics;
use crate::options::Options;

/// How long a fetch of keys may take that no request waits for, as upstream.
const FETCH: Duration = Duration::from_secs(60);
/// How long the signer may take to say what it is capable of, as upstream.
const METADATA: Duration = Duration::from_secs(10);
/// How soon keys are fetched again that could not be, as upstream.
const AGAIN: Duration = Duration::from_secs(10);
/// The shortest life, in seconds, that a signer has to allow tokens.
const SHORTEST: i64 = 600;

/// Why the signer did not do what it was asked.
#[derive(Clone, Debug)]
pub struct Failure {
    /// gRPC's name of the error, for metrics.
    code: &'static str,
    why: String,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self { code: "unknown-non-grpc", why }
    }
}

/// The signer, and its keys.
pub struct Signer {
    socket: String,
    client: externaljwt::Client,
    /// How long it may let a request wait.
    patience: Duration,
    keys: RwLock<Arc<Keys>>,
    /// Held by who fetches the keys; who has waited for it takes what came of that.
    turn: tokio::sync::Mutex<()>,
    /// How many fetches have ended, and how the last one did.
    fetched: AtomicU64,
    outcome: Mutex<Result<(), Failure>>,
}

/// Whether a flag's value names a socket: a path, or `@` and the name of an abstract one.
fn is_socket(text: &str) -> bool {
    match text.strip_prefix('@') {
        Some(name) => {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        }
        None => text.starts_with('/') && text.len() > 1 && !text.contains(char::is_whitespace),
    }
}

/// What is wrong with the flags that say who signs, in upstream's words.
pub fn check(endpoint: &str, has_files: bool, wrong: &mut Vec<String>) {
    if has_files {
        wrong.push("can't set `--service-account-signing-key-file` and/or `--service-account-key-file` with `--service-account-signing-endpoint` (They are mutually exclusive)".into());
    }
    if !is_socket(endpoint) {
        wrong.push(format!("invalid value {endpoint:?} passed for `--service-account-signing-endpoint`, should be a valid location on the filesystem or must be prefixed with @ to name UDS in abstract namespace"));
    }
}

impl Signer {
    /// Waits for the signer, fetches its keys, and has `options` know how long its tokens may live. Then keys are fetched
    /// as often as the signer wants, until `shutdown`.
    ///
    /// # Errors
    /// Fails when it does not answer in time, has no keys, or signs for less long than the flags allow.
    pub async fn start(
        socket: &str,
        options: &mut Options,
        shutdown: &CancellationToken,
    ) -> Result<Arc<Self>> {
        let signer = Arc::new(Self {
            socket: socket.to_string(),
            client: externaljwt::connect_lazy(socket),
            patience: options.signer_patience,
            keys: RwLock::new(Arc::new(Keys { all: Vec::new(), until: Instant::now() })),
            turn: tokio::sync::Mutex::default(),
            fetched: AtomicU64::new(0),
            outcome: Mutex::new(Ok(())),
        });
        let failed = |failure: Failure| {
            anyhow::anyhow!(
                "--service-account-signing-endpoint={socket}: while setting up external-jwt-signer: {}",
                failure.why
            )
        };
        signer.refresh(FETCH).await.map_err(failed)?;
        let metadata = signer
            .ask("/v1.ExternalJWTSigner/Metadata", METADATA, |mut client| async move {
                client.metadata(MetadataRequest {}).await
            })
            .await
            .map_err(failed)?;
        limit(metadata.max_token_expiration_seconds, options)?;
        signer.follow(shutdown.clone());
        Ok(signer)
    }

    fn follow(self: &Arc<Self>, shutdown: CancellationToken) {
        let signer = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut is_well = true;
            loop {
                let Some(known) = signer.upgrade().map(|signer| signer.keys()) else { return };
                let pause =
                    if is_well { known.until.saturating_duration_since(Instant::now()) } else { AGAIN };
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = shutdown.cancelled() => return,
                }
                let Some(signer) = signer.upgrade() else { return };
                let fetched = tokio::select! {
                    fetched = signer.refresh(FETCH) => fetched,
                    () = shutdown.cancelled() => return,
                };
                is_well = fetched.is_ok();
                if let Err(failure) = fetched {
                    tracing::error!(
                        why = failure.why,
                        "cannot fetch the keys of service-account tokens; those that are known stay"
                    );
                }
            }
        });
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys. Several that want that at a time have it done once.
    async fn refresh(&self, patience: Duration) -> Result<(), Failure> {
        let before = self.fetched.load(Ordering::Acquire);
        let _turn = self.turn.lock().await;
        if self.fetched.load(Ordering::Acquire) != before {
            return self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone();
        }
        let outcome = self.fetch(patience).await.map_err(|failure| Failure {
            why: format!("while fetching token verification keys: {}", failure.why),
            ..failure
        });
        metrics::fetched(outcome.as_ref().map_or_else(|failure| failure.code, |()| metrics::OK));
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&outcome);
        self.fetched.fetch_add(1, Ordering::Release);
        outcome
    }

    async fn fetch(&self, patience: Duration) -> Result<(), Failure> {
        let answer = self
            .ask("/v1.ExternalJWTSigner/FetchKeys", patience, |mut client| async move {
                client.fetch_keys(FetchKeysRequest {}).await
            })
            .await?;
        let (keys, stamp) = read(answer)?;
        metrics::stamped(stamp);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// Asks the signer. Where nobody listens it is waited for: it may be starting, too.
    async fn ask<T, F>(
        &self,
        method: &'static str,
        patience: Duration,
        call: impl Fn(externaljwt::Client) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    {
        let begun = Instant::now();
        let unreachable = Mutex::new("context deadline exceeded".to_string());
        let asked = async {
            let mut pause = Duration::from_millis(20);
            loop {
                match call(self.client.clone()).await {
                    // Only what comes from the connection, and not from the signer, has a cause.
                    Err(status) if std::error::Error::source(&status).is_some() => {
                        *unreachable.lock().unwrap_or_else(PoisonError::into_inner) = cause(&status);
                    }
                    answered => return answered,
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_millis(500));
            }
        };
        let answer = tokio::time::timeout(patience, asked).await.unwrap_or_else(|_| {
            let why = unreachable.lock().unwrap_or_else(PoisonError::into_inner);
            Err(tonic::Status::deadline_exceeded(format!("no answer in {patience:?}: {why}")))
        });
        let code = answer.as_ref().map_or_else(|status| metrics::code(status.code()), |_| metrics::OK);
        metrics::asked(method, code, begun.elapsed());
        answer.map(tonic::Response::into_inner).map_err(|status| Failure {
            code,
            why: format!("{}: rpc error: code = {code} desc = {}", self.socket, status.message()),
        })
    }

    /// The token of these claims.
    ///
    /// # Errors
    /// Says why the signer gives none.
    pub async fn sign(&self, claims: &Claims) -> Result<String, String> {
        let outcome = self.assemble(claims).await;
        metrics::signed(outcome.as_ref().map_or_else(|failure| failure.code, |_| metrics::OK));
        outcome.map_err(|failure| failure.why)
    }

    async fn assemble(&self, claims: &Claims) -> Result<String, Failure> {
        let claims = serde_json::to_vec(claims).map_err(|error| error.to_string())?;
        let claims = URL_SAFE_NO_PAD.encode(claims);
        let answer = self.ask("/v1.ExternalJWTSigner/Sign", self.patience, |mut client| {
            let request = SignJwtRequest { claims: claims.clone() };
            async move { client.sign(request).await }
        });
        let SignJwtResponse { header, signature } = answer
            .await
            .map_err(|failure| Failure { why: format!("while signing jwt: {}", failure.why), ..failure })?;
        let refused = |why: String| format!("while validating header: {}: {why}", self.socket);
        let id = key_of(&header).map_err(refused)?;
        if self.keys_for(&id).await.of(&id).any(|key| key.hidden) {
            // Such keys verify what was signed before, and no more.
            let why = format!("key used for signing JWT (kid: {id}) is excluded from OIDC discovery docs");
            return Err(refused(why).into());
        }
        if signature.is_empty() {
            return Err(format!("{}: empty signature returned", self.socket).into());
        }
        Ok(format!("{header}.{claims}.{signature}"))
    }

    /// The keys, with those of that ID among them, if the signer has any.
    async fn keys_for(&self, id: &str) -> Arc<Keys> {
        let keys = self.keys();
        if keys.of(id).next().is_some() {
            return keys;
        }
        if let Err(failure) = self.refresh(self.patience).await {
            tracing::error!(why = failure.why, "a token was signed with an unknown key");
        }
        self.keys()
    }

    /// What a token says, if it was signed with one of the signer's keys, and holds.
    pub async fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let id = pki::jwt::key_id(token).unwrap_or_default();
        let keys = self.keys_for(&id).await;
        let verified = |key: &Key| {
            let checked = key.verifier.verify(token);
            checked.inspect_err(|error| tracing::debug!(key = id, %error, "a token does not hold")).ok()
        };
        keys.of(&id).find_map(verified)
    }

    /// The keys that others may know, in a JSON Web Key Set's form.
    pub fn shown(&self) -> Vec<serde_json::Value> {
        let keys = self.keys();
        keys.all.iter().filter(|key| !key.hidden).map(|key| key.verifier.jwk().clone()).collect()
    }

    /// For how many seconds they may be kept.
    pub fn max_age(&self) -> u64 {
        self.keys().until.saturating_duration_since(Instant::now()).as_secs()
    }
}

/// The last cause of an error, which says what the system said.
fn cause(status: &tonic::Status) -> String {
    let mut last: &dyn std::error::Error = status;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

/// Has the options know the longest life, in seconds, of the signer's tokens.
fn limit(longest: i64, options: &mut Options) -> Result<()> {
    if longest < SHORTEST {
        anyhow::bail!(
            "max token life supported by external-jwt-signer ({longest}s) is less than acceptable (min {SHORTEST}s)"
        );
    }
    let longest = Duration::from_secs(longest.unsigned_abs());
    if options.max_token > longest {
        anyhow::bail!(
            "service-account-max-token-expiration cannot be set longer than the token expiration supported by service-account-signing-endpoint: {:?} > {longest:?}",
            options.max_token
        );
    }
    if options.max_token.is_zero() {
        options.max_token = longest;
    }
    options.extended_token = options.extended_token.min(longest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets() {
        for text in ["/e/an_b-d/efg", "@ebc.sock", "@ebc.eng.hij", "/run/signer@1.sock"] {
            assert!(is_socket(text), "{text}");
        }
        for text in ["abc", "@abc@", "@abc.abc  .ae", "/@e_adnb/xyz /efg", "/e /xyz /efg", "@", "/", ""] {
            assert!(!is_socket(text), "{text}");
        }
    }
}
