//! `configMapGenerator` and `secretGenerator`.

use anyhow::{Result, bail};
use base64::Engine;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Part;
use super::root::Root;
use crate::command::content_hash;

/// One generator.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Generator {
    name: String,
    namespace: String,
    behavior: String,
    literals: Vec<String>,
    files: Vec<String>,
    envs: Vec<String>,
    env: String,
    #[serde(rename = "type")]
    secret_type: String,
    options: Options,
}

/// `generatorOptions`, and those of one generator.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    disable_name_suffix_hash: bool,
    immutable: bool,
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
}

impl Generator {
    fn data(&self, root: &Root) -> Result<Map<String, Value>> {
        let mut found: Map<String, Value> = Map::new();
        let mut put = |key: String, value: Vec<u8>| {
            if found.contains_key(&key) {
                bail!("cannot add key {key:?} twice to {:?}", self.name);
            }
            found.insert(key, value.into());
            Ok(())
        };
        for file in self.envs.iter().chain(Some(&self.env).filter(|env| !env.is_empty())) {
            for line in root.text(file)?.lines().map(str::trim_start) {
                if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                    put(key.into(), value.as_bytes().to_vec())?;
                }
            }
        }
        for source in &self.files {
            let (key, file) =
                source.split_once('=').map_or((None, source.as_str()), |(key, file)| (Some(key), file));
            let own = file.rsplit('/').next().unwrap_or(file).to_string();
            let bytes = root.bytes(file)?;
            put(key.map_or(own, str::to_string), bytes)?;
        }
        for literal in &self.literals {
            let Some((key, value)) = literal.split_once('=') else {
                bail!("invalid literal source {literal}, expected key=value");
            };
            let value = value
                .strip_prefix(['"', '\''])
                .and_then(|rest| rest.strip_suffix(['"', '\'']))
                .unwrap_or(value);
            put(key.into(), value.as_bytes().to_vec())?;
        }
        Ok(found)
    }

    /// Makes the object, or changes one that is there.
    pub fn run(&self, kind: &str, root: &Root, common: &Options, parts: &mut Vec<Part>) -> Result<()> {
        let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        let (mut data, mut binary) = (Map::new(), Map::new());
        for (key, value) in self.data(root)? {
            let bytes: Vec<u8> = value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|byte| u8::try_from(byte.as_u64()?).ok())
                .collect();
            match (kind, String::from_utf8(bytes)) {
                ("Secret", Ok(text)) => _ = data.insert(key, encode(text.as_bytes()).into()),
                ("Secret", Err(error)) => _ = data.insert(key, encode(error.as_bytes()).into()),
                (_, Ok(text)) => _ = data.insert(key, text.into()),
                (_, Err(error)) => _ = binary.insert(key, encode(error.as_bytes()).into()),
            }
        }
        data.sort_keys();
        let mut object =
            json!({"apiVersion": "v1", "data": data, "kind": kind, "metadata": {"name": self.name}});
        if data_is_empty(&object)
            && let Some(map) = object.as_object_mut()
        {
            map.shift_remove("data");
        }
        if !binary.is_empty() {
            object["binaryData"] = Value::Object(binary);
        }
        if kind == "Secret" {
            object["type"] =
                if self.secret_type.is_empty() { "Opaque".into() } else { self.secret_type.clone().into() };
        }
        if !self.namespace.is_empty() {
            object["metadata"]["namespace"] = self.namespace.clone().into();
        }
        for (field, own, shared) in [
            ("labels", &self.options.labels, &common.labels),
            ("annotations", &self.options.annotations, &common.annotations),
        ] {
            for (key, value) in shared.iter().chain(own) {
                object["metadata"][field][key] = value.clone();
            }
        }
        if common.immutable || self.options.immutable {
            object["immutable"] = true.into();
        }
        let hashed = !(common.disable_name_suffix_hash || self.options.disable_name_suffix_hash);
        let held = parts.iter_mut().find(|part| part.object["kind"] == kind && part.original == self.name);
        match (self.behavior.as_str(), held) {
            ("" | "create", None) => parts.push(Part { object, original: self.name.clone(), hashed }),
            ("" | "create", Some(_)) => bail!(
                "{kind} {:?} is there already; its generator needs behavior: merge or replace",
                self.name
            ),
            ("merge", Some(part)) => {
                for field in ["data", "binaryData"] {
                    for (key, value) in object[field].as_object().into_iter().flatten() {
                        part.object[field][key] = value.clone();
                    }
                }
                part.hashed = hashed;
            }
            ("replace", Some(part)) => {
                part.object = object;
                part.hashed = hashed;
            }
            ("merge" | "replace", None) => bail!("there is no {kind} {:?} to {}", self.name, self.behavior),
            (other, _) => {
                bail!("generator {:?}: behavior {other:?} is none of create, merge, replace", self.name)
            }
        }
        Ok(())
    }
}

fn data_is_empty(object: &Value) -> bool {
    object["data"].as_object().is_none_or(Map::is_empty)
}

/// Puts the hash of the content behind the names of what was generated.
pub fn add_hashes(parts: &mut [Part]) {
    for part in parts.iter_mut().filter(|part| part.hashed) {
        let object = &part.object;
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
        let mut content = json!({
            // The name is no part of the content.
            "kind": object["kind"], "name": "",
            "data": if object["data"].is_null() { json!("") } else { object["data"].clone() },
        });
        if object["kind"] == "Secret" {
            content["type"] = object["type"].clone();
        }
        if !object["binaryData"].is_null() {
            content["binaryData"] = object["binaryData"].clone();
        }
        part.object["metadata"]["name"] = format!("{name}-{}", content_hash(&content)).into();
    }
}
