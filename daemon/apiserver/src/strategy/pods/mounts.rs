//! What may not be in how containers use volumes: mounts and devices.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use k8s_openapi::api::core::v1::{PodSpec, SecurityContext, VolumeDevice, VolumeMount};

/// What a container uses, and as whom.
pub struct Uses<'c> {
    pub mounts: &'c [VolumeMount],
    pub devices: &'c [VolumeDevice],
    pub security: Option<&'c SecurityContext>,
}

/// What is wrong with the mounts and devices of a container.
pub fn validate(uses: &Uses<'_>, spec: &PodSpec, field: &Field, out: &mut Vec<Violation>) {
    let privileged = uses.security.and_then(|security| security.privileged) == Some(true);
    for (index, mount) in uses.mounts.iter().enumerate() {
        let field = field.child("volumeMounts").index(index);
        if uses.devices.iter().any(|device| device.name == mount.name) {
            out.push(Violation::invalid(
                &field.child("name"),
                &mount.name,
                "must not already exist in volumeDevices",
            ));
        }
        if uses.devices.iter().any(|device| device.device_path == mount.mount_path) {
            let why = "must not already exist as a path in volumeDevices";
            out.push(Violation::invalid(&field.child("mountPath"), &mount.mount_path, why));
        }
        if [&mount.sub_path, &mount.sub_path_expr]
            .iter()
            .all(|path| path.as_ref().is_some_and(|path| !path.is_empty()))
        {
            let path = mount.sub_path_expr.as_deref().unwrap_or_default();
            let why = "subPathExpr and subPath are mutually exclusive";
            out.push(Violation::invalid(&field.child("subPathExpr"), path, why));
        }
        let place = field.child("mountPropagation");
        match mount.mount_propagation.as_deref() {
            None | Some("HostToContainer" | "None") => {}
            Some("Bidirectional") if privileged => {}
            Some("Bidirectional") => {
                let why = "Bidirectional mount propagation is available only to privileged containers";
                out.push(Violation::forbidden(&place, why));
            }
            Some(other) => {
                let allowed = ["Bidirectional", "HostToContainer", "None"];
                out.push(Violation::unsupported(&place, other, &allowed));
            }
        }
        read_only(mount, &field, out);
    }
    let mut seen = (BTreeSet::new(), BTreeSet::new());
    for (index, device) in uses.devices.iter().enumerate() {
        let field = field.child("volumeDevices").index(index);
        let (name, path) = (field.child("name"), field.child("devicePath"));
        let volume = spec.volumes.iter().flatten().find(|volume| volume.name == device.name);
        if device.name.is_empty() {
            out.push(Violation::required(&name, ""));
        } else if !seen.0.insert(&device.name) {
            out.push(Violation::invalid(&name, &device.name, "must be unique"));
        }
        match volume {
            Some(volume) if volume.persistent_volume_claim.is_none() && volume.ephemeral.is_none() => {
                let why =
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                out.push(Violation::invalid(&name, &device.name, why));
            }
            None => out.push(Violation::not_found(&name, &device.name)),
            Some(_) => {}
        }
        if device.device_path.is_empty() {
            out.push(Violation::required(&path, ""));
        } else if !seen.1.insert(&device.device_path) {
            out.push(Violation::invalid(&path, &device.device_path, "must be unique"));
        } else if device.device_path.split('/').any(|part| part == "..") {
            let why = "can not contain backsteps ('..')";
            out.push(Violation::invalid(&path, &device.device_path, why));
        }
    }
}

/// Mounts that are read-only in all that is mounted below them.
fn read_only(mount: &VolumeMount, field: &Field, out: &mut Vec<Violation>) {
    let place = field.child("recursiveReadOnly");
    match mount.recursive_read_only.as_deref() {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if mount.read_only != Some(true) {
                let why = "may only be specified when readOnly is true";
                out.push(Violation::forbidden(&place, why));
            }
            if !matches!(mount.mount_propagation.as_deref(), None | Some("None")) {
                let why = "may only be specified when mountPropagation is None or not specified";
                out.push(Violation::forbidden(&place, why));
            }
        }
        Some(other) => {
            out.push(Violation::unsupported(&place, other, &["Disabled", "Enabled", "IfPossible"]));
        }
    }
}
