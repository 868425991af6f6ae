//! Certificates of a server's besides its own: by the name that a client asks for, or the address that it calls.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::{TlsError, read_certificates, read_key};

/// Another certificate of a server's, for clients that ask for one of these names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The certificate and its chain.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Names, also `*.` and a domain, and addresses of the server; none: the names in the certificate.
    pub names: Vec<String>,
}

/// Certificates by the name that a client asks for.
#[derive(Clone, Debug)]
pub(super) struct ByName {
    named: Vec<(Vec<String>, Arc<CertifiedKey>)>,
    own: Arc<CertifiedKey>,
    /// For clients that ask for no name.
    nameless: Arc<CertifiedKey>,
}

impl ByName {
    pub(super) fn read(cert: &Path, key: &Path, named: &[Named]) -> Result<Self, TlsError> {
        let mut found = Vec::new();
        for one in named {
            let pair = certified(&one.cert, &one.key)?;
            let names = if one.names.is_empty() { names_in(&one.cert, &pair)? } else { one.names.clone() };
            found.push((names.iter().map(|name| name.to_ascii_lowercase()).collect(), pair));
        }
        let own = certified(cert, key)?;
        Ok(Self { named: found, nameless: own.clone(), own })
    }

    /// The server's addresses that have a certificate of their own. Who calls one asks for no name, as an address is none
    /// in TLS, and is shown that certificate.
    pub(super) fn addresses(&self) -> Vec<(IpAddr, Self)> {
        let all = self.named.iter().flat_map(|(names, pair)| names.iter().map(move |name| (name, pair)));
        let mut found: Vec<(IpAddr, Self)> = Vec::new();
        for (name, pair) in all {
            if let Ok(address) = name.parse::<IpAddr>()
                && found.iter().all(|(have, _)| *have != address)
            {
                found.push((address, Self { nameless: pair.clone(), ..self.clone() }));
            }
        }
        found
    }

    /// Who has the name itself goes before who has it among others (`*.domain`).
    fn find(&self, wanted: &str) -> &Arc<CertifiedKey> {
        let wanted = wanted.trim_end_matches('.').to_ascii_lowercase();
        let domain = wanted.split_once('.').map(|(_, domain)| format!("*.{domain}"));
        let of = |name: &str| self.named.iter().find(|(names, _)| names.iter().any(|have| have == name));
        let found = of(&wanted).or_else(|| of(&domain?));
        found.map_or(&self.own, |(_, pair)| pair)
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(hello.server_name().map_or(&self.nameless, |name| self.find(name)).clone())
    }
}

/// A certificate with its key, which must fit it.
fn certified(cert: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
    let refused = |error: rustls::Error| TlsError::Refused { path: cert.into(), reason: error.to_string() };
    let chain = read_certificates(cert)?;
    let provider: CryptoProvider = rustls::crypto::ring::default_provider();
    Ok(Arc::new(CertifiedKey::from_der(chain, read_key(key)?, &provider).map_err(refused)?))
}

/// The DNS names that a certificate is for; its common name, where it has none.
fn names_in(path: &Path, pair: &CertifiedKey) -> Result<Vec<String>, TlsError> {
    let refused = |reason: String| TlsError::Refused { path: path.into(), reason };
    let leaf = pair.cert.first().ok_or_else(|| TlsError::Empty { path: path.into() })?;
    let (_, leaf) = x509_parser::parse_x509_certificate(leaf).map_err(|error| refused(error.to_string()))?;
    let mut names = Vec::new();
    if let Ok(Some(extension)) = leaf.subject_alternative_name() {
        names.extend(extension.value.general_names.iter().filter_map(|name| match name {
            x509_parser::extensions::GeneralName::DNSName(name) => Some((*name).to_string()),
            _ => None,
        }));
    }
    if names.is_empty() {
        let common = leaf.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        names.extend(common.map(str::to_string));
    }
    if names.is_empty() {
        return Err(refused("it is for no DNS name; name some behind a colon".into()));
    }
    Ok(names)
}
