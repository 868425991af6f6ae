//! Service-account tokens, signed by us and bound to what they were made for, and bootstrap
//! tokens, by which a machine joins.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use apimachinery::Status;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::files::same;
use super::legacy::{self, Legacy};
use super::signer::Signer;
use super::{AUTHENTICATED, Remark, User};
use crate::metrics::tokens as told;
use crate::options::Options;
use crate::server::Server;

/// How long a token that was found good is taken for good.
const TRUST: Duration = Duration::from_secs(10);
/// How many good tokens are remembered.
const REMEMBERED: usize = 4096;

/// A name and a UID in a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The object's name.
    pub name: String,
    /// The object's UID.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
}

/// The private part of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Private {
    /// The account's namespace.
    pub namespace: String,
    /// The account.
    pub serviceaccount: Bound,
    /// The pod that the token lives and dies with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<Bound>,
    /// The secret that the token lives and dies with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Bound>,
    /// The node that the token lives and dies with, or its pod's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<Bound>,
    /// When an extended token should have been renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnafter: Option<i64>,
}

/// What a token says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// For whom.
    #[serde(default, deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    /// Until when.
    #[serde(default)]
    pub exp: i64,
    /// Since when.
    #[serde(default)]
    pub iat: i64,
    /// By whom.
    #[serde(default)]
    pub iss: String,
    /// The token's own ID.
    #[serde(default)]
    pub jti: String,
    /// What it is about.
    #[serde(default, rename = "kubernetes.io")]
    pub private: Private,
    /// Not before.
    #[serde(default)]
    pub nbf: i64,
    /// Who.
    #[serde(default)]
    pub sub: String,
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(one) => vec![one],
        Value::Array(many) => many.into_iter().filter_map(|v| v.as_str().map(str::to_string)).collect(),
        _ => Vec::new(),
    })
}

/// Tokens that were found good, by their hashes, and when.
type Good = HashMap<[u8; 32], (Instant, Arc<User>)>;

/// Where the keys are.
enum Keys {
    /// In files, read once.
    Files { signer: Option<pki::jwt::Signer>, verifiers: Vec<pki::jwt::Verifier> },
    /// With a program of its own.
    Elsewhere(Arc<Signer>),
}

impl Keys {
    fn read(options: &Options) -> Result<Self> {
        let mut verifiers = Vec::new();
        let signer = match &options.account_signer {
            None => None,
            Some(path) => {
                let blocks = blocks(&read(path)?);
                let pem = blocks.first().with_context(|| format!("{} holds no key", path.display()))?;
                let signer = pki::jwt::Signer::from_pem(pem)
                    .with_context(|| format!("cannot sign with {}", path.display()))?;
                verifiers.push(
                    pki::jwt::Verifier::from_pem(pem)
                        .with_context(|| format!("cannot use {}", path.display()))?,
                );
                Some(signer)
            }
        };
        for path in &options.account_keys {
            for pem in blocks(&read(path)?) {
                let verifier = pki::jwt::Verifier::from_pem(&pem).with_context(|| {
                    format!("cannot use {} as --service-account-key-file", path.display())
                })?;
                if verifiers.iter().all(|have| have.id() != verifier.id()) {
                    verifiers.push(verifier);
                }
            }
        }
        Ok(Self::Files { signer, verifiers })
    }
}

/// Signs and checks service-account tokens.
pub struct Tokens {
    keys: Keys,
    issuers: Vec<String>,
    audiences: Vec<String>,
    good: Mutex<Good>,
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Every key of a PEM file.
fn blocks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    for line in text.lines() {
        current.push_str(line);
        current.push('\n');
        if line.starts_with("-----END") {
            // EC keys may be preceded by their parameters.
            if !line.contains("PARAMETERS") {
                found.push(current.trim_start().to_string());
            }
            current.clear();
        }
    }
    found
}

impl Tokens {
    /// Reads the keys, unless `signer` has them.
    pub fn new(options: &Options, signer: Option<Arc<Signer>>) -> Result<Self> {
        let keys = signer.map_or_else(|| Keys::read(options), |signer| Ok(Keys::Elsewhere(signer)))?;
        let audiences = if options.api_audiences.is_empty() {
            options.issuers.iter().take(1).cloned().collect()
        } else {
            options.api_audiences.clone()
        };
        Ok(Self { keys, issuers: options.issuers.clone(), audiences, good: Mutex::default() })
    }

    /// The audiences of this server.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The public keys, in a JSON Web Key Set's form.
    pub fn public_keys(&self) -> Vec<Value> {
        match &self.keys {
            Keys::Files { verifiers, .. } => verifiers.iter().map(|key| key.jwk().clone()).collect(),
            Keys::Elsewhere(signer) => signer.shown(),
        }
    }

    /// For how many seconds clients may keep them.
    pub fn max_age(&self) -> u64 {
        match &self.keys {
            Keys::Files { .. } => 3600,
            Keys::Elsewhere(signer) => signer.max_age(),
        }
    }

    /// Signs a token; `claims` lack only the issuer.
    pub async fn sign(&self, mut claims: Claims) -> Result<String, Status> {
        claims.iss = self.issuers.first().cloned().unwrap_or_default();
        let signed = match &self.keys {
            Keys::Files { signer: None, .. } => Err("no key signs tokens".to_string()),
            Keys::Files { signer: Some(signer), .. } => {
                signer.sign(&claims).map_err(|error| error.to_string())
            }
            Keys::Elsewhere(signer) => signer.sign(&claims).await,
        };
        signed.map_err(|why| Status::internal(format!("failed to generate token: {why}")))
    }

    /// Whose token this is, if it holds for one of the audiences.
    pub async fn user(
        &self,
        server: &Arc<Server>,
        token: &str,
        audiences: Option<&[String]>,
    ) -> Result<Option<Arc<User>>, Status> {
        let begun = Instant::now();
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if audiences.is_none() {
            let good = self.good.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some((since, user)) = good.get(&digest)
                && since.elapsed() < TRUST
            {
                told::hit(begun);
                return Ok(Some(user.clone()));
            }
        }
        // Tokens for other audiences are not remembered: upstream's cache does not see them.
        let fetch = audiences.is_none().then(|| told::Fetch::new(begun));
        let found = self.holder(server, token, audiences).await;
        if let Some(fetch) = fetch {
            fetch.done(found.is_ok());
        }
        let Some(user) = found? else { return Ok(None) };
        let user = Arc::new(user);
        if audiences.is_none() {
            let mut good = self.good.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if good.len() >= REMEMBERED {
                good.retain(|_, (since, _)| since.elapsed() < TRUST);
            }
            if good.len() < REMEMBERED {
                good.insert(digest, (Instant::now(), user.clone()));
            }
        }
        Ok(Some(user))
    }

    /// Whose token this is, found out anew.
    async fn holder(
        &self,
        server: &Arc<Server>,
        token: &str,
        audiences: Option<&[String]>,
    ) -> Result<Option<User>, Status> {
        let wanted = audiences.unwrap_or(&self.audiences);
        let claimed = pki::jwt::peek(token).unwrap_or_default();
        let issuer = claimed["iss"].as_str().unwrap_or_default();
        if issuer == legacy::ISSUER {
            // Such tokens are for this server, whatever they say.
            let ours = wanted.iter().any(|audience| self.audiences.contains(audience));
            let Some(claims) = self.verify::<Legacy>(token).await.filter(|_| ours) else { return Ok(None) };
            let remarks = legacy::judge(server, token, &claims).await?;
            if remarks.is_some() {
                told::LEGACY.inc();
            }
            return Ok(remarks.map(|remarks| User { remarks, ..user(&claims.claims()) }));
        }
        if !self.issuers.iter().any(|have| have == issuer) {
            return Ok(None);
        }
        let Some(claims) = self.verify::<Claims>(token).await else { return Ok(None) };
        if !claims.aud.iter().any(|audience| wanted.contains(audience)) {
            tracing::debug!(sub = claims.sub, "token is for another audience");
            return Ok(None);
        }
        if server.options.account_lookup && !still_stands(server, &claims).await? {
            return Ok(None);
        }
        let remarks: Vec<Remark> = stale(&claims, jiff::Timestamp::now().as_second()).into_iter().collect();
        if claims.private.warnafter.is_some_and(|after| after != 0) {
            let kind = if remarks.is_empty() { &told::VALID } else { &told::STALE };
            kind.inc();
        }
        Ok(Some(User { remarks, ..user(&claims) }))
    }

    async fn verify<T: serde::de::DeserializeOwned>(&self, token: &str) -> Option<T> {
        match &self.keys {
            Keys::Files { verifiers, .. } => verifiers.iter().find_map(|key| key.verify(token).ok()),
            Keys::Elsewhere(signer) => signer.verify(token).await,
        }
    }
}

/// A day as labels and config maps tell it.
pub fn day(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

/// What is said of a token that lives on for those who read it only once.
fn stale(claims: &Claims, now: i64) -> Option<Remark> {
    let late = claims.private.warnafter.map(|after| now - after).filter(|late| *late > 0)?;
    let (namespace, name) = (&claims.private.namespace, &claims.private.serviceaccount.name);
    let subject = format!("system:serviceaccount:{namespace}:{name}");
    let said = format!("subject: {subject}, seconds after warning threshold: {late}");
    Some(Remark::Note("authentication.k8s.io/stale-token", said))
}

/// The user that a token's claims describe.
fn user(claims: &Claims) -> User {
    let private = &claims.private;
    let mut user = User {
        name: format!("system:serviceaccount:{}:{}", private.namespace, private.serviceaccount.name),
        uid: private.serviceaccount.uid.clone(),
        groups: vec![
            "system:serviceaccounts".into(),
            format!("system:serviceaccounts:{}", private.namespace),
            AUTHENTICATED.into(),
        ],
        ..User::default()
    };
    let mut extra = |key: &str, value: &str| {
        if !value.is_empty() {
            user.extra.insert(format!("authentication.kubernetes.io/{key}"), vec![value.to_string()]);
        }
    };
    if !claims.jti.is_empty() {
        extra("credential-id", &format!("JTI={}", claims.jti));
    }
    if let Some(pod) = &private.pod {
        extra("pod-name", &pod.name);
        extra("pod-uid", &pod.uid);
    }
    if let Some(node) = &private.node {
        extra("node-name", &node.name);
        extra("node-uid", &node.uid);
    }
    user
}

#[derive(Deserialize)]
struct Head {
    metadata: ObjectMeta,
}

/// Whether the account, and whatever the token is bound to, are still there.
async fn still_stands(server: &Arc<Server>, claims: &Claims) -> Result<bool, Status> {
    let private = &claims.private;
    let namespace = &private.namespace;
    let bound = [
        ("serviceaccounts", true, Some(&private.serviceaccount)),
        ("pods", true, private.pod.as_ref()),
        ("secrets", true, private.secret.as_ref()),
        ("minions", false, if private.pod.is_none() { private.node.as_ref() } else { None }),
    ];
    for (prefix, namespaced, wanted) in bound {
        let Some(wanted) = wanted else { continue };
        let cache = server.store.known(prefix);
        let key = if namespaced { format!("{namespace}/{}", wanted.name) } else { wanted.name.clone() };
        let Some(entry) = server.store.glance(cache, &key).await? else { return Ok(false) };
        let Some(head) = entry.typed::<Head>() else { return Ok(false) };
        if !wanted.uid.is_empty() && head.metadata.uid.as_deref() != Some(&wanted.uid) {
            return Ok(false);
        }
        // A pod may use its token for as long as it is given to end, and a little longer.
        let over = head
            .metadata
            .deletion_timestamp
            .is_some_and(|time| jiff::Timestamp::now().as_second() > time.0.as_second() + 60);
        if over && prefix != "minions" {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The user of a bootstrap token: `<id>.<secret>`, kept as a secret in kube-system.
pub async fn bootstrap_user(server: &Arc<Server>, token: &str) -> Result<Option<User>, Status> {
    let Some((id, secret)) = token.split_once('.') else { return Ok(None) };
    let well_formed = |text: &str, len: usize| {
        text.len() == len && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !well_formed(id, 6) || !well_formed(secret, 16) {
        return Ok(None);
    }
    let cache = server.store.known("secrets");
    let key = format!("kube-system/bootstrap-token-{id}");
    let Some(found) = server.store.glance(cache, &key).await?.and_then(|entry| entry.typed::<Secret>())
    else {
        return Ok(None);
    };
    let data = found.data.unwrap_or_default();
    let field =
        |name: &str| data.get(name).map_or("", |value| std::str::from_utf8(&value.0).unwrap_or_default());
    if found.type_.as_deref() != Some("bootstrap.kubernetes.io/token")
        || found.metadata.deletion_timestamp.is_some()
        || field("token-id") != id
        || !same(field("token-secret").as_bytes(), secret.as_bytes())
        || field("usage-bootstrap-authentication") != "true"
    {
        return Ok(None);
    }
    let expiration = field("expiration");
    if !expiration.is_empty()
        && expiration.parse::<jiff::Timestamp>().map_or(true, |time| time <= jiff::Timestamp::now())
    {
        return Ok(None);
    }
    let mut groups = vec!["system:bootstrappers".to_string()];
    for group in field("auth-extra-groups").split(',').map(str::trim).filter(|group| !group.is_empty()) {
        if !group.starts_with("system:bootstrappers:") {
            return Ok(None);
        }
        groups.push(group.to_string());
    }
    groups.push(AUTHENTICATED.into());
    Ok(Some(User { name: format!("system:bootstrap:{id}"), groups, ..User::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_should_have_been_renewed() {
        let claims = |warnafter| {
            let serviceaccount = Bound { name: "a".into(), ..Bound::default() };
            let private = Private { namespace: "n".into(), serviceaccount, warnafter, ..Private::default() };
            Claims { private, ..Claims::default() }
        };
        let said = "subject: system:serviceaccount:n:a, seconds after warning threshold: 7".to_string();
        let note = Remark::Note("authentication.k8s.io/stale-token", said);
        assert_eq!(stale(&claims(Some(100)), 107), Some(note));
        assert_eq!(stale(&claims(Some(100)), 100), None);
        assert_eq!(stale(&claims(None), 107), None);
    }
}
