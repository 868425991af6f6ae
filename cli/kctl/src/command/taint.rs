//! `kctl taint`.

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command};
use client::PatchType;
use serde_json::{Value, json};

use super::write::{DryRun, Failures, dry_run, send, write_query};
use crate::connect::Session;
use crate::flags::{self, all, is};
use crate::print::Printer;
use crate::select;
use crate::usage::usage;

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// The flags.
pub fn define() -> Command {
    Command::new("taint")
        .about("Update the taints on one or more nodes")
        .arg(Arg::new("resource").num_args(0..))
        .args(flags::output())
        .arg(flags::dry_run())
        .arg(flags::selector())
        .arg(flags::boolean("all", false, "Select all nodes in the cluster"))
        .arg(flags::boolean("overwrite", false, "Allow taints to be overwritten"))
        .arg(flags::validate())
        .arg(
            flags::text("field-manager", "Name of the manager used to track field ownership")
                .default_value("kubectl-taint"),
        )
}

/// Taints to put and (key, effect) to take away.
#[derive(Debug, Default, PartialEq)]
struct Changes {
    add: Vec<Value>,
    remove: Vec<(String, String)>,
}

fn parse(specs: &[String]) -> Result<Changes> {
    let mut changes = Changes::default();
    for spec in specs {
        if spec.contains('=')
            && !spec.contains(':')
            && !spec.ends_with('-')
            && let Err(why) = apimachinery::names::qualified_name(spec)
        {
            bail!("invalid taint spec: {spec}, {why}");
        }
        let removes = spec.strip_suffix('-');
        let text = removes.unwrap_or(spec);
        let (key, rest) = text.split_once(':').map_or((text, None), |(key, effect)| (key, Some(effect)));
        let (key, value) = key.split_once('=').map_or((key, ""), |(key, value)| (key, value));
        if value.contains('=') {
            bail!("invalid taint spec: {spec}");
        }
        let effect = rest.unwrap_or_default();
        if effect.contains(':') || (removes.is_none() && rest.is_none()) {
            bail!("invalid taint spec: {spec}");
        }
        if !effect.is_empty() && !EFFECTS.contains(&effect) {
            bail!("invalid taint effect: {effect}, unsupported taint effect");
        }
        if let Err(why) = apimachinery::names::qualified_name(key) {
            bail!("invalid taint spec: {spec}, {why}");
        }
        if removes.is_some() {
            changes.remove.push((key.into(), effect.into()));
            continue;
        }
        if effect.is_empty() {
            bail!("invalid taint effect: {effect}, unsupported taint effect");
        }
        if let Err(why) = apimachinery::names::label_value(value) {
            bail!("invalid taint spec: {spec}, {why}");
        }
        let mut taint = json!({"effect": effect, "key": key});
        if !value.is_empty() {
            taint["value"] = value.into();
        }
        if changes.add.iter().any(|held| held["key"] == key && held["effect"] == effect) {
            bail!("duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}");
        }
        changes.add.push(taint);
    }
    Ok(changes)
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let args = all(matches, "resource");
    let (specs, words): (Vec<String>, Vec<String>) =
        args.into_iter().partition(|arg| arg.contains('=') || arg.ends_with('-') || arg.contains(':'));
    let parsed = parse(&specs).map_err(|error| usage(error.to_string()));
    if words.is_empty() {
        bail!("one or more resources must be specified as <resource> <name>");
    }
    if specs.is_empty() {
        bail!("at least one taint update is required");
    }
    let changes = parsed?;
    for (add, (key, effect)) in
        changes.add.iter().flat_map(|add| changes.remove.iter().map(move |r| (add, r)))
    {
        if add["key"] == key.as_str() && (effect.is_empty() || add["effect"] == effect.as_str()) {
            bail!(
                "can not both modify and remove the following taint(s) in the same command: {key}={}:{}",
                add["value"].as_str().unwrap_or_default(),
                add["effect"].as_str().unwrap_or_default()
            );
        }
    }
    if let Some(other) = words.first().filter(|word| !word.contains('/')) {
        let kind = session.discovery().await?.find(other)?;
        if kind.plural != "nodes" || !kind.group.is_empty() {
            bail!("invalid resource type {other}, only node types are supported");
        }
    }
    let mut failures = Failures::default();
    for (target, node) in select::readable(session, matches, &words, &mut failures).await? {
        if target.kind.plural != "nodes" || !target.kind.group.is_empty() {
            bail!("invalid resource type {}, only node types are supported", target.kind.plural);
        }
        match changed(&node, &changes, is(matches, "overwrite")) {
            Ok((taints, verb)) => {
                let mut after = node.clone();
                after["spec"]["taints"] = json!(taints);
                if dry_run(matches) == DryRun::Client {
                    told(matches, &target, &after, verb)?;
                    continue;
                }
                // The whole list, and the version it was read at: nobody's taint gets lost.
                let body = json!({
                    "metadata": {"resourceVersion": node["metadata"]["resourceVersion"]},
                    "spec": {"taints": if taints.is_empty() { Value::Null } else { json!(taints) }},
                });
                let query = write_query(matches, "kubectl-taint");
                let answer = send(
                    session,
                    "PATCH",
                    &target.path(None),
                    &query,
                    PatchType::Merge.content_type(),
                    &body,
                )
                .await?;
                told(matches, &target, &answer, verb)?;
            }
            Err(error) => {
                failures.add(error)?;
            }
        }
    }
    Ok(failures.end())
}

/// Unlike its siblings, `taint` does not tell a rehearsal from the real thing.
fn told(matches: &ArgMatches, target: &select::Target, node: &Value, verb: &str) -> Result<()> {
    match Printer::of(matches)? {
        Some(printer) => printer.typed(node),
        None => {
            println!("{} {verb}", target.display());
            Ok(())
        }
    }
}

fn changed(node: &Value, changes: &Changes, overwrite: bool) -> Result<(Vec<Value>, &'static str)> {
    let name = node["metadata"]["name"].as_str().unwrap_or_default();
    let held: Vec<Value> = node["spec"]["taints"].as_array().cloned().unwrap_or_default();
    let same = |a: &Value, b: &Value| a["key"] == b["key"] && a["effect"] == b["effect"];
    if !overwrite {
        let already: Vec<String> = changes
            .add
            .iter()
            .filter(|add| held.iter().any(|held| same(held, add)))
            .map(|add| {
                format!(
                    "{{\"{}\" \"{}\" \"{}\" <nil>}}",
                    add["key"].as_str().unwrap_or_default(),
                    add["value"].as_str().unwrap_or_default(),
                    add["effect"].as_str().unwrap_or_default()
                )
            })
            .collect();
        if !already.is_empty() {
            bail!(
                "node {name} already has {} taint(s) with same effect(s) and --overwrite is false",
                already
                    .iter()
                    .map(|text| text
                        .trim_start_matches("{\"")
                        .split('"')
                        .next()
                        .unwrap_or_default()
                        .to_string())
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
    }
    let mut missing = Vec::new();
    let mut kept = held.clone();
    for (key, effect) in &changes.remove {
        let before = kept.len();
        kept.retain(|taint| {
            !(taint["key"] == key.as_str() && (effect.is_empty() || taint["effect"] == effect.as_str()))
        });
        if kept.len() == before {
            missing.push(if effect.is_empty() {
                format!("taint \"{key}\" not found")
            } else {
                format!("taint \"{key}:{effect}\" not found")
            });
        }
    }
    match missing.as_slice() {
        [] => {}
        [one] => bail!("{one}"),
        several => bail!("[{}]", several.join(", ")),
    }
    let mut taints = changes.add.clone();
    taints.extend(kept.into_iter().filter(|held| !changes.add.iter().any(|add| same(add, held))));
    let replaced = changes.add.iter().any(|add| held.iter().any(|held| same(add, held)));
    let verb = match (changes.add.is_empty(), changes.remove.is_empty()) {
        (true, _) => "untainted",
        (false, true) if !replaced => "tainted",
        (false, _) => "modified",
    };
    Ok((taints, verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs() {
        let changes =
            parse(&["a=b:NoSchedule".into(), "c:NoExecute".into(), "d-".into(), "e:NoSchedule-".into()])
                .expect("parses");
        assert_eq!(
            changes.add,
            [
                json!({"effect": "NoSchedule", "key": "a", "value": "b"}),
                json!({"effect": "NoExecute", "key": "c"})
            ]
        );
        assert_eq!(changes.remove, [("d".into(), String::new()), ("e".into(), "NoSchedule".into())]);
        for bad in ["a=b", "a=b:Nope", "a:b:c", "=x:NoSchedule"] {
            assert!(parse(&[bad.into()]).is_err(), "{bad}");
        }
    }
}
