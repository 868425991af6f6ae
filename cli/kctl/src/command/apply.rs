//! `kctl apply`: in the client (three-way merge) or in the server, with pruning, and the commands
//! about the annotation of what was applied last.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use futures::StreamExt;
use serde_json::{Value, json};

use super::applyset::ApplySet;
use super::batches::{AT_ONCE, batches};
use super::create::common;
use super::prune::{self, Visited};
use super::write::{DryRun, Failures, annotate, dry_run, report, send, sourced, write_query};
use crate::apply::{LAST_APPLIED, three_way};
use crate::connect::{Session, holding, warn};
use crate::discovery::Kind;
use crate::flags::{self, get, is};
use crate::manifest::{self, Item};
use crate::print::Printer;
use crate::select;
use crate::usage::usage;

/// The flags of `apply`.
pub fn define() -> Command {
    let about_annotation = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(Arg::new("resource").num_args(0..)).args(flags::files())
    };
    common(Command::new("apply"), "kubectl-client-side-apply")
        .about("Apply a configuration to a resource by file name or stdin")
        .mut_arg("save-config", |arg| arg.hide(true))
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::boolean("server-side", false, "Apply in the server instead of the client"))
        .arg(flags::boolean("force-conflicts", false, "With --server-side, take fields over from other managers"))
        .arg(flags::boolean("overwrite", true, "Automatically resolve conflicts by using values of the file"))
        .arg(flags::boolean("prune", false, "Delete what was applied before and is in the files no more"))
        .arg(flags::list("prune-allowlist", "Kinds that --prune looks at, as group/version/kind").alias("prune-whitelist"))
        .arg(flags::boolean("all", false, "With --prune, look at all resources rather than those of -l"))
        .arg(flags::text("applyset", "With --prune, the object that keeps which kinds and namespaces the applied set has: [RESOURCE][.GROUP]/NAME, a Secret if no resource is named"))
        .arg(flags::boolean("openapi-patch", true, "Use the server's schema to merge"))
        .arg(flags::text("subresource", "The subresource to apply to; only with --server-side"))
        .args(super::delete::waiting())
        .subcommand(
            about_annotation("edit-last-applied", "Edit latest last-applied-configuration annotations of a resource/object")
                .args(flags::output())
                .arg(flags::text("field-manager", "Name of the manager used to track field ownership").default_value("kubectl-client-side-apply"))
                .arg(flags::validate())
                .arg(flags::boolean("windows-line-endings", false, "Use Windows line endings")),
        )
        .subcommand(
            Command::new("set-last-applied")
                .arg(flags::forgotten())
                .about("Set the last-applied-configuration annotation on a live object to match the contents of a file")
                .args(flags::files())
                .args(flags::output())
                .arg(flags::dry_run())
                .arg(flags::boolean("create-annotation", false, "Create the annotation where it is missing")),
        )
        .subcommand(
            about_annotation("view-last-applied", "View the latest last-applied-configuration annotations of a resource/object")
                .arg(flags::selector())
                .arg(flags::boolean("all", false, "Select all resources of the given types"))
                .arg(flags::text("output", "yaml or json").short('o').default_value("yaml")),
        )
}

/// Runs `apply`.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some(("view-last-applied", inner)) => return view_last_applied(session, inner).await,
        Some(("set-last-applied", inner)) => return set_last_applied(session, inner).await,
        Some((_, inner)) => return super::edit::last_applied(session, inner).await,
        None => {}
    }
    let server_side = is(matches, "server-side");
    if !manifest::given(matches) {
        return Err(manifest::nothing_given());
    }
    if is(matches, "force-conflicts") && !server_side {
        bail!("--force-conflicts only works with --server-side");
    }
    if dry_run(matches) == DryRun::Client && server_side {
        bail!("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    }
    if is(matches, "force") && server_side {
        bail!("--force cannot be used with --server-side");
    }
    if get(matches, "subresource").is_some() && !server_side {
        bail!("--subresource can only be specified for --server-side");
    }
    if is(matches, "force") && dry_run(matches) == DryRun::Server {
        bail!("--dry-run=server cannot be used with --force");
    }
    super::delete::options(matches)?;
    if is(matches, "prune")
        && is(matches, "all")
        && get(matches, "selector").is_some_and(|text| !text.is_empty())
    {
        bail!("cannot set --all and --selector at the same time");
    }
    if is(matches, "prune") && get(matches, "applyset").is_none_or(str::is_empty) {
        super::prune::check(session, matches).await?;
    }
    let reference = get(matches, "applyset").filter(|reference| !reference.is_empty());
    if reference.is_some() {
        if !is(matches, "prune") {
            bail!("--applyset requires --prune");
        }
        for flag in ["all", "selector", "prune-allowlist"] {
            if matches.value_source(flag) == Some(clap::parser::ValueSource::CommandLine) {
                bail!("--{flag} is incompatible with --applyset");
            }
        }
    } else if is(matches, "prune") && !is(matches, "all") && get(matches, "selector").is_none() {
        bail!(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector"
        );
    }
    let printer = Printer::of(matches)?;
    let found = manifest::read(matches).await?;
    if found.items.is_empty() && found.errors.is_empty() {
        bail!("no objects passed to apply");
    }
    let mut set = match reference {
        Some(reference) => Some(ApplySet::find(session, reference).await?),
        None => None,
    };
    let mut items = found.items;
    if let Some(set) = &mut set {
        for item in &mut items {
            let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
            set.add(&kind, &mut item.object, namespace.as_deref())?;
        }
        set.widen(session, dry_run(matches)).await?;
    }
    let mut run = Run { failures: Failures::default(), done: Vec::new(), visited: Visited::default() };
    for batch in batches(items) {
        let mut outcomes = futures::stream::iter(batch)
            .map(|item| holding(one(session, matches, item, server_side)))
            .buffered(AT_ONCE);
        while let Some(((outcome, notes), warnings)) = outcomes.next().await {
            warnings.iter().for_each(|warning| warn(warning));
            notes.iter().for_each(|note| eprintln!("{note}"));
            match outcome {
                Ok((kind, object, verb)) => run.done(matches, &kind, object, verb)?,
                Err(error) => {
                    run.failures.add(error)?;
                }
            }
        }
    }
    for error in found.errors {
        run.failures.add(error)?;
    }
    if let Some(printer) = &printer {
        // Whole objects are printed together, as one list where there are several.
        if printer.format == crate::print::Format::Name {
            printer.print(&run.done, false)?;
        } else if let [one] = run.done.as_slice() {
            printer.object(one)?;
        } else if !run.done.is_empty() {
            let items: Vec<Value> =
                run.done.iter().map(|object| crate::print::sorted(&printer.shown(object))).collect();
            let mut printer = printer.clone();
            printer.ordered = true;
            printer.object(&json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}))?;
        }
    }
    if is(matches, "prune") && run.failures.none() {
        let gone = match &set {
            Some(set) => set.candidates(session, &run.visited).await?,
            None => prune::candidates(session, matches, &run.visited).await?,
        };
        prune::remove(session, matches, &gone).await?;
        if let Some(set) = &set {
            set.settle(session, dry_run(matches)).await?;
        }
    }
    Ok(run.failures.end())
}

/// An object that was applied, and what is to be said of it.
type Applied = (Kind, Value, &'static str);

/// Applies one object; the notes are for standard error.
async fn one(
    session: &Session,
    matches: &ArgMatches,
    item: Item,
    server_side: bool,
) -> (Result<Applied>, Vec<String>) {
    let mut notes = Vec::new();
    let outcome = if server_side {
        by_server(session, matches, &item, &mut notes).await
    } else {
        by_client(session, matches, item, &mut notes).await
    };
    (outcome, notes)
}

/// What one run of `apply` has done so far.
struct Run {
    failures: Failures,
    done: Vec<Value>,
    visited: Visited,
}

impl Run {
    fn done(&mut self, matches: &ArgMatches, kind: &Kind, object: Value, verb: &str) -> Result<()> {
        self.visited.mark(&object);
        if get(matches, "output").is_none() && get(matches, "template").is_none() {
            return report(matches, kind, &object, verb);
        }
        self.done.push(object);
        Ok(())
    }
}

async fn by_server(
    session: &Session,
    matches: &ArgMatches,
    item: &Item,
    notes: &mut Vec<String>,
) -> Result<Applied> {
    let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
    let Some(name) = item.object["metadata"]["name"].as_str() else {
        bail!("error when applying {:?}: resource name may not be empty", item.source);
    };
    let mut object = item.object.clone();
    if let Some(namespace) = &namespace {
        object["metadata"]["namespace"] = namespace.clone().into();
    }
    super::record::put(&mut object);
    let mut query = write_query(matches, "kubectl");
    if matches.value_source("field-manager") != Some(clap::parser::ValueSource::CommandLine) {
        query.retain(|(key, _)| *key != "fieldManager");
        query.push(("fieldManager", "kubectl".into()));
    }
    query.push(("force", is(matches, "force-conflicts").to_string()));
    // The server keeps the order of what is sent, in the annotation of client-side apply.
    let object = crate::print::sorted(&object);
    let path = kind.path(namespace.as_deref(), Some(name), get(matches, "subresource"));
    let mut applied =
        match send(session, "PATCH", &path, &query, PatchType::Apply.content_type(), &object).await {
            Ok(applied) => applied,
            Err(error) => {
                // On a terminal a person may want to see what is at stake.
                if std::io::IsTerminal::is_terminal(&std::io::stderr())
                    && let Some(client::Error::Status(status)) = error.downcast_ref::<client::Error>()
                    && status.code == 409
                    && let Ok(live) = session.client()?.get::<Value>(&path).await
                {
                    notes.extend(both_sides(status, &object, &live));
                }
                return Err(conflict(error));
            }
        };
    if dry_run(matches) == DryRun::None && get(matches, "subresource").is_none() {
        let manager = query.iter().find(|(key, _)| *key == "fieldManager").map(|(_, name)| name.clone());
        match super::migrate::run(session, &path, &applied, &manager.unwrap_or_default()).await {
            Ok(false) => {}
            Ok(true) => {
                applied =
                    send(session, "PATCH", &path, &query, PatchType::Apply.content_type(), &object).await?;
            }
            Err(error) => notes.push(format!(
                "Warning: server-side apply has taken the object, but the client's fields could not be migrated: {error:#}"
            )),
        }
    }
    Ok((kind, applied, "serverside-applied"))
}

/// For each field in conflict, what the file has, what the server has, and whose it is.
fn both_sides(status: &client::Status, file: &Value, live: &Value) -> Vec<String> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| {
            let shown = |object: &Value| {
                field(object, &cause.field).map_or_else(|| "nothing".into(), Value::to_string)
            };
            format!(
                "{}: the file has {}, the server {} ({})",
                cause.field,
                shown(file),
                shown(live),
                cause.message
            )
        })
        .collect()
}

/// The value at a path as field managers write them: `.spec.containers[name="c"].image`.
fn field<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut here = object;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']')?;
            let (keys, after) = (&inner[..end], &inner[end + 1..]);
            here = here.as_array()?.iter().find(|item| {
                keys.split(',').all(|pair| {
                    pair.split_once('=').is_some_and(|(key, value)| {
                        serde_json::from_str::<Value>(value).is_ok_and(|value| item[key] == value)
                    })
                })
            })?;
            rest = after;
        } else {
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            here = here.get(&inner[..end])?;
            rest = &inner[end..];
        }
    }
    Some(here)
}

/// A conflict says how to go on; other refusals stay as they are.
fn conflict(error: anyhow::Error) -> anyhow::Error {
    let Some(client::Error::Status(status)) = error.downcast_ref::<client::Error>() else { return error };
    if status.code != 409 {
        return error;
    }
    anyhow::anyhow!(
        "{}\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the `--force-conflicts` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n  stop managing the field (remove it from their configuration).\nSee https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
        status.message
    )
}

async fn by_client(
    session: &Session,
    matches: &ArgMatches,
    item: Item,
    notes: &mut Vec<String>,
) -> Result<Applied> {
    let Item { source, mut object } = item;
    let (kind, namespace) = manifest::place_from(session, &object, &source).await?;
    let Some(name) = object["metadata"]["name"].as_str().map(str::to_string) else {
        match object["metadata"]["generateName"].as_str() {
            Some(prefix) => bail!("from {prefix}: cannot use generate name with apply"),
            None => bail!(
                "error when retrieving current configuration of:\nResource: {:?}, GroupVersionKind: {:?}\nName: \"\", Namespace: {:?}\nfrom server for: {source:?}: resource name may not be empty",
                resource_text(&kind),
                kind_text(&kind),
                namespace.unwrap_or_default()
            ),
        }
    };
    if let Some(namespace) = &namespace {
        object["metadata"]["namespace"] = namespace.clone().into();
    }
    super::record::put(&mut object);
    annotate(&mut object);
    let path = kind.path(namespace.as_deref(), Some(&name), None);
    let client = session.client()?;
    let query = write_query(matches, "kubectl-client-side-apply");
    let mut attempt = 0;
    loop {
        let current: Value = match client.get(&path).await {
            Ok(current) => current,
            Err(error) if error.is_not_found() => {
                if dry_run(matches) == DryRun::Client {
                    return Ok((kind, object, "created"));
                }
                let collection = kind.path(namespace.as_deref(), None, None);
                let created = send(session, "POST", &collection, &query, "application/json", &object)
                    .await
                    .map_err(|error| sourced(error, "creating", &source))?;
                return Ok((kind, created, "created"));
            }
            Err(error) => return Err(error.into()),
        };
        let metadata = &current["metadata"];
        let last =
            metadata["annotations"][LAST_APPLIED].as_str().and_then(|text| serde_json::from_str(text).ok());
        if last.is_none() {
            notes.push(format!(
                "Warning: resource {}/{name} is missing the {LAST_APPLIED} annotation which is required by kctl apply. kctl apply should only be used on resources created declaratively by either kctl create --save-config or kctl apply. The missing annotation will be patched automatically.",
                kind.plural
            ));
        }
        let of = apimachinery::strategic::root(&kind.group, &kind.version, &kind.kind);
        let patch = three_way(&last.unwrap_or(Value::Null), &object, &current, of);
        if dry_run(matches) == DryRun::Client {
            // Nothing is merged here: what is shown is what the server has.
            return Ok((kind, current, "configured"));
        }
        if patch == json!({}) {
            return Ok((kind, current, "unchanged"));
        }
        if metadata["deletionTimestamp"].is_string() {
            notes.push(format!(
                "Warning: Detected changes to resource {name} which is currently being deleted."
            ));
        }
        let content = if of.is_some() { PatchType::Strategic } else { PatchType::Merge }.content_type();
        let error = match send(session, "PATCH", &path, &query, content, &patch).await {
            Ok(patched) => {
                return Ok((kind, patched, "configured"));
            }
            Err(error) => error,
        };
        let refused = error.downcast_ref::<client::Error>();
        if refused.is_some_and(client::Error::is_conflict) && attempt < 5 {
            attempt += 1;
            continue;
        }
        let final_ =
            refused.and_then(client::Error::status).is_some_and(|status| [409, 422].contains(&status.code));
        if is(matches, "force") && final_ {
            let target =
                select::Target { kind: kind.clone(), namespace: namespace.clone(), name: name.clone() };
            let made = super::replace::anew(session, matches, &target, &object, &query).await?;
            return Ok((kind, made, "configured"));
        }
        let place = format!(
            "Resource: {:?}, GroupVersionKind: {:?}\nName: {name:?}, Namespace: {:?}",
            resource_text(&kind),
            kind_text(&kind),
            namespace.as_deref().unwrap_or_default()
        );
        return Err(match error.downcast::<client::Error>() {
            Ok(client::Error::Status(mut status)) => {
                status.message = format!(
                    "error when applying patch:\n{}\nto:\n{place}\nfor: {source:?}: error when patching {source:?}: {}",
                    crate::print::json::line(&crate::print::sorted(&patch)),
                    status.message
                );
                client::Error::Status(status).into()
            }
            Ok(other) => other.into(),
            Err(error) => error,
        });
    }
}

/// `apps/v1, Resource=deployments`, as Go prints a GroupVersionResource.
fn resource_text(kind: &Kind) -> String {
    format!("{}/{}, Resource={}", kind.group, kind.version, kind.plural)
}

fn kind_text(kind: &Kind) -> String {
    format!("{}/{}, Kind={}", kind.group, kind.version, kind.kind)
}

async fn view_last_applied(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let output = get(matches, "output").unwrap_or("yaml");
    if !["json", "yaml", ""].contains(&output) {
        return Err(usage(format!(
            "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json"
        )));
    }
    let mut texts = Vec::new();
    if manifest::given(matches) {
        select::files_alone(&flags::all(matches, "resource"))?;
        for item in manifest::read_all(matches, "apply").await? {
            let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
            let name = item.object["metadata"]["name"].as_str().unwrap_or_default();
            let object = session.fetch(&kind.path(namespace.as_deref(), Some(name), None)).await?;
            let Some(text) = object["metadata"]["annotations"][LAST_APPLIED].as_str() else {
                // As kubectl words it, which prints the error that it has not.
                bail!(
                    "error when no last-applied-configuration annotation found on resource: {name}\n {:?}: <nil>",
                    item.source
                );
            };
            texts.push(text.to_string());
        }
    } else {
        for (_, object) in select::objects(session, matches).await? {
            // An object that was never applied has nothing to show.
            if let Some(text) = object["metadata"]["annotations"][LAST_APPLIED].as_str() {
                texts.push(text.to_string());
            }
        }
    }
    for text in texts {
        let value: Value = serde_json::from_str(&text)?;
        if output == "json" {
            // Two blanks, unlike everything else.
            println!("{}", serde_json::to_string_pretty(&crate::print::sorted(&value))?);
        } else {
            print!("{}", yaml::document(&crate::print::sorted(&value)));
        }
    }
    Ok(0)
}

async fn set_last_applied(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !manifest::given(matches) {
        return Err(select::nothing_named());
    }
    for item in manifest::read_all(matches, "apply").await? {
        let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
        let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
        let path = kind.path(namespace.as_deref(), Some(&name), None);
        let current = session.fetch(&path).await?;
        let held = &current["metadata"]["annotations"][LAST_APPLIED];
        if held.is_null() && !is(matches, "create-annotation") {
            bail!(
                "no last-applied-configuration annotation found on resource: {name}, to create the annotation, run the command with --create-annotation"
            );
        }
        let mut object = item.object.clone();
        if let Some(namespace) = &namespace {
            object["metadata"]["namespace"] = namespace.clone().into();
        }
        let text = format!("{}\n", crate::print::json::line(&crate::print::sorted(&object)));
        if held.as_str() == Some(&text) {
            println!("set-last-applied {name}: no changes required.");
            continue;
        }
        let body = json!({"metadata": {"annotations": {LAST_APPLIED: text}}});
        if dry_run(matches) == DryRun::Client {
            let mut merged = current.clone();
            merged["metadata"]["annotations"][LAST_APPLIED] = text.into();
            report(matches, &kind, &merged, "configured")?;
            continue;
        }
        let query = write_query(matches, "kubectl");
        let patched = send(session, "PATCH", &path, &query, PatchType::Merge.content_type(), &body).await?;
        report(matches, &kind, &patched, "configured")?;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_show_both_sides() {
        let object = |image: &str, replicas: i64| json!({"spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "c", "image": image}]}}}});
        let cause = |field: &str| client::error::StatusCause {
            reason: "FieldManagerConflict".into(),
            message: "conflict with \"other\" using apps/v1".into(),
            field: field.into(),
        };
        let details = client::error::StatusDetails {
            causes: vec![cause(".spec.replicas"), cause(".spec.template.spec.containers[name=\"c\"].image")],
            ..Default::default()
        };
        let status = client::Status { details: Some(details), ..Default::default() };
        let told = both_sides(&status, &object("a", 1), &object("b", 2));
        assert_eq!(
            told[0],
            ".spec.replicas: the file has 1, the server 2 (conflict with \"other\" using apps/v1)"
        );
        assert!(told[1].contains("the file has \"a\", the server \"b\""), "{}", told[1]);
    }
}
