//! Dynamic resources: the devices that drivers publish.

use std::sync::LazyLock;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::NodeSelector;
use k8s_openapi::api::resource::v1::{Counter, Device, DeviceAttribute, ResourceSlice, ResourceSliceSpec};
use regex::Regex;

use super::allocations::binding;
use super::capacities;
use super::devices::{bounded, named};
use super::pods::placement::node_selector;
use super::{GENERAL, General, Rules};
use crate::handlers::write::now;

/// At most so many devices; half of it when they have taints or counters.
const DEVICES: usize = 128;
/// At most so many attributes and capacities of a device.
const FACTS: usize = 32;
/// At most so many sets of counters that a device takes from.
const CONSUMED: usize = 2;
/// At most so many sets of counters.
const COUNTERS: usize = 8;
/// At most so many counters in a set, or taken from one.
const COUNTERS_OF_SET: usize = 32;
/// At most so many taints of a device.
const TAINTS: usize = 16;
/// The longest text of an attribute.
const VALUE: usize = 64;
/// The longest name of a pool.
const POOL: usize = 253;
/// The longest name of a driver or domain.
const DRIVER: usize = 63;
/// The longest name of an attribute without its domain.
const IDENTIFIER: usize = 32;

/// Slices of the pools of devices.
pub static SLICES: Rules<ResourceSlice> = Rules {
    default: |slice| {
        let devices = slice.spec.devices.iter_mut().flatten();
        for taint in devices.flat_map(|device| device.taints.iter_mut().flatten()) {
            taint.time_added.get_or_insert_with(now);
        }
    },
    prepare_create: forget,
    prepare_update: |new, _, _| forget(new),
    validate: |slice, wrong| spec(&slice.spec, &Field::root("spec"), wrong),
    validate_update: |new, old, _, wrong| {
        let field = Field::root("spec");
        if new.spec.pool.name != old.spec.pool.name {
            let place = field.child("pool").child("name");
            wrong.push(Violation::invalid(&place, &new.spec.pool.name, "field is immutable"));
        }
        if new.spec.driver != old.spec.driver {
            wrong.push(Violation::invalid(&field.child("driver"), &new.spec.driver, "field is immutable"));
        }
        if new.spec.node_name != old.spec.node_name {
            let place = field.child("nodeName");
            wrong.push(Violation::invalid_value(&place, &new.spec.node_name, "field is immutable"));
        }
    },
    warnings: |slice, _| {
        let driver = &slice.spec.driver;
        if *driver == driver.to_lowercase() {
            return Vec::new();
        }
        vec![format!(
            "spec.driver: driver names should be lowercase; {driver:?} contains uppercase characters"
        )]
    },
    ..Rules::new(General { generation: true, returns: true, ..GENERAL })
};

/// Drops what is not to be had yet: attributes with lists of values, and what devices take of their
/// node's own resources.
fn forget(slice: &mut ResourceSlice) {
    for device in slice.spec.devices.iter_mut().flatten() {
        device.node_allocatable_resource_mappings = None;
        for attribute in device.attributes.iter_mut().flatten().map(|(_, attribute)| attribute) {
            (attribute.bools, attribute.ints) = (None, None);
            (attribute.strings, attribute.versions) = (None, None);
        }
    }
}

/// A driver's name, as of drivers of storage.
pub fn driver_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        wrong.push(Violation::required(field, ""));
        return;
    }
    if name.len() > DRIVER {
        wrong.push(Violation::too_long(field, DRIVER));
    }
    named(names::dns_subdomain(&name.to_lowercase()), name, field, wrong);
}

/// A pool's name: parts with slashes between them.
pub fn pool_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        wrong.push(Violation::required(field, ""));
        return;
    }
    if name.len() > POOL {
        wrong.push(Violation::too_long(field, POOL));
    }
    for part in name.split('/') {
        named(names::dns_subdomain(part), part, field, wrong);
    }
}

/// The name of an attribute or capacity, with or without its domain.
pub fn attribute_name(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let identifier = match name.split('/').collect::<Vec<_>>()[..] {
        [own] => own,
        [domain, own] => {
            if domain.is_empty() {
                wrong.push(Violation::invalid(field, "", "the domain must not be empty"));
            } else {
                driver_name(domain, field, wrong);
            }
            if own.is_empty() {
                wrong.push(Violation::invalid(field, "", "the name must not be empty"));
                return;
            }
            own
        }
        // Names of more parts were never looked at.
        _ => return,
    };
    if identifier.len() > IDENTIFIER {
        wrong.push(Violation::too_long(field, IDENTIFIER));
    }
    let first = identifier.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !first || identifier.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let why = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
        wrong.push(Violation::invalid(field, identifier, why));
    }
}

/// Which nodes reach devices: the fields that say so.
struct Nodes<'a> {
    name: Option<&'a String>,
    selector: Option<&'a NodeSelector>,
    all: Option<bool>,
    of_device: bool,
}

impl Nodes<'_> {
    /// The fields that are set, and what is wrong with them.
    fn given(&self, field: &Field, wrong: &mut Vec<Violation>) -> Vec<&'static str> {
        let mut given = Vec::new();
        match self.name.map(String::as_str) {
            None => {}
            Some("") => {
                let why = if self.of_device {
                    "must not be empty"
                } else {
                    "must be either unset or set to a non-empty string"
                };
                wrong.push(Violation::invalid(&field.child("nodeName"), "", why));
            }
            Some(name) => {
                given.push("`nodeName`");
                named(names::dns_subdomain(name), name, &field.child("nodeName"), wrong);
            }
        }
        if let Some(selector) = self.selector {
            given.push("`nodeSelector`");
            node_selector(selector, &field.child("nodeSelector"), wrong);
        }
        only_true(self.all, "allNodes", field, wrong).then(|| given.push("`allNodes`"));
        given
    }
}

fn only_true(flag: Option<bool>, name: &str, field: &Field, wrong: &mut Vec<Violation>) -> bool {
    if flag == Some(false) {
        let why = "must be either unset or set to true";
        wrong.push(Violation::invalid_value(&field.child(name), &false, why));
    }
    flag == Some(true)
}

fn spec(spec: &ResourceSliceSpec, field: &Field, wrong: &mut Vec<Violation>) {
    driver_name(&spec.driver, &field.child("driver"), wrong);
    let pool = field.child("pool");
    pool_name(&spec.pool.name, &pool.child("name"), wrong);
    if spec.pool.resource_slice_count <= 0 {
        let place = pool.child("resourceSliceCount");
        wrong.push(Violation::invalid_value(
            &place,
            &spec.pool.resource_slice_count,
            "must be greater than zero",
        ));
    }
    if spec.pool.generation < 0 {
        let why = "must be greater than or equal to zero";
        wrong.push(Violation::invalid_value(&pool.child("generation"), &spec.pool.generation, why));
    }
    let selector = spec.node_selector.as_ref();
    let nodes = Nodes { name: spec.node_name.as_ref(), selector, all: spec.all_nodes, of_device: false };
    let mut given = nodes.given(field, wrong);
    if let Some(selector) = selector.filter(|selector| selector.node_selector_terms.len() != 1) {
        let place = field.child("nodeSelector").child("nodeSelectorTerms");
        let why = "must have exactly one node selector term";
        wrong.push(Violation::invalid_value(&place, &selector.node_selector_terms, why));
    }
    let each = only_true(spec.per_device_node_selection, "perDeviceNodeSelection", field, wrong);
    each.then(|| given.push("`perDeviceNodeSelection`"));
    let why = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
    match given.len() {
        0 => wrong.push(Violation::required(field, why)),
        1 => {}
        _ => {
            let why = format!("{why}, but multiple fields are set");
            wrong.push(Violation::invalid(field, &format!("{{{}}}", given.join(", ")), &why));
        }
    }
    if spec.shared_counters.is_some() && spec.devices.is_some() {
        wrong.push(Violation::invalid(field, "", "only one of `sharedCounters` or `devices` is allowed"));
    }
    let devices = spec.devices.as_deref().unwrap_or_default();
    let advanced = |device: &Device| {
        device.taints.as_ref().is_some_and(|all| !all.is_empty())
            || device.consumes_counters.as_ref().is_some_and(|all| !all.is_empty())
    };
    let most = if devices.iter().any(advanced) { DEVICES / 2 } else { DEVICES };
    let devices = bounded(Some(devices), most, &field.child("devices"), wrong);
    for (index, one) in devices.iter().enumerate() {
        let place = field.child("devices").index(index);
        if devices[..index].iter().any(|other| other.name == one.name) {
            wrong.push(Violation::duplicate(&place, &one.name));
        }
        device(one, each, &place, wrong);
    }
    let sets = bounded(spec.shared_counters.as_deref(), COUNTERS, &field.child("sharedCounters"), wrong);
    for (index, set) in sets.iter().enumerate() {
        let place = field.child("sharedCounters").index(index);
        if sets[..index].iter().any(|other| other.name == set.name) {
            wrong.push(Violation::duplicate(&place, &set.name));
        }
        label(&set.name, &place.child("name"), wrong);
        counters(set.counters.iter(), &place.child("counters"), wrong);
    }
}

/// A name that must be there.
fn label(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        wrong.push(Violation::required(field, ""));
    } else {
        named(names::dns_label(name), name, field, wrong);
    }
}

fn counters<'c>(
    given: impl ExactSizeIterator<Item = (&'c String, &'c Counter)>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    if given.len() == 0 {
        wrong.push(Violation::required(field, ""));
    }
    if given.len() > COUNTERS_OF_SET {
        return wrong.push(Violation::too_many(field, given.len(), COUNTERS_OF_SET));
    }
    for (name, _) in given {
        named(names::dns_label(name), name, &field.key(name), wrong);
    }
}

fn device(device: &Device, each: bool, field: &Field, wrong: &mut Vec<Violation>) {
    named(names::dns_label(&device.name), &device.name, &field.child("name"), wrong);
    let facts = device.attributes.as_ref().map_or(0, |all| all.len())
        + device.capacity.as_ref().map_or(0, |all| all.len());
    if facts > FACTS {
        let why = format!("the total number of attributes and capacities must not exceed {FACTS}");
        wrong.push(Violation::invalid_value(field, &facts, &why));
    }
    for (name, one) in device.attributes.iter().flatten() {
        let place = field.child("attributes").key(name);
        attribute_name(name, &place, wrong);
        attribute(one, &place, wrong);
    }
    for (name, one) in device.capacity.iter().flatten() {
        let place = field.child("capacity").key(name);
        attribute_name(name, &place, wrong);
        let place = place.child("requestPolicy");
        match &one.request_policy {
            None => {}
            Some(policy) if device.allow_multiple_allocations == Some(true) => {
                capacities::policy(&one.value, policy, &place, wrong);
            }
            Some(_) => {
                wrong.push(Violation::forbidden(&place, "allowMultipleAllocations must be true"));
            }
        }
    }
    let place = field.child("taints");
    for (index, taint) in bounded(device.taints.as_deref(), TAINTS, &place, wrong).iter().enumerate() {
        let place = place.index(index);
        named(names::qualified_name(&taint.key), &taint.key, &place.child("key"), wrong);
        let value = taint.value.as_deref().unwrap_or_default();
        named(names::label_value(value), value, &place.child("value"), wrong);
        match taint.effect.as_str() {
            "" => wrong.push(Violation::required(&place.child("effect"), "")),
            "NoExecute" | "NoSchedule" | "None" => {}
            other => {
                let place = place.child("effect");
                wrong.push(Violation::unsupported(&place, other, &["NoExecute", "NoSchedule", "None"]));
            }
        }
    }
    let place = field.child("consumesCounters");
    let consumed = bounded(device.consumes_counters.as_deref(), CONSUMED, &place, wrong);
    for (index, taken) in consumed.iter().enumerate() {
        let place = place.index(index);
        if consumed[..index].iter().any(|other| other.counter_set == taken.counter_set) {
            wrong.push(Violation::duplicate(&place, &taken.counter_set));
        }
        label(&taken.counter_set, &place.child("counterSet"), wrong);
        counters(taken.counters.iter(), &place.child("counters"), wrong);
    }
    let nodes = Nodes {
        name: device.node_name.as_ref(),
        selector: device.node_selector.as_ref(),
        all: device.all_nodes,
        of_device: true,
    };
    if each {
        let given = nodes.given(field, wrong);
        let why = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        match given.len() {
            0 => wrong.push(Violation::required(field, why)),
            1 => {}
            _ => wrong.push(Violation::invalid(field, &format!("{{{}}}", given.join(", ")), why)),
        }
    } else if nodes.name.is_some() || nodes.selector.is_some() || nodes.all.is_some() {
        let why = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        wrong.push(Violation::invalid_value(field, &(), why));
    }
    binding(device.binding_conditions.as_deref(), device.binding_failure_conditions.as_deref(), field, wrong);
}

fn attribute(one: &DeviceAttribute, field: &Field, wrong: &mut Vec<Violation>) {
    static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let number = r"(0|[1-9]\d*)";
        let pre = r"(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)";
        Regex::new(&format!(
            r"^{number}\.{number}\.{number}(-{pre}(\.{pre})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$"
        ))
        .ok()
    });
    let mut bound = |text: Option<&String>, name: &str| {
        if text.is_some_and(|text| text.len() > VALUE) {
            wrong.push(Violation::too_long(&field.child(name), VALUE));
        }
    };
    bound(one.string.as_ref(), "string");
    bound(one.version.as_ref(), "version");
    if let Some(version) = &one.version
        && !VERSION.as_ref().is_some_and(|regex| regex.is_match(version))
    {
        let why = "must be a string compatible with semver.org spec 2.0.0";
        wrong.push(Violation::invalid(&field.child("version"), version, why));
    }
    let given = [one.bool.is_some(), one.int.is_some(), one.string.is_some(), one.version.is_some()];
    let why = "exactly one value must be specified";
    match given.into_iter().filter(|given| *given).count() {
        0 => wrong.push(Violation::invalid(field, "", why)),
        1 => {}
        _ => wrong.push(Violation::invalid_value(field, one, why)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Part, check, check_update};
    use super::*;
    use serde_json::{Value, json};

    fn slice(devices: Value, more: Value) -> Value {
        let mut spec = json!({
            "driver": "a.io", "nodeName": "n", "devices": devices,
            "pool": {"name": "a/b", "generation": 0, "resourceSliceCount": 1},
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        json!({"spec": spec})
    }

    #[test]
    fn pools_and_nodes() {
        check(&SLICES, slice(json!([]), json!({})), &[]);
        check(
            &SLICES,
            slice(
                json!([]),
                json!({"driver": "", "nodeName": null, "pool": {"name": "a//b", "generation": -1, "resourceSliceCount": 0}}),
            ),
            &[
                "spec.driver: Required value",
                "spec.pool.name: Invalid value: \"\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
                "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero",
                "spec.pool.generation: Invalid value: -1: must be greater than or equal to zero",
                "spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required",
            ],
        );
        check(
            &SLICES,
            slice(json!([]), json!({"allNodes": true})),
            &[
                "spec: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set",
            ],
        );
        check(
            &SLICES,
            slice(json!([]), json!({"allNodes": false})),
            &["spec.allNodes: Invalid value: false: must be either unset or set to true"],
        );
        let one = slice(json!([]), json!({}));
        check_update(&SLICES, Part::Main, one.clone(), one.clone(), &[]);
        check_update(
            &SLICES,
            Part::Main,
            one,
            slice(json!([]), json!({"driver": "b.io", "nodeName": "m"})),
            &[
                "spec.driver: Invalid value: \"b.io\": field is immutable",
                "spec.nodeName: Invalid value: \"m\": field is immutable",
            ],
        );
    }

    #[test]
    fn devices() {
        let good = json!([{"name": "d", "attributes": {"model": {"string": "x"}, "a.io/v": {"version": "1.2.3-a"}}, "capacity": {"memory": {"value": "1Gi"}}}]);
        check(&SLICES, slice(good, json!({})), &[]);
        let bad = json!([
            {"name": "d", "attributes": {"a b": {"int": 1}, "v": {"version": "1"}, "w": {}, "x": {"int": 1, "bool": true}}},
            {"name": "d", "allNodes": true, "taints": [{"key": "k", "effect": "Often"}]},
            {"name": "e", "capacity": {"c": {"value": "1", "requestPolicy": {}}}, "consumesCounters": [{"counterSet": "", "counters": {}}]},
        ]);
        check(
            &SLICES,
            slice(bad, json!({})),
            &[
                "spec.devices[0].attributes[a b]: Invalid value: \"a b\": a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')",
                "spec.devices[0].attributes[v].version: Invalid value: \"1\": must be a string compatible with semver.org spec 2.0.0",
                "spec.devices[0].attributes[w]: Invalid value: \"\": exactly one value must be specified",
                "spec.devices[0].attributes[x]: Invalid value: {\"bool\":true,\"int\":1}: exactly one value must be specified",
                "spec.devices[1]: Duplicate value: \"d\"",
                "spec.devices[1].taints[0].effect: Unsupported value: \"Often\": supported values: \"NoExecute\", \"NoSchedule\", \"None\"",
                "spec.devices[1]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec",
                "spec.devices[2].capacity[c].requestPolicy: Forbidden: allowMultipleAllocations must be true",
                "spec.devices[2].consumesCounters[0].counterSet: Required value",
                "spec.devices[2].consumesCounters[0].counters: Required value",
            ],
        );
        let many: Vec<Value> = (0..129).map(|index| json!({"name": format!("d{index}")})).collect();
        check(
            &SLICES,
            slice(json!(many), json!({})),
            &["spec.devices: Too many: 129: must have at most 128 items"],
        );
        let each = json!({"nodeName": null, "perDeviceNodeSelection": true});
        check(&SLICES, slice(json!([{"name": "d", "nodeName": "n"}]), each.clone()), &[]);
        check(
            &SLICES,
            slice(json!([{"name": "d"}]), each),
            &[
                "spec.devices[0]: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec",
            ],
        );
        let set = |counters: Value| {
            slice(Value::Null, json!({"sharedCounters": [{"name": "s", "counters": counters}]}))
        };
        check(&SLICES, set(json!({"memory": {"value": "1Gi"}})), &[]);
        check(&SLICES, set(json!({})), &["spec.sharedCounters[0].counters: Required value"]);
    }
}
