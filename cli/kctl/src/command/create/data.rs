//! Config maps and secrets.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use clap::ArgMatches;
use serde_json::{Map, Value, json};
use sha2::Digest;

use crate::flags::{all, get, is};

/// Base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The key and the file of `--from-file`.
fn file_source(source: &str) -> Result<(String, &str)> {
    let count = source.matches('=').count();
    match (count, source.starts_with('='), source.ends_with('=')) {
        (0, ..) => {
            let own = Path::new(source).file_name().map(|name| name.to_string_lossy().into_owned());
            Ok((own.unwrap_or_default(), source))
        }
        (1, true, _) => bail!("key name for file path {} missing", source.trim_start_matches('=')),
        (1, _, true) => bail!("file path for key name {} missing", source.trim_end_matches('=')),
        (1, ..) => {
            let (key, file) = source.split_once('=').unwrap_or_default();
            Ok((key.into(), file))
        }
        _ => bail!("key names or file paths cannot contain '='"),
    }
}

fn read(path: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow::anyhow!("error reading {path}: no such file or directory"),
        _ => anyhow::anyhow!("error reading {path}: {error}"),
    })
}

/// What `--from-literal`, `--from-file` and `--from-env-file` give.
fn sources(matches: &ArgMatches, kind: &str, of: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let env_files = all(matches, "from-env-file");
    if !env_files.is_empty()
        && (!all(matches, "from-file").is_empty() || !all(matches, "from-literal").is_empty())
    {
        bail!("from-env-file cannot be combined with from-file or from-literal");
    }
    let mut data: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut put = |key: String, value: Vec<u8>| {
        if let Err(why) = apimachinery::names::config_key(&key) {
            bail!("{key:?} is not a valid key name for a {kind}: {why}");
        }
        if data.contains_key(&key) {
            bail!("cannot add key {key:?}, another key by that name already exists{of}");
        }
        data.insert(key, value);
        Ok(())
    };
    for source in all(matches, "from-file") {
        let (key, file) = file_source(&source)?;
        let info = std::fs::metadata(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                anyhow::anyhow!("error reading {file}: no such file or directory")
            }
            _ => anyhow::anyhow!("error reading {file}: {error}"),
        })?;
        if info.is_dir() {
            if source.contains('=') {
                bail!("cannot give a key name for a directory path");
            }
            let mut entries: Vec<_> = std::fs::read_dir(file)?
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.is_file())
                .collect();
            entries.sort();
            for entry in entries {
                let name =
                    entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                put(name, read(&entry.display().to_string())?)?;
            }
        } else {
            put(key, read(file)?)?;
        }
    }
    for literal in all(matches, "from-literal") {
        let Some((key, value)) = literal.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            bail!("invalid literal source {literal}, expected key=value");
        };
        put(key.into(), value.as_bytes().to_vec())?;
    }
    for file in env_files {
        let bytes = read(&file)?;
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let Ok(line) = std::str::from_utf8(line) else {
                let bytes: Vec<String> = line.iter().map(u8::to_string).collect();
                bail!(
                    "env file {file} contains invalid utf8 bytes at line {}: [{}]",
                    index + 1,
                    bytes.join(" ")
                );
            };
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = line.split('=').next().unwrap_or_default();
            if let Err(why) = apimachinery::names::plain_env_name(key) {
                bail!("{key:?} is not a valid key name: {why}");
            }
            let (key, value) = match line.split_once('=') {
                Some((key, value)) => (key, value.to_string()),
                // A bare name stands for the environment's value, if there is one.
                None => match std::env::var(line) {
                    Ok(value) => (line, value),
                    Err(_) => continue,
                },
            };
            put(key.into(), value.into_bytes())?;
        }
    }
    Ok(data)
}

/// A hash of the content, in letters that spell no words.
pub fn hash(content: &Value) -> String {
    let text = crate::print::json::line(&crate::print::sorted(content));
    let digest = sha2::Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.chars()
        .take(10)
        .map(|letter| match letter {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect()
}

/// `create configmap`.
pub fn config_map(name: &str, matches: &ArgMatches) -> Result<Value> {
    let (mut text, mut binary) = (Map::new(), Map::new());
    for (key, bytes) in sources(matches, "ConfigMap", &format!(" in Data for ConfigMap {name:?}"))? {
        match String::from_utf8(bytes) {
            Ok(value) => _ = text.insert(key, value.into()),
            Err(error) => _ = binary.insert(key, encode(error.as_bytes()).into()),
        }
    }
    let mut name = name.to_string();
    if is(matches, "append-hash") {
        let mut content = json!({"kind": "ConfigMap", "name": name, "data": text});
        if !binary.is_empty() {
            content["binaryData"] = json!(binary);
        }
        name = format!("{name}-{}", hash(&content));
    }
    let mut object = json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": name}});
    for (field, data) in [("data", text), ("binaryData", binary)] {
        if !data.is_empty() {
            object[field] = Value::Object(data);
        }
    }
    Ok(object)
}

/// `create secret generic|tls|docker-registry`.
pub fn secret(kind: &str, name: &str, matches: &ArgMatches) -> Result<Value> {
    let mut data: Map<String, Value> = Map::new();
    let secret_type = match kind {
        "tls" => {
            let flag = |name: &str| get(matches, name).unwrap_or_default().to_string();
            if flag("key").is_empty() || flag("cert").is_empty() {
                bail!("key and cert must be specified");
            }
            let file = |name: &str| {
                std::fs::read(flag(name)).map_err(|error| match error.kind() {
                    std::io::ErrorKind::NotFound => {
                        anyhow::anyhow!(
                            "Cannot read file {0}, open {0}: no such file or directory",
                            flag(name)
                        )
                    }
                    _ => anyhow::anyhow!("Cannot read file {0}, open {0}: {error}", flag(name)),
                })
            };
            let (certificate, key) = (file("cert")?, file("key")?);
            fits(&certificate, &key)?;
            data.insert("tls.crt".into(), encode(&certificate).into());
            data.insert("tls.key".into(), encode(&key).into());
            "kubernetes.io/tls"
        }
        "docker-registry" => {
            let text = |flag: &str| get(matches, flag).unwrap_or_default();
            let files = all(matches, "from-file");
            if files.is_empty() {
                if text("docker-username").is_empty() || text("docker-password").is_empty() {
                    bail!(
                        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
                    );
                }
                let auth =
                    encode(format!("{}:{}", text("docker-username"), text("docker-password")).as_bytes());
                let mut entry =
                    json!({"username": text("docker-username"), "password": text("docker-password")});
                if !text("docker-email").is_empty() {
                    entry["email"] = text("docker-email").into();
                }
                entry["auth"] = auth.into();
                let config = json!({"auths": {text("docker-server"): entry}});
                data.insert(
                    ".dockerconfigjson".into(),
                    encode(crate::print::json::line(&config).as_bytes()).into(),
                );
            } else {
                for source in &files {
                    let (key, file) = file_source(source)?;
                    let key = if source.contains('=') { key } else { ".dockerconfigjson".into() };
                    if data.contains_key(&key) {
                        bail!("cannot add key {key}, another key by that name already exists");
                    }
                    data.insert(key, encode(&read(file)?).into());
                }
            }
            "kubernetes.io/dockerconfigjson"
        }
        _ => {
            data.extend(
                sources(matches, "Secret", "")?.into_iter().map(|(key, bytes)| (key, encode(&bytes).into())),
            );
            get(matches, "type").unwrap_or_default()
        }
    };
    let mut name = name.to_string();
    if is(matches, "append-hash") {
        let content = json!({"kind": "Secret", "type": secret_type, "name": name, "data": data});
        name = format!("{name}-{}", hash(&content));
    }
    let mut object = json!({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": name}});
    if !data.is_empty() {
        object["data"] = Value::Object(data);
    }
    if !secret_type.is_empty() {
        object["type"] = secret_type.into();
    }
    Ok(object)
}

/// Whether a certificate and a key belong together.
fn fits(certificate: &[u8], key: &[u8]) -> Result<()> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .ok()
        .filter(|chain: &Vec<_>| !chain.is_empty())
        .context("tls: failed to find any PEM data in certificate input")?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|_| anyhow::anyhow!("tls: failed to find any PEM data in key input"))?;
    let provider = rustls::crypto::ring::default_provider();
    rustls::sign::CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => anyhow::anyhow!("tls: private key does not match public key"),
        other => anyhow::anyhow!("tls: {other}"),
    })?;
    Ok(())
}
