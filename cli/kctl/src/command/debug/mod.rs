//! `kctl debug`: an ephemeral container in a pod, a copy of a pod, or a pod on a node.

mod profile;

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::PatchType;
use serde_json::{Value, json};

use self::profile::{Keep, Place};
use super::exec::Attachment;
use super::pods;
use super::run::{is_image, until};
use super::write::{send, write_query};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, all, get, is};

/// A person who debugs waits as long as it takes.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// `key=value`, as it was written.
fn pair(text: &str) -> Result<String, String> {
    if text.contains('=') { Ok(text.into()) } else { Err(format!("{text} must be formatted as key=value")) }
}

/// The flags.
pub fn define() -> Command {
    Command::new("debug")
        .about("Create debugging sessions for troubleshooting workloads and nodes")
        .arg(Arg::new("resource").num_args(0..).help("POD | TYPE/NAME"))
        .arg(Arg::new("arguments").last(true).num_args(0..))
        .arg(
            Arg::new("filename")
                .long("filename")
                .short('f')
                .action(ArgAction::Append)
                .help("The file with the object to debug"),
        )
        .arg(flags::text("image", "The image of the debugging container"))
        .arg(flags::text("container", "The name of the debugging container").short('c'))
        .arg(flags::text("target", "With an ephemeral container, share this container's processes"))
        .arg(flags::text("copy-to", "Debug a copy of the pod with this name"))
        .arg(flags::boolean("replace", false, "With --copy-to, delete the original pod"))
        .arg(flags::boolean("same-node", false, "With --copy-to, stay on the pod's node"))
        .arg(flags::list("set-image", "With --copy-to, images as container=image").value_parser(pair))
        .arg(flags::boolean("share-processes", true, "With --copy-to, share processes between containers"))
        .arg(flags::boolean("keep-labels", false, "With --copy-to, keep the labels"))
        .arg(flags::boolean("keep-annotations", false, "With --copy-to, keep the annotations"))
        .arg(flags::boolean("keep-liveness", false, "With --copy-to, keep the liveness probes"))
        .arg(flags::boolean("keep-readiness", false, "With --copy-to, keep the readiness probes"))
        .arg(flags::boolean("keep-startup", false, "With --copy-to, keep the startup probes"))
        .arg(flags::boolean("keep-init-containers", true, "With --copy-to, keep the init containers"))
        .arg(flags::boolean(
            "arguments-only",
            false,
            "What is after -- are arguments rather than the command",
        ))
        .arg(
            Arg::new("env")
                .long("env")
                .action(ArgAction::Append)
                .value_parser(pair)
                .help("Environment variables, as name=value"),
        )
        .arg(flags::text("image-pull-policy", "Always, IfNotPresent or Never"))
        .arg(
            flags::text("profile", "legacy, general, baseline, netadmin, restricted or sysadmin")
                .default_value("general"),
        )
        .arg(flags::text("custom", "A file with a partial container spec to merge"))
        .arg(flags::boolean("attach", false, "Attach to the container once it runs"))
        .arg(flags::boolean("stdin", false, "Keep stdin open").short('i'))
        .arg(flags::boolean("tty", false, "Allocate a TTY").short('t'))
        .arg(flags::boolean("quiet", false, "Suppress informational messages").short('q'))
}

/// The debugging container that the flags describe.
fn container(matches: &ArgMatches, name: &str) -> Value {
    let mut container = json!({"name": name, "resources": {}, "terminationMessagePolicy": "File"});
    furnish(matches, &mut container);
    container
}

/// Gives a container what the flags say.
fn furnish(matches: &ArgMatches, container: &mut Value) {
    for (field, flag) in [("image", "image"), ("imagePullPolicy", "image-pull-policy")] {
        if let Some(text) = get(matches, flag).filter(|text| !text.is_empty()) {
            container[field] = text.into();
        }
    }
    let words = all(matches, "arguments");
    if !words.is_empty() && is(matches, "arguments-only") {
        container["args"] = json!(words);
    } else if !words.is_empty() {
        container["command"] = json!(words);
        if let Some(map) = container.as_object_mut() {
            map.shift_remove("args");
        }
    }
    let env = all(matches, "env");
    if !env.is_empty() {
        let env = env.iter().filter_map(|pair| pair.split_once('='));
        container["env"] = env.map(|(name, value)| json!({"name": name, "value": value})).collect();
    }
    for flag in ["stdin", "tty"] {
        if is(matches, flag) {
            container[flag] = true.into();
        } else if let Some(map) = container.as_object_mut() {
            map.shift_remove(flag);
        }
    }
}

/// What is asked for.
struct Debugger<'m> {
    matches: &'m ArgMatches,
    profile: &'m str,
    keep: Keep,
    /// Fields that are merged over the container.
    custom: Option<Value>,
}

impl<'m> Debugger<'m> {
    fn read(matches: &'m ArgMatches) -> Result<Self> {
        let profile = get(matches, "profile").unwrap_or_default();
        if !profile::NAMES.contains(&profile) {
            bail!("unknown profile: {profile}");
        }
        let keep = Keep {
            labels: is(matches, "keep-labels"),
            annotations: is(matches, "keep-annotations"),
            liveness: is(matches, "keep-liveness"),
            readiness: is(matches, "keep-readiness"),
            startup: is(matches, "keep-startup"),
            init_containers: is(matches, "keep-init-containers"),
        };
        let custom = match get(matches, "custom").filter(|file| !file.is_empty()) {
            None => None,
            Some(file) => {
                let text = std::fs::read_to_string(file).map_err(|error| {
                    let said = crate::usage::of_system(&error);
                    anyhow!("must pass a container spec json file for custom profile: open {file}: {said}")
                })?;
                let custom: Value = yaml::one(&text)
                    .map_err(|error| anyhow!("{file} does not contain a valid container spec: {error:#}"))?;
                if !custom.is_object() {
                    bail!("{file} does not contain a valid container spec: it is no object");
                }
                Some(custom)
            }
        };
        Ok(Self { matches, profile, keep, custom })
    }

    fn has(&self, flag: &str) -> bool {
        get(self.matches, flag).is_some_and(|text| !text.is_empty())
    }

    /// Whether to attach to the container: when it is said, or when there is input and it is not said.
    fn attaches(&self) -> bool {
        is(self.matches, if self.given("attach") { "attach" } else { "stdin" })
    }

    fn given(&self, flag: &str) -> bool {
        self.matches.value_source(flag) == Some(ValueSource::CommandLine)
    }

    /// What kubectl refuses before it asks the server.
    fn check(&self, names: &[String]) -> Result<()> {
        let matches = self.matches;
        let (images, words) = (all(matches, "set-image"), all(matches, "arguments"));
        if self.attaches() && self.given("attach") && !self.has("image") && !self.has("container") {
            bail!("you must specify --container or create a new container using --image in order to attach.");
        }
        if self.has("copy-to") {
            if !self.has("image") && images.is_empty() && words.is_empty() {
                bail!("you must specify --image, --set-image or command arguments.");
            }
            if !words.is_empty() && !self.has("container") && !self.has("image") {
                bail!("you must specify an existing container or a new image when specifying args.");
            }
        } else if is(matches, "replace") {
            bail!("--replace may only be used with --copy-to.");
        } else if is(matches, "same-node") {
            bail!("--same-node may only be used with --copy-to.");
        } else if !images.is_empty() {
            bail!("--set-image may only be used with --copy-to.");
        } else if !self.has("image") {
            bail!("you must specify --image when not using --copy-to.");
        }
        let image = get(matches, "image").unwrap_or_default();
        if !image.is_empty() && !is_image(image) {
            bail!("invalid image name {image:?}: invalid reference format");
        }
        if names.is_empty() && all(matches, "filename").is_empty() {
            bail!("NAME or filename is required for debug");
        }
        let policy = get(matches, "image-pull-policy").unwrap_or_default();
        if !["", "Always", "IfNotPresent", "Never"].contains(&policy) {
            bail!("invalid image pull policy: {policy}");
        }
        for (name, image) in images.iter().filter_map(|pair| pair.split_once('=')) {
            if !is_image(image) {
                bail!("invalid image name {image:?} for container {name:?}: invalid reference format");
            }
        }
        if let Some(target) = get(matches, "target").filter(|target| !target.is_empty()) {
            if self.has("copy-to") {
                bail!("--target is incompatible with --copy-to. Use --share-processes instead.");
            }
            if !is(matches, "quiet") {
                println!(
                    "Targeting container {target:?}. If you don't see processes from this container it may be because the container runtime doesn't support this feature."
                );
            }
        }
        if is(matches, "tty") && !is(matches, "stdin") {
            bail!("-i/--stdin is required for containers with -t/--tty=true");
        }
        if let Some(custom) = &self.custom {
            let held = |field: &str| match &custom[field] {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                _ => true,
            };
            if ["name", "command", "image", "lifecycle", "volumeDevices"].into_iter().any(held) {
                bail!(
                    "name, command, image, lifecycle and volume devices are not modifiable via custom profile"
                );
            }
        }
        if self.profile == "legacy" {
            eprintln!(
                "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example \"--profile=general\"."
            );
        }
        Ok(())
    }

    /// The name for a new container, which no other of the pod has.
    fn fresh_name(&self, pod: &Value) -> String {
        if let Some(name) = get(self.matches, "container").filter(|name| !name.is_empty()) {
            return name.into();
        }
        let mut name = apimachinery::names::generate("debugger-");
        while pods::container(pod, &name).is_some() {
            name = apimachinery::names::generate("debugger-");
        }
        if !is(self.matches, "quiet") {
            println!("Defaulting debug container name to {name}.");
        }
        name
    }

    /// Gives the pod's container what the profile and the custom fields say, and warns of what may not work.
    fn shape(&self, place: Place, pod: &mut Value, name: &str) -> Result<()> {
        profile::apply(self.profile, place, self.keep, pod, name);
        let list = if place == Place::Ephemeral { "ephemeralContainers" } else { "containers" };
        if let Some(custom) = &self.custom {
            let mut custom = custom.clone();
            custom["name"] = name.into();
            let of = apimachinery::strategic::root("", "v1", "Pod");
            apimachinery::strategic::merge(pod, json!({"spec": {list: [custom]}}), of).map_err(|error| {
                anyhow!("error creating three way patch to add debug container: {error:?}")
            })?;
        }
        let user = pod["spec"]["securityContext"]["runAsUser"].as_i64();
        let mut containers = pod["spec"][list].as_array().into_iter().flatten();
        let context = containers.find(|held| held["name"] == name).map(|held| &held["securityContext"]);
        let adds = |context: &Value| {
            let added = context["capabilities"]["add"].as_array().is_some_and(|added| !added.is_empty());
            context["runAsUser"] != 0 && (context["privileged"] == true || added)
        };
        if place != Place::Node && user.is_some_and(|user| user != 0) && context.is_some_and(adds) {
            eprintln!(
                "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using \"--custom\" with a custom profile that specifies \"securityContext.runAsUser: 0\"."
            );
        }
        Ok(())
    }

    /// Adds an ephemeral container to a pod.
    async fn ephemeral(&self, session: &Session, pod: &Value) -> Result<(Value, String)> {
        let name = self.fresh_name(pod);
        let mut debugger = container(self.matches, &name);
        if let Some(target) = get(self.matches, "target").filter(|target| !target.is_empty()) {
            debugger["targetContainerName"] = target.into();
        }
        let mut around = pod.clone();
        around["spec"]["ephemeralContainers"] = json!([debugger]);
        self.shape(Place::Ephemeral, &mut around, &name)?;
        let (namespace, pod_name) = (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
        let path =
            client::path("", "v1", "pods", Some(&namespace), Some(&pod_name), Some("ephemeralcontainers"));
        let body = json!({"spec": {"ephemeralContainers": around["spec"]["ephemeralContainers"]}});
        let answer = send(
            session,
            "PATCH",
            &path,
            &write_query(self.matches, "kubectl"),
            PatchType::Strategic.content_type(),
            &body,
        )
        .await
        .map_err(|error| {
            match error.downcast_ref::<client::Error>().and_then(client::Error::status) {
                Some(status)
                    if status.code == 404
                        && status.details.as_ref().is_none_or(|details| details.name.is_empty()) =>
                {
                    anyhow!(
                        "ephemeral containers are disabled for this cluster (error from server: {:?})",
                        status.message
                    )
                }
                _ => error,
            }
        })?;
        Ok((answer, name))
    }

    /// Makes a copy of a pod, with a container more or another one than before; gives its name, if it is one.
    async fn copied(&self, session: &Session, pod: &Value, copy: &str) -> Result<(Value, String)> {
        let matches = self.matches;
        let mut made = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": copy, "namespace": pod["metadata"]["namespace"]}, "spec": pod["spec"],
        });
        for field in ["labels", "annotations"] {
            if pod["metadata"][field].is_object() {
                made["metadata"][field] = pod["metadata"][field].clone();
            }
        }
        if let Some(spec) = made["spec"].as_object_mut() {
            spec.shift_remove("ephemeralContainers");
            if !is(matches, "same-node") {
                spec.shift_remove("nodeName");
            }
            if self.given("share-processes") {
                spec.insert("shareProcessNamespace".into(), is(matches, "share-processes").into());
            }
        }
        let images = all(matches, "set-image");
        for container in made["spec"]["containers"].as_array_mut().into_iter().flatten() {
            let of = |wanted: &str| {
                images.iter().rev().filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == wanted)
            };
            let own = of(container["name"].as_str().unwrap_or_default());
            if let Some((_, image)) = own.or_else(|| of("*")).filter(|(_, image)| !image.is_empty()) {
                container["image"] = image.into();
            }
        }
        let wanted = get(matches, "container").unwrap_or_default();
        let held = made["spec"]["containers"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .find(|held| held["name"] == wanted);
        let name = match held {
            // A container that is there is changed.
            Some(held) => {
                furnish(matches, held);
                wanted.to_string()
            }
            None if self.has("image") => {
                let name = self.fresh_name(&made);
                let debugger = container(matches, &name);
                if let Some(list) = made["spec"]["containers"].as_array_mut() {
                    list.push(debugger);
                }
                name
            }
            None if images.is_empty() => bail!("you must specify image when creating new container"),
            None => String::new(),
        };
        if !name.is_empty() {
            self.shape(Place::Copy, &mut made, &name)?;
        }
        let collection = client::path("", "v1", "pods", made["metadata"]["namespace"].as_str(), None, None);
        let query = write_query(matches, "kubectl");
        let created = send(session, "POST", &collection, &query, "application/json", &made).await?;
        if is(matches, "replace") {
            let path = format!("{collection}/{}", text(&pod["metadata"]["name"]));
            session.client()?.delete(&path, Some(&json!({"gracePeriodSeconds": 0}))).await?;
        }
        Ok((created, name))
    }

    /// Makes a pod on a node.
    async fn on_node(&self, session: &Session, node: &Value) -> Result<(Value, String)> {
        let node_name = text(&node["metadata"]["name"]);
        let pod_name = apimachinery::names::generate(&format!("node-debugger-{node_name}-"));
        let name =
            get(self.matches, "container").filter(|name| !name.is_empty()).unwrap_or("debugger").to_string();
        let namespace = session.namespace()?;
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": pod_name, "namespace": namespace, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
            },
            "spec": {
                "nodeName": node_name, "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}],
                "containers": [container(self.matches, &name)],
            },
        });
        self.shape(Place::Node, &mut pod, &name)?;
        if !is(self.matches, "quiet") {
            println!("Creating debugging pod {pod_name} with container {name} on node {node_name}.");
        }
        let collection = client::path("", "v1", "pods", Some(&namespace), None, None);
        let query = write_query(self.matches, "kubectl");
        let created = send(session, "POST", &collection, &query, "application/json", &pod).await?;
        Ok((created, name))
    }
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let debugger = Debugger::read(matches)?;
    let attachment = Attachment::read(matches)?;
    debugger.check(&words)?;
    let mut targets: Vec<(Kind, Value)> = Vec::new();
    if !all(matches, "filename").is_empty() {
        for target in crate::select::targets(session, matches).await? {
            let object = session.fetch(&target.path(None)).await?;
            targets.push((target.kind, object));
        }
    }
    for word in &words {
        targets.push(pods::object(session, word).await?);
    }
    let mut code = 0;
    for (kind, object) in targets {
        let copy = get(matches, "copy-to").unwrap_or_default();
        let (pod, container) = match (kind.group.as_str(), kind.plural.as_str()) {
            ("", "pods") if copy.is_empty() => debugger.ephemeral(session, &object).await?,
            ("", "pods") => debugger.copied(session, &object, copy).await?,
            ("", "nodes") => debugger.on_node(session, &object).await?,
            _ => bail!("\"{}/{}, Kind={}\" not supported by debug", kind.group, kind.version, kind.kind),
        };
        if debugger.attaches() && !container.is_empty() {
            code = attach(session, &attachment, &pod, &container).await?;
        }
    }
    Ok(code)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// Attaches once the container runs; one that has ended has a log.
async fn attach(session: &Session, attachment: &Attachment, pod: &Value, container: &str) -> Result<u8> {
    let (namespace, name) = (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
    let state = |pod: &Value| -> Value {
        ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
            .iter()
            .flat_map(|field| pod["status"][*field].as_array().into_iter().flatten())
            .find(|status| status["name"] == container)
            .map_or(Value::Null, |status| status["state"].clone())
    };
    let warned = RefCell::new(String::new());
    let begun = |pod: &Value| {
        let state = state(pod);
        let message = text(&state["waiting"]["message"]);
        if !attachment.quiet && !message.is_empty() && *warned.borrow() != message {
            eprintln!("Warning: container {container}: {message}");
            *warned.borrow_mut() = message;
        }
        !state["running"].is_null() || !state["terminated"].is_null()
    };
    let running = until(session, pod, &namespace, &name, FOREVER, begun).await?;
    let log = async || -> Result<u8> {
        let path = client::path("", "v1", "pods", Some(&namespace), Some(&name), Some("log"));
        let query = [("container", container.to_string())];
        let log = session.client()?.get_bytes(&path, &query, Some("*/*")).await?;
        std::io::Write::write_all(&mut std::io::stdout(), &log)?;
        Ok(0)
    };
    if !state(&running)["terminated"].is_null() {
        return log().await;
    }
    match attachment.run(session, &running, Some(container)).await {
        Ok(ended) => Ok(ended.code),
        Err(error) => {
            eprintln!("warning: couldn't attach to pod/{name}, falling back to streaming logs: {error:#}");
            log().await
        }
    }
}
