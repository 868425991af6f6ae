//! `set image`, `resources`, `selector`, `serviceaccount` and `subject`.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use super::{change, fits, pod_spec};
use crate::command::create::{quantities, subjects};
use crate::connect::Session;
use crate::flags::{all, get};
use crate::select::{objects_of, split_changes};

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
    let (words, pairs) = split_changes(&all(matches, "resource"), "image")?;
    let mut images = Vec::new();
    for pair in &pairs {
        match pair.split_once('=') {
            Some((name, image)) if !name.is_empty() => images.push((name.to_string(), image.to_string())),
            _ => bail!("invalid image format: {pair}"),
        }
    }
    let found = objects_of(session, matches, &words).await?;
    if images.is_empty() {
        bail!("at least one image update is required");
    }
    if images.len() > 1 && images.iter().any(|(name, _)| name == "*") {
        bail!(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        );
    }
    // An object that lacks one of the containers still gets the images of the others.
    change(session, matches, found, "image updated", |target, object, failures| {
        let Some(spec) = pod_spec(object) else { bail!("{} has no pod template", target.display()) };
        for (name, image) in &images {
            let mut found = false;
            for container in containers(spec, name) {
                container["image"] = image.clone().into();
                found = true;
            }
            if !found {
                failures.add(anyhow::anyhow!("error: unable to find container named {name:?}"))?;
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
    let found = objects_of(session, matches, &words).await?;
    if limits.is_empty() && requests.is_empty() {
        bail!("you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
    let (limits, requests) = (quantities(limits)?, quantities(requests)?);
    let pattern = get(matches, "containers").unwrap_or("*").to_string();
    change(session, matches, found, "resource requirements updated", |target, object, _| {
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
            bail!("error: unable to find container named {pattern}");
        }
        Ok(())
    })
    .await
}

/// `set selector`.
pub async fn selector(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let words = all(matches, "resource");
    let Some((expressions, objects)) = words.split_last() else { bail!("one selector is required") };
    if expressions.contains("!=") {
        bail!("\"!=\" is not a valid label selector operator");
    }
    let parsed = crate::command::create::label_selector(expressions)?;
    let found = objects_of(session, matches, objects).await?;
    if parsed["matchExpressions"].is_array() {
        bail!("currently only equality-based selectors are supported");
    }
    change(session, matches, found, "selector updated", |target, object, _| {
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
    let found = objects_of(session, matches, objects).await?;
    change(session, matches, found, "serviceaccount updated", |target, object, _| {
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
    let found = objects_of(session, matches, &words).await?;
    let wanted = subjects(matches)?;
    if wanted.is_empty() {
        bail!("you must specify at least one value of user, group or serviceaccount");
    }
    change(session, matches, found, "subjects updated", |target, object, _| {
        if !["rolebindings", "clusterrolebindings"].contains(&target.kind.plural.as_str()) {
            bail!(
                "{}/{} setting subjects is only supported for RoleBinding/ClusterRoleBinding",
                target.kind.plural,
                target.name
            );
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
