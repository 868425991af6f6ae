//! Storage drivers, what they tell of nodes and capacity, and the attachments of volumes.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::storage::v1::{
    CSIDriver, CSINode, CSINodeDriver, CSIStorageCapacity, VolumeAttachment, VolumeAttachmentStatus,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::checks::label_selector_if_given;
use super::devices::named;
use super::slices::driver_name;
use super::{GENERAL, General, Rules, volumes};
use crate::handlers::write::Part;

/// The longest name by which a driver knows a node.
const NODE_ID: usize = 256;
/// The shortest time that a token lasts, in seconds.
const SHORTEST: i64 = 600;
/// The shortest time between updates of what a node can take, in seconds.
const PERIOD: i64 = 10;

/// Storage drivers.
pub static DRIVERS: Rules<CSIDriver> = Rules {
    default: |driver| {
        let spec = &mut driver.spec;
        spec.attach_required.get_or_insert(true);
        for slot in [
            &mut spec.pod_info_on_mount,
            &mut spec.storage_capacity,
            &mut spec.requires_republish,
            &mut spec.se_linux_mount,
        ] {
            slot.get_or_insert(false);
        }
        if spec.fs_group_policy.as_deref().unwrap_or_default().is_empty() {
            spec.fs_group_policy = Some("ReadWriteOnceWithFSType".into());
        }
        if spec.volume_lifecycle_modes.as_ref().is_none_or(Vec::is_empty) {
            spec.volume_lifecycle_modes = Some(vec!["Persistent".into()]);
        }
    },
    // Pods don't wait for drivers yet.
    prepare_create: |driver| driver.spec.prevent_pod_scheduling_if_missing = None,
    prepare_update: |new, _, _| new.spec.prevent_pod_scheduling_if_missing = None,
    validate: |driver, wrong| {
        let field = Field::root("spec");
        let spec = &driver.spec;
        let policies = ["File", "None", "ReadWriteOnceWithFSType"];
        if let Some(policy) = spec.fs_group_policy.as_deref().filter(|policy| !policies.contains(policy)) {
            wrong.push(Violation::unsupported(&field.child("fsGroupPolicy"), policy, &policies));
        }
        let requests = spec.token_requests.as_deref().unwrap_or_default();
        if let Some(secret) = spec.service_account_token_in_secrets.filter(|_| requests.is_empty()) {
            let place = field.child("serviceAccountTokenInSecrets");
            let why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
            wrong.push(Violation::invalid_value(&place, &secret, why));
        }
        for (index, request) in requests.iter().enumerate() {
            let place = field.child("tokenRequests").index(index);
            if requests[..index].iter().any(|other| other.audience == request.audience) {
                wrong.push(Violation::duplicate(&place.child("audience"), &request.audience));
                continue;
            }
            let place = place.child("expirationSeconds");
            match request.expiration_seconds {
                Some(seconds) if seconds < SHORTEST => {
                    let why = "may not specify a duration less than 10 minutes";
                    wrong.push(Violation::invalid_value(&place, &seconds, why));
                }
                Some(seconds) if seconds > 1 << 32 => {
                    let why = "may not specify a duration larger than 2^32 seconds";
                    wrong.push(Violation::invalid_value(&place, &seconds, why));
                }
                _ => {}
            }
        }
        let modes = ["Persistent", "Ephemeral"];
        for mode in
            spec.volume_lifecycle_modes.iter().flatten().filter(|mode| !modes.contains(&mode.as_str()))
        {
            wrong.push(Violation::unsupported(&field.child("volumeLifecycleModes"), mode, &modes));
        }
        if let Some(period) = spec.node_allocatable_update_period_seconds.filter(|period| *period < PERIOD) {
            let place = field.child("nodeAllocatableUpdatePeriodSeconds");
            let why = "must be greater than or equal to 10 seconds";
            wrong.push(Violation::invalid_value(&place, &period, why));
        }
    },
    validate_update: |new, old, _, wrong| {
        let field = Field::root("spec");
        if new.spec.attach_required != old.spec.attach_required {
            // The field's name is upstream's own slip.
            let place = field.child("attachedRequired");
            wrong.push(Violation::invalid_value(&place, &new.spec.attach_required, "field is immutable"));
        }
        if new.spec.volume_lifecycle_modes != old.spec.volume_lifecycle_modes {
            let place = field.child("volumeLifecycleModes");
            wrong.push(Violation::invalid_value(
                &place,
                &new.spec.volume_lifecycle_modes,
                "field is immutable",
            ));
        }
    },
    ..Rules::new(General { generation: true, returns: true, versioned: true, ..GENERAL })
};

/// The drivers of a node.
pub static NODES: Rules<CSINode> = Rules {
    validate: |node, wrong| {
        let drivers = &node.spec.drivers;
        for (index, driver) in drivers.iter().enumerate() {
            let field = Field::root("spec").child("drivers").index(index);
            driver_name(&driver.name, &field.child("name"), wrong);
            if drivers[..index].iter().any(|other| other.name == driver.name) {
                wrong.push(Violation::duplicate(&field.child("name"), &driver.name));
            }
            node_driver(driver, &field, wrong);
        }
    },
    validate_update: |new, old, _, wrong| {
        // Drivers come and go; one that stays is the same, but for what it can take.
        let fixed = |driver: &CSINodeDriver| CSINodeDriver { allocatable: None, ..driver.clone() };
        for driver in &new.spec.drivers {
            let before = old.spec.drivers.iter().find(|other| other.name == driver.name);
            if before.is_some_and(|before| fixed(before) != fixed(driver)) {
                let field = Field::root("spec").child("drivers");
                wrong.push(Violation::invalid_value(&field, &fixed(driver), "field is immutable"));
            }
        }
    },
    ..Rules::new(General { returns: true, versioned: true, ..GENERAL })
};

fn node_driver(driver: &CSINodeDriver, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("nodeID");
    if driver.node_id.is_empty() {
        wrong.push(Violation::required(&place, ""));
    } else if driver.node_id.len() > NODE_ID {
        let why = format!("must be {NODE_ID} characters or less");
        wrong.push(Violation::invalid(&place, &driver.node_id, &why));
    }
    if let Some(count) = driver.allocatable.as_ref().and_then(|one| one.count).filter(|count| *count < 0) {
        let place = field.child("allocatable").child("count");
        wrong.push(Violation::invalid_value(&place, &count, "must be greater than or equal to 0"));
    }
    let keys = driver.topology_keys.as_deref().unwrap_or_default();
    for (index, key) in keys.iter().enumerate() {
        if key.is_empty() {
            wrong.push(Violation::required(field, ""));
        }
        if keys[..index].contains(key) {
            wrong.push(Violation::duplicate(field, key));
        }
        named(names::qualified_name(key), key, field, wrong);
    }
}

/// What a driver has left.
pub static CAPACITIES: Rules<CSIStorageCapacity> = Rules {
    validate: |capacity, wrong| {
        label_selector_if_given(capacity.node_topology.as_ref(), &Field::root("nodeTopology"), wrong);
        let class = &capacity.storage_class_name;
        named(names::dns_subdomain(class), class, &Field::root("storageClassName"), wrong);
        amount(capacity.capacity.as_ref(), "capacity", wrong);
    },
    validate_update: |new, old, _, wrong| {
        if new.node_topology != old.node_topology {
            let place = Field::root("nodeTopology");
            wrong.push(Violation::invalid_value(&place, &new.node_topology, "field is immutable"));
        }
        if new.storage_class_name != old.storage_class_name {
            let place = Field::root("storageClassName");
            wrong.push(Violation::invalid(&place, &new.storage_class_name, "field is immutable"));
        }
    },
    ..Rules::new(General { versioned: true, ..GENERAL })
};

fn amount(given: Option<&Quantity>, name: &str, wrong: &mut Vec<Violation>) {
    let Some(given) = given else { return };
    if given.0.parse::<Amount>().is_ok_and(|amount| amount.signum() < 0) {
        wrong.push(Violation::invalid(&Field::root(name), &given.0, "must be greater than or equal to 0"));
    }
}

/// Attachments of volumes to nodes.
pub static ATTACHMENTS: Rules<VolumeAttachment> = Rules {
    validate: |attachment, wrong| {
        let field = Field::root("spec");
        if attachment.spec.attacher.is_empty() {
            wrong.push(Violation::required(&field.child("attacher"), ""));
        }
        let why = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        let source = &attachment.spec.source;
        match (&source.persistent_volume_name, &source.inline_volume_spec) {
            (None, None) => wrong.push(Violation::required(&field.child("source"), why)),
            (Some(_), Some(_)) => wrong.push(Violation::forbidden(&field.child("source"), why)),
            (Some(name), None) if name.is_empty() => {
                let why = "must specify non empty persistentVolumeName";
                wrong.push(Violation::required(&field.child("source").child("persistentVolumeName"), why));
            }
            (None, Some(inline)) => {
                volumes::inline_spec(inline, &field.child("source").child("inlineVolumeSpec"), wrong);
            }
            _ => {}
        }
        let node = &attachment.spec.node_name;
        named(names::dns_subdomain(node), node, &field.child("nodeName"), wrong);
    },
    validate_create: |attachment, wrong| {
        let field = Field::root("spec");
        driver_name(&attachment.spec.attacher, &field.child("attacher"), wrong);
        if let Some(name) = &attachment.spec.source.persistent_volume_name {
            let place = field.child("source").child("persistentVolumeName");
            named(names::dns_subdomain(name), name, &place, wrong);
        }
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return attached(&new.status.clone().unwrap_or_default(), wrong);
        }
        if new.spec != old.spec {
            wrong.push(Violation::invalid_value(&Field::root("spec"), &new.spec, "field is immutable"));
        }
    },
    ..Rules::new(General { returns: true, versioned: true, ..GENERAL })
};

/// The most bytes of an attachment's facts together, and of what went wrong.
const FACTS: usize = 256 << 10;
const MESSAGE: usize = 1024;

/// What a driver says of an attachment.
fn attached(status: &VolumeAttachmentStatus, wrong: &mut Vec<Violation>) {
    let field = Field::root("status");
    let facts = status.attachment_metadata.iter().flatten();
    if facts.map(|(key, value)| key.len() + value.len()).sum::<usize>() > FACTS {
        wrong.push(Violation::too_long(&field.child("attachmentMetadata"), FACTS));
    }
    for (name, error) in [("attachError", &status.attach_error), ("detachError", &status.detach_error)] {
        let Some(error) = error else { continue };
        let field = field.child(name);
        if error.message.as_ref().is_some_and(|message| message.len() > MESSAGE) {
            // Upstream names the other limit.
            wrong.push(Violation::too_long(&field.child("message"), FACTS));
        }
        if let Some(code) = error.error_code.filter(|code| *code < 0) {
            let why = "must be between 0 and 2147483647, inclusive";
            wrong.push(Violation::invalid_value(&field.child("errorCode"), &code, why));
        }
    }
}
