//! Services: defaults and validation. Addresses and ports are given out in [`crate::allocate`].

use std::collections::BTreeSet;
use std::net::IpAddr;

use apimachinery::invalid::{Field, Violation};
use apimachinery::names;
use k8s_openapi::api::core::v1::{
    ClientIPConfig, Service, ServiceSpec, ServiceStatus, SessionAffinityConfig,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::checks::text;
use super::networking::reached_at;
use super::{GENERAL, General, Rules, addresses};
use crate::handlers::write::Part;

/// The annotation that told which addresses a balancer lets through before there was a field for it.
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

/// Services.
pub static SERVICES: Rules<Service> = Rules {
    default,
    prepare_create: |service| {
        service.status = Some(ServiceStatus { load_balancer: Some(Default::default()), conditions: None });
    },
    prepare_update: |new, old, part| {
        if part == Part::Main {
            drop_leftovers(new, old);
        }
    },
    validate,
    validate_update: |new, old, part, out| {
        if let (Some(new), Some(old)) = (&new.spec, &old.spec)
            && part == Part::Main
        {
            for_life(new, old, out);
        }
        if part == Part::Status {
            balancer(new, out);
        }
    },
    warnings: |service, _| remarks(service),
    ..Rules::new(General { name: names::dns_label, creates: true, returns: true, ..GENERAL })
};

/// Where a balancer says that a service is reached.
fn balancer(service: &Service, out: &mut Vec<Violation>) {
    let status = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
    let points = status.and_then(|status| status.ingress.as_deref()).unwrap_or_default();
    let field = Field::root("status").child("loadBalancer").child("ingress");
    let kind = service.spec.as_ref().and_then(|spec| spec.type_.as_deref());
    if kind != Some("LoadBalancer") && !points.is_empty() {
        let why = "may only be used when `spec.type` is 'LoadBalancer'";
        return out.push(Violation::forbidden(&field, why));
    }
    for (index, point) in points.iter().enumerate() {
        let field = field.index(index);
        let place = field.child("ipMode");
        reached_at(point.ip.as_deref(), point.hostname.as_deref(), &field, out);
        match (point.ip_mode.as_deref(), point.ip.as_deref().unwrap_or_default()) {
            (Some(_), "") => {
                out.push(Violation::forbidden(&place, "may not be specified when `ip` is not set"));
            }
            (Some(mode), _) if !matches!(mode, "Proxy" | "VIP") => {
                out.push(Violation::unsupported(&place, mode, &["Proxy", "VIP"]));
            }
            _ => {}
        }
    }
}

/// What the client should know about a service.
fn remarks(service: &Service) -> Vec<String> {
    let Some(spec) = &service.spec else { return Vec::new() };
    let field = Field::root("spec");
    let mut found: Vec<String> = Vec::new();
    let hints = "service.kubernetes.io/topology-aware-hints";
    if service.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(hints)) {
        let mode = "service.kubernetes.io/topology-mode";
        found.push(format!("annotation {hints} is deprecated, please use {mode} instead"));
    }
    let named = spec.type_.as_deref() == Some("ExternalName");
    let address = spec.cluster_ip.as_deref().unwrap_or_default();
    if !named && !matches!(address, "" | "None") {
        for (index, address) in spec.cluster_ips.iter().flatten().enumerate() {
            found.extend(addresses::warning(address, &field.child("clusterIPs").index(index)));
        }
    }
    let balanced = spec.load_balancer_ip.as_deref().filter(|address| !address.is_empty());
    let external = spec.external_ips.as_deref().unwrap_or_default();
    let headless = spec.type_.as_deref() == Some("ClusterIP") && address == "None";
    for (name, given) in [
        ("loadBalancerIP", balanced.is_some()),
        ("externalIPs", !external.is_empty()),
        ("SessionAffinity", spec.session_affinity.as_deref() != Some("None")),
    ] {
        if headless && given {
            found.push(format!("spec.{name} is ignored for headless services"));
        }
    }
    for (index, address) in external.iter().enumerate() {
        found.extend(addresses::warning(address, &field.child("externalIPs").index(index)));
    }
    if !external.is_empty() && !headless && !named {
        found.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters".into());
    }
    found.extend(balanced.and_then(|address| addresses::warning(address, &field.child("loadBalancerIP"))));
    for (index, range) in spec.load_balancer_source_ranges.iter().flatten().enumerate() {
        let place = field.child("loadBalancerSourceRanges").index(index);
        found.extend(addresses::range_warnings(range, &place));
    }
    if named && !external.is_empty() {
        found.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".into());
    }
    if !named && spec.external_name.as_deref().is_some_and(|name| !name.is_empty()) {
        found.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".into());
    }
    if spec.traffic_distribution.as_deref() == Some("PreferClose") {
        let why = "\"PreferClose\" is deprecated; use \"PreferSameZone\"";
        found.push(format!("spec.trafficDistribution: {why}"));
    }
    found
}

/// Whether a balancer asks the service's nodes how they are.
fn is_checked(spec: &ServiceSpec) -> bool {
    spec.type_.as_deref() == Some("LoadBalancer") && spec.external_traffic_policy.as_deref() == Some("Local")
}

/// What a service keeps as long as it is of its type. Addresses are judged where they are given out.
fn for_life(new: &ServiceSpec, old: &ServiceSpec, out: &mut Vec<Violation>) {
    let field = Field::root("spec");
    let balances = |spec: &ServiceSpec| spec.type_.as_deref() == Some("LoadBalancer");
    let is_named = |spec: &ServiceSpec| spec.type_.as_deref() == Some("ExternalName");
    if !is_named(old) && !is_named(new) && old.cluster_ip.is_some() {
        let mut all = new.cluster_ips.clone().unwrap_or_default();
        if all.is_empty() {
            all.extend(new.cluster_ip.clone().filter(|address| !address.is_empty()));
        }
        if all.first().is_some_and(|first| Some(first) != old.cluster_ip.as_ref()) {
            let place = field.child("clusterIPs").index(0);
            out.push(Violation::invalid_value(&place, &all, "may not change once set"));
        }
    }
    if balances(old) && balances(new) && new.load_balancer_class != old.load_balancer_class {
        let place = field.child("loadBalancerClass");
        out.push(Violation::invalid_value(&place, &new.load_balancer_class, "may not change once set"));
    }
    if is_checked(old) && is_checked(new) && new.health_check_node_port != old.health_check_node_port {
        out.push(Violation::forbidden(&field.child("healthCheckNodePort"), "field is immutable"));
    }
}

/// The first address stands in two fields: a client that changes one of them means both.
fn same_address(new: &mut ServiceSpec, old: &ServiceSpec) {
    if new.cluster_ip == old.cluster_ip || new.cluster_ips != old.cluster_ips {
        return;
    }
    match (new.cluster_ip.as_deref(), new.cluster_ips.as_mut().and_then(|all| all.first_mut())) {
        (None | Some(""), _) => new.cluster_ips = None,
        (Some(address), Some(first)) => *first = address.to_string(),
        (Some(_), None) => {}
    }
}

/// A service of another type than before sheds what only the old type had, where the client
/// merely repeated it.
fn drop_leftovers(new: &mut Service, old: &Service) {
    let (Some(spec), Some(old)) = (&mut new.spec, &old.spec) else { return };
    same_address(spec, old);
    if is_checked(old) && is_checked(spec) && spec.health_check_node_port.unwrap_or(0) == 0 {
        spec.health_check_node_port = old.health_check_node_port;
    }
    if is_checked(old) && !is_checked(spec) {
        spec.health_check_node_port.take_if(|port| Some(*port) == old.health_check_node_port);
    }
    let has_ports = |kind: Option<&str>| matches!(kind, Some("NodePort" | "LoadBalancer"));
    if has_ports(old.type_.as_deref()) && !has_ports(spec.type_.as_deref()) {
        let before: BTreeSet<i32> = old.ports.iter().flatten().filter_map(|port| port.node_port).collect();
        for port in spec.ports.iter_mut().flatten() {
            port.node_port.take_if(|number| before.contains(number));
        }
        spec.health_check_node_port.take_if(|port| Some(*port) == old.health_check_node_port);
    }
    if is_external(old) && !is_external(spec) {
        spec.external_traffic_policy.take_if(|policy| Some(&*policy) == old.external_traffic_policy.as_ref());
    }
    let external = |kind: Option<&str>| kind == Some("ExternalName");
    if external(spec.type_.as_deref()) && !external(old.type_.as_deref()) && spec.cluster_ip == old.cluster_ip
    {
        spec.cluster_ip = None;
        spec.cluster_ips = None;
    }
    if external(spec.type_.as_deref()) && !external(old.type_.as_deref()) {
        spec.ip_families.take_if(|given| Some(&*given) == old.ip_families.as_ref());
        spec.ip_family_policy.take_if(|given| Some(&*given) == old.ip_family_policy.as_ref());
    }
    if old.type_.as_deref() == Some("LoadBalancer") && spec.type_.as_deref() != Some("LoadBalancer") {
        let before = old.allocate_load_balancer_node_ports;
        spec.allocate_load_balancer_node_ports.take_if(|given| Some(*given) == before);
        spec.load_balancer_class.take_if(|class| Some(&*class) == old.load_balancer_class.as_ref());
    }
}

/// Whether others than the cluster's own reach the service.
fn is_external(spec: &ServiceSpec) -> bool {
    match spec.type_.as_deref() {
        Some("NodePort" | "LoadBalancer") => true,
        Some("ClusterIP") => spec.external_ips.as_ref().is_some_and(|ips| !ips.is_empty()),
        _ => false,
    }
}

fn default(service: &mut Service) {
    let Some(spec) = &mut service.spec else { return };
    text(&mut spec.session_affinity, "None");
    text(&mut spec.type_, "ClusterIP");
    let kind = spec.type_.clone().unwrap_or_default();
    if spec.session_affinity.as_deref() == Some("None") {
        spec.session_affinity_config = None;
    } else if spec.session_affinity.as_deref() == Some("ClientIP") {
        let config: &mut SessionAffinityConfig = spec.session_affinity_config.get_or_insert_default();
        let client: &mut ClientIPConfig = config.client_ip.get_or_insert_default();
        client.timeout_seconds.get_or_insert(10800);
    }
    for port in spec.ports.iter_mut().flatten() {
        text(&mut port.protocol, "TCP");
        let unset = match &port.target_port {
            None => true,
            Some(IntOrString::Int(number)) => *number == 0,
            Some(IntOrString::String(name)) => name.is_empty(),
        };
        if unset {
            port.target_port = Some(IntOrString::Int(port.port));
        }
    }
    if kind != "ExternalName" {
        spec.internal_traffic_policy.get_or_insert_with(|| "Cluster".into());
    }
    if is_external(spec) {
        text(&mut spec.external_traffic_policy, "Cluster");
    }
    if kind == "LoadBalancer" {
        spec.allocate_load_balancer_node_ports.get_or_insert(true);
        let status = service.status.as_mut().and_then(|status| status.load_balancer.as_mut());
        for point in status.into_iter().flat_map(|status| status.ingress.iter_mut().flatten()) {
            if point.ip.as_deref().is_some_and(|ip| !ip.is_empty()) {
                point.ip_mode.get_or_insert_with(|| "VIP".into());
            }
        }
    }
}

fn validate(service: &Service, out: &mut Vec<Violation>) {
    let field = Field::root("spec");
    let Some(spec) = &service.spec else { return out.push(Violation::required(&field, "")) };
    let kind = spec.type_.as_deref().unwrap_or_default();
    let allowed = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    if !allowed.contains(&kind) {
        out.push(Violation::unsupported(&field.child("type"), kind, &allowed));
    }
    let ports = spec.ports.as_deref().unwrap_or_default();
    let headless = spec.cluster_ip.as_deref() == Some("None");
    if ports.is_empty() && !headless && kind != "ExternalName" {
        out.push(Violation::required(&field.child("ports"), ""));
    }
    match kind {
        "ExternalName" => {
            let name = spec.external_name.as_deref().unwrap_or_default();
            // A dot at the end says that the name is whole.
            let name = name.strip_suffix('.').unwrap_or(name);
            let here = field.child("externalName");
            if name.is_empty() {
                out.push(Violation::required(&here, ""));
            } else if let Err(reason) = names::dns_subdomain(name) {
                out.push(Violation::invalid(&here, name, &reason));
            }
            let one = spec.cluster_ip.iter().chain(spec.cluster_ips.iter().flatten());
            if one.into_iter().any(|address| !address.is_empty()) {
                let why = "may not be set for ExternalName services";
                out.push(Violation::forbidden(&field.child("clusterIPs"), why));
            }
        }
        "NodePort" | "LoadBalancer" if headless => out.push(Violation::invalid(
            &field.child("clusterIPs").index(0),
            "None",
            &format!("may not be set to 'None' for {kind} services"),
        )),
        _ => {}
    }
    addresses(spec, kind, &field, out);
    let mut seen_names = BTreeSet::new();
    let mut seen_ports = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let field = field.child("ports").index(index);
        match port.name.as_deref().filter(|name| !name.is_empty()) {
            None if ports.len() > 1 => out.push(Violation::required(&field.child("name"), "")),
            None => {}
            Some(name) => {
                if let Err(reason) = names::dns_label(name) {
                    out.push(Violation::invalid(&field.child("name"), name, &reason));
                }
                if !seen_names.insert(name) {
                    out.push(Violation::duplicate(&field.child("name"), name));
                }
            }
        }
        if let Err(reason) = names::port_number(port.port.into()) {
            out.push(Violation::invalid_value(&field.child("port"), &port.port, &reason));
        }
        let protocol = port.protocol.as_deref().unwrap_or_default();
        if !matches!(protocol, "TCP" | "UDP" | "SCTP") {
            out.push(Violation::unsupported(&field.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]));
        }
        match &port.target_port {
            Some(IntOrString::Int(number)) => {
                if let Err(reason) = names::port_number((*number).into()) {
                    out.push(Violation::invalid_value(&field.child("targetPort"), number, &reason));
                }
            }
            Some(IntOrString::String(name)) => {
                if let Err(reason) = names::port_name(name) {
                    out.push(Violation::invalid(&field.child("targetPort"), name, &reason));
                }
            }
            None => {}
        }
        if !seen_ports.insert((port.port, protocol)) {
            out.push(Violation::duplicate(&field, &format!("{}/{protocol}", port.port)));
        }
        if port.node_port.unwrap_or(0) != 0 && kind == "ClusterIP" {
            let why = "may not be used when `type` is 'ClusterIP'";
            out.push(Violation::forbidden(&field.child("nodePort"), why));
        }
    }
    let affinity = spec.session_affinity.as_deref().unwrap_or_default();
    if !matches!(affinity, "None" | "ClientIP") {
        out.push(Violation::unsupported(&field.child("sessionAffinity"), affinity, &["ClientIP", "None"]));
    }
    if let Some(client) = spec.session_affinity_config.as_ref().and_then(|config| config.client_ip.as_ref())
        && let Some(seconds) = client.timeout_seconds.filter(|seconds| !(1..=86400).contains(seconds))
    {
        let here = field.child("sessionAffinityConfig").child("clientIP").child("timeoutSeconds");
        out.push(Violation::invalid_value(
            &here,
            &seconds,
            "must be greater than 0 and less than or equal to 86400",
        ));
    }
    let policies = ["Cluster", "Local"];
    if let Some(policy) = spec.internal_traffic_policy.as_deref().filter(|one| !policies.contains(one)) {
        out.push(Violation::unsupported(&field.child("internalTrafficPolicy"), policy, &policies));
    }
    if let Some(policy) = spec.external_traffic_policy.as_deref().filter(|policy| !policy.is_empty()) {
        let here = field.child("externalTrafficPolicy");
        if !is_external(spec) {
            let why = "may only be set for externally-accessible services";
            out.push(Violation::invalid(&here, policy, why));
        } else if !policies.contains(&policy) {
            out.push(Violation::unsupported(&here, policy, &policies));
        }
    }
    if spec.allocate_load_balancer_node_ports.is_some() && kind != "LoadBalancer" {
        let why = "may only be used when `type` is 'LoadBalancer'";
        out.push(Violation::forbidden(&field.child("allocateLoadBalancerNodePorts"), why));
    }
    super::meta::labels(spec.selector.iter().flatten(), &field.child("selector"), out);
    for (index, ip) in spec.external_ips.iter().flatten().enumerate() {
        if let Some(why) = addresses::refused(ip).map(str::to_string).or_else(|| special(ip)) {
            out.push(Violation::invalid(&field.child("externalIPs").index(index), ip, &why));
        }
    }
    rest(spec, kind, &field, out);
    let annotation = service.metadata.annotations.as_ref().and_then(|all| all.get(RANGES));
    if let Some(given) =
        annotation.filter(|_| spec.load_balancer_source_ranges.as_ref().is_none_or(Vec::is_empty))
    {
        let field = Field::root("metadata").child("annotations").key(RANGES);
        if kind != "LoadBalancer" {
            out.push(Violation::forbidden(&field, "may only be used when `type` is 'LoadBalancer'"));
        }
        for range in given.trim().split(',').filter(|_| !given.trim().is_empty()) {
            addresses::range(range.trim(), &field, out);
        }
    }
}

/// What is wrong with the addresses that are asked for.
fn addresses(spec: &ServiceSpec, kind: &str, field: &Field, out: &mut Vec<Violation>) {
    if kind == "ExternalName" {
        let why = "may not be set for ExternalName services";
        let families = spec.ip_families.as_ref().is_some_and(|all| !all.is_empty());
        for (name, given) in [("ipFamilies", families), ("ipFamilyPolicy", spec.ip_family_policy.is_some())] {
            if given {
                out.push(Violation::forbidden(&field.child(name), why));
            }
        }
        return;
    }
    let field = field.child("clusterIPs");
    let one = spec.cluster_ip.as_deref().unwrap_or_default();
    let mut all = spec.cluster_ips.clone().unwrap_or_default();
    let mut invalid = |why: &str, all: &Vec<String>| out.push(Violation::invalid_value(&field, all, why));
    if all.first().is_some_and(|first| first != one && !one.is_empty()) {
        invalid("first value must match `clusterIP`", &all);
    }
    if all.is_empty() && !one.is_empty() {
        all.push(one.to_string());
    }
    if all.len() > 1 && all.iter().any(|address| address == "None") {
        invalid("'None' must be the first and only value", &all);
        return;
    }
    if all.len() > 2 {
        invalid("may only hold up to 2 values", &all);
    }
    let parsed: Vec<IpAddr> = all.iter().filter_map(|address| address.parse().ok()).collect();
    if let [first, second] = &parsed[..]
        && first.is_ipv4() == second.is_ipv4()
    {
        invalid("may specify no more than one IP for each IP family", &all);
    }
    for (index, address) in all.iter().enumerate() {
        if address != "None" {
            addresses::address(address, &field.index(index), out);
        }
    }
}

/// Why an address is none that a service can be reached by from outside.
pub fn special(text: &str) -> Option<String> {
    let Some(ip) = addresses::lenient(text) else { return Some("must be a valid IP address".into()) };
    let local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.segments()[0] & 0xffc0 == 0xfe80,
    };
    let multicast = match ip {
        IpAddr::V4(ip) => ip.octets()[..3] == [224, 0, 0],
        IpAddr::V6(ip) => ip.segments()[0] & 0xff0f == 0xff02,
    };
    if ip.is_unspecified() {
        Some(format!("may not be unspecified ({text})"))
    } else if ip.is_loopback() {
        Some("may not be in the loopback range (127.0.0.0/8, ::1/128)".into())
    } else if local {
        Some("may not be in the link-local range (169.254.0.0/16, fe80::/10)".into())
    } else if multicast {
        Some("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".into())
    } else {
        None
    }
}

/// What is wrong with families, balancers and the like.
fn rest(spec: &ServiceSpec, kind: &str, field: &Field, out: &mut Vec<Violation>) {
    let mut among = |name: &str, value: Option<&str>, allowed: &[&str]| {
        if let Some(value) = value.filter(|value| !allowed.contains(value)) {
            out.push(Violation::unsupported(&field.child(name), value, allowed));
        }
    };
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    among("ipFamilyPolicy", spec.ip_family_policy.as_deref(), &policies);
    let ways = ["PreferClose", "PreferSameNode", "PreferSameZone"];
    among("trafficDistribution", spec.traffic_distribution.as_deref(), &ways);
    let mut families = BTreeSet::new();
    for (index, family) in spec.ip_families.iter().flatten().enumerate() {
        let field = field.child("ipFamilies").index(index);
        if !matches!(family.as_str(), "IPv4" | "IPv6") {
            out.push(Violation::unsupported(&field, family, &["IPv4", "IPv6"]));
        }
        if !families.insert(family.as_str()) {
            out.push(Violation::duplicate(&field, family));
        }
    }
    let balances = kind == "LoadBalancer";
    let alone = "may only be used when `type` is 'LoadBalancer'";
    if let Some(ranges) = spec.load_balancer_source_ranges.as_ref().filter(|ranges| !ranges.is_empty()) {
        let field = field.child("LoadBalancerSourceRanges");
        if !balances {
            out.push(Violation::forbidden(&field, alone));
        }
        for (index, range) in ranges.iter().enumerate() {
            // Spaces around a range were always let through.
            addresses::range(range.trim(), &field.index(index), out);
        }
    }
    if let Some(class) = spec.load_balancer_class.as_deref() {
        let field = field.child("loadBalancerClass");
        if !balances {
            out.push(Violation::forbidden(&field, alone));
        } else if let Err(reason) = names::qualified_name(class) {
            out.push(Violation::invalid(&field, class, &reason));
        }
    }
    if let Some(port) = spec.health_check_node_port.filter(|port| *port != 0)
        && !(balances && spec.external_traffic_policy.as_deref() == Some("Local"))
    {
        let why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        out.push(Violation::invalid_value(&field.child("healthCheckNodePort"), &port, why));
    }
    let mut node_ports = BTreeSet::new();
    for (index, port) in spec.ports.iter().flatten().enumerate() {
        let field = field.child("ports").index(index);
        if let Some(protocol) = port.app_protocol.as_deref()
            && let Err(reason) = names::qualified_name(protocol)
        {
            out.push(Violation::invalid(&field.child("appProtocol"), protocol, &reason));
        }
        if let Some(number) = port.node_port.filter(|number| *number != 0)
            && !node_ports.insert((number, port.protocol.as_deref()))
        {
            out.push(Violation::duplicate(&field.child("nodePort"), &number.to_string()));
        }
    }
}

#[cfg(test)]
#[path = "services_tests.rs"]
mod tests;
