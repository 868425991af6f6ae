//! Whether a certificate and a key belong together, in the words in which Go's TLS says it.

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

const CERTIFICATE: &str = "CERTIFICATE";
const KEY: &str = "PRIVATE KEY";

/// Why the two can't be used for TLS. Keys of a kind that is unknown here pass.
pub fn wrong(certificate: &[u8], key: &[u8]) -> Option<String> {
    let (found, skipped) = block(certificate, |label| label == CERTIFICATE);
    let Some(certificate) = found else {
        return Some(match &*skipped {
            [] => "tls: failed to find any PEM data in certificate input".into(),
            [one] if one.ends_with(KEY) => {
                "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".into()
            }
            _ => {
                let skipped = skipped.join(" ");
                format!("tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{skipped}]")
            }
        });
    };
    let (found, skipped) = block(key, |label| label == KEY || label.ends_with(" PRIVATE KEY"));
    let Some(key) = found else {
        return Some(match &*skipped {
            [] => "tls: failed to find any PEM data in key input".into(),
            [one] if one == CERTIFICATE => {
                "tls: found a certificate rather than a key in the PEM for the private key".into()
            }
            _ => {
                let skipped = skipped.join(" ");
                format!(
                    "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{skipped}]"
                )
            }
        });
    };
    let Ok((_, certificate)) = X509Certificate::from_der(&certificate) else {
        return Some("x509: malformed certificate".into());
    };
    let Ok(key) = PrivateKeyDer::try_from(&*key) else {
        return Some("tls: failed to parse private key".into());
    };
    let key = any_supported_type(&key).ok()?;
    let public = key.public_key()?;
    let wanted = &certificate.tbs_certificate.subject_pki;
    if wanted.raw == public.as_ref() {
        return None;
    }
    let (_, public) = SubjectPublicKeyInfo::from_der(public.as_ref()).ok()?;
    let same = wanted.algorithm.algorithm == public.algorithm.algorithm;
    Some(if same {
        "tls: private key does not match public key".into()
    } else {
        "tls: private key type does not match public key type".into()
    })
}

/// The first block of that kind, and the kinds of those before.
fn block(text: &[u8], is: fn(&str) -> bool) -> (Option<Vec<u8>>, Vec<String>) {
    let mut skipped = Vec::new();
    for pem in Pem::iter_from_buffer(text).flatten() {
        if is(&pem.label) {
            return (Some(pem.contents), skipped);
        }
        skipped.push(pem.label);
    }
    (None, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::{Authority, Leaf};

    #[test]
    fn pairs() {
        let authority = Authority::new("ca").expect("an authority");
        let [one, other] =
            ["one", "other"].map(|name| authority.issue(&Leaf::client(name, None)).expect("a pair"));
        let (certificate, key) = (one.certificate.as_str(), one.key.as_str());
        let rsa = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
        let broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (certificate, key, why) in [
            (certificate, key, None),
            ("", key, Some("any PEM data in certificate input")),
            ("text", "text", Some("any PEM data in certificate input")),
            (key, certificate, Some("PEM inputs may have been switched")),
            (rsa, key, Some("after skipping PEM blocks of the following types: [X]")),
            (certificate, "", Some("any PEM data in key input")),
            (certificate, certificate, Some("found a certificate rather than a key")),
            (certificate, rsa, Some("ending in \"PRIVATE KEY\" in key input")),
            (garbage, key, Some("x509: malformed certificate")),
            (certificate, broken, Some("tls: failed to parse private key")),
            (certificate, other.key.as_str(), Some("tls: private key does not match public key")),
        ] {
            let found = wrong(certificate.as_bytes(), key.as_bytes());
            match why {
                Some(why) => {
                    assert!(found.as_ref().is_some_and(|text| text.contains(why)), "{why}: {found:?}")
                }
                None => assert_eq!(found, None),
            }
        }
    }
}
