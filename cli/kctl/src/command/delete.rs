//! `kctl delete`.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::select::{Target, targets};

/// The flags.
pub fn define() -> Command {
    Command::new("delete")
        .about(
            "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        )
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::text("field-selector", "Selector (field query) to filter on"))
        .arg(flags::boolean("all", false, "Delete all resources of the given types in the namespace"))
        .arg(flags::boolean("all-namespaces", false, "Delete across all namespaces").short('A'))
        .arg(flags::boolean("force", false, "Remove at once, without waiting for the node"))
        .arg(flags::boolean("now", false, "Signal for shutdown at once (--grace-period=1)"))
        .arg(flags::boolean("wait", true, "Wait until the objects are gone"))
        .arg(flags::boolean("ignore-not-found", false, "Treat \"not found\" as a success"))
        .arg(
            flags::text("grace-period", "Seconds given to end gracefully; -1 for the default")
                .default_value("-1")
                .allow_negative_numbers(true),
        )
        .arg(flags::text("timeout", "How long to wait; 0 as long as it takes").default_value("0"))
        .arg(
            flags::text("cascade", "background, orphan or foreground")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("background")
                .default_value("background")
                .value_parser(["background", "orphan", "foreground", "true", "false"]),
        )
        .arg(flags::text("output", "name for short output").short('o'))
        .arg(flags::dry_run())
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let grace: i64 = get(matches, "grace-period").unwrap_or("-1").parse()?;
    let (force, now) = (is(matches, "force"), is(matches, "now"));
    if now && grace != -1 {
        bail!("--now and --grace-period cannot be specified together");
    }
    if grace == 0 && !force {
        eprintln!("warning: --grace-period=0 without --force waits until the object is gone");
    }
    let mut options = json!({});
    let grace = match (now, force, grace) {
        (true, _, _) => Some(1),
        (_, true, -1 | 0) => Some(0),
        (_, _, -1) => None,
        (_, _, seconds) => Some(seconds),
    };
    if let Some(grace) = grace {
        options["gracePeriodSeconds"] = json!(grace);
    }
    if force {
        eprintln!(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."
        );
    }
    options["propagationPolicy"] = json!(match get(matches, "cascade") {
        Some("orphan" | "false") => "Orphan",
        Some("foreground") => "Foreground",
        _ => "Background",
    });
    let dry = super::create::dry_run(matches);
    if dry == super::create::DryRun::Server {
        options["dryRun"] = json!(["All"]);
    }
    let found = targets(session, matches).await?;
    if found.is_empty() {
        println!("No resources found");
        return Ok(0);
    }
    let mut failed = 0;
    let mut waiting = Vec::new();
    for target in found {
        if dry == super::create::DryRun::Client {
            told(matches, &target, " (dry run)");
            continue;
        }
        match session.client()?.delete(&target.path(None), Some(&options)).await {
            Ok(answer) => {
                told(
                    matches,
                    &target,
                    if dry == super::create::DryRun::Server { " (server dry run)" } else { "" },
                );
                let uid = answer["metadata"]["uid"]
                    .as_str()
                    .or(answer["details"]["uid"].as_str())
                    .unwrap_or_default()
                    .to_string();
                waiting.push((target, uid));
            }
            Err(error) if error.is_not_found() && is(matches, "ignore-not-found") => {}
            Err(client::Error::Status(status)) => {
                failed = 1;
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if is(matches, "wait") && dry == super::create::DryRun::None {
        let limit = flags::duration(get(matches, "timeout").unwrap_or("0"))?;
        let begun = Instant::now();
        for (target, uid) in waiting {
            gone(session, &target, &uid, limit, begun).await?;
        }
    }
    Ok(failed)
}

fn told(matches: &ArgMatches, target: &Target, suffix: &str) {
    if get(matches, "output") == Some("name") {
        println!("{}", target.display());
        return;
    }
    let kind = target.kind.singular_qualified();
    let place = target
        .namespace
        .as_deref()
        .map(|namespace| format!(" from {namespace} namespace"))
        .unwrap_or_default();
    let how = if is(matches, "force") { "force deleted" } else { "deleted" };
    println!("{kind} {:?} {how}{place}{suffix}", target.name);
}

/// Waits until an object is gone, or another one has its name.
async fn gone(session: &Session, target: &Target, uid: &str, limit: Duration, begun: Instant) -> Result<()> {
    let client = session.client()?;
    loop {
        let current: Value = match client.get(&target.path(None)).await {
            Err(error) if error.is_not_found() => return Ok(()),
            other => other?,
        };
        if !uid.is_empty() && current["metadata"]["uid"].as_str() != Some(uid) {
            return Ok(());
        }
        if !limit.is_zero() && begun.elapsed() > limit {
            bail!("timed out waiting for the condition on {}", target.display());
        }
        let mut params = client::ListParams::fields(format!("metadata.name={}", target.name));
        params.resource_version = current["metadata"]["resourceVersion"].as_str().map(str::to_string);
        let collection = target.kind.path(target.namespace.as_deref(), None, None);
        let Ok(mut watch) = client.watch::<Value>(&collection, &params, 300, &[]).await else {
            tokio::time::sleep(Duration::from_millis(500)).await;
            continue;
        };
        let watching = async {
            while let Ok(Some(event)) = watch.next().await {
                if matches!(event, client::watch::WatchEvent::Deleted(_)) {
                    return;
                }
            }
        };
        let left = if limit.is_zero() {
            Duration::from_secs(300)
        } else {
            limit.saturating_sub(begun.elapsed()) + Duration::from_millis(50)
        };
        let _ = tokio::time::timeout(left, watching).await;
    }
}
