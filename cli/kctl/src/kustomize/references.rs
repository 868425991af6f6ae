//! Names that objects have of each other follow when names change.

use anyhow::{Result, bail};
use serde_json::Value;

use super::config::{Config, References};
use super::fields::Make;
use super::part::{Id, Part, text};

/// Updates all references.
///
/// # Errors
/// Fails where a name may be that of several objects.
pub fn update(parts: &mut [Part], config: &Config) -> Result<()> {
    for referrer in 0..parts.len() {
        let mut object = parts[referrer].object.take();
        let id = Id::of(&object);
        let mut done = Ok(());
        for references in &config.name_reference {
            for spec in references.field_specs.iter().filter(|spec| spec.fits(&id)) {
                let role = spec.path.ends_with("roleRef/name").then(|| object["roleRef"].clone());
                let search =
                    Search { parts, referrer, id: &id, to: references, role: role.unwrap_or_default() };
                done = done
                    .and_then(|()| spec.visit(&mut object, Make::Nothing, &mut |field| search.set(field)));
            }
        }
        parts[referrer].object = object;
        done?;
    }
    Ok(())
}

/// The search for what a name in one object means.
struct Search<'a> {
    parts: &'a [Part],
    referrer: usize,
    /// What the referrer is called; its object is in work.
    id: &'a Id,
    to: &'a References,
    role: Value,
}

impl Search<'_> {
    fn set(&self, field: &mut Value) -> Result<()> {
        match field {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.set(item)),
            Value::Object(_) => self.set_map(field),
            Value::String(name) => {
                let found = self.find(name, None)?;
                if let Some(found) = found {
                    *field = found.name.into();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A name, and perhaps a namespace beside it.
    fn set_map(&self, field: &mut Value) -> Result<()> {
        let Some(name) = field["name"].as_str() else {
            bail!("path config error; no 'name' field in node");
        };
        let namespace = field["namespace"].as_str();
        let Some(found) = self.find(name, namespace)? else { return Ok(()) };
        field["name"] = found.name.into();
        if !found.namespace.is_empty() {
            field["namespace"] = found.namespace.into();
        }
        Ok(())
    }

    fn find(&self, name: &str, namespace: Option<&str>) -> Result<Option<Id>> {
        let named = |id: &Id| id.name == name;
        let mut found: Vec<(&Part, Id)> = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            // The referrer's own object is in work; it does not refer to itself.
            if index == self.referrer || !part.previous.iter().any(named) {
                continue;
            }
            let kind = |id: &Id| id.is_kind(&self.to.group, &self.to.version, &self.to.kind);
            let role = |id: &Id| {
                self.role["kind"].is_null()
                    || self.role["apiGroup"].is_null()
                    || id.is_kind(text(&self.role["apiGroup"]), "", text(&self.role["kind"]))
            };
            let id = part.id();
            let near = self.id.is_of_cluster()
                || id.is_of_cluster()
                || id.kind == "ServiceAccount"
                || id.is_beside(self.id);
            if part.previous.iter().any(kind) && part.previous.iter().any(role) && near {
                found.push((part, id));
            }
        }
        if let Some(namespace) = namespace {
            let first = |part: &Part| part.original().place() == namespace;
            let by_first = found.iter().any(|(part, _)| first(part));
            found.retain(|(part, id)| if by_first { first(part) } else { id.place() == namespace });
        }
        if found.len() > 1 {
            found.retain(|(part, _)| part.has_affixes_of(&self.parts[self.referrer]));
        }
        let Some((_, first)) = found.first() else { return Ok(None) };
        if found
            .iter()
            .any(|(_, id)| id.name != first.name || (namespace.is_some() && id.namespace != first.namespace))
        {
            let ids: Vec<String> = found.iter().map(|(_, id)| id.to_string()).collect();
            bail!("found multiple possible referrals: {}", ids.join(", "));
        }
        Ok(Some(first.clone()))
    }
}
