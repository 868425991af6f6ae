//! `set image`, `resources`, `selector`, `serviceaccount` and `subject`.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use super::{change, fits, pod_spec};
use crate::command::create::{quantities, subjects};
use crate::connect::Session;
use crate::flags::{all, get};
use crate::manifest;

/// Splits `deploy/x a=1 b=2` into the objects and the pairs.
pub fn split(matches: &ArgMatches) -> (Vec<String>, Vec<String>) {
    all(matches, "resource").into_iter().partition(|word| !word.contains('='))
}

fn containers<'a>(spec: &'a mut Value, pattern: &'a str) -> impl Iterator<Item = &'a mut Value> {
    let mut found = Vec::new();
    if let Some(map) = spec.as_object_mut() {
        for (field, list) in map.iter_mut() {
            if field == "containers" || field == "initContainers" {
                found.extend(list.as_array_mut().into_iter().flatten());
            }
        }
    }
    found.into_iter().filter(move |container| fits(pattern, container["name"].as_str().unwrap_or_default()))
}

/// `set image`.
pub async fn image(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let (words, pairs) = split(matches);
    let mut images = Vec::new();
    for pair in &pairs {
        match pair.split_once('=') {
            Some((name, image)) if !name.is_empty() && !image.is_empty() => {
                images.push((name.to_string(), image.to_string()))
            }
            _ => bail!("invalid argument: {pair}"),
        }
    }
    if words.is_empty() && !manifest::given(matches) {
        return Err(crate::select::nothing_named());
    }
    if images.is_empty() {
        bail!("at least one image update is required");
    }
    if images.len() > 1 && images.iter().any(|(name, _)| name == "*") {
        bail!(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        );
    }
    change(session, matches, &words, "image updated", |target, object| {
        let Some(spec) = pod_spec(object) else { bail!("{} has no pod template", target.display()) };
        for (name, image) in &images {
            let mut found = false;
            for container in containers(spec, name) {
                container["image"] = image.clone().into();
                found = true;
            }
            if !found {
                bail!("unable to find container named {name:?}");
            }
        }
        Ok(())
    })
    .await
}

/// `set resources`.
pub async fn resources(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let (limits, requests) =
        (get(matches, "limits").unwrap_or_default(), get(matches, "requests").unwrap_or_default());
    let words = all(matches, "resource");
    if words.is_empty() && !manifest::given(matches) {
        bail!("must specify one of -f or a resource");
    }
    if limits.is_empty() && requests.is_empty() {
        bail!("you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
    let (limits, requests) = (quantities(limits)?, quantities(requests)?);
    let pattern = get(matches, "containers").unwrap_or("*").to_string();
    change(session, matches, &words, "resource requirements updated", |target, object| {
        let Some(spec) = pod_spec(object) else { bail!("{} has no pod template", target.display()) };
        let mut found = false;
        for container in containers(spec, &pattern) {
            found = true;
            for (field, values) in [("limits", &limits), ("requests", &requests)] {
                for (key, value) in values {
                    container["resources"][field][key] = value.clone();
                }
            }
        }
        if !found {
            bail!("unable to find container named {pattern:?}");
        }
        Ok(())
    })
    .await
}

/// `set selector`.
pub async fn selector(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let Some((expressions, objects)) = words.split_last().filter(|(last, _)| last.contains('=')) else {
        bail!(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>, and a selector as key=value"
        );
    };
    let parsed = crate::command::create::label_selector(expressions)?;
    if parsed["matchExpressions"].is_array() {
        bail!("currently only equality-based selectors are supported");
    }
    change(session, matches, objects, "selector updated", |target, object| {
        if target.kind.plural != "services" {
            bail!("setting a selector is only supported for Services");
        }
        let labels = parsed["matchLabels"].as_object().cloned().unwrap_or_default();
        object["spec"]["selector"] = Value::Object(labels);
        Ok(())
    })
    .await
}

/// `set serviceaccount`.
pub async fn service_account(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let Some((name, objects)) = words.split_last() else { bail!("serviceaccount is required") };
    let name = name.clone();
    if objects.is_empty() && !manifest::given(matches) {
        bail!("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    change(session, matches, objects, "serviceaccount updated", |target, object| {
        let Some(spec) = pod_spec(object) else { bail!("{} has no pod template", target.display()) };
        spec["serviceAccountName"] = name.clone().into();
        // The old name of the same field, which the server keeps alike.
        if spec["serviceAccount"].is_string() {
            spec["serviceAccount"] = name.clone().into();
        }
        Ok(())
    })
    .await
}

/// `set subject`.
pub async fn subject(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let wanted = subjects(matches)?;
    if wanted.is_empty() {
        bail!("you must specify at least one value of user, group or serviceaccount");
    }
    change(session, matches, &words, "subjects updated", |target, object| {
        if !["rolebindings", "clusterrolebindings"].contains(&target.kind.plural.as_str()) {
            bail!("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
        }
        let mut held: Vec<Value> = object["subjects"].as_array().cloned().unwrap_or_default();
        for subject in &wanted {
            let same = |held: &Value| {
                ["kind", "name", "namespace"].iter().all(|field| held[*field] == subject[*field])
            };
            if !held.iter().any(same) {
                held.push(subject.clone());
            }
        }
        object["subjects"] = json!(held);
        Ok(())
    })
    .await
}
