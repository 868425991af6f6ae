//! Volumes, and the classes that they come from.

use std::collections::BTreeMap;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, CSIPersistentVolumeSource, NFSVolumeSource, PersistentVolume,
    PersistentVolumeSpec, SecretReference, TopologySelectorTerm, VolumeNodeAffinity,
};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use serde_json::Value;

use super::checks::{immutable, named, one_of, one_of_if_given, required_name, text};
use super::drivers::{self, Of};
use super::pods::node_selector;
use super::slices::driver_name;
use super::{GENERAL, General, Rules};
use crate::handlers::write::{Part, now};

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
/// The mode that goes with no other.
const ALONE: &str = "ReadWriteOncePod";
pub const RETURNED: General = General { returns: true, ..GENERAL };
/// The most parameters of a class, and the most bytes that they may have together.
const PARAMETERS: usize = 512;
const PARAMETER_BYTES: usize = 256 << 10;

/// The annotation that named a class before there was a field for it.
pub const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
/// What is said of it.
pub const BETA_CLASS_IS_OLD: &str = "deprecated since v1.8; use \"storageClassName\" attribute instead";

/// The sources that a volume may have, as its JSON names them.
const SOURCES: [&str; 22] = [
    "awsElasticBlockStore",
    "azureDisk",
    "azureFile",
    "cephfs",
    "cinder",
    "csi",
    "fc",
    "flexVolume",
    "flocker",
    "gcePersistentDisk",
    "glusterfs",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "photonPersistentDisk",
    "portworxVolume",
    "quobyte",
    "rbd",
    "scaleIO",
    "storageos",
    "vsphereVolume",
];

/// How a volume may be mounted.
pub fn access_modes(given: Option<&Vec<String>>, why: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let given = given.map(Vec::as_slice).unwrap_or_default();
    if given.is_empty() {
        wrong.push(Violation::required(field, why));
    }
    for mode in given.iter().filter(|mode| !MODES.contains(&mode.as_str())) {
        wrong.push(Violation::unsupported(field, mode, &MODES));
    }
    let (alone, others): (Vec<&str>, Vec<&str>) =
        MODES.into_iter().filter(|mode| given.iter().any(|one| one == mode)).partition(|mode| *mode == ALONE);
    if !alone.is_empty() && !others.is_empty() {
        let why = "may not use ReadWriteOncePod with other access modes";
        wrong.push(Violation::forbidden(field, why));
    }
}

/// How much a volume holds.
pub fn size(given: &Quantity, field: &Field, wrong: &mut Vec<Violation>) {
    match given.0.parse::<Amount>() {
        Ok(amount) if amount.signum() <= 0 => {
            wrong.push(Violation::invalid(field, &given.0, "must be greater than zero"));
        }
        Ok(_) => {}
        Err(error) => wrong.push(Violation::invalid(field, &given.0, &error.to_string())),
    }
}

/// The class that a volume is of, if it is of any.
pub fn class_name(given: Option<&String>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(name) = given.filter(|name| !name.is_empty()) {
        named(names::dns_subdomain, name, field, wrong);
    }
}

/// A way up would lead out of the volume.
fn no_backsteps(path: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if path.split('/').any(|part| part == "..") {
        wrong.push(Violation::invalid(field, path, "must not contain '..'"));
    }
}

fn secret(given: Option<&SecretReference>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    let (name, namespace) = (given.name.as_deref(), given.namespace.as_deref());
    required_name(names::dns_subdomain, name.unwrap_or_default(), &field.child("name"), wrong);
    required_name(names::dns_label, namespace.unwrap_or_default(), &field.child("namespace"), wrong);
}

fn csi(source: &CSIPersistentVolumeSource, field: &Field, wrong: &mut Vec<Violation>) {
    driver_name(&source.driver, &field.child("driver"), wrong);
    if source.volume_handle.is_empty() {
        wrong.push(Violation::required(&field.child("volumeHandle"), ""));
    }
    for (name, given) in [
        ("controllerPublishSecretRef", &source.controller_publish_secret_ref),
        ("controllerExpandSecretRef", &source.controller_expand_secret_ref),
        ("nodePublishSecretRef", &source.node_publish_secret_ref),
        ("nodeExpandSecretRef", &source.node_expand_secret_ref),
    ] {
        secret(given.as_ref(), &field.child(name), wrong);
    }
}

fn nfs(source: &NFSVolumeSource, field: &Field, wrong: &mut Vec<Violation>) {
    if source.server.is_empty() {
        wrong.push(Violation::required(&field.child("server"), ""));
    }
    if source.path.is_empty() {
        wrong.push(Violation::required(&field.child("path"), ""));
    } else if !source.path.starts_with('/') {
        wrong.push(Violation::invalid(&field.child("path"), &source.path, "must be an absolute path"));
    }
}

fn sources(spec: &PersistentVolumeSpec) -> BTreeMap<&'static str, Value> {
    let mut whole = serde_json::to_value(spec).unwrap_or_default();
    let found = SOURCES.into_iter().map(|name| (name, whole[name].take()));
    found.filter(|(_, source)| !source.is_null()).collect()
}

/// What drivers of old take where nothing is said.
fn default_source(spec: &mut PersistentVolumeSpec) {
    if let Some(path) = &mut spec.host_path {
        path.type_.get_or_insert_default();
    }
    if let Some(source) = &mut spec.iscsi {
        text(&mut source.iscsi_interface, "default");
    }
    if let Some(source) = &mut spec.rbd {
        text(&mut source.pool, "rbd");
        text(&mut source.user, "admin");
        text(&mut source.keyring, "/etc/ceph/keyring");
    }
    if let Some(source) = &mut spec.scale_io {
        text(&mut source.storage_mode, "ThinProvisioned");
        text(&mut source.fs_type, "xfs");
    }
    if let Some(disk) = &mut spec.azure_disk {
        azure_disk(disk);
    }
}

/// What a disk of Azure is unless it is said.
pub fn azure_disk(disk: &mut AzureDiskVolumeSource) {
    disk.caching_mode.get_or_insert_with(|| "ReadWrite".into());
    disk.kind.get_or_insert_with(|| "Shared".into());
    disk.fs_type.get_or_insert_with(|| "ext4".into());
    disk.read_only.get_or_insert(false);
}

/// What the client should know about a volume.
fn volume_warnings(volume: &PersistentVolume) -> Vec<String> {
    let mut found = Vec::new();
    let annotations = volume.metadata.annotations.clone().unwrap_or_default();
    let place = |key: &str| Field::root("metadata").child("annotations").key(key);
    if annotations.contains_key(BETA_CLASS) {
        found.push(format!("{}: {BETA_CLASS_IS_OLD}", place(BETA_CLASS)));
    }
    let Some(spec) = &volume.spec else { return found };
    let field = Field::root("spec");
    if spec.persistent_volume_reclaim_policy.as_deref() == Some("Recycle") {
        found.push(format!("{}: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.", field.child("persistentVolumeReclaimPolicy")));
    }
    let old = [
        (
            "photonPersistentDisk",
            spec.photon_persistent_disk.is_some(),
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        ("scaleIO", spec.scale_io.is_some(), "deprecated in v1.16, non-functional in v1.22+"),
        ("storageOS", spec.storageos.is_some(), "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", spec.glusterfs.is_some(), "deprecated in v1.25, non-functional in v1.26+"),
    ];
    for (name, _, why) in old.iter().filter(|(_, given, _)| *given) {
        found.push(format!("{}: {why}", field.child(name)));
    }
    found
}

fn volume_source(spec: &PersistentVolumeSpec, name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let given = sources(spec);
    if given.is_empty() {
        wrong.push(Violation::required(field, "must specify a volume type"));
    }
    for name in given.keys().skip(1) {
        wrong.push(Violation::forbidden(&field.child(name), "may not specify more than 1 volume type"));
    }
    if let Some(source) = &spec.host_path {
        let field = field.child("hostPath");
        if source.path.is_empty() {
            wrong.push(Violation::required(&field.child("path"), ""));
        }
        no_backsteps(&source.path, &field.child("path"), wrong);
        let kinds = [
            "",
            "BlockDevice",
            "CharDevice",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket",
        ];
        one_of_if_given(source.type_.as_deref(), &kinds, &field.child("type"), wrong);
    }
    if let Some(source) = &spec.local {
        if source.path.is_empty() {
            wrong.push(Violation::required(&field.child("local").child("path"), ""));
        }
        no_backsteps(&source.path, &field.child("local").child("path"), wrong);
        if spec.node_affinity.is_none() {
            let place = field.child("nodeAffinity");
            wrong.push(Violation::required(&place, "Local volume requires node affinity"));
        }
    }
    if let Some(source) = &spec.nfs {
        nfs(source, &field.child("nfs"), wrong);
    }
    if let Some(source) = &spec.csi {
        csi(source, &field.child("csi"), wrong);
    }
    for (kind, source) in given.iter().filter(|(kind, _)| drivers::KINDS.contains(kind)) {
        drivers::check(kind, source, Of::Persistent(name), field, wrong);
    }
}

fn volume_spec(spec: &PersistentVolumeSpec, name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    access_modes(spec.access_modes.as_ref(), "", &field.child("accessModes"), wrong);
    let place = field.child("capacity");
    match spec.capacity.as_ref().filter(|capacity| !capacity.is_empty()) {
        None => wrong.push(Violation::required(&place, "")),
        Some(capacity) => {
            if capacity.len() > 1 || !capacity.contains_key("storage") {
                let shown = serde_json::to_string(capacity).unwrap_or_default();
                wrong.push(Violation::unsupported(&place, &shown, &["storage"]));
            }
            for (name, amount) in capacity {
                size(amount, &place.key(name), wrong);
            }
        }
    }
    let place = field.child("persistentVolumeReclaimPolicy");
    let policy = spec.persistent_volume_reclaim_policy.as_deref();
    one_of_if_given(policy, &["Delete", "Recycle", "Retain"], &place, wrong);
    if policy == Some("Recycle") && spec.host_path.as_ref().is_some_and(|path| path.path == "/") {
        wrong.push(Violation::forbidden(&place, "may not be 'recycle' for a hostPath mount of '/'"));
    }
    if let Some(affinity) = &spec.node_affinity {
        let place = field.child("nodeAffinity").child("required");
        match &affinity.required {
            None => wrong.push(Violation::required(&place, "must specify required node constraints")),
            Some(required) => node_selector(required, &place, wrong),
        }
    }
    volume_source(spec, name, field, wrong);
    class_name(spec.storage_class_name.as_ref(), &field.child("storageClassName"), wrong);
    let modes = ["Block", "Filesystem"];
    one_of_if_given(spec.volume_mode.as_deref(), &modes, &field.child("volumeMode"), wrong);
    if let Some(name) = &spec.volume_attributes_class_name {
        let place = field.child("volumeAttributesClassName");
        if name.is_empty() {
            wrong.push(Violation::required(&place, "an empty string is disallowed"));
        } else {
            named(names::dns_subdomain, name, &place, wrong);
        }
        if spec.csi.is_none() {
            wrong.push(Violation::required(
                &field.child("csi"),
                "has to be specified when using volumeAttributesClassName",
            ));
        }
    }
}

/// A volume within an attachment: it has a source, and nothing of what claims are matched by.
pub fn inline_spec(spec: &PersistentVolumeSpec, field: &Field, wrong: &mut Vec<Violation>) {
    const WITHIN: &str = "in the context of inline volumes";
    let not = format!("may not be specified {WITHIN}");
    let mut refuse = |name: &str, given: bool, why: &str| {
        if given {
            wrong.push(Violation::forbidden(&field.child(name), why));
        }
    };
    refuse("claimRef", spec.claim_ref.is_some(), &not);
    refuse("capacity", spec.capacity.as_ref().is_some_and(|capacity| !capacity.is_empty()), &not);
    let policy = spec.persistent_volume_reclaim_policy.as_deref().unwrap_or_default();
    let why = format!("may only be Retain {WITHIN}");
    refuse("persistentVolumeReclaimPolicy", !matches!(policy, "" | "Retain"), &why);
    refuse("nodeAffinity", spec.node_affinity.is_some(), &not);
    refuse("storageClassName", spec.storage_class_name.as_ref().is_some_and(|name| !name.is_empty()), &not);
    let why = format!("may not specify volumeMode other than Filesystem {WITHIN}");
    refuse("volumeMode", spec.volume_mode.as_deref().is_some_and(|mode| mode != "Filesystem"), &why);
    if spec.csi.is_none() {
        let why = format!("has to be specified {WITHIN}");
        wrong.push(Violation::required(&field.child("csi"), &why));
    }
    access_modes(spec.access_modes.as_ref(), "", &field.child("accessModes"), wrong);
    volume_source(spec, "", field, wrong);
}

/// Persistent volumes.
pub static VOLUMES: Rules<PersistentVolume> = Rules {
    default: |volume| {
        volume.status.get_or_insert_default().phase.get_or_insert_with(|| "Pending".into());
        if let Some(spec) = &mut volume.spec {
            text(&mut spec.persistent_volume_reclaim_policy, "Retain");
            text(&mut spec.volume_mode, "Filesystem");
            default_source(spec);
        }
    },
    prepare_create: |volume| {
        volume.status.get_or_insert_default().last_phase_transition_time = Some(now());
    },
    prepare_update: |new, old, part| {
        let before = old.status.clone().unwrap_or_default();
        let Some(status) = new.status.as_mut().filter(|_| part == Part::Status) else { return };
        let told = status.last_phase_transition_time.as_ref();
        if status.phase != before.phase
            && (told.is_none() || told == before.last_phase_transition_time.as_ref())
        {
            status.last_phase_transition_time = Some(now());
        }
    },
    validate: |volume, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &volume.spec else { return wrong.push(Violation::required(&field, "")) };
        volume_spec(spec, volume.metadata.name.as_deref().unwrap_or_default(), &field, wrong);
    },
    validate_update: |new, old, part, wrong| {
        let (Part::Main, Some(new), Some(old)) = (part, &new.spec, &old.spec) else { return };
        let field = Field::root("spec");
        // The secret that a volume grows with may be added.
        let mut grown = new.clone();
        if let (Some(csi), Some(before)) = (&mut grown.csi, &old.csi)
            && before.controller_expand_secret_ref.is_none()
        {
            csi.controller_expand_secret_ref = None;
        }
        if sources(&grown) != sources(old) {
            let why = "spec.persistentvolumesource is immutable after creation";
            wrong.push(Violation::forbidden(&field.child("persistentvolumesource"), why));
        }
        // Where the spec is left out of the paths, upstream leaves it out.
        immutable(&new.volume_mode, &old.volume_mode, &Field::root("volumeMode"), wrong);
        if let Some(old) = &old.node_affinity
            && new.node_affinity.as_ref() != Some(&relabelled(old, new.node_affinity.as_ref()))
        {
            let why = "field is immutable, except for updating from beta label to GA";
            wrong.push(Violation::invalid_value(&Field::root("nodeAffinity"), &new.node_affinity, why));
        }
        if old.volume_attributes_class_name.is_some() && new.volume_attributes_class_name.is_none() {
            let why = "update from non-nil value to nil is forbidden";
            wrong.push(Violation::forbidden(&field.child("volumeAttributesClassName"), why));
        }
    },
    warnings: |volume, _| volume_warnings(volume),
    ..Rules::new(RETURNED)
};

/// Labels of nodes that have a newer name.
const RENAMED: [(&str, &str); 5] = [
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
];

/// On which nodes a volume was, with the newer names of labels where the new object has them.
fn relabelled(old: &VolumeNodeAffinity, new: Option<&VolumeNodeAffinity>) -> VolumeNodeAffinity {
    let mut old = old.clone();
    let terms = old.required.iter_mut().flat_map(|required| &mut required.node_selector_terms);
    let newer = new.iter().filter_map(|new| new.required.as_ref()).flat_map(|it| &it.node_selector_terms);
    for (term, newer) in terms.zip(newer) {
        let expressions = term.match_expressions.iter_mut().flatten();
        for (one, newer) in expressions.zip(newer.match_expressions.iter().flatten()) {
            if RENAMED.contains(&(&one.key, &newer.key)) {
                one.key.clone_from(&newer.key);
            }
        }
    }
    old
}

fn parameters(given: Option<&BTreeMap<String, String>>, wrong: &mut Vec<Violation>) {
    let field = Field::root("parameters");
    let count = given.map_or(0, BTreeMap::len);
    if count > PARAMETERS {
        return wrong.push(Violation::too_long(&field, PARAMETERS));
    }
    let mut bytes = 0;
    for (key, value) in given.into_iter().flatten() {
        if key.is_empty() {
            wrong.push(Violation::invalid(&field, key, "field can not be empty."));
        }
        bytes += key.len() + value.len();
    }
    if bytes > PARAMETER_BYTES {
        wrong.push(Violation::too_long(&field, PARAMETER_BYTES));
    }
}

fn topology(term: &TopologySelectorTerm, field: &Field, wrong: &mut Vec<Violation>) {
    let expressions = term.match_label_expressions.as_deref().unwrap_or_default();
    for (index, one) in expressions.iter().enumerate() {
        let field = field.child("matchLabelExpressions").index(index);
        if one.values.is_empty() {
            wrong.push(Violation::required(&field.child("values"), ""));
        }
        for (index, value) in one.values.iter().enumerate() {
            if one.values[..index].contains(value) {
                wrong.push(Violation::duplicate(&field.child("values").index(index), value));
            }
        }
        named(names::qualified_name, &one.key, &field.child("key"), wrong);
        if expressions[..index].iter().any(|other| other.key == one.key) {
            wrong.push(Violation::duplicate(&field.child("key"), &one.key));
        }
    }
}

/// Storage classes.
pub static CLASSES: Rules<StorageClass> = Rules {
    default: |class| {
        text(&mut class.reclaim_policy, "Delete");
        text(&mut class.volume_binding_mode, "Immediate");
    },
    validate: |class, wrong| {
        let provisioner = class.provisioner.to_lowercase();
        required_name(names::qualified_name, &provisioner, &Field::root("provisioner"), wrong);
        parameters(class.parameters.as_ref(), wrong);
        let policy = class.reclaim_policy.as_deref().unwrap_or_default();
        one_of_if_given(Some(policy), &["Delete", "Retain"], &Field::root("reclaimPolicy"), wrong);
        let mode = class.volume_binding_mode.as_deref().unwrap_or_default();
        let modes = ["Immediate", "WaitForFirstConsumer"];
        one_of(mode, &modes, &Field::root("volumeBindingMode"), wrong);
        let terms = class.allowed_topologies.as_deref().unwrap_or_default();
        for (index, term) in terms.iter().enumerate() {
            let field = Field::root("allowedTopologies").index(index);
            topology(term, &field, wrong);
            if terms[..index].contains(term) {
                wrong.push(Violation::duplicate(&field.child("matchLabelExpressions"), ""));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.parameters.clone().unwrap_or_default() != old.parameters.clone().unwrap_or_default() {
            wrong.push(Violation::forbidden(
                &Field::root("parameters"),
                "updates to parameters are forbidden.",
            ));
        }
        if new.provisioner != old.provisioner {
            let why = "updates to provisioner are forbidden.";
            wrong.push(Violation::forbidden(&Field::root("provisioner"), why));
        }
        if new.reclaim_policy != old.reclaim_policy {
            let why = "updates to reclaimPolicy are forbidden.";
            wrong.push(Violation::forbidden(&Field::root("reclaimPolicy"), why));
        }
        let place = Field::root("volumeBindingMode");
        immutable(&new.volume_binding_mode, &old.volume_binding_mode, &place, wrong);
    },
    ..Rules::new(RETURNED)
};

/// What can be changed about volumes that exist.
pub static ATTRIBUTES: Rules<VolumeAttributesClass> = Rules {
    validate: |class, wrong| {
        let driver = class.driver_name.to_lowercase();
        required_name(names::qualified_name, &driver, &Field::root("driverName"), wrong);
        parameters(class.parameters.as_ref(), wrong);
        if class.parameters.as_ref().is_none_or(BTreeMap::is_empty) {
            let why = "must contain at least one key/value pair";
            wrong.push(Violation::required(&Field::root("parameters"), why));
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.driver_name != old.driver_name {
            let why = "updates to driverName are forbidden.";
            wrong.push(Violation::forbidden(&Field::root("driverName"), why));
        }
        if new.parameters != old.parameters {
            wrong.push(Violation::forbidden(
                &Field::root("parameters"),
                "updates to parameters are forbidden.",
            ));
        }
    },
    ..Rules::new(RETURNED)
};
