//! `patches`, and the older fields that it replaced.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::part::{Id, Part, group_version, text};
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
    options: Map<String, Value>,
}

impl Patch {
    /// A strategic merge patch that says itself what it is for.
    pub fn inline(patch: String) -> Self {
        Self { patch, ..Self::default() }
    }

    /// A patch with everything that it may have.
    pub fn of(path: String, patch: String, target: Option<Target>, options: Map<String, Value>) -> Self {
        Self { path, patch, target, options }
    }

    fn allows(&self, option: &str) -> bool {
        self.options.get(option).is_some_and(|value| *value == true || *value == "true")
    }

    /// Applies it to what it is for.
    ///
    /// # Errors
    /// Fails where it is malformed, fits nothing that it names, or can't be applied.
    pub fn apply(&self, root: &Root, schemas: &Schemas, parts: &mut Vec<Part>) -> Result<()> {
        let text = match (self.path.is_empty(), self.patch.trim().is_empty()) {
            (true, true) => bail!("must specify one of patch and path"),
            (false, false) => bail!("patch and path can't be set at the same time"),
            (true, false) => self.patch.clone(),
            (false, true) => root.text(&self.path)?,
        };
        let documents = patches(&text)?;
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
            let patch: json_patch::Patch =
                serde_json::from_value(patch.clone()).context("malformed JSON patch")?;
            part.remember();
            return json_patch::patch(&mut part.object, &patch).context("a JSON patch does not fit");
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
        if !kinds && let Some(map) = patch.as_object_mut() {
            map.shift_remove("kind");
            map.shift_remove("apiVersion");
        }
        if schemas.merge(&mut part.object, &patch) { Ok(()) } else { merge(&mut part.object, patch) }
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

/// What a text has of patches: strategic merge patches, or a list of JSON patch operations.
fn patches(text: &str) -> Result<Vec<Value>> {
    // A list in brackets is JSON, not YAML.
    if text.starts_with('[') {
        let found: Value = serde_json::from_str(text)
            .context("unable to parse SM or JSON patch: a list in brackets must be JSON")?;
        return Ok(vec![found]);
    }
    let found = super::documents(text).context("unable to parse a patch")?;
    if let Some(bad) = found.iter().find(|patch| !patch.is_object() && !patch.is_array()) {
        bail!("unable to parse SM or JSON patch from {bad}");
    }
    Ok(found)
}
