//! Dynamic resources: which devices a claim was given, and what their drivers say of them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::resource::v1::{
    AllocatedDeviceStatus, AllocationResult, DeviceRequestAllocationResult, NetworkDeviceData,
    ResourceClaimStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use regex::Regex;

use super::checks::one_of;
use super::devices::{MOST, bounded, named, opaque, reference, references, tolerates};
use super::pods::placement::node_selector;
use super::slices::{driver_name, pool_name};

/// At most so many consumers of a claim.
const CONSUMERS: usize = 256;
/// At most so many conditions of a device.
const CONDITIONS: usize = 8;
/// The most bytes of what a driver says of a device.
const DATA: usize = 10 * 1024;
/// At most so many conditions that must, or must not, be true before a pod is bound.
const BINDING: usize = 4;
/// At most so many addresses of a network device.
const ADDRESSES: usize = 16;
/// The longest name of a network interface.
const INTERFACE: usize = 256;
/// The longest hardware address.
const HARDWARE: usize = 128;
/// The longest reason and message of a condition.
const REASON: usize = 1024;
const MESSAGE: usize = 32 * 1024;

/// What is wrong with a claim's new status.
pub fn status(
    new: Option<&ResourceClaimStatus>,
    old: Option<&ResourceClaimStatus>,
    deleted: bool,
    known: &BTreeSet<String>,
    wrong: &mut Vec<Violation>,
) {
    let Some(new) = new else { return };
    let field = Field::root("status");
    let place = field.child("reservedFor");
    let reserved = new.reserved_for.as_deref().unwrap_or_default();
    bounded(reserved.len(), CONSUMERS, &place, wrong);
    for (index, consumer) in reserved.iter().enumerate() {
        let place = place.index(index);
        for (name, value) in
            [("resource", &consumer.resource), ("name", &consumer.name), ("uid", &consumer.uid)]
        {
            if value.is_empty() {
                wrong.push(Violation::required(&place.child(name), ""));
            }
        }
        if reserved[..index].iter().any(|other| other.uid == consumer.uid) {
            wrong.push(Violation::duplicate(&place, &consumer.uid));
        }
    }
    devices(new, &field.child("devices"), wrong);
    let before = old.and_then(|old| old.reserved_for.as_deref()).unwrap_or_default();
    if !reserved.is_empty() && new.allocation.is_none() {
        wrong.push(Violation::forbidden(&place, "may not be specified when `allocated` is not set"));
    } else if deleted && reserved.iter().any(|consumer| !before.contains(consumer)) {
        let why = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set";
        wrong.push(Violation::forbidden(&place, why));
    }
    match (&new.allocation, old.and_then(|old| old.allocation.as_ref())) {
        (Some(new), Some(old)) if new != old => {
            wrong.push(Violation::invalid_value(&field.child("allocation"), new, "field is immutable"));
        }
        (Some(new), None) => allocation(new, known, &field.child("allocation"), wrong),
        _ => {}
    }
}

fn allocation(given: &AllocationResult, known: &BTreeSet<String>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(selector) = &given.node_selector {
        node_selector(selector, &field.child("nodeSelector"), wrong);
    }
    let Some(devices) = &given.devices else { return };
    let field = field.child("devices");
    let results = devices.results.as_deref().unwrap_or_default();
    bounded(results.len(), MOST, &field.child("results"), wrong);
    for (index, one) in results.iter().enumerate() {
        result(one, known, &field.child("results").index(index), wrong);
    }
    let configs = devices.config.as_deref().unwrap_or_default();
    bounded(configs.len(), 2 * MOST, &field.child("config"), wrong);
    for (index, config) in configs.iter().enumerate() {
        let place = field.child("config").index(index);
        match config.source.as_str() {
            "" => wrong.push(Violation::required(&place.child("source"), "")),
            "FromClaim" | "FromClass" => {}
            other => {
                let place = place.child("source");
                wrong.push(Violation::unsupported(&place, other, &["FromClaim", "FromClass"]));
            }
        }
        references(config.requests.as_deref(), known, &place.child("requests"), wrong);
        opaque(config.opaque.as_ref(), &place, wrong);
    }
}

fn result(
    one: &DeviceRequestAllocationResult,
    known: &BTreeSet<String>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    reference(&one.request, known, &field.child("request"), wrong);
    driver_name(&one.driver, &field.child("driver"), wrong);
    pool_name(&one.pool, &field.child("pool"), wrong);
    named(names::dns_label(&one.device), &one.device, &field.child("device"), wrong);
    binding(one.binding_conditions.as_deref(), one.binding_failure_conditions.as_deref(), field, wrong);
    for (index, toleration) in one.tolerations.iter().flatten().enumerate() {
        tolerates(toleration, &field.child("tolerations").index(index), wrong);
    }
    share(one.share_id.as_deref(), field, wrong);
}

/// The conditions of a device that must be true before a pod is bound to its node, and those that
/// make the scheduler choose again.
pub fn binding(
    conditions: Option<&[String]>,
    failures: Option<&[String]>,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let (conditions, failures) = (conditions.unwrap_or_default(), failures.unwrap_or_default());
    let places = [field.child("bindingConditions"), field.child("bindingFailureConditions")];
    for (given, place) in [conditions, failures].into_iter().zip(&places) {
        bounded(given.len(), BINDING, place, wrong);
        for (index, one) in given.iter().enumerate() {
            let place = place.index(index);
            named(names::qualified_name(one), one, &place, wrong);
            if given[..index].contains(one) {
                wrong.push(Violation::duplicate(&place, one));
            }
        }
    }
    for (index, one) in failures.iter().enumerate().filter(|(_, one)| conditions.contains(one)) {
        let why = "bindingFailureConditions must not overlap with bindingConditions";
        wrong.push(Violation::invalid(&places[1].index(index), one, why));
    }
    let [first, second] = &places;
    if conditions.is_empty() && !failures.is_empty() {
        let why = "bindingConditions are required to use bindingFailureConditions";
        wrong.push(Violation::invalid_value(first, &conditions, why));
    }
    if failures.is_empty() && !conditions.is_empty() {
        let why = "bindingFailureConditions are required to use bindingConditions";
        wrong.push(Violation::invalid_value(second, &failures, why));
    }
}

/// The identity of a share of a device.
fn share(id: Option<&str>, field: &Field, wrong: &mut Vec<Violation>) {
    let Some(id) = id else { return };
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let parts: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    if lengths != [8, 4, 4, 4, 12] || !parts.iter().all(|part| part.chars().all(is_hex)) {
        let why = "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters";
        wrong.push(Violation::invalid(&field.child("shareID"), id, why));
    }
}

/// What drivers say of the devices that the claim was given.
fn devices(status: &ResourceClaimStatus, field: &Field, wrong: &mut Vec<Violation>) {
    type Identity<'i> = (&'i str, &'i str, &'i str, Option<&'i str>);
    let given = status.allocation.as_ref().and_then(|given| given.devices.as_ref());
    let given: Vec<Identity<'_>> = given
        .into_iter()
        .flat_map(|devices| devices.results.iter().flatten())
        .map(|one| (&*one.driver, &*one.pool, &*one.device, one.share_id.as_deref()))
        .collect();
    let of = |one: &'_ AllocatedDeviceStatus| {
        let mut name = format!("{}/{}/{}", one.driver, one.pool, one.device);
        if let Some(share) = &one.share_id {
            name = format!("{name}/{share}");
        }
        name
    };
    let all = status.devices.as_deref().unwrap_or_default();
    for (index, one) in all.iter().enumerate() {
        let place = field.index(index);
        driver_name(&one.driver, &place.child("driver"), wrong);
        pool_name(&one.pool, &place.child("pool"), wrong);
        named(names::dns_label(&one.device), &one.device, &place.child("device"), wrong);
        share(one.share_id.as_deref(), &place, wrong);
        if !given.contains(&(&*one.driver, &*one.pool, &*one.device, one.share_id.as_deref())) {
            wrong.push(Violation::invalid(&place, &of(one), "must be an allocated device in the claim"));
        }
        let conditions_of = one.conditions.as_deref().unwrap_or_default();
        bounded(conditions_of.len(), CONDITIONS, &place.child("conditions"), wrong);
        conditions(conditions_of, &place.child("conditions"), wrong);
        if let Some(data) = &one.data {
            let place = place.child("data");
            match &data.0 {
                serde_json::Value::Null => wrong.push(Violation::required(&place, "")),
                serde_json::Value::Object(_) if data.0.to_string().len() > DATA => {
                    wrong.push(Violation::too_long(&place, DATA));
                }
                serde_json::Value::Object(_) => {}
                _ => {
                    let why = "must be a valid JSON object";
                    wrong.push(Violation::invalid(&place, "<value omitted>", why));
                }
            }
        }
        if let Some(data) = &one.network_data {
            network(data, &place.child("networkData"), wrong);
        }
        if all[..index].iter().any(|other| of(other) == of(one)) {
            wrong.push(Violation::duplicate(&place, &of(one)));
        }
    }
}

fn network(data: &NetworkDeviceData, field: &Field, wrong: &mut Vec<Violation>) {
    for (name, value, most) in [
        ("interfaceName", &data.interface_name, INTERFACE),
        ("hardwareAddress", &data.hardware_address, HARDWARE),
    ] {
        if value.as_ref().is_some_and(|value| value.len() > most) {
            wrong.push(Violation::too_long(&field.child(name), most));
        }
    }
    let field = field.child("ips");
    let all = data.ips.as_deref().unwrap_or_default();
    bounded(all.len(), ADDRESSES, &field, wrong);
    for (index, address) in all.iter().enumerate() {
        let place = field.index(index);
        if let Err(why) = interface_address(address) {
            wrong.push(Violation::invalid(&place, address, &why));
        }
        if all[..index].contains(address) {
            wrong.push(Violation::duplicate(&place, address));
        }
    }
}

/// An address with the length of its network's prefix, as an interface has it.
fn interface_address(text: &str) -> Result<(), String> {
    let parsed = text.split_once('/').and_then(|(address, length)| {
        let address: std::net::IpAddr = address.parse().ok()?;
        let bits: u8 = length.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then(|| format!("{address}/{bits}"))
    });
    match parsed {
        None => Err("must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)".to_string()),
        Some(canonical) if canonical != text => Err(format!("must be in canonical form ({canonical:?})")),
        Some(_) => Ok(()),
    }
}

/// Conditions as all kinds have them.
pub fn conditions(all: &[Condition], field: &Field, wrong: &mut Vec<Violation>) {
    static REASONS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$").ok());
    for (index, one) in all.iter().enumerate() {
        let place = field.index(index);
        if all[..index].iter().any(|other| other.type_ == one.type_) {
            wrong.push(Violation::duplicate(&place.child("type"), &one.type_));
        }
        named(names::qualified_name(&one.type_), &one.type_, &place.child("type"), wrong);
        one_of(&one.status, &["False", "True", "Unknown"], &place.child("status"), wrong);
        if let Some(generation) = one.observed_generation.filter(|generation| *generation < 0) {
            let why = "must be greater than or equal to zero";
            wrong.push(Violation::invalid_value(&place.child("observedGeneration"), &generation, why));
        }
        if one.last_transition_time.0 == k8s_openapi::jiff::Timestamp::UNIX_EPOCH {
            wrong.push(Violation::required(&place.child("lastTransitionTime"), "must be set"));
        }
        let place_of_reason = place.child("reason");
        if one.reason.is_empty() {
            wrong.push(Violation::required(&place_of_reason, "must be set"));
        } else if !REASONS.as_ref().is_some_and(|regex| regex.is_match(&one.reason)) {
            let why = "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name', or 'MY_NAME', or 'MyName', or 'ReasonA,ReasonB', or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
            wrong.push(Violation::invalid(&place_of_reason, &one.reason, why));
        }
        for (name, text, most) in [("reason", &one.reason, REASON), ("message", &one.message, MESSAGE)] {
            if text.len() > most {
                wrong.push(Violation::too_long(&place.child(name), most));
            }
        }
    }
}
