//! `kctl auth reconcile`: roles and bindings get what the files grant; what they have besides stays,
//! unless it is to go.

use anyhow::{Result, bail};
use clap::ArgMatches;
use serde_json::{Value, json};

use super::write::{DryRun, dry_run, send, suffix, write_query};
use crate::connect::Session;
use crate::flags::is;
use crate::manifest;
use crate::print::Printer;

/// One thing that a rule allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    verb: String,
    group: String,
    resource: String,
    name: Option<String>,
    url: Option<String>,
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|value| value.as_str().map(str::to_string)).collect()
}

/// A rule taken apart.
fn grants(rule: &Value) -> Vec<Grant> {
    let mut found = Vec::new();
    let names: Vec<Option<String>> = match strings(&rule["resourceNames"]) {
        names if names.is_empty() => vec![None],
        names => names.into_iter().map(Some).collect(),
    };
    for verb in strings(&rule["verbs"]) {
        for url in strings(&rule["nonResourceURLs"]) {
            found.push(Grant {
                verb: verb.clone(),
                group: String::new(),
                resource: String::new(),
                name: None,
                url: Some(url),
            });
        }
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                for name in &names {
                    found.push(Grant {
                        verb: verb.clone(),
                        group: group.clone(),
                        resource: resource.clone(),
                        name: name.clone(),
                        url: None,
                    });
                }
            }
        }
    }
    found
}

impl Grant {
    /// Whether `self` allows at least what `other` does.
    fn covers(&self, other: &Self) -> bool {
        let any = |mine: &str, theirs: &str| mine == "*" || mine == theirs;
        if !any(&self.verb, &other.verb) {
            return false;
        }
        match (&self.url, &other.url) {
            (Some(mine), Some(theirs)) => {
                mine == theirs || mine.strip_suffix('*').is_some_and(|prefix| theirs.starts_with(prefix))
            }
            (None, None) => {
                any(&self.group, &other.group)
                    && (any(&self.resource, &other.resource)
                        || self.resource.strip_prefix("*/").is_some_and(|sub| {
                            other.resource.split_once('/').is_some_and(|(_, theirs)| theirs == sub)
                        }))
                    && (self.name.is_none() || self.name == other.name)
            }
            _ => false,
        }
    }

    fn rule(&self) -> Value {
        match &self.url {
            Some(url) => json!({"nonResourceURLs": [url], "verbs": [self.verb]}),
            None => {
                let mut rule =
                    json!({"apiGroups": [self.group], "resources": [self.resource], "verbs": [self.verb]});
                if let Some(name) = &self.name {
                    rule["resourceNames"] = json!([name]);
                }
                rule
            }
        }
    }
}

/// What of `wanted` is not covered by `held`.
fn uncovered(wanted: &Value, held: &Value) -> Vec<Grant> {
    let all =
        |rules: &Value| -> Vec<Grant> { rules.as_array().into_iter().flatten().flat_map(grants).collect() };
    let held = all(held);
    let mut missing: Vec<Grant> = Vec::new();
    for grant in all(wanted) {
        if !held.iter().any(|mine| mine.covers(&grant)) && !missing.contains(&grant) {
            missing.push(grant);
        }
    }
    missing
}

/// Rules that grant the same, with the verbs of one resource together.
fn compact(missing: &[Grant]) -> Vec<Value> {
    let mut rules: Vec<Value> = Vec::new();
    for grant in missing {
        let rule = grant.rule();
        let same = |held: &&mut Value| {
            ["apiGroups", "resources", "resourceNames", "nonResourceURLs"]
                .iter()
                .all(|field| held.get(*field) == rule.get(*field))
        };
        match rules.iter_mut().find(same).and_then(|held| held["verbs"].as_array_mut()) {
            Some(verbs) => verbs.push(grant.verb.clone().into()),
            None => rules.push(rule),
        }
    }
    rules
}

/// Runs it.
pub async fn run(session: &Session, matches: &ArgMatches) -> Result<u8> {
    if !manifest::given(matches) {
        return Err(manifest::nothing_given());
    }
    let printer = Printer::of(matches)?;
    for item in manifest::read_fitting(session, matches, "auth reconcile").await? {
        let (kind, namespace) = manifest::place_from(session, &item.object, &item.source).await?;
        if kind.group != "rbac.authorization.k8s.io" {
            // Other kinds in the same file are somebody else's.
            continue;
        }
        let name = item.object["metadata"]["name"].as_str().unwrap_or_default().to_string();
        let path = kind.path(namespace.as_deref(), Some(&name), None);
        let held: Option<Value> = match session.client()?.get(&path).await {
            Ok(held) => Some(held),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error.into()),
        };
        let display = format!("{}/{name}", kind.singular_qualified());
        let query = write_query(matches, "kubectl-auth-reconcile");
        let mut told: Vec<String> = Vec::new();
        let mut made = item.object.clone();
        if let Some(namespace) = &namespace {
            made["metadata"]["namespace"] = namespace.clone().into();
        }
        let mut changed = held.is_none();
        let mut again = false;
        if let Some(held) = &held {
            let wanted = &item.object;
            made = held.clone();
            for field in ["labels", "annotations"] {
                for (key, value) in wanted["metadata"][field].as_object().into_iter().flatten() {
                    changed |= made["metadata"][field][key] != *value;
                    made["metadata"][field][key] = value.clone();
                }
            }
            if kind.plural.ends_with("roles") {
                let missing = uncovered(&wanted["rules"], &held["rules"]);
                let extra = uncovered(&held["rules"], &wanted["rules"]);
                let list = |list: &[Grant]| {
                    list.iter().map(|grant| format!("\t{}", grant.rule())).collect::<Vec<_>>()
                };
                if is(matches, "remove-extra-permissions") && !extra.is_empty() {
                    told.push("reconciliation removed extra permissions".into());
                    told.extend(list(&extra));
                    made["rules"] = wanted["rules"].clone();
                    changed = true;
                } else if !missing.is_empty() {
                    told.push("missing rules added:".into());
                    told.extend(list(&missing));
                    let mut rules = held["rules"].as_array().cloned().unwrap_or_default();
                    rules.extend(compact(&missing));
                    made["rules"] = json!(rules);
                    changed = true;
                }
            } else {
                let of = |object: &Value| object["subjects"].as_array().cloned().unwrap_or_default();
                let missing: Vec<Value> =
                    of(wanted).into_iter().filter(|subject| !of(held).contains(subject)).collect();
                let extra: Vec<Value> =
                    of(held).into_iter().filter(|subject| !of(wanted).contains(subject)).collect();
                if is(matches, "remove-extra-subjects") && !extra.is_empty() {
                    made["subjects"] = json!(of(wanted));
                    told.push("reconciliation removed extra subjects".into());
                    changed = true;
                } else if !missing.is_empty() {
                    let mut subjects = of(held);
                    subjects.extend(missing);
                    made["subjects"] = json!(subjects);
                    told.push("missing subjects added:".into());
                    changed = true;
                }
                // Whom a binding binds to never changes: it is made anew.
                if held["roleRef"] != wanted["roleRef"] {
                    made = wanted.clone();
                    if let Some(namespace) = &namespace {
                        made["metadata"]["namespace"] = namespace.clone().into();
                    }
                    again = true;
                    changed = true;
                }
            }
        }
        if changed && dry_run(matches) != DryRun::Client {
            let collection = kind.path(namespace.as_deref(), None, None);
            made = if held.is_none() {
                send(session, "POST", &collection, &query, "application/json", &made).await?
            } else if again {
                if dry_run(matches) == DryRun::Server {
                    bail!("{display} would be deleted and created anew, which a server can't rehearse");
                }
                session.client()?.delete(&path, None).await?;
                send(session, "POST", &collection, &query, "application/json", &made).await?
            } else {
                send(session, "PUT", &path, &query, "application/json", &made).await?
            };
        }
        match &printer {
            Some(printer) => printer.typed(&made)?,
            None => {
                println!("{display} reconciled{}", suffix(matches));
                for line in told {
                    println!("\t{line}");
                }
            }
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_covered() {
        let rules = |text: &str| serde_yaml::from_str::<Value>(text).expect("rules");
        let held = rules(
            "[{apiGroups: ['*'], resources: [pods], verbs: [get, list]}, {nonResourceURLs: ['/logs/*'], verbs: [get]}]",
        );
        let wanted = rules(
            "[{apiGroups: [''], resources: [pods], verbs: [get]}, {nonResourceURLs: [/logs/x], verbs: [get]}]",
        );
        assert!(uncovered(&wanted, &held).is_empty());
        let more = rules("[{apiGroups: [''], resources: [pods, secrets], verbs: [get, delete]}]");
        let missing = uncovered(&more, &held);
        assert_eq!(missing.len(), 3);
        assert_eq!(compact(&missing).len(), 2);
    }
}
