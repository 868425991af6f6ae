//! `patches`, and the older fields that it replaced.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::part::{Id, Part, group_version, text};
use super::paths::plain;
use super::root::Root;
use super::schema::Schemas;
use super::selector::Target;

/// One entry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Patch {
    path: String,
    patch: String,
    target: Option<Target>,
    options: BTreeMap<String, bool>,
}

impl Patch {
    /// A strategic merge patch that says itself what it is for.
    pub fn inline(patch: String) -> Self {
        Self { patch, ..Self::default() }
    }

    /// A patch with everything that it may have.
    pub fn of(path: String, patch: String, target: Option<Target>, options: BTreeMap<String, bool>) -> Self {
        Self { path, patch, target, options }
    }

    fn allows(&self, option: &str) -> bool {
        self.options.get(option).is_some_and(|allowed| *allowed)
    }

    /// The patch's own words, or its file's.
    fn text(&self, root: &Root) -> Result<String> {
        match (self.path.is_empty(), self.patch.trim().is_empty()) {
            (true, true) => bail!("must specify one of patch and path"),
            (false, false) => bail!("patch and path can't be set at the same time"),
            (true, false) => Ok(self.patch.clone()),
            (false, true) => root.text(&self.path),
        }
    }

    /// Applies it to what it is for.
    ///
    /// # Errors
    /// Fails where it is malformed, fits nothing that it names, or can't be applied.
    pub fn apply(&self, root: &Root, schemas: &Schemas, parts: &mut Vec<Part>) -> Result<()> {
        let documents = patches(&self.text(root)?)?;
        if documents.is_empty() && self.target.is_none() {
            bail!("must specify a target for JSON patch");
        }
        if self.target.is_some() && documents.len() > 1 {
            bail!(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field"
            );
        }
        for document in documents {
            if document.is_array() && self.target.is_none() {
                bail!("must specify a target for JSON patch");
            }
            let targets = self.targets(&document, parts)?;
            let mut gone = Vec::new();
            for index in targets {
                if document["$patch"] == "delete" {
                    gone.push(index);
                    continue;
                }
                self.one(&mut parts[index], &document, schemas)?;
            }
            for index in gone.into_iter().rev() {
                parts.remove(index);
            }
        }
        Ok(())
    }

    /// Applies an entry of `patchesJson6902`, whose target has a name.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn apply_json(&self, root: &Root, parts: &mut [Part]) -> Result<()> {
        let Some(target) = &self.target else { bail!("must specify a target for JSON patch") };
        if !target.is_named() {
            bail!("must specify the target name");
        }
        let text = self.text(root)?;
        let operations = if text.starts_with('[') { json(&text)? } else { yaml::one(&text)? };
        match &operations {
            Value::Array(operations) if !operations.is_empty() => {}
            Value::Array(_) | Value::Null => bail!("patch appears to be empty: {}", text.trim()),
            other => bail!("a JSON patch is a list of operations, not {other}"),
        }
        for part in parts {
            if target.fits(part)? {
                operate(part, &operations)?;
            }
        }
        Ok(())
    }

    fn targets(&self, document: &Value, parts: &[Part]) -> Result<Vec<usize>> {
        if let Some(target) = &self.target {
            let mut found = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                if target.fits(part)? {
                    found.push(index);
                }
            }
            return Ok(found);
        }
        let wanted = Id::of(document);
        let named = |part: &Part| {
            part.ids().iter().any(|id| {
                id.kind == wanted.kind
                    && id.group == wanted.group
                    && id.version == wanted.version
                    && id.name == wanted.name
                    && id.is_beside(&wanted)
            })
        };
        match parts
            .iter()
            .enumerate()
            .filter(|(_, part)| named(part))
            .map(|(index, _)| index)
            .collect::<Vec<_>>()
        {
            found if found.len() == 1 => Ok(found),
            found if found.is_empty() => bail!(
                "no resource matches strategic merge patch {:?}: no matches for Id {wanted}; failed to find unique target for patch {wanted}",
                wanted.to_string()
            ),
            _ => bail!("multiple matches for Id {wanted}; failed to find unique target for patch {wanted}"),
        }
    }

    fn one(&self, part: &mut Part, patch: &Value, schemas: &Schemas) -> Result<()> {
        if patch.is_array() {
            return operate(part, patch);
        }
        // As in kustomize, which patches parts of objects alone.
        if patch["$patch"] == "replace" {
            return Ok(());
        }
        let (names, kinds) = (self.allows("allowNameChange"), self.allows("allowKindChange"));
        if names || kinds {
            part.remember();
        }
        let mut patch = patch.clone();
        // A patch names its target; it does not rename it, unless it may.
        if let Some(metadata) = patch.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.shift_remove("namespace");
            if !names {
                metadata.shift_remove("name");
            }
        }
        if let Some(map) = patch.as_object_mut() {
            map.shift_remove("apiVersion");
            if !kinds {
                map.shift_remove("kind");
            }
        }
        fit(&part.object, &mut patch)?;
        if !schemas.merge(&mut part.object, &patch) {
            merge(&mut part.object, patch)?;
        }
        show(&mut part.object);
        Ok(())
    }
}

/// Merges a strategic merge patch into an object.
///
/// # Errors
/// Fails where the patch's types are not the object's.
fn merge(object: &mut Value, patch: Value) -> Result<()> {
    let version = text(&object["apiVersion"]).to_string();
    let (group, version) = group_version(&version);
    match apimachinery::strategic::root(group, version, text(&object["kind"])) {
        Some(of) => apimachinery::strategic::merge(object, patch, Some(of))
            .map_err(|error| anyhow::anyhow!("a strategic merge patch does not fit: {error:?}")),
        None => {
            json_patch::merge(object, &patch);
            Ok(())
        }
    }
}

/// Before the name of a directive that is a field to kustomize.
const HIDDEN: char = '\u{0}';

/// Gives fields their names back.
fn show(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (field, mut value) in std::mem::take(map) {
                show(&mut value);
                map.insert(field.trim_start_matches(HIDDEN).into(), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(show),
        _ => {}
    }
}

/// Has a patch fit an object: its maps and lists are where the object has some, and what stays a text
/// is one. Directives that kustomize does not know are fields like others to it.
fn fit(object: &Value, patch: &mut Value) -> Result<()> {
    let kind = |value: &Value| match value {
        Value::Object(_) => "a map",
        Value::Array(_) => "a list",
        _ => "a plain value",
    };
    if object.is_null() || patch.is_null() {
        return Ok(());
    }
    if kind(object) != kind(patch) {
        bail!("wrong node kind: expected {} but got {} in the patch: {patch}", kind(object), kind(patch));
    }
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => {
            for (field, value) in std::mem::take(patch) {
                let unknown = field == "$retainKeys"
                    || field.starts_with("$setElementOrder/")
                    || field.starts_with("$deleteFromPrimitiveList/");
                patch.insert(if unknown { format!("{HIDDEN}{field}") } else { field }, value);
            }
            // A map that goes goes whole.
            let gone = |value: &Value| value.is_object() && value["$patch"] == "delete";
            for value in patch.values_mut().filter(|value| gone(value)) {
                *value = Value::Null;
            }
            for (field, value) in patch.iter_mut() {
                if let Some(held) = object.get(field) {
                    fit(held, value)?;
                }
            }
        }
        (Value::Array(held), Value::Array(items)) => {
            for item in items {
                let same = |other: &&Value| {
                    ["name", "mountPath", "containerPort", "port", "key", "ip", "topologyKey", "type"]
                        .iter()
                        .any(|key| !item[*key].is_null() && item[*key] == other[*key])
                };
                if let Some(other) = held.iter().find(same) {
                    fit(other, item)?;
                }
            }
        }
        // A text that would be a number without its quotes keeps them.
        (Value::String(held), value @ (Value::Number(_) | Value::Bool(_)))
            if yaml::one(held).is_ok_and(|plain| !plain.is_string()) =>
        {
            *value = plain(value).into();
        }
        _ => {}
    }
    Ok(())
}

/// Applies JSON patch operations.
fn operate(part: &mut Part, operations: &Value) -> Result<()> {
    let mut operations = operations.clone();
    for operation in operations.as_array_mut().into_iter().flatten() {
        if let Some(value) = operation.get_mut("value") {
            float(value);
        }
    }
    let patch: json_patch::Patch = serde_json::from_value(operations).context("malformed JSON patch")?;
    part.remember();
    json_patch::patch(&mut part.object, &patch).context("a JSON patch does not fit")
}

/// Numbers of JSON patches are floats on their way through kustomize: `1.0` is 1, and large ones are round.
fn float(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1.8e19);
            if let Some(found) = whole.and_then(|float| serde_json::from_str(&format!("{float}")).ok()) {
                *value = Value::Number(found);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(float),
        Value::Object(map) => map.values_mut().for_each(float),
        _ => {}
    }
}

fn json(text: &str) -> Result<Value> {
    serde_json::from_str(text).context("unable to parse SM or JSON patch: a list in brackets must be JSON")
}

/// What a text has of patches: strategic merge patches, or a list of JSON patch operations.
fn patches(text: &str) -> Result<Vec<Value>> {
    let text = text.trim();
    // A list in brackets is JSON, not YAML.
    if text.starts_with('[') {
        return Ok(vec![json(text)?]);
    }
    let mut found = Vec::new();
    for patch in super::documents(text).context("unable to parse a patch")? {
        let list = items_of(&patch);
        let items = list.unwrap_or_else(|| vec![patch]);
        if items.is_empty() {
            bail!("a list of patches has none");
        }
        for patch in &items {
            let named = !self::text(&patch["kind"]).is_empty() && super::named(patch).is_ok();
            if !patch.is_array() && !named {
                bail!(
                    "unable to parse SM or JSON patch from {patch}: a patch is a list of operations, or has a kind and a name"
                );
            }
        }
        found.extend(items);
    }
    Ok(found)
}

/// The patches in a list.
fn items_of(patch: &Value) -> Option<Vec<Value>> {
    let list = text(&patch["kind"]).ends_with("List");
    patch["items"].as_array().filter(|_| list).cloned()
}
