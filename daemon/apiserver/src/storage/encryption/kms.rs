//! Envelopes (KMS v2): a plugin wraps a seed, each write takes a key of its own from that seed,
//! and the wrapped seed is stored with what it encrypted.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kmsapi::{EncryptedDekSourceType as Source, EncryptedObject};
use prost::Message;
use ring::hkdf;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::keys::{Gcm, random};
use crate::metrics::encryption as told;

/// How long a seed may be written with after the plugin was last well.
const EXPIRES: Duration = Duration::from_secs(180);
/// How often a plugin that is well is asked how it is.
const WELL: Duration = Duration::from_secs(60);
/// How often one that is not.
const UNWELL: Duration = Duration::from_secs(10);
/// How many unwrapped secrets are kept.
const KEPT: usize = 8192;
/// The bytes that a write's key is derived with.
const INFO: usize = 32;
/// The longest wrapped secret and key ID.
const LONGEST: usize = 1024;
/// The most bytes of annotations.
const ANNOTATIONS: usize = 32 * 1024;

/// The plugin's methods, as metrics name them.
const STATUS: &str = "/v2.KeyManagementService/Status";
const ENCRYPT: &str = "/v2.KeyManagementService/Encrypt";
const DECRYPT: &str = "/v2.KeyManagementService/Decrypt";

/// What was unwrapped.
enum Secret {
    /// A key.
    Key(Gcm),
    /// A seed of keys.
    Seed(Box<[u8]>),
}

impl Secret {
    fn new(source: Source, bytes: &[u8]) -> Result<Self, String> {
        match source {
            Source::AesGcmKey => Gcm::new(bytes).map(Self::Key),
            Source::HkdfSha256XnonceAesGcmSeed if bytes.len() >= 32 => Ok(Self::Seed(bytes.into())),
            Source::HkdfSha256XnonceAesGcmSeed => {
                Err(format!("invalid seed length {} used for key generation", bytes.len()))
            }
        }
    }

    fn seal(&self, plain: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Key(key) => key.seal(plain, path),
            Self::Seed(seed) => {
                let info = random::<INFO>()?;
                Ok([&info[..], &derive(seed, &info)?.seal(plain, path)?].concat())
            }
        }
    }

    fn open(&self, sealed: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Key(key) => key.open(sealed, path),
            Self::Seed(seed) => {
                let (info, sealed) = sealed
                    .split_first_chunk::<INFO>()
                    .ok_or("the stored data was shorter than the required size")?;
                derive(seed, info)?.open(sealed, path)
            }
        }
    }
}

/// HKDF with SHA-256, of which only the second half is needed: the seed is random already.
fn derive(seed: &[u8], info: &[u8]) -> Result<Gcm, String> {
    let mut key = [0; 32];
    hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, seed)
        .expand(&[info], hkdf::HKDF_SHA256)
        .and_then(|expanded| expanded.fill(&mut key))
        .map_err(|_| "cannot derive a key from the seed".to_string())?;
    Gcm::new(&key)
}

/// What writes are encrypted with.
struct State {
    secret: Arc<Secret>,
    /// The envelope without its content.
    envelope: EncryptedObject,
    until: Instant,
}

/// A provider: its plugin, and what it has unwrapped.
pub struct Kms {
    name: String,
    client: kmsapi::Client,
    timeout: Duration,
    state: tokio::sync::Mutex<Option<State>>,
    /// The key by which writes are wrapped now, for telling old ones.
    key: Mutex<String>,
    problem: Mutex<Option<String>>,
    secrets: Mutex<HashMap<[u8; 32], Arc<Secret>>>,
}

fn check(object: &EncryptedObject) -> Result<Source, String> {
    let source = Source::try_from(object.encrypted_dek_source_type)
        .map_err(|_| format!("unknown encryptedDEKSourceType: {}", object.encrypted_dek_source_type))?;
    if object.encrypted_dek_source.is_empty() || object.encrypted_dek_source.len() > LONGEST {
        return Err(format!(
            "the encrypted DEK source has {} bytes; it must have 1 to {LONGEST}",
            object.encrypted_dek_source.len()
        ));
    }
    if object.key_id.is_empty() || object.key_id.len() > LONGEST {
        return Err(format!("the keyID has {} bytes; it must have 1 to {LONGEST}", object.key_id.len()));
    }
    let size: usize = object.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > ANNOTATIONS {
        return Err(format!("total size of annotations is {size}, which exceeds {ANNOTATIONS}"));
    }
    if let Some(key) = object.annotations.keys().find(|key| !key.contains('.')) {
        return Err(format!("the annotation {key:?} is not a domain name with two parts at least"));
    }
    Ok(source)
}

/// What a wrapped secret is known by.
fn digest(object: &EncryptedObject) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    add(&object.encrypted_dek_source_type.to_be_bytes());
    add(&object.encrypted_dek_source);
    add(object.key_id.as_bytes());
    for (key, value) in &object.annotations {
        add(key.as_bytes());
        add(value);
    }
    hash.finalize().into()
}

impl Kms {
    /// With a plugin that may not be up yet.
    pub fn new(name: String, client: kmsapi::Client, timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            name,
            client,
            timeout,
            state: tokio::sync::Mutex::default(),
            key: Mutex::default(),
            problem: Mutex::new(Some("the plugin has not been asked yet".into())),
            secrets: Mutex::default(),
        })
    }

    /// Why the plugin is not well, if it is not.
    pub fn problem(&self) -> Option<String> {
        let problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        problem.as_ref().map(|problem| format!("KMS provider {:?}: {problem}", self.name))
    }

    /// The ID of the key by which writes are wrapped.
    pub fn key(&self) -> String {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask<T>(
        &self,
        what: &str,
        method: &'static str,
        call: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
    ) -> Result<T, String> {
        let begun = Instant::now();
        let answer = tokio::time::timeout(self.timeout, call).await;
        let code = match &answer {
            Ok(Ok(_)) => tonic::Code::Ok,
            Ok(Err(error)) => error.code(),
            Err(_) => tonic::Code::DeadlineExceeded,
        };
        told::called(&self.name, method, code, begun.elapsed());
        match answer {
            Ok(Ok(answer)) => Ok(answer.into_inner()),
            Ok(Err(error)) => Err(format!("KMS provider {:?}: {what}: {}", self.name, error.message())),
            Err(_) => Err(format!("KMS provider {:?}: {what}: no answer in {:?}", self.name, self.timeout)),
        }
    }

    /// Asks the plugin how it is, and changes the seed when it has another key.
    pub(super) async fn probe(&self) -> Result<(), String> {
        let mut state = self.state.lock().await;
        let outcome = self.refresh(&mut state).await;
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = outcome.clone().err();
        outcome
    }

    async fn refresh(&self, state: &mut Option<State>) -> Result<(), String> {
        let status = self.ask("status", STATUS, self.client.clone().status(kmsapi::StatusRequest {})).await?;
        if status.healthz != "ok" {
            return Err(format!("the plugin is not well: {}", status.healthz));
        }
        if !matches!(status.version.as_str(), "v2" | "v2beta1") {
            return Err(format!("the plugin speaks version {:?}, not v2", status.version));
        }
        if status.key_id.is_empty() {
            return Err("the plugin names no key".into());
        }
        if let Some(state) = state.as_mut().filter(|state| state.envelope.key_id == status.key_id) {
            state.until = Instant::now() + EXPIRES;
            return Ok(());
        }
        let begun = Instant::now();
        let seed = random::<32>();
        told::generated(seed.is_ok(), begun.elapsed());
        let seed = seed?;
        let uid = uuid::Uuid::new_v4().to_string();
        let request = kmsapi::EncryptRequest { plaintext: seed.to_vec(), uid };
        let wrapped = self.ask("encrypt", ENCRYPT, self.client.clone().encrypt(request)).await?;
        let source = Source::HkdfSha256XnonceAesGcmSeed;
        let envelope = EncryptedObject {
            encrypted_data: Vec::new(),
            key_id: wrapped.key_id,
            encrypted_dek_source: wrapped.ciphertext,
            annotations: wrapped.annotations,
            encrypted_dek_source_type: source.into(),
        };
        check(&envelope)?;
        let secret = Arc::new(Secret::new(source, &seed)?);
        self.keep(digest(&envelope), secret.clone());
        tracing::info!(provider = self.name, "encrypting with a new seed");
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = envelope.key_id.clone();
        *state = Some(State { secret, envelope, until: Instant::now() + EXPIRES });
        Ok(())
    }

    fn keep(&self, digest: [u8; 32], secret: Arc<Secret>) {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        if secrets.len() >= KEPT {
            secrets.clear();
        }
        secrets.insert(digest, secret);
    }

    fn known(&self, digest: &[u8; 32]) -> Option<Arc<Secret>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    /// Keeps the state current until `shutdown`, or until nobody has the provider any more.
    pub fn watch(self: &Arc<Self>, shutdown: CancellationToken) {
        let provider = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut well = true;
            loop {
                let Some(provider) = provider.upgrade() else { return };
                let outcome = provider.probe().await;
                match &outcome {
                    Err(problem) if well => tracing::warn!(problem, "a KMS plugin is not well"),
                    Ok(()) if !well => {
                        tracing::info!(provider = provider.name, "the KMS plugin is well again")
                    }
                    _ => {}
                }
                drop(provider);
                well = outcome.is_ok();
                tokio::select! {
                    () = tokio::time::sleep(if well { WELL } else { UNWELL }) => {}
                    () = shutdown.cancelled() => return,
                }
            }
        });
    }

    /// Encrypts what is to lie at `path`.
    pub async fn seal(&self, plain: &[u8], path: &[u8]) -> Result<Vec<u8>, String> {
        let current = async || {
            let state = self.state.lock().await;
            let state = state.as_ref().filter(|state| Instant::now() < state.until);
            state.map(|state| (state.secret.clone(), state.envelope.clone()))
        };
        let (secret, mut envelope) = match current().await {
            Some(found) => found,
            None => {
                self.probe().await?;
                current().await.ok_or("the KMS plugin is too slow")?
            }
        };
        envelope.encrypted_data = secret.seal(plain, path)?;
        Ok(envelope.encode_to_vec())
    }

    /// Has the secret of an envelope unwrapped, if it is not known yet.
    pub async fn unwrap(&self, sealed: &[u8]) -> Result<(), String> {
        let object = EncryptedObject::decode(sealed).map_err(|error| error.to_string())?;
        let source = check(&object)?;
        let digest = digest(&object);
        if self.known(&digest).is_some() {
            return Ok(());
        }
        told::MISSES.inc();
        let request = kmsapi::DecryptRequest {
            ciphertext: object.encrypted_dek_source,
            uid: uuid::Uuid::new_v4().to_string(),
            key_id: object.key_id,
            annotations: object.annotations.into_iter().collect::<BTreeMap<_, _>>(),
        };
        let answer = self.ask("failed to decrypt DEK", DECRYPT, self.client.clone().decrypt(request)).await?;
        self.keep(digest, Arc::new(Secret::new(source, &answer.plaintext)?));
        Ok(())
    }

    /// Decrypts an envelope whose secret was unwrapped; gives the key's ID along.
    pub fn open(&self, sealed: &[u8], path: &[u8]) -> Result<(Vec<u8>, String), String> {
        let object = EncryptedObject::decode(sealed).map_err(|error| error.to_string())?;
        check(&object)?;
        let secret = self.known(&digest(&object)).ok_or("the envelope's secret has not been unwrapped")?;
        Ok((secret.open(&object.encrypted_data, path)?, object.key_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_as_others_derive_from_them() {
        // From Python's `cryptography`: seed, info and nonce count up from 0.
        let theirs = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f000102030405060708090a0b1ec7cac3b54487c599a26268eb8c3fa1ac23dbfeeb32ea6ceb17eb1b7790cae913";
        let seed: Vec<u8> = (0..32).collect();
        let secret = Secret::new(Source::HkdfSha256XnonceAesGcmSeed, &seed).expect("a seed");
        let path = b"/registry/secrets/default/s";
        let opened = secret.open(&hex::decode(theirs).expect("hex"), path);
        assert_eq!(opened.as_deref(), Ok(&br#"{"kind":"Secret"}"#[..]));
        assert!(Secret::new(Source::HkdfSha256XnonceAesGcmSeed, &seed[..31]).is_err());
    }
}
