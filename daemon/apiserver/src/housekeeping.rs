//! What has to be done from time to time: etcd's history is cut, cluster IPs and node ports that no service has
//! any more are given back, and those that one has without their being taken are taken.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use tokio::time::MissedTickBehavior;

use crate::allocate;
use crate::bootstrap::Hook;
use crate::metrics::services::REPAIR_FAILURES;
use crate::server::Server;
use crate::storage::Backend;

/// How often addresses and ports are compared with the services.
const SWEEP: Duration = Duration::from_secs(180);
/// How soon they are compared when the store did not answer.
const AGAIN: Duration = Duration::from_secs(2);

/// Runs until the end.
pub async fn run(server: Arc<Server>) {
    let compact = server.store.backends().iter().map(|backend| compact(&server, backend));
    tokio::join!(futures::future::join_all(compact), sweep(&server));
}

/// Cuts an etcd's history that is older than one interval.
async fn compact(server: &Arc<Server>, backend: &Backend) {
    let interval = server.options.etcd_compaction;
    if interval.is_zero() {
        return;
    }
    let mut then = backend.observed();
    loop {
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            () = server.shutdown.cancelled() => return,
        }
        if then > 0
            && let Err(status) = backend.compact(then).await
        {
            tracing::warn!(error = status.message, "cannot compact etcd");
        }
        then = backend.observed();
    }
}

async fn sweep(server: &Arc<Server>) {
    let mut ticks = tokio::time::interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A service in the making has its address before it is stored: only what belonged to no one
    // twice in a row is given back.
    let mut suspects = HashSet::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = server.shutdown.cancelled() => return,
        }
        match once(server, &suspects).await {
            Ok(found) => {
                suspects = found;
                server.hooks.mark(Hook::Addresses);
            }
            Err(status) => {
                ticks.reset_after(AGAIN);
                REPAIR_FAILURES.inc();
                tracing::debug!(error = status.message, "cannot sweep cluster IPs and node ports");
            }
        }
    }
}

async fn once(server: &Arc<Server>, suspects: &HashSet<String>) -> Result<HashSet<String>, Status> {
    let mut orphans = HashSet::new();
    for name in allocate::compare(server).await? {
        if suspects.contains(&name) {
            tracing::info!(name, "gives back what no service has any more");
            allocate::give_back_name(server, &name).await?;
        } else {
            orphans.insert(name);
        }
    }
    Ok(orphans)
}
