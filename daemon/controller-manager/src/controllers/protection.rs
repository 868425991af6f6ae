//! Claims, volumes and classes of their attributes stay while they are used: a finalizer keeps
//! each, which is taken away once it is being deleted and nothing uses it any more.

use std::sync::Arc;

use client::informer::Informer;
use client::queue::WorkQueue;
use client::{Client, Key, ListParams};
use serde_json::Value;

use crate::context::{Context, gone_is_fine};
use crate::objects::{
    PersistentVolume, PersistentVolumeClaim, Pod, PodVolume, Resource, VolumeAttributesClass,
};

/// A kind whose objects are kept by a finalizer.
pub trait Protected: Resource {
    /// The finalizer.
    const FINALIZER: &'static str;
}

impl Protected for PersistentVolumeClaim {
    const FINALIZER: &'static str = "kubernetes.io/pvc-protection";
}

impl Protected for PersistentVolume {
    const FINALIZER: &'static str = "kubernetes.io/pv-protection";
}

impl Protected for VolumeAttributesClass {
    const FINALIZER: &'static str = "kubernetes.io/vac-protection";
}

/// What is to be done about an object's finalizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It has one as it should, or waits for whoever uses it.
    Nothing,
    /// It was made before the finalizer was given to all.
    Add,
    /// Nothing needs it any more.
    Remove,
}

/// What is to be done; `used` tells whether anyone still needs the object.
pub fn step<T: Protected>(object: &T, used: impl FnOnce() -> bool) -> Step {
    let meta = object.meta();
    let has = meta.finalizers.iter().any(|one| one == T::FINALIZER);
    match (meta.deletion_timestamp.is_some(), has) {
        (false, false) => Step::Add,
        (true, true) if !used() => Step::Remove,
        _ => Step::Nothing,
    }
}

/// Adds or takes away the finalizer of the object that was looked at; not of another by its name.
pub async fn take<T: Protected>(client: &Client, object: &T, step: Step) -> anyhow::Result<()> {
    if step == Step::Nothing {
        return Ok(());
    }
    let meta = object.meta();
    let namespace = Some(meta.namespace.as_str()).filter(|namespace| !namespace.is_empty());
    let path = T::path(namespace, Some(&meta.name), None);
    let done = client.modify(&path, |object| {
        if object["metadata"]["uid"] != meta.uid.as_str() {
            return false;
        }
        let leaves = !object["metadata"]["deletionTimestamp"].is_null();
        let all = &mut object["metadata"]["finalizers"];
        if !all.is_array() {
            *all = Value::Array(Vec::new());
        }
        let Some(all) = all.as_array_mut() else { return false };
        let before = all.len();
        match step {
            Step::Remove => all.retain(|one| one != T::FINALIZER),
            // A server refuses new finalizers of what is being deleted.
            _ if !leaves && !all.iter().any(|one| one == T::FINALIZER) => all.push(T::FINALIZER.into()),
            _ => {}
        }
        all.len() != before
    });
    gone_is_fine(done.await)?;
    Ok(())
}

/// The claims that a pod's volumes speak of, by their names.
fn claims(pod: &Pod) -> impl Iterator<Item = String> + '_ {
    pod.spec.volumes.iter().filter_map(|volume| claim_of(pod, volume))
}

fn claim_of(pod: &Pod, volume: &PodVolume) -> Option<String> {
    match (&volume.persistent_volume_claim, volume.ephemeral.is_some()) {
        (Some(source), _) => Some(source.claim_name.clone()),
        (None, true) => Some(format!("{}-{}", pod.metadata.name, volume.name)),
        (None, false) => None,
    }
}

/// Whether a pod keeps a claim. One that has no node yet does not: no kubelet starts a pod whose
/// claim is being deleted. One that has ended does, until it is gone; but the claim that was made
/// for a pod goes with it.
fn pod_uses(pod: &Pod, claim: &PersistentVolumeClaim) -> bool {
    let (meta, own) = (&pod.metadata, &claim.metadata);
    if pod.spec.node_name.is_empty() || meta.namespace != own.namespace {
        return false;
    }
    let is_down = meta.deletion_timestamp.is_some() && meta.deletion_grace_period_seconds == Some(0);
    pod.spec.volumes.iter().any(|volume| match &volume.persistent_volume_claim {
        Some(source) => source.claim_name == own.name,
        None => {
            !is_down
                && claim_of(pod, volume).is_some_and(|name| name == own.name)
                && own.controller().is_some_and(|owner| owner.uid == meta.uid)
        }
    })
}

/// Runs the controller of claims.
pub async fn claims_controller(context: Arc<Context>) {
    let client = context.client_of("pvc-protection-controller").await;
    let (claims_known, pods): (Informer<PersistentVolumeClaim>, Informer<Pod>) =
        (context.informer(), context.informer());
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<PersistentVolumeClaim>(&queue);
    let sender = queue.clone();
    context.on::<Pod>(move |event| {
        let pod = event.object();
        for name in claims(pod) {
            sender.add(Key::new(&*pod.metadata.namespace, &*name));
        }
    });
    claims_known.wait_synced().await;
    pods.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, known, pods) = (client.clone(), claims_known.clone(), pods.clone());
            async move {
                let Some(claim) = known.store().get(&key) else { return Ok(None) };
                let used =
                    || pods.store().list_namespace(&key.namespace).iter().any(|pod| pod_uses(pod, &claim));
                let mut step = step(&*claim, used);
                if step == Step::Remove {
                    // The informer may not have seen the newest pod: the server has.
                    let path = Pod::path(Some(&key.namespace), None, None);
                    let now = client.list::<Pod>(&path, &ListParams::default()).await?;
                    if now.items.iter().any(|pod| pod_uses(pod, &claim)) {
                        step = Step::Nothing;
                    }
                }
                take(&client, &*claim, step).await?;
                Ok(None)
            }
        })
        .await;
}

/// Runs the controller of volumes: one that is bound to a claim stays.
pub async fn volumes_controller(context: Arc<Context>) {
    let client = context.client_of("pv-protection-controller").await;
    let volumes: Informer<PersistentVolume> = context.informer();
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<PersistentVolume>(&queue);
    volumes.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, volumes) = (client.clone(), volumes.clone());
            async move {
                let Some(volume) = volumes.store().get(&key) else { return Ok(None) };
                let step = step(&*volume, || volume.status.phase == "Bound");
                take(&client, &*volume, step).await?;
                Ok(None)
            }
        })
        .await;
}

fn classes(claim: &PersistentVolumeClaim) -> [&str; 3] {
    let status = &claim.status;
    [
        claim.spec.volume_attributes_class_name.as_str(),
        status.current_volume_attributes_class_name.as_str(),
        status.modify_volume_status.target_volume_attributes_class_name.as_str(),
    ]
}

/// Runs the controller of classes of volumes' attributes.
pub async fn classes_controller(context: Arc<Context>) {
    let client = context.client_of("volumeattributesclass-protection-controller").await;
    let known: Informer<VolumeAttributesClass> = context.informer();
    let (claims, volumes): (Informer<PersistentVolumeClaim>, Informer<PersistentVolume>) =
        (context.informer(), context.informer());
    let queue: WorkQueue<Key> = WorkQueue::new();
    context.enqueue::<VolumeAttributesClass>(&queue);
    // What changes may have used another class before: all that wait are looked at.
    let (sender, all) = (queue.clone(), known.clone());
    let waiting = move || {
        for class in all.store().filter(|class| class.metadata.deletion_timestamp.is_some()) {
            sender.add(class.metadata.key());
        }
    };
    let again = waiting.clone();
    context.on::<PersistentVolumeClaim>(move |_| waiting());
    context.on::<PersistentVolume>(move |_| again());
    known.wait_synced().await;
    claims.wait_synced().await;
    volumes.wait_synced().await;
    context
        .work(&queue, 1, move |key| {
            let (client, known) = (client.clone(), known.clone());
            let (claims, volumes) = (claims.clone(), volumes.clone());
            async move {
                let Some(class) = known.store().get(&key) else { return Ok(None) };
                let name = class.metadata.name.as_str();
                let of_claim = |claim: &PersistentVolumeClaim| classes(claim).contains(&name);
                let of_volume = |volume: &PersistentVolume| volume.spec.volume_attributes_class_name == name;
                let used = || {
                    claims.store().list().iter().any(|claim| of_claim(claim))
                        || volumes.store().list().iter().any(|volume| of_volume(volume))
                };
                let mut step = step(&*class, used);
                if step == Step::Remove {
                    let params = ListParams::default();
                    let path = PersistentVolumeClaim::path(None, None, None);
                    let now = client.list::<PersistentVolumeClaim>(&path, &params).await?;
                    let path = PersistentVolume::path(None, None, None);
                    let bound = client.list::<PersistentVolume>(&path, &params).await?;
                    if now.items.iter().any(of_claim) || bound.items.iter().any(of_volume) {
                        step = Step::Nothing;
                    }
                }
                take(&client, &*class, step).await?;
                Ok(None)
            }
        })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of<T: serde::de::DeserializeOwned>(json: Value) -> T {
        serde_json::from_value(json).expect("an object")
    }

    fn claim(owner: &str) -> PersistentVolumeClaim {
        of(json!({"metadata": {"name": "p-v", "namespace": "n",
            "ownerReferences": [{"uid": owner, "controller": true}]}}))
    }

    #[test]
    fn who_keeps_a_claim() {
        let pod = |node: &str, volume: Value, more: Value| -> Pod {
            let mut meta = json!({"name": "p", "namespace": "n", "uid": "1"});
            if let (Some(meta), Some(more)) = (meta.as_object_mut(), more.as_object()) {
                meta.extend(more.clone());
            }
            of(
                json!({"metadata": meta, "spec": {"nodeName": node, "volumes": [volume]}, "status": {"phase": "Succeeded"}}),
            )
        };
        let named = json!({"name": "x", "persistentVolumeClaim": {"claimName": "p-v"}});
        let made = json!({"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}});
        let none = json!({});
        let down = json!({"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 0});
        for (node, volume, more, owner, want) in [
            ("one", &named, &none, "", true),
            ("", &named, &none, "", false),
            ("one", &named, &down, "", true),
            ("one", &named, &json!({"namespace": "other"}), "", false),
            ("one", &json!({"name": "x", "persistentVolumeClaim": {"claimName": "q"}}), &none, "", false),
            ("one", &json!({"name": "v", "emptyDir": {}}), &none, "1", false),
            ("one", &made, &none, "1", true),
            ("one", &made, &none, "2", false),
            ("one", &made, &down, "1", false),
        ] {
            let pod = pod(node, volume.clone(), more.clone());
            assert_eq!(pod_uses(&pod, &claim(owner)), want, "{node} {volume} {more} {owner}");
        }
    }

    #[test]
    fn finalizers_come_and_go() {
        let volume = |finalizers: Value, deleted: bool| -> PersistentVolume {
            let at = if deleted { json!("2026-01-01T00:00:00Z") } else { Value::Null };
            of(json!({"metadata": {"name": "v", "finalizers": finalizers, "deletionTimestamp": at}}))
        };
        let own = json!(["kubernetes.io/pv-protection"]);
        for (finalizers, deleted, used, want) in [
            (json!(["other"]), false, false, Step::Add),
            (own.clone(), false, false, Step::Nothing),
            (own.clone(), true, true, Step::Nothing),
            (own, true, false, Step::Remove),
            (json!(["other"]), true, false, Step::Nothing),
        ] {
            assert_eq!(
                step(&volume(finalizers.clone(), deleted), || used),
                want,
                "{finalizers} {deleted} {used}"
            );
        }
    }

    #[test]
    fn classes_that_a_claim_speaks_of() {
        let claim: PersistentVolumeClaim = of(json!({
            "metadata": {"name": "c"}, "spec": {"volumeAttributesClassName": "wanted"},
            "status": {"currentVolumeAttributesClassName": "had",
                "modifyVolumeStatus": {"targetVolumeAttributesClassName": "next", "status": "Pending"}},
        }));
        assert_eq!(classes(&claim), ["wanted", "had", "next"]);
        assert_eq!(classes(&PersistentVolumeClaim::default()), ["", "", ""]);
    }
}
