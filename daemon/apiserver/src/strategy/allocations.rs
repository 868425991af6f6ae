//! Dynamic resources: which devices a claim was given, and what their drivers say of them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::resource::v1::{
    AllocatedDeviceStatus, AllocationResult, DeviceRequestAllocationResult, NetworkDeviceData,
    ResourceClaimStatus,
};

use super::addresses;
use super::checks::conditions;
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

/// A device: its driver, its pool, its name, and which share of it.
type Identity<'i> = (&'i str, &'i str, &'i str, Option<&'i str>);

/// The devices that a claim was given.
fn given(status: &ResourceClaimStatus) -> Vec<Identity<'_>> {
    let given = status.allocation.iter().flat_map(|given| &given.devices);
    let results = given.flat_map(|given| given.results.iter().flatten());
    results.map(|one| (&*one.driver, &*one.pool, &*one.device, one.share_id.as_deref())).collect()
}

/// What drivers said of devices that the claim had and has no more goes with these.
pub fn forget(new: &mut ResourceClaimStatus, old: &ResourceClaimStatus) {
    let has = given(new);
    let gone: Vec<_> = given(old).into_iter().filter(|one| !has.contains(one)).collect();
    if let Some(devices) = &mut new.devices {
        devices
            .retain(|one| !gone.contains(&(&*one.driver, &*one.pool, &*one.device, one.share_id.as_deref())));
    }
    new.devices.take_if(|devices| devices.is_empty());
}

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
    for (index, consumer) in bounded(Some(reserved), CONSUMERS, &place, wrong).iter().enumerate() {
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
    let place = field.child("results");
    for (index, one) in bounded(devices.results.as_deref(), MOST, &place, wrong).iter().enumerate() {
        result(one, known, &place.index(index), wrong);
    }
    let place = field.child("config");
    for (index, config) in bounded(devices.config.as_deref(), 2 * MOST, &place, wrong).iter().enumerate() {
        let place = place.index(index);
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
        for (index, one) in bounded(Some(given), BINDING, place, wrong).iter().enumerate() {
            named(names::qualified_name(one), one, &place.index(index), wrong);
        }
        for (index, one) in given.iter().enumerate() {
            let place = place.index(index);
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
    let field = field.child("shareID");
    if let Err(why) = identity(id) {
        wrong.push(Violation::invalid(&field, id, &format!("error validating uid: {why}")));
    } else if id.len() != 36 || id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let why = "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters";
        wrong.push(Violation::invalid(&field, id, why));
    }
}

/// What is wrong with an identity in any of the forms that these are written in.
fn identity(id: &str) -> Result<(), String> {
    let plain = match id.len() {
        32 | 36 => id,
        45 => match id.split_at_checked(9) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("urn:uuid:") => rest,
            split => return Err(format!("invalid urn prefix: {:?}", split.map_or("", |(prefix, _)| prefix))),
        },
        38 => {
            let inner = id.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            inner.ok_or("invalid bracketed UUID format")?
        }
        other => return Err(format!("invalid UUID length: {other}")),
    };
    let dashed = plain.len() == 36;
    let fits = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 if dashed => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    if plain.bytes().enumerate().all(fits) { Ok(()) } else { Err("invalid UUID format".into()) }
}

/// What drivers say of the devices that the claim was given.
fn devices(status: &ResourceClaimStatus, field: &Field, wrong: &mut Vec<Violation>) {
    let given = given(status);
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
        let told = one.conditions.as_deref().unwrap_or_default();
        if told.len() > CONDITIONS {
            wrong.push(Violation::too_many(&place.child("conditions"), told.len(), CONDITIONS));
        }
        conditions(told, &place.child("conditions"), wrong);
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
    let all = bounded(data.ips.as_deref(), ADDRESSES, &field, wrong);
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
    let Some((address, bits)) = addresses::lenient_range(text) else {
        return Err("must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)".to_string());
    };
    // An address of IPv4 within IPv6 has the shorter prefix of IPv4.
    let right = match (addresses::canonical(address), bits) {
        (IpAddr::V4(four), bits) if bits > 32 => format!("{four}/{}", bits.saturating_sub(96)),
        (address, bits) => format!("{address}/{bits}"),
    };
    if right == text { Ok(()) } else { Err(format!("must be in canonical form ({right:?})")) }
}
