//! What every namespace has from the start: the account `default` and the cluster's CA; and the
//! tokens of service-account secrets.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, ListParams, PatchType};
use serde_json::{Value, json};

use crate::context::{Context, gone_is_fine};
use crate::objects::{ConfigMap, Namespace, Resource, Secret, ServiceAccount};

const DEFAULT: &str = "default";
const ROOT_CA: &str = "kube-root-ca.crt";

fn active(namespaces: &Informer<Namespace>, name: &str) -> bool {
    namespaces
        .store()
        .get(&Key::new("", name))
        .is_some_and(|namespace| namespace.metadata.deletion_timestamp.is_none())
}

/// Keeps an account `default` in every namespace.
pub async fn accounts(context: Arc<Context>) {
    let client = context.client_of("service-account-controller").await;
    let namespaces: Informer<Namespace> = context.informer();
    let all: Informer<ServiceAccount> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<Namespace>(move |event| sender.add(Key::new("", &*event.object().metadata.name)));
    let sender = queue.clone();
    context.on::<ServiceAccount>(move |event| {
        if event.object().metadata.name == DEFAULT {
            sender.add(Key::new("", &*event.object().metadata.namespace));
        }
    });
    namespaces.wait_synced().await;
    all.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, namespaces, all) = (client.clone(), namespaces.clone(), all.clone());
            async move {
                let there = all.store().get(&Key::new(&*key.name, DEFAULT)).is_some();
                if there || !active(&namespaces, &key.name) {
                    return Ok(None);
                }
                let body = json!({
                    "apiVersion": "v1", "kind": "ServiceAccount",
                    "metadata": { "name": DEFAULT, "namespace": key.name },
                });
                create(&client, &ServiceAccount::path(Some(&key.name), None, None), &body).await?;
                Ok(None)
            }
        })
        .await;
}

async fn create(client: &Client, path: &str, body: &Value) -> Result<(), client::Error> {
    match client.create::<_, Value>(path, body).await {
        // A namespace that went away meanwhile needs nothing any more.
        Err(error) if !error.is_already_exists() && !error.is_not_found() && !error.is_forbidden() => {
            Err(error)
        }
        Err(error) if error.is_forbidden() && !error.to_string().contains("being terminated") => Err(error),
        _ => Ok(()),
    }
}

/// Keeps the CA bundle in a config map of every namespace.
pub async fn root_ca(context: Arc<Context>) {
    let Some(bundle) = context.config.root_ca.clone() else {
        tracing::info!("no --root-ca-file: {ROOT_CA} is not published");
        return;
    };
    let client = context.client_of("root-ca-cert-publisher").await;
    let namespaces: Informer<Namespace> = context.informer();
    let maps: Informer<ConfigMap> = Informer::start(
        context.client.clone(),
        ConfigMap::path(None, None, None),
        ListParams::fields(format!("metadata.name={ROOT_CA}")),
        context.shutdown.clone(),
    );
    let queue: WorkQueue<Key> = WorkQueue::new();
    let sender = queue.clone();
    context.on::<Namespace>(move |event| sender.add(Key::new("", &*event.object().metadata.name)));
    let (sender, mut events) = (queue.clone(), maps.subscribe());
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            sender.add(Key::new("", &*event.object().metadata.namespace));
        }
    });
    namespaces.wait_synced().await;
    maps.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, namespaces, maps, bundle) =
                (client.clone(), namespaces.clone(), maps.clone(), bundle.clone());
            async move {
                if !active(&namespaces, &key.name) {
                    return Ok(None);
                }
                let body = json!({
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": {
                        "name": ROOT_CA, "namespace": key.name,
                        "annotations": { "kubernetes.io/description":
                            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
                             endpoints such as the internal service IP or kubernetes.default.svc. No other usage is \
                             guaranteed across distributions of Kubernetes clusters." },
                    },
                    "data": { "ca.crt": bundle },
                });
                match maps.store().get(&Key::new(&*key.name, ROOT_CA)) {
                    None => create(&client, &ConfigMap::path(Some(&key.name), None, None), &body).await?,
                    Some(map) if map.data.len() == 1 && map.data.get("ca.crt") == Some(&bundle) => {}
                    Some(_) => {
                        let path = ConfigMap::path(Some(&key.name), Some(ROOT_CA), None);
                        gone_is_fine(client.update::<_, Value>(&path, &body).await)?;
                    }
                }
                Ok(None)
            }
        })
        .await;
}

const TOKEN_TYPE: &str = "kubernetes.io/service-account-token";
const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";
const ACCOUNT_UID: &str = "kubernetes.io/service-account.uid";

/// Fills secrets of type service-account-token, and removes those whose account is gone.
pub async fn tokens(context: Arc<Context>) {
    let Some(key) = &context.config.token_key else {
        tracing::info!("no --service-account-private-key-file: secrets get no tokens");
        return;
    };
    let signer = match pki::jwt::Signer::from_pem(key) {
        Ok(signer) => Arc::new(signer),
        Err(error) => {
            tracing::error!(%error, "--service-account-private-key-file can't be used: secrets get no tokens");
            return;
        }
    };
    let client = context.client.clone();
    let accounts: Informer<ServiceAccount> = context.informer();
    let secrets: Informer<Secret> = Informer::start(
        client.clone(),
        Secret::path(None, None, None),
        ListParams::fields(format!("type={TOKEN_TYPE}")),
        context.shutdown.clone(),
    );
    let queue: WorkQueue<Key> = WorkQueue::new();
    let (sender, mut events) = (queue.clone(), secrets.subscribe());
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            sender.add(event.object().metadata.key());
        }
    });
    let (sender, all) = (queue.clone(), secrets.clone());
    context.on::<ServiceAccount>(move |event| {
        let meta = &event.object().metadata;
        for secret in all.store().list_namespace(&meta.namespace) {
            if secret.metadata.annotations.get(ACCOUNT_NAME) == Some(&meta.name) {
                sender.add(secret.metadata.key());
            }
        }
    });
    accounts.wait_synced().await;
    secrets.wait_synced().await;
    let root_ca = context.config.root_ca.clone();
    context
        .work(&queue, 1, move |key| {
            let (client, accounts, secrets) = (client.clone(), accounts.clone(), secrets.clone());
            let (signer, root_ca) = (signer.clone(), root_ca.clone());
            async move {
                let Some(secret) = secrets.store().get(&key).filter(|secret| secret.kind == TOKEN_TYPE)
                else {
                    return Ok(None);
                };
                let meta = &secret.metadata;
                let Some(name) = meta.annotations.get(ACCOUNT_NAME) else { return Ok(None) };
                let path = Secret::path(Some(&meta.namespace), Some(&meta.name), None);
                let account = accounts.store().get(&Key::new(&*meta.namespace, &**name));
                let known = meta.annotations.get(ACCOUNT_UID);
                let Some(account) =
                    account.filter(|account| known.is_none_or(|uid| *uid == account.metadata.uid))
                else {
                    let options = json!({ "preconditions": { "uid": meta.uid } });
                    gone_is_fine(client.delete(&path, Some(&options)).await)?;
                    return Ok(None);
                };
                let complete = ["token", "namespace"].iter().all(|name| secret.data.contains_key(*name))
                    && (root_ca.is_none() || secret.data.contains_key("ca.crt"));
                if complete && known.is_some() {
                    return Ok(None);
                }
                let claims = json!({
                    "iss": "kubernetes/serviceaccount",
                    "kubernetes.io/serviceaccount/namespace": meta.namespace,
                    "kubernetes.io/serviceaccount/secret.name": meta.name,
                    "kubernetes.io/serviceaccount/service-account.name": name,
                    "kubernetes.io/serviceaccount/service-account.uid": account.metadata.uid,
                    "sub": format!("system:serviceaccount:{}:{name}", meta.namespace),
                });
                let token = signer.sign(&claims).context("cannot sign a token")?;
                let mut data = json!({
                    "token": STANDARD.encode(token), "namespace": STANDARD.encode(&meta.namespace),
                });
                if let Some(ca) = &root_ca {
                    data["ca.crt"] = STANDARD.encode(ca).into();
                }
                let patch = json!({
                    "metadata": { "uid": meta.uid, "annotations": { ACCOUNT_UID: account.metadata.uid } },
                    "data": data,
                });
                gone_is_fine(client.patch::<_, Value>(&path, PatchType::Merge, &patch).await)?;
                Ok(None)
            }
        })
        .await;
}
