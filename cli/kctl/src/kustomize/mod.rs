//! Kustomizations: manifests made of others by generators, patches and transformers.
//!
//! `generate` makes config maps and secrets, `transform` changes what is there, `references`
//! keeps names that objects have of each other true. What is not built is refused by its field.

mod config;
mod decode;
mod defaults;
mod fields;
mod generate;
mod helm;
mod order;
mod part;
mod patch;
mod paths;
mod plugins;
mod references;
mod remote;
mod replacement;
mod root;
mod schema;
mod selector;
mod steps;
mod transform;
mod vars;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

use self::config::Config;
pub use self::helm::Settings as Helm;
use self::part::{Origin, Part, text};
pub use self::plugins::Functions;
pub use self::root::Restriction;
use self::root::Root;

/// `kustomization.yaml`, with every field of kustomize 5.7. Unknown fields are refused by name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Kustomization {
    api_version: String,
    kind: String,
    #[serde(rename = "metadata")]
    _metadata: Metadata,
    openapi: Pairs,
    resources: Vec<String>,
    bases: Option<Vec<String>>,
    components: Vec<String>,
    crds: Vec<String>,
    configurations: Vec<String>,
    namespace: String,
    name_prefix: String,
    name_suffix: String,
    common_labels: Option<Pairs>,
    labels: Vec<transform::Labels>,
    common_annotations: Pairs,
    images: Vec<transform::Image>,
    image_tags: Option<Vec<transform::Image>>,
    replicas: Vec<transform::Replicas>,
    replacements: Vec<replacement::Replacement>,
    vars: Option<Vec<vars::Variable>>,
    config_map_generator: Vec<generate::Generator>,
    secret_generator: Vec<generate::Generator>,
    generator_options: generate::Options,
    patches: Vec<patch::Patch>,
    patches_strategic_merge: Option<Vec<String>>,
    #[serde(rename = "patchesJson6902")]
    patches_json6902: Option<Vec<patch::Patch>>,
    helm_charts: Vec<helm::Chart>,
    helm_globals: Option<helm::Globals>,
    helm_chart_inflation_generator: Vec<helm::Inflation>,
    generators: Vec<String>,
    transformers: Vec<String>,
    validators: Vec<String>,
    sort_options: Option<order::Options>,
    build_metadata: Vec<String>,
}

/// Names and texts, as Go's `map[string]string`.
type Pairs = BTreeMap<String, String>;

/// `metadata` of a kustomization, which has no effect.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Metadata {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "namespace")]
    _namespace: String,
    #[serde(rename = "labels")]
    _labels: Pairs,
    #[serde(rename = "annotations")]
    _annotations: Pairs,
}

/// What to use in place of fields that are going away.
fn warn_of(found: &Kustomization) {
    let fix = "Run 'kustomize edit fix' to update your Kustomization automatically.";
    for (given, field, instead, note) in [
        (found.bases.is_some(), "bases", "resources", ""),
        (found.image_tags.is_some(), "imageTags", "images", ""),
        (found.common_labels.is_some(), "commonLabels", "labels", ""),
        (found.patches_json6902.is_some(), "patchesJson6902", "patches", ""),
        (found.patches_strategic_merge.is_some(), "patchesStrategicMerge", "patches", ""),
        (found.vars.is_some(), "vars", "replacements", "[EXPERIMENTAL] "),
    ] {
        if given {
            eprintln!("# Warning: '{field}' is deprecated. Please use '{instead}' instead. {note}{fix}");
        }
    }
}

const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Settings {
    pub restriction: Restriction,
    /// `--reorder none`: objects stay in the order in which they are found, unless `sortOptions` say otherwise.
    pub unsorted: bool,
    /// `--enable-helm`, and which one.
    pub helm: Option<Helm>,
    /// `--enable-alpha-plugins`, and how.
    pub functions: Option<Functions>,
}

impl From<Restriction> for Settings {
    fn from(restriction: Restriction) -> Self {
        Self { restriction, unsorted: false, helm: None, functions: None }
    }
}

/// What a kustomization and those below it have come to.
#[derive(Default)]
struct Gathered {
    parts: Vec<Part>,
    config: Config,
    variables: Vec<vars::Variable>,
}

/// One build.
struct Build<'a> {
    settings: &'a Settings,
    /// The folders that led here.
    above: Vec<PathBuf>,
    /// `buildMetadata` of the first kustomization; it counts for all.
    metadata: Option<Vec<String>>,
    sort: Option<order::Options>,
    schemas: schema::Schemas,
}

/// The version that the label of `managedByLabel` has in kubectl 1.36.
const MANAGED_BY: &str = "kustomize-v5.7.1";

/// Builds a kustomization's objects.
///
/// # Errors
/// Names the folder, the file, or the field that can't be used.
pub fn build(folder: &str, settings: &Settings) -> Result<Vec<Value>> {
    let mut build = Build {
        settings,
        above: Vec::new(),
        metadata: None,
        sort: None,
        schemas: schema::Schemas::default(),
    };
    let mut found = Gathered::default();
    match remote::Repository::parse(folder)? {
        Some(repository) if !Path::new(folder).exists() => {
            let (place, inside) = repository.check_out()?;
            let root = Root::of_repository(place.path(), &inside, settings.restriction)?;
            build.accumulate(&root, &Origin::default(), &mut found)?;
        }
        _ => {
            let root = Root::new(Path::new(folder), settings.restriction)?;
            build.accumulate(&root, &Origin::default(), &mut found)?;
        }
    }
    let Gathered { mut parts, config, variables } = found;
    generate::add_hashes(&mut parts);
    references::update(&mut parts, &config)?;
    vars::resolve(&mut parts, &variables, &config)?;
    // What is for tools alone does not go to a cluster.
    parts
        .retain(|part| part.object["metadata"]["annotations"]["config.kubernetes.io/local-config"].is_null());
    build.annotate(&mut parts);
    match &build.sort {
        Some(sort) => sort.sort(&mut parts),
        None if settings.unsorted => {}
        None => order::Options::default().sort(&mut parts),
    }
    Ok(parts.into_iter().map(|part| part.object).collect())
}

/// The names of the files of objects that go into a folder, each into its own.
pub fn file_names(objects: &[Value]) -> Vec<String> {
    let ids: Vec<part::Id> = objects.iter().map(part::Id::of).collect();
    let places: BTreeSet<&str> = ids.iter().filter(|id| !id.is_of_cluster()).map(part::Id::place).collect();
    ids.iter()
        .map(|id| {
            let place = if places.len() > 1 { id.place() } else { "" };
            let steps = [place, &id.group, &id.version, &id.kind, &id.name];
            let steps: Vec<&str> = steps.into_iter().filter(|step| !step.is_empty()).collect();
            format!("{}.yaml", steps.join("_").to_lowercase())
        })
        .collect()
}

impl Build<'_> {
    fn wants(&self, option: &str) -> bool {
        self.metadata.iter().flatten().any(|held| held == option)
    }

    /// Writes down where objects are from, and what changed them.
    fn annotate(&self, parts: &mut [Part]) {
        for part in parts {
            let metadata = &mut part.object["metadata"];
            // Annotations are texts, whatever was written.
            for (_, value) in
                metadata.get_mut("annotations").and_then(Value::as_object_mut).into_iter().flatten()
            {
                if !value.is_string() {
                    *value = if value.is_object() || value.is_array() {
                        "".into()
                    } else {
                        value.to_string().into()
                    };
                }
            }
            if metadata.is_null() {
                *metadata = Value::Object(Map::new());
            }
            if self.wants("originAnnotations")
                && let Some(origin) = &part.origin
            {
                metadata["annotations"]["config.kubernetes.io/origin"] = origin.lines().into();
            }
            if self.wants("transformerAnnotations") && !part.changed_by.is_empty() {
                let list: String = part
                    .changed_by
                    .iter()
                    .map(|origin| {
                        let lines = origin.lines();
                        lines
                            .lines()
                            .enumerate()
                            .map(|(index, line)| format!("{}{line}\n", if index == 0 { "- " } else { "  " }))
                            .collect::<String>()
                    })
                    .collect();
                metadata["annotations"]["alpha.config.kubernetes.io/transformations"] = list.into();
            }
            if self.wants("managedByLabel") {
                metadata["labels"]["app.kubernetes.io/managed-by"] = MANAGED_BY.into();
            }
        }
    }

    /// Reads a folder's kustomization.
    fn read(root: &Root) -> Result<(Kustomization, &'static str)> {
        let folder = root.folder();
        let files: Vec<&&str> = NAMES.iter().filter(|name| folder.join(name).is_file()).collect();
        let name = match files.as_slice() {
            [] => bail!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{}'",
                folder.display()
            ),
            [one] => **one,
            _ => bail!("Found multiple kustomization files under: {}", folder.display()),
        };
        let file = folder.join(name);
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let wrong = || format!("invalid Kustomization {}", file.display());
        let value = yaml::one(&text).with_context(wrong)?;
        if value.as_object().is_none_or(|map| !map.values().any(|value| !value.is_null())) {
            bail!("kustomization.yaml is empty: {}", file.display());
        }
        let found: Kustomization = decode::strict(value).with_context(wrong)?;
        for generator in &found.config_map_generator {
            generator.check_config_map().with_context(wrong)?;
        }
        warn_of(&found);
        let component = found.kind == "Component";
        let version = if component { "v1alpha1" } else { "v1beta1" };
        if !["", "Kustomization", "Component"].contains(&found.kind.as_str()) {
            bail!("{}: kind should be Kustomization or Component", wrong());
        }
        if !found.api_version.is_empty() && found.api_version != format!("kustomize.config.k8s.io/{version}")
        {
            bail!("{}: apiVersion for {} should be kustomize.config.k8s.io/{version}", wrong(), found.kind);
        }
        Ok((found, name))
    }

    fn accumulate(&mut self, root: &Root, from: &Origin, into: &mut Gathered) -> Result<()> {
        let folder = root.folder().to_path_buf();
        if self.above.contains(&folder) {
            bail!("cycle detected: {} includes itself", folder.display());
        }
        self.above.push(folder);
        let (mut found, file) = Self::read(root)?;
        if self.metadata.is_none() {
            self.metadata = Some(std::mem::take(&mut found.build_metadata));
            self.sort = found.sort_options.take();
            self.sort.as_ref().map_or(Ok(()), order::Options::check)?;
        }
        self.schemas.take(root, &found.openapi)?;
        let within = join(&from.path, file);
        // A component changes what is there already; everything else has parts of its own.
        let component = found.kind == "Component";
        let mut own = if component { std::mem::take(into) } else { Gathered::default() };
        for resource in found.resources.iter().chain(found.bases.iter().flatten()) {
            self.include(root, resource, from, &mut own)?;
        }
        own.config.merge(Config::load(root, &found.configurations, &found.crds)?);
        self.generate(root, &found, from, &within, &mut own)?;
        for resource in &found.components {
            self.folder_or_repository(root, resource, from, true, &mut own)?;
        }
        self.transform(root, &found, &within, &mut own)?;
        let entries = self.configurations(root, &found.validators, from)?;
        for (config, _) in &entries {
            self.plugin(config, root).validate(&own.parts)?;
        }
        vars::note(found.vars.as_deref().unwrap_or_default(), &mut own.parts, &mut own.variables)?;
        for part in own.parts {
            if let Some(held) = into.parts.iter().find(|held| held.id().is(&part.id())) {
                bail!("may not add resource with an already registered id: {}", held.id());
            }
            into.parts.push(part);
        }
        into.config.merge(own.config);
        vars::merge(&mut into.variables, own.variables)?;
        self.above.pop();
        Ok(())
    }

    /// A folder, or one in a repository.
    fn folder_or_repository(
        &mut self,
        root: &Root,
        resource: &str,
        from: &Origin,
        component: bool,
        into: &mut Gathered,
    ) -> Result<()> {
        if !root.folder().join(resource).exists()
            && let Some(repository) = remote::Repository::parse(resource)?
        {
            // A repository may lead back to itself.
            let place = PathBuf::from(resource);
            if self.above.contains(&place) {
                bail!("cycle detected: {resource} includes itself");
            }
            self.above.push(place);
            let (place, inside) = repository.check_out()?;
            let below = Root::of_repository(place.path(), &inside, root.restriction())?;
            let origin = repository.origin();
            self.accumulate_kind(&below, &origin, component, into)?;
            self.above.pop();
            return Ok(());
        }
        let origin = Origin { path: join(&from.path, resource), ..from.clone() };
        self.accumulate_kind(&root.below(resource)?, &origin, component, into)
    }

    /// A component where one is wanted, and nowhere else.
    fn accumulate_kind(
        &mut self,
        root: &Root,
        from: &Origin,
        component: bool,
        into: &mut Gathered,
    ) -> Result<()> {
        let folder = root.folder().display();
        match (Self::kind(root), component) {
            (kind, true) if kind != "Component" => {
                bail!("expected kind 'Component' for path '{folder}' but got '{kind}'")
            }
            (kind, false) if kind == "Component" => {
                bail!("expected kind != 'Component' for path '{folder}'")
            }
            _ => self.accumulate(root, from, into),
        }
    }

    /// What a folder's kustomization says that it is; what is wrong with it is told when it is read.
    fn kind(root: &Root) -> String {
        let text = NAMES.iter().find_map(|name| std::fs::read_to_string(root.folder().join(name)).ok());
        let value = text.and_then(|text| yaml::one(&text).ok()).unwrap_or_default();
        value["kind"].as_str().unwrap_or("Kustomization").to_string()
    }

    fn include(&mut self, root: &Root, resource: &str, from: &Origin, into: &mut Gathered) -> Result<()> {
        if remote::is_url(resource) {
            let repository = remote::Repository::parse(resource)?;
            // A page about a repository is none of its objects.
            match (objects_at(resource), repository) {
                (Ok(objects), _) => {
                    let origin = Origin { path: resource.into(), ..Origin::default() };
                    return add(objects, &origin, &mut into.parts);
                }
                (Err(_), Some(_)) => {
                    return self.folder_or_repository(root, resource, from, false, into);
                }
                (Err(error), None) => return Err(error),
            }
        }
        let path = root.folder().join(resource);
        if path.is_dir() || (!path.exists() && remote::Repository::parse(resource)?.is_some()) {
            return self.folder_or_repository(root, resource, from, false, into);
        }
        let text = root.text(resource)?;
        let documents: Vec<Value> = yaml::documents_with_unique_keys(&text)
            .into_iter()
            .filter(|document| !matches!(document, Ok(Value::Null)))
            .collect::<Result<_, _>>()
            .with_context(|| format!("error parsing {}", path.display()))?;
        let origin = Origin { path: join(&from.path, resource), ..from.clone() };
        add(documents, &origin, &mut into.parts)
    }
}

/// A path below another, without `.` and `..` where they can be resolved.
fn join(base: &str, below: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in base.split('/').chain(below.split('/')) {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => _ = steps.pop(),
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// The objects of a text.
///
/// # Errors
/// Says where it is malformed.
fn documents(text: &str) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for value in yaml::documents_with_few_booleans(text) {
        found.extend(Some(value?).filter(|value| !value.is_null()));
    }
    Ok(found)
}

/// The objects that a URL has.
fn objects_at(url: &str) -> Result<Vec<Value>> {
    let bytes = remote::get(url)?;
    let documents =
        documents(&String::from_utf8_lossy(&bytes)).with_context(|| format!("error parsing {url}"))?;
    if documents.is_empty() || documents.iter().any(|object| object["kind"].is_null()) {
        bail!("{url} has no Kubernetes objects");
    }
    Ok(documents)
}

/// Whether an object has a name; lists need none.
///
/// # Errors
/// Says that it has none.
fn named(object: &Value) -> Result<()> {
    let (kind, name) = (text(&object["kind"]), &object["metadata"]["name"]);
    if text(name).is_empty() && !name.is_number() && !name.is_boolean() && !kind.ends_with("List") {
        bail!("missing metadata.name in an object of kind {kind}");
    }
    Ok(())
}

fn add(documents: Vec<Value>, origin: &Origin, parts: &mut Vec<Part>) -> Result<()> {
    for document in documents {
        let list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
        let items = match document.get("items") {
            Some(Value::Array(items)) if list => items.clone(),
            Some(_) if list => Vec::new(),
            _ => vec![document],
        };
        for object in items {
            if text(&object["kind"]).is_empty() {
                bail!("{}: missing Resource metadata: an object has no kind", origin.path);
            }
            named(&object).with_context(|| origin.path.clone())?;
            let part = Part { origin: Some(origin.clone()), ..Part::new(object) };
            let id = part.id();
            if parts.iter().any(|held| held.id().is(&id)) {
                bail!("may not add resource with an already registered id: {id}");
            }
            parts.push(part);
        }
    }
    Ok(())
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
        build(&folder.path().join("top").display().to_string(), &Restriction::RootOnly.into())
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
            ("helmCharts: [{name: x}]\n", "--enable-helm"),
            (
                "generators: [\"kind: X\\napiVersion: a/v1\\nmetadata: {name: x}\"]\n",
                "external plugins disabled",
            ),
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
        assert!(build(&top, &Restriction::RootOnly.into()).is_err());
        let objects = build(&top, &Restriction::None.into()).expect("builds");
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
