//! Ingresses, their classes, network policies: what is left out, and what makes sense.

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::networking::v1::{
    IPBlock, Ingress, IngressBackend, IngressClass, IngressClassParametersReference, NetworkPolicy,
    NetworkPolicyPeer, NetworkPolicyPort,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::{domain_prefixed, label_selector_if_given as selector, named, one_of_if_given, text};
use super::{GENERAL, General, Rules, addresses};
use crate::handlers::write::Part;

const COUNTED: General = General { generation: true, ..GENERAL };
pub const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

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
        for (index, rule) in rules.iter().enumerate() {
            let place = field.child("rules").index(index);
            if let Some(name) = rule.host.as_deref().filter(|name| !name.is_empty()) {
                let place = place.child("host");
                if addresses::lenient(name).is_some() {
                    let why = "must be a DNS name, not an IP address";
                    wrong.push(Violation::invalid(&place, name, why));
                }
                host(name, &place, wrong);
            }
            let Some(http) = &rule.http else { continue };
            let place = place.child("http").child("paths");
            if http.paths.is_empty() {
                wrong.push(Violation::required(&place, ""));
            }
            for (index, path) in http.paths.iter().enumerate() {
                let place = place.index(index);
                if path.path_type.is_empty() {
                    let why = "pathType must be specified";
                    wrong.push(Violation::required(&place.child("pathType"), why));
                    continue;
                }
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
        if let Some(class) = &spec.ingress_class_name {
            named(names::dns_subdomain, class, &field.child("ingressClassName"), wrong);
        }
    },
    validate_create: |ingress, wrong| {
        let class = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_ref());
        let annotation = ingress.metadata.annotations.as_ref().and_then(|all| all.get(CLASS));
        if let (Some(annotation), Some(class)) = (annotation, class)
            && annotation != class
        {
            let place = Field::root("annotations").child(CLASS);
            let why = "must match `ingressClassName` when both are specified";
            wrong.push(Violation::invalid(&place, annotation, why));
        }
        secrets(ingress, wrong);
    },
    validate_update: |new, old, part, wrong| {
        if part == Part::Status {
            return balancer(new, wrong);
        }
        // Names that were taken once stay.
        let mut before = Vec::new();
        secrets(old, &mut before);
        if before.is_empty() {
            secrets(new, wrong);
        }
    },
    warnings: |ingress, old| {
        let is_named = ingress.spec.as_ref().is_some_and(|spec| spec.ingress_class_name.is_some());
        let annotated = ingress.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(CLASS));
        if old.is_none() && annotated && !is_named {
            vec![format!("annotation {CLASS:?} is deprecated, please use 'spec.ingressClassName' instead")]
        } else {
            Vec::new()
        }
    },
    ..Rules::new(COUNTED)
};

/// The annotation that named an ingress' class before there was a field for it.
const CLASS: &str = "kubernetes.io/ingress.class";
const WILDCARD: &str = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/// The secrets that hold the keys of an ingress' hosts.
fn secrets(ingress: &Ingress, wrong: &mut Vec<Violation>) {
    let tls = ingress.spec.iter().flat_map(|spec| spec.tls.iter().flatten());
    for (index, tls) in tls.enumerate() {
        if let Some(name) = tls.secret_name.as_deref().filter(|name| !name.is_empty()) {
            let place = Field::root("spec").child("tls").index(index).child("secretName");
            named(names::dns_subdomain, name, &place, wrong);
        }
    }
}

/// Where a balancer says that an ingress is reached.
fn balancer(ingress: &Ingress, wrong: &mut Vec<Violation>) {
    let status = ingress.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    for (index, point) in status.iter().flat_map(|status| status.ingress.iter().flatten()).enumerate() {
        let place = Field::root("status").child("loadBalancer").child("ingress").index(index);
        reached_at(point.ip.as_deref(), point.hostname.as_deref(), &place, wrong);
    }
}

/// An address or a name at which something is reached from outside.
pub fn reached_at(ip: Option<&str>, host: Option<&str>, field: &Field, wrong: &mut Vec<Violation>) {
    if let Some(ip) = ip.filter(|ip| !ip.is_empty()) {
        addresses::address(ip, &field.child("ip"), wrong);
    }
    if let Some(name) = host.filter(|name| !name.is_empty()) {
        let place = field.child("hostname");
        named(names::dns_subdomain, name, &place, wrong);
        if addresses::lenient(name).is_some() {
            let why = "must be a DNS name, not an IP address";
            wrong.push(Violation::invalid(&place, name, why));
        }
    }
}

/// A host's name; with a star in place of its first part it stands for all such hosts.
fn host(name: &str, field: &Field, wrong: &mut Vec<Violation>) {
    if !name.contains('*') {
        return named(names::dns_subdomain, name, field, wrong);
    }
    if name.strip_prefix("*.").is_none_or(|rest| names::dns_subdomain(rest).is_err()) {
        wrong.push(Violation::invalid(field, name, WILDCARD));
    }
}

fn path(path: &str, kind: &str, field: &Field, wrong: &mut Vec<Violation>) {
    let place = field.child("path");
    match kind {
        "Exact" | "Prefix" => {
            if !path.starts_with('/') {
                wrong.push(Violation::invalid(&place, path, "must be an absolute path"));
            }
            for odd in ["//", "/./", "/../", "%2f", "%2F"].into_iter().filter(|part| path.contains(part)) {
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
        (None, None) => wrong.push(Violation::invalid(field, "", "resource or service backend is required")),
        (None, Some(resource)) => {
            let place = field.child("resource");
            reference(resource.api_group.as_deref(), &resource.kind, &resource.name, &place, wrong);
        }
        (Some(service), None) => {
            let place = field.child("service");
            if service.name.is_empty() {
                wrong.push(Violation::required(&place.child("name"), ""));
            } else if let Err(reason) = names::dns_label(&service.name) {
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
    if let Some(group) = group {
        named(names::dns_subdomain, group, &field.child("apiGroup"), wrong);
    }
    for (child, value) in [("kind", kind), ("name", name)] {
        if value.is_empty() {
            wrong.push(Violation::required(&field.child(child), &format!("{child} is required")));
        } else {
            named(names::path_segment, value, &field.child(child), wrong);
        }
    }
}

fn parameters(given: &IngressClassParametersReference, field: &Field, wrong: &mut Vec<Violation>) {
    reference(given.api_group.as_deref(), &given.kind, &given.name, field, wrong);
    let scope = given.scope.as_deref().unwrap_or_default();
    one_of_if_given(Some(scope), &["Cluster", "Namespace"], &field.child("scope"), wrong);
    let place = field.child("namespace");
    match (scope, given.namespace.as_deref()) {
        ("Namespace", None) => {
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
            parameters.scope.get_or_insert_with(|| "Cluster".into());
        }
    },
    validate: |class, wrong| {
        let field = Field::root("spec");
        let spec = class.spec.clone().unwrap_or_default();
        let place = field.child("controller");
        let controller = spec.controller.unwrap_or_default();
        if controller.len() > CONTROLLER {
            wrong.push(Violation::too_long(&place, CONTROLLER));
        }
        domain_prefixed(&controller, &place, wrong);
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
        let types = spec.policy_types.as_deref().unwrap_or_default();
        let place = field.child("policyTypes");
        if types.len() > 2 {
            let why = "may not specify more than two policyTypes";
            return wrong.push(Violation::invalid_value(&place, &types, why));
        }
        for (index, kind) in types.iter().enumerate() {
            one_of_if_given(Some(kind), &["Ingress", "Egress"], &place.index(index), wrong);
        }
    },
    warnings: |policy, _| {
        let field = Field::root("spec");
        let spec = policy.spec.clone().unwrap_or_default();
        let mut found = Vec::new();
        for (index, rule) in spec.ingress.iter().flatten().enumerate() {
            let place = field.child("ingress").index(index).child("from");
            odd_ranges(rule.from.as_deref().unwrap_or_default(), &place, &mut found);
        }
        for (index, rule) in spec.egress.iter().flatten().enumerate() {
            let place = field.child("egress").index(index).child("to");
            odd_ranges(rule.to.as_deref().unwrap_or_default(), &place, &mut found);
        }
        found
    },
    ..Rules::new(COUNTED)
};

/// What the client should know about how the ranges of peers are written.
fn odd_ranges(peers: &[NetworkPolicyPeer], field: &Field, found: &mut Vec<String>) {
    for (index, peer) in peers.iter().enumerate() {
        let Some(block) = &peer.ip_block else { continue };
        let place = field.index(index).child("ipBlock");
        found.extend(addresses::range_warnings(&block.cidr, &place.child("cidr")));
        for (index, except) in block.except.iter().flatten().enumerate() {
            found.extend(addresses::range_warnings(except, &place.child("except").index(index)));
        }
    }
}

fn ports(given: Option<&[NetworkPolicyPort]>, field: &Field, wrong: &mut Vec<Violation>) {
    for (index, port) in given.into_iter().flatten().enumerate() {
        let place = field.child("ports").index(index);
        let protocols = ["TCP", "UDP", "SCTP"];
        one_of_if_given(port.protocol.as_deref(), &protocols, &place.child("protocol"), wrong);
        match &port.port {
            Some(IntOrString::Int(number)) => {
                if let Err(reason) = names::port_number(i64::from(*number)) {
                    wrong.push(Violation::invalid_value(&place.child("port"), number, &reason));
                }
                let Some(end) = port.end_port else { continue };
                if end < *number {
                    // The port is shown, not the end.
                    let why = "must be greater than or equal to `port`";
                    wrong.push(Violation::invalid_value(&place.child("endPort"), number, why));
                }
                if let Err(reason) = names::port_number(end.into()) {
                    wrong.push(Violation::invalid_value(&place.child("endPort"), &end, &reason));
                }
            }
            Some(IntOrString::String(name)) => {
                if let Some(end) = port.end_port {
                    let why = "may not be specified when `port` is non-numeric";
                    wrong.push(Violation::invalid_value(&place.child("endPort"), &end, why));
                }
                named(names::port_name, name, &place.child("port"), wrong);
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
    match &peer.ip_block {
        None if !others => wrong.push(Violation::required(field, "must specify a peer")),
        None => {}
        Some(block) => {
            ip_block(block, &field.child("ipBlock"), wrong);
            if others {
                wrong.push(Violation::forbidden(field, "may not specify both ipBlock and another peer"));
            }
        }
    }
}

fn ip_block(block: &IPBlock, field: &Field, wrong: &mut Vec<Violation>) {
    if block.cidr.is_empty() {
        return wrong.push(Violation::required(&field.child("cidr"), ""));
    }
    addresses::range(&block.cidr, &field.child("cidr"), wrong);
    let Some((outer, large)) = addresses::lenient_range(&block.cidr) else { return };
    for (index, except) in block.except.iter().flatten().enumerate() {
        let place = field.child("except").index(index);
        addresses::range(except, &place, wrong);
        let Some((inner, small)) = addresses::lenient_range(except) else { continue };
        let same = inner.is_ipv4() == outer.is_ipv4()
            && addresses::network(inner, large) == addresses::network(outer, large);
        if !same || small <= large {
            wrong.push(Violation::invalid(&place, except, "must be a strict subset of `cidr`"));
        }
    }
}
