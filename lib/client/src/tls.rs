//! The client's side of TLS: trust, and a certificate that may be rotated under our feet.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

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
        let (mut roots, mut own) = (RootCertStore::empty(), Vec::new());
        match &config.ca {
            Some(pem) => {
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|error| {
                        Error::Config(format!("the certificate authority is not PEM: {error}"))
                    })?;
                    roots.add(certificate.clone()).map_err(bad)?;
                    own.push(certificate);
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
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let usual = usual.build().map_err(|error| Error::Config(format!("cannot set up TLS: {error}")))?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(Trusted { usual, own }))
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

/// Who has a certificate from a trusted authority, as usual; and, as in Go, who shows a trusted certificate
/// itself, though that may be an authority's: servers with certificates that they signed themselves.
#[derive(Debug)]
struct Trusted {
    usual: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp, now);
        match &verified {
            // That it is an authority's comes after it is known to be valid now.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(why)))
                if why.to_string() == "CaUsedAsEndEntity" && self.own.iter().any(|own| own == end_entity) =>
            {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            _ => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A certificate for `localhost` that is its own authority.
    fn signed_by_itself() -> CertificateDer<'static> {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".into()]).expect("names");
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2120, 1, 1);
        let key = rcgen::KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").der().clone()
    }

    #[test]
    fn a_server_may_have_signed_its_certificate_itself() {
        let (own, other) = (signed_by_itself(), signed_by_itself());
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let trusted = Trusted { usual: usual.expect("roots"), own: vec![own.clone()] };
        let check = |certificate: &CertificateDer<'_>, name: &'static str, now: u64| {
            let name = ServerName::try_from(name).expect("a name");
            let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
            trusted.verify_server_cert(certificate, &[], &name, &[], now).map(drop)
        };
        let now = 1_800_000_000;
        assert_eq!(check(&own, "localhost", now), Ok(()));
        assert!(check(&own, "elsewhere", now).is_err());
        assert!(check(&own, "localhost", 1_000_000_000).is_err(), "not valid yet");
        assert!(check(&other, "localhost", now).is_err(), "nobody trusts it");
    }
}
