//! `set env`.

use std::io::BufRead;

use anyhow::{Result, bail};
use base64::Engine;
use clap::ArgMatches;
use serde_json::{Value, json};

use super::{change, fits, pod_spec};
use crate::connect::Session;
use crate::flags::{all, get, is};
use crate::manifest;
use crate::select;

/// Variables to set and names to take away.
#[derive(Default)]
struct Changes {
    set: Vec<Value>,
    remove: Vec<String>,
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let given = all(matches, "resource");
    let is_change = |word: &String| word.ends_with('-') || word.find('=').is_some_and(|at| at > 0);
    let (words, specs) = given.split_at(given.iter().position(is_change).unwrap_or(given.len()));
    if !specs.iter().all(is_change) {
        bail!("all resources must be specified before environment changes: {}", given.join(" "));
    }
    let mut changes = Changes::default();
    let specs: Vec<String> = all(matches, "env").into_iter().chain(specs.to_vec()).collect();
    for spec in specs {
        if spec == "-" {
            for line in std::io::stdin().lock().lines() {
                let line = line?;
                if let Some((name, value)) = line.split_once('=') {
                    changes.set.push(json!({"name": name, "value": value}));
                }
            }
        } else if let Some((name, value)) = spec.split_once('=') {
            if let Err(why) = apimachinery::names::plain_env_name(name) {
                bail!("{name:?} is not a valid key name: {why}");
            }
            if changes.set.iter().any(|held| held["name"] == name) {
                continue;
            }
            changes.set.push(json!({"name": name, "value": value}));
        } else if let Some(name) = spec.strip_suffix('-') {
            changes.remove.push(name.into());
        } else {
            bail!("unknown argument: {spec}");
        }
    }
    if changes.remove.iter().any(|name| changes.set.iter().any(|held| held["name"] == name.as_str())) {
        bail!("can not both modify and remove the same environment variable in the same command");
    }
    if words.is_empty() && !manifest::given(matches) {
        bail!("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if let Some(from) = get(matches, "from").filter(|from| !from.is_empty()) {
        changes.set.extend(imported(session, matches, from).await?);
    }
    if is(matches, "list") {
        return list(session, matches, words).await;
    }
    let pattern = get(matches, "containers").unwrap_or("*").to_string();
    let overwrite = is(matches, "overwrite");
    let found = select::objects_of(session, matches, words).await?;
    change(session, matches, found, "env updated", |target, object, _| {
        let kind = object["kind"].as_str().unwrap_or_default().to_string();
        let Some(spec) = pod_spec(object) else { bail!("{} has no pod template", target.display()) };
        let mut found = false;
        for field in ["initContainers", "containers"] {
            for container in spec.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten() {
                if !fits(&pattern, container["name"].as_str().unwrap_or_default()) {
                    continue;
                }
                found = true;
                let mut env: Vec<Value> = container["env"].as_array().cloned().unwrap_or_default();
                for wanted in &changes.set {
                    match env.iter_mut().find(|held| held["name"] == wanted["name"]) {
                        Some(held) if !overwrite && held != wanted => bail!(
                            "{}/{} '{}' already has a value ({}), and --overwrite is false",
                            target.kind.plural,
                            target.name,
                            wanted["name"].as_str().unwrap_or_default(),
                            held["value"].as_str().unwrap_or_default()
                        ),
                        Some(held) => *held = wanted.clone(),
                        None => env.push(wanted.clone()),
                    }
                }
                env.retain(|held| !changes.remove.iter().any(|name| held["name"] == name.as_str()));
                if let Some(map) = container.as_object_mut() {
                    if env.is_empty() {
                        _ = map.shift_remove("env")
                    } else {
                        _ = map.insert("env".into(), json!(env))
                    }
                }
            }
        }
        if !found {
            eprintln!("Warning: {kind}/{} does not have any containers matching {pattern:?}", target.name);
        }
        Ok(())
    })
    .await
}

/// The variables that refer to the keys of a config map or secret.
async fn imported(session: &Session, matches: &ArgMatches, from: &str) -> Result<Vec<Value>> {
    let words = [from.to_string()];
    let select::Selection::Named(named) = select::selection(session, &words, false).await? else {
        bail!("--from must name one config map or secret, as configmap/name");
    };
    let (keys, prefix) = (all(matches, "keys"), get(matches, "prefix").unwrap_or_default());
    let mut found = Vec::new();
    for target in named {
        let object: Value = session.fetch(&target.path(None)).await?;
        let field = match target.kind.plural.as_str() {
            "configmaps" => "configMapKeyRef",
            "secrets" => "secretKeyRef",
            other => bail!("unsupported resource specified in --from: {other}"),
        };
        let mut names: Vec<&String> =
            object["data"].as_object().into_iter().flatten().map(|(key, _)| key).collect();
        names.sort();
        for key in names.into_iter().filter(|key| keys.is_empty() || keys.contains(key)) {
            let upper: String = key
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
                .collect();
            if upper != *key {
                eprintln!("Warning: key {key} transferred to {upper}");
            }
            found.push(json!({"name": format!("{prefix}{upper}"), "valueFrom": {field: {"name": target.name, "key": key}}}));
        }
    }
    Ok(found)
}

async fn list(session: &Session, matches: &ArgMatches, words: &[String]) -> Result<u8> {
    let pattern = get(matches, "containers").unwrap_or("*");
    for (target, mut object) in select::objects_of(session, matches, words).await? {
        let namespace = target.namespace.clone();
        let Some(spec) = pod_spec(&mut object).cloned() else { continue };
        for field in ["containers", "initContainers"] {
            for container in spec[field].as_array().into_iter().flatten() {
                let name = container["name"].as_str().unwrap_or_default();
                if !fits(pattern, name) {
                    continue;
                }
                println!("# {} {}, container {name}", target.kind.kind, target.name);
                for variable in container["env"].as_array().into_iter().flatten() {
                    let shown = variable["name"].as_str().unwrap_or_default();
                    let from = &variable["valueFrom"];
                    if from.is_null() {
                        println!("{shown}={}", variable["value"].as_str().unwrap_or_default());
                        continue;
                    }
                    if is(matches, "resolve")
                        && let Some(value) = resolved(session, namespace.as_deref(), from).await?
                    {
                        println!("{shown}={value}");
                        continue;
                    }
                    println!("# {shown} from {}", reference(from));
                }
            }
        }
    }
    Ok(0)
}

fn reference(from: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    if let Some(path) = from["fieldRef"]["fieldPath"].as_str() {
        return format!("field path {path}");
    }
    if !from["configMapKeyRef"].is_null() {
        let of = &from["configMapKeyRef"];
        return format!("configmap {}, key {}", text(&of["name"]), text(&of["key"]));
    }
    if !from["secretKeyRef"].is_null() {
        let of = &from["secretKeyRef"];
        return format!("secret {}, key {}", text(&of["name"]), text(&of["key"]));
    }
    if !from["resourceFieldRef"].is_null() {
        let of = &from["resourceFieldRef"];
        return format!("resource field {}", text(&of["resource"]));
    }
    "invalid valueFrom".into()
}

async fn resolved(session: &Session, namespace: Option<&str>, from: &Value) -> Result<Option<String>> {
    for (field, plural) in [("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")] {
        let of = &from[field];
        let (Some(name), Some(key)) = (of["name"].as_str(), of["key"].as_str()) else { continue };
        let object: Value =
            session.client()?.get(&client::path("", "v1", plural, namespace, Some(name), None)).await?;
        let Some(value) = object["data"][key].as_str() else {
            bail!("key {key} not found in {plural} {name}")
        };
        if plural == "configmaps" {
            return Ok(Some(value.to_string()));
        }
        let bytes = base64::engine::general_purpose::STANDARD.decode(value)?;
        return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(None)
}
