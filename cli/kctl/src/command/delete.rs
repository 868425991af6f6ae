//! `kctl delete`.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use super::write::{DryRun, dry_run, suffix};
use crate::connect::Session;
use crate::flags::{self, all, get, is};
use crate::select::{Target, targets};

/// The flags that say how objects are deleted, which `apply` and `replace` have too.
pub fn waiting() -> [Arg; 5] {
    [
        flags::boolean("force", false, "Remove at once, without waiting for the node"),
        flags::boolean("wait", false, "Wait until the objects are gone"),
        flags::integer("grace-period", "Seconds given to end gracefully; -1 for the default")
            .default_value("-1")
            .allow_negative_numbers(true),
        flags::period("timeout", "How long to wait; 0 as long as it takes").default_value("0s"),
        flags::text("cascade", "background, orphan or foreground")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("background")
            .default_value("background"),
    ]
}

/// The flags.
pub fn define() -> Command {
    Command::new("delete")
        .about(
            "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        )
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .args(waiting())
        .mut_arg("wait", |arg| arg.default_value("true"))
        .arg(flags::selector())
        .arg(flags::text("field-selector", "Selector (field query) to filter on"))
        .arg(flags::boolean("all", false, "Delete all resources of the given types in the namespace"))
        .arg(flags::boolean("all-namespaces", false, "Delete across all namespaces").short('A'))
        .arg(flags::boolean("now", false, "Signal for shutdown at once (--grace-period=1)"))
        .arg(flags::boolean("ignore-not-found", false, "Treat \"not found\" as a success"))
        .arg(flags::boolean("interactive", false, "Ask before deleting").short('i'))
        .arg(flags::text("raw", "A URI to DELETE"))
        .arg(flags::text("output", "name for short output").short('o'))
        .arg(flags::dry_run())
}

/// `DeleteOptions`, from the flags.
///
/// # Errors
/// Fails on a cascade that there is not.
pub fn options(matches: &ArgMatches) -> Result<Value> {
    let grace: i64 = get(matches, "grace-period").unwrap_or("-1").parse()?;
    let mut options = json!({});
    let grace = match (is(matches, "now"), is(matches, "force"), grace) {
        (true, ..) => Some(1),
        (_, true, seconds) if seconds < 0 => Some(0),
        (_, _, seconds) if seconds < 0 => None,
        (_, _, seconds) => Some(seconds),
    };
    if let Some(grace) = grace {
        options["gracePeriodSeconds"] = json!(grace);
    }
    options["propagationPolicy"] = json!(match get(matches, "cascade") {
        Some("orphan" | "false") => "Orphan",
        Some("foreground") => "Foreground",
        Some("background" | "true") | None => "Background",
        Some(other) => {
            bail!("invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\"")
        }
    });
    Ok(options)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let dry = dry_run(matches);
    if let Some(uri) = get(matches, "raw") {
        let answer = session.client()?.delete(uri, None).await?;
        println!("{answer}");
        return Ok(0);
    }
    let grace: i64 = get(matches, "grace-period").unwrap_or("-1").parse()?;
    let (force, now) = (is(matches, "force"), is(matches, "now"));
    if now && grace != -1 {
        bail!("--now and --grace-period cannot be specified together");
    }
    if force && (now || grace > 0) {
        bail!("--force and --grace-period greater than 0 cannot be specified together");
    }
    if let Some(other) = get(matches, "output").filter(|output| !["name", ""].contains(output)) {
        bail!("unexpected -o output mode: {other}. We only support '-o name'");
    }
    if is(matches, "all") && get(matches, "selector").is_some() {
        bail!("setting 'all' parameter but found a non empty selector. ");
    }
    if is(matches, "all") && get(matches, "field-selector").is_some() {
        bail!("cannot set --all and --field-selector at the same time");
    }
    if grace == 0 && !force && super::hints::wanted() {
        // As upstream: a pod's node decides, which takes a second at least.
        eprintln!("warning: --grace-period=0 without --force waits until the object is gone");
    }
    let mut options = options(matches)?;
    if force {
        eprintln!(
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."
        );
    }
    if dry == DryRun::Server {
        options["dryRun"] = json!(["All"]);
    }
    let lenient = is(matches, "ignore-not-found") || is(matches, "all") || get(matches, "selector").is_some();
    let found = targets(session, matches).await?;
    if found.is_empty() {
        println!("No resources found");
        return Ok(0);
    }
    if is(matches, "interactive") && dry != DryRun::Client && !confirmed(&found)? {
        println!("deletion is cancelled");
        return Ok(0);
    }
    let (mut failed, mut waiting) = (0, Vec::new());
    for target in found {
        if dry == DryRun::Client {
            told(matches, &target);
            continue;
        }
        match session.client()?.delete(&target.path(None), Some(&options)).await {
            Ok(answer) => {
                told(matches, &target);
                let uid = answer["metadata"]["uid"].as_str().or(answer["details"]["uid"].as_str());
                waiting.push((target, uid.unwrap_or_default().to_string()));
            }
            Err(error) if error.is_not_found() && lenient => {}
            Err(client::Error::Status(mut status)) => {
                failed = 1;
                if let Some(file) = all(matches, "filename").first() {
                    status.message = format!("error when deleting {file:?}: {}", status.message);
                }
                eprintln!("{}", crate::server_message(&status));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if is(matches, "wait") && dry == DryRun::None {
        let limit = flags::duration(get(matches, "timeout").unwrap_or("0"))?;
        let begun = Instant::now();
        for (target, uid) in waiting {
            gone(session, &target, &uid, limit, begun).await?;
        }
    }
    Ok(failed)
}

fn confirmed(found: &[Target]) -> Result<bool> {
    println!("You are about to delete the following {} resource(s):", found.len());
    for target in found {
        println!("{}", target.display());
    }
    print!("Do you want to continue? (y/N): ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

/// ` from x namespace`, for objects that are in one.
pub fn from(target: &Target) -> String {
    target.namespace.as_deref().map(|namespace| format!(" from {namespace} namespace")).unwrap_or_default()
}

fn told(matches: &ArgMatches, target: &Target) {
    if get(matches, "output") == Some("name") {
        println!("{}", target.display());
        return;
    }
    let kind = target.kind.singular_qualified();
    let how = if is(matches, "force") { "force deleted" } else { "deleted" };
    println!("{kind} {:?} {how}{}{}", target.name, from(target), suffix(matches));
}

/// What keeps an object whose deletion hangs: finalizers, or what a namespace still holds.
fn blockers(object: &Value) -> Option<String> {
    let mut told: Vec<String> = object["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|c| {
            c["status"] == "True" && c["type"].as_str().is_some_and(|kind| kind.starts_with("Namespace"))
        })
        .filter_map(|c| c["message"].as_str().map(str::to_string))
        .collect();
    for place in [&object["metadata"]["finalizers"], &object["spec"]["finalizers"]] {
        let names: Vec<&str> = place.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !names.is_empty() && told.is_empty() {
            told.push(format!("finalizers: {}", names.join(", ")));
        }
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// Waits until an object is gone, or another one has its name. On a terminal, a wait that takes
/// long says what it waits for.
pub async fn gone(
    session: &Session,
    target: &Target,
    uid: &str,
    limit: Duration,
    begun: Instant,
) -> Result<()> {
    let client = session.client()?;
    let mut hinted = false;
    loop {
        let current: Value = match client.get(&target.path(None)).await {
            Err(error) if error.is_not_found() => return Ok(()),
            other => other?,
        };
        if !uid.is_empty() && current["metadata"]["uid"].as_str() != Some(uid) {
            return Ok(());
        }
        if !limit.is_zero() && begun.elapsed() > limit {
            bail!("timed out waiting for the condition on {}/{}", target.kind.plural, target.name);
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
        let mut left = if limit.is_zero() {
            Duration::from_secs(300)
        } else {
            limit.saturating_sub(begun.elapsed()) + Duration::from_millis(50)
        };
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        if !hinted && terminal {
            left = left.min(Duration::from_secs(5));
        }
        if tokio::time::timeout(left, watching).await.is_err() && !hinted && terminal {
            hinted = true;
            let now: Value = client.get(&target.path(None)).await.unwrap_or(Value::Null);
            if let Some(why) = blockers(&now) {
                eprintln!("{} is still there: {why}", target.display());
            }
            if target.kind.plural == "namespaces" && target.kind.group.is_empty() {
                for left in super::hints::left_in(session, &target.name).await {
                    eprintln!("still in {}: {left}", target.name);
                }
            }
        }
    }
}
