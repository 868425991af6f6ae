//! Which server this is, and the lease by which it shows that it is there: in `kube-system`, one for each host
//! with an API server. Leases of servers that are gone for good are removed.

use std::sync::Arc;
use std::time::Duration;

use apimachinery::Status;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Hook, ensure, replace, resource};
use crate::server::Server;
use crate::storage::{Filter, Written};

/// How often the lease is renewed.
const RENEW: Duration = Duration::from_secs(10);
/// How long it holds, in seconds.
const HOLDS: i64 = 3600;
/// How often leases that nobody renews are looked for.
const SWEEP: Duration = Duration::from_secs(3600);
const LABEL: &str = "apiserver.kubernetes.io/identity";
const KIND: &str = "kube-apiserver";

fn hostname() -> String {
    let text = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    text.trim().to_string()
}

/// The server's name: by its host's, so that it keeps it when it starts anew.
pub fn name() -> String {
    of(&hostname())
}

fn of(hostname: &str) -> String {
    let hash = Sha256::digest(hostname.as_bytes());
    format!("apiserver-{}", base32(&hash[..16]))
}

/// RFC 4648's alphabet in lower case, without padding.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(DIGITS[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(DIGITS[(held << (5 - bits) & 31) as usize]));
    }
    text
}

fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// Makes or renews the server's lease.
pub async fn renew(server: &Arc<Server>) -> Result<(), Status> {
    let (leases, name) = (resource("coordination.k8s.io", "leases"), name());
    let holder = format!("{name}_{}", server.run);
    let wanted = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {
            "name": name, "namespace": "kube-system",
            "labels": {LABEL: KIND, "kubernetes.io/hostname": hostname()},
        },
        "spec": {"holderIdentity": holder, "leaseDurationSeconds": HOLDS, "renewTime": now()},
    });
    if ensure(server, leases, &wanted).await? {
        return Ok(());
    }
    replace(server, leases, &format!("kube-system/{name}"), |lease| {
        lease["spec"] = wanted["spec"].clone();
        for (key, value) in wanted["metadata"]["labels"].as_object().into_iter().flatten() {
            lease["metadata"]["labels"][key] = value.clone();
        }
        true
    })
    .await
}

/// Whether nobody renews a lease any more.
fn is_over(lease: &Value, now: Timestamp) -> bool {
    let spec = &lease["spec"];
    let renewed = spec["renewTime"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    match (renewed, spec["leaseDurationSeconds"].as_i64()) {
        (Some(renewed), Some(holds)) => now.duration_since(renewed).as_secs() > holds,
        // One that holds for no time at all.
        _ => true,
    }
}

/// Removes what servers left that are gone.
async fn sweep(server: &Arc<Server>) -> Result<(), Status> {
    let cache = server.store.cache(resource("coordination.k8s.io", "leases"));
    let cache = cache.ok_or_else(Status::no_such_path)?;
    let filter = Filter { namespace: "kube-system".into(), ..Filter::default() };
    for entry in server.store.list(cache, &filter).await?.entries {
        let lease: Value = serde_json::from_slice(&entry.bytes).map_err(Status::internal)?;
        if lease["metadata"]["labels"][LABEL] != KIND || !is_over(&lease, Timestamp::now()) {
            continue;
        }
        let name = lease["metadata"]["name"].as_str().unwrap_or_default();
        let gone = server.store.delete(cache, &format!("kube-system/{name}"), entry.revision).await?;
        if matches!(gone, Written::At(_)) {
            tracing::info!(name, "the lease of an API server that is gone is removed");
        }
    }
    Ok(())
}

/// Renews the lease, and sweeps, until the end.
pub async fn keep(server: &Arc<Server>) {
    let mut swept = None;
    while !server.shutdown.is_cancelled() {
        if swept.is_none_or(|then: tokio::time::Instant| then.elapsed() >= SWEEP) {
            swept = Some(tokio::time::Instant::now());
            match sweep(server).await {
                Ok(()) => server.hooks.mark(Hook::LeaseSweep),
                Err(status) => {
                    swept = None;
                    tracing::warn!(
                        error = status.message,
                        "cannot look for leases of API servers that are gone"
                    );
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(RENEW) => {}
            () = server.shutdown.cancelled() => return,
        }
        if let Err(status) = renew(server).await {
            tracing::warn!(error = status.message, "cannot renew this API server's lease; trying again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        // RFC 4648's own examples.
        for (text, expected) in
            [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foobar", "mzxw6ytboi")]
        {
            assert_eq!(base32(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(of("a").len(), "apiserver-".len() + 26);
        assert!(of("a") == of("a") && of("a") != of("b"));
    }

    #[test]
    fn leases_end() {
        let now: Timestamp = "2026-01-01T01:00:00Z".parse().expect("a time");
        let lease = |renewed: &str, holds: i64| json!({"spec": {"renewTime": renewed, "leaseDurationSeconds": holds}});
        assert!(!is_over(&lease("2026-01-01T00:00:00.000000Z", 3600), now));
        assert!(is_over(&lease("2025-12-31T23:59:59.000000Z", 3600), now));
        assert!(is_over(&json!({"spec": {}}), now));
    }
}
