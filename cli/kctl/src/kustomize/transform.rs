//! Transformers: names, namespaces, labels, annotations, images, replicas, added values.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use super::config::Config;
use super::fields::{FieldSpec, Make};
use super::part::{Part, text};

/// `setRoleBindingSubjects`: which subjects of bindings get a namespace, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subjects {
    DefaultOnly,
    AllServiceAccounts,
    None,
}

impl std::str::FromStr for Subjects {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "" | "defaultOnly" => Ok(Self::DefaultOnly),
            "allServiceAccounts" => Ok(Self::AllServiceAccounts),
            "none" => Ok(Self::None),
            _ => bail!(
                "invalid value {text:?} for setRoleBindingSubjects: must be one of \"defaultOnly\", \"allServiceAccounts\" or \"none\""
            ),
        }
    }
}

impl Subjects {
    fn has(self, subject: &Value) -> bool {
        match self {
            Self::DefaultOnly => subject["name"] == "default",
            Self::AllServiceAccounts => subject["kind"] == "ServiceAccount",
            Self::None => false,
        }
    }
}

/// `namespace`; with `only_unset`, objects that have one keep it.
///
/// # Errors
/// Fails when two objects get the same name in the same namespace.
pub fn namespace(
    parts: &mut [Part],
    name: &str,
    specs: &[FieldSpec],
    only_unset: bool,
    subjects: Subjects,
) -> Result<()> {
    if name.is_empty() {
        return Ok(());
    }
    let put = |field: &mut Value| {
        if !only_unset || field.as_str().is_none_or(str::is_empty) {
            *field = name.into();
        }
        Ok(())
    };
    for part in parts.iter_mut() {
        part.remember();
        let of_cluster = part.id().is_of_cluster();
        let object = &mut part.object;
        let metadata = FieldSpec { path: "metadata/namespace".into(), create: true, ..FieldSpec::default() };
        if !of_cluster {
            metadata.visit(object, Make::Scalar, &mut |field| put(field))?;
        }
        let binding = text(&object["kind"]).ends_with("RoleBinding");
        if binding {
            for subject in object["subjects"].as_array_mut().into_iter().flatten() {
                if subjects.has(subject) {
                    put(&mut subject["namespace"])?;
                }
            }
        }
        for spec in
            specs.iter().filter(|spec| spec.path != metadata.path && !(binding && spec.path == "subjects"))
        {
            spec.visit(object, Make::Scalar, &mut |field| put(field))?;
        }
    }
    for (index, part) in parts.iter().enumerate() {
        let id = part.id();
        if let Some(other) = parts[..index].iter().find(|other| other.id().is(&id)) {
            bail!("namespace transformation produces ID conflict: {id} and {}", other.original());
        }
    }
    Ok(())
}

/// `namePrefix`.
///
/// # Errors
/// Fails where a rule leads through what is no map.
pub fn prefix(parts: &mut [Part], prefix: &str, specs: &[FieldSpec]) -> Result<()> {
    affix(parts, prefix, specs, |held| format!("{prefix}{held}"), |part| &mut part.prefixes)
}

/// `nameSuffix`.
///
/// # Errors
/// As [`prefix`].
pub fn suffix(parts: &mut [Part], suffix: &str, specs: &[FieldSpec]) -> Result<()> {
    affix(parts, suffix, specs, |held| format!("{held}{suffix}"), |part| &mut part.suffixes)
}

fn affix(
    parts: &mut [Part],
    with: &str,
    specs: &[FieldSpec],
    change: impl Fn(&str) -> String,
    noted: impl Fn(&mut Part) -> &mut Vec<String>,
) -> Result<()> {
    if with.is_empty() {
        return Ok(());
    }
    for part in parts {
        // Their names are what others know them by: domains, and namespaces.
        let fixed = ["Namespace", "CustomResourceDefinition", "APIService"];
        if fixed.iter().any(|kind| part.object["kind"] == *kind) {
            continue;
        }
        for spec in specs {
            if spec.path == "metadata/name" && spec.fits(&part.id()) {
                part.remember();
                noted(part).push(with.into());
            }
            spec.visit(&mut part.object, Make::Scalar, &mut |field| {
                if let Some(held) = field.as_str() {
                    *field = change(held).into();
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// `labels`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Labels {
    pub pairs: BTreeMap<String, String>,
    pub include_selectors: bool,
    pub include_templates: bool,
    #[serde(alias = "fieldSpecs")]
    pub fields: Vec<FieldSpec>,
}

impl Labels {
    /// Puts the labels where they are wanted.
    ///
    /// # Errors
    /// As [`pairs`].
    pub fn apply(&self, parts: &mut [Part], config: &Config) -> Result<()> {
        let mut specs = self.fields.clone();
        let metadata = FieldSpec { path: "metadata/labels".into(), create: true, ..FieldSpec::default() };
        if self.include_selectors {
            specs.extend(config.common_labels.clone());
        } else {
            if self.include_templates {
                specs.extend(config.template_labels.clone());
            }
            specs.push(metadata);
        }
        pairs(parts, &self.pairs, &specs)
    }
}

/// Puts labels or annotations.
///
/// # Errors
/// Fails where a rule leads through what is no map.
pub fn pairs(parts: &mut [Part], pairs: &BTreeMap<String, String>, specs: &[FieldSpec]) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    if pairs.contains_key("") {
        bail!("a label or annotation has no key");
    }
    for part in parts {
        for spec in specs {
            spec.visit(&mut part.object, Make::Map, &mut |field| {
                if field.is_null() {
                    *field = json!({});
                }
                let Some(map) = field.as_object_mut() else {
                    bail!("labels and annotations are maps");
                };
                for (key, value) in pairs {
                    map.insert(key.clone(), value.as_str().into());
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// `images`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Image {
    name: String,
    new_name: String,
    tag_suffix: String,
    new_tag: String,
    digest: String,
}

impl Image {
    /// Changes the images of that name.
    ///
    /// # Errors
    /// Fails where a rule leads through what is no map.
    pub fn apply(&self, parts: &mut [Part], specs: &[FieldSpec]) -> Result<()> {
        // As kustomize has it: the name may have a tag of its own, and a name that is no regular
        // expression fits nothing.
        let pattern = format!("^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$", self.name);
        let Ok(name) = regex::Regex::new(&pattern) else { return Ok(()) };
        for part in parts {
            // Containers wherever they are, but in schemas.
            if part.object["kind"] != "CustomResourceDefinition" {
                self.walk(&mut part.object, &name);
            }
            for spec in specs {
                spec.visit(&mut part.object, Make::Nothing, &mut |field| {
                    self.change(field, &name);
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn change(&self, field: &mut Value, name: &regex::Regex) {
        if let Some(image) = field.as_str().and_then(|image| self.changed(image, name)) {
            *field = image.into();
        }
    }

    fn walk(&self, value: &mut Value, name: &regex::Regex) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if key == "containers" || key == "initContainers" {
                        for container in inner.as_array_mut().into_iter().flatten() {
                            if let Some(image) = container.get_mut("image") {
                                self.change(image, name);
                            }
                        }
                    } else {
                        self.walk(inner, name);
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|item| self.walk(item, name)),
            _ => {}
        }
    }

    fn changed(&self, image: &str, pattern: &regex::Regex) -> Option<String> {
        if !pattern.is_match(image) {
            return None;
        }
        let (rest, digest) =
            image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[slash..].rfind(':') {
            Some(colon) => (&rest[..slash + colon], Some(&rest[slash + colon + 1..])),
            None => (rest, None),
        };
        let name = if self.new_name.is_empty() { name } else { &self.new_name };
        let new_tag = &self.new_tag;
        Some(match (self.digest.is_empty(), new_tag.is_empty()) {
            (false, true) => format!("{name}@{}", self.digest),
            (false, false) => format!("{name}:{new_tag}@{}", self.digest),
            (true, false) => format!("{name}:{new_tag}"),
            (true, true) => {
                let tag = tag.map(|tag| format!(":{tag}{}", self.tag_suffix)).unwrap_or_default();
                let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
                format!("{name}{tag}{digest}")
            }
        })
    }
}

/// `replicas`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Replicas {
    name: String,
    count: i64,
}

impl Replicas {
    /// Sets the number of replicas of what has that name.
    ///
    /// # Errors
    /// Fails when nothing has it.
    pub fn apply(&self, parts: &mut [Part], specs: &[FieldSpec]) -> Result<()> {
        let mut found = false;
        for part in parts {
            let original = part.original();
            if original.name != self.name && part.id().name != self.name {
                continue;
            }
            for spec in specs.iter().filter(|spec| spec.fits(&original)) {
                found = true;
                spec.visit(&mut part.object, Make::Scalar, &mut |field| {
                    *field = self.count.into();
                    Ok(())
                })?;
            }
        }
        if !found {
            let kinds: Vec<&str> = specs.iter().map(|spec| spec.kind.as_str()).collect();
            bail!(
                "resource with name {} does not match a config with the following GVK [{}]",
                self.name,
                kinds.join(", ")
            );
        }
        Ok(())
    }
}
