//! Ingresses, network policies, endpoint slices: what is left out, and what makes sense.

use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::{labels, names};
use k8s_openapi::api::core::v1::Endpoints;
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::api::networking::v1::{
    IPAddress, Ingress, IngressBackend, IngressClass, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort,
    ServiceCIDR,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::text;
use super::{GENERAL, General, Rules};
use crate::net::Range;

const COUNTED: General = General { generation: true, ..GENERAL };
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Whether a text is an address range whose start is no other address.
fn is_range(text: &str) -> bool {
    text.contains('/') && Range::parse(text).is_ok()
}

fn selector(given: Option<&LabelSelector>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(given) = given
        && let Err(error) = labels::Selector::try_from(given)
    {
        wrong.push(Violation::invalid(field, "", &error.to_string()));
    }
}

/// Ingresses.
pub static INGRESSES: Rules<Ingress> = Rules {
    validate: |ingress, wrong| {
        let field = Field::root("spec");
        let spec = ingress.spec.clone().unwrap_or_default();
        let rules = spec.rules.unwrap_or_default();
        if rules.is_empty() && spec.default_backend.is_none() {
            let why = "either `defaultBackend` or `rules` must be specified";
            wrong.push(Violation::invalid_value(&field, &Vec::<String>::new(), why));
        }
        if let Some(backend) = &spec.default_backend {
            self::backend(backend, &field.child("defaultBackend"), wrong);
        }
        if let Some(class) = &spec.ingress_class_name
            && let Err(reason) = names::dns_subdomain(class)
        {
            wrong.push(Violation::invalid(&field.child("ingressClassName"), class, &reason));
        }
        for (index, rule) in rules.iter().enumerate() {
            let place = field.child("rules").index(index);
            host(rule.host.as_deref().unwrap_or_default(), &place.child("host"), wrong);
            let Some(http) = &rule.http else { continue };
            let place = place.child("http").child("paths");
            if http.paths.is_empty() {
                wrong.push(Violation::required(&place, ""));
            }
            for (index, path) in http.paths.iter().enumerate() {
                let place = place.index(index);
                self::path(path.path.as_deref().unwrap_or_default(), &path.path_type, &place, wrong);
                self::backend(&path.backend, &place.child("backend"), wrong);
            }
        }
        for (index, tls) in spec.tls.iter().flatten().enumerate() {
            let place = field.child("tls").index(index).child("hosts");
            for (index, name) in tls.hosts.iter().flatten().enumerate() {
                host(name, &place.index(index), wrong);
            }
        }
    },
    ..Rules::new(COUNTED)
};

fn host(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if name.is_empty() {
        return;
    }
    if name.parse::<IpAddr>().is_ok() {
        wrong.push(Violation::invalid(field, name, "must be a DNS name, not an IP address"));
        return;
    }
    if let Err(reason) = names::dns_subdomain(name.strip_prefix("*.").unwrap_or(name)) {
        wrong.push(Violation::invalid(field, name, &reason));
    }
}

fn path(path: &str, kind: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("path");
    match kind {
        "" => wrong.push(Violation::required(&field.child("pathType"), "pathType must be specified")),
        "Exact" | "Prefix" => {
            if !path.starts_with('/') {
                wrong.push(Violation::invalid(&place, path, "must be an absolute path"));
            }
            let odd = ["//", "/./", "/../", "%2f", "%2F"].into_iter().find(|part| path.contains(part));
            if let Some(odd) = odd {
                wrong.push(Violation::invalid(&place, path, &format!("must not contain '{odd}'")));
            }
            for end in ["/..", "/."] {
                if path.ends_with(end) {
                    wrong.push(Violation::invalid(&place, path, &format!("cannot end with '{end}'")));
                }
            }
        }
        "ImplementationSpecific" => {
            if !path.is_empty() && !path.starts_with('/') {
                wrong.push(Violation::invalid(&place, path, "must be an absolute path"));
            }
        }
        other => {
            let allowed = ["Exact", "ImplementationSpecific", "Prefix"];
            wrong.push(Violation::unsupported(&field.child("pathType"), other, &allowed));
        }
    }
}

fn backend(backend: &IngressBackend, field: &Field, wrong: &mut Vec<Violation>) {
    match (&backend.service, &backend.resource) {
        (Some(_), Some(_)) => {
            wrong.push(Violation::invalid(field, "", "cannot set both resource and service backends"));
        }
        (None, None) => wrong.push(Violation::required(field, "one of resource or service is required")),
        (None, Some(_)) => {}
        (Some(service), None) => {
            let place = field.child("service");
            if service.name.is_empty() {
                wrong.push(Violation::required(&place.child("name"), ""));
            } else if let Err(reason) = names::dns_1035_label(&service.name) {
                wrong.push(Violation::invalid(&place.child("name"), &service.name, &reason));
            }
            let port = service.port.clone().unwrap_or_default();
            let (name, number) = (port.name.unwrap_or_default(), port.number.unwrap_or(0));
            let place = place.child("port");
            match (name.is_empty(), number) {
                (true, 0) => wrong.push(Violation::required(field, "port name or number is required")),
                (false, 0) => {
                    if let Err(reason) = names::port_name(&name) {
                        wrong.push(Violation::invalid(&place.child("name"), &name, &reason));
                    }
                }
                (true, number) => {
                    if let Err(reason) = names::port_number(i64::from(number)) {
                        wrong.push(Violation::invalid_value(&place.child("number"), &number, &reason));
                    }
                }
                _ => wrong.push(Violation::invalid(field, "", "cannot set both port name & port number")),
            }
        }
    }
}

/// Ingress classes.
pub static INGRESS_CLASSES: Rules<IngressClass> = Rules {
    validate: |class, wrong| {
        let field = Field::root("spec").child("controller");
        let controller = class.spec.as_ref().and_then(|spec| spec.controller.clone()).unwrap_or_default();
        if controller.is_empty() {
            wrong.push(Violation::required(&field, ""));
        } else if !controller.contains('/') || names::qualified_name(&controller).is_err() {
            let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            wrong.push(Violation::invalid(&field, &controller, why));
        }
    },
    validate_update: |new, old, _, wrong| {
        let of = |class: &IngressClass| {
            class.spec.as_ref().and_then(|spec| spec.controller.clone()).unwrap_or_default()
        };
        if of(new) != of(old) {
            wrong.push(Violation::invalid(
                &Field::root("spec").child("controller"),
                &of(new),
                "field is immutable",
            ));
        }
    },
    ..Rules::new(COUNTED)
};

/// Network policies.
pub static POLICIES: Rules<NetworkPolicy> = Rules {
    default: |policy| {
        let Some(spec) = &mut policy.spec else { return };
        if spec.policy_types.as_ref().is_none_or(Vec::is_empty) {
            let mut types = vec!["Ingress".to_string()];
            if spec.egress.as_ref().is_some_and(|rules| !rules.is_empty()) {
                types.push("Egress".into());
            }
            spec.policy_types = Some(types);
        }
        let ingress = spec.ingress.iter_mut().flatten().flat_map(|rule| rule.ports.iter_mut().flatten());
        let egress = spec.egress.iter_mut().flatten().flat_map(|rule| rule.ports.iter_mut().flatten());
        for port in ingress.chain(egress) {
            text(&mut port.protocol, "TCP");
        }
    },
    validate: |policy, wrong| {
        let field = Field::root("spec");
        let Some(spec) = &policy.spec else { return };
        selector(spec.pod_selector.as_ref(), &field.child("podSelector"), wrong);
        for (index, kind) in spec.policy_types.iter().flatten().enumerate() {
            let allowed = ["Egress", "Ingress"];
            if !allowed.contains(&kind.as_str()) {
                wrong.push(Violation::unsupported(&field.child("policyTypes").index(index), kind, &allowed));
            }
        }
        for (index, rule) in spec.ingress.iter().flatten().enumerate() {
            let place = field.child("ingress").index(index);
            ports(rule.ports.as_deref(), &place, wrong);
            for (index, peer) in rule.from.iter().flatten().enumerate() {
                self::peer(peer, &place.child("from").index(index), wrong);
            }
        }
        for (index, rule) in spec.egress.iter().flatten().enumerate() {
            let place = field.child("egress").index(index);
            ports(rule.ports.as_deref(), &place, wrong);
            for (index, peer) in rule.to.iter().flatten().enumerate() {
                self::peer(peer, &place.child("to").index(index), wrong);
            }
        }
    },
    ..Rules::new(COUNTED)
};

fn ports(given: Option<&[NetworkPolicyPort]>, field: &Field, wrong: &mut Vec<Violation>) {
    for (index, port) in given.into_iter().flatten().enumerate() {
        let place = field.child("ports").index(index);
        let protocol = port.protocol.as_deref().unwrap_or_default();
        if !PROTOCOLS.contains(&protocol) {
            wrong.push(Violation::unsupported(&place.child("protocol"), protocol, &PROTOCOLS));
        }
        match &port.port {
            Some(IntOrString::Int(number)) => {
                if let Err(reason) = names::port_number(i64::from(*number)) {
                    wrong.push(Violation::invalid_value(&place.child("port"), number, &reason));
                }
                if let Some(end) = port.end_port.filter(|end| end < number) {
                    let why = "must be greater than or equal to `port`";
                    wrong.push(Violation::invalid_value(&place.child("endPort"), &end, why));
                }
            }
            Some(IntOrString::String(name)) => {
                if let Err(reason) = names::port_name(name) {
                    wrong.push(Violation::invalid(&place.child("port"), name, &reason));
                }
                if let Some(end) = port.end_port {
                    let why = "may not be specified when `port` is non-numeric";
                    wrong.push(Violation::invalid_value(&place.child("endPort"), &end, why));
                }
            }
            None => {
                if let Some(end) = port.end_port {
                    let why = "may not be specified when `port` is not specified";
                    wrong.push(Violation::invalid_value(&place.child("endPort"), &end, why));
                }
            }
        }
    }
}

fn peer(peer: &NetworkPolicyPeer, field: &Field, wrong: &mut Vec<Violation>) {
    selector(peer.pod_selector.as_ref(), &field.child("podSelector"), wrong);
    selector(peer.namespace_selector.as_ref(), &field.child("namespaceSelector"), wrong);
    let others = peer.pod_selector.is_some() || peer.namespace_selector.is_some();
    let Some(block) = &peer.ip_block else {
        if !others {
            wrong.push(Violation::required(field, "must specify a peer"));
        }
        return;
    };
    if others {
        wrong.push(Violation::forbidden(field, "may not specify both ipBlock and another peer"));
    }
    let place = field.child("ipBlock");
    if block.cidr.is_empty() {
        wrong.push(Violation::required(&place.child("cidr"), ""));
    } else if !is_range(&block.cidr) {
        wrong.push(Violation::invalid(
            &place.child("cidr"),
            &block.cidr,
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
        ));
    }
    for (index, except) in block.except.iter().flatten().enumerate() {
        let place = place.child("except").index(index);
        if !is_range(except) {
            wrong.push(Violation::invalid(
                &place,
                except,
                "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
            ));
        } else if !is_inside(except, &block.cidr) {
            wrong.push(Violation::invalid(
                &place,
                except,
                &format!("must be a strict subset of `cidr`: {}", block.cidr),
            ));
        }
    }
}

/// Whether one range lies within a larger one.
fn is_inside(inner: &str, outer: &str) -> bool {
    let parts = |text: &str| -> Option<(IpAddr, u8)> {
        let (address, bits) = text.split_once('/')?;
        Some((address.parse().ok()?, bits.parse().ok()?))
    };
    let (Some((a, small)), Some((b, large))) = (parts(inner), parts(outer)) else { return true };
    let value = |address: IpAddr| match address {
        IpAddr::V4(four) => (u128::from(u32::from(four)) << 96, 32),
        IpAddr::V6(six) => (u128::from(six), 128),
    };
    let ((x, width), (y, other)) = (value(a), value(b));
    let same = large == 0 || x >> (128 - u32::from(large)) == y >> (128 - u32::from(large));
    width == other && small > large && same
}

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
            let place = field.index(index).child("addresses");
            if endpoint.addresses.is_empty() {
                wrong.push(Violation::required(&place, "must contain at least 1 address"));
            } else if endpoint.addresses.len() > 100 {
                wrong.push(Violation::too_many(&place, endpoint.addresses.len(), 100));
            }
            for (index, address) in endpoint.addresses.iter().enumerate() {
                let parsed = address.parse::<IpAddr>();
                let fits = match kind {
                    "IPv4" => parsed.is_ok_and(|address| address.is_ipv4()),
                    "IPv6" => parsed.is_ok_and(|address| address.is_ipv6()),
                    _ => names::dns_subdomain(address).is_ok(),
                };
                if !fits {
                    let why = match kind {
                        "IPv4" => "must be an IPv4 address",
                        "IPv6" => "must be an IPv6 address",
                        _ => "must be a fully qualified domain name",
                    };
                    wrong.push(Violation::invalid(&place.index(index), address, why));
                }
            }
        }
        let mut seen = Vec::new();
        for (index, port) in slice.ports.iter().flatten().enumerate() {
            let place = Field::root("ports").index(index);
            let name = port.name.as_deref().unwrap_or_default();
            if seen.contains(&name) {
                wrong.push(Violation::duplicate(&place.child("name"), name));
            }
            seen.push(name);
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
                    if address.ip.parse::<IpAddr>().is_err() {
                        let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
                        wrong.push(Violation::invalid(
                            &place.child(name).index(index).child("ip"),
                            &address.ip,
                            why,
                        ));
                    }
                }
            }
        }
    },
    ..Rules::new(General { creates: true, ..GENERAL })
};

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
    ..Rules::new(COUNTED)
};

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;
    use serde_json::{Value, json};

    fn ingress(path: Value) -> Value {
        json!({"spec": {"rules": [{"host": "*.a.b", "http": {"paths": [path]}}]}})
    }

    #[test]
    fn ingresses() {
        let backend = json!({"service": {"name": "s", "port": {"number": 80}}});
        check(&INGRESSES, ingress(json!({"path": "/", "pathType": "Prefix", "backend": backend})), &[]);
        check(
            &INGRESSES,
            json!({"spec": {}}),
            &["spec: Invalid value: []: either `defaultBackend` or `rules` must be specified"],
        );
        check(
            &INGRESSES,
            ingress(json!({"path": "a", "pathType": "Exact", "backend": {"service": {"name": "s"}}})),
            &[
                "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path",
                "spec.rules[0].http.paths[0].backend: Required value: port name or number is required",
            ],
        );
        check(
            &INGRESSES,
            json!({"spec": {"rules": [{"host": "1.2.3.4"}], "tls": [{"hosts": ["A"]}], "defaultBackend": {}}}),
            &[
                "spec.defaultBackend: Required value: one of resource or service is required",
                "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address",
                &format!(
                    "spec.tls[0].hosts[0]: Invalid value: \"A\": {}",
                    names::dns_subdomain("A").expect_err("is wrong")
                ),
            ],
        );
    }

    #[test]
    fn network_policies() {
        let mut policy: NetworkPolicy = serde_json::from_value(
            json!({"spec": {"podSelector": {}, "egress": [{"ports": [{"port": 53}]}]}}),
        )
        .expect("a policy");
        (POLICIES.default)(&mut policy);
        let spec = policy.spec.expect("a spec");
        assert_eq!(spec.policy_types, Some(vec!["Ingress".to_string(), "Egress".to_string()]));
        assert_eq!(
            spec.egress.expect("rules")[0].ports.as_ref().expect("ports")[0].protocol.as_deref(),
            Some("TCP")
        );
        check(
            &POLICIES,
            json!({"spec": {"podSelector": {}, "ingress": [{
                "ports": [{"port": 0}, {"port": 80, "endPort": 79}, {"protocol": "X"}],
                "from": [{}, {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "11.0.0.0/16"]}}, {"ipBlock": {"cidr": "x"}, "podSelector": {}}],
            }]}}),
            &[
                &format!(
                    "spec.ingress[0].ports[0].port: Invalid value: 0: {}",
                    names::port_number(0).expect_err("is wrong")
                ),
                "spec.ingress[0].ports[1].endPort: Invalid value: 79: must be greater than or equal to `port`",
                "spec.ingress[0].ports[2].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
                "spec.ingress[0].from[0]: Required value: must specify a peer",
                "spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`: 10.0.0.0/8",
                "spec.ingress[0].from[2]: Forbidden: may not specify both ipBlock and another peer",
                "spec.ingress[0].from[2].ipBlock.cidr: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
            ],
        );
    }

    #[test]
    fn slices_and_classes() {
        check(
            &SLICES,
            json!({"addressType": "IPv4", "endpoints": [{"addresses": ["10.0.0.1", "::1"]}, {"addresses": []}], "ports": [{"port": 1}, {"port": 2}]}),
            &[
                "endpoints[0].addresses[1]: Invalid value: \"::1\": must be an IPv4 address",
                "endpoints[1].addresses: Required value: must contain at least 1 address",
                "ports[1].name: Duplicate value: \"\"",
            ],
        );
        check(&INGRESS_CLASSES, json!({"spec": {"controller": "a.b/c"}}), &[]);
        check(&INGRESS_CLASSES, json!({"spec": {}}), &["spec.controller: Required value"]);
        check(&RANGES, json!({"spec": {"cidrs": ["10.0.0.0/16"]}}), &[]);
        check(
            &RANGES,
            json!({"spec": {"cidrs": []}}),
            &["spec.cidrs: Required value: at least one CIDR required"],
        );
        check(&ADDRESSES, json!({"metadata": {"name": "10.0.0.1"}}), &[]);
        check(
            &ENDPOINTS,
            json!({"subsets": [{}]}),
            &["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
        );
    }
}
