//! A namespace of a measurement's own.

use anyhow::Result;
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
        // Pods are refused until the namespace has its account; an API server alone has nobody who makes it.
        let accounts = path("", "v1", "serviceaccounts", Some(&name), None, None);
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
        match client.create::<_, Value>(&accounts, &account).await {
            Err(error) if !error.is_already_exists() => return Err(error.into()),
            _ => {}
        }
        Ok(Self { name })
    }

    /// Removes it with all that is in it; does not wait for that.
    pub async fn remove(self, client: &Client) -> Result<()> {
        client.delete(&path("", "v1", "namespaces", None, Some(&self.name), None), None).await?;
        Ok(())
    }
}
