//! `vars`: values of one object's fields, put into others where `$(NAME)` is.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::config::Config;
use super::fields::Make;
use super::part::{Id, Part, group_version};
use super::paths;

/// One variable.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    #[serde(alias = "objRef")]
    objref: Object,
    #[serde(alias = "fieldRef")]
    fieldref: Field,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Object {
    api_version: String,
    group: String,
    version: String,
    kind: String,
    name: String,
    namespace: String,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Field {
    #[serde(alias = "fieldPath")]
    fieldpath: String,
}

/// Notes which objects the variables are about, while they have their first names, and takes the variables over.
///
/// # Errors
/// Fails when a name is there already, or may mean several objects.
pub fn note(own: &[Variable], parts: &mut [Part], all: &mut Vec<Variable>) -> Result<()> {
    for variable in own {
        let object = &variable.objref;
        let (group, version) = if object.api_version.is_empty() {
            (object.group.as_str(), object.version.as_str())
        } else {
            group_version(&object.api_version)
        };
        let wanted = Id {
            group: group.into(),
            version: version.into(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        };
        let fits = |part: &Part| {
            let id = part.original();
            id.group == wanted.group
                && id.version == wanted.version
                && id.kind == wanted.kind
                && id.name == wanted.name
                && (wanted.namespace.is_empty() || id.is_beside(&wanted))
        };
        let found: Vec<usize> =
            parts.iter().enumerate().filter(|(_, part)| fits(part)).map(|(index, _)| index).collect();
        match found.as_slice() {
            [] => {}
            [one] => parts[*one].variables.push(variable.name.clone()),
            several => bail!(
                "found {} resId matches for var {} (unable to disambiguate)",
                several.len(),
                variable.name
            ),
        }
        if all.iter().any(|held| held.name == variable.name) {
            bail!("var '{}' already encountered", variable.name);
        }
        all.push(variable.clone());
    }
    Ok(())
}

/// Takes over the variables of a base.
///
/// # Errors
/// Fails when a name is there already for something else.
pub fn merge(all: &mut Vec<Variable>, more: Vec<Variable>) -> Result<()> {
    for variable in more {
        match all.iter().find(|held| held.name == variable.name) {
            Some(held) if *held == variable => {}
            Some(_) => bail!("var '{}' already encountered", variable.name),
            None => all.push(variable),
        }
    }
    Ok(())
}

/// Puts the values where the variables are.
///
/// # Errors
/// Names a variable whose object or field is not there.
pub fn resolve(parts: &mut [Part], variables: &[Variable], config: &Config) -> Result<()> {
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    for variable in variables {
        let Some(part) = parts.iter().find(|part| part.variables.contains(&variable.name)) else {
            bail!("var '{}' cannot be mapped to a field in the set of known resources", variable.name);
        };
        let path = if variable.fieldref.fieldpath.is_empty() {
            "metadata.name"
        } else {
            &variable.fieldref.fieldpath
        };
        let Some(value) = paths::get(&part.object, &paths::steps_with_indices(path))
            .filter(|value| !value.is_object() && !value.is_array())
        else {
            bail!("field specified in var '{}' not found in corresponding resource: {path}", variable.name);
        };
        values.insert(&variable.name, value.clone());
    }
    if values.is_empty() {
        return Ok(());
    }
    for part in parts {
        for spec in &config.var_reference {
            spec.visit(&mut part.object, Make::Nothing, &mut |field| {
                match field {
                    Value::String(_) => expand(field, &values),
                    Value::Array(items) => {
                        if items.iter().any(|item| !item.is_string()) {
                            bail!("invalid value type expect a string");
                        }
                        items.iter_mut().for_each(|item| expand(item, &values));
                    }
                    Value::Object(map) => map.values_mut().for_each(|value| expand(value, &values)),
                    _ => {}
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// Replaces `$(NAME)`; `$$` stands for one `$`, and what is no variable stays.
fn expand(field: &mut Value, values: &BTreeMap<&str, Value>) {
    let Some(text) = field.as_str() else { return };
    // What is nothing but a variable takes its type over.
    if let Some(value) =
        text.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).and_then(|name| values.get(name))
    {
        *field = value.clone();
        return;
    }
    let known = |name: &str| values.get(name).map(paths::plain);
    *field = apimachinery::expand::expand(text, known).into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_expanded() {
        let values = BTreeMap::from([("A", json!("x")), ("N", json!(8080))]);
        for (text, wanted) in [
            ("$(A)", json!("x")),
            ("$(N)", json!(8080)),
            ("-p=$(N) $(A)$(A)", json!("-p=8080 xx")),
            ("$$(A) $(none) $ $(A", json!("$(A) $(none) $ $(A")),
        ] {
            let mut field = json!(text);
            expand(&mut field, &values);
            assert_eq!(field, wanted, "{text}");
        }
    }
}
