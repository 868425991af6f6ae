//! `kctl diff`: what `apply` would change, asked of the server in a rehearsal.

use std::path::Path;
use std::process::Command as Process;

use anyhow::{Context, Result, bail};
use clap::{ArgMatches, Command};
use client::PatchType;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

use super::Silent;
use super::prune::{self, Visited};
use super::write::{annotate, send};
use crate::apply::{LAST_APPLIED, three_way};
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{self, get, is};
use crate::manifest::{self, Item};
use crate::print::sorted;

/// The flags.
pub fn define() -> Command {
    Command::new("diff")
        .about("Diff the live version against a would-be applied version")
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::boolean("server-side", false, "Apply in the server instead of the client"))
        .arg(flags::boolean(
            "force-conflicts",
            false,
            "With --server-side, take fields over from other managers",
        ))
        .arg(flags::boolean("prune", false, "Include what --prune would delete"))
        .arg(flags::list("prune-allowlist", "Kinds that --prune looks at, as group/version/kind"))
        .arg(flags::boolean("show-managed-fields", false, "Keep the managedFields in the diff"))
        .arg(flags::boolean("show-secrets", false, "Show the values of secrets, too"))
        .arg(
            flags::number::<i64>(
                "concurrency",
                "Number of objects to process in parallel when diffing against the live version",
            )
            .default_value("1"),
        )
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-client-side-apply"),
        )
}

/// Runs it. Exit code 1 says that there are differences, more than 1 that something failed.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !manifest::given(matches) {
        crate::report_plainly(&manifest::nothing_given());
        return Err(Silent(2).into());
    }
    differences(session, matches).await.map_err(|error| {
        crate::report_plainly(&error);
        Silent(2).into()
    })
}

async fn differences(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let found = manifest::read(matches).await?;
    if let Some(error) = found.errors.into_iter().next() {
        return Err(error);
    }
    // What a selector leaves out does not differ.
    let items = found.items;
    let live = tempfile::Builder::new().prefix("LIVE-").tempdir()?;
    let merged = tempfile::Builder::new().prefix("MERGED-").tempdir()?;
    let write = |folder: &Path, kind: &Kind, namespace: Option<&str>, name: &str, text: String| {
        let group = if kind.group.is_empty() { String::new() } else { format!("{}.", kind.group) };
        let file = format!("{group}{}.{}.{}.{name}", kind.version, kind.kind, namespace.unwrap_or_default());
        std::fs::write(folder.join(&file), text).with_context(|| format!("cannot write {file}"))
    };
    let managed = is(matches, "show-managed-fields");
    let secrets = is(matches, "show-secrets");
    let hidden = |kind: &Kind| !secrets && kind.plural == "secrets" && kind.group.is_empty();
    let text = |object: &Value| if object.is_null() { String::new() } else { shown(object, managed) };
    let several =
        matches.get_one::<i64>("concurrency").and_then(|n| usize::try_from(*n).ok()).unwrap_or(1).max(1);
    let mut pairs = futures::stream::iter(&items).map(|item| both(session, matches, item)).buffered(several);
    let mut visited = Visited::default();
    while let Some(Both { kind, namespace, name, mut before, mut after }) = pairs.try_next().await? {
        visited.mark(&before);
        if hidden(&kind) {
            mask(&mut before, &mut after);
        }
        write(live.path(), &kind, namespace.as_deref(), &name, text(&before))?;
        write(merged.path(), &kind, namespace.as_deref(), &name, text(&after))?;
    }
    if is(matches, "prune") {
        // What would be deleted is in the first folder alone.
        for (kind, mut object) in prune::candidates(session, matches, &visited).await? {
            if hidden(&kind) {
                mask(&mut object, &mut Value::Null);
            }
            let metadata = &object["metadata"];
            let name = metadata["name"].as_str().unwrap_or_default();
            // It goes as it is: nothing of it is left out, as nothing is in kubectl.
            let whole = yaml::document(&sorted(&object));
            write(live.path(), &kind, metadata["namespace"].as_str(), name, whole)?;
        }
    }
    compare(live.path(), merged.path())
}

/// An object as it is and as it would be.
struct Both {
    kind: Kind,
    namespace: Option<String>,
    name: String,
    before: Value,
    after: Value,
}

async fn both(session: &Session, matches: &ArgMatches, item: &Item) -> Result<Both> {
    let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
    let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
    let path = kind.path(namespace.as_deref(), Some(&name), None);
    let before: Option<Value> = match session.client()?.get(&path).await {
        Ok(found) => Some(found),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    let after = rehearsed(session, matches, item, before.as_ref()).await?;
    Ok(Both { kind, namespace, name, before: before.unwrap_or(Value::Null), after })
}

fn shown(object: &Value, managed: bool) -> String {
    let mut object = object.clone();
    if let (false, Some(metadata)) = (managed, object.get_mut("metadata").and_then(Value::as_object_mut)) {
        metadata.shift_remove("managedFields");
    }
    // What was applied last would tell every change a second time.
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut)
        && let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut)
    {
        annotations.shift_remove(LAST_APPLIED);
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
    yaml::document(&sorted(&object))
}

/// Values of secrets are not shown, only whether they change.
fn mask(before: &mut Value, after: &mut Value) {
    let keys: Vec<String> = [&*before, &*after]
        .iter()
        .flat_map(|object| object["data"].as_object().into_iter().flatten().map(|(key, _)| key.clone()))
        .collect();
    for key in keys {
        let (old, new) = (before["data"].get(&key).cloned(), after["data"].get(&key).cloned());
        let (hide_old, hide_new) = match (&old, &new) {
            (Some(old), Some(new)) if old == new => ("***", "***"),
            (Some(_), Some(_)) => ("*** (before)", "*** (after)"),
            _ => ("***", "***"),
        };
        if old.is_some() {
            before["data"][&key] = hide_old.into();
        }
        if new.is_some() {
            after["data"][&key] = hide_new.into();
        }
    }
}

async fn rehearsed(
    session: &Session,
    matches: &ArgMatches,
    item: &Item,
    before: Option<&Value>,
) -> Result<Value> {
    let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
    let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
    let path = kind.path(namespace.as_deref(), Some(&name), None);
    let mut object = item.object.clone();
    if let Some(namespace) = &namespace {
        object["metadata"]["namespace"] = namespace.clone().into();
    }
    let given = matches.value_source("field-manager") == Some(clap::parser::ValueSource::CommandLine);
    let manager = if is(matches, "server-side") && !given {
        "kubectl".to_string()
    } else {
        get(matches, "field-manager").unwrap_or_default().to_string()
    };
    let mut query = vec![("dryRun", "All".to_string()), ("fieldManager", manager)];
    if is(matches, "server-side") {
        query.push(("force", is(matches, "force-conflicts").to_string()));
        return send(session, "PATCH", &path, &query, PatchType::Apply.content_type(), &object).await;
    }
    let Some(before) = before else {
        annotate(&mut object);
        let collection = kind.path(namespace.as_deref(), None, None);
        return send(session, "POST", &collection, &query, "application/json", &object).await;
    };
    annotate(&mut object);
    let last = before["metadata"]["annotations"][LAST_APPLIED]
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    let of = apimachinery::strategic::root(&kind.group, &kind.version, &kind.kind);
    let patch = three_way(&last.unwrap_or(Value::Null), &object, before, of);
    if patch == json!({}) {
        return Ok(before.clone());
    }
    let content = if of.is_some() { PatchType::Strategic } else { PatchType::Merge }.content_type();
    send(session, "PATCH", &path, &query, content, &patch).await
}

/// Runs `KUBECTL_EXTERNAL_DIFF`, or `diff -u -N`; where there is no diff program we make it ourselves.
fn compare(live: &Path, merged: &Path) -> Result<u8> {
    let external = std::env::var("KUBECTL_EXTERNAL_DIFF").ok().filter(|program| !program.is_empty());
    let mut words: Vec<String> = match &external {
        Some(program) => program.split_whitespace().map(str::to_string).collect(),
        None => ["diff", "-u", "-N"].map(String::from).to_vec(),
    };
    let program = words.remove(0);
    match Process::new(&program).args(&words).arg(live).arg(merged).status() {
        Ok(status) => match status.code() {
            Some(0) => Ok(0),
            Some(1) => Ok(1),
            Some(code) => bail!("{program} failed with exit code {code}"),
            None => bail!("{program} was ended by a signal"),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && external.is_none() => {
            ours(live, merged)
        }
        Err(error) => Err(error).with_context(|| format!("cannot run {program}")),
    }
}

fn ours(live: &Path, merged: &Path) -> Result<u8> {
    // What would be pruned is in the first folder alone.
    let mut names: Vec<_> = std::fs::read_dir(live)?.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let mut code = 0;
    for name in names {
        let (old, new) = (live.join(&name), merged.join(&name));
        let (before, after) =
            (std::fs::read_to_string(&old)?, std::fs::read_to_string(&new).unwrap_or_default());
        if before != after {
            code = 1;
            let diff = similar::TextDiff::from_lines(&before, &after);
            print!("{}", diff.unified_diff().header(&old.display().to_string(), &new.display().to_string()));
        }
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let (mut before, mut after) =
            (json!({"data": {"a": "1", "b": "1"}}), json!({"data": {"a": "1", "b": "2", "c": "3"}}));
        mask(&mut before, &mut after);
        assert_eq!(before, json!({"data": {"a": "***", "b": "*** (before)"}}));
        assert_eq!(after, json!({"data": {"a": "***", "b": "*** (after)", "c": "***"}}));
    }
}
