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
    /// From a PEM private key: EC P-256, or RSA.
    ///
    /// # Errors
    /// Fails when it is neither.
    pub fn from_pem(pem: &str) -> Result<Self, TokenError> {
        let public = crate::cert::public_key(pem).map_err(|error| TokenError::Key(error.to_string()))?;
        let verifier = Verifier::from_pem(&public)?;
        let key = match verifier.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
        }
        .map_err(|error| TokenError::Key(error.to_string()))?;
        Ok(Self { key, algorithm: verifier.algorithm, id: verifier.id })
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
    key: DecodingKey,
    algorithm: Algorithm,
    id: String,
    jwk: Value,
}

impl Verifier {
    /// From a PEM public key (or the private one it belongs to).
    ///
    /// # Errors
    /// Fails when it is neither EC P-256 nor RSA.
    pub fn from_pem(pem: &str) -> Result<Self, TokenError> {
        let bad = |reason: String| TokenError::Key(reason);
        let public = if pem.contains("PRIVATE KEY") {
            crate::cert::public_key(pem).map_err(|error| bad(error.to_string()))?
        } else {
            pem.to_string()
        };
        let (_, parsed) =
            x509_parser::pem::parse_x509_pem(public.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let (_, spki) = <x509_parser::x509::SubjectPublicKeyInfo<'_> as x509_parser::prelude::FromDer<
            '_,
            _,
        >>::from_der(&parsed.contents)
        .map_err(|error| bad(error.to_string()))?;
        // Upstream's key ID: the hash of the key's DER.
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(&parsed.contents));
        match spki.parsed().map_err(|error| bad(error.to_string()))? {
            x509_parser::public_key::PublicKey::EC(point) => {
                let data = point.data();
                if data.len() != 65 || data[0] != 4 {
                    return Err(bad("only P-256 elliptic-curve keys are supported".into()));
                }
                let key =
                    DecodingKey::from_ec_pem(public.as_bytes()).map_err(|error| bad(error.to_string()))?;
                let jwk = json!({
                    "use": "sig", "kty": "EC", "kid": id, "crv": "P-256", "alg": "ES256",
                    "x": URL_SAFE_NO_PAD.encode(&data[1..33]), "y": URL_SAFE_NO_PAD.encode(&data[33..]),
                });
                Ok(Self { key, algorithm: Algorithm::ES256, id, jwk })
            }
            x509_parser::public_key::PublicKey::RSA(rsa) => {
                let trim = |bytes: &[u8]| {
                    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
                    URL_SAFE_NO_PAD.encode(&bytes[start..])
                };
                let key =
                    DecodingKey::from_rsa_pem(public.as_bytes()).map_err(|error| bad(error.to_string()))?;
                let jwk = json!({
                    "use": "sig", "kty": "RSA", "kid": id, "alg": "RS256",
                    "n": trim(rsa.modulus), "e": trim(rsa.exponent),
                });
                Ok(Self { key, algorithm: Algorithm::RS256, id, jwk })
            }
            _ => Err(bad("only RSA and P-256 elliptic-curve keys are supported".into())),
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
        let mut validation = Validation::new(self.algorithm);
        validation.validate_aud = false;
        validation.validate_nbf = true;
        validation.leeway = 0;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<T>(token, &self.key, &validation)
            .map(|decoded| decoded.claims)
            .map_err(|error| TokenError::Invalid(error.to_string()))
    }
}

/// A token's claims without any check, to pick the key or issuer by.
pub fn peek(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
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
    }

    #[test]
    fn detached_signatures() {
        let signature = detached(b"text", "abcdef", "0123456789abcdef").expect("signs");
        assert!(verify_detached(&signature, b"text", "0123456789abcdef"));
        assert!(!verify_detached(&signature, b"other", "0123456789abcdef"));
        assert!(!verify_detached(&signature, b"text", "x"));
    }
}
