//! ServiceAccount: every pod acts as an account of its namespace, and gets a token for it.

use apimachinery::Status;
use k8s_openapi::api::core::v1::{
    ConfigMapProjection, DownwardAPIProjection, DownwardAPIVolumeFile, KeyToPath, ObjectFieldSelector, Pod,
    ProjectedVolumeSource, ServiceAccount, ServiceAccountTokenProjection, Volume, VolumeMount,
    VolumeProjection,
};

use super::Attributes;

const MOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const MIRROR: &str = "kubernetes.io/config.mirror";
/// How long the token of a pod is asked for: an hour, and a little for the way.
const SECONDS: i64 = 3607;

/// Completes a new pod.
pub async fn admit(attributes: &Attributes<'_>, pod: &mut Pod) -> Result<(), Status> {
    let Some(spec) = &mut pod.spec else { return Ok(()) };
    // What a kubelet mirrors runs already, and without an account.
    if pod.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(MIRROR)) {
        if spec.service_account_name.as_deref().is_some_and(|name| !name.is_empty()) {
            return Err(attributes.forbidden("a mirror pod may not reference service accounts"));
        }
        if spec.volumes.iter().flatten().any(|volume| volume.secret.is_some()) {
            return Err(attributes.forbidden("a mirror pod may not reference secrets"));
        }
        return Ok(());
    }
    let name = match spec.service_account_name.as_deref() {
        None | Some("") => "default".to_string(),
        Some(name) => name.to_string(),
    };
    spec.service_account_name = Some(name.clone());
    spec.service_account = Some(name.clone());
    let server = attributes.server();
    let cache = server.store.known("serviceaccounts");
    let key = format!("{}/{name}", attributes.namespace);
    let account = server.store.glance(cache, &key).await?.and_then(|entry| entry.typed::<ServiceAccount>());
    let Some(account) = account else {
        return Err(attributes.forbidden(format!(
            "error looking up service account {key}: serviceaccount {name:?} not found"
        )));
    };
    if spec.image_pull_secrets.as_ref().is_none_or(Vec::is_empty) {
        spec.image_pull_secrets = account.image_pull_secrets;
    }
    let mounts =
        spec.automount_service_account_token.or(account.automount_service_account_token).unwrap_or(true);
    if !mounts {
        return Ok(());
    }
    let existing = spec.volumes.iter().flatten().find(|volume| volume.name.starts_with("kube-api-access-"));
    let volume =
        existing.map_or_else(|| apimachinery::names::generate("kube-api-access-"), |v| v.name.clone());
    let mut used = false;
    for container in spec.init_containers.iter_mut().flatten().chain(&mut spec.containers) {
        let mounted = container.volume_mounts.get_or_insert_default();
        if mounted.iter().any(|mount| mount.mount_path == MOUNT) {
            continue;
        }
        mounted.push(VolumeMount {
            name: volume.clone(),
            read_only: Some(true),
            mount_path: MOUNT.into(),
            ..VolumeMount::default()
        });
        used = true;
    }
    let volumes = spec.volumes.get_or_insert_default();
    if used && volumes.iter().all(|have| have.name != volume) {
        volumes.push(token_volume(&volume));
    }
    Ok(())
}

fn token_volume(name: &str) -> Volume {
    let file = |path: &str| KeyToPath { key: path.into(), path: path.into(), mode: None };
    let token = ServiceAccountTokenProjection {
        path: "token".into(),
        expiration_seconds: Some(SECONDS),
        ..ServiceAccountTokenProjection::default()
    };
    let authority = ConfigMapProjection {
        name: "kube-root-ca.crt".into(),
        items: Some(vec![file("ca.crt")]),
        ..ConfigMapProjection::default()
    };
    let namespace = DownwardAPIVolumeFile {
        path: "namespace".into(),
        field_ref: Some(ObjectFieldSelector {
            api_version: Some("v1".into()),
            field_path: "metadata.namespace".into(),
        }),
        ..DownwardAPIVolumeFile::default()
    };
    let sources = vec![
        VolumeProjection { service_account_token: Some(token), ..VolumeProjection::default() },
        VolumeProjection { config_map: Some(authority), ..VolumeProjection::default() },
        VolumeProjection {
            downward_api: Some(DownwardAPIProjection { items: Some(vec![namespace]) }),
            ..VolumeProjection::default()
        },
    ];
    let projected = ProjectedVolumeSource { default_mode: Some(0o644), sources: Some(sources) };
    Volume { name: name.into(), projected: Some(projected), ..Volume::default() }
}
