//! The roles and bindings that every cluster starts with, read from `policy.txt`.

use std::sync::{Arc, LazyLock};

use apimachinery::Status;
use k8s_openapi::api::rbac::v1::PolicyRule;
use serde_json::{Value, json};

use super::{ensure_all, resource};
use crate::server::Server;

const TEXT: &str = include_str!("policy.txt");
const GROUP: &str = "rbac.authorization.k8s.io";

/// The objects, by resource.
#[derive(Default)]
struct Policy {
    cluster_roles: Vec<Value>,
    cluster_bindings: Vec<Value>,
    roles: Vec<Value>,
    bindings: Vec<Value>,
}

fn list(text: &str) -> Vec<&str> {
    text.split(',').map(|word| if word == "-" { "" } else { word }).collect()
}

fn parse() -> Policy {
    let mut policy = Policy::default();
    let mut current: Option<(u8, Value)> = None;
    let keep = |policy: &mut Policy, current: Option<(u8, Value)>| match current {
        Some((0, value)) => policy.cluster_roles.push(value),
        Some((1, value)) => policy.cluster_bindings.push(value),
        Some((2, value)) => policy.roles.push(value),
        Some((_, value)) => policy.bindings.push(value),
        None => {}
    };
    for line in TEXT.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with(' ') {
            let Some((_, object)) = &mut current else { continue };
            let push = |object: &mut Value, field: &str, value: Value| match &mut object[field] {
                Value::Array(list) => list.push(value),
                slot => *slot = json!([value]),
            };
            match words.as_slice() {
                ["aggregate", label] => {
                    object["aggregationRule"] =
                        json!({"clusterRoleSelectors": [{"matchLabels": {*label: "true"}}]});
                }
                ["ServiceAccount", name] => {
                    let (namespace, name) = name.split_once('/').unwrap_or(("", name));
                    push(
                        object,
                        "subjects",
                        json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}),
                    );
                }
                [kind @ ("User" | "Group"), name] => {
                    push(object, "subjects", json!({"apiGroup": GROUP, "kind": kind, "name": name}));
                }
                [verbs, "url", paths] => {
                    push(object, "rules", json!({"verbs": list(verbs), "nonResourceURLs": list(paths)}));
                }
                [verbs, groups, resources, names @ ..] => {
                    let mut rule = json!({"verbs": list(verbs), "apiGroups": list(groups), "resources": list(resources)});
                    if let [names] = names {
                        rule["resourceNames"] = json!(list(names));
                    }
                    push(object, "rules", rule);
                }
                _ => {}
            }
            continue;
        }
        keep(&mut policy, current.take());
        let [what, name, rest @ ..] = words.as_slice() else { continue };
        let mut meta = json!({
            "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
            "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
        });
        match name.split_once('/').filter(|_| matches!(*what, "role" | "binding")) {
            Some((namespace, name)) => {
                meta["namespace"] = json!(namespace);
                meta["name"] = json!(name);
            }
            None => meta["name"] = json!(name),
        }
        let role = |rest: &[&str]| {
            let kind = if rest.first() == Some(&"role") { "Role" } else { "ClusterRole" };
            json!({"apiGroup": GROUP, "kind": kind, "name": rest.get(1)})
        };
        let object = |kind: &str, meta: Value| json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": meta});
        current = Some(match *what {
            "clusterrole" => {
                for label in rest {
                    if let Some((key, value)) = label.split_once('=') {
                        meta["labels"][key] = json!(value);
                    }
                }
                (0, object("ClusterRole", meta))
            }
            "clusterbinding" => {
                let mut object = object("ClusterRoleBinding", meta);
                object["roleRef"] = role(rest);
                (1, object)
            }
            "role" => (2, object("Role", meta)),
            _ => {
                let mut object = object("RoleBinding", meta);
                object["roleRef"] = role(rest);
                (3, object)
            }
        });
    }
    keep(&mut policy, current);
    policy
}

/// Creates the roles and bindings that are missing.
pub async fn ensure(server: &Arc<Server>) -> Result<(), Status> {
    if !server.authorizer.has_rbac() {
        return Ok(());
    }
    let policy = parse();
    tokio::try_join!(
        ensure_all(server, resource(GROUP, "clusterroles"), policy.cluster_roles),
        ensure_all(server, resource(GROUP, "clusterrolebindings"), policy.cluster_bindings),
        ensure_all(server, resource(GROUP, "roles"), policy.roles),
        ensure_all(server, resource(GROUP, "rolebindings"), policy.bindings),
    )?;
    Ok(())
}

/// What every kubelet may do, before its own objects are looked at.
pub fn node_rules() -> &'static [PolicyRule] {
    static RULES: LazyLock<Vec<PolicyRule>> = LazyLock::new(|| {
        let role = parse().cluster_roles.into_iter().find(|role| role["metadata"]["name"] == "system:node");
        role.and_then(|role| serde_json::from_value(role["rules"].clone()).ok()).unwrap_or_default()
    });
    &RULES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_upstreams() {
        let Some(folder) = crate::published::reference() else { return };
        let policy = parse();
        for (file, have) in [
            ("clusterroles", &policy.cluster_roles),
            ("clusterrolebindings", &policy.cluster_bindings),
            ("roles", &policy.roles),
            ("rolebindings", &policy.bindings),
        ] {
            let text = std::fs::read(folder.join(format!("default/{file}.json"))).expect("reference");
            let want: Value = serde_json::from_slice(&text).expect("JSON");
            let want = want["items"].as_array().expect("items");
            assert_eq!(have.len(), want.len(), "{file}");
            for want in want {
                let have = have.iter().find(|have| {
                    have["metadata"]["name"] == want["metadata"]["name"]
                        && have["metadata"]["namespace"] == want["metadata"]["namespace"]
                });
                let have = have.unwrap_or_else(|| panic!("{} is missing", want["metadata"]["name"]));
                // No rules may be written as null or not at all.
                let mut want = want.clone();
                if want["rules"].is_null() {
                    want.as_object_mut().map(|map| map.shift_remove("rules"));
                }
                assert_eq!(*have, want);
            }
        }
        assert!(node_rules().len() > 20);
    }
}
