//! TLS for servers and clients from PEM files. Servers pick up renewed files by themselves.

mod named;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::SupportedKxGroup;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SupportedCipherSuite,
    SupportedProtocolVersion,
};

use named::ByName;
pub use named::Named;

/// Why TLS material can't be used; names the file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file can't be read or holds nothing of the kind that was looked for.
    #[error("cannot read {what} from {path}: {source}")]
    Read { what: &'static str, path: PathBuf, source: rustls::pki_types::pem::Error },
    /// A file without the certificates that were expected in it.
    #[error("{path} holds no certificate")]
    Empty { path: PathBuf },
    /// rustls refuses the combination.
    #[error("cannot use {path} for TLS: {reason}")]
    Refused { path: PathBuf, reason: String },
}

/// What a server asks of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// No certificate is asked for.
    None,
    /// A certificate is asked for; without one the connection is anonymous.
    Optional,
    /// A certificate is asked for, and its holder proves that it has the key, but whether it is
    /// trusted is the program's to judge: it knows several client CAs.
    Deferred,
    /// No connection without a certificate of the client CA.
    Required,
}

/// Makes ring the process's cryptography. Every program calls it first; more than once is fine.
pub fn install_crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// All certificates of a PEM file, in order.
pub fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = |source| TlsError::Read { what: "certificates", path: path.into(), source };
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).map_err(read)?.collect::<Result<_, _>>().map_err(read)?;
    if found.is_empty() { Err(TlsError::Empty { path: path.into() }) } else { Ok(found) }
}

/// The first private key of a PEM file.
pub fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path).map_err(|source| TlsError::Read {
        what: "a private key",
        path: path.into(),
        source,
    })
}

/// A list of revoked certificates, in PEM or DER.
fn read_revoked(path: &Path) -> Result<CertificateRevocationListDer<'static>, TlsError> {
    let bytes = std::fs::read(path).map_err(|source| TlsError::Read {
        what: "revoked certificates",
        path: path.into(),
        source: rustls::pki_types::pem::Error::Io(source),
    })?;
    if bytes.starts_with(b"-----BEGIN") {
        return CertificateRevocationListDer::from_pem_slice(&bytes).map_err(|source| TlsError::Read {
            what: "revoked certificates",
            path: path.into(),
            source,
        });
    }
    Ok(CertificateRevocationListDer::from(bytes))
}

/// The certificates of a PEM bundle as trust anchors.
pub fn read_roots(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(path)? {
        roots
            .add(certificate)
            .map_err(|error| TlsError::Refused { path: path.into(), reason: error.to_string() })?;
    }
    Ok(roots)
}

/// Which versions and cipher suites a server takes, and whose certificates no more.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// None: TLS 1.2 and 1.3.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// None: all.
    pub suites: Vec<SupportedCipherSuite>,
    /// A list of revoked certificates, in PEM or DER. Read anew when it changes.
    pub revoked: Option<PathBuf>,
    /// Key exchanges, the preferred first. None: all.
    pub groups: Vec<&'static dyn SupportedKxGroup>,
    /// Certificates by name, looked through in this order before the server's own.
    pub named: Vec<Named>,
    /// HTTP/2 is not offered.
    pub http1_only: bool,
}

impl Limits {
    /// Reads versions (`TLS1.2`, `TLS1.3`; an empty highest one is the newest) and TLS 1.2 cipher suites
    /// by Go's names.
    ///
    /// # Errors
    /// Fails when there is no such version or suite, or nothing is left.
    pub fn new(lowest: &str, highest: &str, suites: &[String]) -> Result<Self, String> {
        let version = |text: &str| match text {
            "TLS1.2" => Ok(2),
            "TLS1.3" => Ok(3),
            _ => Err(format!("unexpected TLS version {text:?}: TLS1.2 or TLS1.3")),
        };
        let lowest = if lowest.is_empty() { 2 } else { version(lowest)? };
        let highest = if highest.is_empty() { 3 } else { version(highest)? };
        if lowest > highest {
            return Err("min version (TLS1.3) is greater than max version (TLS1.2)".into());
        }
        if lowest == 3 && !suites.is_empty() {
            return Err("cipher suites cannot be configured when only TLS1.3 is enabled".into());
        }
        let known = rustls::crypto::ring::ALL_CIPHER_SUITES;
        let mut limits = Self::default();
        for (number, version) in [(2, &rustls::version::TLS12), (3, &rustls::version::TLS13)] {
            if (lowest..=highest).contains(&number) {
                limits.versions.push(version);
            }
        }
        for name in suites {
            // Go's short names of two suites.
            let long = name
                .strip_suffix("_CHACHA20_POLY1305")
                .map(|start| format!("{start}_CHACHA20_POLY1305_SHA256"));
            let long = long.as_deref().unwrap_or(name);
            let found =
                known.iter().find(|suite| suite.tls13().is_none() && suite.suite().as_str() == Some(long));
            limits.suites.push(*found.ok_or_else(|| {
                let names: Vec<_> = known
                    .iter()
                    .filter(|suite| suite.tls13().is_none())
                    .filter_map(|suite| suite.suite().as_str())
                    .collect();
                format!("unexpected TLS cipher suite {name:?}; there are {}", names.join(", "))
            })?);
        }
        if !limits.suites.is_empty() {
            // Those of TLS 1.3 are not chosen, as in Go.
            limits.suites.extend(known.iter().filter(|suite| suite.tls13().is_some()));
        }
        Ok(limits)
    }
}

/// A server's TLS configuration, read anew when one of its files changes. The files are looked
/// at when a connection comes in, at most once a second: no timer runs for it.
pub struct ServerTls {
    cert: PathBuf,
    key: PathBuf,
    client_ca: Option<PathBuf>,
    auth: ClientAuth,
    limits: Limits,
    alpn: Vec<Vec<u8>>,
    state: Mutex<State>,
}

struct State {
    configs: Configs,
    stamps: Vec<Option<SystemTime>>,
    looked: Instant,
}

/// The configuration, and those for addresses that have a certificate of their own.
struct Configs {
    own: Arc<ServerConfig>,
    at: Vec<(IpAddr, Arc<ServerConfig>)>,
}

impl ServerTls {
    /// Reads the files; HTTP/2 and HTTP/1.1 are offered.
    ///
    /// # Errors
    /// Fails when a file is missing, malformed, or the key does not fit the certificate.
    pub fn new(
        cert: &Path,
        key: &Path,
        client_ca: Option<&Path>,
        auth: ClientAuth,
    ) -> Result<Arc<Self>, TlsError> {
        Self::limited(cert, key, client_ca, auth, Limits::default())
    }

    /// [`Self::new`], with limits.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn limited(
        cert: &Path,
        key: &Path,
        client_ca: Option<&Path>,
        auth: ClientAuth,
        limits: Limits,
    ) -> Result<Arc<Self>, TlsError> {
        let mut alpn = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        if limits.http1_only {
            alpn.remove(0);
        }
        let client_ca = client_ca.map(Path::to_path_buf);
        let configs = build(cert, key, client_ca.as_deref(), auth, &limits, &alpn)?;
        let tls = Self {
            cert: cert.into(),
            key: key.into(),
            client_ca,
            auth,
            limits,
            alpn,
            state: Mutex::new(State { configs, stamps: Vec::new(), looked: Instant::now() }),
        };
        let stamps = tls.stamps();
        tls.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner).stamps = stamps;
        Ok(Arc::new(tls))
    }

    /// From PEM texts: for a certificate that a daemon made for itself. Clients are not asked
    /// for theirs.
    ///
    /// # Errors
    /// Fails when the texts are malformed or the key does not fit the certificate.
    pub fn in_memory(cert: &str, key: &str) -> Result<Arc<Self>, TlsError> {
        install_crypto();
        let path = Path::new("the daemon's own certificate");
        let read = |source| TlsError::Read { what: "PEM", path: path.into(), source };
        let chain =
            CertificateDer::pem_slice_iter(cert.as_bytes()).collect::<Result<_, _>>().map_err(read)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(read)?;
        let mut config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| TlsError::Refused { path: path.into(), reason: error.to_string() })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // Paths of no files: there is nothing to read anew.
        let tls = Self {
            cert: PathBuf::new(),
            key: PathBuf::new(),
            client_ca: None,
            auth: ClientAuth::None,
            limits: Limits::default(),
            alpn: config.alpn_protocols.clone(),
            state: Mutex::new(State {
                configs: Configs { own: Arc::new(config), at: Vec::new() },
                stamps: vec![None, None],
                looked: Instant::now(),
            }),
        };
        Ok(Arc::new(tls))
    }

    fn stamps(&self) -> Vec<Option<SystemTime>> {
        let named = self.limits.named.iter().flat_map(|named| [&named.cert, &named.key]);
        [Some(&self.cert), Some(&self.key), self.client_ca.as_ref(), self.limits.revoked.as_ref()]
            .into_iter()
            .flatten()
            .chain(named)
            .map(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok())
            .collect()
    }

    /// The configuration for the next connection, whichever of the server's addresses it is to.
    pub fn current(&self) -> Arc<ServerConfig> {
        self.current_at(None)
    }

    /// The configuration for the next connection, which is to `local` of the server's addresses. Files that can't be
    /// used (half written, say) leave the last good configuration in place and a warning in the log.
    pub fn current_at(&self, local: Option<IpAddr>) -> Arc<ServerConfig> {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.looked.elapsed() >= Duration::from_secs(1) {
            state.looked = Instant::now();
            let stamps = self.stamps();
            if stamps != state.stamps {
                match build(
                    &self.cert,
                    &self.key,
                    self.client_ca.as_deref(),
                    self.auth,
                    &self.limits,
                    &self.alpn,
                ) {
                    Ok(configs) => {
                        tracing::info!(cert = %self.cert.display(), "reloaded the serving certificate");
                        state.configs = configs;
                        state.stamps = stamps;
                    }
                    Err(error) => tracing::warn!(%error, "keeping the previous serving certificate"),
                }
            }
        }
        // On a socket for both, addresses of version 4 are written as some of version 6.
        let local = local.map(|local| local.to_canonical());
        let found = state.configs.at.iter().find(|(address, _)| Some(*address) == local);
        found.map_or(&state.configs.own, |(_, config)| config).clone()
    }
}

fn build(
    cert: &Path,
    key: &Path,
    ca: Option<&Path>,
    auth: ClientAuth,
    limits: &Limits,
    alpn: &[Vec<u8>],
) -> Result<Configs, TlsError> {
    install_crypto();
    let refused = |path: &Path, reason: String| TlsError::Refused { path: path.into(), reason };
    let mut provider = rustls::crypto::ring::default_provider();
    if !limits.suites.is_empty() {
        provider.cipher_suites.clone_from(&limits.suites);
    }
    if !limits.groups.is_empty() {
        provider.kx_groups.clone_from(&limits.groups);
    }
    let versions: &[_] = if limits.versions.is_empty() { rustls::DEFAULT_VERSIONS } else { &limits.versions };
    let provider = Arc::new(provider);
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .map_err(|error| refused(cert, error.to_string()))?;
    let builder = match (ca, auth) {
        (_, ClientAuth::Deferred) => builder.with_client_cert_verifier(Arc::new(AnyClient::new())),
        (Some(ca), ClientAuth::Optional | ClientAuth::Required) => {
            let mut verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(read_roots(ca)?), provider);
            if let Some(list) = &limits.revoked {
                // Who has signed no list has revoked nothing.
                verifier = verifier.with_crls([read_revoked(list)?]).allow_unknown_revocation_status();
            }
            let verifier =
                if auth == ClientAuth::Optional { verifier.allow_unauthenticated() } else { verifier };
            builder
                .with_client_cert_verifier(verifier.build().map_err(|error| refused(ca, error.to_string()))?)
        }
        _ => builder.with_no_client_auth(),
    };
    let mut at = Vec::new();
    let mut config = if limits.named.is_empty() {
        builder
            .with_single_cert(read_certificates(cert)?, read_key(key)?)
            .map_err(|error| refused(cert, error.to_string()))?
    } else {
        let named = ByName::read(cert, key, &limits.named)?;
        at = named.addresses();
        builder.with_cert_resolver(Arc::new(named))
    };
    config.alpn_protocols = alpn.to_vec();
    let other = |(address, named)| {
        let mut config = config.clone();
        config.cert_resolver = Arc::new(named);
        (address, Arc::new(config))
    };
    let at = at.into_iter().map(other).collect();
    Ok(Configs { own: Arc::new(config), at })
}

/// Asks for a client certificate and checks only that its holder has the key.
#[derive(Debug)]
struct AnyClient {
    algorithms: rustls::crypto::WebPkiSupportedAlgorithms,
}

impl AnyClient {
    fn new() -> Self {
        Self { algorithms: rustls::crypto::ring::default_provider().signature_verification_algorithms }
    }
}

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_cipher_suites() {
        let limits = |lowest: &str, highest: &str, suites: &[&str]| {
            let suites: Vec<String> = suites.iter().map(ToString::to_string).collect();
            Limits::new(lowest, highest, &suites)
        };
        assert_eq!(limits("", "", &[]).expect("valid").versions.len(), 2);
        assert_eq!(limits("TLS1.3", "", &[]).expect("valid").versions.len(), 1);
        let chosen = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"];
        let suites = limits("TLS1.2", "TLS1.3", &chosen).expect("valid").suites;
        assert_eq!(suites.iter().filter(|suite| suite.tls13().is_none()).count(), 2);
        for (lowest, highest, suites, said) in [
            ("TLS1.1", "", &[][..], "TLS1.1"),
            ("TLS1.3", "TLS1.2", &[], "greater"),
            ("TLS1.3", "", &chosen[..1], "only TLS1.3"),
            ("", "", &["TLS_RSA_WITH_RC4_128_SHA"], "TLS_RSA_WITH_RC4_128_SHA"),
            ("", "", &["TLS13_AES_128_GCM_SHA256"], "unexpected"),
        ] {
            assert!(limits(lowest, highest, suites).expect_err("refuses").contains(said), "{said}");
        }
    }
}
