//! `kctl debug`: an ephemeral container in a pod, a copy of a pod, or a pod on a node.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::PatchType;
use serde_json::{Value, json};

use super::write::{send, write_query};
use super::{exec, run::until};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::select::{Selection, selection};
use crate::terminal;

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
                .default_value("legacy"),
        )
        .arg(flags::text("custom", "A file with a partial container spec to merge"))
        .arg(flags::boolean("attach", false, "Attach to the container once it runs"))
        .arg(flags::boolean("stdin", false, "Keep stdin open").short('i'))
        .arg(flags::boolean("tty", false, "Allocate a TTY").short('t'))
        .arg(flags::boolean("quiet", false, "Suppress informational messages").short('q'))
}

const PROFILES: &[&str] = &["legacy", "general", "baseline", "netadmin", "restricted", "sysadmin"];

/// Where the debugging container goes; profiles differ by it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Ephemeral,
    Copy,
    Node,
}

/// What a profile gives its container (and the pod around it).
fn profile(name: &str, place: Place, container: &mut Value, pod: &mut Value) {
    let capabilities = |container: &mut Value, list: &[&str]| {
        container["securityContext"]["capabilities"]["add"] = json!(list);
    };
    match (name, place) {
        ("legacy", Place::Node)
        | ("general", Place::Node)
        | ("sysadmin", Place::Node)
        | ("netadmin", Place::Node) => {
            for field in ["hostNetwork", "hostPID", "hostIPC"] {
                pod["spec"][field] = true.into();
            }
            if name != "netadmin" {
                pod["spec"]["volumes"] = json!([{"name": "host-root", "hostPath": {"path": "/"}}]);
                container["volumeMounts"] = json!([{"name": "host-root", "mountPath": "/host"}]);
            }
            if name == "sysadmin" {
                container["securityContext"]["privileged"] = true.into();
            }
            if name == "netadmin" {
                capabilities(container, &["NET_ADMIN", "NET_RAW"]);
            }
        }
        ("general", _) => capabilities(container, &["SYS_PTRACE"]),
        ("netadmin", _) => capabilities(container, &["NET_ADMIN", "NET_RAW"]),
        ("sysadmin", _) => container["securityContext"]["privileged"] = true.into(),
        ("restricted", _) => {
            container["securityContext"] = json!({
                "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]},
                "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"},
            });
        }
        _ => {}
    }
}

/// A name that no container has: `debugger-xxxxx`.
fn fresh_name(pod: &Value) -> String {
    loop {
        let name = apimachinery::names::generate("debugger-");
        let taken = ["containers", "initContainers", "ephemeralContainers"].iter().any(|field| {
            pod["spec"][*field].as_array().into_iter().flatten().any(|held| held["name"] == name.as_str())
        });
        if !taken {
            return name;
        }
    }
}

fn container(matches: &ArgMatches, name: &str) -> Result<Value> {
    let mut container = json!({
        "name": name, "image": get(matches, "image").unwrap_or_default(), "resources": {},
        "terminationMessagePolicy": "File",
    });
    if let Some(policy) = get(matches, "image-pull-policy").filter(|policy| !policy.is_empty()) {
        container["imagePullPolicy"] = policy.into();
    }
    let words = all(matches, "arguments");
    if !words.is_empty() {
        container[if is(matches, "arguments-only") { "args" } else { "command" }] = json!(words);
    }
    let mut env = Vec::new();
    for pair in all(matches, "env") {
        let Some((name, value)) = pair.split_once('=') else { bail!("invalid env: {pair}") };
        env.push(json!({"name": name, "value": value}));
    }
    if !env.is_empty() {
        container["env"] = json!(env);
    }
    if is(matches, "stdin") {
        container["stdin"] = true.into();
    }
    if is(matches, "tty") {
        container["tty"] = true.into();
    }
    if let Some(file) = get(matches, "custom").filter(|file| !file.is_empty()) {
        let text = std::fs::read_to_string(file).map_err(|error| {
            anyhow::anyhow!("must pass a container spec json file for custom profile: {file}: {error}")
        })?;
        super::run::merge(&mut container, &crate::yaml::one(&text)?);
    }
    Ok(container)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let image = get(matches, "image").unwrap_or_default();
    let copy = get(matches, "copy-to").unwrap_or_default();
    let images = all(matches, "set-image");
    if words.is_empty() && all(matches, "filename").is_empty() && (!image.is_empty() || !copy.is_empty()) {
        bail!("NAME or filename is required for debug");
    }
    if copy.is_empty() {
        if image.is_empty() {
            bail!("you must specify --image when not using --copy-to.");
        }
        if is(matches, "replace") {
            bail!("--replace may only be used with --copy-to.");
        }
        if is(matches, "same-node") {
            bail!("--same-node may only be used with --copy-to.");
        }
        if !images.is_empty() {
            bail!("--set-image may only be used with --copy-to.");
        }
    } else if image.is_empty() && images.is_empty() && all(matches, "arguments").is_empty() {
        bail!("you must specify --image, --set-image or command arguments.");
    }
    if !get(matches, "target").unwrap_or_default().is_empty() && !copy.is_empty() {
        bail!("--target is incompatible with --copy-to. Use --share-processes instead.");
    }
    if is(matches, "tty") && !is(matches, "stdin") {
        bail!("-i/--stdin is required for containers with -t/--tty=true");
    }
    let name = get(matches, "profile").unwrap_or("legacy");
    if !PROFILES.contains(&name) {
        bail!("unknown profile: {name}");
    }
    if name == "legacy" && !is(matches, "quiet") && !words.is_empty() {
        eprintln!(
            "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example \"--profile=general\"."
        );
    }
    let targets = if words.is_empty() {
        crate::select::targets(session, matches).await?
    } else if words.len() == 1 && !words[0].contains('/') {
        let pods = session.discovery().await?.find("pods")?.clone();
        let namespace = Some(session.namespace()?);
        vec![crate::select::Target { kind: pods, namespace, name: words[0].clone() }]
    } else {
        match selection(session, &words, false).await? {
            Selection::Named(named) => named,
            Selection::Kinds(_) => bail!("name a pod or node to debug"),
        }
    };
    let mut code = 0;
    for target in targets {
        let object: Value = session.client()?.get(&target.path(None)).await?;
        let (pod, container) = match target.kind.plural.as_str() {
            "pods" if copy.is_empty() => ephemeral(session, matches, &object, name).await?,
            "pods" => copied(session, matches, &object, copy, name).await?,
            "nodes" => on_node(session, matches, &object, name).await?,
            other => bail!("{other:?} not supported by debug"),
        };
        if is(matches, "stdin") || is(matches, "tty") || is(matches, "attach") {
            code = attach(session, matches, &pod, &container).await?;
        }
    }
    Ok(code)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

async fn ephemeral(
    session: &Session,
    matches: &ArgMatches,
    pod: &Value,
    name: &str,
) -> Result<(Value, String)> {
    let chosen = get(matches, "container")
        .filter(|name| !name.is_empty())
        .map_or_else(|| fresh_name(pod), str::to_string);
    let mut debugger = container(matches, &chosen)?;
    if let Some(target) = get(matches, "target").filter(|target| !target.is_empty()) {
        debugger["targetContainerName"] = target.into();
        if !is(matches, "quiet") {
            println!(
                "Targeting container {target:?}. If you don't see processes from this container it may be because the container runtime doesn't support this feature."
            );
        }
    }
    profile(name, Place::Ephemeral, &mut debugger, &mut json!({}));
    if get(matches, "container").is_none() && !is(matches, "quiet") {
        println!("Defaulting debug container name to {chosen}.");
    }
    let (namespace, pod_name) = (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
    let path = client::path("", "v1", "pods", Some(&namespace), Some(&pod_name), Some("ephemeralcontainers"));
    let body = json!({"spec": {"ephemeralContainers": [debugger]}});
    let query = write_query(matches, "kubectl");
    let answer = send(session, "PATCH", &path, &query, PatchType::Strategic.content_type(), &body)
        .await
        .map_err(|error| match error.downcast_ref::<client::Error>().and_then(client::Error::status) {
            Some(status)
                if status.code == 404
                    && status.details.as_ref().is_none_or(|details| details.name.is_empty()) =>
            {
                anyhow::anyhow!(
                    "ephemeral containers are disabled for this cluster (error from server: {:?})",
                    status.message
                )
            }
            _ => error,
        })?;
    Ok((answer, chosen))
}

async fn copied(
    session: &Session,
    matches: &ArgMatches,
    pod: &Value,
    copy: &str,
    name: &str,
) -> Result<(Value, String)> {
    let mut metadata = json!({"name": copy, "namespace": pod["metadata"]["namespace"]});
    // Without a debugging container it is a plain copy.
    let plain = get(matches, "image").unwrap_or_default().is_empty() && all(matches, "arguments").is_empty();
    for (field, flag) in [("labels", "keep-labels"), ("annotations", "keep-annotations")] {
        if (plain || is(matches, flag)) && pod["metadata"][field].is_object() {
            metadata[field] = pod["metadata"][field].clone();
        }
    }
    let mut made = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod["spec"]});
    if let Some(spec) = made["spec"].as_object_mut() {
        spec.shift_remove("ephemeralContainers");
        if !is(matches, "same-node") {
            spec.shift_remove("nodeName");
        }
        if !is(matches, "keep-init-containers") {
            spec.shift_remove("initContainers");
        }
        // The projected token's volume is made anew for the copy.
        if !plain {
            spec.insert("shareProcessNamespace".into(), is(matches, "share-processes").into());
        }
    }
    let images = all(matches, "set-image");
    for container in made["spec"]["containers"].as_array_mut().into_iter().flatten() {
        for (field, flag) in [
            ("livenessProbe", "keep-liveness"),
            ("readinessProbe", "keep-readiness"),
            ("startupProbe", "keep-startup"),
        ] {
            if let (false, Some(map)) = (plain || is(matches, flag), container.as_object_mut()) {
                map.shift_remove(field);
            }
        }
        for pair in &images {
            let Some((wanted, image)) = pair.split_once('=') else {
                bail!("invalid --set-image: {pair}, expected container=image")
            };
            if wanted == "*" || container["name"] == wanted {
                container["image"] = image.into();
            }
        }
    }
    let chosen = get(matches, "container").filter(|name| !name.is_empty()).map(str::to_string);
    let held = chosen.as_ref().and_then(|chosen| {
        made["spec"]["containers"]
            .as_array()?
            .iter()
            .position(|container| container["name"] == chosen.as_str())
    });
    let debugged = match held {
        Some(at) => {
            // A container that is there is changed.
            let container = &mut made["spec"]["containers"][at];
            if let Some(image) = get(matches, "image").filter(|image| !image.is_empty()) {
                container["image"] = image.into();
            }
            let words = all(matches, "arguments");
            if !words.is_empty() {
                container["command"] = json!(words);
                if let Some(map) = container.as_object_mut() {
                    map.shift_remove("args");
                }
            }
            for (flag, field) in [("stdin", "stdin"), ("tty", "tty")] {
                if is(matches, flag) {
                    container[field] = true.into();
                }
            }
            chosen.unwrap_or_default()
        }
        None if get(matches, "image").is_some_and(|image| !image.is_empty()) => {
            let chosen = match chosen {
                Some(chosen) => chosen,
                None => {
                    let chosen = fresh_name(pod);
                    if !is(matches, "quiet") {
                        println!("Defaulting debug container name to {chosen}.");
                    }
                    chosen
                }
            };
            let mut debugger = container(matches, &chosen)?;
            let mut around = made.clone();
            profile(name, Place::Copy, &mut debugger, &mut around);
            made = around;
            if let Some(list) = made["spec"]["containers"].as_array_mut() {
                list.push(debugger);
            }
            chosen
        }
        None => chosen.unwrap_or_else(|| text(&made["spec"]["containers"][0]["name"])),
    };
    let namespace = text(&pod["metadata"]["namespace"]);
    let collection = client::path("", "v1", "pods", Some(&namespace), None, None);
    let query = write_query(matches, "kubectl");
    if is(matches, "replace") {
        let path = format!("{collection}/{}", text(&pod["metadata"]["name"]));
        session.client()?.delete(&path, Some(&json!({"gracePeriodSeconds": 0}))).await?;
    }
    let created = send(session, "POST", &collection, &query, "application/json", &made).await?;
    Ok((created, debugged))
}

async fn on_node(
    session: &Session,
    matches: &ArgMatches,
    node: &Value,
    name: &str,
) -> Result<(Value, String)> {
    let node_name = text(&node["metadata"]["name"]);
    let pod_name = apimachinery::names::generate(&format!("node-debugger-{node_name}-"));
    let chosen = get(matches, "container").filter(|name| !name.is_empty()).unwrap_or("debugger").to_string();
    let mut debugger = container(matches, &chosen)?;
    let namespace = session.namespace()?;
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": pod_name, "namespace": namespace, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"}},
        "spec": {"nodeName": node_name, "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}]},
    });
    profile(name, Place::Node, &mut debugger, &mut pod);
    pod["spec"]["containers"] = json!([debugger]);
    if !is(matches, "quiet") {
        println!("Creating debugging pod {pod_name} with container {chosen} on node {node_name}.");
    }
    let collection = client::path("", "v1", "pods", Some(&namespace), None, None);
    let query = write_query(matches, "kubectl");
    let created = send(session, "POST", &collection, &query, "application/json", &pod).await?;
    Ok((created, chosen))
}

async fn attach(session: &Session, matches: &ArgMatches, pod: &Value, container: &str) -> Result<u8> {
    let (namespace, name) = (text(&pod["metadata"]["namespace"]), text(&pod["metadata"]["name"]));
    let state = |pod: &Value| -> Value {
        ["ephemeralContainerStatuses", "containerStatuses"]
            .iter()
            .flat_map(|field| pod["status"][*field].as_array().into_iter().flatten())
            .find(|status| status["name"] == container)
            .map_or(Value::Null, |status| status["state"].clone())
    };
    let begun = |pod: &Value| {
        let state = state(pod);
        !state["running"].is_null() || !state["terminated"].is_null()
    };
    let running = until(session, pod, &namespace, &name, Duration::from_secs(15 * 60), begun).await?;
    if !state(&running)["terminated"].is_null() {
        let path = client::path("", "v1", "pods", Some(&namespace), Some(&name), Some("log"));
        let log =
            session.client()?.get_bytes(&path, &[("container", container.to_string())], Some("*/*")).await?;
        std::io::Write::write_all(&mut std::io::stdout(), &log)?;
        return Ok(0);
    }
    let tty = is(matches, "tty") && terminal::stdin_is_terminal();
    if tty && !is(matches, "quiet") {
        eprintln!("If you don't see a command prompt, try pressing enter.");
    }
    Ok(exec::connect(session, &namespace, &name, container, "attach", &[], is(matches, "stdin"), tty)
        .await?
        .code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles() {
        let (mut container, mut pod) = (json!({}), json!({"spec": {}}));
        profile("general", Place::Ephemeral, &mut container, &mut pod);
        assert_eq!(container["securityContext"]["capabilities"]["add"], json!(["SYS_PTRACE"]));
        let mut container = json!({});
        profile("legacy", Place::Node, &mut container, &mut pod);
        assert_eq!(pod["spec"]["hostPID"], true);
        assert_eq!(container["volumeMounts"][0]["mountPath"], "/host");
        let mut container = json!({});
        profile("restricted", Place::Copy, &mut container, &mut pod);
        assert_eq!(container["securityContext"]["runAsNonRoot"], true);
    }
}
