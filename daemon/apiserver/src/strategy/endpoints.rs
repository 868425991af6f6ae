//! Endpoints, slices of them, the addresses of services and their ranges.

use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{EndpointAddress, Endpoints};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::{IPAddress, ParentReference, ServiceCIDR};

use super::checks::{immutable, named, one_of, required_name, text};
use super::networking::{PROTOCOLS, is_range};
use super::services::special;
use super::{GENERAL, General, Rules};
use crate::handlers::write::Part;

const COUNTED: General = General { generation: true, ..GENERAL };
/// The most ports of a slice, and the most zones that an endpoint may be meant for.
const PORTS: usize = 20_000;
const ZONES: usize = 8;

/// Endpoint slices.
pub static SLICES: Rules<EndpointSlice> = Rules {
    default: |slice| {
        for port in slice.ports.iter_mut().flatten() {
            port.name.get_or_insert_default();
            text(&mut port.protocol, "TCP");
        }
    },
    validate: |slice, wrong| {
        let allowed = ["FQDN", "IPv4", "IPv6"];
        let kind = slice.address_type.as_str();
        if kind.is_empty() {
            wrong.push(Violation::required(&Field::root("addressType"), ""));
        } else if !allowed.contains(&kind) {
            wrong.push(Violation::unsupported(&Field::root("addressType"), kind, &allowed));
        }
        let field = Field::root("endpoints");
        let endpoints = slice.endpoints.as_deref().unwrap_or_default();
        if endpoints.len() > 1000 {
            wrong.push(Violation::too_many(&field, endpoints.len(), 1000));
        }
        for (index, endpoint) in endpoints.iter().enumerate() {
            let whole = field.index(index);
            let place = whole.child("addresses");
            if endpoint.addresses.is_empty() {
                wrong.push(Violation::required(&place, "must contain at least 1 address"));
            } else if endpoint.addresses.len() > 100 {
                wrong.push(Violation::too_many(&place, endpoint.addresses.len(), 100));
            }
            for (index, address) in endpoint.addresses.iter().enumerate() {
                let parsed = address.parse::<IpAddr>().ok();
                let fits = match kind {
                    "IPv4" => parsed.is_some_and(|address| address.is_ipv4()),
                    "IPv6" => parsed.is_some_and(|address| address.is_ipv6()),
                    _ => names::dns_subdomain(address).is_ok(),
                };
                if !fits {
                    let why = match kind {
                        "IPv4" => "must be an IPv4 address",
                        "IPv6" => "must be an IPv6 address",
                        _ => "must be a fully qualified domain name",
                    };
                    wrong.push(Violation::invalid(&place.index(index), address, why));
                } else if let Some(why) = parsed.and_then(special) {
                    wrong.push(Violation::invalid(&place.index(index), address, why));
                }
            }
            if let Some(name) = endpoint.hostname.as_deref() {
                named(names::dns_label, name, &whole.child("hostname"), wrong);
            }
            if let Some(name) = endpoint.node_name.as_deref() {
                named(names::dns_subdomain, name, &whole.child("nodeName"), wrong);
            }
            let hints = endpoint.hints.clone().unwrap_or_default();
            let zones = hints.for_zones.unwrap_or_default();
            let place = whole.child("hints").child("forZones");
            if zones.len() > ZONES {
                wrong.push(Violation::too_many(&place, zones.len(), ZONES));
            }
            for (index, zone) in zones.iter().enumerate() {
                let here = place.index(index);
                if zone.name.is_empty() {
                    wrong.push(Violation::required(&here.child("name"), ""));
                } else {
                    named(names::label_value, &zone.name, &here.child("name"), wrong);
                }
                if zones[..index].contains(zone) {
                    wrong.push(Violation::duplicate(&here.child("name"), &zone.name));
                }
            }
        }
        let ports = slice.ports.as_deref().unwrap_or_default();
        if ports.len() > PORTS {
            wrong.push(Violation::too_many(&Field::root("ports"), ports.len(), PORTS));
        }
        let mut seen = Vec::new();
        for (index, port) in slice.ports.iter().flatten().enumerate() {
            let place = Field::root("ports").index(index);
            let name = port.name.as_deref().unwrap_or_default();
            if seen.contains(&name) {
                wrong.push(Violation::duplicate(&place.child("name"), name));
            }
            seen.push(name);
            if !name.is_empty() {
                named(names::dns_label, name, &place.child("name"), wrong);
            }
            if let Some(protocol) = port.app_protocol.as_deref() {
                named(names::qualified_name, protocol, &place.child("appProtocol"), wrong);
            }
            let protocol = port.protocol.as_deref().unwrap_or_default();
            if !PROTOCOLS.contains(&protocol) {
                wrong.push(Violation::unsupported(&place.child("protocol"), protocol, &PROTOCOLS));
            }
        }
    },
    validate_update: |new, old, _, wrong| {
        if new.address_type != old.address_type {
            wrong.push(Violation::invalid(
                &Field::root("addressType"),
                &new.address_type,
                "field is immutable",
            ));
        }
    },
    ..Rules::new(COUNTED)
};

/// The older form of them.
pub static ENDPOINTS: Rules<Endpoints> = Rules {
    default: |endpoints| {
        for port in endpoints.subsets.iter_mut().flatten().flat_map(|set| set.ports.iter_mut().flatten()) {
            text(&mut port.protocol, "TCP");
        }
    },
    validate: |endpoints, wrong| {
        for (index, set) in endpoints.subsets.iter().flatten().enumerate() {
            let place = Field::root("subsets").index(index);
            let ready = set.addresses.as_deref().unwrap_or_default();
            let waiting = set.not_ready_addresses.as_deref().unwrap_or_default();
            if ready.is_empty() && waiting.is_empty() {
                wrong.push(Violation::required(&place, "must specify `addresses` or `notReadyAddresses`"));
            }
            for (name, list) in [("addresses", ready), ("notReadyAddresses", waiting)] {
                for (index, address) in list.iter().enumerate() {
                    self::address(address, &place.child(name).index(index), wrong);
                }
            }
            let ports = set.ports.as_deref().unwrap_or_default();
            for (index, port) in ports.iter().enumerate() {
                let place = place.child("ports").index(index);
                let name = port.name.as_deref().unwrap_or_default();
                if !name.is_empty() {
                    named(names::dns_label, name, &place.child("name"), wrong);
                } else if ports.len() > 1 {
                    wrong.push(Violation::required(&place.child("name"), ""));
                }
                if let Err(why) = names::port_number(port.port.into()) {
                    wrong.push(Violation::invalid_value(&place.child("port"), &port.port, &why));
                }
                let protocol = port.protocol.as_deref().unwrap_or_default();
                one_of(protocol, &PROTOCOLS, &place.child("protocol"), wrong);
                if let Some(protocol) = port.app_protocol.as_deref() {
                    named(names::qualified_name, protocol, &place.child("appProtocol"), wrong);
                }
            }
        }
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};

fn address(given: &EndpointAddress, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("ip");
    match given.ip.parse::<IpAddr>() {
        Err(_) => {
            let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            wrong.push(Violation::invalid(&place, &given.ip, why));
        }
        Ok(parsed) => {
            if let Some(why) = special(parsed) {
                wrong.push(Violation::invalid(&place, &given.ip, why));
            }
        }
    }
    if let Some(name) = given.hostname.as_deref().filter(|name| !name.is_empty()) {
        named(names::dns_label, name, &field.child("hostname"), wrong);
    }
    if let Some(name) = given.node_name.as_deref() {
        named(names::dns_subdomain, name, &field.child("nodeName"), wrong);
    }
}

/// Addresses that services have.
pub static ADDRESSES: Rules<IPAddress> = Rules {
    validate: |address, wrong| {
        let name = address.metadata.name.as_deref().unwrap_or_default();
        let canonical = name.parse::<IpAddr>().is_ok_and(|parsed| parsed.to_string() == name);
        if !canonical {
            wrong.push(Violation::invalid(
                &Field::root("metadata").child("name"),
                name,
                "must be an IP address in canonical form",
            ));
        }
        let field = Field::root("spec").child("parentRef");
        let parent = &address.spec.parent_ref;
        if *parent == ParentReference::default() {
            return wrong.push(Violation::required(&field, ""));
        }
        if let Some(group) = parent.group.as_deref().filter(|group| !group.is_empty()) {
            named(names::dns_subdomain, group, &field.child("group"), wrong);
        }
        required_name(names::path_segment, &parent.resource, &field.child("resource"), wrong);
        required_name(names::path_segment, &parent.name, &field.child("name"), wrong);
        if let Some(namespace) = parent.namespace.as_deref().filter(|namespace| !namespace.is_empty()) {
            named(names::path_segment, namespace, &field.child("namespace"), wrong);
        }
    },
    validate_update: |new, old, _, wrong| {
        let field = Field::root("spec").child("parentRef");
        immutable(&new.spec.parent_ref, &old.spec.parent_ref, &field, wrong);
    },
    ..Rules::new(COUNTED)
};

/// Ranges of such addresses.
pub static RANGES: Rules<ServiceCIDR> = Rules {
    validate: |range, wrong| {
        let field = Field::root("spec").child("cidrs");
        let cidrs = range.spec.as_ref().and_then(|spec| spec.cidrs.clone()).unwrap_or_default();
        if cidrs.is_empty() {
            wrong.push(Violation::required(&field, "at least one CIDR required"));
        }
        if cidrs.len() == 2 && cidrs[0].contains(':') == cidrs[1].contains(':') {
            let why =
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
            wrong.push(Violation::invalid_value(&field, &cidrs, why));
        }
        if cidrs.len() > 2 {
            wrong.push(Violation::invalid_value(&field, &cidrs, "may only hold up to 2 values"));
        }
        for (index, cidr) in cidrs.iter().enumerate().filter(|(_, cidr)| !is_range(cidr)) {
            wrong.push(Violation::invalid(
                &field.index(index),
                cidr,
                "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
            ));
        }
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return;
        }
        let of = |range: &ServiceCIDR| range.spec.clone().unwrap_or_default().cidrs.unwrap_or_default();
        // A second family may be added; what is there stays.
        if !of(new).starts_with(&of(old)) {
            let field = Field::root("spec").child("cidrs");
            wrong.push(Violation::invalid_value(&field, &of(new), "field is immutable"));
        }
    },
    ..Rules::new(COUNTED)
};
