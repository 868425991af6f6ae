//! Certificate authorities and the certificates they sign.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData,
    SanType, SerialNumber,
};

/// How long a CA is valid, as kubeadm's.
pub const CA_VALIDITY: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
/// How long a leaf is valid, as kubeadm's.
pub const LEAF_VALIDITY: Duration = Duration::from_secs(365 * 24 * 3600);
/// Certificates begin a little in the past: clocks of machines differ.
const BACKDATE: Duration = Duration::from_secs(5 * 60);

/// Why a key or certificate can't be made or used.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{what}: {reason}")]
    Parse { what: String, reason: String },
}

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    Client,
    Server,
    Both,
}

/// What a leaf certificate says.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub common_name: String,
    /// The group, to Kubernetes. Further ones can't be written: rcgen keeps one of a kind.
    pub organization: Option<String>,
    pub dns_names: Vec<String>,
    pub addresses: Vec<IpAddr>,
    pub usage: Usage,
    pub validity: Duration,
}

impl Leaf {
    /// A client certificate for a user, and the group it is in.
    pub fn client(user: &str, group: Option<&str>) -> Self {
        Self {
            common_name: user.into(),
            organization: group.map(str::to_string),
            dns_names: Vec::new(),
            addresses: Vec::new(),
            usage: Usage::Client,
            validity: LEAF_VALIDITY,
        }
    }

    /// A server certificate for names and addresses.
    pub fn server(name: &str, dns_names: Vec<String>, addresses: Vec<IpAddr>) -> Self {
        Self { dns_names, addresses, usage: Usage::Server, ..Self::client(name, None) }
    }
}

/// A certificate with its key, both PEM.
#[derive(Clone)]
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

impl Pair {
    /// Writes `<base>.crt` (0644) and `<base>.key` (0600).
    ///
    /// # Errors
    /// Names the file that can't be written.
    pub fn write(&self, base: &Path) -> Result<(), PkiError> {
        let wrap = |path: PathBuf| move |source| PkiError::Write { path, source };
        let (certificate, key) = (with_extension(base, "crt"), with_extension(base, "key"));
        crate::write::secret(&key, self.key.as_bytes()).map_err(wrap(key.clone()))?;
        crate::write::public(&certificate, self.certificate.as_bytes()).map_err(wrap(certificate.clone()))
    }
}

/// `base` with `.ext` appended (never replacing: `apiserver.v2` keeps its dot).
pub fn with_extension(base: &Path, ext: &str) -> PathBuf {
    let mut name = base.as_os_str().to_os_string();
    name.push(".");
    name.push(ext);
    PathBuf::from(name)
}

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, PEM.
    pub certificate: String,
    key: String,
}

fn validity(params: &mut CertificateParams, length: Duration) {
    let now = std::time::SystemTime::now();
    params.not_before = (now - BACKDATE).into();
    params.not_after = (now + length).into();
}

/// A new ECDSA P-256 key, PEM (PKCS#8).
pub fn new_key() -> Result<String, PkiError> {
    Ok(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?.serialize_pem())
}

/// The public half of a private key, PEM.
pub fn public_key(private: &str) -> Result<String, PkiError> {
    Ok(key_pair(private, "the private key")?.public_key_pem())
}

fn key_pair(pem: &str, what: &str) -> Result<KeyPair, PkiError> {
    KeyPair::from_pem(pem).map_err(|error| PkiError::Parse { what: what.into(), reason: error.to_string() })
}

impl Authority {
    /// A new CA.
    ///
    /// # Errors
    /// Fails only when the system has no randomness.
    pub fn new(common_name: &str) -> Result<Self, PkiError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyCertSign,
        ];
        // kubeadm's CAs carry their name as a DNS name too.
        params.subject_alt_names =
            rcgen::string::Ia5String::try_from(common_name).map(SanType::DnsName).into_iter().collect();
        params.serial_number = Some(serial());
        validity(&mut params, CA_VALIDITY);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = params.self_signed(&key)?.pem();
        let pem = key.serialize_pem();
        Ok(Self { issuer: Issuer::new(params, key), certificate, key: pem })
    }

    /// A CA from its PEM texts.
    ///
    /// # Errors
    /// Fails when they are malformed or of a kind that can't sign.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, PkiError> {
        let issuer =
            Issuer::from_ca_cert_pem(certificate, key_pair(key, "the CA's key")?).map_err(|error| {
                PkiError::Parse { what: "the CA's certificate".into(), reason: error.to_string() }
            })?;
        Ok(Self { issuer, certificate: certificate.into(), key: key.into() })
    }

    /// Reads `<base>.crt` and `<base>.key`.
    ///
    /// # Errors
    /// Names the file.
    pub fn read(base: &Path) -> Result<Self, PkiError> {
        let read = |ext: &str| {
            let path = with_extension(base, ext);
            std::fs::read_to_string(&path).map_err(|source| PkiError::Read { path, source })
        };
        Self::from_pem(&read("crt")?, &read("key")?).map_err(|error| match error {
            PkiError::Parse { what, reason } => {
                PkiError::Parse { what: format!("{}: {what}", base.display()), reason }
            }
            other => other,
        })
    }

    /// Writes `<base>.crt` and `<base>.key`.
    pub fn write(&self, base: &Path) -> Result<(), PkiError> {
        Pair { certificate: self.certificate.clone(), key: self.key.clone() }.write(base)
    }

    /// Signs a leaf with a new key.
    pub fn issue(&self, leaf: &Leaf) -> Result<Pair, PkiError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = leaf_params(leaf).signed_by(&key, &self.issuer)?.pem();
        Ok(Pair { certificate, key: key.serialize_pem() })
    }

    /// Signs a certificate request with the subject and names it asks for, for `usage` and
    /// `length`. The caller has judged the request.
    ///
    /// # Errors
    /// Fails on a malformed request, or one whose signature is not its key's.
    pub fn sign_request(
        &self,
        request_pem: &str,
        usage: Usage,
        length: Duration,
    ) -> Result<String, PkiError> {
        let mut request = CertificateSigningRequestParams::from_pem(request_pem).map_err(|error| {
            PkiError::Parse { what: "the certificate request".into(), reason: error.to_string() }
        })?;
        request.params.is_ca = IsCa::ExplicitNoCa;
        request.params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        request.params.extended_key_usages = purposes(usage);
        request.params.serial_number = Some(serial());
        validity(&mut request.params, length);
        Ok(request.signed_by(&self.issuer)?.pem())
    }
}

/// A certificate request and the key it is for, both PEM.
pub fn request(leaf: &Leaf) -> Result<Pair, PkiError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(leaf);
    params.subject_alt_names = names(leaf);
    let certificate = params.serialize_request(&key)?.pem()?;
    Ok(Pair { certificate, key: key.serialize_pem() })
}

fn subject(leaf: &Leaf) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if let Some(organization) = &leaf.organization {
        name.push(DnType::OrganizationName, organization.as_str());
    }
    name.push(DnType::CommonName, leaf.common_name.as_str());
    name
}

fn names(leaf: &Leaf) -> Vec<SanType> {
    let dns = leaf.dns_names.iter().filter_map(|name| Some(SanType::DnsName(name.as_str().try_into().ok()?)));
    dns.chain(leaf.addresses.iter().map(|address| SanType::IpAddress(*address))).collect()
}

fn purposes(usage: Usage) -> Vec<ExtendedKeyUsagePurpose> {
    match usage {
        Usage::Client => vec![ExtendedKeyUsagePurpose::ClientAuth],
        Usage::Server => vec![ExtendedKeyUsagePurpose::ServerAuth],
        Usage::Both => vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth],
    }
}

fn leaf_params(leaf: &Leaf) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject(leaf);
    params.subject_alt_names = names(leaf);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = purposes(leaf.usage);
    params.use_authority_key_identifier_extension = true;
    params.serial_number = Some(serial());
    validity(&mut params, leaf.validity);
    params
}

fn serial() -> SerialNumber {
    let mut bytes: [u8; 16] = rand::random();
    // A positive number without leading zeros.
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    SerialNumber::from_slice(&bytes)
}

/// The `sha256:<hex>` of a CA's public key, as `kubeadm join --discovery-token-ca-cert-hash`.
///
/// # Errors
/// Fails when `certificate` is not a PEM certificate.
pub fn public_key_hash(certificate: &str) -> Result<String, PkiError> {
    use sha2::Digest;
    let bad = |reason: String| PkiError::Parse { what: "the CA's certificate".into(), reason };
    let (_, pem) =
        x509_parser::pem::parse_x509_pem(certificate.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let parsed = pem.parse_x509().map_err(|error| bad(error.to_string()))?;
    Ok(format!("sha256:{}", hex::encode(sha2::Sha256::digest(parsed.public_key().raw))))
}

/// When a certificate lapses, in seconds since the epoch.
///
/// # Errors
/// Fails when `certificate` is not a PEM certificate.
pub fn not_after(certificate: &str) -> Result<i64, PkiError> {
    let bad = |reason: String| PkiError::Parse { what: "the certificate".into(), reason };
    let (_, pem) =
        x509_parser::pem::parse_x509_pem(certificate.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let parsed = pem.parse_x509().map_err(|error| bad(error.to_string()))?;
    Ok(parsed.validity().not_after.timestamp())
}

/// The raw public key of a key pair, for tests that compare keys.
#[doc(hidden)]
pub fn der(private: &str) -> Result<Vec<u8>, PkiError> {
    Ok(key_pair(private, "key")?.der_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reread_authority_signs_what_the_first_one_vouches_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let base = folder.path().join("ca");
        let ca = Authority::new("kubernetes").expect("a CA");
        ca.write(&base).expect("writes");
        let again = Authority::read(&base).expect("reads");
        let leaf =
            again.issue(&Leaf::client("kubernetes-admin", Some("kubeadm:cluster-admins"))).expect("issues");
        let (_, ca_pem) = x509_parser::pem::parse_x509_pem(ca.certificate.as_bytes()).expect("PEM");
        let (_, pem) = x509_parser::pem::parse_x509_pem(leaf.certificate.as_bytes()).expect("PEM");
        let parsed = pem.parse_x509().expect("X.509");
        assert!(parsed.subject().to_string().contains("O=kubeadm:cluster-admins"), "{}", parsed.subject());
        assert_eq!(parsed.issuer().to_string(), "CN=kubernetes");
        let public = ca_pem.parse_x509().expect("X.509").public_key().clone().raw.to_vec();
        assert!(!public.is_empty());
        assert!(
            public_key_hash(&ca.certificate)
                .is_ok_and(|hash| hash.starts_with("sha256:") && hash.len() == 71)
        );
    }

    #[test]
    fn requests_are_signed_with_their_subject() {
        let ca = Authority::new("kubernetes").expect("a CA");
        let request = request(&Leaf::client("system:node:a", Some("system:nodes"))).expect("a request");
        let signed = ca.sign_request(&request.certificate, Usage::Client, LEAF_VALIDITY).expect("signs");
        let (_, pem) = x509_parser::pem::parse_x509_pem(signed.as_bytes()).expect("PEM");
        let subject = pem.parse_x509().expect("X.509").subject().to_string();
        assert!(subject.contains("CN=system:node:a") && subject.contains("O=system:nodes"), "{subject}");
        assert!(ca.sign_request("nonsense", Usage::Client, LEAF_VALIDITY).is_err());
    }
}
