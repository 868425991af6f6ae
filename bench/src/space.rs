//! A namespace of a measurement's own.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use client::{Client, path};
use serde_json::{Value, json};

/// A namespace that is there, with the account that its pods run under.
pub struct Space {
    pub name: String,
}

impl Space {
    /// Makes it.
    pub async fn new(client: &Client, what: &str) -> Result<Self> {
        let name = format!("bench-{what}-{}", std::process::id());
        let spaces = path("", "v1", "namespaces", None, None, None);
        let space = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        client.create::<_, Value>(&spaces, &space).await?;
        // Pods are refused until the namespace has its account.
        let account = path("", "v1", "serviceaccounts", Some(&name), Some("default"), None);
        let begun = Instant::now();
        while let Err(error) = client.get::<Value>(&account).await {
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("the namespace {name} got no service account: {error}; does a controller manager run?");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self { name })
    }

    /// Removes it with all that is in it; does not wait for that.
    pub async fn remove(self, client: &Client) -> Result<()> {
        client.delete(&path("", "v1", "namespaces", None, Some(&self.name), None), None).await?;
        Ok(())
    }
}
