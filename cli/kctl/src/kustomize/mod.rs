//! Kustomizations: manifests made of others by generators, patches and transformers.
//!
//! `generate` makes config maps and secrets, `transform` changes what is there, `references`
//! keeps names that objects have of each other true. What is not built is refused by its field.

mod generate;
mod references;
mod remote;
mod root;
mod transform;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::root::Restriction;
use self::root::Root;

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
    helm_charts: Value,
    helm_globals: Value,
    helm_chart_inflation_generator: Value,
    generators: Value,
    transformers: Value,
    validators: Value,
}

impl Kustomization {
    /// Refuses what needs other programs.
    fn check(&self) -> Result<()> {
        for (field, value) in [
            ("helmCharts", &self.helm_charts),
            ("helmGlobals", &self.helm_globals),
            ("helmChartInflationGenerator", &self.helm_chart_inflation_generator),
        ] {
            if !value.is_null() {
                bail!(
                    "{field}: helm charts in kustomizations are not built; write what `helm template` makes of the chart to a file, and name that among the resources"
                );
            }
        }
        for (field, value) in [
            ("generators", &self.generators),
            ("transformers", &self.transformers),
            ("validators", &self.validators),
        ] {
            if !value.is_null() {
                bail!("{field}: plugins of kustomizations are not built");
            }
        }
        Ok(())
    }
}

const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Builds a kustomization's objects.
///
/// # Errors
/// Names the folder, the file, or the field that can't be used.
pub fn build(folder: &str, restriction: Restriction) -> Result<Vec<Value>> {
    let mut parts = Vec::new();
    let mut above = Vec::new();
    match remote::Repository::parse(folder)? {
        Some(repository) if !Path::new(folder).exists() => {
            let (place, inside) = repository.check_out()?;
            let root = Root::of_repository(place.path(), &inside, restriction)?;
            accumulate(&root, &mut parts, &mut above)?;
        }
        _ => accumulate(&Root::new(Path::new(folder), restriction)?, &mut parts, &mut above)?,
    }
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

fn accumulate(root: &Root, parts: &mut Vec<Part>, above: &mut Vec<PathBuf>) -> Result<()> {
    let folder = root.folder().to_path_buf();
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
    found.check().with_context(|| format!("invalid Kustomization {}", file.display()))?;
    let component = found.kind == "Component";
    // A component changes what is there already; everything else has parts of its own.
    let mut own = if component { std::mem::take(parts) } else { Vec::new() };
    for resource in found.resources.iter().chain(&found.bases) {
        include(root, resource, &mut own, above)?;
    }
    for generator in &found.config_map_generator {
        generator.run("ConfigMap", root, &found.generator_options, &mut own)?;
    }
    for generator in &found.secret_generator {
        generator.run("Secret", root, &found.generator_options, &mut own)?;
    }
    for resource in &found.components {
        folder_or_repository(root, resource, &mut own, above)?;
    }
    for patch in &found.patches_strategic_merge {
        // Either a file or the patch itself.
        let text = if patch.contains('\n') { patch.clone() } else { root.text(patch)? };
        transform::Patch::inline(text).apply(root, &mut own)?;
    }
    for patch in found.patches.iter().chain(&found.patches_json6902) {
        patch.apply(root, &mut own)?;
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

/// A folder, or one in a repository.
fn folder_or_repository(
    root: &Root,
    resource: &str,
    parts: &mut Vec<Part>,
    above: &mut Vec<PathBuf>,
) -> Result<()> {
    if !root.folder().join(resource).exists()
        && let Some(repository) = remote::Repository::parse(resource)?
    {
        // A repository may lead back to itself.
        let place = PathBuf::from(resource);
        if above.contains(&place) {
            bail!("cycle detected: {resource} includes itself");
        }
        above.push(place);
        let (place, inside) = repository.check_out()?;
        accumulate(&Root::of_repository(place.path(), &inside, root.restriction())?, parts, above)?;
        above.pop();
        return Ok(());
    }
    accumulate(&root.below(resource)?, parts, above)
}

fn include(root: &Root, resource: &str, parts: &mut Vec<Part>, above: &mut Vec<PathBuf>) -> Result<()> {
    if remote::is_url(resource) {
        let repository = remote::Repository::parse(resource)?;
        // A page about a repository is none of its objects.
        match (objects_at(resource), repository) {
            (Ok(objects), _) => return add(objects, parts),
            (Err(_), Some(_)) => return folder_or_repository(root, resource, parts, above),
            (Err(error), None) => return Err(error),
        }
    }
    let path = root.folder().join(resource);
    if path.is_dir() || (!path.exists() && remote::Repository::parse(resource)?.is_some()) {
        return folder_or_repository(root, resource, parts, above);
    }
    let text = root.text(resource)?;
    add(
        crate::manifest::documents(&text).with_context(|| format!("error parsing {}", path.display()))?,
        parts,
    )
}

/// The objects that a URL has.
fn objects_at(url: &str) -> Result<Vec<Value>> {
    let bytes = remote::get(url)?;
    let documents = crate::manifest::documents(&String::from_utf8_lossy(&bytes))
        .with_context(|| format!("error parsing {url}"))?;
    if documents.is_empty() || documents.iter().any(|object| object["kind"].is_null()) {
        bail!("{url} has no Kubernetes objects");
    }
    Ok(documents)
}

fn add(documents: Vec<Value>, parts: &mut Vec<Part>) -> Result<()> {
    for document in documents {
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
        build(&folder.path().join("top").display().to_string(), Restriction::RootOnly)
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
            ("helmCharts: [{name: x}]\n", "helm template"),
            ("generators: [x.yaml]\n", "plugins"),
            ("nothing: []\n", "nothing"),
            ("configMapGenerator: [{name: x, files: [../outside]}]\n", "is not in or below"),
            ("resources: [../outside]\n", "is not in or below"),
            ("resources: [../../etc]\n", "cannot find"),
            ("resources: ['http://127.0.0.1:1/y']\n", "cannot get http://127.0.0.1:1/y"),
            ("resources: ['file:///nowhere/at-all']\n", "git fetch"),
            ("resources: [../top]\n", "cycle"),
        ] {
            let files = [("top/kustomization.yaml", text), ("outside", "kind: X\nmetadata: {name: x}\n")];
            let error = built(&files).expect_err(why);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }

    #[test]
    fn files_from_anywhere_where_that_is_allowed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("top")).expect("made");
        std::fs::write(
            folder.path().join("outside.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
        )
        .expect("written");
        std::fs::write(folder.path().join("top/kustomization.yaml"), "resources: [../outside.yaml]\n")
            .expect("written");
        let top = folder.path().join("top").display().to_string();
        assert!(build(&top, Restriction::RootOnly).is_err());
        let objects = build(&top, Restriction::None).expect("builds");
        assert_eq!(objects[0]["metadata"]["name"], "x");
    }

    /// A file of the web's; what is no object there is an error.
    #[test]
    fn files_from_the_web() {
        use std::io::{Read, Write};
        let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = server.local_addr().expect("an address");
        let serving = std::thread::spawn(move || {
            for body in ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\n", "<html></html>"] {
                let (mut stream, _) = server.accept().expect("a connection");
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer).expect("a request");
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).expect("answered");
            }
        });
        let text = format!("namePrefix: a-\nresources: ['http://{address}/x.yaml']\n");
        let objects = built(&[("top/kustomization.yaml", &text)]).expect("builds");
        assert_eq!(objects[0]["metadata"]["name"], "a-far");
        let error = built(&[("top/kustomization.yaml", &text)]).expect_err("a page");
        assert!(format!("{error:#}").contains("http://"), "{error:#}");
        serving.join().expect("ends");
    }
}
