//! Where names, labels, variables and the rest are in objects: kustomize's own rules, those of
//! `configurations`, and those of `crds`.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use super::decode;
use super::fields::FieldSpec;
use super::root::Root;

/// The fields in which one kind is referred to by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct References {
    pub group: String,
    pub version: String,
    pub kind: String,
    pub field_specs: Vec<FieldSpec>,
}

/// The rules of all transformers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    pub name_prefix: Vec<FieldSpec>,
    pub name_suffix: Vec<FieldSpec>,
    pub namespace: Vec<FieldSpec>,
    pub common_labels: Vec<FieldSpec>,
    pub labels: Vec<FieldSpec>,
    pub template_labels: Vec<FieldSpec>,
    pub common_annotations: Vec<FieldSpec>,
    pub name_reference: Vec<References>,
    pub var_reference: Vec<FieldSpec>,
    pub images: Vec<FieldSpec>,
    pub replicas: Vec<FieldSpec>,
}

fn add(to: &mut Vec<FieldSpec>, more: Vec<FieldSpec>) {
    for spec in more {
        if !to.contains(&spec) {
            to.push(spec);
        }
    }
}

impl Config {
    /// Takes over the rules of another.
    pub fn merge(&mut self, other: Self) {
        add(&mut self.name_prefix, other.name_prefix);
        add(&mut self.name_suffix, other.name_suffix);
        add(&mut self.namespace, other.namespace);
        add(&mut self.common_labels, other.common_labels);
        add(&mut self.labels, other.labels);
        add(&mut self.template_labels, other.template_labels);
        add(&mut self.common_annotations, other.common_annotations);
        add(&mut self.var_reference, other.var_reference);
        add(&mut self.images, other.images);
        add(&mut self.replicas, other.replicas);
        for references in other.name_reference {
            let same = |held: &&mut References| {
                held.group == references.group
                    && held.version == references.version
                    && held.kind == references.kind
            };
            match self.name_reference.iter_mut().find(same) {
                Some(held) => add(&mut held.field_specs, references.field_specs),
                None => self.name_reference.push(references),
            }
        }
    }

    /// The rules for one kustomization: kustomize's and those of its files.
    ///
    /// # Errors
    /// Names the file that is none.
    pub fn load(root: &Root, configurations: &[String], crds: &[String]) -> Result<Self> {
        let mut config = Self::default_rules();
        for file in configurations {
            let value = yaml::one(&root.text(file)?).with_context(|| format!("reading {file}"))?;
            if !value.is_null() {
                config.merge(
                    decode::loose(value)
                        .with_context(|| format!("{file} is no transformer configuration"))?,
                );
            }
        }
        for file in crds {
            let definitions = yaml::one(&root.text(file)?)
                .with_context(|| format!("unable to parse open API definition from '{file}'"))?;
            if definitions.as_object().is_some_and(|map| map.values().any(|value| !value.is_object()))
                || !(definitions.is_object() || definitions.is_null())
            {
                bail!("unable to parse open API definition from '{file}': it is no map of definitions");
            }
            config.merge(Self::of_definitions(&definitions));
        }
        Ok(config)
    }

    /// The rules that OpenAPI definitions of custom resources have in their extensions.
    fn of_definitions(definitions: &Value) -> Self {
        let mut config = Self::default();
        for (name, definition) in definitions.as_object().into_iter().flatten() {
            let properties = &definition["Schema"]["properties"];
            let properties =
                if properties.is_null() { &definition["schema"]["properties"] } else { properties };
            if ["kind", "apiVersion", "metadata"].iter().all(|field| !properties[*field].is_null()) {
                let kind = name.rsplit('.').next().unwrap_or(name);
                config.take(definitions, kind, name, &[]);
            }
        }
        config
    }

    fn take(&mut self, definitions: &Value, kind: &str, name: &str, above: &[&str]) {
        let definition = &definitions[name];
        let schema =
            if definition["Schema"].is_null() { &definition["schema"] } else { &definition["Schema"] };
        for (property, facts) in schema["properties"].as_object().into_iter().flatten() {
            let path: Vec<&str> = above.iter().copied().chain([property.as_str()]).collect();
            let spec = |more: Option<&str>| {
                let steps: Vec<&str> = path.iter().copied().chain(more).collect();
                FieldSpec::of_kind(kind, steps.join("/"))
            };
            let has = |extension: &str| facts[extension].is_string();
            if has("x-kubernetes-annotation") {
                add(&mut self.common_annotations, vec![spec(None)]);
            }
            if has("x-kubernetes-label-selector") {
                add(&mut self.common_labels, vec![spec(None)]);
            }
            if has("x-kubernetes-identity") {
                add(&mut self.name_prefix, vec![spec(None)]);
            }
            if let (Some(version), Some(of)) = (
                facts["x-kubernetes-object-ref-api-version"].as_str(),
                facts["x-kubernetes-object-ref-kind"].as_str(),
            ) {
                let field = facts["x-kubernetes-object-ref-name-key"].as_str().unwrap_or("name");
                self.merge(Self {
                    name_reference: vec![References {
                        kind: of.into(),
                        version: version.into(),
                        field_specs: vec![spec(Some(field))],
                        ..References::default()
                    }],
                    ..Self::default()
                });
            }
            // A definition may lead back to itself.
            if let Some(next) = facts["$ref"].as_str().filter(|_| path.len() < 32) {
                self.take(definitions, kind, next, &path);
            }
        }
    }
}
