//! Patches and transformers.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Part;
use super::root::Root;

/// `patches`, and the older fields that it replaced.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Patch {
    path: String,
    patch: String,
    target: Option<Target>,
    options: Map<String, Value>,
}

/// Which objects a patch is for; names are regular expressions.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Target {
    group: String,
    version: String,
    kind: String,
    name: String,
    namespace: String,
    label_selector: String,
    annotation_selector: String,
}

impl Target {
    fn fits(&self, part: &Part) -> Result<bool> {
        let object = &part.object;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let version = text(&object["apiVersion"]);
        let (group, version) =
            version.split_once('/').map_or(("", version.as_str()), |(group, version)| (group, version));
        let whole = |pattern: &str, text: &str| -> Result<bool> {
            if pattern.is_empty() {
                return Ok(true);
            }
            let pattern = regex::Regex::new(&format!("^(?:{pattern})$"))
                .with_context(|| format!("patch target {pattern:?} is not a regular expression"))?;
            Ok(pattern.is_match(text))
        };
        let selected = |selector: &str, field: &str| -> Result<bool> {
            if selector.is_empty() {
                return Ok(true);
            }
            let selector = apimachinery::labels::Selector::parse(selector)
                .map_err(|error| anyhow::anyhow!("patch target: {error}"))?;
            let map: std::collections::BTreeMap<String, String> = object["metadata"][field]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, value)| (key.clone(), text(value)))
                .collect();
            Ok(selector.matches(&map))
        };
        Ok(whole(&self.group, group)?
            && whole(&self.version, version)?
            && whole(&self.kind, &text(&object["kind"]))?
            && (whole(&self.name, &part.original)? || whole(&self.name, &text(&object["metadata"]["name"]))?)
            && whole(&self.namespace, &text(&object["metadata"]["namespace"]))?
            && selected(&self.label_selector, "labels")?
            && selected(&self.annotation_selector, "annotations")?)
    }
}

impl Patch {
    /// A strategic merge patch that says itself what it is for.
    pub fn inline(patch: String) -> Self {
        Self { patch, ..Self::default() }
    }

    /// Applies it to what it is for.
    pub fn apply(&self, root: &Root, parts: &mut Vec<Part>) -> Result<()> {
        let text = if self.path.is_empty() { self.patch.clone() } else { root.text(&self.path)? };
        for document in crate::manifest::documents(&text).context("unable to parse a patch")? {
            let targets: Vec<usize> = match &self.target {
                Some(target) => {
                    let mut found = Vec::new();
                    for (index, part) in parts.iter().enumerate() {
                        if target.fits(part)? {
                            found.push(index);
                        }
                    }
                    found
                }
                None => parts
                    .iter()
                    .position(|part| {
                        part.object["kind"] == document["kind"]
                            && document["metadata"]["name"].as_str().is_some_and(|name| {
                                name == part.original || part.object["metadata"]["name"] == name
                            })
                    })
                    .into_iter()
                    .collect(),
            };
            if targets.is_empty() && self.target.is_none() {
                bail!(
                    "no resource matches strategic merge patch {:?} of kind {:?}",
                    document["metadata"]["name"].as_str().unwrap_or_default(),
                    document["kind"].as_str().unwrap_or_default()
                );
            }
            let mut gone = Vec::new();
            for index in targets {
                if document["$patch"] == "delete" {
                    gone.push(index);
                    continue;
                }
                one(&mut parts[index].object, &document)?;
            }
            for index in gone.into_iter().rev() {
                parts.remove(index);
            }
        }
        Ok(())
    }
}

fn one(object: &mut Value, patch: &Value) -> Result<()> {
    if patch.is_array() {
        let patch: json_patch::Patch =
            serde_json::from_value(patch.clone()).context("malformed JSON patch")?;
        return json_patch::patch(object, &patch).context("a JSON patch does not fit");
    }
    let mut patch = patch.clone();
    // A patch names its target; it does not rename it.
    if let Some(metadata) = patch.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("name");
        metadata.shift_remove("namespace");
    }
    let version = object["apiVersion"].as_str().unwrap_or_default().to_string();
    let (group, version) =
        version.split_once('/').map_or(("", version.as_str()), |(group, version)| (group, version));
    match apimachinery::strategic::root(group, version, object["kind"].as_str().unwrap_or_default()) {
        Some(of) => apimachinery::strategic::merge(object, patch, Some(of))
            .map_err(|error| anyhow::anyhow!("a strategic merge patch does not fit: {error:?}")),
        None => {
            json_patch::merge(object, &patch);
            Ok(())
        }
    }
}

fn namespaced(object: &Value) -> bool {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    // What is not known to be the cluster's is taken to be in a namespace.
    apimachinery::resources::of_kind(group, version, object["kind"].as_str().unwrap_or_default())
        .is_none_or(|resource| resource.namespaced)
}

/// `namespace`.
pub fn namespace(parts: &mut [Part], name: &str) {
    for part in parts {
        if part.object["kind"] == "Namespace" {
            part.object["metadata"]["name"] = name.into();
        } else if namespaced(&part.object) {
            part.object["metadata"]["namespace"] = name.into();
        }
        if part.object["kind"].as_str().is_some_and(|kind| kind.ends_with("RoleBinding")) {
            for subject in part.object["subjects"].as_array_mut().into_iter().flatten() {
                if subject["kind"] == "ServiceAccount" && subject["name"] == "default" {
                    subject["namespace"] = name.into();
                }
            }
        }
    }
}

/// `namePrefix` and `nameSuffix`.
pub fn names(parts: &mut [Part], prefix: &str, suffix: &str) {
    if prefix.is_empty() && suffix.is_empty() {
        return;
    }
    for part in parts {
        if ["Namespace", "CustomResourceDefinition", "APIService"]
            .iter()
            .any(|kind| part.object["kind"] == *kind)
        {
            continue;
        }
        let name = part.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
        part.object["metadata"]["name"] = format!("{prefix}{name}{suffix}").into();
    }
}

/// `labels`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Labels {
    pub pairs: Map<String, Value>,
    pub include_selectors: bool,
    pub include_templates: bool,
    pub fields: Vec<Value>,
}

/// Puts labels, and where they are wanted in templates and selectors.
pub fn labels(parts: &mut [Part], pairs: &Map<String, Value>, selectors: bool, templates: bool) {
    for part in parts {
        let object = &mut part.object;
        let kind = object["kind"].as_str().unwrap_or_default().to_string();
        let mut places = vec!["/metadata/labels"];
        match kind.as_str() {
            "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" | "ReplicationController" | "Job" => {
                if selectors || templates {
                    places.push("/spec/template/metadata/labels");
                }
                if selectors && kind == "ReplicationController" {
                    places.push("/spec/selector");
                } else if selectors && kind != "Job" {
                    places.push("/spec/selector/matchLabels");
                }
            }
            "CronJob" if selectors || templates => {
                places.push("/spec/jobTemplate/metadata/labels");
                places.push("/spec/jobTemplate/spec/template/metadata/labels");
            }
            "Service" if selectors && object["spec"]["selector"].is_object() => places.push("/spec/selector"),
            "PodDisruptionBudget" if selectors && object["spec"]["selector"]["matchLabels"].is_object() => {
                places.push("/spec/selector/matchLabels");
            }
            "NetworkPolicy" if selectors && object["spec"]["podSelector"]["matchLabels"].is_object() => {
                places.push("/spec/podSelector/matchLabels");
            }
            _ => {}
        }
        for place in places {
            put(object, place, pairs);
        }
        if selectors && kind == "StatefulSet" {
            for claim in object["spec"]
                .get_mut("volumeClaimTemplates")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                put(claim, "/metadata/labels", pairs);
            }
        }
    }
}

fn put(object: &mut Value, place: &str, pairs: &Map<String, Value>) {
    let mut here = object;
    for step in place.trim_start_matches('/').split('/') {
        if !here[step].is_object() {
            here[step] = json!({});
        }
        here = &mut here[step];
    }
    for (key, value) in pairs {
        here[key] = value.as_str().map_or_else(|| value.to_string(), str::to_string).into();
    }
}

/// `commonAnnotations`, on objects and their pod templates.
pub fn annotations(parts: &mut [Part], pairs: &Map<String, Value>) {
    for part in parts {
        put(&mut part.object, "/metadata/annotations", pairs);
        if part.object["spec"]["template"]["spec"].is_object() {
            put(&mut part.object, "/spec/template/metadata/annotations", pairs);
        }
        if part.object["spec"]["jobTemplate"].is_object() {
            put(&mut part.object, "/spec/jobTemplate/metadata/annotations", pairs);
            put(&mut part.object, "/spec/jobTemplate/spec/template/metadata/annotations", pairs);
        }
    }
}

/// `images`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Image {
    name: String,
    new_name: String,
    new_tag: Value,
    digest: String,
}

impl Image {
    /// Changes the images of that name, wherever containers are.
    pub fn apply(&self, parts: &mut [Part]) {
        for part in parts {
            self.walk(&mut part.object);
        }
    }

    fn walk(&self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if key == "containers" || key == "initContainers" {
                        for container in inner.as_array_mut().into_iter().flatten() {
                            if let Some(image) =
                                container["image"].as_str().and_then(|image| self.changed(image))
                            {
                                container["image"] = image.into();
                            }
                        }
                    }
                    self.walk(inner);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|item| self.walk(item)),
            _ => {}
        }
    }

    fn changed(&self, image: &str) -> Option<String> {
        let (rest, digest) =
            image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[slash..].rfind(':') {
            Some(colon) => (&rest[..slash + colon], Some(&rest[slash + colon + 1..])),
            None => (rest, None),
        };
        if name != self.name {
            return None;
        }
        let name = if self.new_name.is_empty() { name } else { &self.new_name };
        let new_tag = match &self.new_tag {
            Value::Null => String::new(),
            Value::String(tag) => tag.clone(),
            other => other.to_string(),
        };
        Some(match (self.digest.is_empty(), new_tag.is_empty()) {
            (false, _) => format!("{name}@{}", self.digest),
            (true, false) => format!("{name}:{new_tag}"),
            (true, true) => {
                let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
                let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
                format!("{name}{tag}{digest}")
            }
        })
    }
}

/// `replicas`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Replicas {
    name: String,
    count: i64,
}

impl Replicas {
    /// Sets the number of replicas of what has that name.
    pub fn apply(&self, parts: &mut [Part]) -> Result<()> {
        let scalable = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
        let mut found = false;
        for part in parts {
            let named = part.original == self.name || part.object["metadata"]["name"] == self.name.as_str();
            if named && scalable.iter().any(|kind| part.object["kind"] == *kind) {
                part.object["spec"]["replicas"] = self.count.into();
                found = true;
            }
        }
        if !found {
            bail!(
                "resource with name {} does not match a config with the following GVK [Deployment, ReplicationController, ReplicaSet, StatefulSet]",
                self.name
            );
        }
        Ok(())
    }
}
