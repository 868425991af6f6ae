//! `kctl set`: one field of what runs, without an editor.

mod env;
mod fields;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::PatchType;
use serde_json::{Value, json};

use super::write::{DryRun, Failures, dry_run, report_typed, send, write_query};
use crate::apply::three_way;
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::print::Printer;
use crate::select::Target;

fn base(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(flags::boolean("all", false, "Select all resources of the given types"))
        .arg(flags::boolean("local", false, "Change the file's objects, and ask no server"))
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-set"),
        )
}

/// The flags.
pub fn define() -> Command {
    let repeated = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).action(ArgAction::Append)
    };
    Command::new("set")
        .about("Set specific features on objects")
        .subcommand_required(true)
        .subcommand(
            base("env", "Update environment variables on a pod template")
                .arg(flags::selector())
                .arg(
                    flags::text("containers", "Containers to change; * stands for any letters")
                        .short('c')
                        .default_value("*"),
                )
                .arg(repeated("env", "Variables, as key=value").short('e'))
                .arg(flags::text("from", "A config map or secret to take variables from, as configmap/name"))
                .arg(flags::list("keys", "Only these keys of --from"))
                .arg(flags::text("prefix", "Put this before the names of variables from --from"))
                .arg(flags::boolean("list", false, "Show the environment instead of changing it"))
                .arg(flags::boolean("resolve", false, "With --list, show what references stand for"))
                .arg(flags::boolean("overwrite", true, "Allow variables to be overwritten")),
        )
        .subcommand(base("image", "Update the image of a pod template").arg(flags::selector()))
        .subcommand(
            base("resources", "Update resource requests/limits on objects with pod templates")
                .arg(flags::selector())
                .arg(
                    flags::text("containers", "Containers to change; * stands for any letters")
                        .short('c')
                        .default_value("*"),
                )
                .arg(flags::text("limits", "Limits, as cpu=100m,memory=256Mi"))
                .arg(flags::text("requests", "Requests, as cpu=100m,memory=256Mi")),
        )
        .subcommand(
            base("selector", "Set the selector on a resource")
                .arg(flags::text("resource-version", "Only if this is the version now"))
                .mut_arg("recursive", |arg| arg.default_value("true")),
        )
        .subcommand(base("serviceaccount", "Update the service account of a resource").visible_alias("sa"))
        .subcommand(
            base(
                "subject",
                "Update the user, group, or service account in a role binding or cluster role binding",
            )
            .arg(flags::selector())
            .arg(repeated("user", "User names to bind"))
            .arg(repeated("group", "Groups to bind"))
            .arg(repeated("serviceaccount", "Service accounts to bind, as namespace:name")),
        )
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    match matches.subcommand() {
        Some(("env", inner)) => env::run(session, inner).await,
        Some(("image", inner)) => fields::image(session, inner).await,
        Some(("resources", inner)) => fields::resources(session, inner).await,
        Some(("selector", inner)) => fields::selector(session, inner).await,
        Some(("serviceaccount", inner)) => fields::service_account(session, inner).await,
        Some((_, inner)) => fields::subject(session, inner).await,
        None => Ok(1),
    }
}

/// The pod template's spec of an object, or a pod's own.
fn pod_spec(object: &mut Value) -> Option<&mut Value> {
    let path = match object["kind"].as_str()? {
        "Pod" => "/spec",
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        "PodTemplate" => "/template/spec",
        _ => "/spec/template/spec",
    };
    object.pointer_mut(path)
}

/// Whether a name fits a pattern in which `*` stands for any letters.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// What kubectl puts before the server's words.
fn what_failed(verb: &str) -> Option<&'static str> {
    match verb {
        "image updated" => Some("failed to patch image update to pod template:"),
        "env updated" => Some("failed to patch env update to pod template:"),
        "resource requirements updated" => Some("failed to patch resources update to pod template"),
        "serviceaccount updated" => Some("failed to patch ServiceAccountName"),
        "subjects updated" => Some("failed to patch subjects to rolebinding:"),
        _ => None,
    }
}

/// Changes each object and writes what differs; `with` may note what went wrong and go on.
async fn change(
    session: &Session,
    matches: &ArgMatches,
    found: Vec<(Target, Value)>,
    verb: &str,
    mut with: impl FnMut(&Target, &mut Value, &mut Failures) -> Result<()>,
) -> Result<u8> {
    let mut failures = Failures::default();
    let printer = Printer::of(matches)?;
    let told_anyway = ["selector updated", "serviceaccount updated"].contains(&verb);
    for (target, before) in found {
        let mut after = before.clone();
        if let Err(error) = with(&target, &mut after, &mut failures) {
            failures.add(error)?;
            continue;
        }
        // Most of them have nothing to say about what stays as it is.
        if after == before && !told_anyway {
            continue;
        }
        super::record::put(&mut after);
        if is(matches, "local") || dry_run(matches) == DryRun::Client {
            match &printer {
                Some(printer) => printer.typed(&after)?,
                None => {
                    let suffix = if is(matches, "local") { "" } else { super::write::suffix(matches) };
                    println!("{} {verb}{suffix}", target.display());
                }
            }
            continue;
        }
        let of = apimachinery::strategic::root(&target.kind.group, &target.kind.version, &target.kind.kind);
        let mut patch = three_way(&before, &after, &before, of);
        if patch == json!({}) && !told_anyway {
            continue;
        }
        if let Some(version) = get(matches, "resource-version") {
            patch["metadata"]["resourceVersion"] = version.into();
        }
        let content = if of.is_some() { PatchType::Strategic } else { PatchType::Merge }.content_type();
        let query = write_query(matches, "kubectl-set");
        match send(session, "PATCH", &target.path(None), &query, content, &patch).await {
            Ok(answer) => report_typed(matches, &target.kind, &answer, verb)?,
            Err(error) => failures.add(match (what_failed(verb), error.downcast_ref::<client::Error>()) {
                (Some(what), Some(client::Error::Status(status))) => {
                    anyhow::anyhow!("{what} {}", status.message)
                }
                _ => error,
            })?,
        }
    }
    Ok(failures.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, want) in [
            ("*", "a", true),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*c", "abc", true),
            ("a", "b", false),
            ("a*c", "ab", false),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, name), want, "{pattern} {name}");
        }
    }
}
