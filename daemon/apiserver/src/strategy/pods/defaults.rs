//! What a pod's author leaves out.

use k8s_openapi::api::core::v1::{
    Container, ContainerResizePolicy, HTTPGetAction, PodSpec, PodTemplateSpec, ResourceRequirements, Volume,
};

fn set<T>(slot: &mut Option<T>, value: T) {
    if slot.is_none() {
        *slot = Some(value);
    }
}

fn set_text(slot: &mut Option<String>, value: &str) {
    if slot.as_deref().unwrap_or_default().is_empty() {
        *slot = Some(value.to_string());
    }
}

fn set_number(slot: &mut Option<i32>, value: i32) {
    if slot.unwrap_or(0) == 0 {
        *slot = Some(value);
    }
}

/// Defaults of a workload's template.
pub fn default_template(template: &mut PodTemplateSpec) {
    default_spec(template.spec.get_or_insert_default());
}

/// Defaults that pods have and templates have not.
pub fn default_pod(spec: &mut PodSpec) {
    set(&mut spec.enable_service_links, true);
    default_spec(spec);
    let host_network = spec.host_network == Some(true);
    for container in spec.init_containers.iter_mut().flatten().chain(&mut spec.containers) {
        let resources: &mut ResourceRequirements = container.resources.get_or_insert_default();
        if let Some(limits) = &resources.limits {
            // Who sets only a limit requests as much.
            let requests = resources.requests.get_or_insert_default();
            for (name, amount) in limits {
                requests.entry(name.clone()).or_insert_with(|| amount.clone());
            }
        }
        for port in container.ports.iter_mut().flatten() {
            if host_network && port.host_port.unwrap_or(0) == 0 {
                port.host_port = Some(port.container_port);
            }
        }
    }
    for container in &mut spec.containers {
        default_resizing(container);
    }
}

/// What a container requests may change while it runs, unless it is said otherwise.
fn default_resizing(container: &mut Container) {
    let Some(requests) = container.resources.as_ref().and_then(|all| all.requests.as_ref()) else { return };
    let missing: Vec<ContainerResizePolicy> = ["cpu", "memory"]
        .into_iter()
        .filter(|name| requests.contains_key(*name))
        .filter(|name| container.resize_policy.iter().flatten().all(|one| one.resource_name != *name))
        .map(|name| ContainerResizePolicy {
            resource_name: name.into(),
            restart_policy: "NotRequired".into(),
        })
        .collect();
    if !missing.is_empty() {
        container.resize_policy.get_or_insert_default().extend(missing);
    }
}

/// Defaults of a pod's spec.
pub fn default_spec(spec: &mut PodSpec) {
    set_text(&mut spec.dns_policy, "ClusterFirst");
    set_text(&mut spec.restart_policy, "Always");
    set_text(&mut spec.scheduler_name, "default-scheduler");
    set(&mut spec.termination_grace_period_seconds, 30);
    set(&mut spec.security_context, Default::default());
    if spec.host_network == Some(false) {
        spec.host_network = None;
    }
    // The old name of the field is kept for old clients.
    match (&spec.service_account_name, &spec.service_account) {
        (Some(name), _) if !name.is_empty() => spec.service_account = Some(name.clone()),
        (_, Some(name)) if !name.is_empty() => spec.service_account_name = Some(name.clone()),
        _ => {}
    }
    for container in spec.init_containers.iter_mut().flatten().chain(&mut spec.containers) {
        default_container(container);
    }
    for container in spec.ephemeral_containers.iter_mut().flatten() {
        set_text(&mut container.termination_message_path, "/dev/termination-log");
        set_text(&mut container.termination_message_policy, "File");
        set_text(&mut container.image_pull_policy, pull_policy(container.image.as_deref()));
        set(&mut container.resources, Default::default());
    }
    for volume in spec.volumes.iter_mut().flatten() {
        default_volume(volume);
    }
}

fn pull_policy(image: Option<&str>) -> &'static str {
    let image = image.unwrap_or_default();
    let (name, digest) = image.split_once('@').map_or((image, false), |(name, _)| (name, true));
    let last = name.rsplit('/').next().unwrap_or_default();
    let tag = last.split_once(':').map_or("", |(_, tag)| tag);
    // A digest names one image for ever; `latest`, and no tag at all, change their meaning.
    if tag == "latest" || (tag.is_empty() && !digest) { "Always" } else { "IfNotPresent" }
}

fn default_container(container: &mut Container) {
    set_text(&mut container.termination_message_path, "/dev/termination-log");
    set_text(&mut container.termination_message_policy, "File");
    set_text(&mut container.image_pull_policy, pull_policy(container.image.as_deref()));
    container.resources.get_or_insert_default();
    for port in container.ports.iter_mut().flatten() {
        set_text(&mut port.protocol, "TCP");
    }
    let probes =
        [&mut container.liveness_probe, &mut container.readiness_probe, &mut container.startup_probe];
    for probe in probes.into_iter().flatten() {
        set_number(&mut probe.timeout_seconds, 1);
        set_number(&mut probe.period_seconds, 10);
        set_number(&mut probe.success_threshold, 1);
        set_number(&mut probe.failure_threshold, 3);
        if let Some(get) = &mut probe.http_get {
            default_get(get);
        }
        if let Some(grpc) = &mut probe.grpc {
            set(&mut grpc.service, String::new());
        }
    }
    if let Some(lifecycle) = &mut container.lifecycle {
        for hook in [&mut lifecycle.post_start, &mut lifecycle.pre_stop].into_iter().flatten() {
            if let Some(get) = &mut hook.http_get {
                default_get(get);
            }
        }
    }
    for variable in container.env.iter_mut().flatten() {
        if let Some(field) = variable.value_from.as_mut().and_then(|from| from.field_ref.as_mut()) {
            set_text(&mut field.api_version, "v1");
        }
    }
}

fn default_get(get: &mut HTTPGetAction) {
    set_text(&mut get.path, "/");
    set_text(&mut get.scheme, "HTTP");
}

const MODE: i32 = 0o644;

fn default_volume(volume: &mut Volume) {
    if let Some(secret) = &mut volume.secret {
        set(&mut secret.default_mode, MODE);
    }
    if let Some(map) = &mut volume.config_map {
        set(&mut map.default_mode, MODE);
    }
    if let Some(downward) = &mut volume.downward_api {
        set(&mut downward.default_mode, MODE);
        for item in downward.items.iter_mut().flatten() {
            if let Some(field) = &mut item.field_ref {
                set_text(&mut field.api_version, "v1");
            }
        }
    }
    if let Some(projected) = &mut volume.projected {
        set(&mut projected.default_mode, MODE);
        for source in projected.sources.iter_mut().flatten() {
            if let Some(token) = &mut source.service_account_token {
                set(&mut token.expiration_seconds, 3600);
            }
            for item in source.downward_api.iter_mut().flat_map(|d| d.items.iter_mut().flatten()) {
                if let Some(field) = &mut item.field_ref {
                    set_text(&mut field.api_version, "v1");
                }
            }
        }
    }
    if let Some(path) = &mut volume.host_path {
        set(&mut path.type_, String::new());
    }
    if let Some(image) = &mut volume.image {
        let policy = pull_policy(image.reference.as_deref());
        set_text(&mut image.pull_policy, policy);
    }
    if let Some(template) = volume.ephemeral.as_mut().and_then(|one| one.volume_claim_template.as_mut()) {
        set(&mut template.spec.volume_mode, "Filesystem".into());
    }
    if let Some(source) = &mut volume.iscsi {
        set_text(&mut source.iscsi_interface, "default");
    }
    if let Some(source) = &mut volume.rbd {
        set_text(&mut source.pool, "rbd");
        set_text(&mut source.user, "admin");
        set_text(&mut source.keyring, "/etc/ceph/keyring");
    }
    if let Some(source) = &mut volume.scale_io {
        set_text(&mut source.storage_mode, "ThinProvisioned");
        set_text(&mut source.fs_type, "xfs");
    }
    if let Some(disk) = &mut volume.azure_disk {
        crate::strategy::volumes::azure_disk(disk);
    }
    let sources = [
        volume.empty_dir.is_some(),
        volume.host_path.is_some(),
        volume.secret.is_some(),
        volume.config_map.is_some(),
        volume.downward_api.is_some(),
        volume.projected.is_some(),
        volume.persistent_volume_claim.is_some(),
        volume.nfs.is_some(),
        volume.csi.is_some(),
        volume.ephemeral.is_some(),
        volume.image.is_some(),
        volume.iscsi.is_some(),
        volume.fc.is_some(),
        volume.cephfs.is_some(),
        volume.rbd.is_some(),
        volume.glusterfs.is_some(),
        volume.git_repo.is_some(),
        volume.flex_volume.is_some(),
        volume.cinder.is_some(),
        volume.flocker.is_some(),
        volume.azure_file.is_some(),
        volume.azure_disk.is_some(),
        volume.aws_elastic_block_store.is_some(),
        volume.gce_persistent_disk.is_some(),
        volume.vsphere_volume.is_some(),
        volume.quobyte.is_some(),
        volume.photon_persistent_disk.is_some(),
        volume.portworx_volume.is_some(),
        volume.scale_io.is_some(),
        volume.storageos.is_some(),
    ];
    if !sources.contains(&true) {
        volume.empty_dir = Some(Default::default());
    }
}
