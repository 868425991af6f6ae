//! The AuthorizationConfiguration: authorizers in their order, webhooks with their conditions.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::webhook::{Webhook, condition};
use super::{Kind, Named};
use crate::egress::Way;
use crate::remote::{Kept, Remote};

/// The pause after a webhook's first failure.
pub const PAUSE: Duration = Duration::from_millis(500);
/// The longest that a webhook may be waited for.
const LONGEST: Duration = Duration::from_secs(30);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Configuration {
    api_version: String,
    kind: String,
    authorizers: Vec<One>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct One {
    r#type: String,
    name: String,
    webhook: Option<Hook>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Hook {
    #[serde(rename = "authorizedTTL")]
    authorized: Option<String>,
    cache_authorized_requests: Option<bool>,
    #[serde(rename = "unauthorizedTTL")]
    unauthorized: Option<String>,
    cache_unauthorized_requests: Option<bool>,
    timeout: Option<String>,
    subject_access_review_version: String,
    match_condition_subject_access_review_version: String,
    failure_policy: String,
    connection_info: Connection,
    match_conditions: Vec<Condition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Connection {
    r#type: String,
    kube_config_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Condition {
    expression: String,
}

/// Reads a configuration, whose webhooks are reached by `way`; tells every mistake.
///
/// # Errors
/// The field and what is wrong with it, one line each.
pub fn parse(text: &[u8], way: &Way) -> Result<Vec<Named>, String> {
    let configuration: Configuration = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
    let version = configuration.api_version.strip_prefix("apiserver.config.k8s.io/").unwrap_or_default();
    if configuration.kind != "AuthorizationConfiguration" || !matches!(version, "v1" | "v1beta1") {
        return Err("it must be an AuthorizationConfiguration of apiserver.config.k8s.io/v1".into());
    }
    let mut wrong = Vec::new();
    let mut chain: Vec<Named> = Vec::new();
    if configuration.authorizers.is_empty() {
        wrong
            .push("authorizers: Required value: at least one authorization mode must be defined".to_string());
    }
    for (index, one) in configuration.authorizers.iter().enumerate() {
        let at = format!("authorizers[{index}]");
        if one.name.is_empty() {
            wrong.push(format!("{at}.name: Required value"));
        } else if apimachinery::names::dns_subdomain(&one.name).is_err() {
            wrong.push(format!("{at}.name: Invalid value: {:?}: it must be a domain name", one.name));
        } else if chain.iter().any(|have| have.name == one.name) {
            wrong.push(format!("{at}.name: Duplicate value: {:?}", one.name));
        }
        if one.r#type != "Webhook" && one.webhook.is_some() {
            wrong.push(format!("{at}.webhook: Invalid value: it goes with the type Webhook alone"));
        }
        let kind = match (one.r#type.as_str(), &one.webhook) {
            ("Node", _) => Ok(Kind::Node),
            ("RBAC", _) => Ok(Kind::Rbac),
            ("AlwaysAllow", _) => Ok(Kind::AlwaysAllow),
            ("AlwaysDeny", _) => Ok(Kind::AlwaysDeny),
            ("ABAC", _) => Err(vec![format!(
                "{at}.type: Unsupported value: \"ABAC\": its policy file is named by flags; use --authorization-mode"
            )]),
            ("Webhook", None) => Err(vec![format!("{at}.webhook: Required value")]),
            ("Webhook", Some(hook)) => webhook(&one.name, hook, &format!("{at}.webhook"), way)
                .map(|hook| Kind::Webhook(Arc::new(hook))),
            ("", _) => Err(vec![format!("{at}.type: Required value")]),
            (other, _) => Err(vec![format!(
                "{at}.type: Unsupported value: {other:?}: supported values: \"AlwaysAllow\", \"AlwaysDeny\", \"Node\", \"RBAC\", \"Webhook\""
            )]),
        };
        match kind {
            Ok(kind) => {
                let twice = !matches!(kind, Kind::Webhook(_))
                    && chain.iter().any(|have| have.kind.word() == kind.word());
                if twice {
                    wrong.push(format!("{at}.type: Duplicate value: {:?}", one.r#type));
                }
                chain.push(Named::new(one.name.clone(), kind));
            }
            Err(mistakes) => wrong.extend(mistakes),
        }
    }
    if wrong.is_empty() { Ok(chain) } else { Err(wrong.join("\n")) }
}

fn webhook(name: &str, hook: &Hook, at: &str, way: &Way) -> Result<Webhook, Vec<String>> {
    let mut wrong = Vec::new();
    let mut duration = |field: &str, given: &Option<String>, default: Duration| match given {
        None => default,
        Some(text) => component::flags::parse_duration(text).unwrap_or_else(|why| {
            wrong.push(format!("{at}.{field}: {why}"));
            default
        }),
    };
    let allowed = duration("authorizedTTL", &hook.authorized, Duration::from_secs(300));
    let refused = duration("unauthorizedTTL", &hook.unauthorized, Duration::from_secs(30));
    let timeout = duration("timeout", &hook.timeout, Duration::ZERO);
    if hook.timeout.is_none() {
        wrong.push(format!("{at}.timeout: Required value"));
    } else if timeout.is_zero() || timeout > LONGEST {
        wrong.push(format!("{at}.timeout: Invalid value: it must be positive and 30s at most"));
    }
    let version = match hook.subject_access_review_version.as_str() {
        "v1" => "v1",
        "v1beta1" => "v1beta1",
        "" => {
            wrong.push(format!("{at}.subjectAccessReviewVersion: Required value"));
            ""
        }
        other => {
            wrong.push(format!(
                "{at}.subjectAccessReviewVersion: Unsupported value: {other:?}: supported values: \"v1\", \"v1beta1\""
            ));
            ""
        }
    };
    match hook.match_condition_subject_access_review_version.as_str() {
        "v1" => {}
        "" if hook.match_conditions.is_empty() => {}
        other => wrong.push(format!(
            "{at}.matchConditionSubjectAccessReviewVersion: Unsupported value: {other:?}: supported values: \"v1\""
        )),
    }
    let denies_failures = match hook.failure_policy.as_str() {
        "NoOpinion" => false,
        "Deny" => true,
        other => {
            wrong.push(format!(
                "{at}.failurePolicy: Unsupported value: {other:?}: supported values: \"NoOpinion\", \"Deny\""
            ));
            false
        }
    };
    let mut conditions = Vec::new();
    for (index, given) in hook.match_conditions.iter().enumerate() {
        let at = format!("{at}.matchConditions[{index}].expression");
        if given.expression.trim().is_empty() {
            wrong.push(format!("{at}: Required value"));
            continue;
        }
        match condition(&given.expression) {
            Ok(program) => conditions.push(program),
            Err(why) => wrong.push(format!("{at}: Invalid value: {:?}: {why}", given.expression)),
        }
    }
    let remote = match (hook.connection_info.r#type.as_str(), &hook.connection_info.kube_config_file) {
        ("InClusterConfig", None) => Remote::in_cluster(timeout, PAUSE, way),
        ("InClusterConfig", Some(_)) => Err("kubeConfigFile goes with the type KubeConfigFile alone".into()),
        ("KubeConfigFile", Some(path)) if path.is_absolute() => remote(path, timeout, way),
        ("KubeConfigFile", Some(path)) => Err(format!("{} is no absolute path", path.display())),
        ("KubeConfigFile", None) => Err("kubeConfigFile: Required value".into()),
        (other, _) => Err(format!(
            "type: Unsupported value: {other:?}: supported values: \"InClusterConfig\", \"KubeConfigFile\""
        )),
    };
    match remote {
        Ok(remote) if wrong.is_empty() => Ok(Webhook {
            name: name.to_string(),
            remote,
            version,
            allowed: if hook.cache_authorized_requests == Some(false) { Duration::ZERO } else { allowed },
            refused: if hook.cache_unauthorized_requests == Some(false) { Duration::ZERO } else { refused },
            denies_failures,
            conditions,
            kept: Kept::default(),
        }),
        Ok(_) => Err(wrong),
        Err(why) => {
            wrong.push(format!("{at}.connectionInfo: {why}"));
            Err(wrong)
        }
    }
}

fn remote(path: &Path, timeout: Duration, way: &Way) -> Result<Remote, String> {
    Remote::read(path, timeout, PAUSE, way).map_err(|why| format!("kubeConfigFile {}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(authorizers: &str) -> String {
        format!(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n{authorizers}"
        )
    }

    #[test]
    fn mistakes_are_told() {
        component::tls::install_crypto();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kubeconfig");
        std::fs::write(&path, "apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: 'https://127.0.0.1:1/x'}}]\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {}}]\ncurrent-context: a\n").expect("writable");
        let hook = |more: &str| {
            format!(
                "- {{type: Webhook, name: a, webhook: {{timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: {{type: KubeConfigFile, kubeConfigFile: {}}}{more}}}}}",
                path.display()
            )
        };
        let good = hook(
            ", matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: has(request.resourceAttributes)}]",
        );
        let chain = parse(
            file(&format!("- {{type: RBAC, name: rbac}}\n- {{type: Node, name: node}}\n{good}")).as_bytes(),
            &Way::default(),
        );
        let words: Vec<&str> = chain.expect("is good").iter().map(|one| one.kind.word()).collect();
        assert_eq!(words, ["RBAC", "Node", "Webhook"]);
        for (text, field) in [
            ("  []".to_string(), "authorizers: Required"),
            ("- {type: RBAC}".into(), "authorizers[0].name: Required"),
            ("- {type: RBAC, name: A_}".into(), "authorizers[0].name: Invalid"),
            ("- {type: RBAC, name: a}\n- {type: Node, name: a}".into(), "authorizers[1].name: Duplicate"),
            ("- {type: RBAC, name: a}\n- {type: RBAC, name: b}".into(), "authorizers[1].type: Duplicate"),
            ("- {type: Rbac, name: a}".into(), "authorizers[0].type: Unsupported"),
            ("- {type: ABAC, name: a}".into(), "authorizers[0].type: Unsupported"),
            ("- {type: Webhook, name: a}".into(), "authorizers[0].webhook: Required"),
            ("- {type: Webhook, name: a, webhook: {}}".into(), "webhook.timeout: Required"),
            ("- {type: RBAC, name: a, webhook: {}}".into(), "authorizers[0].webhook: Invalid"),
            (hook(", authorizedTTL: x"), "authorizedTTL"),
            (hook(", matchConditions: [{expression: 'true'}]"), "matchConditionSubjectAccessReviewVersion"),
            (
                hook(
                    ", matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: 'object.x'}]",
                ),
                "matchConditions[0].expression: Invalid",
            ),
            (
                hook(
                    ", matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: request.user}]",
                ),
                "matchConditions[0].expression: Invalid value: \"request.user\": must evaluate to bool",
            ),
            (
                hook(
                    ", matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: request.nope == 'x'}]",
                ),
                "Invalid value: \"request.nope == 'x'\": compilation failed: ERROR: <input>:1:8: undefined field 'nope'\n | request.nope == 'x'\n | .......^",
            ),
            (
                hook(
                    ", matchConditionSubjectAccessReviewVersion: v1, matchConditions: [{expression: request.groups == 'x'}]",
                ),
                "ERROR: <input>:1:16: found no matching overload for '_==_' applied to '(list(string), string)'",
            ),
            (good.replace("timeout: 3s", "timeout: 31s"), "webhook.timeout: Invalid"),
            (good.replace("failurePolicy: Deny", "failurePolicy: Fail"), "failurePolicy: Unsupported"),
            (
                good.replace("AccessReviewVersion: v1,", "AccessReviewVersion: v2,"),
                "subjectAccessReviewVersion",
            ),
            (good.replace("kubeconfig}", "none}"), "connectionInfo"),
            (good.replace("type: KubeConfigFile", "type: Service"), "connectionInfo: type: Unsupported"),
            ("- {type: RBAC, name: a, extra: 1}".into(), "unknown field"),
        ] {
            let Err(error) = parse(file(&text).as_bytes(), &Way::default()) else {
                panic!("{text} is accepted")
            };
            assert!(error.contains(field), "{text}: {error}");
        }
        assert!(parse(b"apiVersion: v1\nkind: AuthorizationConfiguration", &Way::default()).is_err());
    }
}
