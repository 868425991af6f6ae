//! The client's side of TLS: trust, and a certificate that may be rotated under our feet.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::config::{Config, Identity};
use crate::error::Error;

/// The TLS configuration for `config`, offering the protocols in `alpn`.
///
/// # Errors
/// Fails on certificates or keys that can't be used.
pub fn client_config(config: &Config, alpn: &[&[u8]]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let bad = |error: rustls::Error| Error::Config(format!("cannot set up TLS: {error}"));
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(bad)?;
    let builder = if config.insecure {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnyone(provider.clone())))
    } else {
        let mut roots = RootCertStore::empty();
        match &config.ca {
            Some(pem) => {
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|error| {
                        Error::Config(format!("the certificate authority is not PEM: {error}"))
                    })?;
                    roots.add(certificate).map_err(bad)?;
                }
                if roots.is_empty() {
                    return Err(Error::Config("the certificate authority holds no certificate".into()));
                }
            }
            None => {
                for file in [
                    "/etc/ssl/certs/ca-certificates.crt",
                    "/etc/pki/tls/certs/ca-bundle.crt",
                    "/etc/ssl/cert.pem",
                ] {
                    if let Ok(certificates) = CertificateDer::pem_file_iter(file) {
                        roots.add_parsable_certificates(certificates.flatten());
                        break;
                    }
                }
            }
        }
        builder.with_root_certificates(roots)
    };
    let mut tls = match &config.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            builder.with_client_cert_resolver(Arc::new(ClientCertificate::new(identity.clone(), provider)?))
        }
    };
    tls.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(tls)
}

/// A client certificate that is read again when its file changes.
#[derive(Debug)]
struct ClientCertificate {
    identity: Identity,
    provider: Arc<CryptoProvider>,
    current: Mutex<(Option<SystemTime>, Arc<CertifiedKey>)>,
}

impl ClientCertificate {
    fn new(identity: Identity, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let key = load(&identity, &provider)?;
        let stamp = stamp(&identity);
        Ok(Self { identity, provider, current: Mutex::new((stamp, Arc::new(key))) })
    }
}

fn stamp(identity: &Identity) -> Option<SystemTime> {
    match identity {
        Identity::Pem { .. } => None,
        Identity::Files { certificate, .. } => {
            std::fs::metadata(certificate).and_then(|meta| meta.modified()).ok()
        }
    }
}

fn load(identity: &Identity, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
    let read = |what: &str, path: &PathBuf| {
        std::fs::read(path)
            .map_err(|error| Error::Config(format!("unable to read {what} {}: {error}", path.display())))
    };
    let (certificate, key) = match identity {
        Identity::Pem { certificate, key } => (certificate.clone(), key.clone()),
        Identity::Files { certificate, key } => (read("client-cert", certificate)?, read("client-key", key)?),
    };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&certificate)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Config(format!("the client certificate is not PEM: {error}")))?;
    let key = PrivateKeyDer::from_pem_slice(&key)
        .map_err(|error| Error::Config(format!("the client key is not PEM: {error}")))?;
    CertifiedKey::from_der(chain, key, provider)
        .map_err(|error| Error::Config(format!("cannot use the client certificate: {error}")))
}

impl ResolvesClientCert for ClientCertificate {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = stamp(&self.identity);
        if now != current.0 {
            match load(&self.identity, &self.provider) {
                Ok(key) => *current = (now, Arc::new(key)),
                Err(error) => tracing::warn!(%error, "keeping the previous client certificate"),
            }
        }
        Some(current.1.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// `insecure-skip-tls-verify`: the user asked for no verification.
#[derive(Debug)]
struct TrustAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
