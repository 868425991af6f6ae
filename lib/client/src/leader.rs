//! Leader election by a Lease (`coordination.k8s.io/v1`), with upstream's timings and record.

use std::future::Future;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::rest::{Client, path};

/// Which lease, who we are, and how long things take.
#[derive(Clone, Debug)]
pub struct LeaseConfig {
    pub namespace: String,
    pub name: String,
    /// Unique to this process, such as `<host>_<uuid>`.
    pub identity: String,
    /// How long others wait after our last sign of life. Upstream: 15 s.
    pub lease_duration: Duration,
    /// How long we try to renew before we give up. Upstream: 10 s.
    pub renew_deadline: Duration,
    /// How often we try. Upstream: 2 s.
    pub retry_period: Duration,
}

impl LeaseConfig {
    /// Upstream's defaults.
    pub fn new(namespace: &str, name: &str, identity: String) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
            identity,
            lease_duration: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry_period: Duration::from_secs(2),
        }
    }
}

/// What one attempt saw.
struct Seen {
    record: Value,
    at: Instant,
}

/// Waits for the lease, runs `lead` while we hold it, and returns when `lead` does, when the
/// lease is lost (its token is cancelled first), or on `shutdown`. The lease is given back on
/// the way out, so that the next leader need not wait. Returns whether we ever led.
pub async fn run<F, Fut>(client: Client, config: LeaseConfig, shutdown: CancellationToken, lead: F) -> bool
where
    F: FnOnce(CancellationToken) -> Fut,
    Fut: Future<Output = ()>,
{
    let mut seen = None;
    loop {
        match attempt(&client, &config, &mut seen).await {
            Ok(true) => break,
            Ok(false) => {}
            Err(error) => {
                tracing::debug!(lease = %config.name, %error, "cannot acquire the lease; trying again")
            }
        }
        // Nobody else holds it while the server is only starting: look again soon.
        let pause = if seen.is_none() { Duration::from_millis(100) } else { config.retry_period };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => return false,
        }
    }
    tracing::info!(lease = %config.name, identity = %config.identity, "became leader");
    let token = shutdown.child_token();
    let renewing = async {
        let mut last = Instant::now();
        loop {
            tokio::time::sleep(config.retry_period).await;
            match attempt(&client, &config, &mut seen).await {
                Ok(true) => last = Instant::now(),
                Ok(false) => break,
                Err(error) => tracing::warn!(lease = %config.name, %error, "cannot renew the lease"),
            }
            if last.elapsed() > config.renew_deadline {
                break;
            }
        }
        tracing::error!(lease = %config.name, "lost the lease");
        token.cancel();
        // `lead` ends on its token.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = lead(token.clone()) => {}
        () = renewing => {}
    }
    if !token.is_cancelled() || shutdown.is_cancelled() {
        let _ = tokio::time::timeout(Duration::from_secs(2), release(&client, &config)).await;
    }
    true
}

fn lease_path(config: &LeaseConfig, name: Option<&str>) -> String {
    path("coordination.k8s.io", "v1", "leases", Some(&config.namespace), name, None)
}

/// Tries once to take or renew the lease.
async fn attempt(client: &Client, config: &LeaseConfig, seen: &mut Option<Seen>) -> Result<bool, Error> {
    let now = micro_time();
    let seconds = config.lease_duration.as_secs();
    let mut lease: Value = match client.get(&lease_path(config, Some(&config.name))).await {
        Ok(lease) => lease,
        Err(error) if error.is_not_found() => {
            let lease = json!({
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": {"name": config.name, "namespace": config.namespace},
                "spec": {
                    "holderIdentity": config.identity, "leaseDurationSeconds": seconds,
                    "acquireTime": now, "renewTime": now, "leaseTransitions": 0,
                },
            });
            let created: Value = match client.create(&lease_path(config, None), &lease).await {
                Err(error) if error.is_already_exists() => return Ok(false),
                other => other?,
            };
            *seen = Some(Seen { record: created["spec"].clone(), at: Instant::now() });
            return Ok(true);
        }
        Err(error) => return Err(error),
    };
    let spec = &lease["spec"];
    // Clocks differ between machines: what counts is how long *we* have seen no change.
    if seen.as_ref().is_none_or(|seen| seen.record != *spec) {
        *seen = Some(Seen { record: spec.clone(), at: Instant::now() });
    }
    let holder = spec["holderIdentity"].as_str().unwrap_or_default().to_string();
    let held = Duration::from_secs(spec["leaseDurationSeconds"].as_u64().unwrap_or(seconds));
    if !holder.is_empty()
        && holder != config.identity
        && seen.as_ref().is_some_and(|seen| seen.at.elapsed() < held)
    {
        return Ok(false);
    }
    let transitions = spec["leaseTransitions"].as_i64().unwrap_or(0);
    lease["spec"]["renewTime"] = json!(now);
    lease["spec"]["leaseDurationSeconds"] = json!(seconds);
    if holder != config.identity {
        lease["spec"]["holderIdentity"] = json!(config.identity);
        lease["spec"]["acquireTime"] = json!(now);
        lease["spec"]["leaseTransitions"] = json!(transitions + 1);
    }
    match client.update::<_, Value>(&lease_path(config, Some(&config.name)), &lease).await {
        Ok(updated) => {
            *seen = Some(Seen { record: updated["spec"].clone(), at: Instant::now() });
            Ok(true)
        }
        Err(error) if error.is_conflict() && holder != config.identity => Ok(false),
        Err(error) => Err(error),
    }
}

async fn release(client: &Client, config: &LeaseConfig) -> Result<(), Error> {
    let name = lease_path(config, Some(&config.name));
    let mut lease: Value = client.get(&name).await?;
    if lease["spec"]["holderIdentity"] == json!(config.identity) {
        lease["spec"]["holderIdentity"] = json!("");
        lease["spec"]["leaseDurationSeconds"] = json!(1);
        client.update::<_, Value>(&name, &lease).await?;
    }
    Ok(())
}

/// Now, as a `MicroTime`.
pub fn micro_time() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
