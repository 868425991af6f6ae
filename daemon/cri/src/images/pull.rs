//! Pulling from a registry: manifest, the one for this platform when there are several, config,
//! then the layers that are not here yet.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::secrets::RegistryAuth;
use serde::Deserialize;

use super::make::architecture;
use super::reference::Reference;
use super::{Descriptor, Image, Manifest, Store, temporary};

const MANIFESTS: &[&str] = &[
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];

/// What a registry is shown.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Nothing.
    #[default]
    None,
    /// A user name and password.
    Basic(String, String),
    /// A token.
    Bearer(String),
}

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<IndexEntry>,
}

#[derive(Deserialize)]
struct IndexEntry {
    digest: String,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Deserialize)]
struct Platform {
    architecture: String,
    os: String,
}

/// Pulls `reference` into the store. Registries on this machine's loopback and those in
/// `plain_http` are spoken to without TLS.
pub async fn pull(
    store: &Arc<Store>,
    reference: &Reference,
    credentials: Credentials,
    plain_http: &[String],
) -> Result<Arc<Image>> {
    let whole = reference.whole();
    let plain = reference.is_loopback() || plain_http.contains(&reference.registry);
    let client = oci_client::Client::new(ClientConfig {
        protocol: if plain { ClientProtocol::Http } else { ClientProtocol::Https },
        user_agent: concat!("kube-cri/", env!("CARGO_PKG_VERSION")),
        connect_timeout: Some(std::time::Duration::from_secs(15)),
        read_timeout: Some(std::time::Duration::from_secs(60)),
        ..Default::default()
    });
    let auth = match credentials {
        Credentials::None => RegistryAuth::Anonymous,
        Credentials::Basic(user, password) => RegistryAuth::Basic(user, password),
        Credentials::Bearer(token) => RegistryAuth::Bearer(token),
    };
    let remote: oci_client::Reference =
        whole.parse().map_err(|error| anyhow!("{whole:?} is not an image name: {error}"))?;
    let fetch = async |reference: &oci_client::Reference| {
        client.pull_manifest_raw(reference, &auth, MANIFESTS).await.with_context(|| {
            format!("failed to pull and unpack image {whole:?}: failed to resolve {reference}")
        })
    };
    let (mut bytes, mut digest) = fetch(&remote).await?;
    let index: Index = serde_json::from_slice(&bytes)
        .with_context(|| format!("the registry's answer for {whole} is no manifest"))?;
    let mut remote = remote;
    if !index.manifests.is_empty() {
        let chosen = choose(&index).ok_or_else(|| {
            anyhow!("no match for platform in manifest: {whole} has none for linux/{}", architecture())
        })?;
        remote = remote.clone_with_digest(chosen);
        (bytes, digest) = fetch(&remote).await?;
    }
    let manifest: Manifest = serde_json::from_slice(&bytes)?;
    let config = manifest.config.clone().ok_or_else(|| anyhow!("{whole} is no image"))?;
    let stored = store.write_blob(&bytes)?;
    if stored != digest {
        bail!("the registry says {whole} has the digest {digest}, but it is {stored}");
    }
    for blob in std::iter::once(&config).chain(&manifest.layers) {
        fetch_blob(store, &client, &remote, blob)
            .await
            .with_context(|| format!("failed to pull and unpack image {whole:?}"))?;
    }
    let (store, reference) = (store.clone(), reference.clone());
    tokio::task::spawn_blocking(move || store.register(&stored, Some(&reference))).await?
}

fn choose(index: &Index) -> Option<String> {
    index
        .manifests
        .iter()
        .find(|entry| {
            entry
                .platform
                .as_ref()
                .is_none_or(|platform| platform.os == "linux" && platform.architecture == architecture())
        })
        .map(|entry| entry.digest.clone())
}

async fn fetch_blob(
    store: &Arc<Store>,
    client: &oci_client::Client,
    reference: &oci_client::Reference,
    blob: &Descriptor,
) -> Result<()> {
    if store.has_blob(&blob.digest) {
        return Ok(());
    }
    let path = store.blob_path(&blob.digest)?;
    let partial = temporary(&path);
    let fetched = async {
        let file = tokio::fs::File::create(&partial).await?;
        client.pull_blob(reference, blob.digest.as_str(), file).await?;
        // The library checks digests, too; a store that is asked for content must be sure of it.
        let (store, digest, partial) = (store.clone(), blob.digest.clone(), partial.clone());
        tokio::task::spawn_blocking(move || store.copy_blob(&digest, &mut std::fs::File::open(&partial)?))
            .await?
    }
    .await;
    let _ = tokio::fs::remove_file(&partial).await;
    fetched.with_context(|| format!("cannot fetch {}", blob.digest))
}
