//! `kctl cordon`, `uncordon` and `drain`.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use serde_json::{Value, json};

use super::write::{DryRun, dry_run, send, suffix, write_query};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::usage::usage;

/// How long to wait before an eviction is tried again that a budget refused.
const AGAIN: Duration = Duration::from_secs(5);

fn node_command(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .arg(Arg::new("node").num_args(0..).value_name("NODE"))
        .arg(flags::selector())
        .arg(flags::dry_run())
}

/// The flags of `cordon`.
pub fn define_cordon() -> Command {
    node_command("cordon", "Mark node as unschedulable")
}

/// The flags of `uncordon`.
pub fn define_uncordon() -> Command {
    node_command("uncordon", "Mark node as schedulable")
}

/// The flags of `drain`.
pub fn define_drain() -> Command {
    node_command("drain", "Drain node in preparation for maintenance")
        .arg(flags::boolean(
            "force",
            false,
            "Go on even where pods have no controller that would start them again",
        ))
        .arg(flags::boolean("ignore-daemonsets", false, "Ignore pods managed by daemon sets"))
        .arg(flags::boolean(
            "delete-emptydir-data",
            false,
            "Go on even where pods use emptyDir, whose data is lost",
        ))
        .arg(flags::boolean(
            "disable-eviction",
            false,
            "Delete pods rather than evict them: budgets are passed over",
        ))
        .arg(flags::text("pod-selector", "Only pods with these labels"))
        .arg(
            flags::integer("grace-period", "Seconds given to each pod; -1 for its own")
                .default_value("-1")
                .allow_negative_numbers(true),
        )
        .arg(flags::period("timeout", "How long to try; 0 as long as it takes").default_value("0s"))
        .arg(
            flags::integer(
                "skip-wait-for-delete-timeout",
                "Don't wait for pods that have been deleted longer than this many seconds",
            )
            .default_value("0"),
        )
        .arg(flags::integer("chunk-size", "Return large lists in chunks").default_value("500"))
}

async fn nodes(session: &Session, matches: &ArgMatches, command: &str) -> Result<Vec<Value>> {
    let client = session.client()?;
    let names = all(matches, "node");
    let selector = get(matches, "selector").filter(|selector| !selector.is_empty());
    let path = client::path("", "v1", "nodes", None, None, None);
    match (names.is_empty(), selector) {
        (false, Some(_)) => Err(usage("cannot specify both a node name and a --selector option")),
        (true, None) => Err(usage(format!("USAGE: {command} NODE [flags]"))),
        (true, Some(_)) => {
            let found = client.list_all::<Value>(&path, &crate::select::params(matches)).await?.items;
            Ok(found)
        }
        (false, None) => {
            let mut found = Vec::new();
            for word in names {
                let name = match word.split_once('/') {
                    None => word.as_str(),
                    Some((kind, name)) => {
                        let kind = session.discovery().await?.find(kind)?;
                        if kind.plural != "nodes" || !kind.group.is_empty() {
                            bail!(
                                "expected resource of type node, got \"{}/{}, Resource={}\"",
                                kind.group,
                                kind.version,
                                kind.plural
                            );
                        }
                        name
                    }
                };
                found.push(client.get(&format!("{path}/{name}")).await?);
            }
            Ok(found)
        }
    }
}

/// Runs `cordon`.
pub async fn cordon(session: &Session, matches: &ArgMatches) -> Result<u8> {
    schedulable(session, matches, false, "cordon").await
}

/// Runs `uncordon`.
pub async fn uncordon(session: &Session, matches: &ArgMatches) -> Result<u8> {
    schedulable(session, matches, true, "uncordon").await
}

async fn schedulable(session: &Session, matches: &ArgMatches, wanted: bool, command: &str) -> Result<u8> {
    let found = nodes(session, matches, command).await?;
    for node in &found {
        set_schedulable(session, matches, node, wanted).await?;
    }
    Ok(0)
}

async fn set_schedulable(session: &Session, matches: &ArgMatches, node: &Value, wanted: bool) -> Result<()> {
    let name = node["metadata"]["name"].as_str().unwrap_or_default();
    let now = node["spec"]["unschedulable"] != true;
    let (verb, already) =
        if wanted { ("uncordoned", "already uncordoned") } else { ("cordoned", "already cordoned") };
    if now == wanted {
        println!("node/{name} {already}{}", suffix(matches));
        return Ok(());
    }
    if dry_run(matches) != DryRun::Client {
        let path = client::path("", "v1", "nodes", None, Some(name), None);
        let body = json!({"spec": {"unschedulable": if wanted { Value::Null } else { json!(true) }}});
        let query = write_query(matches, "kubectl-cordon");
        send(session, "PATCH", &path, &query, PatchType::Strategic.content_type(), &body).await?;
    }
    println!("node/{name} {verb}{}", suffix(matches));
    Ok(())
}

/// What is to happen with a pod of a node that is drained.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Evict,
    /// Goes, but somebody should know.
    Warn(&'static str),
    /// Stays, quietly.
    Skip,
    /// Stays, and that is told.
    SkipWarn(&'static str),
    /// Keeps the drain from beginning.
    Refuse(&'static str),
}

const DAEMON: &str = "ignoring DaemonSet-managed Pods";
const DAEMON_REFUSED: &str = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const LOCAL: &str = "deleting Pods with local storage";
const LOCAL_REFUSED: &str = "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
const UNMANAGED: &str = "deleting Pods that declare no controller";
// The doubled words are upstream's, which scripts may look for.
const UNMANAGED_REFUSED: &str =
    "cannot delete cannot delete Pods that declare no controller (use --force to override)";

/// The rules of `drain`, in their order.
struct Rules {
    force: bool,
    ignore_daemonsets: bool,
    delete_local: bool,
    skip_after: u64,
}

impl Rules {
    fn fate(&self, pod: &Value, daemon_set_exists: Option<bool>, now: i64) -> Fate {
        let metadata = &pod["metadata"];
        if self.skip_after > 0
            && let Some(deleted) =
                metadata["deletionTimestamp"].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok())
            && now - deleted.as_second() > i64::try_from(self.skip_after).unwrap_or(i64::MAX)
        {
            return Fate::Skip;
        }
        let finished = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
        let controller =
            metadata["ownerReferences"].as_array().into_iter().flatten().find(|o| o["controller"] == true);
        let mut warning = None;
        if controller.is_some_and(|owner| owner["kind"] == "DaemonSet") && !finished {
            match daemon_set_exists {
                Some(false) if self.force => warning = Some(UNMANAGED),
                Some(false) => return Fate::Refuse(UNMANAGED_REFUSED),
                _ if self.ignore_daemonsets => return Fate::SkipWarn(DAEMON),
                _ => return Fate::Refuse(DAEMON_REFUSED),
            }
        }
        // Mirrors of static pods come back by themselves.
        if metadata["annotations"]["kubernetes.io/config.mirror"].is_string() {
            return Fate::Skip;
        }
        let local = pod["spec"]["volumes"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|volume| volume["emptyDir"].is_object());
        if local && !finished {
            if !self.delete_local {
                return Fate::Refuse(LOCAL_REFUSED);
            }
            warning = warning.or(Some(LOCAL));
        }
        if !finished && controller.is_none() {
            if !self.force {
                return Fate::Refuse(UNMANAGED_REFUSED);
            }
            warning = Some(UNMANAGED);
        }
        warning.map_or(Fate::Evict, Fate::Warn)
    }
}

/// Runs `drain`.
pub async fn drain(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if let Some(selector) = get(matches, "pod-selector")
        && apimachinery::labels::Selector::parse(selector).is_err()
    {
        bail!("--pod-selector=<pod_selector> must be a valid label selector");
    }
    let found = nodes(session, matches, "drain").await?;
    let rules = Rules {
        force: is(matches, "force"),
        ignore_daemonsets: is(matches, "ignore-daemonsets"),
        delete_local: is(matches, "delete-emptydir-data"),
        skip_after: get(matches, "skip-wait-for-delete-timeout").unwrap_or("0").parse()?,
    };
    for node in &found {
        set_schedulable(session, matches, node, false).await?;
    }
    let (mut failed, mut left) = (0, Vec::new());
    for node in &found {
        let name = node["metadata"]["name"].as_str().unwrap_or_default();
        match drain_one(session, matches, name, &rules).await {
            Ok(()) => println!("node/{name} drained{}", suffix(matches)),
            Err(error) => {
                failed = 1;
                left.push(name.to_string());
                eprintln!(
                    "error: unable to drain node {name:?} due to error: {error:#}, continuing command..."
                );
            }
        }
    }
    if failed != 0 {
        eprintln!("There are pending nodes to be drained:");
        for name in &left {
            eprintln!(" {name}");
        }
        // The reasons once more, where a script looks for them.
        for name in &left {
            if let Err(error) = plan(session, matches, name, &rules).await {
                let text = format!("{error:#}");
                let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text);
                eprintln!("{}", inner.replace(", cannot delete", "\ncannot delete"));
            }
        }
    }
    Ok(failed)
}

fn place(pod: &Value) -> (String, String) {
    let text = |field: &str| pod["metadata"][field].as_str().unwrap_or_default().to_string();
    (text("namespace"), text("name"))
}

/// The pods that have to go, and the warnings about them.
async fn plan(
    session: &Session,
    matches: &ArgMatches,
    node: &str,
    rules: &Rules,
) -> Result<(Vec<Value>, String)> {
    let client = session.client()?;
    let params = client::ListParams {
        label_selector: get(matches, "pod-selector").filter(|text| !text.is_empty()).map(str::to_string),
        field_selector: Some(format!("spec.nodeName={node}")),
        ..crate::select::params(matches)
    };
    let pods =
        client.list_all::<Value>(&client::path("", "v1", "pods", None, None, None), &params).await?.items;
    let now = jiff::Timestamp::now().as_second();
    let mut go = Vec::new();
    let note = |list: &mut Vec<(&'static str, Vec<String>)>, why: &'static str, pod: &Value| {
        let (namespace, name) = place(pod);
        let shown = format!("{namespace}/{name}");
        match list.iter_mut().find(|(held, _)| *held == why) {
            Some((_, names)) => names.push(shown),
            None => list.push((why, vec![shown])),
        }
    };
    let (mut warned, mut refusals) = (Vec::new(), Vec::new());
    for pod in pods {
        let owner = pod["metadata"]["ownerReferences"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|owner| owner["controller"] == true && owner["kind"] == "DaemonSet");
        let exists = match owner {
            None => None,
            Some(owner) => {
                let namespace = pod["metadata"]["namespace"].as_str();
                let path = client::path("apps", "v1", "daemonsets", namespace, owner["name"].as_str(), None);
                match client.get::<Value>(&path).await {
                    Ok(_) => Some(true),
                    Err(error) if error.is_not_found() => Some(false),
                    Err(error) => return Err(error.into()),
                }
            }
        };
        match rules.fate(&pod, exists, now) {
            Fate::Evict => go.push(pod),
            Fate::Warn(why) => {
                note(&mut warned, why, &pod);
                go.push(pod);
            }
            Fate::SkipWarn(why) => note(&mut warned, why, &pod),
            Fate::Skip => {}
            Fate::Refuse(why) => note(&mut refusals, why, &pod),
        }
    }
    let told = |mut list: Vec<(&str, Vec<String>)>| {
        list.sort();
        list.into_iter()
            .map(|(why, names)| format!("{why}: {}", names.join(", ")))
            .collect::<Vec<_>>()
            .join("; ")
    };
    match refusals.len() {
        0 => Ok((go, told(warned))),
        1 => bail!("{}", told(refusals)),
        _ => bail!("[{}]", told(refusals).replace("; ", ", ")),
    }
}

async fn drain_one(session: &Session, matches: &ArgMatches, node: &str, rules: &Rules) -> Result<()> {
    let (go, warnings) = plan(session, matches, node, rules).await?;
    if !warnings.is_empty() {
        eprintln!("Warning: {warnings}");
    }
    let limit = flags::duration(get(matches, "timeout").unwrap_or("0"))?;
    let work = futures::future::try_join_all(go.iter().map(|pod| remove(session, matches, pod, rules)));
    if limit.is_zero() {
        work.await?;
        return Ok(());
    }
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map(|_| ()),
        Err(_) => bail!("global timeout reached: {limit:?}"),
    }
}

/// Evicts (or deletes) a pod and waits until it is gone.
async fn remove(session: &Session, matches: &ArgMatches, pod: &Value, rules: &Rules) -> Result<()> {
    let client = session.client()?;
    let (namespace, name) = place(pod);
    let path = client::path("", "v1", "pods", Some(&namespace), Some(&name), None);
    let grace: i64 = get(matches, "grace-period").unwrap_or("-1").parse()?;
    let mut options = json!({});
    if grace >= 0 {
        options["gracePeriodSeconds"] = json!(grace);
    }
    let deletes = is(matches, "disable-eviction");
    let verb = if deletes { "deleting" } else { "evicting" };
    if dry_run(matches) == DryRun::Client {
        println!("{verb} pod {namespace}/{name}{}", suffix(matches));
        return Ok(());
    }
    if dry_run(matches) == DryRun::Server {
        options["dryRun"] = json!(["All"]);
    }
    println!("{verb} pod {namespace}/{name}{}", suffix(matches));
    loop {
        let outcome = if deletes {
            client.delete(&path, Some(&options)).await
        } else {
            let mut options = options.clone();
            options["kind"] = "DeleteOptions".into();
            options["apiVersion"] = "v1".into();
            let body = json!({
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": {"name": name, "namespace": namespace}, "deleteOptions": options,
            });
            client.create::<Value, Value>(&format!("{path}/eviction"), &body).await
        };
        match outcome {
            Ok(_) => break,
            Err(error) if error.is_not_found() => break,
            Err(client::Error::Status(status)) if status.code == 429 => {
                eprintln!(
                    "error when evicting pods/{name:?} -n {namespace:?} (will retry after 5s): {}",
                    status.message
                );
                tokio::time::sleep(AGAIN).await;
            }
            Err(error) => bail!("error when {verb} pods/{name:?} -n {namespace:?}: {error}"),
        }
    }
    if dry_run(matches) == DryRun::Server {
        return Ok(());
    }
    let pods = session.discovery().await?.find("pods")?.clone();
    let target = crate::select::Target { kind: pods, namespace: Some(namespace), name };
    let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
    let limit = Duration::from_secs(rules.skip_after);
    let waited = super::delete::gone(session, &target, uid, limit, Instant::now()).await;
    if waited.is_err() && rules.skip_after > 0 {
        return Ok(());
    }
    waited?;
    println!("pod/{} {}", target.name, if deletes { "deleted" } else { "evicted" });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates() {
        let rules = |force, ignore_daemonsets, delete_local| Rules {
            force,
            ignore_daemonsets,
            delete_local,
            skip_after: 0,
        };
        let owned =
            |kind: &str| json!({"metadata": {"ownerReferences": [{"controller": true, "kind": kind}]}});
        let mirror = json!({"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}});
        let local = json!({"metadata": {"ownerReferences": [{"controller": true, "kind": "ReplicaSet"}]}, "spec": {"volumes": [{"emptyDir": {}}]}});
        let bare = json!({"metadata": {}});
        let done = json!({"metadata": {}, "status": {"phase": "Succeeded"}});
        assert_eq!(rules(false, false, false).fate(&owned("ReplicaSet"), None, 0), Fate::Evict);
        assert_eq!(
            rules(false, false, false).fate(&owned("DaemonSet"), Some(true), 0),
            Fate::Refuse(DAEMON_REFUSED)
        );
        assert_eq!(
            rules(false, true, false).fate(&owned("DaemonSet"), Some(true), 0),
            Fate::SkipWarn(DAEMON)
        );
        assert_eq!(rules(true, true, false).fate(&owned("DaemonSet"), Some(false), 0), Fate::Warn(UNMANAGED));
        assert_eq!(rules(false, false, false).fate(&mirror, None, 0), Fate::Skip);
        assert_eq!(rules(false, false, false).fate(&local, None, 0), Fate::Refuse(LOCAL_REFUSED));
        assert_eq!(rules(false, false, true).fate(&local, None, 0), Fate::Warn(LOCAL));
        assert_eq!(rules(false, false, false).fate(&bare, None, 0), Fate::Refuse(UNMANAGED_REFUSED));
        assert_eq!(rules(true, false, false).fate(&bare, None, 0), Fate::Warn(UNMANAGED));
        assert_eq!(rules(false, false, false).fate(&done, None, 0), Fate::Evict);
    }
}
