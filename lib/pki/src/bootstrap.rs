//! Bootstrap tokens: `<6 characters>.<16 characters>`, kept as Secrets in kube-system.

use std::fmt;

use rand::Rng;

/// A bootstrap token. Its secret half never appears in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct BootstrapToken {
    pub id: String,
    pub secret: String,
}

impl BootstrapToken {
    /// A random token.
    pub fn generate() -> Self {
        Self { id: random(6), secret: random(16) }
    }

    /// Reads `id.secret`.
    ///
    /// # Errors
    /// Says what a token looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let valid = |part: &str, length| {
            part.len() == length
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        match text.split_once('.') {
            Some((id, secret)) if valid(id, 6) && valid(secret, 16) => Ok(Self { id: id.into(), secret: secret.into() }),
            _ => Err("the bootstrap token is not of the form \"abcdef.0123456789abcdef\" ([a-z0-9]{6}.[a-z0-9]{16})".into()),
        }
    }

    /// The name of the Secret that keeps it.
    pub fn secret_name(&self) -> String {
        format!("bootstrap-token-{}", self.id)
    }
}

impl fmt::Display for BootstrapToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.secret)
    }
}

impl fmt::Debug for BootstrapToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.<secret>", self.id)
    }
}

fn random(length: usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_round_trip_and_hide_their_secret() {
        let token = BootstrapToken::generate();
        assert_eq!(BootstrapToken::parse(&token.to_string()), Ok(token.clone()));
        assert!(!format!("{token:?}").contains(&token.secret));
        for bad in ["", "abc.def", "ABCDEF.0123456789abcdef", "abcdef0123456789abcdef"] {
            assert!(BootstrapToken::parse(bad).is_err(), "{bad}");
        }
    }
}
