//! Which objects a patch is for; names are regular expressions.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::part::{Id, Part, text};

/// `target` of a patch.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Target {
    group: String,
    version: String,
    kind: String,
    name: String,
    namespace: String,
    label_selector: String,
    annotation_selector: String,
}

/// Whether labels or annotations fit a selector; an empty one fits all.
pub fn labelled(selector: &str, held: &Value) -> Result<bool> {
    if selector.is_empty() {
        return Ok(true);
    }
    let selector = apimachinery::labels::Selector::parse(selector)
        .map_err(|error| anyhow::anyhow!("selector {selector:?}: {error}"))?;
    let map: std::collections::BTreeMap<String, String> = held
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value).to_string()))
        .collect();
    Ok(selector.matches(&map))
}

fn whole(pattern: &str) -> Result<Option<regex::Regex>> {
    if pattern.is_empty() {
        return Ok(None);
    }
    regex::Regex::new(&format!("^(?:{pattern})$"))
        .with_context(|| format!("patch target {pattern:?} is not a regular expression"))
        .map(Some)
}

impl Target {
    /// Whether it asks for a name.
    pub fn is_named(&self) -> bool {
        !self.name.is_empty()
    }

    /// Whether an object is meant.
    ///
    /// # Errors
    /// Fails on selectors that are none.
    pub fn fits(&self, part: &Part) -> Result<bool> {
        let matches = |pattern: &str, texts: &[&str]| -> Result<bool> {
            Ok(whole(pattern)?.is_none_or(|pattern| texts.iter().any(|text| pattern.is_match(text))))
        };
        let ids = part.ids();
        let names: Vec<&str> = ids.iter().map(|id| id.name.as_str()).collect();
        let namespaces: Vec<&str> = ids.iter().map(Id::place).collect();
        let now = part.id();
        Ok(matches(&self.group, &[&now.group])?
            && matches(&self.version, &[&now.version])?
            && matches(&self.kind, &[&now.kind])?
            && matches(&self.name, &names)?
            && matches(&self.namespace, &namespaces)?
            && labelled(&self.label_selector, &part.object["metadata"]["labels"])?
            && labelled(&self.annotation_selector, &part.object["metadata"]["annotations"])?)
    }
}
