//! What a signer answers, and what of it is taken: keys, and the headers of tokens.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use externaljwt::FetchKeysResponse;
use pki::jwt::Verifier;
use serde::Deserialize;

/// Most bytes of a key's ID.
const LONGEST_ID: usize = 1024;

/// A key that verifies tokens.
pub(super) struct Key {
    pub verifier: Verifier,
    /// It signs none any more, and others are not told of it.
    pub hidden: bool,
}

/// What the signer has told last.
pub(super) struct Keys {
    pub all: Vec<Key>,
    /// When they are to be fetched again.
    pub until: Instant,
}

impl Keys {
    /// Those of that ID; all, where a token names none.
    pub fn of<'k>(&'k self, id: &'k str) -> impl Iterator<Item = &'k Key> {
        self.all.iter().filter(move |key| id.is_empty() || key.verifier.id() == id)
    }
}

/// The keys in an answer, and when they were read where they are kept, in seconds since the epoch.
pub(super) fn read(answer: FetchKeysResponse) -> Result<(Keys, u64), String> {
    let hint = answer.refresh_hint_seconds;
    let hint = u64::try_from(hint)
        .ok()
        .filter(|hint| *hint > 0)
        .ok_or_else(|| format!("found invalid refresh hint ({hint}s)"))?;
    // No server runs for as long as Go's largest duration; one that is larger can't be added to a time.
    let until = Instant::now() + Duration::from_secs(hint.min(i64::MAX as u64 / 1_000_000_000));
    if answer.keys.is_empty() {
        return Err("found no keys".into());
    }
    let stamp = answer.data_timestamp.ok_or("invalid data timestamp: there is none")?;
    let seconds = jiff::Timestamp::new(stamp.seconds, stamp.nanos)
        .ok()
        .filter(|_| stamp.nanos >= 0)
        .and_then(|time| u64::try_from(time.as_second()).ok())
        .ok_or_else(|| format!("invalid data timestamp: {}.{:09} s", stamp.seconds, stamp.nanos))?;
    let mut all = Vec::new();
    for key in answer.keys {
        let id = key.key_id;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(format!("found invalid public key id {id:?}"));
        }
        if key.key.is_empty() {
            return Err(format!("found empty public key: {id:?}"));
        }
        let verifier = Verifier::from_der(&key.key, id.clone())
            .map_err(|error| format!("while parsing external public keys: {id:?}: {error}"))?;
        if verifier.jwk()["alg"] == "ES512" {
            tracing::warn!(
                key = id,
                "keys on P-521 are told to others, but this server verifies no tokens with them"
            );
        }
        all.push(Key { verifier, hidden: key.exclude_from_oidc_discovery });
    }
    Ok((Keys { all, until }, seconds))
}

/// The ID of the key that a token's header names.
///
/// # Errors
/// Says what is wrong with the header.
pub(super) fn key_of(header: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        #[serde(default)]
        alg: String,
        #[serde(default)]
        kid: String,
        #[serde(default)]
        typ: String,
    }
    let bytes =
        URL_SAFE_NO_PAD.decode(header).map_err(|error| format!("while unwrapping header: {error}"))?;
    let Header { alg, kid, typ } =
        serde_json::from_slice(&bytes).map_err(|error| format!("while parsing header JSON: {error}"))?;
    if typ != "JWT" {
        return Err("bad type".into());
    }
    if kid.is_empty() {
        return Err("key id missing".into());
    }
    if kid.len() > LONGEST_ID {
        return Err("key id longer than 1 kb".into());
    }
    match alg.as_str() {
        "RS256" | "ES256" | "ES384" => Ok(kid),
        "ES512" => {
            Err("signing algorithm \"ES512\": this server can't verify it; let RS256, ES256 or ES384 sign"
                .into())
        }
        _ => Err(format!("bad signing algorithm {alg:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let long = "k".repeat(LONGEST_ID + 1);
        for (header, why) in [
            (r#"{"alg":"RS256","kid":"k","typ":"JWT"}"#, ""),
            (r#"{"alg":"ES384","kid":"k","typ":"JWT"}"#, ""),
            (r#"{"alg":"ES512","kid":"k","typ":"JWT"}"#, "can't verify"),
            (r#"{"alg":"none","kid":"k","typ":"JWT"}"#, "bad signing algorithm \"none\""),
            (r#"{"alg":"RS256","kid":"k"}"#, "bad type"),
            (r#"{"alg":"RS256","kid":"","typ":"JWT"}"#, "key id missing"),
            (&format!(r#"{{"alg":"RS256","kid":"{long}","typ":"JWT"}}"#), "key id longer than 1 kb"),
            (r#"{"alg":"RS256","kid":"k","typ":"JWT","crit":[]}"#, "unknown field"),
            ("no object", "while parsing header JSON"),
        ] {
            let found = key_of(&URL_SAFE_NO_PAD.encode(header));
            match why {
                "" => assert_eq!(found.as_deref(), Ok("k")),
                _ => assert!(found.as_ref().is_err_and(|error| error.contains(why)), "{header}: {found:?}"),
            }
        }
        assert!(key_of("a.b").is_err_and(|error| error.contains("while unwrapping header")));
    }

    #[test]
    fn answers_with_keys() {
        let pem = pki::cert::new_key().expect("a key");
        let public = pki::cert::public_key(&pem).expect("a public key");
        let text: String = public.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
        let key = externaljwt::Key { key_id: "k".into(), key: der, exclude_from_oidc_discovery: true };
        let good = FetchKeysResponse {
            keys: vec![key.clone()],
            data_timestamp: Some(externaljwt::Timestamp { seconds: 7, nanos: 5 }),
            refresh_hint_seconds: i64::MAX,
        };
        let (keys, stamp) = read(good.clone()).expect("keys");
        assert_eq!((keys.all.len(), keys.all[0].hidden, stamp), (1, true, 7));
        assert_eq!((keys.of("k").count(), keys.of("").count(), keys.of("other").count()), (1, 1, 0));
        let with = |key: externaljwt::Key| FetchKeysResponse { keys: vec![key], ..good.clone() };
        let late = Some(externaljwt::Timestamp { seconds: i64::MAX, nanos: 0 });
        for (answer, why) in [
            (FetchKeysResponse { refresh_hint_seconds: 0, ..good.clone() }, "invalid refresh hint (0s)"),
            (FetchKeysResponse { keys: Vec::new(), ..good.clone() }, "found no keys"),
            (FetchKeysResponse { data_timestamp: None, ..good.clone() }, "invalid data timestamp"),
            (FetchKeysResponse { data_timestamp: late, ..good.clone() }, "invalid data timestamp"),
            (with(externaljwt::Key { key_id: String::new(), ..key.clone() }), "invalid public key id"),
            (with(externaljwt::Key { key_id: "k".repeat(1025), ..key.clone() }), "invalid public key id"),
            (with(externaljwt::Key { key: Vec::new(), ..key.clone() }), "found empty public key"),
            (
                with(externaljwt::Key { key: b"x".to_vec(), ..key }),
                "while parsing external public keys: \"k\"",
            ),
        ] {
            let told = read(answer).err().unwrap_or_default();
            assert!(told.contains(why), "{why}: {told}");
        }
    }
}
