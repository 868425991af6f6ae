//! `kctl patch`, `label`, `annotate`, `scale`, `cordon`, `uncordon`.

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use serde_json::{Map, Value, json};

use super::create::{DryRun, dry_run, report, send, write_query};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::select::{Target, targets};

fn base(name: &'static str) -> Command {
    Command::new(name)
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(flags::text("field-manager", "Name of the manager used to track field ownership"))
}

fn choosing(command: Command) -> Command {
    command
        .arg(flags::selector())
        .arg(flags::text("field-selector", "Selector (field query) to filter on"))
        .arg(flags::boolean("all", false, "Select all resources of the given types"))
        .arg(flags::boolean("all-namespaces", false, "Across all namespaces").short('A'))
}

/// The flags of `patch`.
pub fn define_patch() -> Command {
    base("patch")
        .about("Update fields of a resource")
        .arg(flags::text("patch", "The patch, as JSON or YAML").short('p'))
        .arg(flags::text("patch-file", "A file with the patch"))
        .arg(flags::text("type", "json, merge or strategic").default_value("strategic").value_parser([
            "json",
            "merge",
            "strategic",
        ]))
        .arg(flags::text("subresource", "status or scale"))
}

/// Runs `patch`.
pub async fn patch(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let text = match (get(matches, "patch"), get(matches, "patch-file")) {
        (Some(text), _) => text.to_string(),
        (None, Some(file)) => {
            std::fs::read_to_string(file).with_context(|| format!("unable to read {file}"))?
        }
        (None, None) => bail!("must specify --patch or --patch-file containing the contents of the patch"),
    };
    let body: Value = serde_yaml::from_str(&text).context("unable to parse the patch")?;
    let mut kind = match get(matches, "type") {
        Some("json") => PatchType::Json,
        Some("merge") => PatchType::Merge,
        _ => PatchType::Strategic,
    };
    for target in targets(session, matches).await? {
        let built_in =
            apimachinery::strategic::root(&target.kind.group, &target.kind.version, &target.kind.kind)
                .is_some();
        if kind == PatchType::Strategic
            && !built_in
            && matches.value_source("type") != Some(clap::parser::ValueSource::CommandLine)
        {
            kind = PatchType::Merge;
        }
        if dry_run(matches) == DryRun::Client {
            report(matches, &target.kind, &json!({"metadata": {"name": target.name}}), "patched")?;
            continue;
        }
        let path = target.path(get(matches, "subresource"));
        let before: Value = session.client()?.get(&path).await?;
        let patched =
            send(session, "PATCH", &path, &write_query(matches, "kubectl-patch"), kind.content_type(), &body)
                .await?;
        let same = before["metadata"]["resourceVersion"] == patched["metadata"]["resourceVersion"];
        report(matches, &target.kind, &patched, if same { "patched (no change)" } else { "patched" })?;
    }
    Ok(0)
}

/// The flags of `label`.
pub fn define_label() -> Command {
    choosing(base("label"))
        .about("Update the labels on a resource")
        .arg(flags::boolean("overwrite", false, "Allow labels to be overwritten"))
        .arg(flags::boolean("list", false, "Display the labels of the resource"))
}

/// The flags of `annotate`.
pub fn define_annotate() -> Command {
    choosing(base("annotate"))
        .about("Update the annotations on a resource")
        .arg(flags::boolean("overwrite", false, "Allow annotations to be overwritten"))
        .arg(flags::boolean("list", false, "Display the annotations of the resource"))
}

/// Runs `label`.
pub async fn label(session: &Session, matches: &ArgMatches) -> Result<u8> {
    mark(session, matches, "labels", "labeled", "label").await
}

/// Runs `annotate`.
pub async fn annotate(session: &Session, matches: &ArgMatches) -> Result<u8> {
    mark(session, matches, "annotations", "annotated", "annotation").await
}

/// Splits `pods a key=value other-` into the objects and the changes.
fn split(args: &[String]) -> (Vec<String>, Map<String, Value>) {
    let mut changes = Map::new();
    let mut objects = Vec::new();
    for arg in args {
        match arg.split_once('=') {
            Some((key, value)) => _ = changes.insert(key.into(), value.into()),
            None if arg.len() > 1 && arg.ends_with('-') => {
                _ = changes.insert(arg.trim_end_matches('-').into(), Value::Null)
            }
            None => objects.push(arg.clone()),
        }
    }
    (objects, changes)
}

async fn mark(session: &Session, matches: &ArgMatches, field: &str, verb: &str, noun: &str) -> Result<u8> {
    let (objects, changes) = split(&all(matches, "resource"));
    let listing = is(matches, "list");
    if changes.is_empty() && !listing {
        bail!("at least one {noun} update is required");
    }
    for target in marked(session, matches, &objects).await? {
        let path = target.path(None);
        let before: Value = session.client()?.get(&path).await?;
        if listing {
            for (key, value) in before["metadata"][field].as_object().into_iter().flatten() {
                println!("{key}={}", value.as_str().unwrap_or_default());
            }
            continue;
        }
        for (key, value) in &changes {
            let held = &before["metadata"][field][key];
            if !value.is_null() && !held.is_null() && held != value && !is(matches, "overwrite") {
                bail!(
                    "'{key}' already has a value ({}), and --overwrite is false",
                    held.as_str().unwrap_or_default()
                );
            }
        }
        if dry_run(matches) == DryRun::Client {
            report(matches, &target.kind, &before, verb)?;
            continue;
        }
        let body = json!({"metadata": {field: changes}});
        let query = write_query(matches, "kubectl-label");
        let patched = send(session, "PATCH", &path, &query, PatchType::Merge.content_type(), &body).await?;
        let same = before["metadata"][field] == patched["metadata"][field];
        let removed = changes.values().all(Value::is_null);
        let said = match (same, removed, noun) {
            (true, _, "label") => "not labeled",
            (_, true, "label") => "unlabeled",
            _ => verb,
        };
        report(matches, &target.kind, &patched, said)?;
    }
    Ok(0)
}

async fn marked(session: &Session, matches: &ArgMatches, objects: &[String]) -> Result<Vec<Target>> {
    if !all(matches, "filename").is_empty() {
        return targets(session, matches).await;
    }
    match crate::select::selection(session, objects, is(matches, "all-namespaces")).await? {
        crate::select::Selection::Named(named) => Ok(named),
        crate::select::Selection::Kinds(kinds) => {
            let selector = get(matches, "selector").map(str::to_string);
            if selector.is_none() && !is(matches, "all") {
                bail!("resource(s) were provided, but no name was specified");
            }
            let params = client::ListParams { label_selector: selector, ..Default::default() };
            let mut found = Vec::new();
            for kind in kinds {
                let namespace = if is(matches, "all-namespaces") { None } else { Some(session.namespace()?) };
                let path = kind.path(namespace.as_deref(), None, None);
                let list = session.client()?.list::<client::object::MetadataOnly>(&path, &params).await?;
                found.extend(list.items.into_iter().map(|object| Target {
                    kind: kind.clone(),
                    namespace: Some(object.metadata.namespace).filter(|namespace| !namespace.is_empty()),
                    name: object.metadata.name,
                }));
            }
            Ok(found)
        }
    }
}

/// The flags of `scale`.
pub fn define_scale() -> Command {
    choosing(base("scale"))
        .about("Set a new size for a deployment, replica set, or replication controller")
        .arg(
            flags::text("replicas", "The new number of replicas")
                .required(true)
                .value_parser(clap::value_parser!(u32)),
        )
        .arg(
            flags::text("current-replicas", "Only if this is the number now")
                .value_parser(clap::value_parser!(u32)),
        )
        .arg(flags::text("resource-version", "Only if this is the version now"))
}

/// Runs `scale`.
pub async fn scale(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let replicas = matches.get_one::<u32>("replicas").copied().unwrap_or_default();
    for target in targets(session, matches).await? {
        let path = target.path(Some("scale"));
        let scale: Value = session.client()?.get(&path).await?;
        if let Some(expected) = matches.get_one::<u32>("current-replicas")
            && scale["spec"]["replicas"].as_u64().unwrap_or(0) != u64::from(*expected)
        {
            bail!(
                "expected replicas to be {expected}, was {}",
                scale["spec"]["replicas"].as_u64().unwrap_or(0)
            );
        }
        if dry_run(matches) != DryRun::Client {
            let mut body = json!({"spec": {"replicas": replicas}});
            if let Some(version) = get(matches, "resource-version") {
                body["metadata"] = json!({"resourceVersion": version});
            }
            send(
                session,
                "PATCH",
                &path,
                &write_query(matches, "kubectl-scale"),
                PatchType::Merge.content_type(),
                &body,
            )
            .await?;
        }
        report(matches, &target.kind, &json!({"metadata": {"name": target.name}}), "scaled")?;
    }
    Ok(0)
}

fn node_command(name: &'static str, about: &'static str) -> Command {
    Command::new(name).about(about).arg(Arg::new("node").required(true).num_args(1..)).arg(flags::dry_run())
}

/// The flags of `cordon`.
pub fn define_cordon() -> Command {
    node_command("cordon", "Mark node as unschedulable")
}

/// The flags of `uncordon`.
pub fn define_uncordon() -> Command {
    node_command("uncordon", "Mark node as schedulable")
}

/// Runs `cordon`.
pub async fn cordon(session: &Session, matches: &ArgMatches) -> Result<u8> {
    schedulable(session, matches, false).await
}

/// Runs `uncordon`.
pub async fn uncordon(session: &Session, matches: &ArgMatches) -> Result<u8> {
    schedulable(session, matches, true).await
}

async fn schedulable(session: &Session, matches: &ArgMatches, wanted: bool) -> Result<u8> {
    for name in all(matches, "node") {
        let name = name.trim_start_matches("node/").trim_start_matches("nodes/").to_string();
        let path = client::path("", "v1", "nodes", None, Some(&name), None);
        let node: Value = session.client()?.get(&path).await?;
        let now = node["spec"]["unschedulable"] != true;
        let (verb, already) =
            if wanted { ("uncordoned", "already uncordoned") } else { ("cordoned", "already cordoned") };
        if now == wanted {
            println!("node/{name} {already}");
            continue;
        }
        if dry_run(matches) != DryRun::Client {
            let body = json!({"spec": {"unschedulable": if wanted { Value::Null } else { json!(true) }}});
            send(
                session,
                "PATCH",
                &path,
                &write_query(matches, "kubectl-cordon"),
                PatchType::Merge.content_type(),
                &body,
            )
            .await?;
        }
        println!("node/{name} {verb}");
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_told_from_changes() {
        let args = ["pods", "a", "x=1", "y-", "z="].map(String::from);
        let (objects, changes) = split(&args);
        assert_eq!(objects, ["pods", "a"]);
        assert_eq!(Value::Object(changes), json!({"x": "1", "y": null, "z": ""}));
    }
}
