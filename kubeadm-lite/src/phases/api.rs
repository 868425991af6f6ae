//! Talking to the new API server, from code that otherwise waits for nothing.

use std::path::Path;

use anyhow::{Context, Result};
use client::{Client, Config, PatchType};
use serde_json::Value;

use crate::config::KUBERNETES;

/// Runs `work` with a client for the kubeconfig of that name in /etc/kubernetes.
///
/// # Errors
/// Says which file can't be used, or what `work` could not do.
pub fn with<T, F: AsyncFnOnce(Client) -> Result<T>>(kubeconfig: &Path, work: F) -> Result<T> {
    let config = Config::from_kubeconfig(kubeconfig)?;
    component::runtime::block_on(1, async { work(Client::new(config)?).await })
        .context("cannot start the async runtime")?
}

/// Runs `work` as the cluster's administrator.
///
/// # Errors
/// As [`with`].
pub fn admin<T, F: AsyncFnOnce(Client) -> Result<T>>(work: F) -> Result<T> {
    with(&Path::new(KUBERNETES).join("admin.conf"), work)
}

/// Creates an object, or makes the one that is there like it.
///
/// # Errors
/// Names the object.
pub async fn apply(client: &Client, object: &Value) -> Result<()> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let plural = format!("{}s", kind.to_lowercase());
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let namespace = object["metadata"]["namespace"].as_str();
    let collection = client::path(group, version, &plural, namespace, None, None);
    let created = match client.create::<_, Value>(&collection, object).await {
        Err(error) if error.is_already_exists() => {
            client.patch::<_, Value>(&format!("{collection}/{name}"), PatchType::Merge, object).await
        }
        other => other,
    };
    created.map(|_| ()).with_context(|| format!("cannot create the {kind} {name}"))
}
