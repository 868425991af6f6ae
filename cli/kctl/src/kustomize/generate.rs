//! `configMapGenerator` and `secretGenerator`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use base64::Engine;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::part::{Origin, Part};
use super::root::Root;
use crate::command::content_hash;

/// One generator.
#[derive(Clone, Debug, Default, Deserialize)]
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
    secret_type: Option<String>,
    options: Options,
}

/// `generatorOptions`, and those of one generator.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    disable_name_suffix_hash: bool,
    immutable: bool,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

impl Generator {
    /// Refuses what only secrets have.
    ///
    /// # Errors
    /// Names it.
    pub fn check_config_map(&self) -> Result<()> {
        if self.secret_type.is_some() {
            bail!("unknown field \"type\" of configMapGenerator");
        }
        Ok(())
    }

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
            let text = root.text(file)?;
            for line in text.trim_start_matches('\u{feff}').lines().map(str::trim_start) {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                if key.is_empty() {
                    continue;
                }
                put(key.into(), value.as_bytes().to_vec())?;
            }
        }
        for source in &self.files {
            let (key, file) =
                source.split_once('=').map_or((None, source.as_str()), |(key, file)| (Some(key), file));
            if key == Some("") {
                bail!("missing key name for file path {file:?} in source {source:?}");
            }
            let own = file.rsplit('/').next().unwrap_or(file).to_string();
            let bytes = root.bytes(file)?;
            put(key.map_or(own, str::to_string), bytes)?;
        }
        for literal in &self.literals {
            let Some((key, value)) = literal.split_once('=').filter(|(key, _)| !key.is_empty()) else {
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
    pub fn run(
        &self,
        kind: &str,
        root: &Root,
        common: &Options,
        origin: Option<Origin>,
        parts: &mut Vec<Part>,
    ) -> Result<()> {
        if self.name.is_empty() {
            bail!("a configmap must have a name: {kind} of a generator");
        }
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
        if kind != "Secret"
            && data_is_empty(&object)
            && let Some(map) = object.as_object_mut()
        {
            map.shift_remove("data");
        }
        if !binary.is_empty() {
            object["binaryData"] = Value::Object(binary);
        }
        if kind == "Secret" {
            let kind = self.secret_type.as_deref().filter(|kind| !kind.is_empty());
            object["type"] = kind.unwrap_or("Opaque").into();
        }
        if !self.namespace.is_empty() {
            object["metadata"]["namespace"] = self.namespace.clone().into();
        }
        for (field, own, shared) in [
            ("labels", &self.options.labels, &common.labels),
            ("annotations", &self.options.annotations, &common.annotations),
        ] {
            for (key, value) in shared.iter().chain(own) {
                object["metadata"][field][key] = value.as_str().into();
            }
        }
        if common.immutable || self.options.immutable {
            object["immutable"] = true.into();
        }
        let hashed = !(common.disable_name_suffix_hash || self.options.disable_name_suffix_hash);
        let part = Part { hashed, origin, ..Part::new(object) };
        absorb(parts, part, &self.behavior)
    }
}

/// Takes over what a generator made: as it is, or into what is there already.
///
/// # Errors
/// Fails where the behaviour does not fit what is there.
pub fn absorb(parts: &mut Vec<Part>, mut new: Part, behavior: &str) -> Result<()> {
    let id = new.id();
    let found: Vec<usize> = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.ids().iter().any(|held| held.is(&id)))
        .map(|(index, _)| index)
        .collect();
    let at = match (found.as_slice(), behavior) {
        ([], other) if !["merge", "replace"].contains(&other) => {
            parts.push(new);
            return Ok(());
        }
        ([], _) => bail!("id {id} does not exist; cannot merge or replace"),
        ([one], "merge" | "replace") => *one,
        // A behaviour that there is not is none, as in kustomize.
        ([_], _) => bail!("id {id} exists; behavior must be merge or replace"),
        _ => bail!("found multiple objects {id} that could accept merge of the generated one"),
    };
    let old = &parts[at];
    let metadata = &old.object["metadata"];
    new.object["metadata"]["name"] = metadata["name"].clone();
    if !metadata["namespace"].is_null() {
        new.object["metadata"]["namespace"] = metadata["namespace"].clone();
    }
    for field in ["labels", "annotations"] {
        let merged = merged(&metadata[field], &new.object["metadata"][field]);
        if !merged.is_empty() {
            new.object["metadata"][field] = Value::Object(merged);
        }
    }
    if behavior == "merge" {
        for field in ["data", "binaryData"] {
            let merged = merged(&old.object[field], &new.object[field]);
            if !merged.is_empty() {
                new.object[field] = Value::Object(merged);
            }
        }
    }
    new.previous.clone_from(&old.previous);
    new.prefixes.clone_from(&old.prefixes);
    new.suffixes.clone_from(&old.suffixes);
    new.variables.clone_from(&old.variables);
    // A hash is in the name where both want one.
    new.hashed &= old.hashed;
    if old.origin.is_some() {
        new.origin.clone_from(&old.origin);
    }
    parts[at] = new;
    Ok(())
}

fn merged(old: &Value, new: &Value) -> Map<String, Value> {
    let mut all = old.as_object().cloned().unwrap_or_default();
    all.extend(new.as_object().cloned().unwrap_or_default());
    all
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
        let hash = content_hash(&content);
        part.remember();
        part.rename(format!("{name}-{hash}"));
    }
}
