//! `--auto-tls` and `--peer-auto-tls`: certificates that a member makes and signs itself.
//!
//! They encrypt, and prove nothing: whoever connects has to trust each by itself or none at all, and
//! members with such certificates don't check each other's.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SerialNumber};

use crate::flags::ListenUrl;

/// Where the certificate and the key for a kind of connections ("client" or "peer") are kept, as by
/// etcd.
pub fn files(data_dir: &Path, kind: &str) -> (PathBuf, PathBuf) {
    let dir = data_dir.join("fixtures").join(kind);
    (dir.join("cert.pem"), dir.join("key.pem"))
}

/// Makes a certificate for who listens on `urls`, good for so many years, unless there is one.
///
/// # Errors
/// Fails when the files can't be written.
pub fn make((cert, key): (&Path, &Path), urls: &[ListenUrl], years: u32) -> Result<()> {
    if cert.exists() && key.exists() {
        tracing::info!(cert = %cert.display(), "this member's own certificate is used again");
        return Ok(());
    }
    if let Some(dir) = cert.parent() {
        let mut make = fs::DirBuilder::new();
        let made = make.recursive(true).mode(0o700).create(dir);
        made.with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let mut hosts: Vec<String> = Vec::new();
    for url in urls {
        if let ListenUrl::Tcp { host, .. } = url
            && !hosts.contains(host)
        {
            hosts.push(host.clone());
        }
    }
    // Addresses are told apart from names here.
    let mut params = CertificateParams::new(hosts).context("cannot make a certificate")?;
    let now = SystemTime::now();
    params.not_before = now.into();
    params.not_after = (now + Duration::from_secs(365 * 24 * 3600) * years).into();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "etcd");
    params.serial_number = Some(SerialNumber::from(rand::random::<u64>() >> 1));
    params.key_usages = vec![KeyUsagePurpose::KeyEncipherment, KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let pair = KeyPair::generate().context("cannot make a key")?;
    let signed = params.self_signed(&pair).context("cannot sign a certificate")?;
    // The key first: a certificate without one would be in the way.
    let failed = |path: &Path| format!("cannot write {}", path.display());
    pki::write::secret(key, pair.serialize_pem().as_bytes()).with_context(|| failed(key))?;
    pki::write::public(cert, signed.pem().as_bytes()).with_context(|| failed(cert))?;
    tracing::info!(cert = %cert.display(), years, "made a certificate for this member");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_for_all_addresses() {
        let dir = tempfile::tempdir().expect("a directory");
        let (cert, key) = files(dir.path(), "client");
        let url = |host: &str| ListenUrl::Tcp { host: host.into(), port: 1, tls: true };
        let urls = [url("127.0.0.1"), url("localhost"), url("127.0.0.1"), ListenUrl::Unix("x".into())];
        make((&cert, &key), &urls, 2).expect("made");
        let text = fs::read(&cert).expect("a file");
        let (_, pem) = x509_parser::pem::parse_x509_pem(&text).expect("PEM");
        let parsed = pem.parse_x509().expect("a certificate");
        let names = parsed.subject_alternative_name().expect("one at most").expect("one").value;
        assert_eq!(names.general_names.len(), 2, "{:?}", names.general_names);
        let validity = parsed.validity();
        let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86400;
        assert_eq!(days, 730);
        make((&cert, &key), &urls, 1).expect("kept");
        assert_eq!(fs::read(&cert).expect("a file"), text);
    }
}
