//! `replacements`: a field of one object, copied into fields of others.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::decode;
use super::part::{Id, Part, group_version};
use super::paths::{self, plain};
use super::root::Root;
use super::selector::labelled;

/// An entry: a file of replacements, or one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Replacement {
    path: String,
    source: Option<Source>,
    source_value: Option<String>,
    targets: Option<Vec<Target>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Source {
    group: String,
    version: String,
    api_version: String,
    kind: String,
    name: String,
    namespace: String,
    field_path: String,
    options: Option<Options>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Target {
    select: Option<Select>,
    reject: Vec<Select>,
    field_paths: Vec<String>,
    options: Option<Options>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Select {
    group: String,
    version: String,
    api_version: String,
    kind: String,
    name: String,
    namespace: String,
    label_selector: String,
    annotation_selector: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Options {
    delimiter: String,
    index: i64,
    /// Decoded and of no effect, as in kustomize.
    #[serde(rename = "encoding")]
    _encoding: String,
    create: bool,
}

fn selector(group: &str, version: &str, api_version: &str, kind: &str, name: &str, namespace: &str) -> Id {
    let (group, version) = if api_version.is_empty() { (group, version) } else { group_version(api_version) };
    Id {
        group: group.into(),
        version: version.into(),
        kind: kind.into(),
        name: name.into(),
        namespace: namespace.into(),
    }
}

impl Source {
    fn id(&self) -> Id {
        let Self { group, version, api_version, kind, name, namespace, .. } = self;
        selector(group, version, api_version, kind, name, namespace)
    }
}

impl Select {
    fn id(&self) -> Id {
        let Self { group, version, api_version, kind, name, namespace, .. } = self;
        selector(group, version, api_version, kind, name, namespace)
    }

    fn is_labelled(&self, object: &Value) -> Result<bool> {
        Ok(labelled(&self.annotation_selector, &object["metadata"]["annotations"])?
            && labelled(&self.label_selector, &object["metadata"]["labels"])?)
    }
}

impl Replacement {
    /// The replacements that an entry stands for.
    ///
    /// # Errors
    /// Names the file that has none.
    pub fn load(&self, root: &Root) -> Result<Vec<Self>> {
        if self.path.is_empty() {
            return Ok(vec![self.clone()]);
        }
        let targets = self.targets.as_ref().is_some_and(|targets| !targets.is_empty());
        if self.source.is_some() || targets || self.source_value.is_some() {
            bail!("cannot specify both path and inline replacement");
        }
        let mut found = Vec::new();
        for document in super::documents(&root.text(&self.path)?)? {
            let entries = if document.is_array() { document } else { Value::Array(vec![document]) };
            let more: Vec<Self> =
                decode::loose(entries).with_context(|| format!("{} has no replacements", self.path))?;
            found.extend(more);
        }
        if found.is_empty() {
            bail!("{} has no replacements", self.path);
        }
        Ok(found)
    }

    /// Copies the value.
    ///
    /// # Errors
    /// Fails where there is nothing to copy, or no field for it.
    pub fn apply(&self, parts: &mut [Part]) -> Result<()> {
        let Some(targets) = self.targets.as_ref().filter(|targets| !targets.is_empty()) else {
            bail!("replacements must specify a source and at least one target");
        };
        let value = match (&self.source, &self.source_value) {
            (Some(_), Some(_)) => {
                bail!("value and resource selectors are mutually exclusive")
            }
            (None, Some(text)) => Value::String(text.clone()),
            (Some(source), None) => source.value(parts)?,
            (None, None) => bail!("replacements must specify a source and at least one target"),
        };
        for target in targets {
            let Some(select) = &target.select else { bail!("target must specify resources to select") };
            for part in parts.iter_mut() {
                if target.takes(select, part)? {
                    target.write(&mut part.object, &value)?;
                    super::named(&part.object)?;
                }
            }
        }
        Ok(())
    }
}

impl Source {
    fn value(&self, parts: &[Part]) -> Result<Value> {
        let wanted = self.id();
        let mut found = parts.iter().filter(|part| part.ids().iter().any(|id| id.is_selected_by(&wanted)));
        let path = if self.field_path.is_empty() { "metadata.name" } else { &self.field_path };
        let Some(part) = found.next() else {
            bail!("nothing selected by {wanted}:{path}");
        };
        if found.next().is_some() {
            bail!("multiple matches for selector {wanted}:{path}");
        }
        let Some(value) = paths::get(&part.object, &paths::steps(path)) else {
            bail!("fieldPath `{path}` is missing for replacement source {wanted}");
        };
        let Some(options) = self.options.as_ref().filter(|options| !options.delimiter.is_empty()) else {
            return Ok(value.clone());
        };
        if value.is_object() || value.is_array() {
            bail!("delimiter option can only be used with scalar nodes");
        }
        let whole = plain(value);
        let piece = usize::try_from(options.index)
            .ok()
            .and_then(|index| whole.split(options.delimiter.as_str()).nth(index));
        match piece {
            Some(piece) => Ok(like(value, piece)),
            None => bail!("options.index {} is out of bounds for value {whole}", options.index),
        }
    }
}

impl Target {
    fn takes(&self, select: &Select, part: &Part) -> Result<bool> {
        if !select.is_labelled(&part.object)? {
            return Ok(false);
        }
        for reject in &self.reject {
            let selects = !(reject.annotation_selector.is_empty() && reject.label_selector.is_empty());
            if selects && reject.is_labelled(&part.object)? {
                return Ok(false);
            }
        }
        let (wanted, ids) = (select.id(), part.ids());
        let is = |wanted: &Id| ids.iter().any(|id| id.is_selected_by(wanted));
        let rejected =
            self.reject.iter().map(Select::id).any(|reject| reject != Id::default() && is(&reject));
        Ok(is(&wanted) && !rejected)
    }

    fn write(&self, object: &mut Value, value: &Value) -> Result<()> {
        let options = self.options.clone().unwrap_or_default();
        let default = ["metadata.name".to_string()];
        let fields = if self.field_paths.is_empty() { &default[..] } else { &self.field_paths };
        for path in fields {
            let wanted = if options.create { "find or create" } else { "find" };
            let missing = || format!("unable to {wanted} field {path:?} in replacement target");
            // What is made has the type that its text has in YAML; annotations become texts in the end.
            let typed = options.create;
            let count = paths::visit(object, &paths::steps(path), options.create, &mut |field| {
                let fresh = field.is_null();
                *field = options.put(field, value)?;
                if fresh
                    && typed
                    && let Some(resolved) = field
                        .as_str()
                        .and_then(|text| super::documents(text).ok()?.pop())
                        .filter(|value| value.is_number() || value.is_boolean())
                {
                    *field = resolved;
                }
                Ok(())
            })
            .with_context(missing)?;
            if count == 0 {
                bail!("{}", missing());
            }
        }
        Ok(())
    }
}

impl Options {
    /// What becomes of a field.
    fn put(&self, field: &Value, value: &Value) -> Result<Value> {
        let compound = |value: &Value| value.is_object() || value.is_array();
        let mut value = value.clone();
        if !self.delimiter.is_empty() {
            if compound(field) || compound(&value) {
                bail!("delimiter option can only be used with scalar nodes");
            }
            let held = if field.is_null() { String::new() } else { plain(field) };
            let mut pieces: Vec<String> = held.split(self.delimiter.as_str()).map(str::to_string).collect();
            let new = plain(&value);
            match usize::try_from(self.index) {
                Err(_) => pieces.insert(0, new),
                Ok(index) if index < pieces.len() => pieces[index] = new,
                Ok(_) => pieces.push(new),
            }
            value = like(&value, &pieces.join(&self.delimiter));
        }
        // A plain field keeps its type: texts become numbers where a number was. It can't hold a map.
        if compound(&value) && !compound(field) && !field.is_null() {
            if !field.is_string() {
                bail!("a map or a list does not fit where {field} is");
            }
            return Ok("".into());
        }
        if compound(field) || compound(&value) || field.is_null() {
            Ok(value)
        } else {
            Ok(like(field, &plain(&value)))
        }
    }
}

/// A text as a value of the same type as another, where it can be one.
fn like(other: &Value, text: &str) -> Value {
    let parsed: Option<Value> = match other {
        Value::Number(_) => serde_json::from_str(text).ok().filter(Value::is_number),
        Value::Bool(_) => serde_json::from_str(text).ok().filter(Value::is_boolean),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}
