//! `openapi`: schemas of one's own kinds, which say what patches merge lists by.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::part::Id;
use super::root::Root;

/// The version whose schema kubectl has built in, the only one that can be named.
const BUILT_IN: &str = "v1.21.2";

/// Definitions by their names.
#[derive(Clone, Debug, Default)]
pub struct Schemas(Map<String, Value>);

impl Schemas {
    /// Takes over what `openapi` of a kustomization names.
    ///
    /// # Errors
    /// Names the file or the version that there is not.
    pub fn take(&mut self, root: &Root, openapi: &BTreeMap<String, String>) -> Result<()> {
        let text = |field: &str| openapi.get(field).map(String::as_str).unwrap_or_default();
        match (text("path"), text("version")) {
            ("", "" | BUILT_IN) => Ok(()),
            ("", other) => bail!("the specified OpenAPI version {other:?} is not built in"),
            (_, version) if !version.is_empty() => {
                bail!("builtin version and custom schema provided, cannot use both")
            }
            (path, _) => {
                let found =
                    yaml::one(&root.text(path)?).with_context(|| format!("{path} is no OpenAPI schema"))?;
                self.0.extend(found["definitions"].as_object().cloned().unwrap_or_default());
                Ok(())
            }
        }
    }

    /// The schema of an object's kind.
    fn of(&self, id: &Id) -> Option<&Value> {
        self.0.values().find(|definition| {
            definition["x-kubernetes-group-version-kind"].as_array().into_iter().flatten().any(|kind| {
                kind["group"] == id.group.as_str()
                    && kind["version"] == id.version.as_str()
                    && kind["kind"] == id.kind.as_str()
            })
        })
    }

    /// What a schema refers to, if it does.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        name.and_then(|name| self.0.get(name)).unwrap_or(schema)
    }

    /// Merges a strategic merge patch into an object whose kind has a schema here; says whether it has.
    pub fn merge(&self, object: &mut Value, patch: &Value) -> bool {
        let Some(schema) = self.of(&Id::of(object)) else { return false };
        self.merge_value(object, patch, schema);
        true
    }

    fn merge_value(&self, object: &mut Value, patch: &Value, schema: &Value) {
        let Some(fields) =
            patch.as_object().filter(|fields| fields.get("$patch").is_none_or(|say| say != "replace"))
        else {
            *object = plain(patch);
            return;
        };
        if !object.is_object() {
            *object = Value::Object(Map::new());
        }
        let Some(map) = object.as_object_mut() else { return };
        let schema = self.resolved(schema);
        for (name, value) in fields.iter().filter(|(name, _)| *name != "$patch") {
            let inner = &schema["properties"][name.as_str()];
            match (map.get_mut(name), value) {
                (_, Value::Null) => _ = map.shift_remove(name),
                (Some(Value::Array(held)), Value::Array(items)) => self.merge_list(held, items, inner),
                (Some(held @ Value::Object(_)), Value::Object(_)) => self.merge_value(held, value, inner),
                _ => _ = map.insert(name.clone(), plain(value)),
            }
        }
    }

    fn merge_list(&self, held: &mut Vec<Value>, items: &[Value], schema: &Value) {
        let merges = schema["x-kubernetes-patch-strategy"].as_str().is_some_and(|how| how.contains("merge"));
        let Some(key) = schema["x-kubernetes-patch-merge-key"].as_str().filter(|_| merges) else {
            *held = items.iter().map(plain).collect();
            return;
        };
        // What the patch has comes first, in its order.
        let mut merged = Vec::new();
        for item in items {
            let at = held.iter().position(|old| !item[key].is_null() && old[key] == item[key]);
            let mut old = at.map(|at| held.remove(at));
            if item["$patch"] == "delete" {
                continue;
            }
            match &mut old {
                Some(old) => self.merge_value(old, item, &schema["items"]),
                None => old = Some(plain(item)),
            }
            merged.extend(old);
        }
        merged.append(held);
        *held = merged;
    }
}

/// A value without directives.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(name, value)| *name != "$patch" && !value.is_null())
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}
