//! Deployments, jobs and cron jobs.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{all, get};

/// A container's name from its image: without registry, tag and digest, and as names must be.
pub fn container_name(image: &str) -> String {
    let base = image.rsplit('/').next().unwrap_or(image);
    let base = base.split(':').next().unwrap_or(base);
    let base = base.split('@').next().unwrap_or(base);
    if base.contains(['_', '.']) {
        return apimachinery::names::generate(&format!("{}-", base.replace(['_', '.'], "-")));
    }
    base.into()
}

/// `create deployment`.
pub fn deployment(name: &str, matches: &ArgMatches) -> Result<Value> {
    let images: Vec<String> = all(matches, "image").into_iter().filter(|image| !image.is_empty()).collect();
    let command = all(matches, "command");
    if images.len() > 1 && !command.is_empty() {
        bail!("cannot specify multiple --image options and command");
    }
    let port = matches.get_one::<i64>("port").copied().filter(|port| *port >= 0);
    let containers: Vec<Value> = images
        .iter()
        .enumerate()
        .map(|(index, image)| {
            let mut container = json!({"name": container_name(image), "image": image});
            if !command.is_empty() {
                container["command"] = json!(command);
            }
            if let (0, Some(port)) = (index, port) {
                container["ports"] = json!([{"containerPort": port}]);
            }
            container["resources"] = json!({});
            container
        })
        .collect();
    Ok(json!({
        "kind": "Deployment", "apiVersion": "apps/v1",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": matches.get_one::<i64>("replicas").copied().unwrap_or(1),
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}},
            "strategy": {},
        },
        "status": {},
    }))
}

fn pod(name: &str, matches: &ArgMatches, restart: &str) -> Value {
    let mut container = json!({"name": name, "image": get(matches, "image").unwrap_or_default()});
    let command = all(matches, "command");
    if !command.is_empty() {
        container["command"] = json!(command);
    }
    container["resources"] = json!({});
    json!({"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}})
}

/// `create job`, from an image or from a cron job.
pub async fn job(session: &Session, name: &str, matches: &ArgMatches) -> Result<Value> {
    let (image, from) = (get(matches, "image").unwrap_or_default(), get(matches, "from").unwrap_or_default());
    match (image.is_empty(), from.is_empty()) {
        (true, true) | (false, false) => bail!("either --image or --from must be specified"),
        (true, false) if !all(matches, "command").is_empty() => bail!("cannot specify --from and command"),
        _ => {}
    }
    if from.is_empty() {
        return Ok(json!({
            "kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": name},
            "spec": {"template": pod(name, matches, "Never")}, "status": {},
        }));
    }
    let (word, source) = from.split_once('/').unwrap_or((from, ""));
    let kind = session.discovery().await?.find(word)?;
    if source.is_empty() {
        bail!("from must be an existing cronjob");
    }
    if kind.plural != "cronjobs" || kind.group != "batch" {
        bail!("from must be an existing cronjob, not {}", kind.kind);
    }
    let namespace = session.namespace()?;
    let path = client::path("batch", "v1", "cronjobs", Some(&namespace), Some(source), None);
    let held: Value = session.client()?.get(&path).await?;
    let template = &held["spec"]["jobTemplate"];
    let mut annotations = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    for (key, value) in template["metadata"]["annotations"].as_object().into_iter().flatten() {
        annotations[key] = value.clone();
    }
    let mut metadata = json!({"name": name});
    if template["metadata"]["labels"].is_object() {
        metadata["labels"] = template["metadata"]["labels"].clone();
    }
    metadata["annotations"] = annotations;
    metadata["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "CronJob", "name": held["metadata"]["name"],
        "uid": held["metadata"]["uid"], "controller": true,
    }]);
    Ok(
        json!({"kind": "Job", "apiVersion": "batch/v1", "metadata": metadata, "spec": template["spec"], "status": {}}),
    )
}

/// `create cronjob`.
pub fn cronjob(name: &str, matches: &ArgMatches) -> Value {
    let restart = get(matches, "restart").filter(|restart| !restart.is_empty()).unwrap_or("OnFailure");
    json!({
        "kind": "CronJob", "apiVersion": "batch/v1", "metadata": {"name": name},
        "spec": {
            "schedule": get(matches, "schedule").unwrap_or_default(),
            "jobTemplate": {"metadata": {"name": name}, "spec": {"template": pod(name, matches, restart)}},
        },
        "status": {},
    })
}
