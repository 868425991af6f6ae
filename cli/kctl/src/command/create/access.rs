//! Roles, their bindings and service accounts' tokens.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use crate::connect::Session;
use crate::flags::{self, all, get};
use crate::print::Printer;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Verbs that the API itself knows.
const VERBS: &[&str] = &[
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "approve",
    "sign",
    "escalate",
    "impersonate",
];

fn unique(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in list {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    // `*` stands for all the others.
    if kept.iter().any(|word| word == "*") { vec!["*".into()] } else { kept }
}

/// Rules, one for each API group of the resources.
async fn rules(session: &Session, matches: &ArgMatches, verbs: &[String]) -> Result<Vec<Value>> {
    let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    let mut resources = all(matches, "resource");
    if resources.iter().any(|word| word == "*") {
        // It stands for all the others.
        resources = vec!["*".into()];
    }
    for word in &resources {
        let (word, sub) = word.split_once('/').map_or((word.as_str(), None), |(word, sub)| (word, Some(sub)));
        let (plural, group) = if let Some(group) = word.strip_prefix('*') {
            ("*".to_string(), group.trim_start_matches('.').to_string())
        } else {
            let found = session.discovery().await?.find(word);
            let kind = found.map_err(|error| crate::usage::Plain(error.to_string()))?;
            (kind.plural.clone(), kind.group.clone())
        };
        let full = sub.map_or(plural.clone(), |sub| format!("{plural}/{sub}"));
        let held = groups.entry(group).or_default();
        if !held.contains(&full) {
            held.push(full);
        }
    }
    let names = all(matches, "resource-name");
    Ok(groups
        .into_iter()
        .map(|(group, resources)| {
            let mut rule = json!({"verbs": verbs, "apiGroups": [group], "resources": resources});
            if !names.is_empty() {
                rule["resourceNames"] = json!(names);
            }
            rule
        })
        .collect())
}

fn checked_verbs(matches: &ArgMatches) -> Vec<String> {
    let verbs = unique(all(matches, "verb"));
    for verb in &verbs {
        if !VERBS.contains(&verb.as_str()) {
            eprintln!("Warning: '{verb}' is not a standard resource verb");
        }
    }
    verbs
}

/// `create role`.
pub async fn role(session: &Session, name: &str, matches: &ArgMatches) -> Result<Value> {
    let verbs = checked_verbs(matches);
    if verbs.is_empty() {
        bail!("at least one verb must be specified");
    }
    if all(matches, "resource").is_empty() {
        bail!("at least one resource must be specified");
    }
    let rules = rules(session, matches, &verbs).await?;
    Ok(
        json!({"kind": "Role", "apiVersion": format!("{GROUP}/v1"), "metadata": {"name": name}, "rules": rules}),
    )
}

/// `create clusterrole`.
pub async fn cluster_role(session: &Session, name: &str, matches: &ArgMatches) -> Result<Value> {
    let mut object =
        json!({"kind": "ClusterRole", "apiVersion": format!("{GROUP}/v1"), "metadata": {"name": name}});
    let aggregation = all(matches, "aggregation-rule");
    if !aggregation.is_empty() {
        if ["verb", "resource", "resource-name", "non-resource-url"]
            .iter()
            .any(|flag| !all(matches, flag).is_empty())
        {
            bail!(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            );
        }
        let mut labels = serde_json::Map::new();
        for pair in aggregation {
            let Some((key, value)) = pair.split_once('=') else {
                bail!("malformed pair, expect string=string");
            };
            labels.insert(key.into(), value.into());
        }
        object["rules"] = Value::Null;
        let mut ordered = json!({"kind": object["kind"], "apiVersion": object["apiVersion"], "metadata": object["metadata"], "rules": null});
        ordered["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
        return Ok(ordered);
    }
    let urls = all(matches, "non-resource-url");
    let verbs = if urls.is_empty() { checked_verbs(matches) } else { unique(all(matches, "verb")) };
    if verbs.is_empty() {
        bail!("at least one verb must be specified");
    }
    if all(matches, "resource").is_empty() && urls.is_empty() {
        bail!("one of resource or nonResourceURL must be specified");
    }
    for url in &urls {
        match url.strip_suffix('*').unwrap_or(url) {
            "" if url == "*" => {}
            path if !path.starts_with('/') => bail!("nonResourceURL should start with /"),
            path if path.contains('*') => {
                bail!("nonResourceURL only supports wildcard matches when '*' is at the end")
            }
            _ => {}
        }
    }
    let of_urls = ["*", "get", "post", "put", "delete", "patch", "head", "options"];
    if let Some(verb) = verbs.iter().find(|verb| !urls.is_empty() && !of_urls.contains(&verb.as_str())) {
        bail!("invalid verb: '{verb}' for nonResourceURL");
    }
    let mut found = rules(session, matches, &verbs).await?;
    if !urls.is_empty() {
        found.push(json!({"verbs": verbs, "nonResourceURLs": urls}));
    }
    object["rules"] = json!(found);
    Ok(object)
}

/// The subjects that `--user`, `--group` and `--serviceaccount` name.
pub fn subjects(matches: &ArgMatches) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in all(matches, flag) {
            found.push(json!({"kind": kind, "apiGroup": GROUP, "name": name}));
        }
    }
    for account in all(matches, "serviceaccount") {
        match account.split(':').collect::<Vec<_>>().as_slice() {
            [namespace, name] if !namespace.is_empty() && !name.is_empty() => {
                found.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
            }
            _ => bail!("serviceaccount must be <namespace>:<name>"),
        }
    }
    Ok(found)
}

/// `create rolebinding` and `create clusterrolebinding`.
pub fn binding(kind: &str, name: &str, matches: &ArgMatches) -> Result<Value> {
    let role = get(matches, "role").unwrap_or_default();
    let cluster_role = get(matches, "clusterrole").unwrap_or_default();
    if kind == "RoleBinding" && role.is_empty() == cluster_role.is_empty() {
        bail!("exactly one of clusterrole or role must be specified");
    }
    let (of, named) = if cluster_role.is_empty() { ("Role", role) } else { ("ClusterRole", cluster_role) };
    let mut object = json!({"kind": kind, "apiVersion": format!("{GROUP}/v1"), "metadata": {"name": name}});
    let subjects = subjects(matches)?;
    if !subjects.is_empty() {
        object["subjects"] = json!(subjects);
    }
    object["roleRef"] = json!({"apiGroup": GROUP, "kind": of, "name": named});
    Ok(object)
}

/// `create token`.
pub async fn token(session: &Session, matches: &ArgMatches) -> Result<u8> {
    let mut spec = json!({});
    let audiences = all(matches, "audience");
    spec["audiences"] = if audiences.is_empty() { Value::Null } else { json!(audiences) };
    if let Some(duration) = get(matches, "duration") {
        if duration.starts_with('-') {
            bail!("--duration must be greater than or equal to 0");
        }
        let seconds = flags::duration(duration)?.as_secs();
        if seconds > 0 {
            spec["expirationSeconds"] = json!(seconds);
        }
    }
    let (kind, name) = (get(matches, "bound-object-kind"), get(matches, "bound-object-name"));
    match kind.filter(|kind| !kind.is_empty()) {
        None if name.is_some() => {
            bail!("--bound-object-name can only be set if --bound-object-kind is provided")
        }
        None if get(matches, "bound-object-uid").is_some_and(|uid| !uid.is_empty()) => {
            bail!("--bound-object-uid can only be set if --bound-object-kind is provided")
        }
        None => {}
        Some(kind) => {
            let version = match kind {
                "Pod" | "Secret" | "Node" => "v1",
                other => bail!("supported --bound-object-kind values are Node, Pod, Secret, not {other}"),
            };
            let Some(name) = name else {
                bail!("--bound-object-name is required if --bound-object-kind is provided");
            };
            spec["boundObjectRef"] = json!({"kind": kind, "apiVersion": version, "name": name});
            if let Some(uid) = get(matches, "bound-object-uid") {
                spec["boundObjectRef"]["uid"] = uid.into();
            }
        }
    }
    let body = json!({"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "spec": spec});
    let namespace = session.namespace()?;
    let path =
        client::path("", "v1", "serviceaccounts", Some(&namespace), get(matches, "name"), Some("token"));
    let answer: Value = session.client()?.create(&path, &body).await.map_err(|error| match error {
        client::Error::Status(status) => anyhow::anyhow!("failed to create token: {}", status.message),
        other => other.into(),
    })?;
    match Printer::of(matches)? {
        Some(printer) => printer.typed(&answer)?,
        None => {
            let token = answer["status"]["token"].as_str().unwrap_or_default();
            if token.is_empty() {
                bail!("failed to create token: no token in server response");
            }
            print!("{token}");
        }
    }
    Ok(0)
}
