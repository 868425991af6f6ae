//! `kctl rollout`: status, undo, restart, history, pause, resume.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use client::watch::WatchEvent;
use serde_json::{Value, json};

use super::write::{Failures, report_typed, send, write_query};
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::select::{Target, targets_or_all};

const REVISION: &str = "deployment.kubernetes.io/revision";

/// The flags.
pub fn define() -> Command {
    let base = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("resource").num_args(0..))
            .args(flags::files())
            .arg(flags::selector())
    };
    let writing = |command: Command| {
        command.args(flags::output()).arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-rollout"),
        )
    };
    Command::new("rollout")
        .about("Manage the rollout of a resource")
        .subcommand_required(true)
        .subcommand(
            base("history", "View rollout history")
                .args(flags::output())
                .arg(flags::integer("revision", "Show this revision's template").default_value("0")),
        )
        .subcommand(writing(base("pause", "Mark the provided resource as paused")))
        .subcommand(writing(base("restart", "Restart a resource")))
        .subcommand(writing(base("resume", "Resume a paused resource")))
        .subcommand(
            base("status", "Show the status of the rollout")
                .arg(flags::boolean("watch", true, "Watch until it is done").short('w'))
                .arg(
                    flags::integer("revision", "Stop when another revision is rolled out").default_value("0"),
                )
                .arg(flags::period("timeout", "How long to wait; 0 as long as it takes").default_value("0s")),
        )
        .subcommand(
            base("undo", "Undo a previous rollout")
                .args(flags::output())
                .arg(flags::dry_run())
                .arg(flags::integer("to-revision", "The revision to roll back to").default_value("0")),
        )
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else { return Ok(1) };
    if flags::all(inner, "resource").is_empty() && !crate::manifest::given(inner) {
        bail!("required resource not specified");
    }
    if let Some(negative) =
        get(inner, "revision").filter(|number| what == "status" && number.starts_with('-'))
    {
        bail!("revision must be a positive integer: {negative}");
    }
    let mut failures = Failures::default();
    let found = match targets_or_all(session, inner).await {
        // Those that change objects say what is wrong with each without more ado.
        Err(error)
            if error.is::<crate::manifest::Undecodable>()
                && ["pause", "restart", "resume"].contains(&what) =>
        {
            eprintln!("{error}");
            return Ok(1);
        }
        found => found?,
    };
    if found.is_empty() && ["restart", "status"].contains(&what) {
        eprintln!("No resources found in {} namespace.", session.namespace()?);
    }
    for target in found {
        let done = match what {
            "status" => status(session, inner, &target).await,
            "undo" => undo(session, inner, &target).await,
            "history" => history(session, inner, &target).await,
            _ => mark(session, inner, &target, what).await,
        };
        if let Err(error) = done {
            failures.add(error)?;
        }
    }
    Ok(failures.end())
}

/// Pauses, resumes or restarts.
async fn mark(session: &Session, matches: &ArgMatches, target: &Target, what: &str) -> Result<()> {
    let object: Value = session.fetch(&target.path(None)).await?;
    let paused = object["spec"]["paused"] == true;
    let is_deployment = target.kind.plural == "deployments";
    match what {
        "restart" => {
            if !["deployments", "daemonsets", "statefulsets"].contains(&target.kind.plural.as_str()) {
                bail!("error: {} {:?} restarting is not supported", target.kind.qualified(), target.name);
            }
            if paused {
                bail!(
                    "error: {} {:?} can't restart paused deployment (run rollout resume first)",
                    target.kind.qualified(),
                    target.name
                );
            }
            const RESTARTED: &str = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
            let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            if object.pointer(RESTARTED) == Some(&json!(now)) {
                bail!(
                    "failed to create patch for {}: if restart has already been triggered within the past second, please wait before attempting to trigger another",
                    target.name
                );
            }
            let body = json!({"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": now}}}}});
            change(session, matches, target, &body, "restarted").await
        }
        _ if !is_deployment => {
            let doing = if what == "pause" { "pausing" } else { "resuming" };
            bail!("error: {} {:?} {doing} is not supported", target.kind.qualified(), target.name)
        }
        "pause" if paused => bail!("error: {} {:?} is already paused", target.kind.qualified(), target.name),
        "pause" => change(session, matches, target, &json!({"spec": {"paused": true}}), "paused").await,
        _ if !paused => bail!("error: {} {:?} is not paused", target.kind.qualified(), target.name),
        _ => change(session, matches, target, &json!({"spec": {"paused": null}}), "resumed").await,
    }
}

async fn change(
    session: &Session,
    matches: &ArgMatches,
    target: &Target,
    body: &Value,
    verb: &str,
) -> Result<()> {
    let query = write_query(matches, "kubectl-rollout");
    let answer =
        send(session, "PATCH", &target.path(None), &query, PatchType::Merge.content_type(), body).await?;
    crate::print::another_printer();
    report_typed(matches, &target.kind, &answer, verb)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// What there is to say about a rollout, and whether it is over.
fn progress(kind: &str, object: &Value) -> Result<(String, bool)> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let (spec, status) = (&object["spec"], &object["status"]);
    if number(&object["metadata"]["generation"]) > number(&status["observedGeneration"]) {
        let waiting = match kind {
            "deployments" => "Waiting for deployment spec update to be observed...",
            "daemonsets" => "Waiting for daemon set spec update to be observed...",
            _ => "Waiting for statefulset spec update to be observed...",
        };
        return Ok((waiting.into(), false));
    }
    match kind {
        "deployments" => {
            let late = status["conditions"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|c| c["type"] == "Progressing" && c["reason"] == "ProgressDeadlineExceeded");
            if late {
                bail!("deployment {name:?} exceeded its progress deadline");
            }
            let wanted = spec["replicas"].as_i64().unwrap_or(1);
            let (updated, total, available) = (
                number(&status["updatedReplicas"]),
                number(&status["replicas"]),
                number(&status["availableReplicas"]),
            );
            let waiting = format!("Waiting for deployment {name:?} rollout to finish: ");
            if updated < wanted {
                return Ok((
                    format!("{waiting}{updated} out of {wanted} new replicas have been updated..."),
                    false,
                ));
            }
            if total > updated {
                return Ok((
                    format!("{waiting}{} old replicas are pending termination...", total - updated),
                    false,
                ));
            }
            if available < updated {
                return Ok((
                    format!("{waiting}{available} of {updated} updated replicas are available..."),
                    false,
                ));
            }
            Ok((format!("deployment {name:?} successfully rolled out"), true))
        }
        "daemonsets" => {
            let wanted = number(&status["desiredNumberScheduled"]);
            let (updated, available) =
                (number(&status["updatedNumberScheduled"]), number(&status["numberAvailable"]));
            let waiting = format!("Waiting for daemon set {name:?} rollout to finish: ");
            if updated < wanted {
                return Ok((
                    format!("{waiting}{updated} out of {wanted} new pods have been updated..."),
                    false,
                ));
            }
            if available < wanted {
                return Ok((
                    format!("{waiting}{available} of {wanted} updated pods are available..."),
                    false,
                ));
            }
            Ok((format!("daemon set {name:?} successfully rolled out"), true))
        }
        "statefulsets" => {
            let wanted = spec["replicas"].as_i64().unwrap_or(1);
            if number(&status["readyReplicas"]) < wanted {
                return Ok((
                    format!("Waiting for {} pods to be ready...", wanted - number(&status["readyReplicas"])),
                    false,
                ));
            }
            if status["updateRevision"] != status["currentRevision"] {
                return Ok((
                    format!(
                        "waiting for statefulset rolling update to complete {} pods at revision {}...",
                        number(&status["updatedReplicas"]),
                        status["updateRevision"].as_str().unwrap_or_default()
                    ),
                    false,
                ));
            }
            let current = status["currentRevision"].as_str().unwrap_or_default();
            Ok((
                format!(
                    "statefulset rolling update complete {} pods at revision {current}...",
                    number(&status["currentReplicas"])
                ),
                true,
            ))
        }
        _ => bail!("no status viewer has been implemented for {}", object["kind"].as_str().unwrap_or(kind)),
    }
}

async fn status(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let client = session.client()?;
    let limit = flags::duration(get(matches, "timeout").unwrap_or("0"))?;
    let following = async {
        let mut last = String::new();
        let revision: i64 = get(matches, "revision").unwrap_or("0").parse()?;
        let mut tell = |object: &Value| -> Result<bool> {
            if revision > 0 && target.kind.plural == "deployments" {
                let running = object["metadata"]["annotations"][REVISION].as_str().unwrap_or("0");
                if running != revision.to_string() {
                    bail!("desired revision ({revision}) is different from the running revision ({running})");
                }
            }
            let (text, done) = progress(&target.kind.plural, object)?;
            if text != last {
                println!("{text}");
                last = text;
            }
            Ok(done)
        };
        loop {
            let object: Value = session.fetch(&target.path(None)).await?;
            if tell(&object)? || !is(matches, "watch") {
                return Ok(());
            }
            let mut params = client::ListParams::fields(format!("metadata.name={}", target.name));
            params.resource_version = object["metadata"]["resourceVersion"].as_str().map(str::to_string);
            let collection = target.kind.path(target.namespace.as_deref(), None, None);
            let mut watch = client.watch::<Value>(&collection, &params, 600, &[]).await?;
            while let Some(event) = watch.next().await? {
                match event {
                    WatchEvent::Added(found) | WatchEvent::Modified(found) => {
                        if tell(&found)? {
                            return Ok(());
                        }
                    }
                    WatchEvent::Deleted(_) => bail!("object has been deleted"),
                    WatchEvent::Bookmark { .. } => {}
                }
            }
        }
    };
    let following = async {
        if !is(matches, "watch") {
            return following.await;
        }
        tokio::select! {
            done = following => done,
            never = super::hints::follow_rollout(session, target) => match never {},
        }
    };
    if limit.is_zero() {
        return following.await;
    }
    tokio::time::timeout(limit.max(Duration::from_millis(1)), following)
        .await
        .unwrap_or_else(|_| bail!("timed out waiting for the condition"))
}

/// One revision: its number, why it was made, and its pod template.
struct Revision {
    number: i64,
    cause: Option<String>,
    template: Value,
    /// The whole replica set or controller revision.
    object: Value,
}

const CAUSE: &str = "kubernetes.io/change-cause";

/// What an object's owner keeps of its past: replica sets, or controller revisions.
async fn revisions(session: &Session, target: &Target, owner: &Value) -> Result<Vec<Revision>> {
    let client = session.client()?;
    let plural = match target.kind.plural.as_str() {
        "deployments" => "replicasets",
        "daemonsets" | "statefulsets" => "controllerrevisions",
        _ => bail!("no history viewer has been implemented for {:?}", target.kind.kind),
    };
    let path = client::path("apps", "v1", plural, target.namespace.as_deref(), None, None);
    let sets = client.list::<Value>(&path, &client::ListParams::default()).await?;
    let owned = sets.items.into_iter().filter(|set| {
        let owners = set["metadata"]["ownerReferences"].as_array();
        owners.into_iter().flatten().any(|held| held["uid"] == owner["metadata"]["uid"])
    });
    let mut found: Vec<Revision> = owned
        .filter_map(|set| {
            let annotations = &set["metadata"]["annotations"];
            let cause = annotations[CAUSE].as_str().filter(|cause| !cause.is_empty()).map(str::to_string);
            let (number, template) = if plural == "replicasets" {
                (annotations[REVISION].as_str()?.parse().ok()?, set["spec"]["template"].clone())
            } else {
                (set["revision"].as_i64()?, set["data"]["spec"]["template"].clone())
            };
            Some(Revision { number, cause, template, object: set })
        })
        .collect();
    found.sort_by_key(|revision| revision.number);
    Ok(found)
}

fn without_hash(mut template: Value) -> Value {
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
            labels.shift_remove("pod-template-hash");
        }
        metadata.shift_remove("creationTimestamp");
    }
    if let Some(map) = template.as_object_mut() {
        map.shift_remove("$patch");
    }
    template
}

async fn undo(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let to: i64 = get(matches, "to-revision").unwrap_or("0").parse()?;
    let current: Value = session.fetch(&target.path(None)).await?;
    if current["spec"]["paused"] == true {
        bail!(
            "you cannot rollback a paused deployment; resume it first with 'kctl rollout resume' and try again"
        );
    }
    if !["deployments", "daemonsets", "statefulsets"].contains(&target.kind.plural.as_str()) {
        let crate::discovery::Kind { group, kind, .. } = &target.kind;
        let dot = if group.is_empty() { "" } else { "." };
        bail!("no rollbacker has been implemented for \"{kind}{dot}{group}\"");
    }
    let found = revisions(session, target, &current).await?;
    let chosen =
        if to != 0 { found.iter().find(|revision| revision.number == to) } else { found.iter().rev().nth(1) };
    let Some(chosen) = chosen else {
        if to != 0 {
            bail!("unable to find specified revision {to} in history");
        }
        if target.kind.plural != "deployments" {
            bail!("no last revision to roll back to");
        }
        bail!("no rollout history found for {} {:?}", target.kind.kind.to_lowercase(), target.name);
    };
    let template = without_hash(chosen.template.clone());
    if super::write::dry_run(matches) == super::write::DryRun::Client {
        if let Some(printer) = crate::print::Printer::of(matches)? {
            return printer.typed(&current);
        }
        let verb = if target.kind.plural == "deployments" { "" } else { "will roll back to " };
        let shown = super::describe::template(&chosen.template, None);
        println!("{} {verb}{shown}{}", target.display(), super::write::suffix(matches));
        return Ok(());
    }
    if without_hash(current["spec"]["template"].clone()) == template {
        println!(
            "{} skipped rollback (current template already matches revision {})",
            target.display(),
            chosen.number
        );
        return Ok(());
    }
    let mut body = json!([{"op": "replace", "path": "/spec/template", "value": template}]);
    if target.kind.plural == "deployments" && current["metadata"]["annotations"].is_object() {
        // The annotations of that time come back too, but for those that are the present's.
        let mut annotations =
            chosen.object["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
        let kept = [
            crate::apply::LAST_APPLIED,
            REVISION,
            "deployment.kubernetes.io/revision-history",
            "deployment.kubernetes.io/desired-replicas",
            "deployment.kubernetes.io/max-replicas",
            "deprecated.deployment.rollback.to",
        ];
        annotations.retain(|key, _| !kept.contains(&key.as_str()));
        for key in kept {
            if let Some(value) = current["metadata"]["annotations"].get(key) {
                annotations.insert(key.into(), value.clone());
            }
        }
        if let Some(list) = body.as_array_mut() {
            list.push(json!({"op": "replace", "path": "/metadata/annotations", "value": annotations}));
        }
    }
    let query = write_query(matches, "kubectl-rollout");
    let answer =
        send(session, "PATCH", &target.path(None), &query, PatchType::Json.content_type(), &body).await?;
    crate::print::another_printer();
    report_typed(matches, &target.kind, &answer, "rolled back")
}

async fn history(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let wanted: i64 = get(matches, "revision").unwrap_or("0").parse()?;
    if wanted < 0 {
        bail!("revision must be a positive integer: {wanted}");
    }
    let owner: Value = session.fetch(&target.path(None)).await?;
    let found = revisions(session, target, &owner).await?;
    if let Some(printer) = crate::print::Printer::of(matches)? {
        let chosen: Vec<&Revision> =
            found.iter().filter(|revision| wanted == 0 || revision.number == wanted).collect();
        if chosen.is_empty() && wanted > 0 {
            bail!("unable to find the specified revision");
        }
        for revision in chosen {
            let mut object = revision.object.clone();
            if object["kind"].is_null() {
                let replica_sets = target.kind.plural == "deployments";
                object["apiVersion"] = "apps/v1".into();
                object["kind"] = if replica_sets { "ReplicaSet" } else { "ControllerRevision" }.into();
            }
            printer.typed(&object)?;
        }
        return Ok(());
    }
    if found.is_empty() && wanted > 0 {
        println!("{} with revision #{wanted}\nNo rollout history found.", target.display());
        return Ok(());
    }
    if wanted > 0 {
        let Some(revision) = found.iter().find(|revision| revision.number == wanted) else {
            bail!("unable to find the specified revision");
        };
        println!("{} with revision #{wanted}", target.display());
        print!("{}", super::describe::template(&revision.template, revision.cause.as_deref()));
        println!();
        return Ok(());
    }
    println!("{} ", target.display());
    if found.is_empty() {
        println!("No rollout history found.");
        return Ok(());
    }
    let mut text = String::from("REVISION\tCHANGE-CAUSE\n");
    for revision in &found {
        text.push_str(&format!("{}\t{}\n", revision.number, revision.cause.as_deref().unwrap_or("<none>")));
    }
    println!("{}", crate::print::tabs::align(&text, 0, 2));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployments_progress() {
        let make = |updated: i64, total: i64, available: i64| {
            json!({
                "metadata": {"name": "d", "generation": 1}, "spec": {"replicas": 2},
                "status": {"observedGeneration": 1, "updatedReplicas": updated, "replicas": total, "availableReplicas": available},
            })
        };
        for (object, words, done) in [
            (make(1, 2, 1), "1 out of 2 new replicas", false),
            (make(2, 3, 2), "1 old replicas", false),
            (make(2, 2, 1), "1 of 2 updated replicas", false),
            (make(2, 2, 2), "successfully rolled out", true),
        ] {
            let (text, over) = progress("deployments", &object).expect("has a status");
            assert!(text.contains(words) && over == done, "{text}");
        }
    }
}
