//! Kustomizations: manifests made of others by generators, patches and transformers.
//!
//! `generate` makes config maps and secrets, `transform` changes what is there, `references`
//! keeps names that objects have of each other true. What is not built is refused by its field.

mod generate;
mod references;
mod transform;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

/// An object on its way through a kustomization.
#[derive(Clone, Debug)]
pub struct Part {
    pub object: Value,
    /// The name it had first, which others refer to.
    pub original: String,
    /// Whether its name gets a hash of its content.
    pub hashed: bool,
}

/// `kustomization.yaml`. Unknown fields are refused by name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Kustomization {
    api_version: String,
    kind: String,
    metadata: Value,
    resources: Vec<String>,
    bases: Vec<String>,
    components: Vec<String>,
    namespace: String,
    name_prefix: String,
    name_suffix: String,
    common_labels: Map<String, Value>,
    labels: Vec<transform::Labels>,
    common_annotations: Map<String, Value>,
    images: Vec<transform::Image>,
    replicas: Vec<transform::Replicas>,
    config_map_generator: Vec<generate::Generator>,
    secret_generator: Vec<generate::Generator>,
    generator_options: generate::Options,
    patches: Vec<transform::Patch>,
    patches_strategic_merge: Vec<String>,
    #[serde(rename = "patchesJson6902")]
    patches_json6902: Vec<transform::Patch>,
}

const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Builds a kustomization's objects.
///
/// # Errors
/// Names the folder, the file, or the field that can't be used.
pub fn build(folder: &Path) -> Result<Vec<Value>> {
    let mut parts = Vec::new();
    accumulate(folder, &mut parts, &mut Vec::new())?;
    generate::add_hashes(&mut parts);
    references::update(&mut parts);
    let mut objects: Vec<Value> = parts.into_iter().map(|part| part.object).collect();
    objects.sort_by_cached_key(|object| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let (kind, metadata) = (text(&object["kind"]), &object["metadata"]);
        (
            order(&kind),
            text(&object["apiVersion"]),
            kind,
            text(&metadata["namespace"]),
            text(&metadata["name"]),
        )
    });
    Ok(objects)
}

/// What others need comes first.
fn order(kind: &str) -> usize {
    const FIRST: &[&str] = &[
        "Namespace",
        "ResourceQuota",
        "StorageClass",
        "CustomResourceDefinition",
        "ServiceAccount",
        "PodSecurityPolicy",
        "Role",
        "ClusterRole",
        "RoleBinding",
        "ClusterRoleBinding",
        "ConfigMap",
        "Secret",
        "Endpoints",
        "Service",
        "LimitRange",
        "PriorityClass",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Deployment",
        "StatefulSet",
        "CronJob",
        "PodDisruptionBudget",
    ];
    const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
    match (FIRST.iter().position(|held| *held == kind), LAST.iter().position(|held| *held == kind)) {
        (Some(at), _) => at,
        (None, Some(at)) => FIRST.len() + 1 + at,
        (None, None) => FIRST.len(),
    }
}

fn accumulate(folder: &Path, parts: &mut Vec<Part>, above: &mut Vec<PathBuf>) -> Result<()> {
    let folder = folder
        .canonicalize()
        .with_context(|| format!("must build at directory: not a valid directory: {}", folder.display()))?;
    if above.contains(&folder) {
        bail!("cycle detected: {} includes itself", folder.display());
    }
    above.push(folder.clone());
    let file = NAMES.iter().map(|name| folder.join(name)).find(|file| file.is_file()).with_context(|| {
        format!(
            "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{}'",
            folder.display()
        )
    })?;
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let found: Option<Kustomization> =
        serde_yaml::from_str(&text).with_context(|| format!("invalid Kustomization {}", file.display()))?;
    let found = found.unwrap_or_default();
    let component = found.kind == "Component";
    // A component changes what is there already; everything else has parts of its own.
    let mut own = if component { std::mem::take(parts) } else { Vec::new() };
    for resource in found.resources.iter().chain(&found.bases) {
        include(&folder, resource, &mut own, above)?;
    }
    for generator in &found.config_map_generator {
        generator.run("ConfigMap", &folder, &found.generator_options, &mut own)?;
    }
    for generator in &found.secret_generator {
        generator.run("Secret", &folder, &found.generator_options, &mut own)?;
    }
    for resource in &found.components {
        accumulate(&folder.join(resource), &mut own, above)?;
    }
    for patch in &found.patches_strategic_merge {
        // Either a file or the patch itself.
        let text = if patch.contains('\n') { patch.clone() } else { read(&folder, patch)? };
        transform::Patch::inline(text).apply(&folder, &mut own)?;
    }
    for patch in found.patches.iter().chain(&found.patches_json6902) {
        patch.apply(&folder, &mut own)?;
    }
    if !found.namespace.is_empty() {
        transform::namespace(&mut own, &found.namespace);
    }
    transform::names(&mut own, &found.name_prefix, &found.name_suffix);
    if !found.common_labels.is_empty() {
        transform::labels(&mut own, &found.common_labels, true, true);
    }
    for labels in &found.labels {
        transform::labels(&mut own, &labels.pairs, labels.include_selectors, labels.include_templates);
    }
    if !found.common_annotations.is_empty() {
        transform::annotations(&mut own, &found.common_annotations);
    }
    for image in &found.images {
        image.apply(&mut own);
    }
    for replicas in &found.replicas {
        replicas.apply(&mut own)?;
    }
    parts.append(&mut own);
    above.pop();
    Ok(())
}

fn include(folder: &Path, resource: &str, parts: &mut Vec<Part>, above: &mut Vec<PathBuf>) -> Result<()> {
    if resource.contains("://") || resource.starts_with("git@") || resource.starts_with("github.com/") {
        bail!(
            "resource {resource}: resources from elsewhere are not built yet; fetch it first and name its folder"
        );
    }
    let path = folder.join(resource);
    if path.is_dir() {
        return accumulate(&path, parts, above);
    }
    let text = read(folder, resource)?;
    for document in
        crate::manifest::documents(&text).with_context(|| format!("error parsing {}", path.display()))?
    {
        let items = match document["items"].as_array() {
            Some(items) if document["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
                items.clone()
            }
            _ => vec![document],
        };
        for object in items {
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_string();
            if parts.iter().any(|held| same(&held.object, &object)) {
                bail!(
                    "may not add resource with an already registered id: {} {name}",
                    object["kind"].as_str().unwrap_or_default()
                );
            }
            parts.push(Part { object, original: name, hashed: false });
        }
    }
    Ok(())
}

/// Whether two objects have the same kind, namespace and name.
fn same(a: &Value, b: &Value) -> bool {
    let group = |object: &Value| {
        let version = object["apiVersion"].as_str().unwrap_or_default().to_string();
        version.split_once('/').map(|(group, _)| group.to_string())
    };
    a["kind"] == b["kind"]
        && group(a) == group(b)
        && ["name", "namespace"].iter().all(|field| a["metadata"][*field] == b["metadata"][*field])
}

fn read(folder: &Path, file: &str) -> Result<String> {
    let path = folder.join(file);
    let real = path
        .canonicalize()
        .with_context(|| format!("accumulating resources: cannot find {}", path.display()))?;
    // Files of a kustomization are below it: what is built can't depend on the rest of the disk.
    if !real.starts_with(folder) {
        bail!("security; file '{}' is not in or below '{}'", real.display(), folder.display());
    }
    std::fs::read_to_string(&real).with_context(|| format!("cannot read {}", real.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn built(files: &[(&str, &str)]) -> Result<Vec<Value>> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            std::fs::write(path, text)?;
        }
        build(&folder.path().join("top"))
    }

    #[test]
    fn an_overlay() {
        let objects = built(&[
            ("base/kustomization.yaml", "resources: [d.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [a=1]\n"),
            ("base/d.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {containers: [{name: c, image: 'nginx:1', envFrom: [{configMapRef: {name: settings}}]}]}}}\n"),
            ("top/kustomization.yaml", "resources: [../base]\nnamePrefix: my-\nnamespace: prod\ncommonLabels: {app: x}\nimages: [{name: nginx, newTag: '2'}]\nreplicas: [{name: web, count: 3}]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /metadata/annotations, value: {p: q}}\n"),
        ]).expect("builds");
        assert_eq!(objects[0]["kind"], "ConfigMap");
        let name = objects[0]["metadata"]["name"].as_str().expect("a name");
        assert!(name.starts_with("my-settings-") && name.len() == "my-settings-".len() + 10, "{name}");
        let deployment = &objects[1];
        assert_eq!(deployment["metadata"]["name"], "my-web");
        assert_eq!(deployment["metadata"]["namespace"], "prod");
        assert_eq!(deployment["metadata"]["annotations"]["p"], "q");
        assert_eq!(deployment["spec"]["replicas"], 3);
        let spec = &deployment["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(spec["image"], "nginx:2");
        assert_eq!(spec["envFrom"][0]["configMapRef"]["name"], name);
        assert_eq!(deployment["spec"]["selector"]["matchLabels"], json!({"app": "x"}));
    }

    #[test]
    fn what_is_refused() {
        for (text, why) in [
            ("helmCharts: []\n", "helmCharts"),
            ("resources: [../../etc]\n", "cannot find"),
            ("resources: ['https://x/y']\n", "not built yet"),
            ("resources: [../top]\n", "cycle"),
        ] {
            let error = built(&[("top/kustomization.yaml", text)]).expect_err(why);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }
}
