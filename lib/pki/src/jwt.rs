//! Signing and verifying JSON Web Tokens, for service accounts and bootstrap signatures.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why a key or token can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("cannot use the key: {0}")]
    Key(String),
    #[error("the token is not valid: {0}")]
    Invalid(String),
}

/// A private key that signs tokens, with its key ID.
pub struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
    id: String,
}

impl Signer {
    /// From a PEM private key: EC P-256 or P-384, or RSA.
    ///
    /// # Errors
    /// Fails when it is neither.
    pub fn from_pem(pem: &str) -> Result<Self, TokenError> {
        let public = crate::cert::public_key(pem).map_err(|error| TokenError::Key(error.to_string()))?;
        let verifier = Verifier::from_pem(&public)?;
        let algorithm = verifier.key.map_or(Algorithm::RS256, |(_, algorithm)| algorithm);
        let key = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            _ => EncodingKey::from_ec_pem(pem.as_bytes()),
        }
        .map_err(|error| TokenError::Key(error.to_string()))?;
        Ok(Self { key, algorithm, id: verifier.id })
    }

    /// Signs `claims`.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, TokenError> {
        let mut header = Header::new(self.algorithm);
        header.typ = None;
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.key).map_err(|error| TokenError::Key(error.to_string()))
    }

    /// The key's ID.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A public key that verifies tokens.
pub struct Verifier {
    /// The key, and the one algorithm that it is used with; none for P-521, for which there is no verification here.
    key: Option<(DecodingKey, Algorithm)>,
    id: String,
    jwk: Value,
}

/// A curve: its OID, its name, the algorithm's name, and how many bytes a coordinate has.
type Curve = (&'static str, &'static str, &'static str, usize);
const CURVES: [Curve; 3] = [
    ("1.2.840.10045.3.1.7", "P-256", "ES256", 32),
    ("1.3.132.0.34", "P-384", "ES384", 48),
    ("1.3.132.0.35", "P-521", "ES512", 66),
];

impl Verifier {
    /// From a PEM public key (or the private one it belongs to), known by upstream's ID: the hash of the key's DER.
    ///
    /// # Errors
    /// Fails when it is neither RSA nor on P-256 or P-384.
    pub fn from_pem(pem: &str) -> Result<Self, TokenError> {
        let bad = |reason: String| TokenError::Key(reason);
        let public = if pem.contains("PRIVATE KEY") {
            crate::cert::public_key(pem).map_err(|error| bad(error.to_string()))?
        } else {
            pem.to_string()
        };
        let (_, parsed) =
            x509_parser::pem::parse_x509_pem(public.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(&parsed.contents));
        let verifier = Self::from_der(&parsed.contents, id)?;
        if verifier.key.is_none() {
            return Err(bad("only RSA keys and those on P-256 and P-384 are supported".into()));
        }
        Ok(verifier)
    }

    /// From a public key's SubjectPublicKeyInfo in DER, known by an ID that others have given it. One on P-521 is shown
    /// to others, but verifies nothing here.
    ///
    /// # Errors
    /// Fails when it is neither RSA nor on P-256, P-384 or P-521.
    pub fn from_der(der: &[u8], id: String) -> Result<Self, TokenError> {
        type Info<'a> = x509_parser::x509::SubjectPublicKeyInfo<'a>;
        let bad = |reason: String| TokenError::Key(reason);
        let (rest, spki) = <Info<'_> as x509_parser::prelude::FromDer<'_, _>>::from_der(der)
            .map_err(|error| bad(error.to_string()))?;
        if !rest.is_empty() {
            return Err(bad("something follows the key".into()));
        }
        match spki.parsed().map_err(|error| bad(error.to_string()))? {
            x509_parser::public_key::PublicKey::EC(point) => {
                let curve = spki.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
                let curve = curve.map(|oid| oid.to_id_string()).unwrap_or_default();
                let data = point.data();
                let (_, name, algorithm, size) = CURVES
                    .into_iter()
                    .find(|(oid, _, _, size)| *oid == curve && data.len() == 1 + 2 * size && data[0] == 4)
                    .ok_or_else(|| {
                        bad("of elliptic-curve keys only P-256, P-384 and P-521 are known".into())
                    })?;
                let jwk = json!({
                    "use": "sig", "kty": "EC", "kid": id, "crv": name, "alg": algorithm,
                    "x": URL_SAFE_NO_PAD.encode(&data[1..=size]), "y": URL_SAFE_NO_PAD.encode(&data[1 + size..]),
                });
                let key = algorithm.parse().ok().map(|algorithm| (DecodingKey::from_ec_der(data), algorithm));
                Ok(Self { key, id, jwk })
            }
            x509_parser::public_key::PublicKey::RSA(rsa) => {
                let trim = |bytes: &[u8]| {
                    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
                    URL_SAFE_NO_PAD.encode(&bytes[start..])
                };
                let jwk = json!({
                    "use": "sig", "kty": "RSA", "kid": id, "alg": "RS256",
                    "n": trim(rsa.modulus), "e": trim(rsa.exponent),
                });
                let key = DecodingKey::from_rsa_der(&spki.subject_public_key.data);
                Ok(Self { key: Some((key, Algorithm::RS256)), id, jwk })
            }
            _ => Err(bad("only RSA and elliptic-curve keys are supported".into())),
        }
    }

    /// The key's ID, as in a token's header.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key in a JSON Web Key Set.
    pub fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// Checks the signature and the times (`exp`, `nbf`), and gives the claims. Issuer and
    /// audience are the caller's to judge.
    ///
    /// # Errors
    /// Says why the token does not hold.
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Result<T, TokenError> {
        let (key, algorithm) = self.key.as_ref().ok_or_else(|| {
            TokenError::Invalid("signatures of keys on P-521 (ES512) can't be verified here".into())
        })?;
        let mut validation = Validation::new(*algorithm);
        validation.validate_aud = false;
        validation.validate_nbf = true;
        validation.leeway = 0;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<T>(token, key, &validation)
            .map(|decoded| decoded.claims)
            .map_err(|error| TokenError::Invalid(error.to_string()))
    }
}

/// A token's claims without any check, to pick the key or issuer by.
pub fn peek(token: &str) -> Option<Value> {
    part(token, 1)
}

/// The ID of the key that a token says it was signed with, without any check.
pub fn key_id(token: &str) -> Option<String> {
    part(token, 0)?["kid"].as_str().map(str::to_string)
}

fn part(token: &str, index: usize) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(index)?).ok()?).ok()
}

/// A detached HS256 signature over `payload` (`<header>..<signature>`), as the bootstrap signer
/// puts it into the cluster-info config map.
pub fn detached(payload: &[u8], key_id: &str, secret: &str) -> Result<String, TokenError> {
    let header = URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"HS256\",\"kid\":\"{key_id}\"}}"));
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    let signature = jsonwebtoken::crypto::sign(
        input.as_bytes(),
        &EncodingKey::from_secret(secret.as_bytes()),
        Algorithm::HS256,
    )
    .map_err(|error| TokenError::Key(error.to_string()))?;
    Ok(format!("{header}..{signature}"))
}

/// Whether a [`detached`] signature is `secret`'s over `payload`.
pub fn verify_detached(signature: &str, payload: &[u8], secret: &str) -> bool {
    let Some((header, signature)) = signature.split_once("..") else { return false };
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    jsonwebtoken::crypto::verify(
        signature,
        input.as_bytes(),
        &DecodingKey::from_secret(secret.as_bytes()),
        Algorithm::HS256,
    )
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P521: &str = "30819b301006072a8648ce3d020106052b810400230381860004001eadf597ac841216fd2f42e6272a3d3be1d8307371f6a0cc57b3c1eccfabe8ddecc1b12e23aa09b7447d0090f22c800e4ad0ccfb44d6bd5d0d2072151e07f9717c002a9818145344254f217dae818198aa5abd30fe71ff5201e8fbba5e42edf9f1a557c4b477abd004b25d5848feeb9e44fcb35ef4e9a01794282b05d990b93c7975ae";
    const SECP256K1: &str = "3056301006072a8648ce3d020106052b8104000a03420004c4eb9a15fdedf5d998a66bb45d40502401fc3989a9ef237f50c591f2734662522911df82416107a2028b106282517f0b3b8a94b182b8430d225cb0e1c7c70cb0";

    #[test]
    fn tokens_verify_with_the_public_half_only_while_they_last() {
        let private = crate::cert::new_key().expect("a key");
        let signer = Signer::from_pem(&private).expect("signs");
        let verifier =
            Verifier::from_pem(&crate::cert::public_key(&private).expect("public")).expect("verifies");
        assert_eq!(signer.id(), verifier.id());
        let now = jiff::Timestamp::now().as_second();
        let good = signer.sign(&json!({"sub": "a", "exp": now + 60})).expect("signs");
        assert_eq!(verifier.verify::<Value>(&good).expect("valid")["sub"], "a");
        let old = signer.sign(&json!({"sub": "a", "exp": now - 60})).expect("signs");
        assert!(verifier.verify::<Value>(&old).is_err());
        let other = Verifier::from_pem(&crate::cert::new_key().expect("a key")).expect("verifies");
        assert!(other.verify::<Value>(&good).is_err());
        assert_eq!(peek(&good).expect("claims")["sub"], "a");
        assert_eq!(key_id(&good).as_deref(), Some(verifier.id()));
    }

    #[test]
    fn curves() {
        let pem =
            rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key").serialize_pem();
        let (signer, verifier) =
            (Signer::from_pem(&pem).expect("signs"), Verifier::from_pem(&pem).expect("verifies"));
        let token = signer.sign(&json!({"sub": "a"})).expect("signs");
        assert_eq!(verifier.verify::<Value>(&token).expect("valid")["sub"], "a");
        assert_eq!((&verifier.jwk()["alg"], &verifier.jwk()["crv"]), (&json!("ES384"), &json!("P-384")));
        // Made with OpenSSL: P-521 is shown and verifies nothing, secp256k1 is not known, though it is as long as P-256.
        let named = |text: &str| Verifier::from_der(&hex::decode(text).expect("hex"), "k".into());
        let large = named(P521).expect("a key");
        assert_eq!((&large.jwk()["alg"], &large.jwk()["kid"]), (&json!("ES512"), &json!("k")));
        let why = large.verify::<Value>(&token).expect_err("no verification").to_string();
        assert!(why.contains("P-521"), "{why}");
        assert!(named(SECP256K1).is_err() && named("3000").is_err());
        assert!(named(&format!("{P521}00")).is_err(), "more follows");
    }

    #[test]
    fn detached_signatures() {
        let signature = detached(b"text", "abcdef", "0123456789abcdef").expect("signs");
        assert!(verify_detached(&signature, b"text", "0123456789abcdef"));
        assert!(!verify_detached(&signature, b"other", "0123456789abcdef"));
        assert!(!verify_detached(&signature, b"text", "x"));
    }
}
