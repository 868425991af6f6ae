//! `kctl patch`, `label`, `annotate`, `scale`.

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use serde_json::{Map, Value, json};

use super::write::{DryRun, Failures, dry_run, report, send, write_query};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::select::Target;

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
        .arg(flags::text("type", "json, merge or strategic").default_value("strategic"))
        .arg(flags::boolean("local", false, "Change the file's objects, and ask no server"))
        .arg(flags::text("subresource", "status or scale"))
}

/// Runs `patch`.
pub async fn patch(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let given = |flag: &str| get(matches, flag).filter(|text| !text.is_empty());
    let text = match (given("patch"), given("patch-file")) {
        (Some(_), Some(_)) => bail!("cannot specify --patch and --patch-file together"),
        (Some(text), None) => text.to_string(),
        (None, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
            anyhow::anyhow!("unable to read patch file: open {file}: {}", crate::usage::of_system(&error))
        })?,
        (None, None) => bail!("must specify --patch or --patch-file containing the contents of the patch"),
    };
    let body: Value =
        yaml::one(&text).map_err(|error| anyhow::anyhow!("unable to parse {text:?}: {error:#}"))?;
    let mut kind = match get(matches, "type") {
        Some("json") => PatchType::Json,
        Some("merge") => PatchType::Merge,
        Some("strategic") | None => PatchType::Strategic,
        Some(other) => bail!("--type must be one of [json merge strategic], not {other:?}"),
    };
    let mut failures = Failures::default();
    let found = crate::select::readable(session, matches, &all(matches, "resource"), &mut failures).await?;
    for (target, before) in found {
        let built_in =
            apimachinery::strategic::root(&target.kind.group, &target.kind.version, &target.kind.kind)
                .is_some();
        if kind == PatchType::Strategic
            && !built_in
            && matches.value_source("type") != Some(clap::parser::ValueSource::CommandLine)
        {
            kind = PatchType::Merge;
        }
        let path = target.path(get(matches, "subresource"));
        if dry_run(matches) == DryRun::Client || is(matches, "local") {
            let after = locally(&before, &target, kind, &body)?;
            let verb = if after == before { "patched (no change)" } else { "patched" };
            crate::print::another_printer();
            report(matches, &target.kind, &after, verb)?;
            continue;
        }
        let query = write_query(matches, "kubectl-patch");
        let patched = match send(session, "PATCH", &path, &query, kind.content_type(), &body).await {
            Ok(patched) => patched,
            Err(error) => {
                failures.add(error)?;
                continue;
            }
        };
        let same = before == patched;
        let patched = super::record::add(session, matches, &target).await?.unwrap_or(patched);
        crate::print::another_printer();
        report(matches, &target.kind, &patched, if same { "patched (no change)" } else { "patched" })?;
    }
    Ok(failures.end())
}

/// What the server would make of a patch.
fn locally(before: &Value, target: &Target, kind: PatchType, patch: &Value) -> Result<Value> {
    let of = apimachinery::strategic::root(&target.kind.group, &target.kind.version, &target.kind.kind);
    let mut after = before.clone();
    match kind {
        PatchType::Strategic if of.is_some() => {
            apimachinery::strategic::merge(&mut after, patch.clone(), of)
                .map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        PatchType::Json => {
            let patch: json_patch::Patch =
                serde_json::from_value(patch.clone()).context("the patch is no JSON patch")?;
            json_patch::patch(&mut after, &patch)?;
        }
        _ => apimachinery::patch::merge(&mut after, patch.clone()),
    }
    Ok(after)
}

/// The flags of `label`.
pub fn define_label() -> Command {
    choosing(base("label"))
        .about("Update the labels on a resource")
        .arg(flags::boolean("overwrite", false, "Allow labels to be overwritten"))
        .arg(flags::boolean("list", false, "Display the labels of the resource"))
        .arg(flags::boolean("local", false, "Change the file's objects, and ask no server"))
        .arg(flags::text("resource-version", "Only if this is the version now"))
}

/// The flags of `annotate`.
pub fn define_annotate() -> Command {
    choosing(base("annotate"))
        .about("Update the annotations on a resource")
        .arg(flags::boolean("overwrite", false, "Allow annotations to be overwritten"))
        .arg(flags::boolean("list", false, "Display the annotations of the resource"))
        .arg(flags::boolean("local", false, "Change the file's objects, and ask no server"))
        .arg(flags::text("resource-version", "Only if this is the version now"))
}

/// Runs `label`.
pub async fn label(session: &Session, matches: &ArgMatches) -> Result<u8> {
    mark(session, matches, "labels", "labeled", "label").await
}

/// Runs `annotate`.
pub async fn annotate(session: &Session, matches: &ArgMatches) -> Result<u8> {
    mark(session, matches, "annotations", "annotated", "annotation").await
}

/// The changes of `key=value other-`: a new value, or null for what goes.
///
/// # Errors
/// Says which of them is none.
fn changes_of(args: &[String], noun: &str) -> Result<Map<String, Value>> {
    let mut changes = Map::new();
    let mut removed = Vec::new();
    for arg in args {
        match arg.split_once('=') {
            Some((_, value)) if noun == "label" && value.contains('=') => bail!("invalid label spec: {arg}"),
            Some((key, value)) => {
                if noun == "label"
                    && let Err(why) = apimachinery::names::label_value(value)
                {
                    bail!("invalid label value: {arg:?}: {why}");
                }
                changes.insert(key.into(), value.into());
            }
            None => removed.push(arg.strip_suffix('-').unwrap_or(arg)),
        }
    }
    for key in removed {
        if changes.contains_key(key) {
            if noun == "label" {
                bail!("can not both modify and remove a label in the same command");
            }
            bail!("can not both modify and remove the following annotation(s) in the same command: {key}");
        }
        changes.insert(key.into(), Value::Null);
    }
    Ok(changes)
}

async fn mark(session: &Session, matches: &ArgMatches, field: &str, verb: &str, noun: &str) -> Result<u8> {
    let (objects, changes) = crate::select::split_changes(&all(matches, "resource"), noun)?;
    let changes = changes_of(&changes, noun)?;
    let listing = is(matches, "list");
    if objects.is_empty() && !crate::manifest::given(matches) {
        bail!("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if changes.is_empty() && !listing {
        bail!("at least one {noun} update is required");
    }
    let mut failures = Failures::default();
    if is(matches, "all") && get(matches, "field-selector").is_some_and(|selector| !selector.is_empty()) {
        bail!("cannot set --all and --field-selector at the same time");
    }
    let found = crate::select::readable(session, matches, &objects, &mut failures).await?;
    let single = crate::select::is_single(&objects)
        || (found.len() == 1 && all(matches, "filename").len() == 1 && !is(matches, "recursive"));
    for (target, before) in found {
        let path = target.path(None);
        let mut after = before.clone();
        let mut refused = Vec::new();
        for (key, value) in &changes {
            let held = &before["metadata"][field][key];
            if value.is_null() {
                if held.is_null() && noun == "label" {
                    println!("label {key:?} not found.");
                }
                if let Some(map) = after["metadata"].get_mut(field).and_then(Value::as_object_mut) {
                    map.shift_remove(key);
                }
                continue;
            }
            if !held.is_null() && held != value && !is(matches, "overwrite") {
                refused.push(format!("'{key}' already has a value ({})", held.as_str().unwrap_or_default()));
                continue;
            }
            after["metadata"][field][key] = value.clone();
        }
        if !refused.is_empty() {
            if noun == "label" {
                for one in refused {
                    failures.add(anyhow::anyhow!("{one}, and --overwrite is false"))?;
                }
            } else {
                failures.add(anyhow::anyhow!(
                    "--overwrite is false but found the following declared annotation(s): {}",
                    refused.join("; ")
                ))?;
            }
            continue;
        }
        if listing {
            let mut pairs: Vec<(&String, &Value)> =
                after["metadata"][field].as_object().into_iter().flatten().collect();
            pairs.sort_by_key(|(key, _)| *key);
            let indent = if single { "" } else { " " };
            if !single {
                let Target { kind, name, .. } = &target;
                println!("Listing {field} for {}.{}/{name}:", kind.kind, kind.group);
            }
            for (key, value) in pairs {
                println!("{indent}{key}={}", value.as_str().unwrap_or_default());
            }
            continue;
        }
        let local = dry_run(matches) == DryRun::Client || is(matches, "local");
        if !local {
            super::record::put(&mut after);
        }
        // kubectl looks at which text is longer.
        let shorter = after.to_string().len() < before.to_string().len();
        let said = match (before == after, shorter && !is(matches, "overwrite"), noun) {
            (true, _, "label") => "not labeled",
            (_, true, "label") => "unlabeled",
            _ => verb,
        };
        if noun == "label" {
            crate::print::another_printer();
        }
        if local {
            report(matches, &target.kind, &after, said)?;
            continue;
        }
        let mut body = json!({"metadata": {field: changes}});
        super::record::put(&mut body);
        if let Some(version) = get(matches, "resource-version") {
            body["metadata"]["resourceVersion"] = version.into();
        }
        let query = write_query(matches, if noun == "label" { "kubectl-label" } else { "kubectl-annotate" });
        let patched =
            match send(session, "PATCH", &path, &query, PatchType::Merge.content_type(), &body).await {
                Ok(patched) => patched,
                Err(error) => {
                    failures.add(error)?;
                    continue;
                }
            };
        report(matches, &target.kind, &patched, said)?;
    }
    Ok(failures.end())
}

/// The flags of `scale`.
pub fn define_scale() -> Command {
    choosing(base("scale"))
        .about("Set a new size for a deployment, replica set, or replication controller")
        .arg(flags::number::<i64>("replicas", "The new number of replicas").required(true))
        .arg(
            flags::number::<i32>("current-replicas", "Only if this is the number now; -1 does not ask")
                .default_value("-1"),
        )
        .arg(flags::text("resource-version", "Only if this is the version now"))
        .arg(
            flags::period("timeout", "How long to wait until the new size is reached; 0 doesn't wait")
                .default_value("0s"),
        )
}

/// Runs `scale`.
pub async fn scale(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let replicas = matches.get_one::<i64>("replicas").copied().unwrap_or_default();
    if replicas < 0 {
        bail!("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    let expected = matches.get_one::<i32>("current-replicas").copied().unwrap_or(-1);
    if expected < -1 {
        bail!("The --current-replicas must specify an integer of -1 or greater");
    }
    let mut failures = Failures::default();
    let found = crate::select::readable(session, matches, &all(matches, "resource"), &mut failures).await?;
    if found.is_empty() && failures.none() {
        bail!("no objects passed to scale");
    }
    if found.len() > 1 && get(matches, "resource-version").is_some_and(|version| !version.is_empty()) {
        bail!("cannot use --resource-version with multiple resources");
    }
    for (target, _) in found {
        let path = target.path(Some("scale"));
        let scale: Value = session.client()?.get(&path).await?;
        if let Some(expected) = get(matches, "resource-version").filter(|expected| !expected.is_empty())
            && scale["metadata"]["resourceVersion"] != expected
        {
            bail!(
                "Expected resource version to be {expected}, was {}",
                scale["metadata"]["resourceVersion"].as_str().unwrap_or_default()
            );
        }
        if expected >= 0 && scale["spec"]["replicas"].as_i64().unwrap_or(0) != i64::from(expected) {
            bail!(
                "Expected replicas to be {expected}, was {}",
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
                &write_query(matches, "kubectl"),
                PatchType::Merge.content_type(),
                &body,
            )
            .await?;
        }
        let timeout = get(matches, "timeout").unwrap_or("0");
        let limit = flags::duration(timeout.trim_start_matches('-'))?;
        if timeout.starts_with('-') {
            bail!("timed out waiting for {:?} to be synced", target.name);
        }
        if !limit.is_zero() && dry_run(matches) == DryRun::None {
            scaled(session, &target, replicas, limit).await?;
        }
        super::record::add(session, matches, &target).await?;
        let object = if get(matches, "output").is_some() {
            session.fetch(&target.path(None)).await?
        } else {
            json!({"metadata": {"name": target.name}})
        };
        report(matches, &target.kind, &object, "scaled")?;
    }
    Ok(failures.end())
}

/// Waits until the object has as many replicas as it should.
async fn scaled(session: &Session, target: &Target, wanted: i64, limit: std::time::Duration) -> Result<()> {
    let client = session.client()?;
    let waiting = async {
        loop {
            let object: Value = client.get(&target.path(None)).await?;
            let reached = |object: &Value| {
                object["status"]["replicas"].as_i64().unwrap_or(0) == wanted
                    && object["status"]["observedGeneration"].as_i64()
                        >= object["metadata"]["generation"].as_i64()
            };
            if reached(&object) {
                return Ok(());
            }
            let mut params = client::ListParams::fields(format!("metadata.name={}", target.name));
            params.resource_version = object["metadata"]["resourceVersion"].as_str().map(str::to_string);
            let collection = target.kind.path(target.namespace.as_deref(), None, None);
            let mut watch = client.watch::<Value>(&collection, &params, 600, &[]).await?;
            while let Some(event) = watch.next().await? {
                if let client::watch::WatchEvent::Modified(found) = event
                    && reached(&found)
                {
                    return Ok(());
                }
            }
        }
    };
    tokio::time::timeout(limit, waiting)
        .await
        .unwrap_or_else(|_| bail!("timed out waiting for {:?} to be synced", target.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_told_from_changes() {
        let split = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_string()).collect();
            crate::select::split_changes(&args, "label")
        };
        let (objects, changes) = split(&["pods", "a", "x=1", "y-", "z="]).unwrap();
        assert_eq!(objects, ["pods", "a"]);
        let changes = changes_of(&changes, "label").unwrap();
        assert_eq!(Value::Object(changes), json!({"x": "1", "y": null, "z": ""}));
        assert!(split(&["pods", "x=1", "a"]).is_err(), "a resource after a change");
        for wrong in [&["x=1", "x-"][..], &["x=1=2"], &["x=ä"]] {
            let wrong: Vec<String> = wrong.iter().map(|arg| (*arg).to_string()).collect();
            assert!(changes_of(&wrong, "label").is_err(), "{wrong:?}");
        }
    }
}
