//! Endpoints, slices of them, the addresses of services and their ranges.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{EndpointAddress, Endpoints};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointPort, EndpointSlice};
use k8s_openapi::api::networking::v1::{IPAddress, ParentReference, ServiceCIDR};

use super::checks::{immutable, named, one_of, required_name, text};
use super::networking::PROTOCOLS;
use super::services::special;
use super::{GENERAL, General, NameRule, Rules, addresses};
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
    // Where an endpoint is has fields of its own now.
    prepare_create: |slice| forget_topology(slice),
    prepare_update: |new, old, _| {
        if new.endpoints != old.endpoints {
            forget_topology(new);
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
        } else {
            for (index, one) in endpoints.iter().enumerate() {
                endpoint(one, kind, &field.index(index), wrong);
            }
        }
        slice_ports(slice.ports.as_deref().unwrap_or_default(), wrong);
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
    warnings: |slice, _| {
        if slice.address_type == "FQDN" {
            return vec!["addressType: FQDN endpoints are deprecated".into()];
        }
        let mut found = Vec::new();
        for (index, endpoint) in slice.endpoints.iter().flatten().enumerate() {
            let place = Field::root("endpoints").index(index).child("addresses");
            for (index, address) in endpoint.addresses.iter().enumerate() {
                found.extend(addresses::warning(address, &place.index(index)));
            }
        }
        found
    },
    ..Rules::new(COUNTED)
};

fn forget_topology(slice: &mut EndpointSlice) {
    for endpoint in slice.endpoints.iter_mut().flatten() {
        endpoint.deprecated_topology = None;
    }
}

fn endpoint(given: &Endpoint, kind: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("addresses");
    if given.addresses.is_empty() {
        wrong.push(Violation::required(&place, "must contain at least 1 address"));
    } else if given.addresses.len() > 100 {
        wrong.push(Violation::too_many(&place, given.addresses.len(), 100));
    }
    for (index, address) in given.addresses.iter().enumerate() {
        let place = place.index(index);
        match kind {
            "IPv4" | "IPv6" => family_address(address, kind, &place, wrong),
            "FQDN" => full_name(address, &place, wrong),
            _ => {}
        }
    }
    if let Some(name) = given.node_name.as_deref() {
        named(names::dns_subdomain, name, &field.child("nodeName"), wrong);
    }
    if let Some(name) = given.hostname.as_deref() {
        named(names::dns_label, name, &field.child("hostname"), wrong);
    }
    let hints = given.hints.clone().unwrap_or_default();
    let names = |all: Vec<String>, kind: &str, rule: NameRule, wrong: &mut Vec<Violation>| {
        let place = field.child("hints").child(kind);
        if all.len() > ZONES {
            return wrong.push(Violation::too_many(&place, all.len(), ZONES));
        }
        for (index, name) in all.iter().enumerate() {
            let place = place.index(index).child("name");
            if all[..index].contains(name) {
                wrong.push(Violation::duplicate(&place, name));
            }
            named(rule, name, &place, wrong);
        }
    };
    let zones = hints.for_zones.into_iter().flatten().map(|zone| zone.name).collect();
    names(zones, "forZones", names::label_value, wrong);
    let nodes = hints.for_nodes.into_iter().flatten().map(|node| node.name).collect();
    names(nodes, "forNodes", names::dns_subdomain, wrong);
}

/// An address of the slice's family, at which an endpoint can be reached.
fn family_address(text: &str, kind: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(why) = addresses::refused(text) {
        wrong.push(Violation::invalid(field, text, why));
    } else if addresses::lenient(text).is_some_and(|address| address.is_ipv4() != (kind == "IPv4")) {
        wrong.push(Violation::invalid(field, text, &format!("must be an {kind} address")));
    }
    if let Some(why) = special(text) {
        wrong.push(Violation::invalid(field, text, &why));
    }
}

/// A name with its domain.
fn full_name(text: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if text.is_empty() {
        return wrong.push(Violation::required(field, ""));
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    if let Err(why) = names::dns_subdomain(name) {
        return wrong.push(Violation::invalid(field, name, &why));
    }
    if !name.contains('.') {
        let why = "should be a domain with at least two segments separated by dots";
        return wrong.push(Violation::invalid(field, name, why));
    }
    for label in name.split('.') {
        named(names::dns_label, label, field, wrong);
    }
}

fn slice_ports(ports: &[EndpointPort], wrong: &mut Vec<Violation>) {
    let field = Field::root("ports");
    if ports.len() > PORTS {
        return wrong.push(Violation::too_many(&field, ports.len(), PORTS));
    }
    let mut seen = Vec::new();
    for (index, port) in ports.iter().enumerate() {
        let place = field.index(index);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            named(names::dns_label, name, &place.child("name"), wrong);
        }
        if seen.contains(&name) {
            wrong.push(Violation::duplicate(&place.child("name"), name));
        }
        seen.push(name);
        one_of(port.protocol.as_deref().unwrap_or_default(), &PROTOCOLS, &place.child("protocol"), wrong);
        if let Some(protocol) = port.app_protocol.as_deref() {
            named(names::qualified_name, protocol, &place.child("appProtocol"), wrong);
        }
    }
}

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
    warnings: |endpoints, _| {
        // The controller of endpoints writes addresses as they should be, or can't help it.
        let labels = endpoints.metadata.labels.as_ref();
        let by = labels.and_then(|labels| labels.get("endpoints.kubernetes.io/managed-by"));
        if by.is_some_and(|by| by == "endpoint-controller") {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (index, set) in endpoints.subsets.iter().flatten().enumerate() {
            let place = Field::root("subsets").index(index);
            for (name, list) in
                [("addresses", &set.addresses), ("notReadyAddresses", &set.not_ready_addresses)]
            {
                for (index, address) in list.iter().flatten().enumerate() {
                    let place = place.child(name).index(index).child("ip");
                    found.extend(addresses::warning(&address.ip, &place));
                }
            }
        }
        found
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};

fn address(given: &EndpointAddress, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("ip");
    addresses::address(&given.ip, &place, wrong);
    if let Some(why) = special(&given.ip) {
        wrong.push(Violation::invalid(&place, &given.ip, &why));
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
    ..Rules::new(General { name: address_name, ..COUNTED })
};

/// The name of an address is the address itself, written in its one right form.
fn address_name(name: &str) -> Result<(), String> {
    if let Some(why) = addresses::refused(name) {
        return Err(why.into());
    }
    let right = addresses::lenient(name).map(|address| address.to_string()).unwrap_or_default();
    if right == name { Ok(()) } else { Err(format!("must be in canonical form ({right:?})")) }
}

/// Ranges of such addresses.
pub static RANGES: Rules<ServiceCIDR> = Rules {
    validate: |range, wrong| {
        let field = Field::root("spec").child("cidrs");
        let spec = range.spec.clone().unwrap_or_default();
        let cidrs = spec.cidrs.as_deref().unwrap_or_default();
        if cidrs.is_empty() {
            return wrong.push(Violation::required(&field, "at least one CIDR required"));
        }
        if cidrs.len() > 2 {
            return wrong.push(Violation::invalid_value(&field, &spec, "may only hold up to 2 values"));
        }
        let families: Vec<Option<bool>> = cidrs
            .iter()
            .map(|cidr| addresses::lenient_range(cidr).map(|(address, _)| address.is_ipv4()))
            .collect();
        if let [one, other] = families[..]
            && (one.is_none() || other.is_none() || one == other)
        {
            let why =
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
            return wrong.push(Violation::invalid_value(&field, &spec, why));
        }
        for (index, cidr) in cidrs.iter().enumerate() {
            let place = field.index(index);
            if let Some(why) = addresses::range_refused(cidr) {
                wrong.push(Violation::invalid(&place, cidr, why));
            } else if let Some((address, bits)) = addresses::lenient_range(cidr) {
                let right = format!("{address}/{bits}");
                if right != *cidr {
                    let why = format!("must be in canonical form ({right:?})");
                    wrong.push(Violation::invalid(&place, cidr, &why));
                }
            }
        }
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return;
        }
        let of = |range: &ServiceCIDR| range.spec.clone().unwrap_or_default().cidrs.unwrap_or_default();
        let (now, before) = (of(new), of(old));
        let field = Field::root("spec").child("cidrs");
        // A second family may be added; what is there stays.
        if now.len() != before.len() && (now.len(), before.len()) != (2, 1) {
            return wrong.push(Violation::invalid_value(&field, &now, "field is immutable"));
        }
        for (index, (now, before)) in now.iter().zip(&before).enumerate() {
            immutable(now, before, &field.index(index), wrong);
        }
    },
    ..Rules::new(COUNTED)
};
