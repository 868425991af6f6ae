//! Which certificates are let in, beyond being of the right authority: by common name, by host name, and,
//! of other members, by the address that they come from.

use std::net::IpAddr;

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use x509_parser::extensions::GeneralName;

/// What a certificate must say. An empty list asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// One of these is its common name.
    pub names: Vec<String>,
    /// It is good for one of these hosts.
    pub hostnames: Vec<String>,
    /// It is good for the address that it comes from, or names no address and no host.
    pub address: bool,
}

/// The common name and the host names in a certificate, and whether it names addresses.
struct Facts {
    name: String,
    hosts: Vec<String>,
    addresses: bool,
}

fn facts(der: &CertificateDer<'_>) -> Result<Facts, String> {
    let (_, certificate) =
        x509_parser::parse_x509_certificate(der).map_err(|error| format!("not a certificate: {error}"))?;
    let name = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    let mut facts = Facts { name: name.unwrap_or_default().into(), hosts: Vec::new(), addresses: false };
    let alternatives = certificate.subject_alternative_name().map_err(|error| error.to_string())?;
    for alternative in alternatives.iter().flat_map(|found| &found.value.general_names) {
        match alternative {
            GeneralName::DNSName(host) => facts.hosts.push((*host).to_string()),
            GeneralName::IPAddress(_) => facts.addresses = true,
            _ => {}
        }
    }
    Ok(facts)
}

fn good_for(der: &CertificateDer<'_>, host: ServerName<'_>) -> bool {
    ParsedCertificate::try_from(der).is_ok_and(|certificate| verify_server_name(&certificate, &host).is_ok())
}

impl Allowed {
    /// Whether nothing is asked for.
    pub fn anybody(&self) -> bool {
        self.names.is_empty() && self.hostnames.is_empty() && !self.address
    }

    /// Judges the certificate (none: nobody showed one) of who comes from `remote`; `members` are hosts
    /// that names with an asterisk can stand for.
    ///
    /// # Errors
    /// Fails with the reason why it isn't let in.
    pub async fn judge(
        &self,
        shown: Option<&CertificateDer<'_>>,
        remote: IpAddr,
        members: &[String],
    ) -> Result<(), String> {
        let Some(der) = shown else {
            let asked = !self.names.is_empty() || !self.hostnames.is_empty();
            return if asked { Err("no certificate was shown".into()) } else { Ok(()) };
        };
        let facts = facts(der)?;
        if !self.names.is_empty() && !self.names.contains(&facts.name) {
            return Err(format!("the common name {:?} is none of {:?}", facts.name, self.names));
        }
        let good = |host: &String| ServerName::try_from(host.as_str()).is_ok_and(|host| good_for(der, host));
        if !self.hostnames.is_empty() && !self.hostnames.iter().any(good) {
            return Err(format!("the certificate is good for none of {:?}", self.hostnames));
        }
        if !self.address || (!facts.addresses && facts.hosts.is_empty()) {
            return Ok(());
        }
        if facts.addresses && good_for(der, ServerName::from(remote)) {
            return Ok(());
        }
        for host in &facts.hosts {
            let matching = match host.strip_prefix('*') {
                // Who comes has no name, but the members have.
                Some(suffix) => members.iter().filter(|member| member.ends_with(suffix)).collect(),
                None => vec![host],
            };
            for host in matching {
                let mut found = tokio::net::lookup_host((host.as_str(), 0)).await.into_iter().flatten();
                if found.any(|address| address.ip().to_canonical() == remote) {
                    return Ok(());
                }
            }
        }
        Err(format!("{remote} is no address of the certificate, nor of its hosts {:?}", facts.hosts))
    }
}

#[cfg(test)]
mod tests {
    use pki::cert::{Authority, Leaf, Usage};
    use rustls::pki_types::pem::PemObject;

    use super::*;

    fn certificate(name: &str, hosts: &[&str], addresses: &[&str]) -> CertificateDer<'static> {
        let hosts = hosts.iter().map(ToString::to_string).collect();
        let addresses = addresses.iter().map(|address| address.parse().expect("an address")).collect();
        let leaf = Leaf { usage: Usage::Both, ..Leaf::server(name, hosts, addresses) };
        let issued = Authority::new("ca").expect("makes").issue(&leaf).expect("issues");
        CertificateDer::from_pem_slice(issued.certificate.as_bytes()).expect("a certificate")
    }

    #[tokio::test]
    async fn certificates_are_judged_by_what_they_name() {
        let shown = certificate("node-1", &["localhost", "*.example.test"], &["10.0.0.1"]);
        let bare = certificate("bare", &[], &[]);
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let local: IpAddr = "127.0.0.1".parse().expect("an address");
        let far: IpAddr = "192.0.2.9".parse().expect("an address");
        let own: IpAddr = "10.0.0.1".parse().expect("an address");
        let by_name = |list: &[&str]| Allowed { names: names(list), ..Allowed::default() };
        let by_host = |list: &[&str]| Allowed { hostnames: names(list), ..Allowed::default() };
        let by_address = Allowed { address: true, ..Allowed::default() };
        for (allowed, shown, remote, good) in [
            (Allowed::default(), Some(&shown), far, true),
            (Allowed::default(), None, far, true),
            (by_name(&["x", "node-1"]), Some(&shown), far, true),
            (by_name(&["x"]), Some(&shown), far, false),
            (by_name(&["x"]), None, far, false),
            (by_host(&["a.example.test"]), Some(&shown), far, true),
            (by_host(&["10.0.0.1"]), Some(&shown), far, true),
            (by_host(&["example.org"]), Some(&shown), far, false),
            (by_address.clone(), Some(&shown), own, true),
            (by_address.clone(), Some(&shown), local, true),
            (by_address.clone(), Some(&shown), far, false),
            (by_address.clone(), Some(&bare), far, true),
            (by_address.clone(), None, far, true),
        ] {
            let judged = allowed.judge(shown, remote, &[]).await;
            assert_eq!(judged.is_ok(), good, "{allowed:?} {remote}: {judged:?}");
        }
    }
}
