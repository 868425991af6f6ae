//! The certificates and keys under /etc/kubernetes/pki, by kubeadm's names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use anyhow::{Context, Result, bail};
use pki::cert::with_extension;
use pki::{Authority, Leaf, Usage};

use crate::config::Init;

/// Every certificate, each CA before what it signs: name, the CA that signs it (none for a CA).
pub const NAMES: &[(&str, Option<&str>)] = &[
    ("ca", None),
    ("apiserver", Some("ca")),
    ("apiserver-kubelet-client", Some("ca")),
    ("front-proxy-ca", None),
    ("front-proxy-client", Some("front-proxy-ca")),
    ("etcd/ca", None),
    ("etcd/server", Some("etcd/ca")),
    ("etcd/peer", Some("etcd/ca")),
    ("etcd/healthcheck-client", Some("etcd/ca")),
    ("apiserver-etcd-client", Some("etcd/ca")),
];

/// Makes what is missing; what is there is used.
///
/// # Errors
/// Names the file that can't be read or written.
pub fn run(init: &Init) -> Result<()> {
    println!("[certs] Using certificateDir folder {:?}", init.cert_dir.display().to_string());
    for (name, signer) in NAMES {
        one(init, name, *signer)?;
    }
    service_account(&init.cert_dir)
}

/// Makes one certificate, if it is missing.
///
/// # Errors
/// Names the file that can't be read or written.
pub fn one(init: &Init, name: &str, signer: Option<&str>) -> Result<()> {
    let base = init.cert_dir.join(name);
    let (certificate, key) = (with_extension(&base, "crt"), with_extension(&base, "key"));
    match (certificate.exists(), key.exists()) {
        (true, true) => {
            println!("[certs] Using existing {name} certificate and key on disk");
            return Ok(());
        }
        (true, false) => bail!(
            "{} is there but {} is not; restore the key, or remove the certificate to have both made anew",
            certificate.display(),
            key.display()
        ),
        (false, true) => bail!(
            "{} is there but {} is not; restore the certificate, or remove the key to have both made anew",
            key.display(),
            certificate.display()
        ),
        (false, false) => {}
    }
    match signer {
        None => {
            let common_name = match name {
                "ca" => "kubernetes",
                "etcd/ca" => "etcd-ca",
                other => other,
            };
            Authority::new(common_name)?.write(&base)?;
        }
        Some(signer) => {
            let authority = Authority::read(&init.cert_dir.join(signer))
                .with_context(|| format!("the CA for {name} can't be used"))?;
            authority.issue(&leaf(init, name)?)?.write(&base)?;
        }
    }
    println!("[certs] Generated {name:?} certificate and key");
    Ok(())
}

/// Tells names and addresses for a certificate apart.
fn sort_sans<'a>(extra: impl Iterator<Item = &'a str>, names: &mut Vec<String>, addresses: &mut Vec<IpAddr>) {
    for extra in extra.filter(|extra| !extra.is_empty()) {
        match extra.trim_matches(['[', ']']).parse() {
            Ok(address) => addresses.push(address),
            Err(_) => names.push(extra.into()),
        }
    }
}

fn leaf(init: &Init, name: &str) -> Result<Leaf> {
    let local: Vec<IpAddr> = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    Ok(match name {
        "apiserver" => {
            let mut names: Vec<String> =
                ["kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(String::from).to_vec();
            names.push(format!("kubernetes.default.svc.{}", init.dns_domain));
            names.push(init.node_name.clone());
            let mut addresses = vec![init.service_address(1)?, init.advertise];
            let endpoint = init
                .control_plane_endpoint
                .rsplit_once(':')
                .map_or(init.control_plane_endpoint.as_str(), |(host, _)| host);
            let extra = init.extra_sans.iter().map(String::as_str).chain([endpoint]);
            sort_sans(extra, &mut names, &mut addresses);
            Leaf::server("kube-apiserver", names, addresses)
        }
        "apiserver-kubelet-client" => {
            Leaf::client("kube-apiserver-kubelet-client", Some("kubeadm:cluster-admins"))
        }
        "front-proxy-client" => Leaf::client("front-proxy-client", None),
        "apiserver-etcd-client" => Leaf::client("kube-apiserver-etcd-client", None),
        "etcd/healthcheck-client" => Leaf::client("kube-etcd-healthcheck-client", None),
        "etcd/server" | "etcd/peer" => {
            let mut addresses = local;
            addresses.insert(0, init.advertise);
            let mut names = vec![init.node_name.clone(), "localhost".into()];
            let extra =
                if name == "etcd/server" { &init.etcd.server_cert_sans } else { &init.etcd.peer_cert_sans };
            sort_sans(extra.iter().map(String::as_str), &mut names, &mut addresses);
            Leaf { usage: Usage::Both, ..Leaf::server(&init.node_name, names, addresses) }
        }
        other => bail!("there is no certificate {other:?}"),
    })
}

/// The key pair with which service-account tokens are signed.
///
/// # Errors
/// Names the file that can't be written.
pub fn service_account(cert_dir: &Path) -> Result<()> {
    let (private, public) = (cert_dir.join("sa.key"), cert_dir.join("sa.pub"));
    if private.exists() && public.exists() {
        println!("[certs] Using the existing \"sa\" key");
        return Ok(());
    }
    let key = match std::fs::read_to_string(&private) {
        Ok(key) => key,
        Err(_) => pki::cert::new_key()?,
    };
    pki::write::secret(&private, key.as_bytes())
        .with_context(|| format!("cannot write {}", private.display()))?;
    pki::write::secret(&public, pki::cert::public_key(&key)?.as_bytes())
        .with_context(|| format!("cannot write {}", public.display()))?;
    println!("[certs] Generated \"sa\" key and public key");
    Ok(())
}
