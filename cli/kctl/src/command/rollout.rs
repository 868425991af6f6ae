//! `kctl rollout`: status, undo, restart, history, pause, resume.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use client::watch::WatchEvent;
use serde_json::{Value, json};

use super::write::{report, send, write_query};
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::select::{Target, targets};

const REVISION: &str = "deployment.kubernetes.io/revision";

/// The flags.
pub fn define() -> Command {
    let base = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("resource").required(true).num_args(1..))
            .arg(flags::selector())
            .args(flags::output())
            .arg(flags::dry_run())
    };
    Command::new("rollout")
        .about("Manage the rollout of a resource")
        .subcommand_required(true)
        .subcommand(
            base("status", "Show the status of the rollout")
                .arg(flags::boolean("watch", true, "Watch until it is done").short('w'))
                .arg(flags::text("timeout", "How long to wait; 0 as long as it takes").default_value("0")),
        )
        .subcommand(
            base("undo", "Undo a previous rollout")
                .arg(flags::text("to-revision", "The revision to roll back to").default_value("0")),
        )
        .subcommand(base("restart", "Restart a resource"))
        .subcommand(
            base("history", "View rollout history")
                .arg(flags::text("revision", "Show this revision's template")),
        )
        .subcommand(base("pause", "Mark the resource as paused"))
        .subcommand(base("resume", "Resume a paused resource"))
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let Some((what, inner)) = matches.subcommand() else { return Ok(1) };
    for target in targets(session, inner).await? {
        match what {
            "status" => status(session, inner, &target).await?,
            "undo" => undo(session, inner, &target).await?,
            "restart" => {
                let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                let body = json!({"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": now}}}}});
                change(session, inner, &target, &body, "restarted").await?;
            }
            "pause" => change(session, inner, &target, &json!({"spec": {"paused": true}}), "paused").await?,
            "resume" => {
                change(session, inner, &target, &json!({"spec": {"paused": null}}), "resumed").await?
            }
            _ => history(session, inner, &target).await?,
        }
    }
    Ok(0)
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
    report(matches, &target.kind, &answer, verb)
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
        other => bail!("no status viewer has been implemented for {other}"),
    }
}

async fn status(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let client = session.client()?;
    let limit = flags::duration(get(matches, "timeout").unwrap_or("0"))?;
    let following = async {
        let mut last = String::new();
        let mut tell = |object: &Value| -> Result<bool> {
            let (text, done) = progress(&target.kind.plural, object)?;
            if text != last {
                println!("{text}");
                last = text;
            }
            Ok(done)
        };
        loop {
            let object: Value = client.get(&target.path(None)).await?;
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
    if limit.is_zero() {
        return following.await;
    }
    tokio::time::timeout(limit.max(Duration::from_millis(1)), following)
        .await
        .unwrap_or_else(|_| bail!("timed out waiting for the condition"))
}

/// The replica sets of a deployment, by revision.
async fn revisions(session: &Session, target: &Target) -> Result<Vec<(i64, Value)>> {
    if target.kind.plural != "deployments" {
        bail!("{} has no history that is built yet; deployments have", target.kind.plural);
    }
    let client = session.client()?;
    let deployment: Value = client.get(&target.path(None)).await?;
    let sets = client
        .list::<Value>(
            &client::path("apps", "v1", "replicasets", target.namespace.as_deref(), None, None),
            &client::ListParams::default(),
        )
        .await?;
    let mut found: Vec<(i64, Value)> = sets
        .items
        .into_iter()
        .filter(|set| {
            set["metadata"]["ownerReferences"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|owner| owner["uid"] == deployment["metadata"]["uid"])
        })
        .filter_map(|set| Some((set["metadata"]["annotations"][REVISION].as_str()?.parse().ok()?, set)))
        .collect();
    found.sort_by_key(|(revision, _)| *revision);
    Ok(found)
}

async fn undo(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let to: i64 = get(matches, "to-revision").unwrap_or("0").parse()?;
    let found = revisions(session, target).await?;
    let chosen =
        if to > 0 { found.iter().find(|(revision, _)| *revision == to) } else { found.iter().rev().nth(1) };
    let Some((_, set)) = chosen else {
        if to > 0 {
            bail!("unable to find specified revision {to} in history");
        }
        bail!("no rollout history found for {}", target.display());
    };
    let mut template = set["spec"]["template"].clone();
    if let Some(labels) = template["metadata"]["labels"].as_object_mut() {
        labels.remove("pod-template-hash");
    }
    let current: Value = session.client()?.get(&target.path(None)).await?;
    let mut held = current["spec"]["template"].clone();
    if let Some(metadata) = held["metadata"].as_object_mut() {
        metadata.remove("creationTimestamp");
    }
    if held == template {
        println!(
            "{} skipped rollback (current template already matches revision {})",
            target.display(),
            if to > 0 { to } else { found.len() as i64 }
        );
        return Ok(());
    }
    let body = json!([{"op": "replace", "path": "/spec/template", "value": template}]);
    let query = write_query(matches, "kubectl-rollout");
    let answer =
        send(session, "PATCH", &target.path(None), &query, PatchType::Json.content_type(), &body).await?;
    report(matches, &target.kind, &answer, "rolled back")
}

async fn history(session: &Session, matches: &ArgMatches, target: &Target) -> Result<()> {
    let found = revisions(session, target).await?;
    if let Some(revision) = get(matches, "revision") {
        let wanted: i64 = revision.parse()?;
        let Some((_, set)) = found.iter().find(|(revision, _)| *revision == wanted) else {
            bail!("unable to find the specified revision");
        };
        println!("{} with revision #{wanted}", target.display());
        println!("Pod Template:\n{}", serde_yaml::to_string(&set["spec"]["template"])?);
        return Ok(());
    }
    println!("{} ", target.display());
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|(revision, set)| {
            let cause =
                set["metadata"]["annotations"]["kubernetes.io/change-cause"].as_str().unwrap_or("<none>");
            vec![revision.to_string(), cause.to_string()]
        })
        .collect();
    print!("{}", crate::print::table::render(Some(vec!["REVISION".into(), "CHANGE-CAUSE".into()]), &rows));
    println!();
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
