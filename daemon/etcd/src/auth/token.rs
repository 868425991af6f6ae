//! Tokens: random ones that every member remembers (`simple`), or signed ones that nobody has to
//! remember (`jwt`).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::By;
use crate::error::Error;

/// How long a signed token is good when the flag doesn't say.
const JWT_TTL: Duration = Duration::from_secs(5 * 60);

/// What `--auth-token` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenConfig {
    /// Random tokens, which end when unused for this long.
    Simple(Duration),
    /// Signed tokens.
    Jwt { method: String, public: Option<PathBuf>, private: Option<PathBuf>, ttl: Duration },
}

impl TokenConfig {
    /// Reads `simple` or `jwt,sign-method=…,pub-key=…,priv-key=…,ttl=…`.
    ///
    /// # Errors
    /// Fails when the text is neither or an option is unknown or missing.
    pub fn parse(text: &str, simple_ttl: Duration) -> Result<Self, String> {
        let mut parts = text.split(',');
        match parts.next() {
            Some("simple") => return Ok(Self::Simple(simple_ttl)),
            Some("jwt") => {}
            _ => return Err(format!("--auth-token {text:?} is neither simple nor jwt,…")),
        }
        let (mut method, mut public, mut private, mut ttl) = (None, None, None, JWT_TTL);
        for part in parts {
            match part.split_once('=') {
                Some(("sign-method", value)) => method = Some(value.to_string()),
                Some(("pub-key", value)) => public = Some(PathBuf::from(value)),
                Some(("priv-key", value)) => private = Some(PathBuf::from(value)),
                Some(("ttl", value)) => {
                    ttl = component::flags::parse_duration(value)
                        .map_err(|reason| format!("--auth-token ttl: {reason}"))?;
                }
                _ => return Err(format!("--auth-token: unknown option {part:?}")),
            }
        }
        let method = method.ok_or("--auth-token: jwt needs sign-method=")?;
        if private.is_none() && public.is_none() {
            return Err("--auth-token: jwt needs priv-key=, or pub-key= to verify only".into());
        }
        Ok(Self::Jwt { method, public, private, ttl })
    }
}

/// The claims of a signed token, as etcd writes them.
#[derive(Serialize, Deserialize)]
struct Claims {
    username: String,
    revision: u64,
    exp: u64,
}

struct Signed {
    algorithm: Algorithm,
    sign: Option<EncodingKey>,
    verify: DecodingKey,
    ttl: Duration,
}

/// The tokens that are good.
pub enum Tokens {
    /// By token: the user, and when it ends.
    Simple { ttl: Duration, given: Mutex<HashMap<String, (String, Instant)>> },
    /// Whatever the key has signed.
    Jwt(Box<Jwt>),
}

/// A key that signs tokens, or only verifies them.
pub struct Jwt(Signed);

impl Tokens {
    /// As the flags say.
    ///
    /// # Errors
    /// Fails when a key can't be read or doesn't fit the method.
    pub fn new(config: &TokenConfig) -> Result<Self, String> {
        match config {
            TokenConfig::Simple(ttl) => Ok(Self::Simple { ttl: *ttl, given: Mutex::default() }),
            TokenConfig::Jwt { method, public, private, ttl } => {
                let read = |path: &PathBuf| {
                    std::fs::read(path).map_err(|error| format!("--auth-token: {}: {error}", path.display()))
                };
                let algorithm: Algorithm = method
                    .parse()
                    .map_err(|_| format!("--auth-token: sign-method {method:?} is not one we know"))?;
                let (public, private) =
                    (public.as_ref().map(read).transpose()?, private.as_ref().map(read).transpose()?);
                let wrong = |error| format!("--auth-token: the key does not fit {method}: {error}");
                let (sign, verify) = match algorithm {
                    Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                        let secret = private.ok_or("--auth-token: HMAC methods need priv-key=")?;
                        (Some(EncodingKey::from_secret(&secret)), DecodingKey::from_secret(&secret))
                    }
                    Algorithm::ES256 | Algorithm::ES384 => (
                        private.map(|pem| EncodingKey::from_ec_pem(&pem)).transpose().map_err(wrong)?,
                        DecodingKey::from_ec_pem(&public.ok_or("--auth-token: this method needs pub-key=")?)
                            .map_err(wrong)?,
                    ),
                    Algorithm::EdDSA => (
                        private.map(|pem| EncodingKey::from_ed_pem(&pem)).transpose().map_err(wrong)?,
                        DecodingKey::from_ed_pem(&public.ok_or("--auth-token: this method needs pub-key=")?)
                            .map_err(wrong)?,
                    ),
                    _ => (
                        private.map(|pem| EncodingKey::from_rsa_pem(&pem)).transpose().map_err(wrong)?,
                        DecodingKey::from_rsa_pem(&public.ok_or("--auth-token: this method needs pub-key=")?)
                            .map_err(wrong)?,
                    ),
                };
                Ok(Self::Jwt(Box::new(Jwt(Signed { algorithm, sign, verify, ttl: *ttl }))))
            }
        }
    }

    /// A new token for a user whose password was checked at `revision`.
    ///
    /// # Errors
    /// Fails when this member has a key for verifying only.
    pub fn make(&self, user: &str, revision: u64) -> Result<String, Error> {
        match self {
            // The log decides when it becomes good, on all members.
            Self::Simple { .. } => Ok(format!("{:032x}", rand::random::<u128>())),
            Self::Jwt(jwt) => {
                let Signed { algorithm, sign, ttl, .. } = &jwt.0;
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let claims = Claims { username: user.into(), revision, exp: (now + *ttl).as_secs() };
                let key = sign.as_ref().ok_or(Error::InvalidAuthToken)?;
                jsonwebtoken::encode(&Header::new(*algorithm), &claims, key).map_err(|error| {
                    tracing::error!(%error, "cannot sign a token");
                    Error::InvalidAuthToken
                })
            }
        }
    }

    /// A token becomes good.
    pub fn issued(&self, user: &str, token: &str) {
        if let Self::Simple { ttl, given } = self {
            let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            given.retain(|_, (_, end)| *end > now);
            given.insert(token.into(), (user.into(), now + *ttl));
        }
    }

    /// A user's tokens, or all, are good no more. Signed ones end by the rules' revision.
    pub fn void(&self, user: Option<&str>) {
        if let Self::Simple { given, .. } = self {
            let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
            given.retain(|_, (name, _)| user.is_some_and(|user| name != user));
        }
    }

    /// Whose token it is; using a simple one gives it its whole time again.
    ///
    /// # Errors
    /// Fails when the token isn't good.
    pub fn who(&self, token: &str, revision: u64) -> Result<By, Error> {
        match self {
            Self::Simple { ttl, given } => {
                let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                match given.get_mut(token) {
                    Some((name, end)) if *end > now => {
                        *end = now + *ttl;
                        Ok(By::User { name: name.clone(), revision })
                    }
                    _ => Err(Error::InvalidAuthToken),
                }
            }
            Self::Jwt(jwt) => {
                let mut wanted = Validation::new(jwt.0.algorithm);
                wanted.leeway = 0;
                let token = jsonwebtoken::decode::<Claims>(token, &jwt.0.verify, &wanted)
                    .map_err(|_| Error::InvalidAuthToken)?;
                Ok(By::User { name: token.claims.username, revision: token.claims.revision })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn simple_tokens_end_when_unused() {
        let tokens = Tokens::new(&TokenConfig::parse("simple", Duration::from_secs(300)).expect("parses"))
            .expect("made");
        let token = tokens.make("ann", 3).expect("makes");
        assert_eq!(tokens.who(&token, 3), Err(Error::InvalidAuthToken), "not in the log yet");
        tokens.issued("ann", &token);
        tokio::time::advance(Duration::from_secs(200)).await;
        assert_eq!(tokens.who(&token, 4), Ok(By::User { name: "ann".into(), revision: 4 }));
        tokio::time::advance(Duration::from_secs(200)).await;
        assert!(tokens.who(&token, 4).is_ok(), "it was used");
        tokens.void(Some("bob"));
        assert!(tokens.who(&token, 4).is_ok());
        tokio::time::advance(Duration::from_secs(301)).await;
        assert_eq!(tokens.who(&token, 4), Err(Error::InvalidAuthToken));
    }

    #[test]
    fn signed_tokens_say_whose_and_of_when() {
        let dir = tempfile::tempdir().expect("a directory");
        let key = dir.path().join("key");
        std::fs::write(&key, b"secret").expect("writes");
        let text = format!("jwt,sign-method=HS256,priv-key={},ttl=1m", key.display());
        let config = TokenConfig::parse(&text, Duration::ZERO).expect("parses");
        let tokens = Tokens::new(&config).expect("reads the key");
        let token = tokens.make("ann", 7).expect("signs");
        assert_eq!(tokens.who(&token, 9), Ok(By::User { name: "ann".into(), revision: 7 }));
        assert_eq!(tokens.who(&format!("{token}x"), 9), Err(Error::InvalidAuthToken));
        assert!(TokenConfig::parse("jwt,sign-method=HS256", Duration::ZERO).is_err());
        assert!(TokenConfig::parse("jwt,wonder=1", Duration::ZERO).is_err());
        assert!(TokenConfig::parse("paseto", Duration::ZERO).is_err());
    }
}
