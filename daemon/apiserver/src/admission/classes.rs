//! What classes give to those that use them: DefaultStorageClass, DefaultIngressClass and
//! RuntimeClass; and PersistentVolumeClaimResize, which asks the class.

use apimachinery::Status;
use apimachinery::kinds::Object;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::api::networking::v1::{Ingress, IngressClass};
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Attributes, Operation};
use crate::storage::Filter;

/// The newest of the classes that are marked as default.
async fn default<T: serde::de::DeserializeOwned>(
    attributes: &Attributes<'_>,
    prefix: &'static str,
    marks: &[&str],
    meta: impl Fn(&T) -> &ObjectMeta,
) -> Result<Option<String>, Status> {
    let server = attributes.server();
    let cache = server.store.known(prefix);
    let entries = server.store.list(cache, &Filter::default()).await?.entries;
    let mut found: Vec<T> = entries.iter().filter_map(|entry| entry.typed()).collect();
    found.retain(|class| {
        let annotations = meta(class).annotations.as_ref();
        annotations
            .is_some_and(|all| marks.iter().any(|mark| all.get(*mark).is_some_and(|value| value == "true")))
    });
    found.sort_by(|a, b| {
        let (a, b) = (meta(a), meta(b));
        let time = |meta: &ObjectMeta| meta.creation_timestamp.as_ref().map(|time| time.0);
        time(b).cmp(&time(a)).then_with(|| a.name.cmp(&b.name))
    });
    Ok(found.first().and_then(|class| meta(class).name.clone()))
}

/// Gives a new claim the default class.
pub async fn storage(attributes: &Attributes<'_>, claim: &mut PersistentVolumeClaim) -> Result<(), Status> {
    const OLD: &str = "volume.beta.kubernetes.io/storage-class";
    let spec = claim.spec.get_or_insert_default();
    let told = claim.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(OLD));
    if spec.storage_class_name.is_some() || told {
        return Ok(());
    }
    let marks =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    spec.storage_class_name =
        default::<StorageClass>(attributes, "storageclasses", &marks, |class| &class.metadata).await?;
    Ok(())
}

/// Gives a new ingress the default class.
pub async fn ingress(attributes: &Attributes<'_>, ingress: &mut Ingress) -> Result<(), Status> {
    const OLD: &str = "kubernetes.io/ingress.class";
    let spec = ingress.spec.get_or_insert_default();
    let told = ingress.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(OLD));
    if spec.ingress_class_name.is_some() || told {
        return Ok(());
    }
    let marks = ["ingressclass.kubernetes.io/is-default-class"];
    spec.ingress_class_name =
        default::<IngressClass>(attributes, "ingressclasses", &marks, |class| &class.metadata).await?;
    Ok(())
}

/// Gives a new pod what its runtime class has: overhead, node selector, tolerations.
pub async fn runtime(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    let Some(spec) = &mut pod.spec else { return Ok(()) };
    let rejected = |why: String| attributes.forbidden(format!("pod rejected: {why}"));
    let Some(name) = spec.runtime_class_name.clone() else {
        if spec.overhead.as_ref().is_some_and(|overhead| !overhead.is_empty()) {
            let why = "Pod Overhead set without corresponding RuntimeClass defined Overhead";
            return Err(rejected(why.into()));
        }
        return Ok(());
    };
    let server = attributes.server();
    let found = server.store.glance(server.store.known("runtimeclasses"), &name).await?;
    let class = found.and_then(|entry| entry.typed::<RuntimeClass>());
    let class = class.ok_or_else(|| rejected(format!("RuntimeClass {name:?} not found")))?;
    let overhead = class.overhead.and_then(|overhead| overhead.pod_fixed).unwrap_or_default();
    match &spec.overhead {
        Some(given) if !given.is_empty() && *given != overhead => {
            return Err(rejected("Pod's Overhead doesn't match RuntimeClass's defined Overhead".into()));
        }
        _ if !overhead.is_empty() => spec.overhead = Some(overhead),
        _ => {}
    }
    let scheduling = class.scheduling.unwrap_or_default();
    for (key, value) in scheduling.node_selector.into_iter().flatten() {
        let selector = spec.node_selector.get_or_insert_default();
        match selector.get(&key) {
            Some(have) if *have != value => {
                return Err(rejected(format!(
                    "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {have}"
                )));
            }
            _ => {
                selector.insert(key, value);
            }
        }
    }
    for toleration in scheduling.tolerations.into_iter().flatten() {
        let all = spec.tolerations.get_or_insert_default();
        if !all.contains(&toleration) {
            all.push(toleration);
        }
    }
    Ok(())
}

/// A claim may grow if its class lets it.
pub async fn resize(attributes: &Attributes<'_>, object: &dyn Object) -> Result<(), Status> {
    let (Some(new), Some(old)) = (
        object.of::<PersistentVolumeClaim>(),
        attributes.old.and_then(|old| old.of::<PersistentVolumeClaim>()),
    ) else {
        return Ok(());
    };
    if attributes.operation != Operation::Update || !attributes.subresource.is_empty() {
        return Ok(());
    }
    let size = |claim: &PersistentVolumeClaim| -> Option<apimachinery::quantity::Quantity> {
        let requests = claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?;
        requests.get("storage")?.0.parse().ok()
    };
    if size(new) <= size(old) {
        return Ok(());
    }
    let name = old.spec.as_ref().and_then(|spec| spec.storage_class_name.clone()).unwrap_or_default();
    let server = attributes.server();
    let found = server.store.glance(server.store.known("storageclasses"), &name).await?;
    let class = found.and_then(|entry| entry.typed::<StorageClass>());
    if class.is_some_and(|class| class.allow_volume_expansion == Some(true)) {
        return Ok(());
    }
    Err(attributes.forbidden(
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
    ))
}
