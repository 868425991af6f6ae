//! `generators`, `transformers` and `validators`: kustomize's own by their configuration, programs, and
//! containers.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Settings;
use super::decode;
use super::fields::{self, FieldSpec};
use super::generate::{self, Generator};
use super::part::{Id, Origin, Part, group_version, text};
use super::patch::Patch;
use super::paths;
use super::replacement::Replacement;
use super::root::Root;
use super::schema::Schemas;
use super::selector::Target;
use super::transform::Subjects;
use super::{helm, transform};

/// The flags of `kustomize` that are about functions in containers.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    pub network: bool,
    pub network_name: String,
    pub env: Vec<String>,
    pub mounts: Vec<String>,
    pub as_current_user: bool,
}

/// Everything that a configuration of one of kustomize's own plugins may have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Own {
    prefix: String,
    suffix: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    field_specs: Vec<FieldSpec>,
    unset_only: bool,
    set_role_binding_subjects: String,
    image_tag: transform::Image,
    replica: transform::Replicas,
    path: String,
    patch: String,
    json_op: String,
    target: Option<Target>,
    options: BTreeMap<String, bool>,
    paths: Vec<String>,
    patches: String,
    replacements: Vec<Replacement>,
    value: String,
    targets: Vec<Added>,
    target_file_path: String,
}

/// A target of `ValueAddTransformer`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Added {
    selector: Option<Target>,
    field_path: String,
    file_path_position: i64,
}

/// A file of such targets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Targets {
    targets: Vec<Added>,
}

/// One configuration and where it is used.
pub struct Plugin<'a> {
    pub config: &'a Value,
    pub root: &'a Root,
    pub settings: &'a Settings,
    pub schemas: &'a Schemas,
}

impl Plugin<'_> {
    fn id(&self) -> Id {
        Id::of(self.config)
    }

    fn is_own(&self) -> bool {
        self.config["apiVersion"] == "builtin"
    }

    fn own(&self) -> Result<Own> {
        decode::loose(self.config.clone()).with_context(|| format!("configuration of {}", self.id()))
    }

    /// The configuration without what says that it is one.
    fn fields<T: serde::de::DeserializeOwned>(&self, named: bool) -> Result<T> {
        let mut fields = self.config.clone();
        if let Some(map) = fields.as_object_mut() {
            for field in ["apiVersion", "kind", "metadata"] {
                map.shift_remove(field);
            }
            if named {
                for field in ["name", "namespace"] {
                    if let Some(value) = self.config["metadata"].get(field) {
                        map.insert(field.into(), value.clone());
                    }
                }
            }
        }
        decode::loose(fields).with_context(|| format!("configuration of {}", self.id()))
    }

    /// Runs a generator.
    ///
    /// # Errors
    /// Fails when it does, when there is no such generator, and without `--enable-alpha-plugins`.
    pub fn generate(&self, origin: Option<Origin>, parts: &mut Vec<Part>) -> Result<()> {
        let objects = match text(&self.config["kind"]) {
            kind @ ("ConfigMapGenerator" | "SecretGenerator") if self.is_own() => {
                let generator: Generator = self.fields(true)?;
                let kind = kind.trim_end_matches("Generator");
                return generator.run(kind, self.root, &generate::Options::default(), origin, parts);
            }
            "HelmChartInflationGenerator" if self.is_own() => {
                let mut config: Map<String, Value> = self.fields(false)?;
                let globals: Map<String, Value> = ["chartHome", "configHome"]
                    .iter()
                    .filter_map(|field| Some((field.to_string(), config.shift_remove(*field)?)))
                    .collect();
                let globals: helm::Globals = decode::loose(Value::Object(globals))?;
                let chart: helm::Chart = decode::loose(Value::Object(config))
                    .with_context(|| format!("configuration of {}", self.id()))?;
                chart.objects(&globals, self.root, self.settings.helm.as_ref())?
            }
            "IAMPolicyGenerator" if self.is_own() => vec![self.policy()?],
            _ => self.run(&[])?,
        };
        for mut object in objects {
            let take = |object: &mut Value, name: &str| {
                let annotations = object["metadata"].get_mut("annotations")?.as_object_mut()?;
                let value = annotations.shift_remove(name)?;
                let empty = annotations.is_empty();
                if empty && let Some(metadata) = object["metadata"].as_object_mut() {
                    metadata.shift_remove("annotations");
                }
                Some(value)
            };
            let hashed =
                take(&mut object, "kustomize.config.k8s.io/needs-hash").is_some_and(|value| value == "true");
            let behavior = take(&mut object, "kustomize.config.k8s.io/behavior").unwrap_or_default();
            let part = Part { hashed, origin: origin.clone(), ..Part::new(object) };
            generate::absorb(parts, part, text(&behavior))?;
        }
        Ok(())
    }

    /// A service account that stands for one of Google's.
    fn policy(&self) -> Result<Value> {
        let config = self.config;
        if config["cloud"] != "gke" {
            bail!("cloud provider {} not supported; must be one of [gke]", config["cloud"]);
        }
        let (account, service) = (&config["serviceAccount"], &config["kubernetesService"]);
        let mail =
            format!("{}@{}.iam.gserviceaccount.com", text(&account["name"]), text(&account["projectId"]));
        let mut object = json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"annotations": {"iam.gke.io/gcp-service-account": mail}, "name": service["name"]},
        });
        if !text(&service["namespace"]).is_empty() {
            object["metadata"]["namespace"] = service["namespace"].clone();
        }
        Ok(object)
    }

    /// Runs a transformer.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub fn transform(&self, parts: &mut Vec<Part>) -> Result<()> {
        if !self.is_own() {
            return self.run_over(parts);
        }
        let own = self.own()?;
        let specs = &own.field_specs;
        match text(&self.config["kind"]) {
            "PrefixTransformer" | "PrefixSuffixTransformer" | "SuffixTransformer" => {
                if specs.is_empty() {
                    bail!("{} fails configuration: fieldSpecs is not expected to be nil", self.id());
                }
                transform::prefix(parts, &own.prefix, specs)?;
                transform::suffix(parts, &own.suffix, specs)
            }
            "NamespaceTransformer" => {
                let name = text(&self.config["metadata"]["namespace"]);
                transform::namespace(
                    parts,
                    name,
                    specs,
                    own.unset_only,
                    own.set_role_binding_subjects.parse()?,
                )
            }
            "LabelTransformer" => transform::pairs(parts, &own.labels, specs),
            "AnnotationsTransformer" => transform::pairs(parts, &own.annotations, specs),
            "ImageTagTransformer" => own.image_tag.apply(parts, specs),
            "ReplicaCountTransformer" => own.replica.apply(parts, specs),
            "PatchTransformer" => {
                Patch::of(own.path, own.patch, own.target, own.options).apply(self.root, self.schemas, parts)
            }
            "PatchJson6902Transformer" => {
                Patch::of(own.path, own.json_op, own.target, own.options).apply_json(self.root, parts)
            }
            "PatchStrategicMergeTransformer" => {
                let named = !own.paths.is_empty();
                for path in own.paths {
                    Patch::of(path, String::new(), None, BTreeMap::new()).apply(
                        self.root,
                        self.schemas,
                        parts,
                    )?;
                }
                if own.patches.is_empty() {
                    return if named { Ok(()) } else { bail!("empty file path and empty patch content") };
                }
                Patch::inline(own.patches).apply(self.root, self.schemas, parts)
            }
            "ReplacementTransformer" => {
                for entry in &own.replacements {
                    for replacement in entry.load(self.root)? {
                        replacement.apply(parts)?;
                    }
                }
                Ok(())
            }
            "HashTransformer" => {
                generate::add_hashes(parts);
                parts.iter_mut().for_each(|part| part.hashed = false);
                Ok(())
            }
            "ValueAddTransformer" => own.add(self.root, parts),
            other => bail!("unable to load builtin {other}: there is no such transformer"),
        }
    }

    /// The program that is the plugin.
    fn program(&self) -> Result<PathBuf> {
        let id = self.id();
        if self.settings.functions.is_none() {
            bail!("external plugins disabled; unable to load external plugin '{}'", id.kind);
        }
        let home = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let places = [
            home("KUSTOMIZE_PLUGIN_HOME"),
            home("XDG_CONFIG_HOME").map(|home| home.join("kustomize/plugin")),
            home("HOME").map(|home| home.join(".config/kustomize/plugin")),
            home("HOME").map(|home| home.join("kustomize/plugin")),
        ];
        let Some(place) = places.into_iter().flatten().find(|place| place.is_dir()) else {
            bail!(
                "unable to find plugin root: set KUSTOMIZE_PLUGIN_HOME, or make ~/.config/kustomize/plugin"
            );
        };
        let path = place.join(&id.group).join(&id.version).join(id.kind.to_lowercase()).join(&id.kind);
        std::fs::metadata(&path).with_context(|| format!("unable to load plugin at {}", path.display()))?;
        Ok(path)
    }

    /// The function that the configuration's annotation names.
    fn function(&self) -> Result<Option<Value>> {
        let annotations = &self.config["metadata"]["annotations"];
        let found = ["config.kubernetes.io/function", "config.k8s.io/function"]
            .iter()
            .find_map(|name| annotations[*name].as_str());
        found.map(|text| yaml::one(text).context("the function's annotation")).transpose()
    }

    /// Has the program or container make objects, of none or of those that there are.
    fn run(&self, input: &[Value]) -> Result<Vec<Value>> {
        if let Some(function) = self.function()? {
            let output = self.contain(&function, input)?;
            let list = yaml::one(&output).context("what the function printed")?;
            return Ok(list["items"].as_array().cloned().unwrap_or_default());
        }
        let program = self.program()?;
        let config = yaml::document(&crate::print::sorted(self.config));
        let mut file = tempfile::Builder::new().prefix("kust-plugin-config-").tempfile()?;
        file.write_all(config.as_bytes())?;
        let mut command = Command::new(&program);
        command
            .arg(file.path())
            .args(self.arguments()?)
            .env("KUSTOMIZE_PLUGIN_CONFIG_STRING", &config)
            .env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", self.root.folder())
            .current_dir(self.root.folder());
        let texts: Vec<String> =
            input.iter().map(|object| yaml::document(&crate::print::sorted(object))).collect();
        let output = feed(command, &texts.join("---\n"))
            .with_context(|| format!("failure in plugin configured via {}", file.path().display()))?;
        super::documents(&output).with_context(|| format!("what {} printed", program.display()))
    }

    /// `argsOneLiner` and `argsFromFile`.
    fn arguments(&self) -> Result<Vec<String>> {
        let mut args = words(text(&self.config["argsOneLiner"]));
        let file = text(&self.config["argsFromFile"]);
        if !file.is_empty() {
            let lines = self.root.text(file)?;
            args.extend(
                lines
                    .lines()
                    .map(|line| line.trim_start_matches(' ').to_string())
                    .filter(|line| !line.is_empty()),
            );
        }
        Ok(args)
    }

    /// Runs a function's container.
    fn contain(&self, function: &Value, input: &[Value]) -> Result<String> {
        let Some(flags) = &self.settings.functions else {
            bail!("external plugins disabled; unable to load external plugin '{}'", self.id().kind);
        };
        let image = text(&function["container"]["image"]);
        if image.is_empty() {
            bail!(
                "the function of {} has no container image; other functions are not enabled by --enable-alpha-plugins",
                self.id()
            );
        }
        let network = if flags.network && function["container"]["network"] == true {
            flags.network_name.as_str()
        } else {
            "none"
        };
        let user = if flags.as_current_user {
            format!("{}:{}", nix::unistd::getuid(), nix::unistd::getgid())
        } else {
            "nobody".into()
        };
        let mut command = Command::new("docker");
        command.args(["run", "--rm", "-i", "-a", "STDIN", "-a", "STDOUT", "-a", "STDERR"]);
        command.args(["--network", network, "--user", &user, "--security-opt=no-new-privileges"]);
        for mount in &flags.mounts {
            command.args(["--mount", &storage(mount, self.root)?]);
        }
        let own = function["container"]["envs"].as_array();
        let own = own.into_iter().flatten().filter_map(Value::as_str).map(str::to_string);
        let mut variables: Vec<String> = vec!["LOG_TO_STDERR=true".into(), "STRUCTURED_RESULTS=true".into()];
        variables.extend(own.chain(flags.env.iter().cloned()));
        for variable in variables {
            command.args(["-e", &variable]);
        }
        command.arg(image);
        let list = json!({
            "apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList",
            "items": input, "functionConfig": self.config,
        });
        feed(command, &yaml::document(&list))
    }

    /// Has a program or container change objects.
    fn run_over(&self, parts: &mut Vec<Part>) -> Result<()> {
        let given: Vec<Value> = parts
            .iter()
            .map(|part| {
                let mut object = part.object.clone();
                object["metadata"]["annotations"][ID] = part.id().to_string().into();
                object
            })
            .collect();
        let mut found = self.run(&given)?;
        let mut kept: Vec<Part> = Vec::new();
        for object in &mut found {
            let id = object["metadata"]["annotations"].get_mut(ID).map(Value::take);
            if let Some(map) = object["metadata"]["annotations"].as_object_mut() {
                map.shift_remove(ID);
            }
            if object["metadata"]["annotations"].as_object().is_none_or(Map::is_empty)
                && let Some(metadata) = object["metadata"].as_object_mut()
            {
                metadata.shift_remove("annotations");
            }
            let known = parts.iter().find(|part| id.as_ref().is_some_and(|id| *id == part.id().to_string()));
            let mut part = known.cloned().unwrap_or_default();
            if known.is_some() {
                part.remember();
            }
            part.object = object.take();
            kept.push(part);
        }
        *parts = kept;
        Ok(())
    }

    /// Runs a validator: a transformer that must leave everything as it is.
    ///
    /// # Errors
    /// As [`Self::transform`], and when it changes something.
    pub fn validate(&self, parts: &[Part]) -> Result<()> {
        let mut after = parts.to_vec();
        self.transform(&mut after)?;
        let objects = |parts: &[Part]| {
            let mut all: Vec<String> = parts
                .iter()
                .map(|part| {
                    let mut object = part.object.clone();
                    if let Some(labels) = object["metadata"].get_mut("labels").and_then(Value::as_object_mut)
                    {
                        labels.shift_remove("validated-by");
                    }
                    crate::print::sorted(&object).to_string()
                })
                .collect();
            all.sort();
            all
        };
        if objects(&after) != objects(parts) {
            bail!("validator shouldn't modify the resource map: {} does", self.id());
        }
        Ok(())
    }
}

/// By which a program's answer is known.
const ID: &str = "kustomize.config.k8s.io/id";

impl Own {
    /// `ValueAddTransformer`: puts a value into fields, or a step into the paths that they hold.
    fn add(&self, root: &Root, parts: &mut [Part]) -> Result<()> {
        let mut targets = self.targets.clone();
        if !self.target_file_path.is_empty() {
            let file = &self.target_file_path;
            let value = yaml::one(&root.text(file)?).with_context(|| format!("reading {file}"))?;
            let more: Targets =
                decode::loose(value).with_context(|| format!("{file} has no list of targets"))?;
            targets.extend(more.targets);
        }
        if targets.is_empty() {
            bail!("must specify at least one target");
        }
        if targets.iter().any(|target| target.field_path.is_empty()) {
            bail!("fieldPath cannot be empty");
        }
        if let Some(target) = targets.iter().find(|target| target.file_path_position < 0) {
            bail!("value of FilePathPosition ({}) cannot be negative", target.file_path_position);
        }
        let folder = root.folder().file_name().map(|name| name.to_string_lossy().into_owned());
        let value = match self.value.trim() {
            "" => folder.unwrap_or_default(),
            value => value.to_string(),
        };
        for target in &targets {
            for part in parts.iter_mut() {
                if let Some(selector) = &target.selector
                    && !selector.fits(part)?
                {
                    continue;
                }
                if target.field_path == "metadata/namespace" {
                    transform::namespace(
                        std::slice::from_mut(part),
                        &value,
                        &[],
                        false,
                        Subjects::DefaultOnly,
                    )?;
                    continue;
                }
                part.remember();
                let path = &target.field_path;
                let steps = fields::steps(path);
                let count = paths::visit(&mut part.object, &steps, true, &mut |field| {
                    if field.is_object() || field.is_array() {
                        bail!("it is no plain value");
                    }
                    let held = if field.is_null() { String::new() } else { paths::plain(field) };
                    let text = match usize::try_from(target.file_path_position) {
                        Ok(at) if at > 0 => inserted(&held, at - 1, &value),
                        _ => value.clone(),
                    };
                    // It is written without quotes, and read again.
                    let read = super::documents(&text).ok().and_then(|mut read| read.pop());
                    *field = read.filter(|read| read.is_number() || read.is_boolean()).unwrap_or(text.into());
                    Ok(())
                });
                count.with_context(|| format!("adding a value to {path} of {}", part.id()))?;
            }
        }
        Ok(())
    }
}

/// A path with one more step at a place; behind its last step when it has fewer.
fn inserted(path: &str, at: usize, step: &str) -> String {
    let mut steps: Vec<&str> = path.split('/').filter(|held| !held.is_empty()).collect();
    steps.insert(at.min(steps.len()), step);
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, steps.join("/"))
}

/// `--mount`: `type=bind,src=…,dst=…`, read-only unless it says `rw=true`.
fn storage(text: &str, root: &Root) -> Result<String> {
    let mut parts: Map<String, Value> = Map::new();
    for pair in text.split(',') {
        let Some((key, value)) = pair.split_once('=') else { bail!("--mount {text:?}: {pair:?} is no pair") };
        parts.insert(key.into(), value.into());
    }
    let one = |names: &[&str]| {
        names.iter().find_map(|name| parts.get(*name).and_then(Value::as_str)).unwrap_or_default()
    };
    let (kind, source, target) =
        (one(&["type"]), one(&["src", "source"]), one(&["dst", "target", "destination"]));
    let source =
        if kind == "bind" { root.folder().join(source).display().to_string() } else { source.into() };
    let read_only = if one(&["rw", "readwrite"]) == "true" { "" } else { ",readonly" };
    Ok(format!("type={kind},source={source},target={target}{read_only}"))
}

/// Runs a program over a text.
fn feed(mut command: Command, input: &str) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    let writer = child.stdin.take().map(|mut stdin| {
        let input = input.to_string();
        std::thread::spawn(move || {
            // A program that does not read what it is given has not failed, and does not end us.
            let mut signals = nix::sys::signal::SigSet::empty();
            signals.add(nix::sys::signal::Signal::SIGPIPE);
            let _ = signals.thread_block();
            let _ = stdin.write_all(input.as_bytes());
        })
    });
    let output = child.wait_with_output()?;
    if let Some(writer) = writer {
        let _ = writer.join();
    }
    if !output.status.success() {
        bail!("{name}: {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name} prints no UTF-8"))
}

/// A line's words, as a shell has them: quotes keep blanks, a backslash keeps what follows it.
fn words(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, blank) if blank.is_whitespace() => found.extend(word.take()),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    found.extend(word);
    found
}

/// What made or changed an object, for its annotations.
pub fn origin_of(config: &Value, within: &str) -> Origin {
    let mut by = Id::of(config);
    let (group, version) = group_version(text(&config["apiVersion"]));
    (by.group, by.version) = (group.into(), version.into());
    Origin { configured_in: within.into(), configured_by: Some(by), ..Origin::default() }
}

#[cfg(test)]
mod tests {
    use super::{inserted, words};

    /// The examples of kustomize's own description.
    #[test]
    fn steps_are_put_into_paths() {
        for (path, at, wanted) in [
            ("", 0, "PEACH"),
            ("/", 0, "/PEACH"),
            ("pie", 0, "PEACH/pie"),
            ("/pie", 0, "/PEACH/pie"),
            ("raw", 1, "raw/PEACH"),
            ("/raw", 9, "/raw/PEACH"),
            ("a/nice/warm/pie", 3, "a/nice/warm/PEACH/pie"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/PEACH/pie"),
        ] {
            assert_eq!(inserted(path, at, "PEACH"), wanted);
        }
    }

    #[test]
    fn lines_have_words() {
        assert_eq!(words(r#" a "b c" 'd "e' f\ g "" "#), ["a", "b c", "d \"e", "f g", ""]);
    }
}
