//! Where pods come from: the API server, and manifests in a folder; and the mirrors of the latter.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::informer::{Event, Informer};
use client::{Client, Key, ListParams, Meta, Object, path};
use futures::StreamExt;
use inotify::{Inotify, WatchMask};
use k8s_openapi::api::core::v1::{Pod, Toleration};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kubelet::{Kubelet, Mirror};
use crate::pod;

/// A pod from the API, with its metadata as the informer wants it.
pub struct ApiPod {
    meta: Meta,
    pub pod: Arc<Pod>,
}

impl<'de> serde::Deserialize<'de> for ApiPod {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let pod = Pod::deserialize(de)?;
        let meta = Meta {
            name: pod.metadata.name.clone().unwrap_or_default(),
            namespace: pod.metadata.namespace.clone().unwrap_or_default(),
            uid: pod.metadata.uid.clone().unwrap_or_default(),
            resource_version: pod.metadata.resource_version.clone().unwrap_or_default(),
            ..Meta::default()
        };
        Ok(Self { meta, pod: Arc::new(pod) })
    }
}

impl Object for ApiPod {
    fn meta(&self) -> &Meta {
        &self.meta
    }
}

/// Follows the pods that are bound to this node.
pub fn follow_api(kubelet: &Arc<Kubelet>, client: &Client) -> Informer<ApiPod> {
    let informer = Informer::<ApiPod>::start(
        client.clone(),
        path("", "v1", "pods", None, None, None),
        ListParams::fields(format!("spec.nodeName={}", kubelet.node_name)),
        kubelet.shutdown.clone(),
    );
    let mut events = informer.subscribe();
    let kubelet = kubelet.clone();
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            match event {
                Event::Added(found) => update(&kubelet, &found),
                Event::Modified { old, new } => {
                    if old.meta.uid != new.meta.uid {
                        gone(&kubelet, &old);
                    }
                    update(&kubelet, &new);
                }
                Event::Deleted(found) => gone(&kubelet, &found),
            }
        }
    });
    informer
}

fn update(kubelet: &Kubelet, found: &ApiPod) {
    let pod = &found.pod;
    if let Some(hash) = pod::annotation(pod, pod::CONFIG_MIRROR) {
        let mirror = Mirror {
            uid: found.meta.uid.clone(),
            hash: hash.into(),
            deleting: pod.metadata.deletion_timestamp.is_some(),
        };
        kubelet.mirror_changed(&found.meta.key(), Some(mirror));
    } else {
        kubelet.pod_wanted(pod.clone());
    }
}

fn gone(kubelet: &Kubelet, found: &ApiPod) {
    if pod::is_mirror(&found.pod) {
        kubelet.mirror_changed(&found.meta.key(), None);
    } else {
        kubelet.pod_gone(&found.meta.uid);
    }
}

/// Follows the manifests in a folder (or one file), from now on.
///
/// # Errors
/// Fails when the kernel can't watch the folder.
pub fn follow_manifests(kubelet: &Arc<Kubelet>, folder: &Path) -> Result<()> {
    let inotify = Inotify::init().context("cannot watch manifests")?;
    let watched = if folder.is_file() { folder.parent().unwrap_or(folder) } else { folder };
    std::fs::create_dir_all(watched).with_context(|| format!("cannot make {}", watched.display()))?;
    inotify
        .watches()
        .add(
            watched,
            WatchMask::CLOSE_WRITE
                | WatchMask::MOVED_TO
                | WatchMask::MOVED_FROM
                | WatchMask::DELETE
                | WatchMask::CREATE,
        )
        .with_context(|| format!("cannot watch {}", watched.display()))?;
    let mut events = inotify.into_event_stream(vec![0u8; 4096]).context("cannot watch manifests")?;
    let mut known: HashMap<PathBuf, Arc<Pod>> = HashMap::new();
    scan(kubelet, folder, &mut known);
    let (kubelet, folder) = (kubelet.clone(), folder.to_path_buf());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                event = events.next() => if event.is_none() { return },
                () = kubelet.shutdown.cancelled() => return,
            }
            // Several files are often written together: take them in one go.
            while let Ok(Some(_)) = tokio::time::timeout(Duration::from_millis(20), events.next()).await {}
            scan(&kubelet, &folder, &mut known);
        }
    });
    Ok(())
}

fn scan(kubelet: &Kubelet, folder: &Path, known: &mut HashMap<PathBuf, Arc<Pod>>) {
    let mut found: HashMap<PathBuf, Arc<Pod>> = HashMap::new();
    let mut files: Vec<PathBuf> = if folder.is_file() {
        vec![folder.into()]
    } else {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    files.sort();
    for file in files {
        let hidden = file.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden || !file.is_file() {
            continue;
        }
        let text = match std::fs::read(&file) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(manifest = %file.display(), %error, "cannot read a static pod");
                continue;
            }
        };
        match manifest(&text, &file, &kubelet.node_name) {
            Ok(pod) => _ = found.insert(file, Arc::new(pod)),
            Err(error) => {
                // A manifest that is being written, or is wrong, does not take its pod down.
                tracing::error!(manifest = %file.display(), error = %format!("{error:#}"), "this static pod can't be used");
                if let Some(pod) = known.get(&file) {
                    found.insert(file, pod.clone());
                }
            }
        }
    }
    for (file, old) in known.iter() {
        if found.get(file).is_none_or(|new| pod::uid(new) != pod::uid(old)) {
            kubelet.pod_gone(pod::uid(old));
        }
    }
    for (file, new) in &found {
        if known.get(file).is_none_or(|old| pod::uid(new) != pod::uid(old)) {
            kubelet.pod_wanted(new.clone());
            kubelet.mirror_queue.add(Key::new(pod::namespace(new), pod::name(new)));
        }
    }
    *known = found;
}

/// Reads a manifest and gives the pod what upstream gives static pods: a UID and hash made from
/// its text, the node's name, and the toleration that keeps it on a node in trouble.
///
/// # Errors
/// Says what is wrong with the manifest.
pub fn manifest(text: &[u8], file: &Path, node: &str) -> Result<Pod> {
    let value: Value = serde_yaml::from_slice(text).context("it is not YAML")?;
    if value["kind"] != "Pod" || value["apiVersion"] != "v1" {
        bail!("it is a {} {}, not a v1 Pod", value["apiVersion"], value["kind"]);
    }
    let mut found: Pod = serde_json::from_value(value).context("it is not a pod")?;
    let mut hasher = Sha256::new();
    hasher.update(text);
    hasher.update(format!("host:{node}\nfile:{}", file.display()));
    let hash = hex::encode(&hasher.finalize()[..16]);
    let name =
        found.metadata.name.take().filter(|name| !name.is_empty()).context("metadata.name is missing")?;
    let spec = found.spec.as_mut().context("spec is missing")?;
    if spec.containers.is_empty() {
        bail!("spec.containers is empty");
    }
    for container in spec.containers.iter_mut().chain(spec.init_containers.iter_mut().flatten()) {
        if container.image.as_deref().unwrap_or_default().is_empty() {
            bail!("container {:?} has no image", container.name);
        }
        for quantity in container
            .resources
            .iter()
            .flat_map(|r| r.limits.iter().chain(r.requests.iter()))
            .flat_map(BTreeMap::values)
        {
            quantity.0.parse::<apimachinery::quantity::Quantity>().map_err(|_| {
                anyhow::anyhow!("container {:?}: {:?} is not a quantity", container.name, quantity.0)
            })?;
        }
        if container.image_pull_policy.is_none() {
            let policy = pod::images::default_policy(container.image.as_deref().unwrap_or_default());
            container.image_pull_policy = Some(policy.into());
        }
    }
    spec.node_name = Some(node.into());
    let everything = Toleration {
        operator: Some("Exists".into()),
        effect: Some("NoExecute".into()),
        ..Toleration::default()
    };
    spec.tolerations.get_or_insert_default().push(everything);
    found.metadata.name = Some(format!("{name}-{}", node.to_lowercase()));
    found.metadata.namespace.get_or_insert_with(|| "default".into());
    found.metadata.uid = Some(hash.clone());
    let annotations = found.metadata.annotations.get_or_insert_default();
    annotations.insert(pod::CONFIG_SOURCE.into(), "file".into());
    annotations.insert(pod::CONFIG_HASH.into(), hash);
    annotations.insert(pod::CONFIG_SEEN.into(), jiff::Timestamp::now().to_string());
    Ok(found)
}

/// Keeps a mirror pod on the API server for each static one.
pub fn keep_mirrors(kubelet: &Arc<Kubelet>, client: &Client, pods: Informer<ApiPod>) {
    let (kubelet, client) = (kubelet.clone(), client.clone());
    tokio::spawn(async move {
        // Before the list is in we would create what is there, and delete nothing.
        if !pods.wait_synced().await {
            return;
        }
        let queue = kubelet.mirror_queue.clone();
        let shutdown = kubelet.shutdown.clone();
        queue
            .run(2, &shutdown, move |key: Key| {
                let (kubelet, client) = (kubelet.clone(), client.clone());
                async move { mirror(&kubelet, &client, &key).await }
            })
            .await;
    });
}

async fn mirror(kubelet: &Kubelet, client: &Client, key: &Key) -> Result<Option<Duration>, client::Error> {
    let object = path("", "v1", "pods", Some(&key.namespace), Some(&key.name), None);
    let held = kubelet.mirror(key);
    let Some(pod) = kubelet.static_pod(key) else {
        if let Some(held) = held {
            delete(client, &object, &held.uid).await?;
        }
        return Ok(None);
    };
    let hash = pod::annotation(&pod, pod::CONFIG_HASH).unwrap_or_default();
    match held {
        Some(held) if held.hash == hash && !held.deleting => return Ok(None),
        Some(held) => {
            // Its deletion is seen by the watch, which brings us back here.
            delete(client, &object, &held.uid).await?;
            return Ok(None);
        }
        None => {}
    }
    let Some(node_uid) = kubelet.node_uid.get() else {
        return Ok(Some(Duration::from_millis(100)));
    };
    let mut body = serde_json::to_value(&*pod).unwrap_or_default();
    if let Some(metadata) = body["metadata"].as_object_mut() {
        metadata.remove("uid");
        metadata.insert(
            "ownerReferences".into(),
            json!([{"apiVersion": "v1", "kind": "Node", "name": kubelet.node_name, "uid": node_uid, "controller": true}]),
        );
    }
    body["metadata"]["annotations"][pod::CONFIG_MIRROR] = json!(hash);
    if let Some(body) = body.as_object_mut() {
        body.remove("status");
    }
    match client
        .create::<_, serde::de::IgnoredAny>(&path("", "v1", "pods", Some(&key.namespace), None, None), &body)
        .await
    {
        Err(error) if error.is_already_exists() => Ok(Some(Duration::from_secs(1))),
        Err(error) => {
            tracing::warn!(pod = %key, %error, "cannot create the mirror pod; trying again");
            Err(error)
        }
        Ok(_) => Ok(None),
    }
}

async fn delete(client: &Client, object: &str, uid: &str) -> Result<(), client::Error> {
    let options = json!({"gracePeriodSeconds": 0, "preconditions": {"uid": uid}});
    match client.delete(object, Some(&options)).await {
        Err(error) if error.is_not_found() || error.is_conflict() => Ok(()),
        other => other.map(|_| ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_pods_get_a_node_and_a_stable_uid() {
        let text = b"apiVersion: v1\nkind: Pod\nmetadata: {name: etcd, namespace: kube-system}\nspec: {containers: [{name: a, image: b}]}\n";
        let one = manifest(text, Path::new("/m/etcd.yaml"), "N1").expect("a pod");
        let two = manifest(text, Path::new("/m/etcd.yaml"), "N1").expect("a pod");
        assert_eq!(pod::name(&one), "etcd-n1");
        assert_eq!(pod::uid(&one), pod::uid(&two));
        assert!(pod::is_static(&one) && !pod::is_mirror(&one));
        for bad in
            ["{", "kind: Pod", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}"]
        {
            assert!(manifest(bad.as_bytes(), Path::new("/m"), "n").is_err(), "{bad}");
        }
    }
}
