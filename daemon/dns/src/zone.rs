//! The cluster's zone: names to records, as the Kubernetes DNS specification (1.1.0) has them.
//! No I/O: the cluster goes in, records come out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use client::Key;
use hickory_proto::rr::rdata::{A, AAAA, CNAME, NS, PTR, SOA, SRV, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use crate::index::{Cluster, cluster_ips};
use crate::views::{EndpointSlice, Port, Service};

/// How long answers may be kept, in seconds.
pub const TTL: u32 = 30;

/// What a question comes to.
#[derive(Debug, Default)]
pub struct Answer {
    /// The records asked for.
    pub answers: Vec<Record>,
    /// Records that save another question.
    pub additional: Vec<Record>,
    /// Whether the name is there, with or without such records.
    pub exists: bool,
}

/// What to do with a question.
#[derive(Debug)]
pub enum Outcome {
    /// It is ours; this is the answer.
    Ours(Answer),
    /// It is ours and leads to a name elsewhere, which has to be asked for.
    Elsewhere(Answer, Name),
    /// It is not ours.
    Forward,
}

/// The zone.
pub struct Zone {
    /// `cluster.local`, in lower case.
    domain: Vec<String>,
    name: Name,
}

fn labels(name: &Name) -> Vec<String> {
    name.iter().map(|label| String::from_utf8_lossy(label).to_ascii_lowercase()).collect()
}

impl Zone {
    /// Of a domain.
    ///
    /// # Errors
    /// Fails when it is not a domain name.
    pub fn new(domain: &str) -> Result<Self, String> {
        let domain = domain.trim_matches('.').to_ascii_lowercase();
        let name = Name::from_ascii(format!("{domain}."))
            .map_err(|error| format!("{domain:?} is not a domain name: {error}"))?;
        if name.is_root() {
            return Err("the cluster's domain is empty".into());
        }
        Ok(Self { domain: labels(&name), name })
    }

    /// The zone's own name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    fn under(&self, first: &[&str]) -> Option<Name> {
        let text =
            first.iter().copied().chain(self.domain.iter().map(String::as_str)).collect::<Vec<_>>().join(".");
        Name::from_ascii(text + ".").ok()
    }

    /// The start of authority, for negative answers.
    pub fn authority(&self) -> Record {
        let host = self.under(&["ns", "dns"]).unwrap_or_else(|| self.name.clone());
        let mail = self.under(&["hostmaster"]).unwrap_or_else(|| self.name.clone());
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let soa = SOA::new(host, mail, now.as_secs() as u32, 7200, 1800, 86400, TTL);
        Record::from_rdata(self.name.clone(), TTL, RData::SOA(soa))
    }

    /// Answers a question about `name`.
    pub fn resolve(&self, cluster: &Cluster, name: &Name, kind: RecordType) -> Outcome {
        let all = labels(name);
        if let Some(ip) = reverse(&all) {
            return self.resolve_reverse(cluster, name, kind, ip);
        }
        let Some(rest) = all.len().checked_sub(self.domain.len()) else { return Outcome::Forward };
        if all[rest..] != self.domain {
            return Outcome::Forward;
        }
        let query = Query { zone: self, cluster, name, kind };
        let parts: Vec<&str> = all[..rest].iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Outcome::Ours(query.apex()),
            ["dns-version"] => Outcome::Ours(query.text("1.1.0")),
            ["ns", "dns"] | ["dns"] | ["svc"] | ["pod"] => {
                Outcome::Ours(Answer { exists: true, ..Answer::default() })
            }
            [namespace, "svc" | "pod"] => {
                let exists = cluster.has_namespace(namespace);
                Outcome::Ours(Answer { exists, ..Answer::default() })
            }
            [ip, namespace, "pod"] => Outcome::Ours(query.pod(ip, namespace)),
            [service, namespace, "svc"] => query.service(namespace, service),
            [port, protocol, service, namespace, "svc"]
                if port.starts_with('_') && protocol.starts_with('_') =>
            {
                Outcome::Ours(query.port(namespace, service, &port[1..], &protocol[1..]))
            }
            [host, service, namespace, "svc"] => Outcome::Ours(query.endpoint(namespace, service, host)),
            _ => Outcome::Ours(Answer::default()),
        }
    }

    fn resolve_reverse(&self, cluster: &Cluster, name: &Name, kind: RecordType, ip: IpAddr) -> Outcome {
        let mut targets = Vec::new();
        if let Some(service) = cluster.service_with(ip) {
            targets.extend(self.under(&[&service.name, &service.namespace, "svc"]));
        }
        for service in cluster.services_of_endpoint(ip) {
            for slice in cluster.slices_of(&service) {
                for endpoint in &slice.endpoints {
                    let has = endpoint.addresses.iter().any(|text| text.parse() == Ok(ip));
                    if has && !endpoint.hostname.is_empty() {
                        let name = [&*endpoint.hostname, &*service.name, &*service.namespace, "svc"];
                        targets.extend(self.under(&name));
                    }
                }
            }
        }
        if targets.is_empty() {
            return Outcome::Forward;
        }
        let mut answer = Answer { exists: true, ..Answer::default() };
        if matches!(kind, RecordType::PTR | RecordType::ANY) {
            let record = |target| Record::from_rdata(name.clone(), TTL, RData::PTR(PTR(target)));
            answer.answers = targets.into_iter().map(record).collect();
        }
        Outcome::Ours(answer)
    }
}

/// The address in a name below `in-addr.arpa` or `ip6.arpa`.
fn reverse(labels: &[String]) -> Option<IpAddr> {
    let parts: Vec<&str> = labels.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [d, c, b, a, "in-addr", "arpa"] => {
            format!("{a}.{b}.{c}.{d}").parse::<Ipv4Addr>().ok().map(IpAddr::from)
        }
        [nibbles @ .., "ip6", "arpa"] if nibbles.len() == 32 => {
            let mut number = 0u128;
            for nibble in nibbles.iter().rev() {
                number = number << 4 | u128::from_str_radix(nibble, 16).ok().filter(|_| nibble.len() == 1)?;
            }
            Some(Ipv6Addr::from(number).into())
        }
        _ => None,
    }
}

/// `10-1-2-3` or `fd00--1`, as pods without a host name are called.
fn dashed(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.replace('-', ".").parse::<Ipv4Addr>() {
        return Some(ip.into());
    }
    text.replace('-', ":").parse::<Ipv6Addr>().ok().map(IpAddr::from)
}

fn to_dashes(ip: IpAddr) -> String {
    ip.to_string().replace(['.', ':'], "-")
}

struct Query<'a> {
    zone: &'a Zone,
    cluster: &'a Cluster,
    name: &'a Name,
    kind: RecordType,
}

/// An endpoint that is published: address and the name it has below its Service.
struct Published {
    ip: IpAddr,
    host: String,
}

fn published(service: &Service, slices: &[std::sync::Arc<EndpointSlice>]) -> Vec<Published> {
    let mut found: Vec<Published> = Vec::new();
    for endpoint in slices.iter().flat_map(|slice| &slice.endpoints) {
        if !endpoint.conditions.ready.unwrap_or(true) && !service.spec.publish_not_ready_addresses {
            continue;
        }
        for ip in endpoint.addresses.iter().filter_map(|text| text.parse::<IpAddr>().ok()) {
            let host = if endpoint.hostname.is_empty() {
                to_dashes(ip)
            } else {
                endpoint.hostname.to_ascii_lowercase()
            };
            if !found.iter().any(|other| other.ip == ip && other.host == host) {
                found.push(Published { ip, host });
            }
        }
    }
    found
}

fn protocol_name(port: &Port) -> String {
    if port.protocol.is_empty() { "tcp".into() } else { port.protocol.to_ascii_lowercase() }
}

impl Query<'_> {
    fn wants(&self, kind: RecordType) -> bool {
        self.kind == kind || self.kind == RecordType::ANY
    }

    fn record(&self, data: RData) -> Record {
        Record::from_rdata(self.name.clone(), TTL, data)
    }

    fn addresses(&self, ips: impl Iterator<Item = IpAddr>) -> Vec<Record> {
        ips.filter_map(|ip| match ip {
            IpAddr::V4(ip) if self.wants(RecordType::A) => Some(self.record(RData::A(A(ip)))),
            IpAddr::V6(ip) if self.wants(RecordType::AAAA) => Some(self.record(RData::AAAA(AAAA(ip)))),
            _ => None,
        })
        .collect()
    }

    fn apex(&self) -> Answer {
        let mut answer = Answer { exists: true, ..Answer::default() };
        if self.wants(RecordType::SOA) {
            answer.answers.push(self.zone.authority());
        }
        if self.wants(RecordType::NS)
            && let Some(host) = self.zone.under(&["ns", "dns"])
        {
            answer.answers.push(self.record(RData::NS(NS(host))));
        }
        answer
    }

    fn text(&self, text: &str) -> Answer {
        let records =
            self.wants(RecordType::TXT).then(|| self.record(RData::TXT(TXT::new(vec![text.into()]))));
        Answer { answers: records.into_iter().collect(), exists: true, ..Answer::default() }
    }

    fn pod(&self, ip: &str, namespace: &str) -> Answer {
        match dashed(ip).filter(|_| self.cluster.has_namespace(namespace)) {
            Some(ip) => {
                Answer { answers: self.addresses(std::iter::once(ip)), exists: true, ..Answer::default() }
            }
            None => Answer::default(),
        }
    }

    fn service(&self, namespace: &str, name: &str) -> Outcome {
        let Some(service) = self.cluster.service(namespace, name) else {
            return Outcome::Ours(Answer::default());
        };
        let mut answer = Answer { exists: true, ..Answer::default() };
        if service.is_external() {
            let target = format!("{}.", service.spec.external_name.trim_end_matches('.'));
            let Ok(target) = Name::from_ascii(target) else { return Outcome::Ours(answer) };
            answer.answers.push(self.record(RData::CNAME(CNAME(target.clone()))));
            return if self.kind == RecordType::CNAME {
                Outcome::Ours(answer)
            } else {
                Outcome::Elsewhere(answer, target)
            };
        }
        if service.is_headless() {
            let slices = self.cluster.slices_of(&service.metadata.key());
            let endpoints = published(&service, &slices);
            // A Service without endpoints has no name, as the specification wants it.
            answer.exists = !endpoints.is_empty();
            answer.answers = self.addresses(endpoints.iter().map(|endpoint| endpoint.ip));
        } else {
            answer.answers = self.addresses(cluster_ips(&service).into_iter());
        }
        if self.wants(RecordType::SRV) {
            let (records, additional) = self.srv(&service, namespace, None);
            answer.answers.extend(records);
            answer.additional = additional;
        }
        Outcome::Ours(answer)
    }

    fn port(&self, namespace: &str, name: &str, port: &str, protocol: &str) -> Answer {
        let Some(service) = self.cluster.service(namespace, name) else { return Answer::default() };
        if service.is_external() {
            return Answer::default();
        }
        let (records, additional) = self.srv(&service, namespace, Some((port, protocol)));
        let exists = !records.is_empty();
        if !self.wants(RecordType::SRV) {
            return Answer { exists, ..Answer::default() };
        }
        Answer { answers: records, additional, exists }
    }

    /// Service records of the ports that match, and the addresses they lead to.
    fn srv(
        &self,
        service: &Service,
        namespace: &str,
        wanted: Option<(&str, &str)>,
    ) -> (Vec<Record>, Vec<Record>) {
        let matches = |port: &Port| {
            !port.name.is_empty()
                && wanted.is_none_or(|(name, protocol)| {
                    port.name.eq_ignore_ascii_case(name) && protocol_name(port) == protocol
                })
        };
        let mut targets: Vec<(u16, Name, IpAddr)> = Vec::new();
        let name = &service.metadata.name;
        if service.is_headless() {
            let key = Key::new(namespace, name.as_str());
            for slice in self.cluster.slices_of(&key) {
                let endpoints = published(service, std::slice::from_ref(&slice));
                for port in slice.ports.iter().filter(|port| matches(port)) {
                    for endpoint in &endpoints {
                        let host = self.zone.under(&[&endpoint.host, name, namespace, "svc"]);
                        targets.extend(host.map(|host| (port.port, host, endpoint.ip)));
                    }
                }
            }
        } else if let Some(host) = self.zone.under(&[name, namespace, "svc"]) {
            for port in service.spec.ports.iter().filter(|port| matches(port)) {
                targets.extend(cluster_ips(service).into_iter().map(|ip| (port.port, host.clone(), ip)));
            }
        }
        let mut records: Vec<(u16, Name)> = Vec::new();
        let mut additional: Vec<(Name, IpAddr)> = Vec::new();
        for (port, host, ip) in targets {
            if !records.contains(&(port, host.clone())) {
                records.push((port, host.clone()));
            }
            if !additional.contains(&(host.clone(), ip)) {
                additional.push((host, ip));
            }
        }
        let weight = (100 / records.len().max(1)).max(1) as u16;
        let records = records
            .into_iter()
            .map(|(port, host)| self.record(RData::SRV(SRV::new(0, weight, port, host))))
            .collect();
        let additional = additional
            .into_iter()
            .map(|(host, ip)| {
                let data = match ip {
                    IpAddr::V4(ip) => RData::A(A(ip)),
                    IpAddr::V6(ip) => RData::AAAA(AAAA(ip)),
                };
                Record::from_rdata(host, TTL, data)
            })
            .collect();
        (records, additional)
    }

    fn endpoint(&self, namespace: &str, name: &str, host: &str) -> Answer {
        let Some(service) = self.cluster.service(namespace, name).filter(|service| service.is_headless())
        else {
            return Answer::default();
        };
        let slices = self.cluster.slices_of(&service.metadata.key());
        let own: Vec<IpAddr> = published(&service, &slices)
            .into_iter()
            .filter(|endpoint| endpoint.host == host)
            .map(|endpoint| endpoint.ip)
            .collect();
        Answer { exists: !own.is_empty(), answers: self.addresses(own.into_iter()), ..Answer::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_names() {
        let split = |text: &str| text.split('.').map(str::to_string).collect::<Vec<_>>();
        assert_eq!(reverse(&split("5.0.96.10.in-addr.arpa")), Some([10, 96, 0, 5].into()));
        let six = format!("1{}.d.f.ip6.arpa", ".0".repeat(29));
        assert_eq!(reverse(&split(&six)), "fd00::1".parse().ok());
        for text in ["x.0.96.10.in-addr.arpa", "96.10.in-addr.arpa", "1.ip6.arpa", "a.b"] {
            assert_eq!(reverse(&split(text)), None, "{text}");
        }
        assert_eq!(dashed("10-1-2-3"), Some([10, 1, 2, 3].into()));
        assert_eq!(dashed("fd00--1"), "fd00::1".parse().ok());
        assert_eq!(dashed("10-1-2"), None);
        assert_eq!(dashed("web"), None);
    }
}
