//! What may not be in the volumes of a pod.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity;
use k8s_openapi::api::core::v1::{DownwardAPIVolumeFile, KeyToPath, Volume};

use super::contexts::{AMOUNTS, is_keyed};
use crate::strategy::checks::one_of;
use crate::strategy::slices::driver_name;

fn mode(given: Option<i32>, field: &Field, out: &mut Vec<Violation>) {
    if let Some(mode) = given.filter(|mode| !(0..=0o777).contains(mode)) {
        let why = "must be a number between 0 and 0777 (octal), both inclusive";
        out.push(Violation::invalid_value(field, &mode, why));
    }
}

fn relative(path: &str, field: &Field, out: &mut Vec<Violation>) {
    if path.is_empty() {
        out.push(Violation::required(field, ""));
    } else if path.starts_with('/') {
        out.push(Violation::invalid(field, path, "must be a relative path"));
    } else if path.split('/').any(|part| part == "..") {
        out.push(Violation::invalid(field, path, "must not contain '..'"));
    } else if path.starts_with("..") {
        out.push(Violation::invalid(field, path, "must not start with '..'"));
    }
}

fn items(given: Option<&Vec<KeyToPath>>, field: &Field, out: &mut Vec<Violation>) {
    for (index, item) in given.into_iter().flatten().enumerate() {
        let field = field.child("items").index(index);
        if item.key.is_empty() {
            out.push(Violation::required(&field.child("key"), ""));
        }
        relative(&item.path, &field.child("path"), out);
        mode(item.mode, &field.child("mode"), out);
    }
}

fn downward(given: Option<&Vec<DownwardAPIVolumeFile>>, field: &Field, out: &mut Vec<Violation>) {
    const SHOWN: [&str; 5] =
        ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
    for (index, item) in given.into_iter().flatten().enumerate() {
        let field = field.child("items").index(index);
        relative(&item.path, &field.child("path"), out);
        mode(item.mode, &field.child("mode"), out);
        match (&item.field_ref, &item.resource_field_ref) {
            (None, None) => {
                out.push(Violation::required(&field, "one of fieldRef and resourceFieldRef is required"))
            }
            (Some(_), Some(_)) => {
                let why = "fieldRef and resourceFieldRef can not be specified simultaneously";
                out.push(Violation::invalid(&field, "resource", why));
            }
            (Some(reference), None) => {
                let path = reference.field_path.as_str();
                let field = field.child("fieldRef").child("fieldPath");
                if path.is_empty() {
                    out.push(Violation::required(&field, ""));
                } else if !SHOWN.contains(&path) && !is_keyed(path) {
                    out.push(Violation::unsupported(&field, path, &SHOWN));
                }
            }
            (None, Some(reference)) => {
                let field = field.child("resourceFieldRef");
                if reference.container_name.as_deref().unwrap_or_default().is_empty() {
                    out.push(Violation::required(&field.child("containerName"), ""));
                }
                let name = reference.resource.as_str();
                if name.is_empty() {
                    out.push(Violation::required(&field.child("resource"), ""));
                } else if !AMOUNTS.contains(&name) && !name.contains("hugepages-") {
                    out.push(Violation::unsupported(&field.child("resource"), name, &AMOUNTS));
                }
            }
        }
    }
}

/// What is wrong with a volume's source.
pub fn validate(volume: &Volume, field: &Field, out: &mut Vec<Violation>) {
    if let Some(limit) = volume.empty_dir.as_ref().and_then(|dir| dir.size_limit.as_ref())
        && limit.0.parse::<Quantity>().is_ok_and(|limit| limit.signum() < 0)
    {
        let field = field.child("emptyDir").child("sizeLimit");
        out.push(Violation::forbidden(&field, "SizeLimit field must be a valid resource quantity"));
    }
    if let Some(secret) = &volume.secret {
        let field = field.child("secret");
        mode(secret.default_mode, &field.child("defaultMode"), out);
        items(secret.items.as_ref(), &field, out);
    }
    if let Some(map) = &volume.config_map {
        let field = field.child("configMap");
        mode(map.default_mode, &field.child("defaultMode"), out);
        items(map.items.as_ref(), &field, out);
    }
    if let Some(api) = &volume.downward_api {
        let field = field.child("downwardAPI");
        mode(api.default_mode, &field.child("defaultMode"), out);
        downward(api.items.as_ref(), &field, out);
    }
    if let Some(nfs) = &volume.nfs {
        let field = field.child("nfs");
        if nfs.server.is_empty() {
            out.push(Violation::required(&field.child("server"), ""));
        }
        if nfs.path.is_empty() {
            out.push(Violation::required(&field.child("path"), ""));
        } else if !nfs.path.starts_with('/') {
            out.push(Violation::invalid(&field.child("path"), &nfs.path, "must be an absolute path"));
        }
    }
    if let Some(csi) = &volume.csi {
        let field = field.child("csi");
        driver_name(&csi.driver, &field.child("driver"), out);
        if csi.node_publish_secret_ref.as_ref().is_some_and(|secret| secret.name.is_empty()) {
            out.push(Violation::required(&field.child("nodePublishSecretRef").child("name"), ""));
        }
    }
    if let Some(image) = &volume.image {
        let field = field.child("image");
        if image.reference.as_deref().unwrap_or_default().is_empty() {
            out.push(Violation::required(&field.child("reference"), ""));
        }
        if let Some(policy) = image.pull_policy.as_deref() {
            one_of(policy, &["Always", "IfNotPresent", "Never"], &field.child("pullPolicy"), out);
        }
    }
    needed(volume, field, out);
    if volume.ephemeral.as_ref().is_some_and(|one| one.volume_claim_template.is_none()) {
        out.push(Violation::required(&field.child("ephemeral").child("volumeClaimTemplate"), ""));
    }
    let Some(projected) = &volume.projected else { return };
    let field = field.child("projected");
    mode(projected.default_mode, &field.child("defaultMode"), out);
    for (index, source) in projected.sources.iter().flatten().enumerate() {
        let field = field.child("sources").index(index);
        let kinds = [
            ("secret", source.secret.is_some()),
            ("configMap", source.config_map.is_some()),
            ("downwardAPI", source.downward_api.is_some()),
            ("serviceAccountToken", source.service_account_token.is_some()),
            ("clusterTrustBundle", source.cluster_trust_bundle.is_some()),
            ("podCertificate", source.pod_certificate.is_some()),
        ];
        for (name, _) in kinds.iter().filter(|(_, is)| *is).skip(1) {
            out.push(Violation::forbidden(&field.child(name), "may not specify more than 1 volume type"));
        }
        if let Some(secret) = &source.secret {
            let field = field.child("secret");
            named(&secret.name, &field, out);
            items(secret.items.as_ref(), &field, out);
        }
        if let Some(map) = &source.config_map {
            let field = field.child("configMap");
            named(&map.name, &field, out);
            items(map.items.as_ref(), &field, out);
        }
        if let Some(api) = &source.downward_api {
            downward(api.items.as_ref(), &field.child("downwardAPI"), out);
        }
        if let Some(token) = &source.service_account_token {
            let field = field.child("serviceAccountToken");
            let seconds = token.expiration_seconds.unwrap_or(3600);
            let place = field.child("expirationSeconds");
            if seconds < 600 {
                out.push(Violation::invalid_value(
                    &place,
                    &seconds,
                    "may not specify a duration less than 10 minutes",
                ));
            } else if seconds > 1 << 32 {
                out.push(Violation::invalid_value(
                    &place,
                    &seconds,
                    "may not specify a duration larger than 2^32 seconds",
                ));
            }
            relative(&token.path, &field.child("path"), out);
        }
    }
}

/// What volumes of drivers of old can't do without.
fn needed(volume: &Volume, field: &Field, out: &mut Vec<Violation>) {
    let mut need = |kind: &str, name: &str, value: &str| {
        if value.is_empty() {
            out.push(Violation::required(&field.child(kind).child(name), ""));
        }
    };
    if let Some(one) = &volume.git_repo {
        need("gitRepo", "repository", &one.repository);
    }
    if let Some(one) = &volume.gce_persistent_disk {
        need("gcePersistentDisk", "pdName", &one.pd_name);
    }
    if let Some(one) = &volume.aws_elastic_block_store {
        need("awsElasticBlockStore", "volumeID", &one.volume_id);
    }
    if let Some(one) = &volume.iscsi {
        need("iscsi", "targetPortal", &one.target_portal);
        need("iscsi", "iqn", &one.iqn);
    }
    if let Some(one) = &volume.glusterfs {
        need("glusterfs", "endpoints", &one.endpoints);
        need("glusterfs", "path", &one.path);
    }
    if let Some(one) = &volume.rbd {
        need("rbd", "monitors", one.monitors.first().map_or("", String::as_str));
        need("rbd", "image", &one.image);
    }
    if let Some(one) = &volume.cephfs {
        need("cephfs", "monitors", one.monitors.first().map_or("", String::as_str));
    }
    if let Some(one) = &volume.quobyte {
        need("quobyte", "registry", &one.registry);
        need("quobyte", "volume", &one.volume);
    }
    if let Some(one) = &volume.azure_file {
        need("azureFile", "secretName", &one.secret_name);
        need("azureFile", "shareName", &one.share_name);
    }
    if let Some(one) = &volume.azure_disk {
        need("azureDisk", "diskName", &one.disk_name);
        need("azureDisk", "diskURI", &one.disk_uri);
    }
    if let Some(one) = &volume.cinder {
        need("cinder", "volumeID", &one.volume_id);
    }
    if let Some(one) = &volume.flex_volume {
        need("flexVolume", "driver", &one.driver);
    }
    if let Some(one) = &volume.vsphere_volume {
        need("vsphereVolume", "volumePath", &one.volume_path);
    }
    if let Some(one) = &volume.photon_persistent_disk {
        need("photonPersistentDisk", "pdID", &one.pd_id);
    }
    if let Some(one) = &volume.portworx_volume {
        need("portworxVolume", "volumeID", &one.volume_id);
    }
    if let Some(one) = &volume.scale_io {
        need("scaleIO", "gateway", &one.gateway);
        need("scaleIO", "system", &one.system);
        need("scaleIO", "volumeName", one.volume_name.as_deref().unwrap_or_default());
    }
}

fn named(name: &str, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("name");
    if name.is_empty() {
        out.push(Violation::required(&field, ""));
    } else if let Err(reason) = names::dns_subdomain(name) {
        out.push(Violation::invalid(&field, name, &reason));
    }
}
