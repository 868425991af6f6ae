//! What a Service comes to in nftables: a pure function from the Service and its endpoints to
//! chains, sets and map elements. [`crate::table`] brings the kernel there.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use netlink::nft::{Data, Family, Field, Part, Rule, Set, Step, Value, Verdict, key};

use crate::views::{EndpointSlice, Service, ServicePort};

/// Destination address, protocol and port lead to a Service.
pub const SERVICE_IPS: &str = "service-ips";
/// Protocol and node port lead to a Service.
pub const NODE_PORTS: &str = "service-nodeports";
/// Services that nobody serves.
pub const NO_ENDPOINT_SERVICES: &str = "no-endpoint-services";
/// Node ports that nobody serves.
pub const NO_ENDPOINT_NODE_PORTS: &str = "no-endpoint-nodeports";
/// Marks a packet to be sent with the node's address.
pub const MARK_FOR_MASQUERADE: &str = "mark-for-masquerade";
/// Answers that nobody is there.
pub const REJECT: &str = "reject-chain";

/// What is the same for every Service.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Who is local.
    pub node: String,
    /// The pods' networks: traffic from elsewhere to cluster IPs is masqueraded.
    pub cluster_cidrs: Vec<(IpAddr, u8)>,
    /// All traffic to cluster IPs is masqueraded.
    pub masquerade_all: bool,
}

/// A Service in one family.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desired {
    /// Chains and their rules.
    pub chains: BTreeMap<String, Vec<Rule>>,
    /// Sets of their own.
    pub sets: BTreeMap<String, Set>,
    /// Elements of the common maps, by map and key.
    pub elements: BTreeMap<(&'static str, Vec<u8>), Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    ip: IpAddr,
    port: u16,
    local: bool,
}

fn protocol_number(name: &str) -> Option<u8> {
    match name {
        "TCP" | "" => Some(6),
        "UDP" => Some(17),
        "SCTP" => Some(132),
        _ => None,
    }
}

/// A short hash, so that long names stay apart when they are cut.
fn hash(text: &str) -> String {
    let hash =
        text.bytes().fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

fn chain_name(kind: &str, whole: &str) -> String {
    let cut: String = whole.chars().take(100).collect();
    format!("{kind}-{}-{cut}", hash(whole))
}

/// The endpoints that may get traffic: those that are ready, or, when none is, those that still
/// serve while they terminate.
fn targets(
    port: &ServicePort,
    slices: &[std::sync::Arc<EndpointSlice>],
    family: Family,
    node: &str,
) -> Vec<Target> {
    let (mut ready, mut leaving) = (Vec::new(), Vec::new());
    for slice in slices {
        let Some(number) = slice.ports.iter().find_map(|own| {
            let same =
                own.name == port.name && protocol_number(&own.protocol) == protocol_number(&port.protocol);
            if same { own.port } else { None }
        }) else {
            continue;
        };
        for endpoint in &slice.endpoints {
            let ip = endpoint.addresses.first().and_then(|address| address.parse::<IpAddr>().ok());
            let Some(ip) = ip.filter(|ip| family.has(*ip)) else { continue };
            let target = Target { ip, port: number, local: !node.is_empty() && endpoint.node_name == node };
            let conditions = &endpoint.conditions;
            if conditions.ready.unwrap_or(true) {
                ready.push(target);
            } else if conditions.serving.unwrap_or(false) && conditions.terminating.unwrap_or(false) {
                leaving.push(target);
            }
        }
    }
    let mut chosen = if ready.is_empty() { leaving } else { ready };
    chosen.sort();
    chosen.dedup_by(|a, b| (a.ip, a.port) == (b.ip, b.port));
    chosen
}

/// The Service in one family.
pub fn plan(
    service: &Service,
    slices: &[std::sync::Arc<EndpointSlice>],
    settings: &Settings,
    family: Family,
) -> Desired {
    let mut desired = Desired::default();
    if !service.is_proxied() {
        return desired;
    }
    let mut cluster_ips = service.spec.cluster_ips.clone();
    if cluster_ips.is_empty() {
        cluster_ips.push(service.spec.cluster_ip.clone());
    }
    let parse = |texts: &[String]| -> Vec<IpAddr> {
        texts.iter().filter_map(|text| text.parse().ok()).filter(|ip| family.has(*ip)).collect()
    };
    let cluster_ips = parse(&cluster_ips);
    // A family the Service has no address in is not served, node ports included.
    let Some(cluster_ip) = cluster_ips.first().copied() else { return desired };
    let external = parse(&service.spec.external_ips);
    let balancers: Vec<String> = service
        .status
        .load_balancer
        .ingress
        .iter()
        // A balancer that answers for itself ("Proxy") must see the packets.
        .filter(|ingress| ingress.ip_mode != "Proxy")
        .map(|ingress| ingress.ip.clone())
        .collect();
    let balancers = parse(&balancers);
    for port in &service.spec.ports {
        let Some(protocol) = protocol_number(&port.protocol) else { continue };
        let targets = targets(port, slices, family, &settings.node);
        let port_plan = PortPlan { service, port, protocol, settings, family, cluster_ip };
        port_plan.fill(&mut desired, &targets, &external, &balancers);
    }
    desired
}

struct PortPlan<'a> {
    service: &'a Service,
    port: &'a ServicePort,
    protocol: u8,
    settings: &'a Settings,
    family: Family,
    cluster_ip: IpAddr,
}

impl PortPlan<'_> {
    fn name(&self) -> String {
        let meta = &self.service.metadata;
        let protocol =
            if self.port.protocol.is_empty() { "tcp".into() } else { self.port.protocol.to_lowercase() };
        format!("{}/{}/{protocol}/{}", meta.namespace, meta.name, self.port.name)
    }

    fn affinity(&self) -> Option<Duration> {
        if self.service.spec.session_affinity != "ClientIP" {
            return None;
        }
        let config = self.service.spec.session_affinity_config.as_ref();
        let seconds = config.and_then(|config| config.client_ip.as_ref()).and_then(|ip| ip.timeout_seconds);
        Some(Duration::from_secs(seconds.unwrap_or(10_800)))
    }

    fn fill(&self, desired: &mut Desired, targets: &[Target], external: &[IpAddr], balancers: &[IpAddr]) {
        let spec = &self.service.spec;
        let internal_local = spec.internal_traffic_policy == "Local";
        let outside = self.port.node_port != 0 || !external.is_empty() || !balancers.is_empty();
        let external_local = outside && spec.external_traffic_policy == "Local";
        let local: Vec<Target> = targets.iter().filter(|target| target.local).cloned().collect();
        let name = self.name();
        let cluster_chain = chain_name("service", &name);
        let local_chain = chain_name("local", &name);

        let cluster_wanted = !targets.is_empty() && (!internal_local || outside);
        if cluster_wanted {
            self.balance(desired, &cluster_chain, targets, !internal_local);
        }
        if !local.is_empty() && (internal_local || external_local) {
            self.balance(desired, &local_chain, &local, internal_local);
        }

        // Cluster IPs.
        let own = if internal_local { &local[..] } else { targets };
        let chain = if internal_local { &local_chain } else { &cluster_chain };
        self.address(desired, self.cluster_ip, (!own.is_empty()).then_some(chain), self.nobody(targets));

        if !outside {
            return;
        }
        // From outside.
        let reachable = if external_local { !local.is_empty() } else { !targets.is_empty() };
        let external_chain = chain_name("external", &name);
        if !targets.is_empty() {
            let rules = self.external_rules(
                external_local,
                &cluster_chain,
                (!local.is_empty()).then_some(&local_chain),
            );
            desired.chains.insert(external_chain.clone(), rules);
        }
        let chain = (!targets.is_empty()).then_some(&external_chain);
        let nobody = (!reachable).then(|| self.nobody(targets));
        for ip in external {
            self.outside_address(desired, *ip, chain, nobody.clone());
        }
        let guard = self.guard(desired, &name, &external_chain, !targets.is_empty());
        for ip in balancers {
            self.outside_address(desired, *ip, guard.as_ref().or(chain), nobody.clone());
        }
        if self.port.node_port != 0 {
            let key = key(&[Part::Protocol(self.protocol), Part::Port(self.port.node_port)]);
            if let Some(chain) = chain {
                let value = Value::Verdict(Verdict::Goto(chain.clone()));
                desired.elements.insert((NODE_PORTS, key.clone()), value);
            }
            if let Some(verdict) = nobody {
                desired.elements.insert((NO_ENDPOINT_NODE_PORTS, key), Value::Verdict(verdict));
            }
        }
    }

    /// What to say when nobody serves: with endpoints elsewhere, nothing, so that clients and
    /// balancers try another node.
    fn nobody(&self, targets: &[Target]) -> Verdict {
        if targets.is_empty() { Verdict::Goto(REJECT.into()) } else { Verdict::Drop }
    }

    fn address_key(&self, ip: IpAddr) -> Vec<u8> {
        key(&[Part::Ip(ip), Part::Protocol(self.protocol), Part::Port(self.port.port)])
    }

    fn address(&self, desired: &mut Desired, ip: IpAddr, chain: Option<&String>, nobody: Verdict) {
        let key = self.address_key(ip);
        match chain {
            Some(chain) => {
                desired.elements.insert((SERVICE_IPS, key), Value::Verdict(Verdict::Goto(chain.clone())));
            }
            None => {
                desired.elements.insert((NO_ENDPOINT_SERVICES, key), Value::Verdict(nobody));
            }
        }
    }

    fn outside_address(
        &self,
        desired: &mut Desired,
        ip: IpAddr,
        chain: Option<&String>,
        nobody: Option<Verdict>,
    ) {
        let key = self.address_key(ip);
        if let Some(chain) = chain {
            let value = Value::Verdict(Verdict::Goto(chain.clone()));
            desired.elements.insert((SERVICE_IPS, key.clone()), value);
        }
        if let Some(verdict) = nobody {
            desired.elements.insert((NO_ENDPOINT_SERVICES, key), Value::Verdict(verdict));
        }
    }

    /// A chain that lets only `loadBalancerSourceRanges` through.
    fn guard(&self, desired: &mut Desired, name: &str, external: &str, served: bool) -> Option<String> {
        let ranges = &self.service.spec.load_balancer_source_ranges;
        if ranges.is_empty() || !served {
            return None;
        }
        let chain = chain_name("firewall", name);
        let mut rules: Vec<Rule> = ranges
            .iter()
            .filter_map(|range| parse_network(range))
            .filter(|(ip, _)| self.family.has(*ip))
            .map(|(ip, prefix)| {
                vec![Step::SourceIn(ip, prefix, false), Step::Verdict(Verdict::Goto(external.into()))]
            })
            .collect();
        rules.push(vec![Step::Verdict(Verdict::Drop)]);
        desired.chains.insert(chain.clone(), rules);
        Some(chain)
    }

    fn external_rules(&self, local_only: bool, cluster: &str, local: Option<&String>) -> Vec<Rule> {
        let mark = || Step::Verdict(Verdict::Jump(MARK_FOR_MASQUERADE.into()));
        let on = || Step::Verdict(Verdict::Goto(cluster.into()));
        if !local_only {
            return vec![vec![mark()], vec![on()]];
        }
        // Pods and the node itself may use every endpoint: the policy is for strangers.
        let pods = self.settings.cluster_cidrs.iter().filter(|(ip, _)| self.family.has(*ip));
        let mut rules: Vec<Rule> =
            pods.map(|(ip, prefix)| vec![Step::SourceIn(*ip, *prefix, false), on()]).collect();
        rules.push(vec![Step::Local(false), mark()]);
        rules.push(vec![Step::Local(false), on()]);
        if let Some(local) = local {
            rules.push(vec![Step::Verdict(Verdict::Goto(local.clone()))]);
        }
        rules
    }

    /// A chain that picks one of the targets, and their chains.
    fn balance(&self, desired: &mut Desired, chain: &str, targets: &[Target], internal: bool) {
        let mut rules: Vec<Rule> = Vec::new();
        if internal {
            rules.extend(self.masquerade_rule());
        }
        let affinity = self.affinity();
        let name = self.name();
        let mut verdicts = Vec::with_capacity(targets.len());
        let mut sticky = Vec::new();
        for target in targets {
            let whole = format!("{name}__{}/{}", target.ip, target.port);
            let endpoint = chain_name("endpoint", &whole);
            let whole_prefix = if target.ip.is_ipv4() { 32 } else { 128 };
            let mut own: Vec<Rule> = vec![vec![
                Step::SourceIn(target.ip, whole_prefix, false),
                Step::Verdict(Verdict::Jump(MARK_FOR_MASQUERADE.into())),
            ]];
            if let Some(timeout) = affinity {
                // The time is in the name: a set's can't be changed.
                let set = chain_name("affinity", &format!("{whole}/{}s", timeout.as_secs()));
                own.push(vec![Step::Remember(set.clone())]);
                sticky.push(vec![
                    Step::InSet(vec![Field::Source], set.clone(), false),
                    Step::Verdict(Verdict::Goto(endpoint.clone())),
                ]);
                let key = vec![Field::Source];
                let made =
                    Set { name: set.clone(), key, data: Data::None, timeout: Some(timeout), interval: false };
                desired.sets.insert(set, made);
            }
            own.push(vec![Step::Protocol(self.protocol), Step::Dnat(target.ip, target.port)]);
            desired.chains.insert(endpoint.clone(), own);
            verdicts.push(Verdict::Goto(endpoint));
        }
        rules.extend(sticky);
        rules.push(match verdicts.pop() {
            Some(only) if verdicts.is_empty() => vec![Step::Verdict(only)],
            Some(last) => {
                verdicts.push(last);
                vec![Step::Random(verdicts)]
            }
            None => vec![Step::Verdict(Verdict::Return)],
        });
        desired.chains.insert(chain.into(), rules);
    }

    /// Traffic to the cluster IP that does not come from a pod leaves with the node's address.
    fn masquerade_rule(&self) -> Option<Rule> {
        let prefix = if self.cluster_ip.is_ipv4() { 32 } else { 128 };
        let mark = Step::Verdict(Verdict::Jump(MARK_FOR_MASQUERADE.into()));
        let to_it = Step::DestinationIn(self.cluster_ip, prefix, false);
        if self.settings.masquerade_all {
            return Some(vec![to_it, mark]);
        }
        let mut rule = vec![to_it];
        let own: Vec<_> = self.settings.cluster_cidrs.iter().filter(|(ip, _)| self.family.has(*ip)).collect();
        if own.is_empty() {
            return None;
        }
        rule.extend(own.iter().map(|(ip, prefix)| Step::SourceIn(*ip, *prefix, true)));
        rule.push(mark);
        Some(rule)
    }
}

/// `10.0.0.0/8`; an address alone is itself only.
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let text = text.trim();
    let (ip, prefix) = match text.split_once('/') {
        Some((ip, prefix)) => (ip.parse::<IpAddr>().ok()?, prefix.parse().ok()?),
        None => {
            let ip = text.parse::<IpAddr>().ok()?;
            (ip, if ip.is_ipv4() { 32 } else { 128 })
        }
    };
    (prefix <= if ip.is_ipv4() { 32 } else { 128 }).then_some((ip, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::Arc;

    fn service(extra: serde_json::Value) -> Service {
        let mut value = json!({
            "metadata": { "namespace": "default", "name": "web" },
            "spec": { "type": "ClusterIP", "clusterIP": "10.96.0.5", "clusterIPs": ["10.96.0.5"],
                      "ports": [{ "name": "http", "port": 80, "protocol": "TCP" }] },
        });
        if let (Some(spec), Some(extra)) = (value["spec"].as_object_mut(), extra.as_object()) {
            spec.extend(extra.clone());
        }
        serde_json::from_value(value).expect("a service")
    }

    fn slice(endpoints: serde_json::Value) -> Vec<Arc<EndpointSlice>> {
        let value =
            json!({ "endpoints": endpoints, "ports": [{ "name": "http", "port": 8080, "protocol": "TCP" }] });
        vec![Arc::new(serde_json::from_value(value).expect("a slice"))]
    }

    fn two() -> Vec<Arc<EndpointSlice>> {
        slice(json!([
            { "addresses": ["10.1.0.2"], "nodeName": "here", "conditions": { "ready": true } },
            { "addresses": ["10.1.1.2"], "nodeName": "there" },
            { "addresses": ["10.1.1.3"], "conditions": { "ready": false } },
        ]))
    }

    fn settings() -> Settings {
        Settings {
            node: "here".into(),
            cluster_cidrs: vec![([10, 1, 0, 0].into(), 16)],
            masquerade_all: false,
        }
    }

    fn kinds(desired: &Desired) -> Vec<String> {
        desired.chains.keys().map(|name| name.split('-').next().unwrap_or_default().to_string()).collect()
    }

    #[test]
    fn cluster_ips_are_balanced_over_ready_endpoints() {
        let desired = plan(&service(json!({})), &two(), &settings(), Family::Ip);
        assert_eq!(kinds(&desired), ["endpoint", "endpoint", "service"]);
        assert_eq!(desired.elements.len(), 1);
        let rules = desired.chains.values().last().expect("a chain");
        assert!(
            matches!(rules.last().and_then(|rule| rule.last()), Some(Step::Random(all)) if all.len() == 2)
        );
        assert_eq!(plan(&service(json!({})), &two(), &settings(), Family::Ip6), Desired::default());
    }

    #[test]
    fn without_endpoints_clients_are_told() {
        let desired = plan(
            &service(json!({ "ports": [{ "name": "http", "port": 80, "nodePort": 30080 }] })),
            &[],
            &settings(),
            Family::Ip,
        );
        let maps: Vec<_> = desired.elements.keys().map(|(map, _)| *map).collect();
        assert_eq!(maps, [NO_ENDPOINT_NODE_PORTS, NO_ENDPOINT_SERVICES]);
        assert!(desired.chains.is_empty());
    }

    #[test]
    fn terminating_endpoints_serve_when_no_other_does() {
        let leaving = slice(json!([
            { "addresses": ["10.1.0.9"], "conditions": { "ready": false, "serving": true, "terminating": true } },
        ]));
        let desired = plan(&service(json!({})), &leaving, &settings(), Family::Ip);
        assert_eq!(kinds(&desired), ["endpoint", "service"]);
    }

    #[test]
    fn local_policies() {
        let extra = json!({ "externalTrafficPolicy": "Local", "ports": [{ "name": "http", "port": 80, "nodePort": 30080 }] });
        let desired = plan(&service(extra.clone()), &two(), &settings(), Family::Ip);
        assert_eq!(kinds(&desired), ["endpoint", "endpoint", "external", "local", "service"]);
        let elsewhere = Settings { node: "nowhere".into(), ..settings() };
        let desired = plan(&service(extra), &two(), &elsewhere, Family::Ip);
        let dropped = desired.elements.iter().find(|((map, _), _)| *map == NO_ENDPOINT_NODE_PORTS);
        assert_eq!(dropped.map(|(_, value)| value), Some(&Value::Verdict(Verdict::Drop)));
        let inside =
            plan(&service(json!({ "internalTrafficPolicy": "Local" })), &two(), &elsewhere, Family::Ip);
        assert!(inside.chains.is_empty());
        assert_eq!(inside.elements.values().next(), Some(&Value::Verdict(Verdict::Drop)));
    }

    #[test]
    fn affinity_remembers() {
        let extra = json!({ "sessionAffinity": "ClientIP", "sessionAffinityConfig": { "clientIP": { "timeoutSeconds": 9 } } });
        let desired = plan(&service(extra), &two(), &settings(), Family::Ip);
        assert_eq!(desired.sets.len(), 2);
        assert!(desired.sets.values().all(|set| set.timeout == Some(Duration::from_secs(9))));
    }

    #[test]
    fn headless_services_are_left_alone() {
        let desired = plan(
            &service(json!({ "clusterIP": "None", "clusterIPs": ["None"] })),
            &two(),
            &settings(),
            Family::Ip,
        );
        assert_eq!(desired, Desired::default());
    }
}
