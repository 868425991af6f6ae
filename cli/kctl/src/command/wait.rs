//! `kctl wait`.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use client::watch::WatchEvent;
use serde_json::Value;

use super::hints;
use crate::connect::Session;
use crate::flags::{self, get, is};
use crate::print::gotemplate;
use crate::print::jsonpath::{self, Path};
use crate::select::{Selection, Target, selection, targets};

/// The flags.
pub fn define() -> Command {
    Command::new("wait")
        .about("Wait for a specific condition on one or many resources")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::files())
        .arg(flags::selector())
        .arg(flags::text("field-selector", "Selector (field query) to filter on"))
        .arg(flags::boolean("all", false, "Select all resources of the given types"))
        .arg(flags::boolean("all-namespaces", false, "Across all namespaces").short('A'))
        .arg(
            Arg::new("for")
                .long("for")
                .action(ArgAction::Append)
                .help("create, delete, condition=name[=value] or jsonpath={...}[=value]"),
        )
        .arg(
            flags::period("timeout", "How long to wait; 0 looks once, negative waits a week")
                .default_value("30s")
                .allow_negative_numbers(true),
        )
        .args(flags::output())
        .mut_arg("recursive", |arg| arg.default_value("true"))
        .arg(flags::boolean("local", false, "Look at the file's objects, and ask no server"))
}

enum Goal {
    Create,
    Delete,
    Condition(String, String),
    JsonPath(Path, Option<String>),
}

/// Parts a text at each `=` that stands alone.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let taken = if rest.starts_with("==") { "==" } else { &rest[..letter.len_utf8()] };
        rest = &rest[taken.len()..];
        match (taken, parts.last_mut()) {
            ("=", _) => parts.push(String::new()),
            (_, Some(part)) => part.push_str(taken),
            (_, None) => {}
        }
    }
    parts
}

fn goal(text: &str) -> Result<Goal> {
    let lower = text.to_lowercase();
    if lower == "delete" {
        return Ok(Goal::Delete);
    }
    if lower == "create" {
        return Ok(Goal::Create);
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (name, value) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Goal::Condition(name.into(), value.into()));
    }
    if let Some(rest) = text.strip_prefix("jsonpath=") {
        let parts = parts(rest);
        let (path, value) = match parts.as_slice() {
            [path] => (Path::read(path)?, None),
            [path, value] => (Path::read(path)?, Some(value.trim_matches(['\'', '"']))),
            _ => bail!(
                "jsonpath wait format must be --for=jsonpath='{{.status.readyReplicas}}'=3 or --for=jsonpath='{{.status.readyReplicas}}'"
            ),
        };
        if value == Some("") {
            bail!(
                "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{{.status.readyReplicas}}'=3"
            );
        }
        if parts[0].is_empty() {
            bail!("jsonpath expression cannot be empty");
        }
        return Ok(Goal::JsonPath(path, value.map(str::to_string)));
    }
    bail!("unrecognized condition: {text:?}")
}

/// Whether an object is what is waited for.
///
/// # Errors
/// Fails when what a path finds can't be what is waited for.
fn met(goal: &Goal, object: &Value) -> Result<bool> {
    Ok(match goal {
        Goal::Create => true,
        Goal::Delete => false,
        Goal::Condition(name, value) => {
            let mut conditions = object["status"]["conditions"].as_array().into_iter().flatten();
            let named = conditions.find_map(|condition| {
                let status = condition["status"].as_str()?;
                condition["type"].as_str()?.eq_ignore_ascii_case(name).then_some((condition, status))
            });
            named.is_some_and(|(condition, status)| {
                // A condition that tells of an older object tells nothing.
                let observed = condition["observedGeneration"].as_i64();
                let observed = observed.or(object["status"]["observedGeneration"].as_i64());
                let current = observed.zip(object["metadata"]["generation"].as_i64());
                current.is_none_or(|(observed, current)| observed >= current)
                    && status.eq_ignore_ascii_case(value)
            })
        }
        Goal::JsonPath(path, wanted) => {
            let found = path.find(object)?;
            match (found.as_slice(), wanted) {
                ([], _) => false,
                ([_], None) => true,
                ([one], Some(_)) if one.is_object() || one.is_array() => {
                    bail!("jsonpath leads to a nested object or list which is not supported")
                }
                ([one], Some(wanted)) => gotemplate::text(one).trim() == wanted.trim(),
                _ => bail!("given jsonpath expression matches more than one value"),
            }
        }
    })
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let given = flags::all(matches, "for");
    if given.is_empty() {
        bail!("unrecognized condition: \"\"");
    }
    let goals: Vec<Goal> = given.iter().map(|text| goal(text)).collect::<Result<_>>()?;
    let text = get(matches, "timeout").unwrap_or("30s");
    let limit =
        if text.starts_with('-') { Duration::from_secs(7 * 24 * 3600) } else { flags::duration(text)? };
    let begun = Instant::now();
    let creating = goals.iter().any(|goal| matches!(goal, Goal::Create));
    let found = loop {
        let found = if creating { named(session, matches).await? } else { targets(session, matches).await? };
        if !found.is_empty() || !creating || begun.elapsed() > limit {
            break found;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    if found.is_empty() {
        if goals.iter().all(|goal| matches!(goal, Goal::Delete)) {
            return Ok(0);
        }
        bail!("no matching resources found");
    }
    let mut failed = 0;
    for target in found {
        for goal in &goals {
            if limit.is_zero() && !matches!(goal, Goal::Create) {
                match once(session, &target, goal).await {
                    Ok(None) => {}
                    Ok(Some(object)) => tell(matches, &target, &object)?,
                    Err(error) => {
                        crate::report_plainly(&error);
                        failed = 1;
                    }
                }
                continue;
            }
            let left = limit.saturating_sub(begun.elapsed());
            let waiting = async {
                tokio::select! {
                    done = one(session, &target, goal) => done,
                    never = hint(session, &target, goal) => never,
                }
            };
            match tokio::time::timeout(left.max(Duration::from_millis(50)), waiting).await {
                Ok(done) => {
                    let Some(object) = done? else { continue };
                    tell(matches, &target, &object)?;
                }
                Err(_) => {
                    failed = 1;
                    match goal {
                        Goal::Create => eprintln!("error: timed out waiting for the condition"),
                        _ => eprintln!(
                            "error: timed out waiting for the condition on {}",
                            plural_display(&target)
                        ),
                    }
                }
            }
        }
    }
    Ok(failed)
}

/// On a terminal, says once what an object is like that is still waited for; never ends.
async fn hint(session: &Session, target: &Target, goal: &Goal) -> Result<Option<Value>> {
    tokio::time::sleep(hints::PATIENCE).await;
    if hints::wanted() {
        match session.fetch(&target.path(None)).await {
            Ok(object) => {
                eprintln!("waiting for {}: {}", plural_display(target), still(goal, &object));
                let of_pods = matches!(goal, Goal::Condition(..));
                if of_pods && target.kind.plural == "pods" {
                    hints::trouble(&object).iter().for_each(|why| eprintln!("still waiting: {why}"));
                } else if of_pods {
                    hints::rollout(session, &object)
                        .await
                        .iter()
                        .for_each(|why| eprintln!("still waiting: {why}"));
                }
            }
            Err(error) if error.is_not_found() => {
                eprintln!("waiting for {}: it is not there yet", plural_display(target));
            }
            // What goes wrong is told by who waits.
            Err(_) => {}
        }
    }
    std::future::pending().await
}

/// What keeps a goal from being met.
fn still(goal: &Goal, object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    match goal {
        Goal::Create => "it is not there yet".into(),
        Goal::Delete => {
            let finalizers: Vec<String> =
                object["metadata"]["finalizers"].as_array().into_iter().flatten().map(text).collect();
            match (object["metadata"]["deletionTimestamp"].is_string(), finalizers.is_empty()) {
                (false, _) => "nobody has deleted it".into(),
                (true, true) => "it is being deleted".into(),
                (true, false) => format!("it is being deleted, held by finalizers {}", finalizers.join(", ")),
            }
        }
        Goal::Condition(name, value) => {
            let conditions: Vec<&Value> =
                object["status"]["conditions"].as_array().into_iter().flatten().collect();
            let found =
                conditions.iter().find(|condition| text(&condition["type"]).eq_ignore_ascii_case(name));
            match found {
                Some(condition) => {
                    let why = [text(&condition["reason"]), text(&condition["message"])];
                    let why: Vec<String> = why.into_iter().filter(|part| !part.is_empty()).collect();
                    let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(": ")) };
                    format!("{name} is {}, not {value}{why}", text(&condition["status"]))
                }
                None => {
                    let there: Vec<String> = conditions
                        .iter()
                        .map(|condition| {
                            format!("{}={}", text(&condition["type"]), text(&condition["status"]))
                        })
                        .collect();
                    let there = if there.is_empty() { "none".to_string() } else { there.join(", ") };
                    format!("it has no condition {name} yet; it has {there}")
                }
            }
        }
        Goal::JsonPath(path, wanted) => {
            let found = path.find(object).unwrap_or_default();
            let found: Vec<String> = found.iter().map(|value| jsonpath::text(value)).collect();
            let found = if found.is_empty() { "nothing".to_string() } else { found.join(", ") };
            match wanted {
                Some(wanted) => format!("{path} has {found}, not {wanted}"),
                None => format!("{path} has {found}"),
            }
        }
    }
}

fn plural_display(target: &Target) -> String {
    format!("{}/{}", target.kind.qualified(), target.name)
}

/// Names that need not exist yet.
async fn named(session: &Session, matches: &ArgMatches) -> Result<Vec<Target>> {
    if crate::manifest::given(matches) {
        return targets(session, matches).await;
    }
    match selection(session, &flags::all(matches, "resource"), is(matches, "all-namespaces")).await? {
        Selection::Named(named) => Ok(named),
        Selection::Kinds(_) => targets(session, matches).await,
    }
}

fn tell(matches: &ArgMatches, target: &Target, object: &Value) -> Result<()> {
    match crate::print::Printer::of(matches)? {
        None => println!("{} condition met", target.display()),
        Some(printer) => printer.object(object)?,
    }
    Ok(())
}

/// Looks at an object, and does not wait.
async fn once(session: &Session, target: &Target, goal: &Goal) -> Result<Option<Value>> {
    let object: Value = match session.fetch(&target.path(None)).await {
        Ok(object) => object,
        Err(error) if error.is_not_found() && matches!(goal, Goal::Delete) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !met(goal, &object)? {
        bail!("condition not met for {}", plural_display(target));
    }
    Ok(Some(object))
}

/// Whether a watch that failed so can be begun again: the server went away, or its history did.
fn passes(error: &client::Error) -> bool {
    error.is_expired() || matches!(error, client::Error::Transport(_))
}

/// How long a server that went away is left in peace.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits for one goal of one object.
async fn one(session: &Session, target: &Target, goal: &Goal) -> Result<Option<Value>> {
    let client = session.client()?;
    let mut seen = false;
    loop {
        let current: Option<Value> = match session.fetch(&target.path(None)).await {
            Ok(current) => Some(current),
            // What was there once may come again.
            Err(error) if error.is_not_found() && (seen || matches!(goal, Goal::Delete | Goal::Create)) => {
                None
            }
            Err(error) if seen && passes(&error) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let mut params = client::ListParams::fields(format!("metadata.name={}", target.name));
        seen |= current.is_some();
        match (&current, goal) {
            // What was never there is nothing to tell of.
            (None, Goal::Delete) => return Ok(seen.then_some(Value::Null)),
            (Some(object), goal) if met(goal, object)? => return Ok(Some(object.clone())),
            (None, Goal::Create) => {}
            (None, _) if seen => {}
            (None, _) => bail!("{} not found", plural_display(target)),
            (Some(object), _) => {
                params.resource_version = object["metadata"]["resourceVersion"].as_str().map(str::to_string)
            }
        }
        let collection = target.kind.path(target.namespace.as_deref(), None, None);
        let mut watch = match client.watch::<Value>(&collection, &params, 600, &[]).await {
            Ok(watch) => watch,
            Err(error) if passes(&error) => continue,
            Err(error) => return Err(error.into()),
        };
        loop {
            let event = match watch.next().await {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(error) if passes(&error) => break,
                Err(error) => return Err(error.into()),
            };
            match (event, goal) {
                (WatchEvent::Deleted(found), Goal::Delete) => return Ok(Some(found)),
                (WatchEvent::Added(found) | WatchEvent::Modified(found), goal) if met(goal, &found)? => {
                    return Ok(Some(found));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_still_missing() {
        let pod = json!({"status": {"phase": "Pending", "conditions": [
            {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "c is not ready"},
        ]}});
        for (text, want) in [
            ("condition=Ready", "Ready is False, not true (ContainersNotReady: c is not ready)"),
            ("condition=Other", "it has no condition Other yet; it has Ready=False"),
            ("jsonpath={.status.phase}=Running", "has Pending, not Running"),
            ("delete", "nobody has deleted it"),
        ] {
            let told = still(&goal(text).expect(text), &pod);
            assert!(told.contains(want), "{told}");
        }
    }

    #[test]
    fn goals() {
        let pod =
            json!({"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}});
        for (text, want) in [
            ("condition=Ready", true),
            ("condition=ready=true", true),
            ("condition=Ready=False", false),
            ("jsonpath={.status.phase}=Running", true),
            ("jsonpath={.status.phase}='Failed'", false),
            ("jsonpath=.status.conditions[?(@.type==\"Ready\")].status=\"True\"", true),
            ("jsonpath=status.phase", true),
            ("jsonpath={.status.podIP}", false),
        ] {
            assert_eq!(met(&goal(text).expect(text), &pod).expect(text), want, "{text}");
        }
        for bad in [
            "nonsense",
            "jsonpath=",
            "jsonpath={.a}=",
            "jsonpath={.a}=b=c",
            "jsonpath={.a",
            "jsonpath={.a[}=1",
        ] {
            assert!(goal(bad).is_err(), "{bad}");
        }
        for never in ["jsonpath=.status=1", "jsonpath=.status.*=1", "jsonpath=.status.phase[0]=R"] {
            assert!(met(&goal(never).expect(never), &pod).is_err(), "{never}");
        }
        let mut stale = pod;
        stale["metadata"]["generation"] = 2.into();
        stale["status"]["conditions"][0]["observedGeneration"] = 1.into();
        assert!(!met(&goal("condition=Ready").expect("a goal"), &stale).expect("a condition"));
    }
}
