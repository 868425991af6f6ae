//! Ingresses, their classes, network policies: what is left out, and what makes sense.

use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::networking::v1::{
    Ingress, IngressBackend, IngressClass, IngressClassParametersReference, NetworkPolicy, NetworkPolicyPeer,
    NetworkPolicyPort,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::{
    domain_prefixed, label_selector_if_given as selector, named, one_of, required_name, text,
};
use super::{GENERAL, General, Rules};
use crate::net::Range;

const COUNTED: General = General { generation: true, ..GENERAL };
pub const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Whether a text is an address range whose start is no other address.
pub fn is_range(text: &str) -> bool {
    text.contains('/') && Range::parse(text).is_ok()
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
    validate_create: |ingress, wrong| {
        let spec = ingress.spec.clone().unwrap_or_default();
        let key = "kubernetes.io/ingress.class";
        let annotation = ingress.metadata.annotations.as_ref().and_then(|all| all.get(key));
        if let (Some(class), Some(_)) = (annotation, &spec.ingress_class_name) {
            let place = Field::root("metadata").child("annotations").child(key);
            let why = "can not be set when the class field is also set";
            wrong.push(Violation::invalid(&place, class, why));
        }
        for (index, tls) in spec.tls.iter().flatten().enumerate() {
            if let Some(name) = tls.secret_name.as_deref().filter(|name| !name.is_empty()) {
                let place = Field::root("spec").child("tls").index(index).child("secretName");
                named(names::dns_subdomain, name, &place, wrong);
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
        (None, Some(resource)) => {
            let place = field.child("resource");
            reference(resource.api_group.as_deref(), &resource.kind, &resource.name, &place, wrong);
        }
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

/// What stands behind a path, or configures a class.
fn reference(group: Option<&str>, kind: &str, name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(group) = group.filter(|group| !group.is_empty()) {
        named(names::dns_subdomain, group, &field.child("apiGroup"), wrong);
    }
    for (child, value) in [("kind", kind), ("name", name)] {
        required_name(names::path_segment, value, &field.child(child), wrong);
    }
}

fn parameters(given: &IngressClassParametersReference, field: &Field, wrong: &mut Vec<Violation>) {
    reference(given.api_group.as_deref(), &given.kind, &given.name, field, wrong);
    let scope = given.scope.as_deref().unwrap_or_default();
    one_of(scope, &["Cluster", "Namespace"], &field.child("scope"), wrong);
    let place = field.child("namespace");
    match (scope, given.namespace.as_deref()) {
        ("Namespace", None | Some("")) => {
            wrong.push(Violation::required(&place, "`parameters.scope` is set to 'Namespace'"));
        }
        ("Namespace", Some(namespace)) => named(names::dns_label, namespace, &place, wrong),
        ("Cluster", Some(_)) => {
            wrong.push(Violation::forbidden(&place, "`parameters.scope` is set to 'Cluster'"));
        }
        _ => {}
    }
}

/// The longest name of a class' controller.
const CONTROLLER: usize = 250;

/// Ingress classes.
pub static INGRESS_CLASSES: Rules<IngressClass> = Rules {
    default: |class| {
        if let Some(parameters) = class.spec.as_mut().and_then(|spec| spec.parameters.as_mut()) {
            text(&mut parameters.scope, "Cluster");
        }
    },
    validate: |class, wrong| {
        let field = Field::root("spec");
        let spec = class.spec.clone().unwrap_or_default();
        let place = field.child("controller");
        let controller = spec.controller.unwrap_or_default();
        if controller.len() > CONTROLLER {
            wrong.push(Violation::too_long(&place, CONTROLLER));
        } else {
            domain_prefixed(&controller, &place, wrong);
        }
        if let Some(given) = &spec.parameters {
            parameters(given, &field.child("parameters"), wrong);
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
        let types = spec.policy_types.as_deref().unwrap_or_default();
        if types.len() > 2 {
            let why = "may not specify more than two policyTypes";
            wrong.push(Violation::invalid_value(&field.child("policyTypes"), &types, why));
        }
        for (index, kind) in types.iter().enumerate() {
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
