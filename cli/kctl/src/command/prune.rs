//! `--prune` of `apply` and `diff`: objects that were applied before, and are in the files no more.

use std::collections::HashSet;

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use super::write::{DryRun, dry_run, suffix};
use crate::apply::LAST_APPLIED;
use crate::connect::Session;
use crate::discovery::Kind;
use crate::flags::{all, get};

/// Kinds that `--prune` looks at unless `--prune-allowlist` names others.
const PRUNED: &[(&str, &str)] = &[
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "PersistentVolume"),
    ("v1", "Pod"),
    ("v1", "ReplicationController"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
];

/// What is in the files, as far as the server has it.
#[derive(Default)]
pub struct Visited {
    uids: HashSet<String>,
    namespaces: Vec<String>,
}

impl Visited {
    /// An object of the files is there.
    pub fn mark(&mut self, object: &Value) {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_string();
        self.uids.insert(text("uid"));
        let namespace = text("namespace");
        if !namespace.is_empty() && !self.namespaces.contains(&namespace) {
            self.namespaces.push(namespace);
            self.namespaces.sort();
        }
    }

    /// Whether an object of the server is in the files.
    pub fn has(&self, object: &Value) -> bool {
        object["metadata"]["uid"].as_str().is_some_and(|uid| self.uids.contains(uid))
    }
}

fn kinds(matches: &ArgMatches, discovery: &crate::discovery::Discovery) -> Result<Vec<Kind>> {
    let list = all(matches, "prune-allowlist");
    if list.is_empty() {
        let known = PRUNED.iter().filter_map(|(version, kind)| discovery.of_manifest(version, kind).ok());
        return Ok(known.cloned().collect());
    }
    let mut found = Vec::new();
    for text in &list {
        let (group, version, kind) = match text.split('/').collect::<Vec<_>>().as_slice() {
            [group, version, kind] => (*group, *version, *kind),
            _ => bail!("invalid GroupVersionKind format: {text}, please follow <group/version/kind>"),
        };
        let api_version = if group == "core" { version.to_string() } else { format!("{group}/{version}") };
        found.push(discovery.of_manifest(&api_version, kind)?.clone());
    }
    Ok(found)
}

/// Looks at `--prune-allowlist` before anything is written.
///
/// # Errors
/// Fails on what names no kind that the server has.
pub async fn check(session: &Session, matches: &ArgMatches) -> Result<()> {
    if !all(matches, "prune-allowlist").is_empty() {
        kinds(matches, session.discovery().await?)?;
    }
    Ok(())
}

/// The objects that are to go, those of namespaces first.
///
/// # Errors
/// Fails on kinds that the server doesn't have, and when it refuses a list.
pub async fn candidates(
    session: &Session,
    matches: &ArgMatches,
    visited: &Visited,
) -> Result<Vec<(Kind, Value)>> {
    let kinds = kinds(matches, session.discovery().await?)?;
    let params = client::ListParams {
        label_selector: get(matches, "selector").map(str::to_string),
        ..Default::default()
    };
    let mut places: Vec<(&Kind, Option<&str>)> = Vec::new();
    for namespace in &visited.namespaces {
        places
            .extend(kinds.iter().filter(|kind| kind.namespaced).map(|kind| (kind, Some(namespace.as_str()))));
    }
    places.extend(kinds.iter().filter(|kind| !kind.namespaced).map(|kind| (kind, None)));
    let mut found = Vec::new();
    for (kind, namespace) in places {
        let held = session.client()?.list::<Value>(&kind.path(namespace, None, None), &params).await?;
        found.extend(
            held.items
                .into_iter()
                .filter(|object| object["metadata"]["annotations"][LAST_APPLIED].is_string())
                .filter(|object| !visited.has(object))
                .map(|object| (kind.clone(), object)),
        );
    }
    Ok(found)
}

/// Deletes objects and says so.
///
/// # Errors
/// Fails when the server refuses one.
pub async fn remove(session: &Session, matches: &ArgMatches, objects: &[(Kind, Value)]) -> Result<()> {
    for (kind, object) in objects {
        let metadata = &object["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default();
        if dry_run(matches) != DryRun::Client {
            let mut options = super::delete::options(matches)?;
            if dry_run(matches) == DryRun::Server {
                options["dryRun"] = json!(["All"]);
            }
            let path = kind.path(metadata["namespace"].as_str(), Some(name), None);
            session.client()?.delete(&path, Some(&options)).await?;
        }
        if get(matches, "output") == Some("name") {
            println!("{}/{name}", kind.singular_qualified());
        } else {
            println!("{}/{name} pruned{}", kind.singular_qualified(), suffix(matches));
        }
    }
    Ok(())
}
