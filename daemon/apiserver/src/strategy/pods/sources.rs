//! What may not be in the volumes of a pod.

use std::collections::BTreeSet;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity;
use k8s_openapi::api::core::v1::{
    ClusterTrustBundleProjection, DownwardAPIVolumeFile, KeyToPath, PersistentVolumeClaimTemplate, Volume,
    VolumeProjection,
};

use super::contexts::{AMOUNTS, is_keyed};
use crate::strategy::checks::{label_selector_if_given, one_of};
use crate::strategy::drivers::{self, Of};
use crate::strategy::slices::driver_name;
use crate::strategy::{claims, signing};

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
    // Which of the items is wrong is not told.
    for item in given.into_iter().flatten() {
        relative(&item.path, &field.child("path"), out);
        match (&item.field_ref, &item.resource_field_ref) {
            (None, None) => {
                out.push(Violation::required(field, "one of fieldRef and resourceFieldRef is required"))
            }
            (Some(_), Some(_)) => {
                let why = "fieldRef and resourceFieldRef can not be specified simultaneously";
                out.push(Violation::invalid(field, "resource", why));
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
        mode(item.mode, &field.child("mode"), out);
    }
}

/// The sources that a volume names, as their fields are named. It is to be one.
pub fn present(volume: &Volume) -> impl Iterator<Item = &'static str> {
    let all = [
        ("emptyDir", volume.empty_dir.is_some()),
        ("hostPath", volume.host_path.is_some()),
        ("secret", volume.secret.is_some()),
        ("configMap", volume.config_map.is_some()),
        ("downwardAPI", volume.downward_api.is_some()),
        ("projected", volume.projected.is_some()),
        ("persistentVolumeClaim", volume.persistent_volume_claim.is_some()),
        ("nfs", volume.nfs.is_some()),
        ("csi", volume.csi.is_some()),
        ("ephemeral", volume.ephemeral.is_some()),
        ("image", volume.image.is_some()),
        ("gitRepo", volume.git_repo.is_some()),
        ("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        ("awsElasticBlockStore", volume.aws_elastic_block_store.is_some()),
        ("iscsi", volume.iscsi.is_some()),
        ("glusterfs", volume.glusterfs.is_some()),
        ("rbd", volume.rbd.is_some()),
        ("quobyte", volume.quobyte.is_some()),
        ("flocker", volume.flocker.is_some()),
        ("fc", volume.fc.is_some()),
        ("azureFile", volume.azure_file.is_some()),
        ("azureDisk", volume.azure_disk.is_some()),
        ("cinder", volume.cinder.is_some()),
        ("cephfs", volume.cephfs.is_some()),
        ("flexVolume", volume.flex_volume.is_some()),
        ("vsphereVolume", volume.vsphere_volume.is_some()),
        ("photonPersistentDisk", volume.photon_persistent_disk.is_some()),
        ("portworxVolume", volume.portworx_volume.is_some()),
        ("scaleIO", volume.scale_io.is_some()),
        ("storageos", volume.storageos.is_some()),
    ];
    all.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name)
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
    // Few are judged by their fields' names, which takes a copy.
    if present(volume).any(|name| drivers::KINDS.contains(&name)) {
        let whole = serde_json::to_value(volume).unwrap_or_default();
        for kind in drivers::KINDS.into_iter().filter(|kind| !whole[kind].is_null()) {
            drivers::check(kind, &whole[kind], Of::Pod(&volume.name), field, out);
        }
    }
    if let Some(ephemeral) = &volume.ephemeral {
        claim_template(ephemeral.volume_claim_template.as_ref(), &field.child("ephemeral"), out);
    }
    let Some(projected) = &volume.projected else { return };
    let field = field.child("projected");
    mode(projected.default_mode, &field.child("defaultMode"), out);
    let (whole, mut seen) = (field.clone(), BTreeSet::new());
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
        if kinds.iter().filter(|(_, is)| *is).count() > 1 {
            out.push(Violation::forbidden(&field, "may not specify more than 1 volume type"));
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
            // Upstream tells of the whole volume's path.
            relative(&token.path, &whole.child("path"), out);
        }
        if let Some(given) = &source.cluster_trust_bundle {
            bundle(given, &field.child("clusterTrustBundlePEM"), out);
        }
        for (path, told) in paths(source) {
            if !seen.insert(path.to_string()) {
                out.push(Violation::invalid(&whole, told, "conflicting duplicate paths"));
            }
        }
    }
}

/// The paths that a source fills, each with what is shown where another has it, too.
fn paths(source: &VolumeProjection) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    if let Some(secret) = &source.secret {
        found.extend(secret.items.iter().flatten().map(|item| (item.path.as_str(), secret.name.as_str())));
    }
    if let Some(map) = &source.config_map {
        found.extend(map.items.iter().flatten().map(|item| (item.path.as_str(), map.name.as_str())));
    }
    if let Some(api) = &source.downward_api {
        found.extend(api.items.iter().flatten().map(|item| (item.path.as_str(), item.path.as_str())));
    }
    if let Some(bundle) = &source.cluster_trust_bundle {
        found.push((bundle.path.as_str(), bundle.path.as_str()));
    }
    found.retain(|(path, _)| !path.is_empty());
    found
}

/// The claim that a volume is made for, with nothing of its own but labels and annotations.
fn claim_template(given: Option<&PersistentVolumeClaimTemplate>, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("volumeClaimTemplate");
    let Some(template) = given else { return out.push(Violation::required(&field, "")) };
    if let Some(meta) = &template.metadata {
        crate::strategy::meta::template(meta, &field.child("metadata"), out);
    }
    claims::claim_spec(&template.spec, &field.child("spec"), out);
}

/// Certificates of authorities, by the name of a bundle or by their signer.
fn bundle(given: &ClusterTrustBundleProjection, field: &Field, out: &mut Vec<Violation>) {
    match (given.name.as_deref(), given.signer_name.as_deref()) {
        (Some(_), Some(_)) => {
            out.push(Violation::invalid_value(field, given, "only one of name and signerName may be used"));
        }
        (Some(name), None) => {
            if name.is_empty() {
                out.push(Violation::required(&field.child("name"), "must be a valid object name"));
            }
            let plain = name.rsplit_once(':').map_or(name, |(_, name)| name);
            if let Err(why) = names::dns_subdomain(plain) {
                let why = format!("not a valid clustertrustbundlename: {why}");
                out.push(Violation::invalid(&field.child("name"), name, &why));
            }
            if let Some(selector) = &given.label_selector {
                let why = "labelSelector must be unset if name is specified";
                out.push(Violation::invalid_value(&field.child("labelSelector"), selector, why));
            }
        }
        (None, Some(signer)) => {
            let place = field.child("signerName");
            if signer.is_empty() {
                out.push(Violation::required(&place, "must be a valid signer name"));
            }
            signing::signer_name(signer, &place, out);
            label_selector_if_given(given.label_selector.as_ref(), &field.child("labelSelector"), out);
        }
        (None, None) => {
            out.push(Violation::required(field, "either name or signerName must be specified"));
        }
    }
    relative(&given.path, &field.child("path"), out);
}

fn named(name: &str, field: &Field, out: &mut Vec<Violation>) {
    let field = field.child("name");
    if name.is_empty() {
        out.push(Violation::required(&field, ""));
    } else if let Err(reason) = names::dns_subdomain(name) {
        out.push(Violation::invalid(&field, name, &reason));
    }
}
