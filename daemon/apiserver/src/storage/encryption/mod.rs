//! Encryption at rest: what lies in etcd of the resources that the EncryptionConfiguration names.
//! The first provider of a resource writes, all of them read. A prefix says which one wrote:
//! `k8s:enc:<provider>:<version>:<key>:`, as upstream has it.

mod config;
mod keys;
mod kms;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use apimachinery::Status;
use apimachinery::resources::Resource;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use crate::metrics::encryption::{self as told, Way};
use keys::Cipher;
use kms::Kms;

/// What everything encrypted begins with.
const MARK: &[u8] = b"k8s:enc:";

/// Which resources are meant: `*` stands for all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    plural: String,
    group: String,
}

impl Pattern {
    fn covers(&self, group: &str, plural: &str) -> bool {
        (self.plural == "*" && self.group == "*")
            || (self.group == group && (self.plural == "*" || self.plural == plural))
    }
}

/// One way to encrypt.
enum Provider {
    /// Not at all.
    Identity,
    /// With a key of the configuration.
    Local { prefix: Arc<str>, cipher: Cipher },
    /// With keys that a plugin wraps.
    Kms { prefix: Arc<str>, kms: Arc<Kms> },
}

/// Resources with the same providers.
struct Group {
    patterns: Vec<Pattern>,
    providers: Vec<Provider>,
}

/// A configuration.
#[derive(Default)]
pub struct Rules {
    groups: Vec<Group>,
}

/// By which provider and key an object is encrypted; `None`: not at all.
pub type Seal = Option<Arc<str>>;

impl Rules {
    fn of(&self, resource: &Resource) -> Option<&Group> {
        let covers = |pattern: &Pattern| pattern.covers(resource.group, resource.plural);
        self.groups.iter().find(|group| group.patterns.iter().any(covers))
    }

    fn plugins(&self) -> impl Iterator<Item = &Arc<Kms>> {
        self.groups.iter().flat_map(|group| &group.providers).filter_map(|provider| match provider {
            Provider::Kms { kms, .. } => Some(kms),
            _ => None,
        })
    }

    /// Encrypts what is to lie at `path`.
    ///
    /// # Errors
    /// 500 when a plugin does not help.
    pub async fn seal(&self, resource: &Resource, path: &[u8], plain: Bytes) -> Result<Bytes, Status> {
        let Some(group) = self.of(resource) else { return Ok(plain) };
        let failed = |error: String| Status::internal(format!("cannot encrypt the object: {error}"));
        let begun = Instant::now();
        let (prefix, sealed) = match group.providers.first() {
            None | Some(Provider::Identity) => {
                told::transformed(Way::Write, None, true, begun);
                return Ok(plain);
            }
            Some(Provider::Local { prefix, cipher }) => (prefix, cipher.seal(&plain, path)),
            Some(Provider::Kms { prefix, kms }) => (prefix, kms.seal(&plain, path).await),
        };
        told::transformed(Way::Write, Some(prefix), sealed.is_ok(), begun);
        Ok([prefix.as_bytes(), &sealed.map_err(failed)?].concat().into())
    }

    /// Gets ready for [`Self::open`]: whatever a plugin must help with.
    ///
    /// # Errors
    /// Says which provider does not help.
    pub async fn prepare(&self, resource: &Resource, sealed: &[u8]) -> Result<(), String> {
        if !sealed.starts_with(MARK) {
            return Ok(());
        }
        for provider in self.of(resource).map_or(&[][..], |group| &group.providers) {
            if let Provider::Kms { prefix, kms } = provider
                && let Some(envelope) = sealed.strip_prefix(prefix.as_bytes())
            {
                return kms.unwrap(envelope).await;
            }
        }
        Ok(())
    }

    /// Decrypts what lies at `path`.
    ///
    /// # Errors
    /// Says why that can't be.
    pub fn open(&self, resource: &Resource, path: &[u8], sealed: &Bytes) -> Result<(Bytes, Seal), String> {
        let marked = sealed.starts_with(MARK);
        let Some(group) = self.of(resource) else {
            return if marked {
                Err("it is encrypted, but --encryption-provider-config names no provider for its resource"
                    .into())
            } else {
                Ok((sealed.clone(), None))
            };
        };
        let mut failure = None;
        for provider in &group.providers {
            let begun = Instant::now();
            match provider {
                Provider::Identity if !marked => {
                    told::transformed(Way::Read, None, true, begun);
                    return Ok((sealed.clone(), None));
                }
                Provider::Identity => {}
                Provider::Local { prefix, cipher } => {
                    let Some(text) = sealed.strip_prefix(prefix.as_bytes()) else { continue };
                    let opened = cipher.open(text, path);
                    told::transformed(Way::Read, Some(prefix), opened.is_ok(), begun);
                    match opened {
                        Ok(plain) => return Ok((plain.into(), Some(prefix.clone()))),
                        Err(error) => failure = Some(error),
                    }
                }
                Provider::Kms { prefix, kms } => {
                    let Some(text) = sealed.strip_prefix(prefix.as_bytes()) else { continue };
                    let opened = kms.open(text, path);
                    told::transformed(Way::Read, Some(prefix), opened.is_ok(), begun);
                    match opened {
                        Ok((plain, key)) => return Ok((plain.into(), Some(format!("{prefix}{key}").into()))),
                        Err(error) => failure = Some(error),
                    }
                }
            }
        }
        if failure.is_none() {
            told::transformed(Way::Read, Some("unknown"), false, Instant::now());
        }
        Err(failure
            .unwrap_or_else(|| "no matching prefix found: none of the resource's providers wrote it".into()))
    }

    /// Whether the object would be encrypted differently now.
    pub fn is_stale(&self, resource: &Resource, seal: &Seal) -> bool {
        let seal = seal.as_deref();
        match self.of(resource).and_then(|group| group.providers.first()) {
            None | Some(Provider::Identity) => seal.is_some(),
            Some(Provider::Local { prefix, .. }) => seal != Some(prefix),
            Some(Provider::Kms { prefix, kms }) => {
                seal.and_then(|seal| seal.strip_prefix(&**prefix)) != Some(&*kms.key())
            }
        }
    }
}

/// The configuration that is in force.
#[derive(Default)]
pub struct Encryption {
    rules: RwLock<Arc<Rules>>,
}

impl Encryption {
    /// Reads a configuration; its plugins are asked from now on.
    ///
    /// # Errors
    /// Tells every mistake in it.
    pub fn parse(text: &[u8], shutdown: &CancellationToken) -> Result<Self, String> {
        let encryption = Self::default();
        encryption.replace(text, shutdown)?;
        Ok(encryption)
    }

    /// The rules as they are now.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another configuration from now on.
    ///
    /// # Errors
    /// Tells every mistake in it; then the old one stays.
    pub fn replace(&self, text: &[u8], shutdown: &CancellationToken) -> Result<(), String> {
        let rules = config::parse(text)?;
        for plugin in rules.plugins() {
            plugin.watch(shutdown.clone());
        }
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        Ok(())
    }

    /// Whether all plugins are well.
    ///
    /// # Errors
    /// Says which are not.
    pub fn health(&self) -> Result<(), String> {
        let problems: Vec<String> = self.rules().plugins().filter_map(|plugin| plugin.problem()).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    /// Whether plugins are asked at all.
    pub fn has_plugins(&self) -> bool {
        self.rules().plugins().next().is_some()
    }
}

/// The file's content, for its first reading.
///
/// # Errors
/// Names the file.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    use anyhow::Context;
    std::fs::read(path)
        .with_context(|| format!("cannot read --encryption-provider-config {}", path.display()))
}

#[cfg(test)]
mod tests;

/// Whether a configuration file can be used.
#[cfg(test)]
pub fn parse_config(text: &[u8]) -> Result<(), String> {
    config::parse(text).map(|_| ())
}
