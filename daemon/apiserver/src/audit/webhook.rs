//! The audit webhook: lists of events go to another server.

use std::path::PathBuf;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::batch::{Batching, Sink};
use crate::egress::Way;
use crate::remote::Remote;

/// The longest that the server may take for one batch.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the flags say.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the server is.
    pub kubeconfig: PathBuf,
    /// How events are handed on.
    pub batching: Batching,
    /// The pause after a first failure.
    pub backoff: Duration,
}

/// The server.
pub struct Webhook(Remote);

impl Webhook {
    /// Reads the kubeconfig; the server is reached by `way`.
    ///
    /// # Errors
    /// Tells why the kubeconfig can't be used.
    pub fn new(settings: &Settings, way: &Way) -> Result<Self, String> {
        Ok(Self(Remote::read(&settings.kubeconfig, PATIENCE, settings.backoff, way)?))
    }
}

impl Sink for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn take(&self, events: Vec<Value>) -> BoxFuture<'_, Result<(), String>> {
        let list =
            json!({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": events});
        Box::pin(async move { self.0.ask(&list).await.map(|_| ()) })
    }
}
