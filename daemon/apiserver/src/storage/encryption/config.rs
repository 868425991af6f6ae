//! The EncryptionConfiguration: which resources are encrypted, and how.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::keys::{Cipher, Gcm};
use super::kms::Kms;
use super::{Group, Pattern, Provider, Rules};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Configuration {
    api_version: String,
    kind: String,
    resources: Vec<Part>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Part {
    resources: Vec<String>,
    providers: Vec<ProviderConfig>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ProviderConfig {
    aesgcm: Option<Keys>,
    aescbc: Option<Keys>,
    secretbox: Option<Keys>,
    identity: Option<Identity>,
    kms: Option<KmsConfig>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Identity {}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Key {
    name: String,
    secret: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct KmsConfig {
    api_version: Option<String>,
    name: String,
    cachesize: Option<i64>,
    endpoint: String,
    timeout: Option<String>,
}

/// Makes a cipher of a key.
type Make = fn(Vec<u8>) -> Result<Cipher, String>;

/// Reads a configuration; tells every mistake.
///
/// # Errors
/// The field and what is wrong with it, one line each.
pub fn parse(text: &[u8]) -> Result<Rules, String> {
    let configuration: Configuration = serde_yaml::from_slice(text).map_err(|error| told(&error))?;
    if configuration.api_version != "apiserver.config.k8s.io/v1"
        || configuration.kind != "EncryptionConfiguration"
    {
        return Err(format!(
            "apiVersion {:?} and kind {:?} are not apiserver.config.k8s.io/v1 and EncryptionConfiguration",
            configuration.api_version, configuration.kind
        ));
    }
    let mut wrong = Vec::new();
    if configuration.resources.is_empty() {
        wrong.push("resources: Required value: at least one resource".to_string());
    }
    let mut names = Vec::new();
    let mut groups = Vec::new();
    for (index, part) in configuration.resources.iter().enumerate() {
        let at = format!("resources[{index}]");
        let patterns = patterns(part, &at, &mut wrong);
        if part.providers.is_empty() {
            wrong.push(format!("{at}.providers: Required value: at least one provider"));
        }
        let mut providers = Vec::new();
        for (index, provider) in part.providers.iter().enumerate() {
            let at = format!("{at}.providers[{index}]");
            match read(provider, &at, &mut names) {
                Ok(found) => providers.extend(found),
                Err(mistakes) => wrong.extend(mistakes),
            }
        }
        groups.push(Group { patterns, providers });
    }
    if wrong.is_empty() { Ok(Rules { groups }) } else { Err(wrong.join("\n")) }
}

/// Why the text is no configuration, without the text: serde shows a text that stands in the wrong
/// place, which may be a key.
fn told(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    if !text.contains("string \"") {
        return text;
    }
    let place = error.location().map(|at| format!(" at line {} column {}", at.line(), at.column()));
    format!("a text stands where something else must{}", place.unwrap_or_default())
}

fn patterns(part: &Part, at: &str, wrong: &mut Vec<String>) -> Vec<Pattern> {
    if part.resources.is_empty() {
        wrong.push(format!("{at}.resources: Required value: at least one resource"));
    }
    let mut found: Vec<Pattern> = Vec::new();
    for (index, text) in part.resources.iter().enumerate() {
        let at = format!("{at}.resources[{index}]");
        let pattern = match text.split_once('.') {
            None => Pattern { plural: text.clone(), group: String::new() },
            Some((plural, group)) => Pattern { plural: plural.into(), group: group.into() },
        };
        let problem = match text.as_str() {
            "" => Some("a resource must have a name"),
            "*" => Some("use *. for the core group, *.<group> for another, *.* for everything"),
            text if text.contains('/') => Some("subresources are not encrypted apart from their resource"),
            text if text.chars().any(char::is_uppercase) => Some("a resource's name is lower case"),
            text if text.ends_with(".extensions") || text == "extensions" => {
                Some("the group extensions has been removed and cannot be used for encryption")
            }
            "events.events.k8s.io" => Some("events are stored in the core group: write events"),
            text if text.ends_with(".*") && text != "*.*" => {
                Some("a resource cannot be chosen in all groups: write *.*")
            }
            _ => None,
        };
        if let Some(problem) = problem {
            wrong.push(format!("{at}: Invalid value: {text:?}: {problem}"));
        } else if found.contains(&pattern) {
            wrong.push(format!("{at}: Duplicate value: {text:?}"));
        } else if found.iter().any(|wide| wide.plural == "*" && wide.covers(&pattern.group, &pattern.plural))
            || (pattern.plural == "*" && found.iter().any(|one| pattern.covers(&one.group, &one.plural)))
        {
            wrong.push(format!("{at}: Invalid value: {text:?}: overlaps with another of this list"));
        }
        found.push(pattern);
    }
    found
}

fn read(provider: &ProviderConfig, at: &str, names: &mut Vec<String>) -> Result<Vec<Provider>, Vec<String>> {
    let given = [
        provider.aesgcm.is_some(),
        provider.aescbc.is_some(),
        provider.secretbox.is_some(),
        provider.identity.is_some(),
        provider.kms.is_some(),
    ];
    match given.iter().filter(|given| **given).count() {
        1 => {}
        0 => return Err(vec![format!("{at}: Required value: the provider is not named")]),
        _ => return Err(vec![format!("{at}: Invalid value: more than one provider in one element")]),
    }
    if let Some(config) = &provider.kms {
        return kms(config, &format!("{at}.kms"), names).map(|one| vec![one]).map_err(|one| vec![one]);
    }
    let (word, keys, make): (_, _, Make) = match (&provider.aesgcm, &provider.aescbc, &provider.secretbox) {
        (Some(keys), _, _) => ("aesgcm", keys, |key| Gcm::new(&key).map(Cipher::Gcm)),
        (_, Some(keys), _) => ("aescbc", keys, Cipher::cbc),
        (_, _, Some(keys)) => ("secretbox", keys, |key| Cipher::secretbox(&key)),
        _ => return Ok(vec![Provider::Identity]),
    };
    if keys.keys.is_empty() {
        return Err(vec![format!("{at}.{word}.keys: Required value: at least one key")]);
    }
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (index, key) in keys.keys.iter().enumerate() {
        let at = format!("{at}.{word}.keys[{index}]");
        if key.name.is_empty() {
            wrong.push(format!("{at}.name: Required value: a key must have a name"));
        }
        // The secret itself is never told.
        let cipher =
            STANDARD.decode(key.secret.trim()).map_err(|_| "secrets are base64".to_string()).and_then(make);
        match cipher {
            _ if key.secret.is_empty() => wrong.push(format!("{at}.secret: Required value")),
            Ok(cipher) => found
                .push(Provider::Local { prefix: format!("k8s:enc:{word}:v1:{}:", key.name).into(), cipher }),
            Err(reason) => wrong.push(format!("{at}.secret: Invalid value: {reason}")),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn kms(config: &KmsConfig, at: &str, names: &mut Vec<String>) -> Result<Provider, String> {
    match config.api_version.as_deref() {
        Some("v2") => {}
        None | Some("" | "v1") => {
            return Err(format!(
                "{at}.apiVersion: Invalid value: KMSv1 is deprecated and disabled by default; the provider must speak v2"
            ));
        }
        Some(other) => return Err(format!("{at}.apiVersion: Unsupported value: {other:?}: supported: v2")),
    }
    if config.name.is_empty() {
        return Err(format!("{at}.name: Required value: a provider must have a name"));
    }
    if config.name.contains(':') {
        return Err(format!("{at}.name: Invalid value: {:?}: no colon may be in it", config.name));
    }
    if names.contains(&config.name) {
        return Err(format!("{at}.name: Invalid value: {:?}: names must be unique", config.name));
    }
    names.push(config.name.clone());
    if config.cachesize.is_some() {
        return Err(format!("{at}.cachesize: Invalid value: v2 has no such field"));
    }
    let timeout = match config.timeout.as_deref() {
        None => Duration::from_secs(3),
        Some(text) => component::flags::parse_duration(text).map_err(|why| format!("{at}.timeout: {why}"))?,
    };
    if timeout.is_zero() {
        return Err(format!("{at}.timeout: Invalid value: it must be positive"));
    }
    let client = kmsapi::connect_lazy(&config.endpoint).map_err(|error| format!("{at}.endpoint: {error}"))?;
    let prefix = format!("k8s:enc:kms:v2:{}:", config.name).into();
    Ok(Provider::Kms { prefix, kms: Kms::new(config.name.clone(), client, timeout) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_without_the_key() {
        let wrong = |keys: &str| {
            let text = format!(
                "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - secretbox:\n      keys: {keys}\n"
            );
            parse(text.as_bytes()).err().expect("refused")
        };
        for keys in ["c2VjcmV0", "[c2VjcmV0]", "[{name: a, secret: c2VjcmV0}]"] {
            assert!(!wrong(keys).contains("c2VjcmV0"), "{}", wrong(keys));
        }
        assert!(wrong("c2VjcmV0").contains("line 7"), "{}", wrong("c2VjcmV0"));
        assert!(wrong("[{nam: a}]").contains("unknown field `nam`"));
    }
}
