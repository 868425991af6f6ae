//! Bootstrap tokens: cluster-info is signed with them, and they go when they expire.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Key, ListParams};
use serde_json::{Map, Value, json};

use crate::context::{Context, gone_is_fine};
use crate::objects::{ConfigMap, Resource, Secret};

const TYPE: &str = "bootstrap.kubernetes.io/token";
const INFO: &str = "cluster-info";
const SIGNATURE: &str = "jws-kubeconfig-";

fn field(secret: &Secret, name: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(secret.data.get(name)?).ok()?).ok()
}

/// How long the token is good for: `None` for ever, zero when it is over.
fn left(secret: &Secret, now: jiff::Timestamp) -> Option<Duration> {
    let text = field(secret, "expiration")?;
    // A time that can't be read is over: better no token than one for ever.
    let Ok(end) = text.trim().parse::<jiff::Timestamp>() else { return Some(Duration::ZERO) };
    Some(Duration::try_from(end.duration_since(now)).unwrap_or_default())
}

fn informer(context: &Context) -> Informer<Secret> {
    Informer::start(
        context.client.clone(),
        Secret::path(Some("kube-system"), None, None),
        ListParams::fields(format!("type={TYPE}")),
        context.shutdown.clone(),
    )
}

/// The signatures that cluster-info should carry, by token id.
fn signatures(kubeconfig: &str, secrets: &[Arc<Secret>], now: jiff::Timestamp) -> BTreeMap<String, String> {
    secrets
        .iter()
        .filter(|secret| secret.metadata.deletion_timestamp.is_none())
        .filter(|secret| field(secret, "usage-bootstrap-signing").as_deref() == Some("true"))
        .filter(|secret| left(secret, now).is_none_or(|left| !left.is_zero()))
        .filter_map(|secret| {
            let (id, key) = (field(secret, "token-id")?, field(secret, "token-secret")?);
            if secret.metadata.name != format!("bootstrap-token-{id}") {
                return None;
            }
            let signature = pki::jwt::detached(kubeconfig.as_bytes(), &id, &key).ok()?;
            Some((format!("{SIGNATURE}{id}"), signature))
        })
        .collect()
}

/// Signs cluster-info.
pub async fn sign(context: Arc<Context>) {
    let client = context.client_of("bootstrap-signer").await;
    let secrets = informer(&context);
    let maps: Informer<ConfigMap> = Informer::start(
        context.client.clone(),
        ConfigMap::path(Some("kube-public"), None, None),
        ListParams::fields(format!("metadata.name={INFO}")),
        context.shutdown.clone(),
    );
    let queue: WorkQueue<Key> = WorkQueue::new();
    let key = Key::new("kube-public", INFO);
    let (sender, mut events, one) = (queue.clone(), secrets.subscribe(), key.clone());
    tokio::spawn(async move {
        while events.recv().await.is_some() {
            sender.add(one.clone());
        }
    });
    let (sender, mut events, one) = (queue.clone(), maps.subscribe(), key.clone());
    tokio::spawn(async move {
        while events.recv().await.is_some() {
            sender.add(one.clone());
        }
    });
    secrets.wait_synced().await;
    maps.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, secrets, maps) = (client.clone(), secrets.clone(), maps.clone());
            async move {
                let Some(map) = maps.store().get(&key) else { return Ok(None) };
                let Some(kubeconfig) = map.data.get("kubeconfig") else { return Ok(None) };
                let now = jiff::Timestamp::now();
                let all = secrets.store().list();
                let wanted = signatures(kubeconfig, &all, now);
                let mut data = Map::new();
                for name in map.data.keys().filter(|name| name.starts_with(SIGNATURE)) {
                    if !wanted.contains_key(name) {
                        data.insert(name.clone(), Value::Null);
                    }
                }
                for (name, signature) in wanted {
                    if map.data.get(&name) != Some(&signature) {
                        data.insert(name, signature.into());
                    }
                }
                if !data.is_empty() {
                    let path = ConfigMap::path(Some(&key.namespace), Some(&key.name), None);
                    let patch = json!({ "data": data });
                    gone_is_fine(client.patch::<_, Value>(&path, client::PatchType::Merge, &patch).await)?;
                }
                // The next token to expire takes its signature along.
                let next =
                    all.iter().filter_map(|secret| left(secret, now)).filter(|left| !left.is_zero()).min();
                Ok(next.map(|next| next + Duration::from_secs(1)))
            }
        })
        .await;
}

/// Deletes tokens that have expired.
pub async fn clean(context: Arc<Context>) {
    let client = context.client_of("token-cleaner").await;
    let secrets = informer(&context);
    let queue: WorkQueue<Key> = WorkQueue::new();
    let (sender, mut events) = (queue.clone(), secrets.subscribe());
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            sender.add(event.object().metadata.key());
        }
    });
    secrets.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, secrets) = (client.clone(), secrets.clone());
            async move {
                let Some(secret) = secrets.store().get(&key) else { return Ok(None) };
                match left(&secret, jiff::Timestamp::now()) {
                    None => Ok(None),
                    Some(left) if !left.is_zero() => Ok(Some(left + Duration::from_secs(1))),
                    Some(_) => {
                        let path = Secret::path(Some(&key.namespace), Some(&key.name), None);
                        let options = json!({ "preconditions": { "uid": secret.metadata.uid } });
                        gone_is_fine(client.delete(&path, Some(&options)).await)?;
                        tracing::info!(secret = %key, "deleted an expired bootstrap token");
                        Ok(None)
                    }
                }
            }
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_good_tokens_sign() {
        let secret = |id: &str, signing: &str, expiration: &str| -> Arc<Secret> {
            let encode = |text: &str| STANDARD.encode(text);
            Arc::new(
                serde_json::from_value(json!({
                    "metadata": {"name": format!("bootstrap-token-{id}")}, "type": TYPE,
                    "data": {"token-id": encode(id), "token-secret": encode("0123456789abcdef"),
                        "usage-bootstrap-signing": encode(signing), "expiration": encode(expiration)}}))
                .expect("decodes"),
            )
        };
        let now: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let all = [
            secret("good00", "true", "2026-01-02T00:00:00Z"),
            secret("late00", "true", "2025-01-02T00:00:00Z"),
            secret("mute00", "false", "2026-01-02T00:00:00Z"),
            secret("odd000", "true", "soon"),
        ];
        let signed = signatures("kubeconfig", &all, now);
        assert_eq!(signed.keys().collect::<Vec<_>>(), ["jws-kubeconfig-good00"]);
        assert!(pki::jwt::verify_detached(
            &signed["jws-kubeconfig-good00"],
            b"kubeconfig",
            "0123456789abcdef"
        ));
        assert_eq!(left(&all[0], now), Some(Duration::from_secs(86_400)));
    }
}
